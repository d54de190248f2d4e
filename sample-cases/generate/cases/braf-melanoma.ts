import type { PlacedChange } from '../facts.ts';
import { biomarkers, protein } from '../omics-files.ts';
import { artefacts, asSeen, passengerChanges, ultraviolet } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { maf } from '../variant-files.ts';

const NAME = 'braf-melanoma';
const purity = 0.66;

/** TERT promoter, 124 bases before the start codon; CIViC's C228T. The gene lies on the minus strand. */
const tertPromoter: PlacedChange = {
  gene: 'TERT',
  chromosome: '5',
  coding: 'c.-124C>T',
  protein: '',
  consequence: 'upstream_gene_variant',
  codons: '',
  residues: '',
  codingPosition: 0,
  context: 'CCC',
  GRCh37: { position1: 1_295_228, reference: 'G', alternate: 'A' },
  GRCh38: { position1: 1_295_113, reference: 'G', alternate: 'A' },
};

const panelGenes = [
  'AKT1',
  'ALK',
  'ARID2',
  'BAP1',
  'BRAF',
  'CDK4',
  'CDKN2A',
  'CTNNB1',
  'DDX3X',
  'EGFR',
  'ERBB2',
  'EZH2',
  'FGFR3',
  'GNA11',
  'GNAQ',
  'HRAS',
  'IDH1',
  'KIT',
  'KRAS',
  'MAP2K1',
  'MAP2K2',
  'MET',
  'MITF',
  'MTOR',
  'NF1',
  'NRAS',
  'PDGFRA',
  'PIK3CA',
  'PPP6C',
  'PTEN',
  'RAC1',
  'RB1',
  'RET',
  'SF3B1',
  'TERT',
  'TP53',
];

