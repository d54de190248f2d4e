/**
 * The only thing the two processes say to each other. It imports nothing but zod, the contract builder and the rooms'
 * words, because both sides and every test double are typed from it. Each procedure states the role it needs and the
 * journal event it leaves behind; one without them does not compile.
 */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Analysis, AnalysisDocuments } from './board/analyses.ts';
import { AnnotationAct, NewAnnotation } from './board/annotation.ts';
import { Attendance } from './board/attendance.ts';
import { BoardRecord } from './board/board-record.ts';
import { NewClassification, Remembered, WithdrawnClassification } from './board/classification.ts';
import { Decision } from './board/decision.ts';
import { ActionRow, FollowUp } from './board/follow-up.ts';
import { FreezeItem, OpenedAgenda } from './board/frozen.ts';
import { JudgeFirst } from './board/judge-first.ts';
import { MeetingClosing, MeetingOpening } from './board/meeting.ts';
import { BallotClosing, BallotOpening, CastVote } from './board/vote.ts';
import { CaseRecord } from './case/case-record.ts';
import { ContextEdit } from './case/context-edit.ts';
import { IntakeDocument } from './case/intake.ts';
import { Likeness, LikenessVerdict } from './case/likeness.ts';
import { DeliveryId, DraftPreview, LaboratoryDesk, MappingCheck } from './exchange/lab/desk.ts';
import { ReadFact } from './exchange/notes/confirm.ts';
import { DataPractice } from './exchange/practice.ts';
import {
  ExchangeDesk,
  ExportFormat,
  ExportPreview,
  IdentityLevel,
  ImportNotes,
  SEVERAL_LIMIT,
  StudyName,
  TriedImport,
} from './exchange/transactions.ts';
import { Fault } from './foundation/fault-schema.ts';
import { CaseId, Sha256, UserId } from './foundation/ids.ts';
import { EvidenceItem, PackStatus } from './knowledge/evidence.ts';
import {
  EnrolledPublisher,
  EnrollPublisher,
  PackAct,
  PackJournalRow,
  PackProgress,
  PackTry,
} from './knowledge/pack-life.ts';
import { GeneSites } from './molecular/gene-sites.ts';
import { GermlineSheet } from './molecular/germline-sheet.ts';
import { LookUp, LookUpAnswer } from './molecular/look-up.ts';
import { MolecularProfile } from './molecular/profile.ts';
import { TranscriptChoices } from './molecular/transcript-choices.ts';
import { PatientsLikeThis } from './prediction/alike.ts';
import { CaseExplanation, WhatIf, WhatIfAnswer } from './prediction/explanation.ts';
import { Mitigations, MitigationWish } from './prediction/mitigation.ts';
import { ModelAct, ModelChange, VersionFigures, VersionsOnCase } from './prediction/model-versions.ts';
import { OtherModel } from './prediction/other-models.ts';
import { IntegratedAnswer, ModelStatus, Predictions } from './prediction/predictions.ts';
import { DeidentifyChoice } from './report/deidentify/index.ts';
import { Language } from './report/language.ts';
import { PatientLetter } from './report/letter.ts';
import { DraftReport, OpenAmendment, ReportVerification, SignedReportRecord, WatchProgress } from './report/report.ts';
import { Signer, SmartCards } from './report/signer.ts';
import { AlertAct, AlertOverride, AlertRate } from './therapy/alert-overrides.ts';
import { OptionsTable } from './therapy/options.ts';
import { PathwayAgents } from './therapy/pathway-agents.ts';
import {
  EnteredLists,
  LARGEST_TRIAL_TEXT,
  SaveTrial,
  TrialCheck,
  TrialFileName,
  TrialFileRow,
  TrialText,
} from './therapy/trials/editing.ts';
import { CaseTrials } from './therapy/trials/verdicts.ts';
import { CaseListing, CasePage, CaseQuery } from './vault/cases.ts';
import { Checkpoint, JournalProof, JournalReport, VerifyJournalInput } from './vault/checkpoint.ts';
import type { EventType } from './vault/events.ts';
import {
  ErasurePreview,
  ProposeErasureInput,
  RetentionList,
  RetentionQuery,
  SetRetentionInput,
} from './vault/retention.ts';
import type { Role } from './vault/roles.ts';
import {
  AddPersonInput,
  AuditPage,
  AuditQuery,
  BreakGlassInput,
  ChangePasswordInput,
  ChangeRolesInput,
  CreateVaultInput,
  EmergencyAccess,
  EraseCaseInput,
  HoldInput,
  Household,
  LegalHold,
  RecoveryInput,
  RecoveryShares,
  UnlockInput,
  VaultStatus,
  VaultUser,
} from './vault/service.ts';

