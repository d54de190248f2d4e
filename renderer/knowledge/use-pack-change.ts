import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { PackAct, PackPreview, PackProgress } from '../../shared/knowledge/pack-life.ts';
import type { SiteChange } from '../../shared/knowledge/site-change.ts';
import { uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';

export type PackStep = Pick<Extract<PackProgress, { kind: 'step' }>, 'message' | 'done' | 'of'>;

export interface PackChange {
  readonly step: PackStep | undefined;
  readonly preview: PackPreview | undefined;
  readonly change: SiteChange | undefined;
  readonly fault: Fault | undefined;
  readonly lookAt: (files: readonly File[]) => void;
  readonly lookBack: (id: string) => void;
  readonly make: (reason: string) => void;
  readonly cancel: () => void;
}

/** Paths of a chosen folder stand in `webkitRelativePath`; a zip has its name alone. */
const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** A pack, or the way back, on its way: handed over and looked at, then made. One at a time, each with a way out. */
export function usePackChange(): PackChange {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const [step, setStep] = useState<PackStep>();
  const [preview, setPreview] = useState<PackPreview>();
  const [change, setChange] = useState<SiteChange>();
  const [fault, setFault] = useState<Fault>();
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);

  const follow = useCallback(
    async (start: (signal: AbortSignal) => Promise<AsyncIterable<PackProgress>>, first: string) => {
      current.current?.abort();
      const own = new AbortController();
      current.current = own;
      setFault(undefined);
      setStep({ message: first, done: 0, of: 1 });
      try {
        for await (const event of await start(own.signal))
          if (event.kind === 'step') setStep(event);
          else if (event.kind === 'tried') setPreview(event.preview);
          else setChange(event.change);
      } catch (error) {
        setFault(own.signal.aborted ? faultOf(new DOMException('', 'AbortError')) : faultOf(error));
      } finally {
        setStep(undefined);
        // A refusal is in the journal as well.
        await queries.invalidateQueries({ queryKey: keysOf.packs });
      }
    },
    [queries],
  );

  return {
    step,
    preview,
    change,
    fault,
    lookAt: (files) => {
      setPreview(undefined);
      void follow(async (signal) => {
        const handed: { ticket: string; path: string }[] = [];
        for (const [index, file] of files.entries()) {
          setStep({ message: 'Handing the files over', done: index, of: files.length });
          handed.push({ ticket: await uploadFile(client, file, signal), path: pathOf(file) });
        }
        return client.knowledge.tryPack({ act: 'install', files: handed }, { signal });
      }, 'Handing the files over');
    },
    lookBack: (id) => {
      setPreview(undefined);
      void follow((signal) => client.knowledge.tryPack({ act: 'rollback', id }, { signal }), 'Verifying every file');
    },
    make: (reason) => {
      if (preview === undefined) return;
      const { act, id, manifestSha256 = '' } = preview;
      const asked: PackAct = act === 'install' ? { act, manifestSha256, reason } : { act, id, reason };
      void follow((signal) => client.knowledge.changePack(asked, { signal }), 'Writing the pack');
    },
    cancel: () => current.current?.abort(),
  };
}
