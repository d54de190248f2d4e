/** Patient, diagnosis, stage, specimens, assays and what was given before. Free text that may name people stays behind. */

import type { CaseRecord } from '../../case/case-record.ts';
import { plural } from '../../report/words.ts';
import { assemblies, DATA_ABSENT, genomics, loinc, mcode, systems } from './codes.ts';
import { answer, categories, concept, drugConcept, loincConcept, quantity, words } from './elements.ts';
import { extensionOf } from './extension.ts';
import { familyResources } from './family.ts';
import { defined, type JsonObject } from './json.ts';
import { caseIdentifier, own } from './names.ts';
import type { Writer } from './writer.ts';

const masked = { extension: [{ url: DATA_ABSENT, valueCode: 'masked' }] };

export function recordResources(writer: Writer): void {
  const { record } = writer.input;
  const { patient } = record;
  writer.add('Patient', 'patient', {
    profile: mcode('cancer-patient'),
    extension: [
      extensionOf(own.record, {
        schemaVersion: record.schemaVersion,
        synthetic: record.synthetic,
        patient,
        question: record.question,
        comorbidities: record.comorbidities,
        phenotypes: record.phenotypes,
        pharmacogenes: record.pharmacogenes,
      }),
    ],
    identifier: [{ system: caseIdentifier, value: record.caseId }],
    // The name of a record system never stands here: the pseudonym is one of our own making.
    name: [{ use: 'anonymous', text: patient.pseudonym, _family: masked }],
    gender: patient.sex,
    _birthDate: masked,
  });
  if (patient.ageYears !== undefined)
    observation(writer, 'age', {
      code: loincConcept(loinc.age),
      valueQuantity: quantity(patient.ageYears, 'a', 'years'),
    });
  diagnosisResources(writer);
  for (const specimen of record.specimens) specimenResource(specimen, writer);
  assayResources(writer);
  courseResources(writer);
  familyResources(writer);
  withholdWords(writer);
}

const observation = (writer: Writer, name: string, members: JsonObject): void =>
  writer.add('Observation', name, {
    status: 'final',
    category: categories('laboratory'),
    subject: writer.reference('Patient', 'patient'),
    ...('_effectiveDateTime' in members ? {} : { effectiveDateTime: writer.input.composedAt }),
    ...members,
  });

function diagnosisResources(writer: Writer): void {
  const { diagnosis } = writer.input.record;
  const { stage, tnm, grade } = diagnosis;
  const focus = [writer.reference('Condition', 'diagnosis')];
  const staged = { focus, ...(diagnosis.date === undefined ? {} : { effectiveDateTime: diagnosis.date }) };
  writer.add('Condition', 'diagnosis', {
    profile: mcode('primary-cancer-condition'),
    extension: [
      extensionOf(own.record, { diagnosis }),
      ...(diagnosis.histology === undefined
        ? []
        : [{ url: mcode('histology-morphology-behavior'), valueCodeableConcept: words(diagnosis.histology) }]),
    ],
    clinicalStatus: concept(systems.conditionClinical, 'active', 'Active'),
    verificationStatus: concept(systems.conditionVerification, 'confirmed', 'Confirmed'),
    category: [concept(systems.conditionCategory, 'problem-list-item', 'Problem List Item')],
    code: writer.diagnosis,
    ...(diagnosis.site === undefined ? {} : { bodySite: [words(diagnosis.site)] }),
    subject: writer.reference('Patient', 'patient'),
    ...(diagnosis.date === undefined ? {} : { onsetDateTime: diagnosis.date }),
    ...(stage === undefined
      ? {}
      : { stage: [{ summary: words(stage), assessment: [writer.reference('Observation', 'stage')] }] }),
  });
  // The documents do not say whether a category is clinical or pathological, so the profiles that ask are not claimed.
  const letters = [
    ['t', loinc.stageT],
    ['n', loinc.stageN],
    ['m', loinc.stageM],
  ] as const;
  const members = letters.flatMap(([letter, code]) => {
    const value = tnm?.[letter];
    if (!value) return [];
    observation(writer, `stage/${letter}`, { ...staged, code: loincConcept(code), valueCodeableConcept: words(value) });
    return [writer.reference('Observation', `stage/${letter}`)];
  });
  if (stage !== undefined)
    observation(writer, 'stage', {
      ...staged,
      profile: mcode('cancer-stage'),
      code: loincConcept(loinc.stageGroup),
      valueCodeableConcept: words(stage),
      ...(diagnosis.stageSystem === undefined ? {} : { method: words(diagnosis.stageSystem) }),
      ...(members.length === 0 ? {} : { hasMember: members }),
    });
  if (grade !== undefined)
    observation(writer, 'grade', { ...staged, code: loincConcept(loinc.grade), valueCodeableConcept: words(grade) });
}

