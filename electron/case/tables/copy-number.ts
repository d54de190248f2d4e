/**
 * Copy number by gene: one sample with named columns (copies, alleles, log2, GISTIC call), rows per gene and sample, or
 * a matrix of samples as cBioPortal and GISTIC write it.
 */
import type { ObservedCopyNumber } from '../../../shared/case/intake.ts';
import { type CellPlace, chromosomeCell, geneCell, isAbsent, numberCell, refuseCell } from './cells.ts';
import { column, GENE_FACTS, GENE_NAMES, nameless, neededColumn, plainName, SAMPLE_NAMES, titled } from './columns.ts';
import {
  BuildEvidence,
  chosenSample,
  NO_GENE,
  NO_VALUE,
  OTHER_SAMPLE,
  questionId,
  RowAccount,
  SAME_ROW,
  type TableInput,
  type TableRead,
  Warnings,
} from './reading.ts';
import { type Header, type Row, walkTable } from './table.ts';

const TOTAL = ['totalcopies', 'totalcopynumber', 'totalcn', 'tcn', 'tcnem', 'copynumber', 'cn', 'cnt', 'copies'];
const MAJOR = ['nmajor', 'majorcopies', 'majorcn', 'majorcopynumber', 'majorallelecopynumber'];
const MINOR = ['nminor', 'minorcopies', 'minorcn', 'lcn', 'lcnem', 'minorcopynumber', 'minorallelecopynumber'];
const LOG2 = ['log2ratio', 'log2', 'log2copyratio', 'segmean', 'meanlog2', 'logr', 'log2copynumberratio'];
const CALL = ['gisticcall', 'gistic', 'call', 'cnacall', 'discretecall', 'copynumberalteration', 'gisticvalue'];

const callWords: Readonly<Record<string, number>> = {
  amplification: 2,
  amplified: 2,
  amp: 2,
  gain: 1,
  neutral: 0,
  diploid: 0,
  loss: -1,
  hetloss: -1,
  shallowdeletion: -1,
  deletion: -2,
  deepdeletion: -2,
  homdel: -2,
  homozygousdeletion: -2,
};

/** How the numbers of a matrix are to be read; the column names of a matrix are samples and do not say it. */
const SCALES = ['GISTIC call', 'log2 ratio', 'total copies'] as const;
type Scale = (typeof SCALES)[number];

interface Value {
  readonly gene: string;
  readonly line: number;
  readonly sample: string | undefined;
  readonly observed: Omit<ObservedCopyNumber, 'file' | 'line' | 'gene'>;
}

/** GISTIC's partial deletion, −1.5, is between loss and deep deletion: read as the weaker of the two. */
const PARTIAL_DELETION = -1.5;

