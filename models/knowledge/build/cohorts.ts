/** Reference cohorts of expression and protein: quantiles by gene and by score. No patient's row leaves the sources. */
import {
  type CohortHeader,
  type GeneSet,
  type PathwayWeights,
  QUANTILE_SHARES,
  type Quantiles,
} from '../../../shared/knowledge/expression.ts';
import { writeRecords } from '../../../shared/knowledge/records.ts';
import { enrichment, footprint, meanScore, ranksOf } from '../../../shared/molecular/expression-scores.ts';
import { medianOf, quantilesOf, robustZ } from '../../../shared/molecular/quantiles.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

/** Fewer patients give no quantiles: ends of a small group are single people. */
const FEWEST_PATIENTS = 40;

/** Values of genes (rows) by patients (columns), on the scale of the cohort. */
export interface Matrix {
  readonly patients: readonly string[];
  readonly rows: ReadonlyMap<string, Float64Array>;
}

export interface GeneSets {
  readonly pathways: readonly PathwayWeights[];
  readonly hallmark: readonly GeneSet[];
  readonly immune: readonly GeneSet[];
}

/** A table with genes in rows; quotes are taken off, and a gene that stands twice keeps its first row. */
export function matrixFrom(text: string, symbol: (gene: string) => string): Matrix {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const separator = lines[0]?.includes('\t') ? '\t' : ',';
  const plain = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');
  const [, ...patients] = (lines[0] ?? '').split(separator).map(plain);
  const rows = new Map<string, Float64Array>();
  for (const line of lines.slice(1)) {
    const [gene = '', ...values] = line.split(separator);
    const name = symbol(plain(gene));
    if (values.length !== patients.length)
      throw new Error(`gene ${name} has ${values.length} values for ${patients.length} patients`);
    if (!rows.has(name))
      rows.set(
        name,
        Float64Array.from(values, (value) => Number(plain(value))),
      );
  }
  return { patients, rows };
}

/** Patients in rows become columns. */
export function turned({ patients, rows }: Matrix): Matrix {
  return {
    patients: [...rows.keys()],
    rows: new Map(
      patients.map((gene, index) => [
        gene,
        Float64Array.from([...rows.values()].map((row) => row[index] ?? Number.NaN)),
      ]),
    ),
  };
}

/** Columns by a question to their name, each study moved to the median of all of them, gene by gene. */
export function pooled({ patients, rows }: Matrix, studyOf: (patient: string) => string | undefined): Matrix {
  const columns = patients.flatMap((patient, index) => {
    const study = studyOf(patient);
    return study === undefined ? [] : [{ patient, index, study }];
  });
  const studies = [...Map.groupBy(columns, ({ study }) => study).values()];
  const out = new Map<string, Float64Array>();
  for (const [gene, row] of rows) {
    const all = medianOf(quantilesOf(columns.map(({ index }) => row[index] ?? Number.NaN)));
    const values = new Map<number, number>();
    for (const study of studies) {
      const shift = all - medianOf(quantilesOf(study.map(({ index }) => row[index] ?? Number.NaN)));
      for (const { index } of study) values.set(index, (row[index] ?? Number.NaN) + shift);
    }
    out.set(gene, Float64Array.from(columns.map(({ index }) => values.get(index) ?? Number.NaN)));
  }
  return { patients: columns.map(({ patient }) => patient), rows: out };
}

/** log2(value + 0.1) out of another offset: what is hardly there is one value, not a long tail. */
export const rebased = ({ patients, rows }: Matrix, offset: number): Matrix => ({
  patients,
  rows: new Map(
    [...rows].map(([gene, row]) => [gene, row.map((value) => Math.log2(Math.max(0, 2 ** value - offset) + 0.1))]),
  ),
});

const rounded = (quantiles: Quantiles): number[] => quantiles.map((value) => Math.round(value * 1000) / 1000);

