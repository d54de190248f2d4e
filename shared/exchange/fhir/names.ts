/** Names of our own extensions and code systems. What each carries is said where it is written. */
import { ownExtension, ownIdentifier, ownSystem } from './codes.ts';

export const own = {
  record: ownExtension('case-record'),
  finding: ownExtension('finding'),
  oncogenicity: ownExtension('oncogenicity'),
  pertinent: ownExtension('pertinent'),
  evidence: ownExtension('evidence'),
  option: ownExtension('option'),
  exclusion: ownExtension('exclusion'),
  profile: ownExtension('profile'),
  optionsTable: ownExtension('options-table'),
  predictions: ownExtension('predictions'),
  percentile: ownExtension('percentile-interval'),
  decision: ownExtension('decision'),
  action: ownExtension('action'),
  reviews: ownExtension('reviews'),
  signedReport: ownExtension('signed-report'),
  hashes: ownExtension('document-hashes'),
  pharmacogene: ownExtension('pharmacogene'),
  advice: ownExtension('pharmacogene-advice'),
  pharmacogenes: ownExtension('pharmacogenes'),
  journal: ownExtension('journal-line'),
  table: ownExtension('genomic-table'),
  /** Says again in standard elements what another resource of the bundle carries whole. */
  derived: ownExtension('derived'),
} as const;

export const ownCodes = {
  oncogenicity: ownSystem('oncogenicity-class'),
  tier: ownSystem('amp-tier'),
  evidenceLevel: ownSystem('evidence-level'),
  finding: ownSystem('finding-kind'),
  exclusion: ownSystem('exclusion-kind'),
  model: ownSystem('model'),
  journal: ownSystem('journal-event'),
} as const;

export const caseIdentifier = ownIdentifier('case');
export const reportIdentifier = ownIdentifier('report');
