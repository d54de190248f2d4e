/**
 * The words of a CDS Hooks 2.0 service (https://cds-hooks.hl7.org/2.0): discovery, what a request must hold, and feedback.
 * Fields that are not known are ignored, as the specification asks; what would be misread is refused with its place.
 */
import { type Fault, fault } from '../foundation/fault.ts';
import { ok, type Result, refused } from '../foundation/result.ts';
import { codingsOf } from './fhir/codes.ts';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from './fhir/json.ts';

export type CdsHook = 'patient-view' | 'order-select' | 'order-sign';

const PATIENT = { patient: 'Patient/{{context.patientId}}' };

/** What the service offers, by id; the answer to `GET /cds-services`. */
export const cdsServices = [
  {
    hook: 'patient-view',
    id: 'consilium-decision',
    title: 'Tumor board decision',
    description: 'Tells what the tumor board decided for this patient, who does it and by when.',
    prefetch: PATIENT,
  },
  {
    hook: 'order-select',
    id: 'consilium-order-select',
    title: 'Tumor board warnings while ordering',
    description: 'Warns of drugs that the case speaks against: resistance, contraindication, allergy, pharmacogenes.',
    prefetch: PATIENT,
  },
  {
    hook: 'order-sign',
    id: 'consilium-order-sign',
    title: 'Tumor board warnings before signing',
    description: 'Warns of drugs that the case speaks against, once more before the order is signed.',
    prefetch: PATIENT,
  },
] as const satisfies readonly (JsonObject & { readonly hook: CdsHook; readonly id: string })[];

export interface CdsOrder {
  /** `MedicationRequest/123`, where the draft has an id. */
  readonly reference: string | undefined;
  /** Every name and display under which the drug is ordered. */
  readonly names: readonly string[];
}

export interface CdsRequest {
  readonly hook: CdsHook;
  readonly hookInstance: string | undefined;
  readonly patientId: string;
  readonly orders: readonly CdsOrder[];
}

const REMEDY = 'Send the request as CDS Hooks 2.0 says.';
const wrong = (message: string, field: string): Fault => fault('field-invalid', message, REMEDY, { field });

/** The type and id at the end of a reference, which may be absolute. */
const idOf = (reference: string | undefined): string | undefined =>
  /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(reference ?? '')?.[1];

const MEDICATIONS = new Set([
  'MedicationRequest',
  'MedicationStatement',
  'MedicationDispense',
  'MedicationAdministration',
]);

/**
 * @param hook the one of the service that was called
 * Faults: field-invalid with the path of the field. Orders of a patient other than the context's are one: nothing is said
 * of either then.
 */
