import { verify as verifySignature } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../../electron/cli/commands/report-sign.ts';
import { verifyReport } from '../../../electron/report/signing/index.ts';
import { openCryptoki, tokenFault } from '../../../electron/report/token/cryptoki.ts';
import { derOfPair, digestInfo } from '../../../electron/report/token/encodings.ts';
import { listTokens, openTokenIdentity } from '../../../electron/report/token/identity.ts';
import { makeIdentity } from '../../support/identity.ts';
import { opened, signed, smallPdf } from './support/signing.ts';
import { type SoftToken, softToken, softTokenModule, softTokenTitle } from './support/soft-token.ts';

const now = (): string => new Date().toISOString();

describe('what a card gives, as a file holds it', () => {
  it('takes r and s without their zeros, and positive', () => {
    const pair = Buffer.concat([Buffer.from([0, 0, 0x80, 1]), Buffer.from([0, 0, 0, 0])]);
    expect(Buffer.from(derOfPair(pair)).toString('hex')).toBe('3008020300800102010' + '0');
  });
  it('writes a DigestInfo as RFC 8017 does', () => {
    expect(digestInfo('sha256', new Uint8Array(32)).toString('hex')).toBe(
      `3031300d060960864801650304020105000420${'00'.repeat(32)}`,
    );
  });
});

describe('what a card answers', () => {
  it.each([
    ['a wrong PIN', 0xa0, 'identity-password-wrong'],
    ['a PIN of the wrong length', 0xa2, 'identity-password-wrong'],
    ['a locked PIN', 0xa4, 'pin-locked'],
    ['a card pulled out while it signs', 0x32, 'token-missing'],
    ['a card that is not there', 0xe0, 'token-missing'],
    ['anything else, with its number', 0x70, 'identity-invalid'],
  ])('%s is a fault of its own', (_, code, expected) => {
    expect(tokenFault(code).fault.code).toBe(expected);
    expect(expected === 'identity-invalid' ? tokenFault(code).message : '0x70').toContain('0x70');
  });
});

