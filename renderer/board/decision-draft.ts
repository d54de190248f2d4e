/**
 * The decision while it is typed: what is filled in by itself, what still misses, and the document it becomes. Pure, so
 * that each rule is tested without a screen (F077).
 */
import { z } from 'zod';
import type { Attendance } from '../../shared/board/attendance.ts';
import type { Decision } from '../../shared/board/decision.ts';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import { isPossibleDate } from '../../shared/foundation/date.ts';
import { withoutDismissed } from '../../shared/therapy/dismissed.ts';
import type { OptionsTable, TherapyExclusion, TherapyOption } from '../../shared/therapy/options.ts';
import { exclusionWords, intentWords, ordinal } from '../ui/words.ts';

const Action = z.object({ what: z.string(), owner: z.string(), due: z.string() });
const Participant = z.object({ name: z.string(), role: z.string(), conflict: z.string() });
export type ActionDraft = z.infer<typeof Action>;
export type ParticipantDraft = z.infer<typeof Participant>;
export const Participants = z.array(Participant);

/** Fields that fill themselves from the chosen options until a person types in them. */
const Own = z.enum(['line', 'answer', 'rationale', 'action']);

export const DecisionDraft = z.object({
  optionIds: z.array(z.string()),
  /** Ids of exclusions chosen against what excludes them; each needs stated words. */
  exclusionIds: z.array(z.string()),
  other: z.string(),
  override: z.string(),
  intent: z.enum([
    '',
    'curative',
    'disease-control',
    'symptom-control',
    'trial',
    'further-testing',
    'watchful-waiting',
  ]),
  line: z.string(),
  answer: z.string(),
  rationale: z.string(),
  dissent: z.string(),
  conditions: z.string(),
  modelDisagreement: z.string(),
  actions: z.array(Action),
  participants: Participants,
  written: z.array(Own),
});
export type DecisionDraft = z.infer<typeof DecisionDraft>;

/** What the form knows of the case and of who sits at it. */
export interface DecisionContext {
  readonly options: Pick<OptionsTable, 'options' | 'exclusions'>;
  readonly record: Pick<CaseRecord, 'therapyLines' | 'referrer'>;
  /** Today as YYYY-MM-DD. */
  readonly today: string;
  readonly userName: string;
  /** Who sat at the table at the last decision of this station. */
  readonly table: readonly ParticipantDraft[];
  /** Findings that a reviewer dismissed. */
  readonly dismissed: ReadonlySet<string>;
}

const DUE_DAYS = 7;

