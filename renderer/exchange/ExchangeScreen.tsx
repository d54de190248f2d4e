import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  DEFAULT_STUDY,
  type ExportFormat,
  type ExportPreview,
  type IdentityLevel,
  type ImportNotes,
  OF_SEVERAL,
  StudyName,
  type Transaction,
  type TriedImport,
} from '../../shared/exchange/transactions.ts';
import type { CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import type { DeidentifyChoice } from '../../shared/report/deidentify/index.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { fetchBlob, uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCaseChanged, useCases, usePeople, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Field, Foot, Loading, Note, TitleBar } from '../ui/parts.tsx';
import { PlainTable, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment, plural } from '../ui/words.ts';
import { CaseChoice } from './CaseChoice.tsx';
import { DraftView, fieldColumns } from './DraftView.tsx';
import { ExchangeViews } from './ExchangeViews.tsx';
import styles from './exchange.module.css';
import {
  formatWords,
  incomingWords,
  isAddress,
  levelHints,
  levelWords,
  onOneLine,
  otherWithheld,
  severalHint,
  shownFields,
  transactionWords,
} from './exchange-words.ts';
import { FieldChoices } from './FieldChoices.tsx';

/** Of several cases each has its risks; the rest is the same again. */
const RISKS_SHOWN = 12;

/** What leaves and what comes in: seen value by value before it does, and journalled when it did (F093, F095). */
export function ExchangeScreen() {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const cases = useCases();
  const people = usePeople();
  const changed = useCaseChanged();
  const may = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'prep');
  const [chosen, setChosen] = useState<CaseId>();
  const [several, setSeveral] = useState<readonly CaseId[]>();
  const [study, setStudy] = useState(DEFAULT_STUDY);
  const [format, setFormat] = useState<ExportFormat>('fhir');
  const [level, setLevel] = useState<IdentityLevel>('pseudonymised');
  const [choice, setChoice] = useState<DeidentifyChoice>({ dates: 'year', keep: [] });
  const [filter, setFilter] = useState('');
  const [addresses, setAddresses] = useState(false);
  const [selected, setSelected] = useState<string>();
  const [declined, setDeclined] = useState<ReadonlySet<string>>(new Set());
  const [noted, setNoted] = useState<ImportNotes>();
  const picker = useRef<HTMLInputElement>(null);
  const open = (cases.data ?? []).filter(({ status }) => status !== 'erased');
  const one = chosen ?? open[0]?.caseId;
  const isSeveral = OF_SEVERAL.has(format);
  const isNamed = !isSeveral || StudyName.safeParse(study).success;
  // In the order of the list, so that the same choice makes the same file.
  const picked = several ?? (one === undefined ? [] : [one]);
  const leavers = isSeveral
    ? open.map(({ caseId: id }) => id).filter((id) => picked.includes(id))
    : one === undefined
      ? []
      : [one];
  const [caseId, ...others] = leavers;
  const desk = useQuery({ queryKey: keysOf.exchange, queryFn: () => client.exchange.desk(), staleTime: 0 });
  const leaving = {
    format,
    level,
    ...(isSeveral ? { others, study } : {}),
    ...(level === 'reduced' ? { choice } : {}),
  };
  const preview = useQuery({
    queryKey: keysOf.preview(
      leavers,
      isSeveral ? study : '',
      format,
      level,
      level === 'reduced' ? JSON.stringify(choice) : '',
    ),
    queryFn: () => client.exchange.preview({ caseId: caseId as CaseId, ...leaving }),
    enabled: may && caseId !== undefined && isNamed,
    staleTime: 0,
    gcTime: 0,
    // A box that is ticked must not make the table under it vanish; until the new file is there nothing can be exported.
    placeholderData: (before, query) =>
      query?.queryKey[1] === leavers.join(' ') && level === 'reduced' ? before : undefined,
  });
  const sending = useMutation({
    mutationFn: async (shown: ExportPreview) => {
      const ticket = await client.exchange.export({
        caseId: caseId as CaseId,
        ...leaving,
        previewed: shown.sha256 as Sha256,
      });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keysOf.exchange }),
  });
  const work = useWork();
  /** A file is looked at first; it becomes cases when a person has seen what of it is put into our words. */
  const trying = useMutation({
    mutationFn: async (file: File) => ({
      file,
      tried: await client.exchange.tryImport({ ticket: await uploadFile(client, file) }),
    }),
    onSettled: () => queries.invalidateQueries({ queryKey: keysOf.exchange }),
  });
  const coming = trying.data;
  const leave = () => {
    trying.reset();
    setDeclined(new Set());
  };
  const begin = (files: readonly File[]) => {
    const [file] = files;
    setNoted(undefined);
    work.forget();
    setDeclined(new Set());
    if (file !== undefined) trying.mutate(file);
  };
  const bring = async () => {
    if (coming === undefined || work.running) return;
    {
      const done = await work.run(async (signal) => {
        const ticket = await uploadFile(client, coming.file, signal);
        const events = await client.exchange.import({ ticket, declined: [...declined] }, { signal });
        return (async function* () {
          for await (const event of events)
            if (event.kind === 'noted') setNoted(event);
            else yield event;
        })();
      }, changed);
      if (done.length > 0) leave();
    }
    await queries.invalidateQueries({ queryKey: keysOf.exchange });
  };

  const rows = shownFields(preview.data?.fields ?? [], filter, addresses);
  const folded = (preview.data?.fields ?? []).filter(isAddress).length;
  const send = () => {
    if (isNamed && preview.data !== undefined && !preview.isPlaceholderData && !sending.isPending)
      sending.mutate(preview.data);
  };
  const importFiles = () => picker.current?.click();
  const keys = useKeys('Exchange', [
    ...rowKeys(
      rows.map(({ id }) => id),
      selected,
      setSelected,
    ),
    ...(may
      ? [
          ...(coming === undefined
            ? [{ keys: 'e', label: 'export this file', run: send }]
            : [
                { keys: 'b', label: 'bring in', run: () => void bring() },
                { keys: 'Escape', label: 'leave it', run: leave },
              ]),
          { keys: 'i', label: 'import', run: importFiles },
          {
            keys: 'l',
            label: 'other level',
            run: () => setLevel(level === 'reduced' ? 'pseudonymised' : 'reduced'),
          },
        ]
      : []),
  ]);
  const nameOf = (id: string): string => people.data?.find(({ userId }) => userId === id)?.name ?? id;
  const caseName = (id: CaseId | null): string =>
    id === null ? 'no case' : (cases.data?.find((one) => one.caseId === id)?.pseudonym ?? id);
  const said = preview.data;
  const more = said === undefined ? [] : otherWithheld(said);

  return (
    <HouseFrame current="exchange">
      <TitleBar
        level={1}
        title="Exchange"
        count={
          desk.data === undefined
            ? undefined
            : `${plural(desk.data.transactions.length, 'transaction')} · ${desk.data.queue.length} waiting to be sent`
        }
      >
        <ExchangeViews current="files" />
      </TitleBar>
      <div className={styles.notices}>
        {work.running ? <WorkProgress work={work} title="Importing" /> : null}
        {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
        {trying.isError ? <FaultNote fault={faultOf(trying.error)} /> : null}
        {sending.isError ? <FaultNote fault={faultOf(sending.error)} /> : null}
        {noted === undefined ? null : (
          <Note tone={noted.notes.length === 0 ? 'calm' : 'amber'} live>
            <p>
              <strong>
                Read as {incomingWords[noted.format] ?? noted.format}.{' '}
                {plural(noted.notes.length, 'place was', 'places were')} not taken into a case,{' '}
                {plural(noted.unread, 'element')} not read.
              </strong>
            </p>
            {noted.notes.slice(0, 6).map(({ place, reason }) => (
              <p key={place + reason}>
                <span className="mono">{place}</span>: {reason}
              </p>
            ))}
            {noted.notes.length > 6 ? <p>and {noted.notes.length - 6} more</p> : null}
          </Note>
        )}
      </div>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".json,.zip"
        aria-label="Files to import"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          begin(files);
        }}
      />
      <div className={styles.desk}>
        <section className={styles.choice} aria-label="What leaves">
          <h2>What leaves</h2>
          {isSeveral ? (
            <CaseChoice cases={open} picked={leavers} onChange={setSeveral} study={study} onStudy={setStudy} />
          ) : (
            <label>
              Case
              <select
                value={caseId ?? ''}
                disabled={open.length === 0}
                onChange={(event) => setChosen(event.target.value as CaseId)}
              >
                {open.map(({ caseId: id, pseudonym, tumorTypeName }) => (
                  <option key={id} value={id}>
                    {pseudonym} · {tumorTypeName}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            Format
            <select value={format} onChange={(event) => setFormat(event.target.value as ExportFormat)}>
              {Object.entries(formatWords).map(([id, word]) => (
                <option key={id} value={id}>
                  {word}
                </option>
              ))}
            </select>
          </label>
          <label>
            Level of identity
            <select value={level} onChange={(event) => setLevel(event.target.value as IdentityLevel)}>
              {Object.entries(levelWords).map(([id, word]) => (
                <option key={id} value={id}>
                  {word}
                </option>
              ))}
            </select>
          </label>
          <p>{levelHints[level]}</p>
          {isSeveral ? <p>{severalHint}</p> : null}
          {level === 'reduced' ? (
            <label>
              Dates
              <select
                value={choice.dates}
                onChange={(event) => setChoice({ ...choice, dates: event.target.value as DeidentifyChoice['dates'] })}
              >
                <option value="year">The year only</option>
                <option value="shifted">All moved by one secret number of days</option>
              </select>
            </label>
          ) : null}
          <h2>What comes in</h2>
          <p>
            A FHIR R4 bundle, a phenopacket, a German MTB record (DNPM:DIP), or a cBioPortal study folder as zip. A file
            that breaks is refused whole.
          </p>
          <Button keys="i" isDisabled={!may || work.running} onPress={importFiles}>
            Import …
          </Button>
        </section>
        <section className={styles.preview} aria-label="Preview">
          {!may ? (
            <Empty level={2} title="Preparing exports needs the role of preparation" />
          ) : trying.isPending ? (
            <Loading what="Reading what the sender wrote" rows={12} />
          ) : coming !== undefined ? (
            <Incoming
              tried={coming.tried}
              declined={declined}
              onToggle={(id) => {
                const next = new Set(declined);
                if (!next.delete(id)) next.add(id);
                setDeclined(next);
              }}
            />
          ) : caseId === undefined && open.length > 0 ? (
            <Empty level={2} title="No case is chosen">
              <p>Tick the cases that leave together.</p>
            </Empty>
          ) : !isNamed ? (
            <Empty level={2} title="The file needs a name">
              <p>Letters, digits, _ and - only, 60 at most.</p>
            </Empty>
          ) : caseId === undefined ? (
            <Empty level={2} title="There is no case to export">
              <p>Import one here, or bring in a bundle from the worklist.</p>
            </Empty>
          ) : preview.isPending ? (
            <Loading what="Making the file" rows={12} />
          ) : preview.isError ? (
            <div className={styles.withheld}>
              <FaultNote fault={faultOf(preview.error)} />
            </div>
          ) : said === undefined ? null : (
            <>
              {said.risks.length === 0 ? null : (
                <div className={styles.risks}>
                  <Note tone="amber">
                    <p>
                      <strong>
                        {level !== 'reduced'
                          ? 'Before this leaves.'
                          : isSeveral
                            ? 'What could still name a person.'
                            : 'What could still name the person.'}
                      </strong>
                    </p>
                    <ul>
                      {said.risks.slice(0, RISKS_SHOWN).map(({ what, why }) => (
                        <li key={what + why}>
                          <b>{what}</b> · {why}
                        </li>
                      ))}
                      {said.risks.length > RISKS_SHOWN ? (
                        <li>and {said.risks.length - RISKS_SHOWN} more of the same kinds, in the other cases</li>
                      ) : null}
                    </ul>
                  </Note>
                </div>
              )}
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <section className={styles.withheld} aria-label="Withheld" tabIndex={0}>
                {said.choices.length === 0 ? null : (
                  <FieldChoices preview={said} choice={choice} onChange={setChoice} />
                )}
                <h2>
                  {more.length === 0
                    ? said.choices.length === 0
                      ? 'Nothing is withheld'
                      : 'Nothing more is withheld'
                    : `${plural(more.length, 'thing')} ${said.choices.length === 0 ? '' : 'more '}withheld or missing`}
                </h2>
                <ul>
                  {more.map(({ what, why }) => (
                    <li key={what + why}>
                      <b>{what}</b> <span>· {why}</span>
                    </li>
                  ))}
                </ul>
              </section>
              <div className={styles.filter}>
                <Field label="Search in the values" type="search" value={filter} onChange={setFilter} />
                <p className={styles.showing} role="status">
                  Showing {count(rows.length)} of {plural(said.fieldCount, 'value')} of{' '}
                  <span className="mono">{said.fileName}</span>
                  {said.fields.length < said.fieldCount
                    ? `, the first ${count(said.fields.length)} of which are here`
                    : ''}
                  {folded === 0 || filter !== '' ? null : (
                    <>
                      {addresses ? '' : `; ${count(folded)} addresses of extensions are folded`}{' '}
                      <Button look="link" onPress={() => setAddresses(!addresses)}>
                        {addresses ? 'Fold the addresses' : 'Show them'}
                      </Button>
                    </>
                  )}
                </p>
              </div>
              {rows.length === 0 ? (
                <Empty level={2} title={filter === '' ? 'The file holds no value' : 'No value has these words'} />
              ) : (
                <WorkTable
                  label="Values that leave"
                  columns={fieldColumns}
                  groups={[{ id: 'all', rows }]}
                  rowId={({ id }) => id}
                  selected={selected}
                  onSelect={setSelected}
                />
              )}
            </>
          )}
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.journal} aria-label="Journal of transactions" tabIndex={0}>
          <h2>Waiting to be sent</h2>
          {desk.isError ? <FaultNote fault={faultOf(desk.error)} /> : null}
          {desk.data === undefined ? null : desk.data.queue.length === 0 ? (
            <p className="quiet">Nothing waits.</p>
          ) : (
            <>
              <p className="quiet">
                Sent from the command line: <span className="mono">exchange queue retry</span> tries again,{' '}
                <span className="mono">queue cancel</span> takes a message out.
              </p>
              <PlainTable
                label="Waiting to be sent"
                head={['Case', 'To, format', 'Tries', 'Since']}
                numeric={[2]}
                rows={desk.data.queue.map((one) => [
                  caseName(one.caseId),
                  <Under key={one.messageId} over={one.channel} under={one.format} />,
                  one.attempts,
                  onOneLine(moment(one.queuedAt)),
                ])}
              />
            </>
          )}
          <h2>Journal</h2>
          {desk.data === undefined ? (
            <Loading what="Reading the journal" rows={6} />
          ) : desk.data.transactions.length === 0 ? (
            <p className="quiet">Nothing has come in or gone out yet.</p>
          ) : (
            <PlainTable
              label="Journal of transactions"
              head={['Time', 'What', 'Case, by whom']}
              rows={desk.data.transactions
                .slice(0, 200)
                .map((one) => [
                  onOneLine(moment(one.time)),
                  <What key={one.sequence} one={one} />,
                  <Under key={one.actor} over={caseName(one.caseId)} under={nameOf(one.actor)} />,
                ])}
            />
          )}
        </section>
      </div>
      <Foot
        keys={keys.filter((key) => !key.keys.startsWith('Arrow'))}
        action={
          coming === undefined ? (
            <Button
              look="primary"
              keys="e"
              isDisabled={said === undefined || !isNamed || preview.isPlaceholderData || sending.isPending}
              onPress={send}
            >
              {sending.isPending ? 'Exporting …' : 'Export this file'}
            </Button>
          ) : (
            <Button look="primary" keys="b" isDisabled={work.running} onPress={() => void bring()}>
              Bring in {plural(coming.tried.caseCount, 'case')}
            </Button>
          )
        }
      />
    </HouseFrame>
  );
}

/** Two facts in one cell: the column is too narrow for each to have its own. */
const Under = ({ over, under }: { over: string; under: string }) => (
  <>
    {over}
    <span data-by>{under}</span>
  </>
);

const What = ({ one }: { one: Transaction }) => (
  <>
    <Flag
      tone={
        one.what === 'refused' || one.what === 'failed'
          ? 'red'
          : one.what === 'queued' || one.what === 'quarantined'
            ? 'amber'
            : 'calm'
      }
    >
      {one.what}
    </Flag>{' '}
    {transactionWords(one)}
  </>
);

interface IncomingProps {
  readonly tried: TriedImport;
  readonly declined: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
}

/** The cases of a file before they are cases. */
function Incoming({ tried, declined, onToggle }: IncomingProps) {
  const [at, setAt] = useState(0);
  const shown = tried.cases[Math.min(at, tried.cases.length - 1)];
  return (
    <>
      <div className={styles.filter}>
        <h2>
          {incomingWords[tried.format] ?? tried.format}: {plural(tried.caseCount, 'case')}, nothing of it is stored yet
        </h2>
        {tried.cases.length < 2 ? null : (
          <label>
            Case{' '}
            <select value={at} onChange={(event) => setAt(Number(event.target.value))}>
              {tried.cases.map(({ caseId, pseudonym }, index) => (
                <option key={caseId} value={index}>
                  {pseudonym}
                </option>
              ))}
            </select>
          </label>
        )}
        {tried.notes.length === 0 ? null : (
          <Note tone="amber">
            <p>
              <strong>{plural(tried.notes.length, 'place')} of the file not taken into a case</strong>
            </p>
            {tried.notes.slice(0, 4).map(({ place, reason }) => (
              <p key={place + reason}>
                <span className="mono">{place}</span>: {reason}
              </p>
            ))}
            {tried.notes.length > 4 ? <p>and {tried.notes.length - 4} more</p> : null}
          </Note>
        )}
        {shown?.known === true ? (
          <Note tone="amber">
            <p>
              A case of this name is in the vault already: it is brought in only where the file says something else.
            </p>
          </Note>
        ) : null}
      </div>
      {shown === undefined ? (
        <Empty level={2} title="The file holds no case" />
      ) : (
        <DraftView preview={shown.preview} declined={declined} onToggle={onToggle} />
      )}
    </>
  );
}
