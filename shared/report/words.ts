/** Words of the paper. Absence is never called "wild type" or "negative". */
import type { Decision } from '../board/decision.ts';
import type { CaseRecord } from '../case/case-record.ts';
import type { AssayedState, LedgerModality, LedgerWord } from '../case/intake.ts';
import type { DiseaseMatch, Finding, OncogenicityClass } from '../molecular/profile.ts';
import { IN_SEQUENCE } from '../molecular/treatments.ts';
import type { PredictionModality } from '../prediction/predictions.ts';
import type { TherapyExclusion } from '../therapy/options.ts';
import { drugNames } from './drug-names.ts';
import { shortMoment } from './language.ts';
import { languageNow, own, said } from './translate.ts';

export const stateWords: Readonly<Record<AssayedState, string>> = {
  detected: 'detected',
  'tested-not-detected': 'tested, not detected',
  'failed-qc': 'failed QC',
  'not-assayed': 'not assayed',
};

/** Of a state as the ledger has it: what waits for an answer has failed no control. */
export const ledgerWords = ({ state, because }: Pick<LedgerWord, 'state' | 'because'>): string =>
  because === undefined ? stateWords[state] : because === 'question' ? 'question open' : 'file refused';

export const ledgerModalityWords: Readonly<Record<LedgerModality, string>> = {
  'small-variant': 'Small variants',
  'copy-number': 'Copy number',
  fusion: 'Fusions',
  expression: 'Expression',
  protein: 'Protein',
  germline: 'Germline variants',
};

export const oncogenicityWords: Readonly<Record<OncogenicityClass, string>> = {
  oncogenic: 'Oncogenic',
  'likely-oncogenic': 'Likely oncogenic',
  uncertain: 'Uncertain',
  'likely-benign': 'Likely benign',
  benign: 'Benign',
  'not-evaluable': 'Not evaluable',
};

export const diseaseMatchWords: Readonly<Record<DiseaseMatch, string>> = {
  same: 'this tumor type',
  parent: 'a type that includes this one',
  child: 'a narrower type',
  other: 'another tumor type',
  unmapped: 'a disease not placed',
};

/** The same in a column of a table. */
export const shortMatchWords: Readonly<Record<DiseaseMatch, string>> = {
  same: 'this type',
  parent: 'broader type',
  child: 'narrower type',
  other: 'another type',
  unmapped: 'not placed',
};

export const exclusionWords: Readonly<Record<TherapyExclusion['kind'], string>> = {
  resistance: 'resistance',
  'does-not-support': 'evidence does not support it',
  'failed-before': 'progression on it before',
  contraindicated: 'contraindicated',
  allergy: 'allergy',
};

export const intentWords: Readonly<Record<Decision['intent'], string>> = {
  curative: 'Curative',
  'disease-control': 'Disease control',
  'symptom-control': 'Symptom control',
  trial: 'Clinical trial',
  'further-testing': 'Further testing',
  'watchful-waiting': 'Watchful waiting',
};

export const predictionModalityWords: Readonly<Record<PredictionModality, string>> = {
  clinical: 'Clinical data',
  'copy-number': 'Copy number',
  mutation: 'Mutations',
  rna: 'RNA expression',
  protein: 'Protein',
};

export const responseWords: Readonly<Record<string, string>> = {
  CR: 'complete response',
  PR: 'partial response',
  SD: 'stable disease',
  PD: 'progression',
  NE: 'not evaluable',
  unknown: 'response not stated',
};

/** `2026-05-01 14:03 UTC`, as the language of the paper writes it: the same on every station. */
export const moment = (iso: string): string =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(iso) ? shortMoment(iso.slice(0, 10), iso.slice(11, 16), languageNow()) : iso;

/** A number with the decimal sign of the paper's language. */
export const decimal = (text: string): string => (languageNow() === 'en' ? text : text.replace('.', ','));

/** 0.142 as `14.2 %`. */
export const percent = (fraction: number): string => `${decimal((fraction * 100).toFixed(1))} %`;

export const plural = (value: number, one: string, many = `${one}s`): string => `${value} ${value === 1 ? one : many}`;

/** How often a rule applied, so that the rule reads the same for one and for many. */
export const countedRule = ({ rule, count }: { readonly rule: string; readonly count: number }): string =>
  `${count} × ${rule}`;

export const sentence = (text: string): string => text.replace(/^\uFDD0?./u, (first) => first.toUpperCase());

