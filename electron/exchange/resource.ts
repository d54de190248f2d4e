/** One FHIR resource as bytes, bounded, with the type and id by which a server keeps it. */
import type { JsonObject } from '../../shared/exchange/fhir/json.ts';
import { parseJsonObject } from '../../shared/exchange/fhir/parse.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';

/** @throws FaultError json-invalid, field-invalid */
export function parseResource(bytes: Uint8Array): JsonObject & { readonly resourceType: string; readonly id: string } {
  const read = parseJsonObject(new TextDecoder().decode(bytes));
  if (!read.ok) throw new FaultError(read.fault);
  const { resourceType, id } = read.value;
  // Both become a part of an address.
  if (typeof resourceType !== 'string' || !/^[A-Z][A-Za-z]{2,40}$/.test(resourceType))
    throw new FaultError(
      fault('field-invalid', 'The resource has no type.', 'Give a FHIR resource.', { field: 'resourceType' }),
    );
  if (typeof id !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(id))
    throw new FaultError(
      fault('field-invalid', 'The resource has no id.', 'Give a FHIR resource with its id.', { field: 'id' }),
    );
  return { ...read.value, resourceType, id };
}
