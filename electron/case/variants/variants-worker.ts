/** The thread in which large variant files are read; it asks for bytes a chunk at a time, so that it never holds a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import type { FromWorker, ToWorker, WorkerTask } from './in-worker.ts';
import { readHere } from './read-variants.ts';

const port = parentPort;
if (port === null) throw new Error('variants-worker runs as a worker thread');
const say = (message: FromWorker): void => port.postMessage(message);

async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
  let spent: ArrayBuffer | undefined;
  for (;;) {
    const answer = new Promise<ToWorker>((resolve) => port?.once('message', resolve));
    if (spent === undefined) say({ kind: 'more' });
    else port?.postMessage({ kind: 'more', spent } satisfies FromWorker, [spent]);
    const { chunk } = await answer;
    if (chunk === undefined) return;
    yield chunk;
    spent = chunk.buffer;
  }
}

const { told, totalBytes } = workerData as WorkerTask;
try {
  const read = await readHere(told, bytes(), {
    onProgress: (progress) => say({ kind: 'progress', progress }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
  });
  say({ kind: 'read', read });
} catch (error) {
  say({ kind: 'refused', fault: faultFrom(error) });
}
