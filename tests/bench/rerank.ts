/** A correction of the context (F011), from the call to the journalled new ranking, on every sample and on T001-BRCA. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { createServices } from '../../electron/services.ts';
import { programRoot } from '../../electron/shipped.ts';
import { exomeBundle } from '../support/exome-case.ts';
import { outside } from '../support/outside.ts';

export interface Reranked {
  readonly caseName: string;
  readonly findings: number;
  readonly options: number;
  /** The slowest of the corrections, wall time. */
  readonly milliseconds: number;
}

/** Medicines that meet many labels, one more each time: each correction changes the table. */
const MEDICINES = ['Clarithromycin', 'Amiodarone', 'Warfarin'];

export async function benchReranking(): Promise<Reranked[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rerank-'));
  try {
    const services = await createServices(
      machinePorts({
        host: 'memory',
        capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        dataFolder: join(folder, 'data'),
        tickets: createTicketDesk(),
        program: programRoot(import.meta.url),
      }),
    );
    const { vault, cases } = services;
    await vault.create({ boardName: 'Bench', userName: 'Bench', password: 'a quiet meadow behind the mill' });
    for await (const _step of cases.importSamples());
    const source = outside('testdata/case-pcgr-brca');
    if (source !== undefined) for await (const _step of cases.import(await exomeBundle(source, join(folder, 't001'))));
    const measured: Reranked[] = [];
    for (const { caseId, pseudonym } of vault.current().cases()) {
      let milliseconds = 0;
      for (const [at, name] of MEDICINES.entries()) {
        const { listing, record } = await cases.open(caseId);
        const context = { medications: [...record.medications, { name }] };
        const before = performance.now();
        await cases.editContext({ caseId, context, reason: `correction ${at + 1}`, expectedVersion: listing.version });
        milliseconds = Math.max(milliseconds, performance.now() - before);
      }
      const { profile, options } = await cases.open(caseId);
      measured.push({
        caseName: pseudonym,
        findings: profile?.findings.length ?? 0,
        options: options?.options.length ?? 0,
        milliseconds,
      });
    }
    services.session.end();
    await vault.lock();
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
