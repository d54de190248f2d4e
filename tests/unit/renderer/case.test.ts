import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, layOutCourse, lineWords } from '../../../renderer/case/course.ts';
import { balances, equation, figures, intakeFiles, understood } from '../../../renderer/case/intake-files.ts';
import {
  ledgerGroups,
  ledgerSize,
  matchingGroups,
  otherGenes,
  stateCounts,
} from '../../../renderer/case/ledger-rows.ts';
import { measured } from '../../../renderer/case/measured.ts';
import { openItems } from '../../../renderer/case/readiness.ts';
import { stepOf } from '../../../renderer/case/steps.ts';
import { pertinentOf, topFindings } from '../../../renderer/case/story.ts';
import { worklistGroups, worklistOrder } from '../../../renderer/case/worklist.ts';
import { matchesFilter } from '../../../renderer/ui/FilterField.tsx';
import { ledgerWords } from '../../../renderer/ui/words.ts';
import { unitWords } from '../../../renderer/ui/words.ts';
import type { AssayedState, AssayLedger } from '../../../shared/case/intake.ts';
import type { CaseView } from '../../../shared/contract.ts';
import { fault } from '../../../shared/foundation/fault.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';
import { germlineHidden } from '../../../shared/molecular/germline-sheet.ts';
import { interpret } from '../../../shared/molecular/interpret.ts';
import type { CaseListing, CaseStatus } from '../../../shared/vault/cases.ts';
import { change, intake, item, knowledge, record, variant } from '../molecular/support/case.ts';

const listing = (pseudonym: string, status: CaseStatus = 'analyzed', more: Partial<CaseListing> = {}): CaseListing => ({
  caseId: CaseId.parse(pseudonym.replace(' ', '-')),
  pseudonym,
  status,
  tumorTypeCode: 'LUAD',
  tumorTypeName: 'Lung adenocarcinoma',
  stage: 'IV',
  question: 'Which treatment next?',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  version: 1,
  ...more,
});

describe('worklist', () => {
  const cases = [
    listing('Otter 10', 'signed'),
    listing('Otter 2'),
    listing('Heron 1', 'decided'),
    listing('Otter 11', 'erased'),
    listing('Badger 3', 'amending', { tumorTypeName: 'Melanoma', tumorTypeCode: 'MEL' }),
  ];
  it('groups by what is left to do, names in human order, erased cases gone', () => {
    expect(worklistGroups(cases, '').map(({ id, rows }) => [id, rows.map((row) => row.pseudonym)])).toEqual([
      ['work', ['Badger 3', 'Otter 2']],
      ['sign', ['Heron 1']],
      ['done', ['Otter 10']],
    ]);
    expect(worklistOrder(cases).map((row) => row.pseudonym)).toEqual(['Badger 3', 'Otter 2', 'Heron 1', 'Otter 10']);
  });
  it('finds by every word, in any column, whatever the case', () => {
    expect(worklistGroups(cases, 'otter luad').flatMap(({ rows }) => rows)).toHaveLength(2);
    expect(worklistGroups(cases, 'MELANOMA').flatMap(({ rows }) => rows)).toHaveLength(1);
    expect(worklistGroups(cases, 'signed').flatMap(({ rows }) => rows)).toHaveLength(1);
    expect(worklistGroups(cases, 'nothing of this')).toEqual([]);
    expect(matchesFilter('', 'anything')).toBe(true);
  });
});

const viewOf = (more: Partial<CaseView> = {}): CaseView => ({
  listing: listing('Otter 1'),
  record: record('LUAD'),
  bundleSha256: 'a'.repeat(64) as CaseView['bundleSha256'],
  board: { reviews: [] },
  documents: {},
  ...more,
});

