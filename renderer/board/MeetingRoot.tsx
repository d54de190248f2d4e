import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { budgetOf, clockWords, currentItem, spentOn } from '../../shared/board/meeting.ts';
import { useBoardNews } from '../app/board-news.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCases } from '../app/queries.ts';
import { MeetingProvider, useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';

/** Every screen but the audience's stands inside the meeting, if one is held. */
export function MeetingRoot() {
  const { pathname } = useLocation();
  useBoardNews();
  // The wall and a member's ballot follow the presenter's window; a second meeting in them would speak over it.
  if (pathname === '/audience' || pathname === '/vote') return <Outlet />;
  return (
    <MeetingProvider>
      <Under pathname={pathname} />
    </MeetingProvider>
  );
}

function Under({ pathname }: { pathname: string }) {
  const navigate = useNavigate();
  useKeys('Board', [{ keys: 'g m', label: 'meeting', run: () => void navigate({ to: '/meeting' }) }]);
  return (
    <div className={styles.under}>
      {pathname === '/meeting' ? null : <Strip />}
      <div className={styles.rest}>
        <Outlet />
      </div>
    </div>
  );
}

/** While a meeting is held, its clock stands over whatever the presenter looks up. */
function Strip() {
  const { meeting, audience } = useMeeting();
  const cases = useCases();
  if (meeting === undefined) return null;
  const item = currentItem(meeting);
  const name = cases.data?.find(({ caseId }) => caseId === item.caseId)?.pseudonym ?? 'case';
  return (
    <aside className={styles.strip} aria-label="Meeting">
      <b>{meeting.held ? 'On hold' : 'Meeting'}</b>
      <span>
        {name} · {meeting.slide}
      </span>
      <span className={styles.time}>
        {clockWords(spentOn(meeting.spent, item.caseId))} of {clockWords(budgetOf(item.triage) * 1000)}
      </span>
      <span>{audience ? 'audience window open' : 'no audience window'}</span>
      <Link to="/meeting">
        Back to the meeting <kbd>G M</kbd>
      </Link>
    </aside>
  );
}
