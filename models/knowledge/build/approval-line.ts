/**
 * The line of therapy an indication asks for, read from its text as facts: place, earlier treatments by class or agent,
 * treatments not given before. Words of closed lists only; a text whose words on earlier treatment no rule reads is
 * `not-read`, which is not "any line".
 */
import type { ApprovalLine, LineHistory } from '../../../shared/knowledge/approvals.ts';

/** Words of earlier treatment as the labels write them. The names are those that `shared/therapy/label-line.ts` asks by. */
const TREATMENTS: readonly (readonly [name: string, words: RegExp])[] = [
  ['trastuzumab emtansine', /\btrastuzumab emtansine\b(?: \(T-DM1\))?/gi],
  ['trastuzumab', /\btrastuzumab\b/gi],
  ['pertuzumab', /\bpertuzumab\b/gi],
  ['HER2 inhibitor', /\banti-\s?HER-?2\b|\bHER2-(?:targeted|directed)\b/gi],
  ['EGFR inhibitor', /\bEGFR\)?(?:-directed therapy| TKIs?\b| tyrosine[- ]kinase inhibitors?)/gi],
  ['ALK inhibitor', /\bALK(?:[- ]inhibitors?| tyrosine[- ]kinase inhibitors?(?: \(TKI\))?| TKIs?\b|-targeted)/gi],
  ['ROS1 inhibitor', /\bROS1 inhibitors?/gi],
  ['NTRK inhibitor', /\bN?TRK inhibitors?/gi],
  ['BRAF inhibitor', /\bBRAF[- ]inhibitors?/gi],
  ['CDK4/6 inhibitor', /\bCDK ?4\/6 inhibitors?/gi],
  ['PD-1/PD-L1 inhibitor', /\bPD-1 (?:or|and|\/) ?PD-L1(?: inhibitors?)?|\bPD-\(?L?\)?1 inhibitors?/gi],
  ['immunotherapy', /(?<!chemo-?)\bimmunotherapy\b/gi],
  ['novel hormonal agent', /\b(?:new|novel) hormonal agents?|\bandrogen receptor-directed therapy/gi],
  ['non-steroidal aromatase inhibitor', /\bnon-?steroidal aromatase inhibitors?/gi],
  ['endocrine therapy', /\bendocrine\b|\banti-?o?estrogen\b|\bhormonal (?:therapy|treatment)/gi],
  ['taxane', /\btaxanes?\b/gi],
  ['anthracycline', /\banthracyclines?\b/gi],
  ['fluoropyrimidine', /\bfluoropyrimidine/gi],
  ['platinum', /\bplatinum\b/gi],
  ['chemoimmunotherapy', /\bchemo-?immunotherapy/gi],
  ['retinoid', /\bretinoid\b|\bATRA\b/gi],
  ['B-cell receptor pathway inhibitor', /\bB-cell receptor pathway inhibitor/gi],
  ['radioactive iodine', /\bradioactive iodine\b/gi],
  ['interferon', /\binterferon\b(?:[- ]alpha| alfa)?/gi],
  ['stem cell transplant', /\bstem cell transplant\w*(?: \(ASCT\))?|\bASCT\b/gi],
  ['tyrosine kinase inhibitor', /\btyrosine[- ]kinase inhibitors?|\bTKIs?\b/gi],
  // One label of the source writes it without its second letter.
  ['alectinib', /\bal?ectinib/gi],
  ...[
    'anastrozole',
    'bevacizumab',
    'abiraterone',
    'ceritinib',
    'crizotinib',
    'dasatinib',
    'durvalumab',
    'enzalutamide',
    'imatinib',
    'ipilimumab',
    'irinotecan',
    'lenvatinib',
    'letrozole',
    'nilotinib',
    'osimertinib',
    'oxaliplatin',
    'rituximab',
    'sorafenib',
    'tamoxifen',
    'ibrutinib',
  ].map((agent): readonly [string, RegExp] => [agent, new RegExp(`\\b${agent}`, 'gi')]),
  ['radiotherapy', /\b(?:prior|previous) radiation\b|\bradiotherapy\b/gi],
  ['chemotherapy', /\bchemotherap\w+/gi],
];
const CYTOTOXIC =
  /(?:platinum|taxanes?|anthracyclines?|fluoropyrimidine|oxaliplatin|irinotecan)(?:[- ](?:based|containing))?(?: combination| doublet)?[- ]*$/i;

