/** The genome laid end to end, for the copy-number picture. Pure. */
import type { GenomeBuild } from '../../shared/case/case-record.ts';
import { bareChromosome, chromosomesOf } from '../../shared/molecular/chromosomes.ts';
import type { Finding, MolecularProfile } from '../../shared/molecular/profile.ts';

type Segment = MolecularProfile['segments'][number];

export interface GenomeLayout {
  readonly chromosomes: readonly { readonly name: string; readonly start: number; readonly length: number }[];
  readonly total: number;
  /** Genome-wide position of a base; undefined on a chromosome that is not drawn. */
  readonly at: (chromosome: string, position1: number) => number | undefined;
}

/** Chromosomes that a segment names stand in the picture; Y only where it was read. */
export function layoutGenome(build: GenomeBuild, segments: readonly Segment[]): GenomeLayout {
  const read = new Set(segments.map(({ chromosome }) => bareChromosome(chromosome)));
  let start = 0;
  const chromosomes = chromosomesOf(build)
    .filter(({ name }) => name !== 'Y' || read.has('Y'))
    .map(({ name, length }) => {
      const chromosome = { name, start, length };
      start += length;
      return chromosome;
    });
  const byName = new Map(chromosomes.map((chromosome) => [chromosome.name, chromosome]));
  return {
    chromosomes,
    total: start,
    at: (chromosome, position1) => {
      const found = byName.get(bareChromosome(chromosome));
      return found === undefined ? undefined : found.start + Math.min(position1, found.length);
    },
  };
}

/** Beyond these log2 ratios the picture is cut, and the label says the value. */
export const LOG2_DRAWN = { low: -3, high: 4 } as const;
/** From here a segment is drawn as gained or lost; the calls by gene have their own, stated rule. */
export const LOG2_CHANGED = 0.3;

export const change = (log2Ratio: number): 'gain' | 'loss' | 'even' =>
  log2Ratio >= LOG2_CHANGED ? 'gain' : log2Ratio <= -LOG2_CHANGED ? 'loss' : 'even';

export const clampLog2 = (log2Ratio: number): number => Math.min(LOG2_DRAWN.high, Math.max(LOG2_DRAWN.low, log2Ratio));

/** Share of the drawn genome in segments that are gained or lost, 0 to 1; undefined without segments. */
export function shareChanged(segments: readonly Segment[]): { gained: number; lost: number } | undefined {
  let all = 0;
  let gained = 0;
  let lost = 0;
  for (const { start1, end1, log2Ratio } of segments) {
    const length = Math.max(0, end1 - start1);
    all += length;
    if (change(log2Ratio) === 'gain') gained += length;
    if (change(log2Ratio) === 'loss') lost += length;
  }
  return all === 0 ? undefined : { gained: gained / all, lost: lost / all };
}

export interface GenomeLabel {
  readonly id: string;
  readonly text: string;
  readonly x: number;
  readonly log2Ratio: number;
  readonly side: 'gain' | 'loss';
}

/** Findings of copy number that can be placed, with what is written beside them. */
export function genomeLabels(
  findings: readonly Finding[],
  layout: GenomeLayout,
  segments: readonly Segment[],
): GenomeLabel[] {
  const labels: GenomeLabel[] = [];
  for (const finding of findings) {
    const gained = finding.kind === 'amplification' || finding.kind === 'gain';
    if (!gained && finding.kind !== 'deep-deletion' && finding.kind !== 'loss') continue;
    const { locus } = finding;
    if (locus === undefined) continue;
    const middle = Math.round((locus.start1 + locus.end1) / 2);
    const x = layout.at(locus.chromosome, middle);
    if (x === undefined) continue;
    const over = segments.find(
      ({ chromosome, start1, end1 }) =>
        bareChromosome(chromosome) === bareChromosome(locus.chromosome) && start1 <= middle && middle <= end1,
    );
    const log2Ratio =
      finding.log2Ratio ??
      (finding.totalCopies === undefined
        ? over?.log2Ratio
        : finding.totalCopies < 0.25
          ? LOG2_DRAWN.low
          : Math.log2(finding.totalCopies / 2));
    if (log2Ratio === undefined) continue;
    const copies = finding.totalCopies === undefined ? undefined : Math.round(finding.totalCopies * 10) / 10;
    labels.push({
      id: finding.id,
      text: `${finding.gene} ${copies === undefined ? finding.kind.replace('-', ' ') : `${copies} ${copies === 1 ? 'copy' : 'copies'}`}`,
      x,
      log2Ratio,
      side: gained ? 'gain' : 'loss',
    });
  }
  return together(labels, layout);
}

