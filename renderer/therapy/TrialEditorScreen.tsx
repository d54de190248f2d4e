import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { newSiteLists, SITE_LISTS_FILE } from '../../shared/therapy/site-lists.ts';
import { newTrialText, type TrialCheck, type TrialText } from '../../shared/therapy/trials/editing.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { CasePanel } from '../case/CasePanel.tsx';
import { useCaseView } from '../case/case-view.ts';
import { useDraft } from '../store/drafts.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Field, Foot, Loading, Note, TitleBar } from '../ui/parts.tsx';
import { rowKeys } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './editor.module.css';
import { RegistryImport } from './RegistryImport.tsx';
import { TrialPreview } from './TrialPreview.tsx';
import {
  checkWords,
  NEW_FILE,
  offsetOfLine,
  parseTrialDraft,
  problemLines,
  problemWords,
  type TrialDraft,
} from './trial-draft.ts';

/** From the last key to the question: short enough to feel at once, long enough that a word is one question. */
const CHECK_DELAY_MILLISECONDS = 200;
/** Stands in the list for records to come; no file can be called so. */
const REGISTRY = 'from the registry';

/** Trial documents of this site as texts: checked while they are typed, judged on the open case, saved, taken back (F050, F052). */
export function TrialEditorScreen() {
  const { client } = useWorkstation();
  const files = useQuery({ queryKey: keysOf.trialFiles, queryFn: () => client.therapy.trialFiles(), staleTime: 0 });
  const may = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'prep');
  const [chosen, setChosen] = useState<string>();
  // After a saving under a new name the typing goes on where it was.
  const [typing, setTyping] = useState(false);
  const rows = files.data ?? [];
  const known = rows.some(({ file }) => file === SITE_LISTS_FILE);
  const ids = [
    NEW_FILE,
    REGISTRY,
    ...rows.filter(({ editable }) => editable).map(({ file }) => file),
    ...(known ? [] : [SITE_LISTS_FILE]),
  ];
  const current = chosen ?? (rows.length === 0 ? NEW_FILE : (ids[2] ?? NEW_FILE));
  const keys = useKeys('Trials of this site', [
    // Among records of the registry J and K go through the records.
    ...(current === REGISTRY ? [] : rowKeys(ids, current, setChosen)),
    { keys: 'a', label: 'new trial', run: () => setChosen(NEW_FILE) },
    { keys: 'r', label: 'from the registry', run: () => setChosen(REGISTRY) },
  ]);
  return (
    <div className={styles.page}>
      <TitleBar
        title="Trials of this site"
        count={
          files.data === undefined
            ? undefined
            : `${plural(rows.length, 'document')}, ${rows.filter(({ fault }) => fault !== undefined).length} refused`
        }
      />
      {files.isError ? <FaultNote fault={faultOf(files.error)} /> : null}
      {files.isPending ? (
        <Loading what="Reading the folder of trials" />
      ) : (
        <div className={styles.desk}>
          <nav className={styles.files} aria-label="Documents">
            <ul>
              <li>
                <Button look="link" keys="a" aria-current={current === NEW_FILE} onPress={() => setChosen(NEW_FILE)}>
                  New trial
                </Button>
              </li>
              <li data-current={current === REGISTRY}>
                <Button look="link" keys="r" aria-current={current === REGISTRY} onPress={() => setChosen(REGISTRY)}>
                  From ClinicalTrials.gov
                </Button>
              </li>
              {known ? null : (
                <li data-current={current === SITE_LISTS_FILE}>
                  <Button look="link" onPress={() => setChosen(SITE_LISTS_FILE)}>
                    {SITE_LISTS_FILE}
                  </Button>
                  <span className="meta">tests and access of this site, not entered yet</span>
                </li>
              )}
              {rows.map(({ file, title, editable, fault }) => (
                <li key={file} data-current={current === file}>
                  {editable ? (
                    <Button look="link" aria-current={current === file} onPress={() => setChosen(file)}>
                      {file}
                    </Button>
                  ) : (
                    <span>{file}</span>
                  )}
                  <span className="meta">
                    {fault === undefined ? title : <Flag tone="red">refused</Flag>}
                    {editable
                      ? ''
                      : /^NCT\d{8}\.json$/.test(file)
                        ? ' · record of the registry'
                        : ' · replaced whole, outside'}
                  </span>
                </li>
              ))}
            </ul>
          </nav>
          {current === REGISTRY ? (
            <RegistryImport
              rows={rows}
              may={may}
              listKeys={keys}
              onLeave={() => setChosen(ids.find((one) => one !== REGISTRY && one !== NEW_FILE) ?? NEW_FILE)}
            />
          ) : (
            <Editor
              key={current}
              file={current}
              fresh={current === NEW_FILE || (current === SITE_LISTS_FILE && !known)}
              typing={typing}
              onFile={(file, on) => {
                setTyping(on);
                setChosen(file);
              }}
              listKeys={keys}
            />
          )}
        </div>
      )}
    </div>
  );
}

