/**
 * The letter to the patient (F096): plain words, from the facts of the signed report only, each sentence with the facts
 * it stands on. Nothing a board wrote for itself is quoted but names of treatments; whether AI was used is said as it was.
 */
import { z } from 'zod';
import { IN_SEQUENCE } from '../molecular/treatments.ts';
import { answerShown } from '../prediction/predictions.ts';
import { drugNames } from './drug-names.ts';
import { fact } from './facts.ts';
import { Language, longDate } from './language.ts';
import { letterWords } from './letter-words.ts';
import { readingGrade } from './readability.ts';
import { chosen, isHarmful, leading, specimensUsed } from './reading.ts';
import type { ReportInput } from './report-input.ts';

export const PatientLetter = z.object({
  language: Language,
  reportId: z.string(),
  title: z.string(),
  sections: z.array(
    z.object({
      title: z.string(),
      sentences: z.array(z.object({ text: z.string(), facts: z.array(z.string()).min(1) })),
    }),
  ),
  /** Reading grade, by the formula of the language. */
  grade: z.number(),
});
export type PatientLetter = z.infer<typeof PatientLetter>;

/** Highest reading grade of a letter (F096). */
export const LETTER_GRADE = 8;

type Sentence = PatientLetter['sections'][number]['sentences'][number];

const say = (text: string, ...facts: [string, ...string[]]): Sentence => ({ text, facts });

/** `a, b and c`. */
const joined = (names: readonly string[], and: string): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)}`;

/** Genes that a patient is told by name; of more their number is told and these first. */
const MOST_GENES = 6;

/** A treatment as it is said aloud: `a and b`, given one after the other where it is a sequence. */
function treatmentTold(
  label: string,
  { and, oneAfterOther }: { readonly and: string; readonly oneAfterOther: string },
): string {
  return label.endsWith(IN_SEQUENCE)
    ? `${joined(label.slice(0, -IN_SEQUENCE.length).split(' and '), and)}, ${oneAfterOther}`
    : joined(label.split(' + '), and);
}

const genesOf = (findings: ReturnType<typeof leading>): string[] => [
  ...new Set(findings.flatMap(({ gene, gene2 }) => (gene2 === undefined ? [gene] : [gene2, gene]))),
];

/** Undefined where the board has decided nothing yet: there is nothing to tell. */
export function composeLetter(input: ReportInput, language: Language): PatientLetter | undefined {
  const { record, board, profile, predictions } = input;
  const { decision } = board;
  if (decision === undefined) return undefined;
  const words = letterWords[language];
  const decided = fact.board('decision');

  const used = specimensUsed(input).filter(({ origin }) => origin !== 'normal');
  const kinds = new Set(used.map(({ kind }) => kind));
  const samples = [
    ...(kinds.has('tissue') ? [say(words.tissue, fact.record('specimens'))] : []),
    ...([...kinds].some((kind) => kind === 'blood' || kind === 'plasma')
      ? [say(words.blood, fact.record('specimens'))]
      : []),
  ];
  if (samples.length === 0) samples.push(say(words.otherSample, fact.record('specimens')));
  const open = profile.pertinent.filter(({ state }) => state === 'not-assayed' || state === 'failed-qc');

  const lead = leading(input);
  const genes = genesOf(lead.filter(({ origin }) => origin !== 'germline'));
  const inherited = lead.filter(
    (finding) => finding.origin === 'germline' && finding.germline !== undefined && isHarmful(input, finding),
  );
  const ids = lead.map(({ id }) => id);
  const treatments = chosen(input, decision);
  const days = decision.actions.map(({ due }) => due).sort();
  const scored = answerShown(predictions).aggressiveness.state;

  const sections = [
    {
      title: words.why,
      sentences: [
        say(words.met(longDate(decision.decidedAt, language)), decided),
        say(words.group, decided),
        say(words.illness(record.diagnosis.name), fact.record('diagnosis')),
      ],
    },
    {
      title: words.tests,
      sentences: [
        ...samples,
        say(words.genes, fact.record('assays')),
        ...(open.length === 0 ? [] : [say(words.notAll, fact.profile('pertinent'), 'rule:states')]),
      ],
    },
    {
      title: words.found,
      sentences: [
        ...(genes.length === 0
          ? [say(words.noChange, fact.profile('findings')), say(words.noChangeMeans, 'rule:states')]
          : [
              say(
                genes.length > MOST_GENES
                  ? words.manyChanges(genes.length, joined(genes.slice(0, MOST_GENES), words.and))
                  : words.changes(joined(genes, words.and)),
                ids[0] ?? fact.profile('findings'),
                ...ids.slice(1),
              ),
              say(words.mayHelp, 'rule:tiers'),
            ]),
        ...(inherited.length === 0
          ? []
          : [
              say(words.family(joined(genesOf(inherited), words.and)), inherited[0]?.id ?? fact.profile('findings')),
              say(words.familyAsk, inherited[0]?.id ?? fact.profile('findings')),
            ]),
      ],
    },
    {
      title: words.advice,
      sentences: [
        say(
          treatments.length === 0
            ? words.noTreatment
            : words.treatment(treatments.map((one) => treatmentTold(drugNames(one, language), words)).join('; ')),
          decided,
        ),
        say(words.intent[decision.intent], decided),
        ...(decision.dissent === undefined ? [] : [say(words.notOne, decided)]),
        ...(record.patientGoals.length === 0 ? [] : [say(words.goals, fact.record('goals'))]),
        ...(days[0] === undefined ? [] : [say(words.steps(days.length, longDate(days[0], language)), decided)]),
        say(words.yourChoice, 'rule:limits'),
      ],
    },
    {
      title: words.computers,
      sentences: [
        ...(scored === 'unavailable'
          ? [say(words.noAi, fact.prediction)]
          : [
              say(words.aiUsed, fact.prediction),
              say(scored === 'computed' ? words.aiScore : words.aiNoScore, fact.prediction),
              say(words.aiNotChosen, 'rule:models'),
            ]),
        say(words.rules, 'rule:people'),
        say(words.people, 'rule:people'),
      ],
    },
    {
      title: words.canDo,
      sentences: [say(words.ask, 'rule:limits'), say(words.doNot, 'rule:limits'), say(words.bring, 'rule:limits')],
    },
  ];
  // A sentence of the catalogue may be two; the grade counts what a reader reads. "8. Mai" ends none.
  const texts = sections.flatMap(({ sentences }) =>
    sentences.flatMap(({ text }) => text.split(/(?<=[^\d]\.) (?=\p{Lu})/u)),
  );
  return {
    language,
    reportId: input.reportId,
    title: words.title,
    sections,
    grade: Math.round(readingGrade(texts, language) * 10) / 10,
  };
}

/** The letter as plain text, as it is read on screen and in a terminal. */
export const letterText = ({ title, sections }: PatientLetter): string =>
  [title, ...sections.flatMap((one) => ['', one.title, ...one.sentences.map(({ text }) => text)])].join('\n');
