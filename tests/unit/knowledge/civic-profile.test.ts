/** Names of molecular profiles as the curators write them, and what is read of them. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { hasRaw, parseProfile } from '../../../models/knowledge/build/civic-profile.ts';
import type { ProfileLogic } from '../../../shared/knowledge/evidence.ts';
import { describeLogic } from '../../../shared/molecular/facts.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const parse = (name: string): ProfileLogic => parseProfile(name, (gene) => (gene === 'MLL' ? 'KMT2A' : gene));
const term = (name: string) => {
  const logic = parse(name);
  return logic.op === 'term' ? logic.term : logic;
};

describe('profile terms', () => {
  it.each([
    ['EGFR L858R', { kind: 'protein-change', gene: 'EGFR', change: 'L858R' }],
    ['EGFR E746_A750del', { kind: 'protein-change', gene: 'EGFR', change: 'E746_A750del' }],
    ['BRAF V600_K601>E', { kind: 'protein-change', gene: 'BRAF', change: 'V600_K601>E' }],
    ['PDGFRA D842_H845DELDIMH', { kind: 'protein-change', gene: 'PDGFRA', change: 'D842_H845DELDIMH' }],
    ['VHL R167Q (c.500G>A)', { kind: 'protein-change', gene: 'VHL', change: 'R167Q' }],
    ['VHL R161= (c.481C>A)', { kind: 'coding-change', gene: 'VHL', change: 'c.481C>A' }],
    ['VHL Splice Site (c.340+1G>A)', { kind: 'coding-change', gene: 'VHL', change: 'c.340+1G>A' }],
    ['NF2 c.1396C>T', { kind: 'coding-change', gene: 'NF2', change: 'c.1396C>T' }],
    ['TERT C228T', { kind: 'coding-change', gene: 'TERT', change: 'c.-124C>T' }],
    ['IDH1 R132', { kind: 'codon', gene: 'IDH1', codon: 132, residue: 'R' }],
    ['EGFR Exon 19 Deletion', { kind: 'exon', gene: 'EGFR', exons: [19], change: 'deletion' }],
    ['EGFR Exon 19 del', { kind: 'exon', gene: 'EGFR', exons: [19], change: 'deletion' }],
    ['ERBB2 Exon 20 Insertion', { kind: 'exon', gene: 'ERBB2', exons: [20], change: 'insertion' }],
    ['MET Exon 14 Skipping Mutation', { kind: 'exon', gene: 'MET', exons: [14], change: 'skipping' }],
    ['CALR EXON 9 FRAMESHIFT', { kind: 'exon', gene: 'CALR', exons: [9], change: 'frameshift' }],
    ['STK11 EXON 1-2 MUTATION', { kind: 'exon', gene: 'STK11', exons: [1, 2], change: 'mutation' }],
    ['KRAS Mutation', { kind: 'any-mutation', gene: 'KRAS' }],
    ['MLL MUTATION', { kind: 'any-mutation', gene: 'KMT2A' }],
    ['BRCA1 Loss-of-function', { kind: 'loss-of-function', gene: 'BRCA1' }],
    ['KRAS Wildtype', { kind: 'wild-type', gene: 'KRAS' }],
    ['ERBB2 Amplification', { kind: 'amplification', gene: 'ERBB2' }],
    ['PTEN Loss', { kind: 'loss', gene: 'PTEN' }],
    ['MTAP Deletion', { kind: 'deletion', gene: 'MTAP' }],
    ['ERBB2 OVEREXPRESSION', { kind: 'overexpression', gene: 'ERBB2' }],
    ['BCR::ABL1 Fusion', { kind: 'fusion', gene5: 'BCR', gene3: 'ABL1' }],
    ['v::ALK Fusion', { kind: 'fusion', gene3: 'ALK' }],
    ['FGFR2::? Fusion', { kind: 'fusion', gene5: 'FGFR2' }],
    ['C19MC v::C19MC fusion', { kind: 'fusion', gene3: 'C19MC' }],
    ['MSI High', { kind: 'biomarker', name: 'MSI-high' }],
    ['FLT3 ITD', { kind: 'exon', gene: 'FLT3', exons: [14, 15], change: 'insertion' }],
  ])('%s', (name, expected) => expect(term(name)).toEqual(expected));

  it.each([
    ['KRAS G12/G13', '(KRAS G12 or KRAS G13)'],
    ['EWSR1 Fusion', '(EWSR1::any fusion or any::EWSR1 fusion)'],
    ['BRAF Non-V600', '(BRAF mutation and not BRAF V600)'],
    ['NOT KIT D816V', 'not KIT D816V'],
    ['ROS1 G2032R AND v::ROS1 Fusion', '(ROS1 G2032R and any::ROS1 fusion)'],
    ['KIF5B::RET Fusion AND ( RET G810C OR RET G810S )', '(KIF5B::RET fusion and (RET G810C or RET G810S))'],
    ['MET Amplification AND NOT KRAS Mutation', '(MET amplification and not KRAS mutation)'],
  ])('%s is %s', (name, words) => expect(describeLogic(parse(name))).toBe(words));

  it.each([
    'EGFR VIII',
    'ALK Exon 4-11 Deletion',
    'VHL Exon 2 Deletion',
    'VHL c.−213− ?_463 ?del',
    'EML4::ALK e20::e20',
    'MGMT Promoter Methylation',
    'CDK4 EXPRESSION',
    'KIT RS3733542',
    'PALB2 Biallelic Inactivation',
    'ERBB2 SERUM LEVELS',
    'VHL Rearrangement',
  ])('%s keeps words that no rule reads: never met, never absent', (name) => expect(hasRaw(parse(name))).toBe(true));

  it.each(['EGFR L858R AND', 'AND EGFR L858R', 'RET M918T AND ( RET V804M', 'RET M918T )'])(
    'refuses the broken expression "%s"',
    (name) => expect(() => parse(name)).toThrow(),
  );
});

describe('the shipped evidence', () => {
  const { evidence } = packs.molecular();

  it('of predictive statements of level A and B, nine in ten are read whole and all have a tumor type', () => {
    const strong = evidence.filter(({ type, level }) => type === 'predictive' && level <= 'B');
    expect(strong.length).toBe(968);
    expect(strong.filter(({ logic }) => hasRaw(logic)).length).toBeLessThanOrEqual(107);
    expect(strong.filter(({ disease }) => disease.oncotreeCodes.length === 0)).toEqual([]);
    const a = strong.filter(({ level }) => level === 'A');
    expect(a.filter(({ logic }) => hasRaw(logic)).length / a.length).toBeLessThan(0.03);
  });

  it('every tumor type it names is one of OncoTree', () => {
    const { tumorType } = packs.molecular();
    const codes = new Set(evidence.flatMap(({ disease }) => disease.oncotreeCodes));
    expect([...codes].filter((code) => tumorType(code) === undefined)).toEqual([]);
  });

  it.each([
    ['Colorectal Cancer', ['COADREAD'], undefined],
    ['Lung Non-small Cell Carcinoma', ['NSCLC'], undefined],
    ['Melanoma', ['MEL'], undefined],
    ['Cancer', ['TISSUE'], 'any-cancer'],
    ['Solid Tumor', ['TISSUE'], 'any-solid-tumor'],
    ['Mucinous Adenocarcinoma', [], undefined],
    ['Medulloblastoma', ['MBL'], undefined],
  ])('%s is %j', (name, codes, extent) => {
    const disease = evidence.find((item) => item.disease.name === name)?.disease;
    expect(disease?.oncotreeCodes).toEqual(codes);
    expect(disease?.extent).toBe(extent);
  });
});
