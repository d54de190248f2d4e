/** Columns by the names that programs and portals give them. */
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import type { Header } from './table.ts';

/** Case, blanks, points, hyphens and underscores make no difference: `Seg.Mean`, `seg_mean`. */
export const plainName = (column: string): string => column.toLowerCase().replace(/[^a-z0-9]+/g, '');

/** How a fault names a column. */
export const titled = ({ columns }: Header, index: number): string => columns[index] || nameless(index);

/** A column that is a sample is told by its place: its title may name the patient. */
export const nameless = (index: number): string => `column ${index + 1}`;

/** Index of the first of these names that the header has, in the order of the names. */
export function column(columns: readonly string[], names: readonly string[]): number | undefined {
  const plain = columns.map(plainName);
  for (const name of names) {
    const index = plain.indexOf(name);
    if (index !== -1) return index;
  }
  return undefined;
}

/** @throws FaultError column-missing, with the names that would do */
export function neededColumn(header: Header, file: string, what: string, names: readonly string[], hint = ''): number {
  const found = column(header.columns, names);
  if (found !== undefined) return found;
  throw new FaultError(
    fault(
      'column-missing',
      `There is no column for ${what}${hint === '' ? '' : `: ${hint}`}.`,
      `Name it ${names.slice(0, 3).join(', ')} or similar.`,
      { file, line: header.line, field: what },
    ),
  );
}

export const GENE_NAMES: readonly string[] = [
  'hugosymbol',
  'hgncsymbol',
  'genesymbol',
  'symbol',
  'genename',
  'gene',
  'genes',
  'targetid',
  'geneid',
  'ensemblgeneid',
  'compositeelementref',
];

/** Columns that say more of the gene and hold no value of a sample. */
export const GENE_FACTS: ReadonlySet<string> = new Set([
  ...GENE_NAMES,
  'entrezgeneid',
  'entrez',
  'locusid',
  'cytoband',
  'band',
  'chromosome',
  'chrom',
  'chr',
  'start',
  'end',
  'startposition',
  'endposition',
  'strand',
  'description',
  'genetype',
  'genebiotype',
  'biotype',
  'length',
  'effectivelength',
  'transcriptids',
  'transcript',
  'transcriptid',
  'antibody',
  'protein',
  'uniprot',
  'site',
  'cytobands',
  'hgncid',
  'ensemblid',
]);

export const SAMPLE_NAMES: readonly string[] = [
  'tumorsamplebarcode',
  'sampleid',
  'sample',
  'samplename',
  'trialid',
  'id',
];
