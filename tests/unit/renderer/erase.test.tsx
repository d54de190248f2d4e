import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Client } from '../../../renderer/app/client.ts';
import { openStore } from '../../../renderer/store/database.ts';
import { readDraft, writeDraft } from '../../../renderer/store/drafts.ts';
import { importStoreKeys } from '../../../renderer/store/sealing.ts';
import { fault } from '../../../shared/foundation/fault.ts';
import type { ErasurePreview, RetentionList } from '../../../shared/vault/retention.ts';
import type { AuditEntry } from '../../../shared/vault/service.ts';
import { lungCase } from './support/lung.ts';
import {
  Core,
  click,
  closeWorkroom,
  field,
  opened,
  openWorkroom,
  press,
  refuse,
  shows,
  type,
} from './support/workroom.tsx';

const PSEUDONYM = 'Heron 7';
const { caseId } = lungCase().listing;

/** A core whose journal has two entries of the house and one of the case, newest first. */
class HouseCore extends Core {
  readonly asked: unknown[] = [];
  readonly entries: AuditEntry[] = (['journal.viewed', 'case.imported', 'vault.created'] as const).map(
    (type, index) => ({
      sequence: 3 - index,
      time: '2026-02-01T10:00:00Z',
      actor: 'u1' as never,
      actorName: 'Dr. Ada',
      caseId: type === 'case.imported' ? caseId : null,
      type,
      hash: 'a'.repeat(64) as AuditEntry['hash'],
    }),
  );

  preview: ErasurePreview = {
    caseId,
    status: 'signed',
    standing: {
      kind: 'due',
      from: 'decision',
      years: 10,
      since: '2014-01-01T10:00:00Z',
      until: '2024-01-01T10:00:00Z',
      inPause: false,
    },
    hold: null,
    proposal: null,
    entries: 9,
    documents: 7,
    signedReports: 1,
    files: 5,
    bytes: 12_345,
    backups: { reached: 1, later: 1 },
    twoPersons: false,
  };
  list: RetentionList = {
    inForce: null,
    proposed: null,
    judgedAt: '2026-02-01T10:00:00Z',
    clock: {
      latest: '2026-02-01T10:00:00Z',
      isBehind: false,
      stepsBack: [{ sequence: 4, from: '2026-01-01T10:00:00Z', to: '2020-01-01T10:00:00Z' }],
      pauses: [],
    },
    counts: { due: 1, unclear: 0, kept: 3, 'no-rule': 0, held: 0 },
    cases: [],
    matching: 1,
  };

  override client(): Client {
    const client = super.client();
    Object.assign(client.vault, {
      audit: async () => ({ entries: this.entries, next: null, total: this.entries.length }),
      holds: async () => [],
      previewErasure: async () => this.preview,
      proposeErasure: async ({ reason }: Parameters<Client['vault']['proposeErasure']>[0]) => {
        const by = this.status.user?.userId ?? ('nobody' as never);
        this.preview = {
          ...this.preview,
          proposal: { caseId, by, byName: 'Dr. Ada', at: '2026-02-02T10:00:00Z', reason },
        };
        return this.preview;
      },
      withdrawErasure: async () => {
        this.preview = { ...this.preview, proposal: null };
        return this.preview;
      },
      retention: async (): Promise<RetentionList> => ({ ...this.list, cases: [this.preview] }),
      setRetention: async ({ rules, reason }: Parameters<Client['vault']['setRetention']>[0]) => {
        this.list = {
          ...this.list,
          inForce: { rules, reason, by: 'u1' as never, byName: 'Dr. Ada', at: '2026-02-02T10:00:00Z' },
        };
        return this.list;
      },
      eraseCase: async (input: Parameters<Client['vault']['eraseCase']>[0]) => {
        this.asked.push(input);
        if (input.confirmation !== PSEUDONYM) refuse(fault('field-invalid', 'Other words.', 'Type the pseudonym.'));
        const view = this.view(input.caseId);
        const listing = { ...view.listing, status: 'erased' as const, pseudonym: '' };
        this.views.set(input.caseId, { ...view, listing });
        return listing;
      },
    });
    return client;
  }
}

const store = async () => openStore(await importStoreKeys(Buffer.alloc(32, 3).toString('base64url')));
const core = (): HouseCore => {
  const view = lungCase();
  return new HouseCore({ ...view, listing: { ...view.listing, pseudonym: PSEUDONYM } });
};
const button = (words: RegExp) =>
  [...document.querySelectorAll('button')].find(({ textContent }) => words.test(textContent ?? ''));
const choose = (words: string) =>
  click(
    [...document.querySelectorAll('label')].find(({ textContent }) => textContent === words)?.querySelector('input'),
  );

beforeEach(() => {
  window.localStorage.clear();
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(null, { status: 204 })),
  );
});
afterEach(async () => {
  await closeWorkroom();
  vi.unstubAllGlobals();
});

