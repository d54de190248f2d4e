import { describe, expect, it } from 'vitest';
import { attachmentsOf } from '../../../electron/report/attachments.ts';
import { reportInput as inputOf, watchReport } from '../../../electron/report/index.ts';
import { printReport } from '../../../electron/report/pdf.ts';
import { interpret } from '../../../shared/molecular/interpret.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { assembleOptions } from '../../../shared/therapy/assemble.ts';
import { makeIdentity } from '../../support/identity.ts';
import { change, item, knowledge, nothingTested } from '../molecular/support/case.ts';
import { handMadeKnowledge, hashOf, reportInput, wholeIntake, wholeRecord } from './support/input.ts';
import { opened, signed } from './support/signing.ts';

const now = '2026-05-01T14:05:00.000Z';
const identity = await makeIdentity({
  name: 'Dr. Board Signer',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2036-01-01T00:00:00Z'),
});

/** Three cases: EGFR with T790M, EGFR without it, and one without any change in EGFR. */
const variants = wholeIntake().variants;
const of = (...genes: string[]) => variants.filter((one) => genes.some((name) => JSON.stringify(one).includes(name)));
const intakes = {
  both: of('Leu858Arg', 'Thr790Met', 'TP53'),
  first: of('Leu858Arg', 'TP53'),
  other: of('TP53'),
};

async function signedReport(caseId: string, own: typeof variants): Promise<Uint8Array> {
  const signer = await opened(identity, now);
  const basis = reportInput({
    record: wholeRecord({ caseId }),
    intake: wholeIntake({ ledger: nothingTested, variants: own }),
  });
  const { record, intake, profile, predictions, options } = basis;
  const input = inputOf({
    ...basis,
    documents: { record, intake, profile, predictions, options },
    signature: { signer: signer.signer, meaning: 'approval', signedAt: now, algorithm: signer.algorithm },
  });
  // What is watched are the documents inside; their pages take long to draw and are not read.
  const pages = { ...composeReport(input), front: [], appendix: [] };
  const { bytes } = await printReport(pages, input, 'final', attachmentsOf(input));
  return signed(bytes, signer, { meaning: 'approval', signedAt: now });
}

const withPack = (known: MolecularKnowledge) => (bytes: Uint8Array) =>
  watchReport(bytes, async ({ record, intake, predictions }) => {
    const profile = interpret({ record, intake, knowledge: known });
    return {
      documents: { record, intake, profile, predictions, options: assembleOptions({ record, profile, knowledge: {} }) },
      from: 'what was read',
    };
  });

describe('the watch on signed reports (F099, G30)', () => {
  it('finds exactly the reports that a reclassification touches, with the difference', async () => {
    expect(intakes.both.length).toBe(3);
    const reports = await Promise.all(Object.entries(intakes).map(([name, own]) => signedReport(name, own)));
    const same = withPack(handMadeKnowledge());
    for (const bytes of reports) expect(await same(bytes)).toMatchObject({ state: 'unchanged', differences: [] });

    // A new pack that says the same of all but T790M, of which it now says level C.
    const evidence = [
      item(change('EGFR', 'L858R'), { id: 'EID1', therapies: ['Erlotinib'], level: 'A', trialIds: ['NCT00000001'] }),
      item(change('EGFR', 'L858R'), { id: 'EID2', therapies: ['Osimertinib'], level: 'A' }),
      item(change('EGFR', 'T790M'), { id: 'EID3', therapies: ['Osimertinib'], level: 'C' }),
    ];
    const before = withPack(knowledge(evidence.map((one) => (one.id === 'EID3' ? { ...one, level: 'A' } : one))));
    const after = withPack(
      knowledge(evidence, {
        packs: [{ id: 'hand-made', version: '2', asOf: '2026-06-01', manifestSha256: hashOf('pack 2') }],
      }),
    );
    const seeded = [];
    for (const bytes of reports) {
      const [old, fresh] = [await before(bytes), await after(bytes)];
      const line = (one: (typeof old.differences)[number]): string => `${one.part} ${one.what}: ${one.after}`;
      const known = new Set(old.differences.map(line));
      seeded.push(fresh.differences.map(line).filter((one) => !known.has(one)));
      expect(fresh.sources).toContain('pack hand-made: 1 → 2');
    }
    expect(
      seeded[0]?.some(
        (line) => (line.startsWith('finding EGFR') && line.includes('T790M')) || line.includes('Thr790Met'),
      ),
    ).toBe(true);
    expect(seeded.slice(1)).toEqual([[], []]);
  });

  it('never calls unchanged what it could not compare', async () => {
    const bytes = await signedReport('both', intakes.both);
    const found = await watchReport(bytes, async () => {
      throw new Error('no bundle');
    });
    expect(found).toMatchObject({ state: 'not-compared', caseId: 'both', differences: [] });
  });
});
