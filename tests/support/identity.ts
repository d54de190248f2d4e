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
}

export interface TestIdentityOptions {
  readonly name?: string;
  readonly key?: 'RSA' | 'P-256';
  readonly password?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const engine = new pkijs.CryptoEngine({ name: 'tests', crypto: webcrypto as unknown as Crypto });
pkijs.setEngine('tests', engine);

const ALGORITHMS = {
  RSA: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

export async function makeIdentity(options: TestIdentityOptions = {}): Promise<TestIdentity> {
  const { name = 'Dr. Test Signer', key = 'P-256', password = 'a password of the test' } = options;
  const day = 86_400_000;
  const notBefore = options.notBefore ?? new Date(Date.now() - day);
  const notAfter = options.notAfter ?? new Date(Date.now() + 365 * day);
  const authorityKeys = await generate('P-256');
  const personKeys = await generate(key);
  const authority = await certify({
    subject: 'Test Authority',
    issuer: 'Test Authority',
    keys: authorityKeys,
    signer: authorityKeys,
    notBefore: new Date(Math.min(notBefore.getTime(), Date.now() - day)),
    notAfter: new Date(Date.now() + 3650 * day),
    authority: true,
  });
  const person = await certify({
    subject: name,
    issuer: 'Test Authority',
    keys: personKeys,
    signer: authorityKeys,
    notBefore,
    notAfter,
    authority: false,
  });
  const pem = Buffer.from(authority.toSchema(true).toBER()).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    p12: await pack(await webcrypto.subtle.exportKey('pkcs8', personKeys.privateKey), [person, authority], password),
    password,
    anchorPem: `-----BEGIN CERTIFICATE-----\n${pem.trimEnd()}\n-----END CERTIFICATE-----\n`,
  };
}

const generate = (kind: 'RSA' | 'P-256') =>
  webcrypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const commonName = (value: string) =>
  new pkijs.RelativeDistinguishedNames({
    typesAndValues: [new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value }) })],
  });

async function certify(facts: {
  subject: string;
  issuer: string;
  keys: webcrypto.CryptoKeyPair;
  signer: webcrypto.CryptoKeyPair;
  notBefore: Date;
  notAfter: Date;
  authority: boolean;
}): Promise<pkijs.Certificate> {
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  const serial = randomBytes(16);
  serial[0] = 1;
  certificate.serialNumber = new asn1js.Integer({ valueHex: new Uint8Array(serial).buffer });
  certificate.subject = commonName(facts.subject);
  certificate.issuer = commonName(facts.issuer);
  certificate.notBefore.value = facts.notBefore;
  certificate.notAfter.value = facts.notAfter;
  const constraints = new pkijs.BasicConstraints({ cA: facts.authority });
  // Bits from the left: digitalSignature and nonRepudiation; keyCertSign for the authority (RFC 5280 section 4.2.1.3).
  const usage = new asn1js.BitString({
    valueHex: new Uint8Array([facts.authority ? 0x04 : 0xc0]).buffer,
    unusedBits: facts.authority ? 2 : 6,
  });
  certificate.extensions = [
    new pkijs.Extension({
      extnID: '2.5.29.19',
      critical: true,
      extnValue: constraints.toSchema().toBER(),
      parsedValue: constraints,
    }),
    new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: usage.toBER(), parsedValue: usage }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(facts.keys.publicKey as CryptoKey, engine);
  await certificate.sign(facts.signer.privateKey as CryptoKey, 'SHA-256', engine);
  return certificate;
}

async function pack(pkcs8: ArrayBuffer, certificates: pkijs.Certificate[], password: string): Promise<Uint8Array> {
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
