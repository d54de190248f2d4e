import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { CMS } from './oids.ts';
import { derive, PURPOSE, passwordBytes } from './pkcs12-key.ts';
import { decryptRc2Cbc } from './rc2.ts';

/** What a PKCS#12 file (RFC 7292) holds: private keys as PKCS#8, certificates as DER; in the file's order. */
export interface Pkcs12Content {
  readonly keys: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
}

/** An identity is a few kilobytes; iterations beyond these would only keep the machine busy. */
const LARGEST_FILE = 1_000_000;
const MOST_ITERATIONS = { pkcs12: 1_000_000, pbkdf2: 10_000_000 } as const;
const DEEPEST_NESTING = 4;

const REMAKE =
  'Write it anew: openssl pkcs12 -in old.p12 -legacy -nodes -out id.pem, then openssl pkcs12 -export -in id.pem -out new.p12.';

const invalid = (what: string, remedy = REMAKE): FaultError => new FaultError(fault('identity-invalid', what, remedy));

const wrongPassword = (): FaultError =>
  new FaultError(
    fault(
      'identity-password-wrong',
      'The password does not open this identity.',
      'Check the password and try again; it is the one the file was exported with.',
    ),
  );

/** Opens the container. Throws a FaultError: `identity-invalid` or `identity-password-wrong`. */
export async function openPkcs12(file: Uint8Array, password: string): Promise<Pkcs12Content> {
  if (file.length === 0 || file.length > LARGEST_FILE || file[0] !== 0x30)
    throw invalid(
      'The file is not a PKCS#12 identity (.p12 or .pfx).',
      'Make one from certificate and key: openssl pkcs12 -export -in cert.pem -inkey key.pem -certfile chain.pem -out id.p12.',
    );
  const pfx = reading(() => pkijs.PFX.fromBER(Buffer.from(file)));
  if (
    pfx.version !== 3 ||
    pfx.authSafe.contentType !== CMS.data ||
    !(pfx.authSafe.content instanceof asn1js.OctetString)
  )
    throw invalid('The identity is of a kind that is not read here (only files protected by a password are).');
  const content = new Uint8Array(pfx.authSafe.content.getValue());
  if (pfx.macData === undefined) throw invalid('The identity has no integrity check, so a changed file would pass.');
  await checkIntegrity(pfx.macData, content, password);

  const keys: Uint8Array[] = [];
  const certificates: Uint8Array[] = [];
  for (const part of reading(() => pkijs.AuthenticatedSafe.fromBER(content)).safeContents) {
    if (part.contentType === CMS.data && part.content instanceof asn1js.OctetString) {
      await collect(new Uint8Array(part.content.getValue()), password, { keys, certificates }, 0);
    } else if (part.contentType === CMS.encryptedData) {
      const sealed = reading(() => new pkijs.EncryptedData({ schema: part.content }).encryptedContentInfo);
      const plain = await decrypt(
        sealed.contentEncryptionAlgorithm,
        reading(() => new Uint8Array(sealed.getEncryptedContent())),
        password,
      );
      await collect(plain, password, { keys, certificates }, 0);
    } else throw invalid('The identity is sealed for a key instead of a password.');
  }
  return { keys, certificates };
}

/** The library throws plain errors at what it cannot read. */
function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch {
    throw invalid('The identity is damaged or not a PKCS#12 file.', 'Export it again from where it was made.');
  }
}

const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  nested: '1.2.840.113549.1.12.10.1.6',
} as const;
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';

