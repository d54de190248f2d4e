/** Hand-made report inputs, interpreted by the real rules. */
import { createHash } from 'node:crypto';
import type { Decision } from '../../../../shared/board/decision.ts';
import type { CaseRecord } from '../../../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../../../shared/case/intake.ts';
import { canonicalJson } from '../../../../shared/foundation/canonical.ts';
import { Sha256 } from '../../../../shared/foundation/ids.ts';
import { interpret } from '../../../../shared/molecular/interpret.ts';
import type { MolecularKnowledge } from '../../../../shared/molecular/knowledge.ts';
import type { Predictions } from '../../../../shared/prediction/predictions.ts';
import { type BasisKind, basisKinds, type ReportInput } from '../../../../shared/report/report-input.ts';
import { assembleOptions } from '../../../../shared/therapy/assemble.ts';
import {
  biomarker,
  change,
  copies,
  fusion,
  intake,
  item,
  knowledge,
  mutated,
  record,
  resistance,
  term,
  variant,
} from '../../molecular/support/case.ts';

export const hashOf = (value: unknown): Sha256 =>
  Sha256.parse(createHash('sha256').update(canonicalJson(value)).digest('hex'));

/** A record with every field that a level A element asks for. */
export const wholeRecord = (more: Record<string, unknown> = {}): CaseRecord =>
  record('LUAD', {
    caseId: 'lung-1',
    synthetic: true,
    patient: { pseudonym: 'Otter 417', sex: 'female', ageYears: 63, ancestry: 'not stated' },
    diagnosis: {
      oncotreeCode: 'LUAD',
      name: 'Lung adenocarcinoma',
      site: 'right upper lobe',
      stage: 'IVA',
      stageSystem: 'UICC 8',
      tnm: { t: '2a', n: '2', m: '1b' },
      grade: 'G2',
      date: '2024-02-12',
    },
    specimens: [
      {
        id: 'S1',
        kind: 'tissue',
        origin: 'metastasis',
        site: 'liver',
        preservation: 'FFPE',
        block: 'B7',
        purity: 0.55,
        collected: '2026-04-01',
        received: '2026-04-03',
        relationToTherapy: 'after line 1, at progression',
      },
      {
        id: 'N1',
        kind: 'blood',
        origin: 'normal',
        preservation: 'EDTA',
        collected: '2026-04-01',
        received: '2026-04-03',
      },
    ],
    assays: [
      {
        id: 'a1',
        name: 'Exome with matched normal',
        version: '3.1',
        laboratory: 'Laboratory North',
        specimenId: 'S1',
        normalSpecimenId: 'N1',
        modalities: ['somatic-variants', 'copy-number-segments', 'biomarkers'],
        scope: 'exome',
        design: 'tumor-normal',
        genomeBuild: 'GRCh38',
        method: 'hybrid capture, paired-end sequencing',
        targets: 'whole-gene',
        sizeMegabases: 35,
        limitOfDetection: '5 % allele fraction at 200-fold depth',
        meanDepth: 212,
        failedRegions: [{ gene: 'STK11', region: 'exon 1', reason: 'depth under 30' }],
        reported: '2026-04-20',
        limitations: ['Repeat regions are not read.'],
      },
    ],
    referrer: { clinician: 'Dr. A. Referrer', institution: 'Hospital North' },
    question: 'Which treatment after progression on osimertinib?',
    therapyLines: [
      {
        line: 1,
        intent: 'palliative',
        agents: ['Erlotinib'],
        started: '2024-03',
        ended: '2026-03',
        bestResponse: 'PR',
        reasonEnded: 'progression in the liver',
      },
    ],
    performanceStatus: { scale: 'ECOG', value: 1, date: '2026-04-18' },
    comorbidities: ['arterial hypertension'],
    allergies: [],
    patientGoals: ['Time at home; few visits to the hospital.'],
    consents: [{ purpose: 'molecular board', granted: true, date: '2026-04-01' }],
    ...more,
  });

const evidence = [
  item(change('EGFR', 'L858R'), { id: 'EID1', therapies: ['Erlotinib'], level: 'A', trialIds: ['NCT00000001'] }),
  item(change('EGFR', 'L858R'), { id: 'EID2', therapies: ['Osimertinib'], level: 'A' }),
  item(change('EGFR', 'T790M'), { id: 'EID3', therapies: ['Osimertinib'], level: 'A' }),
  resistance(change('EGFR', 'T790M'), ['Erlotinib'], { id: 'EID4', level: 'A' }),
  item(change('BRAF', 'V600E'), {
    id: 'EID5',
    therapies: ['Dabrafenib', 'Trametinib'],
    therapyInteraction: 'combination',
    level: 'A',
  }),
  item(term({ kind: 'fusion', gene3: 'ALK' }), { id: 'EID6', therapies: ['Alectinib'], level: 'A' }),
  item(mutated('TP53'), { id: 'EID7', type: 'prognostic', significance: 'Poor Outcome', level: 'B', therapies: [] }),
  item(term({ kind: 'amplification', gene: 'ERBB2' }), { id: 'EID8', therapies: ['Capecitabine'], level: 'B' }),
];

