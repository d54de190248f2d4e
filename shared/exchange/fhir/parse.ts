/**
 * Text from outside as a FHIR resource, before anything of it is believed: bounded in size and depth, no key that could
 * reach a prototype, no number that is none, no impossible date. A refusal names the place and repeats nothing.
 */
import { isPossibleDate } from '../../foundation/date.ts';
import { type Fault, type FaultCode, fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** FHIR's own resources nest a dozen deep; our extensions add some. */
export const DEPTH_LIMIT = 100;
/** Largest text that is read, in UTF-16 units. */
export const TEXT_LIMIT = 64 * 1024 * 1024;

const REMEDY = 'Ask the sending system for a correct FHIR R4 resource.';
const refusal = (code: FaultCode, message: string, place: { field?: string; line?: number } = {}): Fault =>
  fault(code, message, REMEDY, place);

/** Brackets counted outside strings, so that no parser is given what would exhaust it. Line of the first one too deep. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let line = 1;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 10) line += 1;
    if (inString) {
      if (unit === 92) at += 1;
      else if (unit === 34) inString = false;
    } else if (unit === 34) inString = true;
    else if (unit === 123 || unit === 91) {
      depth += 1;
      if (depth > DEPTH_LIMIT) return line;
    } else if (unit === 125 || unit === 93) depth -= 1;
  }
  return undefined;
}

const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/** Elements of date types, of FHIR and of the other formats, by their names: a free text that looks like a date is none. */
const DATED =
  /^(birthDate|issued|issuedOn|recordedOn|dateOfDeath|recorded|recordedDate|date|created|authoredOn|timestamp|lastUpdated|start|end|receivedTime|collectedDateTime|assertedDate|creation|.*(DateTime|Date|Instant))$/;

/** First place that cannot be believed, or undefined. The walk keeps its own stack. */
function unbelievable(root: Json): Fault | undefined {
  const open: { readonly value: Json | undefined; readonly path: string; readonly key: string }[] = [
    { value: root, path: isObject(root) && typeof root.resourceType === 'string' ? 'resource' : '', key: '' },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, key } = next;
    if (typeof value === 'number' && !Number.isFinite(value))
      return refusal('field-invalid', 'The number is larger than any number.', { field: path || 'document' });
    if (typeof value === 'string' && DATED.test(key) && !isPossibleDate(value))
      return refusal('field-invalid', 'The date is not one that can be.', { field: path });
    if (Array.isArray(value))
      value.forEach((item, index) => void open.push({ value: item, path: `${path}[${index}]`, key }));
    else if (isObject(value))
      for (const member of Object.keys(value)) {
        if (DANGEROUS.has(member))
          return refusal('field-invalid', 'The object has a member that no element has.', {
            field: path || 'document',
          });
        // A name from outside is not repeated unless it could be the name of an element.
        const shown = /^_?[A-Za-z][A-Za-z0-9]{0,63}$/.test(member) ? member : '(unnamed)';
        open.push({ value: value[member], path: path === '' ? shown : `${path}.${shown}`, key: member });
      }
  }
  return undefined;
}

/**
 * @param text JSON of one FHIR resource, with or without byte order mark
 * @param whereBreaks offset of the first character that cannot stand there
 * Faults: file-empty, file-too-large, json-invalid (line where it is too deep), field-invalid (path), format-unknown.
 */
export function parseFhir(text: string, whereBreaks?: (text: string) => number): Result<JsonObject> {
  const root = parseDocument(text, whereBreaks);
  return !root.ok || typeof root.value.resourceType === 'string'
    ? root
    : refused(refusal('format-unknown', 'The file is not a FHIR resource: it has no resourceType.'));
}

/** Lines of one resource each, as a bulk export writes them (FHIR Bulk Data Access 2, application/fhir+ndjson). */
const isLines = (text: string): boolean => {
  const [first = '', second = ''] = text.replace(/^\uFEFF/, '').split('\n', 2);
  return [second, first].every((line) => /^\s*\{.*"resourceType".*\}\s*$/.test(line));
};

/** One JSON object, or the resources of a bulk export's lines as a bundle of type collection. Faults: as `parseFhir`. */
export function parseDocument(text: string, whereBreaks?: (text: string) => number): Result<JsonObject> {
  if (text.length > TEXT_LIMIT || !isLines(text)) return parseJsonObject(text, whereBreaks);
  const entry: JsonObject[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const resource = parseJsonObject(line);
    if (!resource.ok) {
      const { code, message, remedy, place } = resource.fault;
      return refused(fault(code, message, remedy, { ...place, line: index + 1 }));
    }
    const { id } = resource.value;
    // Others refer to it by type and id, or by its name as a UUID where it had one.
    const named = typeof id === 'string' && text.includes(`"urn:uuid:${id}"`);
    entry.push({ ...(named ? { fullUrl: `urn:uuid:${id}` } : {}), resource: resource.value });
  }
  return ok({ resourceType: 'Bundle', type: 'collection', entry });
}

/** As `parseFhir`, of any JSON object. */
export function parseJsonObject(text: string, whereBreaks?: (text: string) => number): Result<JsonObject> {
  if (text.trim() === '') return refused(refusal('file-empty', 'The file is empty.'));
  if (text.length > TEXT_LIMIT)
    return refused(
      fault(
        'file-too-large',
        'The file is larger than any real bundle.',
        'Ask for it in parts of 64 MB at most, a patient each.',
      ),
    );
  const deep = tooDeepAt(text);
  if (deep !== undefined)
    return refused(refusal('json-invalid', `The file nests deeper than ${DEPTH_LIMIT} levels.`, { line: deep }));
  let root: Json;
  try {
    root = JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch {
    const place = whereBreaks === undefined ? {} : { line: text.slice(0, whereBreaks(text)).split('\n').length };
    return refused(refusal('json-invalid', 'The file is not valid JSON.', place));
  }
  const wrong = unbelievable(root);
  if (wrong !== undefined) return refused(wrong);
  return isObject(root) ? ok(root) : refused(refusal('format-unknown', 'The file is no JSON object.'));
}
