import { verify } from 'node:crypto';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type Certificate, isSelfIssued, issued, maySignRevocationLists } from './certificates.ts';
import { isDistinguished } from './der.ts';
import { HASH_OF, SCHEME_OF } from './oids.ts';

/** A certificate revocation list (RFC 5280 section 5), read whole. */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly issuer: Buffer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** When each serial number, in hexadecimal, was revoked. */
  readonly revoked: ReadonlyMap<string, Date>;
  readonly signedBytes: Buffer;
  readonly signature: Uint8Array;
  readonly hash: string;
}

const serialOf = (serial: asn1js.Integer): string => Buffer.from(serial.valueBlock.valueHexView).toString('hex');

const LARGEST_LIST = 20_000_000;

/**
 * Undefined where the bytes are not one whole list that says all by itself: a list without its next update, a delta or
 * an indirect list (a critical extension) is not taken.
 */
export function readRevocationList(der: Uint8Array): RevocationList | undefined {
  try {
    if (der.length > LARGEST_LIST || !isDistinguished(der)) return undefined;
    const list = pkijs.CertificateRevocationList.fromBER(Uint8Array.from(der).buffer);
    if (list.nextUpdate === undefined || list.crlExtensions?.extensions.some(({ critical }) => critical) === true)
      return undefined;
    const hash = SCHEME_OF[list.signatureAlgorithm.algorithmId]?.hash;
    if (hash === undefined || !Object.values(HASH_OF).includes(hash)) return undefined;
    if (list.signatureAlgorithm.algorithmId !== list.signature.algorithmId) return undefined;
    return {
      der,
      issuer: Buffer.from(list.issuer.toSchema().toBER()),
      thisUpdate: list.thisUpdate.value,
      nextUpdate: list.nextUpdate.value,
      revoked: new Map(
        (list.revokedCertificates ?? []).map(({ userCertificate, revocationDate }) => [
          serialOf(userCertificate),
          revocationDate.value,
        ]),
      ),
      signedBytes: Buffer.from(list.tbsView),
      signature: new Uint8Array(list.signatureValue.valueBlock.valueHexView),
      hash,
    };
  } catch {
    return undefined;
  }
}

/** Lists in a file that holds one in DER, or any number in PEM; undefined where there is none. */
export function readRevocationFile(bytes: Uint8Array): RevocationList[] | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = [...text.matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g)];
  const ders = blocks.length === 0 ? [bytes] : blocks.map((block) => Buffer.from(block[1] ?? '', 'base64'));
  const read = ders.map((der) => readRevocationList(new Uint8Array(der)));
  const found = read.filter((list) => list !== undefined);
  return found.length === read.length ? found : undefined;
}

function isFrom(list: RevocationList, issuer: Certificate): boolean {
  if (!list.issuer.equals(issuer.subject) || !maySignRevocationLists(issuer)) return false;
  try {
    return verify(list.hash, list.signedBytes, issuer.x509.publicKey, list.signature);
  } catch {
    return false;
  }
}

export type Revocation =
  | { readonly state: 'good' | 'unknown' }
  | { readonly state: 'revoked'; readonly name: string; readonly since: Date };

/**
 * Whether any certificate of a path (signer first, root last) was revoked. `good` needs, for each but a self-signed end,
 * a list of its issuer that was in force at `at`. `isProven` says that `at` is a proven time: only then does a
 * revocation after it not count, for who holds a stolen key can state any time.
 */
export function revocationOf(
  path: readonly Certificate[],
  lists: readonly RevocationList[],
  at: Date,
  isProven: boolean,
): Revocation {
  let known = true;
  for (const [index, certificate] of path.entries()) {
    if (isSelfIssued(certificate) && index === path.length - 1) break;
    const issuer = path[index + 1];
    const own = issuer === undefined ? [] : lists.filter((list) => isFrom(list, issuer));
    for (const list of own) {
      const since = list.revoked.get(serialOf(certificate.parsed.serialNumber));
      if (since !== undefined && (!isProven || since <= at)) return { state: 'revoked', name: certificate.name, since };
    }
    if (!own.some((list) => list.thisUpdate <= at && at <= list.nextUpdate)) known = false;
  }
  return { state: known ? 'good' : 'unknown' };
}

const LONGEST_PATH = 8;

/** From a certificate up to a self-signed one among `pool`; undefined where no signature leads there. */
export function pathToRoot(certificate: Certificate, pool: readonly Certificate[]): Certificate[] | undefined {
  const path = [certificate];
  for (let last = certificate; !isSelfIssued(last); ) {
    const next = pool.find((candidate) => !path.includes(candidate) && issued(candidate, last));
    if (next === undefined || path.length >= LONGEST_PATH) return undefined;
    path.push(next);
    last = next;
  }
  return path;
}
