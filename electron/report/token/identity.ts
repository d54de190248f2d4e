/** A person's identity on a smart card: listed, opened with its PIN, and the key never leaves the card. */
import { createHash } from 'node:crypto';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import type { SmartCard } from '../../../shared/report/signer.ts';
import { type Certificate, readCertificate, unsuitability } from '../signing/certificates.ts';
import { identityOf, type SigningIdentity } from '../signing/identity.ts';
import { CKA, CKO, CKR, type Cryptoki, openCryptoki, TOKEN_FLAG, tokenFault, ulongBytes } from './cryptoki.ts';
import { derOfPair, digestInfo } from './encodings.ts';

const USER = 1;
const CONTEXT_SPECIFIC = 2;
const CKM_RSA_PKCS = 0x1;
const CKM_ECDSA = 0x1041;

interface OnToken {
  readonly certificate: Certificate;
  /** CKA_ID, which a certificate shares with its key. */
  readonly id: Buffer;
}

const sha256 = ({ der }: Certificate): string => createHash('sha256').update(der).digest('hex');

const triesOf = (flags: number): SmartCard['tries'] =>
  (flags & TOKEN_FLAG.pinLocked) !== 0
    ? 'locked'
    : (flags & TOKEN_FLAG.lastTry) !== 0
      ? 'last'
      : (flags & TOKEN_FLAG.fewTries) !== 0
        ? 'few'
        : 'enough';

function certificatesOn(module: Cryptoki, session: number): OnToken[] {
  const found = module.find(session, [
    { type: CKA.class, value: ulongBytes(CKO.certificate) },
    { type: CKA.certificateType, value: ulongBytes(0) },
  ]);
  return found.flatMap((object) => {
    const value = module.attribute(session, object, CKA.value);
    const certificate = value === undefined ? undefined : readCertificate(new Uint8Array(value));
    if (certificate === undefined) return [];
    return [{ certificate, id: module.attribute(session, object, CKA.id) ?? Buffer.alloc(0) }];
  });
}

/** Tokens that are in their readers, with the certificates that can be read without a PIN. @throws FaultError */
export function listTokens(path: string): SmartCard[] {
  const module = openCryptoki(path);
  try {
    return module.slots().map((slot) => {
      const { label, serial, flags } = module.token(slot);
      const session = module.session(slot);
      try {
        return {
          label,
          serial,
          tries: triesOf(flags),
          certificates: certificatesOn(module, session).map(({ certificate }) => {
            const unsuitable = unsuitability(certificate);
            return {
              name: certificate.name,
              notBefore: certificate.notBefore.toISOString(),
              notAfter: certificate.notAfter.toISOString(),
              sha256: Sha256.parse(sha256(certificate)),
              ...(unsuitable === undefined ? {} : { unsuitable }),
            };
          }),
        };
      } finally {
        module.call('C_CloseSession', [session]);
      }
    });
  } finally {
    module.close();
  }
}

export interface TokenChoice {
  /** The module's library. */
  readonly module: string;
  /** Label or serial number of the token; needed where several are in. */
  readonly token?: string | undefined;
  /** SHA-256 of the certificate, or its first digits; needed where several on the token may sign. */
  readonly certificate?: string | undefined;
}

/**
 * Opens the identity for signing at `now` (ISO 8601). The session stays open until `close`; a card that is pulled out
 * before it has signed is a fault then.
 *
 * @throws FaultError token-missing, identity-password-wrong, pin-locked, identity-invalid, certificate-expired,
 *   certificate-not-yet-valid, certificate-unsuitable
 */
export async function openTokenIdentity(choice: TokenChoice, pin: string, now: string): Promise<SigningIdentity> {
  const module = openCryptoki(choice.module);
  let session: number | undefined;
  const close = (): void => {
    try {
      if (session !== undefined) module.call('C_CloseSession', [session]);
      module.close();
    } catch {
      // A card that is gone has closed its session itself.
    }
  };
  try {
    const slot = chosenSlot(module, choice.token);
    session = module.session(slot);
    await login(module, session, USER, pin).catch((error: unknown) => {
      throw withTries(error, module, slot);
    });
    const found = certificatesOn(module, session);
    const signing = found.flatMap((one) => {
      const key = keyFor(module, session ?? 0, one);
      return key === undefined ? [] : [{ ...one, key }];
    });
    const { certificate, key } = chosenCertificate(signing, choice.certificate, new Date(now));
    const asksAgain = module.attribute(session, key, CKA.alwaysAuthenticate)?.[0] === 1;
    const held = session;
    const identity = identityOf(
      certificate,
      found.map((one) => one.certificate),
      new Date(now),
      (hash) => (message) =>
        signOn(module, held, key, {
          digest: createHash(hash).update(message).digest(),
          hash,
          isRsa: certificate.x509.publicKey.asymmetricKeyType === 'rsa',
          pin: asksAgain ? pin : undefined,
        }),
    );
    return { ...identity, close };
  } catch (error) {
    close();
    throw error;
  }
}

