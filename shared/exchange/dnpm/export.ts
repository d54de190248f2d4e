/**
 * A case as the patient record that German molecular tumor boards exchange (DNPM:DIP, use case MTB). What the schema asks for and a
 * case does not hold is left out and listed; nothing is filled in. Names of people, free text of letters and germline findings stay.
 */
import type { CaseRecord, GenomeBuild, Specimen, TherapyLine } from '../../case/case-record.ts';
import type { ObservedBiomarker } from '../../case/intake.ts';
import type { Finding } from '../../molecular/profile.ts';
import type { ReportInput } from '../../report/report-input.ts';
import { alleleOf } from '../fhir/export-findings.ts';
import { defined, type Json, type JsonObject } from '../fhir/json.ts';
import { hgncId } from '../hgnc.ts';
import { nctEvidence } from '../mtb.ts';
import { calledGenes, PHARMACOGENES_STAY, type Withheld } from '../withheld.ts';
import { checkDnpm } from './check.ts';
import {
  CODE_ATTRIBUTES,
  COMPLETED,
  endings,
  HGNC,
  ICD_O,
  ICD10_GM,
  localizations,
  noteFields,
  noteLine,
  OUR_SYSTEM,
  specimenTypes,
} from './words.ts';

const isDay = (text: string | undefined): text is string => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');
/** A year or a month is no day; the schema takes days only. */
const day = (text: string | undefined): string | undefined => (isDay(text) ? text : undefined);
const code = (value: string, system?: string, display?: string): JsonObject =>
  defined({ code: value, display, system });
const geneCoding = (symbol: string): JsonObject => {
  const number = hgncId(symbol);
  return number === undefined ? code(symbol, undefined, symbol) : code(number, HGNC, symbol);
};
const unlisted = (list: readonly Json[]): readonly Json[] | undefined => (list.length === 0 ? undefined : list);

interface Ids {
  readonly patient: JsonObject;
  readonly diagnosis: JsonObject;
  readonly id: (what: string) => string;
}

/** The case as a record; the same input gives the same record. */
export function exportDnpm(input: ReportInput): {
  readonly record: JsonObject;
  /** Members that the schema asks for and the case does not hold, by path: the site adds them before it sends. */
  readonly missing: readonly Withheld[];
  readonly withheld: readonly Withheld[];
} {
  const { record } = input;
  const id = (what: string): string => `${record.caseId}-${what}`;
  const ids: Ids = {
    patient: { id: record.caseId, type: 'Patient' },
    diagnosis: { id: id('diagnosis'), type: 'MTBDiagnosis' },
    id,
  };
  const tumors = record.specimens.filter(({ origin }) => origin !== 'normal');
  const reports = ngsReports(input, tumors, ids);
  const { ihc, msi, left } = biomarkers(input, tumors, ids);
  const made = defined({
    patient: defined({
      id: record.caseId,
      gender: code(record.patient.sex, 'Gender'),
      // Who pays is not kept; the code says that it is not known.
      healthInsurance: { type: code('UNK', 'http://fhir.de/CodeSystem/versicherungsart-de-basis') },
      age: record.patient.ageYears === undefined ? undefined : { value: record.patient.ageYears, unit: 'Years' },
    }),
    episodesOfCare: [{ id: id('episode'), patient: ids.patient, diagnoses: [ids.diagnosis] }],
    diagnoses: [diagnosisOf(record, ids)],
    guidelineTherapies: unlisted(record.therapyLines.map((line, index) => therapyOf(line, index, ids))),
    performanceStatus:
      record.performanceStatus?.scale === 'ECOG'
        ? [
            defined({
              id: id('ecog'),
              patient: ids.patient,
              effectiveDate: day(record.performanceStatus.date),
              value: code(String(record.performanceStatus.value), 'ECOG-Performance-Status'),
            }),
          ]
        : undefined,
    specimens: unlisted(tumors.map((specimen) => specimenOf(specimen, ids))),
    ihcReports: unlisted(ihc),
    msiFindings: unlisted(msi),
    ngsReports: unlisted(reports.reports),
    responses: unlisted(record.therapyLines.flatMap((line, index) => responseOf(line, index, ids))),
    carePlans: unlisted(carePlans(input, reports.variantIds, ids)),
    familyMemberHistories: unlisted(
      record.familyHistory.map((_, index) => ({
        id: id(`family-${index + 1}`),
        patient: ids.patient,
        relationship: code('FAMMEMB'),
      })),
    ),
  });
  return { record: made, missing: missingIn(made), withheld: [...withheldOf(input, reports.left), ...left] };
}

