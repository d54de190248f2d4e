/** What is left of an option's reasons once a reviewer dismissed a finding; the ranking itself goes by the evidence alone. */
import type { TherapyOption } from './options.ts';

type Because = TherapyOption['because'][number];

export const dismissedFindings = (
  reviews: readonly { readonly findingId: string; readonly verdict: string }[],
): ReadonlySet<string> =>
  new Set(reviews.filter(({ verdict }) => verdict === 'dismissed').map(({ findingId }) => findingId));

export function withoutDismissed(
  { because }: Pick<TherapyOption, 'because'>,
  dismissed: ReadonlySet<string>,
): { readonly kept: readonly Because[]; readonly gone: readonly Because[] } {
  return {
    kept: because.filter(({ findingId }) => !dismissed.has(findingId)),
    gone: because.filter(({ findingId }) => dismissed.has(findingId)),
  };
}

/** "rests on a dismissed finding", with "only" where nothing else carries it; undefined where none is. */
export function dismissedWords(
  option: Pick<TherapyOption, 'because'>,
  dismissed: ReadonlySet<string>,
): string | undefined {
  const { kept, gone } = withoutDismissed(option, dismissed);
  if (gone.length === 0) return undefined;
  return `rests on a dismissed finding${kept.length === 0 ? ' only' : ''}`;
}
