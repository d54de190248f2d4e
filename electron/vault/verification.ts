import { hash, type KeyObject } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import type { JournalFlaw, JournalReport, OutsideHead, PrintedHead } from '../../shared/vault/checkpoint.ts';
import type { CaseKeyring } from './case-keys.ts';
import { isCheckpointGenuine, publicKeyOf } from './checkpoints.ts';
import { eventHash, genesisHash, headerOf, type Journal, type JournalRow, type JournalRun } from './journal.ts';
import { frontierBytes, growingFrontier, merkleRoot } from './merkle.ts';
import { unseal } from './sealing.ts';

export interface VerifyOptions {
  /** What was kept outside of the vault (an export, or a head as a report prints it): reveals roll-back and truncation. */
  readonly checkpoint?: OutsideHead | undefined;
  /** Also open every seal, which reveals an event rewritten and re-chained without its key. Default true. */
  readonly seals?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pageSize = 1000;
const hashBytes = 32;

/** Whether a run follows what was before it, in order, each hash right; where not, its rows tell which. */
function isChained(run: JournalRun, before: number, previous: Buffer): boolean {
  const { sequences, lengths, entries, hashes, previousHashes } = run;
  const computed = Buffer.allocUnsafeSlow(sequences.length * hashBytes);
  for (let index = 0, at = 0; index < sequences.length; index += 1) {
    if (sequences[index] !== before + index + 1) return false;
    const end = at + (lengths[index] ?? 0);
    computed.write(hash('sha256', entries.subarray(at, end), 'binary'), index * hashBytes, 'binary');
    at = end;
  }
  const chain = Buffer.concat([previous, computed.subarray(0, -hashBytes)]);
  return computed.equals(hashes) && chain.equals(previousHashes);
}

/**
 * Goes through the whole journal: order, chain, hashes, seals, the stored head, every checkpoint written in it and one
 * from outside. Reports the first thing that is not as it was written; never repairs.
 */
export async function verifyJournal(
  vaultId: string,
  journal: Journal,
  keys: CaseKeyring,
  checkpointKey: KeyObject,
  options: VerifyOptions,
): Promise<JournalReport> {
  const outside = options.checkpoint;
  const seals = options.seals ?? true;
  const publicKey = publicKeyOf(checkpointKey);
  let previous = genesisHash(vaultId);
  const tree = growingFrontier();
  let events = 0;
  let cursor = Number.MIN_SAFE_INTEGER;
  let erasedEvents = 0;
  let closedEvents = 0;
  /** Who opens every case finds a key that is wrapped for others alone as missing as one that is gone. */
  const opensCases = keys.opensCases();
  let checkpoints = 0;

  const broken = (brokenAt: number, flaw: JournalFlaw, message: string): JournalReport => ({
    ok: false,
    events,
    brokenAt,
    flaw,
    message,
  });
  /** The root covers every event; the hash of the last one is compared where it is known. */
  const proves = ({ rootHash, headHash }: PrintedHead): boolean =>
    merkleRoot(tree.frontier()).toString('hex') === rootHash &&
    (headHash === undefined || previous.toString('hex') === headHash);

  function flawOf(row: JournalRow): JournalReport | undefined {
    const expected = events + 1;
    if (row.sequence !== expected)
      return broken(
        expected,
        'sequence-gap',
        `Event ${expected} is missing; event ${row.sequence} stands in its place.`,
      );
    if (!row.previous_hash.equals(previous)) {
      return broken(row.sequence, 'chain-broken', `Event ${row.sequence} does not follow the event before it.`);
    }
    const header = headerOf(vaultId, row);
    if (!eventHash(header, row.ciphertext).equals(row.hash)) {
      return broken(row.sequence, 'hash-differs', `Event ${row.sequence} was changed after it was written.`);
    }
    if (!seals) return undefined;
    let plain: Buffer | undefined;
    try {
      plain = journal.opened(row);
    } catch {
      return broken(row.sequence, 'seal-broken', `Event ${row.sequence} was not sealed by this vault.`);
    }
    if (plain === undefined) {
      const caseId = row.case_id as CaseId | null;
      const isErased = caseId !== null && keys.isErased(caseId);
      const isClosed = !opensCases && caseId !== null && keys.isClosed(caseId, row.key_version);
      if (!isErased && !isClosed) {
        return broken(
          row.sequence,
          'key-missing',
          `The key of event ${row.sequence} is gone, but its case was never erased.`,
        );
      }
      if (isErased) erasedEvents += 1;
      else closedEvents += 1;
    } else if (row.type === 'checkpoint.written') {
      const value = (JSON.parse(plain.toString('utf8')) as { checkpoint?: unknown }).checkpoint;
      if (!isCheckpointGenuine(value, publicKey) || value.treeSize !== events || !proves(value)) {
        return broken(
          row.sequence,
          'checkpoint-differs',
          `The checkpoint in event ${row.sequence} does not fit the events before it.`,
        );
      }
      checkpoints += 1;
    }
    return undefined;
  }

  /** Takes one event as checked; what the outside checkpoint says is asked where it ends. */
  function advance(sequence: number, hashes: Buffer, at = 0): JournalReport | undefined {
    tree.add(hashes, at);
    cursor = sequence;
    events += 1;
    if (outside?.treeSize !== events) return undefined;
    previous = hashes.subarray(at, at + hashBytes);
    return proves(outside)
      ? undefined
      : broken(
          events,
          'checkpoint-differs',
          `Something up to event ${events} is not what the checkpoint covers: the journal was rewritten.`,
        );
  }
  function flawInRows(limit: number): JournalReport | undefined {
    for (const row of journal.page(cursor, limit)) {
      const flaw = flawOf(row) ?? advance(row.sequence, row.hash);
      if (flaw !== undefined) return flaw;
      previous = row.hash;
    }
    return undefined;
  }
  /** Goes through a run whose hashes are right; an event whose seal is not simply opened is looked at by itself. */
  function flawInRun({ sequences, lengths, entries, hashes, seals: all }: JournalRun): JournalReport | undefined {
    for (let index = 0, end = 0; index < sequences.length; index += 1) {
      const at = index * hashBytes;
      const start = end;
      end += lengths[index] ?? 0;
      const [caseId, version, type, bytes] = all[index] ?? [];
      let isOpened = bytes === undefined;
      if (bytes !== undefined && type !== 'checkpoint.written') {
        const key = keys.forReading(caseId as CaseId | null, version as number);
        const header = entries.subarray(start, end - bytes - 1);
        isOpened = key !== undefined && unseal(key, header, entries.subarray(end - bytes, end)) !== undefined;
      }
      let flaw: JournalReport | undefined;
      if (isOpened) flaw = advance(sequences[index] as number, hashes, at);
      else {
        if (index > 0) previous = hashes.subarray(at - hashBytes, at);
        flaw = flawInRows(1);
      }
      if (flaw !== undefined) return flaw;
    }
    previous = hashes.subarray(-hashBytes);
    return undefined;
  }

  if (outside !== undefined) {
    const isPrinted = !('signature' in outside);
    if (!isPrinted && !isCheckpointGenuine(outside))
      return broken(0, 'checkpoint-invalid', 'The checkpoint is not intact: its signature does not fit.');
    if ((outside.vaultId ?? vaultId) !== vaultId || !(isPrinted || outside.publicKey === publicKey)) {
      return broken(0, 'checkpoint-foreign', 'The checkpoint is that of another vault.');
    }
  }
  const nextRun = journal.runs(seals);
  for (;;) {
    options.signal?.throwIfAborted();
    const run = nextRun(cursor, pageSize);
    if (run === undefined) break;
    const flaw = isChained(run, events, previous) ? flawInRun(run) : flawInRows(pageSize);
    if (flaw !== undefined) return flaw;
    // The head is read in the same turn as the last page, so that nothing can be written between the two.
    if (run.sequences.length < pageSize) break;
    await setImmediate();
  }
  if (outside !== undefined && outside.treeSize > events) {
    return broken(
      events + 1,
      'truncated',
      `The checkpoint covers ${outside.treeSize} events and the journal has ${events}: it was cut off or rolled back.`,
    );
  }
  const head = journal.head();
  if (head.sequence > events)
    return broken(events + 1, 'truncated', `The journal ends at event ${events}; ${head.sequence} were written.`);
  if (
    head.sequence !== events ||
    !head.hash.equals(previous) ||
    !frontierBytes(head.frontier).equals(frontierBytes(tree.frontier()))
  ) {
    return broken(events, 'head-differs', 'The stored end of the journal does not fit its last event.');
  }
  return {
    ok: true,
    events,
    headHash: previous.toString('hex') as Sha256,
    rootHash: merkleRoot(tree.frontier()).toString('hex') as Sha256,
    erasedEvents,
    closedEvents,
    checkpoints,
    provenUpTo: outside?.treeSize ?? null,
  };
}
