import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { WatchedReport } from '../../shared/report/report.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, FaultNote, Foot, Note, Section, TitleBar } from '../ui/parts.tsx';
import { type Column, PlainTable, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { moment, plural } from '../ui/words.ts';
import styles from './report.module.css';

const stateWords: Record<WatchedReport['state'], string> = {
  'would-change': 'would change',
  unchanged: 'says the same',
  'not-compared': 'not compared',
};
const tones = { 'would-change': 'amber', unchanged: 'calm', 'not-compared': 'red' } as const;

const columns: readonly Column<WatchedReport>[] = [
  {
    id: 'state',
    title: 'Today it',
    width: '11rem',
    cell: ({ state }) => <Flag tone={tones[state]}>{stateWords[state]}</Flag>,
    text: ({ state }) => stateWords[state],
  },
  {
    id: 'report',
    title: 'Report',
    width: '10rem',
    cell: ({ reportId }) => <span className={`mono ${styles.whole}`}>{reportId}</span>,
    text: ({ reportId }) => reportId,
  },
  { id: 'case', title: 'Case', cell: ({ caseId }) => caseId, text: ({ caseId }) => caseId },
  {
    id: 'signed',
    title: 'Signed',
    width: '10.5rem',
    cell: ({ signedAt }) => <span className={styles.whole}>{moment(signedAt)}</span>,
    text: ({ signedAt }) => signedAt,
  },
  {
    id: 'differences',
    title: 'Differences',
    width: '7rem',
    cell: ({ differences }) => differences.length,
    text: ({ differences }) => String(differences.length),
  },
];

interface Watching {
  readonly reports: readonly WatchedReport[];
  readonly progress: { readonly done: number; readonly of: number } | undefined;
  readonly running: boolean;
  readonly fault: Fault | undefined;
  readonly run: () => void;
  readonly cancel: () => void;
}

function useWatch(): Watching {
  const { client } = useWorkstation();
  const [reports, setReports] = useState<readonly WatchedReport[]>([]);
  const [progress, setProgress] = useState<Watching['progress']>();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const run = useCallback(async () => {
    current.current?.abort();
    const own = new AbortController();
    current.current = own;
    setReports([]);
    setProgress(undefined);
    setFault(undefined);
    setRunning(true);
    try {
      for await (const event of await client.report.watch(undefined, { signal: own.signal }))
        if (event.kind === 'step') setProgress(event);
        else setReports((before) => [...before, event.report]);
    } catch (error) {
      if (!own.signal.aborted) setFault(faultOf(error));
    } finally {
      if (current.current === own) setRunning(false);
    }
  }, [client]);
  return { reports, progress, running, fault, run: () => void run(), cancel: () => current.current?.abort() };
}

/** Which signed reports would say something else with the packs and models that are here now, and how (F099). */
export function WatchScreen() {
  const navigate = useNavigate();
  const { reports, progress, running, fault, run, cancel } = useWatch();
  const [chosen, setChosen] = useState<string>();
  const groups = (['would-change', 'not-compared', 'unchanged'] as const)
    .map((state) => ({ id: state, title: stateWords[state], rows: reports.filter((one) => one.state === state) }))
    .filter(({ rows }) => rows.length > 0);
  const ids = groups.flatMap(({ rows }) => rows.map(({ caseId }) => caseId));
  const selected = chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
  const one = reports.find(({ caseId }) => caseId === selected);
  const open = (caseId: string) => void navigate({ to: '/case/$caseId/report', params: { caseId } });
  const keys = useKeys('Signed reports', [
    ...rowKeys(ids, selected, setChosen),
    { keys: 'o', label: 'open a signed file', run: () => void navigate({ to: '/opened' }) },
    { keys: 'c', label: running ? 'stop' : 'compare', run: running ? cancel : run },
    ...(selected === undefined ? [] : [{ keys: 'Enter', label: 'open the report', run: () => open(selected) }]),
  ]);
  const wholeDone = !running && progress !== undefined && progress.done === progress.of;
  const count =
    progress === undefined
      ? undefined
      : running
        ? `${progress.done} of ${progress.of} compared`
        : wholeDone
          ? `${plural(progress.of, 'signed report')} · ${plural(reports.filter(({ state }) => state === 'would-change').length, 'would change', 'would change')}`
          : `stopped after ${progress.done} of ${progress.of}`;
  return (
    <HouseFrame current="packs">
      <TitleBar level={1} title="Signed reports against today" count={count} />
      <div className={styles.notices}>{fault === undefined ? null : <FaultNote fault={fault} />}</div>
      {reports.length > 0 ? (
        <div className={styles.watch}>
          <WorkTable
            label="Signed reports"
            columns={columns}
            groups={groups}
            rowId={({ caseId }) => caseId}
            selected={selected}
            onSelect={setChosen}
            onOpen={open}
          />
          {one === undefined ? null : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            <aside className={styles.difference} aria-label={`Report ${one.reportId} against today`} tabIndex={0}>
              <h2 className="mono">{one.reportId}</h2>
              {one.reason === undefined ? null : (
                <Note tone="red">
                  <p>{one.reason}</p>
                </Note>
              )}
              {one.sources.length === 0 ? null : (
                <Section title="Packs and models since">
                  <ul>
                    {one.sources.map((source) => (
                      <li key={source}>{source}</li>
                    ))}
                  </ul>
                </Section>
              )}
              {one.differences.length === 0 ? (
                <p className="quiet">
                  {one.state === 'unchanged' ? 'Findings, treatments and score are said as they were signed.' : null}
                </p>
              ) : (
                <PlainTable
                  label="Differences"
                  head={['Part', 'What', 'As signed', 'Today']}
                  rows={one.differences.map(({ part, what, before, after }) => [
                    part,
                    <b key={what}>{what}</b>,
                    before,
                    after,
                  ])}
                />
              )}
            </aside>
          )}
        </div>
      ) : (
        <div className={styles.signed}>
          <p>
            {running
              ? 'Each signed case is analysed again from its bundle …'
              : wholeDone
                ? 'No report of this vault is signed yet.'
                : 'Analyses every signed case again with the packs and models that are here now, and compares with what was signed. Nothing is written.'}
          </p>
        </div>
      )}
      <Foot
        keys={keys.filter((key) => !key.keys.startsWith('Arrow'))}
        action={
          <div className={styles.ends}>
            <Button keys="o" onPress={() => void navigate({ to: '/opened' })}>
              Open a signed file
            </Button>
            <Button look="primary" keys="c" onPress={running ? cancel : run}>
              {running ? 'Stop' : reports.length > 0 ? 'Compare again' : 'Compare'}
            </Button>
          </div>
        }
      />
    </HouseFrame>
  );
}
