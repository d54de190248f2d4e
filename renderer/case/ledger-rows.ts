/** The assayed-state ledger (F003) as rows: genes that matter in this tumor type first. Pure. */
import type { AssayedState, AssayLedger, LedgerModality } from '../../shared/case/intake.ts';
import { LedgerModality as Modalities, AssayedState as States } from '../../shared/case/intake.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { matchesFilter } from '../ui/FilterField.tsx';

export interface LedgerCell {
  readonly state: AssayedState;
  readonly assayIds: readonly string[];
  readonly reason: string | undefined;
  /** The germline state without consent to secondary findings: not said, not counted, not found by a filter. */
  readonly withheld?: true;
}

export interface LedgerRow {
  readonly gene: string;
  readonly cells: Readonly<Record<LedgerModality, LedgerCell>>;
}

export interface LedgerGroup {
  readonly id: 'asked' | 'findings' | 'others';
  readonly title: string;
  readonly rows: readonly LedgerRow[];
}

const NOT_ASSAYED: LedgerCell = {
  state: 'not-assayed',
  assayIds: [],
  reason: 'no assay of this case measures it',
};

/** Tells which germline states may not be said (shared/molecular/germline-sheet.ts). */
export type Hidden = (gene: string, state: AssayedState) => boolean;
const tellsAll: Hidden = () => false;

function rowOf(ledger: AssayLedger, gene: string, hidden: Hidden): LedgerRow {
  const entry = ledger.entries.find((one) => one.gene === gene);
  const cell = (modality: LedgerModality): LedgerCell => {
    const found = entry?.states[modality] ?? ledger.defaults[modality];
    if (found === undefined) return NOT_ASSAYED;
    if (modality !== 'germline' || !hidden(gene, found.state)) return { reason: undefined, ...found };
    return { state: found.state, assayIds: found.assayIds, reason: undefined, withheld: true };
  };
  return {
    gene,
    cells: Object.fromEntries(Modalities.options.map((modality) => [modality, cell(modality)])) as LedgerRow['cells'],
  };
}

/** What holds for a gene that no assay, file or failed region names. */
export const otherGenes = (ledger: AssayLedger, hidden: Hidden = tellsAll): LedgerRow =>
  rowOf({ ...ledger, entries: [] }, 'every other gene', hidden);

/** Genes of which evidence of this tumor type asks for something not detected or not assayed, and other genes of findings. */
function namedGenes(profile: MolecularProfile | undefined): { asked: Set<string>; found: Set<string> } {
  const asked = new Set(profile?.pertinent.map((statement) => statement.gene) ?? []);
  // What is measured of the whole tumor, or by one stain, is no gene.
  const found = (profile?.findings ?? [])
    .filter(({ kind }) => kind !== 'biomarker')
    .flatMap((finding) => [finding.gene, finding.gene2])
    .filter((gene) => gene !== undefined && !asked.has(gene));
  return { asked, found: new Set(found as string[]) };
}

/** Whether any column but a withheld one says something else of a gene than is said of every other gene. */
const saysMore = (row: LedgerRow, others: LedgerRow): boolean =>
  Modalities.options.some(
    (modality) =>
      row.cells[modality].withheld !== true &&
      JSON.stringify(row.cells[modality]) !== JSON.stringify(others.cells[modality]),
  );

export const stateOfCell = ({ state, withheld }: LedgerCell): AssayedState | undefined =>
  withheld === true ? undefined : state;

/**
 * @param state only genes that have this state in some column; undefined: all
 * @returns groups that are not empty, each sorted by gene
 */
export function ledgerGroups(
  ledger: AssayLedger,
  profile: MolecularProfile | undefined,
  filter: string,
  state: AssayedState | undefined,
  hidden: Hidden = tellsAll,
): LedgerGroup[] {
  const byGene = new Map(ledger.entries.map((entry) => [entry.gene, entry]));
  const { asked, found } = namedGenes(profile);
  const others = otherGenes(ledger, hidden);
  const row = (gene: string): LedgerRow => {
    const entry = byGene.get(gene);
    return rowOf({ entries: entry === undefined ? [] : [entry], defaults: ledger.defaults }, gene, hidden);
  };
  const passes = ({ gene, cells }: LedgerRow): boolean =>
    matchesFilter(filter, gene) &&
    (state === undefined || Object.values(cells).some((cell) => stateOfCell(cell) === state));
  const group = (id: LedgerGroup['id'], title: string, genes: Iterable<string>): LedgerGroup => ({
    id,
    title,
    rows: [...genes]
      .sort((a, b) => (a < b ? -1 : 1))
      .map(row)
      .filter(passes),
  });
  return [
    // A gene the evidence asks for stands here even where no assay names it: that it was not assayed is the news.
    group('asked', 'What evidence of this tumor type asks for: not detected or not assayed', asked),
    group('findings', 'Other genes with a finding', found),
    group(
      'others',
      'Other genes named by an assay or a file',
      // A gene that stands here for its withheld germline state alone would give that state away.
      [...byGene.keys()].filter(
        (gene) => !asked.has(gene) && !found.has(gene) && (hidden === tellsAll || saysMore(row(gene), others)),
      ),
    ),
  ].filter((one) => one.rows.length > 0);
}

/** How many genes the unfiltered groups hold, told without building them. */
export function ledgerSize(ledger: AssayLedger, profile: MolecularProfile | undefined, hidden: Hidden): number {
  const { asked, found } = namedGenes(profile);
  const genes = new Set([...asked, ...found]);
  for (const { gene, states } of ledger.entries) {
    // An entry holds only what differs from the default: one of the withheld germline state alone is not shown.
    const { germline, ...others } = states;
    if (Object.keys(others).length > 0 || germline === undefined || !hidden(gene, germline.state)) genes.add(gene);
  }
  return genes.size;
}

/** How many genes have each state in some column. */
export function stateCounts(groups: readonly LedgerGroup[]): Record<AssayedState, number> {
  const rows = groups.flatMap((group) => group.rows);
  return Object.fromEntries(
    States.options.map((state) => [
      state,
      rows.filter((row) => Object.values(row.cells).some((cell) => stateOfCell(cell) === state)).length,
    ]),
  ) as Record<AssayedState, number>;
}
