import { type ReactNode, useCallback, useState } from 'react';
import type {
  Agreement,
  ExpressionReading,
  Measure,
  Measures,
  SignatureReading,
} from '../../shared/molecular/measures.ts';
import { percentileWords } from '../../shared/molecular/quantiles.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCaseView } from '../case/case-view.ts';
import { Chart, type ChartColors } from '../ui/Chart.tsx';
import { Flag } from '../ui/marks.tsx';
import { Chip, Empty, Foot, Note, TitleBar } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, plural, sentence } from '../ui/words.ts';
import styles from './measures.module.css';
import {
  drawnGenes,
  drawnScores,
  exposureFigure,
  genesFigure,
  heightOf,
  isFar,
  listedExposures,
  measuredCount,
  scoreKind,
  scoresFigure,
  signatureLabel,
  spectrumFigure,
} from './measures-figures.ts';
import { PathwayAgents } from './PathwayAgents.tsx';

/** What is measured of the whole tumor: biomarkers with interval and validity, signatures, RNA and protein on their cohort, identity. */
export function MeasuresScreen() {
  const { profile } = useCaseView();
  const measures = profile?.measures;
  if (measures === undefined)
    return (
      <div className={styles.page}>
        <TitleBar title="Biomarkers and expression" />
        <Empty title="Nothing was measured yet">
          <p>
            {profile === undefined
              ? 'The source files of this case were not interpreted: intake still asks something, or refused a file. The Intake screen says which.'
              : 'This case was analysed by an earlier version. Analyse it again on the Intake screen.'}
          </p>
        </Empty>
      </div>
    );
  return <Measured measures={measures} />;
}

