/** F095: the German MTB core data set, element by element: what a case fills, and why the rest is empty. */
import { describe, expect, it } from 'vitest';
import { mtbDataSet, nctEvidence } from '../../../shared/exchange/mtb.ts';
import { reportInput } from '../report/support/input.ts';

const named = (name: string, input = reportInput()) => mtbDataSet(input).find(({ element }) => element === name);

describe('German MTB core data set (F095)', () => {
  it('fills an element or says why it is empty, never both', () => {
    for (const { values, absent } of mtbDataSet(reportInput())) expect((absent ?? '') === '').toBe(values.length > 0);
  });

  it('carries diagnosis, variants, decision and actions of the case', () => {
    const input = reportInput();
    expect(named('Diagnose_Primaertumor')?.values[0]).toMatchObject({
      oncotree: { system: 'http://data.mskcc.org/ontologies/oncotree', code: 'LUAD' },
    });
    const small = input.profile.findings.filter(({ kind, state }) => kind === 'small-variant' && state === 'detected');
    expect(named('Einfache_Variante')?.values).toHaveLength(small.length);
    expect(named('Therapieplan')?.values[0]).toMatchObject({ protocol: input.board.decision?.answer });
    expect(named('Auftraege')?.values).toHaveLength(input.board.decision?.actions.length ?? -1);
  });

  it('recommends nothing before the board has decided', () => {
    const undecided = reportInput({ decision: null });
    for (const name of ['Therapieplan', 'Therapieempfehlung', 'Therapieempfehlung_Kombination'])
      expect(named(name, undecided)).toMatchObject({ values: [], absent: 'the board has not decided yet' });
  });

  it.each([
    ['A', 'same', 'm1A'],
    ['B', 'same', 'm1B'],
    ['C', 'same', 'm1C'],
    ['A', 'other', 'm2A'],
    ['B', 'parent', 'm2B'],
    ['C', 'unmapped', 'm2C'],
    ['D', 'same', 'm3'],
    ['E', 'other', 'm4'],
  ] as const)('level %s in %s disease is proposed as %s, unconfirmed', (bestLevel, diseaseMatch, expected) => {
    expect(nctEvidence({ bestLevel, diseaseMatch })).toBe(expected);
  });
});
