export type MarkdownBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

const cells = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

/** The markdown that our model cards are written in: headings, paragraphs, lists, tables, fenced code. */
export function parseMarkdown(text: string): MarkdownBlock[] {
  const lines = text.split(/\r?\n/);
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  const take = (belongs: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    for (let line = lines[at]; line !== undefined && belongs(line); line = lines[at]) {
      taken.push(line);
      at += 1;
    }
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (heading !== null) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
      at += 1;
    } else if (line.startsWith('```')) {
      at += 1;
      blocks.push({ kind: 'code', text: take((next) => !next.startsWith('```')).join('\n') });
      at += 1;
    } else if (/^\s*[-*]\s/.test(line)) {
      const items: string[] = [];
      for (const next of take((next) => /^\s*[-*]\s/.test(next) || /^\s{2,}\S/.test(next))) {
        if (/^\s*[-*]\s/.test(next)) items.push(next.replace(/^\s*[-*]\s+/, ''));
        else items.push(`${items.pop() ?? ''} ${next.trim()}`);
      }
      blocks.push({ kind: 'list', items });
    } else if (line.startsWith('|')) {
      const [head = '', rule = '', ...rows] = take((next) => next.startsWith('|'));
      const body = /^[|\s:-]+$/.test(rule) ? rows : [rule, ...rows];
      blocks.push({ kind: 'table', head: cells(head), rows: body.filter((row) => row !== '').map(cells) });
    } else {
      const words = take((next) => next.trim() !== '' && !/^(#{1,6}\s|```|\||\s*[-*]\s)/.test(next));
      blocks.push({ kind: 'paragraph', text: words.map((word) => word.trim()).join(' ') });
    }
  }
  return blocks;
}
