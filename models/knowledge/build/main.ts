/**
 * Builds every knowledge pack from its sources:
 *
 *     node models/knowledge/build/main.ts --from <folder of sources> [--cohorts <folder>] [--to models/knowledge] [--unread]
 *
 * --cohorts also builds the reference cohorts of expression and protein out of their own folder. --unread lists the profiles with words that no rule reads. Then pin the packs (pin.ts) and review what changed.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPacks } from './build-packs.ts';
import { cohortPacks } from './cohorts.ts';
import { writePack } from './pack.ts';
import { openSources } from './sources.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    cohorts: { type: 'string' },
    to: { type: 'string', default: resolve(import.meta.dirname, '..') },
    unread: { type: 'boolean', default: false },
  },
});
if (values.from === undefined) throw new Error('--from <folder of sources> is missing');

const { packs, unread, sets, symbol } = buildPacks(openSources(values.from));
const cohorts = values.cohorts === undefined ? [] : cohortPacks(openSources(values.cohorts), sets, symbol);
for (const pack of [...packs, ...cohorts]) {
  writePack(values.to, pack);
  console.log(pack.id, pack.counts);
}
if (values.unread) for (const line of unread) console.log(line);
