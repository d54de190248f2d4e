/** The thread in which large variant files are read; it asks for bytes a chunk at a time, so that it never holds a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import type { FromWorker, ToWorker, WorkerTask } from './in-worker.ts';
import { readHere } from './read-variants.ts';
import { columnsOf, movedWith } from './variant-columns.ts';

const port = parentPort;
if (port === null) throw new Error('variants-worker runs as a worker thread');
const say = (message: FromWorker): void => port.postMessage(message);

/** Chunks asked for before they are needed, so that reading does not wait for the disk. */
const ASKED_AHEAD = 2;

async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
  const arrived: ToWorker[] = [];
  let heard = (): void => {};
  port?.on('message', (answer: ToWorker) => {
    arrived.push(answer);
    heard();
  });
  for (let asked = 0; asked < ASKED_AHEAD; asked++) say({ kind: 'more' });
  for (;;) {
    if (arrived.length === 0)
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    const chunk = arrived.shift()?.chunk;
    if (chunk === undefined) return;
    yield chunk;
    port?.postMessage({ kind: 'more', spent: chunk.buffer } satisfies FromWorker, [chunk.buffer]);
  }
}

const { told, totalBytes } = workerData as WorkerTask;
try {
  const read = await readHere(told, bytes(), {
    onProgress: (progress) => say({ kind: 'progress', progress }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
  });
  const { variants, ...rest } = read;
  const columns = columnsOf(variants);
  port.postMessage({ kind: 'read', read: rest, variants: columns } satisfies FromWorker, movedWith(columns));
} catch (error) {
  say({ kind: 'refused', fault: faultFrom(error) });
}
