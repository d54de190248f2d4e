/** A made-up patient record as DNPM:DIP's schema has it, with more in it than a case of ours. */
const patient = { id: 'P-1', type: 'Patient' };
const gene = (number: string, display: string) => ({
  code: `HGNC:${number}`,
  display,
  system: 'https://www.genenames.org/',
});
const specimen = { id: 'T-1', type: 'TumorSpecimen' };
const reason = { id: 'D-1', type: 'MTBDiagnosis' };
const drug = (code: string, display: string) => ({
  code,
  display,
  system: 'http://fhir.de/CodeSystem/bfarm/atc',
  version: '2025',
});

export const mtbRecord = () => ({
  patient: {
    id: 'P-1',
    gender: { code: 'female', display: 'Weiblich', system: 'Gender' },
    birthDate: '1961-07',
    healthInsurance: { type: { code: 'GKV', system: 'http://fhir.de/CodeSystem/versicherungsart-de-basis' } },
    age: { value: 64, unit: 'Years' },
    vitalStatus: { code: 'alive' },
  },
  episodesOfCare: [{ id: 'E-1', patient, period: { start: '2025-02-03' }, diagnoses: [reason] }],
  diagnoses: [
    {
      id: 'D-1',
      patient,
      recordedOn: '2024-06-11',
      type: { history: [{ value: { code: 'main' }, date: '2024-06-11' }] },
      code: {
        code: 'C34.1',
        display: 'Bösartige Neubildung: Oberlappen (-Bronchus)',
        system: 'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
        version: '2025',
      },
      topography: { code: 'C34.1', display: 'Oberlappen', system: 'urn:oid:2.16.840.1.113883.6.43.1' },
      grading: { history: [{ date: '2024-06-11', codes: [{ code: '2' }] }] },
      staging: {
        history: [
          {
            date: '2024-06-11',
            method: { code: 'clinical' },
            tnmClassification: {
              tumor: { code: 'T2', system: 'UICC' },
              nodes: { code: 'N1', system: 'UICC' },
              metastasis: { code: 'M1', system: 'UICC' },
            },
            otherClassifications: [{ code: 'metastasized', system: 'dnpm-dip/mtb/diagnosis/kds-tumor-spread' }],
          },
        ],
      },
      notes: ['Verlauf wie besprochen'],
    },
  ],
  guidelineTherapies: [
    {
      id: 'G-1',
      patient,
      reason,
      therapyLine: 1,
      intent: { code: 'P' },
      category: { code: 'O' },
      recordedOn: '2025-03-01',
      status: { code: 'stopped' },
      statusReason: { code: 'progression' },
      period: { start: '2024-07-01', end: '2025-01-20' },
      medication: [drug('L01EB04', 'Osimertinib')],
    },
    {
      id: 'G-2',
      patient,
      reason,
      therapyLine: 2,
      recordedOn: '2025-03-01',
      status: { code: 'not-done' },
      medication: [drug('L01XA02', 'Carboplatin')],
    },
  ],
  performanceStatus: [
    { id: 'S-2', patient, effectiveDate: '2025-02-03', value: { code: '1' } },
    { id: 'S-1', patient, effectiveDate: '2024-06-11', value: { code: '0' } },
  ],
  specimens: [
    {
      id: 'T-1',
      patient,
      diagnosis: reason,
      type: { code: 'FFPE' },
      collection: {
        date: '2025-01-28',
        method: { code: 'biopsy' },
        localization: { code: 'metastasis' },
      },
    },
  ],
  ihcReports: [
    {
      id: 'I-1',
      patient,
      specimen,
      issuedOn: '2025-02-05',
      results: {
        proteinExpression: [
          { id: 'I-2', patient, protein: gene('17635', 'CD274'), value: { code: 'exp' }, tpsScore: 45 },
          { id: 'I-3', patient, protein: gene('427', 'ALK'), value: { code: 'unknown' } },
          { id: 'I-4', patient, protein: gene('3430', 'ERBB2'), value: { code: '2+' } },
        ],
        msiMmr: [],
      },
    },
  ],
  msiFindings: [
    { id: 'M-1', patient, specimen, method: { code: 'PCR' }, value: 0, interpretation: { code: 'stable' } },
  ],
  ngsReports: [
    {
      id: 'N-1',
      patient,
      specimen,
      issuedOn: '2025-02-14',
      type: { code: 'panel' },
      metadata: [
        {
          kitType: 'Panel 500',
          kitManufacturer: 'M',
          sequencer: 'S',
          referenceGenome: 'HG38',
          pipeline: 'https://example.org/p',
        },
      ],
      results: {
        tumorCellContent: { id: 'C-1', patient, specimen, method: { code: 'histologic' }, value: 0.6 },
        tmb: { id: 'B-1', patient, specimen, value: { value: 7.2, unit: 'Mutations per megabase' } },
        hrdScore: { id: 'B-2', patient, specimen, value: 12, components: { lst: 4, loh: 4, tai: 4 } },
        simpleVariants: [
          {
            id: 'V-1',
            patient,
            chromosome: 'chr7',
            gene: gene('3236', 'EGFR'),
            transcriptId: { value: 'NM_005228.5', system: 'https://www.ncbi.nlm.nih.gov/refseq' },
            position: { start: 55_191_822 },
            refAllele: 'T',
            altAllele: 'G',
            dnaChange: 'c.2573T>G',
            proteinChange: 'p.Leu858Arg',
            readDepth: 412,
            allelicFrequency: 0.31,
            interpretation: { code: '5' },
          },
          {
            id: 'V-2',
            patient,
            chromosome: 'chr7',
            gene: gene('3236', 'EGFR'),
            transcriptId: { value: 'NM_005228.5', system: 'https://www.ncbi.nlm.nih.gov/refseq' },
            position: { start: 55_174_771 },
            refAllele: 'AGGAATTAAGAGAAGC',
            altAllele: 'A',
            dnaChange: 'c.2236_2250del',
            readDepth: 300,
            allelicFrequency: 31,
          },
        ],
        copyNumberVariants: [
          {
            id: 'V-3',
            patient,
            chromosome: 'chr7',
            type: { code: 'high-level-gain' },
            totalCopyNumber: 11,
            reportedAffectedGenes: [gene('7029', 'MET'), gene('1097', 'BRAF')],
          },
        ],
        dnaFusions: [],
        rnaFusions: [
          {
            id: 'V-4',
            patient,
            fusionPartner5prime: {
              gene: gene('1316', 'EML4'),
              position: 42_295_516,
              strand: '+',
              transcriptId: { value: 'NM_019063.5', system: 'https://www.ncbi.nlm.nih.gov/refseq' },
              exonId: '13',
            },
            fusionPartner3prime: {
              gene: gene('427', 'ALK'),
              position: 29_223_528,
              strand: '-',
              transcriptId: { value: 'NM_004304.5', system: 'https://www.ncbi.nlm.nih.gov/refseq' },
              exonId: '20',
            },
            reportedNumReads: 143,
          },
        ],
        rnaSeqs: [],
      },
    },
  ],
  carePlans: [
    {
      id: 'K-1',
      patient,
      reason,
      issuedOn: '2025-02-20',
      boardType: { code: 'therapy-board' },
      medicationRecommendations: [
        {
          id: 'K-2',
          patient,
          reason,
          issuedOn: '2025-02-20',
          priority: { code: '1' },
          // The schema's first version has one in place of the list.
          category: { code: 'ZS' },
          medication: [drug('L01EB04', 'Osimertinib'), drug('L01EX17', 'Capmatinib')],
          supportingVariants: [{ variant: { id: 'V-3', type: 'Variant' }, gene: gene('7029', 'MET') }],
        },
      ],
      notes: ['Protokoll'],
    },
  ],
  responses: [
    {
      id: 'R-1',
      patient,
      therapy: { id: 'G-1', type: 'MTBSystemicTherapy' },
      effectiveDate: '2024-10-01',
      method: { code: 'RECIST' },
      value: { code: 'PR' },
    },
    {
      id: 'R-2',
      patient,
      therapy: { id: 'G-1', type: 'MTBSystemicTherapy' },
      effectiveDate: '2025-01-18',
      method: { code: 'RECIST' },
      value: { code: 'PD' },
    },
  ],
});
