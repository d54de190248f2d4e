/** What the document says of one drug, in words that a screen and a report share. */
import { agentName } from '../../molecular/treatments.ts';
import { toldPhenotype } from './decisive.ts';
import type { PgxAdvice, PgxDocument, PgxGene } from './document.ts';

/** The light in words, so that it reads without color. */
export type PgxLight = 'stop' | 'caution' | 'usual' | 'no statement';

const lights: Readonly<Record<PgxAdvice['action'], PgxLight>> = {
  avoid: 'stop',
  'change-dose': 'caution',
  'consider-alternative': 'caution',
  monitor: 'caution',
  usual: 'usual',
  'no-statement': 'no statement',
};
const order: readonly PgxLight[] = ['stop', 'caution', 'usual', 'no statement'];

export const lightOf = ({ action }: Pick<PgxAdvice, 'action'>): PgxLight => lights[action];

/** Names under which a drug of the guidelines stands in records. */
const ALSO: Readonly<Record<string, string>> = {
  '5-fu': 'fluorouracil',
  '5fu': 'fluorouracil',
  '5-fluorouracil': 'fluorouracil',
  '6-mercaptopurine': 'mercaptopurine',
  '6-mp': 'mercaptopurine',
  tioguanine: 'thioguanine',
  '6-thioguanine': 'thioguanine',
  paracetamol: 'acetaminophen',
  acenocoumarin: 'acenocoumarol',
};

export function drugName(name: string): string {
  const plain = agentName(name).toLowerCase();
  return ALSO[plain] ?? plain;
}

/** What to do, in one clause. */
export function actionWords({ action, startPercent, alternative, notRead }: PgxAdvice): string {
  const dose =
    startPercent === undefined
      ? ''
      : `${startPercent.length === 1 ? startPercent[0] : `${startPercent[0]} to ${startPercent.at(-1)}`}% of the usual dose`;
  const other = alternative === true && action === 'change-dose' ? ', or another drug' : '';
  switch (action) {
    case 'avoid':
      return dose === '' ? 'avoid it' : `avoid it; where that is not possible, ${dose}`;
    case 'change-dose':
      return `${dose === '' ? 'change the dose' : `start with ${dose}`}${other}`;
    case 'consider-alternative':
      return `consider another drug${dose === '' ? '' : `, else ${dose}`}`;
    case 'monitor':
      return 'usual dose, watched more closely';
    case 'usual':
      return 'usual dose';
    default:
      return notRead === undefined
        ? 'the guideline makes no statement'
        : 'no statement can be made before all decisive alleles are read';
  }
}

export interface DrugAdvice {
  readonly drug: string;
  /** The most cautious light of all sources. */
  readonly light: PgxLight;
  /** Most cautious first. */
  readonly advice: readonly PgxAdvice[];
}

/** All drugs on which anything is said, most cautious first, then by name. */
export function drugAdvice({ recommendations }: Pick<PgxDocument, 'recommendations'>): DrugAdvice[] {
  const rank = (one: PgxAdvice): number => order.indexOf(lightOf(one));
  return [...Map.groupBy(recommendations, ({ drug }) => drug)]
    .map(([drug, all]) => {
      const advice = [...all].sort((a, b) => rank(a) - rank(b) || (a.source < b.source ? -1 : 1));
      const [first] = advice;
      return { drug, light: first === undefined ? ('no statement' as const) : lightOf(first), advice };
    })
    .sort((a, b) => order.indexOf(a.light) - order.indexOf(b.light) || (a.drug < b.drug ? -1 : 1));
}

/** What a reader must know before acting on advice that its source has changed since. */
export const changedWords = (advice: readonly Pick<PgxAdvice, 'source' | 'changedOn'>[]): string | undefined => {
  const last = advice
    .flatMap(({ changedOn }) => changedOn ?? [])
    .sort()
    .at(-1);
  return last === undefined ? undefined : `CPIC changed this on ${last}, after the text held here: read it there first`;
};

/** How much of a gene a file read where alleles that decide were not among it: "2 of 83 positions read". */
export const partlyRead = ({ unread, positions, missingPositions }: PgxGene): string | undefined =>
  unread === undefined ? undefined : `${positions - missingPositions.length} of ${positions} positions read`;

/** Names of alleles hold commas of their own: between them stands a dot. */
export const alleleList = (alleles: readonly string[]): string => alleles.join(' · ');

/** A gene as it was called, but for what was not read: "DPYD Reference/c.1905+1G>A (*2A), Intermediate Metabolizer". */
export function calledWords(one: PgxGene): string {
  const { gene, diplotypes, calls, phenotype, activityScore, source, reason } = one;
  if (source === 'none' && phenotype === null) return `${gene} not called${reason === undefined ? '' : ` (${reason})`}`;
  // Of DPYD and RYR1 without phase these are the alleles found, not readings to choose from.
  const alleles = calls.length === 1 && diplotypes.length > 1;
  const told = toldPhenotype(one);
  const score = activityScore === null || told === null ? '' : `, activity score ${activityScore}`;
  return `${gene} ${diplotypes.join(alleles ? ' and ' : ' or ')}${told === null ? '' : `, ${told}`}${score}`.replace(
    `${gene} ,`,
    `${gene}`,
  );
}

/** The genes that bear on a drug as they were called, with what of them was not read. */
export function geneWords(one: PgxGene): string {
  const part = partlyRead(one);
  const open = toldPhenotype(one) === null ? 'no phenotype: ' : '';
  return `${calledWords(one)}${part === undefined ? '' : ` (${open}${part}, not ${alleleList(one.unread ?? [])})`}`;
}
