/** Packs as an admin changes them on the screen: looked at, done with a reason, in the journal (F013, F111). */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packFolder } from '../../../electron/case/index.ts';
import { readSigned } from '../../../electron/installed/index.ts';
import { createPackDesk, sitePacks } from '../../../electron/knowledge/index.ts';
import { createRouter } from '../../../electron/router.ts';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices, type Services } from '../../../electron/services.ts';
import { programRoot } from '../../../electron/shipped.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import type { PackPreview, PackProgress } from '../../../shared/knowledge/pack-life.ts';
import { agents, keys, makeSite, type Site, shipped } from './support/site.ts';

const PASSWORD = 'a quiet meadow behind the mill';
let site: Site;
let services: Services;
let client: ReturnType<typeof createRouterClient<ReturnType<typeof createRouter>, object>>;
const tickets = createTicketDesk();
const data = mkdtempSync(join(tmpdir(), 'pack-life-'));
const publisher = keys();

beforeAll(async () => {
  site = await makeSite();
  services = await createServices(
    machinePorts({
      host: 'memory',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder: data,
      tickets,
      program: programRoot(import.meta.url),
    }),
  );
  client = createRouterClient(createRouter(services), { context: {} });
  await client.vault.create({ boardName: 'Board', userName: 'Dr. Admin', password: PASSWORD });
});
afterAll(async () => {
  services.session.end();
  await services.vault.lock();
  site.end();
  rmSync(data, { recursive: true, force: true });
});

function handed(path: string, bytes: Uint8Array): { ticket: string; path: string } {
  const { ticket } = tickets.expectUpload({ fileName: 'file', sizeBytes: bytes.byteLength });
  tickets.arrive(ticket, bytes);
  return { ticket, path };
}
/** A folder as a browser hands it over: each file under the folder's name. */
const folder = async (path: string) =>
  [...(await readSigned(path, 'pack'))].map(([name, bytes]) => handed(`chosen folder/${name}`, bytes));

async function lastOf(feed: Promise<AsyncIterable<PackProgress>>): Promise<PackProgress | undefined> {
  let last: PackProgress | undefined;
  for await (const event of await feed) last = event;
  return last;
}
async function previewOf(files: { ticket: string; path: string }[]): Promise<PackPreview> {
  const last = await lastOf(client.knowledge.tryPack({ act: 'install', files }));
  if (last?.kind !== 'tried') throw new Error('no preview');
  return last.preview;
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error as { data?: { code?: string } }).data?.code ?? faultFrom(error).code,
  );

