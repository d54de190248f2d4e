/** The second thread of a large VCF: reads the pieces it is given and answers each in turn. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromPieceWorker, PieceTask, ToPieceWorker } from './second-thread.ts';
import { columnsOf, movedWith } from './variant-columns.ts';
import { PieceReader } from './vcf-pieces.ts';

const port = parentPort;
if (port === null) throw new Error('vcf-piece-worker runs as a worker thread');
const { reading, header, plan } = workerData as PieceTask;
const reader = new PieceReader(reading, header, plan);

port.on('message', ({ buffer, byteLength, strictness }: ToPieceWorker) => {
  const piece = reader.read(Buffer.from(buffer, 0, byteLength), 0, byteLength, strictness);
  if (piece === undefined) {
    port.postMessage({ buffer } satisfies FromPieceWorker, [buffer]);
    return;
  }
  const { variants, ...tally } = piece.tally;
  const columns = columnsOf(variants);
  const answer: FromPieceWorker = { buffer, scanned: piece.scanned, tally, variants: columns };
  port.postMessage(answer, [buffer, ...movedWith(columns)]);
});
port.postMessage('ready' satisfies FromPieceWorker);