export const handMadeKnowledge = (): MolecularKnowledge =>
  knowledge(evidence, {
    packs: [{ id: 'hand-made', version: '1', asOf: '2026-01-01', manifestSha256: hashOf('pack') }],
  });

export const wholeIntake = (more: Partial<IntakeDocument> = {}): IntakeDocument =>
  intake({
    variants: [
      variant({
        gene: 'EGFR',
        protein: 'p.Leu858Arg',
        coding: 'c.2573T>G',
        consequence: 'missense_variant',
        at: ['7', 55_191_822, 'T', 'G'],
        fraction: 0.38,
        depth: 210,
      }),
      variant({
        gene: 'EGFR',
        protein: 'p.Thr790Met',
        coding: 'c.2369C>T',
        consequence: 'missense_variant',
        at: ['7', 55_181_378, 'C', 'T'],
        fraction: 0.19,
        depth: 198,
      }),
      variant({
        gene: 'TP53',
        protein: 'p.Arg175His',
        coding: 'c.524G>A',
        consequence: 'missense_variant',
        at: ['17', 7_675_088, 'C', 'T'],
        fraction: 0.44,
        depth: 180,
      }),
      variant({
        gene: 'ERBB2',
        protein: 'p.Ala830Val',
        coding: 'c.2489C>T',
        consequence: 'missense_variant',
        at: ['17', 39_725_079, 'C', 'T'],
        fraction: 0.07,
        depth: 160,
      }),
    ],
    copyNumbers: [copies('ERBB2', 9), copies('RB1', 0)],
    segments: ['1', '3', '7', '13', '17', 'X'].flatMap((chromosome, index) => [
      {
        chromosome,
        start1: 1,
        end1: 60_000_000,
        log2Ratio: index === 2 ? 0.6 : 0.02,
        file: 'files/segments.seg',
        line: index + 2,
      },
      {
        chromosome,
        start1: 60_000_001,
        end1: 120_000_000,
        log2Ratio: index === 3 ? -1.6 : index === 4 ? 2.1 : -0.1,
        file: 'files/segments.seg',
        line: index + 20,
      },
    ]),
    fusions: [fusion('EML4', 'ALK')],
    biomarkers: [biomarker('TMB', 4.2, { unit: 'mutations/Mb' }), biomarker('MSI', 'MSS')],
    accounting: [
      {
        file: 'files/somatic.vcf',
        rowsIn: 1204,
        allelesIn: 1210,
        shown: 4,
        collapsed: [{ rule: 'same allele on another row', count: 6 }],
        filtered: [{ rule: 'FILTER is not PASS', count: 1200 }],
      },
    ],
    understandings: [
      {
        file: 'files/somatic.vcf',
        modality: 'somatic-variants',
        format: 'VCF 4.2',
        genomeBuild: 'GRCh38',
        buildFrom: 'header',
        caller: 'Mutect2',
        depthFrom: 'FORMAT/DP',
        alleleFractionFrom: 'FORMAT/AF',
        rows: 1204,
        notes: [],
      },
    ],
    ...more,
  });

export const abstention: Predictions = {
  aggressiveness: {
    state: 'abstained',
    reason: 'The clinical minimum is not known: stage.',
    detail: ['For lung adenocarcinoma the model needs at least age and stage.'],
    modalities: [{ modality: 'clinical', state: 'absent', reason: 'no stage', featuresUsed: 0, featuresInModel: 9 }],
  },
  models: [{ id: 'aggressiveness', version: '1.0', sha256: hashOf('model') }],
};

const curve = (scale: number) =>
  Array.from({ length: 25 }, (_, index) => {
    const survival = Math.exp(-index * scale);
    return {
      months: index * 4,
      survival,
      low: Math.max(0, survival - 0.08),
      high: Math.min(1, survival + 0.08),
      atRisk: Math.round(120 * survival),
    };
  });

