import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { open as openCommand } from '../../../electron/cli/commands/report-open.ts';
import { checkFhir } from '../../../electron/exchange/index.ts';
import { attachmentsOf } from '../../../electron/report/attachments.ts';
import { reportInput as inputOf, openReport, signedPaper, verifyReport } from '../../../electron/report/index.ts';
import { printReport } from '../../../electron/report/pdf.ts';
import { signPdf } from '../../../electron/report/signing/index.ts';
import { programRoot, programVersion } from '../../../electron/shipped.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { CONTENTS_NAME, REPORT_SCHEMA } from '../../../shared/report/contents.ts';
import type { DraftReport } from '../../../shared/report/report.ts';
import { basisKinds, type ReportInput } from '../../../shared/report/report-input.ts';
import { makeIdentity } from '../../support/identity.ts';
import { nothingTested } from '../molecular/support/case.ts';
import { reportInput, wholeIntake } from './support/input.ts';
import { opened, signed, smallPdf } from './support/signing.ts';
import { lacks, toolTitle } from './support/tools.ts';

const version = programVersion(programRoot(import.meta.url));
const now = '2026-05-01T14:05:00.000Z';
const folder = mkdtempSync(join(tmpdir(), 'report-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const identity = await makeIdentity({
  name: 'Dr. Board Signer',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2036-01-01T00:00:00Z'),
});
const terms = { trustAnchorsPem: [identity.anchorPem], now };

/** Without its pages: what is told apart here are the attachments. */
const without = (report: DraftReport): DraftReport => ({ ...report, front: [], appendix: [] });

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    return error instanceof FaultError ? error.fault.code : String(error);
  }
  return 'none';
}

