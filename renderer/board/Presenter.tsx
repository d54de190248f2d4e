import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Attendance, quorumOf } from '../../shared/board/attendance.ts';
import {
  budgetOf,
  budgetOfSlide,
  clockWords,
  currentItem,
  type Meeting,
  MeetingSlide,
  nextStep,
  previousStep,
  showCase,
  showSlide,
  spentOn,
  turnPage,
} from '../../shared/board/meeting.ts';
import type { Ballot } from '../../shared/board/vote.ts';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useHouse } from '../app/house.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCase, useCases } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import type { StepId } from '../case/steps.ts';
import { Flag, Kbd } from '../ui/marks.tsx';
import { Button, FaultNote, Foot, Loading, ModalDialog, TitleBar } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import { AttendanceDialog } from './AttendanceDialog.tsx';
import { waitsFor } from './agenda.ts';
import { openAudience, useSmallWall } from './audience-link.ts';
import { BallotForm } from './BallotForm.tsx';
import { useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';
import { slideWords, triageWords } from './meeting-words.ts';
import { Slide, Stage } from './Slide.tsx';
import { Statements } from './Statements.tsx';
import { useVote } from './use-vote.ts';

/** Where the evidence behind a slide is looked up. */
const behind: Record<MeetingSlide, StepId> = {
  story: 'story',
  timeline: 'story',
  findings: 'findings',
  integration: 'integration',
  options: 'options',
  vote: 'decision',
  decision: 'decision',
};

/** The presenter's window: what the wall shows, the clock, what waits, what comes next; everything by key. */
export function Presenter({ meeting }: { meeting: Meeting }) {
  const { info } = useWorkstation();
  const house = useHouse();
  const navigate = useNavigate();
  const { act, audience, smallWall, alone, setAlone, close, busy, fault, attendance, setAttendance } = useMeeting();
  const cases = useCases();
  const [closing, setClosing] = useState(false);
  const item = currentItem(meeting);
  const opened = useCase(item.caseId);
  const next = meeting.agenda[meeting.at + 1];
  const [seating, setSeating] = useState(false);
  const vote = useVote(item.caseId, opened.data);
  const { ballot } = vote;
  const nameOf = (caseId: string) => cases.data?.find((one) => one.caseId === caseId)?.pseudonym ?? 'case';

  const to = (step: StepId) => void navigate({ to: `/case/$caseId/${step}`, params: { caseId: item.caseId } });
  const hold = () => act((now) => ({ ...now, held: !now.held }));
  const blank = () => act((now) => ({ ...now, blank: !now.blank }));
  const step = () => act(nextStep);
  const toCase = (distance: number) => () => act((now) => showCase(now, now.at + distance));
  const decide = () => {
    act((now) => showSlide(now, 'decision'));
    to('decision');
  };
  const curtain = () => {
    // Covers both: the wall stays dark until B, so that lifting this one shows nothing to the room.
    act((now) => ({ ...now, blank: true }));
    house.raiseCurtain();
  };
  const bindings = [
    { keys: 'Space', label: 'next step', run: step },
    { keys: 'ArrowRight', label: 'next step', run: step },
    { keys: 'ArrowLeft', label: 'step back', run: () => act(previousStep) },
    ...MeetingSlide.options.map((slide, index) => ({
      keys: String(index + 1),
      label: slideWords[slide].toLowerCase(),
      run: () => act((now) => showSlide(now, slide)),
    })),
    { keys: 'PageDown', label: 'more of the list', run: () => act((now) => turnPage(now, 1)) },
    { keys: 'PageUp', label: 'list before', run: () => act((now) => turnPage(now, -1)) },
    { keys: 'n', label: 'next case', run: toCase(1) },
    { keys: 'p', label: 'previous case', run: toCase(-1) },
    { keys: 'h', label: 'hold the clock', run: hold },
    { keys: 'b', label: 'dark wall', run: blank },
    { keys: '.', label: 'curtain over both', run: curtain },
    { keys: 'v', label: vote.opened ? 'vote' : 'open the vote', run: vote.open },
    ...(vote.opened
      ? [
          { keys: 'Shift+v', label: 'reveal the votes', run: vote.reveal },
          { keys: 'Shift+x', label: 'abandon the vote', run: vote.abandon },
        ]
      : []),
    { keys: 'a', label: 'who is here', run: () => setSeating(true) },
    { keys: 'y', label: 'type the decision', run: decide },
    { keys: 'e', label: 'evidence behind it', run: () => to(behind[meeting.slide]) },
    { keys: 'f', label: 'slide in the whole window', run: () => setAlone(!alone) },
    ...(info.capabilities.secondWindow ? [{ keys: 'o', label: 'audience window', run: openAudience }] : []),
    { keys: 'Shift+c', label: 'close the meeting', run: () => setClosing(true) },
    { keys: 'Escape', label: 'back', run: () => (alone ? setAlone(false) : setClosing(true)) },
  ];
  const keys = useKeys('Presenter', bindings, busy);

  const ownSmall = useSmallWall();
  const small = alone ? ownSmall : audience && smallWall;
  const slide =
    opened.data === undefined ? null : (
      <Stage small={small}>
        <Slide view={opened.data} slide={meeting.slide} page={meeting.page} small={small} level={alone ? 1 : 2} />
      </Stage>
    );
  if (alone)
    return (
      <div className={styles.alone}>
        {meeting.blank || slide === null ? <h1 className="hidden">The screen is darkened.</h1> : slide}
      </div>
    );
  return (
    <>
      <TitleBar
        level={1}
        title={nameOf(item.caseId)}
        count={`case ${meeting.at + 1} of ${meeting.agenda.length} · ${triageWords[item.triage]}`}
      >
        {audience ? <Flag tone="calm">audience window open</Flag> : <Flag tone="plain">no audience window</Flag>}
        {meeting.blank ? <Flag tone="amber">the wall is dark</Flag> : null}
        {meeting.held ? <Flag tone="amber">clock on hold</Flag> : null}
      </TitleBar>
      {[fault, vote.fault].map((one) =>
        one === undefined ? null : (
          <div className={styles.notices} key={one.message}>
            <FaultNote fault={one} />
          </div>
        ),
      )}
      <div className={styles.desk}>
        <section className={styles.preview} aria-label="On the wall" data-blank={meeting.blank}>
          {opened.isError ? (
            <FaultNote fault={faultOf(opened.error)} />
          ) : slide === null ? (
            <Loading what="Opening the case" rows={6} />
          ) : (
            slide
          )}
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.side} aria-label="For the presenter" tabIndex={0}>
          <Clock meeting={meeting} />
          <VoteState
            ballot={ballot}
            ballots={opened.data?.board.ballots ?? []}
            attendance={attendance}
            caseId={item.caseId}
          />
          <Waits view={opened.data} meeting={meeting} />
          <section>
            <h2>Next</h2>
            {next === undefined ? (
              <p className="quiet">This is the last case.</p>
            ) : (
              <p>
                <b>{nameOf(next.caseId)}</b> · {triageWords[next.triage]} · {clockWords(budgetOf(next.triage) * 1000)}{' '}
                min
              </p>
            )}
          </section>
        </section>
      </div>
      <Foot
        keys={keys.filter(({ keys }) => /^(n|h|b|\.|v|Shift\+v|a|y|e|o|f|Shift\+c)$/.test(keys))}
        action={
          <Button look="primary" keys="Space" onPress={step}>
            Next step
          </Button>
        }
      />
      {seating ? (
        <AttendanceDialog
          attendance={attendance}
          caseId={item.caseId}
          onKeep={setAttendance}
          onClose={() => setSeating(false)}
        />
      ) : null}
      {vote.casting && ballot !== undefined ? (
        <ModalDialog title="Vote, unseen by the others" isOpen wide onClose={vote.closeForm}>
          <BallotForm key={ballot.ballotId} caseId={item.caseId} ballot={ballot} onCast={vote.onCast} />
        </ModalDialog>
      ) : null}
      {closing ? (
        <ModalDialog
          title="Close the meeting"
          isOpen
          onClose={() => setClosing(false)}
          actions={
            <>
              <Button onPress={() => setClosing(false)}>Go on</Button>
              <Button
                look="primary"
                autoFocus
                isDisabled={busy}
                onPress={() => {
                  setClosing(false);
                  close();
                }}
              >
                Close it
              </Button>
            </>
          }
        >
          <p>The minutes of each case go into the journal, and the summary stands here.</p>
        </ModalDialog>
      ) : null}
    </>
  );
}

