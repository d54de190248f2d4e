/** From two coding sequences to the change of the protein: HGVS text (one letter) and Sequence Ontology term. */

const bases = 'TCAG';
/** The standard genetic code in the order of `bases`. */
const code = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';
/** Place of a base in `bases` by its character code; 64 for any other character, which makes no codon. */
const digit = new Uint8Array(256).fill(64);
for (let index = 0; index < bases.length; index++) digit[bases.charCodeAt(index)] = index;

/** One letter for the three bases from an index, `X` where they are not three of ACGT. */
function letterAt(sequence: string, at: number): string {
  const value =
    (digit[sequence.charCodeAt(at)] ?? 64) * 16 +
    (digit[sequence.charCodeAt(at + 1)] ?? 64) * 4 +
    (digit[sequence.charCodeAt(at + 2)] ?? 64);
  return code[value] ?? 'X';
}

/** One letter for three bases, `X` where they are not three of ACGT. */
export const translateCodon = (codon: string): string => (codon.length === 3 ? letterAt(codon, 0) : 'X');

/** One-letter protein to the first stop, the stop included; `open` where the sequence ends without one. */
export const translate = (sequence: string): { readonly protein: string; readonly open: boolean } =>
  translateFrom(sequence, '', 0);

/** The same where the first bases are known to give `head`. */
function translateFrom(
  sequence: string,
  head: string,
  from: number,
): { readonly protein: string; readonly open: boolean } {
  let protein = head;
  for (let at = from; at + 3 <= sequence.length; at += 3) {
    const letter = letterAt(sequence, at);
    protein += letter;
    if (letter === '*') return { protein, open: false };
  }
  return { protein, open: true };
}

/** Proteins of the sequences asked last: a file asks again and again for those of a few hundred genes. */
const proteins = new Map<string, string>();
const KEPT_PROTEINS = 1000;

function proteinOf(sequence: string): string {
  const before = proteins.get(sequence);
  if (before !== undefined) return before;
  const { protein } = translate(sequence);
  if (proteins.size >= KEPT_PROTEINS) proteins.clear();
  proteins.set(sequence, protein);
  return protein;
}

export interface ProteinEffect {
  /** Absent where the change runs on into sequence that is not known here. */
  readonly hgvsProtein?: string;
  readonly consequence: string;
}

/**
 * @param reference coding sequence, ATG to stop
 * @param altered the same with the edit
 * @param codon 1-based codon of the first edited base, which names a change without effect
 */
export function proteinEffect(reference: string, altered: string, codon: number): ProteinEffect {
  const quick = singleCodon(reference, altered, codon);
  if (quick !== undefined) return quick;
  const before = proteinOf(reference);
  // Up to the edit the proteins are one, as far as no stop ends them.
  const same = Math.min(codon, before.length) - 1;
  const head = before.slice(0, same);
  const { protein: after, open } = translateFrom(altered, head, same * 3);
  // What is put in before a start codon that stays whole lies in the untranslated region.
  if (after[0] !== 'M')
    return altered.length > reference.length && altered.endsWith(reference)
      ? { hgvsProtein: 'M1=', consequence: 'start_retained_variant' }
      : { hgvsProtein: 'M1?', consequence: 'start_lost' };
  if (after === before) {
    const letter = before[codon - 1] ?? '*';
    return {
      hgvsProtein: `${letter}${codon}=`,
      consequence: letter === '*' ? 'stop_retained_variant' : 'synonymous_variant',
    };
  }
  const residue = (at: number): string => `${before[at] ?? '*'}${at + 1}`;
  const stop = before.length - 1;
  const start = commonStart(before, after, same);
  // What follows the lost stop is untranslated sequence, which is not known here.
  if (start === stop || (open && start > stop))
    return { hgvsProtein: `*${stop + 1}${after[stop] ?? ''}ext*?`, consequence: 'stop_lost' };
  if ((altered.length - reference.length) % 3 !== 0) {
    if (after[start] === '*') return { hgvsProtein: `${residue(start)}*`, consequence: 'frameshift_variant' };
    return {
      hgvsProtein: `${residue(start)}${after[start] ?? ''}fs*${open ? '?' : after.length - start}`,
      consequence: 'frameshift_variant',
    };
  }
  return inFrameEffect(before, translateThrough(altered, head, same * 3), same);
}

/**
 * One base changed: what most variants are. `start` is its 0-based place. `undefined` in the first and the last codon, where
 * a start or a stop is at stake.
 */
export function singleBaseEffect(reference: string, start: number, base: string): ProteinEffect | undefined {
  const codon = Math.floor(start / 3) + 1;
  const from = (codon - 1) * 3;
  if (codon === 1 || from + 3 >= reference.length) return undefined;
  const at = (place: number): string => (place === start ? base : (reference[place] ?? ''));
  return codonEffect(codon, letterAt(reference, from), letterAt(at(from) + at(from + 1) + at(from + 2), 0));
}

