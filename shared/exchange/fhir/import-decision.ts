/** Options, exclusions and the decision, from tasks, detected issues and the plan of care that this program wrote. */

import { z } from 'zod';
import { Decision } from '../../board/decision.ts';
import { Moment } from '../../foundation/date.ts';
import { TherapyExclusion, TherapyOption } from '../../therapy/options.ts';
import type { Placed } from './bundle.ts';
import { codeIn, wordsOf } from './codes.ts';
import { carriedObject } from './extension.ts';
import type { Positioned } from './import-findings.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { own, ownCodes } from './names.ts';
import { ofType, type Reader } from './reader.ts';

export function readOption(placed: Placed, reader: Reader): Positioned<TherapyOption> | undefined {
  const detail = carriedObject(placed.resource, own.option);
  if (detail === undefined) return undefined;
  const { position, ...fields } = detail;
  const focus = textOf(objectOf(placed.resource.focus)?.reference);
  const medication = focus === undefined ? undefined : reader.bundle.resolve(focus, placed)?.resource;
  const agents = objectsOf(medication?.ingredient).map(({ itemCodeableConcept }) =>
    wordsOf(objectOf(itemCodeableConcept)),
  );
  const label = wordsOf(objectOf(medication?.code));
  const value = reader.checked(placed, TherapyOption, { ...fields, agents, label }, 'extension');
  return value === undefined ? undefined : { position: numberOf(position) ?? 0, value };
}

export function readExclusion(placed: Placed, reader: Reader): Positioned<TherapyExclusion> | undefined {
  const { resource } = placed;
  const detail = carriedObject(resource, own.exclusion);
  if (detail === undefined) return undefined;
  const { position, ...fields } = detail;
  const code = objectOf(resource.code);
  const said = { label: wordsOf(code), kind: codeIn(code, ownCodes.exclusion), reason: textOf(resource.detail) };
  const value = reader.checked(placed, TherapyExclusion, { ...fields, ...said }, 'extension');
  return value === undefined ? undefined : { position: numberOf(position) ?? 0, value };
}

const Recorded = Decision.extend({ decidedAt: Moment, decidedBy: z.string() });

export function readDecision(reader: Reader): z.infer<typeof Recorded> | undefined {
  const plan = ofType(reader.kept, 'CarePlan').find(
    ({ resource }) => carriedObject(resource, own.decision) !== undefined,
  );
  if (plan === undefined) return undefined;
  const actions = ofType(reader.kept, 'Task')
    .map(({ resource }) => ({ resource, detail: carriedObject(resource, own.action) }))
    .filter(({ detail }) => detail !== undefined)
    .sort((a, b) => (numberOf(a.detail?.position) ?? 0) - (numberOf(b.detail?.position) ?? 0))
    .map(({ resource }) => actionOf(resource));
  return reader.checked(
    plan,
    Recorded,
    { ...carriedObject(plan.resource, own.decision), answer: textOf(plan.resource.description), actions },
    'extension',
  );
}

const actionOf = (task: JsonObject) => ({
  what: textOf(task.description),
  owner: textOf(objectOf(task.owner)?.display),
  due: textOf(objectOf(objectOf(task.restriction)?.period)?.end),
});