/** Who may vote and whether that makes a quorum; while a ballot is open, who still has not. */
function VoteState({
  ballot,
  ballots,
  attendance,
  caseId,
}: {
  ballot: Ballot | undefined;
  ballots: readonly Ballot[];
  attendance: Attendance;
  caseId: string;
}) {
  const quorum = quorumOf(attendance, caseId);
  const waiting = ballot?.electors.filter(({ electorId }) => !ballot.voted.includes(electorId)) ?? [];
  return (
    <section aria-label="Vote">
      <h2>Vote</h2>
      {ballot === undefined ? (
        <p>
          {plural(quorum.voters, 'voter')} here
          {quorum.required === 0 ? ', no quorum set' : quorum.met ? ', quorum met' : ''}
          {quorum.met ? null : (
            <>
              {' '}
              <Flag tone="amber">quorum not met, {quorum.required} required</Flag>
            </>
          )}
        </p>
      ) : (
        <>
          <p role="status">
            <Flag tone="blue">open</Flag> {ballot.voted.length} of {ballot.electors.length} have voted
          </p>
          {waiting.length === 0 ? null : (
            <p className="quiet">Waiting for {waiting.map(({ name }) => name).join(', ')}</p>
          )}
        </>
      )}
      <Statements ballots={ballots} />
    </section>
  );
}

