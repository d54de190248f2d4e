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
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Of the blocks up to each, the furthest end. */
  readonly furthest: Float64Array;
  /** Where the block begins on the target, on the strand of its chain. */
  readonly targets: Float64Array;
  readonly chains: readonly Chain[];
}

interface Chain {
  readonly to: string;
  readonly strand: '+' | '-';
  /** Bases of the target contig. */
  readonly toSize: number;
}

export interface ChainSet {
  readonly blocks: Pick<ReadonlyMap<string, Blocks>, 'get'>;
  readonly chains: number;
}

const NUMBER = /^\d{1,10}$/;
const [LF, ZERO, NINE] = [10, 48, 57];

/** Blocks of one contig as they are read: start, end and target of each in turn. */
interface Read {
  readonly places: number[];
  readonly chains: Chain[];
}

/**
 * Reads a chain file.
 * @param file name used in faults
 * @throws FaultError line-invalid with file and line, file-empty
 */
export function readChains(text: string, file: string): ChainSet {
  const found = new Map<string, Read>();
  let line = 0;
  let chains = 0;
  let open: { chain: Chain; read: Read; at: number; target: number; end: number } | undefined;
  const refuse = (message: string): FaultError =>
    new FaultError(
      fault('line-invalid', message, 'Get the chain file again from its source; nothing was read.', { file, line }),
    );
  for (let from = 0; from < text.length; ) {
    line++;
    let cells: readonly number[] | undefined;
    const plain = open === undefined ? -1 : plainBlock(text, from);
    if (plain >= 0) {
      cells = block;
      from = plain;
    } else {
      const lineEnd = text.indexOf('\n', from);
      const end = lineEnd < 0 ? text.length : lineEnd;
      const row = text.slice(from, end).trim();
      from = end + 1;
      if (row === '' || row.startsWith('#')) continue;
      if (row.startsWith('chain')) {
        if (open !== undefined) throw refuse('A chain begins before the one before it has ended.');
        const cells = row.split(/\s+/);
        const [, , name = '', , strand, start = '', stop = '', to = '', size = '', toStrand, toStart = ''] = cells;
        if (cells.length < 12 || ![start, stop, size, toStart].every((cell) => NUMBER.test(cell)))
          throw refuse('The header of a chain has 12 or 13 columns, with whole numbers for sizes and places.');
        if (strand !== '+' || (toStrand !== '+' && toStrand !== '-')) throw refuse('The strand of a chain is + or -.');
        const contig = contigName(name);
        const read = found.get(contig) ?? { places: [], chains: [] };
        found.set(contig, read);
        const chain: Chain = { to: contigName(to), strand: toStrand, toSize: Number(size) };
        open = { chain, read, at: Number(start), target: Number(toStart), end: Number(stop) };
        chains++;
        continue;
      }
      if (open === undefined) throw refuse('A block stands outside of a chain.');
      const texts = row.split(/\s+/);
      if ((texts.length !== 3 && texts.length !== 1) || !texts.every((cell) => NUMBER.test(cell)))
        throw refuse('A block has its size and two gaps, the last one its size alone.');
      cells = texts.map(Number);
    }
    if (open === undefined) throw refuse('A block stands outside of a chain.');
    const [size = 0, gap = 0, targetGap = 0] = cells;
    open.read.places.push(open.at, open.at + size, open.target);
    open.read.chains.push(open.chain);
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
  return { blocks: new Map([...found].map(([contig, read]) => [contig, blocksOf(read)])), chains };
}

/** The same for a file that is known to be whole: the blocks of a contig are read when the first of its places is asked. */
export function chainsOfWhole(text: string, file: string): ChainSet {
  const parts = new Map<string, string[]>();
  let chains = 0;
  for (let from = text.startsWith(HEAD) ? 0 : text.indexOf(`\n${HEAD}`) + 1; from < text.length; ) {
    const next = text.indexOf(`\n${HEAD}`, from);
    const end = next < 0 ? text.length : next + 1;
    const contig = contigName(text.slice(from, text.indexOf('\n', from)).split(/\s+/, 3)[2] ?? '');
    const list = parts.get(contig);
    if (list === undefined) parts.set(contig, [text.slice(from, end)]);
    else list.push(text.slice(from, end));
    chains++;
    from = end;
  }
  const read = new Map<string, Blocks | undefined>();
  return {
    chains,
    blocks: {
      get(contig) {
        const part = parts.get(contig);
        if (part !== undefined && !read.has(contig)) {
          read.set(contig, readChains(part.join(''), file).blocks.get(contig));
          parts.delete(contig);
        }
        return read.get(contig);
      },
    },
  };
}

const HEAD = 'chain ';

/** The numbers of the block read last. */
const block = [0, 0, 0];

/**
 * Reads three numbers parted by one tab or blank each into `block`, as nearly every line of a chain file has them.
 * @returns where the next line begins, or -1 where the line must be looked at more closely
 */
function plainBlock(text: string, from: number): number {
  let at = from;
  for (let cell = 0; cell < 3; cell++) {
    let value = 0;
    let digits = 0;
    let letter = text.charCodeAt(at);
    while (letter >= ZERO && letter <= NINE && digits < 9) {
      value = value * 10 + (letter - ZERO);
      digits++;
      letter = text.charCodeAt(++at);
    }
    if (digits === 0 || (cell < 2 ? letter !== 9 && letter !== 32 : letter !== LF)) return -1;
    block[cell] = value;
    at++;
  }
  return at;
}

/** By start and, of blocks that start alike, by end. */
function blocksOf({ places, chains }: Read): Blocks {
  const count = chains.length;
  const start = (index: number): number => places[index * 3] as number;
  const end = (index: number): number => places[index * 3 + 1] as number;
  let order: number[] | undefined;
  for (let index = 1; index < count; index++)
    if (start(index - 1) > start(index) || (start(index - 1) === start(index) && end(index - 1) > end(index))) {
      order = Array.from({ length: count }, (_, one) => one).sort((a, b) => start(a) - start(b) || end(a) - end(b));
      break;
    }
  const [starts, ends, furthest, targets] = [0, 1, 2, 3].map(() => new Float64Array(count)) as Columns;
  let most = 0;
  for (let index = 0; index < count; index++) {
    const from = order === undefined ? index : (order[index] as number);
    starts[index] = start(from);
    ends[index] = end(from);
    targets[index] = places[from * 3 + 2] as number;
    most = Math.max(most, end(from));
    furthest[index] = most;
  }
  return { starts, ends, furthest, targets, chains: order?.map((index) => chains[index] as Chain) ?? chains };
}

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array];

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
    const start = starts[index] ?? 0;
    const end = ends[index] ?? 0;
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
