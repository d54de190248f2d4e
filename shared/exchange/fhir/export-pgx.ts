/**
 * Pharmacogenes: a genotype a gene, its haplotypes where one reading is left, what a guideline says of a drug as a
 * therapeutic implication, and a recommendation where the patient takes the drug or may be given it.
 */

import { actionWords, drugName, lightOf } from '../../therapy/pgx/advice.ts';
import { toldPhenotype } from '../../therapy/pgx/decisive.ts';
import type { PgxAdvice, PgxDocument, PgxGene, PgxPositionCall } from '../../therapy/pgx/document.ts';
import {
  allelicStates,
  genomics,
  loinc,
  medicationActions,
  metabolizers,
  presence,
  sourceClass,
  systems,
} from './codes.ts';
import {
  absent,
  answer,
  component,
  concept,
  drugConcept,
  geneConcept,
  genomicsConcept,
  loincConcept,
  words,
} from './elements.ts';
import { placeOf } from './export-findings.ts';
import { extensionOf } from './extension.ts';
import { defined, type JsonObject } from './json.ts';
import { own } from './names.ts';
import type { Writer } from './writer.ts';

/** The genotype in words, as it stands in the value; the import holds the copy beside it against this. */
export const genotypeWords = ({ gene, diplotypes }: Pick<PgxGene, 'gene' | 'diplotypes'>): string =>
  `${gene} ${diplotypes.join(' or ')}`;

/** Alleles that may be named one by one: only where a single reading is left. */
const allelesOf = ({ diplotypes, calls }: PgxGene): readonly string[] => {
  const [only, more] = calls;
  return only === undefined || more !== undefined || diplotypes.length !== 1
    ? []
    : [...new Set(only.deciding.map(({ allele }) => allele))];
};

/** How the strands bear an allele; undefined where one of them is not told. */
function stateOf({ genotype, chromosome }: PgxPositionCall, allele: number): readonly [string, string] | undefined {
  const strands = genotype.split(/[|/]/);
  if (strands.includes('.') || chromosome === 'MT') return undefined;
  if (strands.length === 1) return allelicStates.hemizygous;
  return strands.every((cell) => Number(cell) === allele) ? allelicStates.homozygous : allelicStates.heterozygous;
}

/**
 * Alleles that are not the reference, each as a variant for whoever reads no tables; said again of what the table of
 * genotypes holds, and not read back. Names by gene.
 */
function variantResources(
  { genotypes = [], genomeBuild: build }: PgxDocument,
  writer: Writer,
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const row of build === undefined ? [] : genotypes)
    for (const [index, alternate] of row.alternates.entries()) {
      if (build === undefined || !row.genotype.split(/[|/]/).includes(String(index + 1))) continue;
      const name = `pgx-variant/${row.chromosome}/${row.position}/${alternate}`;
      const { chromosome, position: position1, reference, gene, rsid } = row;
      const state = stateOf(row, index + 1);
      names.set(gene, [...(names.get(gene) ?? []), name]);
      writer.add('Observation', name, {
        ...writer.observed(genomics('variant'), 'laboratory', 'GE'),
        extension: [extensionOf(own.derived, true)],
        code: loincConcept(loinc.variant),
        valueCodeableConcept: answer(presence.present),
        component: [
          component(loincConcept(loinc.gene), 'CodeableConcept', geneConcept(gene)),
          component(loincConcept(loinc.source), 'CodeableConcept', answer(sourceClass.germline)),
          ...placeOf({ build, chromosome, position1, reference, alternate }),
          ...(rsid === undefined
            ? []
            : [component(loincConcept(loinc.dbsnp), 'CodeableConcept', concept(systems.dbsnp, rsid, rsid))]),
          ...(state === undefined
            ? []
            : [component(loincConcept(loinc.allelicState), 'CodeableConcept', answer(state))]),
        ],
      });
    }
  return names;
}

/** What was not called, for whoever would take a diplotype for a whole reading of its gene. */
function uncalledNote({ missingPositions, positions, source }: PgxGene): JsonObject[] {
  if (source === 'outside' || missingPositions.length === 0) return [];
  const named = missingPositions.map(({ rsid, chromosome, position }) => rsid ?? `${chromosome}:${position} (GRCh38)`);
  const rest = named.length > 20 ? ` and ${named.length - 20} more` : '';
  return [
    {
      text: `${named.length} of ${positions} defined positions not called, which is not reference: ${named.slice(0, 20).join(', ')}${rest}.`,
    },
  ];
}

