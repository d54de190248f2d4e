/**
 * Classes that a person gave against, or in place of, what the rules compute: overrides of the oncogenicity and the
 * ACMG/AMP class (F027), and the ESCAT tier that a named person confirmed (F017). The computed class stays in the profile
 * and in each record; a class given is an event of the journal and can be taken back by another. What a site classified
 * in one case is remembered for the next one with the same change (F028): as a suggestion, and as criterion OS1, both with
 * name and date. ESCAT is not remembered: it speaks of one tumor type. Pure.
 */
import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import { parseProteinChange, proteinKey } from '../molecular/hgvs.ts';
import type { LocalClass, MolecularKnowledge } from '../molecular/knowledge.ts';
import {
  EscatTier,
  type Finding,
  GermlineClass,
  type MolecularProfile,
  OncogenicityClass,
} from '../molecular/profile.ts';
import type { EventType, JournalEvent } from '../vault/events.ts';

export const ClassificationStandard = z.enum(['oncogenicity', 'germline', 'escat']);
export type ClassificationStandard = z.infer<typeof ClassificationStandard>;

const given = {
  findingId: z.string().min(1).max(300),
  /** Why; for ESCAT what was looked up, for example the design of the trial. */
  reason: z.string().trim().min(1).max(500),
};
/** What a person says; the core adds what the rules computed, the packs, the name and the time. */
export const NewClassification = z.discriminatedUnion('standard', [
  z.object({
    ...given,
    standard: z.literal('oncogenicity'),
    class: OncogenicityClass.exclude(['not-evaluable']),
  }),
  z.object({ ...given, standard: z.literal('germline'), class: GermlineClass.exclude(['not-evaluable']) }),
  z.object({ ...given, standard: z.literal('escat'), class: EscatTier }),
]);
export type NewClassification = z.infer<typeof NewClassification>;

export const WithdrawnClassification = z.object({
  findingId: z.string().min(1).max(300),
  standard: ClassificationStandard,
});
export type WithdrawnClassification = z.infer<typeof WithdrawnClassification>;

const Recorded = z.object({
  findingId: z.string(),
  standard: ClassificationStandard,
  class: z.string(),
  reason: z.string(),
  /** What the change is called, for lists that have no profile at hand. */
  name: z.string(),
  /** By which the same change is found again; see `memoryKey`. */
  key: z.string(),
  /** What the rules said when the class was given. */
  original: z.object({ class: z.string(), points: z.number().int().optional(), codes: z.array(z.string()) }),
  packs: z.array(z.object({ id: z.string(), version: z.string(), manifestSha256: Sha256 })),
  /** Name of who gave it: what an id stands for is not known on paper, nor on another machine. */
  author: z.string(),
});

export const Classification = Recorded.extend({ by: z.string(), at: z.string() });
export type Classification = z.infer<typeof Classification>;

/** Another case's class of the same change, as it is offered here. */
export const Remembered = z.object({
  /** Finding of this case. */
  findingId: z.string(),
  standard: ClassificationStandard.exclude(['escat']),
  class: z.string(),
  reason: z.string(),
  author: z.string(),
  at: z.string(),
  /** What differs between then and now, in words; empty where the packs and the criteria met are the same. */
  changedSince: z.array(z.string()),
});
export type Remembered = z.infer<typeof Remembered>;

/** The same change has the same key in every case, whichever file and notation told of it. */
export function memoryKey({
  gene,
  kind,
  title,
  hgvsProtein,
  hgvsCoding,
}: Pick<Finding, 'gene' | 'kind' | 'title' | 'hgvsProtein' | 'hgvsCoding'>): string {
  const change = hgvsProtein === undefined ? undefined : parseProteinChange(hgvsProtein);
  if (change !== undefined && change.kind !== 'splice') return `${gene}:${proteinKey(change)}`;
  return `${gene}:${kind === 'small-variant' ? (hgvsCoding ?? title) : kind}`;
}

/** Class, points and criteria that the rules gave a finding by a standard; `undefined` where it does not apply. */
export function computedClass(
  finding: Pick<Finding, 'oncogenicity' | 'germline' | 'escat'>,
  standard: ClassificationStandard,
): Classification['original'] | undefined {
  if (standard === 'escat') return finding.escat === undefined ? undefined : { class: finding.escat.tier, codes: [] };
  const found = finding[standard];
  if (found === undefined) return undefined;
  const codes = found.criteria.flatMap(({ code, state }) => (state === 'met' ? [code] : []));
  return { class: found.class, points: found.points, codes };
}

/** The payload of `finding.classified`. */
export const recordOf = (
  said: NewClassification,
  finding: Finding,
  original: Classification['original'],
  packs: MolecularProfile['packs'],
  author: string,
): z.infer<typeof Recorded> => ({
  ...said,
  name: finding.kind === 'fusion' || finding.kind === 'biomarker' ? finding.title : `${finding.gene} ${finding.title}`,
  key: memoryKey(finding),
  original,
  packs: packs.map(({ id, version, manifestSha256 }) => ({ id, version, manifestSha256 })),
  author,
});

type ClassEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload' | 'erased' | 'caseId'>;

/** What {@link projectClassifications} looks at. */
export const CLASSIFICATION_EVENTS: readonly EventType[] = ['finding.classified', 'classification.withdrawn'];

/**
 * The classes that stand, in order of finding and standard. Latest wins by sequence; `classification.withdrawn` takes the
 * last one back, so that the one before it stands again. Events of erased cases count for nothing.
 */
export function projectClassifications(events: readonly Omit<ClassEvent, 'caseId'>[]): Classification[] {
  const stacks = new Map<string, Classification[]>();
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.erased) continue;
    if (event.type === 'finding.classified') {
      const record = Recorded.parse(event.payload);
      const place = `${record.findingId}\n${record.standard}`;
      stacks.set(place, [...(stacks.get(place) ?? []), { ...record, by: event.actor, at: event.time }]);
    } else if (event.type === 'classification.withdrawn') {
      const { findingId, standard } = WithdrawnClassification.parse(event.payload);
      stacks.get(`${findingId}\n${standard}`)?.pop();
    }
  }
  return [...stacks].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, stack]) => stack.at(-1) ?? []);
}

/** What a person said of a finding by a standard, where somebody did. */
export const classificationOf = (
  board: { readonly classifications?: readonly Classification[] | undefined },
  findingId: string,
  standard: ClassificationStandard,
): Classification | undefined =>
  board.classifications?.find((one) => one.findingId === findingId && one.standard === standard);

/**
 * Classes of every other case of the vault that stand, newest first.
 * @param events of type `finding.classified` and `classification.withdrawn`, of all cases
 */
export function siteMemory(events: readonly ClassEvent[], except: string | undefined): Classification[] {
  const byCase = Map.groupBy(
    events.filter(({ caseId }) => caseId !== except),
    ({ caseId }) => caseId,
  );
  return [...byCase.values()]
    .flatMap(projectClassifications)
    .filter(({ standard }) => standard !== 'escat')
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.findingId < b.findingId ? -1 : 1));
}

const day = (time: string): string => time.slice(0, 10);

/** The memory as criterion OS1 asks it: the newest oncogenicity class of this very protein change. */
export const classifiedBy =
  (memory: readonly Classification[]): NonNullable<MolecularKnowledge['classified']> =>
  (gene, change): LocalClass | undefined => {
    const key = `${gene}:${proteinKey(change)}`;
    const found = memory.find((one) => one.standard === 'oncogenicity' && one.key === key);
    if (found === undefined) return undefined;
    return { class: OncogenicityClass.parse(found.class), source: `${found.author}, ${day(found.at)}` };
  };

/** What an earlier class offers the findings of a case, newest first by finding (F028). */
export function rememberedFor(
  { findings, packs }: Pick<MolecularProfile, 'findings' | 'packs'>,
  memory: readonly Classification[],
): Remembered[] {
  return findings.flatMap((finding) => {
    const key = memoryKey(finding);
    return memory.flatMap((entry): Remembered[] => {
      const { standard } = entry;
      const now = entry.key === key ? computedClass(finding, standard) : undefined;
      if (standard === 'escat' || now === undefined) return [];
      const { class: verdict, reason, author, at } = entry;
      return [
        {
          findingId: finding.id,
          standard,
          class: verdict,
          reason,
          author,
          at,
          changedSince: changed(entry, now, packs),
        },
      ];
    });
  });
}

/** OS1 is the memory itself: that it is met now and was not then is no change of evidence. */
const MEMORY = 'OS1';
/** Codes that OS1 takes the place of, or that stand for one of these once it has: on one side only they tell nothing. */
const BESIDE_MEMORY: ReadonlySet<string> = new Set(['OS3', 'OM1', 'OM3', 'OM4', 'OP3']);

const codesIn = (codes: readonly string[], comparable: (code: string) => boolean): string =>
  codes.filter((code) => code !== MEMORY && comparable(code)).join(' + ') || 'none';

function changed(entry: Classification, now: Classification['original'], packs: MolecularProfile['packs']): string[] {
  const then = new Map(entry.packs.map((pack) => [pack.id, pack]));
  const ids = [...new Set([...then.keys(), ...packs.map(({ id }) => id)])].sort();
  const moved = ids.flatMap((id) => {
    const before = then.get(id);
    const after = packs.find((pack) => pack.id === id);
    if (before?.manifestSha256 === after?.manifestSha256) return [];
    return [`${id}: ${before?.version ?? 'absent'} then, ${after?.version ?? 'absent'} now`];
  });
  const oneSided = entry.original.codes.includes(MEMORY) !== now.codes.includes(MEMORY);
  const comparable = (code: string): boolean => !oneSided || !BESIDE_MEMORY.has(code);
  const [before, after] = [codesIn(entry.original.codes, comparable), codesIn(now.codes, comparable)];
  return [...moved, ...(before === after ? [] : [`criteria met: ${before} then, ${after} now`])];
}
