/** What each row of a VCF says of its alleles: which are the sample's, which are left out and by which rule. */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { ObservedVariant, ToldAllele } from '../../../shared/case/intake.ts';
import { bareChromosome } from '../../../shared/molecular/chromosomes.ts';
import { buildOfAccession } from '../../../shared/molecular/genomic-change.ts';
import type { AlleleSink } from './allele-sink.ts';
import { type Annotator, annotatorOf } from './annotation.ts';
import { chromosomeLengths } from './genome-build.ts';
import { Interest } from './interest.ts';
import { layoutNamed, type ReadLayout, type Reads } from './read-layout.ts';
import { CONTEXT_INFO_KEYS, contextText, countText, RNA_INFO_KEYS, rnaAlternateReads } from './surroundings.ts';
import type { VariantReading } from './variant-file.ts';
import { variantKey } from './variant-keeper.ts';
import type { VcfHeader } from './vcf-header.ts';
import { AltKind, VcfScanner } from './vcf-scanner.ts';

/** What the first rows have decided of all rows, as plain data that a second thread can be given. */
export interface RowPlan {
  readonly build: GenomeBuild | undefined;
  readonly infoKeys: readonly string[];
  /** Sample column (0-based) whose alleles and reads are read; absent where none is. */
  readonly column: number | undefined;
  /** Name of the layout of depth and allele fraction. */
  readonly fractionFrom: string | undefined;
}

/** The part of the reading that rows ask for. */
export type RowReading = Pick<VariantReading, 'file' | 'germline' | 'interest' | 'each'>;

export const STATUS_INFO_KEYS = ['SS', 'STATUS'] as const;

/** Slots of the fields that tell inherited from somatic; -1 where the header does not give them that meaning. */
export interface StatusSlots {
  readonly varscan: number;
  readonly vardict: number;
}

export const statusSlots = (header: VcfHeader, infoKeys: readonly string[]): StatusSlots => ({
  varscan: /LOH/.test(header.info.get('SS')?.description ?? '') ? infoKeys.indexOf('SS') : -1,
  vardict: /germline/i.test(header.info.get('STATUS')?.description ?? '') ? infoKeys.indexOf('STATUS') : -1,
});

export const scannerFor = (
  reading: RowReading,
  header: VcfHeader,
  infoKeys: readonly string[],
  sampleColumns: readonly number[],
  build?: GenomeBuild,
): VcfScanner =>
  new VcfScanner(reading.file, header, {
    infoKeys,
    sampleColumns,
    anyOrder: reading.each !== undefined,
    ...(build === undefined
      ? {}
      : {
          lengthOf: (name) => chromosomeLengths[build].get(bareChromosome(name)),
          ofOtherBuild: (name) => (buildOfAccession(name) ?? build) !== build,
        }),
  });

/** VarScan's SS and VarDict's STATUS tell an inherited variant or a loss of heterozygosity among the somatic calls. */
export function inherited(row: VcfScanner, status: StatusSlots): boolean {
  const ss = row.info(status.varscan);
  if (ss === '1' || ss === '3') return true;
  const said = row.info(status.vardict);
  return said !== undefined && /^(?:Germline$|(?:Strong|Likely)?LOH$)/i.test(said);
}

const NO_ALTERNATE = 'reference row without an alternate allele';
const REFERENCE_BLOCK = 'any other allele of a reference block (<NON_REF>, <*>)';
const OVERLAPPING = 'allele missing because of an overlapping deletion (*)';
const STRUCTURAL = 'structural allele, not a small variant';
const SAME_AS_REFERENCE = 'alternate equals the reference';
const TELOMERE = 'position 0, before the first base';
/**
 * The strand of a phase set that has the allele. GATK writes it into PGT where its GT is unphased; VCF 4.4 may begin with a bar.
 */
function haplotypeOf(genotypes: readonly (string | undefined)[], index: number): number | undefined {
  const phased = genotypes.find((text) => text?.includes('|') === true && !text.includes('/'));
  const strands = phased?.replace(/^\|/, '').split('|') ?? [];
  const own = strands.flatMap((allele, strand) => (allele === String(index + 1) ? [strand + 1] : []));
  return strands.length > 1 && own.length === 1 ? own[0] : undefined;
}

const NOT_CALLED = 'genotype not called in the sample';
const NOT_CARRIED = 'not carried by the sample, as its genotype says';
const NO_READS = 'no reads of the allele in the tumor';

/** An allele whose variant is read off the row in hand when it is first asked for. */
class ToldRow implements ToldAllele {
  readonly build: GenomeBuild;
  readonly chromosome: string;
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
  readonly filter: string;
  readonly rule: string | undefined;
  readonly small: boolean;
  readonly #pass: VcfPass;
  readonly #index: number;
  #variant: ObservedVariant | undefined;

