import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import { cohortOf, cohortPack, matrixFrom, pooled, turned } from '../../../models/knowledge/build/cohorts.ts';
import { packFiles } from '../../../models/knowledge/build/pack.ts';
import { openSources } from '../../../models/knowledge/build/sources.ts';
import type { ObservedMatrix } from '../../../shared/case/intake.ts';
import { type CohortHeader, QUANTILE_SHARES } from '../../../shared/knowledge/expression.ts';
import { readRecords } from '../../../shared/knowledge/records.ts';
import { agreementOf, readsNeeded } from '../../../shared/molecular/agreement.ts';
import { type ReadMatrix, readMatrix, scaleProblem, withGenes } from '../../../shared/molecular/expression.ts';
import { enrichment, footprint, ranksOf, spearman } from '../../../shared/molecular/expression-scores.ts';
import type { GeneAlias } from '../../../shared/molecular/genes.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { percentileIn, percentileWords, quantilesOf, robustZ } from '../../../shared/molecular/quantiles.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { copies, intake, record } from './support/case.ts';

const shipped = resolve(import.meta.dirname, '../../../models/knowledge');
let packs: Packs;
beforeAll(async () => {
  packs = await loadPacks(shipped);
});

/** A tumor at the median of SCAN-B, gene by gene, moved where a test wants it; FPKM. */
function atMedian(moved: Readonly<Record<string, number>> = {}): ObservedMatrix {
  const cohort = packs.cohorts().find(({ id }) => id === 'scan-b');
  const rows = [...(cohort?.quantiles.keys() ?? [])].map((gene) => [gene, cohort?.quantiles.get(gene) ?? []] as const);
  return {
    modality: 'expression',
    scale: 'fpkm',
    genes: rows.map(([gene]) => gene),
    values: rows.map(([gene, quantiles]) => Math.max(0, 2 ** ((quantiles[4] ?? 0) + (moved[gene] ?? 0)) - 0.1)),
    file: 'files/expression.fpkm.tsv',
  };
}
const read = (matrix: ObservedMatrix, codes = ['IDC', 'BRCA', 'BREAST']): ReadMatrix =>
  readMatrix(matrix, {
    symbol: (gene) => gene,
    codes,
    cohorts: packs.cohorts(),
    sets: packs.expression(),
  });

describe('places among a cohort', () => {
  const values = Array.from({ length: 1001 }, (_, index) => index / 1000);
  const quantiles = quantilesOf(values);

  it('a quantile is where that share of the cohort lies under it', () =>
    expect(quantiles.map((value) => Math.round(value * 1000) / 1000)).toEqual([...QUANTILE_SHARES]));

  it('a value stands at its percentile, and beyond the stated ends no nearer than them', () => {
    expect(percentileIn(0.6, quantiles)).toBeCloseTo(60);
    expect(percentileIn(9, quantiles)).toBe(97.5);
    expect([97.5, 2.5, 1 + 60, 42, 11].map(percentileWords)).toEqual([
      'above the 97.5th percentile',
      'under the 2.5th percentile',
      'at the 61st percentile',
      'at the 42nd percentile',
      'at the 11th percentile',
    ]);
  });

  it('a gene that does not vary has no z', () =>
    expect(
      robustZ(
        3,
        QUANTILE_SHARES.map(() => 1),
      ),
    ).toBeUndefined());
});

describe('guards of scale (F021)', () => {
  const many = (value: (index: number) => number): number[] => Array.from({ length: 6000 }, (_, index) => value(index));
  it.each([
    ['counts given as TPM', 'tpm', many((index) => (index * 37) % 5000), 'read counts, not TPM'],
    ['more than a million', 'tpm', many((index) => 300.5 + index / 10), 'more than the million'],
    ['logarithms given as TPM', 'tpm', many((index) => (index % 140) / 10 + 0.01), 'these are logarithms'],
    ['no logarithms at all', 'log2-tpm', many((index) => index / 3), 'no logarithms'],
    ['logarithms taken twice', 'log2-tpm', many((index) => (index % 40) / 10 + 0.001), 'taken twice'],
    ['a constant column', 'tpm', many(() => 3.3), 'constant'],
    [
      'values that are no numbers',
      'tpm',
      many((index) => (index === 5 ? Number.NaN : 1.5 + index / 100)),
      'no numbers',
    ],
    ['z-scores that are none', 'z-score', many((index) => (index % 100) - 50), 'z-scores do not'],
  ] as const)('%s', (_, scale, values, words) => expect(scaleProblem(scale, values)).toContain(words));

  it('lets TPM, its logarithm and z-scores pass', () => {
    const tpm = many((index) => (index % 997) / 7 + 0.013 * (index % 3));
    expect(scaleProblem('tpm', tpm)).toBeUndefined();
    expect(
      scaleProblem(
        'log2-tpm',
        tpm.map((value) => Math.log2(value + 1)),
      ),
    ).toBeUndefined();
    expect(
      scaleProblem(
        'z-score',
        many((index) => Math.sin(index) * 3),
      ),
    ).toBeUndefined();
  });

  it('names that are no symbols are not compared, and no percentile is made of them', () => {
    const matrix = atMedian();
    const { reading } = read({ ...matrix, genes: matrix.genes.map((_, index) => `ENSG${index}`) });
    expect(reading).toMatchObject({ state: 'not-evaluable', genesCompared: 0 });
    expect(reading.reason).toContain('are these symbols of genes?');
  });
});

