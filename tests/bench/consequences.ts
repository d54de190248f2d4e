/**
 * Consequences of one VCF over a made-up genome, in a process of its own and built as the product is: `node
 * consequences.mjs <vcf> <genes.json> [output]` reads the file as intake does, asks the consequence caller and writes what
 * bcftools csq would, to nowhere where no output is named.
 */
import { openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { tellVariants } from '../../electron/case/index.ts';
import { LineWriter } from '../../electron/molecular/line-writer.ts';
import { recordsOfList } from '../../shared/knowledge/records.ts';
import { changeLookups } from '../../shared/molecular/change-lookup.ts';
import type { CodonRow } from '../../shared/molecular/codon-change.ts';
import { type GeneRecord, geneLookups } from '../../shared/molecular/genes.ts';

const [path = '', list = '', output = devNull] = process.argv.slice(2);
/** As the genes pack holds them: rows, and a coding sequence for each. */
const { genes, coding } = JSON.parse(readFileSync(list, 'utf8')) as {
  genes: GeneRecord[];
  coding: [gene: string, sequence: string][];
};
const records = recordsOfList(genes);
const { computeChange } = changeLookups({
  genes: records,
  genesAt: geneLookups(records).genesAt,
  coding: new Map(coding),
  codons: recordsOfList<CodonRow>([]),
  coordinates: [],
  coordinatesSource: '',
});
const out = new LineWriter(openSync(output, 'w'));
const read = await tellVariants(path, 'GRCh38', (allele) => {
  if (!allele.small) return;
  const change = computeChange(allele)?.change;
  out.line(
    `${allele.position1}\t${allele.reference}\t${allele.alternate}\t${change?.consequence ?? ''}\t${change?.hgvsCoding ?? ''}\t${change?.hgvsProtein ?? ''}`,
  );
});
out.flush();
if (!read.ok) throw new Error(read.fault.message);
