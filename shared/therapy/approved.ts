/** Approvals of just the agents of an option: which make it, and how each stands. */
import type { CaseRecord } from '../case/case-record.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { agentName, type Treatment } from '../molecular/treatments.ts';
import { type LabelLine, labelLine } from './label-line.ts';
import { compare, inThisType, list } from './matching.ts';
import type { TherapyOption } from './options.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';

export type Approved = MolecularProfile['approvals'][number];

/**
 * In force for this tumor type, or for any, and met whole by what was found: level A of AMP/ASCO/CAP (Li MM, et al. J Mol
 * Diagn 2017;19:4-23). PD-L1 alone and the absence of a change select no target; a HER2-positive status as stated does.
 */
export const approvedHere = (approval: Approved): boolean =>
  approval.state === 'met' &&
  approval.status === 'active' &&
  approval.limits.length === 0 &&
  inThisType(approval) &&
  (approval.findingIds.length > 0 || approval.negatives.some((one) => /^HER2 positive$/i.test(one)));

const agentsKey = (names: readonly string[]): string =>
  names
    .map((name) => agentName(name).toLowerCase())
    .sort()
    .join('+');

/** Asked for every option of a case: each list of approvals is laid out by agents once. */
const byAgents = new WeakMap<MolecularProfile['approvals'], ReadonlyMap<string, MolecularProfile['approvals']>>();

/** "EMA 2019, FDA 2021": each agency once, with its first year where the pack has one. */
export function approvalList(approved: readonly Approved[]): string {
  const years = new Map<string, string>();
  for (const { agency, approvedOn = '' } of approved) {
    const before = years.get(agency);
    if (before === undefined || before === '' || (approvedOn !== '' && approvedOn < before))
      years.set(agency, approvedOn);
  }
  return [...years]
    .sort(([a], [b]) => compare(a, b))
    .map(([agency, on]) => `${agency}${on === '' ? '' : ` ${on.slice(0, 4)}`}`)
    .join(', ');
}

/** Approvals of just these agents. */
export function ownApprovals({ agents }: Treatment, { approvals }: MolecularProfile): MolecularProfile['approvals'] {
  const laidOut = byAgents.get(approvals) ?? Map.groupBy(approvals, ({ therapies }) => agentsKey(therapies));
  byAgents.set(approvals, laidOut);
  return laidOut.get(agentsKey(agents)) ?? [];
}

/** Where every label of just these agents here asks for a marker that the case contradicts. */
export function contradictionOf(treatment: Treatment, profile: MolecularProfile): LabelLine | undefined {
  const key = agentsKey(treatment.agents);
  const asks = (profile.contradicted ?? [])
    .filter(({ therapies }) => agentsKey(therapies) === key)
    .flatMap((one) => one.asks);
  const other = ownApprovals(treatment, profile).some(inThisType);
  return asks.length === 0 || other
    ? undefined
    : { fit: 'not-met', text: `label asks for ${list([...new Set(asks)].sort())}; the case contradicts it` };
}

/** Approvals of just these agents; without the pack nothing is said, which is not "not approved". */
export function approvalsOf(
  treatment: Treatment,
  profile: MolecularProfile,
  record: CaseRecord,
  knowledge: TherapyKnowledge,
): Pick<TherapyOption, 'approvals'> {
  if (!profile.packs.some(({ id }) => id === 'approvals')) return {};
  return {
    approvals: ownApprovals(treatment, profile).map(
      ({
        approvalId,
        agency,
        jurisdiction,
        state,
        diseaseMatch,
        anyCancer,
        disease,
        approvedOn,
        missing,
        line,
        findingIds,
      }) => {
        const here = anyCancer || diseaseMatch === 'same' || diseaseMatch === 'parent';
        return {
          approvalId,
          agency,
          jurisdiction,
          standing:
            state === 'open'
              ? ('open' as const)
              : here
                ? ('this tumor type' as const)
                : ('another tumor type' as const),
          disease,
          ...(approvedOn === undefined ? {} : { approvedOn }),
          missing: missing.map(({ reason }) => reason),
          line: labelLine(line, record, knowledge, findingIds.length > 0),
        };
      },
    ),
  };
}
