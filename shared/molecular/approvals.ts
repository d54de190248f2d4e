/**
 * Which approvals a case meets: the label's biomarkers against the findings, its disease against the tumor type. An
 * approval says where a treatment may be used; it is no evidence item, sets no tier and makes no option by itself.
 */
import type { Approval, ApprovalAlternative, MarkerRequirement } from '../knowledge/approvals.ts';
import type { DiseaseFact } from '../knowledge/evidence.ts';
import type { Biomarker } from './biomarkers.ts';
import type { StatusOf } from './disease-conditions.ts';
import { type Answer, answer, type CaseFacts, type Missing } from './facts.ts';
import type { DiseaseDistance } from './knowledge.ts';
import { type FindingOrigin, originLimit } from './matching.ts';
import { ApprovalMatch, type MolecularProfile } from './profile.ts';

type Truth = Answer['value'];

/** What the diagnosis states receptors by. */
const receptors: Readonly<Record<string, string>> = {
  'Human epidermal growth factor receptor 2 (HER2)': 'her2',
  'Estrogen receptor (ER)': 'estrogen-receptor',
  'Progesterone receptor (PR)': 'progesterone-receptor',
};

const shown = ({ marker, scale, comparator, value }: MarkerRequirement): string => {
  const amount = typeof value === 'number' && value <= 1 && !scale.includes('CPS') ? `${value * 100} %` : String(value);
  const short = marker.match(/\(([^)]+)\)/)?.[1] ?? marker;
  const unit = scale === 'status' ? '' : ` (${scale.match(/\(([^)]+)\)/)?.[1] ?? scale})`;
  return `${short}${unit} ${comparator === '=' ? '' : `${comparator === '>=' ? '≥' : comparator} `}${amount}`;
};

/** The score a PD-L1 result states on a scale: percent as a fraction, CPS as a number; both cut-offs stay as reported. */
function scored(biomarkers: readonly Biomarker[], scale: string): number | undefined {
  const short = /\((\w+)\)/.exec(scale)?.[1] ?? scale;
  for (const { name, value, unit, method, label } of biomarkers) {
    if (name !== 'PD-L1' || ![unit, method, label].some((text) => text?.toUpperCase().includes(short))) continue;
    const found = typeof value === 'number' ? value : Number(/^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(value)?.[1]);
    if (!Number.isFinite(found)) continue;
    return short === 'CPS' ? found : found / 100;
  }
  return undefined;
}

function required(
  requirement: MarkerRequirement,
  facts: CaseFacts,
  status: StatusOf,
): { value: Truth; missing: Missing[] } {
  const { marker, scale, comparator, value } = requirement;
  const open = (reason: string) => ({
    value: 'unknown' as const,
    missing: [{ gene: marker, modality: 'biomarker' as const, reason }],
  });
  const attribute = receptors[marker];
  if (attribute !== undefined && (value === 'Positive' || value === 'Negative')) {
    const stated = status(attribute);
    if (stated === undefined) return open(`${shown(requirement)}: the diagnosis does not state it`);
    return { value: stated === String(value).toLowerCase() ? 'true' : 'false', missing: [] };
  }
  // A positive HER2 is neither low nor ultralow; a negative one may be either, until its degree is stated.
  if (attribute === 'her2') {
    if (status(attribute) === 'positive') return { value: 'false', missing: [] };
    const degree = status.her2Low;
    if (degree === undefined) return open(`${shown(requirement)}: the diagnosis does not state it`);
    return { value: degree === String(value).toLowerCase() ? 'true' : 'false', missing: [] };
  }
  if (marker === 'PD-L1' && typeof value === 'number') {
    const found = scored(facts.biomarkers, scale);
    if (found === undefined) return open(`${shown(requirement)}: not reported on this scale`);
    return { value: (comparator === '<' ? found < value : found >= value) ? 'true' : 'false', missing: [] };
  }
  return open(`${shown(requirement)}: to be confirmed, this program reads no such result`);
}

