/** Everything that stands behind one finding: the sentence, what sets its tier, what supports it, and where it was read. */
import {
  type Classification,
  type ClassificationStandard,
  classificationOf,
} from '../../shared/board/classification.ts';
import type { CaseView } from '../../shared/contract.ts';
import { classWaitsFor } from '../../shared/molecular/oncogenicity.ts';
import type {
  Criterion,
  EvidenceMatch,
  Finding,
  MolecularProfile,
  PertinentStatement,
} from '../../shared/molecular/profile.ts';
import { useRemembered } from '../app/queries.ts';
import { Flag, OncogenicityBar, StateChip, TierMark } from '../ui/marks.tsx';
import { Button, Facts, Section } from '../ui/parts.tsx';
import { ledgerModalityWords, measureOf, moment, percent, plural } from '../ui/words.ts';
import { Claims } from './Claims.tsx';
import type { ClassAsked } from './ClassDialog.tsx';
import {
  classWords,
  conflictRows,
  findingSentence,
  inheritanceWords,
  pertinentReason,
  sourcesOf,
  verdictWords,
} from './findings.ts';
import styles from './molecular.module.css';

/** Title and coordinates for the head of the panel. */
export const findingTitle = (finding: Finding) =>
  finding.kind === 'fusion' || finding.kind === 'biomarker' ? (
    finding.title
  ) : (
    <>
      {finding.gene} <span className={finding.kind === 'small-variant' ? 'mono' : undefined}>{finding.title}</span>
    </>
  );

