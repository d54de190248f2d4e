// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { newestLabs, seriesOf } from '../../../renderer/case/series.ts';

const nothing = { specimens: [], assays: [], files: [] };
const lab = (name: string, value: number, date?: string) => ({
  name,
  value,
  unit: '%',
  ...(date === undefined ? {} : { date }),
});

describe('F124 values over time', () => {
  it('plasma DNA lies on a log scale of whole decades: a fall by ten from 10 to 1 and to 0.1 is two equal steps', () => {
    const [series] = seriesOf({
      record: {
        ...nothing,
        labs: [
          lab('ctDNA EGFR', 10, '2025-01-01'),
          lab('ctDNA EGFR', 0.1, '2025-03-02'),
          lab('ctDNA EGFR', 1, '2025-01-31'),
        ],
      },
    });
    expect(series?.scale).toBe('log');
    expect(series?.points.map(({ x, y }) => [x, y])).toEqual([
      [0, 100],
      [50, 50],
      [100, 0],
    ]);
  });

  it('a zero lies on the floor and is told apart; it is no value of the scale', () => {
    const [series] = seriesOf({
      record: { ...nothing, labs: [lab('ctDNA', 5, '2025-01-01'), lab('ctDNA', 0, '2025-02-01')] },
    });
    expect(series?.points.map(({ y, below }) => [Math.round(y), below])).toEqual([
      [70, false],
      [0, true],
    ]);
  });

  it('what fell and came back has moved more than what stood still', () => {
    const dates = ['2025-01-01', '2025-02-01', '2025-03-01'];
    const labs = (name: string, values: number[]) => values.map((value, index) => lab(name, value, dates[index]));
    const series = seriesOf({
      record: { ...nothing, labs: [...labs('ctDNA A', [4, 4, 5]), ...labs('ctDNA B', [4, 0.1, 4])] },
    });
    expect(series.map(({ name, bounds }) => [name, ...bounds])).toEqual([
      ['ctDNA B', 0.1, 10],
      ['ctDNA A', 1, 10],
    ]);
  });

  it('lists the newest value of a series with how many there were, and keeps each value without a date', () => {
    const labs = [lab('A', 1, '2025-03-01'), lab('A', 2, '2025-01'), lab('B', 3), lab('B', 4)];
    expect(newestLabs(labs).map(({ lab: { name, value }, earlier }) => [name, value, earlier])).toEqual([
      ['A', 1, 1],
      ['B', 3, 0],
      ['B', 4, 0],
    ]);
  });

  it('needs two dated values; a laboratory value of little span stays linear; plasma stands first', () => {
    const series = seriesOf({
      record: {
        ...nothing,
        labs: [
          lab('Hemoglobin', 12, '2025-01-01'),
          lab('Hemoglobin', 9, '2025-02-01'),
          lab('Creatinine', 1, '2025-01-01'),
          lab('Albumin', 4, '2025-01-01'),
          lab('Albumin', 3),
          lab('cfDNA', 1, '2025-01-01'),
          lab('cfDNA', 2, '2025-02-01'),
        ],
      },
    });
    expect(series.map(({ name, scale }) => `${name} ${scale}`)).toEqual(['cfDNA log', 'Hemoglobin linear']);
  });

  it('allele fractions of a finding follow the dated draws; a draw that did not show it is no zero', () => {
    const variant = (file: string, alleleFraction?: number) => ({ key: 'k', file, alleleFraction }) as never;
    const [series, ...others] = seriesOf({
      record: {
        labs: [],
        specimens: ['2025-01-01', '2025-02-01', '2025-03-01'].map((collected, at) => ({
          id: `P${at}`,
          kind: 'plasma' as const,
          origin: 'circulating' as const,
          collected,
        })),
        assays: [0, 1, 2].map((at) => ({ id: `A${at}`, specimenId: `P${at}` })) as never,
        files: [0, 1, 2].map((at) => ({ path: `f${at}`, assayId: `A${at}`, modality: 'somatic-variants' as const })),
      },
      intake: { variants: [variant('f0', 0.2), variant('f2', 0.002)] },
      profile: { findings: [{ gene: 'EGFR', title: 'p.(Leu858Arg)', variantKeys: ['k'] }] as never },
    });
    expect(others).toEqual([]);
    expect(series?.points.map(({ date, value }) => `${date} ${value.toFixed(1)}`)).toEqual([
      '2025-01-01 20.0',
      '2025-03-01 0.2',
    ]);
  });
});
