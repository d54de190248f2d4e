import { describe, expect, it } from 'vitest';
import { checkTrialText } from '../../../electron/therapy/trials/check.ts';
import { checkWords, offsetOfLine, parseTrialDraft, problemLines } from '../../../renderer/therapy/trial-draft.ts';
import { lastSaving, newTrialText, TrialFileName } from '../../../shared/therapy/trials/editing.ts';
import { readRegistryFile } from '../../../shared/therapy/trials/registry.ts';

const check = (text: string) => checkTrialText(text, 'draft.yml');
const lineOf = (text: string, needle: string): number => text.slice(0, text.indexOf(needle)).split('\n').length;

describe('F050, F052: a trial is checked while it is typed', () => {
  it('the new document asks for an identifier and for nothing else', () => {
    const text = newTrialText('2026-03-01');
    expect(check(text).problems.map(({ path, line }) => [path, line])).toEqual([
      ['protocol_no', lineOf(text, 'protocol_no')],
    ]);
    const named = text.replace('protocol_no: ""', 'protocol_no: "26-001"');
    expect(check(named)).toMatchObject({ problems: [], warnings: [], trial: { id: '26-001', snapshot: '2026-03-01' } });
  });

  it('every problem is told with line, column and path, not the first one only', () => {
    const text = newTrialText('2026-03-01')
      .replace('protocol_no: ""', 'protocol_no: "26-001"')
      .replace('">=18"', 'adult')
      .replace('variant_category: Mutation', 'variant_category: Mutations');
    const { problems, trial } = check(text);
    expect(trial).toBeUndefined();
    const at = 'treatment_list.step[0].match[0].and';
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      [`${at}[0].clinical.age_numerical`, lineOf(text, 'adult')],
      [`${at}[1].genomic.variant_category`, lineOf(text, 'Mutations')],
    ]);
    expect(problems[0]?.column).toBe((text.split('\n')[lineOf(text, 'adult') - 1] ?? '').indexOf('adult') + 1);
  });

  it.each([
    ['broken YAML', 'protocol_no: 1\nmatch: a: b\n', 2],
    ['two documents', 'protocol_no: 1\n---\nprotocol_no: 2\n', 2],
    ['circular logic', 'protocol_no: 1\nmatch: &all\n  - and:\n      - clinical: {gender: Male}\n      - *all\n', 5],
    [
      'endless aliases',
      `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join('\n')}\n`,
      1,
    ],
    ['nothing', '  \n', 1],
    [
      'contradictory criteria',
      'protocol_no: 1\nmatch:\n  - and:\n      - clinical: {gender: Male}\n      - clinical: {gender: Female}\n',
      5,
    ],
  ])('%s is refused with its line', (_name, text, line) => {
    const { problems, trial } = check(text);
    expect(trial).toBeUndefined();
    expect(problems[0]?.line).toBe(line);
    expect(problems[0]?.message).not.toBe('');
  });

  it('a key that no rule knows is a warning at its line, and the trial stands', () => {
    const { problems, warnings, trial } = check('protocol_no: 1\nmatch:\n  - clinical:\n      moon: full\n');
    expect([problems, warnings.map(({ line }) => line), trial?.id]).toEqual([[], [4], '1']);
  });

  it('a name is never a path', () => {
    for (const name of ['../a.yml', 'a/b.yml', '.a.yml', 'a..yml', 'a.exe', '', `${'a'.repeat(90)}.yml`])
      expect(TrialFileName.safeParse(name).success, name).toBe(false);
    expect(TrialFileName.safeParse('NCT01234567.yml').success).toBe(true);
  });

  it('the last saving that was not taken back stands', () => {
    const sha256 = 'a'.repeat(64);
    const saved = (sequence: number, file = 'a.yml') => ({
      sequence,
      type: 'trial.saved',
      payload: { file, sha256, before: null },
    });
    const undone = (sequence: number, undoes: number) => ({
      sequence,
      type: 'trial.restored',
      payload: { file: 'a.yml', undoes, sha256: null },
    });
    expect(lastSaving([saved(1), saved(2), saved(3, 'b.yml')], 'a.yml')?.sequence).toBe(2);
    expect(lastSaving([saved(1), saved(2), undone(4, 2)], 'a.yml')?.sequence).toBe(1);
    expect(lastSaving([saved(1), undone(4, 1)], 'a.yml')).toBeUndefined();
  });
});

