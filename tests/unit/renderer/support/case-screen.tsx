/** Mounts one screen of a case as the frame does, over a core that keeps what it is told. */
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { Client } from '../../../../renderer/app/client.ts';
import { KeyboardProvider } from '../../../../renderer/app/keyboard.tsx';
import { createQueryClient, useCase } from '../../../../renderer/app/queries.ts';
import { WorkstationProvider } from '../../../../renderer/app/workstation.tsx';
import { PanelProvider, usePanelPlace } from '../../../../renderer/case/CasePanel.tsx';
import { CaseViewProvider } from '../../../../renderer/case/case-view.ts';
import type { CaseView } from '../../../../shared/contract.ts';
import type { EvidenceItem } from '../../../../shared/knowledge/evidence.ts';
import type { CaseExplanation, WhatIfAnswer } from '../../../../shared/prediction/explanation.ts';
import type { OtherModel } from '../../../../shared/prediction/other-models.ts';
import type { AlertAct, AlertOverride } from '../../../../shared/therapy/alert-overrides.ts';
import type { CaseTrials } from '../../../../shared/therapy/trials/verdicts.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
// The router scrolls to the top on arrival, which jsdom has no page for.
window.scrollTo = () => undefined;

let standing: Root | undefined;
const MOST_STEPS = 40;

type Review = Parameters<Client['board']['review']>[0];

export interface Mounted {
  readonly page: HTMLElement;
  readonly panel: () => HTMLElement;
  /** Verdicts the core was asked to record, in order. */
  readonly reviews: readonly Review[];
  readonly address: () => string;
  readonly press: (key: string) => Promise<void>;
  /** Presses J until the selected row holds the text; throws where no row does. */
  readonly stepTo: (text: string) => Promise<void>;
  readonly click: (text: string | RegExp) => Promise<void>;
  readonly text: () => string;
}

function Frame({ caseId, children }: { caseId: string; children: ReactNode }) {
  const { place, setHost } = usePanelPlace();
  const opened = useCase(caseId);
  if (opened.data === undefined) return null;
  return (
    <CaseViewProvider value={opened.data}>
      <PanelProvider value={place}>
        {children}
        <aside ref={setHost} />
      </PanelProvider>
    </CaseViewProvider>
  );
}

/** What the core answers when it is asked about models. */
export interface ModelsSay {
  readonly explanation?: CaseExplanation;
  readonly others?: readonly OtherModel[];
  readonly whatIf?: (wish: unknown) => WhatIfAnswer;
}

export async function mountCase(
  view: CaseView,
  screen: ReactNode,
  stored: readonly EvidenceItem[] = [],
  card = '',
  trials: CaseTrials = { state: 'absent', reason: 'no folder' },
  said: ModelsSay = {},
): Promise<Mounted> {
  const reviews: Review[] = [];
  let board = view.board;
  let overrides: AlertOverride[] = [];
  const client = {
    case: {
      open: async () => ({ ...view, board, alertOverrides: overrides }),
      list: async () => ({ cases: [view.listing], total: 1, next: null }),
    },
    knowledge: { evidence: async ({ ids }: { ids: string[] }) => stored.filter(({ id }) => ids.includes(id)) },
    prediction: {
      models: async () => [],
      card: async () => ({ markdown: card }),
      explain: async () => said.explanation ?? { state: 'none', reason: 'not asked here' },
      others: async () => said.others ?? [],
      whatIf: async (wish: unknown) => {
        if (said.whatIf === undefined) throw new Error('no sandbox here');
        return said.whatIf(wish);
      },
    },
    therapy: {
      trials: async () => trials,
      alertRate: async () => ({ cases: 1, shown: 3, overridden: overrides.length }),
      actOnAlert: async ({ alert }: { alert: AlertAct }) => {
        overrides = overrides.filter(({ findingId }) => findingId !== alert.findingId);
        if (alert.act === 'override') overrides.push({ ...alert, by: 'u1', at: '2026-01-01T10:00:00Z' });
        return overrides;
      },
    },
    board: {
      review: async (review: Review) => {
        reviews.push(review);
        const others = board.reviews.filter(({ findingId }) => findingId !== review.findingId);
        const { findingId, verdict, reason } = review;
        board = {
          ...board,
          reviews:
            verdict === 'withdrawn'
              ? others
              : [
                  ...others,
                  {
                    findingId,
                    verdict,
                    by: 'u1',
                    at: '2026-01-01T10:00:00Z',
                    ...(reason === undefined ? {} : { reason }),
                  },
                ],
        };
        return board;
      },
    },
  };
  const history = createMemoryHistory({ initialEntries: ['/'] });
  const root = createRootRoute();
  const at = createRoute({
    getParentRoute: () => root,
    path: '/',
    component: () => <Frame caseId={view.listing.caseId}>{screen}</Frame>,
  });
  const elsewhere = createRoute({ getParentRoute: () => root, path: '/case/$caseId/$step', component: () => null });
  const router = createRouter({ routeTree: root.addChildren([at, elsewhere]), history });
  const page = document.createElement('div');
  document.body.replaceChildren(page);
  const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 30)));
  // A screen of an earlier test would hear the same keys.
  await act(async () => standing?.unmount());
  standing = createRoot(page);
  await act(async () => {
    standing?.render(
      <WorkstationProvider
        value={{
          client: client as unknown as Client,
          info: {
            product: 'Consilium',
            version: '0',
            host: 'memory',
            capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
          },
        }}
      >
        <QueryClientProvider client={createQueryClient()}>
          <KeyboardProvider>
            {/* The registered router is the app's; this one has two addresses. */}
            <RouterProvider router={router as never} />
          </KeyboardProvider>
        </QueryClientProvider>
      </WorkstationProvider>,
    );
  });
  await settle();
  await settle();
  const press = async (key: string) => {
    const target = document.activeElement ?? document.body;
    await act(async () => {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await settle();
  };
  const buttons = () => [...document.querySelectorAll<HTMLElement>('button, summary, [role="button"]')];
  return {
    page,
    panel: () => page.querySelector('aside') as HTMLElement,
    reviews,
    address: () => history.location.pathname,
    press,
    stepTo: async (text) => {
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (page.querySelector('[aria-selected="true"]')?.textContent?.includes(text) === true) return;
        await press('j');
      }
      throw new Error(`no row says ${text}`);
    },
    click: async (text) => {
      const found = buttons().find(({ textContent }) =>
        typeof text === 'string' ? textContent?.includes(text) : text.test(textContent ?? ''),
      );
      if (found === undefined) throw new Error(`no button says ${text}`);
      await act(async () => found.click());
      await settle();
    },
    text: () => page.textContent ?? '',
  };
}
