import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import {
  type AssayedState,
  type AssayLedger,
  LedgerModality,
  AssayedState as States,
} from '../../shared/case/intake.ts';
import type { CaseView } from '../../shared/contract.ts';
import { germlineConsent, germlineHidden } from '../../shared/molecular/germline-sheet.ts';
import { partlyRead } from '../../shared/therapy/pgx/advice.ts';
import { useKeys } from '../app/keyboard.tsx';
import { FilterField } from '../ui/FilterField.tsx';
import type { RowGroup } from '../ui/lines.ts';
import { StateChip, WithheldChip } from '../ui/marks.tsx';
import { Empty, Section } from '../ui/parts.tsx';
import { type Column, placeOf, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, ledgerModalityWords, ledgerWords, plural } from '../ui/words.ts';
import { CasePanel } from './CasePanel.tsx';
import styles from './intake.module.css';
import {
  anyWithheld,
  type Hidden,
  type LedgerCell,
  type LedgerRow,
  ledgerGroups,
  matchingGroups,
  otherGenes,
  stateCounts,
  stateOfCell,
} from './ledger-rows.ts';

/** @param partly how much of a pharmacogene was read, where not all that decides */
const columnsOf = (partly: ReadonlyMap<string, string>): readonly Column<LedgerRow>[] => [
  { id: 'gene', title: 'Gene', width: '10%', cell: ({ gene }) => <b>{gene}</b>, text: ({ gene }) => gene },
  ...LedgerModality.options.map(
    (modality): Column<LedgerRow> => ({
      id: modality,
      title: ledgerModalityWords[modality],
      cell: ({ gene, cells }) => (
        <>
          <Cell cell={cells[modality]} />
          {modality === 'germline' ? <Partly cell={cells.germline} part={partly.get(gene)} /> : null}
        </>
      ),
      text: ({ cells }) => (cells[modality].withheld === true ? 'withheld' : ledgerWords(cells[modality])),
    }),
  ),
];
const geneOf = ({ gene }: LedgerRow): string => gene;

/** Gene by gene: detected, tested and not detected, failed, or not assayed. */
export function Ledger({ view, ledger }: { view: CaseView; ledger: AssayLedger }) {
  const [filter, setFilter] = useState('');
  const [state, setState] = useState<AssayedState>();
  const [chosen, setChosen] = useState<string>();
  const field = useRef<HTMLInputElement>(null);

  const partly = useMemo(() => partOf(view), [view]);
  const columns = useMemo(() => columnsOf(partly), [partly]);
  const hidden = useMemo(() => germlineHidden(view.record, view.profile), [view.record, view.profile]);
  const all = useMemo(() => ledgerGroups(ledger, view.profile, hidden), [ledger, view.profile, hidden]);
  const counts = useMemo(() => stateCounts(all), [all]);
  // Typing goes before a long ledger that follows it.
  const wanted = useDeferredValue(filter);
  const groups = useMemo(() => matchingGroups(all, wanted, state), [all, wanted, state]);
  // Hundreds of genes that nobody asks for stand behind one line, until they are wanted or looked for.
  const [unfolded, setUnfolded] = useState(false);
  const open = unfolded || wanted !== '' || state !== undefined || groups.every(({ id }) => id === 'others');
  const shown = useMemo<RowGroup<LedgerRow>[]>(
    () =>
      groups.map((group) =>
        group.id !== 'others' || (open && !unfolded)
          ? group
          : { ...group, folded: !open, onFold: () => setUnfolded((now) => !now) },
      ),
    [groups, open, unfolded],
  );
  const rows = useMemo(() => shown.flatMap((group) => (group.folded === true ? [] : group.rows)), [shown]);
  const genes = useMemo(() => rows.map(geneOf), [rows]);
  const consent = germlineConsent(view.record);
  const withholds = useMemo(() => consent.state !== 'granted' && anyWithheld(all), [consent.state, all]);
  const total = all.reduce((sum, group) => sum + group.rows.length, 0);
  const row = rows[Math.max(placeOf(genes, chosen), 0)];
  const selected = row?.gene;

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
          {open ? null : ' · O shows the others'}
        </span>
        <FilterField label="Filter genes" value={filter} onChange={setFilter} inputRef={field} />
      </div>
      {genes.length === 0 ? (
        <Empty title="No gene matches">
          <p>A gene that no assay names is {elsewhere(ledger, hidden)}.</p>
        </Empty>
      ) : (
        <div className={styles.ledger}>
          <WorkTable
            label="Assayed state by gene"
            columns={columns}
            groups={shown}
            rowId={geneOf}
            selected={selected}
            onSelect={setChosen}
          />
        </div>
      )}
      <p className={styles.others}>
        Every other gene: {elsewhere(ledger, hidden)}.{withholds ? ` Germline of each gene: ${consent.statement}` : ''}
      </p>
      {row === undefined ? null : <GenePanel row={row} view={view} part={partly.get(row.gene)} />}
    </>
  );
}

const Cell = ({ cell }: { cell: LedgerCell }) =>
  cell.withheld === true ? <WithheldChip /> : <StateChip state={cell.state} because={cell.because} />;

/** An assay's list of genes names DPYD; that its file read what decides on a drug is another matter. */
const partOf = ({ options }: CaseView): ReadonlyMap<string, string> =>
  new Map(
    (options?.pharmacogenes?.genes ?? []).flatMap((one) => {
      const part = partlyRead(one);
      return part === undefined ? [] : [[one.gene, part]];
    }),
  );

const Partly = ({ cell, part }: { cell: LedgerCell; part: string | undefined }) =>
  part === undefined || cell.withheld === true || cell.state !== 'tested-not-detected' ? null : (
    <span className="meta"> {part}</span>
  );

/** The states of a gene that nothing names, in words: "small variants tested, not detected; fusions not assayed". */
function elsewhere(ledger: AssayLedger, hidden: Hidden): string {
  const { cells } = otherGenes(ledger, hidden);
  const said = States.options.flatMap((state) => {
    const modalities = LedgerModality.options.filter((modality) => stateOfCell(cells[modality]) === state);
    return [...Map.groupBy(modalities, (modality) => ledgerWords(cells[modality]))].map(
      ([words, of]) => `${of.map((modality) => ledgerModalityWords[modality].toLowerCase()).join(', ')} ${words}`,
    );
  });
  return [...said, ...(cells.germline.withheld === true ? ['germline withheld'] : [])].join('; ');
}

function GenePanel({ row, view, part }: { row: LedgerRow; view: CaseView; part: string | undefined }) {
  const names = new Map(view.record.assays.map((assay) => [assay.id, assay.name]));
  return (
    <CasePanel title={row.gene} about="What each assay of this case says of it">
      {LedgerModality.options.map((modality) => {
        const { withheld, assayIds, reason } = row.cells[modality];
        return (
          <Section key={modality} title={ledgerModalityWords[modality]}>
            <Cell cell={row.cells[modality]} />
            {modality === 'germline' ? <Partly cell={row.cells.germline} part={part} /> : null}
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
