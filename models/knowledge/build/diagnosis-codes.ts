/**
 * OncoTree codes with the codes of the same disease in ICD-O-3 morphology, ICD-10-CM and SNOMED CT, by the cross-references
 * of the Disease Ontology (CC0) to NCI Thesaurus and UMLS, which OncoTree names, and its own to NCI Thesaurus. Identifiers only.
 *
 *     node models/knowledge/build/diagnosis-codes.ts --from <folder of sources>
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readOncotree } from './oncotree.ts';
import { cell, compare, openSources } from './sources.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('--from <folder of sources> is missing');
const sources = openSources(values.from);

/** Code of a system to the diseases that name it. */
const diseases = new Map<string, Set<string>>();
const codes = new Map<string, { icdO3: Set<string>; icd10: Set<string>; snomed: Set<string> }>();
for (const row of sources.table('ontology/DO_allXREF.tsv.gz', { quoted: true })) {
  const [id, reference] = [cell(row, 'id'), cell(row, 'xref')];
  const [system = '', code = ''] = reference.split(':');
  if (system === 'NCI' || system === 'UMLS_CUI')
    diseases.set(reference, (diseases.get(reference) ?? new Set()).add(id));
  const held = codes.get(id) ?? { icdO3: new Set(), icd10: new Set(), snomed: new Set() };
  codes.set(id, held);
  if (system === 'ICDO' && /^\d{4}\/\d$/.test(code)) held.icdO3.add(code);
  if (system === 'ICD10CM' && /^[CD]\d/.test(code)) held.icd10.add(code);
  if (system.startsWith('SNOMEDCT') && /^\d{6,18}$/.test(code)) held.snomed.add(code);
}
const rows = readOncotree(sources).flatMap(({ code, nci = [], umls = [] }) => {
  const byNci = nci.flatMap((one) => [...(diseases.get(`NCI:${one}`) ?? [])]);
  const found = byNci.length > 0 ? byNci : umls.flatMap((one) => [...(diseases.get(`UMLS_CUI:${one}`) ?? [])]);
  const [icdO3, icd10, snomed] = (['icdO3', 'icd10', 'snomed'] as const).map((system) =>
    [...new Set(found.flatMap((id) => [...(codes.get(id)?.[system] ?? [])]))].sort(compare),
  );
  const lists = [icdO3, icd10, snomed, nci];
  return lists.some((list) => (list ?? []).length > 0) ? [[code, ...lists.map((list) => list?.join(' '))]] : [];
});
const text = `/**
 * Made by models/knowledge/build/diagnosis-codes.ts. OncoTree 2025-10-03 (CC BY 4.0) to ICD-O-3 morphology, ICD-10-CM and SNOMED CT
 * by cross-references of the Disease Ontology (Human Disease Ontology, 2026-07-31, CC0), and to NCI Thesaurus by OncoTree’s own.
 * Several codes stand apart by spaces.
 */
export const crossReferences: readonly (readonly [
  oncotree: string,
  icdO3: string,
  icd10: string,
  snomed: string,
  ncit: string,
])[] = [
${rows.map((row) => `  [${row.map((one) => `'${one}'`).join(', ')}],`).join('\n')}
];
`;
writeFileSync(resolve(import.meta.dirname, '../../../shared/exchange/harmonise/cross-references.ts'), text);
console.log(`${rows.length} tumor types`);