/** By path, counted. */
function missingIn(made: JsonObject): Withheld[] {
  const counts = new Map<string, number>();
  for (const { place } of checkDnpm(made).filter(({ kind }) => kind === 'missing')) {
    const path = place.replace(/\[\d+\]/gu, '[]');
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts].map(([path, count]) => ({
    what: count === 1 ? path : `${path} (${count})`,
    why: 'the record must have it and the case does not hold it; add it before it is sent',
  }));
}

function diagnosisOf({ diagnosis }: CaseRecord, { patient, diagnosis: own }: Ids): JsonObject {
  const { attributes = {}, tnm, stage, stageSystem, grade, name, oncotreeCode } = diagnosis;
  const icd10 = attributes[CODE_ATTRIBUTES.icd10];
  const topography = attributes[CODE_ATTRIBUTES.topography];
  const date = day(diagnosis.date);
  const part = (value: string | undefined): JsonObject | undefined =>
    value === undefined ? undefined : code(value, 'UICC');
  const rest = Object.entries(attributes).filter(([key]) => !Object.values<string>(CODE_ATTRIBUTES).includes(key));
  return defined({
    id: own.id,
    patient,
    recordedOn: date,
    type: { history: [defined({ value: code('main', 'dnpm-dip/mtb/diagnosis/type'), date })] },
    // An organ's code of ICD-10 does not follow from a tumor type; ours stands there until a person gives one.
    code: icd10 === undefined ? code(oncotreeCode, OUR_SYSTEM, name) : code(icd10, ICD10_GM, name),
    topography: topography === undefined ? undefined : code(topography, ICD_O, diagnosis.site),
    grading:
      grade === undefined
        ? undefined
        : { history: [defined({ date, codes: [code(grade, undefined, 'as reported')] })] },
    staging:
      stage === undefined && tnm === undefined
        ? undefined
        : {
            history: [
              defined({
                date,
                tnmClassification:
                  tnm === undefined
                    ? undefined
                    : defined({ tumor: part(tnm.t), nodes: part(tnm.n), metastasis: part(tnm.m) }),
                otherClassifications: stage === undefined ? undefined : [code(stage, stageSystem)],
              }),
            ],
          },
    notes: [
      ...noteLine(noteFields.oncotree, oncotreeCode),
      ...(topography === undefined ? noteLine(noteFields.site, diagnosis.site) : []),
      ...noteLine(noteFields.histology, diagnosis.histology),
      ...noteLine(noteFields.positiveNodes, diagnosis.positiveNodes),
      ...rest.map(([key, value]) => `${noteFields.attribute}: ${key} = ${value}`),
    ],
  });
}

const INTENTS: Readonly<Partial<Record<NonNullable<TherapyLine['intent']>, string>>> = {
  curative: 'K',
  palliative: 'P',
  unknown: 'X',
};
const CATEGORIES: Readonly<Partial<Record<NonNullable<TherapyLine['intent']>, string>>> = {
  adjuvant: 'A',
  neoadjuvant: 'N',
};

function therapyOf(line: TherapyLine, index: number, { patient, diagnosis, id }: Ids): JsonObject {
  const { intent, reasonEnded, bestResponse } = line;
  const reason = reasonEnded === undefined ? undefined : endings[reasonEnded];
  const [start, end] = [day(line.started), day(line.ended)];
  const notes = [
    ...(intent === 'maintenance' ? noteLine(noteFields.intent, intent) : []),
    ...(reason === undefined ? noteLine(noteFields.reasonEnded, reasonEnded) : []),
    ...(bestResponse === 'unknown' ? noteLine(noteFields.bestResponse, bestResponse) : []),
  ];
  return defined({
    id: id(`therapy-${index + 1}`),
    patient,
    reason: diagnosis,
    therapyLine: line.line,
    intent: intent === undefined || INTENTS[intent] === undefined ? undefined : code(INTENTS[intent]),
    category: intent === undefined || CATEGORIES[intent] === undefined ? undefined : code(CATEGORIES[intent]),
    status: code(reason === undefined ? 'unknown' : COMPLETED.has(reason) ? 'completed' : 'stopped'),
    statusReason: reason === undefined ? undefined : code(reason, 'dnpm-dip/therapy/status-reason'),
    period: start === undefined && end === undefined ? undefined : defined({ start, end }),
    // A number of the ATC is not held here.
    medication: line.agents.map((agent) => code(agent, 'undefined', agent)),
    notes: unlisted(notes),
  });
}

