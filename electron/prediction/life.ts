/** Versions of models as the people of a vault change them: with a reason, and in the journal. */
import { faultFrom } from '../../shared/foundation/fault.ts';
import { type SiteChange, untoldChanges } from '../../shared/knowledge/site-change.ts';
import type { ModelAct, ModelChange } from '../../shared/prediction/model-versions.ts';
import type { EventType } from '../../shared/vault/events.ts';
import type { TicketDesk } from '../ports.ts';
import type { Vault } from '../vault/index.ts';
import type { ModelDesk } from './desk.ts';

const events = {
  installed: 'model.installed',
  'rolled-back': 'model.rolled-back',
} as const satisfies Record<SiteChange['act'], EventType>;

export function createModelLife({
  desk,
  vault,
  tickets,
}: {
  readonly desk: ModelDesk;
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly tickets: TicketDesk;
}) {
  const write = (type: EventType, payload: unknown): void => {
    const open = vault();
    open.append({ actor: open.user.userId, caseId: null, type, payload });
  };
  /** Writes into the journal what it does not have yet: changes from the command line, and before a crash. */
  async function record(): Promise<void> {
    const told = vault().read({ types: Object.values(events) });
    const missing = untoldChanges(
      await desk.changes(),
      told.map(({ payload }) => payload),
    );
    for (const change of missing) write(events[change.act], change);
  }
  return {
    record,
    /**
     * Installs the zip under a ticket, or goes back. @throws FaultError as `ModelDesk`; a refusal stands in the journal too, and
     * what is cancelled before it is chosen changes nothing.
     */
    async change(act: ModelAct, signal?: AbortSignal): Promise<ModelChange> {
      const author = { by: vault().user.name, reason: act.reason };
      try {
        const change =
          act.act === 'install'
            ? await desk.install(tickets.takeUpload(act.ticket).bytes, author, { signal })
            : await desk.rollback(act.id, author);
        await record();
        return change;
      } catch (error) {
        const { code, message, remedy } = faultFrom(error);
        if (code !== 'cancelled' && code !== 'locked' && code !== 'ticket-invalid')
          write('model.refused', { code, message, remedy });
        throw error;
      }
    },
  };
}
