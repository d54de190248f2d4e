import type { ReportInput } from '../../report/report-input.ts';
import type { JsonObject } from './json.ts';

/** What the parts of the export share: ids, references, and the list that grows. */
export interface Writer {
  readonly input: ReportInput;
  readonly diagnosis: JsonObject;
  /** Ids of the findings that are exported. */
  readonly listed: ReadonlySet<string>;
  readonly reference: (type: string, name: string, display?: string) => JsonObject;
  readonly add: (type: string, name: string, members: JsonObject) => void;
  /** Members that every observation has; `final` once the report is signed. */
  readonly observed: (profile: string | undefined, ...services: ('GE' | 'laboratory')[]) => JsonObject;
  /** SHA-256 of a text, lower-case hexadecimal. */
  readonly digest: (text: string) => string;
  readonly withhold: (what: string, why: string) => void;
}
