/** Protein changes computed from verified sequences: known variants, other people's oracles, and laws that must hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { openSources } from '../../../models/knowledge/build/sources.ts';
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import {
  codingChange,
  reverseComplement,
  type Transcript,
  transcriptOf,
} from '../../../shared/molecular/coding-change.ts';
import { codonChange } from '../../../shared/molecular/codon-change.ts';
import type { GeneRecord } from '../../../shared/molecular/genes.ts';
import type { Coordinates } from '../../../shared/molecular/genomic-change.ts';
import { codingKey, parseProteinChange, proteinKey } from '../../../shared/molecular/hgvs.ts';
import { proteinEffect, translate } from '../../../shared/molecular/protein-effect.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const knowledge = packs.molecular();
const at = (
  build: GenomeBuild,
  chromosome: string,
  position1: number,
  reference: string,
  alternate: string,
): Coordinates => ({
  build,
  chromosome,
  position1,
  reference,
  alternate,
});
const compute = (...place: Parameters<typeof at>) => knowledge.computeChange?.(at(...place));

describe('known variants on both builds', () => {
  // Coordinates as ClinVar and the ClinGen allele registry state them.
  it.each([
    ['GRCh38', '7', 55_191_822, 'T', 'G', 'EGFR', 'c.2573T>G', 'L858R', 'missense_variant'],
    ['GRCh37', '7', 55_259_515, 'T', 'G', 'EGFR', 'c.2573T>G', 'L858R', 'missense_variant'],
    ['GRCh38', '7', 55_181_378, 'C', 'T', 'EGFR', 'c.2369C>T', 'T790M', 'missense_variant'],
    ['GRCh38', '7', 55_174_771, 'AGGAATTAAGAGAAGC', 'A', 'EGFR', 'c.2235_2249del', 'E746_A750del', 'inframe_deletion'],
    ['GRCh38', '7', 140_753_336, 'A', 'T', 'BRAF', 'c.1799T>A', 'V600E', 'missense_variant'],
    ['GRCh37', '7', 140_453_136, 'A', 'T', 'BRAF', 'c.1799T>A', 'V600E', 'missense_variant'],
    ['GRCh38', '12', 25_245_351, 'C', 'A', 'KRAS', 'c.34G>T', 'G12C', 'missense_variant'],
    ['GRCh38', '17', 7_675_088, 'C', 'T', 'TP53', 'c.524G>A', 'R175H', 'missense_variant'],
    ['GRCh38', '17', 43_124_027, 'ACT', 'A', 'BRCA1', 'c.68_69del', 'E23Vfs*17', 'frameshift_variant'],
    ['GRCh38', '17', 43_057_062, 'T', 'TG', 'BRCA1', 'c.5266dup', 'Q1756Pfs*74', 'frameshift_variant'],
    ['GRCh38', '13', 32_340_300, 'GT', 'G', 'BRCA2', 'c.5946del', 'S1982Rfs*22', 'frameshift_variant'],
    ['GRCh38', '5', 112_839_942, 'C', 'T', 'APC', 'c.4348C>T', 'R1450*', 'stop_gained'],
    ['GRCh38', '7', 116_771_990, 'G', 'T', 'MET', 'c.3028+1G>T', undefined, 'splice_donor_variant'],
  ] as const)(
    '%s chr%s:%d %s>%s is %s %s %s',
    (build, chromosome, position, from, to, gene, coding, protein, consequence) =>
      expect(compute(build, chromosome, position, from, to)?.change).toMatchObject({
        gene,
        hgvsCoding: coding,
        hgvsProtein: protein,
        consequence,
      }),
  );

  it('the TERT promoter hotspots are known by coordinate', () => {
    expect(knowledge.knownChange?.(at('GRCh38', '5', 1_295_113, 'G', 'A'))).toMatchObject({
      gene: 'TERT',
      hgvsCoding: 'c.-124C>T',
    });
    expect(knowledge.knownChange?.(at('GRCh37', 'chr5', 1_295_250, 'G', 'A'))).toMatchObject({
      hgvsCoding: 'c.-146C>T',
    });
  });

  it('MAF dashes and chr prefixes say the same change', () => {
    expect(compute('GRCh38', 'chr7', 55_174_772, 'GGAATTAAGAGAAGC', '-')?.change?.hgvsProtein).toBe('E746_A750del');
    expect(compute('GRCh38', '17', 43_057_062, '-', 'G')?.change?.hgvsCoding).toBe('c.5266dup');
  });

  it('refuses a reference base that the checked sequence does not have, and says so', () => {
    const wrong = compute('GRCh37', '7', 55_191_822, 'T', 'G');
    expect(wrong?.change?.hgvsProtein).toBeUndefined();
    const mismatch = compute('GRCh38', '7', 55_191_822, 'C', 'G');
    expect(mismatch?.change).toBeUndefined();
    expect(mismatch?.mismatch).toContain('is the genome build right?');
  });

  it('never names a residue of a gene without a checked sequence, and names its place', () => {
    const atr = compute('GRCh38', '3', 142_453_165, 'G', 'A');
    expect(atr?.change).toMatchObject({ gene: 'ATR', consequence: 'coding_sequence_variant' });
    expect(atr?.change?.hgvsProtein).toBeUndefined();
  });

  it('an insertion or deletion at a splice site is left uncomputed: the intron is not known here', () =>
    expect(compute('GRCh38', '9', 5_070_053, 'G', 'GG')).toBeUndefined());

  it('reads a codon of known place on both builds and both strands', () => {
    // NFE2L2 has no checked sequence; its codon 29 is on the minus strand.
    for (const [build, position] of [
      ['GRCh38', 177_234_232],
      ['GRCh37', 178_098_960],
    ] as const)
      expect(compute(build, '2', position, 'C', 'G')?.change).toMatchObject({ gene: 'NFE2L2', hgvsProtein: 'D29H' });
  });
});

describe('exon numbers that the field uses', () => {
  it.each([
    ['EGFR', 746, 19],
    ['EGFR', 790, 20],
    ['EGFR', 858, 21],
    ['BRAF', 600, 15],
    ['PIK3CA', 545, 10],
    ['PIK3CA', 1047, 21],
    ['KIT', 557, 11],
    ['KIT', 502, 9],
    ['PDGFRA', 842, 18],
    ['ERBB2', 775, 20],
    ['MET', 1003, 14],
    ['FLT3', 597, 14],
    ['FLT3', 835, 20],
    ['CALR', 367, 9],
    ['NPM1', 288, 11],
    ['CTNNB1', 45, 3],
    ['KRAS', 12, 2],
  ])('%s codon %d is in exon %d', (gene, codon, exon) => expect(knowledge.exonOf?.(gene, codon)).toBe(exon));
});

/** A made-up gene of two coding exons with 5 untranslated bases on each side and an intron of 30, on either strand. */
function madeUp(
  sequence: string,
  cut: number,
  strand: '+' | '-',
): { transcript: Transcript; genome: string; of: (coding: number) => number } {
  const spliced = `GATTC${sequence.slice(0, cut)}${'N'.repeat(30)}${sequence.slice(cut)}CTTAG`;
  const genome = strand === '+' ? spliced : reverseComplement(spliced);
  const length = genome.length;
  const place = (offset: number): number => (strand === '+' ? offset + 1 : length - offset);
  const exons = [
    [place(0), place(4 + cut)],
    [place(5 + cut + 30), place(length - 1)],
  ].map((pair) => pair.sort((a, b) => a - b));
  const cds = [
    [place(5), place(4 + cut)],
    [place(5 + cut + 30), place(4 + 30 + sequence.length)],
  ].map((pair) => pair.sort((a, b) => a - b));
  const order = (pairs: number[][]): number[] => pairs.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)).flat();
  const gene: GeneRecord = {
    symbol: 'MADE',
    chromosome: '1',
    strand,
    transcript: 'NM_0.1',
    ensembl: 'ENST0',
    mane: true,
    grch38: { span: [1, length], exons: order(exons), cds: order(cds) },
  };
  const transcript = transcriptOf(gene, 'GRCh38', sequence);
  if (transcript === undefined) throw new Error('the made-up gene has no transcript');
  return { transcript, genome, of: (coding) => place(coding <= cut ? 4 + coding : 34 + coding) };
}

