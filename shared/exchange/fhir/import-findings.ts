/** Observations of Genomics Reporting as findings, pertinent statements and evidence. */
import { EvidenceMatch, Finding, PertinentStatement } from '../../molecular/profile.ts';
import { symbolOfHgnc } from '../hgnc.ts';
import type { Placed } from './bundle.ts';
import {
  assemblies,
  codeIn,
  codingsOf,
  hasGenomicsCode,
  hasLoinc,
  loinc,
  microsatellites,
  ontologyTerms,
  plainSystem,
  sourceClass,
  statedBy,
  systems,
  wordsOf,
} from './codes.ts';
import { carried, carriedObject } from './extension.ts';
import { defined, isObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { own, ownCodes } from './names.ts';
import { componentsOf, ofType, type Reader } from './reader.ts';

export interface Positioned<Value> {
  readonly position: number;
  readonly value: Value;
}

const valueConcept = (element: JsonObject | undefined): JsonObject | undefined =>
  objectOf(element?.valueCodeableConcept);
/** Undefined where a comparator makes the value a bound: "< 5" is not 5. */
const quantityOf = (element: JsonObject | undefined): number | undefined => {
  const quantity = objectOf(element?.valueQuantity);
  return quantity?.comparator === undefined ? numberOf(quantity?.value) : undefined;
};

/** A count, which is whole and not negative. */
const countOf = (element: JsonObject | undefined): number | undefined => {
  const value = quantityOf(element);
  return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
};

/** A share from 0 to 1: of unit 1, of none, or percent (UCUM). Any other unit, or a value beyond it, is no share. */
const fractionOf = (element: JsonObject | undefined): number | undefined => {
  const value = quantityOf(element);
  const { code, unit } = objectOf(element?.valueQuantity) ?? {};
  const said = textOf(code) ?? textOf(unit) ?? '1';
  const isShare = said === '1' || (textOf(code) === undefined && /^(relative frequency|fraction|ratio)?$/i.test(said));
  const share = value === undefined ? undefined : said === '%' ? value / 100 : isShare ? value : undefined;
  return share !== undefined && share >= 0 && share <= 1 ? share : undefined;
};

/** The name in a concept: its code where the system is the one asked for, else what a person reads. */
const nameIn = (concept: JsonObject | undefined, system: string): string | undefined =>
  codeIn(concept, system) ?? wordsOf(concept);

/** A gene's symbol stands as the display of its HGNC number, or as text. */
const symbolOf = (component: JsonObject): string | undefined => {
  const concept = valueConcept(component);
  const coded = codingsOf(concept).find(({ system }) => plainSystem(system) === systems.hgnc);
  return coded?.display ?? symbolOfHgnc(coded?.code) ?? wordsOf(concept) ?? textOf(component.valueString);
};

const originOf = (resource: JsonObject): Finding['origin'] | undefined => {
  const [component] = componentsOf(resource, loinc.source);
  if (component === undefined) return undefined;
  const code = codeIn(valueConcept(component), systems.loinc);
  const said = (saidIn(component) ?? '').toLowerCase();
  const is = ([answer, name]: readonly [string, string]) => code === answer || said === name.toLowerCase();
  return is(sourceClass.somatic) ? 'somatic' : is(sourceClass.germline) ? 'germline' : 'unknown';
};

/** What a component says in words, as a concept or as a string. */
const saidIn = (component: JsonObject | undefined): string | undefined =>
  wordsOf(valueConcept(component)) ?? textOf(component?.valueString);
const BUILDS = [
  [/^(?:GRCh38|hg38)(?:\.p\d+)?$/i, 'GRCh38'],
  [/^(?:GRCh37|hg19)(?:\.p\d+)?$/i, 'GRCh37'],
] as const;

/** Build, chromosome, position and alleles as a variant's key, where the observation gives all five. */
function keyOf(resource: JsonObject): string | undefined {
  const [assembly] = componentsOf(resource, loinc.assembly);
  const code = codeIn(valueConcept(assembly), systems.loinc);
  const named = BUILDS.find(([pattern]) => pattern.test(saidIn(assembly) ?? ''))?.[1];
  const build = Object.entries(assemblies).find(([, [loincCode]]) => loincCode === code)?.[0] ?? named;
  const chromosome = saidIn(componentsOf(resource, loinc.chromosome)[0])?.replace(/^chr(omosome)?\s*/i, '');
  const position = numberOf(objectOf(objectOf(componentsOf(resource, loinc.startEnd)[0]?.valueRange)?.low)?.value);
  const [reference, alternate] = [loinc.referenceAllele, loinc.alternateAllele].map((code) =>
    textOf(componentsOf(resource, code)[0]?.valueString),
  );
  const [coordinates] = componentsOf(resource, loinc.coordinates);
  const oneBased =
    codeIn(valueConcept(coordinates), systems.loinc) === 'LA30102-0' ||
    /^1-based character counting$/i.test(saidIn(coordinates) ?? '');
  const areBases = [reference, alternate].every((bases) => /^(?:[ACGTN]+|-)$/i.test(bases ?? ''));
  if (build === undefined || !chromosome || position === undefined || !areBases || !oneBased) return undefined;
  return /^[0-9]{1,2}$|^[XYM]T?$/.test(chromosome)
    ? `${build}:${chromosome}:${position}:${reference}:${alternate}`
    : undefined;
}

/** The fields that stand in components of a variant. */
function variantFields(resource: JsonObject): JsonObject {
  const genes = componentsOf(resource, loinc.gene).map(symbolOf);
  const name = (code: (typeof loinc)[keyof typeof loinc], system: string): string | undefined =>
    nameIn(valueConcept(componentsOf(resource, code)[0]), system) ??
    textOf(componentsOf(resource, code)[0]?.valueString);
  return defined({
    gene: genes[0],
    gene2: genes[1],
    hgvsGenomic: name(loinc.genomic, systems.hgvs),
    hgvsCoding: name(loinc.coding, systems.hgvs),
    hgvsProtein: name(loinc.protein, systems.hgvs),
    transcript: name(loinc.transcript, systems.refseq),
    origin: originOf(resource),
    alleleFraction: fractionOf(componentsOf(resource, loinc.fraction)[0]),
    depth: countOf(componentsOf(resource, loinc.depth)[0]),
    totalCopies: quantityOf(componentsOf(resource, loinc.copies)[0]),
  });
}

const isVariant = ({ resource }: Placed): boolean => hasLoinc(resource, loinc.variant);
const isBurden = ({ resource }: Placed): boolean => hasLoinc(resource, loinc.tmb);
const isMicrosatellite = ({ resource }: Placed): boolean => hasLoinc(resource, loinc.msi);

/** Terms as this program writes them; an identifier that is not known here keeps its display. */
const termName = (concept: JsonObject | undefined): string[] => {
  const coded = codingsOf(concept).filter(({ system }) => plainSystem(system) === systems.sequenceOntology);
  const names = coded.map(
    ({ code, display }) => Object.entries(ontologyTerms).find(([, id]) => id === code)?.[0] ?? display ?? code ?? '',
  );
  return names.length > 0 ? names : [wordsOf(concept) ?? ''];
};

/** Observations by what they are derived from. */
function derivations(reader: Reader): ReadonlyMap<Placed, readonly Placed[]> {
  const derived = new Map<Placed, Placed[]>();
  for (const placed of ofType(reader.kept, 'Observation'))
    for (const { reference } of objectsOf(placed.resource.derivedFrom)) {
      const from = typeof reference === 'string' ? reader.bundle.resolve(reference, placed) : undefined;
      if (from === undefined) continue;
      const list = derived.get(from);
      if (list === undefined) derived.set(from, [placed]);
      else list.push(placed);
    }
  return derived;
}

/** What other observations say of this one: consequence, class, tier. */
function derivedFields(derived: readonly Placed[] = []): JsonObject {
  let fields: JsonObject = {};
  for (const { resource } of derived) {
    if (hasGenomicsCode(resource, 'molecular-consequence')) {
      const terms = objectsOf(resource.component)
        .filter((component) => hasGenomicsCode(component, 'feature-consequence'))
        .flatMap((component) => termName(valueConcept(component)))
        .filter((term) => term !== '');
      if (terms.length > 0 && fields.consequence === undefined) fields = { ...fields, consequence: terms.join('&') };
    }
    if (hasGenomicsCode(resource, 'diagnostic-implication')) {
      const judged = codeIn(valueConcept(componentsOf(resource, loinc.significance)[0]), ownCodes.oncogenicity);
      const detail = carriedObject(resource, own.oncogenicity);
      if (judged !== undefined && detail !== undefined)
        fields = { ...fields, oncogenicity: { ...detail, class: judged } };
      const tier = componentsOf(resource, loinc.evidenceLevel)
        .map((component) => codeIn(valueConcept(component), ownCodes.tier))
        .find((code) => code !== undefined);
      if (tier !== undefined) fields = { ...fields, tier };
    }
  }
  return fields;
}

/** The fields a measured observation holds outside its detail. */
function measuredFields(resource: JsonObject, detail: JsonObject): JsonObject {
  const value =
    quantityOf(resource) ??
    wordsOf(valueConcept(resource)) ??
    textOf(resource.valueString) ??
    numberOf(resource.valueInteger);
  const genes = componentsOf(resource, loinc.gene).map(symbolOf);
  const held = objectOf(detail.biomarker);
  if (held !== undefined) return value === undefined ? {} : { biomarker: { ...held, value } };
  return defined({ gene: genes[0], expressionZ: typeof value === 'number' ? value : undefined });
}

/** Findings read, each with the observation it is of. */
export interface ReadFindings {
  readonly findings: readonly Finding[];
  readonly frequencies: readonly { readonly findingId: string; readonly fraction: number }[];
  readonly frames: readonly { readonly findingId: string; readonly frame: string }[];
  readonly sources: ReadonlyMap<string, JsonObject>;
  /** Ids of findings that say again what a table of the bundle holds: none where that is read. */
  readonly again: ReadonlySet<string>;
}

/** Findings of this program's own making first, in their order; then those of others, in the bundle's. */
export function readFindings(reader: Reader): ReadFindings {
  const frequencies: { findingId: string; fraction: number }[] = [];
  const frames: { findingId: string; frame: string }[] = [];
  const sources = new Map<string, JsonObject>();
  const seen = ({ resource }: Placed, { id: findingId }: Finding): void => {
    const fraction = fractionOf(componentsOf(resource, loinc.frequency)[0]);
    if (fraction !== undefined) frequencies.push({ findingId, fraction });
  };
  const ownFindings: Positioned<Finding>[] = [];
  const others: Finding[] = [];
  const again = new Set<string>();
  const derived = derivations(reader);
  for (const placed of ofType(reader.kept, 'Observation')) {
    const { resource } = placed;
    if (carriedObject(resource, own.pertinent) !== undefined) continue;
    const detail = carriedObject(resource, own.finding);
    if (detail !== undefined) {
      const { position, frame, source, ...fields } = detail;
      const said = isVariant(placed)
        ? { ...variantFields(resource), ...defined({ state: statedBy(resource)?.state }) }
        : measuredFields(resource, fields);
      const finding = reader.checked(
        placed,
        Finding,
        { ...fields, ...said, ...derivedFields(derived.get(placed)) },
        'extension',
      );
      if (finding !== undefined) {
        ownFindings.push({ position: numberOf(position) ?? 0, value: finding });
        seen(placed, finding);
        const told = objectOf(source);
        if (told !== undefined) sources.set(finding.id, told);
        if (frame === 'in-frame' || frame === 'out-of-frame') frames.push({ findingId: finding.id, frame });
      }
    } else if (isVariant(placed) || isBurden(placed) || isMicrosatellite(placed)) {
      const made = isVariant(placed)
        ? foreignVariant(placed, reader, derived.get(placed))
        : foreignBiomarker(placed, reader);
      if (made !== undefined) {
        const [share] = componentsOf(resource, loinc.fraction);
        if (share?.valueQuantity !== undefined && fractionOf(share) === undefined)
          reader.setAside(placed, 'its allele fraction is a bound, of another unit, or no share', 'component');
        others.push(made);
        if (carried(resource, own.derived) === true) again.add(made.id);
        seen(placed, made);
      }
    }
  }
  return {
    findings: [...ownFindings.sort((a, b) => a.position - b.position).map(({ value }) => value), ...others],
    frequencies,
    frames,
    sources,
    again,
  };
}

const UNREAD = 'as another system reports it; not interpreted here yet';

/** What every finding of another system has: nothing that was not said. */
const unread = (id: string): JsonObject => ({
  id,
  tierDefining: [],
  supporting: [],
  whyHere: UNREAD,
  needsYou: true,
});

function foreignVariant(placed: Placed, reader: Reader, derived: readonly Placed[] | undefined): Finding | undefined {
  const { resource, place } = placed;
  const stated = statedBy(resource);
  if (stated === undefined) {
    reader.setAside(placed, 'it says neither present nor absent', 'value');
    return undefined;
  }
  const fields = variantFields(resource);
  const types = objectsOf(resource.component)
    .filter((component) => hasLoinc(component, loinc.changeType))
    .flatMap((component) => termName(valueConcept(component)));
  const key = keyOf(resource);
  const copies = numberOf(fields.totalCopies);
  const isFusion = types.includes('gene_fusion') || textOf(fields.gene2) !== undefined;
  const isCopies = copies !== undefined || types.some((type) => /copy_number/.test(type));
  const kind = isFusion
    ? 'fusion'
    : isCopies
      ? types.includes('copy_number_loss') || (copies ?? 3) < 2
        ? 'loss'
        : 'gain'
      : 'small-variant';
  const [discrete] = objectsOf(resource.component).filter((component) => hasLoinc(component, ['81252-9', '']));
  const title =
    (isFusion ? [fields.gene, fields.gene2].filter(Boolean).join('::') : undefined) ||
    textOf(fields.hgvsProtein) ||
    textOf(fields.hgvsCoding) ||
    textOf(fields.hgvsGenomic) ||
    wordsOf(valueConcept(discrete)) ||
    types[0] ||
    'variant without a name';
  return reader.checked(
    placed,
    Finding,
    {
      ...unread(`fhir:${place}`),
      kind,
      gene: '',
      origin: 'unknown',
      title,
      ...fields,
      state: stated.state,
      ...(stated.reason === undefined ? {} : { flags: [stated.reason] }),
      ...derivedFields(derived),
      ...(key === undefined ? {} : { variantKeys: [key] }),
    },
    'component',
  );
}

/** "< 5" as it was reported: words, which no rule takes for a number. */
function boundIn(resource: JsonObject): string | undefined {
  const { comparator, value } = objectOf(resource.valueQuantity) ?? {};
  return typeof comparator === 'string' && typeof value === 'number' ? `${comparator.slice(0, 2)} ${value}` : undefined;
}

/** By the answer's code, which may come without its name (LOINC list LL3994-8). */
function microsatelliteOf(concept: JsonObject | undefined): string | undefined {
  const code = codeIn(concept, systems.loinc);
  return Object.entries(microsatellites).find(([, [answer]]) => answer === code)?.[0];
}

function foreignBiomarker(placed: Placed, reader: Reader): Finding | undefined {
  const { resource, place } = placed;
  const name = isBurden(placed) ? 'TMB' : 'MSI';
  const value =
    quantityOf(resource) ??
    boundIn(resource) ??
    microsatelliteOf(valueConcept(resource)) ??
    wordsOf(valueConcept(resource)) ??
    textOf(resource.valueString);
  if (value === undefined) {
    const stated = statedBy(resource);
    reader.setAside(placed, stated === undefined ? 'it has no value' : 'its value is absent', 'value');
    return undefined;
  }
  const unit = textOf(objectOf(resource.valueQuantity)?.unit) ?? textOf(objectOf(resource.valueQuantity)?.code);
  return reader.checked(
    placed,
    Finding,
    {
      ...unread(`fhir:${place}`),
      kind: 'biomarker',
      gene: name,
      title: `${name}: ${value}${unit === undefined ? '' : ` ${unit}`}`,
      origin: 'somatic',
      state: 'detected',
      biomarker: defined({ value, unit, validity: 'as another system reports it' }),
    },
    'value',
  );
}

export function readPertinent(placed: Placed, reader: Reader): Positioned<PertinentStatement> | undefined {
  const detail = carriedObject(placed.resource, own.pertinent);
  if (detail === undefined) return undefined;
  const { position, ...fields } = detail;
  const [gene] = componentsOf(placed.resource, loinc.gene).map(symbolOf);
  const state = statedBy(placed.resource)?.state;
  const value = reader.checked(placed, PertinentStatement, { ...fields, gene, state }, 'extension');
  return value === undefined ? undefined : { position: numberOf(position) ?? 0, value };
}

/** Statements of this program's packs; those of other systems stay coded facts, for no pack here vouches for them. */
export function readEvidence(placed: Placed, reader: Reader): Positioned<EvidenceMatch> | undefined {
  const { resource } = placed;
  const detail = carriedObject(resource, own.evidence);
  if (detail === undefined) return undefined;
  const { position, ...fields } = detail;
  const components = objectsOf(resource.component);
  const implied = components.find(
    (component) => hasGenomicsCode(component, 'therapeutic-implication') || hasLoinc(component, loinc.significance),
  );
  const conclusion = components.find((component) => hasGenomicsCode(component, 'conclusion-string'));
  const value = reader.checked(
    placed,
    EvidenceMatch,
    {
      ...fields,
      ...defined({
        level: codeIn(valueConcept(componentsOf(resource, loinc.evidenceLevel)[0]), ownCodes.evidenceLevel),
        significance: wordsOf(valueConcept(implied)),
        disease: wordsOf(valueConcept(componentsOf(resource, loinc.phenotype)[0])),
        profileName: textOf(conclusion?.valueString),
      }),
      therapies: componentsOf(resource, loinc.medication)
        .map((component) => wordsOf(valueConcept(component)))
        .filter((agent) => agent !== undefined),
    },
    'extension',
  );
  return value === undefined || !isObject(detail) ? undefined : { position: numberOf(position) ?? 0, value };
}
