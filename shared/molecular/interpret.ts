/**
 * From what intake read to a molecular profile: one ordered list of findings, each with its evidence, tier and the
 * reason for its place. Pure: the same documents and look-ups give the same profile, whatever the order of the rows.
 */
import type { CaseRecord, GenomeBuild } from '../case/case-record.ts';
import type { IntakeDocument, LedgerModality } from '../case/intake.ts';
import type { DiseaseFact, EvidenceItem } from '../knowledge/evidence.ts';
import { agreementOf } from './agreement.ts';
import { contradictedApprovals, matchApprovals } from './approvals.ts';
import { type Biomarker, readBiomarker } from './biomarkers.ts';
import { type GeneCopyNumber, type GeneSpan, geneCopyNumbers } from './copy-number.ts';
import { contextOfGene, copyNumberFlags } from './copy-number-context.ts';
import { statusOf } from './disease-conditions.ts';
import { escatApprovals, escatOf } from './escat.ts';
import { isOutlier, OUTLIER_Z, type ReadMatrix, readMatrix, withGenes } from './expression.ts';
import {
  biomarkerId,
  type CaseFacts,
  copyNumberId,
  fusionId,
  genesOfLogic,
  ledgerLookup,
  type Outlier,
} from './facts.ts';
import { type Fusion, fusionsOf } from './fusions.ts';
import { germlineConsent, withheldRule } from './germline-sheet.ts';
import { withHereditary } from './hereditary.ts';
import { identityOf } from './identity.ts';
import { distances, genesInEvidence, judge, tierWithoutEvidence, type WeighedVariant } from './judgement.ts';
import type { DiseaseDistance, MolecularKnowledge, TumorTypeNode } from './knowledge.ts';
import { matchEvidence } from './matching.ts';
import { genomeMeasures, ploidyOf } from './measured-genome.ts';
import { burdenMeasure, indelMeasure } from './measured-load.ts';
import { readSignatures, substitutionsOf } from './measured-signatures.ts';
import { type Oncogenicity, oncogenicityOfDeletion } from './oncogenicity.ts';
import {
  type ApprovalMatch,
  type EvidenceMatch,
  type Finding,
  type MolecularProfile,
  type PertinentStatement,
  rowKeysOf,
} from './profile.ts';
import { percentileIn, percentileWords } from './quantiles.ts';
import { listOf, tierElsewhere } from './sensitivity.ts';
import { type SmallVariant, smallVariants } from './small-variants.ts';
import { conflictOf, effectsOf, type TierCall, tierOf, weightOrder } from './tiers.ts';
import { treatmentsOf } from './treatments.ts';
import { variantLookups } from './variant-lookups.ts';

const LOW_DEPTH = 50;
const LOW_FRACTION = 0.05;

type Origin = Finding['origin'];

/** A finding before evidence: what it is, and why it would be folded if no evidence speaks of it. */
interface Draft {
  readonly finding: Omit<Finding, 'tierDefining' | 'supporting' | 'tierElsewhere' | 'whyHere' | 'needsYou'>;
  readonly oncogenicity?: Oncogenicity | undefined;
  /** Listed even without evidence. */
  readonly listed: boolean;
  /** The rule that folds it where it is not listed. */
  readonly foldRule: string;
  /** Folded whatever the evidence (secondary germline finding without consent). */
  readonly withheld?: boolean;
  /** A copy number or value next to neutral: only evidence that can tier brings it up. */
  readonly weak?: boolean;
}

export interface InterpretInput {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly knowledge: MolecularKnowledge;
}

