import VCF from '@gmod/vcf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkVariantFile } from '../../../electron/case/variants/index.ts';
import { readOf } from './variants-support.ts';

/** Parts of a VCF that this reader and another must read alike. */
const base = fc.constantFrom('A', 'C', 'G', 'T');
const bases = fc.array(base, { minLength: 1, maxLength: 4 }).map((letters) => letters.join(''));
const count = fc.integer({ min: 0, max: 500 });

interface Row {
  readonly step: number;
  readonly reference: string;
  readonly alternates: readonly string[];
  readonly quality: string;
  readonly filter: string;
  readonly flag: boolean;
  readonly score: number | undefined;
  readonly depths: readonly number[];
  readonly normalDepths: readonly number[];
  readonly depth: number | undefined;
  readonly phased: boolean;
  readonly dropped: boolean;
}

const row: fc.Arbitrary<Row> = fc.record({
  step: fc.integer({ min: 0, max: 5000 }),
  reference: bases,
  alternates: fc.uniqueArray(bases, { minLength: 1, maxLength: 3 }),
  quality: fc.oneof(
    fc.constant('.'),
    fc.integer({ min: 0, max: 5000 }).map(String),
    fc.constant('1e3'),
    fc.constant('37.25'),
  ),
  filter: fc.constantFrom('PASS', '.', 'q10', 'q10;s50'),
  flag: fc.boolean(),
  score: fc.option(fc.integer({ min: -200, max: 200 }), { nil: undefined }),
  depths: fc.array(count, { minLength: 4, maxLength: 4 }),
  normalDepths: fc.array(count, { minLength: 4, maxLength: 4 }),
  depth: fc.option(count, { nil: undefined }),
  phased: fc.boolean(),
  dropped: fc.boolean(),
});

const file = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 25 }),
  crlf: fc.boolean(),
  version: fc.constantFrom('4.1', '4.2', '4.3'),
});

const header = (version: string): string[] => [
  `##fileformat=VCFv${version}`,
  '##reference=GRCh38',
  '##INFO=<ID=SC,Number=1,Type=Integer,Description="Score">',
  '##INFO=<ID=FL,Number=0,Type=Flag,Description="Flag">',
  '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
  '##FORMAT=<ID=AD,Number=.,Type=Integer,Description="Reads by allele">',
  '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
  '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR',
];

/** Rows of one chromosome, no alternate the reference itself, every alternate named by the tumor's genotype. */
function textOf({ rows, crlf, version }: { rows: readonly Row[]; crlf: boolean; version: string }): string {
  let position = 1000;
  const lines = rows.map((one) => {
    position += one.step;
    const alternates = one.alternates.filter((alternate) => alternate !== one.reference);
    const kept = alternates.length === 0 ? [`${one.reference}A`] : alternates;
    const info =
      [...(one.score === undefined ? [] : [`SC=${one.score}`]), ...(one.flag ? ['FL'] : [])].join(';') || '.';
    const sample = (depths: readonly number[], genotype: string): string =>
      [genotype, depths.slice(0, kept.length + 1).join(','), ...(one.dropped ? [] : [one.depth ?? '.'])].join(':');
    const tumor = ['0', ...kept.map((_, index) => String(index + 1))].join(one.phased ? '|' : '/');
    return [
      'chr1',
      position,
      '.',
      one.reference,
      kept.join(','),
      one.quality,
      one.filter,
      info,
      'GT:AD:DP',
      sample([one.normalDepths[0] ?? 0, 0, 0, 0], '0/0'),
      sample(one.depths, tumor),
    ].join('\t');
  });
  const end = crlf ? '\r\n' : '\n';
  return [...header(version), ...lines, ''].join(end);
}

describe('F002 the scanner against @gmod/vcf', () => {
  it('reads the same places, alleles, filters and reads from generated files', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (generated) => {
        const text = textOf(generated);
        const lines = text.split(/\r?\n/).filter((line) => line !== '');
        const body = lines.filter((line) => !line.startsWith('#'));
        const parser = new VCF({ header: lines.filter((line) => line.startsWith('#')).join('\n') });
        const expected = new Map<string, unknown>();
        for (const line of body) {
          const one = parser.parseLine(line);
          const tumor = one.SAMPLES().TUMOR;
          const depths = (tumor?.AD ?? []) as number[];
          const [depth] = (tumor?.DP ?? []) as (number | undefined)[];
          one.ALT?.forEach((alternate, index) => {
            const total = depths.reduce((sum, value) => sum + value, 0);
            const reads = depths[index + 1];
            const filter =
              one.FILTER === undefined ? undefined : one.FILTER === 'PASS' ? 'PASS' : [one.FILTER].flat().join(';');
            const place = `${one.POS} ${one.REF} ${alternate}`;
            // Of one change on two lines the first counts, unless only the second passed: compare the first alone.
            if (expected.has(place)) return;
            expected.set(place, {
              filter,
              depth: depth ?? total,
              alternateReads: reads,
              ...(total > 0 && reads !== undefined ? { fraction: reads / total } : {}),
            });
          });
        }
        const { variants, accounting } = await readOf(text, {
          file: { tumorSample: 'TUMOR', normalSample: 'NORMAL' },
        }).catch((error: Error) => {
          throw new Error(`${error.message}\n${text}`);
        });
        expect(accounting.rowsIn).toBe(body.length);
        for (const variant of variants) {
          const place = `${variant.position1} ${variant.reference} ${variant.alternate}`;
          const { filter, depth, alternateReads, alleleFraction } = variant;
          if (body[variant.line - 9] === undefined) throw new Error('a variant of no line');
          const first = [...expected.keys()].includes(place);
          expect(first).toBe(true);
          const same = expected.get(place) as { filter: string | undefined };
          if (filter === 'PASS' && same.filter !== 'PASS') continue;
          expect({
            filter,
            depth,
            alternateReads,
            ...(alleleFraction === undefined ? {} : { fraction: alleleFraction }),
          }).toEqual(same);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('refuses what one changed byte turns into another kind of value', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.nat(),
        fc.constantFrom('\t', '\n', '\0', ' ', '-', ';'),
        async (generated, at, letter) => {
          const text = textOf({ ...generated, crlf: false });
          const start = text.indexOf('\nchr1') + 1;
          const place = start + (at % (text.length - start - 1));
          const changed = `${text.slice(0, place)}${letter}${text.slice(place + 1)}`;
          fc.pre(changed !== text);
          const read = await checkVariantFile(Buffer.from(changed));
          // Either the place is named, or every row that is left is counted.
          if (read.ok)
            expect(read.value.rows).toBe(
              changed.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
            );
          else expect(read.fault.place?.line).toBeGreaterThan(8);
        },
      ),
      { numRuns: 150 },
    );
  });
});
