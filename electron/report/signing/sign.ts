import { createHash } from 'node:crypto';
import { fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import type { SignedReportRecord } from '../../../shared/report/report.ts';
import { cmsLimit, makeCms } from './cms.ts';
import type { SigningIdentity } from './identity.ts';
import { reasonOf } from './meaning.ts';
import { PdfRefused } from './pdf-syntax.ts';
import { appendSignatureField } from './signature-field.ts';

export interface SigningWords {
  /** As printed; the certificate's common name where left out. */
  readonly name?: string;
  readonly meaning: SignedReportRecord['meaning'];
  /** ISO 8601; stated, not proved: a trusted time would need a time-stamping authority. */
  readonly signedAt: string;
  readonly reason?: string;
  readonly location?: string;
}

/**
 * Signs a PDF with a classic cross-reference table as PAdES B-B. Whole or not at all. With an RSA identity the same
 * arguments give the same bytes; ECDSA signatures are fresh each time.
 *
 * Faults: the certificate's, where it is not in force at `signedAt`; `format-unknown` for a PDF that is not read here.
 */
export async function signPdf(
  pdf: Uint8Array,
  identity: SigningIdentity,
  words: SigningWords,
): Promise<Result<Uint8Array>> {
  try {
    const { notBefore, notAfter } = identity.certificate;
    const at = new Date(words.signedAt);
    if (at < notBefore || at > notAfter)
      return refused(
        fault(
          at > notAfter ? 'certificate-expired' : 'certificate-not-yet-valid',
          'The certificate is not in force at the time of signing.',
          'Sign with a certificate that is in force; if the date is wrong, correct the clock of this machine.',
        ),
      );
    const limit = cmsLimit(identity);
    const prepared = appendSignatureField(
      pdf,
      {
        name: words.name ?? identity.signer,
        reason: reasonOf(words.meaning, words.reason),
        location: words.location,
        signedAt: words.signedAt,
      },
      limit,
    );
    const { bytes, hole } = prepared;
    const digest = createHash(identity.hash)
      .update(bytes.subarray(0, hole.start))
      .update(bytes.subarray(hole.end))
      .digest();
    const cms = Buffer.from(makeCms(digest, identity));
    if (cms.length > limit) throw new Error('the signature is longer than the place kept for it');
    const signed = Buffer.from(bytes);
    signed.write(cms.toString('hex'), hole.start + 1, 'latin1');
    return ok(new Uint8Array(signed));
  } catch (error) {
    if (error instanceof PdfRefused)
      return refused(
        fault(
          'format-unknown',
          `The PDF cannot be signed: ${error.message}.`,
          'Sign a report that Consilium made and nobody changed since.',
        ),
      );
    return refused(faultFrom(error));
  }
}
