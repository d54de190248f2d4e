/** Small hand-made cases and evidence facts; nothing here comes from a file. */
import { CaseRecord } from '../../../../shared/case/case-record.ts';
import type {
  AssayLedger,
  IntakeDocument,
  ObservedBiomarker,
  ObservedCopyNumber,
  ObservedFusion,
  ObservedVariant,
} from '../../../../shared/case/intake.ts';
import type { EvidenceItem, ProfileLogic, ProfileTerm } from '../../../../shared/knowledge/evidence.ts';
import type {
  DiseaseDistance,
  HotspotCount,
  MolecularKnowledge,
  TumorTypeNode,
} from '../../../../shared/molecular/knowledge.ts';

/** A twig of OncoTree: code, name, parent. */
const tree: readonly (readonly [string, string, string])[] = [
  ['LUNG', 'Lung', 'TISSUE'],
  ['NSCLC', 'Non-Small Cell Lung Cancer', 'LUNG'],
  ['LUAD', 'Lung Adenocarcinoma', 'NSCLC'],
  ['LUSC', 'Lung Squamous Cell Carcinoma', 'NSCLC'],
  ['SKIN', 'Skin', 'TISSUE'],
  ['MEL', 'Melanoma', 'SKIN'],
  ['SKCM', 'Cutaneous Melanoma', 'MEL'],
  ['BOWEL', 'Bowel', 'TISSUE'],
  ['COADREAD', 'Colorectal Adenocarcinoma', 'BOWEL'],
  ['COAD', 'Colon Adenocarcinoma', 'COADREAD'],
  ['OVARY', 'Ovary', 'TISSUE'],
  ['OVT', 'Ovarian Epithelial Tumor', 'OVARY'],
  ['HGSOC', 'High-Grade Serous Ovarian Cancer', 'OVT'],
  ['BREAST', 'Breast', 'TISSUE'],
  ['BRCA', 'Invasive Breast Carcinoma', 'BREAST'],
];
const names = new Map([['TISSUE', 'Tissue'], ...tree.map(([code, name]) => [code, name] as const)]);
const parents = new Map(tree.map(([code, , parent]) => [code, parent]));

const ancestorsOf = (code: string): string[] => {
  const parent = parents.get(code);
  return parent === undefined ? [] : [parent, ...ancestorsOf(parent)];
};
const node = (code: string): TumorTypeNode => ({ code, name: names.get(code) ?? code, ancestors: ancestorsOf(code) });

export const term = (value: ProfileTerm): ProfileLogic => ({ op: 'term', term: value });
export const change = (gene: string, text: string): ProfileLogic =>
  term({ kind: 'protein-change', gene, change: text });
export const mutated = (gene: string): ProfileLogic => term({ kind: 'any-mutation', gene });

let next = 0;
/** An evidence fact; predictive sensitivity of level A in NSCLC unless told otherwise. */
export function item(logic: ProfileLogic, more: Partial<EvidenceItem> & { codes?: string[] } = {}): EvidenceItem {
  const { codes = ['NSCLC'], ...rest } = more;
  const id = rest.id ?? `EID${++next}`;
  return {
    id,
    source: 'hand-made',
    profileName: id,
    logic,
    disease: { name: codes[0] === undefined ? 'unplaced' : (names.get(codes[0]) ?? codes[0]), oncotreeCodes: codes },
    therapies: [],
    type: 'predictive',
    direction: 'supports',
    significance: 'Sensitivity/Response',
    level: 'A',
    rating: 4,
    origin: 'somatic',
    citations: [{ type: 'PubMed', id, label: id }],
    trialIds: [],
    flagged: false,
    url: `https://example.org/${id}`,
    ...rest,
  };
}

export const resistance = (
  logic: ProfileLogic,
  therapies: string[],
  more: Partial<EvidenceItem> & { codes?: string[] } = {},
): EvidenceItem => item(logic, { therapies, significance: 'Resistance', ...more });

