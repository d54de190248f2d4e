/**
 * Shares the rows of a large VCF between this thread and one more, where the machine has a second processor core free: what
 * this thread cannot begin at once goes to the other, and while that one has enough to do this one reads too.
 */
import { availableParallelism, cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Tally } from './allele-sink.ts';
import { type VariantColumns, variantsOf } from './variant-columns.ts';
import type { VariantReading } from './variant-file.ts';
import type { Strictness } from './variant-keeper.ts';
import type { VcfHeader } from './vcf-header.ts';
import type { RowPlan, RowReading } from './vcf-pass.ts';
import { PieceReader, type Place, RowsInOrder } from './vcf-pieces.ts';
import type { ScannedRows } from './vcf-scanner.ts';

export interface SharingRules {
  /** Bytes of rows after which a second thread is started: it takes a while to be ready, which a small file is not worth. */
  readonly startAfterBytes: number;
  /** Shorter pieces are read sooner than they are handed over. */
  readonly smallestBytes: number;
  /** Begins to watch the cores; the answer says whether one was free since: on a busy machine a second thread only costs. */
  readonly watchCores: () => () => boolean;
}

export const SHARING: SharingRules = {
  startAfterBytes: 2 << 20,
  smallestBytes: 1 << 16,
  watchCores: () => {
    const since = performance.now();
    const before = idleMilliseconds();
    return () => availableParallelism() > 1 && idleMilliseconds() - before >= SPARE * (performance.now() - since);
  },
};
/** Part of one core that must have been idle. The load average would not do: it tells of the minute before. */
const SPARE = 0.5;
/** What all cores together have been idle since the system began. */
const idleMilliseconds = (): number => cpus().reduce((sum, { times }) => sum + times.idle, 0);
/** What the second thread may have before it: enough that it never waits for the next piece. */
const AHEAD_BYTES = 2 << 20;
/** Pieces that may wait to be put together; their bytes are held meanwhile. */
const MOST_WAITING = 8;
/** Size of the buffers that pieces are copied into; a chunk of the source fits. */
const PIECE_BYTES = 1 << 20;
/** The second thread makes few objects that last. */
const YOUNG_MEGABYTES = 16;

export interface PieceTask {
  readonly reading: RowReading;
  readonly header: VcfHeader;
  readonly plan: RowPlan;
}

export interface ToPieceWorker {
  readonly buffer: ArrayBuffer;
  readonly byteLength: number;
  readonly strictness: Strictness;
}

/** A piece as it travels; `scanned` is absent where it must be read in its place. */
export interface PieceMessage {
  readonly buffer: ArrayBuffer;
  readonly scanned?: ScannedRows;
  readonly tally?: Omit<Tally, 'variants'>;
  readonly variants?: VariantColumns;
}

/** `ready` comes first; then one answer for each piece, in the order they were sent. */
export type FromPieceWorker = 'ready' | PieceMessage;

class SecondThread {
  isReady = false;
  bytesAhead = 0;
  failure: unknown;
  readonly #worker: Worker;
  readonly #sent: Place[] = [];
  #heard: (() => void) | undefined;

  constructor(task: PieceTask) {
    this.#worker = new Worker(new URL('./vcf-piece-worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    const failed = (error: unknown): void => {
      this.failure ??= error;
      this.#heard?.();
    };
    this.#worker.on('error', failed);
    this.#worker.on('exit', (code) => failed(new Error(`the second reading thread ended with ${code}`)));
    this.#worker.on('message', (message: FromPieceWorker) => {
      if (message === 'ready') this.isReady = true;
      else this.#answered(message);
      this.#heard?.();
    });
  }

  read(place: Place, strictness: Strictness): void {
    const { byteLength, bytes } = place;
    const message: ToPieceWorker = { buffer: bytes.buffer as ArrayBuffer, byteLength, strictness };
    this.bytesAhead += message.byteLength;
    this.#sent.push(place);
    this.#worker.postMessage(message, [message.buffer]);
  }

  #answered({ buffer, scanned, tally, variants }: PieceMessage): void {
    const place = this.#sent.shift();
    if (place === undefined) return;
    this.bytesAhead -= place.byteLength;
    place.bytes = Buffer.from(buffer, 0, place.byteLength);
    if (scanned !== undefined && tally !== undefined && variants !== undefined)
      place.piece = { scanned, tally: { ...tally, variants: variantsOf(variants) } };
    place.isRead = true;
  }

  /** Waits for the next word of the thread. */
  async hear(): Promise<void> {
    if (this.failure === undefined)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    if (this.failure !== undefined) throw this.failure;
  }

  async end(): Promise<void> {
    this.#worker.removeAllListeners();
    await this.#worker.terminate();
  }
}

