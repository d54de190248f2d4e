/**
 * A composed report in the formats that offices use (F097): tables as CSV and XLSX, the text as DOCX, charts as SVG. A
 * copy for further work: it carries no signature and says so, with patient, report, time and versions, so that it can be
 * told from any other. The same report gives the same bytes.
 */

import { strToU8, zipSync } from 'fflate';
import { answerShown } from '../../shared/prediction/predictions.ts';
import type { DraftReport, ReportBlock } from '../../shared/report/report.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { inLanguage, own, said, translatorFor } from '../../shared/report/translate.ts';
import { moment, plural } from '../../shared/report/words.ts';
import { attributionPlot, copyNumberPlot, survivalPlot } from './charts.ts';

export const exportFormats = ['csv', 'xlsx', 'docx', 'svg'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Table = Extract<ReportBlock, { kind: 'table' }>;
interface NamedTable {
  readonly title: string;
  readonly table: Table;
}

/** What a copy must say of itself. */
const notice = ({ reportId }: DraftReport): string =>
  said(`Copy of report ${own(reportId)} for further work. Only the signed PDF is the report.`);

/** What tells a copy from any other: whose, of which report, when and from what it was made. */
function identityOf({ reportId }: DraftReport, input: ReportInput): string[][] {
  const { record, composedAt, signature, version, packs, models } = input;
  return [
    ['Report', own(reportId)],
    ['Patient', own(record.patient.pseudonym)],
    ['Case', own(record.caseId)],
    ['Made', moment(composedAt)],
    ...(signature === undefined
      ? []
      : [
          ['Signer', own(signature.signer)],
          ['Time of signing', moment(signature.signedAt)],
        ]),
    ['Software', `Consilium ${version}`],
    ...packs.map(({ id, manifest }) => [`Pack ${own(id)}`, own(manifest?.version ?? '–')]),
    ...models.map(({ id, version: of }) => [`Model ${id}`, own(of ?? '–')]),
  ].map((cells) => cells.map(said));
}

/** The same in one line. */
const identityLine = (report: DraftReport, { record, composedAt, version }: ReportInput): string =>
  [
    record.patient.pseudonym,
    said(`case ${own(record.caseId)}`),
    said(`Report ${own(report.reportId)}`),
    said(`made ${own(moment(composedAt))}`),
    `Consilium ${version}`,
  ].join('  ·  ');

/** Every table with the heading it stands under. */
function tablesOf({ front, appendix }: DraftReport): NamedTable[] {
  const found: NamedTable[] = [];
  let title = said('Report');
  for (const block of [...front, ...appendix]) {
    if (block.kind === 'heading') title = block.text.replace(/^A\d+\s+/, '');
    else if (block.kind === 'table' && block.rows.length > 0) found.push({ title, table: block });
  }
  return found;
}

/** A cell that a spreadsheet would run as a formula is told to be text. */
const defused = (cell: string): string => (/^[=+@\t\r]|^-(?!\d)/.test(cell) ? `'${cell}` : cell);
const csvCell = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
/** RFC 4180, in UTF-8 with its mark, which spreadsheets need to see the encoding. */
const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((cells) => cells.map((cell) => csvCell(defused(cell))).join(',')).join('\r\n')}\r\n`;

const rowsOf = ({ columns, rows }: Table): string[][] => [
  columns.map(({ title }) => title),
  ...rows.map(({ cells }) => cells),
];

const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** One of several files names its report: a table by itself says nothing of whose it is. */
const ofReport = ({ reportId }: DraftReport, name: string): string => `${reportId}-${name}`;

/** Names that stay apart: a second one of the same gets a number. */
function distinct(names: readonly string[], most: number): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let own = name.slice(0, most);
    for (let number = 2; used.has(own.toLowerCase()); number++) own = `${name.slice(0, most - 3)} ${number}`;
    used.add(own.toLowerCase());
    return own;
  });
}

/** XML 1.0 text: what may not stand in it is replaced by the mark for that. */
const xml = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML does not allow
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
/** Earliest moment a ZIP entry can state, so that the bytes depend on the report alone. */
const EPOCH = new Date(1980, 0, 1);

/** An Office Open XML package (ECMA-376 part 2); parts by name, `main` being where reading starts. */
function packageOf(parts: Readonly<Record<string, { type: string; text: string }>>, main: string): Uint8Array {
  const types = Object.entries(parts)
    .filter(([, { type }]) => type !== '')
    .map(([name, { type }]) => `<Override PartName="/${name}" ContentType="${type}"/>`)
    .join('');
  const files = {
    '[Content_Types].xml': `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${types}</Types>`,
    '_rels/.rels': `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="${main}"/></Relationships>`,
    ...Object.fromEntries(Object.entries(parts).map(([name, { text }]) => [name, `${XML_HEAD}${text}`])),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    mtime: EPOCH,
  });
}

const column = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : column(Math.floor(index / 26) - 1) + column(index % 26);
const CELL_LIMIT = 32_767;
const CUT = ' […]';
/** What a cell cannot hold is left out at its end, and that is said. */
const inCell = (text: string): string =>
  text.length <= CELL_LIMIT ? text : `${text.slice(0, CELL_LIMIT - CUT.length)}${CUT}`;

/** Every cell is text: a spreadsheet must not turn SEPT9 into a date, nor 1-5 into one. */
function xlsxOf(report: DraftReport, input: ReportInput): Uint8Array {
  const tables = tablesOf(report);
  const names = distinct(['About', ...tables.map(({ title }) => title.replace(/[\\/?*[\]:]/g, ' '))], 31);
  const sheets = [
    [
      [notice(report)],
      ...identityOf(report, input),
      ...tables.map(({ title, table }) => [title, said(plural(table.rows.length, 'row')), table.note ?? '']),
    ],
    ...tables.map(({ table }) => rowsOf(table)),
  ];
  const sheet = (rows: readonly (readonly string[])[]): string =>
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
      .map(
        (cells, row) =>
          `<row r="${row + 1}">${cells
            .map(
              (cell, at) =>
                `<c r="${column(at)}${row + 1}" t="inlineStr"><is><t xml:space="preserve">${xml(inCell(cell))}</t></is></c>`,
            )
            .join('')}</row>`,
      )
      .join('')}</sheetData></worksheet>`;
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return packageOf(
    {
      'xl/workbook.xml': {
        type: `${type}.sheet.main+xml`,
        text: `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}/relationships"><sheets>${names
          .map((name, index) => `<sheet name="${xml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
          .join('')}</sheets></workbook>`,
      },
      'xl/_rels/workbook.xml.rels': {
        type: '',
        text: `<Relationships xmlns="${PACKAGE}/relationships">${names
          .map(
            (_, index) =>
              `<Relationship Id="rId${index + 1}" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
          )
          .join('')}</Relationships>`,
      },
      ...Object.fromEntries(
        sheets.map((rows, index) => [
          `xl/worksheets/sheet${index + 1}.xml`,
          { type: `${type}.worksheet+xml`, text: sheet(rows) },
        ]),
      ),
    },
    'xl/workbook.xml',
  );
}

