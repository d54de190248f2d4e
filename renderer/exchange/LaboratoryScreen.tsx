import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { LaboratoryDesk } from '../../shared/exchange/lab/desk.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import type { Sha256 } from '../../shared/foundation/ids.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCaseChanged, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, Note, TitleBar } from '../ui/parts.tsx';
import { PlainTable, rowKeys } from '../ui/WorkTable.tsx';
import { count, moment, plural } from '../ui/words.ts';
import { DraftView } from './DraftView.tsx';
import { ExchangeViews } from './ExchangeViews.tsx';
import styles from './exchange.module.css';
import { deliveryWords, onOneLine } from './exchange-words.ts';

const MAPPING = 'mapping';
/** Milliseconds of quiet after which what was typed is checked. */
const PAUSE = 250;

const Reasons = ({ reasons }: { reasons: readonly Fault[] }) => (
  <PlainTable
    label="Reasons"
    head={['File', 'Line', 'Field', 'What is wrong', 'What to do']}
    numeric={[1]}
    rows={reasons.map(({ message, remedy, place }) => [
      place?.file ?? '',
      place?.line ?? '',
      <span key="field" className="mono">
        {place?.field ?? ''}
      </span>,
      message,
      remedy,
    ])}
  />
);

/** A laboratory's folder: what lies there, what became of it, and the mapping it is read by (F002, S41). */
export function LaboratoryScreen() {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const changed = useCaseChanged();
  const work = useWork();
  const may = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'prep');
  const [chosen, setChosen] = useState<string>(MAPPING);
  const [declined, setDeclined] = useState<ReadonlySet<string>>(new Set());
  const again = () => queries.invalidateQueries({ queryKey: keysOf.laboratory });
  const read = useQuery({
    queryKey: keysOf.laboratory,
    queryFn: () => client.exchange.laboratory(),
    enabled: may,
    staleTime: 0,
    // The folder is looked at every few seconds while it is watched.
    refetchInterval: (query) => (query.state.data?.on === true ? 5000 : false),
  });
  const desk = read.data;
  const acting = useMutation({ mutationFn: (act: () => Promise<unknown>) => act(), onSettled: again });
  const ids = [MAPPING, ...(desk?.drafts ?? []).map(({ id }) => id), ...(desk?.quarantine ?? []).map(({ id }) => id)];
  const selected = ids.includes(chosen) ? chosen : MAPPING;
  const draft = desk?.drafts.find(({ id }) => id === selected);
  const held = desk?.quarantine.find(({ id }) => id === selected);
  const choose = (id: string) => {
    setChosen(id);
    setDeclined(new Set());
  };
  const toggle = () => {
    if (desk !== undefined && !acting.isPending) acting.mutate(() => client.exchange.watchLaboratory({ on: !desk.on }));
  };
  const look = () => {
    if (!acting.isPending) acting.mutate(() => client.exchange.lookAtLaboratory());
  };
  const take = async () => {
    if (draft === undefined || work.running) return;
    const { id } = draft;
    await work.run((signal) => client.exchange.takeDraft({ id, declined: [...declined] }, { signal }), changed);
    await again();
  };
  const retry = () => {
    if (held !== undefined && !acting.isPending) acting.mutate(() => client.exchange.retryDelivery({ id: held.id }));
  };
  const keys = useKeys('Laboratory folder', [
    ...rowKeys(ids, selected, choose),
    ...(may
      ? [
          { keys: 'f', label: 'look now', run: look },
          { keys: 'o', label: desk?.on === true ? 'stop watching' : 'watch', run: toggle },
          ...(draft === undefined ? [] : [{ keys: 'b', label: 'bring in', run: () => void take() }]),
          ...(held === undefined ? [] : [{ keys: 't', label: 'try again', run: retry }]),
        ]
      : []),
  ]);
  return (
    <HouseFrame current="exchange">
      <TitleBar
        level={1}
        title="Exchange"
        count={
          desk === undefined
            ? undefined
            : `${plural(desk.drafts.length, 'draft')} · ${count(desk.quarantine.length)} in quarantine · ${plural(desk.deliveries.length, 'delivery', 'deliveries')} waiting`
        }
      >
        <ExchangeViews current="laboratory" />
      </TitleBar>
      <div className={styles.notices}>
        {work.running ? <WorkProgress work={work} title="Bringing in the draft" /> : null}
        {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
        {acting.isError ? <FaultNote fault={faultOf(acting.error)} /> : null}
        {desk?.fault === undefined ? null : <FaultNote fault={desk.fault} />}
      </div>
      {!may ? (
        <Empty level={2} title="Deliveries need the role of preparation" />
      ) : read.isError ? (
        <FaultNote fault={faultOf(read.error)} />
      ) : desk === undefined ? (
        <Loading what="Looking at the folder" rows={8} />
      ) : (
        <div className={styles.laboratory}>
          <FolderList desk={desk} selected={selected} onSelect={choose} onToggle={toggle} onLook={look} />
          <section className={styles.preview} aria-label="Selected">
            {draft !== undefined ? (
              <Draft id={draft.id} declined={declined} onDecline={setDeclined} />
            ) : held !== undefined ? (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              <section className={styles.reasons} aria-label="Quarantine" tabIndex={0}>
                <h2>
                  {plural(held.files, 'file')} in quarantine since {moment(held.since)}
                </h2>
                <p>
                  Nothing of them was taken. Correct the mapping, or have the files sent again; then try them again.
                </p>
                <Reasons reasons={held.reasons} />
              </section>
            ) : (
              <MappingEditor key={desk.mapping.sha256} desk={desk} onSaved={again} />
            )}
          </section>
        </div>
      )}
      <Foot
        keys={keys.filter((key) => !key.keys.startsWith('Arrow'))}
        action={
          draft !== undefined ? (
            <Button look="primary" keys="b" isDisabled={work.running} onPress={() => void take()}>
              Bring in as a case
            </Button>
          ) : held !== undefined ? (
            <Button look="primary" keys="t" isDisabled={acting.isPending} onPress={retry}>
              Try again
            </Button>
          ) : undefined
        }
      />
    </HouseFrame>
  );
}

