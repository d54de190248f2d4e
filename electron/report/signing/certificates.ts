import { createHash, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import { isDistinguished } from './der.ts';
import { EXTENSION } from './oids.ts';

/** An X.509 certificate (RFC 5280), read once by each library: the keys by Node's, the extensions by pkijs. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly parsed: pkijs.Certificate;
  /** Common name, else the whole distinguished name. */
  readonly name: string;
  /** Encoded names; issuer and subject are compared by bytes, as authorities copy them. */
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const COMMON_NAME = '2.5.4.3';

/** Undefined where the bytes are not one whole certificate in distinguished encoding. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  try {
    if (!isDistinguished(der)) return undefined;
    const parsed = pkijs.Certificate.fromBER(Buffer.from(der));
    const extensions = parsed.extensions?.map((extension) => extension.extnID) ?? [];
    // Readers differ in which of two they take (RFC 5280 section 4.2 allows each once).
    if (new Set(extensions).size !== extensions.length) return undefined;
    const x509 = new X509Certificate(der);
    const common = parsed.subject.typesAndValues.findLast((entry) => entry.type === COMMON_NAME);
    const said: unknown = common?.value.valueBlock.value;
    return {
      der,
      x509,
      parsed,
      name: typeof said === 'string' && said.trim() !== '' ? said.trim() : x509.subject.replaceAll('\n', ', '),
      subject: Buffer.from(parsed.subject.toSchema().toBER()),
      issuer: Buffer.from(parsed.issuer.toSchema().toBER()),
      notBefore: parsed.notBefore.value,
      notAfter: parsed.notAfter.value,
    };
  } catch {
    return undefined;
  }
}

/** Every certificate in a text of PEM blocks; undefined where a block is not a certificate or there is none. */
export function readPem(text: string): Certificate[] | undefined {
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)];
  const read = blocks.map((block) => readCertificate(new Uint8Array(Buffer.from(block[1] ?? '', 'base64'))));
  const found = read.filter((certificate) => certificate !== undefined);
  return found.length === read.length && found.length > 0 ? found : undefined;
}

/** Whether a text can be given as a trust anchor. */
export const holdsCertificates = (pem: string): boolean => readPem(pem) !== undefined;

/** What certificates are compared by outside this room. */
export const certificateSha256 = ({ der }: Pick<Certificate, 'der'>): Sha256 =>
  Sha256.parse(createHash('sha256').update(der).digest('hex'));

export const isSameCertificate = (left: Certificate, right: Certificate): boolean =>
  Buffer.compare(left.der, right.der) === 0;

export const isSelfIssued = (certificate: Certificate): boolean => certificate.subject.equals(certificate.issuer);

