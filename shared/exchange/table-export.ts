/** Everything small that a case's files show, as MAF or VCF, and its segments as SEG. */

import type { GenomeBuild } from '../case/case-record.ts';
import type { ReportInput } from '../report/report-input.ts';
import { plural } from '../report/words.ts';
import { mafText, segText, type TableVariant, tableVariantOf, vcfText } from './genome-tables.ts';
import type { Withheld } from './withheld.ts';

export type TableFormat = 'maf' | 'vcf' | 'seg';

/** All variants that intake shows, those too that the findings fold; what intake leaves out is listed by its rule; names are those of the findings where there is one, else the file's own. */
export function exportTable(
  format: TableFormat,
  { intake, profile, record }: ReportInput,
): { readonly text: string; readonly withheld: readonly Withheld[] } {
  const sample = record.caseId;
  if (format === 'seg') return { text: segText(profile.segments, sample), withheld: [] };
  const variants = tableVariants({ intake, profile });
  const count = (build: GenomeBuild): number => intake.variants.filter((one) => one.build === build).length;
  const build = count('GRCh37') > count('GRCh38') ? 'GRCh37' : 'GRCh38';
  const { text, left } = format === 'maf' ? mafText(variants, build, sample) : vcfText(variants, build, sample);
  const kept = intake.accounting
    .filter(({ file }) => intake.variants.some((variant) => variant.file === file))
    .flatMap(({ file, collapsed, filtered }) =>
      [...collapsed, ...filtered].map(({ rule, count: rows }) => ({
        what: `${plural(rows, 'row')} of ${file}`,
        why: rule,
      })),
    );
  return { text, withheld: [...left, ...kept] };
}

/** Every variant that intake shows, by the names of its finding where there is one; rows that are one change are one. */
export function tableVariants({ intake, profile }: Pick<ReportInput, 'intake' | 'profile'>): TableVariant[] {
  const named = new Map(
    profile.findings.flatMap((finding) => finding.variantKeys.map((key) => [key, finding] as const)),
  );
  const together = new Map(
    profile.findings.flatMap((finding) => (finding.partKeys ?? []).map((key) => [key, finding] as const)),
  );
  const told = new Set<string>(intake.variants.map(({ key }) => key));
  return intake.variants.flatMap((variant): TableVariant | readonly TableVariant[] => {
    const finding = named.get(variant.key);
    const whole = finding === undefined ? together.get(variant.key) : undefined;
    if (whole !== undefined) {
      // Its name is that of no row by itself.
      const row = tableVariantOf(whole);
      if (row === undefined || told.has(row.key)) return [];
      told.add(row.key);
      return { ...row, origin: variant.origin, filter: filterOf(variant) };
    }
    const { annotation } = variant;
    return {
      key: variant.key,
      gene: finding?.gene ?? annotation?.gene,
      hgvsCoding: finding?.hgvsCoding ?? annotation?.hgvsCoding,
      hgvsProtein: finding?.hgvsProtein ?? annotation?.hgvsProtein,
      transcript: finding?.transcript ?? annotation?.transcript,
      consequence: finding?.consequence ?? annotation?.consequence,
      populationFrequency: annotation?.populationFrequency,
      alleleFraction: variant.alleleFraction,
      depth: variant.depth,
      filter: filterOf(variant),
      origin: variant.origin,
    };
  });
}

const filterOf = ({ filter }: { readonly filter?: string | undefined }): string | undefined =>
  filter === 'PASS' ? undefined : filter;