type Specimen = CaseRecord['specimens'][number];

function specimenType({ kind, origin }: Specimen): JsonObject {
  if (kind === 'blood') return concept(systems.specimenType, 'BLD', 'Whole blood');
  if (kind === 'plasma') return concept(systems.specimenType, 'PLAS', 'Plasma');
  if (kind === 'marrow') return words('bone marrow');
  if (kind === 'other') return words('other specimen');
  return origin === 'normal'
    ? concept(systems.specimenType, 'TISS', 'Tissue')
    : concept(systems.specimenType, 'TUMOR', 'Tumor');
}

function specimenResource(specimen: Specimen, writer: Writer): void {
  const { collected, site, received } = specimen;
  writer.add('Specimen', `specimen/${specimen.id}`, {
    profile: mcode('human-specimen'),
    extension: [extensionOf(own.record, { specimen })],
    status: 'available',
    type: specimenType(specimen),
    subject: writer.reference('Patient', 'patient'),
    ...(received === undefined ? {} : { receivedTime: received }),
    ...(collected === undefined && site === undefined
      ? {}
      : {
          collection: defined({
            collectedDateTime: collected,
            bodySite: site === undefined ? undefined : words(site),
          }),
        }),
  });
}

const METHODS: Readonly<Record<string, string>> = {
  exome: 'sequence-analysis-of-the-entire-coding-region',
  transcriptome: 'rna-analysis',
  'targeted-rna': 'rna-analysis',
};

/** The study and one analysis an assay; what the assay reads and where it failed go with it. */
function assayResources(writer: Writer): void {
  const { assays } = writer.input.record;
  if (assays.length === 0) return;
  const completed = {
    status: 'completed',
    category: categories('laboratory')[0],
    subject: writer.reference('Patient', 'patient'),
  };
  writer.add('Procedure', 'study', {
    profile: genomics('genomic-study'),
    extension: assays.map(({ id }) => ({
      url: genomics('genomic-study-analysis-ext'),
      valueReference: writer.reference('Procedure', `assay/${id}`),
    })),
    ...completed,
    code: words('Molecular study of a tumor board case'),
  });
  for (const assay of assays) {
    const method = METHODS[assay.scope];
    const analysis = (name: string, value: JsonObject): JsonObject => ({
      url: genomics(`genomic-study-analysis-${name}`),
      ...value,
    });
    writer.add('Procedure', `assay/${assay.id}`, {
      profile: genomics('genomic-study-analysis'),
      extension: [
        analysis('title', { valueString: assay.name }),
        ...(method === undefined
          ? []
          : [analysis('method-type', { valueCodeableConcept: concept(systems.studyMethod, method) })]),
        ...(assay.genomeBuild === undefined
          ? []
          : [analysis('genome-build', { valueCodeableConcept: answer(assemblies[assay.genomeBuild]) })]),
        ...[assay.specimenId, assay.normalSpecimenId].flatMap((id) =>
          id === undefined
            ? []
            : [analysis('specimen', { valueReference: writer.reference('Specimen', `specimen/${id}`) })],
        ),
        extensionOf(own.record, { assay }),
      ],
      ...completed,
      code: words(assay.name),
      ...(assay.reported === undefined ? {} : { performedDateTime: assay.reported }),
      ...(assay.limitations === undefined || assay.limitations.length === 0
        ? {}
        : { note: assay.limitations.map((text) => ({ text })) }),
    });
  }
}

