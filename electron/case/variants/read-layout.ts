/**
 * Where a caller writes depth and allele fraction. Every caller has its own layout; a layout is chosen by the fields
 * the file uses, and named in the understanding so that a person can check it. Fractions are of the tumor's reads and
 * lie between 0 and 1.
 */
import type { VcfScanner } from './vcf-scanner.ts';

export interface Reads {
  readonly fraction?: number;
  readonly depth?: number;
  readonly alternateReads?: number;
}

export interface ReadLayout {
  /** What the understanding says: the fields, as `FORMAT/AD`. */
  readonly fractionFrom: string;
  readonly depthFrom?: string;
  /** True where the values are the row's own, not a sample's. */
  readonly perRow: boolean;
  /** Reads of the alternate with this index (0 for the first) in the sample of this slot. */
  readonly read: (row: VcfScanner, slot: number, alternate: number) => Reads;
}

/** INFO keys that layouts read, in the order of their slots. */
export const LAYOUT_INFO_KEYS = ['AF', 'DP', 'DP4', 'TVAF', 'TDP'] as const;
type LayoutInfoKey = (typeof LAYOUT_INFO_KEYS)[number];
const infoSlot = (key: LayoutInfoKey): number => LAYOUT_INFO_KEYS.indexOf(key);

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** A fraction as written, `0.12` or `12%`; undefined where it is no fraction. */
function fractionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = text.endsWith('%');
  const value = Number(percent ? text.slice(0, -1).replace(',', '.') : text);
  const fraction = percent ? value / 100 : value;
  return text === '' || !Number.isFinite(fraction) || fraction < 0 || fraction > 1 ? undefined : fraction;
}

const part = (text: string | undefined, index: number): string | undefined => text?.split(',')[index];

function reads(fraction: number | undefined, depth: number | undefined, alternateReads: number | undefined): Reads {
  const known: { fraction?: number; depth?: number; alternateReads?: number } = {};
  if (fraction !== undefined) known.fraction = fraction;
  if (depth !== undefined) known.depth = depth;
  if (alternateReads !== undefined) known.alternateReads = alternateReads;
  return known;
}

const ratio = (alternate: number | undefined, total: number | undefined): number | undefined =>
  alternate === undefined || total === undefined || total <= 0 || alternate > total ? undefined : alternate / total;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Allele depths, one per allele: the layout of GATK and most callers after it. */
const depths: ReadLayout = {
  fractionFrom: 'FORMAT/AD',
  depthFrom: 'FORMAT/DP, else the sum of FORMAT/AD',
  perRow: false,
  read: (row, slot, alternate) => {
    const counts = row.integers(slot, 'AD');
    const total = counts === undefined ? undefined : sum(counts);
    const count = counts?.length === row.altCount + 1 ? counts[alternate + 1] : undefined;
    return reads(ratio(count, total), row.integer(slot, 'DP') ?? total, count);
  },
};

/** The workbench of CLC writes its depths per allele under a name of its own. */
const clc: ReadLayout = {
  fractionFrom: 'FORMAT/CLCAD2',
  depthFrom: 'FORMAT/DP, else the sum of FORMAT/CLCAD2',
  perRow: false,
  read: (row, slot, alternate) => {
    const counts = row.integers(slot, 'CLCAD2');
    const total = counts === undefined ? undefined : sum(counts);
    const count = counts?.length === row.altCount + 1 ? counts[alternate + 1] : undefined;
    return reads(ratio(count, total), row.integer(slot, 'DP') ?? total, count);
  },
};

/** samtools before 1.3: high-quality bases that are not the reference's, of all of them. */
const nonReference: ReadLayout = {
  fractionFrom: 'FORMAT/DV and DP',
  depthFrom: 'FORMAT/DP',
  perRow: false,
  read: (row, slot) => {
    const depth = row.integer(slot, 'DP');
    // One count for the row: with several alternates it cannot be told whose it is.
    const count = row.altCount === 1 ? row.integer(slot, 'DV') : undefined;
    return reads(ratio(count, depth), depth, count);
  },
};

type EstimatedKey = 'AF' | 'VAF' | 'FA' | 'VF';

/** The caller's own estimate of the fraction beside its counts; VF is Pisces' name of it. */
const estimated = (key: EstimatedKey): ReadLayout => ({
  fractionFrom: `FORMAT/${key}`,
  depthFrom: 'FORMAT/DP, else the sum of FORMAT/AD',
  perRow: false,
  read: (row, slot, alternate) => {
    const counted = depths.read(row, slot, alternate);
    const values = row.value(slot, key)?.split(',');
    const said = values?.length === row.altCount ? fractionOf(values[alternate]) : undefined;
    return reads(said ?? counted.fraction, counted.depth, counted.alternateReads);
  },
});

