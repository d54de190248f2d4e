/** `molecular annotate` and `molecular classify` as a laboratory runs them, over the shipped packs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { annotateVariants } from '../../../electron/molecular/index.ts';
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { ANNOTATION_COLUMNS, AnnotatedAllele } from '../../../shared/molecular/annotation.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const folder = mkdtempSync(join(tmpdir(), 'consilium-annotate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const command = (...args: string[]) =>
  spawnSync(process.execPath, [resolve(import.meta.dirname, '../../../electron/cli/main.ts'), 'molecular', ...args], {
    encoding: 'utf8',
  });

let number = 0;
async function annotated(text: string | Buffer, build: GenomeBuild = 'GRCh38', tumorType?: string, ending = 'vcf') {
  const input = join(folder, `${number++}.${ending}`);
  const output = `${input}.jsonl`;
  writeFileSync(input, text);
  const result = await annotateVariants({ input, build, tumorType, format: 'jsonl', output }, packs);
  if (!result.ok) return { fault: result.fault, rows: [] };
  const rows = readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => AnnotatedAllele.parse(JSON.parse(line)));
  return { summary: result.value, rows };
}

const header = ['##fileformat=VCFv4.2', '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO'];
const vcf = (rows: readonly string[], end = '\n'): string =>
  [...header, ...rows.map((row) => row.replaceAll(' ', '\t'))].map((line) => line + end).join('');

/** Every kind of row a caller writes; coordinates of known variants on GRCh38. */
const rows = [
  '1 1000 . A . . PASS .',
  '3 142453165 . G A . PASS .',
  '5 1295113 . G A . PASS .',
  '7 55181378 . C T . PASS .',
  '7 55191822 . T G . weak_evidence .',
  '7 116771990 . G T . PASS .',
  '7 140753336 . A T,C . PASS .',
  '7 140753337 . C <DEL> . PASS .',
  '12 25245351 . C A . PASS .',
  '17 7675088 . C T . PASS .',
  '17 7675089 . G * . PASS .',
  '17 43124027 . ACT A . PASS .',
  '17 43124028 . G C . PASS .',
];

