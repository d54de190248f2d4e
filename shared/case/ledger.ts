/**
 * The assayed-state ledger (F003): for every gene and modality whether something was detected, was tested and not
 * detected, could not be judged, or was not assayed. A gene is never called tested because nothing was found: an assay
 * must have read it, its file must be in the case, and no question about the file may be open.
 */
import type { Assay, CaseRecord, GenomeBuild, Modality } from './case-record.ts';
import type {
  AssayedState,
  AssayLedger,
  LedgerModality,
  LedgerWord,
  ObservedCopyNumber,
  ObservedFusion,
  ObservedMatrix,
  ObservedSegment,
  ObservedVariant,
} from './intake.ts';
import type { VariantInterest } from './variant-interest.ts';

/** What became of one file of the case. */
export interface LedgerFile {
  readonly path: string;
  readonly modality: Modality;
  readonly assayId: string;
  /** `asked`: a blocking question keeps its rows out until it is answered. */
  readonly state: 'read' | 'refused' | 'asked';
  readonly genomeBuild?: GenomeBuild | undefined;
  /** Variants outside the genes of the knowledge packs were only counted, because the file is very large. */
  readonly countedOutsideInterest?: boolean;
}

export interface LedgerInput {
  readonly assays: CaseRecord['assays'];
  readonly files: readonly LedgerFile[];
  readonly variants: readonly ObservedVariant[];
  readonly copyNumbers: readonly ObservedCopyNumber[];
  readonly segments: readonly ObservedSegment[];
  readonly fusions: readonly ObservedFusion[];
  readonly matrices: readonly ObservedMatrix[];
  readonly interest: VariantInterest;
}

/** One assay's word on a gene, before assays are put together. */
interface Word {
  readonly state: AssayedState;
  readonly assayId: string;
  readonly reason?: string | undefined;
  readonly because?: LedgerWord['because'];
  /** Less than the whole gene was read. */
  readonly partial?: boolean;
}

const modalityOf: Readonly<Record<Exclude<Modality, 'biomarkers'>, LedgerModality>> = {
  'somatic-variants': 'small-variant',
  'germline-variants': 'germline',
  'copy-number-genes': 'copy-number',
  'copy-number-segments': 'copy-number',
  fusions: 'fusion',
  expression: 'expression',
  protein: 'protein',
};

const words: Readonly<Record<LedgerModality, string>> = {
  'small-variant': 'small variants',
  'copy-number': 'copy number',
  fusion: 'fusions',
  expression: 'expression',
  protein: 'protein',
  germline: 'germline variants',
};
const columns = Object.keys(words) as LedgerModality[];

/** Consequences outside a gene: an annotator names the neighbour, but the gene itself is not changed. */
const NEARBY = new Set([
  'upstream_gene_variant',
  'downstream_gene_variant',
  'intergenic_variant',
  'intergenic_region',
  'regulatory_region_variant',
  'TF_binding_site_variant',
]);

const passed = ({ filter }: ObservedVariant): boolean => filter === undefined || filter === 'PASS' || filter === '.';

/** Copies other than two, a GISTIC call other than 0, or a log ratio of ±0.4 and more: the first one given decides. */
export function copyNumberChanged({
  totalCopies,
  call,
  log2Ratio,
}: Pick<ObservedCopyNumber, 'totalCopies' | 'call' | 'log2Ratio'>): boolean {
  if (totalCopies !== undefined) return totalCopies < 1.5 || totalCopies >= 2.5;
  if (call !== undefined) return call !== 0;
  return log2Ratio !== undefined && Math.abs(log2Ratio) >= 0.4;
}

/** Whether an assay reads every gene in a modality, a list of them, or does not say. */
function scopeOf(assay: Assay, column: LedgerModality): 'every' | 'listed' | 'unstated' | 'never' {
  if (column === 'fusion') {
    if (assay.fusionGenes !== undefined) return 'listed';
    if (assay.scope === 'targeted-rna' && assay.genes !== undefined) return 'listed';
    return assay.scope === 'transcriptome' || assay.scope === 'genome' ? 'every' : 'unstated';
  }
  if (column === 'expression' || column === 'protein') return assay.genes === undefined ? 'unstated' : 'listed';
  if (assay.genes !== undefined) return 'listed';
  return assay.scope === 'exome' || assay.scope === 'genome' ? 'every' : 'unstated';
}

const genesOf = (assay: Assay, column: LedgerModality): readonly string[] =>
  (column === 'fusion' ? (assay.fusionGenes ?? assay.genes) : assay.genes) ?? [];

/** What an assay saw in one column: genes with a finding, genes it measured, and what it cannot say. */
interface Seen {
  readonly detected: Set<string>;
  /** Genes whose own row says that nothing was found there. */
  readonly measured: Set<string>;
  readonly filteredOnly: Set<string>;
  /** Variants that carry no gene and lie in no span that is known here. */
  unplaced: number;
  counted: boolean;
  /** Genes whose position is known, where findings are known by position alone. */
  placed: Set<string> | undefined;
}

