/**
 * Negation, uncertainty, temporality and experiencer of a mention by the words around it: the structure of NegEx (Chapman et
 * al., J Biomed Inform 2001;34:301) and ConText (Harkema et al., J Biomed Inform 2009;42:839) with triggers before and
 * after, pseudo-triggers and terminators. The word lists are our own, for English and German. Departures: the nearest trigger
 * in scope decides, and statements of presence ("detected", "mutiert") are triggers too, because results stand in lists.
 */
import type { Assertion, NoteField } from './fact.ts';

/** Alternatives, bounded by what is not a letter or a digit; `source` is written without capital letters. */
export const wordsPattern = (source: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, 'giu');

type Direction = 'before' | 'after';
interface TriggerRule {
  readonly assertion: Assertion;
  readonly direction: Direction;
  readonly pattern: RegExp;
  readonly only?: readonly NoteField[];
}

const rule = (
  assertion: Assertion,
  direction: Direction,
  source: string,
  only?: readonly NoteField[],
): TriggerRule => ({
  assertion,
  direction,
  pattern: wordsPattern(source),
  ...(only === undefined ? {} : { only }),
});

const testable: readonly NoteField[] = ['biomarker', 'stage'];
const taken: readonly NoteField[] = ['medication'];

const rules: readonly TriggerRule[] = [
  // Pseudo-triggers stand first: where one matches, the words inside it mean nothing else.
  rule(
    'present',
    'before',
    'family history of|not only|replaced by|ersetzt durch|nicht nur|no change in|unchanged|without change in|unveränderte[rsmn]?|keine änderung',
  ),
  rule(
    'uncertain',
    'before',
    'no definite|not certain|possibility of|it is unclear (?:whether|if)|unclear (?:whether|if)|unklar(?:,)? ob|intend(?:ed|s|ing)?(?: treatment| therapy| to (?:start|begin|give|treat(?: with)?))?|scheduled for|cannot (?:be )?exclude[d]?|could not exclude|unable to exclude|to exclude|to rule out|rule out|r/o|evaluate for|concern(?:ing)? for|suspicious for|suspected|suspicion (?:of|for)|possible|possibly|probable|probably|presumed|presumably|likely|questionable|query|worrisome for|compatible with|differential(?: diagnosis)?(?: includes)?|versus|vs|if|consider(?:s|ed|ing)?|discuss(?:ed|ing)?|recommend(?:ed)?|propose[ds]?|plan(?:ned|s)?(?: to (?:start|begin|give))?|eligible for|candidate for|option of|hochgradiger verdacht auf|dringender verdacht auf|verdacht auf|v\\. ?a\\.|verdächtig auf|vermutlich(?:e[rsmn]?)?|wahrscheinlich(?:e[rsmn]?)?|möglich(?:e[rsmn]?|erweise)|fraglich(?:e[rsmn]?)?|am ehesten|dd|differentialdiagnostisch|differenzialdiagnostisch|zum ausschluss|ausschluss einer?s? |falls|sofern|erwäg(?:en|t)|erwogen wird|geplant(?:e[rsmn]?)?(?: ist| wird)?|empfehlen|empfohlen(?: wird)?|vorgesehen(?: ist)?|vereinbar mit|hinweis(?:e)? auf eine mögliche',
  ),
  rule(
    'uncertain',
    'before',
    'recommendations?|favou?r(?:s|ed|ing)?|(?:therapie|behandlungs)?empfehlung(?:en)?|einsatz von|antrag auf',
    ['medication', 'diagnosis'],
  ),
  rule(
    'historical',
    'before',
    String.raw`gave|zuletzt|(?:on|under|unter)(?= [\p{L}-]+(?: (?:and|und) [\p{L}-]+)? (?:(?:zeigte|kam|es|zu|zum|sich|ein|erneute[rn]?|he|she|the disease) ){0,4}(?:krankheits)?(?:progress|progredien))`,
    taken,
  ),
  rule(
    'not-assayed',
    'before',
    'awaiting|pending|(?:insufficient|not (?:enough|sufficient)|too little)(?: tissue| material| dna)? for|nicht ausreichend(?: material)? für|zu wenig (?:material|gewebe) für|not (?:yet )?tested for|not (?:yet )?tested|untested for|requested|noch ausstehend(?:e[rsmn]?)?|ausstehend(?:e[rsmn]?)?|nachforderung (?:von)?|angefordert(?: wurde[n]?)?|nicht untersucht wurden?',
    testable,
  ),
  rule(
    'historical',
    'before',
    'history of|past history of|h/o|status post|s/p|previous(?:ly)?|prior|former(?:ly)?|no longer (?:on|takes|taking|receives)|stopped|discontinued|completed|z\\. ?n\\.|zustand nach|früher(?:e[rsmn]?)?|ehemals|anamnestisch|nicht mehr(?: unter)?|bis vor kurzem|abgesetzt(?: wurde[n]?)?(?=:)',
    ['diagnosis', 'medication', 'biomarker', 'stage', 'performance-status'],
  ),
  rule(
    'historical',
    'before',
    'after|following|progress(?:ed|ion|ive)? (?:on|under|after|to)|received|was (?:treated with|given)|treated with|had|nach|progress(?:e)? unter|progredient unter|erhielt|behandelt mit|vorbehandelt mit|vortherapie(?:n)?(?: mit)?|vorbehandlung(?:en)?(?: mit)?',
    taken,
  ),
  rule(
    'present',
    'before',
    'then|switched to|instead|dann|danach|umstellung auf|umgestellt auf|stattdessen|on|takes|taking|receives|receiving|continues|continue|started(?: on)?|currently|now on|maintained on|medications?|medikation|dauermedikation|aktuell(?:e[rsmn]?)?|unter|nimmt|erhält|weiter|begonnen mit|eingestellt auf',
    taken,
  ),
  rule(
    'negated',
    'before',
    'no (?:personal |prior |previous |past )?history of|no (?:known |relevant )?family history of|nobody|no ?one|none of|niemand|keine (?:bekannte )?familiäre (?:belastung|vorbelastung|häufung)(?: für| mit| von)?|kein(?:e[rsmn]?)? (?:nachweis (?:von|einer|eines|der|des)?|anhalt für|hinweis(?:e)? auf|anhaltspunkte? für)|no|not|non|without|denies|denied|never|neither|nor|no evidence of|no sign of|no signs of|negative for|absence of|absent|lack of|lacks|lacking|ruled out|free of|failed to (?:show|reveal)|excludes|kein(?:e[rsmn]?)?|ohne|nicht|weder|noch nie|nie|ausschluss|verneint|negativ für|frei von|fehlend(?:e[rsmn]?)?|ausgeschlossen (?:wurde|sind|ist)',
  ),
  rule('negated', 'before', 'declin(?:ed|es|ing)|refus(?:ed|es|ing)|opted against|decided against|lehnt(?:e)?', taken),
  rule(
    'negated',
    'after',
    '(?:was |were |wurde[n]? )?(?:declined|refused|abgelehnt)|(?:wurde )?abgesehen|(?:wurde )?verzichtet|ab',
    taken,
  ),
  rule(
    'present',
    'before',
    'positive for|positiv für|nachweis (?:von|einer|eines|der|des)?|confirmed|gesichert(?:e[rsmn]?)?|bestätigt(?:e[rsmn]?)?|harbou?rs|harbou?ring|shows|showed|zeigt[e]?|known|bekannt(?:e[rsmn]?)?',
  ),
  // After the mention.
  rule(
    'not-assayed',
    'after',
    '(?:was |were |is |are |has |have |has been |had )?(?:not (?:yet |been |yet been )?(?:tested|assessed|performed|done|evaluable|available|determined|evaluated|examined|interpretable|reported)|never (?:tested|been tested|been assessed|assessed)|pending|awaited|outstanding|untested|inconclusive|insufficient|requested|to follow)|result(?:s)? (?:is |are )?(?:pending|awaited|outstanding)|failed|could not be (?:determined|tested|assessed|performed)|(?:wurde[n]? |ist |sind )?(?:noch )?nicht (?:bestimmt|getestet|untersucht|auswertbar|beurteilbar|durchgeführt|erfolgt|angefordert|vorliegend|erhoben|bestimmbar)|nicht vor|(?:ist |sind )?(?:noch )?ausstehend|steh(?:t|en) (?:noch )?aus|folgt|folgen|angefordert|nachgefordert|unbekannt|unknown|not known|n/a',
    testable,
  ),
  rule(
    'uncertain',
    'after',
    '(?:if|falls|sofern) (?:confirmed|bestätigt)|(?:is |was |are |were |has been )?(?:suspected|possible|questionable|equivocal|indeterminate|borderline|favou?red|considered|planned|proposed|recommended|discussed|offered)|(?:is |would be )?an option|als option|wäre eine option|kommt in frage|cannot be (?:excluded|ruled out)|not (?:been )?(?:excluded|ruled out)|to be (?:confirmed|started|considered|discussed|requested|applied for|initiated|given)|(?:wird |ist |wurde )?beantragt|vermutet|fraglich|möglich|unsicher|grenzwertig|nicht (?:sicher )?(?:auszuschließen|ausgeschlossen|auszuschliessen)|nicht eindeutig|zu diskutieren|zu erwägen|erwogen|geplant|empfohlen|vorgesehen|diskutiert|angedacht|wird erwogen',
  ),
  rule(
    'historical',
    'after',
    '(?:given |used )?previously|in the past|(?:was |were |has been |had been )?(?:received|given|stopped|discontinued|withdrawn|completed|ceased|paused|replaced)|until|in der (?:vorgeschichte|anamnese)|(?:wurde[n]? )?(?:abgesetzt|beendet|ersetzt|pausiert|abgebrochen|ausgeschlichen)|bis',
    taken,
  ),
  rule('historical', 'after', 'years ago|in remission|vor \\d+ jahren|in der anamnese|in der vorgeschichte', [
    'diagnosis',
  ]),
  rule(
    'present',
    'after',
    'positive|positiv|detected|present|identified|mutated|mutiert|amplified|amplifiziert|(?:wurde )?nachgewiesen|nachweisbar|gefunden|found|confirmed|bestätigt|gesichert|vorhanden|rearranged|overexpressed|überexprimiert',
  ),
  rule(
    'negated',
    'after',
    'negative|negativ(?:e[rsmn]?)?|not (?:detected|found|present|identified|mutated|amplified|seen|rearranged|expressed)|undetected|absent|(?:was |is |were |has been |have been )?(?:ruled out|excluded)|is denied|are denied|denied|denies|none|(?:ist |wurde |wurden )?(?:ausgeschlossen|verneint)|nicht (?:nachgewiesen|nachweisbar|vorhanden|bekannt|gefunden|detektiert|detektierbar)|liegt nicht vor|keine?(?=\\s*(?:$|[.,;)]))|werden verneint',
  ),
  rule(
    'negated',
    'after',
    '(?:ohne|without)(?: (?:nachweis (?:einer?|von)|evidence of))? (?:translokation(?:en)?|rearrangements?|umlagerung(?:en)?|alteration(?:en|s)?|mutation(?:en|s)?|amplifi[ck]ation|fusion(?:en|s)?|nachweis|translocations?)|wild[- ]?type|wt|wildtyp(?:isch)?|unmethylated|unmethyliert|(?:no|keine?) (?:mutations?(?:en)?|mutationsnachweis|alterations?(?:en)?|variants?|varianten?)(?: found| detected| nachweisbar| gefunden)?(?! (?:in|of|von|im|der|des|were|was)\\b)(?=\\s*(?:[.;,)]|$))|unauffällig|unremarkable|intact|nicht (?:mutiert|amplifiziert|exprimiert|methyliert|alteriert|rearrangiert)|not altered',
    ['biomarker'],
  ),
];

