/** Elements that came with organ function, germline classes and trials (R09, R30, R38 to R40, R57). */
import { describe, expect, it } from 'vitest';
import { textsOf } from '../../../shared/report/blocks.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { nothingTested } from '../molecular/support/case.ts';
import { reportInput, wholeIntake } from './support/input.ts';

const textOf = (input: ReportInput, element: string): string =>
  composeReport(input)
    .appendix.filter(({ elements }) => elements.includes(element))
    .flatMap(textsOf)
    .join('\n');
const stateOf = (input: ReportInput, id: string): string | undefined =>
  composeReport(input).elements.find((one) => one.id === id)?.state;

/** The input with its first finding carrying what another rule would give it. */
function withFinding(more: Partial<ReportInput['profile']['findings'][number]>): ReportInput {
  const input = reportInput();
  const [first, ...rest] = input.profile.findings;
  if (first === undefined) throw new Error('the hand-made case has findings');
  return { ...input, profile: { ...input.profile, findings: [{ ...first, ...more }, ...rest] } };
}

it('a germline finding is printed with its ACMG/AMP class, criteria and counseling (R30)', () => {
  const input = withFinding({
    origin: 'germline',
    germline: {
      class: 'likely-pathogenic',
      points: 7,
      criteria: [{ code: 'PVS1', state: 'met', points: 8, fact: 'loss of function' }],
      conditions: ['Hereditary cancer'],
      secondary: true,
      rankReasons: [],
    },
    twoHits: { state: 'biallelic', facts: [], statement: 'EGFR: both copies are struck. Facts' },
  });
  const text = textOf(input, 'R30');
  expect(text).toContain('Likely pathogenic (7 points)');
  expect(text).toContain('PVS1 (+8): loss of function');
  expect(text).toContain('Genetic counseling');
  expect(text).toContain('EGFR: both copies are struck. Facts.');
  const benign = withFinding({
    origin: 'germline',
    germline: { class: 'benign', points: -8, criteria: [], conditions: [], secondary: false, rankReasons: [] },
  });
  expect(textOf(benign, 'R30')).not.toContain('Genetic counseling');
});

