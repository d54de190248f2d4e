/**
 * What an update of a model may change without a new version of the program (F119), as data: a predetermined change control
 * plan in the sense of the FDA's guidance of December 2024 on AI-enabled device software. The plan ships pinned; an update
 * that is signed and sound is refused all the same where it leaves the plan.
 */
import { z } from 'zod';
import type { PointFigures } from './benchmark.ts';

/** What a floor or ceiling is put to; every one is measured again from the predictions that the update brings. */
const Figure = z.enum([
  /** Patients of the set: an update may not be judged on fewer. */
  'patients',
  /** AUC or Harrell's C, as the card's benchmark measures it. */
  'discrimination',
  /** Over the comparator named, paired. */
  'gain',
  'calibration slope',
  /** Share of outcomes inside the 90 % statements. */
  'conformal coverage',
]);

const Bound = z.object({
  set: z.string(),
  figure: Figure,
  comparator: z.string().optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
});
export type Bound = z.infer<typeof Bound>;

const ModelPlan = z.discriminatedUnion('updates', [
  z.object({
    updates: z.literal('within the plan'),
    /** Files that may differ from the shipped ones; every other file of the model has to be the shipped one. */
    mayChange: z.array(z.string()).min(1),
    /** Parts of those files that may not: `file`, and a path (`columns.*.unit`) whose `*` stands for every element or member. */
    frozen: z.array(z.object({ file: z.string(), path: z.string() })),
    bounds: z.array(Bound).min(1),
    /** Largest difference between the runtime and what the training framework said. */
    parity: z.number().positive(),
  }),
  z.object({ updates: z.literal('none'), reason: z.string() }),
]);
export type ModelPlan = z.infer<typeof ModelPlan>;

export const ChangeControlPlan = z.object({
  schemaVersion: z.literal(1),
  version: z.string(),
  /** Who may install an update or go back, and what they leave in the journal. */
  approval: z.object({ role: z.literal('admin'), reason: z.literal('required'), journal: z.literal('required') }),
  models: z.record(z.string(), ModelPlan),
});
export type ChangeControlPlan = z.infer<typeof ChangeControlPlan>;

/** Every value that a path leads to, in order; a member that is not there is `undefined` and counts as such. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (step === '*')
    return typeof value === 'object' && value !== null
      ? Object.values(value).flatMap((inner) => valuesAt(inner, rest))
      : [undefined];
  return valuesAt(Object(value)[step] as unknown, rest);
}

/** JSON text of a value, members in order of their names: two values are the same where their texts are. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'undefined';

/** The parts of one file that the plan holds fixed and that differ, as `file: path`. */
export function frozenParts(
  plan: Extract<ModelPlan, { updates: 'within the plan' }>,
  file: string,
  before: unknown,
  after: unknown,
): string[] {
  return plan.frozen
    .filter((part) => part.file === file)
    .filter(({ path }) => textOf(valuesAt(before, path.split('.'))) !== textOf(valuesAt(after, path.split('.'))))
    .map(({ path }) => `${file}: ${path}`);
}

function measured(figures: readonly PointFigures[], { set, figure, comparator }: Bound): number | undefined {
  const found = figures.find((one) => one.set === set);
  switch (figure) {
    case 'patients':
      return found?.patients;
    case 'discrimination':
      return found?.discrimination;
    case 'gain':
      return found?.gains[comparator ?? ''];
    case 'calibration slope':
      return found?.slope;
    case 'conformal coverage':
      return found?.coverage;
  }
}

export interface BoundRead {
  readonly bound: Bound;
  /** Absent where the update brings no such figure, which is outside the plan too. */
  readonly value?: number;
  readonly held: boolean;
}

/** Every bound of the plan beside what was measured. */
export const boundsRead = (bounds: readonly Bound[], figures: readonly PointFigures[]): BoundRead[] =>
  bounds.map((bound) => {
    const value = measured(figures, bound);
    const held =
      value !== undefined &&
      value >= (bound.atLeast ?? -Infinity) &&
      value <= (bound.atMost ?? Number.POSITIVE_INFINITY);
    return { bound, held, ...(value === undefined ? {} : { value }) };
  });

/** A bound in words: "MSK1: discrimination 0.702 (at least 0.698)". */
export function boundWords({ bound, value }: BoundRead): string {
  const { set, figure, comparator, atLeast, atMost } = bound;
  const wanted = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(', ');
  return `${set}: ${figure}${comparator === undefined ? '' : ` over ${comparator}`} ${value === undefined ? 'not measured' : Number(value.toFixed(4))} (${wanted})`;
}
