/**
 * The first pages, read like a consult letter: question and answer, findings that matter, treatments, decision,
 * signature. At most 400 words (R60): what does not fit is cut by steps, each cut is said, and the appendix holds all.
 */
import { hasConflict } from '../board/decision.ts';
import type { LedgerModality } from '../case/intake.ts';
import { germlineHidden } from '../molecular/germline-sheet.ts';
import type { Finding, PertinentStatement } from '../molecular/profile.ts';
import { answerShown } from '../prediction/predictions.ts';
import type { OptionsTable, TherapyExclusion, TherapyOption } from '../therapy/options.ts';
import { priorWords } from '../therapy/prior-use.ts';
import { column, type Facts, factRows, factsOr, heading, paragraph, type Row, table, textsOf } from './blocks.ts';
import { fact } from './facts.ts';
import { place } from './places.ts';
import {
  anythingTested,
  chosen,
  classGiven,
  decisionIsStale,
  dismissed,
  isBenign,
  leading,
  shakenBy,
  sortedFindings,
} from './reading.ts';
import type { ReportBlock } from './report.ts';
import type { ReportInput } from './report-input.ts';
import { tierWords } from './sections/findings.ts';
import { germlineClassWords } from './sections/germline.ts';
import { stageWords } from './sections/patient.ts';
import { pharmacogeneWords } from './sections/treatments.ts';
import { signatureWords } from './sections/verification.ts';
import { own, said } from './translate.ts';
import {
  ageAndSex,
  clipped,
  countWords,
  diseaseMatchWords,
  exclusionWords,
  findingName,
  intentWords,
  listed,
  measureOf,
  moment,
  oncogenicityWords,
  plural,
  sentence,
  stopped,
  treatmentName,
} from './words.ts';

export const FRONT_WORDS = 400;

/** How much of each part is shown. Words for texts, rows for tables. */
interface Fullness {
  readonly question: number;
  readonly answer: number;
  readonly findings: number;
  readonly why: number;
  readonly biomarkers: number;
  readonly genes: number;
  readonly options: number;
  readonly because: number;
  readonly exclusions: number;
  readonly rationale: number;
  readonly actions: number;
  readonly action: number;
  readonly participants: number;
  readonly score: number;
}

/** From ample to bare. The last one holds under the limit whatever the documents say. */
const steps: readonly Fullness[] = [
  {
    question: 60,
    answer: 90,
    findings: 8,
    why: 18,
    biomarkers: 5,
    genes: 16,
    options: 6,
    because: 14,
    exclusions: 6,
    rationale: 90,
    actions: 8,
    action: 20,
    participants: 10,
    score: 45,
  },
  {
    question: 50,
    answer: 70,
    findings: 6,
    why: 15,
    biomarkers: 4,
    genes: 12,
    options: 5,
    because: 12,
    exclusions: 5,
    rationale: 70,
    actions: 6,
    action: 16,
    participants: 8,
    score: 40,
  },
  {
    question: 45,
    answer: 60,
    findings: 6,
    why: 12,
    biomarkers: 4,
    genes: 10,
    options: 5,
    because: 10,
    exclusions: 4,
    rationale: 50,
    actions: 6,
    action: 14,
    participants: 8,
    score: 35,
  },
  {
    question: 40,
    answer: 50,
    findings: 5,
    why: 10,
    biomarkers: 3,
    genes: 8,
    options: 4,
    because: 8,
    exclusions: 3,
    rationale: 40,
    actions: 5,
    action: 12,
    participants: 6,
    score: 30,
  },
  {
    question: 30,
    answer: 40,
    findings: 4,
    why: 8,
    biomarkers: 2,
    genes: 6,
    options: 3,
    because: 6,
    exclusions: 2,
    rationale: 25,
    actions: 4,
    action: 10,
    participants: 4,
    score: 25,
  },
  {
    question: 25,
    answer: 30,
    findings: 3,
    why: 5,
    biomarkers: 2,
    genes: 4,
    options: 3,
    because: 5,
    exclusions: 2,
    rationale: 15,
    actions: 3,
    action: 8,
    participants: 3,
    score: 15,
  },
  {
    question: 15,
    answer: 20,
    findings: 2,
    why: 4,
    biomarkers: 1,
    genes: 3,
    options: 2,
    because: 4,
    exclusions: 1,
    rationale: 10,
    actions: 2,
    action: 6,
    participants: 2,
    score: 10,
  },
];

