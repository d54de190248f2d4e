/** Each golden cites the label or guideline whose word it holds the program to. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../../electron/knowledge/index.ts';
import { callPharmacogenes } from '../../../../shared/therapy/pgx/call.ts';
import type { PgxKnowledge } from '../../../../shared/therapy/pgx/definitions.ts';
import { readOutsideCalls } from '../../../../shared/therapy/pgx/outside-calls.ts';
import { checkAgent } from '../../../../shared/therapy/safety/check.ts';
import type { OrganFunction } from '../../../../shared/therapy/safety/organ-function.ts';
import { ALERT_BUDGET, caseSafety, safetyContext, safetyOf } from '../../../../shared/therapy/safety/safety.ts';

const knowledge = (
  await loadPacks(resolve(import.meta.dirname, '../../../../models/knowledge'))
).pharmacogenes() as PgxKnowledge;

const NOTHING: OrganFunction = { measures: [], refused: [], absent: [] };
const kidney = (value: number): OrganFunction => ({
  ...NOTHING,
  measures: [{ name: 'creatinine clearance', value, unit: 'mL/min', method: 'Cockcroft–Gault', from: 'test' }],
});
const liver = (value: 'A' | 'B' | 'C'): OrganFunction => ({
  ...NOTHING,
  measures: [{ name: 'Child-Pugh class', value, unit: 'points', method: 'Child-Pugh', from: 'test' }],
});
const worst = (agent: string, others: string[], organs = NOTHING) => checkAgent(agent, others, organs)[0];

function genes(calls: string) {
  const outside = readOutsideCalls(calls, 'calls.tsv', knowledge);
  if (!outside.ok) throw new Error(outside.fault.message);
  return callPharmacogenes({ genotypes: new Map(), outside: outside.value, knowledge, warnings: [] });
}
const patient = (names: string[], calls?: string) =>
  safetyContext(
    {
      labs: [],
      comorbidities: [],
      patient: { pseudonym: 'Otter 5', sex: 'female', ageYears: 60 },
      medications: names.map((name) => ({ name })),
    },
    calls === undefined ? undefined : genes(calls),
    knowledge,
  );

describe('interactions by label (F048)', () => {
  it('QT adds up with escitalopram, which the European label alone warns of', () => {
    const found = worst('vandetanib', ['escitalopram']);
    expect(found).toMatchObject({ action: 'avoid', kind: 'additive', other: 'escitalopram' });
    expect(found?.cites.join()).toContain('EU product information Cipralex, section 4.4');
  });

  it.each([
    // Imbruvica 7, Calquence 7, Venclexta 4, Lorbrena 4, Tagrisso 7, Tarceva 7, Camptosar 7, Cotellic 7, Eliquis 7, Zocor 4
    ['ibrutinib', 'clarithromycin', 'avoid'],
    ['acalabrutinib', 'diltiazem', 'change-dose'],
    ['venetoclax', 'posaconazole', 'contraindicated'],
    ['lorlatinib', 'rifampin', 'contraindicated'],
    ['osimertinib', 'carbamazepine', 'avoid'],
    ['erlotinib', 'omeprazole', 'avoid'],
    ['irinotecan', 'itraconazole', 'avoid'],
    ['cobimetinib', 'fluconazole', 'avoid'],
    ['apalutamide', 'apixaban', 'avoid'],
    // Gilotrif 7 names cyclosporine and erythromycin as P-gp inhibitors; Eliquis 7 ketoconazole as a combined one.
    ['afatinib', 'cyclosporine', 'change-dose'],
    ['afatinib', 'erythromycin', 'change-dose'],
    ['apixaban', 'ketoconazole', 'change-dose'],
    // Strattera 4 and Nuedexta 4, on inhibitors of monoamine oxidase, of which procarbazine is one.
    ['procarbazine', 'dextromethorphan', 'avoid'],
    ['procarbazine', 'atomoxetine', 'avoid'],
    ['tucatinib', 'simvastatin', 'avoid'],
    ['imatinib', 'warfarin', 'avoid'],
    ['capecitabine', 'warfarin', 'monitor'],
    ['dabrafenib', 'dexamethasone', 'monitor'],
  ])('%s with %s: %s', (agent, other, action) => {
    const found = worst(agent, [other]);
    expect(found).toMatchObject({ action, other, kind: 'interaction', basis: 'label' });
    expect(found?.cites.length).toBeGreaterThan(0);
  });

  it('the strength counts: a moderate inhibitor does not set off what the label says of a strong one', () => {
    expect(checkAgent('palbociclib', ['diltiazem'], NOTHING).filter(({ kind }) => kind === 'interaction')).toEqual([]);
    expect(worst('palbociclib', ['ketoconazole'])?.action).toBe('avoid');
    expect(checkAgent('osimertinib', ['clarithromycin'], NOTHING).filter(({ action }) => action !== 'monitor')).toEqual(
      [],
    );
  });

  it('a planted QT stack is found with all its members; a boxed one or a QTc of 500 ms is to avoid (F049)', () => {
    expect(worst('osimertinib', ['ondansetron', 'citalopram'])).toMatchObject({
      kind: 'additive',
      effect: 'QT',
      action: 'monitor',
      other: 'citalopram, ondansetron',
    });
    expect(worst('vandetanib', ['ondansetron'])).toMatchObject({ effect: 'QT', action: 'avoid' });
    const long = {
      ...NOTHING,
      measures: [{ name: 'QTc' as const, value: 512, unit: 'ms', method: 'as recorded', from: 'x' }],
    };
    expect(worst('ribociclib', [], long)).toMatchObject({ effect: 'QT', action: 'avoid' });
    expect(checkAgent('ribociclib', [], NOTHING)).toEqual([]);
  });
});

describe('kidney and liver by label (F036, F043)', () => {
  it.each([
    // Alimta 8 renal, Xeloda 8 renal, Lynparza 8 renal, Talzenna 8 renal, Eloxatin 8 renal
    ['pemetrexed', 40, 'avoid'],
    ['capecitabine', 45, 'change-dose'],
    ['capecitabine', 20, 'avoid'],
    ['olaparib', 45, 'change-dose'],
    ['talazoparib', 25, 'change-dose'],
    ['oxaliplatin', 25, 'change-dose'],
  ])('%s with a clearance of %d mL/min: %s', (agent, clearance, action) => {
    expect(worst(agent, [], kidney(clearance))).toMatchObject({ kind: 'kidney', action });
    expect(checkAgent(agent, [], kidney(95))).toEqual([]);
  });

  it('a lower clearance never softens what the label asks for', () => {
    const order = ['contraindicated', 'avoid', 'change-dose', 'monitor', undefined];
    for (const agent of ['capecitabine', 'pemetrexed', 'oxaliplatin', 'ribociclib', 'imatinib'])
      for (let clearance = 90; clearance > 30; clearance -= 5) {
        const [less, more] = [worst(agent, [], kidney(clearance - 5)), worst(agent, [], kidney(clearance))];
        expect(order.indexOf(less?.action)).toBeLessThanOrEqual(order.indexOf(more?.action));
      }
  });

  it.each([
    // Zytiga 8 hepatic, Imbruvica 8 hepatic, Alecensa 8 hepatic, Orserdu 8 hepatic
    ['abiraterone', 'C', 'avoid'],
    ['ibrutinib', 'B', 'change-dose'],
    ['alectinib', 'C', 'change-dose'],
    ['elacestrant', 'C', 'avoid'],
  ] as const)('%s with Child-Pugh class %s: %s', (agent, found, action) => {
    expect(worst(agent, [], liver(found))).toMatchObject({ kind: 'liver', action });
  });

  it('an organ that a label gates on and no lab tells is said to be open', () => {
    const safety = safetyOf(['Capecitabine'], patient([]));
    expect(safety).toMatchObject({ findings: [], open: ['kidney'] });
  });
});

describe('phenoconversion (F048)', () => {
  const tamoxifen = (names: string[], calls?: string) =>
    safetyOf(['Tamoxifen'], patient(names, calls)).findings.filter(({ kind }) => kind === 'phenoconversion');

  it('a strong inhibitor turns a normal metabolizer of tamoxifen into a poor one, and the warning with it', () => {
    expect(safetyOf(['Tamoxifen'], patient([], 'CYP2D6\t*1/*1')).findings).toEqual([]);
    const [found] = tamoxifen(['Paroxetine'], 'CYP2D6\t*1/*1');
    expect(found).toMatchObject({ action: 'change-dose', other: 'paroxetine', basis: 'guideline' });
    expect(found?.text).toContain(
      'CYP2D6 acts as Poor Metabolizer by paroxetine (strong inhibitor), inherited Normal Metabolizer',
    );
  });

  it('a moderate one halves the activity score; a weak one changes nothing; who is poor stays poor', () => {
    const context = patient(['Duloxetine'], 'CYP2D6\t*1/*1');
    expect(caseSafety(context, [{ id: 't', agents: ['Tamoxifen'] }]).phenoconversions).toMatchObject([
      { gene: 'CYP2D6', acting: 'Intermediate Metabolizer', activityScore: '1.0' },
    ]);
    expect(tamoxifen(['Sertraline'], 'CYP2D6\t*1/*1')).toEqual([]);
    expect(tamoxifen(['Paroxetine'], 'CYP2D6\t*4/*4')).toEqual([]);
  });

  it('a strong inhibitor speaks where the gene was never called', () => {
    expect(tamoxifen(['Bupropion'])).toMatchObject([{ kind: 'phenoconversion' }, ...tamoxifen(['Bupropion']).slice(1)]);
    expect(tamoxifen(['Bupropion'])[0]?.text).toContain('genes not called');
  });
});

describe('genes and alerts in a row (F043, F129, G22)', () => {
  it('complete lack of DPD forbids fluoropyrimidines; a carrier starts with half the dose', () => {
    const none = safetyOf(['Capecitabine', 'Oxaliplatin'], patient([], 'DPYD\tc.1905+1G>A (*2A)/c.1905+1G>A (*2A)'));
    expect(none.findings[0]).toMatchObject({ action: 'contraindicated', agent: 'capecitabine', kind: 'pharmacogene' });
    const carrier = safetyOf(['Fluorouracil'], patient([], 'DPYD\tReference/c.1905+1G>A (*2A)'));
    expect(carrier.findings[0]).toMatchObject({ action: 'change-dose', basis: 'guideline' });
    expect(carrier.findings[0]?.text).toContain('start with 50% of the usual dose');
    // CPIC and DPWG ask the same: one thing to heed, one alert, both as its sources.
    expect(carrier.findings.filter(({ kind }) => kind === 'pharmacogene')).toHaveLength(1);
    expect(carrier.findings[0]?.cites.map((cite) => cite.split(' ')[0])).toEqual(['CPIC', 'DPWG']);
  });

  it('at most three items interrupt, the worst first and each in its row; the rest is counted', () => {
    const context = patient(['Clarithromycin', 'Carbamazepine', 'Omeprazole', 'Warfarin']);
    const options = ['Erlotinib', 'Ibrutinib', 'Palbociclib', 'Dasatinib'].map((agent) => ({
      id: agent.toLowerCase(),
      agents: [agent],
      safety: safetyOf([agent], context),
    }));
    const safety = caseSafety(context, options);
    expect(safety.interruptive).toHaveLength(ALERT_BUDGET);
    const all = options.flatMap(({ safety: own }) => own.findings);
    expect(safety.digest).toBe(new Set(all.map(({ id }) => id)).size - ALERT_BUDGET);
    for (const { optionId, findingId } of safety.interruptive) {
      const row = options.find(({ id }) => id === optionId);
      expect(row?.safety.findings.find(({ id }) => id === findingId)?.action).not.toBe('monitor');
    }
  });

  it('an agent without facts is not checked, and a medicine without facts is named with what it may be', () => {
    const context = patient(['Clarithromicyn', 'Metamizole']);
    expect(safetyOf(['Zidesamtinib'], context)).toEqual({ findings: [], unchecked: ['zidesamtinib'], open: [] });
    expect(context.medications).toEqual([
      { name: 'Clarithromicyn', near: ['clarithromycin'] },
      { name: 'Metamizole', near: [] },
    ]);
  });
});
