/** Packs as a hospital operates them: enrolled publishers, install whole or not at all, roll back, compare (F013, F111). */
import { spawn, spawnSync } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSigned, publishersOf, readSigned } from '../../../electron/installed/index.ts';
import { diffVersions, loadPacks } from '../../../electron/knowledge/index.ts';
import { packKind } from '../../../electron/knowledge/kind.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import { diffPacks } from '../../../shared/knowledge/pack-diff.ts';
import { agents, author, keys, makeSite, type Site, shipped } from './support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await makeSite();
});
afterEach(() => site.end());

const classOf = async (agent = 'Testinib'): Promise<string | undefined> =>
  (await site.desk()).therapy().drugClass?.(agent)?.name;
const statusOf = async () => (await site.desk()).status().find(({ id }) => id === 'drug-classes');
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => faultFrom(error).code,
  );

describe('install and roll back', () => {
  it('a newer signed pack is used from the next look-up on, by every host, and says who signed it', async () => {
    const desk = await site.desk();
    expect(desk.therapy().drugClass?.('Testinib')).toBeUndefined();
    const change = await desk.install(await site.build(agents('2027-01-01', 'first')), author);
    expect(change).toMatchObject({
      id: 'drug-classes',
      from: '2026-05-07',
      to: '2027-01-01',
      publisher: 'Laboratory of the test',
    });
    expect(desk.therapy().drugClass?.('Testinib')?.name).toBe('first');
    expect(await classOf()).toBe('first');
    expect(await statusOf()).toMatchObject({ state: 'verified', trust: 'publisher', earlier: ['shipped'] });
    const { packs } = desk.molecular();
    expect(packs.find(({ id }) => id === 'drug-classes')).toMatchObject({ version: '2027-01-01' });
  });

  it.each(['', 'drug-classes/'])('from a zip, members under "%s"', async (prefix) => {
    const folder = await site.build(agents('2027-01-01', 'zipped'));
    const path = join(site.data, 'pack.zip');
    writeFileSync(path, await site.zip(folder, prefix));
    await (await site.desk()).install(path, author);
    expect(await classOf()).toBe('zipped');
  });

  it('goes back step by step to what shipped, and not further', async () => {
    const desk = await site.desk();
    await desk.install(await site.build(agents('2027-01-01', 'first')), author);
    await desk.install(await site.build(agents('2027-02-01', 'second')), author);
    expect(await classOf()).toBe('second');
    expect(await desk.rollback('drug-classes', author)).toMatchObject({ from: '2027-02-01', to: '2027-01-01' });
    expect(await classOf()).toBe('first');
    expect((await desk.rollback('drug-classes', author)).to).toBeUndefined();
    expect(await classOf()).toBeUndefined();
    expect(await statusOf()).toMatchObject({ state: 'verified', trust: 'shipped' });
    expect(await codeOf(desk.rollback('drug-classes', author))).toBe('not-found');
    // The one taken back can be installed again.
    expect(await codeOf(desk.install(await site.build(agents('2027-02-01', 'second')), author))).toBe('accepted');
  });

  it('every change is kept with who made it and why, in the same rename that makes it', async () => {
    const desk = await site.desk();
    await desk.install(await site.build(agents('2027-01-01', 'first')), author);
    await desk.rollback('drug-classes', { by: 'Dr. B', reason: 'wrong classes' });
    const { changes } = JSON.parse(readFileSync(join(site.site, 'chosen.json'), 'utf8'))['drug-classes'];
    expect(changes).toEqual(await (await site.desk()).changes());
    expect(changes).toMatchObject([
      { act: 'installed', from: '2026-05-07', to: '2027-01-01', by: 'Dr. A', reason: 'for the test' },
      { act: 'rolled-back', from: '2027-01-01', by: 'Dr. B', reason: 'wrong classes' },
    ]);
  });

  it('looked at before it is installed: what differs, and packs as they would be; nothing is written', async () => {
    const desk = await site.desk();
    const { preview, packs } = await desk.tryInstall(await site.build(agents('2027-01-01', 'first')));
    expect(preview).toMatchObject({ act: 'install', from: '2026-05-07', to: '2027-01-01' });
    expect(preview.files).toEqual([
      {
        file: 'agents.json',
        added: { count: 1, first: ['Testinib'] },
        removed: { count: 158, first: expect.any(Array) },
        changed: { count: 0, first: [] },
        unchanged: 0,
      },
    ]);
    expect(packs.therapy().drugClass?.('Testinib')?.name).toBe('first');
    expect(desk.therapy().drugClass?.('Testinib')).toBeUndefined();
    expect(readdirSync(site.site)).toEqual(['publishers.json']);
    await desk.install(await site.build(agents('2027-01-01', 'first')), author);
    const back = await desk.tryRollback('drug-classes');
    expect(back.preview).toMatchObject({ act: 'rollback', from: '2027-01-01', to: '2026-05-07' });
    expect(back.packs.therapy().drugClass?.('Testinib')).toBeUndefined();
    expect(desk.therapy().drugClass?.('Testinib')?.name).toBe('first');
  });

  it('a pack that only the site has is listed and named by its publisher', async () => {
    await (await site.desk()).install(await site.build(agents('1', 'x', { id: 'site-list' })), author);
    expect((await site.desk()).status().find(({ id }) => id === 'site-list')).toMatchObject({
      state: 'verified',
      trust: 'publisher',
    });
  });

  it('what differs between two versions is said record by record', async () => {
    const desk = await site.desk();
    await desk.install(await site.build(agents('2027-01-01', 'first')), author);
    await desk.install(await site.build(agents('2027-02-01', 'second')), author);
    const where = { folder: shipped, site: site.site };
    const [file] = await diffVersions(where, 'drug-classes', { from: '2027-01-01' });
    expect(file).toEqual({ file: 'agents.json', added: [], removed: [], changed: ['Testinib'], unchanged: 0 });
    const [against] = await diffVersions(where, 'drug-classes', {});
    expect(against).toMatchObject({ added: ['Testinib'] });
    expect(against?.removed).toHaveLength(158);
    expect(await codeOf(diffVersions(where, 'drug-classes', { to: 'no-such' }))).toBe('not-found');
    const map = (text: string) => new Map([['a.json', text]]);
    expect(diffPacks(map('[{"id":"1","x":1},{"id":"2"}]'), map('[{"id":"1","x":2},{"id":"3"}]'))).toEqual([
      { file: 'a.json', added: ['3'], removed: ['2'], changed: ['1'], unchanged: 0 },
    ]);
  });
});

