// @vitest-environment node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packFolder } from '../../../electron/case/index.ts';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices } from '../../../electron/services.ts';
import { programRoot } from '../../../electron/shipped.ts';
import type { OpenedAgenda } from '../../../shared/board/frozen.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { CaseId } from '../../../shared/foundation/ids.ts';

const PASSWORD = 'a quiet meadow behind the mill';
const PASSPHRASE = 'nine lanterns along the quay';
const program = programRoot(import.meta.url);

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'answered';
  } catch (error) {
    return error instanceof FaultError ? error.fault.code : String(error);
  }
};

/** A station of its own: services over a folder, with its tickets at hand. */
async function station(folder: string, boardName: string) {
  const tickets = createTicketDesk();
  const services = await createServices(
    machinePorts({
      host: 'memory',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder: join(folder, boardName),
      tickets,
      program,
    }),
  );
  await services.vault.create({ boardName, userName: 'chair', password: PASSWORD });
  const hand = (bytes: Uint8Array): string => {
    const { ticket } = tickets.expectUpload({ fileName: 'agenda.tbagenda', sizeBytes: bytes.byteLength });
    tickets.arrive(ticket, bytes);
    return ticket;
  };
  const freeze = async (caseIds: readonly CaseId[]): Promise<Uint8Array> => {
    const items = caseIds.map((caseId) => ({ caseId, triage: 'full' as const, owner: 'Dr. Ada', due: '2026-12-01' }));
    const { ticket } = await services.board.freezeAgenda({ items, passphrase: PASSPHRASE });
    return tickets.collect(ticket)?.bytes ?? new Uint8Array();
  };
  const open = (bytes: Uint8Array, passphrase = PASSPHRASE): Promise<OpenedAgenda> =>
    services.board.openFrozen({ ticket: hand(bytes), passphrase });
  const take = async ({ sha256 }: OpenedAgenda): Promise<string[]> => {
    const done: string[] = [];
    for await (const step of services.board.takeFrozen({ sha256 })) if (step.kind === 'done') done.push(step.caseId);
    return done;
  };
  const note = (caseId: CaseId, text: string) =>
    services.board.annotate({
      caseId,
      annotation: {
        annotationId: crypto.randomUUID(),
        anchor: { kind: 'report', id: 'R43', label: 'Recommendation' },
        text,
        mentions: [],
      },
    });
  const words = (caseId: CaseId): string[] =>
    (services.board.record(caseId).annotations ?? []).map(({ text }) => text).sort();
  return { services, freeze, open, take, note, words };
}
type Station = Awaited<ReturnType<typeof station>>;

