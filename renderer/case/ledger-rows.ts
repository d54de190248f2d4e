/** The assayed-state ledger (F003) as rows: genes that matter in this tumor type first. Pure. */
import type { AssayedState, AssayLedger, LedgerEntry, LedgerModality, LedgerWord } from '../../shared/case/intake.ts';
import { LedgerModality as Modalities, AssayedState as States } from '../../shared/case/intake.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { filterOf } from '../ui/FilterField.tsx';

export interface LedgerCell extends Omit<LedgerWord, 'reason'> {
  readonly reason: string | undefined;
  /** The germline state without consent to secondary findings: not said, not counted, not found by a filter. */
  readonly withheld?: true;
}

export interface LedgerRow {
  readonly gene: string;
  readonly cells: Readonly<Record<LedgerModality, LedgerCell>>;
  /** The states that some column may be said to have, and whether one is withheld, as bits: what is asked of every row. */
  readonly states: number;
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

/** Every gene's word by column is looked up when its row is drawn: a ledger has more genes than a screen shows. */
class GeneRow implements LedgerRow {
  readonly gene: string;
  readonly states: number;
  readonly #said: LedgerEntry['states'] | undefined;
  readonly #defaults: AssayLedger['defaults'];
  readonly #hidden: Hidden;
  #cells: LedgerRow['cells'] | undefined;

  constructor(
    gene: string,
    said: LedgerEntry['states'] | undefined,
    defaults: AssayLedger['defaults'],
    hidden: Hidden,
  ) {
    this.gene = gene;
    this.#said = said;
    this.#defaults = defaults;
    this.#hidden = hidden;
    let states = 0;
    for (const modality of Modalities.options) {
      const state = (said?.[modality] ?? defaults[modality])?.state ?? NOT_ASSAYED.state;
      states |= modality === 'germline' && hidden(gene, state) ? WITHHELD : bitOf[state];
    }
    this.states = states;
  }

  get cells(): LedgerRow['cells'] {
    this.#cells ??= Object.fromEntries(
      Modalities.options.map((modality) => [modality, this.#cell(modality)]),
    ) as LedgerRow['cells'];
    return this.#cells;
  }

  #cell(modality: LedgerModality): LedgerCell {
    const found = this.#said?.[modality] ?? this.#defaults[modality];
    if (found === undefined) return NOT_ASSAYED;
    if (modality !== 'germline' || !this.#hidden(this.gene, found.state)) return { reason: undefined, ...found };
    return { state: found.state, assayIds: found.assayIds, reason: undefined, withheld: true };
  }
}
const bitOf = Object.fromEntries(States.options.map((state, at) => [state, 1 << at])) as Record<AssayedState, number>;
const WITHHELD = 1 << States.options.length;

/** Whether the germline state of any gene is withheld. */
export const anyWithheld = (groups: readonly LedgerGroup[]): boolean =>
  groups.some(({ rows }) => rows.some(({ states }) => (states & WITHHELD) !== 0));

/** What holds for a gene that no assay, file or failed region names. */
export const otherGenes = ({ defaults }: AssayLedger, hidden: Hidden = tellsAll): LedgerRow =>
  new GeneRow('every other gene', undefined, defaults, hidden);

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

/** Whether anything but a withheld germline state is said of a gene: an entry holds only what differs from the default. */
function saysMore({ gene, states }: LedgerEntry, hidden: Hidden): boolean {
  if (states.germline === undefined || !hidden(gene, states.germline.state)) return true;
  for (const modality in states) if (modality !== 'germline') return true;
  return false;
}

export const stateOfCell = ({ state, withheld }: LedgerCell): AssayedState | undefined =>
  withheld === true ? undefined : state;

const byName = (a: LedgerRow, b: LedgerRow): number => (a.gene < b.gene ? -1 : 1);

/** @returns every gene of the ledger, in groups that are not empty, each sorted by gene */
export function ledgerGroups(
  { entries, defaults }: AssayLedger,
  profile: MolecularProfile | undefined,
  hidden: Hidden = tellsAll,
): LedgerGroup[] {
  const { asked, found } = namedGenes(profile);
  const named = new Map<string, LedgerEntry['states']>();
  const others: LedgerRow[] = [];
  for (const entry of entries) {
    const { gene, states } = entry;
    if (asked.has(gene) || found.has(gene)) named.set(gene, states);
    // A gene that stands here for its withheld germline state alone would give that state away.
    else if (saysMore(entry, hidden)) others.push(new GeneRow(gene, states, defaults, hidden));
  }
  const rowsOf = (genes: ReadonlySet<string>): LedgerRow[] =>
    [...genes].map((gene) => new GeneRow(gene, named.get(gene), defaults, hidden)).sort(byName);
  const groups: LedgerGroup[] = [
    // A gene the evidence asks for stands here even where no assay names it: that it was not assayed is the news.
    {
      id: 'asked',
      title: 'What evidence of this tumor type asks for: not detected or not assayed',
      rows: rowsOf(asked),
    },
    { id: 'findings', title: 'Other genes with a finding', rows: rowsOf(found) },
    { id: 'others', title: 'Other genes named by an assay or a file', rows: others.sort(byName) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

/**
 * @param state only genes that have this state in some column; undefined: all
 * @returns what passes of each group; groups without any are left out
 */
export function matchingGroups(
  groups: readonly LedgerGroup[],
  filter: string,
  state: AssayedState | undefined,
): readonly LedgerGroup[] {
  if (filter.trim() === '' && state === undefined) return groups;
  const matches = filterOf(filter);
  const bit = state === undefined ? undefined : bitOf[state];
  return groups
    .map((group) => ({
      ...group,
      rows: group.rows.filter(({ gene, states }) => (bit === undefined || (states & bit) !== 0) && matches(gene)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** How many genes the unfiltered groups hold, told without building them. */
export function ledgerSize({ entries }: AssayLedger, profile: MolecularProfile | undefined, hidden: Hidden): number {
  const { asked, found } = namedGenes(profile);
  let genes = asked.size + found.size;
  for (const entry of entries)
    if (!asked.has(entry.gene) && !found.has(entry.gene) && saysMore(entry, hidden)) genes += 1;
  return genes;
}

/** How many genes have each state in some column. */
export function stateCounts(groups: readonly LedgerGroup[]): Record<AssayedState, number> {
  const counts = States.options.map(() => 0);
  for (const { rows } of groups)
    for (const { states } of rows)
      for (let at = 0; at < counts.length; at++) if ((states & (1 << at)) !== 0) counts[at] = (counts[at] ?? 0) + 1;
  return Object.fromEntries(States.options.map((state, at) => [state, counts[at] ?? 0])) as Record<
    AssayedState,
    number
  >;
}
