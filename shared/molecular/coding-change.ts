/**
 * A genomic change to its coding and protein change on one transcript (HGVS, version 21: 3' rule, dup before ins), from the
 * transcript's exons and, where there is one, its verified coding sequence. Nothing is guessed: a reference allele that
 * disagrees with the sequence is refused, an insertion or deletion that touches a splice site is left uncomputed because
 * the intron's bases are not known here, and without a coding sequence no residue is named.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import { exonsInOrder, type GeneRecord, placeOf } from './genes.ts';
import type { Coordinates } from './genomic-change.ts';
import { partialCodonEffect, proteinEffect, singleBaseEffect } from './protein-effect.ts';

export interface CodingChange {
  readonly gene: string;
  readonly transcript: string;
  readonly hgvsCoding?: string | undefined;
  /** One-letter HGVS without `p.`. */
  readonly hgvsProtein?: string | undefined;
  /** Sequence Ontology term; `coding_sequence_variant` where only the coding position is known. */
  readonly consequence: string;
  /** Number of the exon, or of the exon beside the splice site. */
  readonly exon?: number | undefined;
}

export type Computed =
  | { readonly kind: 'change'; readonly change: CodingChange }
  | { readonly kind: 'mismatch'; readonly transcript: string; readonly reason: string };

/** Where a base lies: `exon` is 1-based; `offset` 0 in an exon, + after it, - before it; `coding` is the c. number. */
interface Base {
  readonly exon: number;
  readonly offset: number;
  readonly region: 'utr5' | 'cds' | 'utr3';
  /** Of an exon's base: how many bases of the exon stand before it. */
  readonly inside: number;
  /** 1-based in the coding sequence; -1 … before it, 1 … after it for the untranslated regions. */
  readonly coding: number;
}

/** Longer edits are structural and not computed here. */
const LONGEST = 100;
/** Bases of an intron beside an exon: 1 and 2 are the splice site, to 8 its region (Sequence Ontology). */
const SITE = 2;
const REGION = 8;

const complement: Readonly<Record<string, string>> = { A: 'T', C: 'G', G: 'C', T: 'A' };
export function reverseComplement(sequence: string): string {
  let reversed = '';
  for (let index = sequence.length - 1; index >= 0; index--) reversed += complement[sequence[index] as string] ?? 'N';
  return reversed;
}

/** A transcript of one build, ready to be asked. `sequence` is used only where its length is that of the exons. */
export interface Transcript {
  readonly gene: GeneRecord;
  /** First and last base of its exons, 1-based. */
  readonly span: readonly [number, number];
  readonly exons: readonly (readonly [number, number])[];
  /** Length of the transcript before each exon. */
  readonly before: readonly number[];
  readonly codingStart: number;
  readonly codingEnd: number;
  readonly sequence?: string | undefined;
  readonly partial?: PartialCoding | undefined;
}

/**
 * A coding sequence that is not ATG to stop in one open frame: an annotation whose ends were not found, another start codon,
 * a stop inside (selenocysteine). Then single bases are named codon by codon and of other edits only the kind.
 */
export interface PartialCoding {
  /** Bases before the first whole codon (GFF3 phase of the first CDS). */
  readonly frame: 0 | 1 | 2;
  /** What the first whole codon is: the start codon, one inside the protein, or not known. */
  readonly first: 'start' | 'inside' | 'unknown';
}

export function transcriptOf(
  gene: GeneRecord,
  build: GenomeBuild,
  sequence: string | undefined,
  partial?: PartialCoding,
): Transcript | undefined {
  const place = placeOf(gene, build);
  if (place === undefined || place.cds.length === 0) return undefined;
  const exons = exonsInOrder(place.exons, gene.strand);
  const before: number[] = [];
  let length = 0;
  for (const [start, end] of exons) {
    before.push(length);
    length += end - start + 1;
  }
  const coding = exonsInOrder(place.cds, gene.strand);
  const ends = [coding[0], coding.at(-1)];
  const offsetOf = (position: number): number => {
    const index = exons.findIndex(([start, end]) => start <= position && position <= end);
    const exon = exons[index];
    if (exon === undefined) return Number.NaN;
    return (before[index] ?? 0) + (gene.strand === '+' ? position - exon[0] : exon[1] - position);
  };
  const first = ends[0]?.[gene.strand === '+' ? 0 : 1] ?? 0;
  const last = ends[1]?.[gene.strand === '+' ? 1 : 0] ?? 0;
  const [codingStart, codingEnd] = [offsetOf(first), offsetOf(last)];
  if (Number.isNaN(codingStart) || Number.isNaN(codingEnd)) return undefined;
  return {
    gene,
    span: [place.exons[0] ?? 0, place.exons.at(-1) ?? 0],
    exons,
    before,
    codingStart,
    codingEnd,
    sequence: sequence?.length === codingEnd - codingStart + 1 ? sequence : undefined,
    partial,
  };
}

