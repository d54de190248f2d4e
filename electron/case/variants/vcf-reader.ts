/**
 * Reads a VCF in one pass: what its header and first rows tell decides how the rest is read; what they leave open is
 * asked. Memory holds a chunk, the kept alleles and nothing else of the file.
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { FileUnderstanding, IntakeQuestion } from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { ANNOTATION_INFO_KEYS, type Annotator, annotatorOf } from './annotation.ts';
import { callerOf, callsGermline } from './caller.ts';
import { decideBuild } from './decide-build.ts';
import { buildEvidence } from './genome-build.ts';
import { LineFeeder } from './line-feeder.ts';
import { question, questionId } from './questions.ts';
import { answersFor, LAYOUT_INFO_KEYS, layoutAsStated, layoutOf, type ReadLayout } from './read-layout.ts';
import { refuse } from './refusal.ts';
import { type SampleRoles, sampleRoles } from './sample-roles.ts';
import { SHARING, SharedRows, type SharingRules } from './second-thread.ts';
import { CONTEXT_INFO_KEYS, RNA_INFO_KEYS } from './surroundings.ts';
import type { VariantFileRead, VariantReading } from './variant-file.ts';
import { QUESTION_OPEN } from './variant-keeper.ts';
import { type VcfHeader, VcfHeaderReader } from './vcf-header.ts';
import { inherited, STATUS_INFO_KEYS, scannerFor, statusSlots } from './vcf-pass.ts';
import { AltKind } from './vcf-scanner.ts';

const LF = 10;
/** Rows looked at before the rest is read: enough to see what fields a caller fills. */
const PROBE_BYTES = 1 << 20;
const PROBE_ROWS = 2_000;
/** Of more columns none is a patient's own file; their first ones tell the fields. */
const PROBE_SAMPLES = 8;
const MAX_HEADER_BYTES = 64 << 20;

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

const saysNoFraction = (rows: readonly ColumnReads[][]): boolean =>
  rows.some((row) => row.some(({ depth }) => depth !== 0)) &&
  rows.every((row) => row.every(({ fraction }) => fraction === undefined));

/** Fields that could hold an allele fraction but whose meaning the file does not settle. */
function fractionCandidates(header: VcfHeader, probe: Probe): string[] {
  const speaks = /(?:^|_)T?(?:VAF|AF|FREQ|FRACTION)(?:$|_)|^(?:VAF|AF|FA|VF|FREQ)\d?$/i;
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
  const statedKey = /^INFO\/([^\s/]+)(?: in percent)?$/.exec(stated ?? '')?.[1];
  const infoKeys = [
    ...LAYOUT_INFO_KEYS,
    ...STATUS_INFO_KEYS,
    ...ANNOTATION_INFO_KEYS,
    ...[...CONTEXT_INFO_KEYS, ...RNA_INFO_KEYS].filter((key) => header.info.has(key)),
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

  // A layout that gives no fraction for any row with reads is not the file's: the field means something else.
  const unread = stated === undefined && saysNoFraction(reads);
  if (unread) layout = undefined;

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
          [
            ...candidates.flatMap((field) => (unread || field === 'FORMAT/AD' ? answersFor(field) : [field])),
            NOT_IN_FILE,
          ],
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

/** @returns false at the end of the source */
async function fed(source: AsyncIterator<Uint8Array>, feeder: LineFeeder): Promise<boolean> {
  const next = await source.next();
  if (next.done === true) return false;
  feeder.push(next.value);
  return true;
}

/**
 * Reads the text of a VCF.
 * @throws FaultError header-invalid, schema-newer, line-invalid, field-invalid, file-truncated, file-too-large,
 * build-mismatch, sample-ambiguous, sample-swapped, cancelled
 */
export async function readVcf(
  reading: VariantReading,
  source: AsyncIterable<Uint8Array>,
  rules: SharingRules = SHARING,
): Promise<VariantFileRead> {
  const { file } = reading;
  const coreWasFree = rules.watchCores();
  const opening = await open(file, source);
  const { header } = opening;
  const decided = decide(reading, opening);
  const shared = new SharedRows(
    reading,
    header,
    {
      build: decided.build,
      infoKeys: decided.infoKeys,
      column: decided.roles.tumor ?? decided.roles.normal,
      fractionFrom: decided.layout?.fractionFrom,
    },
    rules,
    coreWasFree,
  );
  const { rows } = shared;
  const feeder = new LineFeeder(file, (bytes, from, to) => shared.take(bytes, from, to));
  const warnings = [...header.warnings];
  if (opening.byteOrderMark) warnings.push('The file begins with a byte order mark, which was left out.');
  try {
    feeder.push(opening.rows);
    while (!opening.ended && (await shared.first(() => fed(opening.rest, feeder)))) {
      await shared.pause();
      reading.progress(rows.rows);
    }
    const open = feeder.finish() || opening.unfinished;
    await shared.finish();
    if (open) warnings.push(unfinished(file, header.version, rows.line));
  } finally {
    await shared.end();
  }
  const counted = rows.warnings();
  if (rows.rows === 0) counted.push('The file holds no rows.');
  const { keeper } = rows.account;
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
    rows: rows.rows,
    notes: [...(decided.roles.from === undefined ? [] : [`Samples told by: ${decided.roles.from}.`]), ...decided.notes],
  };
  return {
    understanding,
    questions: [...decided.questions],
    variants: keeper.variants(),
    accounting: keeper.accounting(rows.rows),
    warnings: [...warnings, ...counted],
  };
}
