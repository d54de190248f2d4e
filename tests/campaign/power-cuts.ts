/**
 * A vault is put to work on 500 acts while strace(1) writes down all it asks of the disk; out of that the states are rebuilt
 * that a power cut may leave: unsynced writes there, missing or torn into sectors, names in order or in any. Each must open,
 * with a whole journal and every acknowledged write. `node tests/campaign/power-cuts.ts [states] [rounds]`, 2,000 and 340.
 */
import { seeded } from '../../shared/prediction/measure.ts';
import { canTrace } from '../unit/vault/support/failures.ts';
import { cutPower, recordWorkload } from '../unit/vault/support/power-cut.ts';

const [states = '2000', rounds = '340'] = process.argv.slice(2);
if (!canTrace) console.log('NOT RUN: strace is absent.');
else {
  const { lost, notOpened, ...figures } = await cutPower(
    await recordWorkload(Number(rounds)),
    Number(states),
    seeded(500),
  );
  console.log(JSON.stringify({ ...figures, notOpened: notOpened.length, lost: lost.length }));
  for (const one of [...notOpened, ...lost].slice(0, 20)) console.log(one);
  process.exitCode = lost.length + notOpened.length + figures.brokenJournals === 0 ? 0 : 1;
}
