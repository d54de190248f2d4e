import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { lintProfile } from '../../shared/molecular/lint.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { useKeys } from '../app/keyboard.tsx';
import { onThemeChange } from '../app/theme.ts';
import { CasePanel } from '../case/CasePanel.tsx';
import { useCaseView } from '../case/case-view.ts';
import { isBoolean, useLayout } from '../store/layout.ts';
import { saveBlob } from '../ui/Chart.tsx';
import { FilterField } from '../ui/FilterField.tsx';
import { AbsentLine, Button, Chip, Empty, FaultNote, Foot, Note, TitleBar } from '../ui/parts.tsx';
import { asCsv, asTsv, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, plural } from '../ui/words.ts';
import { type ClassAsked, ClassDialog } from './ClassDialog.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { findingsColumns } from './columns.tsx';
import { FindingPanel, findingPlace, findingTitle, PertinentPanel } from './FindingPanel.tsx';
import {
  DISMISS_REASONS,
  type FindingsRow,
  findingName,
  type GroupId,
  groupFindings,
  LIMIT_REASONS,
  listedCount,
  notRead,
  openReviews,
  tableNotes,
} from './findings.ts';
import { GeneDialog } from './GeneDialog.tsx';
import { GenomePlot } from './GenomePlot.tsx';
import styles from './molecular.module.css';
import { PacksMoved } from './PacksMoved.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import { TranscriptDialog } from './TranscriptDialog.tsx';
import { usePanelFocus } from './use-panel-focus.ts';
import { useReviews } from './use-reviews.ts';

/** P3: every finding of the case in reading order, each with its evidence beside it. */
export function FindingsScreen() {
  const view = useCaseView();
  const { profile } = view;
  if (profile === undefined)
    return (
      <div className={styles.page}>
        <TitleBar title="Findings" />
        <Empty title="No findings yet">
          <p>
            The source files of this case were not interpreted: intake still asks something, or refused a file. The
            Intake screen says which.
          </p>
        </Empty>
      </div>
    );
  return <Findings view={view} profile={profile} />;
}

