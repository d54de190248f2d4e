/**
 * The report in another language. Every sentence of it is composed once, in English; the catalogue (`catalogue/`) holds
 * each English phrase with its German and Spanish form, and sentences of the case's documents are told by the same
 * phrases; names of medicines by a closed table (`drug-names.ts`). What a person wrote, and what no phrase covers (names of
 * genes and diseases), stays as it is: a sentence is never translated by half its meaning.
 */
import { phrases } from './catalogue/index.ts';
import { drugNames } from './drug-names.ts';
import { type Language, shortDate, shortMoment } from './language.ts';

/** Noncharacters (Unicode 23.7): no text in interchange holds them. Between them stands what nobody may translate. */
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const marks = /[\uFDD0\uFDD1]/g;

const bare = (text: string): string => text.replace(marks, '');
/** Somebody's own words, or words already in the language of the paper. */
export const own = (text: string): string => `${OPEN}${bare(text)}${CLOSE}`;

/**
 * Slots of a phrase. Translated in their turn: `{1}` within a sentence, `{m1}` over several, `{p1}` without brackets.
 * Left as they are, but for names of medicines: `{=1}` a name, `{w1}` one word, `{x1}` anything. `{#1}` is a number, `{d1}` a date as far as known.
 */
const slot = /\{([=#dwmpx]?)(\d)\}/g;
const stays: ReadonlySet<string> = new Set(['=', 'w', 'x']);
const held = new RegExp(`${OPEN}[^${CLOSE}]*${CLOSE}`, 'g');
const anything = `(?:${OPEN}[^${CLOSE}]*${CLOSE}|[^${OPEN}${CLOSE}])`;
const slotPatterns: Readonly<Record<string, string>> = {
  '': `((?:(?!; |\\. )${anything})+?)`,
  m: `(${anything}+?)`,
  x: `((?:(?!; )${anything})+?)`,
  p: `((?:${OPEN}[^${CLOSE}]*${CLOSE}|[^()${OPEN}${CLOSE}])+?)`,
  '=': `((?:${OPEN}[^${CLOSE}]*${CLOSE}|(?!; |: |\\. | \\(|\\n)[^${OPEN}${CLOSE}])+?)`,
  w: `(${OPEN}[^${CLOSE}]*${CLOSE}|[^\\s,;${OPEN}${CLOSE}]+)`,
  d: '(\\d{4}(?:-\\d{2}){0,2})',
  '#': '([+−-]?\\d[\\d.,]*(?:e[+−-]?\\d+)?)',
};

interface Pattern {
  readonly matches: RegExp;
  readonly slots: readonly { readonly kind: string; readonly name: string }[];
  readonly form: string;
  /** Letters that are not in slots: the more there are, the surer it is meant. */
  readonly weight: number;
  /** Few letters about a slot that takes anything: asked only of parts that cannot be taken apart further. */
  readonly weak: boolean;
  readonly start: string;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function patternOf(english: string, form: string): Pattern {
  const slots: { kind: string; name: string }[] = [];
  let source = '';
  let from = 0;
  for (const { 0: whole, 1: kind = '', 2: name = '', index } of english.matchAll(slot)) {
    source += escaped(english.slice(from, index)) + (slotPatterns[kind] ?? '');
    slots.push({ kind, name });
    from = index + whole.length;
  }
  const weight = english.replace(slot, '').match(/\p{L}/gu)?.length ?? 0;
  return {
    matches: new RegExp(`^${source}${escaped(english.slice(from))}$`, 'u'),
    slots,
    form,
    weight,
    weak: weight < 8 && slots.some(({ kind }) => '=xp'.includes(kind)) && slots.every(({ kind }) => kind !== 'm'),
    start: english.slice(0, english.indexOf('{')),
  };
}

export type Translate = (text: string) => string;

/** Decimal comma in German and Spanish (ISO 80000-1 allows both signs); a count has no separator: `9,968` would read as 9.968. */
const localNumber = (text: string): string =>
  text.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '').replace(/^([+−-]?\d+)\.(\d)/, '$1,$2');

/** Where a text is put together of several phrases, from the widest joint to the narrowest. */
const wide: readonly RegExp[] = [/\n/, /(?<=[.!?…]\)?) (?=[\p{Lu}\d(\uFDD0])/u, /\. (?=\p{Ll})/u, /; /];
/** Between parts of one sentence: all of them are told, or none. */
const colon = /: /;
const narrow: readonly RegExp[] = [colon, /, /];
/** Words that make a sentence of names; names alone may stay as they are. */
const sentenceWords =
  /(?:^|\s)(?:a|an|the|of|in|is|are|was|were|and|or|not|no|by|with|without|for|from|on|to|at|has|have|its|this|that|than|be)(?=\s|$)/;

/** Parts of `text` and the joints between them, outside brackets and what must not be touched; undefined where none is. */
function split(text: string, joint: RegExp): { readonly parts: string[]; readonly between: string[] } | undefined {
  const parts: string[] = [];
  const between: string[] = [];
  let from = 0;
  let depth = 0;
  let seen = 0;
  let owned = false;
  for (const { 0: found, index } of text.matchAll(new RegExp(joint, `${joint.flags}g`))) {
    for (const character of text.slice(seen, index)) {
      if (character === OPEN) owned = true;
      else if (character === CLOSE) owned = false;
      else if (character === '(' && !owned) depth += 1;
      else if (character === ')' && !owned) depth = Math.max(0, depth - 1);
    }
    seen = index;
    if (owned || depth > 0) continue;
    parts.push(text.slice(from, index));
    between.push(found);
    from = index + found.length;
  }
  return parts.length === 0 ? undefined : { parts: [...parts, text.slice(from)], between };
}

const glued = (parts: readonly string[], between: readonly string[]): string =>
  parts.map((part, at) => `${part}${at < parts.length - 1 ? between[at] : ''}`).join('');

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function translatorOf(language: Exclude<Language, 'en'>): Translate {
  const at = language === 'de' ? 1 : 2;
  const whole = new Map<string, string>();
  const patterns: Pattern[] = [];
  for (const phrase of phrases) {
    if (phrase[0].search(slot) < 0) whole.set(phrase[0], phrase[at]);
    else patterns.push(patternOf(phrase[0], phrase[at]));
  }
  patterns.sort((a, b) => b.weight - a.weight);
  const known = new Map<string, string | undefined>();
  const named = (text: string): string => drugNames(text, language);

  /** By a phrase; undefined where none covers the text. */
  function phrased(text: string, weak: boolean): string | undefined {
    const exact = whole.get(text);
    if (exact !== undefined) return exact;
    for (const pattern of patterns) {
      if (pattern.weak !== weak || !text.startsWith(pattern.start)) continue;
      const found = pattern.matches.exec(text);
      if (found === null) continue;
      const filled = new Map(
        pattern.slots.map(({ kind, name }, index) => {
          const text = found[index + 1] ?? '';
          return [
            name,
            stays.has(kind)
              ? own(kind === 'x' ? text : named(text))
              : kind === '#'
                ? localNumber(text)
                : translated(text),
          ] as const;
        }),
      );
      return pattern.form.replaceAll(slot, (_, _kind: string, name: string) => filled.get(name) ?? '');
    }
    return undefined;
  }

  /** The same phrase at the beginning or the end of a sentence too. */
  function inSentence(text: string, weak: boolean): string | undefined {
    const direct = phrased(text, weak);
    if (direct !== undefined) return direct;
    const begun = /^\p{Lu}/u.test(text) ? phrased(lower(text), weak) : undefined;
    if (begun !== undefined) return upper(begun);
    if (!text.endsWith('.') || text.endsWith('..')) return undefined;
    const ended = inSentence(text.slice(0, -1), weak);
    return ended === undefined || /[.!?…]$/.test(ended) ? ended : `${ended}.`;
  }

  function takenApart(text: string, joints: readonly RegExp[], isWhole: boolean): string | undefined {
    for (const joint of joints) {
      const found = split(text, joint);
      if (found === undefined) continue;
      if (joint === colon) {
        // A head may itself hold colons: the first cut behind which something is told counts.
        const { parts, between } = found;
        for (let at = 1; at < parts.length; at++) {
          const [head, rest] = [glued(parts.slice(0, at), between), glued(parts.slice(at), between.slice(at))];
          const [first, second] = [translated(head), translated(rest)];
          const isLeft = (part: string, told: string): boolean =>
            told === part && sentenceWords.test(part.replaceAll(held, ''));
          if (second !== rest && !isLeft(head, first)) return `${first}: ${second}`;
          if (first !== head && !isLeft(rest, second)) return `${first}: ${second}`;
        }
        continue;
      }
      const told = found.parts.map(translated);
      const isLeft = (part: string, at: number): boolean =>
        told[at] === part && sentenceWords.test(part.replaceAll(held, ''));
      if (isWhole && found.parts.some(isLeft)) continue;
      const put = told.map((part, at) => `${part}${found.between[at] ?? ''}`).join('');
      if (put !== text) return put;
    }
    return undefined;
  }

  function looked(text: string): string | undefined {
    if (text.startsWith(OPEN) && text.indexOf(CLOSE) === text.length - 1) return text;
    if (/^\d{4}-\d{2}-\d{2}\.?$/.test(text)) return text.replace(/^[\d-]+/, (date) => shortDate(date, language));
    const time = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC$/.exec(text);
    if (time !== null) return shortMoment(time[1] ?? '', time[2] ?? '', language);
    if (/^[+−-]?\d+\.\d+ ?%$|^z [+−-]?\d+\.\d+$/.test(text)) return text.replace('.', ',');
    if (!/\p{L}{2}/u.test(text)) return text;
    return (
      inSentence(text, false) ??
      takenApart(text, wide, false) ??
      inSentence(text, true) ??
      takenApart(text, narrow, true) ??
      named(text)
    );
  }

  function translated(text: string): string {
    if (!known.has(text)) known.set(text, looked(text));
    return known.get(text) ?? text;
  }
  return translated;
}

/** Words that no German and no Spanish sentence holds. */
const englishWords: Readonly<Record<Exclude<Language, 'en'>, RegExp>> = {
  de: /(?:^|[\s(])(?:the|of|is|are|were|and|or|not|by|with|without|for|from|on|to|has|have|its|this|that|than|no)(?=[\s,.;:)]|$)/,
  es: /(?:^|[\s(])(?:the|of|is|are|was|were|and|or|not|by|with|without|for|from|on|to|have|its|this|that|than|an|in)(?=[\s,.;:)]|$)/,
};
/** Texts that went to paper with English in them, since no phrase covers them. */
const untold = new Set<string>();
export const untoldTexts = (): readonly string[] => [...untold];

/** As it is printed: a true minus sign, and a command of the program as such; what somebody wrote stays. */
const printed = (text: string): string =>
  text
    .split(new RegExp(`(${held.source})`))
    .map((part) =>
      part.startsWith(OPEN) ? part : part.replace(/(?<=^|[\s(])-(?=\d)/g, '−').replace(/`([^`]+)`/g, '"consilium $1"'),
    )
    .join('');

const translators = new Map<Language, Translate>();

/** Texts of the paper in a language; marks of what is not translated are taken out. */
export function translatorFor(language: Language): Translate {
  let made = translators.get(language);
  if (made === undefined) {
    if (language === 'en') made = (text) => bare(printed(text));
    else {
      const inner = translatorOf(language);
      made = (text) => {
        const told = inner(text);
        if (englishWords[language].test(told.replaceAll(held, ' '))) untold.add(`${language}: ${bare(text)}`);
        // The unit of eGFR holds a decimal of its own.
        return bare(printed(told)).replaceAll('/1.73 m²', '/1,73 m²');
      };
    }
    translators.set(language, made);
  }
  return made;
}

let current: Language = 'en';

/** Composes in a language. The work is done when this returns: nothing asynchronous may be begun in it. */
export function inLanguage<Value>(language: Language, work: () => Value): Value {
  const before = current;
  current = language;
  try {
    return work();
  } finally {
    current = before;
  }
}

/** The language of the paper that is being composed. */
export const languageNow = (): Language => current;
/** A text as the paper that is being composed says it. */
export const said: Translate = (text) => translatorFor(current)(text);
