import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tellVariants } from '../../../electron/case/index.ts';
import { columnsOf, variantsOf } from '../../../electron/case/variants/variant-columns.ts';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import type { ObservedVariant } from '../../../shared/case/intake.ts';
import type { SignatureCatalogue } from '../../../shared/knowledge/expression.ts';
import { readSignatures, substitutionsOf } from '../../../shared/molecular/measured-signatures.ts';
import { nonNegative, normalMatrix } from '../../../shared/molecular/nnls.ts';
import { channelOf, contextOf, fitSignatures, trinucleotideFrom } from '../../../shared/molecular/signatures.ts';
import { variant } from './support/case.ts';
import { seeded } from './support/rng.ts';

let packs: Packs;
let catalogue: SignatureCatalogue;
beforeAll(async () => {
  packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
  catalogue = packs.signatures() as SignatureCatalogue;
});

/** Counts of channels drawn from a mixture. */
function drawn(mixture: Readonly<Record<string, number>>, total: number, seed: number): number[] {
  const random = seeded(seed);
  const probability = catalogue.channels.map((_, row) =>
    catalogue.signatures.reduce((sum, { name, weights }) => sum + (mixture[name] ?? 0) * (weights[row] ?? 0), 0),
  );
  const counts = new Array<number>(96).fill(0);
  for (let index = 0; index < total; index++) {
    let at = random();
    let channel = 0;
    while (channel < 95 && at >= (probability[channel] ?? 0)) at -= probability[channel++] ?? 0;
    counts[channel] = (counts[channel] ?? 0) + 1;
  }
  return counts;
}

describe('non-negative least squares', () => {
  it('gives the plain solution where that is positive, and the corner where it is not', () => {
    const solve = (columns: number[][], b: number[]) =>
      nonNegative(
        normalMatrix(columns),
        columns.map((column) => column.reduce((sum, value, row) => sum + value * (b[row] ?? 0), 0)),
      ).map((value) => Math.round(value * 1e6) / 1e6);
    expect(
      solve(
        [
          [1, 0, 1],
          [0, 1, 1],
        ],
        [2, 3, 5],
      ),
    ).toEqual([2, 3]);
    // Lawson and Hanson's way out: without the bound the second unknown is negative.
    expect(
      solve(
        [
          [1, 1],
          [0, 1],
        ],
        [3, 1],
      ),
    ).toEqual([2, 0]);
    expect(
      solve(
        [
          [1, 2],
          [2, 4.000001],
        ],
        [-1, -2],
      ),
    ).toEqual([0, 0]);
  });

  it('no other point is nearer: the conditions of Kuhn and Tucker hold on random systems', () => {
    const random = seeded(7);
    for (let trial = 0; trial < 60; trial++) {
      const columns = Array.from({ length: 12 }, () => Array.from({ length: 20 }, () => random()));
      const b = Array.from({ length: 20 }, () => random() - 0.3);
      const normal = normalMatrix(columns);
      const right = columns.map((column) => column.reduce((sum, value, row) => sum + value * (b[row] ?? 0), 0));
      const x = nonNegative(normal, right);
      for (const [i, value] of x.entries()) {
        const slope = (right[i] ?? 0) - x.reduce((sum, other, j) => sum + (normal[i]?.[j] ?? 0) * other, 0);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value > 0 ? Math.abs(slope) : slope).toBeLessThan(1e-7);
      }
    }
  });
});