export const score: Predictions = {
  aggressiveness: {
    state: 'computed',
    cohort: {
      tumorType: 'LUAD',
      patients: 452,
      deaths: 160,
      description: '452 patients with lung adenocarcinoma (TCGA), 160 deaths, median follow-up 22 months',
    },
    logRisk: 0.82,
    percentile: 81,
    percentileLow: 66,
    percentileHigh: 92,
    intervalCoverage: 0.9,
    intervalMeaning:
      'Where the percentile would lie had the model been trained on other patients of the same population.',
    sentence:
      'Higher risk of death than 81 % of 452 patients with lung adenocarcinoma after surgery (90 % interval 66 to 92 %).',
    modalities: [
      { modality: 'clinical', state: 'used', reason: '6 of 9 features known', featuresUsed: 6, featuresInModel: 9 },
      { modality: 'mutation', state: 'used', reason: '40 of 40 features known', featuresUsed: 40, featuresInModel: 40 },
      { modality: 'rna', state: 'absent', reason: 'no expression file', featuresUsed: 0, featuresInModel: 100 },
    ],
    attributions: [
      { modality: 'clinical', feature: 'clinical:stage', label: 'Stage', value: 'IVA', contribution: 0.51 },
      { modality: 'mutation', feature: 'mutation:TP53', label: 'TP53 mutation', value: 'present', contribution: 0.22 },
      { modality: 'clinical', feature: 'clinical:age', label: 'Age', value: '63', contribution: -0.11 },
    ],
    contributions: [
      { modality: 'clinical', contribution: 0.45 },
      { modality: 'mutation', contribution: 0.37 },
    ],
    ablation: [{ without: 'mutation', logRisk: 0.45, percentile: 69 }],
    curve: {
      label: 'lung adenocarcinoma, second highest fifth of risk',
      patients: 90,
      points: curve(0.06),
      cohortPoints: curve(0.035),
    },
    limits: ['The cohort was untreated at surgery.'],
  },
  models: [{ id: 'aggressiveness', version: '1.0', sha256: hashOf('model') }],
};

export const decision: Decision = {
  optionIds: ['osimertinib'],
  intent: 'disease-control',
  line: 'second line',
  answer: 'Osimertinib, since T790M explains the progression on erlotinib.',
  rationale: 'T790M with level A evidence for osimertinib in this tumor type; performance status allows it.',
  actions: [
    { what: 'Start osimertinib after baseline electrocardiogram', owner: 'Dr. A. Referrer', due: '2026-05-08' },
  ],
  participants: [
    { name: 'Dr. A. Referrer', role: 'medical oncology' },
    { name: 'Dr. B. Pathologist', role: 'pathology', conflictOfInterest: 'lecture fees' },
  ],
};

export interface Wanted {
  readonly record?: CaseRecord;
  readonly intake?: IntakeDocument;
  readonly knowledge?: MolecularKnowledge;
  readonly predictions?: Predictions;
  readonly decision?: Decision | null;
  readonly more?: Partial<ReportInput>;
}

/** A decided lung case unless told otherwise. */
export function reportInput(wanted: Wanted = {}): ReportInput {
  const caseRecord = wanted.record ?? wholeRecord();
  const read = wanted.intake ?? wholeIntake();
  const known = wanted.knowledge ?? handMadeKnowledge();
  const profile = interpret({ record: caseRecord, intake: read, knowledge: known });
  const options = assembleOptions({ record: caseRecord, profile, knowledge: {} });
  const predictions = wanted.predictions ?? score;
  const documents = { record: caseRecord, intake: read, profile, predictions, options };
  const hashes = Object.fromEntries(basisKinds.map((kind) => [kind, hashOf(documents[kind])])) as Record<
    BasisKind,
    Sha256
  >;
  const decided = wanted.decision === undefined ? decision : wanted.decision;
  return {
    reportId: 'R-0123456789ab',
    composedAt: '2026-05-01T14:03:00.000Z',
    version: '0.1.0',
    bundleSha256: hashOf('bundle'),
    ...documents,
    hashes,
    board: {
      reviews: [],
      ...(decided === null
        ? {}
        : {
            decision: { ...decided, decidedAt: '2026-05-01T13:40:00.000Z', decidedBy: 'u1' },
            basis: {
              intake: hashes.intake,
              profile: hashes.profile,
              predictions: hashes.predictions,
              options: hashes.options,
            },
          }),
    },
    packs: [
      {
        id: 'hand-made',
        state: 'verified',
        trust: 'shipped',
        manifestSha256: hashOf('pack'),
        manifest: {
          id: 'hand-made',
          schemaVersion: 1,
          version: '1',
          asOf: '2026-01-01',
          title: 'Hand-made',
          sources: [{ name: 'Hand-made', version: '1', licence: 'CC0', citation: 'none' }],
          counts: {},
          files: [],
        },
      },
    ],
    models: [{ id: 'aggressiveness', version: '1.0', state: 'verified', sha256: hashOf('model') }],
    notApplicable: {},
    checkpoint: {
      vaultId: '0'.repeat(32),
      time: '2026-05-01T14:02:59.000Z',
      treeSize: 57,
      rootHash: hashOf('root'),
      headHash: hashOf('head'),
    },
    ...wanted.more,
  };
}