async function collect(
  safe: Uint8Array,
  password: string,
  into: { keys: Uint8Array[]; certificates: Uint8Array[] },
  depth: number,
): Promise<void> {
  if (depth > DEEPEST_NESTING) throw invalid('The identity is nested too deep.');
  for (const bag of reading(() => bagsOf(safe))) {
    if (bag.id === BAG.key) into.keys.push(new Uint8Array(bag.value.toBER()));
    else if (bag.id === BAG.shroudedKey) {
      const shrouded = reading(() => new pkijs.PKCS8ShroudedKeyBag({ schema: bag.value }));
      into.keys.push(
        await decrypt(shrouded.encryptionAlgorithm, new Uint8Array(shrouded.encryptedData.getValue()), password),
      );
    } else if (bag.id === BAG.certificate) {
      const [kind, wrapped] = membersOf(bag.value);
      const inner = wrapped instanceof asn1js.Constructed ? wrapped.valueBlock.value[0] : undefined;
      if (!(kind instanceof asn1js.ObjectIdentifier) || !(inner instanceof asn1js.OctetString))
        throw invalid('A certificate in the identity cannot be read.');
      if (kind.getValue() === X509_CERTIFICATE) into.certificates.push(new Uint8Array(inner.getValue()));
    } else if (bag.id === BAG.nested) await collect(new Uint8Array(bag.value.toBER()), password, into, depth + 1);
    // Revocation lists and secrets are of no use for signing.
  }
}

interface Bag {
  readonly id: string;
  readonly value: asn1js.BaseBlock;
}

const membersOf = (block: asn1js.BaseBlock): readonly asn1js.BaseBlock[] =>
  block instanceof asn1js.Sequence ? block.valueBlock.value : [];

function bagsOf(safe: Uint8Array): Bag[] {
  const { offset, result } = asn1js.fromBER(safe);
  if (offset === -1) throw new Error('not ASN.1');
  return membersOf(result).map((bag) => {
    const [id, value] = membersOf(bag);
    const inner = value instanceof asn1js.Constructed ? value.valueBlock.value[0] : undefined;
    if (!(id instanceof asn1js.ObjectIdentifier) || inner === undefined) throw new Error('not a bag');
    return { id: id.getValue(), value: inner };
  });
}

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const PBMAC1 = '1.2.840.113549.1.5.14';
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';

async function checkIntegrity(mac: pkijs.MacData, content: Uint8Array, password: string): Promise<void> {
  const { digestAlgorithm, digest } = mac.mac;
  const expected = Buffer.from(digest.getValue());
  const matches = (hash: string, key: Uint8Array): boolean => {
    const found = createHmac(hash, key).update(content).digest();
    return found.length === expected.length && timingSafeEqual(found, expected);
  };
  if (digestAlgorithm.algorithmId === PBMAC1) {
    // RFC 9579: key derivation and message authentication named apart, as in PBES2.
    const [derivation, scheme] = membersOf(paramsOf(digestAlgorithm));
    const hash = PRFS[algorithmOf(scheme).algorithmId];
    if (derivation === undefined || hash === undefined) throw invalid('The integrity check is of an unknown kind.');
    const key = await pbkdf2Key(algorithmOf(derivation), password, undefined);
    if (!matches(hash, key)) throw wrongPassword();
    return;
  }
  const hash = HASHES[digestAlgorithm.algorithmId];
  if (hash === undefined) throw invalid('The integrity check uses an unknown hash.');
  const iterations = bounded(mac.iterations ?? 1, MOST_ITERATIONS.pkcs12);
  const salt = new Uint8Array(mac.macSalt.getValue());
  const length = hash === 'sha1' ? 20 : Number(hash.slice(3)) / 8;
  // An empty password is written with its two closing zero bytes by some programs and as nothing by others.
  const spellings = password === '' ? [passwordBytes(''), new Uint8Array()] : [passwordBytes(password)];
  if (
    !spellings.some((bytes) => matches(hash, derive(hash, PURPOSE.mac, { password: bytes, salt, iterations }, length)))
  )
    throw wrongPassword();
}

function bounded(iterations: number, most: number): number {
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > most)
    throw invalid('The identity asks for an unreasonable number of key derivation rounds.');
  return iterations;
}

const paramsOf = (algorithm: pkijs.AlgorithmIdentifier): asn1js.BaseBlock =>
  algorithm.algorithmParams as asn1js.BaseBlock;

const algorithmOf = (block: asn1js.BaseBlock | undefined): pkijs.AlgorithmIdentifier =>
  reading(() => new pkijs.AlgorithmIdentifier({ schema: block }));