describe('one sample against a named cohort (F021)', () => {
  it('no cohort of the tumor type: no percentile, and it says so', () => {
    const { reading } = read(atMedian(), ['LUAD', 'NSCLC', 'LUNG']);
    expect(reading).toMatchObject({ state: 'not-evaluable', scores: [] });
    expect(reading.reason).toContain('no reference cohort of this tumor type');
  });

  it('F021 a planted ERBB2 outlier is found, placed by name, and stands first among the outliers', () => {
    const matrix = atMedian({ ERBB2: 5.5, GRB7: 4 });
    const profile = MolecularProfile.parse(
      interpret(
        record('IDC'),
        intake({ matrices: [matrix], copyNumbers: [copies('ERBB2', 20), copies('GRB7', 20)] }),
        packs,
      ),
    );
    const outliers = profile.findings.filter(({ kind }) => kind === 'expression-outlier');
    expect(outliers[0]).toMatchObject({ gene: 'ERBB2' });
    expect(outliers[0]?.title).toContain('percentile of SCAN-B breast');
    const [reading] = profile.measures?.expression ?? [];
    expect(reading).toMatchObject({
      state: 'computed',
      high: 2,
      low: 0,
      cohort: { name: 'SCAN-B breast', patients: 400 },
    });
    expect(reading?.genes.find(({ gene }) => gene === 'ERBB2')).toMatchObject({ percentile: 97.5 });
    // DNA, RNA (F024): the amplification shows in the RNA.
    expect(profile.measures?.agreement.find(({ gene }) => gene === 'ERBB2')).toMatchObject({
      dna: 'amplified',
      rna: { state: 'agrees' },
      protein: { state: 'not-evaluable', text: 'protein was not assayed' },
    });
    expect(profile.absent.filter(({ section }) => section === 'expression outliers')).toEqual([]);
  });

  it('many findings hide no outlier that is counted, and many outliers no finding', () => {
    const genes = Array.from({ length: 200 }, (_, index) => `G${index}`);
    const drawn = (outliers: number, findings: number): string[] => {
      const matrix: ObservedMatrix = {
        modality: 'expression',
        scale: 'z-score',
        reference: 'TCGA BRCA',
        genes,
        values: genes.map((_, index) => (index < outliers ? 9 - index / 100 : (index % 5) / 4 - 0.5)),
        file: 'files/expression.z.tsv',
      };
      // The first outlier is a gene of the last finding as well.
      const own = [...genes.slice(-findings), 'G0'].map((gene) => ({ id: `of ${gene}`, gene }));
      return withGenes(read(matrix), own, []).genes.map(({ gene, findingId }) => findingId ?? gene);
    };
    expect(drawn(5, 97)).toEqual([
      ...genes.slice(-97, -97 + 25).map((gene) => `of ${gene}`),
      'of G0',
      ...['G1', 'G2', 'G3', 'G4'],
    ]);
    const many = drawn(100, 50);
    expect(many.filter((gene) => gene.startsWith('of '))).toHaveLength(16);
    expect(many.filter((gene) => gene.startsWith('G'))).toEqual(genes.slice(1, 15));
  });

  it('the unit of the whole sample makes no difference: TPM is FPKM times one number', () => {
    const matrix = atMedian({ ERBB2: 4 });
    const twice = { ...matrix, values: matrix.values.map((value) => value * 2) };
    const z = (one: ObservedMatrix) => read(one).zOf('ERBB2') ?? 0;
    expect(Math.abs(z(matrix) - z(twice))).toBeLessThan(0.3);
  });

  it('a sample unlike its cohort is not placed', () => {
    const matrix = atMedian();
    const { reading } = read({ ...matrix, values: [...matrix.values].reverse() });
    expect(reading.reason).toContain('stand otherwise than those of SCAN-B');
  });

  it('F022 each pathway planted is among the first three, with its genes', () => {
    const pathways = packs.expression().pathways ?? [];
    const missed = pathways.filter(({ pathway, genes }) => {
      const moved = Object.fromEntries(genes.slice(0, 100).map(([gene, weight]) => [gene, Math.sign(weight) * 1.5]));
      const scores = read(atMedian(moved)).reading.scores.filter(({ kind }) => kind === 'progeny');
      if (!scores.some(({ name }) => name === pathway)) return false;
      const first = [...scores].sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, 3);
      const found = first.find(({ name }) => name === pathway);
      return found === undefined || found.score <= 0 || !found.members.every(({ gene }) => gene in moved);
    });
    expect(missed.map(({ pathway }) => pathway)).toEqual([]);
  });

  it('F022 the centroid of a subtype is called by its name, research use said; a median tumor by none', () => {
    const { pam50 } = packs.expression();
    const basal = Object.fromEntries((pam50?.rows ?? []).map(([gene, value = 0]) => [gene, value]));
    const called = read(atMedian(basal)).reading.subtype;
    expect(called?.subtype).toBe(pam50?.subtypes[0]);
    expect(called?.limits.join(' ')).toContain('research use');
    expect(read(atMedian()).reading.subtype?.subtype).toBeUndefined();
  });
});