export function pharmacogeneResources(document: PgxDocument, writer: Writer): void {
  const variants = variantResources(document, writer);
  const subject = writer.reference('Patient', 'patient');
  const genes = new Map(document.genes.map((gene) => [gene.gene, gene]));
  document.genes.forEach((gene, index) => {
    const named = component(loincConcept(loinc.gene), 'CodeableConcept', geneConcept(gene.gene));
    const alleles = allelesOf(gene);
    for (const allele of alleles)
      writer.add('Observation', `pgx/${gene.gene}/${allele}`, {
        ...writer.observed(genomics('haplotype'), 'laboratory', 'GE'),
        extension: [extensionOf(own.derived, true)],
        code: loincConcept(loinc.haplotype),
        valueCodeableConcept: words(`${gene.gene} ${allele}`),
        component: [named],
      });
    const notes = [...gene.notes.map((text) => ({ text })), ...uncalledNote(gene)];
    const { gene: _symbol, ...rest } = gene;
    writer.add('Observation', `pgx/${gene.gene}`, {
      ...writer.observed(genomics('genotype'), 'laboratory', 'GE'),
      extension: [extensionOf(own.pharmacogene, { ...rest, position: index })],
      code: loincConcept(loinc.genotype),
      ...(gene.diplotypes.length === 0
        ? { dataAbsentReason: absent('unknown', gene.reason ?? 'no diplotype is given') }
        : { valueCodeableConcept: words(genotypeWords(gene)) }),
      ...derivedFrom(
        [...alleles.map((allele) => `pgx/${gene.gene}/${allele}`), ...(variants.get(gene.gene) ?? [])].map((name) =>
          writer.reference('Observation', name),
        ),
      ),
      ...(notes.length === 0 ? {} : { note: notes }),
      component: [named],
    });
  });
  const { record, options } = writer.input;
  const near = new Set(
    [...record.medications.map(({ name }) => name), ...options.options.flatMap(({ agents }) => agents)].map(drugName),
  );
  document.recommendations.forEach((advice, index) => {
    const phenotypes = advice.genes.flatMap((gene) => {
      const one = genes.get(gene);
      const phenotype = one === undefined ? null : toldPhenotype(one);
      return phenotype === null ? [] : [phenotype];
    });
    const { drug, ...rest } = advice;
    writer.add('Observation', `pgx-advice/${index}`, {
      ...writer.observed(genomics('therapeutic-implication'), 'laboratory', 'GE'),
      extension: [...cited(advice), extensionOf(own.advice, { ...rest, position: index })],
      code: genomicsConcept('therapeutic-implication'),
      ...derivedFrom(
        advice.genes.filter((gene) => genes.has(gene)).map((gene) => writer.reference('Observation', `pgx/${gene}`)),
      ),
      component: [
        component(loincConcept(loinc.medication), 'CodeableConcept', drugConcept(drug)),
        ...phenotypes.map((phenotype) =>
          component(genomicsConcept('therapeutic-implication'), 'CodeableConcept', phenotypeConcept(phenotype)),
        ),
        component(genomicsConcept('conclusion-string'), 'String', actionWords(advice)),
      ],
    });
    const light = lightOf(advice);
    if ((light === 'stop' || light === 'caution') && near.has(drugName(drug))) {
      writer.add('Medication', `pgx-advice/${index}`, {
        extension: [extensionOf(own.derived, true)],
        code: drugConcept(drug),
      });
      writer.add('Task', `pgx-advice/${index}`, {
        profile: genomics('medication-recommendation'),
        extension: [extensionOf(own.derived, true)],
        status: 'draft',
        intent: 'proposal',
        code: recommendation(advice),
        description: `${drug}: ${actionWords(advice)}`,
        focus: writer.reference('Medication', `pgx-advice/${index}`, drug),
        for: subject,
        reasonReference: writer.reference('Observation', `pgx-advice/${index}`),
      });
    }
  });
}

const cited = ({ source, guideline, url }: PgxAdvice): JsonObject[] =>
  /^https?:\/\/\S+$/.test(url)
    ? [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/workflow-relatedArtifact',
          valueRelatedArtifact: { type: 'citation', url, display: `${source}: ${guideline}` },
        },
      ]
    : [];

const derivedFrom = (references: JsonObject[]): JsonObject =>
  references.length === 0 ? {} : { derivedFrom: references };

function phenotypeConcept(phenotype: string): JsonObject {
  const known = Object.hasOwn(metabolizers, phenotype) ? metabolizers[phenotype] : undefined;
  return known === undefined ? words(phenotype) : answer(known, phenotype);
}

/** A dose is changed up or down; where the guideline says only that it changes, words stand alone. */
function recommendation(advice: PgxAdvice): JsonObject {
  const text = actionWords(advice);
  if (advice.action === 'avoid' || advice.action === 'consider-alternative')
    return answer(medicationActions.alternative, text);
  const [percent] = advice.startPercent ?? [];
  if (advice.action !== 'change-dose' || percent === undefined) return words(text);
  return answer(percent < 100 ? medicationActions.decrease : medicationActions.increase, text);
}

export const restOf = (document: PgxDocument): JsonObject =>
  defined({ ...document, genes: undefined, recommendations: undefined, genotypes: undefined } as unknown as JsonObject);
