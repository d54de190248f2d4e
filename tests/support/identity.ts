/**
 * A signer for tests: a certification authority of the moment, a person's certificate under it, and both with the
 * private key in a PKCS#12 file (RFC 7292). Made anew for each test; no private key stands in the repository.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

export interface TestIdentity {
  readonly p12: Uint8Array;
  readonly password: string;
  /** The authority's certificate, the trust anchor to verify against. */
  readonly anchorPem: string;
  /** The person's certificate first, then its issuers up to the anchor. */
  readonly certificates: readonly Uint8Array[];
  readonly privateKey: CryptoKey;
}

export interface TestIdentityOptions {
  readonly name?: string;
  readonly key?: TestKey;
  readonly password?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** First byte of the key usage; bits from the left: digitalSignature 0x80, nonRepudiation 0x40, keyCertSign 0x04. */
  readonly usage?: number;
  /** Extended key usage, as OIDs. */
  readonly purposes?: readonly string[];
  /** Basic constraints of the person's certificate. */
  readonly isAuthority?: boolean;
  /** Authorities between the anchor and the person, each with these traits. */
  readonly between?: readonly { readonly isAuthority?: boolean; readonly pathLength?: number }[];
  /** An extension nobody knows, marked critical. */
  readonly unknownCritical?: boolean;
}

export type TestKey = 'RSA' | 'RSA-1024' | 'RSA-3072' | 'P-256' | 'P-384';

const engine = new pkijs.CryptoEngine({ name: 'tests', crypto: webcrypto as unknown as Crypto });
pkijs.setEngine('tests', engine);

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
});

const ALGORITHMS = {
  RSA: rsa(2048),
  'RSA-1024': rsa(1024),
  'RSA-3072': rsa(3072),
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384' },
} as const;

const DAY = 86_400_000;

export async function makeIdentity(options: TestIdentityOptions = {}): Promise<TestIdentity> {
  const { name = 'Dr. Test Signer', key = 'P-256', password = 'a password of the test' } = options;
  const notBefore = options.notBefore ?? new Date(Date.now() - DAY);
  const notAfter = options.notAfter ?? new Date(Date.now() + 365 * DAY);
  const term = {
    notBefore: new Date(Math.min(notBefore.getTime(), Date.now() - DAY)),
    notAfter: new Date(Date.now() + 3650 * DAY),
  };
  const rootKeys = await generate('P-256');
  const root = await certify({
    subject: 'Test Authority',
    issuer: 'Test Authority',
    keys: rootKeys,
    signer: rootKeys,
    ...term,
    isAuthority: true,
  });
  let issuer = { name: 'Test Authority', keys: rootKeys };
  const chain = [root];
  for (const [index, traits] of (options.between ?? []).entries()) {
    const next = { name: `Test Authority ${index + 1}`, keys: await generate('P-256') };
    const facts = { subject: next.name, issuer: issuer.name, keys: next.keys, signer: issuer.keys };
    chain.unshift(await certify({ ...facts, ...term, isAuthority: true, ...traits }));
    issuer = next;
  }
  const personKeys = await generate(key);
  const person = await certify({
    subject: name,
    issuer: issuer.name,
    keys: personKeys,
    signer: issuer.keys,
    notBefore,
    notAfter,
    isAuthority: options.isAuthority ?? false,
    ...(options.usage === undefined ? {} : { usage: options.usage }),
    ...(options.purposes === undefined ? {} : { purposes: options.purposes }),
    unknownCritical: options.unknownCritical ?? false,
  });
  chain.unshift(person);
  return {
    p12: await pack(await webcrypto.subtle.exportKey('pkcs8', personKeys.privateKey), chain, password),
    password,
    anchorPem: pemOf(encoded(root)),
    certificates: chain.map(encoded),
    privateKey: personKeys.privateKey as CryptoKey,
  };
}

const encoded = (certificate: pkijs.Certificate): Uint8Array => new Uint8Array(certificate.toSchema(true).toBER());

export function pemOf(der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

export const generate = (kind: TestKey) =>
  webcrypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const commonName = (value: string) =>
  new pkijs.RelativeDistinguishedNames({
    typesAndValues: [new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value }) })],
  });

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly signer: webcrypto.CryptoKeyPair;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isAuthority: boolean;
  readonly pathLength?: number;
  readonly usage?: number;
  readonly purposes?: readonly string[];
  readonly unknownCritical?: boolean;
  readonly serial?: Uint8Array;
}

