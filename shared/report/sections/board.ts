import type { Disagreement } from '../../board/decision.ts';
import type { FollowUp } from '../../board/follow-up.ts';
import { tallyWords } from '../../board/vote.ts';
import { column, factRows, factsOr, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { chosen, type DecidedBoard, decisionIsStale } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own } from '../translate.ts';
import {
  findingName,
  flagWords,
  intentWords,
  listed,
  moment,
  plural,
  responseWords,
  stopped,
  treatmentName,
} from '../words.ts';

const disagreementWords: Record<Disagreement['between'], string> = {
  'knowledge-bases': 'Sources disagree',
  'reviewer-and-knowledge-base': 'Reviewer and sources disagree',
  'table-and-board': 'Table and board disagree',
  'model-and-board': 'Model and board disagree',
};

/** Who the command line names where a file holds the decision. */
const DECISION_FILE = 'the decision file';

export const NO_DECISION = 'No decision of the board is recorded. This report prepares the board.';
export const STALE_DECISION =
  'The case was analysed again after this decision: it was taken on other documents than those reported here.';

/** What a reader must know of how the data were read (R48, analytic). */
function analyticComments(input: ReportInput): ReportBlock[] {
  const { intake, profile } = input;
  const flagged = profile.findings.filter(({ flags, tier }) => flags.length > 0 && (tier === 'I' || tier === 'II'));
  const blocks: ReportBlock[] = [
    ...intake.refusals.map(({ file, fault }) =>
      paragraph(
        `${own(file)} was refused and is not part of this report: ${stopped(fault.message)}`,
        [fact.intake('refusals')],
        ['R48'],
        'caution',
      ),
    ),
    ...intake.questions.map(({ file, question, blocking }) =>
      paragraph(
        `Open question on ${own(file)}: ${question}${blocking ? ' Its rows are not interpreted.' : ''}`,
        [fact.intake('questions')],
        ['R48'],
        'caution',
      ),
    ),
    // What is said of several findings is said once.
    ...[...Map.groupBy(flagged, ({ flags }) => flagWords(flags).join('; '))].map(([told, of]) =>
      paragraph(
        `${of.map(findingName).join(', ')}: ${stopped(told)}`,
        factsOr(
          of.map(({ id }) => id),
          fact.profile('findings'),
        ),
        ['R48'],
      ),
    ),
  ];
  if (blocks.length === 0)
    blocks.push(
      paragraph(
        'Every file was read whole; no finding of tier I or II carries a quality flag.',
        [fact.intake('understandings'), fact.profile('findings')],
        ['R48'],
      ),
    );
  if (intake.warnings.length > 0)
    blocks.push(
      paragraph(
        `${plural(intake.warnings.length, 'remark')} of intake: ${listed(
          intake.warnings.map(
            ({ file, message }) => `${file === undefined ? '' : `${file}: `}${message.replace(/\.$/, '')}`,
          ),
          8,
        )}.`,
        [fact.intake('warnings')],
        ['R48'],
        'note',
      ),
    );
  return blocks;
}

/** Each vote that was held, before and after the discussion, with what the minority said (R44). */
function voteRows({ votes = [] }: DecidedBoard, cite: string): readonly (readonly [string, string, string])[] {
  if (votes.length === 0) return [['Vote', 'not held or not recorded', cite]];
  return [...Map.groupBy(votes, ({ round }) => round)].map(([round, of]) => [
    round === 'before' ? 'Vote before discussion' : 'Vote after discussion',
    of
      .flatMap((vote) => [
        tallyWords(vote),
        ...vote.statements.map(({ name, choice, text }) => `${own(name)} (${choice}): ${own(text)}`),
      ])
      .map(stopped)
      .join('\n'),
    cite,
  ]);
}

const followUpWords = {
  'carried-out': 'carried out',
  'in-part': 'carried out in part',
  'not-carried-out': 'not carried out',
  'asked-unknown': 'asked, not known',
} as const;

/** R42: what came of the board's earlier decisions on this case. */
/** What was not asked is not said to be absent. */
function toxicityWords({ toxicityGrade, toxicity }: FollowUp): string {
  const what = toxicity === undefined ? [] : [own(toxicity)];
  const grade =
    toxicityGrade === undefined ? [] : [toxicityGrade === 0 ? 'none at the time' : `CTCAE grade ${toxicityGrade}`];
  return [...grade, ...what].join(': ') || 'not stated';
}

function earlierBlocks({ board }: ReportInput): ReportBlock[] {
  const followUps = board.followUps ?? [];
  if (followUps.length === 0) return [];
  return [
    heading(2, 'What came of earlier decisions', ['R42']),
    table(
      [
        column('On', 1.2),
        column('Decision', 1),
        column('State', 2),
        column('Response', 1.6),
        column('Toxicity', 1.6),
        column('Note', 3),
      ],
      followUps.map(
        ({ entry, forDecision }): Row => ({
          cells: [
            entry.on,
            String(forDecision),
            [
              followUpWords[entry.state],
              ...(entry.reason === undefined ? [] : [entry.reason.replaceAll('-', ' ')]),
            ].join(': '),
            responseWords[entry.response ?? 'unknown'] ?? 'response not stated',
            toxicityWords(entry),
            entry.note === undefined ? '–' : own(entry.note),
          ],
          facts: [fact.board('follow-ups')],
        }),
      ),
      ['R42'],
    ),
  ];
}

