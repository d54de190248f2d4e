import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vaultFiles } from '../../../electron/vault/files.ts';
import type { Vault } from '../../../electron/vault/index.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { CaseId, type Sha256 } from '../../../shared/foundation/ids.ts';
import {
  caseId,
  codeOf,
  create,
  everyFile,
  imported,
  otherCaseId,
  remove,
  temporaryFolder,
  unlock,
} from './support/vault-at.ts';

const sha256 = (bytes: string | Uint8Array): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  const shared = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    piece.copy(shared);
    yield shared.subarray(0, piece.length);
  }
}

describe('documents and blobs', () => {
  const folder = temporaryFolder();
  let vault: Vault;
  const user = () => vault.user.userId;
  beforeAll(async () => {
    vault = await create(folder);
    vault.append(imported(vault));
  });
  afterAll(() => {
    vault.lock();
    remove(folder);
  });

  it('gives a document back as it was, under the SHA-256 of its canonical JSON, and the latest of its kind', async () => {
    const first = { z: 1, a: { text: 'naïve 😀', list: [1.5, null, true] } };
    const stored = await vault.putDocument(caseId, 'molecular-profile', first, { actor: user() });
    expect(stored.sha256).toBe(sha256(canonicalJson(first)));
    const second = await vault.putDocument(caseId, 'molecular-profile', { ...first, z: 2 }, { actor: user() });
    expect(await vault.latestDocument(caseId, 'molecular-profile')).toMatchObject({
      sha256: second.sha256,
      sequence: second.sequence,
      document: { ...first, z: 2 },
    });
    expect(await vault.getDocument(caseId, stored.sha256)).toEqual(first);
    expect(await vault.latestDocument(caseId, 'predictions')).toBeUndefined();
    expect(vault.documents(caseId).map((entry) => entry.sha256)).toEqual([stored.sha256, second.sha256]);
    await vault.putDocument(null, 'settings', { logo: null }, { actor: user() });
    expect((await vault.latestDocument(null, 'settings'))?.document).toEqual({ logo: null });
  });

  it('F072 gives the worklist by pages: each living case once, what wants work first, 9 before 10, erased ones last', async () => {
    const place = temporaryFolder();
    const list = await create(place);
    const actor = list.user.userId;
    for (const index of [10, 9, 3, 1, 2])
      list.append(imported(list, CaseId.parse(`case-${index}`), `${index === 2 ? 'Ö' : 'o'}tter ${index}`));
    list.append({ actor, caseId: CaseId.parse('case-1'), type: 'decision.recorded' });
    list.append({ actor, caseId: CaseId.parse('case-2'), type: 'report.signed' });
    list.eraseCase(CaseId.parse('case-3'), { actor, reason: 'patient-request' });
    const pages = (limit: number) => {
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = list.casesPage({ limit, ...(after === undefined ? {} : { after }) });
        expect(page.total).toBe(4);
        seen.push(...page.cases.map((one) => one.caseId));
        if (page.next === null) return seen;
        after = page.next;
      }
    };
    const order = ['case-9', 'case-10', 'case-1', 'case-2', 'case-3'];
    for (const limit of [1, 2, 5, 500]) expect(pages(limit)).toEqual(order);
    list.append({
      actor,
      caseId: CaseId.parse('case-10'),
      type: 'case.updated',
      payload: { listing: { pseudonym: 'Adder' } },
    });
    list.rebuildProjections();
    expect(pages(3)).toEqual(['case-10', 'case-9', 'case-1', 'case-2', 'case-3']);
    expect(await codeOf(() => list.casesPage({ after: 'nowhere' }))).toBe('field-invalid');
    list.lock();
    remove(place);
  });

  it('stores a change whole: documents and events together, or nothing when the case moved on', async () => {
    const expectedVersion = vault.caseVersion(caseId);
    const change = {
      actor: user(),
      caseId,
      documents: [{ kind: 'board-record', document: { decision: 'x' } }],
      events: [{ type: 'decision.recorded' as const, payload: { option: 'o1' } }],
      expectedVersion,
    };
    const written = await vault.commit(change);
    expect(written.map((event) => event.type)).toEqual(['document.stored', 'decision.recorded']);
    expect(vault.caseListing(caseId)?.status).toBe('decided');
    const count = vault.eventCount();
    expect(
      await codeOf(() =>
        vault.commit({ ...change, documents: [{ kind: 'board-record', document: { decision: 'y' } }] }),
      ),
    ).toBe('version-conflict');
    expect(vault.eventCount()).toBe(count);
    expect((await vault.latestDocument(caseId, 'board-record'))?.document).toEqual({ decision: 'x' });
  });

  const mebibyte = 1 << 20;
  it.each([0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 17])(
    'round-trips a blob of %i bytes, whole and streamed',
    async (size) => {
      const bytes = randomBytes(size);
      const hash = await vault.putBlob(caseId, bytes);
      expect(hash).toBe(sha256(bytes));
      expect(bytes.equals(await vault.getBlob(caseId, hash))).toBe(true);
      const files = everyFile(vaultFiles(folder).blobs).length;
      expect(await vault.putBlob(caseId, inPieces(bytes, 65_521))).toBe(hash);
      expect(everyFile(vaultFiles(folder).blobs)).toHaveLength(files);
      expect(bytes.equals(await vault.getBlob(caseId, hash))).toBe(true);
    },
  );

  it('keeps cases apart: the same content of another case is another file, not found from here', async () => {
    const bytes = Buffer.from('shared panel description');
    const hash = await vault.putBlob(otherCaseId, bytes);
    expect(await codeOf(() => vault.getBlob(caseId, hash))).toBe('not-found');
    expect((await vault.getBlob(otherCaseId, hash)).toString()).toBe(bytes.toString());
  });

  it('a source that fails leaves nothing', async () => {
    const before = everyFile(folder).length;
    async function* failing(): AsyncIterable<Uint8Array> {
      yield randomBytes(100);
      throw Object.assign(new Error('disk'), { code: 'ENOSPC' });
    }
    expect(await codeOf(() => vault.putBlob(caseId, failing()))).toBe('disk-full');
    expect(everyFile(folder)).toHaveLength(before);
  });

  it('a flipped bit, a cut, an exchanged or a reordered part of a blob is found before it is used', async () => {
    const bytes = randomBytes(2 * mebibyte + 500);
    const known = new Set(everyFile(vaultFiles(folder).blobs).map((file) => file.path));
    const hash = await vault.putBlob(caseId, bytes);
    const path = everyFile(vaultFiles(folder).blobs).find((file) => !known.has(file.path))?.path ?? '';
    const original = readFileSync(path);
    const chunk = mebibyte + 16;
    const swapped = Buffer.concat([
      original.subarray(0, 40),
      original.subarray(40 + chunk, 40 + 2 * chunk),
      original.subarray(40, 40 + chunk),
      original.subarray(40 + 2 * chunk),
    ]);
    const variants: Buffer[] = [
      original.subarray(0, original.length - 1),
      original.subarray(0, 40 + chunk),
      original.subarray(0, 40 + 2 * chunk),
      original.subarray(0, 39),
      Buffer.alloc(0),
      Buffer.concat([original, Buffer.of(0)]),
      swapped,
    ];
    for (const at of [0, 7, 20, 41, 40 + chunk - 1, 40 + chunk, original.length - 1]) {
      const flipped = Buffer.from(original);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      variants.push(flipped);
    }
    for (const [index, variant] of variants.entries()) {
      writeFileSync(path, variant);
      const code = await codeOf(() => vault.getBlob(caseId, hash));
      expect(['vault-damaged', 'not-found'], `variant ${index}`).toContain(code);
    }
    writeFileSync(path, original);
    expect(bytes.equals(await vault.getBlob(caseId, hash))).toBe(true);
  });
});

