import { useNavigate } from '@tanstack/react-router';
import { useKeys } from '../app/keyboard.tsx';
import { Button } from '../ui/parts.tsx';
import styles from './exchange.module.css';

const views = [
  { id: 'files', to: '/exchange', word: 'Files', keys: '1' },
  { id: 'laboratory', to: '/exchange/laboratory', word: 'Laboratory folder', keys: '2' },
  { id: 'practice', to: '/exchange/practice', word: 'Data practice', keys: '3' },
] as const;
export type ExchangeView = (typeof views)[number]['id'];

/** The three sides of the exchange: files that come and go, a laboratory's folder, and how good the data are. */
export function ExchangeViews({ current }: { current: ExchangeView }) {
  const navigate = useNavigate();
  useKeys(
    'Exchange',
    views.map(({ to, word, keys }) => ({ keys, label: word.toLowerCase(), run: () => void navigate({ to }) })),
  );
  return (
    <nav className={styles.views} aria-label="Exchange">
      {views.map(({ id, to, word, keys }) => (
        <span key={id} data-current={id === current} aria-current={id === current ? 'page' : undefined}>
          <Button look={id === current ? 'plain' : 'quiet'} keys={keys} onPress={() => void navigate({ to })}>
            {word}
          </Button>
        </span>
      ))}
    </nav>
  );
}
