/**
 * Oncogenicity of somatic small variants by points: ClinGen/CGC/VICC standard operating procedure (Horak et al., Genet
 * Med 2022;24:986). Every criterion is stated as met, not met or not evaluable with its fact; a criterion that the
 * case's data cannot answer adds nothing and is named, so that a class is never read as more than it rests on.
 */
import type { EvidenceItem, ProfileLogic } from '../knowledge/evidence.ts';
import { parseProteinChange, sameProteinChange } from './hgvs.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import type { Criterion, Finding, OncogenicityClass } from './profile.ts';
import type { SmallVariant } from './small-variants.ts';

export type Oncogenicity = NonNullable<Finding['oncogenicity']>;

const codes = {
  OVS1: 8,
  OS1: 4,
  OS2: 4,
  OS3: 4,
  OM1: 2,
  OM2: 2,
  OM3: 2,
  OM4: 2,
  OP1: 1,
  OP2: 1,
  OP3: 1,
  OP4: 1,
  SBVS1: -8,
  SBS1: -4,
  SBS2: -4,
  SBP1: -1,
  SBP2: -1,
} as const;
type Code = keyof typeof codes;

/** Thresholds of the SOP's table 3. */
export function classOfPoints(points: number): OncogenicityClass {
  if (points >= 10) return 'oncogenic';
  if (points >= 6) return 'likely-oncogenic';
  if (points >= 0) return 'uncertain';
  if (points >= -6) return 'likely-benign';
  return 'benign';
}

const percent = (fraction: number): string => `${Number((fraction * 100).toPrecision(2))} %`;

const functionalWords = ['Gain of Function', 'Loss of Function', 'Dominant Negative', 'Neomorphic'];

/** Unflagged statements on exactly this change and nothing else. */
const onThisChange = ({ gene, hgvsProtein }: SmallVariant, evidence: readonly EvidenceItem[]): EvidenceItem[] =>
  hgvsProtein === undefined
    ? []
    : evidence.filter(
        ({ flagged, logic }) =>
          !flagged &&
          logic.op === 'term' &&
          logic.term.kind === 'protein-change' &&
          logic.term.gene === gene &&
          sameProteinChange(logic.term.change, hgvsProtein),
      );

/** Functional studies of this change, as a curated source states them; preclinical studies of oncogenicity are among them. */
function functional(
  variant: SmallVariant,
  evidence: readonly EvidenceItem[],
): { harmful: string[]; harmless: string[] } {
  const harmful: string[] = [];
  const harmless: string[] = [];
  for (const { id, type, level, direction, significance } of onThisChange(variant, evidence)) {
    if (type === 'oncogenic' && level === 'D') (direction === 'supports' ? harmful : harmless).push(id);
    if (type !== 'functional' || direction !== 'supports') continue;
    if (functionalWords.some((word) => word.toLowerCase() === significance.toLowerCase())) harmful.push(id);
    else if (/unaltered/i.test(significance)) harmless.push(id);
  }
  return { harmful: harmful.sort(), harmless: harmless.sort() };
}

/**
 * Preclinical models that carry this change and answer to a treatment aimed at it depend on it. Two publications at
 * least: one may be chance.
 */
function dependence(variant: SmallVariant, evidence: readonly EvidenceItem[]): string[] {
  const studies = onThisChange(variant, evidence).filter(
    ({ type, level, direction, significance }) =>
      type === 'predictive' && level === 'D' && direction === 'supports' && /^sensitivity/i.test(significance),
  );
  const publications = new Set(studies.flatMap(({ citations }) => citations.map(({ type, id }) => `${type}:${id}`)));
  return publications.size >= 2 ? studies.map(({ id }) => id).sort() : [];
}

const few = (ids: readonly string[]): string => (ids.length > 3 ? `${ids.slice(0, 3).join(', ')} …` : ids.join(', '));

/**
 * Unflagged predictive or diagnostic statements of level A or B that name this residue: indirect evidence that it is a
 * critical site (OM1 as PCGR reads it, Nakken et al., Bioinformatics 2018;34:1778). For missense and in-frame changes.
 */
function clinicalSite({ gene, change, consequenceClass }: SmallVariant, evidence: readonly EvidenceItem[]): string[] {
  if (change === undefined || (consequenceClass !== 'missense' && consequenceClass !== 'in-frame')) return [];
  return evidence
    .filter(
      (item) =>
        item.level <= 'B' &&
        !item.flagged &&
        item.direction === 'supports' &&
        (item.type === 'predictive' || item.type === 'diagnostic') &&
        namedResidues(item.logic).some(
          (named) =>
            named.gene === gene &&
            named.start === change.start &&
            named.end === change.end &&
            named.reference === change.reference,
        ),
    )
    .map(({ id }) => id)
    .sort();
}

