/**
 * Mutated FHIR bundles, HL7 messages, phenopackets and German MTB records: each is refused with its place or read; none hangs or throws.
 *
 *     node tests/campaign/exchange-fuzz.ts 100000 [seed]
 */
import { resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { fuzz } from '../unit/exchange/support/mutations.ts';
import { reportInput } from '../unit/report/support/input.ts';

const [count = '100000', seed = '1'] = process.argv.slice(2);
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
const { flaws, ...figures } = fuzz(reportInput(), packs.molecular(), Number(count), Number(seed));
console.log(figures);
for (const flaw of flaws.slice(0, 20)) console.log(flaw);
process.exitCode = flaws.length === 0 && figures.slowest < 5000 ? 0 : 1;
