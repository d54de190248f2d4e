/**
 * Reads a VCF in one pass: what its header and first rows tell decides how the rest is read; what they leave open is
 * asked. Memory holds a chunk, the kept alleles and nothing else of the file.
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { FileUnderstanding, IntakeQuestion, ObservedVariant } from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { ANNOTATION_INFO_KEYS, type Annotator, annotatorOf } from './annotation.ts';
import { callerOf, callsGermline } from './caller.ts';
import { decideBuild } from './decide-build.ts';
import { bareChromosome, buildEvidence, chromosomeLengths } from './genome-build.ts';
import { Interest } from './interest.ts';
import { LineFeeder } from './line-feeder.ts';
import { question, questionId } from './questions.ts';
import { LAYOUT_INFO_KEYS, layoutAsStated, layoutOf, type ReadLayout, type Reads } from './read-layout.ts';
import { refuse } from './refusal.ts';
import { type SampleRoles, sampleRoles } from './sample-roles.ts';
import type { VariantFileRead, VariantReading } from './variant-file.ts';
import { QUESTION_OPEN, VariantKeeper, variantKey } from './variant-keeper.ts';
import { type VcfHeader, VcfHeaderReader } from './vcf-header.ts';
import { AltKind, VcfScanner } from './vcf-scanner.ts';

const LF = 10;
/** Rows looked at before the rest is read: enough to see what fields a caller fills. */
const PROBE_BYTES = 1 << 20;
const PROBE_ROWS = 2_000;
/** Of more columns none is a patient's own file; their first ones tell the fields. */
const PROBE_SAMPLES = 8;
const MAX_HEADER_BYTES = 64 << 20;

const STATUS_INFO_KEYS = ['SS', 'STATUS'] as const;

/** Slots of the fields that tell inherited from somatic; -1 where the header does not give them that meaning. */
interface StatusSlots {
  readonly varscan: number;
  readonly vardict: number;
}

const statusSlots = (header: VcfHeader, infoKeys: readonly string[]): StatusSlots => ({
  varscan: /LOH/.test(header.info.get('SS')?.description ?? '') ? infoKeys.indexOf('SS') : -1,
  vardict: /germline/i.test(header.info.get('STATUS')?.description ?? '') ? infoKeys.indexOf('STATUS') : -1,
});

interface Opening {
  readonly header: VcfHeader;
  /** The rows read so far, from the first byte behind the header. */
  readonly rows: Buffer;
  readonly rest: AsyncIterator<Uint8Array>;
  readonly ended: boolean;
  readonly byteOrderMark: boolean;
  /** The last line has no line end; `rows` has got one. */
  readonly unfinished: boolean;
}

const BOM = Buffer.of(0xef, 0xbb, 0xbf);

async function open(file: string, source: AsyncIterable<Uint8Array>): Promise<Opening> {
  const rest = source[Symbol.asyncIterator]();
  const reader = new VcfHeaderReader(file);
  let held: Buffer = Buffer.alloc(0);
  let parsed = 0;
  let header: VcfHeader | undefined;
  let ended = false;
  let byteOrderMark = false;
  for (;;) {
    const wanted = header === undefined ? Math.max(PROBE_BYTES, held.byteLength * 2) : parsed + PROBE_BYTES;
    const chunks: Uint8Array[] = [held];
    let size = held.byteLength;
    while (size < wanted && !ended) {
      const next = await rest.next();
      if (next.done === true) ended = true;
      else {
        // A chunk holds only until the next is asked for.
        chunks.push(Buffer.from(next.value));
        size += next.value.byteLength;
      }
    }
    held = Buffer.concat(chunks);
    if (parsed === 0 && held.subarray(0, 3).equals(BOM)) {
      byteOrderMark = true;
      parsed = 3;
    }
    while (header === undefined) {
      let end = held.indexOf(LF, parsed);
      if (end < 0 && ended && parsed < held.byteLength) end = held.byteLength;
      if (end < 0) break;
      const line = held.toString('utf8', parsed, held[end - 1] === 13 ? end - 1 : end);
      header = reader.take(line);
      if (header !== undefined && end === held.byteLength) unfinished(file, header.version, header.lines);
      parsed = Math.min(end + 1, held.byteLength);
    }
    if (header !== undefined && (ended || held.byteLength - parsed >= PROBE_BYTES)) {
      const rows = held.subarray(parsed);
      const open = ended && rows.byteLength > 0 && rows.at(-1) !== LF;
      return {
        header,
        rows: open ? Buffer.concat([rows, Buffer.of(LF)]) : rows,
        rest,
        ended,
        byteOrderMark,
        unfinished: open,
      };
    }
    if (header === undefined && (ended || held.byteLength > MAX_HEADER_BYTES))
      refuse(file, {
        code: ended ? 'file-truncated' : 'file-too-large',
        field: 'header',
        rule: ended ? 'The file ends before the column line #CHROM.' : 'The header is larger than 64 megabytes.',
      });
  }
}

