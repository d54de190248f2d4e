import type { WebSocket } from 'ws';

/** JSON before the bytes of a blob, by the format of the contract's messages. */
const BLOB_MARK = 0xff;
const BROKEN_PAYLOAD = 1007;

function isMessage(data: unknown): boolean {
  try {
    if (typeof data === 'string') JSON.parse(data);
    else {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data as ArrayBuffer);
      const end = bytes.indexOf(BLOB_MARK);
      JSON.parse(bytes.toString('utf8', 0, end === -1 ? bytes.length : end));
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * A socket that hands on messages and hangs up (1007) on what is none: the answering side would print words of it, which may
 * be a patient's, to standard error.
 */
export function wholeFrames(socket: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  const addEventListener: WebSocket['addEventListener'] = (type, listener, options) => {
    if (type !== 'message') {
      socket.addEventListener(type, listener, options);
      return;
    }
    socket.addEventListener('message', (event) => {
      const { data } = event;
      if (isMessage(Array.isArray(data) ? Buffer.concat(data) : data)) (listener as (one: typeof event) => void)(event);
      else socket.close(BROKEN_PAYLOAD, 'not a message');
    });
  };
  return { addEventListener, send: socket.send.bind(socket) };
}
