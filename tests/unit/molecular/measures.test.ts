import { describe, expect, it } from 'vitest';
import type { ObservedSegment, ObservedVariant } from '../../../shared/case/intake.ts';
import { contextOfGene, copiesFromRatio, copyNumberFlags } from '../../../shared/molecular/copy-number-context.ts';
import { identityOf } from '../../../shared/molecular/identity.ts';
import { burdenMeasure, indelMeasure } from '../../../shared/molecular/measured-load.ts';
import { countInterval } from '../../../shared/molecular/poisson.ts';
import { intake, record, variant } from './support/case.ts';

describe('F023 mutational burden with its interval', () => {
  it('the interval of a count is Garwood’s', () => {
    // Table of exact limits: 0, 10 and 100 counted.
    expect(countInterval(0).high).toBeCloseTo(3.689, 3);
    expect(countInterval(10).low).toBeCloseTo(4.795, 3);
    expect(countInterval(10).high).toBeCloseTo(18.39, 2);
    expect(countInterval(100).low).toBeCloseTo(81.36, 2);
    expect(countInterval(1000).high).toBeCloseTo(1063.98, 1);
  });

  const burden = (value: number | string, sizeMegabases: number | undefined, more: object = {}) =>
    burdenMeasure({
      reported: [{ name: 'TMB', label: 'TMB', value, unit: 'mutations/Mb', assayId: 'p', file: 'b.json' }],
      assays: [
        {
          id: 'p',
          name: 'p',
          specimenId: 'T',
          modalities: ['biomarkers'],
          scope: 'panel',
          ...(sizeMegabases === undefined ? {} : { sizeMegabases }),
          ...more,
        },
      ],
      variants: [],
      assay: undefined,
    });

  it('a panel under 1 Mb is not valid, whatever its value', () => {
    const found = burden(40, 0.6);
    expect(found).toMatchObject({ state: 'not-valid' });
    expect(found.value).toBeUndefined();
  });

  it('an interval that holds the threshold decides nothing', () => {
    expect(burden(11, 1.2)).toMatchObject({ state: 'computed', reading: 'undecided' });
    expect(burden(60, 1.2)).toMatchObject({ reading: 'high' });
    expect(burden(2, 1.2)).toMatchObject({ reading: 'low' });
    expect(burden(11, 35, { scope: 'exome' }).high).toBeLessThan(13);
  });

  it('without a size, a number or a laboratory it is not evaluable', () => {
    expect(burden(11, undefined).state).toBe('not-evaluable');
    expect(burden('high', 1.2).state).toBe('not-evaluable');
    expect(burdenMeasure({ reported: [], assays: [], variants: [], assay: undefined }).text).toContain('no laboratory');
  });
});

