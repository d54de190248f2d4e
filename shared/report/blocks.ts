/**
 * Makers of the paper's blocks, in the language that is being composed. A statement without a fact does not typecheck:
 * facts are never optional here.
 */
import type { ReportBlock } from './report.ts';
import { said } from './translate.ts';

type Of<Kind extends ReportBlock['kind']> = Extract<ReportBlock, { kind: Kind }>;
type Column = Of<'table'>['columns'][number];
type Emphasis = Of<'paragraph'>['emphasis'];
/** At least one. */
export type Facts = readonly [string, ...string[]];

export const heading = (level: 1 | 2, text: string, elements: readonly string[] = []): Of<'heading'> => ({
  kind: 'heading',
  level,
  text: said(text),
  elements: [...elements],
});

export const paragraph = (
  text: string,
  facts: Facts,
  elements: readonly string[] = [],
  emphasis: Emphasis = 'normal',
): Of<'paragraph'> => ({ kind: 'paragraph', text: said(text), facts: [...facts], elements: [...elements], emphasis });

/** Label and value side by side; a value that is not there is left out by the caller or said in words. */
export const factRows = (
  rows: readonly (readonly [label: string, value: string, ...facts: Facts])[],
  elements: readonly string[] = [],
): Of<'facts'> => ({
  kind: 'facts',
  rows: rows.map(([label, value, ...facts]) => ({ label: said(label), value: said(value), facts })),
  elements: [...elements],
});

/** `Title`, `Title>` (numbers, right-aligned); weight and kind follow. */
export const column = (title: string, weight: number, kind: Column['kind'] = 'text'): Column =>
  title.endsWith('>')
    ? { title: said(title.slice(0, -1)), weight, align: 'right', kind }
    : { title: said(title), weight, align: 'left', kind };

export interface Row {
  readonly cells: readonly string[];
  readonly facts: Facts;
}

export const table = (
  columns: readonly Column[],
  rows: readonly Row[],
  elements: readonly string[] = [],
  note?: string,
): Of<'table'> => ({
  kind: 'table',
  columns: [...columns],
  rows: rows.map(({ cells, facts }) => ({ cells: cells.map(said), facts: [...facts] })),
  elements: [...elements],
  ...(note === undefined ? {} : { note: said(note) }),
});

export const plot = (kind: 'copy-number-plot' | 'survival-plot' | 'attribution-plot', elements: readonly string[]) =>
  ({ kind, elements: [...elements] }) satisfies ReportBlock;

/** A list of facts that may be empty, with one that always stands. */
export const factsOr = (facts: readonly string[], otherwise: string): Facts => {
  const [first, ...rest] = facts;
  return first === undefined ? [otherwise] : [first, ...rest];
};

/** All text of a block that a reader sees, piece by piece. */
export function textsOf(block: ReportBlock): string[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return [block.text];
    case 'facts':
      return block.rows.flatMap(({ label, value }) => [label, value]);
    case 'table':
      return [
        ...block.columns.map(({ title }) => title),
        ...block.rows.flatMap(({ cells }) => cells),
        ...(block.note === undefined ? [] : [block.note]),
      ];
    default:
      return [];
  }
}

/** Statements of a block with the facts they name. */
export function statementsOf(block: ReportBlock): { text: string; facts: readonly string[] }[] {
  switch (block.kind) {
    case 'paragraph':
      return [{ text: block.text, facts: block.facts }];
    case 'facts':
      return block.rows.map(({ label, value, facts }) => ({ text: `${label}: ${value}`, facts }));
    case 'table':
      return block.rows.map(({ cells, facts }) => ({ text: cells.join(' | '), facts }));
    default:
      return [];
  }
}
