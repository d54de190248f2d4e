/**
 * What is said of one small variant by itself: oncogenicity, whether it drives, the exons it touches, and how far a
 * statement's disease is from a tumor type. A case and a variant typed by hand are judged by these same rules.
 */
import type { EvidenceItem } from '../knowledge/evidence.ts';
import { parseCodingName } from './coding-name.ts';
import { type StatusOf, underConditions } from './disease-conditions.ts';
import { genesOfLogic, type JudgedVariant, namedChanges } from './facts.ts';
import { type GermlineVerdict, germlineClassOf, harmsGermline } from './germline.ts';
import { sameProteinChange } from './hgvs.ts';
import type { DiseaseDistance, MolecularKnowledge, TumorTypeNode } from './knowledge.ts';
import { type Oncogenicity, oncogenicityOf, provenDriver } from './oncogenicity.ts';
import type { AmpTier } from './profile.ts';
import type { SmallVariant } from './small-variants.ts';

/** A variant with its points, where they apply. */
export type WeighedVariant = JudgedVariant & {
  readonly oncogenicity?: Oncogenicity;
  /** Of a germline variant. */
  readonly germline?: GermlineVerdict;
};

/** Every gene that evidence speaks of, with the items that name it. */
export function genesInEvidence(evidence: readonly EvidenceItem[]): ReadonlyMap<string, readonly EvidenceItem[]> {
  const genes = new Map<string, EvidenceItem[]>();
  for (const item of evidence)
    for (const gene of new Set(genesOfLogic(item.logic).map((named) => named.gene))) {
      const list = genes.get(gene);
      if (list === undefined) genes.set(gene, [item]);
      else list.push(item);
    }
  return genes;
}

export function judge(
  variant: SmallVariant,
  knowledge: MolecularKnowledge,
  evidence: readonly EvidenceItem[],
  tumorType?: TumorTypeNode,
): WeighedVariant {
  const oncogenicity =
    variant.origin === 'germline' ? undefined : oncogenicityOf(variant, knowledge, evidence, tumorType);
  const germline = variant.origin === 'germline' ? germlineClassOf(variant, knowledge, evidence) : undefined;
  const named =
    variant.hgvsProtein !== undefined &&
    evidence.some(
      (item) =>
        ['A', 'B', 'C'].includes(item.level) &&
        !item.flagged &&
        item.direction === 'supports' &&
        !/uncertain|n\/a|unaltered/i.test(item.significance) &&
        namedChanges(item.logic).some(
          ({ gene, change }) => gene === variant.gene && sameProteinChange(change, variant.hgvsProtein ?? ''),
        ),
    );
  const role = knowledge.role?.(variant.gene);
  const lossInSuppressor = variant.consequenceClass === 'null' && role?.tumorSuppressor === true;
  const verdict = germline?.class ?? oncogenicity?.class;
  const benign = verdict === 'benign' || verdict === 'likely-benign';
  const codon = variant.change?.start;
  const exon = variant.exon ?? (codon === undefined ? undefined : knowledge.exonOf?.(variant.gene, codon));
  const frameshiftOfExon =
    exon !== undefined &&
    role?.oncogene !== true &&
    variant.change?.kind === 'frameshift' &&
    namedExon(variant, exon, evidence);
  const driver =
    !benign &&
    (named ||
      lossInSuppressor ||
      frameshiftOfExon ||
      (germline !== undefined && harmsGermline(germline)) ||
      (oncogenicity !== undefined && provenDriver(oncogenicity)));
  return {
    ...variant,
    driver,
    exon,
    besideExons: variant.exon === undefined ? besideExons(variant, knowledge) : [variant.exon],
    ...(oncogenicity === undefined ? {} : { oncogenicity }),
    ...(germline === undefined ? {} : { germline }),
  };
}

/** Clinical evidence on mutations of this very exon: NPM1 exon 11 and CALR exon 9 are frameshifts one by one different. */
const namedExon = ({ gene }: SmallVariant, exon: number, evidence: readonly EvidenceItem[]): boolean =>
  evidence.some(
    ({ level, flagged, direction, logic }) =>
      level <= 'B' &&
      !flagged &&
      direction === 'supports' &&
      logic.op === 'term' &&
      logic.term.kind === 'exon' &&
      logic.term.gene === gene &&
      logic.term.exons.includes(exon) &&
      (logic.term.change === 'mutation' || logic.term.change === 'frameshift'),
  );

/**
 * Exons that a splice variant may lie beside. `c.3028+1` lies behind the exon of base 3028, `c.2888-1` before its exon; a
 * MAF's `X1010_splice` names a codon that two exons can share.
 */
function besideExons({ gene, change, hgvsCoding }: SmallVariant, { exonOf }: MolecularKnowledge): readonly number[] {
  if (exonOf === undefined) return [];
  const coding = hgvsCoding === undefined ? undefined : parseCodingName(hgvsCoding);
  const inIntron = (coding === undefined ? [] : [coding.first, coding.last]).filter(
    (end) => end.offset !== 0 && end.region === 'cds' && end.coding > 0,
  );
  const codons =
    inIntron.length > 0
      ? inIntron.map((end) => Math.ceil(end.coding / 3) + (end.offset > 0 ? -1 : 1))
      : change?.kind === 'splice'
        ? [change.start - 1, change.start, change.start + 1]
        : [];
  return [...new Set(codons.map((codon) => exonOf(gene, codon)).filter((exon) => exon !== undefined))];
}

/** Disease distances, each worked out once. */
export function distances(
  knowledge: MolecularKnowledge,
  status: StatusOf,
): (disease: EvidenceItem['disease'], code: string) => DiseaseDistance {
  const known = new Map<string, DiseaseDistance>();
  return (disease, code) => {
    const key = `${code}|${disease.doid ?? ''}|${disease.name}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const distance = underConditions(knowledge.diseaseDistance(disease, code), disease, status);
    known.set(key, distance);
    return distance;
  };
}

/** Tier where no statement sets one: III for changes of unknown meaning, IV for benign ones; none where points are not given. */
export function tierWithoutEvidence(oncogenicity: Pick<Oncogenicity, 'class'> | undefined): AmpTier | undefined {
  if (oncogenicity?.class === 'benign' || oncogenicity?.class === 'likely-benign') return 'IV';
  return oncogenicity?.class === 'not-evaluable' ? undefined : 'III';
}
