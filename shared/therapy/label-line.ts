/**
 * Whether the line of therapy that a label asks for is the one this patient is in, as far as earlier treatment is on
 * record: met, not met, or not known. What is not on record is unknown, never "not given" (design.md section 5 rule 1).
 */
import { z } from 'zod';
import type { CaseRecord, TherapyLine } from '../case/case-record.ts';
import type { ApprovalLine, LineHistory } from '../knowledge/approvals.ts';
import type { Truth } from '../molecular/facts.ts';
import { agentName } from '../molecular/treatments.ts';
import type { AgentClasses } from './agent-classes.ts';
import { chosenByNoMarker } from './drug-classes.ts';

export const LineFit = z.enum(['met', 'not-asked', 'unknown', 'not-read', 'not-met']);
export type LineFit = z.infer<typeof LineFit>;

export const LabelLine = z.object({
  fit: LineFit,
  /** What the label asks for and what is recorded of it; empty where it asks for nothing. */
  text: z.string(),
  /** The marker found here chooses nothing: the label names it to ask for the treatment aimed at it before. */
  afterTargeted: z.literal(true).optional(),
  /** It asks for treatment before, and no line at all is on record. */
  asksEarlier: z.literal(true).optional(),
  /** It asks that no satisfactory alternative is left, which no record tells. */
  lastResort: z.literal(true).optional(),
});
export type LabelLine = z.infer<typeof LabelLine>;

/**
 * Better first: asked for and met, or not asked for; then what nobody knows; then what the record contradicts. Of the
 * first two those stand last that name the marker only to ask for the treatment aimed at it before: it chooses nothing.
 * With them, where no line is on record, what asks for any treatment before: a first line has none. Before these, what is
 * for patients without satisfactory alternative: whatever stands beside it may be one.
 */
export const lineOrder = (line: LabelLine | undefined): number => {
  const follows = line?.afterTargeted === true || line?.asksEarlier === true;
  if (line?.fit === 'met' || line?.fit === 'not-asked') return follows ? 1 : 0;
  if (line?.fit === 'not-met') return 5;
  return follows ? 4 : line?.lastResort === true ? 3 : 2;
};

export interface Classes {
  readonly drugClass?: ((agent: string) => { readonly name: string; readonly source: string } | undefined) | undefined;
  readonly agentClasses?: AgentClasses | undefined;
}

/** Regimens by name, whose letters are their agents. */
const REGIMENS: Readonly<Record<string, readonly string[]>> = {
  folfox: ['fluorouracil', 'oxaliplatin'],
  folfiri: ['fluorouracil', 'irinotecan'],
  folfoxiri: ['fluorouracil', 'oxaliplatin', 'irinotecan'],
  folfirinox: ['fluorouracil', 'oxaliplatin', 'irinotecan'],
  capox: ['capecitabine', 'oxaliplatin'],
  xelox: ['capecitabine', 'oxaliplatin'],
  flot: ['fluorouracil', 'oxaliplatin', 'docetaxel'],
};

/** Members by the stem of the international nonproprietary name (WHO, stem book) or by their ATC group. */
const MEMBERS: Readonly<Record<string, RegExp>> = {
  taxane: /taxel$/,
  platinum: /platin$/,
  anthracycline: /rubicin$/,
  fluoropyrimidine: /^(?:fluorouracil|5-fu|capecitabine|tegafur)/,
  'tyrosine kinase inhibitor': /tinib$/,
  'novel hormonal agent': /^abiraterone|lutamide$/,
  'non-steroidal aromatase inhibitor': /^(?:letrozole|anastrozole)$/,
  retinoid: /^(?:tretinoin|atra)$/,
  interferon: /^(?:peg)?interferon/,
  'radioactive iodine': /iodi(?:ne|de)|^131i|^i-?131/,
  'stem cell transplant': /transplant/,
  radiotherapy: /^radi(?:ation|otherapy)/,
  chemotherapy:
    /platin$|taxel$|rubicin$|tecan$|trexed$|citabine$|mustine$|fosfamide$|^cyclophosphamide|poside$|^vin\w+ine$|^fluorouracil|^5-fu|^temozolomide|^dacarbazine|^methotrexate|^eribulin|^chemotherapy/,
};

const isAgent = (word: string): boolean =>
  /^[a-z]+(?:[a-z]| emtansine)$/.test(word) && MEMBERS[word] === undefined && !/therapy$/.test(word);

