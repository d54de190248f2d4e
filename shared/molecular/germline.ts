/**
 * Germline variants by ACMG/AMP 2015 (Richards S, et al. Genet Med 2015;17:405) in the points of its Bayesian form
 * (Tavtigian SV, et al. Hum Mutat 2020;41:1734): very strong 8, strong 4, moderate 2, supporting 1; pathogenic from 10,
 * likely pathogenic from 6, likely benign from -1, benign from -7; BA1 stands alone. Each of the 28 criteria is met, not
 * met or not evaluable with its fact. PP5 and BP6 are not used (Biesecker LG, Harrison SM. Genet Med 2018;20:1687), PM2
 * counts as supporting (ClinGen SVI 2020).
 */
import { clinvarWords, type PathogenicProtein } from '../knowledge/clinvar.ts';
import type { EvidenceItem } from '../knowledge/evidence.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import { functionalEvidence, leavesNearlyAll } from './oncogenicity.ts';
import { readPredictors } from './predictors.ts';
import type { Criterion, GermlineClass } from './profile.ts';
import type { SmallVariant } from './small-variants.ts';

export interface GermlineVerdict {
  readonly class: GermlineClass;
  readonly points: number;
  readonly criteria: readonly Criterion[];
}

type Knowledge = Pick<
  MolecularKnowledge,
  'hereditary' | 'pathogenicCodon' | 'pathogenicProteins' | 'codingSequence' | 'cancerGenes' | 'hotspot'
>;

export function classOfGermlinePoints(points: number): GermlineClass {
  if (points >= 10) return 'pathogenic';
  if (points >= 6) return 'likely-pathogenic';
  if (points >= 0) return 'uncertain';
  if (points >= -6) return 'likely-benign';
  return 'benign';
}

const STAND_ALONE = 0.05;
/** Founder variants such as CHEK2 c.1100del reach 0.5 %: only above 1 % is a frequency more than any of them explains. */
const TOO_FREQUENT = 0.01;
const ABSENT = 1e-5;

const percent = (fraction: number): string => `${Number((fraction * 100).toPrecision(2))} %`;

/** Codes that need what no file of a case carries: said so, one by one. */
const unanswerable: readonly (readonly [code: string, fact: string])[] = [
  ['PS1', 'needs a list of alleles classified pathogenic; the packs name codons, not alleles'],
  ['PS2', 'needs both parents, tested'],
  ['PS4', 'needs a case-control study of this variant'],
  ['PM3', 'needs the phase of a second variant'],
  ['PM6', 'needs both parents'],
  ['PP1', 'needs segregation in the family'],
  ['PP4', 'the phenotype ranks findings here and gives no points'],
  ['PP5', 'not used: retired by ClinGen'],
  ['BS2', 'needs healthy adults who carry it'],
  ['BS4', 'needs segregation in the family'],
  ['BP2', 'needs the phase of a second variant'],
  ['BP3', 'needs a map of repeats'],
  ['BP5', 'needs another cause that explains the disease'],
  ['BP6', 'not used: retired by ClinGen'],
];
const order = [
  'PVS1 PS1 PS2 PS3 PS4 PM1 PM2 PM3 PM4 PM5 PM6 PP1 PP2 PP3 PP4 PP5 BA1 BS1 BS2 BS3 BS4 BP1 BP2 BP3 BP4 BP5 BP6 BP7',
].flatMap((text) => text.split(' '));

/**
 * PM1 of TP53 as its expert panel specifies it (ClinGen GN009; somatic hotspots by Walsh MF, et al. Hum Mutat
 * 2018;39:1542): moderate in six codons or from ten tumors with the same change, supporting from two. Other genes have
 * specifications of their own, which are not here.
 */
const TP53_SITES: ReadonlySet<number> = new Set([175, 245, 248, 249, 273, 282]);

function hotspotSite(
  { gene, change }: SmallVariant,
  { hotspot }: Knowledge,
): { readonly points: number; readonly fact: string } | undefined {
  if (gene !== 'TP53' || change?.kind !== 'missense') return undefined;
  const panel = 'ClinGen TP53 expert panel';
  if (TP53_SITES.has(change.start)) return { points: 2, fact: `codon ${change.start} is one of six of the ${panel}` };
  if (hotspot === undefined) return undefined;
  const seen = hotspot(gene, change);
  const tumors = seen?.samplesWithChange ?? 0;
  const fact = `${tumors} tumors with this change (${seen?.source ?? 'not in a listed hotspot'}), by the thresholds of the ${panel}`;
  return { points: tumors >= 10 ? 2 : tumors >= 2 ? 1 : 0, fact };
}

