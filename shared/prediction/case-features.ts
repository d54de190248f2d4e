/**
 * One case as the model's inputs. Every value is either known and standardised against the stored reference, or left at
 * 0 – the cohort's mean, which adds nothing – and counted as not known. Nothing is imputed in silence (F030).
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { AssayedState, IntakeDocument, LedgerModality, ObservedCopyNumber } from '../case/intake.ts';
import { type MolecularProfile, rowKeysOf } from '../molecular/profile.ts';
import { gradeOfGlioma, isGlioblastoma } from './cohort-of.ts';
import { type Verdict, verdictOn } from './guard.ts';
import type { FeatureTable, ModelBlock } from './model-files.ts';
import type { ModalityUse, PredictionModality } from './predictions.ts';

type TypeTable = FeatureTable['types'][string];

/** The words for a clinical input, by its name in the model's table. */
export const clinicalWords: Record<string, string> = {
  age: 'Age',
  'sex-female': 'Sex',
  stage: 'Stage',
  grade: 'Grade',
  t: 'T',
  n: 'N',
  m: 'M',
  'positive-nodes': 'Positive nodes',
  smoking: 'Smoking',
  'estrogen-receptor': 'Estrogen receptor',
  'progesterone-receptor': 'Progesterone receptor',
  her2: 'HER2',
  'rectal-primary': 'Site in the bowel',
  glioblastoma: 'Glioblastoma',
};

export interface KnownInput {
  readonly column: number;
  readonly block: ModelBlock;
  readonly name: string;
  readonly value: string;
}

/**
 * The inputs of a block that are known, as columns of numbers: thousands are known and some twenty are told, so that an object
 * and its words are made only for those that are asked for.
 */
export class KnownBlock {
  readonly block: ModelBlock;
  /** Input column of each. */
  readonly columns: Int32Array;
  private readonly names: readonly string[];
  /** Place of each among the block's names. */
  private readonly places: Int32Array;
  private readonly raw: Float64Array;
  private readonly given: Given;
  constructor(
    block: ModelBlock,
    columns: Int32Array,
    names: readonly string[],
    places: Int32Array,
    raw: Float64Array,
    given: Given,
  ) {
    this.block = block;
    this.columns = columns;
    this.names = names;
    this.places = places;
    this.raw = raw;
    this.given = given;
  }
  nameAt(k: number): string {
    return this.names[this.places[k] as number] as string;
  }
  at(k: number): KnownInput {
    const name = this.nameAt(k);
    return {
      column: this.columns[k] as number,
      block: this.block,
      name,
      value: this.given.words(name, this.raw[k] as number),
    };
  }
}

/** Raw values by place among a type's features of a block, NaN where not known, and a value as a clinician reads it. */
interface Given {
  readonly raw: Float64Array;
  words(name: string, raw: number): string;
}

/**
 * A type's features of a block: names in the order of its scaling, the way back, the places of all of them, the input column
 * of each, and the scaling as columns of numbers.
 */
