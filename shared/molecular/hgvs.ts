/**
 * Protein changes after HGVS (varnomen.hgvs.org, protein recommendations). Inputs write them in many habits: one or
 * three letters, with or without `p.`, parentheses or a reference sequence, `X` or `Ter` for a stop, VEP's escaped `=`,
 * MAF's `p.X582_splice`. All become one value, shown in one way and compared by one key.
 */

export type ProteinChangeKind =
  | 'missense'
  | 'synonymous'
  | 'nonsense'
  | 'frameshift'
  | 'deletion'
  | 'duplication'
  | 'insertion'
  | 'delins'
  | 'start-loss'
  | 'extension'
  | 'splice';

export interface ProteinChange {
  readonly kind: ProteinChangeKind;
  /** Residue numbers, 1-based; `end` equals `start` for a single residue. */
  readonly start: number;
  readonly end: number;
  /** One-letter reference residues at start and end; empty where the notation does not give them (splice). */
  readonly reference: string;
  readonly endReference: string;
  /** One-letter residues put in: the new residue, the inserted sequence, `*` for a stop; empty for a deletion. */
  readonly alternate: string;
  /** Frameshift and extension: residues to the new stop, where stated. */
  readonly tail?: string;
}

const threeLetters: Readonly<Record<string, string>> = {
  Ala: 'A',
  Arg: 'R',
  Asn: 'N',
  Asp: 'D',
  Cys: 'C',
  Gln: 'Q',
  Glu: 'E',
  Gly: 'G',
  His: 'H',
  Ile: 'I',
  Leu: 'L',
  Lys: 'K',
  Met: 'M',
  Phe: 'F',
  Pro: 'P',
  Ser: 'S',
  Thr: 'T',
  Trp: 'W',
  Tyr: 'Y',
  Val: 'V',
  Sec: 'U',
  Ter: '*',
  Xaa: 'X',
};
const byLetter = new Map(Object.entries(threeLetters).map(([three, one]) => [one, three]));
const anyThreeLetters = Object.keys(threeLetters).join('|');
const threeLetterWord = new RegExp(anyThreeLetters, 'g');
const shoutedThreeLetterWord = new RegExp(anyThreeLetters, 'gi');
const shouted = new RegExp(`^(?:${anyThreeLetters})\\d`, 'i');

/**
 * Residues of three letters as one. `delinsER` is glutamate and arginine, not serine: letters of any case are words only
 * where the first residue is one.
 */
export const oneLetter = (text: string): string =>
  text.replace(
    shouted.test(text) ? shoutedThreeLetterWord : threeLetterWord,
    (three) => threeLetters[`${three[0]?.toUpperCase()}${three.slice(1).toLowerCase()}`] ?? three,
  );

const residues = (letters: string): string => [...letters].map((letter) => byLetter.get(letter) ?? letter).join('');

/** Takes off what surrounds the change itself: sequence name, gene name, `p.`, parentheses, escapes. */
function bare(text: string): string {
  let rest = text.trim().replace(/%3D/gi, '=').replace(/%2A/gi, '*');
  const colon = rest.lastIndexOf(':');
  if (colon >= 0) rest = rest.slice(colon + 1);
  rest = rest.replace(/^p\./i, '');
  rest = rest.replace(/^\((.*)\)$/, '$1');
  return oneLetter(rest);
}

const AA = '[ACDEFGHIKLMNPQRSTVWYUX*]';
const rSubstitution = new RegExp(`^(${AA})(\\d+)(${AA}|=)$`);
const rFrameshift = new RegExp(`^(${AA})(\\d+)(${AA})?fs(?:[*X](\\d+|\\?))?$`, 'i');
const rExtension = new RegExp(`^(\\*|X)(\\d+)(${AA})?ext(?:[*X]?-?(\\d+|\\?))?$`, 'i');
const rRange = new RegExp(`^(${AA})(\\d+)(?:_(${AA})(\\d+))?(delins|del|dup|ins|>)(${AA}*)(?:ins(${AA}+))?$`, 'i');
const rMafStretch = new RegExp(`^(${AA}{2,})(\\d+)(${AA}{2,})$`);