/** VCFv4.3 and later close every line; before, a missing line end is only a doubt. */
function unfinished(file: string, version: number, line: number): string {
  if (version >= 43)
    refuse(file, {
      code: 'file-truncated',
      line,
      rule: 'The last line has no line end: the file may have been cut.',
      remedy: 'Compare the file with its source; if it is whole, add a line end.',
    });
  return 'The last line has no line end: compare the file with its source, it may have been cut.';
}

/** What one sample column shows in the first rows. */
interface ColumnReads {
  fraction: number | undefined;
  depth: number | undefined;
}

interface Probe {
  readonly formatKeys: ReadonlySet<string>;
  readonly infoKeys: ReadonlySet<string>;
}

const scannerFor = (
  reading: VariantReading,
  header: VcfHeader,
  infoKeys: readonly string[],
  sampleColumns: readonly number[],
  build?: GenomeBuild,
): VcfScanner =>
  new VcfScanner(reading.file, header, {
    infoKeys,
    sampleColumns,
    anyOrder: reading.each !== undefined,
    ...(build === undefined ? {} : { lengthOf: (name) => chromosomeLengths[build].get(bareChromosome(name)) }),
  });

const wholeLines = (rows: Buffer): number => rows.lastIndexOf(LF) + 1;

function lookAtFields(reading: VariantReading, opening: Opening, infoKeys: readonly string[]): Probe {
  const scanner = scannerFor(reading, opening.header, infoKeys, []);
  scanner.scan(opening.rows, 0, wholeLines(opening.rows), () => {});
  return { formatKeys: new Set(scanner.formatKeysSeen()), infoKeys: new Set(scanner.infoKeysSeen()) };
}

/** The reads of each of the first columns, row by row, of called small variants. */
function lookAtReads(
  reading: VariantReading,
  opening: Opening,
  infoKeys: readonly string[],
  layout: ReadLayout,
  columns: readonly number[],
): ColumnReads[][] {
  const scanner = scannerFor(reading, opening.header, infoKeys, columns);
  const status = statusSlots(opening.header, infoKeys);
  const passed: ColumnReads[][] = [];
  const others: ColumnReads[][] = [];
  scanner.scan(opening.rows, 0, wholeLines(opening.rows), (row) => {
    const list = row.passed ? passed : others;
    if (list.length >= PROBE_ROWS || row.altKind[0] !== AltKind.sequence || inherited(row, status)) return;
    list.push(
      columns.map((_, slot) => {
        const { fraction, depth } = layout.read(row, slot, 0);
        return { fraction, depth };
      }),
    );
  });
  return passed.length > 0 ? passed : others;
}

/** VarScan's SS and VarDict's STATUS tell an inherited variant or a loss of heterozygosity among the somatic calls. */
function inherited(row: VcfScanner, status: StatusSlots): boolean {
  const ss = row.info(status.varscan);
  if (ss === '1' || ss === '3') return true;
  const said = row.info(status.vardict);
  return said !== undefined && /^(?:Germline$|(?:Strong|Likely)?LOH$)/i.test(said);
}

const MIN_DEPTH = 10;

/**
 * Of the rows both samples cover: how many speak for the roles being the other way round (reads of the alternate in
 * the normal tissue, none in the tumor).
 */
function swapEvidence(
  rows: readonly ColumnReads[][],
  tumor: number,
  normal: number,
): { compared: number; swapped: number } {
  let compared = 0;
  let swapped = 0;
  for (const row of rows) {
    const t = row[tumor];
    const n = row[normal];
    if (t?.fraction === undefined || n?.fraction === undefined) continue;
    if ((t.depth ?? MIN_DEPTH) < MIN_DEPTH || (n.depth ?? MIN_DEPTH) < MIN_DEPTH) continue;
    compared += 1;
    if (n.fraction >= 0.05 && t.fraction < 0.02) swapped += 1;
  }
  return { compared, swapped };
}

