/** Earlier analyses and signed reports of a case, for comparing dates, packs, models or reports (F080). */
import { z } from 'zod';
import { Analysis, type AnalysisDocuments } from '../../shared/board/analyses.ts';
import { projectBoard } from '../../shared/board/project-board.ts';
import { CaseRecord } from '../../shared/case/case-record.ts';
import { IntakeDocument } from '../../shared/case/intake.ts';
import { type CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import { MolecularProfile } from '../../shared/molecular/profile.ts';
import { Predictions } from '../../shared/prediction/predictions.ts';
import { OptionsTable } from '../../shared/therapy/options.ts';
import { type BoardRoom, refuse } from './needs.ts';

const Hashes = z.object({ intake: Sha256, profile: Sha256, predictions: Sha256, options: Sha256 });
const Versions = z.array(z.object({ id: z.string(), version: z.string() }));
const Analyzed = z.looseObject({ hashes: Hashes, packs: Versions, models: Versions });
/** The room of reports writes it; older entries do not say on which record. */
const Signed = z.looseObject({
  report: z.looseObject({ reportId: z.string() }),
  basis: Hashes.extend({ record: Sha256.optional() }),
});

interface Version extends Analysis {
  readonly hashes: z.infer<typeof Hashes> & { readonly record?: Sha256 | undefined };
}

export function versionDesk({ vault, cases }: BoardRoom) {
  /** Oldest first. A report's packs and models are those of the analysis that it was signed on. */
  const versions = (caseId: CaseId): Version[] => {
    cases.listingFor(caseId);
    const found: Version[] = [];
    for (const { sequence, time, type, payload } of vault().read({ caseId, types: ['case.analyzed', 'report.signed'] }))
      if (type === 'case.analyzed') found.push({ sequence, at: time, ...Analyzed.parse(payload) });
      else {
        const { report, basis } = Signed.parse(payload);
        const { packs = [], models = [] } = found.findLast(({ hashes }) => hashes.profile === basis.profile) ?? {};
        found.push({ sequence, at: time, hashes: basis, packs, models, reportId: report.reportId });
      }
    return found;
  };
  return {
    /** Analyses and signed reports, oldest first. */
    analyses: (caseId: CaseId): Analysis[] => versions(caseId).map((one) => Analysis.parse(one)),
    /** The documents of one of them, as they were. @throws FaultError not-found */
    async analysis({ caseId, sequence }: { caseId: CaseId; sequence: number }): Promise<AnalysisDocuments> {
      const { hashes, reportId } =
        versions(caseId).find((one) => one.sequence === sequence) ??
        refuse('not-found', 'There is no such version of this case.', 'Choose one of the list.');
      const stored = (sha256: Sha256) => vault().getDocument(caseId, sha256);
      const documents = {
        intake: IntakeDocument.parse(await stored(hashes.intake)),
        profile: MolecularProfile.parse(await stored(hashes.profile)),
        predictions: Predictions.parse(await stored(hashes.predictions)),
        options: OptionsTable.parse(await stored(hashes.options)),
      };
      if (reportId === undefined) return documents;
      const { decision } = projectBoard(vault().read({ caseId, before: sequence }));
      return {
        ...documents,
        ...(hashes.record === undefined ? {} : { record: CaseRecord.parse(await stored(hashes.record)) }),
        ...(decision === undefined ? {} : { decision }),
      };
    },
  };
}
