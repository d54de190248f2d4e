/** How safety and approval stand on screen: words. Pure. */
import type { AlertRate } from '../../shared/therapy/alert-overrides.ts';
import type { OptionsTable, TherapyOption } from '../../shared/therapy/options.ts';
import type { SafetyFinding } from '../../shared/therapy/safety/finding.ts';
import type { CaseSafety, OptionSafety } from '../../shared/therapy/safety/safety.ts';
import { plural } from '../ui/words.ts';

export const actionHeads: Readonly<Record<SafetyFinding['action'], string>> = {
  contraindicated: 'Contraindicated',
  avoid: 'Avoid',
  'change-dose': 'Change the dose',
  monitor: 'Watch',
};

export const actionTone = (action: SafetyFinding['action']): 'red' | 'amber' | 'blue' =>
  action === 'monitor' ? 'blue' : action === 'change-dose' ? 'amber' : 'red';

/** With what: "clarithromycin"; of organs and genes which agent of the row: "inavolisib, kidney function". */
export function aboutWords({ kind, agent, other, effect, text }: SafetyFinding): string {
  if (kind === 'kidney') return `${agent}, kidney function`;
  if (kind === 'liver') return `${agent}, liver function`;
  if (kind === 'pharmacogene') return `${agent}, ${/\((\S+)/.exec(text)?.[1] ?? 'genes'}`;
  return `${effect === undefined ? '' : `${effect}${other === undefined ? '' : ': '}`}${other ?? ''}`;
}

/**
 * The row's short form: about what, and what the label says of it; the whole sentence stands in the panel. A gene's advice
 * names its drug, one of several in a combination, and the phenotype without the alleles.
 */
export function alertWords(finding: SafetyFinding): string {
  const { text } = finding;
  if (finding.kind === 'pharmacogene')
    return text.replace(/(\(|; )(\S+) [^,;]+, ([A-Z][^,;)]*)(?:, activity score [^,;)]+)?/g, '$1$2 $3');
  return `${aboutWords(finding)}: ${text.slice(text.indexOf(': ') + 2)}`;
}

/** What a row cannot say because a fact is missing; empty where all is known. */
export function gapWords({ unchecked, open }: OptionSafety): string {
  return [
    ...(unchecked.length === 0 ? [] : [`not checked, no label facts held: ${unchecked.join(', ')}`]),
    ...(open.length === 0 ? [] : [`${open.join(' and ')} function not on record`]),
  ].join('; ');
}

/** The finding that may interrupt in this row, where the case's budget gave it one. */
export const interrupting = (option: TherapyOption, safety: CaseSafety | undefined): readonly SafetyFinding[] => {
  const ids = new Set(
    (safety?.interruptive ?? []).filter(({ optionId }) => optionId === option.id).map(({ findingId }) => findingId),
  );
  return (option.safety?.findings ?? []).filter(({ id }) => ids.has(id));
};

const year = (date: string | undefined): string => (date === undefined ? '' : ` ${date.slice(0, 4)}`);

/** "FDA 2015, EMA 2016" for this tumor type, else where it is approved, else what is not known. */
export function approvalWords({ approvals, line }: TherapyOption): { readonly main: string; readonly second: string } {
  if (approvals === undefined) return { main: 'not known', second: 'no pack of approvals' };
  const of = (standing: NonNullable<TherapyOption['approvals']>[number]['standing']) => {
    const seen = new Map<string, string>();
    for (const one of approvals) {
      if (one.standing !== standing) continue;
      const date = one.approvedOn ?? '';
      const before = seen.get(one.agency);
      if (before === undefined || (date !== '' && date < before)) seen.set(one.agency, date);
    }
    return [...seen].map(([agency, date]) => `${agency}${year(date === '' ? undefined : date)}`).join(', ');
  };
  const here = of('this tumor type');
  if (here !== '') return { main: here, second: 'for this tumor type' };
  const open = of('open');
  if (open !== '') return { main: `open: ${open}`, second: 'the label asks what is not known' };
  const elsewhere = of('another tumor type');
  if (elsewhere !== '') return { main: 'elsewhere only', second: `another tumor type: ${elsewhere}` };
  if (line !== undefined) return { main: 'none that fits', second: line.text };
  return { main: 'none by biomarker', second: 'the pack holds no other approvals' };
}

export interface DigestLine {
  readonly finding: SafetyFinding;
  /** Labels of the options that it stands in. */
  readonly options: readonly string[];
}

const WORST: readonly SafetyFinding['action'][] = ['contraindicated', 'avoid', 'change-dose', 'monitor'];

/** Every finding of every row once, with the rows it stands in: those that interrupt, and the digest, worst first. */
export function alertsOf({ options, safety }: Pick<OptionsTable, 'options' | 'safety'>): {
  readonly interrupting: readonly DigestLine[];
  readonly digest: readonly DigestLine[];
} {
  const ids = new Set((safety?.interruptive ?? []).map(({ findingId }) => findingId));
  const lines = new Map<string, { finding: SafetyFinding; options: string[] }>();
  for (const { label, safety: of } of options)
    for (const finding of of?.findings ?? []) {
      const line = lines.get(finding.id) ?? { finding, options: [] };
      line.options.push(label);
      lines.set(finding.id, line);
    }
  const all = [...lines.values()].sort((a, b) => WORST.indexOf(a.finding.action) - WORST.indexOf(b.finding.action));
  return {
    interrupting: all.filter(({ finding }) => ids.has(finding.id)),
    digest: all.filter(({ finding }) => !ids.has(finding.id)),
  };
}

/** One line on medicines and organs of the case. */
export function safetySummary({ safety }: Pick<OptionsTable, 'safety'>): string {
  if (safety === undefined) return '';
  const { medications, organs, interruptive, digest } = safety;
  const unknown = medications.filter(({ known }) => known === undefined).length;
  const measures = organs.measures
    .filter(({ name }) => name !== 'eGFR as reported')
    .map(({ name, value, unit }) => `${name} ${value}${typeof value === 'number' ? ` ${unit}` : ''}`);
  return [
    medications.length === 0
      ? 'no medicines on record'
      : `${plural(medications.length, 'medicine')}${unknown === 0 ? '' : `, ${unknown} without label facts`}`,
    measures.length === 0 ? 'no organ function known' : measures.join(', '),
    `${interruptive.length} of at most 3 interrupting`,
    `${digest} in the digest`,
  ].join(' · ');
}

/** "none overridden", "1 of 3 overridden"; G22 asks that the rate is seen. */
export const overrideWords = ({ shown, overridden }: { shown: number; overridden: number }): string =>
  shown === 0 ? 'no alert' : overridden === 0 ? 'none overridden' : `${overridden} of ${shown} overridden`;

export const stationWords = ({ cases, shown, overridden }: AlertRate): string =>
  shown === 0
    ? 'none shown so far'
    : `${overridden} of ${shown} overridden (${Math.round((100 * overridden) / shown)} %) in ${plural(cases, 'case')}`;