/** Fields that could hold an allele fraction but whose meaning the file does not settle. */
function fractionCandidates(header: VcfHeader, probe: Probe): string[] {
  const speaks = /(?:^|_)T?(?:VAF|AF|FREQ|FRACTION)(?:$|_)|^(?:VAF|AF|FA|FREQ)\d?$/i;
  const some = (column: 'FORMAT' | 'INFO', keys: ReadonlySet<string>, fields: VcfHeader['info']): string[] =>
    [...keys]
      .filter((key) => speaks.test(key) || (column === 'FORMAT' && key === 'AD'))
      .filter((key) => !/gnomad|exac|1000g|popaf|max_af|esp|topmed/i.test(key))
      .filter((key) => ['Float', 'String', 'Integer', undefined].includes(fields.get(key)?.type))
      .map((key) => `${column}/${key}`);
  return [...some('FORMAT', probe.formatKeys, header.format), ...some('INFO', probe.infoKeys, header.info)];
}

export const NOT_IN_FILE = 'not in this file';

interface Decided {
  readonly build: GenomeBuild | undefined;
  readonly buildFrom: string | undefined;
  readonly caller: string | undefined;
  readonly roles: SampleRoles;
  readonly layout: ReadLayout | undefined;
  readonly annotator: Annotator | undefined;
  readonly infoKeys: readonly string[];
  readonly questions: readonly IntakeQuestion[];
  readonly notes: readonly string[];
}

function decide(reading: VariantReading, opening: Opening): Decided {
  const { file, germline, answers } = reading;
  const { header } = opening;
  const questions: IntakeQuestion[] = [];
  const notes: string[] = [];
  const annotator = annotatorOf(header.info);
  const stated = answers[questionId(file, 'alleleFractionFrom')] ?? reading.alleleFractionFrom;
  const statedKey = /^INFO\/([^\s/]+)$/.exec(stated ?? '')?.[1];
  const infoKeys = [
    ...LAYOUT_INFO_KEYS,
    ...STATUS_INFO_KEYS,
    ...ANNOTATION_INFO_KEYS,
    ...(statedKey === undefined ? [] : [statedKey]),
  ];
  const probe = lookAtFields(reading, opening, infoKeys);
  const caller = callerOf(header);
  const build = decideBuild(reading, buildEvidence(header));
  if (build.question !== undefined) questions.push(build.question);

  const hasRows = probe.formatKeys.size + probe.infoKeys.size > 0 || wholeLines(opening.rows) > 0;
  const known = (column: 'format' | 'info'): ReadonlySet<string> =>
    hasRows ? probe[column === 'format' ? 'formatKeys' : 'infoKeys'] : new Set(header[column].keys());
  let layout =
    stated === undefined
      ? layoutOf({
          format: known('format'),
          info: known('info'),
          samples: header.samples.length,
          caller,
          singleDepth: header.format.get('AD')?.number === 1,
        })
      : layoutAsStated(stated, infoKeys);
  const columns = header.samples.slice(0, PROBE_SAMPLES).map((_, index) => index);
  const ofSamples = layout !== undefined && !layout.perRow;
  const reads = ofSamples && layout !== undefined ? lookAtReads(reading, opening, infoKeys, layout, columns) : [];

  let roles = sampleRoles({ file, header, germline, stated: reading, answers });
  if (roles.question !== undefined) {
    questions.push({ ...roles.question, ...hinted(roles.question, reads, header.samples, germline) });
  } else if (!germline && roles.tumor !== undefined && roles.normal !== undefined) {
    const { compared, swapped } = swapEvidence(reads, roles.tumor, roles.normal);
    const confirmed = answers[questionId(file, 'tumorSample')] !== undefined;
    if (compared > 0 && swapped / compared >= 0.8 && !confirmed) {
      if (compared >= 3)
        throw new FaultError(
          fault(
            'sample-swapped',
            `In ${swapped} of ${compared} compared rows the alternate is read in the normal tissue and not in the tumor: the two seem swapped.`,
            'Correct tumorSample and normalSample in case.json, or give the right file.',
            { file, field: 'samples' },
          ),
        );
      questions.push(
        question(
          file,
          'tumorSample',
          'The alternate is read in the sample named as normal tissue and not in the tumor. Which sample column is the tumor?',
          header.samples,
          true,
        ),
      );
      roles = {};
    }
  }
  if (layout !== undefined && stated === undefined && layout.fractionFrom === 'FORMAT/AF') {
    const doubt = disagreement(reading, opening, infoKeys, layout, roles.tumor ?? roles.normal);
    if (doubt) {
      questions.push(
        question(
          file,
          'alleleFractionFrom',
          'FORMAT/AF and the allele depths in FORMAT/AD do not agree. Which of them gives the allele fraction?',
          ['FORMAT/AF', 'FORMAT/AD', NOT_IN_FILE],
          false,
        ),
      );
      layout = undefined;
    }
  } else if (layout === undefined && stated !== NOT_IN_FILE && hasRows) {
    const candidates = fractionCandidates(header, probe);
    if (candidates.length > 0)
      questions.push(
        question(
          file,
          'alleleFractionFrom',
          'The file does not say which field holds the allele fraction of the sample. Which one is it?',
          [...candidates, NOT_IN_FILE],
          false,
        ),
      );
    else notes.push('The file holds no allele fraction and no read counts.');
  }
  if (!germline && callsGermline(caller) && roles.normal === undefined)
    notes.push(`${caller} calls inherited variants; the case gives the file as somatic variants.`);
  if (
    germline &&
    caller !== undefined &&
    !callsGermline(caller) &&
    /Mutect|Strelka|VarScan|VarDict|LoFreq|TNscope/i.test(caller)
  )
    notes.push(`${caller} calls somatic variants too; the case gives the file as germline variants.`);
  return {
    build: build.build,
    buildFrom: build.from,
    caller,
    roles,
    layout,
    annotator,
    infoKeys,
    questions,
    notes,
  };
}

