import { exportFhir, type FhirExport } from '../../shared/exchange/fhir/export.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import type { AuditEntry } from '../../shared/vault/service.ts';
import type { Vault } from '../vault/index.ts';
import { sha256 } from './import.ts';

/** A case as a FHIR bundle without its paper, which leaves by the report's own screen. */
export const exportBundle = (input: ReportInput, journal?: readonly AuditEntry[]): FhirExport =>
  exportFhir(input, { digest: sha256, ...(journal === undefined ? {} : { journal }) });

/** Looking and sending: the very preview of an export would otherwise change what it shows. */
const LOOKING =
  /\.(viewed|previewed|closed|queued|failed)$|^(export\.written|report\.(drafted|printed|verified)|access\.refused)$/;

/** What was done to a case, by whom and when; its content stays sealed. */
export function actsOn(vault: Vault, caseId: ReportInput['record']['caseId']): AuditEntry[] {
  const names = vault.names();
  return vault
    .list({ caseId })
    .filter(({ type }) => !LOOKING.test(type))
    .map(({ sequence, time, actor, caseId: of, type, hash }) => ({
      sequence,
      time,
      actor,
      actorName: names.get(actor) ?? actor,
      caseId: of,
      type,
      hash,
    }));
}
