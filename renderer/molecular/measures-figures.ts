/** Pictures of what is measured of the whole tumor: signatures, scores, genes on their cohort. Pure. */
import type {
  ExpressionGene,
  ExpressionReading,
  Measures,
  SetScoreReading,
  SignatureReading,
} from '../../shared/molecular/measures.ts';
import type { PathwayAgents } from '../../shared/therapy/pathway-agents.ts';
import type { ChartColors, Figure } from '../ui/Chart.tsx';

/** The order in which the field draws the 96 channels: by change, then by neighbours. */
export const spectrumOrder = (spectrum: SignatureReading['spectrum']): SignatureReading['spectrum'] =>
  [...spectrum].sort((a, b) => {
    const key = ({ channel }: { channel: string }) => `${channel.slice(2, 5)}${channel[0]}${channel[6]}`;
    return key(a) < key(b) ? -1 : 1;
  });

/** Rows from the top: plotly draws the first category at the bottom. */
const categories = (names: readonly string[], size: number) => ({
  type: 'category',
  categoryorder: 'array',
  categoryarray: [...names].reverse(),
  fixedrange: true,
  automargin: true,
  // Room between a name and its bar.
  ticks: 'outside',
  ticklen: 5,
  tickcolor: 'transparent',
  showgrid: false,
  range: [-0.6, names.length - 0.4],
  tickfont: { size },
});

const axis = (colors: ChartColors, more: object) => ({
  fixedrange: true,
  zeroline: false,
  gridcolor: colors.grid,
  tickfont: { color: colors.quiet },
  title: { standoff: 0.5 * colors.size },
  ...more,
});

const margin = (colors: ChartColors) => ({
  l: colors.size,
  r: 1.2 * colors.size,
  t: 0.4 * colors.size,
  b: 3.2 * colors.size,
});

export function spectrumFigure({ spectrum }: SignatureReading, colors: ChartColors): Figure {
  const ordered = spectrumOrder(spectrum);
  const changes = [...new Set(ordered.map(({ channel }) => channel.slice(2, 5)))];
  const most = Math.max(0, ...ordered.map(({ count }) => count));
  return {
    data: changes.map((change, index) => ({
      type: 'bar',
      x: ordered.map((_, at) => at).filter((at) => ordered[at]?.channel.slice(2, 5) === change),
      y: ordered.filter(({ channel }) => channel.slice(2, 5) === change).map(({ count }) => count),
      marker: { color: colors.series[index % colors.series.length] },
      hoverinfo: 'skip',
    })),
    layout: {
      margin: { ...margin(colors), l: 3.8 * colors.size, b: 1.9 * colors.size },
      bargap: 0.25,
      xaxis: axis(colors, {
        showgrid: false,
        range: [-1, 96],
        tickvals: changes.map((_, index) => index * 16 + 7.5),
        ticktext: changes,
        ticks: '',
      }),
      yaxis: axis(colors, {
        rangemode: 'tozero',
        ...(most <= 4 ? { dtick: 1 } : { nticks: 4 }),
        title: { text: 'substitutions', standoff: 0.5 * colors.size },
      }),
    },
  };
}

const LISTED_SIGNATURES = 8;
export const listedExposures = ({ exposures }: SignatureReading): SignatureReading['exposures'] =>
  exposures.filter(({ share }) => share > 0).slice(0, LISTED_SIGNATURES);

export const signatureLabel = ({ name, cause }: SignatureReading['exposures'][number]): string =>
  `${name.replace('Ref.Sig.', 'Signature ')} · ${cause.replace(/ \(.*\)| unknown;.*/, '')}`;

export function exposureFigure(reading: SignatureReading, colors: ChartColors): Figure {
  const rows = listedExposures(reading);
  const names = rows.map(signatureLabel);
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        y: names,
        x: rows.map(({ share }) => 100 * share),
        marker: { color: colors.series[0] },
        hoverinfo: 'skip',
        width: 0.55,
        error_x: {
          type: 'data',
          symmetric: false,
          array: rows.map(({ share, high }) => 100 * Math.max(0, high - share)),
          arrayminus: rows.map(({ share, low }) => 100 * Math.max(0, share - low)),
          color: colors.ink,
          thickness: 1.2,
          width: 0.3 * colors.size,
        },
      },
    ],
    layout: {
      margin: margin(colors),
      xaxis: axis(colors, {
        range: [0, 102],
        ticksuffix: ' %',
        nticks: 6,
        title: { text: 'of the substitutions, with 95 % interval' },
      }),
      yaxis: categories(names, 0.857 * colors.size),
    },
  };
}

