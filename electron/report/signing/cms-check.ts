import { constants, createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { type Certificate, keyName, readCertificate } from './certificates.ts';
import { childrenOf, elementAt, isDistinguished, isSorted } from './der.ts';
import { ATTRIBUTE, CMS, HASH_OF, hashName, SCHEME_OF } from './oids.ts';

/** What a CMS signature proves, and where it falls short. */
export interface CmsFinding {
  readonly signer: Certificate | undefined;
  /** Embedded beside the signer's. */
  readonly others: readonly Certificate[];
  readonly algorithm: string;
  readonly digestMatches: boolean;
  readonly signatureMatches: boolean;
  readonly signingCertificate: 'matches' | 'absent';
  /** The signature's own bytes, over which a time-stamp stands. */
  readonly signature: Uint8Array | undefined;
  /** Time-stamp tokens in the unsigned attributes (RFC 3161 appendix A). */
  readonly timeStamps: readonly Uint8Array[];
  /** Any of these makes the signature invalid. */
  readonly problems: readonly string[];
  /** Requirements of PAdES B-B that are not met; the signature may be sound all the same. */
  readonly shortfalls: readonly string[];
}

/** No key protects an unsigned attribute: a time-stamp whose name was altered would pass as a lower level. */
const UNSIGNED_KNOWN: ReadonlySet<string> = new Set([ATTRIBUTE.signatureTimestamp, ATTRIBUTE.counterSignature]);

class Unsound extends Error {}

/** What is signed: content outside, by its digest, or content of a named type inside the signature itself. */
export type SignedContent = ((hash: string) => Buffer) | { readonly embedded: string };

/**
 * Checks a signature over content outside it, with the hash that the function gives, or over what it embeds. Strict:
 * the bytes must be exactly what the fields say in distinguished encoding, one signer, known algorithms.
 */
export function checkCms(der: Uint8Array, content: SignedContent): CmsFinding {
  const state: State = {
    problems: [],
    shortfalls: [],
    others: [],
    algorithm: 'unknown',
    signingCertificate: 'absent',
    timeStamps: [],
  };
  try {
    examine(der, content, state);
  } catch (error) {
    state.problems.push(error instanceof Unsound ? error.message : 'The signature cannot be read.');
  }
  return {
    signer: state.signer,
    others: state.others,
    algorithm: state.algorithm,
    digestMatches: state.digestMatches ?? false,
    signatureMatches: state.signatureMatches ?? false,
    signingCertificate: state.signingCertificate,
    signature: state.signature,
    timeStamps: state.timeStamps,
    problems: state.problems,
    shortfalls: state.shortfalls,
  };
}

interface State {
  signer?: Certificate;
  others: Certificate[];
  algorithm: string;
  digestMatches?: boolean;
  signatureMatches?: boolean;
  signingCertificate: CmsFinding['signingCertificate'];
  signature?: Uint8Array;
  timeStamps: readonly Uint8Array[];
  readonly problems: string[];
  readonly shortfalls: string[];
}

function examine(der: Uint8Array, signedContent: SignedContent, state: State): void {
  if (!isDistinguished(der)) throw new Unsound('The signature is not in distinguished encoding (DER).');
  const content = pkijs.ContentInfo.fromBER(Buffer.from(der));
  if (content.contentType !== CMS.signedData) throw new Unsound('The signature is not CMS signed data.');
  const data = new pkijs.SignedData({ schema: content.content });
  checkNothingElse(der, data);
  const info = data.signerInfos[0];
  if (info === undefined || data.signerInfos.length !== 1)
    throw new Unsound('The signature has not exactly one signer.');
  const { eContentType, eContent } = data.encapContentInfo;
  const isEmbedded = typeof signedContent === 'object';
  if (isEmbedded !== (eContent !== undefined))
    throw new Unsound(
      isEmbedded ? 'The signature holds no content.' : 'The signature holds a content of its own beside the file.',
    );
  if (eContentType !== (isEmbedded ? signedContent.embedded : CMS.data))
    throw new Unsound('The signed content is of another type than data.');

  const hash = digestHash(data, info);
  const certificates = (data.certificates ?? []).map((member) => {
    const read =
      member instanceof pkijs.Certificate ? readCertificate(new Uint8Array(member.toSchema().toBER())) : undefined;
    if (read === undefined) throw new Unsound('An embedded certificate cannot be read.');
    return read;
  });
  const signer = findSigner(info, certificates);
  state.signer = signer;
  state.others = certificates.filter((certificate) => certificate !== signer);
  checkVersions(data, info);

  const attributes = info.signedAttrs;
  if (attributes === undefined) throw new Unsound('The signature has no signed attributes.');
  const signed = signedBytes(attributes);
  const digest = octets(only(attributes, ATTRIBUTE.messageDigest));
  const type = only(attributes, ATTRIBUTE.contentType);
  if (digest === undefined) throw new Unsound('The signed attributes have no message digest.');
  if (!(type instanceof asn1js.ObjectIdentifier) || type.getValue() !== eContentType)
    throw new Unsound('The signed content type is missing or another one.');

  const expected = isEmbedded
    ? createHash(hash)
        .update(new Uint8Array(eContent?.getValue() ?? new ArrayBuffer(0)))
        .digest()
    : signedContent(hash);
  state.digestMatches = digest.length === expected.length && timingSafeEqual(digest, expected);
  const scheme = schemeOf(info, hash, signer.x509.publicKey);
  state.algorithm = `${scheme.words(signer)} with ${hashName(hash)}`;
  state.signature = new Uint8Array(info.signature.getValue());
  state.signatureMatches = verify(hash, signed, { key: signer.x509.publicKey, ...scheme.options }, state.signature);
  state.timeStamps = (info.unsignedAttrs?.attributes ?? [])
    .filter(({ type: kind }) => kind === ATTRIBUTE.signatureTimestamp)
    .flatMap(({ values }) => values.map((value: asn1js.BaseBlock) => new Uint8Array(value.toBER())));
  if (!isEmbedded && (info.unsignedAttrs?.attributes ?? []).some(({ type: kind }) => !UNSIGNED_KNOWN.has(kind)))
    state.problems.push(
      'An unsigned attribute of the signature is of a kind that is not known: it may have been altered.',
    );
  if (!state.digestMatches) state.problems.push('The file was changed after it was signed: its digest does not match.');
  if (!state.signatureMatches)
    state.problems.push("The signature was not made with the key of the signer's certificate.");

  checkAlgorithmProtection(attributes, info);
  state.signingCertificate = checkSigningCertificate(attributes, signer, state.others);
  state.shortfalls.push(...attributeShortfalls(attributes, info, state.signingCertificate));
}

/** Written anew from the fields that were read, the signature must be the same bytes: what no field holds is foreign. */
function checkNothingElse(der: Uint8Array, data: pkijs.SignedData): void {
  const again = new pkijs.ContentInfo({ contentType: CMS.signedData, content: data.toSchema() }).toSchema().toBER();
  if (Buffer.compare(Buffer.from(again), der) !== 0)
    throw new Unsound('The signature holds bytes that belong to none of its fields.');
}

/** Parameters of a hash are absent or NULL (RFC 5754 section 2). */
const hasPlainParameters = (algorithm: pkijs.AlgorithmIdentifier): boolean =>
  !('algorithmParams' in algorithm) ||
  algorithm.algorithmParams === undefined ||
  algorithm.algorithmParams instanceof asn1js.Null;

const encoding = (algorithm: pkijs.AlgorithmIdentifier): Buffer => Buffer.from(algorithm.toSchema().toBER());

function digestHash(data: pkijs.SignedData, info: pkijs.SignerInfo): string {
  const hash = HASH_OF[info.digestAlgorithm.algorithmId];
  if (hash === undefined || !hasPlainParameters(info.digestAlgorithm))
    throw new Unsound('The digest algorithm is not SHA-256, SHA-384 or SHA-512.');
  const [named] = data.digestAlgorithms;
  if (
    named === undefined ||
    data.digestAlgorithms.length !== 1 ||
    named.algorithmId !== info.digestAlgorithm.algorithmId ||
    !hasPlainParameters(named)
  )
    throw new Unsound('The digest algorithms of signature and signer differ.');
  return hash;
}

const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';

function findSigner(info: pkijs.SignerInfo, certificates: readonly Certificate[]): Certificate {
  const sid: unknown = info.sid;
  const matching = certificates.filter((certificate) => {
    if (sid instanceof pkijs.IssuerAndSerialNumber)
      return (
        certificate.issuer.equals(Buffer.from(sid.issuer.toSchema().toBER())) &&
        certificate.parsed.serialNumber.isEqual(sid.serialNumber)
      );
    const named = certificate.parsed.extensions?.find((found) => found.extnID === SUBJECT_KEY_IDENTIFIER)?.parsedValue;
    const wanted: unknown = Object(Reflect.get(Object(sid), 'valueBlock')).valueHexView;
    return (
      named instanceof asn1js.OctetString &&
      wanted instanceof Uint8Array &&
      Buffer.from(named.getValue()).equals(Buffer.from(wanted))
    );
  });
  const [found] = matching;
  if (found === undefined || matching.length !== 1)
    throw new Unsound("The signer's certificate is not in the signature.");
  return found;
}

/** Versions follow from what is used (RFC 5652 sections 5.1 and 5.3). */
function checkVersions(data: pkijs.SignedData, info: pkijs.SignerInfo): void {
  const expected = info.sid instanceof pkijs.IssuerAndSerialNumber ? 1 : 3;
  // Content of another type than data makes version 3 (RFC 5652 section 5.1).
  const ofData = data.encapContentInfo.eContentType === CMS.data ? expected : 3;
  if (info.version !== expected || data.version !== ofData)
    throw new Unsound('The version numbers of the signature do not fit its fields.');
}

/** The SET OF that is signed, which is written in the file under a context tag (RFC 5652 section 5.4). */
function signedBytes(attributes: pkijs.SignedAndUnsignedAttributes): Buffer {
  const bytes = Buffer.from(attributes.encodedValue);
  bytes[0] = 0x31;
  const root = elementAt(bytes, 0, bytes.length);
  const members = root === undefined ? undefined : childrenOf(bytes, root);
  if (members === undefined || !isSorted(bytes, members))
    throw new Unsound('The signed attributes are not in the order of DER.');
  const types = attributes.attributes.map((attribute) => attribute.type);
  if (new Set(types).size !== types.length) throw new Unsound('A signed attribute stands twice.');
  return bytes;
}

/** The one value of an attribute; undefined where the attribute is absent. */
function only(attributes: pkijs.SignedAndUnsignedAttributes, type: string): asn1js.BaseBlock | undefined {
  const found = attributes.attributes.find((attribute) => attribute.type === type);
  if (found !== undefined && found.values.length !== 1)
    throw new Unsound('A signed attribute has not exactly one value.');
  return found?.values[0];
}

const octets = (block: asn1js.BaseBlock | undefined): Buffer | undefined =>
  block instanceof asn1js.OctetString ? Buffer.from(block.getValue()) : undefined;

interface Scheme {
  readonly options: { padding?: number; saltLength?: number };
  readonly words: (signer: Certificate) => string;
}

const RSA_PSS = '1.2.840.113549.1.1.10';

function schemeOf(info: pkijs.SignerInfo, hash: string, key: KeyObject): Scheme {
  const algorithm = info.signatureAlgorithm;
  const name = (signer: Certificate): string => keyName(signer) ?? 'key of unknown strength';
  if (algorithm.algorithmId === RSA_PSS && key.asymmetricKeyType === 'rsa') {
    const params = new pkijs.RSASSAPSSParams({ schema: algorithm.algorithmParams });
    const mask = new pkijs.AlgorithmIdentifier({ schema: params.maskGenAlgorithm.algorithmParams });
    if (
      HASH_OF[params.hashAlgorithm.algorithmId] !== hash ||
      HASH_OF[mask.algorithmId] !== hash ||
      params.trailerField !== 1 ||
      params.saltLength > 64
    )
      throw new Unsound('The parameters of the signature algorithm do not fit the digest.');
    return {
      options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: params.saltLength },
      words: (signer) => `${name(signer)} PSS`,
    };
  }
  const scheme = SCHEME_OF[algorithm.algorithmId];
  if (scheme === undefined || scheme.key !== key.asymmetricKeyType || (scheme.hash ?? hash) !== hash)
    throw new Unsound('The signature algorithm is not known or does not fit key and digest.');
  if (scheme.key === 'rsa') {
    if (!hasPlainParameters(algorithm)) throw new Unsound('The signature algorithm has foreign parameters.');
    return { options: {}, words: (signer) => `${name(signer)} PKCS #1 v1.5` };
  }
  if (algorithm.algorithmParams !== undefined) throw new Unsound('The signature algorithm has foreign parameters.');
  return { options: {}, words: (signer) => `ECDSA ${name(signer)}` };
}