describe('what is open before signing', () => {
  it('names what waits, and where it is done', () => {
    expect(openItems(viewOf()).map(({ step }) => step)).toEqual(['intake', 'decision']);
    const question = { id: 'q', file: 'f', field: 'tumorSample' as const, question: '?', choices: [], blocking: true };
    const read = intake({
      questions: [question, { ...question, id: 'r', blocking: false }],
      refusals: [{ file: 'x', fault: fault('file-empty', 'The file is empty.', 'Ask for it again.') }],
    });
    expect(openItems(viewOf({ intake: read })).map(({ text }) => text)).toEqual([
      '1 question of intake to answer',
      '1 file refused',
      'No decision recorded',
    ]);
  });
  it('counts findings that need somebody until they are reviewed; F090 a signed case has nothing open', () => {
    const read = intake({ variants: [variant({ gene: 'EGFR', protein: 'L858R', consequence: 'missense_variant' })] });
    const profile = interpret({ record: record('LUAD'), intake: read, knowledge: knowledge([]) });
    const [first] = profile.findings;
    if (first === undefined) throw new Error('no finding');
    const waiting = { ...profile, findings: [{ ...first, needsYou: true }] };
    const steps = (board: CaseView['board']) =>
      openItems(viewOf({ intake: read, profile: waiting, board })).map(({ step }) => step);
    expect(steps({ reviews: [] })).toEqual(['findings', 'decision']);
    expect(steps({ reviews: [{ findingId: first.id, verdict: 'confirmed', by: 'u', at: 't' }] })).toEqual(['decision']);
    const report = {
      reportId: 'R',
      sha256: 'b',
      sizeBytes: 1,
      pages: 1,
      signedAt: 't',
      signer: 's',
      meaning: 'author',
      level: 'PAdES B-B',
    };
    expect(openItems(viewOf({ report: report as CaseView['report'] & object }))).toEqual([]);
  });
  it('an address names its step, and the bare case its story', () => {
    expect(stepOf('/case/x/decision')).toBe('decision');
    expect(stepOf('/case/x')).toBe('story');
  });
});