it('the integrated diagnosis names histology and what leads, or that nothing does in what was tested (R09)', () => {
  expect(textOf(reportInput(), 'R09')).toMatch(/Lung adenocarcinoma, stage IVA .*; with EGFR p\.\(/);
  const input = reportInput();
  const nothing = { ...input, profile: { ...input.profile, findings: [] } };
  expect(textOf(nothing, 'R09')).toContain('no change of tier I or II in what was tested');
});

it('without consent to secondary findings neither a name nor a number tells of germline variants (R16, F015)', () => {
  const input = reportInput();
  const germline = (state: 'detected' | 'tested-not-detected') => ({ germline: { state, assayIds: ['dna'] } });
  const ledger = {
    entries: [
      { gene: 'BRCA2', states: germline('detected') },
      { gene: 'MLH1', states: germline('tested-not-detected') },
    ],
    defaults: germline('tested-not-detected'),
  };
  const withConsent = (granted: boolean): ReportInput => ({
    ...input,
    intake: { ...input.intake, ledger },
    record: { ...input.record, consents: [{ purpose: 'secondary findings', granted }] },
  });
  expect(textOf(withConsent(true), 'R16')).toContain('BRCA2');
  const text = textOf(withConsent(false), 'R16');
  expect(text).not.toMatch(/BRCA2|MLH1/);
  expect(text).not.toMatch(/Germline, (?:detected|tested)/);
  expect(text).toContain('findings outside the question are withheld');
});

describe('trials (R39, R40)', () => {
  it('warn with what to do where none was matched', () => {
    const input = reportInput();
    expect(stateOf(input, 'R40')).toBe('missing');
    expect(textOf({ ...input, trials: { state: 'absent', reason: 'no folder' } }, 'R40')).toContain('no folder.');
  });

  it('print near misses with the missing datum', () => {
    const input = reportInput();
    const trial = {
      id: 'T1',
      nctId: 'NCT00000009',
      title: 'A trial',
      phase: 'II',
      source: 'ctml' as const,
      file: 't1.yml',
      drugs: [],
      sites: [{ name: 'Site North' }],
      accrual: { state: 'open' as const, stated: [], snapshot: '2026-04-01', ageDays: 30, amber: false, reason: '' },
      verdict: 'near-miss' as const,
      arms: [
        {
          level: 'arm' as const,
          step: null,
          arm: 'A',
          dose: null,
          description: null,
          path: '',
          suspended: false,
          verdict: 'near-miss' as const,
          eligibility: 'unknown' as const,
          because: 'one datum',
          needs: ['PD-L1'],
          criteria: [],
        },
      ],
      toRead: [],
      warnings: [],
    };
    const text = textOf(
      { ...input, trials: { state: 'judged', on: '2026-05-01', trials: [trial], refusals: [] } },
      'R40',
    );
    expect(text).toContain('NCT00000009\nA trial\nPD-L1\nopen, as of 2026-04-01');
    expect(text).toContain('1 trial judged on 2026-05-01: 0 fit, 1 near miss');
  });
});

it('what was told before stands with whom and by whom, and a note taken back does not (R57)', () => {
  const input = reportInput();
  const note = {
    annotationId: '00000000-0000-4000-8000-000000000001',
    anchor: { kind: 'report' as const, id: 'R57', label: 'Preliminary communication' },
    text: 'EGFR result told to Dr. Heron by telephone.',
    mentions: [],
    by: 'Dr. Owl',
    at: '2026-04-30T09:00:00Z',
    withdrawn: false,
    resolved: false,
  };
  expect(textOf(input, 'R57')).toContain('No preliminary or spoken communication');
  expect(textOf({ ...input, board: { ...input.board, annotations: [note] } }, 'R57')).toContain('told to Dr. Heron');
  const back = { ...input, board: { ...input.board, annotations: [{ ...note, withdrawn: true }] } };
  expect(textOf(back, 'R57')).not.toContain('Heron');
});

it('what speaks against an option stands with its source; what was not checked is named (R38)', () => {
  const input = reportInput();
  const [first, ...rest] = input.options.options;
  if (first === undefined) throw new Error('the hand-made case has options');
  const finding = {
    id: 'k',
    kind: 'kidney',
    action: 'change-dose',
    agent: 'x',
    text: 'Lower the dose',
    cites: ['Label 2.3'],
    basis: 'label',
  } as const;
  const safety = { findings: [{ ...finding, cites: ['Label 2.3'] }], unchecked: ['newdrug'], open: ['liver'] };
  const text = textOf({ ...input, options: { ...input.options, options: [{ ...first, safety }, ...rest] } }, 'R38');
  expect(text).toContain('Kidney\nchange the dose\nLower the dose.\nLabel 2.3');
  expect(text).toContain('newdrug');
  expect(text).toContain('not on record: kidney, liver');
});

it('a report without a finding says what was tested and not found, by name and state (F098)', () => {
  const empty = wholeIntake({ variants: [], copyNumbers: [], segments: [], fusions: [], biomarkers: [] });
  const report = composeReport(reportInput({ intake: empty }));
  const front = report.front.flatMap(textsOf).join('\n');
  expect(front).toContain('No finding of tier I or II in what was tested.');
  expect(front).toMatch(/Tested, not detected\n.*BRAF/);
  const appendix = report.appendix.flatMap(textsOf).join('\n');
  expect(appendix).toContain('No reportable change was found in what was tested');
  for (const gene of ['BRAF', 'EGFR'])
    expect(appendix).toMatch(new RegExp(`${gene}[\\s\\S]{0,60}tested, not detected`));
  const untested = composeReport(reportInput({ intake: { ...empty, ledger: nothingTested } }));
  const said = [...untested.front, ...untested.appendix].flatMap(textsOf).join('\n');
  expect(said).not.toMatch(/Tested, not detected\n.*BRAF/);
  expect(said).not.toContain('in what was tested');
  expect(said).toContain('Nothing was tested to a result: no finding is shown or excluded.');
  expect(said).toMatch(/Not assayed\n.*BRAF/);
});

it('a file that waits for an answer or was refused stands on the first page, and what to test next (F098, F003)', () => {
  const question = {
    id: 'q',
    file: 'files/tumor.vcf',
    field: 'tumorSample' as const,
    question: 'Which column?',
    choices: [],
    blocking: true,
  };
  const empty = wholeIntake({ variants: [], copyNumbers: [], segments: [], fusions: [], biomarkers: [] });
  const input = reportInput({ intake: { ...empty, questions: [question], ledger: nothingTested } });
  expect(input.options.options).toEqual([]);
  const front = composeReport(input).front.flatMap(textsOf).join('\n');
  expect(front).toContain('Not interpreted, so not part of any result: files/tumor.vcf (a question is open); A9.');
  expect(front).toMatch(/Tests that could open an option or close one: .*; A7\./);
  const answered = composeReport(reportInput({ intake: empty }))
    .front.flatMap(textsOf)
    .join('\n');
  expect(answered).not.toContain('Not interpreted');
});

it('a benign inherited variant leads no first page while its evidence is below tier I (R60)', () => {
  const input = reportInput();
  const [first, ...rest] = input.profile.findings.filter(({ kind }) => kind === 'small-variant');
  if (first === undefined) throw new Error('a finding');
  const inherited = (of: 'benign' | 'pathogenic', tier: 'I' | 'II') => {
    const germline = {
      class: of,
      points: of === 'benign' ? -8 : 10,
      criteria: [],
      conditions: [],
      secondary: false,
      rankReasons: [],
    };
    const changed = {
      ...first,
      id: 'g',
      gene: 'MTHFR',
      title: 'MTHFR p.(Ala222Val)',
      origin: 'germline' as const,
      tier,
      germline,
    };
    const { oncogenicity: _oncogenicity, tierCall: _tierCall, ...finding } = changed;
    return composeReport({ ...input, profile: { ...input.profile, findings: [finding, ...rest] } }).front.flatMap(
      textsOf,
    );
  };
  expect(inherited('benign', 'II').join('\n')).not.toContain('MTHFR');
  expect(inherited('benign', 'II').join('\n')).toContain('1 further finding');
  expect(inherited('benign', 'I').join('\n')).toContain('MTHFR');
  expect(inherited('pathogenic', 'II').join('\n')).toContain('MTHFR');
});
