/** The table models put to one case: verified, opened when first asked, each with a state of its own. */
import { FaultError, faultFrom } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { caseRow } from '../../shared/prediction/case-row.ts';
import { sampledShapley } from '../../shared/prediction/coalitions.ts';
import { offersFor } from '../../shared/prediction/mitigation.ts';
import {
  comparableTo,
  conformalSentence,
  groupsOfRow,
  type OtherModel,
  TableCard,
} from '../../shared/prediction/other-models.ts';
import { isUnknown, readTableRow, TableInput } from '../../shared/prediction/table-model.ts';
import type { ScoredDocuments } from './explain.ts';
import { openTableSession, type TableSession } from './session.ts';
import { type ModelFolders, type Pins, readPinned } from './verified.ts';

/** In the order they are shown. */
export const caseTableModels = [
  'ici-response',
  'neoadjuvant-response',
  'breast-prognosis',
  'drug-sensitivity',
] as const;

const sentences: Readonly<Record<string, string>> = {
  'ici-response': 'complete or partial response to a checkpoint inhibitor',
  'neoadjuvant-response': 'pathological complete response to neoadjuvant chemotherapy',
  'breast-prognosis': 'death of breast cancer within ten years, other deaths competing',
};

const outcomes: Readonly<Record<string, string>> = {
  'ici-response': 'response',
  'neoadjuvant-response': 'complete response',
  'breast-prognosis': 'death of breast cancer',
};

interface Opened {
  readonly input: TableInput;
  readonly card: TableCard;
  readonly session: TableSession;
  readonly sha256: Sha256;
}

