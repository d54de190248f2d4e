import type { FileTicket, HostInfo } from '../shared/contract.ts';
import type { Clock, Ids } from '../shared/foundation/ids.ts';

/**
 * Bytes on their way in and out, named by opaque, single-use, expiring tickets. `electron/serve` implements it behind
 * `/blob/<ticket>` for both window hosts; the command line and tests use the same desk without HTTP.
 */
export interface TicketDesk {
  /** A place to PUT one file of at most `sizeBytes`. */
  expectUpload(file: { fileName: string; sizeBytes: number }): FileTicket;
  /** The bytes that arrived under the ticket, once. Faults: ticket-invalid. */
  takeUpload(ticket: string): { fileName: string; bytes: Uint8Array };
  /** Bytes to be fetched once with GET. */
  offerDownload(file: { fileName: string; mediaType: string; bytes: Uint8Array }): FileTicket;
}

/** What a host must provide; the rooms know nothing else of the machine they run on. */
export interface Ports {
  readonly host: HostInfo['host'];
  readonly version: string;
  readonly capabilities: HostInfo['capabilities'];
  /** The vault's folder. */
  readonly dataFolder: string;
  /** Folders that ship with the program. */
  readonly resources: { readonly knowledge: string; readonly models: string; readonly sampleCases: string };
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tickets: TicketDesk;
  /** Notes a call that failed: its name and what `faultFrom` makes of the error, never patient data. */
  readonly report: (call: string, error: unknown) => void;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };
export const randomIds: Ids = { next: () => crypto.randomUUID() };
