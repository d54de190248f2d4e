/**
 * Observed rows to small variants: one record per change, however many files, notations and builds told of it (F005,
 * F006). Nothing is guessed: a protein change comes from the input's annotation or from a known coordinate of a pack,
 * else the record says "not computed".
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { ObservedVariant } from '../case/intake.ts';
import type { ClinvarAllele } from '../knowledge/clinvar.ts';
import { type ConsequenceClass, consequenceClass, sequenceOntology } from './consequence.ts';
import { type Coordinates, trimmed } from './genomic-change.ts';
import { codingKey, displayProteinChange, type ProteinChange, parseProteinChange, proteinKey } from './hgvs.ts';
import { CODON_REACH, changesOfRows, type PhasedRow, shareAllele, withCodonNeighbour } from './one-codon.ts';
import type { PredictorScores } from './predictors.ts';
import { ruledChange } from './protein-name.ts';

/** A change that a pack knows by its exact coordinate and alleles. */
export interface KnownChange {
  readonly gene: string;
  readonly hgvsProtein?: string | undefined;
  readonly hgvsCoding?: string | undefined;
  readonly transcript?: string | undefined;
  /** Sequence Ontology term. */
  readonly consequence?: string | undefined;
  /** Number of the exon, or of the exon beside the splice site. */
  readonly exon?: number | undefined;
  /** Accessions the change is stated on, where it holds for them only. */
  readonly transcripts?: readonly string[] | undefined;
  /** What the fact rests on, in words. */
  readonly source: string;
}

/** A change computed from a transcript, or why the row's reference base cannot be right. */
export interface ComputedChange {
  readonly change?: KnownChange | undefined;
  readonly mismatch?: string | undefined;
  /** What other transcripts of the place say, where it differs. */
  readonly otherTranscripts?: string | undefined;
}

export interface VariantLookups {
  computeChange?(at: Coordinates): ComputedChange | undefined;
  knownChange(at: Coordinates): KnownChange | undefined;
  /** Cancer genes whose span holds the position; several where genes overlap. */
  genesAt(build: GenomeBuild, chromosome: string, position1: number): readonly string[];
  /** The current symbol of a gene known under another name, the same text otherwise. */
  symbol(gene: string): string;
  /** Of the gene's transcript here: by it a change that is stated has the name that HGVS gives it. */
  codingSequence?(gene: string): { readonly sequence: string } | undefined;
  /** Where a coding name (c.) of one base on the gene's transcript here lies on a build. */
  placeOfSubstitution?(gene: string, name: string, build: GenomeBuild): Coordinates | undefined;
  /** What a database of classified alleles says of this very allele. */
  recorded?(at: Coordinates): ClinvarAllele | undefined;
}

export interface SmallVariant {
  /** Stable across files, notations and builds where the protein or coding change is known. */
  readonly id: string;
  readonly gene: string;
  readonly origin: 'somatic' | 'germline';
  readonly change?: ProteinChange | undefined;
  readonly hgvsProtein?: string | undefined;
  readonly hgvsCoding?: string | undefined;
  readonly hgvsGenomic: string;
  readonly transcript?: string | undefined;
  readonly consequence?: string | undefined;
  readonly consequenceClass: ConsequenceClass;
  /** Exon where the look-up says one; evidence on exons asks by codon otherwise. */
  readonly exon?: number | undefined;
  readonly source: 'input-annotation' | 'computed' | 'known-coordinate' | 'not-computed';
  readonly alleleFraction?: number | undefined;
  readonly depth?: number | undefined;
  readonly rnaReads?: number | undefined;
  readonly rnaDepth?: number | undefined;
  readonly populationFrequency?: number | undefined;
  readonly predictors?: PredictorScores | undefined;
  readonly recorded?: ClinvarAllele | undefined;
  readonly variantKeys: readonly string[];
  /** Of the rows that are this change together, where the file has it in several; then a key above is of no row. */
  readonly partKeys?: readonly string[] | undefined;
  readonly flags: readonly string[];
}