function responseOf({ bestResponse }: TherapyLine, index: number, { patient, id }: Ids): JsonObject[] {
  if (bestResponse === undefined || bestResponse === 'unknown') return [];
  return [
    {
      id: id(`response-${index + 1}`),
      patient,
      therapy: { id: id(`therapy-${index + 1}`), type: 'MTBSystemicTherapy' },
      value: code(bestResponse === 'NE' ? 'NA' : bestResponse, 'RECIST'),
    },
  ];
}

function specimenOf(specimen: Specimen, { patient, diagnosis, id }: Ids): JsonObject {
  const liquid = specimen.kind === 'plasma' || specimen.kind === 'blood';
  const types: Readonly<Record<string, string>> = specimenTypes;
  const places: Readonly<Record<string, string>> = localizations;
  return {
    id: id(`specimen-${specimen.id}`),
    patient,
    diagnosis,
    type: code(liquid ? 'liquid-biopsy' : (types[specimen.preservation ?? ''] ?? 'unknown')),
    collection: defined({
      date: day(specimen.collected),
      method: code(liquid ? 'liquid-biopsy' : 'unknown'),
      localization: code(places[specimen.origin] ?? 'unknown'),
    }),
  };
}

const DNA = new Set(['small-variant', 'amplification', 'gain', 'loss', 'deep-deletion']);
const isTumors = ({ state, origin }: Finding): boolean => state === 'detected' && origin !== 'germline';

/** One report a genome build; which assay found a change is not kept, so that each assay is named in its metadata. */
function ngsReports({ record, profile, intake }: ReportInput, tumors: readonly Specimen[], ids: Ids) {
  const found = profile.findings.filter(isTumors);
  const buildOf = ({ variantKeys }: Finding): GenomeBuild | undefined =>
    variantKeys.map((key) => alleleOf(key)?.build).find((one) => one !== undefined);
  const builds = new Set<GenomeBuild | undefined>(
    found.filter(({ kind }) => kind === 'small-variant').flatMap((finding) => buildOf(finding) ?? []),
  );
  const assays = record.assays.filter(
    ({ modalities, design }) =>
      design !== 'germline' &&
      modalities.some((one) => /^(somatic-variants|copy-number-genes|copy-number-segments|fusions)$/.test(one)),
  );
  if (builds.size === 0) builds.add(assays.find(({ genomeBuild }) => genomeBuild !== undefined)?.genomeBuild);
  const [first] = builds;
  const variantIds = new Set<string>();
  const left: Withheld[] = [];
  const reports = [...builds].flatMap((build, index): JsonObject[] => {
    const own = assays.filter(({ genomeBuild }) => genomeBuild === undefined || genomeBuild === build);
    if (own.length === 0) return [];
    const [assay] = own;
    const specimen = tumors.find(({ id }) => id === assay?.specimenId) ?? tumors[0];
    const here = found.filter((finding) => (buildOf(finding) ?? first) === build);
    const of = (kinds: ReadonlySet<string>): Finding[] => here.filter(({ kind }) => kinds.has(kind));
    const others = new Set(own.map(({ specimenId }) => specimenId));
    if (others.size > 1)
      left.push({
        what: 'specimen of each assay',
        why: `the report names one of ${others.size}; which change is of which is not kept`,
      });
    const measured = {
      patient: ids.patient,
      specimen: { id: ids.id(`specimen-${specimen?.id}`), type: 'TumorSpecimen' },
    };
    const value = (name: ObservedBiomarker['name']): ObservedBiomarker | undefined =>
      index > 0 ? undefined : intake.biomarkers.find((one) => one.name === name && typeof one.value === 'number');
    const [tmb, hrd] = [value('TMB'), value('HRD')];
    for (const { id, kind } of here) if (DNA.has(kind) || kind === 'fusion') variantIds.add(id);
    const rna = of(new Set(['fusion'])).filter(({ rnaReads }) => rnaReads !== undefined);
    const dna = of(new Set(['fusion'])).filter(({ rnaReads }) => rnaReads === undefined);
    return [
      defined({
        id: ids.id(`ngs-${index + 1}`),
        ...measured,
        issuedOn: own
          .flatMap(({ reported }) => (isDay(reported) ? [reported] : []))
          .sort()
          .at(-1),
        type: code(assay?.scope === 'panel' || assay?.scope === 'exome' ? assay.scope : 'other'),
        metadata: own.map(({ name, version, genomeBuild }) =>
          defined({
            kitType: version === undefined ? name : `${name} ${version}`,
            referenceGenome: genomeBuild ?? build,
          }),
        ),
        results: defined({
          tumorCellContent:
            specimen?.purity === undefined
              ? undefined
              : { id: ids.id(`cells-${index + 1}`), ...measured, value: specimen.purity },
          tmb:
            tmb === undefined
              ? undefined
              : { id: ids.id('tmb'), ...measured, value: defined({ value: tmb.value as number, unit: tmb.unit }) },
          hrdScore: hrd === undefined ? undefined : { id: ids.id('hrd'), ...measured, value: hrd.value as number },
          simpleVariants: unlisted(of(new Set(['small-variant'])).map((one) => simpleVariant(one, ids))),
          copyNumberVariants: unlisted(
            here.filter(({ kind }) => DNA.has(kind) && kind !== 'small-variant').map((one) => copyNumber(one, ids)),
          ),
          rnaFusions: unlisted(rna.map((one) => fusion(one, intake, true, ids))),
          dnaFusions: unlisted(dna.map((one) => fusion(one, intake, false, ids))),
        }),
      }),
    ];
  });
  return { reports, variantIds, left };
}

