import { spawnSync } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { SigningIdentity } from '../../../../electron/report/signing/identity.ts';
import { openIdentity, signPdf } from '../../../../electron/report/signing/index.ts';
import type { TestIdentity } from '../../../support/identity.ts';

/** A whole PDF of one page with a classic table and the words a report carries in its information. */
export function smallPdf(text = 'A page.', more: readonly string[] = []): Uint8Array {
  const drawing = `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /ConsiliumReport (R-2026-1) /ConsiliumCheckpoint (42 abc) /Producer (test) >>',
    ...more,
  ];
  let file = '%PDF-1.7\n';
  const offsets = bodies.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const xref = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${entries}`;
  file += `trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R /Info 6 0 R /ID [<00112233> <00112233>] >>\nstartxref\n${xref}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(file, 'latin1'));
}

export async function opened(identity: TestIdentity, now = new Date().toISOString()): Promise<SigningIdentity> {
  const result = await openIdentity(identity.p12, identity.password, now);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

export async function signed(
  pdf: Uint8Array,
  identity: SigningIdentity,
  words: Partial<Parameters<typeof signPdf>[2]> = {},
): Promise<Uint8Array> {
  const result = await signPdf(pdf, identity, { meaning: 'author', signedAt: new Date().toISOString(), ...words });
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** Where the last signature's hexadecimal string with its brackets lies. */
export function holeOf(pdf: Uint8Array): { start: number; end: number } {
  const text = latin1(pdf);
  const start = text.lastIndexOf('/Contents <') + '/Contents '.length;
  return { start, end: text.indexOf('>', start) + 1 };
}

/** The CMS in the last signature, without the zeros behind it. */
export function cmsOf(pdf: Uint8Array): Uint8Array<ArrayBuffer> {
  const { start, end } = holeOf(pdf);
  const held = Buffer.from(latin1(pdf).slice(start + 1, end - 1), 'hex');
  return new Uint8Array(held.subarray(0, asn1js.fromBER(new Uint8Array(held)).offset));
}

/** The same file with another CMS in its last signature's place. */
export function withCms(pdf: Uint8Array, cms: Uint8Array): Uint8Array {
  const { start, end } = holeOf(pdf);
  const hex = Buffer.from(cms)
    .toString('hex')
    .padEnd(end - start - 2, '0');
  if (hex.length !== end - start - 2) throw new Error('the signature does not fit its place');
  return bytesOf(`${latin1(pdf).slice(0, start + 1)}${hex}${latin1(pdf).slice(end - 1)}`);
}

/** What the last signature signs, by its own ByteRange. */
export function signedBytes(pdf: Uint8Array): Uint8Array {
  const match = [...latin1(pdf).matchAll(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]/g)].at(-1);
  const [a = 0, b = 0, c = 0, d = 0] = (match ?? []).slice(1).map(Number);
  return Buffer.concat([pdf.subarray(a, a + b), pdf.subarray(c, c + d)]);
}

/** The last place in a file's text that fits. */
export const lastOf = (text: string, pattern: RegExp): RegExpMatchArray => {
  const found = [...text.matchAll(pattern)].at(-1);
  if (found === undefined) throw new Error(`the file holds no ${pattern}`);
  return found;
};
/** The object that the last such key refers to. */
export const numberOf = (text: string, key: string): number =>
  Number(lastOf(text, new RegExp(`/${key} (\\d+) 0 R`, 'g'))[1]);
/** The body of an object as it stands last. */
export const objectOf = (text: string, number: number): string =>
  lastOf(text, new RegExp(`(?<=\\n)${number} 0 obj\\n?([\\s\\S]*?)\\n?endobj`, 'g'))[1] ?? '';

/** What of an update's end is written: a reader that mends a file goes without any of it. */
type Ending = 'whole' | 'no table' | 'no trailer';

/** An incremental update as any editor writes it. */
export function updated(
  pdf: Uint8Array,
  bodies: Readonly<Record<number, string>>,
  {
    root,
    ending = 'whole',
    extra = '',
    previous,
  }: { root?: number; ending?: Ending; extra?: string; previous?: number } = {},
): Uint8Array {
  let text = latin1(pdf);
  const former = Number(lastOf(text, /startxref\n(\d+)/g)[1]);
  const size = Number(lastOf(text, /\/Size (\d+)/g)[1]);
  const kept = `/Root ${root ?? numberOf(text, 'Root')} 0 R /Info ${numberOf(text, 'Info')} 0 R`;
  let table = '';
  for (const [number, body] of Object.entries(bodies)) {
    table += `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const top = Math.max(size, ...Object.keys(bodies).map((number) => Number(number) + 1));
  const start = text.length;
  if (ending !== 'no table') text += `xref\n${table}`;
  const prev = previous === -1 ? start : (previous ?? former);
  if (ending !== 'no trailer') text += `trailer\n<< /Size ${top} ${kept} /Prev ${prev} ${extra}>>\n`;
  return bytesOf(`${text}startxref\n${start}\n%%EOF\n`);
}

