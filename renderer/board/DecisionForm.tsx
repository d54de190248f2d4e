import { useRef, useState } from 'react';
import type { Decision } from '../../shared/board/decision.ts';
import { modelCovered } from '../../shared/board/judge-first.ts';
import type { CaseView } from '../../shared/contract.ts';
import { answerShown } from '../../shared/prediction/predictions.ts';
import type { TherapyOption } from '../../shared/therapy/options.ts';
import { useKeys } from '../app/keyboard.tsx';
import { CasePanel } from '../case/CasePanel.tsx';
import { actionHeads, actionTone, gapWords } from '../therapy/safety-view.ts';
import { Icon } from '../ui/icons.tsx';
import { DirectionMark, Flag } from '../ui/marks.tsx';
import { Button, FaultNote, Field, Foot, Note, Section, TitleBar } from '../ui/parts.tsx';
import { intentWords, plural } from '../ui/words.ts';
import styles from './board.module.css';
import {
  type ActionDraft,
  type DecisionContext,
  type DecisionDraft,
  dayAfter,
  isDate,
  missing,
  type ParticipantDraft,
  toDecision,
  toggled,
} from './decision-draft.ts';
import { OptionPicker } from './OptionPicker.tsx';
import { OtherWindow } from './OtherWindow.tsx';
import { Statements } from './Statements.tsx';
import { useDecide, useLostDecision } from './use-decide.ts';

interface DecisionFormProps {
  readonly view: CaseView;
  readonly context: DecisionContext;
  readonly value: DecisionDraft;
  readonly kept: 'nothing' | 'clean' | 'saving' | 'saved' | 'not-kept' | 'elsewhere';
  readonly restored: boolean;
  /** What stands here was typed in another window. */
  readonly follows: boolean;
  /** What another window holds, while nobody has chosen between the two. */
  readonly other: DecisionDraft | undefined;
  readonly onSettle: (by: 'here' | 'there') => void;
  readonly onChange: (change: (draft: DecisionDraft) => DecisionDraft) => void;
  readonly onRecorded: (decision: Decision) => Promise<void>;
  readonly onDiscard: (() => Promise<void>) | undefined;
}

const keptWords: Record<DecisionFormProps['kept'], string> = {
  nothing: 'Nothing typed yet',
  clean: 'Nothing typed yet',
  saving: 'Keeping the draft …',
  saved: 'Draft kept, sealed, on this machine',
  elsewhere: 'Changed in another window: choose below what stands',
  'not-kept': 'This browser keeps no drafts: what you type lives as long as this page',
};

const intents = Object.entries(intentWords) as [Decision['intent'], string][];

