import { useQuery } from '@tanstack/react-query';
import type { PracticeArea } from '../../shared/exchange/practice.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Empty, FaultNote, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { count, plural } from '../ui/words.ts';
import { ExchangeViews } from './ExchangeViews.tsx';
import styles from './exchange.module.css';

const percent = (good: number, of: number): string =>
  of === 0 ? 'nothing to judge' : `${Math.round((100 * good) / of)} %`;

const Area = ({ title, hint, area }: { title: string; hint: string; area: PracticeArea }) => (
  <section className={styles.area} aria-label={title}>
    <h2>
      {title}{' '}
      <span className={styles.score}>{area.score === undefined ? 'nothing to judge' : `${area.score} % good`}</span>
    </h2>
    <p className="quiet">{hint}</p>
    <PlainTable
      label={title}
      head={['What', 'Good', 'Of', 'Share', 'Others, most frequent first']}
      numeric={[1, 2, 3]}
      rows={area.rows.map(({ what, good, of, others }) => [
        what,
        count(good),
        count(of),
        percent(good, of),
        others.length === 0 ? (
          <span key={what} className="quiet">
            none
          </span>
        ) : (
          others
            .slice(0, 5)
            .map((one) => (one.count === 1 ? one.what : `${one.what} (${one.count})`))
            .join(', ') + (others.length > 5 ? ` and ${others.length - 5} more` : '')
        ),
      ])}
    />
  </section>
);

/** What is missing, in other units or not coded in the cases of this vault (F139). */
export function PracticeScreen() {
  const { client } = useWorkstation();
  const read = useQuery({ queryKey: keysOf.practice, queryFn: () => client.exchange.practice(), staleTime: 0 });
  const said = read.data;
  return (
    <HouseFrame current="exchange">
      <TitleBar
        level={1}
        title="Exchange"
        count={said === undefined ? undefined : `data practice of ${plural(said.cases, 'case')}`}
      >
        <ExchangeViews current="practice" />
      </TitleBar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.practice} aria-label="Data practice" tabIndex={0}>
        {read.isError ? (
          <FaultNote fault={faultOf(read.error)} />
        ) : said === undefined ? (
          <Loading what="Reading every case" rows={12} />
        ) : said.cases === 0 ? (
          <Empty level={2} title="There is no case to judge" />
        ) : (
          <>
            <Area
              title="Missingness"
              hint="How many of the cases give what a board asks for. A list that is empty counts as not given: nobody wrote that there is nothing."
              area={said.missingness}
            />
            <Area title="Units" hint="Laboratory values of all cases, by the unit they stand in." area={said.units} />
            <Area title="Coding" hint="What should be a code, symbol or ingredient, and is one." area={said.coding} />
          </>
        )}
      </section>
      <Foot keys={[]} />
    </HouseFrame>
  );
}
