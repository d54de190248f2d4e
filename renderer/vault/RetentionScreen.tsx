import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { RetentionCase, RetentionList } from '../../shared/vault/retention.ts';
import { RetentionGroup } from '../../shared/vault/retention-rules.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, Chip, Empty, FaultNote, Note } from '../ui/parts.tsx';
import { StatusMark } from '../ui/StatusMark.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment, plural } from '../ui/words.ts';
import { EraseDialog } from './EraseDialog.tsx';
import { HoldDialog } from './HoldDialog.tsx';
import { HousePage } from './HousePage.tsx';
import { RetentionRulesDialog } from './RetentionRulesDialog.tsx';
import { day, groupWords, periodWords, reasonWords, standingWords, startOf } from './retention-words.ts';

const PAGE = 200;

const waysOf = ({ standing, hold, proposal }: RetentionCase): string =>
  [
    hold === null ? undefined : `legal hold: ${hold}`,
    proposal === null
      ? undefined
      : `${proposal.byName} proposed to erase it on ${day(proposal.at)}: ${reasonWords[proposal.reason].toLowerCase()}`,
    standing.kind === 'unclear' ? 'a second admin has to agree' : undefined,
    standing.kind !== 'no-rule' && standing.inPause
      ? 'came due while the station was not used: check its date'
      : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('; ');

const columns: readonly Column<RetentionCase>[] = [
  {
    id: 'case',
    title: 'Case',
    width: '16rem',
    cell: ({ caseId }) => <b className="mono">{caseId}</b>,
    text: ({ caseId }) => caseId,
  },
  {
    id: 'status',
    title: 'Status',
    width: '12rem',
    cell: ({ status }) => <StatusMark status={status} />,
    text: ({ status }) => status,
  },
  {
    id: 'standing',
    title: 'Retention',
    width: '17rem',
    cell: ({ standing }) =>
      standing.kind === 'due' || standing.kind === 'unclear' ? (
        <b>{standingWords(standing)}</b>
      ) : (
        standingWords(standing)
      ),
    text: ({ standing }) => standingWords(standing),
  },
  {
    id: 'period',
    title: 'Period',
    width: '26rem',
    cell: ({ standing }) => startOf(standing),
    text: ({ standing }) => startOf(standing),
  },
  {
    id: 'ways',
    title: 'In the way',
    cell: (row) => waysOf(row) || <span className="quiet">–</span>,
    text: waysOf,
  },
];

/** Which cases have been kept as long as the site keeps them (F105). Looking changes nothing, and nothing goes by itself. */
export function RetentionScreen() {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const [limit, setLimit] = useState(PAGE);
  const [selected, setSelected] = useState<string>();
  const [dialog, setDialog] = useState<'rules' | 'hold' | 'erase'>();
  const retention = useQuery({
    queryKey: [...keysOf.retention, all, limit],
    queryFn: () => client.vault.retention({ all, limit }),
    staleTime: 0,
  });
  const mayChange = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'admin');
  const list = retention.data;
  const rows = list?.cases ?? [];
  const chosen = rows.find(({ caseId }) => caseId === selected);
  const renew = () => queries.invalidateQueries({ queryKey: keysOf.retention });
  const lift = useMutation({
    mutationFn: (caseId: CaseId) => client.vault.hold({ caseId, reason: null }),
    onSuccess: async (holds) => {
      queries.setQueryData(keysOf.holds, holds);
      await renew();
    },
  });
  const close = () => {
    setDialog(undefined);
    void renew();
  };
  const onHold = () => {
    if (chosen === undefined || lift.isPending) return;
    if (chosen.hold === null) setDialog('hold');
    else lift.mutate(chosen.caseId);
  };
  const holdWords = chosen === undefined || chosen.hold === null ? 'Legal hold …' : 'Lift the legal hold';
  const erasable = chosen !== undefined && chosen.hold === null;
  const more = () => {
    if (list !== undefined && rows.length < list.matching) setLimit(limit + PAGE);
  };
  const keys = useKeys('Retention', [
    ...rowKeys(
      rows.map(({ caseId }) => caseId as string),
      selected,
      setSelected,
    ),
    { keys: 'a', label: all ? 'due cases only' : 'all cases', run: () => setAll(!all) },
    ...(list !== undefined && rows.length < list.matching ? [{ keys: 'o', label: 'more cases', run: more }] : []),
    ...(mayChange && list !== undefined
      ? [{ keys: 'p', label: 'retention periods', run: () => setDialog('rules') }]
      : []),
    ...(mayChange && chosen !== undefined ? [{ keys: 'Shift+h', label: 'legal hold', run: onHold }] : []),
    ...(mayChange && erasable ? [{ keys: 'Shift+e', label: 'erase this case', run: () => setDialog('erase') }] : []),
  ]);

  return (
    <HousePage
      current="audit"
      title="Retention"
      count={
        list === undefined
          ? undefined
          : `showing ${count(rows.length)} of ${plural(list.matching, all ? 'case' : 'due case')}`
      }
      chips={
        list === undefined ? null : (
          <>
            <Chip>
              <b>{count(list.counts.due)}</b> due
            </Chip>
            {list.counts.unclear === 0 ? null : (
              <Chip>
                <b>{count(list.counts.unclear)}</b> unclear
              </Chip>
            )}
            <Chip>
              <b>{count(list.counts.held)}</b> under legal hold
            </Chip>
            <Button keys="a" onPress={() => setAll(!all)}>
              {all ? 'Due cases only' : 'All cases'}
            </Button>
          </>
        )
      }
      notes={
        <>
          {lift.isError ? <FaultNote fault={faultOf(lift.error)} /> : null}
          {list === undefined ? null : <Rules list={list} />}
          {list === undefined ? null : <ClockNote list={list} />}
        </>
      }
      list={retention}
      loading={{ what: 'Reading the journal', rows: 8 }}
      retry={<Button onPress={() => void renew()}>Try again</Button>}
      keys={keys}
      actions={
        mayChange ? (
          <>
            <Button keys="Shift+h" isDisabled={chosen === undefined || lift.isPending} onPress={onHold}>
              {holdWords}
            </Button>
            <Button keys="Shift+e" isDisabled={!erasable} onPress={() => setDialog('erase')}>
              Erase this case …
            </Button>
            <Button look="primary" keys="p" isDisabled={list === undefined} onPress={() => setDialog('rules')}>
              Retention periods …
            </Button>
          </>
        ) : undefined
      }
      dialogs={
        <>
          {dialog === 'rules' && list !== undefined ? <RetentionRulesDialog list={list} onClose={close} /> : null}
          {dialog === 'hold' && chosen !== undefined ? <HoldDialog caseId={chosen.caseId} onClose={close} /> : null}
          {dialog === 'erase' && chosen !== undefined ? (
            <EraseDialog caseId={chosen.caseId} reason="retention-ended" onErased={close} onClose={close} />
          ) : null}
        </>
      }
    >
      {rows.length === 0 ? (
        <Empty
          level={2}
          title={all ? 'No cases yet' : 'No case is due'}
          actions={
            all ? undefined : (
              <Button keys="a" onPress={() => setAll(true)}>
                Show all cases
              </Button>
            )
          }
        >
          <p>
            {list?.inForce === null
              ? 'This site has set no retention periods; until an admin does, cases are kept without end.'
              : `${plural((list?.counts.kept ?? 0) + (list?.counts['no-rule'] ?? 0), 'case')} kept; none has been kept as long as its period asks.`}
          </p>
        </Empty>
      ) : (
        <WorkTable
          label="Retention"
          columns={columns}
          groups={[{ id: 'all', rows }]}
          rowId={({ caseId }) => caseId}
          selected={selected}
          onSelect={setSelected}
        />
      )}
    </HousePage>
  );
}

