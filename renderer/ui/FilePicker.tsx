import { type ReactNode, useRef } from 'react';

interface Picker {
  /** Opens the machine's own dialog. */
  readonly pick: () => void;
  /** To be rendered once, anywhere. */
  readonly field: ReactNode;
}

/** One file of this machine, chosen by a button or a key: the field itself is out of sight and of the order of tabs. */
export function useFilePicker(label: string, accept: string, onFile: (file: File) => void): Picker {
  const input = useRef<HTMLInputElement>(null);
  return {
    pick: () => input.current?.click(),
    field: (
      <input
        ref={input}
        type="file"
        accept={accept}
        className="hidden"
        tabIndex={-1}
        aria-hidden
        aria-label={label}
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          // The same file may be chosen again.
          event.currentTarget.value = '';
          if (chosen !== undefined) onFile(chosen);
        }}
      />
    ),
  };
}
