/**
 * The completeness linter (F087): what each element needs of the documents, and whether the composed report carries
 * it. Level A that is missing blocks signing unless a person gives the reason why it does not apply.
 */
import { answerShown } from '../prediction/predictions.ts';
import { reportElements } from './elements.ts';
import { FRONT_WORDS } from './front.ts';
import { pharmacogenesOf } from './pharmacogenes.ts';
import {
  agentsChosen,
  chosen,
  classGiven,
  decisionIsStale,
  dismissed,
  isTumor,
  readsGenome,
  readsVariants,
  sortedFindings,
  specimensUsed,
  stateOf,
} from './reading.ts';
import type { ReportBlock, ReportElement } from './report.ts';
import type { ReportInput } from './report-input.ts';
import { hasImmuneScores } from './sections/biomarkers.ts';
import { pharmacogeneWords } from './sections/treatments.ts';
import { findingName } from './words.ts';

type Verdict =
  | { readonly state: 'present'; readonly reason?: string }
  | { readonly state: 'missing' | 'not-applicable'; readonly reason: string };

const present: Verdict = { state: 'present' };
const missing = (reason: string): Verdict => ({ state: 'missing', reason });
const notApplicable = (reason: string): Verdict => ({ state: 'not-applicable', reason });
/** Missing, with all that is missing; present where nothing is. */
const needs = (...gaps: readonly (string | false | undefined)[]): Verdict => {
  const open = gaps.filter((gap): gap is string => typeof gap === 'string');
  return open.length === 0 ? present : missing(`Not in the bundle: ${open.join('; ')}.`);
};
const gap = (lacking: boolean, words: string): string | false => lacking && words;
const each = <Thing extends { readonly id: string }>(
  things: readonly Thing[],
  lacks: (thing: Thing) => boolean,
  words: string,
): string | false => {
  const open = things.filter(lacks).map(({ id }) => id);
  return open.length > 0 && `${words} of ${open.join(', ')}`;
};

type Rule = (input: ReportInput, frontWords: number) => Verdict;

const noBoard = 'No decision of the board is recorded.';

