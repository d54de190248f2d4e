/** What a case record must keep to beyond the shape of its fields: names that must exist, be unique, and be safe; days that exist. */
import { isPossibleDate } from '../foundation/date.ts';
import type { CaseFile, CaseRecord, Modality } from './case-record.ts';
import { memberIdentity, unsafeMemberPath } from './member-path.ts';

export interface BrokenRule {
  /** Path of the field, for example `files[2].assayId`. */
  readonly field: string;
  /** What is wrong, as a sentence without the value: a value may belong to a patient. */
  readonly message: string;
}

/** The formats a modality may come in. */
export const formatsOf: Readonly<Record<Modality, readonly NonNullable<CaseFile['format']>[]>> = {
  'somatic-variants': ['vcf', 'maf'],
  'germline-variants': ['vcf', 'maf'],
  'copy-number-genes': ['cna-genes'],
  'copy-number-segments': ['seg'],
  fusions: ['fusions-tsv'],
  expression: ['expression-tsv'],
  protein: ['protein-tsv'],
  biomarkers: ['biomarkers-json'],
};

/** Every member the record names, with the field that names it, in the record's order. */
export const namedMembers = (record: CaseRecord): { readonly field: string; readonly path: string }[] =>
  (['files', 'images', 'documents'] as const).flatMap((list) =>
    record[list].map(({ path }, index) => ({ field: `${list}[${index}].path`, path })),
  );

/** Every day the record names, with its field. The shape of a day is the schema's; whether there is such a day is asked here. */
const namedDays = (record: CaseRecord): (readonly [field: string, day: string | undefined])[] => [
  ['diagnosis.date', record.diagnosis.date],
  ['performanceStatus.date', record.performanceStatus?.date],
  ...record.specimens.flatMap(({ collected, received }, index) => [
    [`specimens[${index}].collected`, collected] as const,
    [`specimens[${index}].received`, received] as const,
  ]),
  ...record.assays.map(({ reported }, index) => [`assays[${index}].reported`, reported] as const),
  ...record.therapyLines.flatMap(({ started, ended }, index) => [
    [`therapyLines[${index}].started`, started] as const,
    [`therapyLines[${index}].ended`, ended] as const,
  ]),
  ...(['course', 'labs', 'consents', 'notes', 'images'] as const).flatMap((list) =>
    record[list].map(({ date }, index) => [`${list}[${index}].date`, date] as const),
  ),
];

function doubled<Item>(items: readonly Item[], nameOf: (item: Item) => string): number | undefined {
  const seen = new Set<string>();
  const index = items.findIndex((item) => {
    const name = nameOf(item);
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
  return index === -1 ? undefined : index;
}

/** Every broken rule, in reading order; empty where the record is sound. */
export function brokenRules(record: CaseRecord): BrokenRule[] {
  const broken: BrokenRule[] = [];
  const say = (field: string, message: string): void => void broken.push({ field, message });
  const specimens = new Set(record.specimens.map(({ id }) => id));
  const assays = new Map(record.assays.map((assay) => [assay.id, assay] as const));

  const twice = doubled(record.specimens, ({ id }) => id);
  if (twice !== undefined) say(`specimens[${twice}].id`, 'Two specimens have the same id.');
  const again = doubled(record.assays, ({ id }) => id);
  if (again !== undefined) say(`assays[${again}].id`, 'Two assays have the same id.');
  record.assays.forEach((assay, index) => {
    if (!specimens.has(assay.specimenId)) say(`assays[${index}].specimenId`, 'No specimen of the case has this id.');
    if (assay.normalSpecimenId !== undefined && !specimens.has(assay.normalSpecimenId))
      say(`assays[${index}].normalSpecimenId`, 'No specimen of the case has this id.');
  });
  record.files.forEach((file, index) => {
    const assay = assays.get(file.assayId);
    if (assay === undefined) say(`files[${index}].assayId`, 'No assay of the case has this id.');
    else if (!assay.modalities.includes(file.modality))
      say(`files[${index}].modality`, 'The assay of this file does not list this modality.');
    if (file.format !== undefined && !formatsOf[file.modality].includes(file.format))
      say(`files[${index}].format`, 'This modality does not come in this format.');
    if (file.tumorSample !== undefined && file.tumorSample === file.normalSample)
      say(`files[${index}].normalSample`, 'Tumor and normal sample are the same.');
  });
  const named = namedMembers(record);
  for (const { field, path } of named) {
    const reason = unsafeMemberPath(path);
    if (reason !== undefined) say(field, `This is not a safe path inside the bundle: ${reason}.`);
    else if (memberIdentity(path) === 'case.json') say(field, 'The case record cannot be a file of the case.');
  }
  for (const [field, day] of namedDays(record))
    if (day !== undefined && !isPossibleDate(day))
      say(field, 'There is no such day, or no patient of now can have it.');
  const same = doubled(named, ({ path }) => memberIdentity(path));
  if (same !== undefined) say(named[same]?.field ?? 'files', 'The same file is named twice.');
  return broken;
}
