/**
 * Rules of FHIR R4 (4.0.1) for the resources this program writes and reads: elements, which are required and which are
 * lists, and required bindings; then what the profiles of Genomics Reporting STU3 and mCODE STU4 add. Other resource types
 * are checked by the rules that all share.
 */
import { genomics, mcode, systems } from './codes.ts';

export interface TypeRules {
  /** Elements of their own; those of every resource are in `ofEvery`. `*` marks lists, `!` required ones. */
  readonly elements: string;
  readonly bindings?: Readonly<Record<string, readonly string[]>>;
}

export const ofEvery =
  'id meta implicitRules language text contained* extension* modifierExtension* identifier* resourceType';

const observationStatus = [
  'registered',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'cancelled',
  'entered-in-error',
  'unknown',
];

export const typeRules: Readonly<Record<string, TypeRules>> = {
  Patient: {
    elements:
      'active name* telecom* gender birthDate deceased[x] address* maritalStatus multipleBirth[x] photo* contact* communication* generalPractitioner* managingOrganization link*',
    bindings: { gender: ['male', 'female', 'other', 'unknown'] },
  },
  Condition: {
    elements:
      'clinicalStatus verificationStatus category* severity code bodySite* subject! encounter onset[x] abatement[x] recordedDate recorder asserter stage* evidence* note*',
  },
  Observation: {
    elements:
      'basedOn* partOf* status! category* code! subject focus* encounter effective[x] issued performer* value[x] dataAbsentReason interpretation* note* bodySite method specimen device referenceRange* hasMember* derivedFrom* component*',
    bindings: { status: observationStatus },
  },
  DiagnosticReport: {
    elements:
      'basedOn* status! category* code! subject encounter effective[x] issued performer* resultsInterpreter* specimen* result* imagingStudy* media* conclusion conclusionCode* presentedForm*',
    bindings: {
      status: [
        'registered',
        'partial',
        'preliminary',
        'final',
        'amended',
        'corrected',
        'appended',
        'cancelled',
        'entered-in-error',
        'unknown',
      ],
    },
  },
  Specimen: {
    elements:
      'accessionIdentifier status type subject receivedTime parent* request* collection processing* container* condition* note*',
    bindings: { status: ['available', 'unavailable', 'unsatisfactory', 'entered-in-error'] },
  },
  Procedure: {
    elements:
      'instantiatesCanonical* instantiatesUri* basedOn* partOf* status! statusReason category code subject! encounter performed[x] recorder asserter performer* location reasonCode* reasonReference* bodySite* outcome report* complication* complicationDetail* followUp* note* focalDevice* usedReference* usedCode*',
    bindings: {
      status: [
        'preparation',
        'in-progress',
        'not-done',
        'on-hold',
        'stopped',
        'completed',
        'entered-in-error',
        'unknown',
      ],
    },
  },
  MedicationStatement: {
    elements:
      'basedOn* partOf* status! statusReason* category medication[x]! subject! context effective[x] dateAsserted informationSource derivedFrom* reasonCode* reasonReference* note* dosage*',
    bindings: {
      status: ['active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'unknown', 'not-taken'],
    },
  },
  Medication: {
    elements: 'code status manufacturer form amount ingredient* batch',
    bindings: { status: ['active', 'inactive', 'entered-in-error'] },
  },
  AllergyIntolerance: {
    elements:
      'clinicalStatus verificationStatus type category* criticality code patient! encounter onset[x] recordedDate recorder asserter lastOccurrence note* reaction*',
  },
  FamilyMemberHistory: {
    elements:
      'instantiatesCanonical* instantiatesUri* status! dataAbsentReason patient! date name relationship! sex born[x] age[x] estimatedAge deceased[x] reasonCode* reasonReference* note* condition*',
    bindings: { status: ['partial', 'completed', 'entered-in-error', 'health-unknown'] },
  },
  Task: {
    elements:
      'instantiatesCanonical instantiatesUri basedOn* groupIdentifier partOf* status! statusReason businessStatus intent! priority code description focus for encounter executionPeriod authoredOn lastModified requester performerType* owner location reasonCode reasonReference insurance* note* relevantHistory* restriction input* output*',
    bindings: {
      status: [
        'draft',
        'requested',
        'received',
        'accepted',
        'rejected',
        'ready',
        'cancelled',
        'in-progress',
        'on-hold',
        'failed',
        'completed',
        'entered-in-error',
      ],
      intent: [
        'unknown',
        'proposal',
        'plan',
        'order',
        'original-order',
        'reflex-order',
        'filler-order',
        'instance-order',
        'option',
      ],
    },
  },
  DetectedIssue: {
    elements: 'status! code severity patient identified[x] author implicated* evidence* detail reference mitigation*',
    bindings: { status: observationStatus, severity: ['high', 'moderate', 'low'] },
  },
  CarePlan: {
    elements:
      'instantiatesCanonical* instantiatesUri* basedOn* replaces* partOf* status! intent! category* title description subject! encounter period created author contributor* careTeam* addresses* supportingInfo* goal* activity* note*',
    bindings: {
      status: ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'],
      intent: ['proposal', 'plan', 'order', 'option'],
    },
  },
  RiskAssessment: {
    elements:
      'basedOn parent status! method code subject! encounter occurrence[x] condition performer reasonCode* reasonReference* basis* prediction* mitigation note*',
    bindings: { status: observationStatus },
  },
  Device: {
    elements:
      'definition udiCarrier* status statusReason* distinctIdentifier manufacturer manufactureDate expirationDate lotNumber serialNumber deviceName* modelNumber partNumber type specialization* version* property* patient owner contact* location url note* safety* parent',
    bindings: { status: ['active', 'inactive', 'entered-in-error', 'unknown'] },
  },
  DocumentReference: {
    elements:
      'masterIdentifier status! docStatus type category* subject date author* authenticator custodian relatesTo* description securityLabel* content*! context',
    bindings: {
      status: ['current', 'superseded', 'entered-in-error'],
      docStatus: ['preliminary', 'final', 'amended', 'entered-in-error'],
    },
  },
  AuditEvent: {
    elements: 'type! subtype* action period recorded! outcome outcomeDesc purposeOfEvent* agent*! source! entity*',
    bindings: { action: ['C', 'R', 'U', 'D', 'E'], outcome: ['0', '4', '8', '12'] },
  },
  Provenance: {
    elements: 'target*! occurred[x] recorded! policy* location reason* activity agent*! entity* signature*',
  },
};

export interface ProfileRules {
  readonly type: string;
  readonly required: readonly string[];
  /** Fixed code, as system and code. */
  readonly code?: readonly [string, string];
  /** A category that must be among those given. */
  readonly category?: readonly [string, string];
  /** Answers that `valueCodeableConcept` may hold. */
  readonly values?: readonly string[];
}

const laboratory = [systems.observationCategory, 'laboratory'] as const;
const genomicObservation = (code: readonly [string, string], more: Partial<ProfileRules> = {}): ProfileRules => ({
  type: 'Observation',
  required: ['status', 'category', 'code'],
  code,
  category: laboratory,
  ...more,
});

export const profileRules: Readonly<Record<string, ProfileRules>> = {
  [genomics('variant')]: genomicObservation([systems.loinc, '69548-6'], {
    values: ['LA9633-4', 'LA9634-2', 'LA18198-4', 'LA11884-6'],
  }),
  [genomics('diagnostic-implication')]: genomicObservation([systems.genomicsCodes, 'diagnostic-implication']),
  [genomics('therapeutic-implication')]: genomicObservation([systems.genomicsCodes, 'therapeutic-implication']),
  [genomics('molecular-consequence')]: genomicObservation([systems.genomicsCodes, 'molecular-consequence']),
  [genomics('molecular-biomarker')]: {
    type: 'Observation',
    required: ['status', 'category', 'code'],
    category: [systems.genomicsCodes, 'biomarker-category'],
  },
  [genomics('genotype')]: genomicObservation([systems.loinc, '84413-4']),
  [genomics('haplotype')]: genomicObservation([systems.loinc, '84414-2']),
  [genomics('genomic-report')]: {
    type: 'DiagnosticReport',
    required: ['status', 'category', 'code'],
    code: [systems.loinc, '51969-4'],
    category: [systems.diagnosticService, 'GE'],
  },
  [genomics('genomic-study')]: { type: 'Procedure', required: ['status', 'subject'] },
  [genomics('genomic-study-analysis')]: { type: 'Procedure', required: ['status', 'subject'] },
  [genomics('medication-recommendation')]: { type: 'Task', required: ['status', 'intent', 'code', 'focus', 'for'] },
  [genomics('followup-recommendation')]: { type: 'Task', required: ['status', 'intent', 'code', 'for'] },
  [mcode('cancer-patient')]: { type: 'Patient', required: ['identifier', 'name', 'gender'] },
  [mcode('primary-cancer-condition')]: {
    type: 'Condition',
    required: ['category', 'code', 'subject'],
    category: [systems.conditionCategory, 'problem-list-item'],
  },
  [mcode('cancer-stage')]: {
    type: 'Observation',
    required: ['status', 'code', 'subject', 'focus', 'effective[x]', 'value[x]'],
  },
  [mcode('human-specimen')]: { type: 'Specimen', required: ['type', 'subject'] },
  [mcode('ecog-performance-status')]: {
    type: 'Observation',
    required: ['status', 'category', 'code', 'subject', 'effective[x]'],
    code: [systems.loinc, '89247-1'],
  },
  [mcode('karnofsky-performance-status')]: {
    type: 'Observation',
    required: ['status', 'category', 'code', 'subject', 'effective[x]'],
    code: [systems.loinc, '89243-0'],
  },
  [mcode('genomic-variant')]: genomicObservation([systems.loinc, '69548-6']),
  [mcode('genomics-report')]: {
    type: 'DiagnosticReport',
    required: ['status', 'category', 'code', 'subject'],
    code: [systems.loinc, '51969-4'],
    category: [systems.diagnosticService, 'GE'],
  },
};

/** Components of genomic observations by LOINC code, with the kind of value the guide gives them. */
export const componentValues: Readonly<Record<string, string>> = {
  '48018-6': 'CodeableConcept',
  '48004-6': 'CodeableConcept',
  '48005-3': 'CodeableConcept',
  '81290-9': 'CodeableConcept',
  '51958-7': 'CodeableConcept',
  '62374-4': 'CodeableConcept',
  '48002-0': 'CodeableConcept',
  '48019-4': 'CodeableConcept',
  '69547-8': 'String',
  '69551-0': 'String',
  '81254-5': 'Range',
  '81258-6': 'Quantity',
  '82121-5': 'Quantity',
  '92821-8': 'Quantity',
  '82155-3': 'Quantity',
  '51963-7': 'CodeableConcept',
  '93044-6': 'CodeableConcept',
  '81259-4': 'CodeableConcept',
  '53034-5': 'CodeableConcept',
  '81255-2': 'CodeableConcept',
};

/** What an element may refer to, where it matters whose or what it is. */
export const targets: Readonly<Record<string, readonly string[]>> = {
  subject: ['Patient', 'Group', 'Device', 'Location'],
  patient: ['Patient'],
  for: ['Patient', 'Group', 'Device', 'Location'],
  result: ['Observation'],
  hasMember: ['Observation', 'QuestionnaireResponse', 'MolecularSequence'],
  derivedFrom: [
    'Observation',
    'DocumentReference',
    'ImagingStudy',
    'Media',
    'QuestionnaireResponse',
    'MolecularSequence',
    'MedicationStatement',
    'Procedure',
    'FamilyMemberHistory',
  ],
  specimen: ['Specimen'],
};