/** Points and class of one germline variant. The evidence given need only hold the items that name this gene. */
export function germlineClassOf(
  variant: SmallVariant,
  knowledge: Knowledge,
  evidence: readonly EvidenceItem[],
): GermlineVerdict {
  const criteria = new Map<string, Criterion>(
    unanswerable.map(([code, fact]) => [code, { code, state: 'not-evaluable', points: 0, fact }]),
  );
  const state = (code: string, value: Criterion['state'], points: number, fact: string): void => {
    criteria.set(code, { code, state: value, points: value === 'met' ? points : 0, fact });
  };
  const met = (code: string): boolean => criteria.get(code)?.state === 'met';
  const { gene, change, consequenceClass: kind, populationFrequency: frequency } = variant;
  const disease = knowledge.hereditary?.(gene);
  const untold = change === undefined && kind === 'unknown';

  const nearlyAll = leavesNearlyAll(variant, knowledge);
  if (untold) state('PVS1', 'not-evaluable', 0, 'the consequence of this variant is not computed');
  else if (kind !== 'null')
    state('PVS1', 'not-met', 0, 'not a null variant (stop, frameshift, canonical splice site, start loss)');
  else if (knowledge.hereditary === undefined) state('PVS1', 'not-evaluable', 0, 'no pack with hereditary genes');
  else if (disease === undefined) state('PVS1', 'not-met', 0, `${gene} is in no list of hereditary genes here`);
  else if (disease.mechanism === 'unknown')
    state('PVS1', 'not-evaluable', 0, `the mechanism of disease of ${gene} is not stated (${disease.source})`);
  else if (disease.mechanism === 'gain-of-function')
    state('PVS1', 'not-met', 0, `disease of ${gene} is by gain of function (${disease.source})`);
  else if (nearlyAll !== undefined)
    state('PVS1', 'not-evaluable', 0, `truncation at the extreme 3′ end (${nearlyAll}): loss of function is not given`);
  else if (change?.kind === 'start-loss')
    state(
      'PVS1',
      'met',
      2,
      `start loss in ${gene}: counted as moderate (Abou Tayoun AN, et al. Hum Mutat 2018;39:1517)`,
    );
  else state('PVS1', 'met', 8, `null variant in ${gene}, whose loss is a known mechanism (${disease.source})`);

  const studies = functionalEvidence(variant, evidence);
  if (studies.harmful.length > 0 && studies.harmless.length > 0) {
    state('PS3', 'not-met', 0, 'functional studies disagree');
    state('BS3', 'not-met', 0, 'functional studies disagree');
  } else {
    const none = 'no functional study of this change in the packs';
    state(
      'PS3',
      studies.harmful.length > 0 ? 'met' : 'not-evaluable',
      4,
      studies.harmful.slice(0, 3).join(', ') || none,
    );
    state(
      'BS3',
      studies.harmless.length > 0 ? 'met' : 'not-evaluable',
      -4,
      studies.harmless.slice(0, 3).join(', ') || none,
    );
  }
  // Null variants are not counted twice by a study of their loss.
  if (met('PVS1') && met('PS3')) state('PS3', 'not-met', 0, 'not used together with PVS1');

  if (kind !== 'missense' && kind !== 'in-frame') state('PM1', 'not-met', 0, 'for missense and in-frame changes only');
  else {
    const site = hotspotSite(variant, knowledge);
    if (site === undefined) state('PM1', 'not-evaluable', 0, 'no pack lists critical sites of domains');
    else state('PM1', site.points > 0 ? 'met' : 'not-met', site.points, site.fact);
  }

  if (frequency === undefined) {
    for (const code of ['PM2', 'BA1', 'BS1'] as const)
      state(code, 'not-evaluable', 0, 'the input carries no population frequency');
  } else {
    const fact =
      frequency === 0
        ? 'absent from the population database of the input'
        : `population frequency ${percent(frequency)}`;
    state('PM2', frequency <= ABSENT ? 'met' : 'not-met', 1, fact);
    state('BA1', frequency > STAND_ALONE ? 'met' : 'not-met', -8, fact);
    state('BS1', frequency > TOO_FREQUENT && frequency <= STAND_ALONE ? 'met' : 'not-met', -4, fact);
  }

  if (kind !== 'in-frame' && kind !== 'stop-loss')
    state('PM4', 'not-met', 0, 'protein length does not change in frame');
  else
    state(
      'PM4',
      'met',
      2,
      kind === 'stop-loss' ? 'stop lost' : 'protein length changes in frame; repeats are not mapped here',
    );

  const codon = change === undefined ? undefined : knowledge.pathogenicCodon?.(gene, change.start);
  const alleles =
    change === undefined || kind !== 'missense' ? undefined : knowledge.pathogenicProteins?.(gene, change.start);
  if (alleles !== undefined && change !== undefined) {
    const name = `${change.reference}${change.start}${change.alternate}`;
    const said = (one: PathogenicProtein): string => `${gene} ${one.name}, ClinVar ${one.id}, ${one.stars} of 4 stars`;
    const same = alleles.find((one) => one.name === name && one.id !== variant.recorded?.id);
    if (same !== undefined)
      state('PS1', 'met', 4, `another allele with this protein change is pathogenic: ${said(same)}`);
    else if (alleles.some((one) => one.name === name))
      state('PS1', 'not-met', 0, 'this very allele is the one that was classified: it is no evidence for itself');
    else state('PS1', 'not-met', 0, 'no pathogenic allele with this protein change is known here');
    const other = alleles.find((one) => one.name !== name);
    // One missense change at a residue is not counted twice.
    if (other !== undefined && !met('PS1'))
      state('PM5', 'met', 2, `another change at this codon is pathogenic: ${said(other)}`);
    else
      state(
        'PM5',
        'not-met',
        0,
        other === undefined ? 'no other pathogenic change is known at this codon here' : 'not used together with PS1',
      );
  } else if (kind !== 'missense') state('PM5', 'not-met', 0, 'for missense changes only');
  else if (knowledge.pathogenicCodon === undefined) state('PM5', 'not-evaluable', 0, 'no pack with pathogenic codons');
  else if (codon === undefined) state('PM5', 'not-met', 0, 'no pathogenic variant is known at this codon here');
  else
    state(
      'PM5',
      'met',
      1,
      `a pathogenic variant is known at this codon, its allele is not stated: counted as supporting (${codon})`,
    );

  if (variant.recorded !== undefined)
    for (const code of ['PP5', 'BP6'])
      state(code, 'not-evaluable', 0, `not used: retired by ClinGen. ${clinvarWords(variant.recorded)}`);

  const { pathogenicMissense = 0, benignMissenseShare, truncatingShare } = disease ?? {};
  if (kind !== 'missense') {
    state('PP2', 'not-met', 0, 'for missense changes only');
    state('BP1', 'not-met', 0, 'for missense changes only');
  } else {
    if (benignMissenseShare === undefined)
      state('PP2', 'not-evaluable', 0, 'no counts of missense variants of this gene');
    else
      state(
        'PP2',
        pathogenicMissense >= 10 && benignMissenseShare <= 0.1 ? 'met' : 'not-met',
        1,
        `${pathogenicMissense} pathogenic missense variants known, ${percent(benignMissenseShare)} of those classified are benign (${disease?.source})`,
      );
    if (truncatingShare === undefined)
      state('BP1', 'not-evaluable', 0, 'no counts of truncating variants of this gene');
    else
      state(
        'BP1',
        truncatingShare >= 0.9 && codon === undefined ? 'met' : 'not-met',
        -1,
        `${percent(truncatingShare)} of the pathogenic variants of ${gene} truncate (${disease?.source})`,
      );
  }

  const predicted = readPredictors(variant.predictors);
  for (const [code, wanted, points] of [
    ['PP3', 'harmful', 1],
    ['BP4', 'harmless', -1],
  ] as const) {
    if (predicted === undefined) state(code, 'not-evaluable', 0, 'the input carries no predictor scores');
    else if (kind === 'null') state(code, 'not-met', 0, `predictors do not judge null variants (${predicted.fact})`);
    else state(code, predicted.verdict === wanted ? 'met' : 'not-met', points, predicted.fact);
  }

  const splice = variant.predictors?.spliceAi;
  if (kind !== 'synonymous') state('BP7', 'not-met', 0, 'not a synonymous change outside the splice region');
  else if (splice === undefined) state('BP7', 'not-evaluable', 0, 'needs a prediction of splicing');
  else state('BP7', splice <= 0.1 ? 'met' : 'not-met', -1, `SpliceAI ${splice}`);

  const list = order.flatMap((code) => criteria.get(code) ?? []);
  const points = list.reduce((sum, criterion) => sum + criterion.points, 0);
  if (met('BA1')) return { class: 'benign', points, criteria: list };
  if (untold) return { class: 'not-evaluable', points: 0, criteria: list };
  return { class: classOfGermlinePoints(points), points, criteria: list };
}

export const harmsGermline = ({ class: verdict }: Pick<GermlineVerdict, 'class'>): boolean =>
  verdict === 'pathogenic' || verdict === 'likely-pathogenic';