function chosenSlot(module: Cryptoki, wanted: string | undefined): number {
  const tokens = module.slots().map((slot) => ({ slot, ...module.token(slot) }));
  const fitting =
    wanted === undefined ? tokens : tokens.filter(({ label, serial }) => label === wanted || serial === wanted);
  const [first, second] = fitting;
  if (first === undefined)
    throw new FaultError(
      fault(
        'token-missing',
        wanted === undefined
          ? 'No smart card is in a reader.'
          : 'No smart card of this label or number is in a reader.',
        'Put the card in; "consilium report tokens <module>" lists what is there.',
      ),
    );
  if (second !== undefined)
    throw new FaultError(
      fault('field-invalid', `${fitting.length} smart cards are in.`, 'Name one by its label or serial number.', {
        field: 'slot',
      }),
    );
  if (triesOf(first.flags) === 'locked') throw tokenFault(CKR.pinLocked);
  return first.slot;
}

/** A wrong PIN with what the card then says of further tries; it gives no number (PKCS #11 v3.1, section 4.4). */
function withTries(error: unknown, module: Cryptoki, slot: number): unknown {
  if (!(error instanceof FaultError) || error.fault.code !== 'identity-password-wrong') return error;
  const tries = triesOf(module.token(slot).flags);
  if (tries === 'locked') return tokenFault(CKR.pinLocked);
  if (tries === 'enough') return error;
  const left = tries === 'last' ? 'One try is left before the card locks itself.' : 'Few tries are left.';
  return new FaultError(fault('identity-password-wrong', `${error.fault.message} ${left}`, error.fault.remedy));
}

async function login(module: Cryptoki, session: number, who: number, pin: string): Promise<void> {
  const bytes = Buffer.from(pin, 'utf8');
  try {
    await module.callLong('C_Login', [session, who, bytes, bytes.length], [CKR.loggedInAlready]);
  } finally {
    bytes.fill(0);
  }
}

/** The private key of the same CKA_ID; undefined where the token has none. */
function keyFor(module: Cryptoki, session: number, { id }: OnToken): number | undefined {
  if (id.length === 0) return undefined;
  return module.find(session, [
    { type: CKA.class, value: ulongBytes(CKO.privateKey) },
    { type: CKA.id, value: id },
  ])[0];
}

function chosenCertificate<Found extends OnToken>(
  found: readonly Found[],
  wanted: string | undefined,
  now: Date,
): Found {
  const named =
    wanted === undefined
      ? found
      : found.filter(({ certificate }) => sha256(certificate).startsWith(wanted.toLowerCase()));
  const inForce = named.filter(
    ({ certificate }) =>
      unsuitability(certificate) === undefined && certificate.notBefore <= now && now <= certificate.notAfter,
  );
  const [first, second] = inForce;
  if (second !== undefined)
    throw new FaultError(
      fault('field-invalid', `${inForce.length} certificates of the card may sign.`, 'Name one by its SHA-256.', {
        field: 'certificate',
      }),
    );
  // Where none is in force, the first is refused with its own reason.
  const chosen = first ?? named[0];
  if (chosen === undefined)
    throw new FaultError(
      fault(
        'identity-invalid',
        'The smart card holds no certificate that belongs to a private key on it.',
        'Ask who issued the card; "consilium report tokens <module>" lists what it holds.',
      ),
    );
  return chosen;
}

interface ToSign {
  readonly digest: Buffer;
  readonly hash: SigningIdentity['hash'];
  readonly isRsa: boolean;
  /** Where the key asks for the PIN before each signature (CKA_ALWAYS_AUTHENTICATE). */
  readonly pin: string | undefined;
}

async function signOn(module: Cryptoki, session: number, key: number, what: ToSign): Promise<Uint8Array> {
  const { digest, hash, isRsa, pin } = what;
  const mechanism = { mechanism: isRsa ? CKM_RSA_PKCS : CKM_ECDSA, pParameter: null, ulParameterLen: 0 };
  module.call('C_SignInit', [session, mechanism, key]);
  if (pin !== undefined) await login(module, session, CONTEXT_SPECIFIC, pin);
  const input = isRsa ? digestInfo(hash, digest) : digest;
  const signature = Buffer.alloc(1024);
  const length = [signature.length];
  await module.callLong('C_Sign', [session, input, input.length, signature, length]);
  const made = signature.subarray(0, Number(length[0]));
  return isRsa ? new Uint8Array(made) : derOfPair(made);
}