const genomic = (v: Coordinates): string => {
  const { position1: at, reference: from, alternate: to } = v;
  const chromosome = v.chromosome.replace(/^chr/i, '');
  const place = (start: number, end: number) => (start === end ? `${start}` : `${start}_${end}`);
  if (from.length === 1 && to.length === 1) return `${v.build} chr${chromosome}:g.${at}${from}>${to}`;
  if (to.length === 1 && from.startsWith(to))
    return `${v.build} chr${chromosome}:g.${place(at + 1, at + from.length - 1)}del`;
  if (from.length === 1 && to.startsWith(from)) return `${v.build} chr${chromosome}:g.${at}_${at + 1}ins${to.slice(1)}`;
  return `${v.build} chr${chromosome}:g.${place(at, at + from.length - 1)}delins${to}`;
};

/** The change that a row's coding name states and its position does not, and what gives it away. */
interface NamedElsewhere {
  readonly at: Coordinates;
  readonly change: KnownChange;
  readonly flag: string;
}

/**
 * A position that is not the one of the row's coding name: mostly a genome build that is not the one stated. By its position
 * a driver would be a change in an intron, or of no gene. The name is taken where the checked sequence holds its base, and
 * either it is numbered on the transcript here, or the row stands just where the name lies on the other build. Bases of a
 * repeat have several places, so that only changes of one base are compared.
 */
function namedElsewhere(
  row: ObservedVariant,
  gene: string,
  here: KnownChange | undefined,
  lookups: VariantLookups,
): NamedElsewhere | undefined {
  const { hgvsCoding: stated, transcript } = row.annotation ?? {};
  const name = stated === undefined ? undefined : codingKey(stated);
  if (name === undefined || stated === undefined || gene === '' || row.position1 === 0) return undefined;
  if (here?.gene === gene && here.hgvsCoding === name) return undefined;
  const at = lookups.placeOfSubstitution?.(gene, name, row.build);
  if (at === undefined || isAt(row, at)) return undefined;
  const computed = lookups.computeChange?.(at);
  const change = computed?.mismatch === undefined ? computed?.change : undefined;
  if (change?.gene !== gene || change.hgvsCoding !== name) return undefined;
  const other = row.build === 'GRCh37' ? 'GRCh38' : 'GRCh37';
  const there = lookups.placeOfSubstitution?.(gene, name, other);
  if (there !== undefined && isAt(row, there))
    return {
      at,
      change,
      flag: `on ${row.build} this is not the position of ${name}, on ${other} it is: the file is of ${other}; read by the name`,
    };
  const on = /^([A-Z][A-Z0-9_.]+):/i.exec(stated)?.[1] ?? transcript;
  return on !== undefined && comparable(on, change.transcripts)
    ? {
        at,
        change,
        flag: `on ${row.build} this is not the position of ${name}: position or genome build of the file is wrong; read by the name`,
      }
    : undefined;
}

/** Whether a row tells this change of one base. */
function isAt(row: Coordinates, at: Coordinates): boolean {
  const { start, reference, alternate } = trimmed(row);
  return (
    row.chromosome.replace(/^chr/i, '') === at.chromosome.replace(/^chr/i, '') &&
    start === at.position1 &&
    reference === at.reference &&
    alternate === at.alternate
  );
}

