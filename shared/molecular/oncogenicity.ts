/**
 * Oncogenicity of somatic variants by points: ClinGen/CGC/VICC standard operating procedure (Horak et al., Genet Med
 * 2022;24:986, codes as numbered in its correction, Genet Med 2022;24:1991). Every criterion is stated as met, not met or
 * not evaluable with its fact; a criterion that the case's data cannot answer adds nothing and is named, so that a class
 * is never read as more than it rests on.
 */
import type { EvidenceItem, ProfileLogic } from '../knowledge/evidence.ts';
import type { CopyNumberState } from './copy-number.ts';
import { functionalStudies } from './functional-studies.ts';
import { granthamDistance } from './grantham.ts';
import { parseProteinChange, sameProteinChange } from './hgvs.ts';
import type { HotspotCount, MolecularKnowledge, TumorTypeNode } from './knowledge.ts';
import { readPredictors } from './predictors.ts';
import type { Criterion, Finding, OncogenicityClass } from './profile.ts';
import { type SmallVariant, statedVariant } from './small-variants.ts';

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
export function functionalEvidence(
  variant: SmallVariant,
  evidence: readonly EvidenceItem[],
): { harmful: string[]; harmless: string[] } {
  const harmful = functionalStudies(variant).map(({ effect, citation }) => `${effect}: ${citation}`);
  const harmless: string[] = [];
  for (const { id, type, level, direction, significance } of onThisChange(variant, evidence)) {
    if (type === 'oncogenic' && level === 'D') (direction === 'supports' ? harmful : harmless).push(id);
    if (type !== 'functional' || direction !== 'supports') continue;
    if (functionalWords.some((word) => word.toLowerCase() === significance.toLowerCase())) harmful.push(id);
    else if (/unaltered/i.test(significance)) harmless.push(id);
  }
  return { harmful, harmless };
}

/**
 * Preclinical models that carry this change and answer to a treatment aimed at it depend on it. Two publications at
 * least: one may be chance. Response of patients' tumors is no functional study, however good (it sets tiers instead).
 */
