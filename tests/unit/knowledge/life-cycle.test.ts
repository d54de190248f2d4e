/** Packs as a hospital operates them: enrolled publishers, install whole or not at all, roll back, compare (F013, F111). */
import { spawn } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPack, readPackSource } from '../../../electron/knowledge/check.ts';
import { diffVersions, loadPacks } from '../../../electron/knowledge/index.ts';
import { installPack } from '../../../electron/knowledge/site.ts';
import { publishersOf } from '../../../electron/knowledge/trust.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import { diffPacks } from '../../../shared/knowledge/pack-diff.ts';
import { agents, keys, makeSite, type Site, shipped } from './support/site.ts';

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
    const change = await desk.install(await site.build(agents('2027-01-01', 'first')));
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
    await (await site.desk()).install(path);
    expect(await classOf()).toBe('zipped');
  });

  it('goes back step by step to what shipped, and not further', async () => {
    const desk = await site.desk();
    await desk.install(await site.build(agents('2027-01-01', 'first')));
    await desk.install(await site.build(agents('2027-02-01', 'second')));
    expect(await classOf()).toBe('second');
    expect(await desk.rollback('drug-classes')).toMatchObject({ from: '2027-02-01', to: '2027-01-01' });
    expect(await classOf()).toBe('first');
    expect((await desk.rollback('drug-classes')).to).toBeUndefined();
    expect(await classOf()).toBeUndefined();
    expect(await statusOf()).toMatchObject({ state: 'verified', trust: 'shipped' });
    expect(await codeOf(desk.rollback('drug-classes'))).toBe('not-found');
    // The one taken back can be installed again.
    expect(await codeOf(desk.install(await site.build(agents('2027-02-01', 'second'))))).toBe('accepted');
  });

  it('a pack that only the site has is listed and named by its publisher', async () => {
    await (await site.desk()).install(await site.build(agents('1', 'x', { id: 'site-list' })));
    expect((await site.desk()).status().find(({ id }) => id === 'site-list')).toMatchObject({
      state: 'verified',
      trust: 'publisher',
    });
  });

  it('what differs between two versions is said record by record', async () => {
    const desk = await site.desk();
    await desk.install(await site.build(agents('2027-01-01', 'first')));
    await desk.install(await site.build(agents('2027-02-01', 'second')));
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
          rewrite(folder, 'manifest.json', (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
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
    expect(await codeOf(desk.install(made))).toBe(code);
    expect(JSON.stringify(desk.status())).toBe(before);
    expect(JSON.stringify((await site.desk()).status())).toBe(before);
    expect(readdirSync(site.site).filter((name) => name !== 'publishers.json')).toEqual([]);
  });

  it('a pack in use already, and a publisher enrolled already', async () => {
    const desk = await site.desk();
    const folder = await site.build(agents('2027-01-01', 'x'));
    await desk.install(folder);
    expect(await codeOf(desk.install(folder))).toBe('exists-already');
    const { publicPem } = keys();
    await desk.enroll(publicPem, 'Other');
    expect(await codeOf(desk.enroll(publicPem, 'Other'))).toBe('exists-already');
  });

  it('only an Ed25519 public key is enrolled: no private key ever lies in the data folder', async () => {
    const desk = await site.desk();
    expect(await codeOf(desk.enroll(keys().privatePem, 'Careless'))).toBe('signature-unknown');
    expect(await codeOf(desk.enroll('no key', 'Careless'))).toBe('signature-unknown');
    expect(readFileSync(join(site.site, 'publishers.json'), 'utf8')).not.toContain('PRIVATE');
    for (const { publicKey } of await desk.publishers())
      expect(createPublicKey(publicKey).asymmetricKeyType).toBe('ed25519');
  });

  it('a full disk leaves the old version and nothing half-written', async () => {
    const source = await newer();
    const full = installPack({
      site: site.site,
      source,
      inUse: () => undefined,
      write: () => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      },
    });
    expect(await codeOf(full)).toBe('disk-full');
    expect(await classOf()).toBeUndefined();
    expect(readdirSync(site.site).filter((name) => name.startsWith('.staging'))).toEqual([]);
    expect(await codeOf((await site.desk()).install(source))).toBe('accepted');
  });

  it('cancelled half-way leaves the old version', async () => {
    const abort = new AbortController();
    const work = (await site.desk()).install(await newer(), { signal: abort.signal, onProgress: () => abort.abort() });
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
    await (await site.desk()).install(await site.build(agents('2027-01-01', 'first')));
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
    const files = await readPackSource(await site.build(agents('2027-01-01', 'first')));
    const publishers = await publishersOf(site.site);
    expect(checkPack(files, publishers).manifest.version).toBe('2027-01-01');
    let flips = 0;
    for (const [name, bytes] of files)
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        expect(() => checkPack(new Map([...files, [name, changed]]), publishers), `${name} ${at}`).toThrow();
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
    const main = resolve(import.meta.dirname, '../../../electron/cli/main.ts');
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
    if ((await statusOf())?.trust === 'shipped') await desk.install(folder);
    expect(await classOf()).toBe('whole');
    expect(readdirSync(site.site).some((name) => name.startsWith('.staging'))).toBe(false);
    expect(existsSync(join(site.site, 'chosen.json'))).toBe(true);
  }, 60_000);
});
