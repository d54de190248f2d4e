/** The assayed-state ledger (F003) as rows: genes that matter in this tumor type first. Pure. */
import type { AssayedState, AssayLedger, LedgerModality } from '../../shared/case/intake.ts';
import { LedgerModality as Modalities, AssayedState as States } from '../../shared/case/intake.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { matchesFilter } from '../ui/FilterField.tsx';

export interface LedgerCell {
  readonly state: AssayedState;
  readonly assayIds: readonly string[];
  readonly reason: string | undefined;
}

export interface LedgerRow {
  readonly gene: string;
  readonly cells: Readonly<Record<LedgerModality, LedgerCell>>;
}

export interface LedgerGroup {
  readonly id: 'asked' | 'others';
  readonly title: string;
  readonly rows: readonly LedgerRow[];
}

const NOT_ASSAYED: LedgerCell = {
  state: 'not-assayed',
  assayIds: [],
  reason: 'no assay of this case measures it',
};

function rowOf(ledger: AssayLedger, gene: string): LedgerRow {
  const entry = ledger.entries.find((one) => one.gene === gene);
  const cell = (modality: LedgerModality): LedgerCell => {
    const found = entry?.states[modality] ?? ledger.defaults[modality];
    return found === undefined ? NOT_ASSAYED : { reason: undefined, ...found };
  };
  return {
    gene,
    cells: Object.fromEntries(Modalities.options.map((modality) => [modality, cell(modality)])) as LedgerRow['cells'],
  };
}

/** What holds for a gene that no assay, file or failed region names. */
export const otherGenes = (ledger: AssayLedger): LedgerRow => rowOf({ ...ledger, entries: [] }, 'every other gene');

/** Genes that findings or pertinent statements speak of. */
const askedGenes = (profile: MolecularProfile | undefined): Set<string> =>
  new Set(
    [
      ...(profile?.pertinent.map((statement) => statement.gene) ?? []),
      ...(profile?.findings.flatMap((finding) => [finding.gene, finding.gene2]) ?? []),
    ].filter((gene) => gene !== undefined),
  );

/**
 * @param state only genes that have this state in some column; undefined: all
 * @returns groups that are not empty, each sorted by gene
 */
export function ledgerGroups(
  ledger: AssayLedger,
  profile: MolecularProfile | undefined,
  filter: string,
  state: AssayedState | undefined,
): LedgerGroup[] {
  const named = new Set(ledger.entries.map((entry) => entry.gene));
  const byGene = new Map(ledger.entries.map((entry) => [entry.gene, entry]));
  const asked = askedGenes(profile);
  const row = (gene: string): LedgerRow => {
    const entry = byGene.get(gene);
    return rowOf({ entries: entry === undefined ? [] : [entry], defaults: ledger.defaults }, gene);
  };
  const passes = ({ gene, cells }: LedgerRow): boolean =>
    matchesFilter(filter, gene) && (state === undefined || Object.values(cells).some((cell) => cell.state === state));
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
    group('asked', 'Genes that findings and this tumor type speak of', asked),
    group(
      'others',
      'Other genes named by an assay or a file',
      [...named].filter((gene) => !asked.has(gene)),
    ),
  ].filter((one) => one.rows.length > 0);
}

/** How many genes have each state in some column. */
export function stateCounts(groups: readonly LedgerGroup[]): Record<AssayedState, number> {
  const rows = groups.flatMap((group) => group.rows);
  return Object.fromEntries(
    States.options.map((state) => [
      state,
      rows.filter((row) => Object.values(row.cells).some((cell) => cell.state === state)).length,
    ]),
  ) as Record<AssayedState, number>;
}
