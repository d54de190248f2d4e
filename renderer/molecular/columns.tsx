import type { FindingReview } from '../../shared/board/decision.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import { Flag, OncogenicityBar, StateChip, TierMark } from '../ui/marks.tsx';
import type { Column } from '../ui/WorkTable.tsx';
import { count, measureOf, oncogenicityWords, percent, stateWords } from '../ui/words.ts';
import { classWords, type FindingsRow, verdictWords } from './findings.ts';
import styles from './molecular.module.css';

const none = <span className="quiet">–</span>;

/** A cell that only findings fill; a pertinent statement has no such value, which is not zero. */
const ofFinding =
  (cell: (finding: Finding) => React.ReactNode) =>
  (row: FindingsRow): React.ReactNode =>
    row.kind === 'finding' ? cell(row.finding) : none;
const textOfFinding =
  (text: (finding: Finding) => string) =>
  (row: FindingsRow): string =>
    row.kind === 'finding' ? text(row.finding) : '';

/** The second line of a finding: how a laboratory writes it, where the title does not say it already. */
function notation(finding: Finding): string | undefined {
  if (finding.kind !== 'small-variant') return undefined;
  return finding.hgvsCoding !== undefined && finding.hgvsCoding !== finding.title ? finding.hgvsCoding : undefined;
}

/** "HER2 immunohistochemistry" stands as HER2, and what was measured of it in the next column. */
const nameParts = (name: string): readonly [gene: string, rest: string] => {
  const [first = name, ...rest] = name.split(' ');
  return rest.length > 0 && /^[A-Z0-9-]{2,10}$/.test(first) ? [first, rest.join(' ')] : [name, ''];
};

const geneOf = (row: FindingsRow): string => {
  if (row.kind === 'pertinent') return row.statement.gene;
  return row.finding.kind === 'fusion' && row.finding.gene2 !== undefined
    ? `${row.finding.gene2}::${row.finding.gene}`
    : row.finding.kind === 'biomarker'
      ? nameParts(row.finding.gene)[0]
      : row.finding.gene;
};

/** The title without what the neighbouring columns say: the partners, the value, the copies. */
function titleOf({ kind, title, gene, biomarker }: Finding): string {
  if (kind === 'fusion') return 'fusion';
  if (kind === 'small-variant') return title;
  if (kind === 'biomarker') return nameParts(gene)[1] || (biomarker?.method ?? 'reported value');
  return title.replace(/ \(.*\)$/, '');
}

const oncogenicityText = ({ oncogenicity }: Finding): string =>
  oncogenicity === undefined ? '' : `${oncogenicityWords[oncogenicity.class]} ${oncogenicity.points}`;

/** The one number of the finding with its unit: allele fraction, copies, z-score, reads, or the reported value. */
function measured(finding: Finding): string | undefined {
  // F023: outside its range of validity a value is not shown as one.
  if (finding.kind === 'biomarker' && finding.state === 'failed-qc') return 'not valid';
  if (finding.alleleFraction !== undefined) return `${percent(finding.alleleFraction)} %`;
  const value = measureOf(finding);
  return value === '–' ? undefined : value.replace(/mutations?\/Mb/i, 'mut/Mb');
}

const reviewText = (review: FindingReview | undefined): string =>
  review === undefined
    ? ''
    : `${verdictWords[review.verdict]}${review.reason === undefined ? '' : `: ${review.reason}`}`;

