/**
 * Where a text stops being JSON (RFC 8259). The engine's parser tells whether it is; where it is not, its message either
 * gives no position or quotes the data.
 */

const tokens = {
  blank: /[ \t\n\r]*/y,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters in strings
  string: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
  scalar: /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
} as const;

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** UTF-16 offset of the first character that cannot stand there; the length of the text where it only ends too soon. */
export function whereJsonBreaks(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const skip = (token: RegExp): boolean => {
    token.lastIndex = at;
    if (!token.test(text)) return false;
    at = token.lastIndex;
    return true;
  };
  const after = (): Expected => (open.length === 0 ? 'nothing' : 'comma-or-end');
  for (;;) {
    skip(tokens.blank);
    const next = text[at];
    if (next === undefined) return at;
    const closes = next === (open.at(-1) === '{' ? '}' : ']') && open.length > 0;
    if (closes && (expected === 'comma-or-end' || expected === 'value-or-end' || expected === 'name-or-end')) {
      open.pop();
      at += 1;
      expected = after();
    } else if (expected === 'comma-or-end' && next === ',') {
      at += 1;
      expected = open.at(-1) === '{' ? 'name' : 'value';
    } else if (expected === 'colon' && next === ':') {
      at += 1;
      expected = 'value';
    } else if ((expected === 'name' || expected === 'name-or-end') && skip(tokens.string)) {
      expected = 'colon';
    } else if ((expected === 'value' || expected === 'value-or-end') && (next === '{' || next === '[')) {
      open.push(next);
      at += 1;
      expected = next === '{' ? 'name-or-end' : 'value-or-end';
    } else if (
      (expected === 'value' || expected === 'value-or-end') &&
      (next === '"' ? skip(tokens.string) : skip(tokens.scalar))
    ) {
      expected = after();
    } else return at;
  }
}
