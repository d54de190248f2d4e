/** Pharmacogenes that this program wrote, back as they were; one whose standard elements were changed since is set aside. */
import { PgxAdvice, PgxDocument, PgxGene } from '../../therapy/pgx/document.ts';
import type { Placed } from './bundle.ts';
import { hasLoinc, loinc, wordsOf } from './codes.ts';
import { genotypeWords } from './export-pgx.ts';
import { carriedObject } from './extension.ts';
import type { Positioned } from './import-findings.ts';
import { numberOf, objectOf } from './json.ts';
import { own } from './names.ts';
import { componentsOf, inOrder, ofType, type Reader } from './reader.ts';

function readGene(placed: Placed, reader: Reader): Positioned<PgxGene> | undefined {
  const { resource } = placed;
  const detail = carriedObject(resource, own.pharmacogene);
  if (detail === undefined) return undefined;
  const { position, ...rest } = detail;
  const gene = wordsOf(objectOf(componentsOf(resource, loinc.gene)[0]?.valueCodeableConcept));
  const value = reader.checked(placed, PgxGene, { ...rest, gene }, 'extension');
  if (value === undefined) return undefined;
  const said = wordsOf(objectOf(resource.valueCodeableConcept));
  const stands = value.diplotypes.length === 0 ? said === undefined : said === genotypeWords(value);
  if (!hasLoinc(resource, loinc.genotype) || !stands) {
    reader.setAside(placed, 'its genotype was changed since it was written', 'valueCodeableConcept');
    return undefined;
  }
  return { position: numberOf(position) ?? 0, value };
}

function readAdvice(placed: Placed, reader: Reader): Positioned<PgxAdvice> | undefined {
  const { resource } = placed;
  const detail = carriedObject(resource, own.advice);
  if (detail === undefined) return undefined;
  const { position, ...rest } = detail;
  const drug = wordsOf(objectOf(componentsOf(resource, loinc.medication)[0]?.valueCodeableConcept));
  const value = reader.checked(placed, PgxAdvice, { ...rest, drug }, 'extension');
  return value === undefined ? undefined : { position: numberOf(position) ?? 0, value };
}

/** @param report the report that carries what else the document says */
export function readPharmacogenes(report: Placed, reader: Reader): PgxDocument | undefined {
  const rest = carriedObject(report.resource, own.pharmacogenes);
  if (rest === undefined) return undefined;
  const observations = ofType(reader.kept, 'Observation');
  const genes = inOrder(observations.map((placed) => readGene(placed, reader)));
  const recommendations = inOrder(observations.map((placed) => readAdvice(placed, reader)));
  return reader.checked(report, PgxDocument, { ...rest, genes, recommendations }, 'extension');
}
