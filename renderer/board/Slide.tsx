import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { COVERED, modelCovered } from '../../shared/board/judge-first.ts';
import { MeetingSlide } from '../../shared/board/meeting.ts';
import { openBallot, shownTallies, type VoteTally } from '../../shared/board/vote.ts';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { CaseView } from '../../shared/contract.ts';
import { answerShown, patientsRanked, wholePercentile } from '../../shared/prediction/predictions.ts';
import { reasonsSentence } from '../prediction/integration.ts';
import { PercentileScale } from '../prediction/PercentileScale.tsx';
import { DirectionMark, Flag, StateChip, TierMark } from '../ui/marks.tsx';
import { oncogenicityWords, ordinal, plural, predictionModalityWords, sentence } from '../ui/words.ts';
import { choicesOf, keyedChoices } from './ballot.ts';
import { wallImages } from './measure.ts';
import styles from './slide.module.css';
import {
  assayLine,
  type Cut,
  courseSlide,
  decisionFacts,
  findingsSlide,
  optionsSlide,
  pagedFacts,
  type SeriesRow,
  type SlideFact,
  showing,
  slideTitle,
  storyFacts,
  subtitleOf,
} from './slides.ts';
import { WALL_IMAGES, WallImages } from './WallImages.tsx';

/** The wall as it is designed, in pixels; every window shows it whole, larger or smaller. */
const LARGE = { width: 1920, height: 1080 };
/** A wall of fewer pixels shows less at once, in type of the same size, and pages. */
const SMALL = { width: 1366, height: 768 };

/** A picture of fixed size in whatever room there is, never scrolled and never cut. */
export function Stage({ children, small = false }: { children: ReactNode; small?: boolean }) {
  const { width, height } = small ? SMALL : LARGE;
  const frame = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ scale: 1, left: 0, top: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || typeof ResizeObserver === 'undefined') return;
    const measure = () => {
      const { clientWidth, clientHeight } = element;
      const scale = Math.min(clientWidth / width, clientHeight / height);
      setPlace({ scale, left: (clientWidth - width * scale) / 2, top: (clientHeight - height * scale) / 2 });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [width, height]);
  return (
    <div className={styles.stage} ref={frame}>
      <div
        className={styles.scaled}
        style={{ width, height, transform: `translate(${place.left}px, ${place.top}px) scale(${place.scale})` }}
      >
        {children}
      </div>
    </div>
  );
}

interface SlideProps {
  readonly view: CaseView;
  readonly slide: MeetingSlide;
  /** 1 in the audience's window, where it is the page's own heading. */
  readonly level?: 1 | 2;
  /** Of a list that does not fit at once, from 0. */
  readonly page?: number;
  /** The wall has fewer pixels. */
  readonly small?: boolean;
}

/** One of B1 to B7. Nothing on it depends on a pointer, moves, or names more of a patient than the pseudonym. */
export const Slide = memo(({ view, slide, level = 2, page = 0, small = false }: SlideProps) => {
  const { body, foot } = content(view, slide, { page, small });
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <article className={styles.slide} data-slide={slide} data-small={small ? '' : undefined}>
      <header>
        <Title>{slideTitle(view, slide)}</Title>
        <p>{subtitleOf(view.record)}</p>
        {view.record.synthetic ? <span className={styles.synthetic}>SYNTHETIC</span> : null}
      </header>
      <div className={styles.body}>{body}</div>
      <footer>
        <p>{foot}</p>
        <ol aria-label={`Slide ${MeetingSlide.options.indexOf(slide) + 1} of ${MeetingSlide.options.length}`}>
          {MeetingSlide.options.map((one) => (
            <li key={one} aria-current={one === slide ? 'step' : undefined} />
          ))}
        </ol>
      </footer>
    </article>
  );
});

function content(view: CaseView, slide: MeetingSlide, cut: Cut): { body: ReactNode; foot: ReactNode } {
  const { record } = view;
  switch (slide) {
    case 'story': {
      const facts = pagedFacts(storyFacts(record), cut);
      return { body: <Story record={record} facts={facts.items} />, foot: showing(facts) ?? '' };
    }
    case 'timeline':
      return { body: <Course view={view} cut={cut} />, foot: courseFoot(view, cut) };
    case 'findings':
      return { body: <Findings view={view} cut={cut} />, foot: findingsFoot(view, cut) };
    case 'integration':
      return {
        body: <Integration view={view} />,
        foot: 'A model’s estimate, not evidence: it raises or lowers no tier and no option.',
      };
    case 'options':
      return { body: <Options view={view} cut={cut} />, foot: optionsFoot(view, cut) };
    case 'vote':
      return { body: <Vote view={view} />, foot: voteFoot(view) };
    case 'decision': {
      const facts = decisionFacts(view);
      const cutFacts = facts === undefined ? undefined : pagedFacts(facts, cut);
      return {
        body: <DecisionRead view={view} facts={cutFacts?.items} />,
        foot: cutFacts === undefined ? '' : (showing(cutFacts) ?? ''),
      };
    }
  }
}