describe('the words beside the text', () => {
  it('a problem goes before a warning on one line, and a line is found by its number', () => {
    const check = {
      problems: [{ message: 'wrong', line: 2 }],
      warnings: [
        { message: 'unknown', line: 2 },
        { message: 'unknown', line: 3 },
      ],
    };
    expect([...problemLines(check)]).toEqual([
      [2, 'problem'],
      [3, 'warning'],
    ]);
    expect(checkWords(check)).toBe('1 problem: it cannot be saved');
    expect(checkWords({ ...check, problems: [] })).toBe('nothing wrong; 2 criteria not judged');
    expect(offsetOfLine('ab\ncd\nef', 2)).toEqual({ start: 3, end: 5 });
    expect(offsetOfLine('ab', 9)).toEqual({ start: 0, end: 2 });
  });

  it('a draft of another shape is no draft', () => {
    expect(parseTrialDraft({ file: 'a.yml', text: 'x', replaces: null })).toBeDefined();
    expect(parseTrialDraft({ file: 'a.yml' })).toBeUndefined();
  });
});

describe('F050, F052: records of ClinicalTrials.gov are shown before they are kept', () => {
  const study = (more: Record<string, unknown> = {}, nctId = 'NCT01234567') => ({
    protocolSection: {
      identificationModule: { nctId, briefTitle: 'A made-up study', organization: { fullName: 'Nobody' } },
      statusModule: { overallStatus: 'RECRUITING' },
      eligibilityModule: { sex: 'ALL', minimumAge: '18 Years', eligibilityCriteria: 'Inclusion: made up.', ...more },
      contactsLocationsModule: { locations: [{ facility: 'House', city: 'Town', status: 'RECRUITING' }] },
    },
    derivedSection: { miscInfoModule: { versionHolder: '2026-11-01' } },
    resultsSection: { much: 'x'.repeat(400_000) },
  });

  it('one study, or the answer to a search: kept under its identifier, as what is read of it, and judged as such', () => {
    const [one] = readRegistryFile(JSON.stringify(study()), 'download.json');
    if (one?.state !== 'read') throw new Error('refused');
    expect(one).toMatchObject({ file: 'NCT01234567.json', trial: { id: 'NCT01234567', snapshot: '2026-11-01' } });
    expect(one.text).not.toContain('resultsSection');
    expect(TrialFileName.safeParse(one.file).success).toBe(true);
    const { problems, trial } = checkTrialText(one.text, one.file);
    expect([problems, trial]).toEqual([[], one.trial]);
    const search = { studies: [study(), study({}, 'NCT07654321')] };
    expect(readRegistryFile(JSON.stringify(search), 'search.json').map(({ file }) => file)).toEqual([
      'NCT01234567.json',
      'NCT07654321.json',
    ]);
  });

  it('what cannot be read is refused by itself, with its field or line; the others stand', () => {
    const refusals = (content: unknown) =>
      readRegistryFile(typeof content === 'string' ? content : JSON.stringify(content), 'f.json').map((one) =>
        one.state === 'read' ? one.file : [one.fault.code, one.fault.place?.field ?? one.fault.place?.line],
      );
    expect(refusals('{\n "studies": [\n}')).toEqual([['json-invalid', expect.any(Number)]]);
    expect(refusals({ FullStudy: {} })).toEqual([['schema-invalid', 'protocolSection']]);
    expect(refusals([study(), study({ minimumAge: 'grown up' }, 'NCT07654321')])).toEqual([
      'NCT01234567.json',
      ['field-invalid', 'protocolSection.eligibilityModule.minimumAge'],
    ]);
    expect(refusals([study(), study({}, 'NCT1')])).toEqual([
      'NCT01234567.json',
      ['schema-invalid', 'protocolSection.identificationModule.nctId'],
    ]);
    expect(refusals([study(), study()])).toEqual(['NCT01234567.json', ['exists-already', undefined]]);
    expect(refusals(Array.from({ length: 201 }, () => study()))).toEqual([['file-too-large', undefined]]);
  });

  it('a record under another name than its own, or no record under such a name, is refused', () => {
    const [one] = readRegistryFile(JSON.stringify(study()), 'download.json');
    const text = one?.state === 'read' ? one.text : '';
    expect(checkTrialText(text, 'NCT07654321.json').problems[0]?.message).toContain('NCT01234567, not of NCT07654321');
    expect(checkTrialText('{"protocol_no": "1"}', 'NCT07654321.json').problems[0]?.message).toContain('no study');
    expect(checkTrialText(text, 'draft.yml').problems[0]?.message).toContain('import it as a file');
  });
});
