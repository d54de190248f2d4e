import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { modelCovered } from '../../shared/board/judge-first.ts';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { CaseView } from '../../shared/contract.ts';
import { germlineHidden } from '../../shared/molecular/germline-sheet.ts';
import { answerShown } from '../../shared/prediction/predictions.ts';
import { useKeys } from '../app/keyboard.tsx';
import { DirectionMark, StateChip, TierMark } from '../ui/marks.tsx';
import { Button, Foot } from '../ui/parts.tsx';
import {
  intentWords,
  ledgerModalityWords,
  measureOf,
  percent,
  plural,
  responseWords,
  sentence,
  unitWords,
} from '../ui/words.ts';
import { CourseDrawing } from './CourseDrawing.tsx';
import { useCaseView } from './case-view.ts';
import { measured } from './measured.ts';
import { SeriesDrawing } from './SeriesDrawing.tsx';
import { newestLabs, seriesOf } from './series.ts';
import type { StepId } from './steps.ts';
import styles from './story.module.css';
import { pertinentOf, topFindings } from './story.ts';

const FINDINGS = 6;
/** Drawn values over time take the height of one of them. */
const FINDINGS_BESIDE_SERIES = 5;
const OPTIONS = 5;

/** The whole case on one page: question, course, patient, what was measured, findings, options, decision (F071). */
export function StoryScreen() {
  const view = useCaseView();
  const navigate = useNavigate();
  const { caseId } = view.listing;
  const next = () => void navigate({ to: '/case/$caseId/findings', params: { caseId } });
  const keys = useKeys('Story', [{ keys: 'Enter', label: 'on to the findings', run: next }]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.story} tabIndex={0} aria-label="Case story">
        <div className={styles.main}>
          <Question record={view.record} />
          <Card title="Course">
            <CourseDrawing record={view.record} />
            <SeriesDrawing view={view} />
          </Card>
          <div className={styles.pair}>
            <Card title="What the tumor shows" to="findings" view={view}>
              <Findings view={view} />
            </Card>
            <Card title="Options" to="options" view={view}>
              <Options view={view} />
            </Card>
          </div>
          <Card title="What was measured" to="intake" view={view}>
            <Measured view={view} />
          </Card>
        </div>
        <div className={styles.side}>
          <Goals record={view.record} />
          <Card title="Patient">
            <Patient record={view.record} />
          </Card>
          <Card title="Tumor and specimens">
            <Tumor record={view.record} />
          </Card>
        </div>
      </section>
      <Foot
        keys={[...keys, { keys: 'n', label: 'next case' }, { keys: '1', label: 'to 7: steps' }]}
        action={
          <Button look="primary" keys="Enter" onPress={next}>
            On to the findings
          </Button>
        }
      />
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly to?: StepId;
  readonly view?: CaseView;
  readonly children: ReactNode;
}

const Card = ({ title, to, view, children }: CardProps) => (
  <section className={styles.card} aria-label={title}>
    <h2>
      {title}
      {to === undefined || view === undefined ? null : (
        <Link to={`/case/$caseId/${to}`} params={{ caseId: view.listing.caseId }} aria-label={`All of: ${title}`}>
          all
        </Link>
      )}
    </h2>
    {children}
  </section>
);

function Question({ record }: { record: CaseRecord }) {
  const from = [record.referrer?.clinician, record.referrer?.institution].filter(Boolean).join(', ');
  return (
    <section className={`${styles.card} ${styles.asked}`} aria-label="Question">
      <h2>Question to the board{from === '' ? null : <span className={styles.from}>{from}</span>}</h2>
      <p>{record.question}</p>
    </section>
  );
}

/** What matters to the patient stands before any option (F085). */
const Goals = ({ record }: { record: CaseRecord }) => (
  <section className={`${styles.card} ${styles.goals}`} aria-label="What matters to the patient">
    <h2>What matters to the patient</h2>
    {record.patientGoals.length === 0 ? (
      <p className="quiet">Not stated. Ask before choosing an option.</p>
    ) : (
      <ul>
        {record.patientGoals.map((goal) => (
          <li key={goal}>{goal}</li>
        ))}
      </ul>
    )}
  </section>
);

interface Row {
  readonly label: string;
  readonly value: ReactNode;
}

const Rows = ({ rows }: { rows: readonly Row[] }) => (
  <dl className={styles.rows}>
    {rows.map(({ label, value }) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value === undefined || value === '' ? <span className="quiet">not stated</span> : value}</dd>
      </div>
    ))}
  </dl>
);

const listed = (values: readonly string[], none = 'none stated'): ReactNode =>
  values.length === 0 ? <span className="quiet">{none}</span> : values.join(' · ');

