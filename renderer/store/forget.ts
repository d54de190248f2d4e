import type { StoreDatabase } from './database.ts';
import { dropDraft } from './drafts.ts';

/** Forms whose drafts are kept under a case, as `<form>:<caseId>`. */
const CASE_FORMS = ['decision', 'note'] as const;

/** After a case was erased in the vault: what was typed about it here, sent or not, goes too. */
export async function forgetCase(store: StoreDatabase, caseId: string): Promise<void> {
  for (const form of CASE_FORMS) await dropDraft(store, `${form}:${caseId}`);
  // Rows are sealed, so what belongs to the case is known only when it is opened.
  const rows = await store.outbox.toArray();
  await store.outbox.bulkDelete(rows.filter(({ command }) => command.caseId === caseId).map(({ id }) => id));
}
