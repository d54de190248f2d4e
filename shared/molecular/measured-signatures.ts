/** Substitutions of a case, counted by their neighbours and fitted, or why they are not. */
import type { Assay } from '../case/case-record.ts';
import type { ObservedVariant } from '../case/intake.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import type { SignatureReading } from './measures.ts';
import { type Mutations, mutationsOf } from './one-mutation.ts';
import { CONTEXT_SHARE, contextOf, FEWEST_FITTED, fitSignatures, type Substitution } from './signatures.ts';

/** Cosine from which the signatures are said to explain the spectrum. */
const EXPLAINED = 0.85;
/** Over it a variant is more likely of the population than of the tumor. */
const COMMON = 0.001;

export interface SignatureInput {
  readonly substitutions: readonly Substitution[];
  readonly scope: Assay['scope'] | undefined;
  readonly tumorOnly: boolean;
  /** True where variants outside the genes of interest were counted together and not kept. */
  readonly counted?: boolean;
  /** Rows that are parts of mutations of several bases and take no part. */
  readonly joined?: Mutations['joined'];
}

/** Passed single-base substitutions of the tumor, each once, rare in the population; rows of a doublet are none. */
export function substitutionsOf(
  variants: readonly ObservedVariant[],
): Pick<SignatureInput, 'substitutions' | 'joined'> {
  const seen = new Set<string>();
  const rare = variants.filter(
    ({ origin, annotation }) => origin === 'somatic' && (annotation?.populationFrequency ?? 0) <= COMMON,
  );
  const { variants: mutations, joined } = mutationsOf(rare);
  const substitutions = mutations.filter(({ key, reference, alternate }) => {
    if (!/^[ACGT]$/.test(reference) || !/^[ACGT]$/.test(alternate) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { substitutions, joined };
}

const joinedWords = ({ rows, mutations }: Mutations['joined']): string =>
  `${rows} substitutions side by side on one allele, as the file phases them: mutations of several bases (${mutations}) and none of one base, left out`;

export function readSignatures(
  { substitutions, scope, tumorOnly, counted = false, joined }: SignatureInput,
  knowledge: Pick<MolecularKnowledge, 'signatures' | 'referenceBase'>,
): SignatureReading {
  const catalogue = knowledge.signatures?.();
  const base = {
    id: 'measure:signatures' as const,
    mutations: substitutions.length,
    placed: 0 as number,
    fromFile: 0 as number,
    spectrum: [] as { channel: string; count: number }[],
    exposures: [],
    limits: (joined?.mutations ?? 0) > 0 ? [joinedWords(joined as Mutations['joined'])] : [],
  };
  const no = (reason: string, more: Partial<SignatureReading> = {}): SignatureReading => ({
    ...base,
    state: 'not-evaluable',
    reason,
    ...more,
  });
  if (catalogue === undefined) return no('the pack of mutational signatures is absent');
  if (substitutions.length === 0) return no('no somatic single-base substitution that passed is in this case');
  if (counted)
    return no(
      'the file is so large that variants outside known genes were counted together: fit it by itself with `molecular signatures`',
    );
  const counts = new Map<string, number>(catalogue.channels.map((channel) => [channel, 0]));
  let placed = 0;
  let fromFile = 0;
  for (const one of substitutions) {
    const context = contextOf(one, knowledge.referenceBase);
    if (context === undefined || !counts.has(context.channel)) continue;
    placed += 1;
    if (context.from === 'file') fromFile += 1;
    counts.set(context.channel, (counts.get(context.channel) ?? 0) + 1);
  }
  const spectrum = [...counts].map(([channel, count]) => ({ channel, count }));
  const seen = { placed, fromFile, spectrum };
  if (placed < CONTEXT_SHARE * substitutions.length)
    return no(
      `the neighbouring bases of ${placed} of ${substitutions.length} substitutions are known; ${CONTEXT_SHARE * 100} % are needed: give them in the file (MAF CONTEXT, Ref_Tri or ref_context; VCF INFO TNC, CONTEXT or TRINUC), or run \`molecular signatures\` with the transcripts that the site built from its reference`,
      seen,
    );
  if (placed < FEWEST_FITTED)
    return no(`${placed} substitutions; under ${FEWEST_FITTED} they are counted and not fitted`, seen);
  const exonic = scope !== 'genome';
  const { exposures, cosine } = fitSignatures(
    spectrum.map(({ count }) => count),
    catalogue,
    exonic,
  );
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    ...base,
    ...seen,
    state: 'computed',
    cosine: rounded(cosine),
    exposures: exposures.map(({ share, low, high, ...rest }) => ({
      ...rest,
      share: rounded(share),
      low: rounded(low),
      high: rounded(high),
    })),
    limits: [
      ...base.limits,
      ...(exonic
        ? ['signatures of whole genomes, turned into those of exons by how often each trinucleotide stands there']
        : []),
      ...(tumorOnly
        ? ['tumor-only test: inherited variants that no database names may be among the substitutions']
        : []),
      ...(cosine < EXPLAINED
        ? [`cosine ${cosine.toFixed(2)}: the reference signatures explain the spectrum poorly`]
        : []),
      ...(placed < 200
        ? [`${placed} substitutions: intervals are wide, and flat signatures (3, 5, 8) are hardly told apart`]
        : []),
      'intervals from 200 bootstrap samples; shares under 5 % are left out; all 41 reference signatures may take part, whatever the tissue',
    ],
  };
}
