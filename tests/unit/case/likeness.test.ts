/** Two cases that may be of one person are asked about and never merged (F002). */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { packFolder } from '../../../electron/case/index.ts';
import { createRouter } from '../../../electron/router.ts';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices } from '../../../electron/services.ts';
import { programRoot } from '../../../electron/shipped.ts';
import { type Compared, judgedLikenesses, likenessOf, mayBeOne } from '../../../shared/case/likeness.ts';
import { CaseId, UserId } from '../../../shared/foundation/ids.ts';

const variants = (from: number, to: number, frequency?: number): Compared['variants'] =>
  Array.from({ length: to - from }, (_, index) => ({
    key: `GRCh38:1:${from + index}:A:C`,
    filter: 'PASS',
    ...(frequency === undefined ? {} : { annotation: { source: 'vep' as const, populationFrequency: frequency } }),
  }));
const person = (pseudonym: string, sex: 'female' | 'male' | 'unknown', ageYears?: number): Compared['patient'] => ({
  pseudonym,
  sex,
  ...(ageYears === undefined ? {} : { ageYears }),
});
const one: Compared = { patient: person('Heron 208', 'female', 48), variants: variants(0, 20) };

describe('likeness of two cases', () => {
  it('asks where most rare variants are shared and sex and age do not speak against it', () => {
    const again = { patient: person('Otter 1', 'female', 49), variants: variants(5, 30) };
    expect(likenessOf(one, again)).toEqual({ samePseudonym: false, sharedVariants: 15, ofVariants: 20 });
    expect(likenessOf(one, { ...again, patient: person('Otter 1', 'male', 49) })).toBeUndefined();
    expect(likenessOf(one, { ...again, patient: person('Otter 1', 'female', 60) })).toBeUndefined();
    // Unknown is no contradiction.
    expect(likenessOf(one, { ...again, patient: person('Otter 1', 'unknown') })).toBeDefined();
  });

  it('does not ask for a few shared hotspots, for common variants, or for filtered rows', () => {
    const other = person('Otter 1', 'female', 48);
    expect(likenessOf(one, { patient: other, variants: variants(0, 2) })).toBeUndefined();
    expect(likenessOf(one, { patient: other, variants: variants(15, 60) })).toBeUndefined();
    const common = (patient: Compared['patient']) => ({ patient, variants: variants(0, 20, 0.2) });
    expect(likenessOf(common(one.patient), common(other))).toBeUndefined();
    const failed = variants(0, 20).map((row) => ({ ...row, filter: 'germline' }));
    expect(likenessOf(one, { patient: other, variants: failed })).toBeUndefined();
  });

  it('asks for one pseudonym however it is written, whatever else the cases say', () => {
    expect(likenessOf(one, { patient: person('heron-208 ', 'male', 80), variants: [] })).toEqual({
      samePseudonym: true,
      sharedVariants: 0,
      ofVariants: 0,
    });
    expect(mayBeOne(one.patient, person('heron-208', 'male', 80))).toBe(false);
  });

  it('the latest verdict about a case stands', () => {
    const other = CaseId.parse('other');
    const said = (verdict: string, time: string) => ({
      type: 'likeness.judged' as const,
      payload: { other, verdict },
      actor: UserId.parse('3f0c2f7a-92b2-4b54-8f7a-0d9cf7b1a111'),
      time,
    });
    const judged = judgedLikenesses([said('same-patient', '1'), said('another-patient', '2')]);
    expect(judged.get(other)).toMatchObject({ verdict: 'another-patient', at: '2' });
  });
});

it('a second bundle of one person is asked about; the answer is in the journal and changes neither case', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-'));
  const root = programRoot(import.meta.url);
  const tickets = createTicketDesk();
  const services = await createServices(
    machinePorts({
      host: 'memory',
      capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
      dataFolder: join(folder, 'data'),
      tickets,
      program: root,
    }),
  );
  const client = createRouterClient(createRouter(services), { context: {} });
  await client.vault.create({ boardName: 'Board', userName: 'Dr. A', password: 'a quiet meadow behind the mill' });
  const bring = async (at: string): Promise<CaseId> => {
    const packed = await packFolder(at);
    if (!packed.ok) throw new Error(packed.fault.message);
    const { ticket } = tickets.expectUpload({ fileName: 'case.tbcase', sizeBytes: packed.value.byteLength });
    tickets.arrive(ticket, packed.value);
    let caseId: CaseId | undefined;
    for await (const event of await client.case.import({ ticket })) if (event.kind === 'done') caseId = event.caseId;
    if (caseId === undefined) throw new Error('nothing was imported');
    return caseId;
  };
  const first = await bring(join(root, 'sample-cases/her2-breast'));
  const again = join(folder, 'again');
  cpSync(join(root, 'sample-cases/her2-breast'), again, { recursive: true });
  const path = join(again, 'case.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  const renamed = { ...record, caseId: 'second-look', patient: { ...record.patient, pseudonym: 'Somebody Else 1' } };
  writeFileSync(path, JSON.stringify(renamed));
  const second = await bring(again);
  const [like, ...more] = await client.case.alike({ caseId: second });
  expect(more).toEqual([]);
  expect(like).toMatchObject({ caseId: first, samePseudonym: false });
  expect(like?.sharedVariants).toBe(like?.ofVariants);
  expect(like?.ofVariants).toBeGreaterThan(3);
  const version = services.vault.current().caseVersion(second);
  const [judged] = await client.case.judgeAlike({ caseId: second, other: first, verdict: 'same-patient' });
  expect(judged?.judged).toMatchObject({ verdict: 'same-patient', by: 'Dr. A' });
  expect(services.vault.current().caseVersion(second)).toBe(version);
  expect(services.vault.current().cases()).toHaveLength(2);
  await expect(
    client.case.judgeAlike({ caseId: second, other: CaseId.parse('nobody'), verdict: 'same-patient' }),
  ).rejects.toMatchObject({ data: { code: 'not-found' } });
  services.session.end();
  await services.vault.lock();
  rmSync(folder, { recursive: true, force: true });
});