export function interpret({ record, intake, knowledge }: InterpretInput): MolecularProfile {
  const absent = [...knowledge.absent];
  const tumorType = tumorTypeOf(record, knowledge, absent);
  const symbol = (gene: string): string => knowledge.symbol(gene);
  const genesNamed = genesInEvidence(knowledge.evidence);
  const isCancerGene = knowledge.cancerGenes ?? ((gene: string) => genesNamed.has(gene));
  const tumorOnly = tumorOnlyFiles(record);

  const { variants, duplicates, joined } = smallVariants(intake.variants, {
    ...variantLookups(knowledge),
    recorded: (at) => knowledge.recorded?.(at),
  });
  const unknownOrigin = new Set(
    intake.variants.filter(({ file, origin }) => origin === 'somatic' && tumorOnly.has(file)).map(({ key }) => key),
  );
  const originOfVariant = (variant: SmallVariant): Origin =>
    variant.origin === 'somatic' && rowKeysOf(variant).some((key) => unknownOrigin.has(key))
      ? 'unknown'
      : variant.origin;

  const judged = variants.map((variant) => judge(variant, knowledge, genesNamed.get(variant.gene) ?? [], tumorType));
  const copyNumbers = geneCopyNumbers(
    intake.copyNumbers,
    intake.segments.map((segment) => ({ ...segment, build: buildOf(segment.file, record, intake) })),
    (build) => knowledge.geneSpans?.(build) ?? [],
    symbol,
  );
  const drawnBuild = intake.segments
    .map(({ file }) => buildOf(file, record, intake))
    .find((build) => build !== undefined);
  const loci = new Map(
    (drawnBuild === undefined ? [] : (knowledge.geneSpans?.(drawnBuild) ?? [])).map((span) => [span.gene, span]),
  );
  if (intake.segments.length > 0 && knowledge.geneSpans === undefined)
    absent.push({
      section: 'copy number by gene',
      reason: 'no pack with gene spans: segments are shown, genes are not called from them',
    });
  const ploidy = ploidyOf(intake.segments, drawnBuild);
  const purity = purityBehind(record, intake.segments[0]?.file ?? intake.copyNumbers[0]?.file);
  const { fusions, duplicates: fusionDuplicates } = fusionsOf(intake.fusions, symbol);
  const matrices = intake.matrices.map((matrix) =>
    readMatrix(matrix, {
      symbol,
      codes: [tumorType.code, ...tumorType.ancestors],
      cohorts: knowledge.cohorts?.() ?? [],
      sets: knowledge.expression?.(),
    }),
  );
  const outliers = outliersOf(matrices, absent);
  const biomarkers = intake.biomarkers.map((observed) => readBiomarker(observed, record.assays));

  const facts: CaseFacts = {
    variants: Map.groupBy(judged, ({ gene }) => gene),
    copyNumbers: new Map(copyNumbers.map((call) => [call.gene, call])),
    fusions,
    outliers: Map.groupBy(outliers, ({ gene }) => gene),
    biomarkers,
    assayed: ledgerLookup(intake.ledger),
  };
  const status = statusOf(record, copyNumbers);
  const distance = distances(knowledge, status);
  const origins = new Map<string, Origin>(judged.map((variant) => [variant.id, originOfVariant(variant)]));
  const matched = matchEvidence(
    knowledge,
    facts,
    (disease) => distance(disease, tumorType.code),
    (id) => origins.get(id),
  );
  const byFinding = new Map<string, EvidenceMatch[]>();
  for (const match of matched.evidence)
    for (const id of match.findingIds) byFinding.set(id, [...(byFinding.get(id) ?? []), match]);

  const drafts = [
    ...judged.map((variant) =>
      variantDraft(variant, originOfVariant(variant), byFinding.get(variant.id) ?? [], record, isCancerGene, facts),
    ),
    ...copyNumbers
      .filter(({ state }) => state !== 'neutral')
      .map((call) =>
        copyNumberDraft(call, knowledge, isCancerGene, loci.get(call.gene), {
          segments: intake.segments,
          build: drawnBuild,
          ploidy,
          purity,
        }),
      ),
    ...fusions.map((fusion) => fusionDraft(fusion, knowledge, isCancerGene)),
    ...outliers.map((outlier) => outlierDraft(outlier, facts)),
    ...biomarkers.map(biomarkerDraft),
  ];

  const asked = {
    approvals: knowledge.approvals ?? [],
    facts,
    distance: (disease: DiseaseFact) => distance(disease, tumorType.code),
    status,
  };
  const approvals = matchApprovals({ ...asked, originOf: (id) => origins.get(id) });
  const approvedFor = (findingId: string) => approvals.filter(({ findingIds }) => findingIds.includes(findingId));

  const findings: Finding[] = [];
  const folded = new Map<string, number>();
  const fold = (rule: string, count = 1): void => void (count > 0 && folded.set(rule, (folded.get(rule) ?? 0) + count));
  fold('the same change told by another row or file', duplicates + fusionDuplicates);
  fold('row that is one change with another row of its codon', joined);
  const items = new Map(knowledge.evidence.map((item) => [item.id, item]));
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (seen.has(draft.finding.id)) {
      fold('the same finding told twice');
      continue;
    }
    seen.add(draft.finding.id);
    const matches = byFinding.get(draft.finding.id) ?? [];
    const call = tierOf(matches);
    const approved = approvedFor(draft.finding.id);
    const wanted =
      draft.weak === true ? call !== undefined : matches.some(({ type }) => type !== 'functional') || draft.listed;
    if (draft.withheld === true || !wanted) fold(draft.foldRule);
    else
      findings.push(
        complete(
          draft,
          matches,
          approved,
          call,
          tierElsewhere(matches, call, untiered(draft), { items, knowledge, distance, code: tumorType.code }),
          escatOf(matches, escatApprovals(approved)),
        ),
      );
  }
  findings.sort(byImportance);
  const listed = withHereditary(findings, judged, facts.copyNumbers, record, knowledge, (gene) =>
    ['detected', 'tested-not-detected'].includes(facts.assayed(gene, 'copy-number').state),
  );

  // One file: two assays of a tumor see the same change twice, on other footprints.
  const somaticFile = record.files.find(
    ({ path, modality }) => modality === 'somatic-variants' && intake.variants.some(({ file }) => file === path),
  );
  const somaticAssay = record.assays.find(({ id }) => id === somaticFile?.assayId);
  const load = {
    reported: intake.biomarkers,
    assays: record.assays,
    variants: intake.variants.filter(({ file }) => file === somaticFile?.path),
    assay: somaticAssay,
  };
  const agreement = agreementOf(listed, matrices);
  const tiered = new Set(listed.filter(({ tier }) => tier === 'I' || tier === 'II').map(({ id }) => id));
  const listedIds = new Set(findings.map(({ id }) => id));
  const statements = pertinent(knowledge, facts, findings, (disease) => distance(disease, tumorType.code));
  const pertinentGenes = [...new Set(statements.map(({ gene }) => gene))];
  return {
    tumorType: { oncotreeCode: tumorType.code, name: tumorType.name, ancestors: [...tumorType.ancestors] },
    findings: listed,
    // A withheld finding's evidence would tell of it: it goes with the finding.
    evidence: matched.evidence.filter(({ findingIds }) => findingIds.every((id) => listedIds.has(id))),
    openEvidence: [...matched.open],
    approvals: approvals.filter(({ findingIds }) => findingIds.every((id) => listedIds.has(id))),
    contradicted: contradictedApprovals(asked),
    pertinent: statements,
    listed: {
      shown: findings.length,
      folded: [...folded].map(([rule, count]) => ({ rule, count })).sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    },
    segments: intake.segments.map(({ chromosome, start1, end1, log2Ratio, totalCopies }) => ({
      chromosome,
      start1,
      end1,
      // Where only copies are given the ratio is against two copies; zero copies are drawn at -3.
      log2Ratio:
        log2Ratio ??
        (totalCopies === undefined || totalCopies <= 0.25
          ? totalCopies === undefined
            ? 0
            : -3
          : Math.log2(totalCopies / 2)),
      ...(totalCopies === undefined ? {} : { totalCopies }),
    })),
    measures: {
      list: [
        ...genomeMeasures({ segments: intake.segments, build: drawnBuild, purity, reported: intake.biomarkers }),
        burdenMeasure(load),
        indelMeasure(load, knowledge),
      ],
      identity: identityOf(record, intake),
      signatures: readSignatures(
        {
          ...substitutionsOf(load.variants),
          scope: somaticAssay?.scope,
          tumorOnly: somaticAssay?.design === 'tumor-only',
          counted: intake.accounting.some(({ collapsed }) => collapsed.some(({ rule }) => rule.startsWith('beyond '))),
        },
        knowledge,
      ),
      expression: matrices.map((read) => withGenes(read, listed, pertinentGenes)),
      agreement: agreement.filter(
        ({ findingId, rna, protein }) =>
          rna.state !== 'not-evaluable' || protein.state !== 'not-evaluable' || tiered.has(findingId),
      ),
      agreementAsked: agreement.length,
    },
    packs: [...knowledge.packs],
    absent,
  };
}

