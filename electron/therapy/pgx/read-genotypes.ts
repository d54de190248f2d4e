/**
 * Genotypes of one sample at the positions of the pharmacogenes, from a VCF of any size in one pass. Only what can be
 * read without doubt counts as a call: another reference base, an open genotype or a symbolic allele leaves the position
 * out, which is "not called", never reference.
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { bareChromosome } from '../../../shared/molecular/chromosomes.ts';
import type { GeneDefinition } from '../../../shared/therapy/pgx/definitions.ts';
import { PgxPositionCall } from '../../../shared/therapy/pgx/document.ts';
import { type PgxGenotype, type SampleGenotypes, TOLD_OF_ROWS } from '../../../shared/therapy/pgx/genotype.ts';
import { allelesHere, OTHER_CHANGE, reachOf } from '../../../shared/therapy/pgx/same-change.ts';
import { type ByteSource, buildEvidence, chunksOf, unpacked } from '../../case/index.ts';
import { coveredByBlocks, type ReferenceBlock, readBlock, type Spot, type Spots } from './reference-blocks.ts';

export interface GenotypesRead {
  readonly genotypes: SampleGenotypes;
  /** What `genotypes` was read from, one row a position, in the file's own build and the order of positions. */
  readonly rows: readonly PgxPositionCall[];
  readonly genomeBuild: GenomeBuild;
  readonly sample: string;
  /** What was left out and why, with the line; without names or genotypes. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  readonly sample?: string;
  /** Where the caller lets a person name the sample: a flag, a field of the case. */
  readonly namedBy?: string;
  readonly genomeBuild?: GenomeBuild;
  readonly signal?: AbortSignal;
}

interface Row {
  readonly line: number;
  readonly ref: string;
  readonly alts: readonly string[];
  readonly genotype: string;
  readonly phaseSet: string | undefined;
  /** Reads by allele (AD, one number for each allele); undefined where the file has none. */
  readonly depths: readonly number[] | undefined;
}

const spotsOf = (definitions: readonly GeneDefinition[], build: GenomeBuild): Spots =>
  new Map(
    definitions.flatMap(({ gene, chromosome, positions }) =>
      positions.flatMap((position): [string, Spot][] => {
        const at = build === 'GRCh38' ? position.grch38 : position.grch37;
        return at === undefined ? [] : [[`${chromosome}:${at}`, { gene, chromosome, position }]];
      }),
    ),
  );

/** Per chromosome, the positions of both builds by their start, to find those that a row of several bases speaks of. */
type Nearby = ReadonlyMap<string, readonly { readonly start: number; readonly key: string; readonly spot: Spot }[]>;

const LONGEST = 64;

const nearbyOf = (spots: Readonly<Record<GenomeBuild, Spots>>): Nearby => {
  const all = [...spots.GRCh38, ...spots.GRCh37].map(([key, spot]) => ({
    start: Number(key.slice(key.indexOf(':') + 1)),
    key,
    spot,
  }));
  const by = Map.groupBy(all, ({ spot }) => spot.chromosome);
  for (const list of by.values()) list.sort((a, b) => a.start - b.start);
  return by;
};

/** Those whose stretch meets the bases from `at` to `end`. */
function* meeting(list: NonNullable<ReturnType<Nearby['get']>>, at: number, end: number) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.start ?? 0) < at - LONGEST) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < list.length; index += 1) {
    const one = list[index];
    if (one === undefined || one.start > end + 1) return;
    const { before, after } = reachOf(one.spot.position);
    if (at >= one.start - before && at <= one.start + after) yield one;
  }
}

const refuse = (
  file: string,
  code: 'build-mismatch' | 'sample-ambiguous' | 'not-found' | 'line-invalid' | 'header-invalid',
  message: string,
  remedy: string,
  line?: number,
): FaultError => new FaultError(fault(code, message, remedy, line === undefined ? { file } : { file, line }));

async function* linesOf(file: string, source: ByteSource): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8');
  let held = '';
  for await (const chunk of unpacked(file, chunksOf(source), { bytesRead: 0 })) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  held += decoder.decode();
  if (held !== '') yield held.endsWith('\r') ? held.slice(0, -1) : held;
}

