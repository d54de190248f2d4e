/** What came of a treatment, of its class and of its agents, in the lines before (F056). */
import type { CaseRecord, TherapyLine } from '../case/case-record.ts';
import { agentName, type Treatment } from '../molecular/treatments.ts';
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

/** A partner whose class was given before is told and demotes nothing: the other partners may overcome what failed alone. */
function classInCombination(
  { agents }: Treatment,
  lines: readonly TherapyLine[],
  classOf: TherapyKnowledge['drugClass'],
  told: (line: TherapyLine) => string,
  say: (line: TherapyLine, text: string) => NonNullable<TherapyOption['prior']>,
): ReturnType<typeof priorUse> {
  if (classOf === undefined || agents.length === 1) return undefined;
  for (const line of lines)
    for (const agent of agents) {
      const own = classOf(agent);
      if (own === undefined || ![...lineAgents(line)].some((one) => classOf(one)?.name === own.name)) continue;
      const failed = line.bestResponse === 'PD';
      return {
        statement: say(
          line,
          `Holds ${agent}, of the class of line ${line.line}, ${own.name} (${own.source}): ${told(line)}.`,
        ),
        demotes: false,
        word: `partner class ${failed ? 'failed' : 'used'} in line ${line.line}`,
      };
    }
  return undefined;
}

/** What came of the treatment, or of an agent in it, in earlier lines (F056). */
export function priorUse(
  treatment: Treatment,
  record: CaseRecord,
  knowledge: TherapyKnowledge,
): { statement: NonNullable<TherapyOption['prior']>; demotes: boolean; word: string } | undefined {
  const lines = [...record.therapyLines].sort((a, b) => b.line - a.line);
  const told = (line: TherapyLine): string => {
    const response =
      line.bestResponse === undefined || line.bestResponse === 'unknown'
        ? 'response not stated'
        : `best response ${line.bestResponse}`;
    return `${response}${line.reasonEnded === undefined ? '' : `, ended: ${line.reasonEnded}`}`;
  };
  const say = (line: TherapyLine, text: string) => ({
    line: line.line,
    response: line.bestResponse ?? 'unknown',
    text,
  });
  const whole = lines.find((line) => usedWhole(treatment, line));
  if (whole !== undefined)
    return {
      statement: say(whole, `Used in line ${whole.line}: ${told(whole)}.`),
      demotes: true,
      word: `used in line ${whole.line}, ranked after what was not`,
    };
  const classOf = knowledge.drugClass;
  if (classOf !== undefined && treatment.agents.length === 1) {
    const own = classOf(treatment.agents[0] ?? '');
    const kin = lines.find(
      (line) => own !== undefined && [...lineAgents(line)].some((agent) => classOf(agent)?.name === own.name),
    );
    if (kin !== undefined && own !== undefined)
      return {
        statement: say(kin, `Line ${kin.line} was of the same class, ${own.name} (${own.source}): ${told(kin)}.`),
        demotes: kin.bestResponse === 'PD',
        word:
          kin.bestResponse === 'PD'
            ? `class failed in line ${kin.line}, ranked after what was not used`
            : `class used in line ${kin.line}`,
      };
  }
  // "Platinum Compound": a statement that names a class speaks of every agent of it that was given.
  const classes = knowledge.agentClasses;
  const named = treatment.agents.find((agent) => classes?.isClass(agent) === true);
  const ofNamed =
    named === undefined
      ? undefined
      : lines.find((line) => [...lineAgents(line)].some((agent) => classes?.ofClass(agent, named).truth === 'true'));
  if (named !== undefined && ofNamed !== undefined && treatment.agents.length === 1)
    return {
      statement: say(ofNamed, `Line ${ofNamed.line} held an agent of ${named}: ${told(ofNamed)}.`),
      demotes: ofNamed.bestResponse === 'PD',
      word:
        ofNamed.bestResponse === 'PD'
          ? `class failed in line ${ofNamed.line}, ranked after what was not used`
          : `class used in line ${ofNamed.line}`,
    };
  const part = lines.find((line) => treatment.agents.some((agent) => lineAgents(line).has(agent.toLowerCase())));
  if (part === undefined) return classInCombination(treatment, lines, classOf, told, say);
  const shared = treatment.agents.filter((agent) => lineAgents(part).has(agent.toLowerCase()));
  return {
    statement: say(part, `Holds ${shared.join(', ')}, used in line ${part.line}: ${told(part)}.`),
    demotes: false,
    word: `holds an agent used in line ${part.line}`,
  };
}
