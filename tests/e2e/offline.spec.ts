import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeIdentity } from '../support/identity.ts';
import { consilium, installed, networkCanBeCut, withoutNetwork } from './support/command-line.ts';
import { expect, startHost, test } from './support/host.ts';
import { root } from './support/station.ts';

test.skip(({ hostKind }) => hostKind !== 'loopback', 'about the core itself, whatever the window');

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offline-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const decision = {
  optionIds: ['osimertinib'],
  intent: 'disease-control',
  line: '2',
  answer: 'Osimertinib is supported.',
  rationale: 'T790M was acquired under erlotinib; nothing found speaks against it.',
  actions: [{ what: 'Electrocardiogram before the first dose', owner: 'Cardiology', due: '2025-05-09' }],
  participants: [{ name: 'Dr. Ada Keyboard', role: 'chair' }],
};

/** Bundle to signed report and back, by four commands behind the same wrapper; gives what they wrote on their errors. */
async function wholeWay(wrapperOf: (command: string) => readonly string[]): Promise<void> {
  const at = (name: string) => join(folder, name);
  const { p12, password, anchorPem } = await makeIdentity();
  writeFileSync(at('id.p12'), p12);
  writeFileSync(at('password'), password);
  writeFileSync(at('ca.pem'), anchorPem);
  writeFileSync(at('decision.json'), JSON.stringify(decision));
  mkdirSync(at('documents'));
  const call = (name: string, ...rest: string[]) => {
    const ran = consilium(rest, { wrapper: wrapperOf(name) });
    expect(ran.code, `${rest.slice(0, 2).join(' ')}: ${ran.stderr}${ran.stdout.slice(-2000)}`).toBe(0);
    return ran;
  };
  call('pack', 'case', 'pack', join(root, 'sample-cases/egfr-t790m-lung'), '-o', at('lung.tbcase'));
  call('check', 'case', 'check', at('lung.tbcase'));
  call(
    'analyze',
    ...['case', 'analyze', at('lung.tbcase'), '-o', at('documents'), '--decision', at('decision.json')],
    ...['--report', at('report.pdf'), '--sign', at('id.p12'), '--password-file', at('password')],
  );
  const verified = call('verify', 'report', 'verify', at('report.pdf'), '--trust', at('ca.pem'), '--json');
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, verdict: 'valid' });
  const options = JSON.parse(readFileSync(at('documents/options.json'), 'utf8')) as { options: { id: string }[] };
  expect(options.options[0]?.id).toBe('osimertinib');
}

test('analyze, sign and verify where there is no network at all', async () => {
  test.skip(!networkCanBeCut, 'NOT RUN: needs unshare(1) with network namespaces');
  await wholeWay(() => withoutNetwork);
});

test('the command line opens no internet socket', async () => {
  test.skip(!installed('strace'), 'NOT RUN: strace is absent');
  const trace = (name: string) => join(folder, `${name}.trace`);
  await wholeWay((name) => ['strace', '-f', '-qq', '-e', 'trace=network', '-o', trace(name)]);
  for (const name of ['pack', 'check', 'analyze', 'verify']) {
    const calls = readFileSync(trace(name), 'utf8');
    expect(calls.match(/.*AF_INET.*/g) ?? [], name).toEqual([]);
  }
});

test('the loopback host talks to nobody but 127.0.0.1', async () => {
  test.skip(!installed('strace'), 'NOT RUN: strace is absent');
  const trace = join(folder, 'host.trace');
  // With -D the tracer stands aside and the host is our own child, which ends at our signal.
  const { child, address } = await startHost(join(folder, 'data'), [
    ...['strace', '-D', '-f', '-qq', '-e', 'trace=connect,bind,sendto', '-o', trace],
  ]);
  const ended = new Promise((done) => child.once('exit', done));
  // A page, a refused ticket and an icon: what a browser asks at once.
  for (const path of ['/', '/blob/none', '/favicon.ico'])
    await (await fetch(new URL(path, address), { headers: { connection: 'close' } })).arrayBuffer();
  child.kill('SIGTERM');
  await ended;
  const internet = () => readFileSync(trace, 'utf8').match(/.*AF_INET.*/g) ?? [];
  await expect.poll(() => internet().length).toBeGreaterThan(0);
  expect(internet().filter((line) => !line.includes('"127.0.0.1"'))).toEqual([]);
});
