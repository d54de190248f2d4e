/**
 * What FHIR has no element for travels in complex extensions: a JSON value as nested extensions, and back without loss
 * (FHIR R4 2.4). Only what no standard element holds is written so.
 */
import { defined, isObject, type Json, type JsonObject, objectsOf, textOf } from './json.ts';

/** An item of a list; a member of that very name is escaped. */
const ITEM = 'item';
const memberUrl = (key: string): string => (key === ITEM ? '%69tem' : encodeURIComponent(key));

/** FHIR has no empty strings, lists or objects, and no null. */
const blanks = { 'empty-text': '', 'empty-list': [], 'empty-record': {}, null: null } as const;

/** @param value any JSON value; undefined members are left out */
export function extensionOf(url: string, value: unknown): JsonObject {
  if (value === null) return { url, valueCode: 'null' };
  if (value === '') return { url, valueCode: 'empty-text' };
  if (typeof value === 'string') return { url, valueString: value };
  if (typeof value === 'number') return { url, valueDecimal: value };
  if (typeof value === 'boolean') return { url, valueBoolean: value };
  if (Array.isArray(value))
    return value.length === 0
      ? { url, valueCode: 'empty-list' }
      : { url, extension: value.map((item) => extensionOf(ITEM, item)) };
  const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
  return members.length === 0
    ? { url, valueCode: 'empty-record' }
    : { url, extension: members.map(([key, member]) => extensionOf(memberUrl(key), member)) };
}

/** The value of an extension written by `extensionOf`; undefined where it was written by something else. */
export function valueOfExtension(extension: JsonObject): Json | undefined {
  const { valueString, valueDecimal, valueBoolean, valueCode } = extension;
  const [plain] = [valueString, valueDecimal, valueBoolean].filter((value) => value !== undefined);
  if (plain !== undefined) return plain;
  const code = textOf(valueCode);
  if (code !== undefined) return Object.hasOwn(blanks, code) ? blanks[code as keyof typeof blanks] : undefined;
  const nested = objectsOf(extension.extension);
  if (nested.length === 0) return undefined;
  if (nested.every(({ url }) => url === ITEM)) return nested.map((item) => valueOfExtension(item) ?? null);
  const members: [string, Json | undefined][] = [];
  for (const member of nested) {
    const key = memberName(member.url);
    if (key === undefined) return undefined;
    members.push([key, valueOfExtension(member)]);
  }
  return defined(Object.fromEntries(members));
}

function memberName(url: Json | undefined): string | undefined {
  try {
    const key = decodeURIComponent(textOf(url) ?? '');
    return key === '' || key === '__proto__' ? undefined : key;
  } catch {
    return undefined;
  }
}

/** The value that an element carries in our extension of this name. */
export function carried(element: JsonObject, url: string): Json | undefined {
  const found = objectsOf(element.extension).find((extension) => extension.url === url);
  return found === undefined ? undefined : valueOfExtension(found);
}

export const carriedObject = (element: JsonObject, url: string): JsonObject | undefined => {
  const value = carried(element, url);
  return isObject(value) ? value : undefined;
};
