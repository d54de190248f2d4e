/**
 * Code systems and profiles by their canonical addresses, and the codes that the mapping reads and writes: HL7 Genomics
 * Reporting STU3 (3.0.0), mCODE STU4 (4.0.0), LOINC, Sequence Ontology. Codes are identifiers; nothing is fetched.
 */
import type { AssayedState } from '../../case/intake.ts';
import { type JsonObject, objectOf, objectsOf, textOf } from './json.ts';

/** Our own definitions stand under a name that by RFC 2606 never resolves: nobody is asked what they mean. */
const OWN = 'https://consilium.invalid/fhir';
export const ownExtension = (name: string): string => `${OWN}/StructureDefinition/${name}`;
export const ownSystem = (name: string): string => `${OWN}/CodeSystem/${name}`;
export const ownIdentifier = (name: string): string => `${OWN}/identifier/${name}`;
export const isOwn = (url: string): boolean => url.startsWith(`${OWN}/`);

const GENOMICS = 'http://hl7.org/fhir/uv/genomics-reporting';
const MCODE = 'http://hl7.org/fhir/us/mcode/StructureDefinition';
export const genomics = (name: string): string => `${GENOMICS}/StructureDefinition/${name}`;
export const mcode = (name: string): string => `${MCODE}/mcode-${name}`;

export const systems = {
  loinc: 'http://loinc.org',
  hgnc: 'http://www.genenames.org',
  hgvs: 'http://varnomen.hgvs.org',
  refseq: 'http://www.ncbi.nlm.nih.gov/refseq',
  ensembl: 'http://www.ensembl.org',
  sequenceOntology: 'http://www.sequenceontology.org',
  /** As the German MTB core data set (2026.0) binds it, for OncoTree itself publishes no address for FHIR. */
  oncotree: 'http://data.mskcc.org/ontologies/oncotree',
  ucum: 'http://unitsofmeasure.org',
  genomicsCodes: `${GENOMICS}/CodeSystem/tbd-codes-cs`,
  biomarkerCategory: `${GENOMICS}/CodeSystem/molecular-biomarker-ontology-cs`,
  studyMethod: `${GENOMICS}/CodeSystem/genomic-study-method-type-cs`,
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  diagnosticService: 'http://terminology.hl7.org/CodeSystem/v2-0074',
  specimenType: 'http://terminology.hl7.org/CodeSystem/v2-0487',
  dataAbsentReason: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  conditionCategory: 'http://terminology.hl7.org/CodeSystem/condition-category',
  conditionClinical: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
  conditionVerification: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
  allergyClinical: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  observationValue: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  actReason: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  hla: 'http://www.ebi.ac.uk/ipd/imgt/hla',
  dbsnp: 'http://www.ncbi.nlm.nih.gov/projects/SNP',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  ncit: 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl',
  roleCode: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  provenanceAgent: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
} as const;

export const DATA_ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/** LOINC codes of elements, with their display names. */
export const loinc = {
  variant: ['69548-6', 'Genetic variant assessment'],
  report: ['51969-4', 'Genetic analysis report'],
  gene: ['48018-6', 'Gene studied [ID]'],
  coding: ['48004-6', 'DNA change (c.HGVS)'],
  protein: ['48005-3', 'Amino acid change (pHGVS)'],
  genomic: ['81290-9', 'Genomic DNA change (gHGVS)'],
  transcript: ['51958-7', 'Transcript reference sequence [ID]'],
  assembly: ['62374-4', 'Human reference sequence assembly version'],
  chromosome: ['48000-4', 'Chromosome'],
  referenceAllele: ['69547-8', 'Genomic ref allele [ID]'],
  alternateAllele: ['69551-0', 'Genomic alt allele [ID]'],
  startEnd: ['81254-5', 'Genomic allele start-end'],
  coordinates: ['92822-6', 'Genomic coordinate system [Type]'],
  changeType: ['48019-4', 'DNA change type'],
  source: ['48002-0', 'Genomic source class [Type]'],
  fraction: ['81258-6', 'Sample variant allelic frequency [NFr]'],
  frequency: ['92821-8', 'Population allele frequency [NFr] in Blood or Tissue by Molecular genetics method'],
  depth: ['82121-5', 'Allelic read depth'],
  copies: ['82155-3', 'Genomic structural variant copy number'],
  significance: ['53037-8', 'Genetic variation clinical significance [Imp]'],
  phenotype: ['81259-4', 'Associated phenotype'],
  medication: ['51963-7', 'Medication assessed'],
  evidenceLevel: ['93044-6', 'Level of evidence'],
  tmb: ['94076-7', 'Mutations/Megabase [# Ratio] in Tumor'],
  msi: ['81695-9', 'Microsatellite instability [Interpretation] in Cancer specimen Qualitative'],
  ecog: ['89247-1', 'ECOG Performance Status score'],
  karnofsky: ['89243-0', 'Karnofsky Performance Status score'],
  age: ['30525-0', 'Age'],
  grade: ['33732-9', 'Histology grade [Identifier] in Cancer specimen'],
  stageGroup: ['21914-7', 'Stage group.other Cancer'],
  stageT: ['21911-3', 'Primary tumor.other [Class] Cancer'],
  stageN: ['21912-1', 'Regional lymph nodes.other [Class] Cancer'],
  stageM: ['21913-9', 'Distant metastases.other [Class] Cancer'],
  genotype: ['84413-4', 'Genotype display name'],
  haplotype: ['84414-2', 'Haplotype name'],
  allelicState: ['53034-5', 'Allelic state'],
  dbsnp: ['81255-2', 'dbSNP [ID]'],
} as const satisfies Record<string, readonly [string, string]>;

