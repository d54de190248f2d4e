/**
 * What two states of one case say differently: for amendments (R56) and for the watch on signed reports (F099). Only
 * what a reader of the report acts on counts; versions and hashes alone are no difference.
 */
import type { Finding } from '../molecular/profile.ts';
import { answerShown } from '../prediction/predictions.ts';
import type { TherapyExclusion, TherapyOption } from '../therapy/options.ts';
import { type Difference, differenceParts } from './report.ts';
import type { ReportInput } from './report-input.ts';
import { exclusionWords, findingName, intentWords, measureOf, oncogenicityWords, stateWords } from './words.ts';

type Compared = Pick<ReportInput, 'record' | 'profile' | 'predictions' | 'options'> &
  Partial<Pick<ReportInput, 'board'>>;

const ABSENT = 'not in the report';

const tierOf = (finding: Finding): string =>
  [
    `tier ${finding.tierCall?.weight ?? finding.tier ?? 'none'}`,
    ...(finding.oncogenicity === undefined ? [] : [oncogenicityWords[finding.oncogenicity.class].toLowerCase()]),
    measureOf(finding),
  ].join(', ');

const optionWords = (option: TherapyOption, place: number): string =>
  [
    `place ${place}`,
    `tier ${option.weight ?? option.tier ?? 'none'}`,
    `level ${option.bestLevel}`,
    ...(option.conflict === undefined ? [] : ['sources conflict']),
  ].join(', ');

const exclusionSaid = (exclusion: TherapyExclusion): string => `excluded: ${exclusionWords[exclusion.kind]}`;

/** Members of two lists by their key, in the order of the new list, then what is gone. */
function compare<Thing>(
  part: Difference['part'],
  before: readonly Thing[],
  after: readonly Thing[],
  says: { key: (thing: Thing) => string; name: (thing: Thing) => string; words: (thing: Thing, at: number) => string },
): Difference[] {
  const old = new Map(before.map((thing, index) => [says.key(thing), { thing, words: says.words(thing, index + 1) }]));
  const found: Difference[] = [];
  const seen = new Set<string>();
  for (const [index, thing] of after.entries()) {
    const key = says.key(thing);
    const words = says.words(thing, index + 1);
    const former = old.get(key);
    seen.add(key);
    if (former?.words !== words)
      found.push({ part, what: says.name(thing), before: former?.words ?? ABSENT, after: words });
  }
  for (const [key, { thing, words }] of old)
    if (!seen.has(key)) found.push({ part, what: says.name(thing), before: words, after: ABSENT });
  return found;
}

const scoreOf = ({ predictions }: Compared): string => {
  const { aggressiveness } = answerShown(predictions);
  return aggressiveness.state === 'computed'
    ? aggressiveness.sentence
    : `${aggressiveness.state}: ${aggressiveness.reason}`;
};

/** Fields of the case record that are printed as they stand. */
const recordFields = [
  ['Question', ({ record }: Compared) => record.question],
  ['Diagnosis', ({ record }: Compared) => [record.diagnosis.name, record.diagnosis.stage ?? 'no stage'].join(', ')],
] as const;

export function differencesOf(before: Compared, after: Compared): Difference[] {
  const found: Difference[] = [];
  for (const [what, of] of recordFields)
    if (of(before) !== of(after)) found.push({ part: 'record', what, before: of(before), after: of(after) });
  found.push(
    ...compare('finding', before.profile.findings, after.profile.findings, {
      key: ({ id }) => id,
      name: findingName,
      words: tierOf,
    }),
    ...compare('state', before.profile.pertinent, after.profile.pertinent, {
      key: ({ gene, modality, what }) => `${gene} ${modality} ${what}`,
      name: ({ gene, what }) => `${gene} ${what}`,
      words: ({ state }) => stateWords[state],
    }),
    ...compare('exclusion', before.options.exclusions, after.options.exclusions, {
      key: ({ id }) => id,
      name: ({ label }) => label,
      words: exclusionSaid,
    }),
    ...compare('option', before.options.options, after.options.options, {
      key: ({ id }) => id,
      name: ({ label }) => label,
      words: optionWords,
    }),
  );
  if (scoreOf(before) !== scoreOf(after))
    found.push({ part: 'score', what: 'Aggressiveness', before: scoreOf(before), after: scoreOf(after) });
  if (before.board !== undefined && after.board !== undefined)
    found.push(
      ...decisionDifferences(
        { board: before.board, options: before.options },
        { board: after.board, options: after.options },
      ),
    );
  const order = new Map(differenceParts.map((part, index) => [part, index]));
  return found.sort((left, right) => (order.get(left.part) ?? 0) - (order.get(right.part) ?? 0));
}

type Decided = Pick<ReportInput, 'board' | 'options'>;

function decisionDifferences(before: Decided, after: Decided): Difference[] {
  const fields = ({ board: { decision }, options: { options } }: Decided): Readonly<Record<string, string>> =>
    decision === undefined
      ? {}
      : {
          Answer: decision.answer,
          Recommendation: [
            ...decision.optionIds.map((id) => options.find((option) => option.id === id)?.label ?? id),
            ...(decision.otherOption === undefined ? [] : [decision.otherOption]),
          ].join('; '),
          Intent: intentWords[decision.intent],
          Line: decision.line ?? 'not stated',
          Rationale: decision.rationale,
          Conditions: decision.conditions ?? 'none',
          Dissent: decision.dissent ?? 'none recorded',
          Actions: decision.actions.map(({ what, owner, due }) => `${what} (${owner}, ${due})`).join('; '),
          Participants: decision.participants.map(({ name, role }) => `${name}, ${role}`).join('; '),
        };
  const [old, fresh] = [fields(before), fields(after)];
  const found: Difference[] = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((key) => old[key] !== fresh[key])
    .map((key) => ({
      part: 'decision',
      what: key,
      before: old[key] ?? 'no decision',
      after: fresh[key] ?? 'no decision',
    }));
  const reviews = ({ reviews: all }: ReportInput['board']): string =>
    all.map(({ findingId, verdict, reason }) => `${findingId} ${verdict} ${reason ?? ''}`).join('\n');
  if (reviews(before.board) !== reviews(after.board))
    found.push({
      part: 'decision',
      what: 'Reviews of findings',
      before: `${before.board.reviews.length} recorded`,
      after: `${after.board.reviews.length} recorded, not the same`,
    });
  return found;
}

/** One line, as an amendment prints it. */
export const differenceLine = ({ what, before, after }: Difference): string =>
  `${what}: ${before.length > 160 ? 'changed' : `before “${before}”, now “${after}”`}`;
