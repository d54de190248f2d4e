/** What would change an option, and what a test that is missing could add or rule out (F044, F054). */
import type { CaseRecord } from '../case/case-record.ts';
import type { EvidenceMatch, Finding, OpenEvidence, TierWeight } from '../molecular/profile.ts';
import { polarity, weighAll, weightOrder } from '../molecular/tiers.ts';
import { type Treatment, treatmentsOf } from '../molecular/treatments.ts';
import { type Approved, approvalList, treatmentOf } from './approved.ts';
import type { LabelLine } from './label-line.ts';
import { compare, inThisType, list, nameOf } from './matching.ts';
import type { OptionsTable, TherapyExclusion } from './options.ts';
import type { OptionSafety } from './safety/safety.ts';

export function changesOf(
  treatment: Treatment,
  defining: readonly EvidenceMatch[],
  all: readonly EvidenceMatch[],
  weight: TierWeight,
  open: readonly OpenEvidence[],
  findings: ReadonlyMap<string, Finding>,
  approved: readonly Approved[],
): string[] {
  const changes: string[] = [];
  const rest = all.filter((match) => !defining.includes(match));
  const next = [...weighAll(rest).values()].sort((a, b) => weightOrder(a) - weightOrder(b))[0];
  if (approved.length > 0 && defining.length === 0)
    changes.push(
      `The tier rests on the approval (${approvalList(approved)}): without it ${next === undefined ? 'this is no option' : `tier ${next}`}.`,
    );
  else if (approved.length === 0 && defining.length === 1)
    changes.push(
      `The tier rests on one statement (${defining[0]?.evidenceId}): without it ${next === undefined ? 'this is no option' : `tier ${next}`}.`,
    );
  const doubtful = [...new Set([...defining, ...approved].flatMap(({ findingIds }) => findingIds))]
    .map((id) => findings.get(id))
    .filter((finding) => finding?.needsYou === true);
  for (const finding of doubtful)
    if (finding !== undefined)
      changes.push(
        `It rests on ${nameOf(finding, finding.id)}, which needs review${finding.flags.length > 0 ? ` (${finding.flags[0]})` : ''}; tier now ${weight}.`,
      );
  const hinges = new Map<string, string[]>();
  for (const one of open) {
    if (polarity({ type: 'predictive', ...one }) !== 'against') continue;
    if (
      !treatmentsOf(one).some(
        ({ id }) => id === treatment.id || treatment.agents.some((agent) => agent.toLowerCase() === id),
      )
    )
      continue;
    for (const { reason } of one.missing)
      hinges.set(reason, [...(hinges.get(reason) ?? []), `${one.evidenceId}, level ${one.level}`]);
  }
  for (const [reason, statements] of [...hinges].sort(([a], [b]) => compare(a, b)))
    changes.push(`${reason}: it could speak against this (${list(statements, 2)}).`);
  return changes;
}

/** What its label asks of earlier lines, where none is on record: a line entered moves it up or down. */
export const lineChanges = (line: LabelLine | undefined, { therapyLines }: CaseRecord): string[] =>
  line?.fit === 'unknown' && therapyLines.length === 0
    ? [`No line of therapy is on record: ${line.text.replace(/; on record: .*$/, '')}.`]
    : [];

/** Each finding that another medicine brings falls with it; an unknown organ could add one. */
export function safetyChanges(safety: OptionSafety | undefined): string[] {
  const partners = new Set(
    (safety?.findings ?? []).flatMap(({ action, other }) =>
      action === 'monitor' || other === undefined ? [] : [other],
    ),
  );
  return [
    ...[...partners].map((other) => `Without ${other} its safety stands better.`),
    ...(safety?.open ?? []).map(
      (organ) => `Function of the ${organ} is not on record: its label may ask for another dose.`,
    ),
  ];
}

interface OpenRow {
  gene: string;
  modality: OptionsTable['wouldChange'][number]['modality'];
  reason: string;
  adds: Map<string, string>;
  excludes: Map<string, string>;
  evidence: string[];
  approvals: string[];
  level: 'A' | 'B' | 'C' | 'D' | 'E';
}

