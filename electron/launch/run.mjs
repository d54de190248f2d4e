/** `node electron/launch/run.mjs <source.ts> …`: provisions, then runs a source file under Node 24 as it stands. */
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { provision, root } from './provision.mjs';

await provision();
const [entry = '', ...rest] = process.argv.slice(2);
process.argv = [process.execPath, join(root, entry), ...rest];
await import(pathToFileURL(join(root, entry)).href);
