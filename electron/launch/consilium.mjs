/** `npm run -s consilium -- …`: the command line, provisioned and built when that is needed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { provision, root } from './provision.mjs';

await provision();
const { ensureBuilt } = await import('../build/main.ts');
await ensureBuilt('node');
const entry = join(root, 'out/cli/consilium.mjs');
if (!existsSync(entry)) throw new Error('the build left no command line');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
