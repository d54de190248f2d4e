/** Typing errors in long words: one letter too many, too few, another, or two changed places. Short words are too near to each other. */

interface Term {
  readonly pattern: RegExp;
  readonly value: string;
}
interface Known {
  readonly word: string;
  readonly value: string;
}

const SHORTEST = 8;
/** By the list of terms they come from: their plain words, by first letter and length. */
const indexes = new WeakMap<readonly Term[], ReadonlyMap<string, readonly Known[]>>();

/** Plain words of the alternatives of a pattern; what has a group or a class in it is none. */
function indexOf(terms: readonly Term[]): ReadonlyMap<string, readonly Known[]> {
  const held = indexes.get(terms);
  if (held !== undefined) return held;
  const index = new Map<string, Known[]>();
  for (const { pattern, value } of terms)
    for (const alternative of pattern.source.replace(/^\(\?<!.*?\)\(\?:|\)\(\?!.*?\)$/gu, '').split('|')) {
      const word = alternative.replace(/s\?$/u, '');
      if (word.length < SHORTEST || !/^\p{L}+$/u.test(word)) continue;
      const key = `${word[0]}${word.length}`;
      index.set(key, [...(index.get(key) ?? []), { word, value }]);
    }
  indexes.set(terms, index);
  return index;
}

/** Whether one is the other with one typing error (Damerau); both are long. */
export function oneErrorApart(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from += 1;
  const [a, b] = [one.slice(from), other.slice(from)];
  if (a.length === b.length)
    return a.slice(1) === b.slice(1) || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
  return a.length > b.length ? a.slice(1) === b : a === b.slice(1);
}

/** Words of a text that one error parts from a word of the terms, with the same first letter. */
export function misspelled(
  text: string,
  terms: readonly Term[],
): { readonly start: number; readonly end: number; readonly value: string }[] {
  const index = indexOf(terms);
  if (index.size === 0) return [];
  return [...text.matchAll(/\p{L}{7,30}/gu)].flatMap((match) => {
    const word = match[0].toLowerCase();
    const near = [-1, 0, 1].flatMap((more) => index.get(`${word[0]}${word.length + more}`) ?? []);
    // The plural or genitive of a known word is no error.
    const found = near.find((known) => oneErrorApart(word, known.word) && word !== `${known.word}s`);
    return found === undefined ? [] : [{ start: match.index, end: match.index + match[0].length, value: found.value }];
  });
}
