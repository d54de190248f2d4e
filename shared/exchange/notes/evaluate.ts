/** Precision and recall of the note rules against notes annotated by hand. */
import { FaultError, fault } from '../../foundation/fault.ts';
import { extractFacts } from './extract.ts';
import { type Assertion, NoteField } from './fact.ts';

export interface GoldFact {
  readonly field: NoteField;
  readonly start: number;
  readonly end: number;
  readonly assertion: Assertion;
}
export interface AnnotatedNote {
  readonly id: string;
  readonly text: string;
  readonly facts: readonly GoldFact[];
}

const fieldOf: Readonly<Record<string, NoteField>> = {
  D: 'diagnosis',
  S: 'stage',
  P: 'performance-status',
  B: 'biomarker',
  M: 'medication',
  A: 'allergy',
  F: 'family-history',
};
const assertionOf: Readonly<Record<string, Assertion>> = {
  '': 'present',
  '-': 'negated',
  '?': 'uncertain',
  '<': 'historical',
  '~': 'not-assayed',
};

/**
 * Notes as they stand in a file: a line `# id`, then the text, in which a span is `{B-|EGFR}`: the letter of its field, the
 * sign of its assertion (none present, `-` negated, `?` uncertain, `<` historical, `~` not assayed), and the words.
 *
 * @throws FaultError line-invalid with its line
 */
export function readAnnotated(source: string, file: string): AnnotatedNote[] {
  const notes: AnnotatedNote[] = [];
  const lines = source.split(/\r?\n/u);
  const bad = (line: number, message: string): never => {
    throw new FaultError(
      fault('line-invalid', message, 'Write a span as {D|words}; see the README beside the notes.', {
        file,
        line: line + 1,
      }),
    );
  };
  let at = 0;
  while (at < lines.length) {
    const head = /^# (\S+)$/u.exec(lines[at] ?? '');
    if (head === null) {
      if ((lines[at] ?? '').trim() !== '') bad(at, 'A note begins with a line "# id".');
      at += 1;
      continue;
    }
    const first = at + 1;
    at = first;
    while (at < lines.length && !/^# /u.test(lines[at] ?? '')) at += 1;
    const marked = lines.slice(first, at).join('\n').trim();
    let text = '';
    let last = 0;
    const facts: GoldFact[] = [];
    for (const match of marked.matchAll(/\{([A-Z])([-?<~]?)\|([^{}]+)\}/gu)) {
      const [whole, letter = '', sign = '', words = ''] = match;
      const field = fieldOf[letter];
      const assertion = assertionOf[sign];
      if (field === undefined || assertion === undefined) return bad(first, 'A span names no field that is known.');
      text += marked.slice(last, match.index);
      facts.push({ field, assertion, start: text.length, end: text.length + words.length });
      text += words;
      last = match.index + whole.length;
    }
    text += marked.slice(last);
    if (/[{}]/u.test(text)) bad(first, 'A span is not closed or is not written as one.');
    notes.push({ id: head[1] ?? '', text, facts });
  }
  return notes;
}

export interface FieldScore {
  readonly field: NoteField | 'all';
  /** Spans annotated by hand, and spans the rules gave. */
  readonly annotated: number;
  readonly found: number;
  /** Same field, overlapping span and same assertion. */
  readonly right: number;
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  /** Of the spans that overlap one of the same field: how many have its assertion. */
  readonly assertionAccuracy: number | undefined;
  /** Found exactly from first to last letter, of those that overlap. */
  readonly exact: number | undefined;
}

export interface Miss {
  readonly note: string;
  readonly kind: 'missed' | 'spurious' | 'assertion';
  readonly field: NoteField;
  readonly text: string;
  readonly says: string;
}

/** Each annotated span is matched to at most one found span of its field, the one that overlaps most. */
export function evaluateNotes(notes: readonly AnnotatedNote[]): {
  readonly scores: readonly FieldScore[];
  readonly misses: readonly Miss[];
} {
  const tally = new Map(
    NoteField.options.map((field) => [field, { annotated: 0, found: 0, overlap: 0, right: 0, exact: 0 }]),
  );
  const misses: Miss[] = [];
  for (const { id, text, facts } of notes) {
    const found = extractFacts(text);
    const used = new Set<string>();
    for (const one of found) {
      const sum = tally.get(one.field);
      if (sum !== undefined) sum.found += 1;
    }
    for (const gold of facts) {
      const sum = tally.get(gold.field);
      if (sum === undefined) continue;
      sum.annotated += 1;
      const shared = (one: (typeof found)[number]): number =>
        Math.min(one.end, gold.end) - Math.max(one.start, gold.start);
      const [best] = found
        .filter((one) => one.field === gold.field && !used.has(one.id) && shared(one) > 0)
        .sort((a, b) => shared(b) - shared(a));
      const words = text.slice(gold.start, gold.end);
      if (best === undefined) {
        misses.push({ note: id, kind: 'missed', field: gold.field, text: words, says: gold.assertion });
        continue;
      }
      used.add(best.id);
      sum.overlap += 1;
      if (best.start === gold.start && best.end === gold.end) sum.exact += 1;
      if (best.assertion === gold.assertion) sum.right += 1;
      else
        misses.push({
          note: id,
          kind: 'assertion',
          field: gold.field,
          text: words,
          says: `${best.assertion}, not ${gold.assertion}`,
        });
    }
    for (const one of found)
      if (!used.has(one.id))
        misses.push({ note: id, kind: 'spurious', field: one.field, text: one.text, says: one.assertion });
  }
  const share = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);
  const scoreOf = (
    field: FieldScore['field'],
    sums: readonly { annotated: number; found: number; overlap: number; right: number; exact: number }[],
  ): FieldScore => {
    const sum = (key: 'annotated' | 'found' | 'overlap' | 'right' | 'exact'): number =>
      sums.reduce((total, one) => total + one[key], 0);
    return {
      field,
      annotated: sum('annotated'),
      found: sum('found'),
      right: sum('right'),
      precision: share(sum('right'), sum('found')),
      recall: share(sum('right'), sum('annotated')),
      assertionAccuracy: share(sum('right'), sum('overlap')),
      exact: share(sum('exact'), sum('overlap')),
    };
  };
  return {
    scores: [...[...tally].map(([field, sum]) => scoreOf(field, [sum])), scoreOf('all', [...tally.values()])],
    misses,
  };
}
