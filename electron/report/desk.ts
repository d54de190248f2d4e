/** The report's way through the vault: draft, preview, sign and lock, read again, verify. */

import { z } from 'zod';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import type { CaseView, FileTicket, OpenedReport } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock, Sha256 } from '../../shared/foundation/ids.ts';
import type { PackStatus } from '../../shared/knowledge/evidence.ts';
import { saidOfOptions } from '../../shared/prediction/option-models.ts';
import type { OtherModel } from '../../shared/prediction/other-models.ts';
import type { ModelStatus } from '../../shared/prediction/predictions.ts';
import { composeReport } from '../../shared/report/compose.ts';
import { differenceLine, differencesOf } from '../../shared/report/difference.ts';
import type { Language } from '../../shared/report/language.ts';
import type { PatientLetter } from '../../shared/report/letter.ts';
import type {
  DraftReport,
  OpenAmendment,
  ReportVerification,
  SignedReportRecord,
  WatchProgress,
} from '../../shared/report/report.ts';
import type { Amendment, EmergencyReading, ReportInput } from '../../shared/report/report-input.ts';
import type { Signer, SmartCards } from '../../shared/report/signer.ts';
import type { CaseTrials } from '../../shared/therapy/trials/verdicts.ts';
import { type CaseDesk, type CaseState, listingOf } from '../case/index.ts';
import type { CaseDocuments } from '../documents.ts';
import { progressFeed } from '../feed.ts';
import type { TicketDesk } from '../ports.ts';
import type { Vault } from '../vault/index.ts';
import { versionOfReports } from './build.ts';
import { refuseContradictory } from './contradictions.ts';
import { countersign, countersignedRecord } from './countersign.ts';
import { letterHash, letterOf, signedLetter } from './letter.ts';
import { draftPaper, type ReportBasis, refuseIncomplete, reportInput, signedPaper } from './make.ts';
import { openReport, restoreReport } from './open.ts';
import { openIdentity, type SigningIdentity, verifyReport } from './signing/index.ts';
import { readSite } from './site.ts';
import { readTemplate } from './template.ts';
import { listTokens, openTokenIdentity } from './token/index.ts';
import { watchReport } from './watch.ts';

export interface ReportDeskNeeds {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly cases: CaseDesk;
  /** @throws FaultError report-locked */
  readonly refuseIfSigned: (listing: CaseState['listing']) => void;
  readonly tickets: TicketDesk;
  readonly clock: Clock;
  readonly version: string;
  /** Folder in which the site lays down its authorities and its time-stamping service; it need not be there. */
  readonly signing: string;
  /** Folder of the site's name, logo and foot line; it need not be there. */
  readonly template: string;
  /** The case from its bundle, with the packs and models that are here now. */
  readonly reanalyse: (bundle: Uint8Array, answers: Record<string, string>) => Promise<CaseDocuments>;
  readonly packs: () => readonly PackStatus[];
  readonly models: () => Promise<readonly ModelStatus[]> | readonly ModelStatus[];
  /** What the table models say of a case; never stored with it. */
  readonly others: (documents: CaseDocuments) => Promise<readonly OtherModel[]>;
  /** The trials of the site's folder against a case, as of now. */
  readonly trials: (caseId: CaseId) => Promise<CaseTrials>;
}

export interface SignInput extends Signer {
  readonly caseId: CaseId;
  readonly meaning: SignedReportRecord['meaning'];
  readonly notApplicable: Readonly<Record<string, string>>;
  /** The site's where none is chosen. */
  readonly language?: Language | undefined;
  readonly expectedVersion: number;
}

const MEDIA_TYPE = 'application/pdf';

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'bundle-incomplete') return undefined;
    throw error;
  }
}

/** A paper names persons, not their ids. */
function withNames(board: BoardRecord, users: Iterable<readonly [string, string]>): BoardRecord {
  const names = new Map<string, string>(users);
  const named = (id: string): string => names.get(id) ?? id;
  return {
    ...board,
    reviews: board.reviews.map((review) => ({ ...review, by: named(review.by) })),
    ...(board.decision === undefined
      ? {}
      : { decision: { ...board.decision, decidedBy: named(board.decision.decidedBy) } }),
    ...(board.annotations === undefined
      ? {}
      : { annotations: board.annotations.map((note) => ({ ...note, by: named(note.by) })) }),
    ...(board.followUps === undefined
      ? {}
      : { followUps: board.followUps.map((entry) => ({ ...entry, by: named(entry.by) })) }),
  };
}

