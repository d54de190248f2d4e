/**
 * What is to be sent and is not yet acknowledged. The queue is the journal itself: a message is queued by an event that names
 * its sealed bytes, and is done when an `export.written` or a `message.cancelled` event names it; so nothing is lost by a crash or a partner that is
 * down, and the same content to the same partner is never queued twice.
 */
import { z } from 'zod';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock, Sha256 } from '../../shared/foundation/ids.ts';
import type { Vault } from '../vault/index.ts';
import { sha256 } from './import.ts';

const Queued = z.object({
  messageId: z.string(),
  channel: z.string(),
  format: z.string(),
  sha256: z.string(),
  sizeBytes: z.number().int().nonnegative(),
});
const Tried = z.object({ messageId: z.string(), code: z.string().optional() });

export interface OutboxItem extends z.infer<typeof Queued> {
  readonly caseId: CaseId;
  readonly queuedAt: string;
  readonly attempts: number;
  /** Milliseconds since 1970 before which it is not tried again. */
  readonly notBefore: number;
  /** The fault of the last try. */
  readonly lastCode?: string | undefined;
}

export interface Delivery {
  readonly sent: readonly string[];
  readonly failed: readonly string[];
  /** Not tried yet, for their time has not come. */
  readonly waiting: number;
}

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 3_600_000;
const pauseAfter = (attempts: number): number => Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
/** What has longer to wait than its whole pause was put off by a clock that has been set back since: it is tried. */
const isPutOff = ({ notBefore, attempts }: OutboxItem, now: number): boolean =>
  notBefore > now && notBefore - now <= pauseAfter(attempts);

/** The name under which content goes to a partner; 20 characters, as MSH-10 of HL7 v2 allows. */
export const messageIdOf = (channel: string, caseId: string, contentSha256: string): string =>
  sha256(JSON.stringify([channel, caseId, contentSha256]))
    .slice(0, 20)
    .toUpperCase();

export function createOutbox({ vault, clock }: { vault: () => Vault; clock: Clock }) {
  let turn: Promise<unknown> = Promise.resolve();

  function items(): { open: OutboxItem[]; known: Set<string> } {
    const held = vault();
    const open = new Map<string, OutboxItem>();
    const known = new Set<string>();
    for (const { type, payload, caseId, time } of held.read({
      types: ['message.queued', 'message.failed', 'message.cancelled', 'export.written'],
    })) {
      // The message of an erased case is gone with it.
      const tried = Tried.safeParse(payload);
      if (!tried.success || caseId === null) continue;
      const { messageId, code } = tried.data;
      const item = open.get(messageId);
      if (type === 'message.queued') {
        const queued = Queued.safeParse(payload);
        known.add(messageId);
        if (queued.success) open.set(messageId, { ...queued.data, caseId, queuedAt: time, attempts: 0, notBefore: 0 });
      } else if (type === 'export.written') open.delete(messageId);
      else if (type === 'message.cancelled') {
        open.delete(messageId);
        known.delete(messageId);
      } else if (item !== undefined) {
        const attempts = item.attempts + 1;
        const notBefore = Date.parse(time) + pauseAfter(attempts);
        open.set(messageId, { ...item, attempts, notBefore, lastCode: code });
      }
    }
    return { open: [...open.values()], known };
  }

  async function queue(input: { caseId: CaseId; channel: string; format: string; bytes: Uint8Array }): Promise<string> {
    const held = vault();
    const { caseId, channel, format, bytes } = input;
    const messageId = messageIdOf(channel, caseId, sha256(bytes));
    if (items().known.has(messageId)) return messageId;
    const stored: Sha256 = await held.putBlob(caseId, bytes);
    held.append({
      actor: held.user.userId,
      caseId,
      type: 'message.queued',
      payload: { messageId, channel, format, sha256: stored, sizeBytes: bytes.byteLength },
    });
    return messageId;
  }

  /** @throws FaultError not-found where no such message waits */
  async function cancel(messageId: string, reason: string): Promise<void> {
    const held = vault();
    const item = items().open.find((one) => one.messageId === messageId);
    if (item === undefined)
      throw new FaultError(fault('not-found', 'No such message waits to be sent.', 'List the queue for its id.'));
    held.append({
      actor: held.user.userId,
      caseId: item.caseId,
      type: 'message.cancelled',
      payload: { messageId, channel: item.channel, format: item.format, reason: reason.slice(0, 300) },
    });
  }

  /** In the order of queueing; a message that fails does not hold up those of other cases, but those of its own. */
  async function deliver(
    channel: string,
    send: (item: OutboxItem, bytes: Uint8Array) => Promise<string | undefined>,
    {
      now: isNow = false,
      upTo,
    }: {
      /** Without waiting for the time of the next try. */
      readonly now?: boolean;
      /** Only this message, and what of the same case waits before it. */
      readonly upTo?: string;
    } = {},
  ): Promise<Delivery> {
    const held = vault();
    const now = Date.parse(clock.now());
    const sent: string[] = [];
    const failed: string[] = [];
    const stopped = new Set<string>();
    let waiting = 0;
    const ofChannel = items().open.filter((one) => one.channel === channel);
    const last = ofChannel.findIndex((one) => one.messageId === upTo);
    if (upTo !== undefined && last < 0)
      throw new FaultError(fault('not-found', 'No such message waits for this partner.', 'List the queue for its id.'));
    const chosen =
      upTo === undefined
        ? ofChannel
        : ofChannel.slice(0, last + 1).filter(({ caseId }) => caseId === ofChannel[last]?.caseId);
    for (const item of chosen) {
      const { messageId, caseId } = item;
      if ((!isNow && isPutOff(item, now)) || stopped.has(caseId)) {
        // A later report never overtakes an earlier one of the same case.
        stopped.add(caseId);
        waiting += 1;
        continue;
      }
      // Another host on the same queue may have sent it, or a person taken it out, while those before it went.
      if (!items().open.some((one) => one.messageId === messageId)) continue;
      const actor = held.user.userId;
      try {
        const bytes = await held.getBlob(caseId, item.sha256 as Sha256);
        const answer = await send(item, bytes);
        held.append({
          actor,
          caseId,
          type: 'export.written',
          payload: {
            messageId,
            channel,
            format: item.format,
            sha256: item.sha256,
            ...(answer === undefined ? {} : { answer }),
          },
        });
        sent.push(messageId);
      } catch (error) {
        const { code } = faultFrom(error);
        if (code === 'locked') throw error;
        held.append({ actor, caseId, type: 'message.failed', payload: { messageId, channel, code } });
        failed.push(messageId);
        stopped.add(caseId);
      }
    }
    return { sent, failed, waiting };
  }

  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    pending: (): OutboxItem[] => items().open,
    /** Gives the message's id; content that was queued for this partner before is not queued again. */
    queue: (input: Parameters<typeof queue>[0]): Promise<string> => inTurn(() => queue(input)),
    cancel: (...input: Parameters<typeof cancel>): Promise<void> => inTurn(() => cancel(...input)),
    deliver: (...input: Parameters<typeof deliver>): Promise<Delivery> => inTurn(() => deliver(...input)),
  };
}

/** What a partner that does not take a message is called. */
export const notTaken = (code: string): FaultError =>
  new FaultError(
    fault(
      'write-failed',
      `The receiving system did not take the message (${code}).`,
      'It stays in the queue; look at the receiving system.',
    ),
  );
