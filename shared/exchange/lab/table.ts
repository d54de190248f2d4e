/** Delimited tables of laboratories: RFC 4180 quoting, a head line, cells by heading. Pure and bounded. */

export interface LabTableRow {
  /** 1-based line in the file at which the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface LabTableText {
  readonly head: readonly string[];
  readonly headLine: number;
  readonly rows: readonly LabTableRow[];
}

export interface TableFlaw {
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

const SEPARATORS = { tab: '\t', comma: ',', semicolon: ';' } as const;

/** Lines before the head that begin with # are left out; so are empty lines. A row with more or fewer cells is a flaw. */
export function readLabTable(
  text: string,
  separator: 'auto' | keyof typeof SEPARATORS,
): { readonly table: LabTableText; readonly flaws: readonly TableFlaw[] } {
  const source = text.replace(/^\uFEFF/, '');
  const sign = separator === 'auto' ? likely(source) : SEPARATORS[separator];
  const flaws: TableFlaw[] = [];
  let head: readonly string[] | undefined;
  let headLine = 1;
  const rows: LabTableRow[] = [];
  for (const { line, cells, open } of records(source, sign)) {
    if (open) {
      flaws.push({ line, message: 'A quotation mark is not closed.', remedy: 'Close it, or write it twice.' });
      break;
    }
    if (cells.length === 1 && cells[0]?.trim() === '') continue;
    if (head === undefined) {
      if (cells[0]?.startsWith('#') === true && cells.length === 1) continue;
      head = cells.map((cell) => cell.trim());
      headLine = line;
      const twice = head.find((name, index) => name !== '' && head?.indexOf(name) !== index);
      if (twice !== undefined)
        flaws.push({ line, message: 'Two columns have the same heading.', remedy: 'Rename one of them.' });
    } else if (cells.length === head.length) rows.push({ line, cells: cells.map((cell) => cell.trim()) });
    else
      flaws.push({
        line,
        message: `The row has ${cells.length} cells, the head line ${head.length}.`,
        remedy: 'Correct the row, or the separator in the mapping.',
      });
  }
  return { table: { head: head ?? [], headLine, rows }, flaws };
}

function likely(text: string): string {
  const line = text.split(/\r\n|\r|\n/).find((one) => one.trim() !== '' && !one.startsWith('#')) ?? '';
  const counts = Object.values(SEPARATORS).map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function* records(
  text: string,
  separator: string,
): Generator<{ readonly line: number; readonly cells: readonly string[]; readonly open: boolean }> {
  let line = 1;
  let begun = 1;
  let cell = '';
  let cells: string[] = [];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (sign === '"') quoted = false;
      else {
        if (sign === '\n') line += 1;
        cell += sign;
      }
    } else if (sign === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (sign === separator) {
      cells.push(cell);
      cell = '';
    } else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && text[at + 1] === '\n') at += 1;
      yield { line: begun, cells: [...cells, cell], open: false };
      line += 1;
      begun = line;
      cell = '';
      cells = [];
    } else cell += sign;
  }
  if (quoted) yield { line: begun, cells, open: true };
  else if (cell !== '' || cells.length > 0) yield { line: begun, cells: [...cells, cell], open: false };
}
