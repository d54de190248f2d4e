/**
 * Eight members who write about one case in any order, with pauses and power cuts in between: what the board's record holds
 * must be what each was told was kept. An act whose answer a power cut took may have been kept or not, but not by half.
 */
import { isDeepStrictEqual } from 'node:util';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { CHOICES, type MemberAct, type Station } from './board-station.ts';

const MEMBERS = Array.from({ length: 8 }, (_, at) => `member-${at}`);

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

interface ToldNote {
  readonly text: string;
  withdrawn: boolean;
  resolved: boolean;
}
interface ToldBallot {
  readonly ballotId: string;
  open: boolean;
  readonly votes: Map<string, string>;
}

/** What the members were told was kept. */
class Told {
  readonly notes = new Map<string, ToldNote>();
  readonly ballots = new Map<string, ToldBallot>();

  keep(act: MemberAct): void {
    if (act.kind === 'note') this.notes.set(act.annotationId, { text: act.text, withdrawn: false, resolved: false });
    else if (act.kind === 'mark') {
      const note = this.notes.get(act.annotationId);
      if (note === undefined) return;
      if (act.act === 'withdrawn' || act.act === 'restored') note.withdrawn = act.act === 'withdrawn';
      else note.resolved = act.act === 'resolved';
    } else if (act.kind === 'open')
      this.ballots.set(act.ballotId, { ballotId: act.ballotId, open: true, votes: new Map() });
    else if (act.kind === 'vote') this.ballots.get(act.ballotId)?.votes.set(act.electorId, act.choiceId);
    else {
      const ballot = this.ballots.get(act.ballotId);
      if (ballot !== undefined) ballot.open = false;
    }
  }

  copy(): Told {
    const copy = new Told();
    for (const [id, note] of this.notes) copy.notes.set(id, { ...note });
    for (const [id, one] of this.ballots) copy.ballots.set(id, { ...one, votes: new Map(one.votes) });
    return copy;
  }

  /** What was told and is not in the record, or is there and was not told. */
  lostIn(record: BoardRecord): string[] {
    const lost: string[] = [];
    const notes = new Map(record.annotations?.map((note) => [note.annotationId, note]));
    for (const [annotationId, told] of this.notes) {
      const kept = notes.get(annotationId);
      if (kept?.text !== told.text || kept.withdrawn !== told.withdrawn || kept.resolved !== told.resolved)
        lost.push(`note ${annotationId}`);
    }
    if (notes.size !== this.notes.size) lost.push('a note that nobody wrote');
    const ballots = new Map(record.ballots?.map((ballot) => [ballot.ballotId, ballot]));
    for (const { ballotId, open, votes } of this.ballots.values()) {
      const kept = ballots.get(ballotId);
      if (kept?.voted.length !== votes.size || (kept.state === 'open') !== open) lost.push(`ballot ${ballotId}`);
      for (const [electorId, choiceId] of open ? [] : votes)
        if (kept?.votes.find((vote) => vote.electorId === electorId)?.choiceId !== choiceId)
          lost.push(`vote of ${electorId} in ${ballotId}`);
    }
    if (ballots.size !== this.ballots.size) lost.push('a ballot that nobody opened');
    return lost;
  }
}

export interface MembersRun {
  readonly edits: number;
  readonly pauses: number;
  readonly kills: number;
  /** Acts whose answer a kill took, and of those the ones that had been kept all the same. */
  readonly cutShort: number;
  readonly keptUnanswered: number;
  /** Acts that were refused with a fault, as a vote for a ballot that was closed meanwhile. */
  readonly refused: number;
  /** What was acknowledged and is not in the record; must be empty. */
  readonly lost: readonly string[];
  /** Whether the record that was kept in step equals the one read anew from the journal. */
  readonly oneEndState: boolean;
}

export interface MembersPlan {
  readonly edits: number;
  readonly seed: number;
  /** Chance of a pause before an act. */
  readonly pauses: number;
  /** Kills the station and opens another on the same folder; undefined: nobody is killed. */
  readonly kill?: { readonly chance: number; readonly killed: (station: Station) => Promise<Station> };
}

export async function eightMembers(first: Station, plan: MembersPlan): Promise<MembersRun> {
  const random = seeded(plan.seed);
  const pick = <Value>(of: readonly Value[]): Value => of[Math.floor(random() * of.length)] as Value;
  const uuid = (): string => {
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const noteIds: string[] = [];
  const ballotIds: string[] = [];
  const next = (edit: number): MemberAct => {
    const member = pick(MEMBERS);
    const act = random();
    if (act < 0.45 || noteIds.length === 0) {
      const annotationId = uuid();
      noteIds.push(annotationId);
      return { kind: 'note', annotationId, text: `${member} writes ${edit}` };
    }
    if (act < 0.6) {
      const marks = ['withdrawn', 'restored', 'resolved', 'reopened'] as const;
      return { kind: 'mark', annotationId: pick(noteIds), act: pick(marks) };
    }
    if (act < 0.66 || ballotIds.length === 0) {
      const ballotId = uuid();
      ballotIds.push(ballotId);
      return { kind: 'open', ballotId, electors: MEMBERS };
    }
    const ballotId = random() < 0.9 ? (ballotIds.at(-1) ?? '') : pick(ballotIds);
    if (act < 0.95) return { kind: 'vote', ballotId, electorId: member, choiceId: pick(CHOICES) };
    return { kind: 'reveal', ballotId: pick(ballotIds) };
  };

  let station = first;
  let told = new Told();
  const lost: string[] = [];
  let [pauses, kills, cutShort, keptUnanswered, refused] = [0, 0, 0, 0, 0];
  for (let edit = 0; edit < plan.edits; edit++) {
    const act = next(edit);
    if (random() < plan.pauses) {
      await station.pause();
      pauses += 1;
    }
    if (plan.kill !== undefined && random() < plan.kill.chance) {
      // The act is on its way when the power goes: its answer does not come, or comes in the same moment.
      const answer = station.perform(act).catch(() => undefined);
      await new Promise((done) => setTimeout(done, Math.floor(random() * 4)));
      station = await plan.kill.killed(station);
      kills += 1;
      const answered = await answer;
      const record = await station.record();
      const withIt = told.copy();
      withIt.keep(act);
      const isKept = withIt.lostIn(record).length === 0;
      if (answered === undefined) {
        cutShort += 1;
        if (isKept) keptUnanswered += 1;
      } else if (answered && !isKept) lost.push(`answered and gone: ${act.kind}`);
      if (isKept) told = withIt;
      else lost.push(...told.lostIn(record));
    } else if (await station.perform(act)) told.keep(act);
    else refused += 1;
  }
  const inStep = await station.record();
  lost.push(...told.lostIn(inStep));
  await station.pause();
  const oneEndState = isDeepStrictEqual(await station.record(), inStep);
  await station.end();
  return { edits: plan.edits, pauses, kills, cutShort, keptUnanswered, refused, lost, oneEndState };
}
