/** Lines of the journal as audit events: who did what to the case, when; what was said in them stays sealed. */
import type { EventType } from '../../vault/events.ts';
import type { AuditEntry } from '../../vault/service.ts';
import { systems } from './codes.ts';
import { coding } from './elements.ts';
import { extensionOf } from './extension.ts';
import type { JsonObject } from './json.ts';
import { own, ownCodes } from './names.ts';
import type { Writer } from './writer.ts';

/** DICOM PS3.15 A.5 event codes; what is neither in nor out is work on the patient's record. */
function eventCode(type: EventType): JsonObject {
  if (type === 'export.written' || type === 'report.printed') return coding(systems.dicom, '110106', 'Export');
  if (type === 'case.imported' || type === 'case.import-refused') return coding(systems.dicom, '110107', 'Import');
  return coding(systems.dicom, '110110', 'Patient Record');
}

/** AuditEvent.action of FHIR R4: create, read, update, delete, execute. */
function actionOf(type: EventType): 'C' | 'R' | 'U' | 'D' | 'E' {
  const [, verb = ''] = type.split('.');
  if (verb === 'erased') return 'D';
  if (['viewed', 'previewed', 'printed', 'verified', 'written', 'closed'].includes(verb)) return 'R';
  if (['imported', 'stored', 'added', 'cast', 'recorded', 'signed', 'drafted', 'opened', 'commented'].includes(verb))
    return 'C';
  return ['updated', 'status-changed', 'reviewed', 'withdrawn'].includes(verb) ? 'U' : 'E';
}

/** One resource a line, oldest first; the hash ties each to the journal. */
export function auditResources(entries: readonly AuditEntry[], writer: Writer): void {
  const { caseId } = writer.input.record;
  for (const { sequence, time, actorName, type, hash } of [...entries]
    .filter((entry) => entry.caseId === caseId)
    .sort((a, b) => a.sequence - b.sequence))
    writer.add('AuditEvent', `journal/${sequence}`, {
      extension: [extensionOf(own.journal, { sequence, hash })],
      type: eventCode(type),
      subtype: [coding(ownCodes.journal, type)],
      action: actionOf(type),
      recorded: time,
      outcome: type.endsWith('refused') ? '8' : '0',
      agent: [{ name: actorName, requestor: true }],
      source: { observer: { display: `Consilium ${writer.input.version}` } },
      entity: [{ what: writer.reference('Patient', 'patient') }],
    });
}