const nothingSeen = (): Seen => ({
  detected: new Set(),
  measured: new Set(),
  filteredOnly: new Set(),
  unplaced: 0,
  counted: false,
  placed: undefined,
});

export function assayLedger(input: LedgerInput): AssayLedger {
  const defaults: Record<string, LedgerWord> = {};
  const entries = new Map<string, Record<string, LedgerWord>>();
  for (const column of columns) {
    const judges = input.assays
      .filter(({ modalities }) => modalities.some((one) => one !== 'biomarkers' && modalityOf[one] === column))
      .map((assay) => judgeOf(assay, column, input));
    const fallback = together(
      judges.map((judge) => judge.other),
      column,
    );
    defaults[column] = fallback;
    const genes = new Set(judges.flatMap(({ genes }) => [...genes]));
    for (const gene of genes) {
      const state = together(
        judges.map((judge) => judge.word(gene)),
        column,
      );
      // Only what differs from the default is written: a transcriptome names twenty thousand genes.
      if (JSON.stringify(state) === JSON.stringify(fallback)) continue;
      const before = entries.get(gene);
      if (before === undefined) entries.set(gene, { [column]: state });
      else before[column] = state;
    }
  }
  return {
    entries: [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([gene, states]) => ({ gene, states })),
    defaults,
  };
}

interface Judge {
  /** Genes on which the assay has a word of its own. */
  readonly genes: ReadonlySet<string>;
  readonly word: (gene: string) => Word;
  /** Its word on any other gene. */
  readonly other: Word;
}

function judgeOf(assay: Assay, column: LedgerModality, input: LedgerInput): Judge {
  const own = input.files.filter(
    ({ assayId, modality }) => assayId === assay.id && modality !== 'biomarkers' && modalityOf[modality] === column,
  );
  const read = own.filter(({ state }) => state === 'read');
  const says = (state: AssayedState, reason?: string, partial = false): Word => ({
    state,
    assayId: assay.id,
    reason,
    partial,
  });
  const listed = new Set(genesOf(assay, column));
  const failed = failedOf(assay, column);
  if (read.length < Math.max(own.length, 1)) {
    const refused = own.find(({ state }) => state === 'refused');
    const asked = own.find(({ state }) => state === 'asked');
    const why: Word =
      refused !== undefined
        ? {
            ...says('failed-qc', `${refused.path} was refused, so ${assay.name} says nothing of ${words[column]} here`),
            because: 'refusal' as const,
          }
        : asked !== undefined
          ? {
              ...says(
                'failed-qc',
                `a question about ${asked.path} is open, so ${assay.name} says nothing of ${words[column]} yet`,
              ),
              because: 'question' as const,
            }
          : says('not-assayed', `${assay.name} reads ${words[column]}, but no such file is in the case`);
    if (read.length === 0) {
      const outside = says('not-assayed', `not among the genes that ${assay.name} reads`);
      return scopeOf(assay, column) === 'listed'
        ? { genes: listed, word: (gene) => (listed.has(gene) ? why : outside), other: outside }
        : { genes: new Set(), word: () => why, other: why };
    }
    // One of several files is missing: what the others found stands, what they did not find proves nothing.
    const seen = seenBy(read, column, input);
    return {
      genes: new Set([...seen.detected, ...seen.measured]),
      word: (gene) => (seen.detected.has(gene) ? says('detected') : why),
      other: why,
    };
  }
  const seen = seenBy(read, column, input);
  const scope = scopeOf(assay, column);
  const hotspots =
    assay.targets === 'hotspots'
      ? 'only hot spots of the gene are read; elsewhere in it nothing was tested'
      : assay.targets === 'mixed'
        ? 'some genes are read at hot spots only, and which is not stated'
        : undefined;
  const sequence = column === 'small-variant' || column === 'germline';

  const covered = (gene: string): Word => {
    const gap = failed.get(gene);
    if (gap !== undefined) return says('failed-qc', gap);
    if (seen.filteredOnly.has(gene))
      return says(
        'tested-not-detected',
        'a call in the gene did not pass the caller’s filters',
        hotspots !== undefined,
      );
    if (sequence && hotspots !== undefined) return says('tested-not-detected', hotspots, true);
    return says('tested-not-detected');
  };
  const elsewhere = (): Word => {
    if (scope === 'listed') return says('not-assayed', `not among the genes that ${assay.name} reads`);
    if (scope === 'unstated') {
      if (column === 'expression' || column === 'protein')
        return says('not-assayed', `the file of ${assay.name} gives no value for this gene`);
      return says(
        'not-assayed',
        column === 'fusion'
          ? `${assay.name} does not state the genes whose fusions it can call`
          : `${assay.name} does not state which genes it reads`,
      );
    }
    if (seen.placed !== undefined)
      return says('not-assayed', 'segments were read, but where this gene lies is not known here');
    if (seen.counted)
      return says(
        'failed-qc',
        'the file is so large that variants outside the genes of the knowledge packs were only counted',
      );
    if (seen.unplaced > 0)
      return says(
        'failed-qc',
        `${seen.unplaced} ${seen.unplaced === 1 ? 'variant carries' : 'variants carry'} no gene, and whether one lies in this gene is not known`,
      );
    return covered('');
  };
  const other = elsewhere();
  const placed = interestIn(read, input);
  return {
    genes: new Set([
      ...seen.detected,
      ...seen.measured,
      ...seen.filteredOnly,
      ...failed.keys(),
      ...listed,
      ...(scope === 'every' && other.state !== 'tested-not-detected' ? placed : []),
      ...(seen.placed ?? []),
    ]),
    word: (gene) => {
      if (seen.detected.has(gene)) return says('detected', failed.get(gene));
      if (column === 'expression' || column === 'protein')
        return seen.measured.has(gene)
          ? says('tested-not-detected', 'measured, and nothing of it found')
          : listed.has(gene)
            ? says('failed-qc', `${assay.name} reads the gene, but its file gives no value`)
            : other;
      if (failed.has(gene)) return covered(gene);
      if (seen.measured.has(gene)) return covered(gene);
      if (scope === 'listed') {
        if (!listed.has(gene)) return other;
        return seen.placed !== undefined && !seen.placed.has(gene)
          ? says('failed-qc', 'no segment covers the gene, or where it lies is not known here')
          : covered(gene);
      }
      if (scope !== 'every') return other;
      if (seen.placed !== undefined) return seen.placed.has(gene) ? covered(gene) : other;
      // A gene whose span is known would have been told by position.
      return placed.has(gene) || other.state === 'tested-not-detected' ? covered(gene) : other;
    },
    other,
  };
}

