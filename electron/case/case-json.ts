/** `case.json` as bytes to a case record: each refusal names the field, and none repeats what stood there. */
import { z } from 'zod';
import { CASE_SCHEMA_VERSION, CaseRecord } from '../../shared/case/case-record.ts';
import { brokenRules } from '../../shared/case/case-rules.ts';
import { type FaultCode, FaultError, fault } from '../../shared/foundation/fault.ts';
import { whereJsonBreaks } from './json-break.ts';

/** Largest case.json that is read, in bytes. */
export const CASE_JSON_LIMIT = 32 * 1024 * 1024;

const CASE_JSON = 'case.json';
const REMEDY = 'Correct the field in case.json and pack the folder again.';

const refuse = (code: FaultCode, message: string, remedy: string, place: { field?: string; line?: number } = {}) =>
  new FaultError(fault(code, message, remedy, { file: CASE_JSON, ...place }));

/** `['files', 2, 'path']` as `files[2].path`. */
const fieldPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (before, part) =>
      typeof part === 'number' ? `${before}[${part}]` : before === '' ? String(part) : `${before}.${String(part)}`,
    '',
  );

export interface ReadCaseJson {
  readonly record: CaseRecord;
  /** Fields that this version of the schema does not know, by path. Never dropped in silence. */
  readonly unknownFields: readonly string[];
}

/**
 * @param bytes UTF-8, with or without byte order mark.
 * @throws FaultError file-empty, file-too-large, json-invalid (line), schema-newer, schema-invalid (field path)
 */
export function readCaseJson(bytes: Uint8Array): ReadCaseJson {
  const raw = parseJson(bytes, CASE_JSON);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw refuse('schema-invalid', 'case.json is not an object.', REMEDY);
  refuseOtherVersion(Reflect.get(raw, 'schemaVersion'));
  const parsed = CaseRecord.safeParse(raw);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const more = parsed.error.issues.length - 1;
    throw refuse(
      'schema-invalid',
      `${first === undefined ? 'The case record is not valid' : wordsOf(first)}${more === 0 ? '' : `; ${more} more ${more === 1 ? 'field is' : 'fields are'} wrong`}.`,
      REMEDY,
      { field: fieldPath(first?.path ?? []) },
    );
  }
  const [broken] = brokenRules(parsed.data);
  if (broken !== undefined) throw refuse('schema-invalid', broken.message, REMEDY, { field: broken.field });
  return { record: parsed.data, unknownFields: unknownFields(raw, parsed.data) };
}

/** @throws FaultError file-empty, file-too-large, json-invalid; the parser's own message may quote the data and is dropped */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  if (bytes.byteLength === 0)
    throw new FaultError(fault('file-empty', 'The file is empty.', 'Export it again.', { file }));
  if (bytes.byteLength > CASE_JSON_LIMIT)
    throw new FaultError(
      fault('file-too-large', 'The JSON file is larger than any real one.', 'Check what it holds.', { file }),
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FaultError(
      fault('json-invalid', 'The file is not UTF-8 text.', 'Save it as UTF-8 and try again.', { file }),
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FaultError(
      fault('json-invalid', 'The file is not valid JSON.', 'Correct it at the line given and try again.', {
        file,
        line: text.slice(0, whereJsonBreaks(text)).split('\n').length,
      }),
    );
  }
}

function refuseOtherVersion(version: unknown): void {
  const [, major, minor] = typeof version === 'string' ? (/^(\d{1,4})\.(\d{1,4})$/.exec(version) ?? []) : [];
  if (major === undefined || minor === undefined)
    throw refuse('schema-invalid', 'The schema version is missing or is not of the form 1.0.', REMEDY, {
      field: 'schemaVersion',
    });
  const [ownMajor = 0, ownMinor = 0] = CASE_SCHEMA_VERSION.split('.').map(Number);
  const place = { field: 'schemaVersion' };
  if (Number(major) > ownMajor || (Number(major) === ownMajor && Number(minor) > ownMinor))
    throw refuse(
      'schema-newer',
      `The bundle is of schema ${Number(major)}.${Number(minor)}; this program reads up to ${CASE_SCHEMA_VERSION}.`,
      'Update Consilium, or ask for a bundle of the older schema.',
      place,
    );
  if (Number(major) < ownMajor)
    throw refuse(
      'schema-invalid',
      `There is no schema ${Number(major)}.${Number(minor)}.`,
      `Pack the case again with schema ${CASE_SCHEMA_VERSION}.`,
      place,
    );
}

/** What is wrong with a field; what was found is said by its kind only. */
function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && /received undefined$/.test(issue.message)
        ? `A required ${issue.expected} is missing`
        : `A ${issue.expected} is expected here`;
    case 'too_big':
      return issue.origin === 'string'
        ? `The text is longer than ${String(issue.maximum)} characters`
        : `The value is over ${String(issue.maximum)}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `At least ${String(issue.minimum)} ${issue.origin === 'array' ? 'entry is' : 'character is'} needed here`
        : `The value is under ${String(issue.minimum)}`;
    case 'invalid_value':
      return `Only these are allowed here: ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return 'The text does not have the form this field asks for';
    default:
      return 'The value is not allowed here';
  }
}

/** Keys that stand in the JSON and not in the record: the schema strips what it does not know. */
function unknownFields(raw: unknown, kept: unknown, path: readonly PropertyKey[] = []): string[] {
  if (Array.isArray(raw) && Array.isArray(kept))
    return raw.flatMap((item, index) => unknownFields(item, kept[index], [...path, index]));
  if (typeof raw !== 'object' || raw === null || typeof kept !== 'object' || kept === null) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const here = [...path, key];
    if (path.length === 0 && key === '$schema') return [];
    return Object.hasOwn(kept, key) ? unknownFields(value, Reflect.get(kept, key), here) : [fieldPath(here)];
  });
}

/**
 * JSON Schema (draft 2020-12) of case.json, as an author writes it: fields with a default may be left out, and a field
 * that the schema does not know is an error, as it is when a folder is packed.
 */
export const caseJsonSchema = (): object =>
  z.toJSONSchema(CaseRecord, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema, path }) => {
      if (jsonSchema.properties === undefined) return;
      jsonSchema.additionalProperties = false;
      if (path.length === 0) jsonSchema.properties.$schema = { type: 'string' };
    },
  });