interface NamedResidues {
  readonly gene: string;
  readonly start: number;
  readonly end: number;
  readonly reference: string;
}

function namedResidues(logic: ProfileLogic): readonly NamedResidues[] {
  if (logic.op === 'not') return [];
  if (logic.op !== 'term') return logic.of.flatMap(namedResidues);
  const { term } = logic;
  if (term.kind === 'codon') return [{ gene: term.gene, start: term.codon, end: term.codon, reference: term.residue }];
  const change = term.kind === 'protein-change' ? parseProteinChange(term.change) : undefined;
  if (term.kind !== 'protein-change' || change === undefined || change.kind === 'splice') return [];
  return [{ gene: term.gene, start: change.start, end: change.end, reference: change.reference }];
}

const notEvaluable: Oncogenicity = {
  class: 'not-evaluable',
  points: 0,
  criteria: Object.keys(codes).map((code) => ({
    code,
    state: 'not-evaluable',
    points: 0,
    fact: 'the protein change of this variant is not computed',
  })),
};

/**
 * Points and class of one variant. `not-evaluable` where neither a protein change nor a consequence is known. The
 * evidence given need only hold the items that name this gene.
 */
export function oncogenicityOf(
  variant: SmallVariant,
  knowledge: Pick<MolecularKnowledge, 'hotspot' | 'role'>,
  evidence: readonly EvidenceItem[],
): Oncogenicity {
  const criteria = new Map<Code, Criterion>();
  const state = (code: Code, value: Criterion['state'], fact: string): void => {
    criteria.set(code, { code, state: value, points: value === 'met' ? codes[code] : 0, fact });
  };
  const met = (code: Code): boolean => criteria.get(code)?.state === 'met';

  if (variant.change === undefined && variant.consequenceClass === 'unknown') {
    return notEvaluable;
  }

  const role = knowledge.role?.(variant.gene);
  const kind = variant.consequenceClass;
  if (kind !== 'null')
    state('OVS1', 'not-met', 'not a null variant (stop, frameshift, canonical splice site, start loss)');
  else if (knowledge.role === undefined) state('OVS1', 'not-evaluable', 'no pack with gene roles');
  else if (role?.tumorSuppressor !== true)
    state(
      'OVS1',
      'not-met',
      role === undefined
        ? `${variant.gene} is in no list of tumor suppressors here`
        : `${variant.gene} is not a tumor suppressor by ${role.source}`,
    );
  else state('OVS1', 'met', `null variant in the tumor suppressor ${variant.gene} (${role.source})`);

  state('OS1', 'not-evaluable', 'needs a list of changes classified oncogenic by this standard; no pack has one');

  const studies = functional(variant, evidence);
  const models = dependence(variant, evidence);
  if (variant.change === undefined) state('OS2', 'not-evaluable', 'protein change not computed');
  else if (studies.harmful.length > 0 && studies.harmless.length > 0)
    state('OS2', 'not-met', `functional studies disagree (${[...studies.harmful, ...studies.harmless].join(', ')})`);
  else if (studies.harmful.length > 0)
    state('OS2', 'met', `functional studies of this change (${few(studies.harmful)})`);
  else if (models.length > 0 && studies.harmless.length === 0)
    state('OS2', 'met', `preclinical models with this change depend on it (${few(models)})`);
  else state('OS2', 'not-evaluable', 'no functional study of this change in the packs');

  const hotspotKinds = kind === 'missense' || kind === 'in-frame';
  const hotspot =
    variant.change === undefined || !hotspotKinds ? undefined : knowledge.hotspot?.(variant.gene, variant.change);
  const counts =
    hotspot === undefined
      ? ''
      : `${hotspot.samplesAtResidue} tumors at this residue, ${hotspot.samplesWithChange} with this change (${hotspot.source})`;
  const hotspotState = (code: Code, holds: (count: NonNullable<typeof hotspot>) => boolean): void => {
    if (knowledge.hotspot === undefined) state(code, 'not-evaluable', 'no pack with hotspot counts');
    else if (variant.change === undefined) state(code, 'not-evaluable', 'protein change not computed');
    else if (hotspot === undefined)
      state(
        code,
        'not-met',
        hotspotKinds ? 'not in a listed hotspot' : 'counted for missense and in-frame changes only',
      );
    else state(code, holds(hotspot) ? 'met' : 'not-met', counts);
  };
  hotspotState('OS3', (count) => count.samplesAtResidue >= 50 && count.samplesWithChange >= 10);

  const critical = clinicalSite(variant, evidence);
  if (variant.change === undefined) state('OM1', 'not-evaluable', 'protein change not computed');
  else if (met('OS3')) state('OM1', 'not-met', 'not used together with OS3');
  else if (critical.length > 0)
    state(
      'OM1',
      'met',
      `clinical evidence of level A or B names this residue (${few(critical)}): taken as a critical site, as PCGR reads the criterion`,
    );
  else state('OM1', 'not-evaluable', 'no clinical evidence names this residue, and no pack lists critical domains');
  if (kind !== 'in-frame' && kind !== 'stop-loss') state('OM2', 'not-met', 'protein length does not change in frame');
  else if (met('OVS1')) state('OM2', 'not-met', 'not used together with OVS1');
  else if (knowledge.role === undefined) state('OM2', 'not-evaluable', 'no pack with gene roles');
  else if (role !== undefined && (kind === 'in-frame' ? role.oncogene || role.tumorSuppressor : role.tumorSuppressor))
    state('OM2', 'met', `in-frame change of length in ${variant.gene} (${role.source})`);
  else state('OM2', 'not-met', `${variant.gene} has no such role in the packs`);
  state(
    'OM3',
    'not-evaluable',
    'needs other changes of this residue classified oncogenic by this standard; no pack has them',
  );
  hotspotState('OM4', (count) => count.samplesAtResidue < 50 && count.samplesWithChange >= 10);
  if (met('OM4') && met('OM1')) state('OM4', 'not-met', 'not used together with OM1');

  state('OP1', 'not-evaluable', 'the input carries no predictor scores');
  state('OP2', 'not-evaluable', 'needs a list of malignancies with one genetic cause; no pack has one');
  hotspotState('OP3', (count) => count.samplesWithChange < 10);
  if (met('OP3') && (met('OM1') || met('OM3') || met('OM4')))
    state('OP3', 'not-met', 'not used together with OM1, OM3 or OM4');

  const frequency = variant.populationFrequency;
  if (frequency === undefined) {
    for (const code of ['OP4', 'SBVS1', 'SBS1'] as const)
      state(code, 'not-evaluable', 'the input carries no population frequency');
  } else {
    const fact = `population frequency ${percent(frequency)}`;
    state('OP4', frequency === 0 ? 'met' : 'not-met', fact);
    state('SBVS1', frequency > 0.05 ? 'met' : 'not-met', fact);
    state('SBS1', frequency > 0.01 && frequency <= 0.05 ? 'met' : 'not-met', fact);
  }
  if (studies.harmless.length > 0 && studies.harmful.length === 0)
    state('SBS2', 'met', `functional studies found unaltered function (${studies.harmless.join(', ')})`);
  else state('SBS2', 'not-evaluable', 'no functional study in the packs finds this change without effect');
  state('SBP1', 'not-evaluable', 'the input carries no predictor scores');
  if (kind === 'splice-region' && variant.change?.kind === 'synonymous')
    state('SBP2', 'not-met', 'synonymous, but in the splice region');
  else if (kind === 'synonymous') state('SBP2', 'met', 'synonymous, outside the splice site by the stated consequence');
  else
    state(
      'SBP2',
      kind === 'non-coding' ? 'not-evaluable' : 'not-met',
      kind === 'non-coding' ? 'conservation of the base is not known' : 'not a synonymous change',
    );

  const list = Object.keys(codes)
    .map((code) => criteria.get(code as Code))
    .filter((criterion) => criterion !== undefined);
  const points = list.reduce((sum, criterion) => sum + criterion.points, 0);
  return { class: classOfPoints(points), points, criteria: list };
}

/**
 * True where a criterion shows that the change itself, not only its gene, drives tumors. A residue seen changed a few times
 * (OP3) shows it only of an in-frame insertion or deletion in such a stretch.
 */
export const provenDriver = ({ class: verdict, criteria }: Oncogenicity): boolean => {
  const met = (code: Code): boolean =>
    criteria.some((criterion) => criterion.code === code && criterion.state === 'met');
  return (
    verdict === 'oncogenic' ||
    verdict === 'likely-oncogenic' ||
    met('OVS1') ||
    met('OS2') ||
    met('OS3') ||
    met('OM4') ||
    (met('OP3') && met('OM2'))
  );
};