function baseAt(transcript: Transcript, position: number): Base | undefined {
  const { exons, before, codingStart, codingEnd, gene, span } = transcript;
  const forward = gene.strand === '+';
  if (position < span[0] || position > span[1]) return undefined;
  let best: { exon: number; offset: number; inside: number; at: number } | undefined;
  for (let index = 0; index < exons.length; index++) {
    const [start, end] = exons[index] ?? [0, 0];
    const entry = forward ? start : end;
    const inside = (forward ? 1 : -1) * (position - entry);
    const length = end - start + 1;
    const base = before[index] ?? 0;
    if (inside >= 0 && inside < length) {
      best = { exon: index + 1, offset: 0, inside, at: base + inside };
      break;
    }
    const after = inside >= length && index < exons.length - 1;
    const ahead = inside < 0 && index > 0;
    if (!after && !ahead) continue;
    const offset = after ? inside - length + 1 : inside;
    if (best === undefined || Math.abs(offset) < Math.abs(best.offset))
      best = { exon: index + 1, offset, inside: after ? length - 1 : 0, at: after ? base + length - 1 : base };
  }
  if (best === undefined) return undefined;
  const { exon, offset, inside, at } = best;
  if (at < codingStart) return { exon, offset, inside, region: 'utr5', coding: at - codingStart };
  if (at > codingEnd) return { exon, offset, inside, region: 'utr3', coding: at - codingEnd };
  return { exon, offset, inside, region: 'cds', coding: at - codingStart + 1 };
}

const named = ({ region, coding, offset }: Base): string =>
  `${region === 'utr3' ? '*' : ''}${coding}${offset === 0 ? '' : offset > 0 ? `+${offset}` : offset}`;

interface Edit {
  /** First and last genomic base that is replaced; for an insertion the bases on its two sides. */
  readonly from: number;
  readonly to: number;
  readonly reference: string;
  readonly alternate: string;
}

/** Capital letters of bases; `undefined` for any other text and for one that is too long. */
function basesOf(text: string): string | undefined {
  let capital = true;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (!isBase(letter & ~LOWER)) return undefined;
    capital &&= (letter & LOWER) === 0;
  }
  return capital ? text : text.toUpperCase();
}

/** The bit by which a small letter differs from its capital. */
const LOWER = 32;
const isBase = (letter: number): boolean => letter === 65 || letter === 67 || letter === 71 || letter === 84;

/** Common ends taken off: the end first, as in a left-aligned VCF. */
function minimal({ position1, reference, alternate }: Coordinates): Edit | undefined {
  if (reference.length === 1 && complement[reference] !== undefined && complement[alternate] !== undefined)
    return reference === alternate ? undefined : { from: position1, to: position1, reference, alternate };
  // MAF writes the missing side as a dash: an insertion then stands after the base at the position.
  const inserted = reference === '-';
  const removed = alternate === '-';
  const ref = inserted ? '' : basesOf(reference);
  const alt = removed ? '' : basesOf(alternate);
  if (ref === undefined || alt === undefined || ref === alt) return undefined;
  if ((ref === '' && !inserted) || (alt === '' && !removed)) return undefined;
  let [refEnd, altEnd] = [ref.length, alt.length];
  while (refEnd > 0 && altEnd > 0 && ref.charCodeAt(refEnd - 1) === alt.charCodeAt(altEnd - 1)) {
    refEnd--;
    altEnd--;
  }
  let same = 0;
  while (same < refEnd && same < altEnd && ref.charCodeAt(same) === alt.charCodeAt(same)) same++;
  if (refEnd - same > LONGEST || altEnd - same > LONGEST) return undefined;
  const start = inserted ? position1 + 1 : position1 + same;
  return refEnd === same
    ? { from: start - 1, to: start, reference: '', alternate: alt.slice(same, altEnd) }
    : {
        from: start,
        to: start + refEnd - same - 1,
        reference: ref.slice(same, refEnd),
        alternate: alt.slice(same, altEnd),
      };
}

/** Base of the forward strand at a position of the checked coding sequence; `undefined` anywhere else. */
export function forwardBase(transcript: Transcript, position1: number): string | undefined {
  const { sequence, gene } = transcript;
  const base = sequence === undefined ? undefined : baseAt(transcript, position1);
  if (base === undefined || base.offset !== 0 || base.region !== 'cds') return undefined;
  const coding = sequence?.[base.coding - 1];
  return coding === undefined || gene.strand === '+' ? coding : complement[coding];
}

