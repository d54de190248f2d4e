/**
 * A vault whose disk fails it (issue 7, section 4): every so-manieth system call of a vault at work answers ENOSPC, EIO,
 * EACCES or EMFILE (strace(1) injects them), files hit a size limit (short writes, EFBIG) and a small disk fills up (short
 * writes, ENOSPC). Nothing acknowledged may be missing afterwards, nothing stand there by half, no error leave as anything
 * but a fault. `node tests/campaign/vault-failures.ts [runs of each call and error]`, 8 by default.
 */
import { spawnSync } from 'node:child_process';
import {
  canLimit,
  canMount,
  canTrace,
  failCalls,
  fillDisk,
  limitFiles,
  noFailures,
} from '../unit/vault/support/failures.ts';

const INSIDE = 'in a name space of its own';
const ROUNDS = 61;
const failing: readonly [call: string, errors: readonly string[]][] = [
  ['pwrite64', ['ENOSPC', 'EIO', 'EDQUOT']],
  ['/^(fsync|fdatasync)$', ['EIO', 'ENOSPC']],
  ['/^open', ['EACCES', 'ENOSPC', 'EMFILE']],
  ['/^rename', ['EACCES', 'EIO', 'ENOSPC']],
  ['/^ftruncate', ['EIO', 'ENOSPC']],
  ['/^unlink', ['EACCES', 'EIO']],
  ['/^mkdir', ['ENOSPC', 'EACCES']],
  ['pread64', ['EIO']],
  ['/^(copy_file_range|sendfile)$', ['ENOSPC', 'EIO']],
];
/** Gaps between failures: from nearly every call to a single one. */
const steps = [2, 5, 11, 23, 47, 101, 211, 9973];

const [count = '8', where] = process.argv.slice(2);
if (canMount && where !== INSIDE) {
  const { status } = spawnSync('unshare', ['-m', process.execPath, ...process.argv.slice(1, 2), count, INSIDE], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
const runs = Number(count);
const figures = noFailures();
const absent: string[] = [];
if (canTrace) {
  for (const [call, errors] of failing)
    for (const error of errors)
      for (let run = 0; run < runs; run += 1) {
        const step = steps[run % steps.length] ?? 11;
        await failCalls(figures, { call, error, first: 1 + ((run * 7) % Math.min(step, 40)), step, rounds: ROUNDS });
      }
} else absent.push('strace');
if (canLimit) for (let run = 0; run < runs * 4; run += 1) await limitFiles(figures, 60_000 + run * 17_777, ROUNDS);
else absent.push('prlimit');
if (canMount) for (let run = 0; run < runs * 4; run += 1) await fillDisk(figures, 4 + run * 37, ROUNDS);
else absent.push('mounting');

const { lost, defects, notOpened, ...counts } = figures;
console.log(JSON.stringify({ ...counts, lost: lost.length, defects: defects.length, notOpened: notOpened.length }));
for (const some of [lost, notOpened, defects]) for (const one of some.slice(0, 10)) console.log(one);
if (absent.length > 0) console.log(`NOT RUN: ${absent.join(', ')} cannot be used here.`);
const sound = lost.length + defects.length + notOpened.length + counts.brokenJournals === 0;
process.exitCode = sound && counts.acknowledged > 0 ? 0 : 1;
