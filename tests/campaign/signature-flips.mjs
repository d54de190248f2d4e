/**
 * Every bit of a signed report, flipped one at a time (F088): `node tests/campaign/signature-flips.mjs [key] [bits]`,
 * a P-256 identity and all eight bits by default. Prints the figures and ends with 1 when a changed file was accepted.
 */
import { verifyReport } from '../../electron/report/signing/index.ts';
import { makeIdentity } from '../support/identity.ts';
import { opened, signed, smallPdf } from '../unit/report/support/signing.ts';

const key = process.argv[2] ?? 'P-256';
const bits = Number(process.argv[3] ?? 8);
const identity = await makeIdentity({ key, between: [{}] });
const report = await signed(smallPdf(), await opened(identity));
const terms = { trustAnchorsPem: [identity.anchorPem], now: new Date().toISOString() };
const untouched = await verifyReport(report, terms);

const verdicts = {};
const accepted = [];
for (let position = 0; position < report.length; position++)
  for (let bit = 0; bit < bits; bit++) {
    const changed = new Uint8Array(report);
    changed[position] ^= 1 << bit;
    const { verdict } = await verifyReport(changed, terms);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (verdict === 'valid' || verdict === 'valid-untrusted') accepted.push({ position, bit });
  }
console.log(
  JSON.stringify({ key, bytes: report.length, bits, untouched: untouched.verdict, verdicts, accepted }, null, 2),
);
process.exitCode = untouched.verdict === 'valid' && accepted.length === 0 ? 0 : 1;
