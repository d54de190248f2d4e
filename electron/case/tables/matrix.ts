/**
 * Expression and protein values by gene: one sample whose column says the scale (`TPM`, `z_score`), or a matrix of
 * samples. The scale is stated by the file, its name or an answer; it is never read off the values.
 */

import type { z } from 'zod';
import type { IntakeQuestion, MatrixScale, ObservedMatrix } from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type CellPlace, geneCell, numberCell, refuseCell } from './cells.ts';
import { column, GENE_FACTS, GENE_NAMES, nameless, neededColumn, plainName, SAMPLE_NAMES, titled } from './columns.ts';
import {
  chosenSample,
  NO_GENE,
  NO_VALUE,
  questionId,
  RowAccount,
  SAME_ROW,
  type TableInput,
  type TableRead,
  Warnings,
} from './reading.ts';
import { type Header, walkTable } from './table.ts';

type Scale = z.infer<typeof MatrixScale>;

const CONFLICT = 'of a gene that stands twice with different values';

const choices: Readonly<Record<'expression' | 'protein', readonly Exclude<Scale, 'unknown'>[]>> = {
  expression: ['tpm', 'fpkm', 'log2-tpm', 'z-score', 'log2-ratio'],
  protein: ['z-score', 'log2-ratio', 'h-score'],
};

/** The scale that a name states: of a column, of a comment, of the file. */
export function scaleNamed(text: string): Exclude<Scale, 'unknown'> | undefined {
  const words = ` ${text.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `;
  if (/ z ?scores? | zscores? /.test(words) || words === ' z ') return 'z-score';
  if (/ log2 ?(ratios?|fc|fold ?change) /.test(words)) return 'log2-ratio';
  if (/ h ?score /.test(words)) return 'h-score';
  if (/ tpm /.test(words)) return / log2? | log2tpm /.test(words) ? 'log2-tpm' : 'tpm';
  if (/ log2tpm | log2 tpm /.test(words)) return 'log2-tpm';
  if (/ (fpkm|rpkm) /.test(words) && !/ log/.test(words)) return 'fpkm';
  return undefined;
}

/** Columns of counts beside the value that is meant. */
const COUNTS = new Set(['expectedcount', 'estcounts', 'counts', 'count', 'numreads', 'rawcounts', 'readcount']);
const SITE = /_p[sty]?\d+|phospho|[sty]\d+(_[sty]\d+)*$/i;

export async function readMatrix(input: TableInput, modality: 'expression' | 'protein'): Promise<TableRead> {
  const { name, assay } = input;
  const account = new RowAccount(name);
  const warnings = new Warnings();
  const read: { gene: string; line: number; values: (number | undefined)[] }[] = [];
  let layout: Layout | undefined;
  let header: Header | undefined;
  const rows = await walkTable(
    input,
    (columns) => column(columns, geneColumns(modality)) !== undefined,
    (found) => {
      header = found;
      const shape = layoutOf(found, input, modality);
      layout = shape;
      return ({ line, cells }) => {
        const place = (index: number): CellPlace => ({
          file: name,
          line,
          field:
            shape.sample !== undefined && index === shape.values[0]?.index ? nameless(index) : titled(found, index),
        });
        const gene = geneCell(cells[shape.gene] ?? '', place(shape.gene));
        if (gene === undefined) return account.filter(NO_GENE);
        warnings.add(gene.warning);
        const values = shape.values.map(({ index, scale }) => {
          const value = numberCell(cells[index] ?? '', place(index));
          if (value !== undefined && value < 0 && (scale === 'tpm' || scale === 'fpkm'))
            refuseCell('field-invalid', name, line, place(index).field, {
              rule: `A value of ${scale.toUpperCase()} cannot be negative.`,
              remedy: 'Check whether the column holds logarithms or z-scores.',
            });
          return value;
        });
        if (shape.question === undefined && values.every((value) => value === undefined))
          return account.filter(NO_VALUE);
        read.push({ gene: nameOfRow(gene.gene, cells, shape, modality), line, values });
        account.show();
      };
    },
  );
  if (layout === undefined) throw new Error('a table without a header was read');
  const understanding: TableRead['understanding'] = {
    file: name,
    modality,
    format: modality === 'expression' ? 'expression by gene' : 'protein by gene',
    rows,
    notes: [],
  };
  if (layout.question !== undefined) {
    account.holdBack();
    return { understanding, questions: [layout.question], warnings: warnings.list(), accounting: account.close(rows) };
  }
  if (layout.sample !== undefined) understanding.tumorSample = layout.sample;

  // A gene that stands twice with different values: which one is right is not for a program to say.
  const first = new Map<string, { readonly key: string; conflict: boolean }>();
  for (const { gene, values } of read) {
    const key = JSON.stringify(values);
    const before = first.get(gene);
    if (before === undefined) first.set(gene, { key, conflict: false });
    else if (before.key !== key) before.conflict = true;
  }
  const final = new RowAccount(name);
  for (const { rule, count } of account.close(rows).filtered) final.filter(rule, count);
  const done = new Set<string>();
  const kept: typeof read = [];
  for (const row of read) {
    if (first.get(row.gene)?.conflict === true) final.filter(CONFLICT);
    else if (done.has(row.gene)) final.collapse(SAME_ROW);
    else {
      done.add(row.gene);
      kept.push(row);
      final.show();
    }
  }
  const conflicts = [...first].filter(([, { conflict }]) => conflict).map(([gene]) => gene);
  if (conflicts.length > 0)
    warnings.add(
      `${conflicts.length} ${conflicts.length === 1 ? 'gene stands' : 'genes stand'} in the table twice with different values and ${conflicts.length === 1 ? 'is' : 'are'} not used: ${conflicts.slice(0, 10).join(', ')}${conflicts.length > 10 ? ' …' : ''}`,
    );
  const reference = assay?.reference ?? referenceIn(header?.comments ?? []);
  const matrices = layout.values.map(({ scale }, index): ObservedMatrix => {
    const present = kept.filter(({ values }) => values[index] !== undefined);
    return {
      modality,
      scale,
      ...(reference !== undefined && (scale === 'z-score' || scale === 'log2-ratio') ? { reference } : {}),
      genes: present.map(({ gene }) => gene),
      values: present.map(({ values }) => values[index] as number),
      file: name,
    };
  });
  for (const { scale, from } of layout.values) understanding.notes.push(`scale ${scale}, from ${from}`);
  if (reference === undefined && matrices.some(({ scale }) => scale === 'z-score'))
    warnings.add('the z-scores name no reference cohort, so they cannot be interpreted; name it in the assay');
  if (kept.length > 0 && kept.every(({ gene }) => /^ENSG\d{11}/.test(gene)))
    warnings.add('genes are named by Ensembl ids only; no symbol is known for them here');
  return { understanding, questions: [], warnings: warnings.list(), accounting: final.close(rows), matrices };
}

