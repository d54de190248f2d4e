/**
 * Trees of criteria in three values. The reading follows the CTML habit: an object with several keys, and a list of
 * matches, ask for all of them; `or` for one, `not` for none.
 */
import { FaultError, fault } from '../../foundation/fault.ts';
import type { Truth } from '../../molecular/facts.ts';

export type Logic<Leaf> =
  | { readonly op: 'and' | 'or'; readonly of: readonly Logic<Leaf>[] }
  | { readonly op: 'not'; readonly of: Logic<Leaf> }
  | { readonly op: 'leaf'; readonly leaf: Leaf };

/** Deeper or larger than anything a protocol asks; a document that is, expands without end. */
const DEEPEST = 64;
const LARGEST = 20_000;

const REMEDY = 'Correct the trial document; the other trials are read without it.';

/** A refusal that names the field; the file is added by whoever opened it. */
export const refusal = (field: string, message: string): FaultError =>
  new FaultError(fault('field-invalid', message, REMEDY, { field }));

export const refuse = (field: string, message: string): never => {
  throw refusal(field, message);
};

/** Reads what stands under one key of a criterion node. */
export type ReadLeaf<Leaf> = (kind: string, value: unknown, path: string) => Logic<Leaf>;

/** Faults: field-invalid for empty, circular or endless logic and for what `readLeaf` refuses, with the path. */
export function readLogic<Leaf>(value: unknown, path: string, readLeaf: ReadLeaf<Leaf>): Logic<Leaf> {
  const above = new Set<unknown>();
  let count = 0;
  const all = (op: 'and' | 'or', list: readonly unknown[], at: string): Logic<Leaf> => {
    if (list.length === 0) return refuse(at, 'This list of criteria is empty.');
    const of = list.map((item, index) => node(item, `${at}[${index}]`));
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { op, of };
  };
  const node = (item: unknown, at: string): Logic<Leaf> => {
    if (typeof item !== 'object' || item === null) return refuse(at, 'A criterion is an object such as "clinical: …".');
    if (above.has(item)) return refuse(at, 'This logic is circular: it contains itself.');
    if (above.size >= DEEPEST) return refuse(at, `This logic is nested deeper than ${DEEPEST} levels.`);
    count += 1;
    if (count > LARGEST) return refuse(at, `This logic has more than ${LARGEST} parts.`);
    above.add(item);
    try {
      if (Array.isArray(item)) return all('and', item, at);
      const parts = Object.entries(item).map(([key, of]): Logic<Leaf> => {
        const here = `${at}.${key}`;
        if (key === 'and' || key === 'or') {
          if (!Array.isArray(of)) return refuse(here, `"${key}" asks for a list.`);
          if (above.has(of)) return refuse(here, 'This logic is circular: it contains itself.');
          above.add(of);
          try {
            return all(key, of, here);
          } finally {
            above.delete(of);
          }
        }
        if (key === 'not') return { op: 'not', of: node(of, here) };
        return readLeaf(key, of, here);
      });
      if (parts.length === 0) return refuse(at, 'This criterion is empty.');
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? only : { op: 'and', of: parts };
    } finally {
      above.delete(item);
    }
  };
  return node(value, path);
}

const negated = (value: Truth): Truth => (value === 'unknown' ? value : value === 'true' ? 'false' : 'true');

/** Kleene: one "false" decides an "and", one "true" an "or"; what is unknown stays so. */
export function truthOf<Leaf>(logic: Logic<Leaf>, leafTruth: (leaf: Leaf, positive: boolean) => Truth): Truth {
  const walk = (at: Logic<Leaf>, positive: boolean): Truth => {
    if (at.op === 'leaf') return leafTruth(at.leaf, positive);
    if (at.op === 'not') return negated(walk(at.of, !positive));
    const decides = at.op === 'and' ? 'false' : 'true';
    let open = false;
    for (const part of at.of) {
      const value = walk(part, positive);
      if (value === decides) return decides;
      open ||= value === 'unknown';
    }
    return open ? 'unknown' : negated(decides);
  };
  return walk(logic, true);
}

/** The leaves in reading order, each with whether an even number of `not` stands above it. */
export function leavesOf<Leaf>(
  logic: Logic<Leaf>,
  positive = true,
): { readonly leaf: Leaf; readonly positive: boolean }[] {
  if (logic.op === 'leaf') return [{ leaf: logic.leaf, positive }];
  if (logic.op === 'not') return leavesOf(logic.of, !positive);
  return logic.of.flatMap((part) => leavesOf(part, positive));
}

/** Leaves that must all hold together: those of nested `and`, and of `not` over a leaf or an `or`. */
export function requiredTogether<Leaf>(
  logic: Logic<Leaf>,
  positive = true,
): { readonly leaf: Leaf; readonly positive: boolean }[] {
  if (logic.op === 'leaf') return [{ leaf: logic.leaf, positive }];
  if (logic.op === 'not') return requiredTogether(logic.of, !positive);
  if (logic.op === (positive ? 'and' : 'or')) return logic.of.flatMap((part) => requiredTogether(part, positive));
  return [];
}
