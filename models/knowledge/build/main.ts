/**
 * Builds every knowledge pack from its sources:
 *
 *     node models/knowledge/build/main.ts --from <folder of sources> [--to models/knowledge]
 *
 * Then pin them (pin.ts) and review what changed. The same sources give the same bytes.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { civicPack, measureCivic, namedGenes, readCivic, readCoordinates } from './civic.ts';
import { hasRaw } from './civic-profile.ts';
import { diseaseMapper } from './diseases.ts';
import { drugClassesPack } from './drug-classes.ts';
import { genesPack, readGenes } from './genes.ts';
import { hotspotsPack } from './hotspots.ts';
import { oncotreePack, readOncotree } from './oncotree.ts';
import { writePack } from './pack.ts';
import { openSources } from './sources.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string', default: resolve(import.meta.dirname, '..') },
    unread: { type: 'boolean', default: false },
  },
});
if (values.from === undefined) throw new Error('--from <folder of sources> is missing');
const sources = openSources(values.from);

const types = readOncotree(sources);
writePack(values.to, oncotreePack(types));

const genes = readGenes(sources, namedGenes(sources));
writePack(values.to, genesPack(genes));

const rows = readCivic(sources, genes.symbol, diseaseMapper(sources, types));
writePack(values.to, civicPack(rows, readCoordinates(sources, genes)));
writePack(values.to, hotspotsPack(sources, genes));
writePack(values.to, drugClassesPack(sources));
console.log(measureCivic(rows));
if (values.unread)
  for (const { item } of rows)
    if (hasRaw(item.logic)) console.log(`${item.type} ${item.level} ${item.id} ${item.profileName}`);
