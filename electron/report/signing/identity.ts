import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import type { Sha256 } from '../../../shared/foundation/ids.ts';
import { ok, type Result, refused } from '../../../shared/foundation/result.ts';
import {
  type Certificate,
  certificateSha256,
  isSelfIssued,
  issued,
  keyName,
  readCertificate,
  unsuitability,
} from './certificates.ts';
import { hashName } from './oids.ts';
import { openPkcs12, type Pkcs12Content } from './pkcs12.ts';

/** A person who can sign now: certificate in force, fit for signing, and its private key. Lives in memory only. */
export interface SigningIdentity {
  /** Common name in the certificate; what is printed beside the signature. */
  readonly signer: string;
  /** Common name of who issued the certificate. */
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** In words, e.g. "ECDSA P-256 with SHA-256". */
  readonly algorithm: string;
  readonly hash: 'sha256' | 'sha384';
  readonly certificate: Certificate;
  readonly certificateSha256: Sha256;
  /** From the signer's issuer upwards; a self-signed root is left out, for whoever verifies must have it already. */
  readonly issuers: readonly Certificate[];
  readonly publicKey: KeyObject;
  /**
   * The signature of `message` by `hash`: PKCS #1 v1.5 for RSA, a DER sequence for ECDSA. A smart card does it itself.
   *
   * @throws FaultError token-missing, pin-locked, identity-password-wrong, identity-invalid
   */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  /** Ends what holds the key; a file's key needs nothing. */
  readonly close?: () => void;
}

const DAY = (date: Date): string => date.toISOString().slice(0, 10);

/**
 * Opens a PKCS#12 identity for signing at time `now` (ISO 8601). RSA of 2048 to 8192 bits, P-256, P-384 and P-521 are
 * read; faults: `identity-invalid`, `identity-password-wrong`, `certificate-expired`, `certificate-not-yet-valid`,
 * `certificate-unsuitable`.
 */
export async function openIdentity(p12: Uint8Array, password: string, now: string): Promise<Result<SigningIdentity>> {
  try {
    return ok(chooseIdentity(await openPkcs12(p12, password), new Date(now)));
  } catch (error) {
    return refused(faultFrom(error));
  }
}

function chooseIdentity(content: Pkcs12Content, now: Date): SigningIdentity {
  const certificates = content.certificates.map(readCertificate).filter((certificate) => certificate !== undefined);
  const pairs = content.keys.flatMap((pkcs8) => {
    const key = privateKey(pkcs8);
    const certificate = certificates.find((candidate) => key !== undefined && isKeyOf(key, candidate));
    return key === undefined || certificate === undefined ? [] : [{ key, certificate }];
  });
  const first = pairs[0];
  if (first === undefined)
    throw new FaultError(
      fault(
        'identity-invalid',
        content.keys.length === 0
          ? 'The identity holds no private key, only certificates.'
          : 'The identity holds no certificate that belongs to its private key.',
        'Export certificate and private key together into one .p12 file.',
      ),
    );
  // A file may carry an old certificate beside the one that took its place.
  const { key, certificate } = pairs.find((pair) => refusal(pair.certificate, now) === undefined) ?? first;
  return identityOf(
    certificate,
    certificates,
    now,
    (hash) => async (message) => new Uint8Array(sign(hash, message, key)),
  );
}

/**
 * Who a certificate makes a signer, with what signs for it. Issuers are taken from `among`.
 *
 * @throws FaultError certificate-expired, certificate-not-yet-valid, certificate-unsuitable
 */
export function identityOf(
  certificate: Certificate,
  among: readonly Certificate[],
  now: Date,
  signer: (hash: SigningIdentity['hash']) => SigningIdentity['sign'],
): SigningIdentity {
  const refusing = refusal(certificate, now);
  if (refusing !== undefined) throw refusing;
  const hash = keyName(certificate) === 'P-384' || keyName(certificate) === 'P-521' ? 'sha384' : 'sha256';
  const { publicKey } = certificate.x509;
  return {
    signer: certificate.name,
    issuer: commonNameOf(certificate.x509.issuer),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    algorithm: `${publicKey.asymmetricKeyType === 'rsa' ? `${keyName(certificate)} PKCS #1 v1.5` : `ECDSA ${keyName(certificate)}`} with ${hashName(hash)}`,
    hash,
    certificate,
    certificateSha256: certificateSha256(certificate),
    issuers: issuersOf(certificate, among),
    publicKey,
    sign: signer(hash),
  };
}

function privateKey(pkcs8: Uint8Array): KeyObject | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

const isKeyOf = (key: KeyObject, certificate: Certificate): boolean =>
  createPublicKey(key).equals(certificate.x509.publicKey);

function refusal(certificate: Certificate, now: Date): FaultError | undefined {
  const unsuitable = unsuitability(certificate);
  if (unsuitable !== undefined)
    return new FaultError(
      fault(
        'certificate-unsuitable',
        `The certificate may not sign reports: ${unsuitable}.`,
        'Ask your certificate authority for a personal certificate with key usage digitalSignature or nonRepudiation, RSA 2048 or P-256 and above.',
      ),
    );
  if (now > certificate.notAfter)
    return new FaultError(
      fault(
        'certificate-expired',
        `The certificate expired on ${DAY(certificate.notAfter)}.`,
        'Sign with a renewed certificate; if the date is wrong, correct the clock of this machine.',
      ),
    );
  if (now < certificate.notBefore)
    return new FaultError(
      fault(
        'certificate-not-yet-valid',
        `The certificate is valid only from ${DAY(certificate.notBefore)}.`,
        'Sign with a certificate that is in force; if the date is wrong, correct the clock of this machine.',
      ),
    );
  return undefined;
}

function issuersOf(certificate: Certificate, among: readonly Certificate[]): Certificate[] {
  const found: Certificate[] = [];
  for (let last = certificate; !isSelfIssued(last); ) {
    const next = among.find((candidate) => issued(candidate, last) && !found.includes(candidate));
    if (next === undefined || isSelfIssued(next)) break;
    found.push(next);
    last = next;
  }
  return found;
}

const commonNameOf = (distinguished: string): string =>
  /^CN=(.*)$/m.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');
