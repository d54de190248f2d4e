/**
 * Reported biomarkers read against named thresholds, each only where its measurement is valid (F023): a tumor mutational
 * burden from a panel under one megabase is "not valid", not a number.
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { ObservedBiomarker } from '../case/intake.ts';

export type BiomarkerReading = 'high' | 'low' | 'not-valid' | 'not-read';

export interface Biomarker {
  readonly name: ObservedBiomarker['name'];
  readonly label: string;
  readonly reading: BiomarkerReading;
  /** `not valid` in words where the measurement is not. */
  readonly value: number | string;
  readonly unit?: string | undefined;
  readonly method?: string | undefined;
  readonly validity: string;
  readonly threshold: string;
}

const thresholds = {
  TMB: '10 mutations per megabase or more is high (FDA, pembrolizumab, 2020)',
  MSI: 'MSI-H as reported; MSIsensor score 10 or more; MSIsensor2 score 20 or more; mSINGS and MANTIS as reported',
  HRD: 'genomic instability score 42 or more is positive (Telli 2016)',
  'PD-L1': 'tumor proportion score 1 % or more, or combined positive score 1 or more, is positive',
  other: 'no threshold in this program: shown as reported',
} as const;

const number = (value: number | string): number | undefined => {
  if (typeof value === 'number') return value;
  const match = /^[<>≥≤~ ]*(\d+(?:\.\d+)?)/.exec(value.trim());
  return match === null ? undefined : Number(match[1]);
};

export function readBiomarker(observed: ObservedBiomarker, assays: CaseRecord['assays']): Biomarker {
  const assay = assays.find(({ id }) => id === observed.assayId);
  const base = {
    name: observed.name,
    label: observed.label,
    value: observed.value,
    unit: observed.unit,
    method: observed.method,
    threshold: thresholds[observed.name],
  };
  const value = number(observed.value);
  switch (observed.name) {
    case 'TMB': {
      const wide = assay?.scope === 'exome' || assay?.scope === 'genome';
      const size = assay?.sizeMegabases;
      if (!wide && size !== undefined && size < 1)
        return {
          ...base,
          reading: 'not-valid',
          value: 'not valid',
          validity: `measured on ${size} Mb; under 1 Mb tumor mutational burden is not valid`,
        };
      if (value === undefined)
        return { ...base, reading: 'not-read', validity: 'reported in words; compared with no threshold' };
      if (!wide && size === undefined)
        return {
          ...base,
          reading: 'not-read',
          validity: 'the size of the panel is not stated, so validity cannot be judged',
        };
      if (observed.unit !== undefined && !/m(ega)?b/i.test(observed.unit))
        return { ...base, reading: 'not-read', validity: `unit ${observed.unit} is not mutations per megabase` };
      return {
        ...base,
        reading: value >= 10 ? 'high' : 'low',
        validity: wide ? `valid: measured on a whole ${assay.scope}` : `valid: measured on ${size} Mb`,
      };
    }
    case 'MSI': {
      const words = typeof observed.value === 'string' ? observed.value.trim() : '';
      if (/^(msi[- ]?h(igh)?|high|unstable|instable|dmmr|mmr[- ]?deficient)$/i.test(words))
        return { ...base, reading: 'high', validity: 'as reported by the laboratory' };
      if (/^(mss|stable|msi[- ]?l(ow)?|low|pmmr|mmr[- ]?proficient)$/i.test(words))
        return { ...base, reading: 'low', validity: 'as reported by the laboratory' };
      const method = observed.method ?? '';
      if (value !== undefined && /msisensor-?2/i.test(method))
        return { ...base, reading: value >= 20 ? 'high' : 'low', validity: 'MSIsensor2 score' };
      if (value !== undefined && /msisensor/i.test(method))
        return { ...base, reading: value >= 10 ? 'high' : 'low', validity: 'MSIsensor score' };
      return { ...base, reading: 'not-read', validity: 'a score without a method that has a threshold here' };
    }
    case 'HRD': {
      const words = typeof observed.value === 'string' ? observed.value.trim() : '';
      if (/^(positive|hrd\+?|hrd[- ]positive|deficient|high)$/i.test(words))
        return { ...base, reading: 'high', validity: 'as reported by the laboratory' };
      if (/^(negative|hrp|hrd[- ]negative|proficient|low)$/i.test(words))
        return { ...base, reading: 'low', validity: 'as reported by the laboratory' };
      if (value === undefined)
        return { ...base, reading: 'not-read', validity: 'reported in words; compared with no threshold' };
      if (assay?.scope === 'panel' && (assay.sizeMegabases ?? 0) < 1)
        return {
          ...base,
          reading: 'not-valid',
          value: 'not valid',
          validity: 'a score of genomic scars needs a genome-wide assay; this panel is under 1 Mb or of unstated size',
        };
      return { ...base, reading: value >= 42 ? 'high' : 'low', validity: 'sum of genomic scars (LOH, TAI, LST)' };
    }
    case 'PD-L1': {
      const words = typeof observed.value === 'string' ? observed.value.trim() : '';
      if (/^(positive|high)$/i.test(words))
        return { ...base, reading: 'high', validity: 'as reported by the laboratory' };
      if (/^(negative|low)$/i.test(words))
        return { ...base, reading: 'low', validity: 'as reported by the laboratory' };
      if (value === undefined)
        return { ...base, reading: 'not-read', validity: 'reported in words; compared with no threshold' };
      const score = `${observed.label} ${observed.unit ?? ''} ${observed.method ?? ''}`;
      if (!/tps|cps|tumou?r proportion|combined positive|%/i.test(score))
        return { ...base, reading: 'not-read', validity: 'which score it is (TPS or CPS) is not stated' };
      return {
        ...base,
        reading: value >= 1 && !/^</.test(words) ? 'high' : 'low',
        validity: 'immunohistochemistry as reported',
      };
    }
    case 'other':
      return { ...base, reading: 'not-read', validity: 'as reported' };
  }
}
