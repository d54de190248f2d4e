import { type Ref, useMemo } from 'react';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import { actionWords, calledWords, changedWords, partlyRead } from '../../shared/therapy/pgx/advice.ts';
import { toldPhenotype } from '../../shared/therapy/pgx/decisive.ts';
import { Flag } from '../ui/marks.tsx';
import { Button } from '../ui/parts.tsx';
import styles from './pgx.module.css';
import { type DrugRow, drugRows, genesInOrder, lightWords, otherReadings, pgxSummary } from './pgx-view.ts';

interface PgxSectionProps {
  readonly table: OptionsTable;
  readonly record: CaseRecord;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly region?: Ref<HTMLElement>;
}

/** F043: what inherited genes ask of the drugs of this case, in one line until it is asked for; never colour alone. */
export function PgxSection({ table, record, open, onOpen, region }: PgxSectionProps) {
  const { pharmacogenes } = table;
  const rows = useMemo(
    () => (pharmacogenes === undefined ? undefined : drugRows(pharmacogenes, table, record)),
    [pharmacogenes, table, record],
  );
  if (pharmacogenes === undefined || rows === undefined)
    return (
      <section className={styles.pgx} aria-label="Pharmacogenes" data-empty="">
        <p>
          <b>Pharmacogenes not called.</b>{' '}
          {table.absent.some(({ section }) => section === 'pharmacogenes')
            ? 'What this case holds of them could not be read, as told above the table: not known, not normal.'
            : 'No germline file of this case holds a position of a pharmacogene: not tested, not normal.'}
        </p>
      </section>
    );
  const { here, others } = rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.pgx} aria-label="Pharmacogenes" ref={region} tabIndex={0} data-open={open}>
      <div className={styles.line}>
        <h3>Pharmacogenes</h3>
        <p>{pgxSummary(pharmacogenes, here, others)}</p>
        <Button look="quiet" keys="p" aria-expanded={open} onPress={() => onOpen(!open)}>
          {open ? 'Fold' : 'Show genes'}
        </Button>
      </div>
      {here.length === 0 ? null : <Drugs rows={here} label="Drugs of this case" />}
      {open ? (
        <>
          <h4>Genes as called</h4>
          <ul className={styles.genes}>
            {genesInOrder(pharmacogenes).map((gene) => (
              <li key={gene.gene} data-called={gene.source !== 'none'}>
                <span>{calledWords(gene)}</span>{' '}
                {gene.unread === undefined ? null : (
                  <ul className={styles.unread} aria-label={`Not read of ${gene.gene}`}>
                    <li>
                      <b>{partlyRead(gene)}</b>
                      {toldPhenotype(gene) === null ? ', no phenotype; not read:' : '; not read:'}
                    </li>
                    {gene.unread.map((allele) => (
                      <li key={allele}>{allele}</li>
                    ))}
                  </ul>
                )}
                <span className="quiet">
                  {gene.source === 'outside' ? 'from an outside call.' : null}
                  {gene.source === 'vcf' && gene.unread === undefined && gene.missingPositions.length > 0
                    ? `${gene.missingPositions.length} of ${gene.positions} positions not called`
                    : null}
                  {gene.notes.map((note) => ` ${note}`)}
                  {otherReadings(gene).map((words) => ` ${words}`)}
                </span>
              </li>
            ))}
          </ul>
          <h4>All other drugs with a guideline</h4>
          <Drugs rows={others} label="All other drugs" />
          <p className="quiet">
            Guidelines of CPIC and DPWG as of 2024-03, tables as of {pharmacogenes.knowledge.asOf}. What they ask of an
            option stands in its row.
          </p>
        </>
      ) : null}
    </section>
  );
}

function Drugs({ rows, label }: { rows: readonly DrugRow[]; label: string }) {
  return (
    <ul className={styles.drugs} aria-label={label}>
      {rows.map(({ drug, light, advice, standing }) => (
        <li key={drug}>
          <b className={styles.light} data-light={light}>
            {lightWords[light]}
          </b>
          <span>
            <b>{drug}</b>
            {standing === undefined ? null : <span className="quiet"> · {standing}</span>}
          </span>
          <ul>
            {advice.map((one) => (
              <li key={`${one.id} ${one.because.join()} ${one.population ?? ''}`}>
                {actionWords(one)}
                {one.onlyFor === undefined ? '' : `, only for ${one.onlyFor.join(', ')}`}
                <span className="quiet">
                  {' '}
                  {one.because.join(', ')}
                  {one.population === undefined ? '' : `, ${one.population}`} · {one.source} {one.id}
                  {one.strength === undefined ? '' : `, ${one.strength.toLowerCase()}`}
                </span>
              </li>
            ))}
            {changedWords(advice) === undefined ? null : (
              <li>
                <Flag tone="amber">{changedWords(advice)}</Flag>
              </li>
            )}
          </ul>
        </li>
      ))}
    </ul>
  );
}
