import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { pharmacogenes } from '../../../electron/therapy/index.ts';
import { vcfText } from '../../../shared/exchange/genome-tables.ts';
import type { PgxDocument, PgxGene } from '../../../shared/therapy/pgx/document.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const folder = outside('testdata/pgx-pharmcat');
const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const knowledge = packs.pharmacogenes();
const definitions = knowledge?.definitions ?? [];

type Edit = readonly [string, ...string[]];
interface Case {
  readonly id: string;
  readonly gene: string | null;
  readonly outside_calls: readonly string[];
  readonly expected: {
    readonly diplotypes?: readonly (string | readonly string[])[];
    readonly assertions?: readonly (readonly [string, ...unknown[]])[];
  };
  readonly edits?: readonly Edit[];
  readonly vcf: string | null;
}

const cases: readonly Case[] =
  folder === undefined ? [] : (JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[]);

/** The genotype of the edits as a VCF: defined positions of the touched genes, reference unless edited or missing. */
function vcfOf(edits: readonly Edit[]): string {
  const phased = edits.some(([kind]) => kind === 'phased');
  const touched = new Set(edits.filter(([kind]) => kind !== 'phased').map(([, gene]) => gene));
  const missing = new Set(edits.filter(([kind]) => kind === 'missing').flatMap(([, , ...rsids]) => rsids));
  const repeats: Readonly<Record<string, string>> = {
    'TA(6)': 'C',
    'TA(7)': 'CAT',
    'TA(8)': 'CATAT',
    'TA(9)': 'CATATAT',
  };
  const rows = definitions
    .filter(({ gene }) => touched.has(gene))
    .flatMap(({ chromosome, positions }) =>
      positions
        .filter(({ rsid }) => rsid === undefined || !missing.has(rsid))
        .map(({ grch38, rsid, ref, alts }) => {
          const edit = edits.find(([kind, , name]) => kind === 'variation' && name === rsid);
          const all = [ref, ...alts];
          const indices = (edit?.slice(3) ?? [ref, ref]).map((base) =>
            base === '.' ? '.' : all.indexOf(repeats[base] ?? base),
          );
          return [
            `chr${chromosome}`,
            grch38,
            rsid ?? '.',
            ref,
            alts.join(','),
            '.',
            'PASS',
            '.',
            'GT',
            indices.join(phased ? '|' : '/'),
          ].join('\t');
        }),
    );
  return `##fileformat=VCFv4.2\n##contig=<ID=chr1,assembly=GRCh38.p14>\n${['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', 'S'].join('\t')}\n${rows.join('\n')}\n`;
}

async function run({ vcf, edits, outside_calls }: Case): Promise<PgxDocument> {
  const path = vcf === null ? undefined : join(folder ?? '', vcf);
  const calls =
    outside_calls.length === 0 ? {} : { outsideCalls: { name: 'calls.tsv', text: outside_calls.join('\n') } };
  const of = async (source: string | Buffer): Promise<PgxDocument> => {
    const read = await pharmacogenes({ source, name: 'case.vcf', ...calls }, packs);
    if (!read.ok) throw new Error(read.fault.message);
    return read.value;
  };
  const document = await of(path !== undefined && existsSync(path) ? path : Buffer.from(vcfOf(edits ?? [])));
  const { genotypes: rows = [], genomeBuild = 'GRCh38', warnings } = document;
  // What a case takes along into another system gives the same there, to the last warning (F093, G29).
  expect(await of(Buffer.from(vcfText([], genomeBuild, 'S', { rows, warnings }).text))).toEqual(document);
  return document;
}

const CONSTANTS: Readonly<Record<string, string>> = {
  '@HOMOZYGOUS_REFERENCE': 'Reference/Reference',
  '@REFERENCE': 'Reference',
  '@INDETERMINATE': 'Indeterminate',
};
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    typeof one === 'string' ? [CONSTANTS[one] ?? one] : [],
  );
const raw = (value: unknown): boolean => typeof value === 'object' && value !== null && 'raw' in value;
const sorted = (values: readonly string[]): string[] => [...values].sort();

/** More than two variants and none with a function in the table: which two decide cannot be told from it. */
const ungraded = ({ diplotypes, calls }: PgxGene): boolean =>
  diplotypes.length > 2 && calls.every(({ deciding }) => deciding.every((one) => one.function === undefined));

