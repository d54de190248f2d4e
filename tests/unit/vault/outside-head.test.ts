import { expect, it } from 'vitest';
import type { Sha256 } from '../../../shared/foundation/ids.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import type { Checkpoint } from '../../../shared/vault/checkpoint.ts';
import { headIn } from '../../../shared/vault/outside-head.ts';
import { reportInput } from '../report/support/input.ts';

const rootHash = '0123456789abcdef'.repeat(4) as Sha256;
const headHash = 'fedcba9876543210'.repeat(4) as Sha256;
const vaultId = '00112233445566778899aabbccddeeff';
const printed = { vaultId, time: '2026-05-01T13:59:00.000Z', treeSize: 12_211, rootHash, headHash };

it.each([undefined, 'de', 'es'] as const)('finds the head in the lines that a report prints (%s)', (language) => {
  const { appendix } = composeReport(reportInput({ more: { checkpoint: printed, language } }));
  const rows = appendix.flatMap((block) => (block.kind === 'facts' ? block.rows : []));
  const at = rows.findIndex(({ value }) => value.includes(vaultId));
  const lines = rows.slice(at, at + 3).map(({ label, value }) => `${label}   ${value}`);
  expect(headIn(lines.join('\n'))).toEqual({ vaultId, treeSize: 12_211, rootHash, headHash });
  expect(headIn(lines.slice(0, 2).join('\r\n'))).toEqual({ vaultId, treeSize: 12_211, rootHash });
});

it('finds it in the code of the paper, in what the verifier prints and in the exported file', () => {
  const code = `consilium-report\nR-0123456789ab\nbundle ${headHash}\ncheckpoint 12211 ${rootHash}`;
  expect(headIn(code)).toEqual({ treeSize: 12_211, rootHash });
  expect(headIn(`12211:${rootHash}`)).toEqual({ treeSize: 12_211, rootHash });
  const file: Checkpoint = { format: 'consilium-checkpoint', version: 1, ...printed, publicKey: 'a', signature: 'b' };
  expect(headIn(JSON.stringify(file, null, 2))).toEqual(file);
});

it('guesses at nothing: of a page with further hashes, half a hash or no number there is no head', () => {
  for (const text of [
    '',
    'no hash',
    `Tree head ${rootHash}`,
    `12 events\nTree head ${rootHash.slice(1)}`,
    `12 events ${rootHash} ${headHash} ${rootHash}`,
    `0 events ${rootHash}`,
    JSON.stringify({ treeSize: 3, rootHash, another: 1 }),
  ])
    expect(headIn(text), text).toBeUndefined();
});
