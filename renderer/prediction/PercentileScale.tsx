import styles from './prediction.module.css';

interface PercentileScaleProps {
  readonly percentile: number;
  readonly low?: number;
  readonly high?: number;
  readonly label: string;
  readonly small?: boolean;
  /** Words under the scale, from its left to its right. */
  readonly ends?: readonly string[];
}

const RISK = ['0: lowest risk', '25', '50: middle of the cohort', '75', '100: highest risk'];

const WIDTH = 1000;
const at = (percentile: number): number => (Math.min(100, Math.max(0, percentile)) / 100) * WIDTH;

/** Where the patient stands among the cohort, 0 to 100, with the interval as a bar. The numbers stand beside it in words. */
export function PercentileScale({ percentile, low, high, label, small = false, ends = RISK }: PercentileScaleProps) {
  const height = small ? 22 : 58;
  const middle = small ? 11 : 20;
  return (
    <div className={small ? styles.scaleSmall : styles.scale}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <line x1="0" x2={WIDTH} y1={middle} y2={middle} className={styles.track} />
        {[0, 25, 50, 75, 100].map((tick) => (
          <line key={tick} x1={at(tick)} x2={at(tick)} y1={middle - 7} y2={middle + 7} className={styles.tick} />
        ))}
        {low === undefined || high === undefined ? null : (
          <rect
            x={at(low)}
            width={Math.max(4, at(high) - at(low))}
            y={middle - 8}
            height="16"
            className={styles.interval}
          />
        )}
        <line x1={at(percentile)} x2={at(percentile)} y1={middle - 14} y2={middle + 14} className={styles.needle} />
      </svg>
      {small ? null : (
        <ol aria-hidden="true">
          {ends.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ol>
      )}
    </div>
  );
}
