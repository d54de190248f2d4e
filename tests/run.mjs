/**
 * `npm test`: sets up what is missing, runs every check, and ends with `N passed, N failed, N skipped`.
 * `node tests/run.mjs --only types,unit` runs some of them; `--list` names them.
 */
import process from 'node:process';
import { provision } from '../electron/launch/provision.mjs';

await provision();
const { main } = await import('./gates/main.ts');
process.exitCode = await main(process.argv.slice(2));
