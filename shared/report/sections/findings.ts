import { buildOf } from '../../molecular/interpret.ts';
import type { EvidenceMatch, Finding } from '../../molecular/profile.ts';
import { column, factsOr, heading, paragraph, plot, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { place } from '../places.ts';
import { anythingTested, classGiven, dismissed, reviewOf, sortedFindings, stateOf } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { own } from '../translate.ts';
import {
  findingName,
  flagWords,
  listed,
  measureOf,
  moment,
  oncogenicityWords,
  plural,
  remarks,
  sentence,
  signed,
  stateWords,
  stopped,
  treatmentName,
  whole,
} from '../words.ts';
import { germlineBlocks, germlineMeaning } from './germline.ts';

/** HGVS from the genome down to the protein; a protein change that is not known is said to be so. */
export function nomenclature(finding: Finding): string {
  const parts = [
    ...(finding.hgvsGenomic === undefined ? [] : [finding.hgvsGenomic]),
    ...(finding.hgvsCoding === undefined
      ? []
      : [finding.transcript === undefined ? finding.hgvsCoding : `${finding.transcript}:${finding.hgvsCoding}`]),
    ...(finding.hgvsProtein === undefined || finding.hgvsProtein === finding.title
      ? finding.proteinChangeSource === 'not-computed'
        ? ['protein change not computed']
        : []
      : [finding.hgvsProtein]),
    ...(finding.consequence === undefined ? [] : [finding.consequence.replaceAll('_', ' ').replaceAll('&', ', ')]),
  ];
  return parts.length === 0 ? '–' : parts.join('; ');
}

const NOT_CLASSIFIED = 'not classified';

const computedMeaning = ({ oncogenicity, kind, origin, germline }: Finding): string =>
  oncogenicity === undefined
    ? kind === 'small-variant' && origin === 'germline'
      ? germlineMeaning({ germline })
      : NOT_CLASSIFIED
    : `${oncogenicityWords[oncogenicity.class]}${oncogenicity.class === 'not-evaluable' ? '' : ` (${whole(oncogenicity.points)} points)`}`;

/** F027: the class that a person gave, with who, when and why, beside the computed one. */
export const givenWords = (input: ReportInput, finding: Finding, standard: 'oncogenicity' | 'germline'): string[] => {
  const given = classGiven(input, finding, standard);
  return given === undefined
    ? []
    : [
        `${sentence(given.class.replace('-', ' '))} by override of ${own(given.author)}, ${moment(given.at)}: ${stopped(own(given.reason))}`,
      ];
};

const meaning = (input: ReportInput, finding: Finding): string => {
  const given = [...givenWords(input, finding, 'oncogenicity'), ...givenWords(input, finding, 'germline')];
  const computed = computedMeaning(finding);
  return given.length === 0 ? computed : `${given.join(' ')} Computed: ${computed}`;
};

export const tierWords = (finding: Finding): string => finding.tierCall?.weight ?? finding.tier ?? 'none';

export const reviewWords = (input: ReportInput, finding: Finding): string[] => {
  const review = reviewOf(input, finding.id);
  return review === undefined
    ? []
    : [`${review.verdict} in review${review.reason === undefined ? '' : `: ${own(review.reason)}`}`];
};

const notes = (input: ReportInput, finding: Finding): string =>
  remarks([
    finding.whyHere,
    ...(finding.origin === 'unknown' ? [] : [`${finding.origin} origin`]),
    ...flagWords(finding.flags),
    ...reviewWords(input, finding),
  ]);

const findingRow =
  (input: ReportInput) =>
  (finding: Finding): Row => ({
    cells: [
      findingName(finding),
      nomenclature(finding),
      measureOf(finding),
      meaning(input, finding),
      tierWords(finding),
      notes(input, finding),
    ],
    facts: [finding.id],
  });

const columns = () => [
  column('Finding', 1.6, 'name'),
  column('HGVS and consequence', 2.9, 'identifier'),
  column('Measured', 1.1),
  column('Oncogenicity', 1.2),
  column('Tier', 0.75, 'tier'),
  column('Why it stands here; origin; flags', 2.7),
];

const findingsTable = (input: ReportInput, findings: readonly Finding[], elements: readonly string[]) => {
  const rows = findings.map(findingRow(input));
  return table(
    columns(),
    rows,
    elements,
    rows.some(({ cells }) => cells.includes(NOT_CLASSIFIED))
      ? 'Not classified: the standard of oncogenicity has no points for fusions, gains, amplifications and the loss of one copy.'
      : undefined,
  );
};

/** R19: which criteria were met, which could not be evaluated, with their points and facts. */
export function criteriaTable(
  input: ReportInput,
  findings: readonly Finding[],
  elements: readonly string[],
): ReportBlock[] {
  const judged = findings.filter(({ oncogenicity }) => oncogenicity !== undefined);
  if (judged.length === 0) return [];
  return [
    table(
      [
        column('Finding', 1.6, 'name'),
        column('Class', 1.2),
        column('Criteria met, with points and fact', 4),
        column('Not evaluable here', 1.8),
      ],
      judged.map((finding): Row => {
        const { criteria = [], class: of = 'not-evaluable', points = 0 } = finding.oncogenicity ?? {};
        const met = criteria.filter(({ state }) => state === 'met');
        return {
          cells: [
            findingName(finding),
            [
              ...givenWords(input, finding, 'oncogenicity').map((given) => `${given} Computed:`),
              of === 'not-evaluable' ? oncogenicityWords[of] : `${oncogenicityWords[of]}, ${whole(points)} points`,
            ].join(' '),
            met.length === 0
              ? 'none'
              : met.map((one) => `${one.code} (${signed(one.points, 0)}): ${one.fact}`).join('; '),
            listed(criteria.filter(({ state }) => state === 'not-evaluable').map(({ code }) => code)) || 'none',
          ],
          facts: [finding.id],
        };
      }),
      elements,
    ),
  ];
}

/** Tiers under other codes; codes of which the same is said share one remark. */
function elsewhereWords({ tierElsewhere }: Finding): string[] {
  const silent = tierElsewhere.filter(({ reason }) => / no statement sets a tier$/.test(reason));
  return [
    ...[...Map.groupBy(silent, ({ tier }) => tier ?? 'none')].map(
      ([tier, of]) =>
        `${listed(of.map(({ oncotreeCode }) => oncotreeCode))}: tier ${tier}, no statement sets a tier there`,
    ),
    ...tierElsewhere
      .filter((one) => !silent.includes(one))
      .map(({ oncotreeCode, tier, reason }) => `${oncotreeCode}: tier ${tier ?? 'none'}, ${reason}`),
  ];
}

function tierRows(findings: readonly Finding[]): Row[] {
  return findings
    .filter(({ tierCall }) => tierCall !== undefined)
    .map((finding) => ({
      cells: [
        findingName(finding),
        tierWords(finding),
        finding.tierCall?.basis ?? 'none',
        listed(finding.tierDefining, 6),
        remarks([finding.tierCall?.statement ?? '', ...elsewhereWords(finding)]),
      ],
      facts: factsOr([finding.id, ...finding.tierDefining], finding.id),
    }));
}

/** A treatment is known to ESCAT by its agents in small letters; they are called as the statements call them. */
function agentsOf({ profile }: ReportInput): (treatment: string) => string {
  const names = new Map(profile.evidence.flatMap(({ therapies }) => therapies.map((one) => [one.toLowerCase(), one])));
  return (treatment) =>
    treatmentName(
      treatment
        .split('+')
        .map((agent) => names.get(agent) ?? sentence(agent))
        .join(' + '),
    );
}

/** R27: ESCAT tiers that a named person confirmed, and no other (F017). */
function escatBlock(input: ReportInput, reported: readonly Finding[]): ReportBlock {
  const listedNow = reported.filter((finding) => !dismissed(input, finding));
  const rows = listedNow.flatMap((finding): Row[] => {
    const given = classGiven(input, finding, 'escat');
    if (given === undefined) return [];
    const now = finding.escat?.tier;
    return [
      {
        cells: [
          findingName(finding),
          given.class,
          listed((finding.escat?.treatments ?? []).map(agentsOf(input)), 6) || '–',
          `${own(given.author)}, ${moment(given.at)}`,
          [
            sentence(stopped(own(given.reason))),
            given.original.class === given.class ? '' : `Proposed by rule: ${given.original.class}.`,
            now === given.original.class ? '' : `The rule proposes ${now ?? 'no tier'} now.`,
          ]
            .filter((part) => part !== '')
            .join(' '),
        ],
        facts: [finding.id, fact.board('classifications')],
      },
    ];
  });
  const open = listedNow.filter(
    (finding) => finding.escat !== undefined && classGiven(input, finding, 'escat') === undefined,
  ).length;
  const unconfirmed =
    open === 0
      ? ''
      : `${plural(open, 'proposal')} of the rules nobody confirmed; ${open === 1 ? 'it is' : 'they are'} not printed.`;
  return rows.length === 0
    ? paragraph(
        `No ESCAT tier is stated: only what a named person confirmed is printed. ${unconfirmed}`.trim(),
        [fact.board('classifications')],
        ['R27'],
      )
    : table(
        [
          column('Finding', 1.7, 'name'),
          column('ESCAT', 0.7, 'tier'),
          column('Treatments', 2),
          column('Confirmed by', 1.6),
          column('What the confirmation rests on', 3),
        ],
        rows,
        ['R27'],
        unconfirmed === '' ? undefined : unconfirmed,
      );
}

const other = (count: number): string =>
  count === 0 ? '' : ` ${plural(count, 'statement')} on other tumor types ${count === 1 ? 'is' : 'are'} not listed.`;

/** Statements met on diagnosis or prognosis: all, and those of this tumor type, strongest first. */
function implied(
  { profile }: ReportInput,
  type: 'diagnostic' | 'prognostic',
): { readonly all: readonly EvidenceMatch[]; readonly here: readonly EvidenceMatch[] } {
  const all = profile.evidence.filter(
    (match) => match.type === type && !match.flagged && match.limits.length === 0 && !/n\/a/i.test(match.significance),
  );
  const here = all
    .filter(({ diseaseMatch }) => diseaseMatch === 'same' || diseaseMatch === 'parent')
    .sort((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : a.evidenceId < b.evidenceId ? -1 : 1));
  return { all, here };
}

const diagnosticWords: Readonly<Record<EvidenceMatch['direction'], Readonly<Record<string, string>>>> = {
  supports: { Positive: 'Supports the diagnosis', Negative: 'Speaks against the diagnosis' },
  'does-not-support': {
    Positive: 'Does not support the diagnosis',
    Negative: 'Does not speak against the diagnosis',
  },
};

/** What a statement says, and not what its source files it under: `Positive` of a diagnosis reads as a test result. */
function significanceWords({ type, direction, significance }: EvidenceMatch): string {
  if (type !== 'diagnostic')
    return direction === 'does-not-support'
      ? `Does not support: ${significance.toLowerCase()}`
      : sentence(significance.toLowerCase());
  return diagnosticWords[direction][significance] ?? significance;
}

/** R31, R32: what the statements met say of diagnosis or prognosis. */
function implications(input: ReportInput, type: 'diagnostic' | 'prognostic'): ReportBlock {
  const element = type === 'diagnostic' ? 'R31' : 'R32';
  const { all, here: met } = implied(input, type);
  if (met.length === 0)
    return paragraph(
      `No ${type} statement on this tumor type is met.${other(all.length)}`,
      [fact.profile('evidence')],
      [element],
    );
  const names = new Map(input.profile.findings.map((finding) => [finding.id, findingName(finding)]));
  const shown = met.slice(0, 12);
  return table(
    [
      column('Finding', 2, 'name'),
      column(type === 'diagnostic' ? 'What it says' : 'Outcome', 2),
      column('In', 2.2),
      column('Level', 0.6),
      column('Statement', 1),
    ],
    shown.map(
      (match: EvidenceMatch): Row => ({
        cells: [
          match.findingIds.map((id) => names.get(id) ?? id).join(', ') || match.negatives.join(', '),
          significanceWords(match),
          own(match.disease),
          match.level,
          match.evidenceId,
        ],
        facts: factsOr([match.evidenceId, ...match.findingIds], match.evidenceId),
      }),
    ),
    [element],
    `${met.length > shown.length ? `${plural(met.length - shown.length, 'weaker statement')} in the profile document.` : ''}${other(all.length - met.length)}`.trim() ||
      undefined,
  );
}

/** `2:42295516:+–2:29223528:-` with its strands apart from the dash between the two places. */
const strands = (places: string): string =>
  places
    .split('–')
    .map((place) => place.replace(/:([+-])$/, (_, strand: string) => ` (${strand === '+' ? '+' : '−'})`))
    .join(' – ');

/** R28: statements on the prognosis in this tumor type that do not say the same of one finding. */
function prognosisConflicts(input: ReportInput): ReportBlock[] {
  const names = new Map(input.profile.findings.map((finding) => [finding.id, findingName(finding)]));
  const met = implied(input, 'prognostic').here;
  return [...new Set(met.flatMap(({ findingIds }) => findingIds))].flatMap((id) => {
    const of = met.filter(({ findingIds }) => findingIds.includes(id));
    const sides = Map.groupBy(
      of,
      ({ direction, significance }) =>
        `${direction === 'does-not-support' ? 'does not support ' : ''}${significance.toLowerCase()}`,
    );
    if (sides.size < 2) return [];
    const told = [...sides].map(
      ([side, statements]) =>
        `${side} (${listed(
          statements.map(({ evidenceId }) => evidenceId),
          3,
        )})`,
    );
    return [
      paragraph(
        `${names.get(id) ?? id}: statements on the prognosis disagree: ${told.join('; ')}.`,
        factsOr(
          of.map(({ evidenceId }) => evidenceId),
          fact.profile('evidence'),
        ),
        ['R28', 'R32'],
      ),
    ];
  });
}

/** R17 to R21, R26 to R28, R30 to R32. */
export function findingsPart(input: ReportInput): ReportBlock[] {
  const { reported } = sortedFindings(input);
  const { profile } = input;
  const blocks: ReportBlock[] = [];
  if (reported.length === 0)
    blocks.push(
      paragraph(
        anythingTested(input)
          ? `No reportable change was found in what was tested; what was tested stands in ${place('states')}.`
          : 'Nothing was tested to a result: whether there is a reportable change is not known.',
        [fact.profile('findings'), 'rule:states'],
        ['R17', 'R18', 'R19', 'R26'],
        'lead',
      ),
    );
  else {
    blocks.push(findingsTable(input, reported, ['R17', 'R18']));
    const criteria = criteriaTable(input, reported, ['R19']);
    blocks.push(
      heading(2, 'Oncogenicity', ['R19']),
      ...(criteria.length === 0
        ? [paragraph('No finding here is of a kind that the points scheme classifies.', ['rule:oncogenicity'], ['R19'])]
        : criteria),
      paragraph(printedRules.oncogenicity, ['rule:oncogenicity'], ['R19'], 'note'),
    );
    const tiers = tierRows(reported);
    blocks.push(
      heading(2, 'Tiers and what sets them', ['R26']),
      tiers.length === 0
        ? paragraph(
            'No statement of the packs used sets a tier for these findings.',
            [fact.profile('evidence')],
            ['R26'],
          )
        : table(
            [
              column('Finding', 1.7, 'name'),
              column('Tier', 0.7, 'tier'),
              column('Basis', 1.1),
              column('Set by', 1.8),
              column('What it hinges on; tier under other codes', 4),
            ],
            tiers,
            ['R26'],
          ),
      paragraph(printedRules.tiers, ['rule:tiers'], ['R26'], 'note'),
    );
  }

  blocks.push(heading(2, 'ESCAT', ['R27']), escatBlock(input, reported));

  const fusions = reported.filter(({ kind }) => kind === 'fusion');
  blocks.push(heading(2, 'Fusions', ['R20']));
  if (fusions.length === 0)
    blocks.push(
      paragraph(
        `No fusion is reported. Fusions of a gene that this report does not name: ${stateWords[stateOf(input, '', 'fusion').state]}.`,
        [fact.ledger('fusion')],
        ['R20'],
      ),
    );
  else {
    const placesOf = ({ variantKeys }: Finding) => variantKeys.filter((place) => /\d/.test(place));
    const observedOf = (finding: Finding) =>
      input.intake.fusions.find(({ gene5, gene3 }) => gene5 === finding.gene2 && gene3 === finding.gene);
    const buildBehind = (finding: Finding) => {
      const observed = observedOf(finding);
      return observed === undefined ? undefined : buildOf(observed.file, input.record, input.intake);
    };
    blocks.push(
      table(
        [
          column('Fusion', 1.6, 'name'),
          column('Breakpoints', 2, 'identifier'),
          column('Frame', 1.2),
          column('RNA support', 1.2),
          column('DNA support', 1.2),
        ],
        fusions.map((finding): Row => {
          const observed = observedOf(finding);
          const places = placesOf(finding);
          return {
            cells: [
              findingName(finding),
              [...(places.length === 0 ? [] : [buildBehind(finding)]), places.map(strands).join(', ') || 'not stated']
                .filter((part) => part !== undefined)
                .join(' '),
              observed?.inFrame === undefined ? 'not stated' : observed.inFrame ? 'in frame' : 'out of frame',
              finding.rnaReads === undefined ? 'not stated' : plural(finding.rnaReads, 'read'),
              observed?.dnaReads === undefined ? 'not stated' : plural(observed.dnaReads, 'read'),
            ],
            facts: [finding.id],
          };
        }),
        ['R20'],
        // A position without its build is a position on either.
        fusions.some((finding) => placesOf(finding).length > 0 && buildBehind(finding) === undefined)
          ? 'Breakpoints without a genome build: the build of their file is not stated.'
          : undefined,
      ),
    );
  }

  blocks.push(heading(2, 'Copy number', ['R21']));
  if (profile.segments.length > 0) blocks.push(plot('copy-number-plot', ['R21']));
  const copies = profile.findings.filter(({ kind }) =>
    ['amplification', 'deep-deletion', 'gain', 'loss'].includes(kind),
  );
  blocks.push(
    paragraph(
      copies.length === 0
        ? `No copy-number change is reported. Copy number of a gene that this report does not name: ${stateWords[stateOf(input, '', 'copy-number').state]}.`
        : `Reported: ${copies
            .map(
              (finding) => `${findingName(finding)}${finding.reach === undefined ? '' : ` (${finding.reach.words})`}`,
            )
            .join('; ')}.`,
      factsOr(
        copies.map(({ id }) => id),
        fact.ledger('copy-number'),
      ),
      ['R21'],
    ),
    paragraph(`Rule: ${stopped(printedRules['copy-number'])}`, ['rule:copy-number'], ['R21'], 'note'),
  );

  const contested = reported.filter(({ conflict }) => conflict !== undefined);
  const disputed = input.options.options.filter(({ conflict }) => conflict !== undefined);
  const onPrognosis = prognosisConflicts(input);
  blocks.push(heading(2, 'Conflicts of evidence', ['R28']), ...onPrognosis);
  if (contested.length + disputed.length + onPrognosis.length === 0)
    blocks.push(
      paragraph(
        profile.evidence.length === 0
          ? 'No statement of the sources is met, so none contradicts another.'
          : 'The sources do not contradict each other on these findings.',
        [fact.profile('evidence')],
        ['R28'],
      ),
    );
  for (const finding of contested)
    blocks.push(
      paragraph(`${findingName(finding)}: ${stopped(finding.conflict?.statement ?? '')}`, [finding.id], ['R28']),
    );
  for (const option of disputed)
    blocks.push(
      paragraph(
        `${treatmentName(option.label)}: ${stopped(option.conflict?.statement ?? '')} It ranks after options of the same tier that nothing contradicts.`,
        [fact.option(option.id)],
        ['R28'],
      ),
    );

  blocks.push(
    heading(2, 'Germline', ['R30']),
    ...germlineBlocks(input, (finding) => givenWords(input, finding, 'germline')),
  );
  blocks.push(
    heading(2, 'Implications for the diagnosis', ['R31']),
    implications(input, 'diagnostic'),
    heading(2, 'Implications for the prognosis', ['R32']),
    implications(input, 'prognostic'),
  );
  for (const { section, reason } of profile.absent)
    blocks.push(
      paragraph(`Absent: ${section}. ${sentence(stopped(reason))}`, [fact.profile('absent')], ['R53'], 'caution'),
    );
  return blocks;
}
