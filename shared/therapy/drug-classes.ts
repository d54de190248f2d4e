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

/** Classes of the table that act on every dividing cell, or on the vessels of the host: no marker of a tumor is their target. */
const UNSELECTED =
  /^(?:.* chemotherapy|Antifolate|Antimetabolite|DNA Polymerase inhibition|Thymidylate synthase inhibition|Topoisomerase(?: I)? inhibition|Tubulin polymerization inhibition|VEGF(?:\/VEGFR)? inhibition|Corticosteroid)$/;
/** Words of statements for such agents without naming one. */
const UNSELECTED_WORDS =
  /^(?:(?:platinum|taxane)(?: (?:compound|doublet|agent))?|(?:systemic )?chemotherapy|anthracyclines?(?: antineoplastic antibiotic)?|folfox(?:-?\d+)?|folfiri|folfoxiri|folfirinox|capox|xelox|xeliri|flot)$/i;
/** An antibody that carries a cytotoxic is aimed by the antibody, whatever the table says of its payload. */
const CONJUGATE = /(?:mab|pab)\s+\S+/i;
export const isConjugate = (agent: string): boolean => CONJUGATE.test(agent);

/** Of the classes of an agent, joined as the table's look-up joins them, those that aim at something of the tumor. */
export const aimedClasses = (name: string): readonly string[] =>
  name.split(' and ').filter((one) => !UNSELECTED.test(one));

/**
 * Whether no marker of the tumor chooses the agent: cytotoxic, or aimed at the host's vessels. An agent the table does not
 * know is taken as aimed: what speaks against it then keeps its full weight.
 *
 * It parts resistance that excludes from a worse course that does not. A marker predicts only where its carriers are
 * compared with and without the treatment (FDA-NIH BEST glossary; Ballman KV, J Clin Oncol 2015;33:3968); CIViC's level B
 * is any primary patient data, often one treated cohort. Of an agent aimed at a target the mechanism stands in for the
 * missing comparison; of one that every tumor gets it does not, and only a guideline (level A, AMP/ASCO/CAP 2017) excludes.
 */
export function chosenByNoMarker(
  agent: string,
  drugClass: ((agent: string) => { readonly name: string } | undefined) | undefined,
): boolean {
  if (CONJUGATE.test(agent)) return false;
  if (UNSELECTED_WORDS.test(agent.trim())) return true;
  const name = drugClass?.(agent)?.name;
  return name?.split(' and ').every((one) => UNSELECTED.test(one)) ?? false;
}