export const wordsOf = (blocks: readonly ReportBlock[]): number =>
  blocks.flatMap(textsOf).reduce((sum, text) => sum + countWords(text), 0);

/** The ampest front that fits. */
export function composeFront(input: ReportInput): { front: ReportBlock[]; words: number } {
  let front: ReportBlock[] = [];
  for (const fullness of steps) {
    front = frontAt(input, fullness);
    if (wordsOf(front) <= FRONT_WORDS) break;
  }
  return { front, words: wordsOf(front) };
}

const names = (values: readonly string[], words: number): string =>
  values.map((value) => clipped(treatmentName(value), words, '…')).join('; ');

function frontAt(input: ReportInput, full: Fullness): ReportBlock[] {
  return [
    ...amendmentBlocks(input, full),
    ...questionBlocks(input, full),
    ...findingBlocks(input, full),
    ...scoreBlocks(input, full),
    ...treatmentBlocks(input, full),
    ...decisionBlocks(input, full),
    paragraph(signatureWords(input), [fact.report('signature')], ['R54'], 'note'),
  ];
}

/** R56: that this paper takes another's place is the first thing a reader must know. */
function amendmentBlocks({ amendment }: ReportInput, full: Fullness): ReportBlock[] {
  if (amendment === undefined) return [];
  const { number, reason, former } = amendment;
  return [
    paragraph(
      `Amendment ${number}: replaces report ${former.reportId} of ${moment(former.signedAt)}. ${stopped(clipped(own(reason), full.action, place('verification')))}`,
      [fact.report('amendment')],
      ['R56'],
      'caution',
    ),
  ];
}

function questionBlocks(input: ReportInput, full: Fullness): ReportBlock[] {
  const { record, board } = input;
  const { diagnosis } = record;
  const { decision } = board;
  const blocks: ReportBlock[] = [
    factRows(
      [
        ['Patient', `${own(record.patient.pseudonym)}, ${ageAndSex(record.patient)}`, fact.record('patient')],
        [
          'Diagnosis',
          clipped(
            [
              `${own(diagnosis.name)} (OncoTree ${diagnosis.oncotreeCode})`,
              stageWords(diagnosis) ?? 'stage not stated',
              ...(diagnosis.site === undefined ? [] : [own(diagnosis.site)]),
            ].join(', '),
            24,
            place('patient'),
          ),
          fact.record('diagnosis'),
        ],
      ],
      ['R01', 'R05'],
    ),
    heading(2, 'Question', ['R04']),
    paragraph(
      clipped(own(record.question), full.question, `more in ${place('patient')}`),
      [fact.record('question')],
      ['R04'],
    ),
    heading(2, 'Answer', ['R04', 'R43']),
  ];
  if (decision === undefined)
    blocks.push(
      paragraph(
        'No decision of the board is recorded; this report prepares the board.',
        [fact.board('decision')],
        ['R04', 'R43'],
        'caution',
      ),
    );
  else {
    blocks.push(
      paragraph(
        clipped(own(decision.answer), full.answer, `more in ${place('board')}`),
        [fact.board('decision')],
        ['R04', 'R43'],
        'lead',
      ),
    );
    if (decisionIsStale(input))
      blocks.push(
        paragraph(
          'Analysed again after this decision: confirm it.',
          [fact.board('decision'), fact.report('basis')],
          ['R43'],
          'caution',
        ),
      );
  }
  return blocks;
}

const shortName = (finding: Finding): string => clipped(findingName(finding), 6, '…');

