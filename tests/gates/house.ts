import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../electron/launch/provision.mjs';

const TOP_LEVEL = new Set([
  'electron',
  'renderer',
  'shared',
  'models',
  'sample-cases',
  'tests',
  'package.json',
  'package-lock.json',
  'electron-builder.yml',
  'tsconfig.json',
  'README.md',
  'LICENSE',
]);

// Written in pieces, so that this file does not find itself.
const MARKS = new RegExp(
  `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b|not ${'implemented'}|coming ${'soon'}|lorem ${'ipsum'}`,
);
const PLACES = new RegExp(
  `(^|[^A-Za-z0-9_.-])/(${['wo' + 'rk', 'fa' + 'rm'].join('|')})/|${'registry.npm' + 'js.org'}|${'deb.deb' + 'ian.org'}`,
);
const FOCUS = /\b(it|test|describe)\.only\(/;
const TEXT = /\.(ts|tsx|mjs|cjs|js|py|css|html|md|json|yml|yaml|sh)$/;
const CODE = /\.(ts|tsx|mjs|cjs|js|py)$/;
const LARGEST_BYTES = 8_000_000;
const SHELL_LINES = 800;

/** The rules of the house that no tool knows: the fixed top level, no machine paths, no marks, a small shell. */
export async function houseFindings(): Promise<string[]> {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  const findings: string[] = [];
  let shellLines = 0;
  const rooms = new Set<string>();
  for (const file of files) {
    const top = file.split('/')[0] ?? '';
    if (!top.startsWith('.') && !TOP_LEVEL.has(top)) findings.push(`${file}: the customer fixed the top level`);
    const room = /^(?:shared|electron|renderer)\/[^/]+(?=\/)/.exec(file)?.[0];
    if (room !== undefined && CODE.test(file)) rooms.add(room);
    const size = statSync(join(root, file)).size;
    if (size > LARGEST_BYTES)
      findings.push(`${file}: ${Math.round(size / 1e6)} MB in the repository; make it by its build script`);
    if (!TEXT.test(file) || size > LARGEST_BYTES || file === 'package-lock.json') continue;
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    if (/^electron\/shell\/.*\.ts$/.test(file)) shellLines += lines.length;
    lines.forEach((line, index) => {
      const at = `${file}:${index + 1}`;
      if (PLACES.test(line)) findings.push(`${at}: a machine path or a registry host name`);
      if (CODE.test(file) && MARKS.test(line)) findings.push(`${at}: an unfinished mark`);
      if (file.startsWith('tests/') && FOCUS.test(line)) findings.push(`${at}: a focused test hides the others`);
    });
  }
  if (shellLines > SHELL_LINES)
    findings.push(`electron/shell: ${shellLines} lines; the shell relays and stays under ${SHELL_LINES}`);
  for (const room of rooms)
    if (!existsSync(join(root, room, 'README.md'))) findings.push(`${room}: has code and no README.md`);
  return findings.sort();
}
