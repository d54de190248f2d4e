/**
 * Keeps the audience's window in step with the presenter's, inside one browser and one origin. What is said is which case
 * and which slide: the audience reads the case from the core by itself, so that no word of a patient goes this way.
 */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { MeetingSlide } from '../../shared/board/meeting.ts';

const CHANNEL = 'consilium.audience';
/** The address of the audience's window. The shell opens a window for this one and for no other. */
const ADDRESS = '#/audience';

const Shown = z.object({
  caseId: z.string(),
  /** Version of the case: another one means that the audience reads the case again. */
  version: z.number(),
  slide: MeetingSlide,
  page: z.number().default(0),
  blank: z.boolean(),
  /** The case after this one, read ahead so that the change is at once. */
  next: z.string().optional(),
});
export type Shown = z.infer<typeof Shown>;

const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('show'), shown: Shown.nullable() }),
  z.object({ kind: z.literal('who') }),
  /** A window that is no audience asks what is on the wall. */
  z.object({ kind: z.literal('ask') }),
  z.object({ kind: z.literal('here'), small: z.boolean().default(false) }),
]);
type Message = z.infer<typeof Message>;

const say = (channel: BroadcastChannel, message: Message) => channel.postMessage(message);

function listen(channel: BroadcastChannel, hear: (message: Message) => void): void {
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = Message.safeParse(data);
    if (message.success) hear(message.data);
  };
}

export const openAudience = (): void => {
  window.open(ADDRESS, CHANNEL, 'popup,width=1920,height=1080');
};

/**
 * The presenter's side: says what is shown, and knows whether anybody shows it. An audience holds a lock for as long as
 * it lives, so that a closed window, a crash and a pulled cable are noticed alike, and at once.
 * @param shown null: the meeting is over, or has not begun
 * @param onGone called when the last audience went
 */
export function useAudience(shown: Shown | null, onGone: () => void): { present: boolean; small: boolean } {
  const [present, setPresent] = useState(false);
  const [small, setSmall] = useState(false);
  const latest = useRef(shown);
  const gone = useRef(onGone);
  gone.current = onGone;
  const channel = useRef<BroadcastChannel>(undefined);

  useEffect(() => {
    const open = new BroadcastChannel(CHANNEL);
    const left = new AbortController();
    channel.current = open;
    let waiting = false;
    const watch = async () => {
      if (waiting) return;
      waiting = true;
      setPresent(true);
      await navigator.locks.request(CHANNEL, { signal: left.signal }, () => undefined);
      waiting = false;
      setPresent(false);
      gone.current();
    };
    listen(open, (message) => {
      if (message.kind === 'ask') say(open, { kind: 'show', shown: latest.current });
      if (message.kind !== 'here') return;
      setSmall(message.small);
      say(open, { kind: 'show', shown: latest.current });
      watch().catch(() => undefined);
    });
    say(open, { kind: 'who' });
    return () => {
      say(open, { kind: 'show', shown: null });
      left.abort();
      open.close();
      channel.current = undefined;
    };
  }, []);

  const text = JSON.stringify(shown);
  useEffect(() => {
    const now = JSON.parse(text) as Shown | null;
    latest.current = now;
    if (channel.current !== undefined) say(channel.current, { kind: 'show', shown: now });
  }, [text]);
  return { present, small };
}

/** A window of fewer pixels than this across shows less at once: its type may not shrink under what the room can read. */
const SMALL_BELOW = 1600;
const isSmall = (): boolean => window.innerWidth < SMALL_BELOW;
function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

/** Whether this window, as a wall, is a small one. */
export const useSmallWall = (): boolean => useSyncExternalStore(onResize, isSmall);

/** The audience's side: what the presenter shows now; null while there is none. */
export function useShown(): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    const left = new AbortController();
    let lives = false;
    const here = () => {
      if (lives) say(channel, { kind: 'here', small: isSmall() });
    };
    window.addEventListener('resize', here);
    listen(channel, (message) => {
      if (message.kind === 'show') setShown(message.shown);
      else if (message.kind === 'who') here();
    });
    const live = () =>
      navigator.locks.request(CHANNEL, { mode: 'shared', signal: left.signal }, () => {
        lives = true;
        here();
        return new Promise<void>((done) => left.signal.addEventListener('abort', () => done()));
      });
    live().catch(() => undefined);
    return () => {
      window.removeEventListener('resize', here);
      left.abort();
      channel.close();
    };
  }, []);
  return shown;
}

/** What is on the wall, for a window that shows something else: a member's ballot. */
export function useOnWall(): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    listen(channel, (message) => {
      if (message.kind === 'show') setShown(message.shown);
    });
    say(channel, { kind: 'ask' });
    return () => channel.close();
  }, []);
  return shown;
}
