import { describe, expect, it } from 'vitest';
import { combination } from '../../../shared/molecular/treatments.ts';
import type { Approved } from '../../../shared/therapy/approved.ts';
import { type Standing, wholeBeforePart } from '../../../shared/therapy/whole-and-part.ts';

const classes: Readonly<Record<string, string>> = {
  vemurafenib: 'B-RAF inhibition',
  cobimetinib: 'MEK inhibition',
  atezolizumab: 'PD-1/PD-L1 inhibition',
  bevacizumab: 'VEGF inhibition',
  erlotinib: 'EGFR inhibition',
};
const knowledge = {
  drugClass: (agent: string) => {
    const name = classes[agent.toLowerCase()];
    return name === undefined ? undefined : { name, source: 'a table' };
  },
};
const standing = (agents: string, keys: readonly number[], finding = 'v600e', failedBefore = false): Standing => ({
  treatment: combination(agents.split('+')),
  approved: [{ findingIds: [finding], negatives: [] } as unknown as Approved],
  failedBefore,
  first: false,
  keys,
});
const forFirst = (one: Standing): Standing => ({ ...one, first: true });
/** Labels in order, with two keys settled. */
const order = (...all: Standing[]): string[] =>
  wholeBeforePart(all, 2, knowledge)
    .map(({ keys }, place) => ({ keys, label: all[place]?.treatment.label ?? '' }))
    .sort((a, b) => {
      const at = a.keys.findIndex((key, index) => key !== b.keys[index]);
      return at < 0 ? 0 : Number(a.keys[at]) - Number(b.keys[at]);
    })
    .map(({ label }) => label);

describe('a combination before the part of it that is approved alone (F044)', () => {
  const part = standing('Vemurafenib', [0, 1, 0, -26]);
  const whole = 'Cobimetinib+Vemurafenib';

  it('takes its place, and nothing that stood between is passed', () => {
    const other = standing('Erlotinib', [0, 1, 0, -20]);
    expect(order(part, other, standing(whole, [0, 1, 1, -5]))).toEqual([
      'Cobimetinib + Vemurafenib',
      'Vemurafenib',
      'Erlotinib',
    ]);
    expect(order(standing('Erlotinib', [0, 1, 0, -30]), part, standing(whole, [0, 1, 1, -5]))[0]).toBe('Erlotinib');
  });

  it.each([
    ['another level or line', standing(whole, [0, 2, 0, -30])],
    ['another finding', standing(whole, [0, 1, 1, -5], 'fusion')],
    ['an agent that the marker does not choose', standing('Bevacizumab+Vemurafenib', [0, 1, 1, -5])],
    ['a checkpoint inhibitor beside it', standing('Atezolizumab+Cobimetinib+Vemurafenib', [0, 1, 1, -5])],
    ['an agent of which no class is known', standing('Vemurafenib+Unheardofnib', [0, 1, 1, -5])],
    ['a class that failed before', standing(whole, [0, 1, 1, -5], 'v600e', true)],
  ])('not with %s', (_, combined) => {
    expect(order(part, combined)[0]).toBe('Vemurafenib');
  });

  it('says what it goes before and behind', () => {
    const [alone, both] = wholeBeforePart([part, standing(whole, [0, 1, 1, -5])], 2, knowledge);
    expect(alone?.behind).toEqual(['Cobimetinib + Vemurafenib']);
    expect(both?.holds).toEqual(['Vemurafenib']);
  });

  it('in the first line with any partner, whatever line the part stands in, and not where the part is for it too', () => {
    const chemo = standing('Bevacizumab+Vemurafenib', [0, 2, 1, -5]);
    expect(order(part, forFirst(chemo))[0]).toBe('Bevacizumab + Vemurafenib');
    expect(order(part, chemo)[0]).toBe('Vemurafenib');
    expect(order(forFirst(part), forFirst(chemo))[0]).toBe('Vemurafenib');
    expect(order(part, forFirst(standing('Bevacizumab+Vemurafenib', [1, 1, 1, -5])))[0]).toBe('Vemurafenib');
  });

  it('those that take one place are parted by their own keys', () => {
    const one = forFirst(standing('Bevacizumab+Vemurafenib', [0, 2, 1, -5]));
    const other = forFirst(standing('Atezolizumab+Vemurafenib', [0, 2, 1, -9]));
    expect(order(part, one, other)).toEqual(['Atezolizumab + Vemurafenib', 'Bevacizumab + Vemurafenib', 'Vemurafenib']);
  });

  it('a HER2 stated alike is one marker', () => {
    const stated = (one: Standing): Standing => ({
      ...one,
      approved: [{ findingIds: [], negatives: ['HER2 Positive'] } as unknown as Approved],
    });
    expect(order(stated(part), stated(forFirst(standing(whole, [0, 2, 1, -5]))))[0]).toBe('Cobimetinib + Vemurafenib');
  });
});
