/**
 * A site's own reference cohort: quantiles of a table of its patients, as a pack that it signs and installs.
 *
 *     node models/knowledge/build/site-cohort.ts --values <table.tsv[.gz|.xz]> --id cohort-ours --name "Our lung cohort" \
 *       --tumor-types LUAD,LUSC --scale log2-tpm --about "2019 to 2024, poly-A" --as-of 2024-12-31 \
 *       --licence "own data" --citation "…" [--modality expression|protein] [--offset 0.1] --to <folder>
 *
 * Genes stand in rows, patients in columns, 40 of them at least; values are logarithms of TPM or FPKM, --offset is what was
 * added before the logarithm. Only quantiles are written. Then `consilium packs sign`, `packs install`.
 */
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CohortHeader, GeneSet, PathwayWeights } from '../../../shared/knowledge/expression.ts';
import { readRecords } from '../../../shared/knowledge/records.ts';
import type { GeneAlias } from '../../../shared/molecular/genes.ts';
import { cohortOf, cohortPack, matrixFrom, rebased } from './cohorts.ts';
import { writePack } from './pack.ts';
import { openSources } from './sources.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    values: text,
    id: text,
    name: text,
    'tumor-types': text,
    scale: { ...text, default: 'log2-tpm' },
    modality: { ...text, default: 'expression' },
    about: text,
    'as-of': text,
    licence: text,
    citation: text,
    offset: { ...text, default: '0.1' },
    to: text,
  },
});
const need = (name: keyof typeof values): string => {
  const value = values[name];
  if (value === undefined || value === '') throw new Error(`--${name} is missing`);
  return value;
};
const oneOf = <Choice extends string>(name: keyof typeof values, choices: readonly Choice[]): Choice => {
  const found = choices.find((choice) => choice === values[name]);
  if (found === undefined) throw new Error(`--${name} is one of ${choices.join(', ')}`);
  return found;
};

const shipped = openSources(resolve(import.meta.dirname, '..'));
const rowsOf = <One extends object>(stem: string) => readRecords<One>(shipped.text(`${stem}.records`));
const aliases = rowsOf<GeneAlias>('genes/aliases');
const path = resolve(need('values'));
const read = matrixFrom(openSources(dirname(path)).text(basename(path)), (gene) => aliases.named(gene)?.symbol ?? gene);
const modality = oneOf<CohortHeader['modality']>('modality', ['expression', 'protein']);
const scale = oneOf<CohortHeader['scale']>('scale', ['log2-tpm', 'log2-fpkm', 'rppa']);
const id = need('id');
const made = cohortOf(
  {
    id,
    name: need('name'),
    modality,
    scale,
    tumorTypes: need('tumor-types').split(','),
    about: need('about'),
    file: `${id}.tsv`,
  },
  modality === 'expression' ? rebased(read, Number(values.offset)) : read,
  modality === 'expression'
    ? {
        pathways: rowsOf<PathwayWeights>('expression/pathways').all(),
        hallmark: rowsOf<GeneSet>('expression/hallmark').all(),
        immune: rowsOf<GeneSet>('immune-signatures/immune').all(),
      }
    : undefined,
);
writePack(
  need('to'),
  cohortPack(
    {
      id,
      version: need('as-of'),
      asOf: need('as-of'),
      title: `Reference cohort: ${need('name')}`,
      sources: [{ name: need('name'), version: need('as-of'), licence: need('licence'), citation: need('citation') }],
    },
    [made],
  ),
);
console.log(`${id}: ${made.header.patients} patients, ${made.header.genes} genes`);
