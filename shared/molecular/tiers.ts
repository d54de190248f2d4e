/**
 * AMP/ASCO/CAP 2017 tiers by rule (Li et al., J Mol Diagn 2017;19:4), with the evidence that sets a tier apart from the
 * evidence that merely stands beside it (F016). Only accepted statements of curated sources tier; a model never does.
 */
import type { AmpTier, ApprovalMatch, EvidenceMatch, TierWeight } from './profile.ts';
import { combination, treatmentsOf } from './treatments.ts';

/** Best first. */
const weights: readonly TierWeight[] = ['I-A', 'I-B', 'II-C', 'II-D'];
export const weightOrder = (weight: TierWeight | undefined): number =>
  weight === undefined ? weights.length : weights.indexOf(weight);
export const tierOfWeight = (weight: TierWeight): AmpTier => (weight.startsWith('II') ? 'II' : 'I');

export const TIER_RULE =
  'AMP/ASCO/CAP 2017: I-A approved or guideline evidence (level A) in this tumor type or a type that includes it; I-B well-powered studies (level B) there; II-C level A in another tumor type, or level B there or in any cancer by more than a word for the whole gene, or two or more case-level statements (level C) that agree in this one; II-D a single case-level statement, preclinical evidence (level D), or level B elsewhere by a word for the whole gene. Level E, flagged and non-supporting statements, statements met only through a variant of uncertain significance, and in another tumor type statements that rest on the absence of a change, set no tier; nor does a statement by a word for the whole gene on a treatment of which those on the change itself say the opposite alone.';

type Weighable = Pick<
  EvidenceMatch,
  | 'type'
  | 'direction'
  | 'significance'
  | 'level'
  | 'diseaseMatch'
  | 'anyCancer'
  | 'flagged'
  | 'limits'
  | 'specificity'
  | 'findingIds'
>;

const inThisType = ({ diseaseMatch }: Pick<EvidenceMatch, 'diseaseMatch'>): boolean =>
  diseaseMatch === 'same' || diseaseMatch === 'parent';

/**
 * What one statement can set by itself, or why it cannot set anything. Level C weighs II-D alone: `weighAll` lifts
 * agreeing ones.
 */
export function weigh(match: Weighable): { weight?: TierWeight; reason?: string } {
  if (match.flagged) return { reason: 'flagged by its source' };
  if (match.limits.length > 0) return { reason: match.limits.join('; ') };
  if (match.direction === 'does-not-support') return { reason: 'the study does not support the effect' };
  if (match.findingIds.length === 0 && !inThisType(match))
    return { reason: 'rests on the absence of a change, in another tumor type' };
  switch (match.type) {
    case 'functional':
    case 'oncogenic':
      return { reason: 'speaks of the change, not of the patient: used for oncogenicity' };
    case 'predisposing':
      return { reason: 'predisposition has no somatic tier' };
    case 'prognostic':
    case 'diagnostic':
      if (!inThisType(match) || match.anyCancer)
        return { reason: 'prognosis and diagnosis hold for their own tumor type only' };
      if (/n\/a/i.test(match.significance)) return { reason: 'no significance stated' };
      break;
    case 'predictive':
      if (!/sensitivity|resistance|reduced/i.test(match.significance))
        return { reason: 'not about response of the tumor' };
  }
  switch (match.level) {
    case 'A':
      return { weight: inThisType(match) ? 'I-A' : 'II-C' };
    case 'B':
      if (inThisType(match) && !match.anyCancer) return { weight: 'I-B' };
      // "TP53 mutation" in a trial of leukemia says little of any other tumor.
      return { weight: match.specificity === 'gene' ? 'II-D' : 'II-C' };
    case 'C':
    case 'D':
      return { weight: 'II-D' };
    case 'E':
      return { reason: 'inferred, not observed (level E)' };
  }
}

const claim = (match: EvidenceMatch): string =>
  [
    match.type,
    match.significance,
    match.type === 'predictive' ? [...match.therapies].sort().join('+') : match.disease,
  ].join('|');

