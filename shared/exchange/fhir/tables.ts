/**
 * What findings rest on, as tables in the bundle: segments, copies of every gene, values of expression and protein, and the
 * variants that the list of findings folds. Without them a case that comes back would find another second hit, no scars, another estimate, and
 * genes that were read as not read. They are
 * attachments, tab-separated and base64 as FHIR has it, and never speak against an observation: that one is read first.
 */
import type { GenomeBuild } from '../../case/case-record.ts';
import { MatrixScale, type ObservedMatrix } from '../../case/intake.ts';
import type { Finding } from '../../molecular/profile.ts';
import { plural } from '../../report/words.ts';
import type { OptionsTable } from '../../therapy/options.ts';
import { readGenotypes, type TableGenotypes, type TableVariant, tableText, vcfText } from '../genome-tables.ts';
import { tableVariants } from '../table-export.ts';
import { words } from './elements.ts';
import { alleleOf } from './export-findings.ts';
import { carried, extensionOf } from './extension.ts';
import { defined, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { own } from './names.ts';
import { ofType, type Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** Columns by kind, and whether each holds a number. */
const COLUMNS = {
  segments: { chromosome: false, start: true, end: true, log2_ratio: true, total_copies: true, minor_copies: true },
  expression: { gene: false, value: true },
  protein: { gene: false, site: false, value: true },
  copies: { gene: false, total_copies: true, minor_copies: true, log2_ratio: true, gistic_call: true },
  variants: {
    key: false,
    gene: false,
    coding: false,
    protein: false,
    transcript: false,
    consequence: false,
    allele_fraction: true,
    depth: true,
    population_frequency: true,
    filter: false,
    origin: false,
  },
} as const;
export type TableKind = keyof typeof COLUMNS | 'genotypes';
const KINDS = [...(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]), 'genotypes'] as const satisfies TableKind[];
const TITLES: Readonly<Record<TableKind, string>> = {
  segments: 'copy-number segments',
  expression: 'values of expression by gene',
  protein: 'values of protein by gene',
  copies: 'copies by gene',
  variants: 'variants that the list of findings folds',
  genotypes: 'genotypes at positions of pharmacogenes',
};
/** Column titles from which intake reads each scale; a scale without a name is not carried: its values would be asked about again. */
const SCALES: Readonly<Partial<Record<ObservedMatrix['scale'], string>>> = {
  tpm: 'TPM',
  fpkm: 'FPKM',
  'log2-tpm': 'log2_TPM',
  'z-score': 'z_score',
  'log2-ratio': 'log2_ratio',
  'h-score': 'h_score',
};
/** Most rows of one table: beyond it, it is none. */
const ROW_LIMIT = 200_000;

export interface GenomicTable {
  readonly kind: TableKind;
  /** As the file states it, or its assay; undefined where nobody does. */
  readonly build: GenomeBuild | undefined;
  /** With its head. */
  readonly text: string;
  readonly rows: number;
  /** The assay of the case that the file came from, where the case says. */
  readonly assayId: string | undefined;
  /** Of expression and protein: on which scale, and what the values are relative to. */
  readonly scale?: ObservedMatrix['scale'] | undefined;
  readonly reference?: string | undefined;
}

type Cell = string | number | undefined;

export function tableResources(writer: Writer): void {
  const { intake, record, profile, options } = writer.input;
  const assayOf = (file: string): string | undefined => record.files.find(({ path }) => path === file)?.assayId;
  const buildOf = (file: string): GenomeBuild | undefined =>
    intake.understandings.find((one) => one.file === file)?.genomeBuild ??
    record.assays.find(({ id }) => id === assayOf(file))?.genomeBuild;
  const attach = (
    kind: TableKind,
    index: number,
    build: GenomeBuild | undefined,
    { text, rows }: { readonly text: string; readonly rows: number },
    more: object,
  ): void => {
    const bytes = bytesOf(text);
    writer.add('DocumentReference', `table/${kind}/${index}`, {
      extension: [
        extensionOf(own.table, {
          kind,
          build: build ?? 'not stated',
          rows,
          sha256: writer.digest(text),
          ...more,
          // A bundle from which a finding was taken away does not get it back from a table.
          findings: countOfOwn(profile.findings),
        }),
      ],
      status: 'current',
      type: words(TITLES[kind]),
      subject: writer.reference('Patient', 'patient'),
      description: `${rows} ${TITLES[kind]}`,
      content: [
        {
          attachment: {
            contentType: 'text/tab-separated-values',
            data: base64Of(bytes),
            size: bytes.length,
            // A VCF is tab-separated too, and other programs that call pharmacogenes read it as it is.
            title: kind === 'genotypes' ? 'pharmacogenes.vcf' : `${kind}.tsv`,
          },
        },
      ],
    });
  };
  const add = (
    kind: keyof typeof COLUMNS,
    index: number,
    build: GenomeBuild | undefined,
    rows: readonly (readonly Cell[])[],
    more: {
      readonly assayId?: string | undefined;
      readonly scale?: string;
      readonly reference?: string | undefined;
    } = {},
  ) => attach(kind, index, build, { text: tableText(Object.keys(COLUMNS[kind]), rows), rows: rows.length }, more);
  for (const [index, [file, segments]] of [...Map.groupBy(intake.segments, (one) => one.file)].entries())
    add(
      'segments',
      index,
      buildOf(file),
      segments.map((one) => [one.chromosome, one.start1, one.end1, one.log2Ratio, one.totalCopies, one.minorCopies]),
      { assayId: assayOf(file) },
    );
  for (const [index, [file, genes]] of [...Map.groupBy(intake.copyNumbers, (one) => one.file)].entries())
    add(
      'copies',
      index,
      undefined,
      genes.map((one) => [one.gene, one.totalCopies, one.minorCopies, one.log2Ratio, one.call]),
      { assayId: assayOf(file) },
    );
  for (const [index, { modality, scale, reference, genes, values, file }] of intake.matrices.entries()) {
    const what = `${modality} of ${plural(genes.length, 'gene')}`;
    if (SCALES[scale] === undefined) writer.withhold(what, 'the scale of its values is not stated');
    else if (genes.length > ROW_LIMIT)
      writer.withhold(what, `FHIR carries the outliers; a table in a bundle has at most ${ROW_LIMIT} rows`);
    else
      add(
        modality,
        index,
        undefined,
        genes.map((name, at) => {
          const [, gene = name, site = ''] = /^(.*) \((.*)\)$/.exec(name) ?? [];
          return modality === 'expression' ? [name, values[at]] : [gene, site, values[at]];
        }),
        { assayId: assayOf(file), scale, reference },
      );
  }
  const listed = new Set(profile.findings.flatMap(({ variantKeys }) => variantKeys));
  const folded = tableVariants(writer.input).filter(({ key }) => !listed.has(key));
  if (folded.length > 0)
    add(
      'variants',
      0,
      undefined,
      folded.map((one) => [
        one.key,
        one.gene,
        one.hgvsCoding,
        one.hgvsProtein,
        one.transcript,
        one.consequence,
        one.alleleFraction,
        one.depth,
        one.populationFrequency,
        one.filter,
        one.origin,
      ]),
    );
  const genotypes = genotypesOf(options, record.caseId);
  if (genotypes !== undefined) attach('genotypes', 0, options.pharmacogenes?.genomeBuild, genotypes, {});
}

/** As a VCF of the file's own build: what is in no row was not called, and is not reference. */
function genotypesOf({ pharmacogenes }: OptionsTable, sample: string): { text: string; rows: number } | undefined {
  const { genotypes: rows = [], genomeBuild, warnings = [] } = pharmacogenes ?? {};
  return rows.length === 0 || genomeBuild === undefined
    ? undefined
    : { text: vcfText([], genomeBuild, sample, { rows, warnings }).text, rows: rows.length };
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 (RFC 4648, section 4). */
function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digit = (shift: number): string => DIGITS[(bits >> shift) & 63] ?? '';
    parts.push(digit(18), digit(12), b === undefined ? '=' : digit(6), c === undefined ? '=' : digit(0));
  }
  return parts.join('');
}

