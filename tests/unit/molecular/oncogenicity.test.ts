/** F014, G11: oncogenicity by the ClinGen/CGC/VICC standard, over the shipped packs. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { studiedChanges } from '../../../shared/molecular/functional-studies.ts';
import { granthamDistance } from '../../../shared/molecular/grantham.ts';
import { parseProteinChange } from '../../../shared/molecular/hgvs.ts';
import { classWaitsFor, oncogenicityOf } from '../../../shared/molecular/oncogenicity.ts';
import { readPredictors } from '../../../shared/molecular/predictors.ts';
import { type SmallVariant, statedVariant } from '../../../shared/molecular/small-variants.ts';
import { classifyTyped, type TypedVariant } from '../../../shared/molecular/typed-variant.ts';
import { SOP_VARIANTS } from './support/sop-variants.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const knowledge = packs.molecular();
function told(typed: TypedVariant) {
  const answer = classifyTyped(typed, knowledge);
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.value;
}
const ask = (gene: string, change: string, more: Partial<TypedVariant> = {}) => {
  const { oncogenicity } = told({ gene, change, ...more });
  const met = oncogenicity?.criteria.filter(({ state }) => state === 'met').map(({ code }) => code) ?? [];
  const fact = (code: string) => oncogenicity?.criteria.find((one) => one.code === code)?.fact ?? '';
  const state = (code: string) => oncogenicity?.criteria.find((one) => one.code === code)?.state;
  return { verdict: oncogenicity?.class, points: oncogenicity?.points, met, fact, state };
};
const stated = (gene: string, change: string, more: Partial<SmallVariant> = {}): SmallVariant => {
  const read = parseProteinChange(change);
  if (read === undefined) throw new Error(change);
  return { ...statedVariant(gene, read, undefined), ...more };
};

describe('F014 known drivers, with what open facts say of them', () => {
  it.each([
    ['TP53', 'R175H', ['OS2', 'OS3']],
    ['KRAS', 'G12D', ['OS2', 'OS3']],
    ['PIK3CA', 'H1047R', ['OS2', 'OS3']],
    ['EGFR', 'L858R', ['OS2', 'OS3']],
    ['IDH1', 'R132C', ['OS2', 'OS3']],
    ['BRAF', 'V600E', ['OS2', 'OS3']],
    ['MET', 'c.3028+1G>A', ['OS2', 'OM2']],
    ['TP53', 'R273H', ['OS2', 'OS3']],
    ['ESR1', 'D538G', ['OS2', 'OM4']],
    ['ESR1', 'Y537S', ['OS2', 'OM3']],
    ['KIT', 'W557_K558del', ['OS2', 'OM2', 'OM4']],
    ['TP53', 'R213*', ['OVS1']],
    ['BRCA1', 'c.5266dup', ['OVS1']],
    ['EGFR', 'E746_A750del', ['OS3', 'OM2']],
    // Hotspots of the blood: the paper speaks, and clinical evidence names the residue.
    ['JAK2', 'V617F', ['OS2', 'OM1']],
    ['KIT', 'D816V', ['OS2', 'OM1']],
  ])('%s %s is at least likely oncogenic: %j', (gene, change, codes) => {
    const { verdict, met } = ask(gene, change);
    expect(met).toEqual(codes);
    expect(verdict).toBe('likely-oncogenic');
  });

  it.each([
    ['TP53', 'Y220C', ['OS3']],
    ['NRAS', 'Q61R', ['OS3']],
    ['IDH1', 'R132H', ['OS3']],
    ['BRAF', 'V600K', ['OS3']],
    ['TERT', 'c.-124C>T', []],
    ['TERT', 'c.-146C>T', []],
  ])(
    '%s %s stays uncertain here: no study of the packs tells of its function; only %j is met',
    (gene, change, codes) => {
      const { verdict, met, fact } = ask(gene, change);
      expect(met).toEqual(codes);
      expect(verdict).toBe('uncertain');
      expect(fact('OS2')).toContain('no functional study of this change in the packs');
    },
  );

  it('what the packs leave uncertain is likely oncogenic with the frequencies and predictors of an annotated input', () => {
    const annotated = { populationFrequency: 0, predictors: { revel: 0.9, alphaMissense: 0.98 } };
    for (const [gene, change] of [
      ['TP53', 'Y220C'],
      ['NRAS', 'Q61R'],
      ['IDH1', 'R132H'],
      ['BRAF', 'V600K'],
    ] as const)
      expect(ask(gene, change, annotated), `${gene} ${change}`).toMatchObject({
        met: ['OS3', 'OP1', 'OP4'],
        verdict: 'likely-oncogenic',
      });
  });

  it('says which criteria of an annotated input the class waits for, and only where they could raise it', () => {
    const waits = (gene: string, change: string, more: Partial<TypedVariant> = {}) => {
      const { oncogenicity } = told({ gene, change, ...more });
      return oncogenicity === undefined ? undefined : classWaitsFor(oncogenicity);
    };
    expect(waits('NRAS', 'Q61R')).toEqual({ codes: ['OP1', 'OP4'], reachable: 'likely-oncogenic' });
    expect(waits('NRAS', 'Q61R', { populationFrequency: 0 })).toEqual({
      codes: ['OP1'],
      reachable: 'likely-oncogenic',
    });
    expect(waits('BRAF', 'V600E')).toEqual({ codes: ['OP1', 'OP4'], reachable: 'oncogenic' });
    expect(waits('KIT', 'D816V')).toBeUndefined();
    expect(waits('TP53', 'R273H', { populationFrequency: 0, predictors: { revel: 0.9 } })).toBeUndefined();
  });

  it('reaches oncogenic where the input says that populations lack it and predictors agree', () => {
    const { verdict, points, met } = ask('BRAF', 'V600E', {
      populationFrequency: 0,
      predictors: { revel: 0.931, alphaMissense: 0.98 },
    });
    expect(met).toEqual(['OS2', 'OS3', 'OP1', 'OP4']);
    expect([verdict, points]).toEqual(['oncogenic', 10]);
  });

  it('G11: the variants of the standard’s own pilot: known drivers stand out, nothing that is not one does', () => {
    const drivers: string[] = [];
    const classes = new Map<string, number>();
    for (const { chromosome, position1, reference, alternate } of SOP_VARIANTS) {
      const end = position1 + reference.length - 1;
      const place = reference.length === 1 ? `${position1}` : `${position1}_${end}`;
      const change =
        alternate === '-'
          ? `${place}del`
          : reference.length === 1 && alternate.length === 1
            ? `${place}${reference}>${alternate}`
            : `${place}delins${alternate}`;
      const { gene, hgvsp, hgvsc, oncogenicity } = told({ change: `chr${chromosome}:g.${change}`, build: 'GRCh38' });
      const verdict = oncogenicity?.class ?? 'none';
      classes.set(verdict, (classes.get(verdict) ?? 0) + 1);
      if (verdict.includes('oncogenic')) drivers.push(`${gene} ${hgvsp ?? hgvsc}`);
    }
    expect(SOP_VARIANTS).toHaveLength(93);
    expect(drivers.sort()).toEqual(
      [
        'BRAF p.(Lys601Glu)',
        'EZH2 p.(Ala682Gly)',
        'EZH2 p.(Tyr646Phe)',
        'FLT3 p.(Asp835Tyr)',
        'FLT3 p.(Asp835Val)',
        'IDH1 p.(Arg132Cys)',
        'PIK3CA p.(His1047Arg)',
        'PTEN p.(Lys322Ter)',
        'RB1 c.607+1G>A',
        'RB1 p.(Ile124ArgfsTer6)',
        'RB1 p.(Ser443Ter)',
        'TP53 p.(Cys124Ter)',
      ].sort(),
    );
    // Known polymorphisms of the pilot are not told from rare variants without population frequencies: uncertain, never more.
    expect(Object.fromEntries(classes)).toEqual({
      'likely-oncogenic': 12,
      uncertain: 77,
      'likely-benign': 1,
      'not-evaluable': 3,
    });
  });

  it('every study of the list stands in the evidence pack, or names its journal: same gene, same change, same paper', () => {
    const changes = [...studiedChanges()];
    expect(changes.length).toBeGreaterThan(4);
    for (const [key, studies] of changes) {
      const [gene = '', change = ''] = key.split(':');
      for (const { evidenceId, pubmedId, citation } of studies) {
        if (evidenceId === undefined) {
          expect(citation, key).toMatch(/^[A-Z][a-z]+ et al\., [A-Z][A-Za-z ]+ \d{4}(?:, doi 10\.|;\d+:| \()/);
          continue;
        }
        const item = knowledge.evidence.find(({ id }) => id === evidenceId);
        expect(
          item?.citations.map(({ id }) => id),
          key,
        ).toContain(pubmedId);
        expect(item?.flagged, key).toBe(false);
        // The splice sites of MET stand for the exon that the study left out.
        const name = change.startsWith('c.') ? `${gene} Exon 14 Skipping Mutation` : `${gene} ${change}`;
        expect(item?.profileName).toBe(name);
      }
    }
  });
});

describe('F014 codes that exclude or need each other', () => {
  it('OM1 gives way to OS3, OM4 and OP3 to OM1', () => {
    expect(ask('KRAS', 'G12D').state('OM1')).toBe('not-met');
    expect(ask('KRAS', 'G12D').fact('OM1')).toContain('not used together with OS3');
    expect(ask('KIT', 'D816V').fact('OM4')).toContain('not used together with OM1');
    expect(ask('KRAS', 'G12D').met).not.toContain('OM4');
  });

  it('OM3 needs a neighbour that is oncogenic and no farther by Grantham', () => {
    const rows = {
      ...knowledge,
      hotspot: () => ({
        samplesAtResidue: 20,
        samplesWithChange: 3,
        source: 'made up',
        changes: [
          ['L273S', 12],
          ['L273P', 3],
        ] as const,
      }),
      classified: (_: string, { alternate }: { alternate: string }) =>
        alternate === 'S' ? ({ class: 'oncogenic', source: 'Dr. Otter, 2026' } as const) : undefined,
    };
    // The paper's table rounds L to S to 145; L to W is 61, L to C 198.
    expect(Math.abs((granthamDistance('L', 'S') ?? 0) - 145)).toBeLessThanOrEqual(1);
    const near = oncogenicityOf(stated('BRAF', 'L273W'), rows, []);
    expect(near.criteria.find(({ code }) => code === 'OM3')?.state).toBe('not-met');
    const far = oncogenicityOf(stated('BRAF', 'L273C'), rows, []);
    expect(far.criteria.find(({ code }) => code === 'OM3')).toMatchObject({ state: 'met', points: 2 });
    expect(far.criteria.find(({ code }) => code === 'OP3')?.fact).toContain('not used together with OM3');
  });

  it('OS1 comes from the site’s own memory alone, and then OS3 is not counted twice', () => {
    const memory = {
      ...knowledge,
      classified: () => ({ class: 'oncogenic', source: 'Dr. Otter, 2026-01-02' }) as const,
    };
    const { criteria, points } = oncogenicityOf(stated('KRAS', 'G12D'), memory, knowledge.evidence);
    const state = (code: string) => criteria.find((one) => one.code === code)?.state;
    expect([state('OS1'), state('OS3'), state('OM1')]).toEqual(['met', 'not-met', 'not-met']);
    expect(points).toBe(8);
    expect(ask('KRAS', 'G12D').state('OS1')).toBe('not-evaluable');
  });

  it('a truncation of the last residues is no proof of loss: BRCA2 K3326* stays uncertain', () => {
    const { verdict, state, fact } = ask('BRCA2', 'K3326*');
    expect([verdict, state('OVS1')]).toEqual(['uncertain', 'not-evaluable']);
    expect(fact('OVS1')).toContain('extreme 3′ end');
  });

  it('OP2 asks for the tumor type; single genetic cause is retinoblastoma’s RB1', () => {
    expect(ask('RB1', 'E554K').state('OP2')).toBe('not-evaluable');
    expect(ask('RB1', 'E554K', { tumorType: 'RBL' }).met).toContain('OP2');
    expect(ask('RB1', 'E554K', { tumorType: 'LUAD' }).state('OP2')).toBe('not-met');
  });

  it('frequency: over 5 % is benign, over 1 % likely benign, TP53 P72R with its frequency never oncogenic', () => {
    expect(ask('TP53', 'P72R', { populationFrequency: 0.6 })).toMatchObject({ verdict: 'benign', points: -8 });
    expect(ask('TP53', 'P47S', { populationFrequency: 0.02 }).met).toEqual(['SBS1']);
    expect(ask('BRCA1', 'R71G', { populationFrequency: 0.000004 }).met).toContain('OP4');
    expect(ask('BRCA1', 'R71G', { populationFrequency: 0.0004 }).met).not.toContain('OP4');
  });

  it('predictors are one line, however many: harmful, harmless, or undecided where they differ', () => {
    expect(readPredictors(undefined)).toBeUndefined();
    expect(readPredictors({ revel: 0.9, cadd: 30, sift: 0 })?.verdict).toBe('harmful');
    expect(readPredictors({ revel: 0.9, cadd: 10 })?.verdict).toBe('undecided');
    expect(readPredictors({ revel: 0.1, alphaMissense: 0.05 })?.verdict).toBe('harmless');
    expect(readPredictors({ revel: 0.1, spliceAi: 0.8 })?.verdict).toBe('harmful');
    expect(readPredictors({ revel: 0.1, spliceAi: 0.15 })?.verdict).toBe('undecided');
    expect(readPredictors({ sift: 0 })?.verdict).toBe('undecided');
    expect(ask('BRAF', 'P14R', { predictors: { revel: 0.1 } }).met).toEqual(['SBP1']);
    expect(ask('BRAF', 'P14R', { predictors: { revel: 0.1 } }).verdict).toBe('likely-benign');
  });

  it('both copies of a suppressor lost is OVS1; gains and fusions have no points, and say so', () => {
    expect(told({ gene: 'CDKN2A', change: 'deletion' }).oncogenicity).toMatchObject({
      class: 'likely-oncogenic',
      points: 8,
    });
    const amplified = told({ gene: 'ERBB2', change: 'amplification', tumorType: 'BRCA' });
    expect(amplified.oncogenicity).toBeUndefined();
    expect(amplified.known).toContain('oncogene');
    expect(told({ change: 'EML4::ALK' }).notes).toContain('the oncogenicity standard has no points for fusions');
  });

  it('every code is stated once, with a fact, for any variant', () => {
    for (const change of ['V600E', 'V600=', 'K601del', 'Q609*', 'X100_splice']) {
      const { criteria } = oncogenicityOf(stated('BRAF', change), knowledge, []);
      expect(new Set(criteria.map(({ code }) => code)).size).toBe(17);
      expect(criteria.every(({ fact }) => fact.length > 5)).toBe(true);
    }
  });
});