  constructor(
    pass: VcfPass,
    build: GenomeBuild,
    chromosome: string,
    row: VcfScanner,
    index: number,
    rule: string | undefined,
    small: boolean,
  ) {
    this.build = build;
    this.chromosome = chromosome;
    this.position1 = row.position1;
    this.reference = row.reference;
    this.alternate = row.alternate(index);
    this.filter = row.filter;
    this.rule = rule;
    this.small = small;
    this.#pass = pass;
    this.#index = index;
  }

  get variant(): ObservedVariant | undefined {
    if (this.small) this.#variant ??= this.#pass.variantOf(this.#index);
    return this.#variant;
  }
}

/** Walks rows and gives each of their alleles to a sink. */
export class VcfPass {
  readonly scanner: VcfScanner;
  readonly interest: Interest;
  /** Alleles told of that the caller itself says are inherited. */
  inheritedTold = 0;
  readonly #reading: RowReading;
  readonly #build: GenomeBuild;
  readonly #sink: AlleleSink;
  readonly #layout: ReadLayout | undefined;
  readonly #annotator: Annotator | undefined;
  readonly #annotationSlot: number;
  readonly #contextSlot: number;
  readonly #rnaSlots: readonly [depth: number, alleles: number];
  readonly #slot: number;
  readonly #status: StatusSlots;
  #bare = '';
  #bareOf = '';

  constructor(reading: RowReading, header: VcfHeader, plan: RowPlan, sink: AlleleSink) {
    this.#reading = reading;
    this.#build = plan.build ?? 'GRCh38';
    this.#sink = sink;
    this.interest = new Interest(reading.interest, plan.build);
    this.#layout = plan.fractionFrom === undefined ? undefined : layoutNamed(plan.fractionFrom, plan.infoKeys);
    this.#annotator = annotatorOf(header.info);
    this.#status = statusSlots(header, plan.infoKeys);
    this.#slot = plan.column === undefined ? -1 : 0;
    const columns = plan.column === undefined ? [] : [plan.column];
    this.scanner = scannerFor(reading, header, plan.infoKeys, columns, plan.build);
    this.#contextSlot = CONTEXT_INFO_KEYS.map((key) => plan.infoKeys.indexOf(key)).find((slot) => slot >= 0) ?? -1;
    this.#rnaSlots = [plan.infoKeys.indexOf(RNA_INFO_KEYS[0]), plan.infoKeys.indexOf(RNA_INFO_KEYS[1])];
    this.#annotationSlot = this.#annotator === undefined ? -1 : plan.infoKeys.indexOf(this.#annotator.infoKey);
  }

  scan(bytes: Buffer, from: number, to: number): void {
    this.scanner.scan(bytes, from, to, this.#row);
  }

  readonly #row = (row: VcfScanner): void => {
    for (let index = 0; index < row.altCount; index++) {
      this.#sink.allelesIn += 1;
      switch (row.altKind[index]) {
        case AltKind.sequence:
          this.#sequence(row, index);
          break;
        case AltKind.none:
          this.#leaveOut(row, index, NO_ALTERNATE);
          break;
        case AltKind.reference:
          this.#leaveOut(row, index, REFERENCE_BLOCK);
          break;
        case AltKind.overlapping:
          this.#leaveOut(row, index, OVERLAPPING);
          break;
        default:
          this.#leaveOut(row, index, STRUCTURAL);
          this.#sink.structural(this.interest.genesAt(this.#chromosome(row), row.position1, row.position1));
      }
    }
  };

