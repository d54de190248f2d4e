import { reopened, type Vault } from '../../../../electron/vault/vault.ts';
import { CaseId } from '../../../../shared/foundation/ids.ts';
import { caseId, imported, placeAt } from './vault-at.ts';

/** What a vault has said is kept, as one line. */
export type Said = object;
/** One act; gives what was acknowledged and, where keys changed, the vault to go on with. */
export type Act = (vault: Vault) => Promise<{ said: Said; vault?: Vault }>;

/** What one round does to a vault: always an event, now and then a document, a file, a backup, a removal, an erasure. */
export function actsOf(folder: string, round: number): Act[] {
  const text = `${process.pid}-${round}`;
  const acts: Act[] = [
    async (vault) => {
      const actor = vault.user.userId;
      const event = vault.append({ actor, caseId, type: 'annotation.added', payload: { text } });
      return { said: { sequence: event.sequence, hash: event.hash, text } };
    },
  ];
  const every = (rounds: number, rest: number, act: Act): void => {
    if (round % rounds === rest) acts.push(act);
  };
  every(4, 1, async (vault) => {
    const stored = await vault.putDocument(caseId, 'note', { text }, { actor: vault.user.userId });
    return { said: { sequence: stored.sequence, document: stored.sha256, text } };
  });
  every(7, 2, async (vault) => ({
    said: { blob: await vault.putBlob(caseId, Buffer.from(text.repeat(20_000))), text },
  }));
  every(10, 3, async (vault) => ({ said: { checkpoint: vault.checkpoint(vault.user.userId) } }));
  every(20, 9, async (vault) => ({
    said: { backup: (await vault.backUp(`${folder}-backups`, { actor: vault.user.userId })).version },
  }));
  every(30, 12, async (vault) => {
    const actor = vault.user.userId;
    const person = { name: `Guest ${text}`, password: 'seven quiet rivers run north', roles: ['member'] as const };
    const { userId } = await vault.addUser(person, actor);
    // Keys are handed, taken away and handed on: to a reader, who becomes an auditor, who leaves.
    vault.changeRoles(userId, ['auditor'], actor);
    return { vault: reopened(placeAt(folder), await vault.removeUser(userId, actor)), said: { removed: userId } };
  });
  every(15, 4, async (vault) => {
    const actor = vault.user.userId;
    const brief = CaseId.parse(`brief-${text}`);
    vault.append(imported(vault, brief));
    await vault.putDocument(brief, 'note', { text }, { actor });
    vault.eraseCase(brief, { actor, reason: 'test' });
    return { said: { erased: brief } };
  });
  return acts;
}
