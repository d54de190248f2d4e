/** Values over time: laboratory series and the tumor's DNA in plasma, the latter on a log scale (F124). Pure. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import { type MolecularProfile, rowBehind } from '../../shared/molecular/profile.ts';
import { dayOf } from './course.ts';

export interface SeriesPoint {
  readonly date: string;
  readonly value: number;
  /** In percent of the drawn width and height, from the left and from the bottom. */
  readonly x: number;
  readonly y: number;
  /** A zero has no place on a log scale: it lies on the floor and is drawn as measured below it. */
  readonly below: boolean;
}

export interface DrawnSeries {
  readonly name: string;
  readonly unit: string;
  readonly scale: 'log' | 'linear';
  readonly points: readonly SeriesPoint[];
  readonly first: number;
  readonly last: number;
  /** What the bottom and the top of the drawing stand for, in the series' unit. */
  readonly bounds: readonly [bottom: number, top: number];
  /** Of the tumor's DNA in plasma. */
  readonly plasma: boolean;
}

interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly plasma: boolean;
  readonly values: readonly { readonly date: string; readonly value: number }[];
}

type Ground = {
  readonly record: Pick<CaseRecord, 'labs' | 'specimens' | 'assays' | 'files'>;
  readonly intake?: Pick<IntakeDocument, 'variants'> | undefined;
  readonly profile?: Pick<MolecularProfile, 'findings'> | undefined;
};

const byDate = (a: { date: string }, b: { date: string }): number => dayOf(a.date) - dayOf(b.date);

function laboratory({ record }: Ground): Measured[] {
  const dated = record.labs.flatMap(({ name, unit, value, date }) =>
    date === undefined ? [] : [{ name, unit, value, date }],
  );
  return [...Map.groupBy(dated, ({ name, unit }) => `${name}\u0000${unit}`).values()].map((of) => ({
    name: of[0]?.name ?? '',
    unit: of[0]?.unit ?? '',
    plasma: /ct-?dna|cf-?dna/i.test(of[0]?.name ?? ''),
    values: of.map(({ date, value }) => ({ date, value })).sort(byDate),
  }));
}

/** Allele fractions of each finding in dated plasma. A draw that did not show it is no zero: it may not have been looked for. */
function plasma({ record, intake, profile }: Ground): Measured[] {
  if (intake === undefined || profile === undefined) return [];
  const draws = new Map(
    record.specimens.flatMap(({ id, kind, collected }) =>
      kind === 'plasma' && collected !== undefined ? [[id, collected] as const] : [],
    ),
  );
  const specimenOf = new Map(record.assays.map(({ id, specimenId }) => [id, specimenId]));
  const dateOf = new Map(
    record.files.flatMap(({ path, assayId }) => {
      const date = draws.get(specimenOf.get(assayId) ?? '');
      return date === undefined ? [] : [[path, date] as const];
    }),
  );
  const drawn = [...Map.groupBy(intake.variants, ({ file }) => file)].flatMap(([file, rows]) => {
    const date = dateOf.get(file);
    return date === undefined ? [] : [{ date, byKey: new Map(rows.map((row) => [row.key, row])) }];
  });
  return profile.findings.map((finding) => ({
    name: `${finding.gene} ${finding.title} in plasma`,
    unit: '%',
    plasma: true,
    values: drawn
      .flatMap(({ date, byKey }) => {
        const fraction = rowBehind(finding, byKey)?.alleleFraction;
        return fraction === undefined ? [] : [{ date, value: fraction * 100 }];
      })
      .sort(byDate),
  }));
}

/** What spans more than this factor is read on a log scale. */
const WIDE = 20;

function drawn({ name, unit, values, plasma: isPlasma }: Measured): DrawnSeries {
  const positive = values.map(({ value }) => value).filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const scale =
    positive.length > 0 && values.every(({ value }) => value >= 0) && (isPlasma || high / low > WIDE)
      ? 'log'
      : 'linear';
  const all = values.map(({ value }) => value);
  // Whole decades, so that equal steps on the drawing are equal factors; one decade at least.
  const [floor, ceiling] =
    scale === 'log'
      ? [Math.floor(Math.log10(low)), Math.max(Math.ceil(Math.log10(high)), Math.floor(Math.log10(low)) + 1)]
      : [Math.min(0, ...all), Math.max(...all, Number.MIN_VALUE)];
  const days = values.map(({ date }) => dayOf(date));
  const [from, to] = [Math.min(...days), Math.max(...days)];
  return {
    name,
    unit,
    scale,
    first: values[0]?.value ?? 0,
    last: values.at(-1)?.value ?? 0,
    bounds: scale === 'log' ? [10 ** floor, 10 ** ceiling] : [floor, ceiling],
    plasma: isPlasma,
    points: values.map(({ date, value }) => ({
      date,
      value,
      x: to === from ? 50 : ((dayOf(date) - from) / (to - from)) * 100,
      y:
        scale === 'log'
          ? value > 0
            ? ((Math.log10(value) - floor) / (ceiling - floor)) * 100
            : 0
          : ((value - floor) / (ceiling - floor)) * 100,
      below: scale === 'log' && value <= 0,
    })),
  };
}

/** Every series of two values or more, plasma first, those that moved most before others. */
export function seriesOf(ground: Ground): DrawnSeries[] {
  // The whole span, not last against first: what fell and came back has moved.
  const movement = ({ points }: DrawnSeries): number => {
    const values = points.map(({ value }) => value);
    const low = Math.min(...values);
    return low > 0 ? Math.log(Math.max(...values) / low) : Number.POSITIVE_INFINITY;
  };
  const rank = (of: Measured[]): DrawnSeries[] =>
    of
      .filter(({ values }) => values.length >= 2)
      .map(drawn)
      .sort((a, b) => (movement(a) === movement(b) ? 0 : movement(b) - movement(a)));
  const [fluid, other] = [
    laboratory(ground).filter((one) => one.plasma),
    laboratory(ground).filter((one) => !one.plasma),
  ];
  return [...rank([...plasma(ground), ...fluid]), ...rank(other)];
}

/** A measured value with three figures, as it stands beside a drawing. */
export const figure = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

/**
 * The newest value of each dated series with the number of earlier ones, in the order of the record; values without a
 * date are each their own.
 */
export function newestLabs(labs: CaseRecord['labs']): { lab: CaseRecord['labs'][number]; earlier: number }[] {
  const groups = Map.groupBy(labs, ({ name, unit, date }, index) =>
    [name, unit, ...(date === undefined ? [index] : [])].join('\u0000'),
  );
  return [...groups.values()].flatMap((of) => {
    const lab = of.toSorted((a, b) => byDate({ date: a.date ?? '' }, { date: b.date ?? '' })).at(-1);
    return lab === undefined ? [] : [{ lab, earlier: of.length - 1 }];
  });
}
