/** The whole workroom over a core in memory: typed answers, and a note of every call that writes. */
import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { ORPCError } from '@orpc/client';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { Client } from '../../../../renderer/app/client.ts';
import { Workroom } from '../../../../renderer/app/Start.tsx';
import type { BoardRecord } from '../../../../shared/board/board-record.ts';
import type { CaseView, Progress } from '../../../../shared/contract.ts';
import type { Fault } from '../../../../shared/foundation/fault.ts';
import type { DraftReport } from '../../../../shared/report/report.ts';
import type { CasePage } from '../../../../shared/vault/cases.ts';
import type { VaultStatus } from '../../../../shared/vault/service.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
window.scrollTo = () => undefined;
if (globalThis.crypto?.subtle === undefined) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

export const refuse = (fault: Fault): never => {
  throw new ORPCError('FAULT', { status: 422, message: fault.message, data: fault });
};

export const opened: VaultStatus = {
  state: 'open',
  boardName: 'Molecular board',
  user: { userId: 'u1' as never, name: 'Dr. Ada', roles: ['admin', 'signer', 'prep'], addedAt: '2026-01-01T00:00:00Z' },
  asksUserName: false,
  retryAfterSeconds: 0,
};

type Decide = Parameters<Client['board']['decide']>[0];
type Sign = Parameters<Client['report']['sign']>[0];

export class Core {
  readonly views = new Map<string, CaseView>();
  readonly decided: Decide[] = [];
  readonly signed: Sign[] = [];
  readonly analyzed: { caseId: string; answers?: Record<string, string> | undefined }[] = [];
  readonly opened: string[] = [];
  status: VaultStatus = opened;
  draft: DraftReport = {
    reportId: 'R-1',
    elements: [],
    blocking: 0,
    warnings: 0,
    front: [],
    appendix: [],
    frontWords: 0,
  };
  /** Looks at a decision before it is recorded; may refuse. */
  onDecide: (input: Decide) => void = () => undefined;
  onSign: (input: Sign) => void = () => undefined;

  constructor(...views: CaseView[]) {
    for (const view of views) this.views.set(view.listing.caseId, view);
  }

  view(caseId: string): CaseView {
    const view = this.views.get(caseId);
    if (view === undefined) throw new Error(`no case ${caseId}`);
    return view;
  }

  bump(caseId: string, more: Partial<CaseView> = {}): void {
    const view = this.view(caseId);
    this.views.set(caseId, { ...view, ...more, listing: { ...view.listing, version: view.listing.version + 1 } });
  }

  /** As the core gives the worklist: sixty at first, then more. */
  page(after?: string): CasePage {
    const all = [...this.views.values()].map((view) => view.listing);
    const from = after === undefined ? 0 : Number(after);
    const to = from + (after === undefined ? 60 : 500);
    return { cases: all.slice(from, to), total: all.length, next: to < all.length ? String(to) : null };
  }

  client(): Client {
    const client = {
      vault: {
        status: async () => this.status,
        storageKey: async () => ({ key: Buffer.alloc(32, 3).toString('base64url') }),
        lock: async () => {
          this.status = { ...opened, state: 'locked', user: null };
          return this.status;
        },
      },
      files: { upload: async () => ({ ticket: 't1', fileName: 'x', mediaType: 'y' }) },
      case: {
        list: async (query?: { after?: string }) => this.page(query?.after),
        open: async ({ caseId }: { caseId: string }) => {
          this.opened.push(caseId);
          return this.view(caseId);
        },
        analyze: async (input: (typeof this.analyzed)[number]): Promise<AsyncIterable<Progress>> => {
          this.analyzed.push(input);
          return this.progress(input.caseId);
        },
      },
      knowledge: { packs: async () => [], evidence: async () => [] },
      prediction: { models: async () => [], card: async () => ({ markdown: '' }) },
      board: {
        decide: async (input: Decide): Promise<BoardRecord> => {
          this.onDecide(input);
          this.decided.push(input);
          const decision = { ...input.decision, decidedAt: '2026-02-01T10:00:00Z', decidedBy: 'u1' };
          this.bump(input.caseId, { board: { reviews: [], decision } });
          return this.view(input.caseId).board;
        },
      },
      report: {
        draft: async () => this.draft,
        cards: async () => ({ set: false, cards: [] }),
        sign: async (input: Sign) => {
          this.onSign(input);
          this.signed.push(input);
          const report = {
            reportId: 'R-1',
            sha256: 'b'.repeat(64) as CaseView['bundleSha256'],
            sizeBytes: 1000,
            pages: 3,
            signedAt: '2026-02-01T11:00:00Z',
            signer: 'Dr. Ada',
            meaning: input.meaning,
            level: 'PAdES B-B',
          };
          this.bump(input.caseId, { report });
          return report;
        },
      },
    };
    return client as unknown as Client;
  }

