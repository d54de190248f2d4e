/** An English phrase of the paper with its German and its Spanish form; slots as `translate.ts` reads them. */
export type Phrase = readonly [en: string, de: string, es: string];
