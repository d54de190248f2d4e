import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useModels, usePacks, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { VersionFigures } from '../prediction/VersionFigures.tsx';
import { FilterField, matchesFilter } from '../ui/FilterField.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, Facts, FaultNote, Foot, Loading, Note, Section, TitleBar } from '../ui/parts.tsx';
import { type Column, PlainTable, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, moment, plural, sentence } from '../ui/words.ts';
import { EnrollDialog } from './EnrollDialog.tsx';
import { JournalDialog, usePackJournal, versionsOf } from './JournalDialog.tsx';
import styles from './knowledge.module.css';
import { ModelDialog } from './ModelDialog.tsx';
import { PackDialog } from './PackDialog.tsx';
import {
  hashOf,
  licencesOf,
  reasonOf,
  type Shipped,
  shippedList,
  stateOf,
  stateSentences,
  stateTones,
  titleOf,
  versionOf,
} from './shipped.ts';

const columns: readonly Column<Shipped>[] = [
  {
    id: 'state',
    title: 'State',
    width: '8rem',
    cell: (one) => <Flag tone={stateTones[stateOf(one)]}>{stateOf(one)}</Flag>,
    text: stateOf,
  },
  { id: 'title', title: 'Name', cell: (one) => <b className={styles.name}>{titleOf(one)}</b>, text: titleOf },
  {
    id: 'version',
    title: 'Version',
    width: '9rem',
    cell: (one) => versionOf(one) ?? <span className="quiet">not known</span>,
    text: (one) => versionOf(one) ?? '',
  },
  {
    id: 'as-of',
    title: 'As of',
    width: '8rem',
    cell: (one) => (one.kind === 'pack' ? (one.pack.manifest?.asOf ?? '–') : '–'),
    text: (one) => (one.kind === 'pack' ? (one.pack.manifest?.asOf ?? '') : ''),
  },
  {
    id: 'licence',
    title: 'Licence',
    cell: (one) => licencesOf(one).join(', ') || '–',
    text: (one) => licencesOf(one).join(', '),
  },
  {
    id: 'hash',
    title: 'SHA-256',
    cell: (one) => <span className="mono quiet">{hashOf(one)?.slice(0, 16) ?? '–'}</span>,
    text: (one) => hashOf(one) ?? '',
  },
];

