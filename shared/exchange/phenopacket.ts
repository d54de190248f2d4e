/**
 * Phenopacket Schema 2.0 (GA4GH; ISO 4454) of one patient: diagnosis, specimens, variants with their interpretation, what was
 * given before. A phenopacket has no word for a gene that was not assayed, so nothing but what was found goes into it.
 */

import type { CaseRecord } from '../case/case-record.ts';
import type { Finding, MolecularProfile } from '../molecular/profile.ts';
import type { ReportInput } from '../report/report-input.ts';
import { plural } from '../report/words.ts';
import { alleleOf, isVariantKind } from './fhir/export-findings.ts';
import { defined, isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './fhir/json.ts';
import { calledGenes, counted, PHARMACOGENES_STAY, type Withheld } from './withheld.ts';

export interface PhenopacketInput {
  readonly record: CaseRecord;
  readonly profile: MolecularProfile;
  readonly options: ReportInput['options'];
  readonly board: ReportInput['board'];
  /** ISO 8601. */
  readonly composedAt: string;
  readonly version: string;
}

const SEX: Readonly<Record<CaseRecord['patient']['sex'], string>> = {
  female: 'FEMALE',
  male: 'MALE',
  other: 'OTHER_SEX',
  unknown: 'UNKNOWN_SEX',
};

const term = (id: string, label: string): JsonObject => ({ id, label });

/** Somatic class and tier have no element of their own; they stand in the description of the variant. */
function variantOf(finding: Finding): JsonObject {
  const allele = alleleOf(finding.variantKeys[0]);
  const expressions = [
    ['hgvs.g', finding.hgvsGenomic],
    ['hgvs.c', finding.hgvsCoding],
    ['hgvs.p', finding.hgvsProtein],
  ].flatMap(([syntax, value]) => (value === undefined ? [] : [{ syntax: syntax as string, value }]));
  return {
    variationDescriptor: defined({
      id: finding.id,
      label: `${finding.gene} ${finding.title}`,
      description: [
        finding.oncogenicity === undefined ? undefined : `oncogenicity: ${finding.oncogenicity.class}`,
        finding.tier === undefined ? undefined : `AMP/ASCO/CAP tier ${finding.tier}`,
        ...finding.flags,
      ]
        .filter((one) => one !== undefined)
        .join('; '),
      geneContext: finding.gene === '' ? undefined : { valueId: `symbol:${finding.gene}`, symbol: finding.gene },
      expressions: expressions.length === 0 ? undefined : expressions,
      vcfRecord:
        allele === undefined
          ? undefined
          : {
              genomeAssembly: allele.build,
              chrom: allele.chromosome,
              // A 64-bit number is text in the JSON of protocol buffers.
              ...anchored(allele),
            },
      moleculeContext: 'genomic',
      extensions:
        finding.alleleFraction === undefined
          ? undefined
          : [{ name: 'allele-fraction', value: String(finding.alleleFraction) }],
    }),
  };
}

/** A deletion or an insertion by the base before it, which is not known here: N, as VCF allows. */
function anchored({
  position1,
  reference,
  alternate,
}: Pick<NonNullable<ReturnType<typeof alleleOf>>, 'position1' | 'reference' | 'alternate'>) {
  if (reference === '-') return { pos: String(position1), ref: 'N', alt: `N${alternate}` };
  if (alternate === '-') return { pos: String(position1 - 1), ref: `N${reference}`, alt: 'N' };
  return { pos: String(position1), ref: reference, alt: alternate };
}

/** The case as a phenopacket; the same input gives the same document. */
export function exportPhenopacket(input: PhenopacketInput): {
  readonly phenopacket: JsonObject;
  readonly withheld: readonly Withheld[];
} {
  const { record, profile, composedAt, version } = input;
  const disease = term(`OncoTree:${record.diagnosis.oncotreeCode}`, record.diagnosis.name);
  const variants = profile.findings.filter(({ kind, state }) => isVariantKind(kind) && state === 'detected');
  const called = variants.filter(
    ({ variantKeys, hgvsCoding }) => alleleOf(variantKeys[0]) !== undefined || hgvsCoding !== undefined,
  );
  const tumor =
    record.specimens.find(({ origin }) => origin !== 'normal')?.id ?? record.specimens[0]?.id ?? record.caseId;
  const phenopacket = defined({
    id: record.caseId,
    subject: defined({
      id: record.patient.pseudonym,
      sex: SEX[record.patient.sex],
      timeAtLastEncounter:
        record.patient.ageYears === undefined
          ? undefined
          : { age: { iso8601duration: `P${record.patient.ageYears}Y` } },
      taxonomy: term('NCBITaxon:9606', 'Homo sapiens'),
    }),
    biosamples: record.specimens.map((specimen) =>
      defined({
        id: specimen.id,
        individualId: record.patient.pseudonym,
        description: [specimen.kind, specimen.origin, specimen.preservation, specimen.site]
          .filter((one) => one !== undefined)
          .join(', '),
        histologicalDiagnosis: specimen.origin === 'normal' ? undefined : disease,
      }),
    ),
    phenotypicFeatures:
      record.phenotypes === undefined
        ? undefined
        : record.phenotypes.map(({ hpo, name, excluded }) => defined({ type: term(hpo, name ?? hpo), excluded })),
    diseases: [
      defined({
        term: disease,
        diseaseStage:
          record.diagnosis.stage === undefined ? undefined : [term('stage:as-reported', record.diagnosis.stage)],
      }),
    ],
    interpretations: [
      {
        id: `${record.caseId}-interpretation`,
        progressStatus: 'IN_PROGRESS',
        diagnosis: {
          disease,
          genomicInterpretations: called.map((finding) => ({
            subjectOrBiosampleId: finding.origin === 'germline' ? record.patient.pseudonym : tumor,
            // Whether a variant is a cause of disease is a germline question; a somatic class is no answer to it.
            interpretationStatus: 'UNKNOWN_STATUS',
            variantInterpretation: {
              acmgPathogenicityClassification: 'NOT_PROVIDED',
              therapeuticActionability:
                finding.tier === 'I' || finding.tier === 'II' ? 'ACTIONABLE' : 'UNKNOWN_ACTIONABILITY',
              ...variantOf(finding),
            },
          })),
        },
      },
    ],
    metaData: {
      created: composedAt,
      createdBy: `Consilium ${version}`,
      phenopacketSchemaVersion: '2.0',
      resources: [
        {
          id: 'oncotree',
          name: 'OncoTree',
          url: 'http://oncotree.mskcc.org',
          version: 'as in the case',
          namespacePrefix: 'OncoTree',
          iriPrefix: 'http://data.mskcc.org/ontologies/oncotree/',
        },
      ],
    },
  });
  const kept = new Set(called.map(({ id }) => id));
  const left = profile.findings.filter(({ id }) => !kept.has(id)).length;
  const withheld = [
    ...(left === 0
      ? []
      : [
          {
            what: plural(left, 'finding'),
            why: 'a phenopacket has no element for copies, fusions and measured values',
          },
        ]),
    {
      what: plural(profile.pertinent.length, 'pertinent statement'),
      why: 'a phenopacket cannot tell not assayed from not found',
    },
    ...counted([
      [calledGenes(input), 'called pharmacogene', 'called pharmacogenes', PHARMACOGENES_STAY],
      [record.therapyLines.length, 'line of therapy', 'lines of therapy', 'not written as medical actions here'],
      [
        record.medications.length + record.allergies.length,
        'medicine or allergy',
        'medicines and allergies',
        'a phenopacket does not tell what is taken now',
      ],
      [record.labs.length, 'laboratory value', 'laboratory values', 'not written as measurements here'],
      [
        record.familyHistory.length,
        'condition of a relative',
        'conditions of relatives',
        'a phenopacket is of one person',
      ],
      [
        profile.evidence.length,
        'statement of evidence',
        'statements of evidence',
        'a phenopacket has no element for it',
      ],
      [input.options.options.length, 'treatment option', 'treatment options', 'a phenopacket has no element for it'],
      [
        input.board.decision === undefined ? 0 : 1,
        'decision of the board',
        'decisions of the board',
        'a phenopacket has no element for it',
      ],
    ]),
    { what: 'assays and the genes they read', why: 'a phenopacket has no element for what was tested' },
    { what: 'notes, course and names', why: 'free text may name people; it stays in the case bundle' },
  ];
  return { phenopacket, withheld };
}

export interface ReadPhenopacket {
  readonly oncotreeCode: string | undefined;
  readonly sex: CaseRecord['patient']['sex'];
  readonly ageYears: number | undefined;
  readonly specimenIds: readonly string[];
  readonly variants: readonly {
    readonly place: string;
    /** The subject or the biosample it is of, by the packet's own name. */
    readonly of: string | undefined;
    readonly gene: string | undefined;
    /** As `ObservedVariant.key`. */
    readonly key: string | undefined;
    readonly hgvs: Readonly<Record<string, string>>;
    readonly alleleFraction: number | undefined;
  }[];
  readonly quarantined: readonly { readonly place: string; readonly reason: string }[];
}

/** A phenopacket of one patient, of bounded JSON. What denies or cannot be told is set aside with its place. */
export function readPhenopacket(root: JsonObject): ReadPhenopacket {
  const subject = objectOf(root.subject);
  const quarantined: { place: string; reason: string }[] = [];
  const variants: ReadPhenopacket['variants'][number][] = [];
  objectsOf(root.interpretations).forEach((interpretation, index) => {
    objectsOf(objectOf(interpretation.diagnosis)?.genomicInterpretations).forEach((genomic, place) => {
      const at = `interpretations[${index}].diagnosis.genomicInterpretations[${place}]`;
      const descriptor = objectOf(objectOf(genomic.variantInterpretation)?.variationDescriptor);
      if (genomic.interpretationStatus === 'REJECTED')
        quarantined.push({ place: at, reason: 'the interpretation was rejected' });
      else if (descriptor === undefined) quarantined.push({ place: at, reason: 'it names no variant' });
      else variants.push({ place: at, of: textOf(genomic.subjectOrBiosampleId), ...variantFrom(descriptor) });
    });
  });
  const terms = objectsOf(root.diseases)
    .filter(({ excluded }) => excluded !== true)
    .map(({ term: one }) => textOf(objectOf(one)?.id))
    .filter((id) => id?.startsWith('OncoTree:'));
  const years = /^P(\d{1,3})Y/.exec(
    textOf(objectOf(objectOf(subject?.timeAtLastEncounter)?.age)?.iso8601duration) ?? '',
  )?.[1];
  const sex = Object.entries(SEX).find(([, word]) => word === subject?.sex)?.[0];
  return {
    oncotreeCode: terms[0]?.slice('OncoTree:'.length),
    sex: (sex ?? 'unknown') as CaseRecord['patient']['sex'],
    ageYears: years === undefined ? undefined : Number(years),
    specimenIds: objectsOf(root.biosamples)
      .map(({ id }) => textOf(id))
      .filter((id) => id !== undefined),
    variants,
    quarantined,
  };
}

function variantFrom(descriptor: JsonObject): Omit<ReadPhenopacket['variants'][number], 'place' | 'of'> {
  const record = objectOf(descriptor.vcfRecord);
  const [build, chromosome, reference, alternate] = ['genomeAssembly', 'chrom', 'ref', 'alt'].map((key) =>
    textOf(record?.[key]),
  );
  const position = Number(textOf(record?.pos) ?? numberOf(record?.pos));
  const assembly = /^(hg19|GRCh37)/i.test(build ?? '')
    ? 'GRCh37'
    : /^(hg38|GRCh38)/i.test(build ?? '')
      ? 'GRCh38'
      : undefined;
  const isWhole =
    assembly !== undefined &&
    Boolean(chromosome) &&
    // A symbolic allele such as <DEL> names no bases.
    [reference, alternate].every((bases) => /^(?:[ACGTN]+|-)$/i.test(bases ?? '')) &&
    Number.isSafeInteger(position) &&
    position > 0;
  const fraction = objectsOf(descriptor.extensions).find(({ name }) => name === 'allele-fraction')?.value;
  const alleleFraction = Number(textOf(fraction as Json | undefined) ?? Number.NaN);
  return {
    gene: isObject(descriptor.geneContext) ? textOf(descriptor.geneContext.symbol) : undefined,
    key: isWhole
      ? keyFrom(assembly, chromosome?.replace(/^chr/, '') ?? '', position, reference ?? '', alternate ?? '')
      : undefined,
    hgvs: Object.fromEntries(
      objectsOf(descriptor.expressions).flatMap(({ syntax, value }) =>
        typeof syntax === 'string' && typeof value === 'string' ? [[syntax, value]] : [],
      ),
    ),
    alleleFraction: alleleFraction >= 0 && alleleFraction <= 1 ? alleleFraction : undefined,
  };
}

/** The key of a VCF's alleles as `ObservedVariant.key` writes it: bases that both share at either end are left out. */
export function keyFrom(
  build: string,
  chromosome: string,
  position1: number,
  reference: string,
  alternate: string,
): string {
  let [from, to, at] = [reference.replace(/^-$/, ''), alternate.replace(/^-$/, ''), position1];
  if (from.length === 1 && to.length === 1) return `${build}:${chromosome}:${at}:${from}:${to}`;
  if (reference === '-') at += 1;
  while (from !== '' && to !== '' && from.at(-1) === to.at(-1)) [from, to] = [from.slice(0, -1), to.slice(0, -1)];
  while (from !== '' && to !== '' && from[0] === to[0]) [from, to, at] = [from.slice(1), to.slice(1), at + 1];
  return `${build}:${chromosome}:${from === '' ? at - 1 : at}:${from === '' ? '-' : from}:${to === '' ? '-' : to}`;
}
