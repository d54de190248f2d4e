/**
 * What is known of this case, asked by the terms of molecular profiles, in three values. "Not tested" is `unknown`, never
 * `false` (design.md section 5 rule 1, F019): wild type is true only where the gene was tested and nothing was found.
 */
import type { AssayedState, AssayLedger, LedgerModality, LedgerWord } from '../case/intake.ts';
import type { ProfileLogic, ProfileTerm } from '../knowledge/evidence.ts';
import type { Biomarker } from './biomarkers.ts';
import { changesProtein } from './consequence.ts';
import type { GeneCopyNumber } from './copy-number.ts';
import type { Fusion } from './fusions.ts';
import { codingKey, parseProteinChange, sameProteinChange } from './hgvs.ts';
import type { EvidenceMatch, OncogenicityClass } from './profile.ts';
import type { SmallVariant } from './small-variants.ts';

export type Truth = 'true' | 'false' | 'unknown';
export type Specificity = EvidenceMatch['specificity'];

/** Broadest last. */
const breadth: readonly Specificity[] = ['exact', 'codon', 'exon', 'class', 'gene'];
const broadest = (a: Specificity, b: Specificity): Specificity => (breadth.indexOf(a) >= breadth.indexOf(b) ? a : b);

/** A fact that is missing, and what it would take. */
export interface Missing {
  readonly gene: string;
  readonly modality: LedgerModality | 'biomarker';
  readonly reason: string;
}

export interface Answer {
  readonly value: Truth;
  readonly findingIds: readonly string[];
  /** Negative facts used, in words: "KRAS tested, not detected". */
  readonly negatives: readonly string[];
  readonly specificity: Specificity;
  /** Why a true answer must not set a tier: a variant of uncertain significance met only by a word for the whole gene. */
  readonly limits: readonly string[];
  readonly missing: readonly Missing[];
}

export interface JudgedVariant extends SmallVariant {
  /** The change itself is shown to drive tumors, or an evidence item names it. */
  readonly driver: boolean;
  readonly exon?: number | undefined;
  /** Exons that a splice variant may lie beside; empty for any other and where no pack says. */
  readonly besideExons?: readonly number[] | undefined;
  readonly oncogenicity?: { readonly class: OncogenicityClass } | undefined;
}

export interface Outlier {
  readonly id: string;
  readonly gene: string;
  readonly modality: 'expression' | 'protein';
  readonly z: number;
  /** Where it stands among a named cohort, in words; absent where only a z-score was given. */
  readonly place?: string | undefined;
}

export interface CaseFacts {
  readonly variants: ReadonlyMap<string, readonly JudgedVariant[]>;
  readonly copyNumbers: ReadonlyMap<string, GeneCopyNumber>;
  readonly fusions: readonly Fusion[];
  readonly outliers: ReadonlyMap<string, readonly Outlier[]>;
  readonly biomarkers: readonly Biomarker[];
  readonly assayed: LedgerLookup;
}

/** What the ledger says of a gene in a modality. */
export type LedgerLookup = (
  gene: string,
  modality: LedgerModality,
) => { readonly state: AssayedState; readonly reason: string; readonly because?: LedgerWord['because'] };

export const copyNumberId = (gene: string): string => `copy-number:${gene}`;
export const fusionId = (id: string): string => `fusion:${id}`;
export const biomarkerId = (name: string): string => `biomarker:${name}`;

const plain = { findingIds: [], negatives: [], limits: [], missing: [], specificity: 'exact' } as const;
const no: Answer = { ...plain, value: 'false' };
const unknown = (missing: readonly Missing[]): Answer => ({ ...plain, value: 'unknown', missing });
const yes = (findingIds: readonly string[], specificity: Specificity, limits: readonly string[] = []): Answer => ({
  ...plain,
  value: 'true',
  findingIds: [...findingIds].sort(),
  specificity,
  limits,
});

