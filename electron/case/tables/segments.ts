/** Copy-number segments: SEG, and the tables of ASCAT, FACETS, Sequenza, PURPLE and CNVkit, told by their columns. */
import type { ObservedSegment } from '../../../shared/case/intake.ts';
import { type CellPlace, chromosomeCell, countCell, numberCell, refuseCell } from './cells.ts';
import { column, neededColumn, SAMPLE_NAMES, titled } from './columns.ts';
import {
  BuildEvidence,
  chosenSample,
  NO_VALUE,
  OTHER_SAMPLE,
  RowAccount,
  SAME_ROW,
  type TableInput,
  type TableRead,
  Warnings,
} from './reading.ts';
import { type Header, walkTable } from './table.ts';

const CHROMOSOME = ['chromosome', 'chrom', 'chr', 'seqnames', 'contig'];
const START = ['locstart', 'start', 'startpos', 'chromstart', 'startposition', 'start1'];
const END = ['locend', 'end', 'endpos', 'chromend', 'endposition', 'end1'];
const LOG2 = ['segmean', 'segmentmean', 'log2', 'log2ratio', 'meanlog2', 'seg_mean', 'cnlrmedian', 'meanlog2copyratio'];
const TOTAL = ['tcnem', 'tcn', 'totalcopies', 'totalcn', 'copynumber', 'cnt', 'cn', 'totalcopynumber'];
const MAJOR = ['nmajor', 'majorcn', 'majorallelecopynumber', 'majorcopies', 'a'];
const MINOR = ['nminor', 'lcnem', 'lcn', 'minorcn', 'minorallelecopynumber', 'minorcopies', 'b'];

const NOT_PRIMARY = 'not on a chromosome of the primary assembly';

export async function readSegments(input: TableInput): Promise<TableRead> {
  const { name } = input;
  const account = new RowAccount(name);
  const warnings = new Warnings();
  const build = new BuildEvidence();
  const read: { segment: ObservedSegment; sample: string }[] = [];
  let header: Header | undefined;
  let bySample = false;
  const rows = await walkTable(
    input,
    (columns) => column(columns, CHROMOSOME) !== undefined && column(columns, START) !== undefined,
    (found) => {
      header = found;
      const { columns } = found;
      const need = (what: string, names: readonly string[]): number => neededColumn(found, name, what, names);
      const chromosome = need('the chromosome', CHROMOSOME);
      const start = need('the start', START);
      const end = need('the end', END);
      const log2 = column(columns, LOG2);
      const total = column(columns, TOTAL);
      const major = column(columns, MAJOR);
      const minor = column(columns, MINOR);
      if (log2 === undefined && total === undefined && (major === undefined || minor === undefined))
        need('a value', ['seg.mean', 'total_copies', 'nMajor']);
      const sample = column(columns, SAMPLE_NAMES);
      bySample = sample !== undefined;
      // CNVkit counts from zero, as BED does; it is the only one with weights of bins.
      const zeroBased = column(columns, ['probes']) !== undefined && column(columns, ['weight']) !== undefined;
      return ({ line, cells }) => {
        const place = (index: number): CellPlace => ({
          file: name,
          line,
          field: titled(found, index),
        });
        const number = (index: number | undefined): number | undefined =>
          index === undefined ? undefined : numberCell(cells[index] ?? '', place(index));
        const copies = (index: number | undefined): number | undefined => {
          const value = number(index);
          if (value !== undefined && value < 0 && index !== undefined)
            refuseCell('field-invalid', name, line, place(index).field, {
              rule: 'Copies cannot be fewer than none.',
              remedy: 'Check whether the column holds a log ratio instead.',
            });
          return value;
        };
        const position = (index: number): number => {
          const value = countCell(cells[index] ?? '', place(index));
          return (
            value ??
            refuseCell('field-invalid', name, line, place(index).field, {
              rule: 'A segment needs its start and end.',
              remedy: 'Export the segments again.',
            })
          );
        };
        const start1 = position(start) + (zeroBased ? 1 : 0);
        const end1 = position(end);
        if (end1 < start1)
          refuseCell('line-invalid', name, line, place(end).field, {
            rule: 'The segment ends before it starts.',
            remedy: 'Export the segments again.',
          });
        const chromosomeName = chromosomeCell(cells[chromosome] ?? '');
        const majorCopies = copies(major);
        const minorCopies = copies(minor);
        const totalCopies =
          copies(total) ??
          (majorCopies !== undefined && minorCopies !== undefined ? majorCopies + minorCopies : undefined);
        if (totalCopies !== undefined && minorCopies !== undefined && minorCopies > totalCopies)
          refuseCell('field-invalid', name, line, place(minor ?? 0).field, {
            rule: 'The minor allele has more copies than both together.',
            remedy: 'Check which columns hold total and minor copies.',
          });
        const log2Ratio = number(log2);
        if (chromosomeName === undefined) return account.filter(NOT_PRIMARY);
        build.see(chromosomeName, end1, line);
        if (log2Ratio === undefined && totalCopies === undefined) return account.filter(NO_VALUE);
        read.push({
          sample: sample === undefined ? '' : (cells[sample] ?? '').trim(),
          segment: {
            chromosome: chromosomeName,
            start1,
            end1,
            ...(log2Ratio === undefined ? {} : { log2Ratio }),
            ...(totalCopies === undefined ? {} : { totalCopies }),
            ...(minorCopies === undefined ? {} : { minorCopies }),
            file: name,
            line,
          },
        });
        account.show();
      };
    },
  );
  const understanding: TableRead['understanding'] = {
    file: name,
    modality: 'copy-number-segments',
    format: 'copy-number segments',
    rows,
    notes: [],
  };
  const questions: TableRead['questions'][number][] = [];
  const settled = build.settle(input, header?.comments);
  if ('question' in settled) questions.push(settled.question);
  else {
    understanding.genomeBuild = settled.build;
    understanding.buildFrom = settled.from;
  }
  const samples = [...new Set(read.map(({ sample }) => sample))];
  if (bySample && samples.length > 0) {
    const chosen = chosenSample(input, samples);
    if ('question' in chosen) questions.push(chosen.question);
    else understanding.tumorSample = chosen.sample;
  }
  if (questions.length > 0) {
    account.holdBack();
    return { understanding, questions, warnings: warnings.list(), accounting: account.close(rows) };
  }
  const final = new RowAccount(name);
  for (const { rule, count } of account.close(rows).filtered) final.filter(rule, count);
  const seen = new Set<string>();
  const segments: ObservedSegment[] = [];
  for (const { segment, sample } of read) {
    const { line: _line, ...content } = segment;
    const identity = JSON.stringify(content);
    if (bySample && sample !== understanding.tumorSample) final.filter(OTHER_SAMPLE);
    else if (seen.has(identity)) final.collapse(SAME_ROW);
    else {
      seen.add(identity);
      segments.push(segment);
      final.show();
    }
  }
  warnings.add(overlapWarning(segments));
  return { understanding, questions, warnings: warnings.list(), accounting: final.close(rows), segments };
}

function overlapWarning(segments: readonly ObservedSegment[]): string | undefined {
  const furthest = new Map<string, number>();
  let overlapping = 0;
  for (const { chromosome, start1, end1 } of [...segments].sort((a, b) => a.start1 - b.start1)) {
    const before = furthest.get(chromosome);
    if (before !== undefined && start1 <= before) overlapping += 1;
    furthest.set(chromosome, Math.max(before ?? 0, end1));
  }
  return overlapping === 0 ? undefined : `${overlapping} segments overlap the one before them`;
}
