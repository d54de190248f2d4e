import { resolve } from 'node:path';
import { CaseRecord } from '../../../shared/case/case-record.ts';
import { IntakeDocument } from '../../../shared/case/intake.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import type { FeatureTable } from '../../../shared/prediction/model-files.ts';

/** The shipped models themselves. */
export const MODELS = resolve(import.meta.dirname, '../../../models');

export interface CaseParts {
  code?: string;
  ancestors?: string[];
  ageYears?: number | undefined;
  sex?: 'female' | 'male';
  stage?: string | undefined;
  grade?: string;
  tnm?: { t?: string; n?: string; m?: string };
  therapyLines?: number;
  /** Gene to z-score, with what it is relative to. */
  expression?: { reference?: string; scale?: 'z-score' | 'tpm'; values: Record<string, number> };
  /** Protein to value, on what scale and relative to what. */
  protein?: { reference?: string; scale?: 'log2-ratio' | 'z-score' | 'h-score'; values: Record<string, number> };
  copyNumbers?: Record<string, number>;
  /** Genes with a missense change, of an exome unless `panel` names the genes read. */
  mutated?: string[];
  silent?: string[];
  panel?: string[];
}

const matrix = (
  modality: 'expression' | 'protein',
  usual: string,
  { scale = usual, reference, values }: { scale?: string; reference?: string; values: Record<string, number> },
) => ({
  modality,
  scale,
  ...(reference === undefined ? {} : { reference }),
  genes: Object.keys(values),
  values: Object.values(values),
  file: `files/${modality}.tsv`,
});

/** One case as the three documents that the prediction room reads, through their schemas. */
export function caseOf(parts: CaseParts = {}) {
  const {
    code = 'LUAD',
    ancestors = ['NSCLC', 'LUNG'],
    sex = 'female',
    expression,
    protein,
    mutated,
    silent = [],
    panel,
  } = parts;
  const record = CaseRecord.parse({
    schemaVersion: '1.0',
    caseId: 'test-1',
    synthetic: true,
    patient: { pseudonym: 'Otter 1', sex, ageYears: 'ageYears' in parts ? parts.ageYears : 64 },
    diagnosis: {
      oncotreeCode: code,
      name: 'a tumor',
      stage: 'stage' in parts ? parts.stage : 'IIIA',
      grade: parts.grade,
      tnm: parts.tnm ?? { t: 'pT2', n: 'pN1', m: 'M0' },
    },
    specimens: [{ id: 's1', kind: 'tissue', origin: 'primary' }],
    assays: [],
    question: 'What next?',
    therapyLines: Array.from({ length: parts.therapyLines ?? 0 }, (_, i) => ({ line: i + 1, agents: ['osimertinib'] })),
  });
  const variant = (gene: string, consequence: string, i: number) => ({
    key: `GRCh38-1-${i + 1}-A-T`,
    build: 'GRCh38',
    chromosome: '1',
    position1: i + 1,
    reference: 'A',
    alternate: 'T',
    origin: 'somatic',
    annotation: { source: 'vep', gene, consequence, hgvsProtein: 'p.(Ala1Val)' },
    file: 'files/somatic.vcf',
    line: i + 1,
  });
  const tested = { state: 'tested-not-detected', assayIds: ['a1'] };
  const detected = { state: 'detected', assayIds: ['a1'] };
  const listed = [...(mutated ?? []), ...silent];
  const intake = IntakeDocument.parse({
    understandings: [],
    questions: [],
    refusals: [],
    variants: [
      ...(mutated ?? []).map((gene, i) => variant(gene, 'missense_variant', i)),
      ...silent.map((gene, i) => variant(gene, 'synonymous_variant', i + 1000)),
    ],
    copyNumbers: Object.entries(parts.copyNumbers ?? {}).map(([gene, call], i) => ({
      gene,
      call,
      file: 'files/cna.tsv',
      line: i + 2,
    })),
    segments: [],
    fusions: [],
    matrices: [
      ...(expression === undefined ? [] : [matrix('expression', 'z-score', expression)]),
      ...(protein === undefined ? [] : [matrix('protein', 'log2-ratio', protein)]),
    ],
    biomarkers: [],
    accounting: [],
    ledger: {
      entries: [
        ...listed.map((gene) => ({ gene, states: { 'small-variant': detected } })),
        ...(panel ?? [])
          .filter((gene) => !listed.includes(gene))
          .map((gene) => ({ gene, states: { 'small-variant': tested } })),
      ],
      defaults: {
        'small-variant': mutated === undefined || panel !== undefined ? { state: 'not-assayed', assayIds: [] } : tested,
      },
    },
    warnings: [],
  });
  const profile = MolecularProfile.parse({
    tumorType: { oncotreeCode: code, name: 'a tumor', ancestors },
    findings: [],
    evidence: [],
    pertinent: [],
    listed: { shown: 0, folded: [] },
    segments: [],
    packs: [],
    absent: [],
  });
  return { record, intake, profile };
}