export function createOthers(
  folder: ModelFolders,
  pins: Pins,
  vouched: (documents: ScoredDocuments) => Promise<boolean>,
  ids: readonly (typeof caseTableModels)[number][] = caseTableModels,
) {
  const opened = new Map<string, Promise<Opened>>();
  async function open(id: string): Promise<Opened> {
    const [onnx, input, card] = await Promise.all(
      ['model.onnx', 'input.json', 'card.json'].map((file) => readPinned(folder, pins, id, file)),
    );
    if (onnx === undefined) throw new Error('nothing was read');
    return {
      input: TableInput.parse(JSON.parse(input?.toString('utf8') ?? '')),
      card: TableCard.parse(JSON.parse(card?.toString('utf8') ?? '')),
      session: await openTableSession(onnx),
      sha256: Sha256.parse(pins[id]?.['model.onnx']),
    };
  }
  const openOnce = (id: string): Promise<Opened> => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const opening = open(id).catch((error: unknown) => {
      opened.delete(id);
      throw error;
    });
    opened.set(id, opening);
    return opening;
  };

  async function one(id: string, documents: ScoredDocuments): Promise<OtherModel> {
    let found: Opened;
    try {
      found = await openOnce(id);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      return { state: 'unavailable', id, reason: faultFrom(error).message };
    }
    const { input, card, session, sha256 } = found;
    const head = { id, title: card.title, version: card.version, sha256, notFor: card.notFor };
    const row = caseRow(id, documents, input, await vouched(documents));
    if (row.state === 'not-applicable') return { ...head, state: 'not-applicable', reason: row.reason };
    const cell = (column: string): string | undefined => row.cells.get(column);
    const missing = input.columns
      .filter(({ name, required }) => required && isUnknown(cell(name)))
      .map(({ meaning }) => meaning);
    for (const set of input.atLeastOneOf ?? [])
      if (set.every((name) => isUnknown(cell(name))))
        missing.push(
          set.map((name) => input.columns.find((column) => column.name === name)?.meaning ?? name).join(' or '),
        );
    if (missing.length > 0)
      return { ...head, state: 'not-assayed', reason: 'The case does not hold what the model needs.', missing };
    const read = readTableRow(input, cell);
    if (read.state === 'abstained') return { ...head, state: 'abstained', reason: `${read.column}: ${read.reason}` };
    const said = await session.run([read.values]);
    const known = input.columns.filter(({ name }) => !isUnknown(cell(name)) && !input.exactlyOneOf.includes(name));
    const optional = known.filter(({ required }) => !required);
    const common = {
      ...head,
      state: 'computed' as const,
      known: known.map(({ name, meaning, unit }) => ({
        column: name,
        meaning,
        value: cell(name) ?? '',
        // A ratio and a count need no unit beside them.
        ...(unit === undefined || ['', 'ratio', 'count', 'log'].includes(unit) ? {} : { unit }),
      })),
      unknown: input.columns
        .filter(({ name }) => isUnknown(cell(name)))
        .map(({ meaning, name }) => meaningOf(meaning, name)),
      limits: [...row.notes, ...card.limits],
    };
    if (input.continuous !== undefined) {
      const values = input.continuous.map(({ output, meaning, halfWidth, nominal }) => {
        const value = said[output]?.[0] ?? Number.NaN;
        const agent = /of (.+?) \(GDSC/.exec(meaning)?.[1];
        return {
          label: meaning,
          ...(agent === undefined ? {} : { agent }),
          value,
          low: value - halfWidth,
          high: value + halfWidth,
          unit: 'ln(IC50/µM)' as const,
          intervalMeaning: `${Math.round(100 * nominal)} % of cell lines lie within it (conformal)`,
        };
      });
      if (values.some(({ value }) => !Number.isFinite(value))) throw new Error('the model gave no number');
      return {
        ...common,
        values,
        contributions: [],
        sentence: `Of 265 drugs ${values.length} have a model that says more than the tissue does. Cell lines in a dish, not patients.`,
      };
    }
    const probability = said.probability?.[0] ?? Number.NaN;
    if (!Number.isFinite(probability)) throw new Error('the model gave no number');
    const figure = card.benchmark?.figures[0];
    const like = figure?.calibration === undefined ? undefined : comparableTo(probability, figure.calibration.curve);
    const what = sentences[id] ?? card.title;
    if (figure === undefined || like === undefined)
      return {
        ...head,
        state: 'abstained',
        reason: 'Fewer than 30 patients with a similar score, so no interval can be stated.',
      };
    const places = optional.map(({ name }) => input.columns.findIndex((column) => column.name === name));
    const shapley = await sampledShapley(
      places.length,
      async (coalitions) => {
        const rows = coalitions.map((kept) => {
          const values = read.values.slice();
          places.forEach((place, i) => {
            if (kept[i] !== true) values[place] = Number.NaN;
          });
          return values;
        });
        return Array.from((await session.run(rows)).probability ?? []);
      },
      { least: 512, seed: 20_570 },
    );
    const tumorType = input.oneOfText?.words[input.exactlyOneOf.findIndex((column) => cell(column) === '1')];
    // Limits were measured on scores of every modality: of a score without one they say nothing.
    const whole = input.columns.every(
      ({ name, unknown }) => unknown?.endsWith('as a whole') !== true || !isUnknown(cell(name)),
    );
    const stated =
      card.limitsByGroup === undefined || !whole
        ? undefined
        : conformalSentence(
            card.limitsByGroup,
            groupsOfRow(card.limitsByGroup, documents.record.patient, cell, tumorType),
            { probability, score: said.score?.[0] },
            outcomes[id] ?? 'the outcome',
          );
    const operating = figure.thresholds?.[0];
    const offers = offersFor(figure.fairness ?? [], documents.record.patient);
    const percent = (share: number): string => (100 * share).toFixed(0);
    return {
      ...common,
      sentence: `Estimate for ${what}: ${percent(probability)} %. Of the ${like.n} training patients with the most similar score, ${percent(like.observed)} % had it (95 % interval ${percent(like.low)} to ${percent(like.high)} %).${row.aside === undefined ? '' : ` ${row.aside}`}`,
      values: [
        {
          label: what,
          value: probability,
          low: Math.min(like.low, probability),
          high: Math.max(like.high, probability),
          unit: 'probability',
          intervalMeaning: `observed among the ${like.n} patients of ${figure.set} with the most similar out-of-fold score, 95 % (Wilson)${id === 'breast-prognosis' ? '; it counts follow-up as complete and is somewhat too narrow' : ''}`,
          comparable: like.n,
        },
      ],
      ...(stated === undefined ? {} : { conformal: stated }),
      baseline: shapley.empty,
      contributions: optional
        .map(({ meaning }, i) => ({
          label: meaning,
          value: shapley.values[i] as number,
          standardError: shapley.standardErrors[i] as number,
        }))
        .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.label < b.label ? -1 : 1)),
      ...(operating === undefined
        ? {}
        : {
            operating: {
              threshold: operating.threshold,
              sensitivity: operating.sensitivity.value,
              specificity: operating.specificity.value,
              prevalence: figure.events / figure.patients,
            },
          }),
      ...(offers.length === 0 ? {} : { mitigations: offers }),
    };
  }

  return async (documents: ScoredDocuments): Promise<OtherModel[]> => {
    const answers: OtherModel[] = [];
    // One after the other: each runs on one thread, and the order of the answer is the order shown.
    for (const id of ids)
      answers.push(
        await one(id, documents).catch((error: unknown): OtherModel => {
          if (!(error instanceof FaultError)) throw error;
          return { state: 'unavailable', id, reason: faultFrom(error).message };
        }),
      );
    return answers;
  };
}

/** A marker in words; the segments are those of GDSC, by their numbers there. */
function meaningOf(meaning: string, name: string): string {
  const gene = /^(.+)_mut$/.exec(name)?.[1];
  if (gene !== undefined) return `${gene} mutation`;
  const [, change, segment] = /^(gain|loss)_cnaPANCAN(\d+)/.exec(name) ?? [];
  return change === undefined ? meaning : `${change} of segment ${segment}`;
}
