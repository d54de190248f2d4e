import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import { keysOf } from './queries.ts';
import { BOARD_CHANNEL } from './tell-board.ts';
import { useWorkstation } from './workstation.tsx';

/** Brings what other windows wrote into this one; a case that is not open here is left alone. */
export function useBoardNews(): void {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  useEffect(() => {
    if (typeof BroadcastChannel === 'undefined') return;
    const channel = new BroadcastChannel(BOARD_CHANNEL);
    const read = async (caseId: CaseId) => {
      if (queries.getQueryData(keysOf.case(caseId)) === undefined) return;
      const board = await client.board.record({ caseId });
      queries.setQueryData<CaseView>(keysOf.case(caseId), (view) => (view === undefined ? view : { ...view, board }));
      await queries.invalidateQueries({ queryKey: keysOf.cases });
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const caseId = CaseId.safeParse(data);
      if (caseId.success) read(caseId.data).catch(() => undefined);
    };
    return () => channel.close();
  }, [client, queries]);
}