interface Features {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly all: Int32Array;
  readonly columns: Int32Array;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** Place of a gene, for genes asked one after the other: files mostly list them in the order of the model. */
function placer({ names, places }: Features): (gene: string) => number | undefined {
  let next = 0;
  return (gene) => {
    const place = names[next] === gene ? next : places.get(gene);
    if (place !== undefined) next = place + 1;
    return place;
  };
}

const unknowns = ({ names }: Features): Float64Array => new Float64Array(names.length).fill(Number.NaN);

export interface CaseFeatures {
  /** Standardised inputs in column order, absent blocks all 0. */
  readonly features: Float32Array;
  readonly modalities: ModalityUse[];
  readonly used: ReadonlySet<PredictionModality>;
  /** What is known of each block that counts. */
  readonly blocks: readonly KnownBlock[];
  /** Blocks whose values lie further from the cohort than 99.5 % of it, or do not go together as the cohort's do; why. */
  readonly strange: { block: ModelBlock; reason: string }[];
  /** Blocks that were judged and found sound: they vouch for the sample, and so for blocks that cannot be judged. */
  readonly vouching: ReadonlySet<PredictionModality>;
  /** Blocks that are in the case and do not count, because nothing vouches for them. */
  readonly setAside: readonly ModelBlock[];
  /** Blocks that were found sound and do not count only because another does (`asides` of the table): without it they would. */
  readonly besides: readonly ModelBlock[];
}

/** Every known input, with its block, its name and the value as a clinician reads it. */
export const knownInputs = ({ blocks }: Pick<CaseFeatures, 'blocks'>): KnownInput[] =>
  blocks.flatMap((one) => Array.from(one.columns, (_, k) => one.at(k)));

/**
 * Of some blocks those that count: all where one was judged and found sound, else only what was no measurement of molecules.
 * Values that nobody can tell from mixed-up ones must not move the number (models/training/aggressiveness/guard.py, by_subset).
 */
export const standing = (
  blocks: readonly ModelBlock[],
  vouching: ReadonlySet<PredictionModality>,
): readonly ModelBlock[] =>
  blocks.some((block) => vouching.has(block)) ? blocks : blocks.filter((block) => block === 'clinical');

/** What the clinical block reads of a patient. */
export interface ClinicalFacts {
  readonly patient: Pick<CaseRecord['patient'], 'ageYears' | 'sex'>;
  readonly diagnosis: Pick<
    CaseRecord['diagnosis'],
    'oncotreeCode' | 'stage' | 'grade' | 'tnm' | 'positiveNodes' | 'attributes'
  >;
}

/** Least share of a block's features that must be measured for the block to be used. */
const leastShare: Record<ModelBlock, number> = {
  clinical: 0,
  rna: 0.5,
  'copy-number': 0.5,
  mutation: 0.2,
  protein: 0.9,
};

/** 1 to 4, A a quarter less and C a quarter more. */
export const stageNumber = (stage: string | undefined): number | undefined => {
  const match = /^(?:stage\s*)?(IV|III|II|I)\s*([ABC])?\d?$/i.exec((stage ?? '').trim());
  if (match === null) return undefined;
  const base = { I: 1, II: 2, III: 3, IV: 4 }[match[1]?.toUpperCase() as 'I' | 'II' | 'III' | 'IV'];
  return base + ({ A: -0.25, B: 0, C: 0.25 }[match[2]?.toUpperCase() as 'A' | 'B' | 'C'] ?? 0);
};

export const gradeNumber = (grade: string | undefined): number | undefined => {
  const text = (grade ?? '').trim();
  const digit = /^(?:g|grade\s*)?([1-4])$/i.exec(text)?.[1];
  if (digit !== undefined) return Number(digit);
  if (/^high/i.test(text)) return 3;
  return /^low/i.test(text) ? 1 : undefined;
};

const digitAfter = (text: string | undefined, letter: 'T' | 'N' | 'M'): number | undefined => {
  const digit = new RegExp(`^[cpy]{0,2}${letter}([0-4])`, 'i').exec((text ?? '').trim())?.[1];
  return digit === undefined ? undefined : Number(digit);
};

const receptor = (text: string | undefined): number | undefined => {
  const word = (text ?? '').trim().toLowerCase();
  if (word.startsWith('positive')) return 1;
  if (word.startsWith('equivocal')) return 0.3;
  return word.startsWith('negative') ? 0 : undefined;
};

const smokingNumbers: Record<string, number> = {
  never: 0,
  'former >15 years': 1,
  former: 1.5,
  'former <=15 years': 2,
  current: 3,
};

/** Restricted cubic spline term with three knots (Harrell, Regression Modeling Strategies, section 2.4.5). */
function ageCurve(age: number, { ageKnots: [k1, k2, k3], ageLine: [intercept, slope] }: TypeTable): number {
  const cube = (x: number): number => Math.max(x, 0) ** 3;
  const term =
    (cube(age - k1) - (cube(age - k2) * (k3 - k1)) / (k3 - k2) + (cube(age - k3) * (k2 - k1)) / (k3 - k2)) /
    (k3 - k1) ** 2;
  return term - (intercept + slope * age);
}

/** Raw clinical values by feature name, with the words a reader sees; what the record does not say is not there. */
function clinicalValues(
  { patient, diagnosis }: ClinicalFacts,
  cohort: string,
  table: TypeTable,
  features: Features,
): Given {
  const raw = unknowns(features);
  const said = new Map<string, string>();
  const put = (name: string, value: number | undefined, words: string | undefined): void => {
    const place = features.places.get(name);
    if (value === undefined || place === undefined) return;
    raw[place] = value;
    said.set(name, words ?? String(value));
  };
  const age = patient.ageYears;
  put('age', age, `${age} years`);
  put('age-curve', age === undefined ? undefined : ageCurve(age, table), `${age} years`);
  put('sex-female', patient.sex === 'female' ? 1 : patient.sex === 'male' ? 0 : undefined, patient.sex);
  put('stage', stageNumber(diagnosis.stage), diagnosis.stage);
  const code = diagnosis.oncotreeCode;
  const codedGrade = cohort === 'GBMLGG' ? gradeOfGlioma(code) : undefined;
  put(
    'grade',
    codedGrade ?? gradeNumber(diagnosis.grade),
    codedGrade === undefined ? diagnosis.grade : `${codedGrade} (${code})`,
  );
  put('t', digitAfter(diagnosis.tnm?.t, 'T'), diagnosis.tnm?.t);
  put('n', digitAfter(diagnosis.tnm?.n, 'N'), diagnosis.tnm?.n);
  put('m', digitAfter(diagnosis.tnm?.m, 'M'), diagnosis.tnm?.m);
  const nodes = diagnosis.positiveNodes;
  put(
    'positive-nodes',
    nodes === undefined ? undefined : Math.log1p(Math.min(nodes, 30)),
    `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`,
  );
  put('smoking', smokingNumbers[(diagnosis.attributes?.smoking ?? '').toLowerCase()], diagnosis.attributes?.smoking);
  for (const name of ['estrogen-receptor', 'progesterone-receptor', 'her2'])
    put(name, receptor(diagnosis.attributes?.[name]), diagnosis.attributes?.[name]);
  // Mucinous and signet ring carcinomas and the parent code leave the site open.
  if (cohort === 'COADREAD') put('rectal-primary', code === 'READ' ? 1 : code === 'COAD' ? 0 : undefined, code);
  const glioblastoma = cohort === 'GBMLGG' ? isGlioblastoma(code) : undefined;
  put('glioblastoma', glioblastoma === undefined ? undefined : Number(glioblastoma), code);
  return { raw, words: (name) => said.get(name) ?? '' };
}

/**
 * GISTIC-style call. Where the source gives no call: total copies 0, 1, 2, 3–5, 6 and more become −2, −1, 0, 1, 2; log2
 * ratios under −1.1, −0.25 and over 0.2, 0.9 likewise. Stated on the card; the source's own call always wins.
 */
export function copyNumberCall(observed: ObservedCopyNumber): number | undefined {
  if (observed.call !== undefined) return observed.call;
  const copies = observed.totalCopies;
  if (copies !== undefined) return copies < 0.5 ? -2 : copies < 1.5 ? -1 : copies < 2.5 ? 0 : copies < 5.5 ? 1 : 2;
  const ratio = observed.log2Ratio;
  if (ratio === undefined) return undefined;
  return ratio <= -1.1 ? -2 : ratio <= -0.25 ? -1 : ratio < 0.2 ? 0 : ratio < 0.9 ? 1 : 2;
}

const CLIP = 4;
const MOST_OUTLYING = 0.2;
const MOST_CENTRE = 1;

function rnaValues(intake: IntakeDocument, cohort: string, features: Features): Given | string {
  const matrices = intake.matrices.filter((matrix) => matrix.modality === 'expression');
  if (matrices.length === 0) return 'no expression data in the case';
  const usable = matrices.find(
    (matrix) => matrix.scale === 'z-score' && matrix.reference !== undefined && namesCohort(matrix.reference, cohort),
  );
  if (usable === undefined)
    return `expression is not given as z-scores against the TCGA ${cohort} cohort, and one sample cannot be converted`;
  const raw = unknowns(features);
  const placeOf = placer(features);
  let [outlying, n, sum, squares] = [0, 0, 0, 0];
  for (let i = 0; i < usable.genes.length; i++) {
    const z = usable.values[i];
    if (z === undefined || !Number.isFinite(z)) continue;
    if (Math.abs(z) > CLIP) outlying += 1;
    const clipped = clamp(z, CLIP);
    const place = placeOf(usable.genes[i] as string);
    if (place !== undefined) raw[place] = clipped;
    n += 1;
    sum += clipped;
    squares += clipped * clipped;
  }
  // No patient of the cohorts has more than 15 % of genes beyond ±4 (models/README.md); counts or log TPM do.
  const share = outlying / usable.values.length;
  if (share > MOST_OUTLYING)
    return `${Math.round(100 * share)} % of the expression values lie beyond ±${CLIP}, which z-scores do not`;
  const spread = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  // Over all genes no patient of the cohorts has a mean beyond 0.85: logarithms and logarithms of logarithms do.
  if (Math.abs(sum / n) > MOST_CENTRE)
    return `the mean of the expression values is ${(sum / n).toFixed(1)}, and z-scores lie about 0`;
  if (spread < 0.2) return 'the expression values do not vary from gene to gene as z-scores do';
  return { raw, words: (_, z) => `z ${z.toFixed(1)}` };
}

/** Every patient's median of TCGA's level 4 values lies within 0.18 of 0, and their spread within 0.35 to 1.75. */
const MOST_MEDIAN = 0.5;
const ARRAY_SPREAD = [0.2, 3] as const;

function proteinValues(intake: IntakeDocument, cohort: string, features: Features): Given | string {
  const matrices = intake.matrices.filter((matrix) => matrix.modality === 'protein');
  if (matrices.length === 0) return 'no protein data in the case';
  const usable = matrices.find(
    ({ scale, reference = '' }) =>
      (scale === 'z-score' || scale === 'log2-ratio') && namesCohort(reference, cohort) && /\bRPPA\b/i.test(reference),
  );
  if (usable === undefined)
    return `protein is not given as log2 values or z-scores of the TCGA ${cohort} arrays (RPPA, level 4), and another assay cannot be converted`;
  const raw = unknowns(features);
  const placeOf = placer(features);
  usable.genes.forEach((gene, i) => {
    const [place, value] = [placeOf(gene), usable.values[i] ?? Number.NaN];
    if (place === undefined) return;
    raw[place] = value;
  });
  if (usable.scale === 'log2-ratio') return ofArrays(raw, features);
  if (enoughArrays(raw) && onLog2Scale(raw, features) > 0)
    return 'the protein values vary from protein to protein as level 4 log2 values do, and are said to be z-scores';
  return ofArrays(
    raw.map((z, i) => (features.mean[i] as number) + z * (features.sd[i] as number)),
    features,
  );
}

/** Of fewer the scale cannot be told, and they do not count. */
const enoughArrays = (raw: Float64Array): boolean =>
  raw.filter((value) => Number.isFinite(value)).length >= leastShare.protein * raw.length && raw.length > 0;

/**
 * Twice the mean log-likelihood ratio per value of level 4 logarithms (each protein its mean and spread) over z-scores (one spread
 * for all). Of 786 patients 99.5 % of the logarithms lie above 0.09, 99 % of the z-scores under -0.1.
 */
function onLog2Scale(values: Float64Array, { mean, sd }: Features): number {
  let [n, squares, standardised, spreads] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    n += 1;
    squares += value ** 2;
    standardised += ((value - (mean[i] as number)) / (sd[i] as number)) ** 2;
    spreads += Math.log(sd[i] as number);
  });
  return Math.log(squares) - Math.log(standardised) - (2 * spreads) / n;
}