/**
 * Strelka2's tier-1 counts (user guide, "Somatic variant allele frequencies"): bases AU, CU, GU, TU for substitutions,
 * TAR and TIR for indels. Other alleles of the row do not count.
 */
const strelka: ReadLayout = {
  fractionFrom: 'FORMAT/AU, CU, GU, TU (substitutions) and TAR, TIR (indels), tier 1',
  depthFrom: 'FORMAT/DP',
  perRow: false,
  read: (row, slot, alternate) => {
    const tier1 = (key: string): number | undefined => row.integers(slot, key)?.[0];
    const depth = row.integer(slot, 'DP');
    const indel = row.format?.index.has('TIR') === true;
    const [from, to] = [row.reference, row.alternate(alternate)];
    // Counts are of single bases: of a longer allele its first base would tell another story.
    if (!indel && (from.length !== 1 || to.length !== 1)) return reads(undefined, depth, undefined);
    const count = tier1(indel ? 'TIR' : `${to}U`);
    const reference = tier1(indel ? 'TAR' : `${from}U`);
    const total = count === undefined || reference === undefined ? undefined : count + reference;
    return reads(ratio(count, total), depth, count);
  },
};

/** VarScan 2 writes the alternate's reads alone as AD, the reference's as RD and the fraction as a percentage. */
const varscan: ReadLayout = {
  fractionFrom: 'FORMAT/FREQ, else FORMAT/AD and RD',
  depthFrom: 'FORMAT/DP',
  perRow: false,
  read: (row, slot, alternate) => {
    // One count for the row: with several alternates it cannot be told whose it is.
    const single = row.altCount === 1 && alternate === 0;
    const count = single ? row.integer(slot, 'AD') : undefined;
    const reference = row.integer(slot, 'RD');
    const total = count === undefined || reference === undefined ? undefined : count + reference;
    const said = single ? fractionOf(row.value(slot, 'FREQ')) : undefined;
    return reads(said ?? ratio(count, total), row.integer(slot, 'DP') ?? total, count);
  },
};

/** Alternate and reference observations: FreeBayes AO, RO; Torrent's flow-corrected FAO, FDP come first. */
const observations: ReadLayout = {
  fractionFrom: 'FORMAT/FAO and FDP, else AO and RO',
  depthFrom: 'FORMAT/FDP, else DP',
  perRow: false,
  read: (row, slot, alternate) => {
    const flow = row.integers(slot, 'FAO')?.[alternate];
    const flowDepth = row.integer(slot, 'FDP');
    if (flow !== undefined && flowDepth !== undefined) return reads(ratio(flow, flowDepth), flowDepth, flow);
    const all = row.integers(slot, 'AO');
    const count = all?.[alternate];
    const reference = row.integer(slot, 'RO');
    const total = all === undefined || reference === undefined ? undefined : sum(all) + reference;
    return reads(ratio(count, total), row.integer(slot, 'DP') ?? total, count);
  },
};

/** Octopus gives frequencies of haplotypes; an allele's is the sum over the haplotypes that bear it. */
const octopus: ReadLayout = {
  fractionFrom: 'FORMAT/MAP_HF, over the haplotypes that bear the allele',
  depthFrom: 'FORMAT/DP',
  perRow: false,
  read: (row, slot, alternate) => {
    const bearers = row.value(slot, 'GT')?.split(/[/|]/);
    const frequencies = row.value(slot, 'MAP_HF')?.split(',').map(fractionOf);
    const depth = row.integer(slot, 'DP');
    if (bearers === undefined || frequencies?.length !== bearers.length) return reads(undefined, depth, undefined);
    let fraction: number | undefined = 0;
    bearers.forEach((allele, index) => {
      const frequency = frequencies[index];
      if (allele !== String(alternate + 1)) return;
      fraction = fraction === undefined || frequency === undefined ? undefined : fraction + frequency;
    });
    return reads(fraction === undefined ? undefined : Math.min(1, fraction), depth, undefined);
  },
};

function fromStrands(
  counts: readonly (number | undefined)[] | undefined,
  single: boolean,
  depth: number | undefined,
): Reads {
  if (counts?.length !== 4 || counts.some((count) => count === undefined)) return reads(undefined, depth, undefined);
  const [refForward = 0, refReverse = 0, altForward = 0, altReverse = 0] = counts;
  const total = refForward + refReverse + altForward + altReverse;
  // The last two are of all alternates together.
  const count = single ? altForward + altReverse : undefined;
  return reads(ratio(count, total), depth ?? total, count);
}

