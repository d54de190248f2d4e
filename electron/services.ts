/** Composes every service from what the host provides, in dependency order, in one visible function. */
import { join } from 'node:path';
import { classifiedBy } from '../shared/board/classification.ts';
import { FaultError, fault } from '../shared/foundation/fault.ts';
import type { CaseId } from '../shared/foundation/ids.ts';
import { germlineSheet } from '../shared/molecular/germline-sheet.ts';
import type { LookUp } from '../shared/molecular/look-up.ts';
import type { TranscriptChoices } from '../shared/molecular/transcript-choices.ts';
import type { WhatIf } from '../shared/prediction/explanation.ts';
import type { MitigationWish } from '../shared/prediction/mitigation.ts';
import { secondsUntilLock } from '../shared/vault/auto-lock.ts';
import type { EventType } from '../shared/vault/events.ts';
import { permitsAny } from '../shared/vault/roles.ts';
import type { EmergencyAccess, VaultUser } from '../shared/vault/service.ts';
import { classificationMemory, createBoardDesk, createJudgeFirst } from './board/index.ts';
import { createCaseDesk, createLikenessDesk, readBundle, refuseIfSigned, sampleBundles } from './case/index.ts';
import { createExchangeDesk, createLaboratoryDesk, importFile } from './exchange/index.ts';
import { createPackDesk, createPackLife, sitePacks } from './knowledge/index.ts';
import { lookUp, transcriptChoices } from './molecular/index.ts';
import { packEffects } from './pack-effects.ts';
import { analyzeBundle, reinterpret } from './pipeline.ts';
import type { Ports } from './ports.ts';
import {
  createModelDesk,
  createModelLife,
  integratedModel,
  mitigate,
  mitigationsOf,
  siteModels,
} from './prediction/index.ts';
import { createReportDesk, printMinutes, reportInput } from './report/index.ts';
import { createAlertDesk, createTrialDesk, createTrialEditor } from './therapy/index.ts';
import { createVaultService, type Vault, type VaultService } from './vault/index.ts';

const emergencyMinutes = 60;

/** Who is at the screen, and what they leave in the journal. */
function createSession(vault: VaultService, ports: Ports) {
  let lastActivity = ports.clock.now();
  let emergency: (EmergencyAccess & { readonly held: Vault }) | undefined;
  // Looked at twice a minute: an unattended station locks itself even when no call comes in.
  const watch = setInterval(() => {
    if (vault.status().state === 'open' && secondsUntilLock(lastActivity, ports.clock.now()) === 0) void vault.lock();
    session.emergency();
  }, 30_000);
  watch.unref();
  const session = {
    user: (): VaultUser | undefined => vault.status().user ?? undefined,
    touch: (): void => {
      lastActivity = ports.clock.now();
    },
    /**
     * Reading in an emergency (F112): an hour for whoever is logged in, and no longer than they are. The journal has the
     * reason, and each case opened has it among its own lines.
     */
    breakGlass(reason: string): EmergencyAccess {
      const held = vault.current();
      const { userId } = held.user;
      const until = new Date(Date.parse(ports.clock.now()) + emergencyMinutes * 60_000).toISOString();
      held.breakGlass(reason, until, userId);
      emergency = { held, until, reason };
      return { until, reason };
    },
    emergency(): EmergencyAccess | undefined {
      if (emergency === undefined) return undefined;
      const { held, until, reason } = emergency;
      if (held.isOpen() && Date.parse(ports.clock.now()) < Date.parse(until)) return { until, reason };
      if (held.isOpen()) held.mendGlass();
      emergency = undefined;
      return undefined;
    },
    write: (event: { type: EventType; caseId: CaseId | null; payload: unknown }): void => {
      const held = vault.current();
      held.append({ ...event, actor: held.user.userId });
    },
    end: (): void => clearInterval(watch),
  };
  return session;
}

