import { describe, expect, it } from 'vitest';
import { InfoAutomaton, sampleAutomaton } from '../../../electron/case/variants/vcf-automaton.ts';
import {
  Field,
  Kind,
  PER_ALLELE,
  PER_ALTERNATE,
  PER_GENOTYPE,
  UNKNOWN,
} from '../../../electron/case/variants/vcf-field.ts';
import { seeded } from '../../bench/variants-file.ts';

const field = (id: string, kind: Kind, number: number, nonNegative = false): Field =>
  new Field(id, kind, number, nonNegative, undefined);

const COUNTS = { alternates: 2, ploidy: 2 };
const FIELDS: readonly (readonly [Field, number | undefined])[] = [
  [field('N', Kind.integer, 1), 1],
  [field('AD', Kind.integer, PER_ALLELE, true), 3],
  [field('AF', Kind.float, PER_ALTERNATE, true), 2],
  [field('PL', Kind.integer, PER_GENOTYPE), 6],
  [field('X', Kind.float, 1), 1],
  [field('L', Kind.float, UNKNOWN), undefined],
  [field('T', Kind.text, 1), undefined],
];

/** What the specification lets a value be, by expression and by count. */
function allowed([{ kind, nonNegative }, count]: (typeof FIELDS)[number], text: string): boolean {
  if (kind === Kind.text) return !/[:;\t]/.test(text);
  if (text === '.') return true;
  const one = kind === Kind.integer ? /^(?:-?\d{1,9}|\.)$/ : /^(?:-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\.)$/;
  const values = text.split(',');
  return (
    (count === undefined || values.length === count) &&
    values.every((value) => one.test(value) && !(nonNegative && value.startsWith('-')))
  );
}

const SIGNS = ['0', '7', '12', '.', '.', ',', ',', '-', 'e', '+', 'E', 'a', '3', '4', '0.5', '1e-5', '9', '5'];

describe('F002 columns in their plain form', () => {
  it('are taken where the specification allows every value, and only there', () => {
    const random = seeded(11);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const counts = { taken: 0, refused: 0 };
    const wrong: string[] = [];
    const made = () => new Map(FIELDS.map((of) => [of, sampleAutomaton([of[0], field('Z', Kind.integer, 1)], COUNTS)]));
    let automata = made();
    for (let round = 0; round < 40_000; round++) {
      // One that takes few columns gives up in the end, which is asked below.
      if (round % 1_000 === 0) automata = made();
      const chosen = pick(FIELDS);
      const value = Array.from({ length: 1 + Math.floor(random() * 7) }, () => pick(SIGNS)).join('');
      const bytes = Buffer.from(`${value}:5\t`);
      const end = automata.get(chosen)?.walk(bytes, 0);
      const right = allowed(chosen, value);
      if (end !== (right ? bytes.byteLength - 1 : -1)) wrong.push(`${chosen[0].id} ${value} ${end}`);
      counts[right ? 'taken' : 'refused'] += 1;
    }
    expect(wrong).toEqual([]);
    expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(3_000);
  });

  it('are no longer tried in a file that has few', () => {
    const sample = sampleAutomaton([field('N', Kind.integer, 1)], COUNTS);
    const [plain, unusual] = [Buffer.from('5\t'), Buffer.from('+5\t')];
    for (let row = 0; row < 1_000; row++) sample.walk(row % 4 === 0 ? plain : unusual, 0);
    expect(sample.walk(plain, 0)).toBe(1);
    for (let row = 0; row < 1_000; row++) sample.walk(unusual, 0);
    expect(sample.walk(plain, 0)).toBe(-1);
  });

  it('of INFO are taken in the orders that were learned, a key never twice', () => {
    const info = new InfoAutomaton(1);
    const [dp, db, af, dpx] = [
      field('DP', Kind.integer, 1),
      field('DB', Kind.flag, UNKNOWN),
      field('AF', Kind.float, PER_ALTERNATE),
      field('DP4.x', Kind.text, 1),
    ] as const;
    const takes = (text: string): boolean => {
      const bytes = Buffer.from(`${text}\tGT`);
      const end = info.walk(bytes, 0);
      expect(end === -1 || end === bytes.byteLength - 3).toBe(true);
      return end >= 0;
    };
    expect(takes('DP=5')).toBe(false);
    info.learn([dp, db, af]);
    info.learn([dp, af, dpx]);
    // Both would lead back to an entry before.
    info.learn([af, dp]);
    info.learn([af, af]);
    expect(
      [
        'DP=5;DB;AF=.5',
        'DP=5;AF=.5;DP4.x=a=b,:c',
        'DP=.;DB',
        'DP=5;',
        'DP',
        'AF=1e-3;DP4.x=',
        'DP=5;DB;AF=1;DP4.x=1',
      ].filter((text) => !takes(text)),
    ).toEqual([]);
    expect(
      [
        '',
        ';',
        'DP=5;;AF=1',
        'DP=5;DP=5',
        'DB',
        'DP=5;DB=1',
        'AF=.5;DP=5',
        'AF=1;AF=1',
        'AF=1,2',
        'DP=x',
        'DQ=5',
        'DP4=5',
        'DP=5;DP4.x=1',
        'DP=1234567890',
        'DP=5;AF=1;DP4.x=\u0001',
      ].filter(takes),
    ).toEqual([]);
  });
});
