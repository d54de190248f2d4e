/**
 * Free text of letters and pathology reports, English or German, into facts with their spans (F012). By rule: lexicons, a few
 * grammars, and the context of each mention. What comes out is proposed only: nobody but a person makes a fact of it.
 */
import { cuesOf, decidingCue, type Sentence, sentencesOf, wordsPattern } from './context.ts';
import type { Assertion, NoteFact, NoteField } from './fact.ts';
import {
  allergens,
  familyConditions,
  knownChanges,
  markers,
  medicineStems,
  medicines,
  relatives,
  tumors,
} from './lexicon.ts';
import { misspelled } from './typing.ts';

interface Mention {
  readonly field: NoteField;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** Carries a result of its own, so that a negation elsewhere in a list is not its. */
  readonly stated?: boolean;
  /** Said by the mention itself, whatever stands around it. */
  readonly assertion?: Assertion;
  readonly dose?: string;
  readonly relation?: string;
  /** A bare name, with no result in its own words. */
  readonly named?: true;
}

interface Term {
  readonly pattern: RegExp;
  readonly value: string;
}
const compile = (terms: readonly (readonly [string, string])[]): readonly Term[] =>
  terms.map(([source, value]) => ({ pattern: wordsPattern(source), value }));

const tumorTerms = compile(tumors);
const medicineTerms = compile(medicines);
const stemPattern = wordsPattern(medicineStems);
const changePattern = new RegExp(
  `(?<![\\p{L}\\p{N}.])(?:${Object.keys(knownChanges).join('|')})(?![\\p{L}\\p{N}])`,
  'gu',
);
const allergenTerms = compile([...allergens, ...medicines]);
const relativeTerms = compile(relatives);
const spouseTerms = compile([['wife|husband|partner|spouse|ehefrau|ehemann|lebensgefährt(?:e|in)', 'spouse']]);
const conditionTerms = compile([...tumors, ...familyConditions]);

