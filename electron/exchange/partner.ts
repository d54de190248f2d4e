/**
 * Another system that a site has configured, as a file: where it is, how it is spoken to. Nothing is ever sent anywhere else; the
 * loopback address needs no file of an admin, any other one stands in it. Keys stand beside it as files.
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { toFolder, toMllp } from './hl7-channel.ts';
import type { OutboxItem } from './outbox.ts';
import { parseResource } from './resource.ts';
import { type AccessToken, type BackendKey, backendToken, type SmartPartner, sendResource } from './smart.ts';

/** Names the channel in the journal and the queue. */
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens');
const patience = z.number().int().min(100).max(600_000).optional();

export const Partner = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mllp'),
    name: Name,
    /** An IP address; names are not looked up. */
    host: z.string().refine((host) => isIP(host) !== 0, 'an IP address'),
    port: z.number().int().min(1).max(65_535),
    patience,
  }),
  z.strictObject({ kind: z.literal('folder'), name: Name, folder: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('smart'),
    name: Name,
    fhirBase: z.string().min(1),
    clientId: z.string().min(1).max(200),
    scope: z.string().min(1).max(500),
    /** Private key in PEM form, beside this file: RSA or P-384. Absent for a launch by a person. */
    key: z.string().optional(),
    keyId: z.string().max(200).optional(),
    patience,
  }),
]);
export type Partner = z.infer<typeof Partner>;
export type SmartPartnerFile = Extract<Partner, { kind: 'smart' }>;

/** @throws FaultError json-invalid, field-invalid */
export function partnerFrom(text: string, file: string): Partner {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw new FaultError(fault('json-invalid', 'The file is not JSON.', 'Correct the partner’s file.', { file }));
  }
  const read = Partner.safeParse(root);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new FaultError(
    fault(
      'field-invalid',
      'The partner’s file lacks this field, or it does not fit.',
      'Correct it; nothing was sent.',
      {
        file,
        field: issue?.path.join('.') || 'kind',
      },
    ),
  );
}

export const smartPartner = ({ fhirBase, clientId, patience: wait }: SmartPartnerFile): SmartPartner => ({
  fhirBase,
  clientId,
  ...(wait === undefined ? {} : { patience: wait }),
});

/** @param at path of the partner's file, beside which the key stands. @throws FaultError field-invalid */
export async function backendKey({ key, keyId }: SmartPartnerFile, at: string): Promise<BackendKey> {
  if (key === undefined || keyId === undefined)
    throw new FaultError(
      fault('field-invalid', 'The partner has no key.', 'Name “key” and “keyId”, or use a launch.', { field: 'key' }),
    );
  try {
    return { privateKey: createPrivateKey(await readFile(resolve(dirname(at), key))), keyId };
  } catch {
    throw new FaultError(
      fault('field-invalid', 'The key cannot be read.', 'Give a private key in PEM form.', { field: 'key' }),
    );
  }
}

/** For `Outbox.deliver`: how content goes to this partner. One token serves a whole round. */
export function senderTo(
  partner: Partner,
  at: string,
): (item: OutboxItem, bytes: Uint8Array) => Promise<string | undefined> {
  if (partner.kind === 'folder') return toFolder(resolve(dirname(at), partner.folder));
  if (partner.kind === 'mllp') {
    const { host, port, patience: wait } = partner;
    // The file is the configuration: its own address is allowed and no other.
    return toMllp({ host, port, ...(wait === undefined ? {} : { patience: wait }) }, [host]);
  }
  let token: Promise<AccessToken> | undefined;
  return async (_item, bytes) => {
    const resource = parseResource(bytes);
    const held = smartPartner(partner);
    token ??= backendKey(partner, at).then((key) => backendToken(held, key, partner.scope));
    await sendResource(held, await token, resource);
    return '200';
  };
}