const chromosomeOf = (name: string): string => `chr${name.replace(/^chr/i, '').replace(/^M$/, 'MT')}`;

function simpleVariant(finding: Finding, { patient }: Ids): JsonObject {
  const allele = finding.variantKeys.map(alleleOf).find((one) => one !== undefined);
  const { transcript } = finding;
  return defined({
    id: finding.id,
    patient,
    chromosome: allele === undefined ? undefined : chromosomeOf(allele.chromosome),
    gene: geneCoding(finding.gene),
    transcriptId:
      transcript === undefined
        ? undefined
        : {
            value: transcript,
            system: transcript.startsWith('ENS') ? 'https://www.ensembl.org' : 'https://www.ncbi.nlm.nih.gov/refseq',
          },
    position:
      allele === undefined
        ? undefined
        : defined({
            start: allele.position1,
            end: allele.reference.length > 1 ? allele.position1 + allele.reference.length - 1 : undefined,
          }),
    refAllele: allele?.reference,
    altAllele: allele?.alternate,
    dnaChange: finding.hgvsCoding ?? finding.hgvsGenomic,
    proteinChange: finding.hgvsProtein,
    readDepth: finding.depth,
    allelicFrequency: finding.alleleFraction,
  });
}

const COPIES: Readonly<Record<string, string>> = {
  amplification: 'high-level-gain',
  gain: 'low-level-gain',
  loss: 'loss',
  'deep-deletion': 'loss',
};

function copyNumber(finding: Finding, { patient }: Ids): JsonObject {
  const { locus, totalCopies } = finding;
  return defined({
    id: finding.id,
    patient,
    chromosome: locus === undefined ? undefined : chromosomeOf(locus.chromosome),
    type: code(COPIES[finding.kind] ?? finding.kind, 'dnpm-dip/mtb/ngs-report/cnv/type'),
    totalCopyNumber: totalCopies ?? (finding.kind === 'deep-deletion' ? 0 : undefined),
    reportedAffectedGenes: [geneCoding(finding.gene)],
    reportedFocality: finding.reach?.focality,
  });
}

function fusion(finding: Finding, intake: ReportInput['intake'], isRna: boolean, { patient }: Ids): JsonObject {
  const [five, three] = [finding.gene2 ?? '', finding.gene];
  const row = intake.fusions.find(({ gene5, gene3 }) => gene5 === five && gene3 === three);
  const partner = (gene: string, breakpoint: string | undefined): JsonObject => {
    const [chromosome, position, strand] = (breakpoint ?? '').split(':');
    const at = Number(position);
    return defined({
      chromosome: isRna || !chromosome ? undefined : chromosomeOf(chromosome),
      gene: geneCoding(gene),
      position: Number.isSafeInteger(at) && at > 0 ? at : undefined,
      strand: isRna && (strand === '+' || strand === '-') ? strand : undefined,
    });
  };
  return defined({
    id: finding.id,
    patient,
    fusionPartner5prime: partner(five, row?.breakpoint5),
    fusionPartner3prime: partner(three, row?.breakpoint3),
    effect: !isRna || row?.inFrame === undefined ? undefined : row.inFrame ? 'in-frame' : 'out-of-frame',
    reportedNumReads: isRna ? finding.rnaReads : row?.dnaReads,
  });
}

