import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openIdentity, verifyReport } from '../../../electron/report/signing/index.ts';
import { readPdf } from '../../../electron/report/signing/pdf-file.ts';
import { makeIdentity } from '../../support/identity.ts';
import { bytesOf, cmsOf, latin1, opened, signed, smallPdf, withCms } from './support/signing.ts';

const identity = await makeIdentity({ between: [{}] });
const signer = await opened(identity);
const once = await signed(smallPdf(), signer);
const twice = await signed(once, signer, { meaning: 'approval' });
const now = new Date().toISOString();

/** A verdict always, and never a good one; twice, since nothing may depend on what was read before. */
async function refuses(bytes: Uint8Array): Promise<void> {
  const trusting = await verifyReport(bytes, { trustAnchorsPem: [identity.anchorPem], now });
  const blind = await verifyReport(bytes, { trustAnchorsPem: [], now });
  expect(['invalid', 'unsigned']).toContain(trusting.verdict);
  expect(blind.verdict).toBe(trusting.verdict);
}

const tokens = [
  '/ByteRange [0 1 2 3]',
  '/Contents <00>',
  '/Type /Sig',
  '<< >>',
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  'endobj\n',
  '1 0 obj\n',
  'stream\n',
  'endstream\n',
  'xref\n0 1\n0000000000 65535 f \n',
  'trailer\n<< >>\n',
  'startxref\n0\n',
  '%%EOF\n',
  '/AcroForm << /Fields [] >>',
  '/Prev 0',
  '/XRefStm 0',
  '/Encrypt 1 0 R',
  '0 0 R',
  'null',
  '%',
  '\r',
  '\n',
  '\0',
  '#42',
  '-1',
];

const place = (file: Uint8Array) => fc.nat({ max: file.length - 1 });

describe('F089 hostile files', () => {
  it.each([
    ['one signature', once],
    ['two signatures', twice],
  ])('F089 cut, doubled, moved or inserted pieces of a file with %s never pass', async (_what, file) => {
    const edit = fc.oneof(
      fc
        .record({ from: place(file), length: fc.integer({ min: 1, max: 400 }) })
        .map(({ from, length }) =>
          Buffer.concat([file.subarray(0, from), file.subarray(Math.min(file.length, from + length))]),
        ),
      fc
        .record({ from: place(file), length: fc.integer({ min: 1, max: 400 }), to: place(file) })
        .map(({ from, length, to }) =>
          Buffer.concat([file.subarray(0, to), file.subarray(from, from + length), file.subarray(to)]),
        ),
      fc
        .record({ at: place(file), token: fc.constantFrom(...tokens) })
        .map(({ at, token }) => Buffer.concat([file.subarray(0, at), bytesOf(token), file.subarray(at)])),
      fc
        .record({ at: place(file), token: fc.constantFrom(...tokens) })
        .map(({ at, token }) =>
          Buffer.concat([file.subarray(0, at), bytesOf(token), file.subarray(at + token.length)]),
        ),
    );
    await fc.assert(
      fc.asyncProperty(edit, async (bytes) => {
        // A piece put where it already stood changes nothing.
        fc.pre(Buffer.compare(bytes, file) !== 0);
        // With the second signature cut off whole, the first stands as it was made.
        fc.pre(Buffer.compare(bytes, once) !== 0);
        await refuses(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('F089 a numbers game with ranges, offsets and lengths never passes', async () => {
    const numbers = [...latin1(once).matchAll(/\d+/g)].map((match) => ({ at: match.index, text: match[0] }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...numbers),
        fc.oneof(
          fc.nat().map(String),
          fc.constantFrom('-1', '0', '00', '99999999999', '1e9', '0.5', '+0', '4294967296'),
        ),
        async ({ at, text }, other) => {
          fc.pre(other !== text);
          const source = latin1(once);
          await refuses(bytesOf(source.slice(0, at) + other + source.slice(at + text.length)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('F089 a mutilated CMS never passes', async () => {
    const cms = cmsOf(once);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat({ max: cms.length - 1 }), value: fc.nat({ max: 255 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (edits) => {
          const changed = new Uint8Array(cms);
          for (const { at, value } of edits) changed[at] = value;
          fc.pre(Buffer.compare(changed, cms) !== 0);
          await refuses(withCms(once, changed));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('F089 the reader of PDFs throws nothing but its own refusal', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens, ' ', '7', '/A', '(x)'), { maxLength: 60 }), (parts) => {
        try {
          readPdf(bytesOf(`%PDF-1.7\n${parts.join('')}`));
        } catch (error) {
          expect(Object(error).name).toBe('PdfRefused');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('R54 a mutilated identity ends in a fault of its own kind, or opens as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat({ max: identity.p12.length - 1 }), value: fc.nat({ max: 255 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (edits) => {
          const changed = new Uint8Array(identity.p12);
          for (const { at, value } of edits) changed[at] = value;
          const found = await openIdentity(changed, identity.password, now);
          if (found.ok) expect(found.value.signer).toBe('Dr. Test Signer');
          else expect(found.fault.code).toMatch(/^(identity|certificate)-/);
        },
      ),
      { numRuns: 25 },
    );
  });
});
