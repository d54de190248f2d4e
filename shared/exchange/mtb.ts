/**
 * The German core data set for molecular tumor boards (Medizininformatik-Initiative, module MTB 2026.0.1): which of its
 * elements a case fills, and with what. It is a mapping by element, not a bundle of the module's profiles, and says of every
 * element that is left empty why; no conformance to the profiles is claimed.
 */
import type { ReportInput } from '../report/report-input.ts';
import type { TherapyOption } from '../therapy/options.ts';
import { systems } from './fhir/codes.ts';
import { defined, type Json, type JsonObject } from './fhir/json.ts';

const MODULE = 'https://www.medizininformatik-initiative.de/fhir/ext/modul-mtb';

export interface MtbElement {
  readonly part: 'Behandlungsepisode' | 'Befunde' | 'Beschluss-Therapieplan' | 'FollowUp';
  /** Name of the profile without `MII_PR_MTB_`. */
  readonly element: string;
  readonly resource: string;
  readonly values: readonly JsonObject[];
  /** Why there are none. */
  readonly absent?: string;
}

/**
 * Evidence of a recommendation as the NCT/DKTK writes it (code system mii-cs-mtb-empfehlung-evidenzgrad): 1 in the same tumor,
 * 2 in another; A prospective, B cohorts, C cases; m3 preclinical, m4 rationale. Proposed from CIViC's level and the distance
 * of its disease; a person confirms it. A parent or child of the tumor type is not taken for the same.
 */
export function nctEvidence({ bestLevel, diseaseMatch }: Pick<TherapyOption, 'bestLevel' | 'diseaseMatch'>): string {
  if (bestLevel === 'D') return 'm3';
  if (bestLevel === 'E') return 'm4';
  return `m${diseaseMatch === 'same' ? 1 : 2}${bestLevel}`;
}

const coded = (system: string, code: string): JsonObject => ({ system, code });

