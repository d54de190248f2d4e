/** F072: a key pressed while a call is under way, or ahead of its screen, is not lost. */
import { QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactNode, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../renderer/app/client.ts';
import { KeyboardProvider, useKeyboard, useKeys } from '../../../renderer/app/keyboard.tsx';
import { createQueryClient } from '../../../renderer/app/queries.ts';
import { WorkstationProvider } from '../../../renderer/app/workstation.tsx';
import { BallotForm } from '../../../renderer/board/BallotForm.tsx';
import { type Reviews, useReviews } from '../../../renderer/molecular/use-reviews.ts';
import { ModalDialog } from '../../../renderer/ui/parts.tsx';
import type { Ballot } from '../../../shared/board/vote.ts';
import type { CaseView } from '../../../shared/contract.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | undefined;
afterEach(() => act(async () => root?.unmount()));

const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 20)));
async function show(children: ReactNode): Promise<void> {
  const page = document.createElement('div');
  document.body.replaceChildren(page);
  root = createRoot(page);
  await again(children);
}
const again = (children: ReactNode) => act(async () => root?.render(<KeyboardProvider>{children}</KeyboardProvider>));
const press = (key: string, at: Element = document.body) =>
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

const CASE = CaseId.parse('00000000-0000-4000-8000-000000000009');
/** A piece of a screen before a core that answers these calls. */
const station = (board: Readonly<Record<string, unknown>>, children: ReactNode) =>
  show(
    <WorkstationProvider
      value={{
        client: { board, vault: { status: async () => ({ state: 'open' }) }, case: {} } as unknown as Client,
        info: {
          product: 'Consilium',
          version: '0',
          host: 'memory',
          capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        },
      }}
    >
      <QueryClientProvider client={createQueryClient()}>{children}</QueryClientProvider>
    </WorkstationProvider>,
  );

interface Heard {
  readonly hear: (what: string) => void;
}

/** Says its number of presses on Enter, once it is ready; a layer below would take the same key otherwise. */
function Late({ hear, ready }: Heard & { ready: boolean }) {
  useKeys('Below', [{ keys: '1', label: 'never meant', run: () => hear('below') }]);
  return ready ? <Form hear={hear} /> : <Waits />;
}
function Waits() {
  useKeys('Screen', [], true);
  return null;
}
function Form({ hear }: Heard) {
  const [count, setCount] = useState(0);
  useKeys('Screen', [
    { keys: '1', label: 'add', run: () => setCount(count + 1) },
    { keys: 'Enter', label: 'say', run: () => hear(`said ${count}`) },
  ]);
  return <p>{count}</p>;
}

/** Screens that come a while after the key that leads to them, as a router's do. */
function Screens({ hear }: Heard) {
  const [at, setAt] = useState(1);
  const keyboard = useKeyboard();
  useLayoutEffect(() => {
    if (at > 1) keyboard.release();
  }, [keyboard, at]);
  const next = () => {
    keyboard.hold();
    setTimeout(() => setAt(at + 1), 5);
  };
  useKeys(`Screen ${at}`, [
    { keys: 'a', label: 'act', run: () => hear(`a on ${at}`) },
    { keys: 'n', label: 'next', run: next },
  ]);
  return null;
}

describe('keys typed ahead of a screen', () => {
  it('reach the screen once it is ready, in their order, each seeing what the one before did', async () => {
    const seen: string[] = [];
    const hear = (what: string) => void seen.push(what);
    await show(<Late hear={hear} ready={false} />);
    for (const key of ['1', '1', 'Enter']) press(key);
    await settle();
    expect(seen).toEqual([]);
    await again(<Late hear={hear} ready />);
    await settle();
    expect(seen).toEqual(['said 2']);
    // Nothing is held any more.
    await act(async () => void press('1'));
    await act(async () => void press('Enter'));
    expect(seen).toEqual(['said 2', 'said 3']);
  });

  it('wait while another screen is on its way, and one that leads further takes the rest with it', async () => {
    const seen: string[] = [];
    await show(<Screens hear={(what) => void seen.push(what)} />);
    for (const key of ['a', 'n', 'a', 'n', 'a']) press(key);
    for (let turn = 0; turn < 20 && seen.length < 3; turn++) await settle();
    expect(seen).toEqual(['a on 1', 'a on 2', 'a on 3']);
  });
});

/** A screen that Escape leaves, and a dialog on it whose button gave the focus away; a browser draws between two listeners. */
function WithDialog({ hear }: Heard) {
  const [open, setOpen] = useState(true);
  useKeys('Screen', [{ keys: 'Escape', label: 'leave', run: () => hear('left') }]);
  const close = () => {
    hear('closed');
    flushSync(() => setOpen(false));
  };
  return (
    <ModalDialog title="What if" isOpen={open} onClose={close}>
      <p>working</p>
    </ModalDialog>
  );
}

