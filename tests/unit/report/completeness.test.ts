import { describe, expect, it } from 'vitest';
import { blockingElements, completenessOf, warningElements } from '../../../shared/report/completeness.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { reportElements } from '../../../shared/report/elements.ts';
import { FRONT_WORDS } from '../../../shared/report/front.ts';
import type { ReportElement } from '../../../shared/report/report.ts';
import { nothingTested } from '../molecular/support/case.ts';
import { abstention, decision, hashOf, reportInput, type Wanted, wholeIntake, wholeRecord } from './support/input.ts';

const elementOf = (id: string, wanted: Wanted = {}): ReportElement => {
  const found = composeReport(reportInput(wanted)).elements.find((element) => element.id === id);
  if (found === undefined) throw new Error(`no element ${id}`);
  return found;
};
const blocking = (wanted: Wanted = {}): string[] =>
  blockingElements(composeReport(reportInput(wanted)).elements).map(({ id }) => id);

describe('elements R01 to R60 (F087)', () => {
  it('are sixty, each judged once, in order', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `R${String(index + 1).padStart(2, '0')}`);
    expect(reportElements.map(({ id }) => id)).toEqual(ids);
    expect(composeReport(reportInput()).elements.map(({ id }) => id)).toEqual(ids);
  });

  it('block nothing in a whole, decided case; level B elements of later versions warn', () => {
    const report = composeReport(reportInput({ intake: wholeIntake({ copyNumbers: [] }) }));
    expect(blockingElements(report.elements)).toEqual([]);
    expect(report.blocking).toBe(0);
    expect(report.warnings).toBeGreaterThan(0);
  });

  it('give a reason wherever they are not present', () => {
    for (const wanted of [{}, { decision: null }, { predictions: abstention }] as Wanted[])
      for (const { id, state, reason } of composeReport(reportInput(wanted)).elements)
        if (state !== 'present') expect(reason ?? '', id).toMatch(/\w+ \w+/);
  });

  describe('each by its level, left out of a whole paper', () => {
    const former = { reportId: 'R-0', sha256: hashOf('former'), signedAt: '2026-04-01T09:00:00.000Z', signer: 'Dr. B' };
    const input = reportInput({
      intake: wholeIntake({ copyNumbers: [] }),
      more: { amendment: { number: 1, reason: 'A new reading.', changes: [], former } },
    });
    const { front, appendix, elements: whole } = composeReport(input);
    const blocks = [...front, ...appendix];
    const judged = (id: string, given: string) =>
      completenessOf(
        { ...input, notApplicable: { [id]: given } },
        blocks.map((block) => ({ ...block, elements: block.elements.filter((one) => one !== id) })),
        id === 'R60' ? FRONT_WORDS + 1 : FRONT_WORDS,
      );
    const ids = (found: readonly ReportElement[]): string[] => found.map(({ id }) => id);

    it.each(reportElements)('$id, level $level: $title', ({ id, level }) => {
      const state = whole.find((one) => one.id === id)?.state;
      // Stands in the head and the foot of every page, which no block can leave out.
      if (id === 'R58') return expect(state).toBe('present');
      // By rule, in this case; with its own tests below.
      if (state === 'not-applicable') return expect(['R22', 'R24', 'R27', 'R37', 'R42']).toContain(id);
      const lacking = judged(id, '  ');
      expect(ids(blockingElements(lacking)).includes(id)).toBe(level === 'A');
      expect(ids(warningElements(lacking)).includes(id)).toBe(level === 'B');
      const given = judged(id, 'Not stated by the laboratory.');
      expect(ids([...blockingElements(given), ...warningElements(given)])).not.toContain(id);
      return expect(given.find((one) => one.id === id)).toMatchObject({
        state: 'not-applicable',
        reason: 'Not stated by the laboratory.',
      });
    });
  });

  it('block without a decision: answer, recommendation, participants, actions', () => {
    expect(blocking({ decision: null })).toEqual(expect.arrayContaining(['R04', 'R43', 'R45', 'R46']));
    expect(elementOf('R44', { decision: null }).level).toBe('B');
  });

  it('block where the decision names nobody or nothing to do', () => {
    expect(blocking({ decision: { ...decision, participants: [] } })).toContain('R45');
    expect(blocking({ decision: { ...decision, actions: [] } })).toContain('R46');
    expect(blocking({ decision: { ...decision, optionIds: [] } })).toContain('R43');
    expect(blocking({ decision: { ...decision, optionIds: [], intent: 'further-testing' } })).not.toContain('R43');
  });

  it('F007 files in doubt of their identity block, and a named reason lets them pass', () => {
    const input = reportInput({ intake: wholeIntake({ copyNumbers: [] }) });
    const swapped = {
      id: 'identity:swap' as const,
      label: 'Tumor and normal not exchanged',
      state: 'inconsistent' as const,
      text: '41 of 44 somatic calls stand in the normal as inherited',
    };
    const measures = { list: [], expression: [], agreement: [], identity: [swapped] };
    const doubtful = { ...input, profile: { ...input.profile, measures } };
    const specimen = (one: typeof doubtful) => composeReport(one).elements.find(({ id }) => id === 'R07');
    expect(blockingElements(composeReport(doubtful).elements).map(({ id }) => id)).toContain('R07');
    expect(specimen(doubtful)?.reason).toContain('41 of 44 somatic calls');
    const given = {
      ...doubtful,
      notApplicable: { R07: 'Relapse after transplant of a donor’s marrow; the normal is skin.' },
    };
    expect(blockingElements(composeReport(given).elements).map(({ id }) => id)).not.toContain('R07');
    expect(specimen(given)?.reason).toContain('donor’s marrow');
  });

  it('block where the case was analysed again after the decision', () => {
    const input = reportInput();
    const stale = composeReport({ ...input, hashes: { ...input.hashes, options: hashOf('another table') } });
    expect(blockingElements(stale.elements).map(({ id }) => id)).toContain('R43');
  });

  it.each([
    ['R02', { referrer: { institution: 'Hospital North' } }, 'ordering clinician'],
    ['R05', { diagnosis: { oncotreeCode: 'LUAD', name: 'Lung adenocarcinoma', site: 'lung' } }, 'stage'],
    [
      'R08',
      { specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary', preservation: 'FFPE', site: 'lung' }] },
      'tumor cell content of S1',
    ],
    [
      'R03',
      { specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary', preservation: 'FFPE', site: 'lung' }] },
      'collection date of S1',
    ],
  ])('%s is missing with what lacks, and a person’s reason makes it not applicable', (id, more, lacks) => {
    const record = wholeRecord(more);
    const element = elementOf(id, { record });
    expect(element.state).toBe('missing');
    expect(element.reason).toContain(lacks);
    const given = elementOf(id, { record, more: { notApplicable: { [id]: 'External case without these data.' } } });
    expect(given).toMatchObject({ state: 'not-applicable', reason: 'External case without these data.' });
  });

  it('take no empty reason, and no reason for what is present', () => {
    const record = wholeRecord({ referrer: undefined });
    expect(elementOf('R02', { record, more: { notApplicable: { R02: '  ' } } }).state).toBe('missing');
    expect(elementOf('R01', { more: { notApplicable: { R01: 'never mind' } } }).state).toBe('present');
  });

  it.each(['R10', 'R12', 'R13', 'R14', 'R15'])('%s asks the assay', (id) => {
    const [assay] = wholeRecord().assays;
    const bare = {
      id: assay?.id,
      name: assay?.name,
      specimenId: 'S1',
      modalities: ['somatic-variants'],
      scope: 'panel',
    };
    expect(elementOf(id, { record: wholeRecord({ assays: [bare] }) }).state).toBe('missing');
    expect(elementOf(id).state).toBe('present');
  });

  it('R37 stands in words where the gene was not assayed, and asks where a chosen drug hinges on one that was', () => {
    const untested = wholeIntake({ ledger: nothingTested });
    expect(elementOf('R37', { intake: untested }).state).toBe('present');
    const chosen = { ...decision, optionIds: ['capecitabine'] };
    expect(elementOf('R37', { intake: untested, decision: chosen }).state).toBe('present');
    const tested = elementOf('R37', { decision: chosen });
    expect(tested.state).toBe('missing');
    expect(tested.reason).toContain('DPYD');
    expect(elementOf('R37', { intake: wholeIntake({ copyNumbers: [] }) }).state).toBe('not-applicable');
  });

  it('R37 sees a drug that the board typed, and one inside a regimen’s name', () => {
    for (const otherOption of ['Irinotecan and cetuximab', 'mFOLFOX6'])
      expect(elementOf('R37', { decision: { ...decision, optionIds: [], otherOption } }).state).toBe('missing');
  });

  it('R34 does not apply without a score; R33 then holds the reason', () => {
    expect(elementOf('R34', { predictions: abstention }).state).toBe('not-applicable');
    expect(elementOf('R33', { predictions: abstention }).state).toBe('present');
  });
});
