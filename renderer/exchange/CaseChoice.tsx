import { useState } from 'react';
import { SEVERAL_LIMIT } from '../../shared/exchange/transactions.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import type { CaseListing } from '../../shared/vault/cases.ts';
import { Button, Field } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './exchange.module.css';

/** Boxes that are drawn at once; the search finds the rest. */
const SHOWN = 60;

interface CaseChoiceProps {
  readonly cases: readonly CaseListing[];
  readonly picked: readonly CaseId[];
  readonly onChange: (picked: readonly CaseId[]) => void;
  readonly study: string;
  readonly onStudy: (name: string) => void;
}

/** Which cases leave in one file, and what it is called; what the search hides stays chosen. */
export function CaseChoice({ cases, picked, onChange, study, onStudy }: CaseChoiceProps) {
  const [filter, setFilter] = useState('');
  const chosen = new Set<string>(picked);
  const words = filter.toLowerCase().split(/\s+/u);
  const found = cases.filter(({ caseId, pseudonym, tumorTypeName }) =>
    words.every((word) => `${caseId} ${pseudonym} ${tumorTypeName}`.toLowerCase().includes(word)),
  );
  const toggle = (caseId: CaseId): void =>
    onChange(chosen.has(caseId) ? picked.filter((one) => one !== caseId) : [...picked, caseId]);
  const all = [...new Set([...picked, ...found.map(({ caseId }) => caseId)])];
  return (
    <fieldset className={styles.cases}>
      <legend>Cases in one file: {plural(picked.length, 'case')}</legend>
      <Field label="Search in the cases" type="search" value={filter} onChange={setFilter} />
      <ul>
        {found.slice(0, SHOWN).map(({ caseId, pseudonym, tumorTypeName }) => (
          <li key={caseId}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(caseId)}
                disabled={!chosen.has(caseId) && picked.length >= SEVERAL_LIMIT}
                onChange={() => toggle(caseId)}
              />
              <span>
                {pseudonym}{' '}
                <span className="quiet">
                  {tumorTypeName} · {caseId}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <p>
        {found.length > SHOWN ? `${found.length - SHOWN} more: search for them. ` : ''}
        {picked.length >= SEVERAL_LIMIT ? `No more than ${SEVERAL_LIMIT} leave at once. ` : ''}
        <Button look="link" isDisabled={all.length > SEVERAL_LIMIT} onPress={() => onChange(all)}>
          {filter === '' ? 'All' : 'All that are found'}
        </Button>{' '}
        <Button look="link" isDisabled={picked.length === 0} onPress={() => onChange([])}>
          None
        </Button>
      </p>
      <Field label="Name of the study or cohort" value={study} onChange={onStudy} maxLength={60} />
    </fieldset>
  );
}
