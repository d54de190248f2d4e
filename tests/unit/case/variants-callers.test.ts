import { describe, expect, it } from 'vitest';
import { briefly, fixture, readOf, type Told } from './variants-support.ts';

const braf38 = 'GRCh38:7:140753336:A:T';
const braf37 = 'GRCh37:7:140453136:A:T';
const germline: Told = { file: { modality: 'germline-variants' } };

interface Expected {
  readonly file: string;
  readonly caller: string;
  readonly fractionFrom: string;
  readonly tumor?: string;
  readonly normal?: string;
  readonly told?: Told;
  readonly variants: readonly { key: string; alleleFraction?: number; depth?: number; alternateReads?: number }[];
}

/** Reads and fractions worked out by hand from the columns of each file, by the caller's own documentation. */
const callers: readonly Expected[] = [
  {
    file: 'mutect2-tumor-normal.vcf',
    caller: 'Mutect2 2.2',
    fractionFrom: 'FORMAT/AF',
    tumor: 'S8842',
    normal: 'S8841',
    variants: [
      { key: braf38, alleleFraction: 0.301, depth: 111, alternateReads: 33 },
      { key: 'GRCh38:12:25245350:C:T', alleleFraction: 0.081, depth: 100, alternateReads: 8 },
      { key: 'GRCh38:12:25245350:C:A', alleleFraction: 0.022, depth: 100, alternateReads: 2 },
    ],
  },
  {
    file: 'mutect2-tumor-only.vcf',
    caller: 'Mutect2 2.2',
    fractionFrom: 'FORMAT/AF',
    tumor: 'PANEL-17',
    variants: [{ key: 'GRCh38:7:55191822:T:G', alleleFraction: 0.26, depth: 412, alternateReads: 107 }],
  },
  {
    file: 'strelka2-snvs.vcf',
    caller: 'Strelka2 2.9.10',
    fractionFrom: 'FORMAT/AU, CU, GU, TU (substitutions) and TAR, TIR (indels), tier 1',
    tumor: 'TUMOR',
    normal: 'NORMAL',
    variants: [{ key: braf37, alleleFraction: 0.2941, depth: 120, alternateReads: 35 }],
  },
  {
    file: 'strelka2-indels.vcf',
    caller: 'Strelka2 2.9.10',
    fractionFrom: 'FORMAT/AU, CU, GU, TU (substitutions) and TAR, TIR (indels), tier 1',
    tumor: 'TUMOR',
    normal: 'NORMAL',
    variants: [{ key: 'GRCh37:7:55242465:GGAATTAAGAGAAGC:-', alleleFraction: 0.4, depth: 102, alternateReads: 40 }],
  },
  {
    file: 'varscan2-somatic.vcf',
    caller: 'VarScan2',
    fractionFrom: 'FORMAT/FREQ, else FORMAT/AD and RD',
    tumor: 'TUMOR',
    normal: 'NORMAL',
    variants: [
      { key: braf37, alleleFraction: 0.25, depth: 96, alternateReads: 24 },
      { key: 'GRCh37:17:7579472:G:C', alleleFraction: 0.5111, depth: 90, alternateReads: 46 },
    ],
  },
  {
    file: 'vardict-paired.vcf',
    caller: 'VarDict',
    fractionFrom: 'FORMAT/AF',
    tumor: 'P12_tumor',
    normal: 'P12_normal',
    variants: [
      { key: braf38, alleleFraction: 0.21, depth: 200, alternateReads: 42 },
      { key: 'GRCh38:17:7676154:G:C', alleleFraction: 0.4889, depth: 180, alternateReads: 88 },
    ],
  },
  {
    file: 'dragen-tumor-normal.vcf',
    caller: 'DRAGEN',
    fractionFrom: 'FORMAT/AF',
    tumor: 'NA-774_T',
    normal: 'NA-774_N',
    variants: [{ key: 'GRCh38:12:25245350:C:T', alleleFraction: 0.406, depth: 101, alternateReads: 41 }],
  },
  {
    file: 'torrent-variant-caller.vcf',
    caller: 'Torrent Variant Caller',
    fractionFrom: 'FORMAT/FAO and FDP, else AO and RO',
    tumor: 'IonXpress_004',
    variants: [{ key: braf37, alleleFraction: 0.15, depth: 2000, alternateReads: 300 }],
  },
  {
    file: 'sentieon-tnscope.vcf',
    caller: 'Sentieon TNscope',
    fractionFrom: 'FORMAT/AF',
    tumor: 'tumor_A1',
    normal: 'normal_B1',
    variants: [{ key: braf38, alleleFraction: 0.3, depth: 100, alternateReads: 30 }],
  },
  {
    file: 'lofreq.vcf',
    caller: 'LoFreq',
    fractionFrom: 'INFO/AF',
    variants: [{ key: braf38, alleleFraction: 0.084, depth: 500, alternateReads: 42 }],
  },
  {
    file: 'octopus-somatic.vcf',
    caller: 'Octopus',
    fractionFrom: 'FORMAT/MAP_HF, over the haplotypes that bear the allele',
    tumor: 'TUM3_tumor',
    normal: 'BLD3_normal',
    variants: [{ key: braf38, alleleFraction: 0.28, depth: 110 }],
  },
  {
    file: 'gatk-haplotypecaller.vcf',
    caller: 'GATK HaplotypeCaller',
    fractionFrom: 'FORMAT/AD',
    normal: 'GERM-9',
    told: germline,
    variants: [
      { key: 'GRCh38:17:43093465:TTTC:-', alleleFraction: 0.4833, depth: 60, alternateReads: 29 },
      { key: 'GRCh38:17:43094464:G:A', alleleFraction: 1, depth: 44, alternateReads: 44 },
    ],
  },
  {
    file: 'deepvariant.vcf',
    caller: 'DeepVariant 1.5.0',
    fractionFrom: 'FORMAT/VAF',
    normal: 'GERM-10',
    told: germline,
    variants: [{ key: 'GRCh38:17:43094464:G:A', alleleFraction: 0.5313, depth: 64, alternateReads: 34 }],
  },
  {
    file: 'freebayes-tumor-normal.vcf',
    caller: 'FreeBayes',
    fractionFrom: 'FORMAT/FAO and FDP, else AO and RO',
    tumor: 'tumor',
    normal: 'normal',
    variants: [{ key: braf38, alleleFraction: 0.25, depth: 100, alternateReads: 25 }],
  },
  {
    file: 'somaticsniper.vcf',
    caller: 'SomaticSniper',
    fractionFrom: 'FORMAT/DP4',
    tumor: 'TUMOR',
    normal: 'NORMAL',
    variants: [{ key: braf37, alleleFraction: 0.25, depth: 80, alternateReads: 20 }],
  },
  {
    file: 'muse.vcf',
    caller: 'MuSE',
    fractionFrom: 'FORMAT/AD',
    tumor: 'TUMOR',
    normal: 'NORMAL',
    variants: [{ key: braf38, alleleFraction: 0.2424, depth: 66, alternateReads: 16 }],
  },
  {
    file: 'pisces.vcf',
    caller: 'Pisces',
    fractionFrom: 'FORMAT/VF',
    tumor: 'PANEL-31',
    variants: [{ key: braf37, alleleFraction: 0.08, depth: 1000, alternateReads: 80 }],
  },
  {
    file: 'platypus.vcf',
    caller: 'Platypus',
    fractionFrom: 'FORMAT/NV and NR',
    tumor: 'TUM-55',
    variants: [
      { key: braf37, alleleFraction: 0.25, depth: 160, alternateReads: 40 },
      { key: 'GRCh37:12:25398284:C:A', alleleFraction: 0.25, depth: 120, alternateReads: 30 },
      { key: 'GRCh37:12:25398284:C:T', alleleFraction: 0.1, depth: 120, alternateReads: 12 },
    ],
  },
  {
    file: 'caveman.vcf',
    caller: 'CaVEMan',
    fractionFrom: 'FORMAT/PM',
    tumor: 'TUMOUR',
    normal: 'NORMAL',
    variants: [{ key: braf37, alleleFraction: 0.25, depth: 80, alternateReads: 20 }],
  },
];

