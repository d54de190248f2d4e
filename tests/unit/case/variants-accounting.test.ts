import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_ALLELES, variantKey } from '../../../electron/case/variants/variant-keeper.ts';
import { briefly, readOf, tumorVcf } from './variants-support.ts';

describe('F005 every row and allele is accounted for', () => {
  it('splits alleles, each with its own reads', async () => {
    const { variants, accounting } = await readOf(
      tumorVcf(['7 140753336 . A T,C,ATG . PASS . GT:AD:DP 0/1/2/3:50,30,15,5:100']),
    );
    expect(variants.map(briefly)).toEqual([
      { key: 'GRCh38:7:140753336:A:T', alleleFraction: 0.3, depth: 100, alternateReads: 30 },
      { key: 'GRCh38:7:140753336:A:C', alleleFraction: 0.15, depth: 100, alternateReads: 15 },
      { key: 'GRCh38:7:140753336:-:TG', alleleFraction: 0.05, depth: 100, alternateReads: 5 },
    ]);
    expect(accounting).toMatchObject({ rowsIn: 1, allelesIn: 3, shown: 3 });
  });

  it('counts what is no small variant of the sample, each by its rule', async () => {
    const { variants, accounting, warnings } = await readOf(
      tumorVcf([
        '7 100 . A . . PASS . GT:AD:DP 0/0:90:90',
        '7 101 . A <NON_REF> . . END=150 GT:DP 0/0:90',
        '7 200 . A T,* . PASS . GT:AD:DP 1/2:0,40,30:70',
        '7 300 . A T,<NON_REF> . PASS . GT:AD:DP 0/1:40,40,0:80',
        '7 400 . A <DEL> . PASS SVTYPE=DEL;END=900 GT:AD:DP 0/1:40,40:80',
        '7 140753336 . A A]12:25245350] . PASS SVTYPE=BND GT:AD:DP 0/1:40,40:80',
        '7 140753337 . A A . PASS . GT:AD:DP 0/1:40,40:80',
        '7 140753338 . A T . PASS . GT:AD:DP 0/0:80,0:80',
        '7 140753339 . A T . PASS . GT:AD:DP 0/0:70,10:80',
        '7 140753340 . A T . PASS . GT:AD:DP ./.:.:.',
        '12 0 . N T . PASS . GT:AD:DP 0/1:40,40:80',
      ]),
    );
    expect(variants.map(({ key }) => key)).toEqual(['GRCh38:7:200:A:T', 'GRCh38:7:300:A:T', 'GRCh38:7:140753339:A:T']);
    expect(accounting).toMatchObject({ rowsIn: 11, allelesIn: 13, shown: 3, collapsed: [] });
    expect(accounting.filtered).toEqual([
      { rule: 'allele missing because of an overlapping deletion (*)', count: 1 },
      { rule: 'alternate equals the reference', count: 1 },
      { rule: 'any other allele of a reference block (<NON_REF>, <*>)', count: 2 },
      { rule: 'genotype not called in the sample', count: 1 },
      { rule: 'no reads of the allele in the tumor', count: 1 },
      { rule: 'position 0, before the first base', count: 1 },
      { rule: 'reference row without an alternate allele', count: 1 },
      { rule: 'structural allele, not a small variant', count: 2 },
    ]);
    expect(warnings.join(' ')).toContain(
      '2 structural alleles are counted and not interpreted here. They lie in BRAF.',
    );
  });

  it('keeps rows that did not pass, with the filter the caller gave', async () => {
    const { variants } = await readOf(
      tumorVcf([
        '7 100 . A T . weak_evidence;strand_bias . GT:AD:DP 0/1:90,10:100',
        '7 101 . A T . . . GT:AD:DP 0/1:90,10:100',
      ]),
    );
    expect(variants.map(({ filter }) => filter)).toEqual(['weak_evidence;strand_bias', undefined]);
  });

  it('collapses a change told twice, whatever its anchor, and lets PASS speak', async () => {
    const { variants, accounting } = await readOf(
      tumorVcf([
        '7 140753336 . A T . weak_evidence . GT:AD:DP 0/1:90,10:100',
        '7 140753336 . A T . PASS . GT:AD:DP 0/1:80,20:100',
        '7 140753340 . GA G . PASS . GT:AD:DP 0/1:80,20:100',
        '7 140753340 . GAT GT . PASS . GT:AD:DP 0/1:80,20:100',
      ]),
    );
    expect(variants.map(({ key, filter }) => [key, filter])).toEqual([
      ['GRCh38:7:140753336:A:T', 'PASS'],
      ['GRCh38:7:140753341:A:-', 'PASS'],
    ]);
    expect(accounting.collapsed).toEqual([{ rule: 'the same change stands on another line of the file', count: 2 }]);
  });

  it('names a change by one key in VCF and MAF', () => {
    const key = (at: number, from: string, to: string) => variantKey('GRCh38', '7', at, from, to);
    expect(key(10, 'G', 'GAC')).toBe(key(10, '-', 'AC'));
    expect(key(10, 'GAC', 'G')).toBe(key(11, 'AC', '-'));
    expect(key(10, 'AC', 'GT')).toBe('GRCh38:7:10:AC:GT');
    expect(key(10, 'CTT', 'CT')).toBe(key(10, 'CT', 'C'));
    fc.assert(
      fc.property(
        fc.tuple(
          fc.stringMatching(/^[ACGT]{0,5}$/),
          fc.stringMatching(/^[ACGT]{1,5}$/),
          fc.stringMatching(/^[ACGT]{0,5}$/),
        ),
        ([before, inserted, after]) => {
          const from = `${before}${after}`;
          const to = `${before}${inserted}${after}`;
          fc.pre(from !== '');
          // Bases around it are no part of the change; N, since a base of the change itself would make a repeat.
          expect(key(100, `N${from}`, `N${to}`)).toBe(key(101, from, to));
          expect(key(100, `${from}N`, `${to}N`)).toBe(key(100, from, to));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('F006 above the limit counts first what the caller did not pass, then all, outside the genes of the packs', async () => {
    const rows = (count: number, filter: string, from: number) =>
      Array.from(
        { length: count },
        (_, index) => `7\t${from + index}\t.\tA\tT\t.\t${filter}\t.\tGT:AD:DP\t0/1:60,40:100`,
      );
    const inBraf = rows(50, 'weak_evidence', 140_753_000);
    const few = [...rows(KEPT_ALLELES - 50, 'PASS', 1_000_000), ...inBraf];
    const whole = await readOf(tumorVcf(few));
    expect(whole.variants).toHaveLength(KEPT_ALLELES);
    expect(whole.warnings).toEqual([]);

    const notPassed = await readOf(tumorVcf([...rows(100, 'weak_evidence', 1000), ...few]));
    expect(notPassed.variants).toHaveLength(KEPT_ALLELES);
    expect(notPassed.accounting.collapsed).toEqual([
      {
        rule: `beyond ${KEPT_ALLELES} alleles: outside the genes of the knowledge packs, not passed by the caller`,
        count: 100,
      },
    ]);
    expect(notPassed.warnings.join(' ')).toContain('hypermutated');

    const huge = await readOf(tumorVcf([...rows(100, 'weak_evidence', 1000), ...rows(10, 'PASS', 2000), ...few]));
    expect(huge.variants.map(({ position1 }) => position1)).toEqual(
      Array.from({ length: 50 }, (_, index) => 140_753_000 + index),
    );
    expect(huge.accounting).toMatchObject({ allelesIn: KEPT_ALLELES + 110, shown: 50 });
    expect(huge.accounting.collapsed).toEqual([
      { rule: `beyond ${KEPT_ALLELES} alleles: outside the genes of the knowledge packs`, count: KEPT_ALLELES - 40 },
      {
        rule: `beyond ${KEPT_ALLELES} alleles: outside the genes of the knowledge packs, not passed by the caller`,
        count: 100,
      },
    ]);
  });
});

const csqHeader =
  '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSc|HGVSp|PICK|CANONICAL|MANE_SELECT|gnomADe_AF|gnomADg_AF">';

describe('F002 annotation the file brings along', () => {
  const annotationOf = async (row: string, header: string) =>
    (await readOf(tumorVcf([row], [header]))).variants.map(({ annotation }) => annotation);

  it('VEP: MANE Select before canonical before the most severe, PICK before all', async () => {
    const entry = (consequence: string, transcript: string, pick: string, canonical: string, mane: string) =>
      `T|${consequence}|HIGH|BRAF|ENSG1|Transcript|${transcript}|protein_coding|${transcript}:c.1799T>A|ENSP1:p.Val600Glu|${pick}|${canonical}|${mane}|1e-5&2e-5|`;
    const row = (entries: string[]) => `7 140753336 . A T . PASS CSQ=${entries.join(',')} GT:AD:DP 0/1:60,40:100`;
    const severe = entry('stop_gained', 'ENST1', '', '', '');
    const canonical = entry('missense_variant', 'ENST2', '', 'YES', '');
    const mane = entry('synonymous_variant', 'ENST3', '', '', 'NM_004333.6');
    const picked = entry('intron_variant', 'ENST4', '1', '', '');
    const transcripts = async (entries: string[]) =>
      (await annotationOf(row(entries), csqHeader)).map((annotation) => annotation?.transcript);
    expect(await transcripts([severe, canonical, mane, picked])).toEqual(['ENST4']);
    expect(await transcripts([severe, canonical, mane])).toEqual(['ENST3']);
    expect(await transcripts([severe, canonical])).toEqual(['ENST2']);
    expect(await transcripts([entry('intron_variant', 'ENST5', '', '', ''), severe])).toEqual(['ENST1']);
    expect(await annotationOf(row([canonical]), csqHeader)).toEqual([
      {
        source: 'vep',
        gene: 'BRAF',
        transcript: 'ENST2',
        hgvsCoding: 'ENST2:c.1799T>A',
        hgvsProtein: 'ENSP1:p.Val600Glu',
        consequence: 'missense_variant',
        populationFrequency: 2e-5,
      },
    ]);
  });

  it('VEP: each alternate has its own entries, by the allele VEP writes', async () => {
    const of = (allele: string, protein: string) =>
      `${allele}|missense_variant|MODERATE|KRAS|ENSG2|Transcript|ENST9|protein_coding|ENST9:c.1|ENSP:p.${protein}|1|||0.5|`;
    const proteins = await annotationOf(
      `12 25245350 . CAA C,CAAT,TAA . PASS CSQ=${[of('-', 'Del'), of('AAT', 'Ins')].join(',')} GT:AD:DP 0/1/2/3:40,20,20,20:100`,
      csqHeader,
    );
    // The alternates differ in their first base: VEP leaves no base out then, and no entry is of the third.
    expect(proteins.map((annotation) => annotation?.hgvsProtein)).toEqual([undefined, undefined, undefined]);
    const shared = await annotationOf(
      `12 25245350 . CAA C,CAAT . PASS CSQ=${[of('AAT', 'Ins%3D'), of('-', 'Del')].join(',')} GT:AD:DP 0/1/2:40,20,20:80`,
      csqHeader,
    );
    expect(shared.map((annotation) => annotation?.hgvsProtein)).toEqual(['ENSP:p.Del', 'ENSP:p.Ins=']);
  });

  it('SnpEff: the first effect of the allele', async () => {
    const header =
      '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: \'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO\' ">';
    const of = (allele: string, effect: string, protein: string) =>
      `${allele}|${effect}|HIGH|BRAF|ENSG1|transcript|ENST2|protein_coding|15/18|c.1799T>A|${protein}||||0|`;
    const annotations = await annotationOf(
      `7 140753336 . A T,C . PASS ANN=${[of('C', 'stop_gained', 'p.Val600*'), of('T', 'missense_variant&splice_region_variant', 'p.Val600Glu')].join(',')} GT:AD:DP 1/2:0,40,40:80`,
      header,
    );
    expect(annotations).toMatchObject([
      {
        source: 'snpeff',
        gene: 'BRAF',
        consequence: 'missense_variant&splice_region_variant',
        hgvsProtein: 'p.Val600Glu',
      },
      { consequence: 'stop_gained', hgvsProtein: 'p.Val600*' },
    ]);
  });

  it('Funcotator: the record of the allele', async () => {
    const header =
      '##INFO=<ID=FUNCOTATION,Number=A,Type=String,Description="Functional annotation from the Funcotator tool.  Funcotation fields are: Gencode_34_hugoSymbol|Gencode_34_ncbiBuild|Gencode_34_variantClassification|Gencode_34_annotationTranscript|Gencode_34_cDnaChange|Gencode_34_proteinChange">';
    expect(
      await annotationOf(
        '7 140753336 . A T,C . PASS FUNCOTATION=[BRAF|hg38|MISSENSE|ENST2|c.1799T>A|p.V600E],[BRAF|hg38|MISSENSE|ENST2|c.1799T>G|p.V600G] GT:AD:DP 1/2:0,40,40:80',
        header,
      ),
    ).toMatchObject([
      { source: 'funcotator', gene: 'BRAF', transcript: 'ENST2', hgvsProtein: 'p.V600E' },
      { hgvsProtein: 'p.V600G' },
    ]);
  });
});
