/** Files that are not variants: each modality has its parser. */
import { faultFrom } from '../../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import { readBiomarkers } from './biomarkers.ts';
import { readCopyNumberTable } from './copy-number.ts';
import { readFusions } from './fusions.ts';
import { readMatrix } from './matrix.ts';
import type { TableInput, TableRead } from './reading.ts';
import { readSegments } from './segments.ts';

export type { TableInput, TableRead } from './reading.ts';

type TableModality = Exclude<TableInput['file']['modality'], 'somatic-variants' | 'germline-variants'>;

const readers: Readonly<Record<TableModality, (input: TableInput) => Promise<TableRead>>> = {
  'copy-number-genes': readCopyNumberTable,
  'copy-number-segments': readSegments,
  fusions: readFusions,
  expression: (input) => readMatrix(input, 'expression'),
  protein: (input) => readMatrix(input, 'protein'),
  biomarkers: readBiomarkers,
};

/** Faults name file, line and field: see `walkTable`, `cells.ts` and the parsers. */
export async function readTableFile(input: TableInput, modality: TableModality): Promise<Result<TableRead>> {
  try {
    return ok(await readers[modality](input));
  } catch (error) {
    return refused(faultFrom(error));
  }
}