/** A ledger without a word for a gene means "not assayed". */
export function ledgerLookup(ledger: AssayLedger): LedgerLookup {
  const entries = new Map(ledger.entries.map((entry) => [entry.gene, entry.states] as const));
  return (gene, modality) => {
    const entry = entries.get(gene)?.[modality] ?? ledger.defaults[modality];
    const state = entry?.state ?? 'not-assayed';
    const silent =
      state === 'not-assayed' ? 'no assay of this case reads it' : `read by ${(entry?.assayIds ?? []).join(', ')}`;
    return { state, reason: entry?.reason ?? silent, ...(entry?.because && { because: entry.because }) };
  };
}

/** A state that is no result, in words. */
export const unknownWords = ({ state, because }: Pick<LedgerWord, 'state' | 'because'>): string =>
  state !== 'failed-qc' ? 'not assayed' : because === undefined ? 'failed quality control' : 'not yet known';

const tested = (state: AssayedState): boolean => state === 'detected' || state === 'tested-not-detected';

const words: Readonly<Record<LedgerModality, string>> = {
  'small-variant': 'small variants',
  'copy-number': 'copy number',
  fusion: 'fusions',
  expression: 'expression',
  protein: 'protein',
  germline: 'germline variants',
};

/** `false` where the gene was tested, `unknown` with its reason otherwise. */
function notFound(facts: CaseFacts, gene: string, modality: LedgerModality): Answer {
  const { reason, ...word } = facts.assayed(gene, modality);
  if (tested(word.state)) return no;
  return unknown([
    {
      gene,
      modality,
      reason: `${gene} ${words[modality]}: ${unknownWords(word)} (${reason})`,
    },
  ]);
}

const altersProtein = (variant: JudgedVariant): boolean =>
  variant.change === undefined ? changesProtein(variant.consequenceClass) : variant.change.kind !== 'synonymous';

const notComputed = (variant: JudgedVariant): boolean =>
  variant.change === undefined && variant.consequenceClass === 'unknown';

/** A statement may name a polymorphism; benign by its frequency, it sets no tier (F029). */
const isBenign = ({ oncogenicity }: JudgedVariant): boolean =>
  oncogenicity?.class === 'benign' || oncogenicity?.class === 'likely-benign';

/** Variants of the gene that a test accepts; where one of unknown effect is left, the answer cannot be "no". */
function byVariant(
  facts: CaseFacts,
  gene: string,
  specificity: Specificity,
  accepts: (variant: JudgedVariant) => boolean,
  wholeGene = false,
): Answer {
  const variants = facts.variants.get(gene) ?? [];
  const met = variants.filter(accepts);
  if (met.length > 0) {
    const harmful = met.filter((variant) => !isBenign(variant));
    const drivers = wholeGene ? harmful.filter(({ driver }) => driver) : harmful;
    if (drivers.length > 0)
      return yes(
        drivers.map(({ id }) => id),
        specificity,
      );
    return yes(
      met.map(({ id }) => id),
      specificity,
      [
        harmful.length === 0
          ? 'met only by a variant that is benign'
          : 'met only by a variant of uncertain significance',
      ],
    );
  }
  const open = variants.find(notComputed);
  if (open !== undefined)
    return unknown([
      {
        gene,
        modality: 'small-variant',
        reason: `${gene}: a variant whose protein change is not computed (${open.hgvsGenomic})`,
      },
    ]);
  return notFound(facts, gene, 'small-variant');
}

const splicing = (variant: JudgedVariant): boolean =>
  /splice_(acceptor|donor|site)/.test(variant.consequence ?? '') || variant.change?.kind === 'splice';