/** Whether `issuer` bears the name `subject` was issued under and signed it. */
export function issued(issuer: Certificate, subject: Certificate): boolean {
  if (!issuer.subject.equals(subject.issuer)) return false;
  try {
    return subject.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

const extension = (certificate: Certificate, oid: string): pkijs.Extension | undefined =>
  certificate.parsed.extensions?.find((candidate) => candidate.extnID === oid);

/** The extension as pkijs reads it; undefined where the certificate has none. */
export const parsedExtension = (certificate: Certificate, oid: string): unknown =>
  extension(certificate, oid)?.parsedValue;

/** First byte of the key usage bits, from the left digitalSignature, nonRepudiation, …, keyCertSign (0x04). */
function keyUsage(certificate: Certificate): number | undefined {
  if (extension(certificate, EXTENSION.keyUsage) === undefined) return undefined;
  const parsed = parsedExtension(certificate, EXTENSION.keyUsage);
  const view: unknown = Object(Reflect.get(Object(parsed), 'valueBlock')).valueHexView;
  return view instanceof Uint8Array ? (view[0] ?? 0) : 0;
}

/** Bit 6, cRLSign (RFC 5280 section 4.2.1.3); a certificate without key usage may. */
export function maySignRevocationLists(certificate: Certificate): boolean {
  const usage = keyUsage(certificate);
  return usage === undefined || (usage & 0x02) !== 0;
}

function basicConstraints(certificate: Certificate): pkijs.BasicConstraints | undefined {
  const parsed = parsedExtension(certificate, EXTENSION.basicConstraints);
  return parsed instanceof pkijs.BasicConstraints ? parsed : undefined;
}

/** Purposes of a key that go with signing a document; any of them, or none named at all, will do. */
const SIGNING_PURPOSES = new Set([
  '2.5.29.37.0', // any
  '1.3.6.1.5.5.7.3.2', // client authentication, what most staff cards carry
  '1.3.6.1.5.5.7.3.4', // e-mail protection
  '1.3.6.1.5.5.7.3.36', // document signing, RFC 9336
  '1.3.6.1.4.1.311.10.3.12', // document signing, Microsoft
  '1.2.840.113583.1.1.5', // authentic documents, Adobe
]);

/** Extensions that are understood here; any other that is marked critical makes a certificate useless (RFC 5280 4.2). */
const UNDERSTOOD = new Set<string>(Object.values(EXTENSION));

const hasUnknownCritical = (certificate: Certificate): boolean =>
  certificate.parsed.extensions?.some((found) => found.critical && !UNDERSTOOD.has(found.extnID)) ?? false;

const RSA_BITS = { least: 2048, most: 8192 } as const;
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** The key in words, e.g. "RSA 3072" or "P-256"; undefined where it is too weak or of a kind not read here. */
export function keyName(certificate: Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.x509.publicKey;
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return bits >= RSA_BITS.least && bits <= RSA_BITS.most ? `RSA ${bits}` : undefined;
  }
  return type === 'ec' ? CURVES[details?.namedCurve ?? ''] : undefined;
}

/** Why this certificate may not sign a report, in one clause; undefined where it may. */
export function unsuitability(certificate: Certificate): string | undefined {
  if (keyName(certificate) === undefined) return 'its key is weaker than RSA 2048 or P-256, or of another kind';
  if (basicConstraints(certificate)?.cA === true)
    return 'it is the certificate of an authority (basic constraints CA), not of a person';
  const usage = keyUsage(certificate);
  if (usage !== undefined && (usage & 0xc0) === 0)
    return 'its key usage allows neither digital signatures nor non-repudiation';
  const purposes = parsedExtension(certificate, EXTENSION.extendedKeyUsage);
  if (purposes instanceof pkijs.ExtKeyUsage && !purposes.keyPurposes.some((oid) => SIGNING_PURPOSES.has(oid)))
    return 'its extended key usage names other purposes than signing documents';
  if (hasUnknownCritical(certificate)) return 'it carries a critical extension that is not known here';
  return undefined;
}

/** Why this certificate may not have issued the one below it; `below` counts the authorities between it and the signer. */
export function issuingFlaw(certificate: Certificate, below: number): string | undefined {
  const constraints = basicConstraints(certificate);
  if (constraints?.cA !== true) return 'is not marked as an authority';
  const usage = keyUsage(certificate);
  if (usage !== undefined && (usage & 0x04) === 0) return 'may not sign certificates by its key usage';
  const limit = constraints.pathLenConstraint;
  if (limit !== undefined && below > Number(limit)) return 'allows fewer authorities below it';
  if (hasUnknownCritical(certificate)) return 'carries a critical extension that is not known here';
  const policies = parsedExtension(certificate, EXTENSION.policyConstraints);
  // Certificate policies are not judged here, so a path that must have one cannot be accepted.
  if (policies instanceof pkijs.PolicyConstraints && policies.requireExplicitPolicy !== undefined)
    return 'demands a certificate policy, which is not judged here';
  return keyName(certificate) === undefined ? 'has a key that is too weak or of another kind' : undefined;
}

const WEAK_SIGNATURES = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4', // MD5 with RSA
  '1.2.840.113549.1.1.5', // SHA-1 with RSA
  '1.2.840.10045.4.1', // SHA-1 with ECDSA
]);

/** Whether the certificate was signed over SHA-1 or MD5, for which a second certificate can be made. */
export const isWeaklySigned = (certificate: Certificate): boolean =>
  WEAK_SIGNATURES.has(certificate.parsed.signatureAlgorithm.algorithmId);