/** Whether an agent is what a label's word of earlier treatment names. */
export function given(agent: string, word: string, { drugClass, agentClasses }: Classes): Truth {
  const name = (agentClasses?.nameOf(agent) ?? agentName(agent)).toLowerCase();
  if (name === word) return 'true';
  if (isAgent(word)) return agentClasses?.names(agent) === true ? 'false' : 'unknown';
  const members = MEMBERS[word];
  if (members?.test(name) === true) return 'true';
  if (word === 'chemotherapy') {
    // A carrier of a cytotoxic is neither clearly one nor clearly none.
    if (/(?:mab|pab)\s+\S+/.test(name)) return 'unknown';
    const own = drugClass?.(agent)?.name;
    if (own === undefined) return 'unknown';
    return chosenByNoMarker(agent, drugClass) && !/VEGF|Corticosteroid/.test(own) ? 'true' : 'false';
  }
  const byClass = agentClasses?.ofClass(agent, word).truth ?? 'unknown';
  if (byClass !== 'unknown' || members === undefined) return byClass;
  // The stem decides for an agent the tables know: another stem is another class.
  return agentClasses?.names(agent) === true ? 'false' : 'unknown';
}

const agentsOf = (line: TherapyLine): readonly string[] =>
  line.agents
    .flatMap((text) => text.split(/\s*[+/,]\s*/))
    .flatMap((agent) => REGIMENS[agent.toLowerCase().replace(/[^a-z].*$/, '')] ?? [agent]);

const EARLY: ReadonlySet<string | undefined> = new Set(['adjuvant', 'neoadjuvant', 'curative']);
const any = (truths: readonly Truth[]): Truth =>
  truths.includes('true') ? 'true' : truths.includes('unknown') ? 'unknown' : 'false';
const every = (truths: readonly Truth[]): Truth =>
  truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';
const not = (truth: Truth): Truth => (truth === 'true' ? 'false' : truth === 'false' ? 'true' : 'unknown');

interface Asked {
  readonly words: string;
  readonly truth: Truth;
  readonly lines: readonly number[];
}

/** One group: whether one of its treatments is on record, in so many lines, and in which. */
function earlier(
  group: readonly string[],
  { advanced, lines: needed = 1 }: Pick<ApprovalLine, 'advanced' | 'lines'>,
  lines: readonly TherapyLine[],
  classes: Classes,
): Asked {
  const of = (one: TherapyLine): Truth =>
    any(agentsOf(one).flatMap((agent) => group.map((word) => given(agent, word, classes))));
  const told = lines.map((one) => ({ one, truth: of(one) }));
  const found = told.filter(({ truth }) => truth === 'true');
  const late = found.filter(({ one }) => !EARLY.has(one.intent));
  // One of several lines must have been for advanced disease: the others count wherever they stood.
  const counting = advanced === true || (advanced === 'one' && late.length === 0) ? late : found;
  const maybe = told.filter(({ truth }) => truth !== 'false').length;
  return {
    words: `${needed > 1 ? `${needed} earlier lines with` : 'earlier'} ${group.join(' or ')}`,
    // Given before a relapse: labels often take that for an earlier line where the relapse came soon, which nobody recorded.
    truth: lines.length === 0 ? 'unknown' : counting.length >= needed ? 'true' : maybe >= needed ? 'unknown' : 'false',
    lines: (counting.length > 0 ? counting : found).map(({ one }) => one.line),
  };
}

/** Beside what `after` names, whatever it was: one line in which alone that was given does not count. */
function additional(line: ApprovalLine, lines: readonly TherapyLine[], classes: Classes): Asked[] {
  if (line.additional === undefined) return [];
  const named = (one: TherapyLine): boolean =>
    agentsOf(one).some((agent) => (line.after ?? []).flat().some((word) => given(agent, word, classes) === 'true'));
  const counted = lines.filter(({ intent }) => line.advanced !== true || !EARLY.has(intent));
  const spent = lines.some((one) => named(one) && !counted.includes(one)) || !counted.some(named) ? 0 : 1;
  return [
    {
      words: `${line.additional} more earlier lines`,
      truth:
        lines.length === 0
          ? 'unknown'
          : counted.length - spent >= line.additional
            ? 'true'
            : lines.length > line.additional
              ? 'unknown'
              : 'false',
      lines: counted.map((one) => one.line),
    },
  ];
}

/** Whether what `word` names was given in a line before the one an agent stands in; the order within a line is not recorded. */
const givenBefore = (at: number, word: string, lines: readonly TherapyLine[], classes: Classes): Truth =>
  any(
    lines
      .filter(({ line }) => line < at)
      .flatMap(agentsOf)
      .map((agent) => given(agent, word, classes)),
  );

