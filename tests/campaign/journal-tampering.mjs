/**
 * The whole of the tampering campaign (issue 7, section 4): `node tests/campaign/journal-tampering.mjs [times]`, each of
 * the twelve kinds 1,000 times by default. Prints the figures and ends with 1 when something was not found, or when the
 * untouched journal was not found whole.
 */
import { tamperWithJournal } from '../unit/vault/support/tampering.ts';

const { untouched, ...kinds } = await tamperWithJournal(Number(process.argv[2] ?? 1000), Math.random);
console.log(JSON.stringify({ untouched, ...kinds }, null, 2));
const missed = Object.values(kinds).filter(({ tried, found }) => found < tried);
process.exitCode = untouched.found === 0 && missed.length === 0 ? 0 : 1;