/** Where an element has no rule, it is present when the report carries it. */
const rules: Readonly<Record<string, Rule>> = {
  R02: ({ record: { referrer, assays } }) =>
    needs(
      gap(referrer?.clinician === undefined, 'ordering clinician'),
      gap(referrer?.institution === undefined, 'institution'),
      each(assays, ({ laboratory }) => laboratory === undefined, 'laboratory'),
    ),
  R03: (input) => {
    const used = specimensUsed(input);
    return needs(
      each(used, ({ collected }) => collected === undefined, 'collection date'),
      each(used.filter(isTumor), ({ received }) => received === undefined, 'date of receipt'),
      each(input.record.assays.filter(readsGenome), ({ reported }) => reported === undefined, 'report date'),
    );
  },
  R04: ({ board }) => (board.decision === undefined ? missing(`The question has no answer yet. ${noBoard}`) : present),
  R05: ({ record: { diagnosis } }) =>
    needs(gap(diagnosis.site === undefined, 'site'), gap(diagnosis.stage === undefined, 'stage')),
  R06: ({ record }) => needs(gap(record.performanceStatus === undefined, 'performance status')),
  R07: (input) => {
    const used = specimensUsed(input);
    // Files of two people, or of the wrong sample, make every statement of the report one of somebody else (F007).
    const doubts = (input.profile.measures?.identity ?? []).filter(({ state }) => state === 'inconsistent');
    if (doubts.length > 0)
      return missing(`Identity in doubt: ${doubts.map(({ label, text }) => `${label}: ${text}`).join('; ')}.`);
    return used.length === 0
      ? missing('No specimen of this case was assayed.')
      : needs(
          each(used.filter(isTumor), ({ site }) => site === undefined, 'site'),
          each(used, ({ preservation }) => preservation === undefined || preservation === 'unknown', 'preservation'),
          each(used, ({ origin }) => origin === 'unknown', 'origin'),
          input.record.therapyLines.length > 0 &&
            each(
              used.filter(isTumor),
              ({ relationToTherapy }) => relationToTherapy === undefined,
              'relation to therapy',
            ),
        );
  },
  R08: (input) => {
    const tissue = specimensUsed(input).filter((one) => isTumor(one) && one.kind === 'tissue');
    return tissue.length === 0
      ? notApplicable('No tumor tissue was assayed.')
      : needs(each(tissue, ({ purity }) => purity === undefined, 'tumor cell content'));
  },
  R10: ({ record: { assays } }) =>
    assays.length === 0
      ? missing('The bundle describes no assay.')
      : needs(
          each(assays.filter(readsGenome), ({ version }) => version === undefined, 'version'),
          each(
            assays.filter(({ scope }) => scope === 'panel' || scope === 'targeted-rna'),
            ({ genes, fusionGenes }) => genes === undefined && fusionGenes === undefined,
            'target list',
          ),
          each(
            assays.filter((assay) => assay.scope === 'panel' && readsVariants(assay)),
            ({ targets }) => targets === undefined,
            'hot spot or whole gene',
          ),
        ),
  R11: ({ record: { assays } }) => {
    const reading = assays.filter(readsVariants);
    return reading.length === 0
      ? notApplicable('No assay reads variants.')
      : needs(each(reading, ({ design }) => design === undefined, 'tumor-only or tumor-normal design'));
  },
  R12: ({ record: { assays } }) =>
    needs(
      each(assays.filter(readsGenome), ({ method }) => method === undefined, 'method'),
      each(assays.filter(readsVariants), ({ genomeBuild }) => genomeBuild === undefined, 'genome build'),
    ),
  R13: ({ record: { assays } }) =>
    needs(
      each(
        assays.filter(readsVariants),
        ({ limitOfDetection }) => limitOfDetection === undefined,
        'limit of detection',
      ),
    ),
  R14: ({ record: { assays } }) =>
    needs(
      each(
        assays.filter(readsVariants),
        ({ failedRegions }) => failedRegions === undefined,
        'failed regions (or that there are none)',
      ),
    ),
  R15: ({ record: { assays } }) =>
    needs(each(assays.filter(readsVariants), ({ meanDepth }) => meanDepth === undefined, 'mean depth')),
  R22: ({ intake }) =>
    intake.matrices.length === 0 ? notApplicable('Expression and protein were not assayed.') : present,
  R24: (input) =>
    hasImmuneScores(input)
      ? { state: 'present', reason: 'Immune signatures, for research; HLA type is not used.' }
      : notApplicable('HLA and immune context are not used by any statement of this report.'),
  R27: (input) => {
    const proposed = sortedFindings(input).reported.filter(
      (finding) => finding.escat !== undefined && !dismissed(input, finding),
    );
    if (proposed.length === 0) return notApplicable('The rules propose no ESCAT tier for these findings.');
    const open = proposed.filter((finding) => classGiven(input, finding, 'escat') === undefined);
    return open.length === 0
      ? present
      : missing(`Not confirmed by a named person: ${open.map((finding) => findingName(finding)).join(', ')}.`);
  },
  R30: (input) =>
    sortedFindings(input).reported.some(({ origin, germline }) => origin === 'germline' && germline !== undefined)
      ? { state: 'present', reason: 'The ACMG/AMP class is computed here; the class of the laboratory counts.' }
      : present,
  R33: ({ predictions }) =>
    answerShown(predictions).aggressiveness.state === 'computed'
      ? present
      : { state: 'present', reason: 'No score is given; the reason is.' },
  R34: ({ predictions }) =>
    answerShown(predictions).aggressiveness.state === 'computed' ? present : notApplicable('No score is given.'),
  R37: (input) => {
    const pairs = pharmacogeneWords(input);
    if (pairs.length === 0) return notApplicable('No treatment named here is in the table of gene–drug pairs.');
    const called = pairs.filter((one) => one.called).map(({ gene }) => gene);
    const unread = pharmacogenesOf(agentsChosen(input)).filter(
      ({ gene }) =>
        !called.includes(gene) && ['detected', 'tested-not-detected'].includes(stateOf(input, gene, 'germline').state),
    );
    if (unread.length === 0 && called.length === pairs.length) return present;
    return unread.length === 0
      ? { state: 'present', reason: 'Said in words; no diplotype is computed here.' }
      : missing(
          `${unread.map(({ gene, drug }) => `${gene} was assayed and bears on ${drug}`).join('; ')}, but diplotypes are not computed here: give the laboratory's result.`,
        );
  },
  R38: ({ options }) =>
    options.safety === undefined && options.options.length > 0
      ? missing('Medicines and organ function were not weighed: analyse the case again.')
      : present,
  R39: ({ trials, options }) =>
    trials?.state === 'judged' || options.options.some(({ trialIds }) => trialIds.length > 0)
      ? present
      : missing('No trial was matched; lay trial documents into the folder "trials" of the workstation.'),
  R40: ({ trials }) =>
    trials?.state === 'judged'
      ? present
      : missing('No trial was matched; lay trial documents into the folder "trials" of the workstation.'),
  R42: ({ amendment, board }) =>
    amendment === undefined && (board.followUps ?? []).length === 0
      ? notApplicable('The case holds no earlier report and no earlier decision of this board.')
      : present,
  R43: (input) => {
    const { decision } = input.board;
    if (decision === undefined) return missing(noBoard);
    if (decisionIsStale(input))
      return missing('The case was analysed again after the decision: record the decision on what is known now.');
    return chosen(input, decision).length === 0 &&
      !['further-testing', 'watchful-waiting', 'symptom-control'].includes(decision.intent)
      ? missing('The decision names no treatment.')
      : present;
  },
  R44: ({ board }) => (board.decision === undefined ? missing(noBoard) : present),
  R45: ({ board }) =>
    board.decision === undefined
      ? missing(noBoard)
      : board.decision.participants.length === 0
        ? missing('The decision names no participant.')
        : present,
  R46: ({ board }) =>
    board.decision === undefined
      ? missing(noBoard)
      : board.decision.actions.length === 0
        ? missing('The decision names no action with an owner and a due date.')
        : present,
  R47: ({ record }) => needs(gap(record.patientGoals.length === 0, 'goals of the patient')),
  R49: ({ packs, profile }) =>
    packs.some(({ state }) => state === 'verified') || profile.packs.length > 0
      ? present
      : missing('No knowledge pack could be used: nothing could be cited.'),
  R54: ({ signature }) =>
    signature === undefined ? { state: 'present', reason: 'Filled in from the certificate on signing.' } : present,
  R55: ({ signature }) =>
    signature === undefined ? { state: 'present', reason: 'The signature is made on signing.' } : present,
  R56: ({ amendment }) => (amendment === undefined ? notApplicable('First report of this case.') : present),
  R58: () => ({ state: 'present', reason: 'Head and foot of every page.' }),
  R59: ({ signature }) =>
    signature === undefined ? { state: 'present', reason: 'Attached to the file on signing.' } : present,
  R60: (_, frontWords) =>
    frontWords <= FRONT_WORDS
      ? { state: 'present', reason: `${frontWords} words.` }
      : missing(`The front holds ${frontWords} words; at most ${FRONT_WORDS} fit.`),
};

