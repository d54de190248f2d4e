/**
 * One case as the model's inputs. Every value is either known and standardised against the stored reference, or left at
 * 0 – the cohort's mean, which adds nothing – and counted as not known. Nothing is imputed in silence (F030).
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { AssayedState, IntakeDocument, LedgerModality, ObservedCopyNumber } from '../case/intake.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { gradeOfGlioma, isGlioblastoma } from './cohort-of.ts';
import type { FeatureTable, ModelBlock } from './model-files.ts';
import type { ModalityUse, PredictionModality } from './predictions.ts';

type TypeTable = FeatureTable['types'][string];

export interface CaseFeatures {
  /** Standardised inputs in column order, absent blocks all 0. */
  readonly features: Float32Array;
  readonly modalities: ModalityUse[];
  readonly used: ReadonlySet<PredictionModality>;
  /** Per input column that is known: its name, block and the value as a clinician reads it. */
  readonly known: { column: number; block: ModelBlock; name: string; value: string }[];
  /** Blocks whose values lie further from the cohort than 99.5 % of it. */
  readonly strange: { block: ModelBlock; meanSquare: number; limit: number }[];
}

/** Least share of a block's features that must be measured for the block to be used. */
const leastShare: Record<ModelBlock, number> = { clinical: 0, rna: 0.5, 'copy-number': 0.5, mutation: 0.2 };

const stageNumber = (stage: string | undefined): number | undefined => {
  const match = /^(?:stage\s*)?(IV|III|II|I)\s*([ABC])?\d?$/i.exec((stage ?? '').trim());
  if (match === null) return undefined;
  const base = { I: 1, II: 2, III: 3, IV: 4 }[match[1]?.toUpperCase() as 'I' | 'II' | 'III' | 'IV'];
  return base + ({ A: -0.25, B: 0, C: 0.25 }[match[2]?.toUpperCase() as 'A' | 'B' | 'C'] ?? 0);
};

