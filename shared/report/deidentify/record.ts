/** The record of a case rebuilt by allow-list: a member that is not named here does not leave. */
import type { Assay, CaseRecord, Specimen } from '../../case/case-record.ts';
import { NAMED_AGENTS } from '../../therapy/safety/facts/index.ts';
import { medicineName } from '../../therapy/safety/medicines.ts';
import { groupedAge } from './days.ts';
import { WITHHELD } from './sift.ts';
import type { Tally } from './tally.ts';

export interface RecordNeeds {
  readonly tally: Tally;
  /** Takes the place of the case's own id; not derived from it. */
  readonly code: string;
  readonly day: (text: string) => string;
  readonly tumorType: string;
  /** Names of agents that packs and tables know, in lower case. */
  readonly agents: ReadonlySet<string>;
}

/** New names of what a case names itself. */
export interface NewNames {
  readonly specimens: ReadonlyMap<string, string>;
  readonly assays: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

const renamed = (ids: readonly string[], letter: string): Map<string, string> =>
  new Map([...new Set(ids)].map((id, index) => [id, `${letter}${index + 1}`]));

/** Paths of the files in the order of the record, each with the ending that says what it is. */
const renamedFiles = (paths: readonly string[]): Map<string, string> =>
  new Map(
    [...new Set(paths)].map((path, index) => [
      path,
      `files/${index + 1}${/\.(?:vcf|maf|tsv|seg|txt|json|csv)(?:\.gz)?$/iu.exec(path)?.[0].toLowerCase() ?? ''}`,
    ]),
  );

export const newNames = ({ specimens, assays, files }: CaseRecord): NewNames => ({
  specimens: renamed(
    specimens.map(({ id }) => id),
    'S',
  ),
  assays: renamed(
    assays.map(({ id }) => id),
    'A',
  ),
  files: renamedFiles(files.map(({ path }) => path)),
});

/** Members that are absent stay absent. */
const given = <Value>(name: string, value: Value | undefined): Record<string, Value> =>
  value === undefined ? {} : { [name]: value };

const coded = (form: RegExp, text: string | undefined): string | undefined =>
  text !== undefined && form.test(text.trim()) ? text : undefined;

const STAGE = /^(?:stage )?(?:0|I{1,3}|IV|IVS|[1-4])[A-E]?[1-3]?$/iu;
const STAGE_SYSTEM = /^(?:AJCC|UICC|FIGO|Ann Arbor|R-?ISS|ISS|Binet|Rai|BCLC|INSS|INRGSS|Lugano)(?: \d{1,4})?$/iu;
const TNM = /^[acpry]{0,3}[TNM]?(?:X|is|[0-4])[a-e]?[1-3]?$/iu;
const GRADE = /^(?:G[1-4X]|(?:grade )?[1-4]|WHO [1-4]|(?:low|intermediate|high)[ -]grade)$/iu;
const ATTRIBUTE = /^[a-z][a-z0-9-]{1,40}$/u;
const ATTRIBUTE_VALUE =
  /^(?:(?:strongly |weakly )?(?:positive|negative|equivocal|low|ultra-?low|intermediate|high|intact|lost|present|absent|mutated|unmutated|methylated|unmethylated|unknown|never|former|current|ever|yes|no|premenopausal|postmenopausal|perimenopausal)|[0-3]\+?|\d{1,3} ?%)$/iu;
const GENE = /^[A-Z][A-Z0-9a-z.-]{0,19}$/u;
const LOINC_UNIT = /^[\w%/.*[\]{}^µ-]{1,20}$/u;
const LAB_NAME = /^[\p{L}\d %()/+-]{1,60}$/u;
const FORMAT_FIELD = /^[A-Z]{2,8}(?:\/[A-Z]{2,8})?$/u;

/** What a purpose comes to; the sender's words stay behind. */
const purposes: readonly (readonly [form: RegExp, words: string])[] = [
  [/secondary|incidental|germline.*return|return.*germline/iu, 'Return of secondary findings'],
  [/research|secondary use|data (?:use|sharing)|registry|training|study|studies/iu, 'Research use of data'],
  [/sequenc|board|discussion|diagnos|care|treatment/iu, 'Sequencing and discussion in the board'],
];

function specimenOf(specimen: Specimen, names: NewNames, { tally, day }: RecordNeeds): Specimen {
  const { id, kind, site, preservation, origin, block, purity, collected, received, relationToTherapy } = specimen;
  if (collected !== undefined) tally.count('dates');
  if (received !== undefined) tally.count('dates');
  return {
    id: tally.instead('codes', id, names.specimens.get(id) ?? 'S'),
    kind,
    origin,
    ...given('preservation', preservation),
    ...given('purity', purity),
    ...given('site', tally.text('specimen-words', site)),
    ...given('block', tally.text('specimen-words', block)),
    ...given('relationToTherapy', tally.text('specimen-words', relationToTherapy)),
    ...given('collected', collected === undefined ? undefined : day(collected)),
    ...given('received', received === undefined ? undefined : day(received)),
  };
}

function assayOf(assay: Assay, names: NewNames, { tally, day }: RecordNeeds): Assay {
  const { specimenId, normalSpecimenId, modalities, scope, design, genomeBuild, genes, targets, fusionGenes } = assay;
  const words = (text: string | undefined): string | undefined => tally.text('assay-words', text);
  const named = tally.keeps('assay-words')
    ? tally.asked('assay-words', assay.name)
    : tally.instead('assay-words', assay.name, `${scope} assay`);
  if (assay.reported !== undefined) tally.count('dates');
  return {
    id: tally.instead('codes', assay.id, names.assays.get(assay.id) ?? 'A'),
    name: named,
    specimenId: names.specimens.get(specimenId) ?? 'S',
    ...given(
      'normalSpecimenId',
      normalSpecimenId === undefined ? undefined : (names.specimens.get(normalSpecimenId) ?? 'S'),
    ),
    modalities,
    scope,
    ...given('design', design),
    ...given('genomeBuild', genomeBuild),
    ...given(
      'genes',
      genes?.filter((gene) => GENE.test(gene)),
    ),
    ...given('targets', targets),
    ...given(
      'fusionGenes',
      fusionGenes?.filter((gene) => GENE.test(gene)),
    ),
    ...given(
      'failedRegions',
      assay.failedRegions
        ?.filter(({ gene }) => GENE.test(gene))
        .map(({ gene, region, reason }) => ({
          gene,
          reason: tally.asked('assay-words', reason),
          ...given('region', words(region)),
        })),
    ),
    ...given('sizeMegabases', assay.sizeMegabases),
    ...given('meanDepth', assay.meanDepth),
    ...given('reported', assay.reported === undefined ? undefined : day(assay.reported)),
    ...given('laboratory', tally.text('institution', assay.laboratory)),
    ...given('version', words(assay.version)),
    ...given('method', words(assay.method)),
    ...given('limitOfDetection', words(assay.limitOfDetection)),
    ...given('reference', words(assay.reference)),
    ...given(
      'limitations',
      assay.limitations?.flatMap((text) => words(text) ?? []),
    ),
  } as Assay;
}

/** The record as it may leave, and what its ids became. */
export function deidentifiedRecord(record: CaseRecord, names: NewNames, needs: RecordNeeds): CaseRecord {
  const { tally, code, day, tumorType, agents } = needs;
  const { patient, diagnosis, referrer } = record;
  const dated = (date: string | undefined): string | undefined => {
    if (date === undefined) return undefined;
    tally.count('dates');
    return day(date);
  };
  const ageOf = (years: number | undefined): number | undefined => {
    if (years === undefined) return undefined;
    tally.count('age');
    return groupedAge(years);
  };
  const isAgent = (name: string): boolean =>
    agents.has(name.trim().toLowerCase()) || NAMED_AGENTS.has(medicineName(name));
  const agent = (name: string): string =>
    isAgent(name) ? (medicineOnly(name) ?? name) : tally.asked('medicines', name);
  /** The name that the tables have for it, so that what was written behind it stays here. */
  function medicineOnly(name: string): string | undefined {
    return agents.has(name.trim().toLowerCase()) ? undefined : medicineName(name);
  }
  const institution = tally.text('institution', referrer?.institution);
  tally.text('names', referrer?.clinician);
  for (const note of record.notes) {
    tally.text('notes', note.title);
    tally.text('notes', note.text);
  }
  for (const { title, path } of [...record.images, ...record.documents]) {
    tally.text('images', title);
    tally.text('files', path);
  }
  const attributes = Object.entries(diagnosis.attributes ?? {}).flatMap(([name, value]) => {
    if (ATTRIBUTE.test(name) && ATTRIBUTE_VALUE.test(value.trim())) return [[name, value] as const];
    const said = tally.text('diagnosis-words', value);
    return said === undefined || !ATTRIBUTE.test(name) ? [] : [[name, said] as const];
  });
  return {
    schemaVersion: record.schemaVersion,
    caseId: tally.instead('codes', record.caseId, code) as CaseRecord['caseId'],
    synthetic: record.synthetic,
    patient: {
      pseudonym: tally.instead('names', patient.pseudonym, WITHHELD),
      sex: patient.sex,
      ...given('ageYears', ageOf(patient.ageYears)),
      ...given('ancestry', tally.text('ancestry', patient.ancestry)),
    },
    diagnosis: {
      oncotreeCode: diagnosis.oncotreeCode,
      name: tally.keeps('diagnosis-words')
        ? tally.asked('diagnosis-words', diagnosis.name)
        : diagnosis.name === tumorType
          ? tumorType
          : tally.instead('diagnosis-words', diagnosis.name, tumorType),
      ...given('site', tally.text('diagnosis-words', diagnosis.site)),
      ...given('stage', coded(STAGE, diagnosis.stage) ?? tally.text('diagnosis-words', diagnosis.stage)),
      ...given(
        'stageSystem',
        coded(STAGE_SYSTEM, diagnosis.stageSystem) ?? tally.text('diagnosis-words', diagnosis.stageSystem),
      ),
      ...given(
        'tnm',
        diagnosis.tnm === undefined
          ? undefined
          : Object.fromEntries(
              Object.entries(diagnosis.tnm).flatMap(([letter, value]) =>
                ['t', 'n', 'm'].includes(letter) && coded(TNM, value) !== undefined ? [[letter, value]] : [],
              ),
            ),
      ),
      ...given('grade', coded(GRADE, diagnosis.grade) ?? tally.text('diagnosis-words', diagnosis.grade)),
      ...given('positiveNodes', diagnosis.positiveNodes),
      ...given('histology', tally.text('diagnosis-words', diagnosis.histology)),
      ...given('date', dated(diagnosis.date)),
      ...given('attributes', diagnosis.attributes === undefined ? undefined : Object.fromEntries(attributes)),
    } as CaseRecord['diagnosis'],
    specimens: record.specimens.map((specimen) => specimenOf(specimen, names, needs)),
    assays: record.assays.map((assay) => assayOf(assay, names, needs)),
    question: tally.asked('question', record.question),
    ...given('referrer', institution === undefined ? undefined : { institution }),
    course: record.course.flatMap(({ date, event }) => {
      const when = dated(date);
      const words = tally.text('course', event);
      return words === undefined ? [] : [{ event: words, ...given('date', when) }];
    }),
    therapyLines: record.therapyLines.map((line) => ({
      line: line.line,
      ...given('intent', line.intent),
      agents: line.agents.map(agent),
      ...given('started', dated(line.started)),
      ...given('ended', dated(line.ended)),
      ...given('bestResponse', line.bestResponse),
      ...given('reasonEnded', tally.text('treatment-words', line.reasonEnded)),
    })) as CaseRecord['therapyLines'],
    ...given(
      'performanceStatus',
      record.performanceStatus === undefined
        ? undefined
        : {
            scale: record.performanceStatus.scale,
            value: record.performanceStatus.value,
            ...given('date', dated(record.performanceStatus.date)),
          },
    ),
    comorbidities: record.comorbidities.flatMap((text) => tally.text('comorbidities', text) ?? []),
    medications: record.medications.flatMap(({ name, dose }) => {
      const words = tally.text('medicines', dose);
      if (isAgent(name)) return [{ name: medicineOnly(name) ?? name, ...given('dose', words) }];
      const said = tally.text('medicines', name);
      return said === undefined ? [] : [{ name: said, ...given('dose', words) }];
    }),
    allergies: record.allergies.flatMap((text) => tally.text('allergies', text) ?? []),
    labs: record.labs.flatMap(({ name, loinc, value, unit, date }) => {
      const when = dated(date);
      const known = loinc !== undefined && LAB_NAME.test(name) && LOINC_UNIT.test(unit);
      const said = known ? name : tally.text('lab-names', name);
      return said === undefined
        ? []
        : [
            {
              name: said,
              ...given('loinc', loinc),
              value,
              unit: LOINC_UNIT.test(unit) ? unit : WITHHELD,
              ...given('date', when),
            },
          ];
    }),
    familyHistory: record.familyHistory.flatMap(({ relation, condition, ageYears }) => {
      const years = ageOf(ageYears);
      const whose = tally.text('family', relation);
      const what = tally.text('family', condition);
      return whose === undefined || what === undefined
        ? []
        : [{ relation: whose, condition: what, ...given('ageYears', years) }];
    }),
    ...given(
      'phenotypes',
      record.phenotypes?.map(({ hpo, name, excluded }) => {
        tally.text('notes', name);
        return { hpo, ...given('excluded', excluded) };
      }),
    ),
    ...given(
      'pharmacogenes',
      record.pharmacogenes?.map(({ source, ...call }) => ({
        ...call,
        source: tally.instead('institution', source, 'another laboratory'),
      })),
    ),
    patientGoals: record.patientGoals.flatMap((text) => tally.text('goals', text) ?? []),
    consents: record.consents.flatMap(({ purpose, granted, date }) => {
      const when = dated(date);
      const words = purposes.find(([form]) => form.test(purpose))?.[1];
      return words === undefined ? [] : [{ purpose: words, granted, ...given('date', when) }];
    }),
    notes: [],
    images: [],
    documents: [],
    files: record.files.map((file) => {
      tally.text('files', file.tumorSample);
      tally.text('files', file.normalSample);
      return {
        path: tally.instead('files', file.path, names.files.get(file.path) ?? 'files/0'),
        modality: file.modality,
        assayId: names.assays.get(file.assayId) ?? 'A',
        ...given('format', file.format),
        ...given('genomeBuild', file.genomeBuild),
        ...given('alleleFractionFrom', coded(FORMAT_FIELD, file.alleleFractionFrom)),
      };
    }) as CaseRecord['files'],
  } as CaseRecord;
}