/** Where the names of the algorithms are signed too, they must be the ones in use (RFC 6211). */
function checkAlgorithmProtection(attributes: pkijs.SignedAndUnsignedAttributes, info: pkijs.SignerInfo): void {
  const value = only(attributes, ATTRIBUTE.algorithmProtection);
  if (value === undefined) return;
  const bytes = Buffer.from(value.toBER());
  const root = elementAt(bytes, 0, bytes.length);
  const [digest, signature] = root === undefined ? [] : (childrenOf(bytes, root) ?? []);
  const matches = (
    found: { start: number; end: number } | undefined,
    algorithm: pkijs.AlgorithmIdentifier,
  ): boolean => {
    if (found === undefined) return false;
    const copy = Buffer.from(bytes.subarray(found.start, found.end));
    copy[0] = 0x30;
    return copy.equals(encoding(algorithm));
  };
  if (
    !matches(digest, info.digestAlgorithm) ||
    signature === undefined ||
    bytes[signature.start] !== 0xa1 ||
    !matches(signature, info.signatureAlgorithm)
  )
    throw new Unsound('The algorithms in use are not the ones that were signed.');
}

interface CertificateId {
  readonly hash: string;
  readonly digest: Buffer;
  readonly issuerSerial: asn1js.BaseBlock | undefined;
}

