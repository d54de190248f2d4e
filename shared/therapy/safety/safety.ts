/** What speaks against an option in this patient, and which of it may interrupt (F036, F043, F048, F049, F129). */
import { z } from 'zod';
import type { CaseRecord } from '../../case/case-record.ts';
import { actionWords, drugAdvice, geneWords, lightOf } from '../pgx/advice.ts';
import type { PgxKnowledge } from '../pgx/definitions.ts';
import type { PgxDocument } from '../pgx/document.ts';
import { actionOrder, checkAgent, openOrgans } from './check.ts';
import { FACTS_BY_AGENT, NAMED_AGENTS } from './facts/index.ts';
import { SafetyFinding } from './finding.ts';
import { medicineName, nearNames } from './medicines.ts';
import { OrganFunction, organFunction } from './organ-function.ts';
import { Phenoconversion, phenoconversions } from './phenoconversion.ts';

export const OptionSafety = z.object({
  /** Worst first. */
  findings: z.array(SafetyFinding),
  /** Agents on which the table has no fact: not checked, never harmless. */
  unchecked: z.array(z.string()),
  /** Organs whose function the label of an agent gates on and nothing on record tells. */
  open: z.array(z.string()),
});
export type OptionSafety = z.infer<typeof OptionSafety>;

export const CaseSafety = z.object({
  organs: OrganFunction,
  medications: z.array(
    z.object({
      /** As the record writes it. */
      name: z.string(),
      /** The name its facts are filed under; absent where the table has none. */
      known: z.string().optional(),
      /** Names it may be a slip of. */
      near: z.array(z.string()),
    }),
  ),
  phenoconversions: z.array(Phenoconversion),
  /** At most three, worst first, each in the row of an option (G22). */
  interruptive: z.array(z.object({ optionId: z.string(), findingId: z.string() })),
  /** How many further findings ask for something; they stand in their rows and in the digest. */
  digest: z.number().int(),
});
export type CaseSafety = z.infer<typeof CaseSafety>;

/** Interruptive items in a case, by the budget of the product (G22). */
export const ALERT_BUDGET = 3;

export interface SafetyContext {
  readonly organs: OrganFunction;
  readonly medications: CaseSafety['medications'];
  /** Names of the facts. */
  readonly medicines: readonly string[];
  readonly pharmacogenes?: PgxDocument | undefined;
  readonly knowledge?: PgxKnowledge | undefined;
}

export function safetyContext(
  record: Pick<CaseRecord, 'labs' | 'patient' | 'comorbidities' | 'medications'>,
  pharmacogenes?: PgxDocument,
  knowledge?: PgxKnowledge,
): SafetyContext {
  const medications = record.medications.map(({ name }) => {
    const known = medicineName(name);
    return NAMED_AGENTS.has(known) ? { name, known, near: [] } : { name, near: nearNames(name) };
  });
  return {
    organs: organFunction(record),
    medications,
    medicines: [...new Set(medications.flatMap(({ known }) => known ?? []))],
    pharmacogenes,
    knowledge,
  };
}

const BY_LIGHT = { stop: 'avoid', caution: 'change-dose' } as const;

/** What guidelines say of the agent by the genes as they were called: the most cautious word of each source. */
function byGenes(agent: string, document: PgxDocument | undefined): SafetyFinding[] {
  if (document === undefined) return [];
  const told = drugAdvice(document).find(({ drug }) => drug === agent)?.advice ?? [];
  return told.flatMap((one): SafetyFinding[] => {
    const light = lightOf(one);
    if (light !== 'stop' && light !== 'caution') return [];
    const genes = one.genes.flatMap((gene) => document.genes.find((found) => found.gene === gene) ?? []).map(geneWords);
    const only = one.onlyFor === undefined ? '' : `, for ${one.onlyFor.join(', ')} only`;
    const population = one.population === undefined ? '' : `, ${one.population}`;
    const text = `${agent}: ${actionWords(one)} (${genes.join('; ')}${only}${population})`;
    return [
      {
        id: `pharmacogene|${agent}|${one.source}|${one.id}`,
        kind: 'pharmacogene',
        action: one.action === 'monitor' ? 'monitor' : BY_LIGHT[light],
        agent,
        text,
        cites: [`${one.source} ${one.guideline} ${one.id}, version ${one.version}`],
        basis: 'guideline',
      },
    ];
  });
}

/**
 * Complete lack of DPD: the European label forbids fluoropyrimidines (EU SmPC Xeloda 4.3), the guideline advises against
 * them at any dose (CPIC 2017, activity score 0).
 */
