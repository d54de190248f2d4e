/** What was written about a case leaves as one file and comes back, merged and never written over (F084). */
import { createHash } from 'node:crypto';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import {
  BoardPackage,
  basesOf,
  commonBase,
  isOlder,
  type Merge,
  type MergeConflict,
  MergeRecord,
  mergeBoards,
  PACKAGE_FORMAT,
  PACKAGE_VERSION,
  snapshotOf,
} from '../../shared/board/merge.ts';
import type { FileTicket } from '../../shared/contract.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { faultFrom } from '../../shared/foundation/fault.ts';
import { type CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import type { NewEvent } from '../../shared/vault/events.ts';
import { type BoardRoom, refuse } from './needs.ts';

const LARGEST_PACKAGE_BYTES = 32 * 2 ** 20;
const hashOf = (body: Omit<BoardPackage, 'sha256'>): Sha256 =>
  Sha256.parse(createHash('sha256').update(canonicalJson(body)).digest('hex'));

/** @throws FaultError schema-invalid, bundle-tampered */
export function checkPackage(json: unknown): BoardPackage {
  const read = BoardPackage.safeParse(json);
  if (!read.success)
    return refuse('schema-invalid', 'The board package is not as it must be.', 'Have the other board write it again.', {
      field: read.error.issues[0]?.path.slice(0, 2).join('.') ?? '',
    });
  const { sha256, ...body } = read.data;
  if (hashOf(body) !== sha256)
    refuse('bundle-tampered', 'The board package was changed after it was written.', 'Ask for it again.');
  return read.data;
}

/** @throws FaultError file-too-large, json-invalid, schema-newer, schema-invalid, bundle-tampered */
function readPackage(bytes: Uint8Array): BoardPackage {
  if (bytes.byteLength > LARGEST_PACKAGE_BYTES)
    refuse(
      'file-too-large',
      'The file is larger than a board package can be.',
      'Choose the file the other board wrote.',
    );
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse(
      'json-invalid',
      'The file is no board package: it is not JSON.',
      'Choose the file the other board wrote.',
    );
  }
  const told = json as { format?: unknown; version?: unknown } | null;
  if (typeof told !== 'object' || told?.format !== PACKAGE_FORMAT)
    return refuse('format-unknown', 'The file is no board package.', 'Choose the file the other board wrote.');
  if (typeof told.version === 'number' && told.version > PACKAGE_VERSION)
    return refuse('schema-newer', 'The package comes from a newer version.', 'Update this workstation first.');
  return checkPackage(json);
}

export interface Merged {
  readonly board: BoardRecord;
  /** Entries that are new here or were changed there alone. */
  readonly taken: number;
  readonly conflicts: number;
}

