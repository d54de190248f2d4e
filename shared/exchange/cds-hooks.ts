/**
 * CDS Hooks 2.0 cards of a case, for `patient-view`, `order-select` and `order-sign`. A card repeats what the documents say,
 * most urgent first; it orders nothing and is silent where nothing is to be said.
 */
import type { BoardRecord } from '../board/board-record.ts';
import type { OptionsTable } from '../therapy/options.ts';
import { actionWords, drugName, lightOf } from '../therapy/pgx/advice.ts';
import { type CdsHook, type CdsOrder, isOrdered } from './cds-service.ts';
import type { JsonObject } from './fhir/json.ts';

export interface CdsInput {
  readonly hook: CdsHook;
  readonly options: OptionsTable;
  readonly board: BoardRecord;
  /** What is being ordered; nothing for `patient-view`. */
  readonly orders: readonly CdsOrder[];
  /** UUID of a card or a suggestion by its name. */
  readonly uuid: (name: string) => string;
  /** Address of the case in the workstation, where one is configured. */
  readonly link?: string | undefined;
}

/** Cards hold a summary of under 140 characters (CDS Hooks 2.0, card attributes). */
const SUMMARY_LIMIT = 139;
const short = (text: string): string =>
  text.length <= SUMMARY_LIMIT ? text : `${text.slice(0, SUMMARY_LIMIT - 1).trimEnd()}…`;

const REASONS = 'https://consilium.invalid/fhir/CodeSystem/override-reason';
const overrideReasons = ['Known to the board', 'No alternative', 'The patient prefers it'].map((display, index) => ({
  code: `override-${index + 1}`,
  system: REASONS,
  display,
}));

type Indicator = 'critical' | 'warning' | 'info';
const urgency: readonly Indicator[] = ['critical', 'warning', 'info'];

/** The response of a hook: `{ cards }`, the most urgent first. */
export function cdsCards({ hook, options, board, orders, uuid, link }: CdsInput): {
  readonly cards: readonly JsonObject[];
} {
  const made: { indicator: Indicator; card: JsonObject }[] = [];
  const say = (
    name: string,
    indicator: Indicator,
    summary: string,
    detail: string,
    against: readonly CdsOrder[],
  ): void => {
    const removable = against.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
    made.push({
      indicator,
      card: {
        uuid: uuid(name),
        summary: short(summary),
        detail,
        indicator,
        source: { label: 'Consilium tumor board' },
        ...(removable.length === 0
          ? {}
          : {
              suggestions: [
                {
                  label: 'Remove the order',
                  uuid: uuid(`${name}/remove`),
                  isRecommended: false,
                  actions: removable.map((resourceId) => ({
                    type: 'delete',
                    description: 'Removes the order that the tumor board’s case speaks against.',
                    resourceId,
                  })),
                },
              ],
              selectionBehavior: 'at-most-one',
            }),
        ...(indicator === 'info' ? {} : { overrideReasons }),
        ...(link === undefined
          ? {}
          : { links: [{ label: 'Open the case in Consilium', url: link, type: 'absolute' }] }),
      },
    });
  };
  const ordersOf = (agent: string): CdsOrder[] => orders.filter((order) => isOrdered(agent, order));
  for (const { id, kind, label, reason, agents } of options.exclusions) {
    const each = agents.map(ordersOf);
    // A combination is only meant where all of it is ordered.
    if (each.length === 0 || each.some((found) => found.length === 0)) continue;
    const indicator = kind === 'allergy' || kind === 'contraindicated' ? 'critical' : 'warning';
    say(`${kind}/${id}`, indicator, `${label}: ${kind.replaceAll('-', ' ')}`, reason, each.flat());
  }
  for (const advice of options.pharmacogenes?.recommendations ?? []) {
    const light = lightOf(advice);
    const against = orders
      .filter(({ names }) => names.some((name) => drugName(name) === drugName(advice.drug)))
      .concat(
        ordersOf(advice.drug).filter(({ names }) => !names.some((name) => drugName(name) === drugName(advice.drug))),
      );
    if (against.length === 0 || (light !== 'stop' && light !== 'caution')) continue;
    say(
      `pgx/${advice.source}/${advice.id}/${advice.drug}`,
      light === 'stop' ? 'critical' : 'warning',
      `${advice.drug}: ${actionWords(advice)} (${advice.because.join(', ')})`,
      `${advice.source}, ${advice.guideline}. ${advice.url}`,
      light === 'stop' ? against : [],
    );
  }
  if (hook === 'patient-view' && board.decision !== undefined) {
    const { decision } = board;
    const chosen = options.options.filter(({ id }) => decision.optionIds.includes(id)).map(({ label }) => label);
    const named = [...chosen, ...(decision.otherOption === undefined ? [] : [decision.otherOption])];
    say(
      'decision',
      'info',
      `Tumor board decided: ${named.length === 0 ? decision.intent.replaceAll('-', ' ') : named.join(', ')}`,
      [decision.answer, ...decision.actions.map(({ what, owner, due }) => `${what} (${owner}, ${due})`)].join('\n\n'),
      [],
    );
  }
  return {
    cards: made
      .map((one, index) => ({ ...one, index }))
      .sort((a, b) => urgency.indexOf(a.indicator) - urgency.indexOf(b.indicator) || a.index - b.index)
      .map(({ card }) => card),
  };
}
