/** The files of one case, as a laboratory delivered them, into a draft bundle: read, harmonised, packed whole or not at all. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { Noted } from '../../shared/exchange/case-draft.ts';
import type { Harmonised } from '../../shared/exchange/harmonise/harmonise.ts';
import type { LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { type LabRead, readLabCase } from '../../shared/exchange/lab/read.ts';
import { type Fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { packBundle, readBundle } from '../case/index.ts';
import { harmonisedFolder } from './harmonised.ts';
import { sha256 } from './import.ts';
import { placeVariant } from './place-variant.ts';

export interface LabFileBytes {
  /** Path below the drop folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** When it was last written, in milliseconds since 1970. */
  readonly modified?: number | undefined;
}

export interface LabDraft {
  readonly record: CaseRecord;
  readonly bundle: Uint8Array;
  readonly notes: readonly Noted[];
  readonly mappings: readonly Harmonised[];
  readonly understood: LabRead['understood'];
}

/** Files that are read as text; a VCF may be far larger and is not. */
const TEXT_LIMIT = 32 * 1024 * 1024;

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > TEXT_LIMIT) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @param declined mappings that a person does not want */
export async function labDraft(
  mapping: LabMapping,
  files: readonly LabFileBytes[],
  knowledge: MolecularKnowledge,
  declined: ReadonlySet<string> = new Set(),
): Promise<{ readonly draft: LabDraft } | { readonly reasons: readonly Fault[] }> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = readLabCase(
    mapping,
    sorted.map(({ path, bytes }) => ({ path, text: textOf(bytes) })),
    { digest: sha256, placeOf: placeVariant(knowledge) },
  );
  if (read.draft === undefined) return { reasons: read.reasons };
  const { folder, mappings } = harmonisedFolder(read.draft, { knowledge, declined });
  const bytesOf = new Map(sorted.map(({ path, bytes }) => [path, bytes]));
  const encoder = new TextEncoder();
  const { record, notes } = folder;
  const bundle = packBundle(record.caseId, [
    ...folder.files.map(({ path, text }) => ({ path, bytes: encoder.encode(text) })),
    ...read.attached.map(({ path, as }) => ({ path: as, bytes: bytesOf.get(path) ?? new Uint8Array() })),
  ]);
  // What a bundle may not be is said now, to the laboratory, and not when somebody opens it.
  const sound = await readBundle(bundle).catch((error: unknown) => ({ ok: false as const, fault: faultFrom(error) }));
  if (!sound.ok) return { reasons: [sound.fault] };
  return { draft: { record, bundle, notes, mappings, understood: read.understood } };
}