export function DecisionForm(props: DecisionFormProps) {
  const { view, context, value: draft, onChange } = props;
  const [tried, setTried] = useState(false);
  const [showsExclusions, setShowsExclusions] = useState(draft.exclusionIds.length > 0);
  const form = useRef<HTMLDivElement>(null);
  const decide = useDecide(view, props.onRecorded);
  const lost = useLostDecision(view.listing.caseId);
  const misses = missing(draft, context);
  const missed = new Map(misses.map((miss) => [miss.field, miss.text]));
  const told = (field: Parameters<typeof missed.get>[0]) => (tried ? missed.get(field) : undefined);
  const { options } = context.options;

  const set = <Name extends keyof DecisionDraft>(name: Name, value: DecisionDraft[Name]) =>
    onChange((before) => ({ ...before, [name]: value }));
  /** From the first key on the field is the person's own: choosing another option no longer rewrites it. */
  const write = (name: 'line' | 'answer' | 'rationale', value: string) =>
    onChange((before) => ({ ...before, [name]: value, written: [...new Set([...before.written, name])] }));
  const setActions = (actions: ActionDraft[]) =>
    onChange((before) => ({ ...before, actions, written: [...new Set([...before.written, 'action' as const])] }));

  const goTo = (field: string) => {
    const place = form.current?.querySelector(`[data-field="${field}"]`);
    place?.querySelector<HTMLElement>('[aria-invalid="true"], input:checked, input, textarea')?.focus();
  };
  const goToNext = () => goTo(misses[0]?.field ?? 'answer');
  const record = () => {
    if (decide.recording || props.other !== undefined) return;
    setTried(true);
    if (misses[0] !== undefined) goTo(misses[0].field);
    else decide.record(toDecision(draft, context));
  };

  const keys = useKeys('Decision', [
    ...options.slice(0, 9).map((option, index) => ({
      keys: String(index + 1),
      label: `choose ${option.label}`,
      run: () => onChange((before) => toggled(before, 'optionIds', option.id, context)),
    })),
    { keys: 'o', label: 'another option', run: () => goTo('other') },
    ...(context.options.exclusions.length === 0
      ? []
      : [{ keys: 'x', label: 'exclusions', run: () => setShowsExclusions((shown) => !shown) }]),
    { keys: 'Enter', label: 'next open field', run: goToNext },
    {
      keys: 'Alt+a',
      label: 'add an action',
      run: () => setActions([...draft.actions, { what: '', owner: '', due: dayAfter(context.today, 7) }]),
    },
    { keys: 'Ctrl+Enter', label: 'record the decision', run: record },
  ]);
  const shownKeys = [
    ...(options.length === 0 ? [] : [{ keys: '1', label: `to ${Math.min(9, options.length)}: choose` }]),
    ...keys.filter((key) => !/^\d$/.test(key.keys)),
  ];

  const risk =
    modelCovered(view) || view.predictions === undefined ? undefined : answerShown(view.predictions).aggressiveness;
  return (
    <>
      <TitleBar
        title={view.board.decision === undefined ? 'Decision' : 'A new decision'}
        count={
          misses.length === 0
            ? 'complete'
            : `still open: ${misses.map((miss) => (miss.field === 'options' ? 'option' : miss.field)).join(', ')}`
        }
      >
        <p className={styles.kept} role="status">
          {keptWords[props.kept]}
        </p>
        {props.onDiscard === undefined ? null : (
          <Button look="quiet" onPress={() => void props.onDiscard?.()}>
            {view.board.decision === undefined ? 'Discard the draft' : 'Keep the recorded one'}
          </Button>
        )}
      </TitleBar>
      <div className={styles.notices}>
        {decide.fault === undefined ? null : (
          <FaultNote
            fault={decide.fault}
            action={
              <Button look="quiet" onPress={decide.forget}>
                Dismiss
              </Button>
            }
          />
        )}
        {props.other === undefined ? null : (
          <OtherWindow here={draft} there={props.other} context={context} onSettle={props.onSettle} />
        )}
        {lost && view.board.decision === undefined ? (
          <Note tone="amber">
            <p>
              <strong>A decision was on its way when the workstation stopped, and it was not recorded.</strong> What you
              typed is below; record it again.
            </p>
          </Note>
        ) : props.follows ? (
          <Note tone="calm" live>
            <p>This decision is being typed in another window; what stands here follows it.</p>
          </Note>
        ) : props.restored ? (
          <Note tone="calm">
            <p>Your draft of this decision was kept. Go on where you stopped.</p>
          </Note>
        ) : null}
        {view.board.decision === undefined ? null : (
          <Note tone="plain">
            <p>
              A decision is recorded: <strong>{view.board.decision.answer}</strong> Recording this one replaces it; both
              stay in the journal.
            </p>
          </Note>
        )}
      </div>
      <div className={styles.form} ref={form}>
        <div className={styles.column}>
          <OptionPicker
            draft={draft}
            context={context}
            onChange={onChange}
            showsExclusions={showsExclusions}
            onShowExclusions={() => setShowsExclusions((shown) => !shown)}
            overrideMissing={told('override') !== undefined}
          />
        </div>
        <div className={styles.column}>
          <div className={styles.pair}>
            <fieldset className={styles.intents} data-field="intent" aria-invalid={told('intent') !== undefined}>
              <legend>Intent</legend>
              {intents.map(([intent, words]) => (
                <label key={intent}>
                  <input
                    type="radio"
                    name="intent"
                    checked={draft.intent === intent}
                    onChange={() => set('intent', intent)}
                  />
                  {words}
                </label>
              ))}
            </fieldset>
            <Field label="Line" value={draft.line} onChange={(line) => write('line', line)} maxLength={60} />
          </div>
          <Invalid text={told('intent')} />
          <div data-field="answer">
            <Field
              label="Answer to the question"
              value={draft.answer}
              onChange={(answer) => write('answer', answer)}
              rows={2}
              isRequired
              isInvalid={told('answer') !== undefined}
              maxLength={1000}
            />
          </div>
          <div data-field="rationale">
            <Field
              label="Rationale"
              value={draft.rationale}
              onChange={(rationale) => write('rationale', rationale)}
              rows={4}
              isRequired
              isInvalid={told('rationale') !== undefined}
              maxLength={1400}
              hint={
                draft.written.includes('rationale')
                  ? undefined
                  : 'Filled in from the evidence behind the chosen options; change it as you like.'
              }
            />
          </div>
          <div className={styles.two}>
            <Field
              label="Dissent"
              value={draft.dissent}
              onChange={(dissent) => set('dissent', dissent)}
              rows={2}
              maxLength={1000}
              hint="Empty: read as none recorded."
            />
            <Field
              label="Conditions"
              value={draft.conditions}
              onChange={(conditions) => set('conditions', conditions)}
              rows={2}
              maxLength={1000}
              hint="What must hold first, or would change this."
            />
          </div>
          {risk?.state === 'computed' ? (
            <Field
              label="Where the board disagrees with the model"
              value={draft.modelDisagreement}
              onChange={(words) => set('modelDisagreement', words)}
              maxLength={1000}
              hint={risk.sentence}
            />
          ) : null}
        </div>
        <Actions actions={draft.actions} context={context} onChange={setActions} problem={told('actions')} />
        <People
          people={draft.participants}
          onChange={(participants) => set('participants', participants)}
          problem={told('participants')}
        />
      </div>
      <DecisionPanel view={view} draft={draft} context={context} />
      <Foot
        keys={shownKeys}
        action={
          <Button
            look="primary"
            keys="Ctrl+Enter"
            isDisabled={decide.recording || props.other !== undefined}
            onPress={record}
          >
            {decide.recording ? 'Recording …' : 'Record the decision'}
          </Button>
        }
      />
    </>
  );
}

