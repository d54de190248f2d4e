/** A correction of the context (F011), from the call to the journalled new ranking, on every sample and on T001-BRCA. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packFolder } from '../../electron/case/index.ts';
import { createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { createServices } from '../../electron/services.ts';
import { programRoot } from '../../electron/shipped.ts';
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

/** The exome, segments, fusions and expression of a case of other people's, as one bundle. */
async function exomeBundle(source: string, folder: string): Promise<Uint8Array> {
  mkdirSync(join(folder, 'files'), { recursive: true });
  const files = [
    ['grch38.vcf.gz', 'somatic-variants', 'dna'],
    ['grch38.cna.tsv', 'copy-number-segments', 'dna'],
    ['grch38.fusions.tsv', 'fusions', 'rna'],
    ['gene_expression.tsv.gz', 'expression', 'rna'],
  ] as const;
  for (const [name] of files) cpSync(join(source, `T001-BRCA.${name}`), join(folder, 'files', name));
  const assay = (id: string, scope: string, more: object) => ({ id, name: id, specimenId: 'S1', scope, ...more });
  const record = {
    schemaVersion: '1.0',
    caseId: 't001-brca',
    patient: { pseudonym: 'T001-BRCA', sex: 'female', ageYears: 60 },
    diagnosis: { oncotreeCode: 'BRCA', name: 'Invasive breast carcinoma' },
    specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary' }],
    assays: [
      assay('dna', 'exome', {
        modalities: ['somatic-variants', 'copy-number-segments'],
        design: 'tumor-normal',
        genomeBuild: 'GRCh38',
      }),
      assay('rna', 'transcriptome', { modalities: ['expression', 'fusions'] }),
    ],
    question: 'Which options does the profile open?',
    files: files.map(([name, modality, assayId]) => ({ path: `files/${name}`, modality, assayId })),
  };
  writeFileSync(join(folder, 'case.json'), JSON.stringify(record));
  const packed = await packFolder(folder);
  if (!packed.ok) throw new Error(packed.fault.message);
  return packed.value;
}

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
