/** Words of a case beside the codes of a DNPM patient record, for both ways. */

/** A line of `diagnoses[].notes` that holds a field of a case: `OncoTree: LUAD`. */
export const noteFields = {
  oncotree: 'OncoTree',
  site: 'Site',
  histology: 'Histology',
  positiveNodes: 'Positive nodes',
  attribute: 'Attribute',
  intent: 'Intent',
  reasonEnded: 'Ended',
  bestResponse: 'Best response',
} as const;
type NoteField = (typeof noteFields)[keyof typeof noteFields];

export const noteLine = (field: NoteField, value: string | number | undefined): string[] =>
  value === undefined ? [] : [`${field}: ${value}`];

/** What stands after the field's word in the first line that has it. */
export const noteValue = (notes: readonly string[], field: NoteField): string | undefined =>
  notes.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);

export const isOurNote = (line: string): boolean =>
  Object.values(noteFields).some((field) => line.startsWith(`${field}: `));

export const specimenTypes = {
  FFPE: 'FFPE',
  'fresh-frozen': 'cryo-frozen',
} as const;

/** Where a specimen was taken, by the record's code. A recurrence may be anywhere; the record knows a local one only. */
export const localizations = {
  primary: 'primary-tumor',
  metastasis: 'metastasis',
  circulating: 'cellfree-dna',
} as const;

/** Why a line ended: a reason in a case's words beside the record's code. Other codes are their own words. */
export const endings: Readonly<Record<string, string>> = {
  'planned end': 'regular-completion',
  progression: 'progression',
  toxicity: 'toxicity',
  death: 'patient-death',
};

/** Reasons after which a therapy was carried through. */
export const COMPLETED: ReadonlySet<string> = new Set([
  'regular-completion',
  'regular-completion-with-dosage-reduction',
  'regular-completion-with-substance-change',
]);

export const OUR_SYSTEM = 'http://data.mskcc.org/ontologies/oncotree';
export const ICD10_GM = 'http://fhir.de/CodeSystem/bfarm/icd-10-gm';
/** ICD-O-3. */
export const ICD_O = 'urn:oid:2.16.840.1.113883.6.43.1';
export const HGNC = 'https://www.genenames.org/';
/** Attributes of a diagnosis that keep the sender's codes. */
export const CODE_ATTRIBUTES = { icd10: 'icd-10-gm', topography: 'icd-o-3-topography' } as const;

export const HER2_LABEL = 'HER2 immunohistochemistry';
