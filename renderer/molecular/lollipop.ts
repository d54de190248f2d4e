/** The variants of a gene along its protein, with the residues where tumors recur. Pure. */
import type { GeneSites } from '../../shared/molecular/gene-sites.ts';
import { parseProteinChange } from '../../shared/molecular/hgvs.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import type { ChartColors, Figure } from '../ui/Chart.tsx';

export interface Lollipop {
  readonly id: string;
  readonly name: string;
  readonly residue: number;
  /** Percent of the reads; `undefined` where the input states none. */
  readonly fraction: number | undefined;
  readonly origin: Finding['origin'];
  /** Tumors of the catalogue at this residue; `undefined` where it is no hotspot. */
  readonly samples: number | undefined;
}

/** Variants of the gene whose place in the protein is known; the others are counted, not drawn. */
export function lollipopsOf(
  findings: readonly Finding[],
  sites: GeneSites,
): { readonly drawn: readonly Lollipop[]; readonly unplaced: number } {
  const own = findings.filter(({ gene, kind }) => gene === sites.gene && kind === 'small-variant');
  const drawn = own.flatMap((finding): Lollipop[] => {
    const change = finding.hgvsProtein === undefined ? undefined : parseProteinChange(finding.hgvsProtein);
    if (change === undefined) return [];
    // A residue by itself speaks before a stretch that it lies in (V600 before 598-602 of BRAF).
    const [hotspot] = sites.hotspots
      .filter(({ start, end }) => start <= change.start && change.start <= end)
      .toSorted((a, b) => a.end - a.start - (b.end - b.start) || b.samples - a.samples);
    return [
      {
        id: finding.id,
        name: finding.title,
        residue: change.start,
        fraction: finding.alleleFraction === undefined ? undefined : finding.alleleFraction * 100,
        origin: finding.origin,
        samples: hotspot?.samples,
      },
    ];
  });
  return { drawn: drawn.toSorted((a, b) => a.residue - b.residue), unplaced: own.length - drawn.length };
}

/** The length that is drawn: the protein's, else as far as anything is known to reach. */
export const drawnLength = (sites: GeneSites, drawn: readonly Lollipop[]): number =>
  sites.residues ?? Math.max(1, ...sites.hotspots.map(({ end }) => end), ...drawn.map(({ residue }) => residue)) * 1.02;

export function lollipopSummary(sites: GeneSites, drawn: readonly Lollipop[], unplaced: number): string {
  const at = drawn.map(
    ({ name, samples }) => `${name} ${samples === undefined ? 'at no hotspot' : `at a hotspot of ${samples} tumors`}`,
  );
  const rest = unplaced === 0 ? '' : ` ${unplaced} more without a place in the protein.`;
  return `${sites.gene}: ${at.length === 0 ? 'no variant with a place in the protein' : at.join('; ')}.${rest}`;
}

/** Hotspots named at most; the others are in the table. */
const NAMED = 6;
/** Of the length of the axis that the widest label takes (`R1450 · 1,042`). */
const LABEL_SHARE = 0.11;