describe('neighbours of a substitution', () => {
  it('reads them from either strand, three bases or a stretch, and refuses what does not fit the reference', () => {
    expect(trinucleotideFrom('ACG', 'C')).toBe('ACG');
    expect(trinucleotideFrom('ttACGaa', 'C')).toBe('ACG');
    expect(trinucleotideFrom('ACG', 'G')).toBe('CGT');
    expect(trinucleotideFrom('ACG', 'T')).toBeUndefined();
    expect(trinucleotideFrom('ANG', 'C')).toBeUndefined();
    expect(trinucleotideFrom('ACGT', 'C')).toBeUndefined();
  });

  it('writes a purine on the other strand', () => {
    expect(channelOf('ACG', 'T')).toBe('A[C>T]G');
    expect(channelOf('CGT', 'A')).toBe('A[C>T]G');
  });

  it('TP53 R248Q lies in CpG by the shipped coding sequence; outside it nothing is known', () => {
    const { referenceBase } = packs.molecular();
    const at = { build: 'GRCh38', chromosome: '17', position1: 7_674_220, reference: 'C', alternate: 'T' } as const;
    expect(contextOf(at, referenceBase)).toEqual({ channel: 'C[C>T]G', from: 'reference' });
    expect(contextOf({ ...at, position1: 20_000_000 }, referenceBase)).toBeUndefined();
    expect(contextOf({ ...at, context: 'TCA' }, referenceBase)).toEqual({ channel: 'T[C>T]A', from: 'file' });
  });
});

