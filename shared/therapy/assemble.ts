/**
 * The options table by stated rules: exclusions first, then options in one lexicographic order. It reads evidence only;
 * no model's word enters it (design.md section 5 rule 3).
 */
import type { CaseRecord } from '../case/case-record.ts';
import { escatApprovals, escatOf } from '../molecular/escat.ts';
import type { EvidenceMatch, Finding, MolecularProfile, TierWeight } from '../molecular/profile.ts';
import { polarity, tierOfWeight, weigh, weighAll, weightOrder } from '../molecular/tiers.ts';
import { type Treatment, treatmentsOf } from '../molecular/treatments.ts';
import { bySecondChange, type Candidate, decides, exclusionReason, secondChanges } from './against.ts';
import {
  type Approved,
  approvalList,
  approvalsOf,
  approvedHere,
  byStatus,
  contradictionOf,
  heldLine,
  ownApprovals,
  regimenLine,
  treatmentOf,
} from './approved.ts';
import { chosenByNoMarker } from './drug-classes.ts';
import { forFirstLine, type LabelLine, labelLine, lineOrder } from './label-line.ts';
import { bestLevel, compare, counts, covers, ids, inThisType, list, named, nameOf } from './matching.ts';
import type { LessBenefit, OptionsTable, TherapyExclusion, TherapyOption } from './options.ts';
import type { PgxKnowledge } from './pgx/definitions.ts';
import type { PgxDocument } from './pgx/document.ts';
import { ownResponse, priorUse, unusedWords, usedWhole } from './prior-use.ts';
import { needsBrokenRepair, REVERSION_CITES, reversions } from './reversion.ts';
import { actionOrder } from './safety/check.ts';
import { caseSafety, type OptionSafety, type SafetyContext, safetyContext, safetyOf } from './safety/safety.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';
import { type Standing, wholeBeforePart } from './whole-and-part.ts';
import { changesOf, lineChanges, safetyChanges, whatTestingWouldChange } from './would-change.ts';

/** What excludes, what orders the options, and what makes none. */
export const OPTIONS_RULE_PARTS: readonly string[] = [
  'Excluded first: allergy; contraindication by label with the medicines, organs or genes of this patient; progression as best response to the same treatment; resistance (level A or B, this tumor type or a type that includes it; level A only of treatments that no marker of the tumor chooses: cytotoxic agents and those aimed at vessels of the host, where level B is told as less benefit and excludes nothing, since a worse course under such a treatment does not tell prognosis from prediction) that outweighs or equals the evidence for the treatment in level and specificity, or that names a second change in the very gene the treatment aims at (level A to C, or level D by two publications; a single one at level D is shown as a conflict and ranks the treatment behind all that agree); a second change that may restore the reading frame of the very gene of homologous recombination on which a PARP inhibitor or platinum rests; studies that do not support it, where others do and do not outweigh them. A combination holding an excluded agent falls with it unless its own evidence, in this tumor type, rests on the change that carries the resistance; only that evidence then weighs.',
  'Options then stand by: not used before, nor its class with progression as best response, unless a label here that the record meets asks for just that treatment before; AMP tier, which an approval in force for this tumor type or for any, met whole by the findings or by a HER2 stated as positive, low or ultralow, makes I-A as AMP, ASCO and CAP have it (PD-L1 alone and what was not found make none; a stated status alone makes an option only where the record does not contradict the line of the label and the label is not for treatment around surgery); sources not divided evenly or worse; last among these what no statement of level A carries where the record contradicts the line of every approval here; level; line of therapy, where an approval here makes the level: labels that ask for none or whose line the record meets, then those of which it is not known or no label speaks here (a treatment without a label of its own takes what labels of regimens that hold it ask, a sequence what the label of an agent asks that follows another of it, where the record does not meet that), then those that ask that no satisfactory alternative is left, last among what is met and what is not known the labels that name the marker only to ask for the treatment aimed at it before and, where no line is on record, those that ask for any treatment before, then those whose line the record contradicts or of which every label asks for a marker that the case contradicts; a statement of level A, or else how many regulators (United States, European Union with Ireland, Canada) have the label that fits best; tier by statements alone; agreement of the sources; distance of the tumor type; number of statements, those of the best level first; rating; safety in this patient (nothing found, watch, no facts, change of dose, avoid). A combination of agents that the marker chooses goes before a part of it that is approved alone for the same marker, where all from prior use to line of therapy is equal and no class of its agents failed before: it takes the place of that part, since a combination is approved where its partner was shown to add (FDA 2013; EMA/CHMP/205/95). With partners of any kind it does so, whatever line the part stands in, where a label here has it for the first line, which the record does not contradict, and no label here has the part for it; combinations that take one place are parted by their own order.',
  'Preclinical statements make no option, nor do, from other tumor types, case reports, level B statements by a word for the whole gene, statements that name an inherited missense variant, and statements on the absence of a change. Genes of drug response, interactions and organ function come from labels and guidelines; they raise no option and lower it only where all before is equal.',
];
export const OPTIONS_RULE = OPTIONS_RULE_PARTS.join(' ');