function exonTerm(facts: CaseFacts, term: Extract<ProfileTerm, { kind: 'exon' }>): Answer {
  const { gene, exons, change } = term;
  const inExon = (variant: JudgedVariant): boolean =>
    change === 'skipping'
      ? (variant.besideExons ?? []).some((exon) => exons.includes(exon))
      : variant.exon !== undefined && exons.includes(variant.exon);
  const kind = (variant: JudgedVariant): string | undefined => variant.change?.kind;
  const shape: Record<typeof change, (variant: JudgedVariant) => boolean> = {
    mutation: altersProtein,
    deletion: (variant) => kind(variant) === 'deletion' || (kind(variant) === 'delins' && shrinks(variant)),
    insertion: (variant) =>
      kind(variant) === 'insertion' ||
      kind(variant) === 'duplication' ||
      (kind(variant) === 'delins' && !shrinks(variant) && grows(variant)),
    frameshift: (variant) => kind(variant) === 'frameshift',
    skipping: splicing,
  };
  const skippedInRna =
    change === 'skipping'
      ? facts.fusions.filter((fusion) => fusion.gene5 === gene && fusion.gene3 === gene).map(({ id }) => fusionId(id))
      : [];
  if (skippedInRna.length > 0) return yes(skippedInRna, 'exon');
  const shaped = (facts.variants.get(gene) ?? []).filter(shape[change]);
  const nameless = shaped.find((variant) =>
    change === 'skipping' ? (variant.besideExons ?? []).length === 0 : variant.exon === undefined,
  );
  if (nameless !== undefined && !shaped.some(inExon))
    return unknown([
      {
        gene,
        modality: 'small-variant',
        reason: `${gene}: the exon of ${nameless.hgvsProtein ?? nameless.hgvsGenomic} is not known here`,
      },
    ]);
  return byVariant(facts, gene, 'exon', (variant) => shape[change](variant) && inExon(variant), change === 'mutation');
}

const length = (variant: JudgedVariant): number =>
  variant.change === undefined ? 0 : variant.change.end - variant.change.start + 1;
const shrinks = (variant: JudgedVariant): boolean => (variant.change?.alternate.length ?? 0) < length(variant);
const grows = (variant: JudgedVariant): boolean => (variant.change?.alternate.length ?? 0) > length(variant);

function outlierTerm(facts: CaseFacts, gene: string, high: boolean): Answer {
  const outliers = (facts.outliers.get(gene) ?? []).filter(({ z }) => (high ? z > 0 : z < 0));
  if (outliers.length > 0)
    return yes(
      outliers.map(({ id }) => id),
      'class',
    );
  const expression = notFound(facts, gene, 'expression');
  return expression.value === 'false'
    ? expression
    : notFound(facts, gene, 'protein').value === 'false'
      ? no
      : expression;
}

function biomarkerTerm(facts: CaseFacts, name: Extract<ProfileTerm, { kind: 'biomarker' }>['name']): Answer {
  const [measured, wanted] = (
    {
      'TMB-high': ['TMB', 'high'],
      'MSI-high': ['MSI', 'high'],
      MSS: ['MSI', 'low'],
      HRD: ['HRD', 'high'],
      'PD-L1': ['PD-L1', 'high'],
    } as const
  )[name];
  const readings = facts.biomarkers.filter((biomarker) => biomarker.name === measured);
  if (readings.some(({ reading }) => reading === wanted)) return yes([biomarkerId(measured)], 'exact');
  if (readings.some(({ reading }) => reading === 'high' || reading === 'low')) return no;
  const reason = readings[0] === undefined ? `${measured} not reported` : `${measured}: ${readings[0].validity}`;
  return unknown([{ gene: measured, modality: 'biomarker', reason }]);
}

