/** The context of a case as lines that a person edits, and back (F011). Pure. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { ContextEdit } from '../../shared/case/context-edit.ts';

export interface ContextText {
  readonly medications: string;
  readonly allergies: string;
  readonly labs: string;
  readonly stage: string;
  readonly ecog: string;
}

export const contextText = (record: CaseRecord): ContextText => ({
  medications: record.medications.map(({ name, dose }) => (dose === undefined ? name : `${name}; ${dose}`)).join('\n'),
  allergies: record.allergies.join('\n'),
  labs: record.labs
    .map(({ name, value, unit, date }) => `${name}; ${value}; ${unit}${date === undefined ? '' : `; ${date}`}`)
    .join('\n'),
  stage: record.diagnosis.stage ?? '',
  ecog: record.performanceStatus?.scale === 'ECOG' ? String(record.performanceStatus.value) : '',
});

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Only what differs from the record, or the first line that cannot be read. */
export function readContext(
  text: ContextText,
  record: CaseRecord,
): { readonly edit: ContextEdit } | { readonly problem: string } | undefined {
  const before = contextText(record);
  const edit: ContextEdit = {};
  if (text.medications !== before.medications)
    edit.medications = lines(text.medications).map((line) => {
      const [name = '', dose] = line.split(';').map((part) => part.trim());
      return { name, ...(dose === undefined || dose === '' ? {} : { dose }) };
    });
  if (text.allergies !== before.allergies) edit.allergies = lines(text.allergies);
  if (text.labs !== before.labs) {
    const labs: NonNullable<ContextEdit['labs']> = [];
    for (const [at, line] of lines(text.labs).entries()) {
      const [name = '', number = '', unit = '', date] = line.split(';').map((part) => part.trim());
      const value = number === '' ? Number.NaN : Number(number);
      if (name === '' || unit === '' || !Number.isFinite(value))
        return {
          problem: `Lab, line ${at + 1}: write name; value; unit; date, for example Creatinine; 1.3; mg/dL; 2026-01-31.`,
        };
      if (date !== undefined && date !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(date))
        return { problem: `Lab, line ${at + 1}: the date is YYYY-MM-DD.` };
      const loinc = record.labs.find((lab) => lab.name === name)?.loinc;
      labs.push({
        name,
        value,
        unit,
        ...(loinc === undefined ? {} : { loinc }),
        ...(date === undefined || date === '' ? {} : { date }),
      });
    }
    edit.labs = labs;
  }
  if (text.stage !== before.stage && text.stage.trim() !== '') edit.stage = text.stage.trim();
  if (text.ecog !== before.ecog) {
    if (!/^[0-4]$/.test(text.ecog.trim())) return { problem: 'ECOG performance status is 0 to 4.' };
    edit.performanceStatus = { scale: 'ECOG', value: Number(text.ecog) };
  }
  return Object.keys(edit).length === 0 ? undefined : { edit };
}
