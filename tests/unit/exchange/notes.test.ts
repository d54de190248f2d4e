/** F012: facts out of free text, measured on notes annotated by hand, and nothing of them in a case before a person confirms it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { type ModelRegistry, openModels } from '../../../electron/prediction/index.ts';
import { CaseRecord } from '../../../shared/case/case-record.ts';
import { readNotes, withConfirmed } from '../../../shared/exchange/notes/confirm.ts';
import { evaluateNotes, readAnnotated } from '../../../shared/exchange/notes/evaluate.ts';
import { extractFacts } from '../../../shared/exchange/notes/extract.ts';
import { tumors } from '../../../shared/exchange/notes/lexicon.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';

const root = resolve(import.meta.dirname, '../../..');
const set = (half: string) =>
  ['english', 'german'].flatMap((language) => {
    const file = `${language}-${half}.txt`;
    return readAnnotated(readFileSync(join(root, 'tests/notes', file), 'utf8'), file);
  });
const said = (text: string) =>
  extractFacts(text).map(({ field, value, assertion, relation }) =>
    [field, value, assertion, ...(relation === undefined ? [] : [relation])].join(' | '),
  );

describe('F012 notes are read', () => {
  it('on more than 200 notes annotated by hand, no worse than was measured', () => {
    const [development, heldOut] = [set('development'), set('held-out')];
    expect(development.length + heldOut.length).toBeGreaterThanOrEqual(200);
    expect(new Set([...development, ...heldOut].map(({ text }) => text)).size).toBe(
      development.length + heldOut.length,
    );
    for (const { field, precision, recall } of evaluateNotes(heldOut).scores) {
      const floor = field === 'medication' ? 0.88 : 0.93;
      expect(precision, `precision of ${field}`).toBeGreaterThan(floor);
      expect(recall, `recall of ${field}`).toBeGreaterThan(floor);
    }
    for (const file of ['second-held-out.txt', 'third-held-out.txt', 'fourth-held-out.txt']) {
      const later = readAnnotated(readFileSync(join(root, 'tests/notes', file), 'utf8'), file);
      expect(later.length).toBeGreaterThanOrEqual(30);
      for (const { field, precision, recall } of evaluateNotes(later).scores)
        expect(Math.min(precision ?? 0, recall ?? 0), `${field} of ${file}`).toBeGreaterThan(0.88);
    }
  });

  it.each([
    ['FGFR2-Fusion, IDH1 nicht mutiert', ['biomarker | FGFR2 Fusion | present', 'biomarker | IDH1 | negated']],
    ['He declined sorafenib.', ['medication | sorafenib | negated']],
    ['ALK und ROS1 ohne Translokation', ['biomarker | ALK | negated', 'biomarker | ROS1 | negated']],
    ['EGFR negative, ALK positive', ['biomarker | EGFR | negated', 'biomarker | ALK | present']],
    ['ALK was not tested.', ['biomarker | ALK | not-assayed']],
    ['ROS1 steht noch aus.', ['biomarker | ROS1 | not-assayed']],
    ['Kein Nachweis einer KRAS-Mutation', ['biomarker | KRAS mutation | negated']],
    [
      'Sie nimmt Ramipril 5 mg, kein Metformin.',
      ['medication | ramipril | present', 'medication | metformin | negated'],
    ],
    [
      'Mother with breast cancer; the patient has melanoma.',
      ['family-history | BRCA | present | mother', 'diagnosis | MEL | present'],
    ],
    ['No known drug allergies', ['allergy | any | negated']],
    // One typing error in a long word; a name by its stem; what is requested, replaced, or of the next mention.
    ['Mamakarzinom, Osimertinb laufend.', ['diagnosis | BRCA | present', 'medication | osimertinib | present']],
    ['Zanubrutinib wird beantragt.', ['medication | zanubrutinib | uncertain']],
    ['Warfarin was replaced by apixaban.', ['medication | warfarin | historical', 'medication | apixaban | present']],
    [
      'RET-Fusion, fraglich MET-Amplifikation',
      ['biomarker | RET Fusion | present', 'biomarker | MET amplification | uncertain'],
    ],
    ['T790M not detected', ['biomarker | EGFR T790M | negated']],
    ['No personal history of melanoma', ['diagnosis | MEL | negated']],
    ['Lymphoma, Ann Arbor IV', ['diagnosis | MLYM | present', 'stage | IV | present']],
    ['Im April Kontrolle, Cystatin normal.', []],
    ['Er wurde erneut untersucht.', []],
    ['She met the team and kept her appointment.', []],
  ])('%s', (text, expected) => expect(said(text)).toEqual(expected));

  it('says of a repair protein whether it is lost or kept, and of a marker that is only named that no result was read', () => {
    const read = (text: string) => extractFacts(text).map(({ value, assertion, named }) => [value, assertion, named]);
    expect(read('Loss of MLH1 and PMS2 with kept MSH2 and MSH6; MLH1 promoter methylated.')).toEqual([
      ['MLH1 loss', 'present', undefined],
      ['PMS2 loss', 'present', undefined],
      ['MSH2 kept', 'present', undefined],
      ['MSH6 kept', 'present', undefined],
      ['MLH1 promoter methylated', 'present', undefined],
    ]);
    expect(read('No loss of MLH1.')).toEqual([['MLH1 loss', 'negated', undefined]]);
    expect(read('Verlust von MLH1, erhaltene Expression von MSH2.').map(([value]) => value)).toEqual([
      'MLH1 loss',
      'MSH2 kept',
    ]);
    expect(read('EGFR and ALK ordered.').map(([value, , named]) => [value, named])).toEqual([
      ['EGFR', true],
      ['ALK', true],
    ]);
  });

  it('gives spans that are the words themselves, in order, and the same facts each time', () => {
    for (const { text } of set('held-out')) {
      const facts = extractFacts(text);
      expect(extractFacts(text)).toEqual(facts);
      for (const fact of facts) expect(text.slice(fact.start, fact.end)).toBe(fact.text);
      expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
    }
  });

  it('reads the longest note of a case in time, whatever it holds', () => {
    const started = performance.now();
    for (const text of [
      'EGFR '.repeat(4000),
      'a, '.repeat(6600),
      '('.repeat(20000),
      'no no '.repeat(3300),
      'T2'.repeat(10000),
    ])
      extractFacts(text);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('refuses an annotation that is no annotation, with its line', () => {
    for (const [source, line] of [
      ['text', 1],
      ['# a\n{X|word}', 2],
      ['# a\n{D|open', 2],
    ] as const) {
      const refusal = (() => {
        try {
          return readAnnotated(source, 'a.txt');
        } catch (error) {
          return error;
        }
      })();
      expect(refusal).toBeInstanceOf(FaultError);
      expect((refusal as FaultError).fault).toMatchObject({ code: 'line-invalid', place: { file: 'a.txt', line } });
    }
  });
});

describe('F012 a person confirms', () => {
  let packs: Packs;
  let models: ModelRegistry;
  beforeAll(async () => {
    packs = await loadPacks(join(root, 'models/knowledge'));
    models = await openModels(join(root, 'models'));
  });
  const letter =
    'Takes amiodarone 200 mg and warfarin 5 mg. Allergic to penicillin. Mother with ovarian cancer. ECOG 3. BRAF V600E. No itraconazole.';
  const record = CaseRecord.parse({
    ...JSON.parse(readFileSync(join(root, 'sample-cases/egfr-t790m-lung/case.json'), 'utf8')),
    notes: [{ title: 'Letter', text: letter }],
  });

  it('names only tumor types that OncoTree has', () => {
    const types = packs.tumorTypes();
    for (const [, code] of tumors) expect(types.tumorType(code), code).toBeDefined();
  });

  it('a confirmed fact is in the record, every other is not; what the record says is not overwritten', () => {
    const facts = readNotes(record, {});
    expect(facts.every(({ verdict }) => verdict === undefined)).toBe(true);
    expect(withConfirmed(record, {})).toBe(record);
    const idOf = (value: string) => facts.find((one) => one.value === value)?.id ?? '';
    const after = withConfirmed(record, {
      [idOf('warfarin')]: 'confirmed',
      [idOf('amiodarone')]: 'dismissed',
      [idOf('ECOG 3')]: 'confirmed',
      [idOf('itraconazole')]: 'confirmed',
      [idOf('BRAF V600E')]: 'confirmed',
      'note.0.0-9.medication.present.digoxin': 'confirmed',
    });
    expect(after.medications.slice(record.medications.length)).toEqual([{ name: 'warfarin', dose: '5 mg' }]);
    expect(after.performanceStatus).toEqual(record.performanceStatus);
    expect(after.allergies).toEqual(record.allergies);
    expect(after.course.at(-1)).toMatchObject({ kind: 'letter', event: expect.stringContaining('BRAF V600E') });
  });

  it('unconfirmed facts never reach ranking or report: the documents are the same bytes as without the letter', async () => {
    const bundle = await readBundle(await unpack(packFolder(join(root, 'sample-cases/egfr-t790m-lung'))));
    if (!bundle.ok) throw new FaultError(bundle.fault);
    const analysed = async (given: CaseRecord, answers: Record<string, string>) => {
      const made = await analyzeBundle({ ...bundle.value, record: given }, { packs, models }, { answers });
      if (!made.ok) throw new FaultError(made.fault);
      return made.value;
    };
    const without = await analysed({ ...record, notes: [] }, {});
    const unconfirmed = await analysed(record, {});
    for (const kind of ['intake', 'profile', 'predictions', 'options'] as const)
      expect(canonicalJson(unconfirmed[kind]), kind).toBe(canonicalJson(without[kind]));
    expect({ ...unconfirmed.record, notes: [] }).toEqual(without.record);
    const id = readNotes(record, {}).find(({ value }) => value === 'amiodarone')?.id ?? '';
    const confirmed = await analysed(record, { [id]: 'confirmed' });
    // The other way round it does reach them, so that the comparison above can fail.
    expect(canonicalJson(confirmed.options)).not.toBe(canonicalJson(without.options));
    expect(confirmed.intake.warnings).toEqual(without.intake.warnings);
  });
});

async function unpack<T>(
  given: Promise<{ ok: true; value: T } | { ok: false; fault: FaultError['fault'] }>,
): Promise<T> {
  const result = await given;
  if (!result.ok) throw new FaultError(result.fault);
  return result.value;
}
