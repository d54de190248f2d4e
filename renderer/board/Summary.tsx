import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  type CaseMinutes,
  caseMinutes,
  clockWords,
  type Meeting,
  MeetingSlide,
  spentOn,
  Triage,
} from '../../shared/board/meeting.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCases } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, Foot, TitleBar } from '../ui/parts.tsx';
import { moment, plural } from '../ui/words.ts';
import { useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';
import { keptWords, slideWords, triageWords } from './meeting-words.ts';

/** Where the minutes went: each case against its plan, as numbers and as bars on one scale (F081). */
export function Summary({ meeting }: { meeting: Meeting }) {
  const { client } = useWorkstation();
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
  const printing = useMutation({
    mutationFn: async () => {
      const ticket = await client.board.minutes({ meetingId: meeting.meetingId });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
    },
  });
  const keys = useKeys('Summary', [
    { keys: 'Enter', label: 'next agenda', run: forget },
    { keys: 'm', label: 'minutes as PDF', run: () => printing.mutate() },
    { keys: 'g t', label: 'actions', run: () => void navigate({ to: '/actions' }) },
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
        <Distribution rows={reached} />
        <p className="meta">The mark on each bar is the plan. The same figures stand in the journal.</p>
      </section>
      <Foot
        keys={keys}
        action={
          <div className={styles.action}>
            {printing.isError ? <span role="alert">{faultOf(printing.error).message}</span> : null}
            <Button keys="m" isDisabled={printing.isPending} onPress={() => printing.mutate()}>
              {printing.isPending ? 'Printing …' : 'Minutes as PDF'}
            </Button>
            <Button look="primary" keys="Enter" onPress={forget}>
              Next agenda
            </Button>
          </div>
        }
      />
    </>
  );
}

/** How the minutes lie: one dot a case, on one scale, against the plan of its kind. The table above holds the numbers. */
function Distribution({ rows }: { rows: readonly CaseMinutes[] }) {
  if (rows.length < 2) return null;
  const most = Math.max(
    ...rows.map(({ milliseconds, budgetMilliseconds }) => Math.max(milliseconds, budgetMilliseconds)),
  );
  const kinds = Triage.options.flatMap((triage) => {
    const of = rows.filter(({ item }) => item.triage === triage);
    const sorted = of.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    const median = ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
    return of.length === 0 ? [] : [{ triage, of, median, plan: of[0]?.budgetMilliseconds ?? 0 }];
  });
  const at = (milliseconds: number): string => `${(milliseconds / most) * 100}%`;
  return (
    <section className={styles.spread} aria-label="How the minutes lie">
      <h2>How do the minutes of a case lie against the plan?</h2>
      {kinds.map(({ triage, of, median, plan }) => (
        <div key={triage}>
          <span>
            {triageWords[triage]}, n = {of.length}
          </span>
          <span className={styles.strip2} aria-hidden="true">
            <b style={{ left: at(plan) }} />
            {of.map(({ item, milliseconds }) => (
              <i key={item.caseId} style={{ left: at(milliseconds) }} />
            ))}
          </span>
          <span className={styles.time}>
            median {clockWords(median)}, plan {clockWords(plan)}
          </span>
        </div>
      ))}
    </section>
  );
}
