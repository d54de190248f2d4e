import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readVariantFile, type VariantFileInput, type VariantFileRead } from '../../../electron/case/variants/index.ts';
import type { ObservedVariant } from '../../../shared/case/intake.ts';
import type { VariantInterest } from '../../../shared/case/variant-interest.ts';
import type { Fault } from '../../../shared/foundation/fault.ts';

export const fixture = (name: string): Buffer => readFileSync(resolve(import.meta.dirname, 'variants-fixtures', name));

/** BRAF and KRAS, as a pack would give them. */
export const interest: VariantInterest = {
  genes: ['BRAF', 'KRAS'],
  spans: {
    GRCh37: [{ gene: 'BRAF', chromosome: '7', start1: 140_419_127, end1: 140_624_564 }],
    GRCh38: [
      { gene: 'BRAF', chromosome: '7', start1: 140_719_327, end1: 140_924_929 },
      { gene: 'KRAS', chromosome: '12', start1: 25_204_789, end1: 25_250_936 },
    ],
  },
};

export type Told = Partial<Omit<VariantFileInput, 'bytes' | 'file'>> & { file?: Partial<VariantFileInput['file']> };

export const inputOf = (bytes: VariantFileInput['bytes'] | string, { file, ...told }: Told = {}): VariantFileInput => ({
  name: 'files/variants.vcf',
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  file: { modality: 'somatic-variants', ...file },
  answers: {},
  interest,
  ...told,
});

/** @throws Error where the file is refused */
export async function readOf(bytes: VariantFileInput['bytes'] | string, told: Told = {}): Promise<VariantFileRead> {
  const result = await readVariantFile(inputOf(bytes, told));
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.fault)}`);
  checkAccounting(result.value);
  return result.value;
}

/** @throws Error where the file is read */
export async function faultOf(bytes: VariantFileInput['bytes'] | string, told: Told = {}): Promise<Fault> {
  const result = await readVariantFile(inputOf(bytes, told));
  if (result.ok) throw new Error(`read: ${JSON.stringify(result.value.understanding)}`);
  return result.fault;
}

/** F005: what came in is shown, collapsed or filtered, and what is shown is there. */
export function checkAccounting({ accounting, variants }: VariantFileRead): void {
  const { allelesIn, shown, collapsed, filtered } = accounting;
  const parts = [...collapsed, ...filtered].reduce((sum, { count }) => sum + count, 0);
  if (allelesIn !== shown + parts || shown !== variants.length)
    throw new Error(`the equation does not hold: ${JSON.stringify(accounting)}`);
}

export const briefly = ({ key, alleleFraction, depth, alternateReads }: ObservedVariant) => ({
  key,
  ...(alleleFraction === undefined ? {} : { alleleFraction: Math.round(alleleFraction * 10_000) / 10_000 }),
  ...(depth === undefined ? {} : { depth }),
  ...(alternateReads === undefined ? {} : { alternateReads }),
});

const CONTIGS = ['7', '12', '17'].map(
  (name, index) => `##contig=<ID=${name},length=${[159345973, 133275309, 83257441][index]}>`,
);

/** A VCF of one tumor with AD and DP in GRCh38; rows as blank-parted columns. */
export const tumorVcf = (rows: readonly string[], header: readonly string[] = []): string =>
  [
    '##fileformat=VCFv4.2',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    ...CONTIGS,
    ...header,
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR',
    ...rows.map((row) => row.split(/ +/).join('\t')),
    '',
  ].join('\n');
