/**
 * Observed variants as columns, to be handed from one thread to another: each text once and numbers in typed arrays
 * whose memory is moved, so that neither side spends its time on the names of fields.
 */
import type { ObservedVariant } from '../../../shared/case/intake.ts';

type Annotation = NonNullable<ObservedVariant['annotation']>;

const TEXTS = [
  'key',
  'build',
  'chromosome',
  'reference',
  'alternate',
  'origin',
  'file',
  'filter',
  'phaseSet',
  'context',
] as const;
const NUMBERS = [
  'position1',
  'line',
  'alleleFraction',
  'depth',
  'alternateReads',
  'rnaDepth',
  'rnaAlternateReads',
  'haplotype',
] as const;
const ANNOTATION_TEXTS = ['source', 'gene', 'transcript', 'hgvsCoding', 'hgvsProtein', 'consequence'] as const;
const ANNOTATION_NUMBERS = ['populationFrequency'] as const;
type Predictors = NonNullable<Annotation['predictors']>;
const PREDICTORS = ['revel', 'alphaMissense', 'cadd', 'sift', 'polyphen', 'spliceAi'] as const;

type Named = (typeof TEXTS)[number] | (typeof NUMBERS)[number] | 'annotation';
type NamedInAnnotation = (typeof ANNOTATION_TEXTS)[number] | (typeof ANNOTATION_NUMBERS)[number] | 'predictors';
/** A field that has no column does not compile. */
type Whole = [
  | Exclude<keyof ObservedVariant, Named>
  | Exclude<keyof Annotation, NamedInAnnotation>
  | Exclude<keyof Predictors, (typeof PREDICTORS)[number]>,
] extends [never]
  ? number
  : never;

export interface VariantColumns {
  readonly count: Whole;
  /** Each text once; place 0 stands for absent. */
  readonly texts: readonly string[];
  /** Places in `texts`, row by row: TEXTS and then ANNOTATION_TEXTS. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** Row by row: NUMBERS, ANNOTATION_NUMBERS and then PREDICTORS; NaN where absent. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

const TEXT_COLUMNS = TEXTS.length + ANNOTATION_TEXTS.length;
const FIRST_PREDICTOR = NUMBERS.length + ANNOTATION_NUMBERS.length;
const NUMBER_COLUMNS = FIRST_PREDICTOR + PREDICTORS.length;

/** What of the columns is moved, for `postMessage`. */
export const movedWith = ({ places, numbers }: VariantColumns): ArrayBuffer[] => [places.buffer, numbers.buffer];

export function columnsOf(variants: readonly ObservedVariant[]): VariantColumns {
  const texts = [''];
  const known = new Map<string, number>();
  const places = new Uint32Array(variants.length * TEXT_COLUMNS);
  const numbers = new Float64Array(variants.length * NUMBER_COLUMNS);
  let place = 0;
  let number = 0;
  const text = (value: string | undefined): void => {
    let at = value === undefined ? 0 : known.get(value);
    if (at === undefined) {
      at = texts.push(value as string) - 1;
      known.set(value as string, at);
    }
    places[place++] = at;
  };
  for (const variant of variants) {
    for (const name of TEXTS) text(variant[name]);
    for (const name of ANNOTATION_TEXTS) text(variant.annotation?.[name]);
    for (const name of NUMBERS) numbers[number++] = variant[name] ?? Number.NaN;
    for (const name of ANNOTATION_NUMBERS) numbers[number++] = variant.annotation?.[name] ?? Number.NaN;
    for (const name of PREDICTORS) numbers[number++] = variant.annotation?.predictors?.[name] ?? Number.NaN;
  }
  return { count: variants.length, texts, places, numbers };
}

export function variantsOf({ count, texts, places, numbers }: VariantColumns): ObservedVariant[] {
  const variants = new Array<ObservedVariant>(count);
  for (let row = 0; row < count; row++) {
    const at = row * TEXT_COLUMNS;
    const from = row * NUMBER_COLUMNS;
    const text = (column: number): string => texts[places[at + column] as number] as string;
    const has = (column: number): boolean => places[at + column] !== 0;
    const number = (column: number): number => numbers[from + column] as number;
    const variant: ObservedVariant = {
      key: text(0),
      build: text(1) as ObservedVariant['build'],
      chromosome: text(2),
      position1: number(0),
      reference: text(3),
      alternate: text(4),
      origin: text(5) as ObservedVariant['origin'],
      file: text(6),
      line: number(1),
    };
    if (!Number.isNaN(number(2))) variant.alleleFraction = number(2);
    if (!Number.isNaN(number(3))) variant.depth = number(3);
    if (!Number.isNaN(number(4))) variant.alternateReads = number(4);
    if (has(7)) variant.filter = text(7);
    if (has(10)) {
      const annotation: Annotation = { source: text(10) as Annotation['source'] };
      if (has(11)) annotation.gene = text(11);
      if (has(12)) annotation.transcript = text(12);
      if (has(13)) annotation.hgvsCoding = text(13);
      if (has(14)) annotation.hgvsProtein = text(14);
      if (has(15)) annotation.consequence = text(15);
      if (!Number.isNaN(number(8))) annotation.populationFrequency = number(8);
      let predictors: Predictors | undefined;
      for (let index = 0; index < PREDICTORS.length; index++) {
        const score = number(FIRST_PREDICTOR + index);
        if (Number.isNaN(score)) continue;
        predictors ??= {};
        predictors[PREDICTORS[index] as (typeof PREDICTORS)[number]] = score;
      }
      if (predictors !== undefined) annotation.predictors = predictors;
      variant.annotation = annotation;
    }
    if (has(8)) variant.phaseSet = text(8);
    if (!Number.isNaN(number(7))) variant.haplotype = number(7);
    if (has(9)) variant.context = text(9);
    if (!Number.isNaN(number(5))) variant.rnaDepth = number(5);
    if (!Number.isNaN(number(6))) variant.rnaAlternateReads = number(6);
    variants[row] = variant;
  }
  return variants;
}