const FLUOROPYRIMIDINES = new Set(['capecitabine', 'fluorouracil', 'tegafur']);
function withoutDpd(agent: string, document: PgxDocument | undefined): SafetyFinding[] {
  const dpyd = document?.genes.find(({ gene }) => gene === 'DPYD');
  const none =
    dpyd !== undefined && dpyd.calls.length > 0 && dpyd.calls.every(({ activityScore }) => Number(activityScore) === 0);
  if (!none || !FLUOROPYRIMIDINES.has(agent)) return [];
  return [
    {
      id: `pharmacogene|${agent}|no DPD`,
      kind: 'pharmacogene',
      action: 'contraindicated',
      agent,
      text: `${agent}: complete lack of dihydropyrimidine dehydrogenase (${geneWords(dpyd)})`,
      cites: ['EU SmPC Xeloda, section 4.3 Contraindications', 'CPIC PA166122686 fluoropyrimidines and DPYD'],
      basis: 'label',
    },
  ];
}

function byConversion(agent: string, context: SafetyContext): SafetyFinding[] {
  const { medicines, pharmacogenes, knowledge } = context;
  return phenoconversions(medicines, new Set([agent]), pharmacogenes, knowledge).flatMap((one) =>
    one.advice.flatMap((advice): SafetyFinding[] => {
      const light = lightOf(advice);
      if (light !== 'stop' && light !== 'caution') return [];
      const by = one.by.map(({ medicine, strength }) => `${medicine} (${strength} inhibitor)`).join(', ');
      const inherited = one.inherited === null ? 'genes not called' : `inherited ${one.inherited}`;
      return [
        {
          id: `phenoconversion|${agent}|${one.gene}|${advice.source}|${advice.id}`,
          kind: 'phenoconversion',
          action: advice.action === 'monitor' ? 'monitor' : BY_LIGHT[light],
          agent,
          other: one.by.map(({ medicine }) => medicine).join(', '),
          text: `${agent}: ${actionWords(advice)}; ${one.gene} acts as ${one.acting} by ${by}, ${inherited}`,
          cites: [
            ...one.by.map(({ cite }) => cite),
            `${advice.source} ${advice.guideline} ${advice.id}, version ${advice.version}`,
          ],
          basis: 'guideline',
        },
      ];
    }),
  );
}

/** Two guidelines that ask the same of the same agent are one thing to heed, with both as its sources. */
function toldOnce(findings: readonly SafetyFinding[]): SafetyFinding[] {
  const merged = new Map<string, SafetyFinding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.kind, finding.action, finding.agent, finding.other, finding.text]);
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined ? finding : { ...before, cites: [...new Set([...before.cites, ...finding.cites])] },
    );
  }
  return [...merged.values()];
}

/** Everything on a treatment's agents; agents of the treatment are not checked against each other. */
export function safetyOf(agents: readonly string[], context: SafetyContext): OptionSafety {
  const names = agents.map(medicineName);
  const others = context.medicines.filter((medicine) => !names.includes(medicine));
  const findings = names.flatMap((agent) => [
    ...checkAgent(agent, others, context.organs),
    ...withoutDpd(agent, context.pharmacogenes),
    ...byGenes(agent, context.pharmacogenes),
    ...byConversion(agent, context),
  ]);
  return {
    findings: toldOnce(findings).sort(
      (a, b) => actionOrder(a.action) - actionOrder(b.action) || (a.id < b.id ? -1 : 1),
    ),
    unchecked: names.filter((name) => !FACTS_BY_AGENT.has(name)),
    open: [...new Set(names.flatMap((name) => openOrgans(name, context.organs)))],
  };
}

/** Options in the order of the table; the budget goes to the worst, then to the first row. */
export function caseSafety(
  context: SafetyContext,
  options: readonly {
    readonly id: string;
    readonly agents: readonly string[];
    readonly safety?: OptionSafety | undefined;
  }[],
): CaseSafety {
  const seen = new Set<string>();
  const asking = options
    .flatMap(({ id, safety }) => (safety?.findings ?? []).map((finding) => ({ optionId: id, finding })))
    .filter(({ finding }) => finding.action !== 'monitor')
    .filter(({ finding }) => !seen.has(finding.id) && seen.add(finding.id));
  const worst = [...asking].sort((a, b) => actionOrder(a.finding.action) - actionOrder(b.finding.action));
  const interruptive = worst
    .slice(0, ALERT_BUDGET)
    .map(({ optionId, finding }) => ({ optionId, findingId: finding.id }));
  const all = new Set(options.flatMap(({ safety }) => (safety?.findings ?? []).map(({ id }) => id)));
  const drugs = new Set([...options.flatMap(({ agents }) => agents.map(medicineName)), ...context.medicines]);
  return {
    organs: context.organs,
    medications: context.medications,
    phenoconversions: phenoconversions(context.medicines, drugs, context.pharmacogenes, context.knowledge),
    interruptive,
    digest: all.size - interruptive.length,
  };
}