/** Answers to 69548-6. There is none for "nobody looked": that is an absent value with its reason. */
export const presence = {
  present: ['LA9633-4', 'Present'],
  absent: ['LA9634-2', 'Absent'],
  noCall: ['LA18198-4', 'No call'],
  indeterminate: ['LA11884-6', 'Indeterminate'],
} as const;

/** Answers to 81695-9 (LOINC list LL3994-8), by the words of a case. */
export const microsatellites: Readonly<Record<string, readonly [string, string]>> = {
  MSS: ['LA14122-8', 'Stable'],
  'MSI-L': ['LA26202-4', 'MSI-L'],
  'MSI-H': ['LA26203-2', 'MSI-H'],
};

export const sourceClass = {
  somatic: ['LA6684-0', 'Somatic'],
  germline: ['LA6683-2', 'Germline'],
  unknown: ['LA18197-6', 'Unknown genomic origin'],
} as const;

/** Answers to 53034-5 (LOINC list LL381-5). */
export const allelicStates = {
  homozygous: ['LA6705-3', 'Homozygous'],
  heterozygous: ['LA6706-1', 'Heterozygous'],
  hemizygous: ['LA6707-9', 'Hemizygous'],
} as const;

export const assemblies = { GRCh37: ['LA14029-5', 'GRCh37'], GRCh38: ['LA26806-2', 'GRCh38'] } as const;

/** Metabolizer phenotypes as answers of LOINC list LL3856-0. */
export const metabolizers: Readonly<Record<string, readonly [string, string]>> = {
  'Ultrarapid Metabolizer': ['LA10315-2', 'Ultrarapid metabolizer'],
  'Rapid Metabolizer': ['LA25390-8', 'Rapid metabolizer'],
  'Normal Metabolizer': ['LA25391-6', 'Normal metabolizer'],
  'Intermediate Metabolizer': ['LA10317-8', 'Intermediate metabolizer'],
  'Poor Metabolizer': ['LA9657-3', 'Poor metabolizer'],
};

/** What to do with a medication, as answers of LOINC that the guide's examples of recommendations use. */
export const medicationActions = {
  alternative: ['LA26421-0', 'Consider alternative medication'],
  decrease: ['LA26422-8', 'Decrease dose'],
  increase: ['LA26423-6', 'Increase dose'],
} as const;

/** Sequence Ontology identifiers of the terms that consequences and kinds of change are written in. */
export const ontologyTerms: Readonly<Record<string, string>> = {
  SNV: 'SO:0001483',
  MNV: 'SO:0002007',
  deletion: 'SO:0000159',
  insertion: 'SO:0000667',
  delins: 'SO:1000032',
  copy_number_variation: 'SO:0001019',
  copy_number_gain: 'SO:0001742',
  copy_number_loss: 'SO:0001743',
  gene_fusion: 'SO:0001565',
  missense_variant: 'SO:0001583',
  stop_gained: 'SO:0001587',
  stop_lost: 'SO:0001578',
  start_lost: 'SO:0002012',
  frameshift_variant: 'SO:0001589',
  inframe_insertion: 'SO:0001821',
  inframe_deletion: 'SO:0001822',
  protein_altering_variant: 'SO:0001818',
  synonymous_variant: 'SO:0001819',
  splice_acceptor_variant: 'SO:0001574',
  splice_donor_variant: 'SO:0001575',
  splice_region_variant: 'SO:0001630',
  intron_variant: 'SO:0001627',
  '5_prime_UTR_variant': 'SO:0001623',
  '3_prime_UTR_variant': 'SO:0001624',
  upstream_gene_variant: 'SO:0001631',
  downstream_gene_variant: 'SO:0001632',
  intergenic_variant: 'SO:0001628',
  coding_sequence_variant: 'SO:0001580',
};

