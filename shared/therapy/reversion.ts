/**
 * Reversions: a second change in a gene of homologous recombination that gives back the reading frame which the first one
 * broke. They were found in tumors that no longer answered to platinum or PARP inhibitors (Lin KK, et al. Cancer Discov
 * 2019;9:210; Kondrashova O, et al. Cancer Discov 2017;7:984). What is seen here is arithmetic on two calls: that both lie
 * on one allele, and that no stop lies between them, a person must confirm.
 */
import type { Finding } from '../molecular/profile.ts';

export const REVERSION_CITES = [
  'Lin KK, et al. Cancer Discov 2019;9:210 (reversion of BRCA1 or BRCA2, resistance to rucaparib and platinum)',
  'Kondrashova O, et al. Cancer Discov 2017;7:984 (reversion of RAD51C and RAD51D)',
] as const;

const GENES: ReadonlySet<string> = new Set(['BRCA1', 'BRCA2', 'PALB2', 'RAD51C', 'RAD51D']);
/** Bases between the two changes beyond which a stop out of frame is all but certain: about 100 codons. */
const FARTHEST = 300;

export interface Reversion {
  readonly gene: string;
  readonly broken: Finding;
  readonly restoring: Finding;
  readonly how: string;
}

interface Place {
  readonly build: string;
  readonly start: number;
  readonly end: number;
  /** Bases gained, negative where lost. */
  readonly net: number;
}

const bases = (allele: string): number => (allele === '-' ? 0 : allele.length);

function placeOf({ variantKeys }: Finding): Place | undefined {
  const [build, , position, reference, alternate] = variantKeys?.[0]?.split(':') ?? [];
  const start = Number(position);
  if (build === undefined || reference === undefined || alternate === undefined || !Number.isInteger(start))
    return undefined;
  if (!/^[ACGTN-]+$/i.test(reference) || !/^[ACGTN-]+$/i.test(alternate)) return undefined;
  return {
    build,
    start,
    end: start + Math.max(bases(reference) - 1, 0),
    net: bases(alternate) - bases(reference),
  };
}

const stopCodon = ({ hgvsProtein }: Finding): number | undefined => {
  const [, at] = /p\.\(?[A-Za-z]{1,3}(\d+)(?:Ter|\*)/.exec(hgvsProtein ?? '') ?? [];
  return at === undefined ? undefined : Number(at);
};
const missenseCodon = ({ hgvsProtein, consequence }: Finding): number | undefined => {
  if (consequence?.includes('missense') !== true) return undefined;
  const [, at] = /p\.\(?[A-Za-z]{3}(\d+)[A-Z][a-z]{2}/.exec(hgvsProtein ?? '') ?? [];
  return at === undefined ? undefined : Number(at);
};

function restores(broken: Finding, second: Finding): string | undefined {
  const a = placeOf(broken);
  const b = placeOf(second);
  if (a !== undefined && b !== undefined && a.build === b.build && a.net % 3 !== 0) {
    const apart = Math.max(0, Math.max(a.start, b.start) - Math.min(a.end, b.end));
    if ((a.net + b.net) % 3 === 0 && apart <= FARTHEST)
      return `the frame is shifted by ${signed(a.net)} and by ${signed(b.net)} bases, together by ${signed(a.net + b.net)}: whole codons`;
    if (b.net < 0 && b.net % 3 === 0 && b.start <= a.start && b.end >= a.end)
      return 'a deletion of whole codons takes the first change out';
  }
  const stop = stopCodon(broken);
  return stop !== undefined && stop === missenseCodon(second)
    ? `the stop at codon ${stop} is replaced by another amino acid`
    : undefined;
}

const signed = (value: number): string => (value > 0 ? `+${value}` : `${value}`);

/** Pairs in which a somatic change may restore what another one broke, in the order of their genes. */
export function reversions(findings: readonly Finding[]): Reversion[] {
  const small = findings.filter(({ kind, gene }) => kind === 'small-variant' && GENES.has(gene));
  return small
    .flatMap((broken) =>
      small.flatMap((restoring): Reversion[] => {
        if (restoring === broken || restoring.gene !== broken.gene || restoring.origin === 'germline') return [];
        // Of two somatic shifts each may have come second: the pair is told once.
        if (broken.origin !== 'germline' && broken.id > restoring.id && restores(restoring, broken) !== undefined)
          return [];
        const how = restores(broken, restoring);
        return how === undefined ? [] : [{ gene: broken.gene, broken, restoring, how }];
      }),
    )
    .sort((a, b) => (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.restoring.id < b.restoring.id ? -1 : 1));
}

/** PARP inhibitors and platinum by their stems (WHO INN: -parib, -platin), and where a statement names only their class. */
export const needsBrokenRepair = (agent: string): boolean =>
  /(?:parib|platin)(?![a-z])|\bplatinum\b|\bPARP(?:\d|\b)/i.test(agent);
