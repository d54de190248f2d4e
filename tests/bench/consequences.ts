/**
 * Consequences of one VCF over a made-up genome, in a process of its own and built as the product is: `node
 * consequences.mjs <vcf> <seed> <genes>` reads the file as intake does, asks the consequence caller and writes what bcftools csq would to nowhere.
 */
import { openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { tellVariants } from '../../electron/case/index.ts';
import { changeLookups } from '../../shared/molecular/change-lookup.ts';
import { geneLookups } from '../../shared/molecular/genes.ts';
import { madeUpGenome } from '../unit/molecular/support/made-up-genome.ts';

const [path = '', seed = '1', genes = '100'] = process.argv.slice(2);
const { transcripts } = madeUpGenome(Number(seed), Number(genes));
const records = transcripts.map(({ gene }) => gene);
const { computeChange } = changeLookups({
  genes: records,
  genesAt: geneLookups(records).genesAt,
  coding: new Map(transcripts.map(({ gene, sequence }) => [gene.symbol, sequence ?? ''])),
  codons: [],
  coordinates: [],
  coordinatesSource: '',
});
const out = openSync(devNull, 'w');
let pending = '';
const read = await tellVariants(path, 'GRCh38', ({ variant }) => {
  if (variant === undefined) return;
  const change = computeChange(variant)?.change;
  pending += `${variant.position1}\t${variant.reference}\t${variant.alternate}\t${change?.consequence ?? ''}\t${change?.hgvsCoding ?? ''}\t${change?.hgvsProtein ?? ''}\n`;
  if (pending.length > 1 << 20) {
    writeSync(out, pending);
    pending = '';
  }
});
writeSync(out, pending);
if (!read.ok) throw new Error(read.fault.message);
