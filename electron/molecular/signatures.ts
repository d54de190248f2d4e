/** Substitutions of one variant file by their neighbours, fitted: without the limit of rows that a case has. */
import type { Assay, GenomeBuild } from '../../shared/case/case-record.ts';
import type { ObservedVariant } from '../../shared/case/intake.ts';
import { ok, type Result } from '../../shared/foundation/result.ts';
import { readSignatures, substitutionsOf } from '../../shared/molecular/measured-signatures.ts';
import type { SignatureReading } from '../../shared/molecular/measures.ts';
import { tellVariants } from '../case/index.ts';
import type { OpenTranscripts, Packs } from '../knowledge/index.ts';
import { knowledgeOfFile } from './knowledge-of-file.ts';

export interface SignatureRequest {
  readonly input: string;
  readonly build: GenomeBuild;
  readonly scope: Assay['scope'];
  readonly tumorOnly: boolean;
  /** A site's own transcripts: they hold the reference that neighbours are read from. */
  readonly transcripts?: OpenTranscripts | undefined;
}

/** Faults as `readVariantFile`, file-missing, build-mismatch. */
export async function fileSignatures(request: SignatureRequest, packs: Packs): Promise<Result<SignatureReading>> {
  const { input, build, scope, tumorOnly, transcripts } = request;
  const knowledge = knowledgeOfFile(packs, build, transcripts);
  if (!knowledge.ok) return knowledge;
  const single: ObservedVariant[] = [];
  const told = await tellVariants(input, build, (allele) => {
    const { rule, reference, alternate } = allele;
    if (rule !== undefined || reference.length !== 1 || alternate.length !== 1) return;
    if (allele.variant !== undefined) single.push(allele.variant);
  });
  if (!told.ok) return told;
  return ok(readSignatures({ ...substitutionsOf(single), scope, tumorOnly }, knowledge.value));
}
