import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../../../electron/make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'consilium-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes every level, and is content with what stands', () => {
    const deep = join(folder, 'a/b/c');
    makeFolder(deep, 0o700);
    makeFolder(deep, 0o700);
    expect(statSync(deep).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  it('throws the system’s error below a file, and does not hang below /proc', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(/ENOTDIR/);
    expect(() => makeFolder(join(folder, 'file/below'))).toThrow(/ENOTDIR|EEXIST|ENOENT/);
    if (existsSync('/proc/self')) expect(() => makeFolder('/proc/no-such-folder/below')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
