/**
 * Our own checks of a FHIR R4 resource or bundle: elements, required ones, bindings, references and what they lead to, and
 * what the profiles it claims ask for. They find what would be misread; they are no full validator and say so.
 */
import { ok, type Result } from '../../foundation/result.ts';
import { type Placed, placedResources, readerOf, referencesIn } from './bundle.ts';
import { codeIn, codingsOf, systems } from './codes.ts';
import { isObject, type Json, type JsonObject, objectOf, objectsOf, textOf } from './json.ts';
import { componentValues, ofEvery, profileRules, type TypeRules, targets, typeRules } from './rules.ts';

export interface FhirIssue {
  readonly severity: 'error' | 'warning';
  readonly place: string;
  readonly message: string;
}

type Say = (severity: FhirIssue['severity'], place: string, message: string) => void;

/** Faults: those of `placedResources`. Issues are in the order of the bundle. */
export function validateFhir(root: JsonObject): Result<readonly FhirIssue[]> {
  const placed = placedResources(root);
  if (!placed.ok) return placed;
  const issues: FhirIssue[] = [];
  const say: Say = (severity, place, message) => void issues.push({ severity, place, message });
  if (root.resourceType === 'Bundle') bundleRules(root, say);
  const reader = readerOf(placed.value);
  for (const one of placed.value) {
    resourceRules(one, say);
    dataTypes(one.resource, one.place, say);
    for (const canonical of profilesOf(one.resource)) profileOf(one, canonical, say);
    for (const { reference, place, element } of referencesIn(one.resource, one.place)) {
      if (reference.startsWith('#')) {
        const held = objectsOf(one.resource.contained).some(({ id }) => `#${textOf(id)}` === reference);
        if (!held && reference !== '#') say('error', place, 'the reference leads to no contained resource');
        continue;
      }
      const found = reader.resolve(reference, one);
      const type =
        found?.type ?? /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/.+)?$/.exec(reference)?.[1];
      if (found === undefined)
        say(
          reference.startsWith('urn:') ? 'error' : 'warning',
          place,
          'the reference leads out of the bundle and cannot be followed',
        );
      const allowed = Object.hasOwn(targets, element) ? targets[element] : undefined;
      if (
        allowed !== undefined &&
        type !== undefined &&
        !allowed.includes(type) &&
        place.startsWith(`${one.place}.${element}`)
      )
        say('error', place, `${element} may not refer to a ${type}`);
    }
  }
  return ok(issues);
}

const profilesOf = (resource: JsonObject): readonly string[] => {
  const profiles = objectOf(resource.meta)?.profile;
  return Array.isArray(profiles) ? profiles.filter((profile) => typeof profile === 'string') : [];
};

const BUNDLE_TYPES = [
  'document',
  'message',
  'transaction',
  'transaction-response',
  'batch',
  'batch-response',
  'history',
  'searchset',
  'collection',
];

function bundleRules(root: JsonObject, say: Say): void {
  if (!BUNDLE_TYPES.includes(textOf(root.type) ?? '')) say('error', 'Bundle.type', 'the type is none of FHIR R4');
  objectsOf(root.entry).forEach((entry, index) => {
    const place = `Bundle.entry[${index}]`;
    const fullUrl = textOf(entry.fullUrl);
    if (fullUrl === undefined) {
      if (root.type !== 'batch' && root.type !== 'transaction') say('warning', place, 'the entry has no fullUrl');
      return;
    }
    if (!/^(https?:\/\/|urn:(uuid|oid):)/.test(fullUrl))
      say('error', `${place}.fullUrl`, 'the address is not absolute');
    if (fullUrl.startsWith('urn:uuid:') && !/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(fullUrl))
      say('error', `${place}.fullUrl`, 'the address is not a UUID in lower case');
  });
}

interface Element {
  readonly name: string;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly isChoice: boolean;
}

const parsedElements = new Map<string, readonly Element[]>();
function elementsOf(rules: TypeRules): readonly Element[] {
  const known = parsedElements.get(rules.elements);
  if (known !== undefined) return known;
  const elements = `${ofEvery} ${rules.elements}`.split(' ').map((word) => ({
    name: word.replace(/(\[x\]|[*!])+$/, ''),
    isList: word.includes('*'),
    isRequired: word.includes('!'),
    isChoice: word.includes('[x]'),
  }));
  parsedElements.set(rules.elements, elements);
  return elements;
}