describe('what files state of a place', () => {
  const told = async (name: string, text: string): Promise<ObservedVariant[]> => {
    const folder = mkdtempSync(join(tmpdir(), 'places-'));
    try {
      const path = join(folder, name);
      writeFileSync(path, text);
      const variants: ObservedVariant[] = [];
      const read = await tellVariants(path, 'GRCh38', ({ variant }) => void (variant && variants.push(variant)));
      expect(read.ok).toBe(true);
      // Across threads nothing of it is lost.
      expect(variantsOf(columnsOf(variants))).toEqual(variants);
      return variants;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('F023 F024 a VCF gives the bases around and the RNA reads of each allele, and nonsense under such a name is none', async () => {
    const head = ['TNC', 'RNA_DP', 'RNA_AD'].map((id) => `##INFO=<ID=${id},Number=.,Type=String,Description="x">`);
    const found = await told(
      'a.vcf',
      [
        '##fileformat=VCFv4.2',
        ...head,
        '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO',
        '1\t1000\t.\tC\tT,A\t.\tPASS\tTNC=ACG;RNA_DP=44;RNA_AD=30,14,0',
        '1\t2000\t.\tG\tT\t.\tPASS\tTNC=AC;RNA_DP=-3',
        '',
      ].join('\n'),
    );
    expect(found.map(({ context, rnaDepth, rnaAlternateReads }) => [context, rnaDepth, rnaAlternateReads])).toEqual([
      ['ACG', 44, 14],
      ['ACG', 44, 0],
      [undefined, undefined, undefined],
    ]);
  });

  it('a MAF gives them in its own columns', async () => {
    const columns =
      'Hugo_Symbol Chromosome Start_Position End_Position Reference_Allele Tumor_Seq_Allele2 Tumor_Sample_Barcode Variant_Classification CONTEXT rna_depth rna_alt_count';
    const [one] = await told(
      'a.maf',
      `${columns.replaceAll(' ', '\t')}\n${'KRAS 12 25245350 25245350 C T S1 Missense_Mutation CTACGCCACCA 31 0'.replaceAll(' ', '\t')}\n`,
    );
    expect(one).toMatchObject({ context: 'CTACGCCACCA', rnaDepth: 31, rnaAlternateReads: 0 });
  });
});

describe('F023 the fit', () => {
  it.each([
    ['tobacco and APOBEC', { 'Ref.Sig.4': 0.6, 'Ref.Sig.2': 0.25, 'Ref.Sig.13': 0.15 }],
    ['ultraviolet light', { 'Ref.Sig.7': 0.85, 'Ref.Sig.1': 0.15 }],
    ['mismatch repair and age', { 'Ref.Sig.MMR1': 0.7, 'Ref.Sig.1': 0.3 }],
  ] as const)('recovers a mixture of %s within its intervals', (_, mixture) => {
    const { exposures, cosine } = fitSignatures(drawn(mixture, 2000, 11), catalogue, false);
    expect(cosine).toBeGreaterThan(0.95);
    for (const [name, share] of Object.entries(mixture)) {
      const found = exposures.find((one) => one.name === name);
      expect(found?.low, name).toBeLessThanOrEqual(share);
      expect(found?.high, name).toBeGreaterThanOrEqual(share);
      expect(found?.share, name).toBeGreaterThan(0);
    }
    // What was not planted is no large part.
    const foreign = exposures.filter(({ name }) => !(name in mixture)).reduce((sum, { share }) => sum + share, 0);
    expect(foreign).toBeLessThan(0.15);
  });

  it('the same counts give the same numbers', () => {
    const counts = drawn({ 'Ref.Sig.3': 0.5, 'Ref.Sig.5': 0.5 }, 300, 3);
    expect(fitSignatures(counts, catalogue, true)).toEqual(fitSignatures(counts, catalogue, true));
  });

  const substitution = (index: number, context?: string) => ({
    build: 'GRCh38' as const,
    chromosome: '1',
    position1: 1_000_000 + index,
    reference: 'C',
    alternate: 'T',
    ...(context === undefined ? {} : { context }),
  });
  const many = (count: number, context?: string) =>
    Array.from({ length: count }, (_, index) => substitution(index, context));
  const read = (substitutions: ReturnType<typeof many>, more = {}) =>
    readSignatures({ substitutions, scope: 'exome', tumorOnly: false, ...more }, packs.molecular());

  it('under 50 it counts and does not fit; without neighbours it says what would help', () => {
    expect(read(many(49, 'ACG'))).toMatchObject({ state: 'not-evaluable', placed: 49, exposures: [] });
    expect(read(many(49, 'ACG')).spectrum.find(({ channel }) => channel === 'A[C>T]G')?.count).toBe(49);
    expect(read(many(49, 'ACG')).reason).toContain('counted and not fitted');
    expect(read(many(60)).reason).toContain('MAF CONTEXT');
    expect(read([]).state).toBe('not-evaluable');
    expect(read(many(60, 'ACG'), { counted: true }).reason).toContain('molecular signatures');
    expect(readSignatures({ substitutions: many(60, 'ACG'), scope: 'exome', tumorOnly: false }, {}).reason).toContain(
      'absent',
    );
  });

  it('a doublet in two rows on one allele is no substitution of one base, and that is said', () => {
    const row = (index: number): ObservedVariant => ({
      ...variant({ at: ['1', 1_000_000 + index, 'C', 'T'] }),
      context: 'ACG',
      phaseSet: '1',
      haplotype: 1,
    });
    const alone = Array.from({ length: 60 }, (_, index) => row(10 * index));
    const of = (rows: ObservedVariant[]) =>
      readSignatures({ ...substitutionsOf(rows), scope: 'exome', tumorOnly: false }, packs.molecular());
    const without = of(alone);
    const beside = of([...alone, row(5000), row(5001), row(6000), row(6002)]);
    expect(beside).toEqual({
      ...without,
      limits: [
        '4 substitutions side by side on one allele, as the file phases them: mutations of several bases (2) and none of one base, left out',
        ...without.limits,
      ],
    });
    const unphased = of([...alone, ...[row(5000), row(5001)].map(({ haplotype: _on, ...one }) => one)]);
    expect(unphased.mutations).toBe(62);
  });

  it('a tumor-only test and few substitutions are limits that are said', () => {
    const found = read(
      ['ACG', 'CCG', 'GCG', 'TCG'].flatMap((context, at) =>
        many(15, context).map((one) => ({ ...one, position1: one.position1 + 1000 * at })),
      ),
      { tumorOnly: true },
    );
    expect(found).toMatchObject({ state: 'computed', fromFile: 60 });
    expect(found.exposures[0]).toMatchObject({ name: 'Ref.Sig.1', cause: 'deamination of 5-methylcytosine, with age' });
    expect(found.limits.join(' ')).toContain('tumor-only');
    expect(found.limits.join(' ')).toContain('intervals are wide');
  });
});
