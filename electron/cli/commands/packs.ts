import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { PackStatus } from '../../../shared/knowledge/evidence.ts';
import type { FileDifference } from '../../../shared/knowledge/pack-diff.ts';
import { buildTranscripts, createPackDesk, diffVersions, type PackDesk, signPack } from '../../knowledge/index.ts';
import { systemClock } from '../../ports.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, usageError } from '../command.ts';
import { author, changeLines, packFolders, workstationPacks } from '../packs.ts';

const common = { json: { type: 'boolean', default: false }, data: { type: 'string' } } as const;
const changing = { ...common, reason: { type: 'string' } } as const;

const desk = (data: string | undefined): Promise<PackDesk> =>
  createPackDesk({ ...packFolders(data), clock: systemClock });

const pem = async (path: string): Promise<string> => Buffer.from(await fileBytes(path)).toString('utf8');

const packLine = ({ id, state, trust, publisher, manifest, reason, earlier = [] }: PackStatus): string =>
  [
    `${id}: ${state} (${publisher ?? trust})`,
    ...(manifest === undefined
      ? []
      : [
          `version ${manifest.version}`,
          `as of ${manifest.asOf}`,
          manifest.sources.map((source) => `${source.name} ${source.licence}`).join('; '),
        ]),
    ...(earlier.length === 0 ? [] : [`earlier: ${earlier.join(', ')}`]),
  ].join(', ') + (reason === undefined ? '' : ` – ${reason}`);

export const list: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const packs = (await workstationPacks(values.data)).status();
  if (values.json) printJson({ ok: true, packs });
  else print(...packs.map(packLine));
  return 0;
};

export const verify: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const packs = (await workstationPacks(values.data)).status();
  const sound = packs.every((pack) => pack.state === 'verified');
  if (values.json) printJson({ ok: sound, packs });
  else
    print(
      ...packs.map(packLine),
      sound
        ? 'Every pack is as it was built or as its publisher signed it.'
        : 'Not every pack may be used; the sections that need it say so.',
    );
  return sound ? 0 : 1;
};

export const enroll: Command = async (argv) => {
  const usage = 'packs enroll <public key.pem> --name <publisher> [--reason <why>]';
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...common, name: { type: 'string' }, reason: { type: 'string' } },
    allowPositionals: true,
  });
  const key = onlyArgument(positionals, "the publisher's public key", usage);
  if (values.name === undefined || values.name.trim() === '') throw usageError('Name the publisher.', usage);
  const publisher = await (await desk(values.data)).enroll(await pem(key), values.name.trim(), author(values.reason));
  if (values.json) printJson({ ok: true, publisher });
  else
    print(`${publisher.name} is enrolled; its key is ${publisher.keyId}. Compare this with what the publisher says.`);
  return 0;
};

export const sign: Command = async (argv) => {
  const usage = 'packs sign <folder> --key <private key.pem>';
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...common, key: { type: 'string' } },
    allowPositionals: true,
  });
  const folder = onlyArgument(positionals, 'the folder of the pack', usage);
  if (values.key === undefined) throw usageError('Name the private key.', usage);
  const signed = await signPack(folder, await pem(values.key));
  if (values.json) printJson({ ok: true, ...signed });
  else print(`${signed.id} is signed with the key ${signed.keyId}.`);
  return 0;
};

const BUILD =
  'packs build transcripts --fasta <reference.fa[.gz]> --gff <annotation.gff3[.gz]> -o <folder> [--assembly GRCh37|GRCh38] [--json]';
const MOST_PROBLEMS = 20;

