import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import {
  type AggressivenessResult,
  type PredictionModality,
  wholePercentile,
} from '../../shared/prediction/predictions.ts';
import { useAlike } from '../app/queries.ts';
import { Chart, type ChartColors } from '../ui/Chart.tsx';
import { Button } from '../ui/parts.tsx';
import { count, ordinal, plural, predictionModalityWords } from '../ui/words.ts';
import { Alike } from './Alike.tsx';
import { Counterfactuals, CrossCheck, Rules, useExplanation, WithExplanation } from './Explained.tsx';
import { ablationFigure, attributionFigure, BARS_DRAWN, survivalAt, survivalFigure } from './figures.ts';
import {
  ablationSentence,
  attributionWords,
  conflictSentence,
  counterfactualSentence,
  modalityRows,
  reasonsSentence,
  signed,
} from './integration.ts';
import { PercentileScale } from './PercentileScale.tsx';
import styles from './prediction.module.css';

export const pictures = ['why', 'check', 'change', 'rules', 'survival', 'alike', 'without'] as const;
export type PictureId = (typeof pictures)[number];

/** Pictures that ask the core when they are opened. */
const asking: readonly PictureId[] = ['check', 'change', 'rules'];

interface ComputedProps {
  readonly caseId: string;
  readonly result: AggressivenessResult;
  /** The pre-operative model's. */
  readonly beforeSurgery: boolean;
  readonly open: ReadonlySet<PictureId>;
  readonly onToggle: (id: PictureId) => () => void;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

export function Computed({ caseId, result, beforeSurgery, open, onToggle, asTable, onAsTable }: ComputedProps) {
  const asked = useExplanation(
    caseId,
    asking.some((id) => open.has(id)),
    beforeSurgery,
  );
  const like = useAlike(caseId, open.has('alike') && !beforeSurgery);
  const said = asked.data?.state === 'explained' ? asked.data : undefined;
  const { percentile, percentileLow, percentileHigh, intervalCoverage, cohort, curve } = result;
  const interval = `${Math.round(100 * intervalCoverage)} % interval ${Math.round(percentileLow)} to ${Math.round(percentileHigh)}`;
  return (
    <>
      <p className={styles.sentence}>{result.sentence}</p>
      <div className={styles.number}>
        <p>
          <strong>{ordinal(wholePercentile(percentile))}</strong> percentile of risk
          {beforeSurgery ? ' before surgery' : ''}
          <span>{interval}</span>
        </p>
        <PercentileScale
          percentile={percentile}
          low={percentileLow}
          high={percentileHigh}
          label={`${ordinal(wholePercentile(percentile))} percentile, ${interval}`}
        />
      </div>
      <p className="meta">
        Cohort: {cohort.description}. {result.intervalMeaning}
      </p>
      {result.outlived === undefined ? null : <p className="meta">{result.outlived.sentence}</p>}

      <h3 className={styles.heading}>What the estimate rests on</h3>
      <Modalities result={result} />

      <Picture
        id="why"
        keys="r"
        question="Which facts drive this estimate?"
        answer={reasonsSentence(result.attributions)}
        open={open}
        onToggle={onToggle}
      >
        <Why result={result} asTable={asTable} onAsTable={onAsTable} />
      </Picture>
      <Picture
        id="check"
        keys="c"
        question="Do two methods tell the same?"
        answer={
          said === undefined
            ? 'Shapley values by fact, gene and pathway, and LIME beside them: asked of the model when opened.'
            : conflictSentence(said.groups)
        }
        open={open}
        onToggle={onToggle}
      >
        <WithExplanation asked={asked}>
          {(explanation) => (
            <CrossCheck explanation={explanation} patients={cohort.patients} asTable={asTable} onAsTable={onAsTable} />
          )}
        </WithExplanation>
      </Picture>
      <Picture
        id="change"
        keys="f"
        question="What would move it to another fifth of risk?"
        answer={
          said === undefined
            ? 'The fewest plausible changes, each run again: asked of the model when opened.'
            : counterfactualSentence(said)
        }
        open={open}
        onToggle={onToggle}
      >
        <WithExplanation asked={asked}>
          {(explanation) => <Counterfactuals explanation={explanation} />}
        </WithExplanation>
      </Picture>
      <Picture
        id="rules"
        keys="l"
        question="Which facts of the case does it rest on?"
        answer="The strongest reasons as rules in words, each clause with the fact in the case’s documents."
        open={open}
        onToggle={onToggle}
      >
        <WithExplanation asked={asked}>{(explanation) => <Rules explanation={explanation} />}</WithExplanation>
      </Picture>
      <Picture
        id="survival"
        keys="s"
        question="How did comparable patients fare?"
        answer={survivalSentence(result)}
        open={open}
        onToggle={onToggle}
        // F037: no curve under 30 patients; the sentence says so.
        closed={curve === undefined}
      >
        {curve === undefined ? null : (
          <Survival curve={curve} cohort={cohort} asTable={asTable} onAsTable={onAsTable} />
        )}
      </Picture>
      {/* Its groups are made by stage, which is not known yet. */}
      {beforeSurgery ? null : (
        <Picture
          id="alike"
          keys="p"
          question="What became of patients like this one?"
          answer={
            like.data === undefined
              ? 'The nearest group of at least 30 patients by age, stage or grade, and sex: looked up when opened.'
              : like.data.state === 'near'
                ? like.data.sentence
                : 'Nobody near enough to be called like this patient.'
          }
          open={open}
          onToggle={onToggle}
        >
          <Alike asked={like} cohort={curve?.cohortPoints ?? []} asTable={asTable} onAsTable={onAsTable} />
        </Picture>
      )}
      <Picture
        id="without"
        keys="b"
        question="What would the estimate be without a modality?"
        answer={ablationSentence(result, predictionModalityWords)}
        open={open}
        onToggle={onToggle}
        closed={result.ablation.length === 0}
      >
        <Without result={result} asTable={asTable} onAsTable={onAsTable} />
      </Picture>
    </>
  );
}

/** F033: a percentile without protein is a place among other patients than one with it, and the other way round. */
const elsewhere = ({ ablation }: AggressivenessResult): string =>
  ablation
    .flatMap(({ without, among }) =>
      among === undefined ? [] : [`; without ${wordInside(without)} among ${count(among)}`],
    )
    .join('');

function Modalities({ result }: { result: AggressivenessResult }) {
  const rows = modalityRows(result);
  const total = result.contributions.reduce((sum, { contribution }) => sum + contribution, 0);
  return (
    <table className={styles.modalities}>
      <thead>
        <tr>
          <th scope="col">Modality</th>
          <th scope="col">In this estimate</th>
          <th scope="col">What it rests on, or why it is absent</th>
          <th scope="col" className="num">
            Adds to log-risk
          </th>
          <th scope="col" className="num">
            Percentile without it
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ use, contribution, without }) => (
          <tr key={use.modality} data-state={use.state}>
            <th scope="row">{predictionModalityWords[use.modality]}</th>
            <td>{use.state === 'used' ? 'used' : 'absent'}</td>
            <td>{use.reason}</td>
            <td className="num">{contribution === undefined ? '–' : signed(contribution)}</td>
            <td className="num">
              {without === undefined ? (
                use.state === 'used' ? (
                  <span className="quiet">always needed</span>
                ) : (
                  '–'
                )
              ) : (
                <>
                  {wholePercentile(without.percentile)} <span className="quiet">({signed(without.change, 0)})</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            Sum, relative to the mean of the cohort
          </th>
          <td className="num">{signed(total)}</td>
          <td className="num">{wholePercentile(result.percentile)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

const SHOW: Readonly<Record<PictureId, string>> = {
  why: 'Show the picture',
  check: 'Show the picture',
  change: 'Show the changes',
  rules: 'Show the rules',
  survival: 'Show the picture',
  alike: 'Show the group',
  without: 'Show the picture',
};

interface PictureProps {
  readonly id: PictureId;
  readonly keys: string;
  readonly question: string;
  readonly answer: string;
  readonly open: ReadonlySet<PictureId>;
  readonly onToggle: (id: PictureId) => () => void;
  /** There is no picture; the sentence is all. */
  readonly closed?: boolean;
  readonly children: ReactNode;
}

/** F062: the sentence stands first; the picture comes when it is asked for. */
function Picture({ id, keys, question, answer, open, onToggle, closed = false, children }: PictureProps) {
  const isOpen = open.has(id) && !closed;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) section.current?.scrollIntoView?.({ block: 'nearest' });
  }, [isOpen]);
  return (
    <section className={styles.picture} aria-label={question} ref={section}>
      <div>
        <h3>{question}</h3>
        <p>{answer}</p>
        {closed ? null : (
          <Button look="quiet" keys={keys} aria-expanded={isOpen} onPress={onToggle(id)}>
            {isOpen ? 'Hide' : SHOW[id]}
            <span className="hidden">: {question}</span>
          </Button>
        )}
      </div>
      {isOpen ? children : null}
    </section>
  );
}

interface PictureOf {
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

function Why({ result, asTable, onAsTable }: PictureOf & { result: AggressivenessResult }) {
  const { attributions, cohort } = result;
  const draw = useCallback((colors: ChartColors) => attributionFigure(attributions, colors), [attributions]);
  const drawn = Math.min(BARS_DRAWN, attributions.length);
  return (
    <Chart
      title="Which facts drive this estimate?"
      about={`${drawn} strongest of the facts known, against the mean of ${count(cohort.patients)} patients`}
      summary={reasonsSentence(attributions)}
      draw={draw}
      height={4 + 1.9 * drawn}
      asTable={asTable}
      onAsTable={onAsTable}
      bare
      fileName="reasons"
      table={{
        head: ['Fact', 'Modality', 'Contribution to log-risk'],
        numeric: [2],
        rows: attributions.map((one) => [
          attributionWords(one),
          predictionModalityWords[one.modality],
          signed(one.contribution, 3),
        ]),
      }}
    />
  );
}

/** Survival at two and five years of the group and the whole cohort, as far as the curve reaches. */
export function survivalSentence({ curve, cohort }: AggressivenessResult): string {
  if (curve === undefined) return 'No curve: fewer than 30 comparable patients, so it would say more than is known.';
  const told = [24, 60].flatMap((months) => {
    const group = survivalAt(curve.points, months);
    const all = survivalAt(curve.cohortPoints, months);
    if (group === undefined || all === undefined) return [];
    return [
      `${percentOf(group.survival)} (95 % interval ${percentOf(group.low, false)} to ${percentOf(group.high)}) were alive at ${months / 12} years, of the whole cohort ${percentOf(all.survival)}`,
    ];
  });
  const who = `Of ${plural(curve.patients, 'patient')} in this fifth of risk`;
  return told.length === 0
    ? `${who} the follow-up is shorter than two years (cohort of ${count(cohort.patients)}).`
    : `${who}, ${told.join('; ')}.`;
}

const percentOf = (fraction: number, sign = true): string => `${Math.round(100 * fraction)}${sign ? ' %' : ''}`;

function Survival({
  curve,
  cohort,
  asTable,
  onAsTable,
}: PictureOf & {
  curve: NonNullable<AggressivenessResult['curve']>;
  cohort: AggressivenessResult['cohort'];
}) {
  const draw = useCallback(
    (colors: ChartColors) => survivalFigure(curve, cohort.tumorType, colors),
    [curve, cohort.tumorType],
  );
  return (
    <Chart
      title="How did comparable patients fare?"
      about={`${curve.label}, n ${count(curve.patients)}${cohort.ranked === undefined ? '' : ` of ${count(cohort.ranked)}`}; whole cohort n ${count(cohort.patients)}, ${count(cohort.deaths)} deaths; bands: 95 % interval`}
      summary={`Overall survival over time: ${curve.label}, against the whole cohort. The table holds every point.`}
      draw={draw}
      height={24}
      asTable={asTable}
      onAsTable={onAsTable}
      bare
      fileName="survival-of-comparable-patients"
      table={{
        head: [
          'Months',
          'Alive, like this',
          'Interval',
          'At risk',
          'Alive, cohort',
          'Interval of cohort',
          'Cohort at risk',
        ],
        numeric: [0, 1, 2, 3, 4, 5, 6],
        rows: curve.points.map((point) => {
          const all = survivalAt(curve.cohortPoints, point.months);
          return [
            point.months.toFixed(0),
            percentOf(point.survival),
            `${percentOf(point.low, false)} to ${percentOf(point.high)}`,
            count(point.atRisk),
            ...(all === undefined
              ? ['–', '–', '–']
              : [percentOf(all.survival), `${percentOf(all.low, false)} to ${percentOf(all.high)}`, count(all.atRisk)]),
          ];
        }),
      }}
    />
  );
}

/** F033: the same model run again without one modality each time. */
function Without({ result, asTable, onAsTable }: PictureOf & { result: AggressivenessResult }) {
  const { percentile, percentileLow: low, percentileHigh: high } = result;
  const rows = useMemo(
    () => [
      { name: 'Nothing left out', percentile, low, high, change: undefined },
      ...modalityRows(result).flatMap(({ use, without }) =>
        without === undefined ? [] : [{ name: `Without ${wordInside(use.modality)}`, ...without }],
      ),
    ],
    [result, percentile, low, high],
  );
  const draw = useCallback((colors: ChartColors) => ablationFigure(rows, colors), [rows]);
  return (
    <Chart
      title="What would the estimate be without a modality?"
      about={`the same model run again without one modality each time; ${result.cohort.description}${elsewhere(result)}`}
      summary={ablationSentence(result, predictionModalityWords)}
      draw={draw}
      height={6 + 3.2 * rows.length}
      asTable={asTable}
      onAsTable={onAsTable}
      bare
      fileName="without-a-modality"
      table={{
        head: ['Left out', 'Percentile', 'Change', 'Interval'],
        numeric: [1, 2, 3],
        rows: rows.map((row) => [
          row.name,
          String(wholePercentile(row.percentile)),
          row.change === undefined ? '–' : signed(row.change, 0),
          row.change === undefined ? `${Math.round(low)} to ${Math.round(high)}` : '–',
        ]),
      }}
    />
  );
}

const wordInside = (modality: PredictionModality): string =>
  predictionModalityWords[modality].replace(/^(?!RNA)./, (letter) => letter.toLowerCase());
