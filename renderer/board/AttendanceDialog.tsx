import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Attendance, type Attendee, attendanceProblems, quorumOf } from '../../shared/board/attendance.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import styles from './vote.module.css';

interface AttendanceDialogProps {
  readonly attendance: Attendance;
  /** The case on the wall, for which somebody may be recused. */
  readonly caseId: CaseId | undefined;
  readonly onKeep: (attendance: Attendance) => void;
  readonly onClose: () => void;
}

/** Who is here, as what, with which conflict of interest, and how many make a quorum (F078). */
export function AttendanceDialog({ attendance, caseId, onKeep, onClose }: AttendanceDialogProps) {
  const [draft, setDraft] = useState(attendance);
  const [quorum, setQuorum] = useState(String(attendance.quorum));
  const vault = useVaultStatus();
  const change = (at: number, part: Partial<Attendee>) =>
    setDraft((before) => ({
      ...before,
      people: before.people.map((one, index) => (index === at ? { ...one, ...part } : one)),
    }));
  const wanted = { ...draft, quorum: Number(quorum) };
  const named = { ...wanted, people: draft.people.filter(({ name }) => name.trim() !== '') };
  const problems = /^\d{1,3}$/.test(quorum) ? attendanceProblems(named) : ['the quorum is a number of people'];
  const counted = quorumOf(named, caseId ?? '');
  return (
    <ModalDialog title="Who is here" isOpen onClose={onClose} wide>
      <form
        className={styles.attendance}
        onSubmit={(event) => {
          event.preventDefault();
          if (problems.length > 0) return;
          onKeep(named);
          onClose();
        }}
      >
        <div className={styles.people}>
          {draft.people.map((one, at) => (
            <fieldset key={one.attendeeId} className={styles.attendee}>
              <legend className="hidden">{one.name === '' ? 'New person' : one.name}</legend>
              <Field
                label="Name"
                value={one.name}
                onChange={(name) => change(at, { name })}
                isDisabled={one.userId !== undefined}
                maxLength={120}
                autoFocus={one.userId === undefined && one.name === ''}
              />
              <Field
                label="Sits as"
                value={one.role}
                onChange={(role) => change(at, { role })}
                maxLength={80}
                autoFocus={at === 0}
              />
              <Field
                label="Conflict of interest"
                value={one.conflictOfInterest ?? ''}
                onChange={(words) =>
                  change(at, words.trim() === '' ? { conflictOfInterest: '' } : { conflictOfInterest: words })
                }
                maxLength={300}
              />
              <Tick label="here" on={one.present} onChange={(present) => change(at, { present })} />
              <Tick label="votes" on={one.votes} onChange={(votes) => change(at, { votes })} />
              {caseId === undefined ? null : (
                <Tick
                  label="recused from this case"
                  on={one.recusedFrom.includes(caseId)}
                  onChange={(on) =>
                    change(at, {
                      recusedFrom: on
                        ? [...one.recusedFrom, caseId]
                        : one.recusedFrom.filter((recused) => recused !== caseId),
                    })
                  }
                />
              )}
              <span className="meta">{one.userId === undefined ? 'no password here' : 'votes with own password'}</span>
            </fieldset>
          ))}
        </div>
        <div className={styles.under}>
          <Button
            look="quiet"
            onPress={() =>
              setDraft((before) => ({
                ...before,
                people: [
                  ...before.people,
                  {
                    attendeeId: crypto.randomUUID(),
                    name: '',
                    role: '',
                    present: true,
                    votes: true,
                    recusedFrom: [],
                  },
                ],
              }))
            }
          >
            Add a person
          </Button>
          <div className={styles.quorum}>
            <Field label="Quorum, voters" value={quorum} onChange={setQuorum} maxLength={3} />
          </div>
          <p role="status" className={problems.length > 0 ? styles.problem : undefined}>
            {problems.length > 0
              ? `${problems.join('; ')}.`
              : `${counted.voters} may vote${caseId === undefined ? '' : ' on this case'}; quorum ${
                  counted.required === 0 ? 'not set' : counted.met ? 'met' : 'not met'
                }.`}
          </p>
          <Button type="submit" look="primary" isDisabled={problems.length > 0}>
            Keep
          </Button>
        </div>
      </form>
      {vault.data?.user?.roles.includes('admin') === true ? <NewMember /> : null}
    </ModalDialog>
  );
}

const Tick = ({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) => (
  <label className={styles.tick}>
    <input type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
    {label}
  </label>
);

/** An admin gives somebody a password of their own, so that nobody else can vote for them. */
function NewMember() {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [added, setAdded] = useState(0);
  const adding = useMutation({
    mutationFn: () => client.vault.addPerson({ name, password, roles: ['member'] }),
    onSuccess: async () => {
      setName('');
      setAdded((count) => count + 1);
      await queries.invalidateQueries({ queryKey: keysOf.people });
    },
    onSettled: () => setPassword(''),
  });
  return (
    <details className={styles.member}>
      <summary>Give a member a password of their own</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') adding.mutate();
        }}
      >
        {/* Anew after each member: the button that was pressed goes out, and the focus would go with it. */}
        <Field
          key={added}
          label="Name of the member"
          value={name}
          onChange={setName}
          maxLength={120}
          autoFocus={added > 0}
        />
        <Field
          label="Their password, typed by them"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
        />
        <Button type="submit" isDisabled={adding.isPending || name.trim() === ''}>
          Add the member
        </Button>
        {adding.isSuccess ? <p role="status">Added. Open this list again to seat them.</p> : null}
      </form>
      {adding.isError ? <FaultNote fault={faultOf(adding.error)} /> : null}
    </details>
  );
}
