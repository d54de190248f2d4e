/** F002, F097: study folders in cBioPortal's formats, checked as its own validator does and read into cases; tables out. */
import { describe, expect, it } from 'vitest';
import { importStudy, openStudy } from '../../../electron/exchange/index.ts';
import { caseFolder } from '../../../shared/exchange/case-draft.ts';
import { readStudy } from '../../../shared/exchange/cbioportal.ts';
import { mafText, segText, vcfText } from '../../../shared/exchange/genome-tables.ts';
import { exportTable } from '../../../shared/exchange/table-export.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { reportInput } from '../report/support/input.ts';

const meta = (...lines: string[]): string => `${lines.join('\n')}\n`;
const small = (more: Record<string, string> = {}): Map<string, string> =>
  new Map(
    Object.entries({
      'meta_study.txt': meta(
        'cancer_study_identifier: s1',
        'type_of_cancer: luad',
        'name: N',
        'description: D',
        'reference_genome: hg38',
      ),
      'meta_clinical_sample.txt': meta(
        'cancer_study_identifier: s1',
        'genetic_alteration_type: CLINICAL',
        'datatype: SAMPLE_ATTRIBUTES',
        'data_filename: data_clinical_sample.txt',
      ),
      'data_clinical_sample.txt': meta(
        '#Patient\tSample\tCode\tBurden',
        '#Patient\tSample\tCode\tBurden',
        '#STRING\tSTRING\tSTRING\tNUMBER',
        '#1\t1\t1\t1',
        'PATIENT_ID\tSAMPLE_ID\tONCOTREE_CODE\tTMB_NONSYNONYMOUS',
        'P1\tS-1\tLUAD\t7.5',
        'P2\tS-2\tBRCA\tNA',
      ),
      'meta_mutations.txt': meta(
        'cancer_study_identifier: s1',
        'genetic_alteration_type: MUTATION_EXTENDED',
        'datatype: MAF',
        'stable_id: mutations',
        'show_profile_in_analysis_tab: true',
        'profile_name: M',
        'profile_description: M',
        'data_filename: data_mutations.txt',
      ),
      'data_mutations.txt': meta(
        'Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\tt_alt_count\tt_ref_count',
        'EGFR\tGRCh38\t7\t55191822\t55191822\tT\tG\tS-1\tMissense_Mutation\tp.L858R\t30\t70',
        'TP53\tGRCh38\t17\t7674220\t7674220\tC\tT\tS-2\tMissense_Mutation\tp.R248Q\t\t',
      ),
      'meta_cna.txt': meta(
        'cancer_study_identifier: s1',
        'genetic_alteration_type: COPY_NUMBER_ALTERATION',
        'datatype: DISCRETE',
        'stable_id: gistic',
        'show_profile_in_analysis_tab: true',
        'profile_name: C',
        'profile_description: C',
        'data_filename: data_cna.txt',
      ),
      'data_cna.txt': meta('Hugo_Symbol\tS-1\tS-2', 'MET\t2\t0', 'CDKN2A\t-2\tNA'),
      'case_lists/cases_all.txt': meta(
        'cancer_study_identifier: s1',
        'stable_id: s1_all',
        'case_list_name: All',
        'case_list_description: All',
        'case_list_ids: S-1\tS-2',
      ),
      ...more,
    }),
  );

