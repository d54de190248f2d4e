/** F017: the ESCAT proposal, its path, and what can never raise it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escatOf } from '../../../shared/molecular/escat.ts';
import type { EvidenceMatch } from '../../../shared/molecular/profile.ts';

type Match = Parameters<typeof escatOf>[0][number];
const match = (more: Partial<EvidenceMatch> = {}): Match => ({
  evidenceId: 'EID1',
  type: 'predictive',
  direction: 'supports',
  significance: 'Sensitivity/Response',
  level: 'A',
  diseaseMatch: 'same',
  anyCancer: false,
  flagged: false,
  limits: [],
  specificity: 'exact',
  profileName: 'EGFR L858R',
  therapies: ['Osimertinib'],
  ...more,
});

describe('F017 ESCAT', () => {
  it.each([
    ['I-A', {}],
    ['I-C', { anyCancer: true, diseaseMatch: 'parent' }],
    ['II-B', { level: 'B' }],
    ['III-A', { level: 'A', diseaseMatch: 'other' }],
    ['III-A', { level: 'B', diseaseMatch: 'child' }],
    ['III-B', { level: 'B', specificity: 'gene' }],
    ['III-B', { specificity: 'class', profileName: 'BRCA2 Loss-of-function' }],
    ['I-A', { specificity: 'class', profileName: 'v::ALK Fusion' }],
    ['II-B', { level: 'B', specificity: 'class', profileName: 'RET::v Fusion' }],
    ['III-B', { specificity: 'gene', profileName: 'ALK Fusion or mutation' }],
    ['IV-A', { level: 'D' }],
    ['IV-A', { level: 'C' }],
    ['IV-B', { level: 'E' }],
    ['X', { level: 'B', direction: 'does-not-support' }],
  ] as const)('%s by %j', (tier, more) => {
    const told = escatOf([match(more)]);
    expect(told?.tier).toBe(tier);
    expect(told?.computed).toBe(true);
    expect(told?.path.at(-1)).toMatchObject({ answer: 'yes', evidenceIds: ['EID1'] });
    expect(told?.path.slice(0, -1).every(({ answer }) => answer === 'no')).toBe(true);
    expect(told?.confirm).toMatch(/^Confirm/);
  });

  it('resistance, flagged, limited and prognostic statements propose nothing', () => {
    const silent: Partial<EvidenceMatch>[] = [
      { significance: 'Resistance' },
      { flagged: true },
      { limits: ['the evidence is on germline variants'] },
      { type: 'prognostic', significance: 'Poor Outcome' },
    ];
    for (const more of silent) expect(escatOf([match(more)])).toBeUndefined();
    expect(escatOf([])).toBeUndefined();
  });

  it('an approval in this tumor type leads, an accelerated one is a single arm, elsewhere it is no approval', () => {
    const approval = {
      id: 'MOA1',
      therapies: ['Sotorasib'],
      thisTumorType: true,
      anyTumorType: false,
      accelerated: true,
    };
    expect(escatOf([match({ level: 'B' })], [approval])).toMatchObject({ tier: 'I-B', treatments: ['sotorasib'] });
    expect(escatOf([], [{ ...approval, accelerated: false }])?.tier).toBe('I-A');
    expect(escatOf([], [{ ...approval, thisTumorType: false, anyTumorType: true }])?.tier).toBe('I-C');
    expect(escatOf([match({ level: 'B' })], [{ ...approval, thisTumorType: false }])?.tier).toBe('II-B');
  });

  it('statements that do not count change nothing, wherever they stand', () => {
    const order = ['I-A', 'I-B', 'I-C', 'II-A', 'II-B', 'III-A', 'III-B', 'IV-A', 'IV-B', 'V', 'X'];
    const any = fc.record({
      level: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      diseaseMatch: fc.constantFrom('same', 'parent', 'child', 'other', 'unmapped'),
      specificity: fc.constantFrom('exact', 'codon', 'gene', 'class'),
      significance: fc.constantFrom('Sensitivity/Response', 'Resistance'),
    }) as fc.Arbitrary<Partial<EvidenceMatch>>;
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), any, (some, more) => {
        const matches = some.map((one, index) => match({ ...one, evidenceId: `E${index}` }));
        const tier = escatOf(matches)?.tier;
        expect(escatOf([...matches, match({ ...more, flagged: true, evidenceId: 'F' })])?.tier).toBe(tier);
        expect(escatOf([...matches].reverse())?.tier).toBe(tier);
        const added = escatOf([...matches, match({ ...more, evidenceId: 'M' })])?.tier;
        if (tier !== undefined && added !== undefined)
          expect(order.indexOf(added)).toBeLessThanOrEqual(order.indexOf(tier));
      }),
      { numRuns: 300, seed: 17 },
    );
  });
});
