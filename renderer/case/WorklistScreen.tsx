import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { CaseListing } from '../../shared/vault/cases.ts';
import { readsCases } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { useCases, useVaultStatus } from '../app/queries.ts';
import { isText, useLayout } from '../store/layout.ts';
import { FilterField } from '../ui/FilterField.tsx';
import { Icon } from '../ui/icons.tsx';
import { Button, Empty, FaultNote, Foot, Loading, Note, TitleBar } from '../ui/parts.tsx';
import { StatusMark } from '../ui/StatusMark.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment, plural, statusWords } from '../ui/words.ts';
import styles from './case.module.css';
import { HouseFrame } from './HouseFrame.tsx';
import { useFileDrop, useImport } from './import-cases.tsx';
import { worklistGroups } from './worklist.ts';

const columns: readonly Column<CaseListing>[] = [
  {
    id: 'case',
    title: 'Case',
    width: '11rem',
    cell: (row) => <b className={styles.name}>{row.pseudonym}</b>,
    text: (row) => row.pseudonym,
  },
  {
    id: 'tumor',
    title: 'Tumor type',
    width: '24rem',
    cell: (row) => (
      <>
        {row.tumorTypeName ?? <span className="quiet">not stated</span>}{' '}
        <span className="quiet">{row.tumorTypeCode}</span>
      </>
    ),
    text: (row) => [row.tumorTypeName, row.tumorTypeCode].filter(Boolean).join(' '),
  },
  {
    id: 'stage',
    title: 'Stage',
    width: '5rem',
    cell: (row) => row.stage ?? <span className="quiet">–</span>,
    text: (row) => row.stage ?? '',
  },
  {
    id: 'question',
    title: 'Question',
    cell: (row) => <span className={styles.question}>{row.question}</span>,
    text: (row) => row.question ?? '',
  },
  {
    id: 'status',
    title: 'Status',
    width: '12rem',
    cell: (row) => <StatusMark status={row.status} />,
    text: (row) => statusWords[row.status],
  },
  {
    id: 'updated',
    title: 'Last change',
    width: '12.5rem',
    numeric: true,
    cell: (row) => moment(row.updatedAt),
    text: (row) => row.updatedAt,
  },
];

/** An empty list has no rows to move over. */
const footKeys = (rows: boolean): RegExp => (rows ? /^(j|k|Enter|\/|i|Escape)$/ : /^(i|Shift\+s|Escape)$/);

