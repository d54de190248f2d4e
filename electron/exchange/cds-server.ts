/**
 * The CDS Hooks 2.0 service over HTTP. Nobody starts it but an admin who asks for it; it listens on the loopback address or
 * on one that was configured, answers with what documents of this station say, and asks no other server for anything.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { cdsCards } from '../../shared/exchange/cds-hooks.ts';
import { type CdsFeedback, cdsServices, readCdsFeedback, readCdsRequest } from '../../shared/exchange/cds-service.ts';
import { uuidOf } from '../../shared/exchange/fhir/export.ts';
import { parseJsonObject } from '../../shared/exchange/fhir/parse.ts';
import { type Fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import { sha256 } from './import.ts';

export interface CdsCase {
  readonly caseId: string;
  readonly options: OptionsTable;
  readonly board: BoardRecord;
}

export interface CdsServerOptions {
  /** The case of a patient by the record system's id; undefined where there is none, and the answer has no cards. */
  readonly caseOf: (patientId: string) => Promise<CdsCase | undefined>;
  /** What was answered and what came back, for the journal. Throws where it cannot be written: then nothing is answered. */
  readonly onAnswer: (answer: {
    caseId: string;
    hook: string;
    hookInstance: string | undefined;
    cards: readonly string[];
  }) => void;
  readonly onFeedback: (service: string, feedback: readonly CdsFeedback[]) => void;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** Address of the workstation, for links of the form `<address>#/cases/<case>`. */
  readonly workstation?: string | undefined;
  /** Origins of browser-based records that may call; none by default. */
  readonly origins?: readonly string[];
}

export interface CdsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Largest request, in bytes: draft orders and one patient. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** Milliseconds for a request to arrive whole. */
const PATIENCE = 10_000;

class Refusal extends Error {
  readonly status: number;
  readonly fault: Fault | undefined;
  constructor(status: number, fault?: Fault) {
    super(String(status));
    this.status = status;
    this.fault = fault;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Refusal(413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function jsonOf(request: IncomingMessage) {
  const bytes = await bodyOf(request);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400);
  }
  const root = parseJsonObject(text);
  if (!root.ok) throw new Refusal(400, root.fault);
  return root.value;
}

/** @throws the system's error where the address cannot be listened on */
export async function startCdsServer(options: CdsServerOptions): Promise<CdsServer> {
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path === '/cds-services') {
      if (request.method !== 'GET') throw new Refusal(405);
      return { services: cdsServices };
    }
    const [, id, feedback] = /^\/cds-services\/([a-z-]{1,64})(\/feedback)?$/.exec(path) ?? [];
    const service = cdsServices.find((one) => one.id === id);
    if (service === undefined) throw new Refusal(404);
    if (request.method !== 'POST') throw new Refusal(405);
    const root = await jsonOf(request);
    if (feedback !== undefined) {
      const read = readCdsFeedback(root);
      if (!read.ok) throw new Refusal(400, read.fault);
      options.onFeedback(service.id, read.value);
      return {};
    }
    const read = readCdsRequest(root, service.hook);
    if (!read.ok) throw new Refusal(400, read.fault);
    const { patientId, hookInstance, orders } = read.value;
    const found = await options.caseOf(patientId);
    if (found === undefined) return { cards: [] };
    const { caseId } = found;
    const said = cdsCards({
      hook: service.hook,
      options: found.options,
      board: found.board,
      orders,
      uuid: (name) => uuidOf(sha256(`${caseId}/${hookInstance ?? ''}/${name}`)),
      link:
        options.workstation === undefined ? undefined : `${options.workstation}#/cases/${encodeURIComponent(caseId)}`,
    });
    options.onAnswer({ caseId, hook: service.hook, hookInstance, cards: said.cards.map(({ uuid }) => String(uuid)) });
    return said;
  };
  const reply = (response: ServerResponse, status: number, value: unknown, origin: string | undefined): void => {
    const body = JSON.stringify(value);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(origin === undefined
        ? {}
        : {
            'access-control-allow-origin': origin,
            vary: 'origin',
            'access-control-allow-methods': 'GET, POST, OPTIONS',
            'access-control-allow-headers': 'content-type, authorization',
          }),
    });
    response.end(body);
  };
  const server = createServer((request, response) => {
    const said = request.headers.origin;
    const origin = said !== undefined && options.origins?.includes(said) === true ? said : undefined;
    // A page that was not configured may not make a browser ask for it.
    if (said !== undefined && origin === undefined) return reply(response, 403, {}, undefined);
    if (request.method === 'OPTIONS') return reply(response, 200, {}, origin);
    answer(request).then(
      (value) => reply(response, 200, value, origin),
      (error: unknown) => {
        const status = error instanceof Refusal ? error.status : faultFrom(error).code === 'locked' ? 503 : 500;
        const fault = error instanceof Refusal ? error.fault : faultFrom(error);
        reply(
          response,
          status,
          fault === undefined
            ? {}
            : { code: fault.code, message: fault.message, place: fault.place, remedy: fault.remedy },
          origin,
        );
      },
    );
  });
  server.requestTimeout = PATIENCE;
  server.headersTimeout = PATIENCE;
  const address = options.address ?? '127.0.0.1';
  await listening(server, options.port ?? 0, address);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const listening = (server: Server, port: number, address: string): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, address, () => {
      server.off('error', failed);
      done();
    });
  });
