import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { wholeFrames } from '../../../electron/loopback/whole-frames.ts';

it('hands on messages, with and without bytes behind them, and hangs up on what is none', () => {
  const events = new EventEmitter();
  const close = vi.fn();
  const socket = {
    addEventListener: (type: string, listener: (event: object) => void) => void events.on(type, listener),
    send: () => undefined,
    close,
  } as unknown as WebSocket;
  const seen: unknown[] = [];
  wholeFrames(socket).addEventListener('message', ({ data }) => void seen.push(data));
  const say = (data: unknown): void => void events.emit('message', { data });
  const withBytes = Buffer.concat([Buffer.from('{"i":"1"}'), Buffer.of(0xff, 0xff, 0x00)]);
  const parts = [Buffer.from('{"i":'), Buffer.from('"2"}')];
  for (const data of ['{"i":"0"}', withBytes, parts]) say(data);
  expect(seen).toEqual(['{"i":"0"}', withBytes, parts]);
  expect(close).not.toHaveBeenCalled();
  for (const data of ['{"patient":"Otter 417', Buffer.from('Otter 417'), Buffer.of(0xff, 0x01)]) say(data);
  expect(seen).toHaveLength(3);
  expect(close.mock.calls).toEqual([
    [1007, 'not a message'],
    [1007, 'not a message'],
    [1007, 'not a message'],
  ]);
});
