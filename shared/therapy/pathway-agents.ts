/**
 * Which agents are aimed at a pathway whose activity was scored (F022): the classes of the sourced table that block a member of
 * the pathway, as the perturbations name it that PROGENy was trained on (Schubert M, et al. Nat Commun 2018;9:20). A link for
 * the reader: an active pathway is no evidence that an agent against it helps, and it moves no tier and no option.
 */
import { z } from 'zod';
import type { DrugClassRow } from './drug-classes.ts';

export const PathwayAgents = z.object({
  /** As the pathway scores name it. */
  pathway: z.string(),
  classes: z.array(z.string()),
  agents: z.array(z.string()),
});
export type PathwayAgents = z.infer<typeof PathwayAgents>;

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  Androgen: ['Antiandrogen'],
  EGFR: ['EGFR inhibition'],
  Estrogen: ['Estrogen receptor inhibition', 'ER signaling inhibition', 'Aromatase inhibition'],
  Hypoxia: ['HIF-2a inhibition'],
  MAPK: ['MEK inhibition', 'B-RAF inhibition', 'RAF inhibition', 'RAS inhibition'],
  PI3K: ['PI3K/AKT/mTOR inhibition'],
  VEGF: ['VEGF inhibition', 'VEGFR inhibition', 'VEGF/VEGFR inhibition', 'Angiogenesis inhibition'],
};

/** Every pathway that a class of the table blocks, with its agents by name; the others have no entry. */
export function pathwayAgents(rows: readonly DrugClassRow[]): PathwayAgents[] {
  return Object.entries(CLASSES).flatMap(([pathway, wanted]) => {
    const found = rows.filter(({ classes }) => classes.some((one) => wanted.includes(one)));
    const classes = wanted.filter((one) => found.some((row) => row.classes.includes(one)));
    return found.length === 0 ? [] : [{ pathway, classes, agents: found.map(({ agent }) => agent).sort() }];
  });
}