export const findingsColumns: readonly Column<FindingsRow>[] = [
  {
    id: 'gene',
    title: 'Gene',
    width: '7.6rem',
    narrow: '6.6rem',
    cell: (row) => {
      const [first, second] = geneOf(row).split('::');
      return (
        <b className={styles.gene}>
          {first}
          {second === undefined ? null : (
            <>
              ::
              <wbr />
              {second}
            </>
          )}
        </b>
      );
    },
    text: geneOf,
  },
  {
    id: 'finding',
    title: 'Finding',
    width: '13.5rem',
    narrow: '12.6rem',
    cell: (row) => {
      if (row.kind === 'pertinent') return row.statement.what;
      const { finding } = row;
      const second = notation(finding);
      return (
        <>
          <span className={finding.kind === 'small-variant' ? `mono ${styles.change}` : styles.twoLines}>
            {titleOf(finding)}
          </span>
          {finding.origin === 'germline' ? <span className={styles.origin}>germline</span> : null}
          {second === undefined ? null : <span className={`mono ${styles.second}`}>{second}</span>}
        </>
      );
    },
    text: (row) =>
      row.kind === 'pertinent'
        ? row.statement.what
        : [titleOf(row.finding), notation(row.finding)].filter(Boolean).join(' '),
  },
  {
    id: 'state',
    title: 'State',
    width: '10.4rem',
    narrow: '10.2rem',
    cell: (row) => <StateChip state={row.kind === 'finding' ? row.finding.state : row.statement.state} />,
    text: (row) => stateWords[row.kind === 'finding' ? row.finding.state : row.statement.state],
  },
  {
    id: 'measured',
    title: 'Measured',
    numeric: true,
    width: '9rem',
    narrow: '6.4rem',
    cell: ofFinding((finding) => {
      const value = measured(finding);
      return value === undefined ? none : <span className={styles.measured}>{value}</span>;
    }),
    text: textOfFinding((finding) => measured(finding) ?? ''),
  },
  {
    id: 'depth',
    title: 'Depth',
    numeric: true,
    lesser: true,
    width: '4.2rem',
    cell: ofFinding(({ depth }) => (depth === undefined ? none : count(depth))),
    text: textOfFinding(({ depth }) => (depth === undefined ? '' : String(depth))),
  },
  {
    id: 'oncogenicity',
    least: true,
    title: 'Oncogenicity',
    width: '14.2rem',
    narrow: '6.6rem',
    cell: (row) => {
      if (row.kind === 'pertinent') return none;
      if (row.given !== undefined)
        return (
          <span className={styles.oneLine}>
            <b>{classWords(row.given.class)}</b> <span className="quiet">override</span>
          </span>
        );
      const { oncogenicity } = row.finding;
      return oncogenicity === undefined ? none : <OncogenicityBar oncogenicity={oncogenicity} />;
    },
    text: (row) =>
      row.kind === 'finding' && row.given !== undefined
        ? `${classWords(row.given.class)} by override; computed: ${textOfFinding(oncogenicityText)(row)}`
        : textOfFinding(oncogenicityText)(row),
  },
  {
    id: 'tier',
    title: 'Tier',
    width: '5.6rem',
    narrow: '5.2rem',
    cell: ofFinding(({ tier, tierCall }) => (
      <span className={styles.tier}>
        <TierMark tier={tier} />
        {tierCall === undefined ? null : (
          <span className="meta">
            <span className="hidden">level </span>
            {tierCall.weight.slice(-1)}
          </span>
        )}
      </span>
    )),
    text: textOfFinding(({ tier, tierCall }) => tierCall?.weight ?? tier ?? ''),
  },
  {
    id: 'why',
    least: true,
    title: 'Why here',
    cell: (row) => {
      if (row.kind === 'pertinent') return <span className={styles.whyText}>{row.reason}</span>;
      const { conflict, flags } = row.finding;
      return (
        <span className={styles.why}>
          {conflict === undefined ? null : (
            <Flag tone="blue">
              {conflict.supports} for, {conflict.against} against
            </Flag>
          )}
          {flags[0] === undefined ? null : (
            <span className={styles.short}>
              <Flag tone="amber">
                {flags.length > 1 ? `${flags.length} limits: ` : ''}
                {flags[0]}
              </Flag>
            </span>
          )}
          <span className={styles.whyText}>{whyWords(row.finding)}</span>
        </span>
      );
    },
    text: (row) =>
      row.kind === 'pertinent'
        ? row.reason
        : [row.finding.conflict?.statement, ...row.finding.flags, row.finding.whyHere].filter(Boolean).join('; '),
  },
  {
    id: 'review',
    least: true,
    title: 'Review',
    width: '8.2rem',
    narrow: '7.6rem',
    cell: (row) => (row.kind === 'finding' ? <ReviewMark row={row} /> : none),
    text: (row) => (row.kind === 'finding' ? reviewText(row.review) : ''),
  },
];

/** The tier stands in its own column, and the diseases stand with the evidence: one line is for what it means. */
const whyWords = ({ whyHere, tierCall }: Finding): string =>
  tierCall !== undefined && whyHere.startsWith(`${tierCall.weight}: `)
    ? whyHere.slice(tierCall.weight.length + 2).replace(/ – [^–]*$/, '')
    : whyHere;

function ReviewMark({ row }: { row: Extract<FindingsRow, { kind: 'finding' }> }) {
  const { review, finding } = row;
  if (review === undefined) return finding.needsYou ? <span className={styles.waits}>waits for you</span> : none;
  if (review.verdict === 'confirmed') return <Flag tone="calm">confirmed</Flag>;
  return (
    <span className={styles.verdict}>
      <Flag tone="plain">{verdictWords[review.verdict]}</Flag>
      {review.reason === undefined ? null : <span className={styles.second}>{review.reason}</span>}
    </span>
  );
}
