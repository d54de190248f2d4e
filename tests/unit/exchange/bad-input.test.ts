/** The list of bad input of every door of the exchange: refused with place and remedy, nothing half-imported, the queue as it was. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  caseToFhir,
  checkFile,
  checkMapping,
  framed,
  importFile,
  importStudy,
  openStudy,
  startCdsServer,
  startMllp,
  writeCaseFolders,
} from '../../../electron/exchange/index.ts';
import { readStudy } from '../../../shared/exchange/cbioportal.ts';
import { exportStudy } from '../../../shared/exchange/cbioportal-export.ts';
import { parseHl7, valueAt } from '../../../shared/exchange/hl7/message.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import type { Fault } from '../../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';
import { handMadeKnowledge, reportInput } from '../report/support/input.ts';
import { mtbRecord } from './support/mtb-record.ts';

const input = reportInput();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const cohort = {
  id: 'c',
  members: [exportPhenopacket(input).phenopacket],
  metaData: { phenopacketSchemaVersion: '2.0' },
};

/** Each JSON format as a sound document, and the place where a stranger's value or date goes in. */
const formats = {
  FHIR: { sound: JSON.stringify(caseToFhir(input).bundle), head: '{"resourceType":"Bundle"', date: '"birthDate":' },
  phenopacket: { sound: JSON.stringify(exportPhenopacket(input).phenopacket), head: '{"id"', date: '"timestamp":' },
  'phenopacket cohort': { sound: JSON.stringify(cohort), head: '{"id"', date: '"timestamp":' },
  'MTB record': { sound: JSON.stringify(mtbRecord()), head: '{"patient"', date: '"recordedOn":' },
} as const;
type Format = keyof typeof formats;
/** A member put before the first of the document. */
const withMember = (format: Format, member: string): string =>
  formats[format].sound.replace(/^\{/u, () => `{${member},`);
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');

const bad: readonly (readonly [what: string, made: (format: Format) => Uint8Array, code: RegExp])[] = [
  ['10^5 levels alone', () => utf8(deep(100_000)), /json-invalid/],
  ['10^5 levels inside', (format) => utf8(withMember(format, `"x":${deep(100_000)}`)), /json-invalid/],
  [
    '10^5 objects inside',
    (format) => utf8(withMember(format, `"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)),
    /json-invalid/,
  ],
  ['__proto__', (format) => utf8(withMember(format, '"__proto__":{"admin":true}')), /field-invalid/],
  ['an escaped __proto__', (format) => utf8(withMember(format, '"\\u005f_proto__":{"admin":true}')), /field-invalid/],
  [
    'constructor.prototype',
    (format) => utf8(withMember(format, '"constructor":{"prototype":{"a":1}}')),
    /field-invalid/,
  ],
  ['1e400', (format) => utf8(withMember(format, '"x":1e400')), /field-invalid/],
  ['-1e400', (format) => utf8(withMember(format, '"x":[{"y":-1e400}]')), /field-invalid/],
  ['the year 0000', (format) => utf8(withMember(format, `"x":{${formats[format].date}"0000-01-01"}`)), /field-invalid/],
  ['the year 9999', (format) => utf8(withMember(format, `"x":{${formats[format].date}"9999-12-31"}`)), /field-invalid/],
  [
    'the 31st of June',
    (format) => utf8(withMember(format, `"x":{${formats[format].date}"2024-06-31"}`)),
    /field-invalid/,
  ],
  ['Latin-1', (format) => latin1(withMember(format, '"x":"Müller"')), /json-invalid/],
  ['UTF-16', (format) => utf16(formats[format].sound), /json-invalid/],
  ['half of it', (format) => utf8(formats[format].sound.slice(0, -40)), /json-invalid/],
  ['a page', () => utf8('<!doctype html><html><body>502</body></html>'), /json-invalid/],
  ['nothing', () => utf8(''), /file-empty/],
  ['NUL bytes', () => new Uint8Array(4096), /json-invalid|file-empty/],
];

describe.each(Object.keys(formats) as Format[])('%s', (format) => {
  let knowledge: MolecularKnowledge;
  beforeAll(() => {
    knowledge = handMadeKnowledge();
  });

  it('is read as it stands, so that what is refused below is refused for what was done to it', () => {
    expect(importFile(utf8(formats[format].sound), knowledge).ok).toBe(true);
  });

  it.each(bad)('refuses %s with place and remedy, in import and in validation', (_, make, code) => {
    const bytes = make(format);
    for (const read of [importFile(bytes, knowledge), checkFile(bytes)]) {
      const found: Fault | undefined = read.ok ? undefined : read.fault;
      expect(found?.code).toMatch(code);
      expect(found?.remedy.length).toBeGreaterThan(10);
      if (found?.code === 'field-invalid') expect(found.place?.field).toBeTruthy();
      // What was sent is never told back.
      expect(JSON.stringify(found)).not.toMatch(/admin|Müller|502|9999|1e400/);
    }
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe('circles', () => {
  it('of references set aside what hangs on them; a circle of one, of two and of a hundred ends', () => {
    const loop = (length: number) =>
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          {
            fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000000',
            resource: { resourceType: 'Patient', id: 'p', gender: 'female' },
          },
          ...Array.from({ length }, (_, at) => ({
            fullUrl: `http://x.example/Observation/o${at}`,
            resource: {
              resourceType: 'Observation',
              id: `o${at}`,
              status: 'final',
              code: { coding: [{ system: 'http://loinc.org', code: '69548-6' }] },
              subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' },
              derivedFrom: [{ reference: `http://x.example/Observation/o${(at + 1) % length}` }],
              valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: 'LA9633-4' }] },
            },
          })),
        ],
      });
    for (const length of [1, 2, 100]) {
      const made = importFile(utf8(loop(length)), handMadeKnowledge());
      if (!made.ok) throw new Error(made.fault.message);
      expect(made.value.notes.filter(({ reason }) => /itself|circle/.test(reason)).length).toBeGreaterThan(0);
      expect(made.value.cases[0]?.folder.record.files).toEqual([]);
    }
  });

  it('a refused file leaves no folder behind, and an import over a folder that is not empty changes nothing', async () => {
    const work = mkdtempSync(join(tmpdir(), 'bad-'));
    try {
      const made = importFile(utf8(formats['MTB record'].sound), handMadeKnowledge());
      if (!made.ok) throw new Error(made.fault.message);
      mkdirSync(join(work, 'full'));
      writeFileSync(join(work, 'full', 'mine.txt'), 'kept');
      await expect(writeCaseFolders(join(work, 'full'), made.value.cases)).rejects.toMatchObject({
        fault: { code: 'exists-already' },
      });
      expect(readdirSync(join(work, 'full'))).toEqual(['mine.txt']);
      expect(readdirSync(work)).toEqual(['full']);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
});

describe('HL7 v2', () => {
  const head = 'MSH|^~\\&|LAB|H|C|H|20260501140000||ORU^R01|';
  const message = (id: string, more = ''): string => `${head}${id}|P|2.5.1\rPID|1||x\r${more}`;

  it.each<[string, string, string]>([
    ['wrong separators', message('1').replace('^~\\&', '^~\\'), 'MSH-2'],
    ['a separator twice', message('1').replace('^~\\&', '^^\\&'), 'MSH-2'],
    ['another separator later', message('1', 'OBR#1#x\r'), 'OBR'],
    ['two messages in one', message('1') + message('2'), 'MSH'],
    ['a segment without a name', message('1', '||x\r'), ''],
    ['10^5 repetitions of a component', message('1', `OBX|1|ST|${'a^'.repeat(100_000)}\r`), ''],
  ])('refuses %s, or reads it as it stands', (_, text, field) => {
    const read = parseHl7(text);
    if (field !== '') expect(read.ok ? 'read' : read.fault.place?.field).toBe(field);
    else if (!read.ok) expect(read.fault.place).toBeDefined();
  });

  it('an escaped delimiter is text, and no delimiter; a broken escape is kept as it was written', () => {
    const read = parseHl7(message('1', 'OBX|1|ST|x||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\Q\\g\\Xzz\\h\r'));
    if (!read.ok) throw new Error(read.fault.message);
    expect(valueAt(read.value, 'OBX', 5)).toBe('a|b^c&d~e\\f\\Q\\g\\Xzz\\h');
    expect(read.value.segments.map(({ name }) => name)).toEqual(['MSH', 'PID', 'OBX']);
  });

  it('replayed, reordered, of another charset than it says, half, deep: each is answered, none taken twice or damaged', async () => {
    const taken: string[] = [];
    const server = await startMllp((one) => void taken.push(`${valueAt(one, 'MSH', 10)} ${valueAt(one, 'PID', 3)}`));
    const say = (...sent: (string | Buffer)[]): Promise<string[]> =>
      new Promise((done) => {
        let said = '';
        const socket = connect(server.port, '127.0.0.1', () => {
          for (const one of sent) socket.write(typeof one === 'string' ? framed(one) : one);
        });
        const answers = () => [...said.matchAll(/MSA\|(A[AER])\|/gu)].map(([, code = '']) => code);
        socket.on('data', (chunk) => {
          said += chunk.toString();
          if (answers().length >= sent.length) socket.end(() => done(answers()));
        });
        socket.on('close', () => done(answers()));
        socket.on('error', () => undefined);
      });
    try {
      // The later one first: each stands for itself, and the first again is not taken again.
      expect(await say(message('M2'), message('M1'), message('M2'))).toEqual(['AA', 'AA', 'AA']);
      expect(taken).toEqual(['M2 x', 'M1 x']);
      // The same control id with another content is another message.
      expect(await say(message('M1').replace('||x', '||y'))).toEqual(['AE']);
      // Says UTF-8, is Latin-1: taken it would be damaged.
      const declared = message('M3').replace('2.5.1', '2.5.1||||||UNICODE UTF-8').replace('||x', '||Müller');
      const wrapped = Buffer.concat([Buffer.from([0x0b]), Buffer.from(declared, 'latin1'), Buffer.from([0x1c, 0x0d])]);
      expect(await say(wrapped)).toEqual(['AR']);
      expect(await say(message('M4').replace('2.5.1', '2.5.1||||||KLINGON'))).toEqual(['AR']);
      expect(await say('PID|1||x')).toEqual(['AR']);
      // Half a frame and gone: nothing is taken of it.
      await new Promise<void>((done) => {
        const socket = connect(server.port, '127.0.0.1', () => {
          socket.write(framed(message('M5')).subarray(0, 30));
          socket.end();
        });
        socket.on('close', () => done());
        socket.resume();
      });
      expect(taken).toEqual(['M2 x', 'M1 x']);
    } finally {
      await server.close();
    }
  });
});

describe('CDS Hooks', () => {
  it.each<[string, Uint8Array]>([
    ['10^5 levels', utf8(`{"hook":"patient-view","context":${deep(100_000)}}`)],
    ['__proto__', utf8('{"hook":"patient-view","context":{"patientId":"p1"},"__proto__":{"a":1}}')],
    ['1e400', utf8('{"hook":"patient-view","context":{"patientId":"p1","x":1e400}}')],
    [
      'the year 0000',
      utf8(
        '{"hook":"patient-view","context":{"patientId":"p1"},"prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"0000-01-01"}}}',
      ),
    ],
    [
      'the year 9999',
      utf8(
        '{"hook":"patient-view","context":{"patientId":"p1"},"prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"9999-01-01"}}}',
      ),
    ],
    ['Latin-1', latin1('{"hook":"patient-view","context":{"patientId":"Müller"}}')],
    ['a page', utf8('<html></html>')],
    ['half of it', utf8('{"hook":"patient-view","context":{')],
    ['nothing', utf8('')],
  ])('refuses %s and asks for no case', async (_, body) => {
    const asked: string[] = [];
    const server = await startCdsServer({
      caseOf: async (patient) => void asked.push(patient),
      onAnswer: () => undefined,
      onFeedback: () => undefined,
    } as Parameters<typeof startCdsServer>[0]);
    try {
      for (const path of ['consilium-decision', 'consilium-decision/feedback']) {
        const answer = await fetch(`${server.url}/cds-services/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(body),
        });
        expect(answer.status).toBe(400);
      }
      expect(asked).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe('a study folder', () => {
  const { files } = exportStudy([input], { identifier: 'one', name: 'One', description: 'One case' });
  const work = mkdtempSync(join(tmpdir(), 'bad-study-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const imported = (change: (files: Map<string, string>) => unknown) => {
    const held = new Map(files);
    change(held);
    return importStudy(readStudy(held));
  };
  const edited = (name: RegExp, from: RegExp | string, to: string) => (held: Map<string, string>) => {
    const path = [...held.keys()].find((one) => name.test(one)) ?? '';
    const before = held.get(path) ?? '';
    const after = before.replace(from, () => to);
    expect(after).not.toBe(before);
    held.set(path, after);
  };

  it('is read as it stands', () => {
    expect(imported(() => undefined).cases).toHaveLength(1);
  });

  it.each<[string, (held: Map<string, string>) => unknown]>([
    ['1e400 for a position', edited(/data_mutations/, /\t55191822\t/, '\t1e400\t')],
    ['no header', edited(/data_mutations/, /^Hugo_Symbol.*\n/mu, '')],
    ['a page in place of a table', (held) => held.set('data_mutations.txt', '<html>502</html>')],
    [
      'a meta file that names a file elsewhere',
      edited(/meta_mutations/, /data_filename:.*/, 'data_filename: ../../etc/passwd'),
    ],
  ])('refuses %s with file and place', (_, change) => {
    expect(() => imported(change)).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ place: expect.objectContaining({ file: expect.any(String) }) }),
      }),
    );
  });

  it('refuses another charset with the file', async () => {
    for (const [path, text] of files) {
      mkdirSync(join(work, path, '..'), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    writeFileSync(join(work, 'data_clinical_sample.txt'), latin1('#Größe\n'));
    await expect(openStudy(work)).rejects.toMatchObject({ fault: { place: { file: 'data_clinical_sample.txt' } } });
  });
});

describe('a laboratory’s mapping', () => {
  it.each<[string, string]>([
    ['10^5 levels', deep(100_000)],
    ['10^5 levels of blocks', Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['__proto__', 'version: 1\n__proto__:\n  a: 1\n'],
    ['aliases', 'a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n'],
    ['an anchor in itself', 'a: &a\n  b: *a\n'],
    ['1e400', 'version: 1e400\n'],
    ['a page', '<html></html>'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(checkMapping(text)).toHaveProperty('issues');
  });
});
