/** Resources of other systems as they stood, without what names a person, and what of them is not read into a case. */
import { summed, type UnreadPath, unreadPaths } from '../unread.ts';
import type { Placed } from './bundle.ts';
import { isObject, type Json, type JsonObject, textOf } from './json.ts';
import { isOwnResource } from './own-resource.ts';

/** Paths that the import reads, by type; `*` holds of every type. */
const UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  '*': ['resourceType', 'id', 'meta', 'text', 'status', 'subject.reference', 'patient.reference'],
  Patient: ['gender', 'birthDate'],
  Observation: [
    'code',
    'valueCodeableConcept',
    'valueQuantity',
    'valueInteger',
    'dataAbsentReason',
    'effectiveDateTime',
    'derivedFrom[].reference',
    'hasMember[].reference',
    'component',
  ],
  Condition: [
    'code',
    'bodySite',
    'onsetDateTime',
    'onsetPeriod.start',
    'stage[].summary',
    'clinicalStatus',
    'verificationStatus',
  ],
  Procedure: ['code', 'category', 'performedDateTime', 'performedPeriod.start'],
  Medication: ['code', 'ingredient'],
  Specimen: ['type', 'receivedTime', 'collection.collectedDateTime', 'collection.bodySite'],
  MedicationStatement: ['medicationCodeableConcept', 'medicationReference.reference'],
  MedicationRequest: ['medicationCodeableConcept', 'medicationReference.reference'],
  MedicationAdministration: ['medicationCodeableConcept', 'medicationReference.reference'],
  AllergyIntolerance: ['code'],
  FamilyMemberHistory: ['relationship', 'condition[].code', 'condition[].onsetAge'],
  DiagnosticReport: ['result[].reference', 'issued', 'identifier'],
};

/** Ids of this program's making are UUIDs of version 8; what stands in them alone follows from what is read. */
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

/** Resources that are about a person other than the patient, or are nothing but a name. */
const PEOPLE = new Set(['RelatedPerson', 'Person', 'Practitioner', 'PractitionerRole']);
const IDENTIFYING = new Set([
  'name',
  'telecom',
  'address',
  'birthDate',
  'photo',
  'contact',
  'communication',
  'identifier',
  'link',
  'generalPractitioner',
  'managingOrganization',
]);
const SUBJECTS = new Set(['subject', 'patient', 'for', 'individual', 'beneficiary']);

/** The resource without narrative, numbers of a record system, and the patient's name beside a reference. */
function withoutNames(resource: JsonObject): JsonObject {
  const isPatient = resource.resourceType === 'Patient';
  const clean = (value: Json | undefined, key: string): Json | undefined => {
    if (Array.isArray(value)) return value.map((item) => clean(item as Json, key) ?? null);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([member]) => member !== 'identifier' && !(member === 'display' && SUBJECTS.has(key)))
        .map(([member, inner]) => [member, clean(inner, member)]),
    );
  };
  return Object.fromEntries(
    Object.entries(resource)
      .filter(
        ([key]) => key !== 'text' && key !== 'identifier' && !(isPatient && IDENTIFYING.has(key.replace(/^_/, ''))),
      )
      .map(([key, value]) => [key, clean(value, key)]),
  );
}

export interface Foreign {
  /** As they stood, with their place. */
  readonly resources: readonly { readonly place: string; readonly resource: JsonObject }[];
  /** Elements kept there that nothing of the case was made of. */
  readonly unread: readonly UnreadPath[];
}

export function foreignResources(kept: readonly Placed[]): Foreign {
  const ours = kept.some((placed) => placed.type === 'Patient' && isOwnResource(placed));
  const others = kept.filter(
    (placed) =>
      !isOwnResource(placed) && !PEOPLE.has(placed.type) && !(ours && OWN_ID.test(textOf(placed.resource.id) ?? '')),
  );
  const cleaned = others.map((placed) => ({
    place: placed.place,
    type: placed.type,
    resource: withoutNames(placed.resource),
  }));
  return {
    resources: cleaned.map(({ place, resource }) => ({ place, resource })),
    unread: summed(
      cleaned.map(({ type, resource }) =>
        unreadPaths(
          resource,
          type,
          [...(UNDERSTOOD['*'] ?? []), ...((Object.hasOwn(UNDERSTOOD, type) ? UNDERSTOOD[type] : undefined) ?? [])].map(
            (path) => `${type}.${path}`,
          ),
        ),
      ),
    ),
  };
}

/** People that the bundle names; none is read. */
export const peopleIn = (kept: readonly Placed[]): readonly Placed[] =>
  kept.filter((placed) => PEOPLE.has(placed.type) && !isOwnResource(placed));
