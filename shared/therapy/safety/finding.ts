/** One thing that speaks against giving an agent to this patient. */
import { z } from 'zod';
import { EFFECTS } from './facts/fact.ts';

export const SafetyFinding = z.object({
  /** Stable over runs: kind, agent, partner, text. */
  id: z.string(),
  kind: z.enum(['interaction', 'additive', 'pharmacogene', 'phenoconversion', 'kidney', 'liver']),
  action: z.enum(['contraindicated', 'avoid', 'change-dose', 'monitor']),
  agent: z.string(),
  other: z.string().optional(),
  effect: z.enum(EFFECTS).optional(),
  text: z.string(),
  /** Label sections, tables or guidelines it rests on; never empty. */
  cites: z.array(z.string()).min(1),
  /** `mechanism`: no label speaks of the pair, extent and strength together say it. */
  basis: z.enum(['label', 'mechanism', 'guideline']),
});
export type SafetyFinding = z.infer<typeof SafetyFinding>;
