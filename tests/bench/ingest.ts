/** One ingest, in a process of its own: `node tests/bench/ingest.ts <file>` reads it as a case does and prints the counts. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { readVariantFile } from '../../electron/case/variants/index.ts';
import { loadPacks } from '../../electron/knowledge/index.ts';

const [path = ''] = process.argv.slice(2);
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
const began = performance.now();
const read = await readVariantFile({
  name: 'bench.vcf',
  bytes: createReadStream(path, { highWaterMark: 1 << 20 }),
  file: { modality: 'somatic-variants' },
  answers: {},
  interest: packs.genesOfInterest(),
});
if (!read.ok) throw new Error(read.fault.message);
const { rowsIn, allelesIn, shown } = read.value.accounting;
console.log(
  JSON.stringify({
    rows: rowsIn,
    alleles: allelesIn,
    shown,
    readSeconds: (performance.now() - began) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