/** Performance status, earlier lines, laboratory values, allergies. */
function courseResources(writer: Writer): void {
  const { performanceStatus, therapyLines, labs, allergies, medications } = writer.input.record;
  const subject = writer.reference('Patient', 'patient');
  if (performanceStatus !== undefined) {
    const isEcog = performanceStatus.scale === 'ECOG';
    observation(writer, 'performance-status', {
      profile: mcode(isEcog ? 'ecog-performance-status' : 'karnofsky-performance-status'),
      category: [concept(systems.observationCategory, 'survey')],
      code: loincConcept(isEcog ? loinc.ecog : loinc.karnofsky),
      valueInteger: performanceStatus.value,
      extension: [extensionOf(own.record, { performanceStatus })],
      ...(performanceStatus.date === undefined ? {} : { effectiveDateTime: performanceStatus.date }),
    });
  }
  therapyLines.forEach((line, index) => {
    line.agents.forEach((agent, place) => {
      writer.add('MedicationStatement', `line/${index}/${place}`, {
        // The whole line goes with its first agent.
        ...(place === 0 ? { extension: [extensionOf(own.record, { therapyLine: { ...line, position: index } })] } : {}),
        status: line.ended === undefined ? 'unknown' : 'completed',
        medicationCodeableConcept: drugConcept(agent),
        subject,
        ...(line.started === undefined && line.ended === undefined
          ? {}
          : { effectivePeriod: defined({ start: line.started, end: line.ended }) }),
        note: [{ text: `line ${line.line}` }],
      });
    });
  });
  medications.forEach((medication, index) => {
    writer.add('MedicationStatement', `medication/${index}`, {
      extension: [extensionOf(own.record, { medication: { ...medication, position: index } })],
      status: 'active',
      medicationCodeableConcept: drugConcept(medication.name),
      subject,
    });
  });
  labs.forEach((lab, index) => {
    observation(writer, `lab/${index}`, {
      extension: [extensionOf(own.record, { lab: { ...lab, position: index } })],
      code: lab.loinc === undefined ? words(lab.name) : concept(systems.loinc, lab.loinc, undefined, lab.name),
      valueQuantity: quantity(lab.value, lab.unit, lab.unit),
      ...(lab.date === undefined ? unknownTime : { effectiveDateTime: lab.date }),
    });
  });
  allergies.forEach((allergy, index) => {
    writer.add('AllergyIntolerance', `allergy/${index}`, {
      extension: [extensionOf(own.record, { allergy: { substance: allergy, position: index } })],
      clinicalStatus: concept(systems.allergyClinical, 'active'),
      code: words(allergy),
      patient: subject,
    });
  });
}

const unknownTime = { _effectiveDateTime: { extension: [{ url: DATA_ABSENT, valueCode: 'unknown' }] } };

function withholdWords({ input, withhold }: Writer): void {
  const { record } = input;
  const free = 'free text may name people; it stays in the case bundle';
  if (record.notes.length > 0) withhold(plural(record.notes.length, 'note'), free);
  if (record.course.length > 0) withhold(`${record.course.length} entries of the course`, free);
  if (record.patientGoals.length > 0) withhold('goals of the patient', free);
  if (record.referrer !== undefined) withhold('referrer', 'the name of the referrer is not needed to read the case');
  if (record.consents.length > 0) withhold('consents', 'consent is given to this site');
  if (record.images.length + record.documents.length + record.files.length > 0)
    withhold('files, images and documents', 'FHIR carries findings; the files stay in the case bundle');
}