const roles: Readonly<Record<string, 'oncogene' | 'suppressor'>> = {
  EGFR: 'oncogene',
  KRAS: 'oncogene',
  BRAF: 'oncogene',
  ERBB2: 'oncogene',
  TP53: 'suppressor',
  BRCA1: 'suppressor',
  RB1: 'suppressor',
};
const hotspots: Readonly<Record<string, HotspotCount>> = {
  'EGFR:858': { samplesAtResidue: 300, samplesWithChange: 290, source: 'hand-made' },
  'BRAF:600': { samplesAtResidue: 900, samplesWithChange: 800, source: 'hand-made' },
  'TP53:175': { samplesAtResidue: 700, samplesWithChange: 650, source: 'hand-made' },
  'KRAS:12': { samplesAtResidue: 2000, samplesWithChange: 700, source: 'hand-made' },
  'PIK3CA:38': { samplesAtResidue: 20, samplesWithChange: 12, source: 'hand-made' },
  'PIK3CA:39': { samplesAtResidue: 20, samplesWithChange: 3, source: 'hand-made' },
};
const spans = [
  { gene: 'EGFR', chromosome: '7', start1: 55_019_017, end1: 55_211_628 },
  { gene: 'ERBB2', chromosome: '17', start1: 39_688_094, end1: 39_728_662 },
  { gene: 'RB1', chromosome: '13', start1: 48_303_751, end1: 48_481_890 },
];

export function knowledge(
  evidence: readonly EvidenceItem[],
  more: Partial<MolecularKnowledge> = {},
): MolecularKnowledge {
  const cancerGenes = new Set(Object.keys(roles));
  return {
    packs: [],
    absent: [],
    evidence,
    evidencePack: 'hand-made',
    symbol: (gene) => (gene === 'HER2' ? 'ERBB2' : gene),
    tumorType: (code) => (names.has(code) ? node(code) : undefined),
    relatives: (code) => {
      const parent = parents.get(code);
      return tree
        .filter(([other, , above]) => other !== code && (other === parent || above === parent || above === code))
        .map(([other]) => node(other));
    },
    diseaseDistance: (disease, code): DiseaseDistance => {
      const anyCancer = disease.oncotreeCodes.includes('TISSUE');
      if (disease.oncotreeCodes.length === 0) return { match: 'unmapped', steps: 99, anyCancer };
      if (disease.oncotreeCodes.includes(code)) return { match: 'same', steps: 0, anyCancer };
      const steps = ancestorsOf(code).findIndex((above) => disease.oncotreeCodes.includes(above));
      if (steps >= 0) return { match: 'parent', steps: steps + 1, anyCancer };
      const child = disease.oncotreeCodes.some((one) => ancestorsOf(one).includes(code));
      return { match: child ? 'child' : 'other', steps: 99, anyCancer };
    },
    cancerGenes: (gene) => cancerGenes.has(gene),
    geneSpans: () => spans,
    genesAt: (_, chromosome, at) =>
      spans
        .filter((span) => span.chromosome === chromosome && span.start1 <= at && at <= span.end1)
        .map(({ gene }) => gene),
    knownChange: (at) =>
      at.build === 'GRCh38' && at.chromosome === '7' && at.position1 === 55_191_822 && at.alternate === 'G'
        ? { gene: 'EGFR', hgvsProtein: 'L858R', hgvsCoding: 'c.2573T>G', source: 'hand-made coordinate' }
        : undefined,
    exonOf: (gene, codon) =>
      gene !== 'EGFR' ? undefined : codon < 729 ? 18 : codon <= 761 ? 19 : codon <= 823 ? 20 : 21,
    hotspot: (gene, { start }) => hotspots[`${gene}:${start}`],
    role: (gene) => {
      const role = roles[gene];
      return role === undefined
        ? undefined
        : { oncogene: role === 'oncogene', tumorSuppressor: role === 'suppressor', source: 'hand-made' };
    },
    ...more,
  };
}

