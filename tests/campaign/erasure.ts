/**
 * Erased means gone (F105, issue 7, section 4): 20 cases with 500 made-up words in events, documents and files, backed up
 * before and after, people removed in between; half of the cases are erased. Then everything that somebody with the password
 * and all the disks can make readable is gone through: raw bytes, tables, pages that no table holds any more, the
 * write-ahead log of the open vault, every key ever kept. `node tests/campaign/erasure.ts [cases] [words each]`.
 */
import { cpSync } from 'node:fs';
import { reopened } from '../../electron/vault/vault.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { dig, keysOnPages } from '../unit/vault/support/forensics.ts';
import { create, imported, placeAt, remove, temporaryFolder } from '../unit/vault/support/vault-at.ts';

const [cases = '20', each = '25'] = process.argv.slice(2);
const folder = temporaryFolder();
const backup = `${folder}-backup`;
const copies: string[] = [];
try {
  let vault = await create(folder);
  const actor = vault.user.userId;
  const words = new Map<CaseId, string[]>();
  const write = async (caseId: CaseId, round: number): Promise<void> => {
    const own = words.get(caseId) ?? [];
    words.set(caseId, own);
    for (let index = 0; index < Number(each) / 5; index += 1) {
      const word = `canary ${caseId} ${round} ${index} ${Math.random().toString(36).slice(2)}`;
      own.push(word);
      if (index % 3 === 0) vault.append({ actor, caseId, type: 'finding.commented', payload: { text: word } });
      else if (index % 3 === 1) await vault.putDocument(caseId, 'note', { text: word }, { actor });
      else {
        const sha256 = await vault.putBlob(caseId, Buffer.from(word));
        vault.append({ actor, caseId, type: 'document.viewed', payload: { sha256 } });
      }
    }
  };
  const ids = Array.from({ length: Number(cases) }, (_, index) => CaseId.parse(`case-${index}`));
  for (const [index, caseId] of ids.entries()) {
    vault.append(imported(vault, caseId, `canary pseudonym of ${caseId}`));
    words.set(caseId, [`canary pseudonym of ${caseId}`]);
    for (let round = 0; round < 5; round += 1) {
      await write(caseId, round);
      if (index % 7 === round) await vault.backUp(backup, { actor });
    }
    if (index % 8 === 3) {
      const person = { name: `Guest ${index}`, password: 'seven quiet rivers run north', roles: ['member'] as const };
      const { userId } = await vault.addUser(person, actor);
      vault = reopened(placeAt(folder), await vault.removeUser(userId, actor));
    }
  }
  const all = [...words.values()].flat();
  /** What is found on the disks as they are now, with the vault open. */
  const found = async (deleted: readonly CaseId[]): Promise<Set<string>> => {
    const copy = `${folder}-copy-${copies.length}`;
    copies.push(copy);
    cpSync(folder, copy, { recursive: true });
    return dig(copy, backup, all, deleted);
  };
  await vault.backUp(backup, { actor });
  const before = (await found([])).size;
  const keysBefore = (await keysOnPages(copies.at(-1) ?? '', ids)).size;
  const erased = ids.filter((_, index) => index % 2 === 0);
  for (const caseId of erased) vault.eraseCase(caseId, { actor, reason: 'patient-request' });
  const gone = new Set(erased.flatMap((caseId) => words.get(caseId) ?? []));
  const open = await found(erased);
  await vault.backUp(backup, { actor });
  const journal = (await vault.verifyJournal()).ok;
  vault.lock();
  const locked = await found(erased);
  const keysAfter = (await keysOnPages(folder, ids)).size;
  const recovered = [...new Set([...open, ...locked])].filter((word) => gone.has(word));
  console.log(
    JSON.stringify({
      words: all.length,
      foundBefore: before,
      erasedCases: erased.length,
      erasedWords: gone.size,
      recovered: recovered.length,
      keysOnPages: [keysBefore, keysAfter],
      leftOfOthers: [open.size, locked.size],
      journal,
    }),
  );
  for (const word of recovered.slice(0, 10)) console.log(word);
  const rest = all.length - gone.size;
  const sound =
    before === all.length && recovered.length === 0 && open.size === rest && locked.size === rest && journal;
  const reads = keysBefore === ids.length && keysAfter === ids.length - erased.length;
  process.exitCode = sound && reads ? 0 : 1;
} finally {
  for (const one of [folder, backup, ...copies]) remove(one);
}