/** Rests on nothing but inherited missense variants that it names: a truncated BRCA1 is not one. */
const byInheritedMissense = (match: EvidenceMatch, findings: ReadonlyMap<string, Finding>): boolean =>
  match.origin === 'germline' &&
  named(match) &&
  match.findingIds.length > 0 &&
  match.findingIds.every((id) => {
    const finding = findings.get(id);
    return finding?.origin === 'germline' && finding.consequence?.includes('missense') === true;
  });

/** Why a statement for a treatment makes no option by itself; `undefined` where it makes one. */
function whyNoOption(match: EvidenceMatch, findings: ReadonlyMap<string, Finding>): string | undefined {
  const { weight, reason } = weigh(match);
  if (weight === undefined)
    return match.flagged
      ? 'flagged by its source'
      : match.limits.length > 0
        ? 'met only under a limit (uncertain variant, other origin)'
        : (reason ?? 'sets no tier');
  if (match.level === 'D') return 'preclinical (level D)';
  if (match.level === 'B' && weight === 'II-D')
    return 'by a word for the whole gene only, in another tumor type (level B)';
  // What a common inherited variant did to a drug in another tumor says nothing on this tumor: MTHFR p.(Ala222Val).
  if (!inThisType(match) && !match.anyCancer && byInheritedMissense(match, findings))
    return 'on an inherited missense variant, in another tumor type';
  if (match.level === 'C' && !inThisType(match)) return 'case reports in another tumor type (level C)';
  return undefined;
}

export interface AssembleInput {
  readonly record: CaseRecord;
  readonly profile: MolecularProfile;
  readonly knowledge: TherapyKnowledge;
  /** As the germline files gave them, and the tables they were called by. */
  readonly pharmacogenes?: PgxDocument | undefined;
  readonly pgxKnowledge?: PgxKnowledge | undefined;
}

