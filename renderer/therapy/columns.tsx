import type { TherapyOption } from '../../shared/therapy/options.ts';
import { LevelMark } from '../molecular/Statement.tsx';
import { DirectionMark, Flag, Kbd, TierMark } from '../ui/marks.tsx';
import type { Column } from '../ui/WorkTable.tsx';
import { responseWords } from '../ui/words.ts';
import { agreementWords, becauseOf, matchWords, shortList, unbroken } from './options-view.ts';
import styles from './therapy.module.css';

export interface OptionRow {
  readonly place: number;
  readonly option: TherapyOption;
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
    width: '16rem',
    narrow: '12rem',
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
    text: ({ option }) => option.because.map(({ text }) => text).join('; '),
  },
  {
    id: 'tier',
    title: 'Tier',
    width: '6rem',
    narrow: '5.2rem',
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
    title: 'Evidence, level',
    width: '15rem',
    narrow: '13.4rem',
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
          <span className={styles.second}>those against do not weigh here</span>
        ) : null}
      </>
    ),
    text: ({ option }) => `${option.bestLevel}: ${option.conflict?.statement ?? agreementWords(option)}`,
  },
  {
    id: 'disease',
    title: 'Evidence is on',
    width: '11rem',
    narrow: '7.2rem',
    cell: ({ option }) => matchWords(option),
    text: ({ option }) => matchWords(option),
  },
  {
    id: 'prior',
    title: 'Prior lines',
    width: '13rem',
    narrow: '10.4rem',
    cell: ({ option }) =>
      option.prior === undefined ? (
        <span className="quiet">not used before</span>
      ) : (
        <>
          <Flag tone="amber">{priorWords(option)}</Flag>
          <span className={styles.second}>{responseWords[option.prior.response] ?? option.prior.response}</span>
        </>
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

/** The ranking's own word on earlier use, without what it does to the rank. */
const priorWords = ({ rank, prior }: TherapyOption): string =>
  rank.find(({ key }) => key === 'prior use')?.value.split(', ')[0] ?? `line ${prior?.line ?? ''}`;

const therapyKind = ({ agents, id }: TherapyOption): string => {
  if (id.includes('>')) return `${agents.length} agents, in sequence`;
  return agents.length > 1 ? 'combination, kept whole' : 'single agent';
};
