/** Which mitigations are switched on for a case; the journal of the case is where it stands (F115). */
import type { CaseId } from '../../shared/foundation/ids.ts';
import { type Mitigations, MitigationWish } from '../../shared/prediction/mitigation.ts';
import type { Vault } from '../vault/index.ts';

const Switched = MitigationWish.omit({ caseId: true });

export function mitigationsOf(vault: Vault, caseId: CaseId): Mitigations {
  const found: Mitigations = {};
  for (const { payload } of vault.read({ caseId, types: ['prediction.mitigated'] })) {
    const read = Switched.safeParse(payload);
    if (!read.success) continue;
    if (read.data.by === null) delete found[read.data.modelId];
    else found[read.data.modelId] = read.data.by;
  }
  return found;
}

/** Switches one, or back to one threshold for all; recorded with the case. */
export function mitigate(vault: Vault, { caseId, ...wish }: MitigationWish): Mitigations {
  vault.append({ actor: vault.user.userId, caseId, type: 'prediction.mitigated', payload: wish });
  return mitigationsOf(vault, caseId);
}
