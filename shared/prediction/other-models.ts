/** What the table models say of one case: each with its own state, apart from the evidence, and never stored. */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import { coverageFor, type Groups, isOff, monthsOutlived, outcomesLeft, StoredLimits } from './conformal.ts';
import { FairnessOnCard, inAgeBand, MitigationOffer } from './mitigation.ts';

export const ModelInput = z.object({
  column: z.string(),
  meaning: z.string(),
  value: z.string(),
  unit: z.string().optional(),
});

export const OtherValue = z.object({
  label: z.string(),
  /** Agent that the value is about, where it is about one. */
  agent: z.string().optional(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
  unit: z.enum(['probability', 'ln(IC50/µM)']),
  /** What the interval is, and of how many patients or cell lines. */
  intervalMeaning: z.string(),
  comparable: z.number().int().optional(),
});
export type OtherValue = z.infer<typeof OtherValue>;

const Head = { id: z.string(), title: z.string(), version: z.string(), sha256: Sha256, notFor: z.array(z.string()) };

export const OtherModel = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('computed'),
    ...Head,
    sentence: z.string(),
    values: z.array(OtherValue).min(1),
    known: z.array(ModelInput),
    /** Columns of the model that the case does not say; each adds nothing or is treated as the card says. */
    unknown: z.array(z.string()),
    /** What moves the probability, against the same patient with nothing optional known; sums to it. */
    contributions: z.array(z.object({ label: z.string(), value: z.number(), standardError: z.number() })),
    baseline: z.number().optional(),
    limits: z.array(z.string()),
    /** Conformal, by the patient's groups: which outcomes remain, or what nine of ten outlive; with what was measured (F031). */
    conformal: z.string().optional(),
    /** At the card's threshold: what is needed to say what a call is worth at another prevalence (F064). */
    operating: z
      .object({ threshold: z.number(), sensitivity: z.number(), specificity: z.number(), prevalence: z.number() })
      .optional(),
    /** Thresholds by group that may be switched on for this patient (F115). */
    mitigations: z.array(MitigationOffer).optional(),
  }),
  z.object({ state: z.literal('not-applicable'), ...Head, reason: z.string() }),
  z.object({ state: z.literal('not-assayed'), ...Head, reason: z.string(), missing: z.array(z.string()).min(1) }),
  z.object({ state: z.literal('abstained'), ...Head, reason: z.string() }),
  z.object({ state: z.literal('unavailable'), id: z.string(), reason: z.string() }),
]);
export type OtherModel = z.infer<typeof OtherModel>;

/** What a table model's card.json says that a case view needs. */
export const TableCard = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  notFor: z.array(z.string()),
  limits: z.array(z.string()),
  limitsByGroup: StoredLimits.optional(),
  benchmark: z
    .object({
      figures: z
        .array(
          z.object({
            set: z.string(),
            patients: z.number(),
            events: z.number(),
            calibration: z
              .object({ observed: z.number(), curve: z.array(z.tuple([z.number(), z.number(), z.number()])) })
              .optional(),
            fairness: z.array(FairnessOnCard).optional(),
            thresholds: z
              .array(
                z.object({
                  threshold: z.number(),
                  sensitivity: z.object({ value: z.number() }),
                  specificity: z.object({ value: z.number() }),
                }),
              )
              .optional(),
          }),
        )
        .min(1),
    })
    .optional(),
});
export type TableCard = z.infer<typeof TableCard>;

const signOf = (receptor: string, code: string | undefined): string | undefined =>
  code === '1' ? `${receptor} positive` : code === '-1' ? `${receptor} negative` : undefined;

