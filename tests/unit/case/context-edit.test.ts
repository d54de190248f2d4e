import { describe, expect, it } from 'vitest';
import { contextText, readContext } from '../../../renderer/case/context-text.ts';
import { ContextEdit, changedFields, projectContext, withContext } from '../../../shared/case/context-edit.ts';
import { record } from '../molecular/support/case.ts';

const patient = record('LUAD', {
  medications: [{ name: 'Warfarin', dose: '5 mg' }],
  allergies: ['penicillin'],
  labs: [{ name: 'Creatinine', loinc: '2160-0', value: 1.1, unit: 'mg/dL', date: '2026-01-02' }],
});
const text = contextText(patient);

describe('F011 the context of a case, corrected', () => {
  it('a field that is not named stays; an empty list empties; nothing at all is refused', () => {
    const after = withContext(patient, ContextEdit.parse({ allergies: [] }));
    expect(after).toEqual({ ...patient, allergies: [] });
    expect(changedFields(patient, after)).toEqual(['allergies']);
    expect(ContextEdit.safeParse({}).success).toBe(false);
    expect(ContextEdit.safeParse({ caseId: 'another' }).success).toBe(false);
  });

  it('later edits stand over earlier ones, and a bundle imported anew starts afresh', () => {
    const edit = (sequence: number, context: ContextEdit) => ({
      sequence,
      type: 'case.updated' as const,
      payload: { listing: {}, context },
      erased: false,
    });
    const events = [edit(2, { stage: 'IV' }), edit(1, { stage: 'III', allergies: ['latex'] })];
    expect(projectContext(events)).toEqual({ stage: 'IV', allergies: ['latex'] });
    const anew = { sequence: 3, type: 'case.imported' as const, payload: {}, erased: false };
    expect(projectContext([...events, anew])).toBeUndefined();
  });

  it('lines are read back as they were written, and a lab keeps its code', () => {
    expect(readContext(text, patient)).toBeUndefined();
    const more = { ...text, labs: `${text.labs}\nBilirubin; 2.4; mg/dL`, ecog: '1' };
    expect(readContext(more, patient)).toEqual({
      edit: {
        labs: [...patient.labs, { name: 'Bilirubin', value: 2.4, unit: 'mg/dL' }],
        performanceStatus: { scale: 'ECOG', value: 1 },
      },
    });
  });

  it('a line that cannot be read names itself and says how it is written', () => {
    for (const labs of ['Creatinine 1.3 mg/dL', 'Creatinine; high; mg/dL', 'Creatinine; 1.3; ', 'A; 1; g; 3.1.2026'])
      expect(readContext({ ...text, labs }, patient)).toMatchObject({ problem: expect.stringContaining('line 1') });
    expect(readContext({ ...text, ecog: '7' }, patient)).toMatchObject({ problem: expect.stringContaining('0 to 4') });
  });
});
