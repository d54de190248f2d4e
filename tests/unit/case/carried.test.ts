import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriedDocuments } from '../../../shared/case/carried.ts';
import type { IntakeDocument, LedgerEntry } from '../../../shared/case/intake.ts';

const [intakeAsText] = carriedDocuments;
if (intakeAsText === undefined) throw new Error('nothing is carried as text');

const document = (entries: LedgerEntry[]): IntakeDocument => ({
  understandings: [],
  questions: [],
  refusals: [],
  variants: [],
  copyNumbers: [],
  segments: [],
  fusions: [],
  matrices: [],
  biomarkers: [],
  accounting: [],
  ledger: { entries, defaults: { fusion: { state: 'not-assayed', assayIds: [], reason: 'DNA only' } } },
  warnings: [{ message: 'a line\u2028with "quotes"' }],
});

const entry = fc.record({
  gene: fc.string(),
  states: fc.dictionary(
    fc.constantFrom('small-variant', 'fusion', 'expression', 'germline'),
    fc.record({
      state: fc.constantFrom('detected', 'tested-not-detected', 'failed-qc', 'not-assayed'),
      assayIds: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    }),
  ),
}) as fc.Arbitrary<LedgerEntry>;

describe('what intake read, from the core to a screen', () => {
  it('arrives as it was', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const sent = document(entries);
        expect(intakeAsText.condition(sent)).toBe(true);
        const text: unknown = JSON.parse(JSON.stringify(intakeAsText.serialize(sent)));
        expect(JSON.stringify(intakeAsText.deserialize(text))).toBe(JSON.stringify(sent));
      }),
      { numRuns: 100 },
    );
  });

  it('says once what is said of many genes', () => {
    const states: LedgerEntry['states'] = {
      expression: { state: 'failed-qc', assayIds: ['rna'], reason: 'the library was degraded' },
    };
    const sent = document(Array.from({ length: 1000 }, (_, at) => ({ gene: `G${at}`, states: { ...states } })));
    const text = intakeAsText.serialize(sent);
    expect(text.split('the library was degraded')).toHaveLength(2);
    expect(text.length).toBeLessThan(JSON.stringify(sent).length / 5);
  });

  it('anything else crosses as it does', () => {
    for (const other of [null, 'ledger', 7, [], { ledger: {} }, { understandings: [] }])
      expect(intakeAsText.condition(other)).toBe(false);
  });

  it('what is no text is refused', () => {
    expect(() => intakeAsText.deserialize({ ledger: 1 })).toThrow(/crosses as text/);
  });
});