/** Measured markers whose result makes an approval an option here; PD-L1 and hormone receptors alone do not. */
const CHOOSING = /^(?:MSI|TMB|HRD)$/;

/** What an approval in force for this tumor type waits for, as far as a test can tell it. */
function awaited({ state, status, limits, missing, ...place }: Approved): Approved['missing'] {
  if (state !== 'open' || status !== 'active' || limits.length > 0 || !inThisType(place)) return [];
  return missing.flatMap((one) => {
    if (one.modality !== 'biomarker' || CHOOSING.test(one.gene)) return [one];
    return /^HER2 Positive\b/.test(one.reason) ? [{ ...one, gene: 'HER2', reason: 'HER2 status not reported' }] : [];
  });
}

/** One row per fact that is missing: which treatments it would add and which it would rule out. */
export function whatTestingWouldChange(
  open: readonly OpenEvidence[],
  options: ReadonlySet<string>,
  exclusions: ReadonlyMap<string, TherapyExclusion>,
  approvals: readonly Approved[],
): OptionsTable['wouldChange'] {
  const rows = new Map<string, OpenRow>();
  const rowOf = (
    { gene, modality, reason }: OpenEvidence['missing'][number],
    level: OpenRow['level'],
  ): [string, OpenRow] => {
    const key = `${gene}|${modality}`;
    return [
      key,
      rows.get(key) ?? {
        gene,
        modality,
        reason,
        adds: new Map(),
        excludes: new Map(),
        evidence: [],
        approvals: [],
        level,
      },
    ];
  };
  for (const one of open) {
    const side = polarity({ type: 'predictive', ...one });
    if (side === 'neither') continue;
    // A statement that waits for several facts is told under each of them.
    for (const missing of one.missing) {
      const [key, row] = rowOf(missing, one.level);
      let told = false;
      for (const { id, label } of treatmentsOf(one)) {
        if (side === 'for' && (options.has(id) || exclusions.has(id))) continue;
        if (side === 'against' && exclusions.has(id)) continue;
        (side === 'for' ? row.adds : row.excludes).set(id, label);
        told = true;
      }
      if (!told) continue;
      row.evidence.push(one.evidenceId);
      if (one.level < row.level) row.level = one.level;
      rows.set(key, row);
    }
  }
  // A marker that an approval chooses its patients by makes level A, whether or not a statement speaks of it.
  for (const one of approvals) {
    if (one.therapies.length === 0) continue;
    const { id, label } = treatmentOf(one);
    if (options.has(id) || exclusions.has(id)) continue;
    for (const missing of awaited(one)) {
      const [key, row] = rowOf(missing, 'A');
      row.adds.set(id, label);
      row.approvals.push(`${one.agency} ${one.approvalId}`);
      row.level = 'A';
      rows.set(key, row);
    }
  }
  return [...rows.values()]
    .sort(
      (a, b) =>
        compare(a.level, b.level) ||
        b.adds.size + b.excludes.size - (a.adds.size + a.excludes.size) ||
        b.evidence.length + b.approvals.length - (a.evidence.length + a.approvals.length) ||
        compare(a.gene, b.gene) ||
        compare(a.modality, b.modality),
    )
    .map(({ gene, modality, reason, adds, excludes, evidence, approvals, level }) => {
      const add = [...adds.values()].sort();
      const out = [...excludes.values()].sort();
      const effects = [
        ...(add.length > 0 ? [`a result could add ${list(add)}`] : []),
        ...(out.length > 0 ? [`a result could rule out ${list(out)}`] : []),
      ];
      return {
        gene,
        modality,
        text: `${reason}: ${effects.join('; ')}.`,
        adds: add,
        excludes: out,
        evidence: [...new Set(evidence)],
        ...(approvals.length === 0 ? {} : { approvals: [...new Set(approvals)] }),
        level,
      };
    });
}