interface Found {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** The longest of what overlaps; of two as long, the one listed first. */
function findTerms(text: string, terms: readonly Term[], from: number, to: number): Found[] {
  const stretch = text.slice(from, to);
  const exact = terms.flatMap(({ pattern, value }) =>
    [...stretch.matchAll(pattern)].map((match) => ({
      start: from + match.index,
      end: from + match.index + match[0].length,
      value,
    })),
  );
  const near = misspelled(stretch, terms).map((one) => ({ ...one, start: from + one.start, end: from + one.end }));
  // A word as it is written goes before a word that it may have been.
  return longest([
    ...exact,
    ...near.filter((one) => !exact.some(({ start, end }) => one.start < end && start < one.end)),
  ]);
}

function longest<Item extends { readonly start: number; readonly end: number }>(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  for (const item of [...items].sort((a, b) => b.end - b.start - (a.end - a.start)))
    if (!kept.some((other) => item.start < other.end && other.start < item.end)) kept.push(item);
  return kept.sort((a, b) => a.start - b.start);
}

const ROMAN = '(?:iv|iii|ii|i)';
const stagePattern = wordsPattern(
  `(?:(?:clinical|pathological|uicc|ajcc|figo|ann arbor|klinisches|pathologisches|tumor)[- ]?)*(?:stage|staging|stadium|stadien|tumorstadium|figo|uicc|st\\.)(?:[ -](?:uicc|ajcc|figo|nach uicc|group))?(?: ?:)? ?((?:${ROMAN}|[0-4])(?: ?[a-d](?:[1-3])?)?)`,
);
const systemPattern = wordsPattern(
  `ann[- ]arbor(?:[- ]sta(?:ge|dium))? ?(${ROMAN}[ab]?e?)|bclc(?:[- ]sta(?:ge|dium))? ?([0abcd])|binet(?:[- ]sta(?:ge|dium))? ?([abc])|(?:r-)?iss(?:[- ]sta(?:ge|dium))? ?(${ROMAN})`,
);
const limitedPattern = wordsPattern('(limited|extensive)(?:[ -]stage| disease)');
const tnmPattern =
  /(?<![\p{L}\p{N}])(?:[rya]{0,2}[cp]?)T(?:is|x|[0-4][a-d]?)(?:\(m\))?[ ,]*(?:[cp]?N(?:x|[0-3][a-c]?)(?:mi)?(?: ?\(\d+\/\d+\))?)?[ ,]*(?:[cp]?M(?:x|[01][a-d]?))?(?![\p{L}\p{N}])/gu;
const ecogPattern = wordsPattern(
  '(?:ecog|who|zubrod)(?:[- ]?(?:ps|performance[- ]?status|status|score|leistungsindex))?(?: ?[:=]| of| von| is| was| beträgt| liegt bei)? ?([0-4])|(?:performance[- ]?status|ps)(?: \\((?:ecog|who)\\))?(?: ?[:=]| of| is| was)? ?([0-4])(?! ?%)',
);
const karnofskyPattern = wordsPattern(
  '(?:karnofsky(?:[- ](?:index|status|score|performance[- ]status|performance score))?|kps|ki)(?: \\(kps\\))?(?: ?[:=]| of| von| is| was| bei| beträgt)? ?(100|[1-9]0) ?%?',
);

const geneSource = markers
  .map(([source]) => source)
  .sort((a, b) => b.length - a.length)
  .join('|');
const markerTerms = compile(markers);
/** Alteration, expression or score that stands beside a marker; the marker alone is a mention without a result. */
const alteration =
  '(?:p\\.)?\\(?[a-z]{1,3}\\d{1,4}(?:[a-z]{1,3}|\\*|fs\\*?\\d*|_[a-z]{1,3}\\d+(?:del|ins|delins)[a-z]*|del)\\)?|exon[- ]?\\d{1,2}[- ](?:deletions?|insertions?|skipping(?:[- ]mutation)?|mutations?|del|ins)|ex(?:on)? ?\\d{1,2} ?(?:del|ins|skipping)|c\\.[\\d_+-]+[a-z>]+';
const score =
  '(?:tps|cps|ic|tc|tap|ihc|score|expression|expr\\.|index|proliferation(?:sindex)?|proliferationsrate)?(?: ?\\((?:tps|cps|ihc|22c3|sp263)\\))?(?: ?[:=]| of| von| in| bei| ca\\.| approx\\.| about)* ?(?:(?:[<>≥≤] ?)?\\d{1,3}(?:[.,]\\d+)?(?: ?[-–] ?\\d{1,3})? ?%|[0-3]\\+|0(?![\\d.,])|score [0-3]\\+?|(?:tps|cps)(?: ?[:=]| of| von)? ?(?:[<>≥≤] ?)?\\d{1,3})';
const change =
  'amplification|amplifikation|fusion|rearrangement|translokation|translocation|mutationen|mutations?|variants?|variante|loss|verlust|deletion|überexpression|overexpression|expression|methylation|methylierung|promotormethylierung|alterations?|alteration(?:en)?';
const biomarkerPattern = wordsPattern(
  `(?:(${geneSource}))(?:[-–:/]{1,2}(?:ish|ihc|ihk|fish))?(?:(?:[- ]|: ?|, |\\s\\()(${alteration})\\)?|[ :-]{1,2}(?:status )?(${score})|(?:[- ]|: ?)(?:gen|gene )?-?(${change}))?`,
);
const fusionPattern = wordsPattern(
  '([a-z][a-z0-9]{2,7})(?:[-–/]|::)(alk|ros1|ret|ntrk[123]|fgfr[123]|nrg1|abl1|ewsr1|ss18|fli1|erg)(?:[- ](?:fusion|rearrangement|translokation|fusionstranskript))?',
);
const signatures: readonly (readonly [
  string,
  (match: RegExpMatchArray) => { value: string; assertion?: Assertion; stated?: boolean },
])[] = [
  [
    'msi-?h(?:igh)?|microsatellite instab(?:le|ility)(?:[- ]high)?|mikrosatelliteninstab(?:il|ilität)|msi high|hochgradige mikrosatelliteninstabilität',
    () => ({ value: 'MSI high' }),
  ],
  ['mss|msi-?l|microsatellite[- ]stable|mikrosatellitenstabil', () => ({ value: 'MSI stable', assertion: 'present' })],
  ['dmmr|mismatch[- ]repair[- ]deficien(?:t|cy)|mmr[- ]defizien(?:t|z)', () => ({ value: 'dMMR' })],
  ['pmmr|mismatch[- ]repair[- ]proficient|mmr[- ]profizient', () => ({ value: 'pMMR', assertion: 'present' })],
  [
    '(?:tmb|tumou?r mutational burden|tumormutationslast|mutationslast)(?: (?:of|von|is|was))?(?: ?[:=])? ?(\\d+(?:[.,]\\d+)?) ?(?:mut(?:ations|ationen|\\.)?(?: ?/ ?mb| per megabase| pro megabase)|/ ?mb)',
    (match) => ({ value: `TMB ${(match[1] ?? '').replace(',', '.')}`, stated: true }),
  ],
  ['tmb[- ](high|low)|tmb-h', (match) => ({ value: `TMB ${match[1]?.toLowerCase() ?? 'high'}`, stated: true })],
  ['hrd(?:[- ]score)?(?: (?:of|von))?(?: ?[:=])? ?(\\d{1,3})', (match) => ({ value: `HRD ${match[1]}`, stated: true })],
  ['hrd|homologous recombination deficien(?:t|cy)|homologe rekombinationsdefizienz', () => ({ value: 'HRD' })],
  ['1p/19q[- ](?:codeletion|co-deletion|kodeletion|codeleted|kodeletiert)', () => ({ value: '1p/19q codeletion' })],
  [
    '(?:mmr|msi|microsatellite|mikrosatelliten|tmb|tumormutationslast|tumor mutational burden)(?:[- ](?:status|testing|testung|analysis|analyse|panel))?',
    (match) => ({ value: match[0].split(/[- ]/)[0]?.toUpperCase() ?? '' }),
  ],
];
const signatureTerms = signatures.map(([source, read]) => ({ pattern: wordsPattern(source), read }));

const allergyTrigger = wordsPattern(
  '(?:drug |known |documented )?allerg(?:y|ies|ic(?: reactions?)?)(?: to)?(?: ?:)?|hypersensitivity(?: reaction)?(?: to)?|anaphyla(?:xis|ctic (?:reaction|shock))(?: (?:to|after|with|on))?|intoleran(?:ce|t)(?: (?:to|of))?|allergi(?:e|en|sch(?:e[rsn]?)?)(?: reaktion(?:en)?)?(?: (?:gegen(?:über)?|auf))?(?: ?:)?|unverträglichkeit(?:en)?(?: (?:gegen(?:über)?|von))?|überempfindlichkeit(?:sreaktion)?(?: (?:gegen(?:über)?|auf))?|anaphyla(?:xie|ktische[rn]? (?:reaktion|schock))(?: (?:auf|nach|gegen|bei))?|[\\p{L}]{3,}allergie|reagiert(?: allergisch)?(?: auf)?|reacts to|cannot tolerate|verträgt kein(?:e[ns]?)?|agranulozytose|agranulocytosis|angioödem|angio-?edema|rash (?:to|with|after|on)|exanthem (?:nach|auf|unter)',
);
const noAllergy = wordsPattern(
  'nkda|nka|no (?:known )?(?:drug )?allergies(?: known)?|no known (?:drug )?allerg(?:y|ies)|(?:drug )?allergies(?: ?:)? (?:none|nil)(?: known)?|denies (?:any )?(?:drug )?allergies|verneint allergien|not allergic to any(?:thing| medication)?|allergien? (?:nicht bekannt|keine|verneint|sind nicht bekannt|werden verneint)|allergien: keine(?: bekannt)?|keine (?:bekannten )?(?:allergien?(?! (?:gegen|auf))|unverträglichkeiten)(?: (?:oder|und) (?:unverträglichkeiten|allergien))?(?: bekannt)?|keine medikamentenallergien?',
);
const dosePattern =
  /^\s*(?:\(?\s*)?(\d+(?:[.,]\d+)?(?:\/\d+(?:[.,]\d+)?)?\s?(?:mg|µg|ug|mcg|g|IE|IU|ml|mg\/m2|mg\/m²|mg\/kg|units?|Einheiten)(?:\/(?:d|Tag|day))?(?:\s(?:\d-\d-\d(?:-\d)?|bds?|bid|b\.i\.d\.|od|once daily|twice daily|daily|tid|q\d+w|1x tgl\.|2x tgl\.|täglich|morgens|abends))?)/iu;

/** A gene's name in lower case is a word of the language more often than a gene. */
const AMBIGUOUS = new Set(['met', 'kit', 'ret', 'er', 'pr', 'hr', 'ar', 'ras', 'atm', 'apc', 'pole']);

const lostBefore =
  /(?:^|[^\p{L}])(?:loss of|lost|verlust (?:von|der|des)|fehlende expression von)(?: (?:nuclear )?(?:expression|staining) of)?\s*$/iu;
const keptBefore =
  /(?:^|[^\p{L}])(?:kept|retained|preserved|intact|erhaltene[rsnm]?)(?: (?:nuclear |nukleäre )?(?:expression|staining)(?: of| von)?)?\s*$/iu;
const stateAfter =
  /^(?:\s+(?:nuclear|nukleäre))?(?:\s+(?:expression|staining|protein|promoter|promotor))?(?:\s+(?:is|are|was|were|ist|sind|wurde))?\s+(?:(lost|verloren)|(kept|retained|preserved|intact|erhalten)|(methylated|methyliert))(?!\p{L})/iu;
const joined = /^\s*(?:,|\/|&|,?\s*(?:and|und|sowie))\s*$/iu;

/** What stands before or behind a bare marker, or the list it stands in: expression lost or kept, promoter methylated. */
function withStates(sentence: string, offset: number, found: readonly Mention[]): Mention[] {
  const said = found.map((one): string | undefined => {
    if (one.named !== true) return undefined;
    const front = sentence.slice(0, one.start - offset);
    const behind = stateAfter.exec(sentence.slice(one.end - offset));
    if (behind?.[3] !== undefined) return 'promoter methylated';
    if (behind?.[1] !== undefined || lostBefore.test(front)) return 'loss';
    return behind?.[2] !== undefined || keptBefore.test(front) ? 'kept' : undefined;
  });
  const listed = (one: number, other: number): boolean => {
    const [a, b] = [found[one], found[other]];
    return a?.named === true && b?.named === true && joined.test(sentence.slice(a.end - offset, b.start - offset));
  };
  for (let at = 1; at < found.length; at += 1)
    if (said[at] === undefined && said[at - 1] !== 'promoter methylated' && listed(at - 1, at)) said[at] = said[at - 1];
  for (let at = found.length - 2; at >= 0; at -= 1)
    if (said[at] === undefined && said[at + 1] !== 'promoter methylated' && listed(at, at + 1)) said[at] = said[at + 1];
  return found.map(({ named, ...one }, at) => {
    const state = said[at];
    if (state !== undefined) return { ...one, value: `${one.value} ${state}`, stated: true };
    return named === true ? { ...one, named } : one;
  });
}

function biomarkersIn(text: string, { start, end }: Sentence): Mention[] {
  const sentence = text.slice(start, end);
  const found: Mention[] = [];
  for (const match of sentence.matchAll(fusionPattern)) {
    const [whole, one = '', two = ''] = match;
    if (one.toUpperCase() !== one && !/\p{Lu}/u.test(one)) continue;
    found.push({
      field: 'biomarker',
      start: start + match.index,
      end: start + match.index + whole.length,
      value: `${one.toUpperCase()}::${two.toUpperCase()} fusion`,
      stated: true,
    });
  }
  for (const match of sentence.matchAll(biomarkerPattern)) {
    const [whole, gene = '', altered, scored, changed] = match;
    if (AMBIGUOUS.has(gene.toLowerCase()) && gene !== gene.toUpperCase()) continue;
    const symbol = findTerms(gene, markerTerms, 0, gene.length)[0]?.value ?? gene.toUpperCase();
    const said = altered ?? scored ?? changed;
    const value = said === undefined ? symbol : `${symbol} ${normalised(said)}`;
    found.push({
      field: 'biomarker',
      start: start + match.index,
      end: start + match.index + whole.length,
      value,
      stated: altered !== undefined || scored !== undefined,
      ...(said === undefined ? { named: true as const } : {}),
      // HER2 0 and 1+ are negative by ASCO/CAP, as is a receptor in no cell; the score stays in the value.
      ...(scored !== undefined &&
      ((symbol === 'ERBB2' && /(?:^|\D)[01]\+?$/u.test(scored)) || /(?:^|\D)0 ?%$/u.test(scored))
        ? { assertion: 'negated' as const }
        : {}),
    });
  }
  for (const match of sentence.matchAll(changePattern)) {
    const at = start + match.index;
    // Beside its gene it is that one's result, and no second one.
    if (
      /\p{L}[\p{L}\p{N}]+(?:[- ](?:mutation|variante?|mutiert|mutated))?[-\s:(,]*(?:p\.)?$/u.test(
        sentence.slice(0, match.index),
      ) &&
      found.some((one) => one.end <= at && at - one.end < 14)
    )
      continue;
    found.push({
      field: 'biomarker',
      start: at,
      end: at + match[0].length,
      value: `${knownChanges[match[0]]} ${match[0]}`,
    });
  }
  for (const { pattern, read } of signatureTerms)
    for (const match of sentence.matchAll(pattern)) {
      const { value, assertion, stated } = read(match);
      found.push({
        field: 'biomarker',
        start: start + match.index,
        end: start + match.index + match[0].length,
        value,
        ...(assertion === undefined ? {} : { assertion }),
        ...(stated === undefined ? {} : { stated }),
        ...(/^(?:MMR|MSI|MICROSATELLITE|MIKROSATELLITEN|TMB|TUMORMUTATIONSLAST|TUMOR)$/u.test(value)
          ? { named: true as const }
          : {}),
      });
    }
  return withStates(sentence, start, longest(found));
}

const normalised = (text: string): string =>
  text
    .replace(/^p\.|[()]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/amplifikation/iu, 'amplification')
    .replace(/translokation/iu, 'translocation')
    .replace(/^(?:mutationen|mutations?|variante?s?|alterations?|alterationen)$/iu, 'mutation')
    .replace(/^(?:verlust)$/iu, 'loss')
    .trim();

function stagesIn(text: string, { start, end }: Sentence): Mention[] {
  const sentence = text.slice(start, end);
  const found: Mention[] = [];
  const take = (match: RegExpMatchArray & { index: number }, value: string): void => {
    const whole = match[0].replace(/[\s,]+$/u, '');
    found.push({
      field: 'stage',
      start: start + match.index,
      end: start + match.index + whole.length,
      value,
      stated: true,
    });
  };
  for (const match of sentence.matchAll(stagePattern)) take(match, (match[1] ?? '').toUpperCase().replaceAll(' ', ''));
  for (const match of sentence.matchAll(systemPattern))
    take(
      match,
      match
        .slice(1)
        .find((one) => one !== undefined)
        ?.toUpperCase() ?? '',
    );
  for (const match of sentence.matchAll(limitedPattern)) take(match, `${match[1]?.toLowerCase()} disease`);
  for (const match of sentence.matchAll(tnmPattern)) {
    // T2 alone is a weighting of magnetic resonance as well.
    if (!/[NM]/u.test(match[0].slice(1)) && !/^[rya]*[cp]/u.test(match[0])) continue;
    take(match, match[0].replace(/[\s,]+/gu, ' ').trim());
  }
  return longest(found);
}

function performanceIn(text: string, { start, end }: Sentence): Mention[] {
  const sentence = text.slice(start, end);
  const of = (pattern: RegExp, scale: string): Mention[] =>
    [...sentence.matchAll(pattern)].map((match) => ({
      field: 'performance-status' as const,
      start: start + match.index,
      end: start + match.index + match[0].trimEnd().length,
      value: `${scale} ${match[1] ?? match[2]}`,
      stated: true,
    }));
  return longest([...of(ecogPattern, 'ECOG'), ...of(karnofskyPattern, 'Karnofsky')]);
}

function allergiesIn(text: string, { start, end }: Sentence): { mentions: Mention[]; scope: readonly Found[] } {
  const sentence = text.slice(start, end);
  const none = [...sentence.matchAll(noAllergy)].map(
    (match): Mention => ({
      field: 'allergy',
      start: start + match.index,
      end: start + match.index + match[0].length,
      value: 'any',
      assertion: 'negated',
    }),
  );
  const triggers = [...sentence.matchAll(allergyTrigger)].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].length,
    text: match[0],
  }));
  const mentions: Mention[] = [...none];
  const scope: Found[] = [];
  for (const trigger of triggers) {
    if (none.some((one) => trigger.start < one.end && one.start < trigger.end)) continue;
    const compound = /^([\p{L}-]{3,}?)-?allergie$/iu.exec(trigger.text);
    if (compound !== null) {
      const stem = compound[1] ?? '';
      const [known] = findTerms(stem, allergenTerms, 0, stem.length);
      mentions.push({
        field: 'allergy',
        start: trigger.start,
        end: trigger.end,
        value: known?.value ?? stem.toLowerCase(),
      });
      scope.push({ start: trigger.start, end: trigger.end, value: '' });
      continue;
    }
    // What follows the trigger, or the one thing that stands right before it: "penicillin allergy".
    const after = findTerms(text, allergenTerms, trigger.end, Math.min(end, trigger.end + 90)).filter(
      (one) =>
        !/\b(?:on|takes|currently|nimmt|erhält|aktuell|medikation|started|tolerated|vertragen)\b/iu.test(
          text.slice(trigger.end, one.start),
        ),
    );
    const before = findTerms(text, allergenTerms, Math.max(start, trigger.start - 40), trigger.start).filter((one) =>
      /^[\s-]*$/u.test(text.slice(one.end, trigger.start)),
    );
    for (const one of [...after, ...before]) {
      mentions.push({ field: 'allergy', ...one });
      scope.push(one);
    }
  }
  return { mentions: longest(mentions), scope };
}

