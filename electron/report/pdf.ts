/**
 * A composed report as PDF 1.7 with a classic cross-reference table, so that a signature can be appended. The same
 * report gives the same bytes: dates come from the input, and pdfkit derives the file's /ID from the info dictionary.
 */
import { Buffer } from 'node:buffer';
import type { Language } from '../../shared/report/language.ts';
import type { DraftReport } from '../../shared/report/report.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { inLanguage, own, type Translate, translatorFor } from '../../shared/report/translate.ts';
import { moment as momentNow } from '../../shared/report/words.ts';
import type { Attachment } from './attachments.ts';
import { ink } from './ink.ts';
import { blockContent, type Setting, SHEET_WIDTH, words } from './paper.ts';
import { type Content, type DocumentDefinition, printPdf } from './pdfmake.ts';
import { PLACE_HEIGHT, PLACE_WIDTH, type SignaturePlace } from './signing/index.ts';

const MARGIN = 51;
const TOP = 50;
const PAGE_HEIGHT = 841.89;
/** Those who sign later are printed side by side. */
const PLACES = 3;
const PLACE_GAP = (SHEET_WIDTH - PLACES * PLACE_WIDTH) / (PLACES - 1);
/** Of the line below a place and the word below that line. */
const PLACE_FOOT = 11;
/** With the air above. */
const PLACES_HEIGHT = 4 + PLACE_HEIGHT + PLACE_FOOT;

export interface Printed {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** Pages before the appendix (R60: at most two). */
  readonly frontPages: number;
  /** Kept free on the front for those who sign later (R54). */
  readonly signaturePlaces: readonly SignaturePlace[];
}

/** What the paper is: a draft is marked on every page. */
export type PaperKind = 'draft' | 'final';

const languageTags: Readonly<Record<Language, string>> = { en: 'en-US', de: 'de-DE', es: 'es-ES' };
/** Pages are drawn later than they are composed: the language is asked for each text. */
const saidIn = ({ language }: ReportInput): Translate => translatorFor(language ?? 'en');
const momentIn = ({ language }: ReportInput, iso: string): string => inLanguage(language ?? 'en', () => momentNow(iso));

const title = (input: ReportInput): string =>
  saidIn(input)(input.board.decision === undefined ? 'Molecular report for the tumor board' : 'Tumor board report');

function chip(text: string, color: string): Content {
  return words(text, { fontSize: 6.5, bold: true, color, alignment: 'right' }, 170);
}

function pageHeader(input: ReportInput, kind: PaperKind): Content {
  const { record, reportId } = input;
  const said = saidIn(input);
  const marks = [
    ...(kind === 'draft' ? [said('DRAFT, NOT SIGNED')] : []),
    ...(record.synthetic ? [said('SYNTHETIC PATIENT')] : []),
  ].join('  ·  ');
  return {
    margin: [MARGIN, 20, MARGIN, 0],
    stack: [
      {
        columns: [
          {
            ...words(
              `${record.patient.pseudonym}  ·  ${said(`case ${own(record.caseId)}`)}`,
              { fontSize: 7.5, bold: true },
              230,
            ),
            width: '*',
          },
          ...(marks === '' ? [] : [{ ...chip(marks, ink.caution), width: 'auto' as const }]),
          {
            ...words(said(`Report ${reportId}`), { fontSize: 7.5, alignment: 'right', color: ink.muted }, 130),
            width: 'auto',
          },
        ],
        columnGap: 10,
      },
      { canvas: [{ type: 'line', x1: 0, y1: 3, x2: SHEET_WIDTH, y2: 3, lineWidth: 0.8, lineColor: ink.accent }] },
    ],
  };
}

function pageFooter(input: ReportInput, page: number, pages: number): Content {
  const said = saidIn(input);
  return {
    margin: [MARGIN, 12, MARGIN, 0],
    columns: [
      {
        ...words(
          `${input.template?.footer === undefined ? '' : `${input.template.footer}\n`}Consilium ${input.version}  ·  ${said(`made ${own(momentIn(input, input.composedAt))}`)}  ·  ${said('supports the decision of physicians, does not take it')}`,
          { fontSize: 6.5, color: ink.muted },
          380,
        ),
        width: '*',
      },
      { ...words(said(`Page ${page} of ${pages}`), { fontSize: 7.5, alignment: 'right' }, 90), width: 90 },
    ],
  };
}

