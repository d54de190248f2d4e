import { type Ref, useMemo } from 'react';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import type { SafetyFinding } from '../../shared/therapy/safety/finding.ts';
import { LongList } from '../ui/LongList.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button } from '../ui/parts.tsx';
import styles from './pgx.module.css';
import { overrideRate } from './row-view.ts';
import {
  actionHeads,
  actionTone,
  alertsOf,
  type DigestLine,
  overrideWords,
  safetySummary,
  stationWords,
} from './safety-view.ts';
import { useAlertRate } from './use-alerts.ts';

interface SafetySectionProps {
  readonly table: OptionsTable;
  readonly overridden: ReadonlyMap<string, string>;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly region?: Ref<HTMLElement>;
}

/** F036, F048: medicines and organs of the case in one line until asked for; the alerts themselves stand in their rows. */
export function SafetySection({ table, overridden, open, onOpen, region }: SafetySectionProps) {
  const { safety } = table;
  const station = useAlertRate(open);
  const alerts = useMemo(() => alertsOf(table), [table]);
  if (safety === undefined) return null;
  const { medications, organs, phenoconversions } = safety;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.pgx} aria-label="Medicines and organs" ref={region} tabIndex={0} data-open={open}>
      <div className={styles.line}>
        <h3>Medicines and organs</h3>
        <p>
          {safetySummary(table)} · {overrideWords(overrideRate(table, new Set(overridden.keys())))}
        </p>
        <Button look="quiet" keys="i" aria-expanded={open} onPress={() => onOpen(!open)}>
          {open ? 'Fold' : 'Show interactions'}
        </Button>
      </div>
      {open ? (
        <>
          <Alerts title="Interrupting, at most three" lines={alerts.interrupting} overridden={overridden} />
          <Alerts title="Digest" lines={alerts.digest} overridden={overridden} />
          <h4>Medicines on record</h4>
          {medications.length === 0 ? <p className="quiet">None. No list is not the same as no medicines.</p> : null}
          <ul className={styles.genes}>
            {medications.map(({ name, known, near }) => (
              <li key={name} data-called={known !== undefined}>
                {name}{' '}
                <span className="quiet">
                  {known !== undefined
                    ? known === name.toLowerCase()
                      ? 'checked'
                      : `checked as ${known}`
                    : near.length > 0
                      ? `no label facts under this name; did you mean ${near.join(' or ')}?`
                      : 'no label facts in the table: not checked'}
                </span>
              </li>
            ))}
          </ul>
          <h4>Kidney and liver</h4>
          <ul>
            {organs.measures.map(({ name, value, unit, method, from, date }) => (
              <li key={`${name}${method}`}>
                {name} {value} {unit}{' '}
                <span className="quiet">
                  {method}, from {from}
                  {date === undefined ? '' : `, ${date}`}
                </span>
              </li>
            ))}
            {organs.refused.map(({ lab, reason }) => (
              <li key={`${lab}${reason}`}>
                <Flag tone="amber">{lab} not used</Flag> {reason}
              </li>
            ))}
            {organs.absent.map(({ measure, reason }) => (
              <li key={measure} className="quiet">
                {measure}: {reason}
              </li>
            ))}
          </ul>
          {phenoconversions.length === 0 ? null : (
            <>
              <h4>Acting metabolizer status</h4>
              <ul>
                {phenoconversions.map(({ gene, inherited, acting, by }) => (
                  <li key={gene}>
                    {gene}: acts as {acting}, {inherited === null ? 'genes not called' : `inherited ${inherited}`}{' '}
                    <span className="quiet">
                      by {by.map(({ medicine, strength }) => `${medicine} (${strength} inhibitor)`).join(', ')}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
          {station === undefined ? null : <p>Alerts at this station: {stationWords(station)}.</p>}
          <p className="quiet">
            Facts by US labels, regulators’ tables and guidelines, each cited in its row. What the table does not name
            was not checked. They were written down from general knowledge and await a second reading by a pharmacist.
          </p>
        </>
      ) : null}
    </section>
  );
}

interface AlertsProps {
  readonly title: string;
  readonly lines: readonly DigestLine[];
  readonly overridden: ReadonlyMap<string, string>;
}

/** Each alert once, with the rows it stands in and its source (F129). */
function Alerts({ title, lines, overridden }: AlertsProps) {
  return (
    <>
      <h4>
        {title} <span className="quiet">· {lines.length}</span>
      </h4>
      {lines.length === 0 ? <p className="quiet">None.</p> : null}
      <LongList what="alerts" entries={lines} textOf={({ finding, options }) => [finding.text, ...options].join(' ')}>
        {(shown) => <AlertList lines={shown} overridden={overridden} />}
      </LongList>
    </>
  );
}

function AlertList({ lines, overridden }: Pick<AlertsProps, 'lines' | 'overridden'>) {
  return (
    <ul className={styles.digest}>
      {lines.map(({ finding: { id, action, text, cites, basis }, options }) => (
        <li key={id}>
          <Flag tone={actionTone(action)}>{actionHeads[action]}</Flag>
          <span>
            {text}
            <span className={styles.cite}>
              {basis === 'mechanism' ? 'By mechanism, no label on the pair: ' : ''}
              {cites.join('; ')}
              {overridden.has(id) ? ` · overridden: ${overridden.get(id)}` : ''}
            </span>
          </span>
          <span className="meta">{options.join(', ')}</span>
        </li>
      ))}
    </ul>
  );
}

/** Findings with what to do first and their sources beneath: two actions from the row to the label's section. */
export function SafetyList({ findings }: { findings: readonly SafetyFinding[] }) {
  return (
    <ul className={styles.findings}>
      {findings.map(({ id, action, text, cites, basis }) => (
        <li key={id}>
          <Flag tone={actionTone(action)}>{actionHeads[action]}</Flag> {text}
          <span className={styles.cite}>
            {basis === 'mechanism' ? 'By mechanism, no label on the pair: ' : ''}
            {cites.join('; ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
