import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateNotes, type FieldScore, readAnnotated } from '../../../shared/exchange/notes/evaluate.ts';
import { extractFacts } from '../../../shared/exchange/notes/extract.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type Command, fileBytes, print, printJson, say, usageError } from '../command.ts';

const usage =
  'exchange notes extract <note.txt> [--json] | exchange notes evaluate <annotated.txt>… [--misses] [--json]';
/** Ten times the length a note of a case may have. */
const LIMIT = 200_000;

async function textOf(path: string): Promise<string> {
  const bytes = await fileBytes(path);
  const file = basename(path);
  if (bytes.byteLength > LIMIT)
    throw new FaultError(
      fault('file-too-large', 'The note is longer than 200 kB.', 'Give one letter at a time.', { file }),
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FaultError(fault('line-invalid', 'The file is not UTF-8 text.', 'Save it as UTF-8.', { file }));
  }
}

const number = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(3)).padStart(9);
const line = ({ field, annotated, found, precision, recall, assertionAccuracy, exact }: FieldScore): string =>
  `${field.padEnd(20)}${String(annotated).padStart(9)}${String(found).padStart(7)}${number(precision)}${number(recall)}${number(assertionAccuracy)}${number(exact)}`;

/** `exchange notes extract|evaluate`: what the rules read in free text, and how well they read (F012). */
export const notes: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, misses: { type: 'boolean', default: false } },
  });
  const [verb, ...paths] = positionals;
  if (verb === 'extract') {
    const [path, second] = paths;
    if (path === undefined || second !== undefined) throw usageError('Name one note.', usage);
    const facts = extractFacts(await textOf(path));
    if (values.json) printJson({ ok: true, confirmed: false, facts });
    else
      print(
        ...facts.map(
          (fact) =>
            `${String(fact.start).padStart(6)}–${String(fact.end).padEnd(6)} ${fact.field.padEnd(19)} ${fact.assertion.padEnd(12)} ${fact.value}${fact.relation === undefined ? '' : ` (${fact.relation})`}`,
        ),
      );
    say(`${facts.length} facts proposed; none enters a case before a person confirms it.`);
    return 0;
  }
  if (verb !== 'evaluate' || paths.length === 0) throw usageError('Say extract or evaluate, and name the file.', usage);
  const read = [];
  for (const path of paths) read.push(...readAnnotated(await textOf(path), basename(path)));
  const { scores, misses } = evaluateNotes(read);
  if (values.json) printJson({ ok: true, notes: read.length, scores, misses });
  else
    print(
      `${read.length} notes`,
      'field               annotated  found precision   recall assertion    exact',
      ...scores.map(line),
      ...(values.misses
        ? misses.map((one) => `  ${one.note} ${one.kind} ${one.field}: ${one.text} (${one.says})`)
        : []),
    );
  return 0;
};
