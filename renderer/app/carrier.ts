import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { carriedDocuments as customJsonSerializers } from '../../shared/case/carried.ts';

declare global {
  interface Window {
    /** Put there by the sandboxed preload, and by nothing else. */
    readonly consilium?: { readonly carrier: 'message-port' };
  }
}

export interface Carrier {
  readonly link: ClientLink<ClientContext>;
  /** Settles when the core is gone for good: show the one screen that says so; nothing typed is lost. */
  readonly lost: Promise<void>;
}

/** The message the preload waits for; it hands the port to the core and keeps nothing. */
const CONNECT = 'consilium:connect';

/**
 * How this page reaches the core: the preload's MessagePort where there is one, else the WebSocket of the host that
 * served the page. Rejects when the host does not know this browser.
 */
export const openCarrier = (): Promise<Carrier> =>
  window.consilium?.carrier === 'message-port' ? Promise.resolve(overPort()) : overSocket();

function overPort(): Carrier {
  const { port1, port2 } = new MessageChannel();
  const lost = new Promise<void>((done) => port1.addEventListener('close', () => done()));
  window.postMessage(CONNECT, window.location.origin, [port2]);
  const link = new PortLink<ClientContext>({ port: port1, customJsonSerializers });
  port1.start();
  return { link, lost };
}

async function overSocket(): Promise<Carrier> {
  await exchangeToken();
  const socket = new WebSocket(`ws://${window.location.host}/rpc`);
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((done, fail) => {
    socket.addEventListener('open', () => done(), { once: true });
    socket.addEventListener('close', () => fail(new NotAdmittedError()), { once: true });
  });
  const lost = new Promise<void>((done) => socket.addEventListener('close', () => done()));
  return { link: new SocketLink<ClientContext>({ websocket: socket, customJsonSerializers }), lost };
}

/** The page was opened without the address the launcher printed, or the launch it belongs to has ended. */
export class NotAdmittedError extends Error {
  constructor() {
    super('Open the workstation by the address that `npm start` printed.');
    this.name = 'NotAdmittedError';
  }
}

/** The launch token arrives once, in the fragment (which no log sees), and leaves the address bar at once. */
async function exchangeToken(): Promise<void> {
  const token = /^#token=([\w-]+)$/.exec(window.location.hash)?.[1];
  if (token === undefined) return;
  window.history.replaceState(null, '', `${window.location.pathname}#/`);
  const answer = await fetch('/session', { method: 'POST', body: token, credentials: 'same-origin' });
  if (!answer.ok) throw new NotAdmittedError();
}
