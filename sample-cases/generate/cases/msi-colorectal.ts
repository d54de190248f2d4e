import { bgzip } from '../bgzip.ts';
import { readPharmacogenes } from '../facts.ts';
import { segmentsOf } from '../genome.ts';
import { biomarkers, expression, geneCopies, protein, seg } from '../omics-files.ts';
import { artefacts, asSeen, mismatchRepair, passengerChanges } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { mutect2Vcf, pharmacogeneVcf } from '../variant-files.ts';

const NAME = 'msi-colorectal';
const purity = 0.58;

/** Sporadic mismatch repair deficient colon cancer: hypermutated, BRAF V600E, flat copy number. */
export const msiColorectal: MakeCase = (facts) => {
  const random = seeded(NAME);
  const segments = segmentsOf(
    facts,
    [
      { chromosome: '8', from: 46, totalCopies: 3, minorCopies: 1 },
      { chromosome: '7', totalCopies: 3, minorCopies: 1 },
    ],
    'female',
  );
  const { brafV600E, rnf43Gly659fs, pik3caH1047R } = facts.somatic;
  if (!brafV600E || !rnf43Gly659fs || !pik3caH1047R) throw new Error('a named change is missing');
  const passengers = passengerChanges(facts, random, mismatchRepair, 690);
  const slips = random.sample(facts.slips, 96);
  const somatic = [
    { change: brafV600E, fraction: 0.27, depth: 152 },
    { change: rnf43Gly659fs, fraction: 0.24, depth: 118 },
    { change: pik3caH1047R, fraction: 0.22, depth: 131 },
    ...asSeen(random, passengers.slice(0, 640), { purity, meanDepth: 140 }),
    ...asSeen(random, slips.slice(0, 74), { purity, meanDepth: 120 }),
    ...artefacts(random, passengers.slice(640), ['weak_evidence', 'strand_bias', 'normal_artifact'], 110),
    ...artefacts(random, slips.slice(74), ['slippage', 'slippage;weak_evidence'], 100),
  ];
  return {
    name: NAME,
    files: {
      'files/somatic.vcf.gz': bgzip(
        mutect2Vcf({ facts, random, seen: somatic, tumor: 'BADGER91-T', normal: 'BADGER91-N' }),
      ),
      'files/pharmacogenes.vcf.gz': bgzip(
        pharmacogeneVcf({
          facts,
          random: seeded(`${NAME}-pharmacogenes`),
          positions: readPharmacogenes(),
          // DPYD Reference/*2A, UGT1A1 *80+*28 twice, SLCO1B1 *1/*5; TPMT and NUDT15 *1/*1.
          genotypes: { rs3918290: '0/1', rs887829: '1/1', rs3064744: '2/2', rs4149056: '0/1' },
          sample: 'BADGER91-N',
        }),
      ),
      'files/copy-number.genes.tsv': geneCopies(facts, segments, { purity, sex: 'female', random }),
      'files/copy-number.seg': seg(segments, { sample: 'BADGER91-T', purity, sex: 'female', random }),
      'files/expression.zscores.tsv': expression(facts, 'COADREAD', {
        random,
        segments,
        set: { MLH1: -3.42, CD8A: 1.9, CD274: 1.7, GZMB: 2.1, IFNG: 1.8, CDX2: -1.6 },
      }),
      'files/protein.ihc.tsv': protein('h_score', { MLH1: 0, PMS2: 0, MSH2: 260, MSH6: 245, ERBB2: 10 }),
      'files/biomarkers.json': biomarkers([
        {
          name: 'MSI',
          label: 'Microsatellite status',
          value: 'MSI-H',
          method: 'MSIsensor2, score 41.2; five of five Bethesda markers unstable',
        },
        {
          name: 'TMB',
          label: 'Tumor mutational burden',
          value: 47.6,
          unit: 'mutations/Mb',
          method: 'whole exome, non-synonymous',
        },
      ]),
      'files/methylation.json': biomarkers([
        { name: 'other', label: 'MLH1 promoter methylation', value: 'present', method: 'MS-MLPA' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-msi-colorectal',
      synthetic: true,
      patient: { pseudonym: 'Badger 91', sex: 'female', ageYears: 73, ancestry: 'European' },
      diagnosis: {
        oncotreeCode: 'COAD',
        name: 'Colon adenocarcinoma',
        site: 'Ascending colon',
        stage: 'IV',
        stageSystem: 'AJCC 8',
        tnm: { t: 'T4a', n: 'N2a', m: 'M1c' },
        grade: 'G3',
        histology: 'Adenocarcinoma, poorly differentiated, dense lymphocytes',
        positiveNodes: 5,
        date: '2025-05-06',
      },
      specimens: [
        {
          id: 'T',
          kind: 'tissue',
          site: 'Ascending colon',
          preservation: 'FFPE',
          origin: 'primary',
          block: '4',
          purity,
          collected: '2025-05-19',
          received: '2025-05-20',
          relationToTherapy: 'before any therapy',
        },
        { id: 'N', kind: 'blood', preservation: 'EDTA', origin: 'normal', collected: '2025-05-19' },
      ],
      assays: [
        {
          id: 'wes',
          name: 'Whole-exome sequencing',
          version: 'v7',
          laboratory: 'Institute of Pathology',
          specimenId: 'T',
          normalSpecimenId: 'N',
          modalities: ['somatic-variants', 'copy-number-genes', 'copy-number-segments', 'biomarkers'],
          scope: 'exome',
          design: 'tumor-normal',
          genomeBuild: 'GRCh38',
          method: 'Mutect2, VEP 112',
          sizeMegabases: 35.1,
          meanDepth: 138,
          limitOfDetection: '6 % allele fraction at 80 reads',
          reported: '2025-06-10',
          failedRegions: [],
        },
        {
          id: 'rna',
          name: 'RNA sequencing',
          laboratory: 'Institute of Pathology',
          specimenId: 'T',
          modalities: ['expression'],
          scope: 'transcriptome',
          reference: 'TCGA COADREAD cohort, z-score of log2 RSEM per gene',
          reported: '2025-06-12',
          version: 'v3',
          method: 'Ribosomal depletion, 60 million read pairs',
        },
        {
          id: 'ihc',
          name: 'Immunohistochemistry of mismatch repair proteins',
          laboratory: 'Institute of Pathology',
          specimenId: 'T',
          modalities: ['protein'],
          scope: 'immunohistochemistry',
          genes: ['MLH1', 'PMS2', 'MSH2', 'MSH6', 'ERBB2'],
          reference: 'H-score, 0 to 300',
          reported: '2025-05-23',
          method: 'Clones ES05, EPR3947, FE11, EP49 and 4B5',
        },
        {
          id: 'methylation',
          name: 'MLH1 promoter methylation',
          method: 'MS-MLPA, kit ME011',
          laboratory: 'Institute of Pathology',
          specimenId: 'T',
          modalities: ['biomarkers'],
          scope: 'other',
          reported: '2025-06-10',
        },
        {
          id: 'pgx',
          name: 'Pharmacogenetic panel before chemotherapy',
          version: 'v2',
          laboratory: 'Laboratory medicine',
          specimenId: 'N',
          modalities: ['germline-variants'],
          scope: 'panel',
          design: 'germline',
          genomeBuild: 'GRCh38',
          genes: ['DPYD', 'NUDT15', 'SLCO1B1', 'TPMT', 'UGT1A1'],
          targets: 'hotspots',
          method: 'Hybrid capture of the positions that name alleles',
          meanDepth: 180,
          limitOfDetection: 'Germline genotypes at 40 reads; whole-gene copy number is not seen',
          reported: '2025-06-12',
          failedRegions: [],
        },
      ],
      question:
        'First line of metastatic disease: immune checkpoint inhibition instead of chemotherapy, and what role has the BRAF change?',
      referrer: { clinician: 'Gastrointestinal oncology', institution: 'University hospital' },
      course: [
        { date: '2025-05-06', kind: 'diagnosis', event: 'Colonoscopy: obstructing tumor of the ascending colon' },
        {
          date: '2025-05-19',
          kind: 'surgery',
          event: 'Right hemicolectomy; peritoneal deposits, liver segments VII and VIII involved',
        },
        { date: '2025-06-16', kind: 'imaging', event: 'CT: two liver metastases, peritoneal nodules up to 14 mm' },
      ],
      therapyLines: [],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-06-18' },
      comorbidities: ['Type 2 diabetes', 'Chronic kidney disease, stage G3a'],
      medications: [
        { name: 'Metformin', dose: '500 mg twice daily' },
        { name: 'Atorvastatin', dose: '20 mg daily' },
      ],
      allergies: [],
      labs: [
        { name: 'Hemoglobin', loinc: '718-7', value: 9.8, unit: 'g/dL', date: '2025-06-18' },
        { name: 'Creatinine', loinc: '2160-0', value: 1.2, unit: 'mg/dL', date: '2025-06-18' },
        {
          name: 'Glomerular filtration rate, estimated',
          loinc: '98979-8',
          value: 48,
          unit: 'mL/min/{1.73_m2}',
          date: '2025-06-18',
        },
        { name: 'Carcinoembryonic antigen', loinc: '2039-6', value: 12.1, unit: 'ng/mL', date: '2025-06-18' },
        { name: 'Albumin', loinc: '1751-7', value: 3.4, unit: 'g/dL', date: '2025-06-18' },
      ],
      familyHistory: [],
      patientGoals: ['Wants to avoid chemotherapy if there is something as good', 'Cares for her husband at home'],
      consents: [
        { purpose: 'Tumor sequencing and discussion in the board', granted: true, date: '2025-05-18' },
        { purpose: 'Pharmacogenetic testing before chemotherapy', granted: true, date: '2025-05-18' },
        { purpose: 'Return of secondary germline findings', granted: true, date: '2025-05-18' },
      ],
      notes: [
        {
          title: 'Pathology',
          date: '2025-05-23',
          text: 'Loss of MLH1 and PMS2 with kept MSH2 and MSH6; MLH1 promoter methylated, BRAF V600E: sporadic, not Lynch syndrome.',
        },
      ],
      files: [
        {
          path: 'files/somatic.vcf.gz',
          modality: 'somatic-variants',
          assayId: 'wes',
          format: 'vcf',
          tumorSample: 'BADGER91-T',
          normalSample: 'BADGER91-N',
        },
        { path: 'files/pharmacogenes.vcf.gz', modality: 'germline-variants', assayId: 'pgx', format: 'vcf' },
        { path: 'files/copy-number.genes.tsv', modality: 'copy-number-genes', assayId: 'wes', format: 'cna-genes' },
        { path: 'files/copy-number.seg', modality: 'copy-number-segments', assayId: 'wes', format: 'seg' },
        { path: 'files/expression.zscores.tsv', modality: 'expression', assayId: 'rna', format: 'expression-tsv' },
        { path: 'files/protein.ihc.tsv', modality: 'protein', assayId: 'ihc', format: 'protein-tsv' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'wes', format: 'biomarkers-json' },
        { path: 'files/methylation.json', modality: 'biomarkers', assayId: 'methylation', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. Methylation silenced MLH1, so mismatch repair failed: more than seven hundred coding changes, a tenth of them
one-base slips in runs of one base (RNF43 among them), hardly any copy-number change, many lymphocytes. BRAF V600E with
MLH1 methylation speaks against Lynch syndrome. KRAS and NRAS were read whole and carry nothing.

The pharmacogenetic panel has DPYD *2A on one strand (half the usual dose of a fluoropyrimidine), UGT1A1 *28 on both
(irinotecan) and SLCO1B1 *5 on one (the patient takes a statin).

The expression file holds draws from mean and spread of the TCGA COADREAD cohort, with MLH1 silenced and T cell genes high.`,
    expected: {
      findings: [
        { gene: 'BRAF', kind: 'small-variant', hgvsProtein: 'V600E', origin: 'somatic', tier: 'I' },
        { gene: 'PIK3CA', kind: 'small-variant', hgvsProtein: 'H1047R', origin: 'somatic' },
        { gene: 'RNF43', kind: 'small-variant', hgvsProtein: 'G659Vfs*41', origin: 'somatic' },
        { gene: 'MSI', kind: 'biomarker' },
        { gene: 'TMB', kind: 'biomarker' },
      ],
      options: [{ id: 'cetuximab+encorafenib' }],
      exclusions: [],
      ledger: [
        { gene: 'KRAS', modality: 'small-variant', state: 'tested-not-detected' },
        { gene: 'NRAS', modality: 'small-variant', state: 'tested-not-detected' },
        { gene: 'BRAF', modality: 'small-variant', state: 'detected' },
        { gene: 'MLH1', modality: 'germline', state: 'not-assayed' },
      ],
      aggressiveness: {
        state: 'predicted',
        cohort: 'COADREAD',
        modalities: ['clinical', 'rna', 'copy-number', 'mutation'],
      },
      questions: [],
    },
  };
};