interface FolderListProps {
  readonly desk: LaboratoryDesk;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly onToggle: () => void;
  readonly onLook: () => void;
}

function FolderList({ desk, selected, onSelect, onToggle, onLook }: FolderListProps) {
  const item = (id: string, title: string, more: string) => (
    <li key={id}>
      <button
        type="button"
        className={styles.item}
        aria-current={id === selected ? 'true' : undefined}
        onClick={() => onSelect(id)}
      >
        <b>{title}</b> <span className="meta">{onOneLine(more)}</span>
      </button>
    </li>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.choice} aria-label="Folder" tabIndex={0}>
      <h2>
        Folder <Flag tone={desk.on ? 'calm' : 'plain'}>{desk.on ? 'watched' : 'off'}</Flag>
      </h2>
      <p>
        <span className="mono">{desk.folder}</span> in the data folder of this workstation; a site mounts its share
        there.
        {desk.looked === undefined ? '' : ` Last looked at ${moment(desk.looked)}.`}
      </p>
      <div className={styles.row}>
        <Button keys="o" onPress={onToggle}>
          {desk.on ? 'Stop watching' : 'Watch the folder'}
        </Button>
        <Button keys="f" onPress={onLook}>
          Look now
        </Button>
      </div>
      <ul className={styles.items}>
        {item(MAPPING, 'Mapping', desk.mapping.saved ? 'saved' : 'an example, not saved')}
      </ul>
      <h2>Waiting in the folder</h2>
      {desk.deliveries.length === 0 && desk.strangers === 0 ? <p>Nothing lies there.</p> : null}
      {desk.deliveries.map(({ name, files, state, missing }) => (
        <p key={name}>
          <b>{name}</b> · {plural(files, 'file')} · {deliveryWords[state]}
          {missing.length === 0 || state !== 'incomplete' ? '' : `: ${missing.join(', ')}`}
        </p>
      ))}
      {desk.strangers === 0 ? null : <p>{plural(desk.strangers, 'file')} of no entry of the mapping</p>}
      <h2>Drafts</h2>
      {desk.drafts.length === 0 ? <p>No draft waits for you.</p> : null}
      <ul className={styles.items}>
        {desk.drafts.map(({ id, caseId, since, files }) =>
          item(id, caseId, `${plural(files, 'file')}, ${moment(since)}`),
        )}
      </ul>
      <h2>Quarantine</h2>
      {desk.quarantine.length === 0 ? <p>Nothing is in quarantine.</p> : null}
      <ul className={styles.items}>
        {desk.quarantine.map(({ id, reasons, since }) => item(id, plural(reasons.length, 'reason'), moment(since)))}
      </ul>
    </section>
  );
}

