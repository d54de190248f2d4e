import { randomBytes } from 'node:crypto';
import { caseKeyring } from '../../../../electron/vault/case-keys.ts';
import { checkpointKeyFrom } from '../../../../electron/vault/checkpoints.ts';
import { openDatabase } from '../../../../electron/vault/database.ts';
import { vaultFiles } from '../../../../electron/vault/files.ts';
import { eventHash, genesisHash, headerOf, type JournalRow, journal } from '../../../../electron/vault/journal.ts';
import { readKeyFile, unwrapVaultKey } from '../../../../electron/vault/key-file.ts';
import { emptyFrontier, frontierBytes, withLeaf } from '../../../../electron/vault/merkle.ts';
import { deriveKey, seal, unseal } from '../../../../electron/vault/sealing.ts';
import { verifyJournal } from '../../../../electron/vault/verification.ts';
import type { CaseId, UserId } from '../../../../shared/foundation/ids.ts';
import type { Checkpoint } from '../../../../shared/vault/checkpoint.ts';
import { caseId, create, imported, otherCaseId, profile, remove, temporaryFolder, testClock } from './vault-at.ts';

/** A row and what stands in it, as somebody with every key of the vault has it before him. */
type Known = JournalRow & { readonly plain: Buffer };
type Pick = (below: number) => number;

const stranger = 'person-unknown';
const at = (rows: readonly Known[], index: number): Known => rows[index] as Known;
const changed = (rows: readonly Known[], index: number, change: Partial<JournalRow>): Known[] =>
  rows.map((row, place) => (place === index ? { ...row, ...change } : row));

/** The twelve kinds, each at a place that the random source picks; `foreign` are rows of another vault. */
const kinds: Readonly<Record<string, (rows: readonly Known[], pick: Pick, foreign: readonly Known[]) => Known[]>> = {
  delete: (rows, pick) => rows.toSpliced(pick(rows.length), 1),
  insert: (rows, pick) => rows.toSpliced(pick(rows.length), 0, { ...at(rows, pick(rows.length)), actor: stranger }),
  reorder: (rows, pick) => {
    const first = pick(rows.length - 1);
    const second = first + 1 + pick(rows.length - 1 - first);
    return rows.with(first, at(rows, second)).with(second, at(rows, first));
  },
  duplicate: (rows, pick) => {
    const place = pick(rows.length);
    return rows.toSpliced(place, 0, at(rows, place));
  },
  truncate: (rows, pick) => rows.slice(0, 1 + pick(rows.length - 1)),
  // Cut off, then grown again past where it was.
  'roll back': (rows, pick) => {
    const kept = rows.slice(0, 1 + pick(rows.length - 1));
    const later = Array.from({ length: rows.length - kept.length + 3 }, () => ({ ...at(rows, 3), actor: stranger }));
    return [...kept, ...later];
  },
  splice: (rows, pick, foreign) => rows.with(pick(rows.length), at(foreign, pick(foreign.length))),
  'swap actor': (rows, pick) => changed(rows, pick(rows.length), { actor: stranger }),
  'move to another case': (rows, pick) => {
    const ofCase = rows.flatMap((row, index) => (row.case_id === caseId ? [index] : []));
    return changed(rows, ofCase[pick(ofCase.length)] ?? 0, { case_id: otherCaseId });
  },
  'change the time': (rows, pick) => changed(rows, pick(rows.length), { time: '2020-01-01T00:00:00.000Z' }),
  'change the type': (rows, pick) => changed(rows, pick(rows.length), { type: 'option.reviewed' }),
  'change the content': (rows, pick) => {
    const place = pick(rows.length);
    const { ciphertext } = at(rows, place);
    const flipped = Buffer.from(ciphertext);
    const byte = pick(flipped.length);
    flipped[byte] = (flipped[byte] ?? 0) ^ (1 << pick(8));
    return rows.with(place, { ...at(rows, place), ciphertext: flipped, plain: Buffer.from('{"text":"another"}') });
  },
};
export const tamperingKinds = Object.keys(kinds);

/** How far the forger goes, who holds the keys: numbers that fit, hashes and head that fit, seals that fit too. */
const cares = ['numbered anew', 'chained anew', 'sealed and chained anew'] as const;

export interface TamperFigures {
  readonly tried: number;
  /** Found by the journal check with a checkpoint kept outside. */
  readonly found: number;
  /** Found by the same check without one: what is chained and sealed anew cannot be. */
  readonly foundWithout: number;
}

