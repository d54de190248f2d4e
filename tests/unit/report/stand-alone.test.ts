import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { standAlone } from '../../../electron/build/core.ts';
import { verify as command } from '../../../electron/cli/commands/report.ts';
import { makeIdentity } from '../../support/identity.ts';
import { bytesOf, latin1, opened, signed, smallPdf, Workbench } from './support/signing.ts';

const root = resolve(import.meta.dirname, '../../..');
const bench = new Workbench();
afterAll(() => bench[Symbol.dispose]());

/** A Node of this machine that is old enough to matter: from 20 on, but not the one the project brings. */
const olderNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
  .filter((path) => existsSync(path))
  .find((path) => {
    const major = Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
    return major >= 20 && major < Number(process.versions.node.split('.')[0]);
  });

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const empty = join(bench.folder, 'elsewhere');
const program = join(empty, 'consilium-verify.mjs');

/** The one file, alone in a folder, with nothing of the environment that could lead it home. */
function alone(node: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(node, [program, ...args], { cwd: empty, env: {}, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** `report verify` of the installed program, in this process. */
async function asCommand(...args: string[]): Promise<Ended> {
  let stdout = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  try {
    return { status: await command(args), stdout, stderr: '' };
  } finally {
    written.mockRestore();
  }
}

const identity = await makeIdentity({ name: 'Dr. Ada Example' });
const report = await signed(smallPdf(), await opened(identity), { meaning: 'approval' });

function changed(from: string | RegExp, to: string): Uint8Array {
  const before = latin1(report);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`nothing to change: ${from}`);
  return bytesOf(after);
}
const twice = await signed(report, await opened(await makeIdentity({ key: 'RSA-3072', name: 'Dr. Ben Example' })), {
  meaning: 'review',
});

/** What was done to the file, the file, whether the authority is named, and the verdict that is due. */
const files: [what: string, bytes: Uint8Array, trust: boolean, verdict: string, status: 0 | 1][] = [
  ['as signed', report, true, 'valid', 0],
  ['as signed, nobody to trust', report, false, 'valid-untrusted', 0],
  ['signed by a second person under another key', twice, false, 'valid-untrusted', 0],
  ['a word changed on the page', changed('(A page.)', '(B page.)'), true, 'invalid', 1],
  ['a byte appended', Buffer.concat([report, Buffer.from('\n')]), true, 'invalid', 1],
  ['cut off', report.subarray(0, report.length - 40), true, 'invalid', 1],
  ['the second half of the signed range left out', changed(/(\/ByteRange \[0 \d+ \d+ )\d+/, '$11'), true, 'invalid', 1],
  ['another name of the report', changed('(R-2026-1)', '(R-2026-2)'), true, 'invalid', 1],
  ['never signed', smallPdf(), false, 'unsigned', 1],
  ['no PDF', Buffer.from('nothing of the kind'), false, 'invalid', 1],
];

describe('F089 the stand-alone verifier', () => {
  beforeAll(async () => {
    const made = join(bench.folder, 'made');
    await build({ root, ...standAlone(join(root, 'electron/cli/stand-alone.ts'), 'consilium-verify', made) });
    expect(readdirSync(made)).toEqual(['consilium-verify.mjs']);
    mkdirSync(empty);
    renameSync(join(made, 'consilium-verify.mjs'), program);
    bench.put('ca.pem', identity.anchorPem);
    for (const [index, [, bytes]] of files.entries()) bench.put(`${index}.pdf`, bytes);
  });

  const argumentsFor = (index: number, trust: boolean): string[] => [
    join(bench.folder, `${index}.pdf`),
    '--json',
    ...(trust ? ['--trust', join(bench.folder, 'ca.pem')] : []),
  ];

  it.each(files.map((file, index) => [file[0], index] as const))(
    'F089 %s: the verdict of report verify',
    async (_, index) => {
      const [, , trust, verdict, status] = files[index] as (typeof files)[number];
      const found = alone(process.execPath, ...argumentsFor(index, trust));
      expect(JSON.parse(found.stdout)).toMatchObject({ ok: status === 0, verdict });
      expect(found).toEqual(await asCommand(...argumentsFor(index, trust)));
      expect(found.status).toBe(status);
    },
  );

  it.skipIf(olderNode === undefined)(
    `F089 the same under the older Node of the machine${olderNode === undefined ? ' (NOT RUN: there is none from 20 on)' : ''}`,
    async () => {
      for (const [index, [what, , trust]] of files.entries()) {
        const under = alone(olderNode ?? '', ...argumentsFor(index, trust));
        expect(under, what).toEqual(await asCommand(...argumentsFor(index, trust)));
      }
    },
  );

  it('F089 says it in words: who, which meaning, which level, the report and the state of the journal', () => {
    const { stdout } = alone(process.execPath, ...argumentsFor(0, true).filter((argument) => argument !== '--json'));
    for (const words of ['VALID', 'Dr. Ada Example', 'approval', 'PAdES B-B', 'R-2026-1', '42 abc'])
      expect(stdout).toContain(words);
  });

  it('F089 wrong use ends with 2 and names the program as it was called', () => {
    const nothing = alone(process.execPath);
    expect(nothing).toMatchObject({ status: 2, stderr: expect.stringContaining('consilium-verify <pdf>') });
    expect(alone(process.execPath, '--help').status).toBe(0);
    for (const args of [['--nonsense'], ['a.pdf', 'b.pdf']])
      expect(alone(process.execPath, ...args)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Use: consilium-verify <pdf>'),
      });
    const absent = alone(process.execPath, join(bench.folder, 'absent.pdf'));
    expect(absent).toMatchObject({ status: 1, stderr: expect.stringContaining('The file is not there.') });
    expect(absent.stderr).not.toContain(bench.folder);
  });
});
