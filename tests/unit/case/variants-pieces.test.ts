import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SharingRules } from '../../../electron/case/variants/second-thread.ts';
import { columnsOf, variantsOf } from '../../../electron/case/variants/variant-columns.ts';
import type { VariantFileRead, VariantReading } from '../../../electron/case/variants/variant-file.ts';
import { VcfHeaderReader } from '../../../electron/case/variants/vcf-header.ts';
import type { RowPlan } from '../../../electron/case/variants/vcf-pass.ts';
import { PieceReader, type Place, RowsInOrder } from '../../../electron/case/variants/vcf-pieces.ts';
import { readVcf } from '../../../electron/case/variants/vcf-reader.ts';
import type { ObservedVariant } from '../../../shared/case/intake.ts';
import { type Fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { fixture, interest, readOf, tumorVcf } from './variants-support.ts';

const LF = 10;
const STATUS = '##INFO=<ID=SS,Number=1,Type=String,Description="0 reference, 1 germline, 2 somatic, 3 LOH">';

const reading = (limit: number): VariantReading => ({
  file: 'files/variants.vcf',
  modality: 'somatic-variants',
  germline: false,
  answers: {},
  interest,
  limit,
  progress: () => {},
});

const plan: RowPlan = { build: 'GRCh38', infoKeys: ['SS'], column: 0, fractionFrom: 'FORMAT/AD' };

/** A row of a sound file, in the genes of interest or not, of every kind of allele. */
const row = fc.record({
  chromosome: fc.constantFrom('7', '12', '17'),
  position: fc.oneof(fc.integer({ min: 140_719_300, max: 140_719_420 }), fc.integer({ min: 1, max: 5_000 })),
  alternate: fc.constantFrom('T', 'T', 'T', 'G', 'T,G', 'TA', '<DEL>', '*', '.', 'A'),
  filter: fc.constantFrom('PASS', 'PASS', '.', 'weak', 'weak;strand'),
  info: fc.constantFrom('.', '.', 'SS=1', 'SS=2', `NOTE=${'x'.repeat(700)}`),
  genotype: fc.constantFrom('0/1', '0/1', './.', '0/0'),
  reads: fc.integer({ min: 0, max: 90 }),
});

/** What may be wrong, at a line of choice. */
const flaw = fc.constantFrom(
  undefined,
  undefined,
  'position',
  'order',
  'chromosome',
  'blank',
  'columns',
  'reference',
  'bytes',
);

const file = fc.record({
  rows: fc.array(row, { minLength: 2, maxLength: 60 }),
  crlf: fc.boolean(),
  flaw,
  flawAt: fc.nat(),
  limit: fc.constantFrom(0, 3, 12, 1000),
  cuts: fc.array(fc.nat(), { maxLength: 12 }),
  /** What becomes of each piece in turn: read in its place, or apart and told after so many more. */
  turns: fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 13, maxLength: 13 }),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

const depths = (alternate: string, reads: number): string =>
  [100 - reads, ...alternate.split(',').map(() => reads)].slice(0, alternate === '.' ? 1 : undefined).join(',');

function textOf({ rows, crlf, flaw: wrong, flawAt }: File): Buffer {
  const order = ['7', '12', '17'];
  const sorted = rows
    // Only the first is long enough for the gene of interest.
    .map((made) => (made.chromosome === '7' ? made : { ...made, position: made.position % 5_000 }))
    .sort((a, b) => order.indexOf(a.chromosome) - order.indexOf(b.chromosome) || a.position - b.position);
  const lines = sorted.map(
    ({ chromosome, position, alternate, filter, info, genotype, reads }) =>
      `${chromosome}\t${position}\t.\tA\t${alternate}\t.\t${filter}\t${info}\tGT:AD:DP\t${
        alternate === '.' ? '0/0' : genotype
      }:${depths(alternate, reads)}:100`,
  );
  const at = flawAt % lines.length;
  const line = lines[at] ?? '';
  const [, position = '', ...rest] = line.split('\t');
  const bad: Record<string, string[]> = {
    position: [`7\tNaN\t${rest.join('\t')}`],
    order: [line, line.replace(`\t${position}\t`, '\t0\t')],
    chromosome: [line, line.replace(/^\d+/, '7')],
    blank: ['', line],
    columns: [line.replace(/\t[^\t]*$/, '')],
    reference: [line.replace('\tA\t', '\tAX\t')],
    bytes: [line.replace(/^\d+/, 'Z\u00e9')],
  };
  if (wrong !== undefined) lines.splice(at, 1, ...(bad[wrong] ?? []));
  const text = lines.map((each) => `${each}${crlf ? '\r\n' : '\n'}`).join('');
  return Buffer.from(text, wrong === 'bytes' ? 'latin1' : 'utf8');
}

const header = (() => {
  const reader = new VcfHeaderReader('files/variants.vcf');
  for (const line of tumorVcf([], [STATUS]).split('\n')) {
    const done = reader.take(line);
    if (done !== undefined) return done;
  }
  throw new Error('the header does not end');
})();

interface Outcome {
  readonly fault?: Fault;
  readonly variants?: readonly ObservedVariant[];
  readonly accounting?: VariantFileRead['accounting'];
  readonly warnings?: readonly string[];
  readonly line?: number;
}

function outcome(rows: RowsInOrder, read: () => void): Outcome {
  try {
    read();
  } catch (error) {
    return { fault: faultFrom(error) };
  }
  const { keeper } = rows.account;
  return {
    variants: keeper.variants(),
    accounting: keeper.accounting(rows.rows),
    warnings: rows.warnings(),
    line: rows.line,
  };
}

function inOneWalk(bytes: Buffer, limit: number): Outcome {
  const rows = new RowsInOrder(reading(limit), header, plan);
  return outcome(rows, () => rows.scan(bytes, 0, bytes.byteLength));
}

function inPieces(bytes: Buffer, { limit, cuts, turns }: File): Outcome {
  const ends = cuts.map((cut) => bytes.indexOf(LF, cut % bytes.byteLength) + 1);
  const borders = [...new Set([0, ...ends, bytes.byteLength])].sort((a, b) => a - b);
  const rows = new RowsInOrder(reading(limit), header, plan);
  const apart = new PieceReader(reading(limit), header, plan);
  return outcome(rows, () => {
    const out: { place: Place; left: number }[] = [];
    const hear = (): void => {
      for (const each of out) {
        each.left -= 1;
        if (each.left <= 0) each.place.isRead = true;
      }
      rows.settle();
    };
    borders.slice(1).forEach((to, index) => {
      const from = borders[index] ?? 0;
      const turn = turns[index] ?? 0;
      if (turn < 0 && rows.waiting === 0) rows.scan(bytes, from, to);
      else {
        const place = rows.next(bytes.subarray(from, to));
        const piece = apart.read(place.bytes, 0, place.byteLength, rows.strictness);
        place.piece =
          piece === undefined
            ? undefined
            : { ...piece, tally: { ...piece.tally, variants: variantsOf(columnsOf(piece.tally.variants)) } };
        out.push({ place, left: Math.max(0, turn) });
      }
      hear();
    });
    while (rows.waiting > 0) hear();
  });
}

describe('F006 rows read in pieces', () => {
  it('come to what one walk finds: alleles, account, lines and the first refusal, wherever the file is cut', () => {
    let refused = 0;
    let read = 0;
    fc.assert(
      fc.property(file, (made) => {
        const bytes = textOf(made);
        const whole = inOneWalk(bytes, made.limit);
        if (whole.fault === undefined) read += 1;
        else refused += 1;
        expect(inPieces(bytes, made)).toEqual(whole);
      }),
      { numRuns: 600, seed: 6 },
    );
    // Both kinds are among them, or the property says nothing.
    expect(Math.min(refused, read)).toBeGreaterThan(100);
  });

  it('lose no field of a variant between threads, and keep the order of fields', async () => {
    for (const name of ['mutect2-tumor-normal.vcf', 'octopus-somatic.vcf', 'vardict-paired.vcf', 'strelka2-snvs.vcf']) {
      const { variants } = await readOf(fixture(name));
      expect(variants.length).toBeGreaterThan(0);
      expect(JSON.stringify(variantsOf(columnsOf(variants)))).toBe(JSON.stringify(variants));
    }
  });
});

describe('F006 two threads', () => {
  const ONE: SharingRules = { startAfterBytes: 0, smallestBytes: 0, watchCores: () => () => false };
  const TWO: SharingRules = { startAfterBytes: 0, smallestBytes: 1, watchCores: () => () => true };
  const lines = Array.from({ length: 40_000 }, (_, index) => {
    const chromosome = index < 25_000 ? '7' : '12';
    const alternate = index % 11 === 0 ? 'T,G' : index % 17 === 0 ? '<DEL>' : 'T';
    const note = index % 997 === 0 ? `NOTE=${'y'.repeat(9_000)}` : index % 5 === 0 ? 'SS=1' : 'SS=2';
    return `${chromosome}\t${140_700_000 - (chromosome === '12' ? 120_000_000 : 0) + index * 3}\t.\tA\t${alternate}\t.\t${index % 3 === 0 ? 'weak' : 'PASS'}\t${note}\tGT:AD:DP\t0/1:${depths(alternate, 30)}:100`;
  });

  async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += size) yield Buffer.from(bytes.subarray(at, at + size));
  }

  const both = async (text: string, size: number, source = pieces): Promise<[unknown, unknown]> => {
    const told = { ...reading(20_000), progress: () => {} };
    const read = async (rules: SharingRules): Promise<unknown> =>
      readVcf(told, source(Buffer.from(text), size), rules).catch((error: unknown) => faultFrom(error));
    return [await read(ONE), await read(TWO)];
  };

  it('give the same as one, with the rule for size and line ends of either kind', async () => {
    for (const [text, size] of [
      [tumorVcf(lines, [STATUS]), 100_000],
      [tumorVcf(lines, [STATUS]).replaceAll('\n', '\r\n'), 31_337],
    ] as const) {
      const [one, two] = await both(text, size);
      expect(one).toMatchObject({ accounting: { rowsIn: 40_000 } });
      expect(two).toEqual(one);
    }
  });

  it('refuse the same row, also where a source fails behind it', async () => {
    const broken = [...lines];
    broken[31_000] = (broken[31_000] ?? '').replace('\tA\t', '\tA?\t');
    broken[39_000] = 'nothing';
    const text = tumorVcf(broken, [STATUS]);
    const [one, two] = await both(text, 50_000);
    expect(one).toMatchObject({ code: 'field-invalid', place: { line: 31_010, field: 'REF' } });
    expect(two).toEqual(one);
    async function* failing(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
      yield* pieces(bytes.subarray(0, Math.floor(bytes.byteLength * 0.9)), size);
      throw new Error('the disk is gone');
    }
    const [first, second] = await both(text, 50_000, failing);
    expect(second).toEqual(one);
    expect(first).toEqual(one);
  });
});
