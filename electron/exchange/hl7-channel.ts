/** HL7 v2 messages to a drop folder or a partner's MLLP port, one way of naming for both. */
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeHl7 } from '../../shared/exchange/hl7/message.ts';
import { documentMessage, type Hl7Envelope, type Hl7Paper, resultMessage } from '../../shared/exchange/hl7/result.ts';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { sha256 } from './import.ts';
import { isAllowed, type MllpPartner, sendMllp } from './mllp.ts';
import { notTaken, type OutboxItem } from './outbox.ts';

export type Hl7Kind = 'oru' | 'mdm';

/** The message and its control id, which follows from what is said and of which case: the same again is the same message. */
export function hl7Of(
  kind: Hl7Kind,
  input: ReportInput,
  paper: { readonly pdf: Uint8Array; readonly signed: boolean },
  site: Omit<Hl7Envelope, 'controlId' | 'time'> = {},
): { readonly text: string; readonly controlId: string } {
  const controlId = sha256(`${kind}/${input.record.caseId}/${input.reportId}/${sha256(paper.pdf)}`)
    .slice(0, 20)
    .toUpperCase();
  const held: Hl7Paper = {
    pdfBase64: Buffer.from(paper.pdf).toString('base64'),
    signed: paper.signed,
    reportId: input.reportId,
  };
  const make = kind === 'oru' ? resultMessage : documentMessage;
  return { text: writeHl7(make(input, held, { ...site, controlId, time: input.composedAt })), controlId };
}

const controlIdOf = (bytes: Uint8Array): string => {
  const [head = ''] = Buffer.from(bytes.subarray(0, 4096)).toString('utf8').split('\r');
  return head.split('|')[9] ?? '';
};

/** Whole or not there: a reader never sees half a message. The name says nothing of the patient. */
export async function dropMessage(folder: string, bytes: Uint8Array): Promise<string> {
  const name = `${controlIdOf(bytes).replace(/[^A-Za-z0-9]/g, '') || 'message'}.hl7`;
  const unfinished = join(folder, `.${name}.${process.pid}.part`);
  if (!existsSync(folder))
    throw new FaultError(
      fault(
        'write-failed',
        'The drop folder is not there.',
        'Make it, or correct its path; the message stays in the queue.',
      ),
    );
  try {
    await writeFile(unfinished, bytes, { flag: 'wx' });
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    // A full disk has a word of its own; whatever else keeps a folder from taking a file is the folder's.
    if (faultFrom(error).code === 'disk-full') throw error;
    throw new FaultError(
      fault(
        'write-failed',
        'The drop folder takes no file.',
        'Make it writable for this program; the message stays in the queue.',
      ),
    );
  }
  return name;
}

/** For `Outbox.deliver`: to a drop folder. */
export const toFolder =
  (folder: string) =>
  async (_item: OutboxItem, bytes: Uint8Array): Promise<undefined> =>
    void (await dropMessage(folder, bytes));

/**
 * For `Outbox.deliver`: to a partner's port; done only where it says AA.
 * @param configured addresses beside the loopback one that the admin allows
 */
export const toMllp =
  (partner: MllpPartner, configured: readonly string[] = []) =>
  async (_item: OutboxItem, bytes: Uint8Array): Promise<string> => {
    if (!isAllowed(partner.host, configured))
      throw new FaultError(
        fault('forbidden', 'This address is not one that was configured.', 'Ask an admin to allow it.'),
      );
    const { code } = await sendMllp(Buffer.from(bytes).toString('utf8'), controlIdOf(bytes), partner);
    if (code !== 'AA') throw notTaken(code);
    return code;
  };