/** Reads by strand of reference and alternates, of a sample: SomaticSniper. */
const strands: ReadLayout = {
  fractionFrom: 'FORMAT/DP4',
  depthFrom: 'FORMAT/DP, else the sum of FORMAT/DP4',
  perRow: false,
  read: (row, slot) => fromStrands(row.integers(slot, 'DP4'), row.altCount === 1, row.integer(slot, 'DP')),
};

/** The same of the whole row: samtools and bcftools, where one sample stands in the file. */
const rowStrands: ReadLayout = {
  fractionFrom: 'INFO/DP4',
  depthFrom: 'INFO/DP, else the sum of INFO/DP4',
  perRow: true,
  read: (row) =>
    fromStrands(row.info(infoSlot('DP4'))?.split(',').map(whole), row.altCount === 1, whole(row.info(infoSlot('DP')))),
};

/** LoFreq writes no sample column: INFO/AF is the fraction of the reads, INFO/DP4 their counts. */
const lofreq: ReadLayout = {
  fractionFrom: 'INFO/AF',
  depthFrom: 'INFO/DP',
  perRow: true,
  read: (row, _slot, alternate) => {
    const depth = whole(row.info(infoSlot('DP')));
    const counted = fromStrands(row.info(infoSlot('DP4'))?.split(',').map(whole), row.altCount === 1, depth);
    const said = row.info(infoSlot('AF'))?.split(',');
    const fraction = said?.length === row.altCount ? fractionOf(said[alternate]) : undefined;
    return reads(fraction ?? counted.fraction, depth, counted.alternateReads);
  },
};

/** Tumor depth and fraction carried in INFO, the convention of PCGR's inputs. */
const tumorInfo: ReadLayout = {
  fractionFrom: 'INFO/TVAF',
  depthFrom: 'INFO/TDP',
  perRow: true,
  read: (row, _slot, alternate) => {
    const said = row.info(infoSlot('TVAF'))?.split(',');
    const fraction = said?.length === row.altCount ? fractionOf(said[alternate]) : undefined;
    const depth = whole(part(row.info(infoSlot('TDP')), 0));
    return reads(fraction, depth, undefined);
  },
};

/** Platypus: reads over the place and reads with the variant, each once per alternate. */
const platypus: ReadLayout = {
  fractionFrom: 'FORMAT/NV and NR',
  depthFrom: 'FORMAT/NR',
  perRow: false,
  read: (row, slot, alternate) => {
    const covering = row.integers(slot, 'NR');
    const bearing = row.integers(slot, 'NV');
    if (covering?.length !== row.altCount || bearing?.length !== row.altCount) return {};
    const depth = covering[alternate];
    const count = bearing[alternate];
    return reads(ratio(count, depth), depth, count);
  },
};

/** CaVEMan: proportion of the mutant, and bases by strand FAZ … RTZ. */
const caveman: ReadLayout = {
  fractionFrom: 'FORMAT/PM',
  depthFrom: 'the sum of FORMAT/FAZ … RTZ',
  perRow: false,
  read: (row, slot, alternate) => {
    const ofBase = (base: string): number | undefined => {
      const forward = row.integer(slot, `F${base}Z`);
      const reverse = row.integer(slot, `R${base}Z`);
      return forward === undefined || reverse === undefined ? undefined : forward + reverse;
    };
    const all = ['A', 'C', 'G', 'T'].map(ofBase);
    const depth = all.every((count) => count !== undefined) ? sum(all as number[]) : undefined;
    const single = row.altCount === 1;
    return reads(
      single ? fractionOf(row.value(slot, 'PM')) : undefined,
      depth,
      single ? ofBase(row.alternate(alternate)) : undefined,
    );
  },
};

/** A count of the alternates alone, as a person says it is. */
const overDepth = (key: string): ReadLayout => ({
  fractionFrom: `FORMAT/${key}${OVER_DEPTH}${STATED}`,
  depthFrom: 'FORMAT/DP',
  perRow: false,
  read: (row, slot, alternate) => {
    const depth = row.integer(slot, 'DP');
    const counts = row.integers(slot, key);
    const count = counts?.length === row.altCount ? counts[alternate] : undefined;
    return reads(ratio(count, depth), depth, count);
  },
});

const percentOf = (text: string | undefined): number | undefined =>
  text === undefined || text.endsWith('%') ? fractionOf(text) : fractionOf(`${text}%`);