interface EditorProps {
  readonly file: string;
  /** Whether no such document stands in the folder yet. */
  readonly fresh: boolean;
  /** Whether the text has the focus as it opens. */
  readonly typing: boolean;
  readonly onFile: (file: string, typing: boolean) => void;
  readonly listKeys: Parameters<typeof Foot>[0]['keys'];
}

/** The text as it was kept in the folder is read before a field stands, so that nothing jumps. */
function Editor({ file, fresh: isNew, typing, onFile, listKeys }: EditorProps) {
  const { client } = useWorkstation();
  const held = useQuery({
    queryKey: keysOf.trialText(file),
    queryFn: () => client.therapy.trialText({ file }),
    enabled: !isNew,
    staleTime: 0,
  });
  const draft = useDraft<TrialDraft | undefined>(`trial:${file}`, undefined, parseTrialDraft, true);
  if (held.isError)
    return (
      <Empty title="This document cannot be opened here">
        <FaultNote fault={faultOf(held.error)} />
      </Empty>
    );
  if (!draft.ready || (!isNew && held.data === undefined)) return <Loading what="Opening the document" rows={12} />;
  return (
    <Text
      named={file}
      held={isNew ? undefined : held.data}
      draft={draft}
      typing={typing}
      onFile={onFile}
      listKeys={listKeys}
    />
  );
}

interface TextProps {
  /** What the list calls it. */
  readonly named: string;
  /** As it stands in the folder; absent for a new one. */
  readonly held: TrialText | undefined;
  readonly draft: ReturnType<typeof useDraft<TrialDraft | undefined>>;
  readonly typing: boolean;
  readonly onFile: EditorProps['onFile'];
  readonly listKeys: EditorProps['listKeys'];
}

