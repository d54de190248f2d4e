/** What came of a treatment, of its class and of its agents, in the lines before (F056). */
import type { CaseRecord, TherapyLine } from '../case/case-record.ts';
import { agentName, type Treatment } from '../molecular/treatments.ts';
import type { Approved } from './approved.ts';
import { aimedClasses, isConjugate } from './drug-classes.ts';
import { asksBefore, labelLine } from './label-line.ts';
import type { TherapyOption } from './options.ts';
import type { TherapyKnowledge } from './therapy-knowledge.ts';

/** Agents of a line as one set; a line may be written as one text with + or / between. */
const lineAgents = (line: TherapyLine): ReadonlySet<string> =>
  new Set(line.agents.flatMap((text) => text.split(/\s*[+/,]\s*/)).map((agent) => agentName(agent).toLowerCase()));

export const usedWhole = (treatment: Treatment, line: TherapyLine): boolean => {
  const agents = lineAgents(line);
  return treatment.agents.every((agent) => agents.has(agent.toLowerCase()));
};

/** What this patient's own course says against an exclusion by evidence; the board weighs it. */
export function ownResponse(treatment: Treatment, record: CaseRecord): string {
  const line = [...record.therapyLines]
    .sort((a, b) => b.line - a.line)
    .find((one) => usedWhole(treatment, one) && (one.bestResponse === 'CR' || one.bestResponse === 'PR'));
  return line === undefined ? '' : ` This patient responded to it in line ${line.line} (${line.bestResponse}).`;
}

type Prior = NonNullable<TherapyOption['prior']>;

interface PriorUse {
  readonly statement: Prior;
  readonly demotes: boolean;
  readonly word: string;
}

/** What the option rests on: approvals that make it, and the genes of its findings. */
interface Rests {
  readonly approved: readonly Approved[];
  readonly genes: ReadonlySet<string>;
}

/** In a few words what was given of an option and in which line; of an earlier document the ranking's own word. */
export const priorWords = ({ prior, rank }: Pick<TherapyOption, 'prior' | 'rank'>): string =>
  prior === undefined || prior.how === undefined
    ? (rank.find(({ key }) => key === 'prior use')?.value ?? 'not told')
    : priorHead(prior);

function priorHead({ how, line, response }: Prior): string {
  const came = response === 'PD' ? 'failed' : 'used';
  switch (how) {
    case 'used':
      return `used in line ${line}`;
    case 'class':
      return `class ${came} in line ${line}`;
    case 'shared-class':
      return `shares a class with line ${line}`;
    case 'partner':
      return `holds an agent used in line ${line}`;
    case 'partner-class':
      return `partner class ${came} in line ${line}`;
    default:
      return `line ${line}`;
  }
}

const told = (line: TherapyLine): string => {
  const response =
    line.bestResponse === undefined || line.bestResponse === 'unknown'
      ? 'response not stated'
      : `best response ${line.bestResponse}`;
  return `${response}${line.reasonEnded === undefined ? '' : `, ended: ${line.reasonEnded}`}`;
};

const say = (line: TherapyLine, how: NonNullable<Prior['how']>, text: string): Prior => ({
  line: line.line,
  response: line.bestResponse ?? 'unknown',
  how,
  text,
});

/** Classes by which two agents are kin; of an antibody that carries a cytotoxic only what it is aimed at. */
function classesFor(agent: string, classOf: TherapyKnowledge['drugClass']): readonly string[] {
  const name = classOf?.(agent)?.name;
  if (name === undefined) return [];
  return isConjugate(agent) ? aimedClasses(name) : name.split(' and ');
}

/** A partner whose class was given before is told and demotes nothing: the other partners may overcome what failed alone. */
function classInCombination(
  { agents }: Treatment,
  lines: readonly TherapyLine[],
  classOf: TherapyKnowledge['drugClass'],
): PriorUse | undefined {
  if (classOf === undefined || agents.length === 1) return undefined;
  for (const line of lines)
    for (const agent of agents) {
      const own = classOf(agent);
      const classes = classesFor(agent, classOf).join(' and ');
      if (own === undefined || classes === '') continue;
      if (![...lineAgents(line)].some((one) => classesFor(one, classOf).join(' and ') === classes)) continue;
      const text = `Holds ${agent}, of the class of line ${line.line}, ${own.name} (${own.source}): ${told(line)}.`;
      const statement = say(line, 'partner-class', text);
      return { statement, demotes: false, word: priorHead(statement) };
    }
  return undefined;
}

/** A class of the findings' own gene, by its symbol: "ALK inhibition" for a fusion of ALK. */
const aimsAt = (name: string, genes: ReadonlySet<string>): boolean => {
  const words = name
    .toUpperCase()
    .replace('HER2', 'ERBB2')
    .replaceAll('B-RAF', 'BRAF')
    .split(/[^A-Z0-9]+/);
  return [...genes].some((gene) => words.includes(gene.toUpperCase()));
};

