/**
 * CDS Hooks 2.0 cards of a case, for `patient-view`, `order-select` and `order-sign`. A card repeats what the documents say,
 * most urgent first; it orders nothing and is silent where nothing is to be said.
 */
import type { BoardRecord } from '../board/board-record.ts';
import type { OptionsTable } from '../therapy/options.ts';
import type { JsonObject } from './fhir/json.ts';

export type CdsHook = 'patient-view' | 'order-select' | 'order-sign';

export interface CdsInput {
  readonly hook: CdsHook;
  readonly options: OptionsTable;
  readonly board: BoardRecord;
  /** Names of the drugs that are being ordered; none for `patient-view`. */
  readonly ordered: readonly string[];
  /** UUID of a card by its name. */
  readonly uuid: (name: string) => string;
}

/** Cards hold a summary of under 140 characters (CDS Hooks 2.0, card attributes). */
const SUMMARY_LIMIT = 139;
const short = (text: string): string =>
  text.length <= SUMMARY_LIMIT ? text : `${text.slice(0, SUMMARY_LIMIT - 1).trimEnd()}…`;

const overrideReasons = ['Known to the board', 'No alternative', 'The patient prefers it'].map((display, index) => ({
  code: `override-${index + 1}`,
  system: 'https://consilium.invalid/fhir/CodeSystem/override-reason',
  display,
}));

const sameDrug = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** The response of a hook: `{ cards }`, warnings before information. */
export function cdsCards({ hook, options, board, ordered, uuid }: CdsInput): { readonly cards: readonly JsonObject[] } {
  const card = (name: string, indicator: 'info' | 'warning', summary: string, detail: string): JsonObject => ({
    uuid: uuid(name),
    summary: short(summary),
    detail,
    indicator,
    source: { label: 'Consilium tumor board' },
    ...(indicator === 'warning' ? { overrideReasons } : {}),
  });
  const isOrdered = (agent: string): boolean => ordered.some((name) => sameDrug(name, agent));
  // A combination is only meant where all of it is ordered.
  const warned = options.exclusions.filter(({ agents }) => agents.every(isOrdered));
  const warnings = warned.map(({ id, kind, label, reason }) =>
    card(`${kind}/${id}`, 'warning', `${label}: ${kind.replaceAll('-', ' ')}`, reason),
  );
  if (hook !== 'patient-view') return { cards: warnings };
  const { decision } = board;
  if (decision === undefined) return { cards: [] };
  const chosen = options.options.filter(({ id }) => decision.optionIds.includes(id)).map(({ label }) => label);
  const named = [...chosen, ...(decision.otherOption === undefined ? [] : [decision.otherOption])];
  return {
    cards: [
      card(
        'decision',
        'info',
        `Tumor board decided: ${named.length === 0 ? decision.intent.replaceAll('-', ' ') : named.join(', ')}`,
        [decision.answer, ...decision.actions.map(({ what, owner, due }) => `${what} (${owner}, ${due})`)].join('\n\n'),
      ),
    ],
  };
}
