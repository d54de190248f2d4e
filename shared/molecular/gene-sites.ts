/** What the packs know of the residues of one gene: how long its protein is and where tumors recur (lollipop of a gene). */
import { z } from 'zod';
import type { HotspotRow } from './hotspots.ts';
import type { MolecularKnowledge } from './knowledge.ts';

export const GeneSites = z.object({
  gene: z.string(),
  /** Transcript of the checked coding sequence and residues of its protein; absent where no pack has one. */
  transcript: z.string().optional(),
  residues: z.number().int().positive().optional(),
  hotspots: z.array(
    z.object({
      start: z.number().int().positive(),
      end: z.number().int().positive(),
      /** `R273`, or `746-750` for a stretch of in-frame changes. */
      name: z.string(),
      /** Tumors of the catalogue. */
      samples: z.number().int().nonnegative(),
    }),
  ),
  /** The catalogue, or why there is none. */
  source: z.string(),
});
export type GeneSites = z.infer<typeof GeneSites>;

export function geneSites(
  gene: string,
  /** Of this gene; undefined without a pack of hotspots. */
  rows: readonly HotspotRow[] | undefined,
  source: string,
  codingSequence: MolecularKnowledge['codingSequence'],
): GeneSites {
  const coding = codingSequence?.(gene);
  return {
    gene,
    ...(coding === undefined
      ? {}
      : { transcript: coding.transcript, residues: Math.max(1, Math.floor(coding.sequence.length / 3) - 1) }),
    hotspots: (rows ?? []).map(({ kind, start, end, reference, samples }) => ({
      start,
      end,
      name: kind === 'residue' ? `${reference}${start}` : `${start}-${end}`,
      samples,
    })),
    source: rows === undefined ? 'the pack with hotspot counts is absent' : source,
  };
}
