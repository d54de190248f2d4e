/**
 * Regulators' approvals as facts: who approved which treatment for which biomarkers in which disease, and when. Asked by
 * gene, by agent or by id; whether a case meets one is answered in `shared/molecular/approvals.ts`.
 */
import { z } from 'zod';
import { DiseaseFact, type EvidenceItem, ProfileLogic } from './evidence.ts';
import type { Records } from './records.ts';

export const Agency = z.enum(['FDA', 'EMA', 'Health Canada', 'HSE', 'HPRA']);
export type Agency = z.infer<typeof Agency>;

/** Where an agency's word counts; HSE decides on reimbursement in Ireland, where HPRA and EMA authorize. */
export const Jurisdiction = z.enum(['US', 'EU', 'CA', 'IE']);
export type Jurisdiction = z.infer<typeof Jurisdiction>;

/** A measured protein or score that a label asks for. Shares of cells are fractions (0.5 = 50 %), CPS is a score. */
export const MarkerRequirement = z.object({
  marker: z.string(),
  scale: z.string(),
  comparator: z.enum(['=', '>=', '<']),
  value: z.union([z.string(), z.number()]),
});
export type MarkerRequirement = z.infer<typeof MarkerRequirement>;

/** What the label's text says of the situation, by words of a closed list; silence means that no such word stands there. */
export const ApprovalSetting = z.enum([
  'neoadjuvant',
  'adjuvant',
  'maintenance',
  'first-line',
  'newly-diagnosed',
  'after-prior-therapy',
  'relapsed-or-refractory',
  'advanced-or-metastatic',
  'pediatric',
]);
export type ApprovalSetting = z.infer<typeof ApprovalSetting>;

/** One of several histories that a label takes in each other's stead. */
export const LineHistory = z.object({
  /** Classes or agents given before: one of each list. */
  after: z.array(z.array(z.string()).min(1)).optional(),
  /** What was given of `after` was the first of this class. */
  firstOf: z.string().optional(),
  /** Each list of `after` by an agent of its own: "crizotinib and at least one other ALK inhibitor". */
  another: z.literal(true).optional(),
  /** At least so many earlier lines. */
  lines: z.number().int().min(2).optional(),
});
export type LineHistory = z.infer<typeof LineHistory>;

/**
 * The line of therapy an indication is for, read from its text by words of closed lists. `any`: the text asks for none;
 * `either`: first and later alike; `not-read`: it speaks of earlier treatment in words that no rule reads.
 */
export const ApprovalLine = z.object({
  place: z.enum(['first', 'later', 'either', 'maintenance', 'adjuvant', 'neoadjuvant', 'any', 'not-read']),
  /** Classes or agents given before: one of each list. */
  after: z.array(z.array(z.string()).min(1)).optional(),
  /** The same, asked only of patients in whom the biomarker of the label is found. */
  carriersAfter: z.array(z.array(z.string()).min(1)).optional(),
  /** Histories of which one is enough. */
  either: z.array(LineHistory).min(2).optional(),
  /** At least so many earlier lines, where more than one: with the first list of `after`, where there is one. */
  lines: z.number().int().min(2).optional(),
  /** At least so many lines beside those that `after` names. */
  additional: z.number().int().min(1).optional(),
  /** Classes or agents not given before. */
  never: z.array(z.string()).optional(),
  /** The earlier treatment counts only where it was given for advanced disease; `one`: one line of several must have been. */
  advanced: z.union([z.literal(true), z.literal('one')]).optional(),
  /** A maintenance after the first line, not after a later one. */
  afterFirst: z.literal(true).optional(),
  /** Only where no satisfactory treatment is left. */
  lastResort: z.literal(true).optional(),
  /** Not asked of patients for whom the earlier treatment is unsuitable. */
  unless: z.literal(true).optional(),
});
export type ApprovalLine = z.infer<typeof ApprovalLine>;

export const ApprovalAlternative = z.object({
  /** Absent where only protein markers are asked. */
  logic: ProfileLogic.optional(),
  requires: z.array(MarkerRequirement),
  origin: z.enum(['germline', 'any']),
});
export type ApprovalAlternative = z.infer<typeof ApprovalAlternative>;

