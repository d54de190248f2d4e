/** Versions of models from outside: signed, measured, held to the change-control plan, taken back (F040, F119). */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPackDesk, signPack } from '../../../electron/knowledge/index.ts';
import type { TicketDesk } from '../../../electron/ports.ts';
import { benchmarkModel } from '../../../electron/prediction/benchmark.ts';
import {
  createModelDesk,
  createModelLife,
  type ModelDesk,
  openModels,
  signModel,
  siteModels,
} from '../../../electron/prediction/index.ts';
import { pinnedChangeControl, pinnedModels } from '../../../electron/prediction/pinned.ts';
import type { Vault } from '../../../electron/vault/index.ts';
import { FaultError, faultFrom } from '../../../shared/foundation/fault.ts';
import { pointsOf } from '../../../shared/prediction/benchmark.ts';
import { boundsRead, ChangeControlPlan } from '../../../shared/prediction/change-control.ts';
import { caseOf, MODELS } from './support.ts';

const ID = 'neoadjuvant-response';
const TODAY = '2026-11-20';
const author = { by: 'Admin', reason: 'test' };
const clock = { now: () => `${TODAY}T10:00:00.000Z` };
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'model-versions-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof FaultError ? error.fault.code : String(error)),
  );
interface Card {
  id: string;
  version: string;
  intendedUse: string;
  benchmark: { figures: unknown };
}

/** The shipped model as its next version, changed by `edit`, signed. */
async function update(
  edit: (folder: string, card: Card) => Promise<void> | void = () => {},
  { id = ID, version = '1.2.0', key = pem }: { id?: string; version?: string; key?: string } = {},
): Promise<string> {
  made += 1;
  const folder = join(root, `update-${made}`);
  await cp(join(MODELS, id), folder, { recursive: true });
  const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')) as Card;
  card.version = version;
  await edit(folder, card);
  await writeFile(join(folder, 'card.json'), JSON.stringify(card));
  await signModel(folder, key, TODAY);
  return folder;
}

async function station(): Promise<{ data: string; desk: ModelDesk }> {
  made += 1;
  const data = join(root, `station-${made}`);
  const site = siteModels(data);
  const packs = await createPackDesk({ folder: join(MODELS, 'knowledge'), site: site.publishers, clock });
  await packs.enroll(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'Model house', author);
  return { data, desk: await createModelDesk({ shipped: MODELS, site, clock }) };
}
const versionOf = async (desk: Pick<ModelDesk, 'status'>): Promise<unknown> =>
  (await desk.status()).find(({ id }) => id === ID)?.version;

describe('F119 the plan that ships', () => {
  it('is pinned, names every shipped model, and the shipped models are within it', async () => {
    const text = await readFile(join(MODELS, 'change-control.json'), 'utf8');
    const { createHash } = await import('node:crypto');
    expect(createHash('sha256').update(text).digest('hex')).toBe(pinnedChangeControl);
    const plan = ChangeControlPlan.parse(JSON.parse(text));
    expect(Object.keys(plan.models)).toEqual(Object.keys(pinnedModels));
    for (const [id, own] of Object.entries(plan.models)) {
      if (own.updates === 'none') continue;
      const card = JSON.parse(await readFile(join(MODELS, id, 'card.json'), 'utf8')) as { benchmark: { figures: [] } };
      expect(boundsRead(own.bounds, pointsOf(card.benchmark.figures)).filter(({ held }) => !held)).toEqual([]);
    }
  });
});

