/** The parts every screen is made of. */
import { type ReactNode, useEffect, useState } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Dialog,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';
import { type Fault, placeWords } from '../../shared/foundation/fault.ts';
import { whatIsSafe } from '../app/fault.ts';
import type { KeyBinding } from '../app/keys.ts';
import { Kbd } from './marks.tsx';
import styles from './parts.module.css';

interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'link';
  readonly keys?: string;
  readonly children: ReactNode;
}

export const Button = ({ look = 'plain', keys, children, ...rest }: ButtonProps) => (
  <AriaButton
    {...rest}
    className={
      look === 'link' ? (styles.link ?? '') : `${styles.button} ${look === 'plain' ? '' : (styles[look] ?? '')}`
    }
  >
    {children}
    {keys === undefined ? null : (
      <span aria-hidden="true">
        <Kbd keys={keys} />
      </span>
    )}
  </AriaButton>
);

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  readonly type?: 'text' | 'password' | 'date' | 'search';
  readonly rows?: number;
  readonly isRequired?: boolean;
  readonly isInvalid?: boolean;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly id?: string;
}

/** One labelled line, or several with `rows`. */
export const Field = ({ label, hint, rows, id, ...rest }: FieldProps) => (
  <TextField className={styles.field ?? ''} validationBehavior="aria" {...rest} {...(id === undefined ? {} : { id })}>
    <Label>{label}</Label>
    {rows === undefined ? <Input /> : <TextArea rows={rows} />}
    {hint === undefined ? null : (
      <Text slot="description" className={styles.hint ?? ''}>
        {hint}
      </Text>
    )}
  </TextField>
);

/** A reason that the journal keeps; a word of it at the least. */
export function useReason() {
  const [value, onChange] = useState('');
  const given = value.trim();
  return { given, isGiven: given.length >= 3, field: { value, onChange } };
}

export const ReasonField = ({
  reason,
  hint,
  autoFocus = false,
}: {
  reason: ReturnType<typeof useReason>;
  /** What becomes of it, or what it should say. */
  hint: string;
  autoFocus?: boolean;
}) => <Field label="Reason" hint={hint} {...reason.field} maxLength={500} autoFocus={autoFocus} isRequired />;

interface NoteProps {
  readonly tone: 'red' | 'amber' | 'calm' | 'plain';
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Announced when it appears. */
  readonly live?: boolean;
}

const noteShapes = {
  red: <path d="M2 2h8v8H2z" fill="currentColor" />,
  amber: <path d="M6 1 11.2 11H.8z" fill="currentColor" />,
  calm: (
    <path d="M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8m-.7 4.4v4h1.4v-4zm0-2.4v1.4h1.4V2.8z" fill="currentColor" />
  ),
  plain: <circle cx="6" cy="6" r="3" fill="currentColor" />,
};

export const Note = ({ tone, children, action, live = false }: NoteProps) => (
  <div
    className={`${styles.note} ${styles[tone] ?? ''}`}
    role={live ? (tone === 'red' ? 'alert' : 'status') : undefined}
  >
    <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {noteShapes[tone]}
    </svg>
    <div>{children}</div>
    {action === undefined ? null : <div>{action}</div>}
  </div>
);

/** What went wrong, what is safe, what to do, and the code to name when asking for help. */
export const FaultNote = ({ fault, action }: { fault: Fault; action?: ReactNode }) => (
  <Note tone={fault.code === 'cancelled' ? 'plain' : 'red'} live action={action}>
    <p>
      <strong>{fault.message}</strong>
      {placeWords(fault.place) === '' ? null : <span className="meta"> {placeWords(fault.place)}</span>}
    </p>
    <p>{fault.remedy}</p>
    <p className="meta">
      {whatIsSafe(fault)} <span className="mono">{fault.code}</span>
    </p>
  </Note>
);

