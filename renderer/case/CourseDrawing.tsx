import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { CaseRecord, TherapyLine } from '../../shared/case/case-record.ts';
import styles from './course.module.css';
import { layOutCourse, lineWords } from './course.ts';

const agentsOf = (line: TherapyLine): string => line.agents.join(' + ');

/** One line of therapy in a sentence. */
export const lineSentence = (line: TherapyLine): string =>
  [
    `Line ${line.line}: ${agentsOf(line)}`,
    line.started === undefined ? 'dates not stated' : `${line.started} to ${line.ended ?? 'now'}`,
    lineWords(line),
  ]
    .filter((part) => part !== undefined)
    .join(', ');

/** Before the first measure: a wide card at the work size. */
const USUAL_PERCENT = 0.58;
/** Mean width of a character of the labels, in lines of body text (rem). */
const CHARACTER_REM = 0.5;

/** Share of an element's width that one character takes, kept as the window and the theme change. */
function useCharacterPercent(element: RefObject<HTMLElement | null>): number {
  const [percent, setPercent] = useState(USUAL_PERCENT);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null || typeof ResizeObserver === 'undefined') return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14;
      if (measured.clientWidth > 0) setPercent(((CHARACTER_REM * rem) / measured.clientWidth) * 100);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return percent;
}

/** The course of disease on one axis: events above, lines of therapy with their best response below. */
export function CourseDrawing({ record }: { record: CaseRecord }) {
  const frame = useRef<HTMLDivElement>(null);
  const characterPercent = useCharacterPercent(frame);
  const course = layOutCourse(record, characterPercent);
  if (course === undefined) return <p className="quiet">No course of disease is stated.</p>;
  return (
    <div className={styles.course} ref={frame}>
      <ol className="hidden">
        {course.events.map((event) => (
          <li key={`${event.date} ${event.text}`}>
            {event.date}: {event.text}
          </li>
        ))}
        {course.bars.map(({ line }) => (
          <li key={`${line.line} ${agentsOf(line)}`}>{lineSentence(line)}</li>
        ))}
      </ol>
      {course.events.length + course.bars.length === 0 ? null : (
        <div className={styles.drawing} aria-hidden="true">
          <div className={styles.grid}>
            {course.ticks.map((tick) => (
              <i key={tick.label} style={{ left: `${tick.at}%` }} />
            ))}
          </div>
          {course.lanes === 0 ? null : (
            <div className={styles.events} style={{ height: `${course.lanes * 1.57}rem` }}>
              {course.events.map((event) => (
                <span
                  key={`${event.date} ${event.text}`}
                  className={`${styles.event} ${event.toLeft ? styles.toLeft : ''}`}
                  style={{
                    left: event.toLeft ? 'auto' : `${event.at}%`,
                    right: event.toLeft ? `${100 - event.at}%` : 'auto',
                    bottom: `${event.lane * 1.57}rem`,
                    maxWidth: `calc(${event.span[1] - event.span[0]}% + 0.36rem)`,
                  }}
                >
                  <svg viewBox="0 0 12 12" aria-hidden="true">
                    <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />
                  </svg>
                  <b>{event.date}</b>
                  <span className={styles.text}>{event.text}</span>
                </span>
              ))}
            </div>
          )}
          <div className={styles.lines}>
            {course.bars.map(({ line, left, width, ongoing, words, labelAt }) => (
              <div key={`${line.line} ${agentsOf(line)}`} className={styles.lane}>
                <span
                  className={`${styles.bar} ${ongoing ? styles.ongoing : ''} ${styles[line.bestResponse ?? 'unknown'] ?? ''}`}
                  style={{ left: `${left}%`, width: `${width}%` }}
                />
                <span className={styles.agents} style={{ left: `${labelAt}%` }}>
                  <span className={styles.number}>{line.line}</span>
                  <b>{agentsOf(line)}</b>
                  <span>{words}</span>
                </span>
              </div>
            ))}
          </div>
          <div className={styles.axis}>
            {course.ticks.map((tick) => (
              <span key={tick.label} style={{ left: `${tick.at}%` }}>
                {tick.label}
              </span>
            ))}
          </div>
        </div>
      )}
      {course.undatedLines.length + course.undatedEvents.length === 0 ? null : (
        <p className="meta">
          Without a date: {[...course.undatedLines.map(lineSentence), ...course.undatedEvents].join('; ')}
        </p>
      )}
    </div>
  );
}
