import { useQueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { LookUpDialog } from '../molecular/LookUpDialog.tsx';
import { StoreProvider } from '../store/StoreProvider.tsx';
import { Loading } from '../ui/parts.tsx';
import { UnlockScreen } from '../vault/UnlockScreen.tsx';
import { Curtain } from './Curtain.tsx';
import { ErrorScreen } from './ErrorScreen.tsx';
import { faultOf } from './fault.ts';
import { HouseProvider } from './house.ts';
import { KeySheet } from './KeySheet.tsx';
import { useKeyboard, useKeys } from './keyboard.tsx';
import { keysOf, useVaultStatus } from './queries.ts';
import { createAppRouter } from './router.tsx';
import { applyTheme, currentTheme, nextTheme } from './theme.ts';
import { useWorkstation } from './workstation.tsx';

/** What works everywhere: key sheet, curtain, theme, lock; and the door that only an open vault opens. */
export function App() {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const vault = useVaultStatus();
  const [sheet, setSheet] = useState(false);
  const [curtain, setCurtain] = useState(false);
  const [looking, setLooking] = useState(false);
  const open = vault.data?.state === 'open';

  const house = useMemo(() => {
    const lock = async () => {
      queries.setQueryData(keysOf.vault, await client.vault.lock());
    };
    return { showKeys: () => setSheet(true), raiseCurtain: () => setCurtain(true), lock: () => void lock() };
  }, [client, queries]);

  useKeys('Everywhere', [
    { keys: '?', label: 'keys that work now', run: house.showKeys },
    { keys: '.', label: 'privacy curtain', run: house.raiseCurtain },
    { keys: 'Shift+t', label: 'light, dark, projector', run: () => applyTheme(nextTheme(currentTheme())) },
    ...(open
      ? [
          { keys: 'Shift+f', label: 'look a variant up', run: () => setLooking(true) },
          // A screen with a filter of its own keeps this key for it.
          { keys: '/', label: 'look a variant up', run: () => setLooking(true) },
          { keys: 'Shift+l', label: 'lock', run: house.lock },
        ]
      : []),
  ]);
  // However the vault was closed, nothing of any case stays in this window's memory.
  useEffect(() => {
    if (open) return;
    setLooking(false);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keysOf.vault[0] });
    queries.getMutationCache().clear();
  }, [open, queries]);
  useActivity(open);

  if (vault.isPending) return <Loading what="Looking for the board profile" rows={3} />;
  if (vault.isError) return <ErrorScreen fault={faultOf(vault.error)} />;
  return (
    <>
      <div className="app" inert={curtain} style={{ height: '100%' }}>
        {open ? (
          <StoreProvider client={client} waiting={<Loading what="Opening drafts" rows={3} />}>
            <HouseProvider value={house}>
              <Rooms />
              {looking ? <LookUpDialog onClose={() => setLooking(false)} /> : null}
            </HouseProvider>
          </StoreProvider>
        ) : (
          <UnlockScreen status={vault.data} />
        )}
      </div>
      <KeySheet isOpen={sheet} onClose={() => setSheet(false)} />
      {curtain ? <Curtain onLift={() => setCurtain(false)} /> : null}
    </>
  );
}

function Rooms() {
  const [router] = useState(createAppRouter);
  const keyboard = useKeyboard();
  // Between a key that leads to another screen and that screen, further keys wait: they are meant for it.
  useEffect(() => {
    const left = [
      router.subscribe('onBeforeNavigate', ({ pathChanged }) => {
        if (pathChanged) keyboard.hold();
      }),
      router.subscribe('onRendered', () => keyboard.release()),
    ];
    return () => {
      for (const leave of left) leave();
    };
  }, [router, keyboard]);
  return <RouterProvider router={router} />;
}

const HEARTBEAT_MILLISECONDS = 60_000;

/** Typing is activity too: the core locks an unattended station by the calls it sees, and typing makes none. */
function useActivity(open: boolean): void {
  const { client } = useWorkstation();
  const last = useRef(0);
  useEffect(() => {
    if (!open) return;
    const touch = (event: Event) => {
      if (event.timeStamp - last.current < HEARTBEAT_MILLISECONDS) return;
      last.current = event.timeStamp;
      client.knowledge.packs().catch(() => undefined);
    };
    window.addEventListener('keydown', touch);
    window.addEventListener('pointerdown', touch);
    return () => {
      window.removeEventListener('keydown', touch);
      window.removeEventListener('pointerdown', touch);
    };
  }, [client, open]);
}
