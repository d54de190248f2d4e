/**
 * Both copies of a tumor suppressor (F020; Knudson AG. Proc Natl Acad Sci USA 1971;68:820): what struck the first, what
 * the second, and whether that is shown or only possible. The facts are cited by finding; nothing untested counts.
 */
import type { GeneCopyNumber } from './copy-number.ts';

export interface Hit {
  readonly kind: 'germline' | 'somatic' | 'copy-number';
  readonly fact: string;
  /** The finding that tells of it; absent where only the copies do. */
  readonly findingId?: string | undefined;
}

export interface TwoHits {
  readonly gene: string;
  readonly state: 'biallelic' | 'two-variants-unphased' | 'one-hit';
  readonly facts: readonly Hit[];
  readonly statement: string;
}

export interface HitVariant {
  readonly id: string;
  readonly title: string;
  readonly origin: 'germline' | 'somatic' | 'unknown';
  /** Its class in words, for the fact. */
  readonly verdict: string;
  readonly alleleFraction?: number | undefined;
}

const share = (fraction: number): string => `${Math.round(fraction * 100)} % of the reads`;

/** `undefined` where no variant struck the gene: copies alone are a finding of their own. */
export function twoHits(
  gene: string,
  variants: readonly HitVariant[],
  copies: GeneCopyNumber | undefined,
  copyNumberTested: boolean,
): TwoHits | undefined {
  const struck = [...variants].sort((a, b) =>
    a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.id < b.id ? -1 : 1,
  );
  if (struck.length === 0) return undefined;
  const facts: Hit[] = struck.map(({ id, title, origin, verdict, alleleFraction }) => ({
    kind: origin === 'germline' ? 'germline' : 'somatic',
    fact: `${origin === 'unknown' ? 'variant of unknown origin' : `${origin} variant`} ${title}, ${verdict}${alleleFraction === undefined ? '' : `, ${share(alleleFraction)}`}`,
    findingId: id,
  }));
  const lost =
    copies?.minorCopies === 0
      ? `no minor allele left in the tumor (loss of heterozygosity; ${copies.fact})`
      : copies?.state === 'loss'
        ? `one copy lost in the tumor (${copies.fact})`
        : undefined;
  if (lost !== undefined) facts.push({ kind: 'copy-number', fact: lost });
  const said = facts.map(({ fact }) => fact).join('; ');
  if (lost !== undefined)
    return { gene, state: 'biallelic', facts, statement: `${gene}: both copies are struck. ${said}.` };
  if (struck.length > 1)
    return {
      gene,
      state: 'two-variants-unphased',
      facts,
      statement: `${gene}: two variants, whether on different copies is not known. ${said}.`,
    };
  const second = copyNumberTested
    ? 'no second hit was found; silencing by methylation is not tested here'
    : 'copy number was not assayed, so a second hit is neither shown nor excluded';
  return { gene, state: 'one-hit', facts, statement: `${gene}: one hit. ${said}; ${second}.` };
}
