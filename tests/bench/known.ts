/**
 * Known variants of one VCF, in a process of its own and built as the product is: `node known.mjs <vcf> <known.json>` reads
 * the file as intake does, asks the look-up of known coordinates, and writes every variant with what is known to nowhere.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { tellVariants } from '../../electron/case/index.ts';
import { type CoordinateRow, changeLookups } from '../../shared/molecular/change-lookup.ts';

const [path = '', list = ''] = process.argv.slice(2);
const { knownChange } = changeLookups({
  genes: [],
  genesAt: () => [],
  coding: new Map(),
  codons: [],
  coordinates: JSON.parse(readFileSync(list, 'utf8')) as CoordinateRow[],
  coordinatesSource: 'made up',
});
const out = openSync(devNull, 'w');
let pending = '';
let known = 0;
const read = await tellVariants(path, 'GRCh38', ({ variant }) => {
  if (variant === undefined) return;
  const found = knownChange(variant);
  if (found !== undefined) known += 1;
  pending += `${variant.chromosome}\t${variant.position1}\t${variant.reference}\t${variant.alternate}\t${found?.gene ?? '.'}\t${found?.hgvsProtein ?? '.'}\n`;
  if (pending.length > 1 << 20) {
    writeSync(out, pending);
    pending = '';
  }
});
writeSync(out, pending);
if (!read.ok) throw new Error(read.fault.message);
if (known === 0) throw new Error('no variant of the file is in the list: nothing was measured');
