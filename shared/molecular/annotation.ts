/**
 * A row of an annotated variant file: what can be said of one allele, in columns. A cell that cannot be filled is empty
 * and `note` says why; nothing is guessed and no allele is left out.
 */
import { z } from 'zod';
import { GenomeBuild } from '../case/case-record.ts';
import type { ObservedVariant, ToldAllele } from '../case/intake.ts';
import type { ClinvarAllele } from '../knowledge/clinvar.ts';
import { accessionOf, genomicName } from './genomic-change.ts';
import { parseProteinChange } from './hgvs.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import { CODON_REACH, changesOfRows, type PhasedRow, type Substitution, withCodonNeighbour } from './one-codon.ts';
import { type OneVariant, oneVariant, type VariantVerdict } from './one-variant.ts';
import { AmpTier, OncogenicityClass } from './profile.ts';
import { ruledChange } from './protein-name.ts';
import { readVariant, type SmallVariant, statedVariant } from './small-variants.ts';
import { variantLookups } from './variant-lookups.ts';

/** One allele of a variant file with what the packs say of it; keys in the order of the columns. */
export const AnnotatedAllele = z.object({
  /** Without `chr`. */
  chromosome: z.string(),
  /** As in the file, as are the alleles. */
  position1: z.number().int().nonnegative(),
  reference: z.string(),
  alternate: z.string(),
  build: GenomeBuild,
  gene: z.string().optional(),
  transcript: z.string().optional(),
  hgvsg: z.string().optional(),
  hgvsc: z.string().optional(),
  hgvsp: z.string().optional(),
  /** Sequence Ontology terms joined by `&`. */
  consequence: z.string().optional(),
  proteinChangeSource: z.enum(['input-annotation', 'computed', 'known-coordinate', 'not-computed']),
  /** What the packs know of this very change, parted by `;`. */
  known: z.string().optional(),
  oncogenicityPoints: z.number().int().optional(),
  oncogenicityClass: OncogenicityClass.optional(),
  /** Criteria that are met, parted by `,`. */
  oncogenicityCodes: z.string().optional(),
  ampTier: AmpTier.optional(),
  /** Weight and the statements that set the tier, for example `I-A: EID2994`. */
  tierEvidence: z.string().optional(),
  filter: z.string().optional(),
  note: z.string().optional(),
});
export type AnnotatedAllele = z.infer<typeof AnnotatedAllele>;

export const ANNOTATION_COLUMNS = Object.keys(AnnotatedAllele.shape) as readonly (keyof AnnotatedAllele)[];

/** What tells one change's oncogenicity, criteria that are met in the order of the standard. */
const codesOf = ({ variant: { oncogenicity } }: VariantVerdict): string | undefined =>
  oncogenicity === undefined || oncogenicity.class === 'not-evaluable'
    ? undefined
    : oncogenicity.criteria
        .filter(({ state }) => state === 'met')
        .map(({ code }) => code)
        .join(',') || undefined;

/**
 * `hotspot=647/537;civic=30;clinvar=12374/Pathogenic/3`: tumors at the residue and with the change, statements that name it,
 * the allele's classification with its stars.
 */
export function knownOf(
  { variant, matches }: Pick<VariantVerdict, 'variant' | 'matches'>,
  knowledge: MolecularKnowledge,
  recorded?: ClinvarAllele,
): string | undefined {
  const words: string[] = [];
  const hotspot = variant.change === undefined ? undefined : knowledge.hotspot?.(variant.gene, variant.change);
  if (hotspot !== undefined) words.push(`hotspot=${hotspot.samplesAtResidue}/${hotspot.samplesWithChange}`);
  const exact = matches.filter(({ specificity, flagged }) => specificity === 'exact' && !flagged).length;
  if (exact > 0) words.push(`${knowledge.evidencePack}=${exact}`);
  if (variant.source === 'known-coordinate') words.push('coordinate');
  if (recorded !== undefined)
    words.push(`clinvar=${recorded.id}/${recorded.significance.replaceAll(';', ',')}/${recorded.stars}`);
  return words.length === 0 ? undefined : words.join(';');
}

/** Statements that set the tier, the most that a cell holds; the number of the others follows. */
const MOST = 6;

function tierEvidenceOf({ call }: VariantVerdict): string | undefined {
  if (call === undefined) return undefined;
  const more = call.defining.length - MOST;
  return `${call.weight}: ${call.defining.slice(0, MOST).join(',')}${more > 0 ? ` and ${more} more` : ''}`;
}

const WRONG_BUILD = 'is the genome build right?';