/** What the reads of two columns suggest, said in the question; the answer stays a person's. */
function hinted(
  asked: IntakeQuestion,
  reads: readonly ColumnReads[][],
  samples: readonly string[],
  germline: boolean,
): Partial<IntakeQuestion> {
  if (germline || samples.length !== 2) return {};
  const firstNormal = swapEvidence(reads, 0, 1);
  const secondNormal = swapEvidence(reads, 1, 0);
  const likely =
    firstNormal.compared < 3
      ? undefined
      : firstNormal.swapped / firstNormal.compared >= 0.8
        ? 1
        : secondNormal.swapped / secondNormal.compared >= 0.8
          ? 0
          : undefined;
  const name = likely === undefined ? undefined : samples[likely];
  if (name === undefined) return {};
  return {
    question: `${asked.question} The reads suggest the one listed first.`,
    choices: [name, ...samples.filter((other) => other !== name)],
  };
}

/** True where a caller's AF and its own read counts tell different stories in the first rows. */
function disagreement(
  reading: VariantReading,
  opening: Opening,
  infoKeys: readonly string[],
  layout: ReadLayout,
  column: number | undefined,
): boolean {
  if (column === undefined) return false;
  const counted = layoutAsStated('FORMAT/AD', infoKeys);
  if (counted === undefined) return false;
  const said = lookAtReads(reading, opening, infoKeys, layout, [column]);
  const counts = lookAtReads(reading, opening, infoKeys, counted, [column]);
  let compared = 0;
  let apart = 0;
  said.forEach(([a], index) => {
    const b = counts[index]?.[0];
    if (a?.fraction === undefined || b?.fraction === undefined || (b.depth ?? 0) < 2 * MIN_DEPTH) return;
    compared += 1;
    if (Math.abs(a.fraction - b.fraction) > 0.25) apart += 1;
  });
  return compared >= 5 && apart / compared > 0.2;
}

const NO_ALTERNATE = 'reference row without an alternate allele';
const REFERENCE_BLOCK = 'any other allele of a reference block (<NON_REF>, <*>)';
const OVERLAPPING = 'allele missing because of an overlapping deletion (*)';
const STRUCTURAL = 'structural allele, not a small variant';
const SAME_AS_REFERENCE = 'alternate equals the reference';
const TELOMERE = 'position 0, before the first base';
const NOT_CALLED = 'genotype not called in the sample';
const NOT_CARRIED = 'not carried by the sample, as its genotype says';
const NO_READS = 'no reads of the allele in the tumor';