function tumorTypeOf(
  record: CaseRecord,
  knowledge: MolecularKnowledge,
  absent: MolecularProfile['absent'],
): TumorTypeNode {
  const code = record.diagnosis.oncotreeCode;
  const node = knowledge.tumorType(code);
  if (node !== undefined) return node;
  absent.push({
    section: 'tumor type',
    reason: `the ontology here does not know the code ${code}: evidence is matched as from another tumor type`,
  });
  return { code, name: record.diagnosis.name, ancestors: [] };
}

function tumorOnlyFiles(record: CaseRecord): ReadonlySet<string> {
  const tumorOnly = new Set(record.assays.filter(({ design }) => design === 'tumor-only').map(({ id }) => id));
  return new Set(record.files.filter(({ assayId }) => tumorOnly.has(assayId)).map(({ path }) => path));
}

/** Genome build of a file: as it was understood, else as the case states it. */
export function buildOf(file: string, record: CaseRecord, intake: IntakeDocument): GenomeBuild | undefined {
  const understood = intake.understandings.find((understanding) => understanding.file === file)?.genomeBuild;
  if (understood !== undefined) return understood;
  const named = record.files.find(({ path }) => path === file);
  return named?.genomeBuild ?? record.assays.find(({ id }) => id === named?.assayId)?.genomeBuild;
}