export class SharedRows {
  readonly rows: RowsInOrder;
  readonly #task: PieceTask;
  readonly #rules: SharingRules;
  readonly #coreWasFree: () => boolean;
  #mayShare: boolean;
  #own: PieceReader | undefined;
  #second: SecondThread | undefined;
  #seenBytes = 0;
  #spare: ArrayBuffer[] = [];

  constructor(
    { file, germline, interest, each, limit }: VariantReading,
    header: VcfHeader,
    plan: RowPlan,
    rules: SharingRules,
    coreWasFree: () => boolean,
  ) {
    const reading = { file, germline, interest };
    this.rows = new RowsInOrder({ ...reading, limit, ...(each === undefined ? {} : { each }) }, header, plan);
    this.#task = { reading, header, plan };
    this.#rules = rules;
    this.#coreWasFree = coreWasFree;
    // Whoever wants to be told of every allele in turn is told by this thread.
    this.#mayShare = each === undefined;
  }

  /**
   * Takes the next whole lines; they need to stay no longer than the call.
   * @throws FaultError of the first row that is refused
   */
  take(bytes: Buffer, from: number, to: number): void {
    const size = to - from;
    const { rows } = this;
    this.#seenBytes += size;
    if (this.#mayShare && this.#seenBytes > this.#rules.startAfterBytes) {
      this.#mayShare = false;
      if (this.#coreWasFree()) this.#second = new SecondThread(this.#task);
    }
    const second = this.#second;
    if (second?.isReady && second.bytesAhead < AHEAD_BYTES && size >= this.#rules.smallestBytes)
      second.read(rows.next(this.#copy(bytes, from, to)), rows.strictness);
    else if (rows.waiting === 0) rows.scan(bytes, from, to);
    else {
      this.#own ??= new PieceReader(this.#task.reading, this.#task.header, this.#task.plan);
      const place = rows.next(this.#copy(bytes, from, to));
      place.piece = this.#own.read(place.bytes, 0, size, rows.strictness);
      place.isRead = true;
    }
    this.#settle();
  }

  /** Lets the second thread be heard; between two pieces. */
  async pause(): Promise<void> {
    if (this.#second === undefined) return;
    await nextTurn();
    this.#settle();
    while (this.rows.waiting > MOST_WAITING) await this.#hear(this.#second);
  }

  /** What `step` throws is thrown only where no row before it is refused. */
  async first<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      await this.finish();
      throw error;
    }
  }

  /** @throws FaultError of the first row that is refused */
  async finish(): Promise<void> {
    this.#settle();
    while (this.#second !== undefined && this.rows.waiting > 0) await this.#hear(this.#second);
  }

  async end(): Promise<void> {
    await this.#second?.end();
  }

  async #hear(second: SecondThread): Promise<void> {
    await second.hear();
    this.#settle();
  }

  #settle(): void {
    for (const { bytes } of this.rows.settle()) this.#spare.push(bytes.buffer as ArrayBuffer);
  }

  /** In memory of its own, which can be moved to another thread. */
  #copy(bytes: Buffer, from: number, to: number): Buffer {
    const size = to - from;
    const fits = this.#spare.findIndex(({ byteLength }) => byteLength >= size);
    const buffer =
      fits < 0 ? new ArrayBuffer(Math.max(size, PIECE_BYTES)) : (this.#spare.splice(fits, 1)[0] as ArrayBuffer);
    const copy = Buffer.from(buffer, 0, size);
    bytes.copy(copy, 0, from, to);
    return copy;
  }
}
