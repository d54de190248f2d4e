/** Earlier analyses of a case, for comparing two dates, two sets of packs or two models (F080). */
import { z } from 'zod';
import { Analysis, type AnalysisDocuments } from '../../shared/board/analyses.ts';
import { IntakeDocument } from '../../shared/case/intake.ts';
import { type CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { MolecularProfile } from '../../shared/molecular/profile.ts';
import { Predictions } from '../../shared/prediction/predictions.ts';
import { OptionsTable } from '../../shared/therapy/options.ts';
import { type BoardRoom, refuse } from './needs.ts';

const Analyzed = z.looseObject({
  hashes: z.object({ intake: Sha256, profile: Sha256, predictions: Sha256, options: Sha256 }),
  packs: z.array(z.object({ id: z.string(), version: z.string() })),
  models: z.array(z.object({ id: z.string(), version: z.string() })),
});

export function versionDesk({ vault, cases }: BoardRoom) {
  const analyzed = (caseId: CaseId) => {
    cases.listingFor(caseId);
    return vault()
      .read({ caseId, types: ['case.analyzed'] })
      .map(({ sequence, time, payload }) => ({ sequence, time, ...Analyzed.parse(payload) }));
  };
  return {
    /** Oldest first. */
    analyses: (caseId: CaseId): Analysis[] =>
      analyzed(caseId).map(({ sequence, time, packs, models }) =>
        Analysis.parse({ sequence, at: time, packs, models }),
      ),
    /** The documents of one analysis, as they were. @throws FaultError not-found */
    async analysis({ caseId, sequence }: { caseId: CaseId; sequence: number }): Promise<AnalysisDocuments> {
      const found =
        analyzed(caseId).find((one) => one.sequence === sequence) ??
        refuse('not-found', 'There is no such analysis of this case.', 'Choose one of the list.');
      const { intake, profile, predictions, options } = found.hashes;
      const stored = (sha256: Sha256) => vault().getDocument(caseId, sha256);
      return {
        intake: IntakeDocument.parse(await stored(intake)),
        profile: MolecularProfile.parse(await stored(profile)),
        predictions: Predictions.parse(await stored(predictions)),
        options: OptionsTable.parse(await stored(options)),
      };
    },
  };
}
