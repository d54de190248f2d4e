/**
 * HGNC numbers of the genes that the pack of genes knows, by MANE Select (NCBI and EMBL-EBI, free use). Identifiers only; a gene
 * that MANE does not hold has no number and stays a symbol.
 *
 *     node models/knowledge/build/gene-numbers.ts --from <folder of sources>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readRecords } from '../../../shared/knowledge/records.ts';
import type { GeneRecord } from '../../../shared/molecular/genes.ts';
import { cell, compare, openSources } from './sources.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('--from <folder of sources> is missing');
const numbers = new Map(
  [...openSources(values.from).table('transcripts/MANE.GRCh38.v1.4.summary.tsv.gz')].map((row) => [
    cell(row, 'symbol'),
    /^HGNC:(\d+)$/.exec(cell(row, 'HGNC_ID'))?.[1],
  ]),
);
const genes = readRecords<GeneRecord>(
  readFileSync(resolve(import.meta.dirname, '../genes/genes.records'), 'utf8'),
).column('symbol');
const rows = [...new Set(genes)].sort(compare).flatMap((symbol) => {
  const number = numbers.get(symbol);
  return number === undefined ? [] : [`${symbol} ${number}`];
});
const lines: string[] = [];
for (const row of rows) {
  const last = lines.at(-1);
  if (last !== undefined && last.length + row.length < 112) lines[lines.length - 1] = `${last},${row}`;
  else lines.push(row);
}
const text = `/** Made by models/knowledge/build/gene-numbers.ts: symbol and HGNC number of ${rows.length} genes, by MANE Select 1.4 (NCBI, EMBL-EBI). */
const TABLE = \`
${lines.join('\n')}
\`;

const numbers: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/[,\\n]/u)
    .map((row) => row.split(' ') as [string, string]),
);

/** \`HGNC:3236\` of EGFR; undefined of a symbol that the table does not hold. */
export const hgncId = (symbol: string): string | undefined => {
  const number = numbers.get(symbol);
  return number === undefined ? undefined : \`HGNC:\${number}\`;
};

let symbols: ReadonlyMap<string, string> | undefined;

/** EGFR of \`HGNC:3236\` or \`3236\`; undefined of a number that the table does not hold. */
export function symbolOfHgnc(code: string | undefined): string | undefined {
  symbols ??= new Map([...numbers].map(([symbol, number]) => [number, symbol]));
  return symbols.get(code?.replace(/^HGNC:/i, '') ?? '');
}
`;
writeFileSync(resolve(import.meta.dirname, '../../../shared/exchange/hgnc.ts'), text);
console.log(`${rows.length} of ${genes.length} genes`);
