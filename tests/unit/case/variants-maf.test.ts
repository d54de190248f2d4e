import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outside, outsideTitle } from '../../support/outside.ts';
import { briefly, faultOf, readOf } from './variants-support.ts';

const columns = [
  'Hugo_Symbol',
  'NCBI_Build',
  'Chromosome',
  'Start_Position',
  'End_Position',
  'Variant_Classification',
  'Reference_Allele',
  'Tumor_Seq_Allele1',
  'Tumor_Seq_Allele2',
  'Tumor_Sample_Barcode',
  'Matched_Norm_Sample_Barcode',
  'HGVSc',
  'HGVSp_Short',
  't_depth',
  't_ref_count',
  't_alt_count',
];
const base: Record<string, string> = {
  Hugo_Symbol: 'BRAF',
  NCBI_Build: 'GRCh38',
  Chromosome: 'chr7',
  Start_Position: '140753336',
  End_Position: '140753336',
  Variant_Classification: 'Missense_Mutation',
  Reference_Allele: 'A',
  Tumor_Seq_Allele1: 'A',
  Tumor_Seq_Allele2: 'T',
  Tumor_Sample_Barcode: 'S1',
  Matched_Norm_Sample_Barcode: 'N1',
  HGVSc: 'c.1799T>A',
  HGVSp_Short: 'p.V600E',
  t_depth: '100',
  t_ref_count: '70',
  t_alt_count: '30',
};
const maf = (rows: Record<string, string>[], names = columns): string =>
  [
    '#version 2.4',
    names.join('\t'),
    ...rows.map((row) => names.map((name) => ({ ...base, ...row })[name] ?? '').join('\t')),
    '',
  ].join('\n');

