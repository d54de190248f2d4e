/**
 * The report's charts as SVG drawings in points, with numbers as the language that is being composed writes them. Pure: the
 * same data give the same drawing. Each names its n and cohort.
 */
import type { Finding, MolecularProfile } from '../../shared/molecular/profile.ts';
import type { AggressivenessResult } from '../../shared/prediction/predictions.ts';
import type { Translate } from '../../shared/report/translate.ts';
import { reasonName, signed } from '../../shared/report/words.ts';
import { plainLine } from './fonts.ts';
import { ink } from './ink.ts';

const WIDTH = 493;
/** A chart without a language of its own is in English. */
const asIs: Translate = (text) => text;

const escaped = (text: string): string =>
  plainLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const number = (value: number): string => String(Math.round(value * 100) / 100);

type Anchor = 'start' | 'middle' | 'end';
const text = (
  x: number,
  y: number,
  words: string,
  { size = 7, anchor = 'start' as Anchor, color = ink.muted, bold = false } = {},
) =>
  `<text x="${number(x)}" y="${number(y)}" font-family="Inter" font-size="${size}" text-anchor="${anchor}" fill="${color}"${bold ? ' font-weight="bold"' : ''}>${escaped(words)}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, color: string = ink.rule, width = 0.5, dash = '') =>
  `<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" stroke="${color}" stroke-width="${width}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
const box = (x: number, y: number, width: number, height: number, fill: string) =>
  `<rect x="${number(x)}" y="${number(y)}" width="${number(Math.max(width, 0))}" height="${number(Math.max(height, 0))}" fill="${fill}"/>`;
