/** Coding names after HGVS (c.): read from a text and placed on the genome. */
import type { GenomeBuild } from '../case/case-record.ts';
import { reverseComplement, type Transcript } from './coding-change.ts';
import type { GenomicChange } from './genomic-change.ts';

/** `c.3028+1` is `{ region: 'cds', coding: 3028, offset: 1 }`; `coding` is negative before the start codon. */
interface CodingPosition {
  readonly region: 'cds' | 'utr3';
  readonly coding: number;
  readonly offset: number;
}

export interface CodingName {
  readonly first: CodingPosition;
  readonly last: CodingPosition;
  readonly verb: GenomicChange['verb'];
  /** Bases of the coding strand, as far as the name states them. */
  readonly reference: string;
  readonly alternate: string;
  /** The name in one spelling: without what surrounds it and without the letters of a deletion or duplication. */
  readonly name: string;
}

const POSITION = '(\\*|-)?(\\d+)([+-]\\d+)?';
const rName = new RegExp(
  `^c\\.\\(?${POSITION}(?:_${POSITION})?(?:([ACGT])>([ACGT])|(delins|del|dup|ins)([ACGT]*)(?:ins([ACGT]+))?)\\)?$`,
  'i',
);

const position = (sign: string | undefined, number: string, offset: string | undefined): CodingPosition => ({
  region: sign === '*' ? 'utr3' : 'cds',
  coding: (sign === '-' ? -1 : 1) * Number(number),
  offset: Number(offset ?? 0),
});

const before = (a: CodingPosition, b: CodingPosition): boolean =>
  a.region === b.region ? a.coding < b.coding || (a.coding === b.coding && a.offset < b.offset) : a.region === 'cds';

const written = ({ region, coding, offset }: CodingPosition): string =>
  `${region === 'utr3' ? '*' : ''}${coding}${offset === 0 ? '' : offset > 0 ? `+${offset}` : offset}`;

/** The coding change a text names, with or without its sequence; `undefined` where it names none that is read here. */
export function parseCodingName(text: string): CodingName | undefined {
  const rest = text.trim().slice(text.trim().lastIndexOf(':') + 1);
  const match = rName.exec(rest);
  if (match === null) return undefined;
  const [, sign, number = '', offset, sign2, number2, offset2, from, to, word, bases = '', then] = match;
  const first = position(sign, number, offset);
  const last = number2 === undefined ? first : position(sign2, number2, offset2);
  if (first.coding === 0 || last.coding === 0 || before(last, first)) return undefined;
  const span = last === first ? written(first) : `${written(first)}_${written(last)}`;
  if (from !== undefined && to !== undefined) {
    if (last !== first) return undefined;
    const [reference, alternate] = [from.toUpperCase(), to.toUpperCase()];
    return { first, last, verb: '>', reference, alternate, name: `c.${span}${reference}>${alternate}` };
  }
  const letters = bases.toUpperCase();
  const verb = word?.toLowerCase() === 'del' && then !== undefined ? 'delins' : word?.toLowerCase();
  switch (verb) {
    case 'delins': {
      const alternate = then?.toUpperCase() ?? letters;
      const reference = then === undefined ? '' : letters;
      return alternate === ''
        ? undefined
        : { first, last, verb, reference, alternate, name: `c.${span}delins${alternate}` };
    }
    case 'ins':
      return letters === '' || last === first
        ? undefined
        : { first, last, verb, reference: '', alternate: letters, name: `c.${span}ins${letters}` };
    case 'del':
    case 'dup':
      return { first, last, verb, reference: letters, alternate: '', name: `c.${span}${verb}` };
    default:
      return undefined;
  }
}

/** The region of a splice site goes on to this base of the intron (Sequence Ontology, splice_region_variant). */
const REGION = 8;

/** The first and the last two bases of each intron that a change begins or ends in, as far as it reaches them: `c.2888-2`. */
export function splicedSites({ first, last }: CodingName): string[] {
  const sites = new Set<string>();
  for (const { region, coding, offset } of [first, last]) {
    if (offset === 0) continue;
    // There is no base 0: an intron before the start codon lies between -1 and 1 at the most.
    const [end, start] =
      offset > 0 ? [coding, coding === -1 ? 1 : coding + 1] : [coding === 1 ? -1 : coding - 1, coding];
    for (const [at, bases] of [
      [end, [1, 2]],
      [start, [-2, -1]],
    ] as const)
      for (const base of bases) {
        const site = { region, coding: at, offset: base };
        if (!before(site, first) && !before(last, site)) sites.add(`c.${written(site)}`);
      }
  }
  return [...sites];
}

/** What a change that reaches into an intron does to it, in the words of the Sequence Ontology; `undefined` in an exon. */
export function intronConsequence(name: CodingName): string | undefined {
  const offsets = [name.first.offset, name.last.offset].filter((offset) => offset !== 0).map(Math.abs);
  if (offsets.length === 0) return undefined;
  const sites = splicedSites(name);
  const terms = [
    ...(sites.some((site) => /\d-\d$/.test(site)) ? ['splice_acceptor_variant'] : []),
    ...(sites.some((site) => /\d\+\d$/.test(site)) ? ['splice_donor_variant'] : []),
  ];
  if (terms.length > 0) return terms.join('&');
  return Math.min(...offsets) <= REGION ? 'splice_region_variant&intron_variant' : 'intron_variant';
}

/** 1-based position on the genome; `undefined` outside the transcript, or for an offset from a base within an exon. */
function placed(transcript: Transcript, { region, coding, offset }: CodingPosition): number | undefined {
  const { exons, before, codingStart, codingEnd, gene } = transcript;
  const forward = gene.strand === '+';
  const at = region === 'utr3' ? codingEnd + coding : coding < 0 ? codingStart + coding : codingStart + coding - 1;
  if (region === 'cds' && at > codingEnd) return undefined;
  // Promoter changes are numbered on beyond the first base of the transcript (TERT c.-124).
  const [entry = [0, 0]] = exons;
  if (at < 0) return offset !== 0 ? undefined : forward ? entry[0] + at : entry[1] - at;
  for (let index = 0; index < exons.length; index++) {
    const [start, end] = exons[index] ?? [0, 0];
    const inside = at - (before[index] ?? 0);
    if (inside < 0 || inside > end - start) continue;
    if (offset > 0 && (inside !== end - start || index === exons.length - 1)) return undefined;
    if (offset < 0 && (inside !== 0 || index === 0)) return undefined;
    return forward ? start + inside + offset : end - inside - offset;
  }
  return undefined;
}

/** The same change in the words of the genome; `undefined` where the transcript has no such place. */
export function locate(transcript: Transcript, build: GenomeBuild, change: CodingName): GenomicChange | undefined {
  const ends = [placed(transcript, change.first), placed(transcript, change.last)];
  const [a, b] = ends;
  if (a === undefined || b === undefined) return undefined;
  const forward = transcript.gene.strand === '+';
  const [start, end] = forward ? [a, b] : [b, a];
  if (end < start || (change.verb === 'ins' && end !== start + 1)) return undefined;
  const length = end - start + 1;
  if (change.reference !== '' && change.reference.length !== length) return undefined;
  const turned = (bases: string): string => (forward ? bases : reverseComplement(bases));
  return {
    chromosome: transcript.gene.chromosome,
    builds: [build],
    start,
    end,
    verb: change.verb,
    reference: turned(change.reference),
    alternate: turned(change.alternate),
  };
}
