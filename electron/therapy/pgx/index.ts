/** Pharmacogenes of one person: a germline VCF, calls of other tools, and the pack's tables. */
import { basename } from 'node:path';
import { FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import { callPharmacogenes } from '../../../shared/therapy/pgx/call.ts';
import type { PgxDocument } from '../../../shared/therapy/pgx/document.ts';
import { type OutsideCall, readOutsideCalls } from '../../../shared/therapy/pgx/outside-calls.ts';
import { type ByteSource, fileBytes } from '../../case/index.ts';
import type { Packs } from '../../knowledge/index.ts';
import { type ReadOptions, readGenotypes } from './read-genotypes.ts';

interface PgxRequest extends ReadOptions {
  /** A path, which is streamed, or bytes. */
  readonly source: string | ByteSource;
  /** What faults call the file. */
  readonly name?: string;
  readonly outsideCalls?: { readonly name: string; readonly text: string };
  /** Calls that a case's record holds. */
  readonly stated?: readonly OutsideCall[];
  /** Every diplotype that fits, not only the best. */
  readonly allDiplotypes?: boolean;
}

/**
 * Faults: pack-missing; line-invalid, sample-ambiguous, build-mismatch, not-found, header-invalid with the place; those
 * of packed files.
 */
export async function pharmacogenes(request: PgxRequest, packs: Packs): Promise<Result<PgxDocument>> {
  const knowledge = packs.pharmacogenes();
  if (knowledge === undefined)
    return refused(
      fault('pack-missing', 'The pack of pharmacogenes is not there or altered.', 'Install the program again.'),
    );
  const { source, outsideCalls } = request;
  try {
    const outside =
      outsideCalls === undefined ? ok([]) : readOutsideCalls(outsideCalls.text, outsideCalls.name, knowledge);
    if (!outside.ok) throw new FaultError(outside.fault);
    const read = await readGenotypes(
      request.name ?? (typeof source === 'string' ? basename(source) : 'file'),
      typeof source === 'string' ? fileBytes(source) : source,
      knowledge.definitions,
      request,
    );
    return ok(
      callPharmacogenes({
        genotypes: read.genotypes,
        rows: read.rows,
        outside: [...outside.value, ...(request.stated ?? [])],
        knowledge,
        genomeBuild: read.genomeBuild,
        ...(request.allDiplotypes === undefined ? {} : { allDiplotypes: request.allDiplotypes }),
        warnings: read.warnings,
      }),
    );
  } catch (error) {
    return refused(faultFrom(error));
  }
}