function Patient({ record }: { record: CaseRecord }) {
  const { performanceStatus: performance, labs } = record;
  return (
    <Rows
      rows={[
        {
          label: 'Performance',
          value:
            performance === undefined ? undefined : (
              <>
                {performance.scale} {performance.value} <span className="meta">{performance.date}</span>
              </>
            ),
        },
        { label: 'Comorbidity', value: listed(record.comorbidities) },
        {
          label: 'Medication',
          value: listed(record.medications.map(({ name, dose }) => [name, dose].filter(Boolean).join(' '))),
        },
        { label: 'Allergies', value: listed(record.allergies) },
        {
          label: 'Laboratory',
          value:
            labs.length === 0 ? undefined : (
              <ul className={styles.labs}>
                {newestLabs(labs).map(({ lab, earlier }) => (
                  <li key={`${lab.name} ${lab.unit} ${lab.date}`}>
                    {lab.name} <b>{lab.value}</b>{' '}
                    <span className="quiet">
                      {unitWords(lab.unit)}
                      {earlier === 0 ? '' : `, newest of ${earlier + 1}`}
                    </span>
                  </li>
                ))}
              </ul>
            ),
        },
        {
          label: 'Family',
          value: listed(
            record.familyHistory.map(({ relation, condition, ageYears }) =>
              [`${relation}: ${condition}`, ageYears === undefined ? undefined : `at ${ageYears}`]
                .filter(Boolean)
                .join(' '),
            ),
          ),
        },
        ...(record.patient.ancestry === undefined ? [] : [{ label: 'Ancestry', value: record.patient.ancestry }]),
        {
          label: 'Consents',
          value: listed(
            record.consents.map(({ purpose, granted }) => `${purpose}: ${granted ? 'granted' : 'not granted'}`),
          ),
        },
      ]}
    />
  );
}

