/**
 * The vault beside what it is made of: an append beside a bare commit with the same guarantees, the check of a journal beside
 * the bare hash loop, sealed files beside plain ones; and how opening grows with events and cases.
 */
import { createHash, hash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { packFolder } from '../../electron/case/index.ts';
import { createRouter } from '../../electron/router.ts';
import { createTicketDesk, machinePorts } from '../../electron/serve/index.ts';
import { createServices } from '../../electron/services.ts';
import { programRoot } from '../../electron/shipped.ts';
import { Database } from '../../electron/vault/driver.ts';
import { createVault, type Vault } from '../../electron/vault/index.ts';
import { headerOf } from '../../electron/vault/journal.ts';
import { CaseId } from '../../shared/foundation/ids.ts';

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const timed = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** Milliseconds by the clock, and of processor time in all threads: on a busy machine the second tells more. */
export interface Spent {
  readonly wall: number;
  readonly processor: number;
}
async function spent(work: () => unknown): Promise<Spent> {
  const before = process.cpuUsage();
  const wall = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1000 };
}
const ratio = (of: readonly Spent[], to: readonly Spent[]): Spent => {
  const one = (key: keyof Spent): number => median(of.map((each) => each[key])) / median(to.map((each) => each[key]));
  return { wall: one('wall'), processor: one('processor') };
};

async function freshVault(folder: string): Promise<Vault> {
  return createVault(
    {
      folder: join(folder, 'vault'),
      clock: { now: () => new Date().toISOString() },
      ids: { next: () => 'person-1' },
    },
    { boardName: 'Bench', userName: 'Ada Example', password: 'four sunny words walk home' },
  );
}
const listing = (name: string) => ({
  listing: { pseudonym: name, tumorTypeCode: 'LUAD', tumorTypeName: 'Lung', stage: 'IV', question: 'Next line?' },
});

export type VaultBench = Readonly<Record<'append' | 'verify' | 'blobWrite' | 'blobRead', Spent>>;

