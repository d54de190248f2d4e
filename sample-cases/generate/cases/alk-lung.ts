import { bgzip } from '../bgzip.ts';
import { biomarkers, starFusion } from '../omics-files.ts';
import { aging, artefacts, passengerChanges } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { mutect2Vcf } from '../variant-files.ts';

const NAME = 'alk-lung';

const panelGenes = [
  'AKT1',
  'ALK',
  'ARAF',
  'BRAF',
  'CDKN2A',
  'CTNNB1',
  'DDR2',
  'EGFR',
  'ERBB2',
  'FGFR1',
  'FGFR2',
  'FGFR3',
  'HRAS',
  'KEAP1',
  'KIT',
  'KRAS',
  'MAP2K1',
  'MET',
  'NFE2L2',
  'NRAS',
  'NTRK1',
  'NTRK3',
  'PDGFRA',
  'PIK3CA',
  'PTEN',
  'RET',
  'ROS1',
  'SMAD4',
  'STK11',
  'TP53',
];

/** EML4::ALK lung adenocarcinoma that escaped alectinib through the solvent-front change G1202R. */
export const alkLung: MakeCase = (facts) => {
  const random = seeded(NAME);
  const { alkG1202R, tp53R213Ter } = facts.somatic;
  if (!alkG1202R || !tp53R213Ter) throw new Error('a named change is missing');
  const inPanel = passengerChanges(facts, random, aging, 2000).filter(({ gene }) => panelGenes.includes(gene));
  const seen = [
    { change: alkG1202R, fraction: 0.18, depth: 934 },
    { change: tp53R213Ter, fraction: 0.29, depth: 871 },
    ...artefacts(random, inPanel.slice(0, 4), ['weak_evidence', 'strand_bias'], 700),
    // Without a normal sample the caller can only suspect; two polymorphisms pass.
    ...facts.germline
      .filter(({ gene }) => panelGenes.includes(gene))
      .map((change, i) => ({ change, fraction: 0.5, depth: 880, ...(i % 2 === 0 ? { filter: 'germline' } : {}) })),
  ];
  return {
    name: NAME,
    files: {
      'files/panel.vcf.gz': bgzip(mutect2Vcf({ facts, random, seen, tumor: 'PLOVER775-T', normal: '' }, true)),
      // Last base of EML4 exon 13 to first base of ALK exon 20: variant 1, GRCh38.
      'files/fusions.tsv': starFusion([
        {
          gene5: 'EML4',
          gene3: 'ALK',
          breakpoint5: 'chr2:42295516:+',
          breakpoint3: 'chr2:29223528:-',
          junctionReads: 143,
          spanningReads: 61,
          frame: 'INFRAME',
        },
        {
          gene5: 'ALK',
          gene3: 'EML4',
          breakpoint5: 'chr2:29239680:-',
          breakpoint3: 'chr2:42301391:+',
          junctionReads: 2,
          spanningReads: 0,
          frame: '.',
        },
      ]),
      'files/biomarkers.json': biomarkers([
        { name: 'PD-L1', label: 'PD-L1 tumor proportion score', value: '<1', unit: '%', method: 'TPS, clone 22C3' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-alk-lung',
      synthetic: true,
      patient: { pseudonym: 'Plover 775', sex: 'male', ageYears: 44, ancestry: 'South Asian' },
      diagnosis: {
        oncotreeCode: 'LUAD',
        name: 'Lung adenocarcinoma',
        site: 'Left lower lobe',
        stage: 'IV',
        stageSystem: 'AJCC 8',
        tnm: { t: 'T3', n: 'N3', m: 'M1b' },
        histology: 'Adenocarcinoma, solid pattern with signet ring cells',
        date: '2022-11-02',
        attributes: { smoking: 'never' },
      },
      specimens: [
        {
          id: 'T',
          kind: 'tissue',
          site: 'Pleura',
          preservation: 'FFPE',
          origin: 'metastasis',
          block: '2A',
          purity: 0.4,
          collected: '2025-03-06',
          received: '2025-03-07',
          relationToTherapy: 'progression under alectinib',
        },
      ],
      assays: [
        {
          id: 'dna',
          name: 'Lung cancer panel, DNA',
          version: '4',
          laboratory: 'Regional pathology',
          specimenId: 'T',
          modalities: ['somatic-variants'],
          scope: 'panel',
          design: 'tumor-only',
          genomeBuild: 'GRCh38',
          genes: panelGenes,
          targets: 'mixed',
          sizeMegabases: 0.12,
          meanDepth: 890,
          limitOfDetection: '3 % allele fraction at 500 reads',
          method: 'Amplicons; Mutect2, VEP 112',
          reported: '2025-03-18',
          limitations: ['Copy number is not reported for samples under 50 % tumor cells.'],
        },
        {
          id: 'rna',
          name: 'Lung cancer panel, fusions by anchored multiplex PCR',
          version: '4',
          laboratory: 'Regional pathology',
          specimenId: 'T',
          modalities: ['fusions'],
          scope: 'targeted-rna',
          genes: [
            'ALK',
            'BRAF',
            'EGFR',
            'FGFR1',
            'FGFR2',
            'FGFR3',
            'MET',
            'NRG1',
            'NTRK1',
            'NTRK2',
            'NTRK3',
            'RET',
            'ROS1',
          ],
          fusionGenes: [
            'ALK',
            'BRAF',
            'EGFR',
            'FGFR1',
            'FGFR2',
            'FGFR3',
            'MET',
            'NRG1',
            'NTRK1',
            'NTRK2',
            'NTRK3',
            'RET',
            'ROS1',
          ],
          genomeBuild: 'GRCh38',
          reported: '2025-03-18',
        },
        {
          id: 'ihc',
          name: 'PD-L1 immunohistochemistry',
          laboratory: 'Regional pathology',
          specimenId: 'T',
          modalities: ['biomarkers'],
          scope: 'immunohistochemistry',
          reported: '2025-03-12',
          method: 'Clone 22C3',
        },
      ],
      question:
        'Progression under alectinib with the change ALK G1202R: which inhibitor next, and does the change rule out others?',
      referrer: { clinician: 'Thoracic oncology', institution: 'Community hospital' },
      course: [
        {
          date: '2022-11-02',
          kind: 'diagnosis',
          event: 'Bronchoscopy: adenocarcinoma, ALK positive by immunohistochemistry',
        },
        { date: '2022-11-21', kind: 'therapy', event: 'Alectinib 600 mg twice daily started' },
        { date: '2023-02-13', kind: 'response', event: 'Partial response' },
        {
          date: '2025-02-24',
          kind: 'progression',
          event: 'Pleural effusion and new pleural nodules; brain MRI without metastases',
        },
      ],
      therapyLines: [
        {
          line: 1,
          intent: 'palliative',
          agents: ['Alectinib'],
          started: '2022-11-21',
          ended: '2025-02-26',
          bestResponse: 'PR',
          reasonEnded: 'progression',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-03-20' },
      comorbidities: ['Hypercholesterolemia'],
      medications: [{ name: 'Rosuvastatin', dose: '10 mg daily' }],
      allergies: [],
      labs: [
        { name: 'Hemoglobin', loinc: '718-7', value: 13.1, unit: 'g/dL', date: '2025-03-20' },
        { name: 'Creatinine', loinc: '2160-0', value: 1.05, unit: 'mg/dL', date: '2025-03-20' },
        { name: 'Cholesterol', loinc: '2093-3', value: 228, unit: 'mg/dL', date: '2025-03-20' },
      ],
      familyHistory: [],
      patientGoals: [
        'Father of two small children: length of life comes first',
        'Worried about memory and mood under a new drug',
      ],
      consents: [{ purpose: 'Tumor sequencing and discussion in the board', granted: true, date: '2025-03-05' }],
      notes: [],
      files: [
        { path: 'files/panel.vcf.gz', modality: 'somatic-variants', assayId: 'dna', format: 'vcf' },
        { path: 'files/fusions.tsv', modality: 'fusions', assayId: 'rna', format: 'fusions-tsv' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'ihc', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. EML4::ALK variant 1 joins exon 13 of EML4 to exon 20 of ALK, in frame; G1202R is the commonest change behind
resistance to alectinib, and lorlatinib was built to bind in its presence. A second, reciprocal pair with two reads is
noise. The panel is small and without a normal sample: common polymorphisms are among the rows. Copy number and
expression were not assayed.`,
    expected: {
      findings: [
        { gene: 'ALK', title: 'EML4::ALK', kind: 'fusion', tier: 'I' },
        { gene: 'ALK', kind: 'small-variant', hgvsProtein: 'G1202R', origin: 'unknown' },
        { gene: 'TP53', kind: 'small-variant', hgvsProtein: 'R213*', origin: 'unknown' },
      ],
      options: [{ id: 'lorlatinib' }],
      exclusions: [{ id: 'crizotinib', kind: 'resistance' }],
      ledger: [
        { gene: 'ALK', modality: 'fusion', state: 'detected' },
        { gene: 'ROS1', modality: 'fusion', state: 'tested-not-detected' },
        { gene: 'MET', modality: 'copy-number', state: 'not-assayed' },
        { gene: 'BRCA1', modality: 'small-variant', state: 'not-assayed' },
      ],
      aggressiveness: { state: 'predicted', cohort: 'LUAD', modalities: ['clinical'] },
      questions: [],
    },
  };
};