describe('F068 F084 an agenda frozen into a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frozen-'));
  const stations: Station[] = [];
  let home: Station;
  let room: Station;
  let caseId: CaseId;
  let file: Uint8Array;

  const bring = async ({ services }: Station, sample: string): Promise<CaseId> => {
    const packed = await packFolder(join(program, 'sample-cases', sample));
    if (!packed.ok) throw new FaultError(packed.fault);
    let found = '';
    for await (const step of services.cases.import(packed.value)) if (step.kind === 'done') found = step.caseId;
    return CaseId.parse(found);
  };

  beforeAll(async () => {
    home = await station(folder, 'Home board');
    room = await station(folder, 'Room');
    stations.push(home, room);
    caseId = await bring(home, 'sparse-cholangiocarcinoma');
    await home.note(caseId, 'Was the sample taken after chemotherapy?');
    file = await home.freeze([caseId]);
  });
  afterAll(async () => {
    for (const { services } of stations) {
      services.session.end();
      await services.vault.lock();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens elsewhere read-only: the whole case is seen, and nothing of it is written', async () => {
    const before = room.services.vault.current().list();
    const opened = await room.open(file);
    expect(opened).toMatchObject({ boardName: 'Home board', own: false });
    expect(opened.rows).toMatchObject([
      { caseId, state: 'new', takes: 1, conflicts: 0, owner: 'Dr. Ada', due: '2026-12-01' },
    ]);
    const view = room.services.board.frozenCase({ caseId, sha256: opened.sha256 });
    const own = await home.services.cases.open(caseId);
    expect(view.profile).toEqual(own.profile);
    expect(view.options).toEqual(own.options);
    expect(view.board.annotations?.[0]).toMatchObject({
      by: 'chair',
      text: 'Was the sample taken after chemotherapy?',
    });
    expect(room.services.cases.list()).toEqual([]);
    const since = room.services.vault.current().list().slice(before.length);
    expect(since.map(({ type, caseId: of }) => [type, of])).toEqual([['agenda.opened', null]]);
  });

  it('is brought in, discussed there, frozen again, and comes home merged', async () => {
    expect(await room.take(await room.open(file))).toEqual([caseId]);
    expect(room.words(caseId)).toEqual(['Was the sample taken after chemotherapy?']);
    await room.note(caseId, 'After. Repeat the panel on the new biopsy.');
    const { version } = room.services.cases.listingFor(caseId);
    await room.services.board.decide({
      caseId,
      expectedVersion: version,
      decision: {
        answer: 'Repeat the panel.',
        optionIds: [],
        otherOption: 'Repeat the panel on the new biopsy',
        intent: 'further-testing',
        rationale: 'The sample was small.',
        participants: [],
        actions: [{ what: 'Order the panel', owner: 'Dr. Ada', due: '2026-12-10' }],
      },
    });
    await home.note(caseId, 'Meanwhile: the liver lesion grew.');
    const back = await room.freeze([caseId]);
    const opened = await home.open(back);
    expect(opened.rows).toMatchObject([{ state: 'merges', takes: 2, conflicts: 0, decided: true }]);
    expect(await home.take(opened)).toEqual([caseId]);
    expect(home.words(caseId)).toEqual([
      'After. Repeat the panel on the new biopsy.',
      'Meanwhile: the liver lesion grew.',
      'Was the sample taken after chemotherapy?',
    ]);
    expect(home.services.board.record(caseId).decision?.answer).toBe('Repeat the panel.');
    expect(home.services.cases.listingFor(caseId).status).toBe('decided');
    // The same file again, and the one from before the meeting: neither is taken, both say why.
    expect((await home.open(back)).rows).toMatchObject([{ state: 'merged-before', takes: 0 }]);
    const own = await home.open(file);
    expect(own).toMatchObject({ own: true });
    expect(own.rows).toMatchObject([{ state: 'same', takes: 0, conflicts: 0 }]);
  });

  it('a package older than one that was merged is not merged; another bundle of the case and a signed one neither', async () => {
    await home.note(caseId, 'First');
    const first = await home.freeze([caseId]);
    await home.note(caseId, 'Second');
    const second = await home.freeze([caseId]);
    await room.take(await room.open(second));
    const late = await room.open(first);
    expect(late.rows).toMatchObject([{ state: 'older', takes: 0 }]);
    expect(await room.take(late)).toEqual([]);
    expect(room.words(caseId)).toContain('Second');

    const held = room.services.vault.current();
    const listing = { pseudonym: 'x', tumorTypeCode: null, tumorTypeName: null, stage: null, question: null };
    const of = { actor: held.user.userId, caseId };
    await home.note(caseId, 'Third');
    const third = await home.freeze([caseId]);
    held.append({ ...of, type: 'case.imported', payload: { listing, bundleSha256: 'b'.repeat(64) } });
    const opened = await room.open(third);
    expect(opened.rows).toMatchObject([{ state: 'other-bundle', takes: 0 }]);
    expect(await room.take(opened)).toEqual([]);
    held.append({ ...of, type: 'report.signed', payload: {} });
    expect((await room.services.board.frozenAgenda(opened)).rows).toMatchObject([{ state: 'signed', takes: 0 }]);
  });

  it('what was altered, cut, from a newer version, no such file, or met with another passphrase is refused', async () => {
    const altered = Uint8Array.from(file);
    altered[altered.length - 40] = (altered.at(-40) ?? 0) ^ 1;
    const text = (bytes: Uint8Array): Uint8Array =>
      Buffer.from(Buffer.from(bytes).toString('latin1').replace('"version":1}', '"version":2}'), 'latin1');
    expect(await codeOf(() => room.open(altered))).toBe('bundle-tampered');
    expect(await codeOf(() => room.open(file.subarray(0, file.length - 9)))).toBe('bundle-tampered');
    expect(await codeOf(() => room.open(text(file)))).toBe('schema-newer');
    expect(await codeOf(() => room.open(new TextEncoder().encode('{"format":"other"}\nrest')))).toBe('format-unknown');
    expect(await codeOf(() => room.open(new Uint8Array(9000)))).toBe('format-unknown');
    expect(await codeOf(() => room.open(file, 'ten lanterns along the quay'))).toBe('password-wrong');
    const weak = { items: [{ caseId, triage: 'full' as const, owner: '', due: '' }], passphrase: 'short' };
    expect(await codeOf(() => home.services.board.freezeAgenda(weak))).toBe('password-weak');
    const opened = await room.open(file);
    const sha256 = opened.sha256.replace(/./g, '0') as typeof opened.sha256;
    expect(await codeOf(() => room.services.board.frozenCase({ caseId, sha256 }))).toBe('not-found');
    expect(Buffer.from(file).includes('Otter')).toBe(false);
  });
});