const run = (text: string, bold = false): string =>
  `<w:r>${bold ? '<w:rPr><w:b/></w:rPr>' : ''}<w:t xml:space="preserve">${xml(text)}</w:t></w:r>`;
const wordParagraph = (text: string, style?: string, bold = false): string =>
  `<w:p>${style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}${run(text, bold)}</w:p>`;

function wordTable(rows: readonly (readonly string[])[], hasHead: boolean): string {
  const cells = Math.max(1, ...rows.map(({ length }) => length));
  const width = Math.floor(9_600 / cells);
  const edge = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="D5DCE2"/>`)
    .join('');
  return `<w:tbl><w:tblPr><w:tblW w:w="9600" w:type="dxa"/><w:tblBorders>${edge}</w:tblBorders></w:tblPr><w:tblGrid>${`<w:gridCol w:w="${width}"/>`.repeat(cells)}</w:tblGrid>${rows
    .map((row, index) => {
      const isHead = hasHead && index === 0;
      const inner = Array.from(
        { length: cells },
        (_, at) =>
          `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/></w:tcPr>${wordParagraph(row[at] ?? '', undefined, isHead)}</w:tc>`,
      ).join('');
      return `<w:tr>${isHead ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${inner}</w:tr>`;
    })
    .join('')}</w:tbl><w:p/>`;
}

function wordBlock(block: ReportBlock): string {
  switch (block.kind) {
    case 'heading':
      return wordParagraph(block.text, `Heading${block.level}`);
    case 'paragraph':
      return wordParagraph(block.text, undefined, block.emphasis === 'lead');
    case 'facts':
      return wordTable(
        block.rows.map(({ label, value }) => [label, value]),
        false,
      );
    case 'table':
      return `${wordTable(rowsOf(block), true)}${block.note === undefined ? '' : wordParagraph(block.note)}`;
    case 'page-break':
      return '';
    default:
      return wordParagraph(said('A drawing stands here in the signed report.'));
  }
}

const field = (name: string): string => `<w:fldSimple w:instr="${name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>`;

function docxOf(report: DraftReport, input: ReportInput): Uint8Array {
  const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  const names = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${OFFICE}/relationships"`;
  const style = (level: number, size: number): string =>
    `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:outlineLvl w:val="${level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`;
  const body = [
    wordParagraph(notice(report)),
    wordTable(identityOf(report, input), false),
    ...report.front.map(wordBlock),
    wordParagraph(said('Appendix'), 'Heading1'),
    ...report.appendix.map(wordBlock),
  ].join('');
  return packageOf(
    {
      'word/document.xml': {
        type: `${type}.document.main+xml`,
        text: `<w:document ${names}><w:body>${body}<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`,
      },
      // Patient, report and page stand on every page (R58).
      'word/footer.xml': {
        type: `${type}.footer+xml`,
        text: `<w:ftr ${names}><w:p>${run(`${identityLine(report, input)}  ·  `)}${field('PAGE')}${run(' / ')}${field('NUMPAGES')}</w:p></w:ftr>`,
      },
      'word/styles.xml': {
        type: `${type}.styles+xml`,
        text: `<w:styles ${names}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:rPr><w:sz w:val="18"/></w:rPr></w:style>${style(1, 28)}${style(2, 22)}</w:styles>`,
      },
      'word/_rels/document.xml.rels': {
        type: '',
        text: `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="${OFFICE}/relationships/footer" Target="footer.xml"/></Relationships>`,
      },
    },
    'word/document.xml',
  );
}

const FOOT_SIZE = 7;
/** A wide letter of that size. */
const FOOT_LETTER = 4.5;
/** What draws where Inter is not installed: a drawing carries no font of its own. */
const DRAWN_IN = 'Inter, Helvetica, Arial, sans-serif';

/** A text in lines of at most so many letters, parted between words; a longer word is parted within. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && [...last].length + 1 + [...word].length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else
      for (let letters = [...word]; letters.length > 0; letters = letters.slice(most))
        lines.push(letters.slice(0, most).join(''));
  }
  return lines;
}

/** A drawing with lines below it that say whose it is: one that went astray names its report. */
function named(svg: string, lines: readonly string[]): string {
  const [head = '', width = '', height] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"[^>]*>/.exec(svg) ?? [];
  const foot = lines.flatMap((line) => wrapped(line, Math.floor((Number(width) - 4) / FOOT_LETTER)));
  const top = Number(height) + 2;
  const tall = top + foot.length * (FOOT_SIZE + 2);
  const drawn = foot.map(
    (line, index) =>
      `<text x="2" y="${top + (index + 1) * (FOOT_SIZE + 2) - 3}" font-family="${DRAWN_IN}" font-size="${FOOT_SIZE}">${xml(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" viewBox="0 0 ${width} ${tall}"><title>${xml(lines.join('\n'))}</title>${svg
    .slice(head.length)
    .replace(/<\/svg>$/, '')
    .replaceAll('font-family="Inter"', `font-family="${DRAWN_IN}"`)}${drawn.join('')}</svg>`;
}

function chartsOf(report: DraftReport, input: ReportInput): ExportedFile[] {
  const { profile, predictions, language = 'en' } = input;
  const { aggressiveness: result } = answerShown(predictions);
  const told = translatorFor(language);
  const drawn: [string, string][] = [
    ...(profile.segments.length === 0
      ? []
      : [['copy-number.svg', copyNumberPlot(profile.segments, profile.findings, told)] as [string, string]]),
    ...(result.state !== 'computed'
      ? []
      : [
          ['attributions.svg', attributionPlot(result, told)] as [string, string],
          ...(result.curve === undefined
            ? []
            : [['survival.svg', survivalPlot(result.curve, result, told)] as [string, string]]),
        ]),
  ];
  const lines = [identityLine(report, input), notice(report)];
  return drawn.map(([name, text]) => ({ name: ofReport(report, name), bytes: strToU8(named(text, lines)) }));
}

/** One file, or several for formats that hold one table or one drawing each; none where there is nothing to draw. */
export const exportReport = (report: DraftReport, input: ReportInput, format: ExportFormat): ExportedFile[] =>
  inLanguage(input.language ?? 'en', () => exported(report, input, format));

function exported(report: DraftReport, input: ReportInput, format: ExportFormat): ExportedFile[] {
  switch (format) {
    case 'csv': {
      const tables = tablesOf(report);
      const names = distinct(
        tables.map(({ title }) => fileName(title) || 'table'),
        60,
      );
      return [
        {
          name: ofReport(report, 'about.csv'),
          bytes: strToU8(csvOf([[notice(report), ''], ...identityOf(report, input)])),
        },
        ...tables.map(({ table }, index) => ({
          name: ofReport(report, `${(names[index] ?? 'table').replaceAll(' ', '-')}.csv`),
          bytes: strToU8(csvOf(rowsOf(table))),
        })),
      ];
    }
    case 'xlsx':
      return [{ name: `${report.reportId}.xlsx`, bytes: xlsxOf(report, input) }];
    case 'docx':
      return [{ name: `${report.reportId}.docx`, bytes: docxOf(report, input) }];
    case 'svg':
      return chartsOf(report, input);
  }
}