export function record(oncotreeCode: string, more: Record<string, unknown> = {}): CaseRecord {
  return CaseRecord.parse({
    schemaVersion: '1.0',
    caseId: 'hand-made',
    patient: { pseudonym: 'Otter 1', sex: 'unknown' },
    diagnosis: { oncotreeCode, name: names.get(oncotreeCode) ?? oncotreeCode },
    specimens: [{ id: 's1', kind: 'tissue', origin: 'primary' }],
    assays: [
      {
        id: 'a1',
        name: 'Exome',
        specimenId: 's1',
        modalities: ['somatic-variants'],
        scope: 'exome',
        design: 'tumor-normal',
        genomeBuild: 'GRCh38',
      },
    ],
    question: 'Which treatment next?',
    ...more,
  });
}

export interface VariantWords {
  gene?: string;
  protein?: string;
  coding?: string;
  consequence?: string;
  at?: [chromosome: string, position1: number, reference: string, alternate: string];
  build?: 'GRCh37' | 'GRCh38';
  origin?: 'somatic' | 'germline';
  file?: string;
  frequency?: number;
  depth?: number;
  fraction?: number;
  filter?: string;
}

let place = 1000;
export function variant(words: VariantWords): ObservedVariant {
  const { build = 'GRCh38', origin = 'somatic', file = 'files/somatic.vcf' } = words;
  const [chromosome, position1, reference, alternate] = words.at ?? ['1', ++place, 'A', 'C'];
  const annotated = words.protein !== undefined || words.consequence !== undefined || words.coding !== undefined;
  return {
    key: [build, chromosome.replace(/^chr/, ''), position1, reference, alternate].join(':'),
    build,
    chromosome: chromosome.replace(/^chr/, ''),
    position1,
    reference,
    alternate,
    origin,
    depth: words.depth ?? 200,
    alleleFraction: words.fraction ?? 0.3,
    ...(words.filter === undefined ? {} : { filter: words.filter }),
    ...(annotated
      ? {
          annotation: {
            source: 'vep' as const,
            ...(words.gene === undefined ? {} : { gene: words.gene }),
            ...(words.protein === undefined ? {} : { hgvsProtein: words.protein }),
            ...(words.coding === undefined ? {} : { hgvsCoding: words.coding }),
            ...(words.consequence === undefined ? {} : { consequence: words.consequence }),
            ...(words.frequency === undefined ? {} : { populationFrequency: words.frequency }),
          },
        }
      : {}),
    file,
    line: place,
  };
}

const everything = (state: 'tested-not-detected' | 'not-assayed'): AssayLedger => ({
  entries: [],
  defaults: Object.fromEntries(
    ['small-variant', 'copy-number', 'fusion', 'expression', 'protein', 'germline'].map((modality) => [
      modality,
      { state, assayIds: ['a1'] },
    ]),
  ),
});

/** Every gene tested unless the ledger says otherwise. */
export function intake(more: Partial<IntakeDocument> = {}): IntakeDocument {
  return {
    understandings: [],
    questions: [],
    refusals: [],
    variants: [],
    copyNumbers: [],
    segments: [],
    fusions: [],
    matrices: [],
    biomarkers: [],
    accounting: [],
    ledger: everything('tested-not-detected'),
    warnings: [],
    ...more,
  };
}
export const nothingTested = everything('not-assayed');

export const copies = (gene: string, totalCopies: number): ObservedCopyNumber => ({
  gene,
  totalCopies,
  file: 'files/cna.tsv',
  line: 2,
});
export const fusion = (gene5: string, gene3: string, more: Partial<ObservedFusion> = {}): ObservedFusion => ({
  gene5,
  gene3,
  inFrame: true,
  rnaReads: 40,
  file: 'files/fusions.tsv',
  line: 2,
  ...more,
});
export const biomarker = (
  name: ObservedBiomarker['name'],
  value: number | string,
  more: Partial<ObservedBiomarker> = {},
): ObservedBiomarker => ({ name, label: name, value, assayId: 'a1', file: 'files/biomarkers.json', ...more });
