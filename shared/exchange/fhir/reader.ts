/** What the parts of the import share. */
import type { z } from 'zod';
import type { Placed, ReadBundle } from './bundle.ts';
import { hasLoinc, type loinc } from './codes.ts';
import { type JsonObject, objectsOf } from './json.ts';

export interface Reader {
  readonly bundle: ReadBundle;
  readonly kept: readonly Placed[];
  /** Sets a resource aside that says what cannot be, with the place inside it. */
  readonly setAside: (placed: Placed, reason: string, path?: string) => void;
  /** A document's value by its schema; set aside where it does not fit. */
  readonly checked: <Value>(
    placed: Placed,
    schema: z.ZodType<Value>,
    value: unknown,
    path: string,
  ) => Value | undefined;
}

export const ofType = (kept: readonly Placed[], type: string): readonly Placed[] =>
  kept.filter((placed) => placed.type === type);

/** Components by LOINC code, in order. */
export const componentsOf = (resource: JsonObject, code: (typeof loinc)[keyof typeof loinc]): readonly JsonObject[] =>
  objectsOf(resource.component).filter((component) => hasLoinc(component, code));

/** Statements in the order in which they were written; a bundle's own order means nothing. */
export function inOrder<Value>(
  read: readonly ({ readonly position: number; readonly value: Value } | undefined)[],
): Value[] {
  return read
    .filter((one) => one !== undefined)
    .sort((a, b) => a.position - b.position)
    .map(({ value }) => value);
}
