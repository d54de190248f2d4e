import { useQuery } from '@tanstack/react-query';
import type { VersionFigures as Figures } from '../../shared/prediction/model-versions.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { FaultNote, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, plural } from '../ui/words.ts';
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
      <div className={styles.versions}>
        <p>{versionsSentence(versions)}</p>
        {figureTables(versions).map(({ set, rows }) => (
          <PlainTable
            key={set}
            label={`What each version is worth: ${set}`}
            head={[set, ...versions.map(({ version, inUse }) => `${version}${inUse ? ', in use' : ''}`)]}
            rows={rows.map(({ figure, cells }) => [
              figure,
              ...cells.map(({ value, interval }, at) => (
                <span key={versions[at]?.version} className={styles.figure}>
                  {value}
                  {interval === undefined ? null : <small>{interval}</small>}
                </span>
              )),
            ])}
          />
        ))}
        <p className={styles.calm}>
          Each was measured from its own predictions when it was pinned or installed; the 95 % intervals are those that
          its card states.
        </p>
      </div>
    </Section>
  );
}

type Version = Figures[number];
type Cohort = Version['figures'][number];

const rankings = ({ figures }: Version): ReadonlyMap<string, number | undefined> =>
  new Map(figures.map(({ set, discrimination }) => [set, discrimination?.value]));

/** The last version against the first: on how many of the cohorts that both have it ranks better, worse, alike; which files differ. */
export function versionsSentence(versions: Figures): string {
  const [first, last] = [versions[0], versions.at(-1)];
  if (first === undefined || last === undefined) return '';
  const [was, is] = [rankings(first), rankings(last)];
  const both = [...is].flatMap(([set, now]) => {
    const before = was.get(set);
    return before === undefined || now === undefined ? [] : [now - before];
  });
  const told = [
    [both.filter((gain) => gain > 0).length, 'better'],
    [both.filter((gain) => gain < 0).length, 'worse'],
    [both.filter((gain) => gain === 0).length, 'alike'],
  ] as const;
  const words = told.flatMap(([n, how]) =>
    n === 0 ? [] : n < both.length ? [`${how} on ${n}`] : [both.length === 1 ? how : `${how} on all`],
  );
  const files = last.filesChanged.length === 0 ? 'no file' : last.filesChanged.join(', ');
  return `Against ${first.version}, ${last.version} differs in ${files}. ${
    both.length === 0
      ? 'They have no cohort in common.'
      : `Of ${plural(both.length, 'common cohort')} it ranks ${words.join(', ')}.`
  }`;
}

interface Cell {
  readonly value: string;
  readonly interval?: string;
}

/** A table a cohort, a row a figure, a cell a version; what a version was not measured on is said so. */
export function figureTables(versions: Figures): { set: string; rows: { figure: string; cells: readonly Cell[] }[] }[] {
  const figures = versions.flatMap(({ figures: all }) => all);
  return [...new Set(figures.map((one) => one.set))].map((set) => {
    const rows: { figure: string; cells: readonly Cell[] }[] = [];
    const row = (figure: string, said: (cohort: Cohort, version: Version) => Cell | undefined): void => {
      const cells = versions.map((version) => {
        const cohort = version.figures.find((one) => one.set === set);
        return cohort === undefined ? undefined : said(cohort, version);
      });
      if (cells.some((cell) => cell !== undefined))
        rows.push({ figure, cells: cells.map((cell) => cell ?? { value: 'not measured' }) });
    };
    row('Patients', ({ patients }) => ({ value: count(patients) }));
    row('Ranks right', ({ discrimination }, { measure }) => estimated(discrimination, `${measure} `));
    const comparators = figures.filter((one) => one.set === set).flatMap(({ gains }) => gains.map(({ over }) => over));
    for (const over of new Set(comparators))
      row(`Gain over ${comparatorNames[over] ?? over}`, ({ gains }) => {
        const gain = gains.find((one) => one.over === over)?.gain;
        return estimated(gain, (gain?.value ?? 0) > 0 ? '+' : '', 3);
      });
    row('Calibration slope', ({ slope }) => estimated(slope));
    row('Covered by its limits', ({ coverage }) =>
      coverage === undefined ? undefined : { value: `${(100 * coverage).toFixed(1)} %` },
    );
    return { set: set.replaceAll('_', ' '), rows };
  });
}

const comparatorNames: Readonly<Record<string, string>> = {
  loris: 'the LORIS formula',
  nottingham: 'the Nottingham index',
  clinical: 'clinical facts alone',
};

/** U+2212 for a minus that no line is broken at. */
const fixed = (x: number, digits: number): string => x.toFixed(digits).replace(/^-/, '−');

const estimated = (estimate: Cohort['discrimination'], before = '', digits = 2): Cell | undefined =>
  estimate === undefined
    ? undefined
    : {
        value: `${before}${fixed(estimate.value, 3)}`,
        interval: `${fixed(estimate.low, digits)} to ${fixed(estimate.high, digits)}`,
      };