/** One cohort: its header, and the text of its quantile file. */
export function cohortOf(
  about: Omit<CohortHeader, 'patients' | 'genes' | 'scores'>,
  matrix: Matrix,
  sets: GeneSets | undefined,
): { readonly header: CohortHeader; readonly text: string } {
  const patients = matrix.patients.length;
  if (patients < FEWEST_PATIENTS)
    throw new Error(
      `${about.id}: ${patients} patients; a cohort needs ${FEWEST_PATIENTS}, so that no quantile is one person`,
    );
  const genes = [...matrix.rows.keys()].sort(compare);
  const quantiles = new Map<string, Quantiles>();
  for (const gene of genes) {
    const row = matrix.rows.get(gene) ?? new Float64Array();
    if (row.some((value) => !Number.isFinite(value))) continue;
    quantiles.set(
      gene,
      quantilesOf([...row]).map((value) => Math.round(value * 100) / 100),
    );
  }
  return {
    header: {
      ...about,
      patients,
      genes: quantiles.size,
      scores: sets === undefined ? {} : scoreQuantiles(matrix, quantiles, sets),
    },
    text: `${[...quantiles].map(([gene, values]) => [gene, ...values].join('\t')).join('\n')}\n`,
  };
}

/** How the scores of the cohort's own patients are spread, scored as a case is. */
function scoreQuantiles(
  { patients, rows }: Matrix,
  quantiles: ReadonlyMap<string, Quantiles>,
  { pathways, hallmark, immune }: GeneSets,
): Record<string, Quantiles> {
  const scores = new Map<string, number[]>();
  const add = (id: string, { score, read }: { readonly score: number; readonly read: number }): void => {
    if (read === 0) return;
    const list = scores.get(id);
    if (list === undefined) scores.set(id, [score]);
    else list.push(score);
  };
  for (const index of patients.keys()) {
    const values = new Map<string, number>();
    for (const gene of quantiles.keys()) values.set(gene, rows.get(gene)?.[index] ?? Number.NaN);
    const zOf = (gene: string): number | undefined => {
      const own = quantiles.get(gene);
      return own === undefined ? undefined : robustZ(values.get(gene) ?? Number.NaN, own);
    };
    const ranks = ranksOf(values);
    for (const pathway of pathways) add(`progeny:${pathway.pathway}`, footprint(pathway, zOf));
    for (const set of hallmark) add(`hallmark:${set.name}`, enrichment(set, ranks));
    for (const set of immune) add(`immune:${set.name}`, meanScore(set, zOf));
  }
  return Object.fromEntries(
    [...scores].sort(([a], [b]) => compare(a, b)).map(([id, values]) => [id, rounded(quantilesOf(values))]),
  );
}

interface CohortPackHead {
  readonly id: string;
  readonly version: string;
  readonly asOf: string;
  readonly title: string;
  readonly sources: Pack['sources'];
}

export const cohortPack = (head: CohortPackHead, cohorts: readonly ReturnType<typeof cohortOf>[]): Pack => ({
  ...head,
  counts: {
    cohorts: cohorts.length,
    patients: cohorts.reduce((sum, { header }) => sum + header.patients, 0),
    quantiles: QUANTILE_SHARES.length,
  },
  files: {
    'cohorts.records': writeRecords(cohorts.map(({ header }) => header)),
    ...Object.fromEntries(cohorts.map(({ header, text }) => [header.file, text])),
  },
});

/** Studies of the immunotherapy collection by the cohort they stand for. */
const STUDIES: readonly (readonly [cohort: string, pattern: RegExp])[] = [
  ['melanoma', /^ICB_(Liu|Gide|Hugo|Riaz|Van_Allen|Nathanson)\b|^ICB_(Liu|Gide|Riaz)__Melanoma/],
  ['kidney', /^ICB_(Miao1|Shiuan)__Kidney/],
  ['urothelial', /^ICB_(Mariathasan__(Ureteral|Lymph_node)|Snyder__Ureteral)/],
];
/** One study, whichever of its parts: "ICB_Liu__Melanoma__IO+combo" is Liu. */
const studyName = (column: string): string => /^ICB_([A-Za-z_]+?)(?:\d*__|\d*\.|$)/.exec(column)?.[1] ?? column;