function Findings({ view, profile }: { view: CaseView; profile: MolecularProfile }) {
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<string>();
  const [opened, setOpened] = useState<ReadonlySet<GroupId>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<GroupId>>(new Set());
  const [asking, setAsking] = useState<'dismissed' | 'limited'>();
  const [classing, setClassing] = useState<ClassAsked>();
  const [asTable, setAsTable] = useState(false);
  const [aside, setAside] = useState<'gene' | 'conflicts' | 'transcripts'>();
  const tall = useSyncExternalStore(onSizeChange, tallEnough);
  const [chosen, setGenome] = useLayout<boolean | null>('genome-plot', null, isChosen);
  const genome = chosen ?? tall;
  const search = useRef<HTMLInputElement>(null);
  const focus = usePanelFocus();
  const reviews = useReviews(view);
  const locked = view.report !== undefined;

  const groups = useMemo(
    () =>
      groupFindings(
        profile,
        {
          reviews: view.board.reviews,
          classifications: view.board.classifications,
          ledger: view.intake?.ledger,
          assays: view.record.assays,
        },
        filter,
      ),
    [profile, view.board.reviews, view.board.classifications, view.intake, view.record.assays, filter],
  );
  const isFolded = (id: GroupId, atFirst: boolean) => (atFirst ? !opened.has(id) : closed.has(id));
  const visible = groups.flatMap((group) => (isFolded(group.id, group.foldedAtFirst) ? [] : group.rows));
  const ids = visible.map(({ id }) => id);
  const current = visible.find(({ id }) => id === selected) ?? visible[0];
  const finding = current?.kind === 'finding' ? current.finding : undefined;
  const standing = current?.kind === 'finding' ? current.review : undefined;
  const { shown, total, folded } = listedCount(profile, groups);
  const missing = notRead(view.intake);
  const navigate = useNavigate();
  const contradictions = useMemo(() => lintProfile(profile), [profile]);
  const waiting = openReviews(profile, view.board.reviews);
  const dismissed = groups.find(({ id }) => id === 'dismissed')?.rows.length ?? 0;

  const fold = (id: GroupId, atFirst: boolean) => () => {
    const [set, change] = atFirst ? ([opened, setOpened] as const) : ([closed, setClosed] as const);
    const next = new Set(set);
    if (!next.delete(id)) next.add(id);
    change(next);
  };
  /** Selection goes on to the next row when the current one leaves its place. */
  const stepOn = () => {
    const at = current === undefined ? -1 : ids.indexOf(current.id);
    setSelected(ids[at + 1] ?? ids[at - 1]);
  };
  const confirm = () => {
    if (finding !== undefined && !locked && standing?.verdict !== 'confirmed') reviews.review(finding.id, 'confirmed');
  };
  const ask = (what: 'dismissed' | 'limited') => () => {
    if (finding !== undefined && !locked) setAsking(what);
  };

  const override = () => {
    if (finding === undefined || locked) return;
    const standard = finding.germline === undefined ? 'oncogenicity' : 'germline';
    const computed = finding[standard]?.class;
    if (computed !== undefined) setClassing({ standard, computed });
  };
  const confirmEscat = () => {
    const proposed = finding?.escat?.tier;
    if (proposed !== undefined && !locked) setClassing({ standard: 'escat', computed: proposed, chosen: proposed });
  };

  // A selection that a filter hid starts again at the first row that stands.
  useEffect(() => {
    if (selected !== undefined && current?.id !== selected) setSelected(current?.id);
  }, [selected, current?.id]);

  const notes = (): string[] =>
    tableNotes(profile, {
      filter,
      rows: visible,
      away: groups.filter(({ id, foldedAtFirst }) => isFolded(id, foldedAtFirst)).map(({ title }) => title),
    });

  const keys = useKeys('Findings', [
    ...rowKeys(ids, current?.id, setSelected),
    { keys: 'c', label: 'confirm', run: confirm },
    { keys: 'o', label: 'override', run: override },
    ...(finding?.escat === undefined ? [] : [{ keys: 's', label: 'confirm ESCAT', run: confirmEscat }]),
    { keys: 'd', label: 'dismiss', run: ask('dismissed') },
    { keys: 'x', label: 'limit', run: ask('limited') },
    { keys: 'u', label: 'undo', run: () => (locked ? undefined : reviews.undo(finding?.id)) },
    ...(finding?.kind === 'small-variant'
      ? [
          { keys: 'l', label: 'variants of the gene', run: () => setAside('gene') },
          { keys: 't', label: 'transcript', run: () => setAside('transcripts') },
        ]
      : []),
    { keys: 'b', label: 'conflicts', run: () => setAside('conflicts') },
    ...focus.keys,
    { keys: '/', label: 'filter', run: () => search.current?.focus() },
    ...(profile.segments.length === 0
      ? []
      : [
          { keys: 'm', label: 'genome picture', run: () => setGenome(!genome) },
          { keys: 'Shift+m', label: 'its table', run: () => setAsTable(!asTable) },
        ]),
    {
      keys: 'y',
      label: 'copy the table',
      run: () => void navigator.clipboard?.writeText([...notes(), asTsv(findingsColumns, visible)].join('\n')),
    },
    {
      keys: 'Shift+y',
      label: 'save the table',
      run: () =>
        saveBlob(
          new Blob([[...notes(), asCsv(findingsColumns, visible)].join('\r\n')], { type: 'text/csv' }),
          'findings.csv',
        ),
    },
  ]);

  const specimenPurity = purityOf(view);
  return (
    <div className={styles.page} ref={focus.page}>
      <TitleBar
        title="Findings"
        count={
          <>
            showing {count(shown)} of {count(total)}
            {dismissed > 0 ? `, ${dismissed} of them dismissed` : ''}
          </>
        }
      >
        {waiting > 0 ? (
          <Chip>
            Needs you <b>{waiting}</b>
          </Chip>
        ) : null}
        {view.record.assays.some(({ modalities }) => modalities.includes('germline-variants')) ? (
          <Button
            look="quiet"
            keys="g g"
            onPress={() => void navigate({ to: '/case/$caseId/germline', params: { caseId: view.listing.caseId } })}
          >
            Germline
          </Button>
        ) : null}
        <Button
          look="quiet"
          keys="g b"
          onPress={() => void navigate({ to: '/case/$caseId/measures', params: { caseId: view.listing.caseId } })}
        >
          Biomarkers
        </Button>
        <Chip>
          Tumor type <b>{profile.tumorType.oncotreeCode}</b>
        </Chip>
        <FilterField
          label="Filter findings"
          value={filter}
          onChange={setFilter}
          inputRef={search}
          onLeave={focus.toTable}
        />
      </TitleBar>
      {reviews.classFault === undefined || classing !== undefined ? null : (
        <div className={styles.note}>
          <FaultNote fault={reviews.classFault} action={<Button onPress={reviews.forgetClass}>Close</Button>} />
        </div>
      )}
      {reviews.fault === undefined ? null : (
        <div className={styles.note}>
          <FaultNote fault={reviews.fault} action={<Button onPress={reviews.forget}>Close</Button>} />
        </div>
      )}
      <PacksMoved view={view} profile={profile} locked={locked} />
      {contradictions.length === 0 ? null : (
        <div className={styles.note}>
          <Note tone="red" action={<Button onPress={() => setAside('conflicts')}>Show</Button>}>
            {plural(contradictions.length, 'contradiction')} in these findings: {contradictions[0]} The report cannot be
            signed.
          </Note>
        </div>
      )}
      {missing === undefined ? null : (
        <div className={styles.note}>
          <Note
            tone="amber"
            action={
              <Button
                onPress={() => void navigate({ to: '/case/$caseId/intake', params: { caseId: view.listing.caseId } })}
              >
                Go to intake
              </Button>
            }
          >
            {missing}
          </Note>
        </div>
      )}
      <AbsentLine absent={profile.absent} />
      {visible.length === 0 && groups.length === 0 ? (
        <Empty
          title={filter === '' ? 'Nothing is listed' : 'No row matches the filter'}
          actions={filter === '' ? undefined : <Button onPress={() => setFilter('')}>Clear the filter</Button>}
        >
          <p>
            {filter === ''
              ? 'No change in this case meets a rule that would list it. What was folded, and by which rule, stands below.'
              : `The filter is “${filter}”.`}
          </p>
        </Empty>
      ) : (
        <WorkTable<FindingsRow>
          label="Findings"
          columns={findingsColumns}
          groups={groups.map(({ id, title, rows, foldedAtFirst }) => ({
            id,
            title,
            rows,
            folded: isFolded(id, foldedAtFirst),
            ...(id === 'needs-you' || id === 'tier-one-two' ? {} : { onFold: fold(id, foldedAtFirst) }),
          }))}
          rowId={({ id }) => id}
          selected={current?.id}
          onSelect={setSelected}
          onOpen={focus.toPanel}
          faded={(row) => row.kind === 'finding' && row.review?.verdict === 'dismissed'}
          tail={<FoldedByRule profile={profile} folded={folded} />}
        />
      )}
      <Genome
        view={view}
        profile={profile}
        purity={specimenPurity}
        open={genome}
        onOpen={setGenome}
        asTable={asTable}
        onAsTable={setAsTable}
      />
      <Foot
        keys={keys.filter(({ keys: name }) => !/^Arrow|Escape|^y$|^Shift\+[my]$/.test(name))}
        action={
          locked ? (
            <span className="quiet">Signed and locked: verdicts stand as they are.</span>
          ) : (
            <Button
              look="primary"
              keys="c"
              isDisabled={finding === undefined || standing?.verdict === 'confirmed'}
              onPress={confirm}
            >
              Confirm finding
            </Button>
          )
        }
      />
      {current === undefined ? null : (
        <CasePanel
          title={
            current.kind === 'finding'
              ? findingTitle(current.finding)
              : `${current.statement.gene} ${current.statement.what}`
          }
          about={current.kind === 'finding' ? <span className="mono">{findingPlace(current.finding)}</span> : undefined}
        >
          <div ref={focus.body} tabIndex={-1} className={styles.panel}>
            {current.kind === 'finding' ? (
              <FindingPanel
                key={current.id}
                finding={current.finding}
                profile={profile}
                view={view}
                {...(locked ? {} : { onClass: setClassing })}
              />
            ) : (
              <PertinentPanel key={current.id} statement={current.statement} view={view} />
            )}
          </div>
        </CasePanel>
      )}
      {aside === 'gene' && finding !== undefined ? (
        <GeneDialog gene={finding.gene} profile={profile} onClose={() => setAside(undefined)} />
      ) : null}
      {aside === 'transcripts' && finding !== undefined ? (
        <TranscriptDialog view={view} finding={finding} locked={locked} onClose={() => setAside(undefined)} />
      ) : null}
      {aside === 'conflicts' ? <ConflictDialog profile={profile} onClose={() => setAside(undefined)} /> : null}
      {classing === undefined || finding === undefined ? null : (
        <ClassDialog finding={finding} asked={classing} reviews={reviews} onClosed={() => setClassing(undefined)} />
      )}
      {asking === undefined || finding === undefined ? null : (
        <ReasonDialog
          title={`${asking === 'dismissed' ? 'Dismiss' : 'Limit'} ${findingName(finding)}`}
          about={
            asking === 'dismissed'
              ? 'It folds into “Dismissed”, with your reason, and stays in the record and the appendix.'
              : 'It stays where it is; your limitation follows it to the board and into the report.'
          }
          reasons={asking === 'dismissed' ? DISMISS_REASONS : LIMIT_REASONS}
          action={asking === 'dismissed' ? 'Dismiss' : 'Limit'}
          onClose={() => setAsking(undefined)}
          onGive={(reason) => {
            reviews.review(finding.id, asking, reason);
            if (asking === 'dismissed') stepOn();
            setAsking(undefined);
          }}
        />
      )}
    </div>
  );
}

