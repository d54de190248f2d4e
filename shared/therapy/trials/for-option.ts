/** Trials of an option: those that give every one of its agents, by the drugs their documents name. Pure. */
import { agentName } from '../../molecular/treatments.ts';
import type { TrialVerdict, UnitVerdict } from './verdicts.ts';

export interface OptionTrials {
  /** Best verdict first; those that the case does not match are counted in `ruledOut` only. */
  readonly trials: readonly TrialVerdict[];
  readonly matches: number;
  readonly nearMisses: number;
  readonly open: number;
  readonly ruledOut: number;
  /** Criteria met and unknown in the arm that speaks of the first trial. */
  readonly first?: { readonly met: number; readonly unknown: number; readonly notMet: number };
  /** Whether the status of one of `trials` rests on an old snapshot or on none. */
  readonly amber: boolean;
}

const ORDER: readonly TrialVerdict['verdict'][] = ['match', 'near-miss', 'unknown', 'no-match'];
const key = (name: string): string => agentName(name).toLowerCase();
const counted = ({ criteria }: UnitVerdict, state: UnitVerdict['criteria'][number]['state']): number =>
  criteria.filter((one) => one.state === state).length;

/** A trial whose document names no drug is of no option: it stands in the case's list alone. */
export function trialsOfOption(agents: readonly string[], trials: readonly TrialVerdict[]): OptionTrials {
  const asked = agents.map(key);
  const giving = trials
    .filter(({ drugs }) => {
      const given = new Set(drugs.map(key));
      return asked.every((agent) => given.has(agent));
    })
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || (a.id < b.id ? -1 : 1));
  const of = (verdict: TrialVerdict['verdict']): number => giving.filter((one) => one.verdict === verdict).length;
  const speaking = giving.filter(({ verdict }) => verdict !== 'no-match');
  const arm = speaking[0]?.arms.find(({ verdict }) => verdict === speaking[0]?.verdict);
  return {
    trials: speaking,
    matches: of('match'),
    nearMisses: of('near-miss'),
    open: of('unknown'),
    ruledOut: of('no-match'),
    ...(arm === undefined
      ? {}
      : { first: { met: counted(arm, 'met'), unknown: counted(arm, 'unknown'), notMet: counted(arm, 'not-met') } }),
    amber: speaking.some(({ accrual }) => accrual.amber),
  };
}
