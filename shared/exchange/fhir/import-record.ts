/**
 * The fields of case.json that a bundle gives. Standard elements count before our own extension, so that what another
 * system corrected is what is read. Names, addresses and numbers of a record system are left behind.
 */
import { CASE_SCHEMA_VERSION, CaseRecord } from '../../case/case-record.ts';
import { drugOfRxnorm } from '../drug-numbers.ts';
import type { Placed } from './bundle.ts';
import { codeIn, codingsOf, hasLoinc, loinc, systems, wordsOf } from './codes.ts';
import type { FhirDraft } from './draft.ts';
import { carriedObject } from './extension.ts';
import { familyOf } from './family.ts';
import { foreignPharmacogenes } from './foreign-pgx.ts';
import { comorbiditiesOf, courseOf, foreignLabsOf, notInTheCase, stagingOf } from './import-clinical.ts';
import { defined, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { caseIdentifier, own } from './names.ts';
import { ofType, type Reader } from './reader.ts';

export interface RecordDraft {
  readonly record: JsonObject;
  readonly dropped: FhirDraft['dropped'];
  readonly missing: FhirDraft['needs'];
}

/** FHIR dates may carry a time; a case's do not. */
const dateOf = (value: Json | undefined): string | undefined => textOf(value)?.slice(0, 10);

/** What our own extension carries under a name, over resources, in the order it was written. */
function carriedList(kept: readonly Placed[], name: string): { readonly placed: Placed; readonly value: JsonObject }[] {
  return kept
    .flatMap((placed) => {
      const value = objectOf(carriedObject(placed.resource, own.record)?.[name]);
      return value === undefined ? [] : [{ placed, value }];
    })
    .sort((a, b) => (numberOf(a.value.position) ?? 0) - (numberOf(b.value.position) ?? 0));
}

const withoutPosition = ({ position: _position, ...rest }: JsonObject): JsonObject => rest;

export function readRecord(reader: Reader, patient: Placed | undefined, digest: string): RecordDraft {
  const { kept } = reader;
  const held = patient === undefined ? undefined : carriedObject(patient.resource, own.record);
  const observations = ofType(kept, 'Observation');
  const caseId =
    held === undefined
      ? undefined
      : objectsOf(patient?.resource.identifier).find(({ system }) => system === caseIdentifier)?.value;
  const family = familyOf(kept);
  const genes = foreignPharmacogenes(reader);
  const lines = carriedList(kept, 'therapyLine').map(({ value }) => withoutPosition(value));
  const record = defined({
    schemaVersion: held?.schemaVersion ?? CASE_SCHEMA_VERSION,
    // A name of this program's own making; nothing of the sender's goes into it.
    caseId: caseId ?? `fhir-${digest.slice(0, 12)}`,
    synthetic: held?.synthetic ?? isTestData(patient?.resource),
    patient: patientOf(patient, held, observations, digest),
    diagnosis: diagnosisOf(reader, observations),
    specimens: specimensOf(kept),
    assays: carriedList(kept, 'assay').map(({ value }) => value),
    question: held?.question,
    therapyLines: lines.length > 0 ? lines : undefined,
    performanceStatus: performanceOf(observations),
    comorbidities: held === undefined ? listed(comorbiditiesOf(kept)) : held.comorbidities,
    course: held === undefined ? listed(courseOf(kept)) : undefined,
    medications: medicationsOf(reader),
    allergies: ofType(kept, 'AllergyIntolerance')
      .map(({ resource }) => wordsOf(objectOf(resource.code)))
      .filter((substance) => substance !== undefined),
    familyHistory: listed(family.relatives),
    phenotypes: held?.phenotypes,
    pharmacogenes: listed([...(Array.isArray(held?.pharmacogenes) ? held.pharmacogenes : []), ...genes.calls]),
    labs: held === undefined ? foreignLabsOf(kept) : labsOf(observations),
  });
  const parsed = CaseRecord.safeParse(record);
  const missing = (parsed.success ? [] : parsed.error.issues).map((issue) => ({
    field: issue.path.map(String).join('.'),
    reason: issue.code === 'invalid_type' ? 'the bundle does not give it' : 'what the bundle gives does not fit',
  }));
  return {
    record,
    missing,
    dropped: [...droppedOf(kept, patient), ...notInTheCase(kept), ...genes.left, ...family.left],
  };
}

const isTestData = (resource: JsonObject | undefined): boolean =>
  objectsOf(objectOf(resource?.meta)?.security).some(({ code }) => code === 'HTEST');

function patientOf(
  patient: Placed | undefined,
  held: JsonObject | undefined,
  observations: readonly Placed[],
  digest: string,
): JsonObject {
  const sex = textOf(patient?.resource.gender);
  const age = observations.find(({ resource }) => hasLoinc(resource, loinc.age));
  return defined({
    ...(held === undefined
      ? { pseudonym: `Case ${digest.slice(0, 6)}`, ageYears: ageFrom(patient?.resource.birthDate, observations) }
      : objectOf(held.patient)),
    sex: sex === undefined || !['female', 'male', 'other'].includes(sex) ? 'unknown' : sex,
    ...defined({ ageYears: numberOf(objectOf(age?.resource.valueQuantity)?.value) }),
  });
}

/** Age in whole years at the latest dated observation; the date of birth itself is left behind. */
function ageFrom(birth: Json | undefined, observations: readonly Placed[]): number | undefined {
  const born = textOf(birth);
  const latest = observations
    .map(({ resource }) => dateOf(resource.effectiveDateTime) ?? '')
    .sort()
    .at(-1);
  if (born === undefined || born.length < 10 || latest === undefined || latest.length < 10) return undefined;
  const had = latest.slice(5) >= born.slice(5) ? 0 : 1;
  const age = Number(latest.slice(0, 4)) - Number(born.slice(0, 4)) - had;
  return age >= 0 && age <= 120 ? age : undefined;
}

const STAGE_LETTERS = [
  ['t', loinc.stageT],
  ['n', loinc.stageN],
  ['m', loinc.stageM],
] as const;

function diagnosisOf({ kept, setAside }: Reader, observations: readonly Placed[]): JsonObject | undefined {
  const cancers = ofType(kept, 'Condition').filter(
    ({ resource }) =>
      carriedObject(resource, own.record) !== undefined ||
      JSON.stringify(objectOf(resource.meta)?.profile ?? '').includes('primary-cancer-condition'),
  );
  const [condition, second] = cancers;
  if (second !== undefined) setAside(second, 'a second primary cancer; a case is about one');
  if (condition === undefined) return undefined;
  const { resource } = condition;
  const held = objectOf(carriedObject(resource, own.record)?.diagnosis);
  const answerOf = (code: readonly [string, string]): string | undefined =>
    wordsOf(objectOf(observations.find((placed) => hasLoinc(placed.resource, code))?.resource.valueCodeableConcept));
  const stage = observations.find(({ resource: one }) => hasLoinc(one, loinc.stageGroup))?.resource;
  const [site] = objectsOf(resource.bodySite);
  const tnm = defined(Object.fromEntries(STAGE_LETTERS.map(([letter, code]) => [letter, answerOf(code)])));
  const [stated] = objectsOf(resource.stage);
  return defined({
    ...held,
    ...defined({
      oncotreeCode: codeIn(objectOf(resource.code), systems.oncotree),
      name: wordsOf(objectOf(resource.code)),
      site: wordsOf(site),
      stage: wordsOf(objectOf(stage?.valueCodeableConcept)) ?? wordsOf(objectOf(stated?.summary)),
      stageSystem: wordsOf(objectOf(stage?.method)),
      grade: answerOf(loinc.grade),
      date: dateOf(resource.onsetDateTime),
    }),
    ...(Object.keys(tnm).length === 0 ? {} : { tnm: { ...objectOf(held?.tnm), ...tnm } }),
    // A category and a group in codes are read by their meaning; words of a stage are kept where no group is told.
    ...(held === undefined ? stagingOf(observations) : {}),
  });
}

const KINDS: Readonly<Record<string, string>> = { TUMOR: 'tissue', TISS: 'tissue', BLD: 'blood', PLAS: 'plasma' };

/** Specimens in the bundle's order; ids of other systems are replaced, for they may be a record's number. */
function specimensOf(kept: readonly Placed[]): JsonObject[] {
  return ofType(kept, 'Specimen').map(({ resource }, index) => {
    const held = objectOf(carriedObject(resource, own.record)?.specimen);
    const type = codeIn(objectOf(resource.type), systems.specimenType);
    const collection = objectOf(resource.collection);
    return defined({
      ...(held ?? {
        id: `S${index + 1}`,
        kind: KINDS[type ?? ''] ?? 'other',
        origin: 'unknown',
      }),
      ...defined({
        site: wordsOf(objectOf(collection?.bodySite)),
        collected: dateOf(collection?.collectedDateTime),
        received: dateOf(resource.receivedTime),
      }),
    });
  });
}

function performanceOf(observations: readonly Placed[]): JsonObject | undefined {
  const scales = [
    ['ECOG', loinc.ecog],
    ['Karnofsky', loinc.karnofsky],
  ] as const;
  const found = scales.flatMap(([scale, code]) =>
    observations
      .filter(({ resource }) => hasLoinc(resource, code))
      .flatMap(({ resource }) => {
        const value = numberOf(resource.valueInteger) ?? numberOf(objectOf(resource.valueQuantity)?.value);
        const held = objectOf(carriedObject(resource, own.record)?.performanceStatus);
        const date = held === undefined ? dateOf(resource.effectiveDateTime) : held.date;
        return value === undefined ? [] : [defined({ scale, value, date })];
      }),
  );
  return found.sort((a, b) => ((textOf(a.date) ?? '') < (textOf(b.date) ?? '') ? 1 : -1))[0];
}

/** Medicines as others write them are current or past by status; lines of therapy they do not tell. */
function medicationsOf({ kept, bundle }: Reader): JsonObject[] {
  const held = carriedList(kept, 'medication').map(({ value }) => withoutPosition(value));
  const others = ['MedicationStatement', 'MedicationRequest', 'MedicationAdministration']
    .flatMap((type) => ofType(kept, type))
    .filter(
      ({ resource }) =>
        !['completed', 'stopped', 'not-taken', 'not-done', 'unknown', 'draft'].includes(
          textOf(resource.status) ?? '',
        ) && carriedObject(resource, own.record) === undefined,
    )
    .map((at) => {
      const { medicationCodeableConcept, medicationReference } = at.resource;
      // FHIR R5 has one element for both.
      const either = objectOf(at.resource.medication);
      const reference = textOf((objectOf(medicationReference) ?? objectOf(either?.reference))?.reference);
      const medication = reference === undefined ? undefined : bundle.resolve(reference, at)?.resource;
      return drugIn(objectOf(medicationCodeableConcept) ?? objectOf(either?.concept) ?? objectOf(medication?.code));
    })
    .filter((name) => name !== undefined);
  return [...held, ...[...new Set(others)].map((name) => ({ name }))];
}

/** What a person reads; where nothing but a number of RxNorm is given, the ingredient of that number. */
function drugIn(concept: JsonObject | undefined): string | undefined {
  const said = textOf(concept?.text) ?? codingsOf(concept).find(({ display }) => display !== undefined)?.display;
  return said ?? drugOfRxnorm(codeIn(concept, systems.rxnorm)) ?? wordsOf(concept);
}

const listed = <Item>(list: readonly Item[]): readonly Item[] | undefined => (list.length === 0 ? undefined : list);

function labsOf(observations: readonly Placed[]): JsonObject[] {
  return carriedList(observations, 'lab').map(({ placed: { resource }, value }) => {
    const quantity = objectOf(resource.valueQuantity);
    return defined({
      ...withoutPosition(value),
      ...defined({
        value: numberOf(quantity?.value),
        unit: textOf(quantity?.code),
        date: dateOf(resource.effectiveDateTime),
      }),
    });
  });
}

/** Elements of a patient that a record system knows the person by. */
const IDENTIFYING = [
  'name',
  'telecom',
  'address',
  'birthDate',
  'photo',
  'contact',
  'communication',
  'identifier',
] as const;

function droppedOf(kept: readonly Placed[], patient: Placed | undefined): FhirDraft['dropped'] {
  const isOurs = patient !== undefined && carriedObject(patient.resource, own.record) !== undefined;
  const identifying =
    patient === undefined || isOurs
      ? []
      : IDENTIFYING.filter((key) => patient.resource[key] !== undefined).map((key) => ({
          place: `${patient.place}.${key}`,
          reason: 'it identifies the patient',
        }));
  const narratives = kept
    .filter(({ resource }) => resource.text !== undefined)
    .map(({ place }) => ({
      place: `${place}.text`,
      reason: 'narrative is not read: it may hold scripts and remote images',
    }));
  return [...identifying, ...narratives];
}