function dependence(variant: SmallVariant, evidence: readonly EvidenceItem[]): string[] {
  const studies = onThisChange(variant, evidence).filter(
    ({ type, level, direction, significance, origin }) =>
      type === 'predictive' &&
      level === 'D' &&
      direction === 'supports' &&
      origin !== 'germline' &&
      /^sensitivity/i.test(significance),
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

type Knowledge = Pick<MolecularKnowledge, 'hotspot' | 'role' | 'classified' | 'codingSequence'>;

/** Extremely low in populations: one allele in a hundred thousand, as PCGR reads OP4. */
const EXTREMELY_RARE = 1e-5;

/** Tumors with a single genetic cause, by OncoTree code, with their gene (the standard's own example is retinoblastoma). */
const singleCause: readonly (readonly [gene: string, codes: readonly string[], what: string])[] = [
  ['RB1', ['RBL'], 'retinoblastoma'],
  ['SMARCB1', ['ATRT', 'MRT'], 'rhabdoid tumor'],
  ['DICER1', ['PPB'], 'pleuropulmonary blastoma'],
];

/** Past this share of the protein a truncation leaves nearly all of it: the standard asks for caution at the 3′ end. */
const EXTREME_END = 0.95;

/** How many residues a truncating change leaves, where the protein's length is known and nearly all of it stays. */
export function leavesNearlyAll(
  variant: SmallVariant,
  knowledge: Pick<MolecularKnowledge, 'codingSequence'>,
): string | undefined {
  const { change, gene } = variant;
  if (change?.kind !== 'nonsense' && change?.kind !== 'frameshift') return undefined;
  const sequence = knowledge.codingSequence?.(gene)?.sequence;
  if (sequence === undefined) return undefined;
  const residues = sequence.length / 3 - 1;
  return change.start / residues > EXTREME_END ? `${change.start - 1} of ${residues} residues stay` : undefined;
}

/**
 * Another missense change of the same residue that reaches oncogenic or likely oncogenic by these rules, this criterion
 * left out, and that is chemically no farther from the reference than this one (OM3).
 */
function oncogenicNeighbour(
  variant: SmallVariant,
  hotspot: HotspotCount | undefined,
  knowledge: Knowledge,
  evidence: readonly EvidenceItem[],
): string | undefined {
  const { change, gene } = variant;
  if (change?.kind !== 'missense') return undefined;
  const own = granthamDistance(change.reference, change.alternate);
  if (own === undefined) return undefined;
  for (const [key] of [...(hotspot?.changes ?? [])].sort((a, b) => b[1] - a[1])) {
    const other = parseProteinChange(key);
    if (other?.kind !== 'missense' || other.start !== change.start || other.alternate === change.alternate) continue;
    const far = granthamDistance(other.reference, other.alternate);
    // "At least approximately the same": a tenth less is the same.
    if (far === undefined || own < far * 0.9) continue;
    const local = knowledge.classified?.(gene, other);
    const computed = weighed(statedVariant(gene, other, undefined), knowledge, evidence, undefined, false);
    const verdict = local?.class ?? computed.class;
    if (verdict === 'oncogenic' || verdict === 'likely-oncogenic')
      return `${key} is ${verdict === 'oncogenic' ? verdict : 'likely oncogenic'} by this standard (${local?.source ?? codesMet(computed)}); Grantham distance ${own} against ${far}`;
  }
  return undefined;
}

const codesMet = ({ criteria }: Oncogenicity): string =>
  criteria.flatMap(({ code, state }) => (state === 'met' ? [code] : [])).join(' + ');

/**
 * Points and class of one variant. `not-evaluable` where neither a protein change nor a consequence is known. The
 * evidence given need only hold the items that name this gene. Without a tumor type OP2 is not evaluable.
 */
export const oncogenicityOf = (
  variant: SmallVariant,
  knowledge: Knowledge,
  evidence: readonly EvidenceItem[],
  tumorType?: TumorTypeNode,
): Oncogenicity => weighed(variant, knowledge, evidence, tumorType, true);

function weighed(
  variant: SmallVariant,
  knowledge: Knowledge,
  evidence: readonly EvidenceItem[],
  tumorType: TumorTypeNode | undefined,
  withNeighbours: boolean,
): Oncogenicity {
  const criteria = new Map<Code, Criterion>();
  const state = (code: Code, value: Criterion['state'], fact: string): void => {
    criteria.set(code, { code, state: value, points: value === 'met' ? codes[code] : 0, fact });
  };
  const met = (code: Code): boolean => criteria.get(code)?.state === 'met';
  const firstMet = (...asked: Code[]): Code | undefined => asked.find(met);

  const studies = functionalEvidence(variant, evidence);
  if (variant.change === undefined && variant.consequenceClass === 'unknown' && studies.harmful.length === 0)
    return notEvaluable;

  const role = knowledge.role?.(variant.gene);
  const kind = variant.consequenceClass;
  const nearlyAll = leavesNearlyAll(variant, knowledge);
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
  else if (nearlyAll !== undefined)
    state('OVS1', 'not-evaluable', `truncation at the extreme 3′ end (${nearlyAll}): loss of function is not given`);
  else state('OVS1', 'met', `null variant in the tumor suppressor ${variant.gene} (${role.source})`);

  const before = variant.change === undefined ? undefined : knowledge.classified?.(variant.gene, variant.change);
  if (variant.change === undefined) state('OS1', 'not-evaluable', 'protein change not computed');
  else if (before?.class === 'oncogenic' || before?.class === 'likely-oncogenic')
    state('OS1', 'met', `this site classified the same change ${before.class.replace('-', ' ')}: ${before.source}`);
  else if (before !== undefined)
    state('OS1', 'not-met', `this site classified the same change ${before.class.replace('-', ' ')}: ${before.source}`);
  else
    state(
      'OS1',
      'not-evaluable',
      'no open list of changes classified by this standard, and none in this site’s classification memory',
    );

  const models = dependence(variant, evidence);
  if (studies.harmful.length > 0 && studies.harmless.length > 0)
    state('OS2', 'not-met', `functional studies disagree (${few([...studies.harmful, ...studies.harmless])})`);
  else if (studies.harmful.length > 0)
    state('OS2', 'met', `functional studies of this change (${few(studies.harmful)})`);
  else if (models.length > 0 && studies.harmless.length === 0)
    state('OS2', 'met', `preclinical models with this change depend on it (${few(models)})`);
  else if (variant.change === undefined && variant.hgvsCoding === undefined)
    state('OS2', 'not-evaluable', 'protein change not computed');
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
    else if (variant.change === undefined && kind !== 'null' && kind !== 'non-coding')
      state(code, 'not-evaluable', 'protein change not computed');
    else if (hotspot === undefined)
      state(
        code,
        'not-met',
        hotspotKinds
          ? 'not in a listed hotspot'
          : 'the catalogue counts missense and in-frame changes; hotspots of truncation are left to OVS1',
      );
    else state(code, holds(hotspot) ? 'met' : 'not-met', counts);
  };
  hotspotState('OS3', (count) => count.samplesAtResidue >= 50 && count.samplesWithChange >= 10);
  if (met('OS3') && met('OS1')) state('OS3', 'not-met', `not used together with OS1 (${counts})`);

  const critical = clinicalSite(variant, evidence);
  const stronger = firstMet('OS1', 'OS3');
  if (variant.change === undefined && kind !== 'non-coding' && kind !== 'null')
    state('OM1', 'not-evaluable', 'protein change not computed');
  else if (!hotspotKinds) state('OM1', 'not-met', 'for missense and in-frame changes only');
  else if (stronger !== undefined) state('OM1', 'not-met', `not used together with ${stronger}`);
  else if (critical.length > 0)
    state(
      'OM1',
      'met',
      `clinical evidence of level A or B names this residue (${few(critical)}): taken as a critical site, as PCGR reads the criterion`,
    );
  else
    state(
      'OM1',
      'not-evaluable',
      'no clinical evidence of level A or B names this residue, and no pack lists critical sites of domains',
    );

  const skips = studies.harmful.some((fact) => fact.includes('left out'));
  if (kind !== 'in-frame' && kind !== 'stop-loss' && !skips)
    state('OM2', 'not-met', 'protein length does not change in frame');
  else if (met('OVS1')) state('OM2', 'not-met', 'not used together with OVS1');
  else if (knowledge.role === undefined) state('OM2', 'not-evaluable', 'no pack with gene roles');
  else if (role !== undefined && (kind === 'stop-loss' ? role.tumorSuppressor : role.oncogene || role.tumorSuppressor))
    state(
      'OM2',
      'met',
      `${skips ? 'an exon left out in frame' : kind === 'stop-loss' ? 'stop lost' : 'in-frame change of length'} in ${variant.gene} (${role.source})`,
    );
  else state('OM2', 'not-met', `${variant.gene} has no such role in the packs`);

  const before3 = firstMet('OS1', 'OS3', 'OM1');
  const neighbour =
    withNeighbours && before3 === undefined ? oncogenicNeighbour(variant, hotspot, knowledge, evidence) : undefined;
  if (variant.change?.kind !== 'missense') state('OM3', 'not-met', 'for missense changes only');
  else if (before3 !== undefined) state('OM3', 'not-met', `not used together with ${before3}`);
  else if (neighbour !== undefined) state('OM3', 'met', neighbour);
  else if (knowledge.hotspot === undefined) state('OM3', 'not-evaluable', 'no pack with changes of this residue');
  else if (hotspot === undefined) state('OM3', 'not-evaluable', 'no other change of this residue is known here');
  else state('OM3', 'not-met', 'no other change of this residue is oncogenic by these rules and as near');

  hotspotState('OM4', (count) => count.samplesAtResidue < 50 && count.samplesWithChange >= 10);
  const before4 = firstMet('OM1', 'OM3');
  if (met('OM4') && before4 !== undefined) state('OM4', 'not-met', `not used together with ${before4} (${counts})`);

  const predicted = readPredictors(variant.predictors);
  const computedFor = kind === 'missense' || kind === 'splice-region' || kind === 'synonymous' || kind === 'non-coding';
  const predictorState = (code: 'OP1' | 'SBP1', wanted: 'harmful' | 'harmless'): void => {
    if (predicted === undefined) state(code, 'not-evaluable', 'the input carries no predictor scores');
    else if (!computedFor) state(code, 'not-met', `predictors do not judge this kind of change (${predicted.fact})`);
    else state(code, predicted.verdict === wanted ? 'met' : 'not-met', predicted.fact);
  };
  predictorState('OP1', 'harmful');

  const cause = singleCause.filter(([gene]) => gene === variant.gene);
  if (tumorType === undefined) state('OP2', 'not-evaluable', 'no tumor type is given');
  else {
    const lineage = [tumorType.code, ...tumorType.ancestors];
    const found = cause.find(([, among]) => among.some((code) => lineage.includes(code)));
    if (found !== undefined) state('OP2', 'met', `${found[2]} has a single genetic cause, ${found[0]}`);
    else state('OP2', 'not-met', `${tumorType.name} is no tumor with ${variant.gene} as its single genetic cause here`);
  }

  hotspotState('OP3', (count) => count.samplesWithChange < 10);
  const before5 = firstMet('OM1', 'OM3', 'OM4');
  if (met('OP3') && before5 !== undefined) state('OP3', 'not-met', `not used together with ${before5} (${counts})`);

  const frequency = variant.populationFrequency;
  if (frequency === undefined) {
    for (const code of ['OP4', 'SBVS1', 'SBS1'] as const)
      state(code, 'not-evaluable', 'the input carries no population frequency');
  } else {
    const fact =
      frequency === 0
        ? 'absent from the population database of the input'
        : `population frequency ${percent(frequency)}`;
    state('OP4', frequency <= EXTREMELY_RARE ? 'met' : 'not-met', fact);
    state('SBVS1', frequency > 0.05 ? 'met' : 'not-met', fact);
    state('SBS1', frequency > 0.01 && frequency <= 0.05 ? 'met' : 'not-met', fact);
  }
  if (studies.harmless.length > 0 && studies.harmful.length === 0)
    state('SBS2', 'met', `functional studies found unaltered function (${few(studies.harmless)})`);
  else if (studies.harmful.length > 0) state('SBS2', 'not-met', 'functional studies found an effect');
  else state('SBS2', 'not-evaluable', 'no functional study in the packs finds this change without effect');
  predictorState('SBP1', 'harmless');
  const splices = (variant.predictors?.spliceAi ?? 0) >= 0.2;
  if (kind === 'splice-region' && variant.change?.kind === 'synonymous')
    state('SBP2', 'not-met', 'synonymous, but in the splice region');
  else if (kind === 'synonymous' && splices)
    state('SBP2', 'not-met', `a splice effect is predicted (${predicted?.fact})`);
  else if (kind === 'synonymous' && met('OS2'))
    state('SBP2', 'not-met', 'synonymous, but a functional study found an effect');
  else if (kind === 'synonymous') state('SBP2', 'met', 'synonymous, outside the splice site by the stated consequence');
  else
    state(
      'SBP2',
      kind === 'non-coding' ? 'not-evaluable' : 'not-met',
      kind === 'non-coding' ? 'conservation of the base is not known' : 'not a synonymous change',
    );
  if (met('SBP1') && met('SBP2'))
    state('SBP1', 'not-met', `a silent change is counted once, by SBP2 (${predicted?.fact})`);

  return summed(criteria);
}

function summed(criteria: ReadonlyMap<Code, Criterion>): Oncogenicity {
  const list = Object.keys(codes)
    .map((code) => criteria.get(code as Code))
    .filter((criterion) => criterion !== undefined);
  const points = list.reduce((sum, criterion) => sum + criterion.points, 0);
  return { class: classOfPoints(points), points, criteria: list };
}

/**
 * What the class waits for: criteria that an annotated input answers (predictors, population frequency) and this one did
 * not, where they could raise it. `undefined` where nothing they say could. A statement of what is missing, no class.
 */
export function classWaitsFor({
  class: verdict,
  points,
  criteria,
}: Oncogenicity): { readonly codes: readonly string[]; readonly reachable: OncogenicityClass } | undefined {
  if (verdict === 'not-evaluable' || points < 0) return undefined;
  const open = criteria.filter(({ code, state }) => state === 'not-evaluable' && (code === 'OP1' || code === 'OP4'));
  const reachable = classOfPoints(points + open.reduce((sum, { code }) => sum + codes[code as Code], 0));
  return open.length === 0 || reachable === verdict ? undefined : { codes: open.map(({ code }) => code), reachable };
}

/**
 * A gene lost on both copies is the standard's "single or multi-exon deletion" of OVS1. It has no criterion for gains,
 * amplifications and the loss of one copy: `undefined` there, and nothing is made up.
 */
export function oncogenicityOfDeletion(
  gene: string,
  copies: CopyNumberState,
  knowledge: Pick<MolecularKnowledge, 'role'>,
): Oncogenicity | undefined {
  if (copies !== 'deep-deletion') return undefined;
  const role = knowledge.role?.(gene);
  const list = (Object.keys(codes) as Code[]).map((code): Criterion => {
    if (code !== 'OVS1')
      return { code, state: 'not-evaluable', points: 0, fact: 'asks for a change of sequence; the gene is lost' };
    if (knowledge.role === undefined)
      return { code, state: 'not-evaluable', points: 0, fact: 'no pack with gene roles' };
    return role?.tumorSuppressor === true
      ? {
          code,
          state: 'met',
          points: codes.OVS1,
          fact: `both copies of the tumor suppressor ${gene} lost (${role.source})`,
        }
      : { code, state: 'not-met', points: 0, fact: `${gene} is in no list of tumor suppressors here` };
  });
  return summed(new Map(list.map((criterion) => [criterion.code as Code, criterion])));
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
