/** What a signed report carries inside itself besides its pages (F091, R59): the documents it was composed from. */
import { z } from 'zod';
import { BoardRecord } from '../board/board-record.ts';
import { CaseRecord } from '../case/case-record.ts';
import { IntakeDocument } from '../case/intake.ts';
import { Sha256 } from '../foundation/ids.ts';
import { PackStatus } from '../knowledge/evidence.ts';
import { MolecularProfile } from '../molecular/profile.ts';
import { SaidOfOption } from '../prediction/option-models.ts';
import { ModelStatus, Predictions } from '../prediction/predictions.ts';
import { OptionsTable } from '../therapy/options.ts';
import { CaseTrials } from '../therapy/trials/verdicts.ts';
import { Language } from './language.ts';
import {
  Amendment,
  type BasisKind,
  basisKinds,
  EmergencyReading,
  IntendedSignature,
  PrintedCheckpoint,
  type ReportInput,
  ReportTemplate,
} from './report-input.ts';

/** Version of the documents' shape that is written; `migrations.ts` lifts what is older. */
export const REPORT_SCHEMA = 2;
/** Name of the attachment that lists all others. */
export const CONTENTS_NAME = 'contents.json';
export const attachmentName = (kind: BasisKind): string => `${kind}.json`;

/** One file inside the report. */
export const ListedAttachment = z.object({
  name: z.string(),
  mediaType: z.string(),
  /** What it is, in a few words. */
  what: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: Sha256,
});
export type ListedAttachment = z.infer<typeof ListedAttachment>;

/** `contents.json`: the attachments with their hashes, and of a report's input all that is not a document of the case. */
export const ReportContents = z.object({
  format: z.literal('consilium-report-contents'),
  schemaVersion: z.number().int().min(1).max(REPORT_SCHEMA),
  reportId: z.string(),
  composedAt: z.string(),
  /** Version of the program that composed the report. */
  version: z.string(),
  bundleSha256: Sha256,
  hashes: z.record(z.enum(basisKinds), Sha256),
  board: BoardRecord,
  packs: z.array(PackStatus),
  models: z.array(ModelStatus),
  notApplicable: z.record(z.string(), z.string()),
  signature: IntendedSignature.optional(),
  checkpoint: PrintedCheckpoint.optional(),
  amendment: Amendment.optional(),
  optionModels: z.array(SaidOfOption).optional(),
  trials: CaseTrials.optional(),
  emergencies: z.array(EmergencyReading).optional(),
  template: ReportTemplate.optional(),
  language: Language.optional(),
  attachments: z.array(ListedAttachment),
});
export type ReportContents = z.infer<typeof ReportContents>;

export function contentsOf(input: ReportInput, attachments: readonly ListedAttachment[]): ReportContents {
  const { signature, checkpoint, amendment, optionModels, trials, emergencies, template, language } = input;
  return ReportContents.parse({
    format: 'consilium-report-contents',
    schemaVersion: REPORT_SCHEMA,
    reportId: input.reportId,
    composedAt: input.composedAt,
    version: input.version,
    bundleSha256: input.bundleSha256,
    hashes: input.hashes,
    board: input.board,
    packs: input.packs,
    models: input.models,
    notApplicable: input.notApplicable,
    ...(signature === undefined ? {} : { signature }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(amendment === undefined ? {} : { amendment }),
    ...(optionModels === undefined ? {} : { optionModels }),
    ...(trials === undefined ? {} : { trials }),
    ...(emergencies === undefined ? {} : { emergencies }),
    ...(template === undefined ? {} : { template }),
    ...(language === undefined ? {} : { language }),
    attachments,
  });
}

/** How each document is read back. */
export const basisSchemas = {
  record: CaseRecord,
  intake: IntakeDocument,
  profile: MolecularProfile,
  predictions: Predictions,
  options: OptionsTable,
} as const satisfies Record<BasisKind, z.ZodType>;

/** The input a report was composed from, restored. */
export const inputFrom = (
  { format: _format, schemaVersion: _schemaVersion, attachments: _attachments, ...rest }: ReportContents,
  documents: Pick<ReportInput, BasisKind>,
): ReportInput => ({ ...rest, ...documents });
