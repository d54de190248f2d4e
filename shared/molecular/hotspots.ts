/** Hotspot counts by residue and change, from rows of the hotspots pack. */
import { type ProteinChange, proteinKey } from './hgvs.ts';
import type { HotspotCount } from './knowledge.ts';

export interface HotspotRow {
  readonly gene: string;
  /** One residue hit by substitutions, or a stretch hit by in-frame insertions and deletions. */
  readonly kind: 'residue' | 'in-frame';
  readonly start: number;
  readonly end: number;
  /** One letter; empty for a stretch. */
  readonly reference: string;
  /** Tumors in the catalogue. */
  readonly samples: number;
  /** Tumors by change, keyed as `proteinKey` writes it. */
  readonly changes: readonly (readonly [key: string, samples: number])[];
}

const inFrame = ['deletion', 'insertion', 'duplication', 'delins'];

/**
 * A change at a listed residue or inside a listed stretch. The residue must be the listed one: numbers of another isoform
 * are not this hotspot.
 */
export function hotspotLookup(
  rowsOf: (gene: string) => readonly HotspotRow[],
  source: string,
): (gene: string, change: ProteinChange) => HotspotCount | undefined {
  return (gene, change) => {
    const wanted = change.kind === 'missense' ? 'residue' : inFrame.includes(change.kind) ? 'in-frame' : undefined;
    const row = rowsOf(gene).find(
      (one) =>
        one.kind === wanted &&
        one.start <= change.start &&
        change.end <= one.end &&
        (wanted === 'in-frame' || one.reference === change.reference),
    );
    if (row === undefined) return undefined;
    const key = proteinKey(change);
    return {
      samplesAtResidue: row.samples,
      samplesWithChange: row.changes.find(([name]) => name === key)?.[1] ?? 0,
      source,
      changes: row.changes,
    };
  };
}