describe('F040 an update within the plan', () => {
  it('is measured, installed, used, compared on a case and taken back', async () => {
    const { data, desk } = await station();
    const change = await desk.install(await update(), author);
    expect(change).toMatchObject({ id: ID, from: '1.1.0', to: '1.2.0', publisher: 'Model house' });
    expect(change.held.find((line) => line.startsWith('TransNEO: discrimination'))).toBe(
      'TransNEO: discrimination 0.8127 (at least 0.8)',
    );
    expect(await versionOf(desk)).toBe('1.2.0');
    // Another opening of the same folder finds it too: it is the site that chose it, not this process.
    expect(await versionOf(await openModels(MODELS, siteModels(data)))).toBe('1.2.0');
    const { record, intake, profile } = caseOf();
    const others = await desk.others({ record, intake, profile });
    expect(others.find((one) => one.id === ID)).toMatchObject({ version: '1.2.0' });
    const [pair] = await desk.onCase({ record, intake, profile });
    expect(pair?.versions.map(({ version, inUse }) => [version, inUse])).toEqual([
      ['shipped', false],
      ['1.2.0', true],
    ]);
    expect(pair?.versions[1]?.sentence).toBe(pair?.versions[0]?.sentence);
    const difference = await desk.diff(ID);
    expect(difference).toMatchObject({ from: 'shipped', to: '1.2.0', filesChanged: ['card.json'] });
    expect(difference.figures).toContainEqual({ set: 'TransNEO', figure: 'discrimination', from: 0.8127, to: 0.8127 });

    const measured = await desk.figures(ID);
    expect(measured.map(({ version, inUse, filesChanged }) => [version, inUse, filesChanged])).toEqual([
      ['shipped', false, []],
      ['1.2.0', true, ['card.json']],
    ]);
    expect(measured[1]).toMatchObject({ measure: 'AUC', figures: [{ set: 'TransNEO', patients: 147 }] });
    expect(measured[1]?.figures[0]?.discrimination?.value).toBe(0.8127);
    expect(await desk.figures('drug-sensitivity')).toEqual([]);

    expect(await codeOf(desk.install(await update(), author))).toBe('version-conflict');
    expect(await desk.rollback(ID, author)).toMatchObject({ from: '1.2.0', by: 'Admin', reason: 'test' });
    expect((await desk.changes()).map(({ act, from, to }) => [act, from, to])).toEqual([
      ['installed', '1.1.0', '1.2.0'],
      ['rolled-back', '1.2.0', undefined],
    ]);
    expect(await versionOf(desk)).toBe('1.1.0');
    expect(await codeOf(desk.rollback(ID, author))).toBe('not-found');
  });

  it('is not installed where the person cancels while it is measured; the journal has neither it nor a refusal', async () => {
    const { desk } = await station();
    const folder = await update();
    const files = (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const);
    const bytes = zipSync(Object.fromEntries(await Promise.all(files)));
    const written: string[] = [];
    const vault = {
      user: { userId: 'u1', name: 'Admin' },
      append: ({ type }: { type: string }) => written.push(type),
      read: () => [],
    };
    const life = createModelLife({
      desk,
      vault: () => vault as unknown as Vault,
      tickets: { takeUpload: () => ({ fileName: 'v.zip', bytes }) } as unknown as TicketDesk,
    });
    const act = { act: 'install', ticket: 't', reason: 'refresh of the year' } as const;
    const person = new AbortController();
    const changing = life.change(act, person.signal).catch(faultFrom);
    person.abort();
    expect(await changing).toMatchObject({ code: 'cancelled' });
    expect([await versionOf(desk), await desk.changes(), written]).toEqual(['1.1.0', [], []]);
    expect(await life.change(act)).toMatchObject({ to: '1.2.0' });
    expect(written).toEqual(['model.installed']);
  });

  it('altered on the disk afterwards: named and not run, nothing older steps in, and it can be taken back', async () => {
    const { data, desk } = await station();
    await desk.install(await update(), author);
    const home = join(data, 'models', ID);
    const file = join(home, (await readdir(home))[0] ?? '', 'model.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    await writeFile(file, bytes);
    const opened = await openModels(MODELS, siteModels(data));
    expect((await opened.status()).find(({ id }) => id === ID)).toMatchObject({
      state: 'altered',
      reason: expect.stringContaining('not used'),
      earlier: ['shipped'],
    });
    const { record, intake, profile } = caseOf();
    expect((await opened.others({ record, intake, profile })).find(({ id }) => id === ID)).toMatchObject({
      state: 'unavailable',
    });
    const again = await createModelDesk({ shipped: MODELS, site: siteModels(data), clock });
    await again.rollback(ID, author);
    expect(await versionOf(again)).toBe('1.1.0');
  });
});

describe('F040, F119 refused, with what was in use still in use', () => {
  it.each<[string, () => Promise<string>, string, string]>([
    [
      'unsigned',
      async () => {
        const folder = await update();
        await rm(join(folder, 'manifest.sig'));
        return folder;
      },
      'signature-unknown',
      'model is not signed',
    ],
    [
      'of a publisher that is not enrolled',
      () => update(undefined, { key: stranger }),
      'signature-unknown',
      'enrolled',
    ],
    [
      'altered after it was signed',
      async () => {
        const folder = await update();
        await writeFile(join(folder, 'input.json'), '{}');
        return folder;
      },
      'model-altered',
      'file',
    ],
    [
      'half copied',
      async () => {
        const folder = await update();
        await rm(join(folder, 'model.onnx'));
        return folder;
      },
      'model-altered',
      'missing',
    ],
    ['older than the one in use', () => update(undefined, { version: '1.0.9' }), 'version-conflict', 'not newer'],
    [
      'for another use',
      () =>
        update((_, card) => {
          card.intendedUse = 'Decides who is treated.';
        }),
      'model-outside-plan',
      'card.json: intendedUse',
    ],
    [
      'that reads another column',
      () =>
        update(async (folder) => {
          const text = await readFile(join(folder, 'input.json'), 'utf8');
          await writeFile(join(folder, 'input.json'), text.replace('"unit": "mm"', '"unit": "cm"'));
        }),
      'model-outside-plan',
      'columns.*.',
    ],
    [
      'with a file that the plan does not know',
      () => update((folder) => writeFile(join(folder, 'extra.bin'), 'more')),
      'model-outside-plan',
      'extra.bin',
    ],
    [
      'whose runtime gives other numbers than its training',
      () =>
        update(async (folder) => {
          const parity = JSON.parse(await readFile(join(folder, 'parity.json'), 'utf8'));
          parity.probability[3] += 0.01;
          await writeFile(join(folder, 'parity.json'), JSON.stringify(parity));
        }),
      'model-outside-plan',
      'training framework',
    ],
    [
      'whose card states better figures than its predictions give',
      () =>
        update((_, card) => {
          card.benchmark.figures = JSON.parse(JSON.stringify(card.benchmark.figures).replace('0.8127', '0.9127'));
        }),
      'schema-invalid',
      'other figures',
    ],
    [
      'that ranks worse than the floors, and says so',
      () =>
        update(async (folder, card) => {
          const [head = '', ...rows] = (await readFile(join(folder, 'predictions.csv'), 'utf8')).trim().split('\n');
          const names = head.split(',');
          const [at, score] = [names.indexOf('probability'), names.indexOf('score')];
          const worse = rows.map((row, i) => {
            const cells = row.split(',');
            for (const place of [at, score])
              if (place >= 0) cells[place] = String((Number(cells[place]) + (i % 7) / 7) / 2);
            return cells.join(',');
          });
          await writeFile(join(folder, 'predictions.csv'), `${[head, ...worse].join('\n')}\n`);
          const { figures } = await benchmarkModel('', ID, (file) => readFile(join(folder, file)));
          card.benchmark.figures = figures;
        }),
      'model-outside-plan',
      'misses the plan',
    ],
    [
      'with an operator off the list',
      () =>
        update(async (folder) => {
          const bytes = await readFile(join(folder, 'model.onnx'));
          bytes.write('\x22\x07Softmax', bytes.indexOf('\x22\x07Sigmoid'));
          await writeFile(join(folder, 'model.onnx'), bytes);
        }),
      'schema-invalid',
      'Softmax',
    ],
    [
      'of a model that is not updated from outside',
      () => update(undefined, { id: 'drug-sensitivity' }),
      'model-outside-plan',
      'not updated',
    ],
    [
      'of a model that does not ship',
      () =>
        update((_, card) => {
          card.id = 'stranger';
        }),
      'model-outside-plan',
      'no such model',
    ],
  ])('%s', async (_, make, code, words) => {
    const { desk, data } = await station();
    const folder = await make();
    const fault = await desk.install(folder, author).catch(faultFrom);
    expect(fault).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(await versionOf(desk)).toBe('1.1.0');
    expect(await readdir(join(data, 'models')).catch(() => [])).toEqual([]);
  });

  it('evidence as a model and a model as evidence', async () => {
    const { desk, data } = await station();
    const packs = await createPackDesk({ folder: join(MODELS, 'knowledge'), site: join(data, 'packs'), clock });
    expect(await codeOf(packs.install(await update(), author))).toBe('pack-altered');
    const pack = join(root, 'pack');
    await cp(join(MODELS, 'knowledge', 'hotspots'), pack, { recursive: true });
    await signPack(pack, pem);
    expect(await codeOf(desk.install(pack, author))).toBe('model-altered');
  });
});
