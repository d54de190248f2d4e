/**
 * A combination that is approved stands before the part of it that is approved alone for the same finding. A combination
 * is approved where its partner was shown to add to the part (FDA guidance on codevelopment of two or more drugs, 2013; EMA
 * guideline on anticancer medicinal products, EMA/CHMP/205/95). It holds for agents that the marker chooses; one that every
 * tumor gets, and a checkpoint inhibitor, is added by the treating physician's measure, and so is one whose class failed.
 */
import type { Treatment } from '../molecular/treatments.ts';
import { isCheckpointClass } from './agent-classes.ts';
import type { Approved } from './approved.ts';
import { chosenByNoMarker } from './drug-classes.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';

export interface Standing {
  readonly treatment: Treatment;
  readonly approved: readonly Approved[];
  /** A class of its agents failed in an earlier line. */
  readonly failedBefore: boolean;
  /** The ordering; the first `settled` of them are equal where whole and part are compared. */
  readonly keys: readonly (number | string)[];
}

const names = ({ agents }: Treatment): string[] => agents.map((agent) => agent.toLowerCase());

const findingsOf = (approved: readonly Approved[]): ReadonlySet<string> =>
  new Set(approved.flatMap(({ findingIds }) => findingIds));

function chosenByMarker(agent: string, { drugClass }: TherapyKnowledge): boolean {
  const own = drugClass?.(agent)?.name;
  return own !== undefined && !chosenByNoMarker(agent, drugClass) && !isCheckpointClass(own);
}

/** Whether it can go before a part: an approved combination of agents that the marker chooses, none of a class that failed. */
const isWhole = ({ treatment, approved, failedBefore }: Standing, knowledge: TherapyKnowledge): boolean =>
  treatment.agents.length > 1 &&
  approved.length > 0 &&
  !failedBefore &&
  treatment.agents.every((agent) => chosenByMarker(agent, knowledge));

/** Whether `whole` holds `part`, for the same finding, and is equal to it in what is settled. */
function goesBefore(whole: Standing, part: Standing, settled: number): boolean {
  const own = names(whole.treatment);
  const held = names(part.treatment);
  if (own.length <= held.length || !held.every((agent) => own.includes(agent))) return false;
  const shared = findingsOf(part.approved);
  if (![...findingsOf(whole.approved)].some((id) => shared.has(id))) return false;
  return whole.keys.slice(0, settled).every((key, place) => key === part.keys[place]);
}

const before = (a: readonly (number | string)[], b: readonly (number | string)[]): boolean => {
  const place = a.findIndex((key, index) => key !== b[index]);
  return place >= 0 && (a[place] ?? 0) < (b[place] ?? 0);
};

/**
 * The ordering of each option with what follows the settled keys taken from a part it goes before, where that is better, and
 * a last key that sets the larger of the two first; and what it goes before and behind, by label.
 */
export function wholeBeforePart(
  standings: readonly Standing[],
  settled: number,
  knowledge: TherapyKnowledge,
): { readonly keys: readonly (number | string)[]; readonly holds: string[]; readonly behind: string[] }[] {
  const keys = standings.map((one) => [...one.keys, 0]);
  const holds = standings.map((): string[] => []);
  const behind = standings.map((): string[] => []);
  const places = [...standings.entries()].filter(([, one]) => one.approved.length > 0);
  const wholes = places
    .filter(([, one]) => isWhole(one, knowledge))
    .sort(([, a], [, b]) => a.treatment.agents.length - b.treatment.agents.length);
  for (const [place, whole] of wholes)
    for (const [other, part] of places) {
      if (!goesBefore(whole, part, settled)) continue;
      holds[place]?.push(part.treatment.label);
      behind[other]?.push(whole.treatment.label);
      const theirs = keys[other] ?? [];
      const ahead = [...theirs.slice(0, -1), Number(theirs.at(-1)) - 1];
      if (before(ahead, keys[place] ?? [])) keys[place] = ahead;
    }
  return standings.map((_, place) => ({
    keys: keys[place] ?? [],
    holds: holds[place] ?? [],
    behind: behind[place] ?? [],
  }));
}
