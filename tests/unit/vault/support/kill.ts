import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { versionsOf } from '../../../../electron/vault/backup.ts';
import { type Vault, vaultState } from '../../../../electron/vault/index.ts';
import { CaseId, type Sha256 } from '../../../../shared/foundation/ids.ts';
import type { Checkpoint } from '../../../../shared/vault/checkpoint.ts';
import { caseId, codeOf, create, remove, temporaryFolder, unlock } from './vault-at.ts';

/** A line that a writer says after the vault acknowledged what it names. */
export interface Acknowledged {
  readonly sequence?: number;
  readonly hash?: string;
  readonly text?: string;
  readonly document?: Sha256;
  readonly blob?: Sha256;
  readonly checkpoint?: Checkpoint;
  readonly erased?: string;
  readonly backup?: string;
  readonly removed?: string;
}

export const startWriter = (folder: string, mode: 'write' | 'create'): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder, mode]);

/** Kills the writer so long after its first line; gives every complete line it said. */
async function linesUntilKilled(
  folder: string,
  mode: 'write' | 'create',
  milliseconds: number,
): Promise<Acknowledged[]> {
  const child = startWriter(folder, mode);
  let said = '';
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => {
    complaint += bytes.toString();
  });
  const first = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      resolve();
    });
    child.on('close', () => reject(new Error(`the writer ended by itself: ${complaint}`)));
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await first;
  await wait(milliseconds);
  child.kill('SIGKILL');
  await closed;
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Acknowledged);
}

/** Lines that the vault, opened again, does not bear out. */
export async function lostOf(vault: Vault, folder: string, said: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const lost: Acknowledged[] = [];
  const bySequence = new Map(
    vault
      .read({ from: said.find((line) => line.sequence !== undefined)?.sequence })
      .map((event) => [event.sequence, event]),
  );
  for (const line of said) {
    let kept = true;
    const event = line.sequence === undefined ? undefined : bySequence.get(line.sequence);
    if (line.hash !== undefined)
      kept &&= event?.hash === line.hash && (event.payload as { text: string }).text === line.text;
    if (line.document !== undefined) {
      const document = (await vault.getDocument(caseId, line.document).catch(() => undefined)) as
        | { text?: string }
        | undefined;
      kept &&= event?.type === 'document.stored' && document?.text === line.text;
    }
    if (line.blob !== undefined) {
      kept &&=
        (await vault.getBlob(caseId, line.blob).catch(() => Buffer.alloc(0))).toString() === line.text?.repeat(20_000);
    }
    if (line.checkpoint !== undefined) kept &&= (await vault.verifyJournal({ checkpoint: line.checkpoint })).ok;
    if (line.erased !== undefined) {
      const erased = CaseId.parse(line.erased);
      kept &&=
        vault.caseListing(erased)?.status === 'erased' &&
        (await codeOf(() => vault.putBlob(erased, Buffer.of(1)))) === 'not-found';
    }
    if (line.backup !== undefined) kept &&= versionsOf(`${folder}-backups`).includes(line.backup);
    if (line.removed !== undefined) kept &&= !vault.users().some(({ userId }) => userId === line.removed);
    if (!kept) lost.push(line);
  }
  return lost;
}

export interface KillFigures {
  kills: number;
  acknowledged: number;
  lost: number;
  brokenJournals: number;
  notOpened: number;
}

/** Kills a writer again and again on the same vault and looks each time for every write it had acknowledged. */
export async function killWhileWriting(
  kills: number,
  longestMilliseconds: number,
  random: () => number,
): Promise<KillFigures> {
  const folder = temporaryFolder();
  const figures: KillFigures = { kills: 0, acknowledged: 0, lost: 0, brokenJournals: 0, notOpened: 0 };
  try {
    (await create(folder)).lock();
    for (; figures.kills < kills; figures.kills += 1) {
      const said = await linesUntilKilled(folder, 'write', random() * longestMilliseconds);
      figures.acknowledged += said.length;
      const vault = await unlock(folder).catch(() => undefined);
      if (vault === undefined) {
        figures.notOpened += 1;
        continue;
      }
      figures.lost += (await lostOf(vault, folder, said)).length;
      if (!(await vault.verifyJournal()).ok) figures.brokenJournals += 1;
      vault.lock();
    }
  } finally {
    remove(folder);
    remove(`${folder}-backups`);
  }
  return figures;
}

/** Kills a first start at a random moment: afterwards there is a vault that opens or room to make one. */
export async function killWhileCreating(
  kills: number,
  longestMilliseconds: number,
  random: () => number,
): Promise<{ usable: number; half: number }> {
  const figures = { usable: 0, half: 0 };
  for (let kill = 0; kill < kills; kill += 1) {
    const folder = temporaryFolder();
    await linesUntilKilled(folder, 'create', random() * longestMilliseconds);
    const again = vaultState(folder) === 'absent' ? create(folder) : unlock(folder);
    const vault = await again.catch(() => undefined);
    if (vault !== undefined && (await vault.verifyJournal()).ok) figures.usable += 1;
    else figures.half += 1;
    vault?.lock();
    remove(folder);
  }
  return figures;
}