export async function certify(facts: CertificateFacts): Promise<pkijs.Certificate> {
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  const serial = facts.serial ?? Uint8Array.from([1, ...randomBytes(15)]);
  certificate.serialNumber = new asn1js.Integer({ valueHex: new Uint8Array(serial).buffer });
  certificate.subject = commonName(facts.subject);
  certificate.issuer = commonName(facts.issuer);
  certificate.notBefore.value = facts.notBefore;
  certificate.notAfter.value = facts.notAfter;
  const constraints = new pkijs.BasicConstraints({
    cA: facts.isAuthority,
    ...(facts.pathLength === undefined ? {} : { pathLenConstraint: facts.pathLength }),
  });
  // Bits from the left: digitalSignature and nonRepudiation; keyCertSign for the authority (RFC 5280 section 4.2.1.3).
  const usage = facts.usage ?? (facts.isAuthority ? 0x04 : 0xc0);
  const usageBits = new asn1js.BitString({
    valueHex: new Uint8Array([usage]).buffer,
    unusedBits: usage === 0 ? 0 : Math.log2(usage & -usage),
  });
  certificate.extensions = [
    new pkijs.Extension({ extnID: '2.5.29.19', critical: true, extnValue: constraints.toSchema().toBER() }),
    new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: usageBits.toBER() }),
  ];
  if (facts.purposes !== undefined) {
    const purposes = new pkijs.ExtKeyUsage({ keyPurposes: [...facts.purposes] });
    certificate.extensions.push(new pkijs.Extension({ extnID: '2.5.29.37', extnValue: purposes.toSchema().toBER() }));
  }
  if (facts.unknownCritical === true)
    certificate.extensions.push(
      new pkijs.Extension({ extnID: '1.2.3.4.5', critical: true, extnValue: new asn1js.Null().toBER() }),
    );
  await certificate.subjectPublicKeyInfo.importKey(facts.keys.publicKey as CryptoKey, engine);
  await certificate.sign(facts.signer.privateKey as CryptoKey, 'SHA-256', engine);
  return certificate;
}

export async function pack(
  pkcs8: ArrayBuffer,
  certificates: pkijs.Certificate[],
  password: string,
): Promise<Uint8Array> {
  const secret = new TextEncoder().encode(password).buffer;
  const keyId = () => [
    new pkijs.Attribute({
      type: '1.2.840.113549.1.9.21',
      values: [new asn1js.OctetString({ valueHex: new Uint8Array([1]).buffer })],
    }),
  ];
  const shrouded = new pkijs.PKCS8ShroudedKeyBag({ parsedValue: pkijs.PrivateKeyInfo.fromBER(pkcs8) });
  const bags = certificates.map(
    (certificate, index) =>
      new pkijs.SafeBag({
        bagId: '1.2.840.113549.1.12.10.1.3',
        bagValue: new pkijs.CertBag({ parsedValue: certificate }),
        ...(index === 0 ? { bagAttributes: keyId() } : {}),
      }),
  );
  const pfx = new pkijs.PFX({
    parsedValue: {
      integrityMode: 0,
      authenticatedSafe: new pkijs.AuthenticatedSafe({
        parsedValue: {
          safeContents: [
            {
              privacyMode: 0,
              value: new pkijs.SafeContents({
                safeBags: [
                  new pkijs.SafeBag({
                    bagId: '1.2.840.113549.1.12.10.1.2',
                    bagValue: shrouded,
                    bagAttributes: keyId(),
                  }),
                ],
              }),
            },
            { privacyMode: 1, value: new pkijs.SafeContents({ safeBags: bags }) },
          ],
        },
      }),
    },
  });
  const encryption = {
    password: secret,
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 } as never,
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: 10_000,
  };
  await shrouded.makeInternalValues(encryption, engine);
  const safe = pfx.parsedValue?.authenticatedSafe;
  if (safe === undefined) throw new Error('the PKCS#12 file has no content');
  await safe.makeInternalValues({ safeContents: [{}, encryption] }, engine);
  await pfx.makeInternalValues(
    { password: secret, iterations: 10_000, pbkdf2HashAlgorithm: 'SHA-256', hmacHashAlgorithm: 'SHA-256' },
    engine,
  );
  return new Uint8Array(pfx.toSchema().toBER());
}