const codon = fc
  .string({ unit: fc.constantFrom('A', 'C', 'G', 'T'), minLength: 3, maxLength: 3 })
  .filter((text) => !['TAA', 'TAG', 'TGA'].includes(text));
const gene = fc
  .tuple(
    fc.array(codon, { minLength: 8, maxLength: 30 }),
    fc.constantFrom('TAA', 'TAG', 'TGA'),
    fc.nat(),
    fc.constantFrom('+' as const, '-' as const),
  )
  .map(([codons, stop, at, strand]) => {
    const sequence = `ATG${codons.join('')}${stop}`;
    return { sequence, strand, cut: 7 + (at % (sequence.length - 14)) };
  });
const base = fc.constantFrom('A', 'C', 'G', 'T');

/** Applies an HGVS protein change to a protein, independently of how it was made. */
function applied(protein: string, text: string): string | undefined {
  const change = parseProteinChange(text);
  if (change === undefined) return undefined;
  const head = protein.slice(0, change.start - 1);
  switch (change.kind) {
    case 'missense':
    case 'nonsense':
    case 'synonymous':
      return `${head}${change.alternate}${protein.slice(change.end)}`;
    case 'deletion':
      return `${head}${protein.slice(change.end)}`;
    case 'duplication':
      return `${protein.slice(0, change.end)}${protein.slice(change.start - 1)}`;
    case 'insertion':
      return `${protein.slice(0, change.start)}${change.alternate}${protein.slice(change.start)}`;
    case 'delins':
      return `${head}${change.alternate}${protein.slice(change.end)}`;
    default:
      return undefined;
  }
}
const toStop = (protein: string): string =>
  protein.slice(0, protein.indexOf('*') < 0 ? undefined : protein.indexOf('*') + 1);

