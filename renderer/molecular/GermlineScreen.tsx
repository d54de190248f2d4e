import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { classificationOf } from '../../shared/board/classification.ts';
import type { CaseView } from '../../shared/contract.ts';
import type { GermlineSheet } from '../../shared/molecular/germline-sheet.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { CasePanel } from '../case/CasePanel.tsx';
import { useCaseView } from '../case/case-view.ts';
import { Flag, StateChip } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, Note, Section, TitleBar } from '../ui/parts.tsx';
import { asTsv, type Column, PlainTable, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, percent, plural, sentence } from '../ui/words.ts';
import { type ClassAsked, ClassDialog } from './ClassDialog.tsx';
import { FindingPanel, findingPlace, findingTitle } from './FindingPanel.tsx';
import { classWords, inheritanceWords, verdictWords } from './findings.ts';
import styles from './germline.module.css';
import { usePanelFocus } from './use-panel-focus.ts';
import { useReviews } from './use-reviews.ts';

/** P6: germline findings apart from the tumor's, for those who prepare the case, under the consent that was given. */
export function GermlineScreen() {
  const view = useCaseView();
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const roles = useVaultStatus().data?.user?.roles;
  const may = permitsAny(roles ?? [], 'prep');
  const sheet = useQuery({
    queryKey: keysOf.germline(caseId, view.listing.version),
    queryFn: () => client.molecular.germline({ caseId }),
    enabled: may,
  });
  if (roles !== undefined && !may)
    return (
      <div className={styles.page}>
        <TitleBar title="Germline" />
        <Empty title="The germline sheet needs the role of preparation">
          <p>
            Findings that bear on treatment stand among the findings and in the report. Family, consent and criteria are
            open to those who prepare the case; each opening is journalled.
          </p>
        </Empty>
      </div>
    );
  if (sheet.isPending)
    return (
      <div className={styles.page}>
        <TitleBar title="Germline" />
        <Loading what="Reading the germline sheet" rows={8} />
      </div>
    );
  if (sheet.isError)
    return (
      <div className={styles.page}>
        <TitleBar title="Germline" />
        <FaultNote fault={faultOf(sheet.error)} />
      </div>
    );
  return <Sheet view={view} sheet={sheet.data} />;
}

interface GermlineRow {
  readonly finding: Finding;
  /** A class that a person gave over the computed one. */
  readonly given: string | undefined;
  readonly verdict: string | undefined;
}

const classOf = ({ finding, given }: GermlineRow): string =>
  given ?? (finding.germline === undefined ? 'not classified' : classWords(finding.germline.class));
