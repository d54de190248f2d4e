import type { CaseView } from '../../shared/contract.ts';
import styles from './series.module.css';
import { type DrawnSeries, figure, seriesOf } from './series.ts';

/** More than these are not read at a glance; the others are counted. */
const SHOWN = 4;

/** Small drawings of what was measured more than once, each with its numbers in words; nothing where nothing was. */
export function SeriesDrawing({ view }: { view: CaseView }) {
  const series = seriesOf(view);
  if (series.length === 0) return null;
  return (
    <ul className={styles.series} aria-label="Values over time">
      {series.slice(0, SHOWN).map((one) => (
        <li key={`${one.name} ${one.unit}`}>
          <Line series={one} />
        </li>
      ))}
      {series.length > SHOWN ? <li className="quiet">and {series.length - SHOWN} more series</li> : null}
    </ul>
  );
}

const WIDTH = 160;
const HEIGHT = 40;
const EDGE = 5;

function Line({ series: { name, unit, scale, points, first, last } }: { series: DrawnSeries }) {
  const place = (x: number, y: number): readonly [number, number] => [
    EDGE + (x / 100) * (WIDTH - 2 * EDGE),
    HEIGHT - EDGE - (y / 100) * (HEIGHT - 2 * EDGE),
  ];
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <polyline points={points.map(({ x, y }) => place(x, y).join(',')).join(' ')} />
        {points.map(({ date, x, y, below }) => {
          const [cx, cy] = place(x, y);
          return <circle key={date} cx={cx} cy={cy} r="3.2" data-below={below} />;
        })}
      </svg>
      <p>
        <b>
          {name}
          {scale === 'log' ? ', log scale' : ''}
        </b>
        <span>
          {figure(first)} to {figure(last)} {unit}, {points[0]?.date} to {points.at(-1)?.date}
        </span>
      </p>
    </>
  );
}