interface Header {
  readonly contigs: Map<string, { id: string; length?: number; assembly?: string }>;
  readonly meta: { key: string; value: string; line: number }[];
}

function takeMeta(header: Header, text: string, line: number): void {
  const equals = text.indexOf('=');
  if (equals < 3) return;
  const key = text.slice(2, equals);
  const value = text.slice(equals + 1);
  header.meta.push({ key, value, line });
  if (key !== 'contig') return;
  const id = /[<,]ID=([^,>]+)/.exec(value)?.[1];
  if (id === undefined) return;
  const length = /[<,]length=(\d+)/.exec(value)?.[1];
  const assembly = /[<,]assembly="?([^,">]+)/.exec(value)?.[1];
  header.contigs.set(id, {
    id,
    ...(length === undefined ? {} : { length: Number(length) }),
    ...(assembly === undefined ? {} : { assembly }),
  });
}

function columnOf(
  file: string,
  columns: readonly string[],
  { sample: wanted, namedBy }: ReadOptions,
  line: number,
): number {
  const samples = columns.slice(9);
  if (samples.length === 0)
    throw refuse(
      file,
      'header-invalid',
      'The file has no sample column.',
      'Give a VCF with the genotypes of a person.',
      line,
    );
  if (wanted !== undefined) {
    const at = samples.indexOf(wanted);
    if (at < 0)
      throw refuse(
        file,
        'not-found',
        'The file has no sample of that name.',
        'Give a name from the column line.',
        line,
      );
    return 9 + at;
  }
  if (samples.length > 1)
    throw refuse(
      file,
      'sample-ambiguous',
      `The file holds ${samples.length} samples.`,
      `Name the one to read${namedBy === undefined ? '' : ` (${namedBy})`}, or give a file of one person.`,
      line,
    );
  return 9;
}

/** How many rows lie on a position of a build, and how many of them bear its reference base. */
function agreement(rows: ReadonlyMap<string, readonly Row[]>, spots: Spots): { at: number; agree: number } {
  let at = 0;
  let agree = 0;
  for (const [key, found] of rows) {
    const spot = spots.get(key);
    if (spot === undefined) continue;
    at += 1;
    if (found.some(({ ref }) => ref === spot.position.ref)) agree += 1;
  }
  return { at, agree };
}

function decideBuild(
  file: string,
  header: Header,
  stated: GenomeBuild | undefined,
  rows: ReadonlyMap<string, readonly Row[]>,
  spots: Readonly<Record<GenomeBuild, Spots>>,
): GenomeBuild {
  const said: (GenomeBuild | 'other')[] = [...new Set(buildEvidence(header).map(({ build }) => build))];
  const [only] = said;
  if (only === 'other')
    throw refuse(
      file,
      'build-mismatch',
      'The file is in a genome build that is neither GRCh37 nor GRCh38.',
      'Lift the file over to GRCh38 and give it again.',
    );
  if (said.length === 1 && stated !== undefined && only !== stated)
    throw refuse(file, 'build-mismatch', `The header says ${only}, the case says ${stated}.`, 'Correct the case.');
  const byBases = { GRCh37: agreement(rows, spots.GRCh37), GRCh38: agreement(rows, spots.GRCh38) };
  // Positions of the two builds do not meet: bases that agree tell the build where the header does not.
  const [better, other] =
    byBases.GRCh38.agree >= byBases.GRCh37.agree ? (['GRCh38', 'GRCh37'] as const) : (['GRCh37', 'GRCh38'] as const);
  const told = byBases[better].agree > byBases[other].agree ? better : undefined;
  const build = said.length === 1 ? only : (stated ?? (said.length === 0 ? told : undefined));
  if (build === undefined)
    throw refuse(
      file,
      'build-mismatch',
      said.length > 1 ? 'The header names two genome builds.' : 'The file does not say its genome build.',
      'Add ##reference or ##contig lines with assembly or length, or export the file anew.',
    );
  const rival = build === 'GRCh38' ? 'GRCh37' : 'GRCh38';
  if (byBases[rival].agree >= 5 && byBases[rival].agree > 2 * byBases[build].agree)
    throw refuse(
      file,
      'build-mismatch',
      `The file is said to be ${build}, but ${byBases[rival].agree} of its positions and bases are those of ${rival}.`,
      'Find out in which build the coordinates are, and correct the header.',
    );
  const { at, agree } = byBases[build];
  if (at >= 5 && 2 * agree < at)
    throw refuse(
      file,
      'build-mismatch',
      `At ${at - agree} of ${at} positions the reference base is not that of ${build}.`,
      'Find out in which build the coordinates are, and correct the header.',
    );
  return build;
}

