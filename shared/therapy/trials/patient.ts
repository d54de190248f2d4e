/** What a trial may ask of a patient, each fact with its source or with why it is not known. */
import type { CaseFacts } from '../../molecular/facts.ts';
import type { ReceptorField } from './criteria.ts';

export type Fact<Value> =
  | { readonly known: true; readonly value: Value; readonly source: string }
  | { readonly known: false; readonly reason: string };

export const known = <Value>(value: Value, source: string): Fact<Value> => ({ known: true, value, source });
export const notKnown = (reason: string): Fact<never> => ({ known: false, reason });

export interface PatientDiagnosis {
  /** Upper case OncoTree code where the ontology here has one. */
  readonly code?: string | undefined;
  readonly name: string;
  /** Codes above it, nearest first. */
  readonly ancestors: readonly string[];
}

export interface TrialPatient {
  /** A pseudonym or a sample's identifier. */
  readonly label: string;
  readonly age: Fact<number>;
  readonly sex: Fact<'female' | 'male' | 'other'>;
  readonly diagnosis: Fact<PatientDiagnosis>;
  readonly ecog: Fact<number>;
  readonly priorLines: Fact<number>;
  /** Agents given, in lower case. */
  readonly priorAgents: Fact<readonly string[]>;
  readonly receptors: Readonly<Record<ReceptorField, Fact<'positive' | 'negative'>>>;
  /** Words such as metastatic, in lower case; what is not among them is not denied. */
  readonly diseaseStatus: readonly { readonly word: string; readonly source: string }[];
  readonly facts: CaseFacts;
  /** Free text of structural variants, for assays that name no partner. */
  readonly structuralComments: readonly { readonly id: string; readonly text: string }[];
  /** Class of a variant in the input's own words, by the variant's id. */
  readonly classifications: ReadonlyMap<string, string>;
}
