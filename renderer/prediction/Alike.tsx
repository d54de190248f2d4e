/** F038: the nearest group of 30 patients and more, what became of it, and how this patient differs from its middle. */
import { useCallback } from 'react';
import type { PatientsLikeThis } from '../../shared/prediction/alike.ts';
import type { AggressivenessResult } from '../../shared/prediction/predictions.ts';
import { faultOf } from '../app/fault.ts';
import type { useAlike } from '../app/queries.ts';
import { Chart, type ChartColors } from '../ui/Chart.tsx';
import { Facts, FaultNote, Loading } from '../ui/parts.tsx';
import { count } from '../ui/words.ts';
import { survivalAt, survivalFigure } from './figures.ts';
import styles from './prediction.module.css';

type Near = Extract<PatientsLikeThis, { state: 'near' }>;

interface AlikeProps {
  readonly asked: ReturnType<typeof useAlike>;
  readonly cohort: NonNullable<AggressivenessResult['curve']>['cohortPoints'];
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
}

export function Alike({ asked, cohort, asTable, onAsTable }: AlikeProps) {
  if (asked.isError) return <FaultNote fault={faultOf(asked.error)} />;
  if (asked.data === undefined) return <Loading what="Looking for patients like this one" rows={4} />;
  return asked.data.state === 'none' ? (
    <p className={styles.calm}>{asked.data.reason}</p>
  ) : (
    <Group group={asked.data} cohort={cohort} asTable={asTable} onAsTable={onAsTable} />
  );
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const shares = (all: readonly (readonly [string, number])[]): string =>
  all.map(([name, share]) => `${name} ${percent(share)}`).join(', ');

function Group({ group, cohort, asTable, onAsTable }: Omit<AlikeProps, 'asked'> & { readonly group: Near }) {
  const { points, patients, cohortPatients, groups, distance, levels, mutated, treatments, deaths } = group;
  const name = group.cohort;
  const draw = useCallback(
    (colors: ChartColors) =>
      survivalFigure({ label: 'Patients like this one', points, cohortPoints: cohort, patients }, name, colors),
    [points, cohort, patients, name],
  );
  return (
    <>
      <ul className={styles.detail} aria-label="How far this patient is from the group">
        {distance.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Facts
        rows={[
          [
            'The group',
            `${count(patients)} patients, ${count(deaths)} deaths: one of ${groups} groups of ${count(cohortPatients)}`,
          ],
          ['Stage or grade', shares(levels)],
          ['Mutated most often', mutated.length === 0 ? 'no gene in five patients or more' : shares(mutated)],
          ['Treatments', treatments],
        ]}
      />
      <Chart
        title="How did patients like this one fare?"
        about={`nearest group by age, stage or grade, and sex, n ${count(patients)}; aggregates, no patient's own data; bands: 95 % interval`}
        summary={group.sentence}
        draw={draw}
        height={24}
        asTable={asTable}
        onAsTable={onAsTable}
        bare
        fileName="patients-like-this"
        table={{
          head: ['Months', 'Alive, like this', 'Interval', 'At risk', 'Alive, cohort', 'Cohort at risk'],
          numeric: [0, 1, 2, 3, 4, 5],
          rows: points.map((point) => {
            const all = survivalAt(cohort, point.months);
            return [
              point.months.toFixed(0),
              percent(point.survival),
              `${Math.round(100 * point.low)} to ${percent(point.high)}`,
              count(point.atRisk),
              all === undefined ? '–' : percent(all.survival),
              all === undefined ? '–' : count(all.atRisk),
            ];
          }),
        }}
      />
    </>
  );
}