/** Level 4 values, or why they are none: amounts, z-scores and constants carry the name of the scale too. */
function ofArrays(raw: Float64Array, features: Features): Given | string {
  const { places, mean, sd } = features;
  const known = raw.filter((value) => Number.isFinite(value)).sort();
  if (enoughArrays(raw)) {
    const middle = known[known.length >> 1] as number;
    if (Math.abs(middle) > MOST_MEDIAN)
      return `the middle of the protein values is ${middle.toFixed(1)}, and level 4 log2 values lie about 0`;
    const centre = known.reduce((sum, value) => sum + value, 0) / known.length;
    const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - centre) ** 2, 0) / known.length);
    if (!(spread >= ARRAY_SPREAD[0] && spread <= ARRAY_SPREAD[1]))
      return `the protein values spread by ${spread.toFixed(2)} within the patient, and level 4 log2 values by ${ARRAY_SPREAD[0]} to ${ARRAY_SPREAD[1]}`;
    if (onLog2Scale(raw, features) < 0)
      return 'the protein values vary alike from protein to protein as z-scores and mixed-up values do, and level 4 log2 values do not';
  }
  const words = (name: string, value: number): string => {
    const place = places.get(name) ?? 0;
    return `z ${((value - (mean[place] as number)) / (sd[place] as number)).toFixed(1)}`;
  };
  return { raw, words };
}

