import { describe, expect, it } from 'vitest';
import { pairsOf } from '../../../renderer/board/compare-sides.ts';
import { asCsv } from '../../../renderer/ui/WorkTable.tsx';
import { clonalFractionOf, compareSides, type Observation, type Side, wilson } from '../../../shared/board/compare.ts';
import { actionOrder, actionsOf, FollowUp, isOpen, nextFollowUp } from '../../../shared/board/follow-up.ts';
import type { AssayedState } from '../../../shared/case/intake.ts';
import type { Finding } from '../../../shared/molecular/profile.ts';

const finding = (gene: string, more: Partial<Finding> = {}): Finding => ({
  id: `somatic:${gene}`,
  kind: 'small-variant',
  gene,
  title: 'p.(Val600Glu)',
  origin: 'somatic',
  state: 'detected',
  tierDefining: [],
  supporting: [],
  tierElsewhere: [],
  flags: [],
  whyHere: '',
  needsYou: false,
  variantKeys: [],
  ...more,
});
const seen = (gene: string, alleleFraction?: number, depth?: number, purity?: number): [string, Observation] => [
  `somatic:${gene}`,
  { finding: finding(gene), alleleFraction, depth, clonalFraction: clonalFractionOf(alleleFraction, purity) },
];
const side = (label: string, found: [string, Observation][], states: Record<string, AssayedState>): Side => ({
  label,
  found: new Map(found),
  state: (gene) => states[gene],
});

describe('F039 F080 comparison', () => {
  it('only a gene that the other side read is gained or lost; what nobody looked for is not comparable', () => {
    const panel: Record<string, AssayedState> = {
      EGFR: 'tested-not-detected',
      TP53: 'not-assayed',
      KRAS: 'failed-qc',
    };
    const before = side('tissue', [seen('EGFR'), seen('TP53'), seen('KRAS'), seen('ROS1')], {});
    const after = side('plasma', [seen('MET')], panel);
    const found = compareSides(before, after).map(({ finding: { gene }, change, why }) => `${gene} ${change}: ${why}`);
    expect(found).toEqual([
      'EGFR lost: plasma: tested, not detected',
      'KRAS not-comparable: plasma: failed quality control',
      // The first side states nothing of MET: that is not a gain.
      'MET not-comparable: tissue: not assayed',
      'ROS1 not-comparable: plasma: not assayed',
      'TP53 not-comparable: plasma: not assayed',
    ]);
    // And no cell says "not found" of what was never looked for.
    expect(compareSides(before, after).map(({ nothing }) => nothing)).toEqual([
      'tested, not detected',
      'failed quality control',
      ...Array(3).fill('not assayed'),
    ]);
    const gained = compareSides(side('tissue', [], { MET: 'tested-not-detected' }), after);
    expect(gained).toMatchObject([{ change: 'gained', why: 'tissue: tested, not detected' }]);
    // Plasma in which nothing shows may hold little of the tumor.
    const [lost] = compareSides({ ...before, material: 'tissue' }, { ...after, material: 'plasma' });
    expect(lost?.why).toBe(
      'plasma: tested, not detected; plasma beside tissue: with little tumor DNA in it nothing shows either',
    );
  });

  it('a share changed only where the intervals of what was read part, and no depth means no claim', () => {
    const at = (a: number, depthA: number | undefined, b: number, depthB: number | undefined) =>
      compareSides(side('a', [seen('EGFR', a, depthA)], {}), side('b', [seen('EGFR', b, depthB)], {}))[0];
    expect(at(0.2, 800, 0.45, 800)).toMatchObject({
      change: 'changed',
      why: 'allele fraction 20.0 % to 45.0 %; the 95 % intervals do not overlap',
    });
    expect(at(0.2, 30, 0.3, 30)?.change).toBe('same');
    expect(at(0.2, undefined, 0.9, 800)).toMatchObject({
      change: 'same',
      why: expect.stringContaining('no change is claimed'),
    });
  });

  it('clonal fractions compare across purities: half the tumor cells, twice', () => {
    expect(clonalFractionOf(0.2, 0.8)).toBeCloseTo(0.5);
    expect(clonalFractionOf(0.4, 0.5)).toBe(1);
    expect(clonalFractionOf(0.2, undefined)).toBeUndefined();
    expect(clonalFractionOf(0.2, 0)).toBeUndefined();
    const [same] = compareSides(
      side('a', [seen('EGFR', 0.2, 500, 0.8)], {}),
      side('b', [seen('EGFR', 0.1, 500, 0.4)], {}),
    );
    expect(same).toMatchObject({ change: 'same', why: 'clonal fraction 50.0 % to 50.0 %; within the 95 % intervals' });
  });

  it('a biomarker compares by its value', () => {
    const marker = (value: number): [string, Observation] => [
      'biomarker:TMB',
      {
        finding: finding('TMB', {
          id: 'biomarker:TMB',
          kind: 'biomarker',
          biomarker: { value, unit: '/Mb', validity: 'valid' },
        }),
        alleleFraction: undefined,
        depth: undefined,
        clonalFraction: undefined,
      },
    ];
    expect(compareSides(side('a', [marker(12)], {}), side('b', [marker(4)], {}))).toMatchObject([
      { change: 'changed', why: '12 /Mb to 4 /Mb' },
    ]);
    expect(compareSides(side('a', [marker(12)], {}), side('b', [], {}))).toMatchObject([{ change: 'not-comparable' }]);
  });

  it('Wilson’s interval is the textbook’s', () => {
    // Brown, Cai, DasGupta 2001: 10 of 50.
    const [low, high] = wilson(0.2, 50);
    expect(low).toBeCloseTo(0.1124, 3);
    expect(high).toBeCloseTo(0.3304, 3);
  });
});

