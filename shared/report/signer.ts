/** Who signs, as a screen says it to the core: a key file or a smart card of the site. */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';

/** A card in a reader, as it tells itself without a PIN. */
export const SmartCard = z.object({
  label: z.string(),
  serial: z.string(),
  /** What the card says of tries that are left for its PIN; it gives no number. */
  tries: z.enum(['enough', 'few', 'last', 'locked']),
  certificates: z.array(
    z.object({
      name: z.string(),
      /** ISO 8601. */
      notBefore: z.string(),
      notAfter: z.string(),
      sha256: Sha256,
      /** Why the certificate may not sign reports; absent where it may. */
      unsuitable: z.string().optional(),
    }),
  ),
});
export type SmartCard = z.infer<typeof SmartCard>;

/** Cards of the station; `set` is false where the site names no module. */
export const SmartCards = z.object({ set: z.boolean(), cards: z.array(SmartCard) });
export type SmartCards = z.infer<typeof SmartCards>;

/** A key file that was uploaded, or a certificate on a card; the password of the one, the PIN of the other. */
export const Signer = z.object({
  /** Upload ticket of the PKCS#12 file. */
  identityTicket: z.string().optional(),
  card: z.object({ serial: z.string().max(120), certificate: Sha256 }).optional(),
  /** Of the file, or the PIN of the card. Never stored, never in a journal, fault or log. */
  password: z.string().max(1024),
});
export type Signer = z.infer<typeof Signer>;
