import type { Ref } from 'react';
import type { CaseTrials, TrialVerdict } from '../../shared/therapy/trials/verdicts.ts';
import { LongList } from '../ui/LongList.tsx';
import { Button } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './pgx.module.css';
import trialStyles from './trials.module.css';
import {
  accrualWords,
  armWords,
  matches,
  nearMisses,
  snapshotWords,
  speakingArms,
  stateWords,
  trialSummary,
  trialText,
  verdictWords,
} from './trials-view.ts';

interface TrialsSectionProps {
  /** Absent while it is asked for. */
  readonly trials: CaseTrials | undefined;
  /** Why it could not be asked. */
  readonly failed: string | undefined;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly onEdit: () => void;
  readonly region?: Ref<HTMLElement>;
}

/** F050, F051, F052: trials of the site's folder in one line; unfolded, near misses with the datum they lack. */
export function TrialsSection({ trials, failed, open, onOpen, onEdit, region }: TrialsSectionProps) {
  if (trials === undefined || trials.state === 'absent') {
    const reason = trials?.reason ?? failed;
    return (
      <section className={`${styles.pgx} ${trialStyles.none}`} aria-label="Trials" data-empty="">
        <p>
          {reason === undefined ? (
            'Trials are being read.'
          ) : (
            <>
              <b>Trials not searched:</b> {reason}. That is no statement that none fits.
            </>
          )}
        </p>
        <Button look="quiet" keys="t" onPress={onEdit}>
          Write a trial
        </Button>
      </section>
    );
  }
  const stale = snapshotWords(trials.trials);
  const others = trials.trials.filter(({ verdict }) => verdict === 'unknown');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.pgx} aria-label="Trials" ref={region} tabIndex={0} data-open={open}>
      <div className={styles.line}>
        <h3>Trials</h3>
        <p>
          {trialSummary(trials)}
          {stale === undefined ? null : <span className={trialStyles.amber}> {stale}</span>}
        </p>
        <span className={trialStyles.actions}>
          <Button look="quiet" keys="t" onPress={onEdit}>
            Edit
          </Button>
          <Button look="quiet" keys="n" aria-expanded={open} onPress={() => onOpen(!open)}>
            {open ? 'Fold' : 'Show near misses'}
          </Button>
        </span>
      </div>
      <Trials trials={matches(trials.trials)} label="Trials that match" />
      {open ? (
        <>
          <h4>Near misses</h4>
          {nearMisses(trials.trials).length === 0 ? (
            <p className="quiet">None: no trial lacks one datum only.</p>
          ) : (
            <Trials trials={nearMisses(trials.trials)} label="Near misses" />
          )}
          {others.length === 0 ? null : (
            <>
              <h4>Open: more than one datum is missing, or only a reader can judge</h4>
              <Trials trials={others} label="Open trials" />
            </>
          )}
          {trials.refusals.length === 0 ? null : (
            <>
              <h4>Documents that were refused</h4>
              <ul>
                {trials.refusals.map(({ file, fault }) => (
                  <li key={`${file} ${fault.place?.field ?? ''}`}>
                    {file}
                    {fault.place?.line === undefined ? '' : `, line ${fault.place.line}`}
                    {fault.place?.field === undefined ? '' : `, ${fault.place.field}`}: {fault.message} {fault.remedy}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      ) : null}
    </section>
  );
}

interface TrialsProps {
  readonly trials: readonly TrialVerdict[];
  readonly label: string;
}

/** A folder of a large site may hold a thousand that match: the page holds a part of them, and finds the others. */
const Trials = ({ trials, label }: TrialsProps) =>
  trials.length === 0 ? null : (
    <LongList what="trials" entries={trials} textOf={trialText}>
      {(shown) => <TrialList trials={shown} label={label} />}
    </LongList>
  );

function TrialList({ trials, label }: TrialsProps) {
  return (
    <ul className={trialStyles.trials} aria-label={label}>
      {trials.map((trial) => (
        <li key={`${trial.file} ${trial.id}`}>
          <b>{verdictWords[trial.verdict]}</b>
          <span>
            <b>{trial.nctId ?? trial.id}</b> {trial.title}
            <span className={trial.accrual.amber ? trialStyles.amber : 'quiet'} title={trial.accrual.reason}>
              {' '}
              · {accrualWords[trial.accrual.state]}
            </span>
            {trial.warnings.length === 0 ? null : (
              <details className={trialStyles.amber}>
                <summary>
                  {plural(trial.warnings.length, 'part')} not judged<span className="hidden"> of {trial.title}</span>
                </summary>
                <ul>
                  {trial.warnings.map(({ path, message }) => (
                    <li key={`${path} ${message}`} className={trialStyles.warning}>
                      {path}: {message}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </span>
          <ul>
            {speakingArms(trial).map((arm) => (
              <li key={arm.path}>
                {armWords(arm)} – {arm.because}
                <details>
                  <summary>
                    {plural(arm.criteria.length, 'criterion', 'criteria')}
                    <span className="hidden"> of {armWords(arm)}</span>
                  </summary>
                  <ul>
                    {arm.criteria.map(({ path, text, state, fact }) => (
                      <li key={path}>
                        <b>{stateWords[state]}</b> {text} <span className="quiet">{fact}</span>
                      </li>
                    ))}
                  </ul>
                </details>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
