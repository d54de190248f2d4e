/** Retention over an open vault (F105): which cases are due, what erasing one would take, and who has to agree. */
import { setImmediate } from 'node:timers/promises';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock, UserId } from '../../shared/foundation/ids.ts';
import {
  type CaseActs,
  type ErasureProposal,
  isBehind,
  needsSecondPerson,
  type RetentionCase,
  type RetentionList,
  RetentionQuery,
  type RetentionReading,
  type RetentionStanding,
  readRetention,
  standingOf,
} from '../../shared/vault/retention.ts';
import type { RetentionRules } from '../../shared/vault/retention-rules.ts';
import type { Journal } from './journal.ts';
import type { ErasureWish, Projections, RetentionSetting } from './projections.ts';

const PAGE = 5000;

export interface RetentionNeeds {
  readonly journal: Journal;
  readonly views: Projections;
  readonly clock: Clock;
}

/** Goes through the journal without opening a seal, a page at a time, so that a long one leaves room for other work. */
async function readJournal(journal: Journal): Promise<RetentionReading> {
  const reading = readRetention();
  for (let cursor = 0; ; ) {
    const lines = journal.outlines(cursor, PAGE);
    for (const line of lines) reading.take(line);
    const last = lines.at(-1);
    if (last === undefined) return reading.done();
    cursor = last.sequence;
    await setImmediate();
  }
}

const named = (wish: ErasureWish | undefined, names: ReadonlyMap<string, string>): ErasureProposal | null =>
  wish === undefined ? null : { ...wish, byName: names.get(wish.by) ?? wish.by };

const RANKS: Readonly<Record<RetentionStanding['kind'], number>> = { due: 0, unclear: 1, kept: 2, 'no-rule': 3 };
const orderOf = ({ standing, caseId }: RetentionCase): string =>
  `${RANKS[standing.kind]} ${standing.kind === 'no-rule' ? '' : standing.until} ${caseId}`;

/** Read-only: nothing changes by looking. Cases are named by their ids alone, which is what auditors see of them. */
export async function retentionList(
  { journal, views, clock }: RetentionNeeds,
  query: RetentionQuery,
): Promise<RetentionList> {
  const { all, limit } = RetentionQuery.parse(query);
  const reading = await readJournal(journal);
  const judgedAt = clock.now();
  const names = views.names();
  const told = (setting: RetentionSetting | undefined) =>
    setting === undefined ? null : { ...setting, byName: names.get(setting.by) ?? setting.by };
  const inForce = told(views.retention('in-force'));
  const holds = new Map(views.holds().map((hold) => [hold.caseId, hold.reason]));
  const wishes = new Map(views.erasureProposals().map((wish) => [wish.caseId, wish]));
  const time = { now: judgedAt, latest: reading.latest, pauses: reading.pauses };
  const cases = views
    .cases()
    .filter(({ status }) => status !== 'erased')
    .map(
      ({ caseId, status }): RetentionCase => ({
        caseId,
        status,
        standing: standingOf(status, reading.acts.get(caseId), inForce?.rules ?? null, time),
        hold: holds.get(caseId) ?? null,
        proposal: named(wishes.get(caseId), names),
      }),
    );
  const count = (kind: RetentionStanding['kind']): number =>
    cases.filter(({ standing }) => standing.kind === kind).length;
  const asked = cases
    .filter(({ standing: { kind }, proposal }) => all || kind === 'due' || kind === 'unclear' || proposal !== null)
    .map((one) => ({ one, order: orderOf(one) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ one }) => one);
  return {
    inForce,
    proposed: told(views.retention('proposed')),
    judgedAt,
    clock: {
      latest: reading.latest,
      isBehind: isBehind(judgedAt, reading.latest),
      stepsBack: [...reading.stepsBack],
      pauses: [...reading.pauses],
    },
    counts: {
      due: count('due'),
      unclear: count('unclear'),
      kept: count('kept'),
      'no-rule': count('no-rule'),
      held: holds.size,
    },
    cases: asked.slice(0, limit),
    matching: asked.length,
  };
}

/** One case, from its own entries. @returns undefined for a case that is not there, or was erased */
export function retentionOf({ journal, views, clock }: RetentionNeeds, caseId: CaseId): RetentionCase | undefined {
  const listing = views.caseOf(caseId);
  if (listing === undefined || listing.status === 'erased') return undefined;
  const acts: CaseActs | undefined = journal.actsOf(caseId);
  const rules = views.retention('in-force')?.rules ?? null;
  const time = { now: clock.now(), latest: journal.latestTime() };
  return {
    caseId,
    status: listing.status,
    standing: standingOf(listing.status, acts, rules, time),
    hold: views.holdOf(caseId)?.reason ?? null,
    proposal: named(views.erasureProposal(caseId), views.names()),
  };
}

const refused = (message: string, remedy: string): FaultError => new FaultError(fault('forbidden', message, remedy));

/**
 * What stands in the way of an erasure beside a legal hold: a period that runs, or a second person who has not spoken.
 * Without rules of the site a person's word is enough that a period has ended.
 * @throws FaultError forbidden
 */
export function assertErasable(needs: RetentionNeeds, caseId: CaseId, actor: UserId, reason: string): void {
  const { views } = needs;
  const rules = views.retention('in-force')?.rules;
  const found = retentionOf(needs, caseId);
  if (rules === undefined || found === undefined) return;
  assertEnded(rules, reason, found);
  if (!needsSecondPerson(rules.twoPersons, reason, found.standing)) return;
  const wish = views.erasureProposal(caseId);
  if (wish === undefined)
    throw refused(
      'Two persons have to agree before this case is erased.',
      'Propose the erasure; another admin then erases the case.',
    );
  if (wish.by === actor)
    throw refused('Whoever proposed an erasure does not carry it out.', 'Ask another admin to erase the case.');
  if (wish.reason !== reason)
    throw refused('The erasure was proposed for another reason.', 'Agree on the reason, and propose it anew.');
  if (!isAdmin(views, wish.by))
    throw refused('Whoever proposed the erasure is no admin any more.', 'Propose it anew; another admin then erases.');
}

/** @throws FaultError forbidden where the period runs, or such cases are kept without an end */
export function assertEnded(rules: RetentionRules | undefined, reason: string, { standing }: RetentionCase): void {
  if (reason !== 'retention-ended' || rules === undefined) return;
  if (standing.kind === 'no-rule')
    throw refused('Cases like this are kept without an end by the rules of this site.', 'Give another reason.');
  if (standing.kind === 'kept')
    throw refused(
      `The retention period of this case runs until ${standing.until.slice(0, 10)}.`,
      'Wait until then, or give another reason.',
    );
}

export const isAdmin = (views: Projections, person: UserId): boolean =>
  views.users().some(({ userId, roles }) => userId === person && roles.includes('admin'));
export const adminCount = (views: Projections): number =>
  views.users().filter(({ roles }) => roles.includes('admin')).length;