/** Labels that would be written over each other become one: "CDKN2A, CDKN2B 0 copies". */
function together(labels: readonly GenomeLabel[], layout: GenomeLayout): GenomeLabel[] {
  const close = layout.total * LABEL_SPACE;
  const merged: (GenomeLabel & { readonly genes: readonly string[]; readonly what: string })[] = [];
  for (const label of [...labels].sort((a, b) => a.x - b.x)) {
    const [gene = '', ...rest] = label.text.split(' ');
    const what = rest.join(' ');
    const before = merged.at(-1);
    if (before === undefined || before.side !== label.side || before.what !== what || label.x - before.x > close)
      merged.push({ ...label, genes: [gene], what });
    else {
      const genes = [...before.genes, gene].sort();
      merged[merged.length - 1] = { ...before, genes, text: `${genes.join(', ')} ${what}` };
    }
  }
  return merged.map(({ id, text, x, log2Ratio, side }) => ({ id, text, x, log2Ratio, side }));
}

/** Share of the picture's width under which two labels meet. */
const LABEL_SPACE = 0.03;

/** Width of a letter and height of a line as shares of the picture, a little more than they are. */
const LETTER = 0.0056;
const LINE = 0.12;
const ROWS = [0, 1, -1, 2, -2] as const;

/** Labels near the right border are written to the left of their place. */
export const leftward = (x: number, layout: GenomeLayout): boolean => x > layout.total * 0.88;

/**
 * In how many lines above (positive) or below its place each label is written, so that no two lie over each other where there
 * is room for both.
 *
 * @param range lowest and highest log2 ratio drawn
 * @param strokes changed segments as drawn; a word stands beside them where there is room, and over them rather than over a word
 */
export function labelRows(
  labels: readonly GenomeLabel[],
  layout: GenomeLayout,
  [low, high]: readonly [number, number],
  strokes: readonly { readonly from: number; readonly to: number; readonly y: number }[] = [],
): readonly number[] {
  const line = (high - low) * LINE;
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  return labels.map(({ text, x, log2Ratio, side }) => {
    const width = text.length * LETTER * layout.total;
    const [from, to] = leftward(x, layout) ? [x - width, x] : [x, x + width];
    const at = (row: number): number => clampLog2(log2Ratio) + row * line;
    const free = (row: number): boolean =>
      at(row) + line <= high &&
      at(row) - line >= low &&
      taken.every((other) => to < other.from || from > other.to || Math.abs(other.y - at(row)) >= line * 0.99);
    const clear = (row: number): boolean => {
      // A gain's word stands on its line, a loss's hangs from it.
      const [floor, ceiling] = side === 'gain' ? [at(row), at(row) + line] : [at(row) - line, at(row)];
      return strokes.every(
        (one) => to < one.from || from > one.to || one.y <= floor + line * 0.1 || one.y >= ceiling - line * 0.1,
      );
    };
    const rows = ROWS.map((one) => (side === 'gain' ? one : 0 - one)).filter(free);
    const row = rows.find(clear) ?? rows[0] ?? 0;
    taken.push({ from, to, y: at(row) });
    return row;
  });
}
