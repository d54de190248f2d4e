/** A draft as a case folder, with the sender's words in ours where a person did not decline it. */
import { type CaseDraft, type CaseFolder, caseFolder } from '../../shared/exchange/case-draft.ts';
import { type Harmonised, harmonise, harmoniseGenes } from '../../shared/exchange/harmonise/harmonise.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';

const TYPE_PLACE = 'case.json diagnosis.oncotreeCode';

export interface Harmony {
  readonly knowledge: Pick<MolecularKnowledge, 'symbol' | 'tumorType'>;
  /** Ids of mappings that a person does not want; across several cases each with its case before it. */
  readonly declined: ReadonlySet<string>;
}

/** @throws never; what does not fit a case is noted */
export function harmonisedFolder(
  draft: CaseDraft,
  { knowledge: { symbol, tumorType }, declined }: Harmony,
): { readonly folder: CaseFolder; readonly mappings: readonly Harmonised[] } {
  const genes = harmoniseGenes(draft, symbol, declined);
  const folder = caseFolder(genes.draft);
  const { record, mappings, undecided } = harmonise(
    folder.record,
    draft.diagnosisCodes ?? {},
    { symbolOf: symbol, tumorType },
    declined,
  );
  const isMapped = record.diagnosis.oncotreeCode !== folder.record.diagnosis.oncotreeCode;
  const notes = folder.notes.filter(({ place }) => place !== TYPE_PLACE || !isMapped);
  if (undecided !== undefined) {
    const { reason = '', candidates } = undecided;
    const open = candidates.length === 0 ? '' : `: ${candidates.slice(0, 8).join(', ')}`;
    notes.push({ place: TYPE_PLACE, reason: `${reason}${open}` });
  }
  const text = `${JSON.stringify(JSON.parse(canonicalJson(record)), null, 2)}\n`;
  const files = folder.files.map((file) => (file.path === 'case.json' ? { path: file.path, text } : file));
  return { folder: { files, notes, record }, mappings: [...genes.mappings, ...mappings] };
}
