/** The only file that imports onnxruntime-node, and only when the first case is scored: starting must not pay for it. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { ModelOutput } from '../../shared/prediction/assess.ts';
import { inspectOnnx } from './onnx-file.ts';

export interface ModelSession {
  /** One output per row; `types[i]` is the place of row i's cohort among the model's. */
  run(rows: readonly Float32Array[], types: readonly number[]): Promise<ModelOutput[]>;
  /**
   * Log-risks of many rows of one cohort, `values` row by row: the model's own, summed over its blocks, not calibrated.
   * For explanations, which ask thousands of rows and need neither terms nor jackknife.
   */
  risks(values: Float32Array, rows: number, type: number): Promise<number[]>;
}

/** A session over one table of raw values. */
export interface TableSession {
  /** Names of the graph's outputs; every one is a number a row. */
  readonly outputs: readonly string[];
  run(rows: readonly Float32Array[]): Promise<Readonly<Record<string, Float32Array>>>;
}

/** Whatever stops a run – memory above all – is said as such: never a number, and never a crash of the rest. */
async function asked<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FaultError) throw error;
    // ONNX Runtime and V8 tell want of memory by their words alone.
    if (/alloc|memory|array length/i.test(error instanceof Error ? error.message : ''))
      throw new FaultError(
        fault(
          'memory-exhausted',
          'There is not enough memory to run the model.',
          'Close other programs, or give fewer patients at a time; everything else works without it.',
        ),
      );
    throw new FaultError(
      fault('model-missing', 'The library that runs models could not run this one.', 'See `consilium doctor`.'),
    );
  }
}

/** The runtime's session over verified bytes: CPU, one thread, sequential, so that the same input gives the same bits. */
async function openOnnx(onnx: Buffer): Promise<{ session: InferenceSession; Tensor: typeof Tensor }> {
  inspectOnnx(onnx);
  let runtime: typeof import('onnxruntime-node');
  // From 1.30 on the library's Linux build looks up and calls its maker's collector when it loads; it asks this
  // variable first. tests/e2e/offline.spec.ts traces that nothing is looked up (design.md section 5 rule 9).
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    runtime = await import('onnxruntime-node');
  } catch {
    throw new FaultError(
      fault(
        'model-missing',
        'The library that runs models does not load on this machine.',
        'See `consilium doctor`; everything else works without it.',
      ),
    );
  }
  const session = await asked(() =>
    runtime.InferenceSession.create(onnx, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    }),
  );
  return { session, Tensor: runtime.Tensor };
}

const matrix = (rows: readonly Float32Array[]): { values: Float32Array; width: number } => {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw new Error('rows of unequal width');
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    values.set(row, i * width);
  });
  return { values, width };
};

/** Fault, also of its runs: model-missing where the runtime's library does not load or cannot run it, memory-exhausted. */
export async function openTableSession(onnx: Buffer): Promise<TableSession> {
  const { session, Tensor } = await openOnnx(onnx);
  return {
    outputs: session.outputNames,
    async run(rows) {
      const said = await asked(() => {
        const { values, width } = matrix(rows);
        return session.run({ features: new Tensor('float32', values, [rows.length, width]) });
      });
      for (const { dims } of Object.values(said))
        if (dims.length !== 1 || dims[0] !== rows.length) throw new Error('the model gave another shape');
      return Object.fromEntries(Object.entries(said).map(([name, tensor]) => [name, tensor.data as Float32Array]));
    },
  };
}

/** Fault, also of its runs: model-missing where the runtime's library does not load or cannot run it, memory-exhausted. */
export async function openSession(onnx: Buffer): Promise<ModelSession> {
  const { session, Tensor } = await openOnnx(onnx);
  return {
    async run(rows, types) {
      const { values: features, width } = matrix(rows);
      const { contributions, terms } = await asked(() =>
        session.run({
          features: new Tensor('float32', features, [rows.length, width]),
          tumor_type: new Tensor('int64', BigInt64Array.from(types, BigInt), [rows.length]),
        }),
      );
      if (contributions === undefined || terms === undefined) throw new Error('the model lacks an output');
      const [, members = 0, blocks = 0] = contributions.dims;
      const values = contributions.data as Float32Array;
      const products = terms.data as Float32Array;
      return rows.map((_, i) => ({
        contributions: Array.from({ length: members }, (_, m) =>
          Array.from(values.subarray((i * members + m) * blocks, (i * members + m + 1) * blocks)),
        ),
        terms: products.subarray(i * width, (i + 1) * width),
      }));
    },
    async risks(values, rows, type) {
      const { contributions } = await asked(() =>
        session.run(
          {
            features: new Tensor('float32', values, [rows, values.length / rows]),
            tumor_type: new Tensor('int64', new BigInt64Array(rows).fill(BigInt(type)), [rows]),
          },
          ['contributions'],
        ),
      );
      if (contributions === undefined) throw new Error('the model lacks an output');
      const [, members = 0, blocks = 0] = contributions.dims;
      const said = contributions.data as Float32Array;
      return Array.from({ length: rows }, (_, row) => {
        let sum = 0;
        for (let block = 0; block < blocks; block++) sum += said[row * members * blocks + block] as number;
        return sum;
      });
    },
  };
}
