/** The one door to the SQLite driver, and the type of an open handle. */
import Database from 'better-sqlite3-multiple-ciphers';

export type VaultDatabase = InstanceType<typeof Database>;
export { Database };
