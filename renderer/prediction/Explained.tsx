/** What is behind an estimate, asked for when it is opened: two methods side by side, changes that would move it, rules. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import { CaseId } from '../../shared/foundation/ids.ts';
import type { CaseExplanation, Explanation } from '../../shared/prediction/explanation.ts';
import { wholePercentile } from '../../shared/prediction/predictions.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Chart, type ChartColors } from '../ui/Chart.tsx';
import { Flag } from '../ui/marks.tsx';
import { FaultNote, Loading } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, ordinal, predictionModalityWords } from '../ui/words.ts';
import { BARS_DRAWN, groupFigure } from './figures.ts';
import { conflictSentence, fifths, signed } from './integration.ts';
import styles from './prediction.module.css';

export function useExplanation(caseId: string, wanted: boolean, beforeSurgery: boolean) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: [...keysOf.explanation(caseId), beforeSurgery],
    queryFn: () => client.prediction.explain({ caseId: CaseId.parse(caseId), beforeSurgery }),
    enabled: wanted,
  });
}

type Asked = ReturnType<typeof useExplanation>;

/** Waiting, refusal and "nothing to explain" the same way in each place. */
export function WithExplanation({
  asked,
  children,
}: {
  asked: Asked;
  children: (explanation: Explanation) => ReactNode;
}) {
  if (asked.isError) return <FaultNote fault={faultOf(asked.error)} />;
  if (asked.data === undefined) return <Loading what="Asking the model some thousand times" rows={4} />;
  const said: CaseExplanation = asked.data;
  return said.state === 'none' ? <p className={styles.calm}>{said.reason}</p> : children(said);
}

interface Pictured {
  readonly explanation: Explanation;
  readonly patients: number;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

/** F057, F058: contributions by fact, gene and pathway, the local line beside them. */
export function CrossCheck({ explanation, patients, asTable, onAsTable }: Pictured) {
  const { groups, coalitions, limeFit, additivityError, modalities } = explanation;
  const draw = useCallback((colors: ChartColors) => groupFigure(groups, colors), [groups]);
  const drawn = Math.min(BARS_DRAWN, groups.length);
  const conflict = groups.some((group) => group.conflict);
  return (
    <>
      {conflict ? (
        <p>
          <Flag tone="amber">{conflictSentence(groups)}</Flag>
        </p>
      ) : null}
      <Chart
        title="Do two methods tell the same?"
        about={`${drawn} strongest of ${groups.length} groups; bars Shapley values, rings LIME; against the mean of ${count(patients)} patients`}
        summary={conflictSentence(groups)}
        draw={draw}
        height={4 + 1.9 * drawn}
        asTable={asTable}
        onAsTable={onAsTable}
        bare
        fileName="two-methods"
        table={{
          head: ['Fact, gene or pathway', 'Inputs', 'Shapley value', 'Standard error', 'LIME', 'Sign'],
          numeric: [1, 2, 3, 4],
          rows: groups.map(({ label, features, value, standardError, lime, conflict: differs }) => [
            label,
            features,
            signed(value, 3),
            standardError.toFixed(4),
            signed(lime, 3),
            differs ? 'differs' : 'same',
          ]),
        }}
      />
      <p className="meta">
        Shapley values from {count(coalitions)} coalitions asked of the model; they and the cohort’s mean add up to the
        log-risk within {additivityError < 1e-6 ? '0.000001' : additivityError.toExponential(0)}. The local line holds{' '}
        {Math.floor(100 * limeFit)} % of the spread. Modalities, every coalition asked:{' '}
        {modalities.map(({ modality, value }) => `${predictionModalityWords[modality]} ${signed(value)}`).join(', ')}.
      </p>
    </>
  );
}

/** F060: each one was run again and lies in another fifth. */
export function Counterfactuals({ explanation }: { explanation: Explanation }) {
  const { counterfactuals, heldFixed } = explanation;
  return (
    <>
      {counterfactuals.length === 0 ? null : (
        <PlainTable
          label="Changes that would move the estimate"
          head={['To', 'What would have to be otherwise', 'Percentile then']}
          numeric={[2]}
          rows={counterfactuals.map(({ direction, from, to, percentile, changes }) => [
            `${direction} risk: ${fifths[to] ?? ''} fifth instead of ${fifths[from] ?? ''}`,
            <ul key={direction} className={styles.changes}>
              {changes.map(({ feature, label, from: was, to: then }) => (
                <li key={feature}>
                  <b>{label}</b>: {then} instead of {was}
                </li>
              ))}
            </ul>,
            ordinal(wholePercentile(percentile)),
          ])}
        />
      )}
      <p className="meta">
        Fewest changes first, at most five; each was run again. Never changed: {heldFixed}. This says what the model
        leans on, not what treatment would do.
      </p>
    </>
  );
}

/** F059: IF … THEN, each clause with the fact it rests on. */
export const Rules = ({ explanation }: { explanation: Explanation }) => (
  <>
    {explanation.rules.map(({ text, facts }) => (
      <div key={text} className={styles.rule}>
        <p>{text}</p>
        <PlainTable
          label="Facts of the rule"
          head={['Clause', 'Fact']}
          rows={facts.map(({ clause, id }) => [
            clause,
            <span key={id} className="mono">
              {id}
            </span>,
          ])}
        />
      </div>
    ))}
  </>
);
