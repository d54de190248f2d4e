/** A frozen agenda as one sealed file: written, opened read-only, and brought in (F068, F084). */
import { createHash } from 'node:crypto';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import {
  FROZEN,
  type FreezeItem,
  FrozenAgenda,
  type FrozenRow,
  type FrozenState,
  isTakable,
  LARGEST_FROZEN_BUNDLE_BYTES,
  type OpenedAgenda,
} from '../../shared/board/frozen.ts';
import { CaseView, type FileTicket, type Progress } from '../../shared/contract.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError } from '../../shared/foundation/fault.ts';
import { type CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { readBundle, readZip, sealedArchive } from '../case/index.ts';
import { progressFeed } from '../feed.ts';
import { openSealedFile, sealFile, type Vault } from '../vault/index.ts';
import { checkPackage, type mergeDesk } from './merging.ts';
import { type BoardRoom, refuse } from './needs.ts';

/** Views and bundles of an agenda, together. */
const LARGEST_FROZEN_BYTES = 768 * 2 ** 20;
const AGENDA = 'agenda.json';

const sha256Of = (bytes: Uint8Array): Sha256 => Sha256.parse(createHash('sha256').update(bytes).digest('hex'));
const jsonBytes = (value: unknown): Uint8Array => new TextEncoder().encode(`${canonicalJson(value)}\n`);

interface Opened {
  /** Whose session it was opened in: with the vault it is gone. */
  readonly of: Vault;
  readonly sha256: Sha256;
  readonly agenda: FrozenAgenda;
  readonly members: ReadonlyMap<string, Uint8Array>;
}

/** @throws FaultError schema-invalid, bundle-incomplete, bundle-tampered, archive-* */
async function readAgenda(archive: Uint8Array): Promise<Pick<Opened, 'agenda' | 'members'>> {
  const members = new Map(await readZip(archive));
  const invalid = (field: string): never =>
    refuse('schema-invalid', 'The frozen agenda is not as it must be.', 'Have the other board write it again.', {
      file: AGENDA,
      field,
    });
  const text = members.get(AGENDA);
  if (text === undefined) return invalid('');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    return invalid('');
  }
  const read = FrozenAgenda.safeParse(json);
  if (!read.success) return invalid(read.error.issues[0]?.path.slice(0, 3).join('.') ?? '');
  const expected = new Set([AGENDA]);
  for (const [index, item] of read.data.items.entries()) {
    checkPackage(item.board);
    if (item.board.caseId !== item.caseId) return invalid(`items.${index}.board.caseId`);
    for (const [file, stated] of [
      [viewFile(index), item.view],
      [bundleFile(index), item.bundle],
    ] as const) {
      if (stated === undefined) continue;
      expected.add(file);
      const bytes = members.get(file);
      if (bytes === undefined)
        return refuse('bundle-incomplete', 'A file of the frozen agenda is missing.', 'Copy it again.', { file });
      if (sha256Of(bytes) !== stated)
        return refuse('bundle-tampered', 'A file of the frozen agenda was changed.', 'Ask for it again.', { file });
    }
  }
  const [stray] = [...members.keys()].filter((name) => !expected.has(name));
  if (stray !== undefined) return invalid('items');
  return { agenda: read.data, members };
}

/** A file of a frozen agenda read and checked, without a vault. @throws FaultError of the file, password-wrong */
export const readFrozenAgenda = async (
  file: Uint8Array,
  passphrase: string,
): Promise<Pick<Opened, 'agenda' | 'members'>> => readAgenda(await openSealedFile(FROZEN, file, passphrase));

const viewFile = (index: number): string => `cases/${index + 1}/view.json`;
const bundleFile = (index: number): string => `cases/${index + 1}/bundle.tbcase`;

/** Ids of people mean nothing on another machine. */
function named(board: BoardRecord, nameOf: (id: string) => string): BoardRecord {
  return {
    ...board,
    reviews: board.reviews.map((one) => ({ ...one, by: nameOf(one.by) })),
    ...(board.decision === undefined
      ? {}
      : { decision: { ...board.decision, decidedBy: nameOf(board.decision.decidedBy) } }),
    ...(board.annotations === undefined
      ? {}
      : { annotations: board.annotations.map((one) => ({ ...one, by: nameOf(one.by) })) }),
  };
}

