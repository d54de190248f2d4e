/**
 * Makes the sample cases: `node sample-cases/generate/main.ts [--output folder]`. The same bytes on every run and machine;
 * tests/unit/samples compares them with what is committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { alkLung } from './cases/alk-lung.ts';
import { brafMelanoma } from './cases/braf-melanoma.ts';
import { brca1Ovarian } from './cases/brca1-ovarian.ts';
import { egfrLung } from './cases/egfr-lung.ts';
import { her2Breast } from './cases/her2-breast.ts';
import { msiColorectal } from './cases/msi-colorectal.ts';
import { sparseCholangiocarcinoma } from './cases/sparse-cholangiocarcinoma.ts';
import { readFacts } from './facts.ts';
import type { SampleCase } from './sample-case.ts';

const makers = [egfrLung, brca1Ovarian, brafMelanoma, msiColorectal, her2Breast, alkLung, sparseCholangiocarcinoma];

export function sampleCases(): SampleCase[] {
  const facts = readFacts();
  return makers.map((make) => make(facts));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Everything in a case's folder, by path. */
export function folderOf({ record, files, origin, expected }: SampleCase): Record<string, string | Uint8Array> {
  return {
    'case.json': json(record),
    'origin.md': `# ${record.patient.pseudonym}: ${record.diagnosis.name}\n\n${origin}\n`,
    'expected.json': json(expected),
    ...files,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { output: { type: 'string' } } });
  const output = resolve(values.output ?? resolve(import.meta.dirname, '..'));
  for (const one of sampleCases()) {
    let bytes = 0;
    for (const [path, contents] of Object.entries(folderOf(one))) {
      const target = join(output, one.name, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, contents);
      bytes += Buffer.byteLength(contents);
    }
    console.log(`${one.name}: ${Object.keys(one.files).length} files, ${Math.round(bytes / 1000)} kB`);
  }
}
