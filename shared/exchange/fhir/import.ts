/**
 * A FHIR R4 bundle read into a draft: what this program wrote comes back as it was, what others wrote comes as findings
 * that nobody here has interpreted. Nothing is guessed: an observation that says neither present nor absent is set aside.
 */
import type { z } from 'zod';
import { FindingReview } from '../../board/decision.ts';
import { Moment } from '../../foundation/date.ts';
import { ok, type Result } from '../../foundation/result.ts';
import { MolecularProfile } from '../../molecular/profile.ts';
import { Predictions } from '../../prediction/predictions.ts';
import { OptionsTable } from '../../therapy/options.ts';
import { diagnosisCode } from '../harmonise/diagnosis.ts';
import { type Placed, placedResources, type Quarantined, readerOf, sift, withContained } from './bundle.ts';
import { codingsOf, wordsOf } from './codes.ts';
import type { CodedFact, FhirDraft } from './draft.ts';
import { SignedPaper } from './export.ts';
import { carried } from './extension.ts';
import { foreignResources, peopleIn } from './foreign.ts';
import { readDecision, readExclusion, readOption } from './import-decision.ts';
import { readEvidence, readFindings, readPertinent } from './import-findings.ts';
import { readPharmacogenes } from './import-pgx.ts';
import { readRecord } from './import-record.ts';
import { type Json, type JsonObject, objectOf, objectsOf, textOf } from './json.ts';
import { own } from './names.ts';
import { inOrder, ofType, type Reader } from './reader.ts';
import { countOfOwn, genotypesIn, readTables } from './tables.ts';

// What was said at a time that cannot be is not taken: it would go out again as a date that nobody reads.
const Reviewed = FindingReview.extend({ at: Moment });
const Paper = SignedPaper.extend({ signedAt: Moment });

/**
 * Faults: those of `placedResources` and `sift`.
 * @param needs `digest` of the bytes that were read, and `hash` of a text: SHA-256, lower-case hexadecimal
 */
export function importFhir(
  root: JsonObject,
  needs: { readonly digest: string; readonly hash: (text: string) => string },
): Result<FhirDraft> {
  const placed = placedResources(root);
  if (!placed.ok) return placed;
  const whole = readerOf(placed.value);
  const sifted = sift(whole);
  if (!sifted.ok) return sifted;
  const { patient, unresolved } = sifted.value;
  const { kept, bundle } = withContained(sifted.value.kept, whole);
  const quarantined: Quarantined[] = [...sifted.value.quarantined];
  const reader: Reader = {
    bundle,
    kept,
    setAside: ({ place }, reason, path) =>
      void quarantined.push({ place: path === undefined ? place : `${place}.${path}`, reason }),
    checked: (at, schema, value, path) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const field = issue?.path.map(String).join('.') ?? '';
      reader.setAside(at, `what it carries does not fit${field === '' ? '' : `: ${field}`}`, path);
      return undefined;
    },
  };

  const { findings: all, frequencies, frames, sources, again } = readFindings(reader);
  const report = ofType(kept, 'DiagnosticReport').find(({ resource }) => carried(resource, own.profile) !== undefined);
  // Before the tables: a genotype that was changed since does not come back as it was by one of them.
  const called = report === undefined ? undefined : readPharmacogenes(report, reader);
  const { tables, left } = readTables(reader, {
    findings: countOfOwn(all),
    setAside: quarantined.length,
    hash: needs.hash,
  });
  const genotypes = genotypesIn(tables);
  const findings = genotypes === undefined ? all : all.filter(({ id }) => !again.has(id));
  const pertinent = inOrder(ofType(kept, 'Observation').map((at) => readPertinent(at, reader)));
  const evidence = inOrder(ofType(kept, 'Observation').map((at) => readEvidence(at, reader)));
  const options = inOrder(ofType(kept, 'Task').map((at) => readOption(at, reader)));
  const exclusions = inOrder(ofType(kept, 'DetectedIssue').map((at) => readExclusion(at, reader)));
  const decision = readDecision(reader);
  const { record, dropped, missing } = readRecord(reader, patient, needs.digest);

  const document = <Value>(
    at: Placed | undefined,
    schema: z.ZodType<Value>,
    url: string,
    more: object = {},
  ): Value | undefined => {
    const value = at === undefined ? undefined : objectOf(carried(at.resource, url));
    return at === undefined || value === undefined
      ? undefined
      : reader.checked(at, schema, { ...value, ...more }, 'extension');
  };
  const profile = document(report, MolecularProfile, own.profile, { findings, evidence, pertinent, segments: [] });
  const pharmacogenes =
    called === undefined || genotypes === undefined ? called : { ...called, genotypes: [...genotypes.rows] };
  const optionsTable = document(report, OptionsTable, own.optionsTable, {
    options,
    exclusions,
    ...optional({ pharmacogenes }),
  });
  const predictions = document(
    ofType(kept, 'RiskAssessment').find(carries(own.predictions)),
    Predictions,
    own.predictions,
  );
  const signedReport = document(
    ofType(kept, 'DocumentReference').find(carries(own.signedReport)),
    Paper,
    own.signedReport,
  );
  const reviews = report === undefined ? undefined : carried(report.resource, own.reviews);
  return ok({
    record,
    needs: missing,
    findings,
    frequencies,
    frames,
    sources,
    tables,
    pertinent,
    evidence,
    options,
    exclusions,
    ...optional({ profile, optionsTable, predictions, decision, signedReport }),
    ...(report === undefined || reviews === undefined
      ? {}
      : optional({ reviews: reader.checked(report, Reviewed.array(), reviews, 'extension') })),
    coded: kept.flatMap(codedFacts),
    ...diagnosisCodesIn(kept),
    ...foreignResources(kept),
    quarantined,
    unresolved: unresolved.map(({ place, element }) => ({ place, element })),
    dropped: [
      ...dropped,
      ...left,
      ...peopleIn(kept).map(({ place }) => ({ place, reason: 'it names a person and nothing of the case' })),
    ],
  });
}

