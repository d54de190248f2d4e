import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { intake, type OpenBundle } from '../../../electron/case/index.ts';
import { IntakeDocument } from '../../../shared/case/intake.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { assayOf, bundleBytes, caseWith, faultOf, noInterest, opened, recordOf } from './support/case-at.ts';

const vcf = (...rows: string[]): string =>
  [
    '##fileformat=VCFv4.2',
    '##contig=<ID=chr7,length=159345973>',
    '##contig=<ID=chr17,length=83257441>',
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##tumor_sample=T1',
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1',
    ...rows,
    '',
  ].join('\n');
const row = 'chr7\t55191822\t.\tT\tG\t.\tPASS\t.\tGT:AD:DP\t0/1:70,30:100';

const wes = assayOf({
  id: 'wes',
  modalities: ['somatic-variants', 'copy-number-genes'],
  design: 'tumor-only',
  genomeBuild: 'GRCh38',
});
const rna = assayOf({ id: 'rna', modalities: ['expression', 'fusions'], scope: 'transcriptome' });
const variants = { path: 'files/a.vcf', modality: 'somatic-variants', assayId: 'wes', content: vcf(row) } as const;
const copies = {
  path: 'files/cna.tsv',
  modality: 'copy-number-genes',
  assayId: 'wes',
  content: 'gene\tcn\nEGFR\t9\n',
} as const;
const fusions = {
  path: 'files/f.tsv',
  modality: 'fusions',
  assayId: 'rna',
  content: 'gene5\tgene3\nEML4\tALK\n',
} as const;

async function read(bundle: OpenBundle, options: Partial<Parameters<typeof intake>[1]> = {}): Promise<IntakeDocument> {
  const result = await intake(bundle, { genesOfInterest: noInterest, ...options });
  if (!result.ok) throw new Error(result.fault.message);
  expect(IntakeDocument.parse(result.value)).toEqual(result.value);
  for (const { allelesIn, shown, collapsed, filtered } of result.value.accounting)
    expect(shown + [...collapsed, ...filtered].reduce((sum, { count }) => sum + count, 0)).toBe(allelesIn);
  return result.value;
}

