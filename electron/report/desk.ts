/** The report's way through the vault: draft, preview, sign and lock, read again, verify. */

import type { FileTicket } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock } from '../../shared/foundation/ids.ts';
import type { PackStatus } from '../../shared/knowledge/evidence.ts';
import type { ModelStatus } from '../../shared/prediction/predictions.ts';
import { composeReport } from '../../shared/report/compose.ts';
import type { DraftReport, ReportVerification, SignedReportRecord } from '../../shared/report/report.ts';
import type { CaseDesk, CaseState } from '../case/index.ts';
import type { TicketDesk } from '../ports.ts';
import type { Vault } from '../vault/index.ts';
import { draftPaper, type ReportBasis, refuseIncomplete, reportInput, signedPaper } from './make.ts';
import { openIdentity, verifyReport } from './signing/index.ts';

export interface ReportDeskNeeds {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly cases: CaseDesk;
  /** @throws FaultError report-locked */
  readonly refuseIfSigned: (listing: CaseState['listing']) => void;
  readonly tickets: TicketDesk;
  readonly clock: Clock;
  readonly version: string;
  readonly packs: () => readonly PackStatus[];
  readonly models: () => Promise<readonly ModelStatus[]> | readonly ModelStatus[];
}

export interface SignInput {
  readonly caseId: CaseId;
  /** Upload ticket of the PKCS#12 identity. */
  readonly identityTicket: string;
  readonly password: string;
  readonly meaning: SignedReportRecord['meaning'];
  readonly notApplicable: Readonly<Record<string, string>>;
  readonly expectedVersion: number;
}

const MEDIA_TYPE = 'application/pdf';

export function createReportDesk(needs: ReportDeskNeeds) {
  const { vault, cases, refuseIfSigned, tickets, clock } = needs;

  async function basis(state: CaseState, composedAt: string): Promise<ReportBasis> {
    return {
      bundleSha256: state.bundleSha256,
      documents: state.documents,
      board: state.board,
      packs: needs.packs(),
      models: await needs.models(),
      version: needs.version,
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

  /** Reasons that were given when the report was signed. */
  function reasonsGiven(caseId: CaseId): Readonly<Record<string, string>> {
    const event = vault()
      .read({ caseId, types: ['report.signed'] })
      .at(-1);
    return (event?.payload as { notApplicable?: Record<string, string> } | null | undefined)?.notApplicable ?? {};
  }

  async function signedBytes(caseId: CaseId): Promise<{ record: SignedReportRecord; bytes: Buffer }> {
    const record = signedRecord(await cases.state(caseId));
    return { record, bytes: await vault().getBlob(caseId, record.sha256) };
  }

  return {
    /** The report as it would be signed now, or as it was signed. */
    async draft(caseId: CaseId): Promise<DraftReport> {
      const state = await cases.state(caseId);
      const { report } = state;
      if (report === undefined) return composeReport(reportInput(await basis(state, clock.now())));
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
    async preview(caseId: CaseId): Promise<FileTicket> {
      const state = await cases.state(caseId);
      refuseIfSigned(state.listing);
      const { report, paper } = await draftPaper(reportInput(await basis(state, clock.now())));
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
      const { caseId, notApplicable, meaning } = input;
      const held = vault();
      const state = await cases.state(caseId);
      refuseIfSigned(state.listing);
      if (state.listing.version !== input.expectedVersion)
        throw new FaultError(
          fault(
            'version-conflict',
            `The case has moved on (it is at ${state.listing.version}, you sign from ${input.expectedVersion}).`,
            'Look at the change, then sign again.',
          ),
        );
      const now = clock.now();
      const rests = { ...(await basis(state, now)), notApplicable };
      refuseIncomplete(composeReport(reportInput(rests)));
      const identity = await openIdentity(tickets.takeUpload(input.identityTicket).bytes, input.password, now);
      if (!identity.ok) throw new FaultError(identity.fault);
      const { signer, algorithm } = identity.value;
      const checkpoint = held.checkpoint(held.user.userId);
      const signed = await signedPaper(
        reportInput({ ...rests, signature: { signer, meaning, signedAt: now, algorithm }, checkpoint }),
        identity.value,
      );
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

    /** The signed report, byte for byte. @throws FaultError not-found, vault-damaged */
    async download(caseId: CaseId): Promise<FileTicket> {
      const { record, bytes } = await signedBytes(caseId);
      return tickets.offerDownload({ fileName: `${record.reportId}.pdf`, mediaType: MEDIA_TYPE, bytes });
    },

    /** Checks the stored report as anybody would check the file. */
    async verify(caseId: CaseId): Promise<ReportVerification> {
      const { bytes } = await signedBytes(caseId);
      return verifyReport(bytes, { trustAnchorsPem: [], now: clock.now() });
    },
  };
}
export type ReportDesk = ReturnType<typeof createReportDesk>;
