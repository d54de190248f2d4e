/** Every phrase of the paper in every language it is printed in. */
import { documentPhrases } from './documents.ts';
import { elementPhrases } from './elements.ts';
import { frame } from './frame.ts';
import { genomeMeasurePhrases } from './genome-measures.ts';
import { labelFactPhrases } from './label-facts.ts';
import { measurePhrases } from './measures.ts';
import type { Phrase } from './phrase.ts';
import { rulePhrases } from './rules.ts';
import { sentences } from './sentences.ts';
import { terms } from './terms.ts';

export const phrases: readonly Phrase[] = [
  ...frame,
  ...terms,
  ...sentences,
  ...elementPhrases,
  ...rulePhrases,
  ...documentPhrases,
  ...labelFactPhrases,
  ...measurePhrases,
  ...genomeMeasurePhrases,
];
