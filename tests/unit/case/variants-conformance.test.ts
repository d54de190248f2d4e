import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkVariantFile } from '../../../electron/case/variants/index.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { readOf } from './variants-support.ts';

const corpus = outside('testdata/vcf-spec-corpus');

/** Rules of the specification that do not concern the product, with the reason; every other failed file is refused. */
const exempt: Readonly<Record<string, string>> = {
  '4.1/failed_body_format_003.vcf':
    'An underscore in a FORMAT key: GATK 3 writes ALT_F1R2 and its kin into VCFv4.1, and nothing is read differently.',
  '4.2/failed_body_format_003.vcf': 'An underscore in a FORMAT key, as above: GATK 4 writes MIN_DP into VCFv4.2.',
  '4.1/failed_meta_info_010.vcf':
    'INFO/AF with Number=1: LoFreq declares it so and writes one alternate per row; the declared count is still enforced on rows, and the difference is warned of.',
  '4.2/failed_meta_info_009.vcf': 'INFO/AF with Number=1, as above.',
  '4.3/failed_meta_info_015.vcf': 'INFO/AF with Number=1, as above.',
};

const files = (kind: 'passed' | 'failed'): string[] =>
  corpus === undefined
    ? []
    : readdirSync(corpus, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && /^4\.\d$/.test(entry.name))
        .flatMap((entry) =>
          readdirSync(join(corpus, entry.name, kind)).map((name) => join(corpus, entry.name, kind, name)),
        );

const nameOf = (path: string): string =>
  path
    .split('/')
    .slice(-3)
    .join('/')
    .replace(/\/(?:passed|failed)\//, '/');

describe('F002 the specification corpus of hts-specs', () => {
  it.skipIf(corpus === undefined)(outsideTitle('reads every passed file, each row accounted for', corpus), async () => {
    expect(files('passed').length).toBeGreaterThan(30);
    for (const path of files('passed')) {
      const checked = await checkVariantFile(path);
      expect([nameOf(path), checked.ok ? '' : checked.fault]).toEqual([nameOf(path), '']);
      const rows = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')).length;
      const read = await readOf(readFileSync(path), { file: { genomeBuild: 'GRCh38', tumorSample: 'HG00096' } }).catch(
        () => readOf(readFileSync(path), { file: { genomeBuild: 'GRCh38' } }),
      );
      expect([nameOf(path), read.accounting.rowsIn]).toEqual([nameOf(path), rows]);
      expect(read.accounting.allelesIn).toBeGreaterThanOrEqual(rows);
    }
  });

  it.skipIf(corpus === undefined)(
    outsideTitle('refuses every failed file with line, field and rule, or has a written reason', corpus),
    async () => {
      expect(files('failed').length).toBeGreaterThan(250);
      const read: string[] = [];
      const placeless: string[] = [];
      for (const path of files('failed')) {
        const checked = await checkVariantFile(path);
        if (checked.ok) read.push(nameOf(path));
        else {
          const { place, code, message, remedy } = checked.fault;
          expect([nameOf(path), code]).not.toEqual([nameOf(path), 'defect']);
          expect(message.length * remedy.length).toBeGreaterThan(0);
          // An empty file has no line, and a missing line end no field.
          const whole = code === 'file-truncated' || code === 'file-empty' || code === 'line-invalid';
          if (place?.line === undefined || (place.field === undefined && !whole)) placeless.push(nameOf(path));
        }
      }
      expect(read.sort()).toEqual(Object.keys(exempt).sort());
      expect(placeless).toEqual(['4.3/failed_empty.vcf', '4.3/failed_empty_sample.vcf']);
    },
  );

  it.skipIf(corpus === undefined)(outsideTitle('warns of the exempt header that differs', corpus), async () => {
    const checked = await checkVariantFile(join(corpus ?? '', '4.3/failed/failed_meta_info_015.vcf'));
    expect(checked.ok && checked.value.warnings).toEqual([
      'Line 3: INFO/AF is declared with Number=1, the specification says A; read as declared.',
    ]);
  });
});

const cases = outside('testdata/case-pcgr-brca');
const pharmcat = outside('testdata/pgx-pharmcat/vcf');

describe("F002 other people's files", () => {
  it.skipIf(cases === undefined)(
    outsideTitle('reads the PCGR breast cancer case in both builds, with depth and fraction', cases),
    async () => {
      for (const build of ['grch37', 'grch38'] as const) {
        const { understanding, variants, questions, warnings } = await readOf(
          readFileSync(join(cases ?? '', `T001-BRCA.${build}.vcf.gz`)),
        );
        expect(questions).toEqual([]);
        expect(warnings).toEqual([]);
        expect(understanding).toMatchObject({
          genomeBuild: build === 'grch37' ? 'GRCh37' : 'GRCh38',
          alleleFractionFrom: 'INFO/TVAF',
          depthFrom: 'INFO/TDP',
        });
        expect(variants).toHaveLength(196);
        expect(variants.every(({ alleleFraction, depth }) => alleleFraction !== undefined && depth !== undefined)).toBe(
          true,
        );
      }
    },
  );

  it.skipIf(cases === undefined)(outsideTitle('refuses a case of the other build', cases), async () => {
    const checked = await readOf(readFileSync(join(cases ?? '', 'T001-BRCA.grch37.vcf.gz')), {
      assay: { scope: 'exome', genomeBuild: 'GRCh38' },
    }).catch((error: Error) => error.message);
    expect(checked).toContain('build-mismatch');
  });

  it.skipIf(pharmcat === undefined)(
    outsideTitle('reads the genotypes of the pharmacogenetic files and tells carried from not carried', pharmcat),
    async () => {
      for (const name of readdirSync(pharmcat ?? '')) {
        if (!name.endsWith('.vcf')) continue;
        const { accounting, variants } = await readOf(readFileSync(join(pharmcat ?? '', name)), {
          file: { modality: 'germline-variants' },
        });
        const text = readFileSync(join(pharmcat ?? '', name), 'latin1');
        const carried = text
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('#'))
          .flatMap((line) => {
            const columns = line.split('\t');
            const named = new Set((columns[9] ?? '').split(':')[0]?.split(/[/|]/) ?? []);
            return (columns[4] ?? '')
              .split(',')
              .filter(
                (allele, index) => named.has(String(index + 1)) && !/[<*.]/.test(allele) && allele !== columns[3],
              );
          });
        const collapsed = accounting.collapsed.reduce((sum, { count }) => sum + count, 0);
        expect([name, variants.length + collapsed]).toEqual([name, carried.length]);
      }
    },
  );
});
