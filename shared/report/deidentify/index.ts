export { type Category, safeHarbor } from './categories.ts';
export { choosableFields, DeidentifiedField, DeidentifyChoice } from './choice.ts';
export { type DeidentifyNeeds, deidentified, secretOf } from './deidentify.ts';
