/** A mapping as it stands in a file: YAML 1.2 or JSON, bounded, without aliases; issues with their line. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { type LabMapping, readLabMapping } from '../../shared/exchange/lab/mapping.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';

export interface MappingIssueAt {
  /** 1-based; absent where it is of the whole. */
  readonly line?: number;
  readonly field: string;
  readonly message: string;
}

const TEXT_LIMIT = 256 * 1024;

export function checkMapping(
  text: string,
): { readonly mapping: LabMapping } | { readonly issues: readonly MappingIssueAt[] } {
  if (text.length > TEXT_LIMIT) return { issues: [{ field: '', message: 'a mapping is never this long' }] };
  // A hundred levels of brackets would be read level by level.
  if (/[[{]{20}/.test(text.replace(/\s+/g, ''))) return { issues: [{ field: '', message: 'nested too deep' }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', merge: false, stringKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const message = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    return { issues: [{ ...(line === undefined ? {} : { line }), field: '', message }] };
  }
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 0 });
  } catch {
    return { issues: [{ field: '', message: 'aliases are not read: write the value out' }] };
  }
  const read = readLabMapping(plain);
  if ('mapping' in read) return read;
  return {
    issues: read.issues.map(({ field, message }) => {
      const path = field === '' ? [] : field.replaceAll('[', '.').replaceAll(']', '').split('.');
      let line: number | undefined;
      // The nearest part of the document that is there. Field names with a point in them are one key.
      for (let length = path.length; length >= 0 && line === undefined; length -= 1) {
        const keys = keysOf(path.slice(0, length));
        const node: unknown = document.getIn(keys, true);
        const [start] = isNode(node) ? (node.range ?? []) : [];
        if (start !== undefined) line = lines.linePos(start).line;
      }
      return { ...(line === undefined ? {} : { line }), field, message };
    }),
  };
}

/** `files.1.fields.patient.sex` is four keys: below `fields` all that follows is one name. */
function keysOf(path: readonly string[]): (string | number)[] {
  const at = path.indexOf('fields');
  const head = at < 0 ? path : path.slice(0, at + 1);
  const tail = at < 0 || at + 1 >= path.length ? [] : [path.slice(at + 1).join('.')];
  return [...head, ...tail].map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** @throws FaultError field-invalid with the line of the first issue */
export function mappingFrom(text: string, file: string): LabMapping {
  const read = checkMapping(text);
  if ('mapping' in read) return read.mapping;
  const [first] = read.issues;
  throw new FaultError(
    fault(
      'field-invalid',
      `The mapping cannot be used: ${first?.message ?? ''}.`,
      'Correct the mapping; nothing of the folder was touched.',
      {
        file,
        ...(first?.line === undefined ? {} : { line: first.line }),
        ...(first?.field === undefined || first.field === '' ? {} : { field: first.field }),
      },
    ),
  );
}
