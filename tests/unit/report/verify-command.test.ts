import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { verify as command } from '../../../electron/cli/commands/report.ts';
import { makeIdentity } from '../../support/identity.ts';
import { opened, signed, smallPdf, Workbench } from './support/signing.ts';

const bench = new Workbench();
afterAll(() => bench[Symbol.dispose]());

/** The command in this process: what it prints and its exit code. Faults are thrown, for the frame to print. */
async function verify(...args: string[]): Promise<{ status: number; stdout: string }> {
  let stdout = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  try {
    const files = args.map((arg) => (arg.startsWith('-') ? arg : join(bench.folder, arg)));
    return { status: await command(files), stdout };
  } finally {
    written.mockRestore();
  }
}

/** The same as a program of its own. */
const run = (...args: string[]) => {
  const entry = resolve(import.meta.dirname, '../../../electron/cli/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, 'report', 'verify', ...args], {
    cwd: bench.folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const identity = await makeIdentity({ name: 'Dr. Ada Example' });
const report = await signed(smallPdf(), await opened(identity), { meaning: 'approval' });
bench.put('report.pdf', report);
bench.put('plain.pdf', smallPdf());
bench.put('added.pdf', Buffer.concat([report, Buffer.from('\n')]));
bench.put('ca.pem', identity.anchorPem);
bench.put('other.pem', (await makeIdentity()).anchorPem);
bench.put('ca.der', identity.certificates.at(-1) ?? new Uint8Array());

describe('F089 report verify', () => {
  it('F089 a signed report, its authority given: exit 0 and the verdict in words', async () => {
    const { status, stdout } = await verify('report.pdf', '--trust', 'ca.pem');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^VALID: /);
    for (const words of ['Dr. Ada Example', 'approval', 'PAdES B-B', 'R-2026-1', 'leads to a trust anchor'])
      expect(stdout).toContain(words);
  });

  it('F089 without an authority: exit 0, and it says what was not checked', async () => {
    const { status, stdout } = await verify('report.pdf');
    expect(status).toBe(0);
    expect(stdout).toContain('--trust ca.pem');
  });

  it('F089 changed, unsigned, or of another authority: exit 1', async () => {
    expect(await verify('added.pdf', '--trust', 'ca.pem')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^INVALID/),
    });
    expect(await verify('plain.pdf')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^UNSIGNED/) });
    const { status, stdout } = await verify('report.pdf', '--trust', 'other.pem');
    expect(status).toBe(1);
    expect(stdout).toContain('could not be established');
  });

  it('F089 --json is one document with the same answer', async () => {
    const right = await verify('report.pdf', '--trust', 'ca.pem', '--trust', 'other.pem', '--json');
    expect(right.status).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, verdict: 'valid', reportId: 'R-2026-1' });
    const wrong = await verify('report.pdf', '--trust', 'other.pem', '--json');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, verdict: 'valid-untrusted' });
  });

  it('F089 as a program: 0 where it holds, 1 with a reason where it does not, 2 for wrong usage', async () => {
    expect(run('report.pdf', '--trust', 'ca.pem')).toMatchObject({ status: 0, stderr: '' });
    expect(run('report.pdf', '--trust', 'ca.der')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('openssl x509 -inform DER'),
    });
    await expect(verify('absent.pdf')).rejects.toMatchObject({ fault: { code: 'file-missing' } });
    expect(run('report.pdf', '--nonsense').status).toBe(2);
    await expect(verify()).rejects.toMatchObject({ fault: { code: 'usage' } });
  });
});
