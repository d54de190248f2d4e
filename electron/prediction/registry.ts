/** The prediction room's work: which models stand, what they say of a case, and their cards. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { Archetypes, type PatientsLikeThis, patientsLikeThis } from '../../shared/prediction/alike.ts';
import { abstention, assess } from '../../shared/prediction/assess.ts';
import { caseFeatures, knownInputs } from '../../shared/prediction/case-features.ts';
import { cohortOf } from '../../shared/prediction/cohort-of.ts';
import type { GeneSetLike } from '../../shared/prediction/explain-case.ts';
import {
  type CaseExplanation,
  WHAT_IF_MARK,
  type WhatIf,
  type WhatIfAnswer,
} from '../../shared/prediction/explanation.ts';
import { CardHead, ModelCard } from '../../shared/prediction/model-files.ts';
import type { OtherModel } from '../../shared/prediction/other-models.ts';
import type { IntegratedAnswer, ModelStatus, Predictions } from '../../shared/prediction/predictions.ts';
import { stagingOf } from '../../shared/prediction/staging.ts';
import { applyWhatIf } from '../../shared/prediction/what-if.ts';
import { explainScored, type ScoredCase, type ScoredDocuments } from './explain.ts';
import { createOthers } from './others.ts';
import { type ModelSession, openSession } from './session.ts';
import type { ModelsInUse } from './site.ts';
import { readModel, readPinned, type VerifiedModel } from './verified.ts';

export interface ModelRegistry {
  /**
   * What the models say of one case. Never fails for want of a model: a missing or altered one is `unavailable` with
   * its reason, a case outside a model's cohorts is `abstained` with its reason. The same input gives the same bytes.
   */
  predict(record: CaseRecord, intake: IntakeDocument, profile: MolecularProfile): Promise<Predictions>;
  /** What the model of the specimen says, and nothing of the other. Never fails, as `predict` does not. */
  afterSurgery(documents: ScoredDocuments): Promise<IntegratedAnswer>;
  /** What the pre-operative model says, whether or not a stage is known. Never fails, as `predict` does not. */
  beforeSurgery(documents: ScoredDocuments): Promise<IntegratedAnswer>;
  /**
   * Why the estimate is what it is: contributions by fact, gene and pathway, the local line beside them, changes that would
   * move it, rules. `pathways` groups genes; none at hand is no fault. The same input gives the same bytes.
   */
  explain(
    documents: ScoredDocuments,
    pathways: readonly GeneSetLike[],
    model?: IntegratedModel,
  ): Promise<CaseExplanation>;
  /** The estimate had other facts been true, after surgery or before it. Nothing is kept. Fault: field-invalid where nothing differs. */
  whatIf(documents: ScoredDocuments, wish: WhatIf, model?: IntegratedModel): Promise<WhatIfAnswer>;
  /** Whether expression or copy number of the case was judged and found sound, so that its mutations count (F032). */
  vouched(documents: ScoredDocuments): Promise<boolean>;
  /** What the table models say of the case, each with its own state: computed, not assayed, not applicable, abstained. */
  others(documents: ScoredDocuments): Promise<OtherModel[]>;
  /** The group of 30 patients and more of the cohort that is nearest, as aggregates, or that none is near enough (F038). */
  alike(documents: Pick<ScoredDocuments, 'record' | 'profile'>): Promise<PatientsLikeThis>;
  /** Every shipped model and every other folder with a model in it, each file read and hashed anew. */
  status(): Promise<ModelStatus[]>;
  /** The card's page, or undefined where no such model ships. Faults: model-missing, model-altered. */
  card(id: string): Promise<{ markdown: string } | undefined>;
}

const AGGRESSIVENESS = 'aggressiveness';
export const BEFORE_SURGERY = 'aggressiveness-preoperative';
/** Models of one layout: 14 types, clinical and molecular blocks. */
export const integratedModels = [AGGRESSIVENESS, BEFORE_SURGERY] as const;
export type IntegratedModel = (typeof integratedModels)[number];
export const integratedModel = (beforeSurgery: boolean): IntegratedModel =>
  beforeSurgery ? BEFORE_SURGERY : AGGRESSIVENESS;