/** What the change does on this transcript; `undefined` outside it and where it cannot be computed. */
export function codingChange(transcript: Transcript, at: Coordinates): Computed | undefined {
  const edit = minimal(at);
  if (edit === undefined) return undefined;
  const { gene } = transcript;
  const forward = gene.strand === '+';
  let first = baseAt(transcript, forward ? edit.from : edit.to);
  let last = edit.from === edit.to ? first : baseAt(transcript, forward ? edit.to : edit.from);
  if (first === undefined || last === undefined) return undefined;
  const { exon } = first;
  const disagreement = referenceMismatch(
    transcript,
    at,
    at.reference.length === 1 && at.position1 === edit.from ? (forward ? first : last) : undefined,
  );
  if (disagreement !== undefined) return { kind: 'mismatch', transcript: gene.transcript, reason: disagreement };

  const ref = forward ? edit.reference : reverseComplement(edit.reference);
  let alt = forward ? edit.alternate : reverseComplement(edit.alternate);
  const inside = ref === '' ? intoExon(transcript, first, last, alt) : undefined;
  if (inside !== undefined) ({ first, last, alt } = inside);
  const span = first === last || named(first) === named(last) ? named(first) : `${named(first)}_${named(last)}`;
  // A deletion or an insertion can lie further to the 3' end than the file says; where the bases there are not known it
  // gets no coding name.
  const plain =
    ref === '' || alt === ''
      ? undefined
      : `c.${span}${ref.length === 1 && alt.length === 1 ? `${ref}>${alt}` : `delins${alt}`}`;

  if (first.offset !== 0 || last.offset !== 0) {
    const inExon = deletedFromExon(transcript, first, last, ref, alt);
    if (inExon !== undefined) return changeOf(gene, exon, inExon, undefined, inExon.consequence);
    const splice = spliceEffect(first, last, ref, alt);
    return splice === undefined ? undefined : changeOf(gene, splice.exon ?? exon, splice, plain, splice.consequence);
  }

  if (first.exon !== last.exon) return undefined;
  if (first.region !== 'cds' || last.region !== 'cds') {
    if (first.region === last.region || edit.reference === '')
      return changeOf(gene, exon, {}, plain, first.region === 'utr5' ? '5_prime_UTR_variant' : '3_prime_UTR_variant');
    // With one or two bases of the start codon gone, the bases before it, which are not known, may make it whole again.
    if (first.region === 'utr5' && last.region === 'cds')
      return last.coding < 3 && alt === ''
        ? undefined
        : changeOf(gene, exon, { hgvsProtein: 'M1?' }, undefined, 'start_lost');
    return undefined;
  }
  const effect = inCoding(transcript, first, last, ref, alt, plain);
  const { consequence } = effect;
  const beside = besideIntron(transcript, first, last);
  return changeOf(gene, exon, effect, effect.hgvsCoding, beside ? `${consequence}&splice_region_variant` : consequence);
}

/** One shape for all changes: a file makes hundreds of thousands of them. */
const changeOf = (
  { symbol, transcript }: GeneRecord,
  exon: number,
  { hgvsProtein }: Pick<CodingChange, 'hgvsProtein'>,
  hgvsCoding: string | undefined,
  consequence: string,
): Computed => ({
  kind: 'change',
  change: { gene: symbol, transcript, exon, hgvsCoding, hgvsProtein, consequence },
});

/** Bases of an exon that belong to the splice region (Sequence Ontology). */
const EXON_REGION = 3;

function besideIntron({ exons }: Transcript, first: Base, last: Base): boolean {
  const [start, end] = exons[first.exon - 1] ?? [0, 0];
  const length = end - start;
  return (
    (first.exon > 1 && first.inside < EXON_REGION) || (last.exon < exons.length && length - last.inside < EXON_REGION)
  );
}

/**
 * What an edit that reaches into an intron does to its splice site. The intron's own bases are known only as far as the
 * file states them; introns are taken to begin with GT and end with AG, as 99 % do. `undefined` where that is not enough.
 */