const BASES = /^[ACGT]+$/;

/** The depths by allele; undefined where a value is missing or no number, which then says nothing. */
function depthsOf(text: string | undefined): number[] | undefined {
  const depths = text?.split(',').map((one) => (/^\d+$/.test(one) ? Number(one) : Number.NaN));
  return depths === undefined || depths.length < 2 || depths.some(Number.isNaN) ? undefined : depths;
}

/** Undefined, with a reason where one is worth telling, when the position counts as not called. */
function genotypeOf({ chromosome, position }: Spot, row: Row, build: GenomeBuild): PgxGenotype | string | undefined {
  const { ref, alts } = row;
  const snv = position.ref.length === 1 && position.alts.every((one) => one.length === 1);
  // Some reference bases differ between the builds; the bases of a genotype do not.
  const sameBases = ref === position.ref || (build === 'GRCh37' && snv && position.alts.includes(ref));
  if (!sameBases) return 'its reference base is not the one of the definition';
  const cells = row.genotype.split(/[|/]/);
  if (cells.every((cell) => cell === '.' || cell === '')) return undefined;
  const indices = cells.map((cell) => (cell === '.' ? undefined : Number(cell)));
  const all = [ref, ...alts];
  const strands: (string | undefined)[] = [];
  for (const index of indices.slice(0, 2)) {
    const base = index === undefined ? undefined : all[index];
    if (base === OTHER_CHANGE) return 'its row changes it to what no allele of the gene has';
    if (index !== undefined && (base === undefined || !BASES.test(base)))
      return 'its genotype names an allele that is not written in bases';
    strands.push(base);
  }
  const [first, second] = strands;
  const sexOrMitochondrion = chromosome === 'X' || chromosome === 'Y' || chromosome === 'MT';
  const seen = strands.filter((base) => base !== undefined);
  if (seen.length === 1 && !sexOrMitochondrion && seen[0] === position.ref)
    return 'only one strand is called and it bears the reference';
  // Callers that write every site as heterozygous tell the truth in AD (PharmCAT issue 90).
  if (new Set(seen).size > 1 && row.depths !== undefined && row.depths.filter((reads) => reads > 0).length === 1)
    return 'it is written as heterozygous, but only one allele has reads (AD)';
  const multi = position.alts.some((one) => one.length > 1);
  const written = alts.filter((one) => BASES.test(one));
  const unknown =
    multi && !written.some((one) => one.length > 1)
      ? []
      : [...new Set(seen)].filter((base) => base !== position.ref && !position.alts.includes(base));
  // A mitochondrion has one strand; where some of them bear a variant it counts as borne.
  if (chromosome === 'MT') return { strands: [seen.find((base) => base !== position.ref) ?? position.ref], unknown };
  const phased = !row.genotype.includes('/');
  const phaseSet = phased ? (row.phaseSet ?? 'all') : undefined;
  return {
    strands: cells.length === 1 ? [first ?? position.ref] : [first, second],
    ...(phaseSet === undefined ? {} : { phaseSet }),
    unknown,
  };
}

const cellsOf = ({ genotype }: Row): readonly string[] => genotype.split(/[|/]/);

/**
 * One genotype of rows of which each names some of the alleles; undefined where they name more than there are strands. A
 * strand that one row leaves open is told by the row that names its allele; one that no row tells stays open.
 */
