/** From two coding sequences to the change of the protein: HGVS text (one letter) and Sequence Ontology term. */

const bases = 'TCAG';
/** The standard genetic code in the order of `bases`. */
const code = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';

export const translateCodon = (codon: string): string => {
  const [a, b, c] = [...codon].map((base) => bases.indexOf(base));
  if (a === undefined || b === undefined || c === undefined || a < 0 || b < 0 || c < 0) return 'X';
  return code[a * 16 + b * 4 + c] ?? 'X';
};

/** One-letter protein to the first stop, the stop included; `open` where the sequence ends without one. */
export function translate(sequence: string): { readonly protein: string; readonly open: boolean } {
  const letters: string[] = [];
  for (let at = 0; at + 3 <= sequence.length; at += 3) {
    const letter = translateCodon(sequence.slice(at, at + 3));
    letters.push(letter);
    if (letter === '*') return { protein: letters.join(''), open: false };
  }
  return { protein: letters.join(''), open: true };
}

export interface ProteinEffect {
  readonly hgvsProtein: string;
  readonly consequence: string;
}

/**
 * @param reference coding sequence, ATG to stop
 * @param altered the same with the edit
 * @param codon 1-based codon of the first edited base, which names a change without effect
 */
export function proteinEffect(reference: string, altered: string, codon: number): ProteinEffect {
  const before = translate(reference).protein;
  const { protein: after, open } = translate(altered);
  const inFrame = (altered.length - reference.length) % 3 === 0;
  if (after[0] !== 'M') return { hgvsProtein: 'M1?', consequence: 'start_lost' };
  if (after === before) {
    const letter = before[codon - 1] ?? '*';
    return {
      hgvsProtein: `${letter}${codon}=`,
      consequence: letter === '*' ? 'stop_retained_variant' : 'synonymous_variant',
    };
  }
  // Common residues are taken from the front first: what remains lies as far to the C-terminus as it can (3' rule).
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  const residue = (at: number): string => `${before[at] ?? '*'}${at + 1}`;
  const stop = before.length - 1;
  if (start === stop || (open && !inFrame && start >= stop))
    return { hgvsProtein: `*${stop + 1}${after[stop] ?? ''}ext*?`, consequence: 'stop_lost' };
  if (after[start] === '*')
    return { hgvsProtein: `${residue(start)}*`, consequence: inFrame ? 'stop_gained' : 'frameshift_variant' };
  if (!inFrame)
    return {
      hgvsProtein: `${residue(start)}${after[start] ?? ''}fs*${open ? '?' : after.length - start}`,
      consequence: 'frameshift_variant',
    };
  if (open) return { hgvsProtein: `*${stop + 1}ext*?`, consequence: 'stop_lost' };
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  // An in-frame edit that makes an early stop leaves no common end: what is lost is named by its first residues.
  const early = after.length - tail <= start || tail === 0 || (tail === 1 && after.length < before.length - 1);
  const gone = before.slice(start, before.length - tail);
  const come = after.slice(start, after.length - tail);
  if (early && stopEarly(reference, altered, after)) {
    const inserted = after.slice(start);
    return { hgvsProtein: `${residue(start)}_${residue(stop - 1)}delins${inserted}`, consequence: 'stop_gained' };
  }
  const end = start + gone.length - 1;
  const span = gone.length === 1 ? residue(start) : `${residue(start)}_${residue(end)}`;
  if (come === '') return { hgvsProtein: `${span}del`, consequence: 'inframe_deletion' };
  if (gone === '') {
    const copied = before.slice(start - come.length, start) === come;
    const from = start - come.length;
    if (copied)
      return {
        hgvsProtein: `${come.length === 1 ? residue(from) : `${residue(from)}_${residue(start - 1)}`}dup`,
        consequence: 'inframe_insertion',
      };
    return { hgvsProtein: `${residue(start - 1)}_${residue(start)}ins${come}`, consequence: 'inframe_insertion' };
  }
  if (gone.length === 1 && come.length === 1)
    return { hgvsProtein: `${residue(start)}${come}`, consequence: 'missense_variant' };
  return {
    hgvsProtein: `${span}delins${come}`,
    consequence: gone.length === come.length ? 'missense_variant' : 'protein_altering_variant',
  };
}

/** The new protein ends before the edited sequence does. */
const stopEarly = (reference: string, altered: string, after: string): boolean =>
  after.length * 3 < altered.length && translate(reference).protein.length * 3 === reference.length;