describe('F004 the intake doctor knows the callers', () => {
  it.each(callers)('$file: samples, build and allele fraction', async (expected) => {
    const { understanding, questions, variants } = await readOf(fixture(expected.file), expected.told);
    expect(questions).toEqual([]);
    expect(understanding).toMatchObject({
      caller: expected.caller,
      alleleFractionFrom: expected.fractionFrom,
      genomeBuild: expected.variants[0]?.key.slice(0, 6),
    });
    expect(understanding.tumorSample).toBe(expected.tumor);
    expect(understanding.normalSample).toBe(expected.normal);
    expect(variants.map(briefly)).toEqual(expected.variants);
  });

  it('reads VarScan SS=1 and VarDict Germline as inherited, the others as somatic', async () => {
    for (const file of ['varscan2-somatic.vcf', 'vardict-paired.vcf']) {
      const { variants } = await readOf(fixture(file));
      expect(variants.map(({ origin }) => origin)).toEqual(['somatic', 'germline']);
    }
  });

  it('keeps the phase set and the strand of it', async () => {
    const { variants } = await readOf(fixture('octopus-somatic.vcf'));
    expect(variants[0]).toMatchObject({ phaseSet: '140753336', haplotype: 3 });
  });
});

describe('F004 the intake doctor asks and does not guess', () => {
  it('asks which sample is the tumor, says what the reads suggest, and shows nothing before the answer', async () => {
    const before = await readOf(fixture('unnamed-samples.vcf'));
    expect(before.variants).toEqual([]);
    expect(before.questions).toEqual([
      {
        id: 'files/variants.vcf:tumorSample',
        file: 'files/variants.vcf',
        field: 'tumorSample',
        question: 'Which sample column is the tumor? The reads suggest the one listed first.',
        choices: ['H202', 'H201'],
        blocking: true,
      },
    ]);
    expect(before.accounting.filtered).toEqual([{ rule: 'waits for the answer to an open question', count: 3 }]);
    const after = await readOf(fixture('unnamed-samples.vcf'), {
      answers: { 'files/variants.vcf:tumorSample': 'H202' },
    });
    expect(after.questions).toEqual([]);
    expect(after.variants.map(({ alleleFraction }) => alleleFraction)).toEqual([0.3, 0.2, 0.5]);
    expect(after.understanding).toMatchObject({ tumorSample: 'H202', normalSample: 'H201' });
  });

  it('asks what an allele frequency of nobody is, and leaves the fraction out', async () => {
    const { variants, questions } = await readOf(fixture('frequency-of-whom.vcf'));
    expect(variants[0]).not.toHaveProperty('alleleFraction');
    expect(questions).toMatchObject([
      { field: 'alleleFractionFrom', choices: ['INFO/AF', 'not in this file'], blocking: false },
    ]);
    const answers = { 'files/variants.vcf:alleleFractionFrom': 'INFO/AF' };
    const answered = await readOf(fixture('frequency-of-whom.vcf'), { answers });
    expect(answered.questions).toEqual([]);
    expect(answered.variants[0]?.alleleFraction).toBe(0.31);
    const none = await readOf(fixture('frequency-of-whom.vcf'), {
      answers: { 'files/variants.vcf:alleleFractionFrom': 'not in this file' },
    });
    expect(none.questions).toEqual([]);
    expect(none.variants[0]).not.toHaveProperty('alleleFraction');
  });

  it('asks when AF and AD of the tumor tell different stories', async () => {
    const text = fixture('mutect2-tumor-only.vcf').toString();
    const row = text.trimEnd().split('\n').at(-1) ?? '';
    const rows = Array.from({ length: 8 }, (_, index) =>
      row.replace('55191822', String(55191822 + index)).replace('0.260', '0.900'),
    );
    const { questions, variants } = await readOf(`${text.slice(0, text.indexOf(row))}${rows.join('\n')}\n`);
    expect(questions).toMatchObject([
      { field: 'alleleFractionFrom', choices: ['FORMAT/AF', 'FORMAT/AD', 'not in this file'] },
    ]);
    expect(variants.every((variant) => variant.alleleFraction === undefined)).toBe(true);
  });

  it('asks the build when neither file nor case names it, and takes the answer', async () => {
    const text = fixture('deepvariant.vcf')
      .toString()
      .replace(/##contig.*\n/g, '');
    const asked = await readOf(text, germline);
    expect(asked.questions).toMatchObject([{ field: 'genomeBuild', choices: ['GRCh37', 'GRCh38'], blocking: true }]);
    expect(asked.variants).toEqual([]);
    const answered = await readOf(text, { ...germline, answers: { 'files/variants.vcf:genomeBuild': 'GRCh37' } });
    expect(answered.variants.map(({ key }) => key)).toEqual(['GRCh37:17:43094464:G:A']);
    const stated = await readOf(text, { ...germline, assay: { scope: 'exome', genomeBuild: 'GRCh38' } });
    expect(stated.understanding).toMatchObject({ genomeBuild: 'GRCh38', buildFrom: 'the assay in case.json' });
  });

  it('asks when the only column is named as normal tissue', async () => {
    const text = fixture('mutect2-tumor-only.vcf')
      .toString()
      .replace(/##tumor_sample.*\n/, '')
      .replace(/PANEL-17/g, 'NORMAL');
    expect((await readOf(text)).questions).toMatchObject([{ field: 'tumorSample', blocking: true }]);
  });
});

/** One row of BRAF under a header of its own; `fields` as `AD/R/Integer`. */
function oneRow(
  source: string,
  fields: readonly string[],
  samples: Readonly<Record<string, string>>,
  alleles: readonly [reference: string, alternates: string] = ['A', 'T'],
): string {
  const declared = fields.map((field) => {
    const [id, number, type] = field.split('/');
    return `##FORMAT=<ID=${id},Number=${number},Type=${type},Description="as the caller has it">`;
  });
  const keys = fields.map((field) => field.split('/')[0]).join(':');
  return [
    '##fileformat=VCFv4.1',
    ...(source === '' ? [] : [source]),
    ...declared,
    '##contig=<ID=chr7,length=159345973>',
    `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${Object.keys(samples).join('\t')}`,
    `chr7\t140753336\t.\t${alleles.join('\t')}\t50\tPASS\t.\t${keys}\t${Object.values(samples).join('\t')}`,
    '',
  ].join('\n');
}
const [GT, DP] = ['GT/1/String', 'DP/1/Integer'];

describe('F004 other shapes of the same callers', () => {
  it.each<readonly [string, string, readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
    ['MuTect of GATK 2', '##MuTect="x"', [GT, 'AD/./Integer', 'FA/A/Float'], { T: '0/1:70,30:0.3' }, ['0.3/100/30']],
    [
      'Mutect2 of GATK 3',
      '##GATKCommandLine.MuTect2=<ID=MuTect2>',
      [GT, 'AD/R/Integer', 'AF/1/Float'],
      { NORMAL: '0/0:80,0:0', TUMOR: '0/1:70,30:0.3' },
      ['0.3/100/30'],
    ],
    ['Strelka2 germline', '##source=strelka', [GT, DP, 'AD/./Integer'], { S: '0/1:100:70,30' }, ['0.3/100/30']],
    [
      'VarScan2 germline, a decimal comma',
      '##source=VarScan2',
      [GT, DP, 'RD/1/Integer', 'AD/1/Integer', 'FREQ/1/String'],
      { S: '0/1:100:70:30:30,1%' },
      ['0.301/100/30'],
    ],
    [
      'VarDict of one sample, AD without a count',
      '##source=VarDict_v1.5.1',
      [GT, DP, 'AD/./Integer', 'AF/1/Float', 'RD/2/Integer'],
      { S: '0/1:100:70,30:0.3:35,35' },
      ['0.3/100/30'],
    ],
    ['a percent sign', '', [GT, 'AF/1/String'], { S: '0/1:30.5%' }, ['0.305//']],
    ['CLC', '', [GT, 'CLCAD2/./Integer', DP], { S: '0/1:70,30:100' }, ['0.3/100/30']],
    ['samtools 0.1', '', [GT, DP, 'DV/1/Integer'], { S: '0/1:100:30' }, ['0.3/100/30']],
    [
      'genotype first, depth last, other fields between',
      '',
      [GT, 'XX/1/String', 'AD/R/Integer', DP],
      { S: '1/0:a:70,30:99' },
      ['0.3/99/30'],
    ],
  ])('%s', async (_, source, fields, samples, expected) => {
    const { variants, questions } = await readOf(oneRow(source, fields, samples), { file: { genomeBuild: 'GRCh38' } });
    expect(questions).toEqual([]);
    const said = variants.map(
      ({ alleleFraction: fraction, depth, alternateReads }) =>
        `${fraction ?? ''}/${depth ?? ''}/${alternateReads ?? ''}`,
    );
    expect(said).toEqual(expected);
  });

  it('takes no count of a single base for an allele that is longer', async () => {
    const fields = [GT, DP, 'AF/1/Float', 'AU/1/Integer', 'CU/1/Integer', 'GU/1/Integer', 'TU/1/Integer'];
    const text = oneRow('##source=ClairS', fields, { S: '0/1:100:0.3:70:0:0:0' }, ['AG', 'A']);
    const { variants } = await readOf(text, { file: { genomeBuild: 'GRCh38' } });
    expect(variants).toMatchObject([{ alleleFraction: 0.3, depth: 100 }]);
    expect(variants[0]).not.toHaveProperty('alternateReads');
  });

  it('asks where the known field gives no fraction at all, and takes the fuller answer', async () => {
    const told = { file: { genomeBuild: 'GRCh38' } } as const;
    for (const [fields, cell, choice, fraction] of [
      [[GT, DP, 'AD/./Integer'], '0/1:100:30', 'FORMAT/AD over FORMAT/DP', 0.3],
      [[GT, 'AF/1/Float'], '0/1:30.5', 'FORMAT/AF in percent', 0.305],
    ] as const) {
      const text = oneRow('', fields, { S: cell });
      const asked = await readOf(text, told);
      expect(asked.variants[0]).not.toHaveProperty('alleleFraction');
      expect(asked.questions).toMatchObject([{ field: 'alleleFractionFrom', blocking: false }]);
      expect(asked.questions[0]?.choices).toContain(choice);
      const answers = { 'files/variants.vcf:alleleFractionFrom': choice };
      const answered = await readOf(text, { ...told, answers });
      expect(answered.questions).toEqual([]);
      expect(answered.variants[0]?.alleleFraction).toBe(fraction);
    }
  });

  it('asks nothing where no read covers the place', async () => {
    const text = oneRow('', [GT, 'AD/R/Integer', DP], { S: '0/1:0,0:0' });
    expect((await readOf(text, { file: { genomeBuild: 'GRCh38' } })).questions).toEqual([]);
  });
});
