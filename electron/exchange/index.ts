/** Documents out to other systems' formats and back: bytes, hashes and limits around the pure mappings of the room. */
import { checkDnpm } from '../../shared/exchange/dnpm/check.ts';
import { isDnpm } from '../../shared/exchange/dnpm/import.ts';
import type { FhirDraft } from '../../shared/exchange/fhir/draft.ts';
import { exportFhir, type FhirExport, type SignedPaper } from '../../shared/exchange/fhir/export.ts';
import { importFhir } from '../../shared/exchange/fhir/import.ts';
import { parseDocument, parseFhir } from '../../shared/exchange/fhir/parse.ts';
import { type FhirIssue, validateFhir } from '../../shared/exchange/fhir/validate.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { ok, type Result, refused } from '../../shared/foundation/result.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import type { AuditEntry } from '../../shared/vault/service.ts';
import { whereJsonBreaks } from '../case/index.ts';
import type { Harmony } from './harmonised.ts';
import { type Imported, importJson, sha256 } from './import.ts';
import { placeVariant } from './place-variant.ts';

export { type CdsCase, startCdsServer } from './cds-server.ts';
export { createExchangeDesk, practiceKnowledge } from './desk.ts';
export { actsOn } from './export-bundle.ts';
export { dropMessage, hl7Of, toFolder, toMllp } from './hl7-channel.ts';
export { type Imported, type ImportedCase, sha256, writeCaseFolders } from './import.ts';
export { createLaboratoryDesk } from './lab-desk.ts';
export { DRAFTS, deliveries, type Looked, lookOnce, quarantined, retryDelivery } from './lab-folder.ts';
export { launchByBrowser } from './launch.ts';
export { checkMapping, mappingFrom } from './mapping-file.ts';
export { framed, isAllowed, sendMllp, startMllp } from './mllp.ts';
export { createOutbox, type OutboxItem } from './outbox.ts';
export { backendKey, type Partner, partnerFrom, senderTo, smartPartner } from './partner.ts';
export { type AccessToken, backendToken, fetchBundle, sendResource, standaloneLaunch, verifiedJwt } from './smart.ts';
export { importStudy, openStudy } from './study-folder.ts';

/**
 * A case as a FHIR R4 bundle. The same input gives the same bundle.
 *
 * @throws FaultError bundle-tampered where the PDF is not the one that was signed, or is of another report
 */
export function caseToFhir(
  input: ReportInput,
  signed?: { record: SignedPaper; pdf: Uint8Array },
  journal?: readonly AuditEntry[],
): FhirExport {
  const needs = { digest: sha256, ...(journal === undefined ? {} : { journal }) };
  if (signed === undefined) return exportFhir(input, needs);
  const { record, pdf } = signed;
  if (sha256(pdf) !== record.sha256 || record.reportId !== input.reportId)
    throw new FaultError(
      fault(
        'bundle-tampered',
        'The report is not the one of these documents and this decision.',
        'Give the report that was signed for this very case and decision.',
        { field: record.reportId === input.reportId ? 'sha256' : 'reportId' },
      ),
    );
  return exportFhir(input, { ...needs, signed: { record, pdfBase64: Buffer.from(pdf).toString('base64') } });
}

/** Faults: file-empty, file-too-large, json-invalid, field-invalid, format-unknown; each with its place. */
export function fhirToDraft(bytes: Uint8Array): Result<FhirDraft> {
  const root = parsed(bytes);
  return root.ok ? importFhir(root.value, { digest: sha256(bytes), hash: sha256 }) : root;
}

/** Faults: as `fhirToDraft`. What is wrong with a resource that can be read is an issue, not a fault. */
export function checkFhir(bytes: Uint8Array): Result<readonly FhirIssue[]> {
  const root = parsed(bytes);
  return root.ok ? validateFhir(root.value) : root;
}

/** A FHIR resource or a DNPM patient record, told by its content. Faults and issues as of `checkFhir`. */
export function checkFile(bytes: Uint8Array): Result<readonly FhirIssue[]> {
  const text = decoded(bytes);
  if (typeof text !== 'string') return text;
  const root = parseDocument(text, whereJsonBreaks);
  if (!root.ok || !isDnpm(root.value)) return checkFhir(bytes);
  return ok(
    checkDnpm(root.value).map(({ place, message }) => ({
      severity: 'error' as const,
      place: place || 'record',
      message,
    })),
  );
}

function parsed(bytes: Uint8Array): ReturnType<typeof parseFhir> {
  const text = decoded(bytes);
  return typeof text === 'string' ? parseFhir(text, whereJsonBreaks) : text;
}

function decoded(bytes: Uint8Array): string | Result<never> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused(
      fault('json-invalid', 'The file is not UTF-8 text.', 'Ask the sending system for UTF-8.', { field: 'resource' }),
    );
  }
  return text;
}

/**
 * FHIR, a phenopacket or a DNPM patient record, told by its content, as case folders.
 * Faults: file-empty, file-too-large, json-invalid, field-invalid, format-unknown; each with its place.
 */
export function importFile(bytes: Uint8Array, knowledge: MolecularKnowledge, harmony?: Harmony): Result<Imported> {
  const text = decoded(bytes);
  if (typeof text !== 'string') return text;
  const root = parseDocument(text, whereJsonBreaks);
  return root.ok ? importJson(root.value, sha256(bytes), placeVariant(knowledge), harmony) : root;
}