/** UTF-8. */
function bytesOf(text: string): Uint8Array {
  const escaped = encodeURIComponent(text.toWellFormed());
  const one = /%([0-9A-F]{2})|./gsu;
  return Uint8Array.from(escaped.matchAll(one), ([whole, hex]) =>
    hex === undefined ? whole.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

/** UTF-8 text of base64 that is known to be some. */
function textFrom(data: string): string {
  const digits = data.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  for (let at = 0, to = 0; at < digits.length; at += 1) {
    bits = ((bits << 6) | DIGITS.indexOf(digits[at] ?? '')) & 0xffffff;
    if (at % 4 !== 0) {
      bytes[to] = (bits >> (6 - 2 * (at % 4))) & 255;
      to += 1;
    }
  }
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return '';
  }
}

/**
 * Tables of this program's making. None is read where a resource of the bundle was set aside or a finding is gone: what was
 * withdrawn would come back by them.
 */
export function readTables(
  reader: Reader,
  {
    findings,
    setAside,
    hash,
  }: { readonly findings: number; readonly setAside: number; readonly hash: (text: string) => string },
): { readonly tables: readonly GenomicTable[]; readonly left: readonly { place: string; reason: string }[] } {
  const left: { place: string; reason: string }[] = [];
  const tables = ofType(reader.kept, 'DocumentReference').flatMap((at): GenomicTable[] => {
    const said = objectOf(carried(at.resource, own.table));
    if (said === undefined) return [];
    if (setAside > 0 || said.findings !== findings) {
      left.push({
        place: at.place,
        reason: 'a finding of the bundle was withdrawn or changed, and its table may still hold it',
      });
      return [];
    }
    const kind = KINDS.find((one) => one === said.kind);
    const data = textOf(objectOf(objectsOf(at.resource.content)[0]?.attachment)?.data) ?? '';
    const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(data) && data.length % 4 === 0;
    const text = isBase64 ? textFrom(data) : '';
    const scale = MatrixScale.safeParse(said.scale).data;
    const isMatrix = kind === 'expression' || kind === 'protein';
    if (
      kind === undefined ||
      !fits(kind, text, numberOf(said.rows)) ||
      // Tables of before bear no hash; genotypes always did.
      (said.sha256 === undefined ? kind === 'genotypes' : said.sha256 !== hash(text)) ||
      (isMatrix && SCALES[scale ?? 'unknown'] === undefined)
    ) {
      reader.setAside(at, 'its table was changed since it was written', 'content');
      return [];
    }
    const build = said.build === 'GRCh37' || said.build === 'GRCh38' ? said.build : undefined;
    return [
      {
        kind,
        build,
        text,
        rows: numberOf(said.rows) ?? 0,
        assayId: textOf(said.assayId),
        ...(isMatrix ? { scale, reference: textOf(said.reference) } : {}),
      },
    ];
  });
  return { tables, left };
}

const rowsOf = (text: string): string[][] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

const NUMBER = /^(?:-?\d+(?:\.\d+)?(?:e-?\d+)?)?$/;

function fits(kind: TableKind, text: string, count: number | undefined): boolean {
  if (kind === 'genotypes') return readGenotypes(text)?.rows.length === count;
  const columns = Object.entries(COLUMNS[kind]);
  const rows = rowsOf(text);
  return (
    text.startsWith(`${columns.map(([name]) => name).join('\t')}\n`) &&
    rows.length === count &&
    rows.length <= ROW_LIMIT &&
    rows.every(
      (cells) =>
        cells.length === columns.length &&
        columns.every(([, isNumber], at) => !isNumber || NUMBER.test(cells[at] ?? '')),
    ) &&
    (kind !== 'variants' ||
      rows.every(([key = '', ...more]) => alleleOf(key) !== undefined && ORIGINS.has(more.at(-1) ?? '')))
  );
}

const ORIGINS: ReadonlySet<string> = new Set(['somatic', 'germline', 'unknown'] satisfies Finding['origin'][]);
const number = (cell: string | undefined): number | undefined =>
  cell === undefined || cell === '' ? undefined : Number(cell);

export function variantsIn(tables: readonly GenomicTable[]): TableVariant[] {
  return tables
    .filter(({ kind }) => kind === 'variants')
    .flatMap(({ text }) => rowsOf(text))
    .map(
      ([
        key = '',
        gene,
        hgvsCoding,
        hgvsProtein,
        transcript,
        consequence,
        fraction,
        depth,
        frequency,
        filter,
        origin,
      ]) =>
        ({
          ...defined({
            gene: gene || undefined,
            hgvsCoding: hgvsCoding || undefined,
            hgvsProtein: hgvsProtein || undefined,
            transcript: transcript || undefined,
            consequence: consequence || undefined,
            alleleFraction: number(fraction),
            depth: number(depth),
            populationFrequency: number(frequency),
            filter: filter || undefined,
          }),
          key,
          origin: origin as Finding['origin'],
        }) as TableVariant,
    );
}

/** Findings that this program named: those that a bundle of another system gave are named by their place in it. */
export const countOfOwn = (findings: readonly Pick<Finding, 'id'>[]): number =>
  findings.filter(({ id }) => !id.startsWith('fhir:')).length;

/** Of the one such table that a bundle has. */
export function genotypesIn(tables: readonly GenomicTable[]): (TableGenotypes & { build: GenomeBuild }) | undefined {
  const [table, second] = tables.filter(({ kind }) => kind === 'genotypes');
  const read = table === undefined || second !== undefined ? undefined : readGenotypes(table.text);
  return read === undefined || table?.build === undefined ? undefined : { ...read, build: table.build };
}

export interface CopiesRow {
  readonly gene: string;
  readonly totalCopies?: number | undefined;
  readonly minorCopies?: number | undefined;
  readonly log2Ratio?: number | undefined;
  readonly call?: number | undefined;
}

export const copiesIn = (tables: readonly GenomicTable[]): CopiesRow[] =>
  tables
    .filter(({ kind }) => kind === 'copies')
    .flatMap(({ text }) => rowsOf(text))
    .map(([gene = '', total, minor, log2, call]) => ({
      gene,
      totalCopies: number(total),
      minorCopies: number(minor),
      log2Ratio: number(log2),
      call: number(call),
    }));

/** Whether a segment over this place says the same as a finding: then it need not be written beside it. */
export function segmentSays(tables: readonly GenomicTable[], { locus, totalCopies, log2Ratio }: Finding): boolean {
  if (locus === undefined) return false;
  return tables
    .filter(({ kind }) => kind === 'segments')
    .flatMap(({ text }) => rowsOf(text))
    .some(
      ([chromosome, start, end, log2, total]) =>
        chromosome === locus.chromosome &&
        Number(start) <= locus.end1 &&
        Number(end) >= locus.start1 &&
        (totalCopies === undefined || total === '' || Number(total) === totalCopies) &&
        (log2Ratio === undefined || log2 === '' || Number(log2) === log2Ratio),
    );
}

export interface MatrixFile {
  readonly modality: 'expression' | 'protein';
  readonly name: string;
  readonly text: string;
  readonly assayId: string | undefined;
}

/**
 * Values of expression and protein as files that intake reads as it read the first ones. A z-score that a finding gives counts
 * before the one of its row where there is one file of them, to the two places in which findings are told: whoever corrected the observation corrected the value.
 */
export function matricesIn(tables: readonly GenomicTable[], findings: readonly Finding[]): MatrixFile[] {
  return tables.flatMap(({ kind, text, scale, reference, assayId }, index): MatrixFile[] => {
    if ((kind !== 'expression' && kind !== 'protein') || scale === undefined) return [];
    // Of two files it is not told which one a finding speaks of.
    const isOnly = tables.filter((one) => one.kind === kind).length === 1;
    const said = new Map(
      findings.flatMap((one) =>
        isOnly && one.kind === `${kind}-outlier` && one.expressionZ !== undefined
          ? [[one.gene, one.expressionZ] as const]
          : [],
      ),
    );
    const rows = rowsOf(text).map((cells) => {
      const z =
        scale === 'z-score' && (cells[1] === '' || kind === 'expression') ? said.get(cells[0] ?? '') : undefined;
      const stands = z === undefined || Math.round(Number(cells.at(-1)) * 100) / 100 === z;
      return stands ? cells : [...cells.slice(0, -1), String(z)];
    });
    const title = SCALES[scale] ?? 'value';
    const head = kind === 'expression' ? ['gene', title] : ['gene', 'site', title];
    const about = reference === undefined ? '' : `# reference: ${reference.replaceAll(/\s+/gu, ' ')}\n`;
    return [{ modality: kind, name: `${kind}.${index + 1}.tsv`, text: `${about}${tableText(head, rows)}`, assayId }];
  });
}
