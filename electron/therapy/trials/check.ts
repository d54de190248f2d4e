/** The text of one trial document, checked: every problem with its line, column and path. */
import { isCollection, LineCounter, type Node, type ParsedNode, parseAllDocuments } from 'yaml';
import { FaultError, faultFrom } from '../../../shared/foundation/fault.ts';
import { SITE_LISTS_FILE, SiteLists } from '../../../shared/therapy/site-lists.ts';
import type { TrialProblem } from '../../../shared/therapy/trials/editing.ts';
import { isStudy, readTrial, type Trial } from '../../../shared/therapy/trials/trial.ts';

/** Aliases beyond this are a document made to grow without end. */
export const MOST_ALIASES = 1000;

/** A record of the registry bears its identifier as name. */
const REGISTRY_FILE = /^(NCT\d{8})\.json$/;

export interface CheckedText {
  readonly problems: readonly TrialProblem[];
  readonly warnings: readonly TrialProblem[];
  /** Only where there is no problem. */
  readonly trial?: Trial;
  /** Only for the site's lists, and only where there is no problem. */
  readonly lists?: SiteLists;
}

const pathWords = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[${part}]` : `${at}${at === '' ? '' : '.'}${String(part)}`),
    '',
  );

const parts = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );

/** The deepest node that the path reaches: a field that is missing has the place of what should hold it. */
function nodeAt(root: ParsedNode | null, path: string): Node | undefined {
  let at: Node | undefined = root ?? undefined;
  for (const part of parts(path)) {
    if (at === undefined || !isCollection(at)) break;
    const next: unknown = at.get(part, true);
    if (typeof next !== 'object' || next === null) break;
    at = next as Node;
  }
  return at;
}

/** @param file the name faults are told under */
export function checkTrialText(text: string, file: string): CheckedText {
  const lines = new LineCounter();
  const only = (message: string): CheckedText => ({ problems: [{ message, line: 1 }], warnings: [] });
  if (text.trim() === '') return only('The document is empty.');
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return only('The document is empty.');
  const broken = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos }): TrialProblem => {
      const { line, col } = lines.linePos(pos[0]);
      // The parser's message goes on with a drawing of the line.
      return { message: `Not YAML: ${message.split(/ at line |\n/)[0] ?? message}.`, line, column: col };
    }),
  );
  if (broken.length > 0) return { problems: broken, warnings: [] };
  const [document, second] = documents;
  if (document === undefined) return only('The document is empty.');
  if (second !== undefined)
    return {
      problems: [
        { message: 'One file, one trial: a second document begins here.', line: lines.linePos(second.range[0]).line },
      ],
      warnings: [],
    };
  const placed = (message: string, path: string | undefined): TrialProblem => {
    const range = path === undefined ? undefined : nodeAt(document.contents, path)?.range;
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    return { message, ...(path === undefined ? {} : { path }), line: Math.max(1, line), column: Math.max(1, col) };
  };
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    return only('Aliases do not resolve, or expand without end.');
  }
  if (file === SITE_LISTS_FILE) {
    const read = SiteLists.safeParse(content ?? {});
    if (read.success) return { problems: [], warnings: [], lists: read.data };
    return { problems: read.error.issues.map(({ path, message }) => placed(message, pathWords(path))), warnings: [] };
  }
  const record = REGISTRY_FILE.exec(file)?.[1];
  if (isStudy(content) && record === undefined)
    return only('This is a record of the registry: import it as a file (key R), it is kept as it is.');
  if (!isStudy(content) && record !== undefined) return only('This is no study of the ClinicalTrials.gov API v2.');
  const found: FaultError[] = [];
  let trial: Trial | undefined;
  try {
    trial = readTrial(content, file, (error) => void found.push(error));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    found.push(error);
  }
  if (record !== undefined && trial !== undefined && trial.id !== record)
    return {
      problems: [
        placed(`The record is of ${trial.id}, not of ${record}.`, 'protocolSection.identificationModule.nctId'),
      ],
      warnings: [],
    };
  const problems = found.map((error) => {
    const { message, place } = faultFrom(error);
    return placed(message, place?.field);
  });
  const warnings = (trial?.warnings ?? []).map(({ path, message }) => placed(message, path));
  return { problems, warnings, ...(trial === undefined || problems.length > 0 ? {} : { trial }) };
}