describe('a signed report carries its own data (F091, R59)', () => {
  let input: ReportInput;
  let bytes: Uint8Array;
  beforeAll(async () => {
    const signer = await opened(identity, now);
    const basis = reportInput({ intake: wholeIntake({ ledger: nothingTested }) });
    const { record, intake, profile, predictions, options } = basis;
    input = inputOf({
      ...basis,
      version,
      documents: { record, intake, profile, predictions, options },
      signature: { signer: signer.signer, meaning: 'approval', signedAt: now, algorithm: signer.algorithm },
    });
    ({ bytes } = await signedPaper(input, signer));
  });

  it('gives back every document byte for byte, the whole input, and the same pages', async () => {
    const found = await openReport(bytes, terms, version);
    expect(found.verification.verdict).toBe('valid');
    expect(found.paperMatches).toBe(true);
    for (const kind of basisKinds) {
      const file = found.files.find(({ name }) => name === `${kind}.json`);
      expect(file?.bytes.toString('utf8')).toBe(canonicalJson(input[kind]));
      expect(file?.sha256).toBe(input.hashes[kind]);
    }
    expect(canonicalJson(found.input)).toBe(canonicalJson(input));
    const fhir = found.files.find(({ name }) => name === 'case.fhir.json');
    const issues = checkFhir(fhir?.bytes ?? Buffer.alloc(0));
    expect(issues.ok && issues.value.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('is listed by the verifier with hashes', async () => {
    const { attachments = [] } = await verifyReport(bytes, terms);
    expect(attachments.map(({ name }) => name).sort()).toEqual(
      [...basisKinds.map((kind) => `${kind}.json`), 'case.fhir.json', 'contents.json'].sort(),
    );
  });

  it.skipIf(lacks('pdfdetach'))(toolTitle('is taken out of the file by an independent reader', 'pdfdetach'), () => {
    const path = join(folder, 'report.pdf');
    writeFileSync(path, bytes);
    execFileSync('pdfdetach', ['-saveall', '-o', folder, path]);
    expect(readFileSync(join(folder, 'profile.json'), 'utf8')).toBe(canonicalJson(input.profile));
  });

  it('does not compose again what another version made, and says so', async () => {
    expect((await openReport(bytes, terms, '99.0.0')).paperMatches).toBeUndefined();
  });

  it('gives nothing out of a changed, an unsigned or a foreign file', async () => {
    const changed = bytes.slice();
    const at = Buffer.from(bytes).indexOf('/EmbeddedFile');
    changed[at + 20] = (changed[at + 20] ?? 0) ^ 1;
    expect(await codeOf(() => openReport(changed, terms, version))).toBe('signature-invalid');
    expect(await codeOf(() => openReport(smallPdf(), terms, version))).toBe('signature-invalid');
    const foreign = await signed(smallPdf(), await opened(identity));
    expect(await codeOf(() => openReport(foreign, { ...terms, now: new Date().toISOString() }, version))).toBe(
      'bundle-incomplete',
    );
  });

  it('refuses a signed file whose documents are not the ones it lists', async () => {
    const signer = await opened(identity, now);
    const exchanged = attachmentsOf(input).map((file) =>
      file.name === 'options.json' ? { ...file, bytes: Buffer.from(`${file.bytes.toString('utf8')} `) } : file,
    );
    const { bytes: printed } = await printReport(without(composeReport(input)), input, 'final', exchanged);
    const done = await signPdf(printed, signer, { meaning: 'author', signedAt: now });
    if (!done.ok) throw new Error(done.fault.message);
    expect(await codeOf(() => openReport(done.value, terms, version))).toBe('bundle-tampered');
  });

  /** The report with one attachment written anew, its list made to fit, and signed: what another version could write. */
  async function otherwise(name: string, change: (value: Record<string, unknown>) => void): Promise<Uint8Array> {
    const signer = await opened(identity, now);
    const files = attachmentsOf(input).map((file) => ({ ...file }));
    const parsed = new Map(files.map((file) => [file.name, JSON.parse(file.bytes.toString('utf8'))]));
    const contents = parsed.get(CONTENTS_NAME);
    change(parsed.get(name));
    for (const file of files.filter((one) => one.name === name || one.name === CONTENTS_NAME)) {
      file.bytes = Buffer.from(canonicalJson(parsed.get(file.name)));
      file.sizeBytes = file.bytes.byteLength;
      file.sha256 = Sha256.parse(createHash('sha256').update(file.bytes).digest('hex'));
      const kind = basisKinds.find((one) => file.name === `${one}.json`);
      if (kind === undefined) continue;
      contents.hashes[kind] = file.sha256;
      const listed = contents.attachments.find((one: { name: string }) => one.name === file.name);
      Object.assign(listed, { sha256: file.sha256, sizeBytes: file.sizeBytes });
    }
    const { bytes: printed } = await printReport(without(composeReport(input)), input, 'final', files);
    const done = await signPdf(printed, signer, { meaning: 'author', signedAt: now });
    if (!done.ok) throw new Error(done.fault.message);
    return done.value;
  }

  it('opens what an older version signed, lifted in memory, and leaves its files as they were signed', async () => {
    const former = readFileSync(join(import.meta.dirname, 'fixtures/schema-1.pdf'));
    const found = await openReport(former, { trustAnchorsPem: [], now }, version);
    expect(found.verification.verdict).toBe('valid-untrusted');
    expect([found.schemaVersion, found.paperMatches]).toEqual([1, undefined]);
    const options = found.files.find(({ name }) => name === 'options.json');
    expect(options?.bytes.toString('utf8')).not.toContain('lessBenefit');
    expect(options?.sha256).toBe(found.input.hashes.options);
    expect(found.input.options.lessBenefit).toEqual([]);
    expect(composeReport(found.input).elements.find(({ id }) => id === 'R43')?.state).toBe('present');
    const { printed } = await openedByCommand(former);
    expect(printed).toMatch(/version 0\.1\.0, document schema 1; read as schema 2/);
  });

  it('refuses what a newer version signed, by its number or by a field unknown here, naming the version', async () => {
    const later = await otherwise(CONTENTS_NAME, (value) =>
      Object.assign(value, { schemaVersion: REPORT_SCHEMA + 1, version: '9.1.0', more: true }),
    );
    await expect(openReport(later, terms, version)).rejects.toMatchObject({
      fault: { code: 'schema-newer', message: expect.stringContaining('version 9.1.0') },
    });
    const unknown = await otherwise('profile.json', (value) => Object.assign(value, { spatial: ['niche 4'] }));
    await expect(openReport(unknown, terms, version)).rejects.toMatchObject({
      fault: { code: 'schema-newer', place: { file: 'profile.json', field: 'spatial' } },
    });
  });

  it('is written out read-only by the command line', async () => {
    const { code, printed, out } = await openedByCommand(bytes);
    expect(code).toBe(0);
    expect(printed).toContain('the pages are what these documents give, byte for byte');
    expect(printed).toContain(input.hashes.profile);
    expect(readFileSync(join(out, 'record.json'), 'utf8')).toBe(canonicalJson(input.record));
    expect(statSync(join(out, 'record.json')).mode & 0o222).toBe(0);
  });
});

async function openedByCommand(file: Uint8Array): Promise<{ code: number; printed: string; out: string }> {
  const at = mkdtempSync(join(folder, 'command-'));
  const path = join(at, 'report.pdf');
  writeFileSync(path, file);
  let printed = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  const out = join(at, 'out');
  try {
    return { code: await openCommand([path, '-o', out]), printed, out };
  } finally {
    written.mockRestore();
  }
}