/** signing-certificate-v2 (RFC 5035 section 4): binds the signature to one certificate, so that no other can take its place. */
function checkSigningCertificate(
  attributes: pkijs.SignedAndUnsignedAttributes,
  signer: Certificate,
  others: readonly Certificate[],
): CmsFinding['signingCertificate'] {
  const value = only(attributes, ATTRIBUTE.signingCertificateV2);
  if (value === undefined) return 'absent';
  const [list] = members(value);
  const named = members(list).map(certificateId);
  const [first, ...rest] = named;
  if (first === undefined || !isNamed(signer, first))
    throw new Unsound("The signer's certificate is not the one the signature names (signing-certificate-v2).");
  // With more than one name the list is complete (RFC 5035 section 4): other certificates do not belong here.
  const foreign = rest.length > 0 && others.some((certificate) => !rest.some((id) => isNamed(certificate, id)));
  if (foreign) throw new Unsound('A certificate in the signature is not one that the signature names.');
  return 'matches';
}

const members = (block: asn1js.BaseBlock | undefined): readonly asn1js.BaseBlock[] =>
  block instanceof asn1js.Sequence ? block.valueBlock.value : [];

function certificateId(block: asn1js.BaseBlock): CertificateId {
  const parts = members(block);
  const [first] = parts;
  const isNamedHash = first instanceof asn1js.Sequence;
  const algorithm = isNamedHash ? new pkijs.AlgorithmIdentifier({ schema: first }) : undefined;
  const hash = algorithm === undefined ? 'sha256' : HASH_OF[algorithm.algorithmId];
  const digest = octets(parts[isNamedHash ? 1 : 0]);
  if (hash === undefined || digest === undefined)
    throw new Unsound('The name of the signing certificate cannot be read.');
  return { hash, digest, issuerSerial: parts[isNamedHash ? 2 : 1] };
}

