/**
 * The closed list of expected failures. A fault says what was wrong, where, what is safe and what to do; it never
 * carries patient data. Anything that is not in this list is a defect and ends the operation loudly.
 */
export const FAULT_CODES = [
  // bundles and files from outside
  'file-missing',
  'file-empty',
  'file-truncated',
  'file-too-large',
  'archive-damaged',
  'archive-unsafe-path',
  'archive-bomb',
  'bundle-tampered',
  'bundle-incomplete',
  'schema-newer',
  'schema-invalid',
  'json-invalid',
  'format-unknown',
  'header-invalid',
  'column-missing',
  'line-invalid',
  'field-invalid',
  'build-mismatch',
  'sample-ambiguous',
  'sample-swapped',
  'question-open',
  // packs and models
  'pack-missing',
  'pack-altered',
  'model-missing',
  'model-altered',
  'model-outside-plan',
  'signature-unknown',
  // vault and people
  'locked',
  'password-wrong',
  'password-weak',
  'forbidden',
  'exists-already',
  'not-found',
  'vault-damaged',
  'vault-in-use',
  'journal-broken',
  'version-conflict',
  // reports and signatures
  'report-incomplete',
  'report-locked',
  'identity-invalid',
  'identity-password-wrong',
  'token-missing',
  'pin-locked',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-unsuitable',
  'certificate-revoked',
  'certificate-untrusted',
  'time-stamp-failed',
  'signature-invalid',
  // the machine
  'cancelled',
  'disk-full',
  'memory-exhausted',
  'write-failed',
  'ticket-invalid',
  'usage',
  'defect',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** How a fault is checked where it crosses a room stands in `fault-schema.ts`: a thread that reads files has no need of it. */
export interface FaultPlace {
  file?: string | undefined;
  /** 1-based line in the file, header lines included. */
  line?: number | undefined;
  field?: string | undefined;
}

export interface Fault {
  code: FaultCode;
  /** What was wrong, in one sentence, without patient data. */
  message: string;
  place?: FaultPlace | undefined;
  /** What to do next, in one sentence. */
  remedy: string;
}

export const fault = (code: FaultCode, message: string, remedy: string, place?: FaultPlace): Fault =>
  place === undefined ? { code, message, remedy } : { code, message, remedy, place };

/** A fault on its way through code that throws; `faultFrom` is the only door that looks inside. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(value: Fault) {
    super(value.message);
    this.name = 'FaultError';
    this.fault = value;
  }
}

/** The one door from `unknown` to a fault. A defect keeps no message of the original: it may hold patient data. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  if (error instanceof Error && error.name === 'AbortError') return cancelled();
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ABORT_ERR') return cancelled();
  // A quota, or a limit on the size of a file, is full to whoever meets it.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return fault('disk-full', 'The disk is full.', 'Free some space and try again; nothing was stored by half.');
  if (code === 'ENOENT') return fault('file-missing', 'The file is not there.', 'Check the path and try again.');
  return fault(
    'defect',
    'Something went wrong inside Consilium.',
    'Your data are safe. Try again; if it stays, report the steps.',
  );
}

const cancelled = (): Fault =>
  fault('cancelled', 'The work was cancelled.', 'Start again when you are ready; nothing was stored.');

/** File, line and field, as far as they are known. */
export const placeWords = (place: FaultPlace | undefined): string =>
  [place?.file, place?.line === undefined ? undefined : `line ${place.line}`, place?.field].filter(Boolean).join(', ');

/** One line for a terminal or a log: code, place, message, remedy. */
export function describeFault(value: Fault): string {
  const where = placeWords(value.place);
  return `${value.code}${where === '' ? '' : ` (${where})`}: ${value.message} ${value.remedy}`;
}
