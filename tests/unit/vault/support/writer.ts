/**
 * The process that gets killed. `writer.ts <folder> write` unlocks the vault and writes without end, `create` makes
 * one. A line goes to standard output only after the vault has acknowledged the write it names.
 */
import { writeSync } from 'node:fs';
import { reopened } from '../../../../electron/vault/vault.ts';
import { CaseId } from '../../../../shared/foundation/ids.ts';
import { caseId, create, imported, placeAt, unlock } from './vault-at.ts';

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
  const actor = vault.user.userId;
  if (vault.caseVersion(caseId) === 0) vault.append(imported(vault));
  for (let round = 0; ; round += 1) {
    const text = `${process.pid}-${round}`;
    const event = vault.append({ actor, caseId, type: 'annotation.added', payload: { text } });
    say({ sequence: event.sequence, hash: event.hash, text });
    if (round % 4 === 1) {
      const stored = await vault.putDocument(caseId, 'note', { text }, { actor });
      say({ sequence: stored.sequence, document: stored.sha256, text });
    }
    if (round % 7 === 2) say({ blob: await vault.putBlob(caseId, Buffer.from(text.repeat(20_000))), text });
    if (round % 10 === 3) say({ checkpoint: vault.checkpoint(actor) });
    if (round % 20 === 9) say({ backup: (await vault.backUp(`${folder}-backups`, { actor })).version });
    if (round % 30 === 12) {
      const person = { name: `Guest ${text}`, password: 'seven quiet rivers run north', roles: ['member'] as const };
      const { userId } = await vault.addUser(person, actor);
      vault = reopened(placeAt(folder), await vault.removeUser(userId, actor));
      say({ removed: userId });
    }
    if (round % 15 === 4) {
      const brief = CaseId.parse(`brief-${text}`);
      vault.append(imported(vault, brief));
      await vault.putDocument(brief, 'note', { text }, { actor });
      vault.eraseCase(brief, { actor, reason: 'test' });
      say({ erased: brief });
    }
  }
}
