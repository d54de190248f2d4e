import { type FaultCode, FaultError, fault } from '../../../shared/foundation/fault.ts';

/**
 * Where a variant file breaks a rule. The rule is said in words of the specification; the cell itself is never
 * repeated, since a cell may hold what belongs to a patient.
 */
export interface Rule {
  readonly code?: FaultCode;
  readonly line?: number;
  readonly field?: string;
  readonly rule: string;
  readonly remedy?: string;
}

const REMEDY = 'Correct the file or export it again from the caller, then read it anew; nothing was stored.';

/** @throws FaultError always; place: file, line, field */
export function refuse(file: string, { code = 'field-invalid', line, field, rule, remedy = REMEDY }: Rule): never {
  throw new FaultError(
    fault(code, rule, remedy, {
      file,
      ...(line === undefined ? {} : { line }),
      ...(field === undefined ? {} : { field }),
    }),
  );
}