function Text({ named, held, draft, typing, onFile, listKeys }: TextProps) {
  const view = useCaseView();
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { caseId } = view.listing;
  const may = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'prep');
  const [fresh] = useState<TrialDraft>(() =>
    held === undefined
      ? named === SITE_LISTS_FILE
        ? { file: SITE_LISTS_FILE, text: newSiteLists, replaces: null }
        : { file: '', text: newTrialText(new Date().toISOString().slice(0, 10)), replaces: null }
      : { file: held.file, text: held.text, replaces: held.sha256 },
  );
  const base = held === undefined ? fresh : { file: held.file, text: held.text, replaces: held.sha256 };
  const value = draft.value ?? base;
  const latest = useRef(value);
  latest.current = value;
  // The lists begin with an example that may be saved as it stands.
  const dirty = value.text !== base.text || value.file !== base.file || (held === undefined && value.file !== '');
  const change = (next: Partial<TrialDraft>) => draft.change((before) => ({ ...(before ?? base), ...next }));

  const [asked, setAsked] = useState(value.text);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(value.text), CHECK_DELAY_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [value.text]);
  const checked = useQuery({
    queryKey: keysOf.trialCheck(caseId, `${named}\n${asked}`),
    queryFn: () =>
      client.therapy.checkTrial({
        caseId,
        text: asked,
        ...(named === SITE_LISTS_FILE ? { file: SITE_LISTS_FILE } : {}),
      }),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  // What is shown of an older text is not said of this one: it cannot be saved by it.
  const settled = checked.data !== undefined && !checked.isPlaceholderData && asked === value.text;
  const check: TrialCheck = checked.data ?? { problems: [], warnings: [] };

  const spread = async (text: TrialText | null, file: string) => {
    if (text !== null) queries.setQueryData(keysOf.trialText(file), text);
    await Promise.all([
      queries.invalidateQueries({ queryKey: keysOf.trialFiles }),
      queries.invalidateQueries({ queryKey: keysOf.trials(caseId) }),
      queries.invalidateQueries({ queryKey: keysOf.siteLists }),
    ]);
  };
  const save = useMutation({
    mutationFn: (sent: TrialDraft & { replaces: TrialText['sha256'] | null }) => client.therapy.saveTrial(sent),
    onSuccess: async (written, sent) => {
      await spread(written, written.file);
      // What was typed while it was written stays, now over what was written.
      if (latest.current.text === sent.text) await draft.drop();
      else draft.change({ ...latest.current, replaces: written.sha256 });
      if (written.file !== held?.file) onFile(written.file, document.activeElement === field.current);
    },
  });
  const undo = useMutation({
    mutationFn: (file: string) => client.therapy.undoTrial({ file }),
    onSuccess: async (text, file) => {
      await draft.drop();
      await spread(text, file);
      if (text === null) onFile(NEW_FILE, false);
    },
  });
  const maySave = may && dirty && settled && check.problems.length === 0 && value.file !== '' && !save.isPending;
  const write = () => {
    if (maySave) save.mutate({ ...value, replaces: value.replaces as TrialText['sha256'] | null });
  };
  const mayUndo = may && held?.undoable === true && !dirty && !undo.isPending;
  const takeBack = () => {
    if (mayUndo && held !== undefined) undo.mutate(held.file);
  };

  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (typing) field.current?.focus();
  }, [typing]);
  const lineOf = (): number => value.text.slice(0, field.current?.selectionStart ?? 0).split('\n').length;
  const toLine = (line: number | undefined) => {
    const at = offsetOfLine(value.text, line ?? 1);
    field.current?.focus();
    field.current?.setSelectionRange(at.start, at.end);
    // The line stands in the upper third of the field.
    const height = (field.current?.scrollHeight ?? 0) / Math.max(1, value.text.split('\n').length);
    if (field.current !== null) field.current.scrollTop = Math.max(0, ((line ?? 1) - 8) * height);
  };
  const told = [...check.problems, ...check.warnings];
  const next = () => {
    const here = lineOf();
    const after = told.find(({ line }) => (line ?? 1) > here) ?? told[0];
    if (after !== undefined) toLine(after.line);
  };
  const back = () => void navigate({ to: '/case/$caseId/options', params: { caseId } });
  const keys = useKeys('The text', [
    { keys: 'e', label: 'edit the text', run: () => field.current?.focus() },
    { keys: 'F8', label: 'next problem', run: next, whileTyping: true },
    { keys: 'Ctrl+s', label: 'save', run: write },
    { keys: 'u', label: 'take the last saving back', run: takeBack },
    { keys: 'o', label: 'to the options', run: back },
    { keys: 'Escape', label: 'to the options', run: back },
  ]);
  const marks = problemLines(check);
  const count = value.text.split('\n').length;
  const failed = save.error ?? undo.error;
  return (
    <>
      <section className={styles.editor} aria-label="Text of the document">
        <div className={styles.head}>
          {named === NEW_FILE ? (
            <Field
              label="Name of the file"
              value={value.file}
              onChange={(file) => change({ file })}
              maxLength={80}
              hint="such as NCT01234567.yml"
              isDisabled={!may}
            />
          ) : (
            <h3>{named}</h3>
          )}
          <p role="status" className={styles.state} data-problems={check.problems.length > 0}>
            {settled ? checkWords(check) : 'checking'}
            <span className="meta">
              {!dirty
                ? held === undefined
                  ? ' · nothing typed yet'
                  : ' · as saved'
                : draft.state === 'saved'
                  ? ' · not saved; kept as a draft on this machine'
                  : ' · not saved'}
            </span>
          </p>
        </div>
        {draft.restored && dirty ? (
          <Note tone="amber">
            <p>This is a draft that was never saved.</p>
          </Note>
        ) : null}
        {draft.state === 'elsewhere' && draft.other !== undefined ? (
          <Note
            tone="amber"
            live
            action={
              <>
                <Button onPress={() => draft.settle('here')}>Keep this one</Button>
                <Button onPress={() => draft.settle('there')}>Take the other</Button>
              </>
            }
          >
            <p>Another window types in this document too.</p>
          </Note>
        ) : null}
        {failed === null || failed === undefined ? null : <FaultNote fault={faultOf(failed)} />}
        <div className={styles.text}>
          <pre className={styles.gutter} ref={gutter} aria-hidden="true">
            {Array.from({ length: count }, (_, index) => {
              const mark = marks.get(index + 1);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its number
                <span key={index} data-mark={mark}>
                  {mark === 'problem' ? '✕ ' : mark === 'warning' ? '▲ ' : ''}
                  {index + 1}
                  {'\n'}
                </span>
              );
            })}
          </pre>
          <textarea
            ref={field}
            value={value.text}
            readOnly={!may}
            spellCheck={false}
            wrap="off"
            aria-label={`Text of ${held?.file ?? 'the new trial'}, CTML as YAML`}
            aria-describedby="trial-problems"
            aria-invalid={check.problems.length > 0}
            onChange={(event) => change({ text: event.target.value })}
            onScroll={({ currentTarget }) => {
              if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop;
            }}
          />
        </div>
        <section className={styles.problems} id="trial-problems" aria-label="Problems">
          {told.length === 0 ? (
            <p className="quiet">{settled ? 'Nothing is wrong with the text.' : 'Checking.'}</p>
          ) : (
            <ul>
              {told.map((problem, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: problems stand in the order of the text
                <li key={index}>
                  <Flag tone={index < check.problems.length ? 'red' : 'amber'}>
                    {index < check.problems.length ? 'wrong' : 'not judged'}
                  </Flag>
                  <Button look="link" onPress={() => toLine(problem.line)}>
                    line {problem.line ?? 1}
                  </Button>
                  <span>
                    {problemWords(problem)} <span className="mono meta">{problem.path ?? ''}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
        <Foot
          keys={[
            ...listKeys.filter(({ keys: name }) => !name.startsWith('Arrow')),
            ...keys.filter(({ keys: name }) => name !== 'Escape'),
          ]}
          action={
            <>
              <Button keys="u" isDisabled={!mayUndo} onPress={takeBack}>
                Take the last saving back
              </Button>
              <Button look="primary" keys="Ctrl+s" isDisabled={!maySave} onPress={write}>
                {save.isPending ? 'Saving' : 'Save into the folder'}
              </Button>
            </>
          }
        />
      </section>
      <CasePanel title="On this case" about="what the text as it stands would say, criterion by criterion">
        <TrialPreview check={check} />
      </CasePanel>
    </>
  );
}
