import { dismissedWords } from '../../shared/therapy/dismissed.ts';
import { Flag, Kbd, TierMark } from '../ui/marks.tsx';
import { Field } from '../ui/parts.tsx';
import { exclusionWords, plural } from '../ui/words.ts';
import styles from './board.module.css';
import { type DecisionContext, type DecisionDraft, filledIn, overridden, toggled } from './decision-draft.ts';

interface OptionPickerProps {
  readonly draft: DecisionDraft;
  readonly context: DecisionContext;
  readonly onChange: (change: (draft: DecisionDraft) => DecisionDraft) => void;
  readonly showsExclusions: boolean;
  readonly onShowExclusions: () => void;
  readonly overrideMissing: boolean;
}

/** The options by number, another one by name, and what is excluded, which wants words before it can be chosen. */
export function OptionPicker({
  draft,
  context,
  onChange,
  showsExclusions,
  onShowExclusions,
  overrideMissing,
}: OptionPickerProps) {
  const { options, exclusions } = context.options;
  const against = overridden(draft, context);
  const order = (id: string) => (draft.optionIds.length > 1 ? draft.optionIds.indexOf(id) + 1 : 0);
  return (
    <fieldset className={styles.options} data-field="options">
      <legend>Option</legend>
      {options.length === 0 ? (
        <p className="quiet">
          The table holds no option for what was measured. Name one below, or choose another intent.
        </p>
      ) : (
        <ul>
          {options.map((option, index) => {
            const gone = dismissedWords(option, context.dismissed);
            return (
              <li key={option.id} data-chosen={draft.optionIds.includes(option.id)}>
                <label>
                  <input
                    type="checkbox"
                    checked={draft.optionIds.includes(option.id)}
                    onChange={() => onChange((before) => toggled(before, 'optionIds', option.id, context))}
                  />
                  <span className={styles.key} aria-hidden="true">
                    {index < 9 ? <Kbd keys={String(index + 1)} /> : null}
                  </span>
                  <span>
                    <b>{option.label}</b>
                    {order(option.id) > 0 ? <span className={styles.order}>choice {order(option.id)}</span> : null}
                    <span className={styles.because}>{option.because.map((reason) => reason.text).join('; ')}</span>
                    {gone === undefined ? null : <Flag tone="amber">{gone}</Flag>}
                  </span>
                  <TierMark tier={option.tier} />
                </label>
              </li>
            );
          })}
        </ul>
      )}
      <div data-field="other">
        <Field
          label="Another option"
          value={draft.other}
          onChange={(other) => onChange((before) => filledIn({ ...before, other }, context))}
          maxLength={300}
          hint="For what the table does not hold."
        />
      </div>
      {exclusions.length === 0 ? null : (
        <div className={styles.excluded}>
          <button type="button" aria-expanded={showsExclusions} onClick={onShowExclusions}>
            <Flag tone="red">{plural(exclusions.length, 'exclusion')}</Flag>
            <span>{showsExclusions ? 'fold' : exclusions.map((one) => one.label).join(', ')}</span>
            <Kbd keys="x" />
          </button>
          {showsExclusions ? (
            <ul>
              {exclusions.map((exclusion) => (
                <li key={exclusion.id} data-chosen={draft.exclusionIds.includes(exclusion.id)}>
                  <label>
                    <input
                      type="checkbox"
                      checked={draft.exclusionIds.includes(exclusion.id)}
                      onChange={() => onChange((before) => toggled(before, 'exclusionIds', exclusion.id, context))}
                    />
                    <span>
                      <b>{exclusion.label}</b>
                      <span className={styles.because}>
                        {exclusionWords[exclusion.kind]}: {exclusion.reason}
                      </span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      )}
      {against.length === 0 ? null : (
        <div data-field="override" className={styles.override}>
          <Field
            label={`Why the exclusion of ${against.map((one) => one.label).join(', ')} does not hold here`}
            value={draft.override}
            onChange={(override) => onChange((before) => ({ ...before, override }))}
            rows={2}
            isRequired
            isInvalid={overrideMissing}
            maxLength={600}
            hint="Stands in the rationale, beside the exclusion that it overrides."
          />
        </div>
      )}
    </fieldset>
  );
}
