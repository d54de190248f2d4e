/** Blocks of the report as they lie on the paper. */

import { assertNever } from '../../shared/foundation/result.ts';
import { answerShown } from '../../shared/prediction/predictions.ts';
import type { ReportBlock } from '../../shared/report/report.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { inLanguage, translatorFor } from '../../shared/report/translate.ts';
import { attributionPlot, copyNumberPlot, survivalPlot } from './charts.ts';
import { runsOf } from './fonts.ts';
import { ink } from './ink.ts';
import { cautionMark, markFor } from './marks.ts';
import type { Content, TableLayout, TextStyle } from './pdfmake.ts';

/** A4 less 18 mm on each side, in points. */
export const SHEET_WIDTH = 493;
const CELL_GAP = 4;
const ROW_GAP = 2.2;

/** How close a part of the paper is set. */
export interface Setting {
  /** Points of running text; tables are set a little smaller. */
  readonly size: number;
  /** Share of the usual room above and below rows and blocks. */
  readonly air: number;
}

const CAUTION_EDGE = 1.5;
/** An average character, as a share of the size of the type. */
const CHARACTER = 0.56;
/** Points that the mark of a tier or a state takes of its cell. */
const MARK_ROOM = 12;
/** A row taller than this may break over pages; shorter ones stay whole. */
const TALL_CELL_CHARACTERS = 700;

type Table = Extract<ReportBlock, { kind: 'table' }>;
type Column = Table['columns'][number];

/** A line may end behind a hyphen or a stroke. */
const longestPart = (word: string): number => Math.max(...word.split(/(?<=[-–/])/).map((part) => [...part].length));

type Breaks = 'anywhere' | 'between words' | 'nowhere';
/** A line must not end behind the `p.` of HGVS, nor within a tier or a marker (`II-D`, `PD-L1`). */
const oneWord = /(^|:)[cgnp]\.\S|^\(?[A-Z]{1,4}-[A-Z\d]{1,3}[).,;:]*$/;

interface Piece {
  text: string;
  readonly breaks: Breaks;
}

/** No letter, and a line may end here: pdfmake keeps runs together that no space parts, but not over an empty one. */
const LINE_END: Piece = { text: '', breaks: 'nowhere' };

/**
 * A word wider than its place: a line ends behind a colon, a stroke or a low line of it (an HGVS name with its transcript,
 * the name of a file), and within a part only where that part is wider too (a hash).
 */
const cutWord = (word: string, longest: number): Piece[] =>
  word
    .split(/(?<=[:/_])/)
    .flatMap((text, at): Piece[] => [
      ...(at === 0 ? [] : [{ ...LINE_END }]),
      { text, breaks: longestPart(text) > longest ? 'anywhere' : 'nowhere' },
    ]);

/**
 * Text in runs of one font. A word wider than its place (a hash, a long HGVS name) may break within itself.
 */
export function textRuns(text: string, width: number, style: TextStyle): Content[] {
  const longest = Math.max(4, Math.floor(width / ((style.fontSize ?? 9) * CHARACTER)));
  // A number stays with its percent sign, and one that ends a text with the word before it: no line holds a bare 114.
  const kept = text.replaceAll(/(?<=\d) %/g, '\u00a0%').replace(/(?<=[\p{L},]) (?=\d[\d.,]*$)/u, '\u00a0');
  return runsOf(kept).flatMap(({ text: said, font }) =>
    said
      .split(/(\S+)/)
      .filter((piece) => piece !== '')
      .reduce<Piece[]>((pieces, piece) => {
        if (longestPart(piece) > longest) {
          pieces.push(...cutWord(piece, longest));
          return pieces;
        }
        const breaks = oneWord.test(piece) ? 'nowhere' : 'between words';
        const last = pieces.at(-1);
        if (last?.breaks === 'between words' && breaks === 'between words') last.text += piece;
        else pieces.push({ text: piece, breaks });
        return pieces;
      }, [])
      .map(({ text: piece, breaks }) => ({
        text: piece,
        ...(font === 'Inter' ? {} : { font }),
        ...(breaks === 'anywhere' ? { wordBreak: 'break-all' as const } : {}),
        ...(breaks === 'nowhere' ? { noWrap: true } : {}),
      })),
  );
}

export const words = (
  text: string,
  style: TextStyle & { readonly margin?: readonly [number, number, number, number] } = {},
  width = SHEET_WIDTH,
): Content => ({ ...style, text: textRuns(text, width, style) });

