import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packFolder } from '../../electron/case/index.ts';

/**
 * PCGR's T001-BRCA (exome, segments, fusions, expression) as one bundle.
 * @param source the folder of its files; `folder` an empty one to pack from
 */
export async function exomeBundle(source: string, folder: string): Promise<Uint8Array> {
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
