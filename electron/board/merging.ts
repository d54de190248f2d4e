/** What was written about a case leaves as one file and comes back, merged and never written over (F084). */
import { createHash } from 'node:crypto';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import {
  BoardPackage,
  type MergeConflict,
  MergeRecord,
  mergeBoards,
  PACKAGE_FORMAT,
  PACKAGE_VERSION,
  type Snapshot,
  snapshotOf,
} from '../../shared/board/merge.ts';
import type { FileTicket } from '../../shared/contract.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { type CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { type BoardRoom, refuse } from './needs.ts';

const LARGEST_PACKAGE_BYTES = 32 * 2 ** 20;
const hashOf = (body: Omit<BoardPackage, 'sha256'>): Sha256 =>
  Sha256.parse(createHash('sha256').update(canonicalJson(body)).digest('hex'));

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
  const mine = (caseId: CaseId): Snapshot => snapshotOf(record(caseId), nameOf());
  /** What this board last took from the other one. */
  const met = (caseId: CaseId): Snapshot => {
    const last = vault()
      .read({ caseId, types: ['board.merged'] })
      .at(-1);
    return last === undefined ? {} : MergeRecord.parse(last.payload).theirs;
  };

  return {
    async exportBoard({ caseId }: { caseId: CaseId }): Promise<FileTicket> {
      const { bundleSha256 } = await cases.state(caseId);
      const body: Omit<BoardPackage, 'sha256'> = {
        format: PACKAGE_FORMAT,
        version: PACKAGE_VERSION,
        caseId,
        bundleSha256,
        boardName: vault().boardName(),
        exportedAt: clock.now(),
        base: met(caseId),
        snapshot: mine(caseId),
      };
      const sha256 = hashOf(body);
      vault().append({
        actor: vault().user.userId,
        caseId,
        type: 'export.written',
        payload: { what: PACKAGE_FORMAT, sha256 },
      });
      return tickets.offerDownload({
        fileName: `board-${sha256.slice(0, 12)}.json`,
        mediaType: 'application/json',
        bytes: new TextEncoder().encode(`${canonicalJson({ ...body, sha256 })}\n`),
      });
    },

    /**
     * @throws FaultError of the file, field-invalid for another case, version-conflict for another bundle of it,
     *   exists-already where this very file was merged before, report-locked
     */
    async importBoard({ caseId, ticket }: { caseId: CaseId; ticket: string }): Promise<Merged> {
      refuseIfSigned(cases.listingFor(caseId));
      const from = readPackage(tickets.takeUpload(ticket).bytes);
      if (from.caseId !== caseId)
        refuse('field-invalid', 'The package belongs to another case.', 'Open that case and merge it there.', {
          field: 'caseId',
        });
      const { bundleSha256 } = await cases.state(caseId);
      if (from.bundleSha256 !== bundleSha256)
        refuse(
          'version-conflict',
          'The package was written on another version of this case’s bundle.',
          'Bring the same bundle in on both stations, then merge.',
          { field: 'bundleSha256' },
        );
      const earlier = vault().read({ caseId, types: ['board.merged'] });
      if (earlier.some(({ payload }) => MergeRecord.parse(payload).packageSha256 === from.sha256))
        refuse('exists-already', 'This very package was merged before.', 'Nothing needs to be done.');
      const { taken, conflicts } = mergeBoards(from.base, mine(caseId), from.snapshot);
      write(caseId, {
        packageSha256: from.sha256,
        boardName: from.boardName,
        exportedAt: from.exportedAt,
        theirs: from.snapshot,
        taken,
        conflicts: [...conflicts],
        settled: [],
      });
      return { board: record(caseId), taken: Object.keys(taken).length, conflicts: conflicts.length };
    },

    /** Settles one conflict: mine stays, or theirs is taken; either way both stay in the journal. */
    settleConflict(input: { caseId: CaseId; mergeId: string; key: string; take: 'mine' | 'theirs' }): BoardRecord {
      const { caseId, mergeId, key, take } = input;
      refuseIfSigned(cases.listingFor(caseId));
      const open = (record(caseId).conflicts ?? []).find((one) => one.mergeId === mergeId && one.key === key);
      if (open === undefined)
        return refuse('not-found', 'There is no such conflict any more.', 'Look at the case as it now stands.');
      const last = vault()
        .read({ caseId, types: ['board.merged'] })
        .at(-1);
      const before = MergeRecord.parse(last?.payload);
      const none: MergeConflict[] = [];
      write(caseId, { ...before, taken: {}, conflicts: none, settled: [{ mergeId, key, take }] });
      return record(caseId);
    },
  };

  function write(caseId: CaseId, merge: Omit<MergeRecord, 'mergeId'>): void {
    vault().append({
      actor: vault().user.userId,
      caseId,
      type: 'board.merged',
      payload: { ...merge, mergeId: ids.next() },
    });
  }
}
