import type { ExportPreview } from '../../shared/exchange/transactions.ts';
import { type DeidentifyChoice, safeHarbor } from '../../shared/report/deidentify/index.ts';
import { Flag } from '../ui/marks.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './exchange.module.css';
import { doneWords } from './exchange-words.ts';

interface FieldChoicesProps {
  readonly preview: Pick<ExportPreview, 'choices' | 'safeHarbor'>;
  readonly choice: DeidentifyChoice;
  readonly onChange: (choice: DeidentifyChoice) => void;
}

const harborWords = (letters: readonly string[]): string =>
  letters.map((letter) => safeHarbor[letter as keyof typeof safeHarbor]?.title ?? letter).join(', ');

/** At the reduced level, field by field: how many values the case has, what becomes of them, and which a person lets leave (F104). */
export function FieldChoices({ preview, choice, onChange }: FieldChoicesProps) {
  const held = preview.choices.filter(({ values }) => values > 0);
  const kept = held.filter(({ done }) => done === 'kept').length;
  const toggle = (field: DeidentifyChoice['keep'][number]) =>
    onChange({
      ...choice,
      keep: choice.keep.includes(field) ? choice.keep.filter((one) => one !== field) : [...choice.keep, field],
    });
  return (
    <>
      <h2>
        {plural(held.length, 'field')} of the case that may name a person{' '}
        {preview.safeHarbor === true ? (
          <Flag tone="calm">keeps to Safe Harbor</Flag>
        ) : (
          <Flag tone="amber">
            beyond Safe Harbor: {kept === 0 ? 'days leave, moved' : `${plural(kept, 'field')} kept by choice`}
          </Flag>
        )}
      </h2>
      <PlainTable
        label="What becomes of each field"
        head={['Leaves', 'Field', 'Values', 'What becomes of it', 'Safe Harbor']}
        numeric={[2]}
        rows={held.map(({ field, title, values, done, categories, mayStay }) => [
          mayStay ? (
            <input
              key="leaves"
              type="checkbox"
              checked={choice.keep.includes(field)}
              aria-label={`${title} leaves`}
              onChange={() => toggle(field)}
            />
          ) : (
            ''
          ),
          <b key="title">{title}</b>,
          values,
          doneWords[done],
          <abbr key="harbor" className={styles.harbor} title={harborWords(categories)}>
            {categories.length > 8 ? `${categories[0]}–${categories.at(-1)}` : categories.join(' ')}
          </abbr>,
        ])}
      />
    </>
  );
}
