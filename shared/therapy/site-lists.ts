/**
 * What a site enters about itself, in one text: how long a test takes and what tissue it needs (F054), how a drug can be
 * had and in which cost band (F053). What is not entered is unknown: never fast, never free. Pure.
 */
import { z } from 'zod';
import { LedgerModality } from '../case/intake.ts';
import { agentName } from '../molecular/treatments.ts';
import type { OptionsTable, TherapyOption } from './options.ts';
import { medicineName } from './safety/medicines.ts';

export const SITE_LISTS_FILE = 'site-lists.yml';

const Words = z.string().trim().min(1).max(200);

export const SiteTest = z.strictObject({
  name: Words,
  modality: z.union([LedgerModality, z.literal('biomarker')]),
  /** Genes or markers it reads; absent: all that its modality is asked for. */
  genes: z.array(z.string().trim().min(1).max(40)).min(1).optional(),
  turnaround_days: z.number().int().min(0).max(365).optional(),
  /** Such as "10 slides of 5 µm, 20 % tumor cells". */
  tissue: Words.optional(),
});
export type SiteTest = z.infer<typeof SiteTest>;

export const SiteAccess = z.strictObject({
  drug: Words,
  /** Such as "formulary", "named patient program". */
  access: Words.optional(),
  cost_band: z.enum(['low', 'medium', 'high', 'very high']).optional(),
  /** YYYY-MM-DD on which it was true. */
  as_of: z.iso.date().optional(),
});
export type SiteAccess = z.infer<typeof SiteAccess>;

export const SiteLists = z.strictObject({
  tests: z.array(SiteTest).max(2000).default([]),
  access: z.array(SiteAccess).max(5000).default([]),
});
export type SiteLists = z.infer<typeof SiteLists>;

type Row = Pick<OptionsTable['wouldChange'][number], 'gene' | 'modality'>;

/** Tests of the site that would answer the question, the fastest first; those without a time last. */
export function testsFor({ gene, modality }: Row, { tests }: SiteLists): readonly SiteTest[] {
  const days = ({ turnaround_days }: SiteTest): number => turnaround_days ?? Number.POSITIVE_INFINITY;
  return tests
    .filter(
      (test) =>
        test.modality === modality &&
        (test.genes === undefined || test.genes.some((one) => one.toUpperCase() === gene.toUpperCase())),
    )
    .sort((a, b) => days(a) - days(b) || (a.name < b.name ? -1 : 1));
}

/** By value first: level of what hinges on it, then how many treatments a result would add or rule out. */
const worthOf = ({ level, adds, excludes }: OptionsTable['wouldChange'][number]): string =>
  `${level ?? 'F'}${String(999 - Math.min(999, adds.length + excludes.length)).padStart(3, '0')}`;

/** Next best tests: of equal value the one the site has back sooner goes first, an unknown turnaround last (F054). */
export function nextBestTests(
  rows: OptionsTable['wouldChange'],
  lists: SiteLists | undefined,
): OptionsTable['wouldChange'] {
  const days = (row: Row): number =>
    (lists === undefined ? undefined : testsFor(row, lists)[0]?.turnaround_days) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => {
    const [first, second] = [worthOf(a), worthOf(b)];
    if (first !== second) return first < second ? -1 : 1;
    const [soon, late] = [days(a), days(b)];
    return soon === late ? 0 : soon < late ? -1 : 1;
  });
}

/** "RNA fusion panel: 10 days, 10 slides"; what was not entered is said to be unknown. */
export function testWords(row: Row, lists: SiteLists | undefined): string {
  const [test] = lists === undefined ? [] : testsFor(row, lists);
  if (test === undefined) return 'turnaround and tissue unknown: no test entered by the site';
  const days = test.turnaround_days === undefined ? 'turnaround unknown' : `${test.turnaround_days} days`;
  return `${test.name}: ${days}, ${test.tissue ?? 'tissue unknown'}`;
}

/** What the site entered of each agent of an option; an agent it did not enter has no row. */
export function accessEntered({ agents }: Pick<TherapyOption, 'agents'>, lists: SiteLists | undefined): SiteAccess[] {
  const key = (name: string): string => medicineName(agentName(name)).toLowerCase();
  return agents.flatMap((agent) => lists?.access.find(({ drug }) => key(drug) === key(agent)) ?? []);
}

const BANDS = ['low', 'medium', 'high', 'very high'] as const;

/** The dearest agent's band; unknown unless each agent's was entered: half a sum would look cheaper than it is. */
export function costBand(option: Pick<TherapyOption, 'agents'>, lists: SiteLists | undefined): string {
  const bands = accessEntered(option, lists).flatMap(({ cost_band }) => cost_band ?? []);
  if (bands.length < option.agents.length) return 'cost unknown';
  return `cost ${BANDS[Math.max(...bands.map((band) => BANDS.indexOf(band)))] ?? 'unknown'}`;
}

export const newSiteLists = `# What this site enters about itself. What is left out is shown as unknown, never as fast or free.
tests:
  # modality: small-variant, copy-number, fusion, expression, protein, germline or biomarker
  - name: RNA fusion panel
    modality: fusion
    # genes: [ALK, ROS1]   all genes where left out
    turnaround_days: 10
    tissue: 10 slides of 5 µm
access:
  - drug: Osimertinib
    access: formulary
    cost_band: high
    as_of: "2026-01-31"
`;