function Rules({ list: { inForce, proposed } }: { list: RetentionList }) {
  if (inForce === null) return null;
  return (
    <Note tone={proposed === null ? 'plain' : 'amber'}>
      <p>
        {RetentionGroup.options
          .map((group) => `${groupWords[group]}: ${periodWords(inForce.rules[group])}`)
          .join(' · ')}
        {inForce.rules.twoPersons ? ' · two admins erase' : ''}
      </p>
      <p className="meta">
        Set by {inForce.byName} on {day(inForce.at)}: {inForce.reason}
      </p>
      {proposed === null ? null : (
        <p>
          <strong>{proposed.byName} proposed other periods</strong> on {day(proposed.at)}: {proposed.reason}. Another
          admin has to agree.
        </p>
      )}
    </Note>
  );
}

/** A clock that moved is told before anybody acts on a date. */
function ClockNote({ list: { clock, judgedAt } }: { list: RetentionList }) {
  const [step] = clock.stepsBack.slice(-1);
  if (!clock.isBehind && step === undefined) return null;
  return (
    <Note tone={clock.isBehind ? 'red' : 'amber'} live>
      <p>
        {clock.isBehind ? (
          <>
            <strong>The clock of this station is behind.</strong> It says {moment(judgedAt)}; the journal knows{' '}
            {moment(clock.latest)}. Set it right first: cases that were due are unclear until then.
          </>
        ) : (
          <>
            <strong>The clock went back {plural(clock.stepsBack.length, 'time')}</strong>, last at entry{' '}
            {count(step?.sequence ?? 0)}, from {day(step?.from ?? '')} to {day(step?.to ?? '')}. Cases whose period
            depends on it are unclear: a second admin has to agree to erase them.
          </>
        )}
      </p>
    </Note>
  );
}