describe('intake of a whole case', () => {
  it('F002: reads every file by its modality, in the order of the record', async () => {
    const document = await read(await caseWith([wes, rna], [variants, copies, fusions]));
    expect(document.understandings.map(({ file }) => file)).toEqual(['files/a.vcf', 'files/cna.tsv', 'files/f.tsv']);
    expect(document.variants).toMatchObject([{ chromosome: '7', position1: 55191822, alleleFraction: 0.3 }]);
    expect(document.copyNumbers).toMatchObject([{ gene: 'EGFR', totalCopies: 9 }]);
    expect(document.fusions).toMatchObject([{ gene5: 'EML4', gene3: 'ALK' }]);
    expect(document.accounting).toHaveLength(3);
    expect(document.refusals).toEqual([]);
    expect(document.questions).toEqual([]);
    expect(document.ledger.defaults.fusion?.state).toBe('tested-not-detected');
  });

  it('F041: gives the same document for the same bundle', async () => {
    const once = await read(await caseWith([wes, rna], [variants, copies, fusions]));
    const again = await read(await caseWith([wes, rna], [variants, copies, fusions]));
    expect(canonicalJson(again)).toBe(canonicalJson(once));
  });

  it('F003: one refused file does not stop the others, and its modality is not tested', async () => {
    const damaged = { ...copies, content: 'gene\tcn\nEGFR\tNaN\n' };
    const document = await read(await caseWith([wes, rna], [variants, damaged, fusions]));
    expect(document.refusals).toMatchObject([
      {
        file: 'files/cna.tsv',
        fault: { code: 'field-invalid', place: { file: 'files/cna.tsv', line: 2, field: 'cn' } },
      },
    ]);
    expect(document.variants).toHaveLength(1);
    expect(document.fusions).toHaveLength(1);
    expect(document.copyNumbers).toEqual([]);
    expect(document.ledger.defaults['copy-number']?.state).toBe('failed-qc');
  });

  it('F004: a question keeps its file out until it is answered, and the answer brings it in', async () => {
    const matrix = { ...copies, content: 'gene\tS1\tS2\nEGFR\t2\t-1\n' };
    const bundle = await caseWith([wes], [variants, matrix]);
    const asked = await read(bundle);
    expect(asked.questions).toMatchObject([{ id: 'files/cna.tsv:tumorSample', blocking: true }]);
    expect(asked.copyNumbers).toEqual([]);
    expect(asked.ledger.defaults['copy-number']?.state).toBe('failed-qc');
    const answers = { 'files/cna.tsv:tumorSample': 'S2' };
    const answered = await read(bundle, { answers });
    expect(answered.questions).toEqual([]);
    expect(answered.copyNumbers).toMatchObject([{ gene: 'EGFR', call: -1 }]);
    const stale = await read(bundle, { answers: { ...answers, 'files/gone.tsv:scale': 'tpm' } });
    expect(stale.warnings).toContainEqual({ message: expect.stringContaining('not in the case') });
  });

  it('refuses variants on another build than the assay', async () => {
    const document = await read(await caseWith([{ ...wes, genomeBuild: 'GRCh37' }], [variants]));
    expect(document.refusals).toMatchObject([{ fault: { code: 'build-mismatch' } }]);
    expect(document.ledger.defaults['small-variant']?.state).toBe('failed-qc');
  });

  it('warns of files on two builds and of files of two patients, without naming them', async () => {
    const seg = (end: number, sample: string) =>
      `ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\n${sample}\t1\t1\t${end}\t9\t0\n`;
    const assay = assayOf({ id: 'cn', modalities: ['copy-number-segments'], scope: 'genome' });
    const file = { modality: 'copy-number-segments', assayId: 'cn' } as const;
    const document = await read(
      await caseWith(
        [assay],
        [
          { ...file, path: 'files/1.seg', content: seg(249_000_000, 'TCGA-A1-A0SB-01'), genomeBuild: 'GRCh37' },
          { ...file, path: 'files/2.seg', content: seg(1000, 'TCGA-A2-A04U-01'), genomeBuild: 'GRCh38' },
        ],
      ),
    );
    const said = document.warnings.map(({ message }) => message).join('\n');
    expect(said).toContain('two genome builds');
    expect(said).toContain('different patients');
    expect(said).not.toContain('TCGA');
  });

  it('says of variants on contigs that are no chromosomes where they begin and what to do, and repeats no name', async () => {
    const on = (contig: string) => row.replace('chr7', contig);
    const content = vcf([row, on('chrUn_Meier'), on('HLA-A')].join('\n'));
    const document = await read(await caseWith([wes, rna], [{ ...variants, content }, copies, fusions]));
    const line = content.split('\n').findIndex((text) => text.startsWith('chrUn')) + 1;
    expect(document.variants).toHaveLength(3);
    expect(document.warnings).toEqual([
      {
        file: 'files/a.vcf',
        message: expect.stringMatching(
          `^2 variants, the first in line ${line}, lie on contigs that are no chromosomes of GRCh38`,
        ),
      },
    ]);
  });

  it('says which row names another base than the genome has, in which line, and what to do', async () => {
    const referenceBase = (_: string, chromosome: string, position1: number) =>
      chromosome === '7' && position1 >= 55_191_822 && position1 < 55_191_900 ? 'T' : undefined;
    const at = (position1: number, reference: string) =>
      row.replace('55191822', String(position1)).replace('\tT\tG', `\t${reference}\t${reference === 'G' ? 'A' : 'G'}`);
    const content = vcf([row, at(55_191_830, 'TC'), at(55_191_840, 'A'), at(60_000_000, 'A')].join('\n'));
    const lineOf = (position1: number) => content.split('\n').findIndex((text) => text.includes(String(position1))) + 1;
    const warned = async (text: string) =>
      (await read(await caseWith([wes, rna], [{ ...variants, content: text }, copies, fusions]), { referenceBase }))
        .warnings;
    expect(await warned(content)).toEqual([
      {
        file: 'files/a.vcf',
        message: `The reference bases of 2 variants are not those of the genome, the first in line ${lineOf(55_191_830)}: 7:55191831 is T in GRCh38 and C in the file. No protein change is computed from them. Correct the rows, or state the build that the file is of.`,
      },
    ]);
    const [one] = await warned(vcf([row, at(55_191_840, 'A')].join('\n')));
    expect(one?.message).toMatch(
      /^The reference base of line \d+ is not that of the genome: 7:55191840 is T in GRCh38/,
    );
    expect(await warned(vcf(row))).toEqual([]);
  });

  it('warns of fields that no schema knows', async () => {
    const document = await read(await opened(bundleBytes(recordOf({ patientt: {} }))));
    expect(document.warnings).toMatchObject([{ message: expect.stringContaining('patientt') }]);
    expect(document.understandings).toEqual([]);
  });

  it('reports progress by file, and stops when cancelled', async () => {
    const bundle = await caseWith([wes, rna], [variants, copies, fusions]);
    const files = new Set<string>();
    await read(bundle, { onProgress: ({ file }) => void files.add(file) });
    expect([...files]).toEqual(['files/a.vcf', 'files/cna.tsv', 'files/f.tsv']);
    const stop = new AbortController();
    const stopped = await intake(bundle, {
      genesOfInterest: noInterest,
      signal: stop.signal,
      onProgress: ({ file }) => file === 'files/cna.tsv' && stop.abort(),
    });
    expect(faultOf(stopped).code).toBe('cancelled');
  });

  const folder = outside('testdata/case-pcgr-brca/T001-BRCA.grch38.vcf.gz');
  it.skipIf(folder === undefined)(
    outsideTitle('reads PCGR’s T001-BRCA as a case, on both builds', folder),
    async () => {
      const bytes = (name: string) => readFileSync(outside(`testdata/case-pcgr-brca/${name}`) ?? '');
      for (const genomeBuild of ['GRCh37', 'GRCh38'] as const) {
        const short = genomeBuild.toLowerCase();
        const exome = assayOf({
          id: 'wes',
          modalities: ['somatic-variants', 'copy-number-segments'],
          design: 'tumor-normal',
          genomeBuild,
        });
        const document = await read(
          await caseWith(
            [exome, rna],
            [
              {
                path: 'files/v.vcf.gz',
                modality: 'somatic-variants',
                assayId: 'wes',
                content: bytes(`T001-BRCA.${short}.vcf.gz`),
              },
              {
                path: 'files/s.tsv',
                modality: 'copy-number-segments',
                assayId: 'wes',
                content: bytes(`T001-BRCA.${short}.cna.tsv`),
              },
              {
                path: 'files/f.tsv',
                modality: 'fusions',
                assayId: 'rna',
                content: bytes(`T001-BRCA.${short}.fusions.tsv`),
              },
              {
                path: 'files/e.tsv.gz',
                modality: 'expression',
                assayId: 'rna',
                content: bytes('T001-BRCA.gene_expression.tsv.gz'),
              },
            ],
          ),
        );
        expect(document.refusals).toEqual([]);
        expect(document.questions).toEqual([]);
        expect(document.variants.length).toBeGreaterThan(50);
        expect(document.variants.every(({ alleleFraction }) => alleleFraction !== undefined)).toBe(true);
        expect(document.matrices[0]?.genes).toHaveLength(19307);
        expect(document.ledger.entries.find(({ gene }) => gene === 'ALK')?.states.fusion?.state).toBe('detected');
      }
    },
  );

  const maf = outside('testdata/cbioportal-studies/study_es_0_legacy_cna_discrete/data_mutations_extended.maf');
  it.skipIf(maf === undefined)(
    outsideTitle('reads cBioPortal’s study_es_0 for one of its patients, and asks where none is named', maf),
    async () => {
      const bytes = (name: string) =>
        readFileSync(outside(`testdata/cbioportal-studies/study_es_0_legacy_cna_discrete/${name}`) ?? '');
      const assay = { ...wes, genomeBuild: 'GRCh37' as const };
      const files = [
        {
          path: 'files/m.maf',
          modality: 'somatic-variants' as const,
          assayId: 'wes',
          content: bytes('data_mutations_extended.maf'),
        },
        {
          path: 'files/data_cna_discrete.txt',
          modality: 'copy-number-genes' as const,
          assayId: 'wes',
          content: bytes('data_cna_discrete.txt'),
        },
      ];
      const asked = await read(await caseWith([assay], files));
      expect(asked.questions.map(({ field }) => field)).toEqual(['tumorSample']);
      const tumorSample = 'TCGA-A1-A0SB-01';
      const answers = { 'files/data_cna_discrete.txt:tumorSample': tumorSample };
      const answered = await read(await caseWith([assay], files), { answers });
      expect(answered.refusals).toEqual([]);
      expect(answered.questions).toEqual([]);
      expect(answered.variants.length).toBeGreaterThan(0);
      expect(answered.variants).toContainEqual(
        expect.objectContaining({ position1: 16449539, reference: 'A', alternate: 'G' }),
      );
      expect(answered.copyNumbers).toHaveLength(8);
    },
  );
});
