/**
 * Substitutions side by side on one allele are one mutation of several bases, told in several rows: they count once, and a
 * doublet has no place among the substitutions of one base (gnomAD: two bases apart at the most and on one haplotype, Wang et
 * al. 2020, PMID 32461613; COSMIC keeps signatures of doublets apart, Alexandrov et al. 2020, PMID 32025018).
 */
import type { ObservedVariant } from '../case/intake.ts';
import { CODON_REACH, moreReads, readsOf } from './one-codon.ts';

export const passed = ({ filter }: Pick<ObservedVariant, 'filter'>): boolean =>
  filter === undefined || filter === 'PASS' || filter === '.';

export interface Mutations {
  /** Each once; one of several rows as a caller would have written it in one, with N for a base that is not known here. */
  readonly variants: readonly ObservedVariant[];
  /** Rows that lie beside another on one allele, and what they are together. */
  readonly joined: { readonly rows: number; readonly mutations: number };
}

/** Rows that passed; those that a file does not phase stay as they are. */
export function mutationsOf(rows: readonly ObservedVariant[]): Mutations {
  const single = (row: ObservedVariant): boolean =>
    row.haplotype !== undefined &&
    row.phaseSet !== undefined &&
    /^[ACGT]$/i.test(row.reference) &&
    /^[ACGT]$/i.test(row.alternate);
  const kept = [...new Map(rows.filter(passed).map((row) => [`${row.file}|${row.origin}|${row.key}`, row])).values()];
  const alleles = Map.groupBy(kept.filter(single), ({ file, origin, build, chromosome, phaseSet, haplotype }) =>
    [file, origin, build, chromosome, phaseSet, haplotype].join('|'),
  );
  const parts = new Set<ObservedVariant>();
  const whole: ObservedVariant[] = [];
  let joinedRows = 0;
  for (const run of [...alleles.values()].flatMap(runsOf)) {
    const [least, ...others] = [...run].sort((a, b) => readsOf(a) - readsOf(b));
    if (least === undefined) continue;
    joinedRows += run.length;
    whole.push(joined(run, least));
    // A part that more reads have than have all stands by itself in some of the cells too.
    for (const row of [least, ...others.filter((one) => !moreReads(one, least))]) parts.add(row);
  }
  return {
    variants: [...kept.filter((row) => !parts.has(row)), ...whole],
    joined: { rows: joinedRows, mutations: whole.length },
  };
}

/** Rows of one allele that lie side by side; none where two rows are of one base, which one allele cannot have. */
function runsOf(rows: readonly ObservedVariant[]): ObservedVariant[][] {
  const runs: ObservedVariant[][] = [];
  for (const row of [...rows].sort((a, b) => a.position1 - b.position1)) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && row.position1 - before.position1 <= CODON_REACH) runs.at(-1)?.push(row);
    else runs.push([row]);
  }
  return runs.filter((run) => run.length > 1 && new Set(run.map(({ position1 }) => position1)).size === run.length);
}

function joined(run: readonly ObservedVariant[], least: ObservedVariant): ObservedVariant {
  // Frequency, scores and neighbours of a file are those of the single substitutions.
  const { annotation: _of, context: _around, ...read } = least;
  let [reference, alternate, end] = ['', '', 0];
  for (const row of run) {
    const between = 'N'.repeat(end === 0 ? 0 : row.position1 - end - 1);
    reference += between + row.reference;
    alternate += between + row.alternate;
    end = row.position1;
  }
  const position1 = run[0]?.position1 ?? least.position1;
  return { ...read, position1, reference, alternate, key: run.map(({ key }) => key).join('+') };
}
