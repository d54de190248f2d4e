import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateCases, openModels } from '../../../electron/prediction/index.ts';
import { FeatureTable } from '../../../shared/prediction/model-files.ts';
import { caseOf, likeCohort, MODELS, mixedUp, normals } from './support.ts';

const table = FeatureTable.parse(JSON.parse(await readFile(join(MODELS, 'aggressiveness', 'features.json'), 'utf8')));
const PATIENTS = 36;
const random = normals(3);
const genes = { rna: table.columns.rna, mutation: ['TP53', 'KRAS', 'KEAP1'] };
const people = Array.from({ length: PATIENTS }, (_, i) => {
  const { expression, copyNumbers } = likeCohort(table, 'LUAD', random);
  return {
    id: `P${i}`,
    age: 45 + i,
    sex: i % 2 === 0 ? 'female' : 'male',
    stage: ['IA', 'IIB', 'IIIA', 'IV'][i % 4] as string,
    months: 5 + ((i * 37) % 60),
    dead: i % 3 === 0 ? 0 : 1,
    rna: expression.values,
    copies: copyNumbers,
    mutated: genes.mutation.map((_, k) => Number((i + k) % 3 === 0)),
  };
});

const file = (name: string, rows: readonly (readonly (string | number)[])[], delimiter = ',') => ({
  name,
  bytes: Buffer.from(`${rows.map((row) => row.join(delimiter)).join('\n')}\n`),
});
const clinical = file('clinical.csv', [
  ['case_id', 'tumor_type', 'age', 'sex', 'stage', 'survival_months', 'event'],
  ...people.map((p) => [p.id, 'LUAD', p.age, p.sex, p.stage, p.months, p.dead]),
]);
const expression = file('rna.csv', [
  ['case_id', ...genes.rna],
  ...people.map((p) => [p.id, ...genes.rna.map((gene) => p.rna[gene]?.toFixed(6) ?? '')]),
]);
const scores = async (files: readonly { name: string; bytes: Uint8Array }[], constants = {}) => {
  const found = await evaluateCases(MODELS, files, { constants });
  return { found, by: new Map(found.predictions.map(({ id = '', outputs }) => [id, outputs.score as number])) };
};

