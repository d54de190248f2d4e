/**
 * Coordinates of one build on another, by chain files (UCSC chain format, https://genome.ucsc.edu/goldenPath/help/chain.html).
 * A change is carried over only where all its bases lie in one block of one chain; what is unmapped, split or carried to two
 * places is refused with its reason, never approximated.
 */
import { FaultError, fault } from '../foundation/fault.ts';
import { reverseComplement } from './coding-change.ts';
import { contigName } from './genomic-change.ts';

/** Blocks of one contig in the order of their starts, 0-based, half-open. */
interface Blocks {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Of the blocks up to each, the furthest end. */
  readonly furthest: readonly number[];
  /** Where the block begins on the target, on the strand of its chain. */
  readonly targets: readonly number[];
  readonly chains: readonly Chain[];
}

interface Chain {
  readonly to: string;
  readonly strand: '+' | '-';
  /** Bases of the target contig. */
  readonly toSize: number;
}

export interface ChainSet {
  readonly blocks: ReadonlyMap<string, Blocks>;
  readonly chains: number;
}

const NUMBER = /^\d{1,10}$/;

/**
 * Reads a chain file.
 * @param file name used in faults
 * @throws FaultError line-invalid with file and line, file-empty
 */
export function readChains(text: string, file: string): ChainSet {
  const found = new Map<string, { at: number; end: number; target: number; chain: Chain }[]>();
  let line = 0;
  let chains = 0;
  let open:
    | {
        chain: Chain;
        list: { at: number; end: number; target: number; chain: Chain }[];
        at: number;
        target: number;
        end: number;
      }
    | undefined;
  const refuse = (message: string): FaultError =>
    new FaultError(
      fault('line-invalid', message, 'Get the chain file again from its source; nothing was read.', { file, line }),
    );
  for (let from = 0; from < text.length; ) {
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const row = text.slice(from, end).trim();
    from = end + 1;
    line++;
    if (row === '' || row.startsWith('#')) continue;
    if (row.startsWith('chain')) {
      if (open !== undefined) throw refuse('A chain begins before the one before it has ended.');
      const cells = row.split(/\s+/);
      const [, , name = '', , strand, start = '', stop = '', to = '', size = '', toStrand, toStart = ''] = cells;
      if (cells.length < 12 || ![start, stop, size, toStart].every((cell) => NUMBER.test(cell)))
        throw refuse('The header of a chain has 12 or 13 columns, with whole numbers for sizes and places.');
      if (strand !== '+' || (toStrand !== '+' && toStrand !== '-')) throw refuse('The strand of a chain is + or -.');
      const contig = contigName(name);
      const list = found.get(contig) ?? [];
      found.set(contig, list);
      const chain: Chain = { to: contigName(to), strand: toStrand, toSize: Number(size) };
      open = { chain, list, at: Number(start), target: Number(toStart), end: Number(stop) };
      chains++;
      continue;
    }
    if (open === undefined) throw refuse('A block stands outside of a chain.');
    const cells = row.split(/\s+/);
    if ((cells.length !== 3 && cells.length !== 1) || !cells.every((cell) => NUMBER.test(cell)))
      throw refuse('A block has its size and two gaps, the last one its size alone.');
    const [size = 0, gap = 0, targetGap = 0] = cells.map(Number);
    open.list.push({ at: open.at, end: open.at + size, target: open.target, chain: open.chain });
    open.at += size + gap;
    open.target += size + targetGap;
    if (cells.length === 3) continue;
    if (open.at !== open.end) throw refuse('The blocks of a chain do not end where its header says.');
    open = undefined;
  }
  if (open !== undefined) throw refuse('The file ends inside a chain: it was cut.');
  if (chains === 0)
    throw new FaultError(
      fault('file-empty', 'The file holds no chain.', 'Give a chain file in the UCSC format.', { file }),
    );
  const blocks = new Map(
    [...found].map(([contig, list]): [string, Blocks] => {
      list.sort((a, b) => a.at - b.at || a.end - b.end);
      let most = 0;
      return [
        contig,
        {
          starts: list.map(({ at }) => at),
          ends: list.map(({ end }) => end),
          furthest: list.map(({ end }) => (most = Math.max(most, end))),
          targets: list.map(({ target }) => target),
          chains: list.map(({ chain }) => chain),
        },
      ];
    }),
  );
  return { blocks, chains };
}