describe('F009 F014 F016 molecular annotate', () => {
  it('has a row for every allele of every row, and says why where it can say less', async () => {
    const { summary, rows: told } = await annotated(vcf(rows), 'GRCh38', 'LUAD');
    expect(summary).toMatchObject({ rows: 13, alleles: 14, written: 14, withProteinChange: 7 });
    const parts = [...(summary?.accounting.filtered ?? []), ...(summary?.accounting.collapsed ?? [])];
    expect((summary?.accounting.shown ?? 0) + parts.reduce((sum, { count }) => sum + count, 0)).toBe(14);
    for (const row of told) expect(row.hgvsp !== undefined || row.consequence !== undefined || row.note).toBeTruthy();
    expect(told.map(({ gene, hgvsc, hgvsp }) => [gene, hgvsc, hgvsp].filter(Boolean).join(' '))).toEqual([
      '',
      'ATR c.7724C>T',
      'TERT c.-124C>T',
      'EGFR c.2369C>T p.(Thr790Met)',
      'EGFR c.2573T>G p.(Leu858Arg)',
      'MET c.3028+1G>T',
      'BRAF c.1799T>A p.(Val600Glu)',
      'BRAF c.1799T>G p.(Val600Gly)',
      '',
      'KRAS c.34G>T p.(Gly12Cys)',
      'TP53 c.524G>A p.(Arg175His)',
      '',
      'BRCA1 c.68_69del p.(Glu23ValfsTer17)',
      'BRCA1',
    ]);
  });

  it('states class, criteria, tier and what sets it, with the genomic name by accession', async () => {
    const { rows: told } = await annotated(vcf(rows), 'GRCh38', 'LUAD');
    expect(told.find(({ hgvsp }) => hgvsp === 'p.(Val600Glu)')).toEqual({
      chromosome: '7',
      position1: 140_753_336,
      reference: 'A',
      alternate: 'T',
      build: 'GRCh38',
      gene: 'BRAF',
      transcript: 'NM_004333.6',
      hgvsg: 'NC_000007.14:g.140753336A>T',
      hgvsc: 'c.1799T>A',
      hgvsp: 'p.(Val600Glu)',
      consequence: 'missense_variant',
      proteinChangeSource: 'computed',
      known: expect.stringMatching(/^hotspot=897\/833;civic=\d+$/),
      oncogenicityPoints: 8,
      oncogenicityClass: 'likely-oncogenic',
      oncogenicityCodes: 'OS2,OS3',
      ampTier: 'I',
      tierEvidence: expect.stringMatching(/^I-A: EID\d+/),
      filter: 'PASS',
    });
  });

  it('computes no protein change without a checked sequence, at another reference base, or of a structural allele', async () => {
    const { rows: told } = await annotated(vcf(rows));
    const at = (position: number) => told.find(({ position1 }) => position1 === position);
    expect(at(142_453_165)).toMatchObject({
      consequence: 'coding_sequence_variant',
      proteinChangeSource: 'not-computed',
      oncogenicityClass: 'not-evaluable',
      note: expect.stringContaining('no checked coding sequence of ATR'),
    });
    expect(at(43_124_028)?.hgvsp).toBeUndefined();
    expect(at(43_124_028)?.note).toContain('is the genome build right?');
    expect(at(140_753_337)?.note).toBe('structural allele, not a small variant');
    expect(at(1000)?.note).toBe('reference row without an alternate allele');
  });

  it('a contig that is no chromosome is said to be none, and every other row is judged', async () => {
    const { rows: told } = await annotated(
      vcf(['Un_XYZ 100 . A T . PASS .', '7 140753336 . A T . PASS .']),
      'GRCh38',
      'SKCM',
    );
    expect(told[0]?.note).toMatch(/^on a contig that is no chromosome of GRCh38/);
    expect(told[1]).toMatchObject({ hgvsp: 'p.(Val600Glu)', ampTier: 'I' });
  });

  it('gives no tier without a tumor type, and refuses a code that is none', async () => {
    const { rows: told } = await annotated(vcf(rows));
    expect(told.filter(({ ampTier }) => ampTier !== undefined)).toEqual([]);
    expect(told.find(({ hgvsp }) => hgvsp === 'p.(Val600Glu)')?.note).toBe('no tier without a tumor type');
    expect((await annotated(vcf(rows), 'GRCh38', 'NOPE')).fault).toMatchObject({ code: 'usage' });
  });

  it('refuses a file of the other build, and leaves no table', async () => {
    const lines = `##contig=<ID=7,length=159138663,assembly=GRCh37>`;
    const text = vcf(rows).replace('\n#CHROM', `\n${lines}\n#CHROM`);
    const { fault } = await annotated(text, 'GRCh38');
    expect(fault).toMatchObject({ code: 'build-mismatch' });
    expect(readdirSync(folder).filter((name) => name.startsWith(`${number - 1}.`))).toEqual([`${number - 1}.vcf`]);
  });

  const bytes = (told: readonly AnnotatedAllele[]): string[] => told.map((row) => JSON.stringify(row)).sort();

  it('metamorphic: order, chr, line ends, split alternates and a second run change nothing', async () => {
    const plain = bytes((await annotated(vcf(rows), 'GRCh38', 'LUAD')).rows);
    const split = rows.flatMap((row) => {
      const [chromosome, position, id, reference, alternates = '', ...rest] = row.split(' ');
      return alternates
        .split(',')
        .map((alternate) => [chromosome, position, id, reference, alternate, ...rest].join(' '));
    });
    const others = {
      again: vcf(rows),
      shuffled: vcf([...rows].reverse()),
      prefixed: vcf(rows.map((row) => `chr${row}`)),
      windows: vcf(rows, '\r\n'),
      split: vcf(split),
    };
    for (const [name, text] of Object.entries(others))
      expect(bytes((await annotated(text, 'GRCh38', 'LUAD')).rows), name).toEqual(plain);
  });

  it('metamorphic: shared bases around the alleles change no name', async () => {
    const deletion = (await annotated(vcf(['17 43124027 . ACT A . PASS .']))).rows[0];
    const padded = (await annotated(vcf(['17 43124027 . ACTC AC . PASS .']))).rows[0];
    const names = (row: AnnotatedAllele | undefined) => [row?.hgvsg, row?.hgvsc, row?.hgvsp, row?.consequence];
    expect(names(deletion)).toEqual([
      'NC_000017.11:g.43124030_43124031del',
      'c.68_69del',
      'p.(Glu23ValfsTer17)',
      'frameshift_variant',
    ]);
    expect(names(padded)).toEqual(names(deletion));
  });

  it('F006 a MAF of protein names alone: an insertion that is a duplication is told as one, and agrees with what is computed', async () => {
    const header = [
      'Hugo_Symbol',
      'NCBI_Build',
      'Chromosome',
      'Start_Position',
      'End_Position',
      'Variant_Classification',
      'Variant_Type',
      'Reference_Allele',
      'Tumor_Seq_Allele1',
      'Tumor_Seq_Allele2',
      'Tumor_Sample_Barcode',
      'Protein_Change',
      'cDNA_Change',
    ];
    const maf = [
      header,
      [
        'ERBB2',
        'GRCh37',
        '17',
        '37880981',
        '37880982',
        'In_Frame_Ins',
        'INS',
        '-',
        '-',
        'GCATACGTGATG',
        'S1',
        'p.A775_G776insYVMA',
        '',
      ],
      [
        'KRAS',
        'GRCh37',
        '12',
        '25398284',
        '25398284',
        'Missense_Mutation',
        'SNP',
        'C',
        'C',
        'T',
        'S1',
        'p.G12D',
        'c.35G>A',
      ],
    ].map((cells) => cells.join('\t'));
    const { rows } = await annotated(`${maf.join('\n')}\n`, 'GRCh37', 'LUAD', 'maf');
    expect(rows[0]).toMatchObject({ hgvsp: 'p.(Tyr772_Ala775dup)', ampTier: 'I' });
    expect(rows[0]?.known).toMatch(/^hotspot=34\/33;civic=/);
    expect(rows[1]).toMatchObject({ hgvsc: 'c.35G>A', hgvsp: 'p.(Gly12Asp)' });
    expect(rows.flatMap(({ note }) => note ?? [])).toEqual([]);
  });

  it('says of substitutions in one codon what they are on one allele, and names neither otherwise', async () => {
    const { rows: told } = await annotated(
      vcf([
        '1 1000 . A T . PASS .',
        '7 55191821 . C A . PASS .',
        '7 55191822 . T G . PASS .',
        '7 140753335 . C T . PASS .',
        '7 140753336 . A T . PASS .',
        '7 140753337 . C T . PASS .',
        '7 140753338 . T C . PASS .',
        '12 25245350 . CC TA . PASS .',
        '12 25245351 . C A . PASS .',
      ]),
    );
    const said = told.map(({ position1, hgvsp, note }) => [
      position1,
      hgvsp,
      [...(note ?? '').matchAll(/in one codon with (\S+): [^;]*? is (\S+?)(?:;|$)/g)].map(
        ([, name, is]) => `${name} ${is}`,
      ),
    ]);
    expect(said).toEqual([
      [1000, undefined, []],
      [55191821, 'p.(Leu858Met)', ['c.2573T>G p.(Leu858Arg)']],
      [55191822, 'p.(Leu858Arg)', ['c.2572C>A p.(Leu858Arg)']],
      [140753335, 'p.(Val600=)', ['c.1798G>A p.(Val600Ile)', 'c.1799T>A p.(Val600Glu)']],
      [140753336, 'p.(Val600Glu)', ['c.1798G>A p.(Val600Lys)', 'c.1800G>A p.(Val600Glu)']],
      // The next base is of the codon before.
      [140753337, 'p.(Val600Met)', ['c.1799T>A p.(Val600Lys)', 'c.1800G>A p.(Val600Ile)']],
      [140753338, told[6]?.hgvsp, []],
      [25245350, 'p.(Gly12Tyr)', []],
      [25245351, 'p.(Gly12Cys)', []],
    ]);
  });

  it('says of substitutions in one codon what the phase of the file says: one allele, two, or not known', async () => {
    const beside = async (format: string, first: string, second: string): Promise<string | undefined> => {
      const text = [
        header[0],
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="g">',
        '##FORMAT=<ID=PGT,Number=1,Type=String,Description="g">',
        '##FORMAT=<ID=PID,Number=1,Type=String,Description="s">',
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="s">',
        '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR',
        `7\t140753336\t.\tA\tT\t.\tPASS\t.\t${format}\t${first}`,
        `7\t140753337\t.\tC\tT\t.\tPASS\t.\t${format}\t${second}`,
      ].join('\n');
      const { rows } = await annotated(`${text}\n`);
      return rows[0]?.note?.match(/in (?:one|the) codon [^;]*/)?.[0];
    };
    const together =
      'in one codon with c.1798G>A, on one allele as the file phases them: the protein change is p.(Val600Lys)';
    const apart = 'in the codon of c.1798G>A, on another allele as the file phases them';
    const unknown = 'in one codon with c.1798G>A: where both lie on one allele the protein change is p.(Val600Lys)';
    expect(await beside('GT:PS', '0|1:7', '0|1:7')).toBe(together);
    expect(await beside('GT:PS', '0|1:7', '1|0:7')).toBe(apart);
    expect(await beside('GT:PS', '0|1:7', '0|1:8')).toBe(unknown);
    expect(await beside('GT:PS', '0/1:7', '0/1:7')).toBe(unknown);
    expect(await beside('GT:PS', '0|1:7', '0|1:.')).toBe(unknown);
    expect(await beside('GT', '0|1', '0|1')).toBe(unknown);
    // Both strands have it: which of them has the other tells nothing apart.
    expect(await beside('GT:PS', '1|1:7', '0|1:7')).toBe(unknown);
    expect(await beside('GT:PGT:PID', '0/1:0|1:7', '0/1:0|1:7')).toBe(together);
    expect(await beside('GT:PGT:PID', '0/1:1|0:7', '0/1:0|1:7')).toBe(apart);
  });

  it('rows of one codon on one allele are judged as the change they are, each under its own bases', async () => {
    const text = (second: string, first = '0|1:7:100,50') =>
      [
        header[0],
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="g">',
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="s">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="d">',
        '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR',
        `7\t140753336\t.\tA\tT\t.\tPASS\t.\tGT:PS:AD\t${first}`,
        `7\t140753337\t.\tC\tT\t.\tPASS\t.\tGT:PS:AD\t${second}`,
        '7\t140753340\t.\tT\tC\t.\tPASS\t.\tGT:PS:AD\t0|1:7:100,50\n',
      ].join('\n');
    const whole = (await annotated(vcf(['7 140753336 . AC TT . PASS .']), 'GRCh38', 'SKCM')).rows[0];
    const ofBoth = {
      hgvsp: 'p.(Val600Lys)',
      consequence: whole?.consequence,
      known: whole?.known,
      oncogenicityPoints: whole?.oncogenicityPoints,
      ampTier: 'I',
      tierEvidence: whole?.tierEvidence,
    };
    const { rows: told } = await annotated(text('0|1:7:101,49'), 'GRCh38', 'SKCM');
    expect(told.slice(0, 2)).toMatchObject([
      { reference: 'A', alternate: 'T', hgvsc: 'c.1799T>A', ...ofBoth },
      { reference: 'C', alternate: 'T', hgvsc: 'c.1798G>A', ...ofBoth },
    ]);
    for (const { note } of told.slice(0, 2))
      expect(note).toMatch(/^protein change, class and tier are those of c\.1798_1799delinsAA; in one codon with /);
    expect(told[2]?.hgvsp).toBe('p.(Thr599Ala)');
    const { rows: mixed } = await annotated(text('0|1:7:140,10'), 'GRCh38', 'SKCM');
    expect(mixed.slice(0, 2).map(({ hgvsp }) => hgvsp)).toEqual(['p.(Val600Glu)', 'p.(Val600Lys)']);
    const { rows: apart } = await annotated(text('1|0:7:100,50'), 'GRCh38', 'SKCM');
    expect(apart.slice(0, 2).map(({ hgvsp }) => hgvsp)).toEqual(['p.(Val600Glu)', 'p.(Val600Met)']);
  });

  it('a position of another build than the one stated hides no driver: it is read by its coding name, and said', async () => {
    const csq = '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL|Feature|HGVSc">';
    const row = (place: string, gene: string, feature: string, name: string) =>
      `${place} . PASS CSQ=${place.split(' ').at(-1)}|missense_variant|${gene}|${feature}|${name}`;
    const rows = [
      row('7 55191822 . T G', 'EGFR', 'ENST00000275493', 'ENST00000275493.7:c.2573T>G'),
      // Right on GRCh37, and on neither.
      row('7 55259515 . T G', 'EGFR', 'ENST00000275493', 'ENST00000275493.7:c.2573T>G'),
      row('7 55259615 . T G', 'EGFR', 'ENST00000275493', 'ENST00000275493.7:c.2573T>G'),
      // Numbers of a transcript that is not the one here tell nothing of the position.
      row('17 7577121 . G A', 'TP53', 'ENST00000000001', 'ENST00000000001.1:c.700C>T'),
    ];
    const { rows: told } = await annotated(vcf(rows).replace('#CHROM', `${csq}\n#CHROM`), 'GRCh37', 'LUAD');
    const driver = { hgvsp: 'p.(Leu858Arg)', hgvsc: 'c.2573T>G', oncogenicityClass: 'likely-oncogenic', ampTier: 'I' };
    expect(told.slice(0, 3)).toMatchObject([driver, driver, driver]);
    expect(told.map(({ note }) => note?.replace(/.*(?=on GRCh37)/, ''))).toMatchObject([
      'on GRCh37 this is not the position of c.2573T>G, on GRCh38 it is: the file is of GRCh38; read by the name',
      undefined,
      'on GRCh37 this is not the position of c.2573T>G: position or genome build of the file is wrong; read by the name',
      undefined,
    ]);
    expect(told[3]?.hgvsp).toBe('p.(Arg273Cys)');
  });

  it('a name on another transcript is judged by the numbers that evidence has, and is said', async () => {
    const ann = (change: string) => `ANN=${change}|missense_variant|MODERATE|`;
    const rest = (transcript: string, coding: string, protein: string) =>
      `transcript|${transcript}|protein_coding|5/11|${coding}|${protein}|1/1|1/1|1/1||`;
    const text = vcf([
      `7 140753336 . A T . PASS ${ann('T')}BRAF|BRAF|${rest('NM_001374258.1', 'c.1919T>A', 'p.Val640Glu')}`,
      `17 7675088 . C T . PASS ${ann('T')}TP53|TP53|${rest('NM_000546.5', 'c.524G>A', 'p.Arg175His')}`,
    ]).replace(
      '#CHROM',
      `##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO'">\n#CHROM`,
    );
    const { rows: told } = await annotated(text, 'GRCh38', 'SKCM');
    expect(told[0]).toMatchObject({
      hgvsp: 'p.(Val600Glu)',
      hgvsc: 'c.1799T>A',
      transcript: 'NM_004333.6',
      ampTier: 'I',
    });
    expect(told[0]?.note).toContain('names p.(Val640Glu) on NM_001374258.1, whose numbers differ');
    // Another version of the same transcript is the file's own word.
    expect(told[1]).toMatchObject({ transcript: 'NM_000546.5', proteinChangeSource: 'input-annotation' });
    expect(told[1]?.note ?? '').not.toContain('numbers differ');
  });

  it('a MAF keeps the rows of every sample, its own words, and what our call says against them', async () => {
    const maf = [
      'Hugo_Symbol Chromosome Start_Position End_Position Reference_Allele Tumor_Seq_Allele2 Tumor_Sample_Barcode Variant_Classification HGVSp_Short NCBI_Build',
      'BRAF 7 140753336 140753336 A T S1 Missense_Mutation p.V600E GRCh38',
      'BRAF 7 140753336 140753336 A T S2 Missense_Mutation p.V601E GRCh38',
      'EGFR 7 55174772 55174786 GGAATTAAGAGAAGC - S2 In_Frame_Del . GRCh38',
      'KRAS . . . C A S2 Missense_Mutation p.G12C GRCh38',
    ].map((line) => line.replaceAll(' ', '\t'));
    const { summary, rows: told } = await annotated(`${maf.join('\n')}\n`, 'GRCh38', 'LUAD', 'maf');
    expect(summary).toMatchObject({ rows: 4, written: 4 });
    expect(told.map(({ hgvsp, proteinChangeSource }) => [hgvsp, proteinChangeSource])).toEqual([
      ['p.(Val600Glu)', 'input-annotation'],
      ['p.(Val601Glu)', 'input-annotation'],
      ['p.(Glu746_Ala750del)', 'input-annotation'],
      ['p.(Gly12Cys)', 'input-annotation'],
    ]);
    expect(told[3]).toMatchObject({ gene: 'KRAS', position1: 0, ampTier: 'I' });
    expect(told[3]?.note).toContain('without a coordinate');
    expect(told[1]?.note).toContain('the input states p.(Val601Glu)');
  });

  it('a MAF of protein changes alone, as cBioPortal takes it, is judged by them; half a place is refused', async () => {
    const maf = [
      'Hugo_Symbol Tumor_Sample_Barcode HGVSp_Short Variant_Classification',
      'KRAS S1 p.G12D Missense_Mutation',
      'MET S1 p.X1010_splice Splice_Site',
      'TERT S1 . Targeted_Region',
    ].map((line) => line.replaceAll(' ', '\t'));
    const { rows: told } = await annotated(`${maf.join('\n')}\n`, 'GRCh38', 'PAAD', 'maf');
    expect(told.map(({ gene, hgvsp, ampTier, position1 }) => [gene, hgvsp, ampTier, position1])).toEqual([
      ['KRAS', 'p.(Gly12Asp)', 'I', 0],
      ['MET', 'splice site at codon 1010', told[1]?.ampTier, 0],
      [undefined, undefined, undefined, 0],
    ]);
    expect(told.every(({ note }) => note?.includes('without a coordinate'))).toBe(true);
    const half = maf.map((line, index) => `${line}\t${index === 0 ? 'Chromosome' : '12'}`);
    expect((await annotated(`${half.join('\n')}\n`, 'GRCh38', 'PAAD', 'maf')).fault?.code).toBe('column-missing');
  });

  it('as a command: a table with the named columns, the same bytes twice, usage faults with code 2', () => {
    const input = join(folder, 'command.vcf');
    writeFileSync(input, vcf(rows));
    const run = (output: string) =>
      command('annotate', input, '--assembly', 'GRCh38', '--tumor-type', 'LUAD', '-o', output);
    const [one, two] = ['one.tsv', 'two.tsv'].map((name) => join(folder, name)) as [string, string];
    expect(run(one).status).toBe(0);
    expect(run(two).status).toBe(0);
    const table = readFileSync(one, 'utf8');
    expect(readFileSync(two, 'utf8')).toBe(table);
    const lines = table.trimEnd().split('\n');
    expect(lines[0]).toBe(
      'chromosome position1 reference alternate build gene transcript hgvsg hgvsc hgvsp consequence proteinChangeSource known oncogenicityPoints oncogenicityClass oncogenicityCodes ampTier tierEvidence filter note'.replaceAll(
        ' ',
        '\t',
      ),
    );
    expect(lines).toHaveLength(15);
    for (const line of lines) expect(line.split('\t')).toHaveLength(ANNOTATION_COLUMNS.length);
    if (process.platform !== 'win32') expect(statSync(one).mode & 0o077).toBe(0);
    expect(command('annotate', input, '-o', one).status).toBe(2);
    expect(command('annotate', input, '--assembly', 'GRCh38', '-o', join(folder, 'x.pdf')).status).toBe(2);
    const absent = command('annotate', join(folder, 'none.vcf'), '--assembly', 'GRCh38', '-o', join(folder, 'n.tsv'));
    expect(absent.status).toBe(1);
    expect(absent.stderr).not.toContain(folder);
  });
});

