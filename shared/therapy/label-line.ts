/**
 * Whether the line of therapy that a label asks for is the one this patient is in, as far as earlier treatment is on
 * record: met, not met, or not known. What is not on record is unknown, never "not given" (design.md section 5 rule 1).
 */
import { z } from 'zod';
import type { CaseRecord, TherapyLine } from '../case/case-record.ts';
import type { ApprovalLine } from '../knowledge/approvals.ts';
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
});
export type LabelLine = z.infer<typeof LabelLine>;

/**
 * Better first: asked for and met, or not asked for; then what nobody knows; then what the record contradicts. Of the
 * first two those stand last that name the marker only to ask for the treatment aimed at it before: it chooses nothing.
 */
export const lineOrder = (line: LabelLine | undefined): number => {
  const follows = line?.afterTargeted === true ? 1 : 0;
  if (line?.fit === 'met' || line?.fit === 'not-asked') return follows;
  return line?.fit === 'not-met' ? 4 : 2 + follows;
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

interface Asked {
  readonly words: string;
  readonly truth: Truth;
  readonly lines: readonly number[];
}

/** Group by group: whether one of its treatments is on record, and in which lines. */
function earlier(group: readonly string[], line: ApprovalLine, lines: readonly TherapyLine[], classes: Classes): Asked {
  const of = (one: TherapyLine): Truth =>
    any(agentsOf(one).flatMap((agent) => group.map((word) => given(agent, word, classes))));
  const told = lines.map((one) => ({ one, truth: of(one) }));
  const found = told.filter(({ truth }) => truth === 'true');
  const counting = line.advanced === true ? found.filter(({ one }) => !EARLY.has(one.intent)) : found;
  const needed = line.lines ?? 1;
  const maybe = told.filter(({ truth }) => truth !== 'false').length;
  return {
    words: `${needed > 1 ? `${needed} earlier lines with` : 'earlier'} ${group.join(' or ')}`,
    // Given before a relapse: labels often take that for an earlier line where the relapse came soon, which nobody recorded.
    truth: lines.length === 0 ? 'unknown' : counting.length >= needed ? 'true' : maybe >= needed ? 'unknown' : 'false',
    lines: (counting.length > 0 ? counting : found).map(({ one }) => one.line),
  };
}

const metastatic = ({ diagnosis, therapyLines }: CaseRecord): Truth => {
  const { stage = '', tnm } = diagnosis;
  if (/^(?:stage\s*)?(?:IV|4)/i.test(stage) || /^[cpy]*M1/i.test(tnm?.m ?? '')) return 'true';
  if (therapyLines.some(({ intent }) => intent === 'palliative' || intent === 'maintenance')) return 'true';
  return /^(?:stage\s*)?(?:0|I{1,3}|[1-3])(?![V\d])/i.test(stage) ? 'false' : 'unknown';
};
const not = (truth: Truth): Truth => (truth === 'true' ? 'false' : truth === 'false' ? 'true' : 'unknown');

function asked(line: ApprovalLine, record: CaseRecord, classes: Classes, carrier: boolean): Asked[] {
  const lines = record.therapyLines;
  const advanced = lines.filter(({ intent }) => !EARLY.has(intent));
  const groups = [...(line.after ?? []), ...(carrier ? (line.carriersAfter ?? []) : [])].map((group) =>
    earlier(group, line, lines, classes),
  );
  const barred = (line.never ?? []).map((word): Asked => {
    const { truth, lines: by } = earlier([word], { place: 'any' }, lines, classes);
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
        const told = line.advanced === true ? advanced : lines;
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
  (line?.after ?? []).some((group) => group.some((word) => given(agent, word, classes) === 'true'));

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
    text: `label asks for ${all.map(({ words }) => words).join(', ')}; on record: ${recorded}${by.length === 0 ? '' : ` (line ${by.join(', ')})`}`,
  };
}
