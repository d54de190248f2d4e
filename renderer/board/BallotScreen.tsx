import { useNavigate } from '@tanstack/react-router';
import { openBallot } from '../../shared/board/vote.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCase } from '../app/queries.ts';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Empty, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import { useOnWall } from './audience-link.ts';
import { BallotForm } from './BallotForm.tsx';
import styles from './vote.module.css';

/** A member's own window: votes on what stands on the wall, beside the presenter's (F079). */
export function BallotScreen() {
  const navigate = useNavigate();
  const shown = useOnWall();
  const keys = useKeys('Vote', [{ keys: 'Escape', label: 'worklist', run: () => void navigate({ to: '/' }) }]);
  return (
    <HouseFrame current="meeting">
      {shown === null ? (
        <>
          <TitleBar level={1} title="Vote" />
          <Empty level={2} title="No meeting is held">
            <p>This window votes on the case that the presenter shows.</p>
          </Empty>
        </>
      ) : (
        <OnCase caseId={shown.caseId} />
      )}
      <Foot keys={keys} />
    </HouseFrame>
  );
}

function OnCase({ caseId }: { caseId: string }) {
  const opened = useCase(caseId);
  if (opened.data === undefined)
    return (
      <>
        <TitleBar level={1} title="Vote" />
        <Loading what="Opening the case" rows={6} />
      </>
    );
  const { listing, record, board } = opened.data;
  const ballot = openBallot(board.ballots ?? []);
  return (
    <>
      <TitleBar level={1} title={`Vote on ${listing.pseudonym}`} />
      <div className={styles.own}>
        <p>{record.question}</p>
        {ballot === undefined ? (
          <Empty level={2} title="No vote is open">
            <p>The presenter opens it; it then stands here.</p>
          </Empty>
        ) : (
          <BallotForm key={ballot.ballotId} caseId={listing.caseId} ballot={ballot} />
        )}
      </div>
    </>
  );
}
