import { useCallback, useMemo } from 'react';
import type { GenomeBuild } from '../../shared/case/case-record.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { Chart, type ChartColors, type Figure } from '../ui/Chart.tsx';
import { count, plural } from '../ui/words.ts';
import {
  change,
  clampLog2,
  type GenomeLabel,
  type GenomeLayout,
  genomeLabels,
  LOG2_DRAWN,
  labelRows,
  layoutGenome,
  leftward,
  shareChanged,
} from './genome.ts';

type Segment = MolecularProfile['segments'][number];

interface GenomePlotProps {
  readonly profile: MolecularProfile;
  readonly build: GenomeBuild;
  /** Tumor content of the specimen that was read, as stated. */
  readonly purity: number | undefined;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
  readonly height: number;
}

/** The copy-number picture: segments over the whole genome, the genes that matter named at their place. */
export function GenomePlot({ profile, build, purity, asTable, onAsTable, height }: GenomePlotProps) {
  const { segments, findings } = profile;
  const layout = useMemo(() => layoutGenome(build, segments), [build, segments]);
  const labels = useMemo(() => genomeLabels(findings, layout, segments), [findings, layout, segments]);
  const draw = useCallback(
    (colors: ChartColors) => genomeFigure(segments, layout, labels, colors),
    [segments, layout, labels],
  );
  const share = shareChanged(segments);
  return (
    <Chart
      title="Where are copies gained or lost?"
      about={[
        `${plural(segments.length, 'segment')}, log2 ratio`,
        build,
        purity === undefined ? 'tumor content not stated' : `tumor content ${Math.round(purity * 100)} %`,
      ].join(' · ')}
      summary={genomeSummary(share, labels)}
      draw={draw}
      height={height}
      asTable={asTable}
      onAsTable={onAsTable}
      tableKey="Shift+m"
      fileName="copy-number-genome"
      table={{
        head: ['Chromosome', 'From', 'To', 'log2 ratio', 'Copies', 'Call'],
        numeric: [1, 2, 3, 4],
        rows: segments.map(({ chromosome, start1, end1, log2Ratio, totalCopies }) => [
          chromosome,
          count(start1),
          count(end1),
          log2Ratio.toFixed(2),
          totalCopies === undefined ? 'not stated' : String(totalCopies),
          { gain: 'gained', loss: 'lost', even: 'even' }[change(log2Ratio)],
        ]),
      }}
    />
  );
}

export function genomeSummary(share: ReturnType<typeof shareChanged>, labels: readonly GenomeLabel[]): string {
  if (share === undefined) return 'No segments.';
  const percentOf = (part: number): string => `${Math.round(part * 100)} %`;
  const named = labels.length === 0 ? '' : ` Named: ${labels.map(({ text }) => text).join(', ')}.`;
  return `${percentOf(share.gained)} of the segments' length is gained and ${percentOf(share.lost)} lost.${named}`;
}

/** Share of the picture's width. */
const FOCAL_WIDTH = 0.004;

/** Segments as horizontal strokes, chromosomes as bands, genes as labels with a stroke to their place. */
export function genomeFigure(
  segments: readonly Segment[],
  layout: GenomeLayout,
  labels: readonly GenomeLabel[],
  colors: ChartColors,
): Figure {
  const stroke = (wanted: ReturnType<typeof change>, color: string, width: number) => {
    const x: (number | null)[] = [];
    const y: (number | null)[] = [];
    for (const segment of segments) {
      if (change(segment.log2Ratio) !== wanted) continue;
      const from = layout.at(segment.chromosome, segment.start1);
      const to = layout.at(segment.chromosome, segment.end1);
      if (from === undefined || to === undefined) continue;
      const value = clampLog2(segment.log2Ratio);
      // A focal change is drawn at least as wide as can be seen.
      x.push(from, Math.max(to, from + layout.total * FOCAL_WIDTH), null);
      y.push(value, value, null);
    }
    return { type: 'scatter', mode: 'lines', x, y, line: { color, width }, hoverinfo: 'skip', connectgaps: false };
  };
  const drawn = segments.map(({ log2Ratio }) => clampLog2(log2Ratio));
  const top = Math.min(LOG2_DRAWN.high, Math.max(1.5, ...drawn, ...labels.map((label) => clampLog2(label.log2Ratio))));
  const bottom = Math.max(
    LOG2_DRAWN.low,
    Math.min(-1.5, ...drawn, ...labels.map((label) => clampLog2(label.log2Ratio))),
  );
  const range: readonly [number, number] = [bottom - 0.45, top + 0.6];
  const strokes = segments.flatMap((segment) => {
    const from = layout.at(segment.chromosome, segment.start1);
    const to = layout.at(segment.chromosome, segment.end1);
    if (from === undefined || to === undefined || change(segment.log2Ratio) === 'even') return [];
    return [{ from, to: Math.max(to, from + layout.total * FOCAL_WIDTH), y: clampLog2(segment.log2Ratio) }];
  });
  const rows = labelRows(labels, layout, range, strokes);
  return {
    data: [
      stroke('even', colors.ink, 2.5),
      stroke('gain', colors.gain, 3.5),
      stroke('loss', colors.loss, 3.5),
      {
        type: 'scatter',
        mode: 'markers',
        x: labels.map(({ x }) => x),
        y: labels.map(({ log2Ratio }) => clampLog2(log2Ratio)),
        marker: {
          size: 8,
          symbol: labels.map(({ side }) => (side === 'gain' ? 'triangle-up' : 'triangle-down')),
          color: labels.map(({ side }) => (side === 'gain' ? colors.gain : colors.loss)),
        },
        hoverinfo: 'skip',
      },
    ],
    layout: {
      margin: { l: 2.9 * colors.size, r: 0.6 * colors.size, t: 0.4 * colors.size, b: 1.7 * colors.size },
      xaxis: {
        range: [0, layout.total],
        fixedrange: true,
        showgrid: false,
        zeroline: false,
        ticks: '',
        tickangle: 0,
        tickvals: layout.chromosomes.map(({ start, length }) => start + length / 2),
        // The small chromosomes stand too close for every number.
        ticktext: layout.chromosomes.map(({ name }) => (['19', '21'].includes(name) ? '' : name)),
        tickfont: { color: colors.quiet },
      },
      yaxis: {
        range: [...range],
        fixedrange: true,
        zeroline: true,
        zerolinecolor: colors.line,
        showgrid: false,
        tickvals: [-3, -2, -1, 0, 1, 2, 3, 4].filter((tick) => tick >= bottom && tick <= top),
        tickfont: { color: colors.quiet },
      },
      shapes: layout.chromosomes
        .filter((_, index) => index % 2 === 1)
        .map(({ start, length }) => ({
          type: 'rect',
          layer: 'below',
          xref: 'x',
          yref: 'paper',
          x0: start,
          x1: start + length,
          y0: 0,
          y1: 1,
          fillcolor: colors.bands[1],
          opacity: 0.5,
          line: { width: 0 },
        })),
      annotations: labels.map(({ text, x, log2Ratio, side }, index) => ({
        x,
        y: clampLog2(log2Ratio),
        text,
        showarrow: false,
        xanchor: leftward(x, layout) ? 'right' : 'left',
        xshift: leftward(x, layout) ? -8 : 8,
        yshift: (rows[index] ?? 0) * colors.size * 1.15,
        yanchor: side === 'gain' ? 'bottom' : 'top',
        font: { color: side === 'gain' ? colors.gain : colors.loss },
      })),
    },
  };
}
