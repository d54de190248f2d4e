/** What was measured at all, by kind of measurement: the ledger of a case in six lines. */

import type { CaseRecord } from '../../shared/case/case-record.ts';
import {
  type AssayedState,
  type AssayLedger,
  LedgerModality,
  AssayedState as States,
} from '../../shared/case/intake.ts';
import { count, ledgerWords, plural, stateWords } from '../ui/words.ts';
import type { Hidden } from './ledger-rows.ts';

export interface Measured {
  readonly modality: LedgerModality;
  /** The strongest thing that can be said: detected before tested, tested before failed, failed before not assayed. */
  readonly state: AssayedState;
  readonly words: string;
  readonly assays: readonly string[];
}

type Counts = Record<AssayedState, number>;

export function countStates(ledger: AssayLedger, modality: LedgerModality): Counts {
  const counts: Counts = { detected: 0, 'tested-not-detected': 0, 'failed-qc': 0, 'not-assayed': 0 };
  for (const entry of ledger.entries) {
    const state = (entry.states[modality] ?? ledger.defaults[modality])?.state ?? 'not-assayed';
    counts[state] += 1;
  }
  return counts;
}

/** @param hidden germline states that may not be said without consent: not even how many there are */
export function measured(
  ledger: AssayLedger,
  record: Pick<CaseRecord, 'assays'>,
  hidden: Hidden = () => false,
): Measured[] {
  const names = new Map(record.assays.map((assay) => [assay.id, assay.name]));
  return LedgerModality.options.map((modality) => {
    const others = ledger.defaults[modality];
    if (modality === 'germline' && hidden('', others?.state ?? 'not-assayed'))
      return {
        modality,
        state: 'tested-not-detected',
        assays: (others?.assayIds ?? []).map((id) => names.get(id) ?? id),
        words: 'tested; findings outside the question are withheld without consent',
      };
    const counts = countStates(ledger, modality);
    const ids = new Set(others?.assayIds);
    for (const { states } of ledger.entries) for (const id of states[modality]?.assayIds ?? []) ids.add(id);
    const assays = [...ids].map((id) => names.get(id) ?? id);
    const elsewhere = others?.state ?? 'not-assayed';
    const state = States.options.find((one) => counts[one] > 0 || elsewhere === one) ?? 'not-assayed';
    if (state === 'not-assayed')
      return { modality, state, assays, words: others?.reason ?? 'no assay of this case measures it' };
    // Genes in the state that every other gene has as well need no number of their own.
    const parts = States.options
      .filter((one) => counts[one] > 0 && one !== elsewhere)
      .map((one) => `${one === 'detected' ? plural(counts[one], 'gene') : count(counts[one])} ${stateWords[one]}`);
    const rest = parts.length === 0 ? 'every gene' : 'all others';
    return {
      modality,
      state,
      assays,
      words: [...parts, `${rest} ${ledgerWords(others ?? { state: elsewhere })}`].join(' · '),
    };
  });
}