interface Layout {
  readonly gene: number;
  readonly antibody?: number | undefined;
  readonly site?: number | undefined;
  readonly values: readonly { readonly index: number; readonly scale: Scale; readonly from: string }[];
  readonly sample?: string | undefined;
  readonly question?: IntakeQuestion | undefined;
}

const geneColumns = (modality: 'expression' | 'protein'): readonly string[] =>
  modality === 'expression' ? GENE_NAMES : [...GENE_NAMES, 'protein', 'proteinname', 'antibody'];

function layoutOf(header: Header, input: TableInput, modality: 'expression' | 'protein'): Layout {
  const { columns } = header;
  const transposed = columns.length > 40 && column(columns, geneColumns(modality)) === undefined;
  const gene = neededColumn(
    header,
    input.name,
    'the gene',
    geneColumns(modality),
    transposed ? 'samples seem to stand in rows; genes must' : '',
  );
  const base = {
    gene,
    antibody: modality === 'protein' ? column(columns, ['antibody']) : undefined,
    site: modality === 'protein' ? column(columns, ['site', 'phosphosite']) : undefined,
  };
  const rest = columns
    .map((title, index) => ({ title, index }))
    .filter(
      ({ title, index }) =>
        index !== gene && title !== '' && !GENE_FACTS.has(plainName(title)) && !COUNTS.has(plainName(title)),
    );
  const named = rest.flatMap(({ title, index }) => {
    const scale = scaleNamed(title);
    return scale === undefined ? [] : [{ index, scale, from: `column ${title}` }];
  });
  // Sample names do not name scales; where every column does, the columns are measurements of one sample.
  if (named.length > 0 && (named.length === rest.length || rest.length <= named.length + 1)) {
    if (new Set(named.map(({ scale }) => scale)).size !== named.length)
      throw new FaultError(
        fault('header-invalid', 'Two columns are of the same scale.', 'Give the values of the tumor alone.', {
          file: input.name,
          line: header.line,
        }),
      );
    return { ...base, values: named };
  }
  const samples = rest.filter(({ title }) => !SAMPLE_NAMES.includes(plainName(title)) || rest.length === 1);
  if (samples.length === 0) neededColumn(header, input.name, 'a value', ['TPM', 'FPKM', 'z_score']);
  const chosen = chosenSample(
    input,
    samples.map(({ title }) => title),
  );
  if ('question' in chosen) return { ...base, values: [], question: chosen.question };
  const scale = matrixScale(header, input, modality);
  if (typeof scale.scale !== 'string') return { ...base, values: [], question: scale.scale };
  const index = samples.find(({ title }) => title === chosen.sample)?.index ?? -1;
  return { ...base, sample: chosen.sample, values: [{ index, scale: scale.scale, from: scale.from }] };
}

function matrixScale(
  header: Header,
  { name, answers }: TableInput,
  modality: 'expression' | 'protein',
): { readonly scale: Scale | IntakeQuestion; readonly from: string } {
  const id = questionId(name, 'scale');
  const answer = choices[modality].find((scale) => scale === answers[id]);
  if (answer !== undefined) return { scale: answer, from: 'answer' };
  for (const comment of header.comments) {
    const scale = scaleNamed(comment);
    if (scale !== undefined) return { scale, from: 'comment in the file' };
  }
  const scale = scaleNamed(name.split('/').at(-1) ?? name);
  if (scale !== undefined) return { scale, from: 'name of the file' };
  return {
    from: 'question',
    scale: {
      id,
      file: name,
      field: 'scale',
      question: `On which scale are the ${modality} values of this file?`,
      choices: [...choices[modality]],
      blocking: true,
    },
  };
}

const referenceIn = (comments: readonly string[]): string | undefined =>
  comments
    .map((comment) => /^reference\s*[:=]\s*(.{1,200})$/i.exec(comment.trim())?.[1])
    .find((found) => found !== undefined);

/** A modified site is not the protein's amount: it keeps a name of its own, such as `AKT1 (Akt_pS473)`. */
function nameOfRow(gene: string, cells: readonly string[], layout: Layout, modality: 'expression' | 'protein'): string {
  if (modality === 'expression') return gene;
  const whole = (cells[layout.gene] ?? '').trim();
  const site = layout.site === undefined ? '' : (cells[layout.site] ?? '').trim();
  const antibody =
    layout.antibody === undefined || layout.antibody === layout.gene
      ? whole.slice(gene.length).replace(/^[|^]/, '')
      : (cells[layout.antibody] ?? '').trim();
  if (site !== '') return `${gene} (${site})`;
  return SITE.test(antibody) ? `${gene} (${antibody})` : gene;
}