/** The registry over chosen versions. Nothing is read before it is needed. `folder` is that of the shipped ones. */
export function openRegistry(folder: string, inUse: ModelsInUse): ModelRegistry {
  const { folders, pins } = inUse;
  const loaded = new Map<IntegratedModel, Promise<{ model: VerifiedModel; session: ModelSession }>>();
  const load = async (id: IntegratedModel) => {
    const model = await readModel(folders, pins, id);
    return { model, session: await openSession(model.onnx) };
  };
  /** Loaded once; a failure is not kept, so that a restored file is found. */
  const loadOnce = (id: IntegratedModel = AGGRESSIVENESS) => {
    const known = loaded.get(id);
    if (known !== undefined) return known;
    const loading = load(id).catch((error: unknown) => {
      loaded.delete(id);
      throw error;
    });
    loaded.set(id, loading);
    return loading;
  };

  type Said =
    | { readonly predictions: IntegratedAnswer; readonly scored?: undefined }
    | {
        readonly predictions: IntegratedAnswer;
        readonly scored: ScoredCase;
        readonly ready: Awaited<ReturnType<typeof load>>;
      };

  async function say({ record, intake, profile }: ScoredDocuments, id?: IntegratedModel): Promise<Said> {
    try {
      return await scored(await loadOnce(id), { record, intake, profile });
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const { message, remedy } = faultFrom(error);
      return {
        predictions: { aggressiveness: { state: 'unavailable', reason: `${message} ${remedy}` }, models: [] },
      };
    }
  }

  async function scored(
    ready: Awaited<ReturnType<typeof load>>,
    { record, intake, profile }: ScoredDocuments,
  ): Promise<Said> {
    const { model, session } = ready;
    const { documents } = model;
    const { card, features } = documents;
    const models: IntegratedAnswer['models'] = [
      { id: model.id, version: card.version, sha256: Sha256.parse(model.sha256) },
    ];
    const { tumorType } = profile;
    const cohort = cohortOf(record.diagnosis.oncotreeCode, tumorType.ancestors);
    if (cohort === undefined)
      return {
        predictions: {
          aggressiveness: {
            state: 'abstained',
            reason: `No cohort of the model is of this tumor type (${record.diagnosis.oncotreeCode}).`,
            detail: [`The model knows ${Object.values(card.tumorTypes).join(', ')}.`],
            modalities: features.blocks.map((modality) => ({
              modality,
              state: 'absent',
              reason: 'not read: the model has no cohort of this tumor type',
              featuresUsed: 0,
              featuresInModel: 0,
            })),
          },
          models,
        },
      };
    const inputs = caseFeatures(features, cohort, { record, intake, profile });
    if (card.beforeSurgery !== true && stagingOf(record.diagnosis) === 'clinical')
      return {
        predictions: {
          aggressiveness: {
            state: 'abstained',
            reason:
              'The stage on record was given before surgery, and this score rests on the stage that surgery shows.',
            detail: ['T or N carry the prefix c, or the stage is called clinical. After surgery, record pT and pN.'],
            modalities: inputs.modalities,
          },
          models,
        },
      };
    const abstained = abstention(cohort, record, inputs, documents);
    if (abstained !== undefined) return { predictions: { aggressiveness: abstained, models } };
    const [output] = await session.run([inputs.features], [Object.keys(features.types).indexOf(cohort)]);
    if (output === undefined) throw new Error('the model gave no row');
    const result = assess(cohort, record, inputs, output, documents);
    return { predictions: { aggressiveness: result, models }, scored: { cohort, inputs, output, result }, ready };
  }

  async function vouched({ record, intake, profile }: ScoredDocuments): Promise<boolean> {
    const cohort = cohortOf(record.diagnosis.oncotreeCode, profile.tumorType.ancestors);
    if (cohort === undefined) return false;
    try {
      const { features } = (await loadOnce()).model.documents;
      const { strange, vouching } = caseFeatures(features, cohort, { record, intake, profile });
      return strange.length === 0 && vouching.size > 0;
    } catch (error) {
      if (error instanceof FaultError) return false;
      throw error;
    }
  }

  return {
    async predict(record, intake, profile) {
      const { predictions } = await say({ record, intake, profile });
      const { aggressiveness } = predictions;
      // Offered where the score after surgery cannot be given for want of surgery, and only for the tumor types it knows.
      if (
        aggressiveness.state !== 'abstained' ||
        stagingOf(record.diagnosis) === 'surgical' ||
        cohortOf(record.diagnosis.oncotreeCode, profile.tumorType.ancestors) === undefined
      )
        return predictions;
      const beforeSurgery = (await say({ record, intake, profile }, BEFORE_SURGERY)).predictions;
      return { ...predictions, beforeSurgery };
    },

    afterSurgery: async (documents) => (await say(documents)).predictions,

    beforeSurgery: async (documents) => (await say(documents, BEFORE_SURGERY)).predictions,

    async explain(documents, pathways, model) {
      const said = await say(documents, model);
      if (said.scored === undefined)
        return { state: 'none', reason: 'There is no estimate for this patient, so there is nothing to explain.' };
      return explainScored(said.ready.session, said.ready.model.documents, said.scored, documents, pathways);
    },

    async whatIf(documents, wish, model) {
      const { changes, ...changed } = applyWhatIf(documents, wish);
      if (changes.length === 0)
        throw new FaultError(
          fault('field-invalid', 'Nothing differs from the patient.', 'Change at least one fact.', { field: 'whatIf' }),
        );
      const { predictions, scored } = await say(changed, model);
      const [was, is] = [(await say(documents, model)).scored, scored].map(wordsRead);
      return {
        watermark: WHAT_IF_MARK,
        changes,
        // Where there is no estimate, its reason stands instead.
        notRead: changes
          .filter(({ feature }) => scored !== undefined && feature.startsWith('clinical:'))
          .filter(({ feature }) => was?.get(feature) === is?.get(feature))
          .map(({ label }) => label),
        aggressiveness: predictions.aggressiveness,
      };
    },

    vouched,

    others: createOthers(folders, pins, vouched),

    async alike({ record, profile }) {
      const archetypes = Archetypes.parse(
        JSON.parse((await readPinned(folders, pins, AGGRESSIVENESS, 'archetypes.json')).toString('utf8')),
      );
      const cohort = cohortOf(record.diagnosis.oncotreeCode, profile.tumorType.ancestors);
      const card = ModelCard.parse(
        JSON.parse((await readPinned(folders, pins, AGGRESSIVENESS, 'card.json')).toString('utf8')),
      );
      return patientsLikeThis(archetypes, cohort, card.tumorTypes[cohort ?? ''] ?? 'this tumor type', record);
    },

    async status() {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const found = await Promise.all(
        entries
          .filter((entry) => entry.isDirectory() && pins[entry.name] === undefined)
          .map(async ({ name }) => ((await readdir(join(folder, name))).includes('model.onnx') ? [name] : [])),
      );
      const unknown: ModelStatus[] = found.flat().map((id) => ({
        id,
        state: 'altered',
        reason: 'This model does not ship with this version of the program; it is not run.',
      }));
      const shipped = await Promise.all(Object.keys(pins).map((id) => statusOf(inUse, id)));
      return [...shipped, ...unknown].sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async card(id) {
      if (pins[id] === undefined) return undefined;
      return { markdown: (await readPinned(folders, pins, id, 'card.md')).toString('utf8') };
    },
  };
}

/** What a model read of a case, by fact: a fact may be on record and not among what the model reads of a tumor type. */
const wordsRead = (scored: ScoredCase | undefined): ReadonlyMap<string, string> =>
  new Map(
    scored === undefined ? [] : knownInputs(scored.inputs).map(({ block, name, value }) => [`${block}:${name}`, value]),
  );

async function statusOf({ folders, pins, chosen, earlier }: ModelsInUse, id: string): Promise<ModelStatus> {
  const publisher = chosen.get(id)?.publisher;
  const before = earlier.get(id) ?? [];
  const common = {
    id,
    ...(publisher === undefined ? {} : { publisher }),
    ...(before.length === 0 ? {} : { earlier: [...before] }),
  };
  try {
    const files = Object.keys(pins[id] ?? {});
    const bytes = await Promise.all(files.map((file) => readPinned(folders, pins, id, file)));
    const card = CardHead.parse(JSON.parse(bytes[files.indexOf('card.json')]?.toString('utf8') ?? 'null'));
    return {
      ...common,
      version: card.version,
      state: 'verified',
      sha256: Sha256.parse(pins[id]?.['model.onnx']),
      title: card.title,
      ...(card.data === undefined ? {} : { sources: card.data.map(({ name, licence }) => ({ name, licence })) }),
    };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { code, message } = faultFrom(error);
    return { ...common, state: code === 'model-missing' ? 'missing' : 'altered', reason: message };
  }
}
