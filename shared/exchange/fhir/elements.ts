/** Small makers of FHIR elements; each gives plain JSON. */
import { drugNumbers } from '../drug-numbers.ts';
import { hgncId } from '../hgnc.ts';
import { type loinc, ontologyTerms, systems } from './codes.ts';
import { defined, type Json, type JsonObject } from './json.ts';

export interface Resource extends JsonObject {
  readonly resourceType: string;
  readonly id: string;
}

export interface BundleEntry extends JsonObject {
  readonly fullUrl: string;
  readonly resource: Resource;
}

/** A FHIR R4 bundle of type collection, as this program writes it. */
export interface FhirBundle extends JsonObject {
  readonly resourceType: 'Bundle';
  readonly entry: readonly BundleEntry[];
}

export const coding = (system: string, code: string, display?: string): JsonObject =>
  defined({ system, code, display });

/** A concept of one coding; the text is what a person reads. */
export const concept = (system: string, code: string, display?: string, text?: string): JsonObject =>
  defined({ coding: [coding(system, code, display)], text });

export const words = (text: string): JsonObject => ({ text });

/** A gene by its HGNC number, where we hold it, and by its symbol. */
export function geneConcept(symbol: string): JsonObject {
  const number = hgncId(symbol);
  return number === undefined ? words(symbol) : concept(systems.hgnc, number, symbol, symbol);
}

/** A drug by its RxNorm and NCI Thesaurus numbers, where we hold them, and by its name; a combination has no number here. */
export function drugConcept(name: string): JsonObject {
  const numbers = drugNumbers(name);
  const codings = [
    ...(numbers?.rxnorm === undefined ? [] : [coding(systems.rxnorm, numbers.rxnorm, name)]),
    ...(numbers?.ncit === undefined ? [] : [coding(systems.ncit, numbers.ncit, name)]),
  ];
  return codings.length === 0 ? words(name) : { coding: codings, text: name };
}

type Loinc = (typeof loinc)[keyof typeof loinc];
export const loincConcept = ([code, display]: Loinc): JsonObject => concept(systems.loinc, code, display);
export const answer = ([code, display]: readonly [string, string], text?: string): JsonObject =>
  concept(systems.loinc, code, display, text);
export const genomicsConcept = (code: string): JsonObject => concept(systems.genomicsCodes, code);

/** A Sequence Ontology term; where its identifier is not known here, its name alone. */
export function ontologyTerm(name: string): JsonObject {
  const id = Object.hasOwn(ontologyTerms, name) ? ontologyTerms[name] : undefined;
  return id === undefined ? words(name) : concept(systems.sequenceOntology, id, name);
}

/** @param code UCUM; `1` for a number without a unit */
export const quantity = (value: number, code: string, unit: string): JsonObject => ({
  value,
  unit,
  system: systems.ucum,
  code,
});

export const component = (code: JsonObject, name: string, value: Json): JsonObject => ({
  code,
  [`value${name}`]: value,
});

export const absent = (code: 'not-performed' | 'error' | 'unknown' | 'masked', text: string): JsonObject =>
  concept(systems.dataAbsentReason, code, undefined, text);

/** Laboratory and, for what a genome was read for, genetics. */
export const categories = (...services: ('GE' | 'laboratory')[]): JsonObject[] =>
  services.map((service) =>
    service === 'GE' ? concept(systems.diagnosticService, 'GE') : concept(systems.observationCategory, 'laboratory'),
  );