/** One term against the case. */
export function answerTerm(term: ProfileTerm, facts: CaseFacts): Answer {
  switch (term.kind) {
    case 'protein-change':
      return byVariant(facts, term.gene, 'exact', ({ hgvsProtein, change }) =>
        hgvsProtein !== undefined && change?.kind !== 'splice' ? sameProteinChange(term.change, hgvsProtein) : false,
      );
    case 'coding-change':
      return byVariant(
        facts,
        term.gene,
        'exact',
        ({ hgvsCoding }) => hgvsCoding !== undefined && codingKey(term.change) === codingKey(hgvsCoding),
      );
    case 'codon':
      return byVariant(
        facts,
        term.gene,
        'codon',
        (variant) =>
          variant.change !== undefined &&
          altersProtein(variant) &&
          ['missense', 'delins'].includes(variant.change.kind) &&
          (variant.change.start === term.codon
            ? variant.change.reference === term.residue
            : variant.change.start < term.codon && term.codon <= variant.change.end),
      );
    case 'exon':
      return exonTerm(facts, term);
    case 'any-mutation':
      return byVariant(facts, term.gene, 'gene', altersProtein, true);
    case 'frameshift':
      return byVariant(
        facts,
        term.gene,
        'class',
        ({ change, consequence }) => change?.kind === 'frameshift' || /frameshift/.test(consequence ?? ''),
      );
    case 'loss-of-function': {
      const copies = facts.copyNumbers.get(term.gene);
      if (copies?.state === 'deep-deletion') return yes([copyNumberId(term.gene)], 'class');
      const proven = byVariant(facts, term.gene, 'class', (variant) => variant.consequenceClass === 'null');
      if (proven.value === 'true') return proven;
      const other = byVariant(facts, term.gene, 'class', altersProtein);
      return other.value === 'true'
        ? { ...other, limits: ['whether this change costs the gene its function is not known here'] }
        : proven;
    }
    case 'wild-type': {
      const variants = facts.variants.get(term.gene) ?? [];
      const altered = variants.filter(altersProtein);
      if (altered.some(({ driver }) => driver)) return no;
      if (altered.length > 0 || variants.some(notComputed))
        return unknown([
          {
            gene: term.gene,
            modality: 'small-variant',
            reason: `${term.gene}: a variant of uncertain significance stands against "wild type"`,
          },
        ]);
      const { state } = facts.assayed(term.gene, 'small-variant');
      if (tested(state))
        return {
          ...plain,
          value: 'true',
          specificity: 'gene',
          negatives: [`${term.gene} small variants: tested, not detected`],
        };
      return notFound(facts, term.gene, 'small-variant');
    }
    case 'amplification':
      return facts.copyNumbers.get(term.gene)?.state === 'amplification'
        ? yes([copyNumberId(term.gene)], 'exact')
        : notFound(facts, term.gene, 'copy-number');
    case 'deletion':
      return facts.copyNumbers.get(term.gene)?.state === 'deep-deletion'
        ? yes([copyNumberId(term.gene)], 'exact')
        : notFound(facts, term.gene, 'copy-number');
    case 'loss': {
      const state = facts.copyNumbers.get(term.gene)?.state;
      if (state === 'deep-deletion') return yes([copyNumberId(term.gene)], 'class');
      if (state === 'loss') return yes([copyNumberId(term.gene)], 'class', ['one copy is lost; one is left']);
      return notFound(facts, term.gene, 'copy-number');
    }
    case 'fusion': {
      const { gene5, gene3 } = term;
      const met = facts.fusions.filter(
        (fusion) =>
          fusion.gene5 !== fusion.gene3 &&
          (gene5 === undefined || fusion.gene5 === gene5) &&
          (gene3 === undefined || fusion.gene3 === gene3),
      );
      if (met.length > 0) {
        const inFrame = met.filter((fusion) => fusion.inFrame !== false);
        const specificity = gene5 !== undefined && gene3 !== undefined ? 'exact' : 'class';
        return inFrame.length > 0
          ? yes(
              inFrame.map(({ id }) => fusionId(id)),
              specificity,
            )
          : yes(
              met.map(({ id }) => fusionId(id)),
              specificity,
              ['the fusion is out of frame'],
            );
      }
      const gene = gene3 ?? gene5;
      return gene === undefined ? unknown([]) : notFound(facts, gene, 'fusion');
    }
    case 'overexpression':
      return outlierTerm(facts, term.gene, true);
    case 'underexpression':
      return outlierTerm(facts, term.gene, false);
    case 'biomarker':
      return biomarkerTerm(facts, term.name);
    case 'raw':
      // Words that no rule reads are never taken as met and never as absent.
      return unknown([]);
  }
}

