/** A token in software (SoftHSM2) with a person's key and certificate, for as long as a test. */
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CKA, openCryptoki, ulongBytes } from '../../../../electron/report/token/cryptoki.ts';
import { makeIdentity, type TestIdentity, type TestIdentityOptions } from '../../../support/identity.ts';

const places = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
const module = places.find((place) => existsSync(place));
const found = ((): string | undefined => {
  try {
    execFileSync('softhsm2-util', ['--version'], { stdio: 'ignore' });
    return module;
  } catch {
    return undefined;
  }
})();
/** Undefined where SoftHSM2 is not installed. */
export const softTokenModule = found;

/** The test's title, with the reason added where there is no card in software. */
export const softTokenTitle = (title: string): string =>
  found === undefined ? `${title} (NOT RUN: SoftHSM2 is not installed)` : title;

export interface SoftToken {
  readonly module: string;
  readonly pin: string;
  readonly put: (options: TestIdentityOptions & { readonly id: string }) => Promise<TestIdentity>;
  readonly remove: () => Promise<void>;
}

/** The module reads its configuration once, so a process has one folder of tokens. */
export async function softToken(label: string): Promise<SoftToken> {
  if (found === undefined) throw new Error('SoftHSM2 is not here');
  const folder = await mkdtemp(join(tmpdir(), 'soft-token-'));
  const configuration = join(folder, 'softhsm2.conf');
  await writeFile(configuration, `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = configuration;
  const pin = '648219';
  const tool = (...options: string[]): void =>
    void execFileSync('softhsm2-util', options, {
      stdio: 'ignore',
      env: { ...process.env, SOFTHSM2_CONF: configuration },
    });
  tool('--init-token', '--free', '--label', label, '--so-pin', '12345678', '--pin', pin);
  return {
    module: found,
    pin,
    async put({ id, ...options }) {
      const identity = await makeIdentity(options);
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', identity.privateKey));
      const path = join(folder, 'key.pem');
      const lines = pkcs8.toString('base64').replace(/(.{64})/g, '$1\n');
      await writeFile(path, `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`);
      tool('--import', path, '--token', label, '--label', 'key', '--id', id, '--pin', pin);
      await rm(path);
      const cryptoki = openCryptoki(found);
      try {
        const [slot] = cryptoki.slots().filter((one) => cryptoki.token(one).label === label);
        if (slot === undefined) throw new Error('the token is not there');
        const session = [0];
        // CKF_SERIAL_SESSION and CKF_RW_SESSION.
        cryptoki.call('C_OpenSession', [slot, 6, null, null, session]);
        cryptoki.call('C_Login', [session[0], 1, Buffer.from(pin), pin.length]);
        for (const [at, der] of identity.certificates.entries()) {
          const template = [
            { type: CKA.class, value: ulongBytes(1) },
            { type: CKA.token, value: Buffer.from([1]) },
            { type: CKA.certificateType, value: ulongBytes(0) },
            { type: CKA.subject, value: Buffer.from('3000', 'hex') },
            { type: CKA.id, value: Buffer.from(at === 0 ? id : `${id}f${at}`, 'hex') },
            { type: CKA.value, value: Buffer.from(der) },
          ].map(({ type, value }) => ({ type, pValue: value, ulValueLen: value.length }));
          cryptoki.call('C_CreateObject', [session[0], template, template.length, [0]]);
        }
        cryptoki.call('C_CloseSession', [session[0]]);
      } finally {
        cryptoki.close();
      }
      return identity;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