const NotStated = () => <span className={styles.quiet}>not stated</span>;

const Facts = ({ facts }: { facts: readonly SlideFact[] }) => (
  <dl className={styles.facts}>
    {facts.map(({ label, value }) => (
      <div key={`${label} ${value}`}>
        <dt>{label}</dt>
        <dd>{value === undefined || value === '' ? <NotStated /> : value}</dd>
      </div>
    ))}
  </dl>
);

const Story = ({ record, facts }: { record: CaseRecord; facts: readonly SlideFact[] }) => (
  <>
    <p className={styles.question}>{record.question}</p>
    <Facts facts={facts} />
  </>
);

interface CutProps {
  readonly view: CaseView;
  readonly cut: Cut;
}

function Course({ view, cut }: CutProps) {
  const images = wallImages(view.board.annotations ?? [], view.record.images).length;
  const course = courseSlide(view, images > 0, cut);
  if (course === undefined) return <p className={styles.lead}>No course of disease is stated.</p>;
  if (course.rows.length === 0 && course.series.length === 0)
    return <p className={styles.lead}>{sentence(course.undated.join('; '))}</p>;
  const drawn = (
    <div className={styles.course}>
      <div className={styles.grid} aria-hidden="true">
        {course.ticks.map(({ at, label }) => (
          <i key={label} style={{ left: `${at}%` }} />
        ))}
      </div>
      <ol>
        {course.rows.map((row) => (
          <li key={row.key}>
            {row.kind === 'line' ? (
              <span
                className={styles.bar}
                data-response={row.response}
                data-ongoing={row.ongoing}
                style={{ left: `${row.left}%`, width: `${row.width}%` }}
              />
            ) : (
              <svg className={styles.point} viewBox="0 0 12 12" aria-hidden="true" style={{ left: `${row.left}%` }}>
                <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />
              </svg>
            )}
            <p
              style={
                row.toLeft
                  ? { right: `${100 - row.labelAt}%`, maxWidth: `${row.labelAt}%` }
                  : { left: `${row.labelAt}%`, maxWidth: `${100 - row.labelAt}%` }
              }
            >
              <b>{row.name}</b> {row.words}
            </p>
          </li>
        ))}
      </ol>
      {course.series.map((row) => (
        <Values key={`${row.series.name} ${row.series.unit}`} row={row} />
      ))}
      <div className={styles.axis} aria-hidden="true">
        {course.ticks
          .filter((_, index) => course.ticks.length <= 8 || index % 2 === 0)
          .map(({ at, label }) => (
            <span key={label} style={{ left: `${at}%` }}>
              {label}
            </span>
          ))}
      </div>
    </div>
  );
  return images === 0 ? (
    drawn
  ) : (
    <div className={styles.beside}>
      {drawn}
      <WallImages view={view} />
    </div>
  );
}

/** Values on the axis of the course: the line is drawn, first and last stand in words, the scale at its right end. */
const Values = ({ row: { series, words, bottom, top, points } }: { row: SeriesRow }) => (
  <section className={styles.values} aria-label={`${series.name} over time`}>
    <p>
      <b>{series.name}</b> {words}
    </p>
    <div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <polyline points={points.map(({ x, y }) => `${x},${100 - y}`).join(' ')} vectorEffect="non-scaling-stroke" />
      </svg>
      {points.map(({ key, x, y, below }) => (
        <i key={key} data-below={below} style={{ left: `${x}%`, bottom: `${y}%` }} />
      ))}
      <span>{top}</span>
      <span>{bottom}</span>
    </div>
  </section>
);

