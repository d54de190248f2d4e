import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictSubject, entryWords, partsThatDiffer } from '../../../renderer/board/notes.ts';
import { type Annotation, anchorStands, takeNote, threadsOf } from '../../../shared/board/annotation.ts';
import {
  type BoardEntry,
  type BoardPackage,
  basesOf,
  commonBase,
  isOlder,
  type MergeRecord,
  mergeBoards,
  type Snapshot,
  snapshotOf,
} from '../../../shared/board/merge.ts';
import { projectBoard } from '../../../shared/board/project-board.ts';
import { UserId } from '../../../shared/foundation/ids.ts';
import type { EventType } from '../../../shared/vault/events.ts';

const uuid = (place: number) => `3f0c2f7a-92b2-4b54-8f7a-${String(place).padStart(12, '0')}`;
const note = (place: number, more: Partial<Annotation> = {}): Annotation => ({
  annotationId: uuid(place),
  anchor: { kind: 'finding', id: `finding-${place}`, label: `Finding ${place}` },
  text: `words ${place}`,
  mentions: [],
  by: 'Dr. A',
  at: '2026-11-24T10:00:00.000Z',
  withdrawn: false,
  resolved: false,
  ...more,
});
const noteEntry = (place: number, more: Partial<Annotation> = {}): BoardEntry => ({
  kind: 'note',
  value: note(place, more),
});
const review = (findingId: string, verdict: 'confirmed' | 'dismissed' | 'limited'): BoardEntry => ({
  kind: 'review',
  value: { findingId, verdict, by: 'Dr. A', at: '2026-11-24T10:00:00.000Z' },
});

/** What a side may do to what both had: add notes, take some back, change its mind on findings. Never remove. */
const edits = fc.record({
  notes: fc.uniqueArray(fc.integer({ min: 10, max: 30 }), { maxLength: 6 }),
  flags: fc.dictionary(fc.constantFrom('0', '1', '2'), fc.constantFrom('withdrawn', 'resolved'), { maxKeys: 3 }),
  reviews: fc.dictionary(fc.constantFrom('f1', 'f2', 'f3'), fc.constantFrom('confirmed', 'dismissed', 'limited'), {
    maxKeys: 3,
  }),
});
type Edits = typeof edits extends fc.Arbitrary<infer Value> ? Value : never;
const base: Snapshot = {
  ...Object.fromEntries([0, 1, 2].map((place) => [`note:${uuid(place)}`, noteEntry(place)])),
  'review:f1': review('f1', 'confirmed'),
};
const editedBy = ({ notes, flags, reviews }: Edits, offset: number): Snapshot => ({
  ...base,
  ...Object.fromEntries(notes.map((place) => [`note:${uuid(place + offset)}`, noteEntry(place + offset)])),
  ...Object.fromEntries(
    Object.entries(flags).map(([place, flag]) => [
      `note:${uuid(Number(place))}`,
      noteEntry(Number(place), { [flag]: true }),
    ]),
  ),
  ...Object.fromEntries(Object.entries(reviews).map(([id, verdict]) => [`review:${id}`, review(id, verdict)])),
});