describe('F083 F123 after the meeting', () => {
  const decision = {
    decidedAt: '2026-11-24T10:00:00.000Z',
    actions: [
      { what: 'Start', owner: 'Dr. A', due: '2026-12-01' },
      { what: 'Call', owner: 'Dr. B', due: '2026-11-26' },
    ],
  };
  const entry = (on: string, actionsDone: number[] = []) => ({
    followUpId: '3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111',
    on,
    state: 'carried-out' as const,
    actionsDone,
  });

  it('asks after 30 and after 90 days, then no more (G31)', () => {
    expect(nextFollowUp(decision.decidedAt, [])).toBe('2026-12-24');
    expect(nextFollowUp(decision.decidedAt, [entry('2026-12-24')])).toBe('2027-02-22');
    expect(nextFollowUp(decision.decidedAt, [entry('2027-03-01')])).toBeUndefined();
  });

  it('what is open and due first stands on top; a follow-up belongs to the decision it was written after', () => {
    const of = { caseId: 'otter', pseudonym: 'Otter' };
    const own = { entry: entry('2026-12-24', [1]), by: 'u1', at: '2026-12-24T09:00:00.000Z', forDecision: 1 };
    const rows = actionsOf(of, decision, [own]).sort(actionOrder);
    expect(rows.map(({ what, done, due }) => `${what} ${done} ${due}`)).toEqual([
      'Start false 2026-12-01',
      'Ask whether it was carried out false 2027-02-22',
      'Call true 2026-11-26',
    ]);
    // Not carried out, with its reason: nobody is late with what nobody will do, and the reason stands in each row.
    const refused = { ...own.entry, state: 'not-carried-out' as const, reason: 'patient-declined' as const };
    const closed = actionsOf(of, decision, [{ ...own, entry: refused }]).sort(actionOrder);
    expect(closed.map((row) => `${row.what} ${isOpen(row)} ${row.asked?.reason}`)).toEqual([
      'Ask whether it was carried out true patient-declined',
      'Call false patient-declined',
      'Start false patient-declined',
    ]);
    const earlier = { ...own, at: '2026-10-01T09:00:00.000Z' };
    expect(actionsOf(of, decision, [earlier]).some(({ done }) => done)).toBe(false);
  });

  it('not carried out needs a reason of the list', () => {
    const open = { ...entry('2026-12-24'), state: 'not-carried-out' };
    expect(FollowUp.safeParse(open).success).toBe(false);
    expect(FollowUp.safeParse({ ...open, reason: 'patient-declined' }).success).toBe(true);
    expect(FollowUp.safeParse({ ...open, reason: 'no idea' }).success).toBe(false);
  });
});

describe('F080 the picture beside the table', () => {
  const observed = (alleleFraction: number | undefined, depth?: number) => ({
    finding: { id: 'f', gene: 'EGFR', title: 'p.(Leu858Arg)' } as Finding,
    alleleFraction,
    depth,
    clonalFraction: undefined,
  });
  const row = (a: ReturnType<typeof observed> | undefined, b: ReturnType<typeof observed> | undefined) => ({
    id: 'f',
    finding: observed(0).finding,
    a,
    b,
    change: 'changed' as const,
    why: '',
  });

  it('draws shares with their interval, none where no depth is stated, and nothing where nothing was read', () => {
    const [pair] = pairsOf([row(observed(0.5, 100), observed(0.1))]);
    expect(pair).toMatchObject({ name: 'EGFR p.(Leu858Arg)', b: { share: 0.1, interval: undefined } });
    expect(pair?.a?.interval?.[0]).toBeCloseTo(0.404, 3);
    expect(pair?.a?.interval?.[1]).toBeCloseTo(0.596, 3);
    // Not found on a side is no zero on the axis.
    expect(pairsOf([row(observed(0.5, 100), undefined)])[0]?.b).toBeUndefined();
    expect(pairsOf([row(observed(undefined), undefined)])).toEqual([]);
  });

  it('leaves as CSV of RFC 4180 in which no cell is a formula', () => {
    const columns = [
      { id: 'a', title: 'What', cell: () => null, text: (text: string) => text },
      { id: 'b', title: 'Again', cell: () => null, text: (text: string) => text.length.toString() },
    ];
    expect(asCsv(columns, ['plain', 'a "b", c', '=1+1'])).toBe(
      'What,Again\r\nplain,5\r\n"a ""b"", c",8\r\n\'=1+1,4\r\n',
    );
  });
});
