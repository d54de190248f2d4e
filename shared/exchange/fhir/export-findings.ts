/**
 * Findings, what was not found, and evidence as observations of HL7 Genomics Reporting. A field that FHIR has an element
 * for stands there alone; the others stand in one extension beside it, so that nothing is said twice and can differ.
 */
import type { AssayedState } from '../../case/intake.ts';
import { biomarkerId } from '../../molecular/facts.ts';
import { type EvidenceMatch, type Finding, type PertinentStatement, rowKeysOf } from '../../molecular/profile.ts';
import { assemblies, genomics, loinc, microsatellites, presence, sourceClass, systems } from './codes.ts';
import {
  absent,
  answer,
  categories,
  coding,
  component,
  concept,
  drugConcept,
  geneConcept,
  genomicsConcept,
  loincConcept,
  ontologyTerm,
  quantity,
  words,
} from './elements.ts';
import { extensionOf } from './extension.ts';
import { defined, type JsonObject } from './json.ts';
import { own, ownCodes } from './names.ts';
import type { Writer } from './writer.ts';

const gene = (symbol: string): JsonObject =>
  component(loincConcept(loinc.gene), 'CodeableConcept', geneConcept(symbol));
const hgvs = (kind: 'coding' | 'protein' | 'genomic', name: string): JsonObject =>
  component(loincConcept(loinc[kind]), 'CodeableConcept', concept(systems.hgvs, name, name));

const transcriptSystem = (name: string): string => (name.startsWith('ENS') ? systems.ensembl : systems.refseq);

/** The rest of a document beside the fields that have an element of their own. */
function without(document: object, ...fields: string[]): JsonObject {
  return defined(Object.fromEntries(Object.entries(document).filter(([key]) => !fields.includes(key))));
}

/** Absent where nobody looked: `value` or `dataAbsentReason`, never both. */
function stated(state: AssayedState, reason?: string): JsonObject {
  switch (state) {
    case 'detected':
      return { valueCodeableConcept: answer(presence.present) };
    case 'tested-not-detected':
      return { valueCodeableConcept: answer(presence.absent) };
    case 'failed-qc':
      return { valueCodeableConcept: answer(presence.noCall) };
    case 'not-assayed':
      return { dataAbsentReason: absent('not-performed', reason ?? 'not assayed') };
  }
}

const changeTypes: Partial<Record<Finding['kind'], string>> = {
  amplification: 'copy_number_gain',
  gain: 'copy_number_gain',
  'deep-deletion': 'copy_number_loss',
  loss: 'copy_number_loss',
  fusion: 'gene_fusion',
};

