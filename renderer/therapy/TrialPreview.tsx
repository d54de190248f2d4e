import type { TrialCheck } from '../../shared/therapy/trials/editing.ts';
import { Flag } from '../ui/marks.tsx';
import { Section } from '../ui/parts.tsx';
import { plural, sentence } from '../ui/words.ts';
import styles from './editor.module.css';
import { accrualWords, armWords, stateWords, verdictWords } from './trials-view.ts';

const tones = { met: 'calm', 'not-met': 'red', unknown: 'amber' } as const;

/** The verdict of the text as it stands on the open case, each criterion with the fact it rests on. */
export function TrialPreview({ check: { problems, trial, lists } }: { check: TrialCheck }) {
  if (lists !== undefined)
    return (
      <>
        <p className={styles.verdict}>
          {plural(lists.tests.length, 'test')} and {plural(lists.access.length, 'drug')} entered
        </p>
        <p className="meta">
          They stand beside what testing would change and in the access of an option. What is left out is unknown.
        </p>
      </>
    );
  if (trial === undefined)
    return (
      <p className="quiet">
        {problems.length === 0
          ? 'Being checked.'
          : `No verdict while ${plural(problems.length, 'problem')} ${problems.length === 1 ? 'stands' : 'stand'} in the text.`}
      </p>
    );
  const { accrual, verdict, arms, toRead, title, nctId, id } = trial;
  return (
    <>
      <p className={styles.verdict}>
        <b>{verdictWords[verdict]}</b> {nctId ?? id} {title === id ? '' : title}
      </p>
      <p>
        {accrual.amber ? <Flag tone="amber">{accrualWords[accrual.state]}</Flag> : accrualWords[accrual.state]}
        <span className="meta"> {sentence(accrual.reason)}.</span>
      </p>
      {arms.map((arm) => (
        <Section key={arm.path} title={`${sentence(armWords(arm))} · ${verdictWords[arm.verdict].toLowerCase()}`}>
          <p className="meta">{sentence(arm.because)}.</p>
          <ul className={styles.criteria}>
            {arm.criteria.map(({ path, text, state, fact }) => (
              <li key={path}>
                <Flag tone={tones[state]}>{stateWords[state]}</Flag>
                <span>
                  {text}
                  <span className="meta"> {fact}</span>
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ))}
      {toRead.length === 0 ? null : (
        <Section title="For a reader to judge">
          <ul>
            {toRead.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
