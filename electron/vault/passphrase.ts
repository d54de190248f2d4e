import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { passwordFault } from '../../shared/vault/password.ts';
import { Argon2Parameters, derive } from './key-file.ts';
import { seal, unseal, wipe } from './sealing.ts';

/** RFC 9106 section 4, second recommended option, with more passes: a stick can be tried for as long as one likes. */
const cost = { memoryKib: 65_536, passes: 5, lanes: 1 };
/** Where the header ends, in bytes, at the latest. */
const HEADER_LIMIT = 4096;

const Header = z.object({
  format: z.string().max(80),
  version: z.number().int().positive(),
  argon2: Argon2Parameters.extend({ passes: z.number().int().min(3).max(20) }),
  salt: z.base64url(),
  /** Of the sealed bytes: damage is told from a wrong passphrase. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * A file that leaves for another station, sealed with a passphrase that both know: one line of JSON (format, version,
 * Argon2id parameters, salt, hash), then AES-256-GCM over the content with that line as associated data.
 *
 * @throws FaultError password-weak
 */
export async function sealFile(
  { format, version }: { readonly format: string; readonly version: number },
  plain: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  const weak = passwordFault(passphrase);
  if (weak !== undefined) throw new FaultError({ ...weak, place: { field: 'passphrase' } });
  const salt = randomBytes(16);
  const open = { format, version, argon2: cost, salt: salt.toString('base64url') };
  const key = await derive(passphrase, salt, cost);
  const sealed = seal(key, canonicalJson(open), plain, randomBytes);
  wipe(key);
  return Buffer.concat([Buffer.from(`${canonicalJson({ ...open, sha256: sha256(sealed) })}\n`), sealed]);
}

/**
 * The content of such a file.
 *
 * @throws FaultError format-unknown, schema-newer, file-truncated, bundle-tampered, password-wrong
 */
export async function openSealedFile(
  { format, version }: { readonly format: string; readonly version: number },
  file: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  const refuse = (...of: Parameters<typeof fault>): never => {
    throw new FaultError(fault(...of));
  };
  const unknown = (): never =>
    refuse('format-unknown', `The file is no ${format}.`, 'Choose the file that the other station wrote.');
  const end = file.subarray(0, HEADER_LIMIT).indexOf(10);
  if (end === -1) return unknown();
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(0, end)));
  } catch {
    return unknown();
  }
  const told = z.looseObject({ format: z.literal(format), version: z.number() }).safeParse(json).data;
  if (told === undefined) return unknown();
  if (told.version > version)
    return refuse('schema-newer', 'The file comes from a newer version.', 'Update this workstation first.');
  const header = Header.safeParse(json).data;
  if (header === undefined) return unknown();
  const { sha256: stated, ...open } = header;
  const sealed = Buffer.from(file.subarray(end + 1));
  if (sealed.length < 28) return refuse('file-truncated', 'The file ends too early.', 'Copy it again.');
  if (sha256(sealed) !== stated)
    return refuse('bundle-tampered', 'The file is not as it was written.', 'Copy it again, or ask for it again.');
  const key = await derive(passphrase, Buffer.from(open.salt, 'base64url'), open.argon2);
  const plain = unseal(key, canonicalJson(open), sealed);
  wipe(key);
  return (
    plain ??
    refuse('password-wrong', 'The passphrase does not open this file.', 'Ask the board that wrote it.', {
      field: 'passphrase',
    })
  );
}
