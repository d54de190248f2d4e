import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract, FileTicket } from '../../shared/contract.ts';
import { openCarrier } from './carrier.ts';

export type Client = ContractRouterClient<Contract>;

/** The core, typed from the contract. `onLost` is called once, when the connection to it is gone for good. */
export async function createClient(onLost?: () => void): Promise<Client> {
  const { link, lost } = await openCarrier();
  if (onLost !== undefined) void lost.then(onLost);
  return createORPCClient<Client>(link);
}

/** Sends a file to the core and gives the ticket that names it in the next call. */
export async function uploadFile(client: Client, file: File, signal?: AbortSignal): Promise<string> {
  const { ticket } = await client.files.upload({ fileName: file.name, sizeBytes: file.size });
  const answer = await fetch(blobAddress(ticket), {
    method: 'PUT',
    body: file,
    credentials: 'same-origin',
    signal: signal ?? null,
  });
  if (!answer.ok) throw new Error(`the file could not be handed over (${answer.status})`);
  return ticket;
}

/** Fetches the bytes behind a ticket; a ticket works once. */
export async function fetchBlob(ticket: Pick<FileTicket, 'ticket' | 'mediaType'>): Promise<Blob> {
  const answer = await fetch(blobAddress(ticket.ticket), { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`the file could not be fetched (${answer.status})`);
  return new Blob([await answer.arrayBuffer()], { type: ticket.mediaType });
}

const blobAddress = (ticket: string) => `/blob/${encodeURIComponent(ticket)}`;
