/** Trials, access and ESCAT of an option in words. Pure. */
import type { Classification } from '../../shared/board/classification.ts';
import { EscatTier, type MolecularProfile } from '../../shared/molecular/profile.ts';
import type { LineFit } from '../../shared/therapy/label-line.ts';
import type { OptionsTable, TherapyOption } from '../../shared/therapy/options.ts';
import { accessEntered, costBand, type SiteLists } from '../../shared/therapy/site-lists.ts';
import { type OptionTrials, trialsOfOption } from '../../shared/therapy/trials/for-option.ts';
import type { CaseTrials } from '../../shared/therapy/trials/verdicts.ts';
import { moment, plural } from '../ui/words.ts';

export interface Words {
  readonly main: string;
  readonly second: string;
  readonly amber?: boolean;
}

/** Undefined while they are read, or where the site holds none. */
export const optionTrials = (option: TherapyOption, trials: CaseTrials | undefined): OptionTrials | undefined =>
  trials?.state === 'judged' ? trialsOfOption(option.agents, trials.trials) : undefined;

/** How many trials give it, and how many criteria of the best one are met and unknown. */
export function trialWords(found: OptionTrials | undefined): Words {
  if (found === undefined) return { main: 'not searched', second: '' };
  const { matches, nearMisses, open, ruledOut, first, amber } = found;
  const speaking = [
    ...(matches === 0 ? [] : [plural(matches, 'match', 'matches')]),
    ...(nearMisses === 0 ? [] : [plural(nearMisses, 'near miss', 'near misses')]),
    ...(open === 0 ? [] : [`${open} open`]),
  ];
  if (speaking.length === 0) return { main: 'none here', second: ruledOut === 0 ? '' : `${ruledOut} ruled out` };
  const criteria = first === undefined ? '' : `${first.met} met, ${first.unknown} unknown`;
  return { main: speaking.join(', '), second: criteria, amber };
}

/** By the line of therapy that the best fitting label asks for. */
const onLabel: Readonly<Record<LineFit, string>> = {
  met: 'on label, line met',
  'not-asked': 'on label, any line',
  unknown: 'on label by tumor type, line not known',
  'not-read': 'on label by tumor type, line of therapy not read',
  'not-met': 'approved for another line than this patient’s',
};

/** How it can be had, as far as approvals, trials and the site's own list tell; a blank is said to be unknown (F053). */
export function accessWords(option: TherapyOption, found: OptionTrials | undefined, lists?: SiteLists): string {
  const standings = new Set((option.approvals ?? []).map(({ standing }) => standing));
  const path = standings.has('this tumor type')
    ? onLabel[
        option.line?.fit ??
          (option.approvals ?? []).find(({ standing }) => standing === 'this tumor type')?.line?.fit ??
          'not-read'
      ]
    : (found?.matches ?? 0) > 0
      ? 'in a trial'
      : standings.has('another tumor type')
        ? 'off label'
        : 'access unknown';
  const entered = accessEntered(option, lists).flatMap(({ access, as_of }) =>
    access === undefined ? [] : [`${access}${as_of === undefined ? '' : ` (${as_of})`}`],
  );
  return [path, ...new Set(entered), costBand(option, lists)].join(', ');
}

/**
 * The ESCAT tier that a person confirmed for a finding this option rests on, where that finding's proposal speaks of
 * this very treatment: a tier confirmed for osimertinib says nothing of gefitinib (F017).
 */
export function escatConfirmed(
  { id, because }: Pick<TherapyOption, 'id' | 'because'>,
  profile: Pick<MolecularProfile, 'findings'> | undefined,
  classifications: readonly Classification[] = [],
): Classification | undefined {
  const resting = new Set(because.map(({ findingId }) => findingId));
  const speaking = (profile?.findings ?? [])
    .filter((finding) => resting.has(finding.id) && finding.escat?.treatments.includes(id) === true)
    .map((finding) => finding.id);
  return classifications
    .filter(({ standard, findingId }) => standard === 'escat' && speaking.includes(findingId))
    .sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class))[0];
}

const order: readonly string[] = EscatTier.options;

/** "ESCAT I-A" and who stands behind it: "confirmed by Dr. Ada, 2026-11-25", else that it is a proposal. */
export function escatWords({ escat }: TherapyOption, confirmed: Classification | undefined): Words | undefined {
  if (confirmed !== undefined)
    return {
      main: `ESCAT ${confirmed.class}`,
      second: `confirmed by ${confirmed.author}, ${moment(confirmed.at).slice(0, 10)}`,
    };
  return escat === undefined ? undefined : { main: `ESCAT ${escat.tier}`, second: 'proposal' };
}

export interface Said {
  readonly point: string;
  readonly value: string;
}

export interface Point {
  readonly point: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** Two options point by point: what differs first, in the order of the rule, then what is the same (key C). */
export function comparePoints(a: readonly Said[], b: readonly Said[]): readonly Point[] {
  const other = new Map(b.map(({ point, value }) => [point, value]));
  const points = a.map(({ point, value }): Point => {
    const of = other.get(point) ?? '';
    return { point, a: value, b: of, same: value === of };
  });
  return [...points.filter(({ same }) => !same), ...points.filter(({ same }) => same)];
}

/** How many alerts of the case there are, and how many somebody overrode with a reason (F129, G22). */
export function overrideRate(
  { safety }: Pick<OptionsTable, 'safety'>,
  overridden: ReadonlySet<string>,
): { readonly shown: number; readonly overridden: number } {
  const shown = safety?.interruptive ?? [];
  return { shown: shown.length, overridden: shown.filter(({ findingId }) => overridden.has(findingId)).length };
}