function courseFoot(view: CaseView, cut: Cut): string {
  const course = courseSlide(view, false, cut);
  if (course === undefined) return '';
  const hidden = wallImages(view.board.annotations ?? [], view.record.images).length - WALL_IMAGES;
  return [
    course.earlier === 0 ? undefined : `${plural(course.earlier, 'more entry', 'more entries')} in the record`,
    hidden <= 0 ? undefined : `${plural(hidden, 'more key image')}`,
    course.moreSeries === 0 ? undefined : `${plural(course.moreSeries, 'more series', 'more series')} in the story`,
    course.undated.length === 0 || (course.rows.length === 0 && course.series.length === 0)
      ? undefined
      : `without a date: ${course.undated.join('; ')}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

const Mark = ({ children }: { children: ReactNode }) => <span className={styles.mark}>{children}</span>;

function Findings({ view, cut }: CutProps) {
  const shown = findingsSlide(view, cut);
  if (shown === undefined) return <p className={styles.lead}>The findings were not computed yet.</p>;
  if (shown.rows.length === 0) return <p className={styles.lead}>Nothing was detected in what was measured.</p>;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Finding</th>
          <th scope="col">State</th>
          <th scope="col" data-numeric="">
            Fraction, measure
          </th>
          <th scope="col">Oncogenicity</th>
          <th scope="col">Tier</th>
        </tr>
      </thead>
      <tbody>
        {shown.rows.map((row) =>
          row.kind === 'finding' ? (
            <tr key={row.finding.id}>
              <th scope="row">
                <b>{row.name}</b>{' '}
                <span className={row.finding.kind === 'small-variant' ? styles.mono : undefined}>{row.change}</span>
              </th>
              <td>
                <Mark>
                  <StateChip state={row.finding.state} />
                </Mark>
              </td>
              <td data-numeric="">{row.measure}</td>
              <td>
                {row.finding.oncogenicity === undefined
                  ? '–'
                  : oncogenicityWords[row.finding.oncogenicity.class].toLowerCase()}
                {row.finding.conflict === undefined ? null : (
                  <Mark>
                    <DirectionMark kind="conflict">sources conflict</DirectionMark>
                  </Mark>
                )}
              </td>
              <td>
                {row.finding.tier === undefined ? (
                  <span className={styles.quiet}>no tier</span>
                ) : (
                  <Mark>
                    <TierMark tier={row.finding.tier} />
                  </Mark>
                )}
              </td>
            </tr>
          ) : (
            <tr key={row.state}>
              <th scope="row">
                <Mark>
                  <StateChip state={row.state} />
                </Mark>
              </th>
              <td colSpan={4}>{row.genes}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function findingsFoot(view: CaseView, cut: Cut): string {
  const { more = 0, showing = undefined } = findingsSlide(view, cut) ?? {};
  return [showing, more === 0 ? undefined : `${plural(more, 'more finding')} in the report`, assayLine(view.record)]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function Integration({ view }: { view: CaseView }) {
  const { predictions } = view;
  if (modelCovered(view)) return <p className={styles.lead}>{COVERED}</p>;
  const risk = predictions === undefined ? undefined : answerShown(predictions).aggressiveness;
  const isBefore = risk !== undefined && risk === predictions?.beforeSurgery?.aggressiveness;
  if (risk === undefined) return <p className={styles.lead}>No estimate was computed yet.</p>;
  if (risk.state !== 'computed')
    return (
      <>
        <p className={styles.lead}>
          {risk.state === 'abstained' ? 'No estimate for this patient.' : 'The model is not available.'}
        </p>
        <p className={styles.second}>{risk.reason}</p>
      </>
    );
  return (
    <>
      <p className={styles.lead}>{risk.sentence}</p>
      <div className={styles.estimate}>
        <p className={styles.number}>
          {ordinal(wholePercentile(risk.percentile))} <span>percentile of risk{isBefore ? ' before surgery' : ''}</span>
        </p>
        <p>
          {Math.round(risk.intervalCoverage * 100)} % interval {Math.round(risk.percentileLow)} to{' '}
          {Math.round(risk.percentileHigh)}, of {patientsRanked(risk)} patients
        </p>
        <div className={styles.scale}>
          <PercentileScale
            percentile={risk.percentile}
            low={risk.percentileLow}
            high={risk.percentileHigh}
            small
            label={`Percentile ${wholePercentile(risk.percentile)}, interval ${Math.round(risk.percentileLow)} to ${Math.round(risk.percentileHigh)}`}
          />
          <p aria-hidden="true">
            <span>lowest risk</span>
            <span>middle of the cohort</span>
            <span>highest risk</span>
          </p>
        </div>
      </div>
      <p className={styles.second}>{reasonsSentence(risk.attributions.slice(0, 3))}</p>
      <p className={styles.second}>
        {risk.modalities
          .map(({ modality, state }) => `${predictionModalityWords[modality]}: ${state === 'used' ? 'used' : 'absent'}`)
          .join(' · ')}
      </p>
    </>
  );
}

function Options({ view, cut }: CutProps) {
  const shown = optionsSlide(view, cut);
  if (shown === undefined) return <p className={styles.lead}>The options were not assembled yet.</p>;
  return (
    <>
      {shown.excluded === undefined ? null : (
        <p className={styles.excluded}>
          <Mark>
            <Flag tone="red">{shown.excluded.count} excluded</Flag>
          </Mark>{' '}
          {shown.excluded.names}
        </p>
      )}
      {shown.rows.length === 0 ? (
        <p className={styles.lead}>No therapy follows from the evidence for what was measured.</p>
      ) : (
        <table className={styles.table} data-of="options">
          <thead>
            <tr>
              <th scope="col">No.</th>
              <th scope="col">Therapy</th>
              <th scope="col">Because of</th>
              <th scope="col">Evidence</th>
              <th scope="col">Tier</th>
            </tr>
          </thead>
          <tbody>
            {shown.rows.map(({ place, option, because, evidence, prior }) => (
              <tr key={option.id}>
                <td>{place}</td>
                <th scope="row">
                  <b>{option.label}</b>
                  {prior === undefined ? null : <span className={styles.prior}>{prior}</span>}
                </th>
                <td>{because}</td>
                <td>{evidence}</td>
                <td>
                  {option.tier === undefined ? (
                    <span className={styles.quiet}>no tier</span>
                  ) : (
                    <Mark>
                      <TierMark tier={option.tier} />
                    </Mark>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function optionsFoot(view: CaseView, cut: Cut): string {
  return [optionsSlide(view, cut)?.showing, 'access, cost and the criteria of trials are not weighed here']
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Each thinks alone before anybody speaks; then all votes at once, before and after the talk beside each other. */
function Vote({ view }: { view: CaseView }) {
  const { ballots = [] } = view.board;
  const open = openBallot(ballots);
  const tallies = shownTallies(ballots);
  if (open === undefined && tallies.length > 0) return <Tallies tallies={tallies} />;
  const choices = open === undefined ? choicesOf(view) : keyedChoices(open).filter(({ key }) => key !== '0');
  return (
    <ol className={styles.choices}>
      {choices.map(({ choiceId, label, key }) => (
        <li key={choiceId}>
          <b>{key}</b>
          <span>{label}</span>
        </li>
      ))}
    </ol>
  );
}

function Tallies({ tallies }: { tallies: readonly VoteTally[] }) {
  // The last ballot of each round counts as that round; earlier ones stand in the report.
  const rounds = (['before', 'after'] as const).flatMap(
    (round) => tallies.findLast((one) => one.round === round) ?? [],
  );
  const most = Math.max(1, ...rounds.flatMap(({ counts }) => counts.map(({ votes }) => votes)));
  return (
    <table className={styles.table} data-of="votes">
      <thead>
        <tr>
          <th scope="col">Choice</th>
          {rounds.map(({ round }) => (
            <th scope="col" key={round}>
              {round === 'before' ? 'Before we talked' : 'After we talked'}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(rounds[0]?.counts ?? []).map(({ choiceId, label }) => (
          <tr key={choiceId}>
            <th scope="row">
              <b>{label}</b>
            </th>
            {rounds.map(({ round, counts }) => {
              const votes = counts.find((one) => one.choiceId === choiceId)?.votes;
              return (
                <td key={round}>
                  <span className={styles.votes}>
                    <b>{votes ?? '–'}</b>
                    <i aria-hidden="true" style={{ width: `${((votes ?? 0) / most) * 70}%` }} />
                  </span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function voteFoot({ board: { ballots = [] } }: CaseView): string {
  const open = openBallot(ballots);
  if (open !== undefined) return `${open.voted.length} of ${open.electors.length} have voted; all are shown together`;
  const last = shownTallies(ballots).at(-1);
  if (last === undefined) return 'Think for yourself first; the vote is unseen until all are shown.';
  const { abstained, missing, recused, quorum } = last;
  return [
    `${plural(quorum.voters, 'voter')}, ${quorum.required === 0 ? 'no quorum set' : quorum.met ? 'quorum met' : 'quorum not met'}`,
    ...(abstained === 0 ? [] : [`${abstained} abstained`]),
    ...(missing.length === 0 ? [] : [`${missing.length} did not vote`]),
    ...(recused.length === 0 ? [] : [`${recused.length} recused`]),
  ].join(' · ');
}

function DecisionRead({ view, facts }: { view: CaseView; facts: readonly SlideFact[] | undefined }) {
  if (facts === undefined)
    return (
      <>
        <p className={styles.question}>{view.record.question}</p>
        <p className={styles.second}>No decision is recorded yet.</p>
      </>
    );
  return (
    <>
      <p className={styles.question}>{view.board.decision?.answer}</p>
      <Facts facts={facts} />
    </>
  );
}