const gradeNumber = (grade: string | undefined): number | undefined => {
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
  record: CaseRecord,
  cohort: string,
  table: TypeTable,
): Map<string, { value: number; words: string }> {
  const { patient, diagnosis } = record;
  const values = new Map<string, { value: number; words: string }>();
  const put = (name: string, value: number | undefined, words: string | undefined): void => {
    if (value !== undefined) values.set(name, { value, words: words ?? String(value) });
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
  put('positive-nodes', nodes === undefined ? undefined : Math.log1p(Math.min(nodes, 30)), `${nodes} nodes`);
  put('smoking', smokingNumbers[(diagnosis.attributes?.smoking ?? '').toLowerCase()], diagnosis.attributes?.smoking);
  for (const name of ['estrogen-receptor', 'progesterone-receptor', 'her2'])
    put(name, receptor(diagnosis.attributes?.[name]), diagnosis.attributes?.[name]);
  // Mucinous and signet ring carcinomas and the parent code leave the site open.
  if (cohort === 'COADREAD') put('rectal-primary', code === 'READ' ? 1 : code === 'COAD' ? 0 : undefined, code);
  const glioblastoma = cohort === 'GBMLGG' ? isGlioblastoma(code) : undefined;
  put('glioblastoma', glioblastoma === undefined ? undefined : Number(glioblastoma), code);
  return values;
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

type Values = Map<string, { value: number; words: string }>;

const CLIP = 4;
const MOST_OUTLYING = 0.2;

function rnaValues(intake: IntakeDocument, cohort: string): Values | string {
  const matrices = intake.matrices.filter((matrix) => matrix.modality === 'expression');
  if (matrices.length === 0) return 'no expression data in the case';
  const usable = matrices.find(
    (matrix) => matrix.scale === 'z-score' && matrix.reference !== undefined && namesCohort(matrix.reference, cohort),
  );
  if (usable === undefined)
    return `expression is not given as z-scores against the TCGA ${cohort} cohort, and one sample cannot be converted`;
  // No patient of the cohorts has more than 15 % of genes beyond ±4 (models/README.md); counts or log TPM do.
  const outlying = usable.values.filter((z) => Math.abs(z) > CLIP).length / usable.values.length;
  if (outlying > MOST_OUTLYING)
    return `${Math.round(100 * outlying)} % of the expression values lie beyond ±${CLIP}, which z-scores do not`;
  const values: Values = new Map();
  usable.genes.forEach((gene, i) => {
    const z = usable.values[i];
    if (z !== undefined && Number.isFinite(z)) values.set(gene, { value: clamp(z, CLIP), words: `z ${z.toFixed(1)}` });
  });
  const all = [...values.values()].map(({ value }) => value);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const spread = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
  return spread < 0.2 ? 'the expression values do not vary from gene to gene as z-scores do' : values;
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

function copyNumberValues(intake: IntakeDocument, genes: readonly string[]): Values | string {
  const values: Values = new Map();
  for (const observed of intake.copyNumbers) {
    const call = copyNumberCall(observed);
    if (call !== undefined) values.set(observed.gene, { value: call, words: callWords[String(call)] ?? String(call) });
  }
  if (values.size === 0) return 'no gene-level copy number in the case';
  // A list of altered genes only: the ledger says which others were read. Segments speak of every gene, so with them
  // a gene that is not listed is not taken for unchanged.
  const state = ledgerReader(intake);
  if (intake.segments.length === 0)
    for (const gene of genes)
      if (!values.has(gene) && state(gene, 'copy-number') === 'tested-not-detected')
        values.set(gene, { value: 0, words: 'tested, no change detected' });
  return values;
}

/** The ledger's word on a gene; a gene it does not name is answered by its default (F003). */
function ledgerReader({
  ledger,
}: IntakeDocument): (gene: string, modality: LedgerModality) => AssayedState | undefined {
  const byGene = new Map(ledger.entries.map((entry) => [entry.gene, entry.states]));
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
function mutationValues(intake: IntakeDocument, profile: MolecularProfile, genes: readonly string[]): Values | string {
  const mutated = new Map<string, string>();
  const untold = new Set<string>();
  let unplaced = 0;
  const placed = new Set(profile.findings.flatMap((finding) => finding.variantKeys));
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
  const values: Values = new Map();
  for (const gene of genes) {
    const title = mutated.get(gene);
    const assayed = state(gene, 'small-variant');
    if (title !== undefined) values.set(gene, { value: 1, words: title });
    else if (untold.has(gene)) continue;
    else if (assayed === 'tested-not-detected') values.set(gene, { value: 0, words: 'tested, not detected' });
    else if (assayed === 'detected') values.set(gene, { value: 0, words: 'no change that alters the protein' });
  }
  return values.size === 0 ? 'no somatic variants assayed' : values;
}

/** Builds the model's inputs for one case of one cohort. */
export function caseFeatures(
  table: FeatureTable,
  cohort: string,
  { record, intake, profile }: { record: CaseRecord; intake: IntakeDocument; profile: MolecularProfile },
): CaseFeatures {
  const type = table.types[cohort];
  if (type === undefined) throw new Error(`the feature table has no ${cohort}`);
  const width = table.blocks.reduce((sum, block) => sum + table.columns[block].length, 0);
  const features = new Float32Array(width);
  const modalities: ModalityUse[] = [];
  const used = new Set<PredictionModality>();
  const known: CaseFeatures['known'] = [];
  const strange: CaseFeatures['strange'] = [];
  let offset = 0;
  for (const block of table.blocks) {
    const columns = table.columns[block];
    const scaling = type.blocks[block];
    const names = scaling.index.map((place) => columns[place] as string);
    const values =
      block === 'clinical'
        ? clinicalValues(record, cohort, type)
        : block === 'rna'
          ? rnaValues(intake, cohort)
          : block === 'copy-number'
            ? copyNumberValues(intake, names)
            : mutationValues(intake, profile, names);
    const measured = typeof values === 'string' ? [] : names.filter((name) => values.has(name));
    const reason = absence(block, names.length, measured.length, values, cohort);
    if (reason === undefined && typeof values !== 'string') {
      const limit = block === 'clinical' ? table.clip.clinical : table.clip.omics;
      let squares = 0;
      scaling.index.forEach((place, i) => {
        const name = columns[place] as string;
        const given = values.get(name);
        if (given === undefined) return;
        const standardised = clamp((given.value - (scaling.mean[i] as number)) / (scaling.sd[i] as number), limit);
        features[offset + place] = standardised;
        squares += standardised ** 2;
        known.push({ column: offset + place, block, name, value: given.words });
      });
      const meanSquare = squares / measured.length;
      if (block !== 'clinical' && meanSquare > scaling.meanSquareLimit)
        strange.push({ block, meanSquare, limit: scaling.meanSquareLimit });
      used.add(block);
    }
    modalities.push({
      modality: block,
      state: reason === undefined ? 'used' : 'absent',
      reason: reason ?? usedWords(block, names, measured),
      featuresUsed: reason === undefined ? measured.length : 0,
      featuresInModel: names.length,
    });
    offset += columns.length;
  }
  return { features, modalities, used, known, strange };
}

function absence(
  block: ModelBlock,
  inModel: number,
  measured: number,
  values: Values | string,
  cohort: string,
): string | undefined {
  if (inModel === 0) return `the ${cohort} cohort has no such data`;
  if (typeof values === 'string') return values;
  if (measured === 0) return 'none of the features of the model is given';
  const share = measured / inModel;
  if (share < leastShare[block])
    return `${measured} of ${inModel} features measured; at least ${Math.round(leastShare[block] * 100)} % are needed`;
  return undefined;
}

function usedWords(block: ModelBlock, names: readonly string[], measured: readonly string[]): string {
  if (block !== 'clinical') return `${measured.length} of ${names.length} genes measured; the others add nothing`;
  const unknown = names.filter((name) => !measured.includes(name) && name !== 'age-curve');
  return unknown.length === 0
    ? 'every field known'
    : `not known, adding nothing: ${unknown.map((name) => name.replaceAll('-', ' ')).join(', ')}`;
}
