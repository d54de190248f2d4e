import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { MEMBER_COUNT_LIMIT, SEAL_PREFIX } from '../../../electron/case/archive.ts';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import {
  bagOf,
  bundleBytes,
  bytesOf,
  faultOf,
  opened,
  type RawMember,
  rawZip,
  recordOf,
  sha256,
} from './support/case-at.ts';

const FUSIONS = 'gene5\tgene3\nEML4\tALK\n';
const withFile = () =>
  recordOf({
    assays: [{ id: 'A', name: 'Panel', specimenId: 'T', modalities: ['fusions'], scope: 'panel' }],
    files: [{ path: 'files/fusions.tsv', modality: 'fusions', assayId: 'A' }],
  });
const small = (): Uint8Array => bundleBytes(withFile(), { 'files/fusions.tsv': FUSIONS });
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('F001: a bundle is whole or refused', () => {
  it('holds a BagIt 1.0 bag whose manifests are the SHA-256 of every file', () => {
    const members = unzipSync(small());
    expect(Object.keys(members)).toEqual([
      'bagit.txt',
      'bag-info.txt',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
      'data/case.json',
      'data/files/fusions.tsv',
    ]);
    expect(text(members['bagit.txt'])).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    const size = (members['data/case.json']?.length ?? 0) + (members['data/files/fusions.tsv']?.length ?? 0);
    expect(text(members['bag-info.txt'])).toContain(`Payload-Oxum: ${size}.2\n`);
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      for (const line of text(members[manifest]).trim().split('\n')) {
        const [hash, path = ''] = line.split('  ');
        expect(hash).toBe(sha256(members[path] ?? new Uint8Array()));
      }
  });

  it('gives every file back, with the hash of each member and of the whole', async () => {
    const bytes = small();
    const bundle = await opened(bytes);
    expect(bundle.record).toMatchObject({ caseId: 'test-1', patient: { pseudonym: 'Finch 12' } });
    expect(text(await bundle.file('files/fusions.tsv'))).toBe(FUSIONS);
    const pieces: Uint8Array[] = [];
    for await (const piece of bundle.stream('files/fusions.tsv')) pieces.push(piece);
    expect(text(Buffer.concat(pieces))).toBe(FUSIONS);
    expect(bundle.manifest.bundleSha256).toBe(sha256(bytes));
    expect(bundle.manifest.members).toContainEqual({
      path: 'data/files/fusions.tsv',
      sha256: sha256(FUSIONS),
      sizeBytes: FUSIONS.length,
    });
    await expect(bundle.file('case.json')).rejects.toMatchObject({ fault: { code: 'file-missing' } });
    await expect(bundle.file('files/../case.json')).rejects.toMatchObject({ fault: { code: 'file-missing' } });
  });

  it('refuses a bundle with any one byte changed, and names the member whose content it was', async () => {
    const bytes = small();
    const named: (string | undefined)[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const read = await readBundle(changed);
      expect(read.ok, `byte ${at}`).toBe(false);
      const fault = faultOf(read);
      expect(['defect', 'json-invalid', 'schema-invalid']).not.toContain(fault.code);
      named.push(fault.place?.file);
    }
    // Only the directory behind the members and the seal belong to no single one.
    const directory = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    expect(named.slice(0, directory)).not.toContain(undefined);
    const starts = Object.keys(unzipSync(bytes)).map((path) => ({
      path,
      at: Buffer.from(bytes).indexOf(path) + path.length,
    }));
    starts.forEach(({ path, at }, index) => {
      // Behind the content stands the next member's header of thirty bytes and its name.
      const next = starts[index + 1];
      const end = next === undefined ? directory : next.at - next.path.length - 30;
      expect(new Set(named.slice(at, end)), path).toEqual(new Set([path]));
    });
  });

  it('refuses a bundle cut at any byte, or with a byte added at either end', async () => {
    const bytes = small();
    for (let length = 0; length < bytes.length; length += 1) {
      const fault = faultOf(await readBundle(bytes.slice(0, length)));
      expect(['file-empty', 'file-truncated', 'format-unknown'], `cut at ${length}`).toContain(fault.code);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(faultOf(await readBundle(longer)).code).toBe('file-truncated');
    longer.set(bytes, 1);
    expect((await readBundle(longer)).ok).toBe(false);
  });

  it('round trip: any payload comes back as it was, and the same payload packs to the same bytes', async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}\.(json|gz|png|txt)$/);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(name, fc.uint8Array({ minLength: 1, maxLength: 3000 })), {
          selector: ([path]) => path,
          maxLength: 6,
        }),
        async (files) => {
          const record = recordOf({ documents: files.map(([path]) => ({ path: `files/${path}`, title: 'Letter' })) });
          const content = Object.fromEntries(files.map(([path, bytes]) => [`files/${path}`, bytes]));
          const bytes = bundleBytes(record, content);
          expect(sha256(bundleBytes(record, Object.fromEntries(Object.entries(content).reverse())))).toBe(
            sha256(bytes),
          );
          const bundle = await opened(bytes);
          for (const [path, expected] of files)
            expect(Buffer.compare(await bundle.file(`files/${path}`), expected)).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('packs the same bytes in every time zone', () => {
    const before = process.env.TZ;
    try {
      const all = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'].map((zone) => {
        process.env.TZ = zone;
        return sha256(small());
      });
      expect(new Set(all).size).toBe(1);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
});

describe('F001: a bag zipped by another program', () => {
  const sound = () => bagOf(withFile(), { 'files/fusions.tsv': FUSIONS });

  it('is read: stored or deflated, with descriptors, timestamps, folders, or in a folder of its own', async () => {
    const stamp = Uint8Array.of(0x55, 0x54, 5, 0, 1, 0, 0, 0, 0);
    const variants: RawMember[][] = [
      sound(),
      sound().map((member) => ({ ...member, deflate: true })),
      sound().map((member) => ({ ...member, deflate: true, descriptor: true })),
      sound().map((member) => ({ ...member, extra: stamp, localExtra: stamp, externalAttributes: 0o100644 << 16 })),
      [{ name: 'data/' }, { name: 'data/files/', externalAttributes: 0o040755 << 16 }, ...sound()],
      sound().map((member) => ({ ...member, name: `otter/${member.name}` })),
    ];
    for (const members of variants)
      expect(text(await (await opened(rawZip(members))).file('files/fusions.tsv'))).toBe(FUSIONS);
  });

  const refusals: [string, string, Uint8Array, string?][] = [
    ['no zip at all', 'format-unknown', bytesOf('Hugo_Symbol\tChromosome\n')],
    ['a name that climbs out', 'archive-unsafe-path', rawZip([...sound(), { name: 'data/../../evil', content: 'x' }])],
    ['an absolute name', 'archive-unsafe-path', rawZip([...sound(), { name: '/etc/evil', content: 'x' }])],
    ['a drive letter', 'archive-unsafe-path', rawZip([...sound(), { name: 'C:evil', content: 'x' }])],
    ['a backslash', 'archive-unsafe-path', rawZip([...sound(), { name: 'data\\..\\evil', content: 'x' }])],
    ['a name with a zero byte', 'archive-unsafe-path', rawZip([...sound(), { name: 'data/a\u0000b', content: 'x' }])],
    ['a device name', 'archive-unsafe-path', rawZip([...sound(), { name: 'data/files/NUL.txt', content: 'x' }])],
    ['the same name twice', 'archive-unsafe-path', rawZip([...sound(), ...sound().slice(-1)])],
    [
      'names that differ by case only',
      'archive-unsafe-path',
      rawZip([...sound(), { name: 'DATA/case.JSON', content: '{}' }]),
    ],
    [
      'a symbolic link',
      'archive-unsafe-path',
      rawZip([...sound(), { name: 'data/files/link', content: '/etc/passwd', externalAttributes: 0o120777 << 16 }]),
    ],
    ['an encrypted member', 'archive-damaged', rawZip(sound().map((member) => ({ ...member, flags: 1 })))],
    [
      'an unknown extra field',
      'archive-damaged',
      rawZip(sound().map((m) => ({ ...m, extra: Uint8Array.of(1, 2, 0, 0) }))),
    ],
    ['a comment on a member', 'archive-damaged', rawZip(sound().map((member) => ({ ...member, comment: 'x' })))],
    ['a comment on the archive', 'archive-damaged', rawZip(sound(), { comment: 'packed by hand' })],
    ['bytes before the first member', 'archive-damaged', rawZip(sound(), { prefix: bytesOf('#!/bin/sh\n') })],
    ['bytes between members', 'archive-damaged', rawZip(sound().map((m) => ({ ...m, gapAfter: Uint8Array.of(0) })))],
    ['bytes behind the end', 'file-truncated', rawZip(sound(), { suffix: Uint8Array.of(0) })],
    ['another count of members', 'archive-damaged', rawZip(sound(), { count: sound().length - 1 })],
    ['members that overlap', 'archive-damaged', rawZip(sound().map((member) => ({ ...member, localOffset: 0 })))],
    [
      'a header that names another member than the directory',
      'archive-damaged',
      rawZip(sound().map((m) => (m.name === 'data/case.json' ? { ...m, localName: 'data/case.jsoN' } : m))),
      'data/case.json',
    ],
    [
      'bytes behind a deflate stream',
      'archive-damaged',
      rawZip(
        sound().map((m) =>
          m.name.endsWith('.tsv')
            ? { ...m, deflate: true, packed: Uint8Array.from([...deflateRawSync(FUSIONS), 7, 7]) }
            : m,
        ),
      ),
      'data/files/fusions.tsv',
    ],
    [
      'a member that gives more than it declares',
      'archive-bomb',
      rawZip(sound().map((m) => (m.name.endsWith('.tsv') ? { ...m, deflate: true, declaredSize: 3 } : m))),
      'data/files/fusions.tsv',
    ],
    [
      'a bomb, by the ratio it declares',
      'archive-bomb',
      rawZip([...sound(), { name: 'data/bomb', deflate: true, content: new Uint8Array(4_000_000) }]),
      'data/bomb',
    ],
    [
      'a bomb, by the total it declares',
      'archive-bomb',
      rawZip(
        Array.from({ length: 3 }, (_, i) => ({
          name: `data/${i}`,
          deflate: true,
          declaredSize: 2 ** 31 - 2,
          packed: new Uint8Array(11_000_000),
        })),
      ),
      'data/2',
    ],
    [
      'more members than a bundle has',
      'archive-bomb',
      rawZip(Array.from({ length: MEMBER_COUNT_LIMIT + 1 }, (_, i) => ({ name: `data/${i}` }))),
    ],
    ['no bag', 'bundle-incomplete', rawZip([{ name: 'readme.txt', content: 'hello' }]), 'bagit.txt'],
    [
      'a file that is no part of the bag',
      'bundle-incomplete',
      rawZip([...sound(), { name: 'fetch.txt', content: 'x' }]),
      'fetch.txt',
    ],
    [
      'a member that the manifest does not list',
      'bundle-tampered',
      rawZip([...sound(), { name: 'data/files/more.tsv', content: 'x' }]),
      'data/files/more.tsv',
    ],
    [
      'a manifest that lists a missing member',
      'bundle-incomplete',
      rawZip(sound().filter(({ name }) => name !== 'data/files/fusions.tsv')),
      'data/files/fusions.tsv',
    ],
    [
      'a member swapped for another of valid checksum',
      'bundle-tampered',
      rawZip(
        bagOf(withFile(), { 'files/fusions.tsv': FUSIONS }, { 'data/files/fusions.tsv': 'gene5\tgene3\nKIF5B\tRET\n' }),
      ),
      'data/files/fusions.tsv',
    ],
    [
      'a declaration of another version',
      'archive-damaged',
      rawZip(bagOf(withFile(), { 'files/fusions.tsv': FUSIONS }, { 'bagit.txt': 'BagIt-Version: 2.0\n' })),
      'bagit.txt',
    ],
    [
      'a missing tag manifest',
      'bundle-incomplete',
      rawZip(sound().filter(({ name }) => name !== 'tagmanifest-sha256.txt')),
      'tagmanifest-sha256.txt',
    ],
    [
      'a tag file changed after the manifest was made',
      'bundle-tampered',
      rawZip(sound().map((m) => (m.name === 'bag-info.txt' ? { ...m, content: 'Source-Organization: Nowhere\n' } : m))),
      'bag-info.txt',
    ],
    [
      'a payload of another size than stated',
      'bundle-tampered',
      rawZip(bagOf(withFile(), { 'files/fusions.tsv': FUSIONS }, { 'bag-info.txt': 'Payload-Oxum: 1.1\n' })),
      'bag-info.txt',
    ],
    [
      'a file that case.json does not name',
      'bundle-incomplete',
      rawZip(bagOf(withFile(), { 'files/fusions.tsv': FUSIONS, 'files/stray.tsv': 'x' })),
      'data/files/stray.tsv',
    ],
    [
      'a file that case.json names and the bag lacks',
      'bundle-incomplete',
      rawZip(bagOf(withFile())),
      'data/files/fusions.tsv',
    ],
    [
      'a seal that is not of these bytes',
      'bundle-tampered',
      rawZip(sound(), { comment: `${SEAL_PREFIX}${'0'.repeat(64)}` }),
    ],
  ];
  it.each(refusals)('is refused with %s: %s', async (_, code, bytes, member) => {
    const fault = faultOf(await readBundle(bytes));
    expect(fault.code).toBe(code);
    if (member !== undefined) expect(fault.place?.file).toBe(member);
    expect(fault.remedy).not.toBe('');
  });
});

describe('case pack: a folder becomes a bundle', () => {
  const root = mkdtempSync(join(tmpdir(), 'consilium-pack-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let number = 0;
  const folderOf = (files: Readonly<Record<string, string>>): string => {
    number += 1;
    const folder = join(root, String(number));
    mkdirSync(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };
  const caseJson = (record = withFile()) => JSON.stringify(record);

  it('packs case.json and files/, and leaves out what lies beside them', async () => {
    const folder = folderOf({ 'case.json': caseJson(), 'files/fusions.tsv': FUSIONS, 'origin.md': '# Origin' });
    const packed = await packFolder(folder);
    if (!packed.ok) throw new Error(packed.fault.message);
    expect(sha256(packed.value)).toBe(sha256(small()));
  });

  it.each<[string, string, Record<string, string>, { file: string; field?: string }]>([
    ['without case.json', 'file-missing', {}, { file: 'case.json' }],
    [
      'with a file that is not there',
      'bundle-incomplete',
      { 'case.json': caseJson() },
      { file: 'files/fusions.tsv', field: 'files[0].path' },
    ],
    [
      'with a file that is not named',
      'bundle-incomplete',
      { 'case.json': caseJson(), 'files/fusions.tsv': FUSIONS, 'files/deep/old.tsv': 'x' },
      { file: 'files/deep/old.tsv' },
    ],
    [
      'with an empty file',
      'file-empty',
      { 'case.json': caseJson(), 'files/fusions.tsv': '' },
      { file: 'files/fusions.tsv' },
    ],
    [
      'with a field the schema does not know',
      'schema-invalid',
      { 'case.json': caseJson({ ...recordOf(), diagnosis: { oncotreeCode: 'LUAD', name: 'x', Stage: 'IV' } }) },
      { file: 'case.json', field: 'diagnosis.Stage' },
    ],
  ])('refuses a folder %s', async (_, code, files, place) => {
    expect(faultOf(await packFolder(folderOf(files)))).toMatchObject({ code, place });
  });

  it('refuses a link in place of a file', async () => {
    const folder = folderOf({ 'case.json': caseJson(), 'files/real.tsv': FUSIONS });
    symlinkSync('/etc/hostname', join(folder, 'files/fusions.tsv'));
    expect(faultOf(await packFolder(folder))).toMatchObject({
      code: 'bundle-incomplete',
      place: { file: 'files/fusions.tsv' },
    });
  });
});