/** Why a variant has no protein change where it might have one. */
function notComputedReason(
  variant: SmallVariant,
  at: Pick<ToldAllele, 'build' | 'chromosome'>,
  knowledge: MolecularKnowledge,
): string | undefined {
  // A reference base that is another is the reason, and is said.
  if (variant.flags.some((flag) => flag.endsWith(WRONG_BUILD))) return undefined;
  if (variant.source !== 'not-computed' && variant.consequence !== 'coding_sequence_variant') {
    const altersLength = ['frameshift_variant', 'inframe_insertion', 'inframe_deletion', 'protein_altering_variant'];
    if (variant.change !== undefined || !altersLength.includes(variant.consequence ?? '')) return undefined;
  }
  if (variant.gene === '')
    return knowledge.genesAt === undefined
      ? 'no pack with genes'
      : accessionOf(at.build, at.chromosome) === undefined
        ? `on a contig that is no chromosome of ${at.build}: nothing is known of it here, state the change on a chromosome where it has a place`
        : 'in no gene of the packs';
  if (variant.source === 'not-computed' && knowledge.codingSequence?.(variant.gene) !== undefined)
    return `protein change not computed: at a splice site of ${variant.gene}, whose intron is not known here, or longer than is computed`;
  return `protein change not computed: no checked coding sequence of ${variant.gene}`;
}

/** Neither gene nor effect, frequency nor score: the place and the reads alone, which no rule of one variant asks for. */
const saysNothing = (read: SmallVariant): boolean =>
  read.gene === '' &&
  read.change === undefined &&
  read.hgvsCoding === undefined &&
  read.transcript === undefined &&
  read.consequence === undefined &&
  read.exon === undefined &&
  read.populationFrequency === undefined &&
  read.predictors === undefined;

const nonEmpty = (text: string): string | undefined => (text === '' ? undefined : text);

/**
 * Annotates alleles one by one; every call is independent of the others, so that order changes nothing. Without a tumor
 * type no tier is given. The caller's filter stands in its own column and is repeated in no note.
 */
export function alleleAnnotator(
  knowledge: MolecularKnowledge,
  tumorType: string | undefined,
): (told: ToldAllele) => AnnotatedAllele {
  const judged: OneVariant = oneVariant(knowledge, tumorType);
  const lookups = variantLookups(knowledge);
  // What is said of a change of which nothing is known is the same for each of them: most rows of a whole genome.
  const nothing = new Map<SmallVariant['origin'], VariantVerdict>();
  const nothingOf = (read: SmallVariant): VariantVerdict => {
    let verdict = nothing.get(read.origin);
    if (verdict === undefined) {
      verdict = judged.verdict({ ...read, id: '' });
      nothing.set(read.origin, verdict);
    }
    return verdict;
  };
  const cells = (
    told: ToldAllele,
    verdict: VariantVerdict,
    hgvsg: string | undefined,
    notes: readonly (string | undefined)[],
  ): AnnotatedAllele => {
    const { variant, tier } = verdict;
    const { oncogenicity } = variant;
    const all = [
      told.rule,
      ...notes,
      variant.origin === 'germline' ? 'called as germline: somatic classes and tiers do not apply' : undefined,
      tumorType === undefined && oncogenicity !== undefined ? 'no tier without a tumor type' : undefined,
    ];
    // In the order of the columns, which is that of the lines too.
    return {
      chromosome: told.chromosome,
      position1: told.position1,
      reference: told.reference,
      alternate: told.alternate,
      build: told.build,
      gene: nonEmpty(variant.gene),
      transcript: variant.transcript,
      hgvsg,
      hgvsc: variant.hgvsCoding,
      hgvsp: variant.hgvsProtein,
      consequence: variant.consequence,
      proteinChangeSource: variant.change === undefined ? 'not-computed' : variant.source,
      known: knownOf(verdict, knowledge, knowledge.recorded?.(told)),
      oncogenicityPoints: oncogenicity?.class === 'not-evaluable' ? undefined : oncogenicity?.points,
      oncogenicityClass: oncogenicity?.class,
      oncogenicityCodes: codesOf(verdict),
      ampTier: tier,
      tierEvidence: tierEvidenceOf(verdict),
      filter: told.filter,
      note: nonEmpty(all.filter((note) => note !== undefined).join('; ')),
    };
  };
  return (told) => {
    const { build, chromosome, position1, reference, alternate, filter, rule, stated, variant: observed } = told;
    if (observed !== undefined) {
      const read = readVariant(observed, lookups);
      const verdict = saysNothing(read) ? nothingOf(read) : judged.verdict({ ...read, id: observed.key });
      const genomic = genomicName(observed, (position) => knowledge.referenceBase?.(build, chromosome, position));
      return cells(told, verdict, genomic?.name, [
        notComputedReason(read, observed, knowledge),
        ...read.flags.filter((flag) => !flag.startsWith('caller filter: ')),
        genomic?.settled === false ? 'hgvsg as placed in the file: the bases behind it are not known here' : undefined,
      ]);
    }
    const change = stated === undefined ? undefined : parseProteinChange(stated.hgvsProtein);
    if (stated !== undefined && change !== undefined) {
      const gene = knowledge.symbol(stated.gene);
      const ruled = ruledChange(change, knowledge.codingSequence?.(gene));
      return cells(told, judged.verdict(statedVariant(gene, ruled, undefined)), undefined, []);
    }
    const place = { chromosome, position1, reference, alternate, build };
    return { ...place, proteinChangeSource: 'not-computed', filter, note: rule };
  };
}

