import { expect, it, vi } from 'vitest';
import { exposed, posted } from '../../support/fake-electron.ts';

vi.mock('electron', () => import('../../support/fake-electron.ts'));

const say = (facts: { data: unknown; origin?: string; source?: Window | null; ports?: number }) => {
  const ports = Array.from({ length: facts.ports ?? 1 }, () => new MessageChannel().port2);
  const event = new MessageEvent('message', { data: facts.data, origin: facts.origin ?? window.location.origin });
  Object.defineProperty(event, 'source', { value: facts.source === undefined ? window : facts.source });
  Object.defineProperty(event, 'ports', { value: ports });
  window.dispatchEvent(event);
};

it('the real preload names the carrier and passes on our page’s port, and nothing else', async () => {
  await import('../../../electron/shell/preload.ts');
  expect(exposed.get('consilium')).toEqual({ carrier: 'message-port' });
  expect(exposed.size).toBe(1);

  say({ data: 'consilium:connect', origin: 'https://evil.example' });
  say({ data: 'consilium:connect', source: null });
  say({ data: 'something else' });
  say({ data: 'consilium:connect', ports: 0 });
  expect(posted).toHaveLength(0);

  say({ data: 'consilium:connect' });
  expect(posted).toHaveLength(1);
  expect(posted[0]).toMatchObject({ channel: 'consilium:connect', message: null });
  expect(posted[0]?.ports).toHaveLength(1);
});
