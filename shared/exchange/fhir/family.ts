/**
 * Conditions of relatives as FamilyMemberHistory (FHIR R4 9.4), one resource a relative and condition, without a name. In
 * from others too: what is said of nobody, denied or withdrawn is none, and an age that is no number of years stays out.
 */
import type { CaseRecord } from '../../case/case-record.ts';
import type { Placed } from './bundle.ts';
import { codeIn, systems, wordsOf } from './codes.ts';
import { concept, quantity, words } from './elements.ts';
import { carriedObject, extensionOf } from './extension.ts';
import { defined, type Json, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { own } from './names.ts';
import { ofType } from './reader.ts';
import type { Writer } from './writer.ts';

type Relative = CaseRecord['familyHistory'][number];

/** By HL7 v3 RoleCode, as FamilyMemberHistory.relationship wants it; in the words of a family history. */
const RELATIONS: Readonly<Record<string, string>> = {
  MTH: 'mother',
  FTH: 'father',
  SIS: 'sister',
  BRO: 'brother',
  HSIS: 'half-sister',
  HBRO: 'half-brother',
  DAU: 'daughter',
  SON: 'son',
  CHILD: 'child',
  PRN: 'parent',
  SIB: 'sibling',
  AUNT: 'aunt',
  MAUNT: 'maternal aunt',
  PAUNT: 'paternal aunt',
  UNCLE: 'uncle',
  MUNCLE: 'maternal uncle',
  PUNCLE: 'paternal uncle',
  GRMTH: 'grandmother',
  MGRMTH: 'maternal grandmother',
  PGRMTH: 'paternal grandmother',
  GRFTH: 'grandfather',
  MGRFTH: 'maternal grandfather',
  PGRFTH: 'paternal grandfather',
  COUSN: 'cousin',
  NIECE: 'niece',
  NEPHEW: 'nephew',
  FAMMEMB: 'family',
};
const CODES: ReadonlyMap<string, string> = new Map(Object.entries(RELATIONS).map(([code, said]) => [said, code]));

export function familyResources(writer: Writer): void {
  writer.input.record.familyHistory.forEach((relative, index) => {
    const { relation, condition, ageYears } = relative;
    const code = CODES.get(relation.trim().toLowerCase().replace('half ', 'half-'));
    writer.add('FamilyMemberHistory', `family/${index}`, {
      extension: [extensionOf(own.record, { relative: { ...relative, position: index } })],
      status: 'completed',
      patient: writer.reference('Patient', 'patient'),
      relationship: concept(systems.roleCode, code ?? 'FAMMEMB', undefined, relation),
      condition: [
        {
          code: words(condition),
          ...(ageYears === undefined ? {} : { onsetAge: quantity(ageYears, 'a', 'years') }),
        },
      ],
    });
  });
}

const relationIn = (concept_: JsonObject | undefined): string => {
  const code = codeIn(concept_, systems.roleCode) ?? '';
  return (
    textOf(concept_?.text) ??
    (Object.hasOwn(RELATIONS, code) ? RELATIONS[code] : undefined) ??
    wordsOf(concept_) ??
    'family'
  );
};

/** Whole years; a range, a text or another unit is none. */
function yearsIn(onset: Json | undefined): number | undefined {
  const age = objectOf(onset);
  const value = numberOf(age?.value);
  const unit = textOf(age?.code) ?? textOf(age?.unit) ?? '';
  return value === undefined || age?.comparator !== undefined || !/^(?:a|yr?|years?)$/i.test(unit)
    ? undefined
    : Math.floor(value);
}

/** That nobody in the family has it. */
const DENIED = /^(?:no\b|denies\b|without\b|negative\b)/i;

interface FamilyRead {
  readonly relatives: readonly JsonObject[];
  /** What says nothing that a case holds. */
  readonly left: readonly { readonly place: string; readonly reason: string }[];
}

/** In the order in which they were written, then those of others; standard elements count before our extension. */
export function familyOf(kept: readonly Placed[]): FamilyRead {
  const left: { place: string; reason: string }[] = [];
  const read = ofType(kept, 'FamilyMemberHistory').flatMap(({ resource, place }) => {
    const held = objectOf(carriedObject(resource, own.record)?.relative);
    const conditions = objectsOf(resource.condition).flatMap((condition) => {
      const said = wordsOf(objectOf(condition.code));
      if (said === undefined || DENIED.test(said)) return [];
      return [
        defined({
          relation: relationIn(objectOf(resource.relationship)).slice(0, 80),
          condition: said.slice(0, 200),
          ageYears: yearsIn(condition.onsetAge),
        }) satisfies Partial<Relative>,
      ];
    });
    if (conditions.length === 0)
      left.push({ place, reason: 'it names no condition that the relative has; a case holds conditions of relatives' });
    return conditions.map((value) => ({ value, position: numberOf(held?.position) ?? Number.POSITIVE_INFINITY }));
  });
  return { relatives: read.sort((a, b) => order(a.position, b.position)).map(({ value }) => value), left };
}

/** Those without a place keep their order behind the others. */
const order = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
