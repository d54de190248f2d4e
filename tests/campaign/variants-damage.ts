/**
 * The whole of the damage campaign: every bit and every cut of every packed fixture. `node tests/campaign/variants-damage.ts`
 * prints the figures and ends with 1 where a damaged file was read as something else.
 */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Damage, damaged } from '../unit/case/variants-damage.ts';
import { fixture } from '../unit/case/variants-support.ts';

const names = readdirSync(resolve(import.meta.dirname, '../unit/case/variants-fixtures')).filter(
  (name) => name !== 'swapped-samples.vcf',
);
let sound = true;
for (const name of names) {
  const packed = gzipSync(fixture(name));
  function* damages(): Generator<Damage> {
    for (let bit = 0; bit < packed.byteLength * 8; bit++) yield { kind: 'flip', bit };
    for (let length = 0; length < packed.byteLength; length++) yield { kind: 'cut', length };
  }
  const counts = await damaged(packed, damages());
  sound &&= counts.different.length + counts.defects.length === 0;
  console.log(name, JSON.stringify(counts));
}
process.exitCode = sound ? 0 : 1;