/** Rows at one place that are remembered: a caller's alternates are few. */
const MOST_AT_A_PLACE = 64;

/** What a row says of the change that it is a part of on its allele; place and names of its own bases stay its own. */
const OF_THE_CHANGE = [
  'hgvsp',
  'consequence',
  'proteinChangeSource',
  'known',
  'oncogenicityPoints',
  'oncogenicityClass',
  'oncogenicityCodes',
  'ampTier',
  'tierEvidence',
] as const satisfies readonly (keyof AnnotatedAllele)[];

/**
 * Hands rows on in their order once no neighbour in their codon can follow, with what such a neighbour makes of them in `note`.
 * Rows that the file phases onto one allele are judged as the one change they are.
 */
export function besideNeighbours(
  knowledge: MolecularKnowledge,
  annotate: (told: ToldAllele) => AnnotatedAllele,
  handOn: (row: AnnotatedAllele) => void,
): { take(row: AnnotatedAllele, variant?: ObservedVariant): void; end(): void } {
  const lookups = variantLookups(knowledge);
  interface Held {
    readonly row: AnnotatedAllele;
    readonly variant: ObservedVariant | undefined;
    judged?: true;
  }
  let recent: Held[] = [];
  const substitution = ({ row }: Held): Substitution | undefined => {
    const { gene, hgvsp, reference, alternate } = row;
    if (gene === undefined || hgvsp === undefined || reference.length !== 1 || alternate.length !== 1) return undefined;
    return { ...row, gene, hgvsCoding: row.hgvsc, change: parseProteinChange(hgvsp) };
  };
  const phased = (held: Held): Substitution | undefined => {
    const own = substitution(held);
    return own === undefined ? undefined : { ...own, phase: held.variant };
  };
  const noted = (row: AnnotatedAllele, words: string | undefined): void => {
    if (words !== undefined && row.note?.includes(words) !== true)
      row.note = row.note === undefined ? words : `${words}; ${row.note}`;
  };
  /** The first of a codon's rows to be handed on still has all others beside it. */
  const judgeTogether = (): void => {
    const rows = recent.flatMap((held): (PhasedRow & { readonly held: Held })[] => {
      if (held.judged === true || held.variant?.haplotype === undefined) return [];
      const own = substitution(held);
      return own === undefined ? [] : [{ ...own, phase: held.variant, held }];
    });
    for (const { row, parts, alsoAlone } of rows.length < 2 ? [] : changesOfRows(rows, lookups)) {
      const whole = annotate({ ...row, small: true, variant: row });
      for (const part of parts) {
        part.held.judged = true;
        if (alsoAlone.includes(part)) continue;
        const { row: own } = part.held;
        Object.assign(own, Object.fromEntries(OF_THE_CHANGE.map((column) => [column, whole[column]])));
        noted(own, `protein change, class and tier are those of ${whole.hgvsc}`);
      }
    }
  };
  return {
    take(row, variant) {
      const held: Held = { row, variant };
      const [first] = recent;
      if (first !== undefined) {
        const near = ({ row: one }: Held): boolean =>
          one.chromosome === row.chromosome && Math.abs(row.position1 - one.position1) <= CODON_REACH;
        let gone = 0;
        while (gone < recent.length && (recent.length - gone > MOST_AT_A_PLACE || !near(recent[gone] ?? held))) gone++;
        if (gone > 0 && recent.length > 1) judgeTogether();
        for (const { row: done } of recent.slice(0, gone)) handOn(done);
        if (gone > 0) recent = recent.slice(gone);
        const own = recent.length === 0 ? undefined : phased(held);
        for (const before of own === undefined ? [] : recent) {
          const other = phased(before);
          if (own === undefined || other === undefined) continue;
          noted(row, withCodonNeighbour(own, other, lookups));
          noted(before.row, withCodonNeighbour(other, own, lookups));
        }
      }
      recent.push(held);
    },
    end() {
      judgeTogether();
      for (const { row } of recent) handOn(row);
      recent = [];
    },
  };
}

/** Tabs and line ends would break the table. */
const breaks = /[\t\r\n]/;
const cell = (value: string | number | undefined): string =>
  value === undefined
    ? ''
    : typeof value === 'string' && breaks.test(value)
      ? value.replace(/[\t\r\n]+/g, ' ')
      : `${value}`;

/** One line of the table, in the order of `ANNOTATION_COLUMNS`, without its line end. */
export function annotationLine(row: AnnotatedAllele): string {
  let line = cell(row.chromosome);
  for (let index = 1; index < ANNOTATION_COLUMNS.length; index++)
    line += `\t${cell(row[ANNOTATION_COLUMNS[index] as keyof AnnotatedAllele])}`;
  return line;
}
