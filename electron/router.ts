/**
 * The contract, answered. One guard stands before every procedure: it checks the role, turns what goes wrong into a
 * fault, and writes the event the contract names. The procedures themselves are one line each into the rooms.
 */
import { implement, ORPCError } from '@orpc/server';
import { contract, FAULT_STATUS, type ProcedureMeta } from '../shared/contract.ts';
import { FaultError, fault, faultFrom } from '../shared/foundation/fault.ts';
import { CaseId } from '../shared/foundation/ids.ts';
import { permitsAny } from '../shared/vault/roles.ts';
import type { Services } from './services.ts';

/** A refusal as it crosses the contract; a defect's own words stay on this side. */
const asContractError = (error: unknown): ORPCError<'FAULT', unknown> => {
  const data = faultFrom(error);
  return new ORPCError('FAULT', { status: FAULT_STATUS, message: data.message, data });
};

export function createRouter(services: Services) {
  const { session, ports } = services;

  /** Gives the reason where only a broken glass lets the call through: reading, never writing. */
  const guardRole = ({ role, event }: ProcedureMeta): string | undefined => {
    if (role === 'anyone') return undefined;
    const user = session.user();
    if (user === undefined)
      throw new FaultError(fault('locked', 'The vault is locked.', 'Unlock it and try again; drafts are kept.'));
    session.touch();
    if (permitsAny(user.roles, role)) return undefined;
    const emergency = session.emergency();
    if (emergency === undefined || role !== 'member' || event === 'written-by-room')
      throw new FaultError(
        fault('forbidden', `This needs the role "${role}".`, 'Ask someone who holds it, or an admin to grant it.'),
      );
    return emergency.reason;
  };

  const caseOf = (input: unknown): CaseId | null => {
    const parsed = CaseId.safeParse(typeof input === 'object' && input !== null ? Reflect.get(input, 'caseId') : null);
    return parsed.success ? parsed.data : null;
  };

  const os = implement(contract).use(async ({ next, procedure, path }, input) => {
    // The builder types meta as the union's base; every procedure of the contract was made with ProcedureMeta.
    const meta = procedure['~orpc'].meta as ProcedureMeta;
    try {
      const emergency = guardRole(meta);
      const result = await next();
      const opened = caseOf(input);
      if (emergency !== undefined && opened !== null)
        session.write({
          type: 'case.opened-in-emergency',
          caseId: opened,
          payload: { call: path.join('.'), reason: emergency },
        });
      if (meta.event !== 'none' && meta.event !== 'written-by-room')
        session.write({ type: meta.event, caseId: caseOf(input), payload: { call: path.join('.') } });
      return result;
    } catch (error) {
      if (error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR') throw error;
      services.report(path.join('.'), error);
      throw asContractError(error);
    }
  });

  /** Progress feeds fail while they run, after the guard has let them start. */
  async function* feed<Event>(events: AsyncIterable<Event>, path: string): AsyncGenerator<Event, void, void> {
    try {
      yield* events;
    } catch (error) {
      services.report(path, error);
      throw asContractError(error);
    }
  }

  const {
    cases,
    likeness,
    board,
    exchange,
    laboratory,
    reports,
    knowledge,
    packLife,
    openCase,
    judgeFirst,
    molecular,
    models,
    trials,
    trialEditor,
    alerts,
    vault,
  } = services;
  return os.router({
    workstation: {
      info: os.workstation.info.handler(() => ({
        product: 'Consilium',
        version: ports.version,
        host: ports.host,
        capabilities: ports.capabilities,
      })),
    },
    vault: {
      status: os.vault.status.handler(() => vault.status()),
      create: os.vault.create.handler(({ input }) => vault.create(input)),
      unlock: os.vault.unlock.handler(({ input }) => vault.unlock(input)),
      lock: os.vault.lock.handler(() => vault.lock()),
      storageKey: os.vault.storageKey.handler(() => vault.storageKey()),
      audit: os.vault.audit.handler(({ input }) => vault.audit(input)),
      verifyJournal: os.vault.verifyJournal.handler(({ input, signal }) => vault.verifyJournal({ ...input, signal })),
      people: os.vault.people.handler(() => vault.people()),
      addPerson: os.vault.addPerson.handler(({ input }) => vault.addPerson(input)),
      household: os.vault.household.handler(() => vault.household()),
      stopHanding: os.vault.stopHanding.handler(() => vault.stopHanding()),
      changeRoles: os.vault.changeRoles.handler(({ input }) => vault.changeRoles(input)),
      removePerson: os.vault.removePerson.handler(({ input, signal }) => vault.removePerson(input.userId, signal)),
      changePassword: os.vault.changePassword.handler(async ({ input }) => {
        await vault.changePassword(input);
        return { changed: true as const };
      }),
      makeRecovery: os.vault.makeRecovery.handler(({ input }) => vault.makeRecovery(input)),
      holds: os.vault.holds.handler(() => vault.holds()),
      hold: os.vault.hold.handler(({ input }) => vault.hold(input)),
      breakGlass: os.vault.breakGlass.handler(({ input }) => session.breakGlass(input.reason)),
      checkpoint: os.vault.checkpoint.handler(() => vault.checkpoint()),
      proveEntry: os.vault.proveEntry.handler(({ input }) => vault.proveEntry(input.sequence)),
      eraseCase: os.vault.eraseCase.handler(({ input }) => vault.eraseCase(input)),
      retention: os.vault.retention.handler(({ input }) => vault.retention(input)),
      setRetention: os.vault.setRetention.handler(({ input }) => vault.setRetention(input)),
      previewErasure: os.vault.previewErasure.handler(({ input }) => vault.previewErasure(input.caseId)),
      proposeErasure: os.vault.proposeErasure.handler(({ input }) => vault.proposeErasure(input)),
      withdrawErasure: os.vault.withdrawErasure.handler(({ input }) => vault.withdrawErasure(input.caseId)),
    },
    files: { upload: os.files.upload.handler(({ input }) => ports.tickets.expectUpload(input)) },
    case: {
      list: os.case.list.handler(({ input }) => cases.page(input)),
      importSamples: os.case.importSamples.handler(({ signal }) =>
        feed(cases.importSamples(signal), 'case.importSamples'),
      ),
      import: os.case.import.handler(({ input, signal }) =>
        feed(cases.import(ports.tickets.takeUpload(input.ticket).bytes, signal), 'case.import'),
      ),
      analyze: os.case.analyze.handler(({ input, signal }) =>
        feed(cases.analyze(input.caseId, input.answers, signal), 'case.analyze'),
      ),
      editContext: os.case.editContext.handler(({ input }) => cases.editContext(input)),
      open: os.case.open.handler(({ input }) => openCase(input.caseId)),
      alike: os.case.alike.handler(({ input }) => likeness.of(input.caseId)),
      judgeAlike: os.case.judgeAlike.handler(({ input }) => likeness.judge(input.caseId, input.other, input.verdict)),
      image: os.case.image.handler(async ({ input }) =>
        ports.tickets.offerDownload(await cases.image(input.caseId, input.path)),
      ),
    },
    knowledge: {
      packs: os.knowledge.packs.handler(() => knowledge.status()),
      publishers: os.knowledge.publishers.handler(() => packLife.publishers()),
      packJournal: os.knowledge.packJournal.handler(() => packLife.journal()),
      enroll: os.knowledge.enroll.handler(({ input }) => packLife.enroll(input)),
      tryPack: os.knowledge.tryPack.handler(({ input, signal }) =>
        feed(packLife.look(input, signal), 'knowledge.tryPack'),
      ),
      changePack: os.knowledge.changePack.handler(({ input, signal }) =>
        feed(packLife.change(input, signal), 'knowledge.changePack'),
      ),
      pathwayAgents: os.knowledge.pathwayAgents.handler(() => [...(knowledge.therapy().pathwayAgents ?? [])]),
      evidence: os.knowledge.evidence.handler(({ input }) => knowledge.evidenceById(input.ids)),
    },
    molecular: {
      lookUp: os.molecular.lookUp.handler(({ input }) => molecular.lookUp(input)),
      gene: os.molecular.gene.handler(({ input }) => knowledge.geneSites(input.gene)),
      transcripts: os.molecular.transcripts.handler(({ input }) =>
        molecular.transcripts(input.caseId, input.findingId),
      ),
      germline: os.molecular.germline.handler(({ input }) => molecular.germline(input.caseId)),
    },
    prediction: {
      models: os.prediction.models.handler(() => models.status()),
      card: os.prediction.card.handler(({ input }) => models.card(input.modelId)),
      beforeSurgery: os.prediction.beforeSurgery.handler(({ input }) => models.beforeSurgery(input.caseId)),
      explain: os.prediction.explain.handler(({ input }) => models.explain(input.caseId, input.beforeSurgery)),
      others: os.prediction.others.handler(({ input }) => models.others(input.caseId)),
      alike: os.prediction.alike.handler(({ input }) => models.alike(input.caseId)),
      judgeFirst: os.prediction.judgeFirst.handler(() => ({ on: judgeFirst.isOn() })),
      setJudgeFirst: os.prediction.setJudgeFirst.handler(({ input }) => judgeFirst.set(input.on)),
      reveal: os.prediction.reveal.handler(({ input }) => judgeFirst.reveal(input.caseId, input.reason)),
      mitigations: os.prediction.mitigations.handler(({ input }) => models.mitigations(input.caseId)),
      mitigate: os.prediction.mitigate.handler(({ input }) => models.mitigate(input)),
      versions: os.prediction.versions.handler(({ input }) => models.versions(input.caseId)),
      versionFigures: os.prediction.versionFigures.handler(({ input }) => models.figures(input.modelId)),
      changeModel: os.prediction.changeModel.handler(({ input, signal }) => models.change(input, signal)),
      whatIf: os.prediction.whatIf.handler(({ input }) => models.whatIf(input.caseId, input.wish, input.beforeSurgery)),
    },
    therapy: {
      trials: os.therapy.trials.handler(({ input }) => trials.ofCase(input.caseId)),
      trialFiles: os.therapy.trialFiles.handler(() => trialEditor.files()),
      siteLists: os.therapy.siteLists.handler(() => trialEditor.lists()),
      trialText: os.therapy.trialText.handler(({ input }) => trialEditor.text(input.file)),
      checkTrial: os.therapy.checkTrial.handler(({ input }) => trialEditor.check(input.caseId, input.text, input.file)),
      saveTrial: os.therapy.saveTrial.handler(({ input }) => trialEditor.save(input)),
      undoTrial: os.therapy.undoTrial.handler(({ input }) => trialEditor.undo(input.file) ?? null),
      actOnAlert: os.therapy.actOnAlert.handler(({ input }) => alerts.act(input)),
      alertRate: os.therapy.alertRate.handler(() => alerts.rate()),
    },
    board: {
      review: os.board.review.handler(({ input }) => board.review(input)),
      classify: os.board.classify.handler(({ input }) => board.classify(input)),
      withdrawClassification: os.board.withdrawClassification.handler(({ input }) =>
        board.withdrawClassification(input),
      ),
      remembered: os.board.remembered.handler(({ input }) => board.remembered(input.caseId)),
      decide: os.board.decide.handler(({ input }) => board.decide(input)),
      openMeeting: os.board.openMeeting.handler(({ input }) => board.openMeeting(input)),
      closeMeeting: os.board.closeMeeting.handler(({ input }) => board.closeMeeting(input)),
      recordAttendance: os.board.recordAttendance.handler(({ input }) => board.recordAttendance(input)),
      record: os.board.record.handler(({ input }) => board.record(input.caseId)),
      openBallot: os.board.openBallot.handler(({ input }) => board.openBallot(input)),
      castVote: os.board.castVote.handler(({ input }) => board.castVote(input)),
      closeBallot: os.board.closeBallot.handler(({ input }) => board.closeBallot(input)),
      annotate: os.board.annotate.handler(({ input }) => board.annotate(input)),
      actOnNote: os.board.actOnNote.handler(({ input }) => board.actOnNote(input)),
      recordFollowUp: os.board.recordFollowUp.handler(({ input }) => board.recordFollowUp(input)),
      actions: os.board.actions.handler(() => board.actions()),
      minutes: os.board.minutes.handler(({ input }) => board.minutes(input)),
      exportBoard: os.board.exportBoard.handler(({ input }) => board.exportBoard(input)),
      importBoard: os.board.importBoard.handler(({ input }) => board.importBoard(input)),
      settleConflict: os.board.settleConflict.handler(({ input }) => board.settleConflict(input)),
      freezeAgenda: os.board.freezeAgenda.handler(({ input }) => board.freezeAgenda(input)),
      openFrozen: os.board.openFrozen.handler(({ input }) => board.openFrozen(input)),
      frozenAgenda: os.board.frozenAgenda.handler(({ input }) => board.frozenAgenda(input)),
      frozenCase: os.board.frozenCase.handler(({ input }) => board.frozenCase(input)),
      takeFrozen: os.board.takeFrozen.handler(({ input, signal }) =>
        feed(board.takeFrozen(input, signal), 'board.takeFrozen'),
      ),
      analyses: os.board.analyses.handler(({ input }) => board.analyses(input.caseId)),
      analysis: os.board.analysis.handler(({ input }) => board.analysis(input)),
    },
    report: {
      draft: os.report.draft.handler(({ input }) => reports.draft(input.caseId, input.language)),
      preview: os.report.preview.handler(({ input }) => reports.preview(input.caseId, input.language)),
      sign: os.report.sign.handler(({ input }) => reports.sign(input)),
      cards: os.report.cards.handler(() => reports.cards()),
      countersign: os.report.countersign.handler(({ input }) => reports.countersign(input)),
      amend: os.report.amend.handler(({ input }) => reports.amend(input)),
      watch: os.report.watch.handler(({ signal }) => feed(reports.watch(signal), 'report.watch')),
      download: os.report.download.handler(({ input }) => reports.download(input.caseId, input.sha256)),
      letter: os.report.letter.handler(({ input }) => reports.letter(input.caseId, input.language)),
      signLetter: os.report.signLetter.handler(({ input }) => reports.signLetter(input)),
      verify: os.report.verify.handler(({ input }) => reports.verify(input.caseId, input.sha256)),
      open: os.report.open.handler(({ input }) => reports.open(input.ticket)),
    },
    exchange: {
      preview: os.exchange.preview.handler(({ input }) => exchange.preview(input)),
      export: os.exchange.export.handler(({ input }) => exchange.export(input)),
      import: os.exchange.import.handler(({ input, signal }) =>
        feed(exchange.import(input, signal), 'exchange.import'),
      ),
      tryImport: os.exchange.tryImport.handler(({ input }) => exchange.tryImport(input)),
      desk: os.exchange.desk.handler(() => exchange.desk()),
      notes: os.exchange.notes.handler(({ input }) => exchange.notes(input.caseId)),
      practice: os.exchange.practice.handler(() => exchange.practice()),
      laboratory: os.exchange.laboratory.handler(() => laboratory.desk()),
      watchLaboratory: os.exchange.watchLaboratory.handler(async ({ input }) => {
        await laboratory.setWatch(input.on);
        return { on: input.on };
      }),
      checkMapping: os.exchange.checkMapping.handler(({ input }) => laboratory.check(input.text)),
      saveMapping: os.exchange.saveMapping.handler(async ({ input }) => {
        await laboratory.save(input.text, input.previous);
        return { saved: true as const };
      }),
      lookAtLaboratory: os.exchange.lookAtLaboratory.handler(async () => ({ found: await laboratory.look() })),
      previewDraft: os.exchange.previewDraft.handler(({ input }) => laboratory.preview(input.id, input.declined)),
      takeDraft: os.exchange.takeDraft.handler(({ input, signal }) =>
        feed(laboratory.take(input.id, input.declined, signal), 'exchange.takeDraft'),
      ),
      retryDelivery: os.exchange.retryDelivery.handler(async ({ input }) => {
        await laboratory.retry(input.id);
        return { retried: true as const };
      }),
    },
  });
}
export type Router = ReturnType<typeof createRouter>;
