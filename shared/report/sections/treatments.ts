import type { SaidOfOption } from '../../prediction/option-models.ts';
import { counts } from '../../therapy/matching.ts';
import type { OptionApproval, TherapyOption } from '../../therapy/options.ts';
import { actionWords, changedWords, drugAdvice, drugName, geneWords } from '../../therapy/pgx/advice.ts';
import { toldPhenotype } from '../../therapy/pgx/decisive.ts';
import { column, factsOr, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { pharmacogenesOf } from '../pharmacogenes.ts';
import { agentsNamed, shakenBy, stateOf } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { optionRules, printedRules } from '../rules.ts';
import { own } from '../translate.ts';
import {
  countedRule,
  exclusionWords,
  findingName,
  listed,
  responsesTold,
  sentence,
  shortMatchWords,
  stateWords,
  stopped,
  treatmentName,
} from '../words.ts';
import { cautionBlocks } from './cautions.ts';
import { trialBlocks } from './trials.ts';

interface PharmacogeneWords {
  readonly drug: string;
  readonly gene: string;
  readonly text: string;
  /** The same in a few words. */
  readonly short: string;
  /** A diplotype was called here; else what the ledger says. */
  readonly called: boolean;
}

/** What guidelines say of a drug for the gene as it was called, or that they say nothing. */
function adviceText(input: ReportInput, drug: string, gene: string): { text: string; short: string } | undefined {
  const { pharmacogenes } = input.options;
  const called = pharmacogenes?.genes.find((one) => one.gene === gene);
  if (pharmacogenes === undefined || called === undefined || called.phenotype === null) return undefined;
  const missing =
    called.unread !== undefined
      ? ''
      : called.missingPositions.length === 0
        ? called.source === 'vcf'
          ? ` (all ${called.positions} positions that name alleles called)`
          : ''
        : ` (${called.missingPositions.length} of ${called.positions} positions not called)`;
  const advice = (drugAdvice(pharmacogenes).find((one) => one.drug === drugName(drug))?.advice ?? [])
    .filter(({ genes }) => genes.includes(gene))
    .filter(({ action }, _, all) => action !== 'no-statement' || all.every((one) => one.action === 'no-statement'));
  const [first] = advice;
  const said = advice.map(
    (one) =>
      `${actionWords(one)} (${one.source} ${one.id}${one.population === undefined ? '' : `, ${one.population}`}${one.strength === undefined ? '' : `, ${one.strength.toLowerCase()}`})`,
  );
  const nothing = 'no guideline of the pack speaks';
  const changed = changedWords(advice);
  return {
    text: `${geneWords(called)}${missing}. ${drug}: ${said.length === 0 ? nothing : [...new Set(said)].join('; ')}.${changed === undefined ? '' : ` ${changed}.`}`,
    short: `${gene} ${toldPhenotype(called) ?? 'without phenotype'}, ${drug}: ${first === undefined ? nothing : actionWords(first)}`,
  };
}

/** Of the drugs taken and named, those that a called gene bids stop or change, and that the table of pairs does not hold. */
function warnedOf(input: ReportInput, held: readonly string[]): PharmacogeneWords[] {
  const { pharmacogenes } = input.options;
  if (pharmacogenes === undefined) return [];
  const names = new Set([...input.record.medications.map(({ name }) => name), ...agentsNamed(input)].map(drugName));
  return drugAdvice(pharmacogenes)
    .filter(({ drug, light }) => names.has(drug) && !held.includes(drug) && (light === 'stop' || light === 'caution'))
    .flatMap(({ drug, advice }) =>
      [...new Set(advice.flatMap(({ genes }) => genes))].flatMap((gene): PharmacogeneWords[] => {
        const said = adviceText(input, drug, gene);
        return said === undefined ? [] : [{ drug, gene, called: true, ...said }];
      }),
    );
}

/**
 * What is said of the pharmacogenes of every treatment named (R37): as called, tested or not, never a guess at the
 * genotype. Warnings on drugs taken stand first.
 */
export function pharmacogeneWords(input: ReportInput): PharmacogeneWords[] {
  const pairs = pharmacogenesOf(agentsNamed(input));
  const warned = warnedOf(
    input,
    pairs.map(({ drug }) => drugName(drug)),
  );
  const words = pairs.map(({ drug, gene }): PharmacogeneWords => {
    const advice = adviceText(input, drug, gene);
    if (advice !== undefined) return { drug, gene, called: true, ...advice };
    const { state, reason } = stateOf(input, gene, 'germline');
    const tested = state === 'detected' || state === 'tested-not-detected';
    return {
      drug,
      gene,
      called: false,
      short: `${gene} for ${drug}: ${tested ? 'use the laboratory’s result' : 'not assayed'}`,
      text: tested
        ? `${gene} germline variants were assayed, but diplotype, phenotype and dose are not computed here: use the laboratory's pharmacogenetic result before ${drug}.`
        : `${gene} germline variants: ${stateWords[state]} (${reason}). Test before ${drug}.`,
    };
  });
  return [...warned, ...words];
}

/** Where the label names this tumor type, where another; a label with something still open is not an approval. */
function approvalWords({ approvals, line }: TherapyOption): string {
  if (approvals === undefined) return 'not known: no pack';
  const of = (standing: OptionApproval['standing']): string =>
    listed([...new Set(approvals.filter((one) => one.standing === standing).map(({ agency }) => agency))].sort());
  const asked = line === undefined || line.text === '' ? '' : `; ${line.text}`;
  const here = of('this tumor type');
  if (here !== '') return `${here}: this tumor type${asked}`;
  const elsewhere = of('another tumor type');
  if (elsewhere !== '') return `${elsewhere}: another tumor type, off label here${asked}`;
  const open = of('open');
  if (open === '' && line !== undefined) return line.text;
  return open === '' ? 'none found' : `${open}: open, the label asks what is not known${asked}`;
}

/** Statements for and against; which of them count for nothing, met only under a limit, is said and they stand last. */
function statementsWords({ profile }: ReportInput, { supporting, against }: TherapyOption): string {
  const limited = new Set(profile.evidence.filter((match) => !counts(match)).map(({ evidenceId }) => evidenceId));
  const lastLimited = (ids: readonly string[]): readonly string[] => [
    ...ids.filter((id) => !limited.has(id)),
    ...ids.filter((id) => limited.has(id)),
  ];
  const aside = [...new Set([...supporting, ...against])].filter((id) => limited.has(id));
  return [
    supporting.length === 0
      ? 'by approval, no statement'
      : `${supporting.length} for: ${listed(lastLimited(supporting), 4)}`,
    ...(against.length === 0 ? [] : [`${against.length} against: ${listed(lastLimited(against), 3)}`]),
    ...(aside.length === 0 ? [] : [`${aside.length} of these not counted: ${listed(aside, 2)}`]),
  ].join('; ');
}

/** What makes it an option, each reason with how near its disease is to this tumor type; once where all are the same. */
function reasonWords({ profile }: ReportInput, option: TherapyOption): string {
  const { because, supporting, approvals = [], diseaseMatch } = option;
  const told = because.map(({ findingId, text }) => {
    const statement = profile.evidence.find(
      ({ evidenceId, findingIds, level, disease }) =>
        supporting.includes(evidenceId) &&
        (findingIds.includes(findingId) || findingId.startsWith('negative:')) &&
        text.includes(`: level ${level}, ${disease}`),
    );
    const approval = approvals.find(({ agency, disease }) => text.endsWith(`: approved (${agency}), ${disease}`));
    const near =
      statement === undefined
        ? approval?.standing === 'another tumor type'
          ? 'other'
          : diseaseMatch
        : statement.diseaseMatch;
    return { text, near: shortMatchWords[near] };
  });
  const [first] = told;
  return told.every(({ near }) => near === first?.near)
    ? `${told.map(({ text }) => text).join('; ')} (${first?.near ?? shortMatchWords[diseaseMatch]})`
    : told.map(({ text, near }) => `${text} (${near})`).join('; ');
}

const intervalWords = ({ low, high, unit }: SaidOfOption['value']): string =>
  unit === 'probability'
    ? `${Math.round(100 * low)} to ${Math.round(100 * high)} %`
    : `${low.toFixed(1)} to ${high.toFixed(1)}`.replaceAll('-', '−');

/** What models say of options, in a table of its own behind the evidence; nothing where none speaks (R35, F044). */
function modelBlocks({ options, optionModels }: ReportInput): ReportBlock[] {
  const told = options.options.flatMap(({ id, label }) => {
    const said = optionModels?.find(({ optionId }) => optionId === id);
    return said === undefined ? [] : [{ id, label, said }];
  });
  if (told.length === 0) return [];
  return [
    heading(2, 'What models say of these options, beside the evidence', ['R35']),
    table(
      [column('Treatment', 2, 'name'), column('Model interval', 1.2), column('Of what', 2.4), column('Model', 2)],
      told.map(
        ({ id, label, said: { modelId, version, value } }): Row => ({
          cells: [
            treatmentName(label),
            intervalWords(value),
            value.unit === 'probability' ? 'Response, as in its cohort' : 'Cell lines, ln(IC50/µM)',
            own(`${modelId} ${version}`),
          ],
          facts: [fact.option(id)],
        }),
      ),
      ['R35'],
      'A model moves no option and raises no tier.',
    ),
  ];
}

/** What would change an option, each thing once with the ranks it bears on: it is often the same for many. */
function changeBlocks({ options: { options } }: ReportInput): ReportBlock[] {
  const changes = Map.groupBy(
    options.flatMap((option, index) => option.wouldChange.map((text) => ({ text, option, rank: index + 1 }))),
    ({ text }) => text,
  );
  if (changes.size === 0) return [];
  return [
    heading(2, 'What would change an option', ['R35']),
    table(
      [column('What would change it', 6), column('Options by rank', 1.6)],
      [...changes].map(([text, of]): Row => {
        const ids = of.map(({ option }) => fact.option(option.id));
        return {
          cells: [stopped(text), [...new Set(of.map(({ rank }) => rank))].join(', ')],
          facts: factsOr(ids, fact.options('table')),
        };
      }),
      ['R35'],
    ),
  ];
}

/** R35 to R41. */
export function treatmentsPart(input: ReportInput): ReportBlock[] {
  const { options } = input;
  const blocks: ReportBlock[] = [heading(2, 'Excluded first', ['R36'])];
  if (options.exclusions.length === 0 && options.lessBenefit.length === 0)
    blocks.push(
      paragraph(
        'The evidence met, earlier lines and allergies on record exclude no treatment.',
        [fact.options('table')],
        ['R36'],
      ),
    );
  else
    blocks.push(
      table(
        [column('Treatment', 2, 'name'), column('Why', 1.4), column('Reason', 5), column('Level', 0.7)],
        [
          ...options.exclusions.map(
            (one): Row => ({
              cells: [
                treatmentName(one.label),
                sentence(exclusionWords[one.kind]),
                responsesTold([one.reason, ...(one.cites ?? [])].join('; ')),
                one.bestLevel ?? '–',
              ],
              facts: factsOr([fact.exclusion(one.id), ...one.evidence], fact.exclusion(one.id)),
            }),
          ),
          ...options.lessBenefit.map(
            (one): Row => ({
              cells: [treatmentName(one.label), 'Less benefit, not excluded', one.text, one.bestLevel ?? '–'],
              facts: factsOr(one.evidence, fact.options('table')),
            }),
          ),
        ],
        ['R36'],
      ),
    );
  blocks.push(heading(2, 'Options in order of rank', ['R35']));
  if (options.options.length === 0)
    blocks.push(
      paragraph('No statement of the packs used makes an option for this case.', [fact.options('table')], ['R35']),
    );
  else
    blocks.push(
      table(
        [
          column('Rank>', 0.5),
          column('Treatment', 1.8, 'name'),
          column('Tier', 0.75, 'tier'),
          column('Level', 0.6),
          column('Because', 3),
          column('Statements', 1.7),
          column('Approved', 2.6),
          column('Earlier use; contradiction', 2.4),
        ],
        options.options.map(
          (option, index): Row => ({
            cells: [
              String(index + 1),
              treatmentName(option.label),
              option.weight ?? option.tier ?? 'none',
              option.bestLevel,
              reasonWords(input, option),
              statementsWords(input, option),
              approvalWords(option),
              [
                ...(option.prior === undefined
                  ? [input.record.therapyLines.length === 0 ? 'No earlier line documented' : 'Not used before']
                  : [responsesTold(option.prior.text.replace(/\.$/, ''))]),
                ...(option.conflict === undefined ? [] : [sentence(option.conflict.statement)]),
                ...shakenBy(input, option).map((finding) => `Rests on ${findingName(finding)}, dismissed in review`),
              ].join('. '),
            ],
            facts: factsOr([fact.option(option.id), ...option.supporting], fact.option(option.id)),
          }),
        ),
        ['R35'],
        'Approved: by the label facts of the approval pack, where all of its biomarkers are met. A model interval does not enter: no model ranks treatments.',
      ),
    );
  blocks.push(...modelBlocks(input));
  blocks.push(...changeBlocks(input));
  blocks.push(
    ...optionRules.map((text) => paragraph(stopped(text), ['rule:options'], ['R35', 'R36'], 'note')),
    paragraph(
      options.accounting.considered === 0
        ? 'No statement on a treatment was met.'
        : `${options.accounting.considered} statements on treatments were met; ${options.accounting.used} are used${options.accounting.unused.length === 0 ? '' : `, the others not: ${options.accounting.unused.map(countedRule).join('; ')}`}.`,
      [fact.options('accounting')],
      ['R35', 'R51'],
      'note',
    ),
  );

  const genes = pharmacogeneWords(input);
  blocks.push(heading(2, 'Pharmacogenes', ['R37']));
  if (genes.length === 0)
    blocks.push(
      paragraph(
        'No treatment named here is in the table of gene–drug pairs.',
        [fact.options('table'), 'rule:pharmacogenes'],
        ['R37'],
      ),
    );
  for (const { text, called } of genes)
    blocks.push(
      called
        ? paragraph(text, [fact.options('pharmacogenes')], ['R37'])
        : paragraph(text, [fact.ledger('germline'), 'rule:pharmacogenes'], ['R37'], 'caution'),
    );
  const rule = input.options.pharmacogenes === undefined ? 'pharmacogenes' : 'pharmacogenes-called';
  blocks.push(paragraph(printedRules[rule], [fact.rule(rule)], ['R37'], 'note'));

  blocks.push(...cautionBlocks(input));

  const trials = options.options.filter(({ trialIds }) => trialIds.length > 0);
  blocks.push(heading(2, 'Trials behind the evidence', ['R39']));
  blocks.push(
    trials.length === 0
      ? paragraph('The statements used name no trial.', [fact.options('table')], ['R39'])
      : table(
          [column('Treatment', 2, 'name'), column('Trial', 4)],
          trials.map(
            (option): Row => ({
              cells: [treatmentName(option.label), option.trialIds.join(', ')],
              facts: [fact.option(option.id)],
            }),
          ),
          ['R39'],
          'Trials in which the evidence was gathered; whether they fit this patient is not said by this.',
        ),
  );

  blocks.push(...trialBlocks(input));

  blocks.push(heading(2, 'What further testing would change', ['R41']));
  blocks.push(
    options.wouldChange.length === 0
      ? paragraph(
          'No level A or B statement and no approval of this tumor type waits for a test that is missing.',
          [fact.options('would-change')],
          ['R41'],
        )
      : table(
          [column('Test', 1.6, 'name'), column('What it would change', 6), column('Statements, approvals', 1.6)],
          options.wouldChange.map(
            (one): Row => ({
              cells: [
                `${one.gene}, ${one.modality.replaceAll('-', ' ')}`,
                one.text,
                listed([...one.evidence, ...(one.approvals ?? [])], 4),
              ],
              facts: factsOr([fact.options('would-change'), ...one.evidence], fact.options('would-change')),
            }),
          ),
          ['R41'],
        ),
  );
  for (const { section, reason } of options.absent)
    blocks.push(
      paragraph(`Absent: ${section}. ${sentence(stopped(reason))}`, [fact.options('absent')], ['R53'], 'caution'),
    );
  return blocks;
}
