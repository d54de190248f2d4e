import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import {
  type AssayedState,
  type AssayLedger,
  LedgerModality,
  AssayedState as States,
} from '../../shared/case/intake.ts';
import type { CaseView } from '../../shared/contract.ts';
import { germlineConsent, germlineHidden } from '../../shared/molecular/germline-sheet.ts';
import { useKeys } from '../app/keyboard.tsx';
import { FilterField } from '../ui/FilterField.tsx';
import { StateChip, WithheldChip } from '../ui/marks.tsx';
import { Button, Empty, Section } from '../ui/parts.tsx';
import tableStyles from '../ui/table.module.css';
import { rowKeys } from '../ui/WorkTable.tsx';
import { count, ledgerModalityWords, plural, stateWords } from '../ui/words.ts';
import { CasePanel } from './CasePanel.tsx';
import styles from './intake.module.css';
import {
  type Hidden,
  type LedgerCell,
  type LedgerRow,
  ledgerGroups,
  otherGenes,
  stateCounts,
  stateOfCell,
} from './ledger-rows.ts';

type Line =
  | { readonly kind: 'group'; readonly id: string; readonly title: string; readonly size: number }
  | { readonly kind: 'row'; readonly row: LedgerRow };

/** Lines drawn beyond the visible ones, above and below. */
const OVERSCAN = 12;

