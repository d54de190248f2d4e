import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chromosomesOf } from '../../../shared/molecular/chromosomes.ts';
import { type AlleleSegment, readScars, scarCounts } from '../../../shared/molecular/genomic-scars.ts';
import { genomeMeasures } from '../../../shared/molecular/measured-genome.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

/** A chromosome as stretches of megabases with total and minor copies; the others are whole, one copy of each allele. */
function genome(
  stretches: Readonly<Record<string, readonly (readonly [from: number, to: number, total: number, minor: number])[]>>,
): AlleleSegment[] {
  return chromosomesOf('GRCh38')
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name, length }) =>
      (stretches[name] ?? [[0, length / 1e6, 2, 1] as const]).map(([from, to, totalCopies, minorCopies]) => ({
        chromosome: name,
        start1: Math.round(from * 1e6) + 1,
        end1: Math.min(length, Math.round(to * 1e6)),
        totalCopies,
        minorCopies,
      })),
    );
}
const counts = (stretches: Parameters<typeof genome>[0]) => scarCounts(genome(stretches), 'GRCh38');

describe('F023 genomic scars', () => {
  it('counts nothing in a genome of two copies', () =>
    expect(counts({})).toMatchObject({ loh: 0, tai: 0, lst: 0, sum: 0, ploidy: 2 }));

  it('counts LOH over 15 Mb and not over the whole chromosome', () => {
    expect(
      counts({
        3: [
          [0, 60, 2, 1],
          [60, 74, 1, 0],
          [74, 198.3, 2, 1],
        ],
      }).loh,
    ).toBe(0);
    expect(
      counts({
        3: [
          [0, 60, 2, 1],
          [60, 76, 1, 0],
          [76, 198.3, 2, 1],
        ],
      }).loh,
    ).toBe(1);
    // A break in total copies does not part one stretch without a second allele.
    expect(
      counts({
        3: [
          [0, 60, 2, 1],
          [60, 70, 1, 0],
          [70, 80, 2, 0],
          [80, 198.3, 2, 1],
        ],
      }).loh,
    ).toBe(1);
    expect(counts({ 3: [[0, 198.3, 1, 0]] }).loh).toBe(0);
  });

  it('counts an imbalance from the telomere that does not cross the centromere, odd copies by their own rule', () => {
    expect(
      counts({
        3: [
          [0, 40, 3, 1],
          [40, 198.3, 2, 1],
        ],
      }).tai,
    ).toBe(1);
    expect(
      counts({
        3: [
          [0, 120, 3, 1],
          [120, 198.3, 2, 1],
        ],
      }).tai,
    ).toBe(0);
    // Most of the chromosome has three copies of the major allele: three in all, both alleles, is its even state.
    expect(
      counts({
        3: [
          [0, 40, 3, 1],
          [40, 198.3, 3, 0],
        ],
      }).tai,
    ).toBe(0);
    expect(
      counts({
        3: [
          [0, 40, 4, 2],
          [40, 198.3, 3, 0],
        ],
      }).tai,
    ).toBe(1);
  });

  it('counts breaks between stretches of 10 Mb within an arm, what is under 3 Mb smoothed away', () => {
    expect(
      counts({
        1: [
          [0, 50, 2, 1],
          [50, 110, 3, 1],
          [110, 248.9, 2, 1],
        ],
      }).lst,
    ).toBe(2);
    expect(
      counts({
        1: [
          [0, 50, 2, 1],
          [50, 52, 4, 1],
          [52, 248.9, 2, 1],
        ],
      }).lst,
    ).toBe(0);
    expect(
      counts({
        1: [
          [0, 50, 2, 1],
          [50, 52, 4, 1],
          [52, 248.9, 3, 1],
        ],
      }).lst,
    ).toBe(1);
    // A border at the centromere is none within an arm.
    expect(
      counts({
        1: [
          [0, 121.7, 2, 1],
          [125.1, 248.9, 3, 1],
        ],
      }).lst,
    ).toBe(0);
  });

  it('says why segments cannot tell: no alleles, half a genome, overlap, no build', () => {
    const whole = genome({});
    const reason = (segments: Parameters<typeof readScars>[0]['segments'], build: 'GRCh38' | undefined = 'GRCh38') => {
      const read = readScars({ segments, build });
      return read.state === 'computed' ? 'computed' : read.reason;
    };
    expect(reason(whole)).toBe('computed');
    expect(reason([])).toContain('no copy-number segments');
    expect(reason(whole.map(({ minorCopies: _, ...one }) => one))).toContain('both alleles');
    expect(reason(whole.slice(0, 10))).toContain('75 % are needed');
    expect(reason([...whole, ...whole.slice(0, 2)])).toContain('overlap');
    expect(readScars({ segments: whole, build: undefined })).toMatchObject({ state: 'not-evaluable' });
  });

  it('a computed score sets itself beside the one reported, and sets no tier', () => {
    const segments = genome({}).map((one, index) => ({ ...one, file: 'a.tsv', line: index + 2 }));
    const [scars] = genomeMeasures({
      segments,
      build: 'GRCh38',
      reported: [{ name: 'HRD', label: 'GIS', value: 58, assayId: 'a', file: 'b.json' }],
    });
    expect(scars).toMatchObject({ id: 'measure:hrd', state: 'computed', value: 0, reading: 'low' });
    expect(scars?.limits.join(' ')).toContain('the laboratory reports 58');
    expect(scars?.limits.join(' ')).toContain('sets no tier');
  });

  const folder = outside('data/transneo-nat/DATA.md')?.replace('DATA.md', '');
  it.skipIf(folder === undefined)(outsideTitle('agrees with the published values of 168 breast tumors', folder), () => {
    const rows = (name: string) =>
      gunzipSync(readFileSync(`${folder}${name}`))
        .toString()
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'));
    const segments = Map.groupBy(rows('transneo-diagnosis-ASCAT-segments.tsv.gz'), ([id]) => id);
    const pairs = rows('transneo-diagnosis-HRD.tsv.gz').flatMap(([id, ...published]) => {
      const own = segments.get(id);
      if (own === undefined || published.some((value) => !/^\d+$/.test(value))) return [];
      const found = scarCounts(
        own.map(([, chromosome = '', start, end, major, minor]) => ({
          chromosome,
          start1: Number(start),
          end1: Number(end),
          totalCopies: Number(major) + Number(minor),
          minorCopies: Number(minor),
        })),
        'GRCh37',
      );
      return [{ found: [found.loh, found.tai, found.lst, found.sum], published: published.map(Number) }];
    });
    expect(pairs.length).toBe(168);
    const words = ['LOH', 'TAI', 'LST', 'sum'].map((name, index) => {
      const x = pairs.map(({ found }) => found[index] ?? Number.NaN);
      const y = pairs.map(({ published }) => published[index] ?? Number.NaN);
      const r = correlation(x, y);
      expect(r, name).toBeGreaterThan(0.99);
      return `${name} r ${r.toFixed(3)}, equal in ${x.filter((value, at) => value === y[at]).length}`;
    });
    const sides = pairs.filter(({ found, published }) => (found[3] ?? 0) >= 42 === (published[3] ?? 0) >= 42).length;
    expect(sides).toBeGreaterThanOrEqual(166);
    console.info(`scars against TransNEO, n ${pairs.length}: ${words.join('; ')}; same side of 42 in ${sides}`);
  });
});

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let both = 0;
  let left = 0;
  let right = 0;
  x.forEach((value, index) => {
    const a = value - mx;
    const b = (y[index] ?? 0) - my;
    both += a * b;
    left += a * a;
    right += b * b;
  });
  return both / Math.sqrt(left * right);
}