const Invalid = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p className={styles.invalid} role="alert">
      {text.charAt(0).toUpperCase() + text.slice(1)}.
    </p>
  );

interface ActionsProps {
  readonly actions: readonly ActionDraft[];
  readonly context: DecisionContext;
  readonly onChange: (actions: ActionDraft[]) => void;
  readonly problem: string | undefined;
}

/** Who does what until when: every decision has an owner and a date (F083). */
function Actions({ actions, context, onChange, problem }: ActionsProps) {
  const change = (at: number, part: Partial<ActionDraft>) =>
    onChange(actions.map((action, index) => (index === at ? { ...action, ...part } : action)));
  const invalid = (text: string) => problem !== undefined && text.trim() === '';
  return (
    <fieldset className={styles.rows} data-field="actions">
      <legend>Actions</legend>
      <Invalid text={problem} />
      {actions.map((action, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands at its place
        <div key={at} className={styles.action}>
          <Field
            label={`Action ${at + 1}`}
            value={action.what}
            onChange={(what) => change(at, { what })}
            isInvalid={invalid(action.what)}
            maxLength={300}
          />
          <Field
            label="Owner"
            value={action.owner}
            onChange={(owner) => change(at, { owner })}
            isInvalid={invalid(action.owner)}
            maxLength={120}
          />
          <Field
            label="Due, YYYY-MM-DD"
            value={action.due}
            onChange={(due) => change(at, { due })}
            isInvalid={problem !== undefined && !isDate(action.due)}
            maxLength={10}
          />
          <Remove
            label={`Remove action ${at + 1}`}
            onPress={() => onChange(actions.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          look="quiet"
          keys="Alt+a"
          onPress={() => onChange([...actions, { what: '', owner: '', due: dayAfter(context.today, 7) }])}
        >
          Add an action
        </Button>
      </div>
    </fieldset>
  );
}

interface PeopleProps {
  readonly people: readonly ParticipantDraft[];
  readonly onChange: (people: ParticipantDraft[]) => void;
  readonly problem: string | undefined;
}

/** Who sat at the table, with roles and conflicts of interest (F078). The next case starts with the same people. */
function People({ people, onChange, problem }: PeopleProps) {
  const change = (at: number, part: Partial<ParticipantDraft>) =>
    onChange(people.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <fieldset className={styles.rows} data-field="participants">
      <legend>Participants</legend>
      <Invalid text={problem} />
      {people.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands at its place
        <div key={at} className={styles.person}>
          <Field
            label={`Participant ${at + 1}`}
            value={one.name}
            onChange={(name) => change(at, { name })}
            isInvalid={problem !== undefined && one.name.trim() === ''}
            maxLength={120}
          />
          <Field label="Role" value={one.role} onChange={(role) => change(at, { role })} maxLength={80} />
          <Field
            label="Conflict of interest"
            value={one.conflict}
            onChange={(conflict) => change(at, { conflict })}
            maxLength={300}
          />
          <Remove
            label={`Remove participant ${at + 1}`}
            onPress={() => onChange(people.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div className={styles.foot}>
        <Button look="quiet" onPress={() => onChange([...people, { name: '', role: '', conflict: '' }])}>
          Add a participant
        </Button>
        <span className="meta">An empty conflict of interest means that none was declared.</span>
      </div>
    </fieldset>
  );
}

const Remove = ({ label, onPress }: { label: string; onPress: () => void }) => (
  <Button look="quiet" aria-label={label} onPress={onPress}>
    <Icon name="remove" />
  </Button>
);

/** What is weighed while one decides: the patient's goals, then each chosen option with what speaks for and against it. */
function DecisionPanel({ view, draft, context }: { view: CaseView; draft: DecisionDraft; context: DecisionContext }) {
  const { patientGoals } = view.record;
  const chosen = draft.optionIds
    .map((id) => context.options.options.find((option) => option.id === id))
    .filter((option) => option !== undefined);
  return (
    <CasePanel title="While you decide">
      <Section title="What matters to the patient">
        {patientGoals.length === 0 ? (
          <p className="quiet">Not stated.</p>
        ) : (
          <ul className={styles.list}>
            {patientGoals.map((goal) => (
              <li key={goal}>{goal}</li>
            ))}
          </ul>
        )}
      </Section>
      {(view.board.ballots ?? []).some(({ state }) => state === 'revealed') ? (
        <Section title="Said with the vote">
          <Statements ballots={view.board.ballots ?? []} />
        </Section>
      ) : null}
      {chosen.length === 0 ? (
        <Section title="Chosen">
          <p className="quiet">Nothing yet. Press a number to choose an option.</p>
        </Section>
      ) : (
        chosen.map((option) => (
          <Section key={option.id} title={option.label}>
            <p>
              {option.weight === undefined ? 'No tier' : `Tier ${option.weight}`}, best evidence level{' '}
              {option.bestLevel}
            </p>
            <ul className={styles.list}>
              {option.because.map((reason) => (
                <li key={reason.findingId}>
                  {reason.text}
                  {context.dismissed.has(reason.findingId) ? ', dismissed by a reviewer' : ''}
                </li>
              ))}
            </ul>
            <p className={styles.sides}>
              <DirectionMark kind="sensitivity">{plural(option.supporting.length, 'statement')} for</DirectionMark>
              <DirectionMark kind={option.against.length === 0 ? 'other' : 'resistance'}>
                {option.against.length === 0 ? 'none' : plural(option.against.length, 'statement')} against
              </DirectionMark>
            </p>
            <Against safety={option.safety} />
            {option.conflict === undefined ? null : <Flag tone="blue">{option.conflict.statement}</Flag>}
            {option.prior === undefined ? null : <Flag tone="amber">{option.prior.text}</Flag>}
            {option.wouldChange.length === 0 ? null : (
              <>
                <p className={styles.small}>Would change it</p>
                <ul className={styles.list}>
                  {option.wouldChange.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </>
            )}
          </Section>
        ))
      )}
    </CasePanel>
  );
}

/** What labels and guidelines say against it in this patient's medicines, organs and genes, and what is not known. */
function Against({ safety }: { safety: TherapyOption['safety'] }) {
  if (safety === undefined) return <p className="quiet">Medicines, organs and genes were not checked.</p>;
  const gap = gapWords(safety);
  return (
    <>
      {safety.findings.length === 0 ? (
        <p className="quiet">Nothing found by label among medicines, organs and genes on record.</p>
      ) : (
        <ul className={styles.list}>
          {safety.findings.map(({ id, action, text }) => (
            <li key={id}>
              <Flag tone={actionTone(action)}>{actionHeads[action]}</Flag> {text}
            </li>
          ))}
        </ul>
      )}
      {gap === '' ? null : <p className={styles.small}>{gap}</p>}
    </>
  );
}