const terminators = wordsPattern(
  'but|however|except(?: for)?|although|though|apart from|whereas|while|because(?! of)|which|who|aber|jedoch|sondern|außer|ausser|bis auf|während|dagegen|hingegen|allerdings|obwohl|wobei',
);

export interface Cue {
  readonly assertion: Assertion;
  readonly direction: Direction;
  readonly start: number;
  readonly end: number;
  readonly only?: readonly NoteField[];
}

export interface Sentence {
  readonly start: number;
  readonly end: number;
}

const ABBREVIATION =
  /(?:^|[\s(])(?:[\p{L}]|dr|prof|st|ca|vs|bzw|ggf|inkl|evtl|tgl|approx|resp|sog|usw|etc|diff|max|min|nr|li|re|path|histol|klin|n|z)$/iu;
const AFTER_ORDINAL =
  /^(?:linie|zyklus|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|lebensjahr|lj|grad|zeile)/iu;

/** Sentences by full stop, semicolon and line break; a full stop of an abbreviation or an ordinal ends none. */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(/[.!?](?=\s)|;|\n/gu)) {
    const before = text.slice(Math.max(0, start), match.index);
    const after = text.slice(match.index + 1).trimStart();
    if (match[0] === '.') {
      if (ABBREVIATION.test(before.slice(-12))) continue;
      if (/\d$/.test(before) && AFTER_ORDINAL.test(after)) continue;
      if (/^\p{Ll}/u.test(after)) continue;
    }
    found.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  if (start < text.length) found.push({ start, end: text.length });
  return found;
}

