/**
 * ESCAT by rule (Mateo J, et al. Ann Oncol 2018;29:1895), proposed and never decided: curated levels do not say how a
 * trial was designed or what it measured, so that each proposal names what a person must confirm, and nothing of it is
 * printed before a named person has (F017). Resistance is no target; a model never takes part.
 */
import type { ApprovalMatch, EscatProposal, EscatTier, EvidenceMatch } from './profile.ts';
import { polarity } from './tiers.ts';
import { treatmentsOf } from './treatments.ts';

/** An approval that the case meets: its id and whether it stands on accelerated terms. */
export interface EscatApproval {
  readonly id: string;
  readonly therapies: readonly string[];
  readonly thisTumorType: boolean;
  readonly anyTumorType: boolean;
  readonly accelerated: boolean;
}

/** Those of the approvals that the case meets whole and that are in force. */
export const escatApprovals = (approvals: readonly ApprovalMatch[]): EscatApproval[] =>
  approvals
    .filter(({ state, status, limits }) => state === 'met' && status === 'active' && limits.length === 0)
    .map(({ approvalId, therapies, diseaseMatch, anyCancer, accelerated }) => ({
      id: approvalId,
      therapies,
      thisTumorType: !anyCancer && (diseaseMatch === 'same' || diseaseMatch === 'parent'),
      anyTumorType: anyCancer && diseaseMatch === 'parent',
      accelerated: accelerated === true,
    }));

type Match = Pick<
  EvidenceMatch,
  | 'evidenceId'
  | 'type'
  | 'direction'
  | 'significance'
  | 'level'
  | 'diseaseMatch'
  | 'anyCancer'
  | 'flagged'
  | 'limits'
  | 'specificity'
  | 'profileName'
  | 'therapies'
  | 'therapyInteraction'
>;

export const ESCAT_RULE =
  'ESCAT as proposed by rule: I by approval or level A evidence in this tumor type (C where it holds for any tumor), II-B by level B evidence there, III-A by level A or B evidence in another tumor type, III-B where the evidence names only the gene or a class of its changes (the fusion of a gene with any partner is the alteration itself), IV-A by preclinical evidence, IV-B by inference, X where evidence of level A or B speaks against and none for. Single cases (level C) set at most IV-A. Confirmed by a named person before it is printed.';

const near = ({ diseaseMatch }: Match): boolean => diseaseMatch === 'same' || diseaseMatch === 'parent';
/** "v::ALK Fusion": the alteration that was studied is the fusion of this gene, whatever its partner. */
const anyPartner = ({ profileName }: Match): boolean => /^(?:v::[^\s:]+|[^\s:]+::v) Fusion$/i.test(profileName);
const exact = (match: Match): boolean =>
  match.specificity === 'exact' ||
  match.specificity === 'codon' ||
  match.specificity === 'exon' ||
  (match.specificity === 'class' && anyPartner(match));
const among =
  (...levels: readonly Match['level'][]) =>
  ({ level }: Match): boolean =>
    levels.includes(level);

interface Rule {
  readonly tier: EscatTier;
  readonly question: string;
  readonly holds: (match: Match) => boolean;
  readonly confirm: string;
}