describe('F023 pattern of insertions and deletions', () => {
  const exome = {
    id: 'e',
    name: 'e',
    specimenId: 'T',
    modalities: ['somatic-variants' as const],
    scope: 'exome' as const,
  };
  const at = (position1: number, reference: string, alternate: string): ObservedVariant =>
    variant({ at: ['1', position1, reference, alternate] });
  const variants = [
    ...Array.from({ length: 15 }, (_, index) => at(100 + index, 'C', 'T')),
    ...Array.from({ length: 5 }, (_, index) => at(1000 + 100 * index, 'GA', 'G')),
  ];

  it('counts the share, and runs of one base where the reference is known; reads no threshold', () => {
    // The first three lie before a run of A, one before other bases, one where nothing is known.
    const referenceBase = (_: string, __: string, position: number) =>
      position < 1300 ? 'A' : position < 1400 ? 'C' : undefined;
    const found = indelMeasure({ reported: [], assays: [], variants, assay: exome }, { referenceBase });
    expect(found).toMatchObject({ state: 'computed', value: 0.25, text: '25 % (5 of 20); 3 of 4 in runs of one base' });
    expect(found.reading).toBeUndefined();
    expect(found.limits.join(' ')).toContain('not a test');
  });

  it('rows side by side on one allele count once, as the one row of another caller; others stay apart', () => {
    const on = (row: ObservedVariant, more: Partial<ObservedVariant> = {}): ObservedVariant => ({
      ...row,
      phaseSet: '1',
      haplotype: 1,
      ...more,
    });
    const measure = (more: readonly ObservedVariant[]) =>
      indelMeasure({ reported: [], assays: [], variants: [...variants, ...more], assay: exome }, {});
    const [a, b, c] = [at(5000, 'C', 'T'), at(5001, 'A', 'G'), at(5003, 'G', 'A')];
    const row = measure([at(5000, 'CA', 'TG')]);
    const rows = measure([on(b), on(a)]);
    expect(rows).toEqual({ ...row, limits: expect.any(Array) });
    expect(rows.limits).toContain(
      '2 substitutions side by side on one allele, as the file phases them: each mutation of several bases (1) counts once',
    );
    expect(row.limits.join(' ')).not.toContain('side by side');
    expect(measure([on(a), on(b), on(c)]).text).toBe(row.text);
    for (const apart of [
      [a, b],
      [on(a), on(b, { haplotype: 2 })],
      [on(a), on(b, { phaseSet: '2' })],
      [on(a), on({ ...c, position1: 5004 })],
    ])
      expect(measure(apart).text).toBe('23 % (5 of 22)');
    // One base with two alternates on one allele contradicts itself: nothing is joined.
    expect(measure([on(a), on(b), on(at(5001, 'A', 'T'))]).text).toBe('22 % (5 of 23)');
    // In a part of the cells the first stands alone.
    expect(measure([on(a, { alleleFraction: 0.4 }), on(b, { alleleFraction: 0.1 })]).text).toBe('23 % (5 of 22)');
    expect(measure([on(a), on(b, { filter: 'weak_evidence' })]).text).toBe(row.text);
  });

  it('is not valid on a small panel and not evaluable on few variants', () => {
    const panel = { ...exome, scope: 'panel' as const, sizeMegabases: 0.5 };
    expect(indelMeasure({ reported: [], assays: [], variants, assay: panel }, {}).state).toBe('not-valid');
    expect(indelMeasure({ reported: [], assays: [], variants: variants.slice(0, 19), assay: exome }, {}).state).toBe(
      'not-evaluable',
    );
  });
});

describe('copy number around a gene', () => {
  const erbb2 = { gene: 'ERBB2', chromosome: '17', start1: 39_688_094, end1: 39_728_662 };
  const segments = (...rows: [from: number, to: number, copies: number][]): ObservedSegment[] =>
    rows.map(([from, to, totalCopies], index) => ({
      chromosome: 'chr17',
      start1: from * 1e6 + 1,
      end1: to * 1e6,
      totalCopies,
      file: 'c.seg',
      line: index + 2,
    }));
  const reach = (...rows: Parameters<typeof segments>) =>
    contextOfGene(erbb2, 'up', segments(...rows), 'GRCh38', 2)?.words;

  it('a peak is focal, also on a gained arm; an arm and a chromosome are named', () => {
    expect(reach([0, 39, 2], [39, 40, 20], [40, 83, 2])).toBe('focal, 1 Mb on 17q');
    expect(reach([0, 27, 2], [27, 39, 4], [39, 40, 20], [40, 83, 4])).toBe('focal, 1 Mb on 17q');
    expect(reach([0, 22, 2], [22, 83, 4])).toBe('arm 17q');
    expect(reach([0, 83, 4])).toBe('whole chromosome 17');
  });

  it('no segment over the gene: nothing is said', () => expect(reach([0, 20, 4])).toBeUndefined());

  it('a ratio is turned back into the copies that made it', () => {
    for (const [copies, purity, ploidy] of [
      [8, 0.3, 2],
      [0, 0.6, 2],
      [6, 0.5, 3.4],
    ] as const) {
      const ratio = Math.log2((purity * copies + 2 * (1 - purity)) / (purity * ploidy + 2 * (1 - purity)));
      expect(copiesFromRatio(ratio, purity, ploidy)).toBeCloseTo(copies, 6);
    }
  });

  it('tumor content and ploidy say what the rule does not see', () => {
    const low = { ploidy: undefined, purity: 0.3 };
    expect(copyNumberFlags({ state: 'gain', log2Ratio: 0.93 }, low).join()).toContain('an amplification by copies');
    expect(copyNumberFlags({ state: 'amplification', totalCopies: 7 }, { ploidy: 3.6, purity: 0.5 }).join()).toContain(
      'COSMIC',
    );
    expect(copyNumberFlags({ state: 'amplification', totalCopies: 7 }, { ploidy: 2.1, purity: 0.5 })).toEqual([]);
    expect(copyNumberFlags({ state: 'gain', log2Ratio: 0.93 }, { ploidy: undefined, purity: undefined })).toEqual([]);
  });
});

