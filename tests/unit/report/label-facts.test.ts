import { describe, expect, it } from 'vitest';
import { translatorFor, untoldTexts } from '../../../shared/report/translate.ts';
import { SAFETY_FACTS } from '../../../shared/therapy/safety/facts/index.ts';

/** Every text of a fact, and the sentence that `check.ts` makes of it about an agent. */
const texts = SAFETY_FACTS.flatMap(({ agent, facts }) =>
  facts.flatMap(({ fact }) => {
    if (!('text' in fact)) return [];
    if (fact.kind === 'renal')
      return [
        {
          agent,
          text: fact.text,
          sentence: `${agent}: ${fact.text}; clearance ${fact.from === 0 ? `below ${fact.below}` : `${fact.from} to below ${fact.below}`} mL/min, here eGFR 12 mL/min/1.73 m² (CKD-EPI 2021).`,
        },
      ];
    const forbidden = 'action' in fact && fact.action === 'contraindicated' ? 'contraindicated by its label, ' : '';
    const sentence =
      fact.kind === 'with' ? `ketoconazole is a ${fact.perpetrator}; ${agent}: ${forbidden}${fact.text}` : fact.text;
    return [{ agent, text: fact.text, sentence }];
  }),
);
/** Words of English that are those of the other language too, and names that no table translates. */
const shared = {
  de: /^(?:in|mg|normal)$/,
  es: /^(?:acidosis|angioedema|a|glomerular|local|mg|no|normal|oral)$/,
} as const;
/** Names and units: what holds a capital or a digit, or is a unit; agents by their table. */
const wordsOf = (text: string): string[] => text.match(/(?<![\p{L}\d/-])\p{Ll}{2,}(?![\p{L}\d/])/gu) ?? [];
const agents = new Set([
  ...SAFETY_FACTS.flatMap(({ agent }) => agent.split(/ (?:and )?/)),
  ...SAFETY_FACTS.flatMap(({ facts }) => facts.flatMap(({ fact }) => (fact.kind === 'pair' ? [fact.other] : []))),
  'itraconazole',
  'ketoconazole',
]);

describe.each(['de', 'es'] as const)('label facts in %s', (language) => {
  const translate = translatorFor(language);

  it('every text of a label fact is told: no word of the English stays but names and units', () => {
    const before = untoldTexts().length;
    const left = texts.flatMap(({ agent, text, sentence }) => {
      const english = new Set(wordsOf(sentence));
      const same = wordsOf(translate(sentence)).filter(
        (word) => english.has(word) && !agents.has(word) && !shared[language].test(word),
      );
      const alone = wordsOf(translate(text)).filter(
        (word) => english.has(word) && !agents.has(word) && !shared[language].test(word),
      );
      return same.length + alone.length === 0
        ? []
        : [`${agent}: ${sentence}: ${[...new Set([...same, ...alone])].join(' ')}`];
    });
    expect(texts.length).toBeGreaterThan(400);
    expect([...new Set(left)]).toEqual([]);
    expect(untoldTexts().slice(before)).toEqual([]);
  });

  it('keeps every number of a dose, with the decimal sign of the language', () => {
    const numbers = (text: string) => (text.match(/\d+(?:\.\d+)?/g) ?? []).sort();
    for (const { text } of texts)
      expect(numbers(translate(text).replace(/(?<=\d),(?=\d)/g, '.')), text).toEqual(numbers(text));
  });
});

it('a text that no phrase covers is found by the same question', () => {
  const text = 'start with the smallest dose on Mondays';
  const before = untoldTexts().length;
  translatorFor('de')(text);
  expect(untoldTexts().slice(before)).toEqual([`de: ${text}`]);
});
