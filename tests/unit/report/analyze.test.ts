import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { packFolder } from '../../../electron/case/index.ts';
import { analyze } from '../../../electron/cli/commands/analyze.ts';
import { verifyReport } from '../../../electron/report/index.ts';
import { makeIdentity } from '../../support/identity.ts';
import { codeOf } from '../vault/support/vault-at.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'analyze-'));
const at = (name: string): string => join(folder, name);
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const time = ['--time', '2026-05-01T14:00:00Z'];

let anchorPem: string;
beforeAll(async () => {
  const packed = await packFolder(join(root, 'sample-cases/braf-melanoma'));
  if (!packed.ok) throw new Error(packed.fault.message);
  writeFileSync(at('case.tbcase'), packed.value);
  const identity = await makeIdentity({
    key: 'RSA',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2028-01-01'),
  });
  anchorPem = identity.anchorPem;
  writeFileSync(at('id.p12'), identity.p12);
  writeFileSync(at('password'), `${identity.password}\n`);
  writeFileSync(at('wrong'), 'not the password');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs the command in this process and keeps what it prints. */
async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const keep = (stream: keyof typeof said) => (text: unknown) => {
    said[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
  try {
    const code = await analyze([at('case.tbcase'), ...argv]);
    return { code, ...said };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('case analyze', () => {
  it('writes every document, and the same bytes again (F041); ranked findings and options on stdout', async () => {
    const first = await run('-o', at('one'), '--json');
    expect(first.code).toBe(0);
    expect((await run('-o', at('two'))).out).toMatch(/Excluded: \d+[\s\S]*Options: \d+/);
    const names = readdirSync(at('one')).sort();
    expect(names).toEqual(['intake.json', 'options.json', 'predictions.json', 'profile.json', 'record.json']);
    const said = JSON.parse(first.out) as {
      documents: Record<string, string>;
      findings: { gene: string; tier: string | null }[];
      options: unknown[];
    };
    for (const name of names) {
      expect(sha256(join(at('one'), name))).toBe(sha256(join(at('two'), name)));
      expect(said.documents[name.replace('.json', '')]).toBe(sha256(join(at('one'), name)));
    }
    expect(said.findings.find(({ gene }) => gene === 'BRAF')?.tier).toBe('I');
    expect(said.options.length).toBeGreaterThan(0);
  });

  it('goes the whole way: signed, verified, the same bytes at the same time with an RSA identity', async () => {
    const options = ['--sign', at('id.p12'), '--password-file', at('password'), ...time];
    const signed = await run('--report', at('a.pdf'), ...options);
    expect(signed.err).toContain('signed as preparation of the board');
    expect(signed.code).toBe(0);
    await run('--report', at('b.pdf'), ...options);
    expect(sha256(at('a.pdf'))).toBe(sha256(at('b.pdf')));
    const check = await verifyReport(readFileSync(at('a.pdf')), {
      trustAnchorsPem: [anchorPem],
      now: '2026-05-02T00:00:00Z',
    });
    expect(check).toMatchObject({ verdict: 'valid', signatures: [{ level: 'PAdES B-B', meaning: 'author' }] });
  });

  it('leaves a report without an identity a draft, and says what a signature lacks', async () => {
    const draft = await run('--report', at('draft.pdf'), ...time);
    expect(draft.out).toContain('draft, not signed; no board decision recorded');
    expect(draft.err).toContain('Missing for a signature: R43');
    expect(readFileSync(at('draft.pdf')).includes('/ByteRange')).toBe(false);
  });

  it('takes a decision by the table’s own ids and refuses a foreign one', async () => {
    const whole = {
      optionIds: ['no-such-drug'],
      intent: 'disease-control',
      answer: 'Yes.',
      rationale: 'Because.',
      actions: [{ what: 'Start', owner: 'Oncology', due: '2026-05-08' }],
      participants: [{ name: 'Dr. A', role: 'oncology' }],
    };
    writeFileSync(at('foreign.json'), JSON.stringify(whole));
    expect(await codeOf(() => run('--decision', at('foreign.json'), '--report', at('x.pdf')))).toBe('field-invalid');
    writeFileSync(at('broken.json'), JSON.stringify({ ...whole, intent: 'guess' }));
    expect(await codeOf(() => run('--decision', at('broken.json')))).toBe('schema-invalid');
    writeFileSync(at('no.json'), '{');
    expect(await codeOf(() => run('--decision', at('no.json')))).toBe('json-invalid');
  });

  it('refuses before it writes: password, identity, file, arguments', async () => {
    const options = ['-o', at('never'), '--report', at('never.pdf'), ...time];
    const sign = ['--sign', at('id.p12')];
    expect(await codeOf(() => run(...options, ...sign, '--password-file', at('wrong')))).toBe(
      'identity-password-wrong',
    );
    expect(await codeOf(() => run(...options, '--sign', at('password'), '--password-file', at('password')))).toBe(
      'identity-invalid',
    );
    expect(await codeOf(() => run(...options, '--sign', at('absent.p12')))).toBe('file-missing');
    expect(await codeOf(() => run('--sign', at('id.p12')))).toBe('usage');
    expect(await codeOf(() => run('--meaning', 'boss'))).toBe('usage');
    expect(await codeOf(() => run('--time', 'yesterday'))).toBe('usage');
    expect(await codeOf(() => analyze([at('password')]))).not.toBe('not refused');
    expect(await codeOf(() => run('-o', at('password')))).toBe('write-failed');
    expect(await codeOf(() => run('-o', join(at('password'), 'below')))).toBe('write-failed');
    expect(await codeOf(() => run('--password', 'typed in the open'))).toContain('not a fault');
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});
