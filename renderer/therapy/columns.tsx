import type { Classification } from '../../shared/board/classification.ts';
import type { OptionModel } from '../../shared/prediction/option-models.ts';
import type { TherapyOption } from '../../shared/therapy/options.ts';
import { priorWords } from '../../shared/therapy/prior-use.ts';
import type { SafetyFinding } from '../../shared/therapy/safety/finding.ts';
import type { SiteLists } from '../../shared/therapy/site-lists.ts';
import type { OptionTrials } from '../../shared/therapy/trials/for-option.ts';
import { LevelMark } from '../molecular/Statement.tsx';
import { DirectionMark, Flag, Kbd, TierMark } from '../ui/marks.tsx';
import type { Column } from '../ui/WorkTable.tsx';
import { responseWords, unbroken } from '../ui/words.ts';
import { agreementWords, becauseOf, matchWords, shortList } from './options-view.ts';
import { accessWords, escatWords, trialWords } from './row-view.ts';
import { aboutWords, actionHeads, actionTone, alertWords, approvalWords, gapWords } from './safety-view.ts';
import styles from './therapy.module.css';

export interface OptionRow {
  readonly place: number;
  readonly option: TherapyOption;
  /** The interrupting items of this row, within the budget of the case. */
  readonly alerts: readonly SafetyFinding[];
  /** What a model says of the option's agents; absent where none does. */
  readonly model?: OptionModel | undefined;
  /** Reasons by finding, where somebody overrode the alert. */
  readonly overridden: ReadonlyMap<string, string>;
  /** ESCAT as a named person confirmed it for this treatment (F017). */
  readonly escat?: Classification | undefined;
  /** What the site entered of tests and access. */
  readonly lists?: SiteLists | undefined;
  /** Absent where no trials were searched. */
  readonly trials?: OptionTrials | undefined;
  /** What a reviewer's dismissal takes from its reasons, in words; absent where none is dismissed. */
  readonly dismissed?: string | undefined;
}

const BECAUSE_SHOWN = 2;

export const optionColumns: readonly Column<OptionRow>[] = [
  {
    id: 'place',
    title: 'No.',
    width: '3.2rem',
    narrow: '3rem',
    cell: ({ place }) => (place <= 9 ? <Kbd keys={String(place)} /> : <span className={styles.place}>{place}</span>),
    text: ({ place }) => String(place),
  },
  {
    id: 'therapy',
    title: 'Therapy',
    width: '12.4rem',
    narrow: '12.4rem',
    narrowest: '10.4rem',
    cell: ({ option, trials, lists }) => (
      <>
        <b className={styles.therapy}>{option.label}</b>
        <span className={styles.second}>{classWords(option)}</span>
        <span className={styles.instead}>
          {option.prior === undefined ? null : <Flag tone="amber">{priorWords(option)}</Flag>}
          <span className={styles.second}>{accessWords(option, trials, lists)}</span>
        </span>
      </>
    ),
    text: ({ option }) => option.label,
  },
  {
    id: 'because',
    least: true,
    title: 'Because of',
    cell: ({ option, dismissed }) => (
      <ul className={styles.reasons}>
        {dismissed === undefined ? null : (
          <li>
            <Flag tone="amber">{dismissed}</Flag>
          </li>
        )}
        {becauseOf(option)
          .slice(0, BECAUSE_SHOWN)
          .map(({ findings, statement }) => (
            <li key={statement}>
              {unbroken(shortList(findings))}
              {statement === '' ? null : <span className={styles.second}>{statement}</span>}
            </li>
          ))}
        {becauseOf(option).length > BECAUSE_SHOWN ? (
          <li className="quiet">and {becauseOf(option).length - BECAUSE_SHOWN} more</li>
        ) : null}
      </ul>
    ),
    text: ({ option, dismissed }) =>
      [...(dismissed === undefined ? [] : [dismissed]), ...option.because.map(({ text }) => text)].join('; '),
  },
  {
    id: 'tier',
    title: 'Tier',
    width: '6.8rem',
    narrow: '6.1rem',
    cell: ({ option, escat }) => {
      const words = escatWords(option, escat);
      const [state, day] = words?.second.split(/, (?=\d{4}-)/) ?? [];
      return (
        <>
          <span className={styles.tier}>
            <TierMark tier={option.tier} />
            {option.weight === undefined ? null : (
              <span className="meta">
                <span className="hidden">level </span>
                {option.weight.slice(-1)}
              </span>
            )}
          </span>
          {words === undefined ? null : (
            <span className={styles.second}>
              <span className={styles.whole}>{words.main}</span>, {state}
              {day === undefined ? null : ', '}
              <span className={styles.whole}>{day}</span>
            </span>
          )}
        </>
      );
    },
    text: ({ option, escat }) => {
      const words = escatWords(option, escat);
      return [option.weight ?? '', words === undefined ? '' : `${words.main} (${words.second})`]
        .filter((part) => part !== '')
        .join('; ');
    },
  },
  {
    id: 'evidence',
    title: 'Evidence, level',
    width: '12.8rem',
    narrow: '9.6rem',
    narrowest: '8.4rem',
    cell: ({ option }) => (
      <>
        <span className={styles.evidence}>
          <LevelMark level={option.bestLevel} />
          {option.conflict === undefined ? (
            <DirectionMark kind="sensitivity">{agreementWords(option)}</DirectionMark>
          ) : (
            <Flag tone="blue">
              {option.conflict.supports} for, {option.conflict.against} against here
            </Flag>
          )}
        </span>
        <span className={styles.second}>{matchWords(option)}</span>
        {option.conflict === undefined && option.against.length > 0 ? (
          <span className={styles.second}>those against do not weigh here</span>
        ) : null}
      </>
    ),
    text: ({ option }) => `${option.bestLevel}: ${option.conflict?.statement ?? agreementWords(option)}`,
  },
  {
    id: 'approval',
    title: 'Approval, access',
    lesser: true,
    width: '9.8rem',
    narrow: '7rem',
    cell: ({ option, trials, lists }) => {
      const { main, second } = approvalWords(option);
      return (
        <>
          {main}
          <span className={styles.second}>{second}</span>
          <span className={styles.second}>{accessWords(option, trials, lists)}</span>
        </>
      );
    },
    text: ({ option, trials, lists }) => {
      const { main, second } = approvalWords(option);
      return `${main}, ${second}; ${accessWords(option, trials, lists)}`;
    },
  },
  {
    id: 'prior',
    title: 'Prior lines',
    lesser: true,
    width: '8.4rem',
    narrow: '6.4rem',
    cell: ({ option }) =>
      option.prior === undefined ? (
        <span className="quiet">{priorWords(option)}</span>
      ) : (
        <>
          <Flag tone="amber">{priorWords(option)}</Flag>
          <span className={styles.second}>{responseWords[option.prior.response] ?? option.prior.response}</span>
        </>
      ),
    text: ({ option }) => option.prior?.text ?? priorWords(option),
  },
  {
    id: 'safety',
    title: 'In this patient',
    width: '13rem',
    narrow: '13rem',
    narrowest: '12rem',
    cell: ({ option, alerts, overridden }) => <SafetyCell option={option} alerts={alerts} overridden={overridden} />,
    text: ({ option }) =>
      option.safety === undefined
        ? 'not checked'
        : [
            ...option.safety.findings.map(({ action, text }) => `${actionHeads[action]}: ${text}`),
            gapWords(option.safety),
          ]
            .filter((part) => part !== '')
            .join('; ') || 'nothing found',
  },
  {
    id: 'trials',
    title: 'Trials',
    lesser: true,
    width: '6.8rem',
    narrow: '6.2rem',
    cell: ({ trials }) => {
      const { main, second, amber } = trialWords(trials);
      return (
        <>
          <span className={trials === undefined || trials.trials.length === 0 ? 'quiet' : undefined}>{main}</span>
          {second === '' ? null : <span className={styles.second}>{second}</span>}
          {amber === true ? <Flag tone="amber">old status</Flag> : null}
        </>
      );
    },
    text: ({ trials }) => {
      const { main, second, amber } = trialWords(trials);
      return [main, second, amber === true ? 'status old or without a date' : '']
        .filter((part) => part !== '')
        .join(', ');
    },
  },
];

