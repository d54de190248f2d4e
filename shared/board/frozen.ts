/**
 * An agenda frozen for another machine (F068, F084): the cases in their order with everything a board looks at, read-only
 * there as it stood here, and what was written about them, so that it merges and comes back. Pure.
 */
import { z } from 'zod';
import { CaseId, Sha256 } from '../foundation/ids.ts';
import { AgendaItem, Triage } from './meeting.ts';
import { BoardPackage } from './merge.ts';

export const FROZEN = { format: 'consilium-frozen-agenda', version: 1 } as const;

/** A bundle above this size is not put in; it travels by itself. */
export const LARGEST_FROZEN_BUNDLE_BYTES = 64 * 2 ** 20;

export const FreezeItem = AgendaItem.extend({
  /** Who sees to what waits, and by when; empty where nobody said so. */
  owner: z.string().max(120),
  due: z.string().max(10),
});
export type FreezeItem = z.infer<typeof FreezeItem>;

const Versioned = z.object({ id: z.string(), version: z.string() });

/** `agenda.json` of the archive. The view of a case is `cases/<place>/view.json`, its bundle `cases/<place>/bundle.tbcase`. */
export const FrozenAgenda = z.object({
  format: z.literal(FROZEN.format),
  version: z.literal(FROZEN.version),
  boardId: z.string().max(64),
  boardName: z.string().max(120),
  frozenAt: z.string(),
  items: z
    .array(
      FreezeItem.extend({
        /** Of the listing, so that the list is told without opening a case. */
        pseudonym: z.string(),
        tumorTypeName: z.string().nullable(),
        stage: z.string().nullable(),
        question: z.string().nullable(),
        view: Sha256,
        /** Absent where it was too large to go along. */
        bundle: Sha256.optional(),
        packs: z.array(Versioned),
        models: z.array(Versioned),
        board: BoardPackage,
      }),
    )
    .min(1)
    .max(200),
});
export type FrozenAgenda = z.infer<typeof FrozenAgenda>;

/** What bringing a case of a frozen agenda in would do here. */
export const FrozenState = z.enum([
  'new',
  'merges',
  'same',
  'merged-before',
  'older',
  'other-bundle',
  'signed',
  'erased',
  'no-bundle',
  'needs-prep',
]);
export type FrozenState = z.infer<typeof FrozenState>;

/** States in which something would be written. */
export const isTakable = (state: FrozenState): boolean => state === 'new' || state === 'merges';

export const FrozenRow = z.object({
  caseId: CaseId,
  pseudonym: z.string(),
  tumorTypeName: z.string().nullable(),
  stage: z.string().nullable(),
  question: z.string().nullable(),
  triage: Triage,
  override: z.string().optional(),
  owner: z.string(),
  due: z.string(),
  /** A decision stands in it. */
  decided: z.boolean(),
  state: FrozenState,
  /** Entries that would be taken, and those that both sides changed. */
  takes: z.number().int(),
  conflicts: z.number().int(),
  packs: z.array(Versioned),
});
export type FrozenRow = z.infer<typeof FrozenRow>;

export const OpenedAgenda = z.object({
  /** Of the file; names it in the next calls while it is open. */
  sha256: Sha256,
  boardName: z.string(),
  frozenAt: z.string(),
  /** It was frozen at this very station. */
  own: z.boolean(),
  rows: z.array(FrozenRow),
});
export type OpenedAgenda = z.infer<typeof OpenedAgenda>;

export const frozenStateWords: Record<FrozenState, string> = {
  new: 'not here yet',
  merges: 'brings something new',
  same: 'nothing new',
  'merged-before': 'brought in before',
  older: 'older than what was brought in',
  'other-bundle': 'another bundle of this case is here',
  signed: 'signed here, locked',
  erased: 'erased here',
  'no-bundle': 'not here; its bundle travels by itself',
  'needs-prep': 'not here; someone who prepares must bring it in',
};