function answerAlternative({ logic, requires }: ApprovalAlternative, facts: CaseFacts, status: StatusOf): Answer {
  const markers = requires.map((one) => required(one, facts, status));
  const found: Answer =
    logic === undefined
      ? { value: 'true', findingIds: [], negatives: [], specificity: 'gene', limits: [], missing: [] }
      : answer(logic, facts);
  const values = [found.value, ...markers.map(({ value }) => value)];
  return {
    ...found,
    value: values.includes('false') ? 'false' : values.includes('unknown') ? 'unknown' : 'true',
    missing: [...found.missing, ...markers.flatMap(({ missing }) => missing)],
    negatives: [...found.negatives, ...requires.filter((_, at) => markers[at]?.value === 'true').map(shown)],
  };
}

/** Sharpest first. */
const sharpness: readonly Answer['specificity'][] = ['exact', 'codon', 'exon', 'class', 'gene'];
const rank: Readonly<Record<Truth, number>> = { true: 0, unknown: 1, false: 2 };

export interface ApprovalInput {
  readonly approvals: readonly Approval[];
  readonly facts: CaseFacts;
  readonly distance: (disease: DiseaseFact) => DiseaseDistance;
  readonly status: StatusOf;
  readonly originOf: (findingId: string) => FindingOrigin | undefined;
}

/**
 * `met`: every biomarker of one alternative stands; `open`: something the label asks is not known. In another tumor type
 * only what a finding meets is listed; in this one also what rests on tested absences, and what is open.
 */
export function matchApprovals({ approvals, facts, distance, status, originOf }: ApprovalInput): ApprovalMatch[] {
  return approvals.flatMap((approval): ApprovalMatch[] => {
    const { match, anyCancer } = distance(approval.disease);
    const near = match === 'same' || match === 'parent';
    const answers = approval.anyOf.map((alternative) => ({
      alternative,
      found: answerAlternative(alternative, facts, status),
    }));
    const best = answers.sort(
      (a, b) =>
        rank[a.found.value] - rank[b.found.value] ||
        a.found.limits.length - b.found.limits.length ||
        sharpness.indexOf(a.found.specificity) - sharpness.indexOf(b.found.specificity),
    )[0];
    if (best === undefined || best.found.value === 'false') return [];
    const { found, alternative } = best;
    const state = found.value === 'true' ? 'met' : 'open';
    if (!near && (state === 'open' || found.findingIds.length === 0)) return [];
    const origins = found.findingIds.map(originOf).filter((origin) => origin !== undefined);
    const limit = alternative.origin === 'germline' ? originLimit({ origin: 'germline' }, origins) : undefined;
    const missing = [
      ...new Map(found.missing.map((one) => [`${one.gene}|${one.modality}|${one.reason}`, one])).values(),
    ];
    return [
      ApprovalMatch.parse({
        approvalId: approval.id,
        state,
        agency: approval.agency,
        jurisdiction: approval.jurisdiction,
        status: approval.status,
        approvedOn: approval.approvedOn,
        ...(approval.accelerated !== undefined && approval.accelerated.regularOn === undefined
          ? { accelerated: true as const }
          : {}),
        therapies: approval.therapies,
        disease: approval.disease.name,
        diseaseMatch: match,
        anyCancer,
        settings: approval.settings,
        ...(approval.line === undefined ? {} : { line: approval.line }),
        biomarkers: approval.biomarkers,
        findingIds: found.findingIds,
        specificity: found.specificity,
        limits: limit === undefined ? found.limits : [...found.limits, limit],
        negatives: found.negatives,
        missing,
        label: approval.label,
      }),
    ];
  });
}

/** Approvals here whose change is found while a marker they also ask for is contradicted, with what they ask. */
export function contradictedApprovals({
  approvals,
  facts,
  distance,
  status,
}: Omit<ApprovalInput, 'originOf'>): NonNullable<MolecularProfile['contradicted']> {
  return approvals.flatMap((approval) => {
    const { match } = distance(approval.disease);
    if (approval.status !== 'active' || (match !== 'same' && match !== 'parent')) return [];
    const told = approval.anyOf.map(({ logic, requires }) => ({
      found: logic !== undefined && answer(logic, facts).value === 'true',
      asks: requires.filter((one) => required(one, facts, status).value === 'false').map(shown),
    }));
    const asks = [...new Set(told.filter(({ found }) => found).flatMap((one) => one.asks))].sort();
    const stands = told.some((one) => one.found && one.asks.length === 0);
    return asks.length === 0 || stands ? [] : [{ approvalId: approval.id, therapies: approval.therapies, asks }];
  });
}