describe('F071 the course of disease', () => {
  const course = (more: Record<string, unknown>, share = 0.6) => layOutCourse(record('LUAD', more), share);
  it('reads partial dates as the whole of their month or year', () => {
    expect(dayOf('2024', true) - dayOf('2024')).toBe(365);
    expect(dayOf('2024-02', true) - dayOf('2024-02')).toBe(28);
    expect(dayOf('2024-02-10')).toBe(dayOf('2024-02-10', true));
  });
  it('draws nothing where nothing is stated, and says in words what has no date', () => {
    expect(course({})).toBeUndefined();
    const undated = course({ therapyLines: [{ line: 1, agents: ['Erlotinib'] }], course: [{ event: 'Surgery' }] });
    expect(undated?.bars).toEqual([]);
    expect(undated?.undatedLines).toHaveLength(1);
    expect(undated?.undatedEvents).toEqual(['Surgery']);
  });
  it('an open line runs on; its words say what came of it', () => {
    const drawn = course({
      therapyLines: [
        {
          line: 1,
          agents: ['A'],
          started: '2024-01-01',
          ended: '2024-06-30',
          bestResponse: 'PR',
          reasonEnded: 'toxicity',
        },
        { line: 2, agents: ['B'], started: '2024-07-01' },
      ],
    });
    expect(drawn?.bars.map(({ ongoing, words }) => [ongoing, words])).toEqual([
      [false, 'partial response · ended: toxicity'],
      [true, 'response not stated · ongoing'],
    ]);
    expect(lineWords({ line: 1, agents: ['A'], ended: '2024' })).toBe('response not stated');
    expect(lineWords({ line: 1, agents: ['A'], reasonEnded: 'progression' })).toBe(
      'response not stated · ended: progression · end date not stated',
    );
  });
  it('whatever the dates, labels of one row do not touch and everything lies inside the drawing', () => {
    const date = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10));
    const event = fc.record({
      date,
      event: fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
    });
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.array(date, { maxLength: 5 }),
        (events, starts) => {
          const drawn = course({
            course: events,
            therapyLines: starts.map((started, index) => ({ line: index + 1, agents: ['Agent'], started })),
          });
          if (drawn === undefined) throw new Error('nothing drawn');
          expect(drawn.events).toHaveLength(events.length);
          expect(drawn.bars).toHaveLength(starts.length);
          for (const one of drawn.events) {
            const [start, end] = one.span;
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(100);
            expect(one.toLeft ? end : start).toBe(one.at);
            // Cut only where neither side has the room.
            const room = (one.date.length + one.text.length + 4) * 0.6;
            if (room <= Math.max(one.at, 100 - one.at)) expect(end - start).toBeCloseTo(room, 6);
            for (const other of drawn.events) {
              if (other === one || other.lane !== one.lane) continue;
              expect(other.span[0] >= end - 1e-9 || other.span[1] <= start + 1e-9).toBe(true);
            }
          }
          for (const bar of drawn.bars) expect(bar.left + bar.width).toBeLessThanOrEqual(100 + 1e-6 + 0.6);
          expect(drawn.ticks.every((tick) => tick.at >= 0 && tick.at <= 100)).toBe(true);
          expect(drawn.ticks.length).toBeLessThanOrEqual(11);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const ledger: AssayLedger = {
  entries: [
    { gene: 'EGFR', states: { 'small-variant': { state: 'detected', assayIds: ['a1'] } } },
    { gene: 'ERBB2', states: { 'small-variant': { state: 'failed-qc', assayIds: ['a1'], reason: 'low depth' } } },
    { gene: 'AKT1', states: {} },
  ],
  defaults: {
    'small-variant': { state: 'tested-not-detected', assayIds: ['a1'] },
    fusion: { state: 'not-assayed', assayIds: [], reason: 'DNA only' },
  },
};

describe('F003 the ledger on screen', () => {
  it('a gene without an entry has the default; a modality without a default is not assayed', () => {
    const [group] = ledgerGroups(ledger, undefined);
    expect(group?.rows.map(({ gene }) => gene)).toEqual(['AKT1', 'EGFR', 'ERBB2']);
    expect(group?.rows[0]?.cells['small-variant'].state).toBe('tested-not-detected');
    expect(group?.rows[0]?.cells.protein).toMatchObject({ state: 'not-assayed', assayIds: [] });
    expect(otherGenes(ledger).cells.fusion).toMatchObject({ state: 'not-assayed', reason: 'DNA only' });
    expect(otherGenes(ledger).cells['small-variant'].state).toBe('tested-not-detected');
  });
  it('what waits for an answer, or was refused, is not said to have failed quality control', () => {
    const waits: AssayedState = 'failed-qc';
    const words = (because?: 'question' | 'refusal') => ledgerWords({ state: waits, because });
    expect([words('question'), words('refusal'), words()]).toEqual(['question open', 'file refused', 'failed QC']);
    const asked: AssayLedger = {
      entries: [],
      defaults: {
        'small-variant': { state: waits, assayIds: ['a1'], because: 'question', reason: 'a question is open' },
      },
    };
    expect(otherGenes(asked).cells['small-variant'].because).toBe('question');
    expect(measured(asked, record('LUAD'))[0]?.words).toBe('every gene question open');
  });
  it('genes the evidence speaks of stand first, also where no assay names them', () => {
    const profile = interpret({
      record: record('LUAD'),
      intake: intake({ ledger }),
      knowledge: knowledge([item(change('KRAS', 'G12C'), { therapies: ['Sotorasib'] })]),
    });
    const groups = ledgerGroups(ledger, profile);
    expect(groups[0]).toMatchObject({ id: 'asked' });
    expect(groups[0]?.rows.map(({ gene }) => gene)).toContain('KRAS');
    expect(groups[1]?.rows.map(({ gene }) => gene)).toEqual(['AKT1', 'EGFR', 'ERBB2']);
    expect(ledgerSize(ledger, profile, () => false)).toBe(groups.reduce((sum, { rows }) => sum + rows.length, 0));
  });
  it('filters by gene and by state, and counts genes by state', () => {
    expect(matchingGroups(ledgerGroups(ledger, undefined), 'egf', undefined)[0]?.rows).toHaveLength(1);
    expect(matchingGroups(ledgerGroups(ledger, undefined), '', 'failed-qc')[0]?.rows.map(({ gene }) => gene)).toEqual([
      'ERBB2',
    ]);
    expect(matchingGroups(ledgerGroups(ledger, undefined), 'nowhere', undefined)).toEqual([]);
    expect(stateCounts(ledgerGroups(ledger, undefined))).toMatchObject({ detected: 1, 'failed-qc': 1 });
  });
  it('F006 counting and filtering read the states of genes and make the cells of none: those of a drawn row alone are made', () => {
    let made = 0;
    const found = {
      state: 'detected' as const,
      get assayIds() {
        made += 1;
        return ['rna'];
      },
    };
    const many: AssayLedger = {
      entries: Array.from({ length: 50_000 }, (_, at) => ({ gene: `G${at + 100_000}`, states: { expression: found } })),
      defaults: {},
    };
    const groups = ledgerGroups(many, undefined);
    expect(stateCounts(groups)).toMatchObject({ detected: 50_000, 'not-assayed': 50_000 });
    const [matching] = matchingGroups(groups, 'g10001', 'detected');
    expect(matching?.rows).toHaveLength(10);
    expect(matchingGroups(groups, '', undefined)).toBe(groups);
    expect(made).toBe(0);
    expect(matching?.rows[0]?.cells.expression).toMatchObject({ state: 'detected', assayIds: ['rna'] });
    expect(matching?.rows[0]?.cells).toBe(matching?.rows[0]?.cells);
    expect(made).toBeLessThan(3);
  });
  it('F015 without consent to secondary findings no germline state is said, counted, or to be found by a filter', () => {
    const germline = (state: 'detected' | 'tested-not-detected') => ({ germline: { state, assayIds: ['g'] } });
    const told: AssayLedger = {
      entries: [
        { gene: 'BRCA2', states: germline('detected') },
        {
          gene: 'EGFR',
          states: { ...germline('tested-not-detected'), 'small-variant': { state: 'detected', assayIds: ['x'] } },
        },
      ],
      defaults: germline('tested-not-detected'),
    };
    const hidden = germlineHidden({ consents: [] }, undefined);
    const groups = ledgerGroups(told, undefined, hidden);
    // BRCA2 would stand here for its germline variant alone.
    expect(groups.flatMap(({ rows }) => rows.map(({ gene }) => gene))).toEqual(['EGFR']);
    expect(ledgerSize(told, undefined, hidden)).toBe(1);
    expect(groups[0]?.rows[0]?.cells.germline).toMatchObject({ withheld: true, reason: undefined });
    expect(stateCounts(groups)).toMatchObject({ detected: 1, 'tested-not-detected': 0 });
    expect(matchingGroups(groups, 'BRCA2', 'detected')).toEqual([]);
    const line = measured(told, record('OVT'), hidden).find(({ modality }) => modality === 'germline');
    expect(line?.words).toMatch(/withheld/);
    expect(line?.words).not.toMatch(/\d/);
    const consented = germlineHidden({ consents: [{ purpose: 'secondary findings', granted: true }] }, undefined);
    expect(matchingGroups(ledgerGroups(told, undefined, consented), '', 'detected')[0]?.rows).toHaveLength(2);
  });
  it('the story says what was measured, and never calls absence negative', () => {
    const lines = measured(ledger, record('LUAD'));
    const words = (modality: string) => lines.find((line) => line.modality === modality);
    expect(words('small-variant')).toMatchObject({
      state: 'detected',
      assays: ['Exome'],
      words: '1 gene detected · 1 failed QC · all others tested, not detected',
    });
    expect(words('fusion')).toMatchObject({ state: 'not-assayed', words: 'DNA only' });
    expect(words('germline')).toMatchObject({ state: 'not-assayed', words: 'no assay of this case measures it' });
    expect(lines.map((line) => line.words).join(' ')).not.toMatch(/wild|negative/i);
  });
});

describe('F004 F005 files of a case', () => {
  const accounting = {
    file: 'files/a.vcf',
    rowsIn: 340,
    allelesIn: 351,
    shown: 14,
    collapsed: [{ rule: 'outside', count: 312 }],
    filtered: [{ rule: 'not PASS', count: 25 }],
  };
  it('the equation is printed, and checked', () => {
    expect(equation(accounting)).toBe('351 = 14 shown + 312 collapsed + 25 filtered');
    expect(figures(accounting)).toBe('351 = 14 + 312 + 25');
    expect(balances(accounting)).toBe(true);
    expect(balances({ ...accounting, shown: 15 })).toBe(false);
  });
  it('what needs somebody stands first; a file nobody read says so', () => {
    const understanding = { modality: 'somatic-variants' as const, format: 'VCF 4.2', rows: 3, notes: [] };
    const files = intakeFiles(
      record('LUAD', {
        files: ['read', 'asks', 'refused', 'remarks', 'lost'].map((path) => ({
          path,
          modality: 'somatic-variants',
          assayId: 'a1',
        })),
      }),
      intake({
        understandings: ['read', 'asks', 'remarks'].map((file) => ({ file, ...understanding })),
        questions: [{ id: 'q', file: 'asks', field: 'tumorSample', question: '?', choices: [], blocking: true }],
        refusals: [{ file: 'refused', fault: fault('file-empty', 'Empty.', 'Ask again.') }],
        warnings: [{ file: 'remarks', message: 'split' }],
      }),
    );
    expect(files.map(({ path, state }) => [path, state])).toEqual([
      ['refused', 'refused'],
      ['asks', 'asks'],
      ['lost', 'not-read'],
      ['remarks', 'remarks'],
      ['read', 'read'],
    ]);
    expect(understood({ file: 'x', ...understanding, tumorSample: 'T', normalSample: 'N' })).toBe(
      'VCF 4.2 · tumor T, normal N · 3 rows',
    );
  });
});

describe('F071 findings of the page', () => {
  const profileOf = (...tiers: (undefined | 'I' | 'II' | 'III' | 'IV')[]) => {
    const base = interpret({
      record: record('LUAD'),
      intake: intake({ variants: [variant({ gene: 'EGFR', protein: 'L858R', consequence: 'missense_variant' })] }),
      knowledge: knowledge([]),
    });
    const [finding] = base.findings;
    if (finding === undefined) throw new Error('no finding');
    const { tier: _, ...rest } = finding;
    return {
      ...base,
      findings: tiers.map((tier, index) => ({ ...rest, id: `f${index}`, ...(tier === undefined ? {} : { tier }) })),
    };
  };
  it('tiers I and II in their order; without any, a few of the others and benign ones last', () => {
    const ids = (...tiers: Parameters<typeof profileOf>) => topFindings(profileOf(...tiers), 3).map(({ id }) => id);
    expect(ids('III', 'II', 'I', 'II', 'II')).toEqual(['f2', 'f1', 'f3']);
    expect(ids('IV', undefined, 'III')).toEqual(['f2', 'f1', 'f0']);
  });
  it('pertinent statements keep their state apart, each once', () => {
    const one = {
      gene: 'ALK',
      what: 'fusion',
      modality: 'fusion' as const,
      state: 'not-assayed' as const,
      reason: 'r',
    };
    const profile = {
      ...profileOf('I'),
      pertinent: [one, one, { ...one, gene: 'RET', state: 'tested-not-detected' as const }],
    };
    expect(pertinentOf(profile, 'not-assayed')).toEqual(['ALK fusion']);
    expect(pertinentOf(profile, 'tested-not-detected')).toEqual(['RET fusion']);
  });
});

it('units stand as people write them', () => {
  expect(['10*3/uL', 'mL/min/{1.73_m2}', 'mg/dL', 'U/mL', 'ug/L', '[IU]/L'].map(unitWords)).toEqual([
    '10³/µL',
    'mL/min/1.73 m²',
    'mg/dL',
    'U/mL',
    'µg/L',
    'IU/L',
  ]);
});
