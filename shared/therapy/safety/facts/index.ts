/** All facts by agent. */
import type { AgentFacts, Cited } from './fact.ts';
import { KINASE_INHIBITORS } from './kinase-inhibitors.ts';
import { OTHER_MEDICINES } from './other-medicines.ts';
import { OTHER_ONCOLOGY } from './other-oncology.ts';
import { PUBLISHED_LABELS } from './published-labels.ts';

export type FactIndex = ReadonlyMap<string, readonly Cited[]>;

export const factIndex = (rows: readonly AgentFacts[]): FactIndex =>
  new Map(
    [...Map.groupBy(rows, ({ agent }) => agent)].map(([agent, all]) => [agent, all.flatMap(({ facts }) => facts)]),
  );

/** About 150 agents of oncology and the medicines patients most often bring along. */
export const SAFETY_FACTS: readonly AgentFacts[] = [
  ...KINASE_INHIBITORS,
  ...OTHER_ONCOLOGY,
  ...PUBLISHED_LABELS,
  ...OTHER_MEDICINES,
];
export const FACTS_BY_AGENT: FactIndex = factIndex(SAFETY_FACTS);

/** Agents with facts of their own, and those that a label of another names. */
export const NAMED_AGENTS: ReadonlySet<string> = new Set([
  ...FACTS_BY_AGENT.keys(),
  ...SAFETY_FACTS.flatMap(({ facts }) => facts.flatMap(({ fact }) => (fact.kind === 'pair' ? [fact.other] : []))),
]);
