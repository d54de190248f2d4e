/** Live systems from the command line. Each is off until somebody starts it, and speaks to the loopback address or a partner's file. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { valueAt, writeHl7 } from '../../../shared/exchange/hl7/message.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import type { CaseId } from '../../../shared/foundation/ids.ts';
import { plural } from '../../../shared/report/words.ts';
import {
  type AccessToken,
  backendKey,
  backendToken,
  checkFhir,
  createOutbox,
  dropMessage,
  fetchBundle,
  launchByBrowser,
  type Partner,
  partnerFrom,
  senderTo,
  smartPartner,
  startMllp,
} from '../../exchange/index.ts';
import { makeFolder } from '../../make-folder.ts';
import { systemClock } from '../../ports.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { journalled, needVault, vaultOptions, vaultUsage, withVault } from '../open-vault.ts';
import { writeWhole } from './analyze.ts';

const json = { json: { type: 'boolean', default: false } } as const;

export async function partnerAt(path: string | undefined, usage: string): Promise<{ partner: Partner; at: string }> {
  if (path === undefined) throw usageError('Name the partner’s file with --partner.', usage);
  return {
    partner: partnerFrom(new TextDecoder().decode(await fileBytes(path)), basename(path)),
    at: resolve(path),
  };
}

interface Sending {
  readonly usage: string;
  readonly kinds: readonly Partner['kind'][];
  readonly format: string;
  /** Refuses what is no message of this format before it is queued. */
  readonly check: (bytes: Uint8Array) => void;
}

/**
 * Queues content in a vault and sends what waits for that partner. What it does not take stays in the queue, with its next try; a
 * later call without content tries again. Exit 1 while something waits.
 */
async function sent(argv: readonly string[], { usage, kinds, format, check }: Sending): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { ...vaultOptions, ...json, partner: { type: 'string' }, case: { type: 'string' } },
  });
  const { partner, at } = await partnerAt(values.partner, usage);
  if (!kinds.includes(partner.kind)) throw usageError(`This partner is of kind ${partner.kind}.`, usage);
  const path = positionals.length === 0 ? undefined : onlyArgument(positionals, 'the message', usage);
  const bytes = path === undefined ? undefined : await fileBytes(path);
  if (bytes !== undefined) check(bytes);
  return withVault(values, async (opened) => {
    const vault = needVault(opened);
    const outbox = createOutbox({ vault: () => vault, clock: systemClock });
    let messageId: string | undefined;
    if (bytes !== undefined) {
      const caseId = values.case as CaseId | undefined;
      if (caseId === undefined) throw usageError('Name the case that it is of with --case.', usage);
      if (vault.caseListing(caseId) === undefined)
        throw new FaultError(fault('not-found', 'The vault has no such case.', 'See the worklist for its id.'));
      messageId = await outbox.queue({ caseId, channel: partner.name, format, bytes });
    }
    const done = await outbox.deliver(partner.name, senderTo(partner, at));
    const waiting = outbox.pending().filter(({ channel }) => channel === partner.name);
    const report = waiting.map(({ messageId: id, attempts, notBefore }) => ({
      messageId: id,
      attempts,
      ...(notBefore === 0 ? {} : { notBefore: new Date(notBefore).toISOString() }),
    }));
    if (values.json) printJson({ ok: waiting.length === 0, messageId, ...done, queue: report });
    else
      print(
        ...done.sent.map((id) => `sent ${id}`),
        ...report.map(
          ({ messageId: id, attempts, notBefore }) =>
            `waits ${id} after ${attempts} tries, until ${notBefore ?? 'now'}`,
        ),
        `${done.sent.length} sent, ${waiting.length} waiting.`,
      );
    return waiting.length === 0 ? 0 : 1;
  });
}

const sendUsage = `exchange send-hl7 [<message.hl7>] --partner p.json --case <id> [--json] ${vaultUsage}`;
export const sendHl7: Command = (argv) =>
  sent(argv, {
    usage: sendUsage,
    kinds: ['mllp', 'folder'],
    format: 'hl7',
    check: (bytes) => {
      if (!Buffer.from(bytes.subarray(0, 3)).equals(Buffer.from('MSH')))
        throw new FaultError(
          fault('format-unknown', 'This is no HL7 v2 message.', 'Make one with exchange export --format hl7-oru.'),
        );
    },
  });

const listenUsage = `exchange listen-hl7 -o <folder> [--port N] [--address IP] ${vaultUsage}`;

/** Listens until it is interrupted. Every message is on the disk before it is acknowledged; the same one again is not taken twice. */
export const listenHl7: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...vaultOptions,
      output: { type: 'string', short: 'o' },
      port: { type: 'string', default: '0' },
      address: { type: 'string', default: '127.0.0.1' },
    },
  });
  if (values.output === undefined) throw usageError('Name the folder with -o.', listenUsage);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw usageError('The port is a number up to 65535.', listenUsage);
  if (isIP(values.address) === 0) throw usageError('The address is an IP address of this machine.', listenUsage);
  const folder = resolve(values.output);
  makeFolder(folder);
  return withVault(values, async (vault) => {
    const server = await startMllp(
      async (message) => {
        const bytes = Buffer.from(writeHl7(message));
        const id = valueAt(message, 'MSH', 10);
        // Without a control id it could not be told from a replay, and without a type nobody knows what it is.
        if (id === '' || valueAt(message, 'MSH', 9) === '') throw new Error('no type or no control id');
        const kept = join(folder, `${id.replace(/[^A-Za-z0-9]/g, '') || 'message'}.hl7`);
        // The same control id with another content is not the same message: AE, and the first one stays.
        if (existsSync(kept)) {
          if (Buffer.compare(await readFile(kept), bytes) !== 0) throw new Error('another message of this id');
          return;
        }
        await dropMessage(folder, bytes);
        journalled(vault, 'message.received', null, { channel: 'mllp', format: 'hl7', sizeBytes: bytes.byteLength });
        say(`taken ${basename(kept)}`);
      },
      { address: values.address, port },
    );
    print(`${values.address}:${server.port}`);
    await interrupted();
    await server.close();
    return 0;
  });
};