/** Conditions of relatives: a relative before or after the condition in the sentence, and no patient between. */
function familyIn(text: string, sentence: Sentence, carried: boolean): Mention[] {
  const kin = findTerms(text, relativeTerms, sentence.start, sentence.end);
  if (kin.length === 0 && !carried) return [];
  const patient =
    /\b(?:(?:the |our )?patient(?:in|en)?|she herself|he himself|she (?:was|is|has)|he (?:was|is|has)|selbst|presents|bei (?:ihr|ihm))\b/giu;
  const breaks = [...text.slice(sentence.start, sentence.end).matchAll(patient)].map(
    (one) => sentence.start + one.index,
  );
  const conditions = findTerms(text, conditionTerms, sentence.start, sentence.end);
  return conditions.flatMap((one): Mention[] => {
    const before = kin
      .filter((relative) => relative.end <= one.start && !breaks.some((at) => at >= relative.end && at < one.start))
      .at(-1);
    const after = kin.find(
      (relative) =>
        relative.start >= one.end &&
        !breaks.some((at) => at >= one.end && at < relative.start) &&
        /^(?:[\s,]*(?:in|of|bei|der|des|seiner?|ihrer?|her|his|the|a|one|einer?|beim|in der|-|–|:|\(|bei der|bei dem|bei seiner?|bei ihrer?|an|am|on|side|with|at|mit|age|jahren|\d+)[\s,]*)*\s*$/iu.test(
          text.slice(one.end, relative.start),
        ),
    );
    // "Mother: breast cancer, father: colon cancer" binds forward; "cancer in the mother" backward where nothing binds forward.
    const relative = after !== undefined && (before === undefined || before.value === 'family') ? after : before;
    if (relative === undefined && (!carried || breaks.some((at) => at < one.start))) return [];
    return [{ field: 'family-history', ...one, relation: relative?.value ?? 'family' }];
  });
}

/** Tumors of somebody the patient is not related to; nobody's family history, and not the patient's either. */
const spouses = (text: string, sentence: Sentence): number[] => {
  const [kin] = findTerms(text, spouseTerms, sentence.start, sentence.end);
  const [first] = kin === undefined ? [] : findTerms(text, tumorTerms, kin.end, Math.min(sentence.end, kin.end + 60));
  return first === undefined ? [] : [first.start];
};

/** Those of the lists, and names that a stem of nonproprietary names ends. */
function medicinesIn(text: string, { start, end }: Sentence): Found[] {
  const listed = findTerms(text, medicineTerms, start, end);
  const byStem = [...text.slice(start, end).matchAll(stemPattern)].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].length,
    value: match[0].toLowerCase(),
  }));
  return longest([
    ...listed,
    ...byStem.filter((one) => !listed.some((two) => one.start < two.end && two.start < one.end)),
  ]);
}

