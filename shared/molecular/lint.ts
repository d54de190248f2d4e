/** Contradictions inside one profile (F029): one finding, one verdict. Empty where there is none. */
import type { MolecularProfile } from './profile.ts';
import { tierOfWeight } from './tiers.ts';

export function lintProfile(profile: MolecularProfile): readonly string[] {
  const faults: string[] = [];
  const ids = new Map<string, number>();
  const byName = new Map<string, Set<string>>();
  const byKey = new Map<string, Set<string>>();
  const byClass = new Map<string, Set<string>>();
  const evidence = new Map(profile.evidence.map((match) => [match.evidenceId, match]));
  for (const finding of profile.findings) {
    ids.set(finding.id, (ids.get(finding.id) ?? 0) + 1);
    const name = `${finding.gene} ${finding.title}`;
    const verdict = finding.tier ?? 'none';
    byName.set(name, (byName.get(name) ?? new Set()).add(verdict));
    // A change written in two ways is one change: the same coding or genomic name with another class is two verdicts.
    const classed = finding.germline?.class ?? finding.oncogenicity?.class;
    for (const written of [finding.hgvsCoding, finding.hgvsGenomic])
      if (written !== undefined && written !== '' && classed !== undefined && finding.kind === 'small-variant') {
        const one = `${finding.gene} ${written} (${finding.origin})`;
        byClass.set(one, (byClass.get(one) ?? new Set()).add(classed));
      }
    if (finding.origin === 'germline' && finding.oncogenicity !== undefined)
      faults.push(`${name} is germline and has a somatic class.`);
    if (finding.origin === 'somatic' && finding.germline !== undefined)
      faults.push(`${name} is somatic and has a germline class.`);
    if (finding.kind === 'small-variant')
      for (const key of finding.variantKeys) byKey.set(key, (byKey.get(key) ?? new Set()).add(finding.id));
    const benign = finding.oncogenicity?.class === 'benign' || finding.oncogenicity?.class === 'likely-benign';
    if (benign && (finding.tier === 'I' || finding.tier === 'II'))
      faults.push(`${name} is ${finding.oncogenicity?.class} and tier ${finding.tier}.`);
    if (finding.tierCall !== undefined && tierOfWeight(finding.tierCall.weight) !== finding.tier)
      faults.push(`${name} is tier ${verdict} but its evidence weighs ${finding.tierCall.weight}.`);
    if ((finding.tier === 'I' || finding.tier === 'II') && finding.tierDefining.length === 0)
      faults.push(`${name} is tier ${finding.tier} without a statement that sets it.`);
    for (const id of finding.tierDefining) {
      const match = evidence.get(id);
      if (match === undefined) faults.push(`${name} rests on ${id}, which is not in the profile.`);
      else if (match.flagged || match.limits.length > 0 || match.direction === 'does-not-support')
        faults.push(`${name} rests on ${id}, which must not set a tier.`);
      if (finding.supporting.includes(id)) faults.push(`${id} both sets the tier of ${name} and merely supports it.`);
    }
  }
  for (const [id, count] of ids) if (count > 1) faults.push(`The finding ${id} stands ${count} times.`);
  for (const [name, verdicts] of byName)
    if (verdicts.size > 1) faults.push(`${name} has more than one tier: ${[...verdicts].sort().join(', ')}.`);
  for (const [written, verdicts] of byClass)
    if (verdicts.size > 1) faults.push(`${written} has more than one class: ${[...verdicts].sort().join(', ')}.`);
  for (const [key, owners] of byKey)
    if (owners.size > 1) faults.push(`The variant ${key} belongs to more than one finding.`);
  const found = new Set(profile.findings.map(({ gene, kind }) => `${gene}|${kind}`));
  for (const { gene, modality, state } of profile.pertinent)
    if (state === 'tested-not-detected' && modality === 'small-variant' && found.has(`${gene}|small-variant`))
      faults.push(`${gene} small variants are said not to be detected, and one is listed.`);
  return faults.sort();
}