/** One history of several: each of its groups, by an agent of its own where the label says so. */
function history(of: LineHistory, lines: readonly TherapyLine[], classes: Classes): Asked {
  const groups = of.after ?? [];
  const [named, ...others] = groups;
  const inLines = (group: readonly string[], except: readonly string[]): Asked => {
    const told = lines.map((one) => ({
      line: one.line,
      truth: any(
        agentsOf(one)
          .filter((agent) => !except.some((word) => given(agent, word, classes) === 'true'))
          .flatMap((agent) => group.map((word) => given(agent, word, classes))),
      ),
    }));
    const first = (at: number): Truth =>
      of.firstOf === undefined ? 'true' : not(givenBefore(at, of.firstOf, lines, classes));
    return {
      words: group.join(' or '),
      truth:
        lines.length === 0
          ? 'unknown'
          : any(told.map(({ line, truth }) => every([truth, truth === 'false' ? 'true' : first(line)]))),
      lines: told.filter(({ truth }) => truth === 'true').map(({ line }) => line),
    };
  };
  const all = groups.map((group) => inLines(group, of.another === true && group !== named ? (named ?? []) : []));
  const least = of.lines ?? 1;
  const counted: Truth = lines.length === 0 ? 'unknown' : lines.length >= least ? 'true' : 'false';
  const words = [
    ...(of.lines === undefined ? [] : [`${of.lines} earlier lines`]),
    ...(named === undefined ? [] : [`earlier ${all[0]?.words ?? ''}`]),
    ...others.map((group) => `${of.another === true ? 'another ' : ''}${group.join(' or ')}`),
  ].join(' and ');
  return {
    words: `${words}${of.firstOf === undefined ? '' : ` as the first ${of.firstOf}`}`,
    truth: every([...all.map(({ truth }) => truth), ...(of.lines === undefined ? [] : [counted])]),
    lines: [
      ...new Set([...all.flatMap((one) => one.lines), ...(of.lines === undefined ? [] : lines.map((one) => one.line))]),
    ],
  };
}

/** Any one of the histories is enough; those that the record meets are the ones shown with their lines. */
function either(line: ApprovalLine, lines: readonly TherapyLine[], classes: Classes): Asked[] {
  if (line.either === undefined) return [];
  const told = line.either.map((one) => history(one, lines, classes));
  const truth = any(told.map((one) => one.truth));
  return [
    {
      words: `either ${told.map(({ words }) => words).join(' or else ')}`,
      truth,
      lines: told.filter((one) => one.truth === truth).flatMap((one) => one.lines),
    },
  ];
}

const metastatic = ({ diagnosis, therapyLines }: CaseRecord): Truth => {
  const { stage = '', tnm } = diagnosis;
  if (/^(?:stage\s*)?(?:IV|4)/i.test(stage) || /^[cpy]*M1/i.test(tnm?.m ?? '')) return 'true';
  if (therapyLines.some(({ intent }) => intent === 'palliative' || intent === 'maintenance')) return 'true';
  return /^(?:stage\s*)?(?:0|I{1,3}|[1-3])(?![V\d])/i.test(stage) ? 'false' : 'unknown';
};

