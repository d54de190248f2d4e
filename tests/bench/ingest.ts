/**
 * One ingest, in a process of its own and built as the product is: `node ingest.mjs <file> <interest.json>` reads the
 * file as a case does and prints the counts.
 */
import { readFileSync } from 'node:fs';
import { fileBytes } from '../../electron/case/variants/byte-source.ts';
import { readVariantFile } from '../../electron/case/variants/index.ts';
import type { VariantInterest } from '../../shared/case/variant-interest.ts';

const [path = '', interestPath = ''] = process.argv.slice(2);
const read = await readVariantFile({
  name: 'bench.vcf',
  bytes: fileBytes(path),
  file: { modality: 'somatic-variants' },
  answers: {},
  interest: JSON.parse(readFileSync(interestPath, 'utf8')) as VariantInterest,
});
if (!read.ok) throw new Error(read.fault.message);
const { rowsIn, allelesIn, shown } = read.value.accounting;
console.log(JSON.stringify({ rows: rowsIn, alleles: allelesIn, shown }));