/** The journal of a vault of its own, open to somebody who holds every key, and a checkpoint from before. */
async function journalInTheirHands(events: number) {
  const folder = temporaryFolder();
  const vault = await create(folder);
  const actor = vault.user.userId;
  for (const [id, name] of [
    [caseId, 'P-0001'],
    [otherCaseId, 'P-0002'],
  ] as const)
    vault.append(imported(vault, id, name));
  for (let index = 0; index < events; index += 1)
    vault.append({
      actor,
      caseId: index % 2 === 0 ? caseId : otherCaseId,
      type: 'finding.commented',
      payload: { text: `comment ${index}` },
    });
  const checkpoint = vault.checkpoint(actor);
  vault.lock();

  const files = vaultFiles(folder);
  const { vaultId, ...rest } = readKeyFile(files.keys);
  const opened = await unwrapVaultKey({ vaultId, ...rest }, profile.password, profile.userName);
  if (opened === undefined) throw new Error('the test does not know the password');
  const { vaultKey, pair } = opened;
  const permitted = () => ({ readers: [], holders: [], waiting: true });
  const database = openDatabase(files.database, deriveKey(vaultKey, 'database'), vaultId);
  database.exec('DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays; DROP TRIGGER journal_grows_at_end;');
  const keys = caseKeyring(database, vaultId, vaultKey, randomBytes, { pair, permitted });
  const lines = journal(database, vaultId, keys, testClock(), randomBytes);
  const secret = database.prepare<[], Buffer>(`SELECT sealed FROM secrets WHERE name = 'checkpoint-key'`).pluck().get();
  const checkpointKey =
    secret && unseal(deriveKey(vaultKey, 'secrets'), JSON.stringify([vaultId, 'secret', 'checkpoint-key']), secret);
  if (checkpointKey === undefined) throw new Error('the vault has no checkpoint key');
  // The entry of the checkpoint itself goes: a forger would not leave it standing.
  const rows: Known[] = lines
    .page(0, checkpoint.treeSize)
    .map((row) => ({ ...row, plain: lines.opened(row) ?? Buffer.from('null') }));

  const insert = database.prepare<[JournalRow]>(
    `INSERT INTO journal (sequence, time, actor, case_id, type, key_version, ciphertext, previous_hash, hash)
     VALUES (@sequence, @time, @actor, @case_id, @type, @key_version, @ciphertext, @previous_hash, @hash)`,
  );
  function write(forged: readonly Known[], care: (typeof cares)[number]): void {
    let previous = genesisHash(vaultId);
    let frontier = emptyFrontier;
    database.exec('DELETE FROM journal');
    for (const [index, { plain, ...row }] of forged.entries()) {
      const next = { ...row, sequence: index + 1 };
      if (care !== 'numbered anew') {
        next.previous_hash = previous;
        if (care === 'sealed and chained anew') {
          const key = keys.forReading(next.case_id as CaseId | null, next.key_version);
          if (key === undefined) throw new Error('a key is missing');
          next.ciphertext = seal(key, headerOf(vaultId, next), plain, randomBytes);
        }
        next.hash = eventHash(headerOf(vaultId, next), next.ciphertext);
      }
      previous = next.hash;
      frontier = withLeaf(frontier, next.hash);
      insert.run(next);
    }
    database
      .prepare('UPDATE head SET sequence = ?, hash = ?, frontier = ?')
      .run(forged.length, previous, frontierBytes(frontier));
  }
  const verify = (outside?: Checkpoint) =>
    verifyJournal(vaultId, lines, keys, checkpointKeyFrom(checkpointKey), { checkpoint: outside });
  return {
    actor: actor as UserId,
    checkpoint,
    rows,
    write,
    verify,
    /** Everything done in between is undone. */
    async undone<Value>(work: () => Promise<Value>): Promise<Value> {
      database.exec('BEGIN IMMEDIATE');
      try {
        return await work();
      } finally {
        database.exec('ROLLBACK');
      }
    },
    close(): void {
      database.close();
      remove(folder);
    },
  };
}

/**
 * Tampers with a journal in twelve ways, each so many times at random places and with each degree of care, and looks
 * each time whether the check finds it (F092). What was not touched must still be found whole.
 */
export async function tamperWithJournal(
  times: number,
  random: () => number,
): Promise<Record<string, TamperFigures> & { untouched: TamperFigures }> {
  const pick: Pick = (below) => Math.floor(random() * below);
  const held = await journalInTheirHands(30);
  const other = await journalInTheirHands(6);
  // Their cases bear the same names, so that a spliced event fits in everything but its seal and its chain.
  const foreign = other.rows.slice(2);
  other.close();
  const figures: Record<string, TamperFigures> = {};
  const tried = async (forge: () => void): Promise<[found: boolean, without: boolean]> =>
    held.undone(async () => {
      forge();
      return [!(await held.verify(held.checkpoint)).ok, !(await held.verify()).ok];
    });
  try {
    const whole = await tried(() => held.write(held.rows, 'chained anew'));
    const untouched = { tried: 1, found: Number(whole[0]), foundWithout: Number(whole[1]) };
    for (const [name, forge] of Object.entries(kinds)) {
      let found = 0;
      let foundWithout = 0;
      for (let time = 0; time < times; time += 1) {
        const care = cares[time % cares.length] ?? 'numbered anew';
        const [seen, without] = await tried(() => held.write(forge(held.rows, pick, foreign), care));
        found += Number(seen);
        foundWithout += Number(without);
      }
      figures[name] = { tried: times, found, foundWithout };
    }
    return { ...figures, untouched };
  } finally {
    held.close();
  }
}