/** Genes that a failed region keeps from being called tested, with the reason in words. */
function failedOf(assay: Assay, column: LedgerModality): ReadonlyMap<string, string> {
  const failed = new Map<string, string>();
  for (const { gene, region, reason } of assay.failedRegions ?? []) {
    // A lost exon says nothing of the copy number or the transcript of the gene.
    if (region !== undefined && column !== 'small-variant' && column !== 'germline') continue;
    const said = region === undefined ? reason : `${region}: ${reason}`;
    const before = failed.get(gene);
    failed.set(gene, before === undefined ? said : `${before}; ${said}`);
  }
  return failed;
}

/** Genes whose span is known on the build of every one of the files. */
function interestIn(files: readonly LedgerFile[], { interest }: LedgerInput): ReadonlySet<string> {
  const builds = files.map(({ genomeBuild }) => genomeBuild);
  const [first, ...others] = builds.map(
    (build) => new Set(build === undefined ? [] : interest.spans[build].map(({ gene }) => gene)),
  );
  if (first === undefined) return new Set();
  return new Set([...first].filter((gene) => others.every((genes) => genes.has(gene))));
}

function seenBy(files: readonly LedgerFile[], column: LedgerModality, input: LedgerInput): Seen {
  const seen = nothingSeen();
  const byPath = new Map(files.map((file) => [file.path, file] as const));
  seen.counted = files.some(({ countedOutsideInterest }) => countedOutsideInterest === true);
  switch (column) {
    case 'small-variant':
    case 'germline':
      seeVariants(seen, byPath, column, input);
      break;
    case 'copy-number':
      for (const row of input.copyNumbers)
        if (byPath.has(row.file)) (copyNumberChanged(row) ? seen.detected : seen.measured).add(row.gene);
      seeSegments(seen, byPath, input);
      break;
    case 'fusion':
      for (const { file, gene5, gene3 } of input.fusions)
        if (byPath.has(file)) for (const gene of [gene5, gene3]) if (gene !== '?') seen.detected.add(gene);
      break;
    case 'expression':
    case 'protein':
      for (const matrix of input.matrices)
        if (byPath.has(matrix.file))
          matrix.genes.forEach((gene, index) => {
            const amount = matrix.scale === 'tpm' || matrix.scale === 'fpkm' || matrix.scale === 'h-score';
            (amount && matrix.values[index] === 0 ? seen.measured : seen.detected).add(gene);
          });
      break;
  }
  return seen;
}

