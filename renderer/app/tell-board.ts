/**
 * Windows of one browser tell each other that a board wrote something about a case: its id, nothing else. Each reads what
 * is new from the core by itself, so that two people at two windows see each other's votes, notes and decisions.
 */
export const BOARD_CHANNEL = 'consilium.board';

/** Tells the other windows. */
export function tellBoard(caseId: string): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(BOARD_CHANNEL);
  channel.postMessage(caseId);
  channel.close();
}
