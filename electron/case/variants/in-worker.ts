import { Worker } from 'node:worker_threads';
import { type Fault, FaultError } from '../../../shared/foundation/fault.ts';
import { type ByteSource, chunksOf } from './byte-source.ts';
import type { ReadOptions } from './read-variants.ts';
import { type VariantColumns, variantsOf } from './variant-columns.ts';
import type { VariantFileRead, VariantProgress, VariantReading } from './variant-file.ts';

export interface WorkerTask {
  readonly told: Omit<VariantReading, 'progress'>;
  readonly totalBytes?: number;
}

/** The next bytes; undefined at the end. */
export interface ToWorker {
  readonly chunk?: Uint8Array<ArrayBuffer>;
}

export type FromWorker =
  /** Gives the memory of the chunk before back, so that it is used again. */
  | { readonly kind: 'more'; readonly spent?: ArrayBuffer }
  | { readonly kind: 'progress'; readonly progress: VariantProgress }
  | { readonly kind: 'read'; readonly read: Omit<VariantFileRead, 'variants'>; readonly variants: VariantColumns }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** Room for what is read and soon dropped: fewer collections, a tenth less time, no more memory at the peak. */
const YOUNG_MEGABYTES = 64;

/**
 * Reads a variant file in a thread of its own. Cancelling ends the thread at once.
 * @throws FaultError as `readVariantFile` tells; an AbortError when cancelled
 */
export async function readInWorker(
  told: Omit<VariantReading, 'progress'>,
  source: ByteSource,
  { signal, onProgress }: ReadOptions = {},
): Promise<VariantFileRead> {
  signal?.throwIfAborted();
  const task: WorkerTask = { told, ...(source instanceof Uint8Array ? { totalBytes: source.byteLength } : {}) };
  const worker = new Worker(new URL('./variants-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const chunks = chunksOf(source);
  let abort = (): void => {};
  let turn = Promise.resolve();
  try {
    return await new Promise<VariantFileRead>((resolve, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the reading thread ended with ${code}`)));
      worker.on('message', (message: FromWorker) => {
        switch (message.kind) {
          case 'more':
            // A chunk holds until the next is asked for, and the thread asks for several at once.
            turn = turn.then(async () => {
              const { value } = await chunks.next();
              if (value === undefined) return worker.postMessage({});
              // A view would be sent with all of the buffer it looks into.
              const fits = message.spent !== undefined && message.spent.byteLength >= value.byteLength;
              const buffer = fits ? message.spent : new ArrayBuffer(value.byteLength);
              const chunk = new Uint8Array(buffer, 0, value.byteLength);
              chunk.set(value);
              worker.postMessage({ chunk }, [buffer]);
            });
            turn.catch(reject);
            break;
          case 'progress':
            onProgress?.(message.progress);
            break;
          case 'read':
            resolve({ ...message.read, variants: variantsOf(message.variants) });
            break;
          case 'refused':
            reject(new FaultError(message.fault));
            break;
        }
      });
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
    await chunks.return();
  }
}
