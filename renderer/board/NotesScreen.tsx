import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type Annotation, type AnnotationAct, type Thread, threadsOf } from '../../shared/board/annotation.ts';
import { Role } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useBoardChanged, usePeople, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useCaseView } from '../case/case-view.ts';
import { useDraft } from '../store/drafts.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Field, Foot, TitleBar } from '../ui/parts.tsx';
import { moment, plural } from '../ui/words.ts';
import { Conflicts } from './Conflicts.tsx';
import { MergePanel } from './MergePanel.tsx';
import styles from './notes.module.css';
import { anchorKey, anchorKindWords, anchorsOf, emptyNote, type NoteDraft, parseNote } from './notes.ts';

/** What people say about a finding, an option, a plot, an image or a part of the report, in threads (F076). */
export function NotesScreen() {
  const view = useCaseView();
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const people = usePeople();
  const vault = useVaultStatus();
  const { caseId } = view.listing;
  const draft = useDraft<NoteDraft>(`note:${caseId}`, emptyNote, parseNote);
  const form = useRef<HTMLFormElement>(null);
  const list = useRef<HTMLElement>(null);
  const [undoable, setUndoable] = useState<string>();
  const threads = threadsOf(view.board.annotations ?? [], view);
  const locked = view.report !== undefined;
  const me = vault.data?.user?.userId;
  const nameOf = (id: string): string => people.data?.find(({ userId }) => userId === id)?.name ?? id;

  const writing = useMutation({
    mutationFn: async ({ anchor, text, mentions, replyTo }: NoteDraft) => {
      const annotationId = crypto.randomUUID();
      const board = await client.board.annotate({
        caseId,
        annotation: {
          annotationId,
          anchor,
          text: text.trim(),
          mentions,
          ...(replyTo === undefined ? {} : { replyTo }),
        },
      });
      return { annotationId, board };
    },
    onSuccess: async ({ annotationId, board }) => {
      setUndoable(annotationId);
      await draft.drop();
      await changed(caseId, board);
    },
  });
  const acting = useMutation({
    mutationFn: (input: { annotationId: string; act: AnnotationAct }) => client.board.actOnNote({ caseId, ...input }),
    onSuccess: (board) => changed(caseId, board),
  });
  const act = (annotationId: string, of: AnnotationAct) => acting.mutate({ annotationId, act: of });
  const write = () => {
    if (draft.value.text.trim() !== '' && !writing.isPending && !locked) writing.mutate(draft.value);
  };
  const toForm = () => form.current?.querySelector('textarea')?.focus();
  const keys = useKeys('Notes', [
    ...(locked ? [] : [{ keys: 'w', label: 'write a note', run: toForm }]),
    ...(locked ? [] : [{ keys: 'Ctrl+Enter', label: 'keep the note', run: write }]),
    ...(undoable === undefined
      ? []
      : [
          {
            keys: 'u',
            label: 'take the last one back',
            run: () => {
              act(undoable, 'withdrawn');
              setUndoable(undefined);
            },
          },
        ]),
  ]);
  const failed = writing.error ?? acting.error;
  const orphans = threads.filter(({ orphaned }) => orphaned).length;
  const open = threads.filter(({ first }) => !first.resolved && !first.withdrawn).length;
  const answered = threads.find(({ first }) => first.annotationId === draft.value.replyTo);
  return (
    <>
      <TitleBar
        title="Notes"
        count={`${plural(threads.length, 'thread')}, ${open} open${orphans === 0 ? '' : `, ${orphans} without their place`}`}
      />
      {failed === null ? null : (
        <div className={styles.notices}>
          <FaultNote fault={faultOf(failed)} />
        </div>
      )}
      <div className={styles.notes}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.threads} aria-label="Threads" tabIndex={0} ref={list}>
          <Conflicts view={view} onSettled={() => list.current?.focus()} />
          {threads.length === 0 && (view.board.conflicts ?? []).length === 0 ? (
            <Empty title="Nobody has written anything yet">
              <p>A note hangs on a finding, an option, a plot, an image or a part of the report, and stays with it.</p>
            </Empty>
          ) : (
            threads.map((thread) => (
              <ThreadCard
                key={thread.first.annotationId}
                thread={thread}
                nameOf={nameOf}
                me={me}
                locked={locked}
                onAct={act}
                onAnswer={() => {
                  const { anchor, annotationId } = thread.first;
                  draft.change((before) => ({ ...before, anchor, replyTo: annotationId }));
                  toForm();
                }}
              />
            ))
          )}
        </section>
        <div className={styles.side}>
          {locked ? (
            <p className="quiet">The report is signed; notes are read only.</p>
          ) : (
            <form
              ref={form}
              className={styles.form}
              onSubmit={(event) => {
                event.preventDefault();
                write();
              }}
            >
              {answered === undefined ? (
                <label className={styles.about}>
                  <span>About</span>
                  <select
                    value={anchorKey(draft.value.anchor)}
                    onChange={(event) => {
                      const key = event.currentTarget.value;
                      const anchor = anchorsOf(view)
                        .flatMap(({ anchors }) => anchors)
                        .find((one) => anchorKey(one) === key);
                      if (anchor !== undefined) draft.change((before) => ({ ...before, anchor }));
                    }}
                  >
                    {anchorsOf(view).map(({ title, anchors }) => (
                      <optgroup key={title} label={title}>
                        {anchors.map((anchor) => (
                          <option key={anchorKey(anchor)} value={anchorKey(anchor)}>
                            {anchor.label}
                          </option>
                        ))}
                      </optgroup>
                    ))}
                  </select>
                </label>
              ) : (
                <p>
                  Answering {nameOf(answered.first.by)} on <b>{answered.first.anchor.label}</b>{' '}
                  <Button look="link" onPress={() => draft.change(({ replyTo: _, ...before }) => before)}>
                    Write a new thread instead
                  </Button>
                </p>
              )}
              <Field
                label="Note"
                rows={5}
                value={draft.value.text}
                onChange={(text) => draft.change((before) => ({ ...before, text }))}
                maxLength={4000}
                hint={draft.state === 'saved' ? 'Draft kept, sealed, on this machine.' : 'Kept as you type.'}
              />
              <fieldset className={styles.mentions}>
                <legend>Whose word is asked for</legend>
                {Role.options.map((role) => (
                  <label key={role}>
                    <input
                      type="checkbox"
                      checked={draft.value.mentions.includes(role)}
                      onChange={(event) => {
                        const on = event.currentTarget.checked;
                        draft.change((before) => ({
                          ...before,
                          mentions: on ? [...before.mentions, role] : before.mentions.filter((one) => one !== role),
                        }));
                      }}
                    />
                    {role}
                  </label>
                ))}
              </fieldset>
              <Button
                type="submit"
                look="primary"
                keys="Ctrl+Enter"
                isDisabled={draft.value.text.trim() === '' || writing.isPending}
              >
                Keep the note
              </Button>
            </form>
          )}
          <MergePanel view={view} />
        </div>
      </div>
      <Foot keys={keys} />
    </>
  );
}

