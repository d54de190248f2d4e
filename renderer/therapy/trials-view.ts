/** How trials stand on screen: which first, in which words. Pure. */
import type { CaseTrials, CriterionVerdict, TrialVerdict, UnitVerdict } from '../../shared/therapy/trials/verdicts.ts';
import { plural } from '../ui/words.ts';

type Judged = Extract<CaseTrials, { state: 'judged' }>;

export const verdictWords: Readonly<Record<TrialVerdict['verdict'], string>> = {
  match: 'Match',
  'near-miss': 'Near miss',
  unknown: 'Open',
  'no-match': 'No match',
};

export const stateWords: Readonly<Record<CriterionVerdict['state'], string>> = {
  met: 'met',
  'not-met': 'not met',
  unknown: 'unknown',
};

export const accrualWords: Readonly<Record<TrialVerdict['accrual']['state'], string>> = {
  open: 'open',
  closed: 'closed',
  'not-yet-open': 'not open yet',
  'not-confirmed': 'open or not, to be confirmed',
};

const counted = (trials: Judged['trials'], verdict: TrialVerdict['verdict']): number =>
  trials.filter((trial) => trial.verdict === verdict).length;

/** One line: how many of each, and how many documents were not read. */
export function trialSummary({ trials, refusals }: Pick<Judged, 'trials' | 'refusals'>): string {
  const refused = refusals.length === 0 ? '' : `; ${plural(refusals.length, 'document')} refused`;
  return `${plural(counted(trials, 'match'), 'match', 'matches')}, ${plural(counted(trials, 'near-miss'), 'near miss', 'near misses')}, ${counted(trials, 'unknown')} open, ${counted(trials, 'no-match')} of ${trials.length} no match${refused}`;
}

/** Amber where any trial's status rests on a snapshot that is old or has no date. */
export function snapshotWords(trials: Judged['trials']): string | undefined {
  const old = trials.filter(({ accrual }) => accrual.amber);
  if (old.length === 0) return undefined;
  return `The status of ${plural(old.length, 'trial')} rests on a snapshot older than 30 days or without a date: ask the site before it is offered.`;
}

export const matches = (trials: Judged['trials']): readonly TrialVerdict[] =>
  trials.filter(({ verdict }) => verdict === 'match');

export const nearMisses = (trials: Judged['trials']): readonly TrialVerdict[] =>
  trials.filter(({ verdict }) => verdict === 'near-miss');

/** What a trial is found by. */
export const trialText = ({ id, nctId, title, file, drugs, arms }: TrialVerdict): string =>
  [id, nctId ?? '', title, file, ...drugs, ...arms.flatMap(({ description }) => description ?? [])].join(' ');

/** Arms that make the trial what it is called. */
export const speakingArms = ({ arms, verdict }: TrialVerdict): readonly UnitVerdict[] =>
  arms.filter((arm) => arm.verdict === verdict);

export const armWords = ({ arm, step, dose, description }: UnitVerdict): string => {
  const name = [
    arm === null ? (step === null ? undefined : `step ${step}`) : `arm ${arm}`,
    dose === null ? undefined : `dose ${dose}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return [name === '' ? 'whole trial' : name, description].filter((part) => part !== null && part !== '').join(': ');
};
