/**
 * The whole of the kill campaign (issue 7, section 4): `node tests/campaign/vault-kill.mjs [kills]`, 1,000 by default.
 * Prints the figures and ends with 1 when an acknowledged write was lost or a vault did not open.
 */
import { killWhileCreating, killWhileWriting } from '../unit/vault/support/kill.ts';

const kills = Number(process.argv[2] ?? 1000);
const writing = await killWhileWriting(Math.ceil(kills * 0.9), 250, Math.random);
const creating = await killWhileCreating(Math.floor(kills * 0.1), 250, Math.random);
console.log(JSON.stringify({ writing, creating }, null, 2));
process.exitCode = writing.lost + writing.brokenJournals + writing.notOpened + creating.half === 0 ? 0 : 1;
