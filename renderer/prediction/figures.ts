/** The pictures of a prediction as plotly figures. Pure: tokens in, figure out. */
import type { ExplainedGroup } from '../../shared/prediction/explanation.ts';
import { type AggressivenessResult, type Attribution, wholePercentile } from '../../shared/prediction/predictions.ts';
import type { ChartColors, Figure } from '../ui/Chart.tsx';
import { count } from '../ui/words.ts';
import { attributionWords, signed } from './integration.ts';

/** An axis in the quiet ink of the tokens that nobody drags. */
const quietAxis = (colors: ChartColors, words: { readonly text: string; readonly standoff?: number } | undefined) => ({
  fixedrange: true,
  ...(words && { title: { ...words, font: { color: colors.quiet } } }),
  tickfont: { color: colors.quiet },
});

/** The same with lines at its ticks. */
const scaleAxis = (colors: ChartColors, words?: { readonly text: string; readonly standoff: number }) => ({
  ...quietAxis(colors, words),
  gridcolor: colors.grid,
  zeroline: false,
});

/** Names along the left side, one at each bar. */
const namesAxis = { fixedrange: true, automargin: false, ticks: '' } as const;

/** Bars drawn; the table holds all of them. */
export const BARS_DRAWN = 12;

/** Signed bars, strongest on top, the value at the end of each. */
export function attributionFigure(attributions: readonly Attribution[], colors: ChartColors): Figure {
  const bars = attributions.slice(0, BARS_DRAWN).toReversed();
  const largest = Math.max(0.05, ...bars.map(({ contribution }) => Math.abs(contribution)));
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: bars.map(({ contribution }) => contribution),
        y: bars.map(attributionWords),
        marker: { color: bars.map(({ contribution }) => (contribution > 0 ? colors.gain : colors.loss)) },
        text: bars.map(({ contribution }) => signed(contribution)),
        textposition: 'outside',
        cliponaxis: false,
        hoverinfo: 'skip',
        width: 0.62,
      },
    ],
    layout: {
      margin: { l: 19.5 * colors.size, r: 1.5 * colors.size, t: 0.5 * colors.size, b: 2.1 * colors.size },
      xaxis: {
        ...quietAxis(colors, { text: '◂ lowers the estimate · contribution to the log-risk · raises it ▸' }),
        range: [-1.3 * largest, 1.3 * largest],
        zeroline: true,
        zerolinecolor: colors.quiet,
        showgrid: false,
        showticklabels: false,
      },
      yaxis: namesAxis,
    },
  };
}

/** Shapley values as bars with their standard errors, the local line's slopes as rings on them. */
export function groupFigure(groups: readonly ExplainedGroup[], colors: ChartColors): Figure {
  const shown = groups.slice(0, BARS_DRAWN);
  const bars = attributionFigure(
    shown.map(({ id, label, features, value }) => ({
      modality: 'clinical',
      feature: id,
      label,
      value: features === 1 ? 'one input' : `${features} inputs`,
      contribution: value,
    })),
    colors,
  );
  const upwards = shown.toReversed();
  const [bar] = bars.data;
  return {
    ...bars,
    data: [
      {
        ...bar,
        textposition: 'none',
        error_x: { type: 'data', array: upwards.map(({ standardError }) => standardError), color: colors.ink },
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: upwards.map(({ lime }) => lime),
        y: (bar as { y?: readonly string[] } | undefined)?.y ?? [],
        marker: {
          symbol: 'circle-open',
          size: 0.8 * colors.size,
          color: upwards.map(({ conflict }) => (conflict ? colors.amber : colors.ink)),
          line: { width: 2 },
        },
        hoverinfo: 'skip',
      },
    ],
  };
}

interface AblationRow {
  readonly name: string;
  readonly percentile: number;
  /** Of the full estimate only. */
  readonly low?: number;
  readonly high?: number;
}

/** Percentiles on the population's scale: the full estimate with its interval on top, beneath it what it is without each modality. */
export function ablationFigure(rows: readonly AblationRow[], colors: ChartColors): Figure {
  const upwards = rows.toReversed();
  const whole = rows[0]?.percentile ?? 0;
  const names = upwards.map(({ name }) => name);
  const reach = (to: (row: AblationRow) => number | undefined): number[] =>
    upwards.map((row) => Math.abs((to(row) ?? row.percentile) - row.percentile));
  return {
    data: [
      ...upwards.map(({ name, percentile }) => ({
        type: 'scatter',
        mode: 'lines',
        x: [whole, percentile],
        y: [name, name],
        line: { color: colors.quiet, width: 3 },
        hoverinfo: 'skip',
      })),
      {
        type: 'scatter',
        mode: 'markers+text',
        x: upwards.map(({ percentile }) => percentile),
        y: names,
        text: upwards.map(({ percentile }) => String(wholePercentile(percentile))),
        textposition: upwards.map(({ percentile }) => (percentile > 90 ? 'top left' : 'top right')),
        marker: { symbol: 'line-ns-open', size: 1.6 * colors.size, color: colors.series[0], line: { width: 4 } },
        error_x: {
          type: 'data',
          symmetric: false,
          array: reach(({ high }) => high),
          arrayminus: reach(({ low }) => low),
          color: colors.series[0],
          thickness: 6,
          width: 0,
        },
        cliponaxis: false,
        hoverinfo: 'skip',
      },
    ],
    layout: {
      margin: { l: 11 * colors.size, r: 5.5 * colors.size, t: 1.4 * colors.size, b: 3.4 * colors.size },
      xaxis: {
        ...scaleAxis(colors, {
          text: 'percentile of risk in the cohort; bar: 90 % interval of the full estimate',
          standoff: 6,
        }),
        range: [0, 100],
        tickvals: [0, 25, 50, 75, 100],
        ticktext: ['0: lowest risk', '25', '50: middle', '75', '100: highest risk'],
      },
      yaxis: { ...namesAxis, range: [-0.6, rows.length - 0.3] },
    },
  };
}

