import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { permitsAny } from '../../shared/vault/roles.ts';
import type { Household as HouseholdState, VaultUser } from '../../shared/vault/service.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Button, Chip, FaultNote, Note, Section, TitleBar } from '../ui/parts.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment } from '../ui/words.ts';
import { HousePage } from './HousePage.tsx';
import { EmergencyAccess, PasswordDialog, PasswordForm } from './OwnPassword.tsx';
import { AddPersonDialog, RecoveryDialog, RemoveDialog, RolesDialog } from './PersonDialogs.tsx';
import styles from './vault.module.css';

/** Who may come in and what they may do (F103); everybody finds their own password here. */
export function PeopleScreen() {
  const { user } = useVaultStatus().data ?? {};
  const isAdmin = permitsAny(user?.roles ?? [], 'admin');
  return isAdmin ? (
    <Household own={user?.userId} />
  ) : (
    <HouseFrame current="people">
      <OwnPage />
    </HouseFrame>
  );
}

type Open = 'add' | 'roles' | 'remove' | 'recovery' | 'password';

function Household({ own }: { own: string | undefined }) {
  const { client } = useWorkstation();
  const household = useQuery({
    queryKey: keysOf.household,
    queryFn: () => client.vault.household(),
    // Keys of many cases take a while; how far they are is asked for as long as they are on their way.
    refetchInterval: ({ state }) => (state.data?.handing ? 500 : false),
  });
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => client.vault.stopHanding(),
    onSuccess: (now) => queries.setQueryData(keysOf.household, now),
  });
  const [selected, setSelected] = useState<string>();
  const [open, setOpen] = useState<Open>();
  const people = household.data?.people ?? [];
  const recovery = household.data?.recovery;
  const chosen = people.find(({ userId }) => userId === selected);
  const removable = chosen !== undefined && chosen.userId !== own;
  const columns: Column<VaultUser>[] = [
    {
      id: 'name',
      title: 'Name',
      width: '22rem',
      cell: (one) => (one.userId === own ? `${one.name} (you)` : one.name),
      text: (one) => one.name,
    },
    { id: 'roles', title: 'Roles', cell: (one) => one.roles.join(', '), text: (one) => one.roles.join(', ') },
    {
      id: 'since',
      title: 'Since',
      width: '12rem',
      cell: (one) => <span className={styles.time}>{moment(one.addedAt)}</span>,
      text: (one) => one.addedAt,
    },
  ];
  const keys = useKeys('People', [
    ...rowKeys(
      people.map(({ userId }) => userId),
      selected,
      setSelected,
    ),
    { keys: 'n', label: 'add a person', run: () => setOpen('add') },
    ...(chosen === undefined ? [] : [{ keys: 'r', label: 'roles', run: () => setOpen('roles') }]),
    ...(removable ? [{ keys: 'Shift+x', label: 'remove', run: () => setOpen('remove') }] : []),
    ...(household.data?.handing && !stop.isPending
      ? [{ keys: 't', label: 'stop handing over', run: () => stop.mutate() }]
      : []),
    { keys: 's', label: 'recovery shares', run: () => setOpen('recovery') },
    { keys: 'p', label: 'my password', run: () => setOpen('password') },
  ]);
  const close = () => setOpen(undefined);
  return (
    <HousePage
      current="people"
      title="People"
      count={`${count(people.length)} with a password, ${count(people.filter(({ roles }) => roles.includes('admin')).length)} of them admin`}
      chips={
        <Chip>
          {recovery === undefined || recovery === null
            ? 'no recovery shares'
            : `recovery: ${recovery.threshold} of ${recovery.shares} papers, ${moment(recovery.madeAt)}`}
        </Chip>
      }
      notes={
        <>
          {stop.isError ? <FaultNote fault={faultOf(stop.error)} /> : null}
          {household.data === undefined ? null : (
            <KeysOnTheWay household={household.data} onStop={stop.isPending ? undefined : stop.mutate} />
          )}
          {recovery === null ? (
            <Note tone="amber">
              <p>
                <strong>No recovery shares yet.</strong> If every admin forgets their password, nobody can open this
                vault again.
              </p>
            </Note>
          ) : null}
        </>
      }
      list={household}
      loading={{ what: 'people', rows: 4 }}
      keys={keys}
      actions={
        <>
          <Button keys="p" onPress={() => setOpen('password')}>
            My password …
          </Button>
          <Button keys="s" onPress={() => setOpen('recovery')}>
            Recovery shares …
          </Button>
          <Button keys="Shift+x" isDisabled={!removable} onPress={() => setOpen('remove')}>
            Remove …
          </Button>
          <Button keys="r" isDisabled={chosen === undefined} onPress={() => setOpen('roles')}>
            Roles …
          </Button>
          <Button look="primary" keys="n" onPress={() => setOpen('add')}>
            Add a person …
          </Button>
        </>
      }
      dialogs={
        <>
          {open === 'add' ? <AddPersonDialog onClose={close} /> : null}
          {open === 'recovery' ? <RecoveryDialog onClose={close} /> : null}
          {open === 'password' ? <PasswordDialog onClose={close} /> : null}
          {open === 'roles' && chosen !== undefined ? <RolesDialog person={chosen} onClose={close} /> : null}
          {open === 'remove' && chosen !== undefined && removable ? (
            <RemoveDialog person={chosen} onClose={close} />
          ) : null}
        </>
      }
    >
      <WorkTable
        label="People"
        columns={columns}
        groups={[{ id: 'all', rows: people }]}
        rowId={(one) => one.userId}
        selected={selected}
        onSelect={setSelected}
      />
    </HousePage>
  );
}

/** Whom keys of cases are being handed to, or who waits for them (F103). */
function KeysOnTheWay({
  household: { people, handing, lacking },
  onStop,
}: {
  household: HouseholdState;
  onStop: (() => void) | undefined;
}) {
  const named = (ids: readonly string[]): string =>
    ids.map((id) => people.find(({ userId }) => userId === id)?.name ?? 'the recovery shares').join(', ');
  if (handing !== null)
    return (
      <Note
        tone="calm"
        live
        action={
          <Button keys="t" isDisabled={onStop === undefined} onPress={() => onStop?.()}>
            Stop for now
          </Button>
        }
      >
        <p>
          <strong>Keys of cases go to {named(handing.to)}</strong>: {count(handing.done)} of {count(handing.of)}. They
          are of use once all are there; you can work on meanwhile.
        </p>
      </Note>
    );
  if (lacking.length === 0) return null;
  return (
    <Note tone="amber">
      <p>
        <strong>No keys of cases yet: {named(lacking)}.</strong> They are handed over when somebody who reads cases
        unlocks the next time.
      </p>
    </Note>
  );
}

/** What somebody who is not an admin finds here: their own password, and the way to cases in an emergency. */
function OwnPage() {
  const { user } = useVaultStatus().data ?? {};
  const roles = user?.roles ?? [];
  return (
    <div className={styles.page}>
      <TitleBar level={1} title={user?.name ?? 'People'} count={roles.join(', ')} />
      <div className={styles.own}>
        <Section title="My password">
          <PasswordForm />
        </Section>
        {permitsAny(roles, 'member') ? null : (
          <Section title="Emergency access">
            <EmergencyAccess />
          </Section>
        )}
        <Note tone="calm">
          <p>Other people, roles and keys are the admin's.</p>
        </Note>
      </div>
    </div>
  );
}
