/** Damage that a partner's message may come with: cuts and scraps anywhere in its text, and odd values at any place of its tree. */
import type { Json, JsonObject } from '../../../../shared/exchange/fhir/json.ts';

/** Pseudo-random and repeatable: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SCRAPS = [
  '"__proto__":{"a":1},',
  '1e400',
  '"0000-01-01"',
  '"9999-12-31"',
  'null',
  '[[[[]]]]',
  '{}',
  '""',
  '"\\ud800"',
  '<script>',
  '|^~\\&',
  '\r',
  '\\',
  '\u0000',
  '-1',
  'entered-in-error',
  '"modifierExtension":[{"url":"u"}],',
];

/** One to four cuts, doublings, swaps or scraps anywhere in the text. */
export function mutated(text: string, random: () => number): string {
  let out = text;
  const times = 1 + Math.floor(random() * 4);
  for (let round = 0; round < times; round += 1) {
    const at = Math.floor(random() * out.length);
    const to = Math.min(out.length, at + 1 + Math.floor(random() * 40));
    const kind = random();
    if (kind < 0.25) out = out.slice(0, at) + out.slice(to);
    else if (kind < 0.4) out = out.slice(0, at) + out.slice(at, to) + out.slice(at);
    else if (kind < 0.5) out = out.slice(0, at);
    else if (kind < 0.75) out = out.slice(0, at) + (SCRAPS[Math.floor(random() * SCRAPS.length)] ?? '') + out.slice(at);
    else out = out.slice(0, at) + String.fromCharCode(Math.floor(random() * 255)) + out.slice(at + 1);
  }
  return out;
}

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { item: value };
  return value;
};

const ODD: readonly Json[] = [
  null,
  true,
  '',
  ' ',
  [],
  {},
  [[[]]],
  [null],
  0,
  -1,
  0.1,
  1e308,
  1e21,
  '1e400',
  '0000-01-01',
  '9999-12-31',
  '2026-02-30',
  '2026-13',
  'entered-in-error',
  'unknown',
  'Patient/another',
  '#contained',
  'urn:uuid:00000000-0000-0000-0000-000000000000',
  '<div onclick="x()"><script>x()</script></div>',
  '\ud800',
  '\u0000\u202e\ufeff',
  'NM_000000.0:c.1A>T',
  '../../etc/passwd',
  'constructor',
  'x'.repeat(5000),
  nested(70),
  { reference: '#a' },
  { coding: [{ system: 'http://loinc.org', code: 'LA9634-2' }] },
];

const KEYS = ['__proto__', 'constructor', 'modifierExtension', 'contained', 'status', '_value', 'a b', '', 'excluded'];

/** An array, or a member of its own whatever its name: `__proto__` by assignment would be none. */
function put(holder: JsonObject | Json[], key: string | number, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Changes `root` in place: one to three values taken away, doubled, swapped, renamed or made odd at any depth. */
export function damaged(root: JsonObject, random: () => number): JsonObject {
  const pick = <Value>(list: readonly Value[]): Value | undefined => list[Math.floor(random() * list.length)];
  const times = 1 + Math.floor(random() * 3);
  for (let round = 0; round < times; round += 1) {
    let holder: JsonObject | Json[] = root;
    let key = pick(Object.keys(root)) ?? '';
    // Down the tree with a good chance to stop at each level.
    for (;;) {
      const value: unknown = (holder as JsonObject)[key];
      if (typeof value !== 'object' || value === null || random() < 0.2) break;
      const next = pick(Object.keys(value));
      if (next === undefined) break;
      holder = value as JsonObject | Json[];
      key = next;
    }
    const value = (holder as JsonObject)[key] as Json;
    const kind = random();
    if (kind < 0.2) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete (holder as Record<string, Json>)[key];
    } else if (kind < 0.35) {
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
      else put(holder, key, [structuredClone(value), structuredClone(value)]);
    } else if (kind < 0.45) {
      const other = pick(Object.keys(holder)) ?? key;
      const held = (holder as JsonObject)[other] as Json;
      put(holder, Array.isArray(holder) ? Number(other) : other, value);
      put(holder, Array.isArray(holder) ? Number(key) : key, held);
    } else if (kind < 0.55 && !Array.isArray(holder)) put(holder, pick(KEYS) ?? '', structuredClone(value));
    else put(holder, Array.isArray(holder) ? Number(key) : key, structuredClone(pick(ODD) ?? null));
  }
  return root;
}