/** One row by itself, before rows of the same change are joined; its `id` is empty. */
export function readVariant(row: ObservedVariant, lookups: VariantLookups): SmallVariant {
  const computed = lookups.computeChange?.(row);
  // A computed change without a protein change gives way to a source that names one.
  const listed = computed?.change?.hgvsProtein === undefined ? lookups.knownChange(row) : undefined;
  const here = listed ?? computed?.change;
  const stated = row.annotation;
  const statedParsed = stated?.hgvsProtein === undefined ? undefined : parseProteinChange(stated.hgvsProtein);
  const statedConsequence =
    stated?.consequence === undefined || stated.consequence === '' ? undefined : sequenceOntology(stated.consequence);
  const flags: string[] = [];
  if (computed?.mismatch !== undefined) flags.push(computed.mismatch);
  if (computed?.otherTranscripts !== undefined) flags.push(computed.otherTranscripts);
  const annotated = stated !== undefined && (statedParsed !== undefined || statedConsequence !== undefined);
  const gene = lookups.symbol(
    (stated?.gene === '' ? undefined : stated?.gene) ??
      here?.gene ??
      lookups.genesAt(row.build, row.chromosome, row.position1).join('/'),
  );
  const elsewhere = namedElsewhere(row, gene, here, lookups);
  if (elsewhere !== undefined) flags.push(elsewhere.flag);
  const known = elsewhere?.change ?? here;
  const statedChange = statedParsed && ruledChange(statedParsed, lookups.codingSequence?.(gene));
  const knownChange = known?.hgvsProtein === undefined ? undefined : parseProteinChange(known.hgvsProtein);
  if (
    statedChange !== undefined &&
    knownChange !== undefined &&
    proteinKey(statedChange) !== proteinKey(knownChange) &&
    comparable(stated?.transcript, known?.transcripts) &&
    known?.gene === gene
  )
    flags.push(
      `${INPUT_STATES} ${displayProteinChange(statedChange)}, ${known?.source ?? 'a pack'} states ${displayProteinChange(knownChange)} at this coordinate`,
    );
  // Evidence, hotspots and classes are numbered on the transcript here: on another one the same change has another name.
  const renumbered =
    statedChange !== undefined &&
    knownChange !== undefined &&
    known?.gene === gene &&
    known.transcript !== undefined &&
    !comparable(stated?.transcript, known.transcripts) &&
    proteinKey(statedChange) !== proteinKey(knownChange);
  if (renumbered)
    flags.push(
      `the input names ${displayProteinChange(statedChange)} on ${stated?.transcript}, whose numbers differ: judged as ${displayProteinChange(knownChange)} on ${known.transcript}`,
    );
  const told = annotated && !renumbered;
  const change = renumbered ? knownChange : (statedChange ?? knownChange);
  const consequence = renumbered ? known.consequence : (statedConsequence ?? known?.consequence);
  const hgvsCoding =
    (stated?.hgvsCoding === undefined || renumbered ? undefined : codingKey(stated.hgvsCoding)) ??
    (told ? undefined : known?.hgvsCoding);
  if (row.filter !== undefined && !['PASS', '.', ''].includes(row.filter)) flags.push(`${FROM_CALLER}${row.filter}`);
  return {
    id: '',
    gene,
    origin: row.origin,
    change,
    hgvsProtein: change === undefined ? undefined : displayProteinChange(change),
    hgvsCoding,
    hgvsGenomic: genomic(row),
    transcript: (renumbered ? undefined : stated?.transcript) ?? (told ? undefined : known?.transcript),
    consequence,
    consequenceClass: consequenceClass(consequence ?? consequenceOf(change)),
    exon: told ? undefined : known?.exon,
    source: told
      ? 'input-annotation'
      : known === undefined
        ? 'not-computed'
        : listed === undefined || elsewhere !== undefined
          ? 'computed'
          : 'known-coordinate',
    alleleFraction: row.alleleFraction,
    depth: row.depth,
    rnaReads: row.rnaAlternateReads,
    rnaDepth: row.rnaDepth,
    populationFrequency: stated?.populationFrequency,
    predictors: stated?.predictors,
    recorded: lookups.recorded?.(elsewhere?.at ?? row),
    variantKeys: [row.key],
    flags,
  };
}

const unversioned = (accession: string): string => accession.replace(/\.\d+$/, '');

/** Numbers of different transcripts differ without contradiction. */
const comparable = (stated: string | undefined, known: readonly string[] | undefined): boolean =>
  stated === undefined || known === undefined || known.map(unversioned).includes(unversioned(stated));

/** What a protein change says of its own consequence, where no term is given. */
export function consequenceOf(change: ProteinChange | undefined): string | undefined {
  switch (change?.kind) {
    case undefined:
      return undefined;
    case 'missense':
      return 'missense_variant';
    case 'synonymous':
      return 'synonymous_variant';
    case 'nonsense':
      return 'stop_gained';
    case 'frameshift':
      return 'frameshift_variant';
    case 'start-loss':
      return 'start_lost';
    case 'extension':
      return 'stop_lost';
    case 'splice':
      return 'splice_site_variant';
    case 'deletion':
      return 'inframe_deletion';
    case 'insertion':
    case 'duplication':
      return 'inframe_insertion';
    case 'delins':
      return 'protein_altering_variant';
  }
}

/** A change stated by its protein name alone, without a place in the genome. */
export function statedVariant(gene: string, change: ProteinChange, transcript: string | undefined): SmallVariant {
  const consequence = consequenceOf(change);
  return {
    id: `somatic:${gene}:${proteinKey(change)}`,
    gene,
    origin: 'somatic',
    change,
    hgvsProtein: displayProteinChange(change),
    hgvsGenomic: '',
    transcript,
    consequence,
    consequenceClass: consequenceClass(consequence),
    source: 'input-annotation',
    variantKeys: [],
    flags: [],
  };
}