const conditionsOf = ({ finding: { germline } }: GermlineRow): string =>
  [
    germline?.conditions.slice(0, 2).join('; ') || 'conditions not stated',
    inheritanceWords(germline?.inheritance) ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
const hitWords = { biallelic: 'both copies', 'two-variants-unphased': 'two, phase unknown', 'one-hit': 'one hit' };
const hitsOf = ({ finding: { twoHits } }: GermlineRow): string =>
  twoHits === undefined ? 'not applicable' : hitWords[twoHits.state];
const whyOf = ({ finding: { germline } }: GermlineRow): string => germline?.rankReasons.join('; ') ?? '';

const columns: readonly Column<GermlineRow>[] = [
  {
    id: 'rank',
    title: 'Place',
    numeric: true,
    width: '4.2rem',
    cell: ({ finding }) => finding.germline?.rank ?? <span className="quiet">–</span>,
    text: ({ finding }) => String(finding.germline?.rank ?? ''),
  },
  {
    id: 'gene',
    title: 'Gene',
    width: '5.6rem',
    cell: ({ finding }) => <b>{finding.gene}</b>,
    text: ({ finding }) => finding.gene,
  },
  {
    id: 'change',
    title: 'Change',
    width: '12.5rem',
    narrow: '12.5rem',
    cell: ({ finding }) => (
      <>
        <span className="mono">{finding.title}</span>
        {finding.hgvsCoding === undefined || finding.hgvsCoding === finding.title ? null : (
          <span className={`mono ${styles.second}`}>{finding.hgvsCoding}</span>
        )}
      </>
    ),
    text: ({ finding }) => [finding.title, finding.hgvsCoding].filter(Boolean).join(' '),
  },
  {
    id: 'fraction',
    title: 'VAF',
    numeric: true,
    width: '5rem',
    cell: ({ finding }) =>
      finding.alleleFraction === undefined ? <span className="quiet">–</span> : `${percent(finding.alleleFraction)} %`,
    text: ({ finding }) => (finding.alleleFraction === undefined ? '' : percent(finding.alleleFraction)),
  },
  {
    id: 'class',
    title: 'ACMG/AMP class',
    width: '9rem',
    cell: (row) => (
      <>
        <b>{sentence(classOf(row))}</b>
        <span className={styles.second}>
          {row.given === undefined ? plural(row.finding.germline?.points ?? 0, 'point') : 'by override'}
        </span>
      </>
    ),
    text: classOf,
  },
  { id: 'hits', title: 'Two hits', width: '6.6rem', lesser: true, cell: hitsOf, text: hitsOf },
  {
    id: 'conditions',
    title: 'Conditions, inheritance',
    width: '14rem',
    lesser: true,
    cell: conditionsOf,
    text: conditionsOf,
  },
  { id: 'why', title: 'Why at this place', least: true, cell: whyOf, text: whyOf },
  {
    id: 'review',
    title: 'Review',
    width: '6.6rem',
    cell: ({ verdict, finding }) =>
      verdict === undefined ? (
        <span className="quiet">{finding.needsYou ? 'waits for you' : 'none'}</span>
      ) : (
        <Flag tone={verdict === 'confirmed' ? 'calm' : 'plain'}>{verdict}</Flag>
      ),
    text: ({ verdict }) => verdict ?? '',
  },
];

function Sheet({ view, sheet }: { view: CaseView; sheet: GermlineSheet }) {
  const navigate = useNavigate();
  const focus = usePanelFocus();
  const reviews = useReviews(view);
  const [selected, setSelected] = useState<string>();
  const [classing, setClassing] = useState<ClassAsked>();
  const { profile } = view;
  const locked = view.report !== undefined;
  const rows = sheet.findingIds.flatMap((id): GermlineRow[] => {
    const finding = profile?.findings.find((one) => one.id === id);
    if (finding === undefined) return [];
    const given = classificationOf(view.board, id, 'germline');
    const review = view.board.reviews.find(({ findingId }) => findingId === id);
    return [
      {
        finding,
        given: given === undefined ? undefined : classWords(given.class),
        verdict: review === undefined ? undefined : verdictWords[review.verdict],
      },
    ];
  });
  const current = rows.find(({ finding }) => finding.id === selected) ?? rows[0];
  const withheld = sheet.withheld.reduce((sum, one) => sum + one.count, 0);
  const confirm = () => {
    if (current !== undefined && !locked && current.verdict !== 'confirmed')
      reviews.review(current.finding.id, 'confirmed');
  };
  const override = () => {
    const computed = current?.finding.germline?.class;
    if (computed !== undefined && !locked) setClassing({ standard: 'germline', computed });
  };
  const keys = useKeys('Germline', [
    ...(rows.length < 2
      ? []
      : rowKeys(
          rows.map(({ finding }) => finding.id),
          current?.finding.id,
          setSelected,
        )),
    // A key stands at the foot where it does something: not without a finding, nor on one that is signed.
    ...(current === undefined || locked
      ? []
      : [
          { keys: 'c', label: 'confirm', run: confirm },
          ...(current.finding.germline === undefined ? [] : [{ keys: 'o', label: 'override', run: override }]),
          { keys: 'u', label: 'undo', run: () => reviews.undo(current.finding.id) },
        ]),
    ...focus.keys.filter(({ keys: name }) => current !== undefined || name === 'Escape'),
    ...(current === undefined
      ? []
      : [{ keys: 'y', label: 'copy the table', run: () => void navigator.clipboard?.writeText(asTsv(columns, rows)) }]),
    {
      keys: 'f',
      label: 'all findings',
      run: () => void navigate({ to: '/case/$caseId/findings', params: { caseId: view.listing.caseId } }),
    },
  ]);
  return (
    <div className={styles.page} ref={focus.page}>
      <TitleBar
        title="Germline"
        count={
          sheet.assayed
            ? `showing ${count(rows.length)} of ${plural(rows.length + withheld, 'germline variant')}`
            : 'not assayed'
        }
      />
      <div className={styles.note}>
        <Note tone={sheet.consent.state === 'granted' ? 'calm' : 'amber'}>
          {sheet.consent.statement}
          {withheld === 0 ? null : (
            <span className={styles.withheld}>
              {' '}
              Not listed: {sheet.withheld.map((one) => `${count(one.count)} by the rule “${one.rule}”`).join('; ')}.
            </span>
          )}
        </Note>
      </div>
      {[reviews.fault, classing === undefined ? reviews.classFault : undefined].map((fault) =>
        fault === undefined ? null : (
          <div className={styles.note} key={fault.code}>
            <FaultNote
              fault={fault}
              action={
                <Button
                  onPress={() => {
                    reviews.forget();
                    reviews.forgetClass();
                  }}
                >
                  Close
                </Button>
              }
            />
          </div>
        ),
      )}
      {rows.length > 0 ? (
        <WorkTable
          label="Germline findings"
          columns={columns}
          groups={[{ id: 'all', rows }]}
          rowId={({ finding }) => finding.id}
          selected={current?.finding.id}
          onSelect={setSelected}
          onOpen={focus.toPanel}
        />
      ) : (
        <Empty title={sheet.assayed ? 'No germline finding is listed' : 'Germline variants were not assayed'}>
          <p>
            {sheet.assayed
              ? 'Germline variants were assayed. None bears on treatment, and none is listed under the consent above; the states of the genes stand below.'
              : 'No assay of this case reads the germline: hereditary disposition is neither shown nor excluded, whatever was found in the tumor.'}
          </p>
        </Empty>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.sheet} aria-label="Family, phenotype and tested genes" tabIndex={0}>
        <Section title={`Family · ${plural(sheet.family.length, 'entry', 'entries')}`}>
          {sheet.family.length === 0 ? (
            <p className="quiet">No family history is stated; that is not the same as an empty one.</p>
          ) : (
            <PlainTable
              label="Family"
              head={['Relative', 'Condition', 'Age']}
              numeric={[2]}
              rows={sheet.family.map(({ relation, condition, ageYears }) => [relation, condition, ageYears ?? '–'])}
            />
          )}
        </Section>
        <Section title={`Phenotype, HPO · ${plural(sheet.phenotypes.length, 'term')}`}>
          {sheet.phenotypes.length === 0 ? (
            <p className="quiet">No HPO term is stated: the place rests on class, diagnosis and family.</p>
          ) : (
            <PlainTable
              label="Phenotype"
              head={['Term', 'Name', 'Seen']}
              rows={sheet.phenotypes.map(({ hpo, name, excluded }) => [
                <span key="id" className="mono">
                  {hpo}
                </span>,
                name ?? 'not named in the bundle',
                excluded ? 'looked for, absent' : 'present',
              ])}
            />
          )}
        </Section>
        <Section title="Genes, by what was tested">
          <ul className={styles.genes}>
            {sheet.genes
              .filter(({ genes }) => genes.length > 0)
              .map(({ state, genes }) => (
                <li key={state}>
                  <StateChip state={state} /> <b>{count(genes.length)}</b>
                  <span className={styles.names}>{genes.join(', ')}</span>
                </li>
              ))}
          </ul>
          {sheet.undisclosed.length === 0 ? null : (
            <p>
              Tested; without consent it is not said whether a variant was found:{' '}
              <b>{count(sheet.undisclosed.length)}</b>
              <span className={styles.names}>{sheet.undisclosed.join(', ')}</span>
            </p>
          )}
          <p className="quiet">
            {sheet.genes.every(({ genes }) => genes.length === 0) && sheet.undisclosed.length === 0
              ? 'Every'
              : 'Every other'}{' '}
            gene: not assayed in the germline.
          </p>
        </Section>
      </section>
      <Foot
        keys={keys.filter(({ keys: name }) => !/^Arrow|Escape|^y$/.test(name))}
        action={
          locked ? (
            <span className="quiet">Signed and locked: verdicts stand as they are.</span>
          ) : current === undefined ? null : (
            <Button look="primary" keys="c" isDisabled={current.verdict === 'confirmed'} onPress={confirm}>
              Confirm finding
            </Button>
          )
        }
      />
      {current === undefined || profile === undefined ? null : (
        <CasePanel
          title={findingTitle(current.finding)}
          about={<span className="mono">{findingPlace(current.finding)}</span>}
        >
          <div ref={focus.body} tabIndex={-1} className={styles.panel}>
            <FindingPanel
              key={current.finding.id}
              finding={current.finding}
              profile={profile}
              view={view}
              {...(locked ? {} : { onClass: setClassing })}
            />
          </div>
        </CasePanel>
      )}
      {classing === undefined || current === undefined ? null : (
        <ClassDialog
          finding={current.finding}
          asked={classing}
          reviews={reviews}
          onClosed={() => setClassing(undefined)}
        />
      )}
    </div>
  );
}
