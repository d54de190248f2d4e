/**
 * How what intake read crosses from the core to a screen. A transcriptome is a gene and a value ten thousands of times, and
 * as many genes of the ledger say one and the same: as one text, each state once, it is a tenth of its size and is not
 * walked member by member on either side.
 */
import type { AssayLedger, IntakeDocument, LedgerEntry } from './intake.ts';

interface CarriedLedger {
  readonly defaults: AssayLedger['defaults'];
  readonly genes: readonly string[];
  /** What is said of genes, each once. */
  readonly states: readonly LedgerEntry['states'][];
  /** For each gene the place of what is said of it. */
  readonly said: readonly number[];
}
type Carried = Omit<IntakeDocument, 'ledger'> & { readonly ledger: CarriedLedger };

function folded({ entries, defaults }: AssayLedger): CarriedLedger {
  const places = new Map<string, number>();
  const states: LedgerEntry['states'][] = [];
  const said = entries.map((entry) => {
    const text = JSON.stringify(entry.states);
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, states.length);
    return states.push(entry.states) - 1;
  });
  return { defaults, genes: entries.map(({ gene }) => gene), states, said };
}

const unfolded = ({ defaults, genes, states, said }: CarriedLedger): AssayLedger => ({
  entries: genes.map((gene, at) => ({ gene, states: states[said[at] ?? -1] ?? {} })),
  defaults,
});

/** For both ends of a carrier: the number names the kind of text on the wire. */
export const carriedDocuments = [
  {
    type: 20,
    condition: (data: unknown): boolean =>
      typeof data === 'object' && data !== null && 'ledger' in data && 'understandings' in data,
    serialize: (intake: IntakeDocument): string =>
      JSON.stringify({ ...intake, ledger: folded(intake.ledger) } satisfies Carried),
    deserialize: (text: unknown): IntakeDocument => {
      if (typeof text !== 'string') throw new TypeError('what intake read crosses as text');
      const carried = JSON.parse(text) as Carried;
      return { ...carried, ledger: unfolded(carried.ledger) };
    },
  },
];