/** Which evidence and which models this workstation speaks from, and whether each is what was shipped (F013, F145). */
export function ShippedScreen() {
  const navigate = useNavigate();
  const packs = usePacks();
  const models = useModels();
  const [chosen, setChosen] = useState<string>();
  const [filter, setFilter] = useState('');
  const [dialog, setDialog] = useState<
    | 'install'
    | 'model-install'
    | 'enroll'
    | 'journal'
    | { readonly id: string; readonly title: string; readonly to?: string }
  >();
  const filterField = useRef<HTMLInputElement>(null);
  const admin = useVaultStatus().data?.user?.roles.includes('admin') === true;
  const all = shippedList(packs.data ?? [], models.data ?? []);
  const shown = all.filter((one) => matchesFilter(filter, columns.map((column) => column.text(one)).join(' ')));
  const ids = shown.map((one) => one.id);
  const selected = chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
  const one = all.find((item) => item.id === selected);
  const back = one?.kind === 'pack' && one.pack.earlier !== undefined && one.pack.earlier.length > 0 ? one : undefined;
  const takeBack = () => {
    // Held by itself: once it is taken back, the row has no way back any more.
    if (back !== undefined) setDialog({ id: back.pack.id, title: titleOf(back) });
  };
  const model = one?.kind === 'model' ? one.model : undefined;
  const modelBack = model?.earlier?.at(-1);
  const takeModelBack = () => {
    if (model !== undefined && modelBack !== undefined)
      setDialog({ id: model.id, title: model.title ?? model.id, to: modelBack });
  };
  const keys = useKeys('Packs and models', [
    ...rowKeys(ids, selected, setChosen),
    { keys: '/', label: 'find', run: () => filterField.current?.focus() },
    { keys: 'h', label: 'changes', run: () => setDialog('journal') },
    ...(admin ? [{ keys: 'i', label: 'install', run: () => setDialog('install') }] : []),
    ...(admin && back !== undefined ? [{ keys: 'b', label: 'take back', run: takeBack }] : []),
    ...(admin && model !== undefined
      ? [{ keys: 'v', label: 'install a version', run: () => setDialog('model-install') }]
      : []),
    ...(admin && modelBack !== undefined ? [{ keys: 'b', label: 'take back', run: takeModelBack }] : []),
    ...(admin ? [{ keys: 'p', label: 'enroll a publisher', run: () => setDialog('enroll') }] : []),
  ]);
  const unusable = all.filter((item) => stateOf(item) !== 'verified').length;
  const fault = packs.error ?? models.error;
  return (
    <HouseFrame current="packs">
      <div className={styles.split}>
        <div className={styles.list}>
          <TitleBar
            level={1}
            title="Packs and models"
            count={
              packs.data === undefined || models.data === undefined
                ? undefined
                : `${
                    shown.length === all.length ? '' : `showing ${count(shown.length)} of ${count(all.length)} · `
                  }${plural(packs.data.length, 'pack')}, ${plural(models.data.length, 'model')} · ${
                    unusable === 0 ? 'all verified' : `${count(unusable)} not usable`
                  }`
            }
          >
            <FilterField
              label="Filter packs and models"
              value={filter}
              onChange={setFilter}
              inputRef={filterField}
              onLeave={() => setChosen(ids[0])}
            />
            <Button keys="h" onPress={() => setDialog('journal')}>
              Changes
            </Button>
            {admin ? (
              <Button keys="i" onPress={() => setDialog('install')}>
                Install a pack
              </Button>
            ) : null}
            <Button keys="g r" onPress={() => void navigate({ to: '/watch' })}>
              Signed reports against these
            </Button>
          </TitleBar>
          {packs.isPending || models.isPending ? (
            <Loading what="Looking at packs and models" rows={8} />
          ) : fault !== null ? (
            <div className={styles.notices}>
              <FaultNote fault={faultOf(fault)} />
            </div>
          ) : shown.length === 0 ? (
            <Empty title="Nothing here by these words">
              <p>
                {count(all.length)} packs and models are here.{' '}
                <Button look="link" onPress={() => setFilter('')}>
                  Show all
                </Button>
              </p>
            </Empty>
          ) : (
            <WorkTable
              label="Packs and models"
              columns={columns}
              groups={[
                { id: 'packs', title: 'Evidence packs', rows: shown.filter((item) => item.kind === 'pack') },
                { id: 'models', title: 'Models', rows: shown.filter((item) => item.kind === 'model') },
              ]}
              rowId={(item) => item.id}
              selected={selected}
              onSelect={setChosen}
            />
          )}
          <Foot keys={keys.filter((key) => !key.keys.startsWith('Arrow'))} />
        </div>
        {one === undefined ? null : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          <aside className={styles.details} aria-label={`About ${titleOf(one)}`} tabIndex={0}>
            <h2>{titleOf(one)}</h2>
            <p className="meta">{one.kind === 'pack' ? 'Evidence pack' : 'Model, run on this machine'}</p>
            <Details one={one} />
            {one.kind === 'model' && admin ? (
              <div className={styles.ends}>
                {modelBack === undefined ? null : (
                  <Button keys="b" onPress={takeModelBack}>
                    Take back
                  </Button>
                )}
                <Button keys="v" onPress={() => setDialog('model-install')}>
                  Install a version
                </Button>
                <Button keys="p" onPress={() => setDialog('enroll')}>
                  Enroll a publisher
                </Button>
              </div>
            ) : null}
            {one.kind !== 'pack' ? null : admin ? (
              <div className={styles.ends}>
                {back === undefined ? null : (
                  <Button keys="b" onPress={takeBack}>
                    Take back
                  </Button>
                )}
                <Button keys="p" onPress={() => setDialog('enroll')}>
                  Enroll a publisher
                </Button>
              </div>
            ) : (
              <p className="meta">An admin installs packs and takes them back.</p>
            )}
          </aside>
        )}
      </div>
      {dialog === 'install' ? <PackDialog back={undefined} onClose={() => setDialog(undefined)} /> : null}
      {typeof dialog !== 'object' ? null : dialog.to === undefined ? (
        <PackDialog back={dialog} onClose={() => setDialog(undefined)} />
      ) : (
        <ModelDialog back={{ ...dialog, to: dialog.to }} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'model-install' ? <ModelDialog back={undefined} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'enroll' ? <EnrollDialog onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'journal' ? <JournalDialog onClose={() => setDialog(undefined)} /> : null}
    </HouseFrame>
  );
}

function Details({ one }: { one: Shipped }) {
  const state = stateOf(one);
  const reason = reasonOf(one);
  return (
    <>
      <div className={styles.verdict}>
        <Note tone={state === 'verified' ? 'calm' : state === 'missing' ? 'amber' : 'red'}>
          <p>
            <strong>{sentence(state)}.</strong> {stateSentences[state]}
          </p>
          {reason === undefined ? null : <p>{sentence(reason)}</p>}
        </Note>
      </div>
      {one.kind === 'pack' ? <PackDetails one={one} /> : <ModelDetails one={one} />}
    </>
  );
}

