/** What a signature stands for (R54; 21 CFR 11.50), as papers and signatures print it. */
import type { Phrase } from './catalogue/phrase.ts';
import { type Language, languages } from './language.ts';
import type { SignedReportRecord } from './report.ts';

export type Meaning = SignedReportRecord['meaning'];

/** In every language of the paper. */
export const meaningPhrases: Readonly<Record<Meaning, Phrase>> = {
  author: ['author of this report', 'Verfasser dieses Berichts', 'autor de este informe'],
  review: ['reviewer of this report', 'Prüfer dieses Berichts', 'revisor de este informe'],
  approval: ['approver of this report', 'Freigebender dieses Berichts', 'quien aprueba este informe'],
};

export const meaningIn = (meaning: Meaning, language: Language): string =>
  meaningPhrases[meaning][languages.indexOf(language)] ?? meaningPhrases[meaning][0];
