/** What waits to be sent, and deliveries in quarantine, for whoever looks after the station. */

import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeFault } from '../../../shared/foundation/fault.ts';
import { plural } from '../../../shared/report/words.ts';
import { createOutbox, type OutboxItem, quarantined, senderTo } from '../../exchange/index.ts';
import { systemClock } from '../../ports.ts';
import { type Command, onlyArgument, print, printJson, usageError } from '../command.ts';
import { needVault, vaultOptions, vaultUsage, withVault } from '../open-vault.ts';
import { partnerAt } from './exchange-live.ts';

const usage = `exchange queue [list | retry [<message id>] --partner p.json | cancel <message id> --reason why] [--json] ${vaultUsage}`;

const told = ({ messageId, caseId, channel, format, queuedAt, attempts, notBefore, lastCode }: OutboxItem) => ({
  messageId,
  caseId,
  channel,
  format,
  queuedAt,
  attempts,
  ...(lastCode === undefined ? {} : { lastCode }),
  ...(notBefore === 0 ? {} : { notBefore: new Date(notBefore).toISOString() }),
});

const lineOf = (item: OutboxItem): string => {
  const { messageId, caseId, channel, format, queuedAt, attempts, notBefore, lastCode } = told(item);
  const tried =
    attempts === 0
      ? 'not tried yet'
      : `${plural(attempts, 'try', 'tries')} (${lastCode ?? 'no answer'}), next ${notBefore ?? 'now'}`;
  return `${messageId}  ${caseId} to ${channel}, ${format}, since ${queuedAt}: ${tried}`;
};

/**
 * `list` writes nothing. `retry` does not wait for the time of the next try; with an id it sends that message and, before it, what
 * waits for the same partner of the same case. `cancel` takes a message out for good; the same content can be queued again. Exit 1
 * while something waits after `retry`.
 */
export const queue: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...vaultOptions,
      partner: { type: 'string' },
      reason: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb = 'list', id, ...more] = positionals;
  if (!['list', 'retry', 'cancel'].includes(verb) || more.length > 0 || (verb === 'list' && id !== undefined))
    throw usageError('Say list, retry or cancel.', usage);
  if (verb === 'cancel' && (id === undefined || (values.reason ?? '').trim() === ''))
    throw usageError('Name the message, and why it is not to be sent with --reason.', usage);
  const partner = verb === 'retry' ? await partnerAt(values.partner, usage) : undefined;
  return withVault(values, async (opened) => {
    const vault = needVault(opened);
    const outbox = createOutbox({ vault: () => vault, clock: systemClock });
    if (verb === 'cancel' && id !== undefined) {
      await outbox.cancel(id, (values.reason ?? '').trim());
      if (values.json) printJson({ ok: true, cancelled: id });
      else print(`${id} is not sent any more.`);
      return 0;
    }
    if (partner !== undefined) {
      const { name } = partner.partner;
      const done = await outbox.deliver(name, senderTo(partner.partner, partner.at), {
        now: true,
        ...(id === undefined ? {} : { upTo: id }),
      });
      const waiting = outbox.pending().filter(({ channel }) => channel === name);
      if (values.json) printJson({ ok: waiting.length === 0, ...done, queue: waiting.map(told) });
      else print(...done.sent.map((one) => `sent ${one}`), ...waiting.map(lineOf), `${waiting.length} waiting.`);
      return waiting.length === 0 ? 0 : 1;
    }
    const waiting = outbox.pending();
    if (values.json) printJson({ ok: true, queue: waiting.map(told) });
    else print(...waiting.map(lineOf), `${waiting.length} waiting.`);
    return 0;
  });
};

const quarantineUsage = 'exchange quarantine <drop folder> [--json]';

/** Deliveries that no draft was made of, with their reasons; `exchange watch --retry` tries one again. Exit 1 where there are some. */
export const quarantine: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const folder = resolve(onlyArgument(positionals, 'the drop folder', quarantineUsage));
  const found = await quarantined(folder);
  if (values.json) printJson({ ok: found.length === 0, quarantine: found });
  else
    print(
      ...found.flatMap(({ id, files, since, reasons }) => [
        `${id}  ${plural(files, 'file')} since ${since}`,
        ...reasons.map((one) => `  ${describeFault(one)}`),
      ]),
      `${found.length} in quarantine in ${basename(folder)}.`,
    );
  return found.length === 0 ? 0 : 1;
};