/** `days` after a date, as YYYY-MM-DD. */
export function dayAfter(date: string, days: number): string {
  const time = new Date(`${date}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

/** Who decides in a meeting: those who are here and not recused from this case, as they sit and with what they declared. */
export const tableOf = ({ people }: Attendance, caseId: string): ParticipantDraft[] =>
  people
    .filter(({ present, recusedFrom }) => present && !recusedFrom.some((recused) => recused === caseId))
    .map(({ name, role, conflictOfInterest }) => ({ name, role, conflict: conflictOfInterest ?? '' }));

export function emptyDraft({ today, userName, table, record }: DecisionContext): DecisionDraft {
  return {
    optionIds: [],
    exclusionIds: [],
    other: '',
    override: '',
    intent: '',
    line: '',
    answer: '',
    rationale: '',
    dissent: '',
    conditions: '',
    modelDisagreement: '',
    actions: [{ what: '', owner: record.referrer?.clinician ?? '', due: dayAfter(today, DUE_DAYS) }],
    participants: table.length > 0 ? [...table] : [{ name: userName, role: 'Chair', conflict: '' }],
    written: [],
  };
}

/**
 * What was decided before, opened again to decide anew. Words that filled themselves in then do so again: an answer and a
 * rationale of the former option do not stay behind beside another one.
 */
export function draftOf(decision: Decision, context: DecisionContext): DecisionDraft {
  const chosen: DecisionDraft = {
    ...emptyDraft(context),
    optionIds: decision.optionIds,
    other: decision.otherOption ?? '',
    actions: decision.actions,
  };
  const filled = filledIn(chosen, context);
  return {
    ...chosen,
    intent: decision.intent,
    line: decision.line ?? '',
    answer: decision.answer,
    rationale: decision.rationale,
    dissent: decision.dissent ?? '',
    conditions: decision.conditions ?? '',
    modelDisagreement: decision.modelDisagreement ?? '',
    participants: decision.participants.map(({ name, role, conflictOfInterest }) => ({
      name,
      role,
      conflict: conflictOfInterest ?? '',
    })),
    written: Own.options.filter((field) =>
      field === 'action'
        ? decision.actions[0]?.what !== filled.actions[0]?.what
        : (decision[field] ?? '') !== filled[field],
    ),
  };
}

/** A kept draft in today's form; undefined where an older program kept something else. */
export const parseDraft = (kept: unknown): DecisionDraft | undefined => DecisionDraft.safeParse(kept).data;

const chosenOptions = (draft: DecisionDraft, { options }: DecisionContext): TherapyOption[] =>
  draft.optionIds
    .map((id) => options.options.find((option) => option.id === id))
    .filter((option) => option !== undefined);

const chosenExclusions = (draft: DecisionDraft, { options }: DecisionContext): TherapyExclusion[] =>
  draft.exclusionIds
    .map((id) => options.exclusions.find((exclusion) => exclusion.id === id))
    .filter((exclusion) => exclusion !== undefined);

/** Exclusions that the words of the other option name, by any of their agents. */
function namedExclusions(draft: DecisionDraft, { options }: DecisionContext): TherapyExclusion[] {
  const words = ` ${draft.other.toLocaleLowerCase().replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')} `;
  return options.exclusions.filter((exclusion) =>
    exclusion.agents.every((agent) => words.includes(` ${agent.toLocaleLowerCase()} `)),
  );
}

/** Every exclusion the decision would go against, each once. */
export const overridden = (draft: DecisionDraft, context: DecisionContext): TherapyExclusion[] => [
  ...new Set([...chosenExclusions(draft, context), ...namedExclusions(draft, context)]),
];

/** What is chosen, in order and in words. */
export const chosenLabels = (draft: DecisionDraft, context: DecisionContext): string[] => [
  ...chosenOptions(draft, context).map((option) => option.label),
  ...chosenExclusions(draft, context).map((exclusion) => exclusion.label),
  ...(draft.other.trim() === '' ? [] : [draft.other.trim()]),
];

/** Why an option stands in the table: its findings and evidence, tier, conflict, prior use. */
function reasonsOf(option: TherapyOption, { dismissed }: DecisionContext): string {
  const tier = option.weight ?? option.tier;
  const { kept, gone } = withoutDismissed(option, dismissed);
  const because = [...kept.map(({ text }) => text), ...gone.map(({ text }) => `${text} (dismissed by a reviewer)`)];
  return [
    `${option.label}: ${because.join('; ')}`,
    tier === undefined ? undefined : `tier ${tier}`,
    option.conflict?.statement,
    option.prior?.text,
  ]
    .filter((part) => part !== undefined)
    .map((part) => part.replace(/\.$/, ''))
    .join('; ')
    .concat('.');
}

/** Longest rationale that a decision document holds. */
const RATIONALE = 2000;

/** Fills what nobody has typed in yet from what is chosen now. */
export function filledIn(draft: DecisionDraft, context: DecisionContext): DecisionDraft {
  const own = (field: z.infer<typeof Own>) => draft.written.includes(field);
  const labels = chosenLabels(draft, context);
  const [first] = labels;
  const lines = context.record.therapyLines;
  const next = Math.max(0, ...lines.map((line) => line.line)) + 1;
  const [action, ...others] = draft.actions;
  return {
    ...draft,
    line: own('line') ? draft.line : first === undefined ? '' : `${ordinal(next)} line`,
    answer: own('answer') ? draft.answer : labels.join(', then '),
    rationale: own('rationale')
      ? draft.rationale
      : chosenOptions(draft, context)
          .map((option) => reasonsOf(option, context))
          .join('\n')
          .slice(0, RATIONALE),
    actions:
      own('action') || action === undefined
        ? draft.actions
        : [{ ...action, what: first === undefined ? '' : `Start ${first}` }, ...others],
  };
}

/** Chooses an option, or takes it back; the order of choosing is the order of the decision. */
export function toggled(
  draft: DecisionDraft,
  list: 'optionIds' | 'exclusionIds',
  id: string,
  context: DecisionContext,
): DecisionDraft {
  const before = draft[list];
  const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
  return filledIn({ ...draft, [list]: after }, context);
}

/** A field that misses something, and what. `field` names the part of the form to go to. */
export interface Missing {
  readonly field: 'options' | 'override' | 'intent' | 'answer' | 'rationale' | 'actions' | 'participants';
  readonly text: string;
}

/** Intents in which nothing need be chosen from the table. */
const withoutTherapy: ReadonlySet<DecisionDraft['intent']> = new Set([
  'further-testing',
  'watchful-waiting',
  'symptom-control',
]);

/** YYYY-MM-DD, typed and shown the same everywhere: the browser's own field would follow its locale. */
export const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && isPossibleDate(text);

/** Everything that keeps a decision from being recorded, in the order of the form. */
export function missing(draft: DecisionDraft, context: DecisionContext): Missing[] {
  const found: Missing[] = [];
  if (chosenLabels(draft, context).length === 0 && !withoutTherapy.has(draft.intent))
    found.push({ field: 'options', text: 'choose an option, or name another' });
  if (overridden(draft, context).length > 0 && draft.override.trim() === '')
    found.push({ field: 'override', text: 'say why the exclusion does not hold here' });
  if (draft.intent === '') found.push({ field: 'intent', text: 'choose the intent' });
  if (draft.answer.trim() === '') found.push({ field: 'answer', text: 'answer the question' });
  if (draft.rationale.trim() === '') found.push({ field: 'rationale', text: 'give the rationale' });
  const actions = draft.actions.filter((action) => action.what.trim() !== '' || action.owner.trim() !== '');
  if (draft.actions.every((action) => action.what.trim() === ''))
    found.push({ field: 'actions', text: 'name one action' });
  else if (actions.some(({ what, owner, due }) => what.trim() === '' || owner.trim() === '' || !isDate(due)))
    found.push({ field: 'actions', text: 'each action needs what, who and a date' });
  if (draft.participants.every((one) => one.name.trim() === ''))
    found.push({ field: 'participants', text: 'name who decided' });
  return found;
}

/** A field of two drafts that is not the same in both, in words; '' is an empty field. */
export interface DraftDifference {
  readonly field: string;
  readonly here: string;
  readonly there: string;
}

/** What two windows typed differently into one decision, in the order of the form. */
export function draftDifferences(
  here: DecisionDraft,
  there: DecisionDraft,
  context: DecisionContext,
): DraftDifference[] {
  const words: readonly (readonly [string, (draft: DecisionDraft) => string])[] = [
    ['Options', (draft) => chosenLabels(draft, context).join(', then ')],
    ['Why the exclusion does not hold', (draft) => draft.override],
    ['Intent', (draft) => (draft.intent === '' ? '' : intentWords[draft.intent])],
    ['Line', (draft) => draft.line],
    ['Answer', (draft) => draft.answer],
    ['Rationale', (draft) => draft.rationale],
    ['Dissent', (draft) => draft.dissent],
    ['Conditions', (draft) => draft.conditions],
    ['Disagreement with the model', (draft) => draft.modelDisagreement],
    [
      'Actions',
      (draft) => draft.actions.map(({ what, owner, due }) => [what, owner, due].filter(Boolean).join(', ')).join('; '),
    ],
    [
      'Who decided',
      (draft) =>
        draft.participants
          .map(({ name, role, conflict }) => [name, role, conflict].filter(Boolean).join(', '))
          .join('; '),
    ],
  ];
  return words
    .map(([field, of]) => ({ field, here: of(here), there: of(there) }))
    .filter((one) => one.here !== one.there);
}

const optional = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** The decision document. What goes against an exclusion says so in the rationale, with the words given for it. */
export function toDecision(draft: DecisionDraft, context: DecisionContext): Decision {
  if (draft.intent === '') throw new Error('a decision without an intent is not recorded');
  const against = overridden(draft, context);
  const rationale = [
    draft.rationale.trim(),
    ...(against.length === 0
      ? []
      : [
          `Chosen against an exclusion: ${against.map((one) => `${one.label} (${exclusionWords[one.kind]})`).join(', ')}. ${draft.override.trim()}`,
        ]),
  ].join('\n');
  const other = [
    ...chosenExclusions(draft, context).map((exclusion) => exclusion.label),
    ...(draft.other.trim() === '' ? [] : [draft.other.trim()]),
  ].join(' + ');
  const texts = {
    otherOption: optional(other),
    line: optional(draft.line),
    dissent: optional(draft.dissent),
    conditions: optional(draft.conditions),
    modelDisagreement: optional(draft.modelDisagreement),
  };
  const stated = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  return {
    optionIds: chosenOptions(draft, context).map((option) => option.id),
    ...stated,
    intent: draft.intent,
    answer: draft.answer.trim(),
    rationale,
    actions: draft.actions
      .filter((action) => action.what.trim() !== '')
      .map(({ what, owner, due }) => ({ what: what.trim(), owner: owner.trim(), due })),
    participants: draft.participants
      .filter((one) => one.name.trim() !== '')
      .map(({ name, role, conflict }) => ({
        name: name.trim(),
        role: role.trim(),
        ...(conflict.trim() === '' ? {} : { conflictOfInterest: conflict.trim() }),
      })),
  };
}
