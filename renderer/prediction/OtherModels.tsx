/** The table models beside the integrated one: each says its state first, and a number only with its interval. */
import { useState } from 'react';
import { type OtherModel, type OtherValue, predictiveValues } from '../../shared/prediction/other-models.ts';
import { useModelVersions } from '../app/queries.ts';
import { CasePanel } from '../case/CasePanel.tsx';
import { Facts, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { signed } from './integration.ts';
import { Mitigation } from './Mitigation.tsx';
import { VersionsOfModel } from './ModelPanel.tsx';
import { PercentileScale } from './PercentileScale.tsx';
import styles from './prediction.module.css';
import { VersionFigures } from './VersionFigures.tsx';

export const otherStateWords: Readonly<Record<OtherModel['state'], string>> = {
  computed: 'estimate',
  'not-applicable': 'not for this patient',
  'not-assayed': 'not assayed',
  abstained: 'abstains',
  unavailable: 'not available',
};

/** Short names for the strip of models. */
export const modelNames: Readonly<Record<string, string>> = {
  aggressiveness: 'Aggressiveness',
  'aggressiveness-preoperative': 'Before surgery',
  'ici-response': 'Checkpoint inhibitors',
  'neoadjuvant-response': 'Neoadjuvant response',
  'breast-prognosis': 'Breast prognosis',
  'drug-sensitivity': 'Drugs in cell lines',
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const intervalOf = ({ value, low, high, unit }: OtherValue): readonly [string, string] =>
  unit === 'probability'
    ? [percent(value), `${Math.round(100 * low)} to ${percent(high)}`]
    : [signed(value), `${signed(low)} to ${signed(high)}`];

export function OtherAnswer({ model }: { model: OtherModel }) {
  if (model.state === 'computed') return <OtherComputed model={model} />;
  const lead = {
    'not-applicable': 'This model is not for this patient.',
    'not-assayed': 'Not assayed: no estimate from this model.',
    abstained: 'The model abstains.',
    unavailable: 'The model is not available now.',
  }[model.state];
  return (
    <>
      <p className={styles.sentence}>{lead}</p>
      <p className={styles.calm}>{sentenceCase(model.reason)}.</p>
      {model.state === 'not-assayed' ? (
        <>
          <h3 className={styles.heading}>What the case does not hold</h3>
          <ul className={styles.detail}>
            {model.missing.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

const sentenceCase = (text: string): string => text.replace(/\.$/, '').replace(/^./, (letter) => letter.toUpperCase());

type Computed = Extract<OtherModel, { state: 'computed' }>;

function OtherComputed({ model }: { model: Computed }) {
  const { values, known, unknown, contributions, operating, sentence } = model;
  const [first] = values;
  const single = first !== undefined && values.length === 1 && first.unit === 'probability';
  return (
    <>
      <p className={styles.sentence}>{sentence}</p>
      {single ? (
        <div className={styles.number}>
          <p>
            <strong>{percent(first.value)}</strong>
            <span>{intervalOf(first)[1]}</span>
          </p>
          <PercentileScale
            percentile={100 * first.value}
            low={100 * first.low}
            high={100 * first.high}
            ends={['0 %', 'probability', '100 %']}
            label={`${percent(first.value)}, interval ${intervalOf(first)[1]}`}
          />
        </div>
      ) : (
        <PlainTable
          label="Values and intervals"
          head={['Drug', 'ln(IC50/µM)', 'Interval']}
          numeric={[1, 2]}
          rows={values.map((value) => [drugName(value), ...intervalOf(value)])}
        />
      )}
      <p className="meta">Interval: {first?.intervalMeaning}.</p>
      {model.conformal === undefined ? null : <p className="meta">{model.conformal}</p>}
      <h3 className={styles.heading}>What it rests on</h3>
      <PlainTable
        label="What it rests on"
        head={contributions.length === 0 ? ['Fact', 'Value'] : ['Fact', 'Value', 'Moves the probability by']}
        numeric={[2]}
        rows={known.map(({ meaning, column, value, unit }) => {
          const one = contributions.find(({ label }) => label === meaning);
          const row = [factName(column, meaning), `${factValue(column, value)}${unit === undefined ? '' : ` ${unit}`}`];
          if (contributions.length === 0) return row;
          return [...row, one === undefined ? 'always needed' : `${signed(100 * one.value, 1)} points`];
        })}
      />
      {unknown.length === 0 ? null : (
        <p className="meta">
          Not known, and nothing is filled in: {unknown.slice(0, 8).join(', ')}
          {unknown.length > 8 ? ` and ${unknown.length - 8} more` : ''}.
        </p>
      )}
      {operating === undefined ? null : <Prevalence operating={operating} />}
      {model.mitigations === undefined || first === undefined ? null : (
        <Mitigation modelId={model.id} probability={first.value} offers={model.mitigations} />
      )}
    </>
  );
}

/** One drug may have been screened twice: its number in the screen tells them apart. */
const drugName = ({ agent, label }: OtherValue): string =>
  agent === undefined ? label : `${agent}${/ \(GDSC \d+\)/.exec(label)?.[0] ?? ''}`;

const geneOf = (column: string): string | undefined =>
  /^(?:CodingMuts\.)?(.+?)_mut$|^CodingMuts\.(.+)$/.exec(column)?.slice(1).find(Boolean);

const factName = (column: string, meaning: string): string => {
  const gene = geneOf(column);
  return gene === undefined ? meaning : `${gene} mutation`;
};

const factValue = (column: string, value: string): string => {
  if (geneOf(column) !== undefined) return value === '1' ? 'detected' : 'tested, not detected';
  if (column === 'Systemic_therapy_history') return value === '1' ? 'yes' : 'no';
  return shortNumber(value.replaceAll('_', ' '));
};

const shortNumber = (text: string): string =>
  /^\d+\.\d{3,}$/.test(text) ? String(Number(Number(text).toPrecision(3))) : text;

/** F064: what a call at the card's threshold is worth where the outcome is more or less common. */
function Prevalence({ operating }: { operating: NonNullable<Computed['operating']> }) {
  const [share, setShare] = useState(Math.round(100 * operating.prevalence));
  const { ppv, npv } = predictiveValues(operating, share / 100);
  const { threshold, sensitivity, specificity } = operating;
  return (
    <section className={styles.prevalence} aria-label="At the local prevalence">
      <h3 className={styles.heading}>What a call is worth at your prevalence</h3>
      <label>
        <span>
          Prevalence <b>{share} %</b> (cohort {percent(operating.prevalence)})
        </span>
        <input
          type="range"
          min={1}
          max={99}
          value={share}
          aria-valuetext={`${share} %`}
          onChange={({ target }) => setShare(Number(target.value))}
        />
      </label>
      <p>
        Called at {percent(threshold)} and over: <b>PPV {ppv === undefined ? 'not defined' : percent(ppv)}</b>,{' '}
        <b>NPV {npv === undefined ? 'not defined' : percent(npv)}</b>{' '}
        <span className="quiet">
          (sensitivity {percent(sensitivity)}, specificity {percent(specificity)}, out of fold)
        </span>
      </p>
    </section>
  );
}

export function OtherPanel({ model, caseId }: { model: OtherModel; caseId: string }) {
  const versions = useModelVersions(caseId).data?.find(({ id }) => id === model.id)?.versions ?? [];
  return (
    <CasePanel title="How far to trust it" about={model.state === 'unavailable' ? model.id : model.title}>
      {model.state === 'computed' ? (
        <Section title="Limits">
          <ul className={styles.limits}>
            {model.limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Section>
      ) : null}
      {model.state === 'unavailable' ? null : (
        <>
          <Section title="Not for">
            <ul className={styles.limits}>
              {model.notFor.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Section>
          <Section title="Which model was asked">
            <Facts
              rows={[
                ['Model', `${model.id} ${model.version}`],
                ['State', otherStateWords[model.state]],
                [
                  'SHA-256',
                  <span key="hash" className={`mono ${styles.hash}`}>
                    {model.sha256}
                  </span>,
                ],
              ]}
            />
          </Section>
        </>
      )}
      <VersionsOfModel versions={versions} />
      {versions.length < 2 ? null : <VersionFigures modelId={model.id} />}
    </CasePanel>
  );
}
