import { parseArgs } from 'node:util';
import { systemClock } from '../../ports.ts';
import { verifyReport } from '../../report/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson } from '../command.ts';

export const verify: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, trust: { type: 'string', multiple: true } },
  });
  const path = onlyArgument(positionals, 'the report', 'report verify <pdf> [--trust ca.pem] [--json]');
  const anchors = await Promise.all(
    (values.trust ?? []).map(async (file) => Buffer.from(await fileBytes(file)).toString('utf8')),
  );
  const found = await verifyReport(await fileBytes(path), { trustAnchorsPem: anchors, now: systemClock.now() });
  if (values.json) printJson({ ok: found.verdict === 'valid' || found.verdict === 'valid-untrusted', ...found });
  else {
    print(`Verdict: ${found.verdict}`, `SHA-256: ${found.sha256}`);
    if (found.reportId !== undefined) print(`Report: ${found.reportId}`);
    for (const signature of found.signatures)
      print(
        `Signed by ${signature.signer}${signature.meaning === undefined ? '' : `, ${signature.meaning}`}${signature.signingTime === undefined ? '' : `, stated time ${signature.signingTime}`}`,
        `  level found: ${signature.level}; ${signature.algorithm}; chain: ${signature.chain}`,
        `  digest ${signature.digestMatches ? 'matches' : 'DOES NOT MATCH'}, signature ${signature.signatureMatches ? 'matches' : 'DOES NOT MATCH'}, covers the whole file: ${signature.coversWholeRevision ? 'yes' : 'NO'}`,
        ...signature.problems.map((problem) => `  problem: ${problem}`),
      );
    print(...found.problems.map((problem) => `Problem: ${problem}`));
  }
  // Unknown trust is not a failed check where no anchor was given; where one was given, it is.
  const sound = found.verdict === 'valid' || (found.verdict === 'valid-untrusted' && anchors.length === 0);
  return sound ? 0 : 1;
};