export function assembleOptions({
  record,
  profile,
  knowledge,
  pharmacogenes,
  pgxKnowledge,
}: AssembleInput): OptionsTable {
  const context = safetyContext(record, pharmacogenes, pgxKnowledge);
  const safeties = new Map<string, OptionSafety>();
  const statements = profile.evidence.filter(({ type }) => type === 'predictive');
  const findings = new Map(profile.findings.map((finding) => [finding.id, finding]));
  const used = new Set<string>();
  const unused = new Map<string, string>();

  const candidates = new Map<string, Candidate>();
  const aside: { match: EvidenceMatch; side: 'for' | 'against' }[] = [];
  for (const match of statements) {
    const side = polarity(match);
    if (match.therapies.length === 0) unused.set(match.evidenceId, 'names no treatment');
    else if (side === 'neither')
      unused.set(
        match.evidenceId,
        match.direction === 'supports'
          ? 'about side effects, not response'
          : 'finds no resistance: neither for nor against',
      );
    else if (side === 'for') {
      const reason = whyNoOption(match, findings);
      if (reason === undefined) {
        for (const treatment of treatmentsOf(match)) {
          const candidate = candidates.get(treatment.id) ?? {
            treatment,
            making: [],
            also: [],
            against: [],
            approved: ownApprovals(treatment, profile).filter(approvedHere),
          };
          candidate.making.push(match);
          candidates.set(treatment.id, candidate);
        }
        used.add(match.evidenceId);
      } else {
        unused.set(match.evidenceId, reason);
        aside.push({ match, side });
      }
    } else aside.push({ match, side });
  }
  const resisted = new Map<string, { treatment: Treatment; against: EvidenceMatch[] }>();
  for (const { match, side } of aside)
    for (const treatment of treatmentsOf(match)) {
      const candidate = candidates.get(treatment.id);
      if (side === 'for') candidate?.also.push(match);
      else {
        candidate?.against.push(match);
        const before = resisted.get(treatment.id) ?? { treatment, against: [] };
        before.against.push(match);
        resisted.set(treatment.id, before);
      }
      if (candidate !== undefined && counts(match)) used.add(match.evidenceId);
    }

  // What regulators approved for a finding of this case is an option, whether or not a statement speaks of it; but not
  // where no statement could be read: what speaks of resistance would be missing beside it.
  const withoutEvidence = profile.absent.filter(({ section }) => section === 'evidence');
  for (const approval of withoutEvidence.length > 0 ? [] : profile.approvals) {
    if (!approvedHere(approval) || approval.therapies.length === 0) continue;
    if (approval.findingIds.length === 0 && !byStatus(approval, record, knowledge)) continue;
    const treatment = treatmentOf(approval);
    if (candidates.has(treatment.id)) continue;
    candidates.set(treatment.id, {
      treatment,
      making: [],
      also: [],
      against: resisted.get(treatment.id)?.against ?? [],
      approved: ownApprovals(treatment, profile).filter(approvedHere),
    });
  }

  const exclusions = new Map<string, TherapyExclusion>();
  const exclude = (exclusion: TherapyExclusion): void =>
    void (exclusions.has(exclusion.id) || exclusions.set(exclusion.id, exclusion));

  for (const { treatment } of candidates.values()) {
    const allergy = treatment.agents.find((agent) => record.allergies.some((text) => mentions(text, agent)));
    if (allergy !== undefined)
      exclude({
        ...named3(treatment),
        kind: 'allergy',
        reason: `Allergy on record: ${allergy}.`,
        findingIds: [],
        evidence: [],
      });
    const safety = safetyOf(treatment.agents, context);
    safeties.set(treatment.id, safety);
    const forbidden = safety.findings.filter(({ action }) => action === 'contraindicated');
    if (forbidden.length > 0)
      exclude({
        ...named3(treatment),
        kind: 'contraindicated',
        reason: `${forbidden.map(({ text }) => text).join('; ')}.${forbidden.every(({ kind }) => kind === 'interaction') ? ` It falls while ${[...new Set(forbidden.flatMap(({ other }) => other ?? []))].join(', ')} is taken.` : ''}`,
        findingIds: [],
        evidence: [],
        cites: [...new Set(forbidden.flatMap(({ cites }) => cites))],
      });
    const failed = record.therapyLines.find((line) => line.bestResponse === 'PD' && usedWhole(treatment, line));
    if (failed !== undefined)
      exclude({
        ...named3(treatment),
        kind: 'failed-before',
        reason: `Line ${failed.line}: progression was the best response to it.`,
        findingIds: [],
        evidence: [],
      });
  }

  for (const { gene, broken, restoring, how } of reversions(profile.findings))
    for (const { treatment, making, approved } of candidates.values()) {
      const rests = [...making, ...approved].some(({ findingIds }) =>
        findingIds.some((id) => findings.get(id)?.gene === gene),
      );
      if (!rests || !treatment.agents.some(needsBrokenRepair)) continue;
      exclude({
        ...named3(treatment),
        kind: 'resistance',
        reason: `Possible reversion of ${gene}: ${nameOf(broken, broken.id)} with ${nameOf(restoring, restoring.id)}; ${how}. Reversions were found in tumors resistant to PARP inhibitors and platinum. Confirm that both lie on one allele.`,
        findingIds: [broken.id, restoring.id].sort(),
        evidence: [],
        cites: [...REVERSION_CITES],
      });
    }

  const carried: {
    agents: readonly string[];
    label: string;
    findingIds: readonly string[];
    deciding: readonly EvidenceMatch[];
  }[] = [];
  const lessBenefit: LessBenefit[] = [];
  for (const { treatment, against } of resisted.values()) {
    const candidate = candidates.get(treatment.id);
    const unselected = treatment.agents.every((agent) => chosenByNoMarker(agent, knowledge.drugClass));
    const all = against.filter((match) => decides(match, candidate, against, findings));
    // What only followed a treatment that every tumor gets is no bar to it; a second change in the very target is.
    const told = unselected
      ? all.filter(
          (match) =>
            match.direction === 'supports' &&
            match.level !== 'A' &&
            !(candidate !== undefined && bySecondChange(match, candidate, findings)),
        )
      : [];
    if (told.length > 0) {
      for (const match of told) used.add(match.evidenceId);
      lessBenefit.push({
        ...named3(treatment),
        text: `${exclusionReason(told, findings, candidate, 'less benefit reported')}${ownResponse(treatment, record)}`,
        findingIds: [...new Set(told.flatMap(({ findingIds }) => findingIds))].sort(),
        evidence: ids(told),
        ...optionalLevel(bestLevel(told)),
      });
    }
    const deciding = all.filter((match) => !told.includes(match));
    if (deciding.length === 0) continue;
    const resistance = deciding.filter(({ direction }) => direction === 'supports');
    // That a marker does not foretell benefit takes nothing off the table that nothing put on it.
    if (resistance.length === 0 && candidate === undefined) continue;
    const shown = resistance.length > 0 ? resistance : deciding;
    for (const match of deciding) used.add(match.evidenceId);
    if (resistance.length > 0)
      carried.push({
        agents: treatment.agents.map((agent) => agent.toLowerCase()),
        label: treatment.label,
        findingIds: [...new Set(resistance.flatMap(({ findingIds }) => findingIds))],
        deciding: resistance,
      });
    exclude({
      ...named3(treatment),
      kind: resistance.length > 0 ? 'resistance' : 'does-not-support',
      reason: `${exclusionReason(shown, findings, candidate)}${ownResponse(treatment, record)}`,
      findingIds: [...new Set(shown.flatMap(({ findingIds }) => findingIds))].sort(),
      evidence: ids(shown),
      ...optionalLevel(bestLevel(shown)),
    });
  }
  for (const candidate of candidates.values()) {
    const { treatment } = candidate;
    const agents = treatment.agents.map((agent) => agent.toLowerCase());
    const carriers = carried.filter(
      (one) => one.agents.length < agents.length && one.agents.every((agent) => agents.includes(agent)),
    );
    if (carriers.length === 0) continue;
    // Evidence on any solid tumor and on other types does not know this type's resistance: it neither saves nor weighs.
    const own = candidate.making.filter((match) => inThisType(match) && !match.anyCancer);
    // An approval that names the very change in this tumor type saves it as such a statement does; one for any tumor
    // may be barred here by its own label, as dabrafenib with trametinib is in the colon.
    const ownApproved = candidate.approved.filter(
      (one) => !one.anyCancer && ['exact', 'codon', 'exon'].includes(one.specificity),
    );
    const spared = (one: EvidenceMatch): boolean =>
      own.some((match) => covers(match, one)) ||
      ownApproved.some(
        ({ findingIds }) => one.findingIds.length > 0 && one.findingIds.every((id) => findingIds.includes(id)),
      );
    const carrier = carriers.find(({ deciding }) => !deciding.every(spared));
    if (carrier === undefined) {
      const here = candidate.approved.filter(({ anyCancer }) => !anyCancer);
      candidate.approved.splice(0, candidate.approved.length, ...here);
      const elsewhere = candidate.making.filter((match) => !own.includes(match));
      candidate.making.splice(0, candidate.making.length, ...own);
      for (const match of elsewhere)
        if (![...candidates.values()].some(({ making }) => making.includes(match))) {
          used.delete(match.evidenceId);
          unused.set(match.evidenceId, 'from elsewhere, on a combination of which an agent meets resistance here');
        }
      continue;
    }
    exclude({
      ...named3(treatment),
      kind: 'resistance',
      reason: `Holds ${carrier.label}, excluded by ${list(carrier.findingIds.map((id) => nameOf(findings.get(id), id)))}; no statement for the combination considers that change in this tumor type.`,
      findingIds: [...carrier.findingIds].sort(),
      evidence: ids(carrier.deciding),
      ...optionalLevel(bestLevel(carrier.deciding)),
    });
  }

  const ranked = [...candidates.values()]
    .filter(({ treatment }) => !exclusions.has(treatment.id))
    .map((candidate) =>
      optionOf(candidate, record, findings, profile, knowledge, safeties.get(candidate.treatment.id)),
    );
  const standing = wholeBeforePart(ranked, SETTLED, knowledge);
  const options = ranked
    .map(({ option, keys }, place) => placed(option, keys, standing[place]))
    .sort((a, b) => compareKeys(a.keys, b.keys) || compare(a.option.id, b.option.id))
    .map(({ option, keys, own }, place, all): TherapyOption => {
      const above = all[place - 1];
      return above === undefined ? option : { ...option, partedBy: partedBy(above.keys, keys, own) };
    });

  for (const match of statements)
    if (!used.has(match.evidenceId) && !unused.has(match.evidenceId))
      unused.set(
        match.evidenceId,
        !counts(match)
          ? match.flagged
            ? 'flagged by its source'
            : 'met only under a limit (uncertain variant, other origin)'
          : !inThisType(match)
            ? 'against a treatment in another tumor type, and no option here'
            : ['A', 'B'].includes(match.level)
              ? 'against a treatment by a word for the whole gene only, and no option here'
              : 'against a treatment at level C to E, and no option here',
      );
  const rules = new Map<string, number>();
  for (const [id, rule] of unused) if (!used.has(id)) rules.set(rule, (rules.get(rule) ?? 0) + 1);

  const absent: OptionsTable['absent'] = withoutEvidence.map(({ reason }) => ({ section: 'options', reason }));
  if (knowledge.drugClass === undefined && record.therapyLines.length > 0)
    absent.push({
      section: 'class effect',
      reason: 'no pack with drug classes: prior lines are compared agent by agent',
    });
  return {
    rule: OPTIONS_RULE,
    exclusions: [...exclusions.values()].sort(
      (a, b) => compare(a.bestLevel ?? '', b.bestLevel ?? '') || compare(a.id, b.id),
    ),
    lessBenefit: lessBenefit.sort((a, b) => compare(a.bestLevel ?? '', b.bestLevel ?? '') || compare(a.id, b.id)),
    options,
    wouldChange: whatTestingWouldChange(
      profile.openEvidence,
      new Set(options.map(({ id }) => id)),
      exclusions,
      withoutEvidence.length > 0 ? [] : profile.approvals,
    ),
    accounting: {
      considered: statements.length,
      used: statements.filter(({ evidenceId }) => used.has(evidenceId)).length,
      unused: [...rules].map(([rule, count]) => ({ rule, count })).sort((a, b) => compare(a.rule, b.rule)),
    },
    absent,
    ...safetySection(context, options),
  };
}

