import { randomBytes } from 'node:crypto';
import type { FileTicket } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { TicketDesk } from '../ports.ts';

/** Bytes lie at most this long between one side putting them down and the other taking them up. */
const LIFETIME_MILLISECONDS = 5 * 60_000;
/** The bytes are held in memory; a bundle with imaging stays well below. */
export const LARGEST_UPLOAD_BYTES = 1_073_741_824;

type Entry = { readonly fileName: string; readonly expires: number } & (
  | { readonly kind: 'expected'; readonly sizeBytes: number }
  | { readonly kind: 'arrived'; readonly bytes: Uint8Array }
  | { readonly kind: 'offered'; readonly mediaType: string; readonly bytes: Uint8Array }
);

/** The desk with the two doors that HTTP needs. */
export interface ServedTickets extends TicketDesk {
  /** How many bytes may still be PUT under the ticket; undefined when it names no expected upload. */
  expectedBytes(ticket: string): number | undefined;
  /** Puts the bytes of an expected upload down; false when the ticket is unknown, used, expired or the size differs. */
  arrive(ticket: string, bytes: Uint8Array): boolean;
  /** Takes offered bytes up, once. */
  collect(ticket: string): { fileName: string; mediaType: string; bytes: Uint8Array } | undefined;
  /** Forgets everything, when the vault locks or the host ends. */
  clear(): void;
}

/**
 * Opaque, single-use, expiring names for bytes on their way in and out. A ticket is 256 random bits, so that it cannot
 * be guessed; it names no path, so that nothing outside can be reached through it. `milliseconds` is a monotonic
 * clock; expiry is not part of any document.
 */
export function createTicketDesk(milliseconds: () => number = () => performance.now()): ServedTickets {
  const entries = new Map<string, Entry>();

  const sweep = (): number => {
    const now = milliseconds();
    for (const [ticket, entry] of entries) if (entry.expires <= now) entries.delete(ticket);
    return now;
  };
  const put = (entry: (expires: number) => Entry, ticket = randomBytes(32).toString('base64url')): string => {
    entries.set(ticket, entry(sweep() + LIFETIME_MILLISECONDS));
    return ticket;
  };
  const find = <Kind extends Entry['kind']>(ticket: string, kind: Kind): Extract<Entry, { kind: Kind }> | undefined => {
    sweep();
    const entry = entries.get(ticket);
    return entry?.kind === kind ? (entry as Extract<Entry, { kind: Kind }>) : undefined;
  };

  return {
    expectUpload({ fileName, sizeBytes }): FileTicket {
      if (sizeBytes > LARGEST_UPLOAD_BYTES) {
        const remedy = `Hand over files of at most ${LARGEST_UPLOAD_BYTES / 2 ** 30} GiB; import larger ones with the command line.`;
        throw new FaultError(fault('file-too-large', 'The file is larger than the workstation takes.', remedy));
      }
      const ticket = put((expires) => ({ kind: 'expected', fileName, sizeBytes, expires }));
      return { ticket, fileName, mediaType: 'application/octet-stream', sizeBytes };
    },
    takeUpload(ticket) {
      const entry = find(ticket, 'arrived');
      if (entry === undefined) {
        const remedy = 'Hand the file over again.';
        throw new FaultError(
          fault('ticket-invalid', 'No file has arrived under this ticket, or it was used before.', remedy),
        );
      }
      entries.delete(ticket);
      return { fileName: entry.fileName, bytes: entry.bytes };
    },
    offerDownload({ fileName, mediaType, bytes }): FileTicket {
      const ticket = put((expires) => ({ kind: 'offered', fileName, mediaType, bytes, expires }));
      return { ticket, fileName, mediaType, sizeBytes: bytes.byteLength };
    },
    expectedBytes: (ticket) => find(ticket, 'expected')?.sizeBytes,
    arrive(ticket, bytes) {
      const entry = find(ticket, 'expected');
      if (entry === undefined) return false;
      entries.delete(ticket);
      if (entry.sizeBytes !== bytes.byteLength) return false;
      put((expires) => ({ kind: 'arrived', fileName: entry.fileName, bytes, expires }), ticket);
      return true;
    },
    collect(ticket) {
      const entry = find(ticket, 'offered');
      if (entry !== undefined) entries.delete(ticket);
      return entry;
    },
    clear: () => entries.clear(),
  };
}
