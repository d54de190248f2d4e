/**
 * The eighteen identifiers of the Safe Harbor method (45 CFR 164.514(b)(2)(i)(A) to (R)), and what of our documents can hold
 * one. A category that no field of a case is meant for can still stand in a text of a person; that is why texts leave only
 * where somebody chooses them.
 */
export const safeHarbor = {
  A: { title: 'Names', here: 'pseudonym, clinician, texts of people, names of files and samples' },
  B: { title: 'Places smaller than a state', here: 'institution and laboratory, texts of people' },
  C: {
    title: 'Dates but the year, ages over 89',
    here: 'every date of the record, age, ages of relatives, moments of the documents',
  },
  D: { title: 'Telephone numbers', here: 'texts of people' },
  E: { title: 'Fax numbers', here: 'texts of people' },
  F: { title: 'Electronic mail addresses', here: 'texts of people' },
  G: { title: 'Social security numbers', here: 'texts of people' },
  H: { title: 'Medical record numbers', here: 'case id, names of files and samples, texts of people' },
  I: { title: 'Health plan numbers', here: 'texts of people' },
  J: { title: 'Account numbers', here: 'texts of people' },
  K: { title: 'Certificate and license numbers', here: 'texts of people' },
  L: { title: 'Vehicle identifiers and plates', here: 'texts of people' },
  M: { title: 'Device identifiers and serial numbers', here: 'words on assays and specimens, texts of people' },
  N: { title: 'Web addresses', here: 'texts of people' },
  O: { title: 'Internet protocol addresses', here: 'texts of people' },
  P: { title: 'Biometric identifiers', here: 'images and documents, texts of people' },
  Q: { title: 'Photographs of the face', here: 'images and documents' },
  R: {
    title: 'Any other unique number or code',
    here: 'case id, ids of specimens, blocks and assays, report id, hashes, checkpoint, texts of people',
  },
} as const;

export type Category = keyof typeof safeHarbor;
