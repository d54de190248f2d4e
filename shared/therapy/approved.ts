/** Approvals of just the agents of an option: which make it, and how each stands. */
import type { CaseRecord } from '../case/case-record.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { agentName, combination, type Treatment } from '../molecular/treatments.ts';
import { asksBefore, given, type LabelLine, labelLine, lineOrder } from './label-line.ts';
import { compare, inThisType, list } from './matching.ts';
import type { TherapyOption } from './options.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';

export type Approved = MolecularProfile['approvals'][number];

const HER2_STATED = /^HER2 (?:positive|low|ultralow)$/i;

/**
 * In force for this tumor type, or for any, and met whole by what was found: level A of AMP/ASCO/CAP (Li MM, et al. J Mol
 * Diagn 2017;19:4-23). PD-L1 alone and the absence of a change select no target; a HER2 that is stated positive, low or ultralow does.
 */
export const approvedHere = (approval: Approved): boolean =>
  approval.state === 'met' &&
  approval.status === 'active' &&
  approval.limits.length === 0 &&
  inThisType(approval) &&
  (approval.findingIds.length > 0 || approval.negatives.some((one) => HER2_STATED.test(one)));

/** What an approval chooses its patients by here: findings, and a HER2 that is stated. */
export const markersOf = ({ findingIds, negatives }: Approved): string[] => [
  ...findingIds,
  ...negatives.filter((one) => HER2_STATED.test(one)).map((one) => one.toLowerCase()),
];

/** Its agents together, each word of a name in capitals as statements write them. */
export const treatmentOf = ({ therapies }: Pick<Approved, 'therapies'>): Treatment =>
  combination(therapies.map((name) => agentName(name).replace(/(?<=^|\s)[a-z]/g, (letter) => letter.toUpperCase())));

/**
 * Whether an approval that only a stated status meets makes an option: by status alone, all regimens around surgery would
 * stand in the table of an advanced disease.
 */
export const byStatus = ({ line }: Approved, record: CaseRecord, knowledge: TherapyKnowledge): boolean =>
  line?.place !== 'adjuvant' &&
  line?.place !== 'neoadjuvant' &&
  labelLine(line, record, knowledge, false).fit !== 'not-met';

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

/**
 * The line that labels of regimens ask for which a statement names by a class: "chemotherapy + osimertinib" is given as
 * carboplatin, pemetrexed and osimertinib. The best fitting one; absent where no agent is a class or no label fits.
 */
export function regimenLine(
  { agents }: Treatment,
  { approvals }: MolecularProfile,
  record: CaseRecord,
  knowledge: TherapyKnowledge,
): LabelLine | undefined {
  const isClass = (agent: string): boolean => knowledge.agentClasses?.isClass(agent) === true;
  const words = agents.filter(isClass).map((agent) => agent.toLowerCase());
  if (words.length === 0) return undefined;
  const single = agents.filter((agent) => !isClass(agent)).map((agent) => agent.toLowerCase());
  const [line] = approvals
    .filter(approvedHere)
    .filter(({ therapies }) => {
      const names = therapies.map((name) => agentName(name).toLowerCase());
      const others = names.filter((name) => !single.includes(name));
      const among = (word: string): boolean => others.some((name) => given(name, word, knowledge) === 'true');
      return (
        single.every((name) => names.includes(name)) &&
        words.every(among) &&
        others.every((name) => words.some((word) => given(name, word, knowledge) === 'true'))
      );
    })
    .map((one) => labelLine(one.line, record, knowledge, one.findingIds.length > 0))
    .sort((a, b) => lineOrder(a) - lineOrder(b));
  return line === undefined
    ? undefined
    : { ...line, text: line.text.replace(/^label asks/, 'labels of such regimens ask') };
}

/**
 * What is asked of a treatment that no label here has by itself: the labels of regimens that hold it ask for it
 * (margetuximab is approved with chemotherapy only), and of a sequence the label of an agent that follows another of it
 * (neratinib after trastuzumab). Only what the record does not meet: a regimen that fits is no label of a part of it.
 */
export function heldLine(
  { id, agents }: Treatment,
  { approvals }: MolecularProfile,
  record: CaseRecord,
  knowledge: TherapyKnowledge,
): LabelLine | undefined {
  const own = agents.map((agent) => agent.toLowerCase());
  const asked = approvals.filter(approvedHere).flatMap(({ therapies, line, findingIds }) => {
    const names = therapies.map((name) => agentName(name).toLowerCase());
    const others = own.filter((agent) => !names.includes(agent));
    const follows = id.includes('>') && names.every((name) => own.includes(name));
    const holds = others.length === 0 && names.length > own.length;
    if (follows ? !others.some((agent) => asksBefore(line, agent, knowledge)) : !holds) return [];
    const read = labelLine(line, record, knowledge, findingIds.length > 0);
    const words = follows ? `label of ${list(names)} asks` : 'labels of regimens that hold it ask';
    return [{ ...read, text: read.text.replace(/^label asks/, words) }];
  });
  const [line] = asked.sort((a, b) => lineOrder(a) - lineOrder(b));
  return line?.fit === 'unknown' || line?.fit === 'not-met' ? line : undefined;
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
