import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { Role } from '../../shared/vault/roles.ts';
import type { RecoveryShares, VaultUser } from '../../shared/vault/service.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog, Note } from '../ui/parts.tsx';
import { count, moment } from '../ui/words.ts';
import { passwordStanding } from './password-words.ts';
import styles from './vault.module.css';

const may: Readonly<Record<Role, string>> = {
  prep: 'prepares cases: imports, answers questions, reviews findings',
  presenter: 'leads the meeting, opens votes, writes minutes',
  member: 'reads cases, votes, writes notes and decisions',
  signer: 'signs and amends reports',
  auditor: 'reads and verifies the journal, no cases',
  admin: 'keeps people, keys, holds and erasure; no cases by being admin',
};

function RoleChoice({ roles, onChange }: { roles: readonly Role[]; onChange: (roles: Role[]) => void }) {
  return (
    <fieldset className={styles.reasons}>
      <legend>Roles</legend>
      {Role.options.map((role) => (
        <label key={role}>
          <input
            type="checkbox"
            checked={roles.includes(role)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...roles, role] : roles.filter((one) => one !== role))
            }
          />
          <span>
            <strong>{role}</strong> <span className="quiet">{may[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function useHouseholdChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [keysOf.household, keysOf.people, keysOf.vault].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
}

/** One more person, with a password that they type themselves. */
export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const { client } = useWorkstation();
  const changed = useHouseholdChanged();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<Role[]>(['member']);
  const standing = passwordStanding(password, [name]);
  const add = useMutation({
    mutationFn: () => client.vault.addPerson({ name, password, roles }),
    onSuccess: async () => {
      await changed();
      onClose();
    },
    onSettled: () => setPassword(''),
  });
  const complete = name.trim() !== '' && standing.accepted && roles.length > 0 && !add.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) add.mutate();
  };
  return (
    <ModalDialog title="Add a person" isOpen onClose={onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Add a person">
        <Field
          label="Name"
          value={name}
          onChange={setName}
          maxLength={120}
          autoFocus
          isRequired
          hint="Stands in the journal beside everything they do."
        />
        <Field
          label="Their password, typed by them"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          hint={standing.words}
          isRequired
        />
        <RoleChoice roles={roles} onChange={setRoles} />
        {add.isError ? <FaultNote fault={faultOf(add.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape">
            Add nobody
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!complete}>
            {add.isPending ? 'Adding …' : 'Add the person'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

export function RolesDialog({ person, onClose }: { person: VaultUser; onClose: () => void }) {
  const { client } = useWorkstation();
  const changed = useHouseholdChanged();
  const [roles, setRoles] = useState<Role[]>(person.roles);
  const change = useMutation({
    mutationFn: () => client.vault.changeRoles({ userId: person.userId, roles }),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  return (
    <ModalDialog title={`Roles of ${person.name}`} isOpen onClose={onClose}>
      <form
        className={styles.erase}
        aria-label="Change roles"
        onSubmit={(event) => {
          event.preventDefault();
          if (roles.length > 0) change.mutate();
        }}
      >
        <RoleChoice roles={roles} onChange={setRoles} />
        {roles.length === 0 ? <p role="status">A person without a role can do nothing: remove them instead.</p> : null}
        {change.isError ? <FaultNote fault={faultOf(change.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape">
            Keep as they are
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={roles.length === 0 || change.isPending}>
            Change the roles
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

export function RemoveDialog({ person, onClose }: { person: VaultUser; onClose: () => void }) {
  const { client } = useWorkstation();
  const changed = useHouseholdChanged();
  const stop = useRef<AbortController>(undefined);
  const remove = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      return client.vault.removePerson({ userId: person.userId }, { signal: stop.current.signal });
    },
    onSuccess: async () => {
      await changed();
      onClose();
    },
    // Stopped while its last step ran, it is done all the same: the list of people tells.
    onError: changed,
  });
  const household = useQuery({
    queryKey: keysOf.household,
    queryFn: () => client.vault.household(),
    enabled: remove.isPending,
    refetchInterval: 500,
  });
  const writing = remove.isPending ? household.data?.removing : undefined;
  const leave = remove.isPending ? () => stop.current?.abort() : onClose;
  return (
    <ModalDialog title={`Remove ${person.name}`} isOpen onClose={leave}>
      <div className={styles.erase}>
        <p>
          Their password opens nothing from now on. Every key it led to is changed and the database is written anew, so
          a key file they kept is of no use either.
        </p>
        <p className="meta">
          What they did stays in the journal under their name. What they printed or copied before is not reached from
          here.
        </p>
        {writing ? (
          <p role="status">
            {count(writing.done)} of {count(writing.of)} rows written anew. Until all are, nothing has happened; others
            can work on meanwhile.
          </p>
        ) : null}
        {remove.isError ? <FaultNote fault={faultOf(remove.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={leave} keys="Escape" autoFocus>
            {remove.isPending ? 'Stop' : 'Keep the person'}
          </Button>
          <Button look="primary" isDisabled={remove.isPending} onPress={() => remove.mutate()}>
            {remove.isPending ? 'Changing the keys …' : 'Remove and change the keys'}
          </Button>
        </div>
      </div>
    </ModalDialog>
  );
}

const counted = (text: string): number => (/^\d{1,2}$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Makes recovery shares and shows them this once, for printing. */
export function RecoveryDialog({ onClose }: { onClose: () => void }) {
  const { client } = useWorkstation();
  const changed = useHouseholdChanged();
  const [shares, setShares] = useState('5');
  const [threshold, setThreshold] = useState('3');
  const [made, setMade] = useState<RecoveryShares>();
  const [of, needed] = [counted(shares), counted(threshold)];
  const fits = needed >= 2 && of >= needed && of <= 20;
  const make = useMutation({
    mutationFn: () => client.vault.makeRecovery({ shares: of, threshold: needed }),
    onSuccess: async (value) => {
      setMade(value);
      await changed();
    },
  });
  if (made !== undefined) return <Papers made={made} onClose={onClose} />;
  return (
    <ModalDialog title="Recovery shares" isOpen onClose={onClose}>
      <form
        className={styles.erase}
        aria-label="Recovery shares"
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) make.mutate();
        }}
      >
        <p>
          Papers for the day on which nobody knows a password. Some of them together give one person a new password;
          fewer tell nothing. Shares made before open nothing any more.
        </p>
        <Field label="Papers" value={shares} onChange={setShares} maxLength={2} isInvalid={!fits} />
        <Field
          label="Needed together"
          value={threshold}
          onChange={setThreshold}
          maxLength={2}
          isInvalid={!fits}
          hint={
            fits ? 'Give each paper to another person.' : '2 or more, and no more than there are papers (at most 20).'
          }
        />
        {make.isError ? <FaultNote fault={faultOf(make.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape">
            Make none
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!fits || make.isPending}>
            Make the shares
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

/** Closed by its own button only: a slip of the finger would lose what is kept nowhere else. */
const Papers = ({ made, onClose }: { made: RecoveryShares; onClose: () => void }) => (
  <ModalDialog title="Recovery shares" isOpen wide onClose={() => undefined}>
    <div className={styles.papers}>
      <Note tone="amber" live>
        <p>
          <strong>Shown this once.</strong> Print them or write them down now; they are kept nowhere.
        </p>
      </Note>
      <ol>
        {made.shares.map((share, index) => (
          <li key={share}>
            <p>
              <strong>
                Share {index + 1} of {made.shares.length}
              </strong>{' '}
              · {made.threshold} needed together · vault {made.vaultId.slice(0, 8)} · {moment(made.madeAt)}
            </p>
            <p className="mono">{share}</p>
          </li>
        ))}
      </ol>
      <p className="meta">
        To use them: <span className="mono">consilium vault recover --shares-file papers.txt --user "name"</span>
      </p>
      <div className={styles.ends}>
        <Button onPress={() => window.print()}>Print</Button>
        <Button look="primary" onPress={onClose}>
          They are on paper
        </Button>
      </div>
    </div>
  </ModalDialog>
);