const namesCohort = (reference: string, cohort: string): boolean => {
  const words = reference.toUpperCase().split(/[^A-Z0-9]+/);
  return words.includes('TCGA') && words.includes(cohort);
};

const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));

const callWords: Record<string, string> = {
  '-2': 'deep deletion',
  '-1': 'loss',
  '0': 'no change',
  '1': 'gain',
  '2': 'amplification',
};

function copyNumberValues(intake: IntakeDocument, features: Features): Given | string {
  const raw = unknowns(features);
  const placeOf = placer(features);
  let observedAny = false;
  for (const observed of intake.copyNumbers) {
    const call = copyNumberCall(observed);
    if (call === undefined) continue;
    observedAny = true;
    const place = placeOf(observed.gene);
    if (place !== undefined) raw[place] = call;
  }
  if (!observedAny) return 'no gene-level copy number in the case';
  // A list of altered genes only: the ledger says which others were read. Segments speak of every gene, so with them
  // a gene that is not listed is not taken for unchanged.
  const inferred = new Set<string>();
  if (intake.segments.length === 0) {
    const state = ledgerReader(intake);
    features.names.forEach((gene, place) => {
      if (Number.isNaN(raw[place]) && state(gene, 'copy-number') === 'tested-not-detected') {
        raw[place] = 0;
        inferred.add(gene);
      }
    });
  }
  return {
    raw,
    words: (name, call) =>
      inferred.has(name) ? 'tested, no change detected' : (callWords[String(call)] ?? String(call)),
  };
}

