import type { ReportInput } from '../report/report-input.ts';
import { plural } from '../report/words.ts';

/** What stays behind, and why; shown before anything leaves. */
export interface Withheld {
  readonly what: string;
  readonly why: string;
}

/** What a format has no element for, each with the reason; none where the case has nothing of it. */
export const counted = (
  lists: readonly (readonly [count: number, one: string, many: string, why: string])[],
): Withheld[] =>
  lists.flatMap(([count, one, many, why]) => (count === 0 ? [] : [{ what: plural(count, one, many), why }]));

/** Pharmacogenes that were called, which only FHIR carries. */
export const calledGenes = ({ options, record }: Pick<ReportInput, 'options' | 'record'>): number =>
  new Set([
    ...(options.pharmacogenes?.genes ?? []).flatMap(({ gene, source }) => (source === 'none' ? [] : [gene])),
    ...(record.pharmacogenes ?? []).map(({ gene }) => gene),
  ]).size;
export const PHARMACOGENES_STAY =
  'diplotypes, genotypes and what guidelines say travel in FHIR only; give the germline VCF or a FHIR bundle';