/** Groups of the patient as the predictions of table models write them; a dimension that is not known is not in it. */
export function groupsOfRow(
  limits: StoredLimits,
  { ageYears, sex }: { readonly ageYears?: number | undefined; readonly sex: string },
  cell: (column: string) => string | undefined,
  tumorType: string | undefined,
): Groups {
  const bands = limits.groups.filter(({ group }) => group === 'age').map(({ value }) => value);
  const age = ageYears === undefined ? undefined : bands.find((band) => inAgeBand(ageYears, band));
  const [er, her2, nodes, grade] = ['er', 'her2', 'positive_nodes', 'grade'].map(cell);
  const nodal =
    nodes ?? (/^[cpy]*N0/i.test(cell('n_category') ?? '') ? '0' : cell('n_category') === undefined ? undefined : '1');
  const said: Record<string, string | undefined> = {
    age,
    sex: sex === 'unknown' ? undefined : sex,
    'tumor type': tumorType,
    receptors:
      her2 === 'positive'
        ? 'HER2 positive'
        : her2 !== 'negative' || er === undefined
          ? undefined
          : er === 'positive'
            ? 'ER positive, HER2 negative'
            : 'ER and HER2 negative',
    HER2: signOf('HER2', cell('HER2.status')),
    ER: signOf('ER', cell('ER.status')),
    nodes: nodal === undefined ? undefined : Number(nodal) > 0 ? 'node positive' : 'node negative',
    grade: /^G?([123])$/i.exec(grade ?? '') === null ? undefined : `grade ${/[123]/.exec(grade ?? '')?.[0]}`,
  };
  return Object.fromEntries(
    [...new Set(limits.groups.map(({ group }) => group))].flatMap((group) =>
      said[group] === undefined ? [] : [[group, said[group]]],
    ),
  );
}

/** The conformal statement in words, with where the limit was measured. */
export function conformalSentence(
  limits: StoredLimits,
  groups: Groups,
  { probability, score }: { readonly probability: number; readonly score?: number | undefined },
  outcome: string,
): string | undefined {
  const measured = coverageFor(limits, groups);
  if (measured.length === 0) return undefined;
  const held = measured
    .map(
      ({ group, value, patients, coverage }) => `${(100 * coverage).toFixed(1)} % of ${patients} (${group}: ${value})`,
    )
    .join(', ');
  const off = measured.some(({ coverage }) => isOff(coverage, limits.nominal));
  const tail = `Out of fold this held for ${held}.${off ? ' In one of these groups that is more than 2 points from the 90 % it promises.' : ''}`;
  if (limits.kind === 'time outlived')
    return score === undefined
      ? undefined
      : `Nine of ten patients like this one are free of ${outcome} for longer than ${monthsOutlived(limits, groups, score)} months. ${tail}`;
  const left = outcomesLeft(limits, groups, probability);
  // A promise over patients: of those with this very estimate more may have the outcome that the set leaves out.
  const set =
    left.length === 2
      ? `${outcome} and none, so it leaves both open`
      : left.length === 0
        ? 'neither outcome, since neither is usual for this estimate'
        : `${left[0] === 1 ? '' : 'no '}${outcome} alone, which excludes nothing for one patient`;
  return `Of all patients nine in ten have an outcome that is in their 90 % set; this set holds ${set}. ${tail}`;
}

/** Wilson's 95 % interval of a share (Wilson EB, JASA 1927;22:209-212). */
export function wilson(share: number, n: number): readonly [low: number, high: number] {
  const z2 = 1.959964 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (1.959964 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** F037: fewer comparable patients than this say nothing. */
const LEAST_COMPARABLE = 30;

/** The patients whose out-of-fold score was nearest: how many, and what share had the outcome, with its interval. */
export function comparableTo(
  probability: number,
  curve: readonly (readonly [predicted: number, observed: number, n: number])[],
): { n: number; observed: number; low: number; high: number } | undefined {
  const nearest = curve.toSorted((a, b) => Math.abs(a[0] - probability) - Math.abs(b[0] - probability))[0];
  if (nearest === undefined || nearest[2] < LEAST_COMPARABLE) return undefined;
  const [, observed, n] = nearest;
  const [low, high] = wilson(observed, n);
  return { n, observed, low, high };
}

/** PPV and NPV at a prevalence, by Bayes; undefined where nobody would be called that way. */
export function predictiveValues(
  { sensitivity, specificity }: { sensitivity: number; specificity: number },
  prevalence: number,
): { ppv: number | undefined; npv: number | undefined } {
  const called = sensitivity * prevalence + (1 - specificity) * (1 - prevalence);
  const not = (1 - sensitivity) * prevalence + specificity * (1 - prevalence);
  return {
    ppv: called === 0 ? undefined : (sensitivity * prevalence) / called,
    npv: not === 0 ? undefined : (specificity * (1 - prevalence)) / not,
  };
}
