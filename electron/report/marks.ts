/** Small drawings before a word, as on the screens: the shape says the same as the word, for an eye that scans. */
import { languages } from '../../shared/report/language.ts';
import { translatorFor } from '../../shared/report/translate.ts';
import { ink } from './ink.ts';

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7" viewBox="0 0 8 8">${inside}</svg>`;

const tiers: readonly (readonly [RegExp, string])[] = [
  [/^I-|^I$/, `<rect x="0.5" y="0.5" width="7" height="7" fill="${ink.accent}"/>`],
  [
    /^II-|^II$/,
    `<rect x="0.5" y="0.5" width="7" height="7" fill="none" stroke="${ink.accent}"/><rect x="0.5" y="0.5" width="3.5" height="7" fill="${ink.accent}"/>`,
  ],
  [/^III$/, `<rect x="0.8" y="0.8" width="6.4" height="6.4" fill="none" stroke="${ink.accent}"/>`],
  [/^IV$/, `<circle cx="4" cy="4" r="1.4" fill="${ink.accent}"/>`],
];

const notJudged = `<polygon points="4,0.8 7.6,7.2 0.4,7.2" fill="${ink.caution}"/>`;
const states: Readonly<Record<string, string>> = {
  detected: `<circle cx="4" cy="4" r="3.2" fill="${ink.accent}"/>`,
  'tested, not detected': `<circle cx="4" cy="4" r="2.8" fill="none" stroke="${ink.accent}" stroke-width="1.1"/>`,
  'failed QC': notJudged,
  'question open': notJudged,
  'file refused': notJudged,
  'not assayed': `<rect x="0.6" y="0.6" width="6.8" height="6.8" fill="none" stroke="${ink.muted}" stroke-width="0.7" stroke-dasharray="1 1"/><line x1="2.4" y1="4" x2="5.6" y2="4" stroke="${ink.muted}" stroke-width="0.9"/>`,
};

/** A state by its words in any language of the paper. */
const statesByWords: ReadonlyMap<string, string> = new Map(
  Object.entries(states).flatMap(([english, drawing]) =>
    languages.map((language) => [translatorFor(language)(english), drawing] as const),
  ),
);

/** The drawing that goes with a tier's or a state's words; undefined where there is none. */
export function markFor(kind: 'tier' | 'state', words: string): string | undefined {
  const inside = kind === 'tier' ? tiers.find(([words_]) => words_.test(words))?.[1] : statesByWords.get(words);
  return inside === undefined ? undefined : svg(inside);
}

export const cautionMark = svg(
  `<polygon points="4,0.6 7.8,7.4 0.2,7.4" fill="none" stroke="${ink.caution}" stroke-width="0.9"/><line x1="4" y1="3" x2="4" y2="5.2" stroke="${ink.caution}" stroke-width="0.9"/><circle cx="4" cy="6.3" r="0.45" fill="${ink.caution}"/>`,
);