const sectionFamily = /^\s*(?:family history|fh|fhx|familienanamnese|fa)\s*:/iu;

/** Every fact that the rules read in one note, in the order of the text. Pure; the same text gives the same facts. */
export function extractFacts(text: string, note = 0): NoteFact[] {
  const facts: NoteFact[] = [];
  let family = false;
  for (const sentence of sentencesOf(text)) {
    const words = text.slice(sentence.start, sentence.end);
    if (sectionFamily.test(words)) family = true;
    else if (
      family &&
      (/^\s*[\p{L} ]{3,30}:/u.test(words) || text.slice(Math.max(0, sentence.start - 1), sentence.start) === '\n')
    )
      family = false;
    const kin = familyIn(text, sentence, family);
    const inFamily = (start: number, end: number): boolean => kin.some((one) => start < one.end && one.start < end);
    const ofSpouse = spouses(text, sentence);
    const { mentions: allergies, scope } = allergiesIn(text, sentence);
    const diagnoses = findTerms(text, tumorTerms, sentence.start, sentence.end)
      .filter(({ start, end }) => !inFamily(start, end) && !ofSpouse.includes(start))
      .map((one): Mention => ({ field: 'diagnosis', ...one }));
    const medications = medicinesIn(text, sentence)
      .filter(({ start, end }) => !scope.some((one) => start < one.end && one.start < end))
      .map((one): Mention => {
        const dose = dosePattern.exec(text.slice(one.end, sentence.end))?.[1];
        return { field: 'medication', ...one, ...(dose === undefined ? {} : { dose }) };
      });
    const biomarkers = biomarkersIn(text, sentence).filter(({ start, end }) => !inFamily(start, end));
    const mentions = [
      ...kin,
      ...allergies,
      ...diagnoses,
      ...stagesIn(text, sentence),
      ...performanceIn(text, sentence),
      ...medications,
      ...biomarkers,
    ];
    const cues = cuesOf(text, sentence).filter(
      (cue) => !mentions.some((one) => one.start <= cue.start && cue.end <= one.end),
    );
    for (const mention of mentions) {
      const cue =
        mention.assertion === undefined
          ? decidingCue(text, sentence, cues, { ...mention, stated: mention.stated === true }, mentions)
          : undefined;
      const question =
        /^\s?\?/u.test(text.slice(mention.end)) || /\?\s?$/u.test(text.slice(sentence.start, mention.start));
      const assertion = mention.assertion ?? (question ? 'uncertain' : (cue?.assertion ?? 'present'));
      const { field, start, end, value } = mention;
      facts.push({
        id: `note.${note}.${start}-${end}.${field}.${assertion}.${value}`.slice(0, 200),
        note,
        field,
        start,
        end,
        text: text.slice(start, end),
        value,
        assertion,
        experiencer: field === 'family-history' ? 'family' : 'patient',
        ...(mention.relation === undefined ? {} : { relation: mention.relation }),
        ...(mention.dose === undefined ? {} : { dose: mention.dose }),
        ...(mention.named === true && assertion === 'present' && cue === undefined ? { named: true as const } : {}),
        ...(cue === undefined || question
          ? {}
          : { cue: { start: cue.start, end: cue.end, text: text.slice(cue.start, cue.end) } }),
      });
    }
  }
  return facts.sort((a, b) => a.start - b.start || b.end - a.end);
}