/** Weights of all statements together: two level C statements of different publications that say the same weigh II-C. */
export function weighAll(matches: readonly EvidenceMatch[]): ReadonlyMap<string, TierWeight> {
  const result = new Map<string, TierWeight>();
  const caseLevel = new Map<string, EvidenceMatch[]>();
  for (const match of matches) {
    const { weight } = weigh(match);
    if (weight === undefined) continue;
    result.set(match.evidenceId, weight);
    if (match.level === 'C' && inThisType(match)) {
      const key = claim(match);
      const agreeing = caseLevel.get(key);
      if (agreeing === undefined) caseLevel.set(key, [match]);
      else agreeing.push(match);
    }
  }
  for (const agreeing of caseLevel.values()) {
    const publications = new Set(
      agreeing.map((match) =>
        match.citations
          .map(({ id }) => id)
          .sort()
          .join(','),
      ),
    );
    if (publications.size >= 2) for (const match of agreeing) result.set(match.evidenceId, 'II-C');
  }
  return result;
}

/**
 * Statements by a word for the whole gene that do not hold for this change: what is known of the change itself, or of its
 * codon, says the opposite of the same treatment and nothing else (ALK G1202R and ceritinib beside "ALK mutation").
 */
function overruled(matches: readonly EvidenceMatch[]): ReadonlySet<string> {
  const told = matches
    .filter((match) => polarity(match) !== 'neither' && weigh(match).weight !== undefined)
    .map((match) => ({ match, side: polarity(match), treatments: new Set(treatmentsOf(match).map(({ id }) => id)) }));
  const ofChange = told.filter(({ match }) => ['exact', 'codon', 'exon'].includes(match.specificity));
  const ofGene = told.filter(({ match }) => match.specificity === 'gene');
  return new Set(
    ofGene
      .filter((one) => {
        const nearer = ofChange.filter(
          ({ match, treatments }) =>
            [...one.treatments].some((id) => treatments.has(id)) &&
            one.match.findingIds.every((id) => match.findingIds.includes(id)) &&
            (inThisType(match) || !inThisType(one.match)),
        );
        return nearer.length > 0 && nearer.every(({ side }) => side !== one.side);
      })
      .map(({ match }) => match.evidenceId),
  );
}

export interface TierCall {
  readonly weight: TierWeight;
  readonly tier: AmpTier;
  /** Statements that weigh as much as the tier: it stands while one of them stands (level C: while two agree). */
  readonly defining: readonly string[];
  readonly supporting: readonly string[];
  readonly basis: 'therapeutic' | 'diagnostic' | 'prognostic';
  /** The tier without all that define it. */
  readonly without?: TierWeight | undefined;
  readonly statement: string;
}

const bases = { predictive: 'therapeutic', diagnostic: 'diagnostic', prognostic: 'prognostic' } as const;

/** The tier of one finding from its matches; `undefined` where no statement can set one. */
export function tierOf(matches: readonly EvidenceMatch[]): TierCall | undefined {
  const contradicted = overruled(matches);
  const counting = matches.filter(({ evidenceId }) => !contradicted.has(evidenceId));
  const weighed = weighAll(counting);
  const best = [...weighed.values()].sort((a, b) => weightOrder(a) - weightOrder(b))[0];
  if (best === undefined) return undefined;
  const ids = matches.map(({ evidenceId }) => evidenceId);
  const defining = ids.filter((id) => weighed.get(id) === best);
  const supporting = ids.filter((id) => weighed.get(id) !== best);
  const defines = new Set(defining);
  const rest = weighAll(counting.filter(({ evidenceId }) => !defines.has(evidenceId)));
  const without = [...rest.values()].sort((a, b) => weightOrder(a) - weightOrder(b))[0];
  const kinds = new Set(matches.filter(({ evidenceId }) => defines.has(evidenceId)).map(({ type }) => type));
  const basis = (['predictive', 'diagnostic', 'prognostic'] as const).find((type) => kinds.has(type)) ?? 'predictive';
  const otherwise = without === undefined ? 'no tier' : `tier ${without}`;
  const statement =
    defining.length === 1
      ? `tier ${best} rests on one statement (${defining[0]}); without it ${otherwise}`
      : `${defining.length} statements each weigh ${best}; without all of them ${otherwise}`;
  return { weight: best, tier: tierOfWeight(best), defining, supporting, basis: bases[basis], without, statement };
}

