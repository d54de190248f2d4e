import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FuseState, FuseV1Options, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { Ajv } from 'ajv';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fusesFor } from '../../../electron/packaging/fuses.mjs';

const root = resolve(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const configuration = () => parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, unknown>;

const validator = () => {
  const scheme = readJson(require.resolve('app-builder-lib/scheme.json'));
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(scheme);
};

describe('electron-builder.yml', () => {
  it('is valid by the builder’s own schema', () => {
    const validate = validator();
    expect(validate(configuration()), JSON.stringify(validate.errors)).toBe(true);
  });

  it('would be refused with a key the builder does not know', () => {
    expect(validator()({ ...configuration(), asarUnpacked: [] })).toBe(false);
  });

  it('names the installed Electron, and the app’s own entry', () => {
    const installed = readJson(join(root, 'node_modules/electron/package.json')).version;
    expect(configuration().electronVersion).toBe(installed);
    expect(readJson(join(root, 'package.json')).main).toBe('./out/main/main.mjs');
  });

  it('compiles and fetches nothing, and unpacks native code', () => {
    expect(configuration()).toMatchObject({ npmRebuild: false, nodeGypRebuild: false, publish: null, asar: true });
    expect(configuration().asarUnpack).toEqual(
      expect.arrayContaining(['**/*.node', 'node_modules/onnxruntime-node/bin/**']),
    );
  });

  it.each(['linux', 'mac', 'win'])('repeats the positive patterns for %s', (platform) => {
    const positive = (list: unknown) => (list as string[]).filter((pattern) => !pattern.startsWith('!'));
    const { files, [platform]: own } = configuration() as { files: unknown; [name: string]: unknown };
    expect(positive((own as { files: unknown }).files)).toEqual(positive(files));
    expect(positive(files).join()).not.toMatch(/out\/cli|out\/\*\*/);
  });
});

describe('the fuses', () => {
  it.each(['linux', 'darwin', 'win32'])('decide every fuse there is, on %s', (platform) => {
    const decided = fusesFor(platform) as unknown as Record<string, unknown>;
    const known = Object.values(FuseV1Options).filter((value) => typeof value === 'number');
    for (const fuse of known) expect(decided[fuse], FuseV1Options[fuse as FuseV1Options]).toBeTypeOf('boolean');
    expect(decided[FuseV1Options.RunAsNode]).toBe(false);
    expect(decided[FuseV1Options.GrantFileProtocolExtraPrivileges]).toBe(false);
    expect(decided.strictlyRequireAllFuses).toBe(true);
  });

  it('are flipped in a binary that carries Electron’s fuse wire', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuses-'));
    const binary = join(folder, 'consilium');
    // The wire as Electron's build writes it: sentinel, version, length, one character each.
    const wire = Buffer.concat([
      Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, 9]),
      Buffer.from('101100010'),
    ]);
    writeFileSync(binary, Buffer.concat([Buffer.alloc(1000), wire, Buffer.alloc(1000)]));
    copyFileSync(binary, `${binary}.before`);
    await flipFuses(binary, fusesFor('linux'));
    const after = await getCurrentFuseWire(binary);
    expect(after[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
    expect(after[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
    expect(after[FuseV1Options.WasmTrapHandlers]).toBe(FuseState.ENABLE);
    expect(readFileSync(binary).equals(readFileSync(`${binary}.before`))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
