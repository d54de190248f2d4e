/**
 * Builds every knowledge pack from its sources:
 *
 *     node models/knowledge/build/main.ts --from <folder of sources> [--to models/knowledge] [--unread]
 *
 * --unread lists the profiles with words that no rule reads. Then pin the packs (pin.ts) and review what changed.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPacks } from './build-packs.ts';
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

const { packs, unread } = buildPacks(openSources(values.from));
for (const pack of packs) {
  writePack(values.to, pack);
  console.log(pack.id, pack.counts);
}
if (values.unread) for (const line of unread) console.log(line);
