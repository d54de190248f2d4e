/**
 * What a case says of heredity on one sheet (F015, F025): the consent, the findings in their order, what is withheld
 * without telling of any finding, the family, the phenotype, and how far the hereditary genes were tested. Secondary
 * findings need consent (Miller DT, et al. Genet Med 2023;25:100866); without it nothing here, not even a count by kind,
 * tells that there is one.
 */
import { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import type { AssayLedger } from '../case/intake.ts';
import { AssayedState } from '../case/intake.ts';
import type { MolecularProfile } from './profile.ts';

export const GermlineConsent = z.object({
  state: z.enum(['granted', 'refused', 'not-stated']),
  /** One sentence, the same on screen and in the report. */
  statement: z.string(),
});
export type GermlineConsent = z.infer<typeof GermlineConsent>;

export const GermlineSheet = z.object({
  assayed: z.boolean(),
  consent: GermlineConsent,
  /** Listed germline findings in the order of their rank. */
  findingIds: z.array(z.string()),
  /** Germline variants that are not listed, by rule. */
  withheld: z.array(z.object({ rule: z.string(), count: z.number().int().positive() })),
  family: z.array(z.object({ relation: z.string(), condition: z.string(), ageYears: z.number().int().optional() })),
  phenotypes: z.array(z.object({ hpo: z.string(), name: z.string().optional(), excluded: z.boolean() })),
  /** Genes whose germline state the case names, by state; every state once, in the order of the ledger. */
  genes: z.array(z.object({ state: AssayedState, genes: z.array(z.string()) })),
  /** Tested genes of which is not said here whether a variant was found: without consent, all but those of listed findings. */
  undisclosed: z.array(z.string()),
});
export type GermlineSheet = z.infer<typeof GermlineSheet>;

/** Consent to secondary findings as the bundle states it; consent to germline sequencing alone is none to them. */
export function germlineConsent({ consents }: Pick<CaseRecord, 'consents'>): GermlineConsent {
  const dated = (date: string | undefined): string => (date === undefined ? '' : `, ${date}`);
  const secondary = consents.filter(({ purpose }) => /secondary|incidental/i.test(purpose));
  // Two entries that disagree: the refusal counts.
  const asked = secondary.find(({ granted }) => !granted) ?? secondary[0];
  if (asked !== undefined)
    return asked.granted
      ? { state: 'granted', statement: `Consent (${asked.purpose}): granted${dated(asked.date)}.` }
      : {
          state: 'refused',
          statement: `Consent (${asked.purpose}): not granted${dated(asked.date)}; findings outside the question are withheld.`,
        };
  const testing = consents.find(({ purpose }) => /germline/i.test(purpose));
  if (testing === undefined)
    return {
      state: 'not-stated',
      statement:
        'Consent to germline or secondary findings is not stated in the bundle; findings outside the question are withheld.',
    };
  return {
    state: 'not-stated',
    statement: `Consent (${testing.purpose}): ${testing.granted ? 'granted' : 'not granted'}${dated(testing.date)}; consent to secondary findings is not stated, findings outside the question are withheld.`,
  };
}

/** The one rule for every germline variant that is not listed, so that no count tells what kind it is. */
export const withheldRule = (record: Pick<CaseRecord, 'consents'>): string =>
  germlineConsent(record).state === 'granted'
    ? 'germline variant without evidence of consequence'
    : 'germline variant outside the question of treatment: consent to secondary findings is not granted';

/**
 * Whether the germline state of a gene may not be said: without consent to secondary findings neither "detected" nor
 * "tested, not detected" is told of a gene without a listed finding, since the one would give the other away.
 */
export function germlineHidden(
  record: Pick<CaseRecord, 'consents'>,
  profile: Pick<MolecularProfile, 'findings'> | undefined,
): (gene: string, state: AssayedState) => boolean {
  if (germlineConsent(record).state === 'granted') return () => false;
  const disclosed = new Set(
    (profile?.findings ?? []).filter(({ origin }) => origin === 'germline').map(({ gene }) => gene),
  );
  return (gene, state) => (state === 'detected' || state === 'tested-not-detected') && !disclosed.has(gene);
}

export function germlineSheet(
  record: CaseRecord,
  profile: MolecularProfile | undefined,
  ledger: AssayLedger | undefined,
): GermlineSheet {
  const rank = ({ germline }: MolecularProfile['findings'][number]): number =>
    germline?.rank ?? Number.POSITIVE_INFINITY;
  const rule = withheldRule(record);
  const states = new Map<string, AssayedState>();
  for (const { gene, states: of } of ledger?.entries ?? [])
    if (of.germline !== undefined) states.set(gene, of.germline.state);
  const findings = (profile?.findings ?? []).filter(({ origin }) => origin === 'germline');
  const consent = germlineConsent(record);
  const hidden = germlineHidden(record, profile);
  return {
    assayed: record.assays.some(({ modalities }) => modalities.includes('germline-variants')),
    consent,
    findingIds: findings.toSorted((a, b) => rank(a) - rank(b)).map(({ id }) => id),
    withheld: (profile?.listed.folded ?? []).filter((one) => one.rule === rule),
    family: record.familyHistory,
    phenotypes: (record.phenotypes ?? []).map(({ hpo, name, excluded }) => ({
      hpo,
      ...(name === undefined ? {} : { name }),
      excluded: excluded === true,
    })),
    genes: AssayedState.options.map((state) => ({
      state,
      genes: [...states]
        .filter(([gene, of]) => of === state && !hidden(gene, of))
        .map(([gene]) => gene)
        .sort(),
    })),
    undisclosed: [...states]
      .filter(([gene, of]) => hidden(gene, of))
      .map(([gene]) => gene)
      .sort(),
  };
}
