/**
 * What other systems say of the course by the profiles of mCODE STU4 and in base R4: stage and its categories, comorbidities,
 * procedures and radiotherapy, status of the disease, laboratory values. A case has a line of its course for what has no field of
 * its own. What is said to be refuted, not done or only planned is none of it.
 */
import type { Placed } from './bundle.ts';
import { codeIn, codingsOf, hasLoinc, loinc, systems, wordsOf } from './codes.ts';
import { defined, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { isOwnResource } from './own-resource.ts';
import { ofType } from './reader.ts';

const dateOf = (value: Json | undefined): string | undefined => textOf(value)?.slice(0, 10);
const startOf = (resource: JsonObject, element: string): string | undefined =>
  dateOf(resource[`${element}DateTime`]) ?? dateOf(objectOf(resource[`${element}Period`])?.start);

/** By letter: codes of LOINC and SNOMED CT, the pathological first, for it is seen and not inferred (mCODE STU4, TNM profiles). */
const CATEGORIES: Readonly<Record<'t' | 'n' | 'm' | 'stage', readonly string[]>> = {
  t: ['21899-0', '384625004', '21905-5', '399504009', '21911-3', '78873005'],
  n: ['21900-6', '371494008', '21906-3', '399534004', '21912-1', '277206009'],
  m: ['21901-4', '371497001', '21907-1', '399387003', '21913-9', '277208005'],
  stage: ['21902-2', '399537006', '21908-9', '399588009', '21914-7', '399390009'],
};
const PATHOLOGICAL = new Set(['21899-0', '384625004', '21900-6', '371494008', '21901-4', '371497001']);
const CLINICAL = new Set(['21905-5', '399504009', '21906-3', '399534004', '21907-1', '399387003']);

const codesIn = (concept: JsonObject | undefined): string[] =>
  [systems.loinc, systems.snomed].flatMap((system) => codeIn(concept, system) ?? []);

/** `pT2a` of `pT2a`, `AJCC cT3` or `T2`; the prefix is of the value, else of what was observed. */
function categoryOf(letter: 't' | 'n' | 'm', words: string, code: string): string | undefined {
  const pattern = new RegExp(`(?:^|[^A-Za-z])([yra]{0,2}[cp]?)${letter}\\s?(is|x|[0-4][a-d]?(?:mi)?)`, 'i');
  const [, prefix = '', rest] = pattern.exec(words) ?? [];
  if (rest === undefined) return undefined;
  const of = prefix.toLowerCase() || (PATHOLOGICAL.has(code) ? 'p' : CLINICAL.has(code) ? 'c' : '');
  return `${of}${letter.toUpperCase()}${rest.toLowerCase().replace('x', 'X')}`.slice(0, 8);
}

/** Stage and TNM that others observed; absent members where nobody says. Whatever our own resources say stands there already. */
export function stagingOf(observations: readonly Placed[]): JsonObject {
  const foreign = observations.filter((placed) => !isOwnResource(placed));
  const value = (code: string): string | undefined => {
    const found = foreign.find(({ resource }) => codesIn(objectOf(resource.code)).includes(code))?.resource;
    return wordsOf(objectOf(found?.valueCodeableConcept)) ?? textOf(found?.valueString);
  };
  const first = <Found>(codes: readonly string[], read: (words: string, code: string) => Found | undefined) =>
    codes
      .map((code) => {
        const words = value(code);
        return words === undefined ? undefined : read(words, code);
      })
      .find((one) => one !== undefined);
  const tnm = defined(
    Object.fromEntries(
      (['t', 'n', 'm'] as const).map((letter) => [
        letter,
        first(CATEGORIES[letter], (words, code) => categoryOf(letter, words, code)),
      ]),
    ),
  );
  const stage = first(CATEGORIES.stage, (words) =>
    /(?:^|stage\s+|\s)(0|IV|III|II|I|[1-4])([A-D]?[1-3]?)(?![A-Za-z])/i.exec(words)?.slice(1).join('').toUpperCase(),
  );
  return defined({ stage, ...(Object.keys(tnm).length === 0 ? {} : { tnm }) });
}

const is = (resource: JsonObject, element: string, ...codes: string[]): boolean =>
  codingsOf(objectOf(resource[element])).some(({ code }) => codes.includes(code ?? ''));
const hasProfile = (resource: JsonObject, part: string): boolean =>
  JSON.stringify(objectOf(resource.meta)?.profile ?? '').includes(part);
const isRefuted = (resource: JsonObject): boolean =>
  is(resource, 'verificationStatus', 'refuted', 'entered-in-error', 'unconfirmed', 'provisional', 'differential');

const foreignOf = (kept: readonly Placed[], type: string): readonly Placed[] =>
  ofType(kept, type).filter((placed) => !isOwnResource(placed));

/** Conditions beside the cancer that are active or of which nobody says that they are not. */
export const comorbiditiesOf = (kept: readonly Placed[]): string[] =>
  foreignOf(kept, 'Condition')
    .filter(
      ({ resource }) =>
        !hasProfile(resource, 'cancer') &&
        !isRefuted(resource) &&
        !is(resource, 'clinicalStatus', 'inactive', 'resolved', 'remission'),
    )
    .flatMap(({ resource }) => wordsOf(objectOf(resource.code))?.slice(0, 200) ?? []);

const DISEASE_STATUS = ['97509-4', ''] as const;

/** Procedures that were done, metastases, and how the disease was found to be. */
export function courseOf(kept: readonly Placed[]): JsonObject[] {
  const line = (event: string, kind: string, date: string | undefined): JsonObject =>
    defined({ date, event: event.slice(0, 500), kind });
  const procedures = foreignOf(kept, 'Procedure').flatMap(({ resource }) => {
    const name = wordsOf(objectOf(resource.code)) ?? wordsOf(objectOf(resource.category));
    const done = resource.status === 'completed' || resource.status === 'in-progress';
    // What an assay did is no treatment.
    const isGenomic = hasProfile(resource, 'genomic-study') || hasProfile(resource, 'genomics-reporting');
    return name === undefined || !done || isGenomic
      ? []
      : [line(`Procedure: ${name}`, 'treatment', startOf(resource, 'performed') ?? startOf(resource, 'occurrence'))];
  });
  const metastases = foreignOf(kept, 'Condition').flatMap(({ resource }) => {
    const name = wordsOf(objectOf(resource.code));
    return name === undefined || !hasProfile(resource, 'secondary-cancer-condition') || isRefuted(resource)
      ? []
      : [line(`Secondary cancer: ${name}`, 'diagnosis', startOf(resource, 'onset'))];
  });
  const status = foreignOf(kept, 'Observation').flatMap(({ resource }) => {
    const said = hasLoinc(resource, DISEASE_STATUS)
      ? (wordsOf(objectOf(resource.valueCodeableConcept)) ?? textOf(resource.valueString))
      : undefined;
    return said === undefined ? [] : [line(`Disease status: ${said}`, 'response', startOf(resource, 'effective'))];
  });
  return [...procedures, ...metastases, ...status].sort((a, b) =>
    (textOf(a.date) ?? '') < (textOf(b.date) ?? '') ? -1 : 1,
  );
}

/** Observations with a number, a unit and a code of LOINC that are of the laboratory or a tumor marker; a bound is no value. */
export const foreignLabsOf = (kept: readonly Placed[]): JsonObject[] =>
  foreignOf(kept, 'Observation').flatMap(({ resource }) => {
    const quantity = objectOf(resource.valueQuantity);
    const value = numberOf(quantity?.value);
    const unit = textOf(quantity?.code) ?? textOf(quantity?.unit);
    const code = codeIn(objectOf(resource.code), systems.loinc);
    const name = textOf(objectOf(resource.code)?.text) ?? codingsOf(objectOf(resource.code))[0]?.display;
    const isLab =
      hasProfile(resource, 'tumor-marker-test') ||
      objectsOf(resource.category).some((one) => codeIn(one, systems.observationCategory) === 'laboratory');
    const isGenomic =
      hasProfile(resource, 'genomics-reporting') ||
      [loinc.tmb, loinc.age, loinc.ecog, loinc.karnofsky].some((one) => hasLoinc(resource, one));
    return !isLab ||
      isGenomic ||
      value === undefined ||
      quantity?.comparator !== undefined ||
      unit === undefined ||
      name === undefined ||
      !/^\d{1,7}-\d$/.test(code ?? '')
      ? []
      : [
          defined({
            name: name.slice(0, 120),
            loinc: code,
            value,
            unit: unit.slice(0, 40),
            date: startOf(resource, 'effective'),
          }),
        ];
  });

/** LOINC codes of observations that are read, or of which it is said elsewhere what becomes of them. */
const READ: ReadonlySet<string> = new Set([
  ...Object.values(CATEGORIES).flat(),
  ...[loinc.variant, loinc.tmb, loinc.msi, loinc.genotype, loinc.haplotype].map(([code]) => code),
  ...[loinc.age, loinc.ecog, loinc.karnofsky, loinc.grade].map(([code]) => code),
  DISEASE_STATUS[0],
]);
/** What follows from a variant is told with it, and judged anew here. */
const IMPLICATIONS = ['molecular-consequence', 'diagnostic-implication', 'therapeutic-implication'];
const GENES_WANTED = 'the case is read from files, so give the assay’s genes';

/** What else others observed: it stands in the draft, and a person is told that the case does not have it; of several alike at the first. */
export function notInTheCase(kept: readonly Placed[]): { readonly place: string; readonly reason: string }[] {
  const left = foreignOf(kept, 'Observation').filter((placed) => {
    const { resource } = placed;
    const codes = codesIn(objectOf(resource.code));
    const isImplication = codingsOf(objectOf(resource.code)).some(({ code }) => IMPLICATIONS.includes(code ?? ''));
    return !isImplication && !codes.some((code) => READ.has(code)) && foreignLabsOf([placed]).length === 0;
  });
  const alike = Map.groupBy(left, ({ resource }) => (wordsOf(objectOf(resource.code)) ?? 'observation').slice(0, 120));
  return [...alike].flatMap(([name, [first, ...more]]) => {
    if (first === undefined) return [];
    const isRegion = hasLoinc(first.resource, ['53041-0', '']);
    const what = isRegion ? 'the region that was studied' : `“${name}”`;
    const rest = more.length === 0 ? '' : `, and ${more.length} more`;
    return [
      {
        place: first.place,
        reason: `${what} as another system reports it stands in the draft; ${isRegion ? GENES_WANTED : 'the case has no field for it'}${rest}`,
      },
    ];
  });
}
