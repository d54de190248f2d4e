import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { WHAT_IF_MARK, type WhatIf, type WhatIfAnswer } from '../../shared/prediction/explanation.ts';
import { type AggressivenessResult, patientsRanked, wholePercentile } from '../../shared/prediction/predictions.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, ordinal, predictionModalityWords } from '../ui/words.ts';
import { wishOf } from './integration.ts';
import { PercentileScale } from './PercentileScale.tsx';
import styles from './prediction.module.css';

const known = [
  ['ageYears', 'Age, years'],
  ['grade', 'Grade'],
] as const;
/** What only the resected specimen shows. */
const surgical = [
  ['stage', 'Stage'],
  ['t', 'T'],
  ['n', 'N'],
  ['m', 'M'],
  ['positiveNodes', 'Positive nodes'],
] as const;

const smoking = ['never', 'former >15 years', 'former', 'former <=15 years', 'current'];
const inWords: Readonly<Record<string, string>> = {
  'former >15 years': 'former, over 15 years ago',
  former: 'former, not known when',
  'former <=15 years': 'former, within 15 years',
};
const receptor = ['positive', 'equivocal', 'negative'];
/** Facts of fixed words; receptors are asked of breast carcinoma. */
const choices = [
  ['smoking', 'smoking', 'Smoking', smoking],
  ['estrogenReceptor', 'estrogen-receptor', 'Estrogen receptor', receptor],
  ['progesteroneReceptor', 'progesterone-receptor', 'Progesterone receptor', receptor],
  ['her2', 'her2', 'HER2', receptor],
] as const;

const modalities = ['rna', 'copy-number', 'mutation', 'protein'] as const;

/** F061: other facts, scored and shown under a mark. Nothing of it is kept; closing leaves the case as it was. */
export function WhatIfDialog({
  view,
  result,
  beforeSurgery,
  onClose,
}: {
  view: CaseView;
  result: AggressivenessResult | undefined;
  /** Put to the score before surgery, which reads nothing that only the specimen shows. */
  beforeSurgery: boolean;
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
    ...Object.fromEntries(choices.map(([wished, name]) => [wished, diagnosis.attributes?.[name] ?? ''])),
  });
  const fields = beforeSurgery ? known : [...known, ...surgical];
  const breast = result?.cohort.tumorType === 'BRCA' || diagnosis.attributes?.['estrogen-receptor'] !== undefined;
  const [without, setWithout] = useState<readonly (typeof modalities)[number][]>([]);
  const trying = useMutation({
    mutationFn: (wish: WhatIf) =>
      client.prediction.whatIf({ caseId: CaseId.parse(view.listing.caseId), wish, beforeSurgery }),
  });
  const asked = Object.fromEntries(
    Object.entries(texts).filter(([name]) => !beforeSurgery || !surgical.some(([one]) => one === name)),
  );
  const wish = wishOf(asked, without);
  return (
    <ModalDialog
      title={beforeSurgery ? 'What if, before surgery' : 'What if'}
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
        {choices.slice(0, breast ? choices.length : 1).map(([name, attribute, label, words]) => (
          <Choice
            key={name}
            label={label}
            words={words}
            own={diagnosis.attributes?.[attribute] ?? ''}
            value={texts[name] ?? ''}
            onChange={(value) => setTexts({ ...texts, [name]: value })}
          />
        ))}
      </div>
      <fieldset className={styles.without3}>
        <legend>Take away</legend>
        {modalities.slice(0, breast && !beforeSurgery ? modalities.length : 3).map((modality) => (
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

/** One of fixed words; what the record says stands among them as it was written there. */
const Choice = ({
  label,
  words,
  own,
  value,
  onChange,
}: {
  label: string;
  words: readonly string[];
  own: string;
  value: string;
  onChange: (value: string) => void;
}) => (
  <label className={styles.choice}>
    <span>{label}</span>
    <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {words.includes(own.toLowerCase()) ? null : <option value={own}>{own === '' ? 'not known' : own}</option>}
      {words.map((word) => (
        <option key={word} value={word === own.toLowerCase() ? own : word}>
          {inWords[word] ?? word}
        </option>
      ))}
    </select>
  </label>
);

function Tried({ answer, result }: { answer: WhatIfAnswer; result: AggressivenessResult | undefined }) {
  const { aggressiveness: tried, changes, notRead } = answer;
  return (
    <section className={styles.sandbox} aria-label={WHAT_IF_MARK} data-mark={WHAT_IF_MARK}>
      <p>
        <Flag tone="amber">{answer.watermark}</Flag>
      </p>
      {tried.state === 'computed' ? (
        <>
          <p className={styles.sentence}>
            {ordinal(wholePercentile(tried.percentile))} percentile, {Math.round(tried.percentileLow)} to{' '}
            {Math.round(tried.percentileHigh)}
            {result === undefined
              ? '.'
              : patientsRanked(tried) === patientsRanked(result)
                ? `, instead of ${ordinal(wholePercentile(result.percentile))} for the patient.`
                : `, among ${count(patientsRanked(tried))} patients, instead of ${ordinal(wholePercentile(result.percentile))} among ${count(patientsRanked(result))} for the patient.`}
          </p>
          <PercentileScale
            small
            percentile={tried.percentile}
            low={tried.percentileLow}
            high={tried.percentileHigh}
            {...(result === undefined ? {} : { reference: result.percentile })}
            label={`what if: ${ordinal(wholePercentile(tried.percentile))} percentile`}
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
      {notRead.length === 0 ? null : (
        <p className={styles.calm}>
          {notRead.join(', ')}: not read by this model for this tumor type, so nothing comes of it.
        </p>
      )}
    </section>
  );
}
