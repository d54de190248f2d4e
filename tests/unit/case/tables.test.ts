import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTableFile, type TableInput, type TableRead } from '../../../electron/case/tables/index.ts';
import type { VariantAccounting } from '../../../shared/case/intake.ts';
import type { Fault } from '../../../shared/foundation/fault.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { bytesOf } from './support/case-at.ts';

type Modality = Exclude<TableInput['file']['modality'], 'somatic-variants' | 'germline-variants'>;
type Extra = Partial<Pick<TableInput, 'name' | 'answers' | 'assay' | 'signal'>> & {
  readonly file?: Partial<TableInput['file']>;
};

const input = (modality: Modality, content: string | Uint8Array, { file, ...extra }: Extra = {}): TableInput => ({
  name: 'files/t.tsv',
  bytes: typeof content === 'string' ? bytesOf(content) : content,
  answers: {},
  ...extra,
  file: { modality, ...file },
});
const lines = (...rows: string[]): string => `${rows.join('\n').replaceAll(' | ', '\t')}\n`;

async function read(modality: Modality, content: string | Uint8Array, extra?: Extra): Promise<TableRead> {
  const result = await readTableFile(input(modality, content, extra), modality);
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  balanced(result.value.accounting);
  return result.value;
}
async function refusal(modality: Modality, content: string | Uint8Array, extra?: Extra): Promise<Fault> {
  const result = await readTableFile(input(modality, content, extra), modality);
  if (result.ok) throw new Error('it was read');
  return result.fault;
}
/** F005: rows in = shown + collapsed + filtered. */
function balanced({ allelesIn, shown, collapsed, filtered }: VariantAccounting): void {
  expect(shown + [...collapsed, ...filtered].reduce((sum, { count }) => sum + count, 0)).toBe(allelesIn);
}

