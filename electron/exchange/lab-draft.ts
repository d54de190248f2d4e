/** The files of one case, as a laboratory delivered them, into a draft bundle: read, harmonised, packed whole or not at all. */
import { CaseRecord } from '../../shared/case/case-record.ts';
import { caseFolder, type Noted } from '../../shared/exchange/case-draft.ts';
import { type Harmonised, harmonise, harmoniseGenes } from '../../shared/exchange/harmonise/harmonise.ts';
import type { LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { type LabRead, readLabCase } from '../../shared/exchange/lab/read.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { type Fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { packBundle, readBundle } from '../case/index.ts';
import { sha256 } from './import.ts';
import { placeVariant } from './place-variant.ts';

export interface LabFileBytes {
  /** Path below the drop folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
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
  const genes = harmoniseGenes(read.draft, knowledge.symbol, declined);
  const folder = caseFolder(genes.draft);
  const {
    record,
    mappings: rest,
    undecided,
  } = harmonise(
    folder.record,
    read.draft.diagnosisCodes ?? {},
    { symbolOf: knowledge.symbol, tumorType: knowledge.tumorType },
    declined,
  );
  const mappings = [...genes.mappings, ...rest];
  const notes = [
    ...folder.notes.filter(
      ({ place }) =>
        place !== 'case.json diagnosis.oncotreeCode' ||
        record.diagnosis.oncotreeCode === folder.record.diagnosis.oncotreeCode,
    ),
    ...(undecided === undefined
      ? []
      : [
          {
            place: 'case.json diagnosis.oncotreeCode',
            reason: `${undecided.reason}${undecided.candidates.length === 0 ? '' : `: ${undecided.candidates.slice(0, 8).join(', ')}`}`,
          },
        ]),
  ];
  const bytesOf = new Map(sorted.map(({ path, bytes }) => [path, bytes]));
  const encoder = new TextEncoder();
  const written = CaseRecord.parse(record);
  const bundle = packBundle(written.caseId, [
    {
      path: 'case.json',
      bytes: encoder.encode(`${JSON.stringify(JSON.parse(canonicalJson(written)), null, 2)}\n`),
    },
    ...folder.files
      .filter(({ path }) => path !== 'case.json')
      .map(({ path, text }) => ({ path, bytes: encoder.encode(text) })),
    ...read.attached.map(({ path, as }) => ({ path: as, bytes: bytesOf.get(path) ?? new Uint8Array() })),
  ]);
  // What a bundle may not be is said now, to the laboratory, and not when somebody opens it.
  const sound = await readBundle(bundle).catch((error: unknown) => ({ ok: false as const, fault: faultFrom(error) }));
  if (!sound.ok) return { reasons: [sound.fault] };
  return { draft: { record: written, bundle, notes, mappings, understood: read.understood } };
}
