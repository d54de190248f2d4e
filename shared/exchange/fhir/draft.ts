/** What a FHIR bundle becomes: a draft that a person looks over before it is a case. */
import type { Decision, FindingReview } from '../../board/decision.ts';
import type { EvidenceMatch, Finding, MolecularProfile, PertinentStatement } from '../../molecular/profile.ts';
import type { Predictions } from '../../prediction/predictions.ts';
import type { OptionsTable, TherapyExclusion, TherapyOption } from '../../therapy/options.ts';
import type { Quarantined } from './bundle.ts';
import type { SignedPaper } from './export.ts';
import type { Foreign } from './foreign.ts';
import type { JsonObject } from './json.ts';
import type { GenomicTable } from './tables.ts';

/** A coded value as it stood: nothing that a sender coded is lost, mapped or not. */
export interface CodedFact {
  readonly place: string;
  readonly system: string | undefined;
  readonly code: string | undefined;
  /** Name of the code, then its value: quantity, concept, range, text. */
  readonly words: string | undefined;
  readonly value: JsonObject;
}

export interface FhirDraft {
  /** Fields of case.json that the bundle gives, to be completed. */
  readonly record: JsonObject;
  /** What a case needs and the bundle does not give. */
  readonly needs: readonly { readonly field: string; readonly reason: string }[];
  readonly findings: readonly Finding[];
  /** How often a change is seen in a population (LOINC 92821-8), by the finding it is of. */
  readonly frequencies: readonly { readonly findingId: string; readonly fraction: number }[];
  /** Whether a fusion keeps the reading frame, by the finding it is of. */
  readonly frames: readonly { readonly findingId: string; readonly frame: string }[];
  /** What the sender's file says of a finding beside it, by the id of the finding, where this program wrote it. */
  readonly sources: ReadonlyMap<string, JsonObject>;
  /** What the findings rest on, where this program wrote it and nothing of the bundle was withdrawn since. */
  readonly tables: readonly GenomicTable[];
  readonly pertinent: readonly PertinentStatement[];
  readonly evidence: readonly EvidenceMatch[];
  readonly options: readonly TherapyOption[];
  readonly exclusions: readonly TherapyExclusion[];
  /** Present where this program wrote the bundle. */
  readonly profile?: MolecularProfile;
  readonly optionsTable?: OptionsTable;
  readonly predictions?: Predictions;
  readonly decision?: Decision & { readonly decidedAt: string; readonly decidedBy: string };
  readonly reviews?: readonly FindingReview[];
  readonly signedReport?: SignedPaper;
  readonly coded: readonly CodedFact[];
  /** Codes of the diagnosis in other systems than OncoTree, by our names of the systems; absent where there are none. */
  readonly diagnosisCodes?: Readonly<Record<string, string>>;
  /** Resources of other systems as they stood, without names and narrative. */
  readonly resources: Foreign['resources'];
  /** What of them was kept but is not read into the case. */
  readonly unread: Foreign['unread'];
  readonly quarantined: readonly Quarantined[];
  readonly unresolved: readonly { readonly place: string; readonly element: string }[];
  /** What was left behind on purpose: names, addresses, narratives. */
  readonly dropped: readonly { readonly place: string; readonly reason: string }[];
}
