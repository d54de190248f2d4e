/** The files a signed report carries inside itself (F091): its documents, the case as FHIR, and the list of them all. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { attachmentName, CONTENTS_NAME, contentsOf, type ListedAttachment } from '../../shared/report/contents.ts';
import { type BasisKind, basisKinds, type ReportInput } from '../../shared/report/report-input.ts';
import { caseToFhir } from '../exchange/index.ts';

/** How an attachment relates to the pages (ISO 32000-2 section 14.13.2). */
type Relationship = 'Source' | 'Data' | 'Alternative';

export interface Attachment extends ListedAttachment {
  readonly bytes: Buffer;
  readonly relationship: Relationship;
}

const what: Readonly<Record<BasisKind, string>> = {
  record: 'the case as its bundle states it',
  intake: 'what was read of the files, with its accounting',
  profile: 'findings, tiers and evidence',
  predictions: 'output of the models',
  options: 'treatments and exclusions',
};

function attachment(
  name: string,
  text: string,
  traits: { what: string; mediaType: string; relationship: Relationship },
): Attachment {
  const bytes = Buffer.from(text);
  const sha256 = Sha256.parse(createHash('sha256').update(bytes).digest('hex'));
  return { name, ...traits, sizeBytes: bytes.byteLength, sha256, bytes };
}

/** The bundle quotes documents as text, in the order of their members: the same order however they were made. */
const ordered = (input: ReportInput): ReportInput => JSON.parse(canonicalJson(input)) as ReportInput;

/**
 * Documents in canonical JSON, so that an attachment's SHA-256 is the one the report cites; the list comes last. The
 * same input gives the same files. The FHIR bundle is `preliminary`: it is made before the signature it would have to name.
 */
export function attachmentsOf(input: ReportInput): readonly Attachment[] {
  const mediaType = 'application/json';
  const files = [
    ...basisKinds.map((kind) =>
      attachment(attachmentName(kind), canonicalJson(input[kind]), {
        what: what[kind],
        mediaType,
        relationship: 'Source',
      }),
    ),
    attachment('case.fhir.json', canonicalJson(caseToFhir(ordered(input)).bundle), {
      what: 'the case as HL7 FHIR R4 bundle, as before the signature',
      mediaType: 'application/fhir+json',
      relationship: 'Alternative',
    }),
  ];
  const listed = files.map(({ bytes: _bytes, relationship: _relationship, ...rest }) => rest);
  return [
    ...files,
    attachment(CONTENTS_NAME, canonicalJson(contentsOf(input, listed)), {
      what: 'list of the attachments, decision, packs, models, versions',
      mediaType,
      relationship: 'Data',
    }),
  ];
}