async function pbkdf2Key(
  algorithm: pkijs.AlgorithmIdentifier,
  password: string,
  keyLength: number | undefined,
): Promise<Uint8Array> {
  if (algorithm.algorithmId !== PBKDF2) throw invalid('The key derivation of the identity is not known here.');
  const params = reading(() => new pkijs.PBKDF2Params({ schema: paramsOf(algorithm) }));
  if (!(params.salt instanceof asn1js.OctetString)) throw invalid('The key derivation of the identity has no salt.');
  const hash = PRFS[params.prf?.algorithmId ?? '1.2.840.113549.2.7'];
  const length = params.keyLength ?? keyLength;
  if (hash === undefined || length === undefined || length < 1 || length > 64 || (keyLength ?? length) !== length)
    throw invalid('The key derivation of the identity is not known here.');
  const iterations = bounded(params.iterationCount, MOST_ITERATIONS.pbkdf2);
  return promisify(pbkdf2)(
    Buffer.from(password, 'utf8'),
    Buffer.from(params.salt.getValue()),
    iterations,
    length,
    hash,
  );
}

/** PBES2 (RFC 8018): cipher names of Node, and the key's length in bytes. */
const CIPHERS: Readonly<Record<string, { name: string; keyLength: number; ivLength: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16, ivLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24, ivLength: 16 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyLength: 32, ivLength: 16 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24, ivLength: 8 },
};

/** The schemes of RFC 7292 appendix C, all over SHA-1; the two with RC4 are too old to meet. */
const LEGACY: Readonly<Record<string, { cipher: 'triple-des' | 'rc2'; keyLength: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'triple-des', keyLength: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'triple-des', keyLength: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyLength: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyLength: 5 },
};

async function decrypt(
  algorithm: pkijs.AlgorithmIdentifier,
  sealed: Uint8Array,
  password: string,
): Promise<Uint8Array> {
  if (algorithm.algorithmId === PBES2) {
    const params = reading(() => new pkijs.PBES2Params({ schema: paramsOf(algorithm) }));
    const cipher = CIPHERS[params.encryptionScheme.algorithmId];
    const iv: unknown = params.encryptionScheme.algorithmParams;
    if (cipher === undefined || !(iv instanceof asn1js.OctetString))
      throw invalid('The identity is encrypted with a cipher that is not known here.');
    const key = await pbkdf2Key(params.keyDerivationFunc, password, cipher.keyLength);
    return decipher(cipher.name, key, new Uint8Array(iv.getValue()), sealed);
  }
  const legacy = LEGACY[algorithm.algorithmId];
  if (legacy === undefined) throw invalid('The identity is encrypted with a scheme that is not known here.');
  const [saltBlock, iterationsBlock] = membersOf(paramsOf(algorithm));
  if (!(saltBlock instanceof asn1js.OctetString) || !(iterationsBlock instanceof asn1js.Integer))
    throw invalid('The encryption of the identity cannot be read.');
  const secret = {
    password: passwordBytes(password),
    salt: new Uint8Array(saltBlock.getValue()),
    iterations: bounded(iterationsBlock.valueBlock.valueDec, MOST_ITERATIONS.pkcs12),
  };
  const key = derive('sha1', PURPOSE.encryption, secret, legacy.keyLength);
  const iv = derive('sha1', PURPOSE.iv, secret, 8);
  if (legacy.cipher === 'triple-des') {
    // Two-key triple DES: the first key again as the third.
    const three = key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
    return decipher('des-ede3-cbc', three, iv, sealed);
  }
  const plain = decryptRc2Cbc(key, iv, sealed);
  if (plain === undefined) throw invalid('The identity cannot be decrypted: it is damaged.');
  return plain;
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array {
  try {
    const opened = createDecipheriv(name, key, iv);
    return new Uint8Array(Buffer.concat([opened.update(sealed), opened.final()]));
  } catch {
    throw invalid('The identity cannot be decrypted: it is damaged.');
  }
}
