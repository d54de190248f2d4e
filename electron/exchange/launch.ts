/** A standalone launch's way back: one address on this machine that a browser comes to, once, and that is gone afterwards. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { type AccessToken, type SmartPartner, standaloneLaunch } from './smart.ts';

const PAGE = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

export interface LaunchNeeds {
  readonly scope: string;
  /** Is told where the person's browser is to go. */
  readonly show: (address: string) => void;
  /** Milliseconds for a person to log in. */
  readonly patience?: number;
}

/**
 * Logs a person in at the partner (SMART App Launch 2, public client, PKCE with S256) over the loopback interface (RFC 8252). An answer
 * whose state is not ours changes nothing: any page of the browser could send one. The token lives in memory only.
 *
 * @throws FaultError cancelled where nobody logs in, forbidden where access is denied, write-failed where the partner gives no token
 */
export async function launchByBrowser(
  partner: SmartPartner,
  { scope, show, patience = 300_000 }: LaunchNeeds,
): Promise<AccessToken> {
  const server = createServer();
  await new Promise<void>((done, refuse) => {
    server.once('error', refuse);
    server.listen(0, '127.0.0.1', done);
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const { port } = server.address() as AddressInfo;
    const launch = await standaloneLaunch(partner, { redirect: `http://127.0.0.1:${port}/callback`, scope });
    show(launch.authorizeAt);
    return await new Promise<AccessToken>((done, refuse) => {
      timer = setTimeout(
        () => refuse(new FaultError(fault('cancelled', 'Nobody logged in.', 'Start again when you are ready.'))),
        patience,
      );
      server.on('request', (request, response) => {
        const [page, query = ''] = (request.url ?? '').split('?');
        const isLocal = request.headers.host === `127.0.0.1:${port}`;
        if (page !== '/callback' || !isLocal || request.method !== 'GET') return void response.writeHead(404).end();
        if (!launch.isAnswer(query))
          return void response.writeHead(400, PAGE).end('This is no answer to the login that is under way.');
        launch.finish(query).then(
          (token) => {
            response.writeHead(200, PAGE).end('You are logged in and can close this window.', () => done(token));
          },
          (error: unknown) => {
            response.writeHead(400, PAGE).end('The login was not completed.', () => refuse(error));
          },
        );
      });
    });
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
}
