import type { LessBenefit, TherapyExclusion } from '../../shared/therapy/options.ts';
import { Button } from '../ui/parts.tsx';
import { exclusionWords } from '../ui/words.ts';
import { exclusionGroups, shortList } from './options-view.ts';
import styles from './therapy.module.css';

interface ExclusionsProps {
  readonly exclusions: readonly TherapyExclusion[];
  readonly lessBenefit: readonly LessBenefit[];
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

/** F045: what is off the table stands first, in one line; unfolded, each with its reason and its statements. */
export function Exclusions({ exclusions, lessBenefit, open, onOpen, selected, onSelect }: ExclusionsProps) {
  if (exclusions.length === 0 && lessBenefit.length === 0)
    return (
      <section className={styles.exclusions} data-empty="">
        <p>
          <b>Nothing excluded.</b> No allergy on record, no progression under these treatments, and no statement of
          resistance that outweighs the evidence for one.
        </p>
      </section>
    );
  return (
    <section className={styles.exclusions} aria-label="Excluded treatments">
      <div className={styles.exclusionLine}>
        <h3>
          <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
            <rect x="1.5" y="1.5" width="9" height="9" fill="currentColor" />
          </svg>
          Excluded first · {exclusions.length}
        </h3>
        {open ? (
          <span />
        ) : (
          <p>
            {exclusions.length === 0 ? <span className="quiet">Nothing excluded.</span> : null}
            {exclusionGroups(exclusions).map(({ kind, words, labels, bestLevel }) => (
              <span key={kind}>
                <b>{shortList(labels)}</b>: {words}
                {bestLevel === undefined ? '' : `, level ${bestLevel}`}
              </span>
            ))}
            {lessBenefit.length === 0 ? null : (
              <span>
                <b>{shortList(lessBenefit.map(({ label }) => label))}</b>: less benefit reported, not excluded
              </span>
            )}
          </p>
        )}
        <Button look="quiet" keys="x" aria-expanded={open} onPress={() => onOpen(!open)}>
          {open ? 'Fold' : 'Show reasons'}
        </Button>
      </div>
      {open ? (
        <ul>
          {exclusions.map((exclusion) => (
            <li key={exclusion.id} data-selected={exclusion.id === selected}>
              <b>{exclusion.label}</b>
              <span>{exclusionWords[exclusion.kind]}</span>
              <span>{exclusion.reason}</span>
              {exclusion.evidence.length === 0 ? (
                <span className="quiet">from the record</span>
              ) : (
                <Button look="link" aria-pressed={exclusion.id === selected} onPress={() => onSelect(exclusion.id)}>
                  {exclusion.evidence.length} {exclusion.evidence.length === 1 ? 'statement' : 'statements'}
                  <span className="hidden"> against {exclusion.label}</span>
                </Button>
              )}
            </li>
          ))}
          {lessBenefit.map(({ id, label, text, evidence }) => (
            <li key={`less:${id}`} data-selected={id === selected}>
              <b>{label}</b>
              <span>less benefit, not excluded</span>
              <span>{text}</span>
              <Button look="link" aria-pressed={id === selected} onPress={() => onSelect(id)}>
                {evidence.length} {evidence.length === 1 ? 'statement' : 'statements'}
                <span className="hidden"> of less benefit from {label}</span>
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
