import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Sha256, UserId } from '../../shared/foundation/ids.ts';
import { type Checkpoint, JournalProof, type JournalProofReport } from '../../shared/vault/checkpoint.ts';
import type { EventType } from '../../shared/vault/events.ts';
import { isCheckpointGenuine } from './checkpoints.ts';
import { eventHash, headerOf, type Journal, type JournalRow } from './journal.ts';
import { consistencyProof, inclusionProof, isConsistent, isIncluded } from './merkle.ts';

const pageSize = 10_000;

/** Hashes of the first `size` events. */
function hashesOf(journal: Journal, size: number): Buffer[] {
  const hashes: Buffer[] = [];
  for (let cursor = 0; cursor < size; ) {
    const rows = journal.page(cursor, Math.min(pageSize, size - cursor));
    if (rows.length === 0) break;
    for (const row of rows) hashes.push(row.hash);
    cursor = rows.at(-1)?.sequence ?? size;
  }
  return hashes;
}

const hex = (nodes: readonly Buffer[]): Sha256[] => nodes.map((node) => node.toString('hex') as Sha256);

/**
 * That an entry stands in the journal that a checkpoint covers, and that an older checkpoint is the beginning of it: one
 * file that anybody can check without the vault. The content of the entry stays sealed.
 * @throws FaultError not-found (no such entry, or later than the checkpoint)
 */
export function proveEntry(
  vaultId: string,
  journal: Journal,
  sequence: number,
  checkpoint: Checkpoint,
  earlier?: Checkpoint,
): JournalProof {
  const [row] = journal.rows({ from: sequence, limit: 1 });
  if (row?.sequence !== sequence || sequence > checkpoint.treeSize)
    throw new FaultError(fault('not-found', 'The checkpoint covers no such entry.', 'Take an entry from the list.'));
  const hashes = hashesOf(journal, checkpoint.treeSize);
  return {
    format: 'consilium-journal-proof',
    version: 1,
    vaultId,
    entry: {
      sequence,
      time: row.time,
      actor: row.actor as UserId,
      caseId: row.case_id as CaseId | null,
      type: row.type as EventType,
      keyVersion: row.key_version,
      previousHash: row.previous_hash.toString('hex') as Sha256,
      sealed: row.ciphertext.toString('base64'),
    },
    inclusion: hex(inclusionProof(hashes, sequence - 1)),
    checkpoint,
    ...(earlier === undefined
      ? {}
      : { earlier: { checkpoint: earlier, consistency: hex(consistencyProof(hashes, earlier.treeSize)) } }),
  };
}

/**
 * Checks a proof alone: no vault, no password. With a checkpoint kept outside (a signed report, an export) it says whether
 * the entry stands in that very journal; without one only whether the file is consistent in itself.
 */
export function checkProof(value: unknown, outside?: Checkpoint): JournalProofReport {
  const no = (message: string): JournalProofReport => ({ ok: false, message });
  const parsed = JournalProof.safeParse(value);
  if (!parsed.success) return no('The file is not a proof of a journal entry.');
  const { entry, vaultId, inclusion, checkpoint, earlier } = parsed.data;
  const buffers = (nodes: readonly string[]): Buffer[] => nodes.map((node) => Buffer.from(node, 'hex'));
  const treeOf = (one: Checkpoint) => ({ size: one.treeSize, root: Buffer.from(one.rootHash, 'hex') });
  if (!isCheckpointGenuine(checkpoint) || checkpoint.vaultId !== vaultId)
    return no('The checkpoint in the proof is not intact.');
  const sealed = Buffer.from(entry.sealed, 'base64');
  if (sealed.toString('base64') !== entry.sealed) return no('The file is not a proof of a journal entry.');
  const row: JournalRow = {
    sequence: entry.sequence,
    time: entry.time,
    actor: entry.actor,
    case_id: entry.caseId,
    type: entry.type,
    key_version: entry.keyVersion,
    ciphertext: sealed,
    previous_hash: Buffer.from(entry.previousHash, 'hex'),
    hash: Buffer.alloc(0),
  };
  const hash = eventHash(headerOf(vaultId, row), row.ciphertext);
  const { size, root } = treeOf(checkpoint);
  if (!isIncluded(hash, entry.sequence - 1, size, buffers(inclusion), root))
    return no('The entry does not stand in the journal that the checkpoint covers.');
  if (earlier !== undefined) {
    if (!isCheckpointGenuine(earlier.checkpoint, checkpoint.publicKey) || earlier.checkpoint.vaultId !== vaultId)
      return no('The earlier checkpoint in the proof is not intact.');
    if (!isConsistent(treeOf(earlier.checkpoint), treeOf(checkpoint), buffers(earlier.consistency)))
      return no('The journal was rewritten between the two checkpoints.');
  }
  if (outside !== undefined) {
    const same = (one: Checkpoint | undefined): boolean => one?.signature === outside.signature;
    if (!isCheckpointGenuine(outside, checkpoint.publicKey))
      return no('The checkpoint from outside is not intact, or of another vault.');
    if (!same(checkpoint) && !same(earlier?.checkpoint))
      return no('The proof says nothing about the checkpoint from outside: export it against that checkpoint.');
  }
  return {
    ok: true,
    sequence: entry.sequence,
    hash: hash.toString('hex') as Sha256,
    treeSize: size,
    againstOutside: outside !== undefined,
    consistentFrom: earlier?.checkpoint.treeSize ?? null,
  };
}
