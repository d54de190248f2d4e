import { useEffect, useRef, useState } from 'react';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { ModelChange } from '../../shared/prediction/model-versions.ts';
import { uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useModelsChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Loading, ModalDialog, Note, ReasonField, Section, useReason } from '../ui/parts.tsx';
import styles from './knowledge.module.css';

interface ModelDialogProps {
  /** The model to take back; else a version is installed. */
  readonly back: { readonly id: string; readonly title: string; readonly to: string } | undefined;
  readonly onClose: () => void;
}

/** A version of a model installed within the change-control plan, or taken back; each with a reason (F040, F119). */
export function ModelDialog({ back, onClose }: ModelDialogProps) {
  const { client } = useWorkstation();
  const modelsChanged = useModelsChanged();
  const [file, setFile] = useState<File>();
  const reason = useReason();
  const [busy, setBusy] = useState(false);
  const [change, setChange] = useState<ModelChange>();
  const [fault, setFault] = useState<Fault>();
  const zip = useRef<HTMLInputElement>(null);
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const ready = !busy && change === undefined && reason.isGiven && (back !== undefined || file !== undefined);
  const make = async () => {
    if (!ready) return;
    const own = new AbortController();
    current.current = own;
    setFault(undefined);
    setBusy(true);
    try {
      const act =
        back !== undefined
          ? ({ act: 'rollback', id: back.id, reason: reason.given } as const)
          : ({
              act: 'install',
              ticket: await uploadFile(client, file as File, own.signal),
              reason: reason.given,
            } as const);
      setChange(await client.prediction.changeModel(act, { signal: own.signal }));
    } catch (error) {
      setFault(own.signal.aborted ? faultOf(new DOMException('', 'AbortError')) : faultOf(error));
    } finally {
      setBusy(false);
      await modelsChanged();
    }
  };
  return (
    <ModalDialog
      title={back === undefined ? 'Install a version of a model' : `Take back: ${back.title}`}
      isOpen
      onClose={onClose}
      actions={
        change !== undefined ? (
          <Button look="primary" autoFocus onPress={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{busy ? 'Cancel' : 'Leave everything as it is'}</Button>
            <Button look="primary" isDisabled={!ready} onPress={() => void make()}>
              {back === undefined ? 'Measure and install' : 'Take back'}
            </Button>
          </>
        )
      }
    >
      <input
        ref={zip}
        type="file"
        hidden
        accept=".zip"
        aria-label="Zip file of the version"
        onChange={(event) => setFile(event.currentTarget.files?.[0])}
      />
      {fault === undefined ? null : <FaultNote fault={fault} />}
      {busy ? (
        <Loading
          what={back === undefined ? 'Measuring it against the change-control plan' : 'Verifying every file'}
          rows={3}
        />
      ) : change !== undefined ? (
        <>
          <Note tone="calm" live>
            <p>
              <strong>
                {change.id}: {change.from ?? 'none'} → {change.to ?? 'the version that ships'}.
              </strong>{' '}
              It is used from now on, and the journal has who changed it and why.
            </p>
            <p>The score stored with a case stays until the case is analysed again; the other models answer anew.</p>
          </Note>
          {change.held.length === 0 ? null : (
            <Section title="What it was held to">
              <ul>
                {change.held.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Section>
          )}
        </>
      ) : (
        <form
          className={styles.preview}
          aria-label="The change"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          {back === undefined ? (
            <div className={styles.choose}>
              <p>
                A version is a zip of its files, its manifest and the signature of a publisher enrolled here. It is
                measured again from the predictions it brings; what leaves the change-control plan is refused, and
                nothing is installed by half.
              </p>
              <div>
                <Button autoFocus onPress={() => zip.current?.click()}>
                  {file === undefined ? 'Choose a zip file' : file.name}
                </Button>
              </div>
            </div>
          ) : (
            <p>Back to: {back.to === 'shipped' ? 'the version that ships with the program' : back.to}.</p>
          )}
          <ReasonField reason={reason} hint="The plan wants one. Kept with your name in the journal." />
        </form>
      )}
    </ModalDialog>
  );
}