const design = 'Confirm the design of the trials: A needs a randomized trial with a survival benefit, B a single arm.';
const rules: readonly Rule[] = [
  {
    tier: 'I-A',
    question: 'Is there level A evidence of response in this tumor type, on this change?',
    holds: (match) => among('A')(match) && near(match) && !match.anyCancer && exact(match),
    confirm: design,
  },
  {
    tier: 'I-C',
    question: 'Is there level A evidence of response in any tumor type?',
    holds: (match) => among('A')(match) && match.anyCancer && near(match),
    confirm: 'Confirm that the benefit held across tumor types in a basket trial.',
  },
  {
    tier: 'II-B',
    question: 'Is there level B evidence of response in this tumor type, on this change?',
    holds: (match) => among('B')(match) && near(match) && !match.anyCancer && exact(match),
    confirm: 'Confirm the study: A needs benefit in survival shown in retrospect, B response in a prospective trial.',
  },
  {
    tier: 'III-A',
    question: 'Is there level A or B evidence of response in another tumor type, on this change?',
    holds: (match) => among('A', 'B')(match) && exact(match) && (!near(match) || match.anyCancer),
    confirm: 'Confirm that the evidence elsewhere is of ESCAT tier I or II.',
  },
  {
    tier: 'III-B',
    question: 'Is there level A or B evidence that names only the gene or a class of its changes?',
    holds: (match) => among('A', 'B')(match) && !exact(match),
    confirm: 'Confirm that this change acts as those do which the evidence is on.',
  },
  {
    tier: 'IV-A',
    question: 'Is there evidence in single patients or in preclinical models?',
    holds: among('C', 'D'),
    confirm: 'Confirm the models; ESCAT has no tier for single cases.',
  },
  {
    tier: 'IV-B',
    question: 'Is there inference from related evidence?',
    holds: among('E'),
    confirm: 'Confirm what the inference rests on.',
  },
];

const ids = (matches: readonly Match[]): string[] => matches.map(({ evidenceId }) => evidenceId);
const treatmentIds = (matches: readonly Match[]): string[] =>
  [...new Set(matches.flatMap((match) => treatmentsOf(match).map(({ id }) => id)))].sort();

/**
 * The proposal for one finding, or for one treatment where only its statements are given. `undefined` where no statement
 * speaks of treatment at all. Flagged and limited statements take no part.
 */
export function escatOf(
  matches: readonly Match[],
  approvals: readonly EscatApproval[] = [],
): EscatProposal | undefined {
  const usable = matches.filter(({ flagged, limits }) => !flagged && limits.length === 0);
  const forIt = usable.filter((match) => polarity(match) === 'for');
  const against = usable.filter(
    (match) =>
      polarity(match) === 'against' && !/resistance/i.test(match.significance) && among('A', 'B')(match) && near(match),
  );
  const path: EscatProposal['path'] = [];
  const approved = approvals.filter(({ thisTumorType, anyTumorType }) => thisTumorType || anyTumorType);
  if (approvals.length > 0 || forIt.length > 0) {
    path.push({
      question: 'Is a treatment approved for this change in this tumor type, or in any?',
      answer: approved.length > 0 ? 'yes' : 'no',
      evidenceIds: approved.map(({ id }) => id),
    });
  }
  const [first] = [...approved].sort(
    (a, b) => Number(b.thisTumorType) - Number(a.thisTumorType) || Number(a.accelerated) - Number(b.accelerated),
  );
  if (first !== undefined)
    return {
      tier: !first.thisTumorType ? 'I-C' : first.accelerated ? 'I-B' : 'I-A',
      treatments: [
        ...new Set(
          approved.map(({ therapies }) =>
            therapies
              .map((name) => name.toLowerCase())
              .sort()
              .join('+'),
          ),
        ),
      ].sort(),
      path,
      computed: true,
      confirm: first.accelerated ? `${design} The approval was accelerated.` : design,
    };
  for (const { tier, question, holds, confirm } of rules) {
    if (forIt.length === 0) break;
    const met = forIt.filter(holds);
    path.push({ question, answer: met.length > 0 ? 'yes' : 'no', evidenceIds: ids(met) });
    if (met.length > 0) return { tier, treatments: treatmentIds(met), path, computed: true, confirm };
  }
  if (against.length === 0) return undefined;
  path.push({
    question: 'Does level A or B evidence in this tumor type speak against response?',
    answer: 'yes',
    evidenceIds: ids(against),
  });
  return {
    tier: 'X',
    treatments: treatmentIds(against),
    path,
    computed: true,
    confirm: 'Confirm that no other treatment aims at this change.',
  };
}
