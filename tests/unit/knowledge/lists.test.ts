/** Packs of genes, codons, gene sets and signatures: facts one can check by hand (F013, F015, F024, F025). */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));

describe('hereditary genes', () => {
  const list = packs.hereditary();
  it('mechanism, inheritance and secondary findings as the lists say', () => {
    expect(list?.hereditary('BRCA2')).toMatchObject({ mechanism: 'loss-of-function', secondary: true });
    expect(list?.hereditary('RET')).toMatchObject({ mechanism: 'gain-of-function', inheritance: 'dominant' });
    expect(list?.hereditary('MUTYH')).toMatchObject({ inheritance: 'recessive', secondary: true });
    // On the list of secondary findings, no cancer gene.
    expect(list?.hereditary('KCNH2')).toMatchObject({ secondary: true, inheritance: 'dominant' });
    expect(list?.hereditary('HFE')?.secondaryVariants).toContain('C282Y');
    expect(list?.hereditary('NO-SUCH-GENE')).toBeUndefined();
    expect(list?.genes.filter(({ secondary }) => secondary)).toHaveLength(81);
  });

  it('terms of a gene, and how many genes carry a term', () => {
    const names = (list?.phenotypes.termsOf('APC') ?? []).map((term) => list?.phenotypes.nameOf(term));
    expect(names).toContain('Adenomatous colonic polyposis');
    expect(names.some((name) => /inheritance/i.test(name ?? ''))).toBe(false);
    const share = list?.phenotypes.shareOf('HP:0003002') ?? 0;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(list?.phenotypes.shareOf('HP:9999999')).toBe(0);
  });
});

describe('hotspots of a gene', () => {
  it('by its present or its former symbol, none of another gene', () => {
    const { gene, hotspots } = packs.geneSites('H3F3A');
    expect(gene).toBe('H3-3A');
    expect(hotspots.map(({ name }) => name)).toEqual(expect.arrayContaining(['K28']));
    expect(packs.geneSites('H3-3A').hotspots).toEqual(hotspots);
    expect(packs.geneSites('BRAF').hotspots.map(({ name }) => name)).not.toContain('K28');
    expect(packs.geneSites('NO-SUCH-GENE').hotspots).toEqual([]);
  });
});

describe('codons with a pathogenic variant', () => {
  it('names the codon and its source; silence elsewhere', () => {
    const { pathogenicCodon } = packs.molecular() as {
      pathogenicCodon?: (gene: string, residue: number) => string | undefined;
    };
    expect(pathogenicCodon?.('VHL', 167)).toContain('VHL R167');
    expect(pathogenicCodon?.('TP53', 273)).toContain('TP53 R273');
    expect(pathogenicCodon?.('TP53', 72)).toBeUndefined();
    expect(pathogenicCodon?.('NO-SUCH-GENE', 1)).toBeUndefined();
  });
});

describe('gene sets and signatures', () => {
  const { pathways = [], hallmark = [], reactome = [], pam50, immune = [] } = packs.expression();
  it('sizes as published', () => {
    expect(pathways.map(({ genes }) => genes.length)).toEqual(Array.from({ length: 14 }, () => 500));
    expect(hallmark).toHaveLength(50);
    expect(reactome).toHaveLength(2546);
    expect(pam50?.rows).toHaveLength(50);
    expect(immune.find(({ name }) => name === 'T_cell_inflamed_GEP_Ayers_et_al')?.genes).toHaveLength(18);
  });

  it('directions one knows: EGFR signalling raises DUSP6, basal tumors lack ESR1, proliferation has MKI67', () => {
    const weight = (pathway: string, gene: string): number | undefined =>
      pathways.find((one) => one.pathway === pathway)?.genes.find(([name]) => name === gene)?.[1];
    expect(weight('EGFR', 'DUSP6')).toBeGreaterThan(0);
    expect(weight('MAPK', 'DUSP6')).toBeGreaterThan(0);
    const esr1 = pam50?.rows.find(([gene]) => gene === 'ESR1');
    const at = (subtype: string): number => Number(esr1?.[1 + (pam50?.subtypes.indexOf(subtype) ?? -2)]);
    expect(at('LumA')).toBeGreaterThan(at('Basal'));
    expect(hallmark.find(({ name }) => name === 'G2M_CHECKPOINT')?.genes).toContain('MKI67');
    expect(reactome.every(({ id }) => id?.startsWith('R-HSA-'))).toBe(true);
  });

  it('every signature has 96 channels and sums to one; clock-like signature 1 peaks at C>T in CG', () => {
    const catalogue = packs.signatures();
    expect(new Set(catalogue?.channels).size).toBe(96);
    expect(catalogue?.channels.every((name) => /^[ACGT]\[[CT]>[ACGT]\][ACGT]$/.test(name))).toBe(true);
    for (const { weights } of catalogue?.signatures ?? [])
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    const first = catalogue?.signatures.find(({ name }) => name === 'Ref.Sig.1')?.weights ?? [];
    const top = [...first.keys()].sort((a, b) => (first[b] ?? 0) - (first[a] ?? 0)).slice(0, 4);
    expect(top.map((index) => catalogue?.channels[index]).sort()).toEqual(['A[C>T]G', 'C[C>T]G', 'G[C>T]G', 'T[C>T]G']);
  });
});
