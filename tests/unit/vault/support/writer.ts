/**
 * The process that gets killed. `writer.ts <folder> write` unlocks the vault and writes without end, `create` makes
 * one. A line goes to standard output only after the vault has acknowledged the write it names.
 */
import { writeSync } from 'node:fs';
import { actsOf } from './acts.ts';
import { caseId, create, imported, unlock } from './vault-at.ts';

const [folder = '', mode = 'write'] = process.argv.slice(2);
const say = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

if (mode === 'create') {
  writeSync(1, '{}\n');
  const vault = await create(folder);
  say({ created: true });
  vault.lock();
} else {
  let vault = await unlock(folder);
  if (vault.caseVersion(caseId) === 0) vault.append(imported(vault));
  for (let round = 0; ; round += 1)
    for (const act of actsOf(folder, round)) {
      const done = await act(vault);
      vault = done.vault ?? vault;
      say(done.said);
    }
}
