/** Look-ups by place, held against the plain way of asking every row in turn (F013, F006). */
import { describe, expect, it } from 'vitest';
import { recordsOfList } from '../../../shared/knowledge/records.ts';
import { coordinateList } from '../../../shared/molecular/coordinate-list.ts';
import { type GeneRecord, geneLookups } from '../../../shared/molecular/genes.ts';
import type { Coordinates } from '../../../shared/molecular/genomic-change.ts';
import { seeded } from '../../bench/variants-file.ts';

const at = (position1: number, reference: string, alternate: string, chromosome = '7'): Coordinates => ({
  build: 'GRCh38',
  chromosome,
  position1,
  reference,
  alternate,
});

describe('F013 known alleles by coordinate', () => {
  const list = coordinateList([
    at(100, 'A', 'T'),
    at(100, 'A', 'G'),
    at(200, 'AT', 'A'),
    at(300, 'G', 'GTC'),
    at(100, 'A', 'C', 'chrX'),
  ]);

  it('finds the very allele, whatever the prefix, the case and the order of the questions', () => {
    expect(list(at(300, 'g', 'gtc', 'chr7'))).toEqual(at(300, 'G', 'GTC'));
    expect(list(at(100, 'a', 't'))).toEqual(at(100, 'A', 'T'));
    expect(list(at(100, 'A', 'C'))).toBeUndefined();
    expect(list(at(100, 'A', 'C', 'x'))).toEqual(at(100, 'A', 'C', 'chrX'));
    expect(list({ ...at(100, 'A', 'T'), build: 'GRCh37' })).toBeUndefined();
  });

  it('finds an allele beside another alternate of its row, and as a MAF writes it', () => {
    // REF=AT ALT=TT,A: the first is A>T at 100 with a base that both share.
    expect(list(at(100, 'AT', 'TT'))).toEqual(at(100, 'A', 'T'));
    expect(list(at(99, 'CA', 'CG'))).toEqual(at(100, 'A', 'G'));
    expect(list(at(201, 'T', '-'))).toEqual(at(200, 'AT', 'A'));
    expect(list(at(300, '-', 'TC'))).toEqual(at(300, 'G', 'GTC'));
    expect(list(at(201, 'TG', '-'))).toBeUndefined();
  });

  it('answers as a walk through all rows does, in order and out of order', () => {
    const random = seeded(5);
    const below = (limit: number): number => Math.floor(random() * limit);
    const some = (): Coordinates => {
      const reference = below(4);
      const alternate = (reference + 1 + below(3)) % 4;
      return at(1 + below(3000), 'ACGT'[reference] ?? '', 'ACGT'[alternate] ?? '', `${1 + below(2)}`);
    };
    const keyOf = ({ chromosome, position1, reference, alternate }: Coordinates): string =>
      [chromosome, position1, reference, alternate].join(' ');
    const rows = Array.from({ length: 600 }, some);
    const lookup = coordinateList(rows);
    const last = new Map(rows.map((row) => [keyOf(row), row]));
    const asked = Array.from({ length: 4000 }, some);
    const sorted = [...asked].sort((a, b) => (a.chromosome < b.chromosome ? -1 : 1) || a.position1 - b.position1);
    let found = 0;
    for (const question of [...asked, ...sorted, ...sorted.slice(0, 50), ...rows]) {
      const same = last.get(keyOf(question));
      expect(lookup(question) === same).toBe(true);
      if (same !== undefined) found++;
    }
    expect(found).toBeGreaterThan(600);
  });
});

describe('F006 genes over a position', () => {
  it('are those whose span holds it, in whatever order positions are asked', () => {
    const random = seeded(6);
    const below = (limit: number): number => Math.floor(random() * limit);
    const genes = Array.from({ length: 120 }, (_, index): GeneRecord => {
      const start = 1 + below(5000);
      const span = [start, start + below(300)] as const;
      const [symbol, chromosome] = [`G${index}`, `${1 + below(2)}`];
      const place = { span, exons: [], cds: [] };
      return { symbol, chromosome, strand: '+', transcript: '', ensembl: '', mane: true, grch38: place };
    });
    const { genesAt } = geneLookups(recordsOfList(genes));
    for (let step = 0; step < 8000; step++) {
      const position = step < 5600 ? step : below(5600);
      const chromosome = `${1 + (step % 2)}`;
      const over = genes.filter(
        ({ chromosome: on, grch38: { span: [from, to] = [0, 0] } = {} }) =>
          on === chromosome && from <= position && position <= to,
      );
      expect(genesAt('GRCh38', chromosome, position)).toEqual(over.map(({ symbol }) => symbol).sort());
    }
    expect(genesAt('GRCh37', '1', 100)).toEqual([]);
  });
});
