import type { ReactNode } from 'react';
import type { ReportBlock } from '../../shared/report/report.ts';
import { PlainTable } from '../ui/WorkTable.tsx';
import { unbroken } from '../ui/words.ts';
import styles from './report.module.css';

const drawings = {
  'copy-number-plot': 'Copy number along the genome',
  'survival-plot': 'Survival of comparable patients, with interval and numbers at risk',
  'attribution-plot': 'Which measurements drive the score',
} as const;

/** A line ends neither within a tier (`II-C`), nor behind the `p.` of HGVS, nor before a percent sign. */
const onOneLine = (text: string, kind?: string): string =>
  unbroken(kind === 'tier' ? text.replaceAll('-', '-\u2060') : text).replaceAll(/(?<=\d) %/g, '\u00a0%');

function content(block: ReportBlock): ReactNode {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? <h3>{block.text}</h3> : <h4>{block.text}</h4>;
    case 'paragraph':
      return <p className={styles[block.emphasis]}>{onOneLine(block.text)}</p>;
    case 'facts':
      return (
        <dl className={styles.facts}>
          {block.rows.map((row) => (
            <div key={row.label}>
              <dt>{row.label}</dt>
              <dd>{onOneLine(row.value)}</dd>
            </div>
          ))}
        </dl>
      );
    case 'table':
      return (
        <>
          <PlainTable
            label={block.columns.map((column) => column.title).join(', ')}
            head={block.columns.map((column) => column.title)}
            rows={block.rows.map((row) => row.cells.map((text, at) => onOneLine(text, block.columns[at]?.kind)))}
            numeric={block.columns.flatMap((column, index) => (column.align === 'right' ? [index] : []))}
          />
          {block.note === undefined ? null : <p className={styles.note}>{block.note}</p>}
        </>
      );
    case 'copy-number-plot':
    case 'survival-plot':
    case 'attribution-plot':
      return <p className={styles.drawing}>{drawings[block.kind]}: drawn in the PDF</p>;
    case 'page-break':
      return <hr />;
  }
}

/** The paper as it will read, block by block; `marked` is the element that is looked at in the list beside it. */
export const Paper = ({ blocks, marked }: { blocks: readonly ReportBlock[]; marked: string | undefined }) => (
  <article className={styles.paper}>
    {blocks.map((block, index) => (
      <section
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a paper stand in its order
        key={index}
        data-elements={block.elements.join(' ')}
        data-marked={marked !== undefined && block.elements.includes(marked)}
      >
        {content(block)}
      </section>
    ))}
  </article>
);
