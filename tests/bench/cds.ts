/**
 * The CDS Hooks service beside a bare Node HTTP echo of the same request and the matching alone, in one run, alternating
 * (goal of the exchange issue: p95 at most twice the echo's plus the matching's).
 *
 *     node tests/bench/cds.ts
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCdsServer } from '../../electron/exchange/index.ts';
import { cdsCards } from '../../shared/exchange/cds-hooks.ts';
import { reportInput } from '../unit/report/support/input.ts';

const ROUNDS = 2000;
const WARM_UP = 200;

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** Milliseconds. */
export async function benchCds() {
  const { options, board } = reportInput();
  const service = await startCdsServer({
    caseOf: async () => ({ caseId: 'bench', options, board }),
    onAnswer: () => undefined,
    onFeedback: () => undefined,
  });
  const echo = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end(Buffer.concat(chunks));
  });
  await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
  const echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/`;
  const orders = [{ reference: 'MedicationRequest/m1', names: ['erlotinib 150 MG Oral Tablet'] }];
  const body = JSON.stringify({
    hook: 'order-sign',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    context: {
      userId: 'Practitioner/1',
      patientId: 'p1',
      draftOrders: {
        resourceType: 'Bundle',
        entry: [
          {
            resource: {
              resourceType: 'MedicationRequest',
              id: 'm1',
              subject: { reference: 'Patient/p1' },
              medicationCodeableConcept: { text: orders[0]?.names[0] },
            },
          },
        ],
      },
    },
  });
  const post = async (url: string): Promise<number> => {
    const began = performance.now();
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.arrayBuffer();
    return performance.now() - began;
  };
  const times = { service: [] as number[], echo: [] as number[], matching: [] as number[] };
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const echoed = await post(echoUrl);
    const served = await post(`${service.url}/cds-services/consilium-order-sign`);
    const began = performance.now();
    cdsCards({ hook: 'order-sign', options, board, orders, uuid: (name) => name });
    const matched = performance.now() - began;
    if (round < WARM_UP) continue;
    times.echo.push(echoed);
    times.service.push(served);
    times.matching.push(matched);
  }
  await service.close();
  echo.closeAllConnections();
  echo.close();
  const [served, echoed, matching] = [times.service, times.echo, times.matching].map((one) => percentile(one, 0.95));
  return { served: served ?? Number.NaN, echoed: echoed ?? Number.NaN, matching: matching ?? Number.NaN };
}

if (import.meta.main) console.log(await benchCds());