describe('laws', () => {
  it('the protein change, applied to the protein, gives the protein of the edited sequence', () => {
    fc.assert(
      fc.property(gene, fc.nat(), fc.nat(9), fc.array(base, { maxLength: 9 }), ({ sequence }, start, gone, come) => {
        const from = 3 + (start % (sequence.length - 3));
        const altered = sequence.slice(0, from) + come.join('') + sequence.slice(from + gone);
        fc.pre(altered !== sequence);
        const effect = proteinEffect(sequence, altered, Math.floor(from / 3) + 1);
        if (effect.hgvsProtein === undefined) {
          // With residues before a lost stop gone too, what follows is not known.
          expect(effect.consequence).toBe('stop_lost');
          expect(translate(altered).open).toBe(true);
          return;
        }
        const change = parseProteinChange(effect.hgvsProtein);
        expect(change, effect.hgvsProtein).toBeDefined();
        const before = translate(sequence).protein;
        const after = translate(altered).protein;
        if (change?.kind === 'frameshift') {
          expect(before.slice(0, change.start - 1)).toBe(after.slice(0, change.start - 1));
          // Where the edited sequence ends, the next residue is not known and none is named.
          expect(after[change.start - 1] ?? '').toBe(change.alternate);
          expect(before[change.start - 1]).toBe(change.reference);
          if (change.tail !== '?') expect(after.length).toBe(change.start - 1 + Number(change.tail));
          return;
        }
        const result = applied(before, effect.hgvsProtein);
        if (result === undefined) expect(['stop_lost', 'start_lost']).toContain(effect.consequence);
        else expect(toStop(result)).toBe(after);
      }),
      { numRuns: 1500 },
    );
  });

  it('strand, anchoring bases and the place of an equal repeat change nothing', () => {
    fc.assert(
      fc.property(
        gene,
        fc.nat(),
        fc.nat(6),
        fc.array(base, { maxLength: 6 }),
        ({ sequence, cut }, start, gone, come) => {
          const coding = 2 + (start % (sequence.length - 10));
          // Inside one exon, with a base of it on each side.
          fc.pre((coding > 1 && coding + gone < cut) || (coding > cut + 1 && coding + gone < sequence.length));
          const [forward, backward] = (['+', '-'] as const).map((strand) => {
            const { transcript, genome, of } = madeUp(sequence, cut, strand);
            const ends = [of(coding), of(coding + gone)].sort((a, b) => a - b);
            const [low = 0, high = 0] = ends;
            // The anchor is the base before the edit in the genome: of the minus strand it follows it in the gene.
            const anchor = strand === '+' ? low : low;
            const span = strand === '+' ? [low, high] : [low - 1, high - 1];
            const reference = strand === '+' ? genome.slice(low - 1, high) : genome.slice((span[0] ?? 1) - 1, span[1]);
            const inserted = strand === '+' ? come.join('') : reverseComplement(come.join(''));
            const position1 = strand === '+' ? anchor : (span[0] ?? 1);
            const alternate = `${reference[0]}${inserted}`;
            return codingChange(transcript, at('GRCh38', '1', position1, reference, alternate));
          });
          const name = (result: typeof forward) =>
            result?.kind === 'change' ? [result.change.hgvsCoding, result.change.hgvsProtein] : result?.kind;
          expect(name(backward)).toEqual(name(forward));
        },
      ),
      { numRuns: 800 },
    );
  });

  it('3′ rule: every spelling of a deletion in a run of bases has one name', () => {
    const sequence = 'ATGGCAAAAAAGCTTTGA';
    const { transcript, of } = madeUp(sequence, 15, '+');
    const names = [6, 7, 8, 9, 10].map((coding) => {
      const position1 = of(coding);
      const result = codingChange(transcript, at('GRCh38', '1', position1, 'A', '-'));
      return result?.kind === 'change' ? result.change.hgvsCoding : undefined;
    });
    expect(new Set(names)).toEqual(new Set(['c.11del']));
  });

  it('a codon and the whole sequence agree on every substitution', () => {
    const sequence = 'ATGGCACGTTTATGGTAA';
    const { transcript, of } = madeUp(sequence, 8, '-');
    const places = [7, 8, 9].map(of) as [number, number, number];
    const row = {
      gene: 'MADE',
      transcript: 'NM_0.1',
      residue: 3,
      codon: 'CGT',
      strand: '-' as const,
      chromosome: '1',
      grch37: places,
      grch38: places,
    };
    for (const position of places)
      for (const to of 'ACGT') {
        const from = reverseComplement('CGT'[places.indexOf(position)] ?? '');
        if (from === to) continue;
        const whole = codingChange(transcript, at('GRCh38', '1', position, from, to));
        const single = codonChange(row, at('GRCh38', '1', position, from, to));
        if (whole?.kind !== 'change' || single?.kind !== 'change') throw new Error('not computed');
        expect([single.change.hgvsCoding, single.change.hgvsProtein, single.change.consequence]).toEqual([
          whole.change.hgvsCoding,
          whole.change.hgvsProtein,
          // One codon does not know that an intron is near.
          whole.change.consequence.replace('&splice_region_variant', ''),
        ]);
      }
  });
});

