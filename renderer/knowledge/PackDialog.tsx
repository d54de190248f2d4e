import { useEffect, useRef } from 'react';
import type { BriefDifference } from '../../shared/knowledge/pack-diff.ts';
import type { CaseEffect, PackPreview } from '../../shared/knowledge/pack-life.ts';
import { Button, Facts, FaultNote, ModalDialog, Note, ReasonField, Section, useReason } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, plural, sentence } from '../ui/words.ts';
import styles from './knowledge.module.css';
import { usePackChange } from './use-pack-change.ts';

interface PackDialogProps {
  /** The pack to take back; else one is installed. */
  readonly back: { readonly id: string; readonly title: string } | undefined;
  readonly onClose: () => void;
}

/** A change of a pack: chosen, looked at with what it would change, and made with a reason. Nothing is written before that. */
export function PackDialog({ back, onClose }: PackDialogProps) {
  const pack = usePackChange();
  const { step, preview, change, fault } = pack;
  const reason = useReason();
  const folder = useRef<HTMLInputElement>(null);
  const zip = useRef<HTMLInputElement>(null);
  const asked = useRef(false);
  const { lookBack } = pack;
  useEffect(() => {
    if (back === undefined || asked.current) return;
    asked.current = true;
    lookBack(back.id);
  }, [back, lookBack]);
  const take = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) pack.lookAt(files);
  };
  const ready = preview !== undefined && step === undefined && change === undefined;
  const make = () => {
    if (ready && reason.isGiven) pack.make(reason.given);
  };
  const chooses = back === undefined && preview === undefined && step === undefined && change === undefined;
  return (
    <ModalDialog
      title={back === undefined ? 'Install a pack' : `Take back: ${back.title}`}
      isOpen
      wide={preview !== undefined}
      onClose={() => {
        pack.cancel();
        onClose();
      }}
      actions={
        change !== undefined ? (
          <Button look="primary" autoFocus onPress={onClose}>
            Close
          </Button>
        ) : step !== undefined ? (
          <Button onPress={pack.cancel}>Cancel</Button>
        ) : (
          <>
            <Button onPress={onClose}>{ready ? 'Leave everything as it is' : 'Close'}</Button>
            {ready ? (
              <Button look="primary" isDisabled={!reason.isGiven} onPress={make}>
                {preview.act === 'install' ? 'Install' : 'Take back'}
              </Button>
            ) : null}
          </>
        )
      }
    >
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        aria-label="Folder of the pack"
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={zip}
        type="file"
        hidden
        accept=".zip"
        aria-label="Zip file of the pack"
        onChange={(event) => take(event.currentTarget)}
      />
      {chooses ? (
        <div className={styles.choose}>
          <p>
            A pack is a folder with its manifest and the signature of a publisher enrolled here. It is verified and
            compared first; nothing is written until you give a reason.
          </p>
          <div>
            <Button look="primary" autoFocus onPress={() => folder.current?.click()}>
              Choose its folder
            </Button>
            <Button onPress={() => zip.current?.click()}>Choose a zip file</Button>
          </div>
        </div>
      ) : null}
      {step === undefined || change !== undefined ? null : (
        <div className={styles.step} role="status">
          <p>
            {step.message}{' '}
            <span className="quiet">
              · {count(step.done)} of {count(step.of)}
            </span>
          </p>
          <progress value={step.done} max={Math.max(1, step.of)} aria-label={step.message} />
        </div>
      )}
      {fault === undefined ? null : <FaultNote fault={fault} />}
      {change !== undefined ? (
        <Note tone="calm" live>
          <p>
            <strong>
              {preview?.manifest?.title ?? change.id}: {change.from ?? 'none'} → {change.to ?? 'the version that ships'}
              .
            </strong>{' '}
            It is used from now on, and the journal has who changed it and why.
          </p>
          <p>Open cases keep what they say until they are analysed again.</p>
        </Note>
      ) : preview === undefined || step !== undefined ? null : (
        <form
          className={styles.preview}
          aria-label="What would change"
          onSubmit={(event) => {
            event.preventDefault();
            make();
          }}
        >
          <Preview preview={preview} />
          <ReasonField reason={reason} hint="Kept with your name in the journal." autoFocus />
        </form>
      )}
    </ModalDialog>
  );
}

function Preview({ preview }: { preview: PackPreview }) {
  const { manifest } = preview;
  return (
    <div className={styles.scroll}>
      <Facts
        rows={[
          ['Pack', manifest?.title ?? preview.id],
          ['Version', `${preview.from ?? 'none'} → ${preview.to ?? 'none'}`],
          ['As of', manifest?.asOf],
          ['Signed by', preview.publisher ?? 'it ships with the program'],
          ['Licence', [...new Set(manifest?.sources.map(({ licence }) => licence))].join('; ')],
        ]}
      />
      <Section title="Records">
        <PlainTable
          label="Records"
          head={['File', 'Added', 'Removed', 'Changed', 'As before']}
          numeric={[1, 2, 3, 4]}
          rows={preview.files.map(({ file, added, removed, changed, unchanged }) => [
            <span key="file" className="mono">
              {file}
            </span>,
            count(added.count),
            count(removed.count),
            count(changed.count),
            count(unchanged),
          ])}
        />
        {preview.files.map((file) => (
          <Named key={file.file} file={file} />
        ))}
      </Section>
      <Section title={`Open cases: ${effectWords(preview.effect)}`}>
        {preview.effect
          .filter(({ differences }) => differences !== 0)
          .map((one) => (
            <Effect key={one.caseId} one={one} />
          ))}
        <p className="meta">
          Compared from what was read of each case's files. Signed reports are compared under “Signed reports against
          these”.
        </p>
      </Section>
    </div>
  );
}

const effectWords = (effect: readonly CaseEffect[]): string => {
  const changed = effect.filter(({ differences = 0 }) => differences > 0).length;
  const failed = effect.filter(({ differences }) => differences === undefined).length;
  if (effect.length === 0) return 'there is none';
  return [
    changed === 0
      ? `none of ${count(effect.length)} would say anything else`
      : `${count(changed)} of ${count(effect.length)} would say something else`,
    ...(failed === 0 ? [] : [`${count(failed)} not compared`]),
  ].join(', ');
};

function Effect({ one }: { one: CaseEffect }) {
  return (
    <details className={styles.effect}>
      <summary>
        <b>{one.pseudonym}</b>{' '}
        {one.differences === undefined ? `not compared: ${one.reason ?? ''}` : plural(one.differences, 'statement')}
      </summary>
      <ul>
        {one.says.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {one.differences !== undefined && one.differences > one.says.length ? (
          <li className="quiet">and {count(one.differences - one.says.length)} more</li>
        ) : null}
      </ul>
    </details>
  );
}

function Named({ file }: { file: BriefDifference }) {
  const kinds = (['added', 'removed', 'changed'] as const).filter((kind) => file[kind].count > 0);
  if (kinds.length === 0) return null;
  return (
    <details className={styles.effect}>
      <summary>
        Names in <span className="mono">{file.file}</span>
      </summary>
      {kinds.map((kind) => (
        <p key={kind}>
          <b>{sentence(kind)}:</b> {file[kind].first.join(', ')}
          {file[kind].count > file[kind].first.length
            ? ` and ${count(file[kind].count - file[kind].first.length)} more`
            : ''}
        </p>
      ))}
    </details>
  );
}
