/**
 * Prediction, options and the board's decision. An option is a proposal, never an order: tasks of intent `proposal`, and
 * `draft` unless the board chose it.
 */
import type { IntegratedAnswer, Predictions } from '../../prediction/predictions.ts';
import type { OptionsTable } from '../../therapy/options.ts';
import { genomics } from './codes.ts';
import { coding, concept, drugConcept, words } from './elements.ts';
import { extensionOf } from './extension.ts';
import type { JsonObject } from './json.ts';
import { own, ownCodes } from './names.ts';
import type { Writer } from './writer.ts';

/** The model's word, its interval and version; an abstention is said as one and predicts nothing. */
export function predictionResource(predictions: Predictions, writer: Writer): void {
  answerResource('aggressiveness', predictions, [extensionOf(own.predictions, predictions)], writer);
  // The score before surgery is another assessment; the extension of the first holds it whole.
  if (predictions.beforeSurgery !== undefined)
    answerResource('aggressiveness-preoperative', predictions.beforeSurgery, [], writer);
}

function answerResource(
  name: string,
  { aggressiveness, models }: IntegratedAnswer,
  extension: JsonObject[],
  writer: Writer,
): void {
  const subject = writer.reference('Patient', 'patient');
  for (const { id, version, sha256 } of models)
    writer.add('Device', `model/${id}`, {
      identifier: [{ system: ownCodes.model, value: `${id}|${version}` }],
      deviceName: [{ name: id, type: 'model-name' }],
      version: [{ value: version }],
      property: [{ type: words('SHA-256'), valueCode: [words(sha256)] }],
    });
  const [model] = models;
  const said: JsonObject =
    aggressiveness.state === 'computed'
      ? {
          prediction: [
            {
              extension: [
                {
                  url: own.percentile,
                  valueRange: {
                    low: { value: aggressiveness.percentileLow, unit: 'percentile' },
                    high: { value: aggressiveness.percentileHigh, unit: 'percentile' },
                  },
                },
              ],
              outcome: words('death from any cause'),
              relativeRisk: Math.exp(aggressiveness.logRisk),
              rationale: aggressiveness.sentence,
            },
          ],
          note: [aggressiveness.intervalMeaning, aggressiveness.cohort.description, ...aggressiveness.limits].map(
            (text) => ({ text }),
          ),
        }
      : { note: [{ text: `${aggressiveness.state}: ${aggressiveness.reason}` }] };
  writer.add('RiskAssessment', name, {
    ...(extension.length === 0 ? {} : { extension }),
    status: 'final',
    subject,
    occurrenceDateTime: writer.input.composedAt,
    condition: writer.reference('Condition', 'diagnosis'),
    ...(model === undefined
      ? {}
      : {
          method: concept(ownCodes.model, `${model.id}|${model.version}`, `${model.id} ${model.version}`),
          performer: writer.reference('Device', `model/${model.id}`),
        }),
    ...said,
  });
}

export function optionResources({ options, exclusions }: OptionsTable, writer: Writer): void {
  const chosen = new Set(writer.input.board.decision?.optionIds ?? []);
  const subject = writer.reference('Patient', 'patient');
  const findings = (ids: readonly string[]): JsonObject[] =>
    [...new Set(ids)]
      .filter((id) => writer.listed.has(id))
      .map((id) => writer.reference('Observation', `finding/${id}`));
  options.forEach((option, index) => {
    const { agents, label, because, ...rest } = option;
    writer.add('Medication', `option/${option.id}`, {
      code: drugConcept(label),
      ingredient: agents.map((agent) => ({ itemCodeableConcept: drugConcept(agent) })),
    });
    const [first] = findings(because.map(({ findingId }) => findingId));
    writer.add('Task', `option/${option.id}`, {
      profile: genomics('medication-recommendation'),
      extension: [extensionOf(own.option, { ...rest, because, position: index })],
      status: chosen.has(option.id) ? 'requested' : 'draft',
      intent: 'proposal',
      code: words(chosen.has(option.id) ? 'Treatment chosen by the board' : 'Treatment option'),
      description: because.map(({ text }) => text).join(' ') || label,
      focus: writer.reference('Medication', `option/${option.id}`, label),
      for: subject,
      ...(first === undefined ? {} : { reasonReference: first }),
    });
  });
  exclusions.forEach((exclusion, index) => {
    const { label, reason, kind, ...rest } = exclusion;
    const implicated = findings(exclusion.findingIds);
    writer.add('DetectedIssue', `exclusion/${index}`, {
      extension: [extensionOf(own.exclusion, { ...rest, position: index })],
      status: 'final',
      code: { coding: [coding(ownCodes.exclusion, kind)], text: label },
      patient: subject,
      ...(implicated.length === 0 ? {} : { implicated }),
      detail: reason,
    });
  });
}

/** The decision as a plan of care; actions and chosen options as its tasks. */
export function decisionResources(writer: Writer): void {
  const { decision } = writer.input.board;
  if (decision === undefined) {
    writer.withhold('decision', 'the board has not decided yet');
    return;
  }
  const { answer, actions, ...rest } = decision;
  const subject = writer.reference('Patient', 'patient');
  actions.forEach(({ what, owner, due }, index) => {
    writer.add('Task', `action/${index}`, {
      profile: genomics('followup-recommendation'),
      extension: [extensionOf(own.action, { position: index })],
      status: 'requested',
      intent: 'proposal',
      code: words(what),
      description: what,
      for: subject,
      owner: { display: owner },
      restriction: { period: { end: due } },
    });
  });
  const known = new Set(writer.input.options.options.map(({ id }) => id));
  const tasks = [
    ...decision.optionIds.filter((id) => known.has(id)).map((id) => writer.reference('Task', `option/${id}`)),
    ...actions.map((_, index) => writer.reference('Task', `action/${index}`)),
  ];
  writer.add('CarePlan', 'decision', {
    extension: [extensionOf(own.decision, rest)],
    status: 'active',
    intent: 'plan',
    category: [words('Tumor board decision')],
    title: 'Decision of the tumor board',
    description: answer,
    subject,
    created: decision.decidedAt,
    addresses: [writer.reference('Condition', 'diagnosis')],
    contributor: decision.participants.map(({ name }) => ({ display: name })),
    ...(tasks.length === 0 ? {} : { activity: tasks.map((reference) => ({ reference })) }),
    note: [{ text: decision.rationale }],
  });
}
