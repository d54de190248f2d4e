/** A case as trials ask of it: the record's clinical fields, the ledger, and everything small that was read. */
import type { CaseRecord } from '../../case/case-record.ts';
import type { IntakeDocument } from '../../case/intake.ts';
import { readBiomarker } from '../../molecular/biomarkers.ts';
import { geneCopyNumbers } from '../../molecular/copy-number.ts';
import { statusOf } from '../../molecular/disease-conditions.ts';
import { ledgerLookup } from '../../molecular/facts.ts';
import { fusionsOf } from '../../molecular/fusions.ts';
import { genesInEvidence, judge } from '../../molecular/judgement.ts';
import type { MolecularKnowledge } from '../../molecular/knowledge.ts';
import type { MolecularProfile } from '../../molecular/profile.ts';
import { smallVariants } from '../../molecular/small-variants.ts';
import { variantLookups } from '../../molecular/variant-lookups.ts';
import type { ReceptorField } from './criteria.ts';
import { type Fact, known, notKnown, type TrialPatient } from './patient.ts';

/**
 * A germline variant counts only where it is a listed finding: what consent withholds from the findings, it withholds
 * from trials.
 */
export function casePatient(
  record: CaseRecord,
  intake: IntakeDocument,
  profile: MolecularProfile,
  knowledge: MolecularKnowledge,
): TrialPatient {
  const symbol = (gene: string): string => knowledge.symbol(gene);
  const listed = new Set(profile.findings.map(({ id }) => id));
  const named = genesInEvidence(knowledge.evidence);
  const { variants } = smallVariants(intake.variants, variantLookups(knowledge));
  const judged = variants
    .filter(({ origin, id }) => origin !== 'germline' || listed.has(id))
    .map((variant) => judge(variant, knowledge, named.get(variant.gene) ?? []));
  const copyNumbers = geneCopyNumbers(
    intake.copyNumbers,
    intake.segments.map((segment) => {
      const file = record.files.find(({ path }) => path === segment.file);
      return {
        ...segment,
        build:
          intake.understandings.find((understood) => understood.file === segment.file)?.genomeBuild ??
          file?.genomeBuild ??
          record.assays.find(({ id }) => id === file?.assayId)?.genomeBuild,
      };
    }),
    (build) => knowledge.geneSpans?.(build) ?? [],
    symbol,
  );
  const status = statusOf(record, copyNumbers);
  const receptor = (field: ReceptorField): Fact<'positive' | 'negative'> => {
    const value = status(field);
    return value === undefined
      ? notKnown(`${field.replace('-', ' ')} status is not stated`)
      : known(value, `diagnosis.attributes.${field}`);
  };
  const { diagnosis, patient, performanceStatus, therapyLines } = record;
  const type = knowledge.tumorType(diagnosis.oncotreeCode);
  const spread = /^M1/i.test(diagnosis.tnm?.m ?? '') || /^(stage\s*)?IV/i.test(diagnosis.stage ?? '');
  const noLines = 'no line of therapy is recorded';
  return {
    label: record.caseId,
    age: patient.ageYears === undefined ? notKnown('age is not stated') : known(patient.ageYears, 'patient.ageYears'),
    sex: patient.sex === 'unknown' ? notKnown('sex is not stated') : known(patient.sex, 'patient.sex'),
    diagnosis: known(
      type === undefined
        ? { name: diagnosis.name, ancestors: [] }
        : { code: type.code, name: type.name, ancestors: type.ancestors },
      'diagnosis.oncotreeCode',
    ),
    ecog:
      performanceStatus === undefined
        ? notKnown('ECOG performance status is not recorded')
        : performanceStatus.scale === 'ECOG'
          ? known(performanceStatus.value, 'performanceStatus')
          : notKnown(`performance status is recorded as ${performanceStatus.scale}, not as ECOG`),
    priorLines:
      therapyLines.length === 0
        ? notKnown(noLines)
        : known(new Set(therapyLines.map(({ line }) => line)).size, 'therapyLines'),
    priorAgents:
      therapyLines.length === 0
        ? notKnown(noLines)
        : known(
            [...new Set(therapyLines.flatMap(({ agents }) => agents.map((agent) => agent.trim().toLowerCase())))],
            'therapyLines',
          ),
    receptors: {
      her2: receptor('her2'),
      'estrogen-receptor': receptor('estrogen-receptor'),
      'progesterone-receptor': receptor('progesterone-receptor'),
    },
    diseaseStatus: spread
      ? ['advanced', 'metastatic'].map((word) => ({ word, source: 'diagnosis.stage, diagnosis.tnm' }))
      : [],
    facts: {
      variants: Map.groupBy(judged, ({ gene }) => gene),
      copyNumbers: new Map(copyNumbers.map((call) => [call.gene, call])),
      fusions: fusionsOf(intake.fusions, symbol).fusions,
      outliers: new Map(),
      biomarkers: intake.biomarkers.map((observed) => readBiomarker(observed, record.assays)),
      assayed: ledgerLookup(intake.ledger),
    },
    structuralComments: [],
    classifications: new Map(),
  };
}