function asked(line: ApprovalLine, record: CaseRecord, classes: Classes, carrier: boolean): Asked[] {
  const lines = record.therapyLines;
  const advanced = lines.filter(({ intent }) => !EARLY.has(intent));
  // A count of lines is that of the first list: "two chemotherapy regimens, which included an anthracycline".
  const groups = [
    ...[...(line.after ?? []), ...(carrier ? (line.carriersAfter ?? []) : [])].map((group, index) =>
      earlier(
        group,
        { advanced: line.additional === undefined ? line.advanced : undefined, lines: index === 0 ? line.lines : 1 },
        lines,
        classes,
      ),
    ),
    ...additional(line, lines, classes),
    ...either(line, lines, classes),
  ];
  const barred = (line.never ?? []).map((word): Asked => {
    const { truth, lines: by } = earlier([word], {}, lines, classes);
    return { words: `no earlier ${word}`, truth: not(truth), lines: by };
  });
  const some = (words: string, truth: Truth, by: readonly TherapyLine[] = []): Asked => ({
    words,
    truth,
    lines: by.map((one) => one.line),
  });
  const place = ((): Asked[] => {
    switch (line.place) {
      case 'first':
        // For carriers of the marker such a label speaks of what follows their targeted treatment instead.
        if (carrier && line.carriersAfter !== undefined) return [];
        return [some('first line', lines.length === 0 ? 'unknown' : advanced.length > 0 ? 'false' : 'true', advanced)];
      case 'later': {
        if (groups.length > 0 || (line.lastResort === true && lines.length === 0)) return [];
        const least = line.lines ?? 1;
        const late = line.advanced === true || (line.advanced === 'one' && advanced.length === 0);
        const told = late ? advanced : lines;
        const truth =
          lines.length === 0 ? 'unknown' : told.length >= least ? 'true' : lines.length >= least ? 'unknown' : 'false';
        return [some(least > 1 ? `${least} earlier lines` : 'earlier treatment', truth, told)];
      }
      case 'maintenance': {
        const last = [...lines].sort((a, b) => b.line - a.line)[0];
        const truth =
          last?.bestResponse === undefined || last.bestResponse === 'unknown' || last.bestResponse === 'NE'
            ? 'unknown'
            : last.bestResponse === 'PD'
              ? 'false'
              : 'true';
        const later = lines.filter(({ intent }) => intent !== 'adjuvant' && intent !== 'neoadjuvant');
        const first: Asked[] =
          line.afterFirst === true
            ? [
                some(
                  'maintenance after the first line',
                  lines.length === 0 ? 'unknown' : later.length > 1 ? 'false' : 'true',
                  later,
                ),
              ]
            : [];
        return [...first, some('maintenance without progression', truth, last === undefined ? [] : [last])];
      }
      case 'adjuvant':
      case 'neoadjuvant':
        return [some(`${line.place} treatment`, not(metastatic(record)))];
      default:
        return [];
    }
  })();
  return [
    ...place,
    ...groups,
    ...barred,
    ...(line.lastResort === true ? [some('no satisfactory alternative', 'unknown')] : []),
  ];
}

/** Whether a label asks for treatment before of which this agent is one. */
export const asksBefore = (line: ApprovalLine | undefined, agent: string, classes: Classes): boolean =>
  [...(line?.after ?? []), ...(line?.either ?? []).flatMap(({ after = [] }) => after)].some((group) =>
    group.some((word) => given(agent, word, classes) === 'true'),
  );

/** Whether a label has this treatment for the first line, and the record does not contradict it. */
export const forFirstLine = (
  line: ApprovalLine | undefined,
  record: CaseRecord,
  classes: Classes,
  carrier: boolean,
): boolean =>
  (line?.place === 'first' || line?.place === 'either') && labelLine(line, record, classes, carrier).fit !== 'not-met';

/** "No satisfactory alternative" alone may hold before any treatment: it asks for none. */
const asksEarlier = (line: ApprovalLine): boolean =>
  line.after !== undefined ||
  line.either !== undefined ||
  line.additional !== undefined ||
  line.place === 'maintenance' ||
  (line.place === 'later' && line.lastResort !== true);

/** What a label asks of the line of therapy, and whether the record meets it; `carrier`: its biomarker was found here. */
export function labelLine(
  line: ApprovalLine | undefined,
  record: CaseRecord,
  classes: Classes,
  carrier: boolean,
): LabelLine {
  if (line === undefined || line.place === 'not-read') return { fit: 'not-read', text: 'line of therapy not read' };
  const all = asked(line, record, classes, carrier);
  if (all.length === 0) return { fit: 'not-asked', text: '' };
  const truth = every(all.map((one) => one.truth));
  const softened: Truth = truth === 'false' && line.unless === true ? 'unknown' : truth;
  const by = [...new Set(all.filter((one) => one.truth === softened).flatMap((one) => one.lines))].sort(
    (a, b) => a - b,
  );
  const recorded = { true: 'met', false: 'not met', unknown: 'unknown' }[softened];
  return {
    fit: softened === 'true' ? 'met' : softened === 'false' ? 'not-met' : 'unknown',
    ...(carrier && line.carriersAfter !== undefined ? { afterTargeted: true as const } : {}),
    ...(softened === 'unknown' && record.therapyLines.length === 0 && asksEarlier(line)
      ? { asksEarlier: true as const }
      : {}),
    ...(softened === 'unknown' && line.lastResort === true ? { lastResort: true as const } : {}),
    text: `label asks for ${all.map(({ words }) => words).join(', ')}; on record: ${recorded}${by.length === 0 ? '' : ` (line ${by.join(', ')})`}`,
  };
}
