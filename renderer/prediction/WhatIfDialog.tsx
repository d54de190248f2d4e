import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { WHAT_IF_MARK, type WhatIf, type WhatIfAnswer } from '../../shared/prediction/explanation.ts';
import type { AggressivenessResult } from '../../shared/prediction/predictions.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { ordinal, predictionModalityWords } from '../ui/words.ts';
import { wishOf } from './integration.ts';
import { PercentileScale } from './PercentileScale.tsx';
import styles from './prediction.module.css';

const fields = [
  ['ageYears', 'Age, years'],
  ['stage', 'Stage'],
  ['grade', 'Grade'],
  ['t', 'T'],
  ['n', 'N'],
  ['m', 'M'],
  ['positiveNodes', 'Positive nodes'],
] as const;

const modalities = ['rna', 'copy-number', 'mutation'] as const;

/** F061: other facts, scored and shown under a mark. Nothing of it is kept; closing leaves the case as it was. */
export function WhatIfDialog({
  view,
  result,
  onClose,
}: {
  view: CaseView;
  result: AggressivenessResult | undefined;
  onClose: () => void;
}) {
  const { client } = useWorkstation();
  const { patient, diagnosis } = view.record;
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({
    ageYears: patient.ageYears === undefined ? '' : String(patient.ageYears),
    stage: diagnosis.stage ?? '',
    grade: diagnosis.grade ?? '',
    t: diagnosis.tnm?.t ?? '',
    n: diagnosis.tnm?.n ?? '',
    m: diagnosis.tnm?.m ?? '',
    positiveNodes: diagnosis.positiveNodes === undefined ? '' : String(diagnosis.positiveNodes),
  });
  const [without, setWithout] = useState<readonly (typeof modalities)[number][]>([]);
  const trying = useMutation({
    mutationFn: (wish: WhatIf) => client.prediction.whatIf({ caseId: CaseId.parse(view.listing.caseId), wish }),
  });
  const wish = wishOf(texts, without);
  return (
    <ModalDialog
      title="What if"
      isOpen
      wide
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Close, nothing is kept</Button>
          <Button
            look="primary"
            isDisabled={wish === undefined || trying.isPending}
            onPress={() => (wish === undefined ? undefined : trying.mutate(wish))}
          >
            Try
          </Button>
        </>
      }
    >
      <p className={styles.calm}>
        Change facts and see what the model would say. The case, its findings, options and report stay as they are.
      </p>
      <div className={styles.wishes}>
        {fields.map(([name, label]) => (
          <Field
            key={name}
            label={label}
            value={texts[name] ?? ''}
            maxLength={20}
            onChange={(value) => setTexts({ ...texts, [name]: value })}
          />
        ))}
      </div>
      <fieldset className={styles.without3}>
        <legend>Take away</legend>
        {modalities.map((modality) => (
          <label key={modality}>
            <input
              type="checkbox"
              checked={without.includes(modality)}
              onChange={({ target }) =>
                setWithout(target.checked ? [...without, modality] : without.filter((one) => one !== modality))
              }
            />{' '}
            {predictionModalityWords[modality]}
          </label>
        ))}
      </fieldset>
      {wish === undefined ? <p role="alert">Age and nodes are whole numbers.</p> : null}
      <div aria-live="polite">
        {trying.isError ? <FaultNote fault={faultOf(trying.error)} /> : null}
        {trying.data === undefined ? null : <Tried answer={trying.data} result={result} />}
      </div>
    </ModalDialog>
  );
}

function Tried({ answer, result }: { answer: WhatIfAnswer; result: AggressivenessResult | undefined }) {
  const { aggressiveness: tried, changes } = answer;
  return (
    <section className={styles.sandbox} aria-label={WHAT_IF_MARK} data-mark={WHAT_IF_MARK}>
      <p>
        <Flag tone="amber">{answer.watermark}</Flag>
      </p>
      {tried.state === 'computed' ? (
        <>
          <p className={styles.sentence}>
            {ordinal(tried.percentile)} percentile, {Math.round(tried.percentileLow)} to{' '}
            {Math.round(tried.percentileHigh)}
            {result === undefined ? '.' : `, instead of ${ordinal(result.percentile)} for the patient.`}
          </p>
          <PercentileScale
            small
            percentile={tried.percentile}
            low={tried.percentileLow}
            high={tried.percentileHigh}
            {...(result === undefined ? {} : { reference: result.percentile })}
            label={`what if: ${ordinal(tried.percentile)} percentile`}
          />
        </>
      ) : (
        <p className={styles.sentence}>No estimate with these facts. {tried.reason}</p>
      )}
      <PlainTable
        label="What was changed"
        head={['Fact', 'Patient', 'What if']}
        rows={changes.map(({ label, from, to }) => [label, from, to])}
      />
    </section>
  );
}
