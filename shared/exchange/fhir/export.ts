/**
 * A case as a FHIR R4 bundle: HL7 Genomics Reporting STU3 and mCODE STU4 where they have a profile, base R4 elsewhere. Same
 * documents, same bytes: ids are derived from the case's own, time is the report's.
 */
import type { z } from 'zod';
import { SignedReportRecord } from '../../report/report.ts';
import type { ReportInput } from '../../report/report-input.ts';
import type { AuditEntry } from '../../vault/service.ts';
import type { Withheld } from '../withheld.ts';
import { genomics, loinc, systems } from './codes.ts';
import {
  type BundleEntry,
  categories,
  coding,
  concept,
  type FhirBundle,
  loincConcept,
  type Resource,
  words,
} from './elements.ts';
import { auditResources } from './export-audit.ts';
import { decisionResources, optionResources, predictionResource } from './export-decision.ts';
import { evidenceResource, findingResources, pertinentResource } from './export-findings.ts';
import { pharmacogeneResources, restOf } from './export-pgx.ts';
import { recordResources } from './export-record.ts';
import { extensionOf } from './extension.ts';
import { defined, type JsonObject } from './json.ts';
import { own, reportIdentifier } from './names.ts';
import { tableResources } from './tables.ts';
import type { Writer } from './writer.ts';

/** A signed report as its PDF tells it; how many pages it has is known only where it was printed. */
export const SignedPaper = SignedReportRecord.partial({ pages: true });
export type SignedPaper = z.infer<typeof SignedPaper>;

export interface ExportNeeds {
  /** SHA-256 of UTF-8 text, lower-case hexadecimal. */
  readonly digest: (text: string) => string;
  /** The signed report and its PDF in base64, where there is one. */
  readonly signed?: { readonly record: SignedPaper; readonly pdfBase64: string };
  /** Lines of the journal about the case, where a vault holds it. */
  readonly journal?: readonly AuditEntry[];
}

export interface FhirExport {
  readonly bundle: FhirBundle;
  readonly withheld: readonly Withheld[];
}

