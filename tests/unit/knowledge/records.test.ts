/** Records of packs in compact text: the same facts, read one at a time (F013). */
import { describe, expect, it } from 'vitest';
import { earlierRows } from '../../../shared/knowledge/earlier-forms.ts';
import { diffPacks } from '../../../shared/knowledge/pack-diff.ts';
import { readRecords, recordsOfList, recordsSchema, writeRecords } from '../../../shared/knowledge/records.ts';
import { seeded } from '../../bench/variants-file.ts';

interface One {
  readonly id: string;
  readonly note?: string;
  readonly level?: string;
  readonly of?: readonly (string | number | null)[];
  readonly flagged?: boolean;
  readonly rating?: number;
}

/** Absent members, empty and awkward texts, nested and repeated values. */
function made(seed: number, count: number): One[] {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const words = ['', 'a\tb', 'two\nlines', '0', 'null', '"', 'é 漢 \u{1f9ec}', 'plain', '\\t', ' '];
  return Array.from({ length: count }, (_, index) => ({
    id: `R${index}`,
    ...(below(3) === 0 ? {} : { note: `${words[below(words.length)]}${seed % 2 === 0 ? index : ''}` }),
    ...(below(4) === 0 ? {} : { level: 'ABC'[below(3)] ?? 'A' }),
    ...(below(2) === 0 ? {} : { of: [below(3), words[below(words.length)] ?? '', null] }),
    ...(below(2) === 0 ? {} : { flagged: below(2) === 0 }),
    ...(below(5) === 0 ? { rating: random() } : {}),
  }));
}

