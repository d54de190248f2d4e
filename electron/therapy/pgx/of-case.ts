/** The pharmacogenes of a case, from its germline files and from what others called. */
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import { placeWords } from '../../../shared/foundation/fault.ts';
import type { OptionsTable } from '../../../shared/therapy/options.ts';
import { callPharmacogenes } from '../../../shared/therapy/pgx/call.ts';
import { type OutsideCall, outsideCallsOf } from '../../../shared/therapy/pgx/outside-calls.ts';
import type { OpenBundle } from '../../case/index.ts';
import type { Packs } from '../../knowledge/index.ts';
import { pharmacogenes } from './index.ts';

type PgxOfCase = Pick<OptionsTable, 'pharmacogenes'> & { readonly absent: OptionsTable['absent'] };
const absentOf = (reason: string): OptionsTable['absent'][number] => ({ section: 'pharmacogenes', reason });

/**
 * Reads the germline files that intake has read; the first in which a gene is called counts. A gene that the record has as
 * another laboratory called it is read from there, with or without a file. Without either nothing is said: what was not
 * assayed stays in the ledger.
 * @throws AbortError where the signal is raised
 */
export async function pharmacogenesOfCase(
  bundle: Pick<OpenBundle, 'record' | 'stream'>,
  intake: Pick<IntakeDocument, 'understandings'>,
  packs: Packs,
  signal?: AbortSignal,
): Promise<PgxOfCase> {
  const failed: OptionsTable['absent'] = [];
  const { calls, told } = statedOf(bundle, packs);
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
        namedBy: 'normalSample of the file in case.json',
        stated: calls,
      },
      packs,
    );
    signal?.throwIfAborted();
    if (!read.ok) {
      failed.push(absentOf(`${placeWords(read.fault.place) || file.path}: ${read.fault.message} ${read.fault.remedy}`));
      continue;
    }
    const isRead = read.value.genes.some(
      ({ source, missingPositions, positions }) =>
        source === 'vcf' || (source === 'outside' && missingPositions.length < positions),
    );
    if (isRead) return { pharmacogenes: read.value, absent: told };
  }
  const knowledge = packs.pharmacogenes();
  if (calls.length === 0 || knowledge === undefined) return { absent: [...failed, ...told] };
  const document = callPharmacogenes({ genotypes: new Map(), outside: calls, knowledge, warnings: [] });
  return { pharmacogenes: document, absent: [...failed, ...told] };
}

/** What the record states, and what of it cannot be read. */
function statedOf(
  { record }: Pick<OpenBundle, 'record'>,
  packs: Packs,
): { readonly calls: readonly OutsideCall[]; readonly told: OptionsTable['absent'] } {
  const stated = record.pharmacogenes ?? [];
  const knowledge = packs.pharmacogenes();
  if (stated.length === 0) return { calls: [], told: [] };
  if (knowledge === undefined)
    return { calls: [], told: [absentOf('The pack of pharmacogenes is not there: what others called is not read.')] };
  const { calls, left } = outsideCallsOf(stated, knowledge);
  return { calls, told: left.map(({ reason }) => absentOf(reason)) };
}
