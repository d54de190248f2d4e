import { useState } from 'react';
import type { ClassificationStandard, NewClassification } from '../../shared/board/classification.ts';
import { ESCAT_RULE } from '../../shared/molecular/escat.ts';
import { EscatTier, type Finding, GermlineClass, OncogenicityClass } from '../../shared/molecular/profile.ts';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { classWords, findingName } from './findings.ts';
import styles from './molecular.module.css';
import type { Reviews } from './use-reviews.ts';

/** What the dialog asks about, and what it starts with. */
export interface ClassAsked {
  readonly standard: ClassificationStandard;
  readonly computed: string;
  readonly chosen?: string;
  readonly reason?: string;
}

const choices: Record<ClassificationStandard, readonly string[]> = {
  oncogenicity: OncogenicityClass.exclude(['not-evaluable']).options,
  germline: GermlineClass.exclude(['not-evaluable']).options,
  escat: EscatTier.options,
};
const titles: Record<ClassificationStandard, string> = {
  oncogenicity: 'Override the oncogenicity class of',
  germline: 'Override the ACMG/AMP class of',
  escat: 'Confirm the ESCAT tier of',
};

/** F017, F027: a class that a person gives, never without the reason that stands in the record and on paper. */
export function ClassDialog({
  finding,
  asked,
  reviews,
  onClosed,
}: {
  finding: Finding;
  asked: ClassAsked;
  reviews: Reviews;
  onClosed: () => void;
}) {
  const { standard, computed } = asked;
  const [chosen, setChosen] = useState(asked.chosen);
  const [reason, setReason] = useState(asked.reason ?? '');
  const complete = chosen !== undefined && reason.trim() !== '' && !reviews.classWaiting;
  const give = () => {
    if (complete)
      reviews.classify(
        { findingId: finding.id, standard, class: chosen, reason: reason.trim() } as NewClassification,
        onClosed,
      );
  };
  const close = () => {
    reviews.forgetClass();
    onClosed();
  };
  return (
    <ModalDialog
      title={`${titles[standard]} ${findingName(finding)}`}
      isOpen
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button look="primary" keys="Enter" isDisabled={!complete} onPress={give}>
            {standard === 'escat' ? 'Confirm in my name' : 'Override'}
          </Button>
        </>
      }
    >
      <form
        className={styles.reasons}
        onSubmit={(event) => {
          event.preventDefault();
          give();
        }}
      >
        {reviews.classFault === undefined ? null : <FaultNote fault={reviews.classFault} />}
        <p className="quiet">
          {standard === 'escat'
            ? `Proposed by rule: ${computed}. ${finding.escat?.confirm ?? ''} It is printed with your name.`
            : `The rules give ${classWords(computed)}. That stays in the record, on screen and in the appendix, beside your class, name and reason.`}
        </p>
        {standard === 'escat' ? <p className="meta">{ESCAT_RULE}</p> : null}
        <fieldset className={styles.classes}>
          <legend>{standard === 'escat' ? 'Tier' : 'Class'}</legend>
          {choices[standard]
            .filter((one) => standard === 'escat' || one !== computed)
            .map((one) => (
              <label key={one}>
                <input type="radio" name="class" value={one} checked={chosen === one} onChange={() => setChosen(one)} />
                {classWords(one)}
              </label>
            ))}
        </fieldset>
        <Field
          label={standard === 'escat' ? 'What the confirmation rests on' : 'Reason'}
          value={reason}
          onChange={setReason}
          maxLength={500}
          autoFocus
        />
      </form>
    </ModalDialog>
  );
}
