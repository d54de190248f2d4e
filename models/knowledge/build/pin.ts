/**
 * Pins every shipped pack: writes the SHA-256 of each file of models/knowledge/<pack> into the program's own code,
 * electron/knowledge/pinned.ts. Run it after building, and review what changed: what is pinned will be believed.
 *
 *     node models/knowledge/build/pin.ts [--check]
 *
 * --check changes nothing and ends with 1 where the code and the files differ.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const knowledge = resolve(import.meta.dirname, '..');
const target = resolve(knowledge, '..', '..', 'electron', 'knowledge', 'pinned.ts');

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const folders = readdirSync(knowledge)
  .filter((name) => existsSync(join(knowledge, name, 'manifest.json')))
  .sort();
const code = `/** Written by models/knowledge/build/pin.ts: SHA-256 of each file of each shipped pack. Not edited by hand. */
export const pinnedPacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${folders
  .flatMap((id) => [
    `  ${/^[a-z]+$/.test(id) ? id : `'${id}'`}: {`,
    ...readdirSync(join(knowledge, id))
      .sort()
      .map((file) => `    '${file}': '${sha256(join(knowledge, id, file))}',`),
    '  },',
  ])
  .join('\n')}
};
`;

const before = existsSync(target) ? readFileSync(target, 'utf8') : '';
if (process.argv.includes('--check')) {
  if (before !== code) {
    console.error(
      'electron/knowledge/pinned.ts does not match models/knowledge: run node models/knowledge/build/pin.ts',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, code);
  console.log(`pinned ${folders.join(', ') || 'no pack'}`);
}