type Scaling = FeatureTable['types'][string]['blocks']['rna'];

/** Raw values by name, drawn along the cohort's axes of a block. */
function alongAxes({ index, mean, sd, guard }: Scaling, names: readonly string[], random: () => number) {
  const axes = (guard?.axes ?? []).map(({ scale, loadings }) => ({
    along: random(),
    at: (i: number): number => {
      const byte = Number.parseInt(loadings.slice(2 * i, 2 * i + 2), 16);
      return (byte > 127 ? byte - 256 : byte) * scale;
    },
  }));
  return Object.fromEntries(
    index.map((place, i) => {
      const shared = axes.reduce((sum, { along, at }) => sum + along * at(i), 0);
      const own = Math.sqrt(Math.max(0.1, 1 - axes.reduce((sum, { at }) => sum + at(i) ** 2, 0)));
      return [names[place] as string, (mean[i] as number) + (sd[i] as number) * (shared + own * random())];
    }),
  );
}

/** Level 4 values of protein arrays that hang together as a cohort's do. */
export const arraysLike = (table: FeatureTable, cohort: string, random: () => number) => ({
  reference: `TCGA ${cohort} RPPA level 4`,
  values: alongAxes(
    (table.types[cohort] as FeatureTable['types'][string]).blocks.protein,
    table.columns.protein,
    random,
  ),
});

/**
 * Molecular data that hang together as a cohort's do, drawn from what the model stores of it: expression along the cohort's
 * axes, copy number in runs of genes that go together, mutations as frequent as there.
 */
export function likeCohort(table: FeatureTable, cohort: string, random: () => number) {
  const type = table.types[cohort];
  if (type === undefined) throw new Error(`no ${cohort}`);
  const { rna, 'copy-number': copies } = type.blocks;
  const values = alongAxes(rna, table.columns.rna, random);
  const pairs = copies.guard?.pairs ?? [];
  const beside = pairs.map((own, i) => [...own, ...pairs.flatMap((two, j) => (two.includes(i) ? [j] : []))]);
  const altered = new Set<number>();
  const queue = [...pairs.keys()];
  for (let i = queue.shift(); i !== undefined && altered.size < 60; i = queue.shift())
    if (!altered.has(i)) {
      altered.add(i);
      queue.unshift(...(beside[i] ?? []));
    }
  return {
    expression: { reference: `TCGA ${cohort}`, values },
    copyNumbers: Object.fromEntries(
      copies.index.map((place, i) => [table.columns['copy-number'][place] as string, altered.has(i) ? 1 : 0]),
    ),
  };
}

/** The same values dealt to other names, by a stride that is prime to any number of genes here. */
export function mixedUp<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  const [names, all] = [Object.keys(values), Object.values(values)];
  return Object.fromEntries(names.map((name, i) => [name, all[(i * 7919 + 13) % all.length] as Value]));
}

/** A small reproducible generator (mulberry32), standard normal by sums. */
export function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}
