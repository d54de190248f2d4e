/** F104: the code and the days of a de-identified export come of the case's own key, and go with it. */
import { afterEach, expect, it } from 'vitest';
import { reopened } from '../../../electron/vault/vault.ts';
import { caseId, codeOf, create, imported, otherCaseId, placeAt, remove, temporaryFolder } from './support/vault-at.ts';

const folder = temporaryFolder();
afterEach(() => remove(folder));

it('is the same after keys were changed, another for each case and purpose, and gone with an erased case', async () => {
  const vault = await create(folder);
  const actor = vault.user.userId;
  for (const id of [caseId, otherCaseId]) vault.append(imported(vault, id, id));
  const secret = vault.caseSecret(caseId, 'export').toString('hex');
  expect(secret).toMatch(/^[\da-f]{64}$/);
  expect(vault.caseSecret(caseId, 'other').toString('hex')).not.toBe(secret);
  expect(vault.caseSecret(otherCaseId, 'export').toString('hex')).not.toBe(secret);
  const ben = await vault.addUser(
    { name: 'Ben Example', password: 'seven quiet rivers run north', roles: ['member'] },
    actor,
  );
  const after = reopened(placeAt(folder), await vault.removeUser(ben.userId, actor));
  expect(after.caseSecret(caseId, 'export').toString('hex')).toBe(secret);
  after.eraseCase(caseId, { actor, reason: 'asked by the patient' });
  expect(await codeOf(() => after.caseSecret(caseId, 'export'))).toBe('not-found');
  expect(after.caseSecret(otherCaseId, 'export')).toHaveLength(32);
  after.lock();
});
