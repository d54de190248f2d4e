/** RFC 3161 section 3.4 over HTTP, to the one address that the site's settings name. */
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { TimeStampTransport } from './signing/index.ts';

const TIMEOUT_MILLISECONDS = 20_000;
const LARGEST_ANSWER = 200_000;

const unreachable = (message: string): FaultError =>
  new FaultError(
    fault(
      'time-stamp-failed',
      message,
      'Ask who runs the time-stamping service of this site; without it, take it out of the settings and sign as PAdES B-B.',
      { field: 'timeStampUrl' },
    ),
  );

/** No redirect is followed, no proxy asked, no more read than a token can be. */
export const postTimeStampQuery =
  (address: URL): TimeStampTransport =>
  (query) =>
    new Promise((resolve, reject) => {
      const send = address.protocol === 'https:' ? requestTls : requestPlain;
      const call = send(
        address,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/timestamp-query', 'Content-Length': query.length },
          signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        },
        (answer) => {
          if (
            answer.statusCode !== 200 ||
            !/^application\/timestamp-reply\b/.test(answer.headers['content-type'] ?? '')
          ) {
            answer.destroy();
            reject(unreachable('The time-stamping service answers with something else than a time-stamp.'));
            return;
          }
          const parts: Buffer[] = [];
          let length = 0;
          answer.on('data', (part: Buffer) => {
            length += part.length;
            if (length > LARGEST_ANSWER) {
              answer.destroy();
              reject(unreachable('The answer of the time-stamping service is too large.'));
            } else parts.push(part);
          });
          answer.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
          answer.on('error', () => reject(unreachable('The time-stamping service broke off its answer.')));
        },
      );
      call.on('error', () => reject(unreachable('The time-stamping service does not answer.')));
      call.end(query);
    });