const main = resolve(import.meta.dirname, '../../../electron/cli/main.ts');

describe('what is refused, with nothing changed', () => {
  const newer = () => site.build(agents('2027-01-01', 'refused'));
  /** Spoils a signed folder. */
  const spoiled = async (spoil: (folder: string) => void): Promise<string> => {
    const folder = await newer();
    spoil(folder);
    return folder;
  };
  const rewrite = (folder: string, file: string, change: (text: string) => string): void =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));

  const cases: readonly (readonly [string, string, () => Promise<string | Uint8Array>])[] = [
    ['not signed', 'signature-unknown', () => spoiled((folder) => rmSync(join(folder, 'manifest.sig')))],
    [
      'signed by a key that is not enrolled',
      'signature-unknown',
      () => site.build(agents('2027-01-01', 'x'), keys().privatePem),
    ],
    [
      'a file changed',
      'pack-altered',
      () => spoiled((folder) => rewrite(folder, 'agents.json', (text) => text.replace('Testinib', 'Testinob'))),
    ],
    [
      'the manifest changed',
      'pack-altered',
      () => spoiled((folder) => rewrite(folder, 'manifest.json', (text) => text.replace('Classes of', 'Classes oF'))),
    ],
    [
      'the signature changed',
      'pack-altered',
      () =>
        spoiled((folder) =>
          rewrite(folder, 'manifest.sig', (text) => text.replace('"signature": "', '"signature": "AAAA')),
        ),
    ],
    ['a file too many', 'pack-altered', () => spoiled((folder) => writeFileSync(join(folder, 'more.json'), '[]'))],
    ['a file cut off', 'pack-altered', () => spoiled((folder) => writeFileSync(join(folder, 'agents.json'), '['))],
    ['copied by half', 'pack-altered', () => spoiled((folder) => rmSync(join(folder, 'agents.json')))],
    ['no manifest', 'pack-altered', () => spoiled((folder) => rmSync(join(folder, 'manifest.json')))],
    [
      'a manifest that is no JSON',
      'json-invalid',
      () => spoiled((folder) => writeFileSync(join(folder, 'manifest.json'), '{')),
    ],
    [
      'a newer schema',
      'schema-newer',
      () =>
        spoiled((folder) =>
          rewrite(folder, 'manifest.json', (text) => text.replace(/"schemaVersion": \d/, '"schemaVersion": 4')),
        ),
    ],
    [
      'a manifest of something else',
      'schema-invalid',
      () => spoiled((folder) => writeFileSync(join(folder, 'manifest.json'), '{"id":"x"}')),
    ],
    [
      'a link',
      'archive-unsafe-path',
      () =>
        spoiled((folder) => {
          rmSync(join(folder, 'agents.json'));
          symlinkSync('/etc/hostname', join(folder, 'agents.json'));
        }),
    ],
    ['a folder inside', 'archive-unsafe-path', () => spoiled((folder) => mkdirSync(join(folder, 'inner')))],
    ['older than the one in use', 'version-conflict', () => site.build(agents('2020-01-01', 'x'))],
    ['the same version with another content', 'version-conflict', () => site.build(agents('2026-05-07', 'x'))],
    ['not there', 'file-missing', () => Promise.resolve(join(site.data, 'nowhere'))],
    ['no archive', 'format-unknown', () => Promise.resolve(Buffer.from('hello'))],
    ['an archive cut off', 'file-truncated', async () => (await site.zip(await newer())).subarray(0, 400)],
    [
      'a zip that climbs out',
      'archive-unsafe-path',
      async () => Buffer.from(zipSync({ '../manifest.json': new Uint8Array(1) })),
    ],
    [
      'a zip bomb',
      'archive-bomb',
      async () => Buffer.from(zipSync({ 'manifest.json': [new Uint8Array(8_000_000), { level: 9 }] })),
    ],
  ];
  it.each(cases)('%s: %s', async (_, code, source) => {
    const made = await source();
    const desk = await site.desk();
    const before = JSON.stringify(desk.status());
    expect(await codeOf(desk.install(made, author))).toBe(code);
    expect(JSON.stringify(desk.status())).toBe(before);
    expect(JSON.stringify((await site.desk()).status())).toBe(before);
    expect(readdirSync(site.site).filter((name) => name !== 'publishers.json')).toEqual([]);
  });

  it('a pack in use already, and a publisher enrolled already', async () => {
    const desk = await site.desk();
    const folder = await site.build(agents('2027-01-01', 'x'));
    await desk.install(folder, author);
    expect(await codeOf(desk.install(folder, author))).toBe('exists-already');
    const { publicPem } = keys();
    await desk.enroll(publicPem, 'Other', author);
    expect(await codeOf(desk.enroll(publicPem, 'Other', author))).toBe('exists-already');
  });

  it('only an Ed25519 public key is enrolled: no private key ever lies in the data folder', async () => {
    const desk = await site.desk();
    expect(await codeOf(desk.enroll(keys().privatePem, 'Careless', author))).toBe('signature-unknown');
    expect(await codeOf(desk.enroll('no key', 'Careless', author))).toBe('signature-unknown');
    expect(readFileSync(join(site.site, 'publishers.json'), 'utf8')).not.toContain('PRIVATE');
    for (const { publicKey } of await desk.publishers())
      expect(createPublicKey(publicKey).asymmetricKeyType).toBe('ed25519');
  });

  /** 400 kB in two files, so that a disk can be full between them. */
  const large = () => {
    const pack = agents('2027-01-01', 'large');
    const more = { 'more.json': `["${randomBytes(150_000).toString('hex')}"]\n` };
    return site.build({ ...pack, files: { ...pack.files, ...more } });
  };
  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;

  it.skipIf(!canMount)(
    `a disk that is full while the pack is written leaves the old version and nothing by half${canMount ? '' : ' (NOT RUN: no file system can be mounted)'}`,
    async () => {
      const source = await large();
      const small = join(site.data, 'small');
      mkdirSync(small);
      const script = [
        `mount -t tmpfs -o size=256k tmpfs ${small}`,
        `mkdir ${small}/packs && cp ${site.site}/publishers.json ${small}/packs/`,
        `"${process.execPath}" ${main} packs install ${source} --data ${small} --json`,
        'echo; echo "exit $?"',
        `ls -A ${small}/packs`,
        `"${process.execPath}" ${main} packs list --data ${small}`,
      ].join('; ');
      const { stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8' });
      expect(stdout).toContain('"code":"disk-full"');
      expect(stdout).not.toContain('.staging');
      expect(stdout).not.toContain('chosen.json');
      expect(stdout).toMatch(/^drug-classes: verified \(shipped\), version 2026-05-07/m);
    },
  );

  it('a limit on what may be written is a full disk, and is over when the limit is', async () => {
    const source = await large();
    const install = `"${process.execPath}" ${main} packs install ${source} --data ${site.data} --json`;
    const limited = spawnSync('bash', ['-c', `ulimit -f 100; ${install}`], { encoding: 'utf8' });
    expect(limited.stdout).toContain('"code":"disk-full"');
    expect(await statusOf()).toMatchObject({ state: 'verified', trust: 'shipped' });
    expect(readdirSync(site.site).filter((name) => name.startsWith('.staging'))).toEqual([]);
    expect(readdirSync(join(site.site, 'drug-classes'))).toEqual([]);
    expect(await codeOf((await site.desk()).install(source, author))).toBe('accepted');
    expect(await classOf()).toBe('large');
  });

  it('cancelled half-way leaves the old version', async () => {
    const abort = new AbortController();
    const work = (await site.desk()).install(await newer(), author, {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(await codeOf(work)).toBe('cancelled');
    expect(await classOf()).toBeUndefined();
  });
});

describe('installed packs are verified each time they are loaded', () => {
  const installed = (): string => {
    const [folder = ''] = readdirSync(join(site.site, 'drug-classes'));
    return join(site.site, 'drug-classes', folder);
  };

  it('altered, half gone, or of a publisher no longer enrolled: named and not used; nothing older steps in', async () => {
    await (await site.desk()).install(await site.build(agents('2027-01-01', 'first')), author);
    const good = join(site.data, 'good');
    cpSync(installed(), good, { recursive: true });
    for (const [spoil, state] of [
      [() => writeFileSync(join(installed(), 'agents.json'), '[]'), 'altered'],
      [() => rmSync(join(installed(), 'agents.json')), 'altered'],
      [() => rmSync(installed(), { recursive: true }), 'missing'],
    ] as const) {
      spoil();
      expect(await statusOf()).toMatchObject({ state, trust: 'none' });
      expect(await classOf('Osimertinib')).toBeUndefined();
      rmSync(join(site.site, 'drug-classes'), { recursive: true });
      mkdirSync(join(site.site, 'drug-classes'));
      const { folder } = JSON.parse(readFileSync(join(site.site, 'chosen.json'), 'utf8'))['drug-classes'];
      cpSync(good, join(site.site, 'drug-classes', folder), { recursive: true });
      expect(await classOf()).toBe('first');
    }
    rmSync(join(site.site, 'publishers.json'));
    expect(await statusOf()).toMatchObject({ state: 'untrusted', trust: 'none' });
    expect(await classOf()).toBeUndefined();
  });

  it('a flipped bit anywhere is found: every byte of manifest and signature, and of a file', async () => {
    const files = await readSigned(await site.build(agents('2027-01-01', 'first')), 'pack');
    const publishers = await publishersOf(site.site);
    expect(checkSigned(packKind, files, publishers).manifest.version).toBe('2027-01-01');
    let flips = 0;
    for (const [name, bytes] of files)
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        expect(
          () => checkSigned(packKind, new Map([...files, [name, changed]]), publishers),
          `${name} ${at}`,
        ).toThrow();
        flips++;
      }
    expect(flips).toBeGreaterThan(600);
  });
});