describe('packs on the screen', () => {
  it('is refused until its publisher is enrolled, with the refusal in the journal', async () => {
    const files = await folder(await site.build(agents('2027-01-01', 'first'), publisher.privatePem));
    expect(await codeOf(lastOf(client.knowledge.tryPack({ act: 'install', files })))).toBe('signature-unknown');
    const enrolled = await client.knowledge.enroll({
      pem: publisher.publicPem,
      name: 'Institute of the test',
      reason: 'its key was read out by telephone',
    });
    expect(await client.knowledge.publishers()).toEqual([enrolled]);
    expect((await client.knowledge.packJournal()).map(({ act }) => act)).toEqual(['publisher-enrolled', 'refused']);
  });

  it('a folder is looked at, then installed with a reason; only what was looked at can be', async () => {
    const path = await site.build(agents('2027-01-01', 'first'), publisher.privatePem);
    const { manifestSha256 = '', files, effect } = await previewOf(await folder(path));
    expect(files[0]).toMatchObject({ file: 'agents.json', added: { count: 1 }, removed: { count: 158 } });
    expect(effect).toEqual([]);
    expect(services.knowledge.therapy().drugClass?.('Testinib')).toBeUndefined();
    const act = { act: 'install' as const, reason: 'yearly refresh' };
    expect(await codeOf(lastOf(client.knowledge.changePack({ ...act, manifestSha256: '0'.repeat(64) })))).toBe(
      'not-found',
    );
    expect(await lastOf(client.knowledge.changePack({ ...act, manifestSha256 }))).toMatchObject({
      kind: 'done',
      change: { to: '2027-01-01', by: 'Dr. Admin', reason: 'yearly refresh', publisher: 'Institute of the test' },
    });
    expect(services.knowledge.therapy().drugClass?.('Testinib')?.name).toBe('first');
    // A second install of what was looked at once is another act.
    expect(await codeOf(lastOf(client.knowledge.changePack({ ...act, manifestSha256 })))).toBe('not-found');
  });

  it('a zip as well; a reason of nothing is no reason', async () => {
    const zip = await site.zip(await site.build(agents('2027-02-01', 'second'), publisher.privatePem));
    const { manifestSha256 = '' } = await previewOf([handed('pack.zip', zip)]);
    const noReason = client.knowledge.changePack({ act: 'install', manifestSha256, reason: '  ' });
    await expect(noReason).rejects.toThrow();
    await lastOf(client.knowledge.changePack({ act: 'install', manifestSha256, reason: 'second of the year' }));
    expect(services.knowledge.therapy().drugClass?.('Testinib')?.name).toBe('second');
  });

  it('the way back is looked at and gone; a file deeper in the folder is no pack', async () => {
    const back = await lastOf(client.knowledge.tryPack({ act: 'rollback', id: 'drug-classes' }));
    expect(back).toMatchObject({ kind: 'tried', preview: { from: '2027-02-01', to: '2027-01-01' } });
    await lastOf(client.knowledge.changePack({ act: 'rollback', id: 'drug-classes', reason: 'classes were wrong' }));
    expect(services.knowledge.therapy().drugClass?.('Testinib')?.name).toBe('first');
    const files = [handed('a/b/manifest.json', new Uint8Array(2))];
    expect(await codeOf(lastOf(client.knowledge.tryPack({ act: 'install', files })))).toBe('archive-unsafe-path');
  });

  it('a change from the command line is in the journal after the next unlocking, once', async () => {
    const desk = await createPackDesk({ folder: shipped, site: sitePacks(data), clock: services.ports.clock });
    await desk.install(await site.build(agents('2027-03-01', 'third'), publisher.privatePem), {
      by: 'root, at the command line',
      reason: 'nightly',
    });
    for (let round = 0; round < 2; round++) {
      await client.vault.lock();
      await client.vault.unlock({ userName: 'Dr. Admin', password: PASSWORD });
      const journal = await client.knowledge.packJournal();
      expect(journal.filter(({ by }) => by === 'root, at the command line')).toHaveLength(1);
      expect(journal.map(({ act }) => act)).toEqual([
        'installed',
        'refused',
        'rolled-back',
        'installed',
        'installed',
        'publisher-enrolled',
        'refused',
      ]);
    }
    expect(services.knowledge.therapy().drugClass?.('Testinib')?.name).toBe('third');
    const kept = readFileSync(join(sitePacks(data), 'chosen.json'), 'utf8');
    expect(JSON.parse(kept)['drug-classes'].changes).toHaveLength(4);
  });

  it('open cases are compared under both versions: a pack without its evidence takes statements away', async () => {
    const packed = await packFolder(join(programRoot(import.meta.url), 'sample-cases/her2-breast'));
    if (!packed.ok) throw new Error(packed.fault.message);
    const { ticket } = handed('case.tbcase', packed.value);
    for await (const _ of await client.case.import({ ticket }));
    const empty = {
      ...agents('2027-01-01', 'x'),
      id: 'civic',
      title: 'An evidence pack without evidence',
      files: { 'evidence.json': '[]\n', 'coordinates.json': '[]\n', 'diseases.json': '[]\n' },
    };
    const { effect } = await previewOf(await folder(await site.build(empty, publisher.privatePem)));
    expect(effect).toHaveLength(1);
    expect(effect[0]?.differences).toBeGreaterThan(2);
    expect(effect[0]?.says.join('\n')).toMatch(/: before “.*”, now “.*”/);
    // A pack that says the same changes nothing, so what is counted is the packs' doing alone.
    const { effect: same } = await previewOf(
      await folder(await site.build(agents('2027-04-01', 'third'), publisher.privatePem)),
    );
    expect(same.map(({ differences }) => differences)).toEqual([0]);
  });
});
