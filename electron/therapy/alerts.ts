/** Overrides of alerts on the journal, and how often they happen at this station (F129, G22). */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import {
  type AlertAct,
  type AlertOverride,
  type AlertRate,
  projectAlertOverrides,
} from '../../shared/therapy/alert-overrides.ts';
import { OptionsTable } from '../../shared/therapy/options.ts';
import type { CaseListing } from '../../shared/vault/cases.ts';
import type { CaseDocuments } from '../documents.ts';
import type { Vault } from '../vault/index.ts';

interface AlertDeskNeeds {
  /** @throws FaultError locked */
  readonly vault: () => Vault;
  /** @throws FaultError not-found */
  readonly state: (
    caseId: CaseId,
  ) => Promise<{ readonly listing: CaseListing; readonly documents: Pick<CaseDocuments, 'options'> }>;
  readonly refuseIfSigned: (listing: CaseListing) => void;
}

export function createAlertDesk({ vault, state, refuseIfSigned }: AlertDeskNeeds) {
  return {
    /** @throws FaultError not-found where no alert of the case is the one named; report-locked after a signature */
    async act(input: { caseId: CaseId; alert: AlertAct }): Promise<AlertOverride[]> {
      const { listing, documents } = await state(input.caseId);
      refuseIfSigned(listing);
      const { optionId, findingId } = input.alert;
      const stands = (documents.options.safety?.interruptive ?? []).some(
        (one) => one.optionId === optionId && one.findingId === findingId,
      );
      if (!stands)
        throw new FaultError(
          fault('not-found', 'This alert is not in the case as it now stands.', 'Open the case again.'),
        );
      const held = vault();
      held.append({
        actor: held.user.userId,
        caseId: input.caseId,
        type: 'option.reviewed',
        payload: { ...input.alert },
      });
      return projectAlertOverrides(held.read({ caseId: input.caseId, types: ['option.reviewed'] }));
    },

    /** Over all cases that are not erased; an override of an alert that a newer analysis no longer raises is not counted. */
    async rate(): Promise<AlertRate> {
      const held = vault();
      let cases = 0;
      let shown = 0;
      let overridden = 0;
      for (const { caseId, status } of held.cases()) {
        if (status === 'erased') continue;
        const stored = await held.latestDocument(caseId, 'options');
        const table = OptionsTable.safeParse(stored?.document);
        if (!table.success) continue;
        const alerts = table.data.safety?.interruptive ?? [];
        if (alerts.length === 0) continue;
        const set = new Set(
          projectAlertOverrides(held.read({ caseId, types: ['option.reviewed'] })).map(({ findingId }) => findingId),
        );
        cases += 1;
        shown += alerts.length;
        overridden += alerts.filter(({ findingId }) => set.has(findingId)).length;
      }
      return { cases, shown, overridden };
    },
  };
}
