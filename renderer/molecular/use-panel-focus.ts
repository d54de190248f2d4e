import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { KeyBinding } from '../app/keys.ts';
import { usePanel } from '../case/CasePanel.tsx';

/** E leads from the table into the evidence panel, Escape back to the table, and from there to the worklist. */
export function usePanelFocus() {
  const page = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const panel = usePanel();
  const navigate = useNavigate();
  const toTable = () => page.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  const toPanel = () => {
    if (!panel.open) panel.toggle();
    // A panel that was folded stands after the next paint.
    requestAnimationFrame(() => body.current?.focus());
  };
  const keys: KeyBinding[] = [
    { keys: 'e', label: 'evidence', run: toPanel },
    {
      keys: 'Escape',
      label: 'back',
      run: () => {
        if (body.current?.contains(document.activeElement) === true) toTable();
        else void navigate({ to: '/' });
      },
    },
  ];
  return { page, body, toTable, toPanel, keys };
}
