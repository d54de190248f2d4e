/**
 * Known variants of one VCF, in a process of its own and built as the product is: `node known.mjs <vcf> <known.json>
 * [output]` reads the file as intake does, asks the look-up of known coordinates, and writes every variant with what is
 * known, to nowhere where no output is named.
 */
import { openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { tellVariants } from '../../electron/case/index.ts';
import { LineWriter } from '../../electron/molecular/line-writer.ts';
import { recordsOfList } from '../../shared/knowledge/records.ts';
import { type CoordinateRow, changeLookups } from '../../shared/molecular/change-lookup.ts';
import type { CodonRow } from '../../shared/molecular/codon-change.ts';
import type { GeneRecord } from '../../shared/molecular/genes.ts';

const [path = '', list = '', output = devNull] = process.argv.slice(2);
const { knownChange } = changeLookups({
  genes: recordsOfList<GeneRecord>([]),
  genesAt: () => [],
  coding: new Map(),
  codons: recordsOfList<CodonRow>([]),
  coordinates: JSON.parse(readFileSync(list, 'utf8')) as CoordinateRow[],
  coordinatesSource: 'made up',
});
const out = new LineWriter(openSync(output, 'w'));
let known = 0;
const read = await tellVariants(path, 'GRCh38', (allele) => {
  if (!allele.small) return;
  const found = knownChange(allele);
  if (found !== undefined) known += 1;
  out.line(
    `${allele.chromosome}\t${allele.position1}\t${allele.reference}\t${allele.alternate}\t${found?.gene ?? '.'}\t${found?.hgvsProtein ?? '.'}`,
  );
});
out.flush();
if (!read.ok) throw new Error(read.fault.message);
if (known === 0) throw new Error('no variant of the file is in the list: nothing was measured');