const engine = new pkijs.CryptoEngine({ name: 'tests', crypto: webcrypto as never });

/**
 * A CMS made by the library's own signer, with any signed attributes: what other programs put into a PDF, and what
 * somebody who holds a key could put there.
 */
export async function foreignCms(
  content: Uint8Array,
  identity: TestIdentity,
  attributes: (digest: Uint8Array<ArrayBuffer>) => pkijs.Attribute[],
  certificates = identity.certificates,
): Promise<Uint8Array> {
  const digest = new Uint8Array(createHash('sha256').update(content).digest());
  const read = certificates.map((der) => pkijs.Certificate.fromBER(Buffer.from(der)));
  const [signer] = read;
  if (signer === undefined) throw new Error('nobody signs');
  const inOrder = attributes(digest)
    .map((attribute) => ({ attribute, der: Buffer.from(attribute.toSchema().toBER()) }))
    .sort((left, right) => Buffer.compare(left.der, right.der))
    .map(({ attribute }) => attribute);
  const data = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.7.1' }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: signer.issuer, serialNumber: signer.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: inOrder }),
      }),
    ],
    certificates: read,
  });
  await data.sign(identity.privateKey, 0, 'SHA-256', Buffer.from(content), engine);
  const wrapped = new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: data.toSchema(true) });
  return new Uint8Array(wrapped.toSchema().toBER());
}

export const attribute = {
  contentType: () =>
    new pkijs.Attribute({
      type: '1.2.840.113549.1.9.3',
      values: [new asn1js.ObjectIdentifier({ value: '1.2.840.113549.1.7.1' })],
    }),
  messageDigest: (digest: Uint8Array<ArrayBuffer>) =>
    new pkijs.Attribute({ type: '1.2.840.113549.1.9.4', values: [new asn1js.OctetString({ valueHex: digest })] }),
  signingTime: (value: Date) =>
    new pkijs.Attribute({ type: '1.2.840.113549.1.9.5', values: [new asn1js.UTCTime({ valueDate: value })] }),
  signingCertificate: (der: Uint8Array) =>
    new pkijs.Attribute({
      type: '1.2.840.113549.1.9.16.2.47',
      values: [
        new asn1js.Sequence({
          value: [
            new asn1js.Sequence({
              value: [
                new asn1js.Sequence({
                  value: [
                    new asn1js.OctetString({ valueHex: new Uint8Array(createHash('sha256').update(der).digest()) }),
                  ],
                }),
              ],
            }),
          ],
        }),
      ],
    }),
};

/** A folder of the moment for what other programs read and write. */
export class Workbench implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'signing-'));

  put(name: string, content: Uint8Array | string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.folder, name)));
  }

  run(tool: string, ...args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: this.folder, encoding: 'utf8' });
    return { code: status, output: `${stdout}${stderr}` };
  }

  /** Runs and expects success. */
  must(tool: string, ...args: string[]): string {
    const { code, output } = this.run(tool, ...args);
    if (code !== 0) throw new Error(`${tool} ${args[0]} failed: ${output}`);
    return output;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
