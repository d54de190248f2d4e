import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFile } from '../../case/index.ts';
import { type Command, onlyArgument, print, printJson, unwrap } from '../command.ts';

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
