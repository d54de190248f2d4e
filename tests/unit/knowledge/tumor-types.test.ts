/** How far a statement's disease is from a patient's tumor type (F010), on OncoTree itself. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceItem } from '../../../shared/knowledge/evidence.ts';
import { readRecords } from '../../../shared/knowledge/records.ts';
import { type TumorType, tumorTypes } from '../../../shared/knowledge/tumor-types.ts';
import { receptorStatus, underConditions } from '../../../shared/molecular/disease-conditions.ts';

const rows = readRecords<TumorType>(
  readFileSync(resolve(import.meta.dirname, '../../../models/knowledge/oncotree/tumor-types.records'), 'utf8'),
).all();
const tree = tumorTypes(rows);
const codes = rows.map(({ code }) => code);
const on = (oncotreeCodes: string[], extent?: EvidenceItem['disease']['extent']) => ({
  name: oncotreeCodes.join('/'),
  oncotreeCodes,
  ...(extent === undefined ? {} : { extent }),
});
const match = (disease: EvidenceItem['disease'], code: string) => tree.diseaseDistance(disease, code).match;

describe('tumor types', () => {
  it('holds the tree: one root, every parent known, no cycle', () => {
    expect(rows.filter(({ parent }) => parent === '').map(({ code }) => code)).toEqual(['TISSUE']);
    for (const code of codes)
      expect(code === 'TISSUE' ? 'TISSUE' : tree.tumorType(code)?.ancestors.at(-1)).toBe('TISSUE');
    expect(tree.tumorType('LUAD')).toEqual({
      code: 'LUAD',
      name: 'Lung Adenocarcinoma',
      ancestors: ['NSCLC', 'LUNG', 'TISSUE'],
    });
    expect(tree.tumorType('NOPE')).toBeUndefined();
  });

  it.each([
    [['LUAD'], 'LUAD', 'same', 0],
    [['NSCLC'], 'LUAD', 'parent', 1],
    [['LUNG'], 'LUAD', 'parent', 2],
    [['LUAD'], 'NSCLC', 'child', 1],
    [['LUSC'], 'LUAD', 'other', 99],
    [['COADREAD'], 'COAD', 'parent', 1],
    [['MEL'], 'UM', 'other', 99],
    [['SOFT_TISSUE', 'BONE'], 'OS', 'parent', 1],
    [[], 'LUAD', 'unmapped', 99],
    [['NSCLC'], 'NOPE', 'other', 99],
  ] as const)('%j for a patient with %s is %s', (named, code, expected, steps) =>
    expect(tree.diseaseDistance(on([...named]), code)).toEqual({ match: expected, steps, anyCancer: false }),
  );

  it('a code of an earlier OncoTree is answered by its one heir, and by none where it was split', () => {
    expect(tree.tumorType('GBM')?.code).toBe('GB');
    expect(tree.tumorType('AASTR')?.code).toBe('ASTR');
    expect(tree.tumorType('MM')?.code).toBe('PCM');
    expect(tree.tumorType('ALL')).toBeUndefined();
    // A code that is in use today is never read as an old one.
    expect(tree.tumorType('PTCL')?.code).toBe('PTCL');
  });

  it('evidence on any solid tumor is no evidence on a leukemia; on any cancer it is', () => {
    const solid = on(['TISSUE'], 'any-solid-tumor');
    expect(tree.diseaseDistance(solid, 'LUAD')).toMatchObject({ match: 'parent', anyCancer: true });
    expect(match(solid, 'AML')).toBe('other');
    expect(match(solid, 'MCL')).toBe('other');
    expect(tree.diseaseDistance(on(['TISSUE'], 'any-cancer'), 'AML')).toMatchObject({
      match: 'parent',
      anyCancer: true,
    });
  });

  it('a subtype that OncoTree lacks is never taken for the type itself, nor for a sister below it', () => {
    const subtype = on(['RCSNOS'], 'subtype');
    expect(match(subtype, 'RCSNOS')).toBe('child');
    expect(match(subtype, 'SOFT_TISSUE')).toBe('child');
    expect(match(on(['NSCLC'], 'subtype'), 'LUAD')).toBe('other');
  });

  it('same is mutual, parent and child are each other’s mirror, for any two types', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.constantFrom(...codes), (a, b) => {
        const there = match(on([a]), b);
        const back = match(on([b]), a);
        const mirror = { same: 'same', parent: 'child', child: 'parent', other: 'other', unmapped: 'unmapped' };
        expect(back).toBe(mirror[there]);
        expect(there === 'same').toBe(a === b);
      }),
    );
  });

  it('F010 relatives are parent, sisters and children, never an organ', () => {
    const relatives = tree.relatives('LUAD').map(({ code }) => code);
    expect(relatives).toContain('NSCLC');
    expect(relatives).toContain('LUSC');
    expect(relatives).not.toContain('LUNG');
    expect(tree.relatives('NSCLC').map(({ code }) => code)).toContain('LUAD');
    expect(tree.relatives('NOPE')).toEqual([]);
  });
});

describe('what a disease’s name asks beyond its type', () => {
  const near = { match: 'parent', steps: 1, anyCancer: false } as const;
  const disease = (attribute: string, value: 'positive' | 'negative') => ({
    ...on(['BREAST']),
    conditions: [{ attribute, value }],
  });

  it.each([
    ['positive', 'parent'],
    ['3+', 'parent'],
    ['amplified', 'parent'],
    ['negative', 'other'],
    ['1+', 'other'],
    ['low (IHC 1+)', 'other'],
    ['2+', 'child'],
    [undefined, 'child'],
  ])('HER2 %s: HER2-positive breast cancer is %s', (text, expected) =>
    expect(underConditions(near, disease('her2', 'positive'), (name) => receptorStatus(name, text)).match).toBe(
      expected,
    ),
  );

  it('hormone receptors count from one percent of cells', () => {
    expect(receptorStatus('estrogen-receptor', '90 %')).toBe('positive');
    expect(receptorStatus('estrogen-receptor', '0 %')).toBe('negative');
    expect(receptorStatus('estrogen-receptor', '<1 %')).toBe('negative');
    expect(receptorStatus('her2', '10 %')).toBeUndefined();
  });

  it('all of several conditions are asked; one contradiction decides', () => {
    const triple = {
      ...on(['BREAST']),
      conditions: [
        { attribute: 'her2', value: 'negative' as const },
        { attribute: 'estrogen-receptor', value: 'negative' as const },
      ],
    };
    const status = (her2?: string, er?: string) => (name: string) => receptorStatus(name, name === 'her2' ? her2 : er);
    expect(underConditions(near, triple, status('negative', 'negative')).match).toBe('parent');
    expect(underConditions(near, triple, status('negative')).match).toBe('child');
    expect(underConditions(near, triple, status(undefined, 'positive')).match).toBe('other');
  });
});
