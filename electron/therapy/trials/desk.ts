/** Trials for the screens: the folder `trials` inside the site's data folder, against a case of the vault. */
import type { CaseId, Clock } from '../../../shared/foundation/ids.ts';
import type { CaseTrials } from '../../../shared/therapy/trials/verdicts.ts';
import type { CaseDocuments } from '../../documents.ts';
import type { Packs } from '../../knowledge/index.ts';
import { folderExists, patientOfCase, readTrialFolder, trialsFor } from './index.ts';

interface TrialDeskNeeds {
  readonly folder: string;
  /** @throws FaultError not-found where the vault holds no such case */
  readonly documents: (caseId: CaseId) => Promise<Pick<CaseDocuments, 'record' | 'intake' | 'profile'>>;
  readonly packs: Packs;
  readonly clock: Clock;
}

export function createTrialDesk({ folder, documents, packs, clock }: TrialDeskNeeds) {
  return {
    /** Read anew at each call: a folder brought up to date counts at once. */
    async ofCase(caseId: CaseId): Promise<CaseTrials> {
      const { record, intake, profile } = await documents(caseId);
      if (!(await folderExists(folder)))
        return {
          state: 'absent',
          reason: 'no folder named "trials" stands in the data folder of this workstation',
        };
      const read = await readTrialFolder(folder);
      if (read.files === 0) return { state: 'absent', reason: 'the folder "trials" holds no trial document' };
      const on = clock.now().slice(0, 10);
      const trials = trialsFor(patientOfCase(record, intake, profile, packs), read, packs, on);
      return { state: 'judged', on, trials, refusals: read.refusals };
    },
  };
}
