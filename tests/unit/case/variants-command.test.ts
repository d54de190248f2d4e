import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, tumorVcf } from './variants-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'consilium-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(name: string, bytes: string | Buffer, ...more: string[]) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const main = resolve(import.meta.dirname, '../../../electron/cli/main.ts');
  return spawnSync(process.execPath, [main, 'molecular', 'check', path, ...more], { encoding: 'utf8' });
}

describe('F004 molecular check', () => {
  it('exits 0 with what it understood and counted', () => {
    const { status, stdout } = check('strelka.vcf', fixture('strelka2-snvs.vcf'), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      file: 'strelka.vcf',
      rows: 1,
      alleles: 1,
      understanding: { caller: 'Strelka2 2.9.10', genomeBuild: 'GRCh37', tumorSample: 'TUMOR' },
      accounting: { rowsIn: 1, allelesIn: 1, shown: 1, collapsed: [], filtered: [] },
    });
    expect(check('strelka.vcf', fixture('strelka2-snvs.vcf')).stdout).toContain('1 rows, 1 alleles = 1 shown');
  });

  it('exits 1 with file, line, field and rule', () => {
    const broken = tumorVcf(['7 140753336 . A T . PASS . GT:AD:DP 0/2:70,30:100']);
    const { status, stdout, stderr } = check('broken.vcf', broken, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      fault: {
        code: 'field-invalid',
        place: { file: 'broken.vcf', line: 9, field: 'FORMAT/GT' },
        message: 'The genotype names an allele that the row does not have.',
      },
    });
    expect(stderr).toContain('broken.vcf, line 9, FORMAT/GT');
    expect(stderr).not.toContain(folder);
  });
});
