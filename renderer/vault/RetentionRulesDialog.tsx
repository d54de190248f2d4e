import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { RetentionList } from '../../shared/vault/retention.ts';
import { RetentionGroup, type RetentionPeriod, type RetentionRules } from '../../shared/vault/retention-rules.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field, ModalDialog } from '../ui/parts.tsx';
import { groupWords } from './retention-words.ts';
import styles from './vault.module.css';

/** Nothing is due by rules that nobody has set. */
const forever: RetentionPeriod = { years: null, from: 'last-act' };
const none: RetentionRules = { unfinished: forever, decided: forever, signed: forever, twoPersons: false };

const yearsOf = (text: string): number | null | undefined => {
  if (text.trim() === '') return null;
  const years = Number(text);
  return /^\d{1,3}$/.test(text.trim()) && years >= 1 && years <= 150 ? years : undefined;
};

/** The periods of the site (F105). An admin says why they change; where two persons have to agree, this only proposes. */
export function RetentionRulesDialog({ list, onClose }: { list: RetentionList; onClose: () => void }) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  // A proposal that waits is what a second admin comes to look at.
  const start = list.proposed?.rules ?? list.inForce?.rules ?? none;
  const [rules, setRules] = useState(start);
  const [years, setYears] = useState<Record<RetentionGroup, string>>({
    unfinished: String(start.unfinished.years ?? ''),
    decided: String(start.decided.years ?? ''),
    signed: String(start.signed.years ?? ''),
  });
  const [reason, setReason] = useState('');
  const set = useMutation({
    mutationFn: (wanted: RetentionRules) => client.vault.setRetention({ rules: wanted, reason }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keysOf.retention });
      onClose();
    },
  });
  const read = RetentionGroup.options.map((group) => [group, yearsOf(years[group])] as const);
  const wrong = read.filter(([, value]) => value === undefined).map(([group]) => group);
  const isComplete = wrong.length === 0 && reason.trim().length >= 3 && !set.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    const periods = read.map(([group, value]) => [group, { ...rules[group], years: value ?? null }]);
    set.mutate({ ...rules, ...(Object.fromEntries(periods) as Omit<RetentionRules, 'twoPersons'>) });
  };
  const proposes = list.inForce?.rules.twoPersons === true;
  return (
    <ModalDialog title="Retention periods" isOpen onClose={set.isPending ? () => undefined : onClose}>
      <form className={styles.erase} onSubmit={submit} aria-label="Retention periods">
        <p>How long cases are kept. Nothing is erased by itself: a case whose period has ended is listed as due.</p>
        {list.proposed === null ? null : (
          <p className="meta">
            {list.proposed.byName} proposed these: “{list.proposed.reason}”. They are in force when another admin sets
            the same.
          </p>
        )}
        <fieldset className={styles.periods} aria-label="Periods">
          {RetentionGroup.options.map((group, place) => (
            <div key={group} className={styles.period}>
              <Field
                label={`${groupWords[group]}: years`}
                value={years[group]}
                onChange={(text) => setYears({ ...years, [group]: text })}
                isInvalid={wrong.includes(group)}
                maxLength={3}
                autoFocus={place === 0}
                hint={wrong.includes(group) ? 'Whole years from 1 to 150, or nothing.' : 'Empty: kept without end.'}
              />
              <label>
                <span>counted from</span>
                <select
                  value={rules[group].from}
                  onChange={(event) =>
                    setRules({
                      ...rules,
                      [group]: { ...rules[group], from: event.target.value as RetentionPeriod['from'] },
                    })
                  }
                >
                  <option value="last-act">the last act</option>
                  <option value="decision">the decision</option>
                </select>
              </label>
            </div>
          ))}
        </fieldset>
        <label className={styles.tick}>
          <input
            type="checkbox"
            checked={rules.twoPersons}
            onChange={(event) => setRules({ ...rules, twoPersons: event.currentTarget.checked })}
          />
          Two admins erase: one proposes, another carries it out. Rules then change in the same way.
        </label>
        <Field
          label="Reason"
          hint="The law, guideline or decision of the house behind these periods."
          value={reason}
          onChange={setReason}
          maxLength={300}
          isRequired
        />
        {set.isError ? <FaultNote fault={faultOf(set.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={set.isPending}>
            Change nothing
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!isComplete}>
            {proposes ? 'Propose or agree' : 'Set the periods'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