function Measured({ measures }: { measures: Measures }) {
  const [asTable, setAsTable] = useState(false);
  const keys = useKeys('Biomarkers', [{ keys: 't', label: 'pictures or tables', run: () => setAsTable(!asTable) }]);
  const { made, asked } = measuredCount(measures);
  const doubts = measures.identity.filter(({ state }) => state === 'inconsistent');
  const pictures = { asTable, onAsTable: setAsTable };
  const rna = measures.expression;
  const signatures =
    measures.signatures === undefined ? null : <Signatures reading={measures.signatures} {...pictures} />;
  return (
    <div className={styles.page}>
      <TitleBar
        title="Biomarkers and expression"
        count={
          <>
            {count(made)} of {plural(asked, 'measure')} evaluable
          </>
        }
      >
        {rna.map(({ id, cohort, reference }) => {
          const against = cohort === undefined ? reference : `${cohort.name}, n ${cohort.patients}`;
          return against === undefined ? null : (
            <Chip key={id}>
              Against <b>{against}</b>
            </Chip>
          );
        })}
      </TitleBar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.body} tabIndex={0} aria-label="Measures">
        {doubts.length === 0 ? null : (
          <Note tone="red">
            Identity in doubt: {doubts.map(({ label, text }) => `${label}: ${text}`).join('; ')}. The report cannot be
            signed before a person gives the reason under R07.
          </Note>
        )}
        <div className={styles.columns}>
          <div>
            <Part title="What was measured of the whole tumor?" about="none of it sets a tier">
              <div className={styles.measures}>
                <MeasureTable list={measures.list} />
              </div>
            </Part>
            <AgreementPart rows={measures.agreement} asked={measures.agreementAsked ?? measures.agreement.length} />
            <Part title="Are the files of one person, and of this one?">
              <PlainTable
                label="Identity of the files"
                head={['Check', 'State', 'Why']}
                rows={measures.identity.map(({ label, state, text }) => [
                  label,
                  <StateFlag key={label} state={state} />,
                  sentence(text),
                ])}
              />
            </Part>
            {rna.length === 0 ? null : signatures}
          </div>
          <div>
            {rna.map((reading) => (
              <Expression key={reading.id} reading={reading} {...pictures} />
            ))}
            {/* The side of RNA and protein is not left blank where there are none. */}
            {rna.length > 0 ? null : (
              <>
                {signatures}
                <Part title="Where do its genes stand?">
                  <p className="quiet">Expression and protein were not assayed.</p>
                </Part>
              </>
            )}
          </div>
        </div>
      </section>
      <Foot keys={keys} />
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

const Part = ({ title, about, children }: PartProps) => (
  <section>
    <div className={styles.head}>
      <h3>{title}</h3>
      {about === undefined ? null : <span className="meta">{about}</span>}
    </div>
    {children}
  </section>
);

const tones = {
  computed: 'plain',
  consistent: 'calm',
  agrees: 'calm',
  inconsistent: 'red',
  disagrees: 'amber',
  'not-valid': 'amber',
} as const;
const stateWords: Readonly<Record<string, string>> = {
  'not-evaluable': 'not evaluable',
  'not-valid': 'not valid',
};

function StateFlag({ state }: { state: string }) {
  const tone = tones[state as keyof typeof tones];
  const words = stateWords[state] ?? state;
  return tone === undefined ? <span className="quiet">{words}</span> : <Flag tone={tone}>{words}</Flag>;
}

const readingWords = { high: 'at or over the threshold', low: 'under the threshold', undecided: 'undecided' } as const;

const MeasureTable = ({ list }: { list: readonly Measure[] }) => (
  <PlainTable
    label="Measures of the whole tumor"
    head={['Measure', 'Value', 'Threshold and limits']}
    rows={list.map(({ id, label, state, text, unit, reading, threshold, limits }) => [
      label,
      state === 'computed' ? (
        <span key={id}>
          <span className={styles.value}>{[text, unit].filter(Boolean).join(' ')}</span>
          {reading === undefined ? null : <span className="meta"> {readingWords[reading]}</span>}
        </span>
      ) : (
        <span key={id}>
          <StateFlag state={state} />
          <span className="meta">
            {tones[state as keyof typeof tones] === undefined ? ': ' : ' '}
            {text}
          </span>
        </span>
      ),
      <span key={`${id} limits`} className={styles.limits}>
        {sentence([...(threshold === undefined || state !== 'computed' ? [] : [threshold]), ...limits].join('; '))}
      </span>,
    ])}
  />
);

function AgreementPart({ rows, asked }: { rows: readonly Agreement[]; asked: number }) {
  const told = rows.filter(({ rna, protein }) => rna.state !== 'not-evaluable' || protein.state !== 'not-evaluable');
  return (
    <Part
      title="Do DNA, RNA and protein agree?"
      about={`showing ${count(told.length)} of ${plural(asked, 'finding')}${told.length < asked ? '; the others could not be compared' : ''}`}
    >
      {told.length === 0 ? (
        <p className="quiet">
          {asked === 0
            ? 'No finding of the DNA is listed.'
            : 'None could be compared: copies need RNA or protein of the same gene, mutations and fusions need RNA reads at their places.'}
        </p>
      ) : (
        <PlainTable
          label="DNA, RNA and protein by finding"
          head={['Gene', 'DNA', 'RNA', 'Protein']}
          rows={told.map(({ findingId, gene, dna, rna, protein }) => [
            gene,
            dna,
            <Side key={`${findingId} rna`} side={rna} />,
            <Side key={`${findingId} protein`} side={protein} />,
          ])}
        />
      )}
    </Part>
  );
}

const Side = ({ side: { state, text } }: { side: Agreement['rna'] }) => (
  <>
    <StateFlag state={state} />
    <span className="meta">{state === 'not-evaluable' ? `: ${text}` : ` ${text}`}</span>
  </>
);

interface Pictures {
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

function Signatures({ reading, ...pictures }: { reading: SignatureReading } & Pictures) {
  const exposures = useCallback((colors: ChartColors) => exposureFigure(reading, colors), [reading]);
  const spectrum = useCallback((colors: ChartColors) => spectrumFigure(reading, colors), [reading]);
  const listed = listedExposures(reading);
  const [first] = listed;
  return (
    <>
      {reading.state === 'computed' ? (
        <>
          <Chart
            title="Which processes left these substitutions?"
            about={`${plural(reading.placed, 'substitution')} · cosine ${reading.cosine?.toFixed(2) ?? ''}`}
            summary={
              first === undefined
                ? 'No signature reaches 5 %.'
                : `Most by ${signatureLabel(first)}: ${share(first.share)}, 95 % ${share(first.low)} to ${share(first.high)}.`
            }
            draw={exposures}
            height={heightOf(listed.length)}
            fileName="mutational-signatures"
            table={{
              head: ['Signature', 'Ascribed to', 'Share', '95 % from', 'to'],
              numeric: [2, 3, 4],
              rows: reading.exposures.map((one) => [
                one.name,
                one.cause,
                share(one.share),
                share(one.low),
                share(one.high),
              ]),
            }}
            {...pictures}
          />
          <p className={styles.limits}>{sentence(reading.limits.join('; '))}.</p>
        </>
      ) : (
        <Part title="Which processes left these substitutions?">
          <p>
            <StateFlag state="not-evaluable" />
            <span className="meta">: {reading.reason ?? ''}.</span>
          </p>
        </Part>
      )}
      {reading.placed === 0 ? null : (
        <Chart
          title="Which substitutions, between which bases?"
          about={`${count(reading.placed)} of ${plural(reading.mutations, 'substitution')}, 96 channels`}
          summary={spectrumSummary(reading)}
          draw={spectrum}
          height={11}
          fileName="substitution-spectrum"
          table={{
            head: ['Channel', 'Substitutions'],
            numeric: [1],
            rows: reading.spectrum.map((one) => [one.channel, one.count]),
          }}
          {...pictures}
        />
      )}
    </>
  );
}

function spectrumSummary({ spectrum, placed }: SignatureReading): string {
  const changes = Map.groupBy(spectrum, ({ channel }) => channel.slice(2, 5));
  const [most] = [...changes]
    .map(([change, rows]) => [change, rows.reduce((sum, one) => sum + one.count, 0)] as const)
    .sort((a, b) => b[1] - a[1]);
  return most === undefined ? 'No substitutions.' : `${most[0]} is the most frequent, ${most[1]} of ${placed}.`;
}

function Expression({ reading, ...pictures }: { reading: ExpressionReading } & Pictures) {
  const genes = useCallback((colors: ChartColors) => genesFigure(reading, colors), [reading]);
  const scores = useCallback((colors: ChartColors) => scoresFigure(reading, colors), [reading]);
  const name = reading.modality === 'protein' ? 'proteins' : 'genes';
  if (reading.state === 'not-evaluable')
    return (
      <Part title={`Where do its ${name} stand?`} about={reading.scale}>
        <p>
          <StateFlag state="not-evaluable" />
          <span className="meta">: {reading.reason ?? ''}.</span>
        </p>
      </Part>
    );
  const against = reading.cohort?.name ?? reading.reference ?? 'the reference';
  const shown = drawnGenes(reading);
  const drawn = drawnScores(reading);
  const far = shown.filter(isFar);
  const [top] = [...drawn].sort((a, b) => Math.abs((b.percentile ?? 50) - 50) - Math.abs((a.percentile ?? 50) - 50));
  const { subtype } = reading;
  return (
    <>
      {shown.length === 0 ? null : (
        <Chart
          title={
            reading.cohort === undefined ? `Where do its ${name} stand?` : `Where do its ${name} stand in ${against}?`
          }
          about={`${count(shown.length)} of ${count(reading.genesCompared)} ${name} compared${reading.high === undefined ? '' : ` · ${reading.high} high, ${reading.low} low`}`}
          summary={
            far.length === 0
              ? `None of the ${shown.length} ${name} drawn lies beyond three deviations.`
              : `Beyond three deviations: ${far.map(({ gene, z }) => `${gene} ${z > 0 ? 'high' : 'low'}`).join(', ')}.`
          }
          draw={genes}
          height={heightOf(shown.length)}
          fileName={`${reading.modality}-on-cohort`}
          table={{
            head: [name === 'genes' ? 'Gene' : 'Protein', 'Value', 'z', 'Place'],
            numeric: [1, 2],
            rows: reading.genes.map(({ gene, value, z, percentile }) => [
              gene,
              value.toFixed(2),
              z.toFixed(2),
              percentile === undefined ? 'no percentile' : percentileWords(percentile),
            ]),
          }}
          {...pictures}
        />
      )}
      <p className={styles.limits}>{sentence(reading.limits.join('; '))}.</p>
      {drawn.length === 0 ? null : (
        <Chart
          title="Which pathways and signatures stand out?"
          about={`${count(drawn.length)} of ${plural(reading.scores.length, 'score')} drawn, for research`}
          summary={
            top === undefined
              ? 'No scores.'
              : `Farthest from the middle: ${top.name}${top.percentile === undefined ? '' : `, ${percentileWords(top.percentile)}`}.`
          }
          draw={scores}
          height={heightOf(drawn.length)}
          fileName="pathway-scores"
          table={{
            head: ['Score', 'Kind', 'Value', 'Place', 'Genes', 'Moved most by'],
            numeric: [2],
            rows: reading.scores.map((one) => [
              one.name,
              scoreKind[one.kind],
              one.score.toFixed(2),
              one.percentile === undefined ? 'no percentile' : percentileWords(one.percentile),
              `${one.read} of ${one.of}`,
              one.members
                .slice(0, 5)
                .map(({ gene }) => gene)
                .join(', '),
            ]),
          }}
          {...pictures}
        />
      )}
      <PathwayAgents reading={reading} />
      {reading.scoresAbsent.length === 0 ? null : (
        <details>
          <summary className="meta">{plural(reading.scoresAbsent.length, 'score')} not computed</summary>
          <p className={styles.limits}>
            {reading.scoresAbsent.map(({ what, reason }) => `${sentence(what)}: ${reason}`).join('. ')}.
          </p>
        </details>
      )}
      {subtype === undefined ? null : (
        <Part title="Which intrinsic subtype (PAM50)?" about={`${subtype.read} of ${subtype.of} genes, research use`}>
          <p className={styles.subtype}>
            <b>{subtype.subtype ?? 'No subtype named'}</b>{' '}
            <span className="meta">
              Spearman{' '}
              {subtype.correlations.map((one) => `${one.subtype} ${one.rho.toFixed(2).replace('-', '−')}`).join(' · ')}
            </span>
          </p>
          <p className={styles.limits}>{sentence(subtype.limits.join('; '))}.</p>
        </Part>
      )}
    </>
  );
}