const MSI: readonly (readonly [RegExp, string])[] = [
  [/^msi-?h(igh)?$/i, 'msi-high'],
  [/^msi-?l(ow)?$/i, 'msi-low'],
  [/^mss$|^stable$/i, 'stable'],
  [/^dmmr$/i, 'mmr-deficient'],
  [/^pmmr$/i, 'mmr-proficient'],
];
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/\bihc\b|immunohisto/i, 'IHC'],
  [/\bpcr\b/i, 'PCR'],
  [/msisensor|mantis|sequenc|\bngs\b|exome|panel/i, 'bioinformatic'],
];
const wordFor = (table: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

function biomarkers({ intake }: ReportInput, tumors: readonly Specimen[], { patient, id }: Ids) {
  const specimen = { id: id(`specimen-${tumors[0]?.id}`), type: 'TumorSpecimen' };
  const expressed: JsonObject[] = [];
  const msi: JsonObject[] = [];
  const left: Withheld[] = [];
  for (const { name, label, value, method = '' } of intake.biomarkers) {
    const interpretation = name === 'MSI' ? wordFor(MSI, String(value)) : undefined;
    const result = /her2|erbb2/i.test(label) ? /^([0-3])\+?$/.exec(String(value))?.[1] : undefined;
    if (interpretation !== undefined) {
      const by = wordFor(METHODS, method);
      msi.push(
        defined({
          id: id(`msi-${msi.length + 1}`),
          patient,
          specimen,
          method: by === undefined ? undefined : code(by),
          interpretation: code(interpretation),
        }),
      );
    } else if (name === 'PD-L1' && Number.isInteger(value) && /tps/i.test(`${label} ${method}`))
      expressed.push(
        defined({
          id: id(`ihc-${expressed.length + 1}`),
          patient,
          protein: geneCoding('CD274'),
          value: Number(value) > 0 ? code('exp') : undefined,
          tpsScore: value as number,
        }),
      );
    else if (result !== undefined)
      expressed.push({
        id: id(`ihc-${expressed.length + 1}`),
        patient,
        protein: geneCoding('ERBB2'),
        value: code(result === '0' ? 'not-exp' : `${result}+`),
      });
    else if (!((name === 'TMB' || name === 'HRD') && typeof value === 'number'))
      left.push({ what: label === '' ? name : label, why: 'the record has no element for this value as it is given' });
  }
  const ihc: JsonObject[] =
    expressed.length === 0
      ? []
      : [{ id: id('ihc'), patient, specimen, results: { proteinExpression: expressed, msiMmr: [] } }];
  return { ihc, msi, left };
}

function carePlans({ board, options, profile, record }: ReportInput, variantIds: ReadonlySet<string>, ids: Ids) {
  const { decision } = board;
  if (decision === undefined) return [];
  const issuedOn = day(decision.decidedAt.slice(0, 10));
  const chosen = decision.optionIds.flatMap((id) => options.options.find((one) => one.id === id) ?? []);
  const evidence = new Map(profile.evidence.map((one) => [one.evidenceId, one]));
  return [
    defined({
      id: ids.id('plan'),
      patient: ids.patient,
      issuedOn,
      reason: ids.diagnosis,
      boardType: code('therapy-board'),
      medicationRecommendations: unlisted(
        chosen.map((option, index) => {
          const grading = nctEvidence(option);
          const variants = option.because.filter(({ findingId }) => variantIds.has(findingId));
          const publications = new Set(
            option.supporting.flatMap((id) =>
              (evidence.get(id)?.citations ?? []).flatMap((one) => (/pubmed/i.test(one.type) ? [one.id] : [])),
            ),
          );
          return defined({
            id: ids.id(`recommendation-${index + 1}`),
            patient: ids.patient,
            reason: ids.diagnosis,
            issuedOn,
            priority: code(String(Math.min(index + 1, 4)), 'dnpm-dip/recommendation/priority'),
            levelOfEvidence: defined({
              grading: code(
                grading,
                'dnpm-dip/mtb/level-of-evidence/grading',
                `${grading}, proposed by rule, not confirmed`,
              ),
              publications: unlisted(
                [...publications].map((id) => ({ id, system: 'https://pubmed.ncbi.nlm.nih.gov', type: 'Publication' })),
              ),
            }),
            medication: option.agents.map((agent) => code(agent, 'undefined', agent)),
            supportingVariants: unlisted(
              [...new Set(variants.map(({ findingId }) => findingId))].map((findingId) => {
                const gene = profile.findings.find(({ id }) => id === findingId)?.gene;
                return defined({
                  variant: { id: findingId, type: 'Variant' },
                  gene: gene === undefined || gene === '' ? undefined : geneCoding(gene),
                });
              }),
            ),
          });
        }),
      ),
      notes: [
        `Question: ${record.question}`,
        `Answer: ${decision.answer}`,
        `Rationale: ${decision.rationale}`,
        ...(decision.otherOption === undefined ? [] : [`Beside the table: ${decision.otherOption}`]),
        ...(decision.conditions === undefined ? [] : [`Conditions: ${decision.conditions}`]),
        ...decision.actions.map(({ what, due }) => `To do by ${due}: ${what}`),
      ],
    }),
  ];
}

/** What the record has no element for, or may not hold. */
function withheldOf({ record, profile, board, options }: ReportInput, left: readonly Withheld[]): Withheld[] {
  const germline = profile.findings.filter(({ origin, state }) => state === 'detected' && origin === 'germline').length;
  const outliers = profile.findings.filter(({ kind }) => kind.endsWith('-outlier')).length;
  const dates = [
    record.diagnosis.date,
    record.performanceStatus?.date,
    ...record.therapyLines.flatMap(({ started, ended }) => [started, ended]),
    ...record.specimens.map(({ collected }) => collected),
    ...record.assays.map(({ reported }) => reported),
  ].filter((one) => one !== undefined && !isDay(one)).length;
  const lists: readonly (readonly [number, string, string])[] = [
    [dates, 'dates of a month or a year', 'the schema takes whole days only'],
    [germline, 'germline findings', 'the report is of the tumor; germline findings have no element'],
    [calledGenes({ record, options }), 'pharmacogenes as called', PHARMACOGENES_STAY],
    [outliers, 'outliers of expression and protein', 'the record has no element for z-scores'],
    [profile.pertinent.length, 'pertinent statements', 'the record cannot tell not assayed from not found'],
    [
      profile.findings.filter(({ oncogenicity }) => oncogenicity !== undefined).length,
      'classes of oncogenicity and tiers',
      'the record’s class is ClinVar’s; ours is no such',
    ],
    [
      record.specimens.filter(({ origin }) => origin === 'normal').length,
      'normal specimens',
      'the record is of tumor specimens',
    ],
    [
      record.specimens.filter(({ site, block }) => site !== undefined || block !== undefined).length,
      'sites and blocks of specimens',
      'the record has no element for them',
    ],
    [record.familyHistory.length, 'conditions of relatives', 'the record says that there is a relative, not what of'],
    [record.labs.length, 'laboratory values', 'the record has no element for them'],
    [
      record.medications.length + record.allergies.length,
      'medications and allergies',
      'the record has no element for them',
    ],
    [
      record.course.length + record.notes.length + record.comorbidities.length,
      'events, letters and comorbidities',
      'free text may name people; it stays in the case bundle',
    ],
    [board.decision?.participants.length ?? 0, 'names of the board', 'the record names no people'],
    [
      record.performanceStatus?.scale === 'Karnofsky' ? 1 : 0,
      'Karnofsky performance status',
      'the record takes ECOG only',
    ],
    [
      record.assays.filter(({ genes }) => genes !== undefined).length,
      'gene lists of assays',
      'the record has no element for them',
    ],
  ];
  return [
    ...lists.flatMap(([count, what, why]) => (count === 0 ? [] : [{ what: `${what} (${count})`, why }])),
    ...left,
    ...(board.decision === undefined
      ? [
          {
            what: `question: ${record.question.length} characters`,
            why: 'it goes with the plan, and the board has not decided',
          },
        ]
      : []),
    {
      what: 'ICD-10-GM and ATC',
      why: 'an organ’s code and a number of the ATC are not held: OncoTree and names stand there',
    },
  ];
}
