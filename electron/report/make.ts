/** From a case's documents to paper: the input assembled, composed, printed, signed. The desk and the command line share it. */
import { createHash } from 'node:crypto';
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import type { PackStatus } from '../../shared/knowledge/evidence.ts';
import type { ModelStatus } from '../../shared/prediction/predictions.ts';
import { blockingElements } from '../../shared/report/completeness.ts';
import { composeReport } from '../../shared/report/compose.ts';
import type { Language } from '../../shared/report/language.ts';
import type { DraftReport, SignedReportRecord } from '../../shared/report/report.ts';
import {
  type Amendment,
  type BasisKind,
  basisKinds,
  type PrintedCheckpoint,
  type ReportInput,
  type ReportTemplate,
} from '../../shared/report/report-input.ts';
import type { CaseTrials } from '../../shared/therapy/trials/verdicts.ts';
import { type CaseDocuments, documentHash } from '../documents.ts';
import { attachmentsOf } from './attachments.ts';
import { refuseContradictory } from './contradictions.ts';
import { type Printed, printReport } from './pdf.ts';
import { type SigningIdentity, signPdf, verifyReport } from './signing/index.ts';
import type { Site } from './site.ts';

export interface ReportBasis {
  readonly bundleSha256: Sha256;
  readonly documents: CaseDocuments;
  readonly board: BoardRecord;
  readonly packs: readonly PackStatus[];
  readonly models: readonly ModelStatus[];
  readonly version: string;
  /** ISO 8601. */
  readonly composedAt: string;
  readonly notApplicable?: Readonly<Record<string, string>>;
  readonly signature?: ReportInput['signature'];
  readonly checkpoint?: PrintedCheckpoint | undefined;
  readonly amendment?: Amendment | undefined;
  readonly optionModels?: ReportInput['optionModels'];
  readonly trials?: CaseTrials | undefined;
  readonly emergencies?: ReportInput['emergencies'];
  readonly template?: ReportTemplate | undefined;
  /** Chosen for this report; else the site's, else English. */
  readonly language?: Language | undefined;
}

const languageOf = ({ language, template }: Pick<ReportInput, 'language' | 'template'>): Language =>
  language ?? template?.language ?? 'en';

/** `R-` and twelve hexadecimal digits of what the report rests on: bundle, documents, decision. It names no patient. */
export function reportIdOf(
  basis: Pick<ReportInput, 'bundleSha256' | 'hashes' | 'board' | 'amendment' | 'language' | 'template'>,
): string {
  const language = languageOf(basis);
  const rests = {
    bundle: basis.bundleSha256,
    hashes: basis.hashes,
    decision: basis.board.decision ?? null,
    // An amendment may change words alone; it is another report all the same.
    ...(basis.amendment === undefined ? {} : { amends: basis.amendment.former.sha256 }),
    // So is one in another language; ids of English reports stay what they were.
    ...(language === 'en' ? {} : { language }),
  };
  return `R-${documentHash(rests).slice(0, 12)}`;
}

export function reportInput(basis: ReportBasis): ReportInput {
  const hashes = Object.fromEntries(basisKinds.map((kind) => [kind, documentHash(basis.documents[kind])])) as Record<
    BasisKind,
    Sha256
  >;
  const language = languageOf(basis);
  return {
    reportId: reportIdOf({ ...basis, hashes }),
    composedAt: basis.composedAt,
    version: basis.version,
    bundleSha256: basis.bundleSha256,
    ...basis.documents,
    hashes,
    board: basis.board,
    packs: basis.packs,
    models: basis.models,
    notApplicable: basis.notApplicable ?? {},
    signature: basis.signature,
    checkpoint: basis.checkpoint,
    amendment: basis.amendment,
    optionModels: basis.optionModels,
    trials: basis.trials,
    emergencies: basis.emergencies,
    template: basis.template,
    // English is said where the site's own language is another: the pages compose again from this.
    language: language === 'en' && (basis.template?.language ?? 'en') === 'en' ? undefined : language,
  };
}

/** @throws FaultError report-incomplete, naming each level A element and what it lacks */
export function refuseIncomplete(report: DraftReport): void {
  const blocking = blockingElements(report.elements);
  if (blocking.length === 0) return;
  throw new FaultError(
    fault(
      'report-incomplete',
      `${blocking.length} elements of the report are missing: ${blocking.map(({ id, title }) => `${id} ${title}`).join('; ')}.`,
      'Supply them, or state for each why it does not apply.',
      { field: blocking.map(({ id }) => id).join(', ') },
    ),
  );
}

/** The paper of an unsigned report, marked as draft on every page. */
export async function draftPaper(input: ReportInput): Promise<{ report: DraftReport; paper: Printed }> {
  const report = composeReport(input);
  return { report, paper: await printReport(report, input, 'draft') };
}

export interface SignedPaper {
  readonly bytes: Uint8Array;
  readonly record: SignedReportRecord;
}

/**
 * Composes, prints and signs; then reads the result back with the verifier, so that nothing is called signed that would
 * not verify. `input.signature` is what is printed and what is signed.
 *
 * @throws FaultError report-incomplete, signature-invalid, and those of signing
 */
export async function signedPaper(input: ReportInput, identity: SigningIdentity, site?: Site): Promise<SignedPaper> {
  if (input.signature !== undefined) site?.admit(identity, input.signature.signedAt);
  const { signature } = input;
  if (signature === undefined) throw new Error('a report is signed as somebody, at a time, with a meaning');
  refuseContradictory(input);
  const report = composeReport(input);
  refuseIncomplete(report);
  const paper = await printReport(report, input, 'final', attachmentsOf(input));
  if (paper.frontPages > 2)
    throw new FaultError(
      fault(
        'report-incomplete',
        'The front of the report is longer than two pages.',
        'Shorten the texts of the decision.',
        {
          field: 'R60',
        },
      ),
    );
  const words = { name: signature.signer, meaning: signature.meaning, signedAt: signature.signedAt };
  const signed = await signPdf(paper.bytes, identity, words, site, { free: paper.signaturePlaces });
  if (!signed.ok) throw new FaultError(signed.fault);
  const bytes = signed.value;
  const check = await verifyReport(bytes, { trustAnchorsPem: site?.trustAnchorsPem ?? [], now: signature.signedAt });
  const [found] = check.signatures;
  if ((check.verdict !== 'valid' && check.verdict !== 'valid-untrusted') || found === undefined)
    throw new FaultError(
      fault(
        'signature-invalid',
        'The signature that was just made does not verify; nothing was stored.',
        'Try another identity, and report this.',
      ),
    );
  return {
    bytes,
    record: {
      reportId: input.reportId,
      sha256: Sha256.parse(createHash('sha256').update(bytes).digest('hex')),
      sizeBytes: bytes.byteLength,
      pages: paper.pages,
      signedAt: signature.signedAt,
      signer: signature.signer,
      meaning: signature.meaning,
      level: found.level,
      ...(input.amendment === undefined
        ? {}
        : {
            amends: {
              reportId: input.amendment.former.reportId,
              sha256: input.amendment.former.sha256,
              number: input.amendment.number,
              reason: input.amendment.reason,
            },
          }),
    },
  };
}