function spliceEffect(
  first: Base,
  last: Base,
  ref: string,
  alt: string,
): Omit<CodingChange, 'gene' | 'transcript'> | undefined {
  // One exon and one side of it, or one intron whose two sides belong to two exons.
  const sides = [first, last].filter(({ offset }) => offset !== 0);
  const [side] = sides;
  if (side === undefined) return undefined;
  const across = first.offset === 0 || last.offset === 0;
  if (across && first.exon !== last.exon) return undefined;
  if (first.exon !== last.exon && Math.sign(first.offset) === Math.sign(last.offset)) return undefined;
  // Exon or intron skipped over as a whole.
  if (first.exon === last.exon && Math.sign(first.offset) * Math.sign(last.offset) < 0) return undefined;
  const distances = sides.map(({ offset }) => Math.abs(offset));
  // An insertion lies between its two bases: the further one says where.
  const near = across ? (ref === '' ? 0 : 1) : ref === '' ? Math.max(...distances) : Math.min(...distances);
  const nearest = sides.find(({ offset }) => Math.abs(offset) === Math.min(...distances)) ?? side;
  const donor = nearest.offset > 0;
  const site = { exon: nearest.exon, consequence: donor ? 'splice_donor_variant' : 'splice_acceptor_variant' };
  if (near > SITE) return { consequence: near <= REGION ? 'splice_region_variant&intron_variant' : 'intron_variant' };
  if (ref === '') {
    // Between exon and intron it may belong to either. Between the two bases of the site it may leave them together.
    if (across) return undefined;
    const [begin, end] = [alt[0], alt.at(-1)];
    return (donor ? begin !== 'T' && end !== 'G' : end !== 'A' && begin !== 'G') ? site : undefined;
  }
  if (ref.length === alt.length) {
    const from = first.offset !== 0 ? first.offset : last.offset - ref.length + 1;
    const changed = [...ref].some(
      (base, index) =>
        base !== alt[index] && from + index !== 0 && Math.abs(from + index) <= SITE && from + index > 0 === donor,
    );
    return changed ? site : undefined;
  }
  // The second base alone may be followed by the same one.
  if (near === SITE || alt.includes(donor ? 'GT' : 'AG')) return undefined;
  return site;
}

/**
 * A deletion across the border of exon and intron that leaves the same sequence as one inside the exon does: the splice
 * site stays, and the protein change is that of the exon's bases.
 */
function deletedFromExon(
  transcript: Transcript,
  first: Base,
  last: Base,
  ref: string,
  alt: string,
): Omit<CodingChange, 'gene' | 'transcript'> | undefined {
  const { sequence, partial } = transcript;
  if (sequence === undefined || partial !== undefined || alt !== '' || first.exon !== last.exon) return undefined;
  if (first.region !== 'cds' || last.region !== 'cds') return undefined;
  const donor = last.offset > 0 && (first.offset === 0 || first.offset === 1);
  const acceptor = first.offset < 0 && (last.offset === 0 || last.offset === -1);
  if (donor === acceptor) return undefined;
  const intronic = donor ? last.offset : -first.offset;
  const exonic = ref.length - intronic;
  if (exonic < 0) return undefined;
  const border = donor ? exonEnd(transcript, first.exon) : exonEnd(transcript, first.exon - 1) + 1;
  // 0-based start of the same number of bases that lie in the exon alone.
  const start = donor ? border - ref.length : border - 1;
  const low = Math.max(1, exonEnd(transcript, first.exon - 1) + 1);
  if (start + 1 < low || start + ref.length > exonEnd(transcript, first.exon)) return undefined;
  const same = donor
    ? sequence.slice(start, start + intronic) === ref.slice(exonic)
    : sequence.slice(start + exonic, start + ref.length) === ref.slice(0, intronic);
  if (!same) return undefined;
  const gone = sequence.slice(start, start + ref.length);
  const at = (coding: number): Base => ({ ...first, offset: 0, coding, inside: 0 });
  const { hgvsCoding: _, ...effect } = inCoding(transcript, at(start + 1), at(start + ref.length), gone, '', undefined);
  // By the 3' rule its coding name lies in the intron, as far as bases that are not known here.
  return { ...effect, consequence: `${effect.consequence}&splice_region_variant` };
}

/**
 * An insertion between an exon and its intron that repeats the exon's base there: the same insertion, one base inside the
 * exon. `undefined` for any other.
 */
function intoExon(
  { sequence }: Transcript,
  first: Base,
  last: Base,
  alt: string,
): { first: Base; last: Base; alt: string } | undefined {
  if (sequence === undefined || first.region !== 'cds' || last.region !== 'cds') return undefined;
  const end = alt.slice(-1);
  if (first.offset === 0 && last.offset > 0 && first.coding > 1 && sequence[first.coding - 1] === end)
    return { first: { ...first, coding: first.coding - 1 }, last: first, alt: end + alt.slice(0, -1) };
  const start = alt.slice(0, 1);
  if (first.offset < 0 && last.offset === 0 && sequence[last.coding - 1] === start)
    return { first: last, last: { ...last, coding: last.coding + 1 }, alt: alt.slice(1) + start };
  return undefined;
}