describe('views are rebuilt from the journal', () => {
  it('cases, versions, documents and people come back exactly', async () => {
    const folder = temporaryFolder();
    const vault = await create(folder);
    const actor = vault.user.userId;
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
    vault.append({ actor, caseId, type: 'case.analyzed' });
    vault.append({ actor, caseId, type: 'case.updated', payload: { listing: { stage: 'IVB' } } });
    await vault.putDocument(caseId, 'options', { rows: [] }, { actor });
    vault.append({ actor, caseId, type: 'report.signed' });
    vault.append({ actor, caseId, type: 'decision.drafted' });
    vault.append({ actor, caseId: otherCaseId, type: 'case.status-changed', payload: { status: 'closed' } });
    const views = () => ({
      cases: vault.cases(),
      users: vault.users(),
      board: vault.boardName(),
      documents: vault.documents(caseId),
      version: vault.caseVersion(caseId),
    });
    const before = views();
    expect(before.cases).toMatchObject([
      { caseId: otherCaseId, pseudonym: 'P-0002', status: 'closed' },
      { caseId, pseudonym: 'P-0001', status: 'signed', stage: 'IVB', tumorTypeCode: 'LUAD', version: 10 },
    ]);
    expect(vault.rebuildProjections()).toBe(vault.eventCount());
    expect(views()).toEqual(before);
    vault.eraseCase(otherCaseId, { actor, reason: 'asked for by the patient' });
    const erased = views();
    vault.rebuildProjections();
    expect(views()).toEqual(erased);
    vault.lock();
    remove(folder);
  });
});