/** Tumor content of the specimen that a file was measured on, 0 to 1. */
function purityBehind(record: CaseRecord, file: string | undefined): number | undefined {
  const named = record.files.find(({ path }) => path === file);
  const assay = record.assays.find(({ id }) => id === named?.assayId);
  return record.specimens.find(({ id }) => id === assay?.specimenId)?.purity;
}

/**
 * Of a gene measured in two files one outlier: a statement on it weighs once. The place on a cohort that is known here stands
 * before a z-score of the laboratory, then the value farther out.
 */
function outliersOf(matrices: readonly ReadMatrix[], absent: MolecularProfile['absent']): readonly Outlier[] {
  const outliers: Outlier[] = [];
  for (const read of matrices) {
    const { matrix, reading, cohort, values, zOf } = read;
    if (reading.state === 'not-evaluable')
      absent.push({ section: `${matrix.modality} outliers`, reason: reading.reason ?? 'not evaluable' });
    if (!read.callsOutliers) continue;
    for (const gene of values.keys()) {
      const z = zOf(gene);
      if (z === undefined || !isOutlier(gene, read)) continue;
      const quantiles = cohort?.quantiles.get(gene);
      const place =
        cohort === undefined || quantiles === undefined
          ? undefined
          : `${percentileWords(percentileIn(values.get(gene) ?? Number.NaN, quantiles))} of ${cohort.name}`;
      outliers.push({ id: `${matrix.modality}:${gene}`, gene, modality: matrix.modality, z, place });
    }
  }
  return outliers
    .sort(
      (a, b) =>
        (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) ||
        Number(a.place === undefined) - Number(b.place === undefined) ||
        Math.abs(b.z) - Math.abs(a.z),
    )
    .filter(({ id }, index, all) => all[index - 1]?.id !== id);
}

