import { bgzip } from '../bgzip.ts';
import { segmentsOf } from '../genome.ts';
import { biomarkers, geneCopies, seg } from '../omics-files.ts';
import { artefacts, asSeen, flat, passengerChanges } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { germlineVcf, strelkaVcf } from '../variant-files.ts';

const NAME = 'brca1-ovarian';
const purity = 0.71;

/** Germline BRCA1 truncation with loss of the other allele in a platinum-sensitive relapse of serous ovarian cancer. */
export const brca1Ovarian: MakeCase = (facts) => {
  const random = seeded(NAME);
  const segments = segmentsOf(
    facts,
    [
      { chromosome: '3', from: 93, totalCopies: 4, minorCopies: 1 },
      { chromosome: '4', totalCopies: 1, minorCopies: 0 },
      { chromosome: '5', from: 49, totalCopies: 1, minorCopies: 0 },
      { chromosome: '6', from: 61, totalCopies: 1, minorCopies: 0 },
      { chromosome: '8', from: 0, to: 43, totalCopies: 1, minorCopies: 0 },
      { chromosome: '8', from: 100, totalCopies: 5, minorCopies: 1 },
      { chromosome: '8', from: 127.2, to: 128.6, totalCopies: 9, minorCopies: 1 },
      { chromosome: '13', totalCopies: 1, minorCopies: 0 },
      { chromosome: '16', from: 0, to: 36, totalCopies: 3, minorCopies: 1 },
      { chromosome: '17', totalCopies: 2, minorCopies: 0 },
      { chromosome: '20', from: 30, totalCopies: 4, minorCopies: 2 },
      { chromosome: '22', totalCopies: 1, minorCopies: 0 },
      { chromosome: 'X', from: 61, totalCopies: 1, minorCopies: 0 },
    ],
    'female',
  );
  const { tp53Y220C, brca1Glu23fs } = facts.somatic;
  if (!tp53Y220C || !brca1Glu23fs) throw new Error('a named change is missing');
  const changes = passengerChanges(facts, random, flat, 118);
  const somatic = [
    // Copy-neutral loss of heterozygosity of chromosome 17: both copies carry the change.
    { change: tp53Y220C, fraction: 0.7, depth: 141 },
    ...asSeen(random, changes.slice(0, 98), { purity, meanDepth: 128 }),
    ...artefacts(random, changes.slice(98), ['LowEVS', 'LowDepth', 'LowEVS;LowDepth'], 60),
  ];
  const inherited = facts.germline
    .filter(({ gene }) => gene !== 'EGFR')
    .map((change) => ({
      change,
      fraction: random.uniform() < (change.populationFrequency ?? 0.3) ** 2 ? 1 : 0.5,
      depth: Math.round(random.normal(64, 9)),
      ...(change.gene === 'PDGFRA' ? { filter: 'LowQual' } : {}),
    }));
  return {
    name: NAME,
    files: {
      'files/somatic.vcf.gz': bgzip(strelkaVcf({ facts, random, seen: somatic })),
      'files/germline.vcf.gz': bgzip(
        germlineVcf({
          facts,
          random,
          seen: [{ change: brca1Glu23fs, fraction: 0.5, depth: 71 }, ...inherited],
          normal: 'HERON208-B',
        }),
      ),
      'files/copy-number.genes.tsv': geneCopies(facts, segments, { purity, sex: 'female', random }),
      'files/copy-number.seg': seg(segments, { sample: 'HERON208-T', purity, sex: 'female', random }),
      'files/biomarkers.json': biomarkers([
        { name: 'HRD', label: 'Genomic instability score', value: 61, method: 'LOH + TAI + LST from whole exome' },
        {
          name: 'TMB',
          label: 'Tumor mutational burden',
          value: 2.9,
          unit: 'mutations/Mb',
          method: 'whole exome, non-synonymous',
        },
        { name: 'MSI', label: 'Microsatellite status', value: 'MSS', method: 'MSIsensor2, score 0.9' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-brca1-ovarian',
      synthetic: true,
      patient: { pseudonym: 'Heron 208', sex: 'female', ageYears: 48, ancestry: 'Ashkenazi Jewish' },
      diagnosis: {
        oncotreeCode: 'HGSOC',
        name: 'High-grade serous ovarian cancer',
        site: 'Ovary, both sides',
        stage: 'IIIC',
        stageSystem: 'FIGO 2014',
        tnm: { t: 'T3c', n: 'N1', m: 'M0' },
        grade: 'high grade',
        histology: 'Serous carcinoma, WT1 positive, p53 aberrant',
        date: '2023-05-08',
      },
      specimens: [
        {
          id: 'T',
          kind: 'tissue',
          site: 'Peritoneum',
          preservation: 'fresh-frozen',
          origin: 'recurrence',
          purity,
          collected: '2025-06-11',
          received: '2025-06-11',
          relationToTherapy: 'first relapse, 15 months after the last platinum',
        },
        { id: 'B', kind: 'blood', preservation: 'EDTA', origin: 'normal', collected: '2025-06-10' },
      ],
      assays: [
        {
          id: 'wes',
          name: 'Whole-exome sequencing, tumor and blood',
          laboratory: 'Molecular pathology',
          specimenId: 'T',
          normalSpecimenId: 'B',
          modalities: ['somatic-variants', 'copy-number-genes', 'copy-number-segments', 'biomarkers'],
          scope: 'exome',
          design: 'tumor-normal',
          genomeBuild: 'GRCh38',
          method: 'Strelka2, SnpEff 5.2',
          sizeMegabases: 35.1,
          meanDepth: 131,
          limitOfDetection: '6 % allele fraction at 80 reads',
          reported: '2025-07-01',
          version: 'v7',
          failedRegions: [],
        },
        {
          id: 'germline',
          name: 'Germline panel of hereditary cancer genes',
          version: '3.1',
          laboratory: 'Human genetics',
          specimenId: 'B',
          modalities: ['germline-variants'],
          scope: 'panel',
          design: 'germline',
          genomeBuild: 'GRCh38',
          genes: [
            'APC',
            'ATM',
            'BARD1',
            'BRCA1',
            'BRCA2',
            'BRIP1',
            'CDH1',
            'CHEK2',
            'ERBB2',
            'KIT',
            'MLH1',
            'MSH2',
            'MSH6',
            'MTHFR',
            'PALB2',
            'PDGFRA',
            'PMS2',
            'PTEN',
            'RAD51C',
            'RAD51D',
            'RET',
            'STK11',
            'TP53',
          ],
          targets: 'whole-gene',
          failedRegions: [
            { gene: 'PMS2', region: 'exons 12 to 15', reason: 'reads cannot be told from the pseudogene PMS2CL' },
          ],
          sizeMegabases: 0.1,
          meanDepth: 64,
          method: 'GATK HaplotypeCaller, VEP 112',
          reported: '2025-06-27',
          limitOfDetection: 'heterozygous changes at 20 reads',
        },
      ],
      question:
        'Platinum-sensitive first relapse in response to carboplatin: maintenance with a PARP inhibitor, and does the germline finding change care of the family?',
      referrer: { clinician: 'Gynecologic oncology', institution: 'Cancer center' },
      course: [
        { date: '2023-05-08', kind: 'diagnosis', event: 'Laparoscopy: high-grade serous carcinoma, FIGO IIIC' },
        { date: '2023-06-02', kind: 'surgery', event: 'Primary debulking without residual tumor' },
        { date: '2023-06-26', kind: 'therapy', event: 'Carboplatin and paclitaxel, six cycles' },
        { date: '2023-11-06', kind: 'response', event: 'Complete remission by CT and CA-125' },
        { date: '2025-02-14', kind: 'progression', event: 'CA-125 rising; peritoneal relapse on CT' },
        { date: '2025-03-03', kind: 'therapy', event: 'Carboplatin and pegylated liposomal doxorubicin started' },
        { date: '2025-07-02', kind: 'response', event: 'Partial response after four cycles' },
      ],
      therapyLines: [
        {
          line: 1,
          intent: 'curative',
          agents: ['Carboplatin', 'Paclitaxel'],
          started: '2023-06-26',
          ended: '2023-10-30',
          bestResponse: 'CR',
          reasonEnded: 'planned end',
        },
        {
          line: 2,
          intent: 'palliative',
          agents: ['Carboplatin', 'Pegylated Liposomal Doxorubicin'],
          started: '2025-03-03',
          ended: '2025-07-07',
          bestResponse: 'PR',
          reasonEnded: 'planned end',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 0, date: '2025-07-07' },
      comorbidities: ['Grade 1 neuropathy after paclitaxel'],
      medications: [{ name: 'Levothyroxine', dose: '75 µg daily' }],
      allergies: ['Penicillin: rash'],
      labs: [
        { name: 'Hemoglobin', loinc: '718-7', value: 10.9, unit: 'g/dL', date: '2025-07-07' },
        { name: 'Platelets', loinc: '777-3', value: 164, unit: '10*3/uL', date: '2025-07-07' },
        { name: 'Neutrophils', loinc: '751-8', value: 2.3, unit: '10*3/uL', date: '2025-07-07' },
        { name: 'Creatinine', loinc: '2160-0', value: 0.7, unit: 'mg/dL', date: '2025-07-07' },
        { name: 'CA-125', loinc: '10334-1', value: 42, unit: 'U/mL', date: '2025-07-07' },
      ],
      familyHistory: [
        { relation: 'mother', condition: 'Breast carcinoma', ageYears: 44 },
        { relation: 'maternal aunt', condition: 'Ovarian carcinoma', ageYears: 57 },
      ],
      patientGoals: [
        'As long as possible without chemotherapy',
        'Wants her two daughters to know whether they should be tested',
      ],
      consents: [
        { purpose: 'Tumor and germline sequencing and discussion in the board', granted: true, date: '2025-06-10' },
        { purpose: 'Return of secondary germline findings', granted: true, date: '2025-06-10' },
        { purpose: 'Research use of data', granted: true, date: '2025-06-10' },
      ],
      notes: [
        {
          title: 'Genetic counseling',
          date: '2025-06-10',
          text: 'Counseled before testing. Wishes to be told of actionable germline findings, for herself and for her daughters.',
        },
      ],
      files: [
        { path: 'files/somatic.vcf.gz', modality: 'somatic-variants', assayId: 'wes', format: 'vcf' },
        { path: 'files/germline.vcf.gz', modality: 'germline-variants', assayId: 'germline', format: 'vcf' },
        { path: 'files/copy-number.genes.tsv', modality: 'copy-number-genes', assayId: 'wes', format: 'cna-genes' },
        { path: 'files/copy-number.seg', modality: 'copy-number-segments', assayId: 'wes', format: 'seg' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'wes', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. BRCA1 c.68_69del, known since 1994 as 185delAG, is a founder change; the tumor has lost the healthy copy with all
of chromosome 17 (two copies, no minor allele), and with it stands TP53 Y220C at the fraction of the tumor cells. The
copy-number profile is the broken one of repair deficiency (score 61), with MYC amplified. Homologous repair deficiency
makes the flat mutation spectrum.

The tumor type lies outside the cohorts of the aggressiveness model, which has to abstain. No RNA or protein was measured.
The germline panel could not read exons 12 to 15 of PMS2.`,
    expected: {
      findings: [
        { gene: 'BRCA1', kind: 'small-variant', hgvsProtein: 'E23Vfs*17', origin: 'germline', tier: 'I' },
        { gene: 'TP53', kind: 'small-variant', hgvsProtein: 'Y220C', origin: 'somatic' },
      ],
      options: [{ id: 'olaparib', tier: 'I' }],
      exclusions: [],
      ledger: [
        { gene: 'BRCA1', modality: 'germline', state: 'detected' },
        { gene: 'RAD51C', modality: 'germline', state: 'tested-not-detected' },
        { gene: 'PMS2', modality: 'germline', state: 'failed-qc' },
        { gene: 'KRAS', modality: 'germline', state: 'not-assayed' },
        { gene: 'ALK', modality: 'fusion', state: 'not-assayed' },
      ],
      aggressiveness: { state: 'abstained' },
      questions: [],
    },
  };
};