  private async *progress(caseId: string): AsyncGenerator<Progress> {
    yield { kind: 'step', step: 'intake', message: 'Reading', rowsRead: 12 };
    yield { kind: 'done', caseId: caseId as never };
  }
}

let standing: Root | undefined;

export const settle = (milliseconds = 40): Promise<void> =>
  act(() => new Promise<void>((done) => setTimeout(done, milliseconds)));

/** Waits until the page says something; throws with what it says instead. */
export async function shows(text: string | RegExp, seconds = 5): Promise<void> {
  const says = () => {
    const words = document.body.textContent ?? '';
    return typeof text === 'string' ? words.includes(text) : text.test(words);
  };
  for (let waited = 0; waited < seconds * 1000; waited += 40) {
    if (says()) return;
    await settle();
  }
  throw new Error(`the page does not say ${text}: ${document.body.textContent?.slice(0, 800)}`);
}

/** Opens the workroom at an address; an earlier one in the same test ends as a closed window does. */
export async function openWorkroom(core: Core, address: string): Promise<void> {
  await closeWorkroom();
  window.location.hash = address;
  const page = document.createElement('div');
  document.body.replaceChildren(page);
  standing = createRoot(page);
  const workstation = {
    client: core.client(),
    info: {
      product: 'Consilium',
      version: '0',
      host: 'memory' as const,
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
    },
  };
  await act(async () => standing?.render(<Workroom workstation={workstation} />));
  await settle();
}

export async function closeWorkroom(): Promise<void> {
  await act(async () => standing?.unmount());
  standing = undefined;
}

/** A key where the focus is: `j`, `Enter`, `Ctrl+Enter`. */
export async function press(...names: string[]): Promise<void> {
  for (const name of names) {
    const parts = name.split('+');
    const key = parts.at(-1) ?? '';
    await act(async () => {
      (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent('keydown', {
          key,
          ctrlKey: parts.includes('Ctrl'),
          altKey: parts.includes('Alt'),
          shiftKey: parts.includes('Shift'),
          bubbles: true,
          cancelable: true,
        }),
      );
    });
    await settle();
  }
}

export async function click(element: HTMLElement | null | undefined): Promise<void> {
  if (element === null || element === undefined) throw new Error('nothing to click');
  await act(async () => element.click());
  await settle();
}

/** The field with this label, or with this name of its own. */
export function field(label: string | RegExp): HTMLInputElement | HTMLTextAreaElement {
  const found = [...document.querySelectorAll('label')].find(({ textContent }) =>
    typeof label === 'string' ? textContent?.trim() === label : label.test(textContent ?? ''),
  );
  const named = typeof label === 'string' ? document.querySelector(`input[aria-label="${label}"]`) : null;
  const control =
    named ??
    found?.control ??
    (found === undefined ? undefined : document.getElementById(found.getAttribute('for') ?? ''));
  if (!(control instanceof HTMLInputElement) && !(control instanceof HTMLTextAreaElement))
    throw new Error(`no field ${label}`);
  return control;
}

/** Types as a person does: the field's own setter, then the event React listens to. */
export async function type(label: string | RegExp, text: string): Promise<void> {
  const control = field(label);
  const owner = control instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  await act(async () => {
    control.focus();
    Object.getOwnPropertyDescriptor(owner, 'value')?.set?.call(control, text);
    control.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await settle();
}
