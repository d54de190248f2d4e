/**
 * A combination that is approved stands before the part of it that is approved alone for the same marker. A combination
 * is approved where its partner was shown to add to the part (FDA guidance on codevelopment of two or more drugs, 2013; EMA
 * guideline on anticancer medicinal products, EMA/CHMP/205/95). It holds for agents that the marker chooses; one that every
 * tumor gets, and a checkpoint inhibitor, is added by the treating physician's measure, and so is one whose class failed.
 * With such partners too it holds in the first line, where a label has the whole for it and none has the part: docetaxel,
 * pertuzumab and trastuzumab before trastuzumab, which alone is for what follows chemotherapy (EMA, Herceptin 4.1).
 */
import type { Treatment } from '../molecular/treatments.ts';
import { isCheckpointClass } from './agent-classes.ts';
import { type Approved, markersOf } from './approved.ts';
import { chosenByNoMarker } from './drug-classes.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';

export interface Standing {
  readonly treatment: Treatment;
  readonly approved: readonly Approved[];
  /** A class of its agents failed in an earlier line. */
  readonly failedBefore: boolean;
  /** A label here has it for the first line, and the record does not contradict it. */
  readonly first: boolean;
  /** The ordering; the first `settled` of them are equal where whole and part are compared. */
  readonly keys: readonly (number | string)[];
}

const names = ({ agents }: Treatment): string[] => agents.map((agent) => agent.toLowerCase());

const sharesMarker = (a: readonly Approved[], b: readonly Approved[]): boolean => {
  const markers = new Set(a.flatMap(markersOf));
  return b.some((one) => markersOf(one).some((marker) => markers.has(marker)));
};

function chosenByMarker(agent: string, { drugClass }: TherapyKnowledge): boolean {
  const own = drugClass?.(agent)?.name;
  return own !== undefined && !chosenByNoMarker(agent, drugClass) && !isCheckpointClass(own);
}

/** Whether it can go before a part: an approved combination, none of its agents of a class that failed. */
const isWhole = ({ treatment, approved, failedBefore }: Standing): boolean =>
  treatment.agents.length > 1 && approved.length > 0 && !failedBefore;

/**
 * Whether `whole` holds `part`, for the same marker, and is equal to it in what is settled; in the first line, all but the
 * line, which a label that asks for none leaves open.
 */
function goesBefore(whole: Standing, part: Standing, settled: number, knowledge: TherapyKnowledge): boolean {
  const own = names(whole.treatment);
  const held = names(part.treatment);
  if (own.length <= held.length || !held.every((agent) => own.includes(agent))) return false;
  if (!sharesMarker(part.approved, whole.approved)) return false;
  const equal = (keys: number): boolean => whole.keys.slice(0, keys).every((key, place) => key === part.keys[place]);
  if (whole.first && !part.first) return equal(settled - 1);
  return whole.treatment.agents.every((agent) => chosenByMarker(agent, knowledge)) && equal(settled);
}

const before = (a: readonly (number | string)[], b: readonly (number | string)[]): boolean => {
  const place = a.findIndex((key, index) => key !== b[index]);
  return place >= 0 && (a[place] ?? 0) < (b[place] ?? 0);
};

/**
 * The ordering of each option with what follows the settled keys taken from a part it goes before, where that is better, a
 * key that sets the larger of the two first, and its own ordering, which parts those that take one place; and what it goes
 * before and behind, by label.
 */
export function wholeBeforePart(
  standings: readonly Standing[],
  settled: number,
  knowledge: TherapyKnowledge,
): { readonly keys: readonly (number | string)[]; readonly holds: string[]; readonly behind: string[] }[] {
  const keys = standings.map((one) => [...one.keys, 0, ...one.keys]);
  const holds = standings.map((): string[] => []);
  const behind = standings.map((): string[] => []);
  const places = [...standings.entries()].filter(([, one]) => one.approved.length > 0);
  const wholes = places
    .filter(([, one]) => isWhole(one))
    .sort(([, a], [, b]) => a.treatment.agents.length - b.treatment.agents.length);
  for (const [place, whole] of wholes)
    for (const [other, part] of places) {
      if (!goesBefore(whole, part, settled, knowledge)) continue;
      holds[place]?.push(part.treatment.label);
      behind[other]?.push(whole.treatment.label);
      const theirs = keys[other] ?? [];
      const length = part.keys.length;
      const ahead = [...theirs.slice(0, length), Number(theirs[length]) - 1, ...whole.keys];
      if (before(ahead, keys[place] ?? [])) keys[place] = ahead;
    }
  return standings.map((_, place) => ({
    keys: keys[place] ?? [],
    holds: holds[place] ?? [],
    behind: behind[place] ?? [],
  }));
}