export function readCdsRequest(root: JsonObject, hook: CdsHook): Result<CdsRequest> {
  const said = root.hook;
  if (said !== undefined && said !== hook) return refused(wrong('The hook is not the one of this service.', 'hook'));
  const { hookInstance } = root;
  if (hookInstance !== undefined && typeof hookInstance !== 'string')
    return refused(wrong('The instance of the hook is no text.', 'hookInstance'));
  const context = objectOf(root.context);
  if (context === undefined) return refused(wrong('The context is missing.', 'context'));
  const orders: CdsOrder[] = [];
  const patients = new Set<string>();
  const medications = new Map<string, JsonObject>();
  if (hook !== 'patient-view') {
    const drafts = context.draftOrders;
    if (!isObject(drafts) || drafts.resourceType !== 'Bundle')
      return refused(wrong('The draft orders are no FHIR bundle.', 'context.draftOrders'));
    const resources = objectsOf(drafts.entry).map(({ resource }) => objectOf(resource));
    for (const resource of resources)
      if (resource?.resourceType === 'Medication') medications.set(`Medication/${textOf(resource.id)}`, resource);
    const selected = Array.isArray(context.selections)
      ? new Set(context.selections.filter((one) => typeof one === 'string'))
      : undefined;
    for (const [index, resource] of resources.entries()) {
      if (resource === undefined)
        return refused(wrong('The entry holds no resource.', `context.draftOrders.entry[${index}].resource`));
      const type = textOf(resource.resourceType) ?? '';
      if (resource.modifierExtension !== undefined)
        return refused(
          wrong(
            'The order carries a modifier that is not known here.',
            `context.draftOrders.entry[${index}].resource.modifierExtension`,
          ),
        );
      const whose = idOf(textOf(objectOf(resource.subject ?? resource.patient)?.reference));
      if (whose !== undefined) patients.add(whose);
      if (!MEDICATIONS.has(type)) continue;
      const id = textOf(resource.id);
      const reference = id === undefined ? undefined : `${type}/${id}`;
      // While selecting, only what was just selected is looked at, where the client says what that is.
      if (hook === 'order-select' && selected !== undefined && reference !== undefined && !selected.has(reference))
        continue;
      orders.push({ reference, names: namesOf(resource, medications) });
    }
  }
  const named = context.patientId;
  if (named !== undefined && (typeof named !== 'string' || named === ''))
    return refused(wrong('The id of the patient is no text.', 'context.patientId'));
  const patientId = typeof named === 'string' ? (idOf(named) ?? named) : [...patients][0];
  if (patientId === undefined) return refused(wrong('No patient is named.', 'context.patientId'));
  if ([...patients].some((one) => one !== patientId))
    return refused(wrong('An order is of another patient than the one in the context.', 'context.draftOrders'));
  const prefetched = objectOf(objectOf(root.prefetch)?.patient);
  if (prefetched?.resourceType === 'Patient' && prefetched.id !== undefined && prefetched.id !== patientId)
    return refused(wrong('The patient that was prefetched is another one than in the context.', 'prefetch.patient'));
  return ok({ hook, hookInstance, patientId, orders });
}

function namesOf(resource: JsonObject, medications: ReadonlyMap<string, JsonObject>): string[] {
  const reference = textOf(objectOf(resource.medicationReference)?.reference);
  const contained = objectsOf(resource.contained).find(({ id }) => reference === `#${textOf(id)}`);
  const medication = contained ?? (reference === undefined ? undefined : medications.get(reference));
  const concepts = [
    objectOf(resource.medicationCodeableConcept),
    objectOf(medication?.code),
    ...objectsOf(medication?.ingredient).map(({ itemCodeableConcept }) => objectOf(itemCodeableConcept)),
  ];
  return concepts
    .flatMap((concept) => [textOf(concept?.text), ...codingsOf(concept).map(({ display }) => display)])
    .filter((name) => name !== undefined);
}

/** A drug is ordered where its name stands as a word of its own in what is ordered: "erlotinib 150 MG Oral Tablet". */
export function isOrdered(agent: string, { names }: Pick<CdsOrder, 'names'>): boolean {
  const wanted = agent
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return (
    wanted !== '' && names.some((name) => ` ${name.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `.includes(` ${wanted} `))
  );
}

export interface CdsFeedback {
  readonly card: string;
  readonly outcome: 'accepted' | 'overridden';
  readonly reason?: string;
  readonly at: string | undefined;
}

/** Feedback on cards (CDS Hooks 2.0, feedback). A comment of the user is not kept: it may name people. */
export function readCdsFeedback(root: JsonObject): Result<readonly CdsFeedback[]> {
  if (!Array.isArray(root.feedback)) return refused(wrong('The feedback is no list.', 'feedback'));
  const read: CdsFeedback[] = [];
  for (const [index, item] of root.feedback.entries()) {
    const one = isObject(item) ? item : {};
    const { card, outcome } = one;
    if (typeof card !== 'string' || card === '')
      return refused(wrong('The feedback names no card.', `feedback[${index}].card`));
    if (outcome !== 'accepted' && outcome !== 'overridden')
      return refused(wrong('The outcome is accepted or overridden.', `feedback[${index}].outcome`));
    const reason = textOf(objectOf(objectOf(one.overrideReason)?.reason)?.code);
    read.push({ card, outcome, at: textOf(one.outcomeTimestamp), ...(reason === undefined ? {} : { reason }) });
  }
  return ok(read);
}
