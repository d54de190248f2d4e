/** The letter to the patient: plain, bound to facts, and never a file without a person's signature (F096, F100, F143). */
import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../../electron/report/index.ts';
import { letterHash, signedLetter } from '../../../electron/report/letter.ts';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { languages, longDate } from '../../../shared/report/language.ts';
import { composeLetter, LETTER_GRADE, letterText } from '../../../shared/report/letter.ts';
import { readingGrade, syllablesOf } from '../../../shared/report/readability.ts';
import { makeIdentity } from '../../support/identity.ts';
import { abstention, decision, reportInput, type Wanted } from './support/input.ts';
import { opened } from './support/signing.ts';

const cases: Record<string, Wanted> = {
  'a decided case': {},
  'with dissent': { decision: { ...decision, dissent: 'Dr. B. would wait.' } },
  'without a treatment': { decision: { ...decision, optionIds: [], intent: 'further-testing', actions: [] } },
  'without a score': { predictions: abstention },
  'without a model': {
    predictions: { aggressiveness: { state: 'unavailable', reason: 'The model is not there.' }, models: [] },
  },
};

describe.each(Object.entries(cases))('the letter of %s', (_, wanted) => {
  it.each(languages)('in %s stands on facts that exist and takes no absence for an answer', (language) => {
    const input = reportInput(wanted);
    const letter = composeLetter(input, language);
    const sentences = letter?.sections.flatMap((one) => one.sentences) ?? [];
    expect(sentences.length).toBeGreaterThan(12);
    const known = knownFacts(input);
    expect(sentences.flatMap(({ facts }) => unknownFacts(facts, known))).toEqual([]);
    if (letter !== undefined) expect(letterText(letter)).not.toMatch(/undefined|NaN|\[object|negativ|wild/i);
  });

  it.each(languages)('in %s reads at school year eight or below', (language) => {
    const grade = composeLetter(reportInput(wanted), language)?.grade ?? Number.NaN;
    expect(grade).toBeLessThanOrEqual(LETTER_GRADE);
    expect(grade).toBeGreaterThan(1);
  });
});

it('says that AI was used where a model ran, and not where none did', () => {
  const said = (wanted: Wanted): string => {
    const letter = composeLetter(reportInput(wanted), 'en');
    return letter === undefined ? '' : letterText(letter);
  };
  expect(said({})).toContain('AI was used.');
  expect(said({})).toContain('The model did not choose your treatment.');
  const none = said(cases['without a model'] ?? {});
  expect(none).not.toContain('AI was used.');
  expect(none).toContain('No AI model gave a score for you.');
});

it.each(languages)(
  'in %s names few genes and tells the number of many, and says a combination as people do',
  (language) => {
    const input = reportInput();
    const [lead] = input.profile.findings.filter(({ tier, origin }) => tier === 'I' && origin !== 'germline');
    if (lead === undefined) throw new Error('a finding of tier I');
    const many = Array.from({ length: 18 }, (_, at) => ({ ...lead, id: `${lead.id}-${at}`, gene: `GENE${at}` }));
    const told = composeLetter(
      {
        ...input,
        profile: { ...input.profile, findings: many },
        board: {
          ...input.board,
          decision: {
            ...decision,
            optionIds: [],
            otherOption: 'A + B + C',
            decidedAt: '2026-05-01T13:40:00.000Z',
            decidedBy: 'u1',
          },
        },
      },
      language,
    );
    const text = told === undefined ? '' : letterText(told);
    expect(text).toMatch(/ 18 /);
    expect(text).toContain('GENE5');
    expect(text).not.toContain('GENE6');
    expect(text).toMatch(/A, B (?:and|und|y) C\./);
    expect(told?.grade).toBeLessThanOrEqual(LETTER_GRADE);
  },
);

it('there is none before the board has decided', () => {
  expect(composeLetter(reportInput({ decision: null }), 'en')).toBeUndefined();
});

it('counts syllables of each language as it is spoken', () => {
  const spoken = {
    en: { cat: 1, treatment: 2, doctor: 2, adenocarcinoma: 7, table: 2, looked: 1, started: 2, genes: 1 },
    de: { heißt: 1, Ärztinnen: 3, Beratung: 3, Region: 3, bequem: 2, untersucht: 3, Medikament: 4, BRCA1: 2 },
    es: { muy: 1, y: 1, que: 1, guía: 2, ciudad: 2, María: 3, leer: 2, pingüino: 3, vaya: 2, oído: 3, aéreo: 4 },
  } as const;
  for (const language of languages)
    for (const [word, syllables] of Object.entries(spoken[language]))
      expect(syllablesOf(word, language), word).toBe(syllables);
});

it('grades as the formula of each language does', () => {
  // 6 words, 6 syllables, 1 sentence: 0.39 * 6 + 11.8 - 15.59
  expect(readingGrade(['The cat sat on the mat.'], 'en')).toBeCloseTo(-1.45, 2);
  // 5 words, 1 sentence; 2 words of three syllables, both of more than six letters; 2 of one:
  // 0.1935 * 40 + 0.1672 * 5 + 0.1297 * 40 - 0.0327 * 40 - 0.875
  expect(readingGrade(['Die Ärztinnen haben uns untersucht.'], 'de')).toBeCloseTo(11.58, 2);
  // 4 words, 8 syllables, 1 sentence: -0.205 * 25 + 0.049 * 200 - 3.407
  expect(readingGrade(['El médico miró todo.'], 'es')).toBeCloseTo(1.268, 3);
});

it('writes days as each language does (F143)', () => {
  expect(languages.map((language) => longDate('2026-05-08T10:00:00Z', language))).toEqual([
    '8 May 2026',
    '8. Mai 2026',
    '8 de mayo de 2026',
  ]);
});

describe('sign-off', () => {
  const signedAt = new Date().toISOString();

  it('gives out a file that verifies, under the name of who read it', async () => {
    const identity = await opened(await makeIdentity(), signedAt);
    const input = reportInput();
    const letter = composeLetter(input, 'de');
    if (letter === undefined) throw new Error('a decided case has a letter');
    const { bytes } = await signedLetter(input, 'de', letterHash(letter), { identity, signedAt });
    const check = await verifyReport(bytes, { trustAnchorsPem: [], now: signedAt });
    expect(check.verdict).toBe('valid-untrusted');
    expect(check.signatures[0]?.signer).toBe(identity.signer);
  });

  it('refuses a text that nobody read', async () => {
    const identity = await opened(await makeIdentity(), signedAt);
    await expect(
      signedLetter(reportInput(), 'en', Sha256.parse('0'.repeat(64)), { identity, signedAt }),
    ).rejects.toMatchObject({ fault: { code: 'version-conflict' } });
  });

  it.each(languages)('gives out no letter that is hard to read, in %s', async (language) => {
    const identity = await opened(await makeIdentity(), signedAt);
    const otherOption = Array(60).fill('immunoradiochemotherapeutische Kombinationsbehandlung').join(' ');
    const hard = reportInput({ decision: { ...decision, optionIds: [], otherOption } });
    await expect(signedLetter(hard, language, undefined, { identity, signedAt })).rejects.toMatchObject({
      fault: { code: 'report-incomplete', message: expect.stringContaining('school year') },
    });
  });
});