/** Gene by gene: detected, tested and not detected, failed, or not assayed. Only the visible rows are in the page. */
export function Ledger({ view, ledger }: { view: CaseView; ledger: AssayLedger }) {
  const [filter, setFilter] = useState('');
  const [state, setState] = useState<AssayedState>();
  const [chosen, setChosen] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const base = useId();

  const hidden = useMemo(() => germlineHidden(view.record, view.profile), [view.record, view.profile]);
  const all = useMemo(() => ledgerGroups(ledger, view.profile, '', undefined, hidden), [ledger, view.profile, hidden]);
  const counts = useMemo(() => stateCounts(all), [all]);
  const groups = useMemo(
    () => ledgerGroups(ledger, view.profile, filter, state, hidden),
    [ledger, view.profile, filter, state, hidden],
  );
  // Hundreds of genes that nobody asks for stand behind one line, until they are wanted or looked for.
  const [unfolded, setUnfolded] = useState(false);
  const open = unfolded || filter !== '' || state !== undefined || groups.every(({ id }) => id === 'others');
  const lines = useMemo<Line[]>(
    () =>
      groups.flatMap((group) => [
        { kind: 'group' as const, id: group.id, title: group.title, size: group.rows.length },
        ...(group.id === 'others' && !open ? [] : group.rows.map((row) => ({ kind: 'row' as const, row }))),
      ]),
    [groups, open],
  );
  const genes = useMemo(() => lines.flatMap((line) => (line.kind === 'row' ? [line.row.gene] : [])), [lines]);
  const consent = germlineConsent(view.record);
  const withholds =
    consent.state !== 'granted' && all.some(({ rows }) => rows.some(({ cells }) => cells.germline.withheld));
  const total = all.reduce((sum, group) => sum + group.rows.length, 0);
  const selected = chosen !== undefined && genes.includes(chosen) ? chosen : genes[0];
  const row = lines.find((line) => line.kind === 'row' && line.row.gene === selected);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 2.3 * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14),
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const at = lines.findIndex((line) => line.kind === 'row' && line.row.gene === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);

  useKeys('Ledger', [
    ...rowKeys(genes, selected, setChosen),
    { keys: '/', label: 'filter genes', run: () => field.current?.focus() },
    {
      keys: 'o',
      label: open && unfolded ? 'fold the others' : 'show the others',
      run: () => setUnfolded((now) => !now),
    },
  ]);

  return (
    <>
      <div className={styles.legend}>
        <ul aria-label="States, with the number of genes">
          {States.options.map((one) => (
            <li key={one}>
              <AriaButton
                className={styles.state ?? ''}
                aria-pressed={state === one}
                onPress={() => setState(state === one ? undefined : one)}
              >
                <StateChip state={one} /> <b>{count(counts[one])}</b>
              </AriaButton>
            </li>
          ))}
        </ul>
        <span className="meta">
          showing {count(genes.length)} of {plural(total, 'gene')}
        </span>
        <FilterField label="Filter genes" value={filter} onChange={setFilter} inputRef={field} />
      </div>
      {genes.length === 0 ? (
        <Empty title="No gene matches">
          <p>A gene that no assay names is {elsewhere(ledger, hidden)}.</p>
        </Empty>
      ) : (
        <div className={tableStyles.frame} ref={frame}>
          <table
            className={`${tableStyles.table} ${styles.ledger}`}
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected by keyboard, which is what a grid is
            role="grid"
            aria-label="Assayed state by gene"
            aria-rowcount={lines.length + 1}
            aria-activedescendant={selected === undefined ? undefined : `${base}-${selected}`}
            tabIndex={0}
          >
            <thead>
              <tr>
                <th scope="col">Gene</th>
                {LedgerModality.options.map((modality) => (
                  <th key={modality} scope="col">
                    {ledgerModalityWords[modality]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {before > 0 ? <Spacer height={before} /> : null}
              {items.map((item) => {
                const line = lines[item.index];
                if (line === undefined) return null;
                if (line.kind === 'group')
                  return (
                    <tr key={line.title} className={tableStyles.group} aria-rowindex={item.index + 2}>
                      <th colSpan={7} scope="colgroup">
                        {line.title} · {count(line.size)}
                        {line.id !== 'others' || (open && !unfolded) ? null : (
                          <Button look="quiet" keys="o" onPress={() => setUnfolded((now) => !now)}>
                            {unfolded ? 'Fold' : 'Show'}
                          </Button>
                        )}
                      </th>
                    </tr>
                  );
                const { gene, cells } = line.row;
                return (
                  <tr
                    key={gene}
                    id={`${base}-${gene}`}
                    aria-rowindex={item.index + 2}
                    aria-selected={gene === selected}
                    className={tableStyles.row}
                    onClick={() => setChosen(gene)}
                  >
                    <td>
                      <b>{gene}</b>
                    </td>
                    {LedgerModality.options.map((modality) => (
                      <td key={modality}>
                        <Cell cell={cells[modality]} />
                      </td>
                    ))}
                  </tr>
                );
              })}
              {after > 0 ? <Spacer height={after} /> : null}
            </tbody>
          </table>
        </div>
      )}
      <p className={styles.others}>
        Every other gene: {elsewhere(ledger, hidden)}.{withholds ? ` Germline of each gene: ${consent.statement}` : ''}
      </p>
      {row?.kind === 'row' ? <GenePanel row={row.row} view={view} /> : null}
    </>
  );
}

const Cell = ({ cell }: { cell: LedgerCell }) =>
  cell.withheld === true ? <WithheldChip /> : <StateChip state={cell.state} />;

const Spacer = ({ height }: { height: number }) => (
  <tr>
    <td colSpan={7} style={{ height, padding: 0, border: 0 }} />
  </tr>
);

/** The states of a gene that nothing names, in words: "small variants tested, not detected; fusions not assayed". */
function elsewhere(ledger: AssayLedger, hidden: Hidden): string {
  const { cells } = otherGenes(ledger, hidden);
  const said = States.options
    .map((state) => ({
      state,
      modalities: LedgerModality.options.filter((modality) => stateOfCell(cells[modality]) === state),
    }))
    .filter(({ modalities }) => modalities.length > 0)
    .map(
      ({ state, modalities }) =>
        `${modalities.map((modality) => ledgerModalityWords[modality].toLowerCase()).join(', ')} ${stateWords[state]}`,
    );
  return [...said, ...(cells.germline.withheld === true ? ['germline withheld'] : [])].join('; ');
}

function GenePanel({ row, view }: { row: LedgerRow; view: CaseView }) {
  const names = new Map(view.record.assays.map((assay) => [assay.id, assay.name]));
  return (
    <CasePanel title={row.gene} about="What each assay of this case says of it">
      {LedgerModality.options.map((modality) => {
        const { withheld, assayIds, reason } = row.cells[modality];
        return (
          <Section key={modality} title={ledgerModalityWords[modality]}>
            <Cell cell={row.cells[modality]} />
            {withheld !== true ? null : (
              <p className="meta">
                It was tested; what was found is not said. {germlineConsent(view.record).statement}
              </p>
            )}
            {assayIds.length === 0 ? null : (
              <p className="meta">{assayIds.map((id) => names.get(id) ?? id).join(', ')}</p>
            )}
            {reason === undefined ? null : <p className="meta">{reason}</p>}
          </Section>
        );
      })}
    </CasePanel>
  );
}
