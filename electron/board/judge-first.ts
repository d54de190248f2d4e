/** The board's setting that models are read after the vote, and who uncovered a case before it; the journal is its memory. */
import { z } from 'zod';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { type JudgeFirst, modelCovered } from '../../shared/board/judge-first.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { Vault } from '../vault/index.ts';

const Setting = z.object({ judgeFirst: z.boolean() });
const Revealed = z.object({ reason: z.string(), coveredForSeconds: z.number() });

export function createJudgeFirst(needs: {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly board: (caseId: CaseId) => Promise<BoardRecord>;
  readonly now: () => string;
}) {
  const { vault } = needs;
  const setting = (): { on: boolean; since: string; sequence: number } => {
    const last = vault()
      .read({ types: ['settings.changed'] })
      .flatMap(({ payload, time, sequence }) => {
        const read = Setting.safeParse(payload);
        return read.success ? [{ on: read.data.judgeFirst, since: time, sequence }] : [];
      })
      .at(-1);
    return last ?? { on: false, since: '', sequence: 0 };
  };
  /** Undefined where the board does not want it. */
  const ofCase = (caseId: CaseId): JudgeFirst | undefined => {
    const { on, since, sequence: after } = setting();
    if (!on) return undefined;
    const event = vault()
      .read({ caseId, types: ['prediction.revealed'] })
      .findLast(({ sequence }) => sequence > after);
    const read = Revealed.safeParse(event?.payload);
    return event === undefined || !read.success
      ? { since }
      : {
          since,
          revealed: { at: event.time, by: vault().names().get(event.actor) ?? event.actor, reason: read.data.reason },
        };
  };
  return {
    isOn: (): boolean => setting().on,
    ofCase,
    set(on: boolean): { on: boolean } {
      const held = vault();
      if (on !== setting().on)
        held.append({ actor: held.user.userId, caseId: null, type: 'settings.changed', payload: { judgeFirst: on } });
      return { on };
    },
    /** Uncovers one case before its vote. @throws FaultError field-invalid where nothing is covered */
    async reveal(caseId: CaseId, reason: string): Promise<JudgeFirst> {
      const board = await needs.board(caseId);
      const judgeFirst = ofCase(caseId);
      if (judgeFirst === undefined || !modelCovered({ judgeFirst, board }))
        throw new FaultError(fault('field-invalid', 'Nothing is covered on this case.', 'Nothing needs to be done.'));
      const held = vault();
      // How long it was covered: since the case was first opened under the setting.
      const opened =
        held.read({ caseId, types: ['case.viewed'] }).find(({ time }) => time >= judgeFirst.since)?.time ?? needs.now();
      const coveredForSeconds = Math.max(0, Math.round((Date.parse(needs.now()) - Date.parse(opened)) / 1000));
      held.append({
        actor: held.user.userId,
        caseId,
        type: 'prediction.revealed',
        payload: { reason, coveredForSeconds },
      });
      return ofCase(caseId) as JudgeFirst;
    },
  };
}
