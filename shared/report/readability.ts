/**
 * Reading grade, the school year in which a text is understood, by the formula that was made for each language:
 * - English: Flesch–Kincaid (Kincaid et al., Navy Research Branch Report 8-75, 1975)
 * - German: the first Wiener Sachtextformel (Bamberger and Vanecek, Lesen – Verstehen – Lernen – Schreiben, Vienna:
 *   Jugend und Volk, 1984)
 * - Spanish: Crawford (A Spanish language Fry-type readability procedure: elementary level, Bilingual Education Paper
 *   Series 7(8), California State University, Los Angeles, 1984)
 *
 * Syllables are counted by groups of vowels, as readability tools do.
 */
import type { Language } from './language.ts';

interface Counts {
  readonly sentences: number;
  readonly words: readonly string[];
  /** Of each word. */
  readonly syllables: readonly number[];
}

interface Formula {
  /** As the reader is told it. */
  readonly name: string;
  readonly syllables: (letters: string) => number;
  readonly grade: (counts: Counts) => number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const lettersOf = (word: string): string => word.toLowerCase().replace(/[^\p{L}]/gu, '');

const formulas: Readonly<Record<Language, Formula>> = {
  en: {
    name: 'Flesch–Kincaid',
    // A mute final e and a mute -ed or -es are not counted.
    syllables: (letters) =>
      letters.length <= 3
        ? 1
        : countOf(
            letters.replace(/(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$/, (end) => end.charAt(0)).replace(/^y/, ''),
            /[aeiouy]+/g,
          ),
    grade: ({ sentences, words, syllables }) =>
      0.39 * (words.length / sentences) + 11.8 * (sum(syllables) / words.length) - 15.59,
  },
  de: {
    name: 'Wiener Sachtextformel 1',
    // Two vowels are one sound only where they are a diphthong or a long vowel: Be-ra-tung, but Re-gi-on.
    syllables: (letters) => countOf(letters.replace(/qu/g, 'q'), /aa|ee|oo|ie|[ae][iy]|[aeä]u|[aeiouyäöü]/g),
    grade: ({ sentences, words, syllables }) => {
      const percent = (count: number): number => (100 * count) / words.length;
      return (
        0.1935 * percent(syllables.filter((count) => count >= 3).length) +
        0.1672 * (words.length / sentences) +
        0.1297 * percent(words.filter((word) => lettersOf(word).length > 6).length) -
        0.0327 * percent(syllables.filter((count) => count === 1).length) -
        0.875
      );
    },
  },
  es: {
    name: 'Crawford',
    // Open vowels, and an accented i or u, are syllables of their own; the u of que, qui, gue and gui is mute.
    syllables: (letters) =>
      countOf(
        letters.replace(/([qg])u(?=[eiéí])/g, '$1').replace(/y(?![aeiouáéíóú])/g, 'i'),
        /[iuü]?[aeoáéó](?:[iuü](?![aeoáéó]))?|[íú]|[iuü]+/g,
      ),
    grade: ({ sentences, words, syllables }) =>
      -0.205 * ((100 * sentences) / words.length) + 0.049 * ((100 * sum(syllables)) / words.length) - 3.407,
  },
};

/** The name of the formula that grades a language. */
export const gradeFormula = (language: Language): string => formulas[language].name;

/** At least 1; digits are read as one syllable each. */
export function syllablesOf(word: string, language: Language): number {
  const digits = countOf(word, /\d/g);
  const letters = lettersOf(word);
  return letters === '' ? Math.max(1, digits) : Math.max(1, formulas[language].syllables(letters)) + digits;
}

const wordsIn = (text: string): string[] => text.split(/\s+/).filter((run) => /[\p{L}\d]/u.test(run));

/** Grade of sentences that are given one by one, so that a point inside a name ends none. 0 for none. */
export function readingGrade(sentences: readonly string[], language: Language): number {
  const words = sentences.flatMap(wordsIn);
  if (words.length === 0) return 0;
  const syllables = words.map((word) => syllablesOf(word, language));
  return formulas[language].grade({
    sentences: sentences.length,
    words,
    syllables,
  });
}