describe('F007 identity', () => {
  const normal = 'files/germline.vcf';
  const withNormal = (sex: 'female' | 'male' | 'unknown' = 'female') => {
    const base = record('BRCA');
    return {
      ...base,
      patient: { ...base.patient, sex },
      files: [
        ...base.files.filter(({ path }) => path !== normal),
        { path: normal, modality: 'germline-variants' as const, assayId: base.assays[0]?.id ?? 'a' },
      ],
    };
  };
  const inherited = (count: number, chromosome: string, fraction: (index: number) => number, from = 5_000_000) =>
    Array.from(
      { length: count },
      (_, index): ObservedVariant => ({
        ...variant({ at: [chromosome, from + 1000 * index, 'C', 'T'], origin: 'germline', file: normal }),
        alleleFraction: fraction(index),
        depth: 40,
      }),
    );
  const check = (id: string, variants: ObservedVariant[], sex?: 'female' | 'male' | 'unknown') =>
    identityOf(withNormal(sex), intake({ variants })).find((one) => one.id === id);

  it('sex: inherited variants on X against the stated sex; too few say nothing', () => {
    const woman = inherited(40, 'X', (index) => (index % 2 === 0 ? 0.5 : 1));
    const man = inherited(40, 'X', () => 0.99);
    expect(check('identity:sex', woman)).toMatchObject({ state: 'consistent' });
    expect(check('identity:sex', man)).toMatchObject({ state: 'inconsistent' });
    expect(check('identity:sex', man, 'male')).toMatchObject({ state: 'consistent' });
    expect(check('identity:sex', man, 'unknown')).toMatchObject({ state: 'not-evaluable' });
    expect(check('identity:sex', man.slice(0, 19))).toMatchObject({ state: 'not-evaluable' });
  });

  it('sex: XIST and genes of Y in the RNA', () => {
    const rna = (xist: number, y: number) =>
      identityOf(
        withNormal(),
        intake({
          matrices: [
            {
              modality: 'expression',
              scale: 'tpm',
              genes: ['XIST', 'RPS4Y1', 'DDX3Y', 'KDM5D'],
              values: [xist, y, y, y],
              file: 'r.tsv',
            },
          ],
        }),
      )[0]?.state;
    expect([rna(30, 0), rna(0, 12), rna(0, 0)]).toEqual(['consistent', 'inconsistent', 'not-evaluable']);
  });

  const tumorsOwn = (variants: ObservedVariant[]) =>
    variants.map((one) => ({ ...one, file: 'files/tumor.vcf', filter: 'germline', alleleFraction: 0.5 }));

  it('match: inherited variants of the tumor’s file are looked for in the normal', () => {
    const own = inherited(60, '2', () => 0.5);
    const others = inherited(60, '2', () => 0.5, 90_000_000);
    expect(check('identity:match', [...own, ...tumorsOwn(own)])).toMatchObject({ state: 'consistent' });
    expect(check('identity:match', [...others, ...tumorsOwn(own)])).toMatchObject({ state: 'inconsistent' });
    expect(check('identity:match', [...own, ...tumorsOwn(own).slice(0, 19)])).toMatchObject({ state: 'not-evaluable' });
  });

  it('swap: somatic calls that the normal has as inherited, or columns that the reader refused', () => {
    const own = inherited(40, '2', () => 0.5);
    const somatic = own.map((one) => ({ ...one, origin: 'somatic' as const, file: 'files/tumor.vcf' }));
    expect(check('identity:swap', [...own, ...somatic])).toMatchObject({ state: 'inconsistent' });
    const other = somatic.map((one) => ({ ...one, key: `${one.key}x` }));
    expect(check('identity:swap', [...own, ...other])).toMatchObject({ state: 'consistent' });
  });

  it('contamination: many inherited variants at a low fraction', () => {
    expect(
      check(
        'identity:contamination',
        inherited(80, '3', () => 0.5),
      ),
    ).toMatchObject({ state: 'consistent' });
    expect(
      check(
        'identity:contamination',
        inherited(80, '3', (index) => (index % 3 === 0 ? 0.1 : 0.5)),
      ),
    ).toMatchObject({
      state: 'inconsistent',
    });
    expect(check('identity:contamination', [])).toMatchObject({ state: 'not-evaluable' });
  });
});
