/**
 * The resources of a bundle, each with its place, and what safety says of them before anything is mapped: what is
 * quarantined is shown with its reason and never read as a fact.
 */
import { type Fault, fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';
import { isOwn } from './codes.ts';
import { isObject, type Json, type JsonObject, objectOf, objectsOf, textOf } from './json.ts';

export interface Placed {
  readonly resource: JsonObject;
  readonly type: string;
  readonly fullUrl: string | undefined;
  /** `Bundle.entry[3].resource`, the word FHIRPath has for it. */
  readonly place: string;
}

export interface Quarantined {
  readonly place: string;
  readonly reason: string;
}

/** Names under which a resource may be referred to. */
const namesOf = ({ fullUrl, type, resource }: Placed): string[] => {
  const id = textOf(resource.id);
  return [fullUrl, id === undefined ? undefined : `${type}/${id}`].filter((name) => name !== undefined);
};

export interface ReadBundle {
  readonly resources: readonly Placed[];
  /** Looks a reference up as FHIR R4 3.1.1.5 says: by full address, or by type and id. */
  readonly resolve: (reference: string, from?: Placed) => Placed | undefined;
}

const wrong = (message: string, field: string): Fault =>
  fault('field-invalid', message, 'Ask the sending system for a correct FHIR R4 bundle.', { field });

/**
 * Resources of a Bundle or, for any other resource, it alone. Faults: field-invalid where an entry is no resource, two
 * entries have one name, or an entry is to be deleted.
 */
export function placedResources(root: JsonObject): Result<readonly Placed[]> {
  if (root.resourceType !== 'Bundle')
    return ok([
      { resource: root, type: String(root.resourceType), fullUrl: undefined, place: String(root.resourceType) },
    ]);
  if (root.implicitRules !== undefined)
    return refused(wrong('The bundle follows rules that are not known here.', 'Bundle.implicitRules'));
  const placed: Placed[] = [];
  const taken = new Set<string>();
  if (root.entry !== undefined && !Array.isArray(root.entry))
    return refused(wrong('The entries are not a list.', 'Bundle.entry'));
  for (const [index, entry] of ((root.entry ?? []) as readonly Json[]).entries()) {
    const place = `Bundle.entry[${index}]`;
    if (!isObject(entry)) return refused(wrong('The entry is not an object.', place));
    if (entry.modifierExtension !== undefined)
      return refused(wrong('The entry carries a modifier that is not known here.', `${place}.modifierExtension`));
    if (objectOf(entry.request)?.method === 'DELETE')
      return refused(wrong('The bundle asks to delete a resource; only facts are read.', `${place}.request`));
    const { resource } = entry;
    const type = textOf(objectOf(resource)?.resourceType);
    if (!isObject(resource) || type === undefined || !/^[A-Z][A-Za-z]{1,60}$/.test(type))
      return refused(wrong('The entry holds no resource.', `${place}.resource`));
    const one = { resource, type, fullUrl: textOf(entry.fullUrl), place: `${place}.resource` };
    if (type === 'Bundle') {
      const inner = placedResources(resource);
      if (!inner.ok) return inner;
      placed.push(...inner.value.map((nested) => ({ ...nested, place: `${place}.resource.${nested.place}` })));
      continue;
    }
    // The same id at different addresses is two resources; the same address twice is a contradiction.
    const name = one.fullUrl ?? namesOf(one)[0];
    if (name !== undefined) {
      if (taken.has(name)) return refused(wrong('Two entries have the same address.', `${place}.fullUrl`));
      taken.add(name);
    }
    placed.push(one);
  }
  return ok(placed);
}

export function readerOf(resources: readonly Placed[]): ReadBundle {
  const byName = new Map<string, Placed>();
  for (const placed of resources) for (const name of namesOf(placed)) if (!byName.has(name)) byName.set(name, placed);
  return {
    resources,
    resolve: (reference, from) => {
      const plain = reference.split('/_history/')[0] ?? reference;
      const base = /^(https?:\/\/.*)\/[A-Za-z]+\/[^/]+$/.exec(from?.fullUrl ?? '')?.[1];
      return (
        byName.get(plain) ??
        (base === undefined ? undefined : byName.get(`${base}/${plain}`)) ??
        byName.get(/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(plain)?.[1] ?? '')
      );
    },
  };
}

export interface FoundReference {
  readonly reference: string;
  /** Path of the element that holds it. */
  readonly place: string;
  /** Name of the element, for example `derivedFrom`. */
  readonly element: string;
}

/** Every literal reference in a resource, own extensions included; contained ones are marked by `#`. */
export function referencesIn(resource: JsonObject, place: string): readonly FoundReference[] {
  const found: FoundReference[] = [];
  const look = (value: Json | undefined, path: string, element: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => void look(item, `${path}[${index}]`, element));
    else if (isObject(value)) {
      if (typeof value.reference === 'string') found.push({ reference: value.reference, place: path, element });
      for (const [key, member] of Object.entries(value))
        if (typeof member === 'object') look(member, `${path}.${key}`, key);
    }
  };
  look(resource, place, '');
  return found;
}