/** A site's own annotation as a pack for `molecular annotate --transcripts`. */
export const build: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      fasta: { type: 'string' },
      gff: { type: 'string' },
      assembly: { type: 'string' },
      output: { type: 'string', short: 'o' },
    },
    allowPositionals: true,
  });
  if (onlyArgument(positionals, 'what to build', BUILD) !== 'transcripts')
    throw usageError('Only a pack of transcripts is built here.', BUILD);
  const { fasta, gff, output, assembly } = values;
  if (fasta === undefined || gff === undefined) throw usageError('Name the reference and the annotation.', BUILD);
  if (output === undefined) throw usageError('Name the folder to write with -o.', BUILD);
  if (assembly !== undefined && assembly !== 'GRCh37' && assembly !== 'GRCh38')
    throw usageError('The genome build is GRCh37 or GRCh38.', BUILD);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  let told = 0;
  try {
    const { manifest, problems } = await buildTranscripts({
      fasta,
      gff,
      output,
      build: assembly,
      today: systemClock.now().slice(0, 10),
      signal: abort.signal,
      onProgress: (what, bytes) => {
        if (!process.stderr.isTTY || bytes - told < 1 << 27) return;
        told = bytes;
        say(`${bytes >> 20} megabytes of ${what}`);
      },
    });
    for (const { line, about, says } of problems.slice(0, MOST_PROBLEMS))
      say(`WARNING ${basename(gff)} line ${line}, ${about}: ${says}`);
    if (problems.length > MOST_PROBLEMS)
      say(`WARNING ${problems.length - MOST_PROBLEMS} more stand in problems.tsv of the pack.`);
    if (values.json) printJson({ ok: true, manifest, problems });
    else {
      const { genes, transcripts, codingWhole, codingPartial } = manifest.counts;
      print(
        `${transcripts} transcripts of ${genes} genes: ${codingWhole} with a whole coding sequence, ${codingPartial} with a part of one; ${problems.length} flagged.`,
      );
    }
  } finally {
    process.off('SIGINT', stop);
  }
  return 0;
};

export const install: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: changing, allowPositionals: true });
  const source = onlyArgument(positionals, 'the pack', 'packs install <folder|zip> [--reason <why>]');
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  try {
    const change = await (await desk(values.data)).install(source, author(values.reason), {
      signal: abort.signal,
      onProgress: (done, of) => {
        if (process.stderr.isTTY) say(`${done} of ${of} files of ${basename(source)}`);
      },
    });
    if (values.json) printJson({ ok: true, change });
    else print(`${change.id}: ${change.from ?? 'none'} -> ${change.to ?? 'shipped'}, signed by ${change.publisher}.`);
  } finally {
    process.off('SIGINT', stop);
  }
  return 0;
};

export const rollback: Command = async (argv) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: changing, allowPositionals: true });
  const id = onlyArgument(positionals, 'the pack', 'packs rollback <id> [--reason <why>]');
  const change = await (await desk(values.data)).rollback(id, author(values.reason));
  if (values.json) printJson({ ok: true, change });
  else
    print(
      `${change.id}: ${change.from ?? 'a version that is not whole'} -> ${change.to ?? 'the version that ships with the program'}.`,
    );
  return 0;
};

/** Every change made at this site, oldest first. */
export const changes: Command = async (argv) => {
  const { values } = parseArgs({ args: [...argv], options: common });
  const made = await (await desk(values.data)).changes();
  if (values.json) printJson({ ok: true, changes: made });
  else print(...changeLines(made));
  return 0;
};

const MOST = 20;
const some = (sign_: string, names: readonly string[]): string[] => [
  ...names.slice(0, MOST).map((name) => `  ${sign_} ${name}`),
  ...(names.length > MOST ? [`  ${sign_} and ${names.length - MOST} more`] : []),
];
const differenceLines = ({ file, added, removed, changed, unchanged }: FileDifference): string[] => [
  `${file}: ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} as before`,
  ...some('+', added),
  ...some('-', removed),
  ...some('~', changed),
];

export const diff: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...common, from: { type: 'string' }, to: { type: 'string' } },
    allowPositionals: true,
  });
  const id = onlyArgument(positionals, 'the pack', 'packs diff <id> [--from <version>] [--to <version|folder|zip>]');
  const files = await diffVersions(packFolders(values.data), id, values);
  if (values.json) printJson({ ok: true, files });
  else print(...files.flatMap(differenceLines));
  return 0;
};