export type Polarity = 'for' | 'against' | 'neither';

/** What a predictive statement says of its treatment: for it, against it, or neither. */
export function polarity(match: Pick<EvidenceMatch, 'type' | 'direction' | 'significance'>): Polarity {
  if (match.type !== 'predictive') return 'neither';
  const supports = match.direction === 'supports';
  if (/^sensitivity/i.test(match.significance)) return supports ? 'for' : 'against';
  if (/resistance|reduced sensitivity/i.test(match.significance)) return supports ? 'against' : 'neither';
  return 'neither';
}

/** What predictive statements say together, treatment by treatment. */
export interface Effect {
  readonly side: 'for' | 'against';
  readonly words: 'response to' | 'resistance to';
  readonly treatments: readonly string[];
}

/**
 * The side first that more is known of: an approved treatment, then the best level, then the number of statements; of equal
 * ones response. A side's treatments: approved ones, then by name, for each weighs the same. So preclinical work on an agent
 * that nobody can give leads no line.
 */
export function effectsOf(
  matches: readonly EvidenceMatch[],
  approvals: readonly Pick<ApprovalMatch, 'therapies' | 'status'>[],
): readonly Effect[] {
  const approved = new Set(
    approvals.filter(({ status }) => status === 'active').map(({ therapies }) => combination(therapies).id),
  );
  const sides = (['for', 'against'] as const).flatMap((side) => {
    const statements = matches.filter((match) => polarity(match) === side);
    const known = new Map<string, Known>();
    for (const match of statements)
      for (const { id, label } of treatmentsOf(match)) {
        const before = known.get(label);
        if (before === undefined || match.level < before.level)
          known.set(label, { approved: approved.has(id), level: match.level });
      }
    const [best] = [...known.values()].sort(byRank);
    if (best === undefined) return [];
    const treatments = [...known]
      .sort(([a, one], [b, other]) => Number(other.approved) - Number(one.approved) || (a < b ? -1 : 1))
      .map(([label]) => label);
    const words = side === 'for' ? ('response to' as const) : ('resistance to' as const);
    return [{ effect: { side, words, treatments }, best, statements: statements.length }];
  });
  return sides.sort((a, b) => byRank(a.best, b.best) || b.statements - a.statements).map(({ effect }) => effect);
}

interface Known {
  readonly approved: boolean;
  readonly level: EvidenceMatch['level'];
}
const byRank = (a: Known, b: Known): number =>
  Number(b.approved) - Number(a.approved) || (a.level < b.level ? -1 : a.level > b.level ? 1 : 0);

/** Statements for and against the same treatment in comparable disease (F018), or `undefined` where they agree. */
export function conflictOf(
  matches: readonly EvidenceMatch[],
  treatments: (match: EvidenceMatch) => readonly string[],
): { supports: number; against: number; statement: string } | undefined {
  const counts = new Map<string, { for: number; against: number }>();
  for (const match of matches) {
    const side = polarity(match);
    if (
      side === 'neither' ||
      match.flagged ||
      match.limits.length > 0 ||
      !inThisType(match) ||
      !['A', 'B', 'C'].includes(match.level)
    )
      continue;
    for (const treatment of treatments(match)) {
      const count = counts.get(treatment) ?? { for: 0, against: 0 };
      count[side] += 1;
      counts.set(treatment, count);
    }
  }
  const disputed = [...counts]
    .filter(([, count]) => count.for > 0 && count.against > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (disputed.length === 0) return undefined;
  return {
    supports: disputed.reduce((sum, [, count]) => sum + count.for, 0),
    against: disputed.reduce((sum, [, count]) => sum + count.against, 0),
    statement: `the sources disagree on ${disputed.map(([name, count]) => `${name} (${count.for} for, ${count.against} against)`).join(', ')}`,
  };
}
