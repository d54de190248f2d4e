/**
 * Documents of signed reports through time (F091). A signed report is never rewritten: what it carries is lifted step by
 * step in memory to the shape read today, as a vault is when it is opened.
 */
import { FaultError, fault } from '../foundation/fault.ts';
import { attachmentName, CONTENTS_NAME, REPORT_SCHEMA } from './contents.ts';
import { type BasisKind, basisKinds } from './report-input.ts';

/** The documents as parsed from a report's attachments, of any version. */
export type CarriedDocuments = Readonly<Record<BasisKind, unknown>>;

const withField = (document: unknown, name: string, value: unknown): unknown =>
  typeof document === 'object' && document !== null && !(name in document) ? { ...document, [name]: value } : document;

/** The step from each version to the next one. */
const steps: Readonly<Record<number, (documents: CarriedDocuments) => CarriedDocuments>> = {
  // The options of version 1 name no treatments of less benefit: their rule came later, so none was stated.
  1: (documents) => ({ ...documents, options: withField(documents.options, 'lessBenefit', []) }),
};

/**
 * @param from - the schema version that `contents.json` states
 * @throws FaultError schema-newer where the report is of a later version than this program reads
 */
export function lifted(documents: CarriedDocuments, from: number, version: string): CarriedDocuments {
  refuseNewer(from, version);
  let at = documents;
  for (let next = from; next < REPORT_SCHEMA; next += 1) at = steps[next]?.(at) ?? at;
  return at;
}

/** @throws FaultError schema-newer */
export function refuseNewer(schemaVersion: number, version: string): void {
  if (schemaVersion <= REPORT_SCHEMA) return;
  throw new FaultError(
    fault(
      'schema-newer',
      `The report was written by version ${version} of the program, whose documents have schema ${schemaVersion}; this program reads up to ${REPORT_SCHEMA}.`,
      `Open it with version ${version} or later; its signature can be verified with any version.`,
      { file: CONTENTS_NAME },
    ),
  );
}

/**
 * Refuses documents that lost anything when they were read: fields that today's schemas do not know would otherwise be
 * left out of what is restored. Fields that a schema adds by default are no loss.
 *
 * @throws FaultError schema-newer, naming file and field
 */
export function refuseLoss(carried: CarriedDocuments, read: CarriedDocuments, version: string): void {
  for (const kind of basisKinds) {
    const field = lostField(carried[kind], read[kind]);
    if (field === undefined) continue;
    throw new FaultError(
      fault(
        'schema-newer',
        `A document of the report holds a field that this program does not know; version ${version} wrote it.`,
        `Open it with version ${version}; nothing of it is restored here by half.`,
        { file: attachmentName(kind), field },
      ),
    );
  }
}

/** Path of the first value that is not the same in what was read; undefined where nothing is lost. */
function lostField(carried: unknown, read: unknown, at = ''): string | undefined {
  if (typeof carried !== 'object' || carried === null) return Object.is(carried, read) ? undefined : at;
  if (typeof read !== 'object' || read === null || Array.isArray(carried) !== Array.isArray(read)) return at;
  if (Array.isArray(carried) && carried.length !== (read as unknown[]).length) return at;
  for (const [key, value] of Object.entries(carried)) {
    const path = at === '' ? key : `${at}.${key}`;
    if (!Object.hasOwn(read, key)) return path;
    const lost = lostField(value, (read as Record<string, unknown>)[key], path);
    if (lost !== undefined) return lost;
  }
  return undefined;
}