const GENES_NAMED = 12;

/** The main pass. */
class VcfPass {
  readonly #reading: VariantReading;
  readonly #decided: Decided;
  readonly #keeper: VariantKeeper;
  readonly #interest: Interest;
  readonly #scanner: VcfScanner;
  readonly #annotationSlot: number;
  readonly #slot: number;
  readonly #status: StatusSlots;
  readonly #structuralGenes = new Set<string>();
  #structural = 0;
  #inherited = 0;
  #bare = '';
  #bareOf = '';

  constructor(reading: VariantReading, header: VcfHeader, decided: Decided) {
    this.#reading = reading;
    this.#decided = decided;
    this.#interest = new Interest(reading.interest, decided.build);
    this.#keeper = new VariantKeeper(
      reading.file,
      reading.limit,
      ({ chromosome, position1, reference, annotation }) =>
        this.#interest.at(chromosome, position1, position1 + reference.length - 1) ||
        this.#interest.gene(annotation?.gene),
    );
    this.#status = statusSlots(header, decided.infoKeys);
    const column = decided.roles.tumor ?? decided.roles.normal;
    this.#slot = column === undefined ? -1 : 0;
    this.#scanner = scannerFor(reading, header, decided.infoKeys, column === undefined ? [] : [column], decided.build);
    this.#annotationSlot = decided.annotator === undefined ? -1 : decided.infoKeys.indexOf(decided.annotator.infoKey);
  }

  get rows(): number {
    return this.#scanner.rows;
  }

  get line(): number {
    return this.#scanner.line;
  }

  scan(bytes: Buffer, from: number, to: number): void {
    this.#scanner.scan(bytes, from, to, this.#row);
  }

  readonly #row = (row: VcfScanner): void => {
    for (let index = 0; index < row.altCount; index++) {
      this.#keeper.allelesIn += 1;
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
          this.#structural += 1;
          for (const gene of this.#interest.genesAt(this.#chromosome(row), row.position1, row.position1))
            this.#structuralGenes.add(gene);
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
      this.#keeper.filter(absent);
      this.#tell(row, index, absent, true);
      return;
    }
    this.#tell(row, index, undefined, true);
    const chromosome = this.#chromosome(row);
    const next = this.#keeper.next(row.passed);
    if (next === 'count' || (next === 'keep-of-interest' && !this.#isOfInterest(row, index, chromosome))) {
      this.#keeper.count(row.passed);
      return;
    }
    this.#keeper.keep(this.#variant(row, index, chromosome));
  }

  #leaveOut(row: VcfScanner, index: number, rule: string): void {
    this.#keeper.filter(rule);
    this.#tell(row, index, rule, false);
  }

  #tell(row: VcfScanner, index: number, rule: string | undefined, small: boolean): void {
    const { each } = this.#reading;
    if (each === undefined) return;
    const chromosome = this.#chromosome(row);
    const variant = small ? this.#variant(row, index, chromosome) : undefined;
    each({
      build: this.#decided.build ?? 'GRCh38',
      chromosome,
      position1: row.position1,
      reference: variant?.reference ?? row.reference,
      alternate: variant?.alternate ?? row.alternate(index),
      filter: row.filter,
      rule,
      variant,
    });
  }

  #isOfInterest(row: VcfScanner, index: number, chromosome: string): boolean {
    const end = row.position1 + row.referenceEnd - row.referenceStart - 1;
    return this.#interest.at(chromosome, row.position1, end) || this.#interest.gene(this.#annotation(row, index)?.gene);
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
    const { layout } = this.#decided;
    if (layout === undefined || (this.#slot < 0 && !layout.perRow)) return {};
    return layout.read(row, this.#slot, index);
  }

  #annotation(row: VcfScanner, index: number) {
    const text = this.#annotationSlot < 0 ? undefined : row.info(this.#annotationSlot);
    return text === undefined || text === '' ? undefined : this.#decided.annotator?.read(text, row, index);
  }

  #variant(row: VcfScanner, index: number, chromosome: string): ObservedVariant {
    const { germline, file } = this.#reading;
    const build = this.#decided.build ?? 'GRCh38';
    const reference = row.reference;
    const alternate = row.alternate(index);
    const { fraction, depth, alternateReads } = this.#reads(row, index);
    const annotation = this.#annotation(row, index);
    const phaseSet = this.#slot < 0 ? undefined : (row.value(this.#slot, 'PS') ?? row.value(this.#slot, 'PID'));
    const fromParents = !germline && inherited(row, this.#status);
    if (fromParents) this.#inherited += 1;
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
    if (phaseSet !== undefined) variant.phaseSet = phaseSet;
    return variant;
  }

  finish(): { keeper: VariantKeeper; warnings: string[] } {
    const warnings: string[] = [];
    if (this.#structural > 0) {
      const genes = [...this.#structuralGenes].sort();
      const named =
        genes.length === 0
          ? ''
          : ` They lie in ${genes.slice(0, GENES_NAMED).join(', ')}${genes.length > GENES_NAMED ? ' and others' : ''}.`;
      warnings.push(
        `${this.#structural} structural alleles are counted and not interpreted here.${named} Give rearrangements and copy numbers as files of their own.`,
      );
    }
    if (this.#inherited > 0)
      warnings.push(`${this.#inherited} alleles are inherited by the caller's own word and are read as germline.`);
    if (this.#keeper.tightened)
      warnings.push(
        `The file holds ${this.#keeper.allelesIn} alleles: a hypermutated tumor, or a file that is not filtered. Alleles outside the genes of the knowledge packs are counted together.`,
      );
    if (this.#scanner.rows === 0) warnings.push('The file holds no rows.');
    return { keeper: this.#keeper, warnings };
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

/**
 * Reads the text of a VCF.
 * @throws FaultError header-invalid, schema-newer, line-invalid, field-invalid, file-truncated, file-too-large,
 * build-mismatch, sample-ambiguous, sample-swapped, cancelled
 */
export async function readVcf(reading: VariantReading, source: AsyncIterable<Uint8Array>): Promise<VariantFileRead> {
  const { file } = reading;
  const opening = await open(file, source);
  const { header } = opening;
  const decided = decide(reading, opening);
  const pass = new VcfPass(reading, header, decided);
  const feeder = new LineFeeder(file, (bytes, from, to) => pass.scan(bytes, from, to));
  const warnings = [...header.warnings];
  if (opening.byteOrderMark) warnings.push('The file begins with a byte order mark, which was left out.');
  feeder.push(opening.rows);
  if (!opening.ended) {
    for (;;) {
      const next = await opening.rest.next();
      if (next.done === true) break;
      feeder.push(next.value);
      reading.progress(pass.rows);
    }
  }
  if (feeder.finish() || opening.unfinished) warnings.push(unfinished(file, header.version, pass.line));
  const { keeper, warnings: counted } = pass.finish();
  const blocking = decided.questions.some((asked) => asked.blocking);
  if (blocking) keeper.withhold(QUESTION_OPEN);
  const nameOf = (column: number | undefined): string | undefined =>
    column === undefined ? undefined : header.samples[column];
  const tumorSample = nameOf(decided.roles.tumor);
  const normalSample = nameOf(decided.roles.normal);
  const understanding: FileUnderstanding = {
    file,
    modality: reading.modality,
    format: `VCF ${Math.floor(header.version / 10)}.${header.version % 10}`,
    ...(decided.build === undefined ? {} : { genomeBuild: decided.build }),
    ...(decided.buildFrom === undefined ? {} : { buildFrom: decided.buildFrom }),
    ...(decided.caller === undefined ? {} : { caller: decided.caller }),
    ...(decided.layout?.depthFrom === undefined ? {} : { depthFrom: decided.layout.depthFrom }),
    ...(decided.layout === undefined ? {} : { alleleFractionFrom: decided.layout.fractionFrom }),
    ...(tumorSample === undefined ? {} : { tumorSample }),
    ...(normalSample === undefined ? {} : { normalSample }),
    ...(decided.annotator === undefined ? {} : { annotationFrom: decided.annotator.from }),
    rows: pass.rows,
    notes: [...(decided.roles.from === undefined ? [] : [`Samples told by: ${decided.roles.from}.`]), ...decided.notes],
  };
  return {
    understanding,
    questions: [...decided.questions],
    variants: keeper.variants(),
    accounting: keeper.accounting(pass.rows),
    warnings: [...warnings, ...counted],
  };
}
