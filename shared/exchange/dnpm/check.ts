/** A DNPM patient record held against its schema: members, required ones, kinds, codes, ids and references within the record. */
import { isObject, type Json, type JsonObject, objectOf, objectsOf, textOf } from '../fhir/json.ts';
import { dnpmTypes, type Kind } from './schema.ts';

export interface DnpmIssue {
  /** `missing`: a member that the schema asks for is not there; `code`: a code or word that the schema does not list. */
  readonly kind: 'missing' | 'wrong' | 'code' | 'unknown' | 'reference' | 'patient';
  /** Path with indices. */
  readonly place: string;
  readonly message: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** The schema has a month; records of its first version have a day. */
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])(?:-\d{2})?$/;
/** A name from outside is shown only where it could be the name of a member. */
const shown = (name: string): string => (/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name) ? name : '(unnamed)');
const below = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

/** Issues in the order of the record; none where a receiver that holds the schema takes it. */
export function checkDnpm(root: JsonObject): readonly DnpmIssue[] {
  const issues: DnpmIssue[] = [];
  const say = (kind: DnpmIssue['kind'], place: string, message: string): void =>
    void issues.push({ kind, place, message });
  objectRules(root, 'Record', '', say);
  references(root, say);
  return issues;
}

type Say = (kind: DnpmIssue['kind'], place: string, message: string) => void;

function objectRules(value: JsonObject, type: string, place: string, say: Say): void {
  const members = dnpmTypes[type] ?? {};
  const kinds = new Map(
    Object.entries(members).map(([name, kind]) => [name.replace(/!$/, ''), { kind, must: name.endsWith('!') }]),
  );
  for (const [name, { kind, must }] of kinds) {
    const member = value[name];
    if (member !== undefined && member !== null) kindRules(member, kind, below(place, name), say);
    else if (must) say('missing', below(place, name), 'the schema asks for it');
  }
  for (const name of Object.keys(value))
    if (!kinds.has(name)) say('unknown', below(place, shown(name)), 'the schema has no such member');
}

function kindRules(value: Json, kind: Kind, place: string, say: Say): void {
  switch (kind.is) {
    case 'any':
      return;
    case 'text':
      if (typeof value !== 'string') say('wrong', place, 'it is no text');
      else if ('among' in kind && !kind.among.includes(value)) say('code', place, 'it is none of the words allowed');
      return;
    case 'number':
    case 'integer':
      if (typeof value !== 'number') say('wrong', place, 'it is no number');
      else if (kind.is === 'integer' && !Number.isInteger(value)) say('wrong', place, 'it is no whole number');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') say('wrong', place, 'it is neither true nor false');
      return;
    case 'date':
      if (typeof value !== 'string' || !DATE.test(value)) say('wrong', place, 'it is no date as YYYY-MM-DD');
      return;
    case 'month':
      if (typeof value !== 'string' || !MONTH.test(value)) say('wrong', place, 'it is no month as YYYY-MM');
      return;
    case 'object':
      if (isObject(value)) objectRules(value, kind.of, place, say);
      else say('wrong', place, 'it is no object');
      return;
    case 'coding':
      codingRules(value, kind, place, say);
      return;
    case 'list': {
      const one = kind.orOne === true && isObject(value);
      if (!Array.isArray(value)) {
        if (one) kindRules(value, kind.each, place, say);
        else say('wrong', place, 'it is no list');
        return;
      }
      if (value.length < (kind.least ?? 0)) say('missing', place, 'the list is empty');
      value.forEach((item, index) => void kindRules(item as Json, kind.each, `${place}[${index}]`, say));
    }
  }
}

function codingRules(value: Json, kind: Extract<Kind, { is: 'coding' }>, place: string, say: Say): void {
  if (!isObject(value)) {
    say('wrong', place, 'it is no coding');
    return;
  }
  for (const name of Object.keys(value))
    if (!['code', 'display', 'system', 'version'].includes(name))
      say('unknown', below(place, shown(name)), 'the schema has no such member');
  const code = textOf(value.code);
  if (code === undefined) say('missing', `${place}.code`, 'the schema asks for it');
  else if (kind.codes?.includes(code) === false) say('code', `${place}.code`, 'it is none of the codes allowed');
  if (kind.systems !== undefined && !kind.systems.includes(textOf(value.system) ?? ''))
    say('code', `${place}.system`, 'it is none of the systems allowed');
}

/** Types of what a reference leads to, by the member that holds it. */
const leadsTo: Readonly<Record<string, (root: JsonObject) => readonly JsonObject[]>> = {
  diagnosis: ({ diagnoses }) => objectsOf(diagnoses),
  tumorEntity: ({ diagnoses }) => objectsOf(diagnoses),
  specimen: ({ specimens }) => objectsOf(specimens),
  therapy: ({ guidelineTherapies, systemicTherapies }) => [
    ...objectsOf(guidelineTherapies),
    ...objectsOf(systemicTherapies).flatMap(({ history }) => objectsOf(history)),
  ],
};

/** Every reference to a patient is to the one of the record; the others lead to something that stands in it. */
function references(root: JsonObject, say: Say): void {
  const patient = textOf(objectOf(root.patient)?.id);
  const ids = new Map(Object.entries(leadsTo).map(([name, of]) => [name, new Set(of(root).map(({ id }) => id))]));
  const open: { readonly value: Json | undefined; readonly place: string }[] = [{ value: root, place: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place } = next;
    if (Array.isArray(value)) {
      value.forEach((item, index) => void open.push({ value: item, place: `${place}[${index}]` }));
      continue;
    }
    if (!isObject(value)) continue;
    for (const [name, member] of Object.entries(value)) {
      const id = textOf(objectOf(member)?.id);
      if (name === 'patient' && place !== '' && id !== undefined && id !== patient)
        say('patient', below(place, name), 'it is of another patient');
      else if (id !== undefined && ids.get(name)?.has(id) === false)
        say('reference', below(place, name), 'it leads to nothing in the record');
      open.push({ value: member, place: below(place, shown(name)) });
    }
  }
}