const SCORES_DRAWN = 22;

/** Scores that are drawn: every pathway, then what stands farthest from the middle. */
export function drawnScores({ scores }: ExpressionReading): readonly SetScoreReading[] {
  const far = (one: SetScoreReading): number =>
    one.percentile === undefined ? Math.abs(one.score) : Math.abs(one.percentile - 50);
  const pathways = scores.filter(({ kind }) => kind === 'progeny');
  const others = scores
    .filter(({ kind }) => kind !== 'progeny')
    .sort((a, b) => far(b) - far(a) || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, SCORES_DRAWN - pathways.length));
  const order = (one: SetScoreReading): number => one.percentile ?? one.score;
  return [...pathways.sort((a, b) => order(b) - order(a)), ...others.sort((a, b) => order(b) - order(a))];
}

/** Scored pathways that a class of agents is aimed at, the most active first. */
export function linkedPathways({ scores }: Pick<ExpressionReading, 'scores'>, links: readonly PathwayAgents[]) {
  const order = (one: SetScoreReading): number => one.percentile ?? one.score;
  return scores
    .filter(({ kind }) => kind === 'progeny')
    .sort((a, b) => order(b) - order(a))
    .flatMap((score) => {
      const link = links.find(({ pathway }) => pathway === score.id.replace(/^progeny:/, ''));
      return link === undefined ? [] : [{ score, classes: link.classes, agents: link.agents }];
    });
}

export const scoreKind = { progeny: 'pathway', hallmark: 'gene set', immune: 'immune' } as const;

/** Each score as a stroke from the middle of its cohort to its place; without a cohort from zero. */
export function scoresFigure(reading: ExpressionReading, colors: ChartColors): Figure {
  const rows = drawnScores(reading);
  const placed = rows.some(({ percentile }) => percentile !== undefined);
  const names = rows.map(({ name }) => name);
  const middle = placed ? 50 : 0;
  const at = (one: SetScoreReading): number => (placed ? (one.percentile ?? 50) : one.score);
  const reach = Math.max(4, ...rows.map((one) => Math.abs(at(one)))) * 1.1;
  const side = (up: boolean) => rows.filter((one) => (up ? at(one) >= middle : at(one) < middle));
  const stroke = (up: boolean) => {
    const own = side(up);
    const color = up ? colors.gain : colors.loss;
    return [
      {
        type: 'scatter',
        mode: 'lines',
        x: own.flatMap((one) => [middle, at(one), null]),
        y: own.flatMap(({ name }) => [name, name, null]),
        line: { color, width: 3 },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: own.map(at),
        y: own.map(({ name }) => name),
        marker: { color, size: 8, symbol: up ? 'triangle-right' : 'triangle-left' },
        hoverinfo: 'skip',
      },
    ];
  };
  return {
    data: [...stroke(true), ...stroke(false)],
    layout: {
      margin: margin(colors),
      xaxis: axis(
        colors,
        placed
          ? {
              range: [0, 100],
              tickvals: [2.5, 25, 50, 75, 97.5],
              title: { text: 'percentile of the cohort; beyond 2.5 and 97.5 not told apart' },
            }
          : {
              range: [-reach, reach],
              zeroline: true,
              zerolinecolor: colors.line,
              title: { text: 'score against the reference of the laboratory' },
            },
      ),
      yaxis: categories(names, 0.857 * colors.size),
      ...(placed ? { shapes: [band(25, 75, colors)] } : {}),
    },
  };
}

const band = (x0: number, x1: number, colors: ChartColors) => ({
  type: 'rect',
  layer: 'below',
  xref: 'x',
  yref: 'paper',
  x0,
  x1,
  y0: 0,
  y1: 1,
  fillcolor: colors.bands[1],
  opacity: 0.5,
  line: { width: 0 },
});