describe('F002 MAF', () => {
  it('reads the habits of GDC and cBioPortal', async () => {
    const { understanding, variants, questions } = await readOf(maf([{}]));
    expect(questions).toEqual([]);
    expect(understanding).toMatchObject({
      format: 'MAF',
      genomeBuild: 'GRCh38',
      tumorSample: 'S1',
      normalSample: 'N1',
    });
    expect(variants).toEqual([
      {
        key: 'GRCh38:7:140753336:A:T',
        build: 'GRCh38',
        chromosome: '7',
        position1: 140753336,
        reference: 'A',
        alternate: 'T',
        origin: 'somatic',
        alleleFraction: 0.3,
        depth: 100,
        alternateReads: 30,
        annotation: {
          source: 'maf',
          gene: 'BRAF',
          hgvsCoding: 'c.1799T>A',
          hgvsProtein: 'p.V600E',
          consequence: 'Missense_Mutation',
        },
        file: 'files/variants.vcf',
        line: 3,
      },
    ]);
  });

  it('keeps indels as stated, under the key they have in a VCF', async () => {
    const { variants } = await readOf(
      maf([
        {
          Start_Position: '100',
          Reference_Allele: '-',
          Tumor_Seq_Allele1: '-',
          Tumor_Seq_Allele2: 'AC',
          End_Position: '101',
        },
        {
          Start_Position: '201',
          Reference_Allele: 'GA',
          Tumor_Seq_Allele1: 'GA',
          Tumor_Seq_Allele2: '-',
          End_Position: '202',
        },
      ]),
    );
    expect(variants.map(({ key, reference, alternate }) => [key, reference, alternate])).toEqual([
      ['GRCh38:7:100:-:AC', '-', 'AC'],
      ['GRCh38:7:201:GA:-', 'GA', '-'],
    ]);
  });

  it('takes the record of the caller where GDC gives it', async () => {
    const { variants } = await readOf(
      maf(
        [
          {
            Start_Position: '201',
            Reference_Allele: 'GA',
            Tumor_Seq_Allele1: 'GA',
            Tumor_Seq_Allele2: '-',
            End_Position: '202',
            vcf_region: 'chr7:200:.:CGA:C',
          },
        ],
        [...columns, 'vcf_region'],
      ),
    );
    expect(variants).toMatchObject([{ key: 'GRCh38:7:201:GA:-', position1: 200, reference: 'CGA', alternate: 'C' }]);
  });

  it('a depth of 0 and an empty count are absent, never zero', async () => {
    const { variants } = await readOf(
      maf([
        { t_depth: '0', t_ref_count: '', t_alt_count: '' },
        { Start_Position: '140753340', End_Position: '140753340', t_depth: '', t_ref_count: '60', t_alt_count: '40' },
      ]),
    );
    expect(variants.map(briefly)).toEqual([
      { key: 'GRCh38:7:140753336:A:T' },
      { key: 'GRCh38:7:140753340:A:T', alleleFraction: 0.4, depth: 100, alternateReads: 40 },
    ]);
  });

  it('accounts for duplicates, rows without mutation or coordinate, and a second alternate', async () => {
    const names = [...columns, 'Mutation_Status'];
    const { variants, accounting, warnings } = await readOf(
      maf(
        [
          {},
          {},
          { Tumor_Seq_Allele1: 'C' },
          { Start_Position: '140753400', End_Position: '140753400', Tumor_Seq_Allele2: 'A' },
          { Chromosome: '', Start_Position: '', End_Position: '' },
          { Start_Position: '140753401', End_Position: '140753401', Mutation_Status: 'Wildtype' },
          { Start_Position: '140753402', End_Position: '140753402', Mutation_Status: 'Germline' },
        ],
        names,
      ),
    );
    expect(variants.map(({ key, origin }) => [key, origin])).toEqual([
      ['GRCh38:7:140753336:A:T', 'somatic'],
      ['GRCh38:7:140753336:A:C', 'somatic'],
      ['GRCh38:7:140753402:A:T', 'germline'],
    ]);
    // What the columns describe is the second allele's.
    expect(variants[1]).not.toHaveProperty('alleleFraction');
    expect(accounting).toMatchObject({
      rowsIn: 7,
      allelesIn: 8,
      shown: 3,
      collapsed: [{ rule: 'the same change stands on another line of the file', count: 2 }],
      filtered: [
        { rule: 'alternate equals the reference', count: 1 },
        { rule: 'row whose Mutation_Status says that there is no mutation', count: 1 },
        { rule: 'row without a coordinate: a protein change alone is not placed in the genome', count: 1 },
      ],
    });
    expect(warnings).toEqual([
      '1 rows have no coordinate and are counted only; give them with Chromosome and Start_Position.',
    ]);
  });

  it('F007 asks which of several samples is the patient’s, and takes the answer', async () => {
    const two = maf([{}, { Tumor_Sample_Barcode: 'S2', Start_Position: '140753400', End_Position: '140753400' }]);
    const asked = await readOf(two);
    expect(asked.variants).toEqual([]);
    expect(asked.questions).toMatchObject([{ field: 'tumorSample', choices: ['S1', 'S2'], blocking: true }]);
    const answered = await readOf(two, { answers: { 'files/variants.vcf:tumorSample': 'S2' } });
    expect(answered.variants.map(({ position1 }) => position1)).toEqual([140753400]);
    expect(answered.accounting.filtered).toEqual([{ rule: 'row of another sample', count: 1 }]);
    expect((await faultOf(two, { file: { tumorSample: 'S3' } })).code).toBe('sample-ambiguous');
  });

  it('refuses missing columns by name', async () => {
    const fewer = columns.filter((name) => !['Start_Position', 'Tumor_Sample_Barcode'].includes(name));
    expect(await faultOf(maf([{}], fewer))).toMatchObject({
      code: 'column-missing',
      place: { line: 2, field: 'Start_Position, Tumor_Sample_Barcode' },
    });
    const places = columns.filter((name) => !['Hugo_Symbol', 'Variant_Classification'].includes(name));
    const bare = (await readOf(maf([{}], places))).variants[0];
    expect(bare).toMatchObject({ key: (await readOf(maf([{}]))).variants[0]?.key });
    expect(bare?.annotation).not.toHaveProperty('gene');
    const first = columns.filter((name) => name !== 'Tumor_Seq_Allele2');
    expect((await readOf(maf([{ Tumor_Seq_Allele1: 'T' }], first))).variants).toHaveLength(1);
  });

  it.each([
    ['Start_Position', 'NaN', 'field-invalid'],
    ['Start_Position', '-5', 'field-invalid'],
    ['End_Position', '12', 'field-invalid'],
    ['Reference_Allele', 'X', 'field-invalid'],
    ['Tumor_Seq_Allele2', '12', 'field-invalid'],
    ['t_depth', 'NaN', 'field-invalid'],
    ['t_alt_count', '3.5', 'field-invalid'],
    ['NCBI_Build', 'mars', 'field-invalid'],
    ['NCBI_Build', 'hg18', 'build-mismatch'],
    ['Hugo_Symbol', '1-Mar', 'field-invalid'],
    ['Hugo_Symbol', '2.31E+13', 'field-invalid'],
    ['Tumor_Sample_Barcode', '', 'field-invalid'],
    ['Chromosome', '', 'field-invalid'],
  ])('refuses %s = %j with line and field', async (column, value, code) => {
    const field = code === 'build-mismatch' ? 'genomeBuild' : column;
    expect(
      await faultOf(
        maf(
          [{ Start_Position: '140753300', End_Position: '' }, { [column]: value }, {}].slice(
            code === 'build-mismatch' || column === 'NCBI_Build' ? 1 : 0,
          ),
        ),
      ),
    ).toMatchObject({
      code,
      place: { line: column === 'NCBI_Build' ? 3 : 4, field },
    });
  });

  it('restores a gene whose name follows from the date, and says so', async () => {
    const { variants, warnings } = await readOf(maf([{ Hugo_Symbol: '9-Sep' }]));
    expect(variants[0]?.annotation?.gene).toBe('SEPTIN9');
    expect(warnings).toEqual([
      'Gene symbols that a spreadsheet turned into dates were restored: line 3: 9-Sep is read as SEPTIN9.',
    ]);
  });

  it('refuses rows of two builds, and a line with another number of columns', async () => {
    expect(await faultOf(maf([{}, { NCBI_Build: 'hg19' }]))).toMatchObject({
      code: 'build-mismatch',
      place: { line: 4 },
    });
    expect((await readOf(maf([{}, { NCBI_Build: 'hg38' }]))).variants).toHaveLength(1);
    expect(await faultOf(`${maf([{}]).trimEnd()}\textra\n`)).toMatchObject({
      code: 'line-invalid',
      place: { line: 3 },
    });
  });

  it('X and Y may be 23 and 24', async () => {
    const { variants } = await readOf(
      maf(['23', 'chr24'].map((Chromosome) => ({ Chromosome, Start_Position: '2786855', End_Position: '2786855' }))),
    );
    expect(variants.map(({ chromosome }) => chromosome)).toEqual(['X', 'Y']);
  });

  it('quotation marks are letters', async () => {
    const { variants } = await readOf(
      maf([{ HGVSp_Short: '"p.V600E' }, { Start_Position: '140753400', End_Position: '' }]),
    );
    expect(variants).toHaveLength(2);
    expect(variants[0]?.annotation?.hgvsProtein).toBe('"p.V600E');
  });

  const study = outside('testdata/cbioportal-studies/study_es_0_legacy_cna_discrete/data_mutations_extended.maf');
  it.skipIf(study === undefined)(outsideTitle('reads the MAF of a cBioPortal study', study), async () => {
    const { variants, questions, understanding } = await readOf(readFileSync(study ?? ''));
    expect(questions).toEqual([]);
    expect(understanding.genomeBuild).toBe('GRCh37');
    expect(variants).toMatchObject([
      {
        key: 'GRCh37:22:16449539:A:G',
        annotation: { gene: 'OR11H1', hgvsProtein: 'p.V89A', consequence: 'missense_variant' },
      },
    ]);
    expect(variants[0]).not.toHaveProperty('depth');
  });

  const oncokb = outside('testdata/oncokb-annotator-inputs');
  it.skipIf(oncokb === undefined)(outsideTitle('reads the OncoKB example sample by sample', oncokb), async () => {
    const bytes = readFileSync(join(oncokb ?? '', 'example_maf.txt'));
    const asked = await readOf(bytes);
    const choices = asked.questions[0]?.choices ?? [];
    expect(choices).toHaveLength(4);
    let shown = 0;
    for (const sample of choices) {
      const read = await readOf(bytes, { answers: { 'files/variants.vcf:tumorSample': sample } });
      shown += read.variants.length;
      expect(read.accounting.rowsIn).toBe(asked.accounting.rowsIn);
    }
    const withPlace = bytes
      .toString()
      .split(/\r?\n/)
      .slice(1)
      .filter((line) => /\t\d+\t\d+\t[ACGT-]+\t/.test(line));
    expect(shown).toBe(withPlace.length);
  });
});
