/** Coordinates of one build on the other (chain files): 0 wrong, and refused where there is no one place. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import { readRecords } from '../../../shared/knowledge/records.ts';
import type { GeneRecord } from '../../../shared/molecular/genes.ts';
import { type Allele, chainsOfWhole, liftAllele, liftSpan, readChains } from '../../../shared/molecular/liftover.ts';
import { classifyTyped } from '../../../shared/molecular/typed-variant.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const shipped = resolve(import.meta.dirname, '../../../models/knowledge');
const packs = await loadPacks(shipped);
const lift = packs.liftover();
if (lift === undefined) throw new Error('the liftover pack is not whole');

const at = (chromosome: string, position1: number, reference = 'A', alternate = 'T'): Allele => ({
  chromosome,
  position1,
  reference,
  alternate,
});

describe('liftover between the builds', () => {
  it('carries the coding borders of every gene to where the other build has them', () => {
    const genes = readRecords<GeneRecord>(readFileSync(resolve(shipped, 'genes/genes.records'), 'utf8')).all();
    let right = 0;
    let refused = 0;
    const wrong: string[] = [];
    const uncounted = genes.filter(({ grch37 }) => grch37?.cds.length === 0 && grch37.exons.length === 0);
    // Inverted between the builds, or a model of RefSeq 2018 that lies at a paralogue: no coding position is counted there.
    expect(uncounted.map(({ symbol }) => symbol)).toEqual(['GTF2H2', 'ICOSLG', 'NCOA4', 'PDE4DIP', 'RPS17']);
    for (const { symbol, chromosome, grch37, grch38 } of genes) {
      if (grch37 === undefined || grch38?.cds.length !== grch37.cds.length) continue;
      const there = new Set(grch38.cds);
      for (const position1 of grch37.cds) {
        const lifted = lift('GRCh37', at(chromosome, position1));
        if (lifted.kind === 'refused') refused++;
        else if (lifted.allele.chromosome === chromosome && there.has(lifted.allele.position1)) right++;
        else wrong.push(`${symbol} ${position1}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(29_000);
    expect(refused).toBeLessThan(30);
  });

  it('a file known to be whole, read contig by contig, says what one read at once says', () => {
    for (const file of ['grch37-to-grch38.chain', 'grch38-to-grch37.chain']) {
      const text = readFileSync(resolve(shipped, 'liftover', file), 'utf8');
      const [once, parts] = [readChains(text, file), chainsOfWhole(text, file)];
      expect(parts.chains).toBe(once.chains);
      for (const contig of ['1', '9', '17', 'X', 'Y', 'MT', 'none'])
        expect(parts.blocks.get(contig)).toEqual(once.blocks.get(contig));
    }
  });

  it('carries every position of the pharmacogenes there and back', () => {
    let compared = 0;
    for (const { chromosome, positions } of packs.pharmacogenes()?.definitions ?? [])
      for (const { grch37, grch38, ref, alts } of positions) {
        if (grch37 === undefined) continue;
        const old = at(chromosome.replace('chr', ''), grch37, ref, alts[0] ?? ref);
        const lifted = lift('GRCh37', old);
        expect(lifted).toEqual({ kind: 'lifted', strand: '+', allele: { ...old, position1: grch38 } });
        expect(lift('GRCh38', { ...old, position1: grch38 })).toEqual({ kind: 'lifted', strand: '+', allele: old });
        compared++;
      }
    expect(compared).toBe(1045);
  });

  const t001 = outside('testdata/case-pcgr-brca/T001-BRCA.grch37.vcf.gz');
  it.skipIf(t001 === undefined)(
    outsideTitle('carries every variant of T001-BRCA to the row of its other file, and back', t001),
    () => {
      const rows = (build: string): Allele[] =>
        gunzipSync(readFileSync((t001 ?? '').replace('grch37', build)))
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('#'))
          .map((line) => line.split('\t'))
          .map(([chromosome = '', position = '', , reference = '', alternate = '']) =>
            at(chromosome.replace('chr', ''), Number(position), reference, alternate),
          );
      const key = (allele: Allele): string => Object.values(allele).join(':');
      const [old, current] = [rows('grch37'), rows('grch38')];
      expect(old).toHaveLength(196);
      for (const [from, here, there] of [
        ['GRCh37', old, current],
        ['GRCh38', current, old],
      ] as const) {
        const others = new Set(there.map(key));
        for (const allele of here) {
          const lifted = lift(from, allele);
          expect(lifted.kind === 'lifted' ? others.has(key(lifted.allele)) : lifted.reason).toBe(true);
        }
      }
    },
  );

  it('turns the alleles where the strand turns, and back', () => {
    // NCOA4 lies in a part of chromosome 10 that is inverted between the builds.
    const old = at('10', 51_580_000, 'AC', 'G');
    const lifted = lift('GRCh37', old);
    expect(lifted).toMatchObject({ kind: 'lifted', strand: '-', allele: { reference: 'GT', alternate: 'C' } });
    if (lifted.kind === 'lifted') expect(lift('GRCh38', lifted.allele)).toMatchObject({ kind: 'lifted', allele: old });
  });

  it('F014 a typed place outside the genes says its place on the other build as lifted', () => {
    const answer = classifyTyped({ change: '10:g.51580000A>G', build: 'GRCh37' }, packs.molecular());
    expect(answer).toMatchObject({ ok: true });
    if (!answer.ok) return;
    expect(answer.value.hgvsg?.GRCh38).toMatch(/^NC_000010\.11:g\.\d+T>C$/);
    expect(answer.value.notes.join(' ')).toContain('lifted by chains that turn the strand');
  });

  const chain =
    'chain 1 1 100 + 10 40 2 100 - 20 52 1\n10 5 7\n15\n\nchain 1 1 100 + 60 70 3 50 + 0 10 2\n10\n\nchain 1 1 100 + 65 75 4 50 + 0 10 3\n10\n';
  const back = readChains('chain 1 2 100 + 0 100 1 100 - 0 100 1\n100\n', 'back.chain');

  it('refuses what has no one place', () => {
    const set = readChains(chain, 'a.chain');
    expect(liftSpan(set, 'chr1', 11, 12)).toEqual({ chromosome: '2', start1: 79, end1: 80, strand: '-' });
    expect(liftSpan(set, '1', 5, 5)).toBe('unmapped');
    expect(liftSpan(set, '9', 5, 5)).toBe('unmapped');
    expect(liftSpan(set, '1', 20, 26)).toBe('split');
    expect(liftSpan(set, '1', 22, 23)).toBe('unmapped');
    expect(liftSpan(set, '1', 19, 22)).toBe('split');
    expect(liftSpan(set, '1', 68, 68)).toBe('ambiguous');
    expect(liftSpan(set, '1', 61, 62)).toEqual({ chromosome: '3', start1: 1, end1: 2, strand: '+' });
    // There, but the way back leads elsewhere.
    expect(liftAllele(set, back, at('1', 61))).toMatchObject({ kind: 'refused', why: 'ambiguous' });
    expect(liftAllele(set, back, at('1', 11))).toMatchObject({ kind: 'refused', why: 'ambiguous' });
  });

  it('refuses a damaged chain file with its line', () => {
    const refused = (text: string) => {
      try {
        readChains(text, 'a.chain');
      } catch (error) {
        const { code, place } = faultFrom(error);
        return `${code} ${place?.file} ${place?.line ?? ''}`.trim();
      }
      return 'read';
    };
    expect(refused(chain)).toBe('read');
    expect(refused('')).toBe('file-empty a.chain');
    expect(refused('10 5 7\n')).toBe('line-invalid a.chain 1');
    expect(refused(chain.replace('\n15\n', '\n16\n'))).toBe('line-invalid a.chain 3');
    expect(refused(chain.replace('10 5 7', '10 x 7'))).toBe('line-invalid a.chain 2');
    expect(refused(chain.slice(0, 45))).toBe('line-invalid a.chain 2');
  });
});
