/**
 * A site's own ClinVar, out of the files that NCBI publishes, as a pack that it signs and installs in the place of the shipped one:
 *
 *     node models/knowledge/build/site-clinvar.ts --grch38 clinvar.vcf.gz [--grch37 clinvar.vcf.gz] [--all-genes] --to <folder>
 *
 * Plain or gzip; read as a stream. Then `consilium packs sign`, `packs diff clinvar --to <folder>`, `packs install`.
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { clinvarAllelePack } from './clinvar-vcf.ts';
import { writePack } from './pack.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { grch37: text, grch38: text, to: text, 'all-genes': { type: 'boolean', default: false } },
});
if (values.to === undefined) throw new Error('--to <folder> is missing');
/** Opened when it is read: a reader that nobody listens to yet would lose its lines. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const bytes = createReadStream(path);
  const plain = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // A pipe does not carry the failure of its source on.
  bytes.on('error', (error) => plain.destroy(error));
  yield* createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY });
}
const files = [
  ...(values.grch37 === undefined ? [] : [{ build: 'GRCh37' as const, lines: linesOf(values.grch37) }]),
  ...(values.grch38 === undefined ? [] : [{ build: 'GRCh38' as const, lines: linesOf(values.grch38) }]),
];
if (files.length === 0) throw new Error('--grch37 or --grch38 <clinvar.vcf.gz> is missing');
const packs = await loadPacks(resolve(import.meta.dirname, '..'));
const pack = await clinvarAllelePack(files, packs.molecular(), { allGenes: values['all-genes'] });
writePack(values.to, pack);
console.log(`${pack.id} ${pack.version}`, pack.counts);