const isChosen = (kept: unknown): kept is boolean | null => kept === null || isBoolean(kept);

/** The window grew or shrank, or its type did. */
function onSizeChange(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  const leave = onThemeChange(listener);
  return () => {
    window.removeEventListener('resize', listener);
    leave();
  };
}

/** Until somebody opens or folds it, the picture stands where a dozen rows fit above it, in lines of body text. */
const tallEnough = (): boolean =>
  window.innerHeight / (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14) >= 62;

/** No variant vanishes: what is not listed above, counted by the rule that folded it (F005). */
function FoldedByRule({ profile, folded }: { profile: MolecularProfile; folded: number }) {
  const rules = profile.listed.folded;
  if (rules.length === 0) return null;
  return (
    <details className={styles.folded}>
      <summary>
        {plural(folded, 'change')} folded by {plural(rules.length, 'rule')}
      </summary>
      <ul>
        {rules.map(({ rule, count: many }) => (
          <li key={rule}>
            <span className="num">{count(many)}</span> {rule}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface GenomeProps {
  readonly view: CaseView;
  readonly profile: MolecularProfile;
  readonly purity: number | undefined;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

function Genome({ view, profile, purity, open, onOpen, asTable, onAsTable }: GenomeProps) {
  if (profile.segments.length === 0) {
    const byGene = (view.intake?.copyNumbers.length ?? 0) > 0;
    return (
      <p className={styles.noGenome}>
        No genome picture:{' '}
        {byGene ? 'copy number came gene by gene, without segments' : 'no copy-number segments in this case'}.
      </p>
    );
  }
  return (
    <div className={styles.genome}>
      {open ? (
        <GenomePlot
          profile={profile}
          build={buildOf(view)}
          purity={purity}
          asTable={asTable}
          onAsTable={onAsTable}
          height={12.5}
        />
      ) : (
        <Button look="quiet" keys="m" aria-expanded={false} onPress={() => onOpen(true)}>
          Where are copies gained or lost?
        </Button>
      )}
    </div>
  );
}

/** The build the segments stand in, as intake understood it. */
const buildOf = ({ intake, record }: CaseView) =>
  intake?.understandings.find(({ modality }) => modality === 'copy-number-segments')?.genomeBuild ??
  record.assays.find(({ genomeBuild }) => genomeBuild !== undefined)?.genomeBuild ??
  'GRCh38';

/** Tumor content of the specimen behind the segments. */
function purityOf({ record }: CaseView): number | undefined {
  const file = record.files.find(({ modality }) => modality === 'copy-number-segments');
  const assay = record.assays.find(({ id }) => id === file?.assayId);
  return record.specimens.find(({ id }) => id === assay?.specimenId)?.purity;
}