describe('a file that is no module', () => {
  it('is refused in words', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-module-'));
    const path = join(folder, 'module.so');
    writeFileSync(path, 'not a library');
    try {
      await expect(openTokenIdentity({ module: path }, '1234', now())).rejects.toMatchObject({
        fault: { code: 'identity-invalid', place: { field: 'token' } },
      });
      expect(() => listTokens(join(folder, 'nothing.so'))).toThrow(/not a PKCS#11 module/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(softTokenModule === undefined)(softTokenTitle('a smart card in software (F088)'), () => {
  let token: SoftToken;
  beforeAll(async () => {
    token = await softToken('Ward 7');
  });
  afterAll(() => token.remove());

  it('keeps its module loaded when the collector has run: a call into an unloaded one ends the process', async () => {
    const isLoaded = (): boolean => readFileSync('/proc/self/maps', 'utf8').includes(realpathSync(token.module));
    const module = openCryptoki(token.module);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let round = 0; round < 10; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(isLoaded()).toBe(true);
    expect(module.slots().length).toBeGreaterThan(0);
    module.close();
  });

  it.each([
    ['RSA', 'a1', 'RSA 2048 PKCS #1 v1.5 with SHA-256'],
    ['P-256', 'b2', 'ECDSA P-256 with SHA-256'],
    ['P-384', 'c3', 'ECDSA P-384 with SHA-384'],
  ] as const)('signs with %s, the key staying on it', async (key, id, algorithm) => {
    const person = await token.put({ key, id, name: `Dr. ${key} Example`, between: [{}] });
    const listed = listTokens(token.module)[0]?.certificates.find(({ name }) => name === `Dr. ${key} Example`);
    if (listed === undefined) throw new Error('the certificate is not listed');
    const identity = await openTokenIdentity(
      { module: token.module, token: 'Ward 7', certificate: listed.sha256 },
      token.pin,
      now(),
    );
    try {
      expect(identity).toMatchObject({ signer: `Dr. ${key} Example`, algorithm });
      expect(identity.issuers.length).toBe(1);
      const report = await signed(smallPdf(), identity);
      const check = await verifyReport(report, { trustAnchorsPem: [person.anchorPem], now: now() });
      expect(check).toMatchObject({ verdict: 'valid', signatures: [{ level: 'PAdES B-B', chain: 'trusted' }] });
      const message = Buffer.from('a message');
      expect(verifySignature(identity.hash, message, identity.publicKey, await identity.sign(message))).toBe(true);
    } finally {
      identity.close?.();
    }
  });

  it('lists tokens and certificates without a PIN, and asks which one where several may sign', async () => {
    expect(listTokens(token.module)).toMatchObject([{ label: 'Ward 7', tries: 'enough' }]);
    await expect(openTokenIdentity({ module: token.module }, token.pin, now())).rejects.toMatchObject({
      fault: { code: 'field-invalid', place: { field: 'certificate' } },
    });
    await expect(openTokenIdentity({ module: token.module, token: 'Ward 8' }, token.pin, now())).rejects.toMatchObject({
      fault: { code: 'token-missing' },
    });
  });

  it('refuses a wrong PIN, a certificate out of force and one that may not sign, each in its own words', async () => {
    await expect(openTokenIdentity({ module: token.module }, '000000', now())).rejects.toMatchObject({
      fault: { code: 'identity-password-wrong' },
    });
    await token.put({ id: 'd4', name: 'Dr. Old', notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') });
    await token.put({ id: 'e5', name: 'Dr. Key', usage: 0x20 });
    const sha256 = (name: string): string =>
      listTokens(token.module)[0]?.certificates.find((one) => one.name === name)?.sha256 ?? '';
    for (const [name, code] of [
      ['Dr. Old', 'certificate-expired'],
      ['Dr. Key', 'certificate-unsuitable'],
    ] as const)
      await expect(
        openTokenIdentity({ module: token.module, certificate: sha256(name) }, token.pin, now()),
      ).rejects.toMatchObject({ fault: { code } });
  });

  it('signs nothing once the card is gone', async () => {
    const listed = listTokens(token.module)[0]?.certificates.find(({ name }) => name === 'Dr. RSA Example');
    const identity = await openTokenIdentity({ module: token.module, certificate: listed?.sha256 }, token.pin, now());
    identity.close?.();
    await expect(identity.sign(Buffer.from('late'))).rejects.toMatchObject({
      fault: { code: /token-missing|identity-invalid/ },
    });
  });
});

describe.skipIf(softTokenModule === undefined)(softTokenTitle('report sign --token'), () => {
  it('puts a card’s signature beside the one there is, with the PIN from a file', async () => {
    const token = await softToken('Desk');
    const folder = mkdtempSync(join(tmpdir(), 'token-cli-'));
    try {
      await token.put({ key: 'P-256', id: '0a', name: 'Dr. Card Example' });
      const [report, out, pin] = ['report.pdf', 'out.pdf', 'pin'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      writeFileSync(report, await signed(smallPdf(), await opened(await makeIdentity({ name: 'Dr. File Example' }))));
      writeFileSync(pin, `${token.pin}\n`);
      const words = [report, '--token', token.module, '--slot', 'Desk', '--meaning', 'review', '-o', out];
      await expect(sign([...words, '--sign', 'id.p12', '--password-file', pin])).rejects.toMatchObject({
        fault: { code: 'usage' },
      });
      expect(await sign([...words, '--password-file', pin, '--json'])).toBe(0);
      const check = await verifyReport(readFileSync(out), { trustAnchorsPem: [], now: now() });
      expect(check.signatures.map(({ signer }) => signer)).toEqual(['Dr. File Example', 'Dr. Card Example']);
      expect(check.verdict).toBe('valid-untrusted');
    } finally {
      rmSync(folder, { recursive: true });
      await token.remove();
    }
  });
});