function isNamed(certificate: Certificate, id: CertificateId): boolean {
  if (!createHash(id.hash).update(certificate.der).digest().equals(id.digest)) return false;
  if (id.issuerSerial === undefined) return true;
  const [names, serial] = members(id.issuerSerial);
  const [directory] = members(names);
  const name = directory instanceof asn1js.Constructed ? directory.valueBlock.value[0] : undefined;
  return (
    name !== undefined &&
    certificate.issuer.equals(Buffer.from(name.toBER())) &&
    serial instanceof asn1js.Integer &&
    certificate.parsed.serialNumber.isEqual(serial)
  );
}

/** Requirements of EN 319 142-1 table 1 on attributes that leave the signature itself sound. */
function attributeShortfalls(
  attributes: pkijs.SignedAndUnsignedAttributes,
  info: pkijs.SignerInfo,
  signingCertificate: CmsFinding['signingCertificate'],
): string[] {
  const has = (type: string): boolean => attributes.attributes.some((attribute) => attribute.type === type);
  const unsigned = info.unsignedAttrs?.attributes.map((attribute) => attribute.type) ?? [];
  const found: string[] = [];
  if (signingCertificate === 'absent')
    found.push('The signature does not name its certificate (signing-certificate-v2 is missing).');
  if (has(ATTRIBUTE.signingTime))
    found.push('The signing time stands in the signature itself, where PAdES wants it in the PDF only.');
  if (unsigned.includes(ATTRIBUTE.counterSignature)) found.push('The signature carries a counter-signature.');
  return found;
}
