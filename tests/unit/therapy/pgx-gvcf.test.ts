/** F043, F046: reference blocks of a gVCF call what they cover and bear, exactly as rows of their own would; below quality nothing is called. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { pharmacogenes } from '../../../electron/therapy/index.ts';
import type { PgxKnowledge } from '../../../shared/therapy/pgx/definitions.ts';
import type { PgxDocument } from '../../../shared/therapy/pgx/document.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const { definitions } = packs.pharmacogenes() as PgxKnowledge;

const head = (build: string, samples = ['P']) =>
  `##fileformat=VCFv4.2\n##contig=<ID=chr1,assembly=${build}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${samples.join('\t')}\n`;
const row = (...cells: (string | number)[]): string => cells.join('\t');

interface Seen {
  readonly gt: string;
  readonly alt: string;
}

/** Rows for what differs, blocks of at most `longest` bases for the rest of each gene; `quality` of a block by its start. */
function gvcf(
  differing: Readonly<Record<string, Seen>>,
  {
    longest = 100_000,
    quality = () => 'GT:DP:GQ:MIN_DP\t0/0:32:60:30',
    alt = '<NON_REF>',
  }: { longest?: number; quality?: (start: number, end: number) => string; alt?: string } = {},
): string {
  const lines: string[] = [];
  for (const { chromosome, positions } of definitions) {
    const told = positions.filter(({ rsid }) => rsid !== undefined && differing[rsid] !== undefined);
    const from = Math.min(...positions.map(({ grch38 }) => grch38)) - 20;
    const to = Math.max(...positions.map(({ grch38, ref }) => grch38 + ref.length)) + 20;
    let start = from;
    const block = (end: number): void => {
      while (start <= end) {
        const stop = Math.min(end, start + longest - 1);
        lines.push(row(`chr${chromosome}`, start, '.', 'N', alt, '.', '.', `END=${stop}`, quality(start, stop)));
        start = stop + 1;
      }
    };
    for (const { grch38, ref, rsid } of [...told].sort((a, b) => a.grch38 - b.grch38)) {
      block(grch38 - 1);
      const seen = differing[rsid ?? ''];
      if (seen !== undefined)
        lines.push(row(`chr${chromosome}`, grch38, '.', ref, `${seen.alt},<NON_REF>`, '90', '.', '.', 'GT', seen.gt));
      start = grch38 + ref.length;
    }
    block(to);
  }
  return `${head('GRCh38')}${lines.join('\n')}\n`;
}

/** The same person, every position as a row. */
function plain(differing: Readonly<Record<string, Seen>>, left: (position: number) => boolean = () => true): string {
  const lines = definitions.flatMap(({ chromosome, positions }) =>
    positions
      .filter(({ grch38 }) => left(grch38))
      .map(({ grch38, rsid, ref, alts }) => {
        const seen = differing[rsid ?? ''];
        return row(
          `chr${chromosome}`,
          grch38,
          '.',
          ref,
          seen?.alt ?? alts.join(','),
          '.',
          '.',
          '.',
          'GT',
          seen?.gt ?? '0/0',
        );
      }),
  );
  return `${head('GRCh38')}${lines.join('\n')}\n`;
}

async function genes(text: string, sample?: string): Promise<PgxDocument> {
  const read = await pharmacogenes(
    { source: Buffer.from(text), name: 'g.vcf', ...(sample === undefined ? {} : { sample }) },
    packs,
  );
  if (!read.ok) throw new Error(read.fault.message);
  return read.value;
}
const told = (document: PgxDocument) =>
  document.genes.map(({ gene, diplotypes, phenotype, activityScore, missingPositions }) => ({
    gene,
    diplotypes,
    phenotype,
    activityScore,
    missing: missingPositions.map(({ position }) => position),
  }));

const person: Readonly<Record<string, Seen>> = {
  rs1799853: { gt: '0/1', alt: 'T' },
  rs3918290: { gt: '0/1', alt: 'T' },
  rs4149056: { gt: '1/1', alt: 'C' },
};

/** Without the variant in the stretch that is of low quality below. */
const quiet = { rs1799853: { gt: '0/1', alt: 'T' }, rs3918290: { gt: '0/1', alt: 'T' } };