type Present<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
const optional = <Values extends object>(values: Values): Present<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<Values>;

const carries =
  (url: string) =>
  ({ resource }: Placed): boolean =>
    carried(resource, url) !== undefined;

/** Of the cancer's condition, its body site and its histology (mCODE), in the systems that cross-references lead from. */
function diagnosisCodesIn(kept: readonly Placed[]): { readonly diagnosisCodes?: Readonly<Record<string, string>> } {
  const conditions = kept.filter(({ type }) => type === 'Condition').map(({ resource }) => resource);
  const named = (resource: JsonObject): boolean =>
    JSON.stringify(objectOf(resource.meta)?.profile ?? '').includes('cancer');
  const chosen = conditions.find(named) ?? (conditions.length === 1 ? conditions[0] : undefined);
  if (chosen === undefined) return {};
  const histology = objectsOf(chosen.extension)
    .filter(({ url }) => textOf(url)?.includes('histology-morphology') === true)
    .map(({ valueCodeableConcept }) => objectOf(valueCodeableConcept));
  const codes: Record<string, string> = {};
  for (const concept of [objectOf(chosen.code), ...histology, ...objectsOf(chosen.bodySite)])
    for (const { system, code } of codingsOf(concept))
      if (system !== undefined && code !== undefined)
        for (const [name, value] of Object.entries(diagnosisCode(system, code)))
          if (typeof value === 'string' && codes[name] === undefined) codes[name] = value;
  return Object.keys(codes).length === 0 ? {} : { diagnosisCodes: codes };
}

/** Code and value of an observation and of each of its components. */
function codedFacts({ resource, place, type }: Placed): CodedFact[] {
  if (type !== 'Observation') return [];
  const one = (element: JsonObject, at: string): CodedFact[] => {
    const code = objectOf(element.code);
    const [first] = codingsOf(code);
    const values = Object.entries(element).filter(
      ([key, value]) => value !== undefined && (/^value[A-Z]/.test(key) || key === 'dataAbsentReason'),
    );
    return values.map(([key, value]) => ({
      place: `${at}.${key}`,
      system: first?.system,
      code: first?.code,
      words: wordsOf(code),
      value: { [key]: value as Json },
    }));
  };
  return [
    ...one(resource, place),
    ...objectsOf(resource.component).flatMap((component, index) => one(component, `${place}.component[${index}]`)),
  ];
}
