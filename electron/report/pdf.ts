/**
 * A composed report as PDF 1.7 with a classic cross-reference table, so that a signature can be appended. The same
 * report gives the same bytes: dates come from the input, and pdfkit derives the file's /ID from the info dictionary.
 */
import { Buffer } from 'node:buffer';
import type { DraftReport } from '../../shared/report/report.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { ageAndSex, moment } from '../../shared/report/words.ts';
import { ink } from './ink.ts';
import { blockContent, SHEET_WIDTH, words } from './paper.ts';
import { type Content, type DocumentDefinition, printer } from './pdfmake.ts';

const MARGIN = 51;
/** Room a heading and two lines need; with less left it goes to the next page. */
const HEADING_ROOM = 64;

export interface Printed {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** Pages before the appendix (R60: at most two). */
  readonly frontPages: number;
}

/** What the paper is: a draft is marked on every page. */
export type PaperKind = 'draft' | 'final';

const title = ({ board }: ReportInput): string =>
  board.decision === undefined ? 'Molecular report for the tumor board' : 'Tumor board report';

function chip(text: string, color: string): Content {
  return words(text, { fontSize: 7, bold: true, color, alignment: 'right', characterSpacing: 0.3 }, 150);
}

function pageHeader(input: ReportInput, kind: PaperKind): Content {
  const { record, reportId } = input;
  const marks = [
    ...(kind === 'draft' ? ['DRAFT, NOT SIGNED'] : []),
    ...(record.synthetic ? ['SYNTHETIC PATIENT'] : []),
  ].join('  ·  ');
  return {
    margin: [MARGIN, 22, MARGIN, 0],
    stack: [
      {
        columns: [
          {
            ...words(
              `${record.patient.pseudonym}, ${ageAndSex(record.patient)}  ·  case ${record.caseId}`,
              { fontSize: 7.5, bold: true },
              250,
            ),
            width: '*',
          },
          ...(marks === '' ? [] : [{ ...chip(marks, ink.caution), width: 'auto' as const }]),
          { ...words(`Report ${reportId}`, { fontSize: 7.5, alignment: 'right', color: ink.muted }, 130), width: 130 },
        ],
        columnGap: 10,
      },
      { canvas: [{ type: 'line', x1: 0, y1: 3, x2: SHEET_WIDTH, y2: 3, lineWidth: 0.8, lineColor: ink.accent }] },
    ],
  };
}

function pageFooter(input: ReportInput, page: number, pages: number): Content {
  return {
    margin: [MARGIN, 12, MARGIN, 0],
    columns: [
      {
        ...words(
          `Consilium ${input.version}  ·  made ${moment(input.composedAt)}  ·  supports the decision of physicians, does not take it`,
          { fontSize: 6.5, color: ink.muted },
          380,
        ),
        width: '*',
      },
      { ...words(`Page ${page} of ${pages}`, { fontSize: 7.5, alignment: 'right' }, 90), width: 90 },
    ],
  };
}

function titleBlock(input: ReportInput): Content {
  const { record, board } = input;
  const institution = record.referrer?.institution;
  const date = board.decision === undefined ? moment(input.composedAt) : `Board of ${moment(board.decision.decidedAt)}`;
  return {
    columns: [
      { ...words(title(input), { fontSize: 18, bold: true, color: ink.accent }), width: '*' },
      {
        ...words(
          [institution, date].filter(Boolean).join('\n'),
          { fontSize: 8, alignment: 'right', color: ink.muted },
          190,
        ),
        width: 190,
      },
    ],
    margin: [0, 0, 0, 6],
  };
}

/** Report id and checkpoint for a telephone's camera: what is compared when a paper copy is doubted. */
function verificationCode(input: ReportInput): Content {
  const { checkpoint, reportId, bundleSha256 } = input;
  const said = [
    'consilium-report',
    reportId,
    `bundle ${bundleSha256}`,
    ...(checkpoint === undefined ? [] : [`checkpoint ${checkpoint.treeSize} ${checkpoint.rootHash}`]),
  ].join('\n');
  return { qr: said, fit: 92, eccLevel: 'M', foreground: ink.text, margin: [0, 4, 0, 6] };
}

/** `ConsiliumCheckpoint` as the verifier reads it back: size and root of the journal's tree. */
const checkpointKey = ({ checkpoint }: ReportInput): string =>
  checkpoint === undefined ? '' : `${checkpoint.treeSize}:${checkpoint.rootHash}`;

/** Prints a report. `kind` marks drafts. The input must be the one the report was composed from. */
export async function printReport(report: DraftReport, input: ReportInput, kind: PaperKind): Promise<Printed> {
  const made = new Date(input.signature?.signedAt ?? input.composedAt);
  let pages = 0;
  let frontPages = 1;
  const frontEnd = { text: '', fontSize: 1, headlineLevel: 9 } as const;
  const verification = report.appendix.findIndex((block) => block.kind !== 'heading' && block.elements.includes('R55'));
  const definition: DocumentDefinition = {
    pageSize: 'A4',
    pageMargins: [MARGIN, 46, MARGIN, 40],
    version: '1.7',
    language: 'en-US',
    displayTitle: true,
    info: {
      title: `${title(input)} ${input.reportId}`,
      author: input.signature === undefined ? 'Consilium' : 'Signer named in the signature',
      subject: kind === 'draft' ? 'Draft, not signed' : 'Report of a molecular tumor board',
      creator: `Consilium ${input.version}`,
      producer: `Consilium ${input.version}`,
      creationDate: made,
      modDate: made,
      ConsiliumReport: input.reportId,
      ConsiliumCheckpoint: checkpointKey(input),
    },
    defaultStyle: { font: 'Inter', fontSize: 8.75, color: ink.text },
    header: () => pageHeader(input, kind),
    footer: (page, all) => {
      pages = all;
      return pageFooter(input, page, all);
    },
    ...(kind === 'draft'
      ? { watermark: { text: 'DRAFT', color: ink.muted, opacity: 0.08, bold: true, font: 'Inter' } }
      : {}),
    pageBreakBefore: (node) => {
      if (node.headlineLevel === 9) {
        frontPages = (node as unknown as { pageNumbers: number[] }).pageNumbers.at(-1) ?? 1;
        return false;
      }
      if (node.headlineLevel === undefined) return false;
      const { top, pageInnerHeight } = node.startPosition;
      return top - 46 > pageInnerHeight - HEADING_ROOM;
    },
    content: [
      titleBlock(input),
      ...report.front.flatMap((block) => blockContent(block, input, 9)),
      { ...frontEnd },
      {
        ...words('Appendix', { fontSize: 15, bold: true, color: ink.accent, margin: [0, 0, 0, 0] }),
        pageBreak: 'before',
      },
      ...report.appendix.flatMap((block, index) => [
        ...blockContent(block, input, 8),
        ...(index === verification ? [verificationCode(input)] : []),
      ]),
    ],
  };
  const pdfmake = await printer();
  const bytes = await pdfmake.createPdf(definition).getBuffer();
  return { bytes: Buffer.from(bytes), pages, frontPages };
}
