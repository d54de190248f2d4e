import { describe, expect, it } from 'vitest';
import {
  drawnLength,
  lollipopFigure,
  lollipopSummary,
  lollipopsOf,
  nameHeights,
  percentTicks,
} from '../../../renderer/molecular/lollipop.ts';
import type { ChartColors } from '../../../renderer/ui/Chart.tsx';
import { type GeneSites, geneSites } from '../../../shared/molecular/gene-sites.ts';
import type { Finding } from '../../../shared/molecular/profile.ts';

const sites: GeneSites = geneSites(
  'TP53',
  [{ gene: 'TP53', kind: 'residue', start: 273, end: 273, reference: 'R', samples: 400, changes: [] }],
  'made up',
  () => ({ sequence: 'ATG'.repeat(394), transcript: 'NM_1' }),
);
const finding = (hgvsProtein: string | undefined, more: Partial<Finding> = {}): Finding =>
  ({
    id: hgvsProtein ?? 'none',
    kind: 'small-variant',
    gene: 'TP53',
    title: hgvsProtein ?? 'c.1A>G',
    origin: 'somatic',
    ...(hgvsProtein === undefined ? {} : { hgvsProtein }),
    ...more,
  }) as Finding;
const colors = { series: ['a', 'b'], bands: [], size: 14 } as unknown as ChartColors;

describe('variants of a gene along its protein', () => {
  it('takes the hotspots of the gene and the length of its protein, and says where there is no pack', () => {
    expect(sites).toMatchObject({ residues: 393, hotspots: [{ name: 'R273', samples: 400 }] });
    expect(geneSites('TP53', undefined, 'x', undefined)).toEqual({
      gene: 'TP53',
      hotspots: [],
      source: 'the pack with hotspot counts is absent',
    });
  });

  it('places what has a protein change, counts the rest, and leaves other genes out', () => {
    const { drawn, unplaced } = lollipopsOf(
      [
        finding('p.(Arg273His)', { alleleFraction: 0.4 }),
        finding('p.(Arg175His)', { origin: 'germline' }),
        finding(undefined),
        finding('p.(Gly12Asp)', { gene: 'KRAS' }),
      ],
      sites,
    );
    expect(drawn.map(({ residue, samples, fraction }) => [residue, samples, fraction])).toEqual([
      [175, undefined, undefined],
      [273, 400, 40],
    ]);
    expect(unplaced).toBe(1);
    expect(lollipopSummary(sites, drawn, unplaced)).toBe(
      'TP53: p.(Arg175His) at no hotspot; p.(Arg273His) at a hotspot of 400 tumors. 1 more without a place in the protein.',
    );
    const figure = lollipopFigure(sites, drawn, colors);
    expect((figure.data[2] as { x: number[]; marker: { symbol: string[] } }).x).toEqual([175, 273]);
    expect((figure.data[2] as { marker: { symbol: string[] } }).marker.symbol).toEqual(['diamond', 'circle']);
  });

  it('names of hotspots keep their distance, and the axis has steps that a person would choose', () => {
    const hotspots = [175, 220, 245, 248, 273, 282, 337].map((start, index) => ({
      start,
      end: start,
      name: `R${start}`,
      samples: 600 - index,
    }));
    const { layout } = lollipopFigure({ ...sites, hotspots }, [], colors);
    const { annotations } = layout as { annotations: { x: number }[] };
    const named = annotations.map(({ x }) => x).sort((a, b) => a - b);
    expect(named).toEqual([175, 220, 273, 337]);
    const own = lollipopsOf([finding('p.(Arg245His)')], { ...sites, hotspots }).drawn;
    const { annotations: beside } = lollipopFigure({ ...sites, hotspots }, own, colors).layout as {
      annotations: { text: string }[];
    };
    expect(beside.map(({ text }) => text)).toContain('R245 · 598');
    expect([53, 46, 8, 100, 10].map(percentTicks)).toEqual([
      [0, 20, 40],
      [0, 20, 40],
      [0, 5],
      [0, 25, 50, 75, 100],
      [0, 5, 10],
    ]);
  });

  it('a residue counts its own tumors, not those of a stretch that it lies in', () => {
    const stretch = geneSites(
      'TP53',
      [
        { gene: 'TP53', kind: 'residue', start: 270, end: 275, reference: '', samples: 8, changes: [] },
        { gene: 'TP53', kind: 'residue', start: 273, end: 273, reference: 'R', samples: 400, changes: [] },
      ],
      'made up',
      () => ({ sequence: 'ATG'.repeat(394), transcript: 'NM_1' }),
    );
    const { drawn } = lollipopsOf([finding('p.(Arg273His)'), finding('p.(Phe270Leu)')], stretch);
    expect(drawn.map(({ samples }) => samples)).toEqual([8, 400]);
  });

  it('names of variants at one place stand above one another', () => {
    const at = (residue: number, fraction: number) => ({
      id: '',
      name: '',
      residue,
      fraction,
      origin: 'somatic' as const,
      samples: undefined,
    });
    const heights = nameHeights([at(600, 37), at(600, 37), at(601, 38), at(100, 37), at(600, 5)], 766, 38);
    expect([heights[0], heights[3], heights[4]]).toEqual([37, 37, 5]);
    const stacked = heights.slice(0, 3).toSorted((a, b) => a - b);
    for (const [index, height] of stacked.entries())
      if (index > 0) expect(height - (stacked[index - 1] ?? 0)).toBeGreaterThan(5);
  });

  it('without a coding sequence the picture reaches as far as anything is known', () => {
    const { residues: _, ...bare } = sites;
    expect(drawnLength(bare, [])).toBeCloseTo(273 * 1.02);
  });
});
