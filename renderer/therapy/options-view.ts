/** How the options table stands on screen: sentences and look-ups. Pure. */
import type { EvidenceMatch, MolecularProfile } from '../../shared/molecular/profile.ts';
import type { OptionsTable, TherapyExclusion, TherapyOption } from '../../shared/therapy/options.ts';
import { diseaseMatchWords, exclusionWords, plural, unbroken } from '../ui/words.ts';

/** What moves no rank; said on the screen, so that a cell is never read as a reason for the order. */
export const NOT_WEIGHED =
  'Shown but not weighed: ESCAT as proposed, approvals elsewhere, access, cost, trials and models; comorbidity only as far as labels speak of kidney, liver and QTc. Unknown is not the same as harmless or free. Label facts were written down from general knowledge with citations and await a second reading by a pharmacist: read the cited section before acting on one.';

/** Statements by their ids, in the order asked; an id whose statement the profile does not hold is left out. */
export function statementsOf(profile: MolecularProfile | undefined, ids: readonly string[]): readonly EvidenceMatch[] {
  const byId = new Map((profile?.evidence ?? []).map((match) => [match.evidenceId, match]));
  return ids.map((id) => byId.get(id)).filter((match) => match !== undefined);
}

export interface ExclusionGroup {
  readonly kind: TherapyExclusion['kind'];
  readonly words: string;
  readonly labels: readonly string[];
  /** The strongest level among its statements; none for what the record alone excludes. */
  readonly bestLevel: string | undefined;
}

const order: readonly TherapyExclusion['kind'][] = [
  'allergy',
  'contraindicated',
  'failed-before',
  'resistance',
  'does-not-support',
];

/** The one line above the table: by kind, what is off the table. */
export function exclusionGroups(exclusions: readonly TherapyExclusion[]): readonly ExclusionGroup[] {
  return order.flatMap((kind) => {
    const ofKind = exclusions.filter((exclusion) => exclusion.kind === kind);
    if (ofKind.length === 0) return [];
    const bestLevel = ofKind
      .map((exclusion) => exclusion.bestLevel)
      .filter((level) => level !== undefined)
      .sort()[0];
    return [{ kind, words: exclusionWords[kind], labels: ofKind.map(({ label }) => label), bestLevel }];
  });
}

/** At most so many names in a line; the rest is counted. */
export const shortList = (names: readonly string[], most = 3): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

const tierMeaning: Record<string, string> = {
  'I-A': 'approved or guideline evidence in this tumor type',
  'I-B': 'well-powered studies in this tumor type',
  'II-C': 'strong evidence in another tumor type, or agreeing case reports in this one',
  'II-D': 'single case reports or preclinical evidence',
};

/** Why the option stands where it stands, in one sentence: what it rests on, and what speaks against it. */
export function optionSentence(option: TherapyOption, place: number): string {
  const because = option.because.map(({ text }) => text.split(': ')[0] ?? text);
  const rests = unbroken(`${option.label} stands at place ${place} because of ${shortList([...new Set(because)], 2)}`);
  const strength = option.weight === undefined ? '' : `: ${tierMeaning[option.weight] ?? `tier ${option.weight}`}`;
  const against =
    option.conflict === undefined
      ? ''
      : ` ${plural(option.conflict.against, 'statement')} in this tumor type ${option.conflict.against === 1 ? 'speaks' : 'speak'} against it.`;
  return `${rests}${strength}.${against}`;
}

/** "5 for, 1 against"; without statements against it says none, and without any for it what it rests on. */
export const agreementWords = ({ supporting, against }: TherapyOption): string =>
  `${supporting.length === 0 ? 'by approval' : `${supporting.length} for`}, ${against.length === 0 ? 'none' : against.length} against`;

export const matchWords = ({ diseaseMatch }: Pick<TherapyOption, 'diseaseMatch'>): string =>
  diseaseMatchWords[diseaseMatch];

/** The line under the title: how many options, exclusions and statements, from which packs. */
export function countWords(
  { options, exclusions, accounting }: OptionsTable,
  packs: MolecularProfile['packs'],
): string {
  const newest = packs
    .map(({ asOf }) => asOf)
    .sort()
    .at(-1);
  return [
    plural(options.length, 'option'),
    plural(exclusions.length, 'excluded', 'excluded'),
    `${plural(accounting.considered, 'statement')} considered${newest === undefined ? '' : `, packs as of ${newest}`}`,
  ].join(' · ');
}

export interface Because {
  readonly findings: readonly string[];
  /** What is stated of them: level, disease, and the wider profile where it is one. */
  readonly statement: string;
}

/** Reasons with the same statement told once: "EGFR p.(Leu858Arg), EGFR p.(Thr790Met)", then what is stated. */
export function becauseOf({ because }: Pick<TherapyOption, 'because'>): readonly Because[] {
  const told = new Map<string, string[]>();
  for (const { text } of because) {
    const at = text.search(/: (?:level [A-E]|approved \()/);
    const finding = at === -1 ? text : text.slice(0, at);
    const statement = at === -1 ? '' : text.slice(at + 2);
    told.set(statement, [...(told.get(statement) ?? []), finding]);
  }
  return [...told].map(([statement, findings]) => ({ findings, statement }));
}

/** The row that a number key names: 1 is the first option. */
export const optionAt = (options: readonly TherapyOption[], key: number): TherapyOption | undefined => options[key - 1];
