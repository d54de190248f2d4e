/**
 * Phenopacket Schema 2.0 (GA4GH; ISO 4454) read into cases: an individual, the proband of a family, every member of a cohort.
 * What denies, was rejected or cannot be told is listed with its place; what nobody here reads is listed by its path.
 */

import { type Fault, fault } from '../foundation/fault.ts';
import { ok, type Result, refused } from '../foundation/result.ts';
import { plural } from '../report/words.ts';
import type { CaseDraft, Noted } from './case-draft.ts';
import { emptyDraft } from './case-draft.ts';
import { defined, isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './fhir/json.ts';
import type { PlaceVariant } from './fhir/to-case.ts';
import type { TableVariant } from './genome-tables.ts';
import { diagnosisCode } from './harmonise/diagnosis.ts';
import { readPhenopacket } from './phenopacket.ts';
import { summed, type UnreadPath, unreadPaths } from './unread.ts';

export interface PhenopacketCase {
  readonly draft: CaseDraft;
  readonly notes: readonly Noted[];
}

export interface ReadPhenopackets {
  readonly kind: 'individual' | 'family' | 'cohort';
  readonly cases: readonly PhenopacketCase[];
  /** Of the family or the cohort as a whole. */
  readonly notes: readonly Noted[];
  readonly unread: readonly UnreadPath[];
}

const REMEDY = 'Ask the sending system for a correct Phenopacket 2.0.';
const wrong = (message: string, field: string): Fault => fault('field-invalid', message, REMEDY, { field });

/** Told by the members that only one kind has; undefined where it is none. */
export function phenopacketKind(root: JsonObject): ReadPhenopackets['kind'] | undefined {
  if (typeof root.resourceType === 'string') return undefined;
  if (isObject(root.proband)) return 'family';
  if (Array.isArray(root.members)) return 'cohort';
  const hasSubject = isObject(root.subject) || Array.isArray(root.interpretations) || Array.isArray(root.biosamples);
  return hasSubject && (isObject(root.metaData) || typeof root.id === 'string') ? 'individual' : undefined;
}

interface Needs {
  /** SHA-256 of UTF-8 text, lower-case hexadecimal. */
  readonly digest: (text: string) => string;
  readonly placeOf: PlaceVariant;
}

const UNDERSTOOD = [
  'id',
  'subject.id',
  'subject.sex',
  'subject.timeAtLastEncounter',
  'subject.taxonomy',
  'phenotypicFeatures[].type',
  'phenotypicFeatures[].excluded',
  'measurements[].assay',
  'measurements[].value.quantity',
  'biosamples[].id',
  'biosamples[].individualId',
  'biosamples[].sampledTissue',
  'biosamples[].sampleType',
  'biosamples[].materialSample',
  'biosamples[].tumorProgression',
  'biosamples[].histologicalDiagnosis',
  'interpretations[].id',
  'interpretations[].progressStatus',
  'interpretations[].diagnosis.disease',
  'interpretations[].diagnosis.genomicInterpretations[].subjectOrBiosampleId',
  'interpretations[].diagnosis.genomicInterpretations[].interpretationStatus',
  'interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor.vcfRecord',
  'interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor.expressions',
  'interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor.geneContext',
  'interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor.id',
  'interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor.label',
  'diseases[].term',
  'diseases[].excluded',
  'diseases[].diseaseStage',
  'diseases[].clinicalTnmFinding',
  'diseases[].primarySite',
  'medicalActions[].treatment.agent',
  'metaData',
];

/** Faults: field-invalid with the place; a subject with two biosamples of other people is one. */
export function readPhenopackets(root: JsonObject, needs: Needs): Result<ReadPhenopackets> {
  const kind = phenopacketKind(root);
  if (kind === undefined)
    return refused(fault('format-unknown', 'The file is no phenopacket, family or cohort.', REMEDY));
  const version = textOf(
    objectOf((kind === 'family' ? objectOf(root.proband) : root)?.metaData)?.phenopacketSchemaVersion,
  );
  if (version !== undefined && !/^2(\.|$)/.test(version))
    return refused(wrong('The schema is not version 2 of phenopackets.', 'metaData.phenopacketSchemaVersion'));
  const packets =
    kind === 'individual'
      ? [{ packet: root, at: '' }]
      : kind === 'family'
        ? [{ packet: objectOf(root.proband) ?? {}, at: 'proband.' }]
        : (root.members as readonly Json[]).map((member, index) => ({
            packet: objectOf(member),
            at: `members[${index}].`,
          }));
  if (packets.length === 0) return refused(wrong('The cohort has no members.', 'members'));
  const notes: Noted[] = [];
  if (kind === 'family') familyNotes(root, notes);
  if (kind === 'cohort')
    for (const key of Object.keys(root).filter((one) => !['id', 'members', 'metaData'].includes(one)))
      notes.push({ place: key, reason: 'of the cohort as a whole; a case is of one patient' });
  const cases: PhenopacketCase[] = [];
  const unread: UnreadPath[][] = [];
  const ids = new Set<string>();
  for (const { packet, at } of packets) {
    if (packet === undefined) return refused(wrong('The member is no phenopacket.', at.slice(0, -1)));
    const id = textOf(objectOf(packet.subject)?.id) ?? textOf(packet.id) ?? '';
    if (kind === 'cohort' && ids.has(id))
      return refused(wrong('Two members are of the same subject.', `${at}subject.id`));
    ids.add(id);
    const read = caseOf(packet, at, needs);
    if (!read.ok) return read;
    cases.push(read.value);
    unread.push(
      unreadPaths(
        packet,
        'phenopacket',
        UNDERSTOOD.map((path) => `phenopacket.${path}`),
      ).filter(({ place }) => place !== 'phenopacket'),
    );
  }
  return ok({ kind, cases, notes, unread: summed(unread) });
}

/** Relatives are other people: that they are there is said, nothing of them is read. */
function familyNotes(root: JsonObject, notes: Noted[]): void {
  objectsOf(root.relatives).forEach((_, index) => {
    notes.push({ place: `relatives[${index}]`, reason: 'another person; a case is of the proband' });
  });
  const persons = objectsOf(objectOf(root.pedigree)?.persons);
  if (persons.length > 0)
    notes.push({ place: 'pedigree', reason: `${plural(persons.length, 'person')}; a family tree is not read` });
}

const labelOf = (term: Json | undefined): string | undefined => {
  const one = objectOf(term);
  return textOf(one?.label) ?? textOf(one?.id);
};

function caseOf(packet: JsonObject, at: string, { digest, placeOf }: Needs): Result<PhenopacketCase> {
  const notes: Noted[] = [];
  const read = readPhenopacket(packet);
  const subject = objectOf(packet.subject);
  const subjectId = textOf(subject?.id);
  const samples = objectsOf(packet.biosamples);
  const foreign = samples.findIndex(
    ({ individualId }) => individualId !== undefined && subjectId !== undefined && individualId !== subjectId,
  );
  if (foreign >= 0)
    return refused(wrong('A biosample is of another individual.', `${at}biosamples[${foreign}].individualId`));
  const hash = digest(`${textOf(packet.id) ?? ''}/${subjectId ?? ''}`);
  const diseases = objectsOf(packet.diseases);
  diseases.forEach(({ excluded }, index) => {
    if (excluded === true)
      notes.push({ place: `${at}diseases[${index}]`, reason: 'excluded: the patient does not have it' });
  });
  const [disease, ...moreDiseases] = diseases.filter(({ excluded }) => excluded !== true);
  if (moreDiseases.length > 0)
    notes.push({
      place: `${at}diseases`,
      reason:
        moreDiseases.length === 1
          ? '1 further disease is listed as a comorbidity'
          : `${moreDiseases.length} further diseases are listed as comorbidities`,
    });
  const interpreted = objectOf(objectsOf(packet.interpretations)[0]?.diagnosis)?.disease;
  const course: JsonObject[] = [];
  objectsOf(packet.medicalActions).forEach((action, index) => {
    const agent = labelOf(objectOf(action.treatment)?.agent);
    if (agent === undefined)
      notes.push({ place: `${at}medicalActions[${index}]`, reason: 'no agent is named; it is not read' });
    // Whether it is taken now or was before is not said.
    else course.push({ event: `Treatment: ${agent}`.slice(0, 500), kind: 'treatment' });
  });
  const phenotypes: JsonObject[] = [];
  const comorbidities = [...moreDiseases.map(({ term }) => labelOf(term))];
  objectsOf(packet.phenotypicFeatures).forEach(({ type, excluded }) => {
    const label = labelOf(type);
    if (label === undefined) return;
    const hpo = textOf(objectOf(type)?.id) ?? '';
    if (/^HP:\d{7}$/.test(hpo))
      phenotypes.push(
        defined({
          hpo,
          name: textOf(objectOf(type)?.label)?.slice(0, 200),
          excluded: excluded === true ? true : undefined,
        }),
      );
    if (excluded === true) course.push({ event: `Excluded: ${label}`.slice(0, 500), kind: 'phenotype' });
    else comorbidities.push(label);
  });
  const labs: JsonObject[] = [];
  objectsOf(packet.measurements).forEach((measurement, index) => {
    const quantity = objectOf(objectOf(measurement.value)?.quantity);
    const value = numberOf(quantity?.value);
    const unit = objectOf(quantity?.unit);
    const code = textOf(objectOf(measurement.assay)?.id);
    const name = labelOf(measurement.assay);
    if (value === undefined || name === undefined)
      notes.push({ place: `${at}measurements[${index}]`, reason: 'it has no quantity; it is not read' });
    else
      labs.push(
        defined({
          name: name.slice(0, 120),
          loinc: /^LOINC:(\d{1,7}-\d)$/i.exec(code ?? '')?.[1],
          value,
          unit: (textOf(unit?.id)?.replace(/^UCUM:/i, '') ?? textOf(unit?.label) ?? '1').slice(0, 40),
        }),
      );
  });
  const tnm = Object.fromEntries(
    objectsOf(disease?.clinicalTnmFinding).flatMap((finding) => {
      const [, letter = '', rest = ''] = /\b[cp]?([TNM])\s?([0-4X][a-d]?|is)\b/i.exec(labelOf(finding) ?? '') ?? [];
      return letter === '' ? [] : [[letter.toLowerCase(), `${letter.toUpperCase()}${rest}`]];
    }),
  );
  const variants: TableVariant[] = [];
  for (const variant of read.variants) {
    const names = [variant.hgvs['hgvs.g'], variant.hgvs['hgvs.c'], variant.hgvs.hgvs].filter(
      (one) => one !== undefined,
    );
    const placed = (): string | undefined =>
      names.map((name) => placeOf(variant.gene ?? '', name)).find((one) => one !== undefined);
    const key = variant.key ?? placed();
    if (key === undefined)
      notes.push({
        place: `${at}${variant.place}`,
        reason: 'no genomic position is given and none follows from its names',
      });
    else
      variants.push({
        key,
        gene: variant.gene,
        hgvsCoding: variant.hgvs['hgvs.c'],
        hgvsProtein: variant.hgvs['hgvs.p'],
        alleleFraction: variant.alleleFraction,
        origin: variant.of === undefined ? 'unknown' : variant.of === subjectId ? 'germline' : 'somatic',
      });
  }
  notes.push(...read.quarantined.map(({ place, reason }) => ({ place: `${at}${place}`, reason })));
  const record = defined({
    caseId: `phenopacket-${hash.slice(0, 12)}`,
    patient: defined({
      // The subject's own name may be one of a record system; it stays behind.
      pseudonym: `Case ${hash.slice(0, 6)}`,
      sex: read.sex,
      ageYears: read.ageYears,
    }),
    diagnosis: defined({
      oncotreeCode: read.oncotreeCode,
      name: labelOf(disease?.term) ?? labelOf(interpreted),
      stage: labelOf(objectsOf(disease?.diseaseStage)[0])?.slice(0, 20),
      site: labelOf(disease?.primarySite),
      tnm: Object.keys(tnm).length === 0 ? undefined : tnm,
    }),
    specimens: samples.map((sample, index) => specimenOf(sample, index)),
    course,
    comorbidities: comorbidities.flatMap((one) => (one === undefined ? [] : [one.slice(0, 200)])),
    labs,
    phenotypes: phenotypes.length === 0 ? undefined : phenotypes,
  });
  const [, system = '', code = ''] = /^([A-Za-z0-9_-]+):(.+)$/.exec(textOf(objectOf(disease?.term)?.id) ?? '') ?? [];
  const diagnosisCodes = diagnosisCode(system, code) as Record<string, string>;
  return ok({
    draft: { ...emptyDraft, record, variants, diagnosisCodes, source: 'Imported from a phenopacket.' },
    notes,
  });
}

/** EFO:0009654 reference sample, EFO:0009655 abnormal sample (schema 2.0, material of a biosample). */
function specimenOf(sample: JsonObject, index: number): JsonObject {
  const tissue = labelOf(sample.sampledTissue) ?? '';
  const progression = labelOf(sample.tumorProgression) ?? '';
  const material = textOf(objectOf(sample.materialSample)?.id);
  const type = labelOf(sample.sampleType) ?? '';
  return defined({
    id: `S${index + 1}`,
    kind: /plasma/i.test(tissue)
      ? 'plasma'
      : /blood/i.test(tissue)
        ? 'blood'
        : /marrow/i.test(tissue)
          ? 'marrow'
          : tissue === ''
            ? 'other'
            : 'tissue',
    origin:
      material === 'EFO:0009654' || /normal|reference/i.test(type)
        ? 'normal'
        : /metasta/i.test(progression)
          ? 'metastasis'
          : /recurren/i.test(progression)
            ? 'recurrence'
            : /primary/i.test(progression)
              ? 'primary'
              : 'unknown',
    site: tissue === '' ? undefined : tissue.slice(0, 120),
  });
}