describe('scores', () => {
  it('a footprint is the weighted sum of z over its root of squares, of what was measured', () => {
    const weights = {
      pathway: 'P',
      genes: [
        ['A', 3],
        ['B', -4],
        ['C', 9],
      ] as const,
    };
    const z: Record<string, number> = { A: 2, B: 1 };
    expect(footprint(weights, (gene) => z[gene])).toMatchObject({ score: (3 * 2 - 4) / 5, read: 2, of: 3 });
  });

  it('enrichment is the area between the two running sums, as they are added up step by step', () => {
    const values = new Map(Array.from({ length: 40 }, (_, index) => [`G${index}`, Math.sin(index * 7.3)] as const));
    const genes = ['G3', 'G9', 'G17', 'G33'];
    const ranks = ranksOf(values);
    const down = [...ranks].sort((a, b) => b[1] - a[1]);
    const sum = genes.reduce((total, gene) => total + (ranks.get(gene) ?? 0) ** 0.25, 0);
    let inside = 0;
    let outside = 0;
    let area = 0;
    for (const [gene, rank] of down) {
      if (genes.includes(gene)) inside += rank ** 0.25 / sum;
      else outside += 1 / (40 - genes.length);
      area += inside - outside;
    }
    expect(enrichment({ genes }, ranks).score).toBeCloseTo(area / 40, 10);
  });

  it('rank correlation shares ranks among ties', () => expect(spearman([1, 2, 2, 4], [1, 3, 3, 9])).toBeCloseTo(1));
});

describe('DNA beside RNA (F024)', () => {
  const finding = (more: object) =>
    ({ id: 'somatic:KRAS:G12D', kind: 'small-variant', gene: 'KRAS', origin: 'somatic', ...more }) as never;
  const rna = (more: object) => agreementOf([finding(more)], [read(atMedian())])[0]?.rna;

  it('“mutation not expressed” only where the RNA reads suffice', () => {
    expect(readsNeeded(0.4)).toBe(6);
    expect(readsNeeded(0.01)).toBe(59);
    expect(rna({ alleleFraction: 0.4, rnaDepth: 60, rnaReads: 0 })).toMatchObject({ state: 'disagrees' });
    expect(rna({ alleleFraction: 0.4, rnaDepth: 60, rnaReads: 0 })?.text).toContain('mutation not expressed');
    expect(rna({ alleleFraction: 0.4, rnaDepth: 4, rnaReads: 0 })).toMatchObject({ state: 'not-evaluable' });
    expect(rna({ alleleFraction: 0.4, rnaDepth: 60, rnaReads: 21 })).toMatchObject({ state: 'agrees' });
    expect(rna({ alleleFraction: 0.4 })).toMatchObject({ state: 'not-evaluable' });
  });

  it('an amplified gene that is not raised disagrees; without RNA nothing is said', () => {
    const amplified = finding({ id: 'copy-number:ERBB2', kind: 'amplification', gene: 'ERBB2' });
    expect(agreementOf([amplified], [read(atMedian({ ERBB2: -1 }))])[0]?.rna.state).toBe('disagrees');
    expect(agreementOf([amplified], [])[0]?.rna).toEqual({ state: 'not-evaluable', text: 'RNA was not assayed' });
  });
});

