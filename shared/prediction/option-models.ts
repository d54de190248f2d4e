/** What a model says of an option's own agents. It stands apart from the evidence and moves nothing in the table. Pure. */
import { z } from 'zod';
import { type OtherModel, OtherValue } from './other-models.ts';
import { plainName } from './table-model.ts';

/** Antibodies against PD-1, PD-L1 and CTLA-4 (INN): what the cohorts of LORIS were treated with, or of the same class. */
const checkpointInhibitors = new Set([
  'pembrolizumab',
  'nivolumab',
  'cemiplimab',
  'dostarlimab',
  'retifanlimab',
  'toripalimab',
  'tislelizumab',
  'atezolizumab',
  'durvalumab',
  'avelumab',
  'ipilimumab',
  'tremelimumab',
]);

export interface OptionModel {
  readonly modelId: string;
  readonly version: string;
  readonly value: OtherValue;
}

/** The same with the option it is about, as a report prints and carries it. */
export const SaidOfOption = z.object({
  optionId: z.string(),
  modelId: z.string(),
  version: z.string(),
  value: OtherValue,
});
export type SaidOfOption = z.infer<typeof SaidOfOption>;

/**
 * The estimate for an option: response where every agent is a checkpoint inhibitor (a combination with anything else is
 * not what the model learned from), ln(IC50) of cell lines where the one agent is one of the seven drugs.
 */
export function modelOfOption(agents: readonly string[], others: readonly OtherModel[]): OptionModel | undefined {
  const names = agents.map(plainName);
  const of = (id: string) => others.find((one) => one.id === id);
  const ici = of('ici-response');
  if (ici?.state === 'computed' && names.every((name) => checkpointInhibitors.has(name))) {
    const [value] = ici.values;
    return value === undefined ? undefined : { modelId: ici.id, version: ici.version, value };
  }
  const drugs = of('drug-sensitivity');
  if (drugs?.state !== 'computed' || names.length !== 1) return undefined;
  const value = drugs.values.find(({ agent }) => agent !== undefined && plainName(agent) === names[0]);
  return value === undefined ? undefined : { modelId: drugs.id, version: drugs.version, value };
}

/** Of all options those of which a model speaks, in their order. */
export const saidOfOptions = (
  options: readonly { readonly id: string; readonly agents: readonly string[] }[],
  others: readonly OtherModel[],
): SaidOfOption[] =>
  options.flatMap(({ id, agents }) => {
    const said = modelOfOption(agents, others);
    return said === undefined ? [] : [{ optionId: id, ...said }];
  });
