import { parseArgs } from 'node:util';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import type { RetentionCase, RetentionList } from '../../../shared/vault/retention.ts';
import { RetentionGroup } from '../../../shared/vault/retention-rules.ts';
import { permitsAny } from '../../../shared/vault/roles.ts';
import { defaultDataFolder } from '../../data-folder.ts';
import { type Command, print, printJson } from '../command.ts';
import { needVault, vaultOptions, withVault } from '../open-vault.ts';

const day = (time: string): string => time.slice(0, 10);

function standingLine({ caseId, status, standing, hold, proposal }: RetentionCase): string {
  const told =
    standing.kind === 'no-rule'
      ? 'no rule ends its period'
      : `${standing.kind === 'due' ? 'due since' : standing.kind === 'unclear' ? 'unclear, the clocks disagree:' : 'kept until'} ${day(standing.until)} (${standing.years} years after ${standing.from === 'decision' ? 'the decision' : 'the last act'} of ${day(standing.since)})`;
  return [
    `${caseId}\t${status}\t${told}`,
    ...(standing.kind !== 'no-rule' && standing.inPause
      ? ['came due while the station was not used: check its date']
      : []),
    ...(hold === null ? [] : ['legal hold']),
    ...(proposal === null ? [] : [`erasure proposed by ${proposal.byName} on ${day(proposal.at)}`]),
  ].join('\t');
}

function rulesLines({ inForce, proposed }: RetentionList): string[] {
  if (inForce === null) return ['This site has set no retention periods; an admin sets them on the Retention page.'];
  const periods = RetentionGroup.options.map((group) => {
    const { years, from } = inForce.rules[group];
    return `${group}: ${years === null ? 'kept without end' : `${years} years after the ${from === 'decision' ? 'decision' : 'last act'}`}`;
  });
  return [
    `Rules since ${day(inForce.at)}, set by ${inForce.byName}: ${periods.join('; ')}; ${inForce.rules.twoPersons ? 'two persons erase' : 'one person erases'}.`,
    ...(proposed === null
      ? []
      : [`${proposed.byName} proposed other rules on ${day(proposed.at)}; a second admin has to agree.`]),
  ];
}

/** Read-only: the list is looked at and nothing is erased from here. */
export const retention: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...vaultOptions, all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  return withVault({ ...values, data: values.data ?? defaultDataFolder() }, async (opened) => {
    const vault = needVault(opened);
    if (!permitsAny(vault.user.roles, 'auditor'))
      throw new FaultError(
        fault('forbidden', 'This needs the role "auditor".', 'Ask someone who holds it, or an admin to grant it.'),
      );
    const list = await vault.retention({ all: values.all, limit: 10_000 });
    vault.append({
      actor: vault.user.userId,
      caseId: null,
      type: 'journal.viewed',
      payload: { call: 'vault.retention' },
    });
    if (values.json) {
      printJson(list);
      return 0;
    }
    const { counts, clock } = list;
    print(
      ...rulesLines(list),
      `${counts.due} due, ${counts.unclear} unclear, ${counts.kept} kept, ${counts['no-rule']} without a rule; ${counts.held} under legal hold. Judged on ${day(list.judgedAt)}.`,
      ...(clock.isBehind
        ? [
            `The clock of this station is behind: the journal knows ${day(clock.latest)}. Set it right before anything is erased.`,
          ]
        : []),
      ...clock.stepsBack.map(
        ({ sequence, from, to }) => `The clock went back at entry ${sequence}, from ${day(from)} to ${day(to)}.`,
      ),
      ...list.cases.map(standingLine),
      ...(list.cases.length < list.matching ? [`Showing ${list.cases.length} of ${list.matching}.`] : []),
    );
    return 0;
  });
};
