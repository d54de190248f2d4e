/**
 * At least 500 made-up words through a whole sitting (issue 7, section 4): imported, annotated, drafted, voted, decided,
 * signed, exported, backed up and looked at on every screen; then looked for in the vault, its backup, the browser's profile,
 * temporary files and what the program said, in clear, in other encodings and packed. Where strace(1) is there, the sockets
 * of the host are looked at as well. `node tests/campaign/canaries.ts [extra texts]`, 40 by default.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { consilium, installed } from '../e2e/support/command-line.ts';
import { holdSitting, PASSWORD } from '../support/marked-session.ts';
import { formsIn, formsOf } from '../support/traces.ts';

const INSIDE = 'CONSILIUM_CANARIES_FOLDER';
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const letters = (count: number): string => [...randomBytes(count)].map((byte) => LETTERS[byte % 32]).join('');

const folder = process.env[INSIDE];
if (folder === undefined) {
  const made = mkdtempSync(join(tmpdir(), 'canaries-'));
  const trace = join(made, 'network.trace');
  try {
    for (const name of ['outside', 'tmp']) mkdirSync(join(made, name));
    const env = { ...process.env, [INSIDE]: made, TMPDIR: join(made, 'tmp') };
    const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env });
    process.exitCode = status ?? 1;
    if (existsSync(trace)) {
      const calls = readFileSync(trace, 'utf8').split('\n');
      const beyond = calls.filter(
        (line) => /AF_INET/.test(line) && !/inet_addr\("127\.\d+\.\d+\.\d+"\)|"::1"|"::ffff:127\./.test(line),
      );
      // A query leaves by port 53, or through a service on this machine that takes it; a service that is not there takes none.
      const services = calls.filter((line) => /nscd|systemd\.resolve|avahi/.test(line));
      const absent = services.filter((line) => /= -1 (ENOENT|ECONNREFUSED)/.test(line));
      const names = [
        ...calls.filter((line) => /htons\(53\)/.test(line)),
        ...services.filter((line) => !absent.includes(line)),
      ];
      console.log(
        JSON.stringify({
          socketCalls: calls.length - 1,
          beyondLoopback: beyond.length,
          names: names.length,
          absentLocalServices: absent.length,
        }),
      );
      for (const line of [...new Set([...beyond, ...names].map((one) => one.replace(/^\d+ +/, '')))].slice(0, 10))
        console.log(line);
      if (beyond.length + names.length > 0) process.exitCode = 1;
    } else console.log('NOT RUN: strace is absent, sockets were not looked at.');
  } finally {
    rmSync(made, { recursive: true, force: true, maxRetries: 5 });
  }
} else {
  const stem = letters(9);
  const canaries: string[] = [];
  const backup = join(folder, 'backup');
  const env = { CONSILIUM_VAULT_PASSWORD: PASSWORD };
  const sitting = await holdSitting(
    folder,
    () => {
      const canary = `${stem}${letters(9)}`;
      canaries.push(canary);
      return canary;
    },
    {
      more: Number(process.argv[2] ?? 40),
      // The host alone: what a browser asks for by itself is its maker's.
      wrapper: installed('strace')
        ? [
            'strace',
            '-D',
            '-f',
            '-qq',
            '-e',
            'trace=connect,bind,sendto,sendmsg,sendmmsg',
            '-o',
            join(folder, 'network.trace'),
          ]
        : [],
      backUp: (data) => {
        const by = ['--user', 'Dr. Ada Marked'];
        for (const args of [
          ['vault', 'backup', backup, '--data', data, ...by],
          ['vault', 'drill', backup, ...by],
          ['journal', 'verify', '--data', data, ...by],
        ]) {
          const { code, stderr } = consilium(args, { env });
          if (code !== 0) throw new Error(`${args[1]}: ${stderr}`);
        }
      },
    },
  );
  const filesOf = (below: string): { path: string; bytes: Buffer }[] =>
    readdirSync(below, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path: path.slice(folder.length), bytes: readFileSync(path) }));
  const places = [sitting.dataFolder, sitting.profileFolder, backup, join(folder, 'tmp')];
  const looked = places.flatMap(filesOf);
  const found = looked.flatMap(({ path, bytes }) =>
    [path.includes(stem) ? 'name' : '', ...formsIn(bytes, stem)]
      .filter((form) => form !== '')
      .map((form) => `${path}: ${form}`),
  );
  // What stands around a word says which field it was; the words are made up.
  for (const { path, bytes } of looked)
    for (const needle of [Buffer.from(stem), Buffer.from(stem, 'utf16le')]) {
      const at = bytes.indexOf(needle);
      if (at >= 0)
        console.log(
          `${path} at ${at}: ${JSON.stringify(
            bytes
              .subarray(Math.max(0, at - 300), at + 60)
              .toString('latin1')
              .replaceAll('\0', ''),
          )}`,
        );
    }
  for (const line of sitting.output) if (line.includes(stem)) found.push(`output: ${line}`);

  // The search itself works: in what left the room the words are there, and each form is found where it is put.
  const unpacked = filesOf(sitting.outside).map(({ bytes }) => bytes.toString('latin1'));
  const outside = canaries.filter((canary) => unpacked.some((text) => text.includes(canary))).length;
  const forms = formsOf(stem).length;
  const planted = formsOf(stem).filter(([form, needle]) =>
    formsIn(Buffer.concat([randomBytes(99), needle, randomBytes(99)]), stem).includes(form),
  ).length;
  const packed = formsIn(Buffer.concat([randomBytes(50), gzipSync(`${letters(50)}${stem}`)]), stem).length;
  console.log(
    JSON.stringify({
      canaries: canaries.length,
      screens: sitting.seen.length,
      files: looked.length,
      megabytes: Math.round(looked.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6),
      found: found.length,
      outside,
      control: `${planted} of ${forms}, packed ${packed}`,
    }),
  );
  for (const one of found.slice(0, 20)) console.log(one);
  const works = planted === forms && packed === 1 && outside > 50;
  process.exitCode = found.length === 0 && canaries.length >= 500 && works ? 0 : 1;
}
