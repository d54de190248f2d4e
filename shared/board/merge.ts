/**
 * Boards that meet apart merge by file (F084). A package holds what was written about one case, and what both sides had in
 * common when it left. The merge is three-way: what only one side changed is taken, what both changed differently is a
 * conflict that stays visible until somebody settles it. Nothing is ever taken away or written over. Pure.
 */
import { z } from 'zod';
import { canonicalJson } from '../foundation/canonical.ts';
import { CaseId, Sha256 } from '../foundation/ids.ts';
import { Annotation } from './annotation.ts';
import { Decision, FindingReview } from './decision.ts';
import { Ballot } from './vote.ts';

const Decided = Decision.extend({ decidedAt: z.string(), decidedBy: z.string() });

/** What a package carries: one entry for each note, closed ballot and review, and the decision, under names that both sides know. */
export const BoardEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('note'), value: Annotation }),
  z.object({ kind: z.literal('ballot'), value: Ballot }),
  z.object({ kind: z.literal('review'), value: FindingReview }),
  z.object({ kind: z.literal('decision'), value: Decided }),
]);
export type BoardEntry = z.infer<typeof BoardEntry>;

export const Snapshot = z.record(z.string().max(400), BoardEntry);
export type Snapshot = z.infer<typeof Snapshot>;

export const PACKAGE_FORMAT = 'consilium-board-package';
export const PACKAGE_VERSION = 1;

export const BoardPackage = z.object({
  format: z.literal(PACKAGE_FORMAT),
  version: z.literal(PACKAGE_VERSION),
  caseId: CaseId,
  bundleSha256: Sha256,
  boardName: z.string().max(120),
  exportedAt: z.string(),
  /** What this side had taken from the other before; empty where they never met. */
  base: Snapshot,
  snapshot: Snapshot,
  /** Of the canonical JSON of everything above. */
  sha256: Sha256,
});
export type BoardPackage = z.infer<typeof BoardPackage>;

interface Written {
  readonly annotations?: readonly Annotation[] | undefined;
  readonly ballots?: readonly Ballot[] | undefined;
  readonly reviews: readonly FindingReview[];
  readonly decision?: z.infer<typeof Decided> | undefined;
}

/** @param nameOf who an id stands for: ids of people mean nothing on another machine */
export function snapshotOf(board: Written, nameOf: (id: string) => string): Snapshot {
  return Object.fromEntries<BoardEntry>([
    ...(board.annotations ?? []).map((note): [string, BoardEntry] => [
      `note:${note.annotationId}`,
      { kind: 'note', value: { ...note, by: nameOf(note.by) } },
    ]),
    ...(board.ballots ?? [])
      .filter(({ state }) => state !== 'open')
      .map((ballot): [string, BoardEntry] => [`ballot:${ballot.ballotId}`, { kind: 'ballot', value: ballot }]),
    ...board.reviews.map((review): [string, BoardEntry] => [
      `review:${review.findingId}`,
      { kind: 'review', value: { ...review, by: nameOf(review.by) } },
    ]),
    ...(board.decision === undefined
      ? []
      : [
          [
            'decision',
            { kind: 'decision', value: { ...board.decision, decidedBy: nameOf(board.decision.decidedBy) } },
          ] satisfies [string, BoardEntry],
        ]),
  ]);
}

export const MergeConflict = z.object({
  key: z.string(),
  mine: BoardEntry,
  theirs: BoardEntry,
});
export type MergeConflict = z.infer<typeof MergeConflict>;

export interface Merge {
  /** Entries of theirs that are new here, or that only they changed. */
  readonly taken: Snapshot;
  readonly conflicts: readonly MergeConflict[];
  /** Mine with what was taken. On a conflict mine stands until somebody settles it. */
  readonly merged: Snapshot;
}

const same = (a: BoardEntry | undefined, b: BoardEntry | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

/**
 * Two notes with one id are one note: whoever took it back or settled it said something new, and to do so on one side only
 * is no conflict. Their words never change.
 */
function joinedNotes(base: BoardEntry | undefined, mine: BoardEntry, theirs: BoardEntry): BoardEntry | undefined {
  if (mine.kind !== 'note' || theirs.kind !== 'note') return undefined;
  const before = base?.kind === 'note' ? base.value : { withdrawn: false, resolved: false };
  const flag = (name: 'withdrawn' | 'resolved'): boolean =>
    mine.value[name] === before[name] ? theirs.value[name] : mine.value[name];
  const words = (note: Annotation) => ({ ...note, withdrawn: false, resolved: false });
  if (canonicalJson(words(mine.value)) !== canonicalJson(words(theirs.value))) return undefined;
  return { kind: 'note', value: { ...mine.value, withdrawn: flag('withdrawn'), resolved: flag('resolved') } };
}

/** @param base what both had in common */
export function mergeBoards(base: Snapshot, mine: Snapshot, theirs: Snapshot): Merge {
  const taken: Record<string, BoardEntry> = {};
  const conflicts: MergeConflict[] = [];
  for (const key of Object.keys(theirs).sort()) {
    const [before, here, there] = [base[key], mine[key], theirs[key]];
    if (there === undefined || same(here, there) || same(before, there)) continue;
    if (here === undefined || same(before, here)) {
      taken[key] = there;
      continue;
    }
    const joined = joinedNotes(before, here, there);
    if (joined === undefined) conflicts.push({ key, mine: here, theirs: there });
    else if (!same(joined, here)) taken[key] = joined;
  }
  return { taken, conflicts, merged: { ...mine, ...taken } };
}

/** What a package was, what came of it, and what it leaves to be settled; the payload of `board.merged`. */
export const MergeRecord = z.object({
  mergeId: z.uuid(),
  packageSha256: Sha256,
  boardName: z.string(),
  exportedAt: z.string(),
  theirs: Snapshot,
  taken: Snapshot,
  conflicts: z.array(MergeConflict),
  /** Conflicts of earlier merges that this entry settles, and how. */
  settled: z.array(z.object({ mergeId: z.uuid(), key: z.string(), take: z.enum(['mine', 'theirs']) })),
});
export type MergeRecord = z.infer<typeof MergeRecord>;

export const OpenConflict = MergeConflict.extend({ mergeId: z.uuid(), boardName: z.string(), at: z.string() });
export type OpenConflict = z.infer<typeof OpenConflict>;
