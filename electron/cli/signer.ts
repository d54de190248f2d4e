/** Who signs at the command line: a PKCS#12 file, or a smart card. */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { openIdentity, openTokenIdentity, type SigningIdentity } from '../report/index.ts';
import { fileBytes, secret, unwrap, usageError } from './command.ts';

export const signerOptions = {
  sign: { type: 'string' },
  token: { type: 'string' },
  slot: { type: 'string' },
  certificate: { type: 'string' },
  'password-file': { type: 'string' },
} as const;
export const SIGNER_USAGE =
  '--sign id.p12 | --token <PKCS#11 module> [--slot <label or serial>] [--certificate <sha256>]';

export interface SignerValues {
  readonly sign?: string | undefined;
  readonly token?: string | undefined;
  readonly slot?: string | undefined;
  readonly certificate?: string | undefined;
  readonly 'password-file'?: string | undefined;
}

export const namesSigner = ({ sign, token }: SignerValues): boolean => sign !== undefined || token !== undefined;

/**
 * The identity that is named. The password or PIN comes from the file, the environment or the terminal, never from the
 * command line. Who opens it closes it.
 *
 * @throws FaultError usage, and those of identities
 */
export async function openSigner(values: SignerValues, now: string, usage: string): Promise<SigningIdentity> {
  const { sign, token } = values;
  if (sign !== undefined && token !== undefined)
    throw usageError('Sign with a file (--sign) or with a card (--token), not with both.', usage);
  const file = values['password-file'];
  if (token !== undefined) {
    const pin = await secret({ file, variable: 'CONSILIUM_TOKEN_PIN', prompt: 'PIN of the smart card' });
    const { slot, certificate } = values;
    if (certificate !== undefined && !/^[0-9a-f]{4,64}$/i.test(certificate))
      throw new FaultError(
        fault(
          'field-invalid',
          'The certificate is named by its SHA-256 or its first digits.',
          'Look at: report tokens.',
          {
            field: 'certificate',
          },
        ),
      );
    return openTokenIdentity({ module: token, token: slot, certificate }, pin, now);
  }
  if (sign === undefined) throw usageError('Name the identity with --sign or the card with --token.', usage);
  const p12 = await fileBytes(sign);
  const password = await secret({ file, variable: 'CONSILIUM_P12_PASSWORD', prompt: 'Password of the identity' });
  return unwrap(await openIdentity(p12, password, now));
}

/** The same for one piece of work; a card is let go afterwards, whatever happens. */
export async function withSigner<Value>(
  values: SignerValues,
  now: string,
  usage: string,
  work: (identity: SigningIdentity) => Promise<Value>,
): Promise<Value> {
  const identity = await openSigner(values, now, usage);
  try {
    return await work(identity);
  } finally {
    identity.close?.();
  }
}