it('Escape in a dialog that has lost the focus closes it and stays on the screen', async () => {
  const heard: string[] = [];
  await show(<WithDialog hear={(what) => heard.push(what)} />);
  await settle();
  expect(document.querySelector('[data-dialog]')).not.toBeNull();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  expect(document.activeElement).toBe(document.body);
  await act(async () => press('Escape'));
  await settle();
  expect(heard).toEqual(['closed']);
  await act(async () => press('Escape'));
  expect(heard).toEqual(['closed', 'left']);
});

describe('F079 a ballot filled in faster than the core answers', () => {
  const ballot = {
    ballotId: '00000000-0000-4000-8000-000000000001',
    openedAt: '2026-01-01T00:00:00.000Z',
    choices: [
      { choiceId: 'x', label: 'Osimertinib' },
      { choiceId: 'y', label: 'Chemotherapy' },
    ],
    electors: [
      { electorId: 'one', name: 'Dr. One', role: '' },
      { electorId: 'two', name: 'Dr. Two', role: '' },
    ],
    recused: [],
    quorum: 0,
    state: 'open',
    voted: [],
  } as unknown as Ballot;

  const room = async (castVote: (input: { vote: { electorId: string; choiceId: string } }) => Promise<unknown>) => {
    await station({ castVote }, <BallotForm caseId={CASE} ballot={ballot} />);
    const form = document.querySelector('form') as HTMLFormElement;
    return async (choice: string) => {
      await act(async () => void press(choice, document.querySelector('input[type=radio]') ?? form));
      await act(async () => form.requestSubmit());
    };
  };

  it('keeps the second vote, sends it after the first, and shows neither', async () => {
    const cast: string[] = [];
    const answers: (() => void)[] = [];
    const vote = await room(async ({ vote: { electorId, choiceId } }) => {
      cast.push(`${electorId} ${choiceId}`);
      await new Promise<void>((done) => answers.push(done));
      return {};
    });
    await vote('1');
    await vote('2');
    expect(document.querySelectorAll('input[name=choice]:checked')).toHaveLength(0);
    expect(cast).toEqual(['one x']);
    await act(async () => answers[0]?.());
    await settle();
    expect(cast).toEqual(['one x', 'two y']);
  });

  it('says whose vote was refused and goes back to that person', async () => {
    const vote = await room(async () => {
      throw new Error('refused');
    });
    await vote('1');
    await settle();
    expect(document.body.textContent).toContain('The vote of Dr. One was not kept');
    expect(
      document.querySelector<HTMLInputElement>('input[name=elector]:checked')?.parentElement?.textContent,
    ).toContain('Dr. One');
  });
});

function Reviewing({ view, at }: { view: CaseView; at: { reviews?: Reviews } }) {
  at.reviews = useReviews(view);
  return null;
}

describe('a verdict on a finding taken back before the core has answered', () => {
  const view = { listing: { caseId: CASE }, board: { reviews: [] } } as unknown as CaseView;
  const sitting = async (answer: (said: string) => Promise<unknown>) => {
    const asked: string[] = [];
    const at: { reviews?: Reviews } = {};
    await station(
      {
        review: async ({ findingId, verdict }: { findingId: string; verdict: string }) => {
          asked.push(`${verdict} ${findingId}`);
          await answer(verdict);
          return view.board;
        },
      },
      <Reviewing view={view} at={at} />,
    );
    return { asked, now: (what: (reviews: Reviews) => void) => act(async () => at.reviews && what(at.reviews)) };
  };

  it('is the one taken back, behind it, and not the verdict before', async () => {
    const { asked, now } = await sitting(() => new Promise<void>((done) => setTimeout(done, 10)));
    await now(({ review }) => review('first', 'confirmed'));
    await settle();
    await now(({ review }) => review('second', 'dismissed', 'artefact'));
    await now(({ undo }) => undo('second'));
    await now(({ undo }) => undo('second'));
    for (let turn = 0; turn < 20 && asked.length < 4; turn++) await settle();
    expect(asked).toEqual(['confirmed first', 'dismissed second', 'withdrawn second', 'withdrawn first']);
  });

  it('is not taken back where the core refused it', async () => {
    const { asked, now } = await sitting(async (verdict) => {
      if (verdict === 'dismissed') throw new Error('refused');
    });
    await now(({ review }) => review('first', 'confirmed'));
    await now(({ review }) => review('second', 'dismissed', 'artefact'));
    await settle();
    await now(({ undo }) => undo('second'));
    await settle();
    expect(asked).toEqual(['confirmed first', 'dismissed second', 'withdrawn first']);
  });
});
