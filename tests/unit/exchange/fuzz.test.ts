/** The bad-input list of the exchange: a slice of the campaign `exchange-fuzz`. */
import { join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { Fuzz } from './support/fuzz.ts';
import { fuzzInput } from './support/fuzz-input.ts';

let fuzz: Fuzz;
beforeAll(async () => {
  const packs = await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'));
  fuzz = new Fuzz(fuzzInput(), packs.molecular());
});

it('270 mutated inputs of nine kinds are refused with a place, or the same when they are written again; none hangs', () => {
  const { flaws, refused, read, compared, slowest } = fuzz.run(270, 20260501);
  expect(flaws).toEqual([]);
  expect(refused).toBeGreaterThan(20);
  expect(read).toBeGreaterThan(20);
  expect(compared).toBeGreaterThan(50);
  expect(slowest).toBeLessThan(5000);
});

it.each(['fhir', 'phenopacket', 'mtb', 'cohort'] as const)(
  'any date of a %s document that cannot be is refused, or left behind; none is carried on to where it is refused',
  (kind) => {
    const sound = fuzz.soundText(kind);
    const dates = [...sound.matchAll(/"(?:19|20)\d{2}-\d{2}(?:-\d{2}[^"]*)?"/g)];
    const flaws = dates.flatMap(({ index, 0: whole }) => {
      const impossible = whole.length > 9 ? `"2026-02-30${whole.slice(11)}` : '"2026-13"';
      const said = fuzz.judge(kind, `${sound.slice(0, index)}${impossible}${sound.slice(index + whole.length)}`);
      return 'flaw' in said && said.flaw !== undefined ? [`${sound.slice(index - 60, index)}: ${said.flaw}`] : [];
    });
    expect(flaws).toEqual([]);
    expect(dates.length).toBeGreaterThan(kind === 'fhir' ? 20 : 0);
  },
);

it('a variant of a phenopacket before the first base has no place, and is carried on to none', () => {
  const sound = fuzz.soundText('family');
  expect(fuzz.judge('family', sound)).toEqual({ compared: true });
  expect(fuzz.judge('family', sound.replace(/"pos":"(\d+)"/, '"pos":"-$1"'))).toEqual({ compared: true });
});
