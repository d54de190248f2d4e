/**
 * Mutated FHIR bundles, HL7 messages, phenopackets (one, a family, a cohort), German MTB records, study folders and CDS Hooks
 * requests: each is refused with its place, or read and the same when it is written and read again; none hangs or throws.
 *
 *     node tests/campaign/exchange-fuzz.ts 100000 [seed] [folder for inputs that show a flaw]
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { Fuzz } from '../unit/exchange/support/fuzz.ts';
import { fuzzInput } from '../unit/exchange/support/fuzz-input.ts';

const [count = '100000', seed = '1', folder] = process.argv.slice(2);
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
let kept = 0;
const { flaws, byKind, ...figures } = new Fuzz(fuzzInput(), packs.molecular()).run(
  Number(count),
  Number(seed),
  (flaw, text) => {
    if (folder === undefined || kept >= 50) return;
    kept += 1;
    writeFileSync(join(folder, `${flaw.slice(0, 60).replace(/\W+/g, '-')}.txt`), text);
  },
);
console.log(figures, byKind, { flaws: flaws.length });
for (const flaw of flaws.slice(0, 20)) console.log(flaw);
process.exitCode = flaws.length === 0 && figures.slowest < 5000 ? 0 : 1;
