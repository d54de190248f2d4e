/** Explanations of one case, every number asked of the very session that scored it, in batches. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { type ModelDocuments, type ModelOutput, subsetKey } from '../../shared/prediction/assess.ts';
import { type CaseFeatures, knownInputs } from '../../shared/prediction/case-features.ts';
import {
  type AskCoalitions,
  exactShapley,
  limeSlopes,
  sampledShapley,
  signConflicts,
} from '../../shared/prediction/coalitions.ts';
import {
  candidatesOf,
  counterfactualsOf,
  type GeneSetLike,
  IMMUTABLE,
  inputGroups,
  rulesOf,
} from '../../shared/prediction/explain-case.ts';
import type { CaseExplanation } from '../../shared/prediction/explanation.ts';
import type { AggressivenessResult } from '../../shared/prediction/predictions.ts';
import type { ModelSession } from './session.ts';

/** Fixed, so that a case is explained the same way each time (F041). */
const SEED = 20_570;
const LEAST_COALITIONS = 2048;
const LIME_SAMPLES = 768;
const MOST_ADDITIVITY_ERROR = 1e-4;
const BATCH = 128;

/** The documents that a case is scored from. */
export interface ScoredDocuments {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
}

/** Everything that was at hand when a case was scored. */
export interface ScoredCase {
  readonly cohort: string;
  readonly inputs: CaseFeatures;
  readonly output: ModelOutput;
  readonly result: AggressivenessResult;
}

/** Coalitions of column groups as calibrated log-risks: a group not known is 0, the cohort's mean. */
export function coalitionAsker(
  session: ModelSession,
  type: number,
  factor: number,
  features: Float32Array,
  groups: readonly { readonly columns: readonly number[] }[],
): AskCoalitions {
  const width = features.length;
  return async (coalitions) => {
    const outputs: number[] = [];
    const buffer = new Float32Array(Math.min(BATCH, coalitions.length) * width);
    for (let start = 0; start < coalitions.length; start += BATCH) {
      const some = coalitions.slice(start, start + BATCH);
      buffer.fill(0);
      some.forEach((known, row) => {
        const offset = row * width;
        known.forEach((one, group) => {
          if (!one) return;
          for (const column of groups[group]?.columns ?? []) buffer[offset + column] = features[column] as number;
        });
      });
      const risks = await session.risks(buffer.subarray(0, some.length * width), some.length, type);
      for (const risk of risks) outputs.push(factor * risk);
    }
    return outputs;
  };
}

export async function explainScored(
  session: ModelSession,
  { features: table, population }: ModelDocuments,
  { cohort, inputs, output, result }: ScoredCase,
  documents: ScoredDocuments,
  pathways: readonly GeneSetLike[],
): Promise<CaseExplanation> {
  const used = table.blocks.filter((block) => inputs.used.has(block));
  const key = subsetKey(used);
  const factor = population.calibration[key];
  const subset = population.types[cohort]?.subsets[key];
  if (factor === undefined || subset === undefined) throw new Error(`the population table has no ${key} for ${cohort}`);
  const type = Object.keys(table.types).indexOf(cohort);
  const groups = inputGroups(knownInputs(inputs), output.terms, pathways);
  const ask = coalitionAsker(session, type, factor, inputs.features, groups);
  const shapley = await sampledShapley(groups.length, ask, { least: LEAST_COALITIONS, seed: SEED });
  const additivityError = Math.abs(
    shapley.empty + shapley.values.reduce((sum, value) => sum + value, 0) - result.logRisk,
  );
  if (!(additivityError <= MOST_ADDITIVITY_ERROR))
    return { state: 'none', reason: 'The contributions do not add up to the estimate, so they are not shown.' };
  const modalities = used.map((block) => ({
    columns: inputs.blocks.filter((one) => one.block === block).flatMap(({ columns }) => [...columns]),
  }));
  const exact = await exactShapley(used.length, coalitionAsker(session, type, factor, inputs.features, modalities));
  const lime = await limeSlopes(groups.length, ask, { samples: LIME_SAMPLES, seed: SEED });
  const conflicts = new Set(signConflicts(shapley.values, lime.slopes));
  const askRows = async (rows: readonly Float32Array[]): Promise<number[]> =>
    (
      await session.run(
        rows,
        rows.map(() => type),
      )
    ).map(
      ({ contributions: [main = []] }) =>
        factor * used.reduce((sum, block) => sum + (main[table.blocks.indexOf(block)] as number), 0),
    );
  const counterfactuals = await counterfactualsOf(
    subset,
    inputs.features,
    result.logRisk,
    candidatesOf(table, cohort, inputs, groups),
    askRows,
  );
  return {
    state: 'explained',
    baseline: shapley.empty,
    logRisk: result.logRisk,
    groups: groups
      .map(({ id, label, columns }, i) => ({
        id,
        label,
        features: columns.length,
        value: shapley.values[i] as number,
        standardError: shapley.standardErrors[i] as number,
        lime: lime.slopes[i] as number,
        conflict: conflicts.has(i),
      }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.id < b.id ? -1 : 1)),
    modalities: used.map((modality, i) => ({ modality, value: exact.values[i] as number })),
    coalitions: shapley.coalitions,
    seed: SEED,
    additivityError,
    limeFit: lime.fit,
    counterfactuals,
    heldFixed: IMMUTABLE,
    rules: rulesOf(result, documents),
  };
}
