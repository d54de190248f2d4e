/** Packs as the people of a vault change them: looked at first, then done with a reason, and in the journal. */
import { z } from 'zod';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type {
  CaseEffect,
  EnrolledPublisher,
  EnrollPublisher,
  PackAct,
  PackJournalRow,
  PackProgress,
  PackTry,
} from '../../shared/knowledge/pack-life.ts';
import { SiteChange, untoldChanges } from '../../shared/knowledge/site-change.ts';
import type { EventType } from '../../shared/vault/events.ts';
import { progressFeed } from '../feed.ts';
import { readSigned, type SignedFiles } from '../installed/index.ts';
import type { TicketDesk } from '../ports.ts';
import type { Vault } from '../vault/index.ts';
import type { PackDesk } from './desk.ts';
import type { Packs } from './load.ts';

export interface PackLifeNeeds {
  readonly desk: PackDesk;
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly tickets: TicketDesk;
  /** What open cases would say with other packs. */
  readonly effectOn: (
    packs: Packs,
    onProgress: (done: number, of: number) => void,
    signal: AbortSignal,
  ) => Promise<CaseEffect[]>;
}

const events = {
  installed: 'pack.installed',
  'rolled-back': 'pack.rolled-back',
} as const satisfies Record<SiteChange['act'], EventType>;

const Refused = z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() });
const Enrolled = z.object({ keyId: z.string(), name: z.string(), by: z.string(), reason: z.string() });

export function createPackLife({ desk, vault, tickets, effectOn }: PackLifeNeeds) {
  /** What was looked at last: only that can be installed. Not kept when the vault locks. */
  let held: { readonly vault: Vault; readonly manifestSha256: string; readonly files: SignedFiles } | undefined;

  const write = (type: EventType, payload: unknown): void => {
    const open = vault();
    open.append({ actor: open.user.userId, caseId: null, type, payload });
  };

  /**
   * Writes into the journal what it does not have yet: a change is made by one rename and stands first beside the packs,
   * so that one from the command line, or before a crash, is not missing here.
   */
  async function record(): Promise<void> {
    const told = vault().read({ types: Object.values(events) });
    const missing = untoldChanges(
      await desk.changes(),
      told.map(({ payload }) => payload),
    );
    for (const change of missing) write(events[change.act], change);
    // Made by another program: the packs in use here are of before.
    if (missing.length > 0) await desk.reload();
    const enrolled = new Set(
      vault()
        .read({ types: ['publisher.enrolled'] })
        .flatMap(({ payload }) => Enrolled.safeParse(payload).data?.keyId ?? []),
    );
    for (const { keyId, name, enrolledBy = 'not recorded', reason = 'not recorded' } of await desk.publishers())
      if (!enrolled.has(keyId)) write('publisher.enrolled', { keyId, name, by: enrolledBy, reason });
  }

  async function refusals<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      const { code, message, remedy } = faultFrom(error);
      if (code !== 'cancelled' && code !== 'locked' && code !== 'ticket-invalid' && code !== 'not-found')
        write('pack.refused', { code, message, remedy });
      throw error;
    }
  }

  async function filesOf(files: Extract<PackTry, { act: 'install' }>['files']): Promise<SignedFiles> {
    const taken = files.map(({ ticket, path }) => ({ path, bytes: tickets.takeUpload(ticket).bytes }));
    const [only] = taken;
    if (taken.length === 1 && only !== undefined && !only.path.endsWith('manifest.json'))
      return readSigned(only.bytes, 'pack');
    const name = (path: string): string => {
      // A browser names the chosen folder before each file; nothing lies deeper in a pack.
      const parts = path.split('/');
      if (parts.length > 2)
        throw new FaultError(
          fault(
            'archive-unsafe-path',
            'A pack holds plain files only: no folder, no link.',
            'Choose the folder of the pack itself.',
          ),
        );
      return parts.at(-1) ?? path;
    };
    return readSigned(new Map(taken.map(({ path, bytes }) => [name(path), Buffer.from(bytes)])), 'pack');
  }

  return {
    record,
    /** Every check and what it would change in the open cases; nothing is written but a refusal in the journal. */
    look: (input: PackTry, outer?: AbortSignal): AsyncGenerator<PackProgress, void, void> =>
      progressFeed<PackProgress>(async (emit, signal) => {
        emit({ kind: 'step', message: 'Verifying every file', done: 0, of: 1 });
        const { preview, packs } = await refusals(async () => {
          if (input.act === 'rollback') return desk.tryRollback(input.id);
          const files = await filesOf(input.files);
          const tried = await desk.tryInstall(files);
          held = { vault: vault(), manifestSha256: tried.preview.manifestSha256 ?? '', files };
          return tried;
        });
        signal.throwIfAborted();
        const effect = await effectOn(
          packs,
          (done, of) => emit({ kind: 'step', message: 'Comparing the open cases', done, of }),
          signal,
        );
        emit({ kind: 'tried', preview: { ...preview, effect } });
      }, outer),
    change: (input: PackAct, outer?: AbortSignal): AsyncGenerator<PackProgress, void, void> =>
      progressFeed<PackProgress>(async (emit, signal) => {
        const author = { by: vault().user.name, reason: input.reason };
        const change = await refusals(async () => {
          if (input.act === 'rollback') return desk.rollback(input.id, author);
          if (held === undefined || held.vault !== vault() || held.manifestSha256 !== input.manifestSha256)
            throw new FaultError(
              fault('not-found', 'This is not the pack that was looked at last.', 'Choose the pack again.'),
            );
          return desk.install(held.files, author, {
            signal,
            onProgress: (done, of) => emit({ kind: 'step', message: 'Writing the pack', done, of }),
          });
        });
        held = undefined;
        await record();
        emit({ kind: 'done', change });
      }, outer),
    async enroll({ pem, name, reason }: EnrollPublisher): Promise<EnrolledPublisher> {
      const { keyId, enrolledOn, enrolledBy } = await desk.enroll(pem, name, { by: vault().user.name, reason });
      await record();
      return { keyId, name, enrolledOn, ...(enrolledBy === undefined ? {} : { enrolledBy }) };
    },
    publishers: async (): Promise<EnrolledPublisher[]> =>
      (await desk.publishers()).map(({ keyId, name, enrolledOn, enrolledBy }) => ({
        keyId,
        name,
        enrolledOn,
        ...(enrolledBy === undefined ? {} : { enrolledBy }),
      })),
    /** The journal of packs, newest first. */
    journal(): PackJournalRow[] {
      const names = vault().names();
      return vault()
        .read({ types: ['pack.installed', 'pack.rolled-back', 'pack.refused', 'publisher.enrolled'] })
        .flatMap(({ sequence, time, actor, payload }): PackJournalRow[] => {
          const change = SiteChange.safeParse(payload);
          if (change.success) {
            const { at, by, act, id, from, to, reason } = change.data;
            const versions = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
            return [{ sequence, at, by, act, id, ...versions, reason }];
          }
          const enrolled = Enrolled.safeParse(payload);
          if (enrolled.success) {
            const { name, by, reason } = enrolled.data;
            return [{ sequence, at: time, by, act: 'publisher-enrolled', id: name, reason }];
          }
          const refused = Refused.safeParse(payload);
          if (!refused.success) return [];
          return [{ sequence, at: time, by: names.get(actor) ?? actor, act: 'refused', reason: refused.data.message }];
        })
        .reverse();
    },
  };
}
