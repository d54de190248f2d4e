/**
 * A DNPM patient record into the draft of a case. Another patient's entry refuses the whole; a therapy that was not given is none;
 * what nobody here reads is listed by its path.
 */
import { type Fault, fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';
import { type CaseDraft, emptyDraft, type Noted } from '../case-draft.ts';
import { defined, isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from '../fhir/json.ts';
import type { PlaceVariant } from '../fhir/to-case.ts';
import type { TableVariant } from '../genome-tables.ts';
import { symbolOfHgnc } from '../hgnc.ts';
import { keyFrom } from '../phenopacket.ts';
import { type UnreadPath, unreadPaths } from '../unread.ts';
import { checkDnpm } from './check.ts';
import {
  CODE_ATTRIBUTES,
  endings,
  HER2_LABEL,
  ICD10_GM,
  isOurNote,
  noteFields,
  noteValue,
  OUR_SYSTEM,
} from './words.ts';

export interface ReadDnpm {
  readonly draft: CaseDraft;
  readonly notes: readonly Noted[];
  readonly unread: readonly UnreadPath[];
}

const REMEDY = 'Ask the sending system for a correct patient record of DNPM:DIP (MTB, schema version 2).';
const wrong = (message: string, field: string): Fault => fault('field-invalid', message, REMEDY, { field });

/** Told by the members that only such a record has. */
export const isDnpm = (root: JsonObject): boolean =>
  typeof root.resourceType !== 'string' &&
  isObject(root.patient) &&
  Array.isArray(root.diagnoses) &&
  (Array.isArray(root.episodesOfCare) || Array.isArray(root.episodes));

const UNDERSTOOD = [
  'patient.id',
  'patient.gender',
  'patient.age',
  'patient.vitalStatus',
  'patient.dateOfDeath',
  'diagnoses[].id',
  'diagnoses[].patient',
  'diagnoses[].recordedOn',
  'diagnoses[].type',
  'diagnoses[].code',
  'diagnoses[].topography',
  'diagnoses[].grading',
  'diagnoses[].staging',
  'diagnoses[].notes',
  'guidelineTherapies[]',
  'systemicTherapies[]',
  'guidelineProcedures[]',
  'performanceStatus[]',
  'specimens[]',
  'histologyReports[].id',
  'histologyReports[].patient',
  'histologyReports[].specimen',
  'histologyReports[].results.tumorMorphology',
  'histologyReports[].results.tumorCellContent',
  'ihcReports[]',
  'msiFindings[]',
  'ngsReports[].id',
  'ngsReports[].patient',
  'ngsReports[].specimen',
  'ngsReports[].issuedOn',
  'ngsReports[].type',
  'ngsReports[].metadata[].kitType',
  'ngsReports[].metadata[].referenceGenome',
  'ngsReports[].results.tumorCellContent',
  'ngsReports[].results.tmb.value',
  'ngsReports[].results.tmb.id',
  'ngsReports[].results.tmb.patient',
  'ngsReports[].results.tmb.specimen',
  'ngsReports[].results.hrdScore.value',
  'ngsReports[].results.hrdScore.id',
  'ngsReports[].results.hrdScore.patient',
  'ngsReports[].results.hrdScore.specimen',
  ...['id', 'patient', 'chromosome', 'gene', 'transcriptId', 'position', 'refAllele', 'altAllele'].map(
    (one) => `ngsReports[].results.simpleVariants[].${one}`,
  ),
  ...['dnaChange', 'proteinChange', 'readDepth', 'allelicFrequency'].map(
    (one) => `ngsReports[].results.simpleVariants[].${one}`,
  ),
  ...['id', 'patient', 'chromosome', 'type', 'totalCopyNumber', 'reportedAffectedGenes'].map(
    (one) => `ngsReports[].results.copyNumberVariants[].${one}`,
  ),
  ...['dnaFusions', 'rnaFusions'].flatMap((list) =>
    ['id', 'patient', 'effect', 'reportedNumReads'].map((one) => `ngsReports[].results.${list}[].${one}`),
  ),
  ...['fusionPartner5prime', 'fusionPartner3prime'].flatMap((end) =>
    ['dnaFusions', 'rnaFusions'].flatMap((list) =>
      ['gene', 'chromosome', 'position', 'strand'].map((one) => `ngsReports[].results.${list}[].${end}.${one}`),
    ),
  ),
  'carePlans[].id',
  'carePlans[].patient',
  'carePlans[].issuedOn',
  'carePlans[].medicationRecommendations[].medication',
  'responses[]',
];

interface Needs {
  /** SHA-256 of UTF-8 text, lower-case hexadecimal. */
  readonly digest: (text: string) => string;
  readonly placeOf: PlaceVariant;
}

const codeOf = (value: Json | undefined): string | undefined => textOf(objectOf(value)?.code);
/** What a person reads in a coding. */
const wordsIn = (value: Json | undefined): string | undefined => textOf(objectOf(value)?.display) ?? codeOf(value);
const idOf = (value: Json | undefined): string | undefined => textOf(objectOf(value)?.id);
const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.flatMap((one) => textOf(one as Json) ?? []) : [];
/** The symbol of a gene: its display, that of its HGNC number, or a code that is no number. */
const symbolOf = (value: Json | undefined): string | undefined => {
  const held = objectOf(value);
  const code = textOf(held?.code);
  const named = textOf(held?.display) ?? symbolOfHgnc(code);
  return named ?? (code !== undefined && !/^(HGNC:)?\d+$/i.test(code) ? code : undefined);
};

/** Faults: format-unknown, field-invalid with the place (another patient's entry, no patient, no diagnosis, a code of none). */
export function readDnpm(root: JsonObject, needs: Needs): Result<ReadDnpm> {
  const patient = objectOf(root.patient);
  const patientId = textOf(patient?.id);
  if (!isDnpm(root)) return refused(fault('format-unknown', 'The file is no patient record of DNPM:DIP.', REMEDY));
  if (Array.isArray(root.episodes)) return refused(wrong('The record is of version 1 of the schema.', 'episodes'));
  if (patientId === undefined) return refused(wrong('The patient has no id.', 'patient.id'));
  const issues = checkDnpm(root);
  const foreign = issues.find(({ kind }) => kind === 'patient');
  if (foreign !== undefined) return refused(wrong('An entry is of another patient.', foreign.place));
  const broken = issues.find(({ kind }) => kind === 'wrong');
  if (broken !== undefined) return refused(wrong(`The record breaks its schema: ${broken.message}.`, broken.place));
  const notes: Noted[] = issues
    .filter(({ kind }) => kind === 'reference' || kind === 'code')
    .map(({ place, message }) => ({ place, reason: message }));
  const diagnoses = objectsOf(root.diagnoses);
  const isMain = (one: JsonObject): boolean => codeOf(objectsOf(objectOf(one.type)?.history).at(-1)?.value) === 'main';
  const main = diagnoses.filter(isMain);
  if (main.length > 1)
    return refused(wrong('Two diagnoses are the main one: which the case is of cannot be told.', 'diagnoses'));
  const diagnosis = main[0] ?? (diagnoses.length === 1 ? diagnoses[0] : undefined);
  if (diagnosis === undefined)
    return refused(wrong('No diagnosis is the main one: which the case is of cannot be told.', 'diagnoses'));
  const others = diagnoses.filter((one) => one !== diagnosis);
  if (others.length > 0)
    notes.push({ place: 'diagnoses', reason: `${others.length} further diagnoses are listed as comorbidities` });

  const course: JsonObject[] = [];
  const event = (what: string, date?: string, kind?: string): void =>
    void course.push(defined({ date, event: what.slice(0, 500), kind }));
  if (codeOf(patient?.vitalStatus) === 'deceased' || textOf(patient?.dateOfDeath) !== undefined)
    event('Death', textOf(patient?.dateOfDeath), 'death');
  const lines = therapies(root, event, notes);
  for (const one of objectsOf(root.guidelineProcedures)) {
    const what = (codeOf(one.code) ?? 'not stated').replaceAll('-', ' ');
    if (!GIVEN.has(codeOf(one.status) ?? 'unknown'))
      notes.push({ place: 'guidelineProcedures', reason: 'it was not done, or may not have been; it is none' });
    else event(`Procedure: ${what}`, textOf(objectOf(one.period)?.start), 'procedure');
  }
  for (const plan of objectsOf(root.carePlans)) {
    const agents = objectsOf(plan.medicationRecommendations).map(({ medication }) =>
      objectsOf(medication)
        .flatMap((one) => wordsIn(one) ?? [])
        .join(' + '),
    );
    event(
      `Another board recommended: ${agents.filter((one) => one !== '').join('; ') || 'nothing by medication'}`,
      textOf(plan.issuedOn),
      'board',
    );
  }
  const hash = needs.digest(`${patientId}/${textOf(diagnosis.id) ?? ''}`);
  const found = genomics(root, needs.placeOf, notes);
  const specimens = objectsOf(root.specimens);
  const purity = purities(root, notes);
  const age = objectOf(patient?.age);
  const years = numberOf(age?.value);
  const status = objectsOf(root.performanceStatus)
    .toSorted((a, b) => ((textOf(a.effectiveDate) ?? '') < (textOf(b.effectiveDate) ?? '') ? -1 : 1))
    .at(-1);
  const index = new Map(specimens.map(({ id }, at) => [textOf(id), `S${at + 1}`]));
  const record = defined({
    caseId: `mtb-${hash.slice(0, 12)}`,
    patient: defined({
      // The record's own id may be one of a record system; it stays behind.
      pseudonym: `Case ${hash.slice(0, 6)}`,
      sex: ['female', 'male', 'other'].find((one) => one === codeOf(patient?.gender)) ?? 'unknown',
      ageYears: years !== undefined && textOf(age?.unit) === 'Years' ? Math.floor(years) : undefined,
    }),
    diagnosis: diagnosisOf(diagnosis, notes),
    specimens: specimens.map((one, at) => specimenOf(one, `S${at + 1}`, purity.get(textOf(one.id)))),
    assays: found.assays.map((assay) => defined({ ...assay, specimenId: index.get(textOf(assay.specimenId)) ?? 'S1' })),
    therapyLines: lines,
    performanceStatus:
      status === undefined
        ? undefined
        : defined({ scale: 'ECOG', value: Number(codeOf(status.value)), date: textOf(status.effectiveDate) }),
    comorbidities: others.map((one) => (wordsIn(one.code) ?? 'further tumor').slice(0, 200)),
    course,
  });
  return ok({
    draft: {
      ...emptyDraft,
      record,
      variants: found.variants,
      copies: found.copies,
      fusions: found.fusions,
      biomarkers: [...found.biomarkers, ...expressions(root, notes), ...microsatellites(root, notes)],
      diagnosisCodes: codesOf(diagnosis, root),
      source: 'Imported from a patient record of DNPM:DIP (MTB).',
    },
    notes,
    unread: unreadPaths(
      root,
      'record',
      UNDERSTOOD.map((path) => `record.${path}`),
    ),
  });
}

/** Codes from which a tumor type may follow. */
function codesOf(diagnosis: JsonObject, root: JsonObject): Readonly<Record<string, string>> {
  const { code, topography } = diagnosis;
  const isIcd = /icd-?10/i.test(textOf(objectOf(code)?.system) ?? '');
  const morphology = objectsOf(root.histologyReports)
    .map(({ results }) => codeOf(objectOf(objectOf(results)?.tumorMorphology)?.value))
    .find((one) => one !== undefined);
  return defined({
    icd10: isIcd ? codeOf(code) : undefined,
    icdO3Topography: codeOf(topography),
    icdO3Morphology: morphology,
  }) as Readonly<Record<string, string>>;
}

function diagnosisOf(diagnosis: JsonObject, notes: Noted[]): JsonObject {
  const said = textsOf(diagnosis.notes);
  const { code, topography, grading, staging } = diagnosis;
  const system = textOf(objectOf(code)?.system) ?? '';
  const isOurs = system === OUR_SYSTEM;
  const stagings = objectsOf(objectOf(staging)?.history);
  const latest = stagings.at(-1);
  if (stagings.length > 1) notes.push({ place: 'diagnoses.staging', reason: 'only the last staging is read' });
  const tnm = objectOf(latest?.tnmClassification);
  // Whether it has spread is no stage.
  const isSpread = ({ system: of }: JsonObject): boolean => /tumor-spread/.test(textOf(of) ?? '');
  const others = objectsOf(latest?.otherClassifications);
  const other = others.find((one) => !isSpread(one));
  const left = others.filter((one) => one !== other).length;
  if (left > 0) notes.push({ place: 'diagnoses.staging.otherClassifications', reason: `${left} are no stage of ours` });
  const grades = objectsOf(objectOf(grading)?.history);
  const [grade] = objectsOf(grades.at(-1)?.codes);
  const nodes = Number(noteValue(said, noteFields.positiveNodes) ?? Number.NaN);
  const attributes: Record<string, string> = {};
  for (const line of said) {
    const [, key, value] = /^Attribute: ([^=]{1,60}) = (.{1,120})$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) attributes[key] = value;
  }
  const icd10 = system === ICD10_GM || /icd-?10/i.test(system) ? codeOf(code) : undefined;
  if (icd10 !== undefined) attributes[CODE_ATTRIBUTES.icd10] = icd10;
  const place = codeOf(topography);
  if (place !== undefined) attributes[CODE_ATTRIBUTES.topography] = place;
  const free = said.filter((line) => !isOurNote(line)).length;
  if (free > 0) notes.push({ place: 'diagnoses.notes', reason: `${free} lines of free text are not read` });
  return defined({
    oncotreeCode: isOurs ? codeOf(code) : noteValue(said, noteFields.oncotree),
    name: wordsIn(code)?.slice(0, 200),
    site: (place === undefined ? noteValue(said, noteFields.site) : wordsIn(topography))?.slice(0, 200),
    stage: codeOf(other)?.slice(0, 20),
    stageSystem: textOf(other?.system)?.slice(0, 80),
    tnm:
      tnm === undefined
        ? undefined
        : defined({ t: codeOf(tnm.tumor), n: codeOf(tnm.nodes), m: codeOf(tnm.metastasis) }),
    grade: codeOf(grade)?.slice(0, 20),
    histology: noteValue(said, noteFields.histology)?.slice(0, 200),
    positiveNodes: Number.isInteger(nodes) ? nodes : undefined,
    date: textOf(diagnosis.recordedOn),
    attributes: Object.keys(attributes).length === 0 ? undefined : attributes,
  });
}

type Said = (what: string, date?: string, kind?: string) => void;
const INTENTS: Readonly<Record<string, string>> = { K: 'curative', P: 'palliative', X: 'unknown' };
/** States of a therapy after which it was given, at least in part. A state nobody knows may be one of an entry in error. */
const GIVEN = new Set(['unknown', 'stopped', 'on-going', 'completed']);
const BETTER = ['CR', 'PR', 'SD', 'PD', 'NE'];

/** Lines that carry a number; other treatments become events. One that was not given is neither. */
function therapies(root: JsonObject, event: Said, notes: Noted[]): JsonObject[] {
  const responses = Map.groupBy(objectsOf(root.responses), ({ therapy }) => idOf(therapy) ?? '');
  const lines: JsonObject[] = [];
  const all = [
    ...objectsOf(root.guidelineTherapies).map((one, at) => ({ one, at: `guidelineTherapies[${at}]` })),
    ...objectsOf(root.systemicTherapies).flatMap(({ history }, at) => {
      const last = objectsOf(history).at(-1);
      return last === undefined ? [] : [{ one: last, at: `systemicTherapies[${at}]` }];
    }),
  ];
  for (const { one, at } of all) {
    const agents = objectsOf(one.medication).flatMap((agent) => wordsIn(agent)?.slice(0, 120) ?? []);
    const line = numberOf(one.therapyLine);
    const period = objectOf(one.period);
    const status = codeOf(one.status);
    if (status === 'not-done' || (status !== undefined && !GIVEN.has(status))) {
      notes.push({ place: at, reason: 'it was not given, or may not have been; it is no therapy of the patient' });
      continue;
    }
    if (line === undefined || agents.length === 0) {
      if (agents.length === 0) notes.push({ place: at, reason: 'no medication is named; it is not read' });
      else event(`Treatment: ${agents.join(' + ')}`, textOf(period?.start), 'therapy');
      continue;
    }
    const said = textsOf(one.notes);
    const category = codeOf(one.category);
    const reason = codeOf(one.statusReason);
    const values = (responses.get(textOf(one.id) ?? '') ?? []).flatMap(({ value }) => codeOf(value) ?? []);
    if (values.includes('MR'))
      notes.push({ place: at, reason: 'a minor response has no word in a case; it is not read' });
    const best = values.map((value) => (value === 'NA' ? 'NE' : value)).filter((value) => BETTER.includes(value));
    const free = said.filter((words) => !isOurNote(words)).length;
    if (free > 0) notes.push({ place: `${at}.notes`, reason: `${free} lines of free text are not read` });
    lines.push(
      defined({
        line,
        intent:
          noteValue(said, noteFields.intent) ??
          (category === 'A' ? 'adjuvant' : category === 'N' ? 'neoadjuvant' : INTENTS[codeOf(one.intent) ?? '']),
        agents,
        started: textOf(period?.start),
        ended: textOf(period?.end),
        bestResponse: noteValue(said, noteFields.bestResponse) ?? BETTER.find((value) => best.includes(value)),
        reasonEnded: reason === undefined ? noteValue(said, noteFields.reasonEnded) : endedBecause(reason),
      }),
    );
  }
  return lines;
}

const endedBecause = (code: string): string =>
  Object.entries(endings).find(([, one]) => one === code)?.[0] ?? code.replaceAll('-', ' ');

function specimenOf(one: JsonObject, id: string, purity: number | undefined): JsonObject {
  const type = codeOf(one.type);
  const collection = objectOf(one.collection);
  const place = codeOf(collection?.localization);
  const liquid = type === 'liquid-biopsy' || place === 'cellfree-dna';
  const origins: Readonly<Record<string, string>> = {
    'primary-tumor': 'primary',
    metastasis: 'metastasis',
    'regional-lymph-nodes': 'metastasis',
    'local-recurrence': 'recurrence',
    'cellfree-dna': 'circulating',
  };
  return defined({
    id,
    kind: liquid ? 'plasma' : 'tissue',
    origin: origins[place ?? ''] ?? 'unknown',
    // Fresh tissue is no frozen one.
    preservation: type === 'FFPE' ? 'FFPE' : type === 'cryo-frozen' ? 'fresh-frozen' : undefined,
    collected: textOf(collection?.date),
    purity,
  });
}

/** Share of tumor cells by specimen; two that differ decide nothing. */
function purities(root: JsonObject, notes: Noted[]): Map<string | undefined, number> {
  const said = new Map<string | undefined, Set<number>>();
  for (const { results } of [...objectsOf(root.histologyReports), ...objectsOf(root.ngsReports)]) {
    const content = objectOf(objectOf(results)?.tumorCellContent);
    const value = numberOf(content?.value);
    if (value === undefined) continue;
    const of = idOf(content?.specimen);
    if (value < 0 || value > 1) notes.push({ place: 'tumorCellContent', reason: 'it is no share between 0 and 1' });
    else said.set(of, (said.get(of) ?? new Set()).add(value));
  }
  const found = new Map<string | undefined, number>();
  for (const [of, values] of said) {
    const [only, more] = values;
    if (only !== undefined && more === undefined) found.set(of, only);
    else notes.push({ place: 'tumorCellContent', reason: 'histology and sequencing differ; neither is taken' });
  }
  return found;
}

const SCOPES: Readonly<Record<string, string>> = {
  panel: 'panel',
  exome: 'exome',
  'genome-short-read': 'genome',
  'genome-long-read': 'genome',
};
const buildIn = (text: string | undefined): 'GRCh37' | 'GRCh38' | undefined =>
  /38/.test(text ?? '') ? 'GRCh38' : /19|37/.test(text ?? '') ? 'GRCh37' : undefined;
const CALLS: Readonly<Record<string, number>> = { 'high-level-gain': 2, 'low-level-gain': 1, loss: -1 };

function genomics(root: JsonObject, placeOf: PlaceVariant, notes: Noted[]) {
  const variants: TableVariant[] = [];
  const copies: CaseDraft['copies'][number][] = [];
  const fusions: CaseDraft['fusions'][number][] = [];
  const biomarkers: JsonObject[] = [];
  const assays: JsonObject[] = [];
  objectsOf(root.ngsReports).forEach((report, at) => {
    const place = `ngsReports[${at}]`;
    const results = objectOf(report.results);
    const metadata = objectsOf(report.metadata);
    const builds = new Set(metadata.flatMap(({ referenceGenome }) => buildIn(textOf(referenceGenome)) ?? []));
    const [build, another] = builds;
    const lists = (name: string): readonly JsonObject[] => objectsOf(results?.[name]);
    const modalities = [
      'somatic-variants',
      ...(lists('copyNumberVariants').length > 0 ? ['copy-number-genes'] : []),
      ...(lists('rnaFusions').length + lists('dnaFusions').length > 0 ? ['fusions'] : []),
      ...((objectOf(results?.tmb) ?? objectOf(results?.hrdScore)) ? ['biomarkers'] : []),
    ];
    assays.push(
      defined({
        id: `ngs-${at + 1}`,
        name: (metadata.flatMap(({ kitType }) => textOf(kitType) ?? []).join('; ') || 'Sequencing').slice(0, 200),
        specimenId: idOf(report.specimen),
        modalities,
        scope: SCOPES[codeOf(report.type) ?? ''] ?? 'other',
        genomeBuild: another === undefined ? build : undefined,
        reported: textOf(report.issuedOn),
        limitations: ['Imported from a DNPM record: which genes were read is not stated.'],
      }),
    );
    lists('simpleVariants').forEach((one, index) => {
      const row = variantOf(one, another === undefined ? build : undefined, placeOf);
      const here = `${place}.results.simpleVariants[${index}]`;
      if (typeof row === 'string') notes.push({ place: here, reason: row });
      else {
        variants.push(row);
        const share = numberOf(one.allelicFrequency);
        if (share !== undefined && row.alleleFraction === undefined)
          notes.push({ place: `${here}.allelicFrequency`, reason: 'it is no share between 0 and 1; it is left out' });
      }
    });
    lists('copyNumberVariants').forEach((one, index) => {
      const genes = objectsOf(one.reportedAffectedGenes).map(symbolOf);
      const named = genes.filter((gene) => gene !== undefined);
      if (named.length < genes.length || genes.length === 0)
        notes.push({
          place: `${place}.results.copyNumberVariants[${index}]`,
          reason: genes.length === 0 ? 'it names no gene' : 'a gene has a number and no symbol',
        });
      for (const gene of named)
        copies.push({ gene, totalCopies: numberOf(one.totalCopyNumber), call: CALLS[codeOf(one.type) ?? ''] });
    });
    for (const name of ['rnaFusions', 'dnaFusions'] as const)
      lists(name).forEach((one, index) => {
        const [five, three] = [objectOf(one.fusionPartner5prime), objectOf(one.fusionPartner3prime)];
        const [gene5, gene3] = [symbolOf(five?.gene), symbolOf(three?.gene)];
        if (gene5 === undefined || gene3 === undefined)
          notes.push({ place: `${place}.results.${name}[${index}]`, reason: 'a partner has no symbol' });
        else
          fusions.push(
            defined({
              gene5,
              gene3,
              rnaReads: name === 'rnaFusions' ? numberOf(one.reportedNumReads) : undefined,
              breakpoint5: breakpointOf(five),
              breakpoint3: breakpointOf(three),
              frame: /^(in|out-of)-frame$/.test(textOf(one.effect) ?? '') ? textOf(one.effect) : undefined,
            }) as CaseDraft['fusions'][number],
          );
      });
    const tmb = objectOf(objectOf(results?.tmb)?.value);
    if (numberOf(tmb?.value) !== undefined)
      biomarkers.push(defined({ name: 'TMB', value: tmb?.value, unit: textOf(tmb?.unit) }));
    const hrd = numberOf(objectOf(results?.hrdScore)?.value);
    if (hrd !== undefined) biomarkers.push({ name: 'HRD', value: hrd });
  });
  return { variants, copies, fusions, biomarkers, assays };
}

function breakpointOf(partner: JsonObject | undefined): string | undefined {
  const chromosome = textOf(partner?.chromosome);
  const position = numberOf(partner?.position);
  return chromosome === undefined || position === undefined ? undefined : `${chromosome}:${position}`;
}

/** The row, or why there is none. */
function variantOf(one: JsonObject, build: 'GRCh37' | 'GRCh38' | undefined, placeOf: PlaceVariant) {
  const gene = symbolOf(one.gene);
  const chromosome = textOf(one.chromosome)?.replace(/^chr/, '');
  const start = numberOf(objectOf(one.position)?.start);
  const [reference, alternate] = [textOf(one.refAllele), textOf(one.altAllele)];
  const [coding, protein] = [textOf(one.dnaChange), textOf(one.proteinChange)];
  const transcript = textOf(objectOf(one.transcriptId)?.value);
  const alleles = /^(?:[ACGT]+|-)$/i;
  const isPlaced =
    build !== undefined &&
    chromosome !== undefined &&
    start !== undefined &&
    Number.isSafeInteger(start) &&
    start > 0 &&
    alleles.test(reference ?? '') &&
    alleles.test(alternate ?? '') &&
    reference !== alternate;
  const named =
    transcript === undefined || coding === undefined ? coding : `${transcript}:${coding.replace(/^.*:/, '')}`;
  const key = isPlaced
    ? keyFrom(build, chromosome, start, (reference ?? '').toUpperCase(), (alternate ?? '').toUpperCase())
    : named === undefined
      ? undefined
      : placeOf(gene ?? '', named);
  if (key === undefined)
    return build === undefined
      ? 'the genome it is counted on is not told, and its name places it nowhere'
      : 'its alleles are no bases, and its name places it nowhere';
  const share = numberOf(one.allelicFrequency);
  const depth = numberOf(one.readDepth);
  return {
    key,
    gene,
    hgvsCoding: coding,
    hgvsProtein: protein,
    transcript,
    alleleFraction: share !== undefined && share >= 0 && share <= 1 ? share : undefined,
    depth: depth !== undefined && Number.isInteger(depth) && depth >= 0 ? depth : undefined,
    // The report is of the tumor; whether a change is in the blood as well is not said.
    origin: 'somatic' as const,
  };
}

function expressions(root: JsonObject, notes: Noted[]): JsonObject[] {
  return objectsOf(root.ihcReports).flatMap(({ results }, at) =>
    objectsOf(objectOf(results)?.proteinExpression).flatMap((one, index): JsonObject[] => {
      const symbol = symbolOf(one.protein);
      const value = codeOf(one.value);
      const tps = numberOf(one.tpsScore);
      const place = `ihcReports[${at}].results.proteinExpression[${index}]`;
      if (value === 'unknown') {
        notes.push({ place, reason: 'stained without a result; nothing is known of it' });
        return [];
      }
      if (symbol === undefined || (value === undefined && tps === undefined)) {
        notes.push({ place, reason: 'it has no protein or no value' });
        return [];
      }
      if (symbol === 'CD274' && tps !== undefined)
        return [{ name: 'PD-L1', label: 'PD-L1 tumor proportion score', value: tps, unit: '%', method: 'TPS' }];
      const shown = value === 'not-exp' ? (symbol === 'ERBB2' ? '0' : 'not expressed') : value;
      if (shown === undefined) return [];
      return [
        {
          name: 'other',
          label: symbol === 'ERBB2' ? HER2_LABEL : `${symbol} immunohistochemistry`,
          value: shown === 'exp' ? 'expressed' : shown,
          method: 'immunohistochemistry',
        },
      ];
    }),
  );
}

const MSI: Readonly<Record<string, string>> = {
  'msi-high': 'MSI-H',
  'msi-low': 'MSI-L',
  stable: 'MSS',
  'mmr-deficient': 'dMMR',
  'mmr-proficient': 'pMMR',
};

function microsatellites(root: JsonObject, notes: Noted[]): JsonObject[] {
  return objectsOf(root.msiFindings).flatMap((one, at): JsonObject[] => {
    const value = MSI[codeOf(one.interpretation) ?? ''];
    if (value !== undefined) return [defined({ name: 'MSI', value, method: codeOf(one.method) })];
    notes.push({ place: `msiFindings[${at}]`, reason: 'it says no status' });
    return [];
  });
}
