/** Other cases of the vault that may be of the same person (F002): asked on the intake screen, answered in the journal. */
import { CaseRecord } from '../../shared/case/case-record.ts';
import { IntakeDocument } from '../../shared/case/intake.ts';
import {
  judgedLikenesses,
  type Likeness,
  type LikenessVerdict,
  likenessOf,
  mayBeOne,
} from '../../shared/case/likeness.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { Vault } from '../vault/index.ts';
import type { CaseDesk } from './desk.ts';

export function createLikenessDesk({
  vault,
  cases,
}: {
  vault: () => Vault;
  cases: Pick<CaseDesk, 'state' | 'listingFor'>;
}) {
  const desk = {
    async of(caseId: CaseId): Promise<Likeness[]> {
      cases.listingFor(caseId);
      const held = vault();
      const own = (await cases.state(caseId)).documents;
      const names = held.names();
      const judged = judgedLikenesses(held.read({ caseId, types: ['likeness.judged'] }));
      const found: Likeness[] = [];
      for (const { caseId: other, pseudonym, status } of held.cases()) {
        if (other === caseId || status === 'erased') continue;
        const record = CaseRecord.safeParse((await held.latestDocument(other, 'record'))?.document);
        if (!record.success) continue;
        const { patient } = record.data;
        // The variants are unsealed only where the person may be the same one.
        const read = mayBeOne(own.record.patient, patient)
          ? IntakeDocument.safeParse((await held.latestDocument(other, 'intake'))?.document)
          : undefined;
        const like = likenessOf(
          { patient: own.record.patient, variants: own.intake.variants },
          { patient, variants: read?.data?.variants ?? [] },
        );
        if (like === undefined) continue;
        const verdict = judged.get(other);
        found.push({
          caseId: other,
          pseudonym,
          ...like,
          ...(verdict === undefined
            ? {}
            : { judged: { ...verdict, by: names.get(verdict.by as never) ?? verdict.by } }),
        });
      }
      return found.sort((a, b) => b.sharedVariants - a.sharedVariants);
    },
    /** Nothing of either case changes: who said it stands in the journal. @throws FaultError not-found */
    async judge(caseId: CaseId, other: CaseId, verdict: LikenessVerdict): Promise<Likeness[]> {
      if (!(await desk.of(caseId)).some((one) => one.caseId === other))
        throw new FaultError(
          fault('not-found', 'This case is not like the other one.', 'Open the case again and look at its intake.'),
        );
      const held = vault();
      held.append({ actor: held.user.userId, caseId, type: 'likeness.judged', payload: { other, verdict } });
      return desk.of(caseId);
    },
  };
  return desk;
}