interface EmptyProps {
  readonly title: string;
  /** 2 on the screens of the house, whose own title is of level 1. */
  readonly level?: 2 | 3;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export const Empty = ({ title, level = 3, children, actions }: EmptyProps) => (
  <div className={styles.empty}>
    {level === 2 ? <h2>{title}</h2> : <h3>{title}</h3>}
    {children}
    {actions === undefined ? null : <div>{actions}</div>}
  </div>
);

/** What is being done, in the shape of what will stand there. */
export const Loading = ({ what, rows = 6, onCancel }: { what: string; rows?: number; onCancel?: () => void }) => (
  <div className={styles.loading} role="status">
    <p className="quiet">
      {what} …{' '}
      {onCancel === undefined ? null : (
        <Button look="link" onPress={onCancel}>
          Cancel
        </Button>
      )}
    </p>
    <div className={styles.bones} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
        <i key={row} />
      ))}
    </div>
  </div>
);

interface ModalDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

export function ModalDialog({ title, isOpen, onClose, wide = false, children, actions }: ModalDialogProps) {
  // A button that is disabled while it works gives the focus away, and Escape would reach nobody.
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.activeElement !== document.body) return;
      // The dialog is gone before the keys of the screen hear of it: one step back, not two.
      event.preventDefault();
      onClose();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOpen, onClose]);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable
      className={styles.overlay ?? ''}
      data-dialog=""
    >
      <Modal className={`${styles.modal} ${wide ? styles.wide : ''}`}>
        <Dialog>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface TitleBarProps {
  readonly title: string;
  readonly count?: ReactNode;
  readonly children?: ReactNode;
  /** The page's own heading where no case header stands above it. */
  readonly level?: 1 | 2;
}

/** Title, count and filters of a screen. */
export const TitleBar = ({ title, count, children, level = 2 }: TitleBarProps) => (
  <div className={styles.bar}>
    {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
    {count === undefined ? null : <p>{count}</p>}
    {children === undefined ? null : <div>{children}</div>}
  </div>
);

export const Chip = ({ children }: { children: ReactNode }) => <span className={styles.chip}>{children}</span>;

/** The keys of this screen and its one primary action, bottom right. */
export const Foot = ({ keys, action }: { keys: readonly Pick<KeyBinding, 'keys' | 'label'>[]; action?: ReactNode }) => (
  <footer className={styles.foot}>
    <ul className={styles.hints} aria-label="Keys of this screen">
      {keys.map((binding) => (
        <li key={binding.keys}>
          <Kbd keys={binding.keys} /> {binding.label}
        </li>
      ))}
      <li>
        <Kbd keys="?" /> all keys
      </li>
    </ul>
    {action}
  </footer>
);

export const Section = ({ title, children }: { title: ReactNode; children: ReactNode }) => (
  <section className={styles.section}>
    <h3>{title}</h3>
    {children}
  </section>
);

/** Facts as label and value. A fact that is not known says so in words. */
export const Facts = ({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) => (
  <dl className={styles.facts}>
    {rows.map(([label, value]) => (
      <div key={label} style={{ display: 'contents' }}>
        <dt>{label}</dt>
        <dd>{value === undefined || value === '' ? <span className="quiet">not stated</span> : value}</dd>
      </div>
    ))}
  </dl>
);

/** Sections that could not be computed, each with its reason, in one quiet line: absent is said, never shown as zero. */
export const AbsentLine = ({ absent }: { absent: readonly { readonly section: string; readonly reason: string }[] }) =>
  absent.length === 0 ? null : (
    <p className={styles.absent}>
      <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <rect x=".8" y=".8" width="10.4" height="10.4" fill="none" stroke="currentColor" strokeDasharray="2 1.6" />
      </svg>
      <span>
        {absent.map(({ section, reason }) => (
          <span key={section + reason}>
            <b>Absent: {section}.</b> {reason.charAt(0).toUpperCase() + reason.slice(1).replace(/\.$/, '')}.{' '}
          </span>
        ))}
      </span>
    </p>
  );
