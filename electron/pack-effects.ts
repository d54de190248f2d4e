/** What other packs would say of the open cases: each is thought through twice from what was read of its files. */
import { FaultError, faultFrom } from '../shared/foundation/fault.ts';
import type { CaseEffect } from '../shared/knowledge/pack-life.ts';
import { differenceLine, differencesOf } from '../shared/report/difference.ts';
import type { CaseDesk } from './case/index.ts';
import type { CaseDocuments } from './documents.ts';
import type { Packs } from './knowledge/index.ts';

const MOST_LINES = 12;
const CLOSED: ReadonlySet<string> = new Set(['signed', 'closed', 'erased']);

/**
 * Signed cases are watched elsewhere (F099). Both sides are computed now, so that only what the packs do is a difference;
 * pharmacogenes are read from the files, which are not opened here.
 */
export const packEffects =
  (needs: {
    readonly now: Packs;
    readonly cases: Pick<CaseDesk, 'list' | 'state'>;
    readonly rethink: (
      documents: CaseDocuments,
      answers: Record<string, string>,
      packs: Packs,
    ) => Promise<CaseDocuments>;
    /** Whether the person may read cases; else only how many statements differ is said. */
    readonly namesCases: () => boolean;
  }) =>
  async (would: Packs, onProgress: (done: number, of: number) => void, signal: AbortSignal): Promise<CaseEffect[]> => {
    const open = needs.cases.list().filter(({ status }) => !CLOSED.has(status));
    const found: CaseEffect[] = [];
    for (const [done, { caseId, pseudonym }] of open.entries()) {
      onProgress(done, open.length);
      // One case takes about a tenth of a second: a cancel is heard between two.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      try {
        const { documents, answers } = await needs.cases.state(caseId);
        const before = await needs.rethink(documents, answers, needs.now);
        const differences = differencesOf(before, await needs.rethink(documents, answers, would));
        found.push({
          caseId,
          pseudonym,
          differences: differences.length,
          says: needs.namesCases() ? differences.slice(0, MOST_LINES).map(differenceLine) : [],
        });
      } catch (error) {
        if (error instanceof FaultError && error.fault.code === 'locked') throw error;
        found.push({ caseId, pseudonym, says: [], reason: faultFrom(error).message });
      }
    }
    onProgress(open.length, open.length);
    return found;
  };