function PackDetails({ one: { pack } }: { one: Extract<Shipped, { kind: 'pack' }> }) {
  const { manifest } = pack;
  return (
    <>
      <Section title="Identity">
        <Facts
          rows={[
            [
              'Id',
              <span key="id" className="mono">
                {pack.id}
              </span>,
            ],
            ['Version', manifest?.version],
            ['As of', manifest?.asOf],
            [
              'Trusted by',
              {
                shipped: 'the program: pinned when it was built',
                publisher: `${pack.publisher ?? 'a publisher'}, enrolled here: signature verified`,
                none: 'nobody',
              }[pack.trust],
            ],
            ['Earlier versions', pack.earlier === undefined ? 'none' : pack.earlier.join(', ')],
            ['Manifest', <Hash key="hash" value={pack.manifestSha256} />],
          ]}
        />
      </Section>
      <History id={pack.id} />
      {manifest === undefined ? null : (
        <>
          <Section title="Sources, licences, how to cite">
            {manifest.sources.map((source) => (
              <div key={source.name} className={styles.source}>
                <p>
                  <b>{source.name}</b> {source.version} · {source.licence}
                </p>
                <p className="meta">{source.citation}</p>
              </div>
            ))}
          </Section>
          <Section title="What is in it">
            <Facts rows={Object.entries(manifest.counts).map(([what, size]) => [wordsOf(what), count(size)])} />
          </Section>
          <Section title={plural(manifest.files.length, 'file')}>
            <PlainTable
              label="Files"
              head={['File', 'Bytes', 'SHA-256']}
              numeric={[1]}
              rows={manifest.files.map((file) => [
                <span key="path" className="mono">
                  {file.path}
                </span>,
                count(file.sizeBytes),
                <Hash key="hash" value={file.sha256} />,
              ])}
            />
          </Section>
        </>
      )}
    </>
  );
}

/** Changes of this pack at this site, the latest first; what only ever shipped has none. */
function History({ id }: { id: string }) {
  const rows = (usePackJournal().data ?? []).filter((row) => row.id === id && row.act !== 'publisher-enrolled');
  if (rows.length === 0) return null;
  return (
    <Section title={plural(rows.length, 'change')}>
      {rows.map((row) => (
        <p key={row.sequence} className={styles.source}>
          {versionsOf(row)}{' '}
          <span className="meta">
            {moment(row.at)} · {row.by}: {row.reason}
          </span>
        </p>
      ))}
    </Section>
  );
}

function ModelDetails({ one: { model } }: { one: Extract<Shipped, { kind: 'model' }> }) {
  const { client } = useWorkstation();
  const card = useQuery({
    queryKey: keysOf.card(model.id),
    queryFn: () => client.prediction.card({ modelId: model.id }),
    enabled: model.state === 'verified',
  });
  return (
    <>
      <Section title="Identity">
        <Facts
          rows={[
            [
              'Id',
              <span key="id" className="mono">
                {model.id}
              </span>,
            ],
            ['Version', model.version],
            [
              'Trusted by',
              model.state !== 'verified'
                ? 'nobody'
                : model.publisher === undefined
                  ? 'the program: pinned when it was built'
                  : `${model.publisher}, enrolled here: signed, and within the change-control plan`,
            ],
            ['Earlier versions', model.earlier === undefined ? 'none' : model.earlier.join(', ')],
            ['File', <Hash key="hash" value={model.sha256} />],
          ]}
        />
      </Section>
      <VersionFigures modelId={model.id} />
      {model.state !== 'verified' ? null : (
        <Section title="Model card">
          {card.isPending ? (
            <Loading what="Reading the card" rows={5} />
          ) : card.isError ? (
            <FaultNote fault={faultOf(card.error)} />
          ) : (
            <Markdown text={card.data.markdown} />
          )}
        </Section>
      )}
    </>
  );
}

const Hash = ({ value }: { value: string | undefined }) =>
  value === undefined ? <span className="quiet">not known</span> : <span className={styles.hash}>{value}</span>;

/** `booleanProfiles` and `boolean-profiles` as "Boolean profiles"; a name of its own (`FDA`, `Health Canada`) stays. */
const wordsOf = (name: string): string =>
  /^[A-Z]/.test(name)
    ? name
    : sentence(
        name
          .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
          .replaceAll(/[-_]/g, ' ')
          .toLowerCase(),
      );