const GENES_DRAWN = 24;
/** Deviations of its reference beyond which a gene is told apart, as it is counted. */
const FAR = 3;
export const isFar = ({ z }: ExpressionGene): boolean => Math.abs(z) >= FAR;

/**
 * Genes of findings first, as the document has them, then the farthest. Every gene that is counted as high or low has
 * its place before one of a finding that stands in the middle: many findings hide no outlier.
 */
export function drawnGenes({ genes }: ExpressionReading): readonly ExpressionGene[] {
  const ofFindings = genes.filter(({ findingId }) => findingId !== undefined);
  const ordered = [...ofFindings, ...genes.filter(({ findingId }) => findingId === undefined)];
  const kept = new Set([...ordered.filter(isFar), ...ordered.filter((one) => !isFar(one))].slice(0, GENES_DRAWN));
  return ordered.filter((one) => kept.has(one));
}

/** Genes on the quantiles of their cohort: the outer 95 %, the middle half, the median, and the patient. */
export function genesFigure(reading: ExpressionReading, colors: ChartColors): Figure {
  const rows = drawnGenes(reading);
  const names = rows.map(({ gene }) => gene);
  const placed = rows.some(({ quantiles }) => quantiles !== undefined);
  const at = ({ value, z }: ExpressionGene): number => (placed ? value : z);
  const strip = (from: number, to: number, color: string, width: number) => ({
    type: 'scatter',
    mode: 'lines',
    x: rows.flatMap(({ quantiles }) => [quantiles?.[from] ?? null, quantiles?.[to] ?? null, null]),
    y: names.flatMap((name) => [name, name, null]),
    line: { color, width },
    hoverinfo: 'skip',
  });
  const points = (wanted: boolean) => {
    const own = rows.filter((one) => isFar(one) === wanted);
    return {
      type: 'scatter',
      mode: 'markers',
      x: own.map(at),
      y: own.map(({ gene }) => gene),
      marker: {
        size: wanted ? 11 : 9,
        symbol: own.map(({ z }) => (wanted ? (z > 0 ? 'triangle-right' : 'triangle-left') : 'circle')),
        color: wanted ? own.map(({ z }) => (z > 0 ? colors.gain : colors.loss)) : colors.point,
        line: { color: colors.ground, width: 1 },
      },
      hoverinfo: 'skip',
    };
  };
  const reach = Math.max(4, ...rows.map(({ z }) => Math.abs(z))) * 1.08;
  return {
    data: [
      ...(placed
        ? [
            strip(0, 8, colors.line, 2),
            strip(3, 5, colors.quiet, 6),
            {
              type: 'scatter',
              mode: 'markers',
              x: rows.map(({ quantiles }) => quantiles?.[4] ?? null),
              y: names,
              marker: { size: 11, symbol: 'line-ns', line: { color: colors.ground, width: 2 } },
              hoverinfo: 'skip',
            },
          ]
        : []),
      points(false),
      points(true),
    ],
    layout: {
      margin: margin(colors),
      xaxis: axis(
        colors,
        placed
          ? {
              title: {
                text:
                  reading.modality === 'protein' ? 'log2, level 4' : 'log2 (value + 0.1), on the scale of the cohort',
              },
            }
          : {
              range: [-reach, reach],
              zeroline: true,
              zerolinecolor: colors.line,
              title: { text: 'z-score against the reference of the laboratory' },
            },
      ),
      yaxis: categories(names, 0.857 * colors.size),
      ...(placed ? {} : { shapes: [band(-FAR, FAR, colors)] }),
    },
  };
}

/** Height of a picture with rows, in lines of body text. */
export const heightOf = (rows: number): number => 4.2 + 1.45 * Math.max(2, rows);

/** How many of the measures were made, of how many. */
export function measuredCount({ list, signatures, expression }: Measures): { made: number; asked: number } {
  const states = [
    ...list.map(({ state }) => state),
    ...(signatures === undefined ? [] : [signatures.state]),
    ...expression.map(({ state }) => state),
  ];
  return { made: states.filter((state) => state === 'computed').length, asked: states.length };
}