describe('other people’s oracles', () => {
  const kb = outside('kb/civic');
  it.skipIf(kb === undefined)(
    outsideTitle('CIViC coordinates: the residue and the c. name VEP gave, on the same transcript', kb),
    () => {
      const sources = openSources(resolve(kb ?? '', '..'));
      let compared = 0;
      const differ: string[] = [];
      for (const [build, file] of [
        ['GRCh37', 'civic/cacao_civic_coordinates.grch37.2020-12.tsv.gz'],
        ['GRCh38', 'civic/cacao_civic_coordinates.grch38.2020-12.tsv.gz'],
      ] as const)
        for (const row of sources.table(file)) {
          const { genomic_change: change = '', hgvsp = '', hgvsc = '', refseq_mrna: transcripts = '' } = row;
          const codings = hgvsc.split(', ');
          for (const [index, text] of change.split(', ').entries()) {
            const [chromosome, position, from, to] = text.split('_');
            if (chromosome === undefined || from === undefined || to === undefined) continue;
            const found = compute(build, chromosome, Number(position), from, to)?.change;
            const own = found?.transcript?.replace(/\.\d+$/, '') ?? '';
            if (found?.hgvsProtein === undefined || !transcripts.split('&').includes(own)) continue;
            const stated = parseProteinChange(hgvsp.replace(/X$/, '*'));
            const computed = parseProteinChange(found.hgvsProtein);
            if (stated === undefined || computed === undefined) continue;
            compared++;
            if (proteinKey(stated) !== proteinKey(computed)) differ.push(`${found.gene} ${hgvsp} ${found.hgvsProtein}`);
            const coding = codings.length === change.split(', ').length ? codings[index] : undefined;
            // Inversions, and a repeat that reaches into the intron, are named otherwise here.
            if (coding !== undefined && !/inv|-\d+_|delinsA$/.test(coding) && codingKey(coding) !== found.hgvsCoding)
              differ.push(`${found.gene} ${coding} ${found.hgvsCoding}`);
          }
        }
      expect(compared).toBeGreaterThan(800);
      expect(differ).toEqual([]);
    },
  );

  const metabric = outside('data/metabric/metabric_mutations_173genes.tsv.gz');
  it.skipIf(metabric === undefined)(
    outsideTitle(
      'METABRIC: over 5,000 protein changes of genes that both number alike, substitutions and indels',
      metabric,
    ),
    () => {
      const sources = openSources(resolve(metabric ?? '', '..'));
      // These genes are numbered by another isoform there than MANE Select.
      const otherIsoform = new Set(['RUNX1', 'GATA3', 'TBX3', 'ARID1B', 'KDM6A', 'CASP8']);
      const agree = { substitution: 0, indel: 0 };
      const differ: string[] = [];
      for (const row of sources.table(basename(metabric ?? ''))) {
        const {
          Hugo_Symbol: symbol = '',
          HGVSp_Short: text = '',
          Reference_Allele: from = '',
          Tumor_Seq_Allele2: to = '',
        } = row;
        const stated = parseProteinChange(text);
        if (stated === undefined || stated.kind === 'splice' || otherIsoform.has(knowledge.symbol(symbol))) continue;
        const found = compute('GRCh37', row.Chromosome ?? '', Number(row.Start_Position), from, to)?.change;
        const computed = found?.hgvsProtein === undefined ? undefined : parseProteinChange(found.hgvsProtein);
        if (computed === undefined || found?.gene !== knowledge.symbol(symbol)) continue;
        // VEP writes what follows a new stop; a lost stop is written as a frameshift there.
        if (
          text.includes('*') &&
          computed.kind !== 'nonsense' &&
          (stated.kind !== 'frameshift' || computed.kind === 'extension')
        )
          continue;
        if (proteinKey(stated) === proteinKey(computed))
          agree[from.length === 1 && to.length === 1 && from !== '-' && to !== '-' ? 'substitution' : 'indel']++;
        else differ.push(`${symbol} ${text} ${found.hgvsProtein}`);
      }
      expect(agree.substitution).toBeGreaterThan(4_500);
      expect(agree.indel).toBeGreaterThan(800);
      // One row anchors a deletion one codon before the 3′ rule does.
      expect(differ.length).toBeLessThanOrEqual(3);
    },
  );

  const csq = outside('testdata/csq-bcftools');
  it.skipIf(csq === undefined)(
    outsideTitle('bcftools csq: the same residues where a change lies in a coding sequence', csq),
    () => {
      const seen: string[] = [];
      for (const folder of readdirSync(csq ?? '').filter((name) => name.startsWith('E')))
        for (const { expected, transcript, place } of csqCases(join(csq ?? '', folder))) {
          const result = codingChange(transcript, place);
          const [, residues = ''] = /^\d+([A-Z*]+)/.exec(expected) ?? [];
          if (result?.kind !== 'change' || result.change.hgvsProtein === undefined) continue;
          const change = parseProteinChange(result.change.hgvsProtein);
          const [first = 0] = expected.match(/\d+/)?.map(Number) ?? [];
          expect(change?.start, `${expected} ${result.change.hgvsProtein}`).toBeGreaterThanOrEqual(first);
          expect(residues[(change?.start ?? 0) - first]).toBe(change?.reference);
          seen.push(expected);
        }
      expect(seen.length).toBeGreaterThanOrEqual(5);
    },
  );
});