/** Elements that stand on every page or measure the whole; no block of its own carries them. */
const withoutBlock: ReadonlySet<string> = new Set(['R58', 'R60']);

/**
 * State of every element R01 to R60, in order. A person's reason turns a missing element into one that does not apply;
 * it never hides one that is present.
 */
export function completenessOf(
  input: ReportInput,
  blocks: readonly ReportBlock[],
  frontWords: number,
): ReportElement[] {
  const carried = new Set(blocks.flatMap(({ elements }) => elements));
  return reportElements.map(({ id, level, title }): ReportElement => {
    const ruled = rules[id]?.(input, frontWords) ?? present;
    const verdict: Verdict =
      ruled.state === 'present' && !carried.has(id) && !withoutBlock.has(id)
        ? missing('The report does not carry it.')
        : ruled;
    const given = input.notApplicable[id]?.trim();
    const final: Verdict =
      verdict.state === 'missing' && given !== undefined && given !== '' ? notApplicable(given) : verdict;
    return { id, level, title, state: final.state, ...(final.reason === undefined ? {} : { reason: final.reason }) };
  });
}

/** Level A elements that block signing. */
export const blockingElements = (elements: readonly ReportElement[]): readonly ReportElement[] =>
  elements.filter(({ level, state }) => level === 'A' && state === 'missing');
/** Level B elements that are missing. */
export const warningElements = (elements: readonly ReportElement[]): readonly ReportElement[] =>
  elements.filter(({ level, state }) => level === 'B' && state === 'missing');
