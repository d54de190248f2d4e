/** What a note can hang on in this case, and the note while it is typed. Pure. */
import { z } from 'zod';
import { Anchor } from '../../shared/board/annotation.ts';
import type { BoardEntry } from '../../shared/board/merge.ts';
import type { CaseView } from '../../shared/contract.ts';
import { Role } from '../../shared/vault/roles.ts';
import { plural } from '../ui/words.ts';

/** Elements of the report that boards talk about most; any other is named in the words of the note. */
const reportElements = [
  ['R04', 'Question and answer'],
  ['R16', 'What was assayed'],
  ['R25', 'Pertinent negatives'],
  ['R43', 'Recommendation'],
  ['R44', 'Dissent and vote'],
  ['R48', 'Comment'],
] as const;

export interface AnchorGroup {
  readonly title: string;
  readonly anchors: readonly Anchor[];
}

export function anchorsOf({ record, profile, options }: CaseView): AnchorGroup[] {
  const groups: AnchorGroup[] = [
    { title: 'Case', anchors: [{ kind: 'case', id: 'case', label: 'The case as a whole' }] },
    {
      title: 'Findings',
      anchors: (profile?.findings ?? []).map(({ id, gene, title }) => ({
        kind: 'finding',
        id,
        label: `${gene} ${title}`.slice(0, 300),
      })),
    },
    {
      title: 'Options and exclusions',
      anchors: [...(options?.options ?? []), ...(options?.exclusions ?? [])].map(({ id, label }) => ({
        kind: 'option',
        id,
        label: label.slice(0, 300),
      })),
    },
    {
      title: 'Plots',
      anchors: [
        { kind: 'plot', id: 'course', label: 'Course of disease' },
        { kind: 'plot', id: 'aggressiveness', label: 'Aggressiveness' },
        { kind: 'plot', id: 'survival', label: 'Survival of similar patients' },
      ],
    },
    { title: 'Images', anchors: record.images.map(({ path, title }) => ({ kind: 'image', id: path, label: title })) },
    {
      title: 'Report',
      anchors: reportElements.map(([id, title]) => ({ kind: 'report', id, label: `${id} ${title}` })),
    },
  ];
  return groups.filter(({ anchors }) => anchors.length > 0);
}

export const anchorKey = ({ kind, id }: Anchor): string => `${kind}:${id}`;

export const NoteDraft = z.object({
  anchor: Anchor,
  text: z.string(),
  mentions: z.array(Role),
  /** First note of the thread that is answered. */
  replyTo: z.uuid().optional(),
});
export type NoteDraft = z.infer<typeof NoteDraft>;

export const emptyNote: NoteDraft = {
  anchor: { kind: 'case', id: 'case', label: 'The case as a whole' },
  text: '',
  mentions: [],
};
export const parseNote = (kept: unknown): NoteDraft | undefined => NoteDraft.safeParse(kept).data;

export const anchorKindWords: Record<Anchor['kind'], string> = {
  case: 'Case',
  finding: 'Finding',
  option: 'Option',
  plot: 'Plot',
  image: 'Image',
  report: 'Report',
};

/** What a conflict is about, in the words that the other screens have for it. */
export function conflictSubject(entry: BoardEntry, { profile }: Pick<CaseView, 'profile'>): string {
  switch (entry.kind) {
    case 'decision':
      return 'Decision';
    case 'review': {
      const finding = profile?.findings.find(({ id }) => id === entry.value.findingId);
      return finding === undefined ? entry.value.findingId : `${finding.gene} ${finding.title}`;
    }
    case 'note':
      return `Note on ${entry.value.anchor.label}`;
    case 'ballot':
      return `Vote ${entry.value.round} discussion`;
  }
}

/** One entry in a line: who says it, and what. */
export function entryWords(entry: BoardEntry): string {
  switch (entry.kind) {
    case 'decision':
      return `${entry.value.decidedBy}: ${entry.value.answer}`;
    case 'review':
      return `${entry.value.by}: ${entry.value.verdict}${entry.value.reason === undefined ? '' : `, ${entry.value.reason}`}`;
    case 'note':
      return `${entry.value.by}: ${entry.value.text}`;
    case 'ballot':
      return plural(entry.value.votes.length, 'vote');
  }
}

const decisionParts = {
  optionIds: 'options',
  otherOption: 'another option',
  intent: 'intent',
  line: 'line',
  answer: 'answer',
  rationale: 'rationale',
  dissent: 'dissent',
  conditions: 'conditions',
  actions: 'actions',
  participants: 'participants',
  modelDisagreement: 'disagreement with the model',
} as const;

/** The parts in which two decisions differ: their answers may be the same word for word. */
export function partsThatDiffer(mine: BoardEntry, theirs: BoardEntry): string[] {
  if (mine.kind !== 'decision' || theirs.kind !== 'decision') return [];
  const [here, there] = [mine.value, theirs.value];
  return (Object.keys(decisionParts) as (keyof typeof decisionParts)[])
    .filter((part) => JSON.stringify(here[part]) !== JSON.stringify(there[part]))
    .map((part) => decisionParts[part]);
}
