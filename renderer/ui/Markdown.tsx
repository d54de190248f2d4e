import { Fragment, type ReactNode } from 'react';
import styles from './markdown.module.css';
import { type MarkdownBlock, parseMarkdown } from './markdown.ts';
import { PlainTable } from './WorkTable.tsx';

/** Emphasis and code inside a line; a link shows its words, because the workstation leads nowhere outside. */
function inline(text: string): ReactNode[] {
  const parts = text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').split(/(\*\*[^*]+\*\*|`[^`]+`)/g);
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line stand in its order
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line stand in its order
    if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line stand in its order
    return <Fragment key={index}>{part}</Fragment>;
  });
}

/** @param place 1-based, tells one table from another */
function block(part: MarkdownBlock, place: number): ReactNode {
  switch (part.kind) {
    case 'heading':
      return part.level <= 2 ? <h3>{inline(part.text)}</h3> : <h4>{inline(part.text)}</h4>;
    case 'paragraph':
      return <p>{inline(part.text)}</p>;
    case 'code':
      return <pre className="mono">{part.text}</pre>;
    case 'list':
      return (
        <ul>
          {part.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section tabIndex={0} aria-label={`Table, part ${place} of the page`}>
          <PlainTable label="Table" head={part.head} rows={part.rows.map((row) => row.map((cell) => inline(cell)))} />
        </section>
      );
  }
}

/** A model card or a similar page of ours. Builds elements, never HTML from text. */
export const Markdown = ({ text }: { text: string }) => (
  <div className={styles.markdown}>
    {parseMarkdown(text).map((part, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one page stand in its order
      <Fragment key={index}>{block(part, index + 1)}</Fragment>
    ))}
  </div>
);
