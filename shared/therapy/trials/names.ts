/** Tumor types and genes as trials name them: OncoTree's names and codes, its older names, words for all solid tumors, aliases. */
import type { TumorTypes } from '../../knowledge/tumor-types.ts';
import { type AgentClasses, agentClasses } from '../agent-classes.ts';

export type AskedType =
  | { readonly kind: 'any' | 'solid' | 'liquid' }
  | { readonly kind: 'types'; readonly codes: readonly string[] };

export interface TrialNames {
  /** `undefined` for a name that the ontology does not know. */
  asked(name: string): AskedType | undefined;
  ancestors(code: string): readonly string[];
  readonly liquid: readonly string[];
  /** The current symbol of a gene known under another name, the same text otherwise. */
  symbol(gene: string): string;
  /** Names and classes of agents, as far as the pack of classes is loaded. */
  readonly agents: AgentClasses;
}

/** Names of earlier OncoTree versions whose code was renamed, split or joined (oncotree.mskcc.org, release mappings). */
const older: Readonly<Record<string, readonly string[]>> = {
  'acute lymphoid leukemia': ['BLL', 'TLL'],
  'b-cell acute lymphoid leukemia': ['BLL'],
  't-cell acute lymphoid leukemia': ['TLL'],
  'acute monocytic leukemia': ['AMOL'],
  'anaplastic astrocytoma': ['ASTR'],
  astrocytoma: ['ASTR'],
  'anaplastic oligodendroglioma': ['ODG'],
  oligodendroglioma: ['ODG'],
  'b-cell lymphoma': ['MBN'],
  'chronic lymphocytic leukemia': ['CLLSLL'],
  'small lymphocytic lymphoma': ['CLLSLL'],
  'diffuse large b-cell lymphoma': ['DLBCLNOS'],
  'mediastinal large b-cell lymphoma': ['PMBL'],
  'primary cns lymphoma': ['PCNSL'],
  'peripheral t-cell lymphoma': ['PTCL'],
  't-cell and natural killer lymphoma': ['MTNN'],
  'diffuse intrinsic pontine glioma': ['DMG'],
  glioblastoma: ['GB'],
  'glioblastoma multiforme': ['GB'],
  'multiple myeloma': ['PCM'],
  myelodysplasia: ['MDS'],
  'myeloproliferative neoplasm': ['MPN'],
  'essential thrombocythaemia': ['ET'],
  blood: ['MYELOID'],
  lymph: ['LYMPH'],
  'wilms tumor': ['WT'],
};

const groups: Readonly<Record<string, AskedType['kind']>> = {
  _solid_: 'solid',
  'all solid tumors': 'solid',
  _liquid_: 'liquid',
  'all liquid tumors': 'liquid',
  'all tumors': 'any',
};

export function trialNames(
  tree: TumorTypes,
  symbol: (gene: string) => string,
  agents: AgentClasses = agentClasses([]),
): TrialNames {
  return {
    agents,
    asked(name) {
      const words = name.trim().toLowerCase();
      const group = groups[words];
      if (group !== undefined && group !== 'types') return { kind: group };
      const one = tree.named(words) ?? tree.tumorType(name.trim().toUpperCase());
      if (one !== undefined) return { kind: 'types', codes: [one.code] };
      const codes = (older[words] ?? []).filter((code) => tree.tumorType(code) !== undefined);
      return codes.length === 0 ? undefined : { kind: 'types', codes };
    },
    ancestors: (code) => tree.tumorType(code)?.ancestors ?? [],
    liquid: ['LYMPH', 'MYELOID'],
    symbol,
  };
}
