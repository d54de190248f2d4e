/**
 * Eight members who write about one case in any order, with locks in between as a power cut leaves them: what the board's
 * record holds must be what each was told was kept (issue of lost updates). Runs on the real vault and the real desk.
 */
import { createBoardDesk } from '../../electron/board/index.ts';
import type { CaseDesk } from '../../electron/case/index.ts';
import { createVaultService } from '../../electron/vault/index.ts';
import { FaultError } from '../../shared/foundation/fault.ts';
import { CaseId } from '../../shared/foundation/ids.ts';

const PASSWORD = 'a quiet meadow behind the mill';
const MEMBERS = 8;
const otter = CaseId.parse('otter');

/** Mulberry32: the same seed gives the same meeting. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface MembersRun {
  readonly edits: number;
  readonly locks: number;
  /** Acts that were refused with a fault, as a vote for a ballot that was closed meanwhile. */
  readonly refused: number;
  /** What was acknowledged and is not in the record; must be empty. */
  readonly lost: readonly string[];
}

/** @param edits how many acts in all, over all members */
export async function eightMembers(folder: string, edits: number, seed: number): Promise<MembersRun> {
  const random = seeded(seed);
  const pick = <Value>(of: readonly Value[]): Value => of[Math.floor(random() * of.length)] as Value;
  const uuid = (): string => {
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  let minute = 0;
  // The clock runs back now and then: order must not depend on it.
  const clock = {
    now: () => {
      minute += random() < 0.1 ? -30 : 1;
      return new Date(Date.UTC(2026, 10, 25, 12, minute)).toISOString();
    },
  };
  let id = 0;
  const ids = {
    next: () => {
      id += 1;
      return `id-${id}`;
    },
  };
  const service = createVaultService({ folder, clock, ids });
  await service.create({ boardName: 'Board', userName: 'chair', password: PASSWORD });
  const listing = { pseudonym: 'Otter', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
  service.current().append({
    actor: service.current().user.userId,
    caseId: otter,
    type: 'case.imported',
    payload: { listing },
  });
  const cases = {
    listingFor: () => service.current().caseListing(otter),
    list: () => service.current().cases(),
    state: async () => ({ documents: { record: { images: [] } } }),
  } as unknown as CaseDesk;
  const desk = createBoardDesk({
    vault: service.current,
    cases,
    refuseIfSigned: () => undefined,
    tickets: undefined as never,
    clock,
    ids,
    printMinutes: async () => new Uint8Array(),
  });

  const notes = new Map<string, { text: string; withdrawn: boolean; resolved: boolean }>();
  const ballots: { ballotId: string; open: boolean; votes: Map<string, string> }[] = [];
  let refused = 0;
  let locks = 0;
  const attempt = async (work: () => unknown, kept: () => void): Promise<void> => {
    try {
      await work();
      kept();
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      refused += 1;
    }
  };
  const anchor = { kind: 'case' as const, id: 'case' as const, label: 'the case' };
  for (let edit = 0; edit < edits; edit += 1) {
    const member = `member-${Math.floor(random() * MEMBERS)}`;
    const act = random();
    const known = [...notes.keys()];
    if (act < 0.45 || known.length === 0) {
      const annotationId = uuid();
      const text = `${member} writes ${edit}`;
      const annotation = { annotationId, anchor, text, mentions: [] };
      await attempt(
        () => desk.annotate({ caseId: otter, annotation }),
        () => notes.set(annotationId, { text, withdrawn: false, resolved: false }),
      );
    } else if (act < 0.6) {
      const annotationId = pick(known);
      const does = pick(['withdrawn', 'restored', 'resolved', 'reopened'] as const);
      await attempt(
        () => desk.actOnNote({ caseId: otter, annotationId, act: does }),
        () => {
          const note = notes.get(annotationId);
          if (note === undefined) return;
          if (does === 'withdrawn' || does === 'restored') note.withdrawn = does === 'withdrawn';
          else note.resolved = does === 'resolved';
        },
      );
    } else if (act < 0.66) {
      const ballotId = uuid();
      const electors = Array.from({ length: MEMBERS }, (_, at) => ({
        electorId: `member-${at}`,
        name: `member-${at}`,
        role: '',
      }));
      const choices = ['a', 'b', 'c'].map((choiceId) => ({ choiceId, label: choiceId }));
      const ballot = { ballotId, choices, electors, recused: [], quorum: 0 };
      await attempt(
        () => desk.openBallot({ caseId: otter, ballot }),
        () => ballots.push({ ballotId, open: true, votes: new Map() }),
      );
    } else if (act < 0.95 && ballots.length > 0) {
      const ballot = random() < 0.9 ? ballots.at(-1) : pick(ballots);
      const vote = { ballotId: ballot?.ballotId ?? '', electorId: member, choiceId: pick(['a', 'b', 'c', 'abstain']) };
      await attempt(
        () => desk.castVote({ caseId: otter, vote }),
        () => ballot?.votes.set(member, vote.choiceId),
      );
    } else if (ballots.length > 0) {
      const ballot = pick(ballots);
      const closing = { ballotId: ballot.ballotId, left: [] };
      await attempt(
        () => desk.closeBallot({ caseId: otter, closing, how: 'reveal' }),
        () => {
          ballot.open = false;
        },
      );
    }
    if (random() < 3 / edits) {
      await service.lock();
      await service.unlock({ password: PASSWORD });
      locks += 1;
    }
  }
  await service.lock();
  await service.unlock({ password: PASSWORD });
  const record = desk.record(otter);
  const lost: string[] = [];
  for (const [annotationId, told] of notes) {
    const kept = record.annotations?.find((one) => one.annotationId === annotationId);
    if (kept?.text !== told.text || kept.withdrawn !== told.withdrawn || kept.resolved !== told.resolved)
      lost.push(`note ${annotationId}`);
  }
  if ((record.annotations?.length ?? 0) !== notes.size) lost.push('a note that nobody wrote');
  for (const { ballotId, open, votes } of ballots) {
    const kept = record.ballots?.find((one) => one.ballotId === ballotId);
    if (kept?.voted.length !== votes.size) lost.push(`votes of ${ballotId}`);
    for (const [electorId, choiceId] of open ? [] : votes)
      if (kept?.votes.find((vote) => vote.electorId === electorId)?.choiceId !== choiceId)
        lost.push(`vote of ${electorId} in ${ballotId}`);
  }
  await service.lock();
  return { edits, locks, refused, lost };
}