export const findingPlace = (finding: Finding): string =>
  [
    finding.transcript === undefined
      ? finding.hgvsCoding
      : `${finding.transcript}${finding.hgvsCoding === undefined ? '' : `:${finding.hgvsCoding}`}`,
    finding.hgvsGenomic,
    finding.consequence?.replaceAll('_', ' ').replaceAll('&', ', '),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

export function FindingPanel({
  finding,
  profile,
  view,
  onClass,
}: {
  finding: Finding;
  profile: MolecularProfile;
  view: CaseView;
  /** Opens the dialog for a class; absent where the case is locked. */
  onClass?: (asked: ClassAsked) => void;
}) {
  const evidence = profile.evidence.filter(({ findingIds }) => findingIds.includes(finding.id));
  const byId = new Map(evidence.map((match) => [match.evidenceId, match]));
  const pick = (ids: readonly string[]): EvidenceMatch[] =>
    ids.map((id) => byId.get(id)).filter((match) => match !== undefined);
  const defining = pick(finding.tierDefining);
  const supporting = pick(finding.supporting);
  const givenBy = (standard: ClassificationStandard) => classificationOf(view.board, finding.id, standard);
  const review = view.board.reviews.find(({ findingId }) => findingId === finding.id);
  return (
    <>
      <p className={styles.sentence}>
        {findingSentence(
          finding,
          evidence,
          profile.approvals.filter(({ findingIds }) => findingIds.includes(finding.id)),
        )}
      </p>
      {finding.tierCall === undefined ? null : <p className="meta">{finding.tierCall.statement}.</p>}
      {finding.flags.length === 0 ? null : (
        <ul className={styles.flags} aria-label="Limits of this finding">
          {finding.flags.map((flag) => (
            <li key={flag}>
              <Flag tone="amber">{flag}</Flag>
            </li>
          ))}
        </ul>
      )}
      {finding.conflict === undefined ? null : <Conflict evidence={evidence} statement={finding.conflict.statement} />}
      {defining.length === 0 ? null : (
        <Section title={`Evidence that sets the tier · ${defining.length}`}>
          <Claims key={finding.id} evidence={defining} packs={profile.packs} openUpTo={2} />
        </Section>
      )}
      {supporting.length === 0 ? null : (
        <Section
          title={`${defining.length === 0 ? 'Evidence that sets no tier' : 'Supporting evidence'} · ${supporting.length}`}
        >
          <Claims key={finding.id} evidence={supporting} packs={profile.packs} openUpTo={0} first={4} />
        </Section>
      )}
      {evidence.length === 0 ? (
        <Section title="Evidence">
          <p className="quiet">No statement of the loaded packs speaks of this finding.</p>
        </Section>
      ) : null}
      {finding.oncogenicity === undefined ? null : (
        <Oncogenicity oncogenicity={finding.oncogenicity} given={givenBy('oncogenicity')} />
      )}
      {finding.germline === undefined ? null : <Germline germline={finding.germline} given={givenBy('germline')} />}
      <ClassifiedBefore finding={finding} view={view} onClass={onClass} />
      {finding.twoHits === undefined ? null : <TwoHits hits={finding.twoHits} />}
      {finding.escat === undefined ? null : <Escat escat={finding.escat} given={givenBy('escat')} onClass={onClass} />}
      {finding.tierElsewhere.length === 0 ? null : (
        <Section title="Under other tumor-type codes">
          <ul className={styles.elsewhere}>
            {finding.tierElsewhere.map(({ oncotreeCode, tier, reason }) => (
              <li key={oncotreeCode}>
                <span className="mono">{oncotreeCode}</span>
                <TierMark tier={tier} />
                <span>{reason}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <InThisPatient finding={finding} view={view} review={review} />
    </>
  );
}

function InThisPatient({
  finding,
  view,
  review,
}: {
  finding: Finding;
  view: CaseView;
  review: CaseView['board']['reviews'][number] | undefined;
}) {
  const sources = sourcesOf(finding, view.intake);
  const { biomarker } = finding;
  return (
    <Section title="In this patient">
      <Facts
        rows={[
          ['State', <StateChip key="state" state={finding.state} />],
          ...(finding.kind === 'small-variant'
            ? ([
                [
                  'Allele fraction',
                  finding.alleleFraction === undefined ? undefined : `${percent(finding.alleleFraction)} %`,
                ],
                ['Depth', finding.depth === undefined ? undefined : plural(finding.depth, 'read')],
                ['Protein change', proteinSource(finding)],
              ] as const)
            : ([['Measured', measureOf(finding)]] as const)),
          ...(finding.rnaReads === undefined ? [] : ([['RNA support', plural(finding.rnaReads, 'read')]] as const)),
          ...(biomarker === undefined
            ? []
            : ([
                ['Method', biomarker.method],
                ['Threshold', biomarker.threshold],
                ['Validity', biomarker.validity],
              ] as const)),
          ['Origin', finding.origin === 'unknown' ? 'not told apart (tumor-only test)' : finding.origin],
          [
            'Read from',
            sources.length === 0 ? undefined : (
              <ul key="sources">
                {sources.slice(0, 6).map((source) => (
                  <li key={source} className={styles.source}>
                    {source}
                  </li>
                ))}
                {sources.length > 6 ? <li className="quiet">and {sources.length - 6} more rows</li> : null}
              </ul>
            ),
          ],
          [
            'Reviewed',
            review === undefined ? (
              <span key="review" className="quiet">
                by nobody yet
              </span>
            ) : (
              `${verdictWords[review.verdict]} ${moment(review.at)}${review.reason === undefined ? '' : `: ${review.reason}`}`
            ),
          ],
        ]}
      />
    </Section>
  );
}

const proteinSources: Record<NonNullable<Finding['proteinChangeSource']>, string> = {
  'input-annotation': 'as the input annotates it',
  computed: 'computed here on the reference transcript',
  'known-coordinate': 'known for this coordinate',
  'not-computed': 'not computed: no transcript for it here',
};
const proteinSource = ({ proteinChangeSource }: Finding): string | undefined =>
  proteinChangeSource === undefined ? undefined : proteinSources[proteinChangeSource];

/** F018: the two sides level by level, never summed into one number. */
function Conflict({ evidence, statement }: { evidence: readonly EvidenceMatch[]; statement: string }) {
  const rows = conflictRows(evidence);
  return (
    <Section title={<Flag tone="blue">Sources conflict</Flag>}>
      <p>{statement.charAt(0).toUpperCase() + statement.slice(1)}.</p>
      {rows.length === 0 ? null : (
        <table className={styles.conflict}>
          <thead>
            <tr>
              <th scope="col">Treatment</th>
              <th scope="col">Level</th>
              <th scope="col">For</th>
              <th scope="col">Against</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.treatment}${row.level}`}>
                <td>{row.treatment}</td>
                <td>{row.level}</td>
                <td>{idsOrDash(row.supports)}</td>
                <td>{idsOrDash(row.against)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const idsOrDash = (matches: readonly EvidenceMatch[]) =>
  matches.length === 0 ? (
    <span className="quiet">none</span>
  ) : (
    <>
      <b>{matches.length}</b> <span className="mono meta">{matches.map(({ evidenceId }) => evidenceId).join(' ')}</span>
    </>
  );

/** F014: each criterion met, not met, or not evaluable, with its fact and points. */
/** F027: what a person said, over what the rules said; both stand. */
const Given = ({ given }: { given: Classification | undefined }) =>
  given === undefined ? null : (
    <p>
      <b>{classWords(given.class)}</b> by override of {given.author}, {moment(given.at)}: {given.reason}.{' '}
      <span className="quiet">Computed:</span>
    </p>
  );

/** F028: offered, never applied: what this site said of the same change in another case. */
function ClassifiedBefore({
  finding,
  view,
  onClass,
}: {
  finding: Finding;
  view: CaseView;
  onClass: ((asked: ClassAsked) => void) | undefined;
}) {
  const { data = [] } = useRemembered(view.listing.caseId);
  const before = data.filter(({ findingId }) => findingId === finding.id);
  if (before.length === 0) return null;
  return (
    <Section title={`Classified here before · ${before.length}`}>
      <ul className={styles.before}>
        {before.slice(0, 4).map((one) => {
          const computed = finding[one.standard]?.class;
          const words = `${one.author}, ${moment(one.at)}`;
          return (
            <li key={`${one.standard}${one.at}`}>
              <b>{classWords(one.class)}</b> by {words}: {one.reason}
              {one.changedSince.length === 0 ? null : (
                <Flag tone="amber">evidence changed since: {one.changedSince.join('; ')}</Flag>
              )}
              {onClass === undefined || computed === undefined || computed === one.class ? null : (
                <Button
                  look="quiet"
                  onPress={() =>
                    onClass({
                      standard: one.standard,
                      computed,
                      chosen: one.class,
                      reason: `as classified by ${words}: ${one.reason}`.slice(0, 500),
                    })
                  }
                >
                  Use this class…
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

const answeredBy: Readonly<Record<string, string>> = { OP1: 'predictors', OP4: 'population frequency' };

/** A class that rests on what a file did not carry says so, before anyone takes it for a finding about the change. */
export function WaitsFor({ oncogenicity }: { oncogenicity: NonNullable<Finding['oncogenicity']> }) {
  const waits = classWaitsFor(oncogenicity);
  if (waits === undefined) return null;
  const wanted = waits.codes.map((code) => `no ${answeredBy[code]} (${code})`).join(' and ');
  return (
    <p>
      The input carries {wanted}. Where {waits.codes.length === 1 ? 'it speaks' : 'both speak'} for an effect, this
      change is <b>{classWords(waits.reachable)}</b>.
    </p>
  );
}

function Oncogenicity({
  oncogenicity,
  given,
}: {
  oncogenicity: NonNullable<Finding['oncogenicity']>;
  given: Classification | undefined;
}) {
  return (
    <Section title={`Oncogenicity, ${plural(oncogenicity.points, 'point')} by the VICC rules`}>
      <Given given={given} />
      <p className={styles.class}>
        <OncogenicityBar oncogenicity={oncogenicity} />
      </p>
      <WaitsFor oncogenicity={oncogenicity} />
      <AllCriteria criteria={oncogenicity.criteria} />
    </Section>
  );
}

/** F015, F025: the ACMG/AMP class with its criteria, and what put the finding in its place among the germline ones. */
function Germline({
  germline,
  given,
}: {
  germline: NonNullable<Finding['germline']>;
  given: Classification | undefined;
}) {
  const { conditions, inheritance, secondary, rank, rankReasons } = germline;
  return (
    <Section title={`Germline class, ${plural(germline.points, 'point')} by ACMG/AMP`}>
      <Given given={given} />
      <p className={styles.class}>
        <b>{germline.class.replace('-', ' ')}</b>
        {secondary ? ' · on the ACMG list of secondary findings' : ''}
      </p>
      <AllCriteria criteria={germline.criteria} />
      <Facts
        rows={[
          ['Inheritance', inheritanceWords(inheritance)],
          ['Conditions', conditions.length === 0 ? undefined : conditions.slice(0, 4).join('; ')],
          ['Place', rank === undefined ? undefined : `${rank} among the germline findings: ${rankReasons.join('; ')}`],
        ]}
      />
    </Section>
  );
}

const hitWords: Record<NonNullable<Finding['twoHits']>['state'], string> = {
  biallelic: 'both copies struck',
  'two-variants-unphased': 'two variants, phase not known',
  'one-hit': 'one hit',
};

/** F020: what struck each copy of the suppressor. */
function TwoHits({ hits }: { hits: NonNullable<Finding['twoHits']> }) {
  return (
    <Section title={`Two hits: ${hitWords[hits.state]}`}>
      <ul>
        {hits.facts.map(({ kind, fact }) => (
          <li key={fact}>
            <b>{kind.replace('-', ' ')}</b> {fact}
          </li>
        ))}
      </ul>
      <p className="meta">{hits.statement}</p>
    </Section>
  );
}

/** F017: a proposal with the questions that led to it, and who confirmed it, if anybody did. */
function Escat({
  escat,
  given,
  onClass,
}: {
  escat: NonNullable<Finding['escat']>;
  given: Classification | undefined;
  onClass: ((asked: ClassAsked) => void) | undefined;
}) {
  return (
    <Section
      title={
        given === undefined
          ? `ESCAT ${escat.tier} · proposed by rule, not confirmed`
          : `ESCAT ${given.class} · confirmed`
      }
    >
      {given === undefined ? (
        <p className="meta">{escat.confirm} It is not printed before a named person has confirmed it.</p>
      ) : (
        <p>
          By {given.author}, {moment(given.at)}: {given.reason}.{' '}
          <span className="quiet">Proposed by rule: {escat.tier}.</span>
        </p>
      )}
      {onClass === undefined ? null : (
        <Button
          look="quiet"
          keys="s"
          onPress={() => onClass({ standard: 'escat', computed: escat.tier, chosen: given?.class ?? escat.tier })}
        >
          {given === undefined ? 'Confirm…' : 'Confirm another tier…'}
        </Button>
      )}
      <details className={styles.more}>
        <summary>The questions that led to it</summary>
        <ol>
          {escat.path.map(({ question, answer, evidenceIds }) => (
            <li key={question}>
              {question} <b>{answer}</b>
              {evidenceIds.length === 0 ? null : (
                <span className="mono meta"> {evidenceIds.slice(0, 6).join(' ')}</span>
              )}
            </li>
          ))}
        </ol>
      </details>
    </Section>
  );
}

export function AllCriteria({ criteria }: { criteria: readonly Criterion[] }) {
  const of = (state: Criterion['state']) => criteria.filter((criterion) => criterion.state === state);
  const met = of('met');
  const notMet = of('not-met');
  const open = of('not-evaluable');
  return (
    <>
      {met.length === 0 ? <p className="quiet">No criterion is met.</p> : <Criteria criteria={met} />}
      {notMet.length + open.length === 0 ? null : (
        <details className={styles.more}>
          <summary>
            {notMet.length} not met, {open.length} not evaluable
          </summary>
          <Criteria criteria={[...notMet, ...open]} />
        </details>
      )}
    </>
  );
}

const Criteria = ({ criteria }: { criteria: readonly Criterion[] }) => (
  <ul className={styles.criteria}>
    {criteria.map(({ code, state, points, fact }) => (
      <li key={code} data-state={state}>
        <b>{code}</b>
        <span className="num">{state === 'met' ? signed(points) : '–'}</span>
        <span>
          {state === 'met' ? '' : state === 'not-met' ? 'not met: ' : 'not evaluable: '}
          {fact}
        </span>
      </li>
    ))}
  </ul>
);

const signed = (points: number): string => (points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0');

/** A gene that matters here and has no finding: what was looked for, where, and what that means (R25). */
export function PertinentPanel({ statement, view }: { statement: PertinentStatement; view: CaseView }) {
  const entry = view.intake?.ledger.entries.find(({ gene }) => gene === statement.gene);
  const cell = entry?.states[statement.modality] ?? view.intake?.ledger.defaults[statement.modality];
  const assays = (cell?.assayIds ?? []).map((id) => view.record.assays.find((assay) => assay.id === id)?.name ?? id);
  return (
    <>
      <p className={styles.sentence}>{pertinentSentence(statement)}</p>
      <Section title="How this is known">
        <Facts
          rows={[
            ['State', <StateChip key="state" state={statement.state} />],
            ['Looked for', lookedFor(statement)],
            ['Assay', assays.length === 0 ? 'none reads it' : assays.join(', ')],
            ['Reason', pertinentReason(statement, { ledger: view.intake?.ledger, assays: view.record.assays })],
          ]}
        />
      </Section>
      <Section title="Why it stands here">
        <p>Level A evidence of this tumor type speaks of {statement.gene}, so its state belongs on the report.</p>
      </Section>
    </>
  );
}

function lookedFor({ what, modality }: PertinentStatement): string {
  const where = ledgerModalityWords[modality].toLowerCase();
  return where.startsWith(what) ? what : `${what} (${where})`;
}

function pertinentSentence({ gene, what, state }: PertinentStatement): string {
  switch (state) {
    case 'tested-not-detected':
      return `${gene} ${what}: tested, not detected.`;
    case 'failed-qc':
      return `${gene} ${what}: no usable result, so nothing can be said either way.`;
    case 'not-assayed':
      return `${gene} ${what}: not assayed. This is not a negative result.`;
    case 'detected':
      return `${gene} ${what}: detected.`;
  }
}
