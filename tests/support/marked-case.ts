/**
 * A sample case in which every text that may be free is one of our own marks: canaries to look for afterwards, or words that
 * a careless page would run. What is a code, a name of a file or a reference stays, so that the case is read as before.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readCaseJson } from '../../electron/case/case-json.ts';
import { packBundle } from '../../electron/case/pack.ts';

/** Gives the next mark for a place; in a VCF it may hold no white space, comma, semicolon or equals sign. */
export type Mark = (place: string) => string;

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const sample = resolve(import.meta.dirname, '../../sample-cases/brca1-ovarian');
/** Meant for programs: a change here is another case. */
const CODED = /code|id$|path|assembly|build|unit|loinc|modalit|format|scope|design|genes?$|schema|agents|version/i;

/** Tries each text in turn and keeps the mark where the case is still one. */
function marked(record: Json, mark: Mark): Json {
  const whole = structuredClone(record);
  const isCase = (): boolean => {
    try {
      readCaseJson(Buffer.from(JSON.stringify(whole)));
      return true;
    } catch {
      return false;
    }
  };
  const walk = (node: Json, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      const here = `${path}.${name}`;
      if (typeof value === 'string') {
        if (CODED.test(here.replaceAll(/\.\d+/g, ''))) continue;
        Reflect.set(node, name, mark(here));
        if (!isCase()) Reflect.set(node, name, value);
      } else walk(value, here);
    }
  };
  walk(whole, 'case.json');
  return whole;
}

/** A mark in the INFO of every record, in its description and in a note of the header. */
function markedVcf(bytes: Uint8Array, mark: Mark): Uint8Array {
  const lines = gunzipSync(bytes).toString('utf8').split('\n');
  const out = lines.map((line) => {
    if (line.startsWith('##fileformat'))
      return `${line}\n##note=${mark('VCF header')}\n##INFO=<ID=NOTE,Number=1,Type=String,Description="A note">`;
    if (line === '' || line.startsWith('#')) return line;
    const fields = line.split('\t');
    fields[7] = `${fields[7] === '.' ? '' : `${fields[7]};`}NOTE=${mark('VCF INFO')}`;
    return fields.join('\t');
  });
  return gzipSync(out.join('\n'));
}

/** The bundle, and its case id. More texts go into the notes, the course, the goals and the allergies, so many of each. */
export function markedBundle(mark: Mark, more = 0): { bytes: Uint8Array; caseId: string } {
  const record = JSON.parse(readFileSync(join(sample, 'case.json'), 'utf8')) as { [name: string]: Json };
  const caseId = 'marked-case';
  record.caseId = caseId;
  const some = <Value extends Json>(name: string, make: () => Value): void => {
    record[name] = [...((record[name] ?? []) as Json[]), ...Array.from({ length: more }, make)];
  };
  some('notes', () => ({ title: 'A note', date: '2025-06-10', text: 'A text' }));
  some('course', () => ({ date: '2025-07-02', kind: 'other', event: 'An event' }));
  some('comorbidities', () => 'An illness');
  some('allergies', () => 'An allergy');
  const files = readdirSync(join(sample, 'files')).map((name) => {
    const bytes = readFileSync(join(sample, 'files', name));
    return { path: `files/${name}`, bytes: name.endsWith('.vcf.gz') ? markedVcf(bytes, mark) : bytes };
  });
  const whole = marked(record, mark);
  return {
    caseId,
    bytes: packBundle(caseId, [{ path: 'case.json', bytes: Buffer.from(JSON.stringify(whole)) }, ...files]),
  };
}
