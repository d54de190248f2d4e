/** The board's record of a case, kept in step with the journal entry by entry. */
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { type BoardFold, foldBoard } from '../../shared/board/project-board.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { Vault } from '../vault/index.ts';
import type { BoardDeskNeeds } from './needs.ts';

/** Cases of a long meeting; those beyond are read anew from the journal. */
const KEPT_CASES = 24;

interface Kept {
  readonly fold: BoardFold;
  /** The first sequence that was not read yet. */
  next: number;
}

/**
 * Gives what the board did so far, without opening the case's documents. Only entries that are new since the last call are
 * unsealed: nothing is stored, and nothing outlives the unlocked vault it was read from.
 */
export function recordKeeper({ vault, cases }: Pick<BoardDeskNeeds, 'vault' | 'cases'>) {
  let of: Vault | undefined;
  let kept = new Map<CaseId, Kept>();
  /** @throws FaultError not-found */
  return (caseId: CaseId): BoardRecord => {
    const open = vault();
    if (open !== of) [of, kept] = [open, new Map()];
    const known = kept.get(caseId);
    kept.delete(caseId);
    // An erased case is refused here, and what was kept of it is gone.
    cases.listingFor(caseId);
    const one = known ?? { fold: foldBoard(), next: 1 };
    for (const event of open.read({ caseId, from: one.next })) {
      one.fold.take(event);
      one.next = event.sequence + 1;
    }
    kept.set(caseId, one);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_CASES && oldest !== undefined) kept.delete(oldest);
    return one.fold.record();
  };
}