const hairlines = (headerRows: number, air = 1): TableLayout => ({
  hLineWidth: (row, node) => (row === 0 || row === node.table.body.length ? 0 : row <= headerRows ? 0.8 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (row) => (row <= headerRows ? ink.muted : ink.rule),
  paddingLeft: () => CELL_GAP,
  paddingRight: () => CELL_GAP,
  paddingTop: () => ROW_GAP * air,
  paddingBottom: () => ROW_GAP * air,
});

function cell(text: string, { kind, align }: Column, width: number, fontSize: number): Content {
  const style: TextStyle = {
    fontSize,
    alignment: align,
    ...(kind === 'name' || kind === 'tier' ? { bold: true } : {}),
    ...(align === 'right' ? { fontFeatures: ['tnum'] } : {}),
  };
  const mark = kind === 'tier' || kind === 'state' ? markFor(kind, text) : undefined;
  if (mark === undefined) return words(text, style, width);
  return {
    columns: [
      { svg: mark, width: 7, margin: [0, 1.3, 3, 0] },
      { ...words(text, style, width - MARK_ROOM), width: '*' },
    ],
    columnGap: 2,
  };
}

/** The same within one word, which may be of wide letters. */
const WIDE_CHARACTER = 0.62;
/** Words up to this long stay whole where another column has room to give; longer ones are hashes and names of files. */
const WHOLE_WORD = 22;

/** By weight; a column too narrow for one of its words takes room from those that have more than they need. */
function columnWidths({ columns, rows }: Table, room: number, fontSize: number): number[] {
  const total = columns.reduce((sum, { weight }) => sum + weight, 0);
  const widths = columns.map(({ weight }) => (room * weight) / total);
  const needed = columns.map(({ title, kind }, at) => {
    const words = [title, ...rows.map(({ cells }) => cells[at] ?? '')].flatMap((text) => text.split(/\s+/u));
    const longest = Math.max(0, ...words.map(longestPart).filter((length) => length <= WHOLE_WORD));
    return longest * fontSize * WIDE_CHARACTER + 0.5 + (kind === 'tier' || kind === 'state' ? MARK_ROOM : 0);
  });
  const lacking = widths.reduce((sum, width, at) => sum + Math.max(0, (needed[at] ?? 0) - width), 0);
  const spare = widths.reduce((sum, width, at) => sum + Math.max(0, width - (needed[at] ?? 0)), 0);
  if (lacking === 0 || spare < lacking) return widths;
  return widths.map((width, at) => {
    const least = needed[at] ?? 0;
    return width < least ? least : width - ((width - least) * lacking) / spare;
  });
}

/** A table up to this tall stands whole on one page: a last row alone on the next one is read past. */
const WHOLE_TABLE = 200;
/** Of a taller one so many last rows go to the next page together. */
const LAST_ROWS = 3;

/** Lines of a text in a place, by the width of an average character. */
const linesIn = (text: string, width: number, fontSize: number): number =>
  Math.ceil((Math.max(1, text.length) * fontSize * CHARACTER) / width);

/** Points that a table takes, by the width of an average character: rather more than it will be. */
function tableHeight(block: Table, widths: readonly number[], fontSize: number): number {
  const lines = (text: string, width: number): number => linesIn(text, width, fontSize);
  const tallest = (cells: readonly string[]): number =>
    Math.max(1, ...cells.map((text, at) => lines(text, widths[at] ?? SHEET_WIDTH)));
  const row = (cells: readonly string[]): number => tallest(cells) * fontSize * 1.25 + 5;
  const note = block.note === undefined ? 0 : lines(block.note, SHEET_WIDTH) * fontSize * 1.25 + 2;
  return [block.columns.map(({ title }) => title), ...block.rows.map(({ cells }) => cells)]
    .map(row)
    .reduce((sum, height) => sum + height, note + 8);
}

const widthsOf = (block: Table, fontSize: number): number[] =>
  columnWidths(block, SHEET_WIDTH - block.columns.length * 2 * CELL_GAP, fontSize);

/** The last rows as one row that is not parted: a table of its own over all columns, laid over the place of that row. */
function withLastTogether(body: readonly Content[][], widths: readonly number[], air: number): Content[][] {
  const last = body.slice(-LAST_ROWS);
  if (last.length < 2 || body.length <= LAST_ROWS) return [...body];
  const together: Content = {
    colSpan: widths.length,
    margin: [-CELL_GAP, -ROW_GAP * air, -CELL_GAP, -ROW_GAP * air],
    table: { dontBreakRows: true, widths, body: last },
    layout: hairlines(0, air),
  };
  return [...body.slice(0, -LAST_ROWS), [together, ...widths.slice(1).map(() => ({ text: '' }))]];
}

function tableContent(block: Table, { size, air }: Setting): Content {
  const fontSize = size - 0.75;
  const { columns, rows, note } = block;
  const room = SHEET_WIDTH - columns.length * 2 * CELL_GAP;
  const widths = widthsOf(block, fontSize);
  const head = columns.map(
    ({ title, align }, index): Content => ({
      ...words(title, { fontSize: fontSize - 0.5, bold: true, color: ink.muted, alignment: align }, widths[index]),
      fillColor: ink.band,
    }),
  );
  const body = rows.map(({ cells }) =>
    columns.map((column, index) => cell(cells[index] ?? '', column, widths[index] ?? room, fontSize)),
  );
  const tall = rows.some(({ cells }) => cells.some((text) => text.length > TALL_CELL_CHARACTERS));
  const whole = tableHeight(block, widths, fontSize) <= WHOLE_TABLE;
  return {
    stack: [
      {
        table: {
          headerRows: 1,
          keepWithHeaderRows: 1,
          dontBreakRows: !tall,
          widths,
          body: [head, ...(whole || tall ? body : withLastTogether(body, widths, air))],
        },
        layout: hairlines(1, air),
      },
      ...(note === undefined
        ? []
        : [words(note, { fontSize: fontSize - 0.5, color: ink.muted, margin: [CELL_GAP, 2, 0, 0] })]),
    ],
    margin: [0, 2 * air, 0, 6 * air],
    ...(whole ? { unbreakable: true } : {}),
  };
}

/** Characters up to which a text stays on one page: of a longer one no single line is left over either way. */
const WHOLE_PARAGRAPH = 1200;
/** Rows up to which labels and values stay on one page. */
const WHOLE_FACTS = 14;

type FactRows = Extract<ReportBlock, { kind: 'facts' }>;
const FACT_LABEL = 96;
const FACT_VALUE = SHEET_WIDTH - FACT_LABEL - 3 * CELL_GAP;

/** Whether labels and values stay on one page. */
const areFactsWhole = ({ rows }: FactRows): boolean =>
  rows.length <= WHOLE_FACTS && rows.reduce((sum, { value }) => sum + value.length, 0) <= WHOLE_PARAGRAPH;

/** Points that labels and values take: rather more than they will. */
const factsHeight = ({ rows }: FactRows, fontSize: number): number =>
  rows.reduce(
    (sum, { label, value }) =>
      sum + Math.max(linesIn(label, FACT_LABEL, fontSize), linesIn(value, FACT_VALUE, fontSize)) * fontSize * 1.25 + 4,
    6,
  );

function factsContent(block: FactRows, { size: fontSize, air }: Setting): Content {
  const label = FACT_LABEL;
  return {
    table: {
      widths: [label, FACT_VALUE],
      body: block.rows.map(({ label: name, value }) => [
        words(name, { fontSize, color: ink.muted }, label),
        words(value, { fontSize }, FACT_VALUE),
      ]),
    },
    layout: {
      ...hairlines(0),
      paddingTop: () => 1.5 * air,
      paddingBottom: () => 1.5 * air,
      paddingLeft: (column) => (column === 0 ? 0 : CELL_GAP),
    },
    margin: [0, air, 0, 5 * air],
    ...(areFactsWhole(block) ? { unbreakable: true } : {}),
  };
}

type Paragraph = Extract<ReportBlock, { kind: 'paragraph' }>;

/** Points by which the type of a lead is larger. */
const LARGER = 1.2;

const isWhole = ({ text }: Paragraph): boolean => text.length <= WHOLE_PARAGRAPH;

function paragraphContent(block: Paragraph, { size: fontSize, air }: Setting): Content {
  const margin = [0, air, 0, 4 * air] as const;
  const whole = (content: Content): Content => (isWhole(block) ? { stack: [content], unbreakable: true } : content);
  switch (block.emphasis) {
    case 'normal':
      return whole(words(block.text, { fontSize, lineHeight: 1.15, margin }));
    case 'lead':
      return whole(words(block.text, { fontSize: fontSize + LARGER, bold: true, lineHeight: 1.15, margin }));
    case 'note':
      return whole(words(block.text, { fontSize: fontSize - 1, color: ink.muted, lineHeight: 1.1, margin }));
    case 'caution':
      return {
        table: {
          widths: [9, SHEET_WIDTH - 9 - 4 * CELL_GAP - CAUTION_EDGE],
          body: [
            [
              { svg: cautionMark, width: 9, margin: [0, 1.5, 0, 0], fillColor: ink.cautionGround },
              { ...words(block.text, { fontSize }, SHEET_WIDTH - 40), fillColor: ink.cautionGround },
            ],
          ],
        },
        layout: {
          ...hairlines(0),
          hLineWidth: () => 0,
          vLineWidth: (column) => (column === 0 ? CAUTION_EDGE : 0),
          vLineColor: () => ink.caution,
        },
        margin,
      };
    default:
      return assertNever(block.emphasis);
  }
}

function chartContent(kind: 'copy-number-plot' | 'survival-plot' | 'attribution-plot', input: ReportInput): Content[] {
  const { profile, predictions } = input;
  const result = answerShown(predictions).aggressiveness;
  const language = input.language ?? 'en';
  const said = translatorFor(language);
  const draw = (plot: () => string): Content[] => [
    { svg: inLanguage(language, plot), width: SHEET_WIDTH, margin: [0, 4, 0, 6], unbreakable: true },
  ];
  if (kind === 'copy-number-plot') return draw(() => copyNumberPlot(profile.segments, profile.findings, said));
  if (result.state !== 'computed') return [];
  if (kind === 'attribution-plot') return draw(() => attributionPlot(result, said));
  const { curve } = result;
  return curve === undefined ? [] : draw(() => survivalPlot(curve, result, said));
}

/** Sizes of the type of running text and of most tables. */
const APPENDIX_TEXT = 8;

const APPENDIX_TABLE = 7.25;

/** Points that must be free below a heading so that what follows does not stand apart from it. */
function roomBelow([next, ...rest]: readonly ReportBlock[]): number {
  if (next === undefined) return 0;
  switch (next.kind) {
    case 'heading':
      return 40 + roomBelow(rest);
    case 'paragraph': {
      // As tall as it is where it is not parted, and a line more: lines that end before long words are not full.
      const size = next.emphasis === 'lead' ? APPENDIX_TEXT + LARGER : APPENDIX_TEXT;
      const height = isWhole(next) ? (linesIn(next.text, SHEET_WIDTH, size) + 1) * size * 1.4 + 6 : 0;
      // A sentence that leads to a table is no end of a page, whatever its type.
      return next.emphasis === 'lead' || next.emphasis === 'caution' || rest[0]?.kind === 'table'
        ? Math.max(44, height) + roomBelow(rest)
        : Math.max(64, height);
    }
    case 'facts':
      return areFactsWhole(next) ? factsHeight(next, APPENDIX_TEXT) : 64;
    case 'table': {
      // As tall as it is where it is not parted.
      const height = tableHeight(next, widthsOf(next, APPENDIX_TABLE), APPENDIX_TABLE);
      return height <= WHOLE_TABLE ? height + 6 : 110;
    }
    default:
      return 260;
  }
}

/** Less than a page: what asks for more would be on none. */
const MOST_ROOM = 600;

/**
 * Goes to the next page where fewer points than these are free, and takes none itself: an empty block that may not be parted,
 * and its height back. Asking pdfmake for a break (`pageBreakBefore`) has it measure the whole paper again for each.
 */
const room = (wanted: number): Content => {
  const points = Math.min(wanted, MOST_ROOM);
  return {
    stack: [{ stack: [], margin: [0, points, 0, 0] }],
    unbreakable: true,
    margin: [0, 0, 0, -points],
  };
};

/** One block and those after it. */
export function blockContent(
  block: ReportBlock,
  following: readonly ReportBlock[],
  input: ReportInput,
  setting: Setting,
): Content[] {
  const { air } = setting;
  switch (block.kind) {
    case 'heading':
      return block.level === 1
        ? [
            room(32 + roomBelow(following)),
            words(block.text, { fontSize: 13, bold: true, color: ink.accent, margin: [0, 12, 0, 4] }),
          ]
        : [
            room(12 + 7 * air + roomBelow(following)),
            words(block.text, { fontSize: 9.5, bold: true, color: ink.text, margin: [0, 5 * air, 0, 2 * air] }),
          ];
    case 'paragraph':
      return [paragraphContent(block, setting)];
    case 'facts':
      return [factsContent(block, setting)];
    case 'table':
      return [tableContent(block, setting)];
    case 'page-break':
      return [{ text: '', pageBreak: 'after' }];
    case 'copy-number-plot':
    case 'survival-plot':
    case 'attribution-plot':
      return chartContent(block.kind, input);
    default:
      return assertNever(block);
  }
}