interface DraftProps {
  readonly id: string;
  readonly declined: ReadonlySet<string>;
  readonly onDecline: (ids: ReadonlySet<string>) => void;
}

function Draft({ id, declined, onDecline }: DraftProps) {
  const { client } = useWorkstation();
  const list = [...declined].sort();
  const shown = useQuery({
    queryKey: keysOf.labDraft(id, list),
    queryFn: () => client.exchange.previewDraft({ id, declined: list }),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  if (shown.isError) return <FaultNote fault={faultOf(shown.error)} />;
  if (shown.data === undefined) return <Loading what="Reading the delivery" rows={10} />;
  return (
    <DraftView
      preview={shown.data}
      declined={declined}
      onToggle={(one) => {
        const next = new Set(declined);
        if (!next.delete(one)) next.add(one);
        onDecline(next);
      }}
    />
  );
}

function MappingEditor({ desk, onSaved }: { desk: LaboratoryDesk; onSaved: () => Promise<unknown> }) {
  const { client } = useWorkstation();
  const [text, setText] = useState(desk.mapping.text);
  const [settled, setSettled] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const checked = useQuery({
    queryKey: keysOf.mappingCheck(settled),
    queryFn: () => client.exchange.checkMapping({ text: settled }),
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
  });
  const saving = useMutation({
    mutationFn: () => client.exchange.saveMapping({ text, previous: desk.mapping.sha256 as Sha256 }),
    onSuccess: onSaved,
  });
  const { issues = [], tried } = checked.data ?? {};
  const same = text === desk.mapping.text && desk.mapping.saved;
  const goTo = (line: number | undefined) => {
    if (line === undefined || field.current === null) return;
    const start =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line === 1 ? 0 : 1);
    const end = text.indexOf('\n', start);
    field.current.focus();
    field.current.setSelectionRange(start, end < 0 ? text.length : end);
  };
  return (
    <div className={styles.editor}>
      <div className={styles.source}>
        <label htmlFor="lab-mapping">Mapping, YAML or JSON</label>
        <textarea
          id="lab-mapping"
          ref={field}
          className="mono"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {saving.isError ? <FaultNote fault={faultOf(saving.error)} /> : null}
        <div className={styles.row}>
          <Button
            look="primary"
            isDisabled={same || issues.length > 0 || settled !== text || saving.isPending}
            onPress={() => saving.mutate()}
          >
            {same ? 'Saved' : 'Save the mapping'}
          </Button>
          <span className="quiet" role="status">
            {settled !== text || checked.isFetching
              ? 'Checking …'
              : issues.length === 0
                ? 'The mapping can be used.'
                : `${plural(issues.length, 'thing')} to correct`}
          </span>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.tried} aria-label="As the mapping reads it" tabIndex={0}>
        {issues.length > 0 ? (
          <div className={styles.reasons}>
            <h2>To correct</h2>
            <ul className={styles.items}>
              {issues.map(({ line, field: at, message }) => (
                <li key={`${line} ${at} ${message}`}>
                  <button type="button" className={styles.item} onClick={() => goTo(line)}>
                    <b>{line === undefined ? 'Whole' : `Line ${line}`}</b> <span className="mono">{at}</span> {message}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ) : tried === undefined ? (
          <Empty level={2} title="No delivery to try it on">
            <p>Put the files of one case into the folder: this side then shows what the mapping makes of them.</p>
          </Empty>
        ) : tried.preview === undefined ? (
          <div className={styles.reasons}>
            <Note tone="amber">
              <p>
                <strong>{tried.name} would go to quarantine.</strong>
              </p>
            </Note>
            <Reasons reasons={tried.reasons} />
          </div>
        ) : (
          <>
            <p className={styles.count}>{tried.name} as this mapping reads it; nothing is written</p>
            <DraftView preview={tried.preview} declined={new Set()} />
          </>
        )}
      </section>
    </div>
  );
}