/** The class that counts, a person's before the computed one, and that it is inherited. */
const germlineShort = (input: ReportInput, finding: Finding): string => {
  const given = classGiven(input, finding, 'germline');
  if (given !== undefined) return `${sentence(given.class.replace('-', ' '))} (override), germline`;
  return finding.germline === undefined ? 'germline' : `${germlineClassWords[finding.germline.class]}, germline`;
};

/** What a person said counts; that it is an override is said with it, the rest stands behind. */
const givenOr = (input: ReportInput, finding: Finding, computed: string): string => {
  const given = classGiven(input, finding, 'oncogenicity');
  return given === undefined ? computed : `${sentence(given.class.replace('-', ' '))} (override)`;
};

/** Words that are left at least to what a finding opens. */
const LEAST_OPENED = 6;

/**
 * What the statements of the best level say, and before it what the finding takes off the table: "response to ceritinib" for
 * a change of which only the whole gene is known would hide that it bars the treatment asked about.
 */
function meansOf({ options: { exclusions, options } }: ReportInput, finding: Finding, words: number): string {
  const { id, whyHere } = finding;
  const told = whyHere.replace(/^(I|II)-[A-D]: /, '');
  const named = new Set(
    told.split(/; | – |, /).map((part) => part.replace(/^(?:response|resistance) to | and \d+ more$/g, '')),
  );
  const barred = exclusions
    .filter(({ kind, findingIds, label }) => kind === 'resistance' && findingIds.includes(id) && !named.has(label))
    .filter(({ agents }) => agents.length === 1)
    .map(({ label }) => label);
  const disputed = options
    .filter(({ conflict }) => conflict?.statement.includes(findingName(finding)) === true)
    .map(({ label }) => label);
  const first = [
    ...(barred.length === 0
      ? []
      : [
          `rules out ${listed(
            barred.map((label) => clipped(label, 4, '…')),
            2,
          )}`,
        ]),
    ...(disputed.length === 0
      ? []
      : [
          `sources conflict on ${listed(
            disputed.map((label) => clipped(label, 6, '…')),
            3,
          )}`,
        ]),
  ];
  // What it opens is cut by itself: behind what it bars nothing of it would be left.
  const left = Math.max(LEAST_OPENED, words - first.reduce((sum, text) => sum + countWords(text), 0));
  return [...first.map((text) => own(said(text))), clipped(told, left, place('findings'))].join('; ');
}

function findingBlocks(input: ReportInput, full: Fullness): ReportBlock[] {
  const { profile } = input;
  const sorted = sortedFindings(input);
  const lead = leading(input);
  const oncogenic = sorted.reported.filter(
    (finding) =>
      !lead.includes(finding) &&
      !dismissed(input, finding) &&
      finding.oncogenicity !== undefined &&
      finding.tier === 'III',
  );
  const blocks: ReportBlock[] = [
    heading(2, 'Findings that matter', ['R17', 'R18', 'R19', 'R20', 'R21', 'R26']),
    ...unreadBlocks(input),
  ];
  const shown = lead.slice(0, full.findings);
  if (shown.length === 0)
    blocks.push(
      paragraph(
        anythingTested(input)
          ? 'No finding of tier I or II in what was tested.'
          : 'Nothing was tested to a result: no finding is shown or excluded.',
        [fact.profile('findings'), 'rule:states'],
        ['R17', 'R18', 'R19', 'R20', 'R21', 'R26'],
        'lead',
      ),
    );
  else
    blocks.push(
      table(
        [
          column('Finding', 2.1, 'name'),
          column('Measured', 1.75),
          column('Oncogenicity', 1.3),
          column('Tier', 0.65, 'tier'),
          column('Means', 3.2),
        ],
        shown.map(
          (finding): Row => ({
            cells: [
              [
                findingName(finding),
                ...(finding.hgvsCoding === undefined || finding.title.includes(finding.hgvsCoding)
                  ? []
                  : [finding.hgvsCoding]),
              ].join(' '),
              measureOf(finding).replace(/, depth not stated$/, ''),
              finding.oncogenicity === undefined
                ? finding.origin === 'germline'
                  ? germlineShort(input, finding)
                  : '–'
                : givenOr(input, finding, oncogenicityWords[finding.oncogenicity.class]),
              tierWords(finding),
              meansOf(input, finding, full.why),
            ],
            facts: factsOr([finding.id, ...finding.tierDefining], finding.id),
          }),
        ),
        ['R17', 'R18', 'R19', 'R20', 'R21', 'R26'],
      ),
    );
  const more: string[] = [];
  const aside = lead.length - shown.length + sorted.reported.filter((finding) => isBenign(input, finding)).length;
  if (aside > 0) more.push(`${plural(aside, 'further finding')} (tier I, II or germline): ${place('findings')}`);
  if (oncogenic.length > 0)
    more.push(`oncogenic without a tier: ${listed(oncogenic.map(shortName), Math.max(2, full.findings - 3))}`);
  const gone = profile.findings.filter((finding) => dismissed(input, finding));
  if (gone.length > 0) more.push(`${plural(gone.length, 'finding')} dismissed in review: ${place('findings')}`);
  if (more.length > 0)
    blocks.push(
      paragraph(
        stopped(`Also ${more.join('; ')}`),
        factsOr(
          [...oncogenic, ...gone].map(({ id }) => id),
          fact.profile('findings'),
        ),
        ['R17'],
        'note',
      ),
    );
  blocks.push(factRows([biomarkerRow(sorted.biomarkers, full), ...assayedRows(input, full)], ['R16', 'R23', 'R25']));
  return blocks;
}