/** The start of every day: which cases there are, where each stands, and how another one comes in. */
export function WorklistScreen() {
  const cases = useCases();
  const navigate = useNavigate();
  const incoming = useImport();
  const [filter, setFilter] = useLayout('worklist-filter', '', isText);
  const [selected, setSelected] = useLayout('worklist-row', '', isText);
  const filterField = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { work } = incoming;
  const roles = useVaultStatus().data?.user?.roles;
  // Who keeps the house or reads the journal has no seat at the table, and sees cases in an emergency only.
  const hasNoSeat = roles !== undefined && !readsCases(roles);

  const listed = cases.data?.filter((listing) => listing.status !== 'erased') ?? [];
  const groups = worklistGroups(listed, filter);
  const ids = groups.flatMap((group) => group.rows.map((row) => row.caseId as string));
  const current = ids.includes(selected) ? selected : ids[0];
  const open = (caseId: string | undefined) => {
    if (caseId === undefined) return;
    setSelected(caseId);
    void navigate({ to: '/case/$caseId/story', params: { caseId } });
  };
  const importFiles = (files: readonly File[]) => {
    if (!work.running && files.length > 0) void incoming.bundles(files);
  };
  const loadSamples = () => {
    if (!work.running) void incoming.samples();
  };
  const drop = useFileDrop(importFiles);

  const keys = useKeys('Worklist', [
    ...rowKeys(ids, current, setSelected),
    { keys: 'Enter', label: 'open', run: () => open(current) },
    { keys: '/', label: 'filter', run: () => filterField.current?.focus() },
    ...(hasNoSeat
      ? []
      : [
          { keys: 'i', label: 'import a case', run: () => picker.current?.click() },
          { keys: 'Shift+s', label: 'load sample cases', run: loadSamples },
        ]),
    ...(work.running ? [{ keys: 'Escape', label: 'cancel', run: work.cancel }] : []),
  ]);

  const importButton = (look: 'primary' | 'plain') => (
    <Button look={look} keys="i" isDisabled={work.running} onPress={() => picker.current?.click()}>
      Import a case
    </Button>
  );

  return (
    <HouseFrame current="worklist">
      <div className={styles.page} {...drop.handlers}>
        <TitleBar
          level={1}
          title="Worklist"
          count={
            cases.data === undefined
              ? undefined
              : ids.length === cases.total
                ? plural(cases.total, 'case')
                : `showing ${count(ids.length)} of ${plural(cases.total, 'case')}${cases.isComplete ? '' : ', reading the rest'}`
          }
        >
          {listed.length === 0 ? null : (
            <>
              <FilterField
                label="Filter cases"
                value={filter}
                onChange={setFilter}
                inputRef={filterField}
                onLeave={() => setSelected(ids[0] ?? '')}
              />
              {hasNoSeat ? null : (
                <Button isDisabled={work.running} onPress={loadSamples} keys="Shift+s">
                  Load sample cases
                </Button>
              )}
            </>
          )}
        </TitleBar>
        <input
          ref={picker}
          type="file"
          accept=".tbcase"
          multiple
          hidden
          aria-label="Case bundles"
          onChange={(event) => {
            importFiles([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <div className={styles.notices}>
          {hasNoSeat && cases.data !== undefined ? (
            <Note tone="amber">
              <p>
                <strong>Emergency access.</strong> You read cases and change nothing. Each case that you open is
                recorded with your reason.
              </p>
            </Note>
          ) : null}
          {work.running ? <WorkProgress work={work} title={incoming.title} /> : null}
          {work.fault === undefined ? null : (
            <FaultNote
              fault={work.fault}
              action={
                <Button look="quiet" onPress={work.forget}>
                  Dismiss
                </Button>
              }
            />
          )}
        </div>
        {cases.isPending ? (
          <Loading what="Reading the worklist" rows={10} />
        ) : hasNoSeat && cases.isError && faultOf(cases.error).code === 'forbidden' ? (
          <Empty
            level={2}
            title="Cases are open to those who sit at the board"
            actions={
              <>
                <Button look="primary" keys="g a" onPress={() => void navigate({ to: '/audit' })}>
                  Open the audit
                </Button>
                <Button keys="g u" onPress={() => void navigate({ to: '/people' })}>
                  People
                </Button>
              </>
            }
          >
            <p>
              With your roles you read the journal and keep the house. In an emergency an auditor gives a reason under
              People and reads cases for one hour; the reason stands in the journal and in the next report.
            </p>
          </Empty>
        ) : cases.isError ? (
          <div className={styles.notices}>
            <FaultNote
              fault={faultOf(cases.error)}
              action={<Button onPress={() => void cases.refetch()}>Try again</Button>}
            />
          </div>
        ) : listed.length === 0 && work.running ? null : listed.length === 0 ? (
          <Empty
            level={2}
            title="No cases yet"
            actions={
              <>
                {importButton('primary')}
                <Button keys="Shift+s" isDisabled={work.running} onPress={loadSamples}>
                  Load sample cases
                </Button>
              </>
            }
          >
            <p>
              Drop a case bundle (<span className="mono">.tbcase</span>) here or import one. The sample cases are
              synthetic patients that ship with the program; every page of theirs says so.
            </p>
          </Empty>
        ) : ids.length === 0 ? (
          <Empty
            level={2}
            title="No case matches the filter"
            actions={<Button onPress={() => setFilter('')}>Clear the filter</Button>}
          >
            <p>
              {plural(listed.length, 'case')} in the worklist, none with “{filter}”.
            </p>
          </Empty>
        ) : (
          <WorkTable
            label="Cases"
            columns={columns}
            groups={groups}
            rowId={(row) => row.caseId}
            selected={current}
            onSelect={setSelected}
            onOpen={open}
          />
        )}
        <Foot
          keys={keys.filter((key) => footKeys(listed.length > 0).test(key.keys))}
          action={
            listed.length === 0 ? undefined : (
              <div className={styles.footActions}>
                {hasNoSeat ? null : importButton('plain')}
                <Button look="primary" keys="Enter" isDisabled={current === undefined} onPress={() => open(current)}>
                  Open the case
                </Button>
              </div>
            )
          }
        />
        {drop.over ? (
          <div className={styles.dropping} aria-hidden="true">
            <Icon name="upload" />
            <p>Drop case bundles to import them</p>
          </div>
        ) : null}
      </div>
    </HouseFrame>
  );
}
