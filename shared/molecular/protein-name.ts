/**
 * The one name that HGVS gives a change of the protein's length (varnomen.hgvs.org, protein recommendations): what repeats
 * the residues before it is a duplication and no insertion, residues that a delins leaves as they were are not part of it,
 * and of several places that give the same protein the most C-terminal one is named. ERBB2 A775_G776insYVMA is Y772_A775dup. Pure.
 */
import type { ProteinChange } from './hgvs.ts';
import { translate } from './protein-effect.ts';

const changesLength = ({ kind }: ProteinChange): boolean =>
  kind === 'insertion' || kind === 'deletion' || kind === 'duplication' || kind === 'delins';

const spanOf = (
  protein: string,
  start: number,
  end: number,
): Pick<ProteinChange, 'start' | 'end' | 'reference' | 'endReference'> => ({
  start,
  end,
  reference: protein[start - 1] ?? '',
  endReference: protein[end - 1] ?? '',
});

/** As far to the end as the same residues go. */
function shifted(protein: string, start: number, end: number): readonly [start: number, end: number] {
  let by = 0;
  while (end + by < protein.length && protein[start + by - 1] === protein[end + by] && protein[end + by] !== '*') by++;
  return [start + by, end + by];
}

/**
 * @param protein residues of the gene's checked sequence, one letter each, with or without the stop
 * @returns the change as it stands where the protein has other residues than it states, or where it changes no length in frame
 */
export function namedByRule(change: ProteinChange, protein: string): ProteinChange {
  const { kind, start, end, reference, endReference, alternate } = change;
  if (!changesLength(change)) return change;
  if (protein[start - 1] !== reference || protein[end - 1] !== endReference || alternate.includes('*')) return change;
  if (kind === 'deletion' || kind === 'duplication')
    return { kind, alternate: '', ...spanOf(protein, ...shifted(protein, start, end)) };
  // What is taken out and put in between two residues that stay.
  let out = kind === 'insertion' ? '' : protein.slice(start - 1, end);
  let into = alternate;
  let before = kind === 'insertion' ? start : start - 1;
  while (out !== '' && into !== '' && out[0] === into[0]) {
    out = out.slice(1);
    into = into.slice(1);
    before++;
  }
  while (out !== '' && into !== '' && out.at(-1) === into.at(-1)) {
    out = out.slice(0, -1);
    into = into.slice(0, -1);
  }
  if (out === '' && into === '') return change;
  const last = before + out.length;
  if (into === '')
    return { kind: 'deletion', alternate: '', ...spanOf(protein, ...shifted(protein, before + 1, last)) };
  if (out.length === 1 && into.length === 1)
    return { kind: 'missense', alternate: into, ...spanOf(protein, last, last) };
  if (out !== '') return { kind: 'delins', alternate: into, ...spanOf(protein, before + 1, last) };
  while (into[0] === protein[before] && protein[before] !== '*') {
    into = `${into.slice(1)}${into[0]}`;
    before++;
  }
  const copied = protein.slice(before - into.length, before);
  return copied === into && before >= into.length
    ? { kind: 'duplication', alternate: '', ...spanOf(protein, before - into.length + 1, before) }
    : { kind: 'insertion', alternate: into, ...spanOf(protein, before, before + 1) };
}

/** By the checked coding sequence of its gene; as it stands where there is none. */
export const ruledChange = (change: ProteinChange, coding: { readonly sequence: string } | undefined): ProteinChange =>
  coding === undefined || !changesLength(change) ? change : namedByRule(change, translate(coding.sequence).protein);