it('F105 an admin erases the case of an entry: reason and pseudonym first, then its drafts go and the row says so', async () => {
  const kept = await store();
  await writeDraft(kept, `decision:${caseId}`, { answer: 'words of the patient' });
  await writeDraft(kept, 'decision:another', { answer: 'stays' });
  const command = { kind: 'review', findingId: 'f', verdict: 'confirmed' } as const;
  await kept.outbox.bulkPut([
    { id: 'mine', queuedAt: '2026', command: { ...command, caseId } },
    { id: 'other', queuedAt: '2026', command: { ...command, caseId: 'another' } },
  ]);
  const house = core();
  await openWorkroom(house, '#/audit');
  await shows('showing 3 of 3 entries');
  await shows(PSEUDONYM);
  // An entry of the house belongs to no case: there is nothing to erase.
  await press('j', 'Shift+E');
  expect(document.querySelector('[role="dialog"]')).toBeNull();
  await click(
    [...document.querySelectorAll<HTMLElement>('tbody tr')].find((row) => row.textContent?.includes(PSEUDONYM)),
  );
  await click(button(/^Erase this case/));
  await shows('is destroyed');
  await shows('7 documents in 5 files (12 345 bytes), 1 signed report among them; from 1 backup folder at once');
  const dialog = document.querySelector('[role="dialog"]');
  expect(dialog?.textContent).not.toContain(PSEUDONYM);

  const erase = () => button(/^Erase for good/);
  expect(erase()?.disabled).toBe(true);
  await type('Pseudonym of the case', 'Heron 8');
  expect(erase()?.disabled).toBe(true);
  await choose('The patient asked for it');
  await click(erase());
  await shows('Other words.');
  expect(await readDraft(kept, `decision:${caseId}`)).toBeDefined();

  await type('Pseudonym of the case', PSEUDONYM);
  expect(field('Pseudonym of the case').value).toBe(PSEUDONYM);
  await click(erase());
  await shows('erased case');
  expect(document.querySelector('[role="dialog"]')).toBeNull();
  expect(house.asked.at(-1)).toEqual({ caseId, confirmation: PSEUDONYM, reason: 'patient-request' });
  expect(await readDraft(kept, `decision:${caseId}`)).toBeUndefined();
  expect(await readDraft(kept, 'decision:another')).toBeDefined();
  expect((await kept.outbox.toArray()).map(({ id }) => id)).toEqual(['other']);
  expect(document.body.textContent).not.toContain(PSEUDONYM);
  expect(button(/^Erase this case/)?.disabled).toBe(true);
  kept.close();
});

it('F103 an auditor reads the journal and is not offered to erase', async () => {
  const house = core();
  house.status = { ...opened, user: { ...(opened.user as NonNullable<typeof opened.user>), roles: ['auditor'] } };
  await openWorkroom(house, '#/audit');
  await shows('showing 3 of 3 entries');
  await click(
    [...document.querySelectorAll<HTMLElement>('tbody tr')].find((row) => row.textContent?.includes(PSEUDONYM)),
  );
  expect(button(/^Erase this case/)).toBeUndefined();
  await press('Shift+E');
  expect(document.querySelector('[role="dialog"]')).toBeNull();
});

it('F105 the list of due cases: periods are set, the clock that moved is told, and two admins have to agree', async () => {
  const house = core();
  house.preview = { ...house.preview, twoPersons: true };
  await openWorkroom(house, '#/retention');
  await shows('showing 1 of 1 due case');
  await shows('The clock went back 1 time');
  await press('p');
  await shows('Nothing is erased by itself');
  await type('Never decided: years', '151');
  await shows('Whole years from 1 to 150');
  await type('Never decided: years', '3');
  await type('Signed or closed: years', '10');
  await type('Reason', 'Records act');
  await click(button(/^Set the periods/));
  await shows('Never decided: 3 years after the last act');
  await shows('Decided, not signed: kept without end');

  await click([...document.querySelectorAll<HTMLElement>('tbody tr')].find((row) => row.textContent?.includes(caseId)));
  await press('Shift+E');
  await shows('Two admins have to agree');
  await click(button(/^Propose to erase/));
  await shows('You proposed this.');
  expect(button(/^Propose to erase/)?.disabled).toBe(true);
  expect(house.asked).toEqual([]);
  await click(button(/^Take the proposal back/));
  await shows('Two admins have to agree');
  // The other admin's wish is there: this one carries it out.
  house.preview = {
    ...house.preview,
    proposal: { caseId, by: 'u2' as never, byName: 'Dr. Ben', at: '2026-02-02T10:00:00Z', reason: 'retention-ended' },
  };
  await click(button(/^Keep the case/));
  await press('Shift+E');
  await shows('Dr. Ben proposed to erase this case');
  await type('Pseudonym or id of the case', PSEUDONYM);
  await click(button(/^Erase for good/));
  await vi.waitFor(() => expect(house.asked).toEqual([{ caseId, confirmation: PSEUDONYM, reason: 'retention-ended' }]));
});