const svg = (height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${number(height)}" viewBox="0 0 ${WIDTH} ${number(height)}">${parts.join('')}</svg>`;

type Points = NonNullable<AggressivenessResult['curve']>['points'];

/** Kaplan-Meier curve of comparable patients with interval, the whole cohort behind it, numbers at risk below. */
export function survivalPlot(
  curve: NonNullable<AggressivenessResult['curve']>,
  result: AggressivenessResult,
  said = asIs,
): string {
  const [left, right, top, bottom] = [46, WIDTH - 8, 30, 176];
  const longest = Math.max(12, ...curve.points.map(({ months }) => months));
  const step = [6, 12, 24, 36, 60].find((one) => longest / one <= 8) ?? 60;
  const end = Math.ceil(longest / step) * step;
  const x = (months: number): number => left + ((right - left) * Math.min(months, end)) / end;
  const y = (share: number): number => bottom - (bottom - top) * share;
  /** A step function: it stays until the next event. */
  const steps = (points: Points, of: 'survival' | 'low' | 'high'): string[] =>
    points.flatMap((point, index) => {
      const before = points[index - 1];
      return [
        ...(before === undefined ? [] : [`${number(x(point.months))},${number(y(before[of]))}`]),
        `${number(x(point.months))},${number(y(point[of]))}`,
      ];
    });
  const path = (points: Points, color: string, width: number, dash = ''): string =>
    `<polyline points="${steps(points, 'survival').join(' ')}" fill="none" stroke="${color}" stroke-width="${width}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
  const ticks = Array.from({ length: end / step + 1 }, (_, index) => index * step);
  const atRisk = (points: Points, months: number): string => {
    const last = points.filter((point) => point.months <= months).at(-1);
    return last === undefined || months > (points.at(-1)?.months ?? 0) ? '–' : String(last.atRisk);
  };
  const parts = [
    text(0, 9, said(`How did comparable patients fare? ${curve.label}, n = ${curve.patients}`), {
      size: 8.5,
      color: ink.text,
      bold: true,
    }),
    text(0, 20, said(`Share alive, with 95 % interval. Dashed: the whole cohort, n = ${result.cohort.patients}.`)),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line(left, y(share), right, y(share)),
      text(left - 4, y(share) + 2.5, `${share * 100} %`, { anchor: 'end' }),
    ]),
    `<polygon points="${[...steps(curve.points, 'high'), ...steps(curve.points, 'low').reverse()].join(' ')}" fill="${ink.accent}" fill-opacity="0.16"/>`,
    path(curve.cohortPoints, ink.muted, 1, '3 2'),
    path(curve.points, ink.accent, 1.4),
    line(left, bottom, right, bottom, ink.muted),
    ...ticks.map((months) => text(x(months), bottom + 10, String(months), { anchor: 'middle' })),
    text(right, bottom + 20, said('months'), { anchor: 'end' }),
    text(0, bottom + 32, said('At risk'), { bold: true, color: ink.text }),
    ...[
      { name: said('group'), points: curve.points, y: bottom + 43, color: ink.accent },
      { name: said('cohort'), points: curve.cohortPoints, y: bottom + 53, color: ink.muted },
    ].flatMap((row) => [
      text(0, row.y, row.name, { color: row.color }),
      ...ticks.map((months) => text(x(months), row.y, atRisk(row.points, months), { anchor: 'middle' })),
    ]),
  ];
  return svg(bottom + 58, parts);
}

/** Points that `+0.66` takes beside its bar. */
const NUMBER_ROOM = 28;

/** The strongest contributions to the log-risk, the strongest on top; right raises the risk. */
export function attributionPlot(result: AggressivenessResult, said = asIs, most = 12): string {
  const shown = result.attributions.slice(0, most);
  const rest = result.logRisk - shown.reduce((sum, { contribution }) => sum + contribution, 0);
  const rows = [
    ...shown.map(({ label, value, contribution }) => ({
      name: reasonName({ label: said(label), value: said(value) }),
      contribution,
    })),
    { name: said('all other features'), contribution: rest },
  ];
  const [top, height] = [30, 13];
  const [left, right] = [190, WIDTH - 40];
  const middle = (left + right) / 2;
  const widest = Math.max(0.01, ...rows.map(({ contribution }) => Math.abs(contribution)));
  // Behind the longest bar its number has room on its own side.
  const scale = ((right - left) / 2 - NUMBER_ROOM) / widest;
  const shortened = (words: string, most_: number): string =>
    words.length > most_ ? `${words.slice(0, most_ - 1)}…` : words;
  const bottom = top + rows.length * height;
  return svg(bottom + 14, [
    text(0, 9, said('What drives this score?'), { size: 8.5, color: ink.text, bold: true }),
    text(
      0,
      20,
      said(
        `Contribution to the log-risk against the mean of ${result.cohort.patients} patients; right raises the risk.`,
      ),
    ),
    ...rows.flatMap(({ name, contribution }, index) => {
      const y = top + index * height;
      const width = Math.abs(contribution) * scale;
      const raises = contribution > 0;
      return [
        text(left - 6, y + 8.5, shortened(name, 44), {
          anchor: 'end',
          color: ink.text,
        }),
        box(raises ? middle : middle - width, y + 2, width, height - 4, raises ? ink.raises : ink.lowers),
        text(raises ? middle + width + 3 : middle - width - 3, y + 8.5, signed(contribution, 2), {
          anchor: raises ? 'start' : 'end',
          size: 6.5,
        }),
      ];
    }),
    line(middle, top, middle, bottom, ink.muted),
    text(middle, bottom + 9, '0', { anchor: 'middle' }),
  ]);
}

const order = [...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y'];
const LOW = -2;
const HIGH = 3;

/** Segments along the genome with the called genes named; beyond the frame a segment is drawn on its edge. */
export function copyNumberPlot(
  segments: MolecularProfile['segments'],
  findings: readonly Finding[],
  said = asIs,
): string {
  const bare = (name: string): string => name.replace(/^chr/i, '').toUpperCase();
  const lengths = new Map<string, number>();
  for (const { chromosome, end1 } of segments) {
    const name = bare(chromosome);
    if (order.includes(name)) lengths.set(name, Math.max(lengths.get(name) ?? 0, end1));
  }
  const drawn = order.filter((name) => lengths.has(name));
  const total = drawn.reduce((sum, name) => sum + (lengths.get(name) ?? 0), 0);
  const [left, right, top, bottom] = [34, WIDTH - 4, 34, 148];
  const starts = new Map<string, number>();
  let at = 0;
  for (const name of drawn) {
    starts.set(name, at);
    at += lengths.get(name) ?? 0;
  }
  const x = (chromosome: string, position: number): number =>
    left + ((right - left) * ((starts.get(chromosome) ?? 0) + position)) / Math.max(total, 1);
  const y = (ratio: number): number =>
    bottom - ((bottom - top) * (Math.min(HIGH, Math.max(LOW, ratio)) - LOW)) / (HIGH - LOW);
  const colour = (ratio: number): string => (ratio >= 0.4 ? ink.raises : ratio <= -0.4 ? ink.lowers : ink.muted);
  const labels = findings
    .flatMap((finding) => {
      const { locus } = finding;
      if (locus === undefined || !['amplification', 'deep-deletion', 'gain', 'loss'].includes(finding.kind)) return [];
      const chromosome = bare(locus.chromosome);
      if (!lengths.has(chromosome)) return [];
      const up = finding.kind === 'amplification' || finding.kind === 'gain';
      const middle = (locus.start1 + locus.end1) / 2;
      const over = segments.find(
        (one) => bare(one.chromosome) === chromosome && one.start1 <= middle && middle <= one.end1,
      );
      const ratio = over?.log2Ratio ?? finding.log2Ratio ?? (up ? 1 : -1);
      return [{ name: finding.gene, x: x(chromosome, middle), ratio, up }];
    })
    .sort((a, b) => a.x - b.x);
  /** A name takes the nearest place that no other name takes; one without a place stands in the text only. */
  const placed: { name: string; x: number; y: number; half: number }[] = [];
  for (const { name, x: middle, ratio, up } of labels) {
    const half = name.length * 2.2 + 1;
    const centre = Math.min(Math.max(middle, left + half), right - half);
    const nearest = up ? y(ratio) - 4 : y(ratio) + 9;
    const away = up ? -8 : 8;
    const free = [0, 1, 2, -1, 3, -2, 4, -3]
      .map((row) => nearest + away * row)
      .filter((at) => at >= top + 6 && at <= bottom - 2)
      .find((at) => placed.every((one) => Math.abs(one.x - centre) >= one.half + half || Math.abs(one.y - at) >= 7.5));
    if (free !== undefined) placed.push({ name, x: centre, y: free, half });
  }
  const unnamed = labels.length - placed.length;
  return svg(bottom + 16, [
    text(0, 9, said('Where does the genome have more or fewer copies?'), { size: 8.5, color: ink.text, bold: true }),
    text(
      0,
      20,
      said(
        `log2 ratio of ${segments.length} segments; named: genes reported${unnamed === 0 ? '' : `, no room for ${unnamed}`}. Values beyond ${signed(LOW, 0)} and ${signed(HIGH, 0)} lie on the edge.`,
      ),
    ),
    ...drawn.map((name, index) => {
      const from = x(name, 0);
      const width = x(name, lengths.get(name) ?? 0) - from;
      return [
        index % 2 === 0 ? box(from, top, width, bottom - top, ink.band) : '',
        width > 7 ? text(from + width / 2, bottom + 9, name, { anchor: 'middle', size: 6 }) : '',
      ].join('');
    }),
    ...[LOW, -1, 0, 1, 2, HIGH].flatMap((ratio) => [
      line(left, y(ratio), right, y(ratio), ratio === 0 ? ink.muted : ink.rule),
      text(left - 4, y(ratio) + 2.5, `${ratio > 0 ? '+' : ratio < 0 ? '−' : ''}${Math.abs(ratio)}`, { anchor: 'end' }),
    ]),
    ...segments.flatMap(({ chromosome, start1, end1, log2Ratio }) => {
      const name = bare(chromosome);
      if (!lengths.has(name)) return [];
      const from = x(name, start1);
      return [line(from, y(log2Ratio), Math.max(x(name, end1), from + 0.8), y(log2Ratio), colour(log2Ratio), 2)];
    }),
    ...placed.map((label) =>
      text(label.x, label.y, label.name, {
        anchor: 'middle',
        color: ink.text,
        bold: true,
        size: 6.5,
      }),
    ),
  ]);
}