export type NotLifted = 'unmapped' | 'split' | 'ambiguous';

export interface LiftedSpan {
  /** In one spelling, without `chr`. */
  readonly chromosome: string;
  readonly start1: number;
  readonly end1: number;
  readonly strand: '+' | '-';
}

/** A span of bases, 1-based and inclusive, on the target of the chains; or why it has no one place there. */
export function liftSpan(set: ChainSet, chromosome: string, start1: number, end1: number): LiftedSpan | NotLifted {
  const own = set.blocks.get(contigName(chromosome));
  if (own === undefined) return 'unmapped';
  const { starts, ends, furthest, targets, chains } = own;
  const [from, to] = [start1 - 1, end1];
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < to) low = middle + 1;
    else high = middle;
  }
  let touched = 0;
  let whole: number | undefined;
  for (let index = low - 1; index >= 0 && (furthest[index] ?? 0) > from; index--) {
    const [start = 0, end = 0] = [starts[index], ends[index]];
    if (end <= from) continue;
    touched++;
    if (start <= from && to <= end) {
      if (whole !== undefined) return 'ambiguous';
      whole = index;
    }
  }
  if (touched === 0) return 'unmapped';
  // A part of it that another chain carries elsewhere makes the whole doubtful.
  if (whole === undefined) return 'split';
  if (touched > 1) return 'ambiguous';
  const chain = chains[whole];
  if (chain === undefined) return 'unmapped';
  const at = (targets[whole] ?? 0) + from - (starts[whole] ?? 0);
  const length = to - from;
  const start = chain.strand === '+' ? at : chain.toSize - at - length;
  return { chromosome: chain.to, start1: start + 1, end1: start + length, strand: chain.strand };
}

export interface Allele {
  readonly chromosome: string;
  readonly position1: number;
  /** As VCF or MAF writes it; a dash for an insertion in MAF. */
  readonly reference: string;
  readonly alternate: string;
}

export type LiftedAllele =
  | { readonly kind: 'lifted'; readonly allele: Allele; readonly strand: '+' | '-' }
  | { readonly kind: 'refused'; readonly why: NotLifted; readonly reason: string };

const reasons: Readonly<Record<NotLifted, string>> = {
  unmapped: 'its bases have no place on the other build',
  split: 'its bases lie apart on the other build',
  ambiguous: 'it has more than one place on the other build, or shares its place with another',
};

/**
 * An allele on the other build; both alleles are complemented where the chain runs against the strand. Whether the other
 * build has the same reference base there only its own sequence can tell: the caller that has it checks.
 * @param back chains of the way back: what they carry elsewhere is refused as ambiguous
 */
export function liftAllele(there: ChainSet, back: ChainSet, allele: Allele): LiftedAllele {
  const { chromosome, position1, reference, alternate } = allele;
  const refused = (why: NotLifted): LiftedAllele => ({ kind: 'refused', why, reason: reasons[why] });
  const inserted = reference === '-';
  // An insertion of MAF lies between its base and the next.
  const end1 = inserted ? position1 + 1 : position1 + reference.length - 1;
  const span = liftSpan(there, chromosome, position1, end1);
  if (typeof span === 'string') return refused(span);
  const again = liftSpan(back, span.chromosome, span.start1, span.end1);
  if (typeof again === 'string') return refused('ambiguous');
  if (again.chromosome !== contigName(chromosome) || again.start1 !== position1 || again.end1 !== end1)
    return refused('ambiguous');
  const turned = (bases: string): string =>
    span.strand === '+' || !/^[ACGTN]+$/i.test(bases) ? bases : reverseComplement(bases.toUpperCase());
  return {
    kind: 'lifted',
    strand: span.strand,
    allele: {
      chromosome: span.chromosome,
      position1: span.start1,
      reference: turned(reference),
      alternate: turned(alternate),
    },
  };
}
