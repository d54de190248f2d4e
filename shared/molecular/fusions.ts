/** Fusions: one record per ordered pair of genes, with read support, frame and orientation said in words. */
import type { ObservedFusion } from '../case/intake.ts';

/** Fewer supporting reads than this carry a flag; nothing is dropped for it. */
export const FUSION_READS_MINIMUM = 3;

export interface Fusion {
  readonly id: string;
  readonly gene5: string;
  readonly gene3: string;
  readonly inFrame?: boolean | undefined;
  readonly rnaReads?: number | undefined;
  readonly dnaReads?: number | undefined;
  readonly breakpoints: readonly string[];
  readonly flags: readonly string[];
}

const largest = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};

export function fusionsOf(
  rows: readonly ObservedFusion[],
  symbol: (gene: string) => string,
): { readonly fusions: readonly Fusion[]; readonly duplicates: number } {
  const pairs = new Map<string, ObservedFusion[]>();
  for (const row of rows) {
    const id = `${symbol(row.gene5)}::${symbol(row.gene3)}`;
    const list = pairs.get(id);
    if (list === undefined) pairs.set(id, [row]);
    else list.push(row);
  }
  const fusions = [...pairs]
    .map(([id, same]): Fusion => {
      const [gene5 = '', gene3 = ''] = id.split('::');
      const frames = new Set(same.map((row) => row.inFrame).filter((frame) => frame !== undefined));
      const rnaReads = largest(same.map((row) => row.rnaReads));
      const dnaReads = largest(same.map((row) => row.dnaReads));
      const flags: string[] = [];
      const reads = (rnaReads ?? 0) + (dnaReads ?? 0);
      if (rnaReads === undefined && dnaReads === undefined) flags.push('supporting reads not stated');
      else if (reads < FUSION_READS_MINIMUM) flags.push(`only ${reads} supporting ${reads === 1 ? 'read' : 'reads'}`);
      if (frames.size === 0) flags.push('reading frame not stated');
      else if (!frames.has(true)) flags.push('out of frame');
      if (same.length > 1) flags.push(`${same.length} breakpoint pairs`);
      return {
        id,
        gene5,
        gene3,
        inFrame: frames.size === 0 ? undefined : frames.has(true),
        rnaReads,
        dnaReads,
        breakpoints: [...new Set(same.map((row) => `${row.breakpoint5 ?? '?'}–${row.breakpoint3 ?? '?'}`))].sort(),
        flags,
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { fusions, duplicates: rows.length - fusions.length };
}