function genotypeOfSplit(rows: readonly Row[]): string | undefined {
  const strands = cellsOf(rows[0] as Row).length;
  const offsets = rows.map((_, at) => rows.slice(0, at).reduce((sum, { alts }) => sum + alts.length, 0));
  const joined = rows.map((row, at) =>
    cellsOf(row).map((cell) => (cell === '0' || cell === '.' ? cell : String(Number(cell) + (offsets[at] ?? 0)))),
  );
  const borne = (cells: readonly string[]): string[] => cells.filter((cell) => cell !== '0' && cell !== '.');
  const together = rows.every(({ genotype, phaseSet }) => !genotype.includes('/') && phaseSet === rows[0]?.phaseSet);
  if (together) {
    const byStrand = Array.from({ length: strands }, (_, strand) => joined.map((cells) => cells[strand] ?? '.'));
    if (byStrand.some((cells) => borne(cells).length > 1)) return undefined;
    return byStrand.map((cells) => borne(cells)[0] ?? (cells.includes('.') ? '.' : '0')).join('|');
  }
  const found = joined.flatMap(borne);
  if (found.length > strands) return undefined;
  const told = joined.every(
    (cells) => cells.filter((cell) => cell === '.').length <= found.length - borne(cells).length,
  );
  return [...Array(strands - found.length).fill(told ? '0' : '.'), ...found].join('/');
}

/**
 * Rows of one position that each name other alleles, as `bcftools norm -m -` writes a site with several, are one row
 * again: the first alone would hide what the others bear. The others stay as they are.
 */
function joinSplit(rows: readonly Row[]): readonly (Row | string)[] {
  const [first] = rows;
  if (first === undefined || rows.length < 2) return rows;
  const parts = rows.filter(
    (row, at) =>
      row.ref === first.ref &&
      row.alts.length > 0 &&
      cellsOf(row).length === cellsOf(first).length &&
      rows.every(
        (other, place) => place === at || !other.alts.some((alt) => BASES.test(alt) && row.alts.includes(alt)),
      ),
  );
  if (parts.length < 2 || parts[0] !== first) return rows;
  const bearing = parts.filter((row) => cellsOf(row).some((cell) => cell !== '0'));
  const rest = rows.filter((row) => !parts.includes(row));
  if (bearing.length < 2) return [bearing[0] ?? first, ...rest];
  const genotype = genotypeOfSplit(bearing);
  if (genotype === undefined) return ['its rows bear more alleles than there are strands', ...rest];
  const phaseSet = bearing[0]?.phaseSet;
  return [{ ...first, alts: bearing.flatMap(({ alts }) => alts), genotype, phaseSet, depths: undefined }, ...rest];
}

const basesBorne = ({ ref, alts, genotype }: Row): string[] =>
  genotype.split(/[|/]/).map((cell) => (cell === '.' ? '.' : ([ref, ...alts][Number(cell)] ?? '')));

/** An open row says nothing; that a deletion over the position is not there does not make its base the reference. */
function speaks(told: Row): boolean {
  const borne = basesBorne(told).filter((base) => base !== '.');
  return borne.some((base) => base !== told.ref) || (borne.length > 0 && !told.alts.includes(OTHER_CHANGE));
}

const sameBorne = (a: Row, b: Row): boolean => basesBorne(a).sort().join() === basesBorne(b).sort().join();

/**
 * Adds what rows in another place say of a position to the rows at it. Where they cannot be read it counts only where no
 * row stands at the position. The line where both tell different bases, by position.
 */
function takeElsewhere(
  rows: Map<string, Row[]>,
  elsewhere: ReadonlyMap<string, readonly Row[]>,
  spots: Readonly<Record<GenomeBuild, Spots>>,
): Map<string, number> {
  const contradicted = new Map<string, number>();
  for (const [key, told] of elsewhere) {
    const ref = (spots.GRCh38.get(key) ?? spots.GRCh37.get(key))?.position.ref;
    // A row of fewer bases without an alternate says nothing of an insertion or deletion there.
    const own = (rows.get(key) ?? []).filter((row) => row.ref === ref || row.alts.length > 0);
    const readable = told.filter((row) => !basesBorne(row).includes(OTHER_CHANGE));
    if (own.length === 0) {
      rows.set(key, [...told]);
      continue;
    }
    if (readable.length === 0) continue;
    const joined = joinSplit([...own, ...readable]);
    const [first, second] = joined;
    if (
      typeof first === 'object' &&
      typeof second === 'object' &&
      joined.some((row) => typeof row === 'object' && !sameBorne(row, first))
    )
      contradicted.set(key, second.line);
    rows.set(key, [...own, ...readable]);
  }
  return contradicted;
}

