/** The working memory of the person at the screen. One class, numbered versions, every upgrade tested from each. */
import Dexie, { type EntityTable } from 'dexie';
import { opaqueId, type StoreKeys, sealing } from './sealing.ts';

export interface DraftRow {
  /** Opaque: {@link opaqueId} of `<form>:<caseId>`. */
  readonly id: string;
  readonly value: unknown;
  readonly savedAt: string;
  /** Of this one write, so that a window notices what another one wrote. Absent in rows of older programs. */
  readonly stamp?: string;
}

/** A command on its way to the core; it stays until the core has acknowledged it. */
export interface OutboxRow {
  readonly id: string;
  readonly command: OutboxCommand;
  readonly queuedAt: string;
}

export type OutboxCommand =
  | {
      readonly kind: 'review';
      readonly caseId: string;
      readonly findingId: string;
      readonly verdict: 'confirmed' | 'dismissed' | 'limited' | 'withdrawn';
      readonly reason?: string;
    }
  | { readonly kind: 'decide'; readonly caseId: string; readonly expectedVersion: number; readonly decision: unknown };

/** How a person left a table or a list: filter, sorting, columns. */
export interface LayoutRow {
  readonly id: string;
  readonly value: unknown;
}

export const STORE_NAME = 'consilium';
export const LATEST_VERSION = 2;

export class StoreDatabase extends Dexie {
  declare readonly drafts: EntityTable<DraftRow, 'id'>;
  declare readonly outbox: EntityTable<OutboxRow, 'id'>;
  declare readonly layout: EntityTable<LayoutRow, 'id'>;
  readonly keys: StoreKeys;
  readonly #writing = new Set<Promise<unknown>>();

  /** @param upTo the schema version to open at; only a test opens an old one, to watch the upgrade */
  constructor(keys: StoreKeys, upTo: number = LATEST_VERSION, name: string = STORE_NAME) {
    super(name);
    this.keys = keys;
    const schema = (version: number, stores: Record<string, string>) => {
      if (version <= upTo) this.version(version).stores(stores);
    };
    schema(1, { drafts: 'id', outbox: 'id' });
    schema(2, { layout: 'id' });
    this.use(sealing(keys));
  }

  id(name: string): Promise<string> {
    return opaqueId(this.keys, name);
  }

  /** Says that something is being written, for {@link rest} to wait for. */
  busy(work: Promise<unknown>): void {
    const ended = () => void this.#writing.delete(work);
    this.#writing.add(work);
    work.then(ended, ended);
  }

  /** Closes it once all that is being written is on the disk: a screen that leaves with it writes its last letters now. */
  async rest(): Promise<void> {
    await new Promise((next) => setTimeout(next));
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
    this.close();
  }
}

/** Opens the store under the vault's key. */
export async function openStore(keys: StoreKeys, upTo?: number, name?: string): Promise<StoreDatabase> {
  const database = new StoreDatabase(keys, upTo, name);
  await database.open();
  return database;
}
