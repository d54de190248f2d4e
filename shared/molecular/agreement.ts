/**
 * DNA beside RNA and protein, finding by finding (F024). Nothing is said to be silent that could not have been heard: a
 * mutation is "not expressed" only where RNA reads at its place would have shown it.
 */
import type { ReadMatrix } from './expression.ts';
import type { Agreement } from './measures.ts';
import type { Finding } from './profile.ts';
import { percentileIn, percentileWords } from './quantiles.ts';

type Side = Agreement['rna'];

const unknown = (text: string): Side => ({ state: 'not-evaluable', text });
/** z beyond which a value counts as raised or lowered beside a change of copies. */
const MOVED_Z = 1;
/** Chance at which a mutation as frequent as in the DNA would be missed among the RNA reads. */
const MISSED = 0.05;
/** Allele fraction at which RNA of a mutated allele is looked for, at least. */
const LEAST_FRACTION = 0.05;

const signed = (z: number): string => `z ${z > 0 ? '+' : '−'}${Math.abs(z).toFixed(1)}`;

function placeOf(gene: string, matrices: readonly ReadMatrix[]): { z: number; text: string } | undefined {
  for (const read of matrices) {
    if (read.reading.state !== 'computed') continue;
    const z = read.zOf(gene);
    if (z === undefined) continue;
    const quantiles = read.cohort?.quantiles.get(gene);
    const value = read.values.get(gene);
    return {
      z,
      text:
        quantiles === undefined || value === undefined
          ? signed(z)
          : `${percentileWords(percentileIn(value, quantiles))} of ${read.cohort?.name} (${signed(z)})`,
    };
  }
  return undefined;
}

const none = (matrices: readonly ReadMatrix[], what: string): Side =>
  unknown(
    matrices.length === 0
      ? `${what} was not assayed`
      : (matrices.find(({ reading }) => reading.state === 'not-evaluable')?.reading.reason ??
          `this gene is not among the ${what === 'RNA' ? 'genes' : 'proteins'} measured`),
  );

function copies(finding: Finding, matrices: readonly ReadMatrix[], what: string): Side {
  const up = finding.kind === 'amplification' || finding.kind === 'gain';
  const found = placeOf(finding.gene, matrices);
  if (found === undefined) return none(matrices, what);
  const { z, text } = found;
  if (up ? z >= MOVED_Z : z <= -MOVED_Z) return { state: 'agrees', text };
  if (up ? z <= 0 : z >= 0) return { state: 'disagrees', text: `${text}: ${up ? 'not raised' : 'not lowered'}` };
  return unknown(`${text}: too near the middle to tell`);
}

/** Reads that must cover a place so that an allele of this fraction is missed with 5 % chance at most. */
export const readsNeeded = (fraction: number): number =>
  Math.ceil(Math.log(MISSED) / Math.log(1 - Math.max(LEAST_FRACTION, Math.min(0.99, fraction))));

function mutation(finding: Finding, matrices: readonly ReadMatrix[]): Side {
  const { rnaDepth, rnaReads, alleleFraction } = finding;
  if (rnaReads !== undefined && rnaReads > 0)
    return {
      state: 'agrees',
      text: `${rnaReads}${rnaDepth === undefined ? '' : ` of ${rnaDepth}`} RNA reads carry it`,
    };
  if (rnaDepth !== undefined && rnaReads === 0) {
    const needed = readsNeeded(alleleFraction ?? LEAST_FRACTION);
    return rnaDepth >= needed
      ? {
          state: 'disagrees',
          text: `mutation not expressed: none of ${rnaDepth} RNA reads carries it (${needed} suffice)`,
        }
      : unknown(`none of ${rnaDepth} RNA reads carries it; ${needed} are needed to say that it is not expressed`);
  }
  const found = placeOf(finding.gene, matrices);
  const gene = found === undefined ? '' : `; the gene stands ${found.text.replace(/^z/, 'at z')}`;
  return unknown(
    matrices.length === 0
      ? 'RNA was not assayed'
      : `no RNA reads are given at this place, so expression of the mutated allele is open${gene}`,
  );
}

const whatOf: Partial<Record<Finding['kind'], string>> = {
  amplification: 'amplified',
  gain: 'gained',
  'deep-deletion': 'deleted',
  loss: 'one copy lost',
  fusion: 'fusion',
  'small-variant': 'mutated',
};

/** One line for each finding of DNA; findings of RNA and protein themselves are not asked. */
export function agreementOf(findings: readonly Finding[], matrices: readonly ReadMatrix[]): Agreement[] {
  const rna = matrices.filter(({ matrix }) => matrix.modality === 'expression');
  const protein = matrices.filter(({ matrix }) => matrix.modality === 'protein');
  return findings.flatMap((finding): Agreement[] => {
    const dna = whatOf[finding.kind];
    if (dna === undefined || finding.origin === 'germline') return [];
    const base = { findingId: finding.id, gene: finding.gene, dna };
    if (finding.kind === 'small-variant') {
      const found = placeOf(finding.gene, protein);
      return [
        {
          ...base,
          dna: finding.hgvsProtein ?? dna,
          rna: mutation(finding, rna),
          protein:
            found === undefined
              ? none(protein, 'protein')
              : unknown(
                  `the protein stands ${found.text.replace(/^z/, 'at z')}; amount alone does not tell of the mutated form`,
                ),
        },
      ];
    }
    if (finding.kind === 'fusion')
      return [
        {
          ...base,
          dna: finding.title,
          rna:
            finding.rnaReads === undefined
              ? unknown('no RNA reads over the junction are stated')
              : finding.rnaReads > 0
                ? { state: 'agrees', text: `${finding.rnaReads} RNA reads over the junction` }
                : { state: 'disagrees', text: 'no RNA read over the junction' },
          protein: none(protein, 'protein'),
        },
      ];
    return [{ ...base, rna: copies(finding, rna, 'RNA'), protein: copies(finding, protein, 'protein') }];
  });
}
