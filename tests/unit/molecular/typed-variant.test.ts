/** Variants typed by hand, over the shipped packs. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { classifyTyped, type TypedVariant } from '../../../shared/molecular/typed-variant.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const knowledge = packs.molecular();
const ask = (typed: TypedVariant) => classifyTyped(typed, knowledge);
function told(typed: TypedVariant) {
  const answer = ask(typed);
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
}
const fault = (typed: TypedVariant) => {
  const answer = ask(typed);
  return answer.ok ? undefined : `${answer.fault.message} ${answer.fault.remedy}`;
};

describe('F014 F016 a variant typed by hand', () => {
  it('has one answer however it is written', () => {
    const written: TypedVariant[] = [
      ...['V600E', 'p.Val600Glu', 'p.(V600E)', 'c.1799T>A', 'NM_004333.6:c.1799T>A'].map((change) => ({
        gene: 'BRAF',
        change,
      })),
      { change: 'BRAF:c.1799T>A' },
      { change: 'BRAF p.V600E' },
      { change: 'NC_000007.13:g.140453136A>T' },
      { change: 'NC_000007.14:g.140753336A>T' },
      { change: 'chr7:g.140453136A>T', build: 'GRCh37' },
      { change: 'chr7-140753336-A-T', build: 'GRCh38' },
      { change: '7:140453136:A:T', build: 'GRCh37' },
      { gene: 'BRAF', change: 'g.140753336A>T', build: 'GRCh38' },
    ];
    const answers = written.map((typed) => told({ ...typed, tumorType: 'MEL' }));
    const [first] = answers;
    for (const one of answers) {
      expect(one).toMatchObject({ gene: 'BRAF', hgvsp: 'p.(Val600Glu)', ampTier: 'I', tierCall: { weight: 'I-A' } });
      expect(one.oncogenicity).toEqual(first?.oncogenicity);
      expect(one.evidence).toHaveLength(first?.evidence.length ?? 0);
      if (one.hgvsc !== undefined)
        expect(one.hgvsg).toEqual({ GRCh37: 'NC_000007.13:g.140453136A>T', GRCh38: 'NC_000007.14:g.140753336A>T' });
    }
  });

  it.each([
    ['BRCA1', 'c.68_69del', 'p.(Glu23ValfsTer17)', 'frameshift_variant', 'NC_000017.11:g.43124030_43124031del'],
    ['BRCA1', 'c.68_69delAG', 'p.(Glu23ValfsTer17)', 'frameshift_variant', 'NC_000017.11:g.43124030_43124031del'],
    ['BRCA1', 'c.5266dup', 'p.(Gln1756ProfsTer74)', 'frameshift_variant', 'NC_000017.11:g.43057065dup'],
    ['BRCA2', 'c.5946delT', 'p.(Ser1982ArgfsTer22)', 'frameshift_variant', 'NC_000013.11:g.32340301del'],
    ['EGFR', 'c.2235_2249del', 'p.(Glu746_Ala750del)', 'inframe_deletion', 'NC_000007.14:g.55174772_55174786del'],
    ['APC', 'c.4348C>T', 'p.(Arg1450Ter)', 'stop_gained', 'NC_000005.10:g.112839942C>T'],
    ['MET', 'c.3028+1G>T', undefined, 'splice_donor_variant', 'NC_000007.14:g.116771990G>T'],
    ['TERT', 'c.-124C>T', undefined, 'upstream_gene_variant', 'NC_000005.10:g.1295113G>A'],
  ])('%s %s is %s, %s', (gene, change, protein, consequence, genomic) => {
    // Names and places as ClinVar states them.
    const answer = told({ gene, change });
    expect(answer).toMatchObject({ consequence, hgvsg: { GRCh38: genomic } });
    expect(answer.hgvsp).toBe(protein);
  });

  it.each([
    ['MET', 'c.2888-18_2888-2del', 'splice_acceptor_variant', 'NC_000007.14:g.116771831_116771847del', 'I'],
    ['MET', 'c.3028_3028+3del', 'splice_donor_variant', 'NC_000007.14:g.116771989_116771992del', 'I'],
    ['MET', 'c.2888-20_3028+20del', 'splice_acceptor_variant&splice_donor_variant', undefined, 'I'],
    ['MET', 'c.3028+5_3028+9del', 'splice_region_variant&intron_variant', undefined, 'III'],
    ['TP53', 'c.920-2_921delinsTT', 'splice_acceptor_variant', undefined, 'II'],
    ['TP53', 'c.672+20_672+30del', 'intron_variant', undefined, undefined],
  ])('%s %s reaches into an intron whose bases are not known: %s', (gene, change, consequence, genomic, tier) => {
    const answer = told({ gene, change, tumorType: 'LUAD' });
    expect(answer).toMatchObject({ hgvsc: change, consequence, proteinChangeSource: 'not-computed' });
    expect(answer.ampTier).toBe(tier);
    expect(answer.hgvsp).toBeUndefined();
    if (genomic !== undefined) expect(answer.hgvsg?.GRCh38).toBe(genomic);
    expect(answer.notes.join()).toContain('taken as written');
  });

  it('a duplication of bases that are not known here is refused with what to give; no place at all is another refusal', () => {
    expect(fault({ gene: 'TP53', change: 'c.919+1dup' })).toMatch(
      /bases at c\.919\+1 of TP53 are not known here.* Write the letters behind c\.919\+1dup,/s,
    );
    expect(told({ gene: 'TP53', change: 'c.919+1dupT' }).hgvsg?.GRCh38).toBe('NC_000017.11:g.7673700_7673701insA');
    // Letters that are known here are held against them.
    expect(fault({ gene: 'TP53', change: 'c.919dupC' })).toMatch(/another base/);
    expect(told({ gene: 'TP53', change: 'c.919dup' }).hgvsc).toBe('c.919dup');
    // No exon ends there, and two letters are of no one base.
    for (const change of ['c.918+1dup', 'c.919+1dupGG'])
      expect(fault({ gene: 'TP53', change })).toMatch(/no such place.*how many bases/s);
  });

  it('bases that lie outside the sequences here are said not to be checked, and those that are rare there to be rare', () => {
    const said = (change: string, gene = 'TP53') =>
      told({ gene, change, build: 'GRCh38' }).notes.filter((note) => /written|rare/.test(note));
    const unchecked = (place: string) => expect.stringContaining(`the base written at ${place} is not checked`);
    expect(said('c.919+1G>T')).toEqual([unchecked('c.919+1')]);
    expect(said('c.919+1dupT')).toEqual([unchecked('c.919+1'), expect.stringContaining('T instead of G at c.919+1')]);
    expect(said('c.920-2C>A')).toEqual([unchecked('c.920-2'), expect.stringContaining('C instead of A at c.920-2')]);
    expect(said('c.920-2_920-1delAG')).toEqual([
      expect.stringMatching(/^bases written at c\.920-2_920-1 are not checked/),
    ]);
    expect(said('c.919+5G>T')).toEqual([unchecked('c.919+5')]);
    expect(said('17:g.7673700C>A')).toEqual([unchecked('g.7673700')]);
    for (const known of ['c.919G>A', 'c.919dup', 'c.915_916insT', 'R175H', '17:g.7675088C>T'])
      expect(said(known)).toEqual([]);
  });

  it('the splice sites of MET exon 14 have their study, however a deletion reaches them', () => {
    const points = (change: string) => told({ gene: 'MET', change }).oncogenicity?.points;
    expect(['c.2888-18_2888-2del', 'c.2888-5_2890del', 'c.3028_3028+3del', 'c.3028+1G>T'].map(points)).toEqual(
      Array(4).fill(points('c.2888-2A>G')),
    );
    expect(points('c.3028+5_3028+9del')).toBeLessThan(points('c.3028+1G>T') ?? 0);
  });

  it('substitutions side by side on one allele are one change, others are asked for by themselves', () => {
    expect(told({ gene: 'BRAF', change: 'c.[1798G>A;1799T>A]' })).toMatchObject({
      hgvsp: 'p.(Val600Lys)',
      hgvsc: 'c.1798_1799delinsAA',
      notes: expect.arrayContaining([expect.stringContaining('read as c.1798_1799delinsAA')]),
    });
    // One base between, in one codon: GTG to ATA.
    expect(told({ gene: 'BRAF', change: 'c.[1798G>A;1800G>A]' }).hgvsp).toBe('p.(Val600Ile)');
    for (const change of ['c.[1799T>A;1801A>G]', 'c.[1799T>A];[1803A>G]', 'V600E;K601E', 'c.[1798G>A;1799G>A]'])
      expect(fault({ gene: 'BRAF', change })).toMatch(/each by itself/);
  });

  it.each([
    ['BRAF', 'V600E2', 'c.1799_1800delinsAA'],
    ['TERT', 'promoter C250T', 'c.-146C>T'],
    ['BRCA1', '185delAG', 'c.68_69del'],
    ['BRCA1', '5382insC', 'c.5266dup'],
    ['BRCA2', '6174delT', 'c.5946del'],
    ['H3F3A', 'K27M', 'K28M'],
    ['H3-3A', 'g34r', 'G35R'],
  ])('%s %s, a name of before, is %s', (gene, change, now) => {
    const [before, after] = [told({ gene, change, tumorType: 'DIFG' }), told({ gene, change: now, tumorType: 'DIFG' })];
    expect(before.notes[0]).toMatch(/former name, read as/);
    const { typed: _, notes: __, ...facts } = before;
    expect(after).toMatchObject(facts);
  });

  it.each([
    ['ERBB2', 'A775_G776insYVMA', 'p.(Tyr772_Ala775dup)', 'what repeats the residues before it'],
    ['KIT', 'Y503_F504insAY', 'p.(Ala502_Tyr503dup)', 'the same'],
    ['EGFR', 'D770_N771insD', 'p.(Asp770dup)', 'of one residue'],
    ['KRAS', 'G12_G13insG', 'p.(Gly13dup)', 'the most C-terminal of two places'],
    ['KRAS', 'G12dup', 'p.(Gly13dup)', 'a duplication, too'],
    ['EGFR', 'E746_T751delinsA', 'p.(Glu746_Thr751delinsAla)', 'residues that do change stay'],
    ['EGFR', 'L747_A750delinsAP', 'p.(Leu747_Ala750delinsAlaPro)', 'none at an end stays as it was'],
    ['EGFR', 'E746_A750delinsEP', 'p.(Leu747_Ala750delinsPro)', 'the first residue stays as it was'],
    ['EGFR', 'H773_V774insNPH', 'p.(Asn771_His773dup)', 'three residues'],
    ['EGFR', 'H773_V774insAH', 'p.(His773_Val774insAlaHis)', 'no repeat: an insertion'],
    ['TP53', 'H773_V774insNPH', 'p.(His773_Val774insAsnProHis)', 'numbers of no residue of the gene stay as typed'],
  ])('%s %s has the one name that HGVS gives it, %s: %s', (gene, change, hgvsp) => {
    const answer = told({ gene, change, tumorType: 'LUAD' });
    expect(answer.hgvsp).toBe(hgvsp);
    const same = told({ gene, change: hgvsp, tumorType: 'LUAD' });
    expect(same.evidence.map(({ evidenceId }) => evidenceId)).toEqual(
      answer.evidence.map(({ evidenceId }) => evidenceId),
    );
    expect([same.known, same.ampTier, same.oncogenicity]).toEqual([answer.known, answer.ampTier, answer.oncogenicity]);
  });

  it('a name with what reports and programs write around it is that name', () => {
    const answer = told({ gene: 'TP53', change: 'c.743G>A' });
    for (const change of [
      'TP53 c.743G>A p.(R248Q)',
      'TP53:c.743G>A:p.R248Q',
      'TP53:NM_000546:exon7:c.G743A:p.R248Q',
      'TP53 exon7:c.G743A',
      'TP53 c.G743A',
      'TP53 c.743G>A mutation',
      'ENST00000269305.9:c.743G>A',
    ])
      expect({ ...told({ change }), typed: '' }, change).toEqual({ ...answer, typed: '' });
    expect(told({ gene: 'TP53', change: 'R248X' }).notes.join()).toContain('X is read as a stop');
  });

  it.each([
    ['t(9;22)', /chromosomes/],
    ['1p/19q codeletion', /chromosomes/],
    ['rs121434568', /data base/],
    ['COSM6224', /data base/],
    ['m.3243A>G', /mitochondrial/],
  ])('%s names no one change, and what to write is said', (change, words) => expect(fault({ change })).toMatch(words));

  it('an indel by place and bases is that of its coding name', () => {
    const { hgvsg, hgvsp } = told({ gene: 'EGFR', change: 'c.2235_2249del' });
    const plain = told({ change: 'chr7-55174771-AGGAATTAAGAGAAGC-A', build: 'GRCh38' });
    expect(plain).toMatchObject({ gene: 'EGFR', hgvsg, hgvsp });
    expect(fault({ change: '7:55174771:AGGAATTAAGAGAAGC:A' })).toMatch(/Say GRCh37 or GRCh38/);
  });

  it.each([
    ['EGFR', 'exon 19 deletion', /kind of change.*E746_A750del/],
    ['EGFR', 'Ex19del', /kind of change/],
    ['MET', 'exon 14 skipping', /kind of change/],
    ['FLT3', 'ITD', /kind of change.*dup/],
    ['FLT3', 'FLT3-ITD', /kind of change.*dup/],
    ['AR', 'AR-V7', /form of the transcript/],
    ['EGFR', 'vIII', /form of the transcript/],
    ['TERT', 'promoter mutation', /kind of change.*C228T/],
    ['KRAS', 'wild-type', /nothing was found/],
    [undefined, 'HRD', /whole tumor.*Biomarkers/],
    [undefined, 'MSI-H', /whole tumor/],
    [undefined, 'TMB-high', /whole tumor/],
  ])('%s %s is no one variant, and it says why', (gene, change, why) => {
    expect(fault({ gene, change })).toMatch(why);
  });

  it.each([
    ['EML4-ALK', 'EML4', 'ALK'],
    ['BCR-ABL1', 'BCR', 'ABL1'],
    ['FGFR2-BICC1', 'FGFR2', 'BICC1'],
    ['CD74-ROS1 fusion', 'CD74', 'ROS1'],
    ['TMPRSS2-ERG', 'TMPRSS2', 'ERG'],
  ])('%s is a fusion', (change, gene2, gene) => {
    expect(told({ change })).toMatchObject({ kind: 'fusion', gene, gene2 });
  });

  it('a dash of a symbol is no fusion', () => {
    expect(told({ change: 'NKX2-1 amplification' })).toMatchObject({ kind: 'amplification', gene: 'NKX2-1' });
    expect(fault({ change: 'NKX2-1' })).toBeDefined();
  });

  it('reads words for copies and fusions, and former names of genes', () => {
    expect(told({ gene: 'HER2', change: 'amplification', tumorType: 'BRCA' })).toMatchObject({
      kind: 'amplification',
      gene: 'ERBB2',
      ampTier: 'I',
      notes: ['the oncogenicity standard has no points for gains, amplifications and the loss of one copy'],
    });
    expect(told({ gene: 'CDKN2A', change: 'homozygous deletion' }).kind).toBe('deep-deletion');
    expect(told({ change: 'EML4::ALK', tumorType: 'LUAD' })).toMatchObject({
      kind: 'fusion',
      gene: 'ALK',
      gene2: 'EML4',
      ampTier: 'I',
    });
    expect(told({ gene: 'ALK', change: 'fusion', tumorType: 'LUAD' }).notes[0]).toContain('partner is not named');
  });

  it('a residue that is another is said: a slip and another isoform look alike', () => {
    expect(told({ gene: 'BRAF', change: 'V599E' }).notes[0]).toBe(
      'residue 599 of NM_004333.6 is T, not V: check number and isoform before this is used',
    );
    expect(told({ gene: 'BRAF', change: 'V9999E' }).notes[0]).toContain('766 residues');
    expect(told({ gene: 'ATR', change: 'R2000C' }).notes[0]).toContain('the residue is not confirmed');
  });

  it('refuses what contradicts the checked sequence, has no place, or leaves the build open', () => {
    expect(fault({ gene: 'TP53', change: 'c.524A>G' })).toContain('NM_000546.6');
    expect(fault({ gene: 'TP53', change: 'c.5000A>G' })).toContain('ends before that number');
    expect(fault({ change: 'chr7:g.140453136A>T' })).toContain('Say GRCh37 or GRCh38');
    expect(fault({ gene: 'EGFR', change: 'NC_000007.14:g.140753336A>T' })).toContain('lies BRAF, not EGFR');
    expect(fault({ change: 'NC_000007.14:g.140753336C>T' })).toContain('reference base');
    expect(fault({ change: 'NC_000007.1:g.140753336A>T' })).toContain('another genome build');
    expect(fault({ change: 'V600E' })).toContain('gene');
    expect(fault({ change: 'amplification' })).toContain('gene');
    expect(fault({ gene: 'BRAF', change: 'V600E', tumorType: 'NOPE' })).toContain('OncoTree');
    for (const change of ['', 'c.', 'c.12', 'c.0A>T', 'c.12_10del', 'p.', 'g.1A>T', 'exon', '__proto__'])
      expect(fault({ gene: 'TP53', change }), change).toBeDefined();
  });

  it('a gene that no pack speaks of is said to be one', () => {
    const answer = told({ gene: 'NOSUCHGENE', change: 'R10C', tumorType: 'LUAD' });
    expect(answer.notes).toContain('NOSUCHGENE is no gene that the packs speak of');
    expect(answer).toMatchObject({ ampTier: 'III', evidence: [] });
  });
});

describe('F014 one box for every way to write a variant', () => {
  it.each([
    ['BRAF V600E', 'BRAF', 'p.(Val600Glu)'],
    ['braf v600e', 'BRAF', 'p.(Val600Glu)'],
    ['BRAF p.Val600Glu', 'BRAF', 'p.(Val600Glu)'],
    ['TP53:p.R175H', 'TP53', 'p.(Arg175His)'],
    ['TP53 r213*', 'TP53', 'p.(Arg213Ter)'],
    ['egfr e746_a750del', 'EGFR', 'p.(Glu746_Ala750del)'],
    ['kras c.34g>t', 'KRAS', 'p.(Gly12Cys)'],
    ['NM_004333.6:c.1799T>A', 'BRAF', 'p.(Val600Glu)'],
    ['NM_004333.6(BRAF):c.1799T>A (p.Val600Glu)', 'BRAF', 'p.(Val600Glu)'],
  ])('%s', (change, gene, hgvsp) => {
    expect(told({ change })).toMatchObject({ gene, hgvsp, kind: 'small-variant' });
  });

  it('words for copies and fusions in any case, and the trivial names of the TERT promoter', () => {
    expect(told({ change: 'her2 amplification' })).toMatchObject({ gene: 'ERBB2', kind: 'amplification' });
    expect(told({ change: 'cdkn2a homozygous deletion' })).toMatchObject({ gene: 'CDKN2A', kind: 'deep-deletion' });
    expect(told({ change: 'eml4::alk' })).toMatchObject({ gene: 'ALK', gene2: 'EML4' });
    expect(told({ change: 'TERT C228T' })).toMatchObject({ gene: 'TERT', hgvsc: 'c.-124C>T' });
    expect(told({ gene: 'TERT', change: '-124C>T' }).hgvsc).toBe('c.-124C>T');
  });

  it('another version of the transcript is said, another transcript is refused', () => {
    expect(told({ change: 'NM_004333.4:c.1799T>A' }).notes[0]).toContain('read on NM_004333.6');
    expect(fault({ gene: 'TP53', change: 'NM_001126112.2:c.524G>A' })).toContain('numbered by NM_000546.6');
  });

  it.each([
    ['R175', 'At character 5, the end, is expected: the new amino acid'],
    ['R175Q4', 'At character 6'],
    ['p.Zzz12Val', 'At character 3'],
    ['c.52x4G>A', 'At character 5'],
    ['c.524G>', 'At character 8, the end, is expected: the new base'],
    ['NC_000017.11:g.76750a88C>T', 'At character 21'],
    ['E258_A240del', 'runs backwards, from 258 to 240'],
  ])('%s is refused with the place', (change, words) => {
    expect(fault({ gene: 'TP53', change })).toContain(words);
  });

  it('F010 F017: the tiers under other codes, and an ESCAT proposal that is computed and not confirmed', () => {
    const answer = told({ change: 'BRAF V600E', tumorType: 'COAD' });
    expect(answer.tierElsewhere.every(({ reason }) => reason.startsWith('as '))).toBe(true);
    expect(told({ change: 'KRAS G12C', tumorType: 'LUAD' }).escat).toMatchObject({ tier: 'I-A', computed: true });
    expect(told({ change: 'KRAS G12C' }).escat).toBeUndefined();
  });
});
