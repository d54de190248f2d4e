/** Evidence statements met by the case, and those that hinge on something not tested. */
import type { EvidenceItem } from '../knowledge/evidence.ts';
import { answer, type CaseFacts, type Missing } from './facts.ts';
import type { DiseaseDistance, MolecularKnowledge } from './knowledge.ts';
import type { EvidenceMatch, OpenEvidence } from './profile.ts';
import { weigh, weightOrder } from './tiers.ts';

export interface Matched {
  readonly evidence: readonly EvidenceMatch[];
  readonly open: readonly OpenEvidence[];
}

export type FindingOrigin = 'somatic' | 'germline' | 'unknown';

/** Evidence on germline variants says nothing certain of a tumor's own, and the other way round. */
export function originLimit(item: Pick<EvidenceItem, 'origin'>, origins: readonly FindingOrigin[]): string | undefined {
  if (item.origin === 'germline') {
    if (origins.includes('somatic'))
      return 'the evidence is on germline variants; this one was called in the tumor only';
    if (origins.includes('unknown'))
      return 'the evidence is on germline variants; germline origin is not confirmed here';
  }
  if (item.origin === 'somatic' && origins.includes('germline'))
    return 'the evidence is on somatic variants; this one is germline';
  return undefined;
}

const evidenceNumber = (id: string): number => Number(/\d+/.exec(id)?.[0] ?? 0);

/** Best weight first, then level, rating and the source's own number: never by order of the input. */
const byWeight = (a: EvidenceMatch, b: EvidenceMatch): number =>
  weightOrder(weigh(a).weight) - weightOrder(weigh(b).weight) ||
  (a.level < b.level ? -1 : a.level > b.level ? 1 : 0) ||
  (b.rating ?? 0) - (a.rating ?? 0) ||
  evidenceNumber(a.evidenceId) - evidenceNumber(b.evidenceId) ||
  (a.evidenceId < b.evidenceId ? -1 : 1);

const uniqueMissing = (missing: readonly Missing[]): Missing[] => [
  ...new Map(missing.map((one) => [`${one.gene}|${one.modality}`, one] as const)).values(),
];

export function matchEvidence(
  knowledge: Pick<MolecularKnowledge, 'evidence' | 'evidencePack'>,
  facts: CaseFacts,
  distance: (disease: EvidenceItem['disease']) => DiseaseDistance,
  originOf: (findingId: string) => FindingOrigin | undefined,
): Matched {
  const evidence: EvidenceMatch[] = [];
  const open: OpenEvidence[] = [];
  for (const item of knowledge.evidence) {
    const found = answer(item.logic, facts);
    if (found.value === 'false') continue;
    const { match, anyCancer } = distance(item.disease);
    if (found.value === 'unknown') {
      const near = match === 'same' || match === 'parent';
      const missing = uniqueMissing(found.missing);
      if (
        near &&
        missing.length > 0 &&
        item.type === 'predictive' &&
        !item.flagged &&
        (item.level === 'A' || (item.level === 'B' && !anyCancer))
      )
        open.push({
          evidenceId: item.id,
          profileName: item.profileName,
          level: item.level,
          diseaseMatch: match,
          significance: item.significance,
          direction: item.direction,
          therapies: item.therapies,
          ...(item.therapyInteraction === undefined ? {} : { therapyInteraction: item.therapyInteraction }),
          missing,
        });
      continue;
    }
    const origins = found.findingIds.map(originOf).filter((origin) => origin !== undefined);
    const limit = originLimit(item, origins);
    evidence.push({
      evidenceId: item.id,
      packId: knowledge.evidencePack,
      findingIds: [...found.findingIds],
      profileName: item.profileName,
      type: item.type,
      direction: item.direction,
      significance: item.significance,
      level: item.level,
      ...(item.rating === undefined ? {} : { rating: item.rating }),
      disease: item.disease.name,
      diseaseMatch: match,
      anyCancer,
      origin: item.origin,
      therapies: item.therapies,
      ...(item.therapyInteraction === undefined ? {} : { therapyInteraction: item.therapyInteraction }),
      specificity: found.specificity,
      flagged: item.flagged,
      limits: limit === undefined ? [...found.limits] : [...found.limits, limit],
      negatives: [...found.negatives],
      citations: item.citations,
      trialIds: item.trialIds,
      url: item.url,
    });
  }
  return {
    evidence: evidence.sort(byWeight),
    open: open.sort((a, b) =>
      a.level < b.level ? -1 : a.level > b.level ? 1 : evidenceNumber(a.evidenceId) - evidenceNumber(b.evidenceId),
    ),
  };
}