const isDeletion = (alt: string): boolean => /^<DEL[>:]/.test(alt);

/** The last base of a deletion without bases (`<DEL>`) that the sample bears; undefined where the row is none. */
function bornDeletion(cells: readonly string[], genotype: string): number | undefined {
  const alts = (cells[4] ?? '').split(',');
  const place = alts.findIndex(isDeletion);
  if (place < 0 || !genotype.split(/[|/]/).includes(String(place + 1))) return undefined;
  const end = /(?:^|;)END=(\d+)/.exec(cells[7] ?? '')?.[1];
  return end === undefined ? undefined : Number(end);
}

/**
 * Positions of which a borne deletion takes bases, with its line: a copy is gone, the other cannot be told from two. Of an
 * insertion or deletion those are the bases behind the first, as far as it can be shifted.
 */
function lostTo(
  deleted: readonly { chromosome: string; from: number; to: number; line: number }[],
  spots: Spots,
): Map<string, number> {
  const lost = new Map<string, number>();
  if (deleted.length === 0) return lost;
  for (const [key, { chromosome, position }] of spots) {
    const { ref, alts, around = ref } = position;
    const start = Number(key.slice(key.indexOf(':') + 1));
    const first = alts.some((alt) => alt.length !== ref.length) ? start + 1 : start;
    const last = Math.max(first, start + around.length - 1);
    const by = deleted.find((one) => one.chromosome === chromosome && one.from <= last && first <= one.to);
    if (by !== undefined) lost.set(key, by.line);
  }
  return lost;
}

/** How many bases the reference of a row has where it or an alternate has several in bases; 0 where it is one for one. */
function severalBases(text: string, tab: number): number {
  const afterPosition = text.indexOf('\t', tab + 1);
  const afterId = text.indexOf('\t', afterPosition + 1);
  const afterRef = text.indexOf('\t', afterId + 1);
  const afterAlt = text.indexOf('\t', afterRef + 1);
  const ref = afterRef - afterId - 1;
  if (ref > 1) return ref;
  return afterAlt - afterRef > 2 && /(?:^|,)[ACGT]{2}/i.test(text.slice(afterRef + 1, afterAlt)) ? 1 : 0;
}

const withoutLine = (text: string): string => text.replace(/^Line \d+: |\(first in line \d+\)/, '');

const byPlace = (a: PgxPositionCall, b: PgxPositionCall): number =>
  a.chromosome === b.chromosome
    ? a.position - b.position
    : a.chromosome.length - b.chromosome.length || (a.chromosome < b.chromosome ? -1 : 1);

/**
 * The row as it can be written again and read as the same genotype: alleles that the sample bears, and one longer than a base
 * where the position is known by such alleles and the file had them too (see `unknown` above).
 */
function rowOf(
  { gene, chromosome, position }: Spot,
  at: number,
  { ref, alts, genotype, phaseSet }: Pick<Row, 'ref' | 'alts' | 'genotype' | 'phaseSet'>,
): PgxPositionCall | undefined {
  const borne = [...new Set(genotype.split(/[|/]/).filter((cell) => cell !== '.' && cell !== '0'))];
  const written = alts.filter((alt) => BASES.test(alt));
  const kept = borne.map((cell) => alts[Number(cell) - 1] ?? '');
  const longer = kept.some((alt) => alt.length > 1) ? undefined : written.find((alt) => alt.length > 1);
  const isMulti = position.alts.some((one) => one.length > 1);
  return PgxPositionCall.safeParse({
    gene,
    chromosome,
    position: at,
    ...(position.rsid === undefined ? {} : { rsid: position.rsid }),
    reference: ref,
    alternates: [...kept, ...(isMulti && longer !== undefined ? [longer] : [])],
    genotype: genotype.replaceAll(/\d+/g, (cell) => (cell === '0' ? cell : String(borne.indexOf(cell) + 1))),
    ...(phaseSet === undefined ? {} : { phaseSet }),
  }).data;
}

