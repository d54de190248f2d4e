import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { TrialFileRow } from '../../shared/therapy/trials/editing.ts';
import { type RegistryItem, readRegistryFile } from '../../shared/therapy/trials/registry.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { CasePanel } from '../case/CasePanel.tsx';
import { useCaseView } from '../case/case-view.ts';
import { useFileDrop } from '../case/import-cases.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Note } from '../ui/parts.tsx';
import { rowKeys } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './editor.module.css';
import { TrialPreview } from './TrialPreview.tsx';

interface RegistryImportProps {
  readonly rows: readonly TrialFileRow[];
  readonly may: boolean;
  readonly listKeys: Parameters<typeof Foot>[0]['keys'];
  /** Back to the documents. */
  readonly onLeave: () => void;
}

type Read = Extract<RegistryItem, { readonly state: 'read' }>;

/** Records of ClinicalTrials.gov as files: each shown with its verdict on this case before any is kept (F050, F052). */
export function RegistryImport({ rows, may, listKeys, onLeave }: RegistryImportProps) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const { caseId } = useCaseView().listing;
  const picker = useRef<HTMLInputElement>(null);
  const [items, setItems] = useState<readonly RegistryItem[]>();
  const [chosen, setChosen] = useState<string>();
  const [reading, setReading] = useState(false);
  const read = (items ?? []).filter((one): one is Read => one.state === 'read');
  const refusals = (items ?? []).filter((one) => one.state === 'refused');
  const current = read.find(({ file }) => file === chosen) ?? read[0];
  const standing = new Set(rows.map(({ file }) => file));

  const check = useQuery({
    queryKey: keysOf.trialCheck(caseId, `${current?.file ?? ''}\n${current?.text ?? ''}`),
    queryFn: () => client.therapy.checkTrial({ caseId, text: current?.text ?? '', file: current?.file ?? '' }),
    enabled: current !== undefined,
    gcTime: 10_000,
  });
  const save = useMutation({
    mutationFn: async (these: readonly Read[]) => {
      let kept = 0;
      for (const { file, text } of these) {
        const before = standing.has(file) ? await client.therapy.trialText({ file }) : undefined;
        if (before?.text !== text) await client.therapy.saveTrial({ file, text, replaces: before?.sha256 ?? null });
        kept += 1;
      }
      return kept;
    },
    // What was written before a failure stands on the journal and in the list.
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: keysOf.trialFiles }),
        queries.invalidateQueries({ queryKey: keysOf.trials(caseId) }),
      ]);
    },
    onSuccess: () => setItems(undefined),
  });
  const take = async (files: readonly File[]) => {
    if (files.length === 0) return;
    setReading(true);
    save.reset();
    const found = new Map<string, RegistryItem>();
    for (const file of files)
      for (const [index, item] of readRegistryFile(await file.text(), file.name).entries())
        found.set(item.state === 'read' ? item.file : `${file.name} ${index}`, item);
    setItems([...found.values()]);
    setChosen(undefined);
    setReading(false);
  };
  const { over, handlers } = useFileDrop((files) => void take(files));

  const maySave = may && read.length > 0 && !save.isPending;
  const keep = () => {
    if (maySave) save.mutate(read);
  };
  const choose = () => picker.current?.click();
  const keys = useKeys('Records of the registry', [
    ...rowKeys(
      read.map(({ file }) => file),
      current?.file,
      setChosen,
    ),
    { keys: 'f', label: 'choose files', run: choose },
    { keys: 'Ctrl+s', label: 'keep them', run: keep },
    {
      keys: 'Escape',
      label: items === undefined ? 'to the documents' : 'leave them',
      run: () => (items === undefined ? onLeave() : setItems(undefined)),
    },
  ]);

  return (
    <>
      <section className={styles.editor} aria-label="Records of ClinicalTrials.gov" data-over={over} {...handlers}>
        <div className={styles.head}>
          <h3>Records of ClinicalTrials.gov</h3>
          <p role="status" className={styles.state}>
            {reading
              ? 'Reading'
              : items === undefined
                ? 'JSON of the API version 2, one study or the answer to a search'
                : `${plural(read.length, 'study', 'studies')} read, ${refusals.length} refused; nothing is kept yet`}
          </p>
        </div>
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          accept=".json"
          aria-label="Files of ClinicalTrials.gov"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            void take(files);
          }}
        />
        {save.error === null ? null : <FaultNote fault={faultOf(save.error)} />}
        {save.data === undefined || items !== undefined ? null : (
          <div className={styles.head}>
            <Note tone="calm" live>
              <p>{plural(save.data, 'record')} kept in the folder and on the journal.</p>
            </Note>
          </div>
        )}
        {items === undefined ? (
          <Empty title={over ? 'Let go to read the files' : 'No file chosen'}>
            <p>
              Drop files here, or choose them (key F). Identifier, status, sites, ages and sex are read; the criteria
              stay as the registry’s text, for a reader to judge. Each study is shown with its verdict on this case
              first.
            </p>
          </Empty>
        ) : (
          <ul className={styles.records}>
            {read.map(({ file, trial }) => (
              <li key={file} data-current={file === current?.file}>
                <Button look="link" aria-current={file === current?.file} onPress={() => setChosen(file)}>
                  {trial.id}
                </Button>
                <span>{trial.title}</span>
                <span className="meta">
                  {trial.statuses.join(', ').toLowerCase().replaceAll('_', ' ')} · {plural(trial.sites.length, 'site')}{' '}
                  · {trial.snapshot === undefined ? 'no date of the record' : `as of ${trial.snapshot}`} ·{' '}
                  {standing.has(file) ? 'replaces the record kept' : 'new'}
                </span>
              </li>
            ))}
            {refusals.map(({ file, fault }) => (
              <li key={`${file} ${fault.message}`}>
                <Flag tone="red">refused</Flag>
                <span>
                  {file}: {fault.message} {fault.remedy}
                </span>
                <span className="mono meta">
                  {[fault.place?.line === undefined ? undefined : `line ${fault.place.line}`, fault.place?.field]
                    .filter((one) => one !== undefined)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        )}
        <Foot
          keys={[
            ...listKeys.filter(({ keys: name }) => !name.startsWith('Arrow')),
            ...keys.filter(({ keys: name }) => !/^Arrow/.test(name)),
          ]}
          action={
            <>
              <Button keys="f" onPress={choose}>
                Choose files
              </Button>
              <Button look="primary" keys="Ctrl+s" isDisabled={!maySave} onPress={keep}>
                {save.isPending ? 'Keeping' : `Keep ${plural(read.length, 'record')}`}
              </Button>
            </>
          }
        />
      </section>
      <CasePanel title="On this case" about="what the chosen record would say, criterion by criterion">
        {current === undefined ? (
          <p className="quiet">No record is chosen.</p>
        ) : check.isError ? (
          <FaultNote fault={faultOf(check.error)} />
        ) : (
          <TrialPreview check={check.data ?? { problems: [], warnings: [] }} />
        )}
      </CasePanel>
    </>
  );
}