/** The shipped cohort packs, each of one licence. */
export function cohortPacks(sources: Sources, sets: GeneSets, symbol: (gene: string) => string): Pack[] {
  const breast = matrixFrom(sources.text('scanb400/scanb_gse96058_expr_10000x400.csv.xz'), symbol);
  const treated = rebased(matrixFrom(sources.text('icb-rnaseq/icb_expr_full_common_genes.csv.xz'), symbol), 0.001);
  const arrays = turned(matrixFrom(sources.text('tcga-rppa/brca.data.rppa.csv.gz'), (name) => name));
  const proteins: Matrix = {
    ...arrays,
    rows: new Map([...arrays.rows].map(([gene, row]) => [symbol(gene), row])),
  };
  const ofStudies = (cohort: string): Matrix => {
    const pattern = STUDIES.find(([name]) => name === cohort)?.[1] ?? /$^/;
    return pooled(treated, (column) => (pattern.test(column) ? studyName(column) : undefined));
  };
  const rna = { modality: 'expression', scale: 'log2-tpm' } as const;
  const studied = (
    id: string,
    name: string,
    cohort: string,
    tumorTypes: readonly string[],
    studies: string,
  ): ReturnType<typeof cohortOf> =>
    cohortOf(
      {
        id,
        name,
        ...rna,
        tumorTypes,
        about: `${studies}; tumors before checkpoint inhibitors, no one platform; each study moved to the common median, gene by gene`,
        file: `${id}.tsv`,
      },
      ofStudies(cohort),
      sets,
    );
  return [
    cohortPack(
      {
        id: 'cohort-breast',
        version: 'GSE96058-400',
        asOf: '2018-03-09',
        title: 'Reference cohort: breast RNA',
        sources: [
          {
            name: 'SCAN-B, 400 tumors of GSE96058 (package cosinet)',
            version: 'commit 842601c',
            licence: 'LGPL-3.0 (package); GEO data are public',
            citation: 'Brueffer C, et al. JCO Precis Oncol 2018;2:PO.17.00135. https://doi.org/10.1200/PO.17.00135',
          },
        ],
      },
      [
        cohortOf(
          {
            id: 'scan-b',
            name: 'SCAN-B breast',
            modality: 'expression',
            scale: 'log2-fpkm',
            tumorTypes: ['BREAST'],
            about: 'primary breast cancer before treatment, Sweden, one laboratory, 10,000 of the genes; FPKM',
            file: 'scan-b.tsv',
          },
          breast,
          sets,
        ),
      ],
    ),
    cohortPack(
      {
        id: 'cohort-immunotherapy',
        version: 'd29803c',
        asOf: '2022-12-01',
        title: 'Reference cohorts: RNA of melanoma, kidney, urothelial tract',
        sources: [
          {
            name: 'PredictioR collection of cohorts under checkpoint inhibitors',
            version: 'commit d29803c',
            licence: 'GPL-3.0 (package); terms of the original cohorts apply',
            citation:
              'Bareche Y, et al. Ann Oncol 2022. Liu 2019, Gide 2019, Hugo 2016, Riaz 2017, Van Allen 2015, Nathanson 2017; Miao 2018, Shiuan 2021; Mariathasan 2018, Snyder 2017.',
          },
        ],
      },
      [
        studied(
          'icb-melanoma',
          'Melanoma before checkpoint inhibitors',
          'melanoma',
          ['MEL', 'SKCM'],
          'Liu, Gide, Hugo, Riaz, Van Allen, Nathanson',
        ),
        studied('icb-kidney', 'Renal cell carcinoma before checkpoint inhibitors', 'kidney', ['RCC'], 'Miao, Shiuan'),
        studied(
          'icb-urothelial',
          'Urothelial carcinoma before checkpoint inhibitors',
          'urothelial',
          ['BLCA', 'UTUC', 'UCU'],
          'Mariathasan (ureter, lymph node), Snyder',
        ),
      ],
    ),
    cohortPack(
      {
        id: 'cohort-protein',
        version: 'f245c58',
        asOf: '2012-10-04',
        title: 'Reference cohort: breast protein arrays',
        sources: [
          {
            name: 'TCGA BRCA reverse-phase protein arrays, level 4 (package NCutYX)',
            version: 'commit f245c58',
            licence: 'GPL-3.0 (package); TCGA open tier',
            citation: 'Cancer Genome Atlas Network. Nature 2012;490:61-70.',
          },
        ],
      },
      [
        cohortOf(
          {
            id: 'tcga-brca-rppa',
            name: 'TCGA BRCA protein arrays',
            modality: 'protein',
            scale: 'rppa',
            tumorTypes: ['BREAST'],
            about: 'primary breast cancer, level 4 values; only values normalised in the same way can be compared',
            file: 'tcga-brca-rppa.tsv',
          },
          proteins,
          undefined,
        ),
      ],
    ),
  ];
}
