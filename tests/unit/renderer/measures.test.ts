import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  drawnGenes,
  drawnScores,
  exposureFigure,
  genesFigure,
  linkedPathways,
  scoresFigure,
  spectrumFigure,
  spectrumOrder,
} from '../../../renderer/molecular/measures-figures.ts';
import type { ChartColors } from '../../../renderer/ui/Chart.tsx';
import { readRecords } from '../../../shared/knowledge/records.ts';
import type { ExpressionReading, SignatureReading } from '../../../shared/molecular/measures.ts';
import type { DrugClassRow } from '../../../shared/therapy/drug-classes.ts';
import { pathwayAgents } from '../../../shared/therapy/pathway-agents.ts';

const colors = {
  size: 14,
  series: ['a', 'b'],
  bands: ['c', 'd'],
  gain: 'up',
  loss: 'down',
  point: 'p',
} as unknown as ChartColors;
const score = (id: string, kind: 'progeny' | 'hallmark' | 'immune', percentile: number) => ({
  id,
  kind,
  name: id,
  score: (percentile - 50) / 10,
  percentile,
  read: 90,
  of: 100,
  members: [],
});
const reading: ExpressionReading = {
  id: 'measure:expression:a',
  file: 'a',
  modality: 'expression',
  scale: 'tpm',
  state: 'computed',
  genesRead: 100,
  genesCompared: 90,
  limits: [],
  genes: [
    { gene: 'ERBB2', value: 10, z: 5, percentile: 96, quantiles: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { gene: 'TP53', value: 5, z: 0, percentile: 50, quantiles: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ],
  scores: [
    score('EGFR', 'progeny', 97.5),
    score('p53', 'progeny', 40),
    ...Array.from({ length: 40 }, (_, index) => score(`H${index}`, 'hallmark', 50 + index)),
  ],
  scoresAbsent: [],
};
interface Trace {
  readonly x: readonly (number | null)[];
  readonly y: readonly (string | null)[];
  readonly marker?: { readonly color: unknown };
}

describe('pictures of measures (F022, F023)', () => {
  it('the spectrum stands in the order of the field: by change, then by neighbours', () => {
    const spectrum = ['T[C>A]T', 'A[C>T]G', 'A[C>A]C', 'A[C>A]A'].map((channel, count) => ({ channel, count }));
    expect(spectrumOrder(spectrum).map(({ channel }) => channel)).toEqual(['A[C>A]A', 'A[C>A]C', 'T[C>A]T', 'A[C>T]G']);
    const figure = spectrumFigure({ spectrum } as SignatureReading, colors);
    expect((figure.data as Trace[]).map(({ y }) => y)).toEqual([[3, 2, 0], [1]]);
  });

  it('F022 a pathway is linked to the agents aimed at it, the most active first; others have no link', () => {
    const rows = [
      { agent: 'Erlotinib', classes: ['EGFR inhibition'] },
      { agent: 'Trametinib', classes: ['MEK inhibition'] },
      { agent: 'Cisplatin', classes: ['Platinum-based chemotherapy'] },
    ];
    const links = pathwayAgents(rows);
    expect(links.map(({ pathway, agents }) => [pathway, agents])).toEqual([
      ['EGFR', ['Erlotinib']],
      ['MAPK', ['Trametinib']],
    ]);
    expect(linkedPathways(reading, links).map(({ score, agents }) => [score.name, agents])).toEqual([
      ['EGFR', ['Erlotinib']],
    ]);
    const shippedRows = readRecords<DrugClassRow>(readFileSync('models/knowledge/drug-classes/agents.records', 'utf8'));
    expect(pathwayAgents(shippedRows.all()).map(({ pathway }) => pathway)).toEqual([
      'Androgen',
      'EGFR',
      'Estrogen',
      'Hypoxia',
      'MAPK',
      'PI3K',
      'VEGF',
    ]);
  });

  it('every pathway is drawn, then what is farthest from the middle, and no score twice', () => {
    const drawn = drawnScores(reading);
    expect(drawn.length).toBe(22);
    expect(drawn.slice(0, 2).map(({ name }) => name)).toEqual(['EGFR', 'p53']);
    expect(drawn.slice(2).every(({ percentile = 0 }) => percentile >= 70)).toBe(true);
    const [up, , down] = scoresFigure(reading, colors).data as Trace[];
    expect(up?.x.slice(0, 3)).toEqual([50, 97.5, null]);
    expect(down?.x.slice(0, 3)).toEqual([50, 40, null]);
  });

  it('a gene stands on its own quantiles, and only an outlier in the colour of one', () => {
    const traces = genesFigure(reading, colors).data as Trace[];
    expect(traces[0]?.x.slice(0, 3)).toEqual([1, 9, null]);
    const [plain, far] = traces.slice(-2);
    expect([plain?.y, far?.y]).toEqual([['TP53'], ['ERBB2']]);
    expect(far?.marker?.color).toEqual(['up']);
  });

  it('many genes of findings hide no outlier that the caption counts, and findings still come first', () => {
    const own = (gene: string, z: number, findingId?: string) => ({
      gene,
      value: z,
      z,
      ...(findingId === undefined ? {} : { findingId }),
    });
    const findings = Array.from({ length: 30 }, (_, index) => own(`F${index}`, 0, `finding ${index}`));
    const drawn = drawnGenes({ ...reading, genes: [...findings, own('LOW', -3), own('NEAR', 2.9)] });
    expect(drawn.map(({ gene }) => gene)).toEqual([...findings.slice(0, 23).map(({ gene }) => gene), 'LOW']);
  });

  it('a share has its interval to either side', () => {
    const exposures = [{ name: 'Ref.Sig.4', cause: 'tobacco', share: 0.6, low: 0.5, high: 0.65 }];
    const [bar] = exposureFigure({ exposures } as unknown as SignatureReading, colors).data as {
      error_x: { array: number[]; arrayminus: number[] };
    }[];
    expect(bar?.error_x.array[0]).toBeCloseTo(5);
    expect(bar?.error_x.arrayminus[0]).toBeCloseTo(10);
  });
});
