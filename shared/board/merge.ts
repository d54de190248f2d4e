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
/** 2 tells boards apart by the id of their vault, so that three that meet in turn lose nothing of each other. */
export const PACKAGE_VERSION = 2;

export const BoardPackage = z.object({
  format: z.literal(PACKAGE_FORMAT),
  version: z.union([z.literal(1), z.literal(PACKAGE_VERSION)]),
  caseId: CaseId,
  bundleSha256: Sha256,
  boardName: z.string().max(120),
  exportedAt: z.string(),
  /** Of version 1: what this side had taken from whichever board it met last. */
  base: Snapshot,
  /** The vault that wrote it. */
  boardId: z.string().max(64).optional(),
  /** Entries of its journal then: which of two packages is older is told by these, never by a clock. */
  sequence: z.number().int().nonnegative().optional(),
  /** What it had taken of each other board before, by the id of that board's vault. */
  bases: z.record(z.string().max(64), Snapshot).optional(),
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

/**
 * What a package has in common with the board that reads it. Its own package coming home has everything in common; of a
 * board that it never met, nothing.
 */
export function commonBase(from: BoardPackage, reader: string): Snapshot {
  if (from.boardId === reader) return from.snapshot;
  return from.bases?.[reader] ?? from.base;
}

/** Whether a package was written before one of the same board that was merged already. */
export function isOlder(
  from: Pick<BoardPackage, 'boardId' | 'boardName' | 'sequence' | 'exportedAt'>,
  merged: readonly Pick<MergeRecord, 'boardId' | 'boardName' | 'sequence' | 'exportedAt'>[],
): boolean {
  return merged.some((one) => {
    if (one.boardId === undefined || from.boardId === undefined)
      return one.boardName === from.boardName && one.exportedAt > from.exportedAt;
    return one.boardId === from.boardId && (one.sequence ?? 0) > (from.sequence ?? 0);
  });
}

/**
 * What was taken of each other board last, by its id. What is still in conflict with it is left out: nobody has agreed on
 * it, so that it is a conflict there as well and not taken for settled.
 */
export function basesOf(
  merged: readonly MergeRecord[],
  open: readonly Pick<OpenConflict, 'mergeId' | 'key'>[],
): Record<string, Snapshot> {
  const bases: Record<string, Snapshot> = {};
  for (const { boardId, theirs, settled } of merged)
    if (boardId !== undefined && settled.length === 0) bases[boardId] = theirs;
  for (const { mergeId, key } of open) {
    const { boardId } = merged.find((one) => one.mergeId === mergeId) ?? {};
    const base = boardId === undefined ? undefined : bases[boardId];
    if (boardId !== undefined && base !== undefined)
      bases[boardId] = Object.fromEntries(Object.entries(base).filter(([name]) => name !== key));
  }
  return bases;
}

/** What a package was, what came of it, and what it leaves to be settled; the payload of `board.merged`. */
export const MergeRecord = z.object({
  mergeId: z.uuid(),
  packageSha256: Sha256,
  boardName: z.string(),
  boardId: z.string().optional(),
  sequence: z.number().int().optional(),
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
