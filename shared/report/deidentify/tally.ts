/** What becomes of each field of a case while it is rebuilt, and the texts that must not turn up elsewhere. */
import {
  type DeidentifiedField,
  type DeidentifyChoice,
  type FieldId,
  fields as fieldFacts,
  fieldIds,
} from './choice.ts';
import { sifted, WITHHELD } from './sift.ts';

/**
 * Whether a text is so much its own that it may be replaced inside sentences: "liver" is not, for a statement on liver
 * function would lose its word.
 */
const distinctive = (field: FieldId, text: string): boolean =>
  text.length >= 4 &&
  ((/\d/u.test(text) && (text.length >= 6 || /\p{L}/u.test(text))) ||
    (field === 'names' && text !== 'unknown') ||
    (field === 'codes' || field === 'files' ? text.length >= 8 : text.length >= 12 && text.includes(' ')));

export interface Tally {
  readonly keeps: (field: FieldId) => boolean;
  /** Counts a value of the field. */
  readonly count: (field: FieldId, values?: number) => void;
  /** The text where its field stays, sifted; else undefined, and sought in every sentence that was made of the case. */
  readonly text: (field: FieldId, value: string | undefined) => string | undefined;
  /** As `text`, where the schema asks for one. */
  readonly asked: (field: FieldId, value: string) => string;
  /** Another word in place of one that names. */
  readonly instead: (field: FieldId, value: string, word: string) => string;
  readonly fields: () => DeidentifiedField[];
  /** A sentence that was made of the case, without what was left out of the record. */
  readonly without: (sentence: string) => string;
  /** As `without`, for texts that stay by choice: only what is its own is taken out of them. */
  readonly inside: (sentence: string) => string;
}

/** Parts of a text that sentences quote: long enough to be nobody else's. */
const partsOf = (text: string): string[] =>
  text
    .split(/[\n;.,:()]+/u)
    .map((part) => part.trim())
    .filter((part) => part.length >= 12 && part.includes(' '));

const SAYS_NOTHING = /^(?:not (?:stated|known|applicable)|unknown|none|yes|no|positive|negative)$/iu;

/** `common` are words of the packs, such as diseases in lower case: a relative's illness is no reason to take them out. */
export function tallyOf({ dates, keep }: DeidentifyChoice, common: ReadonlySet<string>): Tally {
  const kept = new Set<FieldId>(keep);
  const values = new Map<FieldId, number>();
  const whole = new Map<string, string>();
  const within = new Map<string, string>();
  const seen = new Map<string, string>();
  let form: RegExp | undefined;
  const count = (field: FieldId, more = 1): void => void values.set(field, (values.get(field) ?? 0) + more);
  const seek = (field: FieldId, value: string, word: string): void => {
    const text = value.trim();
    if (SAYS_NOTHING.test(text) || common.has(text.toLowerCase())) return;
    form = undefined;
    seen.clear();
    // A short id may be a stage or a value as well: it is renamed where it stands as an id, and nowhere else.
    if (/^\d{1,5}$/u.test(text)) return;
    if (field !== 'codes' || distinctive(field, text)) whole.set(text.toLowerCase(), word);
    if (distinctive(field, text)) within.set(text.toLowerCase(), word);
  };

  const text = (field: FieldId, value: string | undefined): string | undefined => {
    if (value === undefined || value.trim() === '') return undefined;
    count(field);
    if (kept.has(field)) return sifted(value);
    for (const part of [value, ...partsOf(value)]) seek(field, part, WITHHELD);
    return undefined;
  };

  const done = (field: FieldId): DeidentifiedField['done'] => {
    if (field === 'dates') return dates;
    if (field === 'age') return 'grouped';
    if (field === 'codes' || field === 'files') return 'replaced';
    return kept.has(field) ? 'kept' : 'removed';
  };

  function sought(): RegExp {
    if (form !== undefined) return form;
    const texts = [...within.keys()].sort((a, b) => b.length - a.length).map((one) => RegExp.escape(one));
    form = new RegExp(`(?<![\\p{L}\\d])(?:${texts.join('|') || '(?!)'})(?![\\p{L}\\d])`, 'giu');
    return form;
  }

  const inside = (sentence: string): string =>
    sentence.replace(sought(), (found) => within.get(found.toLowerCase()) ?? WITHHELD);

  return {
    keeps: (field) => kept.has(field),
    count,
    text,
    asked: (field, value) => text(field, value) ?? WITHHELD,
    instead: (field, value, word) => {
      count(field);
      seek(field, value, word);
      return word;
    },
    without: (sentence) => {
      const known = seen.get(sentence);
      if (known !== undefined) return known;
      const rest = whole.get(sentence.trim().toLowerCase()) ?? inside(sentence);
      seen.set(sentence, rest);
      return rest;
    },
    inside,
    fields: () =>
      fieldIds.map((field) => {
        const { title, categories, mayStay } = fieldFacts[field];
        return {
          field,
          title,
          categories: [...categories],
          values: values.get(field) ?? 0,
          done: done(field),
          mayStay,
        };
      }),
  };
}