/** Elements by which a resource says whose it is. */
const SUBJECTS = ['subject', 'patient', 'for', 'individual', 'beneficiary'] as const;

/** Errors that other systems say of their own data, by status. */
const WITHDRAWN = new Set(['entered-in-error', 'cancelled', 'superseded', 'nullified']);

const statusesOf = (resource: JsonObject): readonly (string | undefined)[] => [
  textOf(resource.status),
  textOf(resource.docStatus),
  ...objectsOf(objectOf(resource.verificationStatus)?.coding).map(({ code }) => textOf(code)),
];

/** Modifier extensions change what an element means; one that is not understood makes all of it unreadable. */
function modifierIn(resource: JsonObject): string | undefined {
  const open: { readonly value: Json | undefined; readonly path: string }[] = [{ value: resource, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (Array.isArray(value))
      value.forEach((item, index) => void open.push({ value: item, path: `${path}[${index}]` }));
    else if (isObject(value)) {
      if (value.modifierExtension !== undefined) return `${path}.modifierExtension`;
      if (value.implicitRules !== undefined) return `${path}.implicitRules`;
      for (const [key, member] of Object.entries(value)) open.push({ value: member, path: `${path}.${key}` });
    }
  }
  return undefined;
}

/** A `contained` resource lives in its container and is of the same patient; one that says otherwise is not. */
function foreignContained(placed: Placed, isOurs: (reference: string) => boolean): string | undefined {
  for (const [index, contained] of objectsOf(placed.resource.contained).entries()) {
    const path = `contained[${index}]`;
    if (contained.resourceType === 'Patient') return path;
    if (WITHDRAWN.has(textOf(contained.status) ?? '')) return path;
    for (const key of SUBJECTS) {
      const reference = textOf(objectOf(contained[key])?.reference);
      if (reference !== undefined && !reference.startsWith('#') && !isOurs(reference)) return `${path}.${key}`;
    }
  }
  return undefined;
}

export interface Sifted {
  readonly patient: Placed | undefined;
  readonly kept: readonly Placed[];
  readonly quarantined: readonly Quarantined[];
  readonly unresolved: readonly FoundReference[];
}

/**
 * What may be read. Faults: field-invalid where the bundle is of two patients, or its patient cannot be read.
 */
export function sift(bundle: ReadBundle): Result<Sifted> {
  const patients = bundle.resources.filter(({ type }) => type === 'Patient');
  const [patient, second] = patients;
  if (second !== undefined) return refused(wrong('The bundle holds two patients; a case is of one.', second.place));
  const quarantined: Quarantined[] = [];
  const out = new Set<Placed>();
  const quarantine = (placed: Placed, reason: string, path = ''): void => {
    if (out.has(placed)) return;
    out.add(placed);
    quarantined.push({ place: path === '' ? placed.place : `${placed.place}.${path}`, reason });
  };
  const others = new Set<string>();
  const isOurs = (reference: string, from?: Placed): boolean => {
    const found = bundle.resolve(reference, from);
    if (found !== undefined) return found === patient;
    // Without a patient in the bundle all must name the same one.
    others.add(reference.split('/_history/')[0] ?? reference);
    return patient === undefined && others.size === 1;
  };
  for (const placed of bundle.resources) {
    const { resource } = placed;
    const modifier = modifierIn(resource);
    if (modifier !== undefined) quarantine(placed, 'it carries a modifier that is not known here', modifier.slice(1));
    if (statusesOf(resource).some((status) => status !== undefined && WITHDRAWN.has(status)))
      quarantine(placed, 'it is withdrawn: entered in error, cancelled or superseded', 'status');
    for (const key of SUBJECTS) {
      const reference = textOf(objectOf(resource[key])?.reference);
      if (reference === undefined || reference.startsWith('#')) continue;
      const target = bundle.resolve(reference, placed);
      // A group or a device may be a subject; it is no patient of ours.
      if (target !== undefined && target.type !== 'Patient') quarantine(placed, 'it is not about a patient', key);
      else if (!isOurs(reference, placed)) quarantine(placed, 'it is of another patient', key);
    }
    const contained = foreignContained(placed, (reference) => isOurs(reference, placed));
    if (contained !== undefined)
      quarantine(placed, 'a resource inside it is of another patient or withdrawn', contained);
  }
  for (const [placed, reason] of superseded(bundle)) quarantine(placed, reason);
  followReports(bundle, out, quarantine);
  for (const placed of circular(bundle)) quarantine(placed, 'it refers to itself through others');
  if (patient !== undefined && out.has(patient))
    return refused(wrong('The patient of the bundle cannot be read: withdrawn or modified.', patient.place));
  const kept = bundle.resources.filter((placed) => !out.has(placed));
  const unresolved = kept.flatMap((placed) =>
    referencesIn(placed.resource, placed.place).filter(
      ({ reference }) =>
        !reference.startsWith('#') && !isOwn(reference) && bundle.resolve(reference, placed) === undefined,
    ),
  );
  return ok({ patient, kept, quarantined, unresolved });
}

/** Facts that others put inside a resource; whoever it names is left there. */
const INSIDE: ReadonlySet<string> = new Set([
  'Specimen',
  'Observation',
  'Condition',
  'Procedure',
  'Medication',
  'MedicationStatement',
  'MedicationRequest',
  'AllergyIntolerance',
]);

/**
 * Contained resources of what was kept, read as resources of the bundle; the same one inside several is one. `resolve` leads
 * to them by `#id` from their container and from each other (FHIR R4 2.10.4).
 */
export function withContained(kept: readonly Placed[], bundle: ReadBundle): { kept: Placed[]; bundle: ReadBundle } {
  const inside = new Map<string, Placed>();
  const byText = new Map<string, Placed>();
  for (const { resource, place } of kept)
    for (const [index, contained] of objectsOf(resource.contained).entries()) {
      const type = textOf(contained.resourceType) ?? '';
      if (!INSIDE.has(type)) continue;
      const text = JSON.stringify(contained);
      const one = byText.get(text) ?? {
        resource: contained,
        type,
        fullUrl: undefined,
        place: `${place}.contained[${index}]`,
      };
      byText.set(text, one);
      inside.set(`${place}#${textOf(contained.id) ?? ''}`, one);
    }
  if (byText.size === 0) return { kept: [...kept], bundle };
  return {
    kept: [...kept, ...byText.values()],
    bundle: {
      resources: bundle.resources,
      resolve: (reference, from) =>
        reference.startsWith('#') && from !== undefined
          ? inside.get(`${from.place.replace(/\.contained\[\d+\]$/, '')}${reference}`)
          : bundle.resolve(reference, from),
    },
  };
}

const identifiersOf = (resource: JsonObject): readonly string[] =>
  (Array.isArray(resource.identifier) ? objectsOf(resource.identifier) : [])
    .filter(({ value }) => typeof value === 'string')
    .map(({ system, value }) => `${textOf(system) ?? ''}|${textOf(value) ?? ''}`);

/** Instants are compared as times: their zones may differ. */
const issuedAt = ({ resource }: Placed): number => {
  const time = Date.parse(textOf(resource.issued) ?? textOf(resource.effectiveDateTime) ?? '');
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
};

/** Reports and documents that another in the bundle replaces, by its own word or as the newer of one identifier. */
function superseded(bundle: ReadBundle): readonly (readonly [Placed, string])[] {
  const found: [Placed, string][] = [];
  for (const placed of bundle.resources) {
    const replaced = objectsOf(placed.resource.relatesTo).filter(({ code }) => code === 'replaces');
    const byExtension = objectsOf(placed.resource.extension).filter(({ url }) =>
      /\/(replaces|.*supersedes)$/i.test(textOf(url) ?? ''),
    );
    const targets = [
      ...replaced.map(({ target }) => target),
      ...byExtension.map(({ valueReference }) => valueReference),
    ];
    for (const target of targets) {
      const reference = textOf(objectOf(target)?.reference);
      const old = reference === undefined ? undefined : bundle.resolve(reference, placed);
      if (old !== undefined) found.push([old, 'another resource of the bundle replaces it']);
    }
  }
  const reports = bundle.resources
    .filter(({ type }) => type === 'DiagnosticReport')
    .flatMap((placed) => identifiersOf(placed.resource).map((name) => ({ placed, name, at: issuedAt(placed) })));
  for (const same of Map.groupBy(reports, ({ name }) => name).values()) {
    const newest = same.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
    for (const { placed, at } of same) if (at < newest) found.push([placed, 'a newer report has the same identifier']);
  }
  return found;
}

/** What only a withdrawn report reports is withdrawn with it, and what follows from a withdrawn observation too. */
function followReports(
  bundle: ReadBundle,
  out: ReadonlySet<Placed>,
  quarantine: (placed: Placed, reason: string) => void,
): void {
  const reported = (keep: boolean): Set<Placed> =>
    new Set(
      bundle.resources
        .filter((placed) => placed.type === 'DiagnosticReport' && out.has(placed) !== keep)
        .flatMap((report) =>
          objectsOf(report.resource.result).flatMap(({ reference }) => {
            const found = typeof reference === 'string' ? bundle.resolve(reference, report) : undefined;
            return found === undefined ? [] : [found];
          }),
        ),
    );
  const standing = reported(true);
  for (const placed of reported(false))
    if (!standing.has(placed)) quarantine(placed, 'the report that gives it is withdrawn');
  for (let before = -1; before !== out.size; ) {
    before = out.size;
    for (const placed of bundle.resources) {
      const rests = objectsOf(placed.resource.derivedFrom).map(({ reference }) => textOf(reference) ?? '');
      const broken = rests.some((reference) => {
        const found = bundle.resolve(reference, placed);
        return found !== undefined && out.has(found);
      });
      if (broken) quarantine(placed, 'what it is derived from is withdrawn');
    }
  }
}

/** Elements that order resources: a circle through them has no beginning. */
const ORDERING = ['hasMember', 'derivedFrom', 'partOf', 'basedOn', 'replaces'] as const;

/** Resources that stand in a circle of ordering references. Depth first with a stack of its own. */
function circular(bundle: ReadBundle): readonly Placed[] {
  const next = (placed: Placed): Placed[] =>
    ORDERING.flatMap((key) => {
      const value = placed.resource[key];
      return (Array.isArray(value) ? objectsOf(value) : isObject(value) ? [value] : []).flatMap(({ reference }) => {
        const found = typeof reference === 'string' ? bundle.resolve(reference, placed) : undefined;
        return found === undefined ? [] : [found];
      });
    });
  const state = new Map<Placed, 'open' | 'done'>();
  const inCircle = new Set<Placed>();
  for (const start of bundle.resources) {
    if (state.has(start)) continue;
    const path: { readonly placed: Placed; readonly rest: Placed[] }[] = [{ placed: start, rest: next(start) }];
    state.set(start, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.rest.pop();
      if (to === undefined) {
        state.set(top.placed, 'done');
        path.pop();
      } else if (!state.has(to)) {
        state.set(to, 'open');
        path.push({ placed: to, rest: next(to) });
      } else if (state.get(to) === 'open') {
        const from = path.findIndex(({ placed }) => placed === to);
        for (const { placed } of path.slice(from)) inCircle.add(placed);
      }
    }
  }
  return [...inCircle];
}
