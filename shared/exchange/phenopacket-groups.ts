/** Phenopacket Schema 2.0 of more than one person: a family of a proband with what is known of relatives, and a cohort of cases. */
import { defined, type Json, type JsonObject, objectOf } from './fhir/json.ts';
import { exportPhenopacket, type PhenopacketInput } from './phenopacket.ts';
import { type Risk, refuseAnyDenied } from './reidentify.ts';

type Exported = ReturnType<typeof exportPhenopacket>;

const SEX: Readonly<Record<string, 'FEMALE' | 'MALE'>> = {
  mother: 'FEMALE',
  sister: 'FEMALE',
  daughter: 'FEMALE',
  aunt: 'FEMALE',
  grandmother: 'FEMALE',
  niece: 'FEMALE',
  father: 'MALE',
  brother: 'MALE',
  son: 'MALE',
  uncle: 'MALE',
  grandfather: 'MALE',
  nephew: 'MALE',
};

const sexOf = (relation: string): string =>
  Object.entries(SEX).find(([word]) => new RegExp(`\\b${word}\\b`, 'i').test(relation))?.[1] ?? 'UNKNOWN_SEX';

/**
 * Relatives are as the record names them; their conditions are words, for nobody coded them. Who is whose parent is only said of
 * mother and father of the proband.
 */
export function exportFamily(input: PhenopacketInput): {
  readonly family: JsonObject;
  readonly withheld: Exported['withheld'];
} {
  const { phenopacket, withheld } = exportPhenopacket(input);
  const { record } = input;
  const proband = record.patient.pseudonym;
  const familyId = `${record.caseId}-family`;
  const ids = record.familyHistory.map(({ relation }, index) => `${relation.replace(/\s+/g, '-')}-${index + 1}`);
  const parent = (word: string): string | undefined =>
    ids[record.familyHistory.findIndex(({ relation }) => new RegExp(`^${word}$`, 'i').test(relation.trim()))];
  const sex = objectOf(phenopacket.subject)?.sex ?? 'UNKNOWN_SEX';
  const relatives = record.familyHistory.map(
    ({ relation, condition, ageYears }, index): JsonObject => ({
      id: `${familyId}-${index + 1}`,
      subject: { id: ids[index], sex: sexOf(relation), taxonomy: { id: 'NCBITaxon:9606', label: 'Homo sapiens' } },
      diseases: [
        defined({
          term: { id: 'condition:as-reported', label: condition },
          onset: ageYears === undefined ? undefined : { age: { iso8601duration: `P${ageYears}Y` } },
        }),
      ],
      metaData: phenopacket.metaData as Json,
    }),
  );
  const persons = [
    defined({
      familyId,
      individualId: proband,
      maternalId: parent('mother'),
      paternalId: parent('father'),
      sex,
      affectedStatus: 'AFFECTED',
    }),
    ...record.familyHistory.map(
      ({ relation }, index): JsonObject => ({
        familyId,
        individualId: ids[index],
        sex: sexOf(relation),
        affectedStatus: 'AFFECTED',
      }),
    ),
  ];
  return {
    family: {
      id: familyId,
      proband: phenopacket,
      relatives,
      pedigree: { persons },
      metaData: phenopacket.metaData as Json,
    },
    withheld,
  };
}

/**
 * A cohort is for use outside care, whatever is left in it (F109).
 *
 * @param inputs at least one case; those of one pseudonym, which readers would take for one person, are called by their case ids
 * @throws FaultError forbidden where one of the patients has refused such use
 */
export function exportCohort(
  inputs: readonly PhenopacketInput[],
  { id, description }: { readonly id: string; readonly description: string },
): { readonly cohort: JsonObject; readonly withheld: Exported['withheld']; readonly warnings: readonly Risk[] } {
  const warnings = refuseAnyDenied(inputs);
  const named = inputs.map(({ record }) => record.patient.pseudonym);
  const made = inputs.map((input) => {
    const { record } = input;
    const { patient, caseId } = record;
    // Of reduced cases each is called alike: by their codes they stay two persons.
    const isShared = named.filter((one) => one === patient.pseudonym).length > 1;
    const one = isShared ? { ...input, record: { ...record, patient: { ...patient, pseudonym: caseId } } } : input;
    return { caseId, ...exportPhenopacket(one) };
  });
  const [first] = made;
  return {
    warnings,
    cohort: {
      id,
      description,
      members: made.map(({ phenopacket }) => phenopacket),
      metaData: (first?.phenopacket.metaData ?? {}) as Json,
    },
    withheld: made.flatMap(({ caseId, withheld }) =>
      withheld.map(({ what, why }) => ({ what: made.length === 1 ? what : `${caseId}: ${what}`, why })),
    ),
  };
}
