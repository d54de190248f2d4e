import type { GenomeBuild } from '../../shared/case/case-record.ts';
import { fault } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { withTranscripts } from '../../shared/molecular/transcript-set.ts';
import type { OpenTranscripts, Packs } from '../knowledge/index.ts';

/** What a file of one build is read with: the packs, and a site's own transcripts in the place of the shipped ones. Fault: build-mismatch. */
export function knowledgeOfFile(
  packs: Packs,
  build: GenomeBuild,
  transcripts: OpenTranscripts | undefined,
): Result<MolecularKnowledge> {
  if (transcripts?.build !== undefined && transcripts.build !== build)
    return refused(
      fault(
        'build-mismatch',
        `The transcripts are of ${transcripts.build}, the file is taken for ${build}.`,
        'Give the transcripts of the build of the file.',
      ),
    );
  return ok(transcripts === undefined ? packs.molecular() : withTranscripts(packs.molecular(), transcripts));
}