/** A file that nobody could read must not pass for one in which nothing was found. */
function unreadBlocks({ intake }: ReportInput): ReportBlock[] {
  const waiting = intake.questions.filter(({ blocking }) => blocking).map(({ file }) => file);
  const refused = intake.refusals.map(({ file }) => file);
  const of = (files: readonly string[], why: string): string[] =>
    files.length === 0 ? [] : [`${listed([...new Set(files)].map(own), 2)} (${why})`];
  const parts = [...of(waiting, 'a question is open'), ...of(refused, 'refused')];
  if (parts.length === 0) return [];
  return [
    paragraph(
      `Not interpreted, so not part of any result: ${parts.join('; ')}; ${place('board')}.`,
      [fact.intake('questions'), fact.intake('refusals')],
      ['R16'],
      'caution',
    ),
  ];
}

type FactRow = readonly [label: string, value: string, ...facts: Facts];

function biomarkerRow(biomarkers: readonly Finding[], full: Fullness): FactRow {
  const asked = ['TMB', 'MSI', 'HRD', 'PD-L1'];
  const order = (finding: Finding): number => (asked.indexOf(finding.gene) + 5) % 5;
  const sorted = [...biomarkers].sort((a, b) => order(a) - order(b));
  const shown = sorted.slice(0, Math.max(full.biomarkers, 1)).map((finding) => clipped(finding.title, 6, '…'));
  const absent = asked.filter((name) => !biomarkers.some(({ gene }) => gene === name));
  const parts = [
    ...shown,
    ...(sorted.length > shown.length ? [`${sorted.length - shown.length} more in ${place('biomarkers')}`] : []),
    ...(absent.length > 0 ? [`not reported: ${absent.join(', ')}`] : []),
  ];
  return [
    'Biomarkers',
    parts.join('; '),
    ...factsOr(
      sorted.map(({ id }) => id),
      fact.profile('findings'),
    ),
  ];
}

const lookedFor: Readonly<Record<OptionsTable['wouldChange'][number]['modality'], string>> = {
  'small-variant': '',
  'copy-number': ' copies',
  fusion: ' fusion',
  expression: ' expression',
  protein: ' protein',
  germline: ' germline',
  biomarker: '',
};

/**
 * Genes that a laboratory says it could not read, and those of which a result would change the options, these first. A gene
 * that merely gave no value (SRY in a woman) stands in the appendix.
 */