const fits = ({ name, isChoice }: Element, key: string): boolean =>
  isChoice ? new RegExp(`^${name}[A-Z][A-Za-z0-9]*$`).test(key) : name === key;

const has = (resource: JsonObject, element: Element): boolean =>
  Object.keys(resource).some((key) => fits(element, key.replace(/^_/, '')));

/** Elements of the type, required ones, lists, and required bindings. */
function resourceRules({ resource, type, place }: Placed, say: Say): void {
  const id = resource.id;
  if (id !== undefined && !/^[A-Za-z0-9\-.]{1,64}$/.test(textOf(id) ?? ''))
    say('error', `${place}.id`, 'the id has characters or a length that FHIR does not allow');
  const rules = Object.hasOwn(typeRules, type) ? typeRules[type] : undefined;
  if (rules === undefined) return;
  const elements = elementsOf(rules);
  for (const [key, value] of Object.entries(resource)) {
    const element = elements.find((one) => fits(one, key.replace(/^_/, '')));
    if (element === undefined) {
      const shown = /^[A-Za-z_]{1,40}$/.test(key) ? key : 'an element';
      say('error', place, `${type} has no element ${shown}`);
    } else if (!key.startsWith('_') && element.isList !== Array.isArray(value))
      say('error', `${place}.${key}`, element.isList ? 'a list is expected here' : 'one value is expected here');
    if (element?.isChoice && Object.keys(resource).filter((other) => fits(element, other)).length > 1)
      say('error', `${place}.${key}`, `only one of ${element.name}[x] may be given`);
  }
  for (const element of elements.filter(({ isRequired }) => isRequired))
    if (!has(resource, element)) say('error', `${place}.${element.name}`, 'a required element is missing');
  for (const [key, codes] of Object.entries(rules.bindings ?? {}))
    if (resource[key] !== undefined && !codes.includes(textOf(resource[key]) ?? ''))
      say('error', `${place}.${key}`, `only these are allowed here: ${codes.join(', ')}`);
  if (type === 'Observation') observationRules(resource, place, say);
}

/** obs-6 and its like: a value and a reason for its absence exclude each other; the same holds for each component. */
function observationRules(resource: JsonObject, place: string, say: Say): void {
  const one = (element: JsonObject, at: string): void => {
    const values = Object.keys(element).filter((key) => /^value[A-Z]/.test(key));
    if (values.length > 1) say('error', at, 'only one of value[x] may be given');
    if (values.length > 0 && element.dataAbsentReason !== undefined)
      say('error', `${at}.dataAbsentReason`, 'there is a value and a reason for its absence (obs-6)');
    const code = codeIn(objectOf(element.code), systems.loinc);
    const kind = code === undefined || !Object.hasOwn(componentValues, code) ? undefined : componentValues[code];
    if (at !== place && kind !== undefined && values.length > 0 && values[0] !== `value${kind}`)
      say('error', at, `the component holds a ${kind}`);
  };
  one(resource, place);
  objectsOf(resource.component).forEach((component, index) => {
    const at = `${place}.component[${index}]`;
    if (component.code === undefined) say('error', `${at}.code`, 'a required element is missing');
    one(component, at);
  });
}

/** What holds of every element: nothing is empty, extensions have one content, codings and quantities are whole. */
function dataTypes(resource: JsonObject, root: string, say: Say): void {
  const open: { readonly value: Json | undefined; readonly place: string; readonly key: string }[] = [
    { value: resource, place: root, key: '' },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place, key } = next;
    if (value === null && !place.endsWith(']')) say('error', place, 'null is no value of FHIR');
    else if (typeof value === 'string') {
      if (value.trim() === '') say('error', place, 'the text is empty');
    } else if (Array.isArray(value)) {
      if (value.length === 0) say('error', place, 'the list is empty');
      value.forEach((item, index) => void open.push({ value: item, place: `${place}[${index}]`, key }));
    } else if (isObject(value)) {
      const members = Object.keys(value);
      if (members.length === 0) say('error', place, 'the element is empty');
      if (key === 'extension' || key === 'modifierExtension') extensionRules(value, place, say);
      if (key === 'coding') codingRules(value, place, say);
      if (/Quantity$/.test(key) && value.code !== undefined && value.system === undefined)
        say('error', place, 'a coded unit needs its system (qty-3)');
      if (/Quantity$/.test(key) && typeof value.value !== 'number' && value._value === undefined)
        say('warning', place, 'the quantity has no value');
      for (const member of members)
        if (member !== 'div') open.push({ value: value[member], place: `${place}.${member}`, key: member });
    }
  }
}