const interrupted = (): Promise<void> =>
  new Promise((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });

const smartUsage = `exchange smart push [<fhir.json>] --partner p.json --case <id> ${vaultUsage} | exchange smart pull <Patient/id/$everything> --partner p.json -o <bundle.json> [--launch] [--json] | exchange smart launch --partner p.json [-o <bundle.json>] [--json]`;

export const smart: Command = async (argv) => {
  const [verb, ...rest] = argv;
  if (verb === 'push')
    return sent(rest, {
      usage: smartUsage,
      kinds: ['smart'],
      format: 'fhir',
      check: (bytes) => {
        const errors = unwrap(checkFhir(bytes)).filter(({ severity }) => severity === 'error');
        const [first] = errors;
        if (first !== undefined)
          throw new FaultError(
            fault(
              'field-invalid',
              `The bundle has ${errors.length} errors: ${first.message}.`,
              'See exchange validate.',
              {
                field: first.place,
              },
            ),
          );
      },
    });
  if (verb === 'launch') return launch(rest);
  if (verb !== 'pull') throw usageError('Say pull, push or launch.', smartUsage);
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      ...vaultOptions,
      ...json,
      partner: { type: 'string' },
      output: { type: 'string', short: 'o' },
      launch: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'what to ask for', smartUsage);
  if (values.output === undefined) throw usageError('Name the file to write with -o.', smartUsage);
  const { partner, at } = await partnerAt(values.partner, smartUsage);
  if (partner.kind !== 'smart') throw usageError(`This partner is of kind ${partner.kind}.`, smartUsage);
  const token = values.launch
    ? await launched(partner)
    : await backendToken(smartPartner(partner), await backendKey(partner, at), partner.scope);
  const pulled = await pullInto(values.output, { partner, token, path, vault: values });
  if (values.json) printJson({ ok: true, ...pulled });
  else print(pulledLine(pulled));
  return 0;
};

const launched = (partner: Extract<Partner, { kind: 'smart' }>): Promise<AccessToken> =>
  launchByBrowser(smartPartner(partner), {
    scope: partner.scope,
    show: (address) => {
      say('Open this address in a browser on this machine and log in; waiting five minutes.');
      say(address);
    },
  });

/**
 * Logs a person in and says what was granted; with -o it also asks for everything of the patient that was chosen at the login. The
 * token is kept in memory for this and written nowhere.
 */
async function launch(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...vaultOptions, ...json, partner: { type: 'string' }, output: { type: 'string', short: 'o' } },
  });
  const { partner } = await partnerAt(values.partner, smartUsage);
  if (partner.kind !== 'smart') throw usageError(`This partner is of kind ${partner.kind}.`, smartUsage);
  const token = await launched(partner);
  const granted = token.scope ?? partner.scope;
  const denied = partner.scope.split(' ').filter((one) => !granted.split(' ').includes(one));
  const seconds = Math.max(0, Math.round((token.until - Date.now()) / 1000));
  let pulled: Pulled | undefined;
  if (values.output !== undefined) {
    if (token.patient === undefined)
      throw new FaultError(
        fault(
          'not-found',
          'No patient was chosen at the login.',
          'Ask for the scope launch/patient, or use smart pull.',
        ),
      );
    pulled = await pullInto(values.output, {
      partner,
      token,
      path: `Patient/${token.patient}/$everything`,
      vault: values,
    });
  }
  const patient = token.patient !== undefined;
  if (values.json) printJson({ ok: true, granted, denied, patient, seconds, ...pulled });
  else
    print(
      `Granted: ${granted}`,
      ...(denied.length === 0 ? [] : [`Not granted: ${denied.join(' ')}`]),
      patient ? 'A patient was chosen.' : 'No patient was chosen.',
      `Good for ${seconds} seconds; the token is written nowhere.`,
      ...(pulled === undefined ? [] : [pulledLine(pulled)]),
    );
  return 0;
}

interface Pulled {
  readonly resources: number;
  readonly errors: number;
}
const pulledLine = ({ resources, errors }: Pulled): string =>
  `${plural(resources, 'resource')}, ${plural(errors, 'error')}; import it with exchange import.`;

/** Asks for FHIR and writes it whole, or nothing. */
async function pullInto(
  output: string,
  asked: {
    readonly partner: Extract<Partner, { kind: 'smart' }>;
    readonly token: AccessToken;
    readonly path: string;
    readonly vault: Parameters<typeof withVault>[0];
  },
): Promise<Pulled> {
  const bundle = await fetchBundle(smartPartner(asked.partner), asked.token, asked.path);
  const text = canonicalJson(bundle);
  // Read before it is written: a page that is no FHIR stays outside.
  const issues = unwrap(checkFhir(Buffer.from(text)));
  await writeWhole(output, text);
  await withVault(asked.vault, async (vault) =>
    journalled(vault, 'message.received', null, {
      channel: asked.partner.name,
      format: 'fhir',
      sizeBytes: Buffer.byteLength(text),
    }),
  );
  return {
    resources: Array.isArray(bundle.entry) ? bundle.entry.length : 1,
    errors: issues.filter(({ severity }) => severity === 'error').length,
  };
}
