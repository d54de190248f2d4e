/**
 * Rows of a VCF changed at random, each read in a file of its own between two sound rows. A changed row is refused with
 * its place, or what is told of it is what stands in its columns, as a plain split of the line shows them. Behind the row
 * that it was made from, whose shape the reader then knows, it is refused or read alike.
 */

import { readHere } from '../../../electron/case/variants/read-variants.ts';
import type { ToldAllele } from '../../../shared/case/intake.ts';
import { type Fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { bareChromosome } from '../../../shared/molecular/chromosomes.ts';
import { interest, tumorVcf } from './variants-support.ts';

const HEADER = [
  '##FILTER=<ID=q10,Description="Quality">',
  '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
  '##INFO=<ID=AF,Number=A,Type=Float,Description="Fraction">',
  '##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description="Somatic">',
  '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
];
const BEFORE = '7\t100\t.\tA\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:70,30:100';
const AFTER = '17\t7676154\t.\tG\tC\t.\tPASS\t.\tGT:AD:DP\t0/1:60,40:100';
const ROWS = [
  '7\t140753336\trs113488022\tA\tT\t60.5\tPASS\tDP=100;AF=0.30;SOMATIC\tGT:AD:DP:PS\t0|1:70,30:100:140753336',
  '7\t140753336\t.\tAGTC\tA,AGT\t.\tq10\tDP=90;AF=0.2,0.1\tGT:AD:DP\t1/2:60,20,10:90',
  '12\t25245350\t.\tC\tT,<NON_REF>\t99\t.\tDP=50\tGT:AD\t0/1:30,20,0',
  '12\t25245300\t.\tc\t<DEL>\t.\tPASS\tSVTYPE=DEL;END=25245400\tGT\t0/1',
  '12\t25245300\tbnd1\tN\tN]7:140753336]\t.\tPASS\tSVTYPE=BND\tGT\t./.',
  '7\t140753300\t.\tG\t*,A\t1e3\tPASS\t.\tGT:AD:DP\t1/2:1,5,94:100',
] as const;
const BITS = [
  '\t',
  '.',
  ',',
  ';',
  ':',
  '=',
  '|',
  '/',
  '-',
  '+',
  '0',
  '9',
  'e',
  'N',
  '<',
  '>',
  '[',
  '*',
  ' ',
  '%',
  '\r',
];
const VALUES = [
  '',
  '.',
  '-1',
  '0',
  '99999999999999999999',
  'NaN',
  '1e400',
  '\u00e9\u4e2d',
  'GT',
  'A,,T',
  ';;',
  '0/9',
  'chr7',
];

/** A generator of numbers from 0 up to a limit. */
type Below = (limit: number) => number;

function mutated(sound: string, below: Below): Buffer {
  let line = sound;
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? '';
  for (let change = 0; change <= below(3); change++) {
    const at = below(line.length + 1);
    const cells = line.split('\t');
    const cell = below(cells.length);
    switch (below(7)) {
      case 0:
        line = line.slice(0, at) + pick(BITS) + line.slice(at);
        break;
      case 1:
        line = line.slice(0, at) + line.slice(at + 1 + below(3));
        break;
      case 2:
        line = line.slice(0, at) + pick(BITS) + line.slice(at + 1);
        break;
      case 3:
        cells[cell] = pick(VALUES);
        line = cells.join('\t');
        break;
      case 4:
        cells.splice(cell, below(2), cells[below(cells.length)] ?? '');
        line = cells.join('\t');
        break;
      case 5:
        line = line.slice(0, at) + line.slice(below(line.length));
        break;
      default:
        line = line.slice(0, at) + String.fromCharCode(below(256)) + line.slice(at + 1);
    }
  }
  // As bytes: what is above 127 is then often no UTF-8.
  return Buffer.from(line.replaceAll('\n', ''), below(4) === 0 ? 'utf8' : 'latin1');
}

/** What of an allele stands in the columns. */
const columns = ({ chromosome, position1, reference, alternate, filter }: ToldAllele): string =>
  [chromosome, position1, reference.toUpperCase(), alternate.toUpperCase(), filter].join('\t');

function split(line: string): string[] {
  const [chromosome = '', position = '', , reference = '', alternates = '', , filter = ''] = line.split('\t');
  return alternates
    .split(',')
    .map((alternate) =>
      [bareChromosome(chromosome), Number(position), reference.toUpperCase(), alternate.toUpperCase(), filter].join(
        '\t',
      ),
    );
}

export interface MutationCounts {
  refused: number;
  equal: number;
  /** Refused without line, or read as something else: none may be. */
  readonly wrong: string[];
  slowestMilliseconds: number;
}

async function read(bytes: Buffer): Promise<{ told: string[]; fault?: Fault }> {
  const told: string[] = [];
  try {
    await readHere(
      {
        file: 'mutated.vcf',
        modality: 'somatic-variants',
        germline: false,
        genomeBuild: 'GRCh38',
        answers: {},
        interest,
        limit: 0,
        each: (allele) => told.push(columns(allele)),
      },
      bytes,
    );
    return { told };
  } catch (error) {
    return { told, fault: faultFrom(error) };
  }
}

/** `below` is seeded by who calls, so that a line that is read wrongly is found again. */
export async function mutations(count: number, below: Below): Promise<MutationCounts> {
  const counts: MutationCounts = { refused: 0, equal: 0, wrong: [], slowestMilliseconds: 0 };
  const head = tumorVcf([BEFORE], HEADER);
  for (let index = 0; index < count; index++) {
    const sound = ROWS[below(ROWS.length)] ?? '';
    const line = mutated(sound, below);
    const text = line.toString('utf8');
    const behind = (rows: string): Buffer =>
      Buffer.concat([Buffer.from(head + rows), line, Buffer.from(`\n${AFTER}\n`)]);
    const began = performance.now();
    const alone = await read(behind(''));
    counts.slowestMilliseconds = Math.max(counts.slowestMilliseconds, performance.now() - began);
    const known = await read(behind(`${sound}\n`));
    if (alone.fault !== undefined) {
      const { code, place, message } = alone.fault;
      const again = known.fault;
      const placed = code !== 'defect' && place?.file === 'mutated.vcf' && place.line !== undefined;
      // Behind a row whose FORMAT is known another rule may be the first that is broken: refused it is, in the next line.
      const same = again !== undefined && again.code !== 'defect' && again.place?.line === (place?.line ?? 0) + 1;
      // A chromosome that the sound row has entered is not met for the first time.
      const ordered = /order of position|stand together/.test(`${message}${again?.message ?? ''}`);
      if (placed && (same || ordered)) counts.refused += 1;
      else counts.wrong.push(`${code} ${JSON.stringify(text)} ${again?.message ?? 'read behind its sound row'}`);
      continue;
    }
    const expected = [...split(BEFORE), ...split(text.replace(/\r$/, '')), ...split(AFTER)];
    const expectedKnown = [...split(BEFORE), ...split(sound), ...expected.slice(split(BEFORE).length)];
    const placedElsewhere = known.fault !== undefined && /order of position|stand together/.test(known.fault.message);
    if (
      alone.told.join('\n') === expected.join('\n') &&
      (placedElsewhere || (known.fault === undefined && known.told.join('\n') === expectedKnown.join('\n')))
    )
      counts.equal += 1;
    else counts.wrong.push(`${JSON.stringify(text)} ${known.fault?.message ?? ''}`);
  }
  return counts;
}