/**
 * What came of its class. A class that failed sets it behind, unless a label here that the record meets asks for just that
 * treatment before: then it was approved for those in whom the class failed. An agent with several targets is of a class
 * that failed where it has all targets of what failed and the findings choose none of its others.
 */
function kinUse(
  agent: string,
  lines: readonly TherapyLine[],
  record: CaseRecord,
  knowledge: TherapyKnowledge,
  { approved, genes }: Rests,
): PriorUse | undefined {
  const { drugClass: classOf } = knowledge;
  const own = classOf?.(agent);
  const classes = classesFor(agent, classOf);
  if (own === undefined || classes.length === 0) return undefined;
  const shared = (one: string): readonly string[] => {
    const theirs = classesFor(one, classOf);
    return theirs.join(' and ') === classes.join(' and ')
      ? classes
      : aimedClasses(classes.join(' and ')).filter((name) => theirs.includes(name));
  };
  for (const line of lines)
    for (const one of lineAgents(line)) {
      const kin = shared(one);
      if (kin.length === 0) continue;
      const whole = classesFor(one, classOf).every((name) => kin.includes(name));
      const others = classes.filter((name) => !kin.includes(name));
      const aimedElsewhere = others.some((name) => aimsAt(name, genes)) && !kin.some((name) => aimsAt(name, genes));
      const failed = line.bestResponse === 'PD';
      const follows = approved.some(
        (approval) =>
          asksBefore(approval.line, one, knowledge) &&
          labelLine(approval.line, record, knowledge, approval.findingIds.length > 0).fit === 'met',
      );
      const demotes = failed && whole && !aimedElsewhere && !follows;
      const same = others.length === 0 && whole;
      const text = `Line ${line.line} ${same ? 'was of the same class' : 'shares a class'}, ${kin.join(' and ')} (${own.source}): ${told(line)}.`;
      const statement = say(line, same ? 'class' : 'shared-class', text);
      const after = demotes
        ? ', ranked after what was not used'
        : failed && follows
          ? ', and a label here is for what follows it'
          : '';
      return { statement, demotes, word: `${priorHead(statement)}${after}` };
    }
  return undefined;
}

/** What came of the treatment, or of an agent in it, in earlier lines (F056). */
export function priorUse(
  treatment: Treatment,
  record: CaseRecord,
  knowledge: TherapyKnowledge,
  rests: Rests = { approved: [], genes: new Set() },
): PriorUse | undefined {
  const lines = [...record.therapyLines].sort((a, b) => b.line - a.line);
  const whole = lines.find((line) => usedWhole(treatment, line));
  if (whole !== undefined) {
    const statement = say(whole, 'used', `Used in line ${whole.line}: ${told(whole)}.`);
    return { statement, demotes: true, word: `${priorHead(statement)}, ranked after what was not` };
  }
  const [only] = treatment.agents;
  if (only !== undefined && treatment.agents.length === 1) {
    const kin = kinUse(only, lines, record, knowledge, rests);
    if (kin !== undefined) return kin;
  }
  // "Platinum Compound": a statement that names a class speaks of every agent of it that was given.
  const classes = knowledge.agentClasses;
  const named = treatment.agents.find((agent) => classes?.isClass(agent) === true);
  const ofNamed =
    named === undefined
      ? undefined
      : lines.find((line) => [...lineAgents(line)].some((agent) => classes?.ofClass(agent, named).truth === 'true'));
  if (named !== undefined && ofNamed !== undefined && treatment.agents.length === 1) {
    const statement = say(ofNamed, 'class', `Line ${ofNamed.line} held an agent of ${named}: ${told(ofNamed)}.`);
    const demotes = ofNamed.bestResponse === 'PD';
    return { statement, demotes, word: `${priorHead(statement)}${demotes ? ', ranked after what was not used' : ''}` };
  }
  const part = lines.find((line) => treatment.agents.some((agent) => lineAgents(line).has(agent.toLowerCase())));
  if (part === undefined) return classInCombination(treatment, lines, knowledge.drugClass);
  const shared = treatment.agents.filter((agent) => lineAgents(part).has(agent.toLowerCase()));
  const statement = say(part, 'partner', `Holds ${shared.join(', ')}, used in line ${part.line}: ${told(part)}.`);
  return { statement, demotes: false, word: priorHead(statement) };
}

/** What is said where nothing of it is on record; silence of the record, or of the table of classes, is no "not used". */
export function unusedWords(
  { agents }: Treatment,
  record: CaseRecord,
  { drugClass, agentClasses }: TherapyKnowledge,
): string {
  if (record.therapyLines.length === 0) return 'no earlier treatment on record';
  const unknown =
    drugClass !== undefined &&
    agents.some((agent) => drugClass(agent) === undefined && agentClasses?.isClass(agent) !== true);
  return unknown ? 'not used before, class not known' : 'not used before';
}
