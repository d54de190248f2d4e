import type { TherapyOption } from '../../shared/therapy/options.ts';
import { LevelMark } from '../molecular/Statement.tsx';
import { DirectionMark, Flag, Kbd, TierMark } from '../ui/marks.tsx';
import type { Column } from '../ui/WorkTable.tsx';
import { agreementWords, matchWords } from './options-view.ts';
import styles from './therapy.module.css';

export interface OptionRow {
  readonly place: number;
  readonly option: TherapyOption;
}

/** Finding, and what is stated of it, apart: the finding is what a reader looks for. */
function becauseParts(text: string): readonly [finding: string, statement: string] {
  const at = text.indexOf(': level ');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}

const BECAUSE_SHOWN = 3;

export const optionColumns: readonly Column<OptionRow>[] = [
  {
    id: 'place',
    title: '',
    width: '3.2rem',
    cell: ({ place }) => (place <= 9 ? <Kbd keys={String(place)} /> : <span className={styles.place}>{place}</span>),
    text: ({ place }) => String(place),
  },
  {
    id: 'therapy',
    title: 'Therapy',
    width: '16rem',
    cell: ({ option }) => (
      <>
        <b className={styles.therapy}>{option.label}</b>
        <span className={styles.second}>{therapyKind(option)}</span>
      </>
    ),
    text: ({ option }) => option.label,
  },
  {
    id: 'because',
    title: 'Because of',
    cell: ({ option }) => (
      <ul className={styles.reasons}>
        {option.because.slice(0, BECAUSE_SHOWN).map(({ findingId, text }) => {
          const [finding, statement] = becauseParts(text);
          return (
            <li key={findingId}>
              {finding}
              {statement === '' ? null : <span className={styles.second}>{statement}</span>}
            </li>
          );
        })}
        {option.because.length > BECAUSE_SHOWN ? (
          <li className="quiet">and {option.because.length - BECAUSE_SHOWN} more</li>
        ) : null}
      </ul>
    ),
    text: ({ option }) => option.because.map(({ text }) => text).join('; '),
  },
  {
    id: 'tier',
    title: 'Tier',
    width: '6rem',
    cell: ({ option }) => (
      <span className={styles.tier}>
        <TierMark tier={option.tier} />
        {option.weight === undefined ? null : (
          <span className="meta">
            <span className="hidden">level </span>
            {option.weight.slice(-1)}
          </span>
        )}
      </span>
    ),
    text: ({ option }) => option.weight ?? '',
  },
  {
    id: 'evidence',
    title: 'Evidence, best level',
    width: '15rem',
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
        {option.conflict === undefined && option.against.length > 0 ? (
          <span className={styles.second}>those against do not count in this tumor type</span>
        ) : null}
      </>
    ),
    text: ({ option }) => `${option.bestLevel}: ${option.conflict?.statement ?? agreementWords(option)}`,
  },
  {
    id: 'disease',
    title: 'Evidence is on',
    width: '11rem',
    cell: ({ option }) => matchWords(option),
    text: ({ option }) => matchWords(option),
  },
  {
    id: 'prior',
    title: 'Prior lines',
    width: '13rem',
    cell: ({ option }) =>
      option.prior === undefined ? (
        <span className="quiet">not used before</span>
      ) : (
        <Flag tone="amber">{option.prior.text.replace(/\.$/, '')}</Flag>
      ),
    text: ({ option }) => option.prior?.text ?? 'not used before',
  },
  {
    id: 'trials',
    title: 'Trials cited',
    width: '9rem',
    lesser: true,
    cell: ({ option }) =>
      option.trialIds.length === 0 ? (
        <span className="quiet">none cited</span>
      ) : (
        <span className={`mono ${styles.trials}`}>
          {option.trialIds.slice(0, 2).join(' ')}
          {option.trialIds.length > 2 ? (
            <span className={styles.second}>and {option.trialIds.length - 2} more</span>
          ) : null}
        </span>
      ),
    text: ({ option }) => option.trialIds.join(' '),
  },
];

const therapyKind = ({ agents, id }: TherapyOption): string => {
  if (id.includes('>')) return `${agents.length} agents, in sequence`;
  return agents.length > 1 ? 'combination, kept whole' : 'single agent';
};