export const Approval = z.object({
  /** `MOA` and the source's number of the first statement it stands for. */
  id: z.string(),
  statements: z.array(z.number().int()),
  agency: Agency,
  jurisdiction: Jurisdiction,
  status: z.enum(['active', 'withdrawn', 'superseded']),
  /** First approval of this indication, where the source dates it. */
  approvedOn: z.iso.date().optional(),
  /** Accelerated (FDA): its date, and the date it became regular; `open` as long as it did not. */
  accelerated: z.object({ on: z.iso.date().optional(), regularOn: z.iso.date().optional() }).optional(),
  /** The biomarkers in the source's names; one of the lists must be met whole. */
  biomarkers: z.array(z.array(z.string())),
  anyOf: z.array(ApprovalAlternative),
  disease: DiseaseFact,
  /** Given together. */
  therapies: z.array(z.string()),
  strategies: z.array(z.string()),
  therapyTypes: z.array(z.string()),
  settings: z.array(ApprovalSetting),
  /** Absent in packs built before lines were read. */
  line: ApprovalLine.optional(),
  indicationId: z.string(),
  /** The document the indication stands in: brand where the document names one, its revision, its address for a citation. */
  label: z.object({
    documentId: z.string(),
    brand: z.string().optional(),
    revised: z.iso.date(),
    url: z.string(),
  }),
  /** Where the approval of this indication was announced or documented. */
  approvalUrl: z.string().optional(),
});
export type Approval = z.infer<typeof Approval>;

/** How current the source's view of each agency is. */
export const AgencyState = z.object({ agency: Agency, jurisdiction: Jurisdiction, asOf: z.iso.date() });
export type AgencyState = z.infer<typeof AgencyState>;

export interface Approvals {
  readonly pack: { readonly id: string; readonly version: string; readonly asOf: string };
  readonly agencies: readonly AgencyState[];
  readonly all: readonly Approval[];
  byId(id: string): Approval | undefined;
  /** Approvals whose biomarkers name the gene. */
  ofGene(gene: string): readonly Approval[];
  /** Approvals of just these agents together, by name without salt or biosimilar suffix, in any order and case. */
  ofAgents(agents: readonly string[]): readonly Approval[];
  /** Statements on resistance of the same source's earlier collection; `sourceLevel` is its own grade. */
  readonly resistance: readonly EvidenceItem[];
}

const agentsKey = (agents: readonly string[], agentName: (name: string) => string): string =>
  [...new Set(agents.map((agent) => agentName(agent).toLowerCase()))].sort().join('+');

function genesOf(logic: ProfileLogic | undefined): string[] {
  if (logic === undefined) return [];
  if (logic.op !== 'term') return logic.op === 'not' ? genesOf(logic.of) : logic.of.flatMap(genesOf);
  const { term } = logic;
  if (term.kind === 'fusion') return [term.gene5, term.gene3].filter((gene) => gene !== undefined);
  return 'gene' in term && term.gene !== undefined ? [term.gene] : [];
}

export function approvalsOf(input: {
  readonly pack: Approvals['pack'];
  readonly agencies: readonly AgencyState[];
  readonly rows: Records<Approval>;
  readonly resistance: Records<EvidenceItem>;
  readonly agentName: (name: string) => string;
}): Approvals {
  const { pack, agencies, rows, resistance, agentName } = input;
  let byGene: ReadonlyMap<string, Approval[]> | undefined;
  let byAgents: ReadonlyMap<string, Approval[]> | undefined;
  return {
    pack,
    agencies,
    get all() {
      return rows.all();
    },
    get resistance() {
      return resistance.all();
    },
    byId: (id) => rows.named(id),
    ofGene: (gene) => {
      byGene ??= rowsByGene(rows.all());
      return byGene.get(gene) ?? [];
    },
    ofAgents: (agents) => {
      byAgents ??= Map.groupBy(rows.all(), ({ therapies }) => agentsKey(therapies, agentName));
      return byAgents.get(agentsKey(agents, agentName)) ?? [];
    },
  };
}

function rowsByGene(rows: readonly Approval[]): ReadonlyMap<string, Approval[]> {
  const byGene = new Map<string, Approval[]>();
  for (const row of rows)
    for (const gene of new Set(row.anyOf.flatMap(({ logic }) => genesOf(logic)))) {
      const list = byGene.get(gene);
      if (list === undefined) byGene.set(gene, [row]);
      else list.push(row);
    }
  return byGene;
}
