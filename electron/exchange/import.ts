/** Files of other systems into case folders: told by their content, read whole or refused, written whole or not at all. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type CaseDraft, type CaseFolder, caseFolder, type Noted } from '../../shared/exchange/case-draft.ts';
import { isDnpm, readDnpm } from '../../shared/exchange/dnpm/import.ts';
import type { FhirDraft } from '../../shared/exchange/fhir/draft.ts';
import { importFhir } from '../../shared/exchange/fhir/import.ts';
import type { JsonObject } from '../../shared/exchange/fhir/json.ts';
import { caseFromFhir, type PlaceVariant } from '../../shared/exchange/fhir/to-case.ts';
import type { Harmonised } from '../../shared/exchange/harmonise/harmonise.ts';
import { atNamedPlaces } from '../../shared/exchange/named-places.ts';
import { phenopacketKind, readPhenopackets } from '../../shared/exchange/phenopacket-import.ts';
import type { UnreadPath } from '../../shared/exchange/unread.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { ok, type Result } from '../../shared/foundation/result.ts';
import { makeFolder } from '../make-folder.ts';
import { type Harmony, harmonisedFolder } from './harmonised.ts';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

export interface ImportedCase {
  readonly folder: CaseFolder;
  /** Kept beside the case: what has no place in it. */
  readonly beside: readonly { readonly path: string; readonly text: string }[];
  readonly notes: readonly Noted[];
  /** What of the sender's words stands in ours; empty where nothing was to be harmonised. */
  readonly mappings: readonly Harmonised[];
}

export interface Imported {
  readonly format: 'fhir' | 'phenopacket' | 'phenopacket family' | 'phenopacket cohort' | 'mtb' | 'cbioportal';
  readonly cases: readonly ImportedCase[];
  /** What was not taken into a case, each with its place and reason. */
  readonly notes: readonly Noted[];
  /** Elements that nobody here reads, counted by path. */
  readonly unread: readonly UnreadPath[];
}

/** @param harmony absent: every word stays the sender's */
export function importedCase(
  draft: CaseDraft,
  notes: readonly Noted[],
  { beside = [], harmony }: { beside?: ImportedCase['beside']; harmony?: Harmony | undefined } = {},
): ImportedCase {
  const { folder, mappings } =
    harmony === undefined ? { folder: caseFolder(draft), mappings: [] } : harmonisedFolder(draft, harmony);
  return { folder, beside, mappings, notes: [...notes, ...folder.notes] };
}

/** The same of a sender that names places of its own: where they contradict its names of changes, the case says so. */
function placedCase(
  draft: CaseDraft,
  notes: readonly Noted[],
  placeOf: PlaceVariant,
  more: Parameters<typeof importedCase>[2],
): ImportedCase {
  const placed = atNamedPlaces(draft, placeOf);
  return importedCase(placed.draft, [...notes, ...placed.notes], more);
}

const fhirNotes = (draft: FhirDraft): Noted[] => [
  ...draft.quarantined.map(({ place, reason }) => ({ place, reason: `set aside: ${reason}` })),
  ...draft.dropped.map(({ place, reason }) => ({ place, reason: `left behind: ${reason}` })),
  ...draft.unresolved.map(({ place }) => ({ place, reason: 'the reference leads out of the bundle' })),
];

/**
 * @param root parsed and bounded JSON; `digest` the SHA-256 of its bytes
 * Faults: those of `importFhir`, `readPhenopackets` and `readDnpm`.
 */
export function importJson(
  root: JsonObject,
  digest: string,
  placeOf: PlaceVariant,
  harmony?: Harmony,
): Result<Imported> {
  const kind = phenopacketKind(root);
  if (kind !== undefined) {
    const read = readPhenopackets(root, { digest: sha256, placeOf });
    if (!read.ok) return read;
    const { cases, notes, unread } = read.value;
    return ok({
      format: kind === 'individual' ? 'phenopacket' : `phenopacket ${kind}`,
      cases: cases.map((one) => placedCase(one.draft, one.notes, placeOf, { harmony })),
      notes,
      unread,
    });
  }
  if (isDnpm(root)) {
    const read = readDnpm(root, { digest: sha256, placeOf });
    if (!read.ok) return read;
    const { draft, notes, unread } = read.value;
    return ok({ format: 'mtb', cases: [placedCase(draft, notes, placeOf, { harmony })], notes: [], unread });
  }
  const read = importFhir(root, { digest, hash: sha256 });
  if (!read.ok) return read;
  const { draft, notes } = caseFromFhir(read.value, placeOf);
  return ok({
    format: 'fhir',
    cases: [
      placedCase(draft, notes, placeOf, {
        beside: [{ path: 'exchange/draft.json', text: canonicalJson(read.value) }],
        harmony,
      }),
    ],
    notes: fhirNotes(read.value),
    unread: read.value.unread,
  });
}

/**
 * One folder for one case; for several, a folder each below it, named by case. Gives their paths.
 * @throws FaultError exists-already where something stands there, write-failed, disk-full
 */
export async function writeCaseFolders(target: string, cases: readonly ImportedCase[]): Promise<string[]> {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new FaultError(
      fault('exists-already', 'The folder is not empty; nothing was written.', 'Name a new folder.', {
        file: basename(target),
      }),
    );
  const unfinished = `${target}.${process.pid}.part`;
  makeFolder(dirname(target));
  try {
    const folders = cases.map(({ folder, beside }) => ({
      name: cases.length === 1 ? '' : folder.record.caseId,
      files: [...folder.files, ...beside],
    }));
    for (const { name, files } of folders)
      for (const { path, text } of files) {
        const at = join(unfinished, name, ...path.split('/'));
        await mkdir(dirname(at), { recursive: true });
        await writeFile(at, text);
      }
    if (existsSync(target)) await rm(target, { recursive: true });
    await rename(unfinished, target);
    return folders.map(({ name }) => join(target, name));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}
