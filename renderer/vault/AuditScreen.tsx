import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { assertNever } from '../../shared/foundation/result.ts';
import type { JournalReport, OutsideHead } from '../../shared/vault/checkpoint.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import type { AuditEntry } from '../../shared/vault/service.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCases, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, Chip, FaultNote, Note } from '../ui/parts.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment, plural, sentence } from '../ui/words.ts';
import { CheckpointDialog } from './CheckpointDialog.tsx';
import { EraseDialog } from './EraseDialog.tsx';
import { HoldDialog } from './HoldDialog.tsx';
import { HousePage } from './HousePage.tsx';
import styles from './vault.module.css';

const PAGE = 200;

/** `decision.recorded` as "Decision recorded". */
const eventWords = (type: string): string => sentence(type.replace('.', ' ').replaceAll('-', ' '));

/** Who did what when. The journal is the source of truth; this page reads it and has it verified. */
export function AuditScreen() {
  const { client } = useWorkstation();
  const cases = useCases();
  const navigate = useNavigate();
  const [selected, setSelected] = useState<string>();
  const pages = useInfiniteQuery({
    queryKey: keysOf.audit,
    queryFn: ({ pageParam }) =>
      client.vault.audit({ limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const verify = useMutation({
    mutationFn: (checkpoint: OutsideHead | undefined) => client.vault.verifyJournal({ checkpoint }),
    onSuccess: () => pages.refetch(),
  });
  const [comparing, setComparing] = useState(false);
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;

  const signHead = useMutation({
    mutationFn: () => client.vault.checkpoint(),
    onSuccess: async (checkpoint) => {
      saveJson(`checkpoint-${checkpoint.treeSize}.json`, checkpoint);
      await pages.refetch();
    },
  });
  const prove = useMutation({
    mutationFn: (sequence: number) => client.vault.proveEntry({ sequence }),
    onSuccess: async (proof) => {
      saveJson(`proof-of-entry-${proof.entry.sequence}.json`, proof);
      await pages.refetch();
    },
  });
  const [erasing, setErasing] = useState<CaseId>();
  const mayErase = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'admin');

  // A member's list of cases is not for everybody who may audit: without it a case is named by its id.
  const names = useMemo(
    () =>
      new Map(
        (cases.data ?? []).map(({ caseId, status, pseudonym }) => [
          caseId,
          status === 'erased' ? 'erased case' : pseudonym,
        ]),
      ),
    [cases.data],
  );
  const queries = useQueryClient();
  const held = new Map(
    (useQuery({ queryKey: keysOf.holds, queryFn: () => client.vault.holds() }).data ?? []).map((one) => [
      one.caseId,
      one,
    ]),
  );
  const [holding, setHolding] = useState<CaseId>();
  const lift = useMutation({
    mutationFn: (caseId: CaseId) => client.vault.hold({ caseId, reason: null }),
    onSuccess: (holds) => queries.setQueryData(keysOf.holds, holds),
  });
  const bareName = (entry: AuditEntry) => (entry.caseId === null ? '–' : (names.get(entry.caseId) ?? entry.caseId));
  const caseName = (entry: AuditEntry) =>
    entry.caseId !== null && held.has(entry.caseId) ? `${bareName(entry)} · legal hold` : bareName(entry);
  const chosen = entries.find((entry) => String(entry.sequence) === selected)?.caseId ?? null;
  const living = mayErase && chosen !== null && names.get(chosen) !== 'erased case' ? chosen : undefined;
  const hold = living === undefined ? undefined : held.get(living);
  const erasable = hold === undefined ? living : undefined;
  const onHold = () => {
    if (living === undefined || lift.isPending) return;
    if (hold === undefined) setHolding(living);
    else lift.mutate(living);
  };
  const columns: Column<AuditEntry>[] = [
    {
      id: 'sequence',
      title: 'No.',
      numeric: true,
      width: '5rem',
      cell: (entry) => count(entry.sequence),
      text: (entry) => String(entry.sequence),
    },
    {
      id: 'time',
      title: 'Time',
      width: '11rem',
      cell: (entry) => <span className={styles.time}>{moment(entry.time)}</span>,
      text: (entry) => entry.time,
    },
    { id: 'who', title: 'Who', width: '16rem', cell: (entry) => entry.actorName, text: (entry) => entry.actorName },
    { id: 'what', title: 'What', width: '18rem', cell: (entry) => eventWords(entry.type), text: (entry) => entry.type },
    { id: 'case', title: 'Case', width: '14rem', cell: caseName, text: caseName },
    {
      id: 'hash',
      title: 'Hash',
      cell: (entry) => <span className="mono quiet">{entry.hash.slice(0, 24)}…</span>,
      text: (entry) => entry.hash,
    },
  ];
  const more = () => {
    if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
  };
  const keys = useKeys('Audit', [
    ...rowKeys(
      entries.map((entry) => String(entry.sequence)),
      selected,
      setSelected,
    ),
    { keys: 'v', label: 'verify the journal', run: () => verify.mutate(undefined) },
    { keys: 'Shift+v', label: 'verify against a checkpoint', run: () => setComparing(true) },
    { keys: 'o', label: 'older entries', run: more },
    { keys: 'c', label: 'export a checkpoint', run: () => signHead.mutate() },
    ...(selected === undefined
      ? []
      : [{ keys: 'e', label: 'export the proof of this entry', run: () => prove.mutate(Number(selected)) }]),
    ...(living === undefined
      ? []
      : [{ keys: 'Shift+h', label: hold === undefined ? 'legal hold' : 'lift the legal hold', run: onHold }]),
    ...(erasable === undefined
      ? []
      : [{ keys: 'Shift+e', label: 'erase the case of this entry', run: () => setErasing(erasable) }]),
  ]);

  return (
    <HousePage
      current="audit"
      title="Audit"
      count={`showing ${count(entries.length)} of ${count(total)} entries, newest first`}
      chips={
        <>
          <Chip>
            Chained by <b>SHA-256</b>
          </Chip>
          <Button keys="g e" onPress={() => void navigate({ to: '/retention' })}>
            Retention
          </Button>
        </>
      }
      notes={
        <>
          {verify.isPending ? <p role="status">Verifying every entry …</p> : null}
          {verify.isError ? <FaultNote fault={faultOf(verify.error)} /> : null}
          {signHead.isError ? <FaultNote fault={faultOf(signHead.error)} /> : null}
          {prove.isError ? <FaultNote fault={faultOf(prove.error)} /> : null}
          {lift.isError ? <FaultNote fault={faultOf(lift.error)} /> : null}
          {hold === undefined ? null : (
            <Note tone="amber">
              <p>
                <strong>Legal hold: nobody erases this case until it is lifted.</strong> {hold.reason}
              </p>
            </Note>
          )}
          {verify.data === undefined ? null : <Verdict report={verify.data} outside={verify.variables} />}
        </>
      }
      list={pages}
      loading={{ what: 'Reading the journal', rows: 12 }}
      keys={keys}
      actions={
        <>
          <Button keys="c" isDisabled={signHead.isPending} onPress={() => signHead.mutate()}>
            Export a checkpoint
          </Button>
          <Button
            keys="e"
            isDisabled={selected === undefined || prove.isPending}
            onPress={() => prove.mutate(Number(selected))}
          >
            Prove this entry
          </Button>
          {mayErase ? (
            <Button keys="Shift+h" isDisabled={living === undefined || lift.isPending} onPress={onHold}>
              {hold === undefined ? 'Legal hold …' : 'Lift the legal hold'}
            </Button>
          ) : null}
          {mayErase ? (
            <Button
              keys="Shift+e"
              isDisabled={erasable === undefined}
              onPress={() => {
                if (erasable !== undefined) setErasing(erasable);
              }}
            >
              Erase this case …
            </Button>
          ) : null}
          <Button keys="Shift+v" isDisabled={verify.isPending} onPress={() => setComparing(true)}>
            Against a checkpoint …
          </Button>
          <Button look="primary" keys="v" isDisabled={verify.isPending} onPress={() => verify.mutate(undefined)}>
            Verify the journal
          </Button>
        </>
      }
      dialogs={
        <>
          {comparing ? (
            <CheckpointDialog
              onVerify={(checkpoint) => {
                setComparing(false);
                verify.mutate(checkpoint);
              }}
              onClose={() => setComparing(false)}
            />
          ) : null}
          {holding === undefined ? null : <HoldDialog caseId={holding} onClose={() => setHolding(undefined)} />}
          {erasing === undefined ? null : (
            <EraseDialog
              caseId={erasing}
              onErased={() => setErasing(undefined)}
              onClose={() => setErasing(undefined)}
            />
          )}
        </>
      }
    >
      <WorkTable
        label="Journal"
        columns={columns}
        groups={[{ id: 'all', rows: entries }]}
        rowId={(entry) => String(entry.sequence)}
        selected={selected}
        onSelect={setSelected}
      />
    </HousePage>
  );
}

/** Hands a document to whoever sits here, as a file to keep outside of the vault. */
function saveJson(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface VerdictProps {
  readonly report: JournalReport;
  /** What it was compared with. */
  readonly outside: OutsideHead | undefined;
}

function Verdict({ report, outside }: VerdictProps) {
  switch (report.ok) {
    case true:
      return (
        <Note tone="calm" live>
          <p>
            <strong>The journal is whole.</strong> {count(report.events)} entries, each chained to the one before it;{' '}
            {plural(report.checkpoints, 'checkpoint holds', 'checkpoints hold')}
            {report.erasedEvents > 0 ? `; ${count(report.erasedEvents)} belong to erased cases` : ''}
            {report.closedEvents > 0
              ? `; ${count(report.closedEvents)} are of cases that you do not read, their seals were not opened`
              : ''}
            .
          </p>
          <p>
            {report.provenUpTo === null ? (
              'No checkpoint from outside was given: that the whole vault was rolled back cannot be seen without one.'
            ) : (
              <>
                <strong>Consistent with the checkpoint</strong>: entries 1 to {count(report.provenUpTo)} are those that
                it covers; {plural(report.events - report.provenUpTo, 'entry was', 'entries were')} written since.
              </>
            )}
          </p>
          <p className="meta">
            tree head <span className="mono">{report.rootHash}</span>
          </p>
        </Note>
      );
    case false: {
      // What was given is at fault: the journal was not looked at, and nothing is said of it.
      if (report.brokenAt === 0)
        return (
          <Note tone="amber" live>
            <p>
              <strong>The journal was not checked.</strong> {report.message}
            </p>
          </Note>
        );
      const isAgainst = outside !== undefined && (report.flaw === 'checkpoint-differs' || report.flaw === 'truncated');
      if (isAgainst)
        return (
          <Note tone="red" live>
            <p>
              <strong>Not consistent with the checkpoint, at entry {count(report.brokenAt)}.</strong> {report.message}
            </p>
            <p>
              {'signature' in outside ? '' : 'Compare what was typed with the paper once more. '}
              Keep a copy of this vault and compare it with the last backup before anything else is signed.
            </p>
          </Note>
        );
      return (
        <Note tone="red" live>
          <p>
            <strong>The journal is broken at entry {count(report.brokenAt)}.</strong> {report.message}
          </p>
          <p>Nothing is written to a damaged vault. Keep a copy of the file and restore the last backup.</p>
        </Note>
      );
    }
    default:
      return assertNever(report);
  }
}
