/**
 * Whether two cases may be of one person: a question to whoever prepares the case, never a merge. By the pseudonym, or by sex
 * and age with shared variants: unrelated tumors share few rare variants beside the hotspots. Pure.
 */
import { z } from 'zod';
import { CaseId } from '../foundation/ids.ts';
import type { JournalEvent } from '../vault/events.ts';
import type { CaseRecord } from './case-record.ts';
import type { ObservedVariant } from './intake.ts';

export const LikenessVerdict = z.enum(['same-patient', 'another-patient']);
export type LikenessVerdict = z.infer<typeof LikenessVerdict>;

/** Payload of `likeness.judged`, on the case that was looked at. */
export const JudgedLikeness = z.object({ other: CaseId, verdict: LikenessVerdict });

export const Likeness = z.object({
  /** The case that this one is like. */
  caseId: CaseId,
  pseudonym: z.string(),
  samePseudonym: z.boolean(),
  sharedVariants: z.number().int().nonnegative(),
  /** Variants of the case that has fewer of them; 0 where one has none that can be compared. */
  ofVariants: z.number().int().nonnegative(),
  judged: z.object({ verdict: LikenessVerdict, by: z.string(), at: z.string() }).optional(),
});
export type Likeness = z.infer<typeof Likeness>;

export interface Compared {
  readonly patient: CaseRecord['patient'];
  readonly variants: readonly Pick<ObservedVariant, 'key' | 'filter' | 'annotation'>[];
}

/** Common in the population: two persons share many of them. */
const COMMON = 0.001;
/** Driver hotspots alone make two in common likely enough. */
const LEAST_SHARED = 3;
const LEAST_SHARE = 0.5;
/** A year passes between two samples of one person. */
const AGE_APART = 2;

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s._-]+/g, '');

/** Whether the variants of two cases are worth a comparison: sex and age do not speak against one person. */
export function mayBeOne(a: CaseRecord['patient'], b: CaseRecord['patient']): boolean {
  const known = (sex: string): boolean => sex === 'female' || sex === 'male';
  if (known(a.sex) && known(b.sex) && a.sex !== b.sex) return false;
  return a.ageYears === undefined || b.ageYears === undefined || Math.abs(a.ageYears - b.ageYears) <= AGE_APART;
}

const rare = ({ variants }: Compared): ReadonlySet<string> =>
  new Set(
    variants
      .filter(
        ({ filter, annotation }) =>
          (filter === undefined || filter === 'PASS' || filter === '.') &&
          (annotation?.populationFrequency ?? 0) <= COMMON,
      )
      .map(({ key }) => key),
  );

/** Undefined where nothing asks for a person's look. Variants are compared on one build: keys carry it. */
export function likenessOf(
  a: Compared,
  b: Compared,
): Pick<Likeness, 'samePseudonym' | 'sharedVariants' | 'ofVariants'> | undefined {
  const samePseudonym = plain(a.patient.pseudonym) === plain(b.patient.pseudonym);
  const [own, others] = [rare(a), rare(b)];
  const ofVariants = Math.min(own.size, others.size);
  const sharedVariants = [...own].filter((key) => others.has(key)).length;
  const alike =
    mayBeOne(a.patient, b.patient) && sharedVariants >= LEAST_SHARED && sharedVariants >= LEAST_SHARE * ofVariants;
  return samePseudonym || alike ? { samePseudonym, sharedVariants, ofVariants } : undefined;
}

/** The latest verdict about each other case. */
export function judgedLikenesses(
  events: readonly Pick<JournalEvent, 'type' | 'payload' | 'actor' | 'time'>[],
): ReadonlyMap<CaseId, { readonly verdict: LikenessVerdict; readonly by: string; readonly at: string }> {
  const judged = new Map<CaseId, { verdict: LikenessVerdict; by: string; at: string }>();
  for (const { type, payload, actor, time } of events) {
    const read = type === 'likeness.judged' ? JudgedLikeness.safeParse(payload) : undefined;
    if (read?.success) judged.set(read.data.other, { verdict: read.data.verdict, by: actor, at: time });
  }
  return judged;
}