  #chromosome(row: VcfScanner): string {
    if (row.chromosome !== this.#bareOf) {
      this.#bareOf = row.chromosome;
      this.#bare = bareChromosome(row.chromosome);
    }
    return this.#bare;
  }

  #sequence(row: VcfScanner, index: number): void {
    if (row.position1 === 0) {
      this.#leaveOut(row, index, TELOMERE);
      return;
    }
    const absent = this.#notInSample(row, index);
    if (sameBases(row, index)) {
      this.#leaveOut(row, index, absent ?? SAME_AS_REFERENCE);
      return;
    }
    if (absent !== undefined) {
      this.#sink.filter(absent);
      this.#tell(row, index, absent, true);
      return;
    }
    this.#tell(row, index, undefined, true);
    const chromosome = this.#chromosome(row);
    const next = this.#sink.next(row.passed);
    if (next === 'count' || (next === 'keep-of-interest' && !this.#isOfInterest(row, index, chromosome))) {
      this.#sink.count(row.passed);
      return;
    }
    this.#sink.keep(this.#variant(row, index, chromosome));
  }

  #leaveOut(row: VcfScanner, index: number, rule: string): void {
    this.#sink.filter(rule);
    this.#tell(row, index, rule, false);
  }

  #tell(row: VcfScanner, index: number, rule: string | undefined, small: boolean): void {
    const { each } = this.#reading;
    if (each === undefined) return;
    if (small && !this.#reading.germline && inherited(row, this.#status)) this.inheritedTold += 1;
    each(new ToldRow(this, this.#build, this.#chromosome(row), row, index, rule, small));
  }

  /** The small variant of an allele of the row in hand. */
  variantOf(index: number): ObservedVariant {
    return this.#variant(this.scanner, index, this.#chromosome(this.scanner));
  }

  #isOfInterest(row: VcfScanner, index: number, chromosome: string): boolean {
    const end = row.position1 + row.referenceEnd - row.referenceStart - 1;
    return this.interest.at(chromosome, row.position1, end) || this.interest.gene(this.#annotation(row, index)?.gene);
  }

  /** Why an allele of the row is not one of the sample's, where its genotype says so. */
  #notInSample(row: VcfScanner, index: number): string | undefined {
    const slot = this.#slot;
    if (slot < 0 || row.ploidy[slot] === 0) return undefined;
    const bit = 1 << Math.min(index + 1, 30);
    if (((row.genotypeAlleles[slot] ?? 0) & bit) !== 0) return undefined;
    const missing = row.genotypeMissing[slot] === 1;
    if (this.#reading.germline) return missing ? NOT_CALLED : NOT_CARRIED;
    // A tumor's genotype is a formality to most callers: reads of the allele speak louder.
    const { alternateReads, fraction } = this.#reads(row, index);
    if ((alternateReads ?? 0) > 0 || (alternateReads === undefined && (fraction ?? 0) > 0)) return undefined;
    if (missing) return NOT_CALLED;
    return alternateReads === undefined && fraction === undefined ? NOT_CARRIED : NO_READS;
  }

  #reads(row: VcfScanner, index: number): Reads {
    const layout = this.#layout;
    if (layout === undefined || (this.#slot < 0 && !layout.perRow)) return {};
    return layout.read(row, this.#slot, index);
  }

  #annotation(row: VcfScanner, index: number) {
    const text = this.#annotationSlot < 0 ? undefined : row.info(this.#annotationSlot);
    return text === undefined || text === '' ? undefined : this.#annotator?.read(text, row, index);
  }

  #variant(row: VcfScanner, index: number, chromosome: string): ObservedVariant {
    const { germline, file } = this.#reading;
    const build = this.#build;
    const reference = row.reference;
    const alternate = row.alternate(index);
    const { fraction, depth, alternateReads } = this.#reads(row, index);
    const annotation = this.#annotation(row, index);
    const phaseSet = this.#slot < 0 ? undefined : (row.value(this.#slot, 'PS') ?? row.value(this.#slot, 'PID'));
    const fromParents = !germline && inherited(row, this.#status);
    const variant: ObservedVariant = {
      key: variantKey(build, chromosome, row.position1, reference, alternate),
      build,
      chromosome,
      position1: row.position1,
      reference,
      alternate,
      origin: germline || fromParents ? 'germline' : 'somatic',
      file,
      line: row.line,
    };
    if (fraction !== undefined) variant.alleleFraction = fraction;
    if (depth !== undefined) variant.depth = depth;
    if (alternateReads !== undefined) variant.alternateReads = alternateReads;
    if (row.filter !== '.') variant.filter = row.filter;
    if (annotation !== undefined) variant.annotation = annotation;
    if (phaseSet !== undefined) {
      variant.phaseSet = phaseSet;
      const haplotype = haplotypeOf([row.value(this.#slot, 'GT'), row.value(this.#slot, 'PGT')], index);
      if (haplotype !== undefined) variant.haplotype = haplotype;
    }
    if (this.#contextSlot >= 0) {
      const context = contextText(row.info(this.#contextSlot));
      if (context !== undefined) variant.context = context;
    }
    const [depthSlot, allelesSlot] = this.#rnaSlots;
    if (depthSlot >= 0) {
      const rnaDepth = countText(row.info(depthSlot));
      const reads = allelesSlot < 0 ? undefined : rnaAlternateReads(row.info(allelesSlot), index);
      if (rnaDepth !== undefined) variant.rnaDepth = rnaDepth;
      if (reads !== undefined) variant.rnaAlternateReads = reads;
    }
    return variant;
  }
}

/** Whatever the case of the letters, which is the fifth bit. */
function sameBases(row: VcfScanner, index: number): boolean {
  const { bytes, referenceStart } = row;
  const start = row.altStart[index] as number;
  const length = row.referenceEnd - referenceStart;
  if ((row.altEnd[index] as number) - start !== length) return false;
  for (let i = 0; i < length; i++)
    if (((bytes[referenceStart + i] as number) | 32) !== ((bytes[start + i] as number) | 32)) return false;
  return true;
}