function failedGenes(input: ReportInput): { gene: string; modality: LedgerModality }[] {
  const { ledger } = input.intake;
  const hidden = germlineHidden(input.record, input.profile);
  const waited = new Set(
    [...input.options.wouldChange, ...input.profile.pertinent].map(({ gene, modality }) => `${gene} ${modality}`),
  );
  const stated = new Set(
    input.record.assays.flatMap(({ failedRegions = [] }) => failedRegions.map(({ gene }) => gene)),
  );
  return ledger.entries
    .flatMap(({ gene, states }) =>
      (Object.keys(states) as LedgerModality[])
        .filter((modality) => states[modality]?.state === 'failed-qc')
        .filter((modality) => waited.has(`${gene} ${modality}`) || stated.has(gene))
        .filter((modality) => !(modality === 'germline' && hidden(gene, 'failed-qc')))
        .map((modality) => ({ gene, modality, last: waited.has(`${gene} ${modality}`) ? 0 : 1 })),
    )
    .sort((a, b) => a.last - b.last);
}

/** A gene that is also told of by its fusions, copies or expression is named with what was looked for in it. */
function lookedForIn(
  { profile }: ReportInput,
  { gene, modality }: Pick<PertinentStatement, 'gene' | 'modality'>,
): string {
  if (modality !== 'small-variant') return lookedFor[modality];
  const isToldOtherwise =
    profile.pertinent.some((other) => other.gene === gene && other.modality !== modality) ||
    profile.findings.some(
      ({ kind, gene: first, gene2 }) => kind !== 'small-variant' && (first === gene || gene2 === gene),
    );
  return isToldOtherwise ? ' variants' : '';
}

/** Tested and not found, not assayed: of the genes that matter in this tumor type; failed: of all. */
function assayedRows(input: ReportInput, full: Fullness): FactRow[] {
  const { pertinent } = input.profile;
  const named = (
    all: readonly Pick<PertinentStatement, 'gene' | 'modality'>[],
    most: number,
    factOf: (of: Pick<PertinentStatement, 'gene' | 'modality'>) => string,
  ): { text: string; facts: string[] } => ({
    text: listed(
      all.map((of) => `${of.gene}${lookedForIn(input, of)}`),
      most,
    ),
    facts: [...new Set(all.map(factOf))],
  });
  const of = (state: PertinentStatement['state'], most: number): { text: string; facts: string[] } =>
    named(
      pertinent.filter((statement) => statement.state === state),
      most,
      ({ gene, modality }) => fact.pertinent(gene, modality),
    );
  const failed = failedGenes(input);
  const lines = [
    { head: 'Tested, not detected', ...of('tested-not-detected', full.genes) },
    {
      head: 'Failed QC',
      ...named(failed, Math.max(4, Math.ceil(full.genes / 2)), ({ modality }) => fact.ledger(modality)),
    },
    { head: 'Not assayed', ...of('not-assayed', Math.ceil(full.genes / 2)) },
  ].filter(({ text }) => text !== '');
  if (lines.length === 0) return [['What was assayed', place('states'), fact.profile('pertinent'), 'rule:states']];
  return lines.map(({ head, text, facts }) => [head, text, ...factsOr(facts, fact.profile('pertinent'))]);
}

function scoreBlocks(input: ReportInput, full: Fullness): ReportBlock[] {
  const { aggressiveness: result } = answerShown(input.predictions);
  const text =
    result.state === 'computed'
      ? result.sentence
      : result.state === 'abstained'
        ? `No score is given. ${stopped(sentence(result.reason))}`
        : `No score. ${stopped(sentence(result.reason))}`;
  return [
    heading(2, 'Aggressiveness (model, beside the evidence)', ['R33']),
    paragraph(clipped(text, full.score, place('aggressiveness')), [fact.prediction], ['R33']),
  ];
}

/** `ERBB2 expression high (z +8.2, above …)`: the measure stands in the appendix. */
const measured = /(?<= (?:expression|protein) \w+) \(.*\)$/;

