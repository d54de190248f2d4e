import type { DraftReport, ReportElement } from '../../shared/report/report.ts';
import { Flag, type FlagTone } from '../ui/marks.tsx';
import { Button, Field } from '../ui/parts.tsx';
import { count } from '../ui/words.ts';
import { blocking, type ElementGroup, elementGroups, type Reasons } from './completeness.ts';
import styles from './report.module.css';

const tones: Record<ElementGroup['id'], FlagTone> = {
  blocks: 'red',
  warns: 'amber',
  present: 'calm',
  'not-applicable': 'plain',
};

interface CompletenessProps {
  readonly draft: DraftReport;
  readonly reasons: Reasons;
  readonly onReason: (elementId: string, reason: string) => void;
  readonly marked: string | undefined;
  readonly onLook: (elementId: string) => void;
}

/** Every element the report must or should have. A gap that blocks is closed by its content, or by a stated reason. */
export function Completeness({ draft, reasons, onReason, marked, onLook }: CompletenessProps) {
  const open = blocking(draft, reasons).length;
  return (
    <>
      {elementGroups(draft.elements).map((group) => (
        <section key={group.id} className={styles.group} aria-label={group.title}>
          <h3>
            <Flag tone={group.id === 'blocks' && open === 0 ? 'calm' : tones[group.id]}>{group.title}</Flag>{' '}
            {group.id === 'blocks'
              ? `${count(open)} of ${count(group.elements.length)} open`
              : count(group.elements.length)}
          </h3>
          <ul>
            {group.elements.map((element) => (
              <li key={element.id} data-element={element.id} data-marked={element.id === marked}>
                <Element element={element} onLook={onLook} />
                {element.state === 'missing' && element.level === 'A' ? (
                  <Field
                    label={`${element.id} does not apply because`}
                    value={reasons[element.id] ?? ''}
                    onChange={(reason) => onReason(element.id, reason)}
                    maxLength={300}
                  />
                ) : null}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

const Element = ({ element, onLook }: { element: ReportElement; onLook: (elementId: string) => void }) => (
  <>
    <p className={styles.element}>
      <span className="mono quiet">{element.id}</span>
      {element.state === 'present' ? (
        <Button look="link" onPress={() => onLook(element.id)}>
          {element.title}
        </Button>
      ) : (
        <b>{element.title}</b>
      )}
    </p>
    {element.reason === undefined ? null : <p className={styles.reason}>{element.reason}</p>}
  </>
);