describe('erasure (F105)', () => {
  it('makes a case unreadable, keeps a tombstone, leaves the other case and a verifying journal', async () => {
    const folder = temporaryFolder();
    const vault = await create(folder);
    const actor = vault.user.userId;
    vault.append(imported(vault));
    vault.append(imported(vault, otherCaseId, 'P-0002'));
    const mine = await vault.putDocument(caseId, 'case-record', { sex: 'female' }, { actor });
    const other = await vault.putDocument(otherCaseId, 'case-record', { sex: 'male' }, { actor });
    const checkpoint = vault.checkpoint(actor);
    const sealed = everyFile(vaultFiles(folder).blobs);
    vault.eraseCase(caseId, { actor, reason: 'asked for by the patient' });
    expect(await codeOf(() => vault.getDocument(caseId, mine.sha256))).toBe('not-found');
    for (const { path, bytes } of sealed) {
      if (everyFile(vaultFiles(folder).blobs).some((file) => file.path === path)) continue;
      const { mkdirSync } = await import('node:fs');
      const { dirname } = await import('node:path');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
    expect(await codeOf(() => vault.getDocument(caseId, mine.sha256))).toBe('not-found');
    expect(await vault.getDocument(otherCaseId, other.sha256)).toEqual({ sex: 'male' });
    const events = vault.read({ caseId });
    expect(events.at(-1)).toMatchObject({
      type: 'case.erased',
      erased: false,
      payload: { reason: 'asked for by the patient' },
    });
    expect(events.slice(0, -1).every((event) => event.erased && event.payload === null)).toBe(true);
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({ ok: true, erasedEvents: 2 });
    expect(vault.caseListing(caseId)).toMatchObject({ status: 'erased', pseudonym: '' });
    expect(await codeOf(() => vault.append(imported(vault)))).toBe('not-found');
    expect(await codeOf(() => vault.eraseCase(caseId, { actor, reason: 'again' }))).toBe('not-found');
    expect(await codeOf(() => vault.eraseCase(CaseId.parse('nobody'), { actor, reason: 'x' }))).toBe('not-found');
    // Who looks at the lines of an erased case is recorded too; looking neither changes a case nor makes one.
    for (const id of [caseId, otherCaseId, CaseId.parse('nobody')]) {
      const version = vault.caseVersion(id);
      vault.append({ actor, caseId: id, type: 'journal.viewed', payload: { call: 'vault.audit' } });
      expect(vault.caseVersion(id)).toBe(version);
    }
    expect(vault.read({ caseId, types: ['journal.viewed'] })).toMatchObject([{ erased: false }]);
    expect(await vault.verifyJournal({ checkpoint })).toMatchObject({ ok: true, erasedEvents: 2 });
    vault.lock();
    (await unlock(folder)).lock();
    remove(folder);
  });
});

describe('nothing readable on disk (F102)', () => {
  it('no canary of a session is in any file or file name, open or locked', async () => {
    const folder = temporaryFolder();
    const canary = (what: string): string => `CANARY-${what}-${randomBytes(6).toString('hex')}`;
    const said = {
      pseudonym: canary('pseudonym'),
      note: canary('note'),
      kind: canary('kind'),
      blob: canary('blob'),
      reason: canary('reason'),
    };
    const id = CaseId.parse(canary('case'));
    const vault = await create(folder);
    const actor = vault.user.userId;
    vault.append(imported(vault, id, said.pseudonym));
    vault.append({ actor, caseId: id, type: 'annotation.added', payload: { text: said.note } });
    const document = await vault.putDocument(id, said.kind, { note: said.note }, { actor });
    const blob = await vault.putBlob(id, Buffer.from(`##fileformat=VCFv4.2\n${said.blob}\n`.repeat(1000)));
    await vault.addUser({ name: 'Nightingale Canary', password: 'password canary phrase', roles: ['member'] }, actor);
    vault.append({
      actor,
      caseId: id,
      type: 'case.status-changed',
      payload: { status: 'closed', reason: said.reason },
    });
    const storageKey = vault.storageKey();
    const markers = [
      ...Object.values(said),
      id,
      document.sha256,
      blob,
      storageKey,
      'CANARY',
      'Nightingale',
      'Ada Example',
      'Board of Example',
      'annotation.added',
      'LUAD',
      'canary phrase',
      'four sunny words',
      'SQLite format',
    ];
    const search = (): void => {
      const files = everyFile(folder);
      expect(files.length).toBeGreaterThan(3);
      for (const { path, bytes } of files) {
        for (const marker of markers) {
          for (const form of [
            Buffer.from(marker),
            Buffer.from(marker, 'utf16le'),
            Buffer.from(Buffer.from(marker).toString('base64').slice(0, -4)),
          ]) {
            expect(bytes.includes(form), `${marker} in ${path}`).toBe(false);
          }
          expect(path.includes(marker)).toBe(false);
        }
        expect(bytes.includes(Buffer.from(storageKey, 'base64url'))).toBe(false);
      }
    };
    search();
    vault.lock();
    search();
    remove(folder);
  });
});