describe('a study folder (F002)', () => {
  it('is sound, and each sample becomes a case of its own rows', () => {
    const study = readStudy(small());
    expect(study.issues).toEqual([]);
    const { cases } = importStudy(study);
    expect(cases).toHaveLength(2);
    const [first, second] = cases.map(({ folder }) => folder);
    expect(first?.record.diagnosis.oncotreeCode).toBe('LUAD');
    const text = (folder: typeof first, end: string): string =>
      folder?.files.find(({ path }) => path.endsWith(end))?.text ?? '';
    expect(
      text(first, '.vcf')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')),
    ).toEqual(['7\t55191822\t.\tT\tG\t.\tPASS\tCSQ=G|missense_variant|EGFR|||p.L858R|1|\tAF:DP\t0.3:100']);
    expect(text(first, 'genes.tsv')).toContain('CDKN2A\t\t\t\t-2');
    // A gene without a call is not one of no change.
    expect(text(second, 'genes.tsv')).not.toContain('CDKN2A');
    // Counted nowhere: no column of allele fractions, and the depth unknown.
    expect(text(second, '.vcf')).toMatch(/\tDP\t\.$/mu);
    expect(JSON.stringify(cases)).not.toContain('S-1');
  });

  it.each<[string, Record<string, string>, RegExp, number | undefined]>([
    [
      'a sample that no clinical file names',
      { 'data_cna.txt': meta('Hugo_Symbol\tS-1\tS-9', 'MET\t2\t0') },
      /Sample ID not defined in clinical file/,
      1,
    ],
    ['a value that is no call', { 'data_cna.txt': meta('Hugo_Symbol\tS-1\tS-2', 'MET\t3\t0') }, /Invalid CNA value/, 2],
    [
      'a short row',
      { 'data_cna.txt': meta('Hugo_Symbol\tS-1\tS-2', 'MET\t2') },
      /Expected 3 columns based on header, found 2/,
      2,
    ],
    ['a blank line', { 'data_cna.txt': meta('Hugo_Symbol\tS-1\tS-2', '', 'MET\t2\t0') }, /Blank line/, 2],
    [
      'another study',
      {
        'meta_cna.txt': meta(
          'cancer_study_identifier: s2',
          'genetic_alteration_type: COPY_NUMBER_ALTERATION',
          'datatype: DISCRETE',
          'stable_id: gistic',
          'show_profile_in_analysis_tab: true',
          'profile_name: C',
          'profile_description: C',
          'data_filename: data_cna.txt',
        ),
      },
      /not consistent across files/,
      undefined,
    ],
    ['no study', { 'meta_study.txt': meta('name: N') }, /Could not determine the file type/, undefined],
    [
      'a file that is not there',
      {
        'meta_x.txt': meta(
          'cancer_study_identifier: s1',
          'genetic_alteration_type: MRNA_EXPRESSION',
          'datatype: Z-SCORE',
          'stable_id: x',
          'show_profile_in_analysis_tab: true',
          'profile_name: C',
          'profile_description: C',
          'data_filename: gone.txt',
        ),
      },
      /File does not exist/,
      undefined,
    ],
    [
      'a lower-case attribute',
      {
        'data_clinical_sample.txt': meta(
          '#a\tb',
          '#a\tb',
          '#STRING\tSTRING',
          '#1\t1',
          'PATIENT_ID\tSample_Id',
          'P1\tS-1',
        ),
      },
      /not in upper case/,
      5,
    ],
    [
      'a type that is none',
      {
        'data_clinical_sample.txt': meta(
          '#a\tb',
          '#a\tb',
          '#STRING\tTEXT',
          '#1\t1',
          'PATIENT_ID\tSAMPLE_ID',
          'P1\tS-1',
        ),
      },
      /Invalid data type definition/,
      3,
    ],
    [
      'a sample given twice',
      { 'data_clinical_sample.txt': meta('PATIENT_ID\tSAMPLE_ID', 'P1\tS-1', 'P1\tS-1', 'P2\tS-2') },
      /Sample defined twice/,
      3,
    ],
    [
      'a place that is no number',
      {
        'data_mutations.txt': meta(
          'Hugo_Symbol\tChromosome\tStart_Position\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short',
          'EGFR\t7\tx\tS-1\tSilent\tp.A1A',
        ),
      },
      /not an integer/,
      2,
    ],
    [
      'a foreign case list',
      {
        'case_lists/cases_all.txt': meta(
          'cancer_study_identifier: s1',
          'stable_id: other',
          'case_list_name: All',
          'case_list_description: All',
          'case_list_ids: S-1',
        ),
      },
      /does not start with the study id/,
      undefined,
    ],
  ])('names %s and imports nothing', (_, more, message, line) => {
    const study = readStudy(small(more));
    const found = study.issues.find((issue) => issue.level === 'error' && message.test(issue.message));
    expect(found, JSON.stringify(study.issues.slice(0, 5))).toBeDefined();
    expect(found?.line).toBe(line);
    expect(() => importStudy(study)).toThrow();
  });

  const path = outside('testdata/cbioportal-studies/study_es_3');
  it.skipIf(path === undefined)(
    outsideTitle('finds in a published study the warnings its own validator found, and no error', path),
    async () => {
      const study = await openStudy(path ?? '');
      expect(study.issues.filter(({ level }) => level === 'error')).toEqual([]);
      const decimals = study.issues.filter(({ message }) => message.startsWith('Value has no decimals'));
      expect(decimals.map(({ file, line, column }) => [file, line, column])).toEqual([
        ['data_treatment_ec50.txt', 3, 7],
        ['data_treatment_ec50.txt', 6, 11],
        ['data_treatment_ic50.txt', 3, 7],
        ['data_treatment_ic50.txt', 6, 11],
      ]);
      expect(study.samples.length).toBeGreaterThan(800);
      expect(importStudy(study, study.samples[0]).cases).toHaveLength(1);
    },
  );

  const legacy = outside('testdata/cbioportal-studies/study_es_0_legacy_cna_discrete');
  it.skipIf(legacy === undefined)(outsideTitle('reads one sample of a larger one', legacy), async () => {
    const study = await openStudy(legacy ?? '');
    const sample = study.samples.find((one) => one === 'TCGA-A1-A0SB-01') ?? study.samples[0];
    const made = study.caseOf(sample ?? '', (text) => text.padEnd(64, '0'));
    expect(made?.draft.variants.length).toBeGreaterThan(0);
    expect(made?.draft.copies.length).toBeGreaterThan(0);
    expect(() => caseFolder(made?.draft as never)).not.toThrow();
  });
});