function extensionRules(extension: JsonObject, place: string, say: Say): void {
  if (textOf(extension.url) === undefined) say('error', `${place}.url`, 'the extension has no url');
  const values = Object.keys(extension).filter((key) => /^_?value[A-Z]/.test(key));
  const nested = extension.extension !== undefined;
  if (values.length > 1 || (values.length === 1) === nested)
    say('error', place, 'an extension has either a value or extensions (ext-1)');
}

function codingRules(coding: JsonObject, place: string, say: Say): void {
  const system = textOf(coding.system);
  const code = textOf(coding.code);
  if (coding.code !== undefined && (code === undefined || !/^[^\s]+(\s[^\s]+)*$/.test(code)))
    say('error', `${place}.code`, 'the code has white space that codes do not have');
  if (system !== undefined && !/^(https?:|urn:)/.test(system))
    say('error', `${place}.system`, 'the code system is not an absolute address');
  if (code === undefined) return;
  if (system === systems.loinc && !/^(\d{1,7}-\d|LA\d{1,6}-\d|LL\d+-\d|LP\d+-\d)$/.test(code))
    say('error', `${place}.code`, 'the code is not one that LOINC could have');
  else if (system === systems.loinc && !checkDigitHolds(code))
    say('error', `${place}.code`, 'the check digit of the LOINC code does not hold');
  if (system === systems.sequenceOntology && !/^SO[:_]\d{7}$/.test(code))
    say('error', `${place}.code`, 'the code is not one of the Sequence Ontology');
}

/** Mod 10 check digit of LOINC codes (LOINC Users' Guide, appendix C); answers and panels have another one. */
function checkDigitHolds(code: string): boolean {
  const [, digits, check] = /^(\d+)-(\d)$/.exec(code) ?? [];
  if (digits === undefined) return true;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10 === Number(check);
}

/** What a profile adds. One that is not known here is said, so that nobody takes silence for conformance. */
function profileOf({ resource, type, place }: Placed, canonical: string, say: Say): void {
  const [url = ''] = canonical.split('|');
  const rules = Object.hasOwn(profileRules, url) ? profileRules[url] : undefined;
  if (rules === undefined) return;
  if (rules.type !== type) {
    say('error', `${place}.meta.profile`, `the profile is one of ${rules.type}`);
    return;
  }
  for (const name of rules.required) {
    const element = { name: name.replace('[x]', ''), isChoice: name.endsWith('[x]'), isList: false, isRequired: true };
    if (!has(resource, element)) say('error', `${place}.${name}`, 'the profile requires this element');
  }
  if (rules.code !== undefined && codeIn(objectOf(resource.code), rules.code[0]) !== rules.code[1])
    say('error', `${place}.code`, `the profile fixes the code ${rules.code[1]}`);
  const { category } = rules;
  const given = Array.isArray(resource.category) ? objectsOf(resource.category) : [];
  if (category !== undefined && !given.some((one) => codeIn(one, category[0]) === category[1]))
    say('error', `${place}.category`, `the profile asks for the category ${category[1]}`);
  if (rules.values !== undefined) {
    const answers = codingsOf(objectOf(resource.valueCodeableConcept)).filter(({ system }) => system === systems.loinc);
    if (answers.some(({ code }) => !rules.values?.includes(code ?? '')))
      say('error', `${place}.valueCodeableConcept`, `only these answers are allowed: ${rules.values.join(', ')}`);
    if (answers.length === 0 && resource.dataAbsentReason === undefined)
      say('warning', `${place}.valueCodeableConcept`, 'it says neither present nor absent');
  }
}
