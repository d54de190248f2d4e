import { z } from 'zod';
import { CaseId, Sha256, UserId } from '../foundation/ids.ts';
import { EventType } from './events.ts';

/**
 * A signed tree head: what the journal was at one moment. Printed on reports and kept outside the vault, it proves
 * later that nothing before it was changed, cut off or rolled back.
 */
export const Checkpoint = z.object({
  format: z.literal('consilium-checkpoint'),
  version: z.literal(1),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  time: z.string(),
  /** Number of events covered. */
  treeSize: z.number().int().positive(),
  /** RFC 6962 section 2.1 Merkle tree hash over the event hashes. */
  rootHash: Sha256,
  /** Hash of event number `treeSize`. */
  headHash: Sha256,
  /** Ed25519 public key of the vault, raw 32 bytes, base64url. */
  publicKey: z.string(),
  /** Ed25519 over the canonical JSON of all other members, base64url. */
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** A head as a report prints it: the signature of the report stands for that of the checkpoint. */
export const PrintedHead = z.strictObject({
  treeSize: z.number().int().positive(),
  rootHash: Sha256,
  /** These two are not in the code that a camera reads. */
  headHash: Sha256.optional(),
  vaultId: Checkpoint.shape.vaultId.optional(),
});
export type PrintedHead = z.infer<typeof PrintedHead>;

/** What was kept outside of the vault. */
export const OutsideHead = z.union([Checkpoint, PrintedHead]);
export type OutsideHead = z.infer<typeof OutsideHead>;
export const VerifyJournalInput = z.object({ checkpoint: OutsideHead.optional() });

/** What can be wrong with a journal. */
export const JournalFlaw = z.enum([
  'sequence-gap',
  'chain-broken',
  'hash-differs',
  'seal-broken',
  'key-missing',
  'head-differs',
  'truncated',
  'checkpoint-invalid',
  'checkpoint-foreign',
  'checkpoint-differs',
]);
export type JournalFlaw = z.infer<typeof JournalFlaw>;

/** What `verifyJournal` found: whole, or the first broken place. */
export const JournalReport = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    events: z.number().int(),
    headHash: Sha256,
    rootHash: Sha256,
    /** Events whose case was erased: chained and hashed, no longer readable. */
    erasedEvents: z.number().int(),
    /** Events of cases whose keys are not wrapped for who asks: chained and hashed, their seals not opened. */
    closedEvents: z.number().int(),
    /** Checkpoints found in the journal, each checked. */
    checkpoints: z.number().int(),
    /** Events covered by the checkpoint given from outside, or null where none was given. */
    provenUpTo: z.number().int().nullable(),
  }),
  z.object({
    ok: z.literal(false),
    events: z.number().int(),
    /** The first sequence that is not as it was written. */
    brokenAt: z.number().int(),
    flaw: JournalFlaw,
    message: z.string(),
  }),
]);
export type JournalReport = z.infer<typeof JournalReport>;

/**
 * One entry with what shows that it stands in the journal a checkpoint covers (RFC 6962 section 2.1.1), and optionally that
 * an earlier checkpoint is the beginning of the same journal (section 2.1.2). Its content stays sealed.
 */
export const JournalProof = z.strictObject({
  format: z.literal('consilium-journal-proof'),
  version: z.literal(1),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  entry: z.strictObject({
    sequence: z.number().int().positive(),
    time: z.string(),
    actor: UserId,
    caseId: CaseId.nullable(),
    type: EventType,
    keyVersion: z.number().int().nonnegative(),
    previousHash: Sha256,
    /** The sealed content, base64: the hash of the entry covers it. */
    sealed: z.base64(),
  }),
  inclusion: z.array(Sha256).max(64),
  checkpoint: Checkpoint,
  earlier: z.strictObject({ checkpoint: Checkpoint, consistency: z.array(Sha256).max(128) }).optional(),
});
export type JournalProof = z.infer<typeof JournalProof>;

/** What the check of a proof found. */
export type JournalProofReport =
  | {
      readonly ok: true;
      readonly sequence: number;
      readonly hash: Sha256;
      readonly treeSize: number;
      /** Whether a checkpoint from outside was given and met. */
      readonly againstOutside: boolean;
      readonly consistentFrom: number | null;
    }
  | { readonly ok: false; readonly message: string };