/**
 * Reads a sample's genotypes. `sample` names the column where there are several; `genomeBuild` is what the case says.
 * @throws FaultError build-mismatch, sample-ambiguous, not-found, line-invalid, header-invalid, and those of packed files
 */
export async function readGenotypes(
  file: string,
  source: ByteSource,
  definitions: readonly GeneDefinition[],
  options: ReadOptions = {},
): Promise<GenotypesRead> {
  const spots = { GRCh37: spotsOf(definitions, 'GRCh37'), GRCh38: spotsOf(definitions, 'GRCh38') };
  const header: Header = { contigs: new Map(), meta: [] };
  const rows = new Map<string, Row[]>();
  const blocks: ReferenceBlock[] = [];
  const nearby = nearbyOf(spots);
  /** Rows that speak of a position from another place. */
  const elsewhere = new Map<string, Row[]>();
  const deleted: { chromosome: string; from: number; to: number; line: number }[] = [];
  let column = -1;
  let name = '';
  let line = 0;
  for await (const text of linesOf(file, source)) {
    line += 1;
    if (text.startsWith('##')) {
      takeMeta(header, text, line);
      continue;
    }
    if (text.startsWith('#CHROM')) {
      const columns = text.split('\t');
      column = columnOf(file, columns, options, line);
      name = columns[column] ?? '';
      continue;
    }
    if (text.trim() === '') continue;
    if (column < 0)
      throw refuse(file, 'header-invalid', 'The column line #CHROM is missing.', 'Give a whole VCF file.', line);
    if (line % 4096 === 0) options.signal?.throwIfAborted();
    const tab = text.indexOf('\t');
    const chromosome = bareChromosome(text.slice(0, tab));
    const key = `${chromosome}:${text.slice(tab + 1, text.indexOf('\t', tab + 1))}`;
    const onSpot = spots.GRCh38.has(key) || spots.GRCh37.has(key);
    const around = nearby.get(chromosome);
    if (around === undefined) continue;
    const several = severalBases(text, tab);
    // A reference block of a gVCF, and a deletion without its bases, begin before the positions they cover.
    if (!onSpot && !several && !text.includes('END=', tab)) continue;
    const at = Number(text.slice(tab + 1, text.indexOf('\t', tab + 1)));
    const spoken = several ? [...meeting(around, at, at + several)] : [];
    if (!onSpot && spoken.length === 0 && !text.includes('END=', tab)) continue;
    const cells = text.split('\t');
    const call = cells[column];
    const format = cells[8]?.split(':') ?? [];
    if (call === undefined || cells.length < 10)
      throw refuse(
        file,
        'line-invalid',
        'The row has fewer columns than the column line.',
        'Export the file anew.',
        line,
      );
    const values = call.split(':');
    const genotype = values[format.indexOf('GT')];
    if (genotype === undefined) continue;
    if (!/^[0-9.]+(?:[|/][0-9.]+)*$/.test(genotype))
      throw refuse(
        file,
        'line-invalid',
        'The genotype (GT) is not one.',
        'Correct the row or export the file anew.',
        line,
      );
    const block = readBlock(chromosome, cells, format, values, genotype, line);
    if (block !== undefined) {
      blocks.push(block);
      continue;
    }
    const borne = bornDeletion(cells, genotype);
    if (borne !== undefined) deleted.push({ chromosome, from: at + 1, to: borne, line });
    if (!onSpot && spoken.length === 0) continue;
    const set = values[format.indexOf('PS')];
    const depths = depthsOf(values[format.indexOf('AD')]);
    const alts = (cells[4] ?? '.').toUpperCase().split(',');
    const row: Row = {
      line,
      ref: (cells[3] ?? '').toUpperCase(),
      alts: alts[0] === '.' ? [] : alts,
      genotype,
      phaseSet: set === undefined || set === '.' || set === '' ? undefined : set,
      depths,
    };
    let own: Row | undefined = onSpot ? row : undefined;
    for (const { start, key: place, spot } of spoken) {
      if (place === key && row.ref === spot.position.ref) continue;
      const here = allelesHere(spot.position, start, { at, ref: row.ref, alts: row.alts });
      if (here === undefined) continue;
      const told: Row = {
        ...row,
        ref: spot.position.ref,
        alts: here,
        depths: new Set(here).size === row.alts.length && !here.includes(spot.position.ref) ? row.depths : undefined,
      };
      if (place === key) own = told;
      else if (speaks(told)) elsewhere.set(place, [...(elsewhere.get(place) ?? []), told]);
    }
    // A deletion without bases begins behind the base at which it is written.
    if (own !== undefined && !(row.alts.length > 0 && row.alts.every(isDeletion)))
      rows.set(key, [...(rows.get(key) ?? []), own]);
  }
  if (column < 0) throw refuse(file, 'header-invalid', 'The file is no VCF.', 'Give a VCF of the inherited variants.');

  const contradicted = takeElsewhere(rows, elsewhere, spots);
  const build = decideBuild(file, header, options.genomeBuild, rows, spots);
  const warnings: string[] = [];
  const lost = lostTo(deleted, spots[build]);
  const genotypes = new Map<string, Map<number, PgxGenotype>>();
  const kept: PgxPositionCall[] = [];
  const keep = (spot: Spot, key: string, row: Parameters<typeof rowOf>[2]): void => {
    const one = rowOf(spot, Number(key.slice(key.indexOf(':') + 1)), row);
    if (one !== undefined) kept.push(one);
  };
  for (const [key, found] of rows) {
    const spot = spots[build].get(key);
    if (spot === undefined) continue;
    const called = genotypes.get(spot.chromosome) ?? new Map<number, PgxGenotype>();
    genotypes.set(spot.chromosome, called);
    const named = spot.position.rsid ?? `${key} (${build})`;
    if (contradicted.has(key)) {
      warnings.push(`Line ${contradicted.get(key)}: ${named} was left out: rows of the file tell it differently.`);
      continue;
    }
    if (lost.has(key)) continue;
    for (const row of joinSplit(found)) {
      if (typeof row === 'string') {
        warnings.push(`Line ${found[0]?.line ?? 0}: ${named} was left out: ${row}.`);
        break;
      }
      const genotype = genotypeOf(spot, row, build);
      if (typeof genotype === 'string') warnings.push(`Line ${row.line}: ${named} was left out: ${genotype}.`);
      else if (genotype !== undefined && called.has(spot.position.grch38))
        warnings.push(`Line ${row.line}: ${named} stands in the file twice; the first row counts.`);
      else if (genotype !== undefined) {
        called.set(spot.position.grch38, genotype);
        keep(spot, key, row);
      }
    }
  }
  for (const [line, count] of Map.groupBy(lost.values(), (line) => line))
    warnings.push(
      `Line ${line}: a deletion takes away ${count.length} position${count.length === 1 ? '' : 's'}, which ${count.length === 1 ? 'is' : 'are'} not called.`,
    );
  const covered = coveredByBlocks(blocks, spots[build], build, (key) => rows.has(key) || lost.has(key));
  for (const { key, spot, genotype } of covered.calls) {
    const called = genotypes.get(spot.chromosome) ?? new Map<number, PgxGenotype>();
    genotypes.set(spot.chromosome, called);
    if (called.has(spot.position.grch38)) continue;
    called.set(spot.position.grch38, genotype);
    const ref = genotype.strands[0] ?? spot.position.ref;
    keep(spot, key, { ref, alts: [], genotype: genotype.strands.length === 1 ? '0' : '0/0', phaseSet: undefined });
  }
  const told = header.meta.filter(({ key }) => key === TOLD_OF_ROWS).map(({ value }) => value.slice(0, 500));
  // What rows of such a file give rise to again was told of the first file, by its lines.
  const again = new Set(told.map(withoutLine));
  return {
    genotypes,
    rows: kept.sort(byPlace),
    genomeBuild: build,
    sample: name,
    warnings: [...told, ...[...warnings, ...covered.warnings].filter((text) => !again.has(withoutLine(text)))],
  };
}