export async function readCopyNumberTable(input: TableInput): Promise<TableRead> {
  const { name } = input;
  const account = new RowAccount(name);
  const warnings = new Warnings();
  const build = new BuildEvidence();
  const values: Value[] = [];
  const matrix: { gene: string; line: number; value: number; column: string }[] = [];
  let header: Header | undefined;
  let layout: Layout | undefined;

  const rows = await walkTable(
    input,
    (columns) => column(columns, GENE_NAMES) !== undefined,
    (found) => {
      header = found;
      const shape = layoutOf(found, input);
      layout = shape;
      return (row) => {
        const place = (index: number): CellPlace => ({
          file: name,
          line: row.line,
          field: shape.kind === 'matrix' && index === shape.value ? nameless(index) : titled(found, index),
        });
        seeCoordinates(build, shape, row, place);
        const read = geneCell(row.cells[shape.gene] ?? '', place(shape.gene));
        if (read === undefined) return account.filter(NO_GENE);
        warnings.add(read.warning);
        if (shape.kind === 'matrix') {
          if (shape.value === undefined) return account.show();
          const value = numberCell(row.cells[shape.value] ?? '', place(shape.value));
          if (value === undefined) return account.filter(NO_VALUE);
          matrix.push({ gene: read.gene, line: row.line, value, column: nameless(shape.value) });
          return account.show();
        }
        const observed = namedValues(shape, row, place, warnings);
        if (observed === undefined) return account.filter(NO_VALUE);
        const sample = shape.sample === undefined ? undefined : (row.cells[shape.sample] ?? '').trim();
        values.push({ gene: read.gene, line: row.line, sample, observed });
        account.show();
      };
    },
  );
  if (layout === undefined || header === undefined) throw new Error('a table without a header was read');

  const understanding: TableRead['understanding'] = {
    file: name,
    modality: 'copy-number-genes',
    format: 'copy number by gene',
    rows,
    notes: [],
  };
  const held = (question: TableRead['questions'][number]): TableRead => {
    account.holdBack();
    return { understanding, questions: [question], warnings: warnings.list(), accounting: account.close(rows) };
  };

  if (layout.kind === 'matrix') {
    if (layout.question !== undefined) return held(layout.question);
    const scale = matrixScale(
      input,
      matrix.map(({ value }) => value),
    );
    if (typeof scale !== 'string') return held(scale.question);
    for (const { gene, line, value, column: field } of matrix)
      values.push({
        gene,
        line,
        sample: undefined,
        observed: scaled(scale, value, { file: name, line, field }, warnings),
      });
    understanding.notes.push(`values read as ${scale}`);
    if (layout.sample !== undefined) understanding.tumorSample = layout.sample;
  } else if (layout.sample !== undefined) {
    const samples = [...new Set(values.map(({ sample }) => sample ?? ''))];
    if (samples.length > 0) {
      const chosen = chosenSample(input, samples);
      if ('question' in chosen) return held(chosen.question);
      understanding.tumorSample = chosen.sample;
    }
  }

  // From here each value is either given on, or its row moves from shown to collapsed or filtered.
  const copyNumbers: ObservedCopyNumber[] = [];
  const seen = new Set<string>();
  const final = new RowAccount(name);
  for (const { gene, line, sample, observed } of values) {
    const identity = JSON.stringify([gene, observed]);
    if (layout.kind === 'named' && layout.sample !== undefined && sample !== understanding.tumorSample)
      final.filter(OTHER_SAMPLE);
    else if (seen.has(identity)) final.collapse(SAME_ROW);
    else {
      seen.add(identity);
      copyNumbers.push({ gene, ...observed, file: name, line });
      final.show();
    }
  }
  const read = account.close(rows);
  for (const { rule, count } of read.filtered) final.filter(rule, count);
  if (layout.kind === 'named' && layout.coordinates !== undefined) {
    const settled = build.settle(input, header.comments);
    if ('build' in settled) {
      understanding.genomeBuild = settled.build;
      understanding.buildFrom = settled.from;
    }
  }
  return { understanding, questions: [], warnings: warnings.list(), accounting: final.close(rows), copyNumbers };
}

type Layout =
  | {
      readonly kind: 'named';
      readonly gene: number;
      readonly total?: number | undefined;
      readonly major?: number | undefined;
      readonly minor?: number | undefined;
      readonly log2?: number | undefined;
      readonly call?: number | undefined;
      readonly sample?: number | undefined;
      readonly coordinates?: { readonly chromosome: number; readonly end: number } | undefined;
    }
  | {
      readonly kind: 'matrix';
      readonly gene: number;
      /** The chosen sample's column. */
      readonly value?: number | undefined;
      readonly sample?: string | undefined;
      readonly question?: TableRead['questions'][number] | undefined;
    };

function layoutOf(header: Header, input: TableInput): Layout {
  const { columns } = header;
  const segments =
    column(columns, ['start', 'locstart', 'chromstart', 'startpos']) !== undefined &&
    column(columns, GENE_NAMES) === undefined;
  const gene = neededColumn(
    header,
    input.name,
    'the gene',
    GENE_NAMES,
    segments ? 'the rows are segments, whose modality is copy-number-segments' : '',
  );
  const total = column(columns, TOTAL);
  const major = column(columns, MAJOR);
  const minor = column(columns, MINOR);
  const log2 = column(columns, LOG2);
  const call = column(columns, CALL);
  if ([total, major, log2, call].some((index) => index !== undefined)) {
    const chromosome = column(columns, ['chromosome', 'chrom', 'chr']);
    const end = column(columns, ['end', 'endposition', 'locend', 'chromend', 'endpos']);
    return {
      kind: 'named',
      gene,
      total,
      major,
      minor,
      log2,
      call,
      sample: column(columns, SAMPLE_NAMES),
      coordinates: chromosome === undefined || end === undefined ? undefined : { chromosome, end },
    };
  }
  const samples = columns
    .map((title, index) => ({ title, index }))
    .filter(({ title, index }) => index !== gene && title !== '' && !GENE_FACTS.has(plainName(title)));
  if (samples.length === 0) neededColumn(header, input.name, 'a value', ['total_copies', 'log2_ratio', 'gistic_call']);
  const chosen = chosenSample(
    input,
    samples.map(({ title }) => title),
  );
  return 'question' in chosen
    ? { kind: 'matrix', gene, question: chosen.question }
    : {
        kind: 'matrix',
        gene,
        sample: chosen.sample,
        value: samples.find(({ title }) => title === chosen.sample)?.index,
      };
}

