/** Changes that HGVS writes as one allele, `c.[1798G>A;1799T>A]`: one change where HGVS makes it one, else several. */
import { parseCodingName } from './coding-name.ts';

/** HGVS, DNA delins: neighbours are one deletion-insertion, and so are two with one base between that share an amino acid. */
const areOne = (a: number, b: number): boolean => b - a === 1 || (b - a === 2 && Math.ceil(a / 3) === Math.ceil(b / 3));

/**
 * The deletion-insertion that substitutions side by side are; undefined where the text is no such allele, or where its changes
 * stay several. `sequence` is the coding sequence from the start codon; bases between the changes are read from it.
 */
export function asOneChange(text: string, sequence: string | undefined): string | undefined {
  const [, inside] = /^(?:[^\s:]+:)?c\.\[([^[\]]+)\]$/i.exec(text.trim()) ?? [];
  const parts = inside?.split(';').map((part) => parseCodingName(`c.${part.replace(/^c\./i, '')}`));
  if (parts === undefined || parts.length < 2) return undefined;
  const bases = new Map<number, string>();
  for (const part of parts) {
    const plain = part?.verb === '>' && part.first.region === 'cds' && part.first.offset === 0 && part.first.coding > 0;
    if (part === undefined || !plain || bases.has(part.first.coding)) return undefined;
    if (sequence !== undefined && sequence[part.first.coding - 1] !== part.reference) return undefined;
    bases.set(part.first.coding, part.alternate);
  }
  const places = [...bases.keys()].sort((a, b) => a - b);
  const [first = 0] = places;
  const last = places.at(-1) ?? first;
  if (!places.every((place, index) => index === 0 || areOne(places[index - 1] ?? 0, place))) return undefined;
  let alternate = '';
  for (let place = first; place <= last; place++) {
    const base = bases.get(place) ?? sequence?.[place - 1];
    if (base === undefined) return undefined;
    alternate += base;
  }
  return `c.${first}_${last}delins${alternate}`;
}
