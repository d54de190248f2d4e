import { exportFhir, type FhirExport } from '../../shared/exchange/fhir/export.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { sha256 } from './import.ts';

/** A case as a FHIR bundle without its paper, which leaves by the report's own screen. */
export const exportBundle = (input: ReportInput): FhirExport => exportFhir(input, { digest: sha256 });