function variantDraft(
  variant: WeighedVariant,
  origin: Origin,
  matches: readonly EvidenceMatch[],
  record: CaseRecord,
  isCancerGene: (gene: string) => boolean,
  facts: CaseFacts,
): Draft {
  const { oncogenicity } = variant;
  const flags = [...variant.flags];
  if (variant.depth !== undefined && variant.depth < LOW_DEPTH)
    flags.push(`depth ${variant.depth}, under ${LOW_DEPTH}`);
  if (variant.alleleFraction !== undefined && variant.alleleFraction < LOW_FRACTION)
    flags.push(`allele fraction ${Math.round(variant.alleleFraction * 1000) / 10} %, under ${LOW_FRACTION * 100} %`);
  if (origin === 'unknown') flags.push('tumor-only test: germline origin is not excluded');
  const finding: Draft['finding'] = {
    id: variant.id,
    kind: 'small-variant',
    gene: variant.gene,
    title: variant.hgvsProtein ?? variant.hgvsCoding ?? variant.hgvsGenomic,
    origin,
    state: 'detected',
    hgvsGenomic: variant.hgvsGenomic,
    ...optional('hgvsCoding', variant.hgvsCoding),
    ...optional('hgvsProtein', variant.hgvsProtein),
    ...optional('transcript', variant.transcript),
    ...optional('consequence', variant.consequence),
    proteinChangeSource: variant.change === undefined ? 'not-computed' : variant.source,
    ...optional('alleleFraction', variant.alleleFraction),
    ...optional('depth', variant.depth),
    ...optional('rnaReads', variant.rnaReads),
    ...optional('rnaDepth', variant.rnaDepth),
    ...optional('oncogenicity', oncogenicity),
    flags,
    variantKeys: [...variant.variantKeys],
    ...optional('partKeys', variant.partKeys === undefined ? undefined : [...variant.partKeys]),
  };
  const base = { finding, oncogenicity };
  const common = (variant.populationFrequency ?? 0) > 0.01;
  const silent =
    variant.consequenceClass === 'synonymous' ||
    variant.consequenceClass === 'non-coding' ||
    variant.consequenceClass === 'splice-region';
  if (origin === 'germline') {
    // Relevant for this patient's treatment: a primary finding. Anything else in the germline needs consent.
    const primary = matches.some((match) => match.type === 'predictive' && match.limits.length === 0 && !match.flagged);
    const predisposing =
      variant.driver && (matches.some(({ type }) => type === 'predisposing') || isCancerGene(variant.gene));
    if (primary) return { ...base, listed: true, foldRule: 'germline' };
    if (predisposing && germlineConsent(record).state === 'granted')
      return { ...base, listed: true, foldRule: 'germline' };
    return { ...base, listed: false, withheld: true, foldRule: withheldRule(record) };
  }
  if (common) return { ...base, listed: false, foldRule: 'population frequency over 1 %' };
  if (silent)
    return {
      ...base,
      listed: false,
      foldRule: 'no change of the protein (synonymous, intronic, untranslated, between genes)',
    };
  if (variant.change === undefined && variant.consequenceClass === 'unknown') {
    const inKnownGene = variant.gene !== '' && variant.gene.split('/').some(isCancerGene);
    return { ...base, listed: inKnownGene, foldRule: 'protein change not computed, outside the cancer genes' };
  }
  return {
    ...base,
    listed:
      isCancerGene(variant.gene) || facts.fusions.some(({ gene5, gene3 }) => [gene5, gene3].includes(variant.gene)),
    foldRule: 'change of the protein in a gene outside the cancer genes',
  };
}

const copyTitles = {
  amplification: 'amplification',
  'deep-deletion': 'deep deletion',
  gain: 'gain',
  loss: 'loss',
  neutral: 'neutral',
} as const;

/** What a gene's copies are read against. */
interface GenomeAround {
  readonly segments: IntakeDocument['segments'];
  readonly build: GenomeBuild | undefined;
  readonly ploidy: number | undefined;
  readonly purity: number | undefined;
}

