import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { Certificate } from './certificates.ts';
import { inSetOrder } from './der.ts';
import type { SigningIdentity } from './identity.ts';
import { ATTRIBUTE, CMS, HASH_OID, SCHEME_OID } from './oids.ts';

/**
 * A detached CMS signature (RFC 5652) as PAdES B-B asks for it (ETSI EN 319 142-1 section 6.3): signed attributes
 * content-type, message-digest and signing-certificate-v2 (RFC 5035) and no signing-time, which stands in the PDF. The
 * signer's issuers are named in signing-certificate-v2 too, so that no byte of an embedded certificate can change;
 * the names of the algorithms are kept the same way (RFC 6211).
 *
 * `stamp` gives a time-stamp over the signature's value, which makes it B-T. `digest` is the hash, by `identity.hash`, of the signed bytes. RSA gives the same bytes each time; ECDSA does not,
 * for each of its signatures holds a fresh random number.
 */
export async function makeCms(
  digest: Uint8Array,
  identity: SigningIdentity,
  stamp?: (signature: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const attributes = signedAttributes(digest, identity);
  // What is signed is the SET OF itself, not the context tag it is written under (RFC 5652 section 5.4).
  const signed = Buffer.from(new asn1js.Set({ value: attributes.map((attribute) => attribute.toSchema()) }).toBER());
  const signature = Uint8Array.from(await identity.sign(signed));
  return assemble(attributes, signature, identity, await stamp?.(signature));
}

/** Bytes a signature of this identity can take at most, to be kept free in the file before it is known. */
export function cmsLimit(identity: SigningIdentity): number {
  const length = identity.hash === 'sha384' ? 48 : 32;
  const { modulusLength = 0 } = identity.publicKey.asymmetricKeyDetails ?? {};
  // ECDSA: a SEQUENCE of two INTEGERs, each as long as the curve's order and one byte for the sign.
  const longest = identity.publicKey.asymmetricKeyType === 'rsa' ? Math.ceil(modulusLength / 8) : 144;
  return assemble(signedAttributes(new Uint8Array(length), identity), new Uint8Array(longest), identity).length;
}

function assemble(
  attributes: readonly pkijs.Attribute[],
  signature: Uint8Array<ArrayBuffer>,
  identity: SigningIdentity,
  timeStamp?: Uint8Array,
): Uint8Array {
  const { certificate, issuers } = identity;
  const embedded = inSetOrder([certificate, ...issuers].map((member) => member.der));
  const data = new pkijs.SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm(identity)],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: CMS.data }),
    certificates: embedded.map((der) => pkijs.Certificate.fromBER(Buffer.from(der))),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({
          issuer: certificate.parsed.issuer,
          serialNumber: certificate.parsed.serialNumber,
        }),
        digestAlgorithm: digestAlgorithm(identity),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: [...attributes] }),
        signatureAlgorithm: signatureAlgorithm(identity),
        signature: new asn1js.OctetString({ valueHex: signature }),
        ...(timeStamp === undefined ? {} : { unsignedAttrs: stamped(timeStamp) }),
      }),
    ],
  });
  const content = new pkijs.ContentInfo({ contentType: CMS.signedData, content: data.toSchema(true) });
  return new Uint8Array(content.toSchema().toBER());
}

/** signature-time-stamp of RFC 3161 appendix A: the token as the one value of an unsigned attribute. */
const stamped = (token: Uint8Array): pkijs.SignedAndUnsignedAttributes =>
  new pkijs.SignedAndUnsignedAttributes({
    type: 1,
    attributes: [attribute(ATTRIBUTE.signatureTimestamp, asn1js.fromBER(Uint8Array.from(token).buffer).result)],
  });

const digestAlgorithm = ({ hash }: SigningIdentity): pkijs.AlgorithmIdentifier =>
  new pkijs.AlgorithmIdentifier({ algorithmId: HASH_OID[hash] ?? '' });

/** RSA names carry a NULL, ECDSA names nothing (RFC 4055 section 5, RFC 5754 section 3.3). */
function signatureAlgorithm({ hash, publicKey }: SigningIdentity): pkijs.AlgorithmIdentifier {
  const kind = publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  const algorithmId = SCHEME_OID[kind][hash] ?? '';
  return kind === 'rsa'
    ? new pkijs.AlgorithmIdentifier({ algorithmId, algorithmParams: new asn1js.Null() })
    : new pkijs.AlgorithmIdentifier({ algorithmId });
}

function signedAttributes(digest: Uint8Array, identity: SigningIdentity): pkijs.Attribute[] {
  const attributes = [
    attribute(ATTRIBUTE.contentType, new asn1js.ObjectIdentifier({ value: CMS.data })),
    attribute(ATTRIBUTE.messageDigest, new asn1js.OctetString({ valueHex: new Uint8Array(digest) })),
    attribute(ATTRIBUTE.signingCertificateV2, signingCertificate(identity)),
    attribute(ATTRIBUTE.algorithmProtection, algorithmProtection(identity)),
  ];
  const encoded = attributes.map((member) => ({ member, der: Buffer.from(member.toSchema().toBER()) }));
  return encoded.sort((left, right) => Buffer.compare(left.der, right.der)).map(({ member }) => member);
}

const attribute = (type: string, value: asn1js.BaseBlock): pkijs.Attribute =>
  new pkijs.Attribute({ type, values: [value] });

/** SigningCertificateV2 of RFC 5035: the signer's certificate first, then its issuers. */
const signingCertificate = (identity: SigningIdentity): asn1js.Sequence =>
  new asn1js.Sequence({
    value: [
      new asn1js.Sequence({
        value: [identity.certificate, ...identity.issuers].map((member) => certificateId(member, identity)),
      }),
    ],
  });

function certificateId(certificate: Certificate, identity: SigningIdentity): asn1js.Sequence {
  const hash = new Uint8Array(createHash(identity.hash).update(certificate.der).digest());
  const issuerSerial = new asn1js.Sequence({
    value: [
      // GeneralNames with one directoryName, which is tagged explicitly because a Name is a CHOICE.
      new asn1js.Sequence({
        value: [
          new asn1js.Constructed({
            idBlock: { tagClass: 3, tagNumber: 4 },
            value: [certificate.parsed.issuer.toSchema()],
          }),
        ],
      }),
      certificate.parsed.serialNumber,
    ],
  });
  // SHA-256 is the default and DER leaves defaults out.
  const named = identity.hash === 'sha256' ? [] : [digestAlgorithm(identity).toSchema()];
  return new asn1js.Sequence({ value: [...named, new asn1js.OctetString({ valueHex: hash }), issuerSerial] });
}

/** CMSAlgorithmProtection of RFC 6211, with the signature's algorithm under [1]. */
function algorithmProtection(identity: SigningIdentity): asn1js.Sequence {
  const scheme = signatureAlgorithm(identity).toSchema();
  return new asn1js.Sequence({
    value: [
      digestAlgorithm(identity).toSchema(),
      new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: scheme.valueBlock.value }),
    ],
  });
}