/** R57: what was told before, to whom and by whom, as the notes on this element say. */
function preliminary({ board }: ReportInput): ReportBlock[] {
  const notes = (board.annotations ?? []).filter(
    ({ anchor, withdrawn }) => anchor.kind === 'report' && anchor.id === 'R57' && !withdrawn,
  );
  if (notes.length === 0)
    return [
      paragraph(
        'No preliminary or spoken communication of these results is recorded.',
        [fact.board('notes')],
        ['R57'],
        'note',
      ),
    ];
  return [
    table(
      [column('When recorded', 1.4), column('What was told, and to whom', 5), column('Recorded by', 1.6)],
      notes.map(({ at, text, by }): Row => ({ cells: [moment(at), own(text), own(by)], facts: [fact.board('notes')] })),
      ['R57'],
    ),
  ];
}

/** R42 to R48, R52 in part, R57. */
export function boardPart(input: ReportInput): ReportBlock[] {
  const { board } = input;
  const { decision } = board;
  const blocks: ReportBlock[] = [];
  const cite = fact.board('decision');
  if (decision === undefined) blocks.push(paragraph(NO_DECISION, [cite], ['R43', 'R44', 'R45', 'R46'], 'caution'));
  else {
    if (decisionIsStale(input))
      blocks.push(paragraph(STALE_DECISION, [cite, fact.report('basis')], ['R43'], 'caution'));
    const picked = chosen(input, decision);
    blocks.push(
      factRows(
        [
          ['Answer to the question', own(decision.answer), cite],
          [
            'Recommendation',
            picked.length === 0 ? 'no treatment' : picked.map(treatmentName).join('; then '),
            ...factsOr(
              input.options.options
                .filter(({ id }) => decision.optionIds.includes(id))
                .map(({ id }) => fact.option(id)),
              cite,
            ),
          ],
          ['Intent', intentWords[decision.intent], cite],
          ['Line', decision.line === undefined ? 'not stated' : own(decision.line), cite],
          ['Rationale', own(decision.rationale), cite],
          ...(decision.conditions === undefined ? [] : [['Conditions', own(decision.conditions), cite] as const]),
          [
            'Decided',
            `${moment(decision.decidedAt)}, recorded by ${decision.decidedBy === DECISION_FILE ? DECISION_FILE : own(decision.decidedBy)}`,
            cite,
          ],
        ],
        ['R43', 'R48'],
      ),
      factRows(
        [
          ['Dissent', decision.dissent === undefined ? 'none recorded' : own(decision.dissent), cite],
          [
            'Alternatives',
            listed(
              input.options.options
                .filter(({ id, label }) => !decision.optionIds.includes(id) && !picked.includes(label))
                .map(({ label }) => treatmentName(label)),
              8,
            ) || 'none in the table',
            fact.options('table'),
          ],
          ...voteRows(decision, cite),
          ...[...Map.groupBy(decision.disagreements ?? [], ({ between }) => between)].map(
            ([between, of]) =>
              [
                disagreementWords[between],
                of
                  .map(
                    ({ what, resolution }) =>
                      `${stopped(own(what))} Resolution: ${resolution === undefined ? 'not stated' : own(resolution)}`,
                  )
                  .join('\n'),
                cite,
              ] as const,
          ),
        ],
        ['R44'],
      ),
      heading(2, 'Participants', ['R45']),
    );
    blocks.push(
      decision.participants.length === 0
        ? paragraph('No participant is recorded.', [cite], ['R45'], 'caution')
        : table(
            [column('Name', 2, 'name'), column('Role', 2), column('Conflict of interest', 3)],
            decision.participants.map(
              ({ name, role, conflictOfInterest }): Row => ({
                cells: [
                  own(name),
                  own(role),
                  conflictOfInterest === undefined ? 'none declared' : own(conflictOfInterest),
                ],
                facts: [cite],
              }),
            ),
            ['R45'],
          ),
      heading(2, 'Actions', ['R46']),
      decision.actions.length === 0
        ? paragraph('No action is recorded.', [cite], ['R46'], 'caution')
        : table(
            [column('What', 5, 'name'), column('Owner', 2), column('Due', 1.2)],
            decision.actions.map(
              ({ what, owner, due }): Row => ({ cells: [own(what), own(owner), due], facts: [cite] }),
            ),
            ['R46'],
          ),
    );
  }
  blocks.push(...earlierBlocks(input));
  blocks.push(
    heading(2, 'Comment, analytic', ['R48']),
    ...analyticComments(input),
    heading(2, 'Comment, clinical', ['R48']),
  );
  blocks.push(
    decision === undefined
      ? paragraph('Left to the board.', [cite], ['R48'])
      : paragraph(stopped(own(decision.rationale)), [cite], ['R48']),
    heading(2, 'Told before this report', ['R57']),
    ...preliminary(input),
  );
  return blocks;
}