/** Profile logic in three values (Kleene), with what met it and what is missing. */
export function answer(logic: ProfileLogic, facts: CaseFacts): Answer {
  if (logic.op === 'term') return answerTerm(logic.term, facts);
  if (logic.op === 'not') {
    const inner = answer(logic.of, facts);
    if (inner.value === 'unknown') return inner;
    // A variant of uncertain significance neither meets nor excludes "not mutated".
    if (inner.value === 'true') return inner.limits.length > 0 ? unknown([]) : no;
    return { ...plain, value: 'true', specificity: 'gene', negatives: [`not present: ${describeLogic(logic.of)}`] };
  }
  const parts = logic.of.map((part) => answer(part, facts));
  if (logic.op === 'and') {
    if (parts.some(({ value }) => value === 'false')) return no;
    const open = parts.filter(({ value }) => value === 'unknown');
    if (open.length > 0)
      return { ...plain, value: 'unknown', missing: open.flatMap(({ missing }) => missing), findingIds: union(parts) };
    const positive = parts.filter(({ findingIds }) => findingIds.length > 0);
    return {
      value: 'true',
      findingIds: union(parts),
      negatives: parts.flatMap(({ negatives }) => negatives),
      specificity: positive.length === 0 ? 'gene' : positive.map((part) => part.specificity).reduce(broadest),
      limits: [...new Set(parts.flatMap(({ limits }) => limits))],
      missing: [],
    };
  }
  const met = parts.filter(({ value }) => value === 'true');
  const free = met.filter(({ limits }) => limits.length === 0);
  const best = free.length > 0 ? free : met;
  if (best.length > 0) {
    const sharpest = best.reduce((a, b) =>
      broadest(a.specificity, b.specificity) === a.specificity && a.specificity !== b.specificity ? b : a,
    );
    return { ...sharpest, findingIds: union(best) };
  }
  const open = parts.filter(({ value }) => value === 'unknown');
  return open.length > 0 ? unknown(open.flatMap(({ missing }) => missing)) : no;
}

const union = (parts: readonly Answer[]): string[] =>
  [...new Set(parts.flatMap(({ findingIds }) => findingIds))].sort();

/** A profile's logic in words. */
export function describeLogic(logic: ProfileLogic): string {
  if (logic.op === 'not') return `not ${describeLogic(logic.of)}`;
  if (logic.op !== 'term') return `(${logic.of.map(describeLogic).join(` ${logic.op} `)})`;
  const term = logic.term;
  switch (term.kind) {
    case 'protein-change':
    case 'coding-change':
      return `${term.gene} ${term.change}`;
    case 'codon':
      return `${term.gene} ${term.residue}${term.codon}`;
    case 'exon':
      return `${term.gene} exon ${term.exons.join('/')} ${term.change}`;
    case 'any-mutation':
      return `${term.gene} mutation`;
    case 'fusion':
      return `${term.gene5 ?? 'any'}::${term.gene3 ?? 'any'} fusion`;
    case 'biomarker':
      return term.name;
    case 'raw':
      return term.text;
    default:
      return `${term.gene} ${term.kind.replaceAll('-', ' ')}`;
  }
}

/** Genes a profile speaks of, with the modality each would be read in. */
export function genesOfLogic(logic: ProfileLogic): readonly { gene: string; modality: LedgerModality; what: string }[] {
  if (logic.op === 'not') return [];
  if (logic.op !== 'term') return logic.of.flatMap(genesOfLogic);
  const term = logic.term;
  switch (term.kind) {
    case 'biomarker':
    case 'raw':
    case 'wild-type':
      return [];
    case 'fusion': {
      const gene = term.gene3 ?? term.gene5;
      return gene === undefined ? [] : [{ gene, modality: 'fusion', what: 'fusion' }];
    }
    case 'amplification':
      return [{ gene: term.gene, modality: 'copy-number', what: 'amplification' }];
    case 'deletion':
    case 'loss':
      return [{ gene: term.gene, modality: 'copy-number', what: 'deletion' }];
    case 'overexpression':
    case 'underexpression':
      return [{ gene: term.gene, modality: 'expression', what: 'expression' }];
    default:
      return [{ gene: term.gene, modality: 'small-variant', what: 'small variants' }];
  }
}

/** Changes that evidence names by themselves, by gene. */
export function namedChanges(logic: ProfileLogic): readonly { gene: string; change: string }[] {
  if (logic.op === 'not') return [];
  if (logic.op !== 'term') return logic.of.flatMap(namedChanges);
  if (logic.term.kind !== 'protein-change' || parseProteinChange(logic.term.change) === undefined) return [];
  return [{ gene: logic.term.gene, change: logic.term.change }];
}
