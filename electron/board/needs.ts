/** What the board's desk needs of the other rooms. */
import type { CaseDesk, CaseState } from '../case/index.ts';
import type { Vault } from '../vault/index.ts';

export interface BoardDeskNeeds {
  readonly vault: () => Vault;
  readonly cases: CaseDesk;
  /** @throws FaultError report-locked */
  readonly refuseIfSigned: (listing: CaseState['listing']) => void;
}
