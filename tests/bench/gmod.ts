/**
 * One read by @gmod/vcf, in a process of its own: `node gmod.mjs <file>` parses every row and asks for what our reader
 * takes from it, the place, the alleles, the filter and the read counts of each sample.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import VCF from '@gmod/vcf';

const [path = ''] = process.argv.slice(2);
const header: string[] = [];
let parser: VCF | undefined;
let rows = 0;
let counts = 0;
for await (const line of createInterface({ input: createReadStream(path) })) {
  if (line.startsWith('#')) {
    header.push(line);
    continue;
  }
  parser ??= new VCF({ header: header.join('\n') });
  const variant = parser.parseLine(line);
  const { CHROM, POS, REF, ALT, FILTER } = variant;
  if (CHROM === undefined || POS === undefined || REF === undefined || ALT === undefined || FILTER === undefined)
    throw new Error('a row lacks its columns');
  const samples = variant.SAMPLES();
  for (const name of parser.samples) counts += samples[name]?.AD?.length ?? 0;
  rows += 1;
}
console.log(JSON.stringify({ rows, counts }));
