import type { CaseTrials, TrialVerdict } from '../../therapy/trials/verdicts.ts';
import { column, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own } from '../translate.ts';
import { listed, plural, stopped } from '../words.ts';

const SHOWN = 15;
const accrualWords = {
  open: 'open',
  closed: 'closed',
  'not-yet-open': 'not yet open',
  'not-confirmed': 'not confirmed',
} as const;

/** Arms that make the trial what it is called, as the screen has them. */
const speaking = ({ arms, verdict }: TrialVerdict) => arms.filter((arm) => arm.verdict === verdict);

const siteWords = ({ sites }: TrialVerdict): string =>
  listed(
    sites.map(({ name }) => own(name)),
    2,
  ) || 'not stated';

const accrual = ({ accrual: { state, snapshot } }: TrialVerdict): string =>
  `${accrualWords[state]}${snapshot === null ? ', undated' : `, as of ${snapshot}`}`;

function judged(trials: Extract<CaseTrials, { state: 'judged' }>): ReportBlock[] {
  const of = (verdict: TrialVerdict['verdict']) => trials.trials.filter((trial) => trial.verdict === verdict);
  const [matches, near, unknown] = [of('match'), of('near-miss'), of('unknown')];
  const cite = fact.trials;
  const blocks: ReportBlock[] = [];
  const more = (all: readonly unknown[]): string | undefined =>
    all.length > SHOWN ? `${plural(all.length - SHOWN, 'further trial')} on screen.` : undefined;
  blocks.push(
    matches.length === 0
      ? paragraph('No trial of the site’s folder fits this case in every criterion.', [cite], ['R39'])
      : table(
          [
            column('Trial', 1.4, 'name'),
            column('Title', 3.4),
            column('Criteria met, unknown, not met', 1.7),
            column('Trial site', 1.8),
            column('Recruitment', 1.6),
          ],
          matches.slice(0, SHOWN).map((trial): Row => {
            const criteria = speaking(trial)[0]?.criteria ?? [];
            const count = (state: string): number => criteria.filter((one) => one.state === state).length;
            return {
              cells: [
                trial.nctId ?? trial.id,
                own(trial.title),
                `${count('met')}, ${count('unknown')}, ${count('not-met')}`,
                siteWords(trial),
                accrual(trial),
              ],
              facts: [cite],
            };
          }),
          ['R39'],
          more(matches),
        ),
    heading(2, 'Near misses', ['R40']),
    near.length === 0
      ? paragraph('No trial hinges on one missing datum.', [cite], ['R40'])
      : table(
          [column('Trial', 1.4, 'name'), column('Title', 3.4), column('Missing', 3), column('Recruitment', 1.6)],
          near.slice(0, SHOWN).map(
            (trial): Row => ({
              cells: [
                trial.nctId ?? trial.id,
                own(trial.title),
                listed([...new Set(speaking(trial).flatMap(({ needs }) => needs))], 3) ||
                  (speaking(trial)[0]?.because ?? '–'),
                accrual(trial),
              ],
              facts: [cite],
            }),
          ),
          ['R40'],
          more(near),
        ),
    paragraph(
      `${plural(trials.trials.length, 'trial')} judged on ${trials.on}: ${matches.length} fit, ${near.length} near miss, ${unknown.length} undecided, ${of('no-match').length} do not fit. Eligibility that only a reader can judge is not part of this.`,
      [cite],
      ['R39', 'R40'],
      'note',
    ),
  );
  return blocks;
}

/** R39, R40: trials of the site's folder against this case; what was not matched is said. */
export function trialBlocks({ trials }: ReportInput): ReportBlock[] {
  const head = heading(2, 'Trials for this patient', ['R39', 'R40']);
  if (trials?.state === 'judged') return [head, ...judged(trials)];
  return [
    head,
    paragraph(
      `No trial was matched: ${stopped(trials?.reason ?? 'no folder of trials was given for this report')}`,
      [fact.trials],
      ['R39', 'R40'],
      'caution',
    ),
  ];
}