type Ledger = IntakeDocument['ledger'];
const statesByGene = new WeakMap<Ledger, ReadonlyMap<string, Ledger['entries'][number]['states']>>();

/** The ledger's word on a gene; a gene it does not name is answered by its default (F003). */
function ledgerReader({
  ledger,
}: IntakeDocument): (gene: string, modality: LedgerModality) => AssayedState | undefined {
  const byGene = statesByGene.get(ledger) ?? new Map(ledger.entries.map((entry) => [entry.gene, entry.states]));
  statesByGene.set(ledger, byGene);
  return (gene, modality) => (byGene.get(gene)?.[modality] ?? ledger.defaults[modality])?.state;
}

/** Terms of the Sequence Ontology that change the protein; anything else does not count as mutated. */
const altering =
  /missense|nonsense|stop_(gained|lost)|start_lost|nonstop|frame_?shift|in_?frame|splice_(acceptor|donor|site)|protein_altering/i;

/** More common than this among people, it is taken for inherited: the model learned from somatic changes. */
const COMMON = 0.01;

/**
 * 1 mutated, 0 tested and not mutated, no value where it cannot be told: not assayed, or a change of unknown
 * consequence. Both the source's annotation and the molecular room's findings count, because findings fold away what
 * has no meaning for the board, and the model learned from every altering change.
 */