/** Medians of alternating rounds; ratios as the goals state them. */
export async function benchVault(rounds: number): Promise<VaultBench> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  try {
    const vault = await freshVault(folder);
    const actor = vault.user.userId;
    const bare = new Database(join(folder, 'bare.sqlite'));
    for (const line of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL']) bare.pragma(line);
    bare.exec('CREATE TABLE lines (id INTEGER PRIMARY KEY, body BLOB NOT NULL)');
    const insert = bare.prepare<[Buffer]>('INSERT INTO lines (body) VALUES (?)');
    const body = randomBytes(400);
    const text = body.toString('base64').slice(0, 300);
    const appends: Spent[] = [];
    const commits: Spent[] = [];
    for (let round = 0; round < rounds; round += 1) {
      appends.push(
        await spent(() => {
          for (let index = 0; index < 200; index += 1)
            vault.append({ actor, caseId: null, type: 'settings.changed', payload: { text } });
        }),
      );
      commits.push(
        await spent(() => {
          for (let index = 0; index < 200; index += 1) bare.transaction(() => insert.run(body)).immediate();
        }),
      );
    }
    bare.close();
    const verifies: Spent[] = [];
    const loops: Spent[] = [];
    // As many as a check takes a while over: of a few hundred only its beginning and end would be measured.
    while (vault.eventCount() < 20_000)
      vault.appendAll(
        Array.from(
          { length: 2000 },
          () => ({ actor, caseId: null, type: 'settings.changed', payload: { text } }) as const,
        ),
      );
    // What the hash of one of them covers: its header, a line feed and its ciphertext.
    const { entry } = vault.proveEntry(vault.eventCount(), actor);
    const header = headerOf(vault.vaultId, {
      sequence: entry.sequence,
      time: entry.time,
      actor: entry.actor,
      case_id: entry.caseId,
      type: entry.type,
      key_version: entry.keyVersion,
      previous_hash: Buffer.from(entry.previousHash, 'hex'),
    });
    const covered = randomBytes(Buffer.byteLength(header) + 1 + Buffer.from(entry.sealed, 'base64').length);
    const leaf = randomBytes(33);
    const pair = randomBytes(65);
    const events = vault.eventCount();
    for (let round = 0; round < rounds; round += 1) {
      verifies.push(await spent(() => vault.verifyJournal({ seals: false })));
      // What no check can do without: one hash over each event and two for its place in the tree, of as many bytes, by the
      // quickest call there is that gives bytes.
      loops.push(
        await spent(() => {
          for (let index = 0; index < events; index += 1)
            for (const bytes of [covered, leaf, pair]) hash('sha256', bytes, 'buffer');
        }),
      );
    }
    const file = randomBytes(32 << 20);
    const writes: Spent[] = [];
    const plainWrites: Spent[] = [];
    const reads: Spent[] = [];
    const plainReads: Spent[] = [];
    const path = join(folder, 'plain');
    for (let round = 0; round < rounds; round += 1) {
      file.writeUInt32BE(round);
      const sha256 = createHash('sha256').update(file).digest('hex') as Parameters<Vault['getBlob']>[1];
      writes.push(await spent(() => vault.putBlob(null, file)));
      plainWrites.push(
        await spent(() => {
          const handle = openSync(path, 'w');
          writeSync(handle, file);
          fsyncSync(handle);
          closeSync(handle);
          createHash('sha256').update(file).digest();
        }),
      );
      reads.push(await spent(() => vault.getBlob(null, sha256)));
      plainReads.push(await spent(() => createHash('sha256').update(readFileSync(path)).digest()));
    }
    vault.lock();
    return {
      append: ratio(appends, commits),
      verify: ratio(loops, verifies),
      blobWrite: ratio(plainWrites, writes),
      blobRead: ratio(plainReads, reads),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface VaultGrowth {
  readonly size: number;
  readonly milliseconds: number;
}

/** Microseconds of one append into a journal of each size; the journal only grows. */
export async function benchEvents(sizes: readonly number[]): Promise<VaultGrowth[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  try {
    const vault = await freshVault(folder);
    const actor = vault.user.userId;
    const event = { actor, caseId: null, type: 'settings.changed', payload: { text: 'x'.repeat(200) } } as const;
    const growth: VaultGrowth[] = [];
    for (const size of sizes) {
      while (vault.eventCount() < size)
        vault.appendAll(Array.from({ length: Math.min(5000, size - vault.eventCount()) }, () => event));
      const times: number[] = [];
      for (let index = 0; index < 50; index += 1) times.push(await timed(() => vault.append(event)));
      growth.push({ size, milliseconds: median(times) });
    }
    vault.lock();
    return growth;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a window gets when it opens the worklist, and when it opens one case, in vaults of each size: through the contract. */
export async function benchCases(sizes: readonly number[]): Promise<{ list: VaultGrowth[]; one: VaultGrowth[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  try {
    const services = await createServices(
      machinePorts({
        host: 'memory',
        capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
        dataFolder: join(folder, 'data'),
        tickets: createTicketDesk(),
        program: programRoot(import.meta.url),
      }),
    );
    const client = createRouterClient(createRouter(services), { context: {} });
    await services.vault.create({ boardName: 'Bench', userName: 'Bench', password: 'four sunny words walk home' });
    const vault = services.vault.current();
    const actor = vault.user.userId;
    const packed = await packFolder(join(programRoot(import.meta.url), 'sample-cases/braf-melanoma'));
    if (!packed.ok) throw new Error(packed.fault.message);
    for await (const _step of services.cases.import(packed.value));
    const [opened] = vault.cases();
    if (opened === undefined) throw new Error('the sample case was not taken');
    const { caseId } = opened;
    const list: VaultGrowth[] = [];
    const one: VaultGrowth[] = [];
    let made = 1;
    for (const size of sizes) {
      for (; made < size; made += 1)
        vault.append({
          actor,
          caseId: CaseId.parse(`case-${made}`),
          type: 'case.imported',
          payload: listing(`P-${made}`),
        });
      const lists: number[] = [];
      const ones: number[] = [];
      for (let index = 0; index < 31; index += 1) {
        lists.push(await timed(() => client.case.list()));
        ones.push(await timed(() => client.case.open({ caseId })));
      }
      list.push({ size, milliseconds: median(lists) });
      one.push({ size, milliseconds: median(ones) });
    }
    services.session.end();
    services.laboratory.end();
    await services.vault.lock();
    return { list, one };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