export interface ProcedureMeta {
  /** `anyone` is only for what works before unlock, or asks for a password itself, and says nothing of any case. */
  readonly role: Role | 'anyone';
  /** The event written when the call succeeded, or why none is: the room itself writes it, or nothing happened. */
  readonly event: EventType | 'written-by-room' | 'none';
}

/** One status for every refusal: an error of another status than the contract's would cross as an unknown one. */
export const FAULT_STATUS = 422;

/** Every expected failure crosses as this one typed error; its data is the fault. */
const procedure = (meta: ProcedureMeta) =>
  oc.$meta<ProcedureMeta>(meta).errors({ FAULT: { status: FAULT_STATUS, message: 'refused', data: Fault } });

const OfCase = z.object({ caseId: CaseId });

/** An opaque, single-use, expiring name for bytes on their way in or out; the renderer never sees a path. */
export const FileTicket = z.object({
  ticket: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int().nonnegative().optional(),
});
export type FileTicket = z.infer<typeof FileTicket>;

export const HostInfo = z.object({
  product: z.string(),
  version: z.string(),
  host: z.enum(['electron', 'loopback', 'command-line', 'memory']),
  /** Asked once at start; screens ask for a capability, never for a host. */
  capabilities: z.object({ secondWindow: z.boolean(), nativeFileDialog: z.boolean(), print: z.boolean() }),
});
export type HostInfo = z.infer<typeof HostInfo>;

export const Progress = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('step'),
    step: z.enum(['reading', 'intake', 'molecular', 'prediction', 'therapy', 'storing']),
    message: z.string(),
    fraction: z.number().min(0).max(1).optional(),
    rowsRead: z.number().int().optional(),
  }),
  z.object({ kind: z.literal('done'), caseId: CaseId }),
]);
export type Progress = z.infer<typeof Progress>;

/** Everything known of one case, each document under its hash. A document not yet made, or refused, is absent. */
export const CaseView = z.object({
  listing: CaseListing,
  record: CaseRecord,
  bundleSha256: Sha256,
  intake: IntakeDocument.optional(),
  profile: MolecularProfile.optional(),
  predictions: Predictions.optional(),
  options: OptionsTable.optional(),
  /** Absent where no alert stands overridden. */
  alertOverrides: z.array(AlertOverride).optional(),
  board: BoardRecord,
  report: SignedReportRecord.optional(),
  /** Reports that were amended, oldest first; each stays as it was signed. */
  formerReports: z.array(SignedReportRecord).optional(),
  amendment: OpenAmendment.optional(),
  /** Present where the board reads models after its vote (F065). */
  judgeFirst: JudgeFirst.optional(),
  documents: z.record(z.string(), Sha256),
});
export type CaseView = z.infer<typeof CaseView>;

/** A signed report opened from its file (F091): checked, with the case as it stood when it was signed. Nothing of it is kept. */
export const OpenedReport = z.object({
  reportId: z.string(),
  composedAt: z.string(),
  /** Of the program that wrote it. */
  version: z.string(),
  verification: ReportVerification,
  /** Whether this program composes the very pages of the documents inside; absent where another version made them. */
  paperMatches: z.boolean().optional(),
  report: DraftReport,
  view: CaseView,
});
export type OpenedReport = z.infer<typeof OpenedReport>;

