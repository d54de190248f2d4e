import { createHash, timingSafeEqual } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type Certificate, parsedExtension } from './certificates.ts';
import { checkCms } from './cms-check.ts';
import { CMS, EXTENSION, HASH_OF, HASH_OID } from './oids.ts';

/** Sends a TimeStampReq to the site's time-stamping authority and gives the TimeStampResp (RFC 3161 section 3.4). */
export type TimeStampTransport = (request: Uint8Array, signal?: AbortSignal) => Promise<Uint8Array>;

/** No token of one certificate comes near. */
export const LARGEST_TOKEN = 12_000;

export interface TimeStampFinding {
  readonly authority: Certificate | undefined;
  readonly others: readonly Certificate[];
  /** Undefined where the token cannot be read. */
  readonly time: Date | undefined;
  readonly problems: readonly string[];
}

/** TimeStampReq over a signature's value (RFC 3161 section 2.4.1; PAdES: EN 319 142-1 section 5.3). */
export function timeStampRequest(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: HASH_OID.sha256 ?? '' }),
      hashedMessage: new asn1js.OctetString({ valueHex: Uint8Array.from(imprint) }),
    }),
    nonce: new asn1js.Integer({ valueHex: Uint8Array.from(nonce) }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

const failed = (message: string): FaultError =>
  new FaultError(
    fault(
      'time-stamp-failed',
      message,
      'Ask who runs the time-stamping service of this site; without it, take it out of the settings and sign as PAdES B-B.',
      { field: 'timeStampUrl' },
    ),
  );

/**
 * A time-stamp token over `signature`, checked before it is used: the right imprint, nonce, authority and signature.
 * Certificates beside the authority's own are left out: nothing in the token binds them (they stand in the DSS instead).
 *
 * @throws FaultError time-stamp-failed
 */
export async function obtainTimeStamp(
  signature: Uint8Array,
  nonce: Uint8Array,
  send: TimeStampTransport,
): Promise<Uint8Array> {
  const imprint = createHash('sha256').update(signature).digest();
  const response = await send(timeStampRequest(imprint, nonce));
  let token: Uint8Array;
  let answered: pkijs.TSTInfo;
  try {
    const read = pkijs.TimeStampResp.fromBER(Buffer.from(response));
    if (read.status.status > 1 || read.timeStampToken === undefined)
      throw failed('The time-stamping service refused the request.');
    token = withoutOthers(read.timeStampToken);
    answered = tstInfo(token);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw failed('The answer of the time-stamping service is not a time-stamp.');
  }
  const sent = new asn1js.Integer({ valueHex: Uint8Array.from(nonce) });
  if (answered.nonce === undefined || !answered.nonce.isEqual(sent))
    throw failed('The time-stamp answers another request (its nonce differs).');
  const found = checkTimeStamp(token, signature);
  if (found.problems.length > 0) throw failed(`The time-stamp is not valid: ${found.problems[0] ?? ''}`);
  if (token.length > LARGEST_TOKEN) throw failed('The time-stamp is larger than any that is taken.');
  return token;
}

const signedDataOf = (content: pkijs.ContentInfo): pkijs.SignedData =>
  new pkijs.SignedData({ schema: content.content });

/** The token with no certificate but its signer's. */
function withoutOthers(content: pkijs.ContentInfo): Uint8Array {
  const data = signedDataOf(content);
  const info = data.signerInfos[0];
  const sid: unknown = info?.sid;
  data.certificates = (data.certificates ?? []).filter(
    (member) =>
      member instanceof pkijs.Certificate &&
      (!(sid instanceof pkijs.IssuerAndSerialNumber) || member.serialNumber.isEqual(sid.serialNumber)),
  );
  const again = new pkijs.ContentInfo({ contentType: CMS.signedData, content: data.toSchema() });
  return new Uint8Array(again.toSchema().toBER());
}

function tstInfo(token: Uint8Array): pkijs.TSTInfo {
  const data = signedDataOf(pkijs.ContentInfo.fromBER(Buffer.from(token)));
  const content = data.encapContentInfo.eContent?.getValue();
  if (content === undefined) throw new Error('the time-stamp has no content');
  return pkijs.TSTInfo.fromBER(content);
}

/** Whether a token (RFC 3161 section 2.4.2) stands over this signature value, and who gave it, when. */
export function checkTimeStamp(token: Uint8Array, signature: Uint8Array): TimeStampFinding {
  const cms = checkCms(token, { embedded: CMS.tstInfo });
  const problems = [...cms.problems];
  if (cms.signingCertificate === 'absent') problems.push('The time-stamp does not name its certificate.');
  const authority = cms.signer;
  if (authority !== undefined && !mayStampTime(authority))
    problems.push("The time-stamp's certificate is not made for time-stamping.");
  let time: Date | undefined;
  try {
    const info = tstInfo(token);
    const hash = HASH_OF[info.messageImprint.hashAlgorithm.algorithmId];
    const stated = Buffer.from(info.messageImprint.hashedMessage.getValue());
    const expected = hash === undefined ? undefined : createHash(hash).update(signature).digest();
    if (expected === undefined || expected.length !== stated.length || !timingSafeEqual(expected, stated))
      problems.push('The time-stamp stands over another signature.');
    time = info.genTime;
    if (authority !== undefined && (time < authority.notBefore || time > authority.notAfter))
      problems.push("The time-stamp's certificate was not in force at its time.");
  } catch {
    problems.push('The time-stamp cannot be read.');
  }
  return { authority, others: cms.others, time, problems };
}

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** RFC 3161 section 2.3: time-stamping is the certificate's one purpose, and critical. */
function mayStampTime(certificate: Certificate): boolean {
  const purposes = parsedExtension(certificate, EXTENSION.extendedKeyUsage);
  const isCritical =
    certificate.parsed.extensions?.find(({ extnID }) => extnID === EXTENSION.extendedKeyUsage)?.critical ?? false;
  return (
    isCritical &&
    purposes instanceof pkijs.ExtKeyUsage &&
    purposes.keyPurposes.length === 1 &&
    purposes.keyPurposes[0] === TIME_STAMPING
  );
}