describe('F006 the same tumor on both builds', () => {
  const files = (['GRCh37', 'GRCh38'] as const).map((build) => ({
    build,
    path: outside(`kb/reference-cases/T001-BRCA.${build.toLowerCase()}.vcf.gz`),
  }));
  const path = files.every((file) => file.path !== undefined) ? files[0]?.path : undefined;
  it.skipIf(path === undefined)(
    outsideTitle('T001-BRCA: genes, names, consequences, classes and tiers are the same', path),
    async () => {
      const [on37, on38] = await Promise.all(
        files.map(async ({ build, path: file = '' }) => {
          const { rows: told } = await annotated(readFileSync(file), build, 'BRCA', 'vcf.gz');
          expect(told).toHaveLength(196);
          return told
            .filter(({ gene }) => gene !== undefined)
            .map(({ position1: _, build: __, hgvsg: ___, ...row }) => JSON.stringify(row))
            .sort();
        }),
      );
      expect(on37?.length).toBeGreaterThan(10);
      expect(on37).toEqual(on38);
      expect(on38?.join('\n')).toContain('"hgvsp":"p.(His1047Arg)"');
    },
  );
});

describe('F014 F016 molecular classify', () => {
  const answer = (...args: string[]) => {
    const { status, stdout } = command('classify', ...args, '--json');
    return { status, told: JSON.parse(stdout) };
  };

  it('a protein change typed by hand has class, criteria, tier and evidence', () => {
    const { status, told } = answer('--gene', 'TP53', '--change', 'R175H', '--tumor-type', 'BRCA');
    expect(status).toBe(0);
    expect(told).toMatchObject({
      ok: true,
      kind: 'small-variant',
      gene: 'TP53',
      hgvsp: 'p.(Arg175His)',
      transcript: 'NM_000546.6',
      consequence: 'missense_variant',
      oncogenicity: { class: 'likely-oncogenic', points: 8 },
      tumorType: { oncotreeCode: 'BRCA' },
      notes: [],
    });
    expect(told.oncogenicity.criteria).toHaveLength(17);
    expect(told.evidence.map((one: { evidenceId: string }) => one.evidenceId)).toEqual(
      expect.arrayContaining(told.tierDefining),
    );
  });

  it('a change that cannot be read, and a usage without one, are refused', () => {
    expect(answer('--gene', 'TP53', '--change', 'something')).toMatchObject({
      status: 1,
      told: {
        ok: false,
        fault: { code: 'field-invalid', message: expect.stringMatching(/^The change is not read\. At character 2/) },
      },
    });
    expect(command('classify', '--gene', 'TP53').status).toBe(2);
  });
});