function copyNumberDraft(
  call: GeneCopyNumber,
  knowledge: MolecularKnowledge,
  isCancerGene: (gene: string) => boolean,
  span: GeneSpan | undefined,
  { segments, build, ploidy, purity }: GenomeAround,
): Draft {
  const role = knowledge.role?.(call.gene);
  const oncogenicity = oncogenicityOfDeletion(call.gene, call.state, knowledge);
  const kind = call.state === 'neutral' ? 'gain' : call.state;
  const direction = kind === 'amplification' || kind === 'gain' ? 'up' : 'down';
  const reach =
    span === undefined || build === undefined ? undefined : contextOfGene(span, direction, segments, build, ploidy);
  const finding: Draft['finding'] = {
    id: copyNumberId(call.gene),
    kind,
    gene: call.gene,
    title: `${copyTitles[call.state]} (${call.fact})`,
    origin: 'somatic',
    state: 'detected',
    ...optional('totalCopies', call.totalCopies),
    ...optional('log2Ratio', call.log2Ratio),
    ...(span === undefined ? {} : { locus: { chromosome: span.chromosome, start1: span.start1, end1: span.end1 } }),
    ...optional('reach', reach === undefined ? undefined : { ...reach }),
    ...optional('oncogenicity', oncogenicity),
    flags: [...call.flags, ...copyNumberFlags(call, { ploidy, purity })],
    variantKeys: [],
  };
  if (call.state === 'amplification')
    return {
      finding,
      // No pack states every oncogene: an amplified cancer gene is folded only where it is known as a suppressor alone.
      listed: role?.oncogene === true || (isCancerGene(call.gene) && role?.tumorSuppressor !== true),
      foldRule: 'amplified gene without evidence that is no cancer gene, or known as a suppressor only',
    };
  if (call.state === 'deep-deletion')
    return {
      finding,
      listed: role?.tumorSuppressor === true,
      foldRule: 'deleted gene without evidence that is no tumor suppressor here',
    };
  return { finding, listed: false, weak: true, foldRule: 'gain or loss of single copies without evidence' };
}

function fusionDraft(fusion: Fusion, knowledge: MolecularKnowledge, isCancerGene: (gene: string) => boolean): Draft {
  const flags = [...fusion.flags];
  const reversed = knowledge.evidence.some(
    (item) => kinasePartner(item, fusion.gene5) && !kinasePartner(item, fusion.gene3),
  );
  const forward = knowledge.evidence.some((item) => kinasePartner(item, fusion.gene3));
  if (reversed && !forward)
    flags.push(
      `${fusion.gene5} stands as the 5′ partner; evidence is on ${fusion.gene5} as the 3′ partner: confirm the orientation`,
    );
  const finding: Draft['finding'] = {
    id: fusionId(fusion.id),
    kind: 'fusion',
    gene: fusion.gene3,
    gene2: fusion.gene5,
    title: fusion.id,
    origin: 'somatic',
    state: 'detected',
    ...optional('rnaReads', fusion.rnaReads),
    flags,
    variantKeys: [...fusion.breakpoints],
  };
  return {
    finding,
    listed: isCancerGene(fusion.gene5) || isCancerGene(fusion.gene3),
    foldRule: 'fusion of genes outside the cancer genes',
  };
}

/** True for a plain statement on any fusion that ends in this gene (`v::ALK`). */
const kinasePartner = (item: EvidenceItem, gene: string): boolean =>
  item.logic.op === 'term' &&
  item.logic.term.kind === 'fusion' &&
  item.logic.term.gene5 === undefined &&
  item.logic.term.gene3 === gene;

function outlierDraft(outlier: Outlier, facts: CaseFacts): Draft {
  const state = facts.copyNumbers.get(outlier.gene)?.state;
  const agrees = (state === 'amplification' && outlier.z > 0) || (state === 'deep-deletion' && outlier.z < 0);
  const finding: Draft['finding'] = {
    id: outlier.id,
    kind: outlier.modality === 'protein' ? 'protein-outlier' : 'expression-outlier',
    gene: outlier.gene,
    title: `${outlier.modality} ${outlier.z > 0 ? 'high' : 'low'} (z ${outlier.z > 0 ? '+' : '−'}${Math.abs(Math.round(outlier.z * 10) / 10)}${outlier.place === undefined ? '' : `, ${outlier.place}`})`,
    origin: 'somatic',
    state: 'detected',
    expressionZ: outlier.z,
    flags: [],
    variantKeys: [],
  };
  return {
    finding,
    listed: agrees,
    foldRule: `${outlier.modality} outlier (|z| ${OUTLIER_Z} or more) without evidence`,
  };
}

