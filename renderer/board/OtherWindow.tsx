import { useKeys } from '../app/keyboard.tsx';
import { Button, Note } from '../ui/parts.tsx';
import { type DecisionContext, type DecisionDraft, draftDifferences } from './decision-draft.ts';
import styles from './other-window.module.css';

interface OtherWindowProps {
  readonly here: DecisionDraft;
  readonly there: DecisionDraft;
  readonly context: DecisionContext;
  readonly onSettle: (by: 'here' | 'there') => void;
}

/** Two windows typed one decision: both texts beside each other, and nothing goes before somebody chooses. */
export function OtherWindow({ here, there, context, onSettle }: OtherWindowProps) {
  useKeys('Two windows', [
    { keys: 'Alt+h', label: 'keep what stands here', run: () => onSettle('here') },
    { keys: 'Alt+o', label: 'take the other window’s', run: () => onSettle('there') },
  ]);
  const differences = draftDifferences(here, there, context);
  return (
    <Note tone="red" live>
      <p>
        <strong>This decision was changed in another window.</strong> Nothing is overwritten: what you type here is held
        in this window until one of the two is chosen. The window that was not chosen is shown both as well.
      </p>
      <table className={styles.texts} aria-label="What the two windows hold">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Here</th>
            <th scope="col">In the other window</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ field, ...texts }) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              {(['here', 'there'] as const).map((side) => (
                <td key={side}>{texts[side] === '' ? <span className="quiet">empty</span> : texts[side]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className={styles.choice}>
        <Button keys="Alt+h" onPress={() => onSettle('here')}>
          Keep what stands here
        </Button>
        <Button keys="Alt+o" onPress={() => onSettle('there')}>
          Take the other window’s
        </Button>
      </div>
    </Note>
  );
}