/** At most 150 by 34 points, at the right edge above the name of the house. */
function logoOf({ template }: ReportInput): Content[] {
  const { logo } = template ?? {};
  if (logo === undefined) return [];
  const place = { fit: [150, 34] as const, alignment: 'right' as const, margin: [0, 0, 0, 3] as const };
  return logo.mediaType === 'image/png'
    ? [{ image: `data:image/png;base64,${logo.data}`, ...place }]
    : [{ svg: logo.data, ...place }];
}

function titleBlock(input: ReportInput): Content {
  const { record, board } = input;
  const institution = input.template?.institution ?? record.referrer?.institution;
  const date =
    board.decision === undefined
      ? momentIn(input, input.composedAt)
      : saidIn(input)(`Board of ${own(momentIn(input, board.decision.decidedAt))}`);
  return {
    columns: [
      { ...words(title(input), { fontSize: 16, bold: true, color: ink.accent }), width: '*' },
      {
        stack: [
          ...logoOf(input),
          words(
            [institution, date].filter(Boolean).join('\n'),
            { fontSize: 8, alignment: 'right', color: ink.muted },
            190,
          ),
        ],
        width: 150,
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
  return { qr: said, fit: 96, eccLevel: 'M', foreground: ink.text, margin: [0, 4, 0, 6], width: 96 };
}

/** `ConsiliumCheckpoint` as the verifier reads it back: size and root of the journal's tree. */
const checkpointKey = ({ checkpoint }: ReportInput): string =>
  checkpoint === undefined ? '' : `${checkpoint.treeSize}:${checkpoint.rootHash}`;

const filesOf = (attachments: readonly Attachment[], made: Date): NonNullable<DocumentDefinition['files']> =>
  Object.fromEntries(
    attachments.map(({ name, mediaType, what, relationship, bytes }) => [
      name,
      {
        src: `data:${mediaType};base64,${bytes.toString('base64')}`,
        name,
        type: mediaType,
        description: what,
        relationship,
        creationDate: made,
        modifiedDate: made,
      },
    ]),
  );

const placeId = (index: number): string => `signature-place-${index}`;

/** Empty lines for those who sign later; their names come with their signatures, none of which changes an earlier byte. */
function signaturePlaces(input: ReportInput): Content {
  // One for each: pdfmake writes into what it is given.
  const rule = () => ({ type: 'line', x1: 0, y1: 0, x2: PLACE_WIDTH, y2: 0, lineWidth: 0.5, lineColor: ink.muted });
  return {
    columns: Array.from({ length: PLACES }, (_, index) => ({
      width: PLACE_WIDTH,
      stack: [
        { canvas: [rule()], margin: [0, PLACE_HEIGHT + 1, 0, 1.5] as const },
        {
          ...words(saidIn(input)('Further signature: name, meaning, time'), { fontSize: 5.5, color: ink.muted }),
          id: placeId(index),
        },
      ],
    })),
    columnGap: PLACE_GAP,
    margin: [0, 4 - PLACES_HEIGHT, 0, 0],
  };
}

/** How the front is set. */
interface FrontSetting extends Setting {
  /** Treatments and decision, which are read together, stand on the second page. */
  readonly isParted: boolean;
}

const usual: FrontSetting = { size: 8.75, air: 1, isParted: false };
const close: FrontSetting = { size: 8.25, air: 0.5, isParted: false };
/** What is tried where the usual one takes a second page: none that holds the decision alone, if it can be helped. */
const otherSettings: readonly (readonly [setting: FrontSetting, mostPages: number])[] = [
  [close, 1],
  [{ ...usual, isParted: true }, 2],
  [{ ...close, isParted: true }, 2],
  [usual, 2],
];
const appendix: Setting = { size: 8, air: 1 };

function frontContent({ front }: DraftReport, input: ReportInput, setting: FrontSetting): Content[] {
  const blocks = front.map((block, index) => blockContent(block, front.slice(index + 1, index + 4), input, setting));
  const headingOf = (element: string): number =>
    front.findIndex(
      ({ kind, elements }) => kind === 'heading' && elements.includes(element) && !elements.includes('R04'),
    );
  const heading = headingOf('R43');
  const decisionAt = heading < 0 ? front.length - 1 : heading;
  const partedAt = setting.isParted ? headingOf('R35') : decisionAt;
  return [
    titleBlock(input),
    ...blocks.slice(0, partedAt).flat(),
    ...(setting.isParted ? [{ text: '', pageBreak: 'before' } as const] : []),
    ...blocks.slice(partedAt, decisionAt).flat(),
    // The decision stands whole with its actions and signatures. The places of those who sign later are laid over the room
    // at its end: pdfmake does not know where a part of such a whole comes to stand.
    {
      stack: [
        ...blocks.slice(decisionAt).flat(),
        { stack: [{ stack: [], margin: [0, PLACES_HEIGHT, 0, 0] }], unbreakable: true },
      ],
      unbreakable: true,
    },
    signaturePlaces(input),
  ];
}

const appendixContent = (report: DraftReport, input: ReportInput): Content[] => [
  {
    ...words(saidIn(input)('Appendix'), { fontSize: 15, bold: true, color: ink.accent, margin: [0, 0, 0, 0] }),
    pageBreak: 'before',
  },
  ...report.appendix.flatMap((block, index) => {
    const content = blockContent(block, report.appendix.slice(index + 1, index + 4), input, appendix);
    return block.kind === 'paragraph' && block.facts.includes('rule:verification')
      ? [{ columns: [verificationCode(input), { stack: content, width: '*' as const }], columnGap: 14 }]
      : content;
  }),
];

/** Prints a report. `kind` marks drafts. The input must be the one the report was composed from. */
export async function printReport(
  report: DraftReport,
  input: ReportInput,
  kind: PaperKind,
  attachments: readonly Attachment[] = [],
): Promise<Printed> {
  const printed = (setting: FrontSetting): Promise<Printed> =>
    lay([...frontContent(report, input, setting), ...appendixContent(report, input)], input, kind, attachments);
  const asUsual = await printed(usual);
  if (asUsual.frontPages === 1) return asUsual;
  for (const [setting, mostPages] of otherSettings) {
    const { frontPages } = await lay(frontContent(report, input, setting), input, kind);
    if (frontPages <= mostPages) return setting === usual ? asUsual : printed(setting);
  }
  return printed(close);
}

async function lay(
  content: readonly Content[],
  input: ReportInput,
  kind: PaperKind,
  attachments: readonly Attachment[] = [],
): Promise<Printed> {
  const made = new Date(input.signature?.signedAt ?? input.composedAt);
  let pages = 0;
  const places: SignaturePlace[] = [];
  const definition: DocumentDefinition = {
    pageSize: 'A4',
    pageMargins: [MARGIN, TOP, MARGIN, 40],
    language: languageTags[input.language ?? 'en'],
    displayTitle: true,
    info: {
      title: `${title(input)} ${input.reportId}`,
      author: input.signature === undefined ? 'Consilium' : saidIn(input)('Signer named in the signature'),
      subject: saidIn(input)(kind === 'draft' ? 'Draft, not signed' : 'Report of a molecular tumor board'),
      creator: `Consilium ${input.version}`,
      producer: `Consilium ${input.version}`,
      creationDate: made,
      modDate: made,
      ConsiliumReport: input.reportId,
      ConsiliumCheckpoint: checkpointKey(input),
      ...(input.amendment === undefined
        ? {}
        : { ConsiliumAmends: `${input.amendment.former.reportId} ${input.amendment.former.sha256}` }),
    },
    defaultStyle: { font: 'Inter', fontSize: 8.75, color: ink.text },
    header: () => pageHeader(input, kind),
    footer: (page, all) => {
      pages = all;
      return pageFooter(input, page, all);
    },
    ...(kind === 'draft'
      ? { watermark: { text: saidIn(input)('DRAFT'), color: ink.muted, opacity: 0.08, bold: true, font: 'Inter' } }
      : {}),
    ...(attachments.length === 0 ? {} : { files: filesOf(attachments, made) }),
    // Asked of each node with where it came to stand; it is looked at here, never broken.
    pageBreakBefore: ({ id, startPosition: { pageNumber, left, top } }) => {
      const index = Array.from({ length: PLACES }, (_, at) => placeId(at)).indexOf(id ?? '');
      if (index < 0) return false;
      const low = PAGE_HEIGHT - top + 2;
      const edges = [left, low, left + PLACE_WIDTH, low + PLACE_HEIGHT].map((edge) => Math.round(edge * 100) / 100);
      places[index] = { page: pageNumber, rectangle: edges as unknown as SignaturePlace['rectangle'] };
      return false;
    },
    content,
  };
  const bytes = await printPdf(definition);
  const frontPages = places.at(-1)?.page;
  if (frontPages === undefined || places.length !== PLACES) throw new Error('the front of a report has its signatures');
  return { bytes: Buffer.from(bytes), pages, frontPages, signaturePlaces: places };
}
