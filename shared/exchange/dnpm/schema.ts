/**
 * The patient record that German molecular tumor boards exchange (DNPM:DIP, use case MTB; JSON schema "MTB-Patient-Record" of the
 * model project by section 64e SGB V): members, which of them a record must have, and the codes that are allowed. Names only.
 */

export type Kind =
  | { readonly is: 'text' | 'number' | 'integer' | 'date' | 'month' | 'boolean' | 'any' }
  | { readonly is: 'text'; readonly among: readonly string[] }
  | { readonly is: 'object'; readonly of: string }
  /** A coding; with `codes` its code is one of them, with `systems` its system is one of them. */
  | { readonly is: 'coding'; readonly codes?: readonly string[]; readonly systems?: readonly string[] }
  /** `orOne`: an earlier version of the schema has a single one in its place. */
  | { readonly is: 'list'; readonly each: Kind; readonly least?: number; readonly orOne?: true };

const text: Kind = { is: 'text' };
const number: Kind = { is: 'number' };
const integer: Kind = { is: 'integer' };
const date: Kind = { is: 'date' };
const among = (...words: string[]): Kind => ({ is: 'text', among: words });
const of = (name: string): Kind => ({ is: 'object', of: name });
const anyCoding: Kind = { is: 'coding' };
const coding = (...codes: string[]): Kind => ({ is: 'coding', codes });
const list = (each: Kind, least = 0): Kind => ({ is: 'list', each, least });
const reference = of('Reference');

export const ATC = 'http://fhir.de/CodeSystem/bfarm/atc';
const medication = list({ is: 'coding', systems: [ATC, 'undefined'] });
const localization = list(coding('intronic', 'regulatory-region', 'coding-region', 'intergenic', 'splicing-region'));
const priority = coding('1', '2', '3', '4');
const externalIds = list(of('ExternalId'));
const ngsTypes = ['array', 'genome-short-read', 'exome', 'karyotyping', 'panel', 'single', 'genome-long-read', 'other'];
const chromosome = among(...Array.from({ length: 22 }, (_, index) => `chr${index + 1}`), 'chrX', 'chrY', 'chrMT');
const variantOf = { 'id!': text, 'patient!': reference, externalIds, localization };
const measured = { 'id!': text, 'patient!': reference, 'specimen!': reference };
const recommended = {
  'id!': text,
  'patient!': reference,
  'issuedOn!': date,
  'priority!': priority,
  reason: reference,
  levelOfEvidence: of('LevelOfEvidence'),
  supportingVariants: list(of('GeneAlteration')),
  supportingFindings: list(reference),
};
const treated = {
  'id!': text,
  'patient!': reference,
  reason: reference,
  basedOn: reference,
  therapyLine: integer,
  intent: coding('K', 'P', 'S', 'X'),
  'recordedOn!': date,
  'status!': coding('unknown', 'stopped', 'on-going', 'not-done', 'completed'),
  statusReason: coding(
    'patient-wish',
    'progression',
    'payment-refused',
    'deterioration',
    'patient-death',
    'regular-completion',
    'regular-completion-with-dosage-reduction',
    'best-supportive-care',
    'lost-to-fu',
    'chronic-remission',
    'toxicity',
    'payment-pending',
    'patient-refusal',
    'no-indication',
    'regular-completion-with-substance-change',
    'payment-ended',
    'other-therapy-chosen',
    'medical-reasons',
    'other',
  ),
  period: of('Period'),
  notes: list(text),
};

