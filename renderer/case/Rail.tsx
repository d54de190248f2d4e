import { Link } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Mark } from '../app/Curtain.tsx';
import { useHouse } from '../app/house.ts';
import { applyTheme, currentTheme, nextTheme, onThemeChange } from '../app/theme.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { sentence } from '../ui/words.ts';
import styles from './frame.module.css';

export type HousePlace = 'worklist' | 'meeting' | 'actions' | 'exchange' | 'packs' | 'people' | 'audit';

interface RailProps {
  readonly current?: HousePlace;
  /** The steps of the open case, where one is open. */
  readonly children?: ReactNode;
}

/** The way through the house: its places on top (or the steps of the open case), its switches below. */
export function Rail({ current, children }: RailProps) {
  const house = useHouse();
  const theme = useSyncExternalStore(onThemeChange, currentTheme);
  return (
    <nav className={styles.rail} aria-label="Workstation">
      <Link to="/" className={styles.mark} aria-label="Consilium, worklist" title="Worklist (G W)">
        <Mark />
      </Link>
      {children ?? null}
      {children === undefined ? (
        <>
          <Place to="/" icon="worklist" word="Worklist" on={current === 'worklist'} />
          <Place to="/meeting" icon="meeting" word="Meeting" on={current === 'meeting'} />
          <Place to="/actions" icon="decision" word="Actions" on={current === 'actions'} />
          <Place to="/exchange" icon="exchange" word="Exchange" on={current === 'exchange'} />
        </>
      ) : null}
      <span className={styles.gap} />
      <Place to="/packs" icon="packs" word="Packs" name="Packs and models" on={current === 'packs'} />
      <Place to="/people" icon="people" word="People" on={current === 'people'} />
      <Place to="/audit" icon="audit" word="Audit" on={current === 'audit'} />
      <span className={styles.rule} />
      <Switch icon="help" word="Keys" name="Keys" keys="?" onPress={house.showKeys} />
      <Switch
        icon="theme"
        word={sentence(theme)}
        name={`Theme: ${theme}`}
        keys="Shift T"
        onPress={() => applyTheme(nextTheme(theme))}
      />
      <Switch icon="lock" word="Lock" name="Lock" keys="Shift L" onPress={house.lock} />
    </nav>
  );
}

interface PlaceProps {
  readonly to: '/' | '/meeting' | '/actions' | '/exchange' | '/packs' | '/people' | '/audit';
  readonly icon: IconName;
  readonly word: string;
  readonly name?: string;
  readonly on: boolean;
}

const Place = ({ to, icon, word, name, on }: PlaceProps) => (
  <Link to={to} className={styles.place} aria-current={on ? 'page' : undefined} aria-label={name}>
    <Icon name={icon} />
    <span>{word}</span>
  </Link>
);

interface SwitchProps {
  readonly icon: IconName;
  readonly word: string;
  readonly name: string;
  readonly keys: string;
  readonly onPress: () => void;
}

const Switch = ({ icon, word, name, keys, onPress }: SwitchProps) => (
  <AriaButton className={styles.place ?? ''} aria-label={name} onPress={onPress}>
    <Icon name={icon} />
    <span>{word}</span>
    <span className={styles.tip} aria-hidden="true">
      {name} <kbd>{keys}</kbd>
    </span>
  </AriaButton>
);
