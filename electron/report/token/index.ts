/** Signing with a smart card over PKCS#11. The native caller is loaded when a card is asked for, and not before. */
import type { SmartCard } from '../../../shared/report/signer.ts';
import type { SigningIdentity } from '../signing/identity.ts';
import type { TokenChoice } from './identity.ts';

/** Tokens that are in their readers, with the certificates that can be read without a PIN. @throws FaultError */
export const listTokens = async (module: string): Promise<SmartCard[]> =>
  (await import('./identity.ts')).listTokens(module);

/** @throws FaultError as `openTokenIdentity` of `identity.ts` */
export const openTokenIdentity = async (choice: TokenChoice, pin: string, now: string): Promise<SigningIdentity> =>
  (await import('./identity.ts')).openTokenIdentity(choice, pin, now);