/** By type: member to kind; a name that ends in `!` must be there. */
export const dnpmTypes: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Record: {
    'patient!': of('Patient'),
    'episodesOfCare!': list(of('EpisodeOfCare'), 1),
    'diagnoses!': list(of('Diagnosis'), 1),
    guidelineTherapies: list(of('SystemicTherapy')),
    guidelineProcedures: list(of('Procedure')),
    performanceStatus: list(of('PerformanceStatus')),
    specimens: list(of('Specimen')),
    priorDiagnosticReports: list(of('PriorReport')),
    histologyReports: list(of('HistologyReport')),
    ihcReports: list(of('IhcReport')),
    ngsReports: list(of('NgsReport')),
    msiFindings: list(of('Msi')),
    carePlans: list(of('CarePlan')),
    followUps: list(of('FollowUp')),
    claims: list({ is: 'any' }),
    claimResponses: list({ is: 'any' }),
    systemicTherapies: list(of('TherapyHistory')),
    responses: list(of('Response')),
    familyMemberHistories: list(of('FamilyMember')),
    metadata: { is: 'any' },
  },
  Reference: { 'id!': text, display: text, system: text, type: text },
  Period: { 'start!': date, end: date },
  Patient: {
    'id!': text,
    'gender!': coding('female', 'male', 'other', 'unknown'),
    'birthDate!': { is: 'month' },
    'healthInsurance!': of('Insurance'),
    age: of('Age'),
    dateOfDeath: date,
    address: { is: 'any' },
    vitalStatus: coding('alive', 'deceased'),
    managingSite: anyCoding,
  },
  Insurance: {
    'type!': coding('GKV', 'BG', 'PKV', 'SKT', 'SEL', 'SOZ', 'GPV', 'UNK', 'BEI', 'PPV'),
    reference,
  },
  Age: { 'value!': number, 'unit!': among('Months', 'Years') },
  EpisodeOfCare: { 'id!': text, 'patient!': reference, 'period!': of('Period'), diagnoses: list(reference) },
  Diagnosis: {
    'id!': text,
    'patient!': reference,
    'recordedOn!': date,
    'type!': of('TypeHistory'),
    'code!': anyCoding,
    'topography!': anyCoding,
    germlineCodes: list(anyCoding),
    grading: of('GradingHistory'),
    staging: of('StagingHistory'),
    histology: list(reference),
    guidelineTreatmentStatus: coding('unknown', 'exhausted', 'non-exhausted', 'no-guidelines-available', 'impossible'),
    notes: list(text),
  },
  TypeHistory: { 'history!': list(of('TypeAt'), 1) },
  TypeAt: { 'value!': coding('main', 'metachronous', 'secondary'), 'date!': date },
  GradingHistory: { 'history!': list(of('Grading'), 1) },
  Grading: { 'date!': date, 'codes!': list(anyCoding, 1) },
  StagingHistory: { 'history!': list(of('Staging'), 1) },
  Staging: {
    'date!': date,
    'method!': coding('clinical', 'pathologic'),
    tnmClassification: of('Tnm'),
    otherClassifications: list(anyCoding),
  },
  Tnm: { 'tumor!': anyCoding, 'nodes!': anyCoding, 'metastasis!': anyCoding },
  SystemicTherapy: {
    ...treated,
    medication,
    category: coding('A', 'I', 'N', 'O', 'S'),
    dosage: coding('over-50%', 'under-50%'),
    recommendationFulfillmentStatus: coding('complete', 'partial'),
  },
  Procedure: { ...treated, 'code!': coding('nuclear-medicine', 'radio-therapy', 'surgery') },
  TherapyHistory: { 'history!': list(of('SystemicTherapy'), 1) },
  PerformanceStatus: {
    'id!': text,
    'patient!': reference,
    'effectiveDate!': date,
    'value!': coding('0', '1', '2', '3', '4', '5'),
  },
  Specimen: {
    'id!': text,
    'patient!': reference,
    'diagnosis!': reference,
    'type!': coding('unknown', 'fresh-tissue', 'cryo-frozen', 'liquid-biopsy', 'FFPE'),
    collection: of('Collection'),
  },
  Collection: {
    date,
    'method!': coding('unknown', 'biopsy', 'resection', 'liquid-biopsy', 'cytology'),
    'localization!': coding(
      'unknown',
      'regional-lymph-nodes',
      'primary-tumor',
      'local-recurrence',
      'cellfree-dna',
      'metastasis',
    ),
  },
  PriorReport: {
    ...measured,
    'issuedOn!': date,
    'type!': coding(...ngsTypes, 'fusion-panel', 'FISH', 'gene-panel', 'PCR'),
    performer: reference,
    results: list(text),
  },
  HistologyReport: { ...measured, 'issuedOn!': date, 'results!': of('HistologyResults') },
  HistologyResults: { 'tumorMorphology!': of('Morphology'), tumorCellContent: of('CellContent') },
  Morphology: { ...measured, 'value!': anyCoding, note: text },
  CellContent: { ...measured, 'method!': coding('bioinformatic', 'histologic'), 'value!': number },
  IhcReport: { ...measured, 'issuedOn!': date, 'results!': of('IhcResults') },
  IhcResults: {
    'proteinExpression!': list(of('ProteinExpression'), 1),
    'msiMmr!': list(of('ProteinExpression')),
  },
  ProteinExpression: {
    'id!': text,
    'patient!': reference,
    'protein!': anyCoding,
    'value!': coding('exp', 'unknown', '1+', '3+', 'not-exp', '2+'),
    tpsScore: integer,
    cpsScore: integer,
    icScore: coding('0', '1', '2', '3'),
    tcScore: coding('0', '1', '2', '3', '4', '5', '6'),
  },
  NgsReport: {
    ...measured,
    'issuedOn!': date,
    'type!': coding(...ngsTypes),
    'metadata!': list(of('NgsMetadata'), 1),
    'results!': of('NgsResults'),
  },
  NgsMetadata: {
    'kitType!': text,
    'kitManufacturer!': text,
    'sequencer!': text,
    'referenceGenome!': text,
    'pipeline!': text,
  },
  NgsResults: {
    tumorCellContent: of('CellContent'),
    tmb: of('Tmb'),
    brcaness: of('Brcaness'),
    hrdScore: of('Hrd'),
    simpleVariants: list(of('SimpleVariant')),
    copyNumberVariants: list(of('CopyNumberVariant')),
    dnaFusions: list(of('DnaFusion')),
    rnaFusions: list(of('RnaFusion')),
    rnaSeqs: list({ is: 'any' }),
  },
  Tmb: { ...measured, 'value!': of('TmbValue'), interpretation: coding('high', 'intermediate', 'low') },
  TmbValue: { 'value!': number, unit: text },
  Brcaness: { ...measured, 'value!': number, 'confidenceRange!': { is: 'any' } },
  Hrd: {
    ...measured,
    'value!': number,
    'components!': of('HrdParts'),
    interpretation: coding('high', 'intermediate', 'low'),
  },
  HrdParts: { 'lst!': number, 'loh!': number, 'tai!': number },
  Msi: {
    ...measured,
    'method!': coding('IHC', 'PCR', 'bioinformatic'),
    'value!': number,
    'interpretation!': coding('unknown', 'stable', 'msi-low', 'mmr-proficient', 'mmr-deficient', 'msi-high'),
  },
  SimpleVariant: {
    ...variantOf,
    'chromosome!': chromosome,
    'gene!': anyCoding,
    'transcriptId!': of('TranscriptId'),
    exonId: text,
    'position!': of('Range'),
    'refAllele!': text,
    'altAllele!': text,
    'dnaChange!': text,
    proteinChange: text,
    'readDepth!': integer,
    'allelicFrequency!': number,
    interpretation: coding('1', '2', '3', '4', '5'),
  },
  Range: { 'start!': number, end: number },
  TranscriptId: {
    'value!': text,
    'system!': among('https://www.ncbi.nlm.nih.gov/refseq', 'https://www.ensembl.org'),
  },
  ExternalId: {
    'value!': text,
    'system!': among(
      'https://www.ncbi.nlm.nih.gov/entrez',
      'https://www.ensembl.org',
      'https://www.ncbi.nlm.nih.gov/snp',
      'https://cancer.sanger.ac.uk/cosmic',
    ),
  },
  CopyNumberVariant: {
    ...variantOf,
    'chromosome!': chromosome,
    'type!': coding('high-level-gain', 'loss', 'low-level-gain'),
    startRange: of('Range'),
    endRange: of('Range'),
    totalCopyNumber: number,
    relativeCopyNumber: number,
    cnA: number,
    cnB: number,
    reportedAffectedGenes: list(anyCoding),
    reportedFocality: text,
    copyNumberNeutralLoH: list(anyCoding),
  },
  DnaFusion: {
    ...variantOf,
    'fusionPartner5prime!': of('DnaPartner'),
    'fusionPartner3prime!': of('DnaPartner'),
    'reportedNumReads!': integer,
  },
  DnaPartner: { 'chromosome!': chromosome, 'gene!': anyCoding, 'position!': number },
  RnaFusion: {
    ...variantOf,
    'fusionPartner5prime!': of('RnaPartner'),
    'fusionPartner3prime!': of('RnaPartner'),
    effect: text,
    'reportedNumReads!': integer,
  },
  RnaPartner: {
    'transcriptId!': of('TranscriptId'),
    'exonId!': text,
    'gene!': anyCoding,
    'position!': number,
    'strand!': among('+', '-'),
  },
  CarePlan: {
    'id!': text,
    'patient!': reference,
    'issuedOn!': date,
    reason: reference,
    boardType: coding('indication-board', 'therapy-board'),
    medicationRecommendations: list(of('MedicationRecommendation')),
    procedureRecommendations: list(of('ProcedureRecommendation')),
    studyEnrollmentRecommendations: list(of('StudyRecommendation')),
    geneticCounselingRecommendation: of('Counseling'),
    rebiopsyRequests: list({ is: 'any' }),
    histologyReevaluationRequests: list({ is: 'any' }),
    recommendationsMissingReason: coding('no-target'),
    noSequencingPerformedReason: coding(
      'not-rare-disease',
      'targeted-diagnostics-recommended',
      'psychosomatic',
      'non-genetic-cause',
      'other',
    ),
    notes: list(text),
  },
  MedicationRecommendation: {
    ...recommended,
    'medication!': medication,
    category: { is: 'list', each: coding('SO', 'SZ', 'IM', 'CH', 'HO', 'ZS'), orOne: true },
    useType: coding('unknown', 'sec-preventive', 'off-label', 'in-label', 'compassionate'),
  },
  ProcedureRecommendation: { ...recommended, 'code!': coding('ST', 'WS', 'WW', 'AS', 'OP', 'SO') },
  StudyRecommendation: { ...recommended, 'study!': list(of('Study'), 1), medication },
  Study: {
    'id!': text,
    'system!': among('NCT', 'Eudra-CT', 'other', 'EUDAMED', 'DRKS'),
    display: text,
    type: text,
  },
  GeneAlteration: { 'variant!': reference, gene: anyCoding, display: text },
  LevelOfEvidence: {
    'grading!': coding('m1A', 'm1B', 'm1C', 'm2A', 'm2B', 'm2C', 'm3', 'm4', 'undefined'),
    addendums: list(coding('R', 'Z', 'is', 'iv')),
    publications: list(of('Publication')),
  },
  Publication: {
    'id!': text,
    'system!': among('https://www.doi.org', 'https://pubmed.ncbi.nlm.nih.gov'),
    display: text,
    type: text,
  },
  Counseling: {
    'id!': text,
    'patient!': reference,
    'issuedOn!': date,
    'reason!': coding('secondary-tumor', 'unknown', 'family-anamnesis', 'self-anamnesis', 'other'),
  },
  FollowUp: { 'date!': date, 'patient!': reference, lastContactDate: date, patientStatus: coding('lost-to-fu') },
  Response: {
    'id!': text,
    'patient!': reference,
    'therapy!': reference,
    'effectiveDate!': date,
    'method!': coding('RANO', 'RECIST'),
    'value!': coding('SD', 'PR', 'CR', 'NA', 'MR', 'PD'),
  },
  FamilyMember: { 'id!': text, 'patient!': reference, 'relationship!': coding('EXT', 'FAMMEMB') },
};
