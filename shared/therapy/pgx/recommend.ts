/** Recommendations whose conditions the called genes meet. Nothing is concluded from a gene that was not called. */
import type { PgxKnowledge, PgxRecommendation } from './definitions.ts';
import type { PgxAdvice } from './document.ts';

/** One reading of a gene as recommendations look it up. */
export interface Reading {
  readonly diplotype: string;
  readonly alleles: readonly string[];
  readonly lookup: readonly string[];
}

type Condition = PgxRecommendation['when'][number];

const NO_RESULT = 'No Result';

function meets({ is }: Condition, reading: Reading | undefined): boolean {
  if (reading === undefined || (reading.lookup.length === 0 && reading.alleles.length === 0)) return is === NO_RESULT;
  if (typeof is === 'string') return reading.lookup.includes(is);
  const wanted = is.flatMap(([allele, count]) => Array.from({ length: count }, () => allele)).sort();
  const has = [...reading.alleles].sort();
  return wanted.length === has.length && wanted.every((allele, index) => allele === has[index]);
}

const words = ({ gene, is }: Condition): string =>
  typeof is === 'string' ? `${gene} ${is}` : `${gene} ${is.map(([allele, count]) => `${allele} ×${count}`).join(', ')}`;

/** In the table's order. A recommendation none of whose genes was called is left out. */
export function recommend(
  { recommendations }: Pick<PgxKnowledge, 'recommendations'>,
  readings: ReadonlyMap<string, readonly Reading[]>,
): PgxAdvice[] {
  return recommendations.flatMap((one): PgxAdvice[] => {
    if (!one.when.some(({ gene }) => (readings.get(gene) ?? []).length > 0)) return [];
    const met = one.when.map((condition) => {
      const of = readings.get(condition.gene) ?? [];
      if (of.length === 0) return { all: meets(condition, undefined), some: [] as readonly Reading[], of };
      const some = of.filter((reading) => meets(condition, reading));
      return { all: some.length === of.length, some, of };
    });
    if (met.some(({ all, some }) => !all && some.length === 0)) return [];
    const onlyFor = met.flatMap(({ all, some }) => (all ? [] : some.map(({ diplotype }) => diplotype)));
    const { startPercent, strength, population, alternative } = one;
    return one.drugs.map((drug) => ({
      drug,
      genes: one.when.map(({ gene }) => gene),
      because: one.when.map(words),
      action: one.action,
      ...(alternative === undefined ? {} : { alternative }),
      ...(startPercent === undefined ? {} : { startPercent: [...startPercent] }),
      ...(strength === undefined ? {} : { strength }),
      ...(population === undefined ? {} : { population }),
      source: one.source,
      id: one.id,
      guideline: one.guideline,
      version: one.version,
      ...(one.changedOn === undefined ? {} : { changedOn: one.changedOn }),
      url: one.url,
      ...(onlyFor.length === 0 ? {} : { onlyFor }),
    }));
  });
}
