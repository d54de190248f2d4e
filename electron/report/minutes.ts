/** The minutes of a meeting on paper (F083): who was there, what was decided, who does what until when, where the time went. */
import { votersOf } from '../../shared/board/attendance.ts';
import { budgetOf, clockWords } from '../../shared/board/meeting.ts';
import type { Minutes } from '../../shared/board/minutes.ts';
import { tallyWords } from '../../shared/board/vote.ts';
import { intentWords, moment } from '../../shared/report/words.ts';
import { ink } from './ink.ts';
import { SHEET_WIDTH, words } from './paper.ts';
import { type Content, type DocumentDefinition, printPdf } from './pdfmake.ts';

const MARGIN = 51;

const title = (text: string): Content =>
  words(text, { fontSize: 12, bold: true, color: ink.accent, margin: [0, 10, 0, 3] });
const line = (label: string, text: string): Content => ({
  columns: [
    { ...words(label, { color: ink.muted }, 100), width: 105 },
    { ...words(text, {}, SHEET_WIDTH - 110), width: '*' },
  ],
  margin: [0, 0, 0, 2],
});

function ofCase(item: Minutes['cases'][number], place: number): Content {
  const { decision, pseudonym, question, triage, milliseconds } = item;
  const planned = clockWords(budgetOf(triage) * 1000);
  return {
    stack: [
      words(`${place}. ${pseudonym}`, { bold: true, fontSize: 10, margin: [0, 7, 0, 2] }),
      line('Question', question ?? 'not stated'),
      line('Time', milliseconds === 0 ? 'not reached' : `${clockWords(milliseconds)} min of ${planned} planned`),
      ...(decision === undefined
        ? [line('Decision', 'none recorded in this meeting')]
        : [
            line('Decision', decision.answer),
            line('Intent', [intentWords[decision.intent], decision.line].filter(Boolean).join(', ')),
            ...(decision.votes ?? []).flatMap((vote) => [
              line(vote.round === 'before' ? 'Vote before' : 'Vote after', tallyWords(vote)),
              ...vote.statements.map(({ name, choice, text }) => line('Said with it', `${name}, ${choice}: ${text}`)),
            ]),
            line('Dissent', decision.dissent ?? 'none recorded'),
            ...decision.actions.map(({ what, owner, due }) => line('Action', `${what}: ${owner}, by ${due}`)),
          ]),
    ],
  };
}

/** The same minutes give the same bytes: every date comes from them. */
export async function printMinutes(minutes: Minutes): Promise<Uint8Array> {
  const { attendance, boardName, openedAt, closedAt, cases } = minutes;
  const made = new Date(closedAt ?? openedAt);
  const here = attendance.people.filter(({ present }) => present);
  const total = cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const foot = (page: number, pages: number): Content => ({
    margin: [MARGIN, 12, MARGIN, 0],
    columns: [
      {
        ...words(
          `Minutes ${minutes.meetingId}  ·  names patients by pseudonym`,
          { fontSize: 6.5, color: ink.muted },
          380,
        ),
        width: '*',
      },
      { ...words(`Page ${page} of ${pages}`, { fontSize: 7.5, alignment: 'right' }, 90), width: 90 },
    ],
  });
  const definition: DocumentDefinition = {
    pageSize: 'A4',
    pageMargins: [MARGIN, 44, MARGIN, 40],
    language: 'en-US',
    displayTitle: true,
    info: {
      title: 'Minutes of the tumor board',
      author: 'Consilium',
      subject: 'Minutes',
      creator: 'Consilium',
      producer: 'Consilium',
      creationDate: made,
      modDate: made,
    },
    defaultStyle: { font: 'Inter', fontSize: 8.75, color: ink.text },
    header: () => ({ text: '' }),
    footer: foot,
    pageBreakBefore: () => false,
    content: [
      words('Minutes of the tumor board', { fontSize: 16, bold: true, color: ink.accent }),
      line('Board', boardName),
      line('Opened', moment(openedAt)),
      line('Closed', closedAt === undefined ? 'not closed' : moment(closedAt)),
      line('Time on cases', `${clockWords(total)} min`),
      title('Who was there'),
      ...(here.length === 0
        ? [words('No attendance was recorded.', { color: ink.caution })]
        : here.map(({ name, role, conflictOfInterest, votes, recusedFrom }) =>
            line(
              name,
              [
                role === '' ? 'role not stated' : role,
                votes ? undefined : 'without a vote',
                `conflict of interest: ${(conflictOfInterest ?? '').trim() === '' ? 'none declared' : conflictOfInterest}`,
                recusedFrom.length === 0 ? undefined : `recused from ${recusedFrom.length} of the cases`,
              ]
                .filter(Boolean)
                .join(', '),
            ),
          )),
      line(
        'Quorum',
        attendance.quorum === 0
          ? 'not set'
          : `${attendance.quorum} voters required, ${votersOf(attendance, '').length} there at the end`,
      ),
      title('Cases'),
      ...cases.map((item, at) => ofCase(item, at + 1)),
    ],
  };
  return new Uint8Array(await printPdf(definition));
}