describe('records of a pack', () => {
  it('come back as they were, whole or one at a time', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const list = made(seed, seed * 3);
      const text = writeRecords(list);
      expect(JSON.stringify(readRecords(text).all())).toBe(JSON.stringify(list));
      const one = readRecords<One>(text);
      expect(one.length).toBe(list.length);
      expect(one.named(`R${seed}`)).toEqual(list[seed]);
      expect(one.named('R')).toBeUndefined();
      const told = (values: readonly unknown[]) => new Set(values.filter((value) => value !== undefined));
      expect(told(one.shared('level'))).toEqual(told(list.map(({ level }) => level)));
      const plain = recordsOfList(list);
      expect(plain.named('R1')).toEqual(one.named('R1'));
      expect(() => one.at(list.length)).toThrow(RangeError);
      expect(() => plain.at(-1)).toThrow(RangeError);
    }
  });

  it('lists of texts, places and members of members come back as they were, and are read a column at a time', () => {
    interface Gene {
      readonly symbol: string;
      readonly partners: readonly string[];
      readonly place?: { readonly span: readonly number[]; readonly exons?: readonly number[] };
    }
    const random = seeded(11);
    const below = (limit: number): number => Math.floor(random() * limit);
    const list = Array.from(
      { length: 90 },
      (_, index): Gene => ({
        symbol: `G${index}`,
        partners: Array.from({ length: below(12) }, () => ['a partner by name', '', 'tab\tin', 'é'][below(4)] ?? ''),
        ...(index % 7 === 0
          ? {}
          : {
              place: {
                span: [2 ** 40 + below(2 ** 31), 2 ** 41 + index, 0],
                ...(index % 5 === 0
                  ? {}
                  : { exons: Array.from({ length: below(40) }, () => 90_000_000 + below(9000)).sort((a, b) => a - b) }),
              },
            }),
      }),
    );
    const text = writeRecords(list, ['place']);
    for (const kind of ['list', 'steps']) expect(text.split('\n')[1]).toContain(`"kind":"${kind}"`);
    expect(recordsSchema(text)).toBe(3);
    expect(recordsSchema(writeRecords([{ id: 'R' }]))).toBe(2);
    const [read, plain] = [readRecords<Gene>(text), recordsOfList(list)];
    expect(JSON.stringify(read.all())).toBe(JSON.stringify(list));
    for (const one of [read, plain]) {
      expect(one.column('symbol')).toEqual(list.map(({ symbol }) => symbol));
      expect(one.inner('place', 'exons')).toEqual(list.map(({ place }) => place?.exons));
      expect(one.named('G8')).toEqual(list[8]);
    }
    // The same facts are the same, whichever form a version has.
    const [before, after] = [JSON.stringify(list), text].map(
      (file, at) => new Map([[`genes.${at ? 'records' : 'json'}`, file]]),
    );
    expect(diffPacks(before ?? new Map(), after ?? new Map())[0]).toMatchObject({ changed: [], unchanged: 90 });
  });

  it('an empty list is one, too; a text that is cut, or is none, is refused', () => {
    expect(readRecords(writeRecords([])).all()).toEqual([]);
    const text = writeRecords(made(1, 9));
    expect(() => readRecords(text.slice(0, text.lastIndexOf('R8')))).toThrow(SyntaxError);
    expect(() => readRecords('[]\n')).toThrow(SyntaxError);
  });

  it('what they share cannot be changed through one of them', () => {
    const [first] = readRecords<{ id: string; of: string[] }>(
      writeRecords([1, 2, 3, 4].map((id) => ({ id: String(id), of: ['x'] }))),
    ).all();
    expect(() => first?.of.push('y')).toThrow(TypeError);
  });

  it('two versions differ by what they say, whatever form each has', () => {
    const list = made(4, 12);
    const [first, ...rest] = list;
    const before = new Map([['evidence.json', JSON.stringify(list)]]);
    const after = new Map([
      ['evidence.records', writeRecords([{ ...first, level: 'Z' }, ...rest.slice(1), { id: 'new' }])],
    ]);
    expect(diffPacks(before, after)).toEqual([
      { file: 'evidence.records', added: ['new'], removed: ['R1'], changed: ['R0'], unchanged: 10 },
    ]);
  });

  it('what packs of schema 1 wrote in another form is read and compared as the same records', () => {
    const earlier = new Map([
      ['aliases.json', '[["MLL","KMT2A"]]'],
      ['phenotypes.json', '{"names":{"HP:1":"one","HP:2":"two"},"genes":{"APC":["HP:1","HP:2"]}}'],
      ['pam50.json', '{"subtypes":["Basal","LumA"],"rows":[["ESR1",-1.5,2]]}'],
      ['signatures.json', '{"channels":["A[C>A]A"],"signatures":[{"name":"Ref.Sig.1","weights":[1]}]}'],
      ['tumor-types.json', '[{"code":"AML"}]'],
    ]);
    const now = new Map<string, readonly object[]>([
      ['aliases', [{ alias: 'MLL', symbol: 'KMT2A' }]],
      ['phenotypes', [{ gene: 'APC', terms: ['HP:1', 'HP:2'] }]],
      [
        'terms',
        [
          { term: 'HP:1', name: 'one' },
          { term: 'HP:2', name: 'two' },
        ],
      ],
      ['pam50', [{ gene: 'ESR1', Basal: -1.5, LumA: 2 }]],
      ['channels', [{ channel: 'A[C>A]A' }]],
      ['signatures', [{ name: 'Ref.Sig.1', weights: [1] }]],
      ['tumor-types', [{ code: 'AML' }]],
    ]);
    for (const [stem, rows] of now)
      expect(
        earlierRows((file) => earlier.get(file), stem),
        stem,
      ).toEqual(rows);
    expect(earlierRows(() => undefined, 'aliases')).toBeUndefined();
    const written = new Map([...now].map(([stem, rows]) => [`${stem}.records`, writeRecords(rows)]));
    const differences = diffPacks(earlier, written);
    expect(differences.map(({ file }) => file)).toEqual([...written.keys()].sort());
    for (const one of differences) expect(one, one.file).toMatchObject({ added: [], removed: [], changed: [] });
    // Phenotypes of pharmacogenes are a list under the same name.
    expect(earlierRows(() => '[{"gene":"TPMT"}]', 'phenotypes')).toEqual([{ gene: 'TPMT' }]);
    expect(earlierRows(() => '[{"gene":"TPMT"}]', 'terms')).toEqual([]);
  });

  it('of a gene with many hotspots the one that is new is named by its residue', () => {
    const hotspot = (start: number) => ({ gene: 'TP53', kind: 'residue', start, samples: 9 });
    const [difference] = diffPacks(
      new Map([['hotspots.records', writeRecords([hotspot(175), hotspot(273)])]]),
      new Map([['hotspots.records', writeRecords([hotspot(100), hotspot(175), hotspot(273)])]]),
    );
    expect(difference).toMatchObject({ added: ['TP53 100'], removed: [], changed: [], unchanged: 2 });
  });
});
