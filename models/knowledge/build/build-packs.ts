/** All packs of one set of sources, in the order in which they need each other. */
import type { GeneSet, PathwayWeights } from '../../../shared/knowledge/expression.ts';
import { readRecords } from '../../../shared/knowledge/records.ts';
import { approvalsPack } from './approvals.ts';
import { civicPack, namedGenes, readCivic, readCoordinates } from './civic.ts';
import { hasRaw } from './civic-profile.ts';
import { clinvarPack } from './clinvar.ts';
import type { GeneSets } from './cohorts.ts';
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

const rowsOf = <One extends object>(pack: Pack, stem: string): readonly One[] =>
  readRecords<One>(pack.files[`${stem}.records`] ?? '').all();

export function buildPacks(sources: Sources): {
  readonly packs: readonly Pack[];
  readonly unread: readonly string[];
  /** What the cohorts are scored by. */
  readonly sets: GeneSets;
  readonly symbol: (gene: string) => string;
} {
  const types = readOncotree(sources);
  const genes = readGenes(sources, namedGenes(sources));
  const rows = readCivic(sources, genes, diseaseMapper(sources, types));
  const expression = expressionPack(sources, genes);
  const immune = immunePack(sources, genes);
  return {
    sets: {
      pathways: rowsOf<PathwayWeights>(expression, 'pathways'),
      hallmark: rowsOf<GeneSet>(expression, 'hallmark'),
      immune: rowsOf<GeneSet>(immune, 'immune'),
    },
    symbol: genes.symbol,
    packs: [
      oncotreePack(types),
      genesPack(genes),
      civicPack(rows, readCoordinates(sources, genes)),
      hotspotsPack(sources, genes),
      clinvarPack(sources, genes),
      hereditaryPack(sources, genes),
      expression,
      immune,
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