/** Triggers of a sentence; a longer or earlier listed one hides those inside it. */
export function cuesOf(text: string, { start, end }: Sentence): Cue[] {
  const sentence = text.slice(start, end);
  const cues: Cue[] = [];
  for (const { assertion, direction, pattern, only } of rules)
    for (const match of sentence.matchAll(pattern)) {
      const cue = {
        assertion,
        direction,
        start: start + match.index,
        end: start + match.index + match[0].trimEnd().length,
        ...(only === undefined ? {} : { only }),
      };
      cues.push(cue);
    }
  return cues.filter(
    (one) =>
      !cues.some(
        (other) =>
          other !== one &&
          other.start <= one.start &&
          other.end >= one.end &&
          other.end - other.start > one.end - one.start,
      ),
  );
}

const WORD_REACH = 14;

/** The trigger that decides a mention, or none: the nearest that reaches it. */
export function decidingCue(
  text: string,
  sentence: Sentence,
  cues: readonly Cue[],
  mention: {
    readonly start: number;
    readonly end: number;
    readonly field: NoteField;
    readonly stated: boolean;
    readonly named?: true;
  },
  others: readonly {
    readonly start: number;
    readonly end: number;
    readonly field: NoteField;
    readonly named?: true;
  }[],
): Cue | undefined {
  const reach = (cue: Cue): number | undefined => {
    const gap = cue.direction === 'before' ? [cue.end, mention.start] : ([mention.end, cue.start] as readonly number[]);
    const [from = 0, to = 0] = gap;
    if (to < from || cue.start < sentence.start || cue.end > sentence.end) return undefined;
    if (cue.only !== undefined && !cue.only.includes(mention.field)) return undefined;
    const between = text.slice(from, to);
    if (between.search(terminators) >= 0) return undefined;
    // What is said of one kind of thing is not said of another that stands before or behind it.
    if (others.some((one) => one.field !== mention.field && one.start >= from && one.end <= to)) return undefined;
    const distance = between.split(/[\s,/]+/u).filter((word) => word !== '').length;
    if (distance > WORD_REACH) return undefined;
    // A result of its own is not taken back by a negation before the last comma, nor by a word behind the next.
    if (mention.stated && /[,:(]/u.test(between)) return undefined;
    // "A fusion, questionable B amplification": a word right before the next mention, behind a comma, is of that one.
    if (
      cue.direction === 'after' &&
      /,/u.test(between) &&
      others.some((one) => one.start > cue.end && /^ $/u.test(text.slice(cue.end, one.start)))
    )
      return undefined;
    const inside = others.filter((one) => one.start >= from && one.end <= to);
    // "FGFR2 fusion, IDH1 not mutated": a word about the bare marker next to it says nothing of a change that is named.
    if (
      cue.direction === 'after' &&
      mention.field === 'biomarker' &&
      mention.named !== true &&
      inside.length > 0 &&
      inside.every(({ named }) => named === true)
    )
      return undefined;
    // A word behind the next comma belongs to what stands there, unless the comma only joins a list.
    const alone = inside.length === 0;
    if (
      cue.direction === 'after' &&
      !alone &&
      /[,(]/u.test(between) &&
      !/^[\s,]*(?:[\p{L}\p{N}/-]+(?:,|\s+(?:and|or|und|oder|sowie))\s*)*[\p{L}\p{N}/-]*[\s:]*(?:\p{L}+\s*)?$/u.test(
        between,
      )
    )
      return undefined;
    return distance;
  };
  let best: { cue: Cue; distance: number } | undefined;
  for (const cue of cues) {
    const distance = reach(cue);
    if (distance !== undefined && (best === undefined || distance < best.distance)) best = { cue, distance };
  }
  return best?.cue;
}