interface ThreadCardProps {
  readonly thread: Thread;
  readonly nameOf: (id: string) => string;
  readonly me: string | undefined;
  readonly locked: boolean;
  readonly onAct: (annotationId: string, act: AnnotationAct) => void;
  readonly onAnswer: () => void;
}

function ThreadCard({ thread: { first, replies, orphaned }, nameOf, me, locked, onAct, onAnswer }: ThreadCardProps) {
  return (
    <article className={styles.thread} data-resolved={first.resolved} aria-label={`On ${first.anchor.label}`}>
      <header>
        <span className="meta">{anchorKindWords[first.anchor.kind]}</span>
        <h3>{first.anchor.label}</h3>
        {orphaned ? <Flag tone="amber">no longer in the case after the last analysis</Flag> : null}
        {first.resolved ? <Flag tone="calm">settled</Flag> : null}
      </header>
      {[first, ...replies].map((note) => (
        <NoteText key={note.annotationId} note={note} nameOf={nameOf} own={note.by === me && !locked} onAct={onAct} />
      ))}
      {locked ? null : (
        <footer>
          <Button look="quiet" onPress={onAnswer}>
            Answer
          </Button>
          <Button look="quiet" onPress={() => onAct(first.annotationId, first.resolved ? 'reopened' : 'resolved')}>
            {first.resolved ? 'Open again' : 'Settle'}
          </Button>
        </footer>
      )}
    </article>
  );
}

function NoteText({
  note,
  nameOf,
  own,
  onAct,
}: {
  note: Annotation;
  nameOf: (id: string) => string;
  own: boolean;
  onAct: ThreadCardProps['onAct'];
}) {
  return (
    <div className={styles.note} data-withdrawn={note.withdrawn}>
      <p className="meta">
        {nameOf(note.by)}, {moment(note.at)}
        {note.mentions.length === 0 ? '' : ` · asks ${note.mentions.join(', ')}`}
        {note.withdrawn ? ' · taken back' : ''}
        {own ? (
          <Button look="link" onPress={() => onAct(note.annotationId, note.withdrawn ? 'restored' : 'withdrawn')}>
            {note.withdrawn ? 'Restore' : 'Take back'}
          </Button>
        ) : null}
      </p>
      <p className={styles.words}>{note.text}</p>
    </div>
  );
}
