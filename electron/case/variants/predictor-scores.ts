/** Predictor scores in the columns of VEP, its plugins and dbNSFP, Funcotator and MAF. */
import type { PredictorScores } from '../../../shared/molecular/predictors.ts';

/** By score: the names tools give it, in lower case, the first that is there first. */
const NAMES: Readonly<Record<Exclude<keyof PredictorScores, 'spliceAi'>, readonly string[]>> = {
  revel: ['revel', 'revel_score', 'dbnsfp_revel_score'],
  alphaMissense: ['am_pathogenicity', 'alphamissense_score', 'alphamissense'],
  cadd: ['cadd_phred'],
  sift: ['sift', 'sift_score', 'sift4g_score'],
  polyphen: ['polyphen', 'polyphen2_hvar_score', 'polyphen_score'],
};
const SPLICE = ['spliceai_pred_ds_ag', 'spliceai_pred_ds_al', 'spliceai_pred_ds_dg', 'spliceai_pred_ds_dl'];
const SPLICE_WHOLE = ['spliceai_max', 'spliceai_ds_max', 'spliceai'];

const bounds: Readonly<Record<keyof PredictorScores, number>> = {
  revel: 1,
  alphaMissense: 1,
  cadd: 100,
  sift: 1,
  polyphen: 1,
  spliceAi: 1,
};

/** `deleterious(0.01)`, `0.01`, or dbNSFP's `0.01&.&0.2` of one value a transcript; several different values say none. */
function score(text: string | undefined, most: number): number | undefined {
  const [, bracketed] = /\(([\d.eE-]+)\)/.exec(text ?? '') ?? [];
  const parts = (bracketed ?? text ?? '').split(/[&;,]/).filter((part) => part !== '' && part !== '.');
  const numbers = new Set(parts.map(Number));
  const [only] = numbers;
  return numbers.size === 1 && only !== undefined && only >= 0 && only <= most ? only : undefined;
}

/** A reader of rows with these columns; `undefined` where none of them is a predictor. */
export function predictorReader(
  columns: readonly string[],
): ((cells: readonly (string | undefined)[]) => PredictorScores | undefined) | undefined {
  const lower = columns.map((name) => name.trim().toLowerCase());
  const at = (names: readonly string[]): number =>
    names.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1;
  const places = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .map((key) => [key, at(NAMES[key])] as const)
    .filter(([, index]) => index >= 0);
  const splice = SPLICE.map((name) => lower.indexOf(name)).filter((index) => index >= 0);
  const whole = at(SPLICE_WHOLE);
  if (places.length === 0 && splice.length === 0 && whole < 0) return undefined;
  return (cells) => {
    const scores: { -readonly [Key in keyof PredictorScores]: PredictorScores[Key] } = {};
    for (const [key, index] of places) {
      const value = score(cells[index], bounds[key]);
      if (value !== undefined) scores[key] = value;
    }
    const deltas = [...splice, ...(whole < 0 ? [] : [whole])].flatMap((index) => score(cells[index], 1) ?? []);
    if (deltas.length > 0) scores.spliceAi = Math.max(...deltas);
    return Object.keys(scores).length === 0 ? undefined : scores;
  };
}