const NUMBERS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3 };

/** What follows the indication and is not of it: terms of an accelerated approval, limits of use, remarks on tests. */
const remarks =
  /\s*(?:This indication (?:is|was) approved|Limitations? of use|Select patients|Continued approval|Lynparza's product information|In the event that patients re-initiate)[\s\S]*$/i;

const END =
  '(?=[.;]|,? (?:as|and is) (?:determined|detected|assessed|confirmed)|,? (?:and )?whose\\b|,? and (?:are|is|with) (?:not|no)\\b|,? (?:and|or) who (?:are|have no)\\b|,? (?:and|or) have no\\b|,? for whom\\b|,? for the\\b|,? for patients\\b|,? in (?:adults?|patients|women)\\b|,? is indicated| when\\b|,? (?:and|or) who have the\\b|$)';
const clause = (lead: string): RegExp => new RegExp(`${lead}((?:[^.;]|\\.(?=\\d))*?)${END}`, 'gi');
const NOT = '(?<!\\bnot |\\bnot been |\\bnot have |\\bno |\\bwithout )';
const COUNT = '(?:(?:at least|a minimum of) )?';

/** Leads of clauses that name what was given before. */
const AFTER: readonly RegExp[] = [
  clause(`${NOT}\\b(?:previously|prior) (?:been )?(?:treated|received)\\b`),
  clause(
    `\\b(?:have|has|had|were|must have|should have) (?:also )?(?:previously )?(?:received both|received|recieved|failed|relapsed from|been (?:previously )?treated with)\\b(?! no\\b)`,
  ),
  clause(
    `${NOT}\\b(?:progressed|progression) (?:during or following|during or after|on or after|on or following|on|after|following)\\b`,
  ),
  clause(
    `\\b(?:after|following)(?: disease)?(?: recurrence or)? (?:failure of|progression (?:on|following|after)|${COUNT}(?:one|two|three|\\d) (?:or more )?(?:prior|previous)|prior|previous|platinum|first[- ]line)\\b`,
  ),
  clause(
    '\\b(?:after|following) (?=(?:adjuvant )?(?:endocrine|anti-?o?estrogen|chemotherapy|ATRA|surgery and (?:after )?chemotherapy))',
  ),
  clause('\\b(?:refractory|resistan(?:t|ce)|intoleran(?:t|ce))(?: (?:or|and) intoleran(?:t|ce))?,? (?:to|of)\\b'),
  clause('\\bfailed\\b'),
  clause('\\brecurrence on or (?:after|within \\d+ months of) completing\\b'),
  clause('\\bPrior chemotherapy (?:must|should) have included\\b'),
  clause(
    '\\b(?:received|receiving) (?:both |a |an |any |at least \\w+ |one or more |two or more |one to three |one or two |\\d )?(?:prior|previous)\\b',
  ),
];
/** What a maintenance follows: a response to it, or no progression under it. */
const HELD: readonly RegExp[] = [
  clause('\\bresponse(?: \\([^)]*\\))? (?:to|following)\\b'),
  clause('\\bnot progressed (?:during or following|following|after|on)\\b'),
];
const NEVER: readonly RegExp[] = [
  clause('\\b(?:previously (?:have )?not|not previously) (?:been )?(?:received|treated)(?: with)?\\b'),
  clause('\\bnot (?:been )?(?:previously )?(?:received|treated)(?: with)?\\b'),
  clause('\\bno prior\\b'),
  // "BRAF-inhibitor treatment-naive", "EGFR TKI-naive".
  /((?:\bBRAF-inhibitor treatment|\(EGFR\) (?:TKI|tyrosine kinase inhibitor))[- ]+na[iï]ve)/gi,
];

/** One of each list: words joined by "or" are alternatives, by "and" or a comma each asked for. */
function groupsOf(text: string): string[][] {
  const found: { name: string; from: number; to: number }[] = [];
  for (const [name, words] of TREATMENTS)
    for (const match of text.matchAll(words)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (found.some((one) => from < one.to && one.from < to)) continue;
      // "platinum-based chemotherapy" is one treatment.
      if (
        name === 'chemotherapy' &&
        (CYTOTOXIC.test(text.slice(0, from)) || /(?:based|containing) $/i.test(text.slice(0, from)))
      )
        continue;
      found.push({ name, from, to });
    }
  found.sort((a, b) => a.from - b.from);
  const groups: string[][] = [];
  let end = 0;
  for (const { name, from, to } of found) {
    const between = text.slice(end, from);
    const last = groups.at(-1);
    // "with or without immunotherapy" asks for none.
    if (/\bwith or without [\w-]* ?$/i.test(between)) {
      end = to;
      continue;
    }
    // "sorafenib and/or lenvatinib", "letrozole or anastrozole": alternatives.
    if (
      last !== undefined &&
      between.length < 70 &&
      /\bor\b/i.test(between) &&
      !/\bor more\b|during or|on or (?:after|following)|or (?:after|following|within)|considered|unsuitable/i.test(
        between,
      )
    ) {
      if (!last.includes(name)) last.push(name);
    } else if (!groups.some((group) => group.length === 1 && group[0] === name)) groups.push([name]);
    end = to;
  }
  return groups;
}

const numberOf = (text: string): number => {
  const word =
    /\b(?:at least |minimum of )?(one|two|three|\d)(?: or more| to three| or two)?(?: additional)? (?:prior |previous |lines?|regimens?|anti|systemic|chemotherapy|tyrosine|endocrine)/i.exec(
      text,
    )?.[1];
  return word === undefined ? 1 : (NUMBERS[word.toLowerCase()] ?? Number(word));
};

/** "the first ALK-targeted treatment": the agent was the first of that class. */
const FIRST_OF = /\bas the first ([^;.]*?)(?=;| or \(|$)/i;

/** What an adjuvant treatment follows beside surgery, as its label names it: neratinib after trastuzumab. */
const ADJUVANT_AFTER =
  /\b(?:to follow|completed|after completion of|following \d ?- ?\d years of initial|(?:after|following) (?:neo-?adjuvant|(?:complete )?resection and|surgery, ?)) ?((?:(?! and radiotherapy| for | less than )[^.;])+)/i;

/** Where one history ends and the next begins that is asked for in its stead. */
const OR_ELSE =
  /,? or \(ii\)|;? or (?:patients )?who (?=have (?:progressed|received))|; or (?=\w+ and at least)| or (?=in relapse after)/i;

/** Several histories of which one is enough, each told whole; none where a part of the text names no earlier treatment. */
function historiesOf(text: string): LineHistory[] {
  const from = /\bprogress(?:ed|ion) (?:after|on)\b|\brelapse after receiving\b|: \(i\) following\b/i.exec(text);
  const [first, ...others] = from === null ? [] : text.slice(from.index).split(OR_ELSE);
  if (first === undefined || others.length === 0) return [];
  const told = [first, ...others].map((part): LineHistory | undefined => {
    const own = part.replace(/\bwhen [^.;]*/i, '');
    const firstOf = groupsOf(FIRST_OF.exec(own)?.[1] ?? '')[0]?.[0];
    const after = groupsOf(own.replace(FIRST_OF, ''));
    const lines = numberOf(`${own} `);
    if (after.length === 0 && lines === 1) return undefined;
    return {
      ...(after.length === 0 ? {} : { after }),
      ...(firstOf === undefined ? {} : { firstOf }),
      ...(after.length > 1 && /\bat least one other\b/i.test(own) ? { another: true as const } : {}),
      ...(lines > 1 ? { lines } : {}),
    };
  });
  return told.every((one) => one !== undefined) ? told : [];
}

/** "for metastatic disease", "in the metastatic setting": what was given before a relapse does not count. */
const ADVANCED =
  /\b(?:metastatic|advanced)(?: treatment)? (?:setting|disease)|\b(?:unresectable|advanced) or metastatic (?:disease|treatment)/i;

export function readLine(indication: string): ApprovalLine {
  const text = indication.replace(/\s+/g, ' ').replace(remarks, '').trim();
  let rest = text;
  const never: string[] = [];
  let firstByNever = false;
  for (const lead of NEVER)
    rest = rest.replace(lead, (whole, what: string) => {
      const groups = groupsOf(what).flat();
      const specific = groups.filter((one) => !/^chemotherapy$/.test(one));
      // "not received prior treatment for metastatic disease" is a first line; "not an ALK inhibitor" names what is barred.
      if (specific.length === 0 || ADVANCED.test(what) || /for (?:their )?metastatic/i.test(whole)) firstByNever = true;
      else never.push(...specific);
      return ' ';
    });
  const after: string[][] = [];
  const ask = (groups: readonly string[][]): void => {
    for (const group of groups) if (!after.some((one) => one.join() === group.join())) after.push(group);
  };
  // "an add-on maintenance treatment to bevacizumab": that was given before and goes on.
  ask(
    groupsOf(/\badd-on maintenance treatment to ([^.;]*)/i.exec(rest)?.[1]?.replace(/ (?:of|in|for) .*$/i, '') ?? ''),
  );
  let afterFirst = false;
  const consolidates = /\bnot progressed\b/i.test(rest);
  if (consolidates || /\bmaintenance\b/i.test(rest))
    for (const lead of HELD)
      rest = rest.replace(lead, (whole) => {
        if (/\bfirst[- ]line\b/i.test(whole)) afterFirst = true;
        ask(groupsOf(whole));
        return ' ';
      });
  let lines = 0;
  let earlier = false;
  let advanced = false;
  let unless = false;
  // A sentence for some of the patients only ("Patients with hormone receptor-positive disease should have ...") binds not all.
  const some =
    /(?:^|[.;] )\s*(?:(?:Adult )?[Pp]atients (?:with|previously)|Hormone receptor)[^.;]*(?:should|must)[^.;]*/gi;
  const brafCarriers = /\bif BRAF V600 mutation[- ]positive, (?:following )?an? BRAF (?:or MEK )?inhibitor/i.test(text);
  const carriers =
    /EGFR mutant or ALK-positive[^.]*only after failure[^.]*targeted therap|(?:EGFR|ALK)[^.;]*should (?:also )?have[^.;]*(?:progression on[^.;]*therapy|received targeted therap)/i.test(
      text,
    );
  rest = rest
    .replace(some, ' ')
    .replace(/In patients with EGFR mutant or ALK-positive[^.]*/i, ' ')
    .replace(/Patients should have either[^.]*/i, ' ');
  for (const lead of AFTER)
    rest = rest.replace(lead, (whole, what: string) => {
      earlier = true;
      ask(groupsOf(whole));
      lines = Math.max(lines, numberOf(`${whole} `), numberOf(what));
      if (
        ADVANCED.test(whole) &&
        !/\b(?:in any|or (?:in the )?(?:neo\)?)?adjuvant|or developed|or \(ii\))|adjuvant\b[^.;]{0,25} or metastatic\b/i.test(
          whole,
        )
      )
        advanced = true;
      if (/unsuitable|inappropriate|intoleran|not suitable|ineligible|not eligible|unless/i.test(whole)) unless = true;
      return ' ';
    });
  if (/unsuitable|inappropriate|ineligible|intoleran|unless/i.test(rest) && earlier) unless = true;
  if (/\bplatinum[- ]resistant\b/i.test(rest)) {
    earlier = true;
    after.push(['platinum']);
  }
  if (/\bradioactive iodine[- ]refractory\b/i.test(rest)) {
    earlier = true;
    unless = true;
    after.push(['radioactive iodine']);
  }
  if (
    /\b(?:relapsed|refractory)\b|\bpreviously treated\b|\b(?:second|third)[- ]line\b|\bsecond or greater line\b/i.test(
      rest,
    )
  )
    earlier = true;
  const lastResort =
    /\btreatment options not targeting \w+ provide limited|\bno (?:other )?(?:satisfactory|alternative|suitable)[^.;]*(?:options?|treatments?|therap)/i.test(
      text,
    ) && !/locoregional/i.test(text);
  const first =
    firstByNever ||
    /\bfirst[- ]line\b|\buntreated\b|\bnewly[- ]diagnosed\b|\binitial (?:endocrine|treatment|therapy)|\btreatment[- ]na[iï]ve\b/i.test(
      rest,
    );
  const maintenance =
    consolidates ||
    (/\bmaintenance\b/i.test(rest) &&
      !/followed by[^.;]*maintenance|as maintenance monotherapy following|\bfirst[- ]line, maintenance/i.test(rest));
  const neoadjuvant = /(?:\bfor (?:the )?|\bas (?:an? )?|\bthe |^|\bwith )neo-?adjuvant\b/i.test(rest.trim());
  const early =
    /\bearly[- ](?:stage )?(?:HER2[- ]positive )?(?:breast|invasive)|\bEBC\b/i.test(rest) &&
    !/\badvanced\b|\bmetastatic\b/i.test(rest);
  const adjuvant =
    early ||
    /(?:\bfor (?:the )?|\bas (?:an? )?|\bthe |^|\bextended )adjuvant\b/i.test(rest.trim()) ||
    /\b(?:after|following) (?:complete )?(?:tumou?r )?(?:surgery|resection)(?! including biopsy)/i.test(rest);
  const at: ApprovalLine['place'] = maintenance
    ? 'maintenance'
    : neoadjuvant
      ? 'neoadjuvant'
      : adjuvant
        ? 'adjuvant'
        : first && earlier
          ? 'either'
          : first
            ? 'first'
            : earlier || lastResort
              ? 'later'
              : /\bprior\b|\bpreviously?\b|\bprogress(?:ed|ion)\b|\bafter\b|\bfollowing\b|\bline\b|\bfail/i.test(
                    rest.replace(/following (?:tumou?r types|MSI|settings|surg\w+)/gi, ' '),
                  )
                ? 'not-read'
                : 'any';
  // Several histories of which one is enough; where they cannot be told apart, only that there was one.
  const alternatives =
    /\bor in relapse after\b|: \(i\) following [^.;]*\(ii\) following\b/i.test(text) ||
    (after.length > 1 &&
      /;? or (?:patients )?who\b(?! (?:are|were) (?:intolerant|considered))|; or \w+ and at least|\(ii\)[^.;]*(?:progress|prior|treated|received|alectinib|lorlatinib|crizotinib)/i.test(
        text,
      ));
  const histories = alternatives ? historiesOf(text) : [];
  if (at === 'adjuvant' && after.length === 0) ask(groupsOf(ADJUVANT_AFTER.exec(text)?.[1] ?? ''));
  const both = never.some((one) => after.flat().includes(one));
  // "at least two additional systemic therapies": beside those named, whatever they were.
  const additional = /\bat least (one|two|three) additional\b/i.exec(text)?.[1]?.toLowerCase();
  const oneAdvanced = /\bat least one of (?:which|them)\b/i.test(text);
  const kept =
    at === 'either' || alternatives || both
      ? []
      : after.filter(
          (group, _, all) =>
            !(
              group.join() === 'tyrosine kinase inhibitor' &&
              all.some((one) => /inhibitor$|tinib$/.test(one[0] ?? '') && one !== group)
            ),
        );
  const place = both ? 'either' : at;
  return {
    place,
    ...(kept.length === 0 ? {} : { after: kept }),
    ...(place === 'later' && histories.length > 1 ? { either: histories } : {}),
    ...(place === 'later' && lines > 1 && !alternatives && additional === undefined ? { lines } : {}),
    ...(place === 'later' && additional !== undefined ? { additional: NUMBERS[additional] ?? 1 } : {}),
    ...(never.length === 0 || both ? {} : { never: [...new Set(never)] }),
    ...(carriers ? { carriersAfter: [['EGFR inhibitor', 'ALK inhibitor']] } : {}),
    ...(brafCarriers ? { carriersAfter: [['BRAF inhibitor', 'MEK inhibitor']] } : {}),
    ...(afterFirst && place === 'maintenance' ? { afterFirst: true as const } : {}),
    ...(advanced && place === 'later' ? { advanced: oneAdvanced ? ('one' as const) : (true as const) } : {}),
    ...(lastResort ? { lastResort: true as const } : {}),
    ...(unless && kept.length > 0 ? { unless: true as const } : {}),
  };
}