/** Ends in exactly one full stop. */
export const stopped = (text: string): string => (/[.!?…]\uFDD1?$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** Remarks as sentences of one text: one that ends in a mark of its own gets no full stop behind it. */
export const remarks = (texts: readonly string[]): string =>
  texts
    .map(sentence)
    .reduce(
      (before, text) => (before === '' ? text : `${before}${/[.!?…]\uFDD1?$/.test(before) ? '' : '.'} ${text}`),
      '',
    );

/** `a, b and 3 more`; the whole list where it is short enough. */
export const listed = (values: readonly string[], most = Number.POSITIVE_INFINITY): string =>
  values.length <= most ? values.join(', ') : `${values.slice(0, most).join(', ')} and ${values.length - most} more`;

/** Names of medicines as the language of the paper has them, and what joins them. */
export const treatmentName = (label: string): string =>
  own(
    (label.endsWith(IN_SEQUENCE)
      ? `${drugNames(label.slice(0, -IN_SEQUENCE.length), languageNow()).replaceAll(' and ', ` ${said('and')} `)} ${said('in sequence')}`
      : drugNames(label, languageNow())
    ).replaceAll(' or ', ` ${said('or')} `),
  );

/** A run without a space that is longer than this takes the room of several words. */
const LONGEST_WORD = 24;

/** What a reader sees as words: runs with a letter or a digit in them; a very long run counts as many. */
export const countWords = (text: string): number =>
  text
    .split(/\s+/u)
    .filter((run) => /[\p{L}\p{N}]/u.test(run))
    .reduce((sum, run) => sum + Math.ceil([...run].length / LONGEST_WORD), 0);

/**
 * At most `most` words, cut between sentences where one ends early enough; a cut is always said. Half a sentence can be
 * looked up no more, so the text is put into the paper's language first.
 */
export const clipped = (text: string, most: number, rest: string): string => own(cutTo(said(text), most, said(rest)));

/** What would stand unfinished before a cut: a sign, or the "and 6" of "and 6 more", which reads as another number. */
const openEnd = /(?<=\S)(?:[\s,;:–+/]+|\s(?:and|und|y)(?: \d+)?)+$/u;

/** The cut itself, of a text that is in the language of the paper. */
export function cutTo(text: string, most: number, rest: string): string {
  if (countWords(text) <= most) return text;
  const kept: string[] = [];
  let words = 0;
  for (const run of text.trim().split(/\s+/u)) {
    words += countWords(run);
    if (words > most) break;
    kept.push(run);
  }
  const [first = ''] = text.trim().split(/\s+/u);
  const head = kept.length > 0 ? kept.join(' ') : [...first].slice(0, most * LONGEST_WORD).join('');
  const end = Math.max(head.lastIndexOf('. '), head.lastIndexOf('; '));
  const shown = end > head.length / 2 ? head.slice(0, end + 1).replace(/;$/, '') : `${head.replace(openEnd, '')} …`;
  return `${shown} (${rest})`;
}

const sexWords: Readonly<Record<CaseRecord['patient']['sex'], string>> = {
  female: 'female',
  male: 'male',
  other: 'sex: other',
  unknown: 'sex not stated',
};

export const ageAndSex = ({ ageYears, sex }: CaseRecord['patient']): string =>
  `${ageYears === undefined ? 'age not stated' : `${ageYears} years`}, ${sexWords[sex]}`;

const ofCopies: ReadonlySet<Finding['kind']> = new Set(['amplification', 'deep-deletion', 'gain', 'loss']);
/** A call of copy number carries its measure in brackets: `amplification (9 copies)`. */
const bracketed = /^(.*?) \((.*)\)$/;

/** Gene and change in one line, as a reader says it; measures stand apart. */
export function findingName({ kind, gene, title }: Pick<Finding, 'kind' | 'gene' | 'title'>): string {
  if (kind === 'fusion' || kind === 'biomarker') return title;
  return `${gene} ${ofCopies.has(kind) ? title.replace(bracketed, '$1') : title}`;
}

/** Allele fraction, copies or deviation of a finding; says so where the input does not state it. */
export function measureOf(finding: Finding): string {
  switch (finding.kind) {
    case 'small-variant':
      return [
        finding.alleleFraction === undefined ? 'VAF not stated' : `VAF ${percent(finding.alleleFraction)}`,
        finding.depth === undefined ? 'depth not stated' : `depth ${finding.depth}`,
      ].join(', ');
    case 'fusion':
      return finding.rnaReads === undefined ? 'RNA reads not stated' : plural(finding.rnaReads, 'RNA read');
    case 'biomarker':
      return finding.biomarker?.validity ?? 'as reported';
    case 'expression-outlier':
    case 'protein-outlier':
      return finding.expressionZ === undefined ? 'z not stated' : `z ${signed(finding.expressionZ, 1)}`;
    default: {
      const parts = [
        ...(finding.totalCopies === undefined
          ? []
          : [`${decimal(String(Math.round(finding.totalCopies * 10) / 10))} copies`]),
        ...(finding.log2Ratio === undefined ? [] : [`log2 ${signed(finding.log2Ratio, 2)}`]),
      ];
      return parts.length > 0 ? parts.join(', ') : (bracketed.exec(finding.title)?.[2] ?? 'copies not stated');
    }
  }
}

/** Filters stand in a file without a space between them; a line could not break there. */
export const flagWords = (flags: readonly string[]): string[] =>
  flags.map((flag) => flag.replaceAll(/;(?=\S)/gu, ', '));

/** Codes of responses in words: `best response PR` is not read by everyone. */
export const responsesTold = (text: string): string =>
  text
    .replace(/(?<=best response) (CR|PR|SD|PD|NE)(?=[,.]|$)/g, (_, code: string) => `: ${responseWords[code]}`)
    .replace(/(?<=\()(CR|PR|SD|PD|NE)(?=\))/g, (code: string) => responseWords[code] ?? code);

/** A reason of a score: a value that says its own name (N: N2) stands alone. */
export const reasonName = ({ label, value }: { readonly label: string; readonly value: string }): string =>
  value.startsWith(label) ? value : `${label} ${value}`;

/** A whole number that may be below zero. */
export const whole = (value: number): string => String(value).replace('-', '−');

/** With a true minus sign; what is nought at these digits has none. */
export function signed(value: number, digits: number): string {
  const shown = Math.abs(value).toFixed(digits);
  const sign = Number(shown) === 0 ? '' : value < 0 ? '−' : '+';
  return `${sign}${decimal(shown)}`;
}
