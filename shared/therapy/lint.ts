/** Contradictions between the options table and the profile it stands on (F029, F045). Empty where there is none. */
import type { MolecularProfile } from '../molecular/profile.ts';
import { tierOfWeight, weighAll, weightOrder } from '../molecular/tiers.ts';
import type { OptionsTable } from './options.ts';

export function lintOptions(table: OptionsTable, profile: MolecularProfile): readonly string[] {
  const faults: string[] = [];
  const excluded = new Map(table.exclusions.map((exclusion) => [exclusion.id, exclusion.kind]));
  const evidence = new Map(profile.evidence.map((match) => [match.evidenceId, match]));
  const ids = new Map<string, number>();
  for (const option of table.options) {
    ids.set(option.id, (ids.get(option.id) ?? 0) + 1);
    const kind = excluded.get(option.id);
    if (kind !== undefined) faults.push(`${option.label} is an option and excluded (${kind}).`);
    for (const id of [...option.supporting, ...option.against])
      if (!evidence.has(id)) faults.push(`${option.label} cites ${id}, which is not in the profile.`);
    const weights = weighAll(option.supporting.map((id) => evidence.get(id)).filter((match) => match !== undefined));
    const best = [...weights.values()].sort((a, b) => weightOrder(a) - weightOrder(b))[0];
    // An approval in force for this tumor type is level A whatever the statements weigh.
    const approved =
      option.weight === 'I-A' && (option.approvals ?? []).some(({ standing }) => standing === 'this tumor type');
    if (approved) continue;
    if (best === undefined)
      faults.push(`${option.label} is an option without a statement or an approval that can make one.`);
    else if (option.tier !== tierOfWeight(best))
      faults.push(`${option.label} is tier ${option.tier ?? 'none'} but its evidence weighs ${best}.`);
  }
  for (const [id, count] of ids) if (count > 1) faults.push(`The option ${id} stands ${count} times.`);
  const { considered, used, unused } = table.accounting;
  const sum = used + unused.reduce((total, { count }) => total + count, 0);
  if (sum !== considered) faults.push(`${considered} statements were considered, ${sum} are accounted for.`);
  return faults.sort();
}
