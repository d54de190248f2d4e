/**
 * Single flipped bits in what must prove itself (issue 7, section 4): the database file and the lines of a journal, a
 * backup, a case bundle, a signed report as it leaves the room. `node tests/campaign/bit-flips.ts [flips] [what]`, 20,000 of
 * each by default. Prints the figures and ends with 1 when something changed was used as if it were whole.
 */
import { resolve } from 'node:path';
import { packFolder, readBundle } from '../../electron/case/index.ts';
import { reportInput as inputOf, signedPaper } from '../../electron/report/index.ts';
import { verifyReport } from '../../electron/report/signing/index.ts';
import { makeIdentity } from '../support/identity.ts';
import { reportInput, wholeIntake } from '../unit/report/support/input.ts';
import { opened } from '../unit/report/support/signing.ts';
import { type FlipFigures, flipBackup, flipBits, flipDatabase, flipJournal } from '../unit/vault/support/flips.ts';

const SEED = 142;
const flips = Number(process.argv[2] ?? 20_000);
const only = process.argv[3];

async function flipBundle(count: number, seed: number): Promise<FlipFigures> {
  const packed = await packFolder(resolve(import.meta.dirname, '../../sample-cases/alk-lung'));
  if (!packed.ok) throw new Error(packed.fault.message);
  return flipBits(packed.value, count, seed, async (changed) => !(await readBundle(changed)).ok);
}

async function flipReport(count: number, seed: number): Promise<FlipFigures> {
  const now = new Date().toISOString();
  const identity = await makeIdentity({ between: [{}] });
  const signer = await opened(identity, now);
  const { record, intake, profile, predictions, options, ...basis } = reportInput({ intake: wholeIntake() });
  const { bytes } = await signedPaper(
    inputOf({
      ...basis,
      documents: { record, intake, profile, predictions, options },
      signature: { signer: signer.signer, meaning: 'approval', signedAt: now, algorithm: signer.algorithm },
    }),
    signer,
  );
  const terms = { trustAnchorsPem: [identity.anchorPem], now };
  return flipBits(bytes, count, seed, async (changed) => {
    const { verdict } = await verifyReport(changed, terms);
    return verdict !== 'valid' && verdict !== 'valid-untrusted';
  });
}

const subjects = {
  database: flipDatabase,
  journal: flipJournal,
  backup: flipBackup,
  bundle: flipBundle,
  report: flipReport,
};
for (const [what, flip] of Object.entries(subjects)) {
  if (only !== undefined && only !== what) continue;
  const { missed, ...figures } = await flip(flips, SEED);
  console.log(JSON.stringify({ what, ...figures, missed: missed.length, first: missed.slice(0, 10) }));
  if (missed.length > 0 || !figures.soundBefore || figures.flips < flips) process.exitCode = 1;
}