/** A case in the words of another system. */
/** Mappings into our words that a person does not want. */
const Declined = z.array(z.string().max(600)).max(2000);
const Leaving = OfCase.extend({
  /** Cases that leave with it, where the format is one of several. */
  others: z
    .array(CaseId)
    .max(SEVERAL_LIMIT - 1)
    .optional(),
  study: StudyName.optional(),
  format: ExportFormat,
  level: IdentityLevel,
  choice: DeidentifyChoice.optional(),
});

export const contract = {
  workstation: {
    info: procedure({ role: 'anyone', event: 'none' }).output(HostInfo),
  },
  vault: {
    status: procedure({ role: 'anyone', event: 'none' }).output(VaultStatus),
    create: procedure({ role: 'anyone', event: 'written-by-room' }).input(CreateVaultInput).output(VaultStatus),
    unlock: procedure({ role: 'anyone', event: 'written-by-room' }).input(UnlockInput).output(VaultStatus),
    lock: procedure({ role: 'anyone', event: 'written-by-room' }).output(VaultStatus),
    /** Key for sealing what the browser keeps; 32 bytes, base64url. */
    storageKey: procedure({ role: 'member', event: 'none' }).output(z.object({ key: z.string() })),
    audit: procedure({ role: 'auditor', event: 'journal.viewed' }).input(AuditQuery).output(AuditPage),
    /** Every entry, and that it agrees with what was kept outside, where that is given; changes nothing it looks at (F092). */
    verifyJournal: procedure({ role: 'auditor', event: 'written-by-room' })
      .input(VerifyJournalInput.optional())
      .output(JournalReport),
    /** Who has a password here. */
    people: procedure({ role: 'member', event: 'none' }).output(z.array(VaultUser)),
    addPerson: procedure({ role: 'admin', event: 'written-by-room' }).input(AddPersonInput).output(VaultUser),
    household: procedure({ role: 'admin', event: 'none' }).output(Household),
    /** Keys of cases on their way to somebody stay where they are; the next unlock of who reads cases goes on. */
    stopHanding: procedure({ role: 'admin', event: 'none' }).output(Household),
    changeRoles: procedure({ role: 'admin', event: 'written-by-room' }).input(ChangeRolesInput).output(VaultUser),
    /** Takes a person's way in and changes every key their password led to. */
    removePerson: procedure({ role: 'admin', event: 'written-by-room' })
      .input(z.object({ userId: UserId }))
      .output(z.array(VaultUser)),
    /** One's own, with the present one typed. */
    changePassword: procedure({ role: 'anyone', event: 'written-by-room' })
      .input(ChangePasswordInput)
      .output(z.object({ changed: z.literal(true) })),
    /** Printed shares that open the vault when every password is lost; shown this once. */
    makeRecovery: procedure({ role: 'admin', event: 'written-by-room' }).input(RecoveryInput).output(RecoveryShares),
    holds: procedure({ role: 'auditor', event: 'none' }).output(z.array(LegalHold)),
    hold: procedure({ role: 'admin', event: 'written-by-room' }).input(HoldInput).output(z.array(LegalHold)),
    /** Cases may be read for an hour by somebody without a seat at the table; the reason is kept with each one opened. */
    breakGlass: procedure({ role: 'auditor', event: 'written-by-room' }).input(BreakGlassInput).output(EmergencyAccess),
    /** A signed tree head to be kept outside. */
    checkpoint: procedure({ role: 'auditor', event: 'written-by-room' }).output(Checkpoint),
    /** That an entry stands in the journal, for somebody who has only a checkpoint. */
    proveEntry: procedure({ role: 'auditor', event: 'journal.viewed' })
      .input(z.object({ sequence: z.number().int().positive() }))
      .output(JournalProof),
    /** Destroys the key of a case; what is left is its tombstone. */
    eraseCase: procedure({ role: 'admin', event: 'written-by-room' }).input(EraseCaseInput).output(CaseListing),
    /** The rules of retention and the cases that are due by them; read-only (F105). */
    retention: procedure({ role: 'auditor', event: 'journal.viewed' }).input(RetentionQuery).output(RetentionList),
    /** Where two persons have to agree, the first call proposes and the same rules from another admin are in force. */
    setRetention: procedure({ role: 'admin', event: 'written-by-room' }).input(SetRetentionInput).output(RetentionList),
    previewErasure: procedure({ role: 'admin', event: 'none' }).input(OfCase).output(ErasurePreview),
    proposeErasure: procedure({ role: 'admin', event: 'written-by-room' })
      .input(ProposeErasureInput)
      .output(ErasurePreview),
    withdrawErasure: procedure({ role: 'admin', event: 'written-by-room' }).input(OfCase).output(ErasurePreview),
  },
  files: {
    /** A ticket to PUT a file to; the ticket then names it in another call. */
    upload: procedure({ role: 'member', event: 'none' })
      .input(z.object({ fileName: z.string().max(240), sizeBytes: z.number().int().nonnegative() }))
      .output(FileTicket),
  },
  case: {
    /** A page of the worklist; the first has what wants work. */
    list: procedure({ role: 'member', event: 'none' }).input(CaseQuery.optional()).output(CasePage),
    /** The sample cases that stand beside the program, and whether they are in the vault already. */
    importSamples: procedure({ role: 'prep', event: 'written-by-room' }).output(eventIterator(Progress)),
    import: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ ticket: z.string() }))
      .output(eventIterator(Progress)),
    /** Runs intake, findings, predictions and options again on the stored bundle, with answers to intake's questions. */
    analyze: procedure({ role: 'prep', event: 'written-by-room' })
      .input(OfCase.extend({ answers: z.record(z.string(), z.string()).default({}) }))
      .output(eventIterator(Progress)),
    /** Corrects what is known of the patient and ranks anew; the journal keeps what changed and why (F011). */
    editContext: procedure({ role: 'prep', event: 'written-by-room' })
      .input(
        OfCase.extend({
          context: ContextEdit,
          reason: z.string().trim().min(3).max(500),
          expectedVersion: z.number().int(),
        }),
      )
      .output(z.object({ changed: z.array(z.string()) })),
    open: procedure({ role: 'member', event: 'case.viewed' }).input(OfCase).output(CaseView),
    /** Other cases that may be of the same person; a question, never a merge. */
    alike: procedure({ role: 'member', event: 'none' }).input(OfCase).output(z.array(Likeness)),
    judgeAlike: procedure({ role: 'prep', event: 'written-by-room' })
      .input(OfCase.extend({ other: CaseId, verdict: LikenessVerdict }))
      .output(z.array(Likeness)),
    /** A key image of the stored bundle by its path in case.json; one too large to be opened is refused. */
    image: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ path: z.string().min(1).max(240) }))
      .output(FileTicket),
  },
  knowledge: {
    packs: procedure({ role: 'member', event: 'none' }).output(z.array(PackStatus)),
    publishers: procedure({ role: 'member', event: 'none' }).output(z.array(EnrolledPublisher)),
    /** Who changed which pack when and why, newest first. */
    packJournal: procedure({ role: 'member', event: 'none' }).output(z.array(PackJournalRow)),
    enroll: procedure({ role: 'admin', event: 'written-by-room' }).input(EnrollPublisher).output(EnrolledPublisher),
    /** Verifies a pack, or the way back, and says what it would change; writes nothing but a refusal in the journal. */
    tryPack: procedure({ role: 'admin', event: 'written-by-room' }).input(PackTry).output(eventIterator(PackProgress)),
    changePack: procedure({ role: 'admin', event: 'written-by-room' })
      .input(PackAct)
      .output(eventIterator(PackProgress)),
    /** Agents aimed at scored pathways (F022); empty without the pack of classes. */
    pathwayAgents: procedure({ role: 'member', event: 'none' }).output(z.array(PathwayAgents)),
    /** The stored facts behind statements, for the drill to source. */
    evidence: procedure({ role: 'member', event: 'none' })
      .input(z.object({ ids: z.array(z.string()).max(500) }))
      .output(z.array(EvidenceItem)),
  },
  molecular: {
    /** One variant typed by hand: names, class with its criteria, tier and evidence; nothing is kept. */
    lookUp: procedure({ role: 'member', event: 'none' }).input(LookUp).output(LookUpAnswer),
    /** Hotspots of a gene and the length of its protein. */
    gene: procedure({ role: 'member', event: 'none' })
      .input(z.object({ gene: z.string().min(1).max(60) }))
      .output(GeneSites),
    /** What each transcript of a site's own annotation says of a finding; chosen with `case.analyze` (F009). */
    transcripts: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ findingId: z.string().max(300) }))
      .output(TranscriptChoices),
    /** Family, consent and germline findings of a case; each opening is journalled. */
    germline: procedure({ role: 'prep', event: 'document.viewed' }).input(OfCase).output(GermlineSheet),
  },
  prediction: {
    models: procedure({ role: 'member', event: 'none' }).output(z.array(ModelStatus)),
    card: procedure({ role: 'member', event: 'none' })
      .input(z.object({ modelId: z.string().max(60) }))
      .output(z.object({ markdown: z.string() })),
    /** The pre-operative model on a case, whether or not a stage is known; not stored. */
    beforeSurgery: procedure({ role: 'member', event: 'none' }).input(OfCase).output(IntegratedAnswer),
    explain: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ beforeSurgery: z.boolean().optional() }))
      .output(CaseExplanation),
    /** The table models, each with its own state; not stored with the case. */
    others: procedure({ role: 'member', event: 'none' }).input(OfCase).output(z.array(OtherModel)),
    /** The nearest group of 30 patients and more of the cohort, as aggregates. */
    alike: procedure({ role: 'member', event: 'none' }).input(OfCase).output(PatientsLikeThis),
    /** Whether models are covered until the board has voted, and the switch of it (F065). */
    judgeFirst: procedure({ role: 'member', event: 'none' }).output(z.object({ on: z.boolean() })),
    setJudgeFirst: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(z.object({ on: z.boolean() }))
      .output(z.object({ on: z.boolean() })),
    /** Uncovers a case before its vote, by name and with a reason. */
    reveal: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(OfCase.extend({ reason: z.string().trim().min(3).max(500) }))
      .output(JudgeFirst),
    /** Thresholds by group instead of one (F115), as the case has them switched. */
    mitigations: procedure({ role: 'member', event: 'none' }).input(OfCase).output(Mitigations),
    mitigate: procedure({ role: 'prep', event: 'written-by-room' }).input(MitigationWish).output(Mitigations),
    /** What each version here says of a case, of models that have more than one. */
    versions: procedure({ role: 'member', event: 'none' }).input(OfCase).output(VersionsOnCase),
    /** What each version of a model that is here is worth, side by side. */
    versionFigures: procedure({ role: 'member', event: 'none' })
      .input(z.object({ modelId: z.string().max(60) }))
      .output(VersionFigures),
    /** Installs a signed version within the change-control plan, or goes back to the one before. */
    changeModel: procedure({ role: 'admin', event: 'written-by-room' }).input(ModelAct).output(ModelChange),
    /** The estimate had other facts been true; nothing of it is stored. */
    whatIf: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ wish: WhatIf, beforeSurgery: z.boolean().optional() }))
      .output(WhatIfAnswer),
  },
  therapy: {
    /** The trials of the site's folder against a case, as of today. */
    trials: procedure({ role: 'member', event: 'none' }).input(OfCase).output(CaseTrials),
    /** The documents of the site's folder, and the text of one. */
    trialFiles: procedure({ role: 'member', event: 'none' }).output(z.array(TrialFileRow)),
    /** Turnaround, tissue, access and cost bands as the site entered them (F053, F054). */
    siteLists: procedure({ role: 'member', event: 'none' }).output(EnteredLists),
    trialText: procedure({ role: 'member', event: 'none' })
      .input(z.object({ file: TrialFileName }))
      .output(TrialText),
    /** A text as it is typed: problems with their places, else its verdict on the case; nothing is kept. */
    checkTrial: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ text: z.string().max(LARGEST_TRIAL_TEXT), file: TrialFileName.optional() }))
      .output(TrialCheck),
    saveTrial: procedure({ role: 'prep', event: 'written-by-room' }).input(SaveTrial).output(TrialText),
    /** Takes the last saving of a document back; null where it was new. */
    undoTrial: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ file: TrialFileName }))
      .output(TrialText.nullable()),
    /** Overrides an alert with a reason, or takes that back; what stands overridden in the case. */
    actOnAlert: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ alert: AlertAct }))
      .output(z.array(AlertOverride)),
    /** How many alerts of this station were overridden. */
    alertRate: procedure({ role: 'member', event: 'none' }).output(AlertRate),
  },
  board: {
    review: procedure({ role: 'prep', event: 'written-by-room' })
      .input(
        OfCase.extend({
          findingId: z.string(),
          verdict: z.enum(['confirmed', 'dismissed', 'limited', 'withdrawn']),
          reason: z.string().max(500).optional(),
        }),
      )
      .output(BoardRecord),
    /** A class given over the computed one with a reason (F027), or an ESCAT tier confirmed (F017). */
    classify: procedure({ role: 'prep', event: 'written-by-room' })
      .input(OfCase.extend({ classification: NewClassification }))
      .output(BoardRecord),
    withdrawClassification: procedure({ role: 'prep', event: 'written-by-room' })
      .input(OfCase.extend(WithdrawnClassification.shape))
      .output(BoardRecord),
    /** What this site classified before of the changes of this case (F028). */
    remembered: procedure({ role: 'member', event: 'none' }).input(OfCase).output(z.array(Remembered)),
    decide: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ decision: Decision, expectedVersion: z.number().int() }))
      .output(BoardRecord),
    /** The agenda as it was opened, with the cases that were taken though they were not ready. */
    openMeeting: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(MeetingOpening)
      .output(z.object({ openedAt: z.string() })),
    /** Where the minutes of the meeting went, by case and phase. */
    closeMeeting: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(MeetingClosing)
      .output(z.object({ closedAt: z.string() })),
    /** Who sits at the table, each time it changes. */
    recordAttendance: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(z.object({ meetingId: z.uuid(), attendance: Attendance }))
      .output(z.object({ recordedAt: z.string() })),
    /** What the board did with a case, without its documents: for windows that follow another one. */
    record: procedure({ role: 'member', event: 'none' }).input(OfCase).output(BoardRecord),
    openBallot: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(OfCase.extend({ ballot: BallotOpening }))
      .output(BoardRecord),
    /** A member votes with their own password; for somebody without one the presenter writes it. */
    castVote: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ vote: CastVote, password: z.string().max(1024).optional() }))
      .output(BoardRecord),
    closeBallot: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(OfCase.extend({ closing: BallotClosing, how: z.enum(['reveal', 'abandon']) }))
      .output(BoardRecord),
    annotate: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ annotation: NewAnnotation }))
      .output(BoardRecord),
    /** Takes a note back or settles its thread, and undoes either. */
    actOnNote: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ annotationId: z.uuid(), act: AnnotationAct }))
      .output(BoardRecord),
    recordFollowUp: procedure({ role: 'member', event: 'written-by-room' })
      .input(OfCase.extend({ followUp: FollowUp }))
      .output(BoardRecord),
    /** What was promised in every decided case, and the follow-ups that are due. */
    actions: procedure({ role: 'member', event: 'none' }).output(z.array(ActionRow)),
    /** The minutes of a meeting as PDF. */
    minutes: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(z.object({ meetingId: z.uuid() }))
      .output(FileTicket),
    /** What was written about a case as one file, for a board at another station. */
    exportBoard: procedure({ role: 'presenter', event: 'written-by-room' }).input(OfCase).output(FileTicket),
    /** Merges such a file; one that is refused is journalled with the reason's code. */
    importBoard: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(OfCase.extend({ ticket: z.string() }))
      .output(z.object({ board: BoardRecord, taken: z.number().int(), conflicts: z.number().int() })),
    settleConflict: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(OfCase.extend({ mergeId: z.uuid(), key: z.string().max(400), take: z.enum(['mine', 'theirs']) }))
      .output(BoardRecord),
    /** An agenda with its cases as one file, sealed with a passphrase, for another station. */
    freezeAgenda: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(z.object({ items: z.array(FreezeItem).min(1).max(200), passphrase: z.string().max(1024) }))
      .output(FileTicket),
    /** Opens such a file read-only and says what bringing it in would do here. */
    openFrozen: procedure({ role: 'member', event: 'written-by-room' })
      .input(z.object({ ticket: z.string(), passphrase: z.string().max(1024) }))
      .output(OpenedAgenda),
    frozenAgenda: procedure({ role: 'member', event: 'none' })
      .input(z.object({ sha256: Sha256 }))
      .output(OpenedAgenda),
    /** A case as it stood when it was frozen. */
    frozenCase: procedure({ role: 'member', event: 'none' })
      .input(OfCase.extend({ sha256: Sha256 }))
      .output(CaseView),
    takeFrozen: procedure({ role: 'presenter', event: 'written-by-room' })
      .input(z.object({ sha256: Sha256 }))
      .output(eventIterator(Progress)),
    /** Analyses of a case, oldest first, and the documents of one of them. */
    analyses: procedure({ role: 'member', event: 'none' }).input(OfCase).output(z.array(Analysis)),
    analysis: procedure({ role: 'member', event: 'document.viewed' })
      .input(OfCase.extend({ sequence: z.number().int().positive() }))
      .output(AnalysisDocuments),
  },
  report: {
    /** In the language asked for; else the site's. */
    draft: procedure({ role: 'member', event: 'report.drafted' })
      .input(OfCase.extend({ language: Language.optional() }))
      .output(DraftReport),
    /** The unsigned draft as PDF, marked as draft on every page. */
    preview: procedure({ role: 'member', event: 'report.previewed' })
      .input(OfCase.extend({ language: Language.optional() }))
      .output(FileTicket),
    sign: procedure({ role: 'signer', event: 'written-by-room' })
      .input(
        OfCase.extend({
          ...Signer.shape,
          meaning: z.enum(['author', 'review', 'approval']),
          notApplicable: z.record(z.string(), z.string().min(1).max(300)).default({}),
          language: Language.optional(),
          expectedVersion: z.number().int(),
        }),
      )
      .output(SignedReportRecord),
    /** Smart cards in the readers of this station, where the site names their module; no PIN is asked. */
    cards: procedure({ role: 'signer', event: 'none' }).output(SmartCards),
    /** A further signature beside those the report has; the case stays locked. */
    countersign: procedure({ role: 'signer', event: 'written-by-room' })
      .input(
        OfCase.extend({
          ...Signer.shape,
          meaning: z.enum(['author', 'review', 'approval']),
          expectedVersion: z.number().int(),
        }),
      )
      .output(SignedReportRecord),
    /** Opens a signed case for a change that the next report names; the signed one stays as it is. */
    amend: procedure({ role: 'signer', event: 'written-by-room' })
      .input(OfCase.extend({ reason: z.string().trim().min(1).max(1000), expectedVersion: z.number().int() }))
      .output(OpenAmendment),
    /** Which signed reports would say something else with the packs and models that are here now (F099). */
    watch: procedure({ role: 'member', event: 'none' }).output(eventIterator(WatchProgress)),
    /** The report in force, or a former one by its hash. */
    download: procedure({ role: 'member', event: 'report.printed' })
      .input(OfCase.extend({ sha256: Sha256.optional() }))
      .output(FileTicket),
    /** The letter to the patient out of the signed report, to be read; `textSha256` is what is signed. */
    letter: procedure({ role: 'member', event: 'letter.viewed' })
      .input(OfCase.extend({ language: Language }))
      .output(z.object({ letter: PatientLetter, textSha256: Sha256 })),
    /** The letter as PDF under the signature of the person who read it. */
    signLetter: procedure({ role: 'signer', event: 'written-by-room' })
      .input(
        OfCase.extend({
          language: Language,
          textSha256: Sha256,
          ...Signer.shape,
        }),
      )
      .output(FileTicket),
    verify: procedure({ role: 'member', event: 'report.verified' })
      .input(OfCase.extend({ sha256: Sha256.optional() }))
      .output(ReportVerification),
    /** A signed report from a file: verified first, then read-only. */
    open: procedure({ role: 'member', event: 'written-by-room' })
      .input(z.object({ ticket: z.string() }))
      .output(OpenedReport),
  },
  exchange: {
    /** The file that would leave, value by value, and what stays behind. */
    preview: procedure({ role: 'prep', event: 'document.viewed' }).input(Leaving).output(ExportPreview),
    /** The file as it was previewed; refused where the case has changed since. */
    export: procedure({ role: 'prep', event: 'written-by-room' })
      .input(Leaving.extend({ previewed: Sha256 }))
      .output(FileTicket),
    /** FHIR, a phenopacket or a zipped cBioPortal study into cases. */
    import: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ ticket: z.string(), declined: Declined.optional() }))
      .output(eventIterator(z.discriminatedUnion('kind', [...Progress.options, ImportNotes]))),
    /** The cases that a file would become, and what of it would be put into our words (S17). A refusal is journalled. */
    tryImport: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ ticket: z.string(), declined: Declined.optional() }))
      .output(TriedImport),
    /** What came in and went out, and what waits to. */
    desk: procedure({ role: 'member', event: 'none' }).output(ExchangeDesk),
    /** Facts that rules read in the letters of a case; verdicts are given as answers to `case.analyze`. */
    notes: procedure({ role: 'member', event: 'none' }).input(OfCase).output(z.array(ReadFact)),
    /** What is missing, written in other units or not coded in the cases of this vault (F139). */
    practice: procedure({ role: 'member', event: 'none' }).output(DataPractice),
    /** The laboratory's folder: what lies there, what became of it, and the mapping it is read by. */
    laboratory: procedure({ role: 'prep', event: 'none' }).output(LaboratoryDesk),
    /** Off until it is turned on; the journal says by whom. */
    watchLaboratory: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ on: z.boolean() }))
      .output(z.object({ on: z.boolean() })),
    /** A mapping as it is typed: issues by line, and the first delivery read by it. Nothing is written. */
    checkMapping: procedure({ role: 'prep', event: 'none' })
      .input(z.object({ text: z.string().max(262_144) }))
      .output(MappingCheck),
    saveMapping: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ text: z.string().max(262_144), previous: Sha256 }))
      .output(z.object({ saved: z.literal(true) })),
    /** Looks at the folder now, whether it is watched or not. */
    lookAtLaboratory: procedure({ role: 'prep', event: 'written-by-room' }).output(
      z.object({ found: z.number().int() }),
    ),
    previewDraft: procedure({ role: 'prep', event: 'none' })
      .input(z.object({ id: DeliveryId, declined: Declined }))
      .output(DraftPreview),
    takeDraft: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ id: DeliveryId, declined: Declined }))
      .output(eventIterator(Progress)),
    retryDelivery: procedure({ role: 'prep', event: 'written-by-room' })
      .input(z.object({ id: DeliveryId }))
      .output(z.object({ retried: z.literal(true) })),
  },
};
export type Contract = typeof contract;