/** Every element the mapping knows, in the module's own order. */
export function mtbDataSet({ record, profile, options, board }: ReportInput): readonly MtbElement[] {
  const { decision } = board;
  const one = (
    part: MtbElement['part'],
    element: string,
    resource: string,
    values: readonly (JsonObject | undefined)[],
    absent: string,
  ): MtbElement => {
    const given = values.filter((value) => value !== undefined && Object.keys(value).length > 0) as JsonObject[];
    return { part, element, resource, values: given, ...(given.length === 0 ? { absent } : {}) };
  };
  const { diagnosis, performanceStatus } = record;
  const chosen = options.options.filter(({ id }) => decision?.optionIds.includes(id) === true);
  const undecided = 'the board has not decided yet';
  const variants = profile.findings.filter(({ state }) => state === 'detected');
  const variant = (kinds: readonly string[]): JsonObject[] =>
    variants
      .filter(({ kind }) => kinds.includes(kind))
      .map((finding) =>
        defined({
          gene: finding.gene,
          gene2: finding.gene2,
          hgvsCoding: finding.hgvsCoding,
          hgvsProtein: finding.hgvsProtein,
          allelicFrequency: finding.alleleFraction,
          readDepth: finding.depth,
          totalCopyNumber: finding.totalCopies,
          origin: finding.origin,
        }),
      );
  const biomarker = (name: string): JsonObject[] =>
    variants
      .filter(({ kind, gene }) => kind === 'biomarker' && gene === name)
      .map(({ biomarker: said }) =>
        defined({ value: said?.value as Json | undefined, unit: said?.unit, method: said?.method }),
      );
  const notReported = 'it was not reported';
  return [
    one('Behandlungsepisode', 'Behandlungsepisode', 'ClinicalImpression', [{ question: record.question }], ''),
    one(
      'Behandlungsepisode',
      'Diagnose_Primaertumor',
      'Condition',
      [
        defined({
          oncotree: coded(systems.oncotree, diagnosis.oncotreeCode),
          text: diagnosis.name,
          site: diagnosis.site,
          histology: diagnosis.histology,
          recordedDate: diagnosis.date,
        }),
      ],
      '',
    ),
    one(
      'Behandlungsepisode',
      'Tumorausbreitung',
      'Observation',
      [defined({ stage: diagnosis.stage, system: diagnosis.stageSystem, ...diagnosis.tnm })],
      'no stage is given',
    ),
    one(
      'Behandlungsepisode',
      'WHO_Grad_Tumor_ZNS',
      'Observation',
      [],
      'a grade is kept as the sender writes it; whether it is a WHO grade of the nervous system is not known',
    ),
    one(
      'Behandlungsepisode',
      'Systemische_Vortherapie',
      'Procedure',
      record.therapyLines.map(({ line, agents, started, ended, bestResponse, reasonEnded }) =>
        defined({ line, agents, started, ended, bestResponse, reasonEnded }),
      ),
      'no earlier line is given',
    ),
    one(
      'Behandlungsepisode',
      'ECOG',
      'Observation',
      performanceStatus?.scale === 'ECOG'
        ? [defined({ value: performanceStatus.value, date: performanceStatus.date })]
        : [],
      'no ECOG performance status is given',
    ),
    one(
      'Befunde',
      'Tumorzellgehalt',
      'Observation',
      record.specimens.map(({ id, purity }) => (purity === undefined ? undefined : { specimen: id, fraction: purity })),
      'no tumor cell content is given',
    ),
    one('Befunde', 'Einfache_Variante', 'Observation', variant(['small-variant']), 'none was found'),
    one(
      'Befunde',
      'Copy_Number_Variant',
      'Observation',
      variant(['amplification', 'gain', 'loss', 'deep-deletion']),
      'none was found',
    ),
    one('Befunde', 'Fusion', 'Observation', variant(['fusion']), 'none was found'),
    one('Befunde', 'TMB', 'Observation', biomarker('TMB'), notReported),
    one('Befunde', 'MSI', 'Observation', biomarker('MSI'), notReported),
    one('Befunde', 'HRD', 'Observation', biomarker('HRD'), notReported),
    one(
      'Befunde',
      'Therapeutische_Implikation',
      'Observation',
      profile.evidence
        .filter(({ type }) => type === 'predictive')
        .map(({ therapies, significance, direction, level, findingIds, profileName }) => ({
          therapies,
          significance,
          direction,
          civicLevel: level,
          findings: findingIds,
          profile: profileName,
        })),
      'no statement of a pack is met',
    ),
    one(
      'Beschluss-Therapieplan',
      'Therapieplan',
      'CarePlan',
      decision === undefined
        ? []
        : [
            defined({
              decidedAt: decision.decidedAt,
              protocol: decision.answer,
              rationale: decision.rationale,
              intent: decision.intent,
            }),
          ],
      undecided,
    ),
    one(
      'Beschluss-Therapieplan',
      'Therapieempfehlung',
      'MedicationRequest',
      chosen
        .filter(({ agents }) => agents.length === 1)
        .map((option, index) => ({
          priority: index + 1,
          agents: option.agents,
          evidence: coded(`${MODULE}/CodeSystem/mii-cs-mtb-empfehlung-evidenzgrad`, nctEvidence(option)),
          evidenceConfirmed: false,
        })),
      decision === undefined ? undecided : 'no single agent was chosen',
    ),
    one(
      'Beschluss-Therapieplan',
      'Therapieempfehlung_Kombination',
      'RequestGroup',
      chosen
        .filter(({ agents }) => agents.length > 1)
        .map((option, index) => ({
          priority: index + 1,
          agents: option.agents,
          evidence: coded(`${MODULE}/CodeSystem/mii-cs-mtb-empfehlung-evidenzgrad`, nctEvidence(option)),
          evidenceConfirmed: false,
        })),
      decision === undefined ? undecided : 'no combination was chosen',
    ),
    one(
      'Beschluss-Therapieplan',
      'Auftraege',
      'ServiceRequest',
      (decision?.actions ?? []).map(({ what, owner, due }) => ({ what, owner, due })),
      decision === undefined ? undecided : 'no action was agreed',
    ),
    one(
      'Beschluss-Therapieplan',
      'Studieneinschluss_Anfrage',
      'ServiceRequest',
      [],
      'trials of the site stand beside the options and are not part of the decision',
    ),
    one('FollowUp', 'Antrag_Kostenuebernahme', 'Claim', [], 'requests to payers are not kept here'),
    one('FollowUp', 'Systemtherapie', 'MedicationStatement', [], 'what was given after the decision is not known'),
    one('FollowUp', 'Response_Befund', 'Observation', [], 'what came of it is not known'),
  ];
}