function biomarkerDraft(biomarker: Biomarker): Draft {
  const { name, label, reading, value, unit, method, validity, threshold } = biomarker;
  const shown = reading === 'not-valid' || unit === undefined ? `${value}` : `${value} ${unit}`;
  const finding: Draft['finding'] = {
    id: biomarkerId(name === 'other' ? `other:${label}` : name),
    kind: 'biomarker',
    gene: name === 'other' ? label : name,
    title: `${name === 'other' ? label : name}: ${shown}`,
    origin: 'somatic',
    state: reading === 'not-valid' ? 'failed-qc' : 'detected',
    biomarker: { value, validity, threshold, ...optional('unit', unit), ...optional('method', method) },
    flags: reading === 'not-valid' ? [validity] : [],
    variantKeys: [],
  };
  return { finding, listed: true, foldRule: 'biomarker' };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

/** Tier without evidence, where tiers apply. */
function untiered({ finding, oncogenicity }: Pick<Draft, 'finding' | 'oncogenicity'>): Finding['tier'] {
  if (finding.kind === 'biomarker' || finding.kind.endsWith('outlier') || finding.origin === 'germline')
    return undefined;
  return tierWithoutEvidence(oncogenicity);
}

const classWords: Readonly<Record<Oncogenicity['class'], string>> = {
  oncogenic: 'oncogenic',
  'likely-oncogenic': 'likely oncogenic',
  uncertain: 'of uncertain significance',
  'likely-benign': 'likely benign',
  benign: 'benign',
  'not-evaluable': 'not evaluable',
};

function why(
  draft: Draft,
  matches: readonly EvidenceMatch[],
  approvals: readonly ApprovalMatch[],
  call: TierCall | undefined,
): string {
  const { finding, oncogenicity } = draft;
  if (call !== undefined) {
    const ids = new Set(call.defining);
    const defining = matches.filter(({ evidenceId }) => ids.has(evidenceId));
    const parts = effectsOf(defining, approvals).map(({ words, treatments }) => `${words} ${listOf(treatments, 4)}`);
    if (defining.some(({ type }) => type === 'diagnostic')) parts.push('diagnosis');
    const outcomes = new Set(
      defining.filter(({ type }) => type === 'prognostic').map(({ significance }) => significance.toLowerCase()),
    );
    if (outcomes.size > 0) parts.push(`prognosis (${[...outcomes].sort().join(', ')})`);
    const diseases = [...new Set(defining.map(({ disease }) => disease))].sort();
    return `${call.weight}: ${parts.join('; ')} – ${listOf(diseases, 2)}`;
  }
  if (finding.kind === 'biomarker') return finding.biomarker?.validity ?? 'reported biomarker';
  const limits = [...new Set(matches.flatMap((match) => match.limits))];
  const shown = limits.length > 0 ? `; evidence shown sets no tier: ${limits[0]}` : '';
  if (
    finding.kind === 'small-variant' &&
    finding.proteinChangeSource === 'not-computed' &&
    oncogenicity?.class === 'not-evaluable'
  )
    return 'protein change not computed: nothing can be said of it yet';
  if (oncogenicity !== undefined) {
    const missing = oncogenicity.criteria.filter(({ state }) => state === 'not-evaluable').length;
    return `${classWords[oncogenicity.class]} (${oncogenicity.points} points, ${missing} criteria not evaluable); no statement sets a tier${shown}`;
  }
  if (finding.origin === 'germline') return `germline; no statement on treatment sets a tier${shown}`;
  return `no statement sets a tier${shown}`;
}

function complete(
  draft: Draft,
  matches: readonly EvidenceMatch[],
  approvals: readonly ApprovalMatch[],
  call: TierCall | undefined,
  other: Finding['tierElsewhere'],
  escat: Finding['escat'],
): Finding {
  const { finding } = draft;
  const conflict = conflictOf(matches, (match) => treatmentsOf(match).map(({ label }) => label));
  const tier = call?.tier ?? untiered(draft);
  const notComputed =
    finding.kind === 'small-variant' &&
    finding.proteinChangeSource === 'not-computed' &&
    finding.oncogenicity?.class === 'not-evaluable';
  const needsYou =
    conflict !== undefined ||
    notComputed ||
    finding.state === 'failed-qc' ||
    (finding.flags.length > 0 && call !== undefined) ||
    finding.flags.some(
      (flag) =>
        flag.includes('confirm the orientation') ||
        flag.startsWith('the input states') ||
        flag.startsWith('in one codon with') ||
        flag.startsWith('one change of the rows') ||
        flag.startsWith('called both'),
    );
  return {
    ...finding,
    ...optional('escat', escat),
    ...optional('tier', tier),
    ...(call === undefined
      ? {}
      : {
          tierCall: {
            weight: call.weight,
            basis: call.basis,
            statement: call.statement,
            ...optional('without', call.without),
          },
        }),
    tierDefining: call === undefined ? [] : [...call.defining],
    supporting: call === undefined ? matches.map(({ evidenceId }) => evidenceId) : [...call.supporting],
    tierElsewhere: other,
    ...optional('conflict', conflict),
    whyHere: why(draft, matches, approvals, call),
    needsYou,
  };
}

const tierRank: Readonly<Record<string, number>> = { I: 0, II: 1, III: 2, IV: 4 };
const basisRank: Readonly<Record<string, number>> = { therapeutic: 0, diagnostic: 1, prognostic: 2 };
const kindRank: Readonly<Record<Finding['kind'], number>> = {
  'small-variant': 0,
  fusion: 1,
  amplification: 2,
  'deep-deletion': 3,
  biomarker: 4,
  gain: 5,
  loss: 6,
  'protein-outlier': 7,
  'expression-outlier': 8,
};

/** Tier, level, what it is about, agreement of the sources, points; then gene and id, so that the order is one. */
function byImportance(a: Finding, b: Finding): number {
  const order = (tier: string | undefined): number => tierRank[tier ?? ''] ?? 3;
  return (
    order(a.tier) - order(b.tier) ||
    (basisRank[a.tierCall?.basis ?? ''] ?? 3) - (basisRank[b.tierCall?.basis ?? ''] ?? 3) ||
    weightOrder(a.tierCall?.weight) - weightOrder(b.tierCall?.weight) ||
    Number(contested(a)) - Number(contested(b)) ||
    (b.oncogenicity?.points ?? 0) - (a.oncogenicity?.points ?? 0) ||
    kindRank[a.kind] - kindRank[b.kind] ||
    (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : 0) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** Sources that disagree evenly or worse never stand above sources that agree (F018). */
const contested = ({ conflict }: Finding): boolean => conflict !== undefined && conflict.against >= conflict.supports;

const modalityOfKind: Readonly<Record<Finding['kind'], LedgerModality | undefined>> = {
  'small-variant': 'small-variant',
  fusion: 'fusion',
  amplification: 'copy-number',
  'deep-deletion': 'copy-number',
  gain: 'copy-number',
  loss: 'copy-number',
  'expression-outlier': 'expression',
  'protein-outlier': 'protein',
  biomarker: undefined,
};

/** R25: for every gene that level A evidence of this tumor type speaks of, what was tested and not found, or not tested. */
function pertinent(
  knowledge: MolecularKnowledge,
  facts: CaseFacts,
  findings: readonly Finding[],
  distance: (disease: EvidenceItem['disease']) => DiseaseDistance,
): PertinentStatement[] {
  const found = new Set(
    findings.flatMap(({ gene, gene2, kind }) => [
      `${gene}|${modalityOfKind[kind]}`,
      `${gene2}|${modalityOfKind[kind]}`,
    ]),
  );
  const statements = new Map<string, PertinentStatement>();
  for (const item of knowledge.evidence) {
    if (item.level !== 'A' || item.flagged || !['predictive', 'diagnostic'].includes(item.type)) continue;
    const { match } = distance(item.disease);
    if (match !== 'same' && match !== 'parent') continue;
    for (const { gene, modality, what } of genesOfLogic(item.logic)) {
      const key = `${gene}|${modality}`;
      if (found.has(key) || statements.has(key)) continue;
      const { state, reason } = facts.assayed(gene, modality);
      statements.set(key, {
        gene,
        what,
        modality,
        state: state === 'detected' ? 'tested-not-detected' : state,
        reason: state === 'detected' ? 'nothing that is listed was found' : reason,
      });
    }
  }
  return [...statements.values()].sort((a, b) =>
    a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.modality < b.modality ? -1 : 1,
  );
}
