/**
 * Eight members, ten thousand acts on one case, with pauses and power cuts: nothing acknowledged may be lost, and there is
 * one end state. `node tests/campaign/board-members.ts [acts] [kills]`, 10,000 and 40 by default.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { eightMembers } from '../support/board-members.ts';
import type { Asked, Station } from '../support/board-station.ts';

const EDITS = Number(process.argv[2] ?? 10_000);
const KILLS = Number(process.argv[3] ?? 40);
const PAUSES = 20;
const folder = mkdtempSync(join(tmpdir(), 'members-'));
const program = join(import.meta.dirname, '../support/board-station.ts');

/** A station in a program of its own. */
function start(place: number): { station: Station; child: ChildProcess; ready: Promise<unknown> } {
  const child = fork(program, [join(folder, 'data'), String(place)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();
  let last = 0;
  const wait = (id: number) => new Promise<unknown>((done, fail) => waiting.set(id, { done, fail }));
  const ready = wait(0);
  child.on('message', ({ id, value }: { id: number; value?: unknown }) => {
    waiting.get(id)?.done(value);
    waiting.delete(id);
  });
  child.on('exit', (code) => {
    for (const { fail } of waiting.values()) fail(new Error(`the station ended with ${code}`));
  });
  type Ask = Asked extends infer One ? (One extends Asked ? Omit<One, 'id'> : never) : never;
  const ask = (asked: Ask): Promise<unknown> => {
    last += 1;
    const answer = wait(last);
    child.send({ ...asked, id: last });
    return answer;
  };
  const station: Station = {
    perform: async (act) => (await ask({ ask: 'perform', act })) === true,
    record: async () => (await ask({ ask: 'record' })) as BoardRecord,
    pause: async () => void (await ask({ ask: 'pause' })),
    end: async () => void (await ask({ ask: 'end' })),
  };
  return { station, child, ready };
}

try {
  const began = Date.now();
  let place = 0;
  let now = start(place);
  await now.ready;
  const run = await eightMembers(now.station, {
    edits: EDITS,
    seed: 2026,
    pauses: PAUSES / EDITS,
    kill: {
      chance: KILLS / EDITS,
      killed: async () => {
        const gone = once(now.child, 'exit');
        now.child.kill('SIGKILL');
        await gone;
        place += 1;
        now = start(place);
        await now.ready;
        return now.station;
      },
    },
  });
  const { lost, ...figures } = run;
  console.log(JSON.stringify({ members: 8, ...figures, lost: lost.length, seconds: (Date.now() - began) / 1000 }));
  for (const one of lost.slice(0, 20)) console.log(`lost: ${one}`);
  process.exitCode = lost.length === 0 && run.oneEndState ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
