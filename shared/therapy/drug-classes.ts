/** Classes of agents by a sourced table, asked by name. */
import { agentName } from '../molecular/treatments.ts';

export interface DrugClassRow {
  readonly agent: string;
  /** What it is aimed at; several for agents with several targets. */
  readonly classes: readonly string[];
  /** NCI Thesaurus code. */
  readonly nci?: string;
}

/** The class of an agent; agents with several targets are of the class of just these targets together. */
export function drugClassLookup(
  rows: readonly DrugClassRow[],
  source: string,
): (agent: string) => { readonly name: string; readonly source: string } | undefined {
  const byName = new Map(rows.map(({ agent, classes }) => [agentName(agent).toLowerCase(), classes.join(' and ')]));
  return (agent) => {
    const name = byName.get(agentName(agent).toLowerCase());
    return name === undefined ? undefined : { name, source };
  };
}