/** The protein change a text states, or `undefined` where it states none that HGVS knows: then nothing is claimed. */
export function parseProteinChange(text: string): ProteinChange | undefined {
  const rest = bare(text);
  const splice = /^[A-Z*]?(\d+)_splice$/i.exec(rest);
  if (splice) {
    const at = Number(splice[1]);
    return { kind: 'splice', start: at, end: at, reference: '', endReference: '', alternate: '' };
  }
  if (/^M1(\?|[A-LN-WY-Z])$/.test(rest))
    return { kind: 'start-loss', start: 1, end: 1, reference: 'M', endReference: 'M', alternate: '' };
  const substitution = rSubstitution.exec(rest);
  if (substitution) {
    const [, reference = '', position, to = ''] = substitution;
    const at = Number(position);
    const alternate = to === '=' ? reference : to === 'X' ? '*' : to;
    if (reference === '*' || reference === 'X') {
      if (alternate === reference || to === '=')
        return { kind: 'synonymous', start: at, end: at, reference: '*', endReference: '*', alternate: '*' };
      return { kind: 'extension', start: at, end: at, reference: '*', endReference: '*', alternate };
    }
    const kind = alternate === '*' ? 'nonsense' : alternate === reference ? 'synonymous' : 'missense';
    return { kind, start: at, end: at, reference, endReference: reference, alternate };
  }
  const frameshift = rFrameshift.exec(rest);
  if (frameshift) {
    const [, reference = '', position, alternate = '', tail] = frameshift;
    const at = Number(position);
    // A stop in the first codon that is read otherwise is a nonsense change, not a frameshift (HGVS): Tyr4Ter, not Tyr4TerfsTer1.
    if (alternate === '*')
      return { kind: 'nonsense', start: at, end: at, reference, endReference: reference, alternate };
    const change = { kind: 'frameshift', start: at, end: at, reference, endReference: reference, alternate } as const;
    return tail === undefined ? change : { ...change, tail };
  }
  const extension = rExtension.exec(rest);
  if (extension) {
    const [, , position, alternate = '', tail] = extension;
    const at = Number(position);
    const change = { kind: 'extension', start: at, end: at, reference: '*', endReference: '*', alternate } as const;
    return tail === undefined ? change : { ...change, tail };
  }
  const range = rRange.exec(rest);
  if (range) {
    const [, reference = '', startText, endReference = reference, endText, word = '', first = '', then] = range;
    const start = Number(startText);
    const end = endText === undefined ? start : Number(endText);
    if (end < start) return undefined;
    const verb = word.toLowerCase();
    if (verb === 'ins') {
      if (end !== start + 1 || first === '') return undefined;
      return { kind: 'insertion', start, end, reference, endReference, alternate: first };
    }
    if (verb === 'dup') return { kind: 'duplication', start, end, reference, endReference, alternate: '' };
    const inserted = verb === 'del' ? (then ?? '') : first;
    if (verb !== 'del' && inserted === '') return undefined;
    if (inserted === '') return { kind: 'deletion', start, end, reference, endReference, alternate: '' };
    return { kind: 'delins', start, end, reference, endReference, alternate: inserted.replace('X', '*') };
  }
  // MAF writes a change of several neighbouring residues as VK600EL.
  const stretch = rMafStretch.exec(rest);
  if (stretch) {
    const [, from = '', position, to = ''] = stretch;
    const start = Number(position);
    return {
      kind: 'delins',
      start,
      end: start + from.length - 1,
      reference: from[0] ?? '',
      endReference: from.at(-1) ?? '',
      alternate: to,
    };
  }
  return undefined;
}

/** One key per change whatever the notation: `L858R`, `E746_A750del`, `R175fs`, `X582_splice`. Not for display. */
export function proteinKey(change: ProteinChange): string {
  const from = `${change.reference}${change.start}`;
  const span = change.end === change.start ? from : `${from}_${change.endReference}${change.end}`;
  switch (change.kind) {
    case 'missense':
    case 'nonsense':
      return `${from}${change.alternate}`;
    case 'synonymous':
      return `${from}=`;
    case 'frameshift':
      return `${from}fs`;
    case 'extension':
      return `${from}ext`;
    case 'start-loss':
      return 'M1?';
    case 'splice':
      return `X${change.start}_splice`;
    case 'deletion':
      return `${span}del`;
    case 'duplication':
      return `${span}dup`;
    case 'insertion':
      return `${span}ins${change.alternate}`;
    case 'delins':
      return `${span}delins${change.alternate}`;
  }
}

/** HGVS with three letters and the parentheses of a predicted consequence: `p.(Leu858Arg)`. */
export function displayProteinChange(change: ProteinChange): string {
  const from = `${residues(change.reference)}${change.start}`;
  const span = change.end === change.start ? from : `${from}_${residues(change.endReference)}${change.end}`;
  const to = residues(change.alternate);
  switch (change.kind) {
    case 'missense':
    case 'nonsense':
      return `p.(${from}${to})`;
    case 'synonymous':
      return `p.(${from}=)`;
    case 'frameshift':
      return `p.(${from}${to}fs${change.tail === undefined ? '' : `Ter${change.tail}`})`;
    case 'extension':
      return `p.(${from}${to}ext${change.tail === undefined ? '' : `Ter${change.tail}`})`;
    case 'start-loss':
      return 'p.(Met1?)';
    case 'splice':
      return `splice site at codon ${change.start}`;
    case 'deletion':
      return `p.(${span}del)`;
    case 'duplication':
      return `p.(${span}dup)`;
    case 'insertion':
      return `p.(${span}ins${to})`;
    case 'delins':
      return `p.(${span}delins${to})`;
  }
}

/** True where the two texts state the same change. Texts that HGVS does not know are equal only letter by letter. */
export function sameProteinChange(one: string, other: string): boolean {
  const a = parseProteinChange(one);
  const b = parseProteinChange(other);
  if (a === undefined || b === undefined) return one.trim().toUpperCase() === other.trim().toUpperCase();
  return proteinKey(a) === proteinKey(b);
}

/** `c.2573T>G` without the sequence name, in one spelling; `undefined` where the text is no coding change. */
export function codingKey(text: string): string | undefined {
  const rest = text.trim().slice(text.trim().lastIndexOf(':') + 1);
  if (!/^c\./i.test(rest)) return undefined;
  return `c.${rest
    .slice(2)
    .replace(/^\((.*)\)$/, '$1')
    .replace(/(del|dup)[ACGT]+$/i, '$1')}`;
}
