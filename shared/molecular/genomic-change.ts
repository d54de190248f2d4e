/**
 * Genomic names after HGVS (g.): accessions of the chromosomes, the 3' rule as far as the reference is known, and the way
 * back from a name to coordinates.
 */
import type { GenomeBuild } from '../case/case-record.ts';

/** An allele by its place. */
export interface Coordinates {
  readonly build: GenomeBuild;
  readonly chromosome: string;
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

/** RefSeq versions of NC_000001 to NC_000024 (NCBI assemblies GCF_000001405.25 and GCF_000001405.40). */
const versions: Readonly<Record<GenomeBuild, readonly number[]>> = {
  GRCh37: [10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9],
  GRCh38: [11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10],
};
const MITOCHONDRION = 'NC_012920.1';

const bare = (chromosome: string): string => chromosome.replace(/^chr/i, '').toUpperCase();
const numberOf = (name: string): number => (name === 'X' ? 23 : name === 'Y' ? 24 : Number(name));

/** `NC_000007.14` for chromosome 7; `undefined` for a contig without one here. */
export function accessionOf(build: GenomeBuild, chromosome: string): string | undefined {
  const name = bare(chromosome);
  // A file may name its contigs by accession.
  if (/^NC_\d{6}\.\d+$/.test(name)) return name;
  if (name === 'M' || name === 'MT') return MITOCHONDRION;
  const number = numberOf(name);
  const version = versions[build][number - 1];
  return version === undefined ? undefined : `NC_${String(number).padStart(6, '0')}.${version}`;
}

/** One spelling for a contig, whichever of `chr17`, `17` and `NC_000017.11` a file uses. */
export function contigName(text: string): string {
  const name = bare(text);
  if (name === 'M' || name === MITOCHONDRION) return 'MT';
  return placeOfAccession(name)?.chromosome ?? name;
}

/** Build that an accession of a chromosome belongs to; `undefined` for any other name. */
export const buildOfAccession = (text: string): GenomeBuild | undefined => {
  const builds = placeOfAccession(text)?.builds ?? [];
  return builds.length === 1 ? builds[0] : undefined;
};

/** Chromosome and build of an accession; the build only where the version tells it. */
function placeOfAccession(text: string): { chromosome: string; builds: readonly GenomeBuild[] } | undefined {
  const [, digits, versionText] = /^NC_0*(\d+)\.(\d+)$/i.exec(text) ?? [];
  const number = Number(digits);
  if (digits === undefined || number < 1 || number > 24) return undefined;
  const builds = (['GRCh37', 'GRCh38'] as const).filter((build) => versions[build][number - 1] === Number(versionText));
  return { chromosome: number === 23 ? 'X' : number === 24 ? 'Y' : `${number}`, builds };
}

/** The reference base at a 1-based position; `undefined` where no checked sequence holds it. */
export type ReferenceBase = (position1: number) => string | undefined;

export interface GenomicName {
  /** `NC_000007.14:g.55191822T>G`. */
  readonly name: string;
  /** False where a deletion or insertion may lie further to the 3' end, in bases that are not known here. */
  readonly settled: boolean;
}

export const range = (from: number, to: number): string => (from === to ? `${from}` : `${from}_${to}`);

/** Takes what the alleles share off their ends; the first differing base is at `start`. */
export function trimmed(at: Coordinates): { start: number; reference: string; alternate: string } {
  let reference = at.reference === '-' ? '' : at.reference.toUpperCase();
  let alternate = at.alternate === '-' ? '' : at.alternate.toUpperCase();
  // MAF's insertion stands after the base at its position.
  let start = at.reference === '-' ? at.position1 + 1 : at.position1;
  while (reference !== '' && alternate !== '' && reference.at(-1) === alternate.at(-1)) {
    reference = reference.slice(0, -1);
    alternate = alternate.slice(0, -1);
  }
  while (reference !== '' && alternate !== '' && reference[0] === alternate[0]) {
    reference = reference.slice(1);
    alternate = alternate.slice(1);
    start++;
  }
  return { start, reference, alternate };
}

/** The name of a change of bases; `undefined` for a contig without accession and for anything but bases. */
export function genomicName(at: Coordinates, known: ReferenceBase): GenomicName | undefined {
  const accession = accessionOf(at.build, at.chromosome);
  const whole = at.reference === '-' ? '' : at.reference.toUpperCase();
  const { start, reference, alternate } = trimmed(at);
  if (accession === undefined || !/^[ACGT]*$/.test(reference + alternate) || reference === alternate) return undefined;
  const named = (text: string, settled = true): GenomicName => ({ name: `${accession}:g.${text}`, settled });
  if (reference.length === 1 && alternate.length === 1) return named(`${start}${reference}>${alternate}`);
  const base = (position: number): string | undefined => whole[position - at.position1] ?? known(position);
  if (reference !== '' && alternate !== '')
    return named(`${range(start, start + reference.length - 1)}delins${alternate}`);

  const inserted = reference === '';
  const length = inserted ? alternate.length : reference.length;
  let moved = inserted ? alternate : reference;
  let from = start;
  // An insertion lies before `from`: the next base is at `from`; of a deletion it is behind its end.
  let next = base(inserted ? from : from + length);
  while (next !== undefined && next === moved[0]) {
    moved = moved.slice(1) + next;
    from++;
    next = base(inserted ? from : from + length);
  }
  const settled = next !== undefined;
  if (!inserted) return named(`${range(from, from + length - 1)}del`, settled);
  let repeats = true;
  for (let index = 0; index < length; index++) {
    const before = base(from - length + index);
    if (before === undefined) return named(`${from - 1}_${from}ins${moved}`, false);
    repeats &&= before === moved[index];
  }
  return repeats
    ? named(`${range(from - length, from - 1)}dup`, settled)
    : named(`${from - 1}_${from}ins${moved}`, settled);
}

/** A change of the genome as a text names it, on the builds it can be of. */
export interface GenomicChange {
  readonly chromosome: string;
  readonly builds: readonly GenomeBuild[];
  readonly start: number;
  readonly end: number;
  readonly verb: '>' | 'del' | 'dup' | 'ins' | 'delins';
  readonly reference: string;
  readonly alternate: string;
}

/** `NC_000007.13:g.140453136A>T`, `chr7:g.…`, `7:140453136A>T`; `undefined` where the text is no such name. */
export function parseGenomicChange(text: string): GenomicChange | undefined {
  const [, sequence = '', rest = ''] = /^\s*([^\s:]+):\s*(?:g\.)?\s*(.+?)\s*$/i.exec(text) ?? [];
  const place =
    placeOfAccession(sequence) ??
    (/^(?:chr)?(?:[1-9]|1\d|2[0-2]|X|Y|MT?)$/i.test(sequence)
      ? { chromosome: bare(sequence), builds: ['GRCh37', 'GRCh38'] as const }
      : undefined);
  if (place === undefined) return undefined;
  const substitution = /^(\d+)([ACGT])>([ACGT])$/i.exec(rest);
  if (substitution) {
    const [, position, from = '', to = ''] = substitution;
    const start = Number(position);
    return { ...place, start, end: start, verb: '>', reference: from.toUpperCase(), alternate: to.toUpperCase() };
  }
  // As HGVS wrote it before: the deleted bases as well.
  const [, from, to, deleted, inserted] = /^(\d+)(?:_(\d+))?del([ACGT]+)ins([ACGT]+)$/i.exec(rest) ?? [];
  if (from !== undefined && deleted !== undefined && inserted !== undefined) {
    const [start, end] = [Number(from), Number(to ?? from)];
    return start >= 1 && deleted.length === end - start + 1
      ? { ...place, start, end, verb: 'delins', reference: deleted.toUpperCase(), alternate: inserted.toUpperCase() }
      : undefined;
  }
  const [, first, last = first, verb, bases = ''] = /^(\d+)(?:_(\d+))?(delins|del|dup|ins)([ACGT]*)$/i.exec(rest) ?? [];
  const start = Number(first);
  const end = Number(last);
  const word = verb?.toLowerCase();
  if (word === undefined || start < 1 || end < start) return undefined;
  const letters = bases.toUpperCase();
  switch (word) {
    case 'ins':
      return end === start + 1 && letters !== ''
        ? { ...place, start, end, verb: 'ins', reference: '', alternate: letters }
        : undefined;
    case 'delins':
      return letters === '' ? undefined : { ...place, start, end, verb: 'delins', reference: '', alternate: letters };
    case 'del':
    case 'dup':
      if (letters !== '' && letters.length !== end - start + 1) return undefined;
      return { ...place, start, end, verb: word, reference: letters, alternate: '' };
    default:
      return undefined;
  }
}

/**
 * Coordinates of a named change on one build, as MAF writes them; `undefined` where the name leaves out bases that no
 * checked sequence holds, or states others than it.
 */
export function coordinatesOf(
  change: GenomicChange,
  build: GenomeBuild,
  known: ReferenceBase,
): Coordinates | undefined {
  const { chromosome, start, end, verb } = change;
  const at = { build, chromosome, position1: start };
  if (verb === '>') return { ...at, reference: change.reference, alternate: change.alternate };
  if (verb === 'ins') return { ...at, reference: '-', alternate: change.alternate };
  let held = change.reference;
  if (held === '')
    for (let position = start; position <= end; position++) {
      const base = known(position);
      if (base === undefined) return undefined;
      held += base;
    }
  if (verb === 'dup') return { build, chromosome, position1: end, reference: '-', alternate: held };
  return { ...at, reference: held, alternate: verb === 'del' ? '-' : change.alternate };
}

/** The name of a deletion, or of one with an insertion, as it is written: its bases need not be known, and it is not moved. */
export function unanchoredName(
  { chromosome, start, end, verb, alternate }: GenomicChange,
  build: GenomeBuild,
): string | undefined {
  const accession = accessionOf(build, chromosome);
  if (accession === undefined || (verb !== 'del' && verb !== 'delins')) return undefined;
  return `${accession}:g.${range(start, end)}${verb}${alternate}`;
}