/** Time of this case and of each phase against the plan; over time it says so in a word, not by color alone. */
function Clock({ meeting }: { meeting: Meeting }) {
  const item = currentItem(meeting);
  const spent = spentOn(meeting.spent, item.caseId);
  const planned = budgetOf(item.triage) * 1000;
  return (
    <section aria-label="Clock">
      <p className={styles.clock} data-over={spent > planned}>
        <span role="timer" aria-label="Time of this case">
          {clockWords(spent)}
        </span>
        <small>of {clockWords(planned)}</small>
        {spent > planned ? <Flag tone="amber">over by {clockWords(spent - planned)}</Flag> : null}
      </p>
      <ol className={styles.phases}>
        {MeetingSlide.options.map((slide, index) => {
          const budget = budgetOfSlide(item.triage, slide);
          const taken = spentOn(meeting.spent, item.caseId, slide);
          return (
            <li key={slide} aria-current={slide === meeting.slide ? 'step' : undefined}>
              <Kbd keys={String(index + 1)} />
              <span>{slideWords[slide]}</span>
              <span className={styles.time}>{taken === 0 ? '' : clockWords(taken)}</span>
              <span className={styles.time}>{budget === 0 ? 'passed over' : clockWords(budget * 1000)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Waits({ view, meeting }: { view: CaseView | undefined; meeting: Meeting }) {
  if (view === undefined) return null;
  const { triage, override } = currentItem(meeting);
  const waits = waitsFor(view, triage);
  const { notes } = view.record;
  return (
    <>
      {waits.length === 0 ? null : (
        <section>
          <h2>Not ready</h2>
          <ul>
            {waits.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          {override === undefined ? null : <p className="quiet">Taken all the same: {override}</p>}
        </section>
      )}
      <section>
        <h2>Notes</h2>
        {notes.length === 0 ? (
          <p className="quiet">The case holds none.</p>
        ) : (
          notes.map(({ title, text }) => (
            <p key={title}>
              <b>{title}</b> {text}
            </p>
          ))
        )}
      </section>
    </>
  );
}
