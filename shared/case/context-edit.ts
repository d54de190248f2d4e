/**
 * What a person corrects of a case's context between analyses (F011): medicines, labs, allergies, lines, stage,
 * performance. Each field that is given replaces the field of the record whole; what is not given stays.
 */
import { z } from 'zod';
import type { JournalEvent } from '../vault/events.ts';
import { CaseRecord, Diagnosis } from './case-record.ts';

const { shape } = CaseRecord;
// Without their defaults: a field that is not named is no empty list.
export const ContextEdit = z
  .strictObject({
    stage: Diagnosis.shape.stage,
    performanceStatus: shape.performanceStatus,
    therapyLines: shape.therapyLines.unwrap().optional(),
    comorbidities: shape.comorbidities.unwrap().optional(),
    medications: shape.medications.unwrap().optional(),
    allergies: shape.allergies.unwrap().optional(),
    labs: shape.labs.unwrap().optional(),
    patientGoals: shape.patientGoals.unwrap().optional(),
  })
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), { message: 'Nothing is changed.' });
export type ContextEdit = z.infer<typeof ContextEdit>;

/** The record with the edit laid over it. @throws ZodError where the whole would be no record */
export function withContext(record: CaseRecord, { stage, ...rest }: ContextEdit): CaseRecord {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return CaseRecord.parse({
    ...record,
    ...given,
    diagnosis: stage === undefined ? record.diagnosis : { ...record.diagnosis, stage },
  });
}

/** Names of the fields whose content an edit changes. */
export function changedFields(before: CaseRecord, after: CaseRecord): string[] {
  const names = Object.keys(ContextEdit.shape) as (keyof ContextEdit)[];
  const value = (record: CaseRecord, name: keyof ContextEdit): unknown =>
    name === 'stage' ? record.diagnosis.stage : record[name];
  return names.filter((name) => JSON.stringify(value(before, name)) !== JSON.stringify(value(after, name)));
}

const Payload = z.looseObject({ context: ContextEdit });

/** All edits since the bundle came in, later over earlier; a bundle imported anew starts afresh. */
export function projectContext(
  events: readonly Pick<JournalEvent, 'sequence' | 'type' | 'payload' | 'erased'>[],
): ContextEdit | undefined {
  let context: ContextEdit | undefined;
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.erased) continue;
    if (event.type === 'case.imported') context = undefined;
    if (event.type !== 'case.updated') continue;
    const read = Payload.safeParse(event.payload);
    if (read.success) context = { ...context, ...read.data.context };
  }
  return context;
}
