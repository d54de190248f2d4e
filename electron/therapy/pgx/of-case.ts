/** The pharmacogenes of a case, from its germline files. */
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import type { OptionsTable } from '../../../shared/therapy/options.ts';
import type { OpenBundle } from '../../case/index.ts';
import type { Packs } from '../../knowledge/index.ts';
import { pharmacogenes } from './index.ts';

type PgxOfCase = Pick<OptionsTable, 'pharmacogenes'> & { readonly absent: OptionsTable['absent'] };

/**
 * Reads the germline files that intake has read; the first in which a gene is called counts. Without such a file, or
 * where none holds a position of a pharmacogene, nothing is said: what was not assayed stays in the ledger.
 * @throws AbortError where the signal is raised
 */
export async function pharmacogenesOfCase(
  bundle: Pick<OpenBundle, 'record' | 'stream'>,
  intake: Pick<IntakeDocument, 'understandings'>,
  packs: Packs,
  signal?: AbortSignal,
): Promise<PgxOfCase> {
  const absent: OptionsTable['absent'] = [];
  for (const file of bundle.record.files) {
    const understood = intake.understandings.find((one) => one.file === file.path);
    if (file.modality !== 'germline-variants' || understood?.format.startsWith('VCF') !== true) continue;
    signal?.throwIfAborted();
    const { genomeBuild } = understood;
    const sample = file.normalSample ?? understood.normalSample;
    const read = await pharmacogenes(
      {
        source: bundle.stream(file.path),
        name: file.path,
        ...(genomeBuild === undefined ? {} : { genomeBuild }),
        ...(sample === undefined ? {} : { sample }),
        ...(signal === undefined ? {} : { signal }),
      },
      packs,
    );
    signal?.throwIfAborted();
    if (!read.ok) {
      absent.push({ section: 'pharmacogenes', reason: `${read.fault.message} ${read.fault.remedy}` });
      continue;
    }
    if (read.value.genes.some(({ source }) => source !== 'none')) return { pharmacogenes: read.value, absent: [] };
  }
  return { absent };
}
