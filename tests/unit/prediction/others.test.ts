import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openModels } from '../../../electron/prediction/index.ts';
import { FeatureTable } from '../../../shared/prediction/model-files.ts';
import { modelOfOption } from '../../../shared/prediction/option-models.ts';
import { comparableTo, type OtherModel, predictiveValues, wilson } from '../../../shared/prediction/other-models.ts';
import { caseOf, likeCohort, MODELS, normals } from './support.ts';

type Documents = ReturnType<typeof caseOf>;

describe('arithmetic', () => {
  it('F064 the prevalence changes PPV and NPV by Bayes', () => {
    const at = { sensitivity: 0.8, specificity: 0.9 };
    expect(predictiveValues(at, 0.5).ppv).toBeCloseTo(8 / 9, 9);
    expect(predictiveValues(at, 0.1).ppv).toBeCloseTo(0.08 / 0.17, 9);
    expect(predictiveValues(at, 0.1).npv).toBeCloseTo(0.81 / 0.83, 9);
    expect(predictiveValues({ sensitivity: 0, specificity: 1 }, 0.3).ppv).toBeUndefined();
  });
  it('Wilson’s interval of 20 of 100, and F037 nothing of fewer than 30', () => {
    const [low, high] = wilson(0.2, 100);
    expect(low).toBeCloseTo(0.1334, 3);
    expect(high).toBeCloseTo(0.2888, 3);
    expect(comparableTo(0.1, [[0.1, 0.1, 29]])).toBeUndefined();
    expect(
      comparableTo(0.18, [
        [0.1, 0.05, 90],
        [0.2, 0.3, 91],
      ]),
    ).toMatchObject({ n: 91, observed: 0.3 });
  });
});