/** The findings behind an option and the best level, in one line. */
function becauseWords(input: ReportInput, { because, bestLevel, diseaseMatch }: TherapyOption): string {
  const byId = new Map(
    input.profile.findings.map((finding) => [finding.id, findingName(finding).replace(measured, '')]),
  );
  const behind = because.map(({ findingId }) => byId.get(findingId) ?? findingId.replace(/^negative:/, ''));
  const elsewhere = diseaseMatch === 'same' || diseaseMatch === 'parent' ? '' : `, ${diseaseMatchWords[diseaseMatch]}`;
  return `${listed([...new Set(behind)], 2)}; level ${bestLevel}${elsewhere}`;
}

/** In three words at most: what the worst of organ function, medicines and genes bids, and where a label names it. */
function standingWords({ safety, approvals, line }: TherapyOption): string[] {
  const [worst] = safety?.findings ?? [];
  const bids = { contraindicated: 'contraindicated', avoid: 'avoid', 'change-dose': 'dose', monitor: undefined };
  const said = worst === undefined ? undefined : bids[worst.action];
  const here = approvals?.some(({ standing }) => standing === 'this tumor type');
  const elsewhere = approvals?.some(({ standing }) => standing === 'another tumor type');
  return [
    ...(said === undefined || worst === undefined ? [] : [`${said}: ${worst.kind}`]),
    ...(here === true
      ? [
          line?.fit === 'not-met'
            ? 'approved, other line'
            : line?.fit === 'unknown'
              ? 'approved, line unknown'
              : 'approved here',
        ]
      : elsewhere === true
        ? ['off label']
        : []),
  ];
}

/** A combination that falls with an agent that is excluded itself says less than another agent. */
function agentsBeforeCombinations(exclusions: readonly TherapyExclusion[]): readonly TherapyExclusion[] {
  const alone = new Set(exclusions.filter(({ agents }) => agents.length === 1).flatMap(({ agents }) => agents));
  const follows = ({ agents }: TherapyExclusion): boolean =>
    agents.length > 1 && agents.some((agent) => alone.has(agent));
  return [...exclusions.filter((one) => !follows(one)), ...exclusions.filter(follows)];
}

function treatmentBlocks(input: ReportInput, full: Fullness): ReportBlock[] {
  const { options, exclusions } = input.options;
  const blocks: ReportBlock[] = [heading(2, 'Treatments by evidence', ['R35', 'R36'])];
  if (exclusions.length > 0) {
    const shown = agentsBeforeCombinations(exclusions).slice(0, full.exclusions);
    blocks.push(
      paragraph(
        `Excluded: ${shown
          .map((one) => `${clipped(treatmentName(one.label), 6, '…')} (${exclusionWords[one.kind]})`)
          .join(
            '; ',
          )}${exclusions.length > shown.length ? `; ${exclusions.length - shown.length} more in ${place('treatments')}` : ''}.`,
        factsOr(
          shown.map(({ id }) => fact.exclusion(id)),
          fact.options('table'),
        ),
        ['R36'],
        'caution',
      ),
    );
  } else blocks.push(paragraph('Nothing is excluded.', [fact.options('table')], ['R36'], 'note'));
  const shown = options.slice(0, full.options);
  if (shown.length === 0)
    blocks.push(
      paragraph('No statement makes an option.', [fact.options('table')], ['R35']),
      ...nextTestBlocks(input, full),
    );
  else
    blocks.push(
      table(
        [
          column('>', 0.3),
          column('Treatment', 2.2, 'name'),
          column('Tier', 0.6, 'tier'),
          column('Because', 3.4),
          column('Note', 1.6),
        ],
        shown.map(
          (option, index): Row => ({
            cells: [
              String(index + 1),
              clipped(treatmentName(option.label), 8, '…'),
              option.weight ?? option.tier ?? 'none',
              clipped(becauseWords(input, option), full.because, place('treatments')),
              [
                ...(option.prior === undefined ? [] : [clipped(priorWords(option), 8, '…')]),
                ...standingWords(option),
                ...(option.conflict === undefined ? [] : ['sources conflict']),
                ...(shakenBy(input, option).length > 0 ? ['rests on a dismissed finding'] : []),
              ].join('; ') || '–',
            ],
            facts: factsOr([fact.option(option.id), ...option.supporting], fact.option(option.id)),
          }),
        ),
        ['R35'],
        options.length > shown.length
          ? `${shown.length} of ${options.length}; all in ${place('treatments')}.`
          : undefined,
      ),
    );
  const genes = pharmacogeneWords(input);
  if (genes.length > 0)
    blocks.push(
      paragraph(
        `Pharmacogenes: ${genes
          .slice(0, 2)
          .map(({ short }) => short)
          .join('; ')}${genes.length > 2 ? `; ${genes.length - 2} more in ${place('treatments')}` : ''}.`,
        genes.some(({ called }) => called)
          ? [fact.options('pharmacogenes'), fact.ledger('germline'), 'rule:pharmacogenes']
          : [fact.ledger('germline'), 'rule:pharmacogenes'],
        ['R37'],
        'caution',
      ),
    );
  return blocks;
}

