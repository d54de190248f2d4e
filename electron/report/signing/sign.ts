import { createHash, randomBytes } from 'node:crypto';
import { fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import type { SignedReportRecord } from '../../../shared/report/report.ts';
import { cmsLimit, makeCms } from './cms.ts';
import type { SigningIdentity } from './identity.ts';
import { reasonOf } from './meaning.ts';
import { PdfRefused } from './pdf-syntax.ts';
import { appendSignatureField, type PaperPlaces } from './signature-field.ts';
import { LARGEST_TOKEN, obtainTimeStamp, type TimeStampTransport } from './time-stamp.ts';

export interface SigningWords {
  /** As printed; the certificate's common name where left out. */
  readonly name?: string;
  readonly meaning: SignedReportRecord['meaning'];
  /** ISO 8601; stated, not proved: a trusted time would need a time-stamping authority. */
  readonly signedAt: string;
  readonly reason?: string;
  readonly location?: string;
}

/** What a site adds to its signatures; empty where it runs no time-stamping service and publishes no revocation lists. */
export interface SiteSigning {
  readonly timeStamp?: TimeStampTransport;
  /** For the DSS, in DER: certificates of authorities, and their revocation lists. */
  readonly certificates?: readonly Uint8Array[];
  readonly revocationLists?: readonly Uint8Array[];
}

/**
 * Signs a PDF with a classic cross-reference table as PAdES B-B; with a site's time-stamping service as B-T, and with
 * its revocation lists besides as B-LT. Whole or not at all. With an RSA identity the same
 * arguments give the same bytes; ECDSA signatures are fresh each time.
 *
 * Faults: the certificate's, where it is not in force at `signedAt`; `time-stamp-failed`, with nothing signed; `format-unknown` for a PDF that is not read here.
 */
export async function signPdf(
  pdf: Uint8Array,
  identity: SigningIdentity,
  words: SigningWords,
  site: SiteSigning = {},
  paper: PaperPlaces = {},
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
    const { timeStamp } = site;
    const limit = cmsLimit(identity) + (timeStamp === undefined ? 0 : LARGEST_TOKEN + 64);
    const prepared = appendSignatureField(
      pdf,
      {
        name: words.name ?? identity.signer,
        reason: reasonOf(words.meaning, words.reason),
        location: words.location,
        signedAt: words.signedAt,
      },
      limit,
      { certificates: site.certificates ?? [], revocationLists: site.revocationLists ?? [] },
      paper,
    );
    const { bytes, hole } = prepared;
    const digest = createHash(identity.hash)
      .update(bytes.subarray(0, hole.start))
      .update(bytes.subarray(hole.end))
      .digest();
    const stamp =
      timeStamp === undefined
        ? undefined
        : (signature: Uint8Array) => obtainTimeStamp(signature, randomBytes(8).fill(1, 0, 1), timeStamp);
    const cms = Buffer.from(await makeCms(digest, identity, stamp));
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
