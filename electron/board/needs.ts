/** What the board's desk needs of the other rooms. */

import type { BoardRecord } from '../../shared/board/board-record.ts';
import type { Minutes } from '../../shared/board/minutes.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock, Ids } from '../../shared/foundation/ids.ts';
import type { CaseDesk, CaseState } from '../case/index.ts';
import type { Ports } from '../ports.ts';
import type { Vault } from '../vault/index.ts';

export interface BoardDeskNeeds {
  readonly vault: () => Vault;
  readonly cases: CaseDesk;
  /** @throws FaultError report-locked */
  readonly refuseIfSigned: (listing: CaseState['listing']) => void;
  readonly tickets: Ports['tickets'];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly printMinutes: (minutes: Minutes) => Promise<Uint8Array>;
}

/** What each part of the desk works with. */
export interface BoardRoom extends BoardDeskNeeds {
  /** What the board did so far, without opening the case's documents. @throws FaultError not-found */
  readonly record: (caseId: CaseId) => BoardRecord;
}

/** Ends a call with a fault of the closed list. */
export function refuse(...of: Parameters<typeof fault>): never {
  throw new FaultError(fault(...of));
}