/** UUID version 8 (RFC 9562) of a digest. */
export function uuidOf(digest: string): string {
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}a${digest.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function exportFhir(input: ReportInput, needs: ExportNeeds): FhirExport {
  const { record, profile, predictions, options, board, composedAt } = input;
  const entries: BundleEntry[] = [];
  const withheld: Withheld[] = [];
  const idOf = (type: string, name: string): string => uuidOf(needs.digest(`${record.caseId}/${type}/${name}`));
  const isFinal = needs.signed !== undefined;
  const reference = (type: string, name: string, display?: string): JsonObject =>
    defined({ reference: `urn:uuid:${idOf(type, name)}`, type, display });
  const writer: Writer = {
    input,
    diagnosis: concept(systems.oncotree, record.diagnosis.oncotreeCode, record.diagnosis.name, record.diagnosis.name),
    listed: new Set(profile.findings.map(({ id }) => id)),
    reference,
    add: (type, name, { profile: canonical, ...members }) => {
      const id = idOf(type, name);
      const security = [
        coding(systems.observationValue, 'PSEUDED', 'pseudonymized'),
        ...(record.synthetic ? [coding(systems.actReason, 'HTEST', 'test health data')] : []),
      ];
      const meta = defined({ profile: canonical === undefined ? undefined : [canonical], security });
      entries.push({ fullUrl: `urn:uuid:${id}`, resource: { resourceType: type, id, meta, ...members } as Resource });
    },
    observed: (canonical, ...services) =>
      defined({
        profile: canonical,
        status: isFinal ? 'final' : 'preliminary',
        category: categories(...services),
        subject: reference('Patient', 'patient'),
        effectiveDateTime:
          record.assays
            .map(({ reported }) => reported ?? '')
            .sort()
            .at(-1) || composedAt,
      }),
    digest: needs.digest,
    withhold: (what, why) => void withheld.push({ what, why }),
  };

  recordResources(writer);
  for (const [index, finding] of profile.findings.entries()) findingResources(finding, index, writer);
  for (const [index, statement] of profile.pertinent.entries()) pertinentResource(statement, index, writer);
  for (const [index, match] of profile.evidence.entries()) evidenceResource(match, index, writer);
  predictionResource(predictions, writer);
  optionResources(options, writer);
  decisionResources(writer);

  tableResources(writer);
  const {
    segments: _segments,
    findings: _findings,
    evidence: _evidence,
    pertinent: _pertinent,
    ...restOfProfile
  } = profile;
  const { options: _options, exclusions: _exclusions, pharmacogenes, ...restOfTable } = options;
  if (pharmacogenes !== undefined) pharmacogeneResources(pharmacogenes, writer);
  const specimens = record.specimens.map(({ id }) => reference('Specimen', `specimen/${id}`));
  writer.add('DiagnosticReport', 'report', {
    profile: genomics('genomic-report'),
    extension: [
      ...(record.assays.length === 0
        ? []
        : [{ url: genomics('genomic-study-reference'), valueReference: reference('Procedure', 'study') }]),
      ...(board.decision?.actions ?? []).map((_, index) => ({
        url: genomics('recommended-action'),
        valueReference: reference('Task', `action/${index}`),
      })),
      extensionOf(own.profile, restOfProfile),
      extensionOf(own.optionsTable, restOfTable),
      ...(pharmacogenes === undefined ? [] : [extensionOf(own.pharmacogenes, restOf(pharmacogenes))]),
      extensionOf(own.reviews, board.reviews),
    ],
    identifier: [{ system: reportIdentifier, value: input.reportId }],
    status: isFinal ? 'final' : 'preliminary',
    category: categories('GE'),
    code: loincConcept(loinc.report),
    subject: reference('Patient', 'patient'),
    effectiveDateTime: composedAt,
    issued: needs.signed?.record.signedAt ?? composedAt,
    specimen: specimens,
    ...resultsOf(entries, reportedAs),
    ...(board.decision === undefined ? {} : { conclusion: board.decision.answer }),
  });
  if (needs.signed !== undefined) signedReport(needs.signed, writer);
  if (needs.journal === undefined)
    writer.withhold('journal', 'its lines name people; they leave with an export out of a vault that is not reduced');
  else auditResources(needs.journal, writer);
  provenance(writer, entries);
  return {
    bundle: {
      resourceType: 'Bundle',
      id: idOf('Bundle', 'bundle'),
      identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${idOf('Bundle', 'bundle')}` },
      type: 'collection',
      timestamp: composedAt,
      entry: entries,
    },
    withheld,
  };
}

/** Observations that the genomic report reports: those of its implementation guide. */
const reportedAs = genomics('');

function resultsOf(entries: readonly BundleEntry[], profiles: string): JsonObject {
  const results = entries
    .filter(
      ({ resource }) => resource.resourceType === 'Observation' && JSON.stringify(resource.meta).includes(profiles),
    )
    .map(({ fullUrl }) => ({ reference: fullUrl, type: 'Observation' }));
  return results.length === 0 ? {} : { result: results };
}

/** The paper itself. */
function signedReport({ record, pdfBase64 }: NonNullable<ExportNeeds['signed']>, writer: Writer): void {
  writer.add('DocumentReference', 'signed-report', {
    extension: [extensionOf(own.signedReport, record)],
    identifier: [{ system: reportIdentifier, value: record.reportId }],
    status: 'current',
    docStatus: 'final',
    type: loincConcept(loinc.report),
    subject: writer.reference('Patient', 'patient'),
    date: record.signedAt,
    author: [{ display: record.signer }],
    content: [
      {
        attachment: {
          contentType: 'application/pdf',
          data: pdfBase64,
          size: record.sizeBytes,
          title: `Tumor board report ${record.reportId}`,
          creation: record.signedAt,
        },
      },
    ],
    context: { related: [writer.reference('DiagnosticReport', 'report')] },
  });
}

/** Which program made it, of what, with which packs and models. */
function provenance(writer: Writer, entries: readonly BundleEntry[]): void {
  const { input } = writer;
  const targets = entries.map(({ fullUrl, resource }) => ({ reference: fullUrl, type: resource.resourceType }));
  const entity = (role: string, what: string): JsonObject => ({ role, what: { display: what } });
  writer.add('Provenance', 'export', {
    extension: [extensionOf(own.hashes, { bundle: input.bundleSha256, ...input.hashes })],
    target: targets,
    recorded: input.composedAt,
    activity: words('export of a tumor board case'),
    agent: [
      {
        type: concept(systems.provenanceAgent, 'assembler', 'Assembler'),
        who: { display: `Consilium ${input.version}` },
      },
    ],
    entity: [
      entity('source', `case bundle, SHA-256 ${input.bundleSha256}`),
      ...input.profile.packs.map(({ id, version, manifestSha256 }) =>
        entity('source', `knowledge pack ${id} ${version}, SHA-256 ${manifestSha256}`),
      ),
      ...input.predictions.models.map(({ id, version, sha256 }) =>
        entity('source', `model ${id} ${version}, SHA-256 ${sha256}`),
      ),
    ],
  });
}