export interface Coding {
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly display: string | undefined;
}

export const codingsOf = (concept: JsonObject | undefined): readonly Coding[] =>
  objectsOf(concept?.coding).map(({ system, code, display }) => ({
    system: textOf(system)?.trim(),
    code: textOf(code)?.trim(),
    display: textOf(display),
  }));

/** Addresses that senders also write for a system. */
const ALIASES: Readonly<Record<string, string>> = {
  'http://oncotree.mskcc.org': systems.oncotree,
  'https://oncotree.mskcc.org': systems.oncotree,
  'urn:oid:2.16.840.1.113883.6.1': systems.loinc,
  'urn:oid:2.16.840.1.113883.6.281': systems.hgnc,
  'urn:oid:2.16.840.1.113883.6.282': systems.hgvs,
  'urn:oid:2.16.840.1.113883.6.96': systems.snomed,
  'urn:oid:2.16.840.1.113883.6.88': systems.rxnorm,
  'http://www.genenames.org/geneId': systems.hgnc,
};

/** Of the systems known here, by an address without its scheme. */
const KNOWN = new Map(Object.values(systems).map((system) => [system.replace(/^https?:/, ''), system]));

/** A trailing slash in a system's address, or https for http, is a common slip and means the same. */
export function plainSystem(system: string | undefined): string | undefined {
  const plain = system?.replace(/\/$/, '');
  if (plain === undefined) return undefined;
  if (Object.hasOwn(ALIASES, plain)) return ALIASES[plain];
  return KNOWN.get(plain.replace(/^https?:/, '')) ?? plain;
}

/** The code of a concept in a system. */
export const codeIn = (concept: JsonObject | undefined, system: string): string | undefined =>
  codingsOf(concept).find((coding) => plainSystem(coding.system) === system)?.code;

/** What a person reads: the text, else the display, else the code. */
export function wordsOf(concept: JsonObject | undefined): string | undefined {
  const [first] = codingsOf(concept);
  return textOf(concept?.text) ?? first?.display ?? first?.code;
}

/** A component or an observation by its LOINC code. */
export const hasLoinc = (element: JsonObject, [code]: readonly [string, string]): boolean =>
  codeIn(objectOf(element.code), systems.loinc) === code;
export const hasGenomicsCode = (element: JsonObject, ...codes: string[]): boolean =>
  codes.includes(codeIn(objectOf(element.code), systems.genomicsCodes) ?? '');

export interface Stated {
  readonly state: AssayedState;
  /** Why there is no word on it. */
  readonly reason?: string;
}

/** The code of an answer that is given by its name alone, as text or as a string. */
function answerIn(observation: JsonObject): string | undefined {
  const said = wordsOf(objectOf(observation.valueCodeableConcept)) ?? textOf(observation.valueString);
  const plain = said?.trim().toLowerCase();
  const names = {
    ...ANSWERS,
    ...Object.fromEntries(Object.values(presence).map(([code, n]) => [n.toLowerCase(), code])),
  };
  return plain !== undefined && Object.hasOwn(names, plain) ? names[plain] : undefined;
}
const ANSWERS: Readonly<Record<string, string>> = {
  detected: presence.present[0],
  'not detected': presence.absent[0],
};

/**
 * What a variant observation says. Absent is the laboratory's word for "tested, not detected"; a missing value is
 * never read as one.
 */
export function statedBy(observation: JsonObject): Stated | undefined {
  const answer = codeIn(objectOf(observation.valueCodeableConcept), systems.loinc) ?? answerIn(observation);
  if (answer === presence.present[0]) return { state: 'detected' };
  if (answer === presence.absent[0]) return { state: 'tested-not-detected' };
  if (answer === presence.noCall[0]) return { state: 'failed-qc', reason: 'no call' };
  if (answer === presence.indeterminate[0]) return { state: 'failed-qc', reason: 'indeterminate' };
  const absent = objectOf(observation.dataAbsentReason);
  if (absent === undefined) return undefined;
  const code = codeIn(absent, systems.dataAbsentReason);
  return code === 'not-performed'
    ? { state: 'not-assayed', reason: textOf(absent.text) ?? 'not performed' }
    : { state: 'failed-qc', reason: textOf(absent.text) ?? `no value: ${code ?? 'reason not coded'}` };
}
