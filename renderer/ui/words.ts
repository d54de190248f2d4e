/** The words for what the documents hold. Absence is never called "wild type" or "negative". */

import type { Decision } from '../../shared/board/decision.ts';
import type { CaseRecord, Modality } from '../../shared/case/case-record.ts';
import type { AssayedState, LedgerModality, LedgerWord } from '../../shared/case/intake.ts';
import type { DiseaseMatch, EvidenceMatch, Finding, OncogenicityClass } from '../../shared/molecular/profile.ts';
import type { PredictionModality } from '../../shared/prediction/predictions.ts';
import type { TherapyExclusion } from '../../shared/therapy/options.ts';
import type { CaseStatus } from '../../shared/vault/cases.ts';

export const stateWords: Record<AssayedState, string> = {
  detected: 'detected',
  'tested-not-detected': 'tested, not detected',
  'failed-qc': 'failed QC',
  'not-assayed': 'not assayed',
};

/** Of a state as the ledger has it: what waits for an answer has failed no control. */
export const ledgerWords = ({ state, because }: Pick<LedgerWord, 'state' | 'because'>): string =>
  because === undefined ? stateWords[state] : because === 'question' ? 'question open' : 'file refused';

export const oncogenicityWords: Record<OncogenicityClass, string> = {
  oncogenic: 'Oncogenic',
  'likely-oncogenic': 'Likely oncogenic',
  uncertain: 'Uncertain',
  'likely-benign': 'Likely benign',
  benign: 'Benign',
  'not-evaluable': 'not evaluable',
};

export const ledgerModalityWords: Record<LedgerModality, string> = {
  'small-variant': 'Small variants',
  'copy-number': 'Copy number',
  fusion: 'Fusions',
  expression: 'Expression',
  protein: 'Protein',
  germline: 'Germline',
};

export const modalityWords: Record<Modality, string> = {
  'somatic-variants': 'somatic variants',
  'germline-variants': 'germline variants',
  'copy-number-genes': 'copy number by gene',
  'copy-number-segments': 'copy-number segments',
  fusions: 'fusions',
  expression: 'expression',
  protein: 'protein',
  biomarkers: 'biomarkers',
};

export const predictionModalityWords: Record<PredictionModality, string> = {
  clinical: 'Clinical',
  'copy-number': 'Copy number',
  mutation: 'Mutations',
  rna: 'RNA expression',
  protein: 'Protein',
};

export const diseaseMatchWords: Record<DiseaseMatch, string> = {
  same: 'this tumor type',
  parent: 'broader tumor type',
  child: 'narrower tumor type',
  other: 'another tumor type',
  unmapped: 'tumor type not mapped',
};

export const specificityWords: Record<EvidenceMatch['specificity'], string> = {
  exact: 'this very change',
  codon: 'same codon',
  exon: 'same exon',
  class: 'same class of change',
  gene: 'same gene',
};

export const statusWords: Record<CaseStatus, string> = {
  imported: 'imported',
  analyzed: 'analyzed',
  'in-review': 'in review',
  decided: 'decided',
  signed: 'signed and locked',
  amending: 'amendment open',
  closed: 'closed',
  erased: 'erased',
};

export const exclusionWords: Record<TherapyExclusion['kind'], string> = {
  resistance: 'resistance',
  'does-not-support': 'evidence does not support',
  'failed-before': 'failed before',
  contraindicated: 'contraindicated',
  allergy: 'allergy',
};

export const intentWords: Record<Decision['intent'], string> = {
  'disease-control': 'Disease control',
  curative: 'Curative',
  'symptom-control': 'Symptom control',
  trial: 'Clinical trial',
  'further-testing': 'Further testing',
  'watchful-waiting': 'Watchful waiting',
};

export const levelWords = {
  A: 'validated association',
  B: 'clinical evidence',
  C: 'case study',
  D: 'preclinical evidence',
  E: 'inferential association',
} as const;

export const responseWords: Record<string, string> = {
  CR: 'complete response',
  PR: 'partial response',
  SD: 'stable disease',
  PD: 'progression',
  NE: 'not evaluable',
  unknown: 'response not stated',
};

const sexLetters: Record<CaseRecord['patient']['sex'], string> = {
  female: 'F',
  male: 'M',
  other: 'other',
  unknown: 'sex not stated',
};

export const ageAndSex = ({ ageYears, sex }: CaseRecord['patient']): string =>
  [ageYears === undefined ? 'age not stated' : String(ageYears), sexLetters[sex]].join(' ');

/** 0.142 as "14.2"; an absent fraction is a dash with its word, never zero. */
export const percent = (fraction: number | undefined): string =>
  fraction === undefined ? '–' : (fraction * 100).toFixed(1);

/** 12345 as "12 345", with a thin space that no locale reads as a decimal sign. */
export const count = (value: number): string =>
  Math.trunc(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** 81st, 2nd, 43rd, 12th. */
export function ordinal(value: number): string {
  const whole = Math.round(value);
  const tens = whole % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[whole % 10] ?? 'th');
  return `${whole}${suffix}`;
}

/** "2026-05-01 14:03" in the station's own time zone: sortable, never ambiguous. */
export function moment(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export type DirectionKind = 'sensitivity' | 'resistance' | 'conflict' | 'other';

/** Which way a statement points for its therapies: does-not-support turns it round. */
export function directionOf({
  type,
  direction,
  significance,
}: Pick<EvidenceMatch, 'type' | 'direction' | 'significance'>): {
  readonly kind: DirectionKind;
  readonly words: string;
} {
  const what = significance.toLowerCase().replaceAll('_', ' ').replaceAll('/', ' or ');
  if (type !== 'predictive')
    return {
      kind: 'other',
      words: `${sentence(type)}: ${what}${direction === 'does-not-support' ? ', not supported' : ''}`,
    };
  const resists = /resist|reduced/.test(what);
  if (direction === 'does-not-support')
    return {
      kind: resists ? 'other' : 'resistance',
      words: `Does not support ${what.replace('sensitivity or response', 'sensitivity')}`,
    };
  if (/sensitiv/.test(what)) return { kind: 'sensitivity', words: 'Sensitivity' };
  return { kind: resists ? 'resistance' : 'other', words: sentence(what) };
}

/** A UCUM code as people write it: 10*3/uL as 10³/µL, mL/min/{1.73_m2} as mL/min/1.73 m². */
export const unitWords = (unit: string): string =>
  unit
    .replaceAll(/\{([^}]*)\}/g, '$1')
    .replaceAll('_m2', ' m²')
    .replaceAll(/10\*(\d)/g, (_, power: string) => `10${'⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(power))}`)
    .replaceAll(/\bu(?=[A-Za-z])/g, 'µ')
    .replace(/^\[([^\]]*)\]/, '$1');

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How many copies or how far from the reference, in one cell. */
export function measureOf(finding: Finding): string {
  if (finding.biomarker !== undefined)
    return [String(finding.biomarker.value), finding.biomarker.unit].filter(Boolean).join(' ');
  if (finding.totalCopies !== undefined) return plural(Math.round(finding.totalCopies * 10) / 10, 'copy', 'copies');
  if (finding.expressionZ !== undefined) return `z ${finding.expressionZ.toFixed(1)}`;
  if (finding.log2Ratio !== undefined) return `log2 ${finding.log2Ratio.toFixed(2)}`;
  if (finding.rnaReads !== undefined) return plural(finding.rnaReads, 'RNA read');
  return '–';
}

/** Keeps a protein change on one line: no break after "p.". */
export const unbroken = (text: string): string => text.replaceAll('p.(', 'p.\u2060(');
