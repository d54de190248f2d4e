/**
 * What the name of a disease asks beyond its tumor type, against the diagnosis: "HER2-receptor positive breast cancer" is
 * this patient's disease only where the diagnosis says so. Unstated is neither met nor contradicted.
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { EvidenceItem } from '../knowledge/evidence.ts';
import type { GeneCopyNumber } from './copy-number.ts';
import type { DiseaseDistance } from './knowledge.ts';

type Status = 'positive' | 'negative' | undefined;

/** Words and scores as pathology writes them; a share of stained cells counts from 1 % (ASCO/CAP 2020, hormone receptors). */
export function receptorStatus(attribute: string, text: string | undefined): Status {
  const words = text?.trim().toLowerCase() ?? '';
  if (words === '') return undefined;
  if (/^(negative|neg\b|absent|not amplified|non-amplified|ihc 0|0$|1\+|ihc 1\+|low)/.test(words)) return 'negative';
  if (attribute === 'her2' && her2Low(words) !== undefined) return 'negative';
  if (/^(positive|pos\b|present|amplified|3\+|ihc 3\+|high)/.test(words)) return 'positive';
  const percent = /^[<>≥]?\s*(\d+(?:\.\d+)?)\s*%/.exec(words);
  if (percent !== null && attribute !== 'her2')
    return Number(percent[1]) >= 1 && !words.startsWith('<') ? 'positive' : 'negative';
  return undefined;
}

/**
 * What a HER2 that is not positive is told apart by, as the labels of trastuzumab deruxtecan write it: low is IHC 1+, or
 * IHC 2+ without amplification in situ; ultralow is stained less than 1+ but not unstained.
 */
function her2Low(text: string | undefined): 'low' | 'ultralow' | undefined {
  const words =
    text
      ?.trim()
      .toLowerCase()
      .replace(/^her-?2[- :]*/, '') ?? '';
  if (/^ultra-?low\b/.test(words)) return 'ultralow';
  return /^low\b|^(?:ihc )?1\+|^(?:ihc )?2\+.*\b[fcd]?ish[^a-z]*(?:-(?!\s*[a-z])|neg|not amplified|non-amplified)/.test(
    words,
  )
    ? 'low'
    : undefined;
}

export interface StatusOf {
  (attribute: string): Status;
  /** The degree of a HER2 that is not positive, where the diagnosis states it. */
  readonly her2Low?: ReturnType<typeof her2Low>;
}

/** The diagnosis speaks first; an amplified ERBB2 is a positive HER2 where the diagnosis is silent. */
export function statusOf(record: CaseRecord, copyNumbers: readonly GeneCopyNumber[]): StatusOf {
  const { attributes } = record.diagnosis;
  const status = (attribute: string): Status => {
    const stated = receptorStatus(attribute, attributes?.[attribute]);
    if (stated !== undefined || attribute !== 'her2') return stated;
    return copyNumbers.some(({ gene, state }) => gene === 'ERBB2' && state === 'amplification')
      ? 'positive'
      : undefined;
  };
  return Object.assign(status, { her2Low: her2Low(attributes?.['her2']) });
}

/**
 * The distance with the conditions weighed: contradicted, the disease is another one; unstated, it is a part of this
 * tumor type that the patient may or may not have.
 */
export function underConditions(
  distance: DiseaseDistance,
  { conditions = [] }: EvidenceItem['disease'],
  status: StatusOf,
): DiseaseDistance {
  if (conditions.length === 0 || (distance.match !== 'same' && distance.match !== 'parent')) return distance;
  const answers = conditions.map(({ attribute, value }) => {
    const known = status(attribute);
    return known === undefined ? 'unstated' : known === value ? 'met' : 'contradicted';
  });
  if (answers.includes('contradicted')) return { ...distance, match: 'other' };
  return answers.includes('unstated') ? { ...distance, match: 'child' } : distance;
}