describe('tables out (F097)', () => {
  const rows = [
    {
      key: 'GRCh38:7:55191822:T:G',
      gene: 'EGFR',
      hgvsProtein: 'p.(Leu858Arg)',
      consequence: 'missense_variant',
      alleleFraction: 0.25,
      depth: 200,
      origin: 'somatic',
    },
    { key: 'GRCh38:7:55174772:GGAATTAAGAGAAGC:-', gene: 'EGFR', consequence: 'inframe_deletion', origin: 'somatic' },
    { key: 'GRCh38:2:29220747:-:AAC', origin: 'unknown' },
    { key: 'GRCh37:1:1:A:C', gene: 'X', origin: 'somatic' },
  ] as const;

  it('VCF: one-based, an anchor where alleles are empty, what is of another build is said', () => {
    const { text, left } = vcfText(rows, 'GRCh38', 'case 1');
    const body = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t').slice(0, 5).join(' '));
    expect(body).toEqual(['2 29220747 . N NAAC', '7 55174771 . NGGAATTAAGAGAAGC N', '7 55191822 . T G']);
    expect(left).toEqual([{ what: 'X GRCh37:1:1:A:C', why: 'it is not placed on GRCh38' }]);
  });

  it('MAF: classes and types of the GDC specification, counts that give the fraction', () => {
    const [, head = '', ...lines] = mafText(rows, 'GRCh38', 'case 1').text.trim().split('\n');
    const at = (line: string | undefined, name: string) => line?.split('\t')[head.split('\t').indexOf(name)];
    expect(lines.map((line) => [at(line, 'Variant_Classification'), at(line, 'Variant_Type')])).toEqual([
      ['Unknown', 'INS'],
      ['In_Frame_Del', 'DEL'],
      ['Missense_Mutation', 'SNP'],
    ]);
    expect([at(lines[2], 't_alt_count'), at(lines[2], 't_ref_count'), at(lines[2], 'HGVSp_Short')]).toEqual([
      '50',
      '150',
      'p.L858R',
    ]);
    expect(at(lines[0], 'End_Position')).toBe('29220748');
  });

  it('every observed variant of a case is in its MAF, and its segments in SEG', () => {
    const input = reportInput();
    const { text, withheld } = exportTable('maf', input);
    const elsewhere = withheld.filter(({ why }) => why.startsWith('it is not placed on'));
    expect(text.trim().split('\n').length - 2 + elsewhere.length).toBe(input.intake.variants.length);
    expect(segText(input.profile.segments, 'c').trim().split('\n').length - 1).toBe(input.profile.segments.length);
  });
});