export function frozenDesk(
  { vault, cases, tickets, clock, record }: BoardRoom,
  { packageOf, planned, merge }: Pick<ReturnType<typeof mergeDesk>, 'packageOf' | 'planned' | 'merge'>,
) {
  /** The one that lies open; opening another puts it away. */
  let opened: Opened | undefined;

  const lying = (sha256: Sha256): Opened => {
    if (opened?.sha256 !== sha256 || opened.of !== vault())
      return refuse('not-found', 'This frozen agenda is not open any more.', 'Open the file again.');
    return opened;
  };

  async function stateOf(
    item: FrozenAgenda['items'][number],
  ): Promise<{ state: FrozenState; takes: number; conflicts: number }> {
    const nothing = (state: FrozenState) => ({ state, takes: 0, conflicts: 0 });
    const listing = vault().caseListing(item.caseId);
    if (listing === undefined) {
      if (item.bundle === undefined) return nothing('no-bundle');
      if (!permitsAny(vault().user.roles, 'prep')) return nothing('needs-prep');
      return { state: 'new', takes: Object.keys(item.board.snapshot).length, conflicts: 0 };
    }
    if (listing.status === 'erased') return nothing('erased');
    try {
      const { taken, conflicts } = await planned(item.board);
      const takes = Object.keys(taken).length;
      return { state: takes + conflicts.length === 0 ? 'same' : 'merges', takes, conflicts: conflicts.length };
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const { code, place } = error.fault;
      if (code === 'report-locked') return nothing('signed');
      if (code === 'exists-already') return nothing('merged-before');
      if (code === 'version-conflict') return nothing(place?.field === 'sequence' ? 'older' : 'other-bundle');
      throw error;
    }
  }

  async function told({ agenda, sha256 }: Opened): Promise<OpenedAgenda> {
    const rows: FrozenRow[] = [];
    for (const item of agenda.items) {
      const { caseId, pseudonym, tumorTypeName, stage, question, triage, override, owner, due, packs } = item;
      const state = await stateOf(item);
      rows.push({
        caseId,
        // What was erased here is not shown again from a stick.
        ...(state.state === 'erased'
          ? { pseudonym: '', tumorTypeName: null, stage: null, question: null }
          : { pseudonym, tumorTypeName, stage, question }),
        triage,
        ...(override === undefined ? {} : { override }),
        owner,
        due,
        decided: 'decision' in item.board.snapshot,
        packs,
        ...state,
      });
    }
    const { boardName, boardId, frozenAt } = agenda;
    return { sha256, boardName, frozenAt, own: boardId === vault().vaultId, rows };
  }

  return {
    /**
     * Writes the agenda as one file, sealed with a passphrase.
     * @throws FaultError password-weak, not-found, file-too-large
     */
    async freezeAgenda({ items, passphrase }: { items: FreezeItem[]; passphrase: string }): Promise<FileTicket> {
      const held = vault();
      const names = held.names();
      const nameOf = (id: string): string => names.get(id as never) ?? id;
      const members: { path: string; bytes: Uint8Array }[] = [];
      const frozen: FrozenAgenda['items'] = [];
      let size = 0;
      for (const [index, item] of items.entries()) {
        const view = await cases.open(item.caseId);
        const { listing, bundleSha256 } = view;
        const bytes = jsonBytes({ ...view, board: named(record(item.caseId), nameOf) });
        const bundle = await held.getBlob(item.caseId, bundleSha256);
        const along = bundle.byteLength <= LARGEST_FROZEN_BUNDLE_BYTES;
        size += bytes.byteLength + (along ? bundle.byteLength : 0);
        if (size > LARGEST_FROZEN_BYTES)
          refuse(
            'file-too-large',
            'The agenda is larger than one file can be.',
            'Freeze it in two parts, the first with fewer cases.',
          );
        members.push({ path: viewFile(index), bytes }, ...(along ? [{ path: bundleFile(index), bytes: bundle }] : []));
        frozen.push({
          ...item,
          pseudonym: listing.pseudonym,
          tumorTypeName: listing.tumorTypeName,
          stage: listing.stage,
          question: listing.question,
          view: sha256Of(bytes),
          ...(along ? { bundle: sha256Of(bundle) } : {}),
          packs: (view.profile?.packs ?? []).map(({ id, version }) => ({ id, version })),
          models: (view.predictions?.models ?? []).map(({ id, version }) => ({ id, version })),
          board: await packageOf(item.caseId),
        });
      }
      const agenda: FrozenAgenda = {
        ...FROZEN,
        boardId: held.vaultId,
        boardName: held.boardName(),
        frozenAt: clock.now(),
        items: frozen,
      };
      const archive = sealedArchive([{ path: AGENDA, bytes: jsonBytes(agenda) }, ...members]);
      const file = await sealFile(FROZEN, archive, passphrase);
      const sha256 = sha256Of(file);
      for (const { caseId } of items)
        held.append({
          actor: held.user.userId,
          caseId,
          type: 'export.written',
          payload: { what: FROZEN.format, sha256 },
        });
      return tickets.offerDownload({
        fileName: `agenda-${sha256.slice(0, 12)}.tbagenda`,
        mediaType: 'application/octet-stream',
        bytes: file,
      });
    },

    /**
     * Opens such a file and says what bringing it in would do. Nothing of a case is written.
     * @throws FaultError of the file, password-wrong
     */
    async openFrozen({ ticket, passphrase }: { ticket: string; passphrase: string }): Promise<OpenedAgenda> {
      const file = tickets.takeUpload(ticket).bytes;
      const read = await readFrozenAgenda(file, passphrase);
      const held = vault();
      opened = { of: held, sha256: sha256Of(file), ...read };
      const { boardId, items } = read.agenda;
      held.append({
        actor: held.user.userId,
        caseId: null,
        type: 'agenda.opened',
        payload: { sha256: opened.sha256, boardId, cases: items.length },
      });
      return told(opened);
    },

    /** How the open one stands against this vault now. @throws FaultError not-found */
    frozenAgenda: ({ sha256 }: { sha256: Sha256 }): Promise<OpenedAgenda> => told(lying(sha256)),

    /** A case of it as it stood when it was frozen. @throws FaultError not-found, schema-invalid */
    frozenCase({ caseId, sha256 }: { caseId: CaseId; sha256: Sha256 }): CaseView {
      const { agenda, members } = lying(sha256);
      const index = agenda.items.findIndex((item) => item.caseId === caseId);
      const bytes = members.get(viewFile(index));
      if (bytes === undefined || vault().caseListing(caseId)?.status === 'erased')
        return refuse('not-found', 'There is no such case in this agenda.', 'Choose one of its list.');
      const view = CaseView.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
      if (!view.success || view.data.listing.caseId !== caseId)
        return refuse('schema-invalid', 'The case in this file is not as it must be.', 'Have it written again.', {
          file: viewFile(index),
          field: view.error?.issues[0]?.path.slice(0, 3).join('.') ?? 'listing.caseId',
        });
      return view.data;
    },

    /** Brings in what is not here yet and merges what was written; case by case, each whole or not at all. */
    takeFrozen: ({ sha256 }: { sha256: Sha256 }, signal?: AbortSignal): AsyncGenerator<Progress, void, void> =>
      progressFeed<Progress>(async (emit, inner) => {
        const { agenda, members } = lying(sha256);
        for (const [index, item] of agenda.items.entries()) {
          inner.throwIfAborted();
          const { state } = await stateOf(item);
          if (!isTakable(state)) continue;
          if (state === 'new') {
            const bundle = members.get(bundleFile(index));
            if (bundle === undefined) continue;
            const read = await readBundle(bundle);
            if (!read.ok) throw new FaultError(read.fault);
            if (read.value.record.caseId !== item.caseId)
              refuse('field-invalid', 'A bundle in this file belongs to another case.', 'Have it written again.', {
                file: bundleFile(index),
                field: 'caseId',
              });
            for await (const step of cases.import(bundle, inner)) if (step.kind === 'step') emit(step);
          }
          await merge(item.board);
          emit({ kind: 'done', caseId: item.caseId });
        }
      }, signal),
  };
}