function Tumor({ record }: { record: CaseRecord }) {
  const { diagnosis, specimens, assays } = record;
  const tnm = [diagnosis.tnm?.t, diagnosis.tnm?.n, diagnosis.tnm?.m].filter(Boolean).join(' ');
  const attributes = Object.entries(diagnosis.attributes ?? {}).map(
    ([name, value]) => `${sentence(name.replaceAll('-', ' '))}: ${value}`,
  );
  return (
    <Rows
      rows={[
        {
          label: 'Diagnosis',
          value: [diagnosis.site, diagnosis.histology, diagnosis.grade, diagnosis.date].filter(Boolean).join(' · '),
        },
        {
          label: 'Stage',
          value: [
            diagnosis.stage,
            tnm === '' ? undefined : tnm,
            diagnosis.stageSystem,
            diagnosis.positiveNodes === undefined ? undefined : plural(diagnosis.positiveNodes, 'positive node'),
          ]
            .filter(Boolean)
            .join(' · '),
        },
        ...(attributes.length === 0 ? [] : [{ label: 'Receptors and habits', value: attributes.join(' · ') }]),
        ...specimens.map((specimen) => ({
          label: `Specimen ${specimen.id}`,
          value: [
            `${sentence(specimen.origin)}, ${specimen.kind}`,
            specimen.site,
            specimen.preservation,
            specimen.purity === undefined
              ? specimen.origin === 'normal'
                ? undefined
                : 'tumor cells not stated'
              : `${percent(specimen.purity)} % tumor cells`,
            specimen.collected,
            specimen.relationToTherapy,
          ]
            .filter(Boolean)
            .join(' · '),
        })),
        {
          label: plural(assays.length, 'assay'),
          value: (
            <ul>
              {assays.map((assay) => (
                <li key={assay.id}>
                  {[
                    [assay.name, assay.version].filter(Boolean).join(' '),
                    assay.genomeBuild,
                    assay.genes === undefined ? undefined : plural(assay.genes.length, 'gene'),
                    assay.meanDepth === undefined ? undefined : `depth ${assay.meanDepth}`,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}

function Measured({ view: { intake, record, profile } }: { view: CaseView }) {
  if (intake === undefined) return <p className="quiet">The source files were not read yet.</p>;
  return (
    <ul className={styles.measured}>
      {measured(intake.ledger, record, germlineHidden(record, profile)).map(({ modality, state, words, assays }) => (
        <li key={modality}>
          <b>{ledgerModalityWords[modality]}</b>
          {state === 'not-assayed' ? (
            <StateChip state="not-assayed" />
          ) : state === 'failed-qc' ? (
            <StateChip state="failed-qc" />
          ) : (
            <span>{assays.join(', ')}</span>
          )}
          <span className="meta">{words}</span>
        </li>
      ))}
    </ul>
  );
}

function Findings({ view }: { view: CaseView }) {
  const { profile, predictions } = view;
  if (profile === undefined) return <p className="quiet">The findings were not computed yet.</p>;
  const top = topFindings(profile, seriesOf(view).length > 0 ? FINDINGS_BESIDE_SERIES : FINDINGS);
  const more = profile.findings.length - top.length;
  const absent = pertinentOf(profile, 'tested-not-detected');
  const untested = pertinentOf(profile, 'not-assayed');
  const failed = pertinentOf(profile, 'failed-qc');
  const risk = modelCovered(view) || predictions === undefined ? undefined : answerShown(predictions).aggressiveness;
  return (
    <>
      {top.length === 0 ? <p className="quiet">Nothing was detected in what was measured.</p> : null}
      <ul className={styles.findings}>
        {top.map((finding) => (
          <li key={finding.id}>
            <TierMark tier={finding.tier} />
            <span>
              <b>{finding.gene}</b>{' '}
              <span className={finding.kind === 'small-variant' ? 'mono' : undefined}>{finding.title}</span>
            </span>
            <span className={styles.figure}>
              {finding.alleleFraction === undefined ? measureOf(finding) : `${percent(finding.alleleFraction)} %`}
            </span>
            <span className={styles.why}>{finding.whyHere}</span>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className={styles.more}>and {plural(more, 'more finding')}</p> : null}
      <dl className={styles.pertinent}>
        <Pertinent state="tested-not-detected" of={absent} />
        <Pertinent state="failed-qc" of={failed} />
        <Pertinent state="not-assayed" of={untested} />
      </dl>
      {risk === undefined ? null : (
        <p className={styles.risk}>
          <b>Aggressiveness</b>{' '}
          {risk.state === 'computed'
            ? risk.sentence
            : risk.state === 'abstained'
              ? `The model abstains: ${risk.reason}`
              : `Not available: ${risk.reason}`}
        </p>
      )}
    </>
  );
}

const PERTINENT = 8;

const Pertinent = ({
  state,
  of,
}: {
  state: 'tested-not-detected' | 'failed-qc' | 'not-assayed';
  of: readonly string[];
}) =>
  of.length === 0 ? null : (
    <div>
      <dt>
        <StateChip state={state} />
      </dt>
      <dd>
        {of.slice(0, PERTINENT).join(', ')}
        {of.length > PERTINENT ? <span className="quiet"> and {of.length - PERTINENT} more</span> : null}
      </dd>
    </div>
  );

function Options({ view: { options, board, record } }: { view: CaseView }) {
  const { decision } = board;
  return (
    <>
      {options === undefined ? (
        <p className="quiet">The options were not assembled yet.</p>
      ) : (
        <>
          {options.exclusions.length === 0 ? null : (
            <p className={styles.excluded}>
              <DirectionMark kind="resistance">Excluded first</DirectionMark>{' '}
              {options.exclusions
                .slice(0, 3)
                .map((exclusion) => exclusion.label)
                .join(', ')}
              {options.exclusions.length > 3 ? ` and ${options.exclusions.length - 3} more` : ''}
            </p>
          )}
          {options.options.length === 0 ? (
            <p className="quiet">No therapy follows from the evidence packs for what was measured.</p>
          ) : (
            <ol className={styles.options}>
              {options.options.slice(0, OPTIONS).map((option, index) => (
                <li key={option.id}>
                  <span className={styles.rank}>{index + 1}</span>
                  <span>
                    <b>{option.label}</b>
                    <span className={styles.why}>{option.because.map((reason) => reason.text).join('; ')}</span>
                  </span>
                  <TierMark tier={option.tier} />
                </li>
              ))}
            </ol>
          )}
          {options.options.length > OPTIONS ? (
            <p className={styles.more}>and {plural(options.options.length - OPTIONS, 'more option')}</p>
          ) : null}
        </>
      )}
      <div className={styles.decision}>
        <h3>Decision</h3>
        {decision === undefined ? (
          <p className="quiet">
            None recorded yet
            {record.therapyLines.length === 0
              ? ''
              : `; last line: ${record.therapyLines.at(-1)?.agents.join(' + ')}, ${responseWords[record.therapyLines.at(-1)?.bestResponse ?? 'unknown']}`}
            .
          </p>
        ) : (
          <>
            <p>
              <b>{decision.answer}</b>
            </p>
            <p className="meta">
              {intentWords[decision.intent]}
              {decision.actions.length === 0
                ? ' · no action agreed'
                : ` · ${decision.actions.map((action) => `${action.what} (${action.owner}, ${action.due})`).join('; ')}`}
            </p>
          </>
        )}
      </div>
    </>
  );
}