/** What to do next where nothing can be offered (F098, R41). */
function nextTestBlocks({ options: { wouldChange } }: ReportInput, full: Fullness): ReportBlock[] {
  if (wouldChange.length === 0) return [];
  const names = [...new Set(wouldChange.map(({ gene, modality }) => `${gene}${lookedFor[modality]}`))];
  return [
    paragraph(
      `Tests that could open an option or close one: ${listed(names, full.options)}; ${place('treatments')}.`,
      [fact.options('would-change')],
      ['R41'],
    ),
  ];
}

/** A bare number tells a reader nothing of what it counts. */
const lineWords = (line: string): string => (/^\d+$/.test(line.trim()) ? `line ${line.trim()}` : own(line));

function decisionBlocks(input: ReportInput, full: Fullness): ReportBlock[] {
  const { decision } = input.board;
  if (decision === undefined) return [];
  const cite: Facts = [fact.board('decision')];
  const actions = decision.actions.slice(0, full.actions);
  const people = decision.participants.slice(0, full.participants);
  const conflicted = decision.participants.filter(hasConflict).length;
  const picked = chosen(input, decision);
  const blocks: ReportBlock[] = [
    heading(2, 'Decision of the board', ['R43']),
    factRows(
      [
        [
          'Recommendation',
          [
            picked.length === 0 ? 'no treatment' : clipped(names(picked, 12), 24, place('board')),
            intentWords[decision.intent].toLowerCase(),
            ...(decision.line === undefined ? [] : [clipped(lineWords(decision.line), 6, '…')]),
          ].join('; '),
          ...cite,
        ],
        ['Rationale', clipped(own(decision.rationale), full.rationale, `more in ${place('board')}`), ...cite],
        ...(decision.dissent === undefined ? [] : [['Dissent', `recorded, ${place('board')}`, ...cite] as const]),
        [
          'Board',
          `${moment(decision.decidedAt)}; ${listed(
            people.map(({ name }) => clipped(own(name), 4, '…')),
          )}${decision.participants.length > people.length ? ` and ${decision.participants.length - people.length} more` : ''}${
            decision.participants.length === 0 ? 'no participant recorded' : ''
          }${conflicted > 0 ? `; ${plural(conflicted, 'conflict')} of interest declared` : ''}`,
          ...cite,
        ],
      ],
      ['R43', 'R45'],
    ),
  ];
  if (actions.length > 0)
    blocks.push(
      table(
        [column('Action', 5, 'name'), column('Owner', 2), column('Due', 1.1)],
        actions.map(
          ({ what, owner, due }): Row => ({
            cells: [clipped(own(what), full.action, place('board')), clipped(own(owner), 5, '…'), due],
            facts: cite,
          }),
        ),
        ['R46'],
        decision.actions.length > actions.length
          ? `${decision.actions.length - actions.length} more in ${place('board')}.`
          : undefined,
      ),
    );
  return blocks;
}
