import type { Fault } from './fault.ts';

/** What a call that may fail in an expected way gives back: a value, or a fault from the closed list. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

export const ok = <Value>(value: Value): Result<Value> => ({ ok: true, value });

export const refused = (fault: Fault): Result<never> => ({ ok: false, fault });

/** Marks the branch that cannot be reached, so that a new member of a union fails the typecheck where it is not handled. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