/** What a report prints of trials: criteria only of those that fit, so that a folder of thousands stays small inside it. */
function withoutCriteria(found: CaseTrials): CaseTrials {
  if (found.state === 'absent') return found;
  const kept = (verdict: string): boolean => verdict === 'match' || verdict === 'near-miss';
  return {
    ...found,
    trials: found.trials.map((trial) => ({
      ...trial,
      toRead: [],
      warnings: [],
      arms: kept(trial.verdict) ? trial.arms.filter(({ verdict }) => kept(verdict)) : [],
    })),
  };
}

/** The case as the board saw it, out of a report's own documents; it stands in no vault, so it has no events. */
function viewOf({
  record,
  bundleSha256,
  intake,
  profile,
  predictions,
  options,
  board,
  hashes,
  composedAt,
}: ReportInput): CaseView {
  return {
    listing: {
      caseId: record.caseId,
      ...listingOf(record),
      status: 'signed',
      createdAt: composedAt,
      updatedAt: composedAt,
      version: 0,
    },
    record,
    bundleSha256,
    intake,
    profile,
    predictions,
    options,
    board,
    documents: hashes,
  };
}

export function createReportDesk(needs: ReportDeskNeeds) {
  const { vault, cases, refuseIfSigned, tickets, clock } = needs;

  /** Once for each person and reason, though every call of that hour has a line of its own (F112). */
  function emergenciesOf(caseId: CaseId): EmergencyReading[] | undefined {
    const names = vault().names();
    const found = new Map<string, EmergencyReading>();
    for (const { actor, time, payload } of vault().read({ caseId, types: ['case.opened-in-emergency'] })) {
      const { reason } = z.object({ reason: z.string() }).parse(payload);
      const person = names.get(actor) ?? actor;
      if (!found.has(`${actor} ${reason}`)) found.set(`${actor} ${reason}`, { at: time, person, reason });
    }
    return found.size === 0 ? undefined : [...found.values()];
  }

  async function basis(state: CaseState, composedAt: string): Promise<ReportBasis> {
    return {
      bundleSha256: state.bundleSha256,
      documents: state.documents,
      board: withNames(
        state.board,
        vault()
          .users()
          .map(({ userId, name }) => [userId, name]),
      ),
      template: await readTemplate(needs.template),
      optionModels: saidOfOptions(state.documents.options.options, await needs.others(state.documents)),
      trials: withoutCriteria(await needs.trials(state.listing.caseId)),
      emergencies: emergenciesOf(state.listing.caseId),
      packs: needs.packs(),
      models: await needs.models(),
      version: versionOfReports(needs.version),
      composedAt,
    };
  }

  function signedRecord({ report }: CaseState): SignedReportRecord {
    if (report === undefined)
      throw new FaultError(
        fault('not-found', 'The report of this case is not signed yet.', 'Complete and sign it first.'),
      );
    return report;
  }

  /** What an open amendment will print: number, reason, and what differs from the former report (R56). */
  async function amendmentOf(state: CaseState, composedAt: string): Promise<Amendment | undefined> {
    const last = state.former.at(-1);
    if (state.amendment === undefined || last === undefined) return undefined;
    const { input: before } = restoreReport(await vault().getBlob(state.listing.caseId, last.sha256));
    const after = reportInput(await basis(state, composedAt));
    return {
      number: state.former.length,
      reason: state.amendment.reason,
      changes: differencesOf(before, after).map(differenceLine),
      former: {
        reportId: last.reportId,
        sha256: last.sha256,
        signedAt: last.signedAt,
        signer: last.signer,
      },
    };
  }

  function refuseStale(listing: CaseState['listing'], expectedVersion: number): void {
    if (listing.version !== expectedVersion)
      throw new FaultError(
        fault(
          'version-conflict',
          `The case has moved on (it is at ${listing.version}, you sign from ${expectedVersion}).`,
          'Look at the change, then sign again.',
        ),
      );
  }

  const cardModule = async (): Promise<string> => {
    const { cardModule: module } = await readSite(needs.signing);
    if (module !== undefined) return module;
    throw new FaultError(
      fault(
        'token-missing',
        'This station has no module for smart cards.',
        'Sign with a key file, or let an administrator name the module ("cardModule" of the signing settings).',
      ),
    );
  };

  /** Runs with the identity and lets a card go afterwards, whatever happens. @throws FaultError, those of identities */
  async function withIdentity<Value>(
    { identityTicket, card, password }: Signer,
    now: string,
    work: (identity: SigningIdentity) => Promise<Value>,
  ): Promise<Value> {
    if ((identityTicket === undefined) === (card === undefined))
      throw new FaultError(
        fault('field-invalid', 'A report is signed with a key file or with a card.', 'Name one of them.', {
          field: 'identityTicket, card',
        }),
      );
    if (card !== undefined) {
      const choice = { module: await cardModule(), token: card.serial, certificate: card.certificate };
      const identity = await openTokenIdentity(choice, password, now);
      return work(identity).finally(() => identity.close?.());
    }
    const identity = await openIdentity(tickets.takeUpload(identityTicket ?? '').bytes, password, now);
    if (!identity.ok) throw new FaultError(identity.fault);
    return work(identity.value);
  }

  /** Reasons that were given when the report was signed. */
  function reasonsGiven(caseId: CaseId): Readonly<Record<string, string>> {
    const event = vault()
      .read({ caseId, types: ['report.signed'] })
      .at(-1);
    return (event?.payload as { notApplicable?: Record<string, string> } | null | undefined)?.notApplicable ?? {};
  }

  /** The report in force, or the one under this hash. */
  async function signedBytes(caseId: CaseId, sha256?: Sha256): Promise<{ record: SignedReportRecord; bytes: Buffer }> {
    const state = await cases.state(caseId);
    const former = state.former.find((one) => one.sha256 === sha256);
    if (sha256 !== undefined && former === undefined && state.report?.sha256 !== sha256)
      throw new FaultError(
        fault('not-found', 'The case has no report under this hash.', 'Choose one from the list of its reports.'),
      );
    const record = former ?? signedRecord(state);
    return { record, bytes: await vault().getBlob(caseId, record.sha256) };
  }

  return {
    /** The report as it would be signed now, or as it was signed. */
    async draft(caseId: CaseId, language?: Language): Promise<DraftReport> {
      const state = await cases.state(caseId);
      const { report } = state;
      if (report === undefined) {
        const now = clock.now();
        return composeReport(
          reportInput({ ...(await basis(state, now)), amendment: await amendmentOf(state, now), language }),
        );
      }
      const { bytes } = await signedBytes(caseId);
      const restored = attempt(() => restoreReport(bytes));
      if (restored !== undefined) return composeReport(restored.input);
      // Signed by a version whose reports carried no data of their own.
      return composeReport(
        reportInput({
          ...(await basis(state, report.signedAt)),
          notApplicable: reasonsGiven(caseId),
          signature: {
            signer: report.signer,
            meaning: report.meaning,
            signedAt: report.signedAt,
            algorithm: report.level,
          },
        }),
      );
    },

    /** The unsigned draft as PDF. @throws FaultError report-locked */
    async preview(caseId: CaseId, language?: Language): Promise<FileTicket> {
      const state = await cases.state(caseId);
      refuseIfSigned(state.listing);
      const now = clock.now();
      const amendment = await amendmentOf(state, now);
      const { report, paper } = await draftPaper(reportInput({ ...(await basis(state, now)), amendment, language }));
      return tickets.offerDownload({
        fileName: `${report.reportId}-draft.pdf`,
        mediaType: MEDIA_TYPE,
        bytes: paper.bytes,
      });
    },

    /**
     * Signs and locks. What can be refused is refused before anything is written: version, lock, completeness,
     * identity; then the journal's head is signed and printed, and the report is stored with its event.
     *
     * @throws FaultError version-conflict, report-locked, report-incomplete, ticket-invalid, and those of identities
     */
    async sign(input: SignInput): Promise<SignedReportRecord> {
      const { caseId, notApplicable, meaning, language } = input;
      const held = vault();
      const state = await cases.state(caseId);
      refuseIfSigned(state.listing);
      refuseStale(state.listing, input.expectedVersion);
      const now = clock.now();
      const amendment = await amendmentOf(state, now);
      const rests = { ...(await basis(state, now)), notApplicable, amendment, language };
      refuseContradictory(state.documents);
      refuseIncomplete(composeReport(reportInput(rests)));
      const site = await readSite(needs.signing);
      const { signed, checkpoint } = await withIdentity(input, now, async (identity) => {
        const { signer, algorithm } = identity;
        // Asked before the journal's head is signed: a refusal leaves nothing behind.
        site.admit(identity, now);
        const checkpoint = held.checkpoint(held.user.userId);
        const signature = { signer, meaning, signedAt: now, algorithm };
        return {
          signed: await signedPaper(reportInput({ ...rests, signature, checkpoint }), identity, site),
          checkpoint,
        };
      });
      await held.putBlob(caseId, signed.bytes);
      held.append(
        {
          actor: held.user.userId,
          caseId,
          type: 'report.signed',
          payload: { report: signed.record, notApplicable, basis: state.hashes, checkpoint },
        },
        { expectedVersion: input.expectedVersion },
      );
      return signed.record;
    },

    /** Cards in the readers; none, and not set, where the site names no module. @throws FaultError identity-invalid */
    async cards(): Promise<SmartCards> {
      vault();
      const { cardModule: module } = await readSite(needs.signing);
      return module === undefined ? { set: false, cards: [] } : { set: true, cards: await listTokens(module) };
    },

    /**
     * Puts a further person's signature beside those the report has; no earlier byte changes.
     *
     * @throws FaultError not-found, version-conflict, exists-already, signature-invalid, and those of identities
     */
    async countersign(input: Omit<SignInput, 'notApplicable' | 'language'>): Promise<SignedReportRecord> {
      const { caseId, meaning, expectedVersion } = input;
      const held = vault();
      const { listing } = await cases.state(caseId);
      const { record, bytes } = await signedBytes(caseId);
      refuseStale(listing, expectedVersion);
      const now = clock.now();
      const site = await readSite(needs.signing);
      const made = await withIdentity(input, now, (identity) =>
        countersign(bytes, identity, { meaning, signedAt: now }, site),
      );
      const report = countersignedRecord(record, made);
      await held.putBlob(caseId, made.bytes);
      held.append(
        { actor: held.user.userId, caseId, type: 'report.countersigned', payload: { report, former: record.sha256 } },
        { expectedVersion },
      );
      return report;
    },

    /**
     * Opens the signed case for a change. The signed report is not touched; the next one names it, and what changed.
     *
     * @throws FaultError not-found where nothing is signed, version-conflict
     */
    async amend(input: { caseId: CaseId; reason: string; expectedVersion: number }): Promise<OpenAmendment> {
      const { caseId, reason, expectedVersion } = input;
      const held = vault();
      const { record, bytes } = await signedBytes(caseId);
      // What differs is found in the former's own data: without them an amendment could not say it.
      restoreReport(bytes);
      refuseStale(cases.listingFor(caseId), expectedVersion);
      const { reportId, sha256, signedAt, signer } = record;
      held.append(
        {
          actor: held.user.userId,
          caseId,
          type: 'amendment.opened',
          payload: { reason, former: { reportId, sha256, signedAt, signer } },
        },
        { expectedVersion },
      );
      const { amendment } = await cases.state(caseId);
      if (amendment === undefined) throw new Error('an amendment that was opened is open');
      return amendment;
    },

    /** A signed report, byte for byte. @throws FaultError not-found, vault-damaged */
    async download(caseId: CaseId, sha256?: Sha256): Promise<FileTicket> {
      const { record, bytes } = await signedBytes(caseId, sha256);
      return tickets.offerDownload({ fileName: `${record.reportId}.pdf`, mediaType: MEDIA_TYPE, bytes });
    },

    /** Every signed report of the vault against today, one after the other (F099). Nothing is written. */
    watch: (outer?: AbortSignal): AsyncGenerator<WatchProgress, void, void> =>
      progressFeed<WatchProgress>(async (emit, signal) => {
        const held = vault();
        const signed = cases.list().filter(({ status }) => status === 'signed');
        for (const [done, { caseId }] of signed.entries()) {
          signal.throwIfAborted();
          emit({ kind: 'step', done, of: signed.length });
          const { bundleSha256, answers } = await cases.state(caseId);
          const { record, bytes } = await signedBytes(caseId);
          const found = await watchReport(bytes, async () => ({
            documents: await needs.reanalyse(await held.getBlob(caseId, bundleSha256), answers),
            from: 'the files',
          }));
          emit({
            kind: 'report',
            report: { ...found, caseId, reportId: record.reportId, signedAt: record.signedAt },
          });
        }
        emit({ kind: 'step', done: signed.length, of: signed.length });
      }, outer),

    /** The letter to the patient as the report in force gives it. @throws FaultError not-found, report-incomplete */
    async letter(caseId: CaseId, language: Language): Promise<{ letter: PatientLetter; textSha256: Sha256 }> {
      const { bytes } = await signedBytes(caseId);
      const letter = letterOf(restoreReport(bytes).input, language);
      return { letter, textSha256: letterHash(letter) };
    },

    /**
     * The letter under the signature of who read it; nothing is stored but that it was signed.
     *
     * @throws FaultError not-found, version-conflict where another text was read, and those of identities
     */
    async signLetter(
      input: Signer & { readonly caseId: CaseId; readonly language: Language; readonly textSha256: Sha256 },
    ): Promise<FileTicket> {
      const { caseId, language, textSha256 } = input;
      const held = vault();
      const { record, bytes } = await signedBytes(caseId);
      const now = clock.now();
      const site = await readSite(needs.signing);
      const { made, signer } = await withIdentity(input, now, async (identity) => ({
        made: await signedLetter(restoreReport(bytes).input, language, textSha256, { identity, signedAt: now, site }),
        signer: identity.signer,
      }));
      held.append({
        actor: held.user.userId,
        caseId,
        type: 'letter.signed',
        payload: { reportId: record.reportId, language, textSha256, signer },
      });
      return tickets.offerDownload({
        fileName: `${record.reportId}-letter-${language}.pdf`,
        mediaType: MEDIA_TYPE,
        bytes: made.bytes,
      });
    },

    /** Checks the stored report as anybody would check the file. */
    async verify(caseId: CaseId, sha256?: Sha256): Promise<ReportVerification> {
      const { bytes } = await signedBytes(caseId, sha256);
      const { trustAnchorsPem, revocationLists = [] } = await readSite(needs.signing);
      return verifyReport(bytes, { trustAnchorsPem, revocationLists, now: clock.now() });
    },

    /**
     * A signed report from a file: checked first, then given as it stood when it was signed (F091). Only that it was
     * opened is written.
     * @throws FaultError ticket-invalid, not-found where its case was erased here, and those of `openReport`
     */
    async open(ticket: string): Promise<OpenedReport> {
      const held = vault();
      const { bytes } = tickets.takeUpload(ticket);
      const { trustAnchorsPem, revocationLists = [] } = await readSite(needs.signing);
      const terms = { trustAnchorsPem, revocationLists, now: clock.now() };
      const { input, verification, paperMatches } = await openReport(bytes, terms, versionOfReports(needs.version));
      const { reportId, composedAt, version, record } = input;
      if (held.caseListing(record.caseId)?.status === 'erased')
        throw new FaultError(
          fault(
            'not-found',
            'The case of this report was erased at this station.',
            'What was erased here is not shown again from a file.',
          ),
        );
      const { sha256 } = verification;
      held.append({ actor: held.user.userId, caseId: null, type: 'report.opened', payload: { sha256, reportId } });
      return {
        reportId,
        composedAt,
        version,
        verification,
        ...(paperMatches === undefined ? {} : { paperMatches }),
        report: composeReport(input),
        view: viewOf(input),
      };
    },
  };
}
export type ReportDesk = ReturnType<typeof createReportDesk>;
