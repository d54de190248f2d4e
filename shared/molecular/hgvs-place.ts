/** Where a typed HGVS name stops being one, for the person who typed it. Reads nothing: `hgvs.ts` and its kin do. */

export interface BrokenPlace {
  /** From 1, in the text as typed. */
  readonly character1: number;
  readonly expected: string;
}

const residue =
  /^(?:Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Sec|Ter|[ACDEFGHIKLMNPQRSTVWYUX*])/i;
const basePosition = /^[*-]?\d+(?:[+-]\d+)?/;

/** The first character that no name of its kind can have there; `undefined` where each part looks right by itself. */
export function brokenPlace(text: string): BrokenPlace | undefined {
  const lead = text.length - text.trimStart().length;
  const colon = text.lastIndexOf(':');
  let at = colon >= 0 ? colon + 1 : lead;
  const skip = (pattern: RegExp): boolean => {
    const [found] = pattern.exec(text.slice(at)) ?? [];
    if (found === undefined) return false;
    at += found.length;
    return true;
  };
  const stop = (expected: string): BrokenPlace => ({ character1: at + 1, expected });
  skip(/^\s+/);
  const [, kind = 'p'] = /^([cgnmpr])\./i.exec(text.slice(at)) ?? [];
  skip(/^[cgnmpr]\./i);
  skip(/^\(/);
  if (kind.toLowerCase() === 'p') {
    if (!skip(residue)) return stop('an amino acid, in one or three letters');
    if (!skip(/^\d+/)) return stop('the number of the residue');
    if (skip(/^_/)) {
      if (!skip(residue)) return stop('the last amino acid of the range');
      if (!skip(/^\d+/)) return stop('the number of the last residue');
      if (!/^(?:delins|del|dup|ins|>)/i.test(text.slice(at))) return stop('del, dup, ins or delins');
    }
    if (skip(/^delins|^ins|^>/i)) {
      if (!residue.test(text.slice(at))) return stop('the amino acids put in');
      while (skip(residue));
    } else if (!skip(/^(?:del|dup)/i) && !skip(/^=/) && !skip(/^\?/)) {
      if (!residue.test(text.slice(at)) && !/^(?:fs|ext|_splice)/i.test(text.slice(at)))
        return stop('the new amino acid, =, fs, del, dup, ins, delins or ext');
      if (!/^fs|^ext/i.test(text.slice(at))) skip(residue);
      skip(/^(?:fs|ext)(?:(?:Ter|\*|X)?-?(?:\d+|\?))?/i);
      skip(/^_splice/i);
    }
    skip(/^\)/);
    return text.slice(at).trim() === '' ? undefined : stop('the end of the name');
  }
  const position = kind.toLowerCase() === 'g' ? /^\d+/ : basePosition;
  if (!skip(position)) return stop('the number of the base');
  if (skip(/^_/) && !skip(position)) return stop('the number of the last base of the range');
  if (skip(/^[ACGTU]+>/i)) {
    if (!skip(/^[ACGTU]+/i)) return stop('the new base: A, C, G or T');
  } else if (skip(/^delins|^ins/i)) {
    if (!skip(/^[ACGTU]+/i)) return stop('the bases put in: A, C, G or T');
  } else if (skip(/^del|^dup|^inv/i)) skip(/^[ACGTU]+/i);
  else if (!skip(/^=/)) return stop('a change such as A>G, del, dup, ins or delins');
  skip(/^\)/);
  return text.slice(at).trim() === '' ? undefined : stop('the end of the name');
}

/** The place in words, with what stands there. */
export function brokenPlaceWords(text: string): string | undefined {
  const place = brokenPlace(text);
  const [, first, last] = /[A-Za-z.](\d+)_[A-Za-z]*(\d+)/.exec(text) ?? [];
  if (place === undefined)
    return Number(first) > Number(last) ? `The range runs backwards, from ${first} to ${last}.` : undefined;
  const there = text.slice(place.character1 - 1, place.character1 + 7).trim();
  return `At character ${place.character1}${there === '' ? ', the end,' : ` (“${there}”)`} is expected: ${place.expected}.`;
}

/** `v600e` to `V600E`, words such as del and fs kept: HGVS writes one-letter amino acids in capitals. */
export function inCapitals(text: string): string {
  if (!/^(?:p\.)?\(?[a-z*]\d+/.test(text) || /[A-Z]/.test(text.replace(/^p\./, ''))) return text;
  const [, prefix = '', rest = ''] = /^((?:p\.)?\(?)(.*)$/.exec(text) ?? [];
  return `${prefix}${rest
    .toUpperCase()
    .replace(/DELINS|DEL(?![A-Z])|DUP(?![A-Z])|(?<=\d)INS|(?<=[A-Z0-9])FS|EXT|_SPLICE/g, (word) => word.toLowerCase())
    .replace(/TER/g, 'Ter')}`;
}
