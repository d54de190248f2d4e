/**
 * The one door from free text into a case (F012): a fact enters the record only where a person confirmed exactly this reading
 * of exactly this span. Confirmations are answers of the case, under the fact's id, so that an analysis repeated elsewhere
 * with the same bundle and the same answers comes to the same documents.
 */
import { z } from 'zod';
import type { CaseRecord } from '../../case/case-record.ts';
import { brokenRules } from '../../case/case-rules.ts';
import { NO_TUMOR_TYPE } from '../case-draft.ts';
import { extractFacts } from './extract.ts';
import { NoteFact, NoteVerdict } from './fact.ts';

export const ReadFact = NoteFact.extend({
  /** Undefined while nobody looked at it. */
  verdict: NoteVerdict.optional(),
  /** What a confirmation writes into the record, or why it writes nothing. */
  effect: z.object({ writes: z.boolean(), words: z.string() }),
});
export type ReadFact = z.infer<typeof ReadFact>;

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

interface Change {
  readonly words: string;
  readonly record?: CaseRecord;
}

/** The record with one fact in it, or why it stays as it is: what the record says already is never overwritten. */
function applied(record: CaseRecord, fact: NoteFact): Change {
  const { field, assertion, value, relation, dose } = fact;
  const date = record.notes[fact.note]?.date;
  if (assertion !== 'present') return { words: `said as ${assertion.replace('-', ' ')}: the record stays as it is` };
  switch (field) {
    case 'diagnosis':
      return record.diagnosis.oncotreeCode === NO_TUMOR_TYPE
        ? {
            words: `diagnosis ${value}`,
            record: {
              ...record,
              diagnosis: { ...record.diagnosis, oncotreeCode: value, name: fact.text.slice(0, 200) },
            },
          }
        : { words: `the record says ${record.diagnosis.oncotreeCode}` };
    case 'stage': {
      if (/T(?:is|x|\d)/u.test(value)) {
        const part = (letter: string, end: string): string | undefined =>
          new RegExp(`${letter}(${end})`, 'u').exec(value)?.[1];
        const [t, n, m] = [part('T', 'is|x|\\d[a-d]?'), part('N', 'x|\\d[a-c]?'), part('M', 'x|\\d[a-d]?')];
        return record.diagnosis.tnm === undefined
          ? {
              words: `TNM ${value}`,
              record: {
                ...record,
                diagnosis: {
                  ...record.diagnosis,
                  tnm: {
                    ...(t === undefined ? {} : { t: `T${t}` }),
                    ...(n === undefined ? {} : { n: `N${n}` }),
                    ...(m === undefined ? {} : { m: `M${m}` }),
                  },
                },
              },
            }
          : { words: 'the record has a TNM' };
      }
      return record.diagnosis.stage === undefined
        ? {
            words: `stage ${value}`,
            record: { ...record, diagnosis: { ...record.diagnosis, stage: value.slice(0, 20) } },
          }
        : { words: `the record says stage ${record.diagnosis.stage}` };
    }
    case 'performance-status': {
      const [scale, number] = value.split(' ');
      return record.performanceStatus === undefined
        ? {
            words: value,
            record: {
              ...record,
              performanceStatus: {
                scale: scale === 'Karnofsky' ? 'Karnofsky' : 'ECOG',
                value: Number(number),
                ...(date === undefined ? {} : { date }),
              },
            },
          }
        : { words: `the record says ${record.performanceStatus.scale} ${record.performanceStatus.value}` };
    }
    case 'medication':
      return record.medications.some(({ name }) => same(name, value))
        ? { words: 'the record lists it' }
        : {
            words: `medication ${value}`,
            record: {
              ...record,
              medications: [
                ...record.medications,
                { name: value, ...(dose === undefined ? {} : { dose: dose.slice(0, 80) }) },
              ],
            },
          };
    case 'allergy':
      return record.allergies.some((one) => same(one, value))
        ? { words: 'the record lists it' }
        : { words: `allergy ${value}`, record: { ...record, allergies: [...record.allergies, value] } };
    case 'family-history':
      return record.familyHistory.some((one) => same(one.relation, relation ?? '') && same(one.condition, fact.text))
        ? { words: 'the record lists it' }
        : {
            words: `family history: ${relation ?? 'family'}, ${fact.text}`,
            record: {
              ...record,
              familyHistory: [
                ...record.familyHistory,
                { relation: relation ?? 'family', condition: fact.text.slice(0, 200) },
              ],
            },
          };
    case 'biomarker':
      if (fact.named === true) return { words: 'named, and no result of it was read: the record stays as it is' };
      // A letter is no assay: it names no specimen and no method, so it stands in the course and ranks nothing.
      return {
        words: 'a line of the course; no finding, because a letter is no assay',
        record: {
          ...record,
          course: [
            ...record.course,
            {
              event: `${value}, from a letter and confirmed; no assay of it is in this case`,
              kind: 'letter',
              ...(date === undefined ? {} : { date }),
            },
          ],
        },
      };
  }
}

const verdictOf = (answers: Readonly<Record<string, string>>, id: string): NoteVerdict | undefined => {
  const said = Object.hasOwn(answers, id) ? answers[id] : undefined;
  return said === 'confirmed' || said === 'dismissed' ? said : undefined;
};

/** Every fact of a record's notes with what a person said of it. `record` is the one of the bundle. */
export function readNotes(record: CaseRecord, answers: Readonly<Record<string, string>>): readonly ReadFact[] {
  return record.notes
    .flatMap(({ text }, note) => extractFacts(text, note))
    .map((fact) => {
      const verdict = verdictOf(answers, fact.id);
      const { words, record: changed } = applied(record, fact);
      return {
        ...fact,
        ...(verdict === undefined ? {} : { verdict }),
        effect: { writes: changed !== undefined, words },
      };
    });
}

/** The record as a person confirmed it; the same object where nothing was confirmed. */
export function withConfirmed(record: CaseRecord, answers: Readonly<Record<string, string>>): CaseRecord {
  if (!Object.keys(answers).some((id) => id.startsWith('note.'))) return record;
  let kept = record;
  for (const [note, { text }] of record.notes.entries())
    for (const fact of extractFacts(text, note)) {
      if (verdictOf(answers, fact.id) !== 'confirmed') continue;
      const { record: changed } = applied(kept, fact);
      if (changed !== undefined && brokenRules(changed).length <= brokenRules(kept).length) kept = changed;
    }
  return kept;
}
