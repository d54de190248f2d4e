/** Overrides, ESCAT confirmations and the site's classification memory, on the journal (F017, F027, F028). */
import type { BoardRecord } from '../../shared/board/board-record.ts';
import {
  CLASSIFICATION_EVENTS,
  type Classification,
  classificationOf,
  computedClass,
  type NewClassification,
  type Remembered,
  recordOf,
  rememberedFor,
  siteMemory,
  type WithdrawnClassification,
} from '../../shared/board/classification.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { Vault } from '../vault/index.ts';
import { type BoardRoom, refuse } from './needs.ts';

/** What this site classified in its other cases, newest first. */
export const classificationMemory = (vault: Vault, except?: CaseId): Classification[] =>
  siteMemory(vault.read({ types: CLASSIFICATION_EVENTS }), except);

export function classificationDesk({ vault, cases, refuseIfSigned, record }: BoardRoom) {
  return {
    /** @throws FaultError not-found, report-locked; field-invalid where the standard does not apply to the finding */
    async classify(input: { caseId: CaseId; classification: NewClassification }): Promise<BoardRecord> {
      const { caseId, classification: said } = input;
      const { listing, documents } = await cases.state(caseId);
      refuseIfSigned(listing);
      const { findings, packs } = documents.profile;
      const finding =
        findings.find(({ id }) => id === said.findingId) ??
        refuse(
          'not-found',
          'This finding is not in the case as it now stands.',
          'Open the case again and look at its findings.',
        );
      const original =
        computedClass(finding, said.standard) ??
        refuse(
          'field-invalid',
          'This standard does not apply to the finding.',
          'Choose the standard it is judged by.',
          {
            field: 'standard',
          },
        );
      if (said.standard !== 'escat' && said.class === original.class)
        refuse('field-invalid', 'The rules give this very class.', 'Confirm the finding, or choose another class.', {
          field: 'class',
        });
      const { userId, name } = vault().user;
      const payload = recordOf(said, finding, original, packs, name);
      vault().append({ actor: userId, caseId, type: 'finding.classified', payload });
      return record(caseId);
    },

    /** Takes the standing class back; the one before it, or the computed one, stands again. */
    withdrawClassification(input: { caseId: CaseId } & WithdrawnClassification): BoardRecord {
      const { caseId, findingId, standard } = input;
      refuseIfSigned(cases.listingFor(caseId));
      if (classificationOf(record(caseId), findingId, standard) === undefined)
        refuse('not-found', 'No class was given here that could be taken back.', 'Look at the finding again.');
      vault().append({
        actor: vault().user.userId,
        caseId,
        type: 'classification.withdrawn',
        payload: { findingId, standard },
      });
      return record(caseId);
    },

    /** Classes of other cases for the changes of this one. */
    async remembered(caseId: CaseId): Promise<Remembered[]> {
      const { documents } = await cases.state(caseId);
      return rememberedFor(documents.profile, classificationMemory(vault(), caseId));
    },
  };
}
