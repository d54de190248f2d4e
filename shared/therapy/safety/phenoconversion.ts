/**
 * What an inhibitor makes of an inherited metabolizer status: a strong inhibitor of CYP2D6 or CYP2C19 leaves a poor
 * metabolizer whatever the genes say; a moderate one halves the activity score of CYP2D6 and takes CYP2C19 one step down
 * (Cicali EJ et al., Clin Pharmacol Ther 2021;110:677, CYP2D6; Mostafa S et al., Br J Clin Pharmacol 2019;85:1275).
 * Inducers are not converted: the evidence gives no step for them.
 */
import { z } from 'zod';
import { toldPhenotype } from '../pgx/decisive.ts';
import type { GenePhenotypes, PgxKnowledge } from '../pgx/definitions.ts';
import { PgxAdvice, type PgxDocument } from '../pgx/document.ts';
import { type Reading, recommend } from '../pgx/recommend.ts';
import { FACTS_BY_AGENT, type FactIndex } from './facts/index.ts';

export const Phenoconversion = z.object({
  gene: z.enum(['CYP2D6', 'CYP2C19']),
  /** By genes; null where they were not called. */
  inherited: z.string().nullable(),
  acting: z.string(),
  activityScore: z.string().optional(),
  /** The inhibitors on the list of medicines, with their strength. */
  by: z.array(z.object({ medicine: z.string(), strength: z.enum(['strong', 'moderate']), cite: z.string() })),
  /** What guidelines say of the acting status. */
  advice: z.array(PgxAdvice),
});
export type Phenoconversion = z.infer<typeof Phenoconversion>;

const GENES = ['CYP2D6', 'CYP2C19'] as const;
const POOR = 'Poor Metabolizer';
const STEPS = [
  'Ultrarapid Metabolizer',
  'Rapid Metabolizer',
  'Normal Metabolizer',
  'Intermediate Metabolizer',
  POOR,
] as const;

interface Acting {
  readonly phenotype: string;
  readonly activityScore?: string;
  readonly lookup: readonly string[];
}

function acting(
  gene: (typeof GENES)[number],
  strong: boolean,
  inherited: readonly { readonly phenotype?: string | undefined; readonly activityScore?: string | undefined }[],
  table: GenePhenotypes | undefined,
): Acting | undefined {
  if (strong)
    return gene === 'CYP2D6'
      ? { phenotype: POOR, activityScore: '0.0', lookup: ['0.0'] }
      : { phenotype: POOR, lookup: [POOR] };
  // Of several readings the one that leaves least is acted on.
  if (gene === 'CYP2D6') {
    const scores = inherited.flatMap(({ activityScore }) =>
      activityScore === undefined || !/^[\d.]+$/.test(activityScore) ? [] : [Number(activityScore)],
    );
    if (scores.length === 0) return undefined;
    const half = Math.min(...scores) / 2;
    const row = table?.byFunctions.find(
      ({ activityScore }) => activityScore !== undefined && Number(activityScore) === half,
    );
    if (row === undefined || row.activityScore === undefined) {
      const phenotype = half < 0.25 ? POOR : half < 1.25 ? 'Intermediate Metabolizer' : 'Normal Metabolizer';
      return { phenotype, lookup: [] };
    }
    return { phenotype: row.phenotype, activityScore: row.activityScore, lookup: [row.activityScore] };
  }
  const steps = inherited.flatMap(({ phenotype }) => {
    const at = phenotype === undefined ? -1 : (STEPS as readonly string[]).indexOf(phenotype);
    return at < 0 ? [] : [at];
  });
  if (steps.length === 0) return undefined;
  const phenotype = STEPS[Math.min(Math.max(...steps) + 1, STEPS.length - 1)] ?? POOR;
  return { phenotype, lookup: [phenotype] };
}

const readingsOf = (document: PgxDocument, knowledge: PgxKnowledge): Map<string, readonly Reading[]> =>
  new Map(
    document.genes.map(({ gene, calls, phenotypes }) => {
      const scored = knowledge.phenotypes.find((one) => one.gene === gene)?.scored === true;
      const readings = calls.map(({ diplotype, deciding, phenotype, activityScore }) => ({
        diplotype,
        alleles: deciding.map(({ allele }) => allele),
        lookup: scored
          ? activityScore === undefined
            ? []
            : [activityScore]
          : phenotype === undefined
            ? []
            : [phenotype],
      }));
      // HLA results are terms without a call.
      const terms = phenotypes.map((term) => ({ diplotype: '', alleles: [], lookup: [term] }));
      return [gene, readings.length > 0 ? readings : terms];
    }),
  );

/** Conversions by the medicines named; advice only for `drugs`. Empty where no medicine inhibits either enzyme. */
export function phenoconversions(
  medicines: readonly string[],
  drugs: ReadonlySet<string>,
  document: PgxDocument | undefined,
  knowledge: PgxKnowledge | undefined,
  facts: FactIndex = FACTS_BY_AGENT,
): Phenoconversion[] {
  return GENES.flatMap((gene): Phenoconversion[] => {
    const by = medicines.flatMap((medicine) =>
      (facts.get(medicine) ?? []).flatMap(({ fact, cite }) =>
        fact.kind === 'inhibits' &&
        fact.pathway === gene &&
        (fact.strength === 'strong' || fact.strength === 'moderate')
          ? [{ medicine, strength: fact.strength, cite }]
          : [],
      ),
    );
    if (by.length === 0) return [];
    const called = document?.genes.find((one) => one.gene === gene);
    const told = called === undefined ? null : toldPhenotype(called);
    const inherited = called === undefined || told === null ? [] : called.calls;
    const table = knowledge?.phenotypes.find((one) => one.gene === gene);
    const now = acting(
      gene,
      by.some(({ strength }) => strength === 'strong'),
      inherited,
      table,
    );
    if (now === undefined) return [];
    const before = inherited.flatMap(({ phenotype }) => phenotype ?? []);
    // A status that the inhibitor leaves as it is changes no warning.
    if (before.length > 0 && before.every((phenotype) => phenotype === now.phenotype)) return [];
    const readings = document === undefined || knowledge === undefined ? new Map() : readingsOf(document, knowledge);
    readings.set(gene, [
      {
        diplotype: `${now.phenotype} by ${by.map(({ medicine }) => medicine).join(', ')}`,
        alleles: ['–', '–'],
        lookup: now.lookup,
      },
    ]);
    const advice =
      knowledge === undefined
        ? []
        : recommend(knowledge, readings).filter(({ drug, genes }) => genes.includes(gene) && drugs.has(drug));
    return [
      {
        gene,
        inherited: told,
        acting: now.phenotype,
        ...(now.activityScore === undefined ? {} : { activityScore: now.activityScore }),
        by,
        advice,
      },
    ];
  });
}
