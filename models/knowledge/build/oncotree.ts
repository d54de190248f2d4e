/** OncoTree: the tumor types a diagnosis is coded by, as a flat list with parents and cross-references. */

import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { TumorType } from '../../../shared/knowledge/tumor-types.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

const FILE = 'ontology/oncotree_2025_10_03.json.gz';

export interface TumorTypeRow extends TumorType {
  readonly mainType?: string;
  readonly nci?: readonly string[];
  readonly umls?: readonly string[];
}

interface Node {
  readonly code: string;
  readonly name: string;
  readonly mainType: string | null;
  /** Codes of earlier versions that this one stands for. */
  readonly history?: readonly string[];
  readonly precursors?: readonly string[];
  readonly revocations?: readonly string[];
  readonly externalReferences?: { readonly NCI?: readonly string[]; readonly UMLS?: readonly string[] };
  readonly children: Readonly<Record<string, Node>>;
}

export function readOncotree(sources: Sources): readonly TumorTypeRow[] {
  const root = (sources.json(FILE) as { TISSUE: Node }).TISSUE;
  const types: TumorTypeRow[] = [];
  const walk = (node: Node, parent: string): void => {
    const { NCI = [], UMLS = [] } = node.externalReferences ?? {};
    const formerly = [...(node.history ?? []), ...(node.precursors ?? []), ...(node.revocations ?? [])];
    types.push({
      code: node.code,
      name: node.name.replace(/\s+/g, ' '),
      parent,
      ...(node.mainType === null ? {} : { mainType: node.mainType }),
      ...(formerly.length === 0 ? {} : { formerly: [...new Set(formerly)].sort() }),
      ...(NCI.length === 0 ? {} : { nci: [...NCI].sort() }),
      ...(UMLS.length === 0 ? {} : { umls: [...UMLS].sort() }),
    });
    for (const child of Object.values(node.children)) walk(child, node.code);
  };
  walk(root, '');
  return types.sort((a, b) => compare(a.code, b.code));
}

export function oncotreePack(types: readonly TumorTypeRow[]): Pack {
  return {
    id: 'oncotree',
    version: '2025-10-03',
    asOf: '2025-10-03',
    title: 'Tumor types',
    sources: [
      {
        name: 'OncoTree',
        version: '2025-10-03',
        licence: 'CC BY 4.0',
        citation: 'Kundra R, et al. JCO Clin Cancer Inform 2021;5:221-230. https://oncotree.info',
      },
    ],
    counts: { tumorTypes: types.length },
    files: { 'tumor-types.records': writeRecords(types) },
  };
}
