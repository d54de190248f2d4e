/**
 * Messages that no window of ours would send, to the router, the socket and the doors for bytes (issue 7, section 4):
 * `node tests/campaign/contract-fuzz.ts [messages] [seed]`, 100,000 by default. Ends with 1 when something crashed, or was
 * written that may not be.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzContract } from '../contract/fuzz.ts';

const [messages = '100000', seed = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'contract-fuzz-'));
try {
  const { crashes, unapproved, ...figures } = await fuzzContract(folder, Number(messages), Number(seed));
  console.log(JSON.stringify({ ...figures, crashes: crashes.length, unapproved: unapproved.length }));
  for (const one of [...new Set([...crashes, ...unapproved])].slice(0, 30)) console.log(one);
  process.exitCode = crashes.length + unapproved.length === 0 && figures.journal ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