/** The key under which two records are the same change. Without a protein or coding change only the coordinate counts. */
function identity(v: SmallVariant): string {
  const change = v.change;
  if (v.gene !== '' && change !== undefined && change.kind !== 'splice') return `${v.gene}:${proteinKey(change)}`;
  if (v.gene !== '' && v.hgvsCoding !== undefined) return `${v.gene}:${v.hgvsCoding}`;
  return v.variantKeys[0] ?? '';
}

const richness = (v: SmallVariant): number =>
  (v.change === undefined ? 0 : 8) +
  (v.hgvsCoding === undefined ? 0 : 4) +
  (v.consequence === undefined ? 0 : 2) +
  (v.depth === undefined ? 0 : 1);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Joins records of one change; the richest speaks, the others add what it lacks. Order of the input does not matter. */
function join(same: readonly SmallVariant[]): SmallVariant {
  const sorted = [...same].sort(
    (a, b) =>
      richness(b) - richness(a) ||
      (b.depth ?? -1) - (a.depth ?? -1) ||
      compare(a.variantKeys[0] ?? '', b.variantKeys[0] ?? '') ||
      compare(a.transcript ?? '', b.transcript ?? ''),
  );
  const [first, ...others] = sorted;
  if (first === undefined) throw new Error('join needs at least one record');
  const origins = new Set(same.map((v) => v.origin));
  const flags = new Set(same.flatMap((v) => v.flags));
  if (origins.size > 1) flags.add('called both in the tumor file and in the germline file');
  const parts = new Set(same.flatMap((v) => v.partKeys ?? []));
  const withReads = sorted.find((v) => v.alleleFraction !== undefined);
  const withRna = sorted.find((v) => v.rnaDepth !== undefined);
  const pick = <Key extends keyof SmallVariant>(key: Key): SmallVariant[Key] =>
    first[key] ?? others.find((v) => v[key] !== undefined)?.[key] ?? first[key];
  const origin = origins.has('germline') ? 'germline' : 'somatic';
  return {
    ...first,
    id: `${origin}:${identity(first)}`,
    origin,
    hgvsCoding: pick('hgvsCoding'),
    transcript: pick('transcript'),
    consequence: pick('consequence'),
    populationFrequency: pick('populationFrequency'),
    predictors: pick('predictors'),
    recorded: pick('recorded'),
    alleleFraction: withReads?.alleleFraction,
    depth: withReads?.depth ?? pick('depth'),
    rnaReads: withRna?.rnaReads,
    rnaDepth: withRna?.rnaDepth,
    variantKeys: [...new Set(same.flatMap((v) => v.variantKeys))].sort(),
    partKeys: parts.size === 0 ? undefined : [...parts].sort(),
    flags: [...flags].sort(),
  };
}

/**
 * One record per change, sorted by id. `duplicates` counts the rows that told of a change already told, and `joined` those that
 * are one change with another row, so that the accounting stays whole.
 */
export function smallVariants(
  rows: readonly ObservedVariant[],
  lookups: VariantLookups,
): { readonly variants: readonly SmallVariant[]; readonly duplicates: number; readonly joined: number } {
  const byCoordinate = new Map<string, SmallVariant[]>();
  const add = (key: string, variant: SmallVariant): void => {
    const list = byCoordinate.get(key);
    if (list === undefined) byCoordinate.set(key, [variant]);
    else list.push(variant);
  };
  const read = rows.map((row) => readVariant(row, lookups));
  const neighbours = codonNeighbours(rows, read, lookups);
  const { changes, parts, joined } = onOneAllele(rows, read, lookups);
  for (const change of changes) add(change.variantKeys[0] ?? '', change);
  for (const [index, row] of rows.entries()) {
    if (parts.has(row.key)) continue;
    const one = read[index] as SmallVariant;
    const more = neighbours.get(index);
    add(row.key, more === undefined ? one : { ...one, flags: [...one.flags, ...more] });
  }
  const byIdentity = new Map<string, SmallVariant[]>();
  for (const same of byCoordinate.values()) {
    const one = join(same);
    const list = byIdentity.get(identity(one));
    if (list === undefined) byIdentity.set(identity(one), [one]);
    else list.push(one);
  }
  const variants = [...byIdentity.values()].map(join).sort((a, b) => compare(a.id, b.id));
  return { variants, duplicates: rows.length - joined - variants.length, joined };
}