/** A field named by a person: `FORMAT/AF`, `INFO/VAF`; counts are still taken where FORMAT/AD has them. */
function named(column: string, key: string, infoSlotOfAnswer: number, percent: boolean): ReadLayout {
  const perRow = column === 'INFO';
  return {
    fractionFrom: `${column}/${key}${percent ? IN_PERCENT : ''}${STATED}`,
    depthFrom: 'FORMAT/DP, else the sum of FORMAT/AD',
    perRow,
    read: (row, slot, alternate) => {
      const counted = slot < 0 ? {} : depths.read(row, slot, alternate);
      const values = (perRow ? row.info(infoSlotOfAnswer) : row.value(slot, key))?.split(',');
      const value = values?.length === row.altCount ? values[alternate] : undefined;
      return reads(percent ? percentOf(value) : fractionOf(value), counted.depth, counted.alternateReads);
    },
  };
}

export interface FieldsInUse {
  readonly format: ReadonlySet<string>;
  readonly info: ReadonlySet<string>;
  readonly samples: number;
  readonly caller: string | undefined;
  /** FORMAT/AD is declared with one value: the alternate's alone. */
  readonly singleDepth: boolean;
}

/** The layout of the fields in use; undefined where none is known to be this one. */
export function layoutOf({ format, info, samples, caller, singleDepth }: FieldsInUse): ReadLayout | undefined {
  const all = (...keys: string[]): boolean => keys.every((key) => format.has(key));
  if (all('TAR', 'TIR')) return strelka;
  // ClairS writes the same four names, for indels too, beside the fraction.
  const counted = caller?.startsWith('Strelka') === true || !format.has('AF');
  if (all('AU', 'CU', 'GU', 'TU') && counted) return strelka;
  if (all('RD', 'AD') && (format.has('FREQ') || singleDepth)) return varscan;
  if (all('FAO', 'FDP') || all('AO', 'RO')) return observations;
  if (format.has('PM') && all('FAZ', 'RAZ')) return caveman;
  if (format.has('MAP_HF') && !format.has('AD') && !format.has('AF')) return octopus;
  // One value of AD without RD could be either allele's: only a count per allele is read.
  if (!singleDepth || !format.has('AD')) {
    if (format.has('AF')) return estimated('AF');
    if (format.has('VAF')) return estimated('VAF');
    if (format.has('FA')) return estimated('FA');
    if (format.has('VF')) return estimated('VF');
    if (format.has('AD')) return depths;
  }
  if (all('NR', 'NV')) return platypus;
  if (format.has('CLCAD2')) return clc;
  if (all('DV', 'DP') && !format.has('AD')) return nonReference;
  if (format.has('DP4')) return strands;
  if (info.has('TVAF')) return tumorInfo;
  if (caller?.startsWith('LoFreq') === true && info.has('AF')) return lofreq;
  if (samples <= 1 && info.has('DP4')) return rowStrands;
  return undefined;
}

/** Answers that say more of a field than its name. */
const OVER_DEPTH = ' over FORMAT/DP';
const IN_PERCENT = ' in percent';
export const answersFor = (field: string): readonly string[] =>
  field === 'FORMAT/AD' ? [field, `${field}${OVER_DEPTH}`] : [field, `${field}${IN_PERCENT}`];

const STATED = ', as stated';
const LAYOUTS: readonly ReadLayout[] = [
  depths,
  estimated('AF'),
  estimated('VAF'),
  estimated('FA'),
  estimated('VF'),
  strelka,
  varscan,
  observations,
  octopus,
  strands,
  rowStrands,
  lofreq,
  tumorInfo,
  platypus,
  caveman,
  clc,
  nonReference,
];

/** The layout that bears this name (`fractionFrom`), for a thread that is told the name alone. */
export function layoutNamed(name: string, infoKeys: readonly string[]): ReadLayout | undefined {
  return (
    LAYOUTS.find(({ fractionFrom }) => fractionFrom === name) ??
    (name.endsWith(STATED) ? layoutAsStated(name.slice(0, -STATED.length), infoKeys) : undefined)
  );
}

/** A layout for an answer such as `FORMAT/AF`; undefined where the answer names no field. */
export function layoutAsStated(answer: string, infoKeys: readonly string[]): ReadLayout | undefined {
  const [, column, key, more] = /^(FORMAT|INFO)\/([^\s/]+)( in percent| over FORMAT\/DP)?$/.exec(answer.trim()) ?? [];
  if (column === undefined || key === undefined) return undefined;
  if (more === OVER_DEPTH) return column === 'FORMAT' ? overDepth(key) : undefined;
  if (more === IN_PERCENT) return named(column, key, infoKeys.indexOf(key), true);
  if (column === 'FORMAT' && key === 'AD') return depths;
  if (column === 'FORMAT' && (key === 'AF' || key === 'VAF' || key === 'FA' || key === 'VF')) return estimated(key);
  return named(column, key, infoKeys.indexOf(key), false);
}
