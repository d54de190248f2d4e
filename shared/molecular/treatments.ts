/**
 * Treatments as evidence states them: a combination stays whole, substitutes are single treatments, a sequence is one
 * treatment whose order the source tells in its text only. Salts, suffixes of biosimilars and the word "Regimen" do not make another agent.
 */
import type { EvidenceMatch } from './profile.ts';

export interface Treatment {
  /** Sorted agents joined by `+`, or by `>` where they are given one after the other; lower case. */
  readonly id: string;
  readonly agents: readonly string[];
  readonly label: string;
}

/** Ends the name of agents that are given one after the other: `A and B in sequence`, one name in a list of several. */
export const IN_SEQUENCE = ' in sequence';

const salts =
  /\s+(?:(?:di)?hydrochloride|(?:bis|di)?mesylate|tosylate|maleate|besylate|fumarate|phosphate|sulfate|citrate|malate|succinate|acetate|sodium|anhydrous|monohydrate)\b/gi;

/** One name per agent: without salt, four-letter biologic suffix, and the word "Regimen". */
export const agentName = (name: string): string =>
  name
    .trim()
    .replace(/\s+regimen$/i, '')
    .replace(salts, '')
    .replace(/^([A-Za-z]*mab(?:\s+[A-Za-z]+)*)-[a-z]{4}$/, '$1')
    .replace(/\s+/g, ' ')
    .trim();

/** A named regimen of several agents (`Ipilimumab/Nivolumab Regimen`) is their combination. */
const agentsOf = (name: string): readonly string[] =>
  /\sregimen$/i.test(name.trim()) && name.includes('/')
    ? name
        .replace(/\s+regimen$/i, '')
        .split('/')
        .map(agentName)
    : [agentName(name)];

export function combination(agents: readonly string[]): Treatment {
  const sorted = [...new Map(agents.map((agent) => [agent.toLowerCase(), agent])).values()].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );
  return { id: sorted.map((agent) => agent.toLowerCase()).join('+'), agents: sorted, label: sorted.join(' + ') };
}

/** Several therapies without a stated relation are taken as one combination: never split on a guess. */
export function treatmentsOf({
  therapies,
  therapyInteraction,
}: Pick<EvidenceMatch, 'therapies' | 'therapyInteraction'>): readonly Treatment[] {
  if (therapies.length === 0) return [];
  if (therapyInteraction === 'substitutes') {
    const single = therapies.map((name) => combination(agentsOf(name)));
    return [...new Map(single.map((treatment) => [treatment.id, treatment])).values()].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    );
  }
  if (therapyInteraction === 'sequential' && therapies.length > 1) {
    // The order of the list is not that of giving: EID1113, neratinib after trastuzumab, lists neratinib first.
    const steps = therapies.map((name) => combination(agentsOf(name))).sort((a, b) => (a.id < b.id ? -1 : 1));
    return [
      {
        id: steps.map(({ id }) => id).join('>'),
        agents: steps.flatMap(({ agents }) => agents),
        label: `${steps.map(({ label }) => label).join(' and ')}${IN_SEQUENCE}`,
      },
    ];
  }
  return [combination(therapies.flatMap(agentsOf))];
}
