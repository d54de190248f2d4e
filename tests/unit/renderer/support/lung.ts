/** A hand-made lung case with everything the screens must tell apart, run through the real rules. */
import type { CaseView } from '../../../../shared/contract.ts';
import type { EvidenceItem } from '../../../../shared/knowledge/evidence.ts';
import { interpret } from '../../../../shared/molecular/interpret.ts';
import { AggressivenessResult, type Predictions } from '../../../../shared/prediction/predictions.ts';
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

export const evidence: readonly EvidenceItem[] = [
  item(change('EGFR', 'L858R'), { id: 'EID1', therapies: ['Erlotinib'] }),
  item(change('EGFR', 'T790M'), { id: 'EID2', therapies: ['Osimertinib'] }),
  resistance(change('EGFR', 'T790M'), ['Erlotinib'], { id: 'EID3' }),
  item(change('EGFR', 'L858R'), { id: 'EID4', therapies: ['Gefitinib'], level: 'B' }),
  item(change('EGFR', 'L858R'), {
    id: 'EID5',
    therapies: ['Gefitinib'],
    level: 'B',
    direction: 'does-not-support',
  }),
  item(term({ kind: 'fusion', gene3: 'ALK' }), { id: 'EID6', therapies: ['Alectinib'] }),
  item(term({ kind: 'fusion', gene3: 'RET' }), { id: 'EID9', therapies: ['Selpercatinib'] }),
  item(mutated('KRAS'), { id: 'EID7', therapies: ['Sotorasib'] }),
  item(mutated('BRAF'), { id: 'EID8', therapies: ['Dabrafenib'], level: 'B', codes: ['SKCM'] }),
];

const caseRecord = record('LUAD', {
  therapyLines: [{ line: 1, agents: ['Selpercatinib'], bestResponse: 'PR' }],
  patient: { pseudonym: 'Otter 1', sex: 'female', ageYears: 61, ancestry: 'East Asian' },
});

const read = intake({
  variants: [
    variant({ gene: 'EGFR', protein: 'p.Leu858Arg', coding: 'c.2573T>G', consequence: 'missense_variant' }),
    variant({ gene: 'EGFR', protein: 'p.Thr790Met', coding: 'c.2369C>T', consequence: 'missense_variant' }),
    variant({ gene: 'TP53', protein: 'p.Ala10Val', coding: 'c.29C>T', consequence: 'missense_variant' }),
    variant({ gene: 'RB1', protein: 'p.Ala12Ala', consequence: 'synonymous_variant' }),
  ],
  copyNumbers: [copies('ERBB2', 9)],
  fusions: [fusion('KIF5B', 'RET')],
  biomarkers: [biomarker('TMB', 3.2, { unit: 'mutations/Mb' })],
  ledger: {
    entries: [
      { gene: 'ALK', states: { fusion: { state: 'not-assayed', assayIds: [], reason: 'no assay reads its introns' } } },
    ],
    defaults: Object.fromEntries(
      ['small-variant', 'copy-number', 'fusion', 'expression', 'protein', 'germline'].map((modality) => [
        modality,
        { state: 'tested-not-detected' as const, assayIds: ['a1'] },
      ]),
    ),
  },
});

const profile = interpret({ record: caseRecord, intake: read, knowledge: knowledge(evidence) });

export const computed: AggressivenessResult = AggressivenessResult.parse({
  state: 'computed',
  cohort: { tumorType: 'LUAD', patients: 453, deaths: 158, description: '453 patients, 158 deaths' },
  logRisk: 0.5,
  percentile: 81,
  percentileLow: 64,
  percentileHigh: 92,
  intervalCoverage: 0.9,
  intervalMeaning: 'Where it would lie with other patients.',
  sentence: 'Higher risk of death than 81 % of 453 patients.',
  modalities: [
    { modality: 'clinical', state: 'used', reason: 'every field known', featuresUsed: 8, featuresInModel: 8 },
    { modality: 'rna', state: 'used', reason: '1500 of 1555 genes', featuresUsed: 1500, featuresInModel: 1555 },
    {
      modality: 'copy-number',
      state: 'absent',
      reason: 'no gene-level copy number',
      featuresUsed: 0,
      featuresInModel: 517,
    },
  ],
  attributions: [
    { modality: 'clinical', feature: 'clinical:stage', label: 'Stage', value: 'IIIB', contribution: 0.4 },
    { modality: 'clinical', feature: 'clinical:age', label: 'Age', value: '61 years', contribution: -0.1 },
    { modality: 'rna', feature: 'rna:MKI67', label: 'MKI67 expression', value: 'z 2.1', contribution: 0.2 },
  ],
  contributions: [
    { modality: 'clinical', contribution: 0.3 },
    { modality: 'rna', contribution: 0.2 },
  ],
  ablation: [{ without: 'rna', logRisk: 0.3, percentile: 70.4 }],
  curve: {
    label: 'lung adenocarcinoma, second highest fifth of risk',
    patients: 90,
    points: [
      { months: 0, survival: 1, low: 1, high: 1, atRisk: 90 },
      { months: 24, survival: 0.6, low: 0.5, high: 0.7, atRisk: 40 },
      { months: 60, survival: 0.2, low: 0.1, high: 0.35, atRisk: 6 },
    ],
    cohortPoints: [
      { months: 0, survival: 1, low: 1, high: 1, atRisk: 453 },
      { months: 24, survival: 0.76, low: 0.72, high: 0.8, atRisk: 200 },
      { months: 60, survival: 0.4, low: 0.33, high: 0.47, atRisk: 47 },
    ],
  },
  limits: ['The cohort was untreated.'],
});

const sha256 = 'a'.repeat(64);

export function lungCase(aggressiveness: Predictions['aggressiveness'] = computed): CaseView {
  return {
    listing: {
      caseId: caseRecord.caseId,
      pseudonym: 'Otter 1',
      tumorTypeCode: 'LUAD',
      tumorTypeName: 'Lung Adenocarcinoma',
      stage: null,
      question: caseRecord.question,
      status: 'analyzed',
      createdAt: '2026-01-01T09:00:00Z',
      updatedAt: '2026-01-01T09:00:00Z',
      version: 1,
    },
    record: caseRecord,
    bundleSha256: sha256 as CaseView['bundleSha256'],
    intake: read,
    profile,
    predictions: {
      aggressiveness,
      models: [{ id: 'aggressiveness', version: '1.0.0', sha256: sha256 as CaseView['bundleSha256'] }],
    },
    options: assembleOptions({ record: caseRecord, profile, knowledge: {} }),
    board: { reviews: [] },
    documents: {},
  };
}

export const lungProfile = profile;
