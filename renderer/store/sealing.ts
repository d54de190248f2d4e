/**
 * Nothing readable stays on disk: a Dexie middleware seals every value with AES-256-GCM before IndexedDB sees it. The
 * keys cannot be exported again; they come from the vault after unlock and go with the page.
 */
import Dexie, { type DBCore, type DBCoreMutateRequest, type DBCoreTable, type Middleware } from 'dexie';

export interface StoreKeys {
  /** Seals values. */
  readonly seal: CryptoKey;
  /** Makes the opaque ids under which rows are kept, so that not even a case id can be read. */
  readonly name: CryptoKey;
}

interface SealedRow {
  readonly id: string;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

const bytesOfBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** @param storageKey 32 bytes, base64url, from `vault.storageKey` */
export async function importStoreKeys(storageKey: string): Promise<StoreKeys> {
  const raw = bytesOfBase64Url(storageKey);
  const root = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey']);
  raw.fill(0);
  const hkdf = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`consilium store ${info}`),
  });
  const [seal, name] = await Promise.all([
    crypto.subtle.deriveKey(hkdf('seal'), root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.deriveKey(hkdf('name'), root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
  ]);
  return { seal, name };
}

/** The id of a row: the same name gives the same id under the same key, and tells nothing without it. */
export async function opaqueId({ name }: StoreKeys, text: string): Promise<string> {
  const code = await crypto.subtle.sign('HMAC', name, new TextEncoder().encode(text));
  return Array.from(new Uint8Array(code, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sealRow({ seal }: StoreKeys, table: string, row: { readonly id: string }): Promise<SealedRow> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(row));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: place(table, row.id) },
    seal,
    plain,
  );
  return { id: row.id, iv, sealed };
}

/** A row sealed under another vault's key, or altered, reads as absent. */
async function openRow({ seal }: StoreKeys, table: string, row: SealedRow | undefined): Promise<unknown> {
  if (row === undefined) return undefined;
  try {
    const { id, iv, sealed } = row;
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: place(table, id) }, seal, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}

/** Bound to its place, so that a sealed row cannot be moved under another id or table. */
const place = (table: string, id: string) => new TextEncoder().encode(`${table}/${id}`);

const isPresent = (row: unknown): boolean => row !== undefined;

/** WebCrypto answers later than an IndexedDB transaction would wait; Dexie keeps the transaction open meanwhile. */
const during = <Value>(work: () => Promise<Value>): Promise<Value> =>
  Dexie.currentTransaction ? Dexie.waitFor(work()) : work();

/** The middleware. Tables have the inline key `id` and no other index: an index would have to be readable. */
export const sealing = (keys: StoreKeys): Middleware<DBCore> => ({
  stack: 'dbcore',
  name: 'sealing',
  create: (core) => ({
    ...core,
    table: (tableName): DBCoreTable => {
      const table = core.table(tableName);
      const open = (row: unknown) => openRow(keys, tableName, row as SealedRow | undefined);
      return {
        ...table,
        async mutate(request: DBCoreMutateRequest) {
          if (request.type !== 'add' && request.type !== 'put') return table.mutate(request);
          const values = await during(() => Promise.all(request.values.map((row) => sealRow(keys, tableName, row))));
          return table.mutate({ ...request, values });
        },
        async get(request) {
          const row = await table.get(request);
          return during(() => open(row));
        },
        async getMany(request) {
          const rows = await table.getMany(request);
          return during(() => Promise.all(rows.map(open)));
        },
        async query(request) {
          const { result, ...rest } = await table.query(request);
          if (request.values !== true) return { ...rest, result };
          const opened = await during(() => Promise.all(result.map(open)));
          return { ...rest, result: opened.filter(isPresent) };
        },
        openCursor: () => {
          throw new Error('sealed tables are read by id or whole, not by cursor');
        },
      };
    },
  }),
});