describe('reference blocks (F043, F046)', () => {
  it('call exactly what rows of their own would, however the blocks are cut and whichever caller wrote them', async () => {
    const expected = told(await genes(plain(person)));
    expect(expected.find(({ gene }) => gene === 'CYP2C9')?.diplotypes).toEqual(['*1/*2']);
    for (const file of [
      gvcf(person),
      gvcf(person, { longest: 7 }),
      gvcf(person, { alt: '<*>' }),
      gvcf(person, { alt: '.' }),
    ])
      expect(told(await genes(file))).toEqual(expected);
  });

  it('below quality or depth, or without a genotype, nothing is called: the same as rows that are not there', async () => {
    const slco1b1 = definitions.find(({ gene }) => gene === 'SLCO1B1');
    const from = Math.min(...(slco1b1?.positions ?? []).map(({ grch38 }) => grch38)) - 20;
    const to = Math.max(...(slco1b1?.positions ?? []).map(({ grch38 }) => grch38)) + 40;
    const expected = told(await genes(plain(quiet, (at) => at < from || at > to)));
    expect(expected.find(({ gene }) => gene === 'SLCO1B1')?.diplotypes).toEqual([]);
    for (const weak of [
      'GT:DP:GQ:MIN_DP\t0/0:32:19:30',
      'GT:DP:GQ:MIN_DP\t0/0:32:60:9',
      'GT:DP:GQ\t0/0:9:60',
      'GT:DP:GQ\t./.:32:60',
    ]) {
      const document = await genes(
        gvcf(quiet, {
          quality: (start, end) => (start >= from && end <= to + 20 ? weak : 'GT:DP:GQ:MIN_DP\t0/0:32:60:30'),
        }),
      );
      expect(told(document)).toEqual(expected);
      expect(
        document.warnings.some((one) =>
          /in reference blocks \(first in line \d+\) not called: .*GQ below 20 or depth below 10/.test(one),
        ),
      ).toBe(true);
    }
  });

  it('a position of several bases is called only where blocks cover all of them', async () => {
    const { chromosome, positions } = definitions.find(({ gene }) => gene === 'DPYD') ?? {
      chromosome: '1',
      positions: [],
    };
    const long = positions.find(({ ref }) => ref.length > 2);
    if (long === undefined) throw new Error('no position of several bases');
    const block = (start: number, end: number) =>
      row(`chr${chromosome}`, start, '.', 'N', '<NON_REF>', '.', '.', `END=${end}`, 'GT:DP:GQ\t0/0:32:60');
    const missing = async (...blocks: string[]) =>
      (await genes(`${head('GRCh38')}${blocks.join('\n')}\n`)).genes
        .find(({ gene }) => gene === 'DPYD')
        ?.missingPositions.some(({ position }) => position === long.grch38);
    const last = long.grch38 + long.ref.length - 1;
    expect(await missing(block(long.grch38 - 5, last))).toBe(false);
    expect(await missing(block(long.grch38 - 5, long.grch38), block(long.grch38 + 1, last + 9))).toBe(false);
    expect(await missing(block(long.grch38 - 5, last - 1))).toBe(true);
  });

  it('a row of its own goes before a block over it, called or not', async () => {
    const at =
      definitions.find(({ gene }) => gene === 'CYP2C9')?.positions.find(({ rsid }) => rsid === 'rs1799853')?.grch38 ??
      0;
    const own = (gt: string) => row('chr10', at, '.', 'C', 'T', '.', '.', '.', 'GT', gt);
    const of = async (gt: string) =>
      (await genes(`${gvcf({})}${own(gt)}\n`)).genes.find(({ gene }) => gene === 'CYP2C9');
    expect((await of('0/1'))?.diplotypes).toEqual(['*1/*2']);
    expect((await of('./.'))?.missingPositions.map(({ position }) => position)).toContain(at);
  });

  it('a block of GRCh37 calls only the base it writes; a deletion with an end is no block', async () => {
    const one = definitions.find(({ gene }) => gene === 'CYP3A5')?.positions.find(({ rsid }) => rsid === 'rs776746');
    const at = one?.grch37 ?? 0;
    const block = (start: number, base: string, alt = '<NON_REF>') =>
      `${head('GRCh37')}${row('chr7', start, '.', base, alt, '.', '.', `END=${at + 50}`, 'GT:DP:GQ\t0/0:32:60')}\n`;
    const missing = async (text: string) => {
      const document = await genes(text);
      return {
        here: document.genes
          .find(({ gene }) => gene === 'CYP3A5')
          ?.missingPositions.some(({ rsid }) => rsid === 'rs776746'),
        warned: document.warnings.some((text) => text.includes('blocks of GRCh37 do not write the base')),
      };
    };
    expect(await missing(block(at, one?.ref ?? 'C'))).toEqual({ here: false, warned: false });
    expect(await missing(block(at - 10, 'A'))).toEqual({ here: true, warned: true });
    expect(await missing(block(at - 10, 'A', '<DEL>'))).toEqual({ here: true, warned: false });
  });

  it('of several samples the named one is read, block by block', async () => {
    const two = gvcf({})
      .replace('FORMAT\tP\n', 'FORMAT\tP\tQ\n')
      .replace(/(GT:DP:GQ:MIN_DP\t)0\/0:32:60:30/g, '$1./.:0:0:0\t0/0:32:60:30');
    expect(told(await genes(two, 'Q'))).toEqual(told(await genes(plain({}))));
    expect((await genes(two, 'P')).genes.every(({ source }) => source === 'none')).toBe(true);
  });
});
