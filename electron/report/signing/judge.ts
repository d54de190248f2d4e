import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type Certificate, readCertificate, readPem } from './certificates.ts';
import { findChain } from './chain.ts';
import type { SigningIdentity } from './identity.ts';
import { readRevocationFile, readRevocationList, revocationOf } from './revocation.ts';

/** Certificates of a PEM text in DER; undefined where it holds none. */
export const certificatesIn = (pem: string): Uint8Array[] | undefined => readPem(pem)?.map(({ der }) => der);

/** Revocation lists of a file in DER; undefined where it is not one that can be used. */
export const revocationListsIn = (bytes: Uint8Array): Uint8Array[] | undefined =>
  readRevocationFile(bytes)?.map(({ der }) => der);

/**
 * Whether the site's authorities stand for an identity, before anything is signed with it. A site that names no
 * authority judges nobody.
 *
 * @throws FaultError certificate-untrusted, certificate-revoked, certificate-expired (an authority's)
 */
export function judgeIdentity(
  identity: SigningIdentity,
  site: { readonly certificates: readonly Uint8Array[]; readonly revocationLists: readonly Uint8Array[] },
  now: string,
): void {
  const anchors = site.certificates.map(readCertificate).filter((one): one is Certificate => one !== undefined);
  if (anchors.length === 0) return;
  const at = new Date(now);
  const found = findChain(identity.certificate, identity.issuers, anchors, at);
  if (found.path === undefined)
    throw new FaultError(
      fault(
        found.chain === 'expired' ? 'certificate-expired' : 'certificate-untrusted',
        found.problems[0] ?? 'No path leads from the certificate to an authority of this site.',
        'Sign with a certificate of this site; an administrator names its authorities in the folder of signing.',
      ),
    );
  const lists = site.revocationLists.map(readRevocationList).filter((list) => list !== undefined);
  const revocation = revocationOf(found.path, lists, at, false);
  if (revocation.state === 'revoked')
    throw new FaultError(
      fault(
        'certificate-revoked',
        `The certificate was revoked on ${revocation.since.toISOString().slice(0, 10)}.`,
        'Sign with the certificate that took its place.',
      ),
    );
}
