/**
 * One workstation on a vault folder, on the real vault and the real desk, that does what it is told about one case. Run as
 * a program it is told over its channel and answers each act, so that it can be killed between an act and its answer.
 */
import { createBoardDesk } from '../../electron/board/index.ts';
import type { CaseDesk } from '../../electron/case/index.ts';
import { createVaultService } from '../../electron/vault/index.ts';
import type { AnnotationAct } from '../../shared/board/annotation.ts';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { FaultError } from '../../shared/foundation/fault.ts';
import { CaseId } from '../../shared/foundation/ids.ts';

const PASSWORD = 'a quiet meadow behind the mill';
const otter = CaseId.parse('otter');
const anchor = { kind: 'case' as const, id: 'case' as const, label: 'the case' };

export const CHOICES = ['a', 'b', 'c', 'abstain'] as const;

export type MemberAct =
  | { readonly kind: 'note'; readonly annotationId: string; readonly text: string }
  | { readonly kind: 'mark'; readonly annotationId: string; readonly act: AnnotationAct }
  | { readonly kind: 'open'; readonly ballotId: string; readonly electors: readonly string[] }
  | { readonly kind: 'vote'; readonly ballotId: string; readonly electorId: string; readonly choiceId: string }
  | { readonly kind: 'reveal'; readonly ballotId: string };

export interface Station {
  /** Whether the act was kept; false: refused with a fault. */
  readonly perform: (act: MemberAct) => Promise<boolean>;
  readonly record: () => Promise<BoardRecord>;
  /** The vault is locked and unlocked again. */
  readonly pause: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Opens the vault of the folder, or makes it. The clock runs back now and then: order must not depend on it. */
export async function openStation(folder: string, place = 0): Promise<Station> {
  let minute = place * 7;
  const clock = {
    now: () => {
      minute += minute % 10 === 9 ? -6.5 : 1;
      return new Date(Date.UTC(2026, 10, 25, 12, minute)).toISOString();
    },
  };
  let id = 0;
  const ids = {
    next: () => {
      id += 1;
      return `id-${place}-${id}`;
    },
  };
  const service = createVaultService({ folder, clock, ids });
  const { vault, user } = { vault: () => service.current(), user: () => service.current().user.userId };
  if ((await service.status()).state === 'absent') {
    await service.create({ boardName: 'Board', userName: 'chair', password: PASSWORD });
    const listing = { pseudonym: 'Otter', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
    vault().append({ actor: user(), caseId: otter, type: 'case.imported', payload: { listing } });
  } else await service.unlock({ password: PASSWORD });
  const cases = {
    listingFor: () => vault().caseListing(otter),
    list: () => vault().cases(),
    state: async () => ({ documents: { record: { images: [] } } }),
  } as unknown as CaseDesk;
  const desk = createBoardDesk({
    vault,
    cases,
    refuseIfSigned: () => undefined,
    tickets: undefined as never,
    clock,
    ids,
    printMinutes: async () => new Uint8Array(),
  });
  const does = (act: MemberAct): unknown => {
    switch (act.kind) {
      case 'note': {
        const { annotationId, text } = act;
        return desk.annotate({ caseId: otter, annotation: { annotationId, anchor, text, mentions: [] } });
      }
      case 'mark':
        return desk.actOnNote({ caseId: otter, annotationId: act.annotationId, act: act.act });
      case 'open': {
        const electors = act.electors.map((electorId) => ({ electorId, name: electorId, role: '' }));
        const choices = CHOICES.filter((one) => one !== 'abstain').map((choiceId) => ({ choiceId, label: choiceId }));
        const ballot = { ballotId: act.ballotId, choices, electors, recused: [], quorum: 0 };
        return desk.openBallot({ caseId: otter, ballot });
      }
      case 'vote': {
        const { kind: _kind, ...vote } = act;
        return desk.castVote({ caseId: otter, vote });
      }
      case 'reveal':
        return desk.closeBallot({ caseId: otter, closing: { ballotId: act.ballotId, left: [] }, how: 'reveal' });
    }
  };
  return {
    perform: async (act) => {
      try {
        await does(act);
        return true;
      } catch (error) {
        if (error instanceof FaultError) return false;
        throw error;
      }
    },
    record: async () => desk.record(otter),
    pause: async () => {
      await service.lock();
      await service.unlock({ password: PASSWORD });
    },
    end: async () => {
      await service.lock();
    },
  };
}

export type Asked =
  | { readonly id: number; readonly ask: 'perform'; readonly act: MemberAct }
  | { readonly id: number; readonly ask: 'record' | 'pause' | 'end' };

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const station = await openStation(process.argv[2] ?? '', Number(process.argv[3]));
  let before: Promise<unknown> = Promise.resolve();
  process.on('message', (asked: Asked) => {
    before = before.then(async () => {
      const value = asked.ask === 'perform' ? await station.perform(asked.act) : await station[asked.ask]();
      process.send?.({ id: asked.id, value });
      if (asked.ask === 'end') process.disconnect();
    });
  });
  process.send({ id: 0 });
}