function mutationValues(intake: IntakeDocument, profile: MolecularProfile, features: Features): Given | string {
  const mutated = new Map<string, string>();
  const untold = new Set<string>();
  let unplaced = 0;
  const placed = new Set(profile.findings.flatMap(rowKeysOf));
  const somatic = intake.variants.filter((variant) => variant.origin === 'somatic');
  for (const { key, annotation } of somatic) {
    if ((annotation?.populationFrequency ?? 0) > COMMON) continue;
    if (annotation?.gene === undefined) {
      if (!placed.has(key)) unplaced += 1;
    } else if (annotation.consequence === undefined) untold.add(annotation.gene);
    else if (altering.test(annotation.consequence))
      mutated.set(annotation.gene, annotation.hgvsProtein ?? annotation.consequence);
  }
  for (const finding of profile.findings)
    if (finding.kind === 'small-variant' && finding.origin !== 'germline' && finding.state === 'detected') {
      if (finding.consequence === undefined) untold.add(finding.gene);
      else if (altering.test(finding.consequence)) mutated.set(finding.gene, finding.title);
    }
  // Which gene an unplaced change lies in is not known, so no gene could be called unmutated.
  if (unplaced > 0.1 * somatic.length)
    return `${unplaced} of ${somatic.length} somatic changes carry no gene, so no gene can be called unmutated`;
  const state = ledgerReader(intake);
  const raw = unknowns(features);
  const silent = new Set<string>();
  let told = false;
  features.names.forEach((gene, place) => {
    const assayed = state(gene, 'small-variant');
    if (assayed !== 'tested-not-detected' && assayed !== 'detected') return;
    raw[place] = 0;
    if (assayed === 'detected') silent.add(gene);
    told = true;
  });
  for (const gene of untold) {
    const place = features.places.get(gene);
    if (place !== undefined) raw[place] = Number.NaN;
  }
  for (const gene of mutated.keys()) {
    const place = features.places.get(gene);
    if (place === undefined) continue;
    raw[place] = 1;
    told = true;
  }
  if (!told) return 'no somatic variants assayed';
  return {
    raw,
    words: (name) =>
      mutated.get(name) ?? (silent.has(name) ? 'no change that alters the protein' : 'tested, not detected'),
  };
}

const featuresByType = new WeakMap<TypeTable, Map<ModelBlock, Features>>();

/** A type's features, looked up once for a table. */
function featuresOf(table: FeatureTable, type: TypeTable, block: ModelBlock): Features {
  const kept = featuresByType.get(type) ?? new Map<ModelBlock, Features>();
  featuresByType.set(type, kept);
  let features = kept.get(block);
  if (features === undefined) {
    const { index, mean, sd } = type.blocks[block];
    const names = index.map((place) => table.columns[block][place] as string);
    const before = table.blocks.slice(0, table.blocks.indexOf(block));
    const offset = before.reduce((sum, one) => sum + table.columns[one].length, 0);
    features = {
      names,
      places: new Map(names.map((name, i) => [name, i])),
      all: Int32Array.from(index.keys()),
      columns: Int32Array.from(index, (place) => offset + place),
      mean: Float64Array.from(mean),
      sd: Float64Array.from(sd),
    };
    kept.set(block, features);
  }
  return features;
}

/**
 * The features of a block that are known: their places, raw values and input columns. Of a block that is known whole, as most
 * are, nothing is copied: thousands of genes a case, and a prediction should cost little more than the model itself.
 */