function seeVariants(
  seen: Seen,
  files: ReadonlyMap<string, LedgerFile>,
  column: 'small-variant' | 'germline',
  { variants, interest }: LedgerInput,
): void {
  const spans = spanIndex(interest);
  const origin = column === 'germline' ? 'germline' : 'somatic';
  for (const variant of variants) {
    if (!files.has(variant.file) || variant.origin !== origin) continue;
    const terms = variant.annotation?.consequence?.split('&') ?? [];
    // A change numbered on the gene's own transcript is the gene's, as those of the TERT promoter are (c.-124C>T).
    const numbered = variant.annotation?.gene !== undefined && variant.annotation.hgvsCoding !== undefined;
    const nearby = !numbered && terms.length > 0 && terms.every((term) => NEARBY.has(term));
    const end1 = variant.position1 + Math.max(variant.reference.length - 1, 0);
    const over = spans(variant.build, variant.chromosome, variant.position1, end1);
    const named = nearby ? undefined : variant.annotation?.gene;
    const genes = named === undefined ? over : [named];
    // An annotator that says "between genes" has placed the variant, too.
    if (genes.length === 0 && !nearby) seen.unplaced += 1;
    for (const gene of genes) (passed(variant) ? seen.detected : seen.filteredOnly).add(gene);
  }
  for (const gene of seen.detected) seen.filteredOnly.delete(gene);
}

function seeSegments(
  seen: Seen,
  files: ReadonlyMap<string, LedgerFile>,
  { segments, copyNumbers, interest }: LedgerInput,
): void {
  const own = segments.filter(({ file }) => files.has(file));
  if (own.length === 0) return;
  // A table by gene answers for its genes; segments answer for the others.
  const byGene = new Set(copyNumbers.filter(({ file }) => files.has(file)).map(({ gene }) => gene));
  const placed = new Set<string>();
  for (const build of ['GRCh37', 'GRCh38'] as const) {
    const here = own.filter(({ file }) => files.get(file)?.genomeBuild === build);
    if (here.length === 0) continue;
    const byChromosome = Map.groupBy(here, ({ chromosome }) => chromosome);
    for (const { gene, chromosome, start1, end1 } of interest.spans[build]) {
      if (byGene.has(gene)) continue;
      const over = (byChromosome.get(chromosome) ?? []).filter(
        (segment) => segment.start1 <= end1 && segment.end1 >= start1,
      );
      if (over.length === 0) continue;
      placed.add(gene);
      if (over.some(copyNumberChanged)) seen.detected.add(gene);
    }
  }
  seen.placed = placed;
}

const BIN = 1_000_000;

/** Genes of interest that lie over a stretch, by bins of a megabase. */
function spanIndex(
  interest: VariantInterest,
): (build: GenomeBuild, chromosome: string, start1: number, end1: number) => string[] {
  const bins = new Map<string, VariantInterest['spans'][GenomeBuild][number][]>();
  for (const build of ['GRCh37', 'GRCh38'] as const)
    for (const span of interest.spans[build])
      for (let bin = Math.floor(span.start1 / BIN); bin <= Math.floor(span.end1 / BIN); bin += 1) {
        const key = `${build}:${span.chromosome}:${bin}`;
        const list = bins.get(key);
        if (list === undefined) bins.set(key, [span]);
        else list.push(span);
      }
  return (build, chromosome, start1, end1) => {
    const genes = new Set<string>();
    for (let bin = Math.floor(start1 / BIN); bin <= Math.floor(end1 / BIN); bin += 1)
      for (const span of bins.get(`${build}:${chromosome}:${bin}`) ?? [])
        if (span.start1 <= end1 && span.end1 >= start1) genes.add(span.gene);
    return [...genes];
  };
}

/** The strongest word wins: found, then tested whole, then tested in part, then failed, then not assayed. */
const strength = ({ state, partial }: Word): number =>
  state === 'detected'
    ? 4
    : state === 'tested-not-detected'
      ? partial === true
        ? 2
        : 3
      : state === 'failed-qc'
        ? 1
        : 0;

function together(all: readonly Word[], column: LedgerModality): LedgerWord {
  const best = Math.max(...all.map(strength), -1);
  const agreeing = all.filter((word) => strength(word) === best);
  if (agreeing.length === 0)
    return { state: 'not-assayed', assayIds: [], reason: `no assay of the case reads ${words[column]}` };
  const reasons = [...new Set(agreeing.map(({ reason }) => reason).filter((reason) => reason !== undefined))];
  const { state = 'not-assayed', because } = agreeing[0] ?? {};
  return {
    state,
    assayIds: state === 'not-assayed' ? [] : [...new Set(agreeing.map(({ assayId }) => assayId))],
    // Where one assay needs no excuse, the excuses of the others do not matter.
    ...(reasons.length === 0 || (state !== 'detected' && agreeing.some(({ reason }) => reason === undefined))
      ? {}
      : { reason: reasons.join('; ') }),
    ...(because !== undefined && agreeing.every((word) => word.because === because) ? { because } : {}),
  };
}
