/** Further people sign a report that is signed already (F088, R54): appended, with every earlier byte kept. */
import { createHash } from 'node:crypto';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import type { ReportVerification, SignedReportRecord } from '../../shared/report/report.ts';
import { signatureFonts } from './fonts.ts';
import { type SigningIdentity, type SigningWords, signPdf, verifyReport } from './signing/index.ts';
import type { Site } from './site.ts';

export interface Countersigned {
  readonly bytes: Uint8Array;
  readonly sha256: Sha256;
  readonly verification: ReportVerification;
}

const holds = ({ verdict }: ReportVerification): boolean => verdict === 'valid' || verdict === 'valid-untrusted';

/**
 * Appends one signature and reads the whole back, so that nothing is called signed that would not verify.
 *
 * @throws FaultError signature-invalid where the file does not verify before or after; exists-already where the same
 *   certificate signed with the same meaning; those of signing
 */
export async function countersign(
  before: Uint8Array,
  identity: SigningIdentity,
  words: SigningWords,
  site?: Site,
): Promise<Countersigned> {
  site?.admit(identity, words.signedAt);
  const terms = { trustAnchorsPem: site?.trustAnchorsPem ?? [], now: words.signedAt };
  const found = await verifyReport(before, terms);
  if (!holds(found))
    throw new FaultError(
      fault(
        'signature-invalid',
        found.verdict === 'unsigned'
          ? 'The file carries no signature that another could stand beside.'
          : 'The signatures of the file do not hold; another is not put beside them.',
        'Take the report as it was signed first.',
      ),
    );
  const { certificateSha256 } = identity;
  if (found.signatures.some((one) => one.certificateSha256 === certificateSha256 && one.meaning === words.meaning))
    throw new FaultError(
      fault(
        'exists-already',
        'This certificate has signed the report with this meaning already.',
        'Let another person sign, or sign with another meaning.',
      ),
    );
  const signed = await signPdf(before, identity, words, site, { fonts: signatureFonts() });
  if (!signed.ok) throw new FaultError(signed.fault);
  const bytes = signed.value;
  const verification = await verifyReport(bytes, terms);
  if (
    !holds(verification) ||
    verification.signatures.length !== found.signatures.length + 1 ||
    Buffer.compare(bytes.subarray(0, before.length), before) !== 0
  )
    throw new FaultError(
      fault(
        'signature-invalid',
        'The signature that was just made does not verify; nothing was stored.',
        'Try another identity, and report this.',
      ),
    );
  return { bytes, sha256: Sha256.parse(createHash('sha256').update(bytes).digest('hex')), verification };
}

/** The stored record after a further signature: what was signed first stays as it is said. */
export const countersignedRecord = (
  record: SignedReportRecord,
  { bytes, sha256, verification }: Countersigned,
): SignedReportRecord => ({
  ...record,
  sha256,
  sizeBytes: bytes.byteLength,
  signatures: signaturesOf(verification),
});

/** Name, meaning, time and level of each signature, as the verifier finds them. */
export const signaturesOf = ({ signatures }: ReportVerification): NonNullable<SignedReportRecord['signatures']> =>
  signatures.map(({ signer, meaning, signingTime, level, algorithm }) => ({
    signer,
    meaning: meaning ?? 'not stated',
    signedAt: signingTime ?? 'not stated',
    level,
    algorithm,
  }));