function knownOf(own: Features, given: Given): Record<'places' | 'columns', Int32Array> & { raw: Float64Array } {
  const { raw } = given;
  let count = 0;
  for (let i = 0; i < raw.length; i++) if (!Number.isNaN(raw[i])) count += 1;
  if (count === raw.length) return { places: own.all, columns: own.columns, raw };
  const known = { places: new Int32Array(count), columns: new Int32Array(count), raw: new Float64Array(count) };
  for (let i = 0, k = 0; k < count; i++) {
    if (Number.isNaN(raw[i])) continue;
    known.places[k] = i;
    known.columns[k] = own.columns[i] as number;
    known.raw[k] = raw[i] as number;
    k += 1;
  }
  return known;
}

/** Builds the model's inputs for one case of one cohort. */
export function caseFeatures(
  table: FeatureTable,
  cohort: string,
  { record, intake, profile }: { record: CaseRecord; intake: IntakeDocument; profile: MolecularProfile },
): CaseFeatures {
  return assembled(table, cohort, record, (block, own) =>
    block === 'rna'
      ? rnaValues(intake, cohort, own)
      : block === 'copy-number'
        ? copyNumberValues(intake, own)
        : block === 'mutation'
          ? mutationValues(intake, profile, own)
          : proteinValues(intake, cohort, own),
  );
}

/**
 * The same for one row of a cohort's tables: `molecular` gives a block's raw values in the order of the names it is asked for
 * (z-scores, calls -2 to 2, mutated 1 or 0, level 4 log2 values of protein; NaN where not known), or why there are none.
 */
export function rowFeatures(
  table: FeatureTable,
  cohort: string,
  facts: ClinicalFacts,
  molecular: (block: Exclude<ModelBlock, 'clinical'>, names: readonly string[]) => Float64Array | string,
): CaseFeatures {
  return assembled(table, cohort, facts, (block, own) => {
    const raw = molecular(block, own.names);
    if (typeof raw === 'string') return raw;
    return block === 'protein' ? ofArrays(raw, own) : { raw, words: (_, value) => String(value) };
  });
}

const nothing = { places: new Int32Array(0), columns: new Int32Array(0), raw: new Float64Array(0) };

function assembled(
  table: FeatureTable,
  cohort: string,
  facts: ClinicalFacts,
  molecular: (block: Exclude<ModelBlock, 'clinical'>, own: Features) => Given | string,
): CaseFeatures {
  const type = table.types[cohort];
  if (type === undefined) throw new Error(`the feature table has no ${cohort}`);
  const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
  const features = new Float32Array(width);
  const modalities: ModalityUse[] = [];
  const used = new Set<PredictionModality>();
  const known: KnownBlock[] = [];
  const strange: CaseFeatures['strange'] = [];
  const vouching = new Set<PredictionModality>();
  const besides: ModelBlock[] = [];
  for (const block of table.blocks) {
    const scaling = type.blocks[block];
    const own = featuresOf(table, type, block);
    const { names } = own;
    const given = block === 'clinical' ? clinicalValues(facts, cohort, type, own) : molecular(block, own);
    const { places: measured, columns, raw } = typeof given === 'string' ? nothing : knownOf(own, given);
    const lack = typeof given === 'string' ? given : absence(block, names.length, measured.length);
    const reason = lack ?? aside(table, block, used);
    if (lack === undefined && typeof given !== 'string') {
      const limit = block === 'clinical' ? table.clip.clinical : table.clip.omics;
      const standardised = new Float64Array(measured.length);
      const { mean, sd } = own;
      let squares = 0;
      for (let k = 0; k < measured.length; k++) {
        const i = measured[k] as number;
        const value = clamp(((raw[k] as number) - (mean[i] as number)) / (sd[i] as number), limit);
        standardised[k] = value;
        features[columns[k] as number] = value;
        squares += value * value;
      }
      const meanSquare = squares / measured.length;
      const verdict: Verdict =
        block !== 'clinical' && meanSquare > scaling.meanSquareLimit
          ? {
              is: 'strange',
              why: `mean square of the standardised values ${meanSquare.toFixed(2)}; 99.5 % of the cohort are under ${scaling.meanSquareLimit.toFixed(2)}. Check the scale and the sample.`,
            }
          : scaling.guard === undefined
            ? { is: 'unjudged' }
            : verdictOn(
                { places: measured, values: block === 'copy-number' ? raw : standardised },
                scaling.guard,
                block === 'protein' ? 'protein' : 'gene',
              );
      if (reason === undefined) {
        known.push(new KnownBlock(block, columns, names, measured, raw, given));
        used.add(block);
        if (verdict.is === 'strange') strange.push({ block, reason: verdict.why });
        if (verdict.is === 'sound') vouching.add(block);
      } else if (verdict.is === 'sound') besides.push(block);
    }
    modalities.push({
      modality: block,
      state: reason === undefined ? 'used' : 'absent',
      reason: (names.length === 0 ? noInput(block, cohort) : reason) ?? usedWords(block, names, measured),
      featuresUsed: reason === undefined ? measured.length : 0,
      featuresInModel: names.length,
    });
  }
  const given = table.blocks.filter((block) => used.has(block));
  const counted = strange.length > 0 ? given : standing(given, vouching);
  const setAside = given.filter((block) => !counted.includes(block));
  if (setAside.length === 0) return { features, modalities, used, blocks: known, strange, vouching, setAside, besides };
  const kept = known.filter(({ block }) => !setAside.includes(block));
  for (const { block, columns } of known)
    if (setAside.includes(block)) for (const column of columns) features[column] = 0;
  return {
    features,
    modalities: modalities.map((one) =>
      setAside.includes(one.modality)
        ? { ...one, state: 'absent', reason: unvouched[one.modality], featuresUsed: 0 }
        : one,
    ),
    used: new Set(counted),
    blocks: kept,
    strange,
    vouching,
    setAside,
    besides,
  };
}