/** Cases of one folder: a slice of the genome, its transcripts in GFF3, and a VCF with the expected consequence. */
function csqCases(folder: string): { expected: string; transcript: Transcript; place: Coordinates }[] {
  const files = readdirSync(folder);
  const text = (end: string): string[] =>
    files.filter((name) => name.endsWith(end)).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const genome = text('.fa')
    .filter((line) => !line.startsWith('>'))
    .join('')
    .toUpperCase();
  const parts = new Map<string, { strand: '+' | '-'; exon: [number, number][]; CDS: [number, number][] }>();
  for (const line of text('.gff')) {
    const [, , kind = '', , , , strand = ''] = line.split('\t');
    const [, , , start, end] = line.split('\t').map(Number);
    const parent = /Parent=transcript:([^;]+)/.exec(line)?.[1];
    if (parent === undefined || (kind !== 'exon' && kind !== 'CDS') || start === undefined || end === undefined)
      continue;
    const one = parts.get(parent) ?? { strand: strand === '-' ? '-' : '+', exon: [], CDS: [] };
    one[kind].push([start, end]);
    parts.set(parent, one);
  }
  const transcripts = new Map<string, Transcript>();
  for (const [id, { strand, exon, CDS }] of parts) {
    const flat = (pairs: [number, number][]): number[] => pairs.sort((a, b) => a[0] - b[0]).flat();
    const joined = [...CDS]
      .sort((a, b) => a[0] - b[0])
      .map(([start, end]) => genome.slice(start - 1, end))
      .join('');
    const sequence = strand === '+' ? joined : reverseComplement(joined);
    if (!sequence.startsWith('ATG') || sequence.length % 3 !== 0) continue;
    const exons = flat(exon);
    const gene: GeneRecord = {
      symbol: id,
      chromosome: '1',
      strand,
      transcript: id,
      ensembl: id,
      mane: true,
      grch38: { span: [exons[0] ?? 0, exons.at(-1) ?? 0], exons, cds: flat(CDS) },
    };
    const made = transcriptOf(gene, 'GRCh38', sequence);
    if (made !== undefined) transcripts.set(id, made);
  }
  return text('.vcf').flatMap((line) => {
    const [, position = '', , reference = '', alternate = '', , , info = ''] = line.split('\t');
    if (line.startsWith('#') || info === '') return [];
    const expected = /(?:^|;)EXPL?=([^;]+)/.exec(info)?.[1] ?? '';
    return expected.split(',').flatMap((one) => {
      const [, , id = '', , , residues] = one.split('|');
      const transcript = transcripts.get(id);
      return transcript === undefined || residues === undefined
        ? []
        : [{ expected: residues, transcript, place: at('GRCh38', '1', Number(position), reference, alternate) }];
    });
  });
}