describe('tables of text', () => {
  const genes = lines('gene | total_copies', 'EGFR | 8', 'TP53 | 1');
  const manyGenes = lines('gene | total_copies', ...Array.from({ length: 2000 }, (_, i) => `G${i} | ${i % 7}`));
  const expected = [
    { gene: 'EGFR', totalCopies: 8, file: 'files/t.tsv', line: 2 },
    { gene: 'TP53', totalCopies: 1, file: 'files/t.tsv', line: 3 },
  ];

  it.each<[string, string | Uint8Array]>([
    ['plain', genes],
    ['with a byte order mark', `\ufeff${genes}`],
    ['with CRLF', genes.replaceAll('\n', '\r\n')],
    ['with the line ends of old Macs', genes.replaceAll('\n', '\r')],
    ['without a last line end', genes.trimEnd()],
    ['separated by commas', genes.replaceAll('\t', ',')],
    ['separated by commas, with CRLF and quoted cells', '"gene","total_copies"\r\n"EGFR",8\r\nTP53,"1"\r\n'],
    ['with quoted cells', genes.replace('EGFR\t8', '"EGFR"\t"8"')],
    ['packed by gzip', gzipSync(genes)],
    ['packed in two gzip members', Buffer.concat([gzipSync(genes.slice(0, 20)), gzipSync(genes.slice(20))])],
  ])('are read %s', async (_, content) => {
    expect((await read('copy-number-genes', content)).copyNumbers).toEqual(expected);
  });

  it('keep line numbers across comments and blank lines', async () => {
    const content = lines('#made by a program', '## more', 'gene | total_copies', '', 'EGFR | 8', ' | ');
    expect((await read('copy-number-genes', content)).copyNumbers).toMatchObject([{ gene: 'EGFR', line: 5 }]);
  });

  it('with a header behind a number sign keep it', async () => {
    expect((await read('copy-number-genes', `#${genes}`)).copyNumbers).toEqual(expected);
  });

  const bad: [string, string | Uint8Array, Partial<Fault['place']> & { code: Fault['code'] }][] = [
    ['empty', '', { code: 'file-empty' }],
    ['blank', '\n\n  \n', { code: 'file-empty' }],
    ['of comments only', '# one\n# two\n', { code: 'file-empty' }],
    ['cut inside gzip', gzipSync(manyGenes).subarray(0, -200), { code: 'file-truncated' }],
    ['with a damaged gzip checksum', flipped(gzipSync(genes), -6), { code: 'archive-damaged' }],
    ['with bytes behind gzip', Buffer.concat([gzipSync(genes), Buffer.from('more')]), { code: 'archive-damaged' }],
    ['with one cell too many', `${genes}KRAS\t2\t2\n`, { code: 'line-invalid', line: 4 }],
    ['with one cell too few', `${genes}KRAS\n`, { code: 'line-invalid', line: 4 }],
    [
      'without the gene column',
      lines('name of it | total_copies', 'A | 1'),
      { code: 'column-missing', line: 1, field: 'the gene' },
    ],
    [
      'without a value column',
      lines('gene | chromosome', 'EGFR | 7'),
      { code: 'column-missing', line: 1, field: 'a value' },
    ],
    [
      'with a column twice',
      lines('gene | cn | cn', 'EGFR | 7 | 7'),
      { code: 'header-invalid', line: 1, field: 'column 3' },
    ],
    ['with NaN', `${genes}KRAS\tNaN\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    ['with an infinity', `${genes}KRAS\t-Inf\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    ['with a spreadsheet error', `${genes}KRAS\t#DIV/0!\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    ['with decimal commas', `${genes}KRAS\t2,5\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    ['with words for numbers', `${genes}KRAS\tmany\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    ['with fewer copies than none', `${genes}KRAS\t-1\n`, { code: 'field-invalid', line: 4, field: 'total_copies' }],
    [
      'with a date for a gene that may have been two',
      `${genes}1-Mar\t2\n`,
      { code: 'field-invalid', line: 4, field: 'gene' },
    ],
    ['with a number for a gene', `${genes}44075\t2\n`, { code: 'field-invalid', line: 4, field: 'gene' }],
    ['with an open quotation mark', `${genes}"KRAS\t2\n`, { code: 'line-invalid' }],
    ['with an open quotation mark between commas', 'gene,cn\n"EGFR,8\nTP53,1\n', { code: 'line-invalid' }],
    ['separated by semicolons', genes.replaceAll('\t', ';'), { code: 'format-unknown' }],
    ['in Latin-1', Buffer.from(`${genes}KRAS\t2\nM\xfcller\t2\n`, 'latin1'), { code: 'line-invalid', line: 5 }],
    ['in UTF-16', Buffer.from(`\ufeff${genes}`, 'utf16le'), { code: 'format-unknown' }],
    ['with zero bytes', `${genes}KR\u0000AS\t2\n`, { code: 'line-invalid', line: 4 }],
    ['that are spreadsheets', Uint8Array.from([0x50, 0x4b, 3, 4, ...Array(30).fill(0)]), { code: 'format-unknown' }],
    ['with row names of R', lines('gene | total_copies', '1 | EGFR | 8'), { code: 'line-invalid', line: 2 }],
  ];
  it.each(bad)('%s are refused with place and advice', async (_, content, { code, ...place }) => {
    const fault = await refusal('copy-number-genes', content);
    expect(fault).toMatchObject({ code, place: { file: 'files/t.tsv', ...place } });
    expect(fault.remedy.length).toBeGreaterThan(10);
    expect(fault.remedy).not.toMatch(/VCF|MAF/);
  });

  it('stop when cancelled', async () => {
    const content = lines('gene | total_copies', ...Array.from({ length: 30_000 }, (_, i) => `G${i} | 2`));
    const stop = new AbortController();
    const reading = readTableFile(
      { ...input('copy-number-genes', content), signal: stop.signal, onProgress: () => stop.abort() },
      'copy-number-genes',
    );
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });

  it('tell how far they are', async () => {
    const content = lines('gene | total_copies', ...Array.from({ length: 25_000 }, (_, i) => `G${i} | 2`));
    const seen: number[] = [];
    const given = { ...input('copy-number-genes', content), sizeBytes: content.length };
    await readTableFile({ ...given, onProgress: ({ rowsRead }) => void seen.push(rowsRead) }, 'copy-number-genes');
    expect(seen).toEqual([10_000, 20_000, 25_000]);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = copy.length + at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

describe('F002: copy number by gene', () => {
  it('reads copies, alleles, log ratios and calls by their columns', async () => {
    const { copyNumbers, warnings } = await read(
      'copy-number-genes',
      lines(
        'Hugo_Symbol | nMajor | nMinor | log2 | gistic',
        'EGFR | 6 | 0 | 1.58 | 2',
        'PTEN | 0 | 0 | NA | Deep deletion',
        'MYC | NA | NA | NA | -1.5',
      ),
    );
    expect(copyNumbers).toMatchObject([
      { gene: 'EGFR', totalCopies: 6, minorCopies: 0, log2Ratio: 1.58, call: 2 },
      { gene: 'PTEN', totalCopies: 0, minorCopies: 0, call: -2 },
      { gene: 'MYC', call: -1 },
    ]);
    expect(copyNumbers?.[1]).not.toHaveProperty('log2Ratio');
    expect(warnings).toEqual(['line 4: a partial deletion (-1.5) is read as a loss (-1)']);
  });

  it('repairs a date that can have been one gene only, and says so', async () => {
    const { copyNumbers, warnings } = await read('copy-number-genes', lines('gene | cn', '9-Sep | 2'));
    expect(copyNumbers).toMatchObject([{ gene: 'SEPTIN9' }]);
    expect(warnings[0]).toContain('"9-Sep"');
    expect(warnings[0]).toContain('SEPTIN9');
  });

  it('accounts for rows without value or gene, and for rows that stand twice', async () => {
    const { accounting, copyNumbers } = await read(
      'copy-number-genes',
      lines('gene | cn', 'EGFR | 8', 'EGFR | 8', 'EGFR | 2', 'KRAS | NA', ' | 3'),
    );
    // Two different values for one gene both stay: the molecular room flags them.
    expect(copyNumbers).toMatchObject([
      { totalCopies: 8, line: 2 },
      { totalCopies: 2, line: 4 },
    ]);
    expect(accounting).toMatchObject({
      rowsIn: 5,
      shown: 2,
      collapsed: [{ rule: 'the same row again', count: 1 }],
      filtered: expect.arrayContaining([
        { rule: 'without a value', count: 1 },
        { rule: 'without a gene symbol', count: 1 },
      ]),
    });
  });

  const matrix = lines('Hugo_Symbol | Entrez_Gene_Id | S1 | S2', 'EGFR | 1956 | 2 | 0', 'TP53 | 7157 | -1 | NA');
  it('F004: asks which of several samples is the tumor, and reads the one answered', async () => {
    const asked = await read('copy-number-genes', matrix);
    expect(asked.questions).toMatchObject([
      { id: 'files/t.tsv:tumorSample', field: 'tumorSample', choices: ['S1', 'S2'], blocking: true },
    ]);
    expect(asked.copyNumbers ?? []).toEqual([]);
    expect(asked.accounting.filtered).toEqual([{ rule: expect.stringContaining('question'), count: 2 }]);
    const answers = { 'files/t.tsv:tumorSample': 'S1' };
    const answered = await read('copy-number-genes', matrix, { answers });
    expect(answered.copyNumbers).toMatchObject([
      { gene: 'EGFR', call: 2 },
      { gene: 'TP53', call: -1 },
    ]);
    expect(answered.understanding.tumorSample).toBe('S1');
    const named = await read('copy-number-genes', matrix, { file: { tumorSample: 'S1' } });
    expect(named.copyNumbers).toEqual(answered.copyNumbers);
    expect(await refusal('copy-number-genes', matrix, { file: { tumorSample: 'S3' } })).toMatchObject({
      code: 'sample-ambiguous',
      place: { field: 'tumorSample' },
    });
  });

  it('names a sample by its column in faults, never by its title', async () => {
    for (const modality of ['copy-number-genes', 'expression'] as const) {
      const content = lines('gene | MARIA EXAMPLE', 'EGFR | x');
      const fault = await refusal(modality, content, { name: 'files/zscores.txt' });
      expect(fault).toMatchObject({ code: 'field-invalid', place: { line: 2, field: 'column 2' } });
      expect(JSON.stringify(fault)).not.toContain('MARIA');
    }
  });

  it('F004: asks what the values of a matrix are where they could be copies or calls', async () => {
    const content = lines('gene | S1', 'EGFR | 2', 'TP53 | 1', 'KRAS | 0');
    const { questions } = await read('copy-number-genes', content);
    expect(questions).toMatchObject([{ id: 'files/t.tsv:scale', field: 'scale', blocking: true }]);
    for (const [answer, value] of [
      ['total copies', { totalCopies: 2 }],
      ['GISTIC call', { call: 2 }],
      ['log2 ratio', { log2Ratio: 2 }],
    ] as const)
      expect(
        (await read('copy-number-genes', content, { answers: { 'files/t.tsv:scale': answer } })).copyNumbers,
      ).toMatchObject([value, {}, {}]);
    const halves = lines('gene | S1', 'EGFR | 1.7');
    expect((await read('copy-number-genes', halves)).questions).toHaveLength(1);
    expect((await read('copy-number-genes', halves, { name: 'files/data_log2_cna.txt' })).copyNumbers).toMatchObject([
      { log2Ratio: 1.7 },
    ]);
    expect(await refusal('copy-number-genes', halves, { name: 'files/data_cna_discrete.txt' })).toMatchObject({
      code: 'field-invalid',
      place: { line: 2, field: 'column 2' },
    });
  });

  it('reads the tumor alone where rows are by sample, and counts the others', async () => {
    const content = lines(
      'Tumor_Sample_Barcode | Hugo_Symbol | Copy_Number_Alteration',
      'S1 | MET | Amplification',
      'S2 | ERBB2 | -2',
    );
    const { copyNumbers, accounting } = await read('copy-number-genes', content, { file: { tumorSample: 'S1' } });
    expect(copyNumbers).toMatchObject([{ gene: 'MET', call: 2 }]);
    expect(accounting.filtered).toEqual([{ rule: 'of another sample in the file', count: 1 }]);
  });

  it('refuses a build whose chromosomes are too short', async () => {
    const content = lines('gene | chromosome | start | end | cn', 'ERBB2 | chr1 | 1 | 249000000 | 8');
    const assay = { id: 'A', scope: 'exome', genomeBuild: 'GRCh38' } as const;
    expect(await refusal('copy-number-genes', content, { assay })).toMatchObject({
      code: 'build-mismatch',
      place: { line: 2, field: 'genomeBuild' },
    });
  });

  it('sends segments to their own modality', async () => {
    const fault = await refusal(
      'copy-number-genes',
      lines('Chromosome | Start | End | nMajor | nMinor', '1 | 1 | 2 | 1 | 1'),
    );
    expect(fault).toMatchObject({ code: 'column-missing' });
    expect(fault.message).toContain('copy-number-segments');
  });
});

describe('F002: copy-number segments', () => {
  const seg = lines(
    'ID | chrom | loc.start | loc.end | num.mark | seg.mean',
    'S1 | 1 | 10001 | 120000000 | 500 | -0.01',
    'S1 | 23 | 10001 | 155000000 | 300 | 0.6',
    'S1 | GL000220.1 | 1 | 161802 | 2 | 0',
    'S1 | 1 | 10001 | 120000000 | 500 | -0.01',
  );
  it('reads SEG', async () => {
    const { segments, understanding, accounting } = await read('copy-number-segments', seg, {
      file: { genomeBuild: 'GRCh38' },
    });
    expect(segments).toMatchObject([
      { chromosome: '1', start1: 10001, end1: 120000000, log2Ratio: -0.01, line: 2 },
      { chromosome: 'X', log2Ratio: 0.6 },
    ]);
    expect(understanding).toMatchObject({ genomeBuild: 'GRCh38', buildFrom: 'case.json, file', tumorSample: 'S1' });
    expect(accounting).toMatchObject({
      collapsed: [{ rule: 'the same row again', count: 1 }],
      filtered: [{ rule: 'not on a chromosome of the primary assembly', count: 1 }],
    });
  });

  it.each([
    [
      'ASCAT and PCGR',
      'Chromosome | Start | End | nMajor | nMinor',
      '7 | 100 | 200 | 5 | 1',
      { totalCopies: 6, minorCopies: 1 },
    ],
    ['FACETS', 'chrom | start | end | tcn.em | lcn.em', '7 | 100 | 200 | 3 | NA', { totalCopies: 3 }],
    [
      'Sequenza',
      'chromosome | start.pos | end.pos | CNt | A | B',
      'chr7 | 100 | 200 | 2 | 2 | 0',
      { totalCopies: 2, minorCopies: 0 },
    ],
    [
      'PURPLE',
      'chromosome | start | end | copyNumber | minorAlleleCopyNumber',
      '7 | 100 | 200 | 3.98 | 0.99',
      { totalCopies: 3.98, minorCopies: 0.99 },
    ],
    [
      'GDC',
      'GDC_Aliquot | Chromosome | Start | End | Num_Probes | Segment_Mean',
      'x | 7 | 100 | 200 | 9 | -1.2',
      { log2Ratio: -1.2 },
    ],
    [
      'CNVkit, which counts from zero',
      'chromosome | start | end | gene | log2 | depth | probes | weight',
      '7 | 99 | 200 | EGFR | 0.1 | 1 | 9 | 3',
      { log2Ratio: 0.1 },
    ],
  ])('reads %s', async (_, header, row, values) => {
    const { segments } = await read('copy-number-segments', lines(header, row), { file: { genomeBuild: 'GRCh37' } });
    expect(segments).toMatchObject([{ chromosome: '7', start1: 100, end1: 200, ...values }]);
  });

  it('F004: tells the build from chromosome ends, asks where it cannot, refuses where statements disagree', async () => {
    const at = (end: number) => lines('chrom | start | end | log2', `1 | 1 | ${end} | 0`);
    expect((await read('copy-number-segments', at(249_000_000))).understanding.genomeBuild).toBe('GRCh37');
    const asked = await read('copy-number-segments', at(1000));
    expect(asked.questions).toMatchObject([
      { id: 'files/t.tsv:genomeBuild', choices: ['GRCh37', 'GRCh38'], blocking: true },
    ]);
    expect(asked.segments ?? []).toEqual([]);
    const answers = { 'files/t.tsv:genomeBuild': 'GRCh37' };
    expect((await read('copy-number-segments', at(1000), { answers })).segments).toHaveLength(1);
    expect(await refusal('copy-number-segments', at(249_000_000), { file: { genomeBuild: 'GRCh38' } })).toMatchObject({
      code: 'build-mismatch',
      place: { line: 2 },
    });
    const assay = { id: 'A', scope: 'exome', genomeBuild: 'GRCh37' } as const;
    const both = { file: { genomeBuild: 'GRCh38' as const }, assay };
    expect(await refusal('copy-number-segments', at(1000), both)).toMatchObject({ code: 'build-mismatch' });
    expect((await refusal('copy-number-segments', at(250_000_000))).code).toBe('build-mismatch');
    expect((await refusal('copy-number-segments', `#reference: hg19\n${at(1000)}`, both)).code).toBe('build-mismatch');
  });

  it('asks whose segments they are where several samples stand in the file', async () => {
    const content = lines(
      'ID | chrom | loc.start | loc.end | num.mark | seg.mean',
      'P1 | 1 | 1 | 9 | 1 | 0',
      'P2 | 1 | 1 | 9 | 1 | 0',
    );
    const { questions } = await read('copy-number-segments', content, { file: { genomeBuild: 'GRCh38' } });
    expect(questions).toMatchObject([{ field: 'tumorSample', choices: ['P1', 'P2'], blocking: true }]);
  });

  it.each([
    ['ends before it starts', '1 | 200 | 100 | 0', { code: 'line-invalid', place: { line: 2 } }],
    ['has no end', '1 | 200 | NA | 0', { code: 'field-invalid', place: { line: 2, field: 'end' } }],
    ['starts at a fraction', '1 | 1.5 | 100 | 0', { code: 'field-invalid', place: { line: 2, field: 'start' } }],
    ['has NaN for its mean', '1 | 1 | 100 | NaN', { code: 'field-invalid', place: { line: 2, field: 'log2' } }],
  ])('refuses a segment that %s', async (_, row, fault) => {
    expect(await refusal('copy-number-segments', lines('chrom | start | end | log2', row))).toMatchObject(fault);
  });

  it('warns of segments that overlap', async () => {
    const content = lines('chrom | start | end | log2', '1 | 1 | 100 | 0', '1 | 50 | 200 | 1');
    const { warnings } = await read('copy-number-segments', content, { file: { genomeBuild: 'GRCh38' } });
    expect(warnings).toEqual(['1 segments overlap the one before them']);
  });
});

describe('F002: fusions', () => {
  it.each<[string, string, string, Record<string, unknown>]>([
    [
      'STAR-Fusion',
      '#FusionName | JunctionReadCount | SpanningFragCount | LeftGene | LeftBreakpoint | RightGene | RightBreakpoint | PROT_FUSION_TYPE',
      'EML4--ALK | 12 | 3 | EML4^ENSG00000143924.20 | chr2:42295516:+ | ALK^ENSG00000171094.18 | chr2:29223528:- | INFRAME',
      {
        gene5: 'EML4',
        gene3: 'ALK',
        breakpoint5: '2:42295516:+',
        breakpoint3: '2:29223528:-',
        inFrame: true,
        rnaReads: 15,
      },
    ],
    [
      'Arriba',
      '#gene1 | gene2 | breakpoint1 | breakpoint2 | split_reads1 | split_reads2 | discordant_mates | reading_frame',
      'KIF5B | RET | 10:32017142 | 10:43114479 | 4 | 5 | 1 | out-of-frame',
      { gene5: 'KIF5B', gene3: 'RET', inFrame: false, rnaReads: 10 },
    ],
    [
      'Arriba between genes',
      '#gene1 | gene2 | breakpoint1 | breakpoint2 | split_reads1 | split_reads2 | discordant_mates | reading_frame',
      'FIRRE(512),MBNL3(90) | ALK | X:1 | 2:2 | 1 | 0 | 0 | .',
      { gene5: '?', gene3: 'ALK', rnaReads: 1 },
    ],
    [
      'PCGR',
      'FusionGene | LeftBreakpoint | RightBreakpoint | SplitReads',
      'EML4--ALK | 2:42295554 | 2:29223528 | 100',
      { gene5: 'EML4', gene3: 'ALK', rnaReads: 100 },
    ],
    [
      'cBioPortal structural variants',
      'Sample_Id | SV_Status | Site1_Hugo_Symbol | Site1_Chromosome | Site1_Position | Site2_Hugo_Symbol | Site2_Chromosome | Site2_Position | Site2_Effect_On_Frame | DNA_Support | RNA_Support | Tumor_Split_Read_Count',
      'S1 | SOMATIC | TMPRSS2 | 21 | 41498119 | ERG | 21 | 38445621 | In_frame | Yes | No | 7',
      { gene5: 'TMPRSS2', gene3: 'ERG', breakpoint5: '21:41498119', inFrame: true, dnaReads: 7 },
    ],
    [
      'the older cBioPortal table',
      'Hugo_Symbol | Tumor_Sample_Barcode | Fusion | DNA_support | RNA_support | Frame',
      'ALK | S1 | EML4-ALK fusion | no | yes | in-frame',
      { gene5: 'EML4', gene3: 'ALK', inFrame: true },
    ],
    ['an intragenic change', 'Tumor_Sample_Barcode | Fusion', 'S1 | EGFR-intragenic', { gene5: 'EGFR', gene3: 'EGFR' }],
    [
      'genes A and B',
      'Tumor_Sample_Barcode | GeneA | GeneB | Sv_Type',
      'S1 | CD74 | ROS1 | FUSION',
      { gene5: 'CD74', gene3: 'ROS1' },
    ],
    [
      'a plain table with DNA reads',
      'gene5,gene3,dna_reads,in_frame',
      'CD74,NRG1,9,TRUE',
      { gene5: 'CD74', gene3: 'NRG1', dnaReads: 9, inFrame: true },
    ],
  ])('reads %s', async (_, header, row, fusion) => {
    const { fusions } = await read('fusions', lines(header, row));
    expect(fusions).toMatchObject([{ ...fusion, line: 2 }]);
    for (const field of ['inFrame', 'rnaReads', 'dnaReads'])
      if (!(field in fusion)) expect(fusions?.[0]).not.toHaveProperty(field);
  });

  it('counts reads of a DNA panel as DNA reads', async () => {
    const assay = { id: 'A', scope: 'panel' } as const;
    expect((await read('fusions', lines('gene5 | gene3 | reads', 'EML4 | ALK | 9'), { assay })).fusions).toMatchObject([
      { dnaReads: 9 },
    ]);
  });

  it('accounts for germline rows, rows without genes and rows that stand twice', async () => {
    const { accounting } = await read(
      'fusions',
      lines('SV_Status | gene5 | gene3', 'GERMLINE | A1 | B1', ' | NA | .', ' | EML4 | ALK', ' | EML4 | ALK'),
    );
    expect(accounting).toMatchObject({ rowsIn: 4, shown: 1, collapsed: [{ count: 1 }] });
    expect(accounting.filtered).toHaveLength(2);
  });

  it.each([
    [
      'a pair of unclear joints',
      lines('Fusion', 'HLA-A-ALK'),
      { code: 'field-invalid', place: { line: 2, field: 'Fusion' } },
    ],
    [
      'a date for a partner',
      lines('gene5 | gene3', '2-Mar | ALK'),
      { code: 'field-invalid', place: { line: 2, field: 'gene5' } },
    ],
    [
      'reads below zero',
      lines('gene5 | gene3 | reads', 'EML4 | ALK | -4'),
      { code: 'field-invalid', place: { line: 2, field: 'reads' } },
    ],
    ['no genes', lines('left | right', 'EML4 | ALK'), { code: 'column-missing', place: { field: 'the two genes' } }],
  ])('refuses %s', async (_, content, fault) => {
    expect(await refusal('fusions', content)).toMatchObject(fault);
  });
});

describe('F002: expression and protein', () => {
  const reference = 'TCGA LUAD';
  it.each([
    ['TPM', 'tpm'],
    ['fpkm', 'fpkm'],
    ['log2_TPM', 'log2-tpm'],
    ['log2(TPM+1)', 'log2-tpm'],
    ['z_score', 'z-score'],
    ['Z-Score', 'z-score'],
    ['log2_ratio', 'log2-ratio'],
  ])('takes the scale from the column %s', async (title, scale) => {
    const assay = { id: 'R', scope: 'transcriptome', reference } as const;
    const { matrices } = await read('expression', lines(`gene | ${title}`, 'EGFR | 1.5', 'TP53 | 0'), { assay });
    expect(matrices).toEqual([
      {
        modality: 'expression',
        scale,
        ...(scale === 'z-score' || scale === 'log2-ratio' ? { reference } : {}),
        genes: ['EGFR', 'TP53'],
        values: [1.5, 0],
        file: 'files/t.tsv',
      },
    ]);
  });

  it('gives each scale of one sample, and passes over counts', async () => {
    const { matrices } = await read(
      'expression',
      lines('gene_id | gene_name | expected_count | TPM | FPKM', 'ENSG00000146648.18 | EGFR | 100 | 5 | 6'),
    );
    expect(matrices).toMatchObject([
      { scale: 'tpm', genes: ['EGFR'], values: [5] },
      { scale: 'fpkm', values: [6] },
    ]);
  });

  it('F004: asks for sample and scale, and takes a scale from comment or file name', async () => {
    const content = lines('Hugo_Symbol | S1 | S2', 'EGFR | 1.5 | -2');
    expect((await read('expression', content)).questions).toMatchObject([{ field: 'tumorSample' }]);
    const sample = { file: { tumorSample: 'S2' } };
    const asked = await read('expression', content, sample);
    expect(asked.questions).toMatchObject([{ id: 'files/t.tsv:scale', field: 'scale', blocking: true }]);
    expect(asked.matrices ?? []).toEqual([]);
    const answers = { 'files/t.tsv:scale': 'z-score' };
    expect((await read('expression', content, { ...sample, answers })).matrices).toMatchObject([
      { scale: 'z-score', values: [-2] },
    ]);
    const name = 'files/data_mrna_seq_v2_rsem_zscores_ref_all_samples.txt';
    expect((await read('expression', content, { ...sample, name })).matrices).toMatchObject([{ scale: 'z-score' }]);
    const commented = `# scale: z-score\n# reference: ${reference}\n${content}`;
    expect((await read('expression', commented, sample)).matrices).toMatchObject([{ scale: 'z-score', reference }]);
  });

  it('warns of z-scores that name no reference', async () => {
    const { matrices, warnings } = await read('expression', lines('gene | z_score', 'EGFR | 2'));
    expect(matrices?.[0]).not.toHaveProperty('reference');
    expect(warnings[0]).toContain('reference');
  });

  it('uses neither of two different values for one gene, and says which gene', async () => {
    const { matrices, accounting, warnings } = await read(
      'expression',
      lines('gene | TPM', 'EGFR | 2', 'TP53 | 1', 'EGFR | 3', 'TP53 | 1', 'KRAS | NA', 'ALK | 0'),
    );
    expect(matrices).toMatchObject([{ genes: ['TP53', 'ALK'], values: [1, 0] }]);
    expect(accounting).toMatchObject({ rowsIn: 6, shown: 2, collapsed: [{ count: 1 }] });
    expect(warnings[0]).toContain('EGFR');
  });

  it('refuses a negative TPM, a second column of a scale, and a table the wrong way round', async () => {
    expect(await refusal('expression', lines('gene | TPM', 'EGFR | -1'))).toMatchObject({
      code: 'field-invalid',
      place: { line: 2, field: 'TPM' },
    });
    expect((await refusal('expression', lines('gene | T TPM | N TPM', 'EGFR | 1 | 1'))).code).toBe('header-invalid');
    const wide = ['', ...Array.from({ length: 60 }, (_, i) => `G${i}`)].join('\t');
    const fault = await refusal('expression', `${wide}\n${['S1', ...Array(60).fill('1')].join('\t')}\n`);
    expect(fault).toMatchObject({ code: 'column-missing' });
    expect(fault.message).toContain('rows');
  });

  it('keeps a phosphorylated site apart from the amount of its protein', async () => {
    const { matrices } = await read(
      'protein',
      lines('Composite.Element.REF | z_score', 'ERBB2|HER2 | 2.1', 'ERBB2|HER2_pY1248 | 3.3', 'AKT1|Akt_pS473 | 1'),
    );
    expect(matrices).toMatchObject([
      { modality: 'protein', genes: ['ERBB2', 'ERBB2 (HER2_pY1248)', 'AKT1 (Akt_pS473)'], values: [2.1, 3.3, 1] },
    ]);
  });

  it('reads mass spectrometry and immunohistochemistry by their columns', async () => {
    expect((await read('protein', lines('Gene | log2_ratio', 'EGFR | 1'))).matrices).toMatchObject([
      { scale: 'log2-ratio' },
    ]);
    expect((await read('protein', lines('Protein | H-score', 'EGFR | 240'))).matrices).toMatchObject([
      { scale: 'h-score', values: [240] },
    ]);
  });
});

describe('F002: reported biomarkers', () => {
  const json = (value: unknown) => JSON.stringify(value);
  const assay = { id: 'P', scope: 'panel' } as const;
  it('reads TMB, MSI, HRD, PD-L1 and others under their names', async () => {
    const { biomarkers, warnings } = await read(
      'biomarkers',
      json({
        biomarkers: [
          { name: 'TMB', value: 12.4, unit: 'mutations/Mb', method: 'panel' },
          { name: 'Microsatellite instability', value: 'MSI-H' },
          { name: 'HRD', label: 'Genomic instability score', value: 55, assayId: 'H', note: 'x' },
          { name: 'PD-L1', label: 'TPS', value: '<1', unit: '%' },
          { name: 'HLA-A', value: 'A*02:01' },
        ],
      }),
      { assay },
    );
    expect(biomarkers).toMatchObject([
      { name: 'TMB', label: 'TMB', value: 12.4, unit: 'mutations/Mb', assayId: 'P' },
      { name: 'MSI', value: 'MSI-H' },
      { name: 'HRD', label: 'Genomic instability score', assayId: 'H' },
      { name: 'PD-L1', value: '<1' },
      { name: 'other', label: 'HLA-A' },
    ]);
    expect(warnings).toEqual(['biomarkers[2].note is not known and was not read']);
  });

  it('accounts for a result that is not given, and for one given twice', async () => {
    const list = [
      { name: 'TMB', value: null },
      { name: 'MSI', value: 'MSS' },
      { name: 'MSI', value: 'MSS' },
    ];
    const { accounting, biomarkers } = await read('biomarkers', json(list));
    expect(biomarkers).toHaveLength(1);
    expect(accounting).toMatchObject({ rowsIn: 3, shown: 1, collapsed: [{ count: 1 }], filtered: [{ count: 1 }] });
  });

  it.each([
    ['no list', json({ TMB: 4 }), 'field-invalid', 'biomarkers'],
    ['a nameless one', json([{ value: 4 }]), 'field-invalid', '[0].name'],
    [
      'a value that is a list',
      json({ biomarkers: [{ name: 'TMB', value: [1] }] }),
      'field-invalid',
      'biomarkers[0].value',
    ],
    ['a negative value', json([{ name: 'TMB', value: -1 }]), 'field-invalid', '[0].value'],
    ['NaN in words', json([{ name: 'TMB', value: 'NaN' }]), 'field-invalid', '[0].value'],
    ['NaN', '[{"name": "TMB", "value": NaN}]', 'json-invalid', undefined],
    ['nothing', '', 'file-empty', undefined],
  ])('refuses %s', async (_, content, code, field) => {
    expect(await refusal('biomarkers', content)).toMatchObject({
      code,
      place: { file: 'files/t.tsv', ...(field === undefined ? {} : { field }) },
    });
  });
});

describe('F006: a large table leaves the thread its turns', () => {
  it('does other work between pieces of 64 KB, whether the table is plain or packed, and in memory or not', async () => {
    const table = lines('gene | total_copies', ...Array.from({ length: 100_000 }, (_, i) => `GENE${i} | ${i % 7}`));
    const turnsWhile = async (content: string | Uint8Array): Promise<number> => {
      let turns = 0;
      let isOver = false;
      const count = (): void => {
        turns += 1;
        if (!isOver) setImmediate(count);
      };
      setImmediate(count);
      await read('copy-number-genes', content);
      isOver = true;
      return turns;
    };
    const pieces = Math.floor(table.length / 65_536);
    expect(pieces).toBeGreaterThan(15);
    for (const content of [table, gzipSync(table)]) expect(await turnsWhile(content)).toBeGreaterThanOrEqual(pieces);
  });
});

describe('F005: the equation holds whatever the rows', () => {
  const cell = fc.oneof(
    fc.constantFrom('EGFR', 'TP53', 'KRAS', 'NA', '', '9-Sep', '.', 'ALK'),
    fc.integer({ min: -3, max: 9 }).map(String),
    fc.double({ min: -5, max: 5, noNaN: true }).map((value) => value.toFixed(2)),
  );
  const tables: [Modality, string[]][] = [
    ['copy-number-genes', ['gene', 'cn', 'log2']],
    ['copy-number-genes', ['gene', 'S1']],
    ['copy-number-segments', ['sample', 'chrom', 'start', 'end', 'log2']],
    ['fusions', ['gene5', 'gene3', 'reads']],
    ['expression', ['gene', 'TPM', 'z_score']],
    ['protein', ['gene', 'S1', 'S2']],
  ];
  it.each(tables)('%s with columns %s: read and balanced, or refused with a line', async (modality, header) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            ...header.map((_, index) =>
              index === 0
                ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom('EGFR', 'TP53', 'KRAS', 'NA', '') }, cell)
                : cell,
            ),
          ),
          { maxLength: 12 },
        ),
        fc.constantFrom('\n', '\r\n'),
        async (rows, end) => {
          const content = [header, ...rows].map((row) => row.join('\t')).join(end) + end;
          const result = await readTableFile(input(modality, content, { file: { genomeBuild: 'GRCh38' } }), modality);
          if (result.ok) {
            balanced(result.value.accounting);
            const filled = rows.filter((row) => row.some((one) => one.trim() !== ''));
            expect(result.value.accounting.rowsIn).toBe(filled.length);
          } else {
            expect(result.fault.code).not.toBe('defect');
            expect(result.fault.place?.file).toBe('files/t.tsv');
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('other people’s tables', () => {
  const at = (relative: string) => outside(`testdata/${relative}`);
  const brca = at('case-pcgr-brca/T001-BRCA.gene_expression.tsv.gz');
  it.skipIf(brca === undefined)(
    outsideTitle('PCGR T001-BRCA: segments, fusions and expression on both builds', brca),
    async () => {
      const file = (name: string) => readFileSync(at(`case-pcgr-brca/${name}`) ?? '');
      for (const [short, genomeBuild, count, pairs] of [
        ['grch37', 'GRCh37', 252, 13],
        ['grch38', 'GRCh38', 260, 9],
      ] as const) {
        const { segments, accounting } = await read('copy-number-segments', file(`T001-BRCA.${short}.cna.tsv`), {
          file: { genomeBuild },
        });
        expect(accounting.rowsIn).toBe(count);
        expect(segments?.[0]).toMatchObject({ chromosome: '1', totalCopies: 1, minorCopies: 0 });
        const { fusions } = await read('fusions', file(`T001-BRCA.${short}.fusions.tsv`));
        expect(fusions).toHaveLength(pairs);
        expect(fusions).toContainEqual(expect.objectContaining({ gene5: 'EML4', gene3: 'ALK', rnaReads: 100 }));
      }
      const wrong = await refusal('copy-number-segments', file('T001-BRCA.grch37.cna.tsv'), {
        file: { genomeBuild: 'GRCh38' },
      });
      expect(wrong.code).toBe('build-mismatch');
      const { matrices, accounting } = await read('expression', readFileSync(brca ?? ''));
      expect(matrices).toMatchObject([{ scale: 'tpm' }]);
      expect(matrices?.[0]?.genes).toHaveLength(19307);
      expect(accounting).toMatchObject({ rowsIn: 19307, shown: 19307 });
    },
  );

  const discrete = at('cbioportal-studies/study_es_0_legacy_cna_discrete/data_cna_discrete.txt');
  it.skipIf(discrete === undefined)(
    outsideTitle('cBioPortal study_es_0: discrete copy number of 847 patients', discrete),
    async () => {
      const bytes = readFileSync(discrete ?? '');
      const asked = await read('copy-number-genes', bytes, { name: 'files/data_cna_discrete.txt' });
      expect(asked.questions[0]?.choices.length).toBeGreaterThan(500);
      const { copyNumbers } = await read('copy-number-genes', bytes, {
        name: 'files/data_cna_discrete.txt',
        file: { tumorSample: 'TCGA-A2-A04U-01' },
      });
      expect(copyNumbers).toHaveLength(8);
      expect(copyNumbers).toContainEqual(expect.objectContaining({ gene: 'ACAP3', call: 2 }));
    },
  );

  const treatment = at('cbioportal-studies/study_es_3/data_treatment_ic50.txt');
  it.skipIf(treatment === undefined)(
    outsideTitle('cBioPortal study_es_3 has no table of genes: each is refused in words', treatment),
    async () => {
      for (const name of ['data_treatment_ic50.txt', 'data_gistic_genes_amp.txt', 'data_samples.txt'])
        for (const modality of ['copy-number-genes', 'expression', 'fusions'] as const)
          expect((await refusal(modality, readFileSync(at(`cbioportal-studies/study_es_3/${name}`) ?? ''))).code).toBe(
            'column-missing',
          );
    },
  );

  const oncokb = at('oncokb-annotator-inputs/example_cna.txt');
  it.skipIf(oncokb === undefined)(outsideTitle('OncoKB example tables', oncokb), async () => {
    const file = (name: string) => readFileSync(at(`oncokb-annotator-inputs/${name}`) ?? '');
    const tumor = { file: { tumorSample: 'TCGA-05-4417-01' } };
    const cna = { ...tumor, answers: { 'files/t.tsv:scale': 'GISTIC call' } };
    expect((await read('copy-number-genes', file('example_cna.txt'), cna)).copyNumbers).toMatchObject([
      { gene: 'MET', call: 2 },
      { gene: 'ERBB2', call: 2 },
      { gene: 'CDK4', call: -2 },
      { gene: 'CDK4', call: -1 },
    ]);
    expect(
      (await read('copy-number-genes', file('example_individual_cna.txt'), tumor)).copyNumbers?.length,
    ).toBeGreaterThan(0);
    expect((await read('fusions', file('example_sv.txt'), tumor)).fusions).toMatchObject([
      { gene5: 'ALK', gene3: 'EML4' },
      { gene5: 'TMPRSS2', gene3: 'ERG' },
    ]);
    expect((await read('fusions', file('example_fusions.txt'), tumor)).fusions).toMatchObject([
      { gene5: 'ALK', gene3: 'EML4' },
      { gene5: 'TMPRSS2', gene3: 'ERG' },
    ]);
  });
});
