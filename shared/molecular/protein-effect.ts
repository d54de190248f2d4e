/** From two coding sequences to the change of the protein: HGVS text (one letter) and Sequence Ontology term. */

const bases = 'TCAG';
/** The standard genetic code in the order of `bases`. */
const code = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';

const letters = new Map(
  [...code].map((letter, index) => [`${bases[index >> 4]}${bases[(index >> 2) & 3]}${bases[index & 3]}`, letter]),
);

/** One letter for three bases, `X` where they are not three of ACGT. */
export const translateCodon = (codon: string): string => letters.get(codon) ?? 'X';

/** One-letter protein to the first stop, the stop included; `open` where the sequence ends without one. */
export function translate(sequence: string): { readonly protein: string; readonly open: boolean } {
  let protein = '';
  for (let at = 0; at + 3 <= sequence.length; at += 3) {
    const letter = translateCodon(sequence.slice(at, at + 3));
    protein += letter;
    if (letter === '*') return { protein, open: false };
  }
  return { protein, open: true };
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
  const before = translate(reference).protein;
  const { protein: after, open } = translate(altered);
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
  const start = commonStart(before, after);
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
  return inFrameEffect(before, translateThrough(altered));
}

/** A substitution inside one codon, neither the first nor the last: most of all variants, without translating the whole. */
function singleCodon(reference: string, altered: string, codon: number): ProteinEffect | undefined {
  const from = (codon - 1) * 3;
  const to = from + 3;
  if (reference.length !== altered.length || codon === 1 || to >= reference.length) return undefined;
  if (reference.slice(to) !== altered.slice(to)) return undefined;
  const before = translateCodon(reference.slice(from, to));
  const after = translateCodon(altered.slice(from, to));
  if (before === after) return { hgvsProtein: `${before}${codon}=`, consequence: 'synonymous_variant' };
  return {
    hgvsProtein: `${before}${codon}${after}`,
    consequence: after === '*' ? 'stop_gained' : 'missense_variant',
  };
}

/** Residues that two proteins share from the start: taken first, so that the rest lies as far to the end as it can (3' rule). */
function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function translateThrough(sequence: string): string {
  let protein = '';
  for (let at = 0; at + 3 <= sequence.length; at += 3) protein += translateCodon(sequence.slice(at, at + 3));
  return protein;
}

/** `after` runs through any new stop, so that only what the edit touches is named. */
function inFrameEffect(before: string, after: string): ProteinEffect {
  const start = commonStart(before, after);
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
  if (tail === 0 && stopAt >= 0) return inFrameEffect(before, after.slice(0, start + stopAt + 1));
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
