/**
 * Damages a packed VCF and looks what the reader makes of it. A gzip checksum covers every byte of the text, so that a
 * damaged file is either refused or, where only the gzip header's free bytes were hit, read the same as before.
 */
import { isDeepStrictEqual } from 'node:util';
import { readVariantFile } from '../../../electron/case/variants/index.ts';
import { inputOf } from './variants-support.ts';

export interface DamageCounts {
  refused: number;
  unchanged: number;
  /** Read, and read differently: none may be. */
  different: string[];
  /** Ended by a defect instead of a fault: none may be. */
  defects: string[];
}

export type Damage =
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut'; readonly length: number };

export async function damaged(packed: Buffer, damages: Iterable<Damage>): Promise<DamageCounts> {
  const whole = await readVariantFile(inputOf(packed));
  if (!whole.ok) throw new Error('the undamaged file must be read');
  const counts: DamageCounts = { refused: 0, unchanged: 0, different: [], defects: [] };
  for (const damage of damages) {
    let bytes: Buffer;
    if (damage.kind === 'flip') {
      bytes = Buffer.from(packed);
      const at = damage.bit >> 3;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (damage.bit & 7));
    } else bytes = packed.subarray(0, damage.length);
    const read = await readVariantFile(inputOf(bytes));
    if (!read.ok && read.fault.code === 'defect') counts.defects.push(JSON.stringify(damage));
    else if (!read.ok) counts.refused += 1;
    else if (isDeepStrictEqual(read.value, whole.value)) counts.unchanged += 1;
    else counts.different.push(JSON.stringify(damage));
  }
  return counts;
}
