import { bgzip } from '../bgzip.ts';
import { transcriptsPerMillion, valuesOf } from '../expression-values.ts';
import { segmentsOf } from '../genome.ts';
import { passengerExclusions } from '../named-changes.ts';
import { biomarkers, expression, geneCopies, protein, seg } from '../omics-files.ts';
import { aging, artefacts, asSeen, passengerChanges } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { mutect2Vcf } from '../variant-files.ts';

const NAME = 'her2-breast';
const purity = 0.63;

/** HER2-amplified breast cancer after trastuzumab and pertuzumab: DNA, RNA and protein agree. */
export const her2Breast: MakeCase = (facts) => {
  const random = seeded(NAME);
  const segments = segmentsOf(
    facts,
    [
      { chromosome: '1', from: 124, totalCopies: 4, minorCopies: 1 },
      { chromosome: '8', from: 0, to: 38, totalCopies: 1, minorCopies: 0 },
      { chromosome: '8', from: 46, totalCopies: 4, minorCopies: 1 },
      { chromosome: '11', from: 96, totalCopies: 1, minorCopies: 0 },
      { chromosome: '16', from: 46, totalCopies: 1, minorCopies: 0 },
      { chromosome: '17', from: 0, to: 21, totalCopies: 1, minorCopies: 0 },
      { chromosome: '17', from: 39.2, to: 40.1, totalCopies: 21, minorCopies: 1 },
      { chromosome: '17', from: 46, totalCopies: 3, minorCopies: 1 },
      { chromosome: '20', from: 30, totalCopies: 4, minorCopies: 1 },
    ],
    'female',
  );
  const { tp53R248Q } = facts.somatic;
  if (!tp53R248Q) throw new Error('a named change is missing');
  const genes = [...new Set([...passengerExclusions, ...Object.keys(facts.transcripts)])].sort();
  const changes = passengerChanges(facts, random, aging, 26);
  const somatic = [
    { change: tp53R248Q, fraction: 0.46, depth: 597 },
    ...asSeen(random, changes.slice(0, 14), { purity, meanDepth: 610 }),
    ...artefacts(random, changes.slice(14), ['weak_evidence', 'strand_bias'], 500),
    ...facts.germline
      .filter(({ gene }) => ['TP53', 'ERBB2', 'BRCA2'].includes(gene))
      .map((change) => ({ change, fraction: 0.5, depth: 600, filter: 'germline', normalFraction: 0.5 })),
  ];
  const dna = {
    'files/somatic.vcf.gz': bgzip(
      mutect2Vcf({ facts, random, seen: somatic, tumor: 'MARTEN64-T', normal: 'MARTEN64-N' }),
    ),
    'files/copy-number.genes.tsv': geneCopies(facts, segments, { purity, sex: 'female', random }),
    'files/copy-number.seg': seg(segments, { sample: 'MARTEN64-T', purity, sex: 'female', random, alleles: true }),
  };
  const zScores = expression(facts, 'BRCA', {
    random,
    segments,
    set: { ERBB2: 3.61, GRB7: 3.44, STARD3: 3.2, ESR1: -1.9, PGR: -1.6 },
  });
  return {
    name: NAME,
    files: {
      ...dna,
      'files/expression.zscores.tsv': zScores,
      'files/expression.tpm.tsv': transcriptsPerMillion(facts, {
        cohort: 'cohort-breast/scan-b.tsv',
        random: seeded(`${NAME} transcripts`),
        segments,
        // Beside what the z-scores state: luminal and basal keratins as HER2-enriched tumors have them.
        known: new Map([
          ...Object.entries({
            FGFR4: 2.1,
            TMEM45B: 1.6,
            GPR160: 1.1,
            FOXA1: 0.9,
            MLPH: 0.8,
            FOXC1: -0.9,
            KRT5: -1,
            KRT14: -1,
            KRT17: -0.9,
            MIA: -0.8,
            SFRP1: -0.9,
            CDH3: -0.5,
            EGFR: -0.2,
          }),
          ...valuesOf(zScores),
        ]),
        sets: {
          E2F_TARGETS: 0.8,
          G2M_CHECKPOINT: 0.7,
          MTORC1_SIGNALING: 0.5,
          ESTROGEN_RESPONSE_EARLY: -0.9,
          ESTROGEN_RESPONSE_LATE: -0.6,
          INTERFERON_GAMMA_RESPONSE: 0.4,
        },
      }),
      'files/protein.rppa.tsv': protein('z_score', {
        ERBB2: 4.02,
        EGFR: 0.77,
        ESR1: -1.71,
        PGR: -1.12,
        AKT1: 0.95,
        PTEN: -0.4,
        CCND1: 0.12,
        TP53: 1.31,
        CDH1: 0.3,
        GATA3: -0.55,
      }),
      'files/biomarkers.json': biomarkers([
        {
          name: 'TMB',
          label: 'Tumor mutational burden',
          value: 6.9,
          unit: 'mutations/Mb',
          method: 'panel, 1.2 Mb, non-synonymous',
        },
        { name: 'MSI', label: 'Microsatellite status', value: 'MSS', method: 'MSIsensor2, score 2.2' },
      ]),
      'files/her2.json': biomarkers([
        { name: 'other', label: 'HER2 immunohistochemistry', value: '3+', method: 'ASCO/CAP 2023' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-her2-breast',
      synthetic: true,
      patient: { pseudonym: 'Marten 64', sex: 'female', ageYears: 52, ancestry: 'African' },
      diagnosis: {
        oncotreeCode: 'IDC',
        name: 'Breast invasive ductal carcinoma',
        site: 'Left breast',
        stage: 'IV',
        stageSystem: 'AJCC 8',
        tnm: { t: 'T2', n: 'N1', m: 'M1' },
        grade: 'G3',
        histology: 'Invasive carcinoma of no special type',
        positiveNodes: 3,
        date: '2022-08-30',
        attributes: { 'estrogen-receptor': 'negative', 'progesterone-receptor': 'negative', her2: 'positive' },
      },
      specimens: [
        {
          id: 'T',
          kind: 'tissue',
          site: 'Liver segment IV',
          preservation: 'fresh-frozen',
          origin: 'metastasis',
          purity,
          collected: '2025-02-18',
          received: '2025-02-18',
          relationToTherapy: 'progression under trastuzumab and pertuzumab',
        },
        { id: 'N', kind: 'blood', preservation: 'EDTA', origin: 'normal', collected: '2025-02-18' },
      ],
      assays: [
        {
          id: 'panel',
          name: 'Comprehensive cancer gene panel',
          version: '5',
          laboratory: 'Center for molecular diagnostics',
          specimenId: 'T',
          normalSpecimenId: 'N',
          modalities: ['somatic-variants', 'copy-number-genes', 'copy-number-segments', 'biomarkers'],
          scope: 'panel',
          design: 'tumor-normal',
          genomeBuild: 'GRCh38',
          genes,
          targets: 'whole-gene',
          method: 'Hybrid capture with a genome-wide copy-number backbone; Mutect2, VEP 112',
          sizeMegabases: 1.2,
          meanDepth: 605,
          limitOfDetection: '3 % allele fraction at 400 reads',
          reported: '2025-03-07',
          failedRegions: [],
        },
        {
          id: 'rna',
          name: 'RNA sequencing',
          laboratory: 'Center for molecular diagnostics',
          specimenId: 'T',
          modalities: ['expression'],
          scope: 'transcriptome',
          reference: 'TCGA BRCA cohort, z-score of log2 RSEM per gene',
          reported: '2025-03-10',
          version: '2.1',
          method: 'Poly-A selection, 80 million read pairs',
        },
        {
          id: 'rppa',
          name: 'Protein array (RPPA)',
          laboratory: 'Proteomics core',
          specimenId: 'T',
          modalities: ['protein'],
          scope: 'proteome',
          genes: ['ERBB2', 'EGFR', 'ESR1', 'PGR', 'AKT1', 'PTEN', 'CCND1', 'TP53', 'CDH1', 'GATA3'],
          reference: 'TCGA BRCA RPPA level 4, z-score per antibody',
          reported: '2025-03-11',
          version: '2024',
          method: 'Reverse-phase array, 240 antibodies, level 4 normalisation',
        },
        {
          id: 'ihc',
          name: 'HER2 immunohistochemistry',
          method: 'Clone 4B5',
          laboratory: 'Center for molecular diagnostics',
          specimenId: 'T',
          modalities: ['biomarkers'],
          scope: 'immunohistochemistry',
          reported: '2025-03-07',
        },
      ],
      question:
        'Second line after trastuzumab, pertuzumab and docetaxel: which HER2-directed therapy is supported best?',
      referrer: { clinician: 'Breast oncology', institution: 'Cancer center' },
      course: [
        {
          date: '2022-08-30',
          kind: 'diagnosis',
          event: 'Core biopsy: carcinoma of no special type, ER 0 %, PR 0 %, HER2 3+',
        },
        { date: '2023-11-20', kind: 'progression', event: 'Liver and bone metastases' },
        { date: '2023-12-04', kind: 'therapy', event: 'Docetaxel, trastuzumab and pertuzumab started' },
        { date: '2024-03-11', kind: 'response', event: 'Partial response' },
        { date: '2025-02-10', kind: 'progression', event: 'Growing liver metastases' },
      ],
      therapyLines: [
        {
          line: 0,
          intent: 'neoadjuvant',
          agents: ['Epirubicin', 'Cyclophosphamide', 'Paclitaxel', 'Trastuzumab'],
          started: '2022-09-19',
          ended: '2023-02-13',
          bestResponse: 'PR',
          reasonEnded: 'planned end',
        },
        {
          line: 1,
          intent: 'palliative',
          agents: ['Docetaxel', 'Trastuzumab', 'Pertuzumab'],
          started: '2023-12-04',
          ended: '2025-02-10',
          bestResponse: 'PR',
          reasonEnded: 'progression',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-03-12' },
      comorbidities: ['Left ventricular ejection fraction 54 % (2025-03-05)', 'Sickle cell trait'],
      medications: [
        { name: 'Denosumab', dose: '120 mg every 4 weeks' },
        { name: 'Calcium and vitamin D', dose: '500 mg / 1000 IU daily' },
      ],
      allergies: ['Docetaxel: infusion reaction grade 2'],
      labs: [
        { name: 'Hemoglobin', loinc: '718-7', value: 11.3, unit: 'g/dL', date: '2025-03-12' },
        { name: 'Neutrophils', loinc: '751-8', value: 3.9, unit: '10*3/uL', date: '2025-03-12' },
        { name: 'Alanine aminotransferase', loinc: '1742-6', value: 58, unit: 'U/L', date: '2025-03-12' },
        { name: 'Total bilirubin', loinc: '1975-2', value: 0.7, unit: 'mg/dL', date: '2025-03-12' },
        { name: 'Creatinine', loinc: '2160-0', value: 0.66, unit: 'mg/dL', date: '2025-03-12' },
        { name: 'CA 15-3', loinc: '6875-9', value: 91, unit: 'U/mL', date: '2025-03-12' },
      ],
      familyHistory: [{ relation: 'sister', condition: 'Breast carcinoma', ageYears: 60 }],
      patientGoals: [
        'Time with her grandchildren; accepts infusions every three weeks',
        'Afraid of losing her hair again',
      ],
      consents: [
        { purpose: 'Tumor sequencing and discussion in the board', granted: true, date: '2025-02-17' },
        { purpose: 'Return of secondary germline findings', granted: true, date: '2025-02-17' },
      ],
      notes: [],
      files: [
        { path: 'files/somatic.vcf.gz', modality: 'somatic-variants', assayId: 'panel', format: 'vcf' },
        { path: 'files/copy-number.genes.tsv', modality: 'copy-number-genes', assayId: 'panel', format: 'cna-genes' },
        { path: 'files/copy-number.seg', modality: 'copy-number-segments', assayId: 'panel', format: 'seg' },
        { path: 'files/expression.zscores.tsv', modality: 'expression', assayId: 'rna', format: 'expression-tsv' },
        { path: 'files/expression.tpm.tsv', modality: 'expression', assayId: 'rna', format: 'expression-tsv' },
        { path: 'files/protein.rppa.tsv', modality: 'protein', assayId: 'rppa', format: 'protein-tsv' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'panel', format: 'biomarkers-json' },
        { path: 'files/her2.json', modality: 'biomarkers', assayId: 'ihc', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. A focal amplification on 17q12 (21 copies) carries ERBB2 with its neighbours; messenger RNA, protein and
immunohistochemistry agree. PIK3CA, a cause of resistance to HER2 antibodies, was read and carries nothing.
1q and 8q are gained, 16q and 17p lost, TP53 R248Q stands on the one remaining copy.

The z-scores are draws from mean and spread of the TCGA BRCA cohort, moved with the gene's copies. The transcripts per million
place the same genes, and 10,000 in all, in the quantiles of SCAN-B (GSE96058); cell cycle is up, the response to estrogen down.
The segments state both alleles: few scars of lost homologous recombination, as HER2 disease has them.`,
    expected: {
      findings: [
        { gene: 'ERBB2', kind: 'amplification', tier: 'I' },
        { gene: 'TP53', kind: 'small-variant', hgvsProtein: 'R248Q', origin: 'somatic' },
      ],
      options: [{ id: 'trastuzumab deruxtecan' }],
      exclusions: [],
      ledger: [
        { gene: 'ERBB2', modality: 'copy-number', state: 'detected' },
        { gene: 'BRCA1', modality: 'small-variant', state: 'tested-not-detected' },
        { gene: 'PIK3CA', modality: 'small-variant', state: 'tested-not-detected' },
        { gene: 'ERBB2', modality: 'fusion', state: 'not-assayed' },
      ],
      aggressiveness: {
        state: 'predicted',
        cohort: 'BRCA',
        modalities: ['clinical', 'rna', 'copy-number', 'mutation'],
      },
      questions: [],
    },
  };
};
