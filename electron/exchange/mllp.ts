/** HL7's minimal lower layer (MLLP release 1): one message a frame, an acknowledgement for each, over TCP. */
import { type AddressInfo, connect, createServer, isIP, type Socket } from 'node:net';
import { charsetOf, type Hl7Message, parseHl7, writeHl7 } from '../../shared/exchange/hl7/message.ts';
import { type Acknowledged, acknowledgement, readAcknowledgement } from '../../shared/exchange/hl7/result.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { sha256 } from './import.ts';

const START = 0x0b;
const END = 0x1c;
const RETURN = 0x0d;
const FRAME_LIMIT = 96 * 1024 * 1024;

export const framed = (message: string): Buffer =>
  Buffer.concat([Buffer.from([START]), Buffer.from(message, 'utf8'), Buffer.from([END, RETURN])]);

/** Takes bytes as they come and gives whole frames; what stands outside a frame is an error of the peer. */
export function frames(take: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    held.push(chunk);
    size += chunk.length;
    if (size > FRAME_LIMIT) throw new RangeError('frame too large');
    if (!chunk.includes(END) && !(chunk[0] === RETURN && size > 1)) {
      const [first] = held[0] ?? [];
      if (first !== undefined && first !== START) throw new SyntaxError('no frame');
      return;
    }
    let all = Buffer.concat(held);
    for (;;) {
      if (all.length > 0 && all[0] !== START) throw new SyntaxError('no frame');
      const end = all.indexOf(Buffer.from([END, RETURN]));
      if (end < 0) break;
      take(all.subarray(1, end));
      all = all.subarray(end + 2);
    }
    held = all.length === 0 ? [] : [all];
    size = all.length;
  };
}

export interface MllpPartner {
  readonly host: string;
  readonly port: number;
  /** Milliseconds to wait for the acknowledgement. */
  readonly patience?: number;
}

/** The loopback address, or one that the site's admin wrote into the list. Names are not looked up. */
export function isAllowed(host: string, configured: readonly string[]): boolean {
  return isIP(host) !== 0 && (/^127\./.test(host) || host === '::1' || configured.includes(host));
}

const failed = (message: string): FaultError =>
  new FaultError(
    fault('write-failed', message, 'The message stays in the queue and is sent again; look at the receiving system.'),
  );

/**
 * Sends one message and waits for what the partner says of that very message. @throws FaultError write-failed where the
 * partner is down, slow, hangs up half way, answers with something else, or of another message.
 */
export function sendMllp(
  message: string,
  controlId: string,
  { host, port, patience = 30_000 }: MllpPartner,
): Promise<Acknowledged> {
  return new Promise((done, refuse) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => end(failed('The receiving system does not answer in time.')), patience);
    let ended = false;
    const end = (outcome: Acknowledged | FaultError): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.destroy();
      if (outcome instanceof FaultError) refuse(outcome);
      else done(outcome);
    };
    const read = frames((bytes) => {
      const answer = readAcknowledgement(bytes.toString('utf8'));
      if (!answer.ok) end(failed('The receiving system answers with something else than an acknowledgement.'));
      else if (answer.value.controlId !== controlId)
        end(failed('The receiving system acknowledges another message than the one sent.'));
      else end(answer.value);
    });
    socket.on('connect', () => void socket.write(framed(message)));
    socket.on('data', (chunk) => {
      try {
        read(chunk);
      } catch {
        end(failed('The receiving system answers with something else than an acknowledgement.'));
      }
    });
    socket.on('error', () => end(failed('The receiving system cannot be reached.')));
    socket.on('close', () => end(failed('The receiving system hung up before it acknowledged.')));
  });
}

/** Undefined where the bytes are not of the charset that the message names: read all the same, names would be damaged. */
function decoded(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export interface MllpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on the loopback address (or another that is given) and answers each message: AA where `take` returns, AE where it
 * throws, AR where it is no message. The same message again is acknowledged again and not taken twice.
 */
export async function startMllp(
  take: (message: Hl7Message) => Promise<void> | void,
  {
    address = '127.0.0.1',
    port = 0,
    now = () => new Date().toISOString(),
  }: { address?: string; port?: number; now?: () => string } = {},
): Promise<MllpServer> {
  const sockets = new Set<Socket>();
  const seen = new Map<string, { readonly answer: string; readonly digest: string }>();
  let count = 0;
  const answer = async (bytes: Buffer): Promise<string> => {
    count += 1;
    const envelope = { controlId: `ACK${count}`, time: now() };
    const charset = charsetOf(bytes.subarray(0, 4096).toString('latin1'));
    const text = charset === undefined ? undefined : decoded(bytes, charset);
    const parsed = text === undefined ? undefined : parseHl7(text);
    if (parsed === undefined || !parsed.ok)
      return writeHl7(acknowledgement(undefined, 'AR', envelope, 'not a message of HL7 v2'));
    const id = parsed.value.segments[0]?.fields[9]?.[0]?.[0]?.[0] ?? '';
    const known = seen.get(id);
    const digest = sha256(bytes);
    // Another content under the same control id is another message: it must not be lost behind an answer to the first.
    if (id !== '' && known !== undefined)
      return known.digest === digest
        ? known.answer
        : writeHl7(acknowledgement(parsed.value, 'AE', envelope, 'another message has this control id'));
    try {
      await take(parsed.value);
    } catch {
      return writeHl7(acknowledgement(parsed.value, 'AE', envelope, 'not taken'));
    }
    const made = writeHl7(acknowledgement(parsed.value, 'AA', envelope));
    if (id !== '') seen.set(id, { answer: made, digest });
    return made;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let turn: Promise<unknown> = Promise.resolve();
    const read = frames((bytes) => {
      const copy = Buffer.from(bytes);
      turn = turn.then(async () => void socket.write(framed(await answer(copy))));
    });
    socket.on('data', (chunk) => {
      try {
        read(chunk);
      } catch {
        socket.destroy();
      }
    });
  });
  await new Promise<void>((done, refuse) => {
    server.once('error', refuse);
    server.listen(port, address, done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