describe('table models put to a case', () => {
  let others: (documents: Documents) => Promise<OtherModel[]>;
  beforeAll(async () => {
    const models = await openModels(MODELS);
    others = (documents) => models.others(documents);
  });
  const named = (all: readonly OtherModel[], id: string): OtherModel => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const lung = (): Documents => {
    const documents = caseOf({ stage: 'IVB', mutated: ['KRAS'], panel: ['KRAS', 'BRAF', 'TP53'] });
    documents.intake.biomarkers.push(
      {
        name: 'TMB',
        label: 'TMB',
        value: 14,
        unit: 'mutations/Mb',
        method: 'panel',
        assayId: 'a1',
        file: 'files/b.json',
      },
      { name: 'PD-L1', label: 'PD-L1 TPS', value: 60, unit: '%', assayId: 'a1', file: 'files/b.json' },
    );
    documents.record.labs.push({ name: 'Albumin', loinc: '1751-7', value: 38, unit: 'g/L' });
    return documents;
  };

  it('checkpoint inhibitors: a number with an interval of comparable patients, contributions that sum to it', async () => {
    const said = named(await others(lung()), 'ici-response');
    if (said.state !== 'computed') throw new Error(said.state);
    const [value] = said.values;
    expect(value?.value).toBeGreaterThan((value?.low as number) - 1e-12);
    expect(value?.comparable).toBeGreaterThanOrEqual(30);
    expect(said.conformal).toMatch(
      /^Of all patients nine in ten have an outcome that is in their 90 % set; this set holds (.+ and none, so it leaves both open|.+ alone, which excludes nothing for one patient)\. Out of fold this held for .+ \(tumor type: NSCLC\)/,
    );
    const sum = said.contributions.reduce((all, one) => all + one.value, said.baseline ?? Number.NaN);
    expect(sum).toBeCloseTo(value?.value as number, 5);
    expect(said.known.find(({ column }) => column === 'Albumin')?.value).toBe('3.8');
    expect(said.unknown).toContain('blood neutrophils to lymphocytes');
    expect(said.contributions.find(({ label }) => label.startsWith('PD-L1'))?.value).toBeGreaterThan(0);
  });
  it('design rule 1: without TMB and PD-L1 the state is "not assayed", and no number stands', async () => {
    const documents = lung();
    documents.intake.biomarkers.length = 0;
    const said = named(await others(documents), 'ici-response');
    expect(said).toMatchObject({ state: 'not-assayed', missing: [expect.stringContaining('tumor mutational burden')] });
    expect(JSON.stringify(said)).not.toContain('"value"');
  });
  it('TMB in another unit, out of range or CPS for TPS is not taken for what the model reads', async () => {
    const percent = lung();
    Object.assign(percent.intake.biomarkers[0] ?? {}, { unit: 'percentile' });
    Object.assign(percent.intake.biomarkers[1] ?? {}, { label: 'PD-L1 CPS' });
    expect(named(await others(percent), 'ici-response').state).toBe('not-assayed');
    const counts = lung();
    Object.assign(counts.intake.biomarkers[0] ?? {}, { value: 4000 });
    expect(named(await others(counts), 'ici-response')).toMatchObject({
      state: 'abstained',
      reason: expect.stringContaining('outside 0 to 500'),
    });
  });
  it('early disease and other tumors are not the model’s, with the reason', async () => {
    const early = named(await others(caseOf({ stage: 'IB' })), 'ici-response');
    expect(early).toMatchObject({ state: 'not-applicable', reason: expect.stringContaining('advanced') });
    expect(named(await others(lung()), 'breast-prognosis').state).toBe('not-applicable');
    const rare = await others(caseOf({ code: 'UM', ancestors: ['EYE'], stage: 'IV' }));
    expect(rare.map(({ state }) => state)).toEqual(Array(4).fill('not-applicable'));
  });
  it('breast: prognosis from the record; response not assayed without size and Allred score; men and stage IV out', async () => {
    const breast = caseOf({ code: 'IDC', ancestors: ['BRCA', 'BREAST'], stage: 'IIA', grade: 'G3', mutated: ['TP53'] });
    breast.record.diagnosis.attributes = { 'estrogen-receptor': 'positive (90 %)', her2: 'negative' };
    const all = await others(breast);
    const prognosis = named(all, 'breast-prognosis');
    if (prognosis.state !== 'computed') throw new Error(prognosis.state);
    expect(prognosis.operating?.sensitivity).toBeGreaterThan(0.5);
    // F032: nothing in this case shows that the mutations are the patient's; beside sound expression they count.
    expect(prognosis.sentence).toContain('nothing in the case vouches for mutations');
    expect(prognosis.known.some(({ column }) => column.endsWith('_mut'))).toBe(false);
    const features = FeatureTable.parse(
      JSON.parse(await readFile(join(MODELS, 'aggressiveness', 'features.json'), 'utf8')),
    );
    const vouched = caseOf({
      ...{ code: 'IDC', ancestors: ['BRCA', 'BREAST'], stage: 'IIA', grade: 'G3', mutated: ['TP53'] },
      ...likeCohort(features, 'BRCA', normals(5)),
    });
    vouched.record.diagnosis.attributes = breast.record.diagnosis.attributes;
    const counted = named(await others(vouched), 'breast-prognosis');
    if (counted.state !== 'computed') throw new Error(counted.state);
    expect(counted.sentence).not.toContain('vouches');
    expect(counted.known.find(({ column }) => column === 'TP53_mut')?.value).toBe('1');
    expect(counted.values[0]?.value).not.toBe(prognosis.values[0]?.value);
    const response = named(all, 'neoadjuvant-response');
    expect(response.state === 'not-assayed' && response.missing.length).toBeGreaterThan(1);
    breast.record.diagnosis.stage = 'IV';
    expect(named(await others(breast), 'breast-prognosis')).toMatchObject({ state: 'not-applicable' });
  });
  it('F031 response: limits by group are told of a score with every modality, and of none without one', async () => {
    const { columns } = JSON.parse(await readFile(join(MODELS, 'neoadjuvant-response', 'input.json'), 'utf8')) as {
      columns: { name: string; values?: number[]; typical?: [number, number]; unknown?: string }[];
    };
    const breast = (without: RegExp): Documents => {
      const documents = caseOf({ code: 'IDC', ancestors: ['BRCA', 'BREAST'], stage: 'IIA', grade: 'G3' });
      documents.record.diagnosis.tnm = { t: 'cT2', n: 'cN1' };
      documents.record.diagnosis.attributes = {
        ...Object.fromEntries(
          columns
            .filter(({ name }) => !without.test(name))
            .map(({ name, values, typical: [low, high] = [0, 12] }) => [name, String(values?.[1] ?? (low + high) / 2)]),
        ),
        ...{ 'estrogen-receptor': 'negative', her2: 'positive' },
      };
      return documents;
    };
    const whole = named(await others(breast(/nothing/)), 'neoadjuvant-response');
    if (whole.state !== 'computed') throw new Error(`${whole.state}: ${JSON.stringify(whole)}`);
    expect(whole.conformal).toMatch(
      /^Of all patients nine in ten .+ this set holds .+ Out of fold this held for .+ \(HER2: HER2 positive\), .+ \(age: .+\), .+ \(ER: ER negative\)\.$/,
    );
    const part = named(await others(breast(/^TIDE/)), 'neoadjuvant-response');
    if (part.state !== 'computed') throw new Error(part.state);
    expect(part).not.toHaveProperty('conformal');
  });
  it('seven drugs of cell lines with conformal intervals; a mutation of BRAF lowers the dose in the dish', async () => {
    const melanoma = (mutated: string[]) =>
      caseOf({ code: 'SKCM', ancestors: ['MEL', 'SKIN'], stage: 'IV', mutated, panel: ['BRAF', 'NRAS'] });
    const [with_, without] = await Promise.all(
      [['BRAF'], []].map(async (genes) => named(await others(melanoma(genes)), 'drug-sensitivity')),
    );
    if (with_?.state !== 'computed' || without?.state !== 'computed') throw new Error('no answer');
    expect(with_.values).toHaveLength(7);
    const dabrafenib = (one: typeof with_) =>
      one.values.find(({ agent }) => agent === 'Dabrafenib')?.value ?? Number.NaN;
    expect(dabrafenib(with_)).toBeLessThan(dabrafenib(without));
    for (const { low, high, value } of with_.values) expect(low < value && value < high).toBe(true);
  });
  it('an option is spoken of only where all its agents are what the model learned from', async () => {
    const all = await others(lung());
    expect(modelOfOption(['Pembrolizumab'], all)?.modelId).toBe('ici-response');
    expect(modelOfOption(['Nivolumab', 'Ipilimumab'], all)?.modelId).toBe('ici-response');
    expect(modelOfOption(['Pembrolizumab', 'Carboplatin'], all)).toBeUndefined();
    expect(modelOfOption(['Dabrafenib'], all)).toMatchObject({
      modelId: 'drug-sensitivity',
      value: { agent: 'Dabrafenib' },
    });
    expect(modelOfOption(['Dabrafenib', 'Trametinib'], all)).toBeUndefined();
    expect(modelOfOption(['Pembrolizumab'], [])).toBeUndefined();
  });
  it('a missing model says so and the others stand; the same case gives the same bytes', async () => {
    const none = await openModels('/nowhere');
    expect((await none.others(lung())).map(({ state }) => state)).toEqual(Array(4).fill('unavailable'));
    expect(JSON.stringify(await others(lung()))).toBe(JSON.stringify(await others(lung())));
  });
});