/** Absent where nothing on record could speak: no medicine, no lab, no gene. */
const safetySection = (context: SafetyContext, options: readonly TherapyOption[]): Pick<OptionsTable, 'safety'> => ({
  safety: caseSafety(context, options),
});

const named3 = ({ id, agents, label }: Treatment): { id: string; agents: string[]; label: string } => ({
  id,
  agents: [...agents],
  label,
});
const optionalLevel = (level: EvidenceMatch['level'] | undefined): { bestLevel?: EvidenceMatch['level'] } =>
  level === undefined ? {} : { bestLevel: level };

function mentions(text: string, agent: string): boolean {
  const escaped = agent.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^a-z0-9])${escaped}($|[^a-z0-9])`, 'i').test(text);
}

interface Ranked extends Standing {
  readonly option: TherapyOption;
}

/** The option with its ordering, and in words what it goes before or behind as whole or part. */
function placed(
  option: TherapyOption,
  own: Ranked['keys'],
  standing: ReturnType<typeof wholeBeforePart>[number] | undefined,
): { option: TherapyOption; keys: Ranked['keys']; own: Ranked['keys'] } {
  const { keys = own, holds = [], behind = [] } = standing ?? {};
  const words = [
    ...(behind.length === 0
      ? []
      : [
          `behind ${list(behind)}, which ${behind.length > 1 ? 'hold it and are' : 'holds it and is'} approved for the same marker`,
        ]),
    ...(holds.length === 0 ? [] : [`before ${list(holds)}, approved alone for the same marker`]),
  ];
  const row = { key: WHOLE_KEY, value: words.join('; ') };
  return { option: words.length === 0 ? option : { ...option, rank: [...option.rank, row] }, keys, own };
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

const WHOLE_KEY = 'whole and part';

/** Which key of `rank` each number of the ordering belongs to. */
const KEY_NAMES = [
  'prior use',
  'AMP tier',
  'agreement',
  'line of therapy',
  'AMP tier',
  'line of therapy',
  'tier by statements',
  'regulators',
  'tier by statements',
  'agreement',
  'tumor type',
  'statements',
  'statements',
  'statements',
  'best rating',
  'safety',
  WHOLE_KEY,
] as const;
/** Prior use, tier, division of the sources, level and line: what is equal where a combination goes before its part. */
const SETTLED = 6;

/** A place taken from a part is told as that, not by the part's own keys. */
function partedBy(above: Ranked['keys'], keys: Ranked['keys'], own: Ranked['keys']): string {
  const place = keys.findIndex((key, index) => above[index] !== key);
  if (place < 0) return 'name';
  // Those that took one place are parted by their own ordering, which follows.
  if (place > own.length) return KEY_NAMES[place - own.length - 1] ?? 'name';
  return keys[place] === own[place] ? (KEY_NAMES[place] ?? 'name') : WHOLE_KEY;
}

const distanceOrder = { same: 0, parent: 1, child: 2, other: 3, unmapped: 4 } as const;
/** What holds for any tumor is further than what names a type that includes this one. */
const distanceOf = ({ diseaseMatch, anyCancer }: Pick<EvidenceMatch, 'diseaseMatch' | 'anyCancer'>): number =>
  distanceOrder[diseaseMatch] + (anyCancer ? 0.5 : 0);

const distanceWords = {
  same: 'this tumor type',
  parent: 'a type that includes this one',
  child: 'a narrower type',
  other: 'another tumor type',
  unmapped: 'a disease the ontology does not place',
} as const;

function optionOf(
  candidate: Candidate,
  record: CaseRecord,
  findings: ReadonlyMap<string, Finding>,
  profile: MolecularProfile,
  knowledge: TherapyKnowledge,
  safety: OptionSafety | undefined,
): Ranked {
  const { treatment, making } = candidate;
  const weights = weighAll(making);
  const weightOf = (match: EvidenceMatch): TierWeight | undefined => weights.get(match.evidenceId);
  const sorted = [...making].sort(
    (a, b) =>
      weightOrder(weightOf(a)) - weightOrder(weightOf(b)) ||
      distanceOrder[a.diseaseMatch] - distanceOrder[b.diseaseMatch] ||
      (b.rating ?? 0) - (a.rating ?? 0) ||
      compare(a.evidenceId, b.evidenceId),
  );
  const [top] = sorted;
  const { approved } = candidate;
  const [approval] = approved;
  const near = top ?? approval;
  if (near === undefined) throw new Error('an option needs a statement or an approval that makes it');
  const byEvidence = top === undefined ? undefined : (weightOf(top) ?? 'II-D');
  const weight = approval === undefined ? (byEvidence ?? 'II-D') : 'I-A';
  /** The nearest of what it rests on: an approval for this type is nearer than a statement from another. */
  const closest = approved.reduce<Pick<EvidenceMatch, 'diseaseMatch' | 'anyCancer'>>(
    (best, one) => (distanceOf(one) < distanceOf(best) ? one : best),
    near,
  );
  const against = candidate.against.filter((match) => counts(match) && inThisType(match) && match.level <= 'C');
  const forHere = making.filter(inThisType);
  // However weak, it is the only word on this patient's second change: it is shown, and ranks the treatment behind.
  const second = candidate.against.filter((match) => bySecondChange(match, candidate, findings));
  const opposed = [...new Set([...against, ...second])];
  const conflict =
    opposed.length === 0
      ? undefined
      : {
          supports: forHere.length,
          against: opposed.length,
          statement: `${forHere.length} for and ${opposed.length} against in this tumor type; ${
            second.length === 0
              ? `the strongest against is level ${bestLevel(against)} (${list(ids(against))})`
              : `resistance by ${list(secondChanges(second, making, findings))}, which none of those for it considers, level ${bestLevel(second)} (${list(ids(second))})`
          }`,
        };
  const genes = new Set(
    [...making, ...approved].flatMap(({ findingIds }) => findingIds.flatMap((id) => findings.get(id)?.gene ?? [])),
  );
  const prior = priorUse(treatment, record, knowledge, { approved, genes });
  const line =
    contradictionOf(treatment, profile) ??
    approved
      .map((one) => labelLine(one.line, record, knowledge, one.findingIds.length > 0))
      .sort((a, b) => lineOrder(a) - lineOrder(b))[0] ??
    regimenLine(treatment, profile, record, knowledge) ??
    heldLine(treatment, profile, record, knowledge);
  const first = approved.some((one) => forFirstLine(one.line, record, knowledge, one.findingIds.length > 0));
  const regulators = byEvidence === 'I-A' ? [] : regulatorsOf(approved, record, knowledge);
  const divided = conflict !== undefined && (second.length > 0 || conflict.against >= conflict.supports);
  const agreement = conflict === undefined ? 0 : divided ? 2 : 1;
  // AMP counts an approval whatever line it is for; this patient is treated by what holds in this line.
  const forAnotherLine = approval !== undefined && line?.fit === 'not-met' && byEvidence !== 'I-A';
  const defining = sorted.filter((match) => weightOf(match) === weight);
  const wouldChange = changesOf(treatment, defining, sorted, weight, profile.openEvidence, findings, approved);
  const because = new Map<string, string>();
  const say = (match: EvidenceMatch): void => {
    const text = `level ${match.level}, ${match.disease}${match.specificity === 'gene' || match.specificity === 'class' ? `, stated for ${match.profileName}` : ''}`;
    for (const id of match.findingIds)
      if (!because.has(id)) because.set(id, `${nameOf(findings.get(id), id)}: ${text}`);
    for (const negative of match.negatives)
      if (!because.has(`negative:${negative}`)) because.set(`negative:${negative}`, `${negative}: ${text}`);
  };
  // What holds here is told first: an approval for this tumor type before a statement from another.
  for (const match of sorted.filter(inThisType)) say(match);
  for (const one of approved)
    for (const id of one.findingIds)
      if (!because.has(id))
        because.set(id, `${nameOf(findings.get(id), id)}: approved (${one.agency}), ${one.disease}`);
  for (const match of sorted.filter((one) => !inThisType(one))) say(match);
  if (because.size === 0)
    for (const one of approved)
      for (const stated of one.negatives)
        because.set(`negative:${stated}`, `${stated}: approved (${one.agency}), ${one.disease}`);
  const option: TherapyOption = {
    id: treatment.id,
    agents: [...treatment.agents],
    label: treatment.label,
    tier: tierOfWeight(weight),
    weight,
    // Without a statement of its own it rests on the approval, which is level A.
    bestLevel: bestLevel(making) ?? (approval === undefined ? 'E' : 'A'),
    diseaseMatch: closest.diseaseMatch,
    because: [...because].map(([findingId, text]) => ({ findingId, text })),
    supporting: ids([...sorted, ...candidate.also]),
    against: ids(candidate.against),
    ...(conflict === undefined ? {} : { conflict }),
    ...(prior === undefined ? {} : { prior: prior.statement }),
    trialIds: [...new Set(making.flatMap(({ trialIds }) => trialIds))].sort(),
    rank: [
      { key: 'exclusion', value: 'none' },
      { key: 'prior use', value: prior?.word ?? unusedWords(treatment, record, knowledge) },
      {
        key: 'AMP tier',
        value: `${weight}${approval === undefined || byEvidence === 'I-A' ? '' : ` by approval (${approvalList(approved)})`}${approval !== undefined && line?.fit === 'not-met' ? ', label for another line of therapy' : ''}`,
      },
      { key: 'line of therapy', value: lineWords(line) },
      ...(approved.length === 0 || byEvidence === 'I-A'
        ? []
        : [{ key: 'regulators', value: regulatorWords(regulators) }]),
      { key: 'tier by statements', value: byEvidence ?? 'none, the approval alone' },
      {
        key: 'agreement',
        value: agreement === 0 ? 'no statement against in this tumor type' : (conflict?.statement ?? ''),
      },
      { key: 'tumor type', value: distanceWords[closest.diseaseMatch] },
      { key: 'statements', value: statementWords(forHere, making) },
      { key: 'best rating', value: top?.rating === undefined ? 'not rated' : `${top.rating} of 5` },
      { key: 'safety', value: safetyWords(safety) },
    ],
    wouldChange: [...wouldChange, ...lineChanges(line, record), ...safetyChanges(safety)],
    ...(safety === undefined ? {} : { safety }),
    ...classesOf(treatment, knowledge),
    ...approvalsOf(treatment, profile, record, knowledge),
    ...(line === undefined ? {} : { line }),
    ...escatFor(treatment, [...making, ...candidate.also, ...candidate.against], profile),
  };
  const keys = [
    prior?.demotes === true ? 1 : 0,
    weightOrder(weight) < 2 ? 0 : 1,
    // Sources that are divided evenly or worse stand behind all that agree; a few dissenting ones only within one level.
    agreement === 2 ? 1 : 0,
    forAnotherLine ? 1 : 0,
    weightOrder(weight),
    lineOrder(line),
    byEvidence === 'I-A' ? 0 : 1,
    -regulators.length,
    weightOrder(byEvidence),
    agreement,
    distanceOf(closest),
    -ids(forHere.filter(({ level }) => level === bestLevel(forHere))).length,
    -ids(forHere).length,
    -ids(making).length,
    -(top?.rating ?? 0),
    safetyOrder(safety),
  ];
  return { option, keys, treatment, approved, failedBefore: prior?.word.includes('class failed') === true, first };
}

/**
 * Whose labels fit this patient's line best: where no statement of level A tells more than an approval does, several
 * regulators who read the same studies for the same line say more than one. An Irish approval stands on that of the Union.
 */
function regulatorsOf(approved: readonly Approved[], record: CaseRecord, knowledge: TherapyKnowledge): string[] {
  const fits = approved.map(({ jurisdiction, line, findingIds }) => ({
    jurisdiction: jurisdiction === 'IE' ? 'EU' : jurisdiction,
    order: lineOrder(labelLine(line, record, knowledge, findingIds.length > 0)),
  }));
  const best = Math.min(...fits.map(({ order }) => order));
  return [...new Set(fits.filter(({ order }) => order === best).map(({ jurisdiction }) => jurisdiction))].sort();
}

const regulatorWords = (regulators: readonly string[]): string =>
  `${regulators.length} (${regulators.join(', ')}) with the label that fits best`;

function classesOf({ agents }: Treatment, { drugClass }: TherapyKnowledge): Pick<TherapyOption, 'classes'> {
  const classes = agents.flatMap((agent) => {
    const found = drugClass?.(agent);
    return found === undefined ? [] : [{ agent, ...found }];
  });
  return classes.length === 0 ? {} : { classes };
}

/** Those of the best level here first: many weak ones do not outweigh what was shown once more at that level. */
function statementWords(here: readonly EvidenceMatch[], all: readonly EvidenceMatch[]): string {
  const best = bestLevel(here);
  const counted = `${ids(here).length} in this tumor type, ${ids(all).length} in all`;
  return best === undefined
    ? counted
    : `${ids(here.filter(({ level }) => level === best)).length} of level ${best}, ${counted}`;
}

const lineWords = (line: LabelLine | undefined): string =>
  line === undefined ? 'no label here to read' : line.text === '' ? 'the label asks for none' : line.text;

function escatFor(
  treatment: Treatment,
  matches: readonly EvidenceMatch[],
  profile: MolecularProfile,
): Pick<TherapyOption, 'escat'> {
  const escat = escatOf(matches, escatApprovals(ownApprovals(treatment, profile)));
  // A statement on several substitutes is asked of this one only.
  return escat === undefined ? {} : { escat: { ...escat, treatments: [treatment.id] } };
}

/** An agent without facts is not safe: it stands between what is watched and what changes the dose. */
function safetyOrder(safety: OptionSafety | undefined): number {
  const worst = safety?.findings[0];
  const unknown = safety === undefined || safety.unchecked.length > 0 ? 2 : 0;
  return Math.max(unknown, worst === undefined ? 0 : ([5, 4, 3, 1][actionOrder(worst.action)] ?? 0));
}

function safetyWords(safety: OptionSafety | undefined): string {
  if (safety === undefined) return 'not checked';
  const { findings, unchecked } = safety;
  const counted = (['avoid', 'change-dose', 'monitor'] as const).flatMap((action) => {
    const count = findings.filter((one) => one.action === action).length;
    return count === 0
      ? []
      : [`${count} to ${{ avoid: 'avoid', 'change-dose': 'change the dose', monitor: 'watch' }[action]}`];
  });
  const known = counted.length > 0 ? counted.join(', ') : 'nothing found';
  if (unchecked.length === 0) return known;
  return `${counted.length > 0 ? `${known}; ` : ''}no facts on ${list(unchecked)}`;
}