describe('a cohort of tables put to the aggressiveness model', () => {
  let plain: Awaited<ReturnType<typeof scores>>;
  beforeAll(async () => {
    plain = await scores([clinical, expression]);
  });

  it('each patient gets what the same patient gets as a case', async () => {
    const [first] = people;
    if (first === undefined) throw new Error('there are patients');
    const documents = caseOf({
      ageYears: first.age,
      sex: 'female',
      stage: first.stage,
      expression: {
        reference: 'TCGA LUAD',
        values: Object.fromEntries(Object.entries(first.rna).map(([gene, z]) => [gene, Number(z.toFixed(6))])),
      },
    });
    documents.record.diagnosis.tnm = {};
    const said = await (await openModels(MODELS)).predict(documents.record, documents.intake, documents.profile);
    if (said.aggressiveness.state !== 'computed') throw new Error(said.aggressiveness.reason);
    expect(plain.by.get('P0')).toBe(said.aggressiveness.logRisk);
    expect(plain.found).toMatchObject({ model: 'aggressiveness', rows: PATIENTS });
    const [survival] = plain.found.survival;
    expect(survival).toMatchObject({
      patients: plain.found.predictions.length,
      endpoint: expect.stringContaining('LUAD'),
    });
    expect(survival?.concordance?.low).toBeLessThan(survival?.concordance?.high ?? 0);
    expect(survival?.gainOverClinical).toBeDefined();
  });

  const wide = file(
    'cohort.tsv',
    [
      [
        'Patient ID',
        'ONCOTREE_CODE',
        'Age',
        'is_female',
        'Pathologic Stage',
        'OS.time',
        'censorship',
        ...genes.rna.map((gene) => `${gene}_rnaseq`),
      ],
      ...[...people]
        .reverse()
        .map((p) => [
          ...[
            p.id,
            'LUAD',
            `${p.age}`,
            p.sex === 'female' ? '1.0' : '0.0',
            `Stage ${p.stage}`,
            p.months * 30.4375,
            1 - p.dead,
          ],
          ...genes.rna.map((gene) => p.rna[gene]?.toFixed(6) ?? ''),
        ]),
    ],
    '\t',
  );
  const transposed = file('expression.csv', [
    ['gene', ...people.map((p) => p.id)],
    ...genes.rna.map((gene) => [gene, ...people.map((p) => p.rna[gene]?.toFixed(6) ?? '')]),
  ]);
  it.each([
    ['one wide table with suffixes, other names, tabs, days and censorship', [wide]],
    ['genes in rows', [clinical, transposed]],
    ['another order of tables', [expression, clinical]],
  ])('%s: the same scores and the same C', async (_, files) => {
    const other = await scores(files);
    expect(other.by.size).toBe(plain.by.size);
    expect([...other.by].sort()).toEqual([...plain.by].sort());
    expect(other.found.survival[0]?.concordance).toEqual(plain.found.survival[0]?.concordance);
  });

  it('symbols as Firehose writes them are read; Ensembl ids are refused, with one of them', async () => {
    const renamed = (name: (gene: string, i: number) => string) =>
      file('rna.csv', [
        ['case_id', ...genes.rna.map(name)],
        ...people.map((p) => [p.id, ...genes.rna.map((gene) => p.rna[gene]?.toFixed(6) ?? '')]),
      ]);
    const firehose = await scores([clinical, renamed((gene, i) => `${gene}|${i + 1}`)]);
    expect(firehose.by).toEqual(plain.by);
    await expect(scores([clinical, renamed((_, i) => `ENSG${String(i).padStart(11, '0')}.1`)])).rejects.toMatchObject({
      fault: { code: 'field-invalid', place: { field: 'ENSG00000000000.1' } },
    });
  });

  it('expression as TPM is standardised within the file, and that is said; of a few patients it is absent', async () => {
    const tpm = (n: number) =>
      file('rna.csv', [
        ['case_id', ...genes.rna],
        ...people
          .slice(0, n)
          .map((p) => [p.id, ...genes.rna.map((gene) => (2 ** ((p.rna[gene] ?? 0) + 5) - 1 + 31).toFixed(4))]),
      ]);
    const all = await scores([clinical, tpm(PATIENTS)]);
    expect(all.found.warnings.join(' ')).toContain("standardised within this file's 36 patients");
    const few = await scores([clinical, tpm(12)]);
    expect(few.found.warnings.join(' ')).toContain('too few to standardise');
    expect(few.found.warnings.join(' ')).toContain('36 patients by clinical.');
  });

  it('a mutation by its protein change is one, "wt" is none, and NA stays unknown', async () => {
    // So many genes that the modality is used, beside expression that vouches for it.
    const { columns, types } = table;
    const more = (types.LUAD?.blocks.mutation.index ?? [])
      .map((place) => columns.mutation[place] as string)
      .filter((gene) => !genes.mutation.includes(gene))
      .slice(0, 300);
    const written = (none: string | number, one: string | number) =>
      file('mut.csv', [
        ['case_id', ...genes.mutation, ...more],
        ...people.map((p) => [p.id, ...p.mutated.map((is) => (is === 1 ? one : none)), ...more.map(() => none)]),
      ]);
    const [a, b, without, coded] = [
      await scores([clinical, expression, written(0, 1)]),
      await scores([clinical, expression, written('WT', 'p.G12C')]),
      await scores([clinical, expression]),
      await scores([clinical, expression, written(-99, -9)]),
    ];
    expect([...a.by]).toEqual([...b.by]);
    // Codes for "missing" are no mutations.
    expect([...coded.by]).toEqual([...without.by]);
    expect([...a.by]).not.toEqual([...without.by]);
    // F032: alone they move nothing.
    const [alone, clinicalOnly] = [await scores([clinical, written(0, 1)]), await scores([clinical])];
    expect([...alone.by]).toEqual([...clinicalOnly.by]);
  });

  it('mixed-up expression, an unknown stage and a foreign type are not scored, each with its reason', async () => {
    const rows: (string | number)[][] = [
      ['case_id', 'tumor_type', 'age', 'sex', 'stage'],
      ['P0', 'LUAD', 60, 'F', 'NA'],
      ['P1', 'HGSOC', 60, 'F', 'IIIA'],
      ['P2', 'LUAD', 'sixty', 'F', 'IIIA'],
      ['P3', 'LUAD', 60, 'F', 'IIIA'],
      ['P4', 'LUAD', 60, 'F', 'IIIA'],
    ];
    const odd = people.slice(3, 4).map((p) => mixedUp(p.rna));
    const mixed = file('rna.csv', [
      ['case_id', ...genes.rna],
      ...odd.map((values) => ['P3', ...genes.rna.map((gene) => values[gene]?.toFixed(4) ?? '')]),
      ['P4', ...genes.rna.map((gene) => people[4]?.rna[gene]?.toFixed(4) ?? '')],
      ...people.slice(5).map((p) => [p.id, ...genes.rna.map((gene) => p.rna[gene]?.toFixed(4) ?? '')]),
    ]);
    const { found } = await scores([file('clinical.csv', rows), mixed]);
    expect(found.predictions.map(({ id }) => id)).toEqual(['P4']);
    expect(found.abstained.map(({ line, reason }) => [line, reason])).toEqual([
      [3, expect.stringContaining('no cohort')],
      [4, 'not a number'],
      [2, expect.stringContaining('stage')],
      [5, expect.stringContaining('outside what the model has seen')],
    ]);
    expect(found.warnings.join(' ')).toContain('31 cases have molecular data and no clinical row');
  });

  it('refuses a folder without clinical facts, and a table without ids', async () => {
    await expect(evaluateCases(MODELS, [expression])).rejects.toMatchObject({ fault: { code: 'column-missing' } });
    await expect(
      evaluateCases(MODELS, [
        file('clinical.csv', [
          ['tumor', 'age'],
          ['LUAD', 60],
        ]),
      ]),
    ).rejects.toMatchObject({ fault: { code: 'column-missing', place: { field: 'case_id' } } });
  });
});
