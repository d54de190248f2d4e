/** What the rules of the options table are told by packs. */
import type { AgentClasses } from './agent-classes.ts';
import type { PathwayAgents } from './pathway-agents.ts';

export interface TherapyKnowledge {
  /** Class of an agent by a sourced table; without it prior lines are compared by agent only. */
  readonly drugClass?: ((agent: string) => { readonly name: string; readonly source: string } | undefined) | undefined;
  /** The same table, asked by the words of a class; for criteria of trials on earlier treatment. */
  readonly agentClasses?: AgentClasses | undefined;
  /** Agents aimed at the pathways that are scored. */
  readonly pathwayAgents?: readonly PathwayAgents[] | undefined;
}