export function mergeDesk({ vault, cases, refuseIfSigned, record, tickets, clock, ids }: BoardRoom) {
  const nameOf = () => {
    const names = new Map<string, string>(
      vault()
        .users()
        .map(({ userId, name }) => [userId, `${name} (${vault().boardName()})`]),
    );
    return (id: string): string => names.get(id) ?? id;
  };
  const merges = (caseId: CaseId): MergeRecord[] =>
    vault()
      .read({ caseId, types: ['board.merged'] })
      .map(({ payload }) => MergeRecord.parse(payload));

  /** What was written about a case, as it leaves. */
  async function packageOf(caseId: CaseId): Promise<BoardPackage> {
    const { bundleSha256 } = await cases.state(caseId);
    const board = record(caseId);
    const body: Omit<BoardPackage, 'sha256'> = {
      format: PACKAGE_FORMAT,
      version: PACKAGE_VERSION,
      caseId,
      bundleSha256,
      boardName: vault().boardName(),
      boardId: vault().vaultId,
      sequence: vault().eventCount(),
      exportedAt: clock.now(),
      base: {},
      bases: basesOf(merges(caseId), board.conflicts ?? []),
      snapshot: snapshotOf(board, nameOf()),
    };
    return { ...body, sha256: hashOf(body) };
  }

  /**
   * What merging would do; nothing is written.
   * @throws FaultError version-conflict for another bundle of the case or a package older than one that was merged,
   *   exists-already where this very package was merged before, report-locked
   */
  async function planned(from: BoardPackage): Promise<Merge> {
    const { caseId } = from;
    refuseIfSigned(cases.listingFor(caseId));
    const { bundleSha256 } = await cases.state(caseId);
    if (from.bundleSha256 !== bundleSha256)
      refuse(
        'version-conflict',
        'The package was written on another version of this case’s bundle.',
        'Bring the same bundle in on both stations, then merge.',
        { field: 'bundleSha256' },
      );
    const earlier = merges(caseId);
    if (earlier.some(({ packageSha256 }) => packageSha256 === from.sha256))
      refuse('exists-already', 'This very package was merged before.', 'Nothing needs to be done.');
    if (isOlder(from, earlier))
      refuse(
        'version-conflict',
        'The package is older than one of the same board that was merged already.',
        'Ask that board for its latest file.',
        { field: 'sequence' },
      );
    return mergeBoards(commonBase(from, vault().vaultId), snapshotOf(record(caseId), nameOf()), from.snapshot);
  }

  /** @throws FaultError as `planned` */
  async function merge(from: BoardPackage): Promise<Merged> {
    const { taken, conflicts } = await planned(from);
    const { caseId, sha256, boardName, boardId, sequence, exportedAt, snapshot } = from;
    write(
      caseId,
      {
        packageSha256: sha256,
        boardName,
        ...(boardId === undefined ? {} : { boardId }),
        ...(sequence === undefined ? {} : { sequence }),
        exportedAt,
        theirs: snapshot,
        taken,
        conflicts: [...conflicts],
        settled: [],
      },
      'decision' in taken,
    );
    return { board: record(caseId), taken: Object.keys(taken).length, conflicts: conflicts.length };
  }

  return {
    packageOf,
    planned,
    merge,

    async exportBoard({ caseId }: { caseId: CaseId }): Promise<FileTicket> {
      const written = await packageOf(caseId);
      const { sha256 } = written;
      vault().append({
        actor: vault().user.userId,
        caseId,
        type: 'export.written',
        payload: { what: PACKAGE_FORMAT, sha256 },
      });
      return tickets.offerDownload({
        fileName: `board-${sha256.slice(0, 12)}.json`,
        mediaType: 'application/json',
        bytes: new TextEncoder().encode(`${canonicalJson(written)}\n`),
      });
    },

    /** What is refused is journalled with its code. @throws FaultError of the file, field-invalid for another case, and as `planned` */
    async importBoard({ caseId, ticket }: { caseId: CaseId; ticket: string }): Promise<Merged> {
      refuseIfSigned(cases.listingFor(caseId));
      const { bytes } = tickets.takeUpload(ticket);
      try {
        const from = readPackage(bytes);
        if (from.caseId !== caseId)
          refuse('field-invalid', 'The package belongs to another case.', 'Open that case and merge it there.', {
            field: 'caseId',
          });
        return await merge(from);
      } catch (error) {
        const { code } = faultFrom(error);
        if (code !== 'locked')
          vault().append({
            actor: vault().user.userId,
            caseId,
            type: 'board.merge-refused',
            payload: { code, sizeBytes: bytes.byteLength },
          });
        throw error;
      }
    },

    /** Settles one conflict: mine stays, or theirs is taken; either way both stay in the journal. */
    settleConflict(input: { caseId: CaseId; mergeId: string; key: string; take: 'mine' | 'theirs' }): BoardRecord {
      const { caseId, mergeId, key, take } = input;
      refuseIfSigned(cases.listingFor(caseId));
      const open = (record(caseId).conflicts ?? []).find((one) => one.mergeId === mergeId && one.key === key);
      if (open === undefined)
        return refuse('not-found', 'There is no such conflict any more.', 'Look at the case as it now stands.');
      const before =
        merges(caseId).findLast((one) => one.mergeId === mergeId) ??
        refuse('not-found', 'There is no such merge.', 'Look at the case as it now stands.');
      const none: MergeConflict[] = [];
      write(
        caseId,
        { ...before, taken: {}, conflicts: none, settled: [{ mergeId, key, take }] },
        key === 'decision' && take === 'theirs',
      );
      return record(caseId);
    },
  };

  /** @param decides whether another board's decision now stands here: the case is decided then */
  function write(caseId: CaseId, entry: Omit<MergeRecord, 'mergeId'>, decides: boolean): void {
    const of = { actor: vault().user.userId, caseId };
    const events: NewEvent[] = [{ ...of, type: 'board.merged', payload: { ...entry, mergeId: ids.next() } }];
    if (decides) events.push({ ...of, type: 'case.status-changed', payload: { status: 'decided' } });
    vault().appendAll(events);
  }
}