function codonEffect(codon: number, before: string, after: string): ProteinEffect {
  if (before === after) return { hgvsProtein: `${before}${codon}=`, consequence: 'synonymous_variant' };
  return {
    hgvsProtein: `${before}${codon}${after}`,
    consequence: after === '*' ? 'stop_gained' : 'missense_variant',
  };
}

/**
 * One base changed in a coding sequence that is not ATG to stop: its own codon says what it says, nothing beyond.
 * @param start 0-based place of the base
 * @param frame bases before the first whole codon
 * @param first what the first whole codon is
 */
export function partialCodonEffect(
  reference: string,
  start: number,
  base: string,
  frame: number,
  first: 'start' | 'inside' | 'unknown',
): ProteinEffect {
  const unknown: ProteinEffect = { consequence: 'coding_sequence_variant' };
  const codon = Math.floor((start - frame) / 3) + 1;
  const from = frame + (codon - 1) * 3;
  if (start < frame || from + 3 > reference.length) return unknown;
  const at = (place: number): string => (place === start ? base : (reference[place] ?? ''));
  const before = letterAt(reference, from);
  const after = letterAt(at(from) + at(from + 1) + at(from + 2), 0);
  if (before === 'X' || after === 'X') return unknown;
  if (codon === 1 && first === 'unknown') return unknown;
  if (codon === 1 && first === 'start' && before === 'M')
    return before === after ? unknown : { hgvsProtein: 'M1?', consequence: 'start_lost' };
  if (before === '*') {
    // A stop inside may be read as a residue (selenocysteine): what its change means is not known.
    if (from + 3 < reference.length) return unknown;
    return after === '*'
      ? { hgvsProtein: `*${codon}=`, consequence: 'stop_retained_variant' }
      : { hgvsProtein: `*${codon}${after}ext*?`, consequence: 'stop_lost' };
  }
  return codonEffect(codon, before, after);
}

/** A substitution inside one codon, neither the first nor the last: most of all variants, without translating the whole. */
function singleCodon(reference: string, altered: string, codon: number): ProteinEffect | undefined {
  const from = (codon - 1) * 3;
  const to = from + 3;
  if (reference.length !== altered.length || codon === 1 || to >= reference.length) return undefined;
  if (reference.slice(to) !== altered.slice(to)) return undefined;
  return codonEffect(codon, letterAt(reference, from), letterAt(altered, from));
}

/** Residues that two proteins share from the start, at least `from` of them: taken first, so that the rest lies as far to the end as it can (3' rule). */
function commonStart(a: string, b: string, from: number): number {
  let at = from;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function translateThrough(sequence: string, head: string, from: number): string {
  let protein = head;
  for (let at = from; at + 3 <= sequence.length; at += 3) protein += letterAt(sequence, at);
  return protein;
}

/** `after` runs through any new stop and shares `same` residues at least with `before`, so that only what the edit touches is named. */
function inFrameEffect(before: string, after: string, same: number): ProteinEffect {
  const start = commonStart(before, after, same);
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const residue = (at: number): string => `${before[at] ?? '*'}${at + 1}`;
  const gone = before.slice(start, before.length - tail);
  const whole = after.slice(start, after.length - tail);
  const stopAt = whole.indexOf('*');
  const come = stopAt < 0 ? whole : whole.slice(0, stopAt + 1);
  // The old stop is gone and a new one stands before it.
  if (tail === 0 && stopAt >= 0) return inFrameEffect(before, after.slice(0, start + stopAt + 1), same);
  // Residues before the lost stop are changed too, and what follows them is not known.
  if (tail === 0) return { consequence: 'stop_lost' };
  const span = gone.length <= 1 ? residue(start) : `${residue(start)}_${residue(start + gone.length - 1)}`;
  if (gone !== '' && come.startsWith('*')) return { hgvsProtein: `${residue(start)}*`, consequence: 'stop_gained' };
  if (come === '') return { hgvsProtein: `${span}del`, consequence: 'inframe_deletion' };
  const stopped = stopAt >= 0;
  if (gone === '') {
    const from = start - come.length;
    if (!stopped && from >= 0 && before.slice(from, start) === come)
      return {
        hgvsProtein: `${come.length === 1 ? residue(from) : `${residue(from)}_${residue(start - 1)}`}dup`,
        consequence: 'inframe_insertion',
      };
    return {
      hgvsProtein: `${residue(start - 1)}_${residue(start)}ins${come}`,
      consequence: stopped ? 'stop_gained' : 'inframe_insertion',
    };
  }
  if (gone.length === 1 && come.length === 1)
    return { hgvsProtein: `${residue(start)}${come}`, consequence: 'missense_variant' };
  return {
    hgvsProtein: `${span}delins${come}`,
    consequence: stopped
      ? 'stop_gained'
      : gone.length === come.length
        ? 'missense_variant'
        : 'protein_altering_variant',
  };
}