/** An edit that lies in the coding part of one exon. */
function inCoding(
  transcript: Transcript,
  first: Base,
  last: Base,
  ref: string,
  alt: string,
  plainCoding: string | undefined,
): Omit<CodingChange, 'gene' | 'transcript'> {
  const { sequence, partial } = transcript;
  if (sequence !== undefined && partial !== undefined && ref.length === 1 && alt.length === 1)
    return {
      ...(plainCoding === undefined ? {} : { hgvsCoding: plainCoding }),
      ...partialCodonEffect(sequence, first.coding - 1, alt, partial.frame, partial.first),
    };
  if (sequence === undefined || partial !== undefined) {
    if (ref.length === alt.length)
      return {
        ...(plainCoding === undefined ? {} : { hgvsCoding: plainCoding }),
        consequence: 'coding_sequence_variant',
      };
    if ((alt.length - ref.length) % 3 !== 0) return { consequence: 'frameshift_variant' };
    return {
      consequence: ref === '' ? 'inframe_insertion' : alt === '' ? 'inframe_deletion' : 'protein_altering_variant',
    };
  }
  // 0-based start of what is replaced; an insertion replaces nothing before `start`.
  const start = ref === '' ? first.coding : first.coding - 1;
  // The bases before the start codon are not known: one or two bases of it that are gone may be made whole by them.
  if (start === 0 && alt === '' && ref.length < 3)
    return { hgvsCoding: `c.${ref.length === 1 ? '1' : `1_${ref.length}`}del`, consequence: 'coding_sequence_variant' };
  const single = ref.length === 1 && alt.length === 1 ? singleBaseEffect(sequence, start, alt) : undefined;
  if (single !== undefined && plainCoding !== undefined) return { hgvsCoding: plainCoding, ...single };
  const altered = sequence.slice(0, start) + alt + sequence.slice(start + ref.length);
  const effect = proteinEffect(sequence, altered, Math.floor(start / 3) + 1);
  return {
    hgvsCoding: `c.${codingName(sequence, start, ref, alt, exonEnd(transcript, last.exon), plainCoding)}`,
    ...effect,
  };
}

/** c. number of the last coding base of an exon: a change is not shifted over the border of exons. */
function exonEnd({ exons, before, codingStart, codingEnd }: Transcript, exon: number): number {
  const [start, end] = exons[exon - 1] ?? [0, 0];
  const last = Math.min((before[exon - 1] ?? 0) + (end - start), codingEnd);
  return last - codingStart + 1;
}

function codingName(
  sequence: string,
  start: number,
  ref: string,
  alt: string,
  border: number,
  plain: string | undefined,
): string {
  if (plain !== undefined) return plain.slice(2);
  const range = (from1: number, to1: number): string => (from1 === to1 ? `${from1}` : `${from1}_${to1}`);
  if (alt === '') {
    let at = start;
    while (at + ref.length < border && sequence[at] === sequence[at + ref.length]) at++;
    return `${range(at + 1, at + ref.length)}del`;
  }
  if (ref === '') {
    let at = start;
    let inserted = alt;
    while (at < border && inserted[0] === sequence[at]) {
      inserted = inserted.slice(1) + (inserted[0] ?? '');
      at++;
    }
    if (at >= inserted.length && sequence.slice(at - inserted.length, at) === inserted)
      return `${range(at - inserted.length + 1, at)}dup`;
    return `${at}_${at + 1}ins${inserted}`;
  }
  return `${range(start + 1, start + ref.length)}delins${alt}`;
}

/** The file's reference bases against the coding sequence, as far as they lie in it. */
function referenceMismatch(
  transcript: Transcript,
  { position1, reference }: Coordinates,
  first: Base | undefined,
): string | undefined {
  const { sequence, gene } = transcript;
  if (sequence === undefined) return undefined;
  const stated = reference === '-' ? '' : reference.toUpperCase();
  for (let index = 0; index < stated.length; index++) {
    const base = index === 0 && first !== undefined ? first : baseAt(transcript, position1 + index);
    if (base === undefined || base.offset !== 0 || base.region !== 'cds') continue;
    const known = sequence[base.coding - 1] ?? '';
    const here = gene.strand === '+' ? known : (complement[known] ?? '');
    if (stated[index] !== here)
      return `the file's reference base is ${stated[index]}, the checked sequence of ${gene.transcript} has ${here} there: is the genome build right?`;
  }
  return undefined;
}
