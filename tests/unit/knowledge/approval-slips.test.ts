/** F013: what the source of approvals says against its own text is mended by entry, and what is new stops the build. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import {
  APPROVAL_SLIPS,
  contradictsLabel,
  partnersNamed,
  type SourceStatement,
  withoutSlips,
} from '../../../models/knowledge/build/approval-slips.ts';

const agents = ['Carboplatin', 'Pemetrexed', 'Paclitaxel', 'Nab-paclitaxel', 'Trastuzumab', 'Trastuzumab emtansine'];
const tables = {
  therapyId: (name: string) => name.length,
  diseaseId: (name: string) => -name.length,
  biomarkerId: (name: string, present: boolean) => (present ? 1_000_000 + name.length : 918),
  biomarkerName: (id: number) => (id === 82 ? 'dMMR' : id === 1356 ? 'HER2-positive' : String(id)),
};
const source: readonly SourceStatement[] = [
  ...APPROVAL_SLIPS.flatMap(({ statements, indicationId }) => statements.map((id) => ({ id, indicationId }))),
  { id: 190, indicationId: 'ind:fda.gleevec:7' },
  { id: 1, indicationId: 'ind:other' },
].map((one) => ({ ...one, diseaseId: 5, therapyIds: [1, 2], biomarkerIds: [one.id] }));

describe('slips of the source', () => {
  it('each entry mends its statements or leaves them out; the others pass as they are', () => {
    const all = withoutSlips(source, tables);
    const mended = new Map(all.map((one) => [one.id, one]));
    expect(mended.get(1)).toEqual(source.at(-1));
    expect(mended.get(885)?.therapyIds).toEqual(['Pemigatinib'.length]);
    expect(mended.get(940)?.therapyIds).toEqual([1, 2, 'Pemetrexed'.length]);
    expect(mended.get(191)?.biomarkerIds).toEqual([190]);
    expect(mended.get(918)?.biomarkerIds).toEqual([1_000_000 + 'BCR::ABL1'.length]);
    expect(mended.get(741)?.biomarkerIds).toEqual([741]);
    expect([mended.get(82)?.biomarkerIds, mended.get(1356)?.biomarkerIds]).toEqual([[], []]);
    // Hormone receptors by either of two: an alternative each.
    expect(all.filter(({ id }) => id === 704).map(({ biomarkerIds }) => biomarkerIds)).toEqual([
      [704, 1_000_000 + 'ER positive'.length],
      [704, 1_000_000 + 'PR positive'.length],
    ]);
    expect(mended.get(642)?.diseaseId).toBe(-'Invasive Breast Carcinoma'.length);
    expect(mended.get(2255)?.indicationId).toBe('ind:hc.tibsovo:1');
    const left = APPROVAL_SLIPS.filter(({ instead }) => instead === undefined).flatMap(({ statements }) => statements);
    expect(left).toHaveLength(12);
    expect(left.filter((id) => mended.has(id))).toEqual([]);
    expect(mended.size).toBe(source.length - left.length);
  });

  it('a statement that moved stops the build: what was read is no longer what stands there', () => {
    const moved = source.map((one) => (one.id === 247 ? { ...one, indicationId: 'ind:fda.rydapt:1' } : one));
    expect(() => withoutSlips(moved, tables)).toThrow(/statement 247 is no longer of ind:fda.rydapt:0/);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'two partners',
      'is indicated in combination with carboplatin and pemetrexed for adults',
      ['Carboplatin', 'Pemetrexed'],
    ],
    ['part of another name', 'in combination with nab-paclitaxel for adults', ['Nab-paclitaxel']],
    ['a conjugate is one agent', 'in combination with trastuzumab emtansine for adults', ['Trastuzumab emtansine']],
    ['a choice', 'in combination with carboplatin or paclitaxel for adults', []],
    ['left open', 'in combination with pemetrexed with or without carboplatin for adults', []],
    ['alone as well', 'as monotherapy or in combination with carboplatin for adults', []],
    ['no partner', 'is indicated for adults', []],
  ])('partners in a text: %s', (_, text, partners) => {
    expect(partnersNamed(text, agents)).toEqual(partners);
  });

  it('a label of another agent and a partner left out are told', () => {
    const label = { documentId: 'doc:x', generic: 'pemigatinib', indication: 'is indicated for adults' };
    expect(contradictsLabel(label, ['Elacestrant'], agents)).toBe('its label is that of pemigatinib');
    expect(contradictsLabel(label, ['Pemigatinib'], agents)).toBeUndefined();
    const positive = { documentId: 'doc:y', generic: 'imatinib', indication: 'adults with relapsed Ph+ ALL' };
    const some = 'relapsed ALL. Patients with Philadelphia chromosome-positive ALL should have failed imatinib.';
    const asks = (indication: string) =>
      contradictsLabel({ ...positive, indication }, ['Imatinib'], agents, ['BCR::ABL1']);
    expect(asks(positive.indication)).toContain('asks for its absence');
    expect(asks(some)).toBeUndefined();
    const pair = { ...label, generic: null, indication: 'in combination with pemetrexed and carboplatin for adults' };
    expect(contradictsLabel(pair, ['Osimertinib', 'Carboplatin'], agents)).toBe('its text gives it with Pemetrexed');
  });
});

describe('the pack without them', () => {
  const of = async () =>
    (await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'))).approvals()?.all ?? [];

  it('no breast cancer drug for bile ducts, no EGFR pair after its own failure, no label of half a regimen', async () => {
    const all = await of();
    const by = (indicationId: string) =>
      all.filter((one) => one.indicationId === indicationId).map(({ therapies }) => therapies.join('+'));
    expect(by('ind:ema.pemazyre:0')).toEqual(['Pemigatinib']);
    expect(by('ind:hse.00889:a')).toEqual(['Pemigatinib']);
    expect(by('ind:fda.lynparza:6')).toEqual(['Olaparib']);
    expect(by('ind:ema.rybrevant:2')).toEqual(['Amivantamab+Carboplatin+Pemetrexed']);
    expect(by('ind:ema.tagrisso:3')).toEqual([
      'Cisplatin+Osimertinib+Pemetrexed',
      'Carboplatin+Osimertinib+Pemetrexed',
    ]);
    // Fulvestrant was asked for the absence of the receptor it aims at, trastuzumab with anastrozole for no receptor.
    const asks = (indicationId: string) =>
      all.filter((one) => one.indicationId === indicationId).flatMap(({ biomarkers }) => biomarkers);
    expect([...asks('ind:hse.00361:a'), ...asks('ind:hse.00361:b')]).toEqual([['ER positive'], ['ER positive']]);
    expect(asks('ind:ema.herceptin:3')).toEqual([
      ['HER2-positive', 'ER positive'],
      ['HER2-positive', 'PR positive'],
      ['ERBB2 amplification', 'ER positive'],
      ['ERBB2 amplification', 'PR positive'],
    ]);
    expect(
      all
        .filter(({ therapies }) => therapies.includes('Elacestrant'))
        .every(({ disease }) => /Breast/.test(disease.name)),
    ).toBe(true);
  });
});
