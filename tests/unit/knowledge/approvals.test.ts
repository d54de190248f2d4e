/** Regulators' approvals against findings and tumor types (F013), as facts with their label and date, never as evidence. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import type { CaseRecord } from '../../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import { Approval } from '../../../shared/knowledge/approvals.ts';
import { EvidenceItem } from '../../../shared/knowledge/evidence.ts';
import { type ApprovalMatch, MolecularProfile } from '../../../shared/molecular/profile.ts';
import { biomarker, copies, fusion, intake, nothingTested, record, variant } from '../molecular/support/case.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const approvals = packs.approvals();
if (approvals === undefined) throw new Error('the approvals pack is not there');

const l858r = () => variant({ at: ['7', 55_191_822, 'T', 'G'] });
const v600e = () => variant({ at: ['7', 140_753_336, 'A', 'T'] });

function matches(patient: CaseRecord, found: Partial<IntakeDocument>): readonly ApprovalMatch[] {
  return MolecularProfile.parse(interpret(patient, intake(found), packs)).approvals;
}
const near = ({ diseaseMatch }: ApprovalMatch): boolean => diseaseMatch === 'same' || diseaseMatch === 'parent';
const given = (list: readonly ApprovalMatch[], ...therapies: string[]): readonly ApprovalMatch[] =>
  list.filter((one) => one.therapies.join('+') === [...therapies].sort().join('+'));
const agenciesOf = (list: readonly ApprovalMatch[]): string[] => [...new Set(list.map(({ agency }) => agency))].sort();

describe('the pack (F013)', () => {
  it('holds every statement once, dated, with a label, and no sentence of a label', () => {
    const statements = approvals.all.flatMap((one) => one.statements);
    // 12 of the source's 1,944 say what their own indication contradicts, and are left out (approval-slips.ts).
    expect(statements).toHaveLength(1932);
    expect(new Set(statements).size).toBe(1932);
    for (const one of approvals.all) Approval.parse(one);
    const texts = approvals.all.flatMap((one) => [one.disease.name, ...one.therapies, ...one.biomarkers.flat()]);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(80);
    expect(approvals.all.every(({ disease }) => disease.oncotreeCodes.length > 0)).toBe(true);
    for (const { oncotreeCodes } of approvals.all.map(({ disease }) => disease))
      for (const code of oncotreeCodes) expect(packs.tumorTypes().tumorType(code)?.code).toBe(code);
  });

  it('is asked by id, by gene, and by agents in any order, with salts and suffixes', () => {
    const [first] = approvals.ofGene('ALK');
    expect(first).toBeDefined();
    expect(approvals.byId(first?.id ?? '')).toBe(first);
    expect(approvals.ofGene('NO-SUCH-GENE')).toEqual([]);
    const pair = approvals.ofAgents(['trametinib dimethyl sulfoxide', 'Dabrafenib Mesylate']);
    expect(pair.length === 0 || pair.every(({ therapies }) => therapies.length === 2)).toBe(true);
    expect(approvals.ofAgents(['trametinib', 'DABRAFENIB']).length).toBeGreaterThan(5);
    expect(approvals.ofAgents(['Dabrafenib', 'Trametinib'])).toEqual(approvals.ofAgents(['trametinib', 'DABRAFENIB']));
  });

  it('keeps the grade of the source beside ours for statements on resistance', () => {
    for (const item of approvals.resistance) {
      EvidenceItem.parse(item);
      expect(item.significance).toBe('Resistance');
      expect(item.sourceLevel).not.toBeUndefined();
    }
    expect(
      approvals.resistance.find(
        ({ profileName, therapies }) => profileName === 'EGFR T790M' && therapies[0] === 'Erlotinib',
      ),
    ).toMatchObject({ level: 'C', sourceLevel: 'Clinical evidence', disease: { oncotreeCodes: ['NSCLC'] } });
  });
});

describe('a case and the labels', () => {
  it('BCR::ABL1: the labels for the Philadelphia chromosome are met, of every agency; those for its absence are not', () => {
    const found = matches(record('CML'), { fusions: [fusion('BCR', 'ABL1')] });
    const imatinib = given(found, 'Imatinib').filter((one) => one.state === 'met' && near(one));
    expect(agenciesOf(imatinib)).toEqual(expect.arrayContaining(['EMA', 'FDA', 'Health Canada']));
    const dasatinib = given(found, 'Dasatinib').filter((one) => one.state === 'met' && near(one));
    expect(agenciesOf(dasatinib)).toEqual(expect.arrayContaining(['EMA', 'FDA', 'Health Canada']));
    const blinatumomab = given(matches(record('BLL'), { fusions: [fusion('BCR', 'ABL1')] }), 'Blinatumomab');
    const without = blinatumomab.filter(({ biomarkers }) =>
      biomarkers.every((asked) => asked.includes('no BCR::ABL1')),
    );
    expect(without.map(({ approvalId }) => approvalId)).toEqual([]);
  });

  it('EGFR L858R in lung adenocarcinoma: osimertinib is approved here by four agencies, with the finding named', () => {
    const osimertinib = given(matches(record('LUAD'), { variants: [l858r()] }), 'Osimertinib');
    const met = osimertinib.filter((one) => one.state === 'met' && near(one));
    expect(agenciesOf(met)).toEqual(['EMA', 'FDA', 'HSE', 'Health Canada']);
    for (const one of met) {
      expect(one.findingIds).toHaveLength(1);
      expect(one.limits).toEqual([]);
    }
    // FDA names the change; EMA says activating mutation.
    expect(met.find(({ agency }) => agency === 'FDA')?.specificity).toBe('exact');
    expect(met.filter(({ agency }) => agency === 'EMA').map(({ specificity }) => specificity)).toContain('gene');
    expect(met.some(({ settings }) => settings.includes('adjuvant'))).toBe(true);
    expect(met.every(({ label }) => label.url.startsWith('https://'))).toBe(true);
  });

  it('the same finding in another organ is approved elsewhere, never here', () => {
    const list = matches(record('BRCA'), { variants: [l858r()] });
    expect(given(list, 'Osimertinib').length).toBeGreaterThan(0);
    for (const one of given(list, 'Osimertinib')) expect(one).toMatchObject({ state: 'met', diseaseMatch: 'other' });
  });

  it('BRAF V600E: melanoma, colon and thyroid have labels of their own; FDA has one for any solid tumor', () => {
    for (const [code, pair] of [
      ['SKCM', ['Dabrafenib', 'Trametinib']],
      ['COAD', ['Cetuximab', 'Encorafenib']],
      ['THAP', ['Dabrafenib', 'Trametinib']],
    ] as const) {
      const here = given(matches(record(code), { variants: [v600e()] }), ...pair).filter(near);
      expect(
        here.map(({ state }) => state),
        code,
      ).toContain('met');
    }
    const anywhere = given(matches(record('PANET'), { variants: [v600e()] }), 'Dabrafenib', 'Trametinib');
    expect(anywhere.filter(({ anyCancer }) => anyCancer).map(({ agency }) => agency)).toContain('FDA');
    expect(anywhere.filter((one) => !one.anyCancer && near(one))).toEqual([]);
  });

  it('a label that asks for wild type is met by a tested absence and open where nothing was tested', () => {
    const panitumumab = (found: Partial<IntakeDocument>) =>
      given(matches(record('COAD'), found), 'Panitumumab').filter(({ agency }) => agency === 'FDA');
    const tested = panitumumab({}).filter(({ state }) => state === 'met');
    expect(tested.length).toBeGreaterThan(0);
    expect(tested[0]?.negatives.join(' ')).toContain('KRAS');
    const untested = panitumumab({ ledger: nothingTested });
    expect(untested.filter(({ state }) => state === 'met')).toEqual([]);
    expect(untested[0]?.missing.map(({ reason }) => reason).join(' ')).toContain('not assayed');
    const mutated = panitumumab({ variants: [variant({ at: ['12', 25_245_350, 'C', 'T'] })] });
    expect(mutated).toEqual([]);
  });

  it('receptors decide: positive, negative or unstated', () => {
    const trastuzumab = (her2: string | undefined, found: Partial<IntakeDocument> = {}) =>
      matches(
        record('BRCA', {
          diagnosis: {
            oncotreeCode: 'BRCA',
            name: 'Invasive Breast Carcinoma',
            ...(her2 === undefined ? {} : { attributes: { her2 } }),
          },
        }),
        found,
      ).filter(({ therapies }) => therapies.includes('Tucatinib'));
    expect(new Set(trastuzumab('positive').map(({ state }) => state))).toEqual(new Set(['met']));
    expect(trastuzumab('negative')).toEqual([]);
    const silent = trastuzumab(undefined);
    expect(silent.length).toBeGreaterThan(0);
    for (const { state, missing } of silent) {
      expect(state).toBe('open');
      expect(missing[0]?.reason).toContain('HER2 Positive');
    }
    expect(trastuzumab(undefined, { copyNumbers: [copies('ERBB2', 20)] }).map(({ state }) => state)).toContain('met');
  });

  it('a PD-L1 score counts on the scale it was reported on, and on no other', () => {
    const pembrolizumab = (value: number | string, method: string) =>
      given(
        matches(record('LUAD'), { biomarkers: [biomarker('PD-L1', value, { method, unit: '%' })] }),
        'Pembrolizumab',
      )
        .filter((one) => one.biomarkers.flat().some((name) => name.startsWith('PD-L1')))
        .map(({ state, biomarkers }) => `${state} ${biomarkers.flat().find((name) => name.startsWith('PD-L1'))}`);
    expect(pembrolizumab(60, 'TPS, 22C3')).toEqual(expect.arrayContaining(['met PD-L1 >= 50%', 'met PD-L1 >= 1%']));
    const low = pembrolizumab(10, 'TPS, 22C3');
    expect(low).toContain('met PD-L1 >= 1%');
    expect(low.filter((one) => one.includes('50%'))).toEqual([]);
    expect(new Set(pembrolizumab(60, 'CPS').map((one) => one.split(' ')[0]))).toEqual(new Set(['open']));
  });

  it('a germline label is limited where the variant was called in the tumor only', () => {
    const brca1 = (origin: 'germline' | 'somatic') =>
      given(
        matches(
          record('BRCA', {
            diagnosis: {
              oncotreeCode: 'BRCA',
              name: 'Invasive Breast Carcinoma',
              attributes: { her2: 'negative' },
            },
          }),
          { variants: [variant({ at: ['17', 43_124_027, 'ACT', 'A'], origin })] },
        ),
        'Talazoparib',
      ).filter((one) => one.state === 'met' && near(one));
    expect(brca1('germline').some(({ limits }) => limits.length === 0)).toBe(true);
    expect(brca1('somatic').every(({ limits }) => limits.some((limit) => limit.includes('germline')))).toBe(true);
  });

  it('fusions, MSI and a withdrawn label', () => {
    const alk = given(matches(record('LUAD'), { fusions: [fusion('EML4', 'ALK')] }), 'Alectinib').filter(near);
    expect(agenciesOf(alk)).toContain('FDA');
    const msi = given(matches(record('PAAD'), { biomarkers: [biomarker('MSI', 'MSI-H')] }), 'Pembrolizumab');
    expect(msi.some(({ agency, anyCancer, state }) => agency === 'FDA' && anyCancer && state === 'met')).toBe(true);
    const ret = given(matches(record('LUAD'), { fusions: [fusion('KIF5B', 'RET')] }), 'Pralsetinib');
    expect(ret.find(({ agency }) => agency === 'EMA')?.status).toBe('withdrawn');
    expect(ret.find(({ agency }) => agency === 'FDA')?.status).toBe('active');
  });
});
