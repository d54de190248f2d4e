import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { modelCovered } from '../../shared/board/judge-first.ts';
import type { CaseView } from '../../shared/contract.ts';
import { modelOfOption } from '../../shared/prediction/option-models.ts';
import { dismissedFindings, dismissedWords } from '../../shared/therapy/dismissed.ts';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useOthers, useSiteLists, useTrials } from '../app/queries.ts';
import { CasePanel } from '../case/CasePanel.tsx';
import { ContextDialog } from '../case/ContextDialog.tsx';
import { useCaseView } from '../case/case-view.ts';
import { ReasonDialog } from '../molecular/ReasonDialog.tsx';
import { usePanelFocus } from '../molecular/use-panel-focus.ts';
import { AbsentLine, Button, Empty, FaultNote, Foot, TitleBar } from '../ui/parts.tsx';
import { asTsv, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import { ComparePanel } from './ComparePanel.tsx';
import { modelColumn, type OptionRow, optionColumns } from './columns.tsx';
import { Exclusions } from './Exclusions.tsx';
import { ExclusionPanel, OptionPanel, WouldChange } from './OptionPanel.tsx';
import { countWords, NOT_WEIGHED, optionAt } from './options-view.ts';
import { PgxSection } from './PgxSection.tsx';
import { escatConfirmed, optionTrials } from './row-view.ts';
import { SafetySection } from './SafetySection.tsx';
import { aboutWords, interrupting } from './safety-view.ts';
import { TrialsSection } from './TrialsSection.tsx';
import styles from './therapy.module.css';
import { useAlerts } from './use-alerts.ts';

const OVERRIDE_REASONS = [
  'The benefit outweighs it in this patient',
  'The other medicine will be stopped or replaced',
  'Dose adapted and monitoring arranged',
  'Tolerated before',
] as const;

/** P5: exclusions first, then the options in one stated order, each with why it stands there and what would move it. */
export function OptionsScreen() {
  const view = useCaseView();
  const { options } = view;
  if (options === undefined)
    return (
      <div className={styles.page}>
        <TitleBar title="Options" />
        <Empty title="No options yet">
          <p>
            Options are assembled from findings and evidence; this case was not analyzed. The Intake screen says why.
          </p>
        </Empty>
      </div>
    );
  return <Options view={view} table={options} />;
}

function Options({ view, table }: { view: CaseView; table: OptionsTable }) {
  const { profile } = view;
  const navigate = useNavigate();
  const [selected, setSelected] = useState<string>();
  const [excluded, setExcluded] = useState<string>();
  const [unfolded, setUnfolded] = useState(false);
  const [genesOpen, setGenesOpen] = useState(false);
  const genes = useRef<HTMLElement>(null);
  const [safetyOpen, setSafetyOpen] = useState(false);
  const safetyRegion = useRef<HTMLElement>(null);
  const [trialsOpen, setTrialsOpen] = useState(false);
  const trialsRegion = useRef<HTMLElement>(null);
  const trials = useTrials(view.listing.caseId);
  const entered = useSiteLists().data;
  const lists = entered?.lists;
  const tests = useRef<HTMLElement>(null);
  const focus = usePanelFocus();
  const [pinned, setPinned] = useState<string>();
  const [asking, setAsking] = useState(false);
  const [editing, setEditing] = useState(false);
  const alerts = useAlerts(view);
  const { overridden } = alerts;

  const others = useOthers(view.listing.caseId);
  const covered = modelCovered(view);
  const gone = useMemo(() => dismissedFindings(view.board.reviews), [view.board.reviews]);
  const rows = useMemo<readonly OptionRow[]>(
    () =>
      table.options.map((option, index) => ({
        option,
        place: index + 1,
        alerts: interrupting(option, table.safety),
        model: covered ? undefined : modelOfOption(option.agents, others.data ?? []),
        overridden,
        escat: escatConfirmed(option, profile, view.board.classifications),
        lists,
        trials: optionTrials(option, trials.data),
        dismissed: dismissedWords(option, gone),
      })),
    [
      table.options,
      table.safety,
      others.data,
      covered,
      overridden,
      trials.data,
      profile,
      view.board.classifications,
      lists,
      gone,
    ],
  );
  // Where no trials were searched the line under the table says so, and the column gives its width to the reasons.
  const searched = trials.data?.state === 'judged';
  const shown = searched ? optionColumns : optionColumns.filter(({ id }) => id !== 'trials');
  const columns = rows.some(({ model }) => model !== undefined) ? [...shown, modelColumn] : shown;
  const current = rows.find(({ option }) => option.id === selected) ?? rows[0];
  const exclusion = [...table.exclusions, ...table.lessBenefit].find(({ id }) => id === excluded);
  const above = current === undefined ? undefined : rows[current.place - 2]?.option;
  const first = rows.find(({ option }) => option.id === pinned);
  const comparing = first !== undefined && current !== undefined && first !== current;
  const alert = current?.alerts[0];
  const compare = () => {
    if (pinned !== undefined || current === undefined) return setPinned(undefined);
    // Compared with the next one, or the one above where it is the last.
    const other = rows[current.place] ?? rows[current.place - 2];
    if (other === undefined) return;
    setPinned(current.option.id);
    select(other.option.id);
  };
  const overrideAlert = () => {
    if (alert === undefined || current === undefined) return;
    if (overridden.has(alert.id)) alerts.act({ act: 'restore', optionId: current.option.id, findingId: alert.id });
    else setAsking(true);
  };
  const select = (id: string) => {
    setExcluded(undefined);
    setSelected(id);
  };
  const editTrials = () => void navigate({ to: '/case/$caseId/trials', params: { caseId: view.listing.caseId } });
  const decide = () => void navigate({ to: '/case/$caseId/decision', params: { caseId: view.listing.caseId } });

  const keys = useKeys('Options', [
    ...rowKeys(
      rows.map(({ option }) => option.id),
      current?.option.id,
      select,
    ),
    ...rows.slice(0, 9).map(({ place }) => ({
      keys: String(place),
      label: `option ${place}`,
      run: () => {
        const chosen = optionAt(table.options, place);
        if (chosen !== undefined) select(chosen.id);
      },
    })),
    ...focus.keys,
    { keys: 'x', label: 'exclusions', run: () => setUnfolded(!unfolded) },
    {
      keys: 'p',
      label: 'pharmacogenes',
      run: () => {
        setGenesOpen(!genesOpen);
        reveal(genes);
      },
    },
    {
      keys: 'i',
      label: 'interactions',
      run: () => {
        setSafetyOpen(!safetyOpen);
        reveal(safetyRegion);
      },
    },
    ...(trials.data?.state === 'judged'
      ? [
          {
            keys: 'n',
            label: 'near misses',
            run: () => {
              setTrialsOpen(!trialsOpen);
              reveal(trialsRegion);
            },
          },
        ]
      : []),
    ...(rows.length > 1
      ? [{ keys: 'c', label: pinned === undefined ? 'compare' : 'end comparison', run: compare }]
      : []),
    ...(alert === undefined
      ? []
      : [{ keys: 'o', label: overridden.has(alert.id) ? 'take override back' : 'override alert', run: overrideAlert }]),
    { keys: 'm', label: 'correct medicines, labs', run: () => setEditing(true) },
    { keys: 't', label: 'edit trials', run: editTrials },
    { keys: 'w', label: 'what would change', run: () => tests.current?.focus() },
    {
      keys: 'y',
      label: 'copy the table',
      run: () => void navigator.clipboard?.writeText(asTsv(columns, rows)),
    },
    { keys: 'Enter', label: 'to the decision', run: decide },
  ]);

  const testsLook = rows.length === 0 ? `${styles.next} ${styles.alone}` : styles.next;
  return (
    <div className={styles.page} ref={focus.page}>
      <TitleBar title="Options" count={countWords(table, profile?.packs ?? [])} />
      <div className={styles.body}>
        <Exclusions
          exclusions={table.exclusions}
          lessBenefit={table.lessBenefit}
          open={unfolded}
          onOpen={setUnfolded}
          selected={excluded}
          onSelect={(id) => {
            setExcluded(id);
            focus.toPanel();
          }}
        />
        <AbsentLine
          absent={[
            ...table.absent,
            ...(entered?.problem === undefined
              ? []
              : [
                  {
                    section: 'lists of the site',
                    reason: `${entered.problem.message}, line ${entered.problem.line ?? 1}`,
                  },
                ]),
          ]}
        />
        {alerts.fault === undefined ? null : <FaultNote fault={alerts.fault} />}
        {rows.length === 0 ? (
          <Empty title="No option by evidence">
            <p>
              No accepted statement of the loaded packs supports a treatment for the findings of this case. That is a
              result: what was considered, and why it made no option, stands below.
            </p>
          </Empty>
        ) : (
          <WorkTable<OptionRow>
            label="Options"
            columns={columns}
            groups={[{ id: 'options', rows }]}
            rowId={({ option }) => option.id}
            selected={exclusion === undefined ? current?.option.id : undefined}
            onSelect={select}
            onOpen={focus.toPanel}
            tail={<HowRanked table={table} />}
          />
        )}
        {rows.length === 0 ? <HowRanked table={table} /> : null}
        <SafetySection
          table={table}
          overridden={overridden}
          open={safetyOpen}
          onOpen={setSafetyOpen}
          region={safetyRegion}
        />
        <PgxSection table={table} record={view.record} open={genesOpen} onOpen={setGenesOpen} region={genes} />
        <TrialsSection
          trials={trials.data}
          failed={trials.error === null ? undefined : faultOf(trials.error).message.replace(/\.$/, '')}
          open={trialsOpen}
          onOpen={setTrialsOpen}
          onEdit={editTrials}
          region={trialsRegion}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={testsLook} ref={tests} tabIndex={0} aria-labelledby="next-best-test">
          <h3 id="next-best-test">
            What testing would change <span className="quiet">· {table.wouldChange.length}</span>
          </h3>
          {table.wouldChange.length < 2 ? null : (
            <p className="meta">
              Best first: level of the evidence that waits, then how many treatments a result would add or rule out,
              then turnaround as the site entered it, unknown last.
            </p>
          )}
          {table.wouldChange.length === 0 ? (
            <p className="quiet">
              No level A or B statement and no approval of this tumor type hinges on something that was not tested.
            </p>
          ) : (
            <WouldChange rows={table.wouldChange} lists={lists} />
          )}
        </section>
      </div>
      <Foot
        keys={[
          { keys: '1', label: '– 9 select' },
          ...keys.filter(({ keys: name }) => !/^Arrow|Escape|^[1-9y]$|Enter/.test(name)),
        ]}
        action={
          <Button look="primary" keys="Enter" onPress={decide}>
            Go to the decision
          </Button>
        }
      />
      {asking && alert !== undefined && current !== undefined ? (
        <ReasonDialog
          title={`Override the alert on ${current.option.label}`}
          about={`${aboutWords(alert)}. The alert stops interrupting; it stays in the row and, with your reason, in the record.`}
          reasons={OVERRIDE_REASONS}
          action="Override"
          onClose={() => setAsking(false)}
          onGive={(reason) => {
            alerts.act({ act: 'override', optionId: current.option.id, findingId: alert.id, reason });
            setAsking(false);
          }}
        />
      ) : null}
      {editing ? <ContextDialog view={view} onClose={() => setEditing(false)} /> : null}
      <CasePanel
        title={
          exclusion?.label ??
          (comparing ? `${first.option.label} beside ${current.option.label}` : (current?.option.label ?? 'No option'))
        }
        about={
          exclusion !== undefined
            ? 'kind' in exclusion
              ? 'why it is off the table'
              : 'what speaks of less benefit'
            : comparing
              ? 'point by point, what differs first'
              : 'why it stands here, what would change it'
        }
      >
        <div ref={focus.body} tabIndex={-1} className={styles.panel}>
          {exclusion !== undefined ? (
            <ExclusionPanel key={exclusion.id} exclusion={exclusion} profile={profile} />
          ) : comparing ? (
            <ComparePanel first={first} second={current} />
          ) : current !== undefined ? (
            <OptionPanel
              key={current.option.id}
              option={current.option}
              above={above}
              place={current.place}
              profile={profile}
              trials={current.trials}
              escat={current.escat}
              lists={lists}
              dismissed={gone}
            />
          ) : null}
        </div>
      </CasePanel>
    </div>
  );
}

/** The rule, what it did not weigh, and every statement that made no option, counted by its reason. */
function HowRanked({ table }: { table: OptionsTable }) {
  const { rule, accounting } = table;
  return (
    <div className={styles.how}>
      <p>{NOT_WEIGHED}</p>
      <details>
        <summary>
          How this is ranked, and why {plural(accounting.considered - accounting.used, 'statement')} of{' '}
          {accounting.considered} made no option
        </summary>
        <p>{rule}</p>
        <ul>
          {accounting.unused.map(({ rule: why, count }) => (
            <li key={why}>
              <span className="num">{count}</span> {why}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

/** Focus, and once it has unfolded its head at the top: below the fold a section would open unseen. */
function reveal({ current }: { readonly current: HTMLElement | null }): void {
  current?.focus();
  requestAnimationFrame(() => current?.scrollIntoView?.({ block: 'start' }));
}