interface Allele {
  readonly build: 'GRCh37' | 'GRCh38';
  readonly chromosome: string;
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

/** The allele that a variant's key names: build, chromosome, position, reference, alternate. */
export function alleleOf(key: string | undefined): Allele | undefined {
  const [build, chromosome, position, reference, alternate, ...more] = (key ?? '').split(':');
  const position1 = Number(position);
  if ((build !== 'GRCh37' && build !== 'GRCh38') || !chromosome || !reference || !alternate || more.length > 0)
    return undefined;
  return Number.isSafeInteger(position1) && position1 > 0
    ? { build, chromosome, position1, reference, alternate }
    : undefined;
}

function changeType(finding: Finding, allele: Allele | undefined): string | undefined {
  if (finding.kind !== 'small-variant') return changeTypes[finding.kind];
  if (allele === undefined) return undefined;
  if (allele.alternate === '-') return 'deletion';
  if (allele.reference === '-') return 'insertion';
  const [before, after] = [allele.reference.length, allele.alternate.length];
  if (before === after) return before === 1 ? 'SNV' : 'MNV';
  const anchored = allele.reference[0] === allele.alternate[0];
  if (anchored && after === 1) return 'deletion';
  return anchored && before === 1 ? 'insertion' : 'delins';
}

/** Chromosome, place and alleles; one-based, both ends in it. */
export function placeOf({ build, chromosome, position1, reference, alternate }: Allele): JsonObject[] {
  return [
    component(loincConcept(loinc.assembly), 'CodeableConcept', answer(assemblies[build])),
    component(loincConcept(loinc.chromosome), 'CodeableConcept', words(chromosome)),
    component(loincConcept(loinc.coordinates), 'CodeableConcept', answer(['LA30102-0', '1-based character counting'])),
    component(loincConcept(loinc.startEnd), 'Range', {
      low: { value: position1 },
      // An insertion lies between the base its key names and the next.
      high: { value: reference === '-' ? position1 + 1 : position1 + reference.length - 1 },
    }),
    component(loincConcept(loinc.referenceAllele), 'String', reference),
    component(loincConcept(loinc.alternateAllele), 'String', alternate),
  ];
}

export const isVariantKind = (kind: Finding['kind']): boolean => kind === 'small-variant' || kind in changeTypes;

/** One finding, with what follows from it: its consequence, and its class and tier as a diagnostic implication. */
export function findingResources(finding: Finding, position: number, writer: Writer): void {
  const name = `finding/${finding.id}`;
  if (isVariantKind(finding.kind)) variantResource(finding, position, name, writer);
  else measuredResource(finding, position, name, writer);
  if (finding.consequence !== undefined)
    writer.add('Observation', `consequence/${finding.id}`, {
      ...writer.observed(genomics('molecular-consequence'), 'laboratory', 'GE'),
      code: genomicsConcept('molecular-consequence'),
      derivedFrom: [writer.reference('Observation', name)],
      component: finding.consequence
        .split('&')
        .map((term) => component(genomicsConcept('feature-consequence'), 'CodeableConcept', ontologyTerm(term))),
    });
  if (finding.oncogenicity !== undefined || finding.tier !== undefined)
    writer.add('Observation', `class/${finding.id}`, {
      ...writer.observed(genomics('diagnostic-implication'), 'laboratory', 'GE'),
      ...(finding.oncogenicity === undefined
        ? {}
        : { extension: [extensionOf(own.oncogenicity, without(finding.oncogenicity, 'class'))] }),
      code: genomicsConcept('diagnostic-implication'),
      derivedFrom: [writer.reference('Observation', name)],
      component: [
        ...(finding.oncogenicity === undefined
          ? []
          : [
              component(
                loincConcept(loinc.significance),
                'CodeableConcept',
                concept(ownCodes.oncogenicity, finding.oncogenicity.class, finding.oncogenicity.class),
              ),
            ]),
        ...(finding.tier === undefined
          ? []
          : [
              component(
                loincConcept(loinc.evidenceLevel),
                'CodeableConcept',
                concept(ownCodes.tier, finding.tier, `AMP/ASCO/CAP tier ${finding.tier}`),
              ),
            ]),
        component(loincConcept(loinc.phenotype), 'CodeableConcept', writer.diagnosis),
      ],
    });
}

/** Notes and flags that a reader must not miss stand in words, too. */
function notesOf(finding: Finding, writer: Writer): JsonObject {
  const review = writer.input.board.reviews.find(({ findingId }) => findingId === finding.id);
  const notes = [
    ...finding.flags,
    ...(review === undefined
      ? []
      : [`${review.verdict} by the board${review.reason === undefined ? '' : `: ${review.reason}`}`]),
  ];
  return notes.length === 0 ? {} : { note: notes.map((text) => ({ text })) };
}

function variantResource(finding: Finding, position: number, name: string, writer: Writer): void {
  const allele = alleleOf(finding.variantKeys[0]);
  const type = changeType(finding, allele);
  const said: (readonly [string, JsonObject])[] = [];
  const say = (field: keyof Finding, made: JsonObject): void => void said.push([field, made]);
  if (finding.gene !== '') say('gene', gene(finding.gene));
  if (finding.gene2) say('gene2', gene(finding.gene2));
  if (finding.hgvsGenomic) say('hgvsGenomic', hgvs('genomic', finding.hgvsGenomic));
  if (finding.hgvsCoding) say('hgvsCoding', hgvs('coding', finding.hgvsCoding));
  if (finding.hgvsProtein) say('hgvsProtein', hgvs('protein', finding.hgvsProtein));
  if (finding.transcript)
    say(
      'transcript',
      component(
        loincConcept(loinc.transcript),
        'CodeableConcept',
        concept(transcriptSystem(finding.transcript), finding.transcript),
      ),
    );
  say('origin', component(loincConcept(loinc.source), 'CodeableConcept', answer(sourceClass[finding.origin])));
  if (finding.alleleFraction !== undefined)
    say('alleleFraction', component(loincConcept(loinc.fraction), 'Quantity', fractionOf(finding.alleleFraction)));
  if (finding.depth !== undefined)
    say('depth', component(loincConcept(loinc.depth), 'Quantity', quantity(finding.depth, '1', 'reads')));
  if (finding.totalCopies !== undefined)
    say('totalCopies', component(loincConcept(loinc.copies), 'Quantity', quantity(finding.totalCopies, '1', 'copies')));
  const seen = frequencyOf(finding, writer);
  const fields = said.map(([field]) => field);
  writer.add('Observation', name, {
    ...writer.observed(genomics('variant'), 'laboratory', 'GE'),
    extension: [
      extensionOf(own.finding, {
        ...without(finding, ...fields, ...elsewhere),
        position,
        frame: frameOf(finding, writer),
        source: sourceOf(finding, writer),
      }),
    ],
    code: loincConcept(loinc.variant),
    ...stated(finding.state),
    ...notesOf(finding, writer),
    component: [
      ...said.map(([, made]) => made),
      ...(type === undefined ? [] : [component(loincConcept(loinc.changeType), 'CodeableConcept', ontologyTerm(type))]),
      ...(allele === undefined ? [] : placeOf(allele)),
      ...(seen === undefined
        ? []
        : [component(loincConcept(loinc.frequency), 'Quantity', quantity(seen, '1', 'fraction'))]),
    ],
  });
}

/** The frequency that the laboratory's file gives; without it a common change would be judged as a rare one. */
const frequencyOf = (finding: Finding, { input }: Writer): number | undefined =>
  input.intake.variants.find(({ key }) => finding.variantKeys.includes(key))?.annotation?.populationFrequency;

/**
 * What the laboratory's file says of it and a finding holds in no field of its own: why its caller did not let a change pass,
 * without which it would come back as one that passed; by which assay and against what a biomarker was read.
 */
function sourceOf(finding: Finding, { input }: Writer): JsonObject | undefined {
  const { kind, gene, biomarker, state } = finding;
  if (kind === 'small-variant') {
    const keys = rowKeysOf(finding);
    const filter = input.intake.variants.find((row) => keys.includes(row.key) && row.filter !== 'PASS')?.filter;
    return filter === undefined ? undefined : { filter };
  }
  const place = input.intake.biomarkers.findIndex(
    ({ name, label, value, unit, method }) =>
      gene === (name === 'other' ? label : name) &&
      unit === biomarker?.unit &&
      method === biomarker?.method &&
      (value === biomarker?.value || state === 'failed-qc'),
  );
  const read = input.intake.biomarkers[place];
  return read === undefined
    ? undefined
    : defined({
        place,
        label: read.label,
        threshold: read.threshold,
        assayId: read.assayId,
        // A finding whose value is not valid says that in its place.
        value: state === 'failed-qc' ? read.value : undefined,
      });
}

/** Whether a fusion keeps the reading frame, as its caller says: a finding has it in no field of its own. */
function frameOf({ kind, title, variantKeys }: Finding, { input }: Writer): 'in-frame' | 'out-of-frame' | undefined {
  if (kind !== 'fusion') return undefined;
  const inFrame = input.intake.fusions.find(
    ({ gene5, gene3, breakpoint5 = '?', breakpoint3 = '?' }) =>
      title === `${gene5}::${gene3}` && (variantKeys[0] ?? '?–?') === `${breakpoint5}–${breakpoint3}`,
  )?.inFrame;
  return inFrame === undefined ? undefined : inFrame ? 'in-frame' : 'out-of-frame';
}

/** Fields that stand in resources of their own. */
const elsewhere = ['state', 'consequence', 'oncogenicity', 'tier'];

const fractionOf = (value: number): JsonObject =>
  quantity(value, '1', 'relative frequency of a particular allele in the specimen');

/** UCUM of a tumor mutational burden per megabase. */
export const PER_MEGABASE = '1/1000000{Base}';

/** Biomarkers and values far from a cohort's: measured, not called. */
function measuredResource(finding: Finding, position: number, name: string, writer: Writer): void {
  const { biomarker } = finding;
  const isGene = biomarker === undefined && finding.gene !== '';
  const isBurden = finding.id === biomarkerId('TMB');
  const isMicrosatellite = finding.id === biomarkerId('MSI');
  const code = isBurden
    ? loincConcept(loinc.tmb)
    : isMicrosatellite
      ? loincConcept(loinc.msi)
      : concept(ownCodes.finding, finding.kind, undefined, finding.title);
  const value = biomarker?.value;
  const stability =
    typeof value === 'string' && Object.hasOwn(microsatellites, value) ? microsatellites[value] : undefined;
  const isValid = finding.state === 'detected';
  const measured: JsonObject = !isValid
    ? { dataAbsentReason: absent('error', biomarker?.validity ?? finding.state) }
    : typeof value === 'number'
      ? {
          valueQuantity:
            isBurden && /m(ega)?b/i.test(biomarker?.unit ?? '')
              ? quantity(value, PER_MEGABASE, biomarker?.unit ?? '')
              : defined({ value, unit: biomarker?.unit }),
        }
      : value !== undefined
        ? { valueCodeableConcept: stability === undefined ? words(value) : answer(stability, value) }
        : finding.expressionZ !== undefined
          ? { valueQuantity: quantity(finding.expressionZ, '1', 'z-score') }
          : { dataAbsentReason: absent('unknown', 'the value is not stated') };
  writer.add('Observation', name, {
    ...writer.observed(biomarker === undefined ? undefined : genomics('molecular-biomarker'), 'laboratory', 'GE'),
    ...(biomarker === undefined
      ? {}
      : { category: [...categories('laboratory', 'GE'), genomicsConcept('biomarker-category')] }),
    extension: [
      extensionOf(own.finding, {
        position,
        source: sourceOf(finding, writer),
        ...without(
          finding,
          ...elsewhere.slice(1),
          ...(isValid ? ['biomarker', 'expressionZ'] : []),
          ...(isGene ? ['gene'] : []),
        ),
        ...(biomarker === undefined || !isValid ? {} : { biomarker: without(biomarker, 'value') }),
      }),
    ],
    code,
    ...measured,
    ...notesOf(finding, writer),
    component: [
      ...(isGene ? [gene(finding.gene)] : []),
      ...(biomarker === undefined
        ? []
        : [
            component(
              genomicsConcept('biomarker-category'),
              'CodeableConcept',
              concept(systems.biomarkerCategory, isBurden || isMicrosatellite ? 'molgen' : 'immunoassay'),
            ),
          ]),
    ],
  });
}

/** Tested and not found, failed, or not assayed: three answers that are never one. */
export function pertinentResource(statement: PertinentStatement, index: number, writer: Writer): void {
  writer.add('Observation', `pertinent/${index}`, {
    ...writer.observed(genomics('variant'), 'laboratory', 'GE'),
    extension: [extensionOf(own.pertinent, { ...without(statement, 'gene', 'state'), position: index })],
    code: loincConcept(loinc.variant),
    ...stated(statement.state, statement.reason),
    ...(statement.reason === '' ? {} : { note: [{ text: statement.reason }] }),
    component: [gene(statement.gene)],
  });
}

const RESPONSES: Readonly<Record<string, readonly [string, string]>> = {
  'supports Sensitivity/Response': ['LA6677-4', 'Responsive'],
  'supports Resistance': ['LA6676-6', 'Resistant'],
};

/** A statement of a knowledge pack that this case meets; predictive ones as therapeutic implications. */
export function evidenceResource(match: EvidenceMatch, index: number, writer: Writer): void {
  const isPredictive = match.type === 'predictive';
  const code = isPredictive ? 'therapeutic-implication' : 'diagnostic-implication';
  const response = RESPONSES[`${match.direction} ${match.significance}`];
  const said = isPredictive ? genomicsConcept('therapeutic-implication') : loincConcept(loinc.significance);
  const significance =
    match.significance === ''
      ? []
      : [
          component(
            said,
            'CodeableConcept',
            isPredictive && response !== undefined ? answer(response, match.significance) : words(match.significance),
          ),
        ];
  const elsewhereFields = ['level', 'therapies', 'significance', 'disease', 'profileName'].filter(
    (field) => match[field as 'significance'] !== '',
  );
  // A statement may rest on a change that is folded out of the list of findings.
  const listed = match.findingIds.filter((id) => writer.listed.has(id));
  const cites = /^https?:\/\/\S+$/.test(match.url)
    ? [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/workflow-relatedArtifact',
          valueRelatedArtifact: { type: 'citation', url: match.url },
        },
      ]
    : [];
  writer.add('Observation', `evidence/${index}`, {
    ...writer.observed(genomics(code), 'laboratory', 'GE'),
    extension: [
      ...cites,
      extensionOf(own.evidence, {
        ...without(match, ...elsewhereFields),
        position: index,
      }),
    ],
    code: genomicsConcept(code),
    ...(listed.length === 0
      ? {}
      : { derivedFrom: listed.map((id) => writer.reference('Observation', `finding/${id}`)) }),
    component: [
      ...match.therapies.map((agent) =>
        component(loincConcept(loinc.medication), 'CodeableConcept', drugConcept(agent)),
      ),
      ...significance,
      component(loincConcept(loinc.evidenceLevel), 'CodeableConcept', {
        coding: [coding(ownCodes.evidenceLevel, match.level, `CIViC level ${match.level}`)],
      }),
      ...(match.disease === ''
        ? []
        : [component(loincConcept(loinc.phenotype), 'CodeableConcept', words(match.disease))]),
      ...(match.profileName === ''
        ? []
        : [component(genomicsConcept('conclusion-string'), 'String', match.profileName)]),
    ],
  });
}
