/** A signed report opened again (F091): verified, its documents restored as they were, its paper composed anew. */
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { composeReport } from '../../shared/report/compose.ts';
import {
  attachmentName,
  basisSchemas,
  CONTENTS_NAME,
  inputFrom,
  type ListedAttachment,
  REPORT_SCHEMA,
  ReportContents,
} from '../../shared/report/contents.ts';
import { type CarriedDocuments, lifted, refuseLoss, refuseNewer } from '../../shared/report/migrations.ts';
import type { ReportVerification } from '../../shared/report/report.ts';
import { type BasisKind, basisKinds, type ReportInput } from '../../shared/report/report-input.ts';
import { attachmentsOf } from './attachments.ts';
import { reportIdOf } from './make.ts';
import { printReport } from './pdf.ts';
import { type AttachedFile, readAttached, type VerificationTerms, verifyReport } from './signing/index.ts';

interface RestoredReport {
  readonly input: ReportInput;
  /** Every attached file, byte for byte, with what the list says of it. */
  readonly files: readonly (AttachedFile & Pick<ListedAttachment, 'what'>)[];
  readonly firstRevisionEnd: number;
  /** Schema version of the documents as they were signed; older than today's where they were lifted to be read. */
  readonly schemaVersion: number;
}

interface OpenedReport extends Omit<RestoredReport, 'firstRevisionEnd'> {
  readonly verification: ReportVerification;
  /**
   * Whether the pages are, byte for byte, what this program composes of the attached documents; undefined where another
   * version of the program, or one whose documents had an older shape, made them.
   */
  readonly paperMatches: boolean | undefined;
}

const tampered = (message: string, field: string): FaultError =>
  new FaultError(fault('bundle-tampered', message, 'Ask the signer for the report as it was signed.', { field }));

const problemsOf = ({ problems, signatures }: ReportVerification): string[] => [
  ...problems,
  ...signatures.flatMap((one) => one.problems),
];

/**
 * Reads a signed report's own data. Nothing is given out of a file whose signature does not hold, or whose documents are
 * not the ones it lists.
 *
 * @throws FaultError signature-invalid, bundle-incomplete (a report without data of its own), bundle-tampered,
 *   schema-newer, schema-invalid
 */
export async function openReport(bytes: Uint8Array, terms: VerificationTerms, version: string): Promise<OpenedReport> {
  const verification = await verifyReport(bytes, terms);
  if (verification.verdict !== 'valid' && verification.verdict !== 'valid-untrusted')
    throw new FaultError(
      fault(
        'signature-invalid',
        verification.verdict === 'unsigned'
          ? 'The file carries no signature; nothing of it is restored.'
          : ['The signature does not hold; nothing of it is restored.', ...problemsOf(verification).slice(0, 1)].join(
              ' ',
            ),
        'See what is wrong with: consilium report verify.',
      ),
    );
  const { firstRevisionEnd, ...restored } = restoreReport(bytes);
  if (restored.input.reportId !== verification.reportId)
    throw tampered('The report id is not that of the attached documents.', 'reportId');
  return {
    ...restored,
    verification,
    paperMatches:
      restored.input.version === version && restored.schemaVersion === REPORT_SCHEMA
        ? await isSamePaper(restored.input, bytes, firstRevisionEnd)
        : undefined,
  };
}

/**
 * The documents inside a report whose signature was found to hold.
 *
 * @throws FaultError bundle-incomplete, bundle-tampered, schema-newer, schema-invalid
 */
export function restoreReport(bytes: Uint8Array): RestoredReport {
  const { files, firstRevisionEnd } = readAttached(bytes);
  const byName = new Map(files.map((file) => [file.name, file]));
  const contents = readContents(byName.get(CONTENTS_NAME));
  for (const { name, sha256, sizeBytes } of contents.attachments) {
    const found = byName.get(name);
    if (found?.sha256 !== sha256 || found.bytes.byteLength !== sizeBytes)
      throw tampered('An attached file is not the one that the report lists.', name);
  }
  const attached = Object.fromEntries(
    basisKinds.map((kind) => {
      const file = byName.get(attachmentName(kind));
      if (file === undefined || file.sha256 !== contents.hashes[kind])
        throw tampered('A document is not the one that the report cites.', attachmentName(kind));
      return [kind, file];
    }),
  ) as Record<BasisKind, AttachedFile>;
  const each = (of: (kind: BasisKind) => unknown): CarriedDocuments =>
    Object.fromEntries(basisKinds.map((kind) => [kind, of(kind)])) as CarriedDocuments;
  const carried = lifted(
    each((kind) => canonical(attached[kind])),
    contents.schemaVersion,
    contents.version,
  );
  const documents = each((kind) => checked(attached[kind], carried[kind], basisSchemas[kind]));
  refuseLoss(carried, documents, contents.version);
  const input = inputFrom(contents, documents as Pick<ReportInput, BasisKind>);
  // By the hashes of what was signed: a lifted document is not the bytes that the id follows from.
  if (reportIdOf(input) !== contents.reportId)
    throw tampered('The report id does not follow from the attached documents.', 'reportId');
  const said = new Map(contents.attachments.map(({ name, what }) => [name, what]));
  return {
    input,
    firstRevisionEnd,
    schemaVersion: contents.schemaVersion,
    files: files.map((file) => ({ ...file, what: said.get(file.name) ?? 'list of the attachments' })),
  };
}

function readContents(file: AttachedFile | undefined): ReportContents {
  if (file === undefined)
    throw new FaultError(
      fault(
        'bundle-incomplete',
        'The report does not carry its own data.',
        'It was made by another program or an older version: open the case bundle instead.',
        { field: CONTENTS_NAME },
      ),
    );
  const value = parsed(file);
  const head = z.object({ schemaVersion: z.number().int(), version: z.string() }).safeParse(value);
  if (head.success) refuseNewer(head.data.schemaVersion, head.data.version);
  return checked(file, value, ReportContents);
}

function parsed({ name, bytes }: AttachedFile): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new FaultError(
      fault('json-invalid', 'An attached file is not JSON.', 'Ask the signer for the report as it was signed.', {
        file: name,
      }),
    );
  }
}

function checked<Schema extends z.ZodType>(file: AttachedFile, value: unknown, schema: Schema): z.output<Schema> {
  const read = schema.safeParse(value);
  if (!read.success)
    throw new FaultError(
      fault(
        'schema-invalid',
        'An attached file does not fit its schema.',
        'Open it with the version of the program that made it.',
        { file: file.name, field: read.error.issues[0]?.path.map(String).join('.') || 'the whole file' },
      ),
    );
  return read.data;
}

/** What is restored is the state, not something like it: the attached bytes are the canonical form of what they say. */
function canonical(file: AttachedFile): unknown {
  const value = parsed(file);
  if (canonicalJson(value) !== file.bytes.toString('utf8'))
    throw tampered('A document is not in canonical form.', file.name);
  return value;
}

async function isSamePaper(input: ReportInput, bytes: Uint8Array, end: number): Promise<boolean> {
  const { bytes: printed } = await printReport(composeReport(input), input, 'final', attachmentsOf(input));
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  // Signing ends the paper's last line where it is not ended.
  return first.subarray(0, printed.byteLength).equals(printed) && first.length - printed.byteLength <= 1;
}