describe('F084 three-way merge by file', () => {
  it('loses nothing of either side: every entry of both is merged or stands in a conflict', () => {
    fc.assert(
      fc.property(edits, edits, (left, right) => {
        const [mine, theirs] = [editedBy(left, 0), editedBy(right, 100)];
        const { merged, conflicts } = mergeBoards(base, mine, theirs);
        const inConflict = new Map(conflicts.map((one) => [one.key, one]));
        for (const [key, entry] of Object.entries(theirs)) {
          const conflict = inConflict.get(key);
          if (conflict !== undefined) expect(conflict).toEqual({ key, mine: mine[key], theirs: entry });
          else if (JSON.stringify(entry) !== JSON.stringify(base[key])) {
            const there = merged[key];
            if (entry.kind === 'note' && there?.kind === 'note') {
              expect(there.value.text).toBe(entry.value.text);
              if (entry.value.withdrawn) expect(there.value.withdrawn).toBe(true);
              if (entry.value.resolved) expect(there.value.resolved).toBe(true);
            } else expect(there).toEqual(entry);
          }
        }
        // Nothing of mine that theirs did not add to is altered, and what we disagree on stays mine.
        for (const [key, entry] of Object.entries(mine))
          if (inConflict.has(key) || JSON.stringify(theirs[key]) === JSON.stringify(base[key]))
            expect(merged[key]).toEqual(entry);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same from both sides but for who is "mine" in a conflict, and taking the same file twice adds nothing', () => {
    fc.assert(
      fc.property(edits, edits, (left, right) => {
        const [mine, theirs] = [editedBy(left, 0), editedBy(right, 100)];
        const [here, there] = [mergeBoards(base, mine, theirs), mergeBoards(base, theirs, mine)];
        expect(here.conflicts.map(({ key }) => key)).toEqual(there.conflicts.map(({ key }) => key));
        const disputed = new Set(here.conflicts.map(({ key }) => key));
        for (const key of Object.keys({ ...here.merged, ...there.merged }))
          if (!disputed.has(key)) expect(here.merged[key]).toEqual(there.merged[key]);
        expect(mergeBoards(base, here.merged, theirs).taken).toEqual({});
        expect(mergeBoards(base, mine, base).taken).toEqual({});
      }),
      { numRuns: 300 },
    );
  });

  it('every order in which three stations’ files arrive ends in the same notes', () => {
    fc.assert(
      fc.property(fc.tuple(edits, edits, edits), fc.constantFrom([0, 1, 2], [2, 1, 0], [1, 0, 2]), (three, order) => {
        const sides = three.map(({ notes, flags }, at) => editedBy({ notes, flags, reviews: {} }, 100 * at));
        const arrived = order.reduce<Snapshot>((so, at) => mergeBoards(base, so, sides[at] ?? {}).merged, base);
        const straight = [0, 1, 2].reduce<Snapshot>((so, at) => mergeBoards(base, so, sides[at] ?? {}).merged, base);
        expect(arrived).toEqual(straight);
        expect(Object.keys(arrived).length).toBe(new Set(sides.flatMap((side) => Object.keys(side))).size);
      }),
      { numRuns: 200 },
    );
  });

  /** A board as a list of what it merged and what stands: enough to write and to read packages. */
  class Board {
    readonly id: string;
    so: Snapshot = base;
    merges: MergeRecord[] = [];
    open: { mergeId: string; key: string }[] = [];
    constructor(id: string) {
      this.id = id;
    }
    package(): BoardPackage {
      const { id, so, merges, open } = this;
      const sequence = merges.length;
      return {
        boardId: id,
        boardName: 'Board',
        sequence,
        base: {},
        bases: basesOf(merges, open),
        snapshot: so,
      } as never;
    }
    read(from: BoardPackage) {
      const { merged, taken, conflicts } = mergeBoards(commonBase(from, this.id), this.so, from.snapshot);
      const mergeId = `${this.id} ${this.merges.length}`;
      this.merges.push({
        mergeId,
        boardId: from.boardId,
        theirs: from.snapshot,
        taken,
        conflicts,
        settled: [],
      } as never);
      this.open.push(...conflicts.map(({ key }) => ({ mergeId, key })));
      this.so = merged;
      return conflicts;
    }
  }

  it('what reached a board from a second one reaches a third: three that meet in turn lose nothing of each other', () => {
    fc.assert(
      fc.property(edits, edits, edits, (one, two, three) => {
        const [a, b, c] = [new Board('a'), new Board('b'), new Board('c')];
        const only = ({ notes, flags }: Edits, offset: number) => editedBy({ notes, flags, reviews: {} }, offset);
        [a.so, b.so, c.so] = [only(one, 0), only(two, 100), only(three, 200)];
        b.read(c.package());
        a.read(b.package());
        c.read(a.package());
        for (const board of [a, b]) for (const key of Object.keys(board.so)) expect(c.so).toHaveProperty([key]);
        for (const key of Object.keys(only(three, 200))) expect(a.so).toHaveProperty([key]);
      }),
      { numRuns: 100 },
    );
  });

  it('what is still in conflict on one side is in conflict on the other as well, never taken for settled', () => {
    const [a, b] = [new Board('a'), new Board('b')];
    a.so = { ...base, 'review:f2': review('f2', 'confirmed') };
    b.so = { ...base, 'review:f2': review('f2', 'dismissed') };
    expect(a.read(b.package())).toHaveLength(1);
    expect(b.read(a.package())).toMatchObject([{ key: 'review:f2', mine: { value: { verdict: 'dismissed' } } }]);
    // Settled here, it is what stands there next time.
    const settled = new Board('a');
    settled.merges = a.merges;
    settled.so = { ...a.so, 'review:f2': review('f2', 'limited') };
    const there = new Board('b');
    there.so = b.so;
    expect(there.read(settled.package())).toEqual([]);
    expect(there.so['review:f2']).toMatchObject({ value: { verdict: 'limited' } });
  });

  it('older is told by the journal of the board that wrote it, whatever its clock said', () => {
    const merged = { boardId: 'b', boardName: 'B', sequence: 7, exportedAt: '2026-11-24T10:00:00Z' };
    expect(isOlder({ ...merged, sequence: 6, exportedAt: '2027-01-01T00:00:00Z' }, [merged])).toBe(true);
    expect(isOlder({ ...merged, sequence: 8, exportedAt: '2020-01-01T00:00:00Z' }, [merged])).toBe(false);
    expect(isOlder({ ...merged, boardId: 'c', sequence: 1 }, [merged])).toBe(false);
    const { boardId: _, sequence: __, ...first } = merged;
    expect(isOlder({ ...first, exportedAt: '2026-11-24T09:00:00Z' }, [merged])).toBe(true);
  });

  it('a conflict stays in the record until it is settled, and settling takes the words that were chosen', () => {
    const actor = UserId.parse('u1');
    const event = (sequence: number, type: EventType, payload: unknown) => ({
      sequence,
      time: `2026-11-24T10:00:0${sequence}.000Z`,
      actor,
      type,
      payload,
      erased: false,
    });
    const merge = (mergeId: string, more: object) => ({
      mergeId,
      packageSha256: 'a'.repeat(64),
      boardName: 'Board B',
      exportedAt: '2026-11-24T09:00:00.000Z',
      theirs: {},
      taken: {},
      conflicts: [],
      settled: [],
      ...more,
    });
    const conflict = { key: 'review:f1', mine: review('f1', 'confirmed'), theirs: review('f1', 'dismissed') };
    const events = [
      event(1, 'finding.reviewed', { findingId: 'f1', verdict: 'confirmed' }),
      event(2, 'board.merged', merge(uuid(1), { taken: { [`note:${uuid(7)}`]: noteEntry(7) }, conflicts: [conflict] })),
    ];
    const open = projectBoard(events);
    expect(open).toMatchObject({
      annotations: [{ text: 'words 7' }],
      conflicts: [{ key: 'review:f1', boardName: 'Board B' }],
    });
    expect(open.reviews).toMatchObject([{ verdict: 'confirmed' }]);
    const settle = (take: 'mine' | 'theirs') =>
      projectBoard([
        ...events,
        event(3, 'board.merged', merge(uuid(2), { settled: [{ mergeId: uuid(1), key: 'review:f1', take }] })),
      ]);
    expect(settle('theirs')).toMatchObject({ reviews: [{ verdict: 'dismissed' }] });
    expect(settle('mine')).toMatchObject({ reviews: [{ verdict: 'confirmed' }] });
    expect(settle('mine').conflicts).toBeUndefined();
  });

  it('names people instead of ids, and leaves an open ballot at home', () => {
    const ballot = {
      ballotId: uuid(5),
      choices: [{ choiceId: 'x', label: 'x' }],
      electors: [{ electorId: 'a', name: 'A', role: '' }],
      recused: [],
      quorum: 0,
      round: 'before' as const,
      state: 'open' as const,
      forDecision: 0,
      openedAt: '',
      voted: [],
      votes: [],
      left: [],
    };
    const taken = snapshotOf({ reviews: [], annotations: [note(1, { by: 'u1' })], ballots: [ballot] }, (id) =>
      id === 'u1' ? 'Dr. A (Board A)' : id,
    );
    expect(taken).toEqual({ [`note:${uuid(1)}`]: noteEntry(1, { by: 'Dr. A (Board A)' }) });
  });
});

describe('F076 threads', () => {
  const ground = { record: { images: [] }, profile: { findings: [{ id: 'finding-1' }] as never }, options: undefined };

  it('a thread whose finding is gone is orphaned and stands first; none is dropped', () => {
    const threads = threadsOf([note(1), note(2), note(3, { replyTo: uuid(1) })], ground);
    expect(threads.map(({ first, orphaned, replies }) => [first.text, orphaned, replies.length])).toEqual([
      ['words 2', true, 0],
      ['words 1', false, 1],
    ]);
    expect(anchorStands({ kind: 'report', id: 'R43', label: 'Recommendation' }, ground)).toBe(true);
    expect(anchorStands({ kind: 'image', id: 'images/ct.dcm', label: 'CT' }, ground)).toBe(false);
  });

  it('an answer to a note that is not here stands as a thread of its own', () => {
    expect(threadsOf([note(4, { replyTo: uuid(99) })], ground)).toHaveLength(1);
  });

  it('taking back and restoring keeps the words; the same id is never written over', () => {
    const at = (type: EventType, payload: unknown) => ({
      sequence: 1,
      time: '2026-11-24T10:00:00.000Z',
      actor: UserId.parse('u1'),
      type,
      payload,
    });
    const { by, at: when, withdrawn, resolved, ...written } = note(1);
    const notes = new Map<string, Annotation>();
    takeNote(notes, at('annotation.added', written));
    takeNote(notes, at('annotation.withdrawn', { annotationId: uuid(1) }));
    expect([...notes.values()]).toMatchObject([{ withdrawn: true, text: 'words 1' }]);
    takeNote(notes, at('annotation.added', { ...written, text: 'other words' }));
    takeNote(notes, at('annotation.restored', { annotationId: uuid(1) }));
    expect([...notes.values()]).toMatchObject([{ withdrawn: false, text: 'words 1' }]);
  });

  it('a conflict names what it is about, who says what, and in which parts two decisions of one answer differ', () => {
    const profile = { findings: [{ id: 'f1', gene: 'EGFR', title: 'p.(Thr790Met)' }] } as never;
    const said = {
      ...review('f1', 'dismissed'),
      value: { findingId: 'f1', verdict: 'dismissed', by: 'Dr. B', reason: 'low', at: '' },
    };
    expect(conflictSubject(said as BoardEntry, { profile })).toBe('EGFR p.(Thr790Met)');
    expect(conflictSubject(review('gone', 'limited'), { profile })).toBe('gone');
    expect(conflictSubject(noteEntry(1), { profile })).toBe('Note on Finding 1');
    expect(entryWords(said as BoardEntry)).toBe('Dr. B: dismissed, low');
    const decided = (rationale: string, decidedAt: string): BoardEntry => ({
      kind: 'decision',
      value: {
        optionIds: ['a'],
        intent: 'trial',
        answer: 'Yes',
        rationale,
        actions: [],
        participants: [],
        decidedAt,
        decidedBy: 'Dr. A',
      },
    });
    expect(partsThatDiffer(decided('one', '1'), decided('two', '2'))).toEqual(['rationale']);
    expect(partsThatDiffer(review('f1', 'confirmed'), said as BoardEntry)).toEqual([]);
  });
});
