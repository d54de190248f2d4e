// @vitest-environment node
/** F039, F080: a case that two versions of a model have scored, the second installed from outside. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { packFolder } from '../../../electron/case/index.ts';
import { signModel } from '../../../electron/prediction/index.ts';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices } from '../../../electron/services.ts';
import { programRoot } from '../../../electron/shipped.ts';
import { comparisonOf, partsOf, type Ready } from '../../../renderer/board/compare-sides.ts';
import { compareVersions } from '../../../shared/board/compare-versions.ts';
import { type CaseId, Sha256 } from '../../../shared/foundation/ids.ts';
import type { Predictions } from '../../../shared/prediction/predictions.ts';

const program = programRoot(import.meta.url);
const ID = 'aggressiveness';
/** The later version counts each part of the risk a tenth less. */
const RECALIBRATED = 0.9;

describe('F039 F080 two versions of a model', () => {
  let folder: string;
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('stand beside each other on the case that both scored, what differs first', async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-versions-'));
    const tickets = createTicketDesk();
    const services = await createServices(
      machinePorts({
        host: 'memory',
        capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        dataFolder: join(folder, 'data'),
        tickets,
        program,
      }),
    );
    await services.vault.create({ boardName: 'Board', userName: 'chair', password: 'a quiet meadow behind the mill' });
    const packed = await packFolder(join(program, 'sample-cases/msi-colorectal'));
    if (!packed.ok) throw new Error(packed.fault.message);
    let caseId: CaseId | undefined;
    for await (const step of services.cases.import(packed.value)) if (step.kind === 'done') caseId = step.caseId;
    if (caseId === undefined) throw new Error('the sample was not brought in');

    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const update = join(folder, 'update');
    await cp(join(program, 'models', ID), update, { recursive: true });
    const edit = async (file: string, change: (document: Record<string, unknown>) => void) => {
      const document = JSON.parse(await readFile(join(update, file), 'utf8')) as Record<string, unknown>;
      change(document);
      await writeFile(join(update, file), JSON.stringify(document));
    };
    await edit('card.json', (card) => {
      card.version = '1.2.0';
    });
    await edit('population.json', (population) => {
      const factors = population.calibration as Record<string, number>;
      population.calibration = Object.fromEntries(
        Object.entries(factors).map(([subset, factor]) => [subset, factor * RECALIBRATED]),
      );
    });
    await signModel(update, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), '2026-11-26');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await services.packLife.enroll({ pem, name: 'Model house', reason: 'key compared by telephone' });
    const names = await readdir(update);
    const files = await Promise.all(names.map(async (name) => [name, await readFile(join(update, name))] as const));
    const zip = zipSync(Object.fromEntries(files), { level: 0 });
    const { ticket } = tickets.expectUpload({ fileName: 'update.zip', sizeBytes: zip.byteLength });
    tickets.arrive(ticket, zip);
    await services.models.change({ act: 'install', ticket, reason: 'recalibrated on later follow-up' });
    for await (const _ of services.cases.analyze(caseId, {}));

    const view = await services.cases.open(caseId);
    const analyses = services.board.analyses(caseId);
    expect(partsOf(view, analyses).flatMap(({ part, label }) => (part.startsWith('analysis') ? [label] : []))).toEqual([
      expect.stringMatching(/: aggressiveness 1\.1\.0$/),
      expect.stringMatching(/: aggressiveness 1\.2\.0$/),
    ]);
    const sides = await Promise.all(
      analyses.map(
        async ({ sequence }): Promise<Ready> => ({
          chosen: { caseId: view.listing.caseId, part: `analysis:${sequence}` },
          view,
          earlier: await services.board.analysis({ caseId: view.listing.caseId, sequence }),
        }),
      ),
    );
    const [a, b] = sides as [Ready, Ready];
    const found = comparisonOf(a, b);
    if (found.kind !== 'findings') throw new Error('two analyses were not compared');
    // The findings are the same: a model changes none.
    expect(found.rows.filter(({ change }) => change !== 'same')).toEqual([]);
    expect(found.read.map(({ what }) => what)).toEqual(['Estimate: Aggressiveness']);

    const lines = new Map(found.versions.map((line) => [line.what, line]));
    expect(lines.size).toBe(found.versions.length);
    expect(found.versions[0]).toMatchObject({
      what: 'Model aggressiveness',
      a: expect.stringMatching(/^version 1\.1\.0, file [0-9a-f]{12}$/),
      b: expect.stringMatching(/^version 1\.2\.0, file [0-9a-f]{12}$/),
    });
    const differing = found.versions.map(({ differs }) => differs);
    expect(differing).toEqual([...differing].sort((x, y) => Number(y) - Number(x)));
    // Both numbers are those of the two stored answers, and the later one is what the recalibration makes of the former.
    const [former, later] = sides.map(({ earlier }) => earlier?.predictions.aggressiveness);
    if (former?.state !== 'computed' || later?.state !== 'computed') throw new Error('a version gave no estimate');
    expect(later.logRisk).toBeCloseTo(former.logRisk * RECALIBRATED, 6);
    expect(lines.get('Percentile of risk')).toMatchObject({
      a: `${former.percentile.toFixed(1)} %`,
      b: `${later.percentile.toFixed(1)} %`,
      differs: true,
    });
    for (const word of ['clinical facts', 'copy number', 'mutations', 'expression'])
      expect(lines.get(`Read of ${word}`)).toMatchObject({ differs: false });
    expect(lines.get('Cohort')?.differs).toBe(false);
    services.session.end();
    services.laboratory.end();
    await services.vault.lock();
  });

  const models = (version: string): Predictions['models'] => [
    { id: ID, version, sha256: Sha256.parse('a'.repeat(64)) },
  ];

  it('an estimate beside none says why there is none, and what is the same is no table', () => {
    const abstained: Predictions = {
      aggressiveness: {
        state: 'abstained',
        reason: 'No cohort of the model is of this tumor type (IHCH).',
        detail: [],
        modalities: [{ modality: 'rna', state: 'absent', reason: 'no file', featuresUsed: 0, featuresInModel: 9 }],
      },
      models: models('1.0.0'),
    };
    const unavailable: Predictions = {
      aggressiveness: { state: 'unavailable', reason: 'The model is not here.' },
      models: [],
    };
    expect(compareVersions({ predictions: abstained }, { predictions: structuredClone(abstained) })).toEqual([]);
    expect(compareVersions({ predictions: abstained }, { predictions: unavailable })).toEqual([
      { what: 'Model aggressiveness', a: 'version 1.0.0, file aaaaaaaaaaaa', b: undefined, differs: true },
      {
        what: 'Estimate',
        a: 'abstained: No cohort of the model is of this tumor type (IHCH).',
        b: 'unavailable: The model is not here.',
        differs: true,
      },
      { what: 'Read of expression', a: 'absent: no file', b: undefined, differs: true },
    ]);
  });

  it('a pack of another version is told with its day', () => {
    const pack = (version: string, asOf: string) => ({
      packs: [{ id: 'civic', version, asOf, manifestSha256: Sha256.parse('b'.repeat(64)) }],
    });
    expect(compareVersions(pack('1', '2026-01-01'), pack('2', '2026-06-01'))).toEqual([
      {
        what: 'Pack civic',
        a: 'version 1 of 2026-01-01, file bbbbbbbbbbbb',
        b: 'version 2 of 2026-06-01, file bbbbbbbbbbbb',
        differs: true,
      },
    ]);
  });
});
