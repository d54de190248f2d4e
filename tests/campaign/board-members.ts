/** Eight members, ten thousand acts on one case, locks in between: nothing acknowledged may be lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eightMembers } from '../support/board-members.ts';

const EDITS = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'members-'));
try {
  const { edits, locks, refused, lost } = await eightMembers(join(folder, 'data'), EDITS, 2026);
  console.log(`${edits} acts of 8 members, ${locks} locks, ${refused} refused, ${lost.length} lost`);
  for (const one of lost.slice(0, 20)) console.log(`lost: ${one}`);
  process.exitCode = lost.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
