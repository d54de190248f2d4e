import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import type { ReportVerification, SignatureCheck } from '../../../shared/report/report.ts';
import { systemClock } from '../../ports.ts';
import { holdsCertificates, verifyReport } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson } from '../command.ts';

export const verify: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      trust: { type: 'string', multiple: true },
      crl: { type: 'string', multiple: true },
    },
  });
  const path = onlyArgument(positionals, 'the report', 'report verify <pdf> [--trust ca.pem] [--crl ca.crl] [--json]');
  const anchors = await Promise.all((values.trust ?? []).map(trustAnchor));
  const revocationLists = await Promise.all((values.crl ?? []).map(fileBytes));
  const found = await verifyReport(await fileBytes(path), {
    trustAnchorsPem: anchors,
    now: systemClock.now(),
    revocationLists,
  });
  const isAccepted = accepts(found);
  if (values.json) printJson({ ok: isAccepted, ...found });
  else print(...verificationLines(found));
  return isAccepted ? 0 : 1;
};

/** A PEM file's text, once it is one. */
export async function trustAnchor(path: string): Promise<string> {
  const text = Buffer.from(await fileBytes(path)).toString('utf8');
  if (holdsCertificates(text)) return text;
  throw new FaultError(
    fault(
      'format-unknown',
      'The trust anchor is not a certificate in PEM form.',
      'Convert it: openssl x509 -inform DER -in ca.der -out ca.pem.',
      { file: basename(path) },
    ),
  );
}

/** That nobody was given to trust is not a failed check; an unknown, expired or unfit signer is. */
export const accepts = (found: ReportVerification): boolean =>
  found.verdict === 'valid' ||
  (found.verdict === 'valid-untrusted' && found.signatures.every(({ chain }) => chain === 'no-anchor-given'));

function sentence({ verdict, signatures }: ReportVerification): string {
  if (verdict === 'valid')
    return 'VALID: nothing was changed since it was signed, and the signer leads to a trust anchor.';
  if (verdict === 'invalid') return 'INVALID: do not rely on this file.';
  if (verdict === 'unsigned') return 'UNSIGNED: the file carries no signature.';
  return signatures.every(({ chain }) => chain === 'no-anchor-given')
    ? 'UNCHANGED since it was signed; who signed was not checked: give the certificate of the authority with --trust ca.pem.'
    : 'UNCHANGED since it was signed, but the signer could not be established.';
}

const CHAIN: Readonly<Record<SignatureCheck['chain'], string>> = {
  trusted: 'leads to a trust anchor',
  'no-anchor-given': 'not checked, no trust anchor was given',
  untrusted: 'does NOT lead to a trust anchor',
  expired: 'EXPIRED',
  'not-yet-valid': 'NOT YET VALID',
  unsuitable: 'may NOT sign',
  revoked: 'REVOKED',
};

const REVOCATION: Readonly<Record<NonNullable<SignatureCheck['revocation']> | 'none', string>> = {
  good: 'not revoked by the lists in the file or given',
  unknown: 'not known: no list in force was found for each certificate',
  revoked: 'REVOKED',
  none: 'not checked',
};

export function verificationLines(found: ReportVerification): string[] {
  const line = (label: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${label.padEnd(14)}${value}`];
  return [
    sentence(found),
    ...found.problems.map((problem) => `  problem: ${problem}`),
    ...line('Report', found.reportId),
    ...line('Amends', found.amends),
    ...line('Checkpoint', found.checkpoint),
    ...line('SHA-256', found.sha256),
    ...(found.attachments ?? []).map(
      ({ name, sizeBytes, sha256 }) => `${'  attached'.padEnd(14)}${sha256}  ${name} (${sizeBytes} bytes)`,
    ),
    ...found.signatures.flatMap((signature, index) => [
      '',
      ...line(`Signature ${index + 1}`, signature.signer),
      ...line('  meaning', signature.meaning),
      ...line('  stated time', signature.signingTime),
      ...line('  level', signature.level),
      ...line(
        '  time-stamp',
        signature.timeStamp === undefined
          ? undefined
          : `${signature.timeStamp.time} by ${signature.timeStamp.authority}${signature.timeStamp.isTrusted ? ', which leads to a trust anchor' : ', whose authority was not checked or not found'}`,
      ),
      ...line('  revocation', REVOCATION[signature.revocation ?? 'none']),
      ...line('  algorithm', signature.algorithm),
      ...line('  content', signature.digestMatches ? 'as signed' : 'CHANGED'),
      ...line('  signature', signature.signatureMatches ? 'matches the certificate' : 'DOES NOT MATCH the certificate'),
      ...line('  covers', signature.coversWholeRevision ? 'everything up to the end of its revision' : 'NOT the whole'),
      ...line('  certificate', CHAIN[signature.chain]),
      ...signature.problems.map((problem) => `  problem: ${problem}`),
      ...(signature.notes ?? []).map((note) => `  note: ${note}`),
    ]),
  ];
}