export async function createServices(ports: Ports) {
  const vaultService = createVaultService({
    folder: ports.dataFolder,
    clock: ports.clock,
    ids: ports.ids,
    calibrated: ports.host !== 'memory',
  });
  /** Changes of packs and models that the journal does not have yet; a vault opens even where they cannot be read. */
  const opened = async <Value>(unlocking: Promise<Value>): Promise<Value> => {
    const value = await unlocking;
    await packLife.record().catch((error: unknown) => ports.report('knowledge.record', error));
    await modelLife.record().catch((error: unknown) => ports.report('prediction.record', error));
    return value;
  };
  const vault: VaultService = {
    ...vaultService,
    unlock: (input) => opened(vaultService.unlock(input)),
    create: (input) => opened(vaultService.create(input)),
  };
  const session = createSession(vault, ports);
  const knowledge = await createPackDesk({
    folder: ports.resources.knowledge,
    site: sitePacks(ports.dataFolder),
    transcripts: join(ports.dataFolder, 'transcripts'),
    clock: ports.clock,
  });
  const models = await createModelDesk({
    shipped: ports.resources.models,
    site: siteModels(ports.dataFolder),
    clock: ports.clock,
  });
  const modelLife = createModelLife({ desk: models, vault: vault.current, tickets: ports.tickets });
  /** A case is never told by its own overrides what it is. */
  const memoryFor = (caseId: CaseId) => classifiedBy(classificationMemory(vault.current(), caseId));
  const cases = createCaseDesk({
    vault: vault.current,
    readBundle,
    analyze: (bundle, options) =>
      analyzeBundle(bundle, { packs: knowledge, models }, { ...options, classified: memoryFor(bundle.record.caseId) }),
    rethink: (documents, answers) =>
      reinterpret(documents, { packs: knowledge, models }, memoryFor(documents.record.caseId), answers),
    sampleBundles: () => sampleBundles(ports.resources.sampleCases),
  });
  const likeness = createLikenessDesk({ vault: vault.current, cases });
  const board = createBoardDesk({
    vault: vault.current,
    cases,
    refuseIfSigned,
    tickets: ports.tickets,
    clock: ports.clock,
    ids: ports.ids,
    printMinutes,
  });
  const packLife = createPackLife({
    desk: knowledge,
    vault: vault.current,
    tickets: ports.tickets,
    effectOn: packEffects({
      now: knowledge,
      cases,
      rethink: (documents, answers, packs) =>
        reinterpret(documents, { packs, models }, memoryFor(documents.record.caseId), answers),
      namesCases: () => permitsAny(vault.current().user.roles, 'member'),
    }),
  });
  const judgeFirst = createJudgeFirst({
    vault: vault.current,
    board: async (caseId) => (await cases.state(caseId)).board,
    now: () => ports.clock.now(),
  });
  const alerts = createAlertDesk({ vault: vault.current, state: cases.state, refuseIfSigned });
  const trialNeeds = {
    folder: join(ports.dataFolder, 'trials'),
    documents: async (caseId: CaseId) => (await cases.state(caseId)).documents,
    packs: knowledge,
    clock: ports.clock,
  };
  const trials = createTrialDesk(trialNeeds);
  const trialEditor = createTrialEditor({ ...trialNeeds, vault: vault.current });
  const reports = createReportDesk({
    vault: vault.current,
    cases,
    refuseIfSigned,
    tickets: ports.tickets,
    clock: ports.clock,
    version: ports.version,
    signing: join(ports.dataFolder, 'signing'),
    template: join(ports.dataFolder, 'report'),
    trials: trials.ofCase,
    others: (documents) => models.others(documents),
    reanalyse: async (bytes, answers) => {
      const bundle = await readBundle(bytes);
      const found = bundle.ok
        ? await analyzeBundle(
            bundle.value,
            { packs: knowledge, models },
            { answers, classified: memoryFor(bundle.value.record.caseId) },
          )
        : bundle;
      if (!found.ok) throw new FaultError(found.fault);
      return found.value;
    },
    packs: () => knowledge.status(),
    models: () => models.status(),
  });
  const exchange = createExchangeDesk({
    vault: vault.current,
    cases,
    tickets: ports.tickets,
    clock: ports.clock,
    inputOf: async (caseId) => {
      const { bundleSha256, documents, board: written } = await cases.state(caseId);
      const analysed = vault
        .current()
        .read({ caseId, types: ['case.analyzed', 'decision.recorded'] })
        .at(-1);
      return reportInput({
        bundleSha256,
        documents,
        board: written,
        packs: knowledge.status(),
        models: await models.status(),
        version: ports.version,
        // The moment of what it says, not of the call: the same case gives the same file.
        composedAt: analysed?.time ?? ports.clock.now(),
      });
    },
    knowledge: () => knowledge.molecular(),
    importFile,
  });
  const laboratory = createLaboratoryDesk({
    vault: vault.current,
    isOpen: () => vault.status().state === 'open',
    cases,
    clock: ports.clock,
    knowledge: () => knowledge.molecular(),
    folder: join(ports.dataFolder, 'exchange'),
  });
  return {
    ports,
    vault,
    session,
    knowledge,
    packLife,
    models: {
      status: () => models.status(),
      card: async (modelId: string) => {
        const card = await models.card(modelId);
        if (card === undefined)
          throw new FaultError(fault('model-missing', 'There is no such model here.', 'See the list of models.'));
        return card;
      },
      beforeSurgery: async (caseId: CaseId) => models.beforeSurgery((await cases.state(caseId)).documents),
      explain: async (caseId: CaseId, beforeSurgery = false) =>
        models.explain(
          (await cases.state(caseId)).documents,
          knowledge.expression().hallmark ?? [],
          integratedModel(beforeSurgery),
        ),
      others: async (caseId: CaseId) => models.others((await cases.state(caseId)).documents),
      alike: async (caseId: CaseId) => models.alike((await cases.state(caseId)).documents),
      versions: async (caseId: CaseId) => models.onCase((await cases.state(caseId)).documents),
      figures: async (modelId: string) => models.figures(modelId),
      change: modelLife.change,
      // Asked of the case first: one that is not here has no journal to read or to write.
      mitigations: async (caseId: CaseId) => {
        await cases.state(caseId);
        return mitigationsOf(vault.current(), caseId);
      },
      mitigate: async (wish: MitigationWish) => {
        await cases.state(wish.caseId);
        return mitigate(vault.current(), wish);
      },
      whatIf: async (caseId: CaseId, wish: WhatIf, beforeSurgery = false) =>
        models.whatIf((await cases.state(caseId)).documents, wish, integratedModel(beforeSurgery)),
    },
    molecular: {
      lookUp: (asked: LookUp) => lookUp(asked, knowledge, classifiedBy(classificationMemory(vault.current()))),
      transcripts: async (caseId: CaseId, findingId: string): Promise<TranscriptChoices> => {
        const { documents, answers } = await cases.state(caseId);
        return transcriptChoices(documents, answers, findingId, knowledge);
      },
      germline: async (caseId: CaseId) => {
        const { record, profile, intake } = (await cases.state(caseId)).documents;
        return germlineSheet(record, profile, intake?.ledger);
      },
    },
    cases,
    likeness,
    /** The case as the screens show it, with what the board wants covered. */
    openCase: async (caseId: CaseId) => {
      const view = await cases.open(caseId);
      const covered = judgeFirst.ofCase(caseId);
      return covered === undefined ? view : { ...view, judgeFirst: covered };
    },
    judgeFirst,
    board,
    exchange,
    laboratory,
    reports,
    trials,
    trialEditor,
    alerts,
    /** Where a failed call is noted: its name and the fault's code, never what it was about. */
    report: ports.report,
  };
}
export type Services = Awaited<ReturnType<typeof createServices>>;