describe('cohorts as packs', () => {
  const about = {
    id: 'ours',
    name: 'Our cohort',
    modality: 'expression',
    scale: 'log2-tpm',
    tumorTypes: ['LUAD'],
    about: 'made up',
    file: 'ours.tsv',
  } as const;
  const table = (patients: number): string =>
    [
      ['gene', ...Array.from({ length: patients }, (_, index) => `P${index}`)].join('\t'),
      ...['A', 'B'].map((gene, row) =>
        [gene, ...Array.from({ length: patients }, (_, index) => Math.sin(index * (row + 1)) * 3)].join('\t'),
      ),
    ].join('\n');

  it('refuses a group so small that a quantile would be one person', () =>
    expect(() =>
      cohortOf(
        about,
        matrixFrom(table(39), (gene) => gene),
        undefined,
      ),
    ).toThrow('a cohort needs 40'));

  it('holds quantiles and no patient: neither a name nor an outermost value', () => {
    const matrix = matrixFrom(table(60), (gene) => gene);
    const made = cohortOf(about, matrix, {
      pathways: [],
      hallmark: [],
      immune: [{ name: 'X', collection: 'immune', genes: ['A'] }],
    });
    expect(made.header).toMatchObject({ patients: 60, genes: 2 });
    expect(Object.keys(made.header.scores)).toEqual(['immune:X']);
    expect(made.text).not.toMatch(/P\d/);
    const extreme = Math.max(...(matrix.rows.get('A') ?? []));
    expect(
      made.text
        .split('\n')[0]
        ?.split('\t')
        .slice(1)
        .every((value) => Number(value) < extreme),
    ).toBe(true);
  });

  it('studies are moved to one median, and a study that is not asked for stays out', () => {
    const matrix = {
      patients: ['a.1', 'a.2', 'b.1', 'b.2', 'c.1'],
      rows: new Map([['G', Float64Array.of(1, 3, 11, 13, 99)]]),
    };
    const one = pooled(matrix, (name) => (name.startsWith('c') ? undefined : name.slice(0, 1)));
    expect([...(one.rows.get('G') ?? [])]).toEqual([6, 8, 6, 8]);
    expect(turned(matrix).patients).toEqual(['G']);
  });

  const folder = outside('data/tcga-rppa/DATA.md');
  it.skipIf(folder === undefined)(
    outsideTitle('the protein cohort is made of its source, byte for byte', folder),
    () => {
      const sources = openSources(resolve(folder ?? '', '../..'));
      const manifest = JSON.parse(readFileSync(resolve(shipped, 'cohort-protein/manifest.json'), 'utf8'));
      const listed = <One extends object>(file: string) =>
        readRecords<One>(readFileSync(resolve(shipped, file), 'utf8'));
      const header = listed<CohortHeader>('cohort-protein/cohorts.records').at(0);
      const aliases = listed<GeneAlias>('genes/aliases.records');
      const arrays = turned(matrixFrom(sources.text('tcga-rppa/brca.data.rppa.csv.gz'), (name) => name));
      const rows = new Map([...arrays.rows].map(([gene, row]) => [aliases.named(gene)?.symbol ?? gene, row]));
      const { patients: _p, genes: _g, scores: _s, ...rest } = header;
      const { id, version, asOf, title, sources: named } = manifest;
      const made = cohortPack({ id, version, asOf, title, sources: named }, [
        cohortOf(rest, { ...arrays, rows }, undefined),
      ]);
      for (const [path, bytes] of packFiles(made))
        expect(readFileSync(resolve(shipped, 'cohort-protein', path)).equals(bytes), path).toBe(true);
    },
  );

  const t001 = outside('testdata/case-pcgr-brca/T001-BRCA.gene_expression.tsv.gz');
  it.skipIf(t001 === undefined)(outsideTitle('T001-BRCA is placed, and its other method said', t001), () => {
    const rows = gunzipSync(readFileSync(t001 ?? ''))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'));
    const { reading } = read({
      modality: 'expression',
      scale: 'tpm',
      genes: rows.map(([gene = '']) => gene),
      values: rows.map(([, value]) => Number(value)),
      file: 'rna.tsv',
    });
    expect(reading).toMatchObject({ state: 'computed', genesCompared: 9968, subtype: { subtype: 'Her2', read: 38 } });
    expect(reading.limits.join(' ')).toContain('no single gene is called an outlier');
    expect(reading.high).toBeUndefined();
  });
});
