/**
 * Reading grade of English by Flesch and Kincaid (Kincaid et al., Navy Research Branch Report 8-75, 1975): the school
 * year in which a text is understood. Syllables are counted by groups of vowels, as readability tools do.
 */

/** At least 1; a mute final e and a mute -ed or -es are not counted; digits are read as one syllable each. */
export function syllablesOf(word: string): number {
  const digits = word.match(/\d/g)?.length ?? 0;
  const letters = word.toLowerCase().replace(/[^a-z]/g, '');
  if (letters === '') return Math.max(1, digits);
  if (letters.length <= 3) return 1 + digits;
  const voiced = letters.replace(/(?:[^laeiouy]es|[^dt]ed|[^laeiouy]e)$/, (end) => end.charAt(0)).replace(/^y/, '');
  return Math.max(1, voiced.match(/[aeiouy]+/g)?.length ?? 1) + digits;
}

const wordsIn = (text: string): string[] => text.split(/\s+/).filter((run) => /[A-Za-z0-9]/.test(run));

/**
 * Flesch–Kincaid grade of sentences that are given one by one, so that a point inside a name ends none. 0 for none.
 */
export function readingGrade(sentences: readonly string[]): number {
  const words = sentences.flatMap(wordsIn);
  if (words.length === 0) return 0;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
}
