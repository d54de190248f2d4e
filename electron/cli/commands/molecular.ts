import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFile } from '../../case/index.ts';
import { loadPacks } from '../../knowledge/index.ts';
import { annotateVariants } from '../../molecular/index.ts';
import { programRoot, shippedFolders } from '../../shipped.ts';
import { type Command, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';

type Check = Extract<Awaited<ReturnType<typeof checkFile>>, { ok: true }>['value'];

/** What was understood, counted and asked, in lines for a terminal. */
function lines({ file, format, rows, alleles, understanding, questions, accounting, warnings }: Check): string[] {
  const { genomeBuild, buildFrom, caller, alleleFractionFrom, depthFrom, tumorSample, normalSample, annotationFrom } =
    understanding;
  const facts: [string, string | undefined][] = [
    ['build', genomeBuild === undefined ? undefined : `${genomeBuild} (${buildFrom})`],
    ['caller', caller],
    ['allele fraction from', alleleFractionFrom],
    ['depth from', depthFrom],
    ['tumor sample', tumorSample],
    ['normal sample', normalSample],
    ['annotated by', annotationFrom],
  ];
  const parts = [...accounting.collapsed, ...accounting.filtered].map(({ rule, count }) => ` + ${count} ${rule}`);
  return [
    `${file}: ${format}, read whole`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`])),
    ...understanding.notes.map((note) => `  ${note}`),
    `${rows} rows, ${alleles} alleles = ${accounting.shown} shown${parts.join('')}`,
    ...questions.map(({ question, choices }) => `QUESTION ${question} [${choices.join(' | ')}]`),
    ...warnings.map((warning) => `WARNING ${warning}`),
  ];
}

/** Streams the file from its path: its size does not matter. */
export const check: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the file', 'molecular check <vcf|maf> [--json]');
  const read = unwrap(await checkFile(path, basename(path)));
  if (values.json) printJson({ ok: true, ...read });
  else print(...lines(read));
  return 0;
};

const ANNOTATE =
  'molecular annotate <vcf|maf> --assembly GRCh37|GRCh38 [--tumor-type CODE] -o <file.tsv|file.jsonl> [--json]';

/** `-o x.tsv` and `-o x.jsonl` name a file; `tsv` and `jsonl` by themselves mean standard output. */
function tableOf(target: string): { format: 'tsv' | 'jsonl'; output?: string } {
  if (target === 'tsv' || target === 'jsonl') return { format: target };
  if (/\.jsonl$/i.test(target)) return { format: 'jsonl', output: target };
  if (/\.(?:tsv|txt)$/i.test(target)) return { format: 'tsv', output: target };
  throw usageError('The name of the table must end in .tsv or .jsonl.', ANNOTATE);
}

/** Every allele of a variant file with what the packs say of it. */
export const annotate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      assembly: { type: 'string' },
      'tumor-type': { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false },
    },
  });
  const input = onlyArgument(positionals, 'the file', ANNOTATE);
  const build = values.assembly;
  if (build !== 'GRCh37' && build !== 'GRCh38')
    throw usageError('Say the genome build of the file: --assembly GRCh37 or GRCh38.', ANNOTATE);
  if (values.output === undefined) throw usageError('Name the table to write with -o.', ANNOTATE);
  const table = tableOf(values.output);
  if (values.json && table.output === undefined)
    throw usageError('--json and a table on standard output exclude each other.', ANNOTATE);
  const packs = await loadPacks(shippedFolders(programRoot(import.meta.url)).knowledge);
  const summary = unwrap(await annotateVariants({ input, build, tumorType: values['tumor-type'], ...table }, packs));
  for (const { section, reason } of packs.molecular().absent) say(`WARNING ${section}: ${reason}`);
  for (const warning of summary.warnings) say(`WARNING ${warning}`);
  if (values.json) printJson({ ok: true, ...summary });
  else
    say(
      `${summary.file}: ${summary.rows} rows, ${summary.alleles} alleles, ${summary.written} lines written, ${summary.withProteinChange} with a protein change`,
    );
  return 0;
};
