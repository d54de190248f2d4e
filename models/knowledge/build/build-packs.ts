/** All packs of one set of sources, in the order in which they need each other. */
import { approvalsPack } from './approvals.ts';
import { civicPack, namedGenes, readCivic, readCoordinates } from './civic.ts';
import { hasRaw } from './civic-profile.ts';
import { clinvarPack } from './clinvar.ts';
import { diseaseMapper, oncotreeReader } from './diseases.ts';
import { drugClassesPack } from './drug-classes.ts';
import { expressionPack, immunePack, signaturesPack } from './expression.ts';
import { genesPack, readGenes } from './genes.ts';
import { hereditaryPack } from './hereditary.ts';
import { hotspotsPack } from './hotspots.ts';
import { liftoverPack } from './liftover.ts';
import { oncotreePack, readOncotree } from './oncotree.ts';
import type { Pack } from './pack.ts';
import { pharmacogenesPack } from './pharmacogenes.ts';
import type { Sources } from './sources.ts';

export function buildPacks(sources: Sources): { readonly packs: readonly Pack[]; readonly unread: readonly string[] } {
  const types = readOncotree(sources);
  const genes = readGenes(sources, namedGenes(sources));
  const rows = readCivic(sources, genes.symbol, diseaseMapper(sources, types));
  return {
    packs: [
      oncotreePack(types),
      genesPack(genes),
      civicPack(rows, readCoordinates(sources, genes)),
      hotspotsPack(sources, genes),
      clinvarPack(sources, genes),
      hereditaryPack(sources, genes),
      expressionPack(sources, genes),
      immunePack(sources, genes),
      signaturesPack(sources),
      approvalsPack(sources, oncotreeReader(sources, types)),
      drugClassesPack(sources),
      pharmacogenesPack(sources),
      liftoverPack(sources),
    ],
    unread: rows
      .filter(({ item }) => hasRaw(item.logic))
      .map(({ item }) => `${item.type} ${item.level} ${item.id} ${item.profileName}`),
  };
}