/** Stands last and apart, and only where a model speaks of one of the options. It moves no row. */
export const modelColumn: Column<OptionRow> = {
  id: 'model',
  least: true,
  title: 'Model only',
  width: '7rem',
  narrow: '6.4rem',
  cell: ({ model }) =>
    model === undefined ? (
      <span className="quiet">no model</span>
    ) : (
      <span className={styles.model}>
        {modelInterval(model)}
        <span className={styles.second}>{modelKind(model)}</span>
      </span>
    ),
  text: ({ model }) => (model === undefined ? 'no model' : `${modelKind(model)}: ${modelInterval(model)}`),
};

const modelKind = ({ value }: OptionModel): string =>
  value.unit === 'probability' ? 'response, as in its cohort' : 'cell lines, ln(IC50/µM)';

/** The interval only: a single number would look surer than it is. */
const modelInterval = ({ value: { low, high, unit } }: OptionModel): string =>
  unit === 'probability'
    ? `${Math.round(100 * low)} to ${Math.round(100 * high)} %`
    : `${low.toFixed(1)} to ${high.toFixed(1)}`.replaceAll('-', '−');

const FINDINGS_SHOWN = 2;

/** The alerts of the row in full, else what was found in few words; what is not known is never blank. */
function SafetyCell({ option: { safety }, alerts, overridden }: Pick<OptionRow, 'option' | 'alerts' | 'overridden'>) {
  if (safety === undefined) return <span className="quiet">not checked</span>;
  const rest = safety.findings.filter((one) => !alerts.includes(one));
  const shown = rest.slice(0, Math.max(0, FINDINGS_SHOWN - alerts.length));
  const gap = gapWords(safety);
  return (
    <>
      {alerts.map((one) =>
        overridden.has(one.id) ? (
          <span key={one.id} className={styles.found}>
            {actionHeads[one.action]}: {aboutWords(one)}
            <span className={styles.second}>overridden: {overridden.get(one.id)}</span>
          </span>
        ) : (
          <span key={one.id} className={styles.alert} role="note">
            <Flag tone={actionTone(one.action)}>{actionHeads[one.action]}</Flag> {alertWords(one)}
          </span>
        ),
      )}
      {shown.map((one) => (
        <span key={one.id} className={styles.found}>
          {actionHeads[one.action]}: {aboutWords(one)}
        </span>
      ))}
      {rest.length > shown.length ? (
        <span className={styles.second}>and {rest.length - shown.length} more in the panel</span>
      ) : null}
      {safety.findings.length === 0 && gap === '' ? <span className="quiet">nothing found by label</span> : null}
      {gap === '' ? null : <span className={styles.second}>{gap}</span>}
    </>
  );
}

/** Class by the pack where it has one, else what kind of treatment it is. */
const classWords = (option: TherapyOption): string => {
  const names = [...new Set((option.classes ?? []).map(({ name }) => name))];
  return names.length === 0 ? therapyKind(option) : names.join(' + ');
};

const therapyKind = ({ agents, id }: TherapyOption): string => {
  if (id.includes('>')) return `${agents.length} agents, in sequence`;
  return agents.length > 1 ? 'combination, kept whole' : 'single agent';
};