/** One expected value as [what, seen, wanted]; undefined where it is no call, phenotype or caller. */
function checked(
  assertion: readonly [string, ...unknown[]],
  document: PgxDocument,
): [string, unknown, unknown] | undefined {
  const [name, ...args] = assertion;
  const geneNamed = (symbol: unknown): PgxGene => {
    const found = document.genes.find(({ gene }) => gene === symbol);
    if (found === undefined) throw new Error(`no gene ${String(symbol)}`);
    return found;
  };
  const what = `${name} ${String(args[0])}`;
  const [subject, first, ...rest] = args;
  switch (name) {
    case 'testCalledByMatcher':
      return [what, geneNamed(subject).source, 'vcf'];
    case 'testNotCalledByMatcher':
      return [what, geneNamed(subject).source === 'vcf', false];
    case 'testReportable':
      return subject === 'CYP2D6' && document.genes.every(({ source }) => source !== 'outside')
        ? undefined
        : [what, geneNamed(subject).source === 'none', false];
    case 'testSourceDiplotypes':
      return [what, sorted(geneNamed(subject).diplotypes), sorted(texts(first))];
    case 'testPrintCalls':
    case 'testPrintCpicCalls':
      // Calls of the other tool that this line of the table leaves out are not there to compare.
      return subject === 'CYP2D6' && geneNamed(subject).source === 'none'
        ? undefined
        : [what, sorted(geneNamed(subject).diplotypes), sorted(texts([first, ...rest].flat()))];
    case 'testSourcePhenotype':
    case 'testRecommendedPhenotype':
      return [what, geneNamed(subject).phenotype, texts(first)[0]];
    case 'testRecommendedDiplotypes':
      if (raw(first) || ungraded(geneNamed(subject))) return undefined;
      return [
        what,
        geneNamed(subject).calls.some(
          ({ deciding }) =>
            JSON.stringify(sorted(deciding.map(({ allele }) => allele))) ===
            JSON.stringify(sorted(texts([first, ...rest].flat()))),
        ),
        true,
      ];
    case 'standardChecks': {
      const dpyd = geneNamed('DPYD');
      const [calls, , deciding, missing] = args;
      return [
        what,
        [
          sorted(dpyd.diplotypes),
          dpyd.missingPositions.length > 0 || dpyd.notes.some((note) => note.startsWith('One strand is not called')),
          deciding === null ? [] : sorted(dpyd.calls[0]?.deciding.map(({ allele }) => allele) ?? []),
        ],
        [sorted(texts(calls)), missing, deciding === null ? [] : sorted(texts(deciding))],
      ];
    }
    default:
      return undefined;
  }
}

describe('pharmacogenes against expected calls of others (F043, G16)', () => {
  const counts = { calls: 0, equal: 0, left: 0 };
  it.skipIf(folder === undefined).each(cases.map((one) => [one.id, one] as const))(
    outsideTitle('%s', folder),
    async (_, one) => {
      const document = await run(one);
      const seen: unknown[] = [];
      const wanted: unknown[] = [];
      for (const assertion of one.expected.assertions ?? []) {
        const found = checked(assertion, document);
        if (found === undefined) {
          counts.left += 1;
          continue;
        }
        seen.push([found[0], found[1]]);
        wanted.push([found[0], found[2]]);
      }
      for (const expected of one.expected.diplotypes ?? []) {
        const gene = document.genes.find((found) => found.gene === one.gene);
        const all = [...(gene?.diplotypes ?? []), ...(gene?.otherDiplotypes ?? [])];
        // A list holds every pair that fits, a single text the best one.
        seen.push(['diplotypes', typeof expected === 'string' ? gene?.diplotypes : sorted(all)]);
        wanted.push(['diplotypes', typeof expected === 'string' ? [expected] : sorted(expected)]);
      }
      counts.calls += wanted.length;
      counts.equal += seen.filter((value, index) => JSON.stringify(value) === JSON.stringify(wanted[index])).length;
      expect(seen).toEqual(wanted);
    },
  );
  it.skipIf(folder === undefined)(outsideTitle('counts them', folder), () => {
    console.log(
      `pharmacogenes: ${counts.equal} of ${counts.calls} expected values equal, ${counts.left} of another kind`,
    );
    expect(counts.equal).toBe(counts.calls);
    expect(counts.calls).toBeGreaterThan(50);
  });
});
