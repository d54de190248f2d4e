import { useQuery } from '@tanstack/react-query';
import type { VersionFigures as Figures } from '../../shared/prediction/model-versions.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { FaultNote, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count } from '../ui/words.ts';
import styles from './prediction.module.css';

/** F040: what each version of a model that is here is worth, a column a version. Nothing where only one is here. */
export function VersionFigures({ modelId }: { modelId: string }) {
  const { client } = useWorkstation();
  const asked = useQuery({
    queryKey: keysOf.versionFigures(modelId),
    queryFn: () => client.prediction.versionFigures({ modelId }),
  });
  if (asked.isError) return <FaultNote fault={faultOf(asked.error)} />;
  const versions = asked.data ?? [];
  if (versions.length < 2) return null;
  return (
    <Section title="Versions measured beside each other">
      <PlainTable
        label="What each version is worth"
        head={['Cohort', 'Figure', ...versions.map(({ version, inUse }) => `${version}${inUse ? ', in use' : ''}`)]}
        rows={figureRows(versions)}
      />
      <p className={styles.calm}>
        {versions.slice(1).map(({ version, filesChanged }) => (
          <span key={version}>
            {version} differs from {versions[0]?.version} in {filesChanged.join(', ') || 'no file'}.{' '}
          </span>
        ))}
        Each was measured from its own predictions when it was pinned or installed; in brackets the 95 % interval that
        its card states.
      </p>
    </Section>
  );
}

type Version = Figures[number];
type Cohort = Version['figures'][number];

/** A row a cohort and figure, in the order of the first version that has it; what a version was not measured on is said so. */
export function figureRows(versions: Figures): string[][] {
  const rows: string[][] = [];
  const figures = versions.flatMap(({ figures: all }) => all);
  for (const set of new Set(figures.map((one) => one.set))) {
    const own = (version: Version): Cohort | undefined => version.figures.find((one) => one.set === set);
    const row = (figure: string, said: (cohort: Cohort, version: Version) => string | undefined): void => {
      const cells = versions.map((version) => {
        const cohort = own(version);
        return cohort === undefined ? undefined : said(cohort, version);
      });
      if (cells.some((cell) => cell !== undefined))
        rows.push([set, figure, ...cells.map((cell) => cell ?? 'not measured')]);
    };
    row('Patients', ({ patients }) => count(patients));
    row('Ranks right', ({ discrimination }, { measure }) =>
      discrimination === undefined ? undefined : `${measure} ${estimated(discrimination)}`,
    );
    for (const over of new Set(
      figures.filter((one) => one.set === set).flatMap(({ gains }) => gains.map((g) => g.over)),
    ))
      row(`Gain over ${over}`, ({ gains }) => {
        const gain = gains.find((one) => one.over === over)?.gain;
        return gain === undefined ? undefined : estimated(gain, true);
      });
    row('Calibration slope', ({ slope }) => (slope === undefined ? undefined : estimated(slope)));
    row('Covered by its limits', ({ coverage }) =>
      coverage === undefined ? undefined : `${(100 * coverage).toFixed(1)} %`,
    );
  }
  return rows;
}

const estimated = ({ value, low, high }: NonNullable<Cohort['discrimination']>, signed = false): string => {
  const digits = signed ? 3 : 2;
  const told = (x: number): string => x.toFixed(digits);
  return `${signed && value >= 0 ? '+' : ''}${value.toFixed(3)} (${told(low)} to ${told(high)})`;
};