describe('killed while it installs', () => {
  it('leaves the old version or the new one, whole', async () => {
    const big = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `part-${index}.json`,
        JSON.stringify(randomBytes(300_000).toString('hex')),
      ]),
    );
    const pack = agents('2027-01-01', 'whole');
    const folder = await site.build({ ...pack, files: { ...pack.files, ...big } });
    const outcomes: (string | undefined)[] = [];
    for (let round = 0; round < 4; round++) {
      rmSync(join(site.site, 'chosen.json'), { force: true });
      rmSync(join(site.site, 'drug-classes'), { recursive: true, force: true });
      const child = spawn(process.execPath, [main, 'packs', 'install', folder, '--data', site.data], {
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      // Killed once its first file stands in the staging folder, then a little later each round.
      while (child.exitCode === null && !readdirSync(site.site).some((name) => name.startsWith('.staging')))
        await sleep(1);
      await sleep(round * 8);
      child.kill('SIGKILL');
      await ended;
      const found = await loadPacks(shipped, { site: site.site });
      const status = found.status().find(({ id }) => id === 'drug-classes');
      expect(status?.state).toBe('verified');
      outcomes.push(status?.manifest?.version);
    }
    expect(outcomes).toContain('2026-05-07');
    expect(outcomes.every((version) => version === '2026-05-07' || version === '2027-01-01')).toBe(true);
    // The next install sweeps what the killed ones left, and stands.
    const desk = await site.desk();
    if ((await statusOf())?.trust === 'shipped') await desk.install(folder, author);
    expect(await classOf()).toBe('whole');
    expect(readdirSync(site.site).some((name) => name.startsWith('.staging'))).toBe(false);
    expect(existsSync(join(site.site, 'chosen.json'))).toBe(true);
  });
});
