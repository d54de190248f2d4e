import { useNavigate } from '@tanstack/react-router';
import { caseMinutes, clockWords, type Meeting, MeetingSlide, spentOn } from '../../shared/board/meeting.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCases } from '../app/queries.ts';
import { Button, Foot, TitleBar } from '../ui/parts.tsx';
import { moment, plural } from '../ui/words.ts';
import { useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';
import { keptWords, slideWords, triageWords } from './meeting-words.ts';

/** Where the minutes went: each case against its plan, as numbers and as bars on one scale (F081). */
export function Summary({ meeting }: { meeting: Meeting }) {
  const { forget } = useMeeting();
  const cases = useCases();
  const navigate = useNavigate();
  const rows = caseMinutes(meeting);
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const reached = rows.filter(({ kept }) => kept !== 'not-reached');
  const within = reached.filter(({ kept }) => kept === 'within').length;
  const longest = Math.max(
    1,
    ...rows.map(({ milliseconds, budgetMilliseconds }) => Math.max(milliseconds, budgetMilliseconds)),
  );
  const keys = useKeys('Summary', [
    { keys: 'Enter', label: 'next agenda', run: forget },
    { keys: 'Escape', label: 'worklist', run: () => void navigate({ to: '/' }) },
  ]);
  return (
    <>
      <TitleBar
        level={1}
        title="Minutes of the meeting"
        count={`opened ${moment(meeting.openedAt)} · ${clockWords(total)} min on ${plural(reached.length, 'case')} · ${within} within a fifth of the plan`}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.summary} aria-label="Minutes by case" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">How</th>
              <th scope="col" className="num">
                Taken, min
              </th>
              <th scope="col" className="num">
                Planned, min
              </th>
              <th scope="col">Taken against planned</th>
              <th scope="col">Kept</th>
              <th scope="col">By phase, min</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ item, milliseconds, budgetMilliseconds, kept }) => (
              <tr key={item.caseId}>
                <th scope="row">{cases.data?.find(({ caseId }) => caseId === item.caseId)?.pseudonym ?? 'case'}</th>
                <td>{triageWords[item.triage]}</td>
                <td className="num">{clockWords(milliseconds)}</td>
                <td className="num">{clockWords(budgetMilliseconds)}</td>
                <td>
                  <span className={styles.track} aria-hidden="true">
                    <i style={{ width: `${(milliseconds / longest) * 100}%` }} data-kept={kept} />
                    <b style={{ left: `${(budgetMilliseconds / longest) * 100}%` }} />
                  </span>
                </td>
                <td>{keptWords[kept]}</td>
                <td className="quiet">
                  {MeetingSlide.options
                    .map((slide) => [slide, spentOn(meeting.spent, item.caseId, slide)] as const)
                    .filter(([, taken]) => taken > 0)
                    .map(([slide, taken]) => `${slideWords[slide]} ${clockWords(taken)}`)
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="meta">The mark on each bar is the plan. The same figures stand in the journal.</p>
      </section>
      <Foot
        keys={keys}
        action={
          <Button look="primary" keys="Enter" onPress={forget}>
            Next agenda
          </Button>
        }
      />
    </>
  );
}