/** Steps of an axis of percent from nothing to the highest stem. */
export function percentTicks(top: number): number[] {
  const step = [5, 10, 20, 25].find((one) => top / one <= 4) ?? 25;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

/** Of the height of the picture that a line of text takes. */
const LINE_SHARE = 0.11;

/** Heights of the names, in percent of the reads: one that would lie on another stands above it. */
export function nameHeights(drawn: readonly Lollipop[], length: number, top: number): number[] {
  const line = top * 1.62 * LINE_SHARE;
  const placed: { readonly residue: number; readonly height: number }[] = [];
  for (const { residue, fraction } of drawn) {
    let height = fraction ?? 0;
    const near = placed
      .filter((one) => Math.abs(one.residue - residue) < length * LABEL_SHARE)
      .toSorted((a, b) => a.height - b.height);
    for (const one of near) if (Math.abs(one.height - height) < line) height = one.height + line;
    placed.push({ residue, height });
  }
  return placed.map(({ height }) => height);
}

export function lollipopFigure(sites: GeneSites, drawn: readonly Lollipop[], colors: ChartColors): Figure {
  const length = drawnLength(sites, drawn);
  const top = Math.max(10, ...drawn.map(({ fraction }) => fraction ?? 0));
  const names = nameHeights(drawn, length, top);
  const highest = Math.max(top, ...names);
  const floor = -highest * 0.34;
  const most = Math.max(1, ...sites.hotspots.map(({ samples }) => samples));
  const stems: (number | null)[] = [];
  const heights: (number | null)[] = [];
  for (const { residue, fraction } of drawn) {
    stems.push(residue, residue, null);
    heights.push(0, fraction ?? 0, null);
  }
  // Where a variant of the case lies comes first, then where most tumors do.
  const holds = ({ start, end }: (typeof sites.hotspots)[number]): boolean =>
    drawn.some(({ residue }) => start <= residue && residue <= end);
  const named = [...sites.hotspots].sort((a, b) => Number(holds(b)) - Number(holds(a)) || b.samples - a.samples);
  const apart: (typeof named)[number][] = [];
  for (const one of named) {
    if (apart.length === NAMED) break;
    if (apart.every(({ start }) => Math.abs(start - one.start) > length * LABEL_SHARE)) apart.push(one);
  }
  return {
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: sites.hotspots.map(({ start, end }) => (start + end) / 2),
        y: sites.hotspots.map(() => floor * 0.42),
        marker: {
          symbol: 'triangle-up',
          size: sites.hotspots.map(({ samples }) => 4 + 12 * Math.sqrt(samples / most)),
          color: colors.point,
          line: { color: colors.quiet, width: 1 },
        },
        text: sites.hotspots.map(({ name, samples }) => `${name}: ${samples} tumors`),
        hoverinfo: 'text',
      },
      {
        type: 'scatter',
        mode: 'lines',
        x: stems,
        y: heights,
        line: { color: colors.quiet, width: 2 },
        hoverinfo: 'skip',
        connectgaps: false,
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: drawn.map(({ residue }) => residue),
        y: drawn.map(({ fraction }) => fraction ?? 0),
        marker: {
          size: 13,
          // Germline is told by shape as well.
          symbol: drawn.map(({ origin }) => (origin === 'germline' ? 'diamond' : 'circle')),
          color: drawn.map(({ origin }) => (origin === 'germline' ? colors.series[1] : colors.series[0])),
        },
        text: drawn.map(({ name }) => name),
        hoverinfo: 'text',
      },
    ],
    layout: {
      margin: { l: 4.6 * colors.size, r: 1.4 * colors.size, t: 1 * colors.size, b: 3 * colors.size },
      xaxis: {
        range: [-length * 0.01, length * 1.01],
        fixedrange: true,
        showgrid: false,
        zeroline: false,
        title: { text: `residue${sites.residues === undefined ? '' : ` of ${sites.residues}`}` },
        tickfont: { color: colors.quiet },
      },
      yaxis: {
        range: [floor, highest * 1.28],
        fixedrange: true,
        zeroline: true,
        zerolinecolor: colors.ink,
        gridcolor: colors.grid,
        title: { text: 'allele fraction, %' },
        tickvals: percentTicks(top),
        tickfont: { color: colors.quiet },
      },
      annotations: [
        ...drawn.map(({ residue, name }, index) => ({
          x: residue,
          y: names[index] ?? 0,
          text: name,
          showarrow: false,
          yanchor: 'bottom',
          yshift: 9,
          xanchor: residue > length * 0.85 ? 'right' : residue < length * 0.15 ? 'left' : 'center',
          font: { color: colors.ink },
        })),
        ...apart.map(({ start, end, name, samples }) => ({
          x: (start + end) / 2,
          y: floor * 0.56,
          text: `${name} · ${samples}`,
          showarrow: false,
          yanchor: 'top',
          font: { color: colors.quiet },
        })),
      ],
    },
  };
}