const noInput = (block: ModelBlock, cohort: string): string =>
  block === 'protein' ? 'no input of the model for this tumor type' : `the ${cohort} cohort has no such data`;

/** Why a block does not count beside another that does, where the training patients say so (features.json, `asides`). */
function aside({ asides }: FeatureTable, block: ModelBlock, used: ReadonlySet<PredictionModality>): string | undefined {
  const rule = asides[block];
  if (rule === undefined || !used.has(rule.beside)) return undefined;
  return `given, counted only without ${rule.beside === 'rna' ? 'expression' : rule.beside}: ${rule.because}`;
}

/** Why a block that is in the case does not count. */
const unvouched: Record<ModelBlock, string> = {
  clinical: '',
  rna: 'not used, because the values cannot be told from mixed-up ones',
  'copy-number':
    'not used, because too few altered genes cannot be told from mixed-up ones and no expression vouches for the sample',
  mutation:
    'not used, because mutations alone cannot be told from mixed-up ones and neither expression nor copy number vouches for the sample',
  protein: 'not used, because the values cannot be told from mixed-up ones',
};

function absence(block: ModelBlock, inModel: number, measured: number): string | undefined {
  if (measured === 0) return 'none of the features of the model is given';
  const share = measured / inModel;
  if (share < leastShare[block])
    return `${measured} of ${inModel} features measured; at least ${Math.round(leastShare[block] * 100)} % are needed`;
  return undefined;
}

function usedWords(block: ModelBlock, names: readonly string[], measured: Int32Array): string {
  if (block === 'protein') return `${measured.length} of ${names.length} proteins measured; the others add nothing`;
  if (block !== 'clinical') return `${measured.length} of ${names.length} genes measured; the others add nothing`;
  const given = new Set(measured);
  const unknown = names.filter((name, i) => !given.has(i) && name !== 'age-curve');
  return unknown.length === 0
    ? 'every field known'
    : `not known, adding nothing: ${unknown.map((name) => (name.length === 1 || name === 'her2' ? name.toUpperCase() : name.replaceAll('-', ' '))).join(', ')}`;
}
