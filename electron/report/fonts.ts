/**
 * The fonts of the paper and what they can draw. Inter comes in one file per script, so a text is cut into runs, each
 * in the first font that has its characters; symbols that Inter lacks come from Roboto. A character that none has is
 * printed as its Unicode number: text on a medical paper is never dropped in silence.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { characterSet } from './character-set.ts';
import { outlinesOf, unpacked } from './font-file.ts';
import { named, type Run, runsIn } from './runs.ts';

const { resolve } = createRequire(import.meta.url);

/** Files of one family: regular, bold, italic, bold italic. */
interface Family {
  readonly normal: string;
  readonly bold: string;
  readonly italics: string;
  readonly bolditalics: string;
}

const inter = (script: string): Family => ({
  normal: resolve(`@fontsource/inter/files/inter-${script}-400-normal.woff`),
  bold: resolve(`@fontsource/inter/files/inter-${script}-600-normal.woff`),
  italics: resolve(`@fontsource/inter/files/inter-${script}-400-italic.woff`),
  bolditalics: resolve(`@fontsource/inter/files/inter-${script}-600-italic.woff`),
});

const families: Readonly<Record<string, Family>> = {
  Inter: inter('latin'),
  InterExtended: inter('latin-ext'),
  InterGreek: inter('greek'),
  InterCyrillic: inter('cyrillic'),
  InterVietnamese: inter('vietnamese'),
  Symbols: {
    normal: resolve('pdfmake/fonts/Roboto/Roboto-Regular.ttf'),
    bold: resolve('pdfmake/fonts/Roboto/Roboto-Medium.ttf'),
    italics: resolve('pdfmake/fonts/Roboto/Roboto-Italic.ttf'),
    bolditalics: resolve('pdfmake/fonts/Roboto/Roboto-MediumItalic.ttf'),
  },
};

/** A fresh copy: the printer writes into what it is given. */
export const fontFamilies = (): Record<string, Family> =>
  Object.fromEntries(Object.entries(families).map(([name, files]) => [name, { ...files }]));

/** The only files that the printer may open. */
export const fontFiles: ReadonlySet<string> = new Set(
  Object.values(families).flatMap((family) => Object.values(family)),
);

const loaded = new Map<string, Buffer>();
/** A font as the printer takes it best; read and unpacked once. */
export function fontBytes(file: string): Buffer {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const bytes = unpacked(readFileSync(file));
  loaded.set(file, bytes);
  return bytes;
}

let coverage: readonly (readonly [family: string, characters: ReadonlySet<number>])[] | undefined;
/** What every style of a family can draw, in order of preference. */
function fontsInOrder(): NonNullable<typeof coverage> {
  coverage ??= Object.entries(families).map(([name, files]) => {
    const [first, ...rest] = Object.values(files).map((file) => characterSet(readFileSync(file)));
    return [name, rest.reduce<ReadonlySet<number>>((both, one) => both.intersection(one), first ?? new Set())] as const;
  });
  return coverage;
}

/** Runs of one font each; together they say the whole text. Lines end with \n only. */
export const runsOf = (text: string): readonly Run[] => runsIn(text, fontsInOrder(), 'Inter');

let outlines: readonly Buffer[] | undefined;
/** Fonts in which a signature prints its signer on the paper, in order of preference. */
export function signatureFonts(): readonly Buffer[] {
  outlines ??= Object.entries(families)
    .filter(([name]) => name !== 'Symbols')
    .map(([, { normal }]) => outlinesOf(readFileSync(normal)));
  return outlines;
}

/** One line in the first font only, for drawings: what that font lacks is named. */
export const plainLine = (text: string): string =>
  runsOf(text.replaceAll('\n', ' '))
    .map(({ text: said, font }) =>
      font === 'Inter' ? said : [...said].map((one) => (one === ' ' ? one : named(one.codePointAt(0) ?? 0))).join(''),
    )
    .join('');
