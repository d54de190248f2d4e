/** A text cut into runs of one font. A character that no font has is printed as its Unicode number, never dropped in silence. */

/** Signs with a plain form that says the same; spaces and hyphens of every width become ordinary ones. */
const plainForms: ReadonlyMap<string, string> = new Map([
  ['→', 'to'],
  ['⟶', 'to'],
  ['←', 'from'],
  ['✓', 'yes'],
  ['✔', 'yes'],
  ['✗', 'no'],
  ['✕', 'no'],
  ['✘', 'no'],
  ['\t', ' '],
  ['\u2009', '\u00a0'],
  ['\u202f', '\u00a0'],
  ['\u2007', '\u00a0'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2028', '\n'],
  ['\u2029', '\n'],
  ['µ', 'μ'],
]);

/** Characters that steer or hide text. They have no glyph of their own, so they are named like any other missing one. */
const steering = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u;

/** How a character that no font has is printed. */
export const named = (code: number): string => `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;

export interface Run<Name = string> {
  readonly text: string;
  readonly font: Name;
}

/** What a font can draw, under the name it goes by. */
export type Coverage<Name> = readonly [font: Name, characters: { has(code: number): boolean }];

/**
 * Runs of one font each, in the first that has the character; together they say the whole text. Lines end with \n only.
 * @param plain the font in which characters that none has are named
 */
export function runsIn<Name>(text: string, fonts: readonly Coverage<Name>[], plain: Name): readonly Run<Name>[] {
  const runs: { text: string; font: Name }[] = [];
  const say = (said: string, font: Name): void => {
    const last = runs.at(-1);
    if (last?.font === font) last.text += said;
    else runs.push({ text: said, font });
  };
  for (const character of text.normalize('NFC').replace(/\r\n?/g, '\n')) {
    const form = plainForms.get(character) ?? character;
    if (form === '\n') {
      say('\n', runs.at(-1)?.font ?? plain);
      continue;
    }
    const code = form.codePointAt(0) ?? 0;
    const font = steering.test(form)
      ? undefined
      : fonts.find(([, characters]) => [...form].every((one) => characters.has(one.codePointAt(0) ?? 0)))?.[0];
    if (font === undefined) say(named(code), plain);
    // A space belongs to any font; it stays with the run it follows.
    else say(form, form === ' ' ? (runs.at(-1)?.font ?? plain) : font);
  }
  return runs;
}