/** Times at which the numbers at risk stand under the curve, in months. */
export const AT_RISK_MONTHS = [0, 12, 24, 36, 48, 60] as const;

type Curve = NonNullable<AggressivenessResult['curve']>;
type Points = Curve['points'];

/** People at risk at a time: those of the last point at or before it; none before the first or after the last. */
export function atRiskAt(points: Points, months: number): number | undefined {
  const last = points.at(-1);
  if (last === undefined || months > last.months) return undefined;
  return points.findLast((point) => point.months <= months)?.atRisk;
}

/** Survival at a time by the step function, with its interval; undefined beyond the last point. */
export function survivalAt(points: Points, months: number): Points[number] | undefined {
  const last = points.at(-1);
  if (last === undefined || months > last.months) return undefined;
  return points.findLast((point) => point.months <= months);
}

/** Both curves as steps with their bands, labelled at their ends, the numbers at risk beneath. */
export function survivalFigure(
  { label, points, cohortPoints, patients }: Curve,
  cohort: string,
  colors: ChartColors,
): Figure {
  const until = Math.min(72, Math.max(points.at(-1)?.months ?? 0, cohortPoints.at(-1)?.months ?? 0));
  const shown = (all: Points): Points => all.filter(({ months }) => months <= until);
  const band = (all: Points, color: string | undefined) => {
    const some = shown(all);
    const edge = (pick: (point: Points[number]) => number, fill: boolean) => ({
      type: 'scatter',
      mode: 'lines',
      x: some.map(({ months }) => months),
      y: some.map((point) => 100 * pick(point)),
      line: { width: 0, shape: 'hv' },
      hoverinfo: 'skip',
      ...(fill ? { fill: 'tonexty', fillcolor: color } : {}),
    });
    return [edge(({ high }) => high, false), edge(({ low }) => low, true)];
  };
  const line = (all: Points, color: string | undefined, width: number, dash: string) => ({
    type: 'scatter',
    mode: 'lines',
    x: shown(all).map(({ months }) => months),
    y: shown(all).map(({ survival }) => 100 * survival),
    line: { color, width, shape: 'hv', dash },
    hovertemplate: '%{x} months: %{y:.0f} %<extra></extra>',
  });
  const months = AT_RISK_MONTHS.filter((month) => month <= until);
  const risk = (all: Points, place: number, color: string | undefined) =>
    months.map((month) => {
      const people = atRiskAt(all, month);
      return {
        x: month,
        y: 0,
        xref: 'x',
        yref: 'paper',
        yshift: -(2.9 + 1.35 * place) * colors.size,
        yanchor: 'top',
        showarrow: false,
        text: people === undefined ? '–' : count(people),
        font: { color },
      };
    });
  const name = (text: string, place: number, color: string | undefined) => ({
    x: 0,
    y: 0,
    xref: 'paper',
    yref: 'paper',
    xshift: -1.6 * colors.size,
    yshift: -(2.9 + 1.35 * place) * colors.size,
    xanchor: 'right',
    yanchor: 'top',
    showarrow: false,
    text,
    font: { color },
  });
  const endLabel = (all: Points, text: string, color: string | undefined, above: boolean) => {
    const end = shown(all).at(-1);
    return {
      x: end?.months ?? 0,
      y: 100 * (end?.survival ?? 0),
      xanchor: 'left',
      yanchor: above ? 'bottom' : 'top',
      xshift: 6,
      align: 'left',
      showarrow: false,
      text,
      font: { color },
    };
  };
  const groupLower = (shown(points).at(-1)?.survival ?? 0) < (shown(cohortPoints).at(-1)?.survival ?? 0);
  return {
    data: [
      ...band(cohortPoints, colors.bands[1]),
      ...band(points, colors.bands[0]),
      line(cohortPoints, colors.quiet, 1.8, 'dash'),
      line(points, colors.series[0], 3, 'solid'),
    ],
    layout: {
      margin: { l: 9.5 * colors.size, r: 12 * colors.size, t: 0.8 * colors.size, b: 6 * colors.size },
      xaxis: {
        ...scaleAxis(colors, { text: 'months after surgery', standoff: 4 }),
        range: [0, until],
        tickvals: [...months],
      },
      yaxis: {
        ...scaleAxis(colors),
        range: [0, 102],
        tickvals: [0, 25, 50, 75, 100],
        ticktext: ['0 %', '25 %', '50 %', '75 %', '100 %'],
      },
      annotations: [
        ...risk(points, 0, colors.series[0]),
        ...risk(cohortPoints, 1, colors.quiet),
        name('at risk, like this', 0, colors.series[0]),
        name('whole cohort', 1, colors.quiet),
        endLabel(points, `${wrapped(label)}<br>n ${count(patients)}`, colors.series[0], !groupLower),
        endLabel(cohortPoints, `${cohort}, all`, colors.quiet, groupLower),
      ],
    },
  };
}

/**
 * A label in lines of at most 24 characters, which is what the margin beside the curve's end holds: a new one behind the first
 * comma and at spaces. A longer word stays whole.
 */
const wrapped = (text: string): string =>
  (text.replace(', ', ',\n').match(/\S.{0,23}(?=\s|$)|\S+/g) ?? []).join('<br>');
