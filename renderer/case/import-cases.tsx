import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { uploadFile } from '../app/client.ts';
import { useWork, type Work } from '../app/feed.tsx';
import { useCaseChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';

/** Bringing cases in: bundles by picker or by dropping them, and the samples that ship with the program. */
export function useImport() {
  const { client } = useWorkstation();
  const work: Work = useWork();
  const changed = useCaseChanged();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');

  const bundles = async (files: readonly File[]) => {
    for (const [index, file] of files.entries()) {
      setTitle(files.length === 1 ? 'Importing a case' : `Importing case ${index + 1} of ${files.length}`);
      const done = await work.run(async (signal) => {
        const ticket = await uploadFile(client, file, signal);
        return client.case.import({ ticket }, { signal });
      }, changed);
      const [first] = done;
      // A refusal stays on screen; what was imported before it is in the list.
      if (first === undefined) return;
      if (files.length === 1) await navigate({ to: '/case/$caseId/intake', params: { caseId: first } });
    }
  };

  const samples = async () => {
    setTitle('Loading the sample cases');
    await work.run((signal) => client.case.importSamples(undefined, { signal }), changed);
  };

  return { work, title, bundles, samples };
}

/** Accepts files dropped anywhere on an element; `over` is true while some are held above it. */
export function useFileDrop(onFiles: (files: readonly File[]) => void) {
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return {
    over,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        depth.current += 1;
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        depth.current -= 1;
        if (depth.current === 0) setOver(false);
      },
      onDragOver: (event: DragEvent) => {
        if (holdsFiles(event)) event.preventDefault();
      },
      onDrop: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      },
    },
  };
}