const FROM_CALLER = 'caller filter: ';
const INPUT_STATES = 'the input states';

/** What is said of a row and holds of the change that it is a part of: an annotation that names that change is right. */
const outlives = (flag: string, name: string | undefined): boolean =>
  flag.startsWith(FROM_CALLER) || (flag.startsWith(INPUT_STATES) && !flag.startsWith(`${INPUT_STATES} ${name ?? ''},`));

/** Rows of one codon that the file phases onto one allele: the change they are, and the keys that are told by it alone. */
function onOneAllele(
  rows: readonly ObservedVariant[],
  read: readonly SmallVariant[],
  lookups: VariantLookups,
): { readonly changes: readonly SmallVariant[]; readonly parts: ReadonlySet<string>; readonly joined: number } {
  const phased: (PhasedRow & { readonly variant: SmallVariant })[] = [];
  for (const [index, row] of rows.entries()) {
    const variant = read[index];
    if (row.haplotype !== undefined && variant !== undefined && row.position1 > 0)
      phased.push({ ...row, ...variant, phase: row, variant });
  }
  const changes: SmallVariant[] = [];
  const parts = new Set<string>();
  let joined = 0;
  for (const change of phased.length < 2 ? [] : changesOfRows(phased, lookups)) {
    const keys = new Set(change.parts.map(({ phase }) => phase.key));
    const told = rows.filter(({ key }) => keys.has(key));
    // Files that contradict each other, or name another origin, are for a person: each row stays by itself.
    if (told.some((one) => one.origin !== change.row.origin)) continue;
    if (told.some((one) => told.some((other) => shareAllele(one, other) === false))) continue;
    const whole = readVariant(change.row, lookups);
    const names = change.parts.map(({ hgvsCoding, variant }) => hgvsCoding ?? variant.hgvsGenomic).join(' + ');
    changes.push({
      ...whole,
      partKeys: [...keys].sort(),
      flags: [
        ...new Set([
          ...whole.flags.filter((flag) => !flag.startsWith(FROM_CALLER)),
          ...change.parts.flatMap(({ variant }) => variant.flags.filter((flag) => outlives(flag, whole.hgvsProtein))),
          `one change of the rows ${names}, on one allele as the file phases them`,
        ]),
      ],
    });
    const alone = new Set(change.alsoAlone.map(({ phase }) => phase.key));
    for (const key of keys) if (!alone.has(key)) parts.add(key);
    joined += keys.size - alone.size - 1;
  }
  return { changes, parts, joined };
}

/** By the place of a row: what its neighbours in the codon make of it. Rows of the same origin only. */
function codonNeighbours(
  rows: readonly ObservedVariant[],
  read: readonly SmallVariant[],
  lookups: VariantLookups,
): ReadonlyMap<number, readonly string[]> {
  const said = new Map<number, string[]>();
  const byPlace = new Map<string, number[]>();
  const placed = (index: number): PhasedRow | undefined => {
    const row = rows[index];
    const variant = read[index];
    return row === undefined || variant?.change === undefined ? undefined : { ...row, ...variant, phase: row };
  };
  const placeOf = ({ build, chromosome, origin }: ObservedVariant, position1: number): string =>
    `${build}:${chromosome}:${position1}:${origin}`;
  for (const [index, row] of rows.entries()) {
    if (row.position1 === 0 || row.reference.length !== 1 || row.alternate.length !== 1) continue;
    const list = byPlace.get(placeOf(row, row.position1));
    if (list === undefined) byPlace.set(placeOf(row, row.position1), [index]);
    else list.push(index);
  }
  for (const indexes of byPlace.values())
    for (const index of indexes) {
      const row = rows[index];
      const one = placed(index);
      if (row === undefined || one === undefined) continue;
      for (let apart = -CODON_REACH; apart <= CODON_REACH; apart++)
        for (const beside of apart === 0 ? [] : (byPlace.get(placeOf(row, row.position1 + apart)) ?? [])) {
          const other = placed(beside);
          const words = other === undefined ? undefined : withCodonNeighbour(one, other, lookups);
          if (words === undefined) continue;
          const list = said.get(index) ?? [];
          if (!list.includes(words)) said.set(index, [...list, words]);
        }
    }
  return said;
}
