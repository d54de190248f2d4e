import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Damage, damaged } from './variants-damage.ts';
import { fixture } from './variants-support.ts';

const packed = gzipSync(fixture('mutect2-tumor-normal.vcf'));

describe('F002 a packed VCF cut or flipped anywhere', () => {
  it('cut after any byte is refused', async () => {
    const cuts = Array.from(
      { length: packed.byteLength - 1 },
      (_, index): Damage => ({ kind: 'cut', length: index + 1 }),
    );
    expect(await damaged(packed, cuts)).toEqual({ refused: cuts.length, unchanged: 0, different: [], defects: [] });
  });

  it('one bit flipped in any byte is refused, or hit a byte that says nothing of the text', async () => {
    const flips = Array.from(
      { length: packed.byteLength },
      (_, index): Damage => ({ kind: 'flip', bit: index * 8 + (index % 8) }),
    );
    const counts = await damaged(packed, flips);
    expect(counts).toMatchObject({ different: [], defects: [] });
    // The ten bytes of the gzip header hold time, level and system.
    expect(counts.unchanged).toBeLessThanOrEqual(10);
  });
});
