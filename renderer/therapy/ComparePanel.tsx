import { unbroken } from '../ui/words.ts';
import { type OptionRow, optionColumns } from './columns.tsx';
import { comparePoints, type Said } from './row-view.ts';
import styles from './therapy.module.css';

/** Columns whose words differ in every pair and part nothing. */
const SKIPPED: ReadonlySet<string> = new Set(['therapy']);

const pointsOf = (row: OptionRow): readonly Said[] => [
  ...optionColumns
    .filter(({ id }) => !SKIPPED.has(id))
    .map(({ title, text }) => ({ point: title === 'No.' ? 'Place' : title, value: text(row) })),
  { point: 'Agents', value: row.option.agents.join(' + ') },
  { point: 'Would change it', value: row.option.wouldChange.join(' ') || 'nothing known' },
];

interface ComparePanelProps {
  readonly first: OptionRow;
  readonly second: OptionRow;
}

/** Two options side by side, point by point: what differs stands first (key C). */
export function ComparePanel({ first, second }: ComparePanelProps) {
  const points = comparePoints(pointsOf(first), pointsOf(second));
  const differing = points.filter(({ same }) => !same).length;
  return (
    <>
      <p className={styles.sentence}>
        {differing} of {points.length} points differ; they stand first.
      </p>
      <table className={styles.compare} aria-label={`${first.option.label} beside ${second.option.label}`}>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Point</span>
            </th>
            <th scope="col">{first.option.label}</th>
            <th scope="col">{second.option.label}</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ point, a, b, same }) => (
            <tr key={point} data-same={same}>
              <th scope="row">{point}</th>
              {same ? (
                <td colSpan={2}>same: {unbroken(a)}</td>
              ) : (
                <>
                  <td>{unbroken(a)}</td>
                  <td>{unbroken(b)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="meta">J and K choose the second option; C ends the comparison.</p>
    </>
  );
}