/** Cutaneous melanoma with BRAF V600E, progressing under PD-1 blockade; a hotspot panel with holes. */
export const brafMelanoma: MakeCase = (facts) => {
  const random = seeded(NAME);
  const { brafV600E, cdkn2aR80Ter } = facts.somatic;
  if (!brafV600E || !cdkn2aR80Ter) throw new Error('a named change is missing');
  const inPanel = passengerChanges(facts, random, ultraviolet, 2000).filter(({ gene }) => panelGenes.includes(gene));
  const polymorphisms = facts.germline
    .filter(({ gene }) => panelGenes.includes(gene))
    .map((change) => ({ change, fraction: 0.5, depth: Math.round(random.normal(620, 80)) }));
  const seen = [
    { change: brafV600E, fraction: 0.36, depth: 811 },
    { change: cdkn2aR80Ter, fraction: 0.58, depth: 540 },
    { change: tertPromoter, fraction: 0.31, depth: 204 },
    ...asSeen(random, inPanel.slice(0, 7), { purity, meanDepth: 640 }),
    ...artefacts(random, inPanel.slice(7, 12), ['LowAF', 'StrandBias'], 600),
    ...polymorphisms,
  ];
  return {
    name: NAME,
    files: {
      'files/panel.maf': maf({ facts, random, seen, tumor: 'LYNX532-T', repeat: [0, 5] }),
      'files/protein.ihc.tsv': protein('h_score', { MITF: 210, SOX10: 240, PTEN: 15, CDKN2A: 0 }),
      'files/biomarkers.json': biomarkers([
        {
          name: 'TMB',
          label: 'Tumor mutational burden',
          value: 21,
          unit: 'mutations/Mb',
          method: 'hotspot panel, 0.09 Mb',
        },
      ]),
      'files/pd-l1.json': biomarkers([
        { name: 'PD-L1', label: 'PD-L1 tumor proportion score', value: 5, unit: '%', method: 'TPS, clone 28-8' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-braf-melanoma',
      synthetic: true,
      patient: { pseudonym: 'Lynx 532', sex: 'male', ageYears: 54, ancestry: 'European' },
      diagnosis: {
        oncotreeCode: 'SKCM',
        name: 'Cutaneous melanoma',
        site: 'Left shoulder',
        stage: 'IV',
        stageSystem: 'AJCC 8',
        tnm: { t: 'T3b', n: 'N2a', m: 'M1c' },
        histology: 'Superficial spreading, Breslow 3.1 mm, ulcerated',
        date: '2023-10-17',
      },
      specimens: [
        {
          id: 'M1',
          kind: 'tissue',
          site: 'Axillary lymph node',
          preservation: 'FFPE',
          origin: 'metastasis',
          block: 'C2',
          purity,
          collected: '2025-01-22',
          received: '2025-01-24',
          relationToTherapy: 'progression under nivolumab',
        },
      ],
      assays: [
        {
          id: 'panel',
          name: 'Melanoma hotspot panel',
          version: '2.0',
          laboratory: 'Regional pathology',
          specimenId: 'M1',
          modalities: ['somatic-variants', 'biomarkers'],
          scope: 'panel',
          design: 'tumor-only',
          genomeBuild: 'GRCh37',
          genes: panelGenes,
          targets: 'hotspots',
          failedRegions: [
            { gene: 'NRAS', region: 'codons 55 to 67', reason: 'depth under 50 reads after two runs' },
            { gene: 'NF1', region: 'exons 21 to 28', reason: 'amplicons dropped out' },
          ],
          sizeMegabases: 0.09,
          meanDepth: 640,
          limitOfDetection: '3 % allele fraction at 500 reads',
          reported: '2025-02-03',
          limitations: [
            'Copy number and fusions are not read.',
            'Without a normal sample, inherited changes cannot be told from acquired ones.',
          ],
          method: 'Amplicons, two-caller consensus, VEP 112 on GRCh37',
        },
        {
          id: 'ihc',
          name: 'Immunohistochemistry',
          laboratory: 'Regional pathology',
          specimenId: 'M1',
          modalities: ['protein', 'biomarkers'],
          scope: 'immunohistochemistry',
          genes: ['MITF', 'SOX10', 'PTEN', 'CDKN2A'],
          reference: 'H-score, 0 to 300',
          reported: '2025-01-30',
          method: 'Clones D5, BC34, SP218, E6H4 and 28-8',
        },
      ],
      question:
        'Progression under nivolumab with brain and lung metastases: BRAF and MEK inhibition now, or ipilimumab with nivolumab first?',
      referrer: { clinician: 'Dermato-oncology', institution: 'Community hospital' },
      course: [
        { date: '2023-10-17', kind: 'diagnosis', event: 'Excision: melanoma, pT3b, sentinel node positive' },
        { date: '2024-01-08', kind: 'therapy', event: 'Adjuvant nivolumab started' },
        {
          date: '2025-01-15',
          kind: 'progression',
          event: 'PET-CT: axillary nodes, four lung metastases; MRI: two brain metastases under 8 mm without symptoms',
        },
        { date: '2025-01-22', kind: 'biopsy', event: 'Axillary node, melanoma' },
      ],
      therapyLines: [
        {
          line: 1,
          intent: 'adjuvant',
          agents: ['Nivolumab'],
          started: '2024-01-08',
          ended: '2025-01-15',
          bestResponse: 'PD',
          reasonEnded: 'progression',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-02-05' },
      comorbidities: ['Hypothyroidism after nivolumab', 'Left ventricular ejection fraction 60 % (2025-02-04)'],
      medications: [
        { name: 'Levothyroxine', dose: '100 µg daily' },
        { name: 'Dexamethasone', dose: '4 mg daily' },
      ],
      allergies: [],
      labs: [
        { name: 'Lactate dehydrogenase', loinc: '14804-9', value: 412, unit: 'U/L', date: '2025-02-05' },
        { name: 'Hemoglobin', loinc: '718-7', value: 13.8, unit: 'g/dL', date: '2025-02-05' },
        { name: 'Creatinine', loinc: '2160-0', value: 0.95, unit: 'mg/dL', date: '2025-02-05' },
        { name: 'Alanine aminotransferase', loinc: '1742-6', value: 27, unit: 'U/L', date: '2025-02-05' },
      ],
      familyHistory: [{ relation: 'brother', condition: 'Melanoma in situ', ageYears: 49 }],
      patientGoals: [
        'Wants the treatment with the best chance to control the brain metastases',
        'Lives 90 minutes from the hospital',
      ],
      consents: [
        { purpose: 'Tumor sequencing and discussion in the board', granted: true, date: '2025-01-20' },
        { purpose: 'Return of secondary germline findings', granted: false, date: '2025-01-20' },
      ],
      notes: [
        {
          title: 'Neurosurgery',
          date: '2025-02-05',
          text: 'Both brain metastases are fit for stereotactic radiotherapy; no steroid need expected after tapering.',
        },
      ],
      files: [
        { path: 'files/panel.maf', modality: 'somatic-variants', assayId: 'panel', format: 'maf' },
        { path: 'files/protein.ihc.tsv', modality: 'protein', assayId: 'ihc', format: 'protein-tsv' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'panel', format: 'biomarkers-json' },
        { path: 'files/pd-l1.json', modality: 'biomarkers', assayId: 'ihc', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. BRAF V600E with a TERT promoter change and loss of CDKN2A is the usual set of a superficial spreading melanoma;
the passengers are changes that ultraviolet light makes. The panel reads hot spots of 36 genes on GRCh37 without a normal
sample, so common polymorphisms are among the rows, two rows stand twice, and NRAS and NF1 have regions that failed:
neither may be called unmutated. Copy number and fusions were not assayed. The panel is far too small for a tumor
mutational burden, although the laboratory reports one. The patient refused germline findings.`,
    expected: {
      findings: [
        { gene: 'BRAF', kind: 'small-variant', hgvsProtein: 'V600E', origin: 'unknown', tier: 'I' },
        { gene: 'CDKN2A', kind: 'small-variant', hgvsProtein: 'R80*', origin: 'unknown' },
        { gene: 'TERT', kind: 'small-variant', origin: 'unknown' },
      ],
      options: [{ id: 'dabrafenib+trametinib', tier: 'I' }],
      exclusions: [{ id: 'nivolumab', kind: 'failed-before' }],
      ledger: [
        { gene: 'BRAF', modality: 'small-variant', state: 'detected' },
        { gene: 'NRAS', modality: 'small-variant', state: 'failed-qc' },
        { gene: 'NF1', modality: 'small-variant', state: 'failed-qc' },
        { gene: 'CDKN2A', modality: 'copy-number', state: 'not-assayed' },
        { gene: 'NTRK1', modality: 'fusion', state: 'not-assayed' },
        { gene: 'BRCA2', modality: 'small-variant', state: 'not-assayed' },
      ],
      aggressiveness: { state: 'predicted', cohort: 'SKCM', modalities: ['clinical'] },
      questions: [],
    },
  };
};