function seeCoordinates(build: BuildEvidence, layout: Layout, row: Row, place: (index: number) => CellPlace): void {
  if (layout.kind !== 'named' || layout.coordinates === undefined) return;
  const { chromosome, end } = layout.coordinates;
  const name = chromosomeCell(row.cells[chromosome] ?? '');
  const end1 = numberCell(row.cells[end] ?? '', place(end));
  if (name !== undefined && end1 !== undefined) build.see(name, end1, row.line);
}

/** @returns undefined where every value is absent */
function namedValues(
  layout: Extract<Layout, { kind: 'named' }>,
  { cells }: Row,
  place: (index: number) => CellPlace,
  warnings: Warnings,
): Value['observed'] | undefined {
  const number = (index: number | undefined): number | undefined =>
    index === undefined ? undefined : numberCell(cells[index] ?? '', place(index));
  const copies = (index: number | undefined): number | undefined => {
    const value = number(index);
    if (value !== undefined && value < 0 && index !== undefined)
      refuseCell('field-invalid', place(index).file, place(index).line, place(index).field, {
        rule: 'Copies cannot be fewer than none.',
        remedy: 'Check whether the column holds a log ratio or a call instead.',
      });
    return value;
  };
  const major = copies(layout.major);
  const minorCopies = copies(layout.minor);
  const totalCopies =
    copies(layout.total) ?? (major !== undefined && minorCopies !== undefined ? major + minorCopies : undefined);
  if (totalCopies !== undefined && minorCopies !== undefined && minorCopies > totalCopies) {
    const { file, line, field } = place(layout.minor ?? 0);
    refuseCell('field-invalid', file, line, field, {
      rule: 'The minor allele has more copies than both together.',
      remedy: 'Check which columns hold total and minor copies.',
    });
  }
  const log2Ratio = number(layout.log2);
  const call = layout.call === undefined ? undefined : callOf(cells[layout.call] ?? '', place(layout.call), warnings);
  const observed = {
    ...(totalCopies === undefined ? {} : { totalCopies }),
    ...(minorCopies === undefined ? {} : { minorCopies }),
    ...(log2Ratio === undefined ? {} : { log2Ratio }),
    ...(call === undefined ? {} : { call }),
  };
  return totalCopies === undefined && log2Ratio === undefined && call === undefined ? undefined : observed;
}

function callOf(cell: string, place: CellPlace, warnings: Warnings): number | undefined {
  if (isAbsent(cell)) return undefined;
  const word = callWords[plainName(cell)];
  if (word !== undefined && /[a-z]/i.test(cell)) return word;
  const value = numberCell(cell, place);
  return value === undefined ? undefined : gisticCall(value, place, warnings);
}

function gisticCall(value: number, { file, line, field }: CellPlace, warnings: Warnings): number {
  if (value === PARTIAL_DELETION) {
    warnings.add(`line ${line}: a partial deletion (-1.5) is read as a loss (-1)`);
    return -1;
  }
  if (Number.isInteger(value) && value >= -2 && value <= 2) return value + 0;
  return refuseCell('field-invalid', file, line, field, {
    rule: 'A GISTIC call is one of -2, -1, 0, 1, 2.',
    remedy: 'Check whether the column holds log ratios or copies instead.',
  });
}

/** Told from the file's name, the answer, or values that only one reading allows; asked otherwise. */
function matrixScale(
  { name, answers }: TableInput,
  values: readonly number[],
): Scale | { readonly question: TableRead['questions'][number] } {
  const id = questionId(name, 'scale');
  const answer = SCALES.find((scale) => scale === answers[id]);
  if (answer !== undefined) return answer;
  if (/log2/i.test(name)) return 'log2 ratio';
  if (/discrete|gistic|thresholded/i.test(name)) return 'GISTIC call';
  const calls = values.every(
    (value) => (Number.isInteger(value) || value === PARTIAL_DELETION) && Math.abs(value) <= 2,
  );
  if (calls && values.some((value) => value < 0)) return 'GISTIC call';
  return {
    question: {
      id,
      file: name,
      field: 'scale',
      question: 'What are the values of this copy-number matrix?',
      choices: [...SCALES],
      blocking: true,
    },
  };
}

function scaled(scale: Scale, value: number, place: CellPlace, warnings: Warnings): Value['observed'] {
  if (scale === 'log2 ratio') return { log2Ratio: value };
  if (scale === 'GISTIC call') return { call: gisticCall(value, place, warnings) };
  if (value < 0)
    return refuseCell('field-invalid', place.file, place.line, place.field, {
      rule: 'Copies cannot be fewer than none.',
      remedy: 'Answer the question about the scale anew: these are not copies.',
    });
  return { totalCopies: value };
}
