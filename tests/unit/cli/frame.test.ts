import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const entry = resolve(import.meta.dirname, '../../../electron/cli/main.ts');
let folder: string;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command line as a person would, from its sources. */
function consilium(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--no-warnings', entry, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consilium-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the frame of the command line', () => {
  it('without a command shows every usage and ends with 2', async () => {
    const { code, out, err } = await consilium([]);
    expect(code).toBe(2);
    expect(out).toBe('');
    for (const usage of [
      'case pack',
      'case check',
      'case analyze',
      'molecular check',
      'report verify',
      'journal verify',
    ])
      expect(err).toContain(`consilium ${usage}`);
  });

  it.each([
    [['nonsense'], 'there is no "nonsense"'],
    [['case', 'nonsense'], 'there is no "case nonsense"'],
    [['case', 'pack'], 'Name the folder.'],
    [['case', 'check', 'a', 'b'], 'One argument too many'],
    [['report', 'verify', '--nonsense'], 'Unknown option'],
  ])('wrong usage %j ends with 2 and says what to write', async (args, said) => {
    const { code, err } = await consilium(args);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });

  it.each([
    ['case', 'check'],
    ['report', 'verify'],
    ['molecular', 'check'],
  ])('a file that is not there is refused with its name only: %s %s', async (noun, verb) => {
    const { code, out, err } = await consilium([noun, verb, join(folder, 'absent.file'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      fault: { code: 'file-missing', place: { file: 'absent.file' } },
    });
    expect(err).not.toContain(folder);
  });

  it('garbage is refused by each reader with a typed fault, never a defect', async () => {
    const path = join(folder, 'garbage.bin');
    await writeFile(path, Buffer.from('not a bundle, not a report, not a variant file\n'));
    for (const args of [
      ['case', 'check', path, '--json'],
      ['molecular', 'check', path, '--json'],
    ]) {
      const { code, out } = await consilium(args);
      expect(code, args.join(' ')).toBe(1);
      const said = JSON.parse(out);
      expect(said.ok).toBe(false);
      expect(said.fault.code).not.toBe('defect');
      expect(said.fault.remedy).not.toBe('');
    }
    const report = await consilium(['report', 'verify', path, '--json']);
    expect(report.code).toBe(1);
    expect(JSON.parse(report.out)).toMatchObject({ ok: false });
  });

  it('packs, models and doctor say what stands, as JSON too', async () => {
    const packs = await consilium(['packs', 'verify', '--json']);
    expect(packs.code, packs.err).toBe(0);
    for (const pack of JSON.parse(packs.out).packs) expect(pack.state).toBe('verified');
    const models = await consilium(['models', 'verify', '--json']);
    expect(models.code, models.err).toBe(0);
    const doctor = await consilium(['doctor', '--json', '--data', join(folder, 'data')]);
    expect(doctor.code, doctor.out).toBe(0);
    expect(JSON.parse(doctor.out).checks.map((check: { what: string }) => check.what)).toContain('Data folder');
  });

  it('a password is never taken from an argument', async () => {
    const { code, err } = await consilium(['journal', 'verify', '--password', 'x']);
    expect(code).toBe(2);
    expect(err).toContain('--password');
  });

  it('journal verify says before it asks for a password that no checkpoint stands in the file', async () => {
    const path = join(folder, 'page.txt');
    await writeFile(path, `Tree head ${'0'.repeat(64)}`);
    const { code, err } = await consilium(['journal', 'verify', '--checkpoint', path]);
    expect(code).not.toBe(0);
    expect(err).toContain('No checkpoint stands in the file');
    // What a report prints is read: the next thing that lacks is the vault.
    await writeFile(path, `12 events\nTree head ${'0'.repeat(64)}`);
    const printed = await consilium(['journal', 'verify', '--checkpoint', path, '--data', join(folder, 'none')]);
    expect(printed.code).not.toBe(0);
    expect(printed.err).not.toContain('checkpoint');
  });
});
