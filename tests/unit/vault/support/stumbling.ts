/**
 * The process whose disk fails it: `stumbling.ts <folder> <rounds>` unlocks the vault, says that it is ready, waits for a word
 * and then works through its rounds, going on after each refusal. What it says goes out by writev, which the vault never
 * uses, so that failing every write of the vault leaves these lines alone.
 */

import { once } from 'node:events';
import { writevSync } from 'node:fs';
import { FaultError } from '../../../../shared/foundation/fault.ts';
import { actsOf } from './acts.ts';
import { caseId, imported, unlock } from './vault-at.ts';

const [folder = '', rounds = '20'] = process.argv.slice(2);
const end = Buffer.from('\n');
const say = (line: object): void => void writevSync(1, [Buffer.from(JSON.stringify(line)), end]);
const failure = (error: unknown): object =>
  error instanceof FaultError ? { refused: error.fault.code } : { defect: String((error as Error)?.stack ?? error) };

let vault = await unlock(folder);
if (vault.caseVersion(caseId) === 0) vault.append(imported(vault));
// One of each act while the disk is sound: what is loaded on first use is loaded.
for (const round of [1, 2, 3, 9, 12, 4])
  for (const act of actsOf(folder, round)) {
    const done = await act(vault);
    vault = done.vault ?? vault;
    say(done.said);
  }
say({ ready: true });
await once(process.stdin, 'data');
for (let round = 100; round < 100 + Number(rounds); round += 1)
  for (const act of actsOf(folder, round)) {
    try {
      // A change of keys that failed in its last step leaves the vault closed; whoever works here unlocks again.
      if (!vault.isOpen()) vault = await unlock(folder);
      const done = await act(vault);
      vault = done.vault ?? vault;
      say(done.said);
    } catch (error) {
      say(failure(error));
    }
  }
say({ done: true });
process.exit();
